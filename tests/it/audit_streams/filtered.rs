//! Streams that tell some deeds: what they tell, what they pass over, and what they may be asked for. And how long a receiver is left alone.

use std::time::Duration;

use doorward::app::audit_streams::{self, Events};
use doorward::app::jobs;
use doorward::domain::audit_stream::AuditStream;
use doorward::domain::id::AuditStreamId;
use doorward::store::audit_streams as rows;
use reqwest::Method;
use serde_json::{Value, json};

use super::receivers::{Collector, Hook};
use super::{deeds, newest, operator, server, ship, shown, some_deeds, to};
use crate::console_shell::{signed_in, words};
use crate::harness::{Server, Tenant};

/// A stream of `acme` to this webhook that tells these.
async fn telling(server: &Server, url: &str, events: Value) -> String {
    let new = json!({ "name": "Roles", "kind": "webhook", "address": url, "events": events });
    let made = operator(server, Method::POST, "/audit/streams", new).await.expect(201).json();
    made["stream"]["id"].as_str().unwrap().to_owned()
}

/// The actions of what has come.
fn actions(hook: &Hook) -> Vec<String> {
    let records = hook.take().iter().flat_map(|it| it.json()["data"]["records"].as_array().unwrap().clone()).collect();
    let records: Vec<Value> = records;
    records.iter().map(|it| it["action"].as_str().unwrap_or("-").to_owned()).collect()
}

async fn group(tenant: &Tenant<'_>, name: &str) {
    doorward::app::groups::create(&tenant.server.app, &Server::operator(), tenant.org, name).await.unwrap();
}

/// A receiver gets what its stream names and nothing else, in its order and with its number; the others are looked at and passed over.
#[tokio::test]
async fn a_stream_tells_what_it_names_and_passes_over_the_rest() {
    let (server, hook) = (server().await, Hook::start().await);
    let acme = server.tenant("acme").await;
    let id = telling(&server, &hook.url, json!(["group.created", "token.*"])).await;
    some_deeds(&acme, &["ann"]).await;
    group(&acme, "Crew").await;
    some_deeds(&acme, &["bob"]).await;
    ship(&server).await;
    let tip = newest(&server, acme.org).await;

    let told = hook.take();
    let after = shown(&server, &id).await;
    for nth in 0..250 {
        server.app.store.record(super::refusal(acme.org), server.app.now()).await.unwrap();
        if nth == 240 {
            group(&acme, "Staff").await;
        }
    }
    server.advance(Duration::from_mins(1));
    ship(&server).await;
    let later = (actions(&hook), shown(&server, &id).await);

    assert_eq!(told.len(), 1);
    assert_eq!(told[0].seqs(), [tip - 1], "{}", told[0].body);
    assert_eq!(told[0].json()["data"]["to_seq"], json!(tip), "what was looked at");
    assert_eq!((&after["behind"], &after["next_seq"]), (&json!(0), &json!(tip + 1)));
    assert_eq!(after["events"], json!(["group.created", "token.*"]));
    assert_eq!((later.0, &later.1["behind"]), (vec!["group.created".to_owned()], &json!(0)));
}

/// Where nothing is told nothing is sent, and the stream neither fails nor seems to have sent something; every way of a stream obeys.
#[tokio::test]
async fn a_stream_that_has_nothing_to_tell_moves_on_and_says_nothing() {
    let (server, hook, collector) = (server().await, Hook::start().await, Collector::start().await);
    let acme = server.tenant("acme").await;
    hook.answers(500);
    let id = telling(&server, &hook.url, json!(["group.*"])).await;
    let address = format!("127.0.0.1:{}", collector.port);
    let syslog = json!({ "name": "Collector", "kind": "syslog", "address": address, "events": ["group.*"] });
    operator(&server, Method::POST, "/audit/streams", syslog).await.expect(201);
    some_deeds(&acme, &["ann", "bob"]).await;

    ship(&server).await;

    let now = shown(&server, &id).await;
    assert!(hook.take().is_empty() && collector.messages().is_empty());
    assert_eq!((&now["behind"], &now["state"]), (&json!(0), &json!("active")), "{now}");
    assert_eq!((&now["last_sent_at"], &now["last_error"]), (&Value::Null, &Value::Null));
}

/// What is taken away before it could be sent is told to a filtered stream, too: nobody knows whether it would have been told.
#[tokio::test]
async fn a_filtered_stream_tells_what_is_missing() {
    let (server, hook) = (server().await, Hook::start().await);
    let acme = server.tenant("acme").await;
    telling(&server, &hook.url, json!(["group.*"])).await;
    some_deeds(&acme, &["ann"]).await;
    jobs::sweep(&server.app).await.unwrap();
    let gone = "DELETE FROM audit WHERE target_label = 'ann'";
    crate::harness::database::execute(&server.app.config.database_url, gone);

    audit_streams::ship(&server.app).await.unwrap();

    let told = hook.take().remove(0).json();
    assert_eq!(told["data"]["records"][0]["type"], json!("records_missing"), "{told}");
}

/// Which deeds a stream tells is changed over the API, recorded, and put right by name where it is none.
#[tokio::test]
async fn which_deeds_a_stream_tells_is_changed_and_recorded_and_a_wrong_name_is_put_right() {
    let (server, hook) = (server().await, Hook::start().await);
    let acme = server.tenant("acme").await;
    let (id, _) = to(&server, &hook.url).await;
    let path = format!("/audit/streams/{id}");
    let change = async |events: Value| operator(&server, Method::PATCH, &path, json!({ "events": events })).await;
    for (events, nearest) in [
        (json!(["user.creatd"]), "user.creatd is no event; the nearest is user.created"),
        (json!(["user.*", "rôle.*"]), "the nearest is role.*"),
        (json!(["user"]), "the nearest is user.*"),
        (json!(["*"]), "* is no event"),
        (json!(["USER.CREATED"]), "is no event"),
        (json!(["x\r\ny".repeat(1_000)]), "is no event"),
        (json!(null), "cannot be null"),
    ] {
        let refused = change(events.clone()).await.expect(400).json()["detail"].as_str().unwrap().to_owned();
        assert!(refused.starts_with("events: ") && refused.contains(nearest), "{events}: {refused}");
        assert!(refused.len() < 200 && refused.lines().count() == 1, "{refused}");
    }

    let changed = change(json!(["user.*", "group.created", "user.*"])).await.expect(200).json();
    let all = change(json!([])).await.expect(200).json();

    assert_eq!((&changed["events"], &all["events"]), (&json!(["group.created", "user.*"]), &json!([])));
    let said =
        operator(&server, Method::GET, "/audit?action=audit.stream_changed", Value::Null).await.expect(200).json();
    let said = &said["events"][1]["changes"];
    assert_eq!(*said, json!([{ "path": "events", "old": "", "new": "group.created, user.*" }]));
    assert_eq!(deeds(&acme, "audit.stream").await.len(), 3);
}

/// The same in the console, without a script.
#[tokio::test]
async fn which_deeds_a_stream_tells_is_said_in_the_console() {
    let (server, hook) = (server().await, Hook::start().await);
    let acme = server.tenant("acme").await;
    acme.user("adam", "admin").await;
    let (id, _) = to(&server, &hook.url).await;
    let browser = signed_in(&acme, "adam").await;
    let path = format!("/console/audit/streams/{id}");
    let all = browser.get(&path).await.expect(200);
    let form = browser.get(&format!("{path}/edit")).await.expect(200);

    let send = async |events: &str| {
        let action = format!("{path}/edit");
        browser.fill_in(&form, &action, &[("events", Some(events))]).await
    };
    let wrong = send("user.created, user.creatd").await.expect(400);
    let (_, after) = browser.follow(&path, send("user.created group.*").await).await;

    assert!(
        words(&all).contains("Webhooks and streams") && all.text.contains("id=\"told-events\">All<"),
        "{}",
        all.text
    );
    assert!(wrong.text.contains("user.creatd") && words(&wrong).contains("The nearest is"), "{}", wrong.text);
    assert!(after.text.contains("group.*, user.created"), "{}", after.text);
}

/// Whoever changes a stream leaves its place to the node that sends it: a change of what is not its place sends nothing again.
#[tokio::test]
async fn a_change_beside_leaves_the_place_of_a_stream_to_the_node_that_sends_it() {
    let (server, hook) = (server().await, Hook::start().await);
    let acme = server.tenant("acme").await;
    let id: AuditStreamId = to(&server, &hook.url).await.0.parse().unwrap();
    jobs::sweep(&server.app).await.unwrap();
    let find = async || rows::find(server.app.store.reader(), acme.org, id).await.unwrap().unwrap();
    // It is read before a node sends, and written after that, as two nodes of a PostgreSQL do.
    let before = find().await;
    audit_streams::ship(&server.app).await.unwrap();
    let sent = find().await;

    let tx = server.app.begin(acme.org).await.unwrap();
    let renamed = AuditStream { name: "Other".to_owned(), ..before.clone() };
    rows::update(&tx, &before, &renamed).await.unwrap();
    tx.commit_all(Vec::new()).await.unwrap();

    let after = find().await;
    assert!(sent.next_seq > before.next_seq && sent.last_sent_at.is_some());
    assert_eq!(after, AuditStream { name: "Other".to_owned(), ..sent });
    hook.take();
    ship(&server).await;
    assert!(hook.take().is_empty(), "nothing is sent twice");
}

/// RFC 9110 10.2.3: a receiver that asks for time gets it, but no more than an hour; one that answers otherwise is tried as ever.
#[tokio::test]
async fn a_receiver_that_asks_for_time_gets_it_and_no_more_than_an_hour() {
    let (server, hook) = (server().await, Hook::start().await);
    let acme = server.tenant("acme").await;
    let id: AuditStreamId = to(&server, &hook.url).await.0.parse().unwrap();
    let waits = async |status: u16, seconds: u64| {
        hook.answers(status);
        hook.wants_to_wait(seconds);
        ship(&server).await;
        assert_eq!(hook.take().len(), 1);
        let stream = rows::find(server.app.store.reader(), acme.org, id).await.unwrap().unwrap();
        let wait = stream.next_at.since(server.app.now());
        server.advance(wait);
        wait.as_secs()
    };

    let all = [waits(503, 300).await, waits(429, u64::MAX).await, waits(503, 0).await, waits(500, 3_000).await];

    assert_eq!(all, [300, 3_600, 40, 80]);
    server.keep_outbox();
}

#[test]
fn a_line_of_events_is_read_as_it_is_written() {
    for (line, written) in [
        ("", ""),
        (" , \n", ""),
        ("user.*,role.*", "role.*, user.*"),
        ("user.created user.*\r\nuser.created", "user.*, user.created"),
    ] {
        let events = Events::read_line(line).unwrap();

        assert_eq!(events.line(), written);
        assert_eq!(Events::read_line(&events.line()).unwrap(), events);
    }
}
