//! Export of users as CSV in the API.

use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::document::{Documented, operation};
use super::users::{asked_for, filtered};
use crate::app::{App, user_export};
use crate::domain::policy::Actor;
use crate::web::download;
use crate::web::error::Problem;

/// Adds the route.
pub(super) fn routes(routes: Documented) -> Documented {
    let export =
        filtered(operation("Exports the users that a list would show, on all of its pages, as CSV")).answers_csv();
    routes.get("/api/v1/users/export", export, self::export)
}

async fn export(State(app): State<App>, actor: Actor, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let (org, list) = asked_for(&app, &actor, query.as_deref().unwrap_or_default()).await?;
    Ok(download::csv(user_export::csv(&app, &actor, org, &list).await?))
}
