//! Tokens that somebody else made, wherever this server takes one: as a hint at authorize and logout, and as a bearer.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward::app::clients::{AccessTokenFormat, NewClient};
use doorward::app::keys;
use doorward::oidc::jwt::{Algorithm, SigningKey};
use jsonwebtoken::{EncodingKey, crypto};
use serde_json::{Value, json};

use super::stage::{Rp, Stage, answer, claims};
use crate::harness::Browser;

/// A server, an application, a signed-in browser, and what a forger may know: a good ID token and the public keys.
struct Forger {
    stage: Stage,
    rp: Rp,
    key: SigningKey,
    good: Value,
}

impl Forger {
    async fn new() -> Self {
        let stage = Stage::new().await;
        let rp = stage.rp().await;
        let tokens = stage.tokens(&rp, &stage.ada).await;
        let keys = keys::current(&stage.server.app).await.unwrap();
        let key = keys.signing(Algorithm::Es256).unwrap().clone();
        let good = claims(tokens["id_token"].as_str().unwrap());
        Self { stage, rp, key, good }
    }

    fn header(&self) -> Value {
        json!({"typ": "JWT", "alg": "ES256", "kid": self.key.kid()})
    }

    fn header_with(&self, name: &str, value: Value) -> Value {
        let mut header = self.header();
        header[name] = value;
        header
    }

    fn claims_with(&self, name: &str, value: Value) -> String {
        let mut claims = self.good.clone();
        claims[name] = value;
        claims.to_string()
    }

    fn claims_without(&self, name: &str) -> String {
        let mut claims = self.good.clone();
        claims.as_object_mut().unwrap().remove(name);
        claims.to_string()
    }

    /// Signed with the real key, so that only the header or the claims can be the reason for a refusal.
    fn signed(&self, header: &Value, claims: &str) -> String {
        let key = EncodingKey::from_ec_der(self.key.pkcs8());
        sealed(header, claims, |text| crypto::sign(text.as_bytes(), &key, jsonwebtoken::Algorithm::ES256).unwrap())
    }

    fn with_secret(&self, header: &Value, secret: &[u8]) -> String {
        let key = EncodingKey::from_secret(secret);
        let good = self.good.to_string();
        sealed(header, &good, |text| crypto::sign(text.as_bytes(), &key, jsonwebtoken::Algorithm::HS256).unwrap())
    }

    /// Refused as a hint at both endpoints and as a bearer, and the person stays signed in.
    async fn is_refused(&self, browser: &Browser<'_>, token: &str) -> bool {
        let silent = self.rp.request(&[("prompt", "none"), ("id_token_hint", token)]);
        let authorize = answer(&browser.get(&silent).await);
        let logout = browser.get(&format!("/oauth2/logout?id_token_hint={token}")).await;
        let userinfo = self.stage.userinfo(token).await;
        let still = answer(&browser.get(&self.rp.request(&[("prompt", "none")])).await);
        authorize.get("error").is_some_and(|it| it == "invalid_request")
            && (logout.status, userinfo.status) == (400, 401)
            && still.contains_key("code")
    }

    async fn all_are_refused(&self, tokens: Vec<String>) {
        let browser = self.stage.browser(&self.stage.ada).await;
        for token in tokens {
            assert!(self.is_refused(&browser, &token).await, "{token}");
        }
    }
}

fn sealed(header: &Value, claims: &str, sign: impl Fn(&str) -> String) -> String {
    let text = [header.to_string().as_str(), claims].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
    let signature = sign(&text);
    format!("{text}.{signature}")
}

/// The public key as a SubjectPublicKeyInfo: the fixed head of P-256, then the point.
fn public_der(jwk: &Value) -> Vec<u8> {
    let head = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
        0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ];
    let coordinate = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
    [head.to_vec(), coordinate("x"), coordinate("y")].concat()
}

#[tokio::test]
async fn the_forger_s_pen_writes_good_tokens_so_every_refusal_below_is_for_its_own_reason() {
    let forger = Forger::new().await;
    let browser = forger.stage.browser(&forger.stage.ada).await;

    let good = forger.signed(&forger.header(), &forger.good.to_string());
    let request = forger.rp.request(&[("prompt", "none"), ("id_token_hint", &good)]);

    assert!(answer(&browser.get(&request).await).contains_key("code"));
}

/// JW-01: the algorithm none, in every spelling.
#[tokio::test]
async fn jw_01_an_unsigned_token_is_refused() {
    let forger = Forger::new().await;
    let unsigned =
        |alg: &str| sealed(&forger.header_with("alg", json!(alg)), &forger.good.to_string(), |_| String::new());

    forger.all_are_refused(["none", "None", "nOnE", "NONE", ""].map(unsigned).to_vec()).await;
}

/// JW-02: a public key is no secret to sign with.
#[tokio::test]
async fn jw_02_a_token_signed_with_the_public_key_as_a_secret_is_refused() {
    let forger = Forger::new().await;
    let jwk = forger.key.verification_key().public_jwk().to_string();
    let der = public_der(forger.key.verification_key().public_jwk());
    let pem = pem::encode(&pem::Pem::new("PUBLIC KEY", der.clone()));
    let header = forger.header_with("alg", json!("HS256"));

    let forged = [jwk.as_bytes(), &der, pem.as_bytes()].map(|secret| forger.with_secret(&header, secret));
    let unmarked = forger.with_secret(&forger.header(), pem.as_bytes());

    forger.all_are_refused(forged.into_iter().chain([unmarked]).collect()).await;
}

/// JW-03: a kid names a key in our own table, or nothing.
#[tokio::test]
async fn jw_03_a_kid_that_is_none_of_ours_is_refused() {
    let forger = Forger::new().await;
    let good = forger.good.to_string();
    let kids = [json!("nobody"), json!("../../etc/passwd"), json!("' OR '1'='1"), json!("k".repeat(3000)), json!(7)];

    let tokens = kids.map(|kid| forger.signed(&forger.header_with("kid", kid), &good));

    forger.all_are_refused(tokens.to_vec()).await;
}

/// JW-04: no key and no address in a header is followed.
#[tokio::test]
async fn jw_04_a_header_that_brings_its_own_key_is_refused() {
    let forger = Forger::new().await;
    let good = forger.good.to_string();
    let jwk = forger.key.verification_key().public_jwk().clone();
    let brought = [("jku", json!("https://evil.example/jwks")), ("jwk", jwk), ("x5u", json!("https://evil.example/"))];

    let tokens = brought.map(|(name, value)| forger.signed(&forger.header_with(name, value), &good));

    forger.all_are_refused(tokens.to_vec()).await;
}

/// JW-05: a header that must be understood, and is not.
#[tokio::test]
async fn jw_05_a_critical_header_is_refused() {
    let forger = Forger::new().await;
    let mut header = forger.header_with("crit", json!(["urn:example:new"]));
    header["urn:example:new"] = json!(true);

    forger.all_are_refused(vec![forger.signed(&header, &forger.good.to_string())]).await;
}

/// JW-06: one kind of token never passes for another.
#[tokio::test]
async fn jw_06_a_token_of_another_kind_is_refused() {
    let forger = Forger::new().await;
    let good = forger.good.to_string();
    let mut untyped = forger.header();
    untyped.as_object_mut().unwrap().remove("typ");
    let mut tokens: Vec<_> = ["at+jwt", "logout+jwt", "jwt", "application/at+jwt"]
        .map(|typ| forger.signed(&forger.header_with("typ", json!(typ)), &good))
        .to_vec();
    tokens.push(forger.signed(&untyped, &good));

    forger.all_are_refused(tokens).await;
}

/// JW-06: an ID token opens nothing, and an access token is no hint.
#[tokio::test]
async fn jw_06_an_id_token_is_no_access_token_and_an_access_token_no_hint() {
    let stage = Stage::new().await;
    let rp = stage.rp_with(|new| NewClient { access_token_format: AccessTokenFormat::Jwt, ..new }).await;
    let tokens = stage.tokens(&rp, &stage.ada).await;
    let (id, access) = (tokens["id_token"].as_str().unwrap(), tokens["access_token"].as_str().unwrap());
    let browser = stage.browser(&stage.ada).await;

    let as_access = stage.userinfo(id).await;
    let as_hint = answer(&browser.get(&rp.request(&[("prompt", "none"), ("id_token_hint", access)])).await);

    assert_eq!(as_access.status, 401);
    assert_eq!(as_hint["error"], "invalid_request");
}

/// JW-07: claims that are missing or not of their type.
#[tokio::test]
async fn jw_07_a_claim_that_is_missing_or_of_another_type_is_refused() {
    let forger = Forger::new().await;
    let header = forger.header();
    let bent = [
        ("exp", json!("2100000000")),
        ("exp", json!(-1)),
        ("exp", json!(1.5)),
        ("nbf", json!("0")),
        ("nbf", json!(4_000_000_000_i64)),
        ("iss", json!([forger.good["iss"]])),
        ("iss", json!("https://evil.example")),
        ("aud", json!([forger.good["aud"]])),
        ("sub", json!("")),
        ("iat", json!(4_000_000_000_i64)),
    ];
    let missing = ["exp", "iss", "aud", "sub", "iat"].map(|name| forger.signed(&header, &forger.claims_without(name)));

    let bent = bent.map(|(name, value)| forger.signed(&header, &forger.claims_with(name, value)));

    forger.all_are_refused(bent.into_iter().chain(missing).collect()).await;
}

/// JW-08: a claim that is there twice.
#[tokio::test]
async fn jw_08_a_repeated_claim_is_refused() {
    let forger = Forger::new().await;
    let good = forger.good.to_string();
    let twice = format!("{},\"sub\":\"somebody\"}}", good.strip_suffix('}').unwrap());

    forger.all_are_refused(vec![forger.signed(&forger.header(), &twice)]).await;
}
