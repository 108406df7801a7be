//! `doorward support-bundle`: what may be given away, and what never is.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::time::Duration;

use doorward::app::support_bundle;
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::id::OrgId;
use doorward::domain::policy::Actor;
use serde_json::{Value, json};

use crate::harness::{Server, database};

/// What is in a bundle of this instance, file by file.
pub async fn gathered(server: &Server) -> BTreeMap<String, String> {
    unpacked(&support_bundle::gather(&server.app, &Server::operator()).await.unwrap().content)
}

/// The files of an archive.
pub fn unpacked(archive: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut files = BTreeMap::new();
    for nth in 0..archive.len() {
        let (mut file, mut text) = (archive.by_index(nth).unwrap(), String::new());
        file.read_to_string(&mut text).unwrap();
        files.insert(file.name().unwrap().into_owned(), text);
    }
    files
}

fn json_of(files: &BTreeMap<String, String>, name: &str) -> Value {
    serde_json::from_str(&files[name]).unwrap()
}

#[tokio::test]
async fn it_tells_how_an_instance_fares_in_numbers_and_ids() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("zoe", "owner").await;
    let connection = tenant.connection_with(Kind::Entra, Settings::default()).await;
    connection.push("max@provided.example").await;
    connection.get("/Users/none").await.expect(404);
    server.app.store.put_in_outbox(tenant.org, "mail", &json!({ "to": "zoe" }), server.app.now()).await.unwrap();
    server.run_jobs().await;
    server.advance(Duration::from_mins(1));

    let files = gathered(&server).await;

    let manifest = json_of(&files, "manifest.json");
    let listed: Vec<&str> =
        manifest["files"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(listed.len(), files.len() - 1);
    assert!(listed.iter().all(|it| files.contains_key(*it)), "{listed:?}");
    let instance = json_of(&files, "instance.json");
    let kind = if database::on_postgres() { "postgresql" } else { "sqlite" };
    assert_eq!((&instance["database"], &instance["version"]), (&json!(kind), &json!(env!("CARGO_PKG_VERSION"))));
    assert!(instance["schema"].as_array().unwrap().iter().all(|it| it["is_applied"] == true), "{instance}");
    let version = instance["database_version"].as_str().unwrap();
    assert!(version.contains('.') && version.chars().all(|it| it.is_ascii_digit() || it == '.'), "{version}");
    assert_eq!(json_of(&files, "settings.json")["operator_token_file"], "set");
    let checked = json_of(&files, "check.json");
    assert!(
        checked.as_array().unwrap().contains(&json!({ "topic": "schema", "result": "ok", "times": 1 })),
        "{checked}"
    );
    assert!(
        checked.as_array().unwrap().contains(&json!({ "topic": "connection", "result": "ok", "times": 1 })),
        "{checked}"
    );
    assert_eq!(json_of(&files, "fsck.json")["broken"], json!([]));
    let tables = json_of(&files, "tables.json");
    assert!(tables.as_array().unwrap().contains(&json!({ "table": "users", "rows": 2 })), "{tables}");
    let outbox = json_of(&files, "outbox.json");
    assert_eq!((&outbox["waiting"][0]["kind"], &outbox["waiting"][0]["tries"]), (&json!("mail"), &json!(1)));
    assert_eq!(outbox["failures"], json!([{ "kind": "mail", "failure": "other", "times": 1 }]));
    let audit = json_of(&files, "audit.json");
    assert_eq!((&audit[0]["organisation"], &audit[1]["organisation"]), (&Value::Null, &json!(tenant.org)));
    assert!(audit[1]["audit"]["unsealed"].as_u64().unwrap() > 0, "{audit}");
    let of = &json_of(&files, "connections.json")[0];
    assert_eq!((&of["connection"], &of["kind"]), (&json!(connection.id), &json!("entra")));
    assert_eq!((&of["heard_seconds_ago"], &of["tokens"]), (&json!(60), &json!(1)));
    let answers = json!([{ "status": 201, "requests": 1 }, { "status": 404, "requests": 1 }]);
    assert_eq!(of["answers_of_a_day"], answers);
    server.keep_outbox();
}

/// OU-04: what people and operators have entered is nowhere in it: no name, no address, no short name, no path.
#[tokio::test]
async fn ou_04_no_name_and_no_address_is_in_a_support_bundle() {
    let settings = |it: doorward::app::config::Settings| doorward::app::config::Settings {
        operator_email: Some("canary-op@mail.example".to_owned()),
        trusted_proxies: Some("192.0.2.77".to_owned()),
        log: Some("info,canary=debug".to_owned()),
        ..it
    };
    let server = Server::start_with(settings).await;
    let tenant = server.tenant("canary-slug").await;
    tenant.user("canary-owner", "owner").await;
    let connection = tenant.connection().await;
    connection.push("canary-pushed@provided.example").await;
    let reason = "no mailbox canary-to@mail.example at https://canary.example/hook";
    let url = server.app.config.database_url.clone();
    server
        .app
        .store
        .put_in_outbox(tenant.org, "canary-kind", &json!("canary-payload"), server.app.now())
        .await
        .unwrap();
    database::execute(&url, &format!("UPDATE outbox SET last_error = '{reason}', tries = 3"));
    // What contradicts itself is told with its name to the operator, and not to others.
    database::execute(&url, "UPDATE users SET user_name_key = 'canary-key'  WHERE user_name = 'canary-owner'");

    let files = gathered(&server).await;

    let dir = server.dir.path().display().to_string();
    for (name, text) in &files {
        for secret in ["canary", "CANARY", "192.0.2", "provider under test", ".example", dir.as_str()] {
            assert!(!text.contains(secret), "{secret} is in {name}: {text}");
        }
    }
    let broken = &json_of(&files, "fsck.json")["broken"];
    assert_eq!(*broken, json!([{ "rule": "the key of a user is the fold of its name", "times": 1 }]));
    assert_eq!(json_of(&files, "outbox.json")["waiting"][0]["kind"], "other");
    server.keep_outbox();
}

#[tokio::test]
async fn what_cannot_be_found_out_leaves_a_gap_and_the_rest_is_told() {
    let server = Server::start().await;
    server.tenant("acme").await;
    let url = server.app.config.database_url.clone();
    database::execute(&url, "ALTER TABLE outbox RENAME TO taken_away");

    let files = gathered(&server).await;
    database::execute(&url, "ALTER TABLE taken_away RENAME TO outbox");

    for name in ["check.json", "tables.json", "outbox.json"] {
        assert_eq!(json_of(&files, name), json!({ "missing_because": "database" }), "{name}");
    }
    assert_eq!(json_of(&files, "fsck.json")["broken"], json!([]));
    assert_eq!(files.len(), 9);
}

#[tokio::test]
async fn only_the_operator_gathers_it() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let (_, owner) = tenant.actor("zoe", "owner").await;

    let by_owner = support_bundle::gather(&server.app, &owner).await;
    let by_job = support_bundle::gather(&server.app, &Actor::Job("a job")).await;

    assert!(by_owner.is_err() && by_job.is_err());
    assert_ne!(tenant.org, OrgId::OPERATOR);
}
