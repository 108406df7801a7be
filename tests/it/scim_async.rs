//! Requests that an identity provider does not wait for (RFC 9967 2.5.1): `Prefer: respond-async`.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use doorward::app::provisioner::{self, Called};
use doorward::app::provisioning::{self, Trace, change_of};
use doorward::app::{connections, jobs};
use doorward::domain::connection::{Breaker, Kind, Scope, Scopes, Settings};
use doorward::domain::id::RunId;
use doorward::store::kept_requests::{Claim, Due};
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_connections::fill_in;
use crate::console_shell::{signed_in, words};
use crate::harness::database::execute;
use crate::harness::log::captured;
use crate::harness::{Provisioning, Reply, Server};
use crate::oidc::stage::claims;
use crate::scim_events::{self, Listener};

const ASYNC_RESPONSE: &str = "urn:ietf:params:scim:event:misc:asyncresp";
const LEASE: Duration = Duration::from_secs(121);

/// Sends a request that is not waited for.
async fn later(of: &Provisioning<'_>, method: Method, path: &str, body: &Value) -> Reply {
    let request = of.request(method, path).header("prefer", "respond-async");
    let request = if body.is_null() { request } else { request.json(body) };
    of.server.send(request).await
}

/// The same; answers the number under which its outcome is told.
async fn kept(of: &Provisioning<'_>, method: Method, path: &str, body: &Value) -> String {
    later(of, method, path, body).await.expect(202).header("set-txn").unwrap().to_owned()
}

async fn outcome(of: &Provisioning<'_>, txn: &str) -> Reply {
    of.get(&format!("/Events/{txn}")).await
}

/// What the token tells that is read there.
async fn told(of: &Provisioning<'_>, txn: &str) -> Value {
    let reply = outcome(of, txn).await.expect(200);
    assert_eq!(reply.header("content-type"), Some("application/secevent+jwt"));
    claims(&reply.text)
}

async fn status(of: &Provisioning<'_>, txn: &str) -> String {
    told(of, txn).await["events"][ASYNC_RESPONSE]["status"].as_str().unwrap().to_owned()
}

async fn entry(server: &Server, id: &str) -> Value {
    let path = format!("/api/v1/provisioning/journal/{id}?organisation=acme");
    server.send(server.api(Method::GET, &path)).await.expect(200).json()
}

fn person(name: &str) -> Value {
    json!({ "userName": name, "displayName": name, "externalId": format!("00u-{name}") })
}

fn title(of: &str) -> Value {
    json!({ "Operations": [{ "op": "replace", "path": "title", "value": of }] })
}

fn bulk(operations: &[Value]) -> Value {
    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations })
}

async fn users(of: &Provisioning<'_>) -> Vec<Value> {
    of.get("/Users?sortBy=userName").await.expect(200).json()["Resources"].as_array().cloned().unwrap_or_default()
}

/// What is due of the kept requests, as another node that looks.
async fn due(server: &Server) -> Vec<Due> {
    server.app.store.due_requests(server.app.now()).await.unwrap()
}

/// Claims the next request, as a node that may die with it.
async fn claim(server: &Server) -> (Claim, Vec<u8>) {
    let due = due(server).await.remove(0);
    let claim = Claim { org: due.org, request: due.id, run: RunId::new() };
    let until = server.app.now().after(LEASE);
    (claim, server.app.store.claim_request(&due, claim.run, until).await.unwrap().unwrap())
}

/// The answer says that the request is kept, and where the outcome will be; the outcome is what a bulk answer would have said, and
/// stands in the journal, too.
#[tokio::test]
async fn a_request_is_answered_first_and_carried_out_later() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;

    let reply = later(&okta, Method::POST, "/Users", &person("ada")).await.expect(202);
    let txn = reply.header("set-txn").unwrap().to_owned();
    let location = format!("{}/scim/v2/Events/{txn}", server.app.config.public_url);
    assert_eq!((reply.text.as_str(), reply.header("preference-applied")), ("", Some("respond-async")));
    assert_eq!(reply.header("location"), Some(location.as_str()));
    let own = format!("/scim/{}/v2", okta.id);
    let request = server.request(Method::DELETE, &format!("{own}/Users/7")).bearer_auth(&okta.token);
    let by_own = server.send(request.header("prefer", "respond-async")).await.expect(202);
    let location = format!("{}{own}/Events/{}", server.app.config.public_url, by_own.header("set-txn").unwrap());
    assert_eq!(by_own.header("location"), Some(location.as_str()));
    let waits = outcome(&okta, &txn).await.expect(202);
    assert_eq!(
        (waits.text.as_str(), waits.header("set-txn"), waits.header("retry-after")),
        ("", Some(&*txn), Some("1"))
    );
    let entry_before = entry(&server, &txn).await;
    assert_eq!((&entry_before["result"], &entry_before["txn"]), (&json!("waiting"), &json!(txn)));
    assert_eq!((users(&okta).await.len(), entry_before["status"].as_u64()), (0, Some(202)));

    server.run_jobs().await;

    let ada = users(&okta).await[0]["id"].as_str().unwrap().to_owned();
    let set = told(&okta, &txn).await;
    let event = &set["events"][ASYNC_RESPONSE];
    assert_eq!((&set["txn"], &set["aud"]), (&json!(txn), &json!(okta.id.to_string())));
    assert_eq!(set["sub_id"], json!({ "format": "scim", "uri": format!("/Users/{ada}") }));
    assert_eq!((set.get("sub"), set.get("exp")), (None, None));
    let at = format!("{}/scim/v2/Users/{ada}", server.app.config.public_url);
    let version = okta.get(&format!("/Users/{ada}")).await.header("etag").unwrap().to_owned();
    assert_eq!(event, &json!({ "method": "POST", "location": at, "version": version, "status": "201" }));
    let entry = entry(&server, &txn).await;
    assert_eq!((&entry["result"], entry["status"].as_u64()), (&json!("changed"), Some(201)));
    assert_eq!((&entry["deeds"][0]["action"], &entry["user"]), (&json!("user.created"), &json!(ada)));
    let path = format!("/Users/{ada}");
    let whole = json!({ "userName": "ada", "displayName": "Ada", "title": "Dr" });
    for (method, path, body, expected) in [
        (Method::PUT, &*path, whole, "200"),
        (Method::PATCH, &path, title("Prof"), "200"),
        (Method::POST, "/Users", person("ada"), "409"),
        (Method::POST, "/Groups", json!({ "displayName": "Crew" }), "201"),
        (Method::DELETE, "/Groups/7", Value::Null, "404"),
        (Method::DELETE, &path, Value::Null, "204"),
    ] {
        let txn = kept(&okta, method.clone(), path, &body).await;
        server.run_jobs().await;
        let set = told(&okta, &txn).await;
        let event = &set["events"][ASYNC_RESPONSE];
        assert_eq!((&event["method"], &event["status"]), (&json!(method.as_str()), &json!(expected)), "{event}");
        let is_refused = expected.starts_with('4');
        assert_eq!(event["response"]["status"], if is_refused { json!(expected) } else { Value::Null });
        assert_eq!(self::entry(&server, &txn).await["status"].to_string(), expected);
    }
    assert!(users(&okta).await.is_empty());
}

/// The wish is one about changes: what only reads is answered at once. What could not be done anyway is refused at once, and leaves
/// nothing to do.
#[tokio::test]
async fn what_is_wrong_is_refused_at_once_and_what_only_reads_is_answered() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    let scopes = Scopes::only([Scope::WriteGroups]).unwrap();
    let day = Duration::from_hours(24);
    let narrow = connections::add_token(&server.app, &Server::operator(), okta.id, day, (scopes, None)).await.unwrap();
    let narrow = Provisioning { server: &server, id: okta.id, token: narrow.secret.reveal().clone() };
    let unknown = Provisioning { server: &server, id: okta.id, token: "dwscim_nonsense".to_owned() };

    assert_eq!(later(&okta, Method::GET, "/Users", &Value::Null).await.status, 200);
    assert_eq!(later(&okta, Method::POST, "/Users/.search", &json!({ "count": 1 })).await.status, 200);
    for (who, method, path, body, status) in [
        (&okta, Method::POST, "/Users", json!({ "displayName": "nobody" }), 400),
        (&okta, Method::PUT, "/Users/7", json!([]), 400),
        (&okta, Method::PATCH, "/Users/7", json!({ "Operations": [] }), 400),
        (&okta, Method::POST, "/Bulk", json!({ "Operations": [] }), 400),
        (&okta, Method::DELETE, "/Users/a%2Fb", Value::Null, 404),
        (&narrow, Method::POST, "/Users", person("ada"), 403),
        (&unknown, Method::POST, "/Users", person("ada"), 401),
    ] {
        assert_eq!(later(who, method, path, &body).await.status, status, "{path} {body}");
    }

    assert!(due(&server).await.is_empty());
}

/// Of the requests of a connection one is done after the other as they were answered, each once, whichever nodes took them and
/// however many nodes carry them out.
#[tokio::test]
async fn the_order_is_kept_and_two_nodes_do_each_request_once() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    let node = server.node().await;
    let there = Provisioning { server: &node, id: okta.id, token: okta.token.clone() };
    let ada = okta.push("ada").await;
    let mut all = Vec::new();
    for nth in 0..20 {
        let on = if nth % 2 == 0 { &okta } else { &there };
        all.push(kept(on, Method::PATCH, &format!("/Users/{ada}"), &title(&format!("{nth}"))).await);
        all.push(kept(on, Method::POST, "/Users", &person(&format!("p{nth}"))).await);
    }

    let first: Vec<String> = due(&server).await.iter().map(|it| it.id.to_string()).collect();
    assert_eq!(first, [all[0].clone()], "whatever came later waits for the first");

    let (one, two, three) = tokio::join!(server.run_jobs(), node.run_jobs(), server.run_jobs());

    assert_eq!(one + two + three, 40);
    assert_eq!((users(&okta).await.len(), due(&server).await.len()), (21, 0));
    assert_eq!(okta.get(&format!("/Users/{ada}")).await.json()["title"], "19");
    for (nth, txn) in all.iter().enumerate() {
        assert_eq!(status(&okta, txn).await, if nth % 2 == 0 { "200" } else { "201" });
    }
    let log = server.send(server.api(Method::GET, "/api/v1/audit?organisation=acme&limit=200")).await.json();
    let actions: Vec<&str> = log["events"].as_array().unwrap().iter().filter_map(|it| it["action"].as_str()).collect();
    let count = |action: &str| actions.iter().filter(|it| **it == action).count();
    assert_eq!((count("user.created"), count("user.updated")), (21, 20));
}

/// What a node leaves that dies is done by another: not before its claim has ended, and not again where it was done. A node that
/// comes back does nothing more.
#[tokio::test]
async fn a_node_that_dies_leaves_its_request_to_another_and_nothing_is_done_twice() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    let idle = kept(&okta, Method::POST, "/Users", &person("ada")).await;
    claim(&server).await;
    server.run_jobs().await;
    assert_eq!(users(&okta).await.len(), 0);
    server.advance(LEASE);
    server.run_jobs().await;
    assert_eq!(status(&okta, &idle).await, "201");

    let refers = json!({ "displayName": "Crew", "members": [{ "value": "bulkId:a" }] });
    let both = bulk(&[
        json!({ "method": "POST", "path": "/Groups", "bulkId": "g", "data": refers }),
        json!({ "method": "POST", "path": "/Users", "bulkId": "a", "data": person("bob") }),
    ]);
    let txn = kept(&okta, Method::POST, "/Bulk", &both).await;
    let (claim, _) = claim(&server).await;
    let called = Called { from: IpAddr::V4(Ipv4Addr::LOCALHOST), at: None };
    let begin = async |name: &str| {
        let trace = Trace::of_kept(claim);
        trace.begins(1);
        let opened = provisioner::find(&server.app, &okta.token, called).await.unwrap();
        let request = change_of("POST", "/scim/v2/Users", Some(person(name))).unwrap();
        Box::pin(provisioning::by_token(&server.app, &opened, &trace, request)).await
    };
    let bob = begin("bob").await.unwrap().id;
    assert!(begin("bob").await.is_err(), "the operation was done");
    server.advance(LEASE);
    server.run_jobs().await;

    let done = outcome(&okta, &txn).await.expect(200).json();
    let statuses: Vec<&Value> = done["Operations"].as_array().unwrap().iter().map(|it| &it["status"]).collect();
    assert_eq!(statuses, ["201", "201"]);
    assert!(done["Operations"][1]["location"].as_str().unwrap().ends_with(&bob), "{done}");
    let crew = okta.get("/Groups").await.json()["Resources"][0].clone();
    assert_eq!(crew["members"][0]["value"], json!(bob));
    assert!(begin("cai").await.is_err(), "the claim is over");
    assert_eq!(users(&okta).await.len(), 2);
}

/// Whoever may not do it any more when it is carried out does nothing, and the outcome says so.
#[tokio::test]
async fn a_revoked_token_does_nothing_and_the_outcome_says_so_and_what_is_paused_waits() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    let day = Duration::from_hours(24);
    let operator = Server::operator();
    let made = connections::add_token(&server.app, &operator, okta.id, day, (Scopes::Everything, None)).await.unwrap();
    let other = Provisioning { server: &server, id: okta.id, token: made.secret.reveal().clone() };

    let revoked = kept(&other, Method::POST, "/Users", &person("ada")).await;
    let both = bulk(&[json!({ "method": "POST", "path": "/Users", "bulkId": "a", "data": person("bob") })]);
    let in_bulk = kept(&other, Method::POST, "/Bulk", &both).await;
    connections::revoke_token(&server.app, &operator, okta.id, made.token.id).await.unwrap();
    server.run_jobs().await;
    let paused = kept(&okta, Method::POST, "/Users", &person("cai")).await;
    connections::set_paused(&server.app, &operator, okta.id, true).await.unwrap();
    server.advance(LEASE);
    server.run_jobs().await;
    assert_eq!((server.run_jobs().await, due(&server).await.len()), (0, 0));
    connections::set_paused(&server.app, &operator, okta.id, false).await.unwrap();
    assert_eq!((outcome(&okta, &paused).await.status, users(&okta).await.len()), (202, 0));
    server.run_jobs().await;
    let set = told(&okta, &revoked).await;
    assert_eq!(set["sub_id"]["uri"], "/Users");
    assert_eq!((status(&okta, &revoked).await, status(&okta, &paused).await), ("401".to_owned(), "201".to_owned()));
    assert_eq!(status(&okta, &format!("{in_bulk}:0")).await, "401");
    let entry = entry(&server, &revoked).await;
    assert_eq!((&entry["result"], entry["detail"].as_str().is_some()), (&json!("refused"), true));
    let deleted = kept(&okta, Method::POST, "/Users", &person("dan")).await;
    connections::delete(&server.app, &operator, okta.id).await.unwrap();
    server.run_jobs().await;

    let beside = acme.connection().await;
    assert_eq!((outcome(&beside, &deleted).await.status, due(&server).await.len()), (404, 0));
    let log = server.send(server.api(Method::GET, "/api/v1/audit?organisation=acme&limit=200")).await.json();
    assert_eq!(log.to_string().matches("user.created").count(), 1, "{log}");
}

/// The entry by which an outcome is told outlives its time and the flood of others for as long as the request waits.
#[tokio::test]
async fn an_entry_stays_while_its_request_waits() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection_with(Kind::Okta, Settings { journal_days: Some(1), ..Settings::default() }).await;
    let txn = kept(&okta, Method::POST, "/Users", &person("ada")).await;
    for _ in 0..2 {
        okta.get("/Users?count=0").await.expect(200);
    }

    server.advance(Duration::from_hours(25));
    jobs::sweep(&server.app).await.unwrap();
    server.app.store.sweep_calls_beyond(0).await.unwrap();

    assert_eq!(outcome(&okta, &txn).await.status, 202);
    server.run_jobs().await;
    assert_eq!(status(&okta, &txn).await, "201");
    jobs::sweep(&server.app).await.unwrap();
    assert_eq!(outcome(&okta, &txn).await.status, 404);
}

/// A connection that is paused while one of its requests is carried out goes on where it was; that is no try.
#[tokio::test]
async fn what_a_pause_meets_on_the_way_goes_on_where_it_was() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    let txn = kept(&okta, Method::POST, "/Users", &person("ada")).await;
    let (claim, _) = claim(&server).await;
    let pause = async |is_paused| {
        connections::set_paused(&server.app, &Server::operator(), okta.id, is_paused).await.unwrap();
    };
    // What is claimed goes back at once, as if it had not been tried.
    assert!(server.app.store.hold_request(&claim, server.app.now(), 0).await.unwrap());
    pause(true).await;
    server.run_jobs().await;
    pause(false).await;
    assert_eq!(due(&server).await.iter().map(|it| it.tries).collect::<Vec<_>>(), [0]);

    server.run_jobs().await;

    assert_eq!(status(&okta, &txn).await, "201");
    assert!(!server.app.store.hold_request(&claim, server.app.now(), 0).await.unwrap(), "it is another's, or gone");
}

/// A request that can never be carried out is given up after a while, and what was sent after it is done then.
#[tokio::test]
async fn a_request_that_cannot_be_carried_out_is_given_up_and_the_next_goes_on() {
    let (server, listener) = (scim_events::server().await, Listener::start().await);
    let acme = server.tenant("acme").await;
    let events_uri = Some(listener.uri.clone());
    let okta = acme.connection_with(Kind::Okta, Settings { events_uri, ..Settings::default() }).await;
    let broken = kept(&okta, Method::POST, "/Users", &person("ada")).await;
    let database = &server.app.config.database_url;
    execute(database, "UPDATE kept_requests SET asked_sealed = substr(asked_sealed, 1, 10)");
    let next = kept(&okta, Method::POST, "/Users", &person("bob")).await;

    let mut tries = 0;
    while outcome(&okta, &broken).await.status == 202 {
        tries += 1;
        assert_eq!(outcome(&okta, &next).await.status, 202, "it waits for the one before it");
        server.run_jobs().await;
        server.advance(Duration::from_hours(1));
    }

    server.run_jobs().await;
    assert_eq!(tries, 7);
    assert_eq!((status(&okta, &broken).await, status(&okta, &next).await), ("500".to_owned(), "201".to_owned()));
    let entry = entry(&server, &broken).await;
    assert_eq!((&entry["result"], entry["status"].as_u64()), (&json!("failed"), Some(500)));
    let mut told: Vec<Value> = listener.take().iter().map(|it| claims(it)["txn"].clone()).collect();
    told.sort_by_key(ToString::to_string);
    assert_eq!(told, [json!(broken), json!(next)]);
    assert!(due(&server).await.is_empty());
}

/// TE-05: the outcome of a request is nobody's but the connection's that sent it, and of a token that could have sent it.
#[tokio::test]
async fn te_05_the_outcome_is_told_to_the_connection_alone_and_to_a_token_that_could_ask() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let (okta, beside, elsewhere) = (acme.connection().await, acme.connection().await, globex.connection().await);
    let scopes = |all: &[Scope]| Scopes::only(all.iter().copied()).unwrap();
    let day = Duration::from_hours(24);
    let token = async |scopes| {
        let made =
            connections::add_token(&server.app, &Server::operator(), okta.id, day, (scopes, None)).await.unwrap();
        Provisioning { server: &server, id: okta.id, token: made.secret.reveal().clone() }
    };
    let (reads, groups) = (token(scopes(&[Scope::ReadUsers])).await, token(scopes(&[Scope::WriteGroups])).await);
    let one = kept(&okta, Method::POST, "/Users", &person("ada")).await;
    let operation = json!({ "method": "POST", "path": "/Users", "bulkId": "a", "data": person("bob") });
    let many = kept(&okta, Method::POST, "/Bulk", &bulk(&[operation])).await;

    for _ in 0..2 {
        for other in [&beside, &elsewhere] {
            for txn in [one.clone(), many.clone(), format!("{many}:0")] {
                assert_eq!(outcome(other, &txn).await.status, 404, "{txn}");
            }
        }
        assert_eq!((outcome(&reads, &one).await.status, outcome(&groups, &one).await.status), (403, 403));
        assert_eq!(outcome(&reads, &many).await.status, 404);
        server.run_jobs().await;
    }

    for txn in [many.clone(), format!("{many}:0")] {
        assert_eq!((outcome(&okta, &txn).await.status, outcome(&groups, &txn).await.status), (200, 403), "{txn}");
    }
    let operation = json!({ "method": "POST", "path": "/Users", "bulkId": "a", "data": person("cai") });
    let refused = kept(&groups, Method::POST, "/Bulk", &bulk(&[operation])).await;
    server.run_jobs().await;
    assert_eq!(outcome(&groups, &refused).await.expect(200).json()["Operations"][0]["status"], "403");

    let missing = [format!("{one}:0"), format!("{many}:1"), format!("{many}:x"), "7".to_owned(), okta.id.to_string()];
    for txn in missing {
        assert_eq!(outcome(&okta, &txn).await.status, 404, "{txn}");
    }
    let read = okta.get("/Users").await;
    let of_read = server.send(server.api(Method::GET, "/api/v1/provisioning/journal?organisation=acme")).await.json();
    let id = of_read["calls"].as_array().unwrap().iter().find(|it| it["method"] == "GET").unwrap()["id"].clone();
    assert_eq!((read.status, outcome(&okta, id.as_str().unwrap()).await.status), (200, 404), "it was not kept");
}

/// TE-12: a password in a request that waits is readable nowhere, and nothing of the request is kept that was carried out.
#[tokio::test]
async fn te_12_a_password_that_waits_is_readable_nowhere() {
    const SECRET: &str = "nine silent badgers under snow";
    let log = captured();
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    let body = json!({ "userName": "ada", "displayName": "ada", "password": SECRET });

    let txn = kept(&okta, Method::POST, "/Users", &body).await;
    let (_, sealed) = claim(&server).await;
    let before = entry(&server, &txn).await.to_string();
    let stored = |when: &str| {
        let Some(path) = server.app.config.database_url.strip_prefix("sqlite:") else { return };
        for file in [path.to_owned(), format!("{path}-wal")] {
            let bytes = std::fs::read(&file).unwrap_or_default();
            assert!(!bytes.windows(SECRET.len()).any(|it| it == SECRET.as_bytes()), "{when}: {file}");
        }
    };
    stored("while it waits");
    server.advance(LEASE);
    server.run_jobs().await;
    stored("afterwards");

    assert_eq!(status(&okta, &txn).await, "201");
    assert!(!String::from_utf8_lossy(&sealed).contains(SECRET) && !before.contains(SECRET));
    assert!(!entry(&server, &txn).await.to_string().contains(SECRET) && !log().contains(SECRET));
    assert!(due(&server).await.is_empty());
    let (at, _) = crate::harness::Browser::new(&server).sign_in("ada", SECRET).await;
    assert_eq!(at, "/account", "the password is the one that was sent");
}

/// However many requests come, so many wait; others are not in their way, and what comes too fast is refused as always.
#[tokio::test]
async fn a_flood_of_requests_is_bounded_for_each_connection() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (okta, beside) = (acme.connection().await, acme.connection().await);
    let slow = Settings { requests_per_second: Some(10), ..Settings::default() };
    let slow = acme.connection_with(Kind::Okta, slow).await;

    for _ in 0..1_000 {
        later(&okta, Method::DELETE, "/Users/7", &Value::Null).await.expect(202);
    }
    let beyond = later(&okta, Method::DELETE, "/Users/7", &Value::Null).await.expect(429);
    let mut paced = Vec::new();
    for _ in 0..21 {
        paced.push(later(&slow, Method::POST, "/Groups", &json!({ "displayName": "Crew" })).await.status);
    }

    assert_eq!(beyond.header("retry-after"), Some("10"));
    assert_eq!((paced.iter().filter(|it| **it == 202).count(), paced.last()), (20, Some(&429)));
    later(&beside, Method::POST, "/Users", &person("ada")).await.expect(202);
    connections::delete(&server.app, &Server::operator(), okta.id).await.unwrap();
    server.run_jobs().await;
    assert_eq!(users(&beside).await.len(), 1);
}

/// Each operation of a bulk request is told by itself, under its place in the request, to the receiver of the connection and to
/// whoever asks; those that were not begun, too. The receiver is said and taken away like other settings.
#[tokio::test]
async fn the_receiver_of_a_connection_is_told_each_outcome() {
    let server = scim_events::server().await;
    let listener = Listener::start().await;
    let acme = server.tenant("acme").await;
    let (okta, beside) = (acme.connection().await, acme.connection().await);
    let path = format!("/api/v1/connections/{}", okta.id);
    let set =
        async |uri: Value| server.send(server.api(Method::PATCH, &path).json(&json!({ "events_uri": uri }))).await;
    for wrong in ["http://id.example/events", "id.example", "ftp://id.example", ""] {
        assert_eq!(set(json!(wrong)).await.status, 400, "{wrong}");
    }
    assert_eq!(set(json!(listener.uri)).await.expect(200).json()["events_uri"], json!(listener.uri));

    let data = |name: &str| json!({ "method": "POST", "path": "/Users", "bulkId": name, "data": person(name) });
    let mut all = bulk(&[data("ada"), data("ada2"), json!({ "method": "DELETE", "path": "/Users/7" }), data("bob")]);
    all["Operations"][1]["data"] = person("ada");
    all["failOnErrors"] = json!(2);
    let txn = kept(&okta, Method::POST, "/Bulk", &all).await;
    listener.answers(axum::http::StatusCode::SERVICE_UNAVAILABLE);
    server.run_jobs().await;
    listener.take();
    listener.answers(axum::http::StatusCode::ACCEPTED);
    server.advance(Duration::from_secs(60));
    server.run_jobs().await;

    let mut sets: Vec<Value> = listener.take().iter().map(|it| claims(it)).collect();
    sets.sort_by_key(|it| it["txn"].as_str().unwrap().to_owned());
    let expected = ["201", "409", "404", "424"];
    assert_eq!(sets.len(), 4);
    for (nth, (set, status)) in sets.iter().zip(expected).enumerate() {
        let number = format!("{txn}:{nth}");
        let event = &set["events"][ASYNC_RESPONSE];
        assert_eq!((&set["txn"], &event["status"]), (&json!(number), &json!(status)), "{set}");
        let read = told(&okta, &number).await;
        assert_eq!((&read["jti"], &read["events"], &read["sub_id"]), (&set["jti"], &set["events"], &set["sub_id"]));
    }
    let answer = outcome(&okta, &txn).await.expect(200).json();
    assert_eq!(answer["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:BulkResponse");
    assert_eq!(answer["Operations"].as_array().unwrap().len(), 4);
    let events = |of: &Reply| of.json()["securityEvents"].clone();
    let told_of = json!({ "asyncRequest": "request", "eventUris": [ASYNC_RESPONSE] });
    assert_eq!(events(&okta.get("/ServiceProviderConfig").await), told_of);
    assert_eq!(events(&beside.get("/ServiceProviderConfig").await), Value::Null);
    kept(&beside, Method::POST, "/Users", &person("cai")).await;
    set(Value::Null).await.expect(200);
    kept(&okta, Method::POST, "/Users", &person("dan")).await;
    server.run_jobs().await;
    assert_eq!(listener.take().len(), 0);
    acme.user("olga", "owner").await;
    let olga = signed_in(&acme, "olga").await;
    let page = format!("/console/provisioning/connections/{}", okta.id);
    let type_in = async |typed: &str| fill_in(&olga, &format!("{page}/edit"), &[("events_uri", Some(typed))]).await;
    assert!(type_in("http://id.example").await.expect(400).text.contains("https address to which events are sent"));
    type_in("https://id.example/events").await.expect(303);
    assert!(words(&olga.get(&page).await.expect(200)).contains("https://id.example/events"));
    type_in("").await.expect(303);
    assert!(!words(&olga.get(&page).await.expect(200)).contains("https://id.example/events"));
}

/// Whoever is let go beyond the breaker's limit waits for an owner, whether the request was waited for or not.
#[tokio::test]
async fn the_breaker_holds_what_is_carried_out_later() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let breaker = Some(Breaker { people: 1, percent: 0, ..Breaker::default() });
    let okta = acme.connection_with(Kind::Okta, Settings { breaker, ..Settings::default() }).await;
    let (ada, bob) = (okta.push("ada").await, okta.push("bob").await);
    let off = json!({ "Operations": [{ "op": "replace", "path": "active", "value": false }] });

    let first = kept(&okta, Method::PATCH, &format!("/Users/{ada}"), &off).await;
    let second = kept(&okta, Method::PATCH, &format!("/Users/{bob}"), &off).await;
    server.run_jobs().await;

    assert_eq!((status(&okta, &first).await, status(&okta, &second).await), ("200".to_owned(), "503".to_owned()));
    let path = format!("/api/v1/connections/{}/held-deprovisionings", okta.id);
    let held = server.send(server.api(Method::GET, &path)).await.expect(200).json();
    assert!(held.to_string().contains("\"bob\"") && !held.to_string().contains("\"ada\""), "{held}");
}

/// A request that is carried out later sets no more than its token names, also when somebody does it again, and its entry says
/// what was left alone.
#[tokio::test]
async fn what_is_kept_sets_only_what_its_token_names() {
    let server = Server::start().await;
    let okta = server.tenant("acme").await.connection().await;
    let named = ["userName", "active"].map(str::to_owned);
    let may = (Scopes::Everything, Some(&named[..]));
    let day = Duration::from_hours(24);
    let made = connections::add_token(&server.app, &Server::operator(), okta.id, day, may).await.unwrap();
    let narrow = Provisioning { server: &server, id: okta.id, token: made.secret.reveal().clone() };

    kept(&narrow, Method::POST, "/Users", &json!({ "userName": "ada", "title": "Countess" })).await;
    server.run_jobs().await;

    let found = okta.get("/Users?filter=userName%20eq%20%22ada%22").await.expect(200).json();
    assert_eq!((&found["totalResults"], found["Resources"][0].get("title")), (&json!(1), None));
    let journal =
        server.send(server.api(Method::GET, "/api/v1/provisioning/journal?organisation=acme")).await.expect(200);
    let entry = journal.json()["calls"].as_array().unwrap().iter().find(|it| it["method"] == "POST").unwrap().clone();
    assert_eq!(entry["left_alone"], json!(["title"]));

    let path = format!("/Users/{}", found["Resources"][0]["id"].as_str().unwrap());
    let txn = kept(&narrow, Method::PUT, &path, &json!({ "userName": "ada", "title": "Spy" })).await;
    server.run_jobs().await;
    let again = format!("/api/v1/provisioning/journal/{txn}/replay?organisation=acme");
    server.send(server.api(Method::POST, &again)).await.expect(200);
    assert_eq!(okta.get(&path).await.expect(200).json().get("title"), None);
}
