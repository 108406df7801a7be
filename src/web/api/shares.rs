//! Shares of resources in the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::{Body, Params, Words};
use super::users::Which;
use crate::app::resources::ResourceKey;
use crate::app::shares::{self, Level, Named, Sharee};
use crate::app::{App, users};
use crate::domain::Error;
use crate::domain::policy::Actor;
use crate::web::error::Problem;

const ONE: &str = "/api/v1/resources/{kind}/{external_id}/shares/{with}/{id}";

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let list = operation("Lists with whom a resource is shared, the oldest share first").of_an_organisation();
    let share = operation("Shares a resource with a user or a team, or changes how far that reaches")
        .of_an_organisation()
        .about(
            "`with` is `user` or `team`, `id` the id of an active user or of a team. A resource that was `private` is \
            `specific` from then on.",
        )
        .takes::<LevelBody>()
        .answers::<ShareBody>(200);
    let unshare = operation("Ends a share").of_an_organisation();
    routes
        .get("/api/v1/resources/{kind}/{external_id}/shares", list.answers::<ShareList>(200), self::list)
        .put(ONE, share.conflicts(), self::share)
        .delete(ONE, unshare, self::unshare)
}

/// How far a share reaches.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LevelBody {
    /// `view` or `edit`.
    level: String,
}

/// A share, as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ShareBody {
    /// `user` or `team`.
    with: &'static str,
    id: String,
    /// What the user or the team is called.
    name: String,
    /// False for a user who gains nothing by it now.
    active: bool,
    /// `view` or `edit`.
    level: &'static str,
    since: String,
}

/// Every share of a resource.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ShareList {
    shares: Vec<ShareBody>,
}

async fn list(
    State(app): State<App>,
    actor: Actor,
    Words((kind, external_id)): Words<(String, String)>,
    Params(which): Params<Which>,
) -> Result<Json<ShareList>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let all = shares::list(&app, &actor, org, &ResourceKey::read(&kind, &external_id)?).await?;
    Ok(Json(ShareList { shares: all.into_iter().map(ShareBody::from).collect() }))
}

async fn share(
    State(app): State<App>,
    actor: Actor,
    Words((kind, external_id, with, id)): Words<(String, String, String, String)>,
    Params(which): Params<Which>,
    Body(wanted): Body<LevelBody>,
) -> Result<Json<ShareBody>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let key = ResourceKey::read(&kind, &external_id)?;
    let level = Level::parse(&wanted.level).ok_or_else(|| {
        let words = Level::ALL.map(Level::word).join(" or ");
        Error::malformed("level", format!("must be {words}"))
    })?;
    let shared = shares::share(&app, &actor, (org, &key), (&[sharee(&with, &id)?], level)).await?.pop();
    Ok(Json(shared.ok_or(Error::NotFound("share"))?.into()))
}

async fn unshare(
    State(app): State<App>,
    actor: Actor,
    Words((kind, external_id, with, id)): Words<(String, String, String, String)>,
    Params(which): Params<Which>,
) -> Result<StatusCode, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let key = ResourceKey::read(&kind, &external_id)?;
    shares::unshare(&app, &actor, (org, &key), sharee(&with, &id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is neither the id of a user nor of a team names nothing.
fn sharee(with: &str, id: &str) -> Result<Sharee, Error> {
    Sharee::read(with, id).ok_or(Error::NotFound("user or team"))
}

impl From<Named> for ShareBody {
    fn from(it: Named) -> Self {
        Self {
            with: it.share.with.kind(),
            id: it.share.with.id(),
            name: it.name,
            active: it.is_active,
            level: it.share.level.word(),
            since: it.share.since.rfc3339(),
        }
    }
}
