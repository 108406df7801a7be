//! What every request gets, whatever it asks for: an id, a log line, a checked host, an address, headers.
//!
//! **Invariant:** no URL, cookie, token, code or body is ever logged; a request is named by its id, method and route.
//! **Invariant:** every response carries the security headers, those of the error layers included.

use std::cell::{Cell, RefCell};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, LazyLock};

use axum::body::HttpBody as _;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::barrier::Barrier;
use super::brand::Look;
use super::error::refuse;
use super::routes::surface;
use super::serve::in_time;
use super::texts::{Language, Texts};
use crate::app::App;
use crate::domain::secret::random_bytes;

tokio::task_local! {
    static REQUEST: Named;
}

/// What is known everywhere of the request that is being answered.
struct Named {
    id: String,
    path: String,
    texts: Cell<Texts>,
    look: RefCell<Option<Arc<Look>>>,
}

/// The most bytes of an address, its query included.
const ADDRESS_MAX: usize = 8 * 1024;
/// How many requests run at once; more are asked to come back.
const IN_FLIGHT: usize = 512;

/// The id of the request that is being answered.
pub fn request_id() -> String {
    REQUEST.try_with(|it| it.id.clone()).unwrap_or_default()
}

/// The path of the request that is being answered.
pub(super) fn request_path() -> String {
    REQUEST.try_with(|it| it.path.clone()).unwrap_or_default()
}

/// The texts in the language of whoever sent the request that is being answered.
pub(super) fn texts() -> Texts {
    REQUEST.try_with(|it| it.texts.get()).unwrap_or_default()
}

/// Says everything that follows in this language: the reader is known by now.
pub(super) fn speak(language: Language) {
    // Nobody reads what is said outside a request.
    let _ = REQUEST.try_with(|it| it.texts.set(Texts(language)));
}

/// Gives every page of this request this look: it is known by now whose they are.
pub(super) fn hang(look: Option<Look>) {
    // Nobody sees a page outside a request.
    let _ = REQUEST.try_with(|it| *it.look.borrow_mut() = look.map(Arc::new));
}

/// The look of the pages of the request that is being answered.
pub(super) fn look() -> Option<Arc<Look>> {
    REQUEST.try_with(|it| it.look.borrow().clone()).unwrap_or_default()
}

/// The address of the caller: the connection's, or what a trusted proxy says it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallerAddress(pub IpAddr);

/// Under this the questions for decisions are.
const DECISIONS: &str = super::decisions::BASE;
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The places that may run at once.
#[derive(Clone)]
pub(super) struct Lanes(Arc<Semaphore>);

impl Lanes {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(IN_FLIGHT)))
    }
}

/// The outermost layer. It sits inside routing, so that the log names the route and never the address.
pub(super) async fn surround(State((app, lanes)): State<(App, Lanes)>, mut request: Request, next: Next) -> Response {
    let id = format!("{:016x}", u64::from_be_bytes(random_bytes()));
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
    let caller = caller_address(peer, request.headers(), &app.config.trusted_proxies);
    request.extensions_mut().insert(CallerAddress(caller));
    let span = tracing::info_span!("request", request.id = %id, request.named = tracing::field::Empty, http.method = %request.method());
    // Whoever asks for decisions names each question (AuthZEN 10.1.4); the log has a name of its own for it.
    let asked_as = request.headers().get(X_REQUEST_ID).filter(|_| request.uri().path().starts_with(DECISIONS)).cloned();
    if let Some(name) = asked_as.as_ref().and_then(|it| it.to_str().ok()) {
        span.record("request.named", name);
    }
    let path = request.uri().path().to_owned();
    let texts = Cell::new(Texts::for_reader(request.headers(), app.config.language));
    let named = Named { id: id.clone(), path: path.clone(), texts, look: RefCell::default() };
    let answered = async move {
        let (began, measured, _under_way) = (app.now(), Instant::now(), app.metrics.under_way());
        let (method, route) = (verb(request.method()), request.extensions().get::<MatchedPath>().cloned());
        let mut response = match lanes.0.try_acquire() {
            Ok(_lane) => match barrier(&app, &request) {
                Some(barrier) => refuse(&path, &barrier),
                None => in_time(request, next, &path).await,
            },
            Err(_) => {
                app.metrics.shed();
                busy(&path)
            }
        };
        let route = route.as_ref().map_or("none", MatchedPath::as_str);
        let (duration_ms, status) = (app.now().since(began).as_millis(), response.status());
        tracing::info!(http.route = route, http.status = status.as_u16(), duration_ms, "request answered");
        app.metrics.answered(surface(route), (method, class(status)), measured.elapsed());
        set_headers(&app, response.headers_mut());
        response
    };
    let mut response = REQUEST.scope(named, answered.instrument(span)).await;
    if let Some(id) = asked_as.or_else(|| HeaderValue::from_str(&id).ok()) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    response
}

/// The method in our own words; anybody may invent others.
fn verb(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|it| *it == method.as_str()).unwrap_or("OTHER")
}

const fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        ..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        500.. => "5xx",
    }
}

/// The right-most hop that no trusted proxy vouches for; without trusted proxies the connection's own address.
fn caller_address(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let peer = peer.unwrap_or(IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED)).to_canonical();
    let is_trusted = |it: &IpAddr| trusted.iter().any(|network| network.contains(it));
    if !is_trusted(&peer) {
        return peer;
    }
    let lines: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok()).collect();
    let hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
    let mut nearest = peer;
    for hop in hops {
        let Ok(address) = hop.trim().parse::<IpAddr>() else {
            break;
        };
        nearest = address.to_canonical();
        if !is_trusted(&nearest) {
            break;
        }
    }
    nearest
}

/// What stops a request, whatever it asks for.
fn barrier(app: &App, request: &Request) -> Option<Barrier> {
    // RFC 9112 3.2: whoever reads the other line would see another server.
    if request.headers().get_all(header::HOST).iter().count() > 1 {
        return Some(Barrier::Hosts);
    }
    if !answers_to(app, request) {
        return Some(Barrier::Misdirected(app.config.public_url.clone()));
    }
    if request.uri().path_and_query().is_some_and(|it| it.as_str().len() > ADDRESS_MAX) {
        return Some(Barrier::LongAddress { bytes_max: ADDRESS_MAX });
    }
    is_compressed(request).then_some(Barrier::Compressed)
}

/// True for a body that becomes another one, of any size, when it is read.
fn is_compressed(request: &Request) -> bool {
    let is_plain = |line: &HeaderValue| line.as_bytes().trim_ascii().eq_ignore_ascii_case(b"identity");
    let mut encodings = request.headers().get_all(header::CONTENT_ENCODING).iter();
    !request.body().is_end_stream() && !encodings.all(is_plain)
}

/// True when the request names this server; liveness is answered under any name, for probes.
fn answers_to(app: &App, request: &Request) -> bool {
    if matches!(request.uri().path(), "/healthz" | "/readyz") {
        return true;
    }
    let host = request.headers().get(header::HOST).and_then(|it| it.to_str().ok());
    let host = host.or_else(|| request.uri().authority().map(Authority::as_str));
    host.is_some_and(|host| is_same_host(&app.config.public_url, host))
}

/// Compares a `Host` with the public URL; the names of the loopback interface stand for one another.
pub(super) fn is_same_host(public_url: &str, host: &str) -> bool {
    let ours = public_url.parse::<Uri>().ok();
    let Some(ours) = ours.as_ref().and_then(Uri::authority) else {
        return false;
    };
    let Ok(theirs) = host.parse::<Authority>() else {
        return false;
    };
    let default_port = if public_url.starts_with("https://") { 443 } else { 80 };
    let ports = [ours, &theirs].map(|it| it.port_u16().unwrap_or(default_port));
    let same_name = ours.host().eq_ignore_ascii_case(theirs.host());
    ports[0] == ports[1] && (same_name || (is_loopback(ours.host()) && is_loopback(theirs.host())))
}

fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

fn busy(path: &str) -> Response {
    let mut response = refuse(path, &Barrier::Busy);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

/// What a page may load and where its forms may end.
pub(super) fn content_security_policy(form_action: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; form-action {form_action}; frame-ancestors 'none'; base-uri 'none'; \
         require-trusted-types-for 'script'; report-to csp"
    )
}

/// The same for a page with frames; it shows these places in them and no others.
pub(super) fn content_security_policy_with_frames(places: &[String]) -> String {
    format!("{}; frame-src {}", content_security_policy("'self'"), places.join(" "))
}

const SECURITY_HEADERS: [(HeaderName, HeaderValue); 8] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=()"),
    ),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    // Where browsers send what they report (Reporting API 3.1); the policy names it `csp`.
    (HeaderName::from_static("reporting-endpoints"), HeaderValue::from_static("csp=\"/csp-reports\"")),
];

/// The policy of everything that has none of its own.
static POLICY: LazyLock<Option<HeaderValue>> =
    LazyLock::new(|| HeaderValue::from_str(&content_security_policy("'self'")).ok());

/// Adds what the handler has not set itself.
fn set_headers(app: &App, headers: &mut HeaderMap) {
    for (name, value) in SECURITY_HEADERS {
        headers.entry(name).or_insert(value);
    }
    if let Some(policy) = POLICY.clone() {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    if app.config.is_https() {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
}

#[cfg(test)]
mod tests;
