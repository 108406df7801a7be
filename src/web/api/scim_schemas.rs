//! The extensions of users that the organisation defines for SCIM, in the API.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::document::{Documented, operation};
use super::json::{Body, Params};
use super::shapes::shape;
use super::users::Which;
use crate::app::scim_schemas::{self, Extension, SchemaChange};
use crate::app::{App, users};
use crate::domain::Error;
use crate::domain::policy::Actor;
use crate::scim::schema::custom::{ATTRIBUTES_MAX, EXTENSIONS_MAX, NAME_MAX, TEXT_MAX, URN_MAX, VALUE_MAX, VALUES_MAX};
use crate::web::error::Problem;

const PATH: &str = "/api/v1/organisation/schemas";

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let show = operation("Shows the schemas that the organisation adds to users over SCIM")
        .of_an_organisation()
        .answers::<ScimSchemas>(200);
    let replace = operation("Replaces the schemas that the organisation adds to users over SCIM")
        .of_an_organisation()
        .takes::<ScimSchemas>()
        .answers::<ScimSchemas>(200)
        .throttles();
    routes.get(PATH, show, self::show).put(PATH, replace, self::replace)
}

/// The schemas, in the words of `/scim/v2/Schemas`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScimSchemas {
    schemas: Vec<Extension>,
}

pub(super) async fn show(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
) -> Result<Json<ScimSchemas>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    Ok(Json(ScimSchemas { schemas: scim_schemas::show(&app, &actor, org).await? }))
}

pub(super) async fn replace(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
    Body(body): Body<ScimSchemas>,
) -> Result<Json<ScimSchemas>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let done = scim_schemas::change(&app, &actor, org, SchemaChange::All(body.schemas)).await;
    Ok(Json(ScimSchemas { schemas: done.map_err(Error::from)? }))
}

impl PartialSchema for ScimSchemas {
    fn schema() -> RefOr<Schema> {
        let description = json!({ "type": "string", "maxLength": TEXT_MAX.1, "default": "" });
        shape(json!({
            "type": "object",
            "description": "The schemas that the organisation adds to users over SCIM, in the words of RFC 7643 7.",
            "required": ["schemas"],
            "additionalProperties": false,
            "properties": { "schemas": { "type": "array", "maxItems": EXTENSIONS_MAX, "items": {
                "type": "object",
                "required": ["id", "name", "attributes"],
                "additionalProperties": false,
                "properties": {
                    "id": { "type": "string", "maxLength": URN_MAX, "description": "A URN of your own." },
                    "name": { "type": "string", "minLength": 1, "maxLength": TEXT_MAX.0 },
                    "description": description,
                    "attributes": {
                        "type": "array", "minItems": 1, "maxItems": ATTRIBUTES_MAX, "items": attribute(&description),
                    },
                },
            } } },
        }))
    }
}

impl ToSchema for ScimSchemas {}

fn attribute(description: &Value) -> Value {
    let word = |words: &[&str], usual: &str| json!({ "type": "string", "enum": words, "default": usual });
    let flag = |what: &str| json!({ "type": "boolean", "default": false, "description": what });
    json!({
        "type": "object",
        "required": ["name", "type"],
        "additionalProperties": false,
        "properties": {
            "name": { "type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_-]*$", "maxLength": NAME_MAX },
            "type": {
                "type": "string", "enum": ["string", "boolean", "integer", "decimal", "dateTime", "reference"],
                "description": "It stays as it is, and so do `multiValued` and `caseExact`, even if the attribute is gone for a while.",
            },
            "multiValued": flag("Whether it is a list."),
            "description": description,
            "required": flag("Whether whoever has anything of the schema must have it."),
            "caseExact": flag("Whether `A` and `a` differ."),
            "mutability": word(&["readWrite", "readOnly", "immutable"], "readWrite"),
            "returned": word(&["default", "always", "request", "never"], "default"),
            "uniqueness": word(&["none", "server"], "none"),
            "canonicalValues": {
                "type": "array", "maxItems": VALUES_MAX,
                "items": { "type": "string", "minLength": 1, "maxLength": VALUE_MAX },
                "description": "The only values that it has; any where there are none.",
            },
        },
    })
}
