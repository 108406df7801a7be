//! The endpoints that applications call themselves: token, introspection, revocation.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::request::Sent;
use crate::app::application::Application;
use crate::app::{App, possession, tokens};
use crate::oidc::credentials::Credentials;
use crate::oidc::discovery::TOKEN;
use crate::oidc::params::Params;
use crate::oidc::token::ClientGrant;
use crate::oidc::{introspection, revocation, token};
use crate::web::error::OAuthError;

/// POST /oauth2/token
pub(super) async fn exchange(State(app): State<App>, sent: Sent) -> Response {
    let answer = exchanged(&app, &sent).await.unwrap_or_else(IntoResponse::into_response);
    sent.with_nonce(&app, answer)
}

async fn exchanged(app: &App, sent: &Sent) -> Result<Response, OAuthError> {
    let body = sent.body()?;
    let credentials = Credentials::of(sent.authorization(), &body)?;
    // Before anything is used up: whoever has to sign again with a nonce comes back with the same code.
    let proven = sent.proven(app, TOKEN, None)?;
    let response = match ClientGrant::of(&body) {
        Some(grant) => tokens::exchange_for_program(app, &credentials, &grant).await?,
        None => {
            let client = tokens::authenticate(app, &credentials).await?;
            possession::spend(app, &client, proven.as_ref()).await?;
            tokens::exchange(app, &client, &token::parse(&body, &client.registration)?, proven.as_ref()).await?
        }
    };
    // RFC 6749 5.1 asks for both headers.
    Ok(([(header::PRAGMA, "no-cache"), (header::CACHE_CONTROL, "no-store")], Json(response)).into_response())
}

/// POST /oauth2/introspect
pub(super) async fn introspect(State(app): State<App>, sent: Sent) -> Result<Response, OAuthError> {
    let (client, body) = authenticate(&app, &sent).await?;
    let answer = tokens::introspect(&app, &client, &introspection::parse(&body)?).await?;
    Ok(Json(answer).into_response())
}

/// POST /oauth2/revoke
pub(super) async fn revoke(State(app): State<App>, sent: Sent) -> Result<(), OAuthError> {
    let (client, body) = authenticate(&app, &sent).await?;
    Ok(tokens::revoke(&app, &client, &revocation::parse(&body)?).await?)
}

pub(super) async fn authenticate(app: &App, sent: &Sent) -> Result<(Arc<Application>, Params), OAuthError> {
    let body = sent.body()?;
    let credentials = Credentials::of(sent.authorization(), &body)?;
    Ok((tokens::authenticate(app, &credentials).await?, body))
}
