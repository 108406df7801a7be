//! What somebody was refused, who is known and may not do it.
//!
//! **Invariant:** whatever a page can show has a variant of its own, so that every language says it in its own words; the
//! sentences here are those that programs, logs and the command line read.

use std::fmt;

use super::policy::Action;
use super::role::RoleKey;

/// What was refused, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// The deed is not open to the caller.
    #[error("{who} may not {}", .deed.phrase())]
    Deed {
        /// The caller.
        who: Who,
        /// What was to be done.
        deed: Box<Action>,
    },
    /// The deed is not open to the caller where somebody holds this role.
    #[error("{who} may not {}: this user holds the role {role}", .deed.phrase())]
    Holder {
        /// The caller.
        who: Who,
        /// What was to be done.
        deed: Box<Action>,
        /// The role that the target holds.
        role: RoleKey,
    },
    /// The caller lacks a permission.
    #[error("{who} lacks the permission {permission}")]
    Permission {
        /// The caller.
        who: Who,
        /// What it would take.
        permission: String,
    },
    /// The role may not be given by the caller.
    #[error("{who} may not give the role {role}")]
    GiveRole {
        /// The caller.
        who: Who,
        /// What was to be given.
        role: RoleKey,
    },
    /// The role allows more than the caller has.
    #[error("{who} may not give the role {role}: it allows {excess}, which they lack")]
    GiveMore {
        /// The caller.
        who: Who,
        /// What was to be given.
        role: RoleKey,
        /// What it allows beyond.
        excess: String,
    },
    /// The role may not be taken by the caller.
    #[error("{who} may not take the role {role} away")]
    TakeRole {
        /// The caller.
        who: Who,
        /// What was to be taken.
        role: RoleKey,
    },
    /// The role would be higher than the own one.
    #[error("nobody may raise their own role; ask somebody who may give it")]
    RaiseOneself,
    /// The role comes from an identity provider.
    #[error("this role comes from the identity provider and is changed there")]
    RoleOfProvider,
    /// Whoever writes the role model must have everything already.
    #[error("only somebody whose role allows everything may define roles")]
    DefineRoles,
    /// Nobody shuts themselves out like this.
    #[error("nobody may do this to their own account; leave the organisation instead")]
    EndOneself,
    /// The own account has another place for it.
    #[error("nobody may do this to their own account; use your own account page, or ask an administrator")]
    Oneself,
    /// Nobody decides whether they themselves are let go.
    #[error(
        "you are one of those whom the identity provider lets go, and nobody decides about that themselves; ask somebody \
         else who looks after the connections, or whoever runs this server"
    )]
    OwnDeprovisioning,
    /// The role does not allow personal tokens.
    #[error("your role does not allow personal tokens")]
    PersonalTokens,
    /// The second factor is required.
    #[error("your organisation requires a second factor of you, so it cannot be switched off")]
    MfaIsRequired,
    /// The second factor is that of the identity provider.
    #[error("your second factor is looked after by the identity provider of your organisation")]
    MfaAtProvider,
    /// The name comes from an identity provider.
    #[error("your name comes from the identity provider of your organisation and is changed there")]
    NameIsManaged,
    /// The language comes from an identity provider.
    #[error("your language comes from the identity provider of your organisation and is changed there")]
    LanguageIsManaged,
    /// There is no proof that is new enough.
    #[error("sign in again and repeat this within ten minutes; it needs a recent proof that it is you")]
    ProofIsOld,
    /// There is nobody left who could prove who the person is.
    #[error(
        "this needs a new proof of who you are, and your account belongs to no identity provider now; ask an \
         administrator of your organisation"
    )]
    NoProof,
    /// The server is called by a number, so browsers make no passkeys for it.
    #[error("passkeys need a host name, and this server is called by a number; set public_url")]
    NoPasskeys,
    /// The deed does not fit this user, or is not open to the caller.
    #[error("this cannot be done to this user, or not by you")]
    UserNotOffered,
    /// Reviews are not open to the caller.
    #[error("you may not stage, open or close access reviews")]
    ReviewNotOffered,
    /// A form for streams of the audit log is not offered to everybody.
    #[error("streams of the audit log are managed by those who may export it and manage integrations")]
    StreamsNotOffered,
    /// Adding users is not open to the caller.
    #[error("you may not add anybody here; ask somebody who gives people their roles")]
    NewcomersNotOffered,
    /// The deed does not fit this service account, or is not open to the caller.
    #[error("this cannot be done to this service account, or not by you")]
    ServiceAccountNotOffered,
    /// The deed is not open to the caller.
    #[error("you may not do this to teams")]
    TeamNotOffered,
    /// The deed is not open to the caller.
    #[error("you may not do this to groups")]
    GroupNotOffered,
    /// The deed is not open to the caller.
    #[error("you may not do this to projects")]
    ProjectNotOffered,
    /// Nobody takes over what is not theirs.
    #[error("nobody may take a resource over; ask somebody else to transfer it to you")]
    TakeOver,
    /// Somebody would open to themselves what is not theirs.
    #[error("nobody shares what is not theirs with themselves, with a team of theirs or with everybody; ask the owner")]
    OpenToOneself,
    /// What is not one's own is put into no other resource and not deleted.
    #[error("only the owner and the program that registered a resource put it into another or delete it")]
    NotTheirs,
    /// Whoever decides where mail goes decides who may choose another password.
    #[error(
        "an address is the way to another password, so that changing it takes the permission to reset passwords too"
    )]
    AddressIsWayIn,
    /// The connection gives and manages roles up to a ceiling, and this one is above it.
    #[error("the connection {connection} may not give or manage the role {role}")]
    Ceiling {
        /// What the connection is called.
        connection: String,
        /// The role.
        role: RoleKey,
    },
    /// Nobody has proved that the domain is theirs.
    #[error(
        "only a domain that this organisation has proved may lead to an identity provider; prove it first, or ask whoever \
         runs this server"
    )]
    ClaimDomain,
    /// Something that no page shows: tokens, providers, the command line.
    #[error("{0}")]
    Technical(String),
}

/// The caller at the beginning of a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Somebody with this role: "an admin".
    Role(RoleKey),
    /// Somebody without any.
    NoRole,
    /// No person: "this job".
    Program(String),
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role(key) => {
                let article = if key.as_str().starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
                write!(f, "{article} {key}")
            }
            Self::NoRole => f.write_str("somebody without a role"),
            Self::Program(name) => f.write_str(name),
        }
    }
}
