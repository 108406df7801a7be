//! A connection that somebody outside sets up by a link: what they see, what they may, and when it ends.

use std::time::Duration;

use doorward::app::users::{self, OnLastHolder};
use doorward::app::{accounts, connections, organisations};
use doorward::domain::connection::{ConnectionToken, Kind};
use doorward::store::audit;
use reqwest::{Method, Response, header};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::breaker::owner;
use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, Provisioning, Reply, Server, Tenant};

/// Longer than a watcher needs to hear of something.
const SOON: Duration = Duration::from_secs(10);

/// The path of a new link that the operator makes.
async fn link(of: &Provisioning<'_>) -> String {
    let new = connections::create_setup_link(&of.server.app, &Server::operator(), of.id, 7).await.unwrap();
    path(new.url.reveal())
}

fn path(url: &str) -> String {
    format!("/connect/{}", url.rsplit('/').next().unwrap())
}

async fn entra<'s>(tenant: &Tenant<'s>) -> Provisioning<'s> {
    tenant.connection_with(Kind::Entra, doorward::domain::connection::Settings::default()).await
}

fn person(user_name: &str) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": user_name, "displayName": "Ada Lovelace"})
}

async fn watch(server: &Server, at: &str) -> Response {
    let request = server.request(Method::GET, &format!("{at}/events"));
    request.timeout(Duration::from_secs(30)).send().await.unwrap()
}

async fn tokens(of: &Provisioning<'_>) -> Vec<ConnectionToken> {
    connections::get(&of.server.app, &Server::operator(), of.id).await.unwrap().1
}

async fn list(of: &Provisioning<'_>) -> Value {
    let path = format!("/api/v1/connections/{}/setup-links", of.id);
    of.server.send(of.server.api(Method::GET, &path)).await.expect(200).json()["setup_links"].clone()
}

/// Whoever has the link sees the guide without an account, makes one token, and sees what comes with it; nobody is named.
#[tokio::test]
async fn whoever_has_the_link_sets_the_connection_up_and_sees_no_names() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let entra = entra(&acme).await;
    let olga = signed_in(&acme, "olga").await;
    let guide = format!("/console/provisioning/connections/{}/setup", entra.id);
    let page = olga.get(&guide).await.expect(200);
    let once = olga.fill_in(&page, &format!("{guide}/links"), &[("days", Some("14"))]).await.expect(200);
    let (_, rest) = once.text.split_once("id=\"once\">").unwrap();
    let at = path(rest.split('<').next().unwrap());
    let outside = Browser::new(&server);

    let first = outside.get(&at).await.expect(200);

    let said = words(&first);
    assert!(said.contains("Connect your identity provider with") && said.contains("ACME"), "{said}");
    assert!(first.text.contains("/scim/v2?aadOptscim062020") && said.contains("Entra admin centre"), "{said}");
    assert_eq!(first.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(first.header("cache-control"), Some("no-store"));
    assert!(!said.contains("olga"));
    let hint = "has no role, and can do nothing here";
    let made = outside.fill_in(&first, &format!("{at}/token"), &[]).await.expect(200);
    let (_, rest) = made.text.split_once("id=\"once\">").unwrap();
    let token = rest.split('<').next().unwrap().to_owned();
    let theirs = Provisioning { server: &server, id: entra.id, token };
    theirs.send(Method::POST, "/Users", &person("ada@acme.example")).await.expect(201);
    theirs.send(Method::POST, "/Users", &person("ada@acme.example")).await.expect(409);

    let then = outside.get(&at).await.expect(200);
    let said = words(&then);
    assert!(said.contains("Waiting for the first group") && said.contains("POST /Users 409"), "{said}");
    assert!(said.contains("The last change was refused") && said.contains("A token was made with this link"), "{said}");
    for name in ["ada", "Lovelace", "acme.example", hint] {
        assert!(!said.contains(name), "{name}: {said}");
    }
    assert!(words(&olga.get(&guide).await).contains(hint), "what those inside have to mend");
    let record = audit::newest(server.app.store.reader(), acme.org, 100).await.unwrap();
    let record = record.into_iter().find(|it| it.action == "connection.token_added_by_link").unwrap();
    let links = list(&entra).await;
    assert_eq!(record.actor_kind, "anonymous");
    assert!(record.changes.contains(links[0]["id"].as_str().unwrap()), "{record:?}");
    assert_eq!((&links[0]["works"], links[0]["token_id"].is_string()), (&json!(true), true));
    assert!(words(&olga.get(&guide).await).contains("its token was made"));
    server.run_jobs().await;
}

/// Of one link comes one token, however often and at once it is asked for.
#[tokio::test]
async fn of_one_link_comes_one_token() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    owner(&acme).await;
    let entra = entra(&acme).await;
    let at = link(&entra).await;
    let (one, two) = (Browser::new(&server), Browser::new(&server));
    let lives = Duration::from_hours(24 * u64::from(connections::TOKEN_DAYS));
    let (first, second) = (one.get(&at).await.expect(200), two.get(&at).await.expect(200));
    let before = tokens(&entra).await.len();

    let form = format!("{at}/token");
    let (a, b) = tokio::join!(one.fill_in(&first, &form, &[]), two.fill_in(&second, &form, &[]));

    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 303]);
    assert_eq!(one.fill_in(&first, &form, &[]).await.status, 303);
    let after = tokens(&entra).await.len();
    assert_eq!(after, before + 1);
    let ends = server.app.now().after(lives);
    assert!(tokens(&entra).await.iter().all(|it| it.expires_at == ends), "each works for the usual time");
    server.run_jobs().await;
    let told = server.mails().into_iter().filter(|it| it.contains("olga@") && it.contains("made a token of"));
    assert_eq!(told.count(), 1, "whoever manages connections is told once");
    // Without the token of the own page nothing is made.
    let fresh = link(&entra).await;
    let page = one.get(&fresh).await.expect(200);
    let foreign = server.request(Method::POST, &format!("{fresh}/token")).form(&[("csrf", "x")]);
    assert_eq!(one.send(foreign).await.status, 403);
    assert!(page.text.contains("id=\"make-token\""));
}

/// Unknown, revoked, over, of a paused organisation, or of somebody who could not make it now: the same answer, and no token.
#[tokio::test]
async fn a_link_that_does_not_work_is_answered_alike_whatever_the_reason() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let olga = acme.user("olga", "owner").await;
    acme.user("otto", "owner").await;
    let entra = entra(&acme).await;
    let browser = signed_in(&acme, "olga").await;
    let guide = format!("/console/provisioning/connections/{}/setup", entra.id);
    let page = browser.get(&guide).await.expect(200);
    let once = browser.fill_in(&page, &format!("{guide}/links"), &[]).await.expect(200);
    let (_, rest) = once.text.split_once("id=\"once\">").unwrap();
    let of_olga = path(rest.split('<').next().unwrap());
    let (revoked, over) = (link(&entra).await, link(&entra).await);
    let outside = Browser::new(&server);
    let open = outside.get(&revoked).await.expect(200);
    outside.get(&of_olga).await.expect(200);
    let newest_but_one = list(&entra).await[1]["id"].as_str().unwrap().to_owned();
    let end = format!("/api/v1/connections/{}/setup-links/{newest_but_one}", entra.id);
    server.send(server.api(Method::DELETE, &end)).await.expect(204);
    server.send(server.api(Method::DELETE, &end)).await.expect(404);
    users::deactivate(&server.app, &Server::operator(), olga, OnLastHolder::Refuse).await.unwrap();

    let unknown = outside.get("/connect/dwln_nonsense").await.expect(410);
    for gone in [&revoked, &of_olga] {
        let answer = outside.get(gone).await.expect(410);
        assert_eq!(answer.text, unknown.text);
        assert_eq!(watch(&server, gone).await.status(), 410);
    }
    assert_eq!(outside.fill_in(&open, &format!("{revoked}/token"), &[]).await.status, 303);
    outside.get(&over).await.expect(200);
    let links = list(&entra).await;
    let works: Vec<_> = links.as_array().unwrap().iter().map(|it| it["works"].clone()).collect();
    assert_eq!(works, [json!(true), json!(false)]);
    server.advance(Duration::from_hours(24 * 7));
    assert_eq!(outside.get(&over).await.expect(410).text, unknown.text);
    doorward::app::jobs::sweep(&server.app).await.unwrap();
    // Nothing is left of it: also a clock that is set back brings none to light.
    server.set_back(Duration::from_hours(24 * 7));
    assert_eq!(list(&entra).await, json!([]));
    server.keep_outbox();
}

/// A link is worth what its maker is worth: it ends with their credentials and with their role, and with the organisation.
#[tokio::test]
async fn a_link_is_worth_no_more_than_its_maker() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let entra = entra(&acme).await;
    acme.user("otto", "owner").await;
    let outside = Browser::new(&server);
    let mut of = Vec::new();
    for name in ["demoted", "signed-out"] {
        let (id, actor) = acme.actor(name, "owner").await;
        let made = connections::create_setup_link(&server.app, &actor, entra.id, 7).await.unwrap();
        of.push((id, path(made.url.reveal())));
    }
    let of_operator = link(&entra).await;
    for at in [&of[0].1, &of[1].1, &of_operator] {
        outside.get(at).await.expect(200);
    }

    users::change_role(&server.app, &Server::operator(), of[0].0, &"viewer".parse().unwrap()).await.unwrap();
    accounts::revoke_sessions(&server.app, &Server::operator(), of[1].0).await.unwrap();

    for (_, at) in &of {
        outside.get(at).await.expect(410);
    }
    outside.get(&of_operator).await.expect(200);
    organisations::suspend(&server.app, &Server::operator(), acme.org).await.unwrap();
    outside.get(&of_operator).await.expect(410);
    assert_eq!(watch(&server, &of_operator).await.status(), 410);
    server.keep_outbox();
}

/// The link of one connection says and gives nothing of another, and ends with its connection.
#[tokio::test]
async fn a_link_reaches_no_other_connection() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let (entra, okta) = (entra(&acme).await, acme.connection().await);
    let theirs = globex.connection().await;
    let at = link(&entra).await;
    okta.send(Method::POST, "/Users", &person("ada")).await.expect(201);
    let outside = Browser::new(&server);

    let page = outside.get(&at).await.expect(200);
    assert!(words(&page).contains("Waiting for the first request"), "{}", words(&page));
    outside.fill_in(&page, &format!("{at}/token"), &[]).await.expect(200);
    entra.get("/Users?filter=%3Cb%3ECall%20eq%20%22Ada%22").await.expect(400);
    assert!(
        !outside.get(&at).await.expect(200).text.contains("Call"),
        "what is no name of an attribute is told to nobody"
    );

    let tokens = async |of: &Provisioning<'_>| tokens(of).await.len();
    assert_eq!((tokens(&entra).await, tokens(&okta).await, tokens(&theirs).await), (2, 1, 1));
    let id = list(&entra).await[0]["id"].as_str().unwrap().to_owned();
    let wrong = format!("/api/v1/connections/{}/setup-links/{id}", okta.id);
    server.send(server.api(Method::DELETE, &wrong)).await.expect(404);
    globex.user("gina", "owner").await;
    let gina = signed_in(&globex, "gina").await;
    let guide = format!("/console/provisioning/connections/{}/setup", entra.id);
    assert_eq!(gina.get(&guide).await.status, 404);
    for path in ["/console", "/account", "/api/v1/me"] {
        assert_ne!(outside.get(path).await.status, 200, "{path}");
    }
    connections::delete(&server.app, &Server::operator(), entra.id).await.unwrap();
    outside.get(&at).await.expect(410);
    let report = doorward::app::fsck::run(&server.app, &Server::operator()).await.unwrap();
    assert!(!report.broken.iter().any(|it| it.rule.contains("setting up")), "{:?}", report.broken);
    server.run_jobs().await;
}

/// A stream hears that something changed and not what, ends with the link, and those of one link are bounded without keeping the
/// watchers of another link away.
#[tokio::test]
async fn who_watches_by_a_link_is_bounded_and_hears_nothing_after_it() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let entra = entra(&acme).await;
    let (at, other) = (link(&entra).await, link(&entra).await);
    let mut streams = Vec::new();
    for _ in 0..4 {
        streams.push(watch(&server, &at).await);
    }
    assert!(streams.iter().all(|it| it.status() == 200));
    assert_eq!(watch(&server, &at).await.status(), 429);
    assert_eq!(watch(&server, &other).await.status(), 200);
    // A place is given back by whoever goes.
    drop(streams.pop());
    let again = async { while watch(&server, &at).await.status() == 429 {} };
    timeout(SOON, again).await.expect("the place of whoever has gone is free");
    let mut stream = streams.remove(0);
    assert_eq!(stream.headers()[header::CONTENT_TYPE], "text/event-stream");
    let heard = timeout(SOON, stream.chunk()).await.unwrap().unwrap().unwrap();
    assert!(String::from_utf8_lossy(&heard).contains("event: changed"));

    let link = list(&entra).await[1]["id"].as_str().unwrap().to_owned();
    connections::revoke_setup_link(&server.app, &Server::operator(), entra.id, link.parse().unwrap()).await.unwrap();

    let ended = timeout(SOON, async { while stream.chunk().await.unwrap().is_some() {} }).await;
    assert!(ended.is_ok(), "the stream goes on");
    assert_eq!(watch(&server, &at).await.status(), 410);
}

/// Only whoever may make the tokens of a connection makes links to them, for thirty days at most; the guide is read over the API.
#[tokio::test]
async fn links_are_made_by_those_who_make_tokens_and_the_guide_is_in_the_api() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let entra = entra(&acme).await;
    let links = format!("/api/v1/connections/{}/setup-links", entra.id);
    let make = async |body: Value| server.send(server.api(Method::POST, &links).json(&body)).await;
    for wrong in [json!({ "expires_in_days": 0 }), json!({ "expires_in_days": 31 }), json!({ "days": 3 })] {
        make(wrong).await.expect(400);
    }
    let made = make(json!({ "expires_in_days": 30 })).await.expect(201).json();
    for _ in 1..20 {
        make(json!({ "expires_in_days": 1 })).await.expect(201);
    }
    let refused = make(json!({ "expires_in_days": 1 })).await.expect(400);
    assert!(refused.text.contains("has 20 links already"), "{}", refused.text);
    server.advance(Duration::from_hours(24));
    make(json!({ "expires_in_days": 1 })).await.expect(201);
    assert!(made["url"].as_str().unwrap().contains("/connect/dwln_"));
    assert_eq!(list(&entra).await[0]["url"], Value::Null);

    let setup = format!("/api/v1/connections/{}/setup", entra.id);
    let setup = async || server.send(server.api(Method::GET, &setup)).await.expect(200).json();
    entra.get("/Groups?filter=displayName%20eq%20%22Crew%22").await.expect(200);
    for no_name in ["%3Cb%3Eada".to_owned(), "a".repeat(101)] {
        entra.get(&format!("/Users?filter={no_name}%20eq%20%22Ada%22")).await.expect(400);
    }
    let findings = setup().await["findings"].to_string();
    assert!(!findings.contains("\"match\""), "neither of groups nor what is no name of an attribute: {findings}");
    entra.get("/Users?filter=displayName%20eq%20%22Ada%22").await.expect(200);
    let setup = setup().await;
    assert!(setup["scim_base_url"].as_str().unwrap().ends_with("/scim/v2?aadOptscim062020"));
    assert_eq!(
        (&setup["waiting_for"], &setup["steps"][1]),
        (&json!("user"), &json!({ "step": "request", "done": true }))
    );
    assert_eq!(
        (&setup["findings"][0]["finding"], &setup["findings"][0]["attribute"]),
        (&json!("match"), &json!("displayName"))
    );
    let answer: Reply = server.send(server.request(Method::GET, &links)).await;
    assert_eq!(answer.status, 401);
}
