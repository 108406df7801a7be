//! A share: a resource that somebody, or everybody on a team, may view or edit.

use super::id::{ResourceId, TeamId, UserId};
use super::time::Timestamp;

/// The most shares of a resource.
pub const COUNT_MAX: u64 = 1_000;

/// What a share lets do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Look at it.
    View,
    /// Look at it and change it.
    Edit,
}

impl Level {
    /// Both levels.
    pub const ALL: [Self; 2] = [Self::View, Self::Edit];

    /// The word that is stored and sent.
    pub const fn word(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Edit => "edit",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// Whom a resource is shared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sharee {
    /// One user.
    User(UserId),
    /// A team, with everybody on it.
    Team(TeamId),
}

impl Sharee {
    /// The words for the kinds.
    pub const KINDS: [&'static str; 2] = ["user", "team"];

    /// The word for its kind.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Team(_) => "team",
        }
    }

    /// Reads kind and id; `None` when either means nothing.
    pub fn read(kind: &str, id: &str) -> Option<Self> {
        match kind {
            "user" => id.parse().ok().map(Self::User),
            "team" => id.parse().ok().map(Self::Team),
            _ => None,
        }
    }

    /// Its id as text.
    pub fn id(self) -> String {
        match self {
            Self::User(id) => id.to_string(),
            Self::Team(id) => id.to_string(),
        }
    }
}

/// A share as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// What is shared.
    pub resource: ResourceId,
    /// With whom.
    pub with: Sharee,
    /// What it lets do.
    pub level: Level,
    /// Since when.
    pub since: Timestamp,
    /// Who shared it; nobody when it was the operator.
    pub by: Option<UserId>,
}
