//! Applications that prove themselves with a key of their own (RFC 7523, OpenID Connect Core 9).

use doorward::app::clients::{self, AuthMethod, NewClient};
use doorward::app::jobs;
use doorward::oidc::jwt::SigningKey;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

use super::stage::{Rp, Stage, code_grant};
use crate::harness::{Reply, Server};
use crate::scim_clients::{JWT_BEARER, error, good, header, sign};

fn key() -> SigningKey {
    SigningKey::generate_es256().unwrap()
}

fn jwks(key: &SigningKey) -> Value {
    json!({ "keys": [key.verification_key().public_jwk()] })
}

async fn with_key(stage: &Stage, key: &SigningKey) -> Rp {
    let rp =
        stage.rp_with(|new| NewClient { auth_method: AuthMethod::PrivateKeyJwt, jwks: Some(jwks(key)), ..new }).await;
    assert_eq!(rp.secret, None);
    rp
}

async fn call(server: &Server, path: &str, assertion: &str, fields: &[(&str, &str)]) -> Reply {
    let proof = [("client_assertion", assertion), ("client_assertion_type", JWT_BEARER)];
    let form: Vec<_> = proof.iter().chain(fields).copied().collect();
    server.send(server.request(Method::POST, path).form(&form)).await
}

fn assertion(stage: &Stage, rp: &Rp, key: &SigningKey, jti: &str) -> String {
    sign(key, &header(key), &good(&stage.server, rp.id, jti))
}

/// At each of its endpoints; what is issued is that of every other application.
#[tokio::test]
async fn an_application_proves_itself_with_its_key() {
    let stage = Stage::new().await;
    let key = key();
    let rp = with_key(&stage, &key).await;
    let browser = stage.browser(&stage.ada).await;
    let code = stage.code(&rp, &browser).await;
    let signed = |jti: &str| assertion(&stage, &rp, &key, jti);

    let tokens = call(&stage.server, "/oauth2/token", &signed("1"), &code_grant(&code)).await.expect(200).json();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let grant = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let tokens = call(&stage.server, "/oauth2/token", &signed("2"), &grant).await.expect(200).json();
    let access = tokens["access_token"].as_str().unwrap();
    let asked = [("token", access)];
    let told = call(&stage.server, "/oauth2/introspect", &signed("3"), &asked).await.expect(200).json();
    call(&stage.server, "/oauth2/revoke", &signed("4"), &asked).await.expect(200);

    assert_eq!((&told["active"], &told["client_id"]), (&json!(true), &json!(rp.client_id)));
    assert_eq!(stage.userinfo(access).await.status, 401);
}

/// OP-10: an assertion is for this issuer alone, by a key of the client, and works once, whatever became of its request.
#[tokio::test]
async fn op_10_the_assertion_of_an_application_works_once_and_is_for_this_issuer() {
    let stage = Stage::new().await;
    let (key, other) = (key(), key());
    let (rp, twin) = (with_key(&stage, &key).await, with_key(&stage, &key).await);
    let with_secret = stage.rp().await;
    let (server, issuer) = (&stage.server, stage.server.app.config.public_url.clone());
    let node = server.node().await;
    let grant = [("grant_type", "refresh_token"), ("refresh_token", "dwrt_nothing")];
    let with = |name: &str, value: Value| {
        let mut claims = good(server, rp.id, &format!("{name}{value}"));
        claims[name] = value;
        sign(&key, &header(&key), &claims)
    };
    let refused = (401, "invalid_client".to_owned());

    for (nth, wrong) in [
        with("aud", json!(format!("{issuer}/oauth2/token"))),
        with("aud", json!([issuer])),
        with("iss", json!(twin.client_id)),
        with("sub", json!(with_secret.client_id)),
        with("exp", json!(server.app.now().seconds() + 3_600)),
        assertion(&stage, &rp, &other, "other"),
        sign(&key, &header(&key), &good(server, with_secret.id, "secret")),
    ]
    .iter()
    .enumerate()
    {
        assert_eq!(error(&call(server, "/oauth2/token", wrong, &grant).await), refused, "{nth}");
    }
    let by_secret = [("client_id", rp.client_id.as_str()), ("client_secret", "dwcs_x"), grant[0], grant[1]];
    let by_secret = server.send(server.request(Method::POST, "/oauth2/token").form(&by_secret)).await;
    assert_eq!(error(&by_secret), refused);

    let once = assertion(&stage, &rp, &key, "once");
    let believed = (400, "invalid_grant".to_owned());
    assert_eq!(error(&call(server, "/oauth2/token", &once, &grant).await), believed);
    for seconds in [0, 58, 20] {
        server.advance(Duration::from_secs(seconds));
        jobs::sweep(&server.app).await.unwrap();
        assert_eq!(error(&call(server, "/oauth2/token", &once, &grant).await), refused);
        assert_eq!(error(&call(&node, "/oauth2/introspect", &once, &[("token", "x")]).await), refused);
    }
    // Of another client the same id is another assertion.
    let of_twin = assertion(&stage, &twin, &key, "once");
    assert_eq!(error(&call(server, "/oauth2/token", &of_twin, &grant).await), believed);
}

/// A key that is replaced proves nothing from that moment; who has none is no such application.
#[tokio::test]
async fn the_keys_of_an_application_are_replaced_and_only_those() {
    let stage = Stage::new().await;
    let (app, operator) = (&stage.server.app, Server::operator());
    let (old, new) = (key(), key());
    let rp = with_key(&stage, &old).await;
    let with_secret = stage.rp().await;
    let grant = [("grant_type", "refresh_token"), ("refresh_token", "dwrt_nothing")];
    let mut private = new.verification_key().public_jwk().clone();
    private["d"] = json!("AAAA");

    let replaced = clients::set_keys(app, &operator, rp.id, &jwks(&new)).await.unwrap();
    let by_old = call(&stage.server, "/oauth2/token", &assertion(&stage, &rp, &old, "1"), &grant).await;
    let by_new = call(&stage.server, "/oauth2/token", &assertion(&stage, &rp, &new, "2"), &grant).await;

    assert_eq!(replaced.registration.key_ids(), [new.kid()]);
    assert_eq!((by_old.status, error(&by_new)), (401, (400, "invalid_grant".to_owned())));
    assert!(clients::set_keys(app, &operator, rp.id, &json!({ "keys": [private] })).await.is_err());
    assert!(clients::set_keys(app, &operator, with_secret.id, &jwks(&new)).await.is_err());
    assert!(clients::rotate_secret(app, &operator, rp.id, clients::Earlier::Ends).await.is_err());
}
