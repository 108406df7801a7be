//! `/Me`: a person reads the user that they are, through an application.

use doorward::app::accounts::{self, Secret};
use doorward::app::clients::NewClient;
use doorward::app::users::{self, Person};
use doorward::domain::id::UserId;
use reqwest::Method;
use serde_json::json;

use crate::harness::{Provisioning, Reply, Server};
use crate::oidc::stage::{self, Stage};

/// An access token with these scopes, for an application that may ask for them.
async fn token(stage: &Stage, person: &Person, scopes: &str) -> String {
    let rp = stage.rp_with(|new| NewClient { scopes: Some(scopes.to_owned()), ..new }).await;
    let reply = stage.browser(person).await.get(&rp.request(&[("scope", scopes)])).await;
    let code = stage::answer(&reply)["code"].clone();
    stage.redeem(&rp, &code).await.expect(200).json()["access_token"].as_str().unwrap().to_owned()
}

/// Somebody whom an identity provider has pushed, who has a way in.
async fn pushed(server: &Server, connection: &Provisioning<'_>, user_name: &str) -> Person {
    let id: UserId = connection.push(user_name).await.parse().unwrap();
    let user = users::show(&server.app, &Server::operator(), id).await.unwrap().user;
    let password = Secret::new(stage::PASSWORD.to_owned());
    accounts::set_password(&server.app, &Server::operator(), &user, password, false).await.unwrap();
    users::show(&server.app, &Server::operator(), id).await.unwrap()
}

async fn call(server: &Server, token: &str, method: Method, path: &str) -> Reply {
    let request = server.request(method, &format!("/scim/v2{path}")).bearer_auth(token);
    server.send(request.header("content-type", "application/scim+json").body("{\"userName\":\"mallory\"}")).await
}

async fn me(server: &Server, token: &str, path: &str) -> Reply {
    server.send(server.request(Method::GET, &format!("/scim{path}")).bearer_auth(token)).await
}

/// RFC 7644 3.11: what is answered is the user as its identity provider reads it, at its own address.
#[tokio::test]
async fn a_person_reads_the_user_that_they_are() {
    let stage = Stage::new().await;
    let server = &stage.server;
    let tenant = server.tenant("globex").await;
    let connection = tenant.connection().await;
    let hank = pushed(server, &connection, "hank@globex.example").await;
    let members = json!({"displayName": "Pushed", "members": [{"value": hank.user.id.to_string()}]});
    connection.send(Method::POST, "/Groups", &members).await.expect(201);
    let token_of_hank = token(&stage, &hank, "openid scim").await;

    let own = me(server, &token_of_hank, "/v2/Me").await.expect(200);

    let read = connection.get(&format!("/Users/{}", hank.user.id)).await.expect(200);
    assert_eq!(own.json(), read.json());
    assert_eq!(own.json()["groups"][0]["display"], "Pushed");
    assert_eq!(own.header("location"), own.json()["meta"]["location"].as_str());
    assert_eq!(own.header("etag"), read.header("etag"));
    assert!(own.header("content-type").unwrap().starts_with("application/scim+json"));
    assert_eq!(me(server, &token_of_hank, "/Me/").await.expect(200).json(), own.json());
    let narrow = me(server, &token_of_hank, "/v2/Me?attributes=userName").await.expect(200).json();
    assert_eq!((narrow["userName"].as_str(), narrow.get("groups")), (Some("hank@globex.example"), None));
    let again = server.request(Method::GET, "/scim/v2/Me").bearer_auth(&token_of_hank);
    let again = server.send(again.header("if-none-match", own.header("etag").unwrap())).await.expect(304);
    assert_eq!(again.text, "");

    // Somebody of another organisation, whom no provider manages: their own user and nobody else's.
    let of_ada = token(&stage, &stage.ada, "openid scim").await;
    let ada = me(server, &of_ada, "/v2/Me").await.expect(200).json();
    assert_eq!(ada["id"], stage.ada.user.id.to_string());
    assert_eq!(ada["userName"], "ada@acme.example");
}

/// A token of somebody who is deactivated, or whose organisation is suspended, is dead at once.
#[tokio::test]
async fn a_token_at_me_dies_with_its_person() {
    let stage = Stage::new().await;
    let server = &stage.server;
    let tenant = server.tenant("globex").await;
    let connection = tenant.connection().await;
    let hank = pushed(server, &connection, "hank@globex.example").await;
    let token = token(&stage, &hank, "openid scim").await;
    me(server, &token, "/v2/Me").await.expect(200);

    let off = json!({"Operations": [{"op": "replace", "value": {"active": false}}]});
    connection.send(Method::PATCH, &format!("/Users/{}", hank.user.id), &off).await.expect(200);

    let refused = me(server, &token, "/v2/Me").await.expect(401);
    assert_eq!(refused.json()["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error");
    assert!(refused.header("www-authenticate").unwrap().starts_with("Bearer"));
    server.run_jobs().await;
}

/// Only the scope opens it, an application gets the scope only where it is registered with it, and nobody is changed there.
#[tokio::test]
async fn me_takes_the_scope_and_changes_nobody() {
    let stage = Stage::new().await;
    let server = &stage.server;
    let plain = token(&stage, &stage.ada, "openid profile email api").await;
    let usual = stage.rp().await;
    let reply = stage.browser(&stage.ada).await.get(&usual.request(&[("scope", "openid scim")])).await;
    let code = stage::answer(&reply)["code"].clone();
    let unregistered = stage.redeem(&usual, &code).await.expect(200).json();
    let unregistered = unregistered["access_token"].as_str().unwrap();

    for token in [plain.as_str(), unregistered] {
        let refused = me(server, token, "/v2/Me").await.expect(403).json();
        assert!(refused["detail"].as_str().unwrap().contains("scope scim"), "{refused}");
    }
    let token = token(&stage, &stage.ada, "openid scim").await;
    let before = me(server, &token, "/v2/Me").await.expect(200);
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let refused = call(server, &token, method.clone(), "/Me").await.expect(403).json();
        assert!(refused["detail"].as_str().unwrap().contains("account page"), "{method}: {refused}");
    }
    assert_eq!(me(server, &token, "/v2/Me").await.expect(200).json(), before.json());
}

/// SC-21: the scope of `/Me` opens nothing else of SCIM and nothing of the API, and other tokens open nothing there.
#[tokio::test]
async fn sc_21_a_token_for_me_opens_nothing_else_and_no_other_token_opens_me() {
    let stage = Stage::new().await;
    let server = &stage.server;
    let token = token(&stage, &stage.ada, "openid scim").await;

    for (method, path) in [
        (Method::GET, "/Users".to_owned()),
        (Method::GET, format!("/Users/{}", stage.ada.user.id)),
        (Method::DELETE, format!("/Users/{}", stage.ada.user.id)),
        (Method::POST, "/Users".to_owned()),
        (Method::GET, "/Groups".to_owned()),
        (Method::GET, "/Roles".to_owned()),
        (Method::POST, "/Bulk".to_owned()),
        (Method::POST, "/.search".to_owned()),
        (Method::GET, "/Schemas".to_owned()),
    ] {
        assert_eq!(call(server, &token, method, &path).await.status, 401, "{path}");
    }
    let api = server.send(server.request(Method::GET, "/api/v1/me").bearer_auth(&token)).await;
    assert_eq!(api.status, 403);

    let connection = server.tenant("globex").await.connection().await;
    server.expect_faults();
    for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let refused = call(server, &connection.token, method, "/Me").await.expect(501).json();
        assert!(refused["detail"].as_str().unwrap().contains("/Users/{id}"));
    }
    let personal = stage.personal_token(&stage.ada, &["read", "write"]).await;
    for wrong in [personal.as_str(), crate::harness::OPERATOR_TOKEN, "dwat_nonsense", ""] {
        assert_eq!(me(server, wrong, "/v2/Me").await.status, 401);
    }
    assert_eq!(server.get("/scim/v2/Me").await.status, 401);
}
