use super::{params, registration};
use crate::oidc::ErrorCode;
use crate::oidc::logout::{Facts, Hint, Next, decide, parse};

const BYE: &str = "https://app.example.com/bye";
const OURS: Hint<'static> = Hint::Verified { client_id: "app", sub: "ada" };

type Pairs<'a> = &'a [(&'a str, &'a str)];

/// Ada is signed in; the client is found whenever the hint or the request names it.
fn next(pairs: Pairs<'_>, hint: Hint<'_>) -> Next {
    let request = parse(&params(pairs));
    let client = registration();
    let named = match hint {
        Hint::Verified { client_id, .. } => Some(client_id),
        Hint::Absent | Hint::Refused => request.client_id.as_deref(),
    };
    let facts = Facts { hint, client: Some(&client).filter(|_| named == Some("app")), session_sub: Some("ada") };
    decide(&request, &facts)
}

fn is_refused(next: &Next) -> bool {
    matches!(next, Next::Refuse(error) if error.code == ErrorCode::InvalidRequest)
}

#[test]
fn a_hint_of_ours_ends_the_session_and_returns_the_exact_state() {
    let state = "S".repeat(128);

    assert_eq!(
        next(&[("post_logout_redirect_uri", BYE), ("state", &state)], OURS),
        Next::EndAndRedirect(format!("{BYE}?state={state}"))
    );
    assert_eq!(next(&[("post_logout_redirect_uri", BYE)], OURS), Next::EndAndRedirect(BYE.to_owned()));
    assert_eq!(
        next(&[("post_logout_redirect_uri", BYE), ("client_id", "app"), ("state", "a b&c")], OURS),
        Next::EndAndRedirect(format!("{BYE}?state=a+b%26c"))
    );
    assert_eq!(next(&[], OURS), Next::EndAndShow);
    assert_eq!(next(&[("state", "s")], OURS), Next::EndAndShow);
}

#[test]
fn op_20_without_a_hint_the_person_is_asked_and_sent_nowhere() {
    let table: [Pairs<'_>; 5] = [
        &[],
        &[("state", "s")],
        &[("client_id", "app")],
        &[("post_logout_redirect_uri", BYE)],
        &[("post_logout_redirect_uri", BYE), ("client_id", "app"), ("state", "s")],
    ];

    for pairs in table {
        assert_eq!(next(pairs, Hint::Absent), Next::Confirm, "{pairs:?}");
    }
}

#[test]
fn op_20_a_hint_that_is_not_ours_changes_nothing() {
    assert!(is_refused(&next(&[("id_token_hint", "x.y.z"), ("post_logout_redirect_uri", BYE)], Hint::Refused)));
    assert!(is_refused(&next(&[("id_token_hint", "x.y.z")], Hint::Refused)));
}

#[test]
fn op_20_an_unregistered_address_is_never_used() {
    for uri in [
        "https://evil.example/",
        "https://app.example.com/bye?x=1",
        "https://app.example.com/bye/",
        "https://app.example.com/callback",
        "//app.example.com/bye",
    ] {
        assert!(is_refused(&next(&[("post_logout_redirect_uri", uri)], OURS)), "{uri}");
        let named = [("post_logout_redirect_uri", uri), ("client_id", "app")];
        assert!(is_refused(&next(&named, Hint::Absent)), "{uri}");
        assert_eq!(next(&[("post_logout_redirect_uri", uri)], Hint::Absent), Next::Confirm, "{uri}, nobody named");
    }
}

#[test]
fn op_20_a_hint_of_somebody_else_asks_first_and_sends_nowhere() {
    let somebody = Hint::Verified { client_id: "app", sub: "eve" };

    assert_eq!(next(&[("post_logout_redirect_uri", BYE)], somebody), Next::Confirm);
    assert_eq!(next(&[], somebody), Next::Confirm);
}

#[test]
fn a_client_that_contradicts_its_hint_or_is_unknown_is_refused() {
    assert!(is_refused(&next(&[("client_id", "other")], OURS)));
    assert!(is_refused(&next(&[("client_id", "other")], Hint::Absent)));
    assert!(is_refused(&next(&[], Hint::Verified { client_id: "gone", sub: "ada" })));
}

#[test]
fn a_session_that_is_over_already_still_leads_back_to_the_client() {
    let request = parse(&params(&[("post_logout_redirect_uri", BYE), ("state", "s")]));
    let client = registration();

    let next = decide(&request, &Facts { hint: OURS, client: Some(&client), session_sub: None });

    assert_eq!(next, Next::EndAndRedirect(format!("{BYE}?state=s")));
}
