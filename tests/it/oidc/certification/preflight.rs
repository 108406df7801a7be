//! Where providers fail when they are certified for the first time.

use std::time::Duration;

use super::{Flow, Mode, id_token, names, requests, text, well_known};
use crate::harness::Browser;
use crate::oidc::stage;

/// OP-11, OP-14: so does the wish for a token in the browser.
#[tokio::test]
async fn a_mistake_goes_back_to_the_application_with_state_and_issuer_and_not_as_json() {
    requests::mistakes_go_back(Mode::Query).await;
}

/// OP-14.
#[tokio::test]
async fn a_mistake_is_posted_to_an_application_that_wants_its_answers_posted() {
    requests::mistakes_go_back(Mode::FormPost).await;
}

#[tokio::test]
async fn an_answer_travels_in_the_query_and_never_in_the_fragment() {
    requests::travels_as_asked(Mode::Query).await;
}

#[tokio::test]
async fn an_answer_in_a_form_is_in_its_fields() {
    requests::travels_as_asked(Mode::FormPost).await;
}

#[tokio::test]
async fn an_id_token_tells_nothing_of_the_profile_whatever_the_scopes() {
    let flow = Flow::new(Mode::Query).await;
    let zoe = well_known(&flow.stage).await;
    let browser = flow.stage.browser(&zoe).await;

    let claims = flow.id_token(&browser, &[("scope", "openid profile email address phone")]).await;

    let profile = ["name", "given_name", "email", "email_verified", "phone_number", "address", "updated_at"];
    assert!(names(&claims).is_disjoint(&profile.into()), "{claims}");
}

#[tokio::test]
async fn without_a_scope_userinfo_tells_who_it_is_and_nothing_else() {
    let flow = Flow::new(Mode::Query).await;
    let zoe = well_known(&flow.stage).await;
    let browser = flow.stage.browser(&zoe).await;

    let tokens = flow.tokens(&browser, &[("scope", "openid")]).await;

    assert_eq!(names(&flow.userinfo(&tokens).await), ["org_id", "org_slug", "sub"].into());
}

#[tokio::test]
async fn the_address_is_an_object_and_the_last_change_is_told_in_seconds() {
    let flow = Flow::new(Mode::Query).await;
    let zoe = well_known(&flow.stage).await;
    let browser = flow.stage.browser(&zoe).await;

    let tokens = flow.tokens(&browser, &[("scope", "openid profile address")]).await;
    let told = flow.userinfo(&tokens).await;

    assert_eq!(told["updated_at"], zoe.user.updated_at.seconds());
    assert_eq!(told["address"]["formatted"], "1 High Street, London");
}

/// Strict cookies would stay away from the request of an application, and nobody would ever be signed in there.
#[tokio::test]
async fn the_cookie_of_a_session_comes_along_when_an_application_sends_the_browser() {
    let flow = Flow::new(Mode::Query).await;
    let browser = Browser::new(&flow.stage.server);

    let (_, reply) = stage::sign_in(&browser, &flow.request(&[]), super::ADA).await;

    let set: Vec<&str> = reply.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap()).collect();
    let session = set.iter().find(|it| it.starts_with("dw_sid=")).expect("a session begins");
    assert!(session.contains("SameSite=Lax") && session.contains("HttpOnly"), "{session}");
}

#[tokio::test]
async fn the_time_of_the_sign_in_is_not_the_time_of_the_token() {
    let flow = Flow::new(Mode::Query).await;
    let browser = flow.browser().await;
    let signed_in_at = flow.stage.server.app.now().seconds();
    flow.stage.server.advance(Duration::from_mins(10));

    let tokens = flow.tokens(&browser, &[]).await;
    flow.stage.server.advance(Duration::from_mins(10));
    let renewed = flow.stage.refresh(&flow.rp, text(&tokens, "refresh_token")).await.expect(200).json();

    for claims in [id_token(&tokens), id_token(&renewed)] {
        assert_eq!(claims["auth_time"], signed_in_at);
        assert!(claims["iat"].as_i64().unwrap() >= signed_in_at + 600, "{claims}");
    }
}
