//! The registration endpoint, for applications that register themselves: RFC 7591, RFC 7592.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};

use super::request::Asked;
use super::userinfo::refused;
use crate::app::App;
use crate::app::clients::{self, Itself, Registered, RegisteredItself};
use crate::app::tokens::Failure;
use crate::oidc::bearer::{Refusal, Scheme};
use crate::oidc::discovery::REGISTER;
use crate::oidc::registration::document;
use crate::oidc::{Error, ErrorCode};
use crate::web::error::OAuthError;
use crate::web::guard::ApiCaller;

/// POST /oauth2/register
pub(super) async fn register(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    asked: Asked,
) -> Result<Response, OAuthError> {
    caller.has_proved_lately()?;
    let RegisteredItself { it, secret, token } = Box::pin(clients::register(&app, &caller.actor, &asked.body)).await?;
    let mut told = described(&app, &it, token.reveal());
    told.insert("client_id_issued_at".to_owned(), json!(it.client.created_at.seconds()));
    if let Some(secret) = secret {
        told.insert("client_secret".to_owned(), json!(secret.reveal()));
        told.insert("client_secret_expires_at".to_owned(), json!(0));
    }
    Ok(answer(StatusCode::CREATED, told))
}

/// GET /oauth2/register/{client_id}
pub(super) async fn read(State(app): State<App>, Path(client_id): Path<String>, asked: Asked) -> Response {
    answered(async {
        let own = clients::itself(&app, &client_id, &asked.token).await?;
        Ok(shown(&app, &own, &asked))
    })
    .await
}

/// PUT /oauth2/register/{client_id}
pub(super) async fn replace(State(app): State<App>, Path(client_id): Path<String>, asked: Asked) -> Response {
    answered(async {
        let own = clients::itself(&app, &client_id, &asked.token).await?;
        let own = clients::replace(&app, own, &asked.body).await?;
        Ok(shown(&app, &own, &asked))
    })
    .await
}

/// DELETE /oauth2/register/{client_id}
pub(super) async fn withdraw(State(app): State<App>, Path(client_id): Path<String>, asked: Asked) -> Response {
    answered(async {
        let own = clients::itself(&app, &client_id, &asked.token).await?;
        clients::withdraw(&app, own).await?;
        Ok((StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "no-store")]).into_response())
    })
    .await
}

/// The answer to whoever has the token of a registration, with that token again (RFC 7592 3).
fn shown(app: &App, own: &Itself, asked: &Asked) -> Response {
    answer(StatusCode::OK, described(app, own.registered(), asked.token.expose_secret()))
}

fn described(app: &App, it: &Registered, token: &str) -> Map<String, Value> {
    let mut told = document(&it.registration);
    let address = app.config.url(&format!("{REGISTER}/{}", it.registration.client_id));
    told.insert("registration_client_uri".to_owned(), json!(address));
    told.insert("registration_access_token".to_owned(), json!(token));
    told
}

fn answer(status: StatusCode, told: Map<String, Value>) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(Value::Object(told))).into_response()
}

/// A token that is none is challenged; what is wrong with the metadata is not.
async fn answered(answer: impl Future<Output = Result<Response, Failure>>) -> Response {
    match Box::pin(answer).await {
        Ok(response) => response,
        Err(Failure::Protocol(error @ Error { code: ErrorCode::InvalidToken, .. })) => {
            refused(&Refusal::Error(error), Scheme::Bearer)
        }
        Err(failure) => OAuthError::from(failure).into_response(),
    }
}
