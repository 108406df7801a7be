//! Oneself in the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::users::UserBody;
use crate::app::{App, departures, users};
use crate::domain::Error;
use crate::domain::policy::Actor;
use crate::web::error::Problem;

pub(super) async fn show(State(app): State<App>, actor: Actor) -> Result<Json<UserBody>, Problem> {
    let Actor::User(own) = &actor else {
        return Err(Error::NotFound("user").into());
    };
    let person = users::show(&app, &actor, own.id).await?;
    Ok(Json(UserBody::of(&app, person).await?))
}

pub(super) async fn leave(State(app): State<App>, actor: Actor) -> Result<StatusCode, Problem> {
    departures::leave(&app, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}
