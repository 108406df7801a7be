use proptest::prelude::*;

use super::{encoded, params};
use crate::oidc::ErrorCode;
use crate::oidc::params::Params;

fn refused(query: &[u8], body: &[u8]) -> bool {
    Params::parse(&[query, body]).is_err_and(|error| error.code == ErrorCode::InvalidRequest)
}

#[test]
fn op_02_a_repeated_parameter_is_refused_in_query_body_and_across_both() {
    for name in ["client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "unknown"] {
        let twice = format!("{name}=a&x=1&{name}=b");
        let same = format!("{name}=a&{name}=a");
        let empty = format!("{name}=&{name}=a");
        let (one, two) = (format!("{name}=a"), format!("{name}=b"));

        assert!(refused(twice.as_bytes(), b""), "{twice}");
        assert!(refused(b"", same.as_bytes()), "{same}");
        assert!(refused(b"", empty.as_bytes()), "{empty}");
        assert!(refused(one.as_bytes(), two.as_bytes()), "{one} and {two}");
    }
    assert!(refused(b"st%61te=1&state=2", b""), "an encoded name is the same name");
}

#[test]
fn op_24_oversized_values_are_refused() {
    let table = [("state", 4096), ("nonce", 1024), ("redirect_uri", 2048), ("scope", 2048), ("anything", 16 * 1024)];

    for (name, max) in table {
        let (fits, over) = ("a".repeat(max), "a".repeat(max + 1));
        assert!(!refused(encoded(&[(name, &fits)]).as_bytes(), b""), "{name} of {max}");
        assert!(refused(encoded(&[(name, &over)]).as_bytes(), b""), "{name} of {max} and one");
    }
    assert!(refused(encoded(&[("state", &"a".repeat(100 * 1024))]).as_bytes(), b""));
    assert!(refused(encoded(&[("nonce", &"a".repeat(100 * 1024))]).as_bytes(), b""));
    assert!(refused(encoded(&[("scope", &"a ".repeat(10_000))]).as_bytes(), b""));
    assert!(refused(encoded(&[("scope", &vec!["a"; 51].join(" "))]).as_bytes(), b""));
    assert!(!refused(encoded(&[("scope", &vec!["a"; 50].join(" "))]).as_bytes(), b""));
}

#[test]
fn control_characters_and_broken_utf_8_are_refused() {
    for query in ["state=%00", "state=a%0D%0Ab", "state=%7F", "state=%C2%85", "a%00b=1", "state=%FF", "state=%C3"] {
        assert!(refused(query.as_bytes(), b""), "{query}");
    }
    assert!(refused(b"state=\xff", b""));
}

#[test]
fn more_than_a_hundred_parameters_are_refused() {
    let many = |count: u32| (0..count).map(|n| format!("p{n}=1")).collect::<Vec<_>>().join("&");

    assert!(!refused(many(100).as_bytes(), b""));
    assert!(refused(many(101).as_bytes(), b""));
}

#[test]
fn a_parameter_without_a_value_counts_as_left_out() {
    let found = params(&[("state", ""), ("nonce", "n")]);

    assert_eq!(found.get("state"), None);
    assert_eq!(found.get("nonce"), Some("n"));
    assert_eq!(found.require("state").map_err(|e| e.code), Err(ErrorCode::InvalidRequest));
}

proptest! {
    #[test]
    fn what_was_encoded_is_what_is_read(name in "[a-z_]{1,20}", value in "\\PC{1,200}") {
        prop_assume!(!value.contains(char::REPLACEMENT_CHARACTER));
        let read = Params::parse(&[encoded(&[(&name, &value)]).as_bytes()]);

        prop_assert_eq!(read.ok().and_then(|found| found.text(&name)), Some(value));
    }

    #[test]
    fn any_bytes_give_an_answer(query in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(found) = Params::parse(&[&query]) {
            prop_assert!(found.get("state").is_none_or(|state| !state.contains(char::is_control)));
        }
    }
}

/// RFC 8707 2, RFC 8693 2.1.
#[test]
fn what_lists_something_may_be_repeated_and_each_value_counts() {
    let found = Params::parse(&[b"resource=&resource=a&x=1&resource=b", b"resource=c&audience=d"]).unwrap();
    let none = params(&[("resource", "")]);
    let many = vec![("resource", "a"); 101];

    assert_eq!(found.all("resource").collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!((found.all("audience").count(), found.all("x").count(), none.all("resource").count()), (1, 1, 0));
    assert!(refused(encoded(&many).as_bytes(), b""));
    assert!(!refused(encoded(many.get(..100).unwrap()).as_bytes(), b""));
    assert!(refused(b"resource=a%0Ab", b""), "what separates two values stands in none");
}
