//! Every organisation in the API, for whoever runs the instance.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::document::{Documented, Operation, operation};
use super::json::{Body, Params, Words};
use super::organisation::OrganisationBody;
use crate::app::organisations::{self, GRACE_DAYS, GRACE_DAYS_MAX, NewOrganisation, Organisation};
use crate::app::projects::{LIMIT_DEFAULT, LIMIT_MAX};
use crate::app::{App, role_models};
use crate::domain::Error;
use crate::domain::Timestamp;
use crate::domain::policy::Actor;
use crate::web::error::Problem;

const PATH: &str = "/api/v1/organisations";
const ONE: &str = "/api/v1/organisations/{slug}";
const ABOUT_DELETION: &str = "Nobody of it gets in any more, as if it were suspended, and those who may change it are written to. Until \
    `delete_at` it can be restored; after that everything of it is erased, and its short name is free.";

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let list = operation("Lists the organisations, by short name; for the operator")
        .paged((LIMIT_DEFAULT, LIMIT_MAX))
        .answers::<TenantList>(200);
    let create = operation("Makes an organisation; for the operator")
        .takes::<NewTenantBody>()
        .answers::<TenantBody>(201)
        .conflicts();
    let days = json!({ "type": "integer", "minimum": 0, "maximum": GRACE_DAYS_MAX, "default": GRACE_DAYS });
    let delete = of_one("Deletes an organisation after some days; for the operator")
        .about(ABOUT_DELETION)
        .query("grace_days", "For so many days it can be restored.", days)
        .planned();
    let suspend = of_one("Shuts everybody of an organisation out at once; for the operator").planned();
    let resume = of_one("Lets the people of a suspended organisation in again; for the operator").conflicts();
    let restore = of_one("Keeps a deleted organisation and lets its people in again; for the operator").conflicts();
    routes
        .get(PATH, list, self::list)
        .post(PATH, create, self::create)
        .get(ONE, of_one("Shows an organisation; for the operator"), show)
        .delete(ONE, delete, self::delete)
        .post("/api/v1/organisations/{slug}/suspend", suspend, self::suspend)
        .post("/api/v1/organisations/{slug}/resume", resume, self::resume)
        .post("/api/v1/organisations/{slug}/restore", restore, self::restore)
}

fn of_one(summary: &'static str) -> Operation {
    operation(summary).answers::<TenantBody>(200)
}

/// An organisation, as the operator sees it.
#[derive(Debug, Serialize, ToSchema)]
struct TenantBody {
    #[serde(flatten)]
    organisation: OrganisationBody,
    /// `active`, `suspended`, or `deleting`.
    status: &'static str,
    /// Until when it can be restored; null where nobody has deleted it.
    delete_at: Option<String>,
    /// The name of its role model.
    role_model: String,
}

impl From<Organisation> for TenantBody {
    fn from(it: Organisation) -> Self {
        Self {
            status: it.status(),
            delete_at: it.deletion.map(|it| it.at).map(Timestamp::rfc3339),
            role_model: role_models::name_of(&it.role_model),
            organisation: it.into(),
        }
    }
}

/// A page of organisations.
#[derive(Debug, Serialize, ToSchema)]
struct TenantList {
    organisations: Vec<TenantBody>,
    next_cursor: Option<String>,
}

/// A new organisation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTenantBody {
    /// Its short name in URLs and claims: lower-case letters, digits and inner hyphens.
    #[schema(min_length = 2, max_length = 63)]
    slug: String,
    /// Its name for people.
    #[schema(min_length = 1, max_length = 128)]
    name: String,
    /// The name of a preset, or a role model as TOML.
    #[serde(default = "default_model")]
    role_model: String,
}

fn default_model() -> String {
    role_models::DEFAULT_PRESET.to_owned()
}

#[derive(Deserialize)]
struct PageOf {
    cursor: Option<String>,
    limit: Option<u64>,
}

#[derive(Deserialize)]
struct Grace {
    grace_days: Option<u32>,
}

async fn list(
    State(app): State<App>,
    actor: Actor,
    Params(PageOf { cursor, limit }): Params<PageOf>,
) -> Result<Json<TenantList>, Problem> {
    let (found, next_cursor) = organisations::page(&app, &actor, (cursor.as_deref(), limit)).await?;
    Ok(Json(TenantList { organisations: found.into_iter().map(TenantBody::from).collect(), next_cursor }))
}

async fn create(
    State(app): State<App>,
    actor: Actor,
    Body(NewTenantBody { slug, name, role_model }): Body<NewTenantBody>,
) -> Result<(StatusCode, Json<TenantBody>), Problem> {
    organisations::is_for_the_operator(&actor)?;
    let new = NewOrganisation { slug, name, role_model: role_models::preset_or_text(&role_model) };
    Ok((StatusCode::CREATED, Json(organisations::create(&app, &actor, new).await?.into())))
}

async fn show(State(app): State<App>, actor: Actor, Words(slug): Words<String>) -> Result<Json<TenantBody>, Problem> {
    Ok(Json(named(&app, &actor, &slug).await?.into()))
}

async fn delete(
    State(app): State<App>,
    actor: Actor,
    Words(slug): Words<String>,
    Params(Grace { grace_days }): Params<Grace>,
) -> Result<Json<TenantBody>, Problem> {
    let org = named(&app, &actor, &slug).await?.id;
    let days = grace_days.unwrap_or(GRACE_DAYS);
    Ok(Json(organisations::delete(&app, &actor, org, days).await?.into()))
}

async fn suspend(
    State(app): State<App>,
    actor: Actor,
    Words(slug): Words<String>,
) -> Result<Json<TenantBody>, Problem> {
    let org = named(&app, &actor, &slug).await?.id;
    Ok(Json(organisations::suspend(&app, &actor, org).await?.into()))
}

async fn resume(State(app): State<App>, actor: Actor, Words(slug): Words<String>) -> Result<Json<TenantBody>, Problem> {
    let org = named(&app, &actor, &slug).await?.id;
    Ok(Json(organisations::resume(&app, &actor, org).await?.into()))
}

async fn restore(
    State(app): State<App>,
    actor: Actor,
    Words(slug): Words<String>,
) -> Result<Json<TenantBody>, Problem> {
    let org = named(&app, &actor, &slug).await?.id;
    Ok(Json(organisations::restore(&app, &actor, org).await?.into()))
}

/// Whoever belongs to another does not hear that there is one of this name.
async fn named(app: &App, actor: &Actor, slug: &str) -> Result<Organisation, Error> {
    let found = organisations::by_slug(app, actor, slug).await?;
    organisations::is_for_the_operator(actor)?;
    Ok(found)
}
