//! How long a refusal takes: a whole number of steps, so that what was read and written on the way cannot be measured.
//!
//! The work is the same for everybody as far as it can be: one hash, the same questions to the database. What is left, such
//! as the line in the history of somebody who exists, takes a fraction of a millisecond and ends in the same step.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Several times as long as a refusal takes, so that hardly any ends beside a border; too short for a person to notice.
const STEP: Duration = Duration::from_millis(100);

/// Waits for the end of the step that is under way since that moment.
pub async fn even(began: Instant) {
    let steps = began.elapsed().as_millis() / STEP.as_millis() + 1;
    sleep_until(began + STEP.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))).await;
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    #[tokio::test]
    async fn what_takes_longer_or_shorter_ends_in_the_same_step() {
        for (works_ms, ends_ms) in [(0, 100), (40, 100), (130, 200)] {
            let began = Instant::now();
            sleep(Duration::from_millis(works_ms)).await;
            even(began).await;

            let took = began.elapsed().as_millis();
            assert!((ends_ms..ends_ms + 60).contains(&took), "{works_ms} ms of work took {took} ms");
        }
    }
}
