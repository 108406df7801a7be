//! The plan RP-Initiated Logout OP.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward::oidc::jwt::{SigningKey, Typ, sign};

use crate::harness::{Browser, Reply, Server};
use crate::oidc::logout::{is_page, is_signed_in, request, signed_in};
use crate::oidc::stage::{AFTER_LOGOUT, Rp, Stage, answer, claims};

/// Somebody who is signed in to an application, and the hint that the application has.
struct Scene {
    stage: Stage,
    rp: Rp,
}

impl Scene {
    async fn new() -> Self {
        let stage = Stage::new().await;
        let rp = stage.rp_with(|new| doorward::app::clients::NewClient { id_token_alg: None, ..new }).await;
        Self { stage, rp }
    }

    async fn signed_in(&self) -> (Browser<'_>, String) {
        signed_in(&self.stage, &self.rp).await
    }

    /// The request is answered on a page that leads nowhere, and nobody is signed out by it.
    async fn changes_nothing(&self, browser: &Browser<'_>, query: &[(&str, &str)], status: u16) {
        let reply = browser.get(&request(query)).await;

        assert!(is_page(&reply, status, ""), "{query:?}: {} {}", reply.status, reply.text);
        assert!(!reply.text.contains(AFTER_LOGOUT), "{}", reply.text);
        assert!(is_signed_in(&self.rp, browser).await, "{query:?}");
    }

    /// The page that asks first, once somebody has said yes on it.
    async fn confirmed(&self, browser: &Browser<'_>, query: &[(&str, &str)]) -> Reply {
        let page = browser.get(&request(query)).await.expect(200);
        assert!(page.text.contains("id=\"confirm\""), "{}", page.text);
        browser.submit(&page, &[]).await
    }
}

/// The document names where a session is ended.
#[tokio::test]
async fn oidcc_rp_initiated_logout_discovery_endpoint_verification() {
    let server = Server::start().await;

    let document = server.get("/.well-known/openid-configuration").await.expect(200).json();

    assert_eq!(document["end_session_endpoint"], format!("{}/oauth2/logout", server.url));
}

/// The browser comes back with its state to the letter, and the person is signed out.
#[tokio::test]
async fn oidcc_rp_initiated_logout() {
    let scene = Scene::new().await;
    let (browser, hint) = scene.signed_in().await;
    let state = "Az09".repeat(32);

    let query = [("id_token_hint", &*hint), ("post_logout_redirect_uri", AFTER_LOGOUT), ("state", &state)];
    let reply = browser.get(&request(&query)).await;

    assert_eq!((reply.status, reply.header("location")), (303, Some(format!("{AFTER_LOGOUT}?state={state}").as_str())));
    let silent = answer(&browser.get(&scene.rp.request(&[("prompt", "none")])).await);
    assert_eq!(silent["error"], "login_required");
}

/// The browser comes back without a state that nobody sent.
#[tokio::test]
async fn oidcc_rp_initiated_logout_no_state() {
    let scene = Scene::new().await;
    let (browser, hint) = scene.signed_in().await;

    let reply = browser.get(&request(&[("id_token_hint", &hint), ("post_logout_redirect_uri", AFTER_LOGOUT)])).await;

    assert_eq!((reply.status, reply.header("location")), (303, Some(AFTER_LOGOUT)));
    assert!(!is_signed_in(&scene.rp, &browser).await);
}

/// OP-20: the browser is never sent to an address that is not registered.
#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_post_logout_redirect_uri() {
    let scene = Scene::new().await;
    let (browser, hint) = scene.signed_in().await;

    let bad = [("id_token_hint", &*hint), ("post_logout_redirect_uri", "https://app.example/bye/other")];
    scene.changes_nothing(&browser, &bad, 400).await;
}

/// OP-20: the browser is never sent to an address that is registered without this query.
#[tokio::test]
async fn oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri() {
    let scene = Scene::new().await;
    let (browser, hint) = scene.signed_in().await;

    let bad = [("id_token_hint", &*hint), ("post_logout_redirect_uri", "https://app.example/bye?foo=bar")];
    scene.changes_nothing(&browser, &bad, 400).await;
}

/// OP-20: without a hint nobody is signed out unasked, or sent on.
#[tokio::test]
async fn oidcc_rp_initiated_logout_no_id_token_hint() {
    let scene = Scene::new().await;
    let (browser, _) = scene.signed_in().await;
    let query = [("post_logout_redirect_uri", AFTER_LOGOUT), ("state", "x")];

    scene.changes_nothing(&browser, &query, 200).await;
    let reply = scene.confirmed(&browser, &query).await;

    assert!(is_page(&reply, 200, "You are signed out"), "{}", reply.text);
}

/// OP-20: a hint that was made unsigned signs nobody out and sends nobody on.
#[tokio::test]
async fn oidcc_rp_initiated_logout_modified_id_token_hint() {
    let scene = Scene::new().await;
    let (browser, hint) = scene.signed_in().await;
    let unsigned = format!("{}.{}.", URL_SAFE_NO_PAD.encode("{\"alg\":\"none\"}"), hint.split('.').nth(1).unwrap());

    let query = [("id_token_hint", &*unsigned), ("post_logout_redirect_uri", AFTER_LOGOUT)];
    scene.changes_nothing(&browser, &query, 400).await;
}

/// OP-20: a hint that somebody else signed signs nobody out and sends nobody on.
#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_id_token_hint() {
    let scene = Scene::new().await;
    let (browser, hint) = scene.signed_in().await;
    let foreign = SigningKey::generate_es256().unwrap();
    let forged = sign(&foreign, Typ::IdToken, claims(&hint).as_object().unwrap()).unwrap();

    let query = [("id_token_hint", &*forged), ("post_logout_redirect_uri", AFTER_LOGOUT)];
    scene.changes_nothing(&browser, &query, 400).await;
}

/// Without any parameter one can sign out, and is told so.
#[tokio::test]
async fn oidcc_rp_initiated_logout_no_params() {
    let scene = Scene::new().await;
    let (browser, _) = scene.signed_in().await;

    let reply = scene.confirmed(&browser, &[]).await;

    assert!(is_page(&reply, 200, "You are signed out"), "{}", reply.text);
    assert!(!is_signed_in(&scene.rp, &browser).await);
}

/// With nothing but a state one can sign out, and the state leads nowhere.
#[tokio::test]
async fn oidcc_rp_initiated_logout_only_state() {
    let scene = Scene::new().await;
    let (browser, _) = scene.signed_in().await;

    let reply = scene.confirmed(&browser, &[("state", "x")]).await;

    assert!(is_page(&reply, 200, "You are signed out"), "{}", reply.text);
    assert!(!is_signed_in(&scene.rp, &browser).await);
}

/// With a hint and no address one is signed out, and told so.
#[tokio::test]
async fn oidcc_rp_initiated_logout_no_post_logout_redirect_uri() {
    let scene = Scene::new().await;
    let (browser, hint) = scene.signed_in().await;

    let reply = browser.get(&request(&[("id_token_hint", &hint), ("state", "x")])).await;

    assert!(is_page(&reply, 200, "You are signed out"), "{}", reply.text);
    assert!(!is_signed_in(&scene.rp, &browser).await);
}
