//! A part of the audit log that is kept as a file for a while, for whoever asked for it.
//!
//! **Invariant:** there is a file when all of it was made, and not before.

use std::time::Duration;

use super::Timestamp;
use super::audit_entry::Format;
use super::audit_filter::AuditFilter;
use super::id::{AuditExportId, OrgId, RunId, UserId};

/// So long a file is kept.
pub const KEPT_FOR: Duration = Duration::from_hours(7 * 24);
/// So many of an organisation wait or are being made at most.
pub const UNFINISHED_MAX: usize = 3;
/// And so many there are at most.
pub const EXPORTS_MAX: usize = 20;
/// So long a file is at most.
pub const BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// So long each of its parts is, but the last.
pub const PART_BYTES: usize = 1024 * 1024;

/// A part of the log that somebody wants as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditExport {
    /// Its identity.
    pub id: AuditExportId,
    /// Whose log.
    pub org: OrgId,
    /// How the file is written.
    pub format: Format,
    /// Which deeds are in it.
    pub filter: AuditFilter,
    /// Who asked for it.
    pub asked_by: Asker,
    /// When.
    pub asked_at: Timestamp,
    /// How far it is.
    pub state: State,
    /// When it goes.
    pub expires_at: Timestamp,
}

/// Who asked for a file, as the record names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    /// `user`, `service_account` or `operator`.
    pub kind: String,
    /// The account; the operator has none.
    pub id: Option<UserId>,
    /// What it was called at the time.
    pub label: String,
}

/// How far a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nobody has begun it.
    Waiting,
    /// A node makes it.
    UnderWay,
    /// It is there.
    Ready(Made),
    /// There will be none.
    Failed(Failure),
}

/// A file that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The try that made it.
    pub run: RunId,
    /// How many deeds are in it.
    pub deeds: u64,
    /// How long it is.
    pub bytes: u64,
    /// What proves it, signed.
    pub manifest: String,
}

/// Why there is no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Failure {
    /// It would be longer than [`BYTES_MAX`].
    TooLarge,
    /// Whoever asked for it may export no more.
    RightLost,
    /// The server could not make it, however often it tried.
    Fault,
}

impl State {
    /// Its name.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::UnderWay => "under_way",
            Self::Ready(_) => "ready",
            Self::Failed(_) => "failed",
        }
    }

    /// True while it waits or is being made.
    pub const fn is_unfinished(&self) -> bool {
        matches!(self, Self::Waiting | Self::UnderWay)
    }
}

impl Failure {
    const ALL: [Self; 3] = [Self::TooLarge, Self::RightLost, Self::Fault];

    /// Its name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::RightLost => "right_lost",
            Self::Fault => "fault",
        }
    }

    /// Reads the name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

impl AuditExport {
    /// The file, where it is there.
    pub const fn made(&self) -> Option<&Made> {
        if let State::Ready(made) = &self.state { Some(made) } else { None }
    }
}
