//! Requests that are pushed before the browser comes (RFC 9126).

use std::time::Duration;

use doorward::app::clients::{self, AuthMethod, NewClient};
use reqwest::Method;
use serde_json::json;

use super::stage::{CHALLENGE, REDIRECT, Rp, SCOPE, Stage, answer};
use crate::harness::{Reply, Server};
use crate::scim_clients::error;

pub const ASKED: [(&str, &str); 6] = [
    ("redirect_uri", REDIRECT),
    ("response_type", "code"),
    ("scope", SCOPE),
    ("state", "af0ifjsldkj"),
    ("code_challenge", CHALLENGE),
    ("code_challenge_method", "S256"),
];

async fn push(stage: &Stage, rp: &Rp, more: &[(&str, &str)]) -> Reply {
    let fields: Vec<_> = ASKED.iter().chain(more).copied().collect();
    stage.call(rp, "/oauth2/par", &fields).await
}

async fn reference(stage: &Stage, rp: &Rp) -> String {
    push(stage, rp, &[]).await.expect(201).json()["request_uri"].as_str().unwrap().to_owned()
}

pub fn brought(client_id: &str, request_uri: &str, more: &[(&str, &str)]) -> String {
    let pairs = [("client_id", client_id), ("request_uri", request_uri)];
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).extend_pairs(more).finish();
    format!("/oauth2/authorize?{query}")
}

/// With every way of authenticating; what comes back is what was pushed.
#[tokio::test]
async fn a_pushed_request_leads_to_a_code_for_its_client() {
    let stage = Stage::new().await;
    for auth_method in [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost, AuthMethod::None] {
        let rp = stage.rp_with(|new| NewClient { auth_method, ..new }).await;
        let pushed = push(&stage, &rp, &[]).await.expect(201);
        let answered = pushed.json();
        let browser = stage.browser(&stage.ada).await;

        let reply = browser.get(&brought(&rp.client_id, answered["request_uri"].as_str().unwrap(), &[])).await;

        assert_eq!((pushed.header("cache-control"), &answered["expires_in"]), (Some("no-store"), &json!(90)));
        let reply = answer(&reply);
        assert_eq!(reply["state"], "af0ifjsldkj");
        stage.redeem(&rp, &reply["code"]).await.expect(200);
    }
}

/// OP-12: a reference is its client's, until a code was made for it and for ninety seconds; and nothing beside it counts.
#[tokio::test]
async fn op_12_a_reference_is_its_clients_works_once_and_is_the_whole_request() {
    let stage = Stage::new().await;
    let (rp, other) = (stage.rp().await, stage.rp().await);
    let browser = stage.browser(&stage.ada).await;
    let uri = reference(&stage, &rp).await;
    let late = reference(&stage, &rp).await;

    let foreign = browser.get(&brought(&other.client_id, &uri, &[])).await;
    let without_client = browser.get(&brought("", &uri, &[])).await;
    let overridden =
        [("state", "evil"), ("scope", "openid"), ("redirect_uri", "https://evil.example/"), ("nonce", "x")];
    let first = browser.get(&brought(&rp.client_id, &uri, &overridden)).await;
    let first = answer(&first);
    let tokens = stage.redeem(&rp, &first["code"]).await.expect(200).json();
    let again = browser.get(&brought(&rp.client_id, &uri, &[])).await;
    stage.server.advance(Duration::from_secs(90));
    let over = browser.get(&brought(&rp.client_id, &late, &[])).await;
    let by_address = browser.get(&rp.request(&[("request_uri", "http://169.254.169.254/x")])).await;

    for refused in [&foreign, &without_client, &again, &over] {
        assert_eq!((refused.status, refused.header("location")), (400, None), "{}", refused.text);
    }
    assert!(again.text.contains("begin again at the application"), "{}", again.text);
    assert_eq!(first["state"], "af0ifjsldkj");
    assert_eq!(tokens["scope"], "openid profile email groups roles offline_access");
    assert_eq!(answer(&by_address)["error"], "request_uri_not_supported");
}

/// Until there is a code the person may reload the page, turn back, and sign in only then; the time for that is the sign-in's.
#[tokio::test]
async fn a_reference_works_until_the_sign_in_that_began_with_it_is_over_and_only_one_of_two_is_answered() {
    let stage = Stage::new().await;
    let rp = stage.rp_with(|new| NewClient { first_party: false, ..new }).await;
    let uri = reference(&stage, &rp).await;
    let (one, two) = (stage.browser(&stage.ada).await, stage.browser(&stage.grace).await);

    let (_, asked) = one.visit(&brought(&rp.client_id, &uri, &[])).await;
    let (_, also) = two.visit(&brought(&rp.client_id, &uri, &[])).await;
    stage.server.advance(Duration::from_secs(100));
    let first = one.submit(&asked, &[("decision", "allow")]).await;
    let second = two.submit(&also, &[("decision", "allow")]).await;

    assert!(answer(&first).contains_key("code"), "{}", first.text);
    assert_eq!(answer(&second)["error"], "invalid_request");
}

/// A mistake is told to the application, as JSON, and nothing is kept.
#[tokio::test]
async fn what_is_wrong_with_a_request_is_said_when_it_is_pushed() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let public = stage.rp_with(|new| NewClient { auth_method: AuthMethod::None, ..new }).await;

    for (more, code) in [
        (("redirect_uri", "https://evil.example/"), "invalid_request"),
        (("scope", "nothing"), "invalid_scope"),
        (("response_type", "token"), "unsupported_response_type"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("request_uri", "urn:ietf:params:oauth:request_uri:x"), "invalid_request"),
        (("request", "e30.e30."), "request_not_supported"),
        (("dpop_jkt", "short"), "invalid_request"),
    ] {
        let mut fields: Vec<_> = ASKED.iter().filter(|(name, _)| *name != more.0).copied().collect();
        fields.push(more);
        let reply = stage.call(&rp, "/oauth2/par", &fields).await;
        assert_eq!(error(&reply), (400, code.to_owned()), "{more:?}");
    }
    let form: Vec<_> = ASKED.iter().chain(&[("client_id", rp.client_id.as_str())]).copied().collect();
    let unproven = stage.server.send(stage.server.request(Method::POST, "/oauth2/par").form(&form)).await;
    assert_eq!(error(&unproven), (401, "invalid_client".to_owned()));
    let by_get = stage.server.get("/oauth2/par").await;
    assert_eq!((by_get.status, error(&by_get).1.as_str()), (405, "invalid_request"));
    push(&stage, &public, &[]).await.expect(201);
}

/// RFC 9126 6, and a client that was disabled or deleted since it pushed.
#[tokio::test]
async fn a_client_that_pushes_is_held_to_it_and_what_it_pushed_goes_with_it() {
    let stage = Stage::new().await;
    let rp = stage.rp_with(|new| NewClient { require_pushed_requests: true, ..new }).await;
    let gone = stage.rp().await;
    let browser = stage.browser(&stage.ada).await;
    let (uri, of_gone) = (reference(&stage, &rp).await, reference(&stage, &gone).await);
    let app = &stage.server.app;

    let plain = browser.get(&rp.request(&[])).await;
    clients::disable(app, &Server::operator(), rp.id).await.unwrap();
    let disabled = browser.get(&brought(&rp.client_id, &uri, &[])).await;
    clients::enable(app, &Server::operator(), rp.id).await.unwrap();
    clients::delete(app, &Server::operator(), gone.id).await.unwrap();
    let deleted = browser.get(&brought(&gone.client_id, &of_gone, &[])).await;
    let enabled = browser.get(&brought(&rp.client_id, &uri, &[])).await;

    assert_eq!(answer(&plain)["error"], "invalid_request");
    assert_eq!((disabled.status, deleted.status), (400, 400));
    assert!(answer(&enabled).contains_key("code"));
}

/// Whoever knows the name of a public client can push in it; not without end.
#[tokio::test]
async fn an_address_leaves_so_many_requests_of_clients_that_cannot_prove_themselves() {
    let stage = Stage::new().await;
    let public = |new| NewClient { auth_method: AuthMethod::None, device_grant: true, ..new };
    let (public, confidential) = (stage.rp_with(public).await, stage.rp().await);
    for _ in 0..299 {
        push(&stage, &public, &[]).await.expect(201);
    }
    stage.call(&public, "/oauth2/device_authorization", &[("scope", "openid")]).await.expect(200);

    let more = push(&stage, &public, &[]).await;
    let device = stage.call(&public, "/oauth2/device_authorization", &[("scope", "openid")]).await;

    assert_eq!((more.status, device.status), (429, 429));
    assert!(more.header("retry-after").is_some());
    push(&stage, &confidential, &[]).await.expect(201);
    stage.server.advance(Duration::from_mins(10));
    push(&stage, &public, &[]).await.expect(201);
}
