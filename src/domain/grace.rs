//! The time in which somebody may put off enrolling a second factor that has become required.
//!
//! **Invariant:** a grace that has ended stays ended, whatever a clock says afterwards.

use std::time::Duration;

use super::time::Timestamp;

/// The grace of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grace {
    /// When the requirement began for the person.
    pub began_at: Timestamp,
    /// Until when enrolling may be put off.
    pub ends_at: Timestamp,
    /// True once it has ended, or was ended.
    pub is_over: bool,
}

/// A mail is written so long before the end, besides the one at the beginning.
const LETTERS_BEFORE: [Duration; 3] = [Duration::from_hours(72), Duration::from_hours(24), Duration::from_hours(8)];
const DAY: Duration = Duration::from_hours(24);
/// The longest grace that a policy may give.
pub const GRACE_DAYS_MAX: u32 = 90;

impl Grace {
    /// The grace of so many days that begins now.
    pub fn of(days: u32, began_at: Timestamp) -> Self {
        let ends_at = began_at.after(DAY.saturating_mul(days));
        Self { began_at, ends_at, is_over: days == 0 }
    }

    /// Until when enrolling may still be put off; nothing when it may not.
    pub fn open_until(&self, now: Timestamp) -> Option<Timestamp> {
        (!self.is_over && now < self.ends_at).then_some(self.ends_at)
    }

    /// When the mail after this moment is due; nothing when there is none.
    pub fn next_letter(&self, after: Timestamp) -> Option<Timestamp> {
        let due = LETTERS_BEFORE.map(|it| self.ends_at.before(it));
        due.into_iter().find(|at| *at > after && *at > self.began_at)
    }
}

/// So many days are left, the one under way included.
pub fn days_left(until: Timestamp, now: Timestamp) -> u64 {
    until.since(now).as_millis().div_ceil(DAY.as_millis()).try_into().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn hours(hours: u64) -> Duration {
        Duration::from_hours(hours)
    }

    #[test]
    fn a_grace_is_open_until_its_end_and_never_again_when_it_is_over() {
        let grace = Grace::of(7, NOW);

        assert_eq!(grace.open_until(NOW), Some(NOW.after(hours(7 * 24))));
        assert_eq!(grace.open_until(NOW.after(hours(7 * 24))), None);
        assert_eq!(Grace { is_over: true, ..grace }.open_until(NOW), None);
        assert_eq!(Grace::of(0, NOW).open_until(NOW.before(hours(1))), None);
    }

    #[test]
    fn days_are_counted_up_to_the_one_under_way() {
        let table = [(0, 0), (1, 1), (24, 1), (25, 2), (48, 2), (7 * 24, 7), (7 * 24 - 1, 7)];

        for (left, days) in table {
            assert_eq!(days_left(NOW.after(hours(left)), NOW), days, "{left} hours");
        }
        assert_eq!(days_left(NOW.before(hours(5)), NOW), 0);
    }

    #[test]
    fn mails_are_due_three_days_one_day_and_hours_before_the_end() {
        let letters = |days| {
            let grace = Grace::of(days, NOW);
            let mut at = NOW;
            std::iter::from_fn(move || {
                at = grace.next_letter(at)?;
                Some(grace.ends_at.since(at))
            })
            .collect::<Vec<_>>()
        };

        assert_eq!(letters(7), [hours(72), hours(24), hours(8)]);
        assert_eq!(letters(3), [hours(24), hours(8)]);
        assert_eq!(letters(1), [hours(8)]);
        assert!(letters(0).is_empty());
    }
}
