//! HTTP in, HTTP out: each surface translates between its protocol and the use cases of `app`.
//!
//! **Invariant:** nothing here touches the store; every decision and every write is a use case.
//! **Invariant:** every route is added through [`routes::Routes`], with who may call it.

mod account;
mod answer;
mod api;
pub mod assets;
mod barrier;
pub mod brand;
mod console;
pub mod context;
pub mod cookie;
mod csp_report;
mod decisions;
mod download;
pub mod error;
pub mod form;
pub mod guard;
mod health;
mod metrics;
pub mod oidc;
pub mod page;
pub mod qr;
pub mod routes;
pub mod sample;
mod scim;
pub mod serve;
mod setup;
mod sign_out;
mod signin;
mod slots;
mod sso;
pub mod texts;
mod words;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
use barrier::Barrier;
use routes::{Access, Routes};

/// Every route of this version.
pub fn routes(app: &App) -> Routes {
    let routes = Routes::new(app).get("/assets/{name}", Access::Open, assets::asset);
    let routes = brand::routes(csp_report::routes(routes));
    let people = console::routes(account::routes(signin::routes(sso::routes(setup::routes(routes)))));
    scim::routes(oidc::routes(decisions::routes(api::routes(health::routes(people)))))
}

/// The whole server: routes and the layers around them.
pub fn router(app: &App) -> Router {
    let routed = routes(app)
        .into_router()
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(CatchPanicLayer::custom(|_| {
            tracing::error!("a handler panicked");
            error::refuse(&context::request_path(), &Barrier::Broken)
        }))
        .layer(from_fn_with_state((app.clone(), context::Lanes::new()), context::surround))
        .with_state(app.clone());
    // Addresses are rewritten before anything is routed, so this layer goes around a router of its own.
    Router::new().fallback_service(routed).layer(from_fn(scim::edge))
}

async fn unknown_path(request: Request) -> Response {
    error::refuse(request.uri().path(), &Barrier::NothingHere)
}

async fn wrong_method(request: Request) -> Response {
    error::refuse(request.uri().path(), &Barrier::Method(request.method().clone()))
}
