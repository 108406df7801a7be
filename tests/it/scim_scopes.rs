//! What a SCIM token may be used for, and from which addresses the tokens of a connection work.

use std::time::Duration;

use doorward::app::config::Settings as Start;
use doorward::app::connections;
use doorward::domain::connection::{Scope, Scopes};
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_connections::{fill_in, once};
use crate::console_shell::{signed_in, words};
use crate::harness::{Provisioning, Reply, Server};

const DAY: Duration = Duration::from_hours(24);

/// The same connection with another token, which has these scopes.
async fn narrowed<'s>(of: &Provisioning<'s>, scopes: &[Scope]) -> Provisioning<'s> {
    let scopes = Scopes::only(scopes.iter().copied()).unwrap();
    let made = connections::add_token(&of.server.app, &Server::operator(), of.id, DAY, (scopes, None)).await.unwrap();
    Provisioning { server: of.server, id: of.id, token: made.secret.reveal().clone() }
}

async fn ask(of: &Provisioning<'_>, method: Method, path: &str, body: &Value) -> Reply {
    of.server.send(of.request(method, path).json(body)).await
}

fn bulk(operations: &[Value]) -> Value {
    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations })
}

/// SC-05, SC-06: a token that leaked does what it was made for and nothing else, whatever its connection may do: on every
/// address, as part of a bulk request and in the search over everything.
#[tokio::test]
async fn sc_05_sc_06_a_token_does_what_its_scopes_say_and_nothing_else() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    let ada = okta.push("ada").await;
    let crew = json!({ "displayName": "Crew" });
    let crew = ask(&okta, Method::POST, "/Groups", &crew).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let search = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "count": 1 });
    let requests = |name: &str| {
        let person = json!({ "userName": name, "displayName": name });
        let title = json!({ "Operations": [{ "op": "replace", "path": "title", "value": name }] });
        let group = json!({ "displayName": name });
        [
            (Scope::ReadUsers, Method::GET, "/Users".to_owned(), Value::Null),
            (Scope::ReadUsers, Method::GET, format!("/Users/{ada}"), Value::Null),
            (Scope::ReadUsers, Method::POST, "/Users/.search".to_owned(), search.clone()),
            (Scope::WriteUsers, Method::POST, "/Users".to_owned(), person.clone()),
            (Scope::WriteUsers, Method::PATCH, format!("/Users/{ada}"), title),
            (
                Scope::WriteUsers,
                Method::PUT,
                format!("/Users/{ada}"),
                json!({ "userName": "ada", "displayName": name }),
            ),
            (Scope::WriteUsers, Method::DELETE, "/Users/7".to_owned(), Value::Null),
            (Scope::ReadGroups, Method::GET, "/Groups".to_owned(), Value::Null),
            (Scope::ReadGroups, Method::POST, "/Groups/.search".to_owned(), search.clone()),
            (Scope::WriteGroups, Method::POST, "/Groups".to_owned(), group.clone()),
            (Scope::WriteGroups, Method::PUT, format!("/Groups/{crew}"), group),
            (Scope::WriteGroups, Method::DELETE, "/Groups/7".to_owned(), Value::Null),
            (Scope::ReadRoles, Method::GET, "/Roles".to_owned(), Value::Null),
            (Scope::ReadRoles, Method::GET, "/Entitlements".to_owned(), Value::Null),
        ]
    };

    for has in Scope::ALL {
        let token = narrowed(&okta, &[has]).await;
        let may = Scopes::only([has]).unwrap();
        for (needs, method, path, body) in requests(has.word()) {
            let reply = ask(&token, method.clone(), &path, &body).await;
            assert_eq!(reply.status != 403, may.may(needs), "{} {method} {path}: {}", has.word(), reply.text);
            if reply.status == 403 {
                let said = reply.json()["detail"].as_str().unwrap().to_owned();
                assert!(said.contains(needs.word()), "{said}");
            }
        }
        for open in ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas", "/ResourceTypes/User"] {
            token.get(open).await.expect(200);
        }
        ask(&token, Method::POST, "/.search", &search).await.expect(403);
        token.get("/Nowhere").await.expect(404);
    }
    let reader = narrowed(&okta, &[Scope::ReadUsers, Scope::ReadGroups]).await;
    ask(&reader, Method::POST, "/.search", &search).await.expect(200);

    let writer = narrowed(&okta, &[Scope::WriteGroups]).await;
    let operations = bulk(&[
        json!({ "method": "POST", "path": "/Users", "bulkId": "u", "data": { "userName": "eve" } }),
        json!({ "method": "POST", "path": "/Groups", "bulkId": "g", "data": { "displayName": "Deck" } }),
        json!({ "method": "DELETE", "path": format!("/Users/{ada}") }),
    ]);
    let outcomes = ask(&writer, Method::POST, "/Bulk", &operations).await.expect(200).json();
    let statuses: Vec<_> = outcomes["Operations"].as_array().unwrap().iter().map(|it| it["status"].clone()).collect();
    assert_eq!(statuses, ["403", "201", "403"], "{outcomes}");
    okta.get(&format!("/Users/{ada}")).await.expect(200);
    assert_eq!(okta.get("/Users?filter=userName%20eq%20%22eve%22").await.json()["totalResults"], 0);
}

/// What a token may is chosen when it is made, in the API and in the console, shown wherever tokens are, and on record; tokens
/// of which nothing is said may do everything.
#[tokio::test]
async fn sc_18_the_scopes_of_a_token_are_chosen_once_and_shown() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let okta = acme.connection().await;
    let path = format!("/api/v1/connections/{}", okta.id);
    let make = async |body: Value| server.send(server.api(Method::POST, &format!("{path}/tokens")).json(&body)).await;

    assert_eq!(make(json!({})).await.expect(201).json()["scopes"], Value::Null);
    let made = make(json!({ "scopes": ["groups:read", "users:write"] })).await.expect(201).json();
    assert_eq!(made["scopes"], json!(["users:write", "groups:read"]));
    for wrong in [json!([]), json!(["users"]), json!(["users:read", "users:delete"]), json!("users:read")] {
        make(json!({ "scopes": wrong })).await.expect(400);
    }
    let olga = signed_in(&acme, "olga").await;
    let page = format!("/console/provisioning/connections/{}", okta.id);
    let new = format!("{page}/tokens/new");
    let all: Vec<(&str, Option<&str>)> = Scope::ALL.iter().map(|it| (it.word(), None)).collect();
    fill_in(&olga, &new, &all).await.expect(400);
    let reads = once(&fill_in(&olga, &new, &all[1..]).await.expect(200));
    let everything = once(&fill_in(&olga, &new, &[("days", Some("90"))]).await.expect(200));

    let with = |token: String| Provisioning { server: &server, id: okta.id, token };
    let (reads, everything) = (with(reads), with(everything));
    reads.get("/Users").await.expect(200);
    ask(&reads, Method::POST, "/Users", &json!({ "userName": "eve" })).await.expect(403);
    ask(&everything, Method::POST, "/Users", &json!({ "userName": "eve" })).await.expect(201);
    let shown = server.send(server.api(Method::GET, &path)).await.expect(200).json();
    let scopes: Vec<_> = shown["tokens"].as_array().unwrap().iter().map(|it| it["scopes"].clone()).collect();
    let (read, both) = (json!(["users:read"]), json!(["users:write", "groups:read"]));
    assert_eq!(scopes, [Value::Null, read.clone(), both.clone(), Value::Null, Value::Null]);
    let listed = words(&olga.get(&page).await.expect(200));
    assert!(listed.contains("users:write, groups:read") && listed.contains("Everything"), "{listed}");
    let rows = doorward::store::audit::newest(server.app.store.reader(), acme.org, 100).await.unwrap();
    let made = rows.iter().filter(|it| it.action == "connection.token_added").map(|it| it.changes.to_string());
    let made: Vec<String> = made.collect();
    assert!(made.iter().any(|it| it.contains("users:write")) && made.len() == 5, "{made:?}");
}

/// A server that is reached through a proxy, so that requests come from where a test says.
pub(crate) async fn behind_a_proxy() -> Server {
    Server::start_with(|it| Start { trusted_proxies: Some("127.0.0.0/8".to_owned()), ..it }).await
}

pub(crate) async fn from(of: &Provisioning<'_>, address: &str) -> Reply {
    of.server.send(of.request(Method::GET, "/Users").header("x-forwarded-for", address)).await
}

async fn health(server: &Server) -> Value {
    let path = "/api/v1/provisioning/health?organisation=acme";
    server.send(server.api(Method::GET, path)).await.expect(200).json()["connections"][0].clone()
}

/// Whoever has a token and comes from elsewhere learns nothing: the answer is the one to an unknown token, and nothing tells
/// that the token was used. Those who manage the connection see from where it came, once.
#[tokio::test]
async fn sc_18_a_token_from_elsewhere_is_answered_like_an_unknown_one_and_told_of() {
    let server = behind_a_proxy().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let okta = acme.connection().await;
    let path = format!("/api/v1/connections/{}", okta.id);
    let set = async |networks: Value| {
        server.send(server.api(Method::PATCH, &path).json(&json!({ "allowed_addresses": networks }))).await
    };
    from(&okta, "203.0.113.9").await.expect(200);
    let networks = json!(["192.0.2.7/24", "2001:db8::/32", "198.51.100.4", "192.0.2.0/24"]);
    let changed = set(networks).await.expect(200).json();
    assert_eq!(changed["allowed_addresses"], json!(["192.0.2.0/24", "2001:db8::/32", "198.51.100.4/32"]));
    for wrong in [json!(["192.0.2.0/33"]), json!(["example.org"]), json!(vec!["192.0.2.7"; 201]), Value::Null] {
        set(wrong).await.expect(400);
    }
    server.advance(Duration::from_mins(5));

    for inside in ["192.0.2.200", "2001:db8:1::7", "198.51.100.4", "::ffff:192.0.2.1"] {
        from(&okta, inside).await.expect(200);
    }
    let unknown = Provisioning { server: &server, id: okta.id, token: format!("{}x", okta.token) };
    let expected = from(&unknown, "203.0.113.9").await.expect(401);
    let used = async || {
        let shown = server.send(server.api(Method::GET, &path)).await.expect(200).json();
        shown["tokens"][0]["last_used_at"].clone()
    };
    let before = used().await;
    server.advance(Duration::from_mins(5));
    for outside in ["203.0.113.9", "2001:db9::1", "198.51.100.5", "192.0.2.7, 203.0.113.9"] {
        let refused = from(&okta, outside).await.expect(401);
        let headers = |it: &Reply| {
            [it.header("www-authenticate").map(str::to_owned), it.header("content-type").map(str::to_owned)]
        };
        assert_eq!((&refused.text, headers(&refused)), (&expected.text, headers(&expected)), "{outside}");
    }
    let operation = bulk(&[json!({ "method": "DELETE", "path": "/Users/7" })]);
    let request = okta.request(Method::POST, "/Bulk").header("x-forwarded-for", "203.0.113.9").json(&operation);
    server.send(request).await.expect(401);
    assert_eq!(used().await, before);

    let told = health(&server).await;
    assert!(told["advice"].as_array().unwrap().contains(&json!("check_address")), "{told}");
    let olga = signed_in(&acme, "olga").await;
    let page = words(&olga.get("/console/provisioning/health").await.expect(200));
    assert!(page.contains("from 203.0.113.9, which is not") && !page.contains("198.51.100.5"), "{page}");
    set(json!(["203.0.113.0/24"])).await.expect(200);
    assert!(!health(&server).await["advice"].as_array().unwrap().contains(&json!("check_address")));
    from(&okta, "203.0.113.9").await.expect(200);
    from(&okta, "192.0.2.200").await.expect(401);
}

/// The list is said in the console as well, with a new proof, and is on record.
#[tokio::test]
async fn where_tokens_work_is_said_in_the_console_and_on_record() {
    let server = behind_a_proxy().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let okta = acme.connection().await;
    let olga = signed_in(&acme, "olga").await;
    let page = format!("/console/provisioning/connections/{}", okta.id);
    let edit = format!("{page}/edit");
    let type_in = async |typed: &str| fill_in(&olga, &edit, &[("allowed_addresses", Some(typed))]).await;

    assert!(words(&olga.get(&page).await.expect(200)).contains("From everywhere"));
    type_in("192.0.2.0/24\nnowhere").await.expect(400);
    type_in(" 192.0.2.9/24 \n\n2001:db8::/32").await.expect(303);
    let shown = words(&olga.get(&page).await.expect(200));
    assert!(shown.contains("192.0.2.0/24") && shown.contains("2001:db8::/32"), "{shown}");
    from(&okta, "203.0.113.9").await.expect(401);
    type_in("").await.expect(303);
    from(&okta, "203.0.113.9").await.expect(200);

    let rows = doorward::store::audit::newest(server.app.store.reader(), acme.org, 100).await.unwrap();
    let said = rows.iter().filter(|it| it.changes.to_string().contains("allowed_addresses")).count();
    assert_eq!(said, 2);
    server.advance(Duration::from_mins(20));
    assert_ne!(olga.get(&edit).await.status, 200, "an old proof is not enough");
}
