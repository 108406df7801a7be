//! What is kept of the claims of a token that let nobody in.
//!
//! **Invariant:** nothing that opens anything is kept: no token, code, secret or id of a session.
//! **Invariant:** what is kept is small, however much the provider sends.

use serde_json::{Map, Value};

/// So many claims, members or entries are kept of one level.
const ENTRIES_MAX: usize = 64;
const LIST_MAX: usize = 20;
const NAME_CHARACTERS_MAX: usize = 64;
const TEXT_CHARACTERS_MAX: usize = 256;
const DEPTH_MAX: usize = 3;
/// So many bytes are kept of all claims together.
pub const BYTES_MAX: usize = 8 * 1024;

/// Stands for what is not kept because of what it may be.
const LEFT_OUT: &str = "(left out)";
/// Stands for what is not kept because there is too much of it.
const TOO_LONG: &str = "(too long)";

/// Claims that are never kept: they tie a token to a question or name a session at the provider.
const TIES: [&str; 8] = ["nonce", "sid", "at_hash", "c_hash", "s_hash", "jti", "code", "cnf"];
/// Parts of names of claims that may hold something secret.
const SECRETS: [&str; 5] = ["token", "secret", "passw", "assertion", "credential"];

/// The claims as far as they are kept.
pub fn kept(claims: &Map<String, Value>) -> Map<String, Value> {
    let mut room = BYTES_MAX;
    let mut kept = Map::new();
    for (name, value) in claims.iter().take(ENTRIES_MAX) {
        let (name, value) = (cut(name, NAME_CHARACTERS_MAX), of(name, value, DEPTH_MAX));
        let size = name.len().saturating_add(value.to_string().len());
        let value = if size > room { Value::from(TOO_LONG) } else { value };
        room = room.saturating_sub(size);
        kept.insert(name, value);
    }
    kept
}

fn of(name: &str, value: &Value, depth: usize) -> Value {
    let folded = name.to_ascii_lowercase();
    if TIES.contains(&folded.as_str()) || SECRETS.iter().any(|secret| folded.contains(secret)) {
        return LEFT_OUT.into();
    }
    within(value, depth)
}

fn within(value: &Value, depth: usize) -> Value {
    match value {
        Value::String(text) if is_token(text) => LEFT_OUT.into(),
        Value::String(text) => cut(text, TEXT_CHARACTERS_MAX).into(),
        Value::Array(_) | Value::Object(_) if depth == 0 => TOO_LONG.into(),
        Value::Array(list) => {
            let more = (list.len() > LIST_MAX).then(|| Value::from(TOO_LONG));
            list.iter().take(LIST_MAX).map(|it| within(it, depth.saturating_sub(1))).chain(more).collect()
        }
        Value::Object(members) => {
            let some = members.iter().take(LIST_MAX);
            some.map(|(name, it)| (cut(name, NAME_CHARACTERS_MAX), of(name, it, depth.saturating_sub(1)))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// A JSON Web Token begins with an object in base64url.
fn is_token(text: &str) -> bool {
    text.contains("eyJ") && text.matches('.').count() >= 2
}

fn cut(text: &str, most: usize) -> String {
    let mut short: String = text.chars().take(most).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of_claims(claims: &Value) -> Value {
        Value::Object(kept(claims.as_object().unwrap()))
    }

    #[test]
    fn what_names_a_person_is_kept_as_it_came_and_what_opens_something_is_not() {
        let came = json!({
            "sub": "00u-ada", "email": "ada@acme.example", "email_verified": false, "groups": ["a", "b"], "n": null,
            "nonce": "n", "SID": "s", "access_token": "at", "x": { "client_secret": "s", "y": 1 },
            "hint": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.sig", "name": "<script>alert(1)</script>",
        });

        let kept = of_claims(&came);

        assert_eq!(
            kept,
            json!({
                "sub": "00u-ada", "email": "ada@acme.example", "email_verified": false, "groups": ["a", "b"], "n": null,
                "nonce": "(left out)", "SID": "(left out)", "access_token": "(left out)",
                "x": { "client_secret": "(left out)", "y": 1 },
                "hint": "(left out)", "name": "<script>alert(1)</script>",
            })
        );
    }

    #[test]
    fn however_much_comes_little_is_kept() {
        let long = "x".repeat(1 << 20);
        let many: Vec<Value> = (0..10_000).map(|_| json!("y".repeat(300))).collect();
        let deep = (0..50).fold(json!(1), |inner, _| json!([inner]));
        let mut came = serde_json::Map::new();
        for number in 0..1_000 {
            came.insert(format!("claim-{number}-{long}"), json!([long, many, deep]));
        }

        let kept = kept(&came);

        let size = Value::Object(kept.clone()).to_string().len();
        assert!(size <= 2 * BYTES_MAX && kept.len() <= ENTRIES_MAX, "{size} bytes of {} claims", kept.len());
    }

    #[test]
    fn the_last_entries_of_a_long_list_are_said_to_be_left_out() {
        let list: Vec<u32> = (0..30).collect();

        let kept = of_claims(&json!({ "groups": list, "deep": [[[[1]]]] }));

        assert_eq!(kept["groups"].as_array().unwrap().len(), LIST_MAX + 1);
        assert_eq!(kept["groups"][LIST_MAX], TOO_LONG);
        assert_eq!(kept["deep"], json!([[[TOO_LONG]]]));
    }
}
