//! The policies of the organisation in the API.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum_extra::extract::Query;
use serde::Deserialize;

use super::json::Body;
use super::users::Which;
use crate::app::policies::{self, PolicyChange, Rules};
use crate::app::{App, users};
use crate::domain::Error;
use crate::domain::policy::Actor;
use crate::web::error::Problem;

/// Which organisation, and whether the change is only tried out.
#[derive(Debug, Deserialize)]
pub(super) struct How {
    organisation: Option<String>,
    dry_run: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    actor: Actor,
    Query(which): Query<Which>,
) -> Result<Json<Rules>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    Ok(Json(policies::show(&app, &actor, org).await?))
}

/// Changes the policies, or with `?dry_run=1` says what the change would come to.
pub(super) async fn change(
    State(app): State<App>,
    actor: Actor,
    Query(how): Query<How>,
    Body(change): Body<PolicyChange>,
) -> Result<Response, Problem> {
    let org = users::organisation_of(&app, &actor, how.organisation.as_deref()).await?;
    if is_on(how.dry_run.as_deref())? {
        return Ok(Json(policies::preview(&app, &actor, org, change).await?).into_response());
    }
    policies::change(&app, &actor, org, change).await?;
    Ok(Json(policies::in_force(&app, org).await?).into_response())
}

fn is_on(word: Option<&str>) -> Result<bool, Error> {
    match word {
        None | Some("0" | "false") => Ok(false),
        Some("1" | "true") => Ok(true),
        Some(_) => Err(Error::invalid("dry_run", "must be 1 or 0")),
    }
}
