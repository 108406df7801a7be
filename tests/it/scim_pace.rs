//! How fast a connection may ask over SCIM, and the lane that is kept for those whom it lets go.

use std::time::Duration;

use doorward::app::{connections, jobs};
use doorward::domain::connection::{Breaker, Kind, Scopes, Settings};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::console_connections::fill_in;
use crate::console_shell::{signed_in, words};
use crate::harness::{Provisioning, Reply, Server, Tenant};

/// A connection with the usual limit, and without a breaker, which would hold those who are let go here.
async fn limited<'s>(acme: &Tenant<'s>) -> Provisioning<'s> {
    let breaker = Some(Breaker { is_on: false, ..Breaker::default() });
    let settings = Settings { requests_per_second: Some(100), breaker, ..Settings::default() };
    acme.connection_with(Kind::Okta, settings).await
}

/// Reads until the ordinary lane is empty; answers how many requests were taken.
async fn fill(connection: &Provisioning<'_>) -> usize {
    for taken in 0..500 {
        if connection.get("/ServiceProviderConfig").await.status == 429 {
            return taken;
        }
    }
    panic!("five hundred requests in no time");
}

async fn write(connection: &Provisioning<'_>, method: Method, path: &str, body: &Value) -> Reply {
    connection.server.send(connection.request(method, path).json(body)).await
}

fn active(value: &Value) -> Value {
    let operation = json!({ "op": "Replace", "path": "active", "value": value });
    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation] })
}

fn bulk(operations: &[Value]) -> Value {
    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations })
}

async fn push(connection: &Provisioning<'_>, name: &str) -> String {
    let body = json!({ "userName": name, "displayName": name });
    let made = write(connection, Method::POST, "/Users", &body).await.expect(201);
    made.json()["id"].as_str().unwrap().to_owned()
}

async fn pushed<const N: usize>(connection: &Provisioning<'_>, names: [&str; N]) -> [String; N] {
    let mut ids = Vec::new();
    for name in names {
        ids.push(push(connection, name).await);
    }
    ids.try_into().unwrap()
}

async fn is_active(server: &Server, user: &str) -> bool {
    let shown = server.send(server.api(Method::GET, &format!("/api/v1/users/{user}"))).await;
    shown.expect(200).json()["status"] != "deactivated"
}

/// Twice as many as a second are taken at once; the next ones are told in words and in whole seconds when to come back, and
/// another connection, and the next second, are not concerned.
#[tokio::test]
async fn whoever_asks_too_fast_is_told_when_to_come_back() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (okta, sibling) = (limited(&acme).await, limited(&acme).await);

    assert_eq!(fill(&okta).await, 200);
    let refused = okta.get("/Users").await.expect(429);
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(refused.header("content-type"), Some("application/scim+json"));
    let said = refused.json();
    assert_eq!(
        (&said["status"], &said["schemas"][0]),
        (&json!("429"), &json!("urn:ietf:params:scim:api:messages:2.0:Error"))
    );
    let detail = said["detail"].as_str().unwrap();
    assert!(detail.contains("100 requests a second") && detail.contains("again in 1 s"), "{detail}");
    write(&okta, Method::POST, "/Users", &json!({ "userName": "eve" })).await.expect(429);
    sibling.get("/Users").await.expect(200);

    server.advance(Duration::from_secs(1));
    assert_eq!(okta.get("/Users").await.expect(200).json()["totalResults"], 0);
    assert_eq!(fill(&okta).await, 99);
}

/// Whoever is deactivated or deleted is so at once, in whatever way the provider says it, while everything else waits.
#[tokio::test]
async fn whoever_is_let_go_never_waits_behind_other_requests() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = limited(&acme).await;
    let [ada, bob, cai, dan, eve] = pushed(&okta, ["ada", "bob", "cai", "dan", "eve"]).await;
    fill(&okta).await;
    let at = |id: &str| format!("/Users/{id}");

    write(&okta, Method::PATCH, &at(&ada), &active(&json!("False"))).await.expect(200);
    write(&okta, Method::PUT, &at(&bob), &json!({ "userName": "bob", "active": false })).await.expect(200);
    okta.delete(&at(&cai)).await.expect(204);
    let both = bulk(&[
        json!({ "method": "PATCH", "path": at(&dan), "data": active(&json!(false)) }),
        json!({ "method": "DELETE", "path": at(&cai) }),
    ]);
    let outcomes = write(&okta, Method::POST, "/Bulk", &both).await.expect(200).json();
    assert_eq!(
        (&outcomes["Operations"][0]["status"], &outcomes["Operations"][1]["status"]),
        (&json!("200"), &json!("404"))
    );

    for gone in [&ada, &bob, &dan] {
        assert!(!is_active(&server, gone).await);
    }
    let others = [
        (Method::PATCH, at(&eve), active(&json!(true))),
        (Method::PATCH, at(&eve), json!({ "active": false })),
        (Method::PUT, at(&eve), json!({ "userName": "eve" })),
        (
            Method::POST,
            "/Users".to_owned(),
            json!({ "userName": "fay", "active": false, "Operations": both["Operations"] }),
        ),
        (Method::POST, "/Users/.search".to_owned(), both.clone()),
        (Method::DELETE, "/Groups/7".to_owned(), both.clone()),
        (
            Method::POST,
            "/Bulk".to_owned(),
            bulk(&[
                json!({ "method": "DELETE", "path": at(&eve) }),
                json!({ "method": "POST", "path": "/Users", "bulkId": "x", "data": { "userName": "gus" } }),
            ]),
        ),
    ];
    for (method, path, body) in others {
        write(&okta, method.clone(), &path, &body).await.expect(429);
    }
    assert!(is_active(&server, &eve).await);
}

/// A token that may let nobody go finds nothing free where others are let go.
#[tokio::test]
async fn a_token_that_does_not_name_active_has_no_lane_of_its_own() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = limited(&acme).await;
    let path = format!("/Users/{}", push(&okta, "ada").await);
    let (named, day) = (["displayName".to_owned()], Duration::from_hours(24));
    let may = (Scopes::Everything, Some(&named[..]));
    let made = connections::add_token(&server.app, &Server::operator(), okta.id, day, may).await.unwrap();
    let narrow = Provisioning { server: &server, id: okta.id, token: made.secret.reveal().clone() };
    fill(&okta).await;

    narrow.delete(&path).await.expect(429);
    write(&narrow, Method::PATCH, &path, &active(&json!(false))).await.expect(429);

    okta.delete(&path).await.expect(204);
}

/// The lane of those who are let go is as wide and no wider, requests that only look like one take nothing of it, and a body
/// that is too large to be looked at is no way in.
#[tokio::test]
async fn the_lane_of_those_who_are_let_go_is_no_way_to_flood() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = limited(&acme).await;
    let [ada] = pushed(&okta, ["ada"]).await;
    let path = format!("/Users/{ada}");
    fill(&okta).await;
    // Blanks, because a value of that length would be refused for itself.
    let padded = format!("{}{}", " ".repeat(300 * 1024), json!({ "userName": "ada", "active": false }));

    for _ in 0..300 {
        write(&okta, Method::PATCH, &path, &active(&json!(true))).await.expect(429);
    }
    let large = okta.request(Method::PUT, &path).header("content-type", "application/scim+json").body(padded);
    server.send(large).await.expect(429);
    let mut taken = 0;
    while write(&okta, Method::PATCH, &path, &active(&json!(false))).await.status == 200 {
        taken += 1;
    }

    assert_eq!(taken, 200);
    okta.delete(&path).await.expect(429);
}

/// SD-11: a bulk request counts one for itself and one for each operation: it is let in whatever its size, and paid for before
/// anything else is; one that only lets people go leaves the ordinary lane alone.
#[tokio::test]
async fn sd_11_a_bulk_request_counts_as_many_requests_as_it_has_operations() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = limited(&acme).await;
    let create = |name: usize| json!({ "method": "POST", "path": "/Users", "bulkId": format!("n{name}"), "data": { "userName": format!("n{name}") } });
    let creates: Vec<Value> = (0..600).map(create).collect();
    let deletes: Vec<Value> = (0..600).map(|_| json!({ "method": "DELETE", "path": "/Users/7" })).collect();

    write(&okta, Method::POST, "/Bulk", &bulk(&deletes)).await.expect(200);
    okta.get("/Users").await.expect(200);
    write(&okta, Method::POST, "/Bulk", &bulk(&creates)).await.expect(200);

    // 200 were there; three requests and 600 operations are 603. Until there is room for one more, 4.04 seconds go by.
    let refused = okta.get("/Users").await.expect(429);
    assert_eq!(refused.header("retry-after"), Some("5"));
    okta.delete("/Users/7").await.expect(429);
    server.advance(Duration::from_millis(4_030));
    okta.get("/Users").await.expect(429);
    server.advance(Duration::from_millis(10));
    assert_eq!(okta.get("/Users").await.expect(200).json()["totalResults"], 600);
}

/// What was refused is counted and shown, but a flood does not push out what else the journal keeps.
#[tokio::test]
async fn a_flood_is_one_line_of_the_journal_a_minute_with_its_number() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let okta = limited(&acme).await;
    fill(&okta).await;
    for _ in 0..49 {
        okta.get("/Users").await.expect(429);
    }
    let list = format!("/api/v1/provisioning/journal?organisation=acme&limit=500&connection={}", okta.id);
    let refused = async || {
        let all = server.send(server.api(Method::GET, &list)).await.expect(200).json();
        let all = all["calls"].as_array().unwrap().clone();
        let times = all.iter().filter(|it| it["status"] == 429).map(|it| it["times"].as_u64().unwrap());
        (all.len(), times.collect::<Vec<_>>())
    };

    assert_eq!(refused().await, (202, vec![49, 1]));
    let health = server.send(server.api(Method::GET, "/api/v1/provisioning/health?organisation=acme")).await;
    let health = health.expect(200).json();
    let answers = health["connections"][0]["last_day"]["by_status"].as_array().unwrap();
    let of = |status: u16| answers.iter().find(|it| it["status"] == status).unwrap()["requests"].clone();
    assert_eq!((of(200), of(429)), (json!(200), json!(50)), "{health}");
    let olga = signed_in(&acme, "olga").await;
    assert!(words(&olga.get("/console/provisioning/journal").await.expect(200)).contains("49 requests"));
    assert!(words(&olga.get("/console/provisioning/health").await.expect(200)).contains("came too fast"));

    // A minute later it is written by the jobs as well, and a new one begins.
    for _ in 0..3 {
        okta.get("/Users").await.expect(429);
    }
    server.advance(Duration::from_secs(61));
    jobs::sweep(&server.app).await.unwrap();
    fill(&okta).await;
    assert_eq!(refused().await.1, [1, 3, 49, 1]);
}

/// The limit is a setting; nobody but the operator lifts it.
#[tokio::test]
async fn the_requests_a_second_are_a_setting_and_only_the_operator_lifts_it() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let okta = limited(&acme).await;
    let path = format!("/api/v1/connections/{}", okta.id);
    let set = async |width: Value| {
        server.send(server.api(Method::PATCH, &path).json(&json!({ "requests_per_second": width }))).await
    };

    for (width, is) in [(json!(1_000), 1_000), (json!(10), 10), (Value::Null, 100), (json!(50), 50)] {
        assert_eq!(set(width).await.expect(200).json()["requests_per_second"], is);
    }
    for wrong in [json!(9), json!(1_001), json!(-1), json!("x")] {
        set(wrong).await.expect(400);
    }
    assert_eq!(fill(&okta).await, 100);
    let olga = signed_in(&acme, "olga").await;
    let page = format!("/console/provisioning/connections/{}", okta.id);
    let edit = format!("{page}/edit");
    let type_in = async |typed: &str| fill_in(&olga, &edit, &[("requests_per_second", Some(typed))]).await;
    type_in("20").await.expect(303);
    assert!(words(&olga.get(&page).await.expect(200)).contains("20, and twice as many at once"));
    for wrong in ["0", "9", "x", "2000"] {
        type_in(wrong).await.expect(400);
    }
    assert_eq!(set(json!(0)).await.expect(200).json()["requests_per_second"], 0);
    for _ in 0..300 {
        okta.get("/ServiceProviderConfig").await.expect(200);
    }
    // It stays as the operator has said when something else is changed.
    fill_in(&olga, &edit, &[("name", Some("Okta"))]).await.expect(303);
    type_in("").await.expect(303);
    assert!(words(&olga.get(&page).await.expect(200)).contains("100, and twice as many at once"));
}

/// SD-11: what is made of a large body takes several times as much memory, so that an organisation sends two of them at a time,
/// by however many connections; small requests and other organisations do not wait.
#[tokio::test]
async fn of_large_bodies_an_organisation_sends_two_at_a_time() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let (okta, third, other) = (limited(&acme).await, limited(&acme).await, limited(&globex).await);
    let large = |name: &str| {
        let members: Vec<Value> = (0..40_000).map(|nth| json!({ "value": format!("00u-{nth:032}") })).collect();
        json!({ "displayName": name, "members": members })
    };
    let slow = begin(&okta, "/Groups", "content-length: 2097152").await;
    // How large it becomes nobody knows.
    let endless = begin(&third, "/Bulk", "transfer-encoding: chunked").await;

    let one = large("one");
    let send = async |of: &Provisioning<'_>| write(of, Method::POST, "/Groups", &one).await.expect(429);
    let (refused, likewise) = tokio::join!(send(&okta), send(&third));

    assert_eq!((refused.header("retry-after"), &likewise.text), (Some("1"), &refused.text));
    assert!(refused.text.contains("one after the other"), "{}", refused.text);
    push(&okta, "ada").await;
    write(&other, Method::POST, "/Groups", &large("two")).await.expect(201);
    let next = large("three");
    let (waits, ()) = tokio::join!(write(&okta, Method::POST, "/Groups", &next), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        drop(slow);
    });
    waits.expect(201);
    drop(endless);
}

/// Begins a request whose body is still to come; answers when the server waits for it.
async fn begin(connection: &Provisioning<'_>, path: &str, length: &str) -> TcpStream {
    let host = connection.server.url.strip_prefix("http://").unwrap();
    let mut socket = TcpStream::connect(host).await.unwrap();
    let head = format!(
        "POST /scim/v2{path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\nexpect: 100-continue\r\n\
         {length}\r\n\r\n",
        connection.token
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut reply = [0; 64];
    let read = socket.read(&mut reply).await.unwrap();
    assert!(reply[..read].starts_with(b"HTTP/1.1 100"));
    socket
}
