//! Resources of applications: registered, owned, orphaned and transferred, over the API and in the console.

use doorward::app::accounts::{Secret, SignIn, WayIn};
use doorward::app::mail::Whence;
use doorward::app::personal_tokens::{self, LIFETIME, NewToken, Scope};
use doorward::app::resources::Wanted;
use doorward::app::{departures, fsck, users};
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::id::{OrgId, UserId};
use doorward::domain::policy::Actor;
use doorward::domain::resource::{COUNT_MAX, Resource, ResourceKey};
use doorward::store::{audit, resources};
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_edit::post;
use crate::console_shell::words;
use crate::harness::{Browser, OPERATOR_TOKEN, Reply, Server, Tenant, database, in_acme};
use crate::oidc::stage;

/// People who deploy what is owned here.
const PRESET: &str = "admin-developer-viewer";

/// What somebody with this token asks the API for.
pub async fn call(server: &Server, token: &str, method: Method, path: &str, body: Value) -> Reply {
    let request = server.request(method, &format!("/api/v1{path}")).bearer_auth(token);
    server.send(if body.is_null() { request } else { request.json(&body) }).await
}

/// What the operator asks for in `acme`.
async fn operator(server: &Server, method: Method, path: &str, body: Value) -> Reply {
    call(server, OPERATOR_TOKEN, method, &in_acme(path), body).await
}

/// A service account of `acme` with this role and a token that reads and writes; its id and the token.
pub async fn program(server: &Server, name: &str, role: &str) -> (String, String) {
    let new = json!({ "name": name, "role": role });
    let made = operator(server, Method::POST, "/service-accounts", new).await.expect(201).json();
    let id = made["id"].as_str().unwrap().to_owned();
    let new = json!({ "name": "sync", "scopes": ["read", "write"], "expires_in_days": 30 });
    let token = operator(server, Method::POST, &format!("/service-accounts/{id}/tokens"), new).await.expect(201);
    (id, token.json()["token"].as_str().unwrap().to_owned())
}

/// Registers something of this person; answers the body.
async fn owned(server: &Server, key: &str, owner: UserId) -> Value {
    let name = key.split('/').next_back().unwrap();
    let body = json!({ "name": name, "owner": owner });
    operator(server, Method::PUT, &format!("/resources/{key}"), body).await.expect(201).json()
}

/// The row as it is stored.
async fn stored(server: &Server, org: OrgId, key: &str) -> Resource {
    let (kind, id) = key.split_once('/').unwrap();
    let key = ResourceKey::read(kind, id).unwrap();
    resources::find(server.app.store.reader(), org, &key).await.unwrap().unwrap()
}

/// The keys on a list.
async fn listed(server: &Server, token: &str, query: &str) -> Vec<String> {
    let page = call(server, token, Method::GET, &format!("/resources{query}"), Value::Null).await.expect(200).json();
    let all = page["resources"].as_array().unwrap().iter();
    all.map(|it| it["external_id"].as_str().unwrap().to_owned()).collect()
}

async fn orphaned(server: &Server) -> Vec<String> {
    listed(server, OPERATOR_TOKEN, "?organisation=acme&orphaned=1").await
}

/// Somebody with this role whose password any policy takes.
pub async fn person(tenant: &Tenant<'_>, name: &str, role: &str) -> UserId {
    let password = Secret::new(stage::PASSWORD.to_owned());
    tenant.user_with(name, role, SignIn::Password, WayIn::Password { password, must_change: false }).await
}

/// A browser in which such a person is signed in.
pub async fn at<'s>(server: &'s Server, name: &str) -> Browser<'s> {
    let browser = Browser::new(server);
    let (_, page) = browser.sign_in(name, stage::PASSWORD).await;
    assert_eq!(page.status, 200, "{}", page.text);
    browser
}

/// A token of somebody's own, that reads and writes.
pub async fn personal(server: &Server, id: UserId) -> String {
    let person = users::show(&server.app, &Server::operator(), id).await.unwrap();
    let new = NewToken { name: "script".to_owned(), scopes: Scope::ALL.to_vec(), lifetime: LIFETIME };
    let made = personal_tokens::create(&server.app, &person.actor(None), &person, new, Whence::UNKNOWN).await.unwrap();
    made.1.reveal().clone()
}

/// Registers as many resources as an organisation may have.
pub fn fill(server: &Server) {
    let id = if database::on_postgres() { "gen_random_uuid()" } else { "randomblob(16)" };
    let sql = format!(
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {COUNT_MAX}) \
         INSERT INTO resources (org_id, id, kind, external_id, name, name_key, visibility, created_at, updated_at) \
         SELECT o.id, {id}, 'report', 'full-' || n, 'full', 'full', 'private', 0, 0 \
         FROM c, organisations o WHERE o.slug = 'acme'"
    );
    database::execute(&server.app.config.database_url, &sql);
}

/// S2-35: whatever ends the access of an owner, by whatever way it comes, leaves the rows of what the owner owns as they
/// are, letter by letter; what has no owner left who could answer for it is listed, and is not any more once the owner is
/// back.
#[tokio::test]
async fn s2_35_what_somebody_owns_outlives_every_way_out_and_is_listed_as_orphaned() {
    let server = Server::start().await;
    server.keep_outbox();
    let tenant = server.tenant_with("acme", PRESET).await;
    let by = Server::operator();
    let [stays, switched, removed, erased, left] = [
        person(&tenant, "stays", "admin").await,
        person(&tenant, "switched", "developer").await,
        person(&tenant, "removed", "developer").await,
        person(&tenant, "erased", "developer").await,
        person(&tenant, "left", "developer").await,
    ];
    let (issuer, client_id) = (Some("https://idp.example".to_owned()), Some("us".to_owned()));
    let signs_in = Settings { issuer, client_id, ..Settings::default() };
    let connection = tenant.connection_with(Kind::Okta, signs_in).await;
    let pushed: UserId = connection.push("pushed@acme.example").await.parse().unwrap();
    let keys = ["application/stays", "workflow/switched", "data_source/removed", "dashboard/erased", "report/left"];
    let keys: Vec<&str> = keys.into_iter().chain(["project/pushed"]).collect();
    for (key, owner) in keys.iter().zip([stays, switched, removed, erased, left, pushed]) {
        owned(&server, key, owner).await;
    }
    let mut before = Vec::new();
    for key in &keys {
        before.push(stored(&server, tenant.org, key).await);
    }
    assert_eq!(orphaned(&server).await, Vec::<String>::new());

    server.advance(std::time::Duration::from_secs(3600));
    operator(&server, Method::POST, &format!("/users/{switched}/deactivate"), Value::Null).await.expect(200);
    departures::remove(&server.app, &by, removed).await.unwrap();
    departures::erase(&server.app, &by, erased).await.unwrap();
    let leaver: Actor = users::show(&server.app, &by, left).await.unwrap().actor(None);
    departures::leave(&server.app, &leaver).await.unwrap();
    let schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
    let off = json!({ "schemas": [schema], "Operations": [{ "op": "replace", "value": { "active": false } }] });
    connection.send(Method::PATCH, &format!("/Users/{pushed}"), &off).await.expect(200);

    let mut after = Vec::new();
    for key in &keys {
        after.push(stored(&server, tenant.org, key).await);
    }
    assert_eq!(after, before, "the rows are those of before");
    assert_eq!(orphaned(&server).await, ["erased", "left", "pushed", "removed", "switched"]);
    for (key, owner, status) in [
        ("application/stays", stays, "active"),
        ("workflow/switched", switched, "deactivated"),
        ("data_source/removed", removed, "gone"),
        ("dashboard/erased", erased, "gone"),
        ("report/left", left, "gone"),
    ] {
        let shown = operator(&server, Method::GET, &format!("/resources/{key}"), Value::Null).await.expect(200).json();
        let facts = (&shown["owner"], &shown["owner_status"], &shown["orphaned"]);
        assert_eq!(facts, (&json!(owner), &json!(status), &json!(status != "active")), "{key}");
    }
    users::activate(&server.app, &by, switched).await.unwrap();
    let on = json!({ "schemas": [schema], "Operations": [{ "op": "replace", "value": { "active": true } }] });
    connection.send(Method::PATCH, &format!("/Users/{pushed}"), &on).await.expect(200);
    assert_eq!(orphaned(&server).await, ["erased", "left", "removed"]);
    assert_eq!(fsck::run(&server.app, &by).await.unwrap().broken, Vec::new(), "an owner who is gone is no fault");
}

/// S2-35: in the console: what stays behind is said before it is done, listed afterwards, and transferred to somebody who is
/// active after a plan that says what would happen to each; each transfer is in the audit.
#[tokio::test]
async fn s2_35_orphaned_resources_are_found_and_transferred_in_the_console() {
    let server = Server::start().await;
    server.keep_outbox();
    let tenant = server.tenant_with("acme", PRESET).await;
    let [ada, bob, cleo] = [
        person(&tenant, "ada", "admin").await,
        person(&tenant, "bob", "developer").await,
        person(&tenant, "cleo", "developer").await,
    ];
    let [app, flow, own] = [
        owned(&server, "application/shop", bob).await,
        owned(&server, "workflow/nightly", bob).await,
        owned(&server, "report/sales", cleo).await,
    ];
    let ids = [&app, &flow, &own].map(|it| it["id"].as_str().unwrap().to_owned());
    let browser = at(&server, "ada").await;

    let page = browser.get(&format!("/console/users/{bob}")).await.expect(200);
    let asked = browser.get(&format!("/console/users/{bob}/deeds/deactivate")).await.expect(200);
    let removing = browser.get(&format!("/console/users/{bob}/deeds/erase")).await.expect(200);
    post(&browser, "/console", &format!("/console/users/{bob}/deeds/deactivate"), &[]).await.expect(303);
    let list = browser.get("/console/resources?orphaned=1").await.expect(200);
    let query: String = ids.iter().map(|id| format!("&id={id}")).collect();
    let choose =
        browser.get(&format!("/console/resources/transfer?{}", query.trim_start_matches('&'))).await.expect(200);
    let plan = browser.get(&format!("/console/resources/transfer?to={cleo}{query}")).await.expect(200);
    let all = ids.join(",");
    let to_cleo = [("ids", all.as_str()), ("to", &cleo.to_string())];
    let done = post(&browser, "/console", "/console/resources/transfer", &to_cleo).await.expect(303);
    let said = browser.get(done.header("location").unwrap()).await.expect(200);
    let empty = browser.get("/console/resources?orphaned=1").await.expect(200);
    let to_bob = [("ids", all.as_str()), ("to", &bob.to_string())];
    let back = post(&browser, "/console", "/console/resources/transfer", &to_bob).await;

    assert!(words(&page).contains("Owns 2 resources"), "{}", page.text);
    assert!(page.text.contains(&format!("href=\"/console/resources?owner={bob}\"")));
    for page in [&asked, &removing] {
        assert!(words(page).contains("2 resources stay as they are and have no active owner then."), "{}", page.text);
    }
    assert!(words(&list).contains("shop") && words(&list).contains("nightly") && !words(&list).contains("sales"));
    assert!(words(&list).contains("Orphaned <span class=\"count\">2</span>"), "{}", list.text);
    assert!(choose.text.contains(&format!("value=\"{cleo}\"")) && !choose.text.contains(&format!("value=\"{bob}\"")));
    assert!(choose.text.contains(&format!("value=\"{ada}\"")), "whoever lacks nothing may take over, too");
    assert!(words(&plan).contains("1 of 3 skipped.") && words(&plan).contains("It is theirs already."));
    assert!(words(&plan).contains("Transfer 2 resources</button>"), "{}", plan.text);
    assert!(words(&said).contains("2 resources were transferred."), "{}", said.text);
    assert!(words(&empty).contains("Everything has an owner who is active."));
    assert_eq!(back.status, 400, "nobody who is deactivated becomes an owner");
    for key in ["application/shop", "workflow/nightly", "report/sales"] {
        assert_eq!(stored(&server, tenant.org, key).await.owner, Some(cleo), "{key}");
    }
    let rows = audit::newest(server.app.store.reader(), tenant.org, 20).await.unwrap();
    let transferred: Vec<_> = rows.iter().filter(|it| it.action == "resource.transferred").collect();
    assert_eq!(transferred.len(), 2);
    for (row, id) in transferred.iter().rev().zip(&ids) {
        let changes: Value = serde_json::from_str(&row.changes).unwrap();
        assert_eq!((&row.target_id, &row.actor_label), (id, &"ada".to_owned()));
        assert_eq!(changes, json!([{ "path": "owner", "old": bob, "new": cleo }]));
    }
}

/// An application says what it has as often as it likes: the second time nothing is new, and nothing is recorded.
#[tokio::test]
async fn a_resource_is_registered_under_the_key_of_the_application_as_often_as_it_likes() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let dora = person(&tenant, "dora", "developer").await;
    let (_, token) = program(&server, "orchestrator", "developer").await;
    let put = |path: &'static str, body: Value| call(&server, &token, Method::PUT, path, body);
    let project = json!({ "name": "Sales" });
    let space = json!({ "name": "Forecasts", "parent": { "kind": "project", "external_id": "p1" }, "owner": dora });

    let missing = put("/resources/workspace/w1", space.clone()).await;
    put("/resources/project/p1", project.clone()).await.expect(201);
    let first = put("/resources/workspace/w1", space.clone()).await.expect(201).json();
    let rows = audit::newest(server.app.store.reader(), tenant.org, 50).await.unwrap().len();
    server.advance(std::time::Duration::from_secs(60));
    let again = put("/resources/workspace/w1", space).await.expect(200).json();
    let kept = put("/resources/workspace/w1", json!({ "name": "Forecasts" })).await.expect(200).json();
    let rows_after = audit::newest(server.app.store.reader(), tenant.org, 50).await.unwrap().len();
    let renamed = put("/resources/workspace/w1", json!({ "name": "Plans", "parent": null })).await.expect(200).json();
    let inside =
        put("/resources/workspace/w1", json!({ "name": "Plans", "parent": { "kind": "report", "external_id": "r" } }))
            .await;
    put("/resources/workspace/w1", json!({ "name": "Plans", "parent": { "kind": "project", "external_id": "p1" } }))
        .await;
    let full = call(&server, &token, Method::DELETE, "/resources/project/p1", Value::Null).await;
    let deleted = call(&server, &token, Method::DELETE, "/resources/workspace/w1", Value::Null).await.status;
    let gone = call(&server, &token, Method::GET, "/resources/workspace/w1", Value::Null).await.status;

    assert_eq!(missing.status, 400, "what it lies in is registered first: {}", missing.text);
    assert_eq!((&first, &first, rows), (&again, &kept, rows_after));
    assert_eq!((&first["owner"], &first["parent"]), (&json!(dora), &json!({ "kind": "project", "external_id": "p1" })));
    assert_eq!((&renamed["id"], &renamed["name"], &renamed["parent"]), (&first["id"], &json!("Plans"), &Value::Null));
    assert_eq!(renamed["owner"], json!(dora), "an owner that is left out stays");
    assert_eq!((inside.status, full.status), (400, 409), "{}", full.text);
    assert_eq!(full.json()["type"], "urn:doorward:problem:not-empty");
    assert_eq!((deleted, gone), (204, 404));
    for (path, body, status) in [
        ("/resources/planet/7", json!({ "name": "x" }), 404),
        ("/resources/report/a%2Fb", json!({ "name": "x" }), 400),
        ("/resources/report/r1", json!({ "name": " " }), 400),
        ("/resources/report/r1", json!({ "name": "x".repeat(201) }), 400),
        ("/resources/report/r1", json!({ "name": "x", "owner": UserId::new() }), 400),
        ("/resources/report/r1", json!({ "name": "x", "org_id": "x" }), 400),
    ] {
        let reply = put(path, body).await;
        assert_eq!(reply.status, status, "{path}: {}", reply.text);
    }
}

/// Whoever may manage only what is their own sees nothing else, changes nothing else, and takes nothing over; not by
/// registering it anew, by transferring it, by putting something into it, nor by doing so in several steps.
#[tokio::test]
async fn nobody_reaches_a_resource_of_somebody_else_by_owning_transferring_or_registering_it() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let [_, dora, dave] = [
        person(&tenant, "ada", "admin").await,
        person(&tenant, "dora", "developer").await,
        person(&tenant, "dave", "developer").await,
    ];
    let (mine, other) = (program(&server, "one", "developer").await.1, program(&server, "two", "developer").await.1);
    let (_, viewer) = program(&server, "reader", "viewer").await;
    let dave_by = users::show(&server.app, &Server::operator(), dave).await.unwrap().actor(None);
    let body = json!({ "name": "Books", "owner": dora });
    call(&server, &mine, Method::PUT, "/resources/project/p1", body.clone()).await.expect(201);
    owned(&server, "report/of-dave", dave).await;
    let before = stored(&server, tenant.org, "project/p1").await;

    let mut statuses = Vec::new();
    for token in [&other, &viewer] {
        let take = json!({ "owner": dave });
        for (method, path, body) in [
            (Method::GET, "/resources/project/p1", Value::Null),
            (Method::PUT, "/resources/project/p1", json!({ "name": "Books" })),
            (Method::PUT, "/resources/project/p1", json!({ "name": "Mine", "owner": dave })),
            (Method::POST, "/resources/project/p1/transfer", take.clone()),
            (Method::DELETE, "/resources/project/p1", Value::Null),
        ] {
            statuses.push(call(&server, token, method, path, body).await.status);
        }
    }
    let into = json!({ "name": "Trojan", "parent": { "kind": "project", "external_id": "p1" } });
    let inside = call(&server, &other, Method::PUT, "/resources/workflow/w1", into).await.status;
    let seen = [listed(&server, &mine, "").await, listed(&server, &other, "").await];
    let orphans = listed(&server, &other, "?orphaned=1").await;
    let register = |key: &str, wanted| {
        let key = key.split_once('/').map(|(kind, id)| ResourceKey::read(kind, id).unwrap()).unwrap();
        doorward::app::resources::register(&server.app, &dave_by, tenant.org, key, wanted)
    };
    let wanted = |name: &str, owner| Wanted { name: name.to_owned(), owner, ..Wanted::default() };
    let taken = register("project/p1", wanted("Books", Some(Some(dave)))).await;
    let given_away = register("report/of-dave", wanted("of-dave", Some(Some(dora)))).await;
    let taken_back = register("report/of-dave", wanted("of-dave", Some(Some(dave)))).await;

    assert_eq!(statuses, [404, 403, 403, 403, 403, 403, 403, 403, 403, 403]);
    assert_eq!(inside, 403);
    assert_eq!(seen, [vec!["p1".to_owned()], Vec::new()]);
    assert_eq!(orphans, Vec::<String>::new());
    assert!(taken.is_err() && given_away.is_ok() && taken_back.is_err());
    assert_eq!(stored(&server, tenant.org, "project/p1").await, before);
    assert_eq!(stored(&server, tenant.org, "report/of-dave").await.owner, Some(dora));
    let denied = audit::newest(server.app.store.reader(), tenant.org, 50).await.unwrap();
    assert!(denied.iter().filter(|it| it.outcome == "denied").count() >= 10, "each refusal is recorded");
}

/// Somebody who manages every resource, and lacks something else, does not take one over either.
#[tokio::test]
async fn whoever_manages_all_resources_and_lacks_a_right_takes_none_over() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let [olga, adam, cora] = [
        person(&tenant, "olga", "owner").await,
        person(&tenant, "adam", "admin").await,
        person(&tenant, "cora", "contributor").await,
    ];
    let as_who = async |id| users::show(&server.app, &Server::operator(), id).await.unwrap().actor(None);
    owned(&server, "report/r1", cora).await;
    let key = ResourceKey::read("report", "r1").unwrap();
    let transfer = async |by: UserId, to: UserId| {
        doorward::app::resources::transfer(&server.app, &as_who(by).await, tenant.org, &key, Some(to)).await.is_ok()
    };

    let steps = [
        transfer(adam, adam).await,
        transfer(cora, olga).await,
        transfer(adam, olga).await,
        transfer(olga, adam).await,
        transfer(adam, cora).await,
        transfer(olga, olga).await,
    ];

    assert_eq!(steps, [false, false, true, true, true, true]);
    let token = personal(&server, adam).await;
    let itself = call(&server, &token, Method::POST, "/resources/report/r1/transfer", json!({ "owner": adam })).await;
    let nobody = call(&server, &token, Method::POST, "/resources/report/r1/transfer", json!({ "owner": null })).await;
    assert_eq!((itself.status, nobody.status), (403, 200));
    assert!(itself.text.contains("nobody may take a resource over"), "{}", itself.text);
}

/// Owning is not had in a roundabout way either: by registering what an application has not, by deleting and registering anew,
/// nor by putting something of somebody else, or of nobody, into what is one's own.
#[tokio::test]
async fn nobody_comes_to_own_a_resource_by_replacing_it_or_by_putting_it_into_their_own() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let [olga, adam, cora] = [
        person(&tenant, "olga", "owner").await,
        person(&tenant, "adam", "admin").await,
        person(&tenant, "cora", "contributor").await,
    ];
    owned(&server, "project/of-adam", adam).await;
    owned(&server, "workflow/of-cora", cora).await;
    owned(&server, "report/of-adam", adam).await;
    let (before, key) = (stored(&server, tenant.org, "workflow/of-cora").await, "/resources/workflow/of-cora");
    let (by_adam, by_olga) = (personal(&server, adam).await, personal(&server, olga).await);
    let mine = json!({ "kind": "project", "external_id": "of-adam" });

    let mut statuses = Vec::new();
    for (method, path, body) in [
        (Method::DELETE, key, Value::Null),
        (Method::PUT, key, json!({ "name": "of-cora", "parent": mine })),
        (Method::PUT, key, json!({ "name": "of-cora", "owner": adam })),
        (Method::PUT, "/resources/workflow/new", json!({ "name": "New", "owner": adam })),
        (Method::PUT, "/resources/workflow/new", json!({ "name": "New", "parent": mine })),
        (Method::PUT, "/resources/workflow/new", json!({ "name": "New" })),
        (Method::PUT, "/resources/workflow/new", json!({ "name": "New", "parent": mine })),
        (Method::PUT, "/resources/report/of-adam", json!({ "name": "of-adam", "parent": mine })),
        (Method::DELETE, "/resources/report/of-adam", Value::Null),
    ] {
        statuses.push(call(&server, &by_adam, method, path, body).await.status);
    }
    let unowned = stored(&server, tenant.org, "workflow/new").await;
    let after = stored(&server, tenant.org, "workflow/of-cora").await;
    let by_all = call(&server, &by_olga, Method::DELETE, key, Value::Null).await.status;

    assert_eq!(statuses, [403, 403, 403, 403, 403, 201, 403, 200, 204]);
    assert_eq!((unowned.owner, unowned.parent), (None, None));
    assert_eq!((after, by_all), (before, 204), "whoever lacks nothing may delete it");
}

/// Somebody who sees no users but owns something finds it, and nothing else, from the own account on.
#[tokio::test]
async fn an_owner_who_sees_no_users_finds_their_own_resources_in_the_console() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let [ada, dora] = [person(&tenant, "ada", "admin").await, person(&tenant, "dora", "developer").await];
    owned(&server, "report/hers", dora).await;
    let other = owned(&server, "report/other", ada).await["id"].as_str().unwrap().to_owned();
    let browser = at(&server, "dora").await;

    let account = browser.get("/account").await.expect(200);
    let (path, list) = browser.visit("/console").await;
    let foreign = browser.get(&format!("/console/resources/{other}")).await.status;
    let transfer = browser.get(&format!("/console/resources/transfer?id={other}&to={dora}")).await;

    assert!(account.text.contains("href=\"/console\""), "{}", account.text);
    assert_eq!((path.as_str(), foreign), ("/console/resources", 404));
    assert!(words(&list).contains("hers") && !words(&list).contains("other"), "{}", list.text);
    assert!(!list.text.contains("href=\"/console/users\""));
    assert_eq!(transfer.status, 403, "whoever sees no users chooses no owner: {}", transfer.text);
}

/// Two organisations use the same keys and see nothing of each other: not by key, by id, by owner, nor by cursor.
#[tokio::test]
async fn a_resource_and_a_cursor_of_another_organisation_are_those_of_nothing() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let [olga, hank] = [person(&acme, "olga", "owner").await, person(&globex, "hank", "owner").await];
    for name in ["a", "b", "c"] {
        owned(&server, &format!("report/{name}"), olga).await;
    }
    let foreign = "/resources/report/a?organisation=globex";
    let theirs = call(&server, OPERATOR_TOKEN, Method::PUT, foreign, json!({ "name": "Theirs" })).await.expect(201);
    let theirs = theirs.json()["id"].as_str().unwrap().to_owned();
    let token = personal(&server, olga).await;
    let page = call(&server, &token, Method::GET, "/resources?limit=2", Value::Null).await.expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap().to_owned();

    let mine = call(&server, &token, Method::GET, "/resources/report/a", Value::Null).await.expect(200).json();
    let of_hank = listed(&server, &token, &format!("?owner={hank}")).await;
    let to_hank = json!({ "owner": hank });
    let given = call(&server, &token, Method::POST, "/resources/report/a/transfer", to_hank).await.status;
    let rest = listed(&server, &token, &format!("?limit=2&cursor={cursor}")).await;
    let elsewhere = call(
        &server,
        OPERATOR_TOKEN,
        Method::GET,
        &format!("/resources?organisation=globex&cursor={cursor}"),
        Value::Null,
    )
    .await;
    let tampered =
        format!("{}{}", cursor.get(..cursor.len() - 2).unwrap(), if cursor.ends_with("AA") { "BB" } else { "AA" });
    let tampered = call(&server, &token, Method::GET, &format!("/resources?cursor={tampered}"), Value::Null).await;
    let browser = at(&server, "olga").await;
    let shown = browser.get(&format!("/console/resources/{theirs}")).await.status;
    let plan = browser.get(&format!("/console/resources/transfer?id={theirs}&to={olga}")).await.expect(200);
    let ids = [("ids", theirs.as_str()), ("to", &olga.to_string())];
    let done = post(&browser, "/console", "/console/resources/transfer", &ids).await;

    assert_eq!(mine["name"], "a");
    assert_eq!((of_hank, rest), (Vec::new(), vec!["c".to_owned()]));
    assert_eq!((given, elsewhere.status, tampered.status, shown), (400, 400, 400, 404));
    assert!(!plan.text.contains("Theirs") && !plan.text.contains("id=\"submit\""), "{}", plan.text);
    assert!(done.header("location").is_some_and(|it| it.ends_with("count=0")), "{:?}", done.headers);
    let kept = call(&server, OPERATOR_TOKEN, Method::GET, foreign, Value::Null).await.expect(200).json();
    assert_eq!(kept["owner"], Value::Null);
}

/// What a person may not manage is not offered in the console, and its pages are refused.
#[tokio::test]
async fn the_resources_are_not_offered_to_somebody_who_may_not_manage_any() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let [olga, _, _] = [
        person(&tenant, "olga", "owner").await,
        person(&tenant, "cora", "contributor").await,
        person(&tenant, "adam", "admin").await,
    ];
    let id = owned(&server, "report/r1", olga).await["id"].as_str().unwrap().to_owned();
    let (cora, adam) = (at(&server, "cora").await, at(&server, "adam").await);

    let hidden = cora.get("/console/users").await.expect(200);
    let palette = cora.get("/console/go").await.expect(200);
    let shown = adam.get("/console/resources").await.expect(200);
    let mut statuses = Vec::new();
    for path in [
        "/console/resources".to_owned(),
        format!("/console/resources/{id}"),
        format!("/console/resources/transfer?id={id}"),
    ] {
        statuses.push(cora.get(&path).await.status);
    }
    let ids = [("ids", id.as_str()), ("to", &olga.to_string())];
    statuses.push(post(&cora, "/console/users", "/console/resources/transfer", &ids).await.status);

    assert!(!hidden.text.contains("/console/resources") && !palette.text.contains("/console/resources"));
    assert!(
        shown.text.contains("<a href=\"/console/resources\" aria-current=\"page\">Resources</a>"),
        "{}",
        shown.text
    );
    assert_eq!(statuses, [403, 403, 403, 403]);
}

/// The check of the directory finds what lies in nothing, and what lies where it does not belong.
#[tokio::test]
async fn the_check_of_the_directory_knows_where_a_resource_may_lie() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let olga = person(&tenant, "olga", "owner").await;
    let put = async |key: &str, parent: Value| {
        let body = json!({ "name": key, "owner": olga, "parent": parent });
        operator(&server, Method::PUT, &format!("/resources/{key}"), body).await.expect(201);
    };
    put("project/p1", Value::Null).await;
    put("workspace/w1", json!({ "kind": "project", "external_id": "p1" })).await;
    put("report/r1", json!({ "kind": "workspace", "external_id": "w1" })).await;
    let rules = async || {
        let report = fsck::run(&server.app, &Server::operator()).await.unwrap();
        report.broken.into_iter().map(|it| it.rule).collect::<Vec<_>>()
    };
    let sound = rules().await;

    let url = &server.app.config.database_url;
    database::execute(url, "UPDATE resources SET kind = 'project' WHERE kind = 'workspace'");
    let misplaced = rules().await;
    database::execute(url, "DELETE FROM resources WHERE external_id = 'w1'");
    let dangling = rules().await;

    assert_eq!(sound, Vec::<String>::new());
    assert_eq!(misplaced, ["a resource lies in one of a kind that stands before its own"]);
    assert_eq!(dangling, ["a resource lies in one that exists"]);
}

/// S2-35: the plan of a deactivation of several says of each person what stays without an active owner, in the words that the
/// question for one has.
#[tokio::test]
async fn s2_35_deactivating_several_says_of_each_what_stays_without_an_owner() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    person(&tenant, "ada", "admin").await;
    let (bob, cleo) = (person(&tenant, "bob", "developer").await, person(&tenant, "cleo", "developer").await);
    for key in ["application/shop", "workflow/nightly"] {
        owned(&server, key, bob).await;
    }
    let browser = at(&server, "ada").await;

    let alone = browser.get(&format!("/console/users/{bob}/deeds/deactivate")).await.expect(200);
    let plan = browser.get(&format!("/console/users/bulk?deed=deactivate&id={bob}&id={cleo}")).await.expect(200);
    let other = browser.get(&format!("/console/users/bulk?deed=role&id={bob}&id={cleo}")).await.expect(200);

    let stays = "2 resources stay as they are and have no active owner then.";
    assert!(alone.text.contains(stays), "{}", alone.text);
    assert!(plan.text.contains(&format!("bob</bdi></a> <span class=\"hint\">{stays}</span>")), "{}", plan.text);
    assert!(plan.text.contains("cleo</bdi></a></li>"), "{}", plan.text);
    assert!(!other.text.contains("no active owner"), "{}", other.text);
}

/// S2-38: what an application tells was done to a resource is on record at once, beside what is done here, under the name of the
/// program and with the user who did it; nobody reports of what is not theirs, of others, or in words that are none.
#[tokio::test]
async fn s2_38_what_is_done_in_applications_is_on_record_beside_what_is_done_here() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    person(&tenant, "ada", "admin").await;
    let dev = person(&tenant, "dev", "developer").await;
    let foreign = server.tenant("globex").await.user("hank", "owner").await;
    let (_, token) = program(&server, "builds", "developer").await;
    let (_, other) = program(&server, "others", "developer").await;
    let flow = json!({ "name": "Nightly" });
    let made = call(&server, &token, Method::PUT, "/resources/workflow/nightly", flow).await.expect(201).json();
    let path = "/resources/workflow/nightly/activity";
    let told = json!({ "deed": "run.started", "user": dev, "details": "Every night at four" });

    call(&server, &token, Method::POST, path, told.clone()).await.expect(204);
    let mut refused = vec![call(&server, &other, Method::POST, path, told).await.status];
    for wrong in [
        json!({ "deed": "Run Started" }),
        json!({ "deed": "" }),
        json!({ "deed": "x".repeat(65) }),
        json!({ "deed": "run", "details": "x".repeat(501) }),
        json!({ "deed": "run", "details": "two\nlines" }),
        json!({ "deed": "run", "user": foreign }),
        json!({ "deed": "run", "actor": dev }),
    ] {
        refused.push(call(&server, &token, Method::POST, path, wrong).await.status);
    }
    let unknown =
        call(&server, &token, Method::POST, "/resources/workflow/none/activity", json!({ "deed": "run" })).await;
    let page = at(&server, "ada").await.get(&format!("/console/resources/{}", made["id"].as_str().unwrap())).await;
    let rows = audit::newest(server.app.store.reader(), tenant.org, 100).await.unwrap();
    let kept: Vec<_> = rows.iter().filter(|it| it.action == "app.activity" && it.outcome == "success").collect();

    assert_eq!(refused, [403, 400, 400, 400, 400, 400, 400, 400]);
    assert_eq!(unknown.status, 404);
    assert_eq!(kept.len(), 1);
    let row = kept[0];
    assert_eq!((&*row.actor_kind, &*row.actor_label, &*row.target_kind), ("service_account", "builds", "resource"));
    let changes: Value = serde_json::from_str(&row.changes).unwrap();
    let paths: Vec<_> = changes.as_array().unwrap().iter().map(|it| (&it["path"], &it["new"])).collect();
    let (deed, user, details) = (json!("run.started"), json!(dev), json!("Every night at four"));
    assert_eq!(paths, [(&json!("deed"), &deed), (&json!("user"), &user), (&json!("details"), &details)]);
    let page = page.expect(200);
    for said in ["Registered a resource", "run.started", "dev", "Every night at four", "builds"] {
        assert!(words(&page).contains(said), "{said}: {}", page.text);
    }
}
