//! ID tokens and metadata that are not believed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{EncodingKey, crypto};
use serde_json::{Value, json};

use super::{Link, link, server};
use crate::harness::Browser;
use crate::harness::provider::{CLIENT_ID, CLIENT_SECRET, IdentityProvider, seal};

/// UP-10: a token for another, of another time or another maker is not believed.
#[tokio::test]
async fn up_10_audience_party_times_and_issuer_must_be_exact() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    link.scim.push("ada").await;
    let now = link.now();
    let slash = format!("{}/", provider.issuer);

    for (name, value, why) in [
        ("aud", json!("another"), "audience"),
        ("aud", json!([CLIENT_ID, "another"]), "audience"),
        ("aud", json!(["another"]), "audience"),
        ("aud", json!([]), "audience"),
        ("aud", json!({ CLIENT_ID: true }), "aud"),
        ("azp", json!("another"), "audience"),
        ("exp", json!(now - 3_600), "expired"),
        ("exp", json!("never"), "exp"),
        ("iat", json!(now + 7_200), "not valid yet"),
        ("iat", json!(now - 3_600), "too long ago"),
        ("nbf", json!(now + 7_200), "not valid yet"),
        ("iss", json!([provider.issuer]), "iss"),
        ("iss", json!(slash), "issuer"),
        ("iss", json!("https://evil.example"), "issuer"),
        ("sub", json!(""), "sub"),
        ("at_hash", json!("AAAA"), "at_hash"),
    ] {
        // The clock moves a minute for every case, which is less than each of these is off by.
        let said = link.refused_with("00u-ada", |claims| claims[name] = value.clone()).await;
        assert!(said.contains(why), "{name}={value}: {said}");
    }
    for name in ["aud", "exp", "iat", "iss", "sub"] {
        let said = link.refused_with("00u-ada", |claims| drop(claims.as_object_mut().unwrap().remove(name))).await;
        assert!(said.contains(name), "{name}: {said}");
    }
    let list = |claims: &mut Value| {
        claims["aud"] = json!([CLIENT_ID]);
        claims["azp"] = json!(CLIENT_ID);
    };
    let (at, _) = link.sign_in_with(&Browser::new(&server), "00u-ada", list).await;
    assert_eq!(at, "/account");
}

/// UP-12: a claim of another type than its own, or a token of a mebibyte, is refused and breaks nothing.
#[tokio::test]
async fn up_12_claims_of_other_types_and_huge_ones_are_refused() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    link.scim.push("ada").await;
    let names =
        ["sub", "nonce", "sid", "amr", "acr", "auth_time", "session_expiry", "preferred_username", "name", "email"];

    for name in names {
        for value in [json!(["00u-ada", 1]), json!({ "00u-ada": "x" }), json!(1.5), json!(true)] {
            let said = link.refused_with("00u-ada", |claims| claims[name] = value.clone()).await;
            assert!(said.contains("not believed"), "{name}={value}: {said}");
        }
    }
    let sent = async |length: usize| {
        link.refused_with("00u-ada", |claims| claims["groups"] = json!(["x".repeat(length)])).await
    };
    let (large, huge) = (sent(1 << 17).await, sent(1 << 20).await);
    let long = link.refused_with("00u-ada", |claims| claims["name"] = json!("y".repeat(4_096))).await;
    let deep = (0..64).fold(json!(1), |inner, _| json!([inner]));
    let deep = link.refused_with("00u-ada", |claims| claims["x"] = deep).await;

    assert!(large.contains("the token is too long"), "{large}");
    assert!(huge.contains("the answer of the identity provider at 127.0.0.1 is too long"), "{huge}");
    assert!(long.contains("name"), "{long}");
    assert!(deep.contains("malformed"), "{deep}");
}

/// UP-14: metadata of another issuer, keys over plain http, other algorithms and symmetric keys are refused.
#[tokio::test]
async fn up_14_foreign_metadata_and_weak_keys_or_algorithms_are_refused() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    link.scim.push("ada").await;
    let start = async |name: &str, value: &str| {
        let broken = IdentityProvider::start().await;
        broken.publish(name, json!(value));
        let link = super::link(&tenant, &broken).await;
        let page = Browser::new(&server).get(&format!("/sso/{}/start", link.id)).await;
        link.reason(&page).await
    };

    assert!(start("issuer", "https://evil.example").await.contains("another issuer"));
    assert!(start("issuer", &format!("{}/", provider.issuer)).await.contains("another issuer"));
    assert!(start("jwks_uri", "http://keys.example/keys").await.contains("jwks_uri is not https"));
    assert!(start("token_endpoint", "http://tokens.example/token").await.contains("token_endpoint is not https"));
    assert!(start("authorization_endpoint", "javascript:alert(1)").await.contains("is not https"));

    let secret = URL_SAFE_NO_PAD.encode("a shared secret of thirty-two by");
    provider.publish_key(json!({ "kty": "oct", "kid": "shared", "alg": "HS256", "k": secret }));
    let public = json!({ "alg": "HS256", "kid": provider.header()["kid"] });
    let none = json!({ "alg": "none", "kid": provider.header()["kid"] });
    let shared = json!({ "alg": "HS256", "kid": "shared" });
    for (header, secret) in [
        (&none, ""),
        (&public, CLIENT_SECRET),
        (&shared, "a shared secret of thirty-two by"),
        (&json!({ "alg": "HS256" }), "a shared secret of thirty-two by"),
    ] {
        let said = refused_under(&link, header, secret).await;
        assert!(said.contains("not believed"), "{header}: {said}");
    }
    for (name, value) in
        [("crit", json!(["exp"])), ("typ", json!("at+jwt")), ("alg", json!("ES384")), ("zip", json!("DEF"))]
    {
        let mut header = provider.header();
        header[name] = value;
        let question = link.ask(&Browser::new(&server)).await;
        let claims = provider.claims(&question, "00u-ada", link.now());
        let said = refused_token(&link, |_| provider.sign(&header, &claims)).await;
        assert!(said.contains("not believed"), "{header}: {said}");
    }
}

async fn refused_under(link: &Link<'_>, header: &Value, secret: &str) -> String {
    let key = EncodingKey::from_secret(secret.as_bytes());
    let sign = |text: &str| match secret {
        "" => String::new(),
        _ => crypto::sign(text.as_bytes(), &key, jsonwebtoken::Algorithm::HS256).unwrap(),
    };
    refused_token(link, |question| seal(header, &link.provider.claims(question, "00u-ada", link.now()), sign)).await
}

async fn refused_token(link: &Link<'_>, make: impl FnOnce(&str) -> String) -> String {
    link.server.advance(std::time::Duration::from_mins(1));
    let browser = Browser::new(link.server);
    let question = link.ask(&browser).await;
    let page = browser.get(&link.provider.answer_with(&question, &make(&question))).await;
    assert!(!browser.is_signed_in().await);
    link.reason(&page).await
}
