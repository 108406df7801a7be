//! How a connection fares: when it was heard, when it counts as silent, and when a token of it is warned of.

use std::net::IpAddr;
use std::time::Duration;

use super::{Connection, ConnectionToken, Kind};
use crate::domain::id::{ConnectionId, OrgId};
use crate::domain::time::Timestamp;

/// The longest silence that may be waited for: a year.
pub const SILENCE_HOURS_MAX: u32 = 8_784;
const DAY: Duration = Duration::from_hours(24);
/// So many days before the end of a token its connection is warned of it.
const WARNED_DAYS: [u32; 4] = [30, 14, 7, 1];
/// A connection is looked at so often at least, so that other settings count soon.
const LOOK_EVERY: Duration = Duration::from_hours(1);

/// When a connection was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulse {
    /// Its organisation.
    pub org: OrgId,
    /// The connection.
    pub connection: ConnectionId,
    /// When its last request came.
    pub heard_at: Option<Timestamp>,
    /// When the last request came that was not refused and did not fail.
    pub succeeded_at: Option<Timestamp>,
    /// When the last request came before it fell silent; nothing while it is not silent.
    pub silent_since: Option<Timestamp>,
    /// When it is looked at next.
    pub look_at: Option<Timestamp>,
    /// When a token of it came from an address from which none works.
    pub outside: Option<Outside>,
}

/// That a token came from an address from which no token of its connection works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outside {
    /// When.
    pub at: Timestamp,
    /// From where.
    pub address: IpAddr,
}

/// What has become of a connection since it was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It has fallen silent.
    FallsSilent {
        /// When its last request came.
        since: Timestamp,
    },
    /// It was silent and speaks again.
    Speaks {
        /// When the last request came before its silence.
        since: Timestamp,
    },
    /// Nobody waits for it any more.
    IsNotAwaited,
    /// Nothing.
    Nothing,
}

impl Kind {
    /// After so many hours without a request a connection is silent where nothing else is said. Entra comes back every forty
    /// minutes. Okta and others speak when somebody changes, which in a small organisation nobody may do for days.
    pub const fn silence_hours(self) -> u32 {
        match self {
            Self::Entra => 48,
            Self::Okta | Self::Generic => 168,
        }
    }
}

impl Connection {
    /// After so many hours without a request it is silent; 0 is never.
    pub fn silence_hours(&self) -> u32 {
        self.settings.silence_hours.unwrap_or(self.kind.silence_hours())
    }

    /// How long it may be silent; nothing where nobody waits for it.
    fn may_be_silent(&self) -> Option<Duration> {
        let hours = self.silence_hours();
        (!self.is_paused && hours > 0).then(|| Duration::from_hours(hours.into()))
    }
}

impl Pulse {
    /// What has become of the connection, and when to look again. One that never did anything is not awaited; one that was
    /// changed or resumed has its time anew.
    pub fn turn(&self, of: &Connection, now: Timestamp) -> (Turn, Timestamp) {
        let soon = now.after(LOOK_EVERY);
        let (heard_at, longest) = match (self.heard_at, self.succeeded_at, of.may_be_silent()) {
            (Some(heard_at), Some(_), Some(longest)) => (heard_at, longest),
            _ if self.silent_since.is_some() => return (Turn::IsNotAwaited, soon),
            _ => return (Turn::Nothing, soon),
        };
        let deadline = heard_at.max(of.updated_at).after(longest);
        match self.silent_since {
            Some(since) if heard_at > since => (Turn::Speaks { since }, soon.min(deadline.max(now))),
            Some(_) => (Turn::Nothing, soon),
            None if deadline <= now => (Turn::FallsSilent { since: heard_at }, soon),
            None => (Turn::Nothing, soon.min(deadline)),
        }
    }
}

/// When a token is warned of after this moment; nothing when it is not any more.
pub fn next_warning(expires_at: Timestamp, after: Timestamp) -> Option<Timestamp> {
    let due = WARNED_DAYS.map(|days| expires_at.before(DAY.saturating_mul(days)));
    due.into_iter().find(|at| *at > after)
}

impl ConnectionToken {
    /// True once it works no more.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }

    /// True when another one of the same connection has taken its place: one that lives longer, was used later, and this one
    /// not for a day. That there is another one is not enough, because what the provider still sends is what stops working.
    pub fn is_replaced(&self, among: &[Self], now: Timestamp) -> bool {
        let is_at_rest = self.last_used_at.is_none_or(|at| now.since(at) >= DAY);
        let takes_over = |it: &Self| it.expires_at > self.expires_at && it.last_used_at > self.last_used_at;
        is_at_rest && among.iter().any(takes_over)
    }
}

#[cfg(test)]
mod tests;
