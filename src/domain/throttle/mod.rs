//! How many guesses one account takes, on whatever path they come.
//!
//! **Invariant:** a try is reserved before anything is checked, and counts as a failure until it is cleared; so a
//! hundred tries at the same moment check five secrets at most, and a check that crashes has still been counted.

use std::time::Duration;

use crate::domain::Timestamp;

/// After this many failures in a row waiting no longer helps; a reset does.
pub const CLOSED_AT: u32 = 100;

/// After this long without a failure the count starts again.
const DECAY: Duration = Duration::from_hours(24);
const LONGEST_WAIT: Duration = Duration::from_mins(15);

/// How long an account waits after so many failures in a row.
pub const fn wait_after(failures: u32) -> Duration {
    match failures {
        0..=4 => Duration::ZERO,
        5 => Duration::from_secs(30),
        6 => Duration::from_mins(1),
        7 => Duration::from_mins(2),
        8 => Duration::from_mins(4),
        9 => Duration::from_mins(8),
        10.. => LONGEST_WAIT,
    }
}

/// The failures of one account; its default is the state after a success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Throttle {
    /// Failures in a row.
    pub failures: u32,
    /// The last of them.
    pub last_failure_at: Option<Timestamp>,
    /// Until when nothing is checked.
    pub locked_until: Option<Timestamp>,
}

/// Why a try is not even checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Too soon.
    Wait(Duration),
    /// Too many; the secret must be reset.
    Closed,
}

impl Refusal {
    /// What to tell the caller; a closed account must not be told from a waiting one.
    pub const fn retry_after(self) -> Duration {
        match self {
            Self::Wait(rest) => rest,
            Self::Closed => LONGEST_WAIT,
        }
    }
}

impl Throttle {
    /// The state with one more try reserved, to be stored before the secret is checked.
    /// A success stores [`Throttle::default`] instead.
    pub fn reserve(self, now: Timestamp) -> Result<Self, Refusal> {
        if self.failures >= CLOSED_AT {
            return Err(Refusal::Closed);
        }
        if let Some(until) = self.locked_until.filter(|until| *until > now) {
            return Err(Refusal::Wait(until.since(now)));
        }
        let faded = self.last_failure_at.is_some_and(|last| now.since(last) >= DECAY);
        let failures = if faded { 1 } else { self.failures.saturating_add(1) };
        let wait = wait_after(failures);
        let locked_until = (!wait.is_zero()).then(|| now.after(wait));
        Ok(Self { failures, last_failure_at: Some(now), locked_until })
    }
}

#[cfg(test)]
mod tests;
