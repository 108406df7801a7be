//! The roles of the organisation in the API: which there are, roles of its own, and the reading of its role model.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::document::{Documented, operation};
use super::json::{Body, Params, Words};
use super::shapes::shape;
use super::users::Which;
use crate::app::App;
use crate::app::roles::{self, Preview, Refused, RoleChange, RoleDraft};
use crate::app::users::organisation_of;
use crate::domain::id::OrgId;
use crate::domain::policy::Actor;
use crate::domain::role::{LABEL_MAX, Role, RoleKey, RoleModel, TEXT_MAX};
use crate::domain::{Conflict, Error};
use crate::web::error::{Problem, problem_with};

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let list = operation("Lists the roles, highest first").of_an_organisation().answers::<RoleList>(200);
    let create = operation("Makes a role of the organisation's own")
        .of_an_organisation()
        .takes::<RoleDraft>()
        .answers::<RoleBody>(201)
        .conflicts();
    let show = operation("Shows a role").of_an_organisation().answers::<RoleBody>(200);
    let update = operation("Writes a role of the organisation's own anew; what is left out is empty")
        .of_an_organisation()
        .takes::<RoleDraft>()
        .answers::<RoleBody>(200)
        .conflicts();
    let delete = operation("Takes a role of the organisation's own out; refused while anything names it");
    let read = operation("Chooses another reading of the role model")
        .of_an_organisation()
        .takes::<ReadingBody>()
        .answers::<RoleList>(200);
    let preview = operation("Says who would gain and lose what by a change of the roles, and changes nothing")
        .of_an_organisation()
        .takes::<ChangeBody>()
        .answers::<Preview>(200)
        .conflicts();
    routes
        .get("/api/v1/roles", list, self::list)
        .post("/api/v1/roles", create, self::create)
        .get("/api/v1/roles/{key}", show, self::show)
        .put("/api/v1/roles/{key}", update, self::update)
        .delete("/api/v1/roles/{key}", delete.of_an_organisation().planned(), self::delete)
        .put("/api/v1/role-model/reading", read, self::read)
        .post("/api/v1/role-model/preview", preview, self::preview)
}

/// The roles of an organisation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RoleList {
    /// The name of the role model.
    role_model: String,
    /// The reading in force, where there is more than one.
    reading: Option<String>,
    /// The readings to choose from.
    readings: Vec<String>,
    roles: Vec<RoleBody>,
}

/// A role, as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RoleBody {
    key: RoleKey,
    label: String,
    description: String,
    /// Whom it suits.
    best_for: String,
    /// The order among roles; of several held the highest counts.
    rank: u32,
    /// Every permission that it allows by exact name.
    permissions: Vec<String>,
    /// The roles that a holder may give.
    grants: Vec<RoleKey>,
    /// True when the organisation must never run out of holders.
    is_protected: bool,
    /// True when holding it takes away what other roles allow.
    has_ceiling: bool,
    can_leave: bool,
    /// How it is written, for a role of the organisation's own; nothing for one that came with the role model.
    own: Option<RoleDraft>,
}

/// The reading to choose.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadingBody {
    reading: String,
}

/// One change of the roles; exactly one of the members is there.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeBody {
    /// A new role.
    create: Option<RoleDraft>,
    /// Another version of the role with this key.
    update: Option<RoleDraft>,
    /// The role with this key is gone.
    delete: Option<RoleKey>,
    /// Another reading of the role model.
    reading: Option<String>,
}

impl ChangeBody {
    fn read(self) -> Result<RoleChange, Error> {
        match (self.create, self.update, self.delete, self.reading) {
            (Some(draft), None, None, None) => Ok(RoleChange::Create(RoleModel::key_for(&draft)?, draft)),
            (None, Some(draft), None, None) => {
                let key = draft.key.clone().ok_or_else(|| Error::malformed("key", "says which role changes"))?;
                Ok(RoleChange::Update(key, draft))
            }
            (None, None, Some(key), None) => Ok(RoleChange::Delete(key)),
            (None, None, None, Some(reading)) => Ok(RoleChange::Read(reading)),
            _ => Err(Error::malformed("body", "names one change: create, update, delete or reading")),
        }
    }
}

/// A refusal in the API; all that is wrong, and all that stands in the way, is in it.
pub(super) struct Refusal(Refused);

impl From<Error> for Refusal {
    fn from(cause: Error) -> Self {
        Self(cause.into())
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        Self(refused)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = match &self.0 {
            Refused::Problems(problems) => {
                let detail = "role: the role model would be wrong; `problems` says where and why";
                problem_with(StatusCode::BAD_REQUEST, "about:blank", detail, ("problems", problems))
            }
            Refused::InUse(usage) => {
                let conflict = Conflict::RoleInUse;
                let kind = format!("urn:doorward:problem:{}", conflict.code());
                problem_with(StatusCode::CONFLICT, &kind, &conflict.to_string(), ("used_by", usage))
            }
            Refused::Other(_) => return Problem::from(Error::from(self.0)).into_response(),
        };
        let status = if matches!(self.0, Refused::InUse(_)) { StatusCode::CONFLICT } else { StatusCode::BAD_REQUEST };
        (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
    }
}

pub(super) async fn list(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
) -> Result<Json<RoleList>, Problem> {
    let org = organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    Ok(Json(shown(&*roles::model(&app, &actor, org).await?)))
}

pub(super) async fn create(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
    Body(draft): Body<RoleDraft>,
) -> Result<(StatusCode, Json<RoleBody>), Refusal> {
    let org = organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    may_define(&app, &actor, org).await?;
    let key = RoleModel::key_for(&draft)?;
    roles::change(&app, &actor, org, &RoleChange::Create(key.clone(), draft), None).await?;
    Ok((StatusCode::CREATED, Json(one(&app, &actor, org, &key).await?)))
}

pub(super) async fn show(
    State(app): State<App>,
    actor: Actor,
    Words(key): Words<String>,
    Params(which): Params<Which>,
) -> Result<Json<RoleBody>, Problem> {
    let org = organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    Ok(Json(one(&app, &actor, org, &role_key(&key)?).await?))
}

pub(super) async fn update(
    State(app): State<App>,
    actor: Actor,
    Words(key): Words<String>,
    Params(which): Params<Which>,
    Body(draft): Body<RoleDraft>,
) -> Result<Json<RoleBody>, Refusal> {
    let org = organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    may_define(&app, &actor, org).await?;
    let key = role_key(&key)?;
    if draft.key.as_ref().is_some_and(|given| *given != key) {
        return Err(Error::malformed("key", "is the name of the role for good; leave it out").into());
    }
    roles::change(&app, &actor, org, &RoleChange::Update(key.clone(), draft), None).await?;
    Ok(Json(one(&app, &actor, org, &key).await?))
}

pub(super) async fn delete(
    State(app): State<App>,
    actor: Actor,
    Words(key): Words<String>,
    Params(which): Params<Which>,
) -> Result<StatusCode, Refusal> {
    let org = organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    roles::change(&app, &actor, org, &RoleChange::Delete(role_key(&key)?), None).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn read(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
    Body(body): Body<ReadingBody>,
) -> Result<Json<RoleList>, Refusal> {
    let org = organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    roles::change(&app, &actor, org, &RoleChange::Read(body.reading), None).await?;
    Ok(Json(shown(&*roles::model(&app, &actor, org).await?)))
}

pub(super) async fn preview(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
    Body(body): Body<ChangeBody>,
) -> Result<Json<Preview>, Refusal> {
    let org = organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    may_define(&app, &actor, org).await?;
    Ok(Json(roles::preview(&app, &actor, org, &body.read()?).await?))
}

/// Says no before anything is said of the body.
async fn may_define(app: &App, actor: &Actor, org: OrgId) -> Result<(), Error> {
    let model = roles::model(app, actor, org).await?;
    roles::may_define(actor, &model, org)
}

async fn one(app: &App, actor: &Actor, org: OrgId, key: &RoleKey) -> Result<RoleBody, Error> {
    let model = roles::model(app, actor, org).await?;
    let role = model.get(key).ok_or(Error::NotFound("role"))?;
    Ok(body(&model, role))
}

fn shown(model: &RoleModel) -> RoleList {
    RoleList {
        role_model: model.name().to_owned(),
        reading: model.reading().map(str::to_owned),
        readings: model.readings().to_vec(),
        roles: model.roles().iter().map(|role| body(model, role)).collect(),
    }
}

fn body(model: &RoleModel, role: &Role) -> RoleBody {
    RoleBody {
        key: role.key.clone(),
        label: role.label.clone(),
        description: role.description.clone(),
        best_for: role.best_for.clone(),
        rank: role.rank,
        permissions: model.permissions().filter(|it| role.allows(it)).map(str::to_owned).collect(),
        grants: role.grants.iter().cloned().collect(),
        is_protected: role.protected.is_some(),
        has_ceiling: role.has_ceiling(),
        can_leave: role.can_leave,
        own: model.draft_of(&role.key).ok(),
    }
}

/// What is no key names no role.
fn role_key(text: &str) -> Result<RoleKey, Error> {
    text.parse().map_err(|_| Error::NotFound("role"))
}

impl PartialSchema for RoleDraft {
    fn schema() -> RefOr<Schema> {
        let key = || json!({ "$ref": "#/components/schemas/RoleKey" });
        let keys = || json!({ "type": "array", "items": key() });
        let patterns = |about: &str| json!({ "type": "array", "items": { "type": "string", "maxLength": 128 }, "description": about });
        let text = |most: usize| json!({ "type": "string", "maxLength": most });
        shape(json!({
            "type": "object",
            "description": "A role as the organisation wants it. Permissions are patterns such as `users:list` and `app.*`.",
            "additionalProperties": false,
            "required": ["label"],
            "properties": {
                "key": key(),
                "label": { "type": "string", "minLength": 1, "maxLength": LABEL_MAX },
                "description": text(TEXT_MAX),
                "best_for": text(TEXT_MAX),
                "extends": key(),
                "allow": patterns("What it allows."),
                "deny": patterns("What it takes away from that."),
                "ceiling": patterns("The most that may remain to its holders, whatever else they hold."),
                "grants": keys(),
                "manages": {
                    "type": "object",
                    "description": "Verb by verb, the roles on whose holders its holders may act; `*` is every verb.",
                    "additionalProperties": keys(),
                },
                "given_by": keys(),
                "below": key(),
                "can_leave": { "type": "boolean" },
            },
        }))
    }
}

impl ToSchema for RoleDraft {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((RoleKey::name().into_owned(), RoleKey::schema()));
    }
}

impl PartialSchema for Preview {
    fn schema() -> RefOr<Schema> {
        let count = || json!({ "type": "integer", "minimum": 0 });
        let powers = || {
            let about = "A permission, `give ROLE`, or `PERMISSION on ROLE` for a deed on holders of a role.";
            json!({ "type": "array", "items": { "type": "string" }, "description": about })
        };
        let change = json!({
            "type": "object",
            "required": ["path"],
            "properties": { "path": { "type": "string" }, "old": {}, "new": {} },
        });
        let effect = json!({
            "type": "object",
            "required": ["roles", "users", "service_accounts", "gains", "loses"],
            "properties": {
                "roles": { "type": "array", "items": { "$ref": "#/components/schemas/RoleKey" } },
                "users": count(),
                "service_accounts": count(),
                "gains": powers(),
                "loses": powers(),
            },
        });
        shape(json!({
            "type": "object",
            "description": "What a change of the roles would come to.",
            "required": ["changes", "effects", "seen"],
            "properties": {
                "changes": { "type": "array", "items": change },
                "effects": { "type": "array", "items": effect },
                "seen": { "type": "string" },
            },
        }))
    }
}

impl ToSchema for Preview {
    fn name() -> std::borrow::Cow<'static, str> {
        "RolePreview".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((RoleKey::name().into_owned(), RoleKey::schema()));
    }
}
