//! The one error that crosses modules. Each surface renders it; none adds a cause of its own.

use std::time::Duration;

use super::obstacle::Obstacle;
use super::{Denial, Flaw};

/// What went wrong, in the terms a caller can act on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No valid credential came with the request.
    #[error("sign in first, or send a valid token")]
    Unauthenticated,
    /// The caller is known and may not do this.
    #[error("{0}")]
    Denied(Denial),
    /// The thing does not exist, or the caller may not know that it does.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The state of the directory forbids it.
    #[error("{0}")]
    Conflict(#[from] Conflict),
    /// So does it, and who or what stands in the way is named.
    #[error("{0}")]
    Obstacle(Obstacle),
    /// The request is not well formed; `field` names what to change.
    #[error("{field}: {problem}")]
    Invalid {
        /// The parameter, attribute or form field.
        field: String,
        /// What is wrong and what would be right.
        problem: Flaw,
    },
    /// The resource changed since the caller read it.
    #[error("the resource has changed since it was read; read it again and repeat the change")]
    Stale,
    /// Too many tries, or too much work at once.
    #[error("too many requests; wait {} seconds and try again", .retry_after.as_secs().max(1))]
    Throttled {
        /// How long to wait.
        retry_after: Duration,
    },
    /// A fault of this server; the cause is logged once, where it is rendered.
    #[error("the server could not finish this; nothing was changed")]
    Internal(#[from] anyhow::Error),
}

impl Error {
    /// A request that is wrong in one field.
    pub fn invalid(field: impl Into<String>, problem: impl Into<Flaw>) -> Self {
        Self::Invalid { field: field.into(), problem: problem.into() }
    }

    /// A request that is wrong in one field which no page shows: settings, protocols, the command line.
    pub fn malformed(field: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self::invalid(field, Flaw::Technical(sentence.into()))
    }

    /// Something that the caller may not do.
    pub fn denied(why: impl Into<Denial>) -> Self {
        Self::Denied(why.into())
    }

    /// Something that the caller may not do, where no page shows it: tokens, providers, the command line.
    pub fn forbidden(sentence: impl Into<String>) -> Self {
        Self::denied(Denial::Technical(sentence.into()))
    }
}

/// Which rule of the directory stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// Another user of the organisation has this user name.
    #[error("another user of this organisation has this user name already")]
    UserName,
    /// Another user of the connection has this external id.
    #[error("another resource of this connection has this externalId already")]
    ExternalId,
    /// Another group of the organisation has this name.
    #[error("another group of this organisation has this name already")]
    GroupName,
    /// Another team of the organisation has this name.
    #[error("another team of this organisation has this name already")]
    TeamName,
    /// Another project of the organisation has this name.
    #[error("another project of this organisation has this name already")]
    ProjectName,
    /// Another of the person's saved views has this name.
    #[error("another of your saved views has this name already")]
    ViewName,
    /// What a request would do now can be told only of a change of one user or group whose body was kept.
    #[error("only a change of one user or group can be tried, and only while its body is in the journal")]
    NotRepeatable,
    /// The same user, group or team is on the project already.
    #[error("this is on the project already; change it there")]
    Assigned,
    /// Addresses of the domain lead to a connection.
    #[error("addresses of this domain lead to a connection; take the domain away from the connection first")]
    DomainInUse,
    /// Another organisation has this short name.
    #[error("another organisation has this short name already")]
    Slug,
    /// The name or address belongs to a user that this connection does not manage.
    #[error("a user with this name exists and is managed elsewhere; an administrator must approve linking it")]
    ManagedElsewhere,
    /// The last active holder of a protected role would be lost.
    #[error("this is the last active holder of a protected role; give the role to someone else first")]
    LastProtectedRole,
    /// The user signs in through the identity provider, so there is no password to act on.
    #[error("this user signs in through the identity provider and has no password here")]
    SsoUser,
    /// The user signs in here, so there is no identity provider to name.
    #[error("this user signs in here with a password; only users who sign in at an identity provider have one")]
    NotSso,
    /// An identity provider keeps the user, and would undo what is done here.
    #[error("this user is managed by the identity provider; make the change there")]
    ManagedByProvider,
    /// An identity provider keeps the name and the members of the group.
    #[error("this group is managed by the identity provider; change its name and its members there")]
    GroupOfProvider,
    /// The group gives roles, so it is in use.
    #[error("this group is assigned; take its roles away and take it off its projects first")]
    GroupAssigned,
    /// Only somebody who never signed in may be deleted.
    #[error("only a user who never signed in and has no identity provider can be deleted; deactivate this one instead")]
    NotPending,
    /// Mail is due, and the user has no address.
    #[error("this user has no e-mail address; add one first")]
    NoAddress,
    /// There is no second factor to take away.
    #[error("this user has no second factor, so there is none to take away")]
    NoFactor,
    /// Somebody who never signed in has no password that could be replaced.
    #[error("this user has never signed in; send the link to activate the account again instead")]
    NeverSignedIn,
    /// Somebody who is active needs no link for the first password.
    #[error("this user is active already; send a link for a new password instead")]
    AlreadyActive,
    /// The user is shut out.
    #[error("this user is deactivated; activate the user first")]
    Deactivated,
    /// The service account is shut out.
    #[error("this service account is deactivated; activate it first")]
    AccountDeactivated,
    /// The address has an invitation that nobody has answered yet.
    #[error("there is an invitation for this address already; send that one again")]
    Invited,
    /// The address belongs to somebody of the organisation.
    #[error("somebody of this organisation has this address already")]
    Member,
    /// There are as many of these as there may be.
    #[error("there are as many of these as there may be; remove one first")]
    TooMany,
    /// The role model has no requirement of a second factor for one user in particular.
    #[error(
        "in this organisation a second factor is required of everybody or of roles, not of one user; use the policy"
    )]
    MfaPerUser,
    /// The policy has switched this way to a first password off.
    #[error("the policy of this organisation has switched this way of giving a password off; send a link instead")]
    ActivationMode,
    /// Another role has this name, or one that could be taken for it.
    #[error("label: another role of this organisation has this name, or one that looks like it")]
    RoleName,
    /// Somebody or something still has the role.
    #[error("this role is in use; give those who hold it another one first")]
    RoleInUse,
    /// The role came with the role model.
    #[error("this role came with the role model and stays as it is; make a role of your own instead")]
    RoleOfTheModel,
    /// A review is about too much.
    #[error("this review would be about more than 20000 places; choose another scope")]
    ReviewTooLarge,
    /// A review is not open to those who decide.
    #[error("this review is not open, so nothing is decided in it now")]
    ReviewIsNotOpen,
    /// A review is over.
    #[error("this review is over")]
    ReviewIsOver,
    /// Other resources lie in this one.
    #[error("other resources lie in this one; delete or move them first")]
    NotEmpty,
    /// Only people touch a break-glass account.
    #[error(
        "this is a break-glass account, which nothing takes over or ends by itself; make it one like all others first"
    )]
    BreakGlass,
    /// A user cannot be a break-glass account.
    #[error(
        "a break-glass account is active, signs in here with a password, holds a protected role, and has no end date"
    )]
    NoBreakGlass,
    /// The organisation is to go.
    #[error("this organisation is being deleted; restore it first")]
    Deleting,
    /// What the organisation had is going or gone.
    #[error("the time in which this organisation could be restored is over")]
    Erased,
    /// Something has changed since a plan was made.
    #[error("something has changed since the plan was made, so nothing more was done; ask for the plan again")]
    PlanChanged,
    /// A file is not there yet, or there will be none.
    #[error("this export has no file; there is one when its state is ready")]
    NoFile,
    /// The application has a stream, and may have no second.
    #[error("this application has a stream already; read it and change it")]
    StreamExists,
    /// Something with this name or value exists already.
    #[error("it exists already")]
    Exists,
}

impl Conflict {
    /// The name of the rule, for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UserName => "user-name-taken",
            Self::ExternalId => "external-id-taken",
            Self::GroupName => "group-name-taken",
            Self::TeamName => "team-name-taken",
            Self::ViewName => "view-name-taken",
            Self::NotRepeatable => "not-repeatable",
            Self::ProjectName => "project-name-taken",
            Self::Assigned => "assigned",
            Self::DomainInUse => "domain-in-use",
            Self::Slug => "slug-taken",
            Self::ManagedElsewhere => "managed-elsewhere",
            Self::LastProtectedRole => "last-protected-role",
            Self::SsoUser => "sso-user",
            Self::NotSso => "not-sso",
            Self::ManagedByProvider => "managed-by-provider",
            Self::GroupOfProvider => "group-managed-by-provider",
            Self::GroupAssigned => "group-assigned",
            Self::NotPending => "not-pending",
            Self::NoAddress => "no-address",
            Self::NoFactor => "no-factor",
            Self::NeverSignedIn | Self::AlreadyActive | Self::Deactivated | Self::AccountDeactivated => "wrong-state",
            Self::Invited => "invited",
            Self::Member => "member",
            Self::TooMany => "too-many",
            Self::MfaPerUser => "mfa-per-user",
            Self::ActivationMode => "activation-mode",
            Self::RoleName => "role-name-taken",
            Self::RoleInUse => "role-in-use",
            Self::RoleOfTheModel => "role-of-the-model",
            Self::ReviewTooLarge => "review-too-large",
            Self::ReviewIsNotOpen => "review-not-open",
            Self::ReviewIsOver => "review-over",
            Self::NotEmpty => "not-empty",
            Self::BreakGlass => "break-glass",
            Self::NoBreakGlass => "no-break-glass",
            Self::Deleting => "deleting",
            Self::Erased => "erased",
            Self::PlanChanged => "plan-changed",
            Self::NoFile => "no-file",
            Self::StreamExists => "stream-exists",
            Self::Exists => "exists",
        }
    }
}
