//! Extensions of users that an organisation defines itself: who defines them, where they are published, what they enforce.

use std::net::{IpAddr, Ipv4Addr};

use doorward::app::provisioner::{self, Called};
use doorward::app::provisioning::{self, Trace};
use doorward::store::audit;
use reqwest::Method;
use sea_orm::{ConnectionTrait as _, QueryResult, Statement};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::harness::{Provisioning, Reply, Server, database};

const URN: &str = "urn:example:params:scim:schemas:extension:acme:2.0:User";

async fn define(server: &Server, org: &str, schemas: &Value) -> Reply {
    let request = server.api(Method::PUT, &format!("/api/v1/organisation/schemas?organisation={org}"));
    server.send(request.json(&json!({ "schemas": schemas }))).await
}

/// An extension with an attribute of each kind and rule.
fn acme() -> Value {
    json!([{
        "id": URN,
        "name": "AcmeUser",
        "description": "What Acme says of its people.",
        "attributes": [
            {"name": "badge", "type": "string", "caseExact": true, "uniqueness": "server"},
            {"name": "desk", "type": "string", "description": "Where the person sits."},
            {"name": "sites", "type": "string", "multiValued": true, "canonicalValues": ["Bern", "Chur", "Genf"]},
            {"name": "level", "type": "integer"},
            {"name": "rate", "type": "decimal"},
            {"name": "hiredAt", "type": "dateTime", "mutability": "immutable"},
            {"name": "external", "type": "boolean"},
            {"name": "grade", "type": "string", "mutability": "readOnly"},
            {"name": "note", "type": "string", "returned": "request"},
            {"name": "hidden", "type": "string", "returned": "never"},
        ],
    }])
}

async fn push(connection: &Provisioning<'_>, user_name: &str, extension: Value) -> Reply {
    connection.send(Method::POST, "/Users", &json!({"userName": user_name, URN: extension})).await
}

async fn make(connection: &Provisioning<'_>, user_name: &str, extension: Value) -> String {
    let made = push(connection, user_name, extension).await.expect(201).json();
    format!("/Users/{}", made["id"].as_str().unwrap())
}

async fn patch(connection: &Provisioning<'_>, path: &str, operations: Value) -> Reply {
    connection.send(Method::PATCH, path, &json!({"Operations": operations})).await
}

async fn found(connection: &Provisioning<'_>, query: &[(&str, &str)]) -> Vec<String> {
    let reply = connection.server.send(connection.request(Method::GET, "/Users").query(query)).await.expect(200);
    let body = reply.json();
    body["Resources"].as_array().unwrap().iter().map(|it| it["userName"].as_str().unwrap().to_owned()).collect()
}

/// Everybody in this order, one on each page.
async fn walked(connection: &Provisioning<'_>, by: &str) -> Vec<String> {
    let (mut cursor, mut all) = (String::new(), Vec::new());
    loop {
        let asked = json!({"cursor": cursor, "count": 1, "sortBy": by});
        let page = connection.send(Method::POST, "/Users/.search", &asked).await.expect(200).json();
        all.extend(page["Resources"].as_array().unwrap().iter().map(|it| it["userName"].as_str().unwrap().to_owned()));
        match page["nextCursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return all,
        }
    }
}

/// What an organisation defines is published to its connections and to no others, on the record; what is gone is published
/// no more.
#[tokio::test]
async fn an_extension_is_published_to_the_connections_of_its_organisation_only() {
    let server = Server::start().await;
    let (tenant, other) = (server.tenant("acme").await, server.tenant("globex").await);
    let (connection, foreign) = (tenant.connection().await, other.connection().await);

    let set = define(&server, "acme", &acme()).await.expect(200).json();

    assert_eq!(set["schemas"][0]["attributes"][0]["mutability"], "readWrite");
    let schema = connection.get(&format!("/Schemas/{URN}")).await.expect(200).json();
    assert_eq!((&schema["name"], schema["attributes"].as_array().unwrap().len()), (&json!("AcmeUser"), 10));
    assert_eq!(schema["attributes"][2]["canonicalValues"], json!(["Bern", "Chur", "Genf"]));
    assert_eq!(
        (&schema["attributes"][0]["uniqueness"], &schema["attributes"][0]["caseExact"]),
        (&json!("server"), &json!(true))
    );
    let user = connection.get("/ResourceTypes/User").await.expect(200).json();
    assert!(user["schemaExtensions"].as_array().unwrap().contains(&json!({"schema": URN, "required": false})));
    foreign.get(&format!("/Schemas/{URN}")).await.expect(404);
    assert!(!foreign.get("/ResourceTypes").await.expect(200).text.contains(URN));
    let stranger = push(&foreign, "eve", json!({"desk": "1"})).await.expect(201);
    assert!(!stranger.text.contains(URN));
    foreign.get(&format!("/Users?filter={URN}:desk pr")).await.expect(400);

    define(&server, "acme", &json!([])).await.expect(200);
    connection.get(&format!("/Schemas/{URN}")).await.expect(404);
    let rows = audit::newest(server.app.store.reader(), tenant.org, 50).await.unwrap();
    let changed: Vec<_> = rows.iter().filter(|row| row.action == "organisation.changed").collect();
    assert_eq!(changed.len(), 2);
    assert!(changed.iter().all(|row| row.changes.contains(URN)), "{changed:?}");
}

/// Values are stored as they were sent, with the URN in `schemas` or without it (Entra), and read, filtered, sorted and
/// patched like any others.
#[tokio::test]
async fn values_of_an_extension_are_kept_filtered_sorted_and_patched() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    define(&server, "acme", &acme()).await.expect(200);
    let of_ada = json!({
        "badge": "A1", "desk": "North 1", "sites": ["bern", "Chur"], "level": 3, "rate": 1.5, "external": "False",
        "hiredAt": "2024-05-01T00:00:00Z", "grade": "mine", "note": "quiet", "hidden": "unseen", "unknown": 1,
    });

    let ada = make(&connection, "ada", of_ada).await;
    let bob =
        make(&connection, "bob", json!({"badge": "a1", "desk": "south 2", "level": "12", "sites": ["Genf"]})).await;
    make(&connection, "cai", json!({"desk": "north 1"})).await;

    let shown = connection.get(&ada).await.expect(200).json();
    let kept = json!({
        "badge": "A1", "desk": "North 1", "sites": ["Bern", "Chur"], "level": 3, "rate": 1.5, "external": false,
        "hiredAt": "2024-05-01T00:00:00Z",
    });
    assert_eq!(shown[URN], kept);
    assert!(shown["schemas"].as_array().unwrap().contains(&json!(URN)));
    let asked = connection.get(&format!("{ada}?attributes={URN}:note,{URN}:hidden")).await.expect(200).json();
    assert_eq!(asked[URN], json!({"note": "quiet"}));

    for (filter, who) in [
        (format!("{URN}:desk eq \"NORTH 1\""), &["ada", "cai"][..]),
        (format!("{URN}:badge eq \"A1\""), &["ada"][..]),
        ("badge sw \"a\"".to_owned(), &["bob"][..]),
        (format!("{URN}:sites eq \"chur\""), &["ada"][..]),
        (format!("{URN}:sites pr"), &["ada", "bob"][..]),
        (format!("{URN}:level gt 5"), &["bob"][..]),
        (format!("{URN}:rate le 1.5 and {URN}:external eq false"), &["ada"][..]),
        (format!("{URN}:hiredAt lt \"2024-05-01T00:00:01Z\""), &["ada"][..]),
        (format!("not ({URN}:level pr)"), &["cai"][..]),
    ] {
        assert_eq!(found(&connection, &[("filter", filter.as_str()), ("sortBy", "userName")]).await, who, "{filter}");
    }
    for hidden in ["hidden", "nope"] {
        connection.get(&format!("/Users?filter={URN}:{hidden} pr")).await.expect(400);
    }
    let by_level = [("sortBy", format!("{URN}:level")), ("sortOrder", "descending".to_owned())];
    let by_level: Vec<_> = by_level.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(found(&connection, &by_level).await, ["cai", "bob", "ada"]);
    make(&connection, "dan", json!({"level": 3, "rate": 0.25, "external": true})).await;
    for (name, in_order) in [
        ("level", ["ada", "dan", "bob", "cai"]),
        ("rate", ["dan", "ada", "bob", "cai"]),
        ("external", ["ada", "dan", "bob", "cai"]),
        ("sites", ["ada", "bob", "cai", "dan"]),
    ] {
        let by = format!("{URN}:{name}");
        assert_eq!(found(&connection, &[("sortBy", by.as_str())]).await, in_order, "{name}");
        assert_eq!(walked(&connection, &by).await, in_order, "{name} by cursor");
    }

    let changed = json!([
        {"op": "Add", "path": format!("{URN}:sites"), "value": ["Genf", "Bern"]},
        {"op": "Replace", "path": "desk", "value": "East 3"},
        {"op": "replace", "value": {format!("{URN}:level"): "4", URN: {"rate": null}}},
    ]);
    let changed = patch(&connection, &ada, changed).await.expect(200).json();
    assert_eq!(changed[URN]["sites"], json!(["Bern", "Chur", "Genf"]));
    assert_eq!(
        (&changed[URN]["desk"], &changed[URN]["level"], changed[URN].get("rate")),
        (&json!("East 3"), &json!(4), None)
    );
    let fewer = json!([{"op": "remove", "path": format!("{URN}:sites"), "value": ["Chur"]}]);
    assert_eq!(patch(&connection, &ada, fewer).await.expect(200).json()[URN]["sites"], json!(["Bern", "Genf"]));
    let gone = patch(&connection, &bob, json!([{"op": "remove", "path": URN}])).await.expect(200).json();
    assert_eq!(gone.get(URN), None);
}

/// What a definition says is kept: mutability, uniqueness over every connection, and the values that there are; a refusal
/// names the attribute and changes nothing.
#[tokio::test]
async fn what_a_definition_says_is_enforced() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let (connection, sibling) = (tenant.connection().await, tenant.connection().await);
    define(&server, "acme", &acme()).await.expect(200);
    let hired = json!({"badge": "A1", "hiredAt": "2024-05-01T00:00:00Z"});
    let ada = make(&connection, "ada", hired).await;
    let bob = make(&connection, "bob", json!({"badge": "B2"})).await;
    let before = connection.get(&ada).await.expect(200).json();
    let replace =
        |name: &str, value: Value| json!([{"op": "replace", "path": format!("{URN}:{name}"), "value": value}]);

    for (name, value, why) in [
        ("hiredAt", json!("2025-01-01T00:00:00Z"), "mutability"),
        ("grade", json!("A"), "mutability"),
        ("sites", json!(["Basel"]), "invalidValue"),
        ("level", json!("high"), "invalidValue"),
        ("hiredAt", Value::Null, "mutability"),
    ] {
        let refused = patch(&connection, &ada, replace(name, value)).await.expect(400).json();
        assert_eq!(refused["scimType"], why, "{refused}");
        assert!(refused["detail"].as_str().unwrap().contains(name), "{refused}");
    }
    let other = json!({"userName": "ada", URN: {"hiredAt": "2025-01-01T00:00:00Z"}});
    let refused = connection.send(Method::PUT, &ada, &other).await.expect(400).json();
    assert_eq!(refused["scimType"], "mutability");
    for refused in [
        patch(&connection, &bob, replace("badge", json!("A1"))).await,
        push(&connection, "cai", json!({"badge": "A1"})).await,
        push(&sibling, "dan", json!({"badge": "B2"})).await,
    ] {
        assert_eq!(refused.json()["scimType"], "uniqueness", "{}", refused.text);
        assert_eq!(refused.status, 409);
        assert!(refused.json()["detail"].as_str().unwrap().contains("badge"));
    }
    assert_eq!(connection.get(&ada).await.expect(200).json(), before);

    make(&sibling, "eve", json!({"badge": "b2"})).await;
    let without = json!({"userName": "ada", URN: {"badge": "A1", "desk": "2"}});
    let without = connection.send(Method::PUT, &ada, &without).await.expect(200).json();
    assert_eq!(without[URN], json!({"badge": "A1", "desk": "2", "hiredAt": "2024-05-01T00:00:00Z"}));
}

/// An attribute that is required is required of whoever has anything of the extension; one that became so later keeps nobody
/// from being deactivated, and the shape of a name never changes.
#[tokio::test]
async fn a_definition_that_changes_is_in_nobodys_way() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let plain = |required: bool| {
        let badge = json!({"name": "badge", "type": "string", "required": required});
        json!([{"id": URN, "name": "A", "attributes": [badge, {"name": "desk", "type": "string"}]}])
    };
    define(&server, "acme", &plain(false)).await.expect(200);
    let ada = make(&connection, "ada", json!({"desk": "1"})).await;

    define(&server, "acme", &plain(true)).await.expect(200);

    push(&connection, "bob", json!({"desk": "2"})).await.expect(400);
    push(&connection, "bob", json!({"desk": "2", "badge": "B"})).await.expect(201);
    push(&connection, "cai", json!({})).await.expect(201);
    let off = json!([{"op": "replace", "value": {"active": false}}]);
    assert_eq!(patch(&connection, &ada, off).await.expect(200).json()["active"], false);
    let moved = json!([{"op": "replace", "path": format!("{URN}:desk"), "value": "3"}]);
    patch(&connection, &ada, moved).await.expect(400);
    let kind = json!([{"id": URN, "name": "A", "attributes": [{"name": "badge", "type": "integer"}]}]);
    define(&server, "acme", &json!([])).await.expect(200);
    let refused = define(&server, "acme", &kind).await.expect(400).json();
    assert!(refused["detail"].as_str().unwrap().contains("another type before"), "{refused}");
    assert_eq!(connection.get(&ada).await.expect(200).json().get(URN), None, "what is defined no more is not shown");
    let many: Vec<_> = (0..6).map(|it| json!({"id": format!("urn:example:x{it}"), "name": "X", "attributes": [{"name": "a", "type": "string"}]})).collect();
    define(&server, "acme", &json!(many)).await.expect(400);
    server.run_jobs().await;
}

/// An attribute becomes unique: what users have of it by then is taken, whatever shape it has and for whoever asks; what is never
/// given back is taken as well; and when it is unique no more, anybody may have it.
#[tokio::test]
async fn an_attribute_that_becomes_unique_takes_what_is_there_and_gives_it_back() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let (connection, sibling) = (tenant.connection().await, tenant.connection().await);
    let schema = |uniqueness: &str| {
        let one = |name: &str, rest: Value| {
            let mut all = json!({"name": name, "type": "string", "uniqueness": uniqueness});
            all.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
            all
        };
        let (plain, exact) = (one("badge", json!({})), one("exact", json!({"caseExact": true})));
        let (several, hidden) = (one("sites", json!({"multiValued": true})), one("pin", json!({"returned": "never"})));
        json!([{"id": URN, "name": "A", "attributes": [plain, exact, several, hidden]}])
    };
    define(&server, "acme", &schema("none")).await.expect(200);
    let ada =
        make(&connection, "ada", json!({"badge": "A1", "exact": "E", "sites": ["Bern", "Chur"], "pin": "1"})).await;

    define(&server, "acme", &schema("server")).await.expect(200);

    for taken in [json!({"badge": "a1"}), json!({"exact": "E"}), json!({"sites": ["Genf", "CHUR"]})] {
        let refused = push(&sibling, "bob", taken.clone()).await.expect(409).json();
        assert_eq!(refused["scimType"], "uniqueness", "{taken}: {refused}");
    }
    let bob = make(&sibling, "bob", json!({"badge": "B", "exact": "e", "sites": ["Genf", "genf"], "pin": "2"})).await;
    push(&connection, "cai", json!({"pin": "2"})).await.expect(409);
    patch(&connection, &ada, json!([{"op": "replace", "path": format!("{URN}:badge"), "value": "a1"}]))
        .await
        .expect(200);
    patch(&connection, &ada, json!([{"op": "remove", "path": format!("{URN}:badge")}])).await.expect(200);
    let moved = json!([{"op": "replace", "path": format!("{URN}:badge"), "value": "A1"}]);
    patch(&sibling, &bob, moved).await.expect(200);
    push(&connection, "cai", json!({"badge": "A1"})).await.expect(409);
    connection.delete(&ada).await.expect(204);
    make(&connection, "dan", json!({"exact": "E"})).await;

    define(&server, "acme", &schema("none")).await.expect(200);
    make(&connection, "eve", json!({"badge": "A1", "exact": "E", "sites": ["Genf"], "pin": "2"})).await;
    let report = doorward::app::fsck::run(&server.app, &Server::operator()).await.unwrap();
    assert!(report.broken.is_empty(), "{:?}", report.broken);
    server.run_jobs().await;
}

/// What is unique stays taken when its connection is gone and somebody edits the person by hand.
#[tokio::test]
async fn a_value_is_still_somebodys_after_an_edit_by_hand() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection().await;
    define(&server, "acme", &acme()).await.expect(200);
    let ada = make(&connection, "ada", json!({"desk": "North 1", "badge": "A1"})).await;
    doorward::app::connections::delete(&server.app, &Server::operator(), connection.id).await.unwrap();
    let edit = server.api(Method::PATCH, &format!("/api/v1{}", ada.to_lowercase()));
    server.send(edit.json(&json!({"display_name": "Ada L."}))).await.expect(200);
    let next = tenant.connection().await;

    let taken = push(&next, "bob", json!({"badge": "A1"})).await.expect(409).json();

    assert_eq!(taken["scimType"], "uniqueness");
    server.run_jobs().await;
}

/// C65: whoever was shut out and is made anew may get another value of what is set once; nobody else may.
#[tokio::test]
async fn c65_what_is_set_once_is_set_anew_for_whoever_comes_again() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    define(&server, "acme", &acme()).await.expect(200);
    let path = make(&connection, "ada", json!({"hiredAt": "2024-01-01T00:00:00Z", "desk": "4"})).await;
    let later = json!({"hiredAt": "2026-05-01T00:00:00Z"});
    let put = json!({"userName": "ada", "active": true, URN: later});
    assert_eq!(connection.send(Method::PUT, &path, &put).await.expect(400).json()["scimType"], "mutability");
    let replaced = json!([{"op": "replace", "path": format!("{URN}:hiredAt"), "value": later["hiredAt"]}]);
    assert_eq!(patch(&connection, &path, replaced).await.expect(400).json()["scimType"], "mutability");
    patch(&connection, &path, json!([{"op": "replace", "path": "active", "value": false}])).await.expect(200);

    let again = make(&connection, "ada", later.clone()).await;

    let user = connection.get(&again).await.expect(200).json();
    assert_eq!((again, &user["active"], &user[URN]), (path, &json!(true), &later));
}

/// What somebody gave away while an attribute was not unique is free when it is so again; who had the same meanwhile keep it; and
/// what is taken here is free next door, which gathers its own.
#[tokio::test]
async fn te_05_what_is_unique_is_what_users_of_the_organisation_have_now() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let (here, there) = (acme.connection().await, globex.connection().await);
    let schema = |uniqueness: &str| {
        let badge = json!({"name": "badge", "type": "string", "uniqueness": uniqueness});
        let locker = json!({"name": "locker", "type": "string", "uniqueness": "server"});
        json!([{"id": URN, "name": "A", "attributes": [badge, locker, {"name": "desk", "type": "string"}]}])
    };
    let badge = |value: &str| json!([{"op": "replace", "path": format!("{URN}:badge"), "value": value}]);
    define(&server, "acme", &schema("server")).await.expect(200);
    define(&server, "globex", &schema("none")).await.expect(200);
    let ada = make(&here, "ada", json!({"badge": "A1", "locker": "7"})).await;
    let gil = make(&there, "gil", json!({"badge": "G1"})).await;

    define(&server, "acme", &schema("none")).await.expect(200);
    patch(&here, &ada, badge("A2")).await.expect(200);
    let bob = make(&here, "bob", json!({"badge": "a2"})).await;
    push(&here, "cai", json!({"locker": "7"})).await.expect(409);
    define(&server, "acme", &schema("server")).await.expect(200);

    make(&here, "cai", json!({"badge": "A1"})).await;
    push(&here, "dan", json!({"badge": "A2"})).await.expect(409);
    for path in [&ada, &bob] {
        let moved = json!([{"op": "replace", "value": {URN: {"badge": "A2", "desk": "5"}}}]);
        patch(&here, path, moved).await.expect(200);
    }
    patch(&there, &gil, badge("G2")).await.expect(200);
    define(&server, "globex", &schema("server")).await.expect(200);
    for value in ["G1", "A1"] {
        make(&there, &format!("hal-{value}"), json!({"badge": value})).await;
    }
    server.run_jobs().await;
}

/// One user may have more values of an attribute that is unique than a statement takes.
#[tokio::test]
async fn thousands_of_unique_values_are_kept_at_once() {
    let server = Server::start().await;
    let okta = server.tenant("acme").await.connection().await;
    let badges =
        |nth| json!({"name": format!("badges{nth}"), "type": "string", "multiValued": true, "uniqueness": "server"});
    let schema = |urn: &str| json!({"id": urn, "name": "A", "attributes": (0..50).map(badges).collect::<Vec<_>>()});
    let other = "urn:example:params:scim:schemas:extension:acme:3.0:User";
    define(&server, "acme", &json!([schema(URN), schema(other)])).await.expect(200);
    let values: Vec<String> = (0..100).map(|nth| format!("B{nth}")).collect();
    let all: Map<String, Value> = (0..50).map(|nth| (format!("badges{nth}"), json!(values))).collect();
    let ada = json!({"userName": "ada", URN: all, other: all});

    okta.send(Method::POST, "/Users", &ada).await.expect(201);

    for urn in [URN, other] {
        let bob = json!({"userName": "bob", urn: {"badges49": ["x", "b99"]}});
        okta.send(Method::POST, "/Users", &bob).await.expect(409);
    }
}

/// A request that was read while an administrator changed the schemas is done by the schemas as they are now: it is sent again.
#[tokio::test]
async fn what_was_read_by_older_schemas_is_not_written() {
    let server = Server::start().await;
    let okta = server.tenant("acme").await.connection().await;
    let schema = |uniqueness: &str| json!([{"id": URN, "name": "A", "attributes": [{"name": "badge", "type": "string", "uniqueness": uniqueness}]}]);
    define(&server, "acme", &schema("none")).await.expect(200);
    let called = Called { from: IpAddr::V4(Ipv4Addr::LOCALHOST), at: None };
    let opened = provisioner::find(&server.app, &okta.token, called).await.unwrap();
    define(&server, "acme", &schema("server")).await.expect(200);
    let ada = json!({"userName": "ada", URN: {"badge": "A1"}});
    let request = provisioning::change_of("POST", "/scim/v2/Users", Some(ada)).unwrap();

    let refused = provisioning::by_token(&server.app, &opened, &Trace::default(), request).await.unwrap_err();

    assert_eq!(refused.said().status, 429);
    make(&okta, "ada", json!({"badge": "A1"})).await;
    push(&okta, "bob", json!({"badge": "a1"})).await.expect(409);
}

/// The upgrade that keeps the values of unique attributes apart gathers those that users have by then, and no others.
#[tokio::test]
async fn what_was_unique_before_values_were_kept_apart_is_gathered_by_the_upgrade() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let connection = acme.connection().await;
    let schema = |uniqueness: &str| {
        let one = |name: &str, list: bool| json!({"name": name, "type": "string", "multiValued": list, "uniqueness": uniqueness});
        let plain = json!({"name": "desk", "type": "string"});
        json!([{"id": URN, "name": "A", "attributes": [one("badge", false), one("sites", true), plain]}])
    };
    define(&server, "acme", &schema("server")).await.expect(200);
    define(&server, "globex", &schema("none")).await.expect(200);
    make(&connection, "ada", json!({"badge": "A1", "sites": ["Bern", "Chur"], "desk": "4"})).await;
    make(&connection, "bob", json!({"badge": "B1", "desk": "4"})).await;
    make(&globex.connection().await, "gil", json!({"badge": "G1", "sites": ["Bern"]})).await;
    let kept = async || {
        let db = server.app.store.reader();
        let all = "SELECT attribute, value_key, user_id FROM user_values ORDER BY 1, 2, 3";
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), all)).await.unwrap();
        let text = |row: &QueryResult, nth| row.try_get_by_index::<String>(nth).unwrap();
        let row = |row: &QueryResult| (text(row, 0), text(row, 1), row.try_get_by_index::<Uuid>(2).unwrap());
        rows.iter().map(row).collect::<Vec<_>>()
    };
    let before = kept().await;
    assert_eq!(before.len(), 4, "{before:?}");
    for statement in [
        "DROP TABLE user_values",
        "DROP INDEX grants_source",
        "DELETE FROM seaql_migrations WHERE version = 'm0037_unique_values'",
    ] {
        database::execute(&server.app.config.database_url, statement);
    }

    server.app.store.migrate().await.unwrap();

    assert_eq!(kept().await, before);
    push(&connection, "cai", json!({"sites": ["CHUR"]})).await.expect(409);
    server.run_jobs().await;
}
