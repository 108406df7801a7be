//! The journal of provisioning: every request with what it did and why, and what it would do now.

use std::time::Duration;

use doorward::app::{connections, jobs, journal};
use doorward::domain::connection::{Kind, Settings};
use doorward::store::audit;
use reqwest::Method;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, Provisioning, Reply, Server, Tenant};
use crate::step_up::asks_for_a_proof;

const JOURNAL: &str = "/api/v1/provisioning/journal";
const PAGE: &str = "/console/provisioning/journal";

fn patch(operations: &Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations})
}

fn person(user_name: &str) -> Value {
    let schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"];
    json!({"schemas": schemas, "userName": user_name, "displayName": user_name, "externalId": user_name})
}

async fn ask(server: &Server, method: Method, path: &str) -> Reply {
    server.send(server.api(method, path)).await
}

/// The entries of acme, newest first.
pub async fn calls(server: &Server, query: &str) -> Vec<Value> {
    let all = ask(server, Method::GET, &format!("{JOURNAL}?organisation=acme{query}")).await.expect(200).json();
    all["calls"].as_array().unwrap().clone()
}

/// The newest entry, with what was said.
async fn newest(server: &Server) -> Value {
    let id = calls(server, "&limit=1").await[0]["id"].as_str().unwrap().to_owned();
    ask(server, Method::GET, &format!("{JOURNAL}/{id}?organisation=acme")).await.expect(200).json()
}

async fn would(server: &Server, call: &Value) -> Value {
    let path = format!("{JOURNAL}/{}/dry-run?organisation=acme", call["id"].as_str().unwrap());
    ask(server, Method::POST, &path).await.expect(200).json()
}

async fn replay(server: &Server, call: &Value, status: u16) -> Value {
    let path = format!("{JOURNAL}/{}/replay?organisation=acme", call["id"].as_str().unwrap());
    ask(server, Method::POST, &path).await.expect(status).json()
}

fn actions(of: &Value) -> Vec<&str> {
    of["deeds"].as_array().unwrap().iter().map(|it| it["action"].as_str().unwrap()).collect()
}

/// What is in the database of what was said.
async fn written(server: &Server) -> Vec<Vec<u8>> {
    let db = server.app.store.reader();
    let all = Statement::from_string(db.get_database_backend(), "SELECT said_sealed FROM provisioning_calls");
    db.query_all_raw(all).await.unwrap().iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

async fn records(tenant: &Tenant<'_>) -> usize {
    audit::newest(tenant.server.app.store.reader(), tenant.org, 1_000).await.unwrap().len()
}

#[tokio::test]
async fn every_request_is_kept_with_what_it_did_and_why() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;

    let ada = okta.push("ada").await;
    let whole = okta.get(&format!("/Users/{ada}")).await.expect(200).json();
    okta.send(Method::PUT, &format!("/Users/{ada}"), &whole).await.expect(200);
    okta.get("/Users?filter=userName+eq+%22ada%22&aadOptscim062020").await.expect(200);
    okta.send(Method::POST, "/Users", &person("ada")).await.expect(409);
    let off = patch(&json!([{"op": "Replace", "path": "active", "value": "False"}]));
    okta.send(Method::PATCH, &format!("/Users/{ada}"), &off).await.expect(200);
    server.send(okta.request(Method::POST, "/Users").body("{")).await.expect(400);

    let all = calls(&server, "").await;
    let told: Vec<_> = all.iter().map(|it| (it["method"].as_str().unwrap(), it["result"].as_str().unwrap())).collect();
    let expected = [
        ("POST", "refused"),
        ("PATCH", "changed"),
        ("POST", "refused"),
        ("GET", "read"),
        ("PUT", "nothing"),
        ("GET", "read"),
        ("POST", "changed"),
    ];
    assert_eq!(told, expected);
    assert_eq!(actions(&all[1]), ["user.deactivated"]);
    assert_eq!((&all[1]["user"], &all[1]["path"]), (&json!(ada), &json!(format!("/scim/v2/Users/{ada}"))));
    assert!(all[2]["detail"].as_str().unwrap().contains("user name already"), "{}", all[2]);
    assert_eq!(
        (&all[3]["found"], &all[3]["query"]),
        (&json!(1), &json!("filter=userName+eq+%22ada%22&aadOptscim062020"))
    );
    assert_eq!((&all[6]["user"], &all[6]["status"]), (&json!(ada), &json!(201)));
    assert_eq!(actions(&all[6])[0], "user.created");

    let path = format!("{JOURNAL}/{}?organisation=acme", all[1]["id"].as_str().unwrap());
    let whole = ask(&server, Method::GET, &path).await.expect(200).json();
    assert_eq!((&whole["request"], &whole["answer"]["active"]), (&off, &json!(false)));
}

/// The list is narrowed by connection, user and result, and read page by page.
#[tokio::test]
async fn the_journal_is_narrowed_and_read_in_pages() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (okta, entra) = (acme.connection().await, acme.connection_with(Kind::Entra, Settings::default()).await);
    let ada = okta.push("ada").await;
    okta.push("bob").await;
    entra.get("/Users?count=1").await.expect(200);
    entra.get("/Users/x").await.expect(404);

    let of = async |query: &str| calls(&server, query).await.len();
    assert_eq!(of("").await, 4);
    assert_eq!(of(&format!("&connection={}", entra.id)).await, 2);
    assert_eq!(of(&format!("&user={ada}")).await, 1);
    assert_eq!(of("&result=refused").await, 1);
    let first = ask(&server, Method::GET, &format!("{JOURNAL}?organisation=acme&limit=3")).await.expect(200).json();
    let rest = of(&format!("&limit=3&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_eq!((first["calls"].as_array().unwrap().len(), rest), (3, 1));
    for wrong in ["result=done", "limit=0", "cursor=x", "connexion=x"] {
        ask(&server, Method::GET, &format!("{JOURNAL}?organisation=acme&{wrong}")).await.expect(400);
    }
}

/// SC-17, TE-12: no password is kept, neither in a body nor in a query, and what is kept is sealed.
#[tokio::test]
async fn sc_17_no_password_and_no_plain_text_is_kept() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    let secret = "correct kettle battery 7421";
    let mut body = person("ada");
    body["password"] = json!(secret);
    let ada = okta.send(Method::POST, "/Users", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let change = patch(&json!([{"op": "replace", "path": "password", "value": format!("{secret} too")}]));
    okta.send(Method::PATCH, &format!("/Users/{ada}"), &change).await.expect(200);
    okta.get("/Users?filter=password+eq+%22correct%22").await.expect(400);

    let all = ask(&server, Method::GET, &format!("{JOURNAL}?organisation=acme")).await.expect(200);
    assert!(!all.text.contains("correct"), "{}", all.text);
    for call in all.json()["calls"].as_array().unwrap() {
        let path = format!("{JOURNAL}/{}?organisation=acme", call["id"].as_str().unwrap());
        let whole = ask(&server, Method::GET, &path).await.expect(200);
        assert!(!whole.text.contains("correct"), "{}", whole.text);
    }
    let rows = written(&server).await;
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| !row.windows(3).any(|some| some == b"ada")), "what was said is sealed");
}

/// A request is told what it would do now, and does nothing: no change, no record of a deed or of a refusal, no letter.
#[tokio::test]
async fn what_a_request_would_do_now_is_told_and_not_done() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    let ada = okta.push("ada").await;
    let at = format!("/Users/{ada}");
    let rename = patch(&json!([{"op": "replace", "value": {"displayName": "Ada L."}}]));
    okta.send(Method::PATCH, &at, &rename).await.expect(200);
    let call = newest(&server).await;

    let same = would(&server, &call).await;
    assert_eq!((&same["deeds"], &same["refusal"]), (&json!([]), &Value::Null));

    let back = patch(&json!([{"op": "replace", "path": "displayName", "value": "Ada"}]));
    let version = okta.send(Method::PATCH, &at, &back).await.expect(200).json()["meta"]["version"].clone();
    let before = records(&acme).await;
    let trial = would(&server, &call).await;
    assert_eq!(actions(&trial), ["user.updated"]);
    assert_eq!((&trial["before"]["displayName"], &trial["after"]["displayName"]), (&json!("Ada"), &json!("Ada L.")));
    let now = okta.get(&at).await.expect(200).json();
    assert_eq!((&now["displayName"], &now["meta"]["version"]), (&json!("Ada"), &version));

    okta.delete(&at).await.expect(204);
    let deletion = newest(&server).await;
    let after_deletion = records(&acme).await;
    assert!(would(&server, &deletion).await["refusal"].as_str().unwrap().contains("no such user"));
    assert_eq!(records(&acme).await, after_deletion);
    assert!(after_deletion > before);
    assert_eq!(server.run_jobs().await, 0);
}

/// SC-05: a trial stops at the ceiling of the connection like the request, and no refusal is recorded of it.
#[tokio::test]
async fn a_trial_that_would_be_refused_records_no_refusal() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    let ada = okta.push("ada").await;
    let owner = patch(&json!([{"op": "add", "path": "roles", "value": [{"value": "owner"}]}]));
    okta.send(Method::PATCH, &format!("/Users/{ada}"), &owner).await.expect(403);
    let (call, before) = (newest(&server).await, records(&acme).await);

    let trial = would(&server, &call).await;

    assert!(trial["refusal"].as_str().unwrap().contains("owner"), "{trial}");
    assert_eq!(records(&acme).await, before);
}

/// Members of groups are told by deeds; a list, a bulk request and a body that was too large cannot be tried.
#[tokio::test]
async fn a_trial_tells_who_would_join_a_group_and_not_every_request_can_be_tried() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    let ada = okta.push("ada").await;
    let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Crew"});
    let crew = okta.send(Method::POST, "/Groups", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let join = patch(&json!([{"op": "add", "path": "members", "value": [{"value": ada}]}]));
    okta.send(Method::PATCH, &format!("/Groups/{crew}"), &join).await.expect(200);
    let call = newest(&server).await;
    assert_eq!(actions(&call), ["group.member_added"]);
    let leave = patch(&json!([{"op": "remove", "path": format!("members[value eq \"{ada}\"]")}]));
    okta.send(Method::PATCH, &format!("/Groups/{crew}"), &leave).await.expect(200);

    let trial = would(&server, &call).await;
    assert_eq!(actions(&trial), ["group.member_added"]);
    assert!(trial["deeds"][0]["changes"].to_string().contains(&ada), "{trial}");
    assert_eq!(okta.get(&format!("/Groups/{crew}")).await.json()["members"], Value::Null);

    let many: Vec<Value> = (0..2_000).map(|nth| json!({"value": format!("nobody-{nth}-of-them")})).collect();
    let large = patch(&json!([{"op": "add", "path": "members", "value": many}]));
    okta.send(Method::PATCH, &format!("/Groups/{crew}"), &large).await.expect(200);
    let call = newest(&server).await;
    assert_eq!((&call["request"], &call["can_replay"]), (&Value::Null, &json!(false)));
    assert_eq!(call["request_bytes"], json!(large.to_string().len()));
    for path in ["/Users?count=0", "/ServiceProviderConfig"] {
        okta.get(path).await;
        let call = newest(&server).await;
        let path = format!("{JOURNAL}/{}/dry-run?organisation=acme", call["id"].as_str().unwrap());
        let refused = ask(&server, Method::POST, &path).await.expect(409).json();
        assert_eq!(refused["type"], "urn:doorward:problem:not-repeatable");
    }
}

/// A change is done again as the connection: the audit says who wanted it, and the new entry what became of it.
#[tokio::test]
async fn a_request_is_done_again_and_the_new_entry_tells_what_became_of_it() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    let ada = okta.push("ada").await;
    let at = format!("/Users/{ada}");
    okta.send(Method::PATCH, &at, &patch(&json!([{"op": "replace", "path": "title", "value": "Dr"}])))
        .await
        .expect(200);
    let call = newest(&server).await;
    okta.send(Method::PATCH, &at, &patch(&json!([{"op": "remove", "path": "title"}]))).await.expect(200);

    let again = replay(&server, &call, 200).await;

    assert_eq!(
        (actions(&again), &again["result"], &again["status"]),
        (vec!["user.updated"], &json!("changed"), &json!(200))
    );
    assert_eq!((&again["replay_of"], &again["user"]), (&call["id"], &json!(ada)));
    assert_eq!((&again["request"], &again["answer"]["title"]), (&call["request"], &json!("Dr")));
    assert_eq!(okta.get(&at).await.expect(200).json()["title"], "Dr");
    assert_eq!(call["replay_of"], Value::Null);
    let (done, wanted) = {
        let rows = audit::newest(server.app.store.reader(), acme.org, 2).await.unwrap();
        (rows[0].clone(), rows[1].clone())
    };
    assert_eq!((done.action.as_str(), wanted.action.as_str()), ("user.updated", "connection.request_replayed"));
    assert!(wanted.changes.to_string().contains(call["id"].as_str().unwrap()), "{wanted:?}");
    assert_eq!((done.actor_kind.as_str(), wanted.actor_kind.as_str()), ("connection", "operator"));

    okta.send(Method::POST, "/Users", &person("ada")).await.expect(409);
    let refused = replay(&server, &newest(&server).await, 200).await;
    assert_eq!((&refused["result"], &refused["status"]), (&json!("refused"), &json!(409)));
    assert!(refused["detail"].as_str().unwrap().contains("this user name already"), "{refused}");
    connections::set_paused(&server.app, &Server::operator(), okta.id, true).await.unwrap();
    let later = replay(&server, &call, 200).await;
    assert_eq!((&later["result"], &later["status"]), (&json!("failed"), &json!(503)));
    connections::set_paused(&server.app, &Server::operator(), okta.id, false).await.unwrap();
    okta.get("/Users?count=0").await.expect(200);
    let list = newest(&server).await;
    let refused = replay(&server, &list, 409).await;
    assert_eq!(refused["type"], "urn:doorward:problem:not-repeatable");
}

/// SC-05: what is done again stops at the ceiling of the connection; a password that came once is not kept and so not set.
#[tokio::test]
async fn sc_05_a_replay_gives_no_more_than_the_connection_may_and_sets_no_password() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    let ada = okta.push("ada").await;
    let owner = patch(&json!([{"op": "add", "path": "roles", "value": [{"value": "owner"}]}]));
    okta.send(Method::PATCH, &format!("/Users/{ada}"), &owner).await.expect(403);
    let again = replay(&server, &newest(&server).await, 200).await;
    assert_eq!((&again["result"], &again["status"]), (&json!("refused"), &json!(403)));

    let at = format!("/Users/{ada}");
    let set = |password: &str| {
        let (old, title) =
            (json!({"op": "replace", "path": "password", "value": password}), json!({"title": password.len()}));
        patch(&json!([old, {"op": "replace", "value": title}]))
    };
    okta.send(Method::PATCH, &at, &set("x kettle 99 battery")).await.expect(200);
    let call = newest(&server).await;
    okta.send(Method::PATCH, &at, &set("a lamp and 7 oranges")).await.expect(200);
    let again = replay(&server, &call, 200).await;
    assert_eq!((&again["status"], &again["answer"]["title"]), (&json!(200), &json!("19")));
    assert_eq!(again["request"]["Operations"][0]["value"], "(withheld)");
    // Where the password was all that there was, nothing is left to do.
    let alone = patch(&json!([{"op": "replace", "path": "password", "value": "a lamp and 7 oranges"}]));
    okta.send(Method::PATCH, &at, &alone).await.expect(200);
    let call = newest(&server).await;
    assert_eq!(call["can_replay"], false);
    assert_eq!(replay(&server, &call, 409).await["type"], "urn:doorward:problem:not-repeatable");
    for (password, lets_in) in [("x kettle 99 battery", false), ("(withheld)", false), ("a lamp and 7 oranges", true)] {
        let browser = Browser::new(&server);
        browser.sign_in("ada", password).await;
        assert_eq!(browser.is_signed_in().await, lets_in, "{password}");
    }
}

/// A replay does not come from the provider: nobody takes it for a sign that the provider speaks.
#[tokio::test]
async fn a_replay_does_not_count_as_hearing_from_the_provider() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    let ada = okta.push("ada").await;
    okta.send(Method::PATCH, &format!("/Users/{ada}"), &patch(&json!([{"op": "add", "path": "title", "value": "Dr"}])))
        .await
        .expect(200);
    let call = newest(&server).await;
    let heard = async || {
        let all = ask(&server, Method::GET, "/api/v1/provisioning/health?organisation=acme").await.expect(200).json();
        all["connections"][0]["last_request_at"].clone()
    };
    let before = heard().await;
    assert_ne!(before, Value::Null);

    server.advance(Duration::from_hours(3));
    replay(&server, &call, 200).await;

    assert_eq!(heard().await, before);
}

/// Of a connection the newest entries are kept, and those of others stay.
#[tokio::test]
async fn the_oldest_entries_of_a_connection_that_asks_too_often_are_given_up() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (okta, entra) = (acme.connection().await, acme.connection_with(Kind::Entra, Settings::default()).await);
    entra.get("/Users?count=0").await.expect(200);
    for nth in 1..=4 {
        okta.get(&format!("/Users?count={nth}")).await.expect(200);
    }
    journal::write(&server.app).await.unwrap();

    server.app.store.sweep_calls_beyond(2).await.unwrap();

    let left: Vec<Value> = calls(&server, "").await.iter().map(|it| it["query"].clone()).collect();
    assert_eq!(left, ["count=4", "count=3", "count=0"]);
}

/// A paused connection hears "later", and that is in its journal, too.
#[tokio::test]
async fn what_a_paused_connection_asked_is_kept() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    connections::set_paused(&server.app, &Server::operator(), okta.id, true).await.unwrap();
    server.expect_faults();
    okta.get("/Users").await.expect(503);
    server.send(server.request(Method::GET, "/scim/v2/Users").bearer_auth("wrong")).await.expect(401);

    let all = calls(&server, "").await;
    assert_eq!(all.len(), 1);
    assert_eq!((&all[0]["result"], &all[0]["status"]), (&json!("failed"), &json!(503)));
}

/// Entries go when their time is over, and with the user or the connection that they are about.
#[tokio::test]
async fn entries_are_kept_for_so_many_days_and_no_longer_than_the_user_they_are_about() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let short = acme.connection_with(Kind::Okta, Settings { journal_days: Some(2), ..Settings::default() }).await;
    let usual = acme.connection().await;
    short.push("ada").await;
    let bob = usual.push("bob").await;
    usual.push("cai").await;
    let kept = async || calls(&server, "").await.len();
    assert_eq!(kept().await, 3);

    server.advance(Duration::from_hours(2 * 24 - 1));
    jobs::sweep(&server.app).await.unwrap();
    assert_eq!(kept().await, 3);
    server.advance(Duration::from_hours(1));
    jobs::sweep(&server.app).await.unwrap();
    assert_eq!(kept().await, 2);

    usual.delete(&format!("/Users/{bob}")).await.expect(204);
    let left = calls(&server, "").await;
    assert!(left.iter().all(|it| it["method"] == "DELETE" || it["user"] != json!(bob)), "{left:?}");
    connections::delete(&server.app, &Server::operator(), usual.id).await.unwrap();
    assert_eq!(kept().await, 0);
    server.run_jobs().await;
}

/// How long entries are kept is said in days, from one to a year, and is on record.
#[tokio::test]
async fn the_days_of_the_journal_are_a_setting_of_the_connection() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    let path = format!("/api/v1/connections/{}", okta.id);
    let set =
        async |days: Value| server.send(server.api(Method::PATCH, &path).json(&json!({ "journal_days": days }))).await;

    assert_eq!(ask(&server, Method::GET, &path).await.expect(200).json()["journal_days"], 30);
    assert_eq!(set(json!(90)).await.expect(200).json()["journal_days"], 90);
    for wrong in [json!(0), json!(366), json!(-1), Value::Null] {
        set(wrong).await.expect(400);
    }
    let rows = audit::newest(server.app.store.reader(), acme.org, 1).await.unwrap();
    assert!(rows[0].changes.contains("journal_days"), "{rows:?}");
}

/// TE-01, TE-05: the journal of another organisation does not exist, and only those who manage connections read one.
#[tokio::test]
async fn te_05_nobody_reads_the_journal_of_others() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let okta = acme.connection().await;
    let ada = okta.push("ada").await;
    globex.user("gina", "owner").await;
    acme.user("olga", "owner").await;
    acme.user("vera", "viewer").await;
    let id = newest(&server).await["id"].as_str().unwrap().to_owned();
    let foreign = format!("{JOURNAL}/{id}?organisation=globex");
    ask(&server, Method::GET, &foreign).await.expect(404);
    for deed in ["dry-run", "replay"] {
        ask(&server, Method::POST, &format!("{JOURNAL}/{id}/{deed}?organisation=globex")).await.expect(404);
    }

    let gina = signed_in(&globex, "gina").await;
    let vera = signed_in(&acme, "vera").await;
    for page in [format!("{PAGE}/{id}"), format!("{PAGE}/{id}/dry-run"), format!("{PAGE}?user={ada}")] {
        assert_eq!(gina.get(&page).await.status, 404, "{page}");
    }
    assert!(!gina.get(PAGE).await.expect(200).text.contains(&id));
    for page in [PAGE.to_owned(), format!("{PAGE}/{id}"), format!("{PAGE}/{id}/dry-run")] {
        assert_ne!(vera.get(&page).await.status, 200, "{page}");
    }
}

/// The pages: the list says what became of each request and why, one request shows all of it and what it would do now.
#[tokio::test]
async fn the_console_shows_the_journal_of_a_connection_and_of_a_user() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    let ada = okta.push("ada").await;
    let script = "<script>alert(1)</script>";
    let rename = patch(&json!([{"op": "replace", "path": "displayName", "value": script}]));
    okta.send(Method::PATCH, &format!("/Users/{ada}"), &rename).await.expect(200);
    let back = patch(&json!([{"op": "replace", "path": "displayName", "value": "Ada"}]));
    okta.send(Method::PATCH, &format!("/Users/{ada}"), &back).await.expect(200);
    okta.send(Method::POST, "/Users", &person("ada")).await.expect(409);
    acme.user("olga", "owner").await;
    let olga = signed_in(&acme, "olga").await;

    let list = olga.get(PAGE).await.expect(200);
    let said = words(&list);
    assert!(said.contains("Nothing was found") || said.contains("Refused"), "{said}");
    assert!(said.contains("another user of this organisation has this user name already"), "{said}");
    let user = olga.get(&format!("/console/users/{ada}/provisioning")).await.expect(200);
    assert!(user.text.contains(&format!("{PAGE}?user={ada}")));
    let connection = olga.get(&format!("/console/provisioning/connections/{}", okta.id)).await.expect(200);
    assert!(connection.text.contains(&format!("{PAGE}?connection={}", okta.id)));

    let of_ada = calls(&server, &format!("&user={ada}")).await;
    let id = of_ada[1]["id"].as_str().unwrap();
    let page = olga.get(&format!("{PAGE}/{id}")).await.expect(200);
    assert!(!page.text.contains(script) && page.text.contains("&#60;script&#62;"), "{}", page.text);
    assert!(page.text.contains(&format!("{PAGE}/{id}/dry-run")), "{}", page.text);
    let trial = olga.get(&format!("{PAGE}/{id}/dry-run")).await.expect(200);
    assert!(words(&trial).contains("What it would do now") && trial.text.contains("displayName"), "{}", trial.text);
    assert!(!trial.text.contains(script), "{}", trial.text);

    let replay = format!("{PAGE}/{id}/replay");
    let (at, done) = olga.follow(&replay, olga.submit_to(&replay, &trial, &[]).await).await;
    assert!(at.starts_with(PAGE) && at.ends_with("?said=replayed"), "{at}");
    assert!(words(&done).contains("The request was done again."), "{}", done.text);
    assert!(done.text.contains(&format!(r#"href="{PAGE}/{id}""#)), "{}", done.text);
    assert_eq!(okta.get(&format!("/Users/{ada}")).await.expect(200).json()["displayName"], script);
    server.advance(Duration::from_mins(11));
    assert!(asks_for_a_proof(&olga.submit_to(&replay, &trial, &[]).await));
}

/// Many requests are written together, and none is lost on the way.
#[tokio::test]
async fn entries_are_written_together_and_none_is_lost() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta: Provisioning<'_> = acme.connection().await;
    for _ in 0..205 {
        okta.get("/Users?count=0").await.expect(200);
    }

    assert_eq!(written(&server).await.len(), 200);
    journal::write(&server.app).await.unwrap();
    assert_eq!(written(&server).await.len(), 205);
}

/// A group shows whom it waits for until that user is pushed; nobody of another organisation sees it.
#[tokio::test]
async fn members_that_are_waited_for_are_listed_until_they_are_pushed() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let okta = acme.connection().await;
    let schemas = ["urn:ietf:params:scim:schemas:core:2.0:Group"];
    for (name, members) in [("Crew", vec!["ada", "bob"]), ("Deck", vec!["ada"])] {
        let members: Vec<Value> = members.into_iter().map(|it| json!({ "value": it })).collect();
        let body = json!({ "schemas": schemas, "displayName": name, "members": members });
        okta.send(Method::POST, "/Groups", &body).await.expect(201);
    }
    let list = async |query: &str| {
        let path = format!("/api/v1/provisioning/waiting-members?organisation={query}");
        ask(&server, Method::GET, &path).await.expect(200).json()
    };

    let all = list("acme").await;
    let told: Vec<_> = all["members"].as_array().unwrap().iter().map(|it| (&it["value"], &it["group_name"])).collect();
    assert_eq!(
        told,
        [(&json!("ada"), &json!("Crew")), (&json!("bob"), &json!("Crew")), (&json!("ada"), &json!("Deck"))]
    );
    assert_eq!(all["members"][0]["connection"], json!(okta.id.to_string()));
    let some = list("acme&limit=1").await;
    assert_eq!((some["members"].as_array().unwrap().len(), &some["total"]), (1, &json!(3)));
    assert_eq!(list("globex").await["total"], 0);

    acme.user("olga", "owner").await;
    globex.user("gina", "owner").await;
    let page = signed_in(&acme, "olga").await.get("/console/provisioning/waiting").await.expect(200);
    assert!(words(&page).contains("3 members are waited for.") && page.text.contains("bob"), "{}", page.text);
    let theirs = signed_in(&globex, "gina").await.get("/console/provisioning/waiting").await.expect(200);
    assert!(words(&theirs).contains("No group waits for anybody."), "{}", theirs.text);

    okta.send(Method::POST, "/Users", &person("ada")).await.expect(201);
    assert_eq!(list("acme").await["total"], 1);
}

/// What is written once more, because nobody knows whether it was, is there once and as it was.
#[tokio::test]
async fn an_entry_that_is_written_twice_is_one() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let connection = acme.connection().await;
    connection.get("/Users").await.expect(200);
    let which = journal::Which::default();
    let first = journal::list(&server.app, &Server::operator(), acme.org, which, 10).await.unwrap().remove(0).call;
    let again = doorward::domain::journal::Call { status: 500, ..first.clone() };

    server.app.store.note_calls(&[again]).await.unwrap();

    let kept = calls(&server, "").await;
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(kept[0]["status"], 200);
}
