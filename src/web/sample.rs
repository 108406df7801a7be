//! The pages of the sample application of the demonstration; an origin of its own, with nothing of the server behind it.
//!
//! **Invariant:** what changes something is posted from a page of this origin.

use std::collections::HashMap;
use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use askama::Template;
use axum::Router;
use axum::extract::{Query, Request, State};
use axum::http::header::{self, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum_server::Handle;
use serde_json::{Map, Value};

use super::assets;
use super::page::Page;
use crate::app::sample::{Sample, Shown};
use crate::domain::Error;

const COOKIE: &str = "sample";
const GRACE: Duration = Duration::from_secs(2);
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "sample/front.html")]
struct Front {
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "sample/signed_in.html")]
struct SignedIn {
    name: String,
    claims: Vec<(String, String)>,
    userinfo: Vec<(String, String)>,
    refusal: Option<String>,
    problem: Option<String>,
}

/// Serves the application until `shutdown` resolves.
pub async fn serve(
    sample: Sample,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    listener.set_nonblocking(true).context("the listener cannot be used")?;
    let handle: Handle<SocketAddr> = Handle::new();
    let stopping = handle.clone();
    tokio::spawn(async move {
        shutdown.await;
        stopping.graceful_shutdown(Some(GRACE));
    });
    let router = Router::new()
        .route("/", get(front))
        .route("/sign-in", get(sign_in))
        .route("/callback", get(callback))
        .route("/refresh", post(refresh))
        .route("/sign-out", post(sign_out))
        .route("/assets/{name}", get(assets::asset))
        .layer(from_fn(protect))
        .with_state(Arc::new(sample));
    let server = axum_server::from_tcp(listener).context("the listener cannot be used")?.handle(handle);
    Ok(server.serve(router.into_make_service()).await.context("the sample application ended")?)
}

async fn front(State(sample): State<Arc<Sample>>, headers: HeaderMap) -> Response {
    page(&sample, &headers, None).await
}

async fn sign_in(State(sample): State<Arc<Sample>>, headers: HeaderMap) -> Response {
    match sample.ask().await {
        Ok((visit, url)) => {
            let cookie = format!("{COOKIE}={visit}; Path=/; HttpOnly; SameSite=Lax");
            ([(header::SET_COOKIE, cookie)], Redirect::to(&url)).into_response()
        }
        Err(cause) => page(&sample, &headers, Some(&cause)).await,
    }
}

async fn callback(
    State(sample): State<Arc<Sample>>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    match sample.answer(&visit(&headers), &query).await {
        Ok(()) => Redirect::to("/").into_response(),
        Err(cause) => page(&sample, &headers, Some(&cause)).await,
    }
}

async fn refresh(State(sample): State<Arc<Sample>>, headers: HeaderMap) -> Response {
    match sample.refresh(&visit(&headers)).await {
        Ok(()) => Redirect::to("/").into_response(),
        Err(cause) => page(&sample, &headers, Some(&cause)).await,
    }
}

async fn sign_out(State(sample): State<Arc<Sample>>, headers: HeaderMap) -> Response {
    match sample.sign_out(&visit(&headers)).await {
        Ok(url) => Redirect::to(&url).into_response(),
        Err(cause) => page(&sample, &headers, Some(&cause)).await,
    }
}

/// The page for this browser, with what just went wrong.
async fn page(sample: &Sample, headers: &HeaderMap, problem: Option<&anyhow::Error>) -> Response {
    let status = if problem.is_some() { StatusCode::BAD_GATEWAY } else { StatusCode::OK };
    let problem = problem.map(|cause| format!("{cause:#}"));
    let page = match sample.show(&visit(headers)).await {
        Ok(Some(shown)) => Page(signed_in(shown, problem)).into_response(),
        Ok(None) => Page(Front { problem }).into_response(),
        Err(cause) => Page(Front { problem: Some(problem.unwrap_or_else(|| format!("{cause:#}"))) }).into_response(),
    };
    (status, page).into_response()
}

fn signed_in(shown: Shown, problem: Option<String>) -> SignedIn {
    let (userinfo, refusal) = match shown.userinfo {
        Ok(userinfo) => (userinfo, None),
        Err(refusal) => (Map::new(), Some(refusal)),
    };
    let name = |from: &Map<String, Value>| from.get("name").and_then(Value::as_str).map(str::to_owned);
    let name = name(&userinfo).or_else(|| name(&shown.claims)).unwrap_or_else(|| "whoever you are".to_owned());
    SignedIn { name, claims: facts(shown.claims), userinfo: facts(userinfo), refusal, problem }
}

fn facts(from: Map<String, Value>) -> Vec<(String, String)> {
    from.into_iter().map(|(name, value)| (name, plain(&value))).collect()
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

fn visit(headers: &HeaderMap) -> String {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value.to_owned()).unwrap_or_default()
}

/// Refuses posts of other origins, and says what the pages may load.
async fn protect(request: Request, next: Next) -> Response {
    let site = request.headers().get("sec-fetch-site").and_then(|it| it.to_str().ok());
    if request.method() == axum::http::Method::POST && site.is_some_and(|site| site != "same-origin") {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
