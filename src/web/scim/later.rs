//! Requests that are carried out later (RFC 9967 2.5.1): the answer that they are kept, and what became of them.
//!
//! **Invariant:** what became of a request is told to the connection that sent it, by a token that could have sent it; for
//! everybody else there is no such request.

use axum::extract::State;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::super::error::ScimError;
use super::super::guard::Provisioner;
use super::request::Id;
use super::{check_scopes, response};
use crate::app::App;
use crate::app::connections::scim_base_url_at;
use crate::app::events::MEDIA_TYPE;
use crate::app::kept_requests::{self, Progress, Wanted};
use crate::domain::Error;
use crate::domain::connection::Scope;

/// Looking again is worth the while after so many seconds.
const RETRY_SECONDS: u64 = 1;

/// Keeps a request, and answers that.
pub(super) async fn keep(app: &App, provisioner: &Provisioner, wanted: Wanted) -> Result<Response, ScimError> {
    let txn = kept_requests::keep(&provisioner.caller(app), provisioner.pass(), wanted).await?.to_string();
    let mut response = accepted(&txn);
    // RFC 7240 3.
    let applied = (HeaderName::from_static("preference-applied"), HeaderValue::from_static("respond-async"));
    // Whoever calls Doorward at the address of a connection is known by it alone.
    let location = format!("{}/Events/{txn}", scim_base_url_at(app, provisioner.called().at));
    let location = HeaderValue::from_str(&location).map(|it| (header::LOCATION, it));
    response.headers_mut().extend(location.into_iter().chain([applied]));
    Ok(response)
}

/// RFC 9967 2.5.1.1: what became of a request is read as the token that tells it.
pub(super) async fn outcome(
    State(app): State<App>,
    provisioner: Provisioner,
    Id(txn): Id,
) -> Result<Response, ScimError> {
    let found = kept_requests::progress(&provisioner.caller(&app), &txn).await?;
    let method = Method::from_bytes(found.method.as_bytes()).map_err(|_| Error::NotFound("request"))?;
    check_scopes(provisioner.scopes(), &method, &found.path)?;
    if !(provisioner.scopes().may(Scope::WriteUsers) || provisioner.scopes().may(Scope::WriteGroups)) {
        return Err(Error::NotFound("request").into());
    }
    // Of a bulk request each operation needed a scope of its own, and what became of it is told to nobody else.
    for resource in &found.resources {
        check_scopes(provisioner.scopes(), &Method::PUT, &format!("/scim/v2{resource}"))?;
    }
    Ok(match found.progress {
        Progress::Waits => {
            let mut response = accepted(&txn);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
            response
        }
        Progress::Done(token) => ([(header::CONTENT_TYPE, MEDIA_TYPE)], token).into_response(),
        Progress::AllDone(body) => response::body(StatusCode::OK, &body),
    })
}

/// RFC 9967 3: an answer 202 without a body says under which number the outcome is told.
fn accepted(txn: &str) -> Response {
    let mut response = StatusCode::ACCEPTED.into_response();
    if let Ok(txn) = HeaderValue::from_str(txn) {
        response.headers_mut().insert(HeaderName::from_static("set-txn"), txn);
    }
    response
}
