//! The policies of the organisation in the API.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::document::{Documented, operation};
use super::json::{Body, Params, is_dry_run};
use super::shapes::shape;
use super::users::Which;
use crate::app::policies::{self, PolicyChange, Preview, Rules};
use crate::app::{App, users};
use crate::domain::grace::GRACE_DAYS_MAX;
use crate::domain::organisation::{ABSOLUTE_MINUTES, AUDIT_DAYS, FAILURES_MAX, IDLE_MINUTES};
use crate::domain::password::{Class, DEMANDED, HISTORY_MAX, PasswordPreset};
use crate::domain::policy::Actor;
use crate::web::error::Problem;

const PATH: &str = "/api/v1/policies";

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let word = json!({ "type": "string", "enum": ["1", "0", "true", "false"] });
    let show = operation("Shows the policies in force").of_an_organisation().answers::<Rules>(200);
    let change = operation("Changes policies, or says what a change would come to")
        .of_an_organisation()
        .query("dry_run", "`1` to change nothing and see whom the change would hit.", word)
        .takes::<PolicyChange>()
        .answers::<Outcome>(200);
    routes.get(PATH, show, self::show).put(PATH, change, self::change)
}

/// Which organisation, and whether the change is only tried out.
#[derive(Debug, Deserialize)]
pub(super) struct How {
    organisation: Option<String>,
    dry_run: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
) -> Result<Json<Rules>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    Ok(Json(policies::show(&app, &actor, org).await?))
}

/// Changes the policies, or with `?dry_run=1` says what the change would come to.
pub(super) async fn change(
    State(app): State<App>,
    actor: Actor,
    Params(how): Params<How>,
    Body(change): Body<PolicyChange>,
) -> Result<Response, Problem> {
    let org = users::organisation_of(&app, &actor, how.organisation.as_deref()).await?;
    if is_dry_run(how.dry_run.as_deref())? {
        return Ok(Json(policies::preview(&app, &actor, org, change).await?).into_response());
    }
    policies::change(&app, &actor, org, change).await?;
    Ok(Json(policies::in_force(&app, org).await?).into_response())
}

/// The policies in force after a change, or what the change would come to.
struct Outcome;

impl PartialSchema for Outcome {
    fn schema() -> RefOr<Schema> {
        let refs = ["Rules", "Preview"].map(|name| json!({ "$ref": format!("#/components/schemas/{name}") }));
        shape(json!({ "oneOf": refs }))
    }
}

impl ToSchema for Outcome {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Rules::name().into_owned(), Rules::schema()));
        schemas.push((Preview::name().into_owned(), Preview::schema()));
    }
}

impl PartialSchema for Rules {
    fn schema() -> RefOr<Schema> {
        shape(json!({
            "type": "object",
            "description": "The policies in force.",
            "required": ["mfa", "regrace_on_reactivation", "password", "sessions", "admin_sessions", "activation", "sso_mfa", "alerts", "audit"],
            "properties": {
                "mfa": mfa(),
                "regrace_on_reactivation": regrace(),
                "password": password(),
                "sessions": sessions("How long sessions live."),
                "admin_sessions": sessions(OF_ADMINISTRATORS),
                "activation": activation(),
                "sso_mfa": sso_mfa(),
                "alerts": alerts(),
                "audit": audit(),
            },
        }))
    }
}

impl ToSchema for Rules {}

impl PartialSchema for PolicyChange {
    fn schema() -> RefOr<Schema> {
        let or_model = |schema: Value| json!({ "oneOf": [schema, { "type": "null" }] });
        shape(json!({
            "type": "object",
            "description": "What is left out stays as it is; `null` follows the role model again.",
            "additionalProperties": false,
            "properties": {
                "mfa": or_model(mfa()),
                "regrace_on_reactivation": or_model(regrace()),
                "password": json!({ "oneOf": [preset("That preset and nothing else."), password(), { "type": "null" }] }),
                "sessions": or_model(sessions("How long sessions live.")),
                "admin_sessions": or_model(sessions(OF_ADMINISTRATORS)),
                "activation": or_model(activation()),
                "sso_mfa": or_model(sso_mfa()),
                "alerts": or_model(alerts()),
                "audit": or_model(audit()),
            },
        }))
    }
}

impl ToSchema for PolicyChange {}

impl PartialSchema for Preview {
    fn schema() -> RefOr<Schema> {
        let count = || json!({ "type": "integer", "minimum": 0 });
        let one = json!({
            "type": "object",
            "required": ["id", "display_name"],
            "properties": { "id": { "type": "string", "format": "uuid" }, "display_name": { "type": "string" } },
        });
        let some = || json!({ "type": "array", "items": one });
        let moment = || json!({ "oneOf": [{ "type": "string", "format": "date-time" }, { "type": "null" }] });
        shape(json!({
            "type": "object",
            "description": "What a change would come to.",
            "required": ["policy", "mfa", "sessions_ended"],
            "properties": {
                "policy": { "$ref": "#/components/schemas/Rules" },
                "mfa": {
                    "type": "object",
                    "required": ["required", "without", "without_first", "locked_out", "locked_out_first"],
                    "properties": {
                        "required": count(),
                        "without": count(),
                        "without_first": some(),
                        "locked_out": count(),
                        "locked_out_first": some(),
                        "first_deadline": moment(),
                        "last_deadline": moment(),
                    },
                },
                "sessions_ended": count(),
            },
        }))
    }
}

impl ToSchema for Preview {}

fn audit() -> Value {
    let (from, to) = AUDIT_DAYS;
    json!({
        "type": "object",
        "description": "How long the audit is kept. It goes in whole parts, each of which ends in a checkpoint that stays.",
        "additionalProperties": false,
        "required": ["keep_days"],
        "properties": {
            "keep_days": { "type": "integer", "minimum": from, "maximum": to },
            "hold": { "type": "boolean", "default": false, "description": "Nothing of it goes, however old it is." },
        },
    })
}

fn alerts() -> Value {
    let count = |of: &str| json!({ "type": "integer", "minimum": 0, "maximum": FAILURES_MAX, "description": of });
    json!({
        "type": "object",
        "description": "So many sign-ins that fail within an hour are told of by mail; nought tells of none.",
        "additionalProperties": false,
        "required": ["user", "address", "organisation"],
        "properties": {
            "user": count("Those of one user."),
            "address": count("Those from one address."),
            "organisation": count("Those of all users together."),
        },
    })
}

fn mfa() -> Value {
    let key = json!({ "type": "string", "pattern": "^[a-z][a-z0-9_-]{0,63}$" });
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "require": { "type": "string", "enum": ["none", "all", "roles"] },
            "roles": { "type": "array", "items": key },
            "grace_days": { "type": "integer", "minimum": 0, "maximum": GRACE_DAYS_MAX },
        },
    })
}

fn regrace() -> Value {
    let description = "Whether the time to put a second factor off begins anew with a user who is activated again. Without it \
                       the deadline of before counts.";
    json!({ "type": "boolean", "description": description })
}

fn preset(description: &str) -> Value {
    json!({ "type": "string", "enum": PasswordPreset::ALL.map(PasswordPreset::word), "description": description })
}

fn password() -> Value {
    let of_preset =
        "`modern`: 15 characters, or 8 where a second factor is required. `classic`: 8 characters of four kinds.";
    let kind = json!({ "type": "string", "enum": Class::ALL.map(Class::word) });
    let flag = |description: &str| json!({ "type": "boolean", "default": true, "description": description });
    json!({
        "type": "object",
        "description": "What new passwords must be like. In a change, what is left out has its default: `modern`, and no kinds.",
        "additionalProperties": false,
        "properties": {
            "preset": preset(of_preset),
            "min": {
                "type": "integer", "minimum": DEMANDED.0, "maximum": DEMANDED.1, "default": DEMANDED.0,
                "description": "Characters altogether, where the preset asks for fewer.",
            },
            "classes": {
                "type": "array", "items": kind,
                "description": "Kinds of characters that must be there, besides those of the preset.",
            },
            "deny_breached": flag("Common passwords are refused."),
            "deny_context_words": flag("Passwords made of names of the person, the organisation and the product are refused."),
            "history": {
                "type": "integer", "minimum": 0, "maximum": HISTORY_MAX, "default": 0,
                "description": "So many passwords before the present one may not come again.",
            },
        },
    })
}

const OF_ADMINISTRATORS: &str = "How long sessions of whoever holds a role that acts on others live; where those of everybody are shorter, they are.";

fn sessions(description: &str) -> Value {
    let minutes = |(least, most): (u32, u32)| json!({ "type": "integer", "minimum": least, "maximum": most });
    json!({
        "type": "object",
        "description": description,
        "additionalProperties": false,
        "required": ["idle_minutes", "absolute_minutes"],
        "properties": { "idle_minutes": minutes(IDLE_MINUTES), "absolute_minutes": minutes(ABSOLUTE_MINUTES) },
    })
}

fn activation() -> Value {
    let way = json!({ "type": "string", "enum": ["link", "temp-password-mail", "temp-password-admin"] });
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["allowed", "default"],
        "properties": { "allowed": { "type": "array", "items": way }, "default": way },
    })
}

fn sso_mfa() -> Value {
    json!({ "type": "string", "enum": ["trust_idp", "require_amr", "require_local"] })
}
