use super::*;

#[test]
fn the_waits_double_from_ten_seconds_to_eight_hours() {
    let at = |tries| next_try(Timestamp::from_millis(0), tries).seconds();

    assert_eq!([1, 2, 3, 4, 12, 13, 16, i64::MAX].map(at), [10, 20, 40, 80, 20_480, 28_800, 28_800, 28_800]);
}
