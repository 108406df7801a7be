//! The userinfo endpoint: OpenID Connect Core 5.3, RFC 6750.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::request::Sent;
use crate::app::App;
use crate::app::tokens::{self, Failure};
use crate::oidc::bearer::{self, Refusal};
use crate::web::error::OAuthError;

/// GET and POST /oauth2/userinfo
pub(super) async fn userinfo(State(app): State<App>, sent: Sent) -> Response {
    let token = match token(&sent) {
        Ok(token) => token,
        Err(refusal) => return refused(&refusal),
    };
    match tokens::userinfo(&app, &token).await {
        Ok(claims) => Json(claims).into_response(),
        Err(Failure::Protocol(error)) => refused(&Refusal::Error(error)),
        Err(failure @ Failure::Product(_)) => OAuthError::from(failure).into_response(),
    }
}

fn token(sent: &Sent) -> Result<secrecy::SecretString, Refusal> {
    let (query, body) = (sent.query()?, sent.body()?);
    bearer::token(sent.authorization(), &query, Some(&body))
}

fn refused(refusal: &Refusal) -> Response {
    let mut response = match refusal {
        Refusal::NoToken => StatusCode::UNAUTHORIZED.into_response(),
        Refusal::Error(error) => {
            let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
            (status, Json(error.body())).into_response()
        }
    };
    if let Ok(challenge) = HeaderValue::from_str(&bearer::challenge(refusal)) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}
