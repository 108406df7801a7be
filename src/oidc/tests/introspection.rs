use serde_json::json;

use super::claims::ada;
use super::{ISSUER, params};
use crate::oidc::ErrorCode;
use crate::oidc::claims::Person;
use crate::oidc::introspection::{Asking, Kind, Token, answer, parse};
use crate::oidc::scope::Scopes;

const NOW: i64 = 1_800_000_000;
const API: &str = "https://api.example";

fn by(client_id: &str) -> Asking<'_> {
    Asking { client_id, resource: None }
}

/// A token for the resource server of [`API`].
fn token<'a>(person: &'a Person, scopes: &'a Scopes, resources: &'a [String]) -> Token<'a> {
    Token {
        kind: Kind::Access,
        issuer: ISSUER,
        client_id: "app",
        resources,
        hands: &[],
        scopes,
        person,
        jkt: None,
        issued_at: NOW - 60,
        expires_at: NOW + 240,
    }
}

#[test]
fn a_request_names_a_token_and_its_hint_does_not_matter() {
    for hint in ["access_token", "refresh_token", "nonsense", ""] {
        assert!(parse(&params(&[("token", "t"), ("token_type_hint", hint)])).is_ok(), "{hint}");
    }
    assert_eq!(parse(&params(&[])).map(|_| ()).map_err(|error| error.code), Err(ErrorCode::InvalidRequest));
}

#[test]
fn op_17_whoever_may_not_know_a_token_learns_that_it_is_not_active_and_nothing_else() {
    let (ada, scopes, resources) = (ada(), Scopes::exactly("openid roles").unwrap(), [API.to_owned()]);
    let token = token(&ada, &scopes, &resources);
    let nothing = json!({"active": false});

    assert_eq!(answer(None, by("app"), NOW), nothing, "unknown or revoked");
    assert_eq!(answer(Some(&token), by("other"), NOW), nothing, "another client");
    assert_eq!(answer(Some(&token), by("app"), NOW + 240), nothing, "expired");
    for resource in ["https://api.example/", "https://api.example:8443", "app"] {
        let asking = Asking { resource: Some(resource), ..by("other") };
        assert_eq!(answer(Some(&token), asking, NOW), nothing, "{resource}");
    }
}

#[test]
fn the_client_and_the_resource_server_learn_what_a_token_is_good_for() {
    let (ada, scopes, resources) = (ada(), Scopes::exactly("openid profile roles").unwrap(), [API.to_owned()]);
    let token = token(&ada, &scopes, &resources);

    for asking in [by("app"), Asking { resource: Some(API), ..by("other") }] {
        assert_eq!(
            answer(Some(&token), asking, NOW),
            json!({
                "active": true, "iss": ISSUER, "sub": "0190d6f0", "aud": API, "client_id": "app", "token_type": "Bearer",
                "scope": "openid profile roles", "iat": NOW - 60, "exp": NOW + 240, "username": "ada",
                "org_id": "0190aaaa", "org_slug": "acme", "roles": ["owner"], "permissions": ["app.pipeline:read"],
            })
        );
    }
}

#[test]
fn a_refresh_token_is_no_bearer_token_and_a_user_name_needs_its_scope() {
    let (ada, scopes) = (ada(), Scopes::exactly("openid").unwrap());
    let refresh = Token { kind: Kind::Refresh, ..token(&ada, &scopes, &[]) };

    let answer = answer(Some(&refresh), by("app"), NOW);

    assert_eq!((&answer["active"], &answer["aud"]), (&json!(true), &json!("app")));
    assert!(answer["token_type"].is_null() && answer["username"].is_null() && answer["roles"].is_null());
}

/// RFC 8693 4.1: whoever asks learns who acts, and for whom they do.
#[test]
fn a_token_that_was_handed_on_names_the_hands() {
    let (ada, scopes, resources) = (ada(), Scopes::exactly("roles").unwrap(), [API.to_owned()]);
    let hands = ["gateway".to_owned(), "portal".to_owned()];
    let token = Token { client_id: "gateway", hands: &hands, ..token(&ada, &scopes, &resources) };

    let told = answer(Some(&token), Asking { resource: Some(API), ..by("api") }, NOW);

    assert_eq!(told["client_id"], json!("gateway"));
    assert_eq!(told["act"], json!({ "sub": "gateway", "act": { "sub": "portal" } }));
}
