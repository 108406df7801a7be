//! The vectors of `conformance/vectors` against the protocol alone; the real server replays them over HTTP.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::document::{Document, Purpose, from_request};
use super::list::ListQuery;
use super::schema::{GROUP, ResourceType, USER};
use super::{Error, json as body, patch};

fn vectors() -> Vec<(PathBuf, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/vectors");
    let mut found = Vec::new();
    for kind in ["okta", "entra", "validator"] {
        for entry in std::fs::read_dir(root.join(kind)).expect("the folder of vectors") {
            let path = entry.expect("an entry").path();
            let text = std::fs::read(&path).expect("a file");
            let vector = serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            found.push((path, vector));
        }
    }
    found
}

fn only_keys(value: &Value, allowed: &[&str]) -> bool {
    value.as_object().is_some_and(|map| map.keys().all(|key| allowed.contains(&key.as_str())))
}

#[test]
fn every_vector_has_the_declared_form_and_an_id_of_its_own() {
    let vectors = vectors();

    let ids: BTreeSet<&str> = vectors.iter().filter_map(|(_, vector)| vector["id"].as_str()).collect();

    assert_eq!(ids.len(), vectors.len());
    assert!(vectors.len() >= 100);
    for (path, vector) in &vectors {
        let part = |path: Option<&std::ffi::OsStr>| path.and_then(|part| part.to_str()).expect("a name").to_owned();
        let named = format!("{}-{}", part(path.parent().and_then(Path::file_name)), part(path.file_stem()));
        assert_eq!(vector["id"], named);
        assert!(only_keys(vector, &["id", "title", "source", "cases", "steps"]), "{named}");
        assert!(vector["title"].is_string() && vector["source"].is_string(), "{named}");
        for step in vector["steps"].as_array().expect("steps") {
            assert!(only_keys(step, &["note", "request", "save", "expect"]), "{named}");
            assert!(only_keys(&step["request"], &["method", "path", "query", "headers", "body"]), "{named}");
            assert!(only_keys(&step["expect"], &["status", "headers", "body", "absent"]), "{named}");
            assert!(step["request"]["path"].as_str().is_some_and(|path| path.starts_with('/')), "{named}");
        }
    }
}

#[test]
fn every_placeholder_of_a_vector_was_saved_before() {
    for (path, vector) in vectors() {
        let mut known: BTreeSet<String> = ["base", "any", "number"].map(str::to_owned).into();
        for step in vector["steps"].as_array().expect("steps") {
            assert_known(&step["request"], &known, &path);
            known.extend(step["save"].as_object().into_iter().flatten().map(|(name, _)| name.clone()));
            assert_known(&step["expect"], &known, &path);
        }
    }
}

fn assert_known(value: &Value, known: &BTreeSet<String>, path: &Path) {
    let text = value.to_string();
    for part in text.split("{{").skip(1) {
        let (name, _) = part.split_once("}}").expect("a closed placeholder");
        assert!(known.contains(name), "{}: {name}", path.display());
    }
}

#[test]
fn every_request_of_a_vector_is_understood_or_refused_as_it_says() {
    for (path, vector) in vectors() {
        for step in vector["steps"].as_array().expect("steps") {
            let refused = understand(&step["request"]).err().map(|error| error.status);
            let wanted = (step["expect"]["status"] == 400).then_some(400);
            assert_eq!(refused, wanted, "{}: {step}", path.display());
        }
    }
}

fn understand(request: &Value) -> Result<(), Error> {
    let path = request["path"].as_str().unwrap_or_default();
    let resources: &'static ResourceType = if path.starts_with("/Users") { &USER } else { &GROUP };
    let sent = || body::parse(request["body"].to_string().as_bytes());
    match request["method"].as_str().unwrap_or_default() {
        "POST" => from_request(resources, &sent()?, Purpose::Create).map(drop),
        "PUT" => from_request(resources, &sent()?, Purpose::Replace).map(drop),
        "PATCH" => {
            let before = Document::from_stored(json!({"userName": "a", "displayName": "a"}));
            let patch = patch::parse(resources, &sent()?, path.rsplit('/').next().unwrap_or_default())?;
            patch::apply(&before, &patch.operations, str::to_lowercase).map(drop)
        }
        "GET" => {
            let pairs = request["query"].as_object().into_iter().flatten();
            let pairs: Vec<_> =
                pairs.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned())).collect();
            ListQuery::from_pairs(resources, &pairs).map(drop)
        }
        method => {
            assert_eq!(method, "DELETE");
            Ok(())
        }
    }
}
