//! Deeds that are planned before they are done: told, confirmed, and nothing else.

use std::time::Duration;

use doorward::app::users;
use doorward::domain::id::UserId;
use reqwest::Method;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};

use crate::console_shell::signed_in;
use crate::harness::{OPERATOR_TOKEN, Reply, Server};
use crate::projects::{assign, project, put};
use crate::resources::personal;

async fn ask(server: &Server, token: &str, deed: &str, query: &str, body: &Value) -> Reply {
    let (method, path) = deed.split_once(' ').unwrap();
    let method: Method = method.parse().unwrap();
    let request = server.request(method, &format!("/api/v1{path}{query}")).bearer_auth(token);
    server.send(if body.is_null() { request } else { request.json(body) }).await
}

async fn plan(server: &Server, token: &str, deed: &str, body: &Value) -> Value {
    ask(server, token, deed, "?dry_run=1", body).await.expect(200).json()
}

fn word(plan: &Value) -> String {
    format!("?confirm={}", plan["confirm"].as_str().unwrap())
}

/// The deeds of a plan, each with what it is done to.
fn deeds(plan: &Value) -> Vec<(String, String)> {
    let text = |it: &Value| it.as_str().unwrap().to_owned();
    plan["plan"].as_array().unwrap().iter().map(|it| (text(&it["action"]), text(&it["target"]["label"]))).collect()
}

/// How many rows there are of everything that deeds leave.
async fn rows(server: &Server) -> Vec<i64> {
    const TABLES: [&str; 8] =
        ["audit", "users", "grants", "sessions", "outbox", "projects", "project_assignments", "personal_tokens"];
    let db = server.app.store.reader();
    let mut counts = Vec::new();
    for table in TABLES {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        let asked = Statement::from_string(db.get_database_backend(), sql);
        counts.push(db.query_one_raw(asked).await.unwrap().unwrap().try_get_by_index(0).unwrap());
    }
    counts
}

async fn status(server: &Server, id: UserId) -> String {
    users::show(&server.app, &Server::operator(), id).await.unwrap().user.status.word().to_owned()
}

/// What a deed would do is told, and nothing of it is kept: no row, no record, no letter, and every session goes on. The word that
/// comes with it does exactly that.
#[tokio::test]
async fn a_plan_is_told_and_kept_only_when_it_is_confirmed() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let ann = acme.user("ann", "contributor").await;
    let bridge = project(&server, "Bridge").await;
    assign(&server, &bridge, put("user", &ann)).await.expect(201);
    let browser = signed_in(&acme, "ann").await;
    server.run_jobs().await;
    let planned = [
        (format!("POST /users/{ann}/deactivate"), Value::Null, "user.deactivated"),
        (format!("PUT /users/{ann}/role"), json!({ "role": "viewer" }), "role.changed"),
        (format!("DELETE /projects/{bridge}"), Value::Null, "project.deleted"),
        (format!("DELETE /users/{ann}"), Value::Null, "user.removed"),
    ];

    let before = rows(&server).await;
    for (deed, body, action) in &planned {
        let plan = plan(&server, OPERATOR_TOKEN, deed, body).await;
        assert_eq!(deeds(&plan)[0].0, *action);
        assert!(plan["expires_at"].as_str().unwrap() > server.app.now().rfc3339().as_str());
    }
    let after = rows(&server).await;
    browser.get("/account").await.expect(200);
    let (deed, body, _) = &planned[0];
    let told = plan(&server, OPERATOR_TOKEN, deed, body).await;
    ask(&server, OPERATOR_TOKEN, deed, &word(&told), body).await.expect(200);

    assert_eq!(before, after);
    assert_eq!(deeds(&told), [("user.deactivated".to_owned(), "ann".to_owned())]);
    assert_eq!(status(&server, ann).await, "deactivated");
    assert_eq!(browser.get("/account").await.status, 303);
    server.keep_outbox();
}

/// What has changed since the plan makes the word void: nothing is done, and that is said.
#[tokio::test]
async fn what_has_changed_since_the_plan_is_not_done() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let ann = acme.user("ann", "contributor").await;
    let deed = format!("PUT /users/{ann}/role");
    let viewer = json!({ "role": "viewer" });

    let told = plan(&server, OPERATOR_TOKEN, &deed, &viewer).await;
    users::change_role(&server.app, &Server::operator(), ann, &"admin".parse().unwrap()).await.unwrap();
    let refused = ask(&server, OPERATOR_TOKEN, &deed, &word(&told), &viewer).await.expect(409).json();
    let again = plan(&server, OPERATOR_TOKEN, &deed, &viewer).await;
    let done = ask(&server, OPERATOR_TOKEN, &deed, &word(&again), &viewer).await.expect(200).json();

    assert_eq!(refused["type"], json!("urn:doorward:problem:plan-changed"));
    assert_eq!(told["plan"][0]["changes"][0]["old"], json!("contributor"));
    assert_eq!(again["plan"][0]["changes"][0]["old"], json!("admin"));
    assert_eq!(done["role"], json!("viewer"));
    server.keep_outbox();
}

/// Where there is nothing left to do, that is not told as done.
#[tokio::test]
async fn a_plan_of_which_nothing_is_left_is_no_success() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let ann = acme.user("ann", "viewer").await;
    let crew = crate::projects::crew(&acme, "Crew", &[ann]).await;
    let (deed, body) = (format!("POST /groups/{crew}/members"), json!({ "remove": [ann] }));

    let told = plan(&server, OPERATOR_TOKEN, &deed, &body).await;
    ask(&server, OPERATOR_TOKEN, &deed, "", &body).await.expect(200);
    let refused = ask(&server, OPERATOR_TOKEN, &deed, &word(&told), &body).await.expect(409).json();

    assert_eq!(deeds(&told).len(), 1);
    assert_eq!(refused["type"], json!("urn:doorward:problem:plan-changed"));
}

/// TE-17: a word is for one request of one caller, for ten minutes; another request, another body, another caller, a changed word and
/// an old one do nothing.
#[tokio::test]
async fn te_17_a_word_confirms_one_request_of_one_caller_for_a_while() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (olga, otto) = (acme.user("olga", "owner").await, acme.user("otto", "owner").await);
    let (ann, ben) = (acme.user("ann", "viewer").await, acme.user("ben", "viewer").await);
    let (olga, otto) = (personal(&server, olga).await, personal(&server, otto).await);
    server.run_jobs().await;
    let role = |id: UserId| format!("PUT /users/{id}/role");
    let to = |role: &str| json!({ "role": role });

    let told = word(&plan(&server, &olga, &role(ann), &to("admin")).await);
    let wrong = [
        ask(&server, &olga, &role(ben), &told, &to("admin")).await,
        ask(&server, &olga, &role(ann), &told, &to("owner")).await,
        ask(&server, &otto, &role(ann), &told, &to("admin")).await,
        ask(&server, &olga, &role(ann), &format!("{told}x"), &to("admin")).await,
        ask(&server, &olga, &role(ann), "?confirm=nothing", &to("admin")).await,
        ask(&server, &olga, &role(ann), &format!("{told}&dry_run=1"), &to("admin")).await,
        ask(&server, &olga, &role(ann), "?dry_run=true", &to("admin")).await,
    ];
    server.advance(Duration::from_mins(11));
    let late = ask(&server, &olga, &role(ann), &told, &to("admin")).await;

    for reply in wrong.into_iter().chain([late]) {
        let detail = reply.expect(400).json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with("confirm: ") || detail.starts_with("dry_run: "), "{detail}");
    }
    for id in [ann, ben] {
        let person = users::show(&server.app, &Server::operator(), id).await.unwrap();
        assert_eq!(person.effective.role.unwrap().as_str(), "viewer");
    }
    server.keep_outbox();
}

/// TE-03, TE-06: what may not be done is not planned either: it is refused as the deed is, and on record as that.
#[tokio::test]
async fn te_03_te_06_what_is_refused_is_refused_on_a_dry_run_too() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let globex = server.tenant("globex").await;
    let olga = acme.user("olga", "owner").await;
    let adam = acme.user("adam", "admin").await;
    let gina = globex.user("gina", "owner").await;
    let token = personal(&server, adam).await;
    server.run_jobs().await;
    let deactivate = |id: UserId| format!("POST /users/{id}/deactivate");

    let last = ask(&server, OPERATOR_TOKEN, &deactivate(olga), "?dry_run=1", &Value::Null).await.expect(409).json();
    let before = rows(&server).await[0];
    ask(&server, &token, &deactivate(olga), "?dry_run=1", &Value::Null).await.expect(403);
    let after = rows(&server).await[0];
    ask(&server, &token, &deactivate(gina), "?dry_run=1", &Value::Null).await.expect(404);

    assert_eq!(last["type"], json!("urn:doorward:problem:last-protected-role"));
    assert_eq!(after, before + 1, "the refusal is on record");
}

/// The console shows the same plan before something is taken away, and does that and nothing else: where something has changed
/// meanwhile, it shows the page again.
#[tokio::test]
async fn the_console_shows_the_plan_and_holds_to_it() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let ann = acme.user("ann", "contributor").await;
    let browser = signed_in(&acme, "olga").await;
    let path = format!("/console/users/{ann}/deeds/deactivate");

    let asked = browser.get(&path).await.expect(200);
    let told = plan(&server, OPERATOR_TOKEN, &format!("POST /users/{ann}/deactivate"), &Value::Null).await;
    let word = asked.field(&path, "plan").unwrap();
    browser.fill_in(&asked, &path, &[]).await.expect(303);
    users::activate(&server.app, &Server::operator(), ann).await.unwrap();
    let of_another = format!("/console/users/{ann}/deeds/end-sessions");
    let other = browser.get(&of_another).await.expect(200);
    let refused = browser.fill_in(&other, &of_another, &[("plan", Some(&word))]).await;
    browser.fill_in(&other, &of_another, &[]).await.expect(303);

    assert_eq!(deeds(&told), [("user.deactivated".to_owned(), "ann".to_owned())]);
    assert!(asked.text.contains("<li><bdi>Deactivated the user: ann</bdi></li>"), "{}", asked.text);
    assert_eq!(refused.status, 400, "{}", refused.text);
    server.keep_outbox();
}
