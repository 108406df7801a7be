use proptest::prelude::*;

use super::{CALLBACK, ISSUER};
use crate::oidc::ErrorCode;
use crate::oidc::response::{ReplyTo, ResponseMode};

fn reply_to(uri: &str, state: Option<&str>) -> ReplyTo {
    ReplyTo::checked(uri, ResponseMode::Query, state.map(str::to_owned))
}

#[test]
fn op_14_success_and_error_name_the_issuer() {
    let success = reply_to(CALLBACK, Some("s t&4te")).code(ISSUER, "c0de");
    let error = reply_to(CALLBACK, None).error(ISSUER, &ErrorCode::AccessDenied.because("the person said no"));

    assert_eq!(
        success.location(),
        "https://app.example.com/callback?code=c0de&state=s+t%264te&iss=https%3A%2F%2Fid.example.com"
    );
    assert_eq!(
        error.location(),
        "https://app.example.com/callback?error=access_denied&error_description=the+person+said+no\
         &iss=https%3A%2F%2Fid.example.com"
    );
}

#[test]
fn the_query_of_the_redirect_uri_is_kept() {
    let table = [
        ("https://a.example", "https://a.example?code=c&iss=i"),
        ("https://a.example/cb?x=1", "https://a.example/cb?x=1&code=c&iss=i"),
        ("https://a.example/cb?", "https://a.example/cb?code=c&iss=i"),
        ("https://a.example/cb?x=1&", "https://a.example/cb?x=1&code=c&iss=i"),
        ("com.example.app:/cb", "com.example.app:/cb?code=c&iss=i"),
    ];

    for (uri, location) in table {
        assert_eq!(reply_to(uri, None).code("i", "c").location(), location);
    }
}

#[test]
fn a_form_has_the_same_fields_as_the_query() {
    let answer = ReplyTo::checked(CALLBACK, ResponseMode::FormPost, Some("<b>".into())).code(ISSUER, "c0de");

    assert_eq!(answer.mode, ResponseMode::FormPost);
    assert_eq!(answer.redirect_uri, CALLBACK);
    assert_eq!(answer.fields, [("code", "c0de".into()), ("state", "<b>".into()), ("iss", ISSUER.into())]);
}

#[test]
fn every_mode_has_one_name_everywhere() {
    for mode in ResponseMode::ALL {
        assert_eq!(ResponseMode::named(mode.as_str()), Some(mode));
        assert_eq!(serde_json::to_value(mode).unwrap(), mode.as_str());
    }
}

proptest! {
    #[test]
    fn the_client_reads_the_state_it_sent(state in "\\PC{1,100}", query in "(\\?[a-z]=[a-z])?") {
        let location = reply_to(&format!("{CALLBACK}{query}"), Some(&state)).code(ISSUER, "c0de").location();

        let opened = url::Url::parse(&location).unwrap();
        let states: Vec<_> = opened.query_pairs().filter(|(name, _)| name == "state").map(|(_, v)| v).collect();
        prop_assert_eq!(states, [state]);
        prop_assert!(opened.fragment().is_none() && location.is_ascii());
    }
}
