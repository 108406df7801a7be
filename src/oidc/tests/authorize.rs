use super::{CALLBACK, CHALLENGE, changed, params, registration};
use crate::oidc::ErrorCode;
use crate::oidc::authorize::{Authorization, Prompt, Refusal, parse, validate};
use crate::oidc::client::Registration;
use crate::oidc::response::{Response, ResponseMode};
use crate::oidc::scope::{Scope, Scopes};

type Pairs<'a> = &'a [(&'a str, &'a str)];

pub(super) const GOOD: Pairs<'static> = &[
    ("client_id", "app"),
    ("redirect_uri", CALLBACK),
    ("response_type", "code"),
    ("scope", "openid profile"),
    ("state", "st4te"),
    ("nonce", "n0nce"),
    ("code_challenge", CHALLENGE),
    ("code_challenge_method", "S256"),
];

pub(super) fn check(changes: Pairs<'_>, client: &Registration) -> Result<Authorization, Refusal> {
    let request = parse(params(&changed(GOOD, changes))).map_err(Refusal::Page)?;
    validate(&request, client)
}

fn accepted(changes: Pairs<'_>) -> Authorization {
    check(changes, &registration()).unwrap_or_else(|refusal| panic!("{changes:?}: {refusal:?}"))
}

/// The code of an error that goes to the client, and the answer as it is sent.
fn refused(changes: Pairs<'_>) -> (ErrorCode, Response) {
    match check(changes, &registration()) {
        Err(Refusal::Redirect { reply_to, error }) => (error.code, reply_to.error(super::ISSUER, &error)),
        other => panic!("{changes:?}: {other:?}"),
    }
}

fn shown_on_a_page(changes: Pairs<'_>) -> bool {
    matches!(check(changes, &registration()), Err(Refusal::Page(error)) if error.code == ErrorCode::InvalidRequest)
}

#[test]
fn a_good_request_is_kept_as_asked() {
    let found = accepted(&[("max_age", "60"), ("login_hint", "ada@example.com"), ("ui_locales", "de en")]);

    assert_eq!(found.client_id, "app");
    assert_eq!(found.reply_to.redirect_uri(), CALLBACK);
    assert_eq!(found.scopes.to_string(), "openid profile");
    assert_eq!(found.code_challenge, CHALLENGE);
    assert_eq!(found.nonce.as_deref(), Some("n0nce"));
    assert_eq!(found.max_age_seconds, Some(60));
    assert_eq!(found.login_hint.as_deref(), Some("ada@example.com"));
    assert_eq!(found.ui_locales.as_deref(), Some("de en"));
    assert!(found.prompt.is_empty() && found.is_openid() && !found.first_party);
}

#[test]
fn an_accepted_request_survives_being_stored() {
    let found = accepted(&[("prompt", "login consent"), ("response_mode", "form_post")]);

    let stored = serde_json::to_string(&found).unwrap();

    assert_eq!(serde_json::from_str::<Authorization>(&stored).unwrap(), found);
}

#[test]
fn parameters_that_need_no_action_are_accepted() {
    let extras: [(&str, &str); 9] = [
        ("display", "popup"),
        ("claims_locales", "de"),
        ("acr_values", "urn:example:gold"),
        ("claims", "{\"userinfo\":{\"name\":{\"essential\":true}}}"),
        ("id_token_hint", "a.b.c"),
        ("nonce", ""),
        ("state", ""),
        ("unheard_of", "1"),
        ("audience", "x"),
    ];

    for extra in extras {
        assert_eq!(accepted(&[extra]).client_id, "app", "{extra:?}");
    }
}

#[test]
fn op_01_a_wrong_client_or_address_is_shown_here_and_sent_nowhere() {
    assert!(shown_on_a_page(&[("client_id", "")]));
    assert!(shown_on_a_page(&[("client_id", "other")]));
    assert!(shown_on_a_page(&[("redirect_uri", "")]));
    for uri in [
        "https://evil.example/",
        "https://app.example.com/callback/",
        "https://app.example.com/callback?x=1",
        "javascript:1",
    ] {
        assert!(shown_on_a_page(&[("redirect_uri", uri)]), "{uri}");
        assert!(shown_on_a_page(&[("redirect_uri", uri), ("response_type", "token"), ("request", "x")]), "{uri}");
    }
}

#[test]
fn op_03_a_request_without_an_s256_challenge_is_refused() {
    let long = "a".repeat(44);
    let short = "a".repeat(42);
    let table: [Pairs<'_>; 9] = [
        &[("code_challenge", "")],
        &[("code_challenge", ""), ("code_challenge_method", "")],
        &[("code_challenge_method", "")],
        &[("code_challenge_method", "plain")],
        &[("code_challenge_method", "s256")],
        &[("code_challenge", &long)],
        &[("code_challenge", &short)],
        &[("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM")],
        &[("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c=")],
    ];

    for changes in table {
        assert_eq!(refused(changes).0, ErrorCode::InvalidRequest, "{changes:?}");
    }
}

#[test]
fn op_11_only_a_code_is_given_out() {
    for kind in ["token", "id_token", "code token", "code id_token", "id_token token", "none", "CODE", "code code"] {
        let (code, answer) = refused(&[("response_type", kind)]);
        assert_eq!((code, answer.mode), (ErrorCode::UnsupportedResponseType, ResponseMode::Query), "{kind}");
    }
    assert_eq!(refused(&[("response_type", "")]).0, ErrorCode::InvalidRequest);
}

#[test]
fn op_11_an_unknown_response_mode_is_answered_by_query() {
    for mode in ["web_message", "fragment", "jwt", "query.jwt", "FORM_POST"] {
        let (code, answer) = refused(&[("response_mode", mode)]);
        assert_eq!((code, answer.mode), (ErrorCode::InvalidRequest, ResponseMode::Query), "{mode}");
    }
    assert_eq!(refused(&[("response_mode", "form_post"), ("scope", "")]).1.mode, ResponseMode::FormPost);
}

#[test]
fn op_13_request_objects_are_named_as_not_supported() {
    // {"alg":"none"}
    let unsigned = [("request", "eyJhbGciOiJub25lIn0.e30.")];
    assert_eq!(refused(&unsigned).0, ErrorCode::RequestNotSupported);
    let reference = [("request_uri", "http://169.254.169.254/x")];
    assert_eq!(refused(&reference).0, ErrorCode::RequestUriNotSupported);
    let pushed = [("request_uri", "urn:ietf:params:oauth:request_uri:x")];
    assert_eq!(refused(&pushed).0, ErrorCode::RequestUriNotSupported);
    assert_eq!(refused(&[("registration", "{}")]).0, ErrorCode::RegistrationNotSupported);
}

#[test]
fn op_14_an_error_names_the_issuer_and_returns_the_state() {
    let (_, answer) = refused(&[("response_type", "token")]);

    let names: Vec<_> = answer.fields.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["error", "error_description", "state", "iss"]);
    assert_eq!(answer.fields[2].1, "st4te");
    assert_eq!(answer.fields[3].1, super::ISSUER);
}

#[test]
fn scopes_are_cut_to_what_the_client_may_ask_for() {
    let narrow = Registration { scopes: Scopes::from_iter([Scope::OpenId, Scope::Email]), ..registration() };

    let cut = check(&[("scope", "openid email roles payroll")], &narrow).unwrap();
    let nothing = check(&[("scope", "roles payroll")], &narrow);

    assert_eq!(cut.scopes.to_string(), "openid email");
    assert!(matches!(nothing, Err(Refusal::Redirect { error, .. }) if error.code == ErrorCode::InvalidScope));
    assert_eq!(refused(&[("scope", "")]).0, ErrorCode::InvalidScope);
    assert_eq!(refused(&[("scope", "openid \"")]).0, ErrorCode::InvalidScope);
    assert!(!accepted(&[("scope", "api offline_access")]).is_openid());
}

#[test]
fn prompts_are_known_words_and_none_stands_alone() {
    assert_eq!(accepted(&[("prompt", "none")]).prompt.into_iter().collect::<Vec<_>>(), [Prompt::None]);
    let both = accepted(&[("prompt", "consent login select_account")]).prompt;
    assert_eq!(both.into_iter().collect::<Vec<_>>(), [Prompt::Login, Prompt::Consent, Prompt::SelectAccount]);

    for prompt in ["none login", "login none", "create", "None", "login,consent"] {
        assert_eq!(refused(&[("prompt", prompt)]).0, ErrorCode::InvalidRequest, "{prompt}");
    }
}

#[test]
fn max_age_is_a_number_from_zero_up() {
    assert_eq!(accepted(&[("max_age", "0")]).max_age_seconds, Some(0));
    assert_eq!(accepted(&[("max_age", "10000")]).max_age_seconds, Some(10_000));
    for age in ["-1", "+1", "1.5", "1e3", "abc", " 1", "99999999999999999999"] {
        assert_eq!(refused(&[("max_age", age)]).0, ErrorCode::InvalidRequest, "{age}");
    }
}

#[test]
fn every_prompt_has_one_name_everywhere() {
    for prompt in Prompt::ALL {
        assert_eq!(serde_json::to_value(prompt).unwrap(), prompt.as_str());
    }
}
