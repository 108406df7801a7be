//! The small shared types: keys, times, secrets, ids.

use std::time::Duration;

use proptest::prelude::*;

use super::id::UserId;
use super::secret::{TokenHash, TokenKind, temporary_password};
use super::text::fold;
use super::time::Timestamp;

#[test]
fn spellings_of_one_name_share_one_key() {
    let spellings = ["Ａlice@X", "alice@x ", "ALICE@x"];

    let keys: Vec<_> = spellings.into_iter().map(fold).collect();

    assert_eq!(keys, ["alice@x", "alice@x", "alice@x"]);
    assert_eq!(fold("\u{212A}elvin"), "kelvin");
    assert_eq!(fold("e\u{301}"), fold("\u{e9}"));
    assert_eq!(fold("\u{17F}tra\u{DF}e"), "strasse");
}

proptest! {
    #[test]
    fn folding_twice_changes_nothing(text in "\\PC{0,24}") {
        let once = fold(&text);

        prop_assert_eq!(fold(&once), once);
    }
}

#[test]
fn an_id_has_exactly_one_spelling() {
    let id = UserId::new();

    assert_eq!(id.to_string().parse::<UserId>().ok(), Some(id));
    assert!(id.to_string().to_uppercase().parse::<UserId>().is_err());
    assert!(id.uuid().simple().to_string().parse::<UserId>().is_err());
}

#[test]
fn a_token_names_its_kind_and_is_never_made_twice() {
    let (one, two) = (TokenKind::Scim.generate(), TokenKind::Scim.generate());

    assert!(one.reveal().starts_with("dwscim_"));
    assert_eq!(one.reveal().len(), "dwscim_".len() + 43);
    assert!(!TokenHash::of(one.reveal()).matches(&TokenHash::of(two.reveal())));
    assert_eq!(temporary_password().reveal().len(), 20);
}

#[test]
fn a_moment_prints_and_reads_as_rfc_3339() {
    let at = Timestamp::from_millis(1_700_000_000_123);

    assert_eq!(at.rfc3339(), "2023-11-14T22:13:20.123Z");
    assert_eq!(Timestamp::parse_rfc3339(&at.rfc3339()), Some(at));
    assert_eq!(at.after(Duration::from_secs(1)).since(at), Duration::from_secs(1));
    assert_eq!(at.since(at.after(Duration::from_secs(1))), Duration::ZERO);
}
