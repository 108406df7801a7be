//! The endpoint for requests that are pushed before the browser comes: RFC 9126.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};

use super::request::Sent;
use crate::app::tokens::Failure;
use crate::app::{App, clients, possession, pushed_requests, tokens};
use crate::oidc::credentials::Credentials;
use crate::oidc::discovery::PUSH;
use crate::web::context::CallerAddress;
use crate::web::error::OAuthError;

/// POST /oauth2/par
pub(super) async fn push(State(app): State<App>, Extension(from): Extension<CallerAddress>, sent: Sent) -> Response {
    let answer = pushed(&app, &sent, from).await.unwrap_or_else(IntoResponse::into_response);
    sent.with_nonce(&app, answer)
}

async fn pushed(app: &App, sent: &Sent, from: CallerAddress) -> Result<Response, OAuthError> {
    let body = sent.body()?;
    let credentials = Credentials::of(sent.authorization(), &body)?;
    let proven = sent.proven(app, PUSH, None)?;
    if let Some(error) = clients::meet(app, &credentials.client_id, from.0).await? {
        return Err(Failure::Protocol(error).into());
    }
    let client = tokens::authenticate(app, &credentials).await?;
    possession::spend(app, &client, proven.as_ref()).await?;
    let response = pushed_requests::push(app, &client, &body, (proven.as_ref(), from.0)).await?;
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(response)).into_response())
}
