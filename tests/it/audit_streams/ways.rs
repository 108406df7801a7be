//! The other ways out: syslog under TLS, and what stays with the operator.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use doorward::app::config::Settings;
use reqwest::Method;
use serde_json::{Value, json};

use super::receivers::{AUTHORITY, Collector};
use super::{newest, operator, ship, shown, some_deeds};
use crate::harness::{Server, Tenant};
use crate::resources::{call, person, personal};

async fn trusting(authority: Option<&str>) -> Server {
    let extra_ca_file = authority.map(PathBuf::from);
    Server::start_with(|it| Settings { outbound_allow: Some("127.0.0.1".to_owned()), extra_ca_file, ..it }).await
}

async fn stream(server: &Server, new: Value) -> String {
    let made = operator(server, Method::POST, "/audit/streams", new).await.expect(201).json();
    assert_eq!(made["secret"], Value::Null);
    made["stream"]["id"].as_str().unwrap().to_owned()
}

/// RFC 5424 and RFC 5425: each record is a message of its length, under TLS, and the numbers show that none is missing.
#[tokio::test]
async fn syslog_gets_each_record_as_a_message_of_its_length() {
    let (server, collector) = (trusting(Some(AUTHORITY)).await, Collector::start().await);
    let acme = server.tenant("acme").await;
    let to = format!("127.0.0.1:{}", collector.port);
    let id = stream(&server, json!({ "name": "collector", "kind": "syslog", "address": to })).await;
    some_deeds(&acme, &["zo\u{e9}"]).await;

    ship(&server).await;

    let now = shown(&server, &id).await;
    assert_eq!((&now["state"], &now["last_error"], &now["behind"]), (&json!("active"), &Value::Null, &json!(0)));
    let messages = collector.messages();
    let tip = newest(&server, acme.org).await;
    assert_eq!(messages.len(), 2, "{messages:?}");
    for (message, seq) in messages.iter().zip(tip - 1..=tip) {
        assert!(message.starts_with("<110>1 2027-01-15T08:00:00.000Z 127.0.0.1 doorward - "), "{message}");
        assert!(message.contains(&format!("[meta sequenceId=\"{seq}\"] {{")), "{message}");
    }
    let (_, record) = messages[1].split_once("] {").unwrap();
    let record: Value = serde_json::from_str(&format!("{{{record}")).unwrap();
    assert_eq!((&record["seq"], &record["target"]["label"]), (&json!(tip), &json!("zo\u{e9}")));
}

/// A collector whose certificate nobody vouches for, or for another name, gets nothing.
#[tokio::test]
async fn syslog_goes_to_nobody_without_a_certificate_that_somebody_vouches_for() {
    let collector = Collector::start().await;
    let localhost = format!("localhost:{}", collector.port);
    let (strange, trusted) = (trusting(None).await, trusting(Some(AUTHORITY)).await);

    for (server, to, expected) in [
        (&strange, format!("127.0.0.1:{}", collector.port), "no TLS connection"),
        (&trusted, "127.0.0.1:1".to_owned(), "nobody was reached"),
    ] {
        server.tenant("acme").await;
        let id = stream(server, json!({ "name": "collector", "kind": "syslog", "address": to })).await;
        ship(server).await;
        let error = shown(server, &id).await["last_error"].as_str().unwrap().to_owned();
        assert!(error.contains(expected), "{error}");
    }
    assert!(collector.messages().is_empty());
    let id =
        stream(&trusted, json!({ "name": "by name", "kind": "syslog", "address": localhost, "format": "ocsf" })).await;
    let tried = operator(&trusted, Method::POST, &format!("/audit/streams/{id}/test"), Value::Null).await.expect(200);
    assert_eq!(tried.json()["taken"], json!(true), "{}", tried.text);
    assert!(collector.messages()[0].contains("\"class_name\":\"Base Event\""));
}

async fn with_directory(dir: &Path) -> Server {
    let audit_dir = Some(dir.to_owned());
    Server::start_with(|it| Settings { audit_dir, ..it }).await
}

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(|it| serde_json::from_str(it).unwrap_or(Value::Null)).collect()
}

fn file(dir: &Path, tenant: &Tenant<'_>, id: &str) -> PathBuf {
    dir.join(format!("{}-{id}.ndjson", tenant.org))
}

/// A line a record, in a file that nobody else reads; what somebody has moved away begins anew, and half a line is left behind.
#[tokio::test]
async fn a_file_gets_a_line_for_each_record_and_may_be_moved_away() {
    let home = tempfile::TempDir::new().unwrap();
    let dir = home.path().join("audit");
    let server = with_directory(&dir).await;
    let acme = server.tenant("acme").await;
    let id = stream(&server, json!({ "name": "disk", "kind": "file" })).await;
    let path = file(&dir, &acme, &id);

    some_deeds(&acme, &["ann"]).await;
    ship(&server).await;
    let first = lines(&path);
    let modes = [&path, &dir].map(|it| fs::metadata(it).unwrap().permissions().mode() & 0o777);
    let mut half = fs::read(&path).unwrap();
    half.extend(b"{\"half\":");
    fs::write(&path, half).unwrap();
    some_deeds(&acme, &["bob"]).await;
    ship(&server).await;
    let second = lines(&path);
    fs::rename(&path, home.path().join("rotated")).unwrap();
    some_deeds(&acme, &["cleo"]).await;
    ship(&server).await;
    let third = lines(&path);

    let tip = newest(&server, acme.org).await;
    assert_eq!(modes, [0o600, 0o700]);
    assert_eq!(first.iter().map(|it| it["seq"].as_i64()).collect::<Vec<_>>(), [Some(tip - 3), Some(tip - 2)]);
    assert_eq!(
        second.iter().map(|it| it["seq"].as_i64()).collect::<Vec<_>>(),
        [Some(tip - 3), Some(tip - 2), None, Some(tip - 1)]
    );
    assert_eq!(third.iter().map(|it| it["seq"].as_i64()).collect::<Vec<_>>(), [Some(tip)]);
}

/// No link leads the log elsewhere, no organisation writes files, and a file of the operator is the operator's.
#[tokio::test]
async fn a_file_is_the_operators_and_follows_no_link() {
    let home = tempfile::TempDir::new().unwrap();
    let server = with_directory(home.path()).await;
    let acme = server.tenant("acme").await;
    let id = stream(&server, json!({ "name": "disk", "kind": "file" })).await;
    let (path, elsewhere) = (file(home.path(), &acme, &id), home.path().join("elsewhere"));
    symlink(&elsewhere, &path).unwrap();

    ship(&server).await;

    let now = shown(&server, &id).await;
    assert_eq!((&now["state"], elsewhere.exists()), (&json!("failing"), false), "{now}");
    assert!(now["last_error"].as_str().unwrap().contains("cannot be opened"), "{now}");
    let adam = personal(&server, person(&acme, "adam", "owner").await).await;
    let deeds = ["pause", "resume", "test"].map(|it| (Method::POST, format!("/audit/streams/{id}/{it}")));
    for (method, path) in deeds.into_iter().chain([(Method::DELETE, format!("/audit/streams/{id}"))]) {
        assert_eq!(call(&server, &adam, method, &path, Value::Null).await.status, 403, "{path}");
    }
    let with_address = json!({ "name": "disk", "kind": "file", "address": "/etc/passwd" });
    assert_eq!(operator(&server, Method::POST, "/audit/streams", with_address).await.status, 400);
    let owner = person(&acme, "olga", "owner").await;
    let owner = doorward::app::users::show(&server.app, &Server::operator(), owner).await.unwrap().actor(None);
    let new = doorward::app::audit_streams::NewStream {
        name: "disk".to_owned(),
        kind: doorward::app::audit_streams::Kind::File,
        address: String::new(),
        signing: doorward::app::audit_streams::Signing::default(),
        style: doorward::app::audit_streams::Style::Json,
        events: doorward::app::audit_streams::Events::default(),
    };
    let refused = doorward::app::audit_streams::create(&server.app, &owner, acme.org, new).await;
    assert!(matches!(refused, Err(doorward::domain::Error::Denied(_))));
}

/// The standard output is the operator's where the settings allow it: no organisation has its log there, or any deed on such a stream.
#[tokio::test]
async fn the_standard_output_is_the_operators_where_the_settings_allow_it() {
    let closed = Server::start().await;
    let open = Server::start_with(|it| Settings { audit_stdout: Some(true), ..it }).await;
    closed.tenant("acme").await;
    let acme = open.tenant("acme").await;
    let owner = personal(&open, person(&acme, "olga", "owner").await).await;
    let new = || json!({ "name": "container", "kind": "stdout" });

    let refused = operator(&closed, Method::POST, "/audit/streams", new()).await.expect(400);
    let id = stream(&open, new()).await;

    assert!(refused.text.contains("DOORWARD_AUDIT_STDOUT=true"), "{}", refused.text);
    let seen = call(&open, &owner, Method::GET, &format!("/audit/streams/{id}"), Value::Null).await.expect(200).json();
    assert_eq!((&seen["kind"], &seen["address"]), (&json!("stdout"), &Value::Null));
    for deed in ["pause", "resume", "test"] {
        let path = format!("/audit/streams/{id}/{deed}");
        assert_eq!(call(&open, &owner, Method::POST, &path, Value::Null).await.status, 403, "{deed}");
    }
    let rotate = format!("/audit/streams/{id}/rotate-secret");
    assert_eq!(operator(&open, Method::POST, &rotate, Value::Null).await.status, 404);
}
