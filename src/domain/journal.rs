//! The journal of provisioning: every request of an identity provider, and what became of it.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Timestamp;
use super::id::{CallId, ConnectionId, GroupId, OrgId, UserId};
use super::policy::AuditRecord;

/// The status of a request whose caller hung up before the answer; nobody ever sees it but who reads the journal.
pub const CALLER_GONE: u16 = 499;

/// A request as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its identity; calls sort by it.
    pub id: CallId,
    /// The organisation.
    pub org: OrgId,
    /// The connection whose token came with it.
    pub connection: ConnectionId,
    /// When it came.
    pub at: Timestamp,
    /// How long the answer took.
    pub took: Duration,
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The address without its query, which may name people.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// What became of it.
    pub came_to: CameTo,
    /// The one user or group that it was about.
    pub about: Option<About>,
    /// What was said on both sides, sealed.
    pub said_sealed: Vec<u8>,
    /// When it is forgotten.
    pub ends_at: Timestamp,
    /// How many requests it stands for: those that come too fast are many and alike.
    pub times: u32,
}

/// What a request was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// One user.
    User(UserId),
    /// One group.
    Group(GroupId),
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CameTo {
    /// Something was changed.
    Changed,
    /// A change was asked for, and everything was so already.
    Nothing,
    /// Something was read.
    Read,
    /// It was refused; the client has to do something else.
    Refused,
    /// It was not done; the client may try again.
    Failed,
    /// It is kept, and will be carried out.
    Waiting,
}

impl CameTo {
    /// Everything that can become of a request.
    pub const ALL: [Self; 6] = [Self::Changed, Self::Nothing, Self::Read, Self::Refused, Self::Failed, Self::Waiting];

    /// What an answer with this status means.
    pub const fn of(status: u16, only_reads: bool, has_changed: bool) -> Self {
        match status {
            408 | CALLER_GONE if has_changed => Self::Changed,
            500.. | 408 | 429 | CALLER_GONE => Self::Failed,
            400.. => Self::Refused,
            202 => Self::Waiting,
            _ if has_changed => Self::Changed,
            _ if only_reads => Self::Read,
            _ => Self::Nothing,
        }
    }

    /// The word that is stored, and that the API says.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Nothing => "nothing",
            Self::Read => "read",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Waiting => "waiting",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// What was said on both sides, and done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The query of the address, as it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// The body of the request, without passwords.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Value>,
    /// How many bytes it had, where it was too large to be kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_bytes: Option<usize>,
    /// The body of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Value>,
    /// How many were found, of a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<u64>,
    /// What was done.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub deeds: Vec<Deed>,
    /// What was asked for and left as it was, because the token does not name it.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub left_alone: BTreeSet<String>,
    /// The attributes that the token names, where it names any: the same request done again does no more.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub named: Vec<String>,
    /// The entry of the request as it came, where this one did not come from the identity provider: somebody did it again. The
    /// audit log says who.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replay_of: Option<CallId>,
    /// Of a request that was answered before it was carried out: what is told of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub later: Option<Later>,
}

/// What is told of a request that was answered before it was carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Later {
    /// True for a request of several operations, of which each is told by itself.
    pub is_bulk: bool,
    /// When it was carried out, in seconds since the epoch.
    pub done_at: Option<i64>,
    /// What became of each operation, in the order of the request; nothing before it was carried out.
    pub outcomes: Vec<Outcome>,
}

/// What became of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The identity of the message that tells it.
    pub jti: String,
    /// The resource, from the base of SCIM on.
    pub resource: String,
    /// What a bulk answer says of it.
    pub told: Value,
}

/// Something that a request did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// As the audit calls it: `user.deactivated`.
    pub action: String,
    /// What kind of thing it was done to.
    pub target_kind: String,
    /// What it was done to.
    pub target_id: Option<String>,
    /// What that was called.
    pub target_label: String,
    /// What changed, as the audit keeps it.
    pub changes: Value,
}

impl Deed {
    /// What a record of the audit tells.
    pub fn of(record: &AuditRecord) -> Self {
        Self {
            action: record.action.to_owned(),
            target_kind: record.target_kind.to_owned(),
            target_id: record.target_id.clone(),
            target_label: record.target_label.clone(),
            changes: record.changes.clone(),
        }
    }

    /// The user or group that it was done to.
    pub fn about(&self) -> Option<About> {
        let id = self.target_id.as_deref()?;
        match self.target_kind.as_str() {
            "user" => id.parse().ok().map(About::User),
            "group" => id.parse().ok().map(About::Group),
            _ => None,
        }
    }
}

impl Said {
    /// The sentence of the answer that says why nothing was done.
    pub fn detail(&self) -> Option<&str> {
        self.answer.as_ref()?.get("detail")?.as_str()
    }

    /// The one user or group that all deeds were done to.
    pub fn about(&self) -> Option<About> {
        let mut all = self.deeds.iter().map(Deed::about);
        let first = all.next()??;
        all.all(|it| it == Some(first)).then_some(first)
    }
}

#[cfg(test)]
mod tests;
