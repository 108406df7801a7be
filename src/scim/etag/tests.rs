use proptest::prelude::*;

use super::*;

#[test]
fn sc_20_a_change_of_another_version_is_refused() {
    for header in [None, Some("*"), Some("W/\"7\""), Some("\"7\""), Some("W/\"6\", W/\"7\""), Some(" W/\"7\" ")] {
        assert_eq!(check_match(header, 7), Ok(()), "{header:?}");
    }
    for header in ["W/\"6\"", "\"70\"", "W/\"6\",\"8\"", "\"\""] {
        assert_eq!(check_match(Some(header), 7).expect_err(header).status, 412);
    }
}

#[test]
fn a_condition_that_cannot_be_read_is_refused_and_not_ignored() {
    let long = format!("\"{}\"", "a".repeat(LENGTH_MAX));
    for header in ["", "7", "W/7", "w/\"7\"", "\"7", "W/\"7\" W/\"8\"", "W/\"7\",", "*, \"7\"", "\"a b\"", &long] {
        assert_eq!(check_match(Some(header), 7).expect_err(header).status, 400);
        assert!(is_unchanged(Some(header), 7).is_err());
    }
}

#[test]
fn a_reader_who_has_this_version_is_told_so() {
    assert_eq!(is_unchanged(Some("W/\"7\""), 7), Ok(true));
    assert_eq!(is_unchanged(Some("*"), 7), Ok(true));
    assert_eq!(is_unchanged(Some("W/\"6\""), 7), Ok(false));
    assert_eq!(is_unchanged(None, 7), Ok(false));
}

proptest! {
    #[test]
    fn the_tag_of_a_version_holds_for_it_and_for_no_other(version in any::<i64>(), other in any::<i64>()) {
        let condition = Condition::parse(&print(version)).expect("a tag");
        prop_assert!(condition.holds(version));
        prop_assert_eq!(condition.holds(other), version == other);
    }

    #[test]
    fn a_printed_condition_reads_as_itself(tags in proptest::collection::vec("[!#-~]{0,8}", 1..5)) {
        let condition = Condition::Tags(tags);
        prop_assert_eq!(Condition::parse(&condition.to_string()), Ok(condition));
    }

    #[test]
    fn any_header_ends_in_a_condition_or_a_refusal(header in "\\PC{0,60}") {
        let _outcome = Condition::parse(&header);
    }
}
