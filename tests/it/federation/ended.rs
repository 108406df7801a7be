//! What a provider tells of its own accord.

use axum::http::StatusCode;
use doorward::domain::connection::{Kind, Settings};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Link, link, link_in, server};
use crate::harness::provider::{CLIENT_ID, IdentityProvider};
use crate::harness::{Browser, Reply};
use crate::oidc::receiver::Receiver;
use crate::oidc::stage::Stage;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

fn notice(link: &Link<'_>) -> Value {
    json!({
        "iss": link.provider.issuer,
        "aud": CLIENT_ID,
        "iat": link.now(),
        "exp": link.now() + 120,
        "jti": "one",
        "events": { EVENT: {} },
    })
}

async fn tell(link: &Link<'_>, claims: &Value) -> Reply {
    let mut header = link.provider.header();
    header["typ"] = json!("logout+jwt");
    let token = link.provider.sign(&header, claims);
    let request = link.server.request(Method::POST, &format!("/sso/{}/backchannel-logout", link.id));
    link.server.send(request.form(&[("logout_token", token)])).await
}

/// The session that the provider names ends with everything that applications got in it, and they are told.
#[tokio::test]
async fn a_back_channel_notice_ends_the_session_and_what_came_of_it() {
    let provider = IdentityProvider::start().await;
    let stage = Stage::on(server().await).await;
    let receiver = Receiver::start(StatusCode::OK).await;
    let uri = Some(receiver.uri.clone());
    let rp = stage.rp_with(|new| doorward::app::clients::NewClient { backchannel_logout_uri: uri, ..new }).await;
    let link = link_in((&stage.server, stage.org.id), &provider, Kind::Okta, Settings::default(), &[]).await;
    link.scim.push("eve").await;
    let (one, other) = (Browser::new(&stage.server), Browser::new(&stage.server));
    link.sign_in_with(&one, "00u-eve", |claims| claims["sid"] = json!("first")).await;
    link.sign_in_with(&other, "00u-eve", |claims| claims["sid"] = json!("second")).await;
    let code = stage.code(&rp, &one).await;
    let tokens = stage.redeem(&rp, &code).await.expect(200).json();

    let mut claims = notice(&link);
    claims["sid"] = json!("first");
    let told = tell(&link, &claims).await;
    let left = (one.is_signed_in().await, other.is_signed_in().await);
    let refreshed = stage.refresh(&rp, tokens["refresh_token"].as_str().unwrap()).await;
    stage.server.run_jobs().await;
    let mut claims = notice(&link);
    claims["sub"] = json!("00u-eve");
    tell(&link, &claims).await.expect(200);

    assert_eq!((told.status, left, refreshed.status), (200, (false, true), 400));
    assert_eq!(receiver.tokens().len(), 1);
    assert!(!other.is_signed_in().await);
    assert_eq!(link.user_named("eve").await.unwrap().status, doorward::domain::user::Status::Active);
}

#[tokio::test]
async fn a_notice_that_is_none_ends_nothing() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    link.scim.push("ada").await;
    let browser = Browser::new(&server);
    link.sign_in(&browser, "00u-ada").await;

    for (name, value) in [
        ("nonce", json!("x")),
        ("events", json!({})),
        ("events", json!({ EVENT: true })),
        ("iss", json!("https://evil.example")),
        ("aud", json!("another")),
        ("iat", json!(link.now() - 3_600)),
        ("exp", json!(link.now() - 3_600)),
        ("jti", Value::Null),
        ("sub", json!(1)),
    ] {
        let mut claims = notice(&link);
        claims["sub"] = json!("00u-ada");
        claims[name] = value;
        let reply = tell(&link, &claims).await;
        assert_eq!((reply.status, reply.json()["error"].as_str()), (400, Some("invalid_request")), "{claims}");
    }
    let nobody = tell(&link, &notice(&link)).await;
    let other = super::link(&tenant, &provider).await;
    let mut claims = notice(&other);
    claims["sid"] = json!("sid-00u-ada");
    let of_another_connection = tell(&other, &claims).await;

    assert_eq!((nobody.status, of_another_connection.status), (400, 200));
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn a_front_channel_visit_with_issuer_and_session_ends_that_session() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    link.scim.push("ada").await;
    let browser = Browser::new(&server);
    link.sign_in(&browser, "00u-ada").await;
    let visit = async |query: String| server.get(&format!("/sso/{}/frontchannel-logout?{query}", link.id)).await.status;

    let wrong = visit("iss=https://evil.example&sid=sid-00u-ada".to_owned()).await;
    let empty = visit(format!("iss={}", provider.issuer)).await;
    let unknown = visit(format!("iss={}&sid=unknown", provider.issuer)).await;
    let before = browser.is_signed_in().await;
    let right = visit(format!("iss={}&sid=sid-00u-ada", provider.issuer)).await;

    assert_eq!((wrong, empty, unknown, right), (400, 400, 204, 204));
    assert_eq!((before, browser.is_signed_in().await), (true, false));
}

/// Okta's Universal Logout: all sessions and tokens of the person end, and the person stays.
#[tokio::test]
async fn a_universal_logout_ends_all_access_of_the_person_it_names() {
    let provider = IdentityProvider::start().await;
    let stage = Stage::on(server().await).await;
    let (server, rp) = (&stage.server, stage.rp().await);
    let link = link_in((server, stage.org.id), &provider, Kind::Okta, Settings::default(), &[]).await;
    link.scim.push("eve").await;
    let browser = Browser::new(server);
    link.sign_in(&browser, "00u-eve").await;
    let code = stage.code(&rp, &browser).await;
    let tokens = stage.redeem(&rp, &code).await.expect(200).json();
    let address = format!("/sso/{}/universal-logout", link.id);
    let call = async |typ: &str, audience: String, body: Value| {
        let claims = json!({
            "iss": provider.issuer, "sub": CLIENT_ID, "aud": audience, "iat": link.now(), "exp": link.now() + 300, "jti": "x",
        });
        let mut header = provider.header();
        header["typ"] = json!(typ);
        let token = provider.sign(&header, &claims);
        server.send(server.request(Method::POST, &address).bearer_auth(token).json(&body)).await.status
    };
    let (typ, here) = ("global-token-revocation+jwt", format!("{}{address}", server.url));
    let eve = json!({ "sub_id": { "format": "iss_sub", "iss": provider.issuer, "sub": "00u-eve" } });
    let by_mail = json!({ "sub_id": { "format": "email", "email": "ada@acme.example" } });
    let nobody = json!({ "sub_id": { "format": "iss_sub", "iss": provider.issuer, "sub": "nobody" } });

    let untyped = call("JWT", here.clone(), eve.clone()).await;
    let elsewhere = call(typ, "https://elsewhere.example".to_owned(), eve.clone()).await;
    let mail = call(typ, here.clone(), by_mail).await;
    let unknown = call(typ, here.clone(), nobody).await;
    let before = browser.is_signed_in().await;
    let right = call(typ, here, eve).await;
    let refreshed = stage.refresh(&rp, tokens["refresh_token"].as_str().unwrap()).await;

    assert_eq!([untyped, elsewhere, mail, unknown, right], [401, 401, 400, 404, 204]);
    assert_eq!((before, browser.is_signed_in().await, refreshed.status), (true, false, 400));
    let (at, _) = link.sign_in(&Browser::new(server), "00u-eve").await;
    assert_eq!(at, "/account");
}
