//! What Okta and Entra send that the standard does not say, one function per deviation, named after what it repairs.
//!
//! **Invariant:** behind this module only canonical names, types and operations exist; no other module of the protocol
//! knows a client.

use serde_json::{Map, Value};

use super::json;
use super::patch::Op;
use super::schema::{DOORWARD_URN, ENTERPRISE_URN, strip_prefix};

#[cfg(test)]
mod tests;

/// The URN that Microsoft's sample request carries instead of the enterprise extension's.
const MISSPELT_ENTERPRISE_URN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0User";

/// The URN that is meant by Microsoft's misspelt one; any other URN stands for itself.
pub fn extension_urn(urn: &str) -> &str {
    if urn.eq_ignore_ascii_case(MISSPELT_ENTERPRISE_URN) { ENTERPRISE_URN } else { urn }
}

/// The spellings in which a schema's URN may start a path.
pub fn urn_spellings(urn: &'static str) -> impl Iterator<Item = &'static str> {
    std::iter::once(urn).chain((urn == ENTERPRISE_URN).then_some(MISSPELT_ENTERPRISE_URN))
}

/// Entra's older inbound collection names the manager `User.manager`.
pub fn without_resource_prefix(name: &str) -> &str {
    strip_prefix(name, "User.").unwrap_or(name)
}

/// Entra sends booleans as `"True"` and `"False"`, some clients in lower case (C01, C04, C05).
pub fn boolean_from_text(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Okta's own sample sends employee numbers, cost centres, postal codes and external ids as numbers (C06), and a
/// mapped boolean may land in a text attribute.
pub fn text_from_scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Entra wraps the one manager in a list: `[{"$ref":"…","value":"…"}]`.
pub fn single_from_list(value: &Value) -> &Value {
    match value {
        Value::Array(elements) => elements.first().unwrap_or(&Value::Null),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => value,
    }
}

/// A complex value sent as its bare `value`: Entra's manager, and members or roles as plain strings.
pub fn complex_from_scalar(value: &Value) -> Option<Map<String, Value>> {
    let text = text_from_scalar(value)?;
    Some(Map::from_iter([("value".to_owned(), Value::String(text))]))
}

/// Entra sends an app role as JSON text inside the value:
/// `{"value":"{\"id\":\"…\",\"value\":\"25\",\"displayName\":\"Role1234\"}"}`. The inner object takes its place.
pub fn unwrap_json_text(element: &Map<String, Value>) -> Option<Map<String, Value>> {
    let text = element.get("value")?.as_str()?;
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let Ok(Value::Object(inner)) = json::parse(text.as_bytes()) else { return None };
    inner.contains_key("value").then(|| {
        let mut whole = element.clone();
        whole.extend(inner);
        whole
    })
}

/// Entra's app roles carry `displayName` where the schema says `display`.
pub fn display_from_display_name(element: &mut Map<String, Value>) {
    if let Some(name) = element.remove("displayName") {
        element.entry("display").or_insert(name);
    }
}

/// True when a user name is Entra's tombstone: on soft delete it puts 32 hexadecimal digits before the user name and
/// syncs that together with `active: false` (C68). The login name is then kept, so that a restore finds it.
pub fn is_tombstone(user_name: &str, current: &str) -> bool {
    let Some((digits, rest)) = user_name.split_at_checked(32) else { return false };
    !rest.is_empty() && rest.eq_ignore_ascii_case(current) && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

/// True for attributes whose elements may come as JSON text.
pub fn carries_json_text(extension: Option<&str>, attribute: &str) -> bool {
    extension != Some(DOORWARD_URN) && matches!(attribute, "roles" | "entitlements")
}

/// The value of a key in any case: Entra sends `operations` and `Operations`, `op` and `Op` (C21).
pub fn entry_in_any_case<'m>(map: &'m Map<String, Value>, name: &str) -> Option<&'m Value> {
    map.get(name).or_else(|| map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// Entra capitalises the operations: `Add`, `Replace`, `Remove` (C21).
pub fn op_in_any_case(op: &str) -> Option<Op> {
    match op {
        _ if op.eq_ignore_ascii_case("add") => Some(Op::Add),
        _ if op.eq_ignore_ascii_case("replace") => Some(Op::Replace),
        _ if op.eq_ignore_ascii_case("remove") => Some(Op::Remove),
        _ => None,
    }
}

/// The value of a query parameter, its name in any case.
pub fn parameter_in_any_case<'p>(pairs: &'p [(String, String)], name: &str) -> Option<&'p str> {
    pairs.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}
