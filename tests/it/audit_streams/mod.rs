//! The audit log goes out as it happens: in order, without a gap, signed, and to nobody it may not go to.

mod buckets;
mod console;
mod filtered;
mod receivers;
mod store;
mod ways;

use std::time::Duration;

use doorward::app::accounts::WayIn;
use doorward::app::audit_streams::{self, Events, Kind, NewStream, Signing, Style};
use doorward::app::config::Settings;
use doorward::app::jobs;
use doorward::domain::id::{AuditStreamId, OrgId};
use doorward::domain::secret::Secret;
use doorward::store::{audit, audit_seals};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{OPERATOR_TOKEN, PASSWORD, Reply, Server, Tenant, database, in_acme};
use crate::resources::{call, person, personal, program};
use receivers::{Hook, Request};

const A_MINUTE: Duration = Duration::from_mins(1);

async fn server() -> Server {
    Server::start_with(|it| Settings { outbound_allow: Some("127.0.0.1".to_owned()), ..it }).await
}

async fn operator(server: &Server, method: Method, path: &str, body: Value) -> Reply {
    call(server, OPERATOR_TOKEN, method, &in_acme(path), body).await
}

/// A stream of `acme` to this webhook: its id, and the secret.
async fn to(server: &Server, url: &str) -> (String, String) {
    let new = json!({ "name": "SIEM", "kind": "webhook", "address": url });
    let made = operator(server, Method::POST, "/audit/streams", new).await.expect(201).json();
    let text = |it: &Value| it.as_str().unwrap().to_owned();
    (text(&made["stream"]["id"]), text(&made["secret"]))
}

async fn shown(server: &Server, id: &str) -> Value {
    operator(server, Method::GET, &format!("/audit/streams/{id}"), Value::Null).await.expect(200).json()
}

/// Seals what there is, and sends what is due.
async fn ship(server: &Server) {
    jobs::sweep(&server.app).await.unwrap();
    audit_streams::ship(&server.app).await.unwrap();
}

fn password() -> WayIn {
    WayIn::Password { password: Secret::new(PASSWORD.to_owned()), must_change: false }
}

async fn newest(server: &Server, org: OrgId) -> i64 {
    audit_seals::tip(server.app.store.reader(), org).await.unwrap().map_or(0, |it| it.0)
}

async fn some_deeds(tenant: &Tenant<'_>, names: &[&str]) {
    for name in names {
        tenant.user(name, "viewer").await;
    }
}

/// The names of the newest deeds of a kind, newest first.
async fn deeds(tenant: &Tenant<'_>, area: &str) -> Vec<String> {
    let rows = audit::newest(tenant.server.app.store.reader(), tenant.org, 1_000).await.unwrap();
    rows.into_iter().map(|it| it.action).filter(|it| it.starts_with(area)).collect()
}

/// Whatever is recorded from the making of the stream on goes out, each as the API tells it, with its number and its link; each
/// request carries a signature that anybody verifies who has the secret.
#[tokio::test]
async fn what_is_recorded_goes_out_in_order_and_signed() {
    let (server, hook) = (server().await, Hook::start().await);
    let acme = server.tenant("acme").await;
    some_deeds(&acme, &["before"]).await;
    jobs::sweep(&server.app).await.unwrap();
    let before = newest(&server, acme.org).await;
    let (id, secret) = to(&server, &hook.url).await;
    some_deeds(&acme, &["ann", "bob"]).await;

    ship(&server).await;
    let told = hook.take();

    assert_eq!(told.len(), 1);
    let body = told[0].json();
    assert_eq!((&body["type"], &body["data"]["organisation"]), (&json!("audit.records"), &json!(acme.org)));
    assert_eq!((&body["data"]["stream"], &body["data"]["from_seq"]), (&json!(id), &json!(before + 1)));
    let records = body["data"]["records"].as_array().unwrap();
    let actions: Vec<_> = records.iter().map(|it| it["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["audit.stream_created", "user.created", "user.created"]);
    assert_eq!(told[0].seqs(), (before + 1..=before + 3).collect::<Vec<_>>());
    let path = format!("/audit/{}?organisation=acme", records[1]["id"].as_str().unwrap());
    let one = operator(&server, Method::GET, &path, Value::Null).await.expect(200).json();
    assert_eq!((&records[1]["target"], &records[1]["at"]), (&one["target"], &one["at"]));
    let links = audit_seals::links_after(server.app.store.reader(), acme.org, before, 10).await.unwrap();
    assert_eq!(records[2]["link"], json!(links[2].link));
    assert!(told[0].is_signed_by(&secret) && !told[0].is_signed_by("whsec_AAAA"));
    assert_eq!(told[0].header("webhook-timestamp"), server.app.now().seconds().to_string());
    assert_eq!(told[0].header("webhook-id"), format!("{id}.{}-{}", before + 1, before + 3));
    let now = shown(&server, &id).await;
    assert_eq!((&now["state"], &now["behind"], &now["next_seq"]), (&json!("active"), &json!(0), &json!(before + 4)));
    ship(&server).await;
    assert!(hook.take().is_empty(), "nothing is sent twice");
}

/// FT-35: while the receiver is down every deed is done and recorded, and how much waits is seen. When it is back everything is
/// shipped in order and nothing is missing: also what a node had written and not sealed before it died, and what another had
/// sent and not noted; that comes twice.
#[tokio::test]
async fn ft_35_a_receiver_that_is_down_stops_no_deed_and_gets_everything_in_order_later() {
    let (server, hook) = (server().await, Hook::start().await);
    let acme = server.tenant("acme").await;
    let second = server.node().await;
    let (id, _) = to(&server, &hook.url).await;
    ship(&server).await;
    let first = hook.seqs();

    hook.answers(503);
    some_deeds(&acme, &["ann", "bob", "cleo"]).await;
    ship(&server).await;
    assert_eq!(hook.take().len(), 1);
    let down = shown(&server, &id).await;
    let error = "the receiver answered with status 503";
    assert_eq!((&down["state"], &down["behind"], &down["last_error"]), (&json!("failing"), &json!(3), &json!(error)));
    assert!(down["oldest_waiting_at"].is_string() && down["next_try_at"].is_string(), "{down}");
    audit_streams::ship(&second.app).await.unwrap();
    assert!(hook.take().is_empty(), "it waits before it is tried again, at every node");
    // These are written and not sealed when their node is gone.
    some_deeds(&acme, &["dora", "eve"]).await;
    server.advance(A_MINUTE);
    hook.answers(204);
    let (one, two) = tokio::join!(jobs::sweep(&second.app), jobs::sweep(&server.app));
    one.and(two).unwrap();
    let (one, two) = tokio::join!(audit_streams::ship(&server.app), audit_streams::ship(&second.app));
    one.and(two).unwrap();
    let backlog = hook.seqs();

    some_deeds(&acme, &["flora"]).await;
    jobs::sweep(&second.app).await.unwrap();
    hook.holds(true);
    let dying = second.app.clone();
    let dying = tokio::spawn(async move { audit_streams::ship(&dying).await });
    hook.held.notified().await;
    dying.abort();
    hook.holds(false);
    let sent = hook.seqs();
    ship(&server).await;
    assert!(hook.take().is_empty(), "the stream is the dead node's for a while");
    server.advance(A_MINUTE * 2);
    ship(&server).await;
    let again = hook.seqs();

    let tip = newest(&server, acme.org).await;
    let all: Vec<i64> = [first.clone(), backlog, again.clone()].concat();
    assert_eq!(all, (first[0]..=tip).collect::<Vec<_>>(), "in order and without a gap");
    assert_eq!(sent, again, "and what was sent and not noted comes twice");
    let users = ["ann", "bob", "cleo", "dora", "eve", "flora"].len();
    assert_eq!(deeds(&acme, "user.created").await.len(), users);
    assert_eq!(shown(&server, &id).await["state"], json!("active"));
}

/// More than fits into one request goes out in several, in order, by whichever node is faster.
#[tokio::test]
async fn a_long_backlog_goes_out_in_pieces_by_whichever_node_is_faster() {
    let (server, hook) = (server().await, Hook::start().await);
    let acme = server.tenant("acme").await;
    let second = server.node().await;
    let (id, _) = to(&server, &hook.url).await;
    for _ in 0..250 {
        server.app.store.record(refusal(acme.org), server.app.now()).await.unwrap();
    }
    jobs::sweep(&server.app).await.unwrap();

    let (one, two) = tokio::join!(audit_streams::ship(&server.app), audit_streams::ship(&second.app));
    let (one, two) = (one.unwrap(), two.unwrap());

    let told = hook.take();
    assert_eq!((one + two, told.len()), (3, 3));
    let seqs: Vec<i64> = told.iter().flat_map(Request::seqs).collect();
    let tip = newest(&server, acme.org).await;
    assert_eq!(seqs, (tip - 250..=tip).collect::<Vec<_>>());
    assert_eq!(shown(&server, &id).await["behind"], json!(0));
}

fn refusal(org: OrgId) -> doorward::domain::policy::AuditRecord {
    use doorward::domain::policy::{Action, Target};
    let target = Target::Organisation { id: org, label: "acme".to_owned() };
    Server::operator().denial_record(&Action::ReadAudit, &target)
}

/// Whoever looks after the stream is written to once when nothing has arrived for a quarter of an hour, and the record tells of
/// it, and that it is over.
#[tokio::test]
async fn whoever_may_mend_a_failing_stream_is_told_once_and_the_record_tells_of_it() {
    let (server, hook) = (server().await, Hook::start().await);
    let acme = server.tenant("acme").await;
    for (name, role) in [("olga", "owner"), ("adam", "admin"), ("vic", "viewer")] {
        acme.mailed(name, role, password()).await;
    }
    let (id, _) = to(&server, &hook.url).await;
    server.run_jobs().await;
    let before = server.mails().len();
    hook.answers(500);
    for _ in 0..40 {
        ship(&server).await;
        server.run_jobs().await;
        server.advance(A_MINUTE);
    }

    let mails = server.mails().split_off(before);

    let to = |name: &str| mails.iter().filter(|it| it.contains(&format!("<{name}@mail.example>"))).count();
    assert_eq!((mails.len(), to("olga"), to("adam"), to("vic")), (2, 1, 1, 0), "{mails:#?}");
    assert!(mails[0].contains("SIEM") && mails[0].contains("status 500"), "{}", mails[0]);
    assert!(mails[0].contains(&format!("/console/audit/streams/{id}")), "{}", mails[0]);
    assert_eq!(deeds(&acme, "audit.stream").await, ["audit.stream_failed", "audit.stream_created"]);
    hook.answers(200);
    server.advance(A_MINUTE * 15);
    ship(&server).await;
    assert_eq!(deeds(&acme, "audit.stream").await[0], "audit.stream_recovered");
    let now = shown(&server, &id).await;
    assert_eq!((&now["failing_since"], &now["last_error"]), (&Value::Null, &Value::Null));
    server.run_jobs().await;
    assert_eq!(server.mails().len(), before + 2);
}

/// TE-12: the path and the query of an address may be a key. Neither what is shown of a failure, nor its record, nor the letter about it
/// tells them.
#[tokio::test]
async fn te_12_a_failure_tells_nothing_of_the_address_but_where_it_is() {
    let server = server().await;
    let acme = server.tenant("acme").await;
    acme.mailed("olga", "owner", password()).await;
    // Nobody listens there.
    let (id, _) = to(&server, "https://127.0.0.1:1/canary-path?key=canary-key").await;

    ship(&server).await;
    let failing = shown(&server, &id).await;
    server.advance(16 * A_MINUTE);
    ship(&server).await;
    server.run_jobs().await;

    let error = failing["last_error"].as_str().unwrap();
    assert!(!error.is_empty() && !error.contains("canary"), "{error}");
    assert_eq!(deeds(&acme, "audit.stream_failed").await.len(), 1);
    let rows = audit::newest(server.app.store.reader(), acme.org, 100).await.unwrap();
    assert!(rows.iter().all(|it| !it.changes.contains("canary")), "{rows:?}");
    let letters = server.mails();
    assert!(!letters.is_empty() && letters.iter().all(|it| !it.contains("canary")), "{letters:?}");
}

/// Standard Webhooks: a receiver that answers 410 wants no more. The stream is paused, somebody is told, and nothing is lost.
#[tokio::test]
async fn a_receiver_that_is_gone_pauses_the_stream_and_nothing_is_lost() {
    let (server, hook) = (server().await, Hook::start().await);
    let acme = server.tenant("acme").await;
    let (id, _) = to(&server, &hook.url).await;
    hook.answers(410);
    ship(&server).await;
    server.run_jobs().await;
    assert_eq!(shown(&server, &id).await["state"], json!("paused"));
    assert_eq!(deeds(&acme, "audit.stream").await[0], "audit.stream_paused");
    let refused = hook.seqs();
    server.advance(A_MINUTE * 60);
    ship(&server).await;
    assert!(hook.take().is_empty());

    hook.answers(200);
    operator(&server, Method::POST, &format!("/audit/streams/{id}/resume"), Value::Null).await.expect(200);
    ship(&server).await;

    let sent = hook.seqs();
    assert_eq!(sent, (refused[0]..=newest(&server, acme.org).await).collect::<Vec<_>>());
}

/// After a rotation both secrets sign for a day, and then the new one alone.
#[tokio::test]
async fn a_secret_that_was_replaced_signs_for_another_day() {
    let (server, hook) = (server().await, Hook::start().await);
    let acme = server.tenant("acme").await;
    let (id, old) = to(&server, &hook.url).await;
    let path = format!("/audit/streams/{id}/rotate-secret");

    let new = operator(&server, Method::POST, &path, Value::Null).await.expect(200).json();
    let new = new["secret"].as_str().unwrap();
    ship(&server).await;
    let during = hook.take().remove(0);
    server.advance(A_MINUTE * 60 * 24);
    some_deeds(&acme, &["ann"]).await;
    ship(&server).await;
    let after = hook.take().remove(0);

    assert!(during.is_signed_by(&old) && during.is_signed_by(new));
    assert!(!after.is_signed_by(&old) && after.is_signed_by(new));
    let seen = shown(&server, &id).await.to_string()
        + &operator(&server, Method::GET, "/audit?limit=200", Value::Null).await.text;
    for secret in [&old, new] {
        assert!(!seen.contains(secret.strip_prefix("whsec_").unwrap()), "a secret is shown once");
    }
}

/// Somebody who needs records once more gets them from a number on, and no numbers that there are not.
#[tokio::test]
async fn records_are_sent_again_from_a_number_that_there_is() {
    let (server, hook) = (server().await, Hook::start().await);
    let acme = server.tenant("acme").await;
    some_deeds(&acme, &["ann"]).await;
    let (id, _) = to(&server, &hook.url).await;
    ship(&server).await;
    hook.take();
    let replay = async |from: i64| {
        operator(&server, Method::POST, &format!("/audit/streams/{id}/replay"), json!({ "from_seq": from })).await
    };
    let tip = newest(&server, acme.org).await;
    for wrong in [0, -1, tip + 2, i64::MAX, i64::MIN] {
        assert_eq!(replay(wrong).await.status, 400, "{wrong}");
    }

    replay(1).await.expect(200);
    ship(&server).await;

    assert_eq!(hook.seqs(), (1..=newest(&server, acme.org).await).collect::<Vec<_>>());
    assert_eq!(deeds(&acme, "audit.stream").await[0], "audit.stream_replayed");
}

/// What the policy took away before it could be sent is told of in its place; so is a row that somebody took out of the database.
#[tokio::test]
async fn what_was_taken_away_before_it_could_be_sent_is_told_in_its_place() {
    let (server, hook) = (server().await, Hook::start().await);
    let acme = server.tenant("acme").await;
    let (id, _) = to(&server, &hook.url).await;
    operator(&server, Method::POST, &format!("/audit/streams/{id}/pause"), Value::Null).await.expect(200);
    some_deeds(&acme, &["ann", "bob"]).await;
    let policy = json!({ "audit": { "keep_days": 90, "hold": false } });
    call(&server, OPERATOR_TOKEN, Method::PUT, &in_acme("/policies"), policy).await.expect(200);
    jobs::sweep(&server.app).await.unwrap();
    let old = newest(&server, acme.org).await;
    for _ in 0..100 {
        server.advance(A_MINUTE * 60 * 24);
        jobs::sweep(&server.app).await.unwrap();
    }
    some_deeds(&acme, &["cleo", "dora"]).await;
    jobs::sweep(&server.app).await.unwrap();
    database::execute(&server.app.config.database_url, "DELETE FROM audit WHERE target_label = 'cleo'");

    operator(&server, Method::POST, &format!("/audit/streams/{id}/resume"), Value::Null).await.expect(200);
    ship(&server).await;

    let told = hook.take();
    let records = told[0].json()["data"]["records"].as_array().unwrap().clone();
    let missing: Vec<(i64, i64)> = records
        .iter()
        .filter(|it| it["type"] == "records_missing")
        .map(|it| (it["from_seq"].as_i64().unwrap(), it["to_seq"].as_i64().unwrap()))
        .collect();
    assert_eq!(missing[0].1, old, "{records:#?}");
    assert_eq!((missing.len(), missing[1].0), (2, missing[1].1), "{records:#?}");
    let mut expected = told[0].json()["data"]["from_seq"].as_i64().unwrap();
    for record in &records {
        let (from, to) = match record["seq"].as_i64() {
            Some(seq) => (seq, seq),
            None => (record["from_seq"].as_i64().unwrap(), record["to_seq"].as_i64().unwrap()),
        };
        assert_eq!(from, expected, "{records:#?}");
        expected = to + 1;
    }
    assert_eq!(expected, newest(&server, acme.org).await + 1);
}

/// SS-06: nothing goes to a private address that the operator did not name, nor to where an answer leads.
#[tokio::test]
async fn ss_06_no_record_goes_to_a_private_address_or_to_where_an_answer_leads() {
    let (closed, open, hook) = (Server::start().await, server().await, Hook::start().await);
    for server in [&closed, &open] {
        server.tenant("acme").await;
    }
    let inside = [
        hook.url.clone(),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "https://10.0.0.7/hook".to_owned(),
        "https://[fd00::7]/hook".to_owned(),
        "https://localhost/hook".to_owned(),
    ];

    for (nth, url) in inside.iter().enumerate() {
        let (id, _) = to(&closed, url).await;
        let tried =
            operator(&closed, Method::POST, &format!("/audit/streams/{id}/test"), Value::Null).await.expect(200);
        let tried = tried.json();
        assert_eq!(tried["taken"], json!(false), "{url}");
        assert!(tried["said"].as_str().unwrap().contains("DOORWARD_OUTBOUND_ALLOW"), "{nth}: {tried}");
        operator(&closed, Method::DELETE, &format!("/audit/streams/{id}"), Value::Null).await.expect(204);
    }
    let syslog = json!({ "name": "collector", "kind": "syslog", "address": "127.1:6514" });
    let id = operator(&closed, Method::POST, "/audit/streams", syslog).await.expect(201).json();
    let path = format!("/audit/streams/{}/test", id["stream"]["id"].as_str().unwrap());
    let tried = operator(&closed, Method::POST, &path, Value::Null).await.expect(200).json();
    assert!(tried["said"].as_str().unwrap().contains("127.0.0.1 is not a public address"), "{tried}");
    assert!(hook.take().is_empty());
    let (id, _) = to(&open, &hook.url).await;
    hook.answers(307);
    ship(&open).await;
    assert_eq!(hook.take().len(), 1, "a redirect is not followed");
    assert_eq!(shown(&open, &id).await["last_error"], json!("the receiver answered with status 307"));
}

/// Whoever may read the log sees where it goes and not the key in the address; who may export it and manage integrations
/// changes it, after a new proof; programs make none; and another organisation's stream does not exist.
#[tokio::test]
async fn only_those_who_may_manage_a_stream_and_nobody_elsewhere_knows_of_it() {
    let (server, hook) = (server().await, Hook::start().await);
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let (id, _) = to(&server, &format!("{}?key=s3cret", hook.url)).await;
    let draft = json!({ "label": "Auditor", "allow": ["org.audit:read", "org.audit:export"], "given_by": ["owner"] });
    operator(&server, Method::POST, "/roles", draft).await.expect(201);
    let admin = personal(&server, person(&acme, "adam", "admin").await).await;
    let vic = personal(&server, person(&acme, "vic", "contributor").await).await;
    let (_, auditor) = program(&server, "auditor", "auditor").await;
    let draft = json!({ "label": "Integrator", "allow": ["org.integrations:manage"], "given_by": ["owner"] });
    operator(&server, Method::POST, "/roles", draft).await.expect(201);
    let (_, integrator) = program(&server, "integrator", "integrator").await;
    let (_, robot) = program(&server, "robot", "admin").await;
    let mallory = personal(&server, person(&globex, "mallory", "admin").await).await;
    let one = format!("/audit/streams/{id}");
    let new = || json!({ "name": "Mine", "kind": "webhook", "address": hook.url });
    let changes = || {
        [
            (Method::PATCH, one.clone(), json!({ "name": "Other" })),
            (Method::POST, format!("{one}/rotate-secret"), Value::Null),
            (Method::POST, format!("{one}/pause"), Value::Null),
            (Method::POST, format!("{one}/resume"), Value::Null),
            (Method::POST, format!("{one}/replay"), json!({ "from_seq": 1 })),
            (Method::POST, format!("{one}/test"), Value::Null),
            (Method::DELETE, one.clone(), Value::Null),
        ]
    };

    let nobody =
        [("vic", &vic, 403), ("auditor", &auditor, 403), ("integrator", &integrator, 403), ("mallory", &mallory, 404)];
    for (who, token, status) in nobody {
        for (nth, (method, path, body)) in changes().into_iter().enumerate() {
            let reply = call(&server, token, method.clone(), &path, body).await;
            // The first two take more than such a token, whoever has it.
            let expected = if nth < 2 { 403 } else { status };
            assert_eq!(reply.status, expected, "{who} {method} {path}: {}", reply.text);
        }
    }
    assert_eq!(call(&server, &vic, Method::GET, &one, Value::Null).await.status, 403);
    assert_eq!(call(&server, &mallory, Method::GET, &one, Value::Null).await.status, 404);
    assert!(
        !call(&server, &mallory, Method::GET, "/audit/streams", Value::Null).await.expect(200).text.contains("SIEM")
    );
    for token in [&robot, &auditor, &admin] {
        assert_eq!(
            call(&server, token, Method::POST, "/audit/streams", new()).await.status,
            403,
            "no token makes a stream"
        );
    }
    let by_auditor = call(&server, &auditor, Method::GET, &one, Value::Null).await.expect(200).json();
    let by_admin = call(&server, &admin, Method::GET, &one, Value::Null).await.expect(200).json();
    assert_eq!(by_auditor["address"].as_str().unwrap(), hook.url.strip_suffix("/hook").unwrap());
    assert!(by_admin["address"].as_str().unwrap().ends_with("?key=s3cret"));
    for (method, path, body) in changes().into_iter().skip(2) {
        let reply = call(&server, &admin, method.clone(), &path, body).await;
        assert!(reply.status < 300, "{method} {path}: {}", reply.text);
    }
    let log = operator(&server, Method::GET, "/audit?limit=200", Value::Null).await.expect(200).text;
    assert!(!log.contains("s3cret"), "the record names no key");
}

/// An organisation has five streams at most, each with a name and an address that can be one.
#[tokio::test]
async fn a_stream_that_could_lead_nowhere_is_refused_and_so_is_the_sixth() {
    let server = server().await;
    server.tenant("acme").await;
    let make = async |new: Value| operator(&server, Method::POST, "/audit/streams", new).await;
    for (kind, address) in [
        ("webhook", json!("http://siem.example.com/hook")),
        ("webhook", json!("https://me:pass@siem.example.com")),
        ("webhook", json!("https://siem.example.com/#here")),
        ("webhook", json!("ftp://siem.example.com")),
        ("webhook", json!("")),
        ("webhook", Value::Null),
        ("webhook", json!(format!("https://siem.example.com/{}", "x".repeat(2_000)))),
        ("syslog", json!("logs.example.com")),
        ("syslog", json!("logs.example.com:0")),
        ("syslog", json!("logs.example.com:+514")),
        ("syslog", json!("logs.example.com:70000")),
        ("syslog", json!("a b:6514")),
        ("syslog", json!(":6514")),
        ("file", Value::Null),
        ("pigeon", json!("roof")),
    ] {
        let reply = make(json!({ "name": "SIEM", "kind": kind, "address": address })).await;
        assert_eq!(reply.status, 400, "{kind} {address}: {}", reply.text);
    }
    let good =
        |name: &str| json!({ "name": name, "kind": "syslog", "address": "[2001:db8::1]:6514", "format": "ocsf" });
    for name in ["", "a\nb", &"x".repeat(101)] {
        assert_eq!(make(good(name)).await.status, 400, "{name}");
    }
    assert_eq!(make(json!({ "name": "n", "kind": "syslog", "address": "a:1", "format": "xml" })).await.status, 400);

    for nth in 0..5 {
        make(good(&format!("number {nth}"))).await.expect(201);
    }
    let sixth = make(good("number 5")).await;

    assert_eq!(sixth.status, 409);
    let listed = operator(&server, Method::GET, "/audit/streams", Value::Null).await.expect(200).json();
    assert_eq!(listed["streams"].as_array().unwrap().len(), 5);
}

/// Something that is no record is sent on trial and answers what the receiver said; not as often as anybody likes.
#[tokio::test]
async fn a_test_says_what_the_receiver_said_and_moves_nothing() {
    let (server, hook) = (server().await, Hook::start().await);
    server.tenant("acme").await;
    let (id, secret) = to(&server, &hook.url).await;
    let path = format!("/audit/streams/{id}/test");
    let before = shown(&server, &id).await;

    hook.answers(403);
    let tried = operator(&server, Method::POST, &path, Value::Null).await.expect(200).json();
    let request = hook.take().remove(0);

    assert_eq!(tried, json!({ "taken": false, "said": "the receiver answered with status 403" }));
    assert_eq!((&request.json()["type"], request.is_signed_by(&secret)), (&json!("audit.test"), true));
    let after = shown(&server, &id).await;
    assert_eq!((&before["next_seq"], &before["state"]), (&after["next_seq"], &after["state"]));
    for _ in 0..9 {
        operator(&server, Method::POST, &path, Value::Null).await.expect(200);
    }
    operator(&server, Method::POST, &path, Value::Null).await.expect(429);
}

/// A stream that was changed, paused or sent back while a batch was under way is not moved by that batch.
#[tokio::test]
async fn a_batch_under_way_does_not_move_a_stream_that_was_sent_back_meanwhile() {
    let (server, hook) = (server().await, Hook::start().await);
    let acme = server.tenant("acme").await;
    let new = NewStream {
        name: "SIEM".to_owned(),
        kind: Kind::Webhook,
        address: hook.url.clone(),
        signing: Signing::default(),
        style: Style::Json,
        events: Events::default(),
    };
    let made = audit_streams::create(&server.app, &Server::operator(), acme.org, new).await.unwrap().0;
    let id: AuditStreamId = made.id;
    jobs::sweep(&server.app).await.unwrap();
    let due = server.app.store.audit_streams_due(server.app.now(), 10).await.unwrap().remove(0);
    let lease = server.app.now().after(A_MINUTE * 2);
    let claimed = server.app.store.claim_audit_stream(due.clone(), lease).await.unwrap().expect("it is free");
    assert!(server.app.store.claim_audit_stream(due, lease).await.unwrap().is_none(), "and then it is not");

    audit_streams::replay(&server.app, &Server::operator(), id, 1).await.unwrap();
    let tx = server.app.begin(acme.org).await.unwrap();
    let moved = doorward::store::audit_streams::taken(&tx, &claimed, claimed.next_seq + 1).await.unwrap();
    drop(tx);
    ship(&server).await;

    assert!(!moved);
    assert_eq!(hook.seqs()[0], 1);
}
