//! The breaker: when an identity provider lets so many people go at once that somebody should look first.
//!
//! It trips above a number of people *and* above a share of those whom the connection keeps: the number alone would stop a
//! large organisation every Friday, and the share alone a small one at its second leaver.

use serde::{Deserialize, Serialize};

use crate::domain::Flaw;

/// The highest number of people.
pub const PEOPLE_MAX: u32 = 100_000;
/// The highest share, in percent.
pub const PERCENT_MAX: u32 = 100;
/// The longest time that is looked back, in minutes: a day.
pub const MINUTES_MAX: u32 = 24 * 60;

/// When a connection's breaker trips.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breaker {
    /// False when everybody whom the provider lets go is let go at once.
    pub is_on: bool,
    /// So many people are let go without a question, however few there are.
    pub people: u32,
    /// And so many of a hundred.
    pub percent: u32,
    /// Within so many minutes.
    pub minutes: u32,
}

impl Default for Breaker {
    fn default() -> Self {
        Self { is_on: true, people: 10, percent: 5, minutes: 60 }
    }
}

/// What is said anew of a breaker; what is left out stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BreakerChange {
    /// Whether it is on.
    pub is_on: Option<bool>,
    /// The number of people.
    pub people: Option<u32>,
    /// The share in percent.
    pub percent: Option<u32>,
    /// The minutes that are looked back.
    pub minutes: Option<u32>,
}

impl Breaker {
    /// True when one more must not go without a question, where so many went within the time and so many are there still,
    /// the one included.
    pub fn trips(self, gone: u64, left: u64) -> bool {
        self.is_beyond_number(gone) && self.enough(gone).is_none_or(|enough| left < enough)
    }

    /// True when the number alone would stop one more.
    pub fn is_beyond_number(self, gone: u64) -> bool {
        self.is_on && gone >= u64::from(self.people)
    }

    /// How many must be there still so that one more may go, where so many went; without a word no number is enough. Whoever
    /// counts need count no further.
    pub fn enough(self, gone: u64) -> Option<u64> {
        let hundredfold = gone.saturating_add(1).saturating_mul(100);
        let all = hundredfold.div_ceil(u64::from(self.percent.max(1)));
        (self.percent > 0).then(|| all.saturating_sub(gone))
    }

    /// The breaker with what is said anew.
    #[must_use]
    pub fn with(self, new: BreakerChange) -> Self {
        Self {
            is_on: new.is_on.unwrap_or(self.is_on),
            people: new.people.unwrap_or(self.people),
            percent: new.percent.unwrap_or(self.percent),
            minutes: new.minutes.unwrap_or(self.minutes),
        }
    }

    /// The field that cannot be so, and why.
    pub fn flaw(self) -> Option<(&'static str, Flaw)> {
        let number = |field, it: u32, from: u32, to: u32| {
            let (from, to) = (u64::from(from), u64::from(to));
            (!(from..=to).contains(&u64::from(it))).then_some((field, Flaw::NotBetween { from, to }))
        };
        number("breaker_people", self.people, 1, PEOPLE_MAX)
            .or_else(|| number("breaker_percent", self.percent, 0, PERCENT_MAX))
            .or_else(|| number("breaker_minutes", self.minutes, 1, MINUTES_MAX))
    }
}

impl BreakerChange {
    /// True when it says something.
    pub fn says_something(self) -> bool {
        self != Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaker(people: u32, percent: u32) -> Breaker {
        Breaker { people, percent, ..Breaker::default() }
    }

    #[test]
    fn it_trips_above_the_number_and_above_the_share_and_at_neither_alone() {
        for (people, percent, gone, left, trips) in [
            (10, 5, 0, 1, false),
            // Ten of eleven go without a question, the eleventh does not.
            (10, 5, 9, 2, false),
            (10, 5, 10, 1, true),
            // Five percent of a thousand are fifty.
            (10, 5, 10, 990, false),
            (10, 5, 49, 951, false),
            (10, 5, 50, 950, true),
            // Without a share the number alone counts, and a share of everybody is never passed.
            (10, 0, 9, 1_000_000, false),
            (10, 0, 10, 1_000_000, true),
            (1, 100, 500, 1, false),
        ] {
            assert_eq!(breaker(people, percent).trips(gone, left), trips, "{people} {percent} {gone} {left}");
        }
        assert!(!Breaker { is_on: false, ..breaker(1, 0) }.trips(1_000, 1));
    }

    #[test]
    fn so_many_are_enough_that_one_more_is_no_larger_share() {
        for (percent, gone, enough) in [(5, 10, 210), (5, 49, 951), (100, 500, 1), (100, 0, 1), (3, 10, 357)] {
            assert_eq!(breaker(10, percent).enough(gone), Some(enough), "{percent} {gone}");
        }
        assert_eq!(breaker(10, 0).enough(10), None);
    }

    #[test]
    fn what_is_said_anew_is_checked_and_the_rest_stays() {
        let new = BreakerChange { people: Some(3), ..BreakerChange::default() };
        let changed = Breaker::default().with(new);
        assert_eq!(changed, Breaker { people: 3, ..Breaker::default() });
        assert!(new.says_something() && !BreakerChange::default().says_something());
        assert_eq!(changed.flaw(), None);
        for (wrong, field) in [
            (Breaker { people: 0, ..changed }, "breaker_people"),
            (Breaker { percent: 101, ..changed }, "breaker_percent"),
            (Breaker { minutes: 0, ..changed }, "breaker_minutes"),
            (Breaker { minutes: MINUTES_MAX + 1, ..changed }, "breaker_minutes"),
        ] {
            assert_eq!(wrong.flaw().map(|it| it.0), Some(field));
        }
    }
}
