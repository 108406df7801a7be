use serde_json::json;

use super::{CALLBACK, CHALLENGE, params, registration};
use crate::oidc::ErrorCode;
use crate::oidc::authorize::{Refusal, Request, parse, validate};
use crate::oidc::client::{AuthMethod, Profile, Registration};
use crate::oidc::jwt::Algorithm;
use crate::oidc::params::Params;
use crate::oidc::pushed::{Response, handle};

fn request() -> Params {
    params(&[
        ("client_id", "app"),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ])
}

#[test]
fn the_answer_names_a_handle_that_is_read_back() {
    let answer = serde_json::to_value(Response::new("dwpr_x")).unwrap();

    assert_eq!(answer, json!({ "request_uri": "urn:ietf:params:oauth:request_uri:dwpr_x", "expires_in": 90 }));
    assert_eq!(handle(answer["request_uri"].as_str().unwrap()), Some("dwpr_x"));
}

/// OP-12: an address is no reference of ours, whatever it looks like.
#[test]
fn op_12_only_our_own_references_are_looked_up() {
    for foreign in [
        "http://169.254.169.254/latest",
        "https://app.example.com/request.jwt",
        "urn:ietf:params:oauth:request_uri:",
        "URN:ietf:params:oauth:request_uri:x",
        "urn:ietf:params:oauth:request-uri:x",
        "",
    ] {
        assert_eq!(handle(foreign), None, "{foreign}");
    }
}

/// RFC 9126 5 and 6: whoever pushes may not bring a request in the browser instead.
#[test]
fn a_client_that_pushes_its_requests_is_not_believed_in_the_browser() {
    let pushing = Registration { require_pushed_authorization_requests: true, ..registration() };
    let fapi = Registration { profile: Profile::Fapi2, ..registration() };

    for client in [&pushing, &fapi] {
        let brought = validate(&parse(request()).unwrap(), client);
        let pushed = validate(&Request::pushed(request(), client).unwrap(), client);

        assert!(matches!(brought, Err(Refusal::Redirect { error, .. }) if error.code == ErrorCode::InvalidRequest));
        assert!(pushed.is_ok());
    }
    assert!(validate(&parse(request()).unwrap(), &registration()).is_ok());
}

#[test]
fn what_is_pushed_is_not_a_reference_to_something_else() {
    let inner = params(&[("redirect_uri", CALLBACK), ("request_uri", "urn:ietf:params:oauth:request_uri:x")]);

    let refused = Request::pushed(inner, &registration()).err().map(|error| error.code);

    assert_eq!(refused, Some(ErrorCode::InvalidRequest));
}

/// FAPI 2.0 Security Profile 5.3.2 and 5.4.1.
#[test]
fn the_profile_fapi2_is_one_switch_for_keys_requests_and_tokens() {
    let fapi = Registration {
        profile: Profile::Fapi2,
        auth_method: AuthMethod::PrivateKeyJwt,
        jwks: Some(json!({})),
        id_token_alg: Algorithm::Ps256,
        redirect_uris: vec![CALLBACK.to_owned()],
        ..registration()
    };
    let field = |client: &Registration| client.check().err().map(|problem| problem.field);

    assert!(fapi.needs_pushed_requests() && fapi.needs_dpop() && !fapi.profile.rotates_refresh_tokens());
    assert_eq!(field(&fapi), None);
    let by_secret = Registration { auth_method: AuthMethod::ClientSecretBasic, jwks: None, ..fapi.clone() };
    assert_eq!(field(&by_secret), Some("token_endpoint_auth_method"));
    let rs256 = Registration { id_token_alg: Algorithm::Rs256, ..fapi.clone() };
    assert_eq!(field(&rs256), Some("id_token_signed_response_alg"));
    let plain = Registration { redirect_uris: vec!["http://127.0.0.1/callback".to_owned()], ..fapi.clone() };
    assert_eq!(field(&plain), Some("redirect_uris"));
    assert!(["PS256", "ES256", "EdDSA"].iter().all(|algorithm| fapi.profile.takes_assertions_by(algorithm)));
    assert!(!fapi.profile.takes_assertions_by("RS256") && Profile::Standard.takes_assertions_by("RS256"));
}
