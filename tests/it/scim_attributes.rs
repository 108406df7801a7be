//! A SCIM token that names attributes sees and sets those, and no others, however it asks.

use std::time::Duration;

use doorward::app::connections;
use doorward::domain::connection::Scopes;
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_connections::{fill_in, once};
use crate::console_shell::{signed_in, words};
use crate::harness::{Provisioning, Reply, Server, Tenant};

const DAY: Duration = Duration::from_hours(24);
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const OWN: &str = "urn:example:params:scim:schemas:extension:acme:2.0:User";

/// The same connection with another token, which names these attributes.
pub async fn naming<'s>(of: &Provisioning<'s>, names: &[&str]) -> Provisioning<'s> {
    let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
    let may = (Scopes::Everything, Some(names.as_slice()));
    let made = connections::add_token(&of.server.app, &Server::operator(), of.id, DAY, may).await.unwrap();
    Provisioning { server: of.server, id: of.id, token: made.secret.reveal().clone() }
}

async fn define(acme: &Tenant<'_>) {
    let badge = json!({ "name": "badge", "type": "string", "uniqueness": "server" });
    let desk = json!({ "name": "desk", "type": "string" });
    let pass = json!({ "name": "pass", "type": "string", "returned": "always" });
    let own = json!([{ "id": OWN, "name": "AcmeUser", "attributes": [badge, desk, pass] }]);
    let request = acme.server.api(Method::PUT, "/api/v1/organisation/schemas?organisation=acme");
    acme.server.send(request.json(&json!({ "schemas": own }))).await.expect(200);
}

fn ada() -> Value {
    json!({
        "userName": "ada",
        "externalId": "00u-secret",
        "displayName": "Ada L",
        "title": "Countess",
        "name": { "familyName": "Lovelace", "givenName": "Augusta" },
        "emails": [{ "value": "private@acme.example", "type": "work" }],
        ENTERPRISE: { "department": "Engines" },
        OWN: { "badge": "B-1", "desk": "4-12", "pass": "P-9" },
    })
}

async fn make(of: &Provisioning<'_>, path: &str, body: &Value) -> String {
    of.send(Method::POST, path, body).await.expect(201).json()["id"].as_str().unwrap().to_owned()
}

fn operations(all: &Value) -> Value {
    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": all })
}

/// A resource as everybody sees it, without what differs with every version.
async fn whole(of: &Provisioning<'_>, path: &str) -> Value {
    let mut found = of.get(path).await.expect(200).json();
    found.as_object_mut().unwrap().remove("meta");
    found
}

/// The newest entry of the journal.
async fn newest(server: &Server) -> Value {
    let path = "/api/v1/provisioning/journal?organisation=acme&limit=1";
    server.send(server.api(Method::GET, path)).await.expect(200).json()["calls"][0].clone()
}

/// Queries that would tell what is not named, and what of it.
const HIDDEN: [(&str, &str); 12] = [
    ("filter=title%20sw%20%22C%22", "title"),
    ("filter=TITLE%20pr", "title"),
    ("filter=urn:ietf:params:scim:schemas:core:2.0:User:externalId%20eq%20%2200u-secret%22", "externalId"),
    ("filter=Urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department%20co%20%22E%22", "department"),
    ("filter=department%20co%20%22E%22", "department"),
    ("filter=emails%5Btype%20eq%20%22work%22%20and%20value%20co%20%22private%22%5D", "emails"),
    ("filter=userName%20pr%20and%20not%20(active%20eq%20true)", "active"),
    ("filter=urn:example:params:scim:schemas:extension:acme:2.0:User:badge%20sw%20%22B%22", "badge"),
    ("filter=schemas%20eq%20%22urn:ietf:params:scim:schemas:extension:enterprise:2.0:User%22", "schemas"),
    ("filter=password%20pr%20or%20name.givenName%20pr", "givenName"),
    ("sortBy=title", "title"),
    ("sortBy=NAME.givenName&sortOrder=descending", "name.givenName"),
];

/// SC-18: whatever is not named is in no answer: to reads, searches, writes and bulk requests; and no filter and no order tells
/// what it holds.
#[tokio::test]
async fn sc_18_a_token_sees_what_it_names_and_finds_nothing_by_anything_else() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    define(&acme).await;
    let okta = acme.connection().await;
    let id = make(&okta, "/Users", &ada()).await;
    let (path, crew) = (format!("/Users/{id}"), json!({ "displayName": "Crew", "members": [{ "value": id }] }));
    let crew = format!("/Groups/{}", make(&okta, "/Groups", &crew).await);
    let desk = format!("{OWN}:desk");
    let token = naming(&okta, &["USERNAME", "name.familyName", &desk, "displayName"]).await;
    let hidden = [
        "00u-secret",
        "Countess",
        "Augusta",
        "private@",
        "Engines",
        "B-1",
        "P-9",
        ENTERPRISE,
        "active",
        "members",
        "groups",
    ];
    let tells_nothing = |reply: &Reply, what: &str| {
        for word in hidden {
            assert!(!reply.text.contains(word), "{what}: {}", reply.text);
        }
    };

    let seen = token.get(&path).await.expect(200).json();
    assert_eq!(seen["userName"], "ada");
    assert_eq!(seen["name"], json!({ "familyName": "Lovelace" }));
    assert_eq!(seen[OWN], json!({ "desk": "4-12" }));
    assert_eq!((&seen["id"], seen["meta"]["version"].is_string()), (&json!(id), true));
    let names = "title,EMAILS,externalId,urn:ietf:params:scim:schemas:core:2.0:User:active,department,groups,members";
    let search = json!({ "filter": "userName sw \"a\"", "attributes": names.split(',').collect::<Vec<_>>() });
    let rename = operations(&json!([{ "op": "replace", "path": "name.familyName", "value": "Byron" }]));
    for (method, asked, body) in [
        (Method::GET, path.clone(), None),
        (Method::GET, format!("{path}?attributes={names},{ENTERPRISE}:department"), None),
        (Method::GET, format!("{path}?attributes={OWN},{OWN}:badge"), None),
        (Method::GET, format!("{path}?excludedAttributes=displayName"), None),
        (Method::GET, "/Users".to_owned(), None),
        (Method::GET, "/Users?sortBy=userName".to_owned(), None),
        (Method::GET, "/Groups".to_owned(), None),
        (Method::GET, format!("{crew}?attributes=members"), None),
        (Method::POST, "/Users/.search".to_owned(), Some(search.clone())),
        (Method::POST, "/.search".to_owned(), Some(json!({ "count": 5 }))),
        (Method::PATCH, path.clone(), Some(rename)),
        (Method::PUT, path.clone(), Some(json!({ "userName": "ada", "title": "x", "displayName": "Ada L" }))),
        (Method::PUT, crew.clone(), Some(json!({ "displayName": "Crew", "members": [] }))),
    ] {
        let reply = match &body {
            Some(body) => token.send(method.clone(), &asked, body).await,
            None => token.get(&asked).await,
        };
        tells_nothing(&reply.expect(200), &format!("{method} {asked}"));
    }

    for (asked, name) in HIDDEN {
        let reply = token.get(&format!("/Users?{asked}")).await;
        if asked.contains("password") {
            // Nobody finds anything by a password, whatever their token names.
            reply.expect(400);
            continue;
        }
        let detail = reply.expect(403).json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(name), "{asked}: {detail}");
    }
    token.get(&format!("/Groups?filter=members%20eq%20%22{id}%22")).await.expect(403);
    for (path, filter) in [("/Users/.search", "title pr"), ("/.search", "members pr"), ("/.search", "title pr")] {
        token.send(Method::POST, path, &json!({ "filter": filter })).await.expect(403);
    }
    token.send(Method::POST, "/.search", &json!({ "sortBy": "externalId" })).await.expect(403);
}

/// SC-18: a client sends whole resources, so what its token does not name is no error: it stays as it was, in every spelling and
/// on every way, and nothing tells whether it would have been free. The journal says so.
#[tokio::test]
async fn sc_18_a_token_sets_what_it_names_and_leaves_the_rest_alone() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    define(&acme).await;
    let okta = acme.connection().await;
    let path = format!("/Users/{}", make(&okta, "/Users", &ada()).await);
    let bob = json!({ "userName": "bob", "externalId": "00u-bob", OWN: { "badge": "B-2" } });
    let bob = make(&okta, "/Users", &bob).await;
    let crew = json!({ "displayName": "Crew", "externalId": "7", "members": [{ "value": bob }] });
    let crew = format!("/Groups/{}", make(&okta, "/Groups", &crew).await);
    let token = naming(&okta, &["title", "name.familyName", "displayName"]).await;
    let (mut expected, group) = (whole(&okta, &path).await, whole(&okta, &crew).await);

    let put = json!({
        "userName": "bob", "externalId": "00u-bob", "active": false, "password": "a long passphrase", "emails": [],
        "title": "Analyst", "displayName": "Ada L", "name": { "familyName": "Byron", "givenName": "Eve" },
        "roles": [{ "value": "owner" }], OWN: { "badge": "B-2" },
    });
    token.send(Method::PUT, &path, &put).await.expect(200);
    let entry = newest(&server).await;
    expected["title"] = "Analyst".into();
    expected["name"]["familyName"] = "Byron".into();
    assert_eq!(whole(&okta, &path).await, expected);
    let left = entry["left_alone"].to_string();
    for name in ["active", "emails", "externalId", "name.givenName", "password", "roles", "userName", "badge"] {
        assert!(left.contains(name), "{name}: {left}");
    }
    assert_eq!(entry["result"], "changed");
    let nameless = json!({ "title": "Analyst", "displayName": "Ada L", "name": put["name"] });
    token.send(Method::PUT, &path, &nameless).await.expect(200);
    assert_eq!(whole(&okta, &path).await, expected);

    let (badge, core) = (format!("{OWN}:badge"), "urn:ietf:params:scim:schemas:core:2.0:User");
    for wrong in [
        json!([{ "op": "replace", "path": "active", "value": "False" }]),
        json!([{ "op": "replace", "path": "USERNAME", "value": "bob" }]),
        json!([{ "op": "replace", "path": format!("{core}:userName"), "value": "bob" }]),
        json!([{ "op": "replace", "value": { "active": false, "name.givenName": "Eve", badge.as_str(): "B-2" } }]),
        json!([{ "op": "add", "path": badge, "value": "B-2" }]),
        json!([{ "op": "remove", "path": OWN }]),
        json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "eve@evil.example" }]),
        json!([{ "op": "replace", "path": "emails[value sw \"nobody\"].display", "value": "x" }]),
        json!([{ "op": "add", "path": "externalId", "value": "00u-bob" }]),
        json!([{ "op": "replace", "path": "password", "value": "short" }]),
        json!([{ "op": "add", "path": "roles", "value": [{ "value": "owner" }] }]),
        json!([{ "op": "add", "path": "groups", "value": [{ "value": "7" }] }]),
    ] {
        token.send(Method::PATCH, &path, &operations(&wrong)).await.expect(200);
        assert_eq!(newest(&server).await["result"], "nothing", "{wrong}");
        assert_eq!(whole(&okta, &path).await, expected, "{wrong}");
    }

    for wrong in [
        json!([{ "op": "remove", "path": format!("members[value eq \"{bob}\"]") }]),
        json!([{ "op": "replace", "path": "MEMBERS", "value": [] }]),
        json!([{ "op": "replace", "value": { "members": [], "externalId": "8" } }]),
    ] {
        token.send(Method::PATCH, &crew, &operations(&wrong)).await.expect(200);
    }
    token.send(Method::PUT, &crew, &json!({ "displayName": "Crew", "members": [] })).await.expect(200);
    assert_eq!(whole(&okta, &crew).await, group);
    let operation = |method: &str, path: &str, data: Value| json!({ "method": method, "path": path, "data": data });
    let delete = |path: &str| json!({ "method": "DELETE", "path": path });
    let bulk = json!({ "Operations": [
        operation("PATCH", &path, operations(&json!([{ "op": "replace", "path": "active", "value": false }]))),
        operation("PUT", &crew, json!({ "displayName": "Crew", "members": [] })),
        delete(&path),
        delete(&crew),
        json!({ "method": "POST", "path": "/Users", "bulkId": "e", "data": { "userName": "eve" } }),
    ] });
    let outcomes = token.send(Method::POST, "/Bulk", &bulk).await.expect(200).json();
    let statuses: Vec<_> = outcomes["Operations"].as_array().unwrap().iter().map(|it| it["status"].clone()).collect();
    assert_eq!(statuses, ["200", "200", "403", "403", "403"], "{outcomes}");
    assert_eq!((whole(&okta, &path).await, whole(&okta, &crew).await), (expected, group));
}

/// SC-18: what makes somebody, lets somebody in or lets somebody go needs the attribute that says so.
#[tokio::test]
async fn sc_18_a_token_makes_and_deletes_only_with_what_that_sets() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    let refused = async |of: &Provisioning<'_>, method: Method, path: &str, body: &Value, name: &str| {
        let detail = of.send(method, path, body).await.expect(403).json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(name), "{path}: {detail}");
    };
    let name = json!({ "familyName": "Moran", "givenName": "Eve" });
    let person = json!({ "userName": "eve", "externalId": "7", "active": false, "name": name });
    let crew = json!({ "displayName": "Crew" });
    let nameless = naming(&okta, &["active", "externalId"]).await;
    let powerless = naming(&okta, &["userName", "title", "externalId"]).await;
    let group = format!("/Groups/{}", make(&okta, "/Groups", &crew).await);

    refused(&nameless, Method::POST, "/Users", &person, "userName").await;
    refused(&nameless, Method::POST, "/Groups", &crew, "displayName").await;
    refused(&powerless, Method::POST, "/Users", &person, "active").await;
    let maker = naming(&okta, &["userName", "active", "displayName", "name.familyName"]).await;
    let made = maker.send(Method::POST, "/Users", &person).await.expect(201).json();
    assert_eq!((&made["active"], &made["externalId"]), (&json!(false), &Value::Null));
    let eve = format!("/Users/{}", made["id"].as_str().unwrap());
    let kept = whole(&okta, &eve).await;
    assert_eq!((&kept["externalId"], &kept["name"]), (&Value::Null, &json!({ "familyName": "Moran" })));
    refused(&powerless, Method::DELETE, &eve, &Value::Null, "active").await;
    refused(&maker, Method::DELETE, &group, &Value::Null, "members").await;
    naming(&okta, &["displayName", "members"]).await.delete(&group).await.expect(204);

    // Somebody who comes again keeps what the token does not name.
    let titled = operations(&json!([{ "op": "add", "path": "title", "value": "Spy" }]));
    okta.send(Method::PATCH, &eve, &titled).await.expect(200);
    let again = json!({ "userName": "eve", "title": "Queen", "active": true });
    assert_eq!(maker.send(Method::POST, "/Users", &again).await.expect(201).json()["active"], true);
    assert_eq!(whole(&okta, &eve).await["title"], "Spy");
    maker.delete(&eve).await.expect(204);
}

/// What a token leaves alone stays alone when somebody does its request again.
#[tokio::test]
async fn sc_18_a_request_done_again_does_no_more_than_its_token_could() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let okta = acme.connection().await;
    let path = format!("/Users/{}", make(&okta, "/Users", &json!({ "userName": "ada", "title": "Countess" })).await);
    let token = naming(&okta, &["displayName"]).await;
    let sent = json!({ "userName": "eve", "active": false, "displayName": "Ada" });
    token.send(Method::PUT, &path, &sent).await.expect(200);
    let expected = whole(&okta, &path).await;
    let calls = "/api/v1/provisioning/journal?organisation=acme&limit=2";
    let calls = server.send(server.api(Method::GET, calls)).await.expect(200).json()["calls"].clone();
    let id = calls[1]["id"].as_str().unwrap().to_owned();
    assert_eq!(calls[1]["left_alone"], json!(["active", "userName"]));

    let again = format!("/api/v1/provisioning/journal/{id}");
    let trial = server.send(server.api(Method::POST, &format!("{again}/dry-run?organisation=acme"))).await.expect(200);
    assert_eq!((&trial.json()["deeds"], &trial.json()["refusal"]), (&json!([]), &Value::Null));
    let replayed =
        server.send(server.api(Method::POST, &format!("{again}/replay?organisation=acme"))).await.expect(200);
    assert_eq!(replayed.json()["left_alone"], json!(["active", "userName"]));
    assert_eq!(whole(&okta, &path).await, expected);

    let olga = signed_in(&acme, "olga").await;
    let page = words(&olga.get(&format!("/console/provisioning/journal/{id}")).await.expect(200));
    assert!(page.contains("because the token does not name it: active, userName"), "{page}");
}

/// SC-18: which attributes a token names is chosen when it is made, checked against the schemas, shown wherever tokens are, and on
/// record.
#[tokio::test]
async fn sc_18_the_attributes_of_a_token_are_chosen_once_and_shown() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    define(&acme).await;
    let okta = acme.connection().await;
    okta.push("ada").await;
    let path = format!("/api/v1/connections/{}", okta.id);
    let make = async |body: Value| server.send(server.api(Method::POST, &format!("{path}/tokens")).json(&body)).await;

    assert_eq!(make(json!({})).await.expect(201).json()["attributes"], Value::Null);
    let named = json!(["NAME.familyname", "Department", format!("{OWN}:desk"), "userName", "username"]);
    let kept = json!(["name.familyName", format!("{OWN}:desk"), format!("{ENTERPRISE}:department"), "userName"]);
    assert_eq!(make(json!({ "attributes": named })).await.expect(201).json()["attributes"], kept);
    for (wrong, said) in [
        (json!(["userName", "colour"]), "colour"),
        (json!(["emails[type eq \"work\"]"]), "emails["),
        (json!([]), "1 to 100"),
        (json!(vec!["userName"; 101]), "1 to 100"),
        (json!("userName"), ""),
    ] {
        let refused = make(json!({ "attributes": wrong })).await.expect(400);
        assert!(refused.text.contains(said), "{}", refused.text);
    }
    let olga = signed_in(&acme, "olga").await;
    let page = format!("/console/provisioning/connections/{}", okta.id);
    let new = format!("{page}/tokens/new");
    let type_in = async |typed: &str| fill_in(&olga, &new, &[("named", Some(typed))]).await;
    let wrong = words(&type_in("userName\ncolour").await.expect(400));
    assert!(wrong.contains("no attribute") && wrong.contains("colour"), "{wrong}");
    let typed = once(&type_in("userName,\n displayName").await.expect(200));

    let token = Provisioning { server: &server, id: okta.id, token: typed };
    assert!(!token.get("/Users").await.expect(200).text.contains("00u-ada"));
    let listed = words(&olga.get(&page).await.expect(200));
    assert!(listed.contains("displayName, userName"), "{listed}");
    let shown = server.send(server.api(Method::GET, &path)).await.expect(200).json();
    assert!(shown["tokens"].as_array().unwrap().iter().any(|it| it["attributes"] == kept), "{shown}");
    let rows = doorward::store::audit::newest(server.app.store.reader(), acme.org, 100).await.unwrap();
    let made = rows.iter().filter(|it| it.action == "connection.token_added").map(|it| it.changes.to_string());
    assert!(made.filter(|it| it.contains("department")).count() == 1);
}
