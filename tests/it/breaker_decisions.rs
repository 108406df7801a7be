//! What owners decide about those whom an identity provider lets go: once, about everybody, and never about themselves.

use std::time::Duration;

use doorward::app::connections;
use doorward::app::edit::{self, Edit};
use doorward::app::{deprovisionings, jobs, users};
use doorward::domain::Error;
use doorward::domain::connection::{Kind, LastHolder, Settings};
use doorward::store::audit;
use doorward::store::outbox::Queue;
use reqwest::Method;
use serde_json::{Value, json};

use crate::breaker::{
    connection, deactivate, decide, deeds, held_path, is_active, letters, limit, names, one_after_the_page, owner,
    push, set,
};
use crate::console_shell::{signed_in, words};
use crate::custom_roles::of_its_own;
use crate::harness::{PASSWORD, Provisioning, Server, Tenant};

const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

/// So many people, of whom the first has been deleted and the rest are held for a deletion.
async fn hold_many(at: &Provisioning<'_>, many: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for nth in 0..=many {
        ids.push(at.push(&format!("person-{nth}")).await);
    }
    delete_all(at, &ids).await;
    ids.split_off(1)
}

/// Where one may go, Ada goes; Bob and Cai wait.
async fn two_wait(at: &Provisioning<'_>) -> [String; 2] {
    let [ada, bob, cai] = push(at, ["ada", "bob", "cai"]).await;
    at.server.expect_faults();
    deactivate(at, &ada).await.expect(200);
    for id in [&bob, &cai] {
        deactivate(at, id).await.expect(503);
    }
    [bob, cai]
}

async fn delete_all(at: &Provisioning<'_>, ids: &[String]) -> Vec<Value> {
    let operation = |id: &String| json!({ "method": "DELETE", "path": format!("/Users/{id}") });
    let operations: Vec<_> = ids.iter().map(operation).collect();
    let bulk = json!({ "schemas": [BULK], "Operations": operations });
    let done = at.send(Method::POST, "/Bulk", &bulk).await.expect(200).json();
    done["Operations"].as_array().unwrap().iter().map(|it| it["status"].clone()).collect()
}

async fn how_many(at: &Provisioning<'_>) -> Value {
    at.get("/Users?count=0").await.expect(200).json()["totalResults"].clone()
}

/// Many are decided about at once and on record as decided before anybody goes; a node that dies with the job leaves it to the
/// next one, and until then the provider hears what is true.
#[tokio::test]
async fn many_are_decided_about_once_and_a_node_that_dies_leaves_nobody_behind() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = connection(&acme, 1).await;
    server.expect_faults();
    let ids = hold_many(&okta, 230).await;
    server.run_jobs().await;

    let decided = decide(&okta, "release", json!({})).await;

    assert_eq!(decided, json!({ "released": 0, "under_way": 230, "left_out": [] }));
    let record = audit::newest(server.app.store.reader(), acme.org, 1).await.unwrap().remove(0);
    assert_eq!(record.action, "connection.deprovisionings_released");
    assert!(record.changes.contains("230"), "{record:?}");
    assert_eq!((names(&okta).await, how_many(&okta).await), (Vec::<String>::new(), json!(230)));
    assert_eq!(decide(&okta, "release", json!({})).await["under_way"], 0);

    // What is repeated is done at once and counts for nothing; whoever is kept after all stays.
    assert_eq!(delete_all(&okta, &ids[..50]).await.iter().filter(|it| **it == "204").count(), 50);
    set(&okta, &ids[100], "active", &json!(true)).await.expect(200);
    let other = okta.push("other").await;
    deactivate(&okta, &other).await.expect(200);

    let claimed = server.app.store.due(Queue::Of("let-go"), server.app.now(), 10).await.unwrap().remove(0);
    assert!(server.app.store.claim(&claimed, server.app.now().after(Duration::from_mins(2))).await.unwrap());
    assert_eq!((server.run_jobs().await, how_many(&okta).await), (0, json!(181)));
    server.advance(Duration::from_mins(2));
    assert_eq!(server.run_jobs().await, 1);
    assert_eq!(how_many(&okta).await, 2);
    assert!(is_active(&okta, &ids[100]).await && !is_active(&okta, &other).await);
    let gone =
        deeds(&acme, 1_000).await.iter().filter(|it| **it == ("user.removed".into(), "connection".into())).count();
    assert_eq!(gone, 230);
}

/// An owner has agreed that people are deactivated, and not that they are deleted: a deletion that comes while that is under way has
/// to wait, and is then asked about like any other.
#[tokio::test]
async fn whoever_is_to_be_deactivated_is_not_deleted_by_the_same_decision() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = connection(&acme, 1).await;
    server.expect_faults();
    let mut ids = Vec::new();
    for nth in 0..=101 {
        ids.push(okta.push(&format!("person-{nth}")).await);
    }
    let inactive = json!({ "Operations": [{ "op": "replace", "path": "active", "value": false }] });
    let operation = |id: &String| json!({ "method": "PATCH", "path": format!("/Users/{id}"), "data": inactive });
    let operations: Vec<_> = ids.iter().map(operation).collect();
    okta.send(Method::POST, "/Bulk", &json!({ "schemas": [BULK], "Operations": operations })).await.expect(200);
    assert_eq!(decide(&okta, "release", json!({})).await["under_way"], 101);

    let early = okta.delete(&format!("/Users/{}", ids[1])).await.expect(503);

    assert_eq!(early.header("retry-after"), Some("60"));
    assert_eq!(how_many(&okta).await, 102);
    server.run_jobs().await;
    assert!(!is_active(&okta, &ids[1]).await);
    okta.delete(&format!("/Users/{}", ids[1])).await.expect(204);
}

/// A job that was given up is taken up again; whoever must stay is on record as refused and keeps nobody else.
#[tokio::test]
async fn a_job_that_was_given_up_is_taken_up_again() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection_with(Kind::Okta, Settings { last_holder: LastHolder::Refuse, ..limit(1) }).await;
    server.expect_faults();
    let body = json!({ "userName": "boss", "externalId": "boss", "password": PASSWORD });
    let boss = okta.send(Method::POST, "/Users", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    users::change_role(&server.app, &Server::operator(), boss.parse().unwrap(), &"owner".parse().unwrap())
        .await
        .unwrap();
    let ids = hold_many(&okta, 120).await;
    okta.delete(&format!("/Users/{boss}")).await.expect(503);
    server.run_jobs().await;
    assert_eq!(decide(&okta, "release", json!({})).await["under_way"], 121);
    let given_up = server.app.store.due(Queue::Of("let-go"), server.app.now(), 10).await.unwrap().remove(0);
    server.app.store.delivered(&given_up).await.unwrap();
    okta.send(Method::PATCH, &format!("/Users/{}", ids[0]), &json!({})).await.expect(400);

    jobs::sweep(&server.app).await.unwrap();
    assert_eq!(how_many(&okta).await, 121);
    server.advance(Duration::from_mins(5));
    jobs::sweep(&server.app).await.unwrap();

    assert_eq!(how_many(&okta).await, 1);
    assert!(is_active(&okta, &boss).await);
    let refused = audit::newest(server.app.store.reader(), acme.org, 1).await.unwrap().remove(0);
    assert_eq!((&*refused.outcome, &*refused.actor_kind), ("denied", "connection"));
    assert!(refused.target_id == boss, "{refused:?}");
}

/// A refusal is not worth another portion: whoever comes next within the hour waits, too.
#[tokio::test]
async fn a_refusal_lets_nobody_else_go() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = connection(&acme, 1).await;
    let [bob, cai] = two_wait(&okta).await;

    decide(&okta, "refuse", json!({})).await;

    let next = okta.push("next").await;
    deactivate(&okta, &next).await.expect(503);
    assert!(is_active(&okta, &next).await && is_active(&okta, &bob).await && is_active(&okta, &cai).await);
    server.keep_outbox();
}

/// A connection that is paused lets nobody go any more, also of those about whom it is decided; once it goes on they go.
#[tokio::test]
async fn a_pause_stops_what_is_under_way() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = connection(&acme, 1).await;
    server.expect_faults();
    hold_many(&okta, 120).await;
    server.run_jobs().await;
    assert_eq!(decide(&okta, "release", json!({})).await["under_way"], 120);
    let pause = async |it| connections::set_paused(&server.app, &Server::operator(), okta.id, it).await.unwrap();

    pause(true).await;
    server.run_jobs().await;
    server.advance(Duration::from_mins(5));
    jobs::sweep(&server.app).await.unwrap();

    pause(false).await;
    assert_eq!(how_many(&okta).await, 120);
    jobs::sweep(&server.app).await.unwrap();
    assert_eq!(how_many(&okta).await, 0);
}

/// Whoever is let go does not decide about that, neither way; somebody else does.
#[tokio::test]
async fn nobody_decides_about_their_own_deactivation() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    owner(&acme).await;
    let okta = connection(&acme, 1).await;
    server.expect_faults();
    let body = json!({ "userName": "boss", "externalId": "boss", "password": PASSWORD });
    let boss = okta.send(Method::POST, "/Users", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    users::change_role(&server.app, &Server::operator(), boss.parse().unwrap(), &"owner".parse().unwrap())
        .await
        .unwrap();
    let [ada, bob] = push(&okta, ["ada", "bob"]).await;
    deactivate(&okta, &ada).await.expect(200);
    for id in [&bob, &boss] {
        deactivate(&okta, id).await.expect(503);
    }
    let browser = signed_in(&acme, "boss").await;
    let here = format!("/console/provisioning/connections/{}/held", okta.id);
    let page = browser.get(&here).await.expect(200);

    for decision in ["release", "refuse"] {
        let answer = browser.fill_in(&page, &format!("{here}/{decision}"), &[]).await.expect(403);
        assert!(words(&answer).contains("nobody decides about that themselves"), "{}", answer.text);
    }

    assert_eq!(names(&okta).await, ["bob", "boss"]);
    assert!(is_active(&okta, &boss).await);
    let olga = signed_in(&acme, "olga").await;
    let page = olga.get(&here).await.expect(200);
    olga.fill_in(&page, &format!("{here}/release"), &[]).await.expect(303);
    assert!(!is_active(&okta, &boss).await);
    server.keep_outbox();
}

/// Whoever may look after connections and may take nobody's role lets nobody go who has one; to keep them takes no more than that.
#[tokio::test]
async fn whoever_may_not_take_a_role_lets_nobody_go_who_has_it() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    owner(&acme).await;
    let okta = connection(&acme, 1).await;
    two_wait(&okta).await;
    of_its_own(&server, "Keeper", &["org.scim:manage", "users:list", "users:read"]).await;
    let (_, keeper) = acme.actor("kit", "keeper").await;

    let released = deprovisionings::release(&server.app, &keeper, okta.id, None).await;

    assert!(matches!(released, Err(Error::Denied(_))), "{released:?}");
    assert_eq!(names(&okta).await.len(), 2);
    server.keep_outbox();
}

/// Owners are reminded after one day, three and seven and then every week, with the number and since when, as long as somebody
/// waits who has access; two nodes remind once.
#[tokio::test]
async fn owners_are_reminded_while_somebody_waits() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    owner(&acme).await;
    let okta = connection(&acme, 1).await;
    two_wait(&okta).await;
    let node = server.node().await;
    node.keep_outbox();
    let mut reminded_on = Vec::new();

    for day in 1..=15_u32 {
        server.advance(Duration::from_hours(24));
        let (one, two) = tokio::join!(jobs::sweep(&server.app), jobs::sweep(&node.app));
        one.unwrap();
        two.unwrap();
        server.run_jobs().await;
        if reminders(&server) > reminded_on.len() {
            reminded_on.push(day);
        }
    }

    assert_eq!((reminded_on.as_slice(), letters(&server), reminders(&server)), (&[1, 3, 7, 14][..], 1, 4));
    let letter = server.mails().into_iter().rfind(|it| it.contains("2 people of")).unwrap();
    assert!(letter.contains("olga") && letter.contains(&format!("/connections/{}/held", okta.id)), "{letter}");
    assert_eq!(deeds(&acme, 1).await[0], ("connection.deprovisionings_reminded".to_owned(), "job".to_owned()));
    decide(&okta, "refuse", json!({})).await;
    server.advance(Duration::from_hours(24 * 14));
    jobs::sweep(&server.app).await.unwrap();
    server.run_jobs().await;
    assert_eq!(reminders(&server), 4);
}

fn reminders(server: &Server) -> usize {
    server.mails().iter().filter(|it| it.contains("wants to let go have been held")).count()
}

/// Who stays stands in the record of the decision.
#[tokio::test]
async fn a_refusal_says_who_stays() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = connection(&acme, 1).await;
    let [bob, cai] = two_wait(&okta).await;

    decide(&okta, "refuse", json!({})).await;

    let record = audit::newest(server.app.store.reader(), acme.org, 1).await.unwrap().remove(0);
    let changes: Value = serde_json::from_str(&record.changes).unwrap();
    assert_eq!(changes, json!([{ "path": "people", "new": 2 }, { "path": "users", "new": [bob, cai] }]));
    server.keep_outbox();
}

/// A refusal is about those who were seen: whoever came later waits on, and is not refused.
#[tokio::test]
async fn whoever_came_after_the_page_is_not_kept_with_the_others() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = connection(&acme, 1).await;
    let ([bob, cai], newest) = one_after_the_page(&okta).await;

    assert_eq!(decide(&okta, "refuse", json!({ "newest": newest })).await["refused"], 1);

    assert_eq!(names(&okta).await, ["cai"]);
    deactivate(&okta, &bob).await.expect(403);
    deactivate(&okta, &cai).await.expect(503);
    server.keep_outbox();
}

/// Two identity providers at which people sign in, of each of whose people one may go.
async fn two_providers<'s>(acme: &Tenant<'s>) -> [Provisioning<'s>; 2] {
    let (issuer, client_id) = (Some("https://id.example".to_owned()), Some("us".to_owned()));
    let settings = Settings { issuer, client_id, ..limit(1) };
    [acme.connection_with(Kind::Okta, settings.clone()).await, acme.connection_with(Kind::Entra, settings).await]
}

async fn moves(user: &str, to: &Provisioning<'_>) {
    let moved = Edit { connection: Some(to.id), ..Edit::default() };
    edit::update(&to.server.app, &Server::operator(), user.parse().unwrap(), moved).await.unwrap();
}

/// What an owner refused to one provider is not refused to the next one, to which the user has come since.
#[tokio::test]
async fn what_was_refused_to_one_connection_is_none_of_the_next() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let [okta, entra] = two_providers(&acme).await;
    let [bob, _] = two_wait(&okta).await;
    decide(&okta, "refuse", json!({})).await;
    moves(&bob, &entra).await;

    deactivate(&entra, &bob).await.expect(200);

    server.keep_outbox();
}

/// Whoever signs in at another identity provider meanwhile is left out.
#[tokio::test]
async fn whoever_belongs_to_another_connection_is_left_out() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let [okta, entra] = two_providers(&acme).await;
    let [bob, cai] = two_wait(&okta).await;
    moves(&bob, &entra).await;
    let shown = server.send(server.api(Method::GET, &held_path(&okta))).await.expect(200).json();
    assert_eq!((&shown["held"][0]["left_out"], &shown["held"][1]["left_out"]), (&json!("moved"), &Value::Null));

    let released = decide(&okta, "release", json!({})).await;

    assert_eq!(released, json!({ "released": 1, "under_way": 0, "left_out": [{ "user": bob, "why": "moved" }] }));
    assert!(is_active(&entra, &bob).await && !is_active(&okta, &cai).await);
    server.keep_outbox();
}
