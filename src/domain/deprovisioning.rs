//! Somebody whom an identity provider lets go: at once, or once an owner has agreed.

use std::time::Duration;

use super::Timestamp;
use super::id::{ConnectionId, DeprovisioningId, OrgId, UserId};
use super::user::{Status, User};

/// For so long a refused one is refused again when the provider repeats it; and what was done is counted no longer than that.
pub const REMEMBERED: Duration = Duration::from_hours(24);

/// That a user of a connection is let go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deprovisioning {
    /// Its identity; they sort by it.
    pub id: DeprovisioningId,
    /// The organisation.
    pub org: OrgId,
    /// The connection that lets the user go.
    pub connection: ConnectionId,
    /// The user.
    pub user: UserId,
    /// How.
    pub way: Way,
    /// What became of it.
    pub state: State,
    /// Since when that is so.
    pub at: Timestamp,
}

/// How a user is let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Without access, with everything kept.
    Deactivate,
    /// Gone.
    Delete,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It was done.
    Done,
    /// It waits for an owner.
    Held,
    /// An owner has refused it.
    Refused,
}

/// Why one that is held is left out when all are released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// The user is gone already.
    Gone,
    /// The user is deactivated already.
    Deactivated,
    /// The user belongs to the connection no more.
    Moved,
    /// The user is the last holder of a protected role.
    LastHolder,
}

impl Way {
    /// The word that is stored and shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Deactivate => "deactivate",
            Self::Delete => "delete",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Deactivate, Self::Delete].into_iter().find(|it| it.word() == word)
    }
}

impl State {
    /// The word that is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Held => "held",
            Self::Refused => "refused",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Done, Self::Held, Self::Refused].into_iter().find(|it| it.word() == word)
    }
}

impl LeftOut {
    /// The word for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Deactivated => "deactivated",
            Self::Moved => "moved",
            Self::LastHolder => "last_holder",
        }
    }
}

impl Deprovisioning {
    /// Why this cannot be done any more, as far as the user alone says.
    pub fn left_out(&self, user: Option<&User>) -> Option<LeftOut> {
        let Some(user) = user else { return Some(LeftOut::Gone) };
        if user.managed_by != Some(self.connection) {
            return Some(LeftOut::Moved);
        }
        let is_so = self.way == Way::Deactivate && user.status == Status::Deactivated;
        is_so.then_some(LeftOut::Deactivated)
    }
}
