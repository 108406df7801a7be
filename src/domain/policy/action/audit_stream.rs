//! The deeds of a stream in which the audit log goes out.

use serde_json::{Value, json};

use super::Change;

/// A deed of a stream. No record of it tells more of an address than where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamDeed {
    /// The log goes out from now on.
    Create {
        /// By which way.
        kind: &'static str,
        /// To where.
        to: String,
        /// As what.
        style: &'static str,
        /// Which deeds it tells; nothing for all.
        events: String,
    },
    /// It goes out otherwise.
    Change {
        /// What changed.
        changes: Vec<Change>,
    },
    /// It does not go out for a while.
    Pause,
    /// It goes on where it was.
    Resume,
    /// It goes on at another place.
    Replay {
        /// The number that would have been next.
        from: i64,
        /// The number that is next.
        to: i64,
    },
    /// It is signed with another secret.
    RotateSecret,
    /// Something is sent to see whether it arrives.
    Test,
    /// It goes out no more.
    Delete,
    /// For a while nothing has arrived.
    Fail {
        /// What the last try said.
        why: String,
    },
    /// It arrives again.
    Recover,
}

impl StreamDeed {
    /// The name in the past tense, and the words after "may not".
    pub(super) const fn words(&self) -> (&'static str, &'static str) {
        const PHRASE: &str = "manage the streams of the audit log";
        match self {
            Self::Create { .. } => ("audit.stream_created", PHRASE),
            Self::Change { .. } => ("audit.stream_changed", PHRASE),
            Self::Pause => ("audit.stream_paused", PHRASE),
            Self::Resume => ("audit.stream_resumed", PHRASE),
            Self::Replay { .. } => ("audit.stream_replayed", PHRASE),
            Self::RotateSecret => ("audit.stream_secret_rotated", PHRASE),
            Self::Test => ("audit.stream_tested", PHRASE),
            Self::Delete => ("audit.stream_deleted", PHRASE),
            Self::Fail { .. } => ("audit.stream_failed", PHRASE),
            Self::Recover => ("audit.stream_recovered", PHRASE),
        }
    }

    /// True for what the server notes by itself.
    pub(in crate::domain::policy) const fn is_of_the_server(&self) -> bool {
        matches!(self, Self::Fail { .. } | Self::Recover)
    }

    pub(super) fn changes(&self) -> Value {
        match self {
            Self::Create { kind, to, style, events } => {
                let all = [("kind", *kind), ("address", to), ("format", style), ("events", events)];
                let said = all.into_iter().filter(|(path, word)| *path != "events" || !word.is_empty());
                said.map(|(path, word)| json!({"path": path, "new": word})).collect()
            }
            Self::Change { changes } => json!(changes),
            Self::Replay { from, to } => json!([{"path": "next_seq", "old": from, "new": to}]),
            Self::Fail { why } => json!([{"path": "failure", "new": why}]),
            Self::Pause | Self::Resume | Self::RotateSecret | Self::Test | Self::Delete | Self::Recover => json!([]),
        }
    }
}
