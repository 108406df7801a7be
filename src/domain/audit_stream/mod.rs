//! The streams in which the audit log of an organisation goes out as it happens: to a webhook, to syslog, into a bucket,
//! into a file, or to the standard output of the server.
//!
//! **Invariant:** a stream is a place in the chain of the log. What is sent is told in the order of its numbers, and a place moves
//! on only over what has been taken, so that something may arrive twice and never not at all.
//! **Invariant:** a stream that tells some deeds looks at all of them in their order; its place moves on over the others, too.
//! **Invariant:** what was taken away before it could be sent is told of in its place; no receiver has to notice by itself.

mod bucket;
mod events;
mod telling;

use std::time::Duration;

use super::id::{AuditStreamId, OrgId};
use super::text::{check_name, on_one_line};
use super::{Error, Timestamp};

pub use bucket::{Bucket, SIGNING_MAX, check_shown, object, trial};
pub use events::Events;
pub use telling::{Body, Line, Note, Sender, frame, line_of, note, printed, webhook_id};

/// The permissions that it takes together to make a stream and to change anything about it.
pub const MANAGE: [&str; 2] = ["org.audit:export", "org.integrations:manage"];
/// So many streams an organisation has at most.
pub const STREAMS_MAX: u64 = 5;
/// So long is the name of one at most.
pub const NAME_MAX: usize = 100;
/// So long both secrets are used after another one was made.
pub const OVERLAP: Duration = Duration::from_hours(24);
/// Whoever looks after a stream is written to when nothing has arrived for so long.
pub const TOLD_AFTER: Duration = Duration::from_mins(15);

const FIRST_WAIT: Duration = Duration::from_secs(10);
const LONGEST_WAIT: Duration = Duration::from_mins(15);
const LONGEST_ASKED: Duration = Duration::from_hours(1);
const ERROR_MAX: usize = 300;

/// A stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditStream {
    /// Its identity.
    pub id: AuditStreamId,
    /// Whose log goes out.
    pub org: OrgId,
    /// What people call it.
    pub name: String,
    /// Where it goes.
    pub sink: Sink,
    /// What each record looks like.
    pub style: Style,
    /// Which records are told.
    pub events: Events,
    /// The sealed secret that requests are signed with: our own for a webhook, that of the key for a bucket.
    pub secret_sealed: Option<Vec<u8>>,
    /// The one before, and until when requests are signed with it as well.
    pub earlier: Option<(Vec<u8>, Timestamp)>,
    /// Whether it waits until somebody lets it go on.
    pub is_paused: bool,
    /// The number of the record that is sent next.
    pub next_seq: i64,
    /// When that is tried.
    pub next_at: Timestamp,
    /// How often it was tried without being taken.
    pub tries: i64,
    /// What the last try said.
    pub last_error: Option<String>,
    /// When something was taken last.
    pub last_sent_at: Option<Timestamp>,
    /// Since when nothing is taken.
    pub failing_since: Option<Timestamp>,
    /// When somebody was told of that.
    pub told_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// Where a stream goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sink {
    /// It is posted to this address.
    Webhook(String),
    /// It is written to this host and port, as syslog under TLS.
    Syslog(String),
    /// It is put into this bucket.
    S3(Bucket),
    /// It is written into a file in the directory that the operator has named.
    File,
    /// It is written to the standard output of the server.
    Stdout,
}

/// By which way a stream goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// By requests of HTTP.
    Webhook,
    /// As syslog.
    Syslog,
    /// As objects in a bucket.
    S3,
    /// Into a file.
    File,
    /// To the standard output of the server.
    Stdout,
}

impl Kind {
    /// Every way.
    pub const ALL: [Self; 5] = [Self::Webhook, Self::Syslog, Self::S3, Self::File, Self::Stdout];

    /// Its name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Syslog => "syslog",
            Self::S3 => "s3",
            Self::File => "file",
            Self::Stdout => "stdout",
        }
    }

    /// Reads the name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// True where the log stays with the operator, who alone has it go there.
    pub const fn is_of_operator(self) -> bool {
        matches!(self, Self::File | Self::Stdout)
    }

    /// How much goes out at once.
    pub const fn portion(self) -> Portion {
        match self {
            Self::Webhook | Self::Syslog | Self::File | Self::Stdout => {
                Portion { records_max: 100, bytes_max: 512 * 1024, patience: Duration::ZERO }
            }
            // Each object costs a request, and whoever reads them later another one.
            Self::S3 => Portion { records_max: 1_000, bytes_max: 5 * 1024 * 1024, patience: Duration::from_mins(1) },
        }
    }

    /// Where a stream goes that has this address, and where it is a bucket this region and key.
    pub fn to(self, address: String, region: String, access_key_id: String) -> Sink {
        match self {
            Self::Webhook => Sink::Webhook(address),
            Self::Syslog => Sink::Syslog(address),
            Self::S3 => Sink::S3(Bucket { address, region, access_key_id }),
            Self::File => Sink::File,
            Self::Stdout => Sink::Stdout,
        }
    }
}

impl Sink {
    /// By which way it goes.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Webhook(_) => Kind::Webhook,
            Self::Syslog(_) => Kind::Syslog,
            Self::S3(_) => Kind::S3,
            Self::File => Kind::File,
            Self::Stdout => Kind::Stdout,
        }
    }

    /// The whole address; nothing for what stays with the operator.
    pub fn address(&self) -> &str {
        match self {
            Self::Webhook(address) | Self::Syslog(address) | Self::S3(Bucket { address, .. }) => address,
            Self::File | Self::Stdout => "",
        }
    }

    /// The bucket, where it is one.
    pub const fn bucket(&self) -> Option<&Bucket> {
        if let Self::S3(bucket) = self { Some(bucket) } else { None }
    }

    /// Where it is, without what only its owner knows: many receivers have a key in the path or the query of their address.
    pub fn place(&self) -> &str {
        let address = self.address();
        let host_at = address.find("://").map_or(0, |at| at.saturating_add(3));
        let end = address.get(host_at..).and_then(|rest| rest.find(['/', '?'])).map(|at| at.saturating_add(host_at));
        end.and_then(|end| address.get(..end)).unwrap_or(address)
    }
}

/// How much goes out at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Portion {
    /// So many records.
    pub records_max: u64,
    /// And so many bytes of them, beyond the first.
    pub bytes_max: usize,
    /// So long the first waits for others to come with it.
    pub patience: Duration,
}

/// What each record looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Style {
    /// As the API tells it.
    #[default]
    Json,
    /// As events of the Open Cybersecurity Schema Framework.
    Ocsf,
}

impl Style {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Json, Self::Ocsf];

    /// Its name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ocsf => "ocsf",
        }
    }

    /// Reads the name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// How a stream is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// What there is goes out.
    Active,
    /// The last try was not taken.
    Failing,
    /// It waits until somebody lets it go on.
    Paused,
}

impl State {
    /// Its name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Failing => "failing",
            Self::Paused => "paused",
        }
    }
}

impl AuditStream {
    /// How it is doing.
    pub const fn state(&self) -> State {
        if self.is_paused {
            State::Paused
        } else if self.failing_since.is_some() {
            State::Failing
        } else {
            State::Active
        }
    }

    /// The same stream, to be tried at once as if it had never failed.
    #[must_use]
    pub fn anew(self, now: Timestamp) -> Self {
        Self { next_at: now, tries: 0, last_error: None, failing_since: None, told_at: None, updated_at: now, ..self }
    }

    /// How many records wait, where this is the number of the newest.
    pub fn behind(&self, newest: i64) -> u64 {
        u64::try_from(newest.saturating_sub(self.next_seq).saturating_add(1)).unwrap_or(0)
    }

    /// True when somebody is to be told that nothing arrives.
    pub fn is_to_be_told(&self, now: Timestamp) -> bool {
        self.told_at.is_none() && self.failing_since.is_some_and(|since| now.since(since) >= TOLD_AFTER)
    }
}

/// Refuses a name that is none.
pub fn check_stream_name(name: &str) -> Result<(), Error> {
    check_name("name", name, NAME_MAX)
}

/// How long a stream waits after so many tries: twice as long each time, and never so long that it is given up; longer where the
/// receiver asks for it, but no longer than an hour.
pub fn wait(tries: i64, asked: Option<Duration>) -> Duration {
    let doubled = u32::try_from(tries.saturating_sub(1).max(0)).unwrap_or(u32::MAX).min(10);
    let own = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(doubled)).min(LONGEST_WAIT);
    own.max(asked.unwrap_or_default().min(LONGEST_ASKED))
}

/// What is kept of what went wrong: one line, and not much of it.
pub fn kept_error(text: &str) -> String {
    on_one_line(text).chars().take(ERROR_MAX).collect()
}

#[cfg(test)]
mod tests;
