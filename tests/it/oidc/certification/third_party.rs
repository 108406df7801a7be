//! A sign-in that begins here: OpenID Connect Core 4.

use reqwest::Method;
use serde_json::{Value, json};

use super::super::stage::{REDIRECT, Stage};
use crate::harness::{OPERATOR_TOKEN, Reply};

async fn register(stage: &Stage, initiate_login_uri: &str) -> Reply {
    let metadata = json!({
        "organisation": "acme",
        "client_name": "Certification",
        "redirect_uris": [REDIRECT],
        "initiate_login_uri": initiate_login_uri,
    });
    let request = stage.server.request(Method::POST, "/oauth2/register").bearer_auth(OPERATOR_TOKEN);
    stage.server.send(request.json(&metadata)).await
}

fn text<'v>(told: &'v Value, name: &str) -> &'v str {
    told[name].as_str().unwrap_or_else(|| panic!("no {name} in {told}"))
}

/// The address is registered and told, at the registration and when it is read; a person who follows it from here brings the
/// issuer to the application.
#[tokio::test]
async fn oidcc_3rd_party_init_login() {
    const BEGIN: &str = "https://rp.example/initiate";
    let stage = Stage::new().await;
    let told = register(&stage, BEGIN).await.expect(201).json();
    assert_eq!(text(&told, "initiate_login_uri"), BEGIN);
    let path = format!("/oauth2/register/{}", text(&told, "client_id"));
    let request = stage.server.request(Method::GET, &path).bearer_auth(text(&told, "registration_access_token"));
    assert_eq!(text(&stage.server.send(request).await.expect(200).json(), "initiate_login_uri"), BEGIN);

    let page = stage.browser(&stage.ada).await.get("/account/applications").await.expect(200).text;

    let issuer = stage.server.app.config.public_url.replace(':', "%3A").replace('/', "%2F");
    assert!(page.contains(&format!("href=\"{BEGIN}?iss={issuer}\"")), "{page}");
}

/// One without https is refused.
#[tokio::test]
async fn oidcc_3rd_party_init_login_nohttps() {
    let stage = Stage::new().await;

    let refused = register(&stage, "http://rp.example/initiate").await;

    assert_eq!((refused.status, text(&refused.json(), "error")), (400, "invalid_client_metadata"), "{}", refused.text);
}
