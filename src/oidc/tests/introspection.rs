use serde_json::json;

use super::claims::ada;
use super::{ISSUER, params};
use crate::oidc::ErrorCode;
use crate::oidc::claims::Person;
use crate::oidc::introspection::{Kind, Token, answer, parse};
use crate::oidc::scope::Scopes;

const NOW: i64 = 1_800_000_000;

fn token<'a>(person: &'a Person, scopes: &'a Scopes) -> Token<'a> {
    Token {
        kind: Kind::Access,
        issuer: ISSUER,
        client_id: "app",
        audience: "api",
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
    let (ada, scopes) = (ada(), Scopes::exactly("openid roles").unwrap());
    let token = token(&ada, &scopes);
    let nothing = json!({"active": false});

    assert_eq!(answer(None, "app", NOW), nothing, "unknown or revoked");
    assert_eq!(answer(Some(&token), "other", NOW), nothing, "another client");
    assert_eq!(answer(Some(&token), "app", NOW + 240), nothing, "expired");
}

#[test]
fn the_client_and_the_audience_learn_what_a_token_is_good_for() {
    let (ada, scopes) = (ada(), Scopes::exactly("openid profile roles").unwrap());
    let token = token(&ada, &scopes);

    for asking in ["app", "api"] {
        assert_eq!(
            answer(Some(&token), asking, NOW),
            json!({
                "active": true, "iss": ISSUER, "sub": "0190d6f0", "aud": "api", "client_id": "app", "token_type": "Bearer",
                "scope": "openid profile roles", "iat": NOW - 60, "exp": NOW + 240, "username": "ada",
                "org_id": "0190aaaa", "org_slug": "acme", "roles": ["owner"], "permissions": ["app.pipeline:read"],
            })
        );
    }
}

#[test]
fn a_refresh_token_is_no_bearer_token_and_a_user_name_needs_its_scope() {
    let (ada, scopes) = (ada(), Scopes::exactly("openid").unwrap());
    let refresh = Token { kind: Kind::Refresh, ..token(&ada, &scopes) };

    let answer = answer(Some(&refresh), "app", NOW);

    assert_eq!(answer["active"], json!(true));
    assert!(answer["token_type"].is_null() && answer["username"].is_null() && answer["roles"].is_null());
}
