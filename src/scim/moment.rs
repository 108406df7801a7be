//! `dateTime` values (RFC 7643 2.3.5) as milliseconds since the epoch, and back.
//!
//! **Invariant:** `parse(print(m)) == Some(m)` for every moment between the years 0 and 9999.

use chrono::{DateTime, Datelike as _, SecondsFormat, Utc};

#[cfg(test)]
mod tests;

/// The moment that a `dateTime` text names, in milliseconds; `None` when it is no such text.
pub fn parse(text: &str) -> Option<i64> {
    let moment = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
    // An offset can push the first and the last day out of what four digits print.
    (0..=9_999).contains(&moment.year()).then(|| moment.timestamp_millis())
}

/// A moment as `dateTime` text in UTC with milliseconds.
pub fn print(millis: i64) -> String {
    let moment: DateTime<Utc> = DateTime::from_timestamp_millis(millis).unwrap_or_default();
    moment.to_rfc3339_opts(SecondsFormat::Millis, true)
}
