//! What a connection may give to people, read over SCIM as Okta Identity Governance reads it, and what it gives.

use doorward::domain::connection::{Kind, Settings};
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Provisioning, Reply, Server, Tenant};
use crate::scim_attributes::naming;

const ROLE: &str = "urn:okta:scim:schemas:core:1.0:Role";
const ENTITLEMENT: &str = "urn:okta:scim:schemas:core:1.0:Entitlement";
const STATE: &str = "urn:doorward:params:scim:schemas:extension:2.0:User";

fn listed(reply: &Reply) -> Vec<String> {
    let body = reply.json();
    let all = body["Resources"].as_array().unwrap().iter();
    all.map(|it| it["id"].as_str().unwrap().to_owned()).collect()
}

async fn ids(connection: &Provisioning<'_>, path: &str) -> Vec<String> {
    listed(&connection.get(path).await.expect(200))
}

async fn role(connection: &Provisioning<'_>, id: &str) -> Value {
    let reply = connection.get(&format!("/Users/{id}?attributes={STATE}:effectiveRole")).await.expect(200);
    reply.json()[STATE]["effectiveRole"].clone()
}

async fn push(connection: &Provisioning<'_>, user_name: &str, more: Value) -> Reply {
    let mut body = json!({"userName": user_name});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    connection.send(Method::POST, "/Users", &body).await
}

async fn records(tenant: &Tenant<'_>, action: &str, outcome: &str) -> usize {
    let rows = audit::newest(tenant.server.app.store.reader(), tenant.org, 200).await.unwrap();
    rows.iter().filter(|row| row.action == action && row.outcome == outcome).count()
}

async fn limited<'s>(tenant: &Tenant<'s>, kind: Kind, max_role: &str) -> Provisioning<'s> {
    tenant.connection_with(kind, Settings { max_role: Some(max_role.into()), ..Settings::default() }).await
}

/// The sequence of Okta Identity Governance: the types, the schemas, then each endpoint whose schema it knows; what it
/// assigns then are the ids that it read.
#[tokio::test]
async fn okta_discovers_roles_and_entitlements_and_assigns_what_it_has_read() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;

    let types = connection.get("/ResourceTypes").await.expect(200).json();
    let schemas = connection.get("/Schemas").await.expect(200).json();

    let found = |urn: &str| types["Resources"].as_array().unwrap().iter().find(|it| it["schema"] == urn).cloned();
    assert_eq!(types["totalResults"], 4);
    for (urn, endpoint, names) in [
        (ROLE, "/Roles", &["displayName", "description"][..]),
        (ENTITLEMENT, "/Entitlements", &["displayName", "type", "description"][..]),
    ] {
        let kind = found(urn).unwrap();
        assert_eq!(kind["endpoint"], endpoint);
        let by_id = connection.get(&format!("/ResourceTypes/{}", kind["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(by_id.json(), kind);
        let schema = schemas["Resources"].as_array().unwrap().iter().find(|it| it["id"] == urn).unwrap();
        let attributes = schema["attributes"].as_array().unwrap();
        assert!(attributes.iter().map(|it| it["name"].as_str().unwrap()).eq(names.iter().copied()), "{schema}");
        assert!(attributes.iter().all(|it| it["mutability"] == "readOnly"));
        assert_eq!(ids(&connection, endpoint).await, ["admin", "contributor", "viewer", "viewernosecrets"]);
        for one in connection.get(endpoint).await.json()["Resources"].as_array().unwrap() {
            let path = format!("{endpoint}/{}", one["id"].as_str().unwrap());
            assert_eq!(one["schemas"], json!([urn]));
            assert_eq!(&connection.get(&path).await.expect(200).json(), one);
            assert_eq!(one["meta"]["location"], server.app.config.url(&format!("/scim/v2{path}")));
            assert!(one["displayName"].as_str().unwrap().len() > 3);
            assert!((1..=1_000).contains(&one["description"].as_str().unwrap().chars().count()), "{one}");
            assert_eq!(one.get("type"), (endpoint == "/Entitlements").then_some(&json!("role")));
        }
    }
    let made =
        push(&connection, "ada", json!({"roles": [{"value": "viewer"}], "entitlements": [{"value": "contributor"}]}));
    let made = made.await.expect(201).json();
    assert_eq!(made["roles"], json!([{"value": "viewer", "display": "Viewer"}]));
    assert_eq!(made["entitlements"], json!([{"value": "contributor", "display": "Contributor", "type": "role"}]));
}

/// The roles of a connection are those that it may give: under its ceiling, and protected ones only where it may; a role of
/// the organisation's own is one of them, and one of another organisation is not.
#[tokio::test]
async fn a_connection_reads_the_roles_that_it_may_give_and_no_others() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    acme.user("olga", "owner").await;
    let own = json!({"label": "Auditor", "description": "x".repeat(300), "allow": ["users:list"], "given_by": ["owner"], "below": "contributor"});
    server.send(server.api(Method::POST, "/api/v1/roles?organisation=acme").json(&own)).await.expect(201);
    let usual = acme.connection().await;
    let low = limited(&acme, Kind::Okta, "contributor").await;
    let high = acme.connection_with(Kind::Okta, Settings { protected_roles: true, ..Settings::default() }).await;
    let other = globex.connection().await;

    for path in ["/Roles", "/Entitlements"] {
        assert_eq!(ids(&high, path).await, ["owner", "admin", "contributor", "auditor", "viewer", "viewernosecrets"]);
        assert_eq!(ids(&usual, path).await, ["admin", "contributor", "auditor", "viewer", "viewernosecrets"]);
        assert_eq!(ids(&low, path).await, ["contributor", "auditor", "viewer", "viewernosecrets"]);
        assert_eq!(ids(&other, path).await, ["admin", "contributor", "viewer", "viewernosecrets"]);
        for (connection, id) in
            [(&usual, "owner"), (&low, "admin"), (&other, "auditor"), (&high, "nobody"), (&high, "Viewer")]
        {
            let absent = connection.get(&format!("{path}/{id}")).await.expect(404).json();
            assert_eq!(absent["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error", "{id}");
        }
    }
}

/// Lists of roles are filtered, sorted, cut and projected like any other; a page by cursor begins where the one before ended.
#[tokio::test]
async fn lists_of_roles_are_filtered_sorted_and_paged_like_others() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let filtered = async |path: &str, filter: &str| {
        let request = connection.request(Method::GET, path).query(&[("filter", filter)]);
        listed(&server.send(request).await.expect(200))
    };

    assert_eq!(filtered("/Roles", "displayName eq \"VIEWER\"").await, ["viewer"]);
    assert_eq!(filtered("/Roles", "id sw \"viewer\" and not (id eq \"viewer\")").await, ["viewernosecrets"]);
    assert_eq!(filtered("/Entitlements", "type eq \"team\"").await, [""; 0]);
    let refused = connection.get("/Roles?filter=type eq \"role\"").await.expect(400).json();
    assert_eq!(refused["scimType"], "invalidFilter");
    assert_eq!(ids(&connection, "/Roles?sortBy=id&sortOrder=descending").await[0], "viewernosecrets");
    let second = connection.get("/Roles?startIndex=2&count=2").await.expect(200).json();
    assert_eq!(
        (&second["totalResults"], &second["itemsPerPage"], &second["startIndex"]),
        (&json!(4), &json!(2), &json!(2))
    );
    let behind = connection.get("/Roles?startIndex=101&count=100").await.expect(200).json();
    assert_eq!((&behind["totalResults"], &behind["itemsPerPage"]), (&json!(4), &json!(0)));
    let narrow = connection.get("/Entitlements/viewer?attributes=displayName").await.expect(200).json();
    assert_eq!(narrow, json!({"schemas": [ENTITLEMENT], "id": "viewer", "displayName": "Viewer"}));

    let (mut cursor, mut walked) = (String::new(), Vec::new());
    loop {
        let asked = json!({"cursor": cursor, "count": 3, "sortBy": "displayName"});
        let page = connection.send(Method::POST, "/Roles/.search", &asked).await.expect(200);
        walked.extend(listed(&page));
        assert_eq!(page.json().get("startIndex"), None);
        match page.json()["nextCursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(walked, ids(&connection, "/Roles?sortBy=displayName").await);
    let elsewhere = connection.request(Method::GET, "/Entitlements").query(&[("cursor", &cursor)]);
    assert_eq!(server.send(elsewhere).await.expect(400).json()["scimType"], "invalidCursor");
}

/// C86: nothing is made, changed or taken away there, and the refusal is SCIM.
#[tokio::test]
async fn c86_roles_and_entitlements_are_only_read() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let body = json!({"schemas": [ROLE], "displayName": "Owner"});

    for path in ["/Roles", "/Roles/viewer", "/Entitlements", "/Entitlements/viewer"] {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let refused = connection.send(method.clone(), path, &body).await;
            assert_eq!(refused.status, 405, "{method} {path}: {}", refused.text);
            assert_eq!(refused.json()["status"], "405");
            assert!(refused.header("content-type").unwrap().starts_with("application/scim+json"));
        }
    }
    let operation = json!({"Operations": [{"method": "POST", "path": "/Roles", "bulkId": "a", "data": body}]});
    let bulk = connection.send(Method::POST, "/Bulk", &operation).await;
    assert!(bulk.status == 400 || bulk.json()["Operations"][0]["status"] == "400", "{}", bulk.text);
    assert_eq!(ids(&connection, "/Roles").await.len(), 4);
}

/// SC-05: the ceiling holds for entitlements as for roles, and each of the two is a source of its own: what goes by one stays
/// by the other, and by hand.
#[tokio::test]
async fn sc_05_entitlements_give_roles_under_the_ceiling_and_apart_from_other_sources() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = limited(&tenant, Kind::Okta, "contributor").await;
    for role in ["owner", "Admin"] {
        push(&connection, "mallory", json!({"entitlements": [{"value": role}]})).await.expect(403);
    }
    assert_eq!(records(&tenant, "role.granted", "denied").await, 2);
    let both = json!({"roles": [{"value": "viewer"}], "entitlements": [{"value": "contributor"}, {"value": "Export"}]});
    let id = push(&connection, "ada", both).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let path = format!("/Users/{id}");
    let patch = async |operation: Value| {
        let body = json!({"Operations": [operation]});
        connection.send(Method::PATCH, &path, &body).await.expect(200).json()
    };
    assert_eq!(role(&connection, &id).await, "contributor");

    let echoed = connection.get(&path).await.expect(200).json();
    assert_eq!(
        connection.send(Method::PUT, &path, &echoed).await.expect(200).json(),
        echoed,
        "an echo changes nothing"
    );
    let left = patch(json!({"op": "remove", "path": "entitlements[value eq \"contributor\"]"})).await;
    assert_eq!(left["entitlements"], json!([{"value": "Export"}]), "what names no role is kept as it was sent");
    assert_eq!(role(&connection, &id).await, "viewer");
    patch(json!({"op": "add", "path": "entitlements", "value": [{"value": "viewer"}]})).await;
    patch(json!({"op": "remove", "path": "roles"})).await;
    assert_eq!(role(&connection, &id).await, "viewer");
    patch(json!({"op": "remove", "path": "entitlements"})).await;
    assert_eq!(role(&connection, &id).await, Value::Null);
}

/// SC-05: an attribute that a connection names gives roles as `roles` does: under the ceiling, as a source of its own, and to nobody
/// by a token that may not set it. Without it `userType` gives nothing.
#[tokio::test]
async fn sc_05_a_named_attribute_gives_roles_under_the_ceiling_and_apart_from_other_sources() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = limited(&tenant, Kind::Generic, "contributor").await;
    let at = format!("/api/v1/connections/{}", connection.id);
    let name =
        async |name: Value| server.send(server.api(Method::PATCH, &at).json(&json!({"role_attribute": name}))).await;
    let typed = |of: &str, roles: Value| json!({"userName": "ada", "userType": of, "roles": roles});
    let ada = connection.send(Method::POST, "/Users", &typed("contributor", json!([]))).await.expect(201).json()["id"]
        .clone();
    let (path, id) = (format!("/Users/{}", ada.as_str().unwrap()), ada.as_str().unwrap().to_owned());
    assert_eq!(role(&connection, &id).await, Value::Null);
    for wrong in [
        "",
        "colour",
        "userName",
        "externalId",
        "id",
        "password",
        "active",
        "name.familyName",
        "emails",
        "roles",
        "displayName",
    ] {
        let refused = name(json!(wrong)).await.expect(400);
        assert!(refused.text.contains("gives no roles"), "{wrong}: {}", refused.text);
    }
    assert_eq!(name(json!(" USERTYPE ")).await.expect(200).json()["role_attribute"], "userType");

    let put = async |body: &Value| connection.send(Method::PUT, &path, body).await;
    put(&typed("CONTRIBUTOR", json!([]))).await.expect(200);
    let user = async || server.send(server.api(Method::GET, &format!("/api/v1/users/{id}"))).await.expect(200).json();
    let sources = async || -> Vec<(String, String)> {
        let text = |it: &Value| it.as_str().unwrap().to_owned();
        let grants = user().await["grants"].as_array().unwrap().clone();
        grants.iter().map(|it| (text(&it["role"]), text(&it["source"]["kind"]))).collect()
    };
    let source = |role: &str, kind: &str| (role.to_owned(), kind.to_owned());
    assert_eq!(sources().await, [source("contributor", "attribute")]);
    put(&typed("owner", json!([]))).await.expect(403);
    put(&typed("Contributor", json!([{"value": "viewer"}]))).await.expect(200);
    assert_eq!(sources().await, [source("contributor", "attribute"), source("viewer", "scim_role")]);
    put(&typed("Stranger", json!([{"value": "viewer"}]))).await.expect(200);
    assert_eq!(sources().await, [source("viewer", "scim_role")]);

    let narrow = naming(&connection, &["userName", "title"]).await;
    name(Value::Null).await.expect(200);
    put(&typed("contributor", json!([]))).await.expect(200);
    name(json!("userType")).await.expect(200);
    let titled = json!({"Operations": [{"op": "replace", "path": "title", "value": "Countess"}]});
    narrow.send(Method::PATCH, &path, &titled).await.expect(200);
    assert_eq!(role(&connection, &id).await, Value::Null);
    connection.send(Method::PATCH, &path, &titled).await.expect(200);
    assert_eq!(role(&connection, &id).await, "contributor");
    name(Value::Null).await.expect(200);
    put(&typed("contributor", json!([]))).await.expect(200);
    assert_eq!(role(&connection, &id).await, Value::Null);
    let rows = audit::newest(server.app.store.reader(), tenant.org, 100).await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.changes.contains("role_attribute")).count(), 4);
}

/// Of a schema of the organisation's own an attribute with several values gives each role that one of them names, until the schema
/// is retired.
#[tokio::test]
async fn an_attribute_of_a_schema_of_ones_own_gives_roles() {
    const OWN: &str = "urn:example:params:scim:schemas:extension:acme:2.0:User";
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let define = async |all: Value| {
        let request = server.api(Method::PUT, "/api/v1/organisation/schemas?organisation=acme");
        server.send(request.json(&json!({ "schemas": all }))).await.expect(200);
    };
    let attribute = |name: &str, rest: Value| {
        let mut all = json!({"name": name, "type": "string"});
        all.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        all
    };
    let access = attribute("access", json!({"multiValued": true}));
    let others = [("badge", json!({"uniqueness": "server"})), ("pin", json!({"returned": "never"}))];
    let all = [access].into_iter().chain(others.map(|(name, rest)| attribute(name, rest)));
    define(json!([{"id": OWN, "name": "A", "attributes": all.collect::<Vec<_>>()}])).await;
    let connection = tenant.connection().await;
    let at = format!("/api/v1/connections/{}", connection.id);
    let name =
        async |name: String| server.send(server.api(Method::PATCH, &at).json(&json!({"role_attribute": name}))).await;
    for wrong in ["badge", "pin"] {
        name(format!("{OWN}:{wrong}")).await.expect(400);
    }
    let kept = name(format!("{OWN}:Access")).await.expect(200).json()["role_attribute"].clone();
    assert_eq!(kept, json!(format!("{OWN}:access")));

    let body = |all: Value| json!({"userName": "ada", OWN: {"access": all}});
    let made =
        connection.send(Method::POST, "/Users", &body(json!(["Viewer", "Cook", "contributor"]))).await.expect(201);
    let id = made.json()["id"].as_str().unwrap().to_owned();

    assert_eq!(role(&connection, &id).await, "contributor");
    let mappings = server.send(server.api(Method::GET, &format!("{at}/mappings"))).await.expect(200).json();
    let by_attribute = |key: &str| {
        let roles = mappings["roles"].as_array().unwrap();
        roles.iter().find(|it| it["role"] == key).unwrap()["people_by_attribute"].clone()
    };
    assert_eq!(["viewer", "contributor", "admin"].map(by_attribute), [json!(1), json!(1), json!(0)]);
    let words = mappings["unmatched_words"].as_array().unwrap();
    assert_eq!(words.len(), 1, "{words:?}");
    assert_eq!(
        (&words[0]["word"], &words[0]["attribute"], &words[0]["display"]),
        (&json!("Cook"), &kept, &Value::Null)
    );
    let of_roles = mappings["attributes"].as_array().unwrap().iter().find(|it| it["field"] == "role").unwrap();
    assert_eq!(of_roles["scim"].as_array().unwrap().last(), Some(&kept));
    define(json!([])).await;
    let titled = json!({"Operations": [{"op": "replace", "path": "title", "value": "Countess"}]});
    connection.send(Method::PATCH, &format!("/Users/{id}"), &titled).await.expect(200);
    assert_eq!(role(&connection, &id).await, Value::Null);
}

/// Whoever only keeps users and groups here is told of nothing else, reads the roles all the same, and gives none by
/// entitlements, until somebody says that it governs.
#[tokio::test]
async fn governance_is_a_switch_of_the_connection_that_okta_has_on() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = limited(&tenant, Kind::Generic, "contributor").await;
    let told = async || {
        let types = connection.get("/ResourceTypes").await.expect(200).json()["totalResults"].clone();
        let by_name = connection.get("/ResourceTypes/Role").await.status;
        (types, by_name, connection.get(&format!("/Schemas/{ROLE}")).await.status)
    };
    let entitled = json!({"entitlements": [{"value": "contributor"}]});
    let id = push(&connection, "ada", entitled).await.expect(201).json()["id"].as_str().unwrap().to_owned();

    assert_eq!(told().await, (json!(2), 404, 404));
    assert_eq!(ids(&connection, "/Roles").await.len(), 3);
    assert_eq!(ids(&connection, "/Entitlements").await, [""; 0]);
    connection.get("/Entitlements/viewer").await.expect(404);
    assert_eq!(role(&connection, &id).await, Value::Null);

    let at = format!("/api/v1/connections/{}", connection.id);
    let switch = async |on: bool| {
        server.send(server.api(Method::PATCH, &at).json(&json!({"governance": on}))).await.expect(200).json()
    };
    assert_eq!(switch(true).await["governance"], true);
    assert_eq!(told().await, (json!(4), 200, 200));
    assert_eq!(ids(&connection, "/Entitlements").await.len(), 3);
    // A token that may not set what gives roles gives none by what stands there already.
    let narrow = naming(&connection, &["userName", "title"]).await;
    let titled = json!({"Operations": [{"op": "replace", "path": "title", "value": "Countess"}]});
    narrow.send(Method::PATCH, &format!("/Users/{id}"), &titled).await.expect(200);
    assert_eq!(role(&connection, &id).await, Value::Null);
    let echo = connection.get(&format!("/Users/{id}")).await.json();
    assert_eq!(echo["entitlements"], json!([{"value": "contributor"}]));
    connection.send(Method::PUT, &format!("/Users/{id}"), &echo).await.expect(200);
    assert_eq!(role(&connection, &id).await, "contributor");
    assert_eq!(switch(false).await["governance"], false);
    connection.send(Method::PUT, &format!("/Users/{id}"), &echo).await.expect(200);
    assert_eq!(role(&connection, &id).await, Value::Null);
    let rows = audit::newest(server.app.store.reader(), tenant.org, 100).await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.changes.contains("governance")).count(), 2);
}
