//! The only place that says yes.
//!
//! [`Actor::permit`] answers a deed that changes something with a [`Permit`], which the unit of work turns into the
//! audit row of the change; [`Actor::may`] answers whether something may be read.
//!
//! **Invariant:** what no rule allows is refused; a new deed is open to nobody until a rule names it.
//! **Invariant:** a thing of another organisation does not exist (`NotFound`); within the own one a refusal is `Denied`
//! and says in a sentence what was refused.
//! **Invariant:** nobody raises their own rights, by whatever deed, and nobody gives away more than they have.

mod action;
mod event;
mod operator;
mod permit;
mod proof;
mod scim;
mod sheet;
mod target;
mod user;

pub use action::{Action, Change, DomainDeed, ExportDeed, ReviewDeed, StreamDeed};
pub use event::{Kept, Told, What, merged};
pub use operator::Operator;
pub use permit::{AuditRecord, Outcome, Permit};
pub use scim::Ceiling;
pub use sheet::Report;
pub use target::{Target, TargetGroup, TargetResource, TargetUser};

use super::denial::{Denial, Who};
use super::id::{ClientId, ConnectionId, OrgId, SessionId, UserId};
use super::review::Silence;
use super::role::{Effective, RoleKey, RoleModel};
use super::{Conflict, Error};

/// Whoever does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Whoever runs the instance: the command line, or the operator token.
    Operator {
        /// Who it was, as far as that is known.
        label: String,
    },
    /// A job of the server itself; see [`JOB_KEYS`], [`JOB_SWEEP`], [`JOB_GRACE`],
    /// [`JOB_PROVISIONING`], [`JOB_DEPARTURES`], [`JOB_REVIEWS`], [`JOB_DOMAINS`], [`JOB_ERASURE`] and [`JOB_AUDIT`].
    Job(&'static str),
    /// An identity provider, by its connection.
    Scim(ScimActor),
    /// A user, who has proved to be it.
    User(UserActor),
    /// A service account, by one of its tokens.
    Service(UserActor),
    /// An OpenID Connect client, authenticated where its kind can be.
    Client(ClientActor),
    /// Somebody who has proved nothing.
    Anonymous,
}

/// An identity provider, by its connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScimActor {
    /// The organisation.
    pub org: OrgId,
    /// The connection.
    pub connection: ConnectionId,
    /// Its name.
    pub label: String,
    /// The roles it may give.
    pub ceiling: Ceiling,
}

/// A user who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserActor {
    /// The organisation.
    pub org: OrgId,
    /// The user.
    pub id: UserId,
    /// The user name.
    pub label: String,
    /// What the user holds.
    pub effective: Effective,
    /// The person who answers for a service account: what it does for them is done by themselves.
    pub owner: Option<UserId>,
    /// The session, where there is one.
    pub session: Option<SessionId>,
    /// True when it was too long ago that the person proved who they are for the deeds that need a new proof.
    pub proof_is_old: bool,
}

/// A client that acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientActor {
    /// The organisation; none for a client of the operator.
    pub org: Option<OrgId>,
    /// The client.
    pub id: ClientId,
    /// Its name.
    pub label: String,
}

/// The job that rotates signing keys.
pub const JOB_KEYS: &str = "keys";
/// The job that ends what has expired.
pub const JOB_SWEEP: &str = "sweep";
/// The job that reminds people of a second factor that has to be set up.
pub const JOB_GRACE: &str = "grace";
/// The job that looks after connections.
pub const JOB_PROVISIONING: &str = "provisioning";
/// The job that looks after the audit.
pub const JOB_AUDIT: &str = "audit";
/// The job that looks at the domains of organisations.
pub const JOB_DOMAINS: &str = "domains";
/// The job that ends the access of those whose time has ended.
pub const JOB_DEPARTURES: &str = "departures";
/// The job that looks after access reviews.
pub const JOB_REVIEWS: &str = "reviews";
/// The job that erases the organisations whose time is over.
pub const JOB_ERASURE: &str = "erasure";

impl Actor {
    /// An organisation that is not the actor's own does not exist for it; whoever belongs to none may know of all.
    pub fn knows(&self, org: OrgId) -> Result<(), Error> {
        if self.org().is_none_or(|own| own == org) { Ok(()) } else { Err(Error::NotFound("organisation")) }
    }

    /// Decides a deed. The permit goes to the commit of the change.
    #[expect(clippy::needless_pass_by_value, reason = "a decided deed is used up, like the permit for it")]
    pub fn permit(&self, model: &RoleModel, action: Action, target: Target) -> Result<Permit, Error> {
        self.decide(model, &action, &target)?;
        if self.proof_is_old() && proof::is_needed(model, &action, &target) {
            return Err(Error::denied(Denial::ProofIsOld));
        }
        Ok(Permit::new(self, &action, &target))
    }

    /// Decides a deed without doing it: for showing what is open to somebody, and for asking whether that still holds.
    pub fn check(&self, model: &RoleModel, action: &Action, target: &Target) -> Result<(), Error> {
        self.decide(model, action, target)
    }

    /// The same actor, of whom it is known whether the last proof was given a short while ago.
    #[must_use]
    pub fn proved(self, lately: bool) -> Self {
        match self {
            Self::User(user) => Self::User(UserActor { proof_is_old: !lately, ..user }),
            other @ (Self::Operator { .. }
            | Self::Job(_)
            | Self::Scim(_)
            | Self::Service(_)
            | Self::Client(_)
            | Self::Anonymous) => other,
        }
    }

    const fn proof_is_old(&self) -> bool {
        if let Self::User(user) = self { user.proof_is_old } else { false }
    }

    /// The record of a deed that was refused.
    pub fn denial_record(&self, action: &Action, target: &Target) -> AuditRecord {
        AuditRecord::new(self, action, target, Outcome::Denied)
    }

    /// Decides whether something may be read: `users:list`, `org.audit:read`.
    pub fn may(&self, model: &RoleModel, permission: &str) -> Result<(), Error> {
        let refused = || {
            let (who, permission) = (self.subject(model), permission.to_owned());
            Err(Error::denied(Denial::Permission { who, permission }))
        };
        match self {
            Self::Operator { .. } | Self::Job(_) => Ok(()),
            Self::User(user) | Self::Service(user) if user.effective.allows(model, permission) => Ok(()),
            Self::Scim(_) if matches!(permission, "users:list" | "users:read" | "groups:read") => Ok(()),
            Self::User(_) | Self::Service(_) | Self::Scim(_) | Self::Client(_) => refused(),
            Self::Anonymous => Err(Error::Unauthenticated),
        }
    }

    /// The organisation that the actor belongs to; none for actors of the whole instance.
    pub const fn org(&self) -> Option<OrgId> {
        match self {
            Self::Scim(actor) => Some(actor.org),
            Self::User(actor) | Self::Service(actor) => Some(actor.org),
            Self::Client(actor) => actor.org,
            Self::Operator { .. } | Self::Job(_) | Self::Anonymous => None,
        }
    }

    /// What kind of actor it is, as the audit log names it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Operator { .. } => "operator",
            Self::Job(_) => "job",
            Self::Scim(_) => "connection",
            Self::User(_) => "user",
            Self::Service(_) => "service_account",
            Self::Client(_) => "client",
            Self::Anonymous => "anonymous",
        }
    }

    /// The id of the actor, where it has one.
    pub fn id(&self) -> Option<String> {
        match self {
            Self::Scim(actor) => Some(actor.connection.to_string()),
            Self::User(actor) | Self::Service(actor) => Some(actor.id.to_string()),
            Self::Client(actor) => Some(actor.id.to_string()),
            Self::Operator { .. } | Self::Job(_) | Self::Anonymous => None,
        }
    }

    /// The user or the service account that acts: whoever has roles.
    pub const fn account(&self) -> Option<&UserActor> {
        match self {
            Self::User(own) | Self::Service(own) => Some(own),
            Self::Operator { .. } | Self::Job(_) | Self::Scim(_) | Self::Client(_) | Self::Anonymous => None,
        }
    }

    /// The id of the user or the service account that acts.
    pub fn account_id(&self) -> Option<UserId> {
        self.account().map(|it| it.id)
    }

    /// The name of the actor at this time.
    pub fn label(&self) -> &str {
        match self {
            Self::Operator { label } => label,
            Self::Job(name) => name,
            Self::Scim(actor) => &actor.label,
            Self::User(actor) | Self::Service(actor) => &actor.label,
            Self::Client(actor) => &actor.label,
            Self::Anonymous => "anonymous",
        }
    }

    /// The session of the actor, where there is one.
    pub const fn session(&self) -> Option<SessionId> {
        if let Self::User(actor) = self { actor.session } else { None }
    }

    fn decide(&self, model: &RoleModel, action: &Action, target: &Target) -> Result<(), Error> {
        match self {
            Self::Operator { .. } => Ok(()),
            Self::Job(name) => allowed(is_deed_of_job(name, action), "this job", action),
            Self::Scim(actor) => actor.decide(model, action, target),
            Self::User(actor) => actor.decide(model, action, target),
            Self::Service(_) if is_only_for_people(action) => allowed(false, "a service account", action),
            Self::Service(actor) => actor.decide(model, action, target),
            Self::Client(actor) => actor.decide(action, target),
            Self::Anonymous if is_deed_of_anybody(action) => Ok(()),
            Self::Anonymous => Err(Error::Unauthenticated),
        }
    }

    /// The actor at the beginning of a refusal.
    fn subject(&self, model: &RoleModel) -> Who {
        match self {
            Self::User(actor) | Self::Service(actor) => actor.subject(model),
            Self::Operator { .. } | Self::Job(_) | Self::Scim(_) | Self::Client(_) | Self::Anonymous => {
                Who::Program(format!("a caller of the kind {}", self.kind()))
            }
        }
    }
}

impl ClientActor {
    fn decide(&self, action: &Action, target: &Target) -> Result<(), Error> {
        let foreign = self.org.is_some_and(|org| target.org().is_some_and(|of| of != org));
        if foreign {
            return Err(Error::NotFound(target.kind()));
        }
        let is_itself = matches!(target, Target::Client { id, .. } if *id == self.id);
        allowed(is_deed_of_a_client(action) || (is_itself && is_deed_on_itself(action)), "a client", action)
    }
}

/// Decides a deed of somebody who has proved nothing. No role has a say in it, so no role model is asked.
#[expect(clippy::needless_pass_by_value, reason = "a decided deed is used up, like the permit for it")]
pub fn permit_anybody(action: Action, target: Target) -> Result<Permit, Error> {
    if is_deed_of_anybody(&action) {
        return Ok(Permit::new(&Actor::Anonymous, &action, &target));
    }
    Err(Error::Unauthenticated)
}

/// Refuses to lose the last holder of a protected role: `active_holders_left` counts the active users with a way to
/// sign in whose role it would still be after the change, and the caller holds the organisation's only write transaction.
pub fn keeps_a_holder(model: &RoleModel, lost: &RoleKey, active_holders_left: u64) -> Result<(), Error> {
    let protected = model.get(lost).and_then(|role| role.protected);
    let enough = protected.is_none_or(|protected| active_holders_left >= protected.min_active);
    if enough { Ok(()) } else { Err(Conflict::LastProtectedRole.into()) }
}

fn allowed(is_allowed: bool, subject: &str, action: &Action) -> Result<(), Error> {
    let (who, deed) = (Who::Program(subject.to_owned()), Box::new(action.clone()));
    if is_allowed { Ok(()) } else { Err(Error::denied(Denial::Deed { who, deed })) }
}

fn is_deed_of_job(name: &str, action: &Action) -> bool {
    match name {
        JOB_KEYS => matches!(action, Action::RotateKey | Action::RemoveKey),
        JOB_GRACE => matches!(action, Action::RemindMfa),
        JOB_PROVISIONING => matches!(
            action,
            Action::WarnConnectionToken { .. }
                | Action::NoteSilence { .. }
                | Action::NoteSpeech { .. }
                | Action::RemindOfDeprovisionings { .. }
        ),
        JOB_AUDIT => matches!(
            action,
            Action::RetainAudit { .. }
                | Action::AuditExport { deed: ExportDeed::Fail { .. }, .. }
                | Action::AuditStream(StreamDeed::Fail { .. } | StreamDeed::Recover | StreamDeed::Pause)
        ),
        JOB_DOMAINS => matches!(action, Action::Domain(DomainDeed::Prove { .. })),
        JOB_DEPARTURES => matches!(action, Action::DeactivateUser | Action::NoteStillHere { .. }),
        // What nobody decided about ends where the operator says so; where a person does, it is their own deed.
        JOB_REVIEWS => matches!(
            action,
            Action::Review(_)
                | Action::ChangeRole { .. }
                | Action::ChangeMembers { .. }
                | Action::ChangeTeamMembers { .. }
                | Action::RevokeProjectAccess { .. }
                | Action::DeactivateUser
                | Action::DeactivateServiceAccount
        ),
        JOB_ERASURE => matches!(action, Action::BeginErasure { .. } | Action::EraseOrganisation),
        JOB_SWEEP => matches!(action, Action::RevokeSessions | Action::RevokeTokens | Action::DeleteClient),
        _ => false,
    }
}

/// What a program never does: whoever invites is asked again when the person comes, and with a token nobody makes another.
const fn is_only_for_people(action: &Action) -> bool {
    matches!(
        action,
        Action::InviteUser { .. }
            | Action::ResendInvitation { .. }
            | Action::CreateServiceAccount { .. }
            | Action::ChangeServiceAccount { .. }
            | Action::ActivateServiceAccount { .. }
            | Action::CreateServiceToken { .. }
            | Action::AddConnectionToken { .. }
            | Action::CreateSetupLink { .. }
            | Action::AddConnectionClient { .. }
            | Action::ReleaseDeprovisionings { .. }
            | Action::RefuseDeprovisionings { .. }
            | Action::RotateClientSecret
            | Action::MarkBreakGlass { .. }
            | Action::AuditStream(StreamDeed::Create { .. } | StreamDeed::Change { .. } | StreamDeed::RotateSecret)
            // What becomes of what nobody decides about is done in the name of whoever says so.
            | Action::Review(
                ReviewDeed::Stage { .. }
                    | ReviewDeed::Open { .. }
                    | ReviewDeed::Close { .. }
                    | ReviewDeed::Decide { .. }
                    | ReviewDeed::HandOn { silence: Silence::Advice | Silence::Remove, .. }
                    | ReviewDeed::CreateSchedule { .. }
                    | ReviewDeed::ChangeSchedule { .. }
            )
    )
}

/// What an application does that registered itself, with its own registration.
const fn is_deed_on_itself(action: &Action) -> bool {
    matches!(action, Action::CreateClient | Action::UpdateClient { .. } | Action::DeleteClient)
}

const fn is_deed_of_a_client(action: &Action) -> bool {
    matches!(
        action,
        Action::IssueTokens { .. }
            | Action::RefreshTokens
            | Action::RevokeTokens
            | Action::ReportRefreshReuse
            | Action::ChangeStream { .. }
    )
}

const fn is_deed_of_anybody(action: &Action) -> bool {
    matches!(
        action,
        Action::FailSignIn { .. }
            | Action::RefuseIdentity { .. }
            | Action::RequestPasswordReset
            | Action::FailInvitation { .. }
            | Action::AddTokenByLink { .. }
    )
}

#[cfg(test)]
mod decisions;
#[cfg(test)]
mod tests;
