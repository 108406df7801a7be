//! Liveness and readiness.

use axum::extract::State;
use axum::http::StatusCode;

use super::routes::{Access, Routes};
use crate::app::App;

/// Adds `/healthz` and `/readyz`.
pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/healthz", Access::Open, live).get("/readyz", Access::Open, ready)
}

async fn live() -> &'static str {
    "ok\n"
}

async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.store.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}
