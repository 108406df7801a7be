//! Gone means gone: whatever a person holds opens nothing, on any node, from the request after the one that said so.

use doorward::app::invitations::{self, Delivery, Invitee};
use doorward::app::users;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Browser, PASSWORD, Provisioning, Server, Tenant};
use crate::oidc::stage::{Rp, Stage, basic, code_grant};
use crate::reset;

/// What a person holds.
struct Holdings {
    user: String,
    session: std::collections::BTreeMap<String, String>,
    access: String,
    refresh: String,
    code: String,
    personal_token: String,
    reset_link: String,
    invitation: String,
}

/// How an identity provider says it: method, path after `/scim/v2`, body.
type Way = (Method, String, Value);

/// Every way to say that this user is gone.
fn ways(user: &str, user_name: &str) -> Vec<Way> {
    let path = format!("/Users/{user}");
    let patch = |operation: Value| {
        let schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
        (Method::PATCH, path.clone(), json!({ "schemas": [schema], "Operations": [operation] }))
    };
    let put = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": user_name, "active": false,
    });
    let bulk = |method: &str, data: Value| {
        let operation = json!({ "method": method, "path": path, "data": data });
        let schema = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
        (Method::POST, "/Bulk".to_owned(), json!({ "schemas": [schema], "Operations": [operation] }))
    };
    let (_, _, off) = patch(json!({"op": "replace", "path": "active", "value": false}));
    vec![
        bulk("PATCH", off),
        bulk("DELETE", Value::Null),
        patch(json!({"op": "replace", "path": "active", "value": false})),
        patch(json!({"op": "replace", "value": {"active": false}})),
        patch(json!({"op": "Replace", "path": "active", "value": "False"})),
        patch(json!({"op": "Add", "path": "active", "value": "false"})),
        (Method::PUT, path.clone(), put),
        (Method::DELETE, path.clone(), Value::Null),
    ]
}

/// Pushes a person in who signs in and gets hold of everything there is.
async fn holdings(stage: &Stage, connection: &Provisioning<'_>, rp: &Rp, name: &str) -> Holdings {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name, "password": PASSWORD,
        "emails": [{ "value": name, "type": "work", "primary": true }], "roles": [{ "value": "admin" }],
    });
    let made = connection.send(Method::POST, "/Users", &body).await.expect(201).json();
    let browser = Browser::new(&stage.server);
    browser.sign_in(name, PASSWORD).await;
    let code = stage.code(rp, &browser).await;
    let tokens = stage.redeem(rp, &code).await.expect(200).json();
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    let user = made["id"].as_str().unwrap().to_owned();
    let person = users::show(&stage.server.app, &Server::operator(), user.parse().unwrap()).await.unwrap();
    let personal_token = stage.personal_token(&person, &["read", "write"]).await;
    let invitee = Invitee { address: format!("friend-of-{name}"), display_name: None, role: None, teams: Vec::new() };
    let (app, actor) = (&stage.server.app, person.actor(None));
    let sent = invitations::invite_many(app, &actor, stage.org.id, vec![invitee], Delivery::HandedLink).await.unwrap();
    let invitation = sent.into_iter().next().unwrap().result.unwrap().link.unwrap().reveal().clone();
    reset::ask(&stage.server, name).await;
    stage.server.run_jobs().await;
    Holdings {
        user,
        session: browser.jar(),
        access: text("access_token"),
        refresh: text("refresh_token"),
        code: stage.code(rp, &browser).await,
        personal_token,
        reset_link: stage.server.newest_link(),
        invitation: invitation.strip_prefix(&stage.server.url).unwrap().to_owned(),
    }
}

/// What still opens something at this node without being used up by it.
async fn opens(node: &Server, rp: &Rp, held: &Holdings) -> Vec<&'static str> {
    let browser = Browser::new(node);
    browser.set_jar(held.session.clone());
    let bearer = node.request(Method::GET, "/oauth2/userinfo").bearer_auth(&held.access);
    let introspection = call(node, rp, "/oauth2/introspect", &[("token", &held.access)]).await;
    let api = node.request(Method::GET, "/api/v1/me").bearer_auth(&held.personal_token);
    let (_, reset) = Browser::new(node).visit(&held.reset_link).await;
    let (_, invitation) = Browser::new(node).visit(&held.invitation).await;
    let all = [
        ("session", browser.is_signed_in().await),
        ("userinfo", node.send(bearer).await.status == 200),
        ("introspection", introspection.json()["active"] == true),
        ("personal token", node.send(api).await.status == 200),
        ("reset link", reset.status == 200),
        ("invitation", invitation.text.contains("name=\"display_name\"")),
    ];
    all.into_iter().filter(|it| it.1).map(|it| it.0).collect()
}

/// What still gives something for a token that works once.
async fn gives(node: &Server, rp: &Rp, held: &Holdings) -> Vec<&'static str> {
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", held.refresh.as_str())];
    let all = [
        ("refresh token", call(node, rp, "/oauth2/token", &refresh).await.status == 200),
        ("code", call(node, rp, "/oauth2/token", &code_grant(&held.code)).await.status == 200),
    ];
    all.into_iter().filter(|it| it.1).map(|it| it.0).collect()
}

/// A request by an application at a node.
pub async fn call(node: &Server, rp: &Rp, path: &str, fields: &[(&str, &str)]) -> crate::harness::Reply {
    let credentials = basic(&rp.client_id, rp.secret.as_deref().unwrap());
    node.send(node.request(Method::POST, path).header("authorization", credentials).form(fields)).await
}

const EVERYTHING: [&str; 6] = ["session", "userinfo", "introspection", "personal token", "reset link", "invitation"];

/// SC-13: session, code, access and refresh token, introspection, personal token, reset link, and an invitation they sent.
#[tokio::test]
async fn sc_13_whoever_is_gone_holds_nothing_that_opens_anything_on_any_node() {
    let stage = Stage::new().await;
    let other = stage.server.node().await;
    let connection = Tenant { server: &stage.server, org: stage.org.id }.connection().await;
    let rp = stage.rp().await;
    let nodes = [&stage.server, &other];

    for index in 0..ways("", "").len() {
        let name = format!("p{index}@x.example");
        let held = holdings(&stage, &connection, &rp, &name).await;
        for node in nodes {
            assert_eq!(opens(node, &rp, &held).await, EVERYTHING, "before");
        }

        let (method, path, body) = ways(&held.user, &name).swap_remove(index);
        let said = connection.send(method.clone(), &path, &body).await;

        assert!(matches!(said.status, 200 | 204), "{method} {body}: {}", said.text);
        for node in nodes {
            assert_eq!(opens(node, &rp, &held).await, [""; 0], "{method} {body}");
            assert_eq!(gives(node, &rp, &held).await, [""; 0], "{method} {body}");
        }
        stage.server.run_jobs().await;
    }
}
