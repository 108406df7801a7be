//! Reviews that begin by themselves.

use std::time::Duration;

use chrono::{DateTime, Datelike as _, Months, Utc};

use super::{Terms, words};
use crate::domain::Timestamp;
use crate::domain::id::{OrgId, ReviewScheduleId, UserId};

/// So many schedules an organisation has at most.
pub const SCHEDULES_MAX: u64 = 50;

/// Where the calendar ends.
const A_YEAR: Duration = Duration::from_hours(24 * 365);

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Every {
    /// Each month.
    Month,
    /// Each quarter of a year.
    #[default]
    Quarter,
    /// Each half of a year.
    HalfYear,
    /// Each year.
    Year,
}

words!(Every { Month = "month", Quarter = "quarter", HalfYear = "half_year", Year = "year" });

impl Every {
    const fn months(self) -> u32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::HalfYear => 6,
            Self::Year => 12,
        }
    }
}

/// Reviews that begin by themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Its identity.
    pub id: ReviewScheduleId,
    /// The organisation.
    pub org: OrgId,
    /// The name of each review.
    pub name: String,
    /// How each goes.
    pub terms: Terms,
    /// How often one begins.
    pub every: Every,
    /// When the next begins.
    pub next_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Who said last how it goes; nobody where that was the operator.
    pub set_by: Option<UserId>,
}

impl Schedule {
    /// The first moment of its rhythm after now: after a long standstill one review begins, not all that were missed.
    pub fn next_after(&self, now: Timestamp) -> Timestamp {
        let moment =
            |at: Timestamp| DateTime::<Utc>::from_timestamp_millis(at.millis()).unwrap_or(DateTime::UNIX_EPOCH);
        let (first, today) = (moment(self.next_at), moment(now));
        let months = |it: DateTime<Utc>| i64::from(it.year()).saturating_mul(12).saturating_add(i64::from(it.month0()));
        let passed = u32::try_from(months(today).saturating_sub(months(first))).unwrap_or(0);
        let each = self.every.months();
        // The turn that falls into this month at the earliest, and the one after it.
        let earliest = (passed / each).max(1);
        let turns = (earliest..=earliest.saturating_add(1)).map(|turn| Months::new(each.saturating_mul(turn)));
        let later = turns.filter_map(|months| first.checked_add_months(months));
        let next = later.map(|it| Timestamp::from_millis(it.timestamp_millis())).find(|it| *it > now);
        next.unwrap_or_else(|| now.after(A_YEAR))
    }
}
