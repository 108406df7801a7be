//! SCIM Bulk over HTTP: many operations in one request, each by the rules of the request alone.

use std::io::ErrorKind;
use std::time::Duration;

use doorward::app::connections;
use doorward::domain::connection::{Kind, Settings};
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::{Provisioning, Reply, Server};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn body(operations: &Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations})
}

async fn send(connection: &Provisioning<'_>, operations: &Value) -> Reply {
    connection.send(Method::POST, "/Bulk", &body(operations)).await
}

/// What became of each operation.
async fn bulk(connection: &Provisioning<'_>, operations: &Value) -> Vec<Value> {
    let reply = send(connection, operations).await.expect(200);
    assert_eq!(reply.header("content-type"), Some("application/scim+json"));
    assert_eq!(reply.json()["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:BulkResponse"]));
    reply.json()["Operations"].as_array().unwrap().clone()
}

fn statuses(outcomes: &[Value]) -> Vec<&str> {
    outcomes.iter().map(|it| it["status"].as_str().unwrap()).collect()
}

fn user(name: &str, more: &Value) -> Value {
    let mut data = json!({"userName": name, "externalId": format!("00u-{name}")});
    data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"method": "POST", "bulkId": name, "path": "/Users", "data": data})
}

fn id_of(outcome: &Value) -> &str {
    outcome["location"].as_str().unwrap().rsplit('/').next().unwrap()
}

/// RFC 7644 3.7: users, a group of them and a manager in one request, whatever the order; then all of it changed.
#[tokio::test]
async fn a_bulk_request_makes_changes_and_deletes_users_and_groups() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection().await;

    let made = bulk(
        &connection,
        &json!([
            {"method": "POST", "bulkId": "team", "path": "/Groups", "data": {
                "displayName": "Team", "members": [{"value": "bulkId:ada"}, {"value": "bulkId:bob"}]}},
            user("ada", &json!({ENTERPRISE: {"manager": {"value": "bulkId:bob"}}})),
            user("bob", &json!({})),
        ]),
    )
    .await;

    assert_eq!(statuses(&made), ["201", "201", "201"]);
    let (team, ada, bob) = (id_of(&made[0]), id_of(&made[1]), id_of(&made[2]));
    assert_eq!(made[1]["location"], server.app.config.url(&format!("/scim/v2/Users/{ada}")));
    assert_eq!(
        (&made[0]["bulkId"], &made[0]["method"], &made[0]["version"]),
        (&json!("team"), &json!("POST"), &json!("W/\"1\""))
    );
    let shown = connection.get(&format!("/Users/{ada}")).await.expect(200).json();
    assert_eq!((&shown[ENTERPRISE]["manager"]["value"], &shown["groups"][0]["display"]), (&json!(bob), &json!("Team")));
    let version = connection.get(&format!("/Users/{bob}")).await.header("etag").unwrap().to_owned();

    let changed = bulk(
        &connection,
        &json!([
            {"method": "PUT", "path": format!("/Users/{bob}"), "version": "W/\"99\"", "data": {"userName": "robert"}},
            {"method": "PUT", "path": format!("/Users/{bob}"), "version": version, "data": {"userName": "robert"}},
            {"method": "PATCH", "path": format!("/Groups/{team}"), "data": {"Operations": [
                {"op": "remove", "path": "members[value eq \"bulkId:ada\"]"},
                {"op": "add", "path": "members", "value": [{"value": "bulkId:cai"}]}]}},
            user("cai", &json!({})),
            {"method": "PATCH", "path": format!("/Groups/{team}"), "data": {"Operations": [
                {"op": "remove", "path": format!("members[value eq \"{ada}\"]")},
                {"op": "add", "path": "members", "value": [{"value": "bulkId:cai"}]}]}},
            {"method": "PATCH", "path": format!("/Users/{ada}"), "data": {"Operations": [{"op": "add", "path": "id", "value": "x"}]}},
            {"method": "DELETE", "path": format!("/Users/{ada}")},
            {"method": "DELETE", "path": format!("/Users/{ada}")},
            user("robert", &json!({})),
        ]),
    )
    .await;

    assert_eq!(statuses(&changed), ["412", "200", "400", "201", "200", "400", "204", "404", "409"]);
    assert_eq!(changed[8]["response"]["scimType"], "uniqueness");
    assert_eq!((&changed[5]["response"]["scimType"], changed[8].get("location")), (&json!("mutability"), None));
    assert_eq!(changed[7]["response"]["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]));
    assert_eq!(changed[1]["version"], connection.get(&format!("/Users/{bob}")).await.header("etag").unwrap());
    let left = connection.get(&format!("/Groups/{team}")).await.json();
    let left: Vec<&str> = left["members"].as_array().unwrap().iter().map(|it| it["value"].as_str().unwrap()).collect();
    assert_eq!(left, [bob, id_of(&changed[3])]);
}

/// Each operation asks for its own permit and leaves its own record; what is refused undoes nothing of the others.
#[tokio::test]
async fn an_operation_of_a_bulk_request_may_do_no_more_than_the_request_alone() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let settings = Settings { max_role: Some("contributor".into()), ..Settings::default() };
    let connection = acme.connection_with(Kind::Okta, settings).await;
    let local = acme.user("olga", "owner").await.to_string();
    let foreign = globex.connection().await.push("far").await;
    let off = json!({"Operations": [{"op": "replace", "path": "active", "value": false}]});

    let outcomes = bulk(
        &connection,
        &json!([
            user("ada", &json!({"roles": [{"value": "contributor"}]})),
            user("bob", &json!({"roles": [{"value": "admin"}]})),
            {"method": "DELETE", "path": format!("/Users/{local}")},
            {"method": "PATCH", "path": format!("/Users/{foreign}"), "data": off},
            user("cai", &json!({"password": "seven77"})),
            user("dan", &json!({})),
        ]),
    )
    .await;

    assert_eq!(statuses(&outcomes), ["201", "403", "404", "404", "400", "201"]);
    assert_eq!(connection.get("/Users").await.json()["totalResults"], 2);
    let rows = audit::newest(server.app.store.reader(), acme.org, 100).await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.outcome == "denied").count(), 1);
    assert_eq!(rows.iter().filter(|row| row.action == "user.created" && row.outcome == "success").count(), 3);
}

/// `failOnErrors` ends the work after so many failures; what was done stays.
#[tokio::test]
async fn a_bulk_request_stops_after_as_many_failures_as_the_client_accepts() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let mut request = body(&json!([user("a", &json!({})), user("A", &json!({})), user("b", &json!({}))]));
    request["failOnErrors"] = json!(1);

    let reply = connection.send(Method::POST, "/Bulk", &request).await.expect(200).json();

    assert_eq!(statuses(reply["Operations"].as_array().unwrap()), ["201", "409"]);
    assert_eq!(connection.get("/Users").await.json()["totalResults"], 1);
}

/// SD-10: too many operations, too many bytes, references in a circle and paths that lead elsewhere are refused; nothing
/// goes round for ever and no address is called.
#[tokio::test]
async fn sd_10_a_hostile_bulk_request_is_refused() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let trap = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let elsewhere = trap.local_addr().unwrap();

    let many: Vec<Value> = (0..1_001).map(|index| user(&format!("p{index}"), &json!({}))).collect();
    let refused = send(&connection, &json!(many)).await.expect(413).json();
    assert_eq!(
        (&refused["schemas"][0], &refused["status"]),
        (&json!("urn:ietf:params:scim:api:messages:2.0:Error"), &json!("413"))
    );
    let large = vec![user("p", &json!({"title": "x".repeat(1_000)})); 999];
    let mut large = body(&json!(large)).to_string();
    large.push_str(&" ".repeat(8 * 1024 * 1024 + 1 - large.len()));
    let post = |text: String| {
        server
            .send(connection.request(Method::POST, "/Bulk").header("content-type", "application/scim+json").body(text))
    };
    post(large).await.expect(413);
    for broken in ["", "[]", "{}", "{\"Operations\":[]}", "{\"Operations\":{}}"] {
        post(broken.to_owned()).await.expect(400);
    }

    let chief = |to: &str| json!({ENTERPRISE: {"manager": {"value": format!("bulkId:{to}")}}});
    let circle = json!([user("a", &chief("b")), user("b", &chief("a")), user("self", &chief("self"))]);
    assert_eq!(statuses(&bulk(&connection, &circle).await), ["409", "409", "409"]);
    let nested = json!([{"method": "POST", "bulkId": "x", "path": "/Groups",
        "data": {"displayName": "x", "members": [{"value": "bulkId:x"}]}}]);
    assert_eq!(statuses(&bulk(&connection, &nested).await), ["409"]);

    let inner = body(&json!([user("inner", &json!({}))]));
    let mut operations = Vec::new();
    for path in [
        "/Bulk".to_owned(),
        format!("http://{elsewhere}/Users"),
        format!("//{elsewhere}/Users"),
        "/../api".to_owned(),
        "/Users/../../../api/v1/users".to_owned(),
        "/Users/%2e%2e/api".to_owned(),
        server.app.config.url("/scim/v2/Users"),
    ] {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            operations
                .push(json!({"method": method, "bulkId": format!("{method}{path}"), "path": path, "data": inner}));
        }
    }
    let outcomes = bulk(&connection, &json!(operations)).await;
    assert!(outcomes.iter().all(|it| it["status"] == "400" && it.get("location").is_none()), "{outcomes:?}");
    assert_eq!(outcomes.len(), operations.len());
    assert_eq!(trap.accept().unwrap_err().kind(), ErrorKind::WouldBlock, "an address of the request was called");
    assert_eq!(connection.get("/Users").await.json()["totalResults"], 0);
    assert_eq!(connection.get("/Groups").await.json()["totalResults"], 0);
}

/// SD-11, as far as it can be said without a clock: a thousand changes of a thousand members each are more than a bulk
/// request may carry; a thousand smaller ones are done, and others are served meanwhile.
#[tokio::test]
async fn sd_11_a_thousand_changes_of_groups_are_bounded_by_the_size_of_the_request() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let other = server.tenant("globex").await.connection().await;
    let group = connection.send(Method::POST, "/Groups", &json!({"displayName": "G"})).await.expect(201).json();
    let path = format!("/Groups/{}", group["id"].as_str().unwrap());
    let changes = |members: usize| {
        let members: Vec<Value> = (0..members).map(|index| json!({"value": format!("00u-{index:032}")})).collect();
        let add = json!({"Operations": [{"op": "add", "path": "members", "value": members}]});
        json!(vec![json!({"method": "PATCH", "path": path, "data": add}); 1_000])
    };

    send(&connection, &changes(1_000)).await.expect(413);
    assert_eq!(connection.get(&path).await.json()["meta"]["version"], group["meta"]["version"]);
    let operations = changes(10);
    let (outcomes, served) = tokio::join!(bulk(&connection, &operations), other.push("meanwhile"));

    assert_eq!(outcomes.len(), 1_000);
    assert!(outcomes.iter().all(|it| it["status"] == "200"), "{outcomes:?}");
    other.get(&format!("/Users/{served}")).await.expect(200);
}

/// One bulk request of a connection at a time: a second one is told when to come back, one of another connection is not
/// concerned, and the turn ends with the request, also with one that was broken off.
#[tokio::test]
async fn a_second_bulk_request_of_a_connection_is_asked_to_come_back() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let (connection, sibling) = (tenant.connection().await, tenant.connection().await);
    let text = body(&json!([user("ada", &json!({}))])).to_string();
    let mut first = begin_bulk(&connection, text.len()).await;

    let second = send(&connection, &json!([user("bob", &json!({}))])).await.expect(429);
    assert_eq!((second.header("retry-after"), &second.json()["status"]), (Some("5"), &json!("429")));
    bulk(&sibling, &json!([user("cai", &json!({}))])).await;
    connection.push("dan").await;
    first.write_all(text.as_bytes()).await.unwrap();
    assert!(answer(&mut first).await.starts_with("HTTP/1.1 200"));

    let broken_off = begin_bulk(&connection, 10_000).await;
    drop(broken_off);
    // The server learns of a closed socket a moment later; nothing else tells when.
    while send(&connection, &json!([user("eve", &json!({}))])).await.status == 429 {
        tokio::task::yield_now().await;
    }
    assert_eq!(connection.get("/Users").await.json()["totalResults"], 3);
}

/// Begins a bulk request whose body is still to come; answers when the server waits for it.
async fn begin_bulk(connection: &Provisioning<'_>, length: usize) -> TcpStream {
    let host = connection.server.url.strip_prefix("http://").unwrap();
    let mut socket = TcpStream::connect(host).await.unwrap();
    let head = format!(
        "POST /scim/v2/Bulk HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\nexpect: 100-continue\r\n\
         content-length: {length}\r\n\r\n",
        connection.token
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    assert!(answer(&mut socket).await.starts_with("HTTP/1.1 100"));
    socket
}

async fn answer(socket: &mut TcpStream) -> String {
    let mut reply = vec![0; 256];
    let read = socket.read(&mut reply).await.unwrap();
    String::from_utf8_lossy(&reply[..read]).into_owned()
}

/// The promise of the product: a token that is revoked in the middle of a bulk request does nothing more.
#[tokio::test]
async fn a_bulk_request_ends_with_its_token() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection().await;
    let (_, tokens) = connections::get(&server.app, &Server::operator(), connection.id).await.unwrap();
    let operations: Vec<Value> = (0..1_000).map(|index| user(&format!("p{index}"), &json!({}))).collect();
    let operations = json!(operations);

    let revoke = async {
        while connection.get("/Users?count=0").await.expect(200).json()["totalResults"] == 0 {}
        connections::revoke_token(&server.app, &Server::operator(), connection.id, tokens[0].id).await.unwrap();
    };
    let (outcomes, ()) = tokio::join!(bulk(&connection, &operations), revoke);

    let made = outcomes.iter().take_while(|it| it["status"] == "201").count();
    assert!((1..1_000).contains(&made), "{made}");
    assert!(outcomes[made..].iter().all(|it| it["status"] == "401"), "an operation was done after the token was dead");
    server.advance(Duration::from_secs(1));
    connection.get("/Users").await.expect(401);
}
