//! One error, four renderings: SCIM, OAuth, page and problem document.
//!
//! **Invariant:** an error has the same status on every surface; an internal cause is logged here, once, and never shown.

use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;
use serde_json::{Value, json};

use super::barrier::Barrier;
use super::context::{request_id, texts};
use super::page::{ErrorPage, Page};
use super::texts::{Part, Texts};
use super::words::{denial, field_label, flaw, obstacle, rule};
use crate::app::provisioning;
use crate::app::tokens::Failure;
use crate::domain::session::PROOF_IS_RECENT;
use crate::domain::{Denial, Error};
use crate::oidc::bearer::{CHALLENGE, CLIENT_CHALLENGE};
use crate::oidc::discovery::{AUTHORIZE, LOGOUT};
use crate::{oidc, scim};

/// An error as SCIM says it (RFC 7644 3.12).
#[derive(Debug)]
pub struct ScimError(provisioning::Error);

/// An error as the token, introspection and revocation endpoints say it (RFC 6749 5.2).
#[derive(Debug)]
pub struct OAuthError(Failure);

/// An error as a page for a person.
#[derive(Debug)]
pub struct PageError(Error);

/// Marks the answer to something that needs a newer proof than the session has.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProofIsDue;

/// Marks an answer when all that it lacks is a newer proof.
pub(super) fn mark_due(cause: &Error, mut response: Response) -> Response {
    if matches!(cause, Error::Denied(Denial::ProofIsOld)) {
        response.extensions_mut().insert(ProofIsDue);
    }
    response
}

/// An error as a problem document (RFC 9457).
#[derive(Debug)]
pub struct Problem(Error);

impl From<Error> for ScimError {
    fn from(cause: Error) -> Self {
        log_internal(&cause);
        Self(cause.into())
    }
}

impl From<scim::error::Error> for ScimError {
    fn from(cause: scim::error::Error) -> Self {
        Self(cause.into())
    }
}

impl From<provisioning::Error> for ScimError {
    fn from(cause: provisioning::Error) -> Self {
        match cause {
            provisioning::Error::Product(cause) => cause.into(),
            provisioning::Error::Protocol(cause) => cause.into(),
        }
    }
}

impl From<Error> for OAuthError {
    fn from(cause: Error) -> Self {
        log_internal(&cause);
        Self(cause.into())
    }
}

impl From<oidc::error::Error> for OAuthError {
    fn from(cause: oidc::error::Error) -> Self {
        Self(cause.into())
    }
}

impl From<Failure> for OAuthError {
    fn from(cause: Failure) -> Self {
        match cause {
            Failure::Product(error) => error.into(),
            Failure::Protocol(error) => error.into(),
        }
    }
}

impl From<Error> for PageError {
    fn from(cause: Error) -> Self {
        log_internal(&cause);
        Self(cause)
    }
}

impl From<Error> for Problem {
    fn from(cause: Error) -> Self {
        log_internal(&cause);
        Self(cause)
    }
}

impl ScimError {
    /// What is said to the client, in an answer of its own or as a part of one.
    pub(super) fn said(&self) -> scim::error::Error {
        self.0.said()
    }
}

impl IntoResponse for ScimError {
    fn into_response(self) -> Response {
        let said = self.said();
        let response = scim_response(StatusCode::from_u16(said.status).unwrap_or(StatusCode::BAD_REQUEST), &said);
        match self.0 {
            provisioning::Error::Protocol(error) => with_seconds(error.retry_after_seconds, response),
            provisioning::Error::Product(error) => with_retry(&error, with_challenge(&error, response)),
        }
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        match self.0 {
            Failure::Protocol(error) => {
                let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
                let response = (status, Json(error.body())).into_response();
                if status == StatusCode::UNAUTHORIZED { challenge(response, CLIENT_CHALLENGE) } else { response }
            }
            Failure::Product(error) => {
                let code = match &error {
                    // RFC 6750 3.1; a client that proves nothing is refused in the terms of the protocol.
                    Error::Unauthenticated => "invalid_token",
                    Error::Denied(_) => "unauthorized_client",
                    Error::NotFound(_)
                    | Error::Conflict(_)
                    | Error::Obstacle(_)
                    | Error::Invalid { .. }
                    | Error::Stale => "invalid_request",
                    Error::Throttled { .. } => "temporarily_unavailable",
                    Error::Internal(_) => "server_error",
                };
                let body = json!({ "error": code, "error_description": error.to_string() });
                with_retry(&error, with_challenge(&error, (status(&error), Json(body)).into_response()))
            }
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        if matches!(self.0, Error::Unauthenticated) {
            return Redirect::to("/sign-in").into_response();
        }
        let happened = happened(texts(), &self.0);
        mark_due(&self.0, with_retry(&self.0, page(status(&self.0), happened.as_deref())))
    }
}

/// What happened, for the page of an error; nothing where the sentence of its kind says all of it.
fn happened(t: Texts, cause: &Error) -> Option<String> {
    match cause {
        Error::Denied(why) => Some(denial(t, why)),
        Error::Conflict(conflict) => Some(t.say(rule(*conflict))),
        Error::Obstacle(what) => Some(obstacle(t, what)),
        Error::Invalid { field, problem } => Some(match field_label(t, field) {
            Some(label) => {
                t.with("flaw-of-field", &[("field", Part::Words(&label)), ("flaw", Part::Words(&flaw(t, problem)))])
            }
            None => flaw(t, problem),
        }),
        Error::Throttled { retry_after } => Some(t.count("error-too-much-seconds", whole_seconds(*retry_after))),
        Error::Unauthenticated | Error::NotFound(_) | Error::Stale | Error::Internal(_) => None,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let kind = match &self.0 {
            Error::Conflict(conflict) => format!("urn:doorward:problem:{}", conflict.code()),
            Error::Obstacle(what) => format!("urn:doorward:problem:{}", what.code()),
            Error::Denied(Denial::ProofIsOld) => "urn:doorward:problem:proof-is-old".to_owned(),
            Error::Unauthenticated
            | Error::Denied(_)
            | Error::NotFound(_)
            | Error::Invalid { .. }
            | Error::Stale
            | Error::Throttled { .. }
            | Error::Internal(_) => "about:blank".to_owned(),
        };
        let response = problem_response(status(&self.0), &kind, &self.0.to_string());
        with_retry(&self.0, with_challenge(&self.0, response))
    }
}

/// A refusal from a layer below the handlers, in the language of the surface that was called.
pub(super) fn refuse(path: &str, barrier: &Barrier) -> Response {
    let (status, sentence) = (barrier.status(), barrier.to_string());
    match Surface::of(path) {
        Surface::Scim => scim_response(status, &scim::error::Error::new(status.as_u16(), sentence)),
        Surface::OAuth => {
            let code = if status.is_server_error() { "server_error" } else { "invalid_request" };
            (status, Json(json!({ "error": code, "error_description": sentence }))).into_response()
        }
        Surface::Api => problem_response(status, "about:blank", &sentence),
        Surface::Page => page(status, barrier.for_people(texts()).as_deref()),
    }
}

/// An error of the product in the language of the surface that was called.
pub(super) fn render(path: &str, error: Error) -> Response {
    match Surface::of(path) {
        Surface::Scim => ScimError::from(error).into_response(),
        Surface::OAuth => OAuthError::from(error).into_response(),
        Surface::Api => Problem::from(error).into_response(),
        Surface::Page => PageError::from(error).into_response(),
    }
}

enum Surface {
    Scim,
    OAuth,
    Api,
    Page,
}

impl Surface {
    fn of(path: &str) -> Self {
        if path.starts_with("/scim") {
            Self::Scim
        } else if is_protocol(path) || is_notice(path) {
            Self::OAuth
        } else if path.starts_with("/api/") || path.starts_with("/access/") {
            Self::Api
        } else {
            Self::Page
        }
    }
}

/// True for what applications call themselves; a browser is sent to the other two.
fn is_protocol(path: &str) -> bool {
    let is_for_browsers = || [AUTHORIZE, LOGOUT].iter().any(|it| path.starts_with(it));
    ["/.well-known/", "/ssf/"].iter().any(|it| path.starts_with(it))
        || path.starts_with("/oauth2/") && !is_for_browsers()
}

/// True for the addresses at which identity providers tell what has ended.
fn is_notice(path: &str) -> bool {
    path.starts_with("/sso/") && path.ends_with("-logout")
}

/// The status of an error.
pub(super) fn status(error: &Error) -> StatusCode {
    StatusCode::from_u16(provisioning::status(error)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn scim_response(status: StatusCode, error: &scim::error::Error) -> Response {
    let body = error.to_json().to_string();
    (status, [(header::CONTENT_TYPE, "application/scim+json")], body).into_response()
}

fn problem_response(status: StatusCode, kind: &str, detail: &str) -> Response {
    let body = problem(status, kind, detail).to_string();
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
}

/// The text of a problem document with one member more.
pub(super) fn problem_with(
    status: StatusCode,
    kind: &str,
    detail: &str,
    (name, value): (&str, &impl Serialize),
) -> String {
    let mut body = problem(status, kind, detail);
    if let Some(members) = body.as_object_mut() {
        members.insert(name.to_owned(), json!(value));
    }
    body.to_string()
}

fn problem(status: StatusCode, kind: &str, detail: &str) -> Value {
    json!({
        "type": kind,
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "detail": detail,
        "request_id": request_id(),
    })
}

fn page(status: StatusCode, happened: Option<&str>) -> Response {
    let id = request_id();
    (status, Page(ErrorPage::new(status, happened, &id))).into_response()
}

fn with_retry(error: &Error, response: Response) -> Response {
    let Error::Throttled { retry_after } = error else { return response };
    with_seconds(Some(whole_seconds(*retry_after)), response)
}

fn with_seconds(seconds: Option<u64>, mut response: Response) -> Response {
    if let Some(seconds) = seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Identity providers understand whole seconds and nothing else.
fn whole_seconds(span: Duration) -> u64 {
    let part = u64::from(span.subsec_nanos() > 0);
    span.as_secs().saturating_add(part).max(1)
}

fn with_challenge(error: &Error, response: Response) -> Response {
    match error {
        Error::Unauthenticated => challenge(response, CHALLENGE),
        Error::Denied(Denial::ProofIsOld) => challenge(response, STEP_UP),
        Error::Denied(_)
        | Error::NotFound(_)
        | Error::Conflict(_)
        | Error::Obstacle(_)
        | Error::Invalid { .. }
        | Error::Stale
        | Error::Throttled { .. }
        | Error::Internal(_) => response,
    }
}

/// How an application learns that its person has to sign in again (RFC 9470 3).
const STEP_UP: &str = "Bearer realm=\"doorward\", error=\"insufficient_user_authentication\", max_age=600";
const _: () = assert!(PROOF_IS_RECENT.as_secs() == 600, "the challenge names the same time");

fn challenge(mut response: Response, value: &'static str) -> Response {
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(value));
    response
}

/// Logs the cause of a fault of this server.
pub(super) fn log_internal(error: &Error) {
    if let Error::Internal(cause) = error {
        tracing::error!(cause = format!("{cause:#}"), "a request failed inside the server");
    }
}
