//! People over SCIM: who sees whom, what a request changes and what it must not.

use doorward::domain::connection::{Kind, Settings};
use doorward::store::{audit, passwords, users};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Browser, PASSWORD, Provisioning, Server, Tenant};

const STATE: &str = "urn:doorward:params:scim:schemas:extension:2.0:User";

fn patch(operations: &Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations})
}

fn user(user_name: &str, more: &Value) -> Value {
    let mut body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": user_name});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

async fn create(connection: &Provisioning<'_>, user_name: &str, more: &Value) -> String {
    let made = connection.send(Method::POST, "/Users", &user(user_name, more)).await.expect(201);
    made.json()["id"].as_str().unwrap().to_owned()
}

/// What Doorward reports about a user on request.
async fn state(connection: &Provisioning<'_>, id: &str) -> Value {
    let reply = connection.get(&format!("/Users/{id}?attributes={STATE}")).await.expect(200);
    reply.json()[STATE].clone()
}

async fn denials(tenant: &Tenant<'_>) -> usize {
    let rows = audit::newest(tenant.server.app.store.reader(), tenant.org, 100).await.unwrap();
    rows.iter().filter(|row| row.outcome == "denied").count()
}

/// A browser in which this person has signed in with [`PASSWORD`].
async fn signed_in<'s>(server: &'s Server, user_name: &str) -> Browser<'s> {
    let browser = Browser::new(server);
    let (at, page) = browser.visit("/sign-in").await;
    let reply = browser.submit(&page, &[("username", user_name)]).await;
    let (_, page) = browser.follow(&at, reply).await;
    let reply = browser.submit(&page, &[("password", PASSWORD)]).await;
    browser.follow(&at, reply).await;
    assert_eq!(browser.get("/account").await.status, 200, "{user_name} is signed in");
    browser
}

/// SC-02: an external id is text; it names nobody here, whatever it says.
#[tokio::test]
async fn sc_02_an_external_id_never_means_somebody_else() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let (ours, theirs) = (tenant.connection().await, tenant.connection().await);
    let local = tenant.user("olga", "owner").await.to_string();
    let foreign = create(&theirs, "hank", &json!({"externalId": "00u1"})).await;

    let one = create(&ours, "ada", &json!({"externalId": "1"})).await;
    let two = create(&ours, "bob", &json!({"externalId": local})).await;
    let three = create(&ours, "cai", &json!({"externalId": "00u1"})).await;

    let ids = [&local, &foreign, &one, &two, &three];
    assert!(ids.iter().enumerate().all(|(index, id)| !ids[..index].contains(id)));
    assert_eq!(theirs.get(&format!("/Users/{foreign}")).await.expect(200).json()["userName"], "hank");
    let olga = users::find(server.app.store.reader(), tenant.org, local.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((olga.user_name.as_str(), olga.managed_by, olga.version), ("olga", None, 1));
}

/// Whoever gets another address is found by it, and by the one of before no more; with any other change they are found as before.
#[tokio::test]
async fn somebody_is_found_by_the_addresses_of_now() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let address = |value: &str| json!([{"value": value, "type": "work"}]);
    let id = create(&connection, "ada", &json!({"emails": address("old@acme.example")})).await;
    let found = async |value: &str| {
        let filter = format!("/Users?filter=emails[type%20eq%20%22work%22].value%20eq%20%22{value}%22");
        connection.get(&filter).await.expect(200).json()["totalResults"].clone()
    };
    let change = async |path: &str, value: Value| {
        let operations = patch(&json!([{"op": "replace", "path": path, "value": value}]));
        connection.send(Method::PATCH, &format!("/Users/{id}"), &operations).await.expect(200);
    };

    change("title", json!("Countess")).await;
    assert_eq!(found("old@acme.example").await, 1);
    change("emails", address("new@acme.example")).await;

    assert_eq!((found("old@acme.example").await, found("new@acme.example").await), (json!(0), json!(1)));
}

/// SC-03: what the server makes is ignored on create and refused in a PATCH.
#[tokio::test]
async fn sc_03_a_client_makes_no_id_and_no_meta() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let wish = "01a20321-6c45-77eb-a500-b1cb50299410";

    let id = create(
        &connection,
        "ada",
        &json!({"id": wish, "meta": {"version": "W/\"99\"", "created": "2001-01-01T00:00:00Z"}, "x": 1}),
    )
    .await;

    assert_ne!(id, wish);
    let before = connection.get(&format!("/Users/{id}")).await.expect(200).json();
    assert_eq!(before["meta"]["version"], "W/\"1\"");
    for operation in [
        json!([{"op": "replace", "path": "id", "value": wish}]),
        json!([{"op": "replace", "path": "meta", "value": {"version": "W/\"7\""}}]),
        json!([{"op": "replace", "path": "title", "value": "Kept?"}, {"op": "add", "path": "groups", "value": [{"value": wish}]}]),
    ] {
        let reply = connection.send(Method::PATCH, &format!("/Users/{id}"), &patch(&operation)).await.expect(400);
        assert_eq!(reply.json()["scimType"], "mutability");
    }
    assert_eq!(connection.get(&format!("/Users/{id}")).await.json(), before);
}

/// SC-04, SC-05 and C91: no attribute but `roles` gives a role, and that one up to the ceiling.
#[tokio::test]
async fn sc_05_roles_above_the_ceiling_are_refused_and_recorded_and_other_words_give_nothing() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant
        .connection_with(Kind::Entra, Settings { max_role: Some("contributor".into()), ..Settings::default() })
        .await;

    for role in ["Owner", "owner", "Admin"] {
        let body = user("mallory", &json!({"roles": [{"value": role, "primary": "True"}]}));
        let refused = connection.send(Method::POST, "/Users", &body).await.expect(403);
        assert_eq!(refused.json()["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error");
    }
    assert_eq!(denials(&tenant).await, 3);
    assert_eq!(connection.get("/Users").await.json()["totalResults"], 0);

    let sly = json!({
        "entitlements": [{"value": "owner"}], "userType": "Admin", "role": "owner", "owner": true, "org_id": "x",
        "password_hash": "x", "mfa": false, "status": "active", "urn:doorward:internal": {"role": "owner"},
        STATE: {"effectiveRole": "owner", "status": "active", "accessReason": "audit"},
    });
    let id = create(&connection, "ada", &sly).await;
    assert_eq!(state(&connection, &id).await.get("effectiveRole"), None);
    connection
        .send(
            Method::PATCH,
            &format!("/Users/{id}"),
            &patch(&json!([{"op": "Add", "path": "roles[primary eq \"True\"].value", "value": "Owner"}])),
        )
        .await
        .expect(403);
    assert_eq!(connection.get(&format!("/Users/{id}")).await.json().get("roles"), None);

    let roles =
        json!([{"op": "replace", "path": "roles", "value": [{"value": "Contributor"}, {"value": "no such role"}]}]);
    let changed = connection.send(Method::PATCH, &format!("/Users/{id}"), &patch(&roles)).await.expect(200).json();
    assert_eq!(changed["roles"].as_array().unwrap().len(), 2);
    assert_eq!(state(&connection, &id).await["effectiveRole"], "contributor");
    let none = json!([{"op": "remove", "path": "roles"}]);
    connection.send(Method::PATCH, &format!("/Users/{id}"), &patch(&none)).await.expect(200);
    assert_eq!(state(&connection, &id).await.get("effectiveRole"), None);
}

/// SC-04: attributes that are ours leave the stored user as it is.
#[tokio::test]
async fn sc_04_attributes_of_ours_change_nothing_that_is_stored() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection().await;
    let id = create(&connection, "ada", &json!({})).await;
    let before = users::find(server.app.store.reader(), tenant.org, id.parse().unwrap()).await.unwrap();

    let sly = json!([{"op": "add", "value": {"epoch": -1, "org_id": "x", "mfa_required": false, "managed_by": null, "password_hash": "x"}}]);
    connection.send(Method::PATCH, &format!("/Users/{id}"), &patch(&sly)).await.expect(200);

    assert_eq!(users::find(server.app.store.reader(), tenant.org, id.parse().unwrap()).await.unwrap(), before);
}

/// SC-07 and SC-08: a password is never answered, and hidden names can be neither searched nor counted by.
#[tokio::test]
async fn sc_07_sc_08_secrets_are_neither_shown_nor_searched() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let made = connection
        .send(Method::POST, "/Users?attributes=password,userName", &user("ada", &json!({"password": PASSWORD})))
        .await
        .expect(201);
    let id = made.json()["id"].as_str().unwrap().to_owned();

    let shown = [
        made.text,
        connection.get(&format!("/Users/{id}?attributes=password")).await.expect(200).text,
        connection.get("/Users?attributes=password,passwordHash,totp").await.expect(200).text,
    ];
    assert!(shown.iter().all(|text| !text.contains("assword") && !text.contains("argon2") && !text.contains(PASSWORD)));
    for hidden in ["password", "passwordHash", "totp", "tokens", "epoch", "search", "org_id"] {
        let refused = connection.get(&format!("/Users?filter={hidden} pr&count=0")).await.expect(400).json();
        assert_eq!(refused["scimType"], "invalidFilter");
        assert_eq!(refused.get("totalResults"), None);
        connection.get(&format!("/Users?sortBy={hidden}")).await.expect(400);
        let ignored = connection.get(&format!("/Users?excludedAttributes={hidden}")).await.expect(200).json();
        assert_eq!(ignored["totalResults"], 1);
    }
}

/// SC-09: another address of somebody whom the connection manages is taken, told to the old one, and ends what was mailed there.
#[tokio::test]
async fn sc_09_another_address_is_taken_told_to_the_old_one_and_voids_its_links() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let at = |address: &str| json!([{"value": address, "type": "work", "primary": true}]);
    let more = json!({"password": PASSWORD, "emails": at("vera@mail.example")});
    let path = format!("/Users/{}", create(&connection, "vera", &more).await);
    let link = reset_link(&server, "vera").await;
    let (before, mailed) = (server.get(&link).await.status, server.mails().len());

    for operation in [
        json!({"op": "replace", "path": "emails", "value": at("VERA@mail.example")}),
        json!({"op": "replace", "path": "emails", "value": at("vera.new@mail.example")}),
        json!({"op": "remove", "path": "emails"}),
        json!({"op": "add", "path": "emails", "value": at("vera.newest@mail.example")}),
    ] {
        connection.send(Method::PATCH, &path, &patch(&json!([operation]))).await.expect(200);
    }
    server.run_jobs().await;

    assert_eq!((before, server.get(&link).await.status), (303, 410));
    let told = server.mails().split_off(mailed);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("<VERA@mail.example>") && told[0].contains("vera.new@mail.example"), "{}", told[0]);
}

/// SC-09, SC-11, C70 and C91: whoever is not managed by the connection does not exist for it, and is answered like a random id.
#[tokio::test]
async fn sc_11_ids_of_others_are_answered_like_ids_of_nobody() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let (ours, sibling, theirs) = (acme.connection().await, acme.connection().await, globex.connection().await);
    let local = acme.user("olga", "owner").await.to_string();
    let (near, far) = (create(&sibling, "near", &json!({})).await, create(&theirs, "far", &json!({})).await);
    let nobody = "01a20321-6c45-77eb-a500-b1cb50299410".to_owned();
    let group = ours.send(Method::POST, "/Groups", &json!({"displayName": "G"})).await.expect(201).json();
    let group = format!("/Groups/{}", group["id"].as_str().unwrap());

    for id in [&local, &near, &far, &nobody] {
        let path = format!("/Users/{id}");
        let change = patch(&json!([{"op": "replace", "path": "userName", "value": "taken over"}]));
        let answers = [
            ours.get(&path).await,
            ours.send(Method::PUT, &path, &user("taken over", &json!({}))).await,
            ours.send(Method::PATCH, &path, &change).await,
            ours.delete(&path).await,
        ];
        for answer in answers {
            assert_eq!(answer.status, 404, "{}", answer.text);
            assert_eq!(answer.json()["detail"], "there is no such user");
        }
        let join = patch(
            &json!([{"op": "add", "path": "members", "value": [{"value": id, "$ref": "https://evil.example/x"}]}]),
        );
        let joined = ours.send(Method::PATCH, &group, &join).await.expect(200).json();
        assert_eq!(joined.get("members"), None, "a stranger joined");
    }

    let managed = json!({"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": {"value": far, "$ref": "https://evil.example/x"}}});
    let made = ours.send(Method::POST, "/Users", &user("ada", &managed)).await.expect(201);
    assert!(!made.text.contains("evil.example"));
    for name in ["olga", "near"] {
        let taken = ours.send(Method::POST, "/Users", &user(name, &json!({}))).await.expect(409).json();
        assert_eq!(taken["scimType"], "uniqueness");
    }
    assert_eq!(ours.get("/Users").await.json()["totalResults"], 1);
}

/// SC-12, C60 and C66: one person in any spelling, kept as it was written.
#[tokio::test]
async fn sc_12_spellings_of_one_user_name_are_one_user() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let id = create(&connection, "Åsa.Kelvin@x.example", &json!({"externalId": "e1"})).await;

    for spelling in [
        "åsa.kelvin@x.example",
        "A\u{30a}sa.Kelvin@x.example",
        "Åsa.\u{212a}elvin@x.example",
        "Åsa.Kelvin＠x.example",
        " Åsa.Kelvin@x.example ",
        "Åſa.Kelvin@x.example",
    ] {
        let taken = connection.send(Method::POST, "/Users", &user(spelling, &json!({}))).await.expect(409).json();
        assert_eq!(taken["scimType"], "uniqueness", "{spelling}");
        let filter =
            connection.request(Method::GET, "/Users").query(&[("filter", format!("userName eq {}", json!(spelling)))]);
        assert_eq!(server.send(filter).await.expect(200).json()["Resources"][0]["id"], json!(id), "{spelling}");
    }
    assert_eq!(connection.get(&format!("/Users/{id}")).await.json()["userName"], "Åsa.Kelvin@x.example");
    let taken =
        connection.send(Method::POST, "/Users", &user("bob", &json!({"externalId": "e1"}))).await.expect(409).json();
    assert!(taken["detail"].as_str().unwrap().contains("externalId"), "{taken}");
}

/// SC-13, SC-14, C01, C02, C90: gone in every way a client says it; what was open stays shut after a return.
#[tokio::test]
async fn sc_13_sc_14_every_way_to_say_gone_ends_what_was_open_for_good() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection().await;
    let off = patch(&json!([{"op": "replace", "path": "active", "value": false}]));
    let ways: [(Method, Value); 8] = [
        (Method::PATCH, off.clone()),
        (Method::PATCH, patch(&json!([{"op": "replace", "value": {"active": false}}]))),
        (Method::PATCH, patch(&json!([{"op": "Replace", "path": "active", "value": "False"}]))),
        (Method::PATCH, patch(&json!([{"op": "Add", "path": "active", "value": "false"}]))),
        (Method::PUT, user("p4@x.example", &json!({"active": false}))),
        (Method::DELETE, Value::Null),
        (Method::POST, json!({"method": "PATCH", "data": off})),
        (Method::POST, json!({"method": "DELETE"})),
    ];

    for (index, (method, body)) in ways.into_iter().enumerate() {
        let name = format!("p{index}@x.example");
        let more = json!({
            "password": PASSWORD, "roles": [{"value": "contributor"}], "emails": [{"value": name, "primary": true}],
        });
        let id = create(&connection, &name, &more).await;
        let browser = signed_in(&server, &name).await;
        let link = reset_link(&server, &name).await;
        let token = personal_token(&tenant, &id).await;
        let is_open = async || {
            let token = server.request(Method::GET, "/api/v1/me").bearer_auth(&token);
            (server.send(token).await.status, server.get(&link).await.status)
        };
        assert_eq!(is_open().await, (200, 303), "the token and the link work before");

        let gone = match method {
            Method::DELETE => connection.delete(&format!("/Users/{id}")).await,
            Method::POST => {
                let mut operation = body.clone();
                operation["path"] = format!("/Users/{id}").into();
                let done = connection.send(method.clone(), "/Bulk", &json!({"Operations": [operation]})).await;
                assert!(
                    matches!(done.json()["Operations"][0]["status"].as_str(), Some("200" | "204")),
                    "{}",
                    done.text
                );
                done
            }
            _ => connection.send(method.clone(), &format!("/Users/{id}"), &body).await,
        };

        assert!(matches!(gone.status, 200 | 204), "{method} {body}: {}", gone.text);
        assert_ne!(browser.get("/account").await.status, 200, "{method} {body} left the session alive");
        assert_eq!(is_open().await, (401, 410), "{method} {body} left the token or the link alive");
        if method == Method::DELETE || body["method"] == "DELETE" {
            connection.get(&format!("/Users/{id}")).await.expect(404);
            continue;
        }
        assert_eq!(connection.get(&format!("/Users/{id}")).await.expect(200).json()["active"], false);
        let back = patch(&json!([{"op": "replace", "path": "active", "value": true}]));
        let back = connection.send(Method::PATCH, &format!("/Users/{id}"), &back).await.expect(200).json();
        assert_eq!((&back["active"], &back["id"]), (&json!(true), &json!(id)));
        assert_ne!(browser.get("/account").await.status, 200, "the old session lives again");
        assert_eq!(is_open().await, (401, 410), "the old token or link lives again");
        signed_in(&server, &name).await;
    }
}

/// The path of a link for a new password, as it was mailed.
async fn reset_link(server: &Server, user_name: &str) -> String {
    let browser = Browser::new(server);
    let page = browser.get("/forgot").await;
    browser.submit(&page, &[("username", user_name)]).await;
    server.run_jobs().await;
    server.newest_link()
}

/// A personal token of this user.
pub async fn personal_token(tenant: &Tenant<'_>, id: &str) -> String {
    use doorward::app::personal_tokens::{LIFETIME, NewToken, Scope, create};
    let app = &tenant.server.app;
    let user = users::get(app.store.reader(), tenant.org, id.parse().unwrap()).await.unwrap();
    let person = doorward::app::users::person(app, user).await.unwrap();
    let new = NewToken { name: "a script".to_owned(), scopes: vec![Scope::Read, Scope::Write], lifetime: LIFETIME };
    let (_, secret) =
        create(app, &person.actor(None), &person, new, doorward::app::mail::Whence::UNKNOWN).await.unwrap();
    tenant.server.run_jobs().await;
    secret.reveal().clone()
}

/// SC-16: after a DELETE the same names are a new person with nothing of the old one.
#[tokio::test]
async fn sc_16_whoever_is_created_again_after_a_delete_inherits_nothing() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection().await;
    let names = json!({"externalId": "e1", "password": PASSWORD, "roles": [{"value": "contributor"}]});
    let old = create(&connection, "ada@x.example", &names).await;
    let body = json!({"displayName": "G", "members": [{"value": old}]});
    let group = connection.send(Method::POST, "/Groups", &body).await.expect(201);
    let group = format!("/Groups/{}", group.json()["id"].as_str().unwrap());

    connection.delete(&format!("/Users/{old}")).await.expect(204);
    connection.get(&format!("/Users/{old}")).await.expect(404);
    connection.delete(&format!("/Users/{old}")).await.expect(404);
    let new = create(&connection, "ada@x.example", &json!({"externalId": "e1"})).await;

    assert_ne!(new, old);
    assert_eq!(connection.get(&group).await.json().get("members"), None);
    let shown = connection.get(&format!("/Users/{new}")).await.json();
    assert_eq!((shown.get("groups"), shown.get("roles")), (None, None));
    let state = state(&connection, &new).await;
    assert_eq!((state.get("effectiveRole"), &state["status"]), (None, &json!("pending")));
    assert!(passwords::find(server.app.store.reader(), tenant.org, new.parse().unwrap()).await.unwrap().is_none());
}

/// SC-17, C99: the last owner stays the owner. By the connection's word the sign-in dies and an alert waits, or it is refused.
#[tokio::test]
async fn sc_17_the_last_owner_is_shut_out_with_an_alert_or_not_at_all_and_never_lost() {
    use doorward::app::users::{OnLastHolder, deactivate};
    use doorward::domain::connection::LastHolder;
    let server = Server::start().await;
    server.keep_outbox();
    for (slug, last_holder, status) in [("mild", LastHolder::SuspendAndAlert, 200), ("strict", LastHolder::Refuse, 409)]
    {
        let tenant = server.tenant(slug).await;
        let founder = tenant.user("olga", "owner").await;
        let settings = Settings { protected_roles: true, last_holder, ..Settings::default() };
        let connection = tenant.connection_with(Kind::Okta, settings).await;
        let more = json!({"password": PASSWORD, "roles": [{"value": "owner"}]});
        let id = create(&connection, &format!("ada@{slug}.example"), &more).await;
        deactivate(&server.app, &Server::operator(), founder, OnLastHolder::Refuse).await.unwrap();
        let path = format!("/Users/{id}");
        let waiting = server.app.store.waiting().await.unwrap();

        connection.delete(&path).await.expect(409);
        connection.send(Method::PATCH, &path, &patch(&json!([{"op": "remove", "path": "roles"}]))).await.expect(409);
        connection.send(Method::PUT, &path, &user(&format!("ada@{slug}.example"), &json!({}))).await.expect(409);
        let off = patch(&json!([{"op": "replace", "path": "active", "value": false}]));
        connection.send(Method::PATCH, &path, &off).await.expect(status);

        assert_eq!(state(&connection, &id).await["effectiveRole"], "owner");
        assert_eq!(connection.get(&path).await.json()["active"], json!(status == 409));
        assert_eq!(server.app.store.waiting().await.unwrap() > waiting, status == 200);
        connection.delete(&path).await.expect(409);
        connection.send(Method::PATCH, &path, &patch(&json!([{"op": "remove", "path": "roles"}]))).await.expect(409);
    }
}

/// SC-19, C94: a PUT takes away what the client said before, and nothing that the server or an administrator decided.
#[tokio::test]
async fn sc_19_a_put_leaves_alone_what_it_does_not_own() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection().await;
    let id = create(&connection, "ada@x.example", &json!({"title": "Countess", "password": PASSWORD})).await;
    let (operator, admin) = (Server::operator(), "admin".parse().unwrap());
    doorward::app::users::change_role(&server.app, &operator, id.parse().unwrap(), &admin).await.unwrap();
    let browser = signed_in(&server, "ada@x.example").await;

    let body = user(
        "ada@x.example",
        &json!({"id": "x", "meta": {"version": "W/\"0\""}, "groups": [{"value": "x"}], "nickName": ""}),
    );
    let changed = connection.send(Method::PUT, &format!("/Users/{id}"), &body).await.expect(200).json();

    assert_eq!((changed.get("title"), &changed["active"], &changed["id"]), (None, &json!(true), &json!(id)));
    assert_eq!(state(&connection, &id).await["effectiveRole"], "admin");
    assert_eq!(browser.get("/account").await.status, 200);
    signed_in(&server, "ada@x.example").await;
}

/// SC-20: a change of another version than the stored one is refused, and an unchanged resource is not sent again.
#[tokio::test]
async fn sc_20_a_stale_version_changes_nothing() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let id = create(&connection, "ada", &json!({})).await;
    let path = format!("/Users/{id}");
    let first = connection.get(&path).await.header("etag").unwrap().to_owned();
    connection
        .send(Method::PATCH, &path, &patch(&json!([{"op": "add", "path": "title", "value": "x"}])))
        .await
        .expect(200);
    let second = connection.get(&path).await.header("etag").unwrap().to_owned();
    assert_ne!(first, second);

    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        let body = if method == Method::PUT {
            user("bob", &json!({}))
        } else {
            patch(&json!([{"op": "remove", "path": "title"}]))
        };
        for stale in [first.as_str(), "W/\"999\"", "garbage"] {
            let request = connection.request(method.clone(), &path).header("if-match", stale).body(body.to_string());
            let status = server.send(request.header("content-type", "application/json")).await.status;
            assert_eq!(status, if stale == "garbage" { 400 } else { 412 }, "{method} {stale}");
        }
    }

    let shown = connection.get(&path).await;
    assert_eq!((shown.header("etag"), &shown.json()["title"]), (Some(second.as_str()), &json!("x")));
    let again = server.send(connection.request(Method::GET, &path).header("if-none-match", &second)).await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    let fresh = connection.request(Method::DELETE, &path).header("if-match", &second);
    server.send(fresh).await.expect(204);
}

/// C07: a PATCH that changes nothing is answered 200, raises no version and leaves no record.
#[tokio::test]
async fn c07_a_patch_that_changes_nothing_leaves_no_trace() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection().await;
    let id = create(&connection, "ada", &json!({"title": "x"})).await;
    let path = format!("/Users/{id}");
    let before = connection.get(&path).await.json();
    let records = audit::newest(server.app.store.reader(), tenant.org, 100).await.unwrap().len();

    let same =
        json!([{"op": "replace", "value": {"active": true, "title": "x"}}, {"op": "remove", "path": "nickName"}]);
    let after = connection.send(Method::PATCH, &path, &patch(&same)).await.expect(200).json();

    assert_eq!(after, before);
    assert_eq!(audit::newest(server.app.store.reader(), tenant.org, 100).await.unwrap().len(), records);
}

/// AU-17, C92 and the ways in: a password counts only where people sign in here, and only if it could be one.
#[tokio::test]
async fn au_17_a_password_is_kept_only_for_people_who_sign_in_here() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let local = tenant.connection().await;
    let settings =
        Settings { issuer: Some("https://idp.example".into()), client_id: Some("c".into()), ..Settings::default() };
    let federated = tenant.connection_with(Kind::Okta, settings).await;

    let pending = create(&local, "p@x.example", &json!({})).await;
    let active = create(&local, "a@x.example", &json!({"password": PASSWORD})).await;
    let sso = create(&federated, "s@x.example", &json!({"password": PASSWORD})).await;

    for (connection, id, status, mode) in [
        (&local, &pending, "pending", "password"),
        (&local, &active, "active", "password"),
        (&federated, &sso, "active", "sso"),
    ] {
        let state = state(connection, id).await;
        assert_eq!((&state["status"], &state["authMode"]), (&json!(status), &json!(mode)));
        assert_eq!(connection.get(&format!("/Users/{id}")).await.json()["active"], true);
        let stored = passwords::find(server.app.store.reader(), tenant.org, id.parse().unwrap()).await.unwrap();
        assert_eq!(stored.is_some(), id == &active);
    }
    let set = patch(&json!([{"op": "replace", "path": "password", "value": PASSWORD}]));
    federated.send(Method::PATCH, &format!("/Users/{sso}"), &set).await.expect(200);
    assert!(passwords::find(server.app.store.reader(), tenant.org, sso.parse().unwrap()).await.unwrap().is_none());
    local.send(Method::PATCH, &format!("/Users/{pending}"), &set).await.expect(200);
    signed_in(&server, "p@x.example").await;
    for weak in ["seven77".to_owned(), "x".repeat(257)] {
        let refused =
            local.send(Method::POST, "/Users", &user("w@x.example", &json!({"password": weak}))).await.expect(400);
        assert_eq!(refused.json()["scimType"], "invalidValue");
        assert!(!refused.text.contains(&weak));
    }
}

/// SCIM 3.11 of the product: a deactivated person comes back by POST; one who is somebody else does not take the place.
#[tokio::test]
async fn c65_a_return_keeps_the_id_and_a_recycled_name_is_no_return() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let id = create(&connection, "ada@x.example", &json!({"externalId": "e1", "password": PASSWORD})).await;
    let off = patch(&json!([{"op": "replace", "path": "active", "value": false}]));
    connection.send(Method::PATCH, &format!("/Users/{id}"), &off).await.expect(200);

    let other = user("ADA@x.example", &json!({"externalId": "e2"}));
    assert_eq!(connection.send(Method::POST, "/Users", &other).await.expect(409).json()["scimType"], "uniqueness");
    let back = user("ada.l@x.example", &json!({"externalId": "e1", "title": "Back"}));
    let back = connection.send(Method::POST, "/Users", &back).await.expect(201);

    assert_eq!(back.header("location").unwrap(), server.app.config.url(&format!("/scim/v2/Users/{id}")));
    let shown = back.json();
    assert_eq!((&shown["id"], &shown["active"], &shown["title"]), (&json!(id), &json!(true), &json!("Back")));
    connection.send(Method::POST, "/Users", &user("ada.l@x.example", &json!({"externalId": "e1"}))).await.expect(409);
}
