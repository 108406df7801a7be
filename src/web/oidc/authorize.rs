//! The authorization endpoint: RFC 6749 3.1, OpenID Connect Core 3.1.2.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;

use super::request::Sent;
use crate::app::authorize::{self, Begun};
use crate::app::{App, clients};
use crate::web::barrier::Barrier;
use crate::web::context::CallerAddress;
use crate::web::error::{PageError, refuse};
use crate::web::{answer, signin};

/// GET and POST /oauth2/authorize
pub(super) async fn authorize(
    State(app): State<App>,
    Extension(from): Extension<CallerAddress>,
    sent: Sent,
) -> Result<Response, PageError> {
    if let Some(repeat) = sent.as_get(&app) {
        return Ok(repeat);
    }
    let params = match sent.params() {
        Ok(params) => params,
        Err(error) => return Ok(refuse(&sent.path, &Barrier::Protocol(error.description().to_owned()))),
    };
    if let Some(error) = clients::meet(&app, params.get("client_id").unwrap_or_default(), from.0).await? {
        return Ok(refuse(&sent.path, &Barrier::Protocol(error.description().to_owned())));
    }
    let live = sent.live(&app).await?;
    let under_way = signin::attempt_of(&app, &sent.headers).await?;
    Ok(match authorize::begin(&app, params, live.as_ref(), under_way).await? {
        Begun::Page(error) => refuse(&sent.path, &Barrier::Protocol(error.description().to_owned())),
        Begun::Answer(reply) => answer::render(&reply),
        Begun::Attempt(started) => signin::enter(&app, &started)?,
    })
}
