//! An identity provider that says what the test tells it to.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use doorward::oidc::jwt::SigningKey;
use jsonwebtoken::{EncodingKey, crypto};
use reqwest::Url;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;

/// How Doorward is known at every provider under test.
pub const CLIENT_ID: &str = "doorward-under-test";
/// Its secret there.
pub const CLIENT_SECRET: &str = "a secret: with %signs";

/// An identity provider on a loopback address.
pub struct IdentityProvider {
    /// Its issuer.
    pub issuer: String,
    script: Arc<Mutex<Script>>,
}

struct Script {
    metadata: Value,
    key: SigningKey,
    keys: Vec<Value>,
    codes: BTreeMap<String, Code>,
    keys_asked: usize,
    userinfo: Value,
    tokens: Value,
    held: Option<(Arc<Notify>, Arc<Notify>)>,
}

/// A code that can be redeemed once.
struct Code {
    challenge: String,
    redirect_uri: String,
    id_token: String,
}

impl IdentityProvider {
    /// A provider that behaves.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let key = SigningKey::generate_es256().unwrap();
        let script = Script {
            metadata: json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/authorize"),
                "token_endpoint": format!("{issuer}/token"),
                "jwks_uri": format!("{issuer}/keys"),
            }),
            keys: vec![key.verification_key().public_jwk().clone()],
            key,
            codes: BTreeMap::new(),
            keys_asked: 0,
            userinfo: Value::Null,
            tokens: json!({ "token_type": "Bearer", "access_token": "at" }),
            held: None,
        };
        let script = Arc::new(Mutex::new(script));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(Arc::clone(&script));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { issuer, script }
    }

    /// The same provider, which is said to be somewhere else.
    pub fn said_to_be(self, issuer: &str) -> Self {
        Self { issuer: issuer.to_owned(), ..self }
    }

    /// Changes what it publishes about itself.
    pub fn publish(&self, name: &str, value: Value) {
        self.script.lock().unwrap().metadata[name] = value;
    }

    /// Tells from now on at a userinfo endpoint what somebody is called.
    pub fn tell(&self, userinfo: Value) {
        self.publish("userinfo_endpoint", json!(format!("{}/userinfo", self.issuer)));
        self.script.lock().unwrap().userinfo = userinfo;
    }

    /// Gives this for a code from now on, and the ID token with it.
    pub fn give(&self, tokens: Value) {
        self.script.lock().unwrap().tokens = tokens;
    }

    /// Keeps the next who asks for its metadata waiting: it was asked when the first happens, and goes on with the second.
    pub fn hold_metadata(&self) -> (Arc<Notify>, Arc<Notify>) {
        let held = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        self.script.lock().unwrap().held = Some(held.clone());
        held
    }

    /// Adds a key to those that it publishes.
    pub fn publish_key(&self, jwk: Value) {
        self.script.lock().unwrap().keys.push(jwk);
    }

    /// Signs with a new key from now on, and publishes only that one.
    pub fn rotate(&self) {
        let key = SigningKey::generate_es256().unwrap();
        let mut script = self.script.lock().unwrap();
        script.keys = vec![key.verification_key().public_jwk().clone()];
        script.key = key;
    }

    /// How often its keys were asked for.
    pub fn keys_asked(&self) -> usize {
        self.script.lock().unwrap().keys_asked
    }

    /// The header of its tokens.
    pub fn header(&self) -> Value {
        json!({ "alg": "ES256", "kid": self.script.lock().unwrap().key.kid() })
    }

    /// The claims of a good ID token for this question.
    pub fn claims(&self, question: &str, sub: &str, now: i64) -> Value {
        json!({
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": sub,
            "nonce": parameter(question, "nonce"),
            "iat": now,
            "exp": now + 300,
            "auth_time": now - 10,
            "amr": ["pwd", "mfa"],
            "sid": format!("sid-{sub}"),
        })
    }

    /// A token with this header and these claims, signed with its key.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let key = EncodingKey::from_ec_der(self.script.lock().unwrap().key.pkcs8());
        let sign = |text: &str| crypto::sign(text.as_bytes(), &key, jsonwebtoken::Algorithm::ES256).unwrap();
        seal(header, claims, sign)
    }

    /// The path at Doorward with which the browser comes back, with a code for these claims.
    pub fn answer(&self, question: &str, claims: &Value) -> String {
        self.answer_with(question, &self.sign(&self.header(), claims))
    }

    /// The same for a finished ID token.
    pub fn answer_with(&self, question: &str, id_token: &str) -> String {
        let redirect_uri = parameter(question, "redirect_uri");
        let code = format!("code-{}", parameter(question, "state"));
        let kept = Code {
            challenge: parameter(question, "code_challenge"),
            redirect_uri: redirect_uri.clone(),
            id_token: id_token.to_owned(),
        };
        self.script.lock().unwrap().codes.insert(code.clone(), kept);
        let state = parameter(question, "state");
        path(&Url::parse_with_params(&redirect_uri, [("code", code), ("state", state)]).unwrap())
    }
}

/// A parameter of a question.
pub fn parameter(question: &str, name: &str) -> String {
    let url = Url::parse(question).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// The path of an address with its query.
pub fn path(url: &Url) -> String {
    format!("{}?{}", url.path(), url.query().unwrap_or_default())
}

/// A token of these parts, under whatever signature.
pub fn seal(header: &Value, claims: &Value, sign: impl Fn(&str) -> String) -> String {
    let text = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
    let signature = sign(&text);
    format!("{text}.{signature}")
}

type Shared = State<Arc<Mutex<Script>>>;

async fn metadata(State(script): Shared) -> String {
    let held = script.lock().unwrap().held.take();
    if let Some((asked, go_on)) = held {
        asked.notify_one();
        go_on.notified().await;
    }
    script.lock().unwrap().metadata.to_string()
}

async fn keys(State(script): Shared) -> String {
    let mut script = script.lock().unwrap();
    script.keys_asked += 1;
    json!({ "keys": script.keys }).to_string()
}

async fn userinfo(State(script): Shared, headers: HeaderMap) -> (StatusCode, String) {
    let is_opened = headers.get("authorization").is_some_and(|it| *it == "Bearer at");
    let status = if is_opened { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
    (status, script.lock().unwrap().userinfo.to_string())
}

async fn token(State(script): Shared, headers: HeaderMap, body: String) -> (StatusCode, String) {
    let form: BTreeMap<String, String> =
        Url::parse(&format!("http://form/?{body}")).unwrap().query_pairs().into_owned().collect();
    let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let expected = format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(CLIENT_ID), encoded(CLIENT_SECRET))));
    let is_client = headers.get("authorization").is_some_and(|it| *it == expected);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes()));
    let code = script.lock().unwrap().codes.remove(&form["code"]);
    match code {
        Some(code) if is_client && code.challenge == challenge && code.redirect_uri == form["redirect_uri"] => {
            let mut tokens = script.lock().unwrap().tokens.clone();
            if let Some(members) = tokens.as_object_mut() {
                members.entry("id_token").or_insert(json!(code.id_token));
            }
            (StatusCode::OK, tokens.to_string())
        }
        _ => (StatusCode::BAD_REQUEST, json!({ "error": "invalid_grant" }).to_string()),
    }
}
