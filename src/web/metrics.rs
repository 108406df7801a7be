//! What a monitoring system reads, on a listener of its own.
//!
//! **Invariant:** there is nothing here but `GET /metrics`, and that is nowhere else.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::error::log_internal;
use crate::app::{App, metrics};

const PATH: &str = "/metrics";

/// What is answered at the address for monitoring.
pub(super) fn router(app: &App) -> Router {
    Router::new().fallback(answer).with_state(app.clone())
}

async fn answer(State(app): State<App>, request: Request) -> Response {
    if request.uri().path() != PATH {
        return StatusCode::NOT_FOUND.into_response();
    }
    if request.method() != Method::GET {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET")]).into_response();
    }
    match metrics::tell(&app).await {
        Ok(text) => ([(header::CONTENT_TYPE, metrics::MEDIA_TYPE)], text).into_response(),
        Err(cause) => {
            log_internal(&cause);
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
