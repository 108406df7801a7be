//! When the time of users ends, in the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::{Body, Words};
use crate::app::{App, end_dates};
use crate::domain::id::UserId;
use crate::domain::policy::Actor;
use crate::domain::{Error, Flaw, Timestamp};
use crate::web::error::Problem;

const PATH: &str = "/api/v1/users/{id}/end-date";

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let about = "At that moment the server deactivates the user, unless an identity provider manages the user, the user is the last to \
                 hold a protected role, or holds one that whoever set the date may not take away by then; where access goes on for more than a day, those who may end it are told.";
    let show = operation("Shows when the time of a user ends").answers::<EndDateBody>(200);
    let set = operation("Says when the time of a user ends")
        .about(about)
        .takes::<SetEndDateBody>()
        .answers::<EndDateBody>(200);
    routes.get(PATH, show, self::show).put(PATH, set.conflicts(), self::set).delete(
        PATH,
        operation("Says that nobody knows when the time of a user ends").conflicts(),
        clear,
    )
}

/// When the time of a user ends.
#[derive(Debug, Serialize, ToSchema)]
struct EndDateBody {
    user: UserId,
    /// Null where nobody has said.
    ends_at: Option<String>,
    /// When the access ended.
    ended_at: Option<String>,
}

/// When it is to end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetEndDateBody {
    /// A day in UTC, or a moment.
    ends_at: String,
}

async fn show(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<Json<EndDateBody>, Problem> {
    let user = user_id(&id)?;
    Ok(Json(body(user, end_dates::show(&app, &actor, user).await?)))
}

async fn set(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Body(to): Body<SetEndDateBody>,
) -> Result<Json<EndDateBody>, Problem> {
    let user = user_id(&id)?;
    let ends_at = Timestamp::parse_moment(&to.ends_at).ok_or_else(|| Error::invalid("ends_at", Flaw::Moment))?;
    Ok(Json(body(user, end_dates::set(&app, &actor, user, Some(ends_at)).await?)))
}

async fn clear(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<StatusCode, Problem> {
    end_dates::set(&app, &actor, user_id(&id)?, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is not an id names nothing.
fn user_id(text: &str) -> Result<UserId, Error> {
    text.parse().map_err(|_| Error::NotFound("user"))
}

fn body(user: UserId, it: Option<end_dates::EndDate>) -> EndDateBody {
    EndDateBody {
        user,
        ends_at: it.map(|it| it.ends_at.rfc3339()),
        ended_at: it.and_then(|it| it.ended_at).map(Timestamp::rfc3339),
    }
}
