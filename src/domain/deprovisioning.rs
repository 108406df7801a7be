//! Somebody whom an identity provider lets go: at once, or once an owner has agreed.

use std::time::Duration;

use super::Timestamp;
use super::id::{ConnectionId, DeprovisioningId, OrgId, UserId};
use super::user::{Status, User};

/// For so long a refused one is refused again when the provider repeats it; and what was done is counted no longer than that.
pub const REMEMBERED: Duration = Duration::from_hours(24);
const DAY: Duration = Duration::from_hours(24);

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
    /// An owner has agreed, and it is about to be done.
    Released,
    /// An owner has refused it.
    Refused,
}

/// Why one that is held is left out when all are released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
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
            Self::Released => "released",
            Self::Refused => "refused",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Done, Self::Held, Self::Released, Self::Refused].into_iter().find(|it| it.word() == word)
    }
}

impl LeftOut {
    /// The word for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Deactivated => "deactivated",
            Self::Moved => "moved",
            Self::LastHolder => "last_holder",
        }
    }
}

impl Deprovisioning {
    /// Why this cannot be done any more, as far as the user alone says.
    pub fn left_out(&self, user: &User) -> Option<LeftOut> {
        if user.managed_by != Some(self.connection) {
            return Some(LeftOut::Moved);
        }
        let is_so = self.way == Way::Deactivate && user.status == Status::Deactivated;
        is_so.then_some(LeftOut::Deactivated)
    }
}

/// When owners are reminded next of those who wait since then: after one day, three and seven, and every seventh after that.
/// Whoever has not decided within a week is not helped by a letter a day, and must not forget it either.
pub fn next_reminder(since: Timestamp, now: Timestamp) -> Timestamp {
    let days = now.since(since).as_secs().checked_div(DAY.as_secs()).unwrap_or_default();
    let next = match u32::try_from(days).unwrap_or(u32::MAX) {
        0 => 1,
        1..3 => 3,
        days => days.saturating_sub(days % 7).saturating_add(7),
    };
    since.after(DAY.saturating_mul(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reminders_come_after_one_day_three_seven_and_then_every_week() {
        let since = Timestamp::from_millis(1_800_000_000_000);
        let mut now = since;
        let mut days = Vec::new();
        for _ in 0..6 {
            now = next_reminder(since, now);
            days.push(now.since(since).as_secs() / DAY.as_secs());
        }
        assert_eq!(days, [1, 3, 7, 14, 21, 28]);
        // Whoever is asked late is not reminded of what is past.
        assert_eq!(next_reminder(since, since.after(DAY * 10)), since.after(DAY * 14));
    }
}
