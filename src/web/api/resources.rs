//! Resources in the API: what applications register here, by their own keys.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::{Body, Params, Words};
use super::users::Which;
use crate::app::resources::{
    self, Activity, Kind, List, PAGE, PAGE_MAX, ResourceFilter, ResourceKey, Shown, Visibility, Wanted,
};
use crate::app::{App, users};
use crate::domain::Error;
use crate::domain::id::{ProjectId, ResourceId, UserId};
use crate::domain::policy::Actor;
use crate::web::error::Problem;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let list = operation("Lists the resources that the caller may manage, by name")
        .of_an_organisation()
        .query("kind", "Of this kind.", json!({ "type": "string", "enum": Kind::ALL.map(Kind::word) }))
        .query("owner", "Owned by this user, who may be gone.", json!({ "type": "string", "format": "uuid" }))
        .query("orphaned", "`1` for those without an owner who could answer for them.", json!({ "enum": ["1", "0"] }))
        .paged((PAGE, PAGE_MAX));
    let register = operation("Registers a resource under the key of the application, or says anew what it is")
        .of_an_organisation()
        .takes::<WantedBody>()
        .answers::<ResourceBody>(200);
    let show = operation("Shows a resource").of_an_organisation();
    let delete = operation("Takes a resource out of the register, once nothing lies in it").of_an_organisation();
    let transfer = operation("Gives a resource another owner, or none").of_an_organisation().takes::<TransferBody>();
    let activity = operation("Tells what was done in the application to a resource")
        .of_an_organisation()
        .about("It is on record at once, under the name of the caller, with the user who did it where one is named.")
        .takes::<ActivityBody>();
    routes
        .post("/api/v1/resources/{kind}/{external_id}/activity", activity, self::report)
        .get("/api/v1/resources", list.answers::<ResourceList>(200), self::list)
        .put("/api/v1/resources/{kind}/{external_id}", register.may_create().conflicts(), self::register)
        .get("/api/v1/resources/{kind}/{external_id}", show.answers::<ResourceBody>(200), self::show)
        .delete("/api/v1/resources/{kind}/{external_id}", delete.planned(), self::delete)
        .post("/api/v1/resources/{kind}/{external_id}/transfer", transfer.answers::<ResourceBody>(200), self::transfer)
}

/// A resource, as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ResourceBody {
    id: ResourceId,
    kind: &'static str,
    /// The key that the application gave it.
    external_id: String,
    name: String,
    /// Whose it is. The id stays when the user is gone.
    owner: Option<UserId>,
    /// `active`, `pending`, `deactivated`, `gone`, or `none` without an owner.
    owner_status: &'static str,
    /// True when nobody is left who could answer for it.
    orphaned: bool,
    /// What it lies in.
    parent: Option<KeyBody>,
    /// The project of the organisation that it lies in.
    project: Option<ProjectId>,
    /// Whom it is there for: `private`, `all_users`, or `specific` for those it is shared with.
    visibility: &'static str,
    created_at: String,
    updated_at: String,
}

/// The name that an application knows a resource by.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object with kind and external_id")]
pub(super) struct KeyBody {
    kind: String,
    external_id: String,
}

/// A page of resources, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ResourceList {
    resources: Vec<ResourceBody>,
    /// Where the next page begins, when there is one.
    next_cursor: Option<String>,
}

/// What an application says of a resource; an owner or a parent that is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WantedBody {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// An active user, or `null` for nobody, as it is when a new resource names none. Nobody names oneself.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<UserId>)]
    owner: Option<Option<UserId>>,
    /// What it lies in: a project, or a workspace; `null` for nothing.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<KeyBody>)]
    parent: Option<Option<KeyBody>>,
    /// The project of the organisation that it lies in, or `null`; only those who may change projects put something there.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<ProjectId>)]
    project: Option<Option<ProjectId>>,
    /// `private`, as it is where a new resource says nothing, `all_users` or `specific`.
    #[serde(default)]
    visibility: Option<String>,
}

/// Who a resource is given to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TransferBody {
    /// An active user, or `null` for nobody.
    #[serde(deserialize_with = "Option::deserialize")]
    owner: Option<UserId>,
}

/// What was done to a resource in its application.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ActivityBody {
    /// In the application's own word: small letters, digits and `._-`, such as `updated` or `run.started`.
    #[schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9._-]+$")]
    deed: String,
    /// The user who did it.
    #[serde(default)]
    user: Option<UserId>,
    /// What should be known of it besides.
    #[serde(default)]
    #[schema(max_length = 500)]
    details: Option<String>,
}

/// Which resources, and from where on.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    organisation: Option<String>,
    kind: Option<String>,
    owner: Option<String>,
    orphaned: Option<String>,
    cursor: Option<String>,
    limit: Option<u64>,
}

impl Asked {
    fn list(self) -> Result<List, Error> {
        let wrong = || Error::malformed("kind", format!("must be one of {}", Kind::ALL.map(Kind::word).join(", ")));
        let kind = self.kind.map(|it| Kind::parse(&it).ok_or_else(wrong)).transpose()?;
        let owner = self.owner.map(|it| it.parse().map_err(|_| Error::malformed("owner", "must be the id of a user")));
        let is_orphaned = match self.orphaned.as_deref() {
            None | Some("0") => false,
            Some("1") => true,
            Some(_) => return Err(Error::malformed("orphaned", "must be 1 or 0")),
        };
        let filter = ResourceFilter { kind, owner: owner.transpose()?, is_orphaned, ..ResourceFilter::default() };
        Ok(List { filter, cursor: self.cursor, limit: self.limit })
    }
}

async fn list(
    State(app): State<App>,
    actor: Actor,
    Params(asked): Params<Asked>,
) -> Result<Json<ResourceList>, Problem> {
    let org = users::organisation_of(&app, &actor, asked.organisation.as_deref()).await?;
    let page = resources::list(&app, &actor, org, &asked.list()?).await?;
    let resources = page.resources.into_iter().map(ResourceBody::from).collect();
    Ok(Json(ResourceList { resources, next_cursor: page.next }))
}

async fn register(
    State(app): State<App>,
    actor: Actor,
    Words((kind, external_id)): Words<(String, String)>,
    Params(which): Params<Which>,
    Body(wanted): Body<WantedBody>,
) -> Result<(StatusCode, Json<ResourceBody>), Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let key = ResourceKey::read(&kind, &external_id)?;
    let parent = wanted.parent.map(|it| it.map(KeyBody::key).transpose()).transpose()?;
    let visibility = wanted.visibility.as_deref().map(visibility).transpose()?;
    let wanted = Wanted { name: wanted.name, owner: wanted.owner, parent, project: wanted.project, visibility };
    let (resource, is_new) = resources::register(&app, &actor, org, key, wanted).await?;
    Ok((if is_new { StatusCode::CREATED } else { StatusCode::OK }, Json(resource.into())))
}

async fn show(
    State(app): State<App>,
    actor: Actor,
    Words((kind, external_id)): Words<(String, String)>,
    Params(which): Params<Which>,
) -> Result<Json<ResourceBody>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let key = ResourceKey::read(&kind, &external_id)?;
    Ok(Json(resources::show(&app, &actor, org, &key).await?.into()))
}

async fn delete(
    State(app): State<App>,
    actor: Actor,
    Words((kind, external_id)): Words<(String, String)>,
    Params(which): Params<Which>,
) -> Result<StatusCode, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    resources::delete(&app, &actor, org, &ResourceKey::read(&kind, &external_id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn report(
    State(app): State<App>,
    actor: Actor,
    Words((kind, external_id)): Words<(String, String)>,
    Params(which): Params<Which>,
    Body(told): Body<ActivityBody>,
) -> Result<StatusCode, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let key = ResourceKey::read(&kind, &external_id)?;
    let activity = Activity { deed: told.deed, by: told.user, details: told.details };
    resources::report(&app, &actor, (org, &key), activity).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn transfer(
    State(app): State<App>,
    actor: Actor,
    Words((kind, external_id)): Words<(String, String)>,
    Params(which): Params<Which>,
    Body(to): Body<TransferBody>,
) -> Result<Json<ResourceBody>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let key = ResourceKey::read(&kind, &external_id)?;
    Ok(Json(resources::transfer(&app, &actor, org, &key, to.owner).await?.into()))
}

fn visibility(word: &str) -> Result<Visibility, Error> {
    let wrong = || {
        Error::malformed("visibility", format!("must be one of {}", Visibility::ALL.map(Visibility::word).join(", ")))
    };
    Visibility::parse(word).ok_or_else(wrong)
}

impl KeyBody {
    fn key(self) -> Result<ResourceKey, Error> {
        ResourceKey::read(&self.kind, &self.external_id)
            .map_err(|_| Error::malformed("parent", "name its kind and its external_id, as it was registered"))
    }
}

impl From<&ResourceKey> for KeyBody {
    fn from(key: &ResourceKey) -> Self {
        Self { kind: key.kind.word().to_owned(), external_id: key.external_id.clone() }
    }
}

impl From<Shown> for ResourceBody {
    fn from(shown: Shown) -> Self {
        let owner = shown.owner_state();
        let it = shown.resource;
        Self {
            id: it.id,
            kind: it.key.kind.word(),
            external_id: it.key.external_id,
            name: it.name,
            owner: it.owner,
            owner_status: owner.word(),
            orphaned: owner.is_orphaned(),
            project: it.project,
            visibility: it.visibility.word(),
            parent: shown.parent.as_ref().map(|it| KeyBody::from(&it.key)),
            created_at: it.created_at.rfc3339(),
            updated_at: it.updated_at.rfc3339(),
        }
    }
}

/// A member that is there, even when it is `null`.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(value: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(value).map(Some)
}
