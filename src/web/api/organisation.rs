//! The organisation of the caller in the API.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::{Body, Params, kept, told};
use super::users::Which;
use crate::app::language::{AUTO, by_tag};
use crate::app::organisations::{self, Organisation, OrganisationChange};
use crate::app::{App, users};
use crate::domain::Error;
use crate::domain::policy::Actor;
use crate::web::error::Problem;

const PATH: &str = "/api/v1/organisation";

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let show = operation("Shows the organisation").of_an_organisation().answers::<OrganisationBody>(200);
    let change = operation("Changes the name or the language of the organisation")
        .of_an_organisation()
        .takes::<ChangeOrganisation>()
        .answers::<OrganisationBody>(200);
    routes.get(PATH, show, self::show).patch(PATH, change, self::change)
}

/// An organisation, as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OrganisationBody {
    id: String,
    slug: String,
    name: String,
    /// The language for whoever has chosen none; `auto` for that of the instance.
    language: String,
    created_at: String,
    updated_at: String,
}

impl From<Organisation> for OrganisationBody {
    fn from(it: Organisation) -> Self {
        Self {
            id: it.id.to_string(),
            slug: it.slug,
            name: it.name,
            language: it.language.unwrap_or_else(|| AUTO.to_owned()),
            created_at: it.created_at.rfc3339(),
            updated_at: it.updated_at.rfc3339(),
        }
    }
}

/// What of it changes; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeOrganisation {
    /// Its name for people.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 128)]
    name: Option<Option<String>>,
    /// `en`, `de`, or `auto`, or null, for the language of the instance.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>, required = false)]
    language: Option<Option<String>>,
}

impl ChangeOrganisation {
    fn read(self) -> Result<OrganisationChange, Error> {
        let language = self.language.map(|it| it.as_deref().map_or(Ok(None), by_tag)).transpose()?;
        Ok(OrganisationChange { name: kept("name", self.name)?, language })
    }
}

pub(super) async fn show(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
) -> Result<Json<OrganisationBody>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    Ok(Json(organisations::show(&app, &actor, org).await?.into()))
}

pub(super) async fn change(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
    Body(body): Body<ChangeOrganisation>,
) -> Result<Json<OrganisationBody>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    Ok(Json(organisations::change(&app, &actor, org, body.read()?).await?.into()))
}
