//! Guessing is slow, whatever the order and the number of tries.

use proptest::prelude::*;

use super::*;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000).after(Duration::from_secs(seconds))
}

fn after_failures(count: u32) -> (Throttle, u64) {
    let (mut throttle, mut now) = (Throttle::default(), 0);
    while throttle.failures < count {
        now += 15 * 60;
        throttle = throttle.reserve(at(now)).unwrap();
    }
    (throttle, now)
}

/// AU-07: of a hundred tries at the same moment five are checked.
#[test]
fn au_07_a_hundred_tries_at_once_check_five() {
    let mut throttle = Throttle::default();
    let mut checked = 0;

    for _ in 0..100 {
        if let Ok(next) = throttle.reserve(at(0)) {
            (throttle, checked) = (next, checked + 1);
        }
    }

    assert_eq!(checked, 5);
    assert_eq!(throttle.reserve(at(0)), Err(Refusal::Wait(Duration::from_secs(30))));
}

/// AU-06: after five failures even the right password waits, and is taken when the wait is over.
#[test]
fn au_06_after_five_failures_the_sixth_try_waits_thirty_seconds() {
    let throttle = (0..5).try_fold(Throttle::default(), |throttle, _| throttle.reserve(at(0))).unwrap();

    assert_eq!(throttle.reserve(at(29)), Err(Refusal::Wait(Duration::from_secs(1))));
    assert_eq!(throttle.reserve(at(30)).map(|next| next.failures), Ok(6));
}

#[test]
fn the_wait_grows_with_the_failures_up_to_a_quarter_of_an_hour() {
    let seconds: Vec<_> = (0..=12).map(|failures| wait_after(failures).as_secs()).collect();

    assert_eq!(seconds, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
    assert_eq!(wait_after(u32::MAX), LONGEST_WAIT);
}

#[test]
fn a_day_without_a_failure_starts_the_count_again() {
    let (throttle, now) = after_failures(9);

    assert_eq!(throttle.reserve(at(now + 24 * 3600 - 1)).unwrap().failures, 10);
    assert_eq!(throttle.reserve(at(now + 24 * 3600)).unwrap().failures, 1);
}

#[test]
fn after_a_hundred_failures_no_wait_opens_the_account_and_nobody_can_tell() {
    let (throttle, now) = after_failures(CLOSED_AT);

    let refused = throttle.reserve(at(now + 90 * 24 * 3600));

    assert_eq!(refused, Err(Refusal::Closed));
    assert_eq!(refused.unwrap_err().retry_after(), LONGEST_WAIT);
}

#[test]
fn a_success_clears_the_count() {
    let (throttle, now) = after_failures(7);
    assert!(throttle.reserve(at(now)).is_err());

    assert_eq!(Throttle::default().reserve(at(now)).unwrap().failures, 1);
}

proptest! {
    #[test]
    fn no_rhythm_of_tries_checks_more_than_the_waits_allow(gaps in prop::collection::vec(0_u64..1_200, 1..300)) {
        let (mut throttle, mut now, mut checked) = (Throttle::default(), 0, Vec::new());

        for gap in gaps {
            now += gap;
            if let Ok(next) = throttle.reserve(at(now)) {
                throttle = next;
                checked.push(now);
            }
        }

        prop_assert!(checked.len() <= CLOSED_AT as usize);
        for (done, pair) in checked.windows(2).enumerate() {
            let failures = u32::try_from(done + 1).unwrap();
            prop_assert!(pair[1] - pair[0] >= wait_after(failures).as_secs());
        }
    }
}
