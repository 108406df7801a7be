//! The breaker of a connection: whom an identity provider lets go beyond a limit waits until an owner has decided.

use std::time::Duration;

use doorward::app::connections;
use doorward::app::deprovisionings;
use doorward::app::jobs;
use doorward::app::users::{self, OnLastHolder};
use doorward::domain::connection::{Breaker, Kind, LastHolder, Settings};
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, PASSWORD, Provisioning, Reply, Server, Tenant};

/// A connection that lets so many go without a question.
pub(crate) fn limit(people: u32) -> Settings {
    let breaker = Breaker { people, percent: 0, ..Breaker::default() };
    Settings { breaker: Some(breaker), default_role: Some("viewer".to_owned()), ..Settings::default() }
}

pub(crate) async fn connection<'s>(tenant: &Tenant<'s>, people: u32) -> Provisioning<'s> {
    tenant.connection_with(Kind::Okta, limit(people)).await
}

pub(crate) async fn push<const N: usize>(at: &Provisioning<'_>, names: [&str; N]) -> [String; N] {
    let mut ids = Vec::new();
    for name in names {
        ids.push(at.push(name).await);
    }
    ids.try_into().unwrap()
}

fn patch(path: &str, value: &Value) -> Value {
    let operation = json!({ "op": "replace", "path": path, "value": value });
    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation] })
}

pub(crate) async fn set(at: &Provisioning<'_>, id: &str, path: &str, value: &Value) -> Reply {
    at.send(Method::PATCH, &format!("/Users/{id}"), &patch(path, value)).await
}

pub(crate) async fn deactivate(at: &Provisioning<'_>, id: &str) -> Reply {
    set(at, id, "active", &json!(false)).await
}

pub(crate) async fn is_active(at: &Provisioning<'_>, id: &str) -> bool {
    at.get(&format!("/Users/{id}")).await.expect(200).json()["active"] == true
}

pub(crate) fn held_path(at: &Provisioning<'_>) -> String {
    format!("/api/v1/connections/{}/held-deprovisionings", at.id)
}

/// Who waits, and for what.
async fn held(at: &Provisioning<'_>) -> Vec<(String, String)> {
    let list = at.server.send(at.server.api(Method::GET, &held_path(at))).await.expect(200).json();
    let text = |it: &Value| it.as_str().unwrap().to_owned();
    list["held"].as_array().unwrap().iter().map(|it| (text(&it["user_name"]), text(&it["way"]))).collect()
}

pub(crate) async fn names(at: &Provisioning<'_>) -> Vec<String> {
    held(at).await.into_iter().map(|it| it.0).collect()
}

pub(crate) async fn decide(at: &Provisioning<'_>, decision: &str, body: Value) -> Value {
    let request = at.server.api(Method::POST, &format!("{}/{decision}", held_path(at)));
    at.server.send(request.json(&body)).await.expect(200).json()
}

/// The newest deeds on record, with who did them, newest first.
pub(crate) async fn deeds(tenant: &Tenant<'_>, most: u64) -> Vec<(String, String)> {
    let rows = audit::newest(tenant.server.app.store.reader(), tenant.org, most).await.unwrap();
    rows.into_iter().map(|it| (it.action, it.actor_kind)).collect()
}

pub(crate) async fn owner(tenant: &Tenant<'_>) {
    let password = doorward::app::accounts::Secret::new(PASSWORD.to_owned());
    let way_in = doorward::app::accounts::WayIn::Password { password, must_change: false };
    tenant.mailed("olga", "owner", way_in).await;
}

pub(crate) fn letters(server: &Server) -> usize {
    server.mails().iter().filter(|it| it.contains("wants to let many people")).count()
}

/// Up to the limit everybody goes at once. Beyond it nothing is done and nothing is lost: 503 with whole seconds, one row for
/// each however often the provider asks, one letter to the owners, and everything else goes on.
#[tokio::test]
async fn whoever_is_beyond_the_limit_waits_and_everything_else_goes_on() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    owner(&acme).await;
    acme.mailed("vera", "viewer", doorward::app::accounts::WayIn::Link).await;
    server.run_jobs().await;
    let okta = connection(&acme, 2).await;
    let [ada, bob, cai, dan, eve] = push(&okta, ["ada", "bob", "cai", "dan", "eve"]).await;
    server.expect_faults();

    assert_eq!(deactivate(&okta, &ada).await.expect(200).json()["active"], false);
    okta.delete(&format!("/Users/{bob}")).await.expect(204);
    assert_eq!((held(&okta).await.len(), server.run_jobs().await), (0, 0));

    let answer = deactivate(&okta, &cai).await.expect(503);
    assert_eq!(answer.header("retry-after"), Some("3600"));
    assert_eq!(answer.header("content-type"), Some("application/scim+json"));
    assert!(answer.json()["detail"].as_str().unwrap().contains("until an owner"), "{}", answer.text);
    let mut whole = okta.get(&format!("/Users/{dan}")).await.expect(200).json();
    whole["active"] = json!(false);
    okta.send(Method::PUT, &format!("/Users/{dan}"), &whole).await.expect(503);
    okta.delete(&format!("/Users/{eve}")).await.expect(503);
    let records = deeds(&acme, 1_000).await.len();
    deactivate(&okta, &cai).await.expect(503);
    deactivate(&okta, &eve).await.expect(503);
    okta.delete(&format!("/Users/{eve}")).await.expect(503);

    let way = |name: &str, way: &str| (name.to_owned(), way.to_owned());
    assert_eq!(held(&okta).await, [way("cai", "deactivate"), way("dan", "deactivate"), way("eve", "delete")]);
    assert_eq!(deeds(&acme, 1_000).await.len(), records, "a repetition is not recorded again");
    assert!(deeds(&acme, 3).await.iter().all(|it| it.0 == "user.deprovisioning_held" && it.1 == "connection"));
    for id in [&cai, &dan, &eve] {
        assert!(is_active(&okta, id).await);
    }
    okta.push("fay").await;
    set(&okta, &cai, "displayName", &json!("Cai L.")).await.expect(200);
    assert_eq!(names(&okta).await.len(), 3);

    server.run_jobs().await;
    assert_eq!(letters(&server), 1);
    let letter = server.mails().into_iter().find(|it| it.contains("wants to let many")).unwrap();
    assert!(letter.contains("olga") && letter.contains(&format!("/console/provisioning/connections/{}/held", okta.id)));

    // What waits for a deletion is deleted; what waits to be deactivated waits to be deleted once that is said.
    okta.delete(&format!("/Users/{cai}")).await.expect(503);
    assert_eq!(held(&okta).await, [way("dan", "deactivate"), way("eve", "delete"), way("cai", "delete")]);
}

/// The share: as long as those who go are few of many, they go; the people of others, those deactivated before and those whom
/// somebody has made a moment ago do not make them fewer.
#[tokio::test]
async fn few_of_many_go_at_once() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let breaker = Breaker { people: 1, percent: 50, ..Breaker::default() };
    let okta = acme.connection_with(Kind::Okta, Settings { breaker: Some(breaker), ..limit(1) }).await;
    let entra = acme.connection_with(Kind::Entra, limit(1)).await;
    push(&entra, ["uma", "val", "wes", "xia"]).await;
    let people = push(&okta, ["ada", "bob", "cai", "dan", "eve", "fay"]).await;
    let long_gone = push(&okta, ["gus"]).await;
    deactivate(&okta, &long_gone[0]).await.expect(200);
    server.advance(Duration::from_hours(8 * 24));
    push(&okta, ["new-1", "new-2", "new-3", "new-4", "new-5", "new-6"]).await;
    server.advance(Duration::from_mins(1));
    server.expect_faults();

    for id in &people[..3] {
        deactivate(&okta, id).await.expect(200);
    }
    deactivate(&okta, &people[3]).await.expect(503);
    server.keep_outbox();
}

/// The usual limit: ten people of a small organisation go at once, and no more.
#[tokio::test]
async fn the_usual_limit_stops_no_ordinary_leavers() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    server.expect_faults();
    let mut ids = Vec::new();
    for nth in 0..12 {
        ids.push(okta.push(&format!("person-{nth}")).await);
    }

    for id in &ids[..10] {
        deactivate(&okta, id).await.expect(200);
    }
    deactivate(&okta, &ids[10]).await.expect(503);

    server.advance(Duration::from_mins(61));
    deactivate(&okta, &ids[11]).await.expect(503);
    assert_eq!(decide(&okta, "refuse", json!({})).await["refused"], 2);
    let late = okta.push("late").await;
    deactivate(&okta, &late).await.expect(200);
    server.keep_outbox();
}

/// What went an hour ago counts no more.
#[tokio::test]
async fn only_those_of_the_last_minutes_count() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = connection(&acme, 1).await;
    let [ada, bob, cai] = push(&okta, ["ada", "bob", "cai"]).await;
    server.expect_faults();

    deactivate(&okta, &ada).await.expect(200);
    server.advance(Duration::from_mins(61));
    deactivate(&okta, &bob).await.expect(200);
    server.advance(Duration::from_mins(59));
    deactivate(&okta, &cai).await.expect(503);
    server.keep_outbox();
}

/// Released by an owner on the page: everybody is let go then and there, also if the provider never comes again; sessions are
/// dead, each deed is on record, and the provider's repetition finds it done.
#[tokio::test]
async fn an_owner_lets_those_go_who_wait() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    owner(&acme).await;
    let okta = connection(&acme, 1).await;
    let [first, gone] = push(&okta, ["first", "gone"]).await;
    let body = json!({ "userName": "ada", "displayName": "Ada", "externalId": "a", "password": PASSWORD });
    let ada = okta.send(Method::POST, "/Users", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let browser = Browser::new(&server);
    browser.sign_in("ada", PASSWORD).await;
    assert!(browser.is_signed_in().await);
    server.expect_faults();
    deactivate(&okta, &first).await.expect(200);
    deactivate(&okta, &ada).await.expect(503);
    okta.delete(&format!("/Users/{gone}")).await.expect(503);
    assert!(browser.is_signed_in().await);
    server.run_jobs().await;

    let olga = signed_in(&acme, "olga").await;
    let here = format!("/console/provisioning/connections/{}", okta.id);
    let connection = olga.get(&here).await.expect(200);
    assert!(words(&connection).contains("so 2 users are held.") && connection.text.contains("id=\"held-now\""));
    let page = olga.get(&format!("{here}/held")).await.expect(200);
    let said = words(&page);
    assert!(said.contains("One user would be deactivated.") && said.contains("One user would be deleted."), "{said}");
    assert!(said.contains("More than 1 within 60 minutes are held"), "{said}");
    assert!(page.text.contains(&format!("/console/users/{ada}")) && said.contains("Ada"));
    let done = olga.fill_in(&page, &format!("{here}/held/release"), &[]).await.expect(303);

    let after = olga.get(done.header("location").unwrap()).await.expect(200);
    assert!(
        words(&after).contains("2 users were let go.") && !after.text.contains("id=\"held-now\""),
        "{}",
        after.text
    );
    assert!(!browser.is_signed_in().await);
    assert!(!is_active(&okta, &ada).await);
    okta.get(&format!("/Users/{gone}")).await.expect(404);
    assert_eq!(names(&okta).await, Vec::<String>::new());
    let records = deeds(&acme, 3).await;
    for expected in [("user.deactivated", "connection"), ("user.removed", "connection")] {
        assert!(records.iter().any(|it| (&*it.0, &*it.1) == expected), "{records:?}");
    }
    assert!(
        records.iter().any(|it| (&*it.0, &*it.1) == ("connection.deprovisionings_released", "user")),
        "{records:?}"
    );
    deactivate(&okta, &ada).await.expect(200);
    okta.delete(&format!("/Users/{gone}")).await.expect(404);
    // The count begins anew.
    let next = okta.push("next").await;
    deactivate(&okta, &next).await.expect(200);
    server.run_jobs().await;
}

/// More than are done in one unit are done all the same.
#[tokio::test]
async fn many_are_released_at_once() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = connection(&acme, 1).await;
    server.expect_faults();
    let mut operations = Vec::new();
    for nth in 0..131 {
        let id = okta.push(&format!("person-{nth}")).await;
        operations.push(json!({ "method": "DELETE", "path": format!("/Users/{id}") }));
    }
    let bulk = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations });
    let done = okta.send(Method::POST, "/Bulk", &bulk).await.expect(200).json();
    let statuses: Vec<_> = done["Operations"].as_array().unwrap().iter().map(|it| it["status"].clone()).collect();
    assert_eq!((&statuses[0], statuses.iter().filter(|it| **it == "503").count()), (&json!("204"), 130));

    let first =
        server.send(server.api(Method::GET, &format!("{}?limit=100", held_path(&okta)))).await.expect(200).json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = format!("{}?cursor={cursor}&limit=100", held_path(&okta));
    let rest = server.send(server.api(Method::GET, &rest)).await.expect(200).json();
    assert_eq!((rest["held"].as_array().unwrap().len(), &rest["next_cursor"]), (30, &Value::Null));
    for wrong in ["limit=0", "limit=501", "cursor=x", "who=ada"] {
        server.send(server.api(Method::GET, &format!("{}?{wrong}", held_path(&okta)))).await.expect(400);
    }

    let under_way = json!({ "released": 0, "under_way": 130, "left_out": [] });
    assert_eq!(decide(&okta, "release", json!({})).await, under_way);
    assert_eq!(server.run_jobs().await, 2);
    assert_eq!(okta.get("/Users?count=0").await.expect(200).json()["totalResults"], 0);
}

/// Refused: everybody stays, and for a day the provider hears so when it repeats itself; whoever it keeps after all is free at
/// once.
#[tokio::test]
async fn an_owner_keeps_those_who_wait() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    owner(&acme).await;
    let okta = connection(&acme, 1).await;
    let [ada, bob, cai, dan] = push(&okta, ["ada", "bob", "cai", "dan"]).await;
    server.expect_faults();
    deactivate(&okta, &ada).await.expect(200);
    deactivate(&okta, &bob).await.expect(503);
    okta.delete(&format!("/Users/{cai}")).await.expect(503);
    deactivate(&okta, &dan).await.expect(503);
    server.run_jobs().await;

    let olga = signed_in(&acme, "olga").await;
    let here = format!("/console/provisioning/connections/{}", okta.id);
    let page = olga.get(&format!("{here}/held")).await.expect(200);
    let done = olga.fill_in(&page, &format!("{here}/held/refuse"), &[]).await.expect(303);

    assert!(words(&olga.get(done.header("location").unwrap()).await).contains("3 users stay."));
    assert!(is_active(&okta, &bob).await && is_active(&okta, &cai).await);
    assert_eq!(deeds(&acme, 1).await[0].0, "connection.deprovisionings_refused");
    let refused = deactivate(&okta, &bob).await.expect(403);
    assert!(refused.json()["detail"].as_str().unwrap().contains("has refused"), "{}", refused.text);
    okta.delete(&format!("/Users/{cai}")).await.expect(403);
    assert_eq!(names(&okta).await, Vec::<String>::new());
    set(&okta, &cai, "active", &json!(true)).await.expect(200);
    deactivate(&okta, &cai).await.expect(503);
    set(&okta, &cai, "active", &json!(true)).await.expect(200);
    // The day ends by itself, whether or not anything was swept.
    server.advance(Duration::from_hours(24));
    deactivate(&okta, &bob).await.expect(200);
    // And what was swept is gone, so that a clock that is set back finds no refusal.
    jobs::sweep(&server.app).await.unwrap();
    server.set_back(Duration::from_hours(24));
    deactivate(&okta, &dan).await.expect(503);
    server.keep_outbox();
}

/// A provider that says that somebody is active takes back what waits; one that says something else about the user does not.
#[tokio::test]
async fn whoever_is_active_again_waits_no_more() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = connection(&acme, 1).await;
    let [ada, bob, cai] = push(&okta, ["ada", "bob", "cai"]).await;
    server.expect_faults();
    deactivate(&okta, &ada).await.expect(200);
    deactivate(&okta, &bob).await.expect(503);
    deactivate(&okta, &cai).await.expect(503);

    let version = set(&okta, &bob, "title", &json!("Boss")).await.expect(200).json()["meta"]["version"].clone();
    assert_eq!(names(&okta).await, ["bob", "cai"]);
    let same = set(&okta, &bob, "active", &json!(true)).await.expect(200).json();
    assert_eq!((names(&okta).await, &same["meta"]["version"]), (vec!["cai".to_owned()], &version));
    assert_eq!(deeds(&acme, 1).await[0], ("user.deprovisioning_withdrawn".to_owned(), "connection".to_owned()));
    let whole = okta.get(&format!("/Users/{cai}")).await.expect(200).json();
    okta.send(Method::PUT, &format!("/Users/{cai}"), &whole).await.expect(200);
    assert_eq!(names(&okta).await, Vec::<String>::new());
    server.keep_outbox();
}

/// Of a bulk request only what would let somebody go waits; another connection and another organisation notice nothing.
#[tokio::test]
async fn only_who_is_let_go_by_this_connection_waits() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let (okta, other) = (connection(&acme, 1).await, connection(&acme, 1).await);
    let theirs = connection(&globex, 1).await;
    let [ada, bob] = push(&okta, ["ada", "bob"]).await;
    let [cai, dan, hank] = [other.push("cai").await, other.push("dan").await, theirs.push("hank").await];
    server.expect_faults();
    let operations = json!([
        { "method": "PATCH", "path": format!("/Users/{ada}"), "data": patch("active", &json!(false)) },
        { "method": "PATCH", "path": format!("/Users/{bob}"), "data": patch("active", &json!("False")) },
        { "method": "PATCH", "path": format!("/Users/{bob}"), "data": patch("title", &json!("Boss")) },
    ]);
    let bulk = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations });

    let done = okta.send(Method::POST, "/Bulk", &bulk).await.expect(200).json();

    let statuses: Vec<_> = done["Operations"].as_array().unwrap().iter().map(|it| it["status"].clone()).collect();
    assert_eq!(statuses, [json!("200"), json!("503"), json!("200")]);
    assert_eq!(names(&okta).await, ["bob"]);
    deactivate(&other, &cai).await.expect(200);
    deactivate(&theirs, &hank).await.expect(200);
    deactivate(&other, &dan).await.expect(503);
    assert_eq!((names(&other).await, names(&theirs).await), (vec!["dan".to_owned()], Vec::new()));
    decide(&other, "release", json!({})).await;
    assert_eq!(names(&okta).await, ["bob"]);
    globex.user("gina", "owner").await;
    let gina = signed_in(&globex, "gina").await;
    assert_eq!(gina.get(&format!("/console/provisioning/connections/{}/held", okta.id)).await.status, 404);
    server.keep_outbox();
}

/// Two requests at once are not one too many, and alert nobody twice.
#[tokio::test]
async fn two_requests_at_once_do_not_pass_the_limit() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    owner(&acme).await;
    let okta = connection(&acme, 2).await;
    let node = server.node().await;
    let elsewhere = Provisioning { server: &node, id: okta.id, token: okta.token.clone() };
    let [ada, bob, cai, dan] = push(&okta, ["ada", "bob", "cai", "dan"]).await;
    server.expect_faults();
    node.expect_faults();
    node.keep_outbox();
    deactivate(&okta, &ada).await.expect(200);

    let (one, two, three) =
        tokio::join!(deactivate(&okta, &bob), deactivate(&elsewhere, &cai), deactivate(&elsewhere, &dan));

    let mut statuses = [one.status, two.status, three.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 503, 503]);
    assert_eq!(names(&okta).await.len(), 2);
    server.run_jobs().await;
    assert_eq!(letters(&server), 1);
}

/// A decision takes a proof of a short while ago, in the browser; nothing happens without.
#[tokio::test]
async fn a_decision_needs_a_recent_proof() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    owner(&acme).await;
    let okta = connection(&acme, 1).await;
    let [ada, bob] = push(&okta, ["ada", "bob"]).await;
    server.expect_faults();
    let olga = signed_in(&acme, "olga").await;
    deactivate(&okta, &ada).await.expect(200);
    deactivate(&okta, &bob).await.expect(503);
    server.run_jobs().await;
    let here = format!("/console/provisioning/connections/{}/held", okta.id);
    let page = olga.get(&here).await.expect(200);
    let unsigned = server.request(Method::POST, &format!("{here}/release"));
    assert_ne!(olga.send(unsigned.form(&[("newest", "x")])).await.status, 303);

    server.advance(Duration::from_mins(11));
    for decision in ["release", "refuse"] {
        assert_eq!(olga.fill_in(&page, &format!("{here}/{decision}"), &[]).await.status, 403, "{decision}");
    }

    assert_eq!(names(&okta).await, ["bob"]);
    assert!(is_active(&okta, &bob).await);
}

/// Where one may go, Ada went, Bob is on the page, and Cai came after it; with the newest that the page shows.
pub(crate) async fn one_after_the_page(at: &Provisioning<'_>) -> ([String; 2], Value) {
    let [ada, bob, cai] = push(at, ["ada", "bob", "cai"]).await;
    at.server.expect_faults();
    deactivate(at, &ada).await.expect(200);
    deactivate(at, &bob).await.expect(503);
    let list = at.server.send(at.server.api(Method::GET, &held_path(at))).await.expect(200).json();
    let newest = list["held"][0]["id"].clone();
    deactivate(at, &cai).await.expect(503);
    ([bob, cai], newest)
}

/// What is decided is what was seen: whoever came later waits on.
#[tokio::test]
async fn whoever_came_after_the_page_waits_on() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = connection(&acme, 1).await;
    let ([bob, cai], newest) = one_after_the_page(&okta).await;

    let released = decide(&okta, "release", json!({ "newest": newest })).await;

    assert_eq!(released["released"], 1);
    assert_eq!(names(&okta).await, ["cai"]);
    assert!(!is_active(&okta, &bob).await && is_active(&okta, &cai).await);
    server.keep_outbox();
}

/// A deactivation that became a deletion after the page is not decided about there.
#[tokio::test]
async fn what_became_a_deletion_after_the_page_waits_on() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = connection(&acme, 1).await;
    let [ada, bob, cai] = push(&okta, ["ada", "bob", "cai"]).await;
    server.expect_faults();
    deactivate(&okta, &ada).await.expect(200);
    for id in [&bob, &cai] {
        deactivate(&okta, id).await.expect(503);
    }
    let list = server.send(server.api(Method::GET, &held_path(&okta))).await.expect(200).json();
    let newest = list["held"][1]["id"].clone();
    okta.delete(&format!("/Users/{bob}")).await.expect(503);

    let released = decide(&okta, "release", json!({ "newest": newest })).await;

    assert_eq!(released["released"], 1);
    assert_eq!(held(&okta).await, [("bob".to_owned(), "delete".to_owned())]);
    assert!(is_active(&okta, &bob).await && !is_active(&okta, &cai).await);
    server.keep_outbox();
}

/// Once everybody who waits was deactivated by hand, nobody else is held up by them.
#[tokio::test]
async fn whoever_was_deactivated_by_hand_holds_up_nobody() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = connection(&acme, 1).await;
    let [ada, bob, cai] = push(&okta, ["ada", "bob", "cai"]).await;
    server.expect_faults();
    deactivate(&okta, &ada).await.expect(200);
    deactivate(&okta, &bob).await.expect(503);
    server.advance(Duration::from_mins(61));
    deactivate(&okta, &cai).await.expect(503);
    let operator = Server::operator();
    for id in [&bob, &cai] {
        users::deactivate(&server.app, &operator, id.parse().unwrap(), OnLastHolder::Refuse).await.unwrap();
    }
    let dan = okta.push("dan").await;

    deactivate(&okta, &dan).await.expect(200);
    server.keep_outbox();
}

/// An attribute of the organisation that is called `active` says nothing about who may sign in.
#[tokio::test]
async fn an_own_attribute_called_active_ends_no_wait() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let urn = "urn:example:acme:2.0:User";
    let attributes = json!([{ "name": "active", "type": "boolean" }]);
    let schemas = json!({ "schemas": [{ "id": urn, "name": "Acme", "attributes": attributes }] });
    let define = server.api(Method::PUT, "/api/v1/organisation/schemas?organisation=acme").json(&schemas);
    server.send(define).await.expect(200);
    let okta = connection(&acme, 1).await;
    let [ada, bob] = push(&okta, ["ada", "bob"]).await;
    server.expect_faults();
    deactivate(&okta, &ada).await.expect(200);
    deactivate(&okta, &bob).await.expect(503);

    set(&okta, &bob, &format!("{urn}:active"), &json!(true)).await.expect(200);

    assert_eq!(names(&okta).await, ["bob"]);
    server.keep_outbox();
}

/// Whoever was deactivated by hand meanwhile, or is the last holder of a protected role is left out with the reason,
/// and nothing waits on.
#[tokio::test]
async fn whoever_cannot_be_let_go_is_left_out_with_the_reason() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let operator = Server::operator();
    let okta = acme.connection_with(Kind::Okta, Settings { last_holder: LastHolder::Refuse, ..limit(1) }).await;
    let [ada, bob, boss] = push(&okta, ["ada", "bob", "boss"]).await;
    let body = json!({ "userName": "cai", "externalId": "c", "password": PASSWORD });
    let cai = okta.send(Method::POST, "/Users", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let change = json!({ "externalId": "boss", "userName": "boss", "password": PASSWORD });
    okta.send(Method::PUT, &format!("/Users/{boss}"), &change).await.expect(200);
    users::change_role(&server.app, &operator, boss.parse().unwrap(), &"owner".parse().unwrap()).await.unwrap();
    server.expect_faults();
    deactivate(&okta, &ada).await.expect(200);
    for id in [&bob, &boss, &cai] {
        deactivate(&okta, id).await.expect(503);
    }
    let suspend = OnLastHolder::SuspendAndAlert;
    users::deactivate(&server.app, &operator, bob.parse().unwrap(), suspend).await.unwrap();

    let released = decide(&okta, "release", json!({})).await;

    let left_out = json!([{ "user": bob, "why": "deactivated" }, { "user": boss, "why": "last_holder" }]);
    assert_eq!(released, json!({ "released": 1, "under_way": 0, "left_out": left_out }));
    assert_eq!(names(&okta).await, Vec::<String>::new());
    assert!(is_active(&okta, &boss).await && !is_active(&okta, &cai).await);
    server.keep_outbox();
}

/// The limit is set over the API and on the page, checked and on record; switched off, everybody goes at once.
#[tokio::test]
async fn the_limit_is_a_setting_of_the_connection() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let okta = acme.connection().await;
    let path = format!("/api/v1/connections/{}", okta.id);
    let change = async |body: Value| server.send(server.api(Method::PATCH, &path).json(&body)).await;
    let shown = server.send(server.api(Method::GET, &path)).await.expect(200).json();
    let of =
        |it: &Value| ["breaker", "breaker_people", "breaker_percent", "breaker_minutes"].map(|name| it[name].clone());
    assert_eq!(of(&shown), [json!(true), json!(10), json!(5), json!(60)]);

    let changed = change(json!({ "breaker_people": 1, "breaker_percent": 0 })).await.expect(200).json();
    assert_eq!(of(&changed), [json!(true), json!(1), json!(0), json!(60)]);
    for wrong in [
        json!({ "breaker_people": 0 }),
        json!({ "breaker_percent": 101 }),
        json!({ "breaker_minutes": 1441 }),
        json!({ "breaker": null }),
        json!({ "breaker_people": -1 }),
    ] {
        change(wrong).await.expect(400);
    }
    let row = audit::newest(server.app.store.reader(), acme.org, 1).await.unwrap();
    assert!(row[0].changes.contains("breaker") && row[0].changes.contains("percent"), "{row:?}");

    let olga = signed_in(&acme, "olga").await;
    let edit = format!("/console/provisioning/connections/{}/edit", okta.id);
    let page = olga.get(&edit).await.expect(200);
    assert_eq!(page.field(&edit, "breaker_people").as_deref(), Some("1"));
    olga.fill_in(&page, &edit, &[("breaker_minutes", Some("x"))]).await.expect(400);
    olga.fill_in(&page, &edit, &[("breaker_minutes", Some("90"))]).await.expect(303);
    let changed = server.send(server.api(Method::GET, &path)).await.expect(200).json();
    assert_eq!(of(&changed), [json!(true), json!(1), json!(0), json!(90)]);
    let page = olga.get(&edit).await.expect(200);
    let [dan, eve] = push(&okta, ["dan", "eve"]).await;
    server.expect_faults();
    deactivate(&okta, &dan).await.expect(200);
    deactivate(&okta, &eve).await.expect(503);
    assert_eq!(names(&okta).await, ["eve"]);
    olga.fill_in(&page, &edit, &[("breaker", None)]).await.expect(303);
    let [ada, bob, cai] = push(&okta, ["ada", "bob", "cai"]).await;
    // Also whoever waited.
    for id in [&ada, &bob, &cai, &eve] {
        deactivate(&okta, id).await.expect(200);
    }
    assert_eq!(names(&okta).await, Vec::<String>::new());
    server.keep_outbox();
}

/// Whoever only asks what a request would do hears that it would be held, and nothing waits; a connection that goes takes what
/// waits with it, and so does a user.
#[tokio::test]
async fn a_trial_holds_nobody_and_what_waits_goes_with_user_and_connection() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let operator = Server::operator();
    let okta = connection(&acme, 1).await;
    let [ada, bob, cai] = push(&okta, ["ada", "bob", "cai"]).await;
    server.expect_faults();
    deactivate(&okta, &ada).await.expect(200);
    deactivate(&okta, &bob).await.expect(503);
    okta.send(Method::PATCH, &format!("/Users/{cai}"), &patch("active", &json!(true))).await.expect(200);
    doorward::app::journal::write(&server.app).await.unwrap();
    let calls = server.send(server.api(Method::GET, "/api/v1/provisioning/journal?organisation=acme")).await;
    let calls = calls.expect(200).json();
    let call = calls["calls"].as_array().unwrap().iter().find(|it| it["status"] == 503).unwrap().clone();
    assert_eq!((&call["result"], &call["deeds"][0]["action"]), (&json!("failed"), &json!("user.deprovisioning_held")));
    deprovisionings::refuse(&server.app, &operator, okta.id, None).await.unwrap();
    set(&okta, &bob, "active", &json!(true)).await.expect(200);
    let change = connections::ConnectionChange {
        breaker: doorward::domain::connection::BreakerChange { minutes: Some(1_440), ..Default::default() },
        ..Default::default()
    };
    connections::change(&server.app, &operator, okta.id, change).await.unwrap();
    server.advance(Duration::from_hours(25));
    let [dan] = push(&okta, ["dan"]).await;
    deactivate(&okta, &dan).await.expect(200);

    let path = format!("/api/v1/provisioning/journal/{}/dry-run?organisation=acme", call["id"].as_str().unwrap());
    let trial = server.send(server.api(Method::POST, &path)).await.expect(200).json();
    assert!(trial["refusal"].as_str().unwrap().contains("until an owner"), "{trial}");
    assert_eq!(names(&okta).await, Vec::<String>::new());

    deactivate(&okta, &bob).await.expect(503);
    deactivate(&okta, &cai).await.expect(503);
    doorward::app::departures::erase(&server.app, &operator, bob.parse().unwrap()).await.unwrap();
    assert_eq!(names(&okta).await, ["cai"]);
    assert_eq!(connections::delete(&server.app, &operator, okta.id).await.unwrap().held, 1);
    let report = doorward::app::fsck::run(&server.app, &operator).await.unwrap();
    assert!(!report.broken.iter().any(|it| it.rule.contains("let go")), "{:?}", report.broken);
    server.keep_outbox();
}
