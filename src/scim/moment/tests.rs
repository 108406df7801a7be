use proptest::prelude::*;

use super::*;

#[test]
fn a_moment_is_read_in_any_offset_and_printed_in_utc() {
    assert_eq!(parse("2026-01-01T01:00:00+01:00"), parse("2026-01-01T00:00:00Z"));
    assert_eq!(parse("1970-01-01T00:00:01.5Z"), Some(1_500));
    assert_eq!(print(1_500), "1970-01-01T00:00:01.500Z");
}

#[test]
fn what_is_no_moment_is_not_read() {
    for text in ["", "2026", "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "0000-01-01T00:00:00+14:00"] {
        assert_eq!(parse(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn a_printed_moment_reads_as_itself(millis in -62_167_219_200_000_i64..253_402_300_800_000) {
        prop_assert_eq!(parse(&print(millis)), Some(millis));
    }
}
