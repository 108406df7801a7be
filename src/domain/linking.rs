//! Somebody whom an identity provider means by name and who is not its to have: an administrator decides.
//!
//! **Invariant:** a name links nobody by itself; it only asks.

use std::time::Duration;

use super::Timestamp;
use super::id::{ConnectionId, LinkingId, OrgId, UserId};

/// So long a question is kept after it was asked last, whatever became of it.
pub const KEPT: Duration = Duration::from_hours(30 * 24);
/// So many questions of one connection are kept.
pub const KEPT_MAX: u64 = 500;

/// That a connection means a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linking {
    /// Its identity; they sort by it.
    pub id: LinkingId,
    /// The organisation.
    pub org: OrgId,
    /// The connection.
    pub connection: ConnectionId,
    /// Whom it met.
    pub user: UserId,
    /// What became of it.
    pub state: State,
    /// Which id the provider gave the person, hashed.
    pub claim_key: Vec<u8>,
    /// What the provider says of the person, sealed.
    pub claim_sealed: Vec<u8>,
    /// How often it asked.
    pub times: u64,
    /// When it asked first.
    pub first_at: Timestamp,
    /// When it asked last.
    pub last_at: Timestamp,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits for an administrator.
    Open,
    /// The user belongs to the connection now, which does not know it yet.
    Linked,
    /// They are two people, or are to stay apart.
    Dismissed,
}

impl State {
    /// The word that is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Linked => "linked",
            Self::Dismissed => "dismissed",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Open, Self::Linked, Self::Dismissed].into_iter().find(|it| it.word() == word)
    }
}
