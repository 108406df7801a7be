//! The administration API: users and their roles.

use doorward::domain::id::UserId;
use reqwest::Method;
use serde_json::json;

use crate::harness::{Reply, Server};

async fn set_role(server: &Server, id: UserId, role: &str) -> Reply {
    let path = format!("/api/v1/users/{id}/role");
    server.send(server.api(Method::PUT, &path).json(&json!({ "role": role }))).await
}

#[tokio::test]
async fn the_operator_reads_the_users_of_the_organisation_it_names() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    acme.user("ada", "owner").await;
    globex.user("hank", "owner").await;

    let named = server.send(server.api(Method::GET, "/api/v1/users?organisation=acme")).await.expect(200);
    let unnamed = server.send(server.api(Method::GET, "/api/v1/users")).await.expect(400);

    let names: Vec<_> = named.json()["users"].as_array().unwrap().iter().map(|it| it["user_name"].clone()).collect();
    assert_eq!(names, [json!("ada")]);
    assert_eq!(unnamed.header("content-type"), Some("application/problem+json"));
}

/// S1-19: the sole owner can be neither downgraded nor switched off; a second owner makes a downgrade possible.
#[tokio::test]
async fn s1_19_the_sole_owner_stays_until_there_is_another() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let ada = acme.user("ada", "owner").await;

    let downgrade = set_role(&server, ada, "viewer").await.expect(409);
    let switch_off =
        server.send(server.api(Method::POST, &format!("/api/v1/users/{ada}/deactivate"))).await.expect(409);
    let bob = acme.user("bob", "owner").await;
    let with_another = set_role(&server, ada, "viewer").await.expect(200);

    assert_eq!(downgrade.json()["type"], "urn:doorward:problem:last-protected-role");
    assert_eq!(switch_off.json()["type"], "urn:doorward:problem:last-protected-role");
    assert_eq!(with_another.json()["role"], "viewer");
    set_role(&server, bob, "viewer").await.expect(409);
}

#[tokio::test]
async fn two_owners_cannot_both_be_downgraded_at_once() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (ada, bob) = (acme.user("ada", "owner").await, acme.user("bob", "owner").await);

    for _ in 0..10 {
        let (a, b) = tokio::join!(set_role(&server, ada, "viewer"), set_role(&server, bob, "viewer"));

        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let loser = if a.status == 200 { ada } else { bob };
        set_role(&server, loser, "owner").await.expect(200);
    }
}

#[tokio::test]
async fn a_role_that_the_model_lacks_is_named_in_the_refusal() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let ada = acme.user("ada", "owner").await;

    let reply = set_role(&server, ada, "emperor").await.expect(400);

    assert!(reply.json()["detail"].as_str().unwrap().contains("emperor"));
}

#[tokio::test]
async fn a_body_with_more_than_the_api_knows_is_refused() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let ada = acme.user("ada", "owner").await;
    let path = format!("/api/v1/users/{ada}/role");

    let extra = server.api(Method::PUT, &path).json(&json!({ "role": "owner", "org_id": "x" }));
    let form = server.api(Method::PUT, &path).form(&[("role", "owner")]);

    assert_eq!(server.send(extra).await.status, 400);
    assert_eq!(server.send(form).await.status, 415);
}

/// SC-21: a token of another kind opens nothing here.
#[tokio::test]
async fn sc_21_a_scim_token_is_a_stranger_at_the_api() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;

    let reply = server.send(server.request(Method::GET, "/api/v1/users").bearer_auth(&connection.token)).await;

    assert_eq!(reply.status, 401);
}

/// AU-04: a name that exists in another organisation is answered like one that exists nowhere.
#[tokio::test]
async fn au_04_a_new_user_does_not_tell_whether_another_organisation_knows_the_name() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    acme.user("ada", "owner").await;
    globex.user("hank@globex.example", "owner").await;
    let create = |name: &str| {
        let body = json!({
            "user_name": name, "display_name": "New", "email": name, "role": "viewer", "sign_in": "password",
            "activation": "link",
        });
        server.send(server.api(Method::POST, "/api/v1/users?organisation=acme").json(&body))
    };

    let known = create("hank@globex.example").await.expect(201);
    let fresh = create("nobody@globex.example").await.expect(201);

    let shape = |reply: &Reply| reply.json().as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(shape(&known), shape(&fresh));
    assert_eq!(known.json()["status"], fresh.json()["status"]);
    assert_eq!(create("Hank@GLOBEX.example").await.status, 409);
    assert_eq!(server.run_jobs().await, 2, "each of them got a letter");
}
