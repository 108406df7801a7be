//! What identity providers send, replayed: every file below `conformance/vectors`, each on a fresh organisation.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use doorward::domain::connection::{Kind, Settings};
use reqwest::Method;
use serde_json::{Map, Value};

use crate::harness::{Provisioning, Reply, Server};

/// The request shapes of Okta, of Entra and of Microsoft's validator are answered as those clients need it, which shows the
/// cases that the vectors name.
#[tokio::test]
async fn every_vector_is_answered_as_its_client_needs_it() {
    let server = Server::start().await;
    server.keep_outbox();
    let mut failures = Vec::new();
    let mut ids = BTreeSet::new();

    for (index, path) in vectors().iter().enumerate() {
        let vector: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let id = vector["id"].as_str().unwrap();
        assert!(ids.insert(id.to_owned()), "{id} is there twice");
        let tenant = server.tenant(&format!("vector-{index}")).await;
        let kind = if id.starts_with("okta-") { Kind::Okta } else { Kind::Entra };
        let connection = tenant.connection_with(kind, Settings::default()).await;

        if let Err(failure) = replay(&connection, &vector).await {
            failures.push(format!("{id}: {failure}"));
        }
    }

    assert!(ids.len() > 70, "only {} vectors were found", ids.len());
    assert!(failures.is_empty(), "{} of {} vectors:\n{}", failures.len(), ids.len(), failures.join("\n\n"));
}

/// Every file that is a vector.
pub fn vectors() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/vectors");
    let folders = std::fs::read_dir(root).unwrap().map(|it| it.unwrap().path()).filter(|it| it.is_dir());
    let mut files: Vec<PathBuf> =
        folders.flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path())).collect();
    files.retain(|it| it.extension().is_some_and(|it| it == "json"));
    files.sort();
    files
}

async fn replay(connection: &Provisioning<'_>, vector: &Value) -> Result<(), String> {
    let base = connection.server.app.config.url("/scim/v2");
    let mut saved = BTreeMap::from([("base".to_owned(), base)]);
    for (index, step) in vector["steps"].as_array().unwrap().iter().enumerate() {
        let reply = send(connection, &filled(&step["request"], &saved)).await;
        let named =
            |problem: String| format!("step {}: {problem}; answered {} {}", index + 1, reply.status, reply.text);
        for (name, pointer) in step["save"].as_object().unwrap_or(&Map::new()) {
            let body: Value = serde_json::from_str(&reply.text).unwrap_or_default();
            let value = body.pointer(pointer.as_str().unwrap()).and_then(Value::as_str);
            let value = value.ok_or_else(|| named(format!("nothing to save at {pointer}")))?;
            saved.insert(name.clone(), value.to_owned());
        }
        check(&reply, &filled(&step["expect"], &saved)).map_err(named)?;
    }
    Ok(())
}

async fn send(connection: &Provisioning<'_>, asked: &Value) -> Reply {
    let method: Method = asked["method"].as_str().unwrap().parse().unwrap();
    let empty = Map::new();
    let headers = asked["headers"].as_object().unwrap_or(&empty);
    let names = |name: &str| headers.keys().any(|it| it.eq_ignore_ascii_case(name));
    let path = format!("/scim/v2{}", asked["path"].as_str().unwrap());
    let mut request = connection.server.request(method, &path);
    if !names("authorization") {
        request = request.bearer_auth(&connection.token);
    }
    if let Some(query) = asked["query"].as_object() {
        let text = |it: &Value| it.as_str().map_or_else(|| it.to_string(), str::to_owned);
        request = request.query(&query.iter().map(|(name, value)| (name, text(value))).collect::<Vec<_>>());
    }
    if let Some(body) = asked.get("body") {
        request = request.body(body.to_string());
        if !names("content-type") {
            request = request.header("content-type", "application/scim+json");
        }
    }
    for (name, value) in headers {
        if let Some(value) = value.as_str() {
            request = request.header(name, value);
        }
    }
    connection.server.send(request).await
}

/// The same with every `{{name}}` in a text replaced by what was saved.
fn filled(template: &Value, saved: &BTreeMap<String, String>) -> Value {
    match template {
        Value::String(text) => {
            let fill =
                |text: String, (name, value): (&String, &String)| text.replace(&format!("{{{{{name}}}}}"), value);
            Value::String(saved.iter().fold(text.clone(), fill))
        }
        Value::Array(items) => items.iter().map(|item| filled(item, saved)).collect(),
        Value::Object(map) => {
            map.iter().map(|(name, value)| (name.clone(), filled(value, saved))).collect::<Map<_, _>>().into()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => template.clone(),
    }
}

fn check(reply: &Reply, expect: &Value) -> Result<(), String> {
    let status = Value::from(reply.status);
    let wanted = &expect["status"];
    if !(wanted == &status || wanted.as_array().is_some_and(|any| any.contains(&status))) {
        return Err(format!("status {wanted} was expected"));
    }
    for (name, value) in expect["headers"].as_object().unwrap_or(&Map::new()) {
        let found = reply.header(name).ok_or_else(|| format!("the header {name} is missing"))?;
        let value = value.as_str().unwrap();
        if value != "{{any}}" && value != found {
            return Err(format!("the header {name} is {found} and not {value}"));
        }
    }
    let body: Value = serde_json::from_str(&reply.text).unwrap_or_default();
    if let Some(wanted) = expect.get("body") {
        matches(wanted, &body).map_err(|at| format!("the body differs at {at}"))?;
    }
    for pointer in expect["absent"].as_array().into_iter().flatten() {
        if body.pointer(pointer.as_str().unwrap()).is_some_and(|found| !found.is_null()) {
            return Err(format!("there should be nothing at {pointer}"));
        }
    }
    Ok(())
}

/// The first place at which what was found is not what was wanted.
fn matches(wanted: &Value, found: &Value) -> Result<(), String> {
    match (wanted, found) {
        (Value::String(any), _) if any == "{{any}}" && !found.is_null() => Ok(()),
        (Value::String(number), Value::Number(_)) if number == "{{number}}" => Ok(()),
        (Value::Object(wanted), Value::Object(found)) => {
            for (name, wanted) in wanted {
                let at = |deeper: String| format!("{name}.{deeper}");
                matches(wanted, found.get(name).unwrap_or(&Value::Null)).map_err(at)?;
            }
            Ok(())
        }
        (Value::Array(wanted), Value::Array(found)) if wanted.len() == found.len() => {
            let mut left: Vec<&Value> = found.iter().collect();
            for (index, wanted) in wanted.iter().enumerate() {
                let place = left.iter().position(|found| matches(wanted, found).is_ok());
                left.remove(place.ok_or_else(|| format!("[{index}]: nothing like {wanted}"))?);
            }
            Ok(())
        }
        _ if wanted == found => Ok(()),
        _ => Err(format!(": {wanted} was expected, {found} was found")),
    }
}
