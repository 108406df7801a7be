//! Service accounts: what they may do, what they can never do, and how they end.

use std::time::Duration;

use doorward::app::organisations;
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Browser, OPERATOR_TOKEN, Reply, Server};
use crate::people::Api;

async fn call(server: &Server, token: &str, method: Method, path: &str, body: Value) -> Reply {
    let request = server.request(method, &format!("/api/v1{path}")).bearer_auth(token);
    server.send(if body.is_null() { request } else { request.json(&body) }).await
}

async fn operator(server: &Server, method: Method, path: &str, body: Value) -> Reply {
    call(server, OPERATOR_TOKEN, method, path, body).await
}

fn id_of(reply: &Reply) -> String {
    reply.json()["id"].as_str().unwrap_or_else(|| panic!("{}", reply.text)).to_owned()
}

/// A service account of `acme` with this role; its id.
async fn account(server: &Server, name: &str, role: &str) -> String {
    let new = json!({ "name": name, "description": "Copies people", "role": role });
    id_of(&operator(server, Method::POST, "/service-accounts?organisation=acme", new).await.expect(201))
}

/// A token of it.
async fn token(server: &Server, account: &str, scopes: &[&str]) -> String {
    let new = json!({ "name": "nightly", "scopes": scopes, "expires_in_days": 30 });
    let made = operator(server, Method::POST, &format!("/service-accounts/{account}/tokens"), new).await.expect(201);
    made.json()["token"].as_str().unwrap().to_owned()
}

async fn get(server: &Server, token: &str, path: &str) -> u16 {
    call(server, token, Method::GET, path, Value::Null).await.status
}

#[tokio::test]
async fn a_service_account_calls_the_api_with_its_role_and_the_audit_names_it() {
    let api = Api::new().await;
    let server = api.server();
    let sync = account(server, "HR sync", "admin").await;
    let secret = token(server, &sync, &["read", "write"]).await;
    let new = json!({ "user_name": "nia", "display_name": "Nia", "role": "viewer", "activation": "none" });

    let made = call(server, &secret, Method::POST, "/users", new).await.expect(201);
    let owner = json!({ "user_name": "o", "display_name": "O", "role": "owner", "activation": "none" });
    let beyond = call(server, &secret, Method::POST, "/users", owner).await;

    assert_eq!(beyond.status, 403, "an admin makes no owner, as a program either");
    let rows = audit::newest(server.app.store.reader(), api.stage.org.id, 5).await.unwrap();
    let row = rows.iter().find(|row| row.action == "user.created" && row.outcome == "success").unwrap();
    assert_eq!(row.actor_label, "HR sync");
    let users = call(server, &secret, Method::GET, "/users?name=Nia", Value::Null).await.expect(200);
    assert_eq!(users.json()["users"][0]["id"], made.json()["id"]);
}

/// S1-1: a service account is no user: nobody can invite it, sign in as it, or give it a password, factor or link.
#[tokio::test]
async fn s1_1_a_service_account_is_nobody_who_could_be_invited_or_sign_in() {
    let api = Api::new().await;
    let server = api.server();
    let sync = account(server, "hr-sync", "admin").await;
    let secret = token(server, &sync, &["read", "write"]).await;

    for (method, deed) in [
        (Method::GET, ""),
        (Method::POST, "/temporary-password"),
        (Method::POST, "/resend-activation"),
        (Method::POST, "/reset-password"),
        (Method::POST, "/reset-mfa"),
        (Method::POST, "/activate"),
    ] {
        let reply = operator(server, method, &format!("/users/{sync}{deed}"), Value::Null).await;
        assert_eq!(reply.status, 404, "{deed}: {}", reply.text);
    }
    let users = operator(server, Method::GET, "/users?organisation=acme", Value::Null).await.json();
    assert!(!users.to_string().contains("hr-sync"), "{users}");
    let (_, page) = Browser::new(server).sign_in("hr-sync", &secret).await;
    assert_ne!(page.problem(), "", "neither its name nor its token signs in");
    let cookie = server.request(Method::GET, "/account").header("cookie", format!("dw_sid={secret}"));
    assert_eq!(server.send(cookie).await.status, 303);
    for path in ["/me", "/me/tokens"] {
        assert_eq!(get(server, &secret, path).await, 403, "{path}");
    }
    let invite = json!({ "invitations": [{ "address": "x@acme.example" }], "role": "viewer", "send_mail": false });
    let invited = call(server, &secret, Method::POST, "/invitations", invite).await;
    assert_eq!(invited.status, 403, "whoever invites must be asked again at acceptance, and a program cannot be");
}

/// TE-04: another role counts at once, for the token that is out there.
#[tokio::test]
async fn te_04_a_token_shrinks_with_the_role_and_dies_with_the_account_at_once() {
    let api = Api::new().await;
    let server = api.server();
    let sync = account(server, "hr-sync", "admin").await;
    let secret = token(server, &sync, &["read", "write"]).await;
    let user = format!("/users/{}", api.stage.grace.user.id);
    assert_eq!(get(server, &secret, &user).await, 200);
    let path = format!("/service-accounts/{sync}");

    operator(server, Method::PATCH, &path, json!({ "role": "viewer" })).await.expect(200);
    let shrunk = get(server, &secret, &user).await;
    operator(server, Method::POST, &format!("{path}/deactivate"), Value::Null).await.expect(200);
    let dead = get(server, &secret, "/users").await;
    operator(server, Method::POST, &format!("{path}/activate"), Value::Null).await.expect(200);
    let after = get(server, &secret, "/users").await;

    assert_eq!((shrunk, dead, after), (403, 401, 401), "no way back revives a token");
    let fresh = token(server, &sync, &["read"]).await;
    assert_eq!(get(server, &fresh, "/users").await, 200);
    operator(server, Method::DELETE, &path, Value::Null).await.expect(204);
    assert_eq!(get(server, &fresh, "/users").await, 401);
}

#[tokio::test]
async fn a_token_of_a_service_account_ends_by_time_by_hand_and_with_the_organisation() {
    let api = Api::new().await;
    let server = api.server();
    let sync = account(server, "hr-sync", "admin").await;
    let [one, two, three] = [
        token(server, &sync, &["read"]).await,
        token(server, &sync, &["read"]).await,
        token(server, &sync, &["read"]).await,
    ];
    let tokens = format!("/service-accounts/{sync}/tokens");
    let listed = operator(server, Method::GET, &tokens, Value::Null).await.json();
    let hint = |it: &Value| three.starts_with(it["hint"].as_str().unwrap());
    assert!(listed["tokens"].as_array().unwrap().iter().all(|it| it.get("token").is_none()));
    let newest = listed["tokens"][0]["id"].as_str().unwrap().to_owned();
    assert!(hint(&listed["tokens"][0]), "a hint is the beginning of its token");

    operator(server, Method::DELETE, &format!("{tokens}/{newest}"), Value::Null).await.expect(204);
    let by_hand: Vec<u16> =
        vec![get(server, &one, "/users").await, get(server, &two, "/users").await, get(server, &three, "/users").await];
    organisations::suspend(&server.app, &Server::operator(), api.stage.org.id).await.unwrap();
    let suspended = get(server, &one, "/users").await;
    organisations::resume(&server.app, &Server::operator(), api.stage.org.id).await.unwrap();
    let resumed = get(server, &one, "/users").await;
    let late = token(server, &sync, &["read"]).await;
    server.advance(Duration::from_hours(24 * 30));
    let expired = get(server, &late, "/users").await;

    assert_eq!(by_hand, [200, 200, 401]);
    assert_eq!((suspended, resumed, expired), (401, 401, 401));
}

#[tokio::test]
async fn the_scopes_of_a_token_narrow_and_with_it_no_other_token_is_made() {
    let api = Api::new().await;
    let server = api.server();
    let sync = account(server, "hr-sync", "admin").await;
    let [read, write] = [token(server, &sync, &["read"]).await, token(server, &sync, &["write"]).await];
    let new = || json!({ "user_name": "nia", "display_name": "Nia", "role": "viewer", "activation": "none" });

    let wrote = call(server, &read, Method::POST, "/users", new()).await;
    let more = json!({ "name": "more", "scopes": ["read"] });
    let bred = call(server, &write, Method::POST, &format!("/service-accounts/{sync}/tokens"), more).await;

    assert_eq!((wrote.status, get(server, &write, "/users").await), (403, 403));
    assert_eq!(bred.status, 403);
}

/// TE-04, TE-02: nobody makes a program that may more than they do, and none holds a protected role.
#[tokio::test]
async fn te_04_no_service_account_may_more_than_whoever_makes_it_and_none_is_protected() {
    let api = Api::new().await;
    let server = api.server();
    let acme = crate::harness::Tenant { server, org: api.stage.org.id };
    let [ada, adam] = [api.stage.ada.user.id, acme.user("adam", "admin").await];
    let [owner, admin] = [api.token(ada).await, api.token(adam).await];
    let new = |role: &str| json!({ "name": format!("as {role}"), "role": role });

    for token in [OPERATOR_TOKEN, owner.as_str()] {
        let path = "/service-accounts?organisation=acme";
        let protected = call(server, token, Method::POST, path, new("owner")).await.expect(400);
        assert!(protected.text.contains("protected role"), "{}", protected.text);
        let unknown = call(server, token, Method::POST, path, new("wizard")).await;
        assert_eq!(unknown.status, 400, "{}", unknown.text);
    }
    let made = call(server, &owner, Method::POST, "/service-accounts", new("viewer")).await.expect(201);
    assert_eq!(made.json()["owner"], api.stage.ada.user.id.to_string(), "whoever makes it answers for it");
    let path = format!("/service-accounts/{}", id_of(&made));
    let raised = call(server, &owner, Method::PATCH, &path, json!({ "role": "owner" })).await;
    let refused = [
        call(server, &admin, Method::POST, "/service-accounts", new("viewer")).await.status,
        call(server, &admin, Method::POST, &format!("{path}/tokens"), json!({ "name": "x", "scopes": ["read"] }))
            .await
            .status,
        call(server, &admin, Method::GET, "/service-accounts", Value::Null).await.status,
    ];

    assert_eq!((raised.status, refused), (400, [403, 403, 403]));
}

/// TE-07: a service account of another organisation does not exist.
#[tokio::test]
async fn te_07_service_accounts_of_another_organisation_do_not_exist() {
    let api = Api::new().await;
    let server = api.server();
    let sync = account(server, "hr-sync", "viewer").await;
    let globex = server.tenant("globex").await;
    let foreign = globex.user("hank", "owner").await;
    let foreign = api.token(foreign).await;
    let path = format!("/service-accounts/{sync}");

    for (method, path, body) in [
        (Method::GET, path.clone(), Value::Null),
        (Method::PATCH, path.clone(), json!({ "name": "mine" })),
        (Method::DELETE, path.clone(), Value::Null),
        (Method::POST, format!("{path}/deactivate"), Value::Null),
        (Method::POST, format!("{path}/activate"), Value::Null),
        (Method::GET, format!("{path}/tokens"), Value::Null),
        (Method::POST, format!("{path}/tokens"), json!({ "name": "x", "scopes": ["read"] })),
        (Method::DELETE, format!("{path}/tokens/{sync}"), Value::Null),
    ] {
        assert_eq!(call(server, &foreign, method.clone(), &path, body).await.status, 404, "{method} {path}");
    }
    call(server, &foreign, Method::GET, "/service-accounts?organisation=acme", Value::Null).await.expect(404);
    let list = call(server, &foreign, Method::GET, "/service-accounts", Value::Null).await.expect(200);
    assert_eq!(list.json()["service_accounts"], json!([]));
    let own = json!({ "name": "x", "role": "viewer", "owner": api.stage.ada.user.id });
    assert_eq!(call(server, &foreign, Method::POST, "/service-accounts", own).await.status, 400, "no foreign owner");
}
