//! What an answer must say.

use serde_json::Value;

/// Whatever it is, the status says enough.
pub fn any(_: &Value) -> Result<(), String> {
    Ok(())
}

/// A list with a whole number of results.
pub fn is_list(body: &Value) -> Result<(), String> {
    let is_count = body.get("totalResults").is_some_and(Value::is_u64);
    if is_count { Ok(()) } else { Err("the answer is no list: `totalResults` must be a whole number".to_owned()) }
}

/// A resource with an id.
pub fn has_id(body: &Value) -> Result<(), String> {
    let has = body.get("id").and_then(Value::as_str).is_some_and(|id| !id.is_empty());
    if has { Ok(()) } else { Err("the resource has no id".to_owned()) }
}

/// This attribute with this value.
pub fn has(body: &Value, name: &str, expected: &Value) -> Result<(), String> {
    match body.get(name) {
        Some(value) if value == expected => Ok(()),
        Some(value) => Err(format!("`{name}` is {value}, expected {expected}")),
        None => Err(format!("`{name}` is missing, expected {expected}")),
    }
}

/// A group with so many members.
pub fn has_members(group: &Value, expected: usize) -> Result<(), String> {
    let count = group.get("members").and_then(Value::as_array).map_or(0, Vec::len);
    if count == expected { Ok(()) } else { Err(format!("the group has {count} members, expected {expected}")) }
}

/// A list of so many.
pub fn finds(list: &Value, expected: u64) -> Result<(), String> {
    match list.get("totalResults").and_then(Value::as_u64) {
        Some(count) if count == expected => Ok(()),
        Some(count) => Err(format!("{count} were found, expected {expected}")),
        None => is_list(list),
    }
}

/// A resource that has no such attribute, or an empty one.
pub fn lacks(body: &Value, name: &str) -> Result<(), String> {
    match body.get(name) {
        Some(value) if *value != Value::Null && value != "" => Err(format!("`{name}` is {value}, expected nothing")),
        Some(_) | None => Ok(()),
    }
}

/// The id of the first of a list.
pub fn first_id(list: &Value) -> Option<String> {
    Some(list.pointer("/Resources/0/id")?.as_str()?.to_owned())
}

/// The id of a resource.
pub fn id(resource: &Value) -> Option<String> {
    Some(resource.get("id")?.as_str()?.to_owned())
}
