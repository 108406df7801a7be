//! Where the people of a connection differ from what its provider said of them last.

use std::time::Duration;

use doorward::app::connections;
use doorward::app::edit::{self, Edit};
use doorward::app::groups::{self, Turn};
use doorward::app::users::{self, OnLastHolder};
use doorward::domain::connection::{Breaker, Kind, Settings};
use doorward::domain::id::UserId;
use doorward::domain::user::SignIn;
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_shell::{signed_in, words};
use crate::harness::{Provisioning, Reply, Server, Tenant};

const KINDS: [&str; 5] = ["kept", "shut_out", "roles", "groups", "unmentioned"];

/// A connection that lets anybody go, and gives everybody a role.
async fn connection<'s>(tenant: &Tenant<'s>) -> Provisioning<'s> {
    let breaker = Breaker { is_on: false, ..Breaker::default() };
    let settings = Settings {
        breaker: Some(breaker),
        default_role: Some("viewer".to_owned()),
        issuer: Some("https://idp.example".to_owned()),
        client_id: Some("doorward".to_owned()),
        ..Settings::default()
    };
    tenant.connection_with(Kind::Okta, settings).await
}

async fn push<const N: usize>(at: &Provisioning<'_>, names: [&str; N]) -> [String; N] {
    let mut ids = Vec::new();
    for name in names {
        ids.push(at.push(name).await);
    }
    ids.try_into().unwrap()
}

async fn set(at: &Provisioning<'_>, id: &str, path: &str, value: &Value) -> Reply {
    let operation = json!({ "op": "replace", "path": path, "value": value });
    let patch = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation] });
    at.send(Method::PATCH, &format!("/Users/{id}"), &patch).await
}

async fn page(at: &Provisioning<'_>, query: &str) -> Value {
    let path = format!("/api/v1/connections/{}/drift?{query}", at.id);
    at.server.send(at.server.api(Method::GET, &path)).await.expect(200).json()
}

async fn rows(at: &Provisioning<'_>, query: &str) -> Vec<Value> {
    page(at, query).await["differences"].as_array().unwrap().clone()
}

async fn names(at: &Provisioning<'_>, kind: &str) -> Vec<String> {
    let text = |it: &Value| it["user_name"].as_str().unwrap().to_owned();
    rows(at, &format!("kind={kind}")).await.iter().map(text).collect()
}

async fn by_hand(server: &Server, id: &str, is_active: bool) {
    let (app, id): (_, UserId) = (&server.app, id.parse().unwrap());
    match is_active {
        true => drop(users::activate(app, &Server::operator(), id).await.unwrap()),
        false => drop(users::deactivate(app, &Server::operator(), id, OnLastHolder::Refuse).await.unwrap()),
    }
}

async fn records(tenant: &Tenant<'_>) -> usize {
    audit::newest(tenant.server.app.store.reader(), tenant.org, 1_000).await.unwrap().len()
}

/// Access that was taken or given here beside what the provider says is listed with what it said, since when it is so and by
/// whom; and no more as soon as both agree, whoever gave way.
#[tokio::test]
async fn access_that_was_changed_by_hand_is_listed_until_both_agree() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = connection(&acme).await;
    let [ada, bob, _cai] = push(&okta, ["ada", "bob", "cai"]).await;
    for kind in KINDS {
        assert_eq!(names(&okta, kind).await, [""; 0], "{kind}");
    }

    by_hand(&server, &ada, false).await;
    set(&okta, &bob, "active", &json!(false)).await.expect(200);
    server.advance(Duration::from_mins(90));
    by_hand(&server, &bob, true).await;

    let shut_out = rows(&okta, "kind=shut_out").await;
    assert_eq!(shut_out.len(), 1);
    assert_eq!(
        (&shut_out[0]["user_name"], &shut_out[0]["said"], &shut_out[0]["status"]),
        (&json!("ada"), &json!("active"), &json!("deactivated"))
    );
    assert_eq!(shut_out[0]["by"], "the operator under test");
    let kept = rows(&okta, "").await;
    assert_eq!(kept.len(), 1, "where no kind is named it is the gravest");
    assert_eq!(
        (&kept[0]["user_name"], &kept[0]["said"], &kept[0]["status"]),
        (&json!("bob"), &json!("inactive"), &json!("active"))
    );
    assert!(kept[0]["since"].as_str().unwrap() > kept[0]["said_at"].as_str().unwrap(), "{}", kept[0]);
    assert_eq!(kept[0]["role"], Value::Null);

    // A change of something else says nothing about access.
    set(&okta, &ada, "title", &json!("Countess")).await.expect(200);
    set(&okta, &bob, "title", &json!("Count")).await.expect(200);
    assert_eq!((names(&okta, "shut_out").await, names(&okta, "kept").await), (vec!["ada".into()], vec!["bob".into()]));

    // The provider gives way to nobody, and here bob is let go again.
    set(&okta, &ada, "active", &json!(true)).await.expect(200);
    by_hand(&server, &bob, false).await;
    assert_eq!((names(&okta, "shut_out").await.len(), names(&okta, "kept").await.len()), (0, 0));
    server.run_jobs().await;
}

/// Whoever is held, and whoever an owner has kept, stays in the report until the provider says otherwise: the queue forgets a
/// refusal after a day, the difference remains.
#[tokio::test]
async fn whoever_an_owner_has_kept_stays_in_the_report() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let settings =
        Settings { breaker: Some(Breaker { people: 1, percent: 0, ..Breaker::default() }), ..Settings::default() };
    let okta = acme.connection_with(Kind::Okta, settings).await;
    let [ada, bob, cai] = push(&okta, ["ada", "bob", "cai"]).await;
    server.expect_faults();
    set(&okta, &ada, "active", &json!(false)).await.expect(200);

    set(&okta, &bob, "active", &json!(false)).await.expect(503);
    okta.delete(&format!("/Users/{cai}")).await.expect(503);

    let said = |it: &Value| (it["user_name"].clone(), it["said"].clone());
    let both = [(json!("bob"), json!("inactive")), (json!("cai"), json!("gone"))];
    assert_eq!(rows(&okta, "kind=kept").await.iter().map(said).collect::<Vec<_>>(), both);
    let path = format!("/api/v1/connections/{}/held-deprovisionings/refuse", okta.id);
    server.send(server.api(Method::POST, &path)).await.expect(200);
    server.advance(Duration::from_hours(49));
    server.run_jobs().await;
    assert_eq!(names(&okta, "kept").await, ["bob", "cai"]);
    set(&okta, &bob, "active", &json!("True")).await.expect(200);
    assert_eq!(names(&okta, "kept").await, ["cai"]);
    server.run_jobs().await;
}

/// C94: what was given by hand beside the provider, directly or by a group that is kept here, survives what the provider sends
/// and is listed with who gave it; what the provider gives is not.
#[tokio::test]
async fn c94_roles_that_were_given_here_are_listed_with_who_gave_them() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (_, olga) = acme.actor("olga", "owner").await;
    let okta = connection(&acme).await;
    let other = connection(&acme).await;
    let [ada, bob] = push(&okta, ["ada", "bob"]).await;
    let [eve] = push(&other, ["eve"]).await;
    let role = || "contributor".parse().unwrap();
    let id = |it: &str| -> UserId { it.parse().unwrap() };
    set(&okta, &bob, "roles", &json!([{ "value": "contributor" }])).await.expect(200);
    let crew = groups::create(&server.app, &olga, acme.org, "Crew").await.unwrap().id;
    let idle = groups::create(&server.app, &olga, acme.org, "Idle").await.unwrap().id;
    groups::map_role(&server.app, &olga, crew, &role()).await.unwrap();
    for group in [crew, idle] {
        groups::change_members(&server.app, &olga, group, (Turn::Join, &[id(&bob), id(&eve)])).await.unwrap();
    }

    connections::map_group(&server.app, &Server::operator(), okta.id, "Pushed", &role()).await.unwrap();
    let pushed = json!({ "displayName": "Pushed", "members": [{ "value": ada }] });
    okta.send(Method::POST, "/Groups", &pushed).await.expect(201);

    users::change_role(&server.app, &olga, id(&ada), &role()).await.unwrap();
    users::change_role(&server.app, &olga, id(&eve), &role()).await.unwrap();
    set(&okta, &ada, "roles", &json!([])).await.expect(200);

    let given = rows(&okta, "kind=roles").await;
    assert_eq!(given.len(), 1);
    assert_eq!(
        (&given[0]["user_name"], &given[0]["role"], &given[0]["by"]),
        (&json!("ada"), &json!("contributor"), &json!("olga"))
    );
    assert!(given[0]["since"].is_string());
    let by_group = rows(&okta, "kind=groups").await;
    assert_eq!(
        by_group.len(),
        1,
        "a group that gives nothing is no difference, and neither is one that the provider pushes"
    );
    assert_eq!((&by_group[0]["user_name"], &by_group[0]["group_name"]), (&json!("bob"), &json!("Crew")));
    assert_eq!((names(&other, "roles").await, names(&other, "groups").await), (vec!["eve".into()], vec!["eve".into()]));
    server.run_jobs().await;
}

/// Whoever was made here or moved here was never mentioned, and whoever the provider has not sent for long is listed with
/// since when; a word about them ends it, even one that changes nothing, which is no deed and is noted once an hour.
#[tokio::test]
async fn whoever_the_provider_has_not_mentioned_for_long_is_listed() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = connection(&acme).await;
    let other = connection(&acme).await;
    let [ada, bob] = push(&okta, ["ada", "bob"]).await;
    let [eve] = push(&other, ["eve"]).await;
    by_hand(&server, &bob, false).await;
    let local = acme.user_with("dan", "viewer", SignIn::Sso, doorward::app::accounts::WayIn::Closed).await;
    let here = Edit { connection: Some(okta.id), ..Edit::default() };
    for id in [local, eve.parse().unwrap()] {
        edit::update(&server.app, &Server::operator(), id, here.clone()).await.unwrap();
    }

    let never = rows(&okta, "kind=unmentioned").await;
    let mut who: Vec<_> =
        never.iter().map(|it| (it["user_name"].as_str().unwrap(), &it["said"], &it["said_at"])).collect();
    who.sort_by_key(|it| it.0);
    assert_eq!(who, [("dan", &Value::Null, &Value::Null), ("eve", &Value::Null, &Value::Null)]);

    server.advance(Duration::from_hours(24 * 91));
    assert_eq!(names(&okta, "unmentioned").await.last().map(String::as_str), Some("ada"), "the longest first");
    assert_eq!(rows(&okta, "kind=unmentioned&days=92").await.len(), 2);
    assert!(
        !names(&okta, "unmentioned").await.contains(&"bob".to_owned()),
        "of those deactivated there is nothing to say"
    );
    let whole = okta.get(&format!("/Users/{ada}")).await.expect(200).json();
    let before = (records(&acme).await, whole["meta"]["version"].clone());
    okta.send(Method::PUT, &format!("/Users/{ada}"), &whole).await.expect(200);
    let after = okta.get(&format!("/Users/{ada}")).await.expect(200).json();
    assert_eq!((records(&acme).await, after["meta"]["version"].clone()), before);
    assert!(!names(&okta, "unmentioned").await.contains(&"ada".to_owned()));

    // A trial is no word of the provider.
    server.advance(Duration::from_hours(24 * 91));
    set(&okta, &eve, "title", &json!("x")).await.expect(200);
    assert!(!names(&okta, "unmentioned").await.contains(&"eve".to_owned()));
    server.run_jobs().await;
}

/// Pages neither overlap nor leave anybody out, in every kind; a cursor is good for its list only.
#[tokio::test]
async fn pages_of_differences_neither_overlap_nor_leave_anybody_out() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = connection(&acme).await;
    let (app, operator) = (&server.app, Server::operator());
    let crew = groups::create(app, &operator, acme.org, "Crew").await.unwrap().id;
    let ship = groups::create(app, &operator, acme.org, "Ship").await.unwrap().id;
    for group in [crew, ship] {
        groups::map_role(app, &operator, group, &"contributor".parse().unwrap()).await.unwrap();
    }
    let mut ids = Vec::new();
    for number in 0..7 {
        ids.push(okta.push(&format!("user{number}")).await);
    }
    for (number, id) in ids.iter().enumerate() {
        let user: UserId = id.parse().unwrap();
        users::change_role(app, &operator, user, &"contributor".parse().unwrap()).await.unwrap();
        for group in [crew, ship] {
            groups::change_members(app, &operator, group, (Turn::Join, &[user])).await.unwrap();
        }
        if number % 2 == 0 {
            by_hand(&server, id, false).await;
        }
    }
    for (number, id) in ids.iter().enumerate().filter(|it| it.0 % 2 == 1) {
        set(&okta, id, "active", &json!(false)).await.expect(200);
        by_hand(&server, id, true).await;
        assert!(number < 7);
    }
    server.advance(Duration::from_hours(24 * 100));

    for (kind, count) in [("kept", 3), ("shut_out", 4), ("roles", 7), ("groups", 14), ("unmentioned", 3)] {
        let whole = rows(&okta, &format!("kind={kind}")).await;
        assert_eq!(whole.len(), count, "{kind}");
        let (mut turned, mut cursor) = (Vec::new(), String::new());
        loop {
            let next = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
            let one = page(&okta, &format!("kind={kind}&limit=2{next}")).await;
            turned.extend(one["differences"].as_array().unwrap().clone());
            match one["next_cursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        assert_eq!(turned, whole, "{kind}");
        let elsewhere = if kind == "kept" { "shut_out" } else { "kept" };
        let path = format!("/api/v1/connections/{}/drift?kind={elsewhere}&cursor={cursor}", okta.id);
        server.send(server.api(Method::GET, &path)).await.expect(400);
    }
    server.run_jobs().await;
}

/// TE-05: the report of a connection of another organisation is not there; and a page says in words what differs.
#[tokio::test]
async fn te_05_the_report_is_for_those_who_manage_the_connections_of_the_organisation() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let globex = server.tenant("globex").await;
    let (_, olga) = acme.actor("olga", "owner").await;
    let (_, vera) = acme.actor("vera", "viewer").await;
    let (theirs, okta) = (connection(&globex).await, connection(&acme).await);
    let [ada] = push(&okta, ["ada"]).await;
    by_hand(&server, &ada, false).await;
    let query =
        connections::DriftQuery { kind: doorward::domain::drift::Kind::Kept, days: None, after: None, limit: None };

    assert!(connections::drift(&server.app, &olga, okta.id, &query).await.is_ok());
    assert!(connections::drift(&server.app, &vera, okta.id, &query).await.is_err());
    assert!(connections::drift(&server.app, &olga, theirs.id, &query).await.is_err());
    for wrong in ["kind=x", "days=0", "days=3651", "limit=501", "limit=0", "cursor=x", "x=1", "kind=kept&kind=kept"] {
        let path = format!("/api/v1/connections/{}/drift?{wrong}", okta.id);
        server.send(server.api(Method::GET, &path)).await.expect(400);
    }

    let browser = signed_in(&acme, "olga").await;
    let here = format!("/console/provisioning/connections/{}/drift", okta.id);
    assert!(words(&browser.get(&here).await.expect(200)).contains("Nobody differs in this."));
    let shut_out = words(&browser.get(&format!("{here}?kind=shut_out")).await.expect(200));
    assert!(shut_out.contains("ada") && shut_out.contains("the operator under test"), "{shut_out}");
    browser.get(&here.replace(&okta.id.to_string(), &theirs.id.to_string())).await.expect(404);
    server.run_jobs().await;
}
