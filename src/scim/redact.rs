//! What of a request may be kept: everything but passwords.

use serde_json::{Map, Value};

/// What stands in the place of a password.
pub const WITHHELD: &str = "(withheld)";

/// The same body without passwords: of attributes, of the operations of a PATCH, and of those of a bulk request.
pub fn redacted(body: &Value) -> Value {
    match body {
        Value::Object(members) => Value::Object(members_redacted(members)),
        Value::Array(elements) => Value::Array(elements.iter().map(redacted).collect()),
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => body.clone(),
    }
}

/// What of a kept body can be done again: the same without the places where passwords stood.
pub fn repeatable(kept: &Value) -> Value {
    match kept {
        Value::Object(members) => {
            let left = members.iter().filter(|(_, value)| *value != WITHHELD);
            Value::Object(left.map(|(name, value)| (name.clone(), repeatable(value))).collect())
        }
        Value::Array(elements) => {
            Value::Array(elements.iter().filter(|it| !sets_password(it)).map(repeatable).collect())
        }
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => kept.clone(),
    }
}

/// True for an operation of a PATCH that was about a password alone.
fn sets_password(element: &Value) -> bool {
    let mut members = element.as_object().into_iter().flatten();
    members.any(|(name, value)| value == WITHHELD && name.eq_ignore_ascii_case("value"))
}

/// True for a query that may compare a password.
pub fn names_password(query: &str) -> bool {
    query.to_ascii_lowercase().contains("password")
}

fn members_redacted(members: &Map<String, Value>) -> Map<String, Value> {
    let is_of_password = members
        .iter()
        .any(|(name, value)| name.eq_ignore_ascii_case("path") && value.as_str().is_some_and(is_password));
    let withheld = |name: &str| is_password(name) || is_of_password && name.eq_ignore_ascii_case("value");
    let keep = |(name, value): (&String, &Value)| {
        let value = if withheld(name) { Value::from(WITHHELD) } else { redacted(value) };
        (name.clone(), value)
    };
    members.iter().map(keep).collect()
}

/// True for the attribute by its name, by its path with the schema before it, or by a path that selects of it.
fn is_password(path: &str) -> bool {
    let name = path.rsplit(':').next().unwrap_or(path);
    name.trim().get(..8).is_some_and(|it| it.eq_ignore_ascii_case("password"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sc_17_no_spelling_of_a_password_is_kept() {
        let urn = "urn:ietf:params:scim:schemas:core:2.0:User:password";
        for body in [
            json!({ "userName": "ada", "password": "S3CRET" }),
            json!({ "userName": "ada", "PassWord": "S3CRET" }),
            json!({ "userName": "ada", (urn): "S3CRET" }),
            json!({ "Operations": [{ "op": "replace", "path": "password", "value": "S3CRET" }] }),
            json!({ "Operations": [{ "op": "replace", "PATH": " Password", "Value": "S3CRET" }] }),
            json!({ "Operations": [{ "op": "replace", "path": urn, "value": "S3CRET" }] }),
            json!({ "Operations": [{ "op": "replace", "path": "password[x eq 1]", "value": ["S3CRET"] }] }),
            json!({ "Operations": [{ "op": "replace", "value": { "password": { "value": "S3CRET" } } }] }),
            json!({ "Operations": [{ "method": "POST", "path": "/Users", "data": { "password": "S3CRET" } }] }),
        ] {
            let kept = redacted(&body).to_string();
            assert!(!kept.contains("S3CRET") && kept.contains(WITHHELD), "{kept}");
        }
    }

    #[test]
    fn what_is_done_again_sets_no_password() {
        for (body, again) in [
            (json!({ "userName": "ada", "PassWord": "S3CRET" }), json!({ "userName": "ada" })),
            (
                json!({ "Operations": [
                    { "op": "replace", "PATH": " Password", "Value": "S3CRET" },
                    { "op": "replace", "path": "title", "value": "Dr" },
                    { "op": "replace", "value": { "password": "S3CRET", "active": true } },
                ] }),
                json!({ "Operations": [
                    { "op": "replace", "path": "title", "value": "Dr" },
                    { "op": "replace", "value": { "active": true } },
                ] }),
            ),
        ] {
            assert_eq!(repeatable(&redacted(&body)), again, "{body}");
        }
    }

    #[test]
    fn everything_else_is_kept_as_it_came() {
        let body = json!({ "userName": "pass", "emails": [{ "value": "a@b", "primary": true }], "n": 1, "x": null });
        assert_eq!(redacted(&body), body);
        assert!(names_password("filter=passWord+eq+1") && !names_password("filter=userName+eq+1"));
    }
}
