use proptest::prelude::*;
use secrecy::ExposeSecret as _;

use super::{CALLBACK, CHALLENGE, VERIFIER, changed, params, registration};
use crate::oidc::ErrorCode;
use crate::oidc::authorize::Authorization;
use crate::oidc::client::Registration;
use crate::oidc::scope::Scopes;
use crate::oidc::token::{CodeGrant, DEVICE_CODE, Grant, RefreshGrant, Request, Response, parse, verify_pkce};

type Pairs<'a> = &'a [(&'a str, &'a str)];

const CODE: Pairs<'static> =
    &[("grant_type", "authorization_code"), ("code", "c0de"), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)];

fn refused(pairs: Pairs<'_>) -> Option<ErrorCode> {
    parse(&params(pairs), &registration()).err().map(|error| error.code)
}

fn code_grant(changes: Pairs<'_>) -> CodeGrant {
    match parse(&params(&changed(CODE, changes)), &registration()) {
        Ok(Request { grant: Grant::Code(grant), .. }) => grant,
        other => panic!("{changes:?}: {other:?}"),
    }
}

fn refresh_grant(scope: &str) -> RefreshGrant {
    match parse(
        &params(&[("grant_type", "refresh_token"), ("refresh_token", "r3fresh"), ("scope", scope)]),
        &registration(),
    ) {
        Ok(Request { grant: Grant::Refresh(grant), .. }) => grant,
        other => panic!("{scope}: {other:?}"),
    }
}

fn stored() -> Authorization {
    super::authorize::check(&[], &registration()).unwrap()
}

#[test]
fn both_grants_are_read() {
    assert_eq!(code_grant(&[]).code.expose_secret(), "c0de");
    assert_eq!(refresh_grant("").refresh_token.expose_secret(), "r3fresh");
}

#[test]
fn op_26_other_grants_are_not_offered() {
    for grant in [
        "password",
        "implicit",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "Authorization_Code",
    ] {
        assert_eq!(refused(&changed(CODE, &[("grant_type", grant)])), Some(ErrorCode::UnsupportedGrantType), "{grant}");
    }
    assert_eq!(refused(&changed(CODE, &[("grant_type", "")])), Some(ErrorCode::InvalidRequest));
}

/// RFC 8628 3.4: for a client that runs on devices.
#[test]
fn a_device_brings_its_code() {
    let client = Registration { device_grant: true, ..registration() };
    let read = |code: &str| parse(&params(&[("grant_type", DEVICE_CODE), ("device_code", code)]), &client);

    assert!(
        matches!(read("dwdc_x"), Ok(Request { grant: Grant::Device(grant), .. }) if grant.device_code.expose_secret() == "dwdc_x")
    );
    assert_eq!(read("").err().map(|error| error.code), Some(ErrorCode::InvalidRequest));
}

#[test]
fn a_grant_without_its_parts_is_refused() {
    for name in ["code", "redirect_uri", "code_verifier"] {
        assert_eq!(refused(&changed(CODE, &[(name, "")])), Some(ErrorCode::InvalidRequest), "{name}");
    }
    assert_eq!(refused(&[("grant_type", "refresh_token")]), Some(ErrorCode::InvalidRequest));
}

#[test]
fn op_03_a_verifier_has_43_to_128_unreserved_characters() {
    for verifier in ["a".repeat(43), "a".repeat(128), format!("-._~{}", "Z9".repeat(20))] {
        code_grant(&[("code_verifier", &verifier)]);
    }
    for verifier in
        ["a".repeat(42), "a".repeat(129), format!("{}+", "a".repeat(43)), format!("{}\u{e9}", "a".repeat(43))]
    {
        let refusal = refused(&changed(CODE, &[("code_verifier", &verifier)]));
        assert_eq!(refusal, Some(ErrorCode::InvalidRequest), "{verifier}");
    }
}

#[test]
fn op_03_a_wrong_verifier_redeems_nothing() {
    let wrong = "e".repeat(43);

    assert_eq!(code_grant(&[]).check(&stored(), ("app", None)), Ok(()));
    for verifier in [wrong.as_str(), CHALLENGE] {
        let checked = code_grant(&[("code_verifier", verifier)]).check(&stored(), ("app", None));
        assert_eq!(checked.map_err(|error| error.code), Err(ErrorCode::InvalidGrant), "{verifier}");
    }
}

#[test]
fn op_05_a_code_belongs_to_its_client_and_redirect_uri() {
    let other_client = code_grant(&[]).check(&stored(), ("other", None));
    let other_uri =
        code_grant(&[("redirect_uri", "https://app.example.com/other?tenant=7")]).check(&stored(), ("app", None));

    assert_eq!(other_client.map_err(|error| error.code), Err(ErrorCode::InvalidGrant));
    assert_eq!(other_uri.map_err(|error| error.code), Err(ErrorCode::InvalidGrant));
}

#[test]
fn op_07_a_refresh_never_widens_the_scope() {
    let granted = Scopes::exactly("openid profile offline_access").unwrap();
    let narrow = |scope| refresh_grant(scope).narrow(&granted).map(|s| s.to_string()).map_err(|error| error.code);

    assert_eq!(narrow(""), Ok("openid profile offline_access".to_owned()));
    assert_eq!(narrow("openid"), Ok("openid".to_owned()));
    assert_eq!(narrow("offline_access profile openid"), Ok("openid profile offline_access".to_owned()));
    for wider in ["openid email", "roles", "openid payroll", "openid\"", " "] {
        assert_eq!(narrow(wider), Err(ErrorCode::InvalidScope), "{wider:?}");
    }
}

#[test]
fn a_request_keeps_its_secrets_out_of_debug_output() {
    let shown = format!("{:?} {:?}", code_grant(&[]), refresh_grant(""));

    assert!(!["c0de", VERIFIER, "r3fresh"].into_iter().any(|secret| shown.contains(secret)), "{shown}");
}

#[test]
fn a_response_has_the_members_of_the_standards_and_no_empty_ones() {
    let scopes = Scopes::exactly("openid profile").unwrap();
    let bare = Response::new("at".to_owned(), 300, &scopes);
    let full = Response::new("at".to_owned(), 300, &scopes)
        .with_refresh_token(Some("rt".to_owned()))
        .with_id_token(Some("it".to_owned()));

    assert_eq!(
        serde_json::to_value(bare).unwrap(),
        serde_json::json!({"access_token": "at", "token_type": "Bearer", "expires_in": 300, "scope": "openid profile"})
    );
    assert_eq!(
        serde_json::to_value(full).unwrap(),
        serde_json::json!({"access_token": "at", "token_type": "Bearer", "expires_in": 300, "scope": "openid profile",
            "refresh_token": "rt", "id_token": "it"})
    );
}

proptest! {
    #[test]
    fn op_03_a_challenge_fits_its_own_verifier_only(one in "[a-zA-Z0-9._~-]{43,128}", two in "[a-zA-Z0-9._~-]{43,128}") {
        use base64::Engine as _;
        use sha2::Digest as _;
        let digest = sha2::Sha256::digest(one.as_bytes());
        let challenge = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest);

        prop_assert!(verify_pkce(&challenge, &one));
        prop_assert_eq!(verify_pkce(&challenge, &two), one == two);
        prop_assert!(!verify_pkce("", &one));
    }
}
