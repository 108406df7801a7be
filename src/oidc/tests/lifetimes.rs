use serde_json::json;

use crate::oidc::lifetimes::Lifetimes;

/// The shortest and the longest of each, and the next beyond.
#[test]
fn each_lifetime_has_its_limits() {
    let usual = Lifetimes::default();
    let table = [
        (usual, None),
        (Lifetimes { access_token_seconds: 60, ..usual }, None),
        (Lifetimes { access_token_seconds: 59, ..usual }, Some("access_token_seconds")),
        (Lifetimes { access_token_seconds: 3_600, ..usual }, None),
        (Lifetimes { access_token_seconds: 3_601, ..usual }, Some("access_token_seconds")),
        (Lifetimes { refresh_token_idle_seconds: 300, ..usual }, None),
        (Lifetimes { refresh_token_idle_seconds: 299, ..usual }, Some("refresh_token_idle_seconds")),
        (Lifetimes { refresh_token_idle_seconds: 7_776_001, ..usual }, Some("refresh_token_idle_seconds")),
        (Lifetimes { authorization_seconds: 31_536_000, ..usual }, None),
        (Lifetimes { authorization_seconds: 31_536_001, ..usual }, Some("authorization_seconds")),
        (Lifetimes { authorization_seconds: 0, ..usual }, Some("authorization_seconds")),
    ];

    for (lifetimes, field) in table {
        assert_eq!(lifetimes.check().err().map(|(field, _)| field), field, "{lifetimes:?}");
    }
    let said = Lifetimes { access_token_seconds: 5, ..usual }.check().unwrap_err().1;
    assert_eq!(said, "must be from 60 to 3600 seconds");
}

/// A registration that was stored before there were lifetimes has the usual ones.
#[test]
fn what_was_not_said_is_as_usual() {
    let read: Lifetimes = serde_json::from_value(json!({ "access_token_seconds": 120 })).unwrap();

    assert_eq!(read, Lifetimes { access_token_seconds: 120, ..Lifetimes::default() });
}
