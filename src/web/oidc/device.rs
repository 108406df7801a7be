//! The endpoint at which devices without a browser ask to be let in: RFC 8628 3.1.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};

use super::request::Sent;
use super::token::authenticate;
use crate::app::{App, device_requests};
use crate::web::context::CallerAddress;
use crate::web::error::OAuthError;

/// POST /oauth2/device_authorization
pub(super) async fn begin(
    State(app): State<App>,
    Extension(from): Extension<CallerAddress>,
    sent: Sent,
) -> Result<Response, OAuthError> {
    let (client, body) = authenticate(&app, &sent).await?;
    let answer = device_requests::begin(&app, &client, &body, from.0).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}
