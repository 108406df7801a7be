//! Moments as milliseconds since the Unix epoch.
//!
//! **Invariant:** nothing here reads a clock; a moment always comes from the caller.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

/// A moment in milliseconds since 1970-01-01T00:00:00Z; sorts alike in Rust, SQLite and PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment that many milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, as OpenID Connect writes times.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The moment `span` later; the far future saturates.
    #[must_use]
    pub fn after(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }

    /// The moment `span` earlier; the far past saturates.
    #[must_use]
    pub fn before(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long it is from `earlier` to this moment; zero when `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// True at this moment for what was at `earlier`, less than so long ago; false for what is yet to come.
    pub fn is_within(self, span: Duration, earlier: Self) -> bool {
        earlier <= self && self.since(earlier) < span
    }

    /// RFC 3339 in UTC with milliseconds: `2026-11-22T10:30:00.000Z`.
    pub fn rfc3339(self) -> String {
        DateTime::<Utc>::from_timestamp_millis(self.0)
            .unwrap_or(DateTime::<Utc>::UNIX_EPOCH)
            .to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    /// The day in UTC: `2026-11-22`.
    pub fn date(self) -> String {
        let mut text = self.rfc3339();
        text.truncate("2026-11-22".len());
        text
    }

    /// The first moment of a day in UTC, written `2026-11-22`; `None` when it is not one.
    pub fn parse_date(text: &str) -> Option<Self> {
        let is_whole = text.len() == "2026-11-22".len();
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| is_whole)?;
        Some(Self(day.and_time(NaiveTime::MIN).and_utc().timestamp_millis()))
    }

    /// A day in UTC, or a moment in RFC 3339, of our time: from 1970 up to the year 9999; `None` for anything else.
    pub fn parse_moment(text: &str) -> Option<Self> {
        const END: i64 = 253_402_300_800_000;
        let read = Self::parse_date(text).or_else(|| Self::parse_rfc3339(text))?;
        (0..END).contains(&read.0).then_some(read)
    }

    /// Reads RFC 3339 (XML Schema `dateTime` with a zone); `None` when it is not one.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|at| Self(at.timestamp_millis()))
    }
}
