//! Export of users in the API.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde_json::json;
use url::form_urlencoded;

use super::document::{Documented, operation};
use super::users::{asked_for, filtered};
use crate::app::App;
use crate::app::user_export::{self, Format};
use crate::domain::Error;
use crate::domain::policy::Actor;
use crate::web::download;
use crate::web::error::Problem;

/// Adds the route.
pub(super) fn routes(routes: Documented) -> Documented {
    let formats = json!({ "type": "string", "enum": Format::ALL.map(Format::word), "default": Format::Csv.word() });
    let export = filtered(operation("Exports the users that a list would show, on all of its pages"))
        .query("format", "`csv`, or `xlsx` for a workbook, which has the projects they are on as well.", formats)
        .answers_file(&Format::ALL.map(Format::media_type));
    routes.get("/api/v1/users/export", export, self::export)
}

async fn export(State(app): State<App>, actor: Actor, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let (format, query) = taken(query.as_deref().unwrap_or_default())?;
    let (org, list) = asked_for(&app, &actor, &query).await?;
    Ok(download::users(user_export::list(&app, &actor, org, (&list, format)).await?))
}

/// The format, and the words of the list without it.
fn taken(query: &str) -> Result<(Format, String), Error> {
    let words = || form_urlencoded::parse(query.as_bytes());
    let format = words().find(|(name, _)| name == "format").map(|(_, word)| word);
    let mut rest = form_urlencoded::Serializer::new(String::new());
    rest.extend_pairs(words().filter(|(name, _)| name != "format"));
    Ok((Format::read(format.as_deref())?, rest.finish()))
}
