use super::*;

const WIDTH: NonZeroU32 = NonZeroU32::new(100).unwrap();
const NOW: Timestamp = Timestamp::from_millis(1_000_000);

fn after(millis: u64) -> Timestamp {
    NOW.after(Duration::from_millis(millis))
}

/// Lanes of which the first is empty.
fn busy() -> Lanes {
    let mut lanes = Lanes::full(WIDTH, NOW);
    for _ in 0..200 {
        assert_eq!(lanes.enter(WIDTH, NOW), Ok(Passage::Free));
    }
    lanes
}

#[test]
fn two_seconds_are_taken_at_once_and_then_as_many_as_the_lane_fills_with() {
    let mut lanes = busy();

    assert_eq!(lanes.enter(WIDTH, NOW), Ok(Passage::ToLetGo));
    assert_eq!(lanes.too_fast(WIDTH), TooFast(Duration::from_millis(10)));
    assert_eq!(lanes.enter(WIDTH, after(9)), Ok(Passage::ToLetGo));
    assert_eq!(lanes.enter(WIDTH, after(10)), Ok(Passage::Free));
    assert_eq!(lanes.enter(WIDTH, after(10)), Ok(Passage::ToLetGo));
    let taken = (0..1_000).filter(|_| lanes.enter(WIDTH, after(1_010)) == Ok(Passage::Free)).count();
    assert_eq!(taken, 100);
}

#[test]
fn whoever_looks_at_the_second_lane_takes_nothing_from_it() {
    let mut lanes = busy();

    for _ in 0..10_000 {
        assert_eq!(lanes.enter(WIDTH, NOW), Ok(Passage::ToLetGo));
    }
    let gone = (0..1_000).filter(|_| lanes.let_go(1, WIDTH, NOW).is_ok()).count();

    assert_eq!(gone, 200);
    assert_eq!(lanes.enter(WIDTH, NOW), Err(TooFast(Duration::from_millis(10))));
}

#[test]
fn a_large_request_is_let_in_and_paid_for_before_the_next() {
    let mut lanes = Lanes::full(WIDTH, NOW);
    assert_eq!(lanes.enter(WIDTH, NOW), Ok(Passage::Free));
    lanes.owe(1_000, 1_000, WIDTH, NOW);

    // 200 were there, 1,001 are owed: 801 and one more are 8.02 seconds. The second lane owes 800.
    assert_eq!(lanes.enter(WIDTH, NOW), Err(TooFast(Duration::from_millis(8_020))));
    assert_eq!(lanes.enter(WIDTH, after(8_010)), Ok(Passage::ToLetGo));
    assert_eq!(lanes.enter(WIDTH, after(8_020)), Ok(Passage::Free));
}

#[test]
fn whoever_lets_many_go_at_once_pays_for_each() {
    let mut lanes = busy();

    assert_eq!(lanes.let_go(300, WIDTH, NOW), Ok(()));

    // 200 were there, and 100 are owed.
    assert!(lanes.let_go(1, WIDTH, after(1_009)).is_err());
    assert_eq!(lanes.let_go(1, WIDTH, after(1_010)), Ok(()));
}

/// Lanes that nobody remembers are full when they are needed next.
#[test]
fn lanes_are_remembered_while_either_of_them_owes_something() {
    let mut lanes = busy();
    lanes.let_go(300, WIDTH, NOW).unwrap();

    assert!(!lanes.is_full(after(2_000)), "the second lane fills for three seconds");
    assert!(lanes.is_full(after(3_000)));
}

#[test]
fn nobody_is_let_go_for_nothing_where_the_second_lane_is_empty() {
    let mut lanes = Lanes::full(WIDTH, NOW);
    lanes.owe(1_000, 0, WIDTH, NOW);
    lanes.owe(300, 0, WIDTH, NOW);

    assert_eq!(lanes.enter(WIDTH, NOW), Err(TooFast(Duration::from_millis(1_010))));
}

#[test]
fn a_clock_that_is_set_elsewhere_neither_fills_nor_stops_a_lane_for_long() {
    let mut lanes = busy();
    assert_eq!(lanes.enter(WIDTH, NOW.before(Duration::from_hours(1))), Ok(Passage::ToLetGo));
    let back = NOW.before(Duration::from_hours(1));
    assert_eq!(lanes.enter(WIDTH, back.after(Duration::from_millis(10))), Ok(Passage::Free));

    let mut lanes = busy();
    let taken = (0..1_000).filter(|_| lanes.enter(WIDTH, after(u64::from(u32::MAX))) == Ok(Passage::Free)).count();
    assert_eq!(taken, 200);
    assert!(!lanes.is_full(after(u64::from(u32::MAX))));
    assert!(lanes.is_full(after(u64::from(u32::MAX) + 2_000)));
}

#[test]
fn another_width_counts_at_once() {
    let mut lanes = Lanes::full(WIDTH, NOW);
    let narrow = NonZeroU32::new(10).unwrap();

    let taken = (0..1_000).filter(|_| lanes.enter(narrow, NOW) == Ok(Passage::Free)).count();

    assert_eq!(taken, 20);
}
