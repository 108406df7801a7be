//! The plan Back-Channel Logout OP.

use axum::http::StatusCode;
use doorward::app::{jobs, keys};
use doorward::oidc::jwt::{Expect, Typ, verify};
use serde_json::{Value, json};

use crate::harness::Server;
use crate::oidc::logout::{request, signed_in, stage_that_may_call_loopback, told};
use crate::oidc::receiver::Receiver;
use crate::oidc::stage::{AFTER_LOGOUT, answer, claims};

/// The document promises notices that name the session.
#[tokio::test]
async fn oidcc_backchannel_logout_discovery_endpoint_verification() {
    let server = Server::start().await;

    let document = server.get("/.well-known/openid-configuration").await.expect(200).json();

    assert_eq!(document["backchannel_logout_supported"], json!(true));
    assert_eq!(document["backchannel_logout_session_supported"], json!(true));
    assert_eq!(document["end_session_endpoint"], format!("{}/oauth2/logout", server.url));
}

/// The application gets a notice that it may believe, and its person is signed out.
#[tokio::test]
async fn oidcc_backchannel_rp_initiated_logout() {
    let stage = stage_that_may_call_loopback().await;
    let receiver = Receiver::start(StatusCode::OK).await;
    let (rp, app) = (told(&stage, &receiver).await, &stage.server.app);
    let (browser, hint) = signed_in(&stage, &rp).await;

    let query = [("id_token_hint", &*hint), ("post_logout_redirect_uri", AFTER_LOGOUT), ("state", "x")];
    let back = browser.get(&request(&query)).await;
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
    let id = claims(&hint);
    assert_eq!((&notice["sub"], &notice["sid"]), (&id["sub"], &id["sid"]));
    assert_eq!((&notice["iss"], &notice["aud"]), (&id["iss"], &id["aud"]));
    assert!(notice["jti"].as_str().is_some_and(|it| !it.is_empty()) && notice["iat"].is_i64());
    assert_eq!(notice["events"], json!({"http://schemas.openid.net/event/backchannel-logout": {}}));
    assert_eq!(notice.get("nonce"), None::<&Value>);
    assert_eq!(back.header("location"), Some(format!("{AFTER_LOGOUT}?state=x").as_str()));
    let silent = answer(&browser.get(&rp.request(&[("prompt", "none")])).await);
    assert_eq!(silent["error"], "login_required");
}
