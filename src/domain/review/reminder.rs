//! When those who are asked in a review are reminded, and when somebody is reminded that there was none.

use std::time::Duration;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, Utc};

use crate::domain::Timestamp;

const DAY: Duration = Duration::from_hours(24);
const WEEK: Duration = Duration::from_hours(24 * 7);
/// A review whose time is over waits for so long for those who have not decided.
pub const PATIENCE: Duration = Duration::from_hours(24 * 7);
/// So long into a quarter without a review somebody is told.
const INTO_THE_QUARTER: Duration = Duration::from_hours(24 * 60);
/// So many moments there are at most.
const MOMENTS_MAX: usize = 40;

/// How many reminders there should have been by now: each week at first, then three days before the end, one day before it, on
/// the last day, and each day after it.
pub fn due_by((opened, due): (Timestamp, Timestamp), now: Timestamp) -> u32 {
    let last_days = due.before(DAY.saturating_mul(3));
    let mut moments: Vec<Timestamp> = Vec::new();
    let mut weekly = opened.after(WEEK);
    while weekly < last_days && moments.len() < MOMENTS_MAX {
        moments.push(weekly);
        weekly = weekly.after(WEEK);
    }
    moments.extend([last_days, due.before(DAY), due.before(DAY / 2)]);
    let mut daily = due.after(DAY);
    while daily <= due.after(PATIENCE) {
        moments.push(daily);
        daily = daily.after(DAY);
    }
    let passed = moments.into_iter().filter(|it| *it > opened && *it <= now).count();
    u32::try_from(passed).unwrap_or(u32::MAX)
}

/// A quarter of a year in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarter {
    year: i32,
    nth: u32,
}

impl Quarter {
    /// The quarter that a moment lies in.
    pub fn of(at: Timestamp) -> Self {
        let day = DateTime::<Utc>::from_timestamp_millis(at.millis()).unwrap_or(DateTime::UNIX_EPOCH);
        Self { year: day.year(), nth: day.month0() / 3 + 1 }
    }

    /// Its name: `2026-Q4`.
    pub fn name(self) -> String {
        format!("{}-Q{}", self.year, self.nth)
    }

    /// When it begins.
    pub fn begins(self) -> Timestamp {
        let first = NaiveDate::from_ymd_opt(self.year, (self.nth.saturating_sub(1)).saturating_mul(3) + 1, 1);
        let first = first.unwrap_or_default().and_time(NaiveTime::MIN).and_utc();
        Timestamp::from_millis(first.timestamp_millis())
    }

    /// When somebody is told that there was no review in it.
    pub fn told_at(self) -> Timestamp {
        self.begins().after(INTO_THE_QUARTER)
    }
}
