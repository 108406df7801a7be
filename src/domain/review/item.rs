//! One place of a review: somebody who holds something, what is known about it, and what is decided.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{COMMENT_MAX, Scope, words};
use crate::domain::id::{
    AssignmentId, GroupId, OrgId, ProjectId, ReviewId, ReviewItemId, ServiceAccountId, TeamId, UserId,
};
use crate::domain::role::{RoleKey, Source};
use crate::domain::text::{has_control, hexadecimal};
use crate::domain::{Error, Flaw, Timestamp};

/// Who holds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A user.
    User(UserId),
    /// Everybody in a group.
    Group(GroupId),
    /// Everybody on a team.
    Team(TeamId),
    /// A program.
    ServiceAccount(ServiceAccountId),
}

impl Holder {
    /// What kind it is.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Group(_) => "group",
            Self::Team(_) => "team",
            Self::ServiceAccount(_) => "service_account",
        }
    }

    /// Its id.
    pub fn id(self) -> String {
        match self {
            Self::User(id) => id.to_string(),
            Self::Group(id) => id.to_string(),
            Self::Team(id) => id.to_string(),
            Self::ServiceAccount(id) => id.to_string(),
        }
    }

    /// The user, where it is one.
    pub const fn user(self) -> Option<UserId> {
        if let Self::User(id) = self { Some(id) } else { None }
    }
}

/// What somebody holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Held {
    /// A role.
    Role {
        /// The role.
        role: RoleKey,
        /// Why it is held; nothing for a service account, which has one role.
        source: Option<Source>,
    },
    /// A place in a group.
    Group {
        /// The group.
        group: GroupId,
    },
    /// A place on a team.
    Team {
        /// The team.
        team: TeamId,
    },
    /// A place on a project.
    Project {
        /// The project.
        project: ProjectId,
        /// The place.
        assignment: AssignmentId,
    },
    /// An account.
    Account,
}

impl Held {
    /// What kind it is.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Role { .. } => "role",
            Self::Group { .. } => "group",
            Self::Team { .. } => "team",
            Self::Project { .. } => "project",
            Self::Account => "account",
        }
    }
}

/// What speaks against something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Risk {
    /// The user has never signed in, and was made a while ago.
    NeverSignedIn,
    /// The user was not seen for long.
    Inactive,
    /// The role acts on others, and the user has no second factor.
    NoSecondFactor,
    /// The user is deactivated.
    Deactivated,
    /// The same role is held for another reason as well.
    Twice,
    /// The identity provider says that the user is gone.
    GoneAtProvider,
}

words!(Risk {
    NeverSignedIn = "never_signed_in",
    Inactive = "inactive",
    NoSecondFactor = "no_second_factor",
    Deactivated = "deactivated",
    Twice = "twice",
    GoneAtProvider = "gone_at_provider",
});

/// What was known when the review was staged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Facts {
    /// When the user was last seen.
    pub last_active: Option<Timestamp>,
    /// The state of the second factor: `on`, `off` or `provider`.
    pub mfa: Option<String>,
    /// What speaks against it.
    pub risks: Vec<Risk>,
    /// Of a service account, who answers for it.
    pub owner: Option<UserId>,
}

/// What is to become of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It stays.
    Keep,
    /// It is taken away.
    Remove,
    /// A lower role takes its place.
    Reduce {
        /// That role.
        role: RoleKey,
    },
    /// The user is shut out altogether.
    Deactivate,
}

impl Decision {
    /// The word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Remove => "remove",
            Self::Reduce { .. } => "reduce",
            Self::Deactivate => "deactivate",
        }
    }

    /// The role that takes the place of a higher one.
    pub const fn role(&self) -> Option<&RoleKey> {
        if let Self::Reduce { role } = self { Some(role) } else { None }
    }

    /// Reads the word, with the role that some need.
    pub fn read(word: &str, role: Option<&str>) -> Result<Self, Error> {
        let unknown = || Error::invalid("decision", Flaw::Meaningless);
        let role_of = || role.and_then(|it| it.parse().ok()).ok_or_else(|| Error::invalid("role", Flaw::RoleKey));
        match word {
            "keep" => Ok(Self::Keep),
            "remove" => Ok(Self::Remove),
            "reduce" => Ok(Self::Reduce { role: role_of()? }),
            "deactivate" => Ok(Self::Deactivate),
            _ => Err(unknown()),
        }
    }
}

/// What somebody decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// What.
    pub what: Decision,
    /// Why.
    pub comment: String,
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// False while it is only noted down.
    pub is_submitted: bool,
}

/// What became of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It stays, as somebody decided.
    Kept,
    /// It stays, because nobody decided.
    Unanswered,
    /// It is gone.
    Removed,
    /// A lower role has taken its place.
    Reduced,
    /// The user is shut out.
    Deactivated,
    /// An identity provider keeps it, where somebody has to take it away.
    HandedOver,
    /// That has been done there.
    DoneAtProvider,
    /// It was gone already.
    Gone,
    /// It could not be done.
    Refused,
}

words!(Outcome {
    Kept = "kept",
    Unanswered = "unanswered",
    Removed = "removed",
    Reduced = "reduced",
    Deactivated = "deactivated",
    HandedOver = "handed_over",
    DoneAtProvider = "done_at_provider",
    Gone = "gone",
    Refused = "refused",
});

/// The end of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// What became of it.
    pub what: Outcome,
    /// Why, where it could not be done.
    pub why: String,
    /// When.
    pub at: Timestamp,
}

/// One place of a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its identity; places stand in the order of it.
    pub id: ReviewItemId,
    /// The organisation.
    pub org: OrgId,
    /// The review.
    pub review: ReviewId,
    /// Who holds it.
    pub holder: Holder,
    /// What people called the holder.
    pub holder_name: String,
    /// What the holder signed in as; empty where it does not.
    pub user_name: String,
    /// What is held.
    pub held: Held,
    /// What that was called.
    pub held_name: String,
    /// By what it is held: what the group or the connection was called.
    pub via: String,
    /// True when an identity provider keeps it.
    pub is_of_provider: bool,
    /// What was known.
    pub facts: Facts,
    /// Who is asked; nobody where nobody may decide.
    pub reviewer: Option<UserId>,
    /// What was decided.
    pub decided: Option<Decided>,
    /// What became of it.
    pub ended: Option<Ended>,
}

impl Risk {
    /// True where nobody seems to use it any more; the others are to be mended, and whoever mends them keeps what they hold.
    const fn speaks_for_the_end(self) -> bool {
        match self {
            Self::NeverSignedIn | Self::Inactive | Self::Deactivated | Self::GoneAtProvider => true,
            Self::NoSecondFactor | Self::Twice => false,
        }
    }
}

impl Item {
    /// True where something speaks for taking it away.
    pub fn is_advised_to_end(&self) -> bool {
        self.facts.risks.iter().any(|it| it.speaks_for_the_end())
    }

    /// True for what acts on others; a group or a team may not be shown to do so, a role in a review of those is.
    pub(super) fn is_privileged(&self, scope: Scope) -> bool {
        scope == Scope::Privileged && matches!(self.held, Held::Role { .. })
    }

    /// True where it is about this user, who may not decide about it.
    pub fn is_about(&self, user: UserId) -> bool {
        self.holder == Holder::User(user) || self.facts.owner == Some(user)
    }

    /// What may be decided about it, apart from keeping it.
    pub fn check(&self, what: &Decision, comment: &str) -> Result<(), Error> {
        if comment.chars().count() > COMMENT_MAX || has_control(comment) {
            return Err(Error::invalid("comment", Flaw::TooLongOrLines { characters_max: COMMENT_MAX }));
        }
        let fits = match what {
            Decision::Keep | Decision::Remove => true,
            Decision::Reduce { .. } => matches!(self.held, Held::Role { source: Some(Source::Manual), .. }),
            Decision::Deactivate => self.holder.user().is_some() && !self.is_of_provider,
        };
        if fits { Ok(()) } else { Err(Error::invalid("decision", Flaw::Meaningless)) }
    }

    /// What was so when the review was staged, on one line; without names, which people change and have erased.
    fn line(&self) -> String {
        let (kind, holder) = (self.holder.kind(), self.holder.id());
        serde_json::json!([self.id, kind, holder, self.held, self.is_of_provider, self.facts]).to_string()
    }
}

/// The SHA-256 of what a review is about, in hexadecimal digits.
pub fn digest<'a>(items: impl IntoIterator<Item = &'a Item>) -> String {
    let mut hash = Sha256::new();
    for item in items {
        hash.update(item.line().as_bytes());
        hash.update(b"\n");
    }
    hexadecimal(&hash.finalize())
}
