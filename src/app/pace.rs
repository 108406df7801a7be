//! How long a refusal takes: a whole number of steps, so that what was read and written on the way cannot be measured.
//!
//! The work is the same for everybody as far as it can be: one hash, the same questions to the database. What is left, such
//! as the line in the history of somebody who exists, takes little and ends in the same step.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Several times as long as a refusal takes, so that hardly any ends beside a border; too short for a person to notice.
const STEP: Duration = Duration::from_millis(100);

/// Waits for the end of the step that is under way since that moment.
pub async fn even(began: Instant) {
    sleep_until(began + end_of_step(began.elapsed())).await;
}

fn end_of_step(elapsed: Duration) -> Duration {
    let steps = elapsed.as_millis() / STEP.as_millis() + 1;
    STEP.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_takes_part_of_a_step_ends_with_it() {
        for (took_us, ends_ms) in
            [(0, 100), (24_000, 100), (99_999, 100), (100_000, 200), (130_000, 200), (950_001, 1_000)]
        {
            assert_eq!(end_of_step(Duration::from_micros(took_us)), Duration::from_millis(ends_ms), "{took_us} µs");
        }
    }
}
