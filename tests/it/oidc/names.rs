//! By which names an application knows people, and their claims.

use axum::http::StatusCode;
use doorward::app::clients::{self, Edit, Mapping, NewClient};
use serde_json::{Value, json};

use super::logout::stage_that_may_call_loopback;
use super::receiver::Receiver;
use super::stage::{Rp, Stage, answer, claims};
use crate::harness::Server;

const ELSEWHERE: &str = "https://elsewhere.example/callback";

/// An application at this address that knows people by names of its own.
async fn pairwise(stage: &Stage, callback: &str) -> Rp {
    let redirect_uris = vec![callback.to_owned()];
    stage.rp_with(|new| NewClient { pairwise: true, redirect_uris, ..new }).await
}

fn text<'a>(of: &'a Value, member: &str) -> &'a str {
    of[member].as_str().unwrap()
}

/// The tokens of Grace at an application, wherever that is.
async fn tokens(stage: &Stage, rp: &Rp, callback: &str) -> Value {
    let browser = stage.browser(&stage.grace).await;
    let reply = browser.get(&rp.request(&[("redirect_uri", callback)])).await;
    let location = reqwest::Url::parse(reply.header("location").unwrap()).unwrap();
    let code = location.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let grant = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", callback)];
    let verifier = [("code_verifier", super::stage::VERIFIER)];
    stage.token(rp, &[&grant[..], &verifier].concat()).await.expect(200).json()
}

/// OpenID Connect Core 8.1.
#[tokio::test]
async fn applications_of_different_hosts_know_somebody_by_different_names() {
    let stage = Stage::new().await;
    let here = "https://app.example/callback";
    let (one, sibling) = (pairwise(&stage, here).await, pairwise(&stage, here).await);
    let other = pairwise(&stage, ELSEWHERE).await;
    let plain = stage.rp().await;

    let mut subjects = Vec::new();
    for (rp, callback) in [(&one, here), (&one, here), (&sibling, here), (&other, ELSEWHERE), (&plain, here)] {
        let tokens = tokens(&stage, rp, callback).await;
        let id_token = claims(text(&tokens, "id_token"));
        let access = text(&tokens, "access_token");
        let told = stage.userinfo(access).await.expect(200).json();
        let asked = stage.call(rp, "/oauth2/introspect", &[("token", access)]).await.expect(200).json();
        assert!(told["sub"] == id_token["sub"] && asked["sub"] == id_token["sub"], "{id_token} {told} {asked}");
        subjects.push((text(&id_token, "sub").to_owned(), text(&id_token, "sid").to_owned()));
    }

    let [first, again, sibling, other, plain] = subjects.try_into().unwrap();
    assert_eq!(first.0, again.0, "a name stays the same");
    assert_eq!(first.0, sibling.0, "one host is one sector");
    assert!(first.0 != other.0 && first.0 != plain.0 && other.0 != plain.0);
    assert_eq!(plain.0, stage.grace.user.id.to_string());
    assert!(!first.0.contains(&plain.0) && first.1 != plain.1);
}

/// A hint, a question for one person, and a notice of logout speak of people by the name that the application knows.
#[tokio::test]
async fn an_application_with_names_of_its_own_is_understood_and_told_by_them() {
    let stage = stage_that_may_call_loopback().await;
    let receiver = Receiver::start(StatusCode::OK).await;
    let uri = receiver.uri.clone();
    let rp = stage.rp_with(|new| NewClient { pairwise: true, backchannel_logout_uri: Some(uri), ..new }).await;
    let browser = stage.browser(&stage.grace).await;
    let code = stage.code(&rp, &browser).await;
    let tokens = stage.redeem(&rp, &code).await.expect(200).json();
    let id_token = text(&tokens, "id_token");
    let sub = text(&claims(id_token), "sub").to_owned();

    let silent = [("prompt", "none"), ("id_token_hint", id_token)];
    assert!(answer(&browser.get(&rp.request(&silent)).await).contains_key("code"));
    let asked = |sub: &str| json!({ "id_token": { "sub": { "value": sub } } }).to_string();
    let known = asked(&sub);
    assert!(answer(&browser.get(&rp.request(&[("prompt", "none"), ("claims", &known)])).await).contains_key("code"));
    let by_id = asked(&stage.grace.user.id.to_string());
    let refused = answer(&browser.get(&rp.request(&[("prompt", "none"), ("claims", &by_id)])).await);
    assert_eq!(refused["error"], "login_required", "it does not know the id");

    browser.get(&format!("/oauth2/logout?id_token_hint={id_token}")).await.expect(200);
    assert!(!browser.is_signed_in().await, "whoever the hint names is signed out without a question");
    stage.server.run_jobs().await;
    let notice = claims(&receiver.tokens()[0]);
    assert_eq!((&notice["sub"], &notice["sid"]), (&json!(sub), &claims(id_token)["sid"]));
}

#[tokio::test]
async fn an_application_with_names_of_its_own_stays_at_its_host() {
    let stage = Stage::new().await;
    let rp = pairwise(&stage, "https://app.example/callback").await;
    let (app, operator) = (&stage.server.app, Server::operator());
    let at =
        |uris: &[&str]| Edit { redirect_uris: Some(uris.iter().map(|&it| it.to_owned()).collect()), ..Edit::default() };

    let both = clients::edit(app, &operator, rp.id, at(&["https://app.example/callback", ELSEWHERE])).await;
    let moved = clients::edit(app, &operator, rp.id, at(&[ELSEWHERE])).await;
    let other_path = clients::edit(app, &operator, rp.id, at(&["https://app.example/other"])).await;

    assert!(both.unwrap_err().to_string().contains("one host"));
    assert!(moved.unwrap_err().to_string().contains("register it anew"));
    assert!(other_path.is_ok());
}

#[tokio::test]
async fn claims_have_other_names_where_the_application_is_registered_so() {
    let stage = Stage::new().await;
    let wanted: Mapping =
        [("upn", "email"), ("role_names", "roles")].map(|(claim, of)| (claim.to_owned(), of.to_owned())).into();
    let rp = stage.rp_with(|new| NewClient { claims: wanted, ..new }).await;
    let (app, operator) = (&stage.server.app, Server::operator());

    let tokens = stage.tokens(&rp, &stage.grace).await;

    let id_token = claims(text(&tokens, "id_token"));
    assert_eq!((&id_token["upn"], &id_token["role_names"]), (&json!("grace@acme.example"), &json!(["viewer"])));
    let told = stage.userinfo(text(&tokens, "access_token")).await.expect(200).json();
    assert_eq!((&told["upn"], &told["role_names"]), (&json!("grace@acme.example"), &json!(["viewer"])));
    // Without the scope of its source there is nothing of it.
    let browser = stage.browser(&stage.grace).await;
    let code = answer(&browser.get(&rp.request(&[("scope", "openid roles")])).await)["code"].clone();
    let fewer = claims(text(&stage.redeem(&rp, &code).await.expect(200).json(), "id_token"));
    assert_eq!((&fewer["upn"], &fewer["role_names"]), (&Value::Null, &json!(["viewer"])));
    let forged: Mapping = [("sub".to_owned(), "email".to_owned())].into();
    let refused = clients::edit(app, &operator, rp.id, Edit { claims: Some(forged), ..Edit::default() }).await;
    assert!(refused.unwrap_err().to_string().contains("belongs to the protocol"));
}

/// RFC 9728.
#[tokio::test]
async fn what_this_server_protects_itself_says_where_tokens_come_from() {
    let server = Server::start().await;

    for (path, scope) in [("/api/v1", "api"), ("/scim/v2", "scim")] {
        let told = server.get(&format!("/.well-known/oauth-protected-resource{path}")).await.expect(200);
        assert_eq!(told.header("access-control-allow-origin"), Some("*"));
        let told = told.json();
        assert_eq!(told["resource"], format!("{}{path}", server.url));
        assert_eq!(
            (&told["authorization_servers"], &told["scopes_supported"]),
            (&json!([server.url]), &json!([scope]))
        );
    }
}
