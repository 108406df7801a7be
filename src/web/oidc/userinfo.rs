//! The userinfo endpoint: OpenID Connect Core 5.3, RFC 6750.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse, Response};
use secrecy::ExposeSecret as _;

use super::request::Sent;
use crate::app::App;
use crate::app::tokens::{self, Failure};
use crate::oidc::bearer::{self, Presented, Refusal, Scheme};
use crate::oidc::discovery::USERINFO;
use crate::oidc::jwt::Claims;
use crate::oidc::{self, ErrorCode};
use crate::web::error::OAuthError;

/// GET and POST /oauth2/userinfo
pub(super) async fn userinfo(State(app): State<App>, sent: Sent) -> Response {
    let presented = match presented(&sent) {
        Ok(presented) => presented,
        Err(refusal) => return refused(&refusal, Scheme::Bearer),
    };
    let answer = match told(&app, &sent, &presented).await {
        Ok(claims) => Json(claims).into_response(),
        Err(Failure::Protocol(error)) => refused(&Refusal::Error(error), presented.scheme),
        Err(failure @ Failure::Product(_)) => OAuthError::from(failure).into_response(),
    };
    sent.with_nonce(&app, answer)
}

async fn told(app: &App, sent: &Sent, Presented { token, scheme }: &Presented) -> Result<Claims, Failure> {
    let proven = match scheme {
        Scheme::Bearer => None,
        Scheme::Dpop => Some(sent.proven(app, USERINFO, Some(token.expose_secret()))?.ok_or_else(unproven)?),
    };
    tokens::userinfo(app, token, proven.as_ref()).await
}

fn unproven() -> oidc::Error {
    ErrorCode::InvalidDpopProof.because("a token that is presented as DPoP comes with a proof in the header DPoP")
}

fn presented(sent: &Sent) -> Result<Presented, Refusal> {
    let (query, body) = (sent.query()?, sent.body()?);
    bearer::token(sent.authorization(), &query, Some(&body))
}

/// Refuses a token, with the challenge of its scheme (RFC 6750 3).
pub(super) fn refused(refusal: &Refusal, scheme: Scheme) -> Response {
    let mut response = match refusal {
        Refusal::NoToken => StatusCode::UNAUTHORIZED.into_response(),
        Refusal::Error(error) => {
            let status = StatusCode::from_u16(error.code.status_at_resource()).unwrap_or(StatusCode::BAD_REQUEST);
            (status, Json(error.body())).into_response()
        }
    };
    if let Ok(challenge) = HeaderValue::from_str(&bearer::challenge(refusal, scheme)) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}
