//! Groups over SCIM: members as rows, members that are waited for, and the roles that a group gives.

use doorward::app::connections::map_group;
use doorward::domain::connection::{Kind, Settings, UnknownMembers};
use doorward::domain::policy::{Action, Target, TargetGroup};
use doorward::domain::role::RoleModel;
use doorward::store::{audit, groups};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Provisioning, Server, Tenant};

const STATE: &str = "urn:doorward:params:scim:schemas:extension:2.0:User";

fn patch(operations: &Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations})
}

async fn group(connection: &Provisioning<'_>, name: &str, members: &[&str]) -> String {
    let members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
    let body = json!({"displayName": name, "externalId": format!("g-{name}"), "members": members});
    let made = connection.send(Method::POST, "/Groups", &body).await.expect(201);
    format!("/Groups/{}", made.json()["id"].as_str().unwrap())
}

async fn members(connection: &Provisioning<'_>, group: &str) -> Vec<String> {
    let shown = connection.get(group).await.expect(200).json();
    let members = shown["members"].as_array().cloned().unwrap_or_default();
    members.iter().map(|it| it["value"].as_str().unwrap().to_owned()).collect()
}

async fn role(connection: &Provisioning<'_>, id: &str) -> Value {
    let reply = connection.get(&format!("/Users/{id}?attributes={STATE}:effectiveRole")).await.expect(200);
    reply.json()[STATE]["effectiveRole"].clone()
}

/// Maps a group of which nobody would allow it, as an older version or another rule may have left it.
async fn map_unasked(tenant: &Tenant<'_>, connection: &Provisioning<'_>, group: &str, role: &str) {
    let tx = tenant.server.app.begin(tenant.org).await.unwrap();
    let id = group.rsplit('/').next().unwrap().parse().unwrap();
    groups::map_role(&tx, id, &role.parse().unwrap()).await.unwrap();
    let model = RoleModel::preset("owner-admin-contributor-viewer").unwrap();
    let target = TargetGroup { org: tenant.org, id, label: "G".into(), managed_by: Some(connection.id) };
    let action = Action::MapGroup { role: role.parse().unwrap() };
    let permit = Server::operator().permit(&model, action, Target::Group(target)).unwrap();
    tx.commit(permit).await.unwrap();
}

/// C43, C95: a mapped group gives its role at once, a rename keeps it, and leaving takes it back at once.
#[tokio::test]
async fn c95_the_role_of_a_group_comes_and_goes_with_the_membership() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection().await;
    for (label, key) in [("Builders", "contributor"), ("g-Chiefs", "admin")] {
        map_group(&server.app, &Server::operator(), connection.id, label, &key.parse().unwrap()).await.unwrap();
    }
    let ada = connection.push("ada").await;
    let builders = group(&connection, "Builders", &[&ada]).await;
    assert_eq!(role(&connection, &ada).await, "contributor");
    let version = connection.get(&format!("/Users/{ada}")).await.header("etag").unwrap().to_owned();

    let chiefs = group(&connection, "Chiefs", &[&ada]).await;
    assert_eq!(role(&connection, &ada).await, "admin");
    let shown = connection.get(&format!("/Users/{ada}")).await;
    assert_ne!(shown.header("etag").unwrap(), version);
    let names: Vec<Value> = shown.json()["groups"].as_array().unwrap().iter().map(|it| it["display"].clone()).collect();
    assert_eq!(names, ["Builders", "Chiefs"]);

    let rename = patch(&json!([{"op": "replace", "path": "displayName", "value": "Others"}]));
    connection.send(Method::PATCH, &chiefs, &rename).await.expect(200);
    assert_eq!(role(&connection, &ada).await, "admin");
    let leave = patch(&json!([{"op": "remove", "path": format!("members[value eq \"{ada}\"]")}]));
    connection.send(Method::PATCH, &chiefs, &leave).await.expect(200);
    assert_eq!(role(&connection, &ada).await, "contributor");
    connection.delete(&builders).await.expect(204);
    assert_eq!(role(&connection, &ada).await, Value::Null);
}

/// C94: a role that was given by hand is no business of a group: it stays while the group gives more, and counts again after.
#[tokio::test]
async fn c94_a_role_given_by_hand_survives_whatever_the_groups_say() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection().await;
    map_group(&server.app, &Server::operator(), connection.id, "Chiefs", &"admin".parse().unwrap()).await.unwrap();
    let ada = connection.push("ada").await;
    let (operator, viewer) = (Server::operator(), "viewer".parse().unwrap());
    doorward::app::users::change_role(&server.app, &operator, ada.parse().unwrap(), &viewer).await.unwrap();
    let chiefs = group(&connection, "Chiefs", &[&ada]).await;
    assert_eq!(role(&connection, &ada).await, "admin");

    let nobody = patch(&json!([{"op": "replace", "path": "members", "value": []}]));
    connection.send(Method::PATCH, &chiefs, &nobody).await.expect(200);
    assert_eq!(role(&connection, &ada).await, "viewer");
    let again = json!({"displayName": "Chiefs", "externalId": "g-Chiefs", "members": [{"value": ada}]});
    connection.send(Method::PUT, &chiefs, &again).await.expect(200);
    assert_eq!(role(&connection, &ada).await, "admin");
    connection.delete(&chiefs).await.expect(204);
    assert_eq!(role(&connection, &ada).await, "viewer");
}

/// SC-06: nobody joins a group that gives more than the connection may, at once or later, and the attempt is recorded.
#[tokio::test]
async fn sc_06_nobody_joins_a_group_above_the_ceiling() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let settings = Settings { max_role: Some("contributor".into()), ..Settings::default() };
    let connection = tenant.connection_with(Kind::Okta, settings).await;
    let ada = connection.push("ada").await;
    let chiefs = group(&connection, "Chiefs", &["00u-later"]).await;
    map_unasked(&tenant, &connection, &chiefs, "admin").await;

    let add = json!([{"op": "add", "path": "members", "value": [{"value": ada}]}]);
    connection.send(Method::PATCH, &chiefs, &patch(&add)).await.expect(403);
    let put = json!({"displayName": "Chiefs", "members": [{"value": ada}]});
    connection.send(Method::PUT, &chiefs, &put).await.expect(403);
    let later = connection.push("later").await;

    assert!(members(&connection, &chiefs).await.is_empty());
    assert_eq!((role(&connection, &ada).await, role(&connection, &later).await), (Value::Null, Value::Null));
    let rows = audit::newest(server.app.store.reader(), tenant.org, 100).await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.outcome == "denied" && row.action == "group.member_added").count(), 2);
}

/// SC-17, TE-06, C99: a group cannot be emptied, replaced or deleted from under the last owner.
#[tokio::test]
async fn sc_17_the_last_owner_does_not_lose_the_role_with_a_group() {
    use doorward::app::users::{OnLastHolder, deactivate};
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let founder = tenant.user("olga", "owner").await;
    let settings = Settings { protected_roles: true, ..Settings::default() };
    let connection = tenant.connection_with(Kind::Okta, settings).await;
    let owner = "owner".parse().unwrap();
    map_group(&server.app, &Server::operator(), connection.id, "Owners", &owner).await.unwrap();
    let body = json!({"userName": "ada", "password": crate::harness::PASSWORD});
    let ada =
        connection.send(Method::POST, "/Users", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let owners = group(&connection, "Owners", &[&ada]).await;
    deactivate(&server.app, &Server::operator(), founder, OnLastHolder::Refuse).await.unwrap();

    for body in [
        patch(&json!([{"op": "remove", "path": "members"}])),
        patch(&json!([{"op": "replace", "path": "members", "value": []}])),
        patch(&json!([{"op": "remove", "path": format!("members[value eq \"{ada}\"]")}])),
    ] {
        connection.send(Method::PATCH, &owners, &body).await.expect(409);
    }
    connection.send(Method::PUT, &owners, &json!({"displayName": "Owners", "members": []})).await.expect(409);
    connection.delete(&owners).await.expect(409);
    connection.delete(&format!("/Users/{ada}")).await.expect(409);

    assert_eq!(members(&connection, &owners).await, std::slice::from_ref(&ada));
    assert_eq!(role(&connection, &ada).await, "owner");
}

/// C39: a member who does not exist yet is held, dropped or refused, as the connection says.
#[tokio::test]
async fn c39_unknown_members_are_held_dropped_or_refused() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    for (rule, joins) in [(UnknownMembers::Hold, true), (UnknownMembers::Ignore, false)] {
        let connection =
            tenant.connection_with(Kind::Okta, Settings { unknown_members: rule, ..Settings::default() }).await;
        let name = format!("G{joins}");
        let path = group(&connection, &name, &["00u-ada", "00u-bob"]).await;
        assert!(members(&connection, &path).await.is_empty());
        let forget = patch(&json!([{"op": "remove", "path": "members", "value": [{"value": "00u-bob"}]}]));
        connection.send(Method::PATCH, &path, &forget).await.expect(200);

        let body = json!({"userName": format!("ada{joins}"), "externalId": "00u-ada"});
        let ada =
            connection.send(Method::POST, "/Users", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned();
        let body = json!({"userName": format!("bob{joins}"), "externalId": "00u-bob"});
        connection.send(Method::POST, "/Users", &body).await.expect(201);

        assert_eq!(members(&connection, &path).await, if joins { vec![ada.clone()] } else { vec![] });
        let again = patch(&json!([{"op": "add", "path": "members", "value": [{"value": "00u-ada"}]}]));
        connection.send(Method::PATCH, &path, &again).await.expect(200);
        assert_eq!(members(&connection, &path).await, [ada]);
    }
    let strict = Settings { unknown_members: UnknownMembers::Reject, ..Settings::default() };
    let connection = tenant.connection_with(Kind::Okta, strict).await;
    let body = json!({"displayName": "R", "members": [{"value": "00u-nobody"}]});
    let refused = connection.send(Method::POST, "/Groups", &body).await.expect(400).json();
    assert_eq!(refused["scimType"], "invalidValue");
    assert_eq!(connection.get("/Groups").await.json()["totalResults"], 0);
}

/// C39: a group also waits for a user that exists already and is given the external id later, by PUT or by PATCH.
#[tokio::test]
async fn c39_whoever_is_waited_for_joins_when_the_external_id_is_set() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection().await;
    map_group(&server.app, &Server::operator(), connection.id, "G", &"contributor".parse().unwrap()).await.unwrap();
    let (ada, bob, cai) = (connection.push("ada").await, connection.push("bob").await, connection.push("cai").await);
    let path = group(&connection, "G", &["late-ada", "late-bob", "late-cai", &cai]).await;
    let before = connection.get(&path).await.header("etag").unwrap().to_owned();

    let put = json!({"userName": "ada", "externalId": "late-ada"});
    connection.send(Method::PUT, &format!("/Users/{ada}"), &put).await.expect(200);
    let change = patch(&json!([{"op": "add", "path": "externalId", "value": "late-bob"}]));
    let changed = connection.send(Method::PATCH, &format!("/Users/{bob}"), &change).await.expect(200).json();
    let present = patch(&json!([{"op": "replace", "value": {"externalId": "late-cai"}}]));
    connection.send(Method::PATCH, &format!("/Users/{cai}"), &present).await.expect(200);

    assert_eq!(members(&connection, &path).await, [ada.clone(), bob.clone(), cai.clone()]);
    assert_ne!(connection.get(&path).await.header("etag").unwrap(), before);
    assert_eq!(changed["groups"][0]["display"], "G");
    assert_eq!(
        (role(&connection, &ada).await, role(&connection, &bob).await),
        ("contributor".into(), "contributor".into())
    );
    let leave = patch(&json!([{"op": "remove", "path": "members", "value": [{"value": cai}]}]));
    connection.send(Method::PATCH, &path, &leave).await.expect(200);
    let again = patch(
        &json!([{"op": "replace", "value": {"externalId": "x"}}, {"op": "replace", "value": {"externalId": "late-cai"}}]),
    );
    connection.send(Method::PATCH, &format!("/Users/{cai}"), &again).await.expect(200);
    assert_eq!(members(&connection, &path).await, [ada, bob], "a value that was answered is not waited for again");
}

/// C40: a group is no member of a group, and the refusal says what to do.
#[tokio::test]
async fn c40_a_group_within_a_group_is_refused() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let (inner, outer) = (group(&connection, "inner", &[]).await, group(&connection, "outer", &[]).await);
    let id = inner.rsplit('/').next().unwrap();

    let nest = patch(&json!([{"op": "add", "path": "members", "value": [{"value": id, "type": "Group"}]}]));
    let refused = connection.send(Method::PATCH, &outer, &nest).await.expect(400).json();

    assert!(refused["detail"].as_str().unwrap().contains("groups within groups"), "{refused}");
}

/// C30, C31, C32, C33, C35: a removal takes those it names, an addition adds, and neither repeats anybody.
#[tokio::test]
async fn c32_membership_changes_by_exactly_what_is_named() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let (ada, bob, cai) = (connection.push("ada").await, connection.push("bob").await, connection.push("cai").await);
    let path = group(&connection, "G", &[&ada, &bob]).await;
    let before = connection.get(&path).await.header("etag").unwrap().to_owned();

    let same = patch(&json!([{"op": "add", "path": "members", "value": [{"value": bob}, {"value": bob}]}]));
    let unchanged = connection.send(Method::PATCH, &path, &same).await.expect(200);
    assert_eq!(unchanged.header("etag").unwrap(), before);
    let swap = patch(&json!([
        {"op": "Remove", "path": "members", "value": [{"value": ada, "$ref": null}]},
        {"op": "Add", "path": "members", "value": [{"value": cai}]},
    ]));
    connection.send(Method::PATCH, &path, &swap).await.expect(200);

    assert_eq!(members(&connection, &path).await, [bob.clone(), cai.clone()]);
    let filter = format!("/Groups?filter=members.value eq \"{cai}\"&excludedAttributes=members");
    let found = connection.get(&filter).await.expect(200).json();
    assert_eq!((&found["totalResults"], found["Resources"][0].get("members")), (&json!(1), None));
    let broken =
        patch(&json!([{"op": "remove", "path": "members"}, {"op": "replace", "path": "displayName", "value": ""}]));
    connection.send(Method::PATCH, &path, &broken).await.expect(400);
    assert_eq!(members(&connection, &path).await, [bob, cai], "a failing operation leaves nothing changed");
}

/// C37, C100, SD-12: large groups are changed by what changes, answered 204, and read without their members on request.
#[tokio::test]
async fn sd_12_c100_a_large_group_is_changed_by_rows() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let mut ids = Vec::new();
    for index in 0..1_001 {
        ids.push(connection.push(&format!("p{index}")).await);
    }
    let everybody: Vec<&str> = ids.iter().map(String::as_str).collect();
    let path = group(&connection, "Everybody", &everybody).await;
    assert_eq!(members(&connection, &path).await.len(), 1_001);

    let out: Vec<Value> =
        ids[..2].iter().map(|id| json!({"op": "remove", "path": format!("members[value eq \"{id}\"]")})).collect();
    let first = connection.send(Method::PATCH, &path, &patch(&json!([out[0]]))).await;
    let wide = connection
        .send(Method::PATCH, &path, &patch(&json!([{"op": "add", "path": "members", "value": [{"value": ids[0]}]}])))
        .await;
    let quiet =
        connection.send(Method::PATCH, &format!("{path}?excludedAttributes=members"), &patch(&json!([out[1]]))).await;

    assert_eq!((first.status, wide.status, wide.text.as_str()), (200, 204, ""));
    assert!(wide.header("etag").is_some());
    assert_eq!((quiet.status, quiet.json().get("members")), (200, None));
    let many: Vec<Value> =
        (0..1_000).map(|index| json!({"op": "add", "path": "members", "value": [{"value": ids[index % 7]}]})).collect();
    let began = std::time::Instant::now();
    connection.send(Method::PATCH, &path, &patch(&json!(many))).await.expect(204);
    assert!(began.elapsed().as_secs() < 10, "a thousand operations took {:?}", began.elapsed());
    assert_eq!(members(&connection, &path).await.len(), 1_001);
}

/// A PATCH is answered 204 for those who want it, the resource for the others.
#[tokio::test]
async fn a_patch_is_answered_as_briefly_as_the_client_wants() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection().await;
    let path = group(&connection, "G", &[]).await;
    let rename = |name: &str| patch(&json!([{"op": "replace", "value": {"displayName": name}}]));

    let minimal = connection.request(Method::PATCH, &path).header("prefer", "wait=10, return=minimal");
    let minimal =
        server.send(minimal.header("content-type", "application/scim+json").body(rename("H").to_string())).await;
    let whole = connection.send(Method::PATCH, &path, &rename("I")).await;
    let quiet = tenant.connection_with(Kind::Entra, Settings { patch_no_content: true, ..Settings::default() }).await;
    let other = group(&quiet, "Q", &[]).await;
    let silent = quiet.send(Method::PATCH, &other, &rename("R")).await;

    assert_eq!((minimal.status, minimal.header("preference-applied")), (204, Some("return=minimal")));
    assert_eq!((whole.status, &whole.json()["displayName"]), (200, &json!("I")));
    assert_eq!((silent.status, silent.text.as_str()), (204, ""));
}
