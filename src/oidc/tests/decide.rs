use super::authorize::check;
use super::registration;
use crate::oidc::ErrorCode;
use crate::oidc::authorize::Authorization;
use crate::oidc::client::Registration;
use crate::oidc::decide::{Facts, Hint, Next, Session, decide};
use crate::oidc::scope::Scopes;

const NOW: i64 = 1_800_000_000;

fn request(pairs: &[(&str, &str)]) -> Authorization {
    check(pairs, &registration()).unwrap_or_else(|refusal| panic!("{pairs:?}: {refusal:?}"))
}

fn session(age: i64) -> Session {
    Session { auth_time: NOW - age, is_from_this_request: false, is_multi_factor: false, has_steps_left: false }
}

fn fresh() -> Session {
    Session { is_from_this_request: true, ..session(0) }
}

/// Somebody who agreed to everything earlier.
fn known(session: Option<Session>) -> Facts {
    let consented = Scopes::exactly("openid profile offline_access").unwrap();
    Facts { session, hint: Hint::Absent, consented, resources: Vec::new(), consented_now: false }
}

fn refusal(next: &Next) -> Option<ErrorCode> {
    if let Next::Refuse(error) = next { Some(error.code) } else { None }
}

#[test]
fn without_a_session_somebody_signs_in() {
    assert_eq!(decide(&request(&[]), &known(None), NOW), Next::SignIn);
    assert_eq!(decide(&request(&[("prompt", "login")]), &known(None), NOW), Next::SignIn);
    assert_eq!(decide(&request(&[]), &known(Some(session(3600))), NOW), Next::Issue);
}

#[test]
fn op_15_prompt_none_never_shows_a_page() {
    let quiet = request(&[("prompt", "none")]);
    let stale = request(&[("prompt", "none"), ("max_age", "10")]);
    let unfinished = Session { has_steps_left: true, ..session(5) };
    let stranger = Facts { hint: Hint::OtherPerson, ..known(Some(session(5))) };
    let undecided = Facts { consented: Scopes::default(), ..known(Some(session(5))) };

    assert_eq!(refusal(&decide(&quiet, &known(None), NOW)), Some(ErrorCode::LoginRequired));
    assert_eq!(refusal(&decide(&stale, &known(Some(session(11))), NOW)), Some(ErrorCode::LoginRequired));
    assert_eq!(refusal(&decide(&quiet, &stranger, NOW)), Some(ErrorCode::LoginRequired));
    assert_eq!(refusal(&decide(&quiet, &undecided, NOW)), Some(ErrorCode::ConsentRequired));
    assert_eq!(refusal(&decide(&quiet, &known(Some(unfinished)), NOW)), Some(ErrorCode::InteractionRequired));
    assert_eq!(decide(&quiet, &known(Some(session(5))), NOW), Next::Issue);
    assert_eq!(decide(&stale, &known(Some(session(10))), NOW), Next::Issue);
}

#[test]
fn op_15_prompt_login_and_max_age_force_one_sign_in() {
    for pairs in [[("prompt", "login")], [("max_age", "0")], [("max_age", "10")]] {
        let forced = request(&pairs);
        assert_eq!(decide(&forced, &known(Some(session(11))), NOW), Next::Reauthenticate, "{pairs:?}");
        assert_eq!(decide(&forced, &known(Some(fresh())), NOW), Next::Issue, "{pairs:?}");
        assert_eq!(decide(&forced, &known(Some(fresh())), NOW + 60), Next::Issue, "{pairs:?}, after a slow page");
    }
}

#[test]
fn op_15_max_age_zero_does_not_trust_a_sign_in_of_the_same_second() {
    assert_eq!(decide(&request(&[("max_age", "0")]), &known(Some(session(0))), NOW), Next::Reauthenticate);
}

#[test]
fn max_age_counts_from_the_sign_in() {
    let request = request(&[("max_age", "10000")]);

    assert_eq!(decide(&request, &known(Some(session(10_000))), NOW), Next::Issue);
    assert_eq!(decide(&request, &known(Some(session(10_001))), NOW), Next::Reauthenticate);
}

#[test]
fn select_account_asks_once() {
    let request = request(&[("prompt", "select_account")]);

    assert_eq!(decide(&request, &known(Some(session(5))), NOW), Next::SignIn);
    assert_eq!(decide(&request, &known(Some(fresh())), NOW), Next::Issue);
}

#[test]
fn op_15_somebody_else_than_the_hinted_person_gets_no_code() {
    let other = |session| Facts { hint: Hint::OtherPerson, ..known(Some(session)) };
    let same = Facts { hint: Hint::SamePerson, ..known(Some(session(5))) };

    assert_eq!(decide(&request(&[]), &other(session(5)), NOW), Next::SignIn);
    assert_eq!(refusal(&decide(&request(&[]), &other(fresh()), NOW)), Some(ErrorCode::LoginRequired));
    assert_eq!(decide(&request(&[]), &same, NOW), Next::Issue);
}

#[test]
fn an_unfinished_sign_in_goes_on_before_anything_else() {
    let unfinished = Session { has_steps_left: true, ..fresh() };
    let undecided = Facts { consented: Scopes::default(), ..known(Some(unfinished)) };

    assert_eq!(decide(&request(&[]), &undecided, NOW), Next::SignIn);
}

#[test]
fn op_16_consent_covers_exactly_what_was_agreed_to() {
    let wider = request(&[("scope", "openid profile email")]);
    let known_person = known(Some(session(5)));

    assert_eq!(decide(&wider, &known_person, NOW), Next::Consent);
    assert_eq!(decide(&wider, &Facts { consented_now: true, ..known_person.clone() }, NOW), Next::Issue);
    assert_eq!(decide(&request(&[("scope", "openid")]), &known_person, NOW), Next::Issue);
}

#[test]
fn prompt_consent_asks_again_once_and_also_for_a_first_party_client() {
    let own = Registration { first_party: true, ..registration() };
    let quiet = check(&[("scope", "openid email offline_access")], &own).unwrap();
    let asked = check(&[("prompt", "consent")], &own).unwrap();
    let facts = Facts { consented: Scopes::default(), ..known(Some(session(5))) };

    assert_eq!(decide(&quiet, &facts, NOW), Next::Issue);
    assert_eq!(decide(&asked, &facts, NOW), Next::Consent);
    assert_eq!(decide(&asked, &Facts { consented_now: true, ..facts }, NOW), Next::Issue);
}

#[test]
fn c8_a_client_that_wants_two_factors_gets_nothing_from_one() {
    let strict = Registration { require_mfa: true, ..registration() };
    let (asked, quiet) = (check(&[], &strict).unwrap(), check(&[("prompt", "none")], &strict).unwrap());
    let both = |it: Session| known(Some(Session { is_multi_factor: true, ..it }));

    assert_eq!(decide(&asked, &known(Some(session(5))), NOW), Next::Reauthenticate);
    assert_eq!(refusal(&decide(&quiet, &known(Some(session(5))), NOW)), Some(ErrorCode::LoginRequired));
    assert_eq!(refusal(&decide(&asked, &known(Some(fresh())), NOW)), Some(ErrorCode::AccessDenied));
    assert_eq!(decide(&asked, &both(session(5)), NOW), Next::Issue);
    assert_eq!(decide(&asked, &both(fresh()), NOW), Next::Issue);
}

fn asking(claims: &str) -> Authorization {
    request(&[("claims", claims)])
}

/// An authentication context that is essential: what is not reached with the session is asked for once, and then refused.
#[test]
fn op_15_an_essential_context_that_is_not_reached_is_a_sign_in_that_failed() {
    let needed = asking(r#"{"id_token":{"acr":{"essential":true,"value":"aal2"}}}"#);
    let both = |it: Session| known(Some(Session { is_multi_factor: true, ..it }));
    let unmet = Some(ErrorCode::UnmetAuthenticationRequirements);

    assert_eq!(decide(&needed, &known(Some(session(5))), NOW), Next::Reauthenticate);
    assert_eq!(refusal(&decide(&needed, &known(Some(fresh())), NOW)), unmet);
    assert_eq!(decide(&needed, &both(session(5)), NOW), Next::Issue);
    let unknown = asking(r#"{"id_token":{"acr":{"essential":true,"values":["gold","silver"]}}}"#);
    assert_eq!(decide(&unknown, &known(None), NOW), Next::SignIn, "not before somebody has signed in");
    assert_eq!(refusal(&decide(&unknown, &both(session(5)), NOW)), unmet);
    let either = asking(r#"{"id_token":{"acr":{"essential":true,"values":["gold","aal1"]}}}"#);
    assert_eq!(decide(&either, &known(Some(session(5))), NOW), Next::Issue);
    assert_eq!(decide(&either, &both(session(5)), NOW), Next::Issue, "more than enough is enough");
}

/// A wish is worth a page, and never an error.
#[test]
fn op_15_a_context_that_is_only_wished_for_asks_once_and_never_fails() {
    let wishes = [
        request(&[("acr_values", "aal2 aal1")]),
        asking(r#"{"id_token":{"acr":{"values":["gold","aal2"]}}}"#),
        asking(r#"{"id_token":{"acr":{"essential":false,"value":"aal2"}}}"#),
    ];

    for wish in &wishes {
        assert_eq!(decide(wish, &known(Some(session(5))), NOW), Next::Reauthenticate, "{wish:?}");
        assert_eq!(decide(wish, &known(Some(fresh())), NOW), Next::Issue, "{wish:?}");
    }
    let quiet = request(&[("acr_values", "aal2"), ("prompt", "none")]);
    assert_eq!(decide(&quiet, &known(Some(session(5))), NOW), Next::Issue);
    for content in ["aal1 aal2", "1 2", "gold"] {
        assert_eq!(
            decide(&request(&[("acr_values", content)]), &known(Some(session(5))), NOW),
            Next::Issue,
            "{content}"
        );
    }
}

/// What is asked for claim by claim needs the consent of the scope that holds it.
#[test]
fn op_16_a_claim_needs_the_consent_of_its_scope() {
    let more = asking(r#"{"userinfo":{"email":null}}"#);
    let within = asking(r#"{"userinfo":{"given_name":null}}"#);

    assert_eq!(decide(&more, &known(Some(session(5))), NOW), Next::Consent);
    assert_eq!(decide(&within, &known(Some(session(5))), NOW), Next::Issue);
}
