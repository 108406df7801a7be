//! Signing out at the request of an application, and telling the others.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use doorward::app::clients::NewClient;
use doorward::app::config::Settings;
use doorward::app::users::{self, OnLastHolder};
use doorward::app::{jobs, keys};
use doorward::oidc::jwt::{Expect, Typ, verify};
use reqwest::{Method, Url};
use serde_json::json;

use super::receiver::Receiver;
use super::stage::{AFTER_LOGOUT, Rp, Stage, answer, claims};
use crate::harness::{Browser, Reply, Server};

/// The path of a logout request.
pub(super) fn request(changes: &[(&str, &str)]) -> String {
    let url = Url::parse_with_params("http://server/oauth2/logout", changes).unwrap();
    format!("{}?{}", url.path(), url.query().unwrap_or_default())
}

/// What a browser that is signed in, an application and an ID token for both look like.
pub(super) async fn signed_in<'s>(stage: &'s Stage, rp: &Rp) -> (Browser<'s>, String) {
    let browser = stage.browser(&stage.ada).await;
    let code = stage.code(rp, &browser).await;
    let tokens = stage.redeem(rp, &code).await.expect(200).json();
    (browser, tokens["id_token"].as_str().unwrap().to_owned())
}

/// Whether the browser still has a session.
pub(super) async fn is_signed_in(rp: &Rp, browser: &Browser<'_>) -> bool {
    answer(&browser.get(&rp.request(&[("prompt", "none")])).await).contains_key("code")
}

/// Whether it is a page that leads nowhere, with this on it.
pub(super) fn is_page(reply: &Reply, status: u16, id: &str) -> bool {
    reply.status == status && reply.header("location").is_none() && (id.is_empty() || reply.text.contains(id))
}

#[tokio::test]
async fn an_application_signs_its_person_out_and_gets_the_browser_back_with_its_state() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let (browser, hint) = signed_in(&stage, &rp).await;
    let state = "s".repeat(128);
    let old = browser.jar();
    stage.server.advance(std::time::Duration::from_mins(10));

    let query = [("id_token_hint", &*hint), ("post_logout_redirect_uri", AFTER_LOGOUT), ("state", &state)];
    let reply = browser.get(&request(&query)).await;

    assert_eq!(reply.status, 303);
    assert_eq!(reply.header("location"), Some(format!("{AFTER_LOGOUT}?state={state}").as_str()));
    assert!(browser.cookie("dw_sid").is_none());
    browser.set_jar(old);
    assert!(!is_signed_in(&rp, &browser).await, "the old cookie opens nothing");
}

/// OP-20: without a hint of ours nobody is signed out unasked, and nobody is sent to an address that is not registered.
#[tokio::test]
async fn op_20_a_logout_without_a_good_hint_asks_first_or_changes_nothing() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let (browser, hint) = signed_in(&stage, &rp).await;
    let foreign = format!("{}x", &hint);

    for (query, id) in [
        (vec![], "id=\"confirm\""),
        (vec![("state", "x")], "id=\"confirm\""),
        (vec![("client_id", &*rp.client_id), ("post_logout_redirect_uri", AFTER_LOGOUT)], "id=\"confirm\""),
    ] {
        let reply = browser.get(&request(&query)).await;
        assert!(is_page(&reply, 200, id), "{query:?}: {} {}", reply.status, reply.text);
    }
    for query in [
        vec![("id_token_hint", &*foreign), ("post_logout_redirect_uri", AFTER_LOGOUT)],
        vec![("id_token_hint", &*hint), ("post_logout_redirect_uri", "https://evil.example/")],
        vec![("id_token_hint", &*hint), ("post_logout_redirect_uri", "https://app.example/bye?x=1")],
        vec![("post_logout_redirect_uri", AFTER_LOGOUT), ("client_id", "nobody")],
    ] {
        let reply = browser.get(&request(&query)).await;
        assert!(is_page(&reply, 400, ""), "{query:?}: {} {}", reply.status, reply.text);
    }
    assert!(is_signed_in(&rp, &browser).await);
}

#[tokio::test]
async fn the_page_that_asks_first_signs_out_only_with_its_own_form() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let (browser, _) = signed_in(&stage, &rp).await;
    let page = browser.get("/oauth2/logout").await.expect(200);

    let forged = stage.server.request(Method::POST, "/oauth2/logout/confirm").form(&[("csrf", "x")]);
    let forged = browser.send(forged).await;
    let still = is_signed_in(&rp, &browser).await;
    let confirmed = browser.submit(&page, &[]).await;

    assert_eq!((forged.status, still), (403, true));
    assert!(is_page(&confirmed, 200, "You are signed out"));
    assert!(!is_signed_in(&rp, &browser).await);
}

#[tokio::test]
async fn a_logout_form_of_another_site_is_repeated_by_get_so_that_the_session_is_seen() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let (browser, hint) = signed_in(&stage, &rp).await;
    let fields = BTreeMap::from([("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", AFTER_LOGOUT)]);

    let without_cookie = stage.server.send(stage.server.request(Method::POST, "/oauth2/logout").form(&fields)).await;
    let reply = browser.get(without_cookie.header("location").unwrap()).await;

    assert_eq!((reply.status, reply.header("location")), (303, Some(AFTER_LOGOUT)));
    assert!(!is_signed_in(&rp, &browser).await);
}

#[tokio::test]
async fn the_hint_for_somebody_else_asks_the_person_who_is_there() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let (_, hint) = signed_in(&stage, &rp).await;
    let grace = stage.browser(&stage.grace).await;

    let reply = grace.get(&request(&[("id_token_hint", &hint), ("post_logout_redirect_uri", AFTER_LOGOUT)])).await;

    assert!(is_page(&reply, 200, "id=\"confirm\""));
    assert!(is_signed_in(&rp, &grace).await);
}

/// A server that may call applications on this machine.
pub(super) async fn stage_that_may_call_loopback() -> Stage {
    let allow = |settings| Settings { outbound_allow: Some("127.0.0.0/8".to_owned()), ..settings };
    Stage::on(Server::start_with(allow).await).await
}

/// An application that is told there of sessions that end.
pub(super) async fn told(stage: &Stage, receiver: &Receiver) -> Rp {
    let uri = receiver.uri.clone();
    stage.rp_with(|new| NewClient { backchannel_logout_uri: Some(uri), ..new }).await
}

#[tokio::test]
async fn an_application_is_told_by_a_signed_notice_that_a_session_ended() {
    let stage = stage_that_may_call_loopback().await;
    let receiver = Receiver::start(StatusCode::OK).await;
    let (rp, app) = (told(&stage, &receiver).await, &stage.server.app);
    let (browser, id_token) = signed_in(&stage, &rp).await;

    browser.get(&request(&[("id_token_hint", &id_token)])).await.expect(200);
    jobs::run_due(app).await.unwrap();

    let tokens = receiver.tokens();
    assert_eq!(tokens.len(), 1);
    let expect = Expect {
        typ: Typ::LogoutToken,
        issuer: &stage.server.url,
        audience: Some(&rp.client_id),
        now_seconds: app.now().seconds(),
        allow_expired: false,
    };
    let notice = verify(keys::current(app).await.unwrap().published(), &expect, &tokens[0]).unwrap();
    let id = claims(&id_token);
    assert_eq!((&notice["sub"], &notice["sid"]), (&id["sub"], &id["sid"]));
    assert_eq!(notice["events"], json!({"http://schemas.openid.net/event/backchannel-logout": {}}));
    assert!(!notice.contains_key("nonce"));
}

#[tokio::test]
async fn s2_34_deactivating_a_person_tells_each_application_of_each_session_once() {
    let stage = stage_that_may_call_loopback().await;
    let receiver = Receiver::start(StatusCode::NO_CONTENT).await;
    let (rp, app) = (told(&stage, &receiver).await, &stage.server.app);
    let first = stage.browser(&stage.grace).await;
    for browser in [&first, &first, &stage.browser(&stage.grace).await] {
        let code = stage.code(&rp, browser).await;
        stage.redeem(&rp, &code).await.expect(200);
    }

    users::deactivate(app, &Server::operator(), stage.grace.user.id, OnLastHolder::Refuse).await.unwrap();
    jobs::run_due(app).await.unwrap();

    let mut sessions: Vec<_> = receiver.tokens().iter().map(|it| claims(it)["sid"].to_string()).collect();
    sessions.sort();
    sessions.dedup();
    assert_eq!((receiver.tokens().len(), sessions.len()), (2, 2));
}

#[tokio::test]
async fn a_notice_that_was_refused_is_sent_again_under_a_new_id() {
    let stage = stage_that_may_call_loopback().await;
    let receiver = Receiver::start(StatusCode::INTERNAL_SERVER_ERROR).await;
    let (rp, app) = (told(&stage, &receiver).await, &stage.server.app);
    let (browser, id_token) = signed_in(&stage, &rp).await;
    stage.server.keep_outbox();

    browser.get(&request(&[("id_token_hint", &id_token)])).await.expect(200);
    jobs::run_due(app).await.unwrap();
    stage.server.advance(std::time::Duration::from_mins(1));
    jobs::run_due(app).await.unwrap();

    let ids: Vec<_> = receiver.tokens().iter().map(|it| claims(it)["jti"].to_string()).collect();
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
}

/// SS-06.
#[tokio::test]
async fn no_notice_goes_to_a_private_address_that_the_operator_did_not_name() {
    let stage = Stage::new().await;
    let receiver = Receiver::start(StatusCode::OK).await;
    let rp = told(&stage, &receiver).await;
    let (browser, id_token) = signed_in(&stage, &rp).await;
    stage.server.keep_outbox();

    browser.get(&request(&[("id_token_hint", &id_token)])).await.expect(200);
    jobs::run_due(&stage.server.app).await.unwrap();

    assert!(receiver.tokens().is_empty());
}
