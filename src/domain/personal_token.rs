//! A token with which a person, or a service account, calls the API.
//!
//! **Invariant:** a token never reaches further than the one it belongs to: its scopes only narrow what that one may do.

use std::time::Duration;

use super::id::{OrgId, PersonalTokenId, UserId};
use super::time::Timestamp;

/// How long a token works when nothing is said.
pub const LIFETIME: Duration = Duration::from_hours(24 * 90);
/// How long a token works at most.
pub const LIFETIME_MAX: Duration = Duration::from_hours(24 * 365);

/// A token as stored; its secret is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalToken {
    /// The identity of the token.
    pub id: PersonalTokenId,
    /// The organisation of its owner.
    pub org: OrgId,
    /// Whose it is.
    pub user: UserId,
    /// What its owner calls it.
    pub name: String,
    /// The first characters, by which its owner knows it again.
    pub hint: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

impl PersonalToken {
    /// True when the token may be used for this.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

/// What a token may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Requests that change nothing.
    Read,
    /// Requests that change something.
    Write,
}

impl Scope {
    /// Every scope there is.
    pub const ALL: [Self; 2] = [Self::Read, Self::Write];

    /// The word that is stored, sent and shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}
