use crate::oidc::{Error, ErrorCode};

#[test]
fn a_description_holds_legal_characters_only() {
    let error = Error::new(ErrorCode::InvalidRequest, "say \"\u{f6}\" \\ now\r\nSet-Cookie: a=b\u{0}");

    assert_eq!(error.description(), "say ??? ? now??Set-Cookie: a=b?");
}

#[test]
fn a_description_does_not_grow_without_bound() {
    assert_eq!(Error::new(ErrorCode::InvalidRequest, "x".repeat(100_000)).description().len(), 200);
}

#[test]
fn the_status_is_401_only_where_a_credential_failed() {
    let table = [
        (ErrorCode::InvalidClient, 401),
        (ErrorCode::InvalidToken, 401),
        (ErrorCode::InsufficientScope, 403),
        (ErrorCode::InvalidGrant, 400),
        (ErrorCode::InvalidRequest, 400),
        (ErrorCode::UnsupportedGrantType, 400),
        (ErrorCode::ServerError, 500),
        (ErrorCode::TemporarilyUnavailable, 503),
    ];

    for (code, status) in table {
        assert_eq!(code.status(), status, "{}", code.as_str());
    }
}
