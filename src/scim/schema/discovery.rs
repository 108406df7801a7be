//! The tables as the discovery endpoints answer them (RFC 7643 5 to 7, RFC 7644 4).

use serde_json::{Value, json};

use super::super::{bulk, list};
use super::{Attribute, Kind, ResourceType, Schema};

/// The types of resources that are published to a client.
type Types<'a> = &'a [&'static ResourceType];

/// The schema of `/ServiceProviderConfig`.
pub const SERVICE_PROVIDER_CONFIG_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
/// The schema of `/ResourceTypes`.
pub const RESOURCE_TYPE_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
/// The schema of `/Schemas`.
pub const SCHEMA_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/// The body of `/Schemas`. `base` is the public URL of the SCIM root without a trailing slash.
pub fn schemas(base: &str, types: Types<'_>) -> Value {
    list::whole(schemas_of(types).map(|schema| one_schema(schema, base)).collect())
}

/// The body of `/Schemas/{urn}`, or `None` when there is no such schema.
pub fn schema(base: &str, types: Types<'_>, urn: &str) -> Option<Value> {
    schemas_of(types).find(|schema| schema.urn.eq_ignore_ascii_case(urn)).map(|schema| one_schema(schema, base))
}

/// The body of `/ResourceTypes`.
pub fn resource_types(base: &str, types: Types<'_>) -> Value {
    list::whole(types.iter().map(|kind| one_resource_type(kind, base)).collect())
}

/// The body of `/ResourceTypes/{name}`, or `None` when there is no such resource type.
pub fn resource_type(base: &str, types: Types<'_>, name: &str) -> Option<Value> {
    types.iter().find(|kind| kind.name == name).map(|kind| one_resource_type(kind, base))
}

/// The body of `/ServiceProviderConfig`. `events` are those that somebody is told of (RFC 9967 4); where nobody is told of any,
/// nothing is said of them: clients that do not know of them read the rest of it strictly.
pub fn service_provider_config(base: &str, events: &[&'static str]) -> Value {
    let mut config = json!({
        "schemas": [SERVICE_PROVIDER_CONFIG_URN],
        "patch": { "supported": true },
        "bulk": { "supported": true, "maxOperations": bulk::OPERATIONS_MAX, "maxPayloadSize": bulk::BYTES_MAX },
        "filter": { "supported": true, "maxResults": list::COUNT_MAX },
        "changePassword": { "supported": true },
        "sort": { "supported": true },
        "etag": { "supported": true },
        // RFC 9865 4. A cursor is a place and no state, so it has no timeout.
        "pagination": {
            "cursor": true,
            "index": true,
            "defaultPaginationMethod": "index",
            "defaultPageSize": list::COUNT_DEFAULT,
            "maxPageSize": list::COUNT_MAX,
        },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "The token of the connection, in the Authorization header",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true,
        }, {
            "type": "oauth2",
            "name": "OAuth 2.0 client credentials",
            "description": "A token of scope scim that a client of the connection gets at the token endpoint of this server",
            "specUri": "https://www.rfc-editor.org/info/rfc6749",
        }],
        "meta": { "resourceType": "ServiceProviderConfig", "location": format!("{base}/ServiceProviderConfig") },
    });
    if let (false, Some(members)) = (events.is_empty(), config.as_object_mut()) {
        // A request is put off where its client asks for that, and only there.
        members.insert("securityEvents".to_owned(), json!({ "asyncRequest": "request", "eventUris": events }));
    }
    config
}

fn schemas_of<'a>(types: Types<'a>) -> impl Iterator<Item = &'static Schema> + use<'a> {
    types.iter().flat_map(|kind| std::iter::once(kind.core).chain(kind.extensions.iter().copied()))
}

fn one_schema(schema: &Schema, base: &str) -> Value {
    json!({
        "schemas": [SCHEMA_URN],
        "id": schema.urn,
        "name": schema.name,
        "description": schema.description,
        "attributes": schema.attributes.iter().map(one_attribute).collect::<Vec<_>>(),
        "meta": { "resourceType": "Schema", "location": format!("{base}/Schemas/{}", schema.urn) },
    })
}

fn one_attribute(attribute: &Attribute) -> Value {
    let mut body = json!({
        "name": attribute.name,
        "type": attribute.kind.as_str(),
        "multiValued": attribute.multi_valued,
        "description": attribute.description,
        "required": attribute.required,
        "caseExact": attribute.case_exact,
        "mutability": attribute.mutability.as_str(),
        "returned": attribute.returned.as_str(),
        "uniqueness": attribute.uniqueness.as_str(),
    });
    let Some(map) = body.as_object_mut() else { return body };
    if !attribute.canonical_values.is_empty() {
        map.insert("canonicalValues".into(), json!(attribute.canonical_values));
    }
    if !attribute.reference_types.is_empty() {
        map.insert("referenceTypes".into(), json!(attribute.reference_types));
    }
    if attribute.kind == Kind::Complex {
        let subs = attribute.sub_attributes.iter().map(one_attribute).collect();
        map.insert("subAttributes".into(), Value::Array(subs));
    }
    body
}

fn one_resource_type(kind: &ResourceType, base: &str) -> Value {
    let extensions: Vec<Value> =
        kind.extensions.iter().map(|schema| json!({ "schema": schema.urn, "required": false })).collect();
    json!({
        "schemas": [RESOURCE_TYPE_URN],
        "id": kind.name,
        "name": kind.name,
        "description": kind.description,
        "endpoint": kind.endpoint,
        "schema": kind.core.urn,
        "schemaExtensions": extensions,
        "meta": { "resourceType": "ResourceType", "location": format!("{base}/ResourceTypes/{}", kind.name) },
    })
}
