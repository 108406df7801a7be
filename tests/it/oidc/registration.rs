//! Applications that register themselves (RFC 7591), and keep what they registered (RFC 7592).

use doorward::app::clients::{self, Earlier, Edit, NewClient, Reach};
use doorward::app::users::Person;
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};

use super::stage::{REDIRECT, Rp, Stage, answer, organisation, user};
use crate::harness::{OPERATOR_TOKEN, Reply, Server};
use crate::scim_clients::error;

const REGISTER: &str = "/oauth2/register";

fn text<'v>(told: &'v Value, name: &str) -> &'v str {
    told[name].as_str().unwrap_or_else(|| panic!("no {name} in {told}"))
}

/// What an application says of itself, with other members in it.
fn metadata(changes: &Value) -> Value {
    let mut metadata = json!({
        "organisation": "acme",
        "client_name": "Ledger",
        "redirect_uris": [REDIRECT],
        "scope": "openid profile email roles groups offline_access",
        "initiate_login_uri": "https://app.example/begin",
    });
    for (name, value) in changes.as_object().unwrap() {
        metadata[name] = value.clone();
    }
    metadata
}

async fn send(server: &Server, method: Method, path: &str, token: &str, body: &Value) -> Reply {
    let request = server.request(method, path).header("content-type", "application/json").body(body.to_string());
    server.send(if token.is_empty() { request } else { request.bearer_auth(token) }).await
}

async fn register(stage: &Stage, changes: &Value) -> Reply {
    send(&stage.server, Method::POST, REGISTER, OPERATOR_TOKEN, &metadata(changes)).await
}

/// What an application does with its own registration.
async fn own(stage: &Stage, method: Method, told: &Value, body: &Value) -> Reply {
    let path = format!("{REGISTER}/{}", text(told, "client_id"));
    assert!(text(told, "registration_client_uri").ends_with(&path), "{told}");
    send(&stage.server, method, &path, text(told, "registration_access_token"), body).await
}

fn rp(told: &Value) -> Rp {
    let client_id = text(told, "client_id").to_owned();
    Rp {
        id: client_id.parse().unwrap(),
        secret: told["client_secret"].as_str().map(str::to_owned),
        method: clients::AuthMethod::named(text(told, "token_endpoint_auth_method")).unwrap(),
        client_id,
    }
}

async fn edit(stage: &Stage, told: &Value, edit: Edit) {
    clients::edit(&stage.server.app, &Server::operator(), rp(told).id, edit).await.unwrap();
}

/// OP-22: where the operator has not asked for it there is no such endpoint, whatever token comes.
#[tokio::test]
async fn op_22_registration_is_there_only_where_the_operator_wants_it() {
    let off = Server::start_with(|it| doorward::app::config::Settings { dynamic_registration: None, ..it }).await;
    let on = Server::start().await;
    for (server, is_on) in [(&off, false), (&on, true)] {
        for (method, path) in [
            (Method::POST, REGISTER.to_owned()),
            (Method::GET, format!("{REGISTER}/x")),
            (Method::PUT, format!("{REGISTER}/x")),
            (Method::DELETE, format!("{REGISTER}/x")),
        ] {
            for token in ["", OPERATOR_TOKEN] {
                let status = send(server, method.clone(), &path, token, &json!({})).await.status;
                assert_eq!(status == 404, !is_on, "{is_on} {method} {path}: {status}");
            }
        }
        for document in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
            let told = server.send(server.request(Method::GET, document)).await.json();
            let address = told.get("registration_endpoint").and_then(Value::as_str);
            assert_eq!(address, is_on.then(|| server.app.config.url(REGISTER)).as_deref());
        }
    }
}

#[tokio::test]
async fn an_application_registers_itself_and_signs_people_in() {
    let stage = Stage::new().await;
    let reply = register(&stage, &json!({})).await.expect(201);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let told = reply.json();

    assert!(text(&told, "client_secret").starts_with("dwcs_"));
    assert!(text(&told, "registration_access_token").starts_with("dwreg_"));
    assert_eq!((&told["client_secret_expires_at"], &told["client_id_issued_at"]), (&json!(0), &json!(1_800_000_000)));
    assert_eq!(told["grant_types"], json!(["authorization_code", "refresh_token"]));
    assert_eq!(text(&told, "initiate_login_uri"), "https://app.example/begin");
    // People are asked until somebody who may waive it does.
    let browser = stage.browser(&stage.ada).await;
    let asked = browser.get(&rp(&told).request(&[])).await;
    assert!(asked.header("location").is_some_and(|it| it.starts_with("/sign-in/")), "{}", asked.text);
    edit(&stage, &told, Edit { first_party: Some(true), ..Edit::default() }).await;
    let tokens = stage.tokens(&rp(&told), &stage.ada).await;
    assert_eq!(stage.userinfo(text(&tokens, "access_token")).await.status, 200);
    // It is an application of that organisation and of no other.
    let other = organisation(&stage.server, "globex").await;
    let vera = user(&stage.server, &other, "vera@globex.example", "owner").await;
    let refused = stage.browser(&vera).await.get(&rp(&told).request(&[])).await;
    assert!(refused.header("location").is_some_and(|it| it.starts_with("/sign-in/")), "{}", refused.text);
}

/// A token for the API of somebody who has just signed in.
async fn signed_in(stage: &Stage, person: &Person) -> String {
    let rp = stage.rp_with(|new| NewClient { org: None, scopes: Some("openid api".to_owned()), ..new }).await;
    let code = answer(&stage.browser(person).await.get(&rp.request(&[("scope", "openid api")])).await)["code"].clone();
    text(&stage.redeem(&rp, &code).await.expect(200).json(), "access_token").to_owned()
}

/// OP-22: an application is registered with the rights of somebody who may make one, in their organisation.
#[tokio::test]
async fn op_22_nobody_registers_who_may_not_make_applications() {
    let stage = Stage::new().await;
    let globex = organisation(&stage.server, "globex").await;
    let vera = user(&stage.server, &globex, "vera@globex.example", "owner").await;
    let lin = user(&stage.server, &stage.org, "lin@acme.example", "contributor").await;
    let tokens = [
        (String::new(), 401),
        ("dwop_another".to_owned(), 401),
        ("dwreg_none".to_owned(), 401),
        (signed_in(&stage, &lin).await, 403),
        (signed_in(&stage, &vera).await, 404),
        // A program that holds a token makes no other credential with it.
        (stage.personal_token(&stage.ada, &["read", "write"]).await, 403),
        (signed_in(&stage, &stage.ada).await, 201),
        (OPERATOR_TOKEN.to_owned(), 201),
    ];
    for (token, status) in tokens {
        let reply = send(&stage.server, Method::POST, REGISTER, &token, &metadata(&json!({}))).await;
        assert_eq!(reply.status, status, "{token}: {}", reply.text);
        assert_eq!(reply.header("www-authenticate").is_some(), status == 401, "{token}");
    }
    assert_eq!(clients::list(&stage.server.app, &Server::operator(), Some(stage.org.id)).await.unwrap().len(), 2);
}

/// OP-22: what a person would be refused an application is refused too, in the terms of its protocol, and nothing is kept.
#[tokio::test]
async fn op_22_nothing_is_registered_that_could_not_be_served() {
    let stage = Stage::new().await;
    let table = [
        (json!({ "redirect_uris": [] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["http://app.example/callback"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["https://app.example/*"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["https://app.example/#x"] }), "invalid_redirect_uri"),
        (
            json!({ "redirect_uris": ["javascript:alert(1)"], "token_endpoint_auth_method": "none" }),
            "invalid_redirect_uri",
        ),
        (json!({ "redirect_uris": ["data:text/html,x"] }), "invalid_redirect_uri"),
        (json!({ "initiate_login_uri": "http://app.example/begin" }), "invalid_client_metadata"),
        (json!({ "backchannel_logout_uri": "ftp://app.example/" }), "invalid_client_metadata"),
        (json!({ "post_logout_redirect_uris": ["//app.example/"] }), "invalid_client_metadata"),
        (json!({ "token_endpoint_auth_method": "private_key_jwt" }), "invalid_client_metadata"),
        (json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": { "keys": [] } }), "invalid_client_metadata"),
        (json!({ "jwks_uri": "http://169.254.169.254/" }), "invalid_client_metadata"),
        (json!({ "response_types": ["token"] }), "invalid_client_metadata"),
        (json!({ "scope": "openid api" }), "invalid_client_metadata"),
        (json!({ "organisation": null }), "invalid_client_metadata"),
        (json!({ "client_name": "" }), "invalid_client_metadata"),
        (json!({ "client_name": "x".repeat(129) }), "invalid_client_metadata"),
    ];
    for (changes, code) in table {
        let reply = register(&stage, &changes).await;
        assert_eq!(error(&reply), (400, code.to_owned()), "{changes}: {}", reply.text);
        assert!(!text(&reply.json(), "error_description").is_empty());
    }
    let huge = json!({ "client_name": "x".repeat(70_000) });
    assert_eq!(send(&stage.server, Method::POST, REGISTER, OPERATOR_TOKEN, &huge).await.status, 413);
    assert!(clients::list(&stage.server.app, &Server::operator(), Some(stage.org.id)).await.unwrap().is_empty());
}

/// RFC 7592 2.1, 2.2: what is left out is as if it had never been said; what people decided about it stays.
#[tokio::test]
async fn an_application_changes_what_it_registered_and_nothing_else() {
    let stage = Stage::new().await;
    let told = register(&stage, &json!({ "post_logout_redirect_uris": ["https://app.example/bye"] })).await.json();
    let reach = Reach { roles: vec!["owner".to_owned()], ..Reach::default() };
    edit(&stage, &told, Edit { reach: Some(reach), require_mfa: Some(true), ..Edit::default() }).await;

    let read = own(&stage, Method::GET, &told, &json!({})).await.expect(200).json();
    assert_eq!(read["redirect_uris"], json!([REDIRECT]));
    assert_eq!(read["registration_access_token"], told["registration_access_token"]);
    assert!(read.get("client_secret").is_none());

    let body = json!({
        "client_id": told["client_id"],
        "client_secret": told["client_secret"],
        "client_name": "Ledger 2",
        "redirect_uris": ["https://app.example/other"],
        "id_token_signed_response_alg": "EdDSA",
        "first_party": true,
        "require_mfa": false,
    });
    let after = own(&stage, Method::PUT, &told, &body).await.expect(200).json();
    assert_eq!((text(&after, "client_name"), text(&after, "id_token_signed_response_alg")), ("Ledger 2", "EdDSA"));
    assert_eq!(after["redirect_uris"], json!(["https://app.example/other"]));
    assert!(after.get("post_logout_redirect_uris").is_none() && after.get("initiate_login_uri").is_none(), "{after}");
    let kept = clients::get(&stage.server.app, &Server::operator(), rp(&told).id).await.unwrap().registration;
    assert_eq!((kept.first_party, kept.require_mfa), (false, true));
    assert_eq!(kept.reach.roles, ["owner"]);
    let record = audit::newest(stage.server.app.store.reader(), stage.org.id, 1).await.unwrap().remove(0);
    assert_eq!((record.action.as_str(), record.actor_kind.as_str()), ("client.updated", "client"));

    // What it reads it may send back, whatever people have set meanwhile; what protects people stays although it says nothing of it.
    let set = Edit { device_grant: Some(true), dpop_bound: Some(true), first_party: Some(true), ..Edit::default() };
    edit(&stage, &told, set).await;
    let mut shown = own(&stage, Method::GET, &told, &json!({})).await.json();
    own(&stage, Method::PUT, &told, &shown).await.expect(200);
    let kept = async || clients::get(&stage.server.app, &Server::operator(), rp(&told).id).await.unwrap().registration;
    assert!(kept().await.first_party && kept().await.dpop_bound_access_tokens);
    for member in ["dpop_bound_access_tokens", "token_endpoint_auth_method", "grant_types"] {
        shown.as_object_mut().unwrap().remove(member);
    }
    own(&stage, Method::PUT, &told, &shown).await.expect(200);
    assert!(kept().await.first_party && kept().await.dpop_bound_access_tokens && kept().await.device_grant);
    // Consent that was waived for one address is not waived for another.
    shown["redirect_uris"] = json!(["https://app.example/elsewhere"]);
    own(&stage, Method::PUT, &told, &shown).await.expect(200);
    assert!(!kept().await.first_party);

    let table = [
        (json!({ "client_id": "x" }), "client_id"),
        (json!({ "client_id": null }), "client_id"),
        (json!({ "client_secret": "dwcs_x" }), "client_secret"),
        (json!({ "token_endpoint_auth_method": "none" }), "token_endpoint_auth_method"),
        (json!({ "redirect_uris": ["http://app.example/"] }), "redirect_uris"),
        (json!({ "scope": "openid api" }), "scope"),
    ];
    for (changes, member) in table {
        let mut body = metadata(&json!({ "client_id": told["client_id"] }));
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        let reply = own(&stage, Method::PUT, &told, &body).await;
        assert_eq!(reply.status, 400, "{changes}: {}", reply.text);
        assert!(text(&reply.json(), "error_description").starts_with(&format!("{member}: ")), "{}", reply.text);
    }
    let now = own(&stage, Method::GET, &told, &json!({})).await.json();
    assert_eq!(text(&now, "client_name"), "Ledger 2");
}

/// OP-22: the token of a registration is good for that application alone, and ends with its first epoch.
#[tokio::test]
async fn op_22_the_token_of_a_registration_opens_that_registration_while_nothing_ended_it() {
    let stage = Stage::new().await;
    let [one, two, three, four] = std::array::from_fn(|_| json!({}));
    let mut all = Vec::new();
    for changes in [one, two, three, four] {
        all.push(register(&stage, &changes).await.expect(201).json());
    }
    let by_hand = stage.rp().await;
    let attempt = async |id: &str, token: &str, method: Method| {
        let reply =
            send(&stage.server, method, &format!("{REGISTER}/{id}"), token, &metadata(&json!({ "client_id": id })))
                .await;
        assert!(reply.status != 401 || reply.header("www-authenticate").is_some());
        reply.status
    };
    let token = |which: usize| text(&all[which], "registration_access_token");
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        for (id, token) in [
            (text(&all[0], "client_id"), token(1)),
            (text(&all[0], "client_id"), text(&all[0], "client_secret")),
            (text(&all[0], "client_id"), OPERATOR_TOKEN),
            (text(&all[0], "client_id"), ""),
            (by_hand.client_id.as_str(), token(0)),
            ("x", token(0)),
        ] {
            assert_eq!(attempt(id, token, method.clone()).await, 401, "{method} {id} {token}");
        }
    }
    // It is no token of anything else.
    for path in ["/oauth2/userinfo", "/api/v1/clients", "/scim/v2/Users"] {
        let reply = stage.server.send(stage.server.request(Method::GET, path).bearer_auth(token(0))).await;
        assert_eq!(reply.status, 401, "{path}");
    }

    let (app, operator) = (&stage.server.app, Server::operator());
    own(&stage, Method::DELETE, &all[0], &json!({})).await.expect(204);
    clients::disable(app, &operator, rp(&all[1]).id).await.unwrap();
    clients::rotate_secret(app, &operator, rp(&all[2]).id, Earlier::Ends).await.unwrap();
    clients::rotate_secret(app, &operator, rp(&all[3]).id, Earlier::Overlaps).await.unwrap();
    let statuses = async || {
        let mut statuses = Vec::new();
        for told in &all {
            statuses.push(own(&stage, Method::GET, told, &json!({})).await.status);
        }
        statuses
    };
    assert_eq!(statuses().await, [401, 401, 401, 200]);
    clients::enable(app, &operator, rp(&all[1]).id).await.unwrap();
    assert_eq!(statuses().await, [401, 401, 401, 200]);
    let gone = stage.call(&rp(&all[0]), "/oauth2/introspect", &[("token", "x")]).await;
    assert_eq!(error(&gone), (401, "invalid_client".to_owned()));
}
