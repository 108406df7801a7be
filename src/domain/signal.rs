//! What applications are told when access ends, and the streams in which they hear it.
//!
//! **Invariant:** what became of a signal stays beside it, so that whoever asks about the deed that caused it is told.

use super::id::{ClientId, OrgId, OutboxId, StreamId, UserId};
use super::time::Timestamp;

/// A stream as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// The identity of the stream.
    pub id: StreamId,
    /// The organisation of its client, or that of the operator.
    pub org: OrgId,
    /// The application that hears.
    pub client: ClientId,
    /// What the application chose, as JSON of the provider's own type.
    pub settings: String,
    /// The header with which events are posted to it, sealed.
    pub authorization_sealed: Option<Vec<u8>>,
    /// Whether it tells: the word of the protocol.
    pub status: String,
    /// Why.
    pub reason: Option<String>,
    /// When the application last asked for a sign of life.
    pub verified_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What one application is told of one cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// Its identity, which is that of the message that carries it.
    pub id: OutboxId,
    /// The organisation of the person it is about.
    pub org: OrgId,
    /// The application.
    pub client: ClientId,
    /// The stream in which it is told; none where it is posted as a logout token.
    pub stream: Option<StreamId>,
    /// The person it is about; nobody where it is about the stream.
    pub user: Option<UserId>,
    /// What is told: `backchannel-logout`, or the short name of the event.
    pub kind: String,
    /// What is told, as JSON of the provider's own type.
    pub content: String,
    /// When the unit was that caused it: the moment of the record of the deed.
    pub at: Timestamp,
    /// What became of it.
    pub state: State,
    /// How often it was tried.
    pub tries: i64,
    /// When it was delivered or given up.
    pub ended_at: Option<Timestamp>,
    /// Why it was not delivered at the last try.
    pub failure: Option<String>,
}

/// What became of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is still to be delivered.
    Waiting,
    /// The application has it.
    Delivered,
    /// It will not be delivered any more.
    Failed,
}

impl State {
    /// The word that is stored and shown to programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Delivered, Self::Failed].into_iter().find(|it| it.word() == word)
    }
}
