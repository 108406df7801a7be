//! Personal tokens and one's own profile, over the API.

use std::time::Duration;

use doorward::app::users::{self, OnLastHolder, Person};
use doorward::app::{accounts, clients, organisations};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Reply, Server};
use crate::oidc::stage::{self, Stage};

const DAY: Duration = Duration::from_hours(24);

/// Calls the API with a token.
async fn call(server: &Server, token: &str, method: Method, path: &str, body: Option<Value>) -> Reply {
    let request = server.request(method, &format!("/api/v1{path}")).bearer_auth(token);
    let request = body.iter().fold(request, reqwest::RequestBuilder::json);
    server.send(request).await
}

async fn get(server: &Server, token: &str, path: &str) -> Reply {
    call(server, token, Method::GET, path, None).await
}

/// An access token of scope `api` for this person, who has just signed in.
async fn access_token(stage: &Stage, person: &Person) -> String {
    let rp = stage.rp_with(|new| clients::NewClient { scopes: Some("openid api".to_owned()), ..new }).await;
    let browser = stage.browser(person).await;
    let reply = browser.get(&rp.request(&[("scope", "openid api")])).await;
    let code = stage::answer(&reply)["code"].clone();
    stage.redeem(&rp, &code).await.expect(200).json()["access_token"].as_str().unwrap().to_owned()
}

fn new_token() -> Value {
    json!({ "name": "nightly backup", "scopes": ["read"] })
}

#[tokio::test]
async fn a_person_makes_a_token_sees_it_once_uses_it_and_ends_it() {
    let stage = Stage::new().await;
    let access = access_token(&stage, &stage.ada).await;

    let made = call(&stage.server, &access, Method::POST, "/me/tokens", Some(new_token())).await.expect(201).json();
    let token = made["token"].as_str().unwrap().to_owned();
    let me = get(&stage.server, &token, "/me").await.expect(200).json();
    let listed = get(&stage.server, &token, "/me/tokens").await.expect(200).json();
    let path = format!("/me/tokens/{}", made["id"].as_str().unwrap());
    call(&stage.server, &access, Method::DELETE, &path, None).await.expect(204);
    let after = get(&stage.server, &token, "/me").await;
    let again = call(&stage.server, &access, Method::DELETE, &path, None).await;

    assert!(token.starts_with("dwpat_"), "{token}");
    assert_eq!((&me["user_name"], &me["role"]), (&json!("ada@acme.example"), &json!("owner")));
    let row = &listed["tokens"][0];
    assert_eq!((&row["name"], &row["scopes"], row.get("token")), (&json!("nightly backup"), &json!(["read"]), None));
    assert!(token.starts_with(row["hint"].as_str().unwrap()) && !row["last_used_at"].is_null(), "{row}");
    assert_eq!((after.status, again.status), (401, 404));
    assert_eq!(stage.server.run_jobs().await, 1, "the owner is told of the new token");
}

/// S1-30: owners, admins and contributors make personal tokens; a viewer is refused.
#[tokio::test]
async fn s1_30_a_viewer_makes_no_personal_token() {
    let stage = Stage::new().await;

    for (role, status) in [("owner", 201), ("admin", 201), ("contributor", 201), ("viewer", 403)] {
        let person = stage::user(&stage.server, &stage.org, &format!("{role}@acme.example"), role).await;
        let access = access_token(&stage, &person).await;

        let reply = call(&stage.server, &access, Method::POST, "/me/tokens", Some(new_token())).await;

        assert_eq!(reply.status, status, "{role}: {}", reply.text);
        if status == 403 {
            assert_eq!(reply.json()["detail"], "a viewer may not make personal tokens");
        }
    }
    stage.server.run_jobs().await;
}

#[tokio::test]
async fn a_token_does_only_what_its_scopes_and_its_owner_may() {
    let stage = Stage::new().await;
    let contributor = stage::user(&stage.server, &stage.org, "cora@acme.example", "contributor").await;
    let reads = stage.personal_token(&stage.ada, &["read"]).await;
    let writes = stage.personal_token(&stage.ada, &["write"]).await;
    let lesser = stage.personal_token(&contributor, &["read", "write"]).await;
    let rename = || Some(json!({ "display_name": "Ada King" }));
    let role = format!("/users/{}/role", stage.grace.user.id);

    let read_only = call(&stage.server, &reads, Method::PATCH, "/me", rename()).await;
    let write_only = get(&stage.server, &writes, "/me").await;
    let renamed = call(&stage.server, &writes, Method::PATCH, "/me", rename()).await.expect(200);
    let beyond = call(&stage.server, &lesser, Method::PUT, &role, Some(json!({ "role": "viewer" }))).await;
    let more = call(&stage.server, &lesser, Method::POST, "/me/tokens", Some(new_token())).await;

    assert_eq!((read_only.status, write_only.status), (403, 403));
    assert_eq!(read_only.json()["detail"], "this token lacks the scope write");
    assert_eq!(renamed.json()["display_name"], "Ada King");
    assert_eq!((beyond.status, more.status), (403, 403));
    assert_eq!(more.json()["detail"], "a personal token changes no credential; use your account page");
}

#[tokio::test]
async fn a_token_ends_ninety_days_after_it_was_made_or_when_its_maker_said_but_within_a_year() {
    let stage = Stage::new().await;
    let access = access_token(&stage, &stage.ada).await;
    let make = |days: Value| {
        let body = json!({ "name": "x", "scopes": ["read"], "expires_in_days": days });
        call(&stage.server, &access, Method::POST, "/me/tokens", Some(body))
    };
    let [usual, short] = [make(Value::Null).await.expect(201).json(), make(json!(7)).await.expect(201).json()]
        .map(|made| made["token"].as_str().unwrap().to_owned());
    let refused = [make(json!(366)).await.status, make(json!(0)).await.status];

    stage.server.advance(7 * DAY);
    let [at_seven, other] =
        [get(&stage.server, &short, "/me").await.status, get(&stage.server, &usual, "/me").await.status];
    stage.server.advance(83 * DAY);
    let at_ninety = get(&stage.server, &usual, "/me").await.status;

    assert_eq!(refused, [400, 400]);
    assert_eq!((at_seven, other, at_ninety), (401, 200, 401));
    stage.server.run_jobs().await;
}

#[tokio::test]
async fn a_token_dies_with_its_owner_the_organisation_and_a_new_password() {
    let stage = Stage::new().await;
    let (app, operator) = (&stage.server.app, Server::operator());
    let carl = stage::user(&stage.server, &stage.org, "carl@acme.example", "contributor").await;
    let of_carl = stage.personal_token(&carl, &["read"]).await;
    let of_ada = stage.personal_token(&stage.ada, &["read"]).await;

    users::deactivate(app, &operator, carl.user.id, OnLastHolder::Refuse).await.unwrap();
    let deactivated = get(&stage.server, &of_carl, "/me").await.status;
    users::activate(app, &operator, carl.user.id).await.unwrap();
    let let_in_again = get(&stage.server, &of_carl, "/me").await.status;
    organisations::suspend(app, &operator, stage.org.id).await.unwrap();
    let suspended = get(&stage.server, &of_ada, "/me").await.status;
    organisations::resume(app, &operator, stage.org.id).await.unwrap();
    let resumed = get(&stage.server, &of_ada, "/me").await.status;
    let new = stage.personal_token(&stage.ada, &["read"]).await;
    let before = get(&stage.server, &new, "/me").await.status;
    let password = accounts::Secret::new("seven quiet herons at dawn".to_owned());
    accounts::set_password(app, &operator, &stage.ada.user, password, false).await.unwrap();
    let new_password = get(&stage.server, &new, "/me").await.status;

    assert_eq!((deactivated, let_in_again), (401, 401));
    assert_eq!((suspended, resumed), (401, 401));
    assert_eq!((before, new_password), (200, 401));
    stage.server.run_jobs().await;
}

/// SC-21: a SCIM token at the API and at userinfo, an access token at SCIM and a personal token at SCIM open nothing.
#[tokio::test]
async fn sc_21_a_token_opens_only_the_surface_it_was_made_for() {
    let stage = Stage::new().await;
    let scim = stage.server.tenant("globex").await.connection().await.token;
    let access = access_token(&stage, &stage.ada).await;
    let personal = stage.personal_token(&stage.ada, &["read", "write"]).await;

    for (token, path) in [
        (&scim, "/api/v1/users"),
        (&scim, "/api/v1/me"),
        (&scim, "/oauth2/userinfo"),
        (&access, "/scim/v2/Users"),
        (&personal, "/scim/v2/Users"),
        (&personal, "/oauth2/userinfo"),
    ] {
        let reply = stage.server.send(stage.server.request(Method::GET, path).bearer_auth(token)).await;

        assert_eq!(reply.status, 401, "{path}: {}", reply.text);
    }
    assert_eq!(get(&stage.server, &personal, "/me").await.status, 200);
    assert_eq!(get(&stage.server, &access, "/me").await.status, 200);
}

#[tokio::test]
async fn a_new_token_needs_a_proof_of_the_last_ten_minutes() {
    let stage = Stage::new().await;
    let rp = stage.rp_with(|new| clients::NewClient { scopes: Some("openid api".to_owned()), ..new }).await;
    let browser = stage.browser(&stage.ada).await;
    stage.server.advance(Duration::from_mins(10));
    let reply = browser.get(&rp.request(&[("scope", "openid api")])).await;
    let code = stage::answer(&reply)["code"].clone();
    let stale = stage.redeem(&rp, &code).await.expect(200).json()["access_token"].as_str().unwrap().to_owned();

    let reply = call(&stage.server, &stale, Method::POST, "/me/tokens", Some(new_token())).await;

    assert_eq!(reply.status, 403);
    assert!(reply.json()["detail"].as_str().unwrap().contains("within ten minutes"), "{}", reply.text);
    assert_eq!(get(&stage.server, &stale, "/me/tokens").await.json()["tokens"], json!([]));
}

#[tokio::test]
async fn a_name_that_an_identity_provider_owns_is_not_changed_here() {
    let stage = Stage::new().await;
    let tenant = stage.server.tenant("globex").await;
    let connection = tenant.connection().await;
    let id = connection.push("hank@globex.example").await.parse().unwrap();
    let operator = Server::operator();
    accounts::set_password(
        &stage.server.app,
        &operator,
        &users::show(&stage.server.app, &operator, id).await.unwrap().user,
        accounts::Secret::new(stage::PASSWORD.to_owned()),
        false,
    )
    .await
    .unwrap();
    let hank = users::show(&stage.server.app, &operator, id).await.unwrap();
    users::change_role(&stage.server.app, &operator, id, &"contributor".parse().unwrap()).await.unwrap();
    let hank = users::show(&stage.server.app, &operator, hank.user.id).await.unwrap();
    let token = stage.personal_token(&hank, &["read", "write"]).await;

    let reply = call(&stage.server, &token, Method::PATCH, "/me", Some(json!({ "display_name": "Hank" }))).await;

    assert_eq!(reply.status, 403);
    assert!(reply.json()["detail"].as_str().unwrap().contains("identity provider"), "{}", reply.text);
    assert_eq!(get(&stage.server, &token, "/me").await.json()["display_name"], "hank@globex.example");
}

#[tokio::test]
async fn a_new_name_is_found_and_shown_everywhere() {
    let stage = Stage::new().await;
    let token = stage.personal_token(&stage.ada, &["read", "write"]).await;
    let rename = |name: &str| call(&stage.server, &token, Method::PATCH, "/me", Some(json!({ "display_name": name })));

    rename("Countess of Lovelace").await.expect(200);
    let [empty, control] = [rename("  ").await.status, rename("a\nb").await.status];
    let me = users::show(&stage.server.app, &Server::operator(), stage.ada.user.id).await.unwrap();

    assert_eq!([empty, control], [400, 400]);
    assert_eq!(me.user.display_name, "Countess of Lovelace");
    let document: Value = serde_json::from_str(&me.user.document).unwrap();
    assert_eq!(document["displayName"], "Countess of Lovelace");
    assert_eq!(document["emails"][0]["value"], "ada@acme.example");
}

#[tokio::test]
async fn the_operator_token_is_nobody_in_particular() {
    let server = Server::start().await;

    let me = server.send(server.api(Method::GET, "/api/v1/me")).await;

    assert_eq!(me.status, 403);
}

/// SE-12: a token of somebody else is no token at all, whoever knows its id.
#[tokio::test]
async fn a_token_of_somebody_else_cannot_be_ended() {
    let stage = Stage::new().await;
    let of_ada = stage.personal_token(&stage.ada, &["read"]).await;
    let id = get(&stage.server, &of_ada, "/me/tokens").await.json()["tokens"][0]["id"].as_str().unwrap().to_owned();
    let carl = stage::user(&stage.server, &stage.org, "carl@acme.example", "contributor").await;
    let of_carl = stage.personal_token(&carl, &["write"]).await;

    let reply = call(&stage.server, &of_carl, Method::DELETE, &format!("/me/tokens/{id}"), None).await;

    assert_eq!(reply.status, 404);
    assert_eq!(get(&stage.server, &of_ada, "/me").await.status, 200);
}
