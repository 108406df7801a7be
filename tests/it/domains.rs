//! The domains of an organisation: named, proved by a record in the DNS, and what that opens.

use std::time::Duration;

use doorward::app::connections::{self, ConnectionChange};
use doorward::app::jobs;
use doorward::domain::id::ConnectionId;
use doorward::domain::policy::Actor;
use doorward::domain::{Denial, Error};
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_edit::post;
use crate::console_shell::words;
use crate::harness::{OPERATOR_TOKEN, Reply, Server, in_acme};
use crate::resources::{at, call, person, personal};

const NAME: &str = "_doorward-challenge.acme.example";

async fn operator(server: &Server, method: Method, path: &str, body: Value) -> Reply {
    call(server, OPERATOR_TOKEN, method, path, body).await
}

/// Says that the domain is the organisation's; answers the value of the record.
async fn added(server: &Server, org: &str, domain: &str) -> String {
    let path = format!("/domains?organisation={org}");
    let made = operator(server, Method::POST, &path, json!({ "domain": domain })).await.expect(201).json();
    made["record"]["value"].as_str().unwrap().to_owned()
}

async fn checked(server: &Server, org: &str, domain: &str) -> Value {
    let path = format!("/domains/{domain}/check?organisation={org}");
    operator(server, Method::POST, &path, Value::Null).await.expect(200).json()
}

/// What the server does by itself, an hour at a time.
async fn hours(server: &Server, count: u32) {
    for _ in 0..count {
        server.advance(Duration::from_hours(1));
        jobs::sweep(&server.app).await.unwrap();
    }
}

/// S0-2: what proves a domain is a record that only this organisation was told; nothing else does.
#[tokio::test]
async fn s0_2_a_domain_is_proven_by_the_record_that_only_this_organisation_was_told() {
    let server = Server::start().await;
    server.tenant("acme").await;
    server.tenant("globex").await;
    let (ours, theirs) = (added(&server, "acme", "ACME.example").await, added(&server, "globex", "acme.example").await);

    let nothing = checked(&server, "acme", "acme.example").await;
    server.dns.has(NAME, &["v=spf1 -all", &theirs, &ours.replace('=', "-"), &ours.to_uppercase()]);
    let others = checked(&server, "acme", "acme.example").await;
    server.dns.fails(NAME);
    let no_answer = checked(&server, "acme", "acme.example").await;
    server.dns.has(NAME, &["v=spf1 -all", &ours]);
    let seen = checked(&server, "acme", "acme.example").await;

    assert_ne!(ours, theirs);
    assert!(ours.starts_with("doorward=") && ours.len() == 41, "{ours}");
    let told = [&nothing, &others, &no_answer, &seen].map(|it| (it["seen"].clone(), it["domain"]["state"].clone()));
    let expected = [("nothing", "unproven"), ("others", "unproven"), ("no_answer", "unproven"), ("record", "proven")];
    assert_eq!(told, expected.map(|(seen, state)| (json!(seen), json!(state))));
    assert_eq!(others["others"].as_array().unwrap().len(), 4, "{others}");
    assert_eq!(seen["domain"]["record"], json!({ "type": "TXT", "name": NAME, "value": ours }));
    let log = operator(&server, Method::GET, &in_acme("/audit?action=domain"), Value::Null).await.expect(200).json();
    let deeds: Vec<_> = log["events"].as_array().unwrap().iter().map(|it| it["action"].clone()).collect();
    assert_eq!(deeds, ["domain.proved", "domain.added"], "{log}");
}

/// Two may say so; one has it, and the other is told.
#[tokio::test]
async fn a_domain_is_proven_by_one_organisation_at_most() {
    let server = Server::start().await;
    server.tenant("acme").await;
    server.tenant("globex").await;
    let (ours, theirs) = (added(&server, "acme", "acme.example").await, added(&server, "globex", "acme.example").await);
    server.dns.has(NAME, &[&ours, &theirs]);

    let first = checked(&server, "acme", "acme.example").await;
    let second = checked(&server, "globex", "acme.example").await;
    hours(&server, 1).await;
    let still = operator(&server, Method::GET, "/domains?organisation=globex", Value::Null).await.expect(200).json();
    operator(&server, Method::DELETE, &in_acme("/domains/acme.example"), Value::Null).await.expect(204);
    let free = checked(&server, "globex", "acme.example").await;

    assert_eq!(first["seen"], "record");
    assert_eq!((&second["seen"], &second["domain"]["state"]), (&json!("elsewhere"), &json!("unproven")));
    assert_eq!(still["domains"][0]["state"], "unproven");
    assert_eq!(free["domain"]["state"], "proven");
}

/// The server looks by itself; what is gone is shown and ends nothing, and an answer that does not come says nothing.
#[tokio::test]
async fn the_server_looks_by_itself_and_tells_when_a_record_is_gone() {
    let server = Server::start().await;
    server.tenant("acme").await;
    let ours = added(&server, "acme", "acme.example").await;
    let one = async || operator(&server, Method::GET, &in_acme("/domains/acme.example"), Value::Null).await.json();

    hours(&server, 2).await;
    let early = server.dns.times_asked(NAME);
    server.dns.has(NAME, &[&ours]);
    hours(&server, 1).await;
    let proven = one().await;
    server.dns.fails(NAME);
    hours(&server, 30).await;
    let unanswered = one().await;
    server.dns.has_not(NAME);
    hours(&server, 30).await;
    let gone = one().await;
    server.dns.has(NAME, &[&ours]);
    hours(&server, 30).await;
    let back = one().await;

    assert_eq!(early, 2);
    let told = [&proven, &unanswered, &gone, &back].map(|it| it["state"].clone());
    assert_eq!(told, ["proven", "proven", "missing", "proven"]);
    assert!(gone["missing_since"].is_string() && back["missing_since"].is_null(), "{gone} {back}");
    assert_eq!(proven["proven_at"], back["proven_at"]);
}

/// What nobody has proved is forgotten after a month, and asked for no more.
#[tokio::test]
async fn what_nobody_proves_is_forgotten_after_a_month() {
    let server = Server::start().await;
    server.tenant("acme").await;
    added(&server, "acme", "acme.example").await;

    server.advance(Duration::from_hours(24 * 30 + 1));
    jobs::sweep(&server.app).await.unwrap();
    jobs::sweep(&server.app).await.unwrap();

    let left = operator(&server, Method::GET, &in_acme("/domains"), Value::Null).await.expect(200).json();
    assert_eq!((left, server.dns.times_asked(NAME)), (json!({ "domains": [] }), 0));
}

/// UP-11: whoever manages connections lets a domain lead to one only when it is proven, here; then it is in use.
#[tokio::test]
async fn up_11_only_a_domain_that_is_proven_leads_to_a_connection() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let (_, olga) = acme.actor("olga", "owner").await;
    let (_, eve) = globex.actor("eve", "owner").await;
    let (ours, theirs) = (acme.connection().await.id, globex.connection().await.id);
    let provider = json!({
        "issuer": "https://idp.example", "client_id": "doorward", "client_secret": "a secret of the provider",
    });
    for connection in [ours, theirs] {
        operator(&server, Method::PATCH, &format!("/connections/{connection}"), provider.clone()).await.expect(200);
    }
    let leads = async |actor: &Actor, connection: ConnectionId, domains: &[&str]| {
        let domains = domains.iter().map(|it| it.parse().unwrap()).collect();
        let change = ConnectionChange { domains: Some(domains), ..ConnectionChange::default() };
        connections::change(&server.app, actor, connection, change).await.map(drop)
    };
    let leads_ours = async |domains: &[&str]| leads(&olga, ours, domains).await;

    let unnamed = leads_ours(&["acme.example"]).await;
    let record = added(&server, "acme", "acme.example").await;
    let unproven = leads_ours(&["acme.example"]).await;
    server.dns.has(NAME, &[&record]);
    checked(&server, "acme", "acme.example").await;
    let below = leads_ours(&["acme.example", "mail.acme.example"]).await;
    let of_others = leads(&eve, theirs, &["acme.example"]).await;
    let proven = leads_ours(&["acme.example"]).await;
    let in_use = operator(&server, Method::DELETE, &in_acme("/domains/acme.example"), Value::Null).await;
    leads_ours(&[]).await.unwrap();
    let removed = operator(&server, Method::DELETE, &in_acme("/domains/acme.example"), Value::Null).await.status;
    let again = leads_ours(&["acme.example"]).await;

    for refused in [unnamed, unproven, below, of_others, again] {
        assert!(matches!(refused, Err(Error::Denied(Denial::ClaimDomain))), "{refused:?}");
    }
    assert!(proven.is_ok(), "{proven:?}");
    assert!(in_use.status == 409 && in_use.text.contains("domain-in-use"), "{}", in_use.text);
    assert_eq!(removed, 204);
}

/// TE-05: nobody reads, checks or takes away a domain of another organisation, and a name that is none is no domain.
#[tokio::test]
async fn te_05_a_domain_of_another_organisation_is_not_there() {
    let server = Server::start().await;
    server.tenant("acme").await;
    let globex = server.tenant("globex").await;
    added(&server, "acme", "acme.example").await;
    let eve = personal(&server, person(&globex, "eve", "owner").await).await;
    let by = |token: String, method: Method, path: &'static str| {
        let server = &server;
        async move { call(server, &token, method, path, Value::Null).await.status }
    };

    for (method, path) in [
        (Method::GET, "/domains/acme.example"),
        (Method::POST, "/domains/acme.example/check"),
        (Method::DELETE, "/domains/acme.example"),
        (Method::GET, "/domains/not%20a%20domain"),
    ] {
        assert_eq!(by(eve.clone(), method.clone(), path).await, 404, "{method} {path}");
    }
    assert_eq!(by(eve.clone(), Method::GET, "/domains?organisation=acme").await, 404);
    for wrong in ["", "acme", "https://acme.example", "acme.example.", "*.acme.example", "192.0.2.1", "a@acme.example"]
    {
        let refused = call(&server, &eve, Method::POST, "/domains", json!({ "domain": wrong })).await;
        assert!(refused.status == 400 && refused.text.contains("example.com"), "{wrong}: {}", refused.text);
    }
    assert_eq!(server.dns.times_asked(NAME), 0);
}

/// S0-2: the console says what to enter, tells whether it is seen, and offers what is proven to a connection.
#[tokio::test]
async fn s0_2_the_console_shows_the_record_looks_for_it_and_offers_the_domain() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    person(&acme, "olga", "owner").await;
    let connection = acme.connection().await.id;
    let browser = at(&server, "olga").await;
    let list = "/console/organisation/domains";
    let one = format!("{list}/acme.example");

    let wrong = post(&browser, list, list, &[("domain", "acme")]).await;
    let added = post(&browser, list, list, &[("domain", "acme.example")]).await;
    let page = browser.get(&one).await;
    let edit = format!("/console/provisioning/connections/{connection}/edit");
    let before = browser.get(&edit).await;
    let nothing = post(&browser, &one, &format!("{one}/check"), &[]).await;
    let shown = page.text.split("id=\"record-value\"").nth(1).unwrap();
    let record = shown.split('>').nth(1).unwrap().split('<').next().unwrap();
    server.dns.has(NAME, &["something <b>else</b>"]);
    let others = post(&browser, &one, &format!("{one}/check"), &[]).await;
    server.dns.has(NAME, &[record]);
    let seen = post(&browser, &one, &format!("{one}/check"), &[]).await;
    let offered = browser.get(&edit).await;
    let removed = post(&browser, &format!("{one}/remove"), &format!("{one}/remove"), &[]).await;

    assert!(wrong.status == 400 && words(&wrong).contains("Write a domain such as example.com"), "{}", wrong.text);
    assert_eq!((added.status, added.header("location")), (303, Some(one.as_str())));
    assert!(page.text.contains(NAME) && words(&page).contains("Not proven"), "{}", page.text);
    assert!(words(&nothing).contains("no such record yet"), "{}", nothing.text);
    assert!(others.text.contains("something &#60;b&#62;else&#60;/b&#62;"), "{}", others.text);
    assert!(words(&seen).contains("The record is there. The domain is proven."), "{}", seen.text);
    let field = "name=\"domain-acme.example\"";
    assert_eq!([&before, &offered].map(|it| it.text.contains(field)), [false, true]);
    assert_eq!(
        (removed.status, removed.header("location")),
        (303, Some("/console/organisation/domains?said=domain-removed"))
    );
}
