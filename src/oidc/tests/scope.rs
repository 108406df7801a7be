use proptest::prelude::*;

use crate::oidc::ErrorCode;
use crate::oidc::scope::{Scope, Scopes};

fn requested(text: &str) -> String {
    Scopes::requested(text).unwrap_or_else(|error| panic!("{error}")).to_string()
}

#[test]
fn unknown_scopes_of_a_request_are_dropped_and_order_does_not_matter() {
    assert_eq!(requested("email openid"), "openid email");
    assert_eq!(requested("openid  openid email "), "openid email");
    assert_eq!(requested("openid payroll OPENID"), "openid");
    assert_eq!(requested(""), "");
}

#[test]
fn a_scope_with_illegal_characters_is_refused() {
    for text in ["openid\tprofile", "openid \"x\"", "openid a\\b", "openid \u{e9}"] {
        assert_eq!(Scopes::requested(text).map_err(|e| e.code), Err(ErrorCode::InvalidScope), "{text:?}");
    }
}

#[test]
fn an_exact_list_refuses_what_is_unknown() {
    assert_eq!(Scopes::exactly("openid payroll").map_err(|e| e.code), Err(ErrorCode::InvalidScope));
    assert!(serde_json::from_str::<Scopes>("\"openid payroll\"").is_err());
}

#[test]
fn sets_are_compared_and_joined_as_sets() {
    let (small, large) = (Scopes::from_iter([Scope::OpenId]), Scopes::from_iter([Scope::OpenId, Scope::Email]));

    assert!(large.covers(&small));
    assert!(!small.covers(&large));
    assert_eq!(small.common(&large), small);
    assert_eq!(small.with(&large), large);
}

proptest! {
    #[test]
    fn printing_and_parsing_give_the_same_set(picked in proptest::sample::subsequence(Scope::ALL.to_vec(), 0..=12)) {
        let scopes: Scopes = picked.into_iter().collect();

        prop_assert_eq!(Scopes::exactly(&scopes.to_string()), Ok(scopes.clone()));
        let of_people: Scopes = scopes.iter().filter(|it| !Scope::OF_APPLICATIONS.contains(it)).collect();
        prop_assert_eq!(Scopes::requested(&scopes.to_string()), Ok(of_people));
        let json = serde_json::to_string(&scopes).unwrap();
        prop_assert_eq!(serde_json::from_str::<Scopes>(&json).ok(), Some(scopes));
    }
}
