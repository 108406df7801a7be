//! Who takes what goes out: a webhook that answers as it is told, and a collector of syslog under TLS.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::Value;
use sha2::Sha256;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

/// The authority that has signed the certificate of [`Collector`].
pub const AUTHORITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/harness/tls/ca.pem");

/// A request to a webhook.
pub struct Request {
    pub headers: HeaderMap,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The numbers of its records, in their order.
    pub fn seqs(&self) -> Vec<i64> {
        let body = self.json();
        body["data"]["records"].as_array().unwrap().iter().filter_map(|it| it["seq"].as_i64()).collect()
    }

    /// Whether one of its signatures is by this secret, as Standard Webhooks verifies it.
    pub fn is_signed_by(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(
            format!("{}.{}.{}", self.header("webhook-id"), self.header("webhook-timestamp"), self.body).as_bytes(),
        );
        let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.header("webhook-signature").split(' ').any(|it| it == expected)
    }
}

/// A webhook.
pub struct Hook {
    pub url: String,
    status: Arc<Mutex<StatusCode>>,
    told: Arc<Mutex<Vec<Request>>>,
    /// Told when a request has come that is not answered.
    pub held: Arc<Notify>,
    holds: Arc<Mutex<bool>>,
    retry_after: Arc<Mutex<Option<u64>>>,
}

impl Hook {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let hook = Self {
            url,
            status: Arc::new(Mutex::new(StatusCode::NO_CONTENT)),
            told: Arc::default(),
            held: Arc::default(),
            holds: Arc::default(),
            retry_after: Arc::default(),
        };
        let (status, told) = (Arc::clone(&hook.status), Arc::clone(&hook.told));
        let (held, holds) = (Arc::clone(&hook.held), Arc::clone(&hook.holds));
        let retry_after = Arc::clone(&hook.retry_after);
        let take = move |headers: HeaderMap, body: String| {
            told.lock().unwrap().push(Request { headers, body });
            let (status, is_held) = (*status.lock().unwrap(), *holds.lock().unwrap());
            let after = *retry_after.lock().unwrap();
            let held = Arc::clone(&held);
            async move {
                if is_held {
                    held.notify_one();
                    std::future::pending::<()>().await;
                }
                answer(status, after)
            }
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/hook", post(take))).await });
        hook
    }

    /// Answers like this from now on.
    pub fn answers(&self, status: u16) {
        *self.status.lock().unwrap() = StatusCode::from_u16(status).unwrap();
    }

    /// Wants to be left alone for so many seconds, as it says from now on.
    pub fn wants_to_wait(&self, seconds: u64) {
        *self.retry_after.lock().unwrap() = Some(seconds);
    }

    /// Takes requests from now on and does not answer them, or answers them again.
    pub fn holds(&self, it: bool) {
        *self.holds.lock().unwrap() = it;
    }

    /// What has come since it was last asked.
    pub fn take(&self) -> Vec<Request> {
        std::mem::take(&mut *self.told.lock().unwrap())
    }

    /// The numbers of all records that have come since it was last asked, in their order.
    pub fn seqs(&self) -> Vec<i64> {
        self.take().iter().flat_map(Request::seqs).collect()
    }
}

fn answer(status: StatusCode, retry_after: Option<u64>) -> Response {
    let to = status.is_redirection().then_some([("location", "/elsewhere")]);
    let after = retry_after.map(|seconds| [("retry-after", seconds.to_string())]);
    match (to, after) {
        (Some(to), _) => (status, to).into_response(),
        (None, Some(after)) => (status, after).into_response(),
        (None, None) => status.into_response(),
    }
}

/// A collector of syslog.
pub struct Collector {
    pub port: u16,
    told: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Collector {
    pub async fn start() -> Self {
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/harness/tls");
        let certificate = CertificateDer::from_pem_file(format!("{dir}/leaf.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_file(format!("{dir}/leaf.key")).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let collector = Self { port: listener.local_addr().unwrap().port(), told: Arc::default() };
        let told = Arc::clone(&collector.told);
        tokio::spawn(async move {
            loop {
                let (plain, _) = listener.accept().await.unwrap();
                let Ok(mut under_tls) = acceptor.accept(plain).await else { continue };
                let mut bytes = Vec::new();
                under_tls.read_to_end(&mut bytes).await.unwrap();
                told.lock().unwrap().push(bytes);
                under_tls.shutdown().await.unwrap();
            }
        });
        collector
    }

    /// The messages of every connection since it was last asked, read strictly by their lengths.
    pub fn messages(&self) -> Vec<String> {
        let mut messages = Vec::new();
        for bytes in std::mem::take(&mut *self.told.lock().unwrap()) {
            let mut rest = bytes.as_slice();
            while !rest.is_empty() {
                let space = rest.iter().position(|it| *it == b' ').expect("a length");
                let length = std::str::from_utf8(&rest[..space]).unwrap();
                assert!(!length.starts_with('0') && length.bytes().all(|it| it.is_ascii_digit()), "{length}");
                let end = space + 1 + length.parse::<usize>().unwrap();
                messages.push(String::from_utf8(rest[space + 1..end].to_vec()).unwrap());
                rest = &rest[end..];
            }
        }
        messages
    }
}
