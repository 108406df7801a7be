//! Reviews that begin by themselves.

use chrono::{DateTime, Months, Utc};
use serde::{Deserialize, Serialize};

use super::{Terms, words};
use crate::domain::Timestamp;
use crate::domain::id::{OrgId, ReviewScheduleId};

/// So many schedules an organisation has at most.
pub const SCHEDULES_MAX: u64 = 50;

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
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
}

impl Schedule {
    /// The first moment of its rhythm after now: after a long standstill one review begins, not all that were missed.
    pub fn next_after(&self, now: Timestamp) -> Timestamp {
        let first = DateTime::<Utc>::from_timestamp_millis(self.next_at.millis()).unwrap_or(DateTime::UNIX_EPOCH);
        let turns = (1..=1_200_u32).map(|turn| Months::new(self.every.months().saturating_mul(turn)));
        let later = turns.filter_map(|months| first.checked_add_months(months));
        let next = later.map(|it| Timestamp::from_millis(it.timestamp_millis())).find(|it| *it > now);
        next.unwrap_or(self.next_at)
    }
}
