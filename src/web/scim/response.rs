//! Answers of the SCIM endpoints.

use axum::http::StatusCode;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use crate::app::provisioning::{Answer, Shown};
use crate::scim::etag;

/// The media type of SCIM (RFC 7644 8.1).
pub(super) const SCIM_JSON: &str = "application/scim+json";

/// A body.
pub(super) fn body(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, SCIM_JSON)], body.to_string()).into_response()
}

/// One resource, with its address and its entity tag. `endpoint` is the address of its type.
pub(super) fn resource(status: StatusCode, shown: &Shown, endpoint: &str) -> Response {
    let mut response = with_tag(body(status, &shown.body), shown.version);
    if let Ok(location) = HeaderValue::from_str(&format!("{endpoint}/{}", shown.id)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// One resource that was read, unless the client has this version already (RFC 9110 13.1.2).
pub(super) fn read(shown: &Shown, endpoint: &str, is_unchanged: bool) -> Response {
    if is_unchanged {
        return with_tag(StatusCode::NOT_MODIFIED.into_response(), shown.version);
    }
    resource(StatusCode::OK, shown, endpoint)
}

/// The answer to a PATCH: the resource, or nothing where that is enough.
pub(super) fn patched(answer: &Answer, endpoint: &str, prefers_minimal: bool) -> Response {
    match answer {
        Answer::Done { version } => with_tag(StatusCode::NO_CONTENT.into_response(), *version),
        Answer::Shown(shown) if prefers_minimal => {
            let mut response = with_tag(StatusCode::NO_CONTENT.into_response(), shown.version);
            let applied = HeaderName::from_static("preference-applied");
            response.headers_mut().insert(applied, HeaderValue::from_static("return=minimal"));
            response
        }
        Answer::Shown(shown) => resource(StatusCode::OK, shown, endpoint),
    }
}

fn with_tag(mut response: Response, version: i64) -> Response {
    if let Ok(tag) = HeaderValue::from_str(&etag::print(version)) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
