//! The transmitter of security events: OpenID Shared Signals Framework 1.0, RFC 8936.
//!
//! **Invariant:** whoever calls is the application that the access token in the header stands for; its stream is its own.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::request::Asked;
use super::userinfo::refused;
use crate::app::App;
use crate::app::signals::{self, Receiver};
use crate::app::tokens::Failure;
use crate::domain::Error;
use crate::oidc::bearer::{Refusal, Scheme};
use crate::oidc::scope::Scope;
use crate::web::error::Problem;

/// What a request leads to.
type Answer = Result<Response, Failure>;

impl Asked {
    async fn receiver(&self, app: &App, scope: Scope) -> Result<Receiver, Failure> {
        signals::receiver(app, &self.token, scope).await
    }

    fn stream(&self) -> Result<String, Error> {
        self.query.text("stream_id").ok_or_else(|| Error::malformed("stream_id", "is missing in the query"))
    }
}

/// POST /ssf/stream
pub(super) async fn create(State(app): State<App>, asked: Asked) -> Response {
    answered(async {
        let receiver = asked.receiver(&app, Scope::SsfManage).await?;
        Ok(told(StatusCode::CREATED, signals::create(&app, &receiver, &asked.body).await?))
    })
    .await
}

/// GET /ssf/stream
pub(super) async fn read(State(app): State<App>, asked: Asked) -> Response {
    answered(async {
        let receiver = asked.receiver(&app, Scope::SsfRead).await?;
        Ok(told(StatusCode::OK, signals::read(&app, &receiver, asked.query.text("stream_id").as_deref()).await?))
    })
    .await
}

/// PATCH /ssf/stream
pub(super) async fn update(State(app): State<App>, asked: Asked) -> Response {
    answered(changed(&app, &asked, false)).await
}

/// PUT /ssf/stream
pub(super) async fn replace(State(app): State<App>, asked: Asked) -> Response {
    answered(changed(&app, &asked, true)).await
}

async fn changed(app: &App, asked: &Asked, replaces: bool) -> Answer {
    let receiver = asked.receiver(app, Scope::SsfManage).await?;
    Ok(told(StatusCode::OK, signals::update(app, &receiver, &asked.body, replaces).await?))
}

/// DELETE /ssf/stream
pub(super) async fn delete(State(app): State<App>, asked: Asked) -> Response {
    answered(async {
        let receiver = asked.receiver(&app, Scope::SsfManage).await?;
        signals::delete(&app, &receiver, &asked.stream()?).await?;
        Ok(nothing())
    })
    .await
}

/// GET /ssf/status
pub(super) async fn status(State(app): State<App>, asked: Asked) -> Response {
    answered(async {
        let receiver = asked.receiver(&app, Scope::SsfRead).await?;
        Ok(told(StatusCode::OK, signals::status(&app, &receiver, &asked.stream()?).await?))
    })
    .await
}

/// POST /ssf/status
pub(super) async fn set_status(State(app): State<App>, asked: Asked) -> Response {
    answered(async {
        let receiver = asked.receiver(&app, Scope::SsfManage).await?;
        Ok(told(StatusCode::OK, signals::set_status(&app, &receiver, &asked.body).await?))
    })
    .await
}

/// POST /ssf/verify
pub(super) async fn verify(State(app): State<App>, asked: Asked) -> Response {
    answered(async {
        let receiver = asked.receiver(&app, Scope::SsfManage).await?;
        signals::verify(&app, &receiver, &asked.body).await?;
        Ok(nothing())
    })
    .await
}

/// POST /ssf/poll/{stream}
pub(super) async fn poll(State(app): State<App>, Path(stream): Path<String>, asked: Asked) -> Response {
    answered(async { Ok(told(StatusCode::OK, signals::fetch(&app, &asked.token, &stream, &asked.body).await?)) }).await
}

fn told(status: StatusCode, body: Value) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn nothing() -> Response {
    (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "no-store")]).into_response()
}

async fn answered(answer: impl Future<Output = Answer>) -> Response {
    match Box::pin(answer).await {
        Ok(response) => response,
        Err(Failure::Protocol(error)) => refused(&Refusal::Error(error), Scheme::Bearer),
        Err(Failure::Product(error)) => Problem::from(error).into_response(),
    }
}
