//! Somebody who moves from one identity provider to another.

use doorward::app::connections::map_group;
use doorward::app::users;
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::id::UserId;
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Provisioning, Reply, Server, Tenant};
use crate::mappings::{group, push};
use crate::openapi::signs_in;
use crate::projects::{access, as_team, assign, project, sound};

/// Somebody who is the last admin, by the first of two connections.
async fn last_admin<'s>(tenant: &Tenant<'s>) -> (String, UserId, [Provisioning<'s>; 2]) {
    let root = tenant.user("root", "admin").await;
    let both = [with_sign_in(tenant, true).await, with_sign_in(tenant, false).await];
    let ada = push(&both[0], "ada", &json!({ "roles": [{ "value": "admin" }] })).await;
    let refuse = users::OnLastHolder::Refuse;
    users::deactivate(&tenant.server.app, &Server::operator(), root, refuse).await.unwrap();
    (ada, root, both)
}

async fn with_sign_in<'s>(tenant: &Tenant<'s>, protected_roles: bool) -> Provisioning<'s> {
    tenant.connection_with(Kind::Okta, Settings { protected_roles, ..signs_in() }).await
}

async fn move_to(server: &Server, user: &str, to: &Provisioning<'_>) -> Reply {
    let path = format!("/api/v1/users/{user}");
    server.send(server.api(Method::PATCH, &path).json(&json!({ "connection": to.id }))).await
}

async fn shown(server: &Server, user: &str) -> Value {
    server.send(server.api(Method::GET, &format!("/api/v1/users/{user}"))).await.expect(200).json()
}

/// SC-05: what a provider gave goes with it: its roles, its groups with theirs, and the places on teams of projects; what
/// was given by hand stays. Nothing is left that nobody could take.
#[tokio::test]
async fn sc_05_roles_and_groups_of_a_provider_end_with_it() {
    let server = Server::start().await;
    let acme = server.tenant_with("acme", "admin-standard-readonly").await;
    let (old, new) = (with_sign_in(&acme, false).await, with_sign_in(&acme, false).await);
    let ada = push(&old, "ada", &json!({ "roles": [{ "value": "standard" }] })).await;
    let ben = push(&old, "ben", &json!({})).await;
    let crew = group(&old, "Crew", &[&ada, &ben]).await;
    map_group(&server.app, &Server::operator(), old.id, "Crew", &"read_only".parse().unwrap()).await.unwrap();
    let bridge = project(&server, "Bridge").await;
    assign(&server, &bridge, as_team("group", &crew)).await.expect(201);
    let version = old.get(&format!("/Groups/{crew}")).await.expect(200).header("etag").unwrap().to_owned();
    assert_eq!(shown(&server, &ada).await["role"], "standard");
    assert_eq!(access(&server, &bridge, ada.parse().unwrap()).await["access"], "read");

    move_to(&server, &ada, &new).await.expect(200);

    let after = shown(&server, &ada).await;
    assert_eq!((&after["role"], &after["managed_by"]), (&Value::Null, &json!(new.id)));
    assert_eq!(access(&server, &bridge, ada.parse().unwrap()).await["access"], "none");
    let left = old.get(&format!("/Groups/{crew}")).await.expect(200);
    assert_eq!(left.json()["members"].as_array().unwrap().len(), 1);
    assert_ne!(left.header("etag").unwrap(), version);
    assert_eq!(shown(&server, &ben).await["role"], "read_only");
    let records = audit::newest(server.app.store.reader(), acme.org, 20).await.unwrap();
    let linked = records.iter().find(|it| it.action == "user.linked").unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&linked.changes).unwrap(),
        json!([{ "path": "connection", "new": new.id }, { "path": "roles", "old": ["read_only", "standard"], "new": [] }])
    );
    sound(&server).await;
}

/// The last who holds a protected role does not lose it by being moved.
#[tokio::test]
async fn the_last_holder_of_a_protected_role_is_not_moved_away_from_it() {
    let server = Server::start().await;
    let acme = server.tenant_with("acme", "admin-standard-readonly").await;
    let (ada, root, [old, new]) = last_admin(&acme).await;

    let refused = move_to(&server, &ada, &new).await.expect(409);
    let kept = shown(&server, &ada).await;
    users::activate(&server.app, &Server::operator(), root).await.unwrap();
    move_to(&server, &ada, &new).await.expect(200);

    assert_eq!(refused.json()["type"], "urn:doorward:problem:last-protected-role");
    assert_eq!((&kept["role"], &kept["managed_by"]), (&json!("admin"), &json!(old.id)));
    assert_eq!(shown(&server, &ada).await["role"], Value::Null);
}

/// A role that is given with the move is held afterwards, also where the provider left behind gave the same, and also by the
/// last who holds it.
#[tokio::test]
async fn a_role_that_is_given_with_a_move_is_there_afterwards() {
    let server = Server::start().await;
    let acme = server.tenant_with("acme", "admin-standard-readonly").await;
    let (ada, _, [_, new]) = last_admin(&acme).await;

    let path = format!("/api/v1/users/{ada}");
    let body = json!({ "connection": new.id, "role": "admin" });
    let moved = server.send(server.api(Method::PATCH, &path).json(&body)).await.expect(200).json();

    assert_eq!((&moved["managed_by"], &moved["role"]), (&json!(new.id), &json!("admin")));
    assert_eq!(moved["grants"][0]["source"]["kind"], "manual");
}

/// SC-05: what the next provider gives to whoever has no other role is given with the move, and stands on record.
#[tokio::test]
async fn sc_05_the_default_role_of_the_next_provider_is_part_of_the_move() {
    let server = Server::start().await;
    let acme = server.tenant_with("acme", "admin-standard-readonly").await;
    let old = with_sign_in(&acme, false).await;
    let settings = Settings { default_role: Some("standard".to_owned()), ..signs_in() };
    let new = acme.connection_with(Kind::Okta, settings).await;
    let ada = push(&old, "ada", &json!({ "roles": [{ "value": "read_only" }] })).await;

    let moved = move_to(&server, &ada, &new).await.expect(200).json();

    assert_eq!(moved["role"], "standard");
    let records = audit::newest(server.app.store.reader(), acme.org, 20).await.unwrap();
    let linked = records.iter().find(|it| it.action == "user.linked").unwrap();
    let changes: Value = serde_json::from_str(&linked.changes).unwrap();
    assert_eq!(changes[1], json!({ "path": "roles", "old": ["read_only"], "new": ["standard"] }));
}
