//! Callers who send more than they were asked for, or look where there is nothing for them.

use std::collections::BTreeMap;

use doorward::app::users;
use doorward::domain::policy::Actor;
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_shell::{signed_in, words};
use crate::harness::log::captured;
use crate::harness::{Browser, PASSWORD, Server};
use crate::oidc::stage::{self, Stage, answer};
use crate::people::Api;
use crate::reset::with_password;

/// Calls the API with a personal token.
async fn call(stage: &Stage, token: &str, method: Method, path: &str, body: &Value) -> crate::harness::Reply {
    let request = stage.server.request(method, &format!("/api/v1{path}")).bearer_auth(token);
    stage.server.send(request.json(body)).await
}

/// TE-02, TE-10: what is not one's own to say about oneself is refused, in the API and in a form with more fields than it has.
#[tokio::test]
async fn te_02_te_10_nobody_says_more_of_themselves_than_the_name() {
    let stage = Stage::new().await;
    let cora = stage::user(&stage.server, &stage.org, "cora@acme.example", "contributor").await;
    let token = stage.personal_token(&cora, &["read", "write"]).await;
    let own = format!("/users/{}", cora.user.id);

    let mut refused = Vec::new();
    for (field, value) in [
        ("role", json!("owner")),
        ("status", json!("active")),
        ("sign_in", json!("sso")),
        ("email_verified", json!(true)),
        ("email", json!("other@acme.example")),
        ("organisation", json!("globex")),
        ("mfa_required", json!(false)),
        ("id", json!(stage.ada.user.id)),
    ] {
        let body = json!({ "display_name": "Cora", field: value });
        refused.push((field, call(&stage, &token, Method::PATCH, "/me", &body).await.status));
        refused.push((field, call(&stage, &token, Method::PATCH, &own, &body).await.status));
    }
    let role = call(&stage, &token, Method::PUT, &format!("{own}/role"), &json!({ "role": "owner" })).await.status;
    let browser = stage.browser(&cora).await;
    let page = browser.get("/account").await;
    let more = [("display_name", "Cora"), ("role", "owner"), ("user", "x"), ("sign_in", "sso"), ("status", "active")];
    let form = browser.submit_to("/account", &page, &more).await.status;
    let after = users::show(&stage.server.app, &Server::operator(), cora.user.id).await.unwrap();

    assert!(refused.iter().all(|(_, status)| matches!(status, 400 | 403)), "{refused:?}");
    assert_eq!((role, form), (403, 303));
    assert_eq!(after.effective.role, cora.effective.role);
    let facts = |person: &users::Person| (person.user.email.clone(), person.user.sign_in, person.user.status);
    assert_eq!(facts(&after), facts(&cora));
    stage.server.run_jobs().await;
}

/// TE-04: a token of somebody who loses a role loses what the role gave at the next call, and all of it with the person.
#[tokio::test]
async fn te_04_a_personal_token_shrinks_with_its_owner_and_dies_with_the_owner() {
    let stage = Stage::new().await;
    let (app, operator) = (&stage.server.app, Server::operator());
    let adam = stage::user(&stage.server, &stage.org, "adam@acme.example", "admin").await;
    let token = stage.personal_token(&adam, &["read", "write"]).await;
    let invite = json!({ "invitations": [{ "address": "x@acme.example" }], "role": "viewer", "send_mail": false });
    let beyond = json!({ "invitations": [{ "address": "y@acme.example" }], "role": "owner", "send_mail": false });
    let status = async |path: &str, body: &Value| call(&stage, &token, Method::POST, path, body).await.status;

    let before = status("/invitations", &invite).await;
    let broader = status("/invitations", &beyond).await;
    users::change_role(app, &operator, adam.user.id, &"viewer".parse().unwrap()).await.unwrap();
    let demoted = status("/invitations", &invite).await;
    let reads = call(&stage, &token, Method::GET, "/users", &Value::Null).await.status;
    users::deactivate(app, &operator, adam.user.id, users::OnLastHolder::Refuse).await.unwrap();
    let gone = call(&stage, &token, Method::GET, "/users", &Value::Null).await.status;

    assert!(matches!(before, 200 | 201 | 207), "{before}");
    assert!(broader != before || broader == 207, "{broader}");
    assert_eq!((demoted, reads, gone), (403, 200, 401));
    stage.server.run_jobs().await;
}

/// TE-14: roles hang on keys and ids: a group that takes the name of one that gives a role gives nothing, and one that is
/// made again under the old name does not either.
#[tokio::test]
async fn te_14_a_name_gives_nothing_by_itself() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let connection = tenant.connection().await;
    let member = connection.push("mia@acme.example").await;
    let group = async |name: &str| {
        let schema = "urn:ietf:params:scim:schemas:core:2.0:Group";
        let body = json!({ "schemas": [schema], "displayName": name, "members": [{ "value": member }] });
        let made = connection.send(Method::POST, "/Groups", &body).await.expect(201).json();
        made["id"].as_str().unwrap().to_owned()
    };
    let role = async || {
        let person = users::show(&server.app, &Server::operator(), member.parse().unwrap()).await.unwrap();
        person.effective.role.map(|role| role.to_string())
    };

    let before = role().await;
    for name in ["owner", "Owner", "admin", "Admins"] {
        let id = group(name).await;
        assert_eq!(role().await, before, "{name}");
        connection.delete(&format!("/Groups/{id}")).await.expect(204);
    }
    let plain = group("Plain").await;
    let schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
    let rename =
        json!({ "schemas": [schema], "Operations": [{ "op": "replace", "path": "displayName", "value": "Owner" }] });
    let renamed = connection.send(Method::PATCH, &format!("/Groups/{plain}"), &rename).await;

    assert!(renamed.status < 300, "{}", renamed.text);
    assert_eq!(role().await, before);
}

/// TE-18: a viewer sees the list of users and nothing more of them, of the organisation or of the console.
#[tokio::test]
async fn te_18_a_viewer_sees_only_what_the_role_says() {
    let stage = Stage::new().await;
    let vera = stage::user(&stage.server, &stage.org, "vera@acme.example", "viewer").await;
    let browser = stage.browser(&vera).await;
    let other = stage.grace.user.id;

    let mut open = BTreeMap::new();
    for path in [
        "/console/users".to_owned(),
        "/console/users/new".to_owned(),
        format!("/console/users/{other}/deeds/role"),
        format!("/console/users/{other}/deeds/deactivate"),
        "/console/users/bulk?deed=deactivate".to_owned() + &format!("&id={other}"),
    ] {
        open.insert(path.clone(), browser.get(&path).await.status);
    }
    let list = browser.get("/console/users").await;
    let foreign = stage.server.tenant("globex").await.user("gina@globex.example", "owner").await;
    let (here, elsewhere) = (format!("/console/users/{other}"), format!("/console/users/{foreign}"));
    let sheets = [browser.get(&here).await.status, browser.get(&elsewhere).await.status];

    assert_eq!(open.remove("/console/users"), Some(200));
    assert!(open.values().all(|status| matches!(status, 403 | 404)), "{open:?}");
    assert_eq!(sheets, [403, 403], "somebody of another organisation looks like somebody of this one");
    for control in ["Add User", "Deactivate User", "Change Role", "gina@globex.example"] {
        assert!(!list.text.contains(control), "{control}");
    }
}

/// S2-32: another role counts at the next question, without signing in again: refreshed claims, introspection, the console.
#[tokio::test]
async fn s2_32_a_changed_role_counts_at_once() {
    let stage = Stage::new().await;
    let (app, operator) = (&stage.server.app, Server::operator());
    let rp = stage.rp().await;
    let adam = stage::user(&stage.server, &stage.org, "adam@acme.example", "admin").await;
    let browser = stage.browser(&adam).await;
    let code = answer(&browser.get(&rp.request(&[("scope", "openid roles offline_access")])).await)["code"].clone();
    let tokens = stage.redeem(&rp, &code).await.expect(200).json();
    let access = tokens["access_token"].as_str().unwrap().to_owned();
    let roles = async || stage.userinfo(&access).await.json()["roles"].clone();
    let before = (roles().await, browser.get("/console/users/new").await.status);

    users::change_role(app, &operator, adam.user.id, &"viewer".parse().unwrap()).await.unwrap();
    let after = (roles().await, browser.get("/console/users/new").await.status);

    assert_eq!(before, (json!(["admin"]), 200));
    assert_eq!(after, (json!(["viewer"]), 403));
    assert!(browser.is_signed_in().await);
    stage.server.run_jobs().await;
}

/// S2-34, TE-08: whoever is deactivated is refused at the next request of anything, on both nodes.
#[tokio::test]
async fn s2_34_te_08_a_deactivated_person_is_refused_in_the_middle_of_everything() {
    let stage = Stage::new().await;
    let (app, operator, other) = (&stage.server.app, Server::operator(), stage.server.node().await);
    let rp = stage.rp().await;
    let cora = stage::user(&stage.server, &stage.org, "cora@acme.example", "contributor").await;
    let (browser, elsewhere) = (stage.browser(&cora).await, Browser::new(&other));
    elsewhere.set_jar(browser.jar());
    let token = stage.personal_token(&cora, &["read"]).await;
    let code = stage.code(&rp, &browser).await;
    let under_way = Browser::new(&stage.server);
    let (_, password_page) = under_way.identify("cora@acme.example").await;
    let before = (browser.is_signed_in().await, elsewhere.is_signed_in().await);

    users::deactivate(app, &operator, cora.user.id, users::OnLastHolder::Refuse).await.unwrap();
    let sessions = [browser.is_signed_in().await, elsewhere.is_signed_in().await];
    let authorize = elsewhere.get(&rp.request(&[])).await;
    let api = other.send(other.request(Method::GET, "/api/v1/me").bearer_auth(&token)).await.status;
    let redeemed = stage.redeem(&rp, &code).await.status;
    let proved = under_way.submit(&password_page, &[("password", stage::PASSWORD)]).await;

    assert_eq!(before, (true, true));
    assert_eq!((sessions, api, redeemed), ([false, false], 401, 400));
    assert!(authorize.header("location").unwrap().starts_with("/sign-in/"), "{:?}", authorize.header("location"));
    assert_eq!(proved.status, 422);
    stage.server.run_jobs().await;
}

/// S2-36: somebody who is let in again has the roles, groups and factors of before.
#[tokio::test]
async fn s2_36_whoever_is_let_in_again_has_everything_of_before() {
    let server = Server::start().await;
    server.keep_outbox();
    let tenant = server.tenant("acme").await;
    let id = tenant.user("cora", "contributor").await;
    let connection = tenant.connection().await;
    let member = connection.push("mia@acme.example").await;
    let schema = "urn:ietf:params:scim:schemas:core:2.0:Group";
    let body = json!({ "schemas": [schema], "displayName": "Team Blue", "members": [{ "value": member }] });
    connection.send(Method::POST, "/Groups", &body).await.expect(201);
    tenant.require_mfa().await;
    let (phone, _, _) = {
        let browser = Browser::new(&server);
        let (_, page) = browser.sign_in("cora", PASSWORD).await;
        browser.enrol(&page).await
    };
    let operator: Actor = Server::operator();
    let facts = async |id| {
        let person = users::show(&server.app, &operator, id).await.unwrap();
        (person.user.status, person.effective.role.map(|role| role.to_string()))
    };
    let mia = member.parse().unwrap();
    let before = (facts(id).await, facts(mia).await);

    for who in [id, mia] {
        users::deactivate(&server.app, &operator, who, users::OnLastHolder::Refuse).await.unwrap();
        users::activate(&server.app, &operator, who).await.unwrap();
    }
    server.advance(std::time::Duration::from_secs(60));
    let browser = Browser::new(&server);
    let (_, page) = browser.sign_in("cora", PASSWORD).await;
    let signed_in = browser.submit(&page, &[("code", &phone.code(&server))]).await;
    let groups = connection.get(&format!("/Users/{member}")).await.json()["groups"].clone();

    assert_eq!((facts(id).await, facts(mia).await), before);
    assert_eq!((page.heading(), signed_in.header("location")), ("Enter your code", Some("/account")));
    assert_eq!(groups[0]["display"], "Team Blue");
}

/// OU-03: line ends, escape sequences and separators that a caller sends make one log line each, not more.
#[tokio::test]
async fn ou_03_what_a_caller_sends_breaks_no_line_of_the_log() {
    let log = captured();
    let server = Server::start().await;
    server.tenant("acme").await.user("olga", "owner").await;
    let marker = "ou-03-marker";
    let browser = Browser::new(&server);
    let page = browser.visit("/sign-in").await.1;

    for name in [
        format!("{marker}\r\nWARN forged line"),
        format!("{marker}\u{1b}[31mred"),
        format!("{marker}\u{2028}forged"),
        format!("{marker}\u{0}"),
    ] {
        browser.submit(&page, &[("username", &name)]).await;
        let request = server.request(Method::GET, "/sign-in").header("user-agent", format!("{marker} \u{2028} forged"));
        browser.send(request).await;
    }
    server.get(&format!("/{marker}%0d%0aWARN%20forged%20line")).await;

    let written = log();
    assert!(
        written.contains("http.route=\"/sign-in\"") && written.contains("http.route=\"none\""),
        "the requests are logged"
    );
    let ours: Vec<&str> = written.lines().filter(|line| line.contains(marker) || line.contains("forged")).collect();
    assert_eq!(ours, [""; 0], "and nothing of what was sent");
}

/// TE-11: whoever may edit somebody and not reset passwords would choose another password by way of another address; the
/// form says so, and the rest can still be changed.
#[tokio::test]
async fn te_11_nobody_changes_the_address_of_somebody_whose_password_they_may_not_reset() {
    let api = Api::new().await;
    let acme = api.acme();
    let (admin, owner) = (acme.user("adam", "admin").await, api.stage.ada.user.id);
    let vic = acme.mailed("vic", "viewer", with_password()).await.person.user.id;
    let (path, change) = (format!("/users/{vic}"), |it: &str| json!({ "email": it }));
    let (by_admin, by_owner) = (api.token(admin).await, api.token(owner).await);
    let browser = signed_in(&acme, "adam").await;

    let refused = api.call(&by_admin, Method::PATCH, &path, Some(change("evil@mail.example"))).await.expect(403);
    let named = json!({ "display_name": "Victor" });
    let named = api.call(&by_admin, Method::PATCH, &path, Some(named)).await.expect(200).json();
    let form = browser.get(&format!("/console/users/{vic}/edit")).await.expect(200);
    let moved = api.call(&by_owner, Method::PATCH, &path, Some(change("vic@new.example"))).await.expect(200).json();
    api.server().keep_outbox();

    assert!(refused.text.contains("the permission to reset passwords"), "{}", refused.text);
    assert_eq!((&named["display_name"], &named["email"]), (&json!("Victor"), &json!("vic@mail.example")));
    assert!(words(&form).contains("Only whoever may reset the password of this user changes it."), "{}", form.text);
    assert_eq!(moved["email"], "vic@new.example");
}

/// TE-18: a change that changes nothing is no way to see somebody, nor to learn which version somebody has.
#[tokio::test]
async fn te_18_whoever_may_not_change_a_user_is_shown_nothing_by_a_change_of_nothing() {
    let api = Api::new().await;
    let acme = api.acme();
    let (vic, ada) = (acme.user("vic", "viewer").await, api.stage.ada.user.id);
    let (token, path) = (api.token(vic).await, format!("/users/{ada}"));
    let version = api.operator(Method::GET, &path, None).await.json()["version"].as_i64().unwrap();
    let ask = async |body: Value| api.call(&token, Method::PATCH, &path, Some(body)).await;

    let asked = [json!({}), json!({ "version": version }), json!({ "version": version + 1 })];
    for body in asked {
        let reply = ask(body.clone()).await;

        assert_eq!(reply.status, 403, "{body}: {}", reply.text);
        assert!(!reply.text.contains("grants"), "{}", reply.text);
    }
}

/// TE-18: who has no second factor, and who is never here, is for those who may read users: the list, its filters, its
/// order and its views tell nobody else, neither in the console nor in the API.
#[tokio::test]
async fn te_18_a_viewer_does_not_learn_how_others_secure_their_accounts() {
    let api = Api::new().await;
    let acme = api.acme();
    let (viewer, owner) = (acme.user("vic", "viewer").await, acme.user("olga", "owner").await);
    let (token, own) = (api.token(viewer).await, api.token(owner).await);
    let browser = signed_in(&acme, "vic").await;
    let list = async |token: &str, query: &str| api.call(token, Method::GET, &format!("/users?{query}"), None).await;

    let seen = list(&token, "").await.expect(200).json();
    let all = list(&own, "").await.expect(200).json();
    for query in ["mfa=off", "inactive=90", "inactive=never", "sort=mfa", "sort=-last_active"] {
        assert_eq!(list(&token, query).await.status, 403, "{query}");
        assert_eq!(list(&own, query).await.status, 200, "{query}");
        assert_eq!(browser.get(&format!("/console/users?{query}")).await.status, 403, "{query}");
    }
    let page = browser.get("/console/users?columns=mfa&columns=last_active").await.expect(200);
    let front = browser.get("/console").await.expect(200);

    let told =
        |of: &Value, field: &str| of["users"].as_array().unwrap().iter().filter(|it| !it[field].is_null()).count();
    for field in ["mfa", "last_active_at", "second_factor_since"] {
        assert_eq!(told(&seen, field), 0, "{field}");
    }
    assert_eq!(told(&all, "mfa"), all["users"].as_array().unwrap().len());
    assert_eq!(seen["users"].as_array().unwrap().len(), all["users"].as_array().unwrap().len());
    for words in ["Last active", ">MFA", "Admins without MFA", "Inactive 90 days"] {
        assert!(!page.text.contains(words) && !front.text.contains(words), "{words}");
    }
    assert!(page.text.contains("Pending &#62; 7 days") || page.text.contains("Pending &gt; 7 days"), "{}", page.text);
}
