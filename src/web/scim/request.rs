//! What every SCIM endpoint reads of a request.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Path, Request};
use axum::http::header::{self, HeaderMap, HeaderName};
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use url::form_urlencoded;

use super::super::error::ScimError;
use super::super::guard::Provisioner;
use crate::app::App;
use crate::domain::Error;
use crate::scim::{self, json};

/// The most bytes of a request about a user, and of a search.
pub(super) const BODY_MAX: usize = 1024 * 1024;
/// The most bytes of a request about a group, whose members may be many.
pub(super) const GROUP_BODY_MAX: usize = 32 * 1024 * 1024;

/// The id in the path; one that is no text at all is unknown like any other.
pub(super) struct Id(pub String);

impl FromRequestParts<App> for Id {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        match Path::<String>::from_request_parts(parts, app).await {
            Ok(Path(id)) => Ok(Self(id)),
            Err(_) => Err(ScimError::from(Error::NotFound("resource")).into_response()),
        }
    }
}

/// The query, decoded; parameters that nobody reads do no harm (Entra carries flags in the tenant URL).
pub(super) struct Query(pub Vec<(String, String)>);

impl FromRequestParts<App> for Query {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Self::Rejection> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect()))
    }
}

/// The headers that decide about an answer.
pub(super) struct Conditions {
    /// `If-Match`.
    pub if_match: Option<String>,
    /// `If-None-Match`.
    pub if_none_match: Option<String>,
    /// True for `Prefer: return=minimal` (RFC 7240 4.2).
    pub prefers_minimal: bool,
    /// True for `Prefer: respond-async` (RFC 7240 4.1).
    pub prefers_async: bool,
}

impl FromRequestParts<App> for Conditions {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Self::Rejection> {
        let prefers = joined(&parts.headers, &HeaderName::from_static("prefer")).unwrap_or_default();
        let says = |word: &str| {
            let is_it = |it: &str| it.split(';').next().is_some_and(|it| it.trim().eq_ignore_ascii_case(word));
            prefers.split(',').any(is_it)
        };
        Ok(Self {
            if_match: joined(&parts.headers, &header::IF_MATCH),
            if_none_match: joined(&parts.headers, &header::IF_NONE_MATCH),
            prefers_minimal: says("return=minimal"),
            prefers_async: says("respond-async"),
        })
    }
}

/// All lines of a header as one list. A line that is no text stays in it, so that a condition is never dropped.
fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let lines: Vec<&str> = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or("?")).collect();
    (!lines.is_empty()).then(|| lines.join(", "))
}

/// Reads a body of at most so many bytes into JSON.
pub(super) async fn body(request: Request<Body>, bytes_max: usize) -> Result<Value, ScimError> {
    check_media_type(request.headers())?;
    let too_large = || {
        let detail = format!("the body is larger than {bytes_max} bytes; send less at a time");
        ScimError::from(scim::Error::new(413, detail))
    };
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| usize::try_from(length).is_ok_and(|length| length > bytes_max)) {
        return Err(too_large());
    }
    let provisioner = request.extensions().get::<Provisioner>().cloned();
    let bytes = to_bytes(request.into_body(), bytes_max).await.map_err(|_| too_large())?;
    let body = json::parse(&bytes)?;
    if let Some(provisioner) = provisioner {
        provisioner.trace().asked(&body, bytes.len());
    }
    Ok(body)
}

fn check_media_type(headers: &HeaderMap) -> Result<(), scim::Error> {
    let given = headers.get(header::CONTENT_TYPE).map(|it| it.to_str().unwrap_or_default().to_ascii_lowercase());
    match given.as_deref().map(|it| it.split(';').next().unwrap_or_default().trim()) {
        None | Some("" | "application/scim+json" | "application/json") => Ok(()),
        Some(_) => Err(scim::Error::new(415, "send the body as application/scim+json or application/json")),
    }
}
