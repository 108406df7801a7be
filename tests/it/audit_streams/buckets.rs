//! The audit log in a bucket: batches by the clock, names that stay, signatures, and what a store may say.

use std::time::Duration;

use doorward::app::jobs;
use reqwest::Method;
use serde_json::{Value, json};

use super::store::{Object, Store};
use super::{A_MINUTE, deeds, newest, operator, refusal, server, ship, shown, some_deeds};
use crate::console_shell::{signed_in, words};
use crate::harness::Server;
use crate::resources::{call, person, personal, program};

const SECRET: &str = "canary/s3cret+of/the+bucket";

fn bucket(url: &str) -> Value {
    json!({
        "name": "Archive", "kind": "s3", "address": url, "region": "eu-central-1", "access_key_id": "AKIACANARY",
        "secret_access_key": SECRET,
    })
}

/// A stream of `acme` into this bucket.
async fn into(server: &Server, url: &str) -> String {
    let made = operator(server, Method::POST, "/audit/streams", bucket(url)).await.expect(201).json();
    assert_eq!(made["secret"], Value::Null);
    made["stream"]["id"].as_str().unwrap().to_owned()
}

fn seqs(object: &Object) -> Vec<i64> {
    object.lines().iter().map(|it| it["seq"].as_i64().unwrap()).collect()
}

/// Records wait a minute for others and go into one object, whose name tells the day, the numbers and the stream, and whose signature
/// anybody verifies who has the secret.
#[tokio::test]
async fn what_is_recorded_within_a_minute_is_one_object_that_is_signed() {
    let (server, store) = (server().await, Store::start("AKIACANARY", SECRET).await);
    let acme = server.tenant("acme").await;
    let id = into(&server, &store.url).await;
    some_deeds(&acme, &["ann"]).await;
    ship(&server).await;
    let early = (store.take().len(), shown(&server, &id).await);
    server.advance(Duration::from_secs(59));
    some_deeds(&acme, &["bob"]).await;
    ship(&server).await;
    assert!(store.take().is_empty(), "it waits for the minute of the first");

    server.advance(Duration::from_secs(1));
    ship(&server).await;

    let objects = store.take();
    let tip = newest(&server, acme.org).await;
    assert_eq!((early.0, &early.1["state"], &early.1["behind"]), (0, &json!("active"), &json!(2)));
    assert_eq!(objects.len(), 1);
    let name = format!("/logs/doorward/acme/2027/01/15/{:012}-{tip:012}-{id}.ndjson", tip - 2);
    assert_eq!(objects[0].path, name);
    assert_eq!(seqs(&objects[0]), [tip - 2, tip - 1, tip]);
    assert_eq!(objects[0].lines()[1]["action"], json!("user.created"));
    assert!(objects[0].is_signed_for("eu-central-1") && !objects[0].is_signed_for("us-east-1"));
    assert_eq!(objects[0].header("content-type"), "application/x-ndjson");
    let now = shown(&server, &id).await;
    assert_eq!((&now["state"], &now["behind"], &now["next_seq"]), (&json!("active"), &json!(0), &json!(tip + 1)));
    ship(&server).await;
    assert!(store.take().is_empty(), "nothing is put twice");
}

/// What is as much as an object holds waits for nothing; the rest waits for its own minute.
#[tokio::test]
async fn a_thousand_records_are_one_object_at_once() {
    let (server, store) = (server().await, Store::start("AKIACANARY", SECRET).await);
    let acme = server.tenant("acme").await;
    into(&server, &store.url).await;
    for _ in 0..1_004 {
        server.app.store.record(refusal(acme.org), server.app.now()).await.unwrap();
    }

    ship(&server).await;
    let first = store.take();
    server.advance(A_MINUTE);
    ship(&server).await;
    let second = store.take();

    let tip = newest(&server, acme.org).await;
    assert_eq!((first.len(), second.len()), (1, 1));
    assert_eq!(seqs(&first[0]), (tip - 1_004..=tip - 5).collect::<Vec<_>>());
    assert_eq!(seqs(&second[0]), (tip - 4..=tip).collect::<Vec<_>>());
}

/// A try that was not answered and the next one put the same records under the same name. Two streams have no name in common.
#[tokio::test]
async fn the_same_numbers_have_the_same_name_and_no_other_stream_has_it() {
    let (server, store) = (server().await, Store::start("AKIACANARY", SECRET).await);
    server.tenant("acme").await;
    let first = into(&server, &store.url).await;
    let mut other = bucket(&format!("{}/", store.url));
    (other["format"], other["events"]) = (json!("ocsf"), json!(["audit.*"]));
    let second = operator(&server, Method::POST, "/audit/streams", other).await.expect(201).json();
    let second = second["stream"]["id"].as_str().unwrap().to_owned();
    jobs::sweep(&server.app).await.unwrap();
    server.advance(A_MINUTE);
    store.answers(500, "");
    ship(&server).await;
    let refused = store.take();
    store.takes();
    // Midnight lies between.
    server.advance(Duration::from_hours(24));

    ship(&server).await;

    let mut names = [refused, store.take()].map(|it| it.into_iter().map(|it| it.path).collect::<Vec<_>>());
    names.iter_mut().for_each(|it| it.sort());
    assert_eq!(names[0].len(), 2);
    let [before, after] = &names;
    for id in [&first, &second] {
        let of = |all: &[String]| all.iter().find(|it| it.contains(&**id)).unwrap().clone();
        // Between the tries nothing was recorded, so that both tell of the same numbers.
        assert_eq!(of(before), of(after));
    }
    assert!(before.iter().all(|it| it.contains("/2027/01/15/")), "{before:?}");
}

/// What a store says is told in plain words, a store that is busy is left alone for as long as it asks, and nothing follows where an
/// answer leads.
#[tokio::test]
async fn ss_06_what_a_store_says_is_told_and_where_it_leads_nobody_goes() {
    let (server, store) = (server().await, Store::start("AKIACANARY", SECRET).await);
    let acme = server.tenant("acme").await;
    let id = into(&server, &store.url).await;
    server.advance(A_MINUTE);
    let xml = |code: &str, more: &str| format!("<Error><Code>{code}</Code><Message>m\u{7}m</Message>{more}</Error>");
    for (status, body, expected) in [
        (403, xml("RequestTimeTooSkewed", ""), "the clocks of this server and of the store are too far apart"),
        (403, xml("AccessDenied", ""), "allow it s3:PutObject"),
        (404, xml("NoSuchBucket", ""), "there is no such bucket"),
        (
            301,
            xml("PermanentRedirect", "<Endpoint>s3.eu-west-1.example</Endpoint>"),
            "another address: s3.eu-west-1.example",
        ),
        (307, xml("TemporaryRedirect", "<Endpoint>127.0.0.1/inside</Endpoint>"), "status 307"),
        (400, xml("Odd", &"x".repeat(9_000)), "(Odd): m␇m"),
        (410, String::new(), "the store answered with status 410"),
    ] {
        store.answers(status, &body);
        ship(&server).await;
        let tried = store.take();
        let now = shown(&server, &id).await;
        assert_eq!((tried.len(), &now["state"]), (1, &json!("failing")), "{status}");
        let said = now["last_error"].as_str().unwrap();
        assert!(said.contains(expected) && said.chars().count() <= 300, "{said}");
        server.advance(Duration::from_mins(16));
    }
    store.answers(503, &xml("SlowDown", ""));
    store.wants_to_wait(3_000);
    ship(&server).await;
    store.take();
    store.takes();
    server.advance(Duration::from_mins(49));
    ship(&server).await;
    assert!(store.take().is_empty(), "it asked for fifty minutes");

    server.advance(A_MINUTE);
    ship(&server).await;

    let put: Vec<i64> = store.take().iter().flat_map(seqs).collect();
    assert_eq!(put.last(), Some(&newest(&server, acme.org).await));
    assert_eq!(shown(&server, &id).await["last_error"], Value::Null);
    server.run_jobs().await;
}

/// SS-06: no object is put at an address inside that the operator did not name.
#[tokio::test]
async fn ss_06_no_object_is_put_at_a_private_address() {
    let (closed, store) = (Server::start().await, Store::start("AKIACANARY", SECRET).await);
    closed.tenant("acme").await;

    for url in [&*store.url, "https://169.254.169.254/latest", "https://[fd00::7]/logs", "https://localhost/logs"] {
        let id = into(&closed, url).await;
        let path = format!("/audit/streams/{id}");
        let tried = operator(&closed, Method::POST, &format!("{path}/test"), Value::Null).await.expect(200).json();
        assert_eq!(tried["taken"], json!(false), "{url}");
        assert!(tried["said"].as_str().unwrap().contains("DOORWARD_OUTBOUND_ALLOW"), "{url}: {tried}");
        operator(&closed, Method::DELETE, &path, Value::Null).await.expect(204);
    }

    assert!(store.take().is_empty());
}

/// On trial an object is put that is no record, and what the store says is answered.
#[tokio::test]
async fn a_test_puts_an_object_that_is_no_record() {
    let (server, store) = (server().await, Store::start("AKIACANARY", SECRET).await);
    server.tenant("acme").await;
    let id = into(&server, &store.url).await;
    let test = format!("/audit/streams/{id}/test");

    let taken = operator(&server, Method::POST, &test, Value::Null).await.expect(200).json();
    let object = store.take().remove(0);
    let wrong = json!({ "secret_access_key": "another" });
    operator(&server, Method::PATCH, &format!("/audit/streams/{id}"), wrong).await.expect(200);
    let refused = operator(&server, Method::POST, &test, Value::Null).await.expect(200).json();

    assert_eq!(taken, json!({ "taken": true, "said": format!("it is stored as doorward-test-{id}.json") }));
    assert_eq!(object.path, format!("/logs/doorward/doorward-test-{id}.json"));
    assert_eq!((object.lines().len(), &object.lines()[0]["type"]), (1, &json!("test")));
    assert_eq!(refused["taken"], json!(false));
    let said = refused["said"].as_str().unwrap();
    assert!(said.contains("the secret access key does not belong to the access key id"), "{said}");
}

/// TE-12: the secret of a key is taken and never told: by no answer, no record and no failure. Another one takes its place at once.
#[tokio::test]
async fn te_12_the_secret_of_a_bucket_is_told_nowhere_and_replaced_at_once() {
    let (server, store) = (server().await, Store::start("AKIACANARY", SECRET).await);
    let acme = server.tenant("acme").await;
    let id = into(&server, &store.url).await;
    let path = format!("/audit/streams/{id}");
    let rotate = operator(&server, Method::POST, &format!("{path}/rotate-secret"), Value::Null).await.expect(400);
    store.answers(403, "<Error><Code>SignatureDoesNotMatch</Code></Error>");
    server.advance(A_MINUTE);
    ship(&server).await;
    let failing = shown(&server, &id).await;

    let to = json!({ "region": "auto", "access_key_id": "AKIASECOND", "secret_access_key": "canary/second" });
    let changed = operator(&server, Method::PATCH, &path, to).await.expect(200);
    store.takes();
    store.knows("AKIASECOND", "canary/second");
    ship(&server).await;

    let objects = store.take();
    assert!(objects.last().unwrap().is_signed_for("auto"));
    assert!(rotate.text.contains("change the stream"), "{}", rotate.text);
    assert_eq!((&changed.json()["region"], &changed.json()["access_key_id"]), (&json!("auto"), &json!("AKIASECOND")));
    let log = operator(&server, Method::GET, "/audit?limit=200", Value::Null).await.expect(200);
    let said = &log.json()["events"][0];
    assert_eq!(said["action"], json!("audit.stream_changed"));
    let paths: Vec<_> = said["changes"].as_array().unwrap().iter().map(|it| it["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["region", "access_key_id", "secret_access_key"]);
    for text in [log.text, changed.text, failing.to_string(), rotate.text] {
        assert!(!text.contains("canary"), "{text}");
    }
    assert_eq!(deeds(&acme, "audit.stream").await.len(), 2);
}

/// Whoever may read the log and not manage its streams sees the host of a store, and neither the bucket nor the name of the key.
#[tokio::test]
async fn whoever_only_reads_the_log_sees_neither_the_bucket_nor_its_key() {
    let (server, store) = (server().await, Store::start("AKIACANARY", SECRET).await);
    let acme = server.tenant("acme").await;
    let id = into(&server, &store.url).await;
    let draft = json!({ "label": "Auditor", "allow": ["org.audit:read"], "given_by": ["owner"] });
    operator(&server, Method::POST, "/roles", draft).await.expect(201);
    let (_, auditor) = program(&server, "auditor", "auditor").await;
    let admin = personal(&server, person(&acme, "adam", "admin").await).await;
    let path = format!("/audit/streams/{id}");

    let seen = call(&server, &auditor, Method::GET, &path, Value::Null).await.expect(200).json();
    let whole = call(&server, &admin, Method::GET, &path, Value::Null).await.expect(200).json();

    assert_eq!(seen["address"].as_str().unwrap(), store.url.strip_suffix("/logs/doorward").unwrap());
    assert_eq!((&seen["region"], &seen["access_key_id"]), (&Value::Null, &Value::Null));
    assert_eq!((&whole["address"], &whole["access_key_id"]), (&json!(store.url), &json!("AKIACANARY")));
}

/// An address at which no object can be, what no store shows as a key, and a key of what is no bucket are refused by their names.
#[tokio::test]
async fn what_no_bucket_can_be_is_refused_by_its_name() {
    let server = server().await;
    server.tenant("acme").await;
    let with = |field: &str, value: Value| {
        let mut new = bucket("https://s3.example/logs");
        new[field] = value;
        new
    };
    let hook = json!({ "name": "SIEM", "kind": "webhook", "address": "https://siem.example", "region": "eu" });
    for (new, field) in [
        (with("address", json!("http://s3.example/logs")), "address"),
        (with("address", json!("s3://logs")), "address"),
        (with("address", json!("https://me:pass@s3.example/logs")), "address"),
        (with("address", json!("https://s3.example/logs?versions")), "address"),
        (with("address", json!("https://s3.example/logs#a")), "address"),
        (with("address", json!("https://s3.example/logs/../other")), "address"),
        (with("address", json!("https://s3.example/logs//a")), "address"),
        (with("address", json!("https://s3.example/a%20b")), "address"),
        (with("address", json!("https://s3.example/a=b")), "address"),
        (with("address", json!("https://s3.example?a/b")), "address"),
        (with("address", json!(format!("https://s3.example/{}", "x".repeat(2_000)))), "address"),
        (with("address", Value::Null), "address"),
        (with("region", Value::Null), "region"),
        (with("region", json!("eu/central")), "region"),
        (with("access_key_id", json!("")), "access_key_id"),
        (with("access_key_id", json!("AKIA, Signature=x")), "access_key_id"),
        (with("access_key_id", json!("a\r\nx: y")), "access_key_id"),
        (with("secret_access_key", Value::Null), "secret_access_key"),
        (with("secret_access_key", json!("two words")), "secret_access_key"),
        (with("secret_access_key", json!("x".repeat(201))), "secret_access_key"),
        (hook, "region"),
    ] {
        let refused = operator(&server, Method::POST, "/audit/streams", new.clone()).await;
        assert_eq!(refused.status, 400, "{new}: {}", refused.text);
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with(&format!("{field}: ")) && !detail.contains(SECRET), "{new}: {detail}");
    }

    for url in
        ["https://logs.s3.eu-central-1.amazonaws.com", "https://s3.example/", "https://gate.example/s3/logs/a.b~c_d-e"]
    {
        let made = operator(&server, Method::POST, "/audit/streams", bucket(url)).await.expect(201);
        assert_eq!(made.json()["stream"]["address"], json!(url));
    }
}

/// The same in the console, without a script: the secret is typed once and on no page.
#[tokio::test]
async fn a_bucket_is_named_and_changed_in_the_console_and_its_secret_is_on_no_page() {
    let (server, store) = (server().await, Store::start("AKIACANARY", SECRET).await);
    let acme = server.tenant("acme").await;
    acme.user("adam", "admin").await;
    let browser = signed_in(&acme, "adam").await;
    let new = "/console/audit/streams/new";
    let form = browser.get(new).await.expect(200);
    let typed = |secret| {
        [
            ("name", "Archive"),
            ("kind", "s3"),
            ("address", &*store.url),
            ("region", "eu-central-1"),
            ("access_key_id", "AKIACANARY"),
            ("secret_access_key", secret),
            ("format", "json"),
        ]
    };

    let without = browser.submit_to(new, &form, &typed("")).await.expect(400);
    let wrong = browser.submit_to(new, &form, &typed("two words")).await.expect(400);
    let made = browser.submit_to(new, &form, &typed(SECRET)).await;
    let (path, page) = browser.follow(new, made).await;
    let path = path.split('?').next().unwrap().to_owned();
    let edit = browser.get(&format!("{path}/edit")).await.expect(200);
    let kept = browser.fill_in(&edit, &format!("{path}/edit"), &[("region", Some("auto"))]).await;
    let (_, after) = browser.follow(&path, kept).await;
    server.advance(A_MINUTE);
    ship(&server).await;

    for again in [&without, &wrong] {
        assert!(again.text.contains("id=\"problem\"") && again.text.contains("value=\"AKIACANARY\""), "{}", again.text);
    }
    assert!(words(&page).contains("S3 bucket") && words(&page).contains("AKIACANARY"), "{}", page.text);
    assert!(!page.text.contains("id=\"secret\""), "no new secret is made here");
    assert!(words(&edit).contains("Leave it empty to keep the secret"), "{}", edit.text);
    assert!(words(&after).contains("auto"), "{}", after.text);
    for page in [without, wrong, page, edit, after] {
        assert!(!page.text.contains(SECRET) && !page.text.contains("two words"), "{}", page.text);
    }
    assert!(store.take()[0].is_signed_for("auto"), "the secret has stayed");
}
