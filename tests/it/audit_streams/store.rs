//! An S3-compatible store: it takes what the key signs that it knows, and says what it is told to.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::Md5;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;

/// What somebody wanted to put.
pub struct Object {
    pub path: String,
    headers: HeaderMap,
    body: Bytes,
    key: (String, String),
}

impl Object {
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub fn lines(&self) -> Vec<Value> {
        let text = std::str::from_utf8(&self.body).unwrap();
        assert!(text.ends_with('\n'), "{text}");
        text.lines().map(|it| serde_json::from_str(it).unwrap()).collect()
    }

    /// Whether it is signed for this region by the key that the store knows, as the documentation of Amazon S3 has it verified.
    pub fn is_signed_for(&self, region: &str) -> bool {
        let (key_id, secret) = &self.key;
        let said = self.header("authorization").strip_prefix("AWS4-HMAC-SHA256 ").unwrap();
        let part = |name: &str| said.split(',').find_map(|it| it.trim().strip_prefix(name)?.strip_prefix('=')).unwrap();
        let (at, names) = (self.header("x-amz-date"), part("SignedHeaders"));
        let hash = hex(&Sha256::digest(&self.body));
        let scope = format!("{}/{region}/s3/aws4_request", at.split('T').next().unwrap());
        let fields: String = names.split(';').map(|name| format!("{name}:{}\n", self.header(name))).collect();
        let canonical = format!("PUT\n{}\n\n{fields}\n{names}\n{hash}", self.path);
        let told = format!("AWS4-HMAC-SHA256\n{at}\n{scope}\n{}", hex(&Sha256::digest(canonical)));
        let mut signing = format!("AWS4{secret}").into_bytes();
        for step in scope.split('/') {
            signing = mac(&signing, step);
        }
        let must = ["host", "x-amz-content-sha256", "x-amz-date", "content-md5"];
        must.iter().all(|it| names.split(';').any(|name| name == *it))
            && self.header("x-amz-content-sha256") == hash
            && self.header("content-md5") == STANDARD.encode(Md5::digest(&self.body))
            && part("Credential") == format!("{key_id}/{scope}")
            && part("Signature") == hex(&mac(&signing, &told))
    }

    fn is_signed(&self) -> bool {
        let scope = self.header("authorization").split('/').nth(2).unwrap_or_default().to_owned();
        self.is_signed_for(&scope)
    }
}

#[derive(Default)]
struct State {
    key: (String, String),
    answer: Option<(u16, String)>,
    retry_after: Option<u64>,
    objects: Vec<Object>,
}

/// A store.
pub struct Store {
    /// The address of a bucket, with what the names of its objects begin with.
    pub url: String,
    state: Arc<Mutex<State>>,
}

impl Store {
    pub async fn start(key_id: &str, secret: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/logs/doorward", listener.local_addr().unwrap());
        let store = Self { url, state: Arc::default() };
        store.knows(key_id, secret);
        let state = Arc::clone(&store.state);
        let put = move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
            assert_eq!((method, uri.query()), (Method::PUT, None));
            let answer = taken(&mut state.lock().unwrap(), uri.path(), headers, body);
            async { answer }
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(put)).await });
        store
    }

    /// Knows this key alone from now on.
    pub fn knows(&self, key_id: &str, secret: &str) {
        self.state.lock().unwrap().key = (key_id.to_owned(), secret.to_owned());
    }

    /// Answers like this from now on.
    pub fn answers(&self, status: u16, body: &str) {
        self.state.lock().unwrap().answer = Some((status, body.to_owned()));
    }

    /// Wants to be left alone for so many seconds, as it says from now on.
    pub fn wants_to_wait(&self, seconds: u64) {
        self.state.lock().unwrap().retry_after = Some(seconds);
    }

    /// Takes what is signed from now on.
    pub fn takes(&self) {
        let mut state = self.state.lock().unwrap();
        (state.answer, state.retry_after) = (None, None);
    }

    /// What has come since it was last asked.
    pub fn take(&self) -> Vec<Object> {
        std::mem::take(&mut self.state.lock().unwrap().objects)
    }
}

fn taken(state: &mut State, path: &str, headers: HeaderMap, body: Bytes) -> Response {
    let object = Object { path: path.to_owned(), headers, body, key: state.key.clone() };
    let is_signed = object.is_signed();
    state.objects.push(object);
    let (status, body) = match &state.answer {
        Some((status, body)) => (*status, body.clone()),
        None if is_signed => (200, String::new()),
        None => (403, "<Error><Code>SignatureDoesNotMatch</Code></Error>".to_owned()),
    };
    let mut answer = (StatusCode::from_u16(status).unwrap(), body).into_response();
    if let Some(seconds) = state.retry_after {
        answer.headers_mut().insert("retry-after", seconds.into());
    }
    if answer.status().is_redirection() {
        answer.headers_mut().insert("location", HeaderValue::from_static("/elsewhere"));
    }
    answer
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    doorward::domain::text::hexadecimal(bytes)
}
