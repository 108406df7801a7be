//! When somebody's time ends, and how well an organisation keeps to good practice.

use std::time::Duration;

use doorward::app::accounts::{Secret, WayIn};
use doorward::app::{departures, fsck, jobs, users};
use doorward::domain::id::UserId;
use doorward::domain::user::Status;
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_edit::post;
use crate::console_shell::words;
use crate::harness::{OPERATOR_TOKEN, Reply, Server, in_acme};
use crate::oidc::stage;
use crate::resources::{at, call, person, personal};

const HOUR: Duration = Duration::from_hours(1);

async fn operator(server: &Server, method: Method, path: &str, body: Value) -> Reply {
    call(server, OPERATOR_TOKEN, method, &in_acme(path), body).await
}

async fn ends(server: &Server, token: &str, id: &str, hours: u32) -> Reply {
    let at = server.app.now().after(HOUR * hours).rfc3339();
    call(server, token, Method::PUT, &format!("/users/{id}/end-date"), json!({ "ends_at": at })).await
}

async fn status(server: &Server, id: UserId) -> Status {
    users::show(&server.app, &Server::operator(), id).await.unwrap().user.status
}

/// What becomes due in these hours, one after the other.
async fn pass(server: &Server, hours: u32) {
    for _ in 0..hours {
        server.advance(HOUR);
        jobs::sweep(&server.app).await.unwrap();
    }
    server.run_jobs().await;
}

async fn posture(server: &Server) -> Value {
    operator(server, Method::GET, "/posture", Value::Null).await.expect(200).json()
}

/// S2-47: at the end of somebody's time every session and token of theirs is dead; how long that took is measured.
#[tokio::test]
async fn s2_47_at_the_end_of_somebodys_time_their_access_ends_and_is_measured() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    person(&acme, "olga", "owner").await;
    let (bob, eve) = (person(&acme, "bob", "contributor").await, person(&acme, "eve", "viewer").await);
    let token = personal(&server, bob).await;
    ends(&server, OPERATOR_TOKEN, &bob.to_string(), 2).await.expect(200);
    ends(&server, OPERATOR_TOKEN, &eve.to_string(), 300).await.expect(200);

    pass(&server, 1).await;
    let before = call(&server, &token, Method::GET, "/me", Value::Null).await.status;
    pass(&server, 2).await;
    let after = call(&server, &token, Method::GET, "/me", Value::Null).await.status;
    let shown = call(&server, OPERATOR_TOKEN, Method::GET, &format!("/users/{bob}/end-date"), Value::Null).await;
    let meter = posture(&server).await["departures"].clone();
    let soon = operator(&server, Method::GET, "/users?leaving=soon", Value::Null).await.expect(200).json();
    users::activate(&server.app, &Server::operator(), bob).await.unwrap();
    jobs::sweep(&server.app).await.unwrap();

    assert_eq!((before, after), (200, 401));
    assert!(shown.json()["ended_at"].is_string(), "{}", shown.text);
    assert_eq!(meter, json!({ "ended": 1, "late": 0, "mean_minutes": 0, "longest_minutes": 0 }));
    let names: Vec<_> = soon["users"].as_array().unwrap().iter().map(|it| it["user_name"].clone()).collect();
    assert_eq!(names, ["eve"]);
    assert_eq!(
        status(&server, bob).await,
        Status::Active,
        "who is let in again is not shut out by an end that is past"
    );
}

/// S2-47: whom an identity provider manages, and the last holder of a protected role, stay; after a day those who may end it
/// are told, once, and how late the end came in the end is measured.
#[tokio::test]
async fn s2_47_where_access_goes_on_for_more_than_a_day_somebody_is_told_once() {
    let server = Server::start().await;
    server.keep_outbox();
    let acme = server.tenant("acme").await;
    let password = Secret::new(stage::PASSWORD.to_owned());
    let way = WayIn::Password { password, must_change: false };
    let olga = acme.mailed("olga", "owner", way).await.person.user.id;
    let okta = acme.connection().await;
    let pia = okta.push("pia").await;
    ends(&server, OPERATOR_TOKEN, &pia, 1).await.expect(200);
    ends(&server, OPERATOR_TOKEN, &olga.to_string(), 1).await.expect(200);
    let told =
        || server.mails().into_iter().filter(|it| it.contains("should no longer have access")).collect::<Vec<_>>();

    pass(&server, 20).await;
    let early = told().len();
    pass(&server, 12).await;
    let letters = told();
    let overdue = operator(&server, Method::GET, "/users?leaving=overdue", Value::Null).await.expect(200).json();
    let counted = posture(&server).await;
    let browser = at(&server, "olga").await;
    let overview = browser.get("/console").await.expect(200);
    let op = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "path": "active", "value": false }],
    });
    okta.send(Method::PATCH, &format!("/Users/{pia}"), &op).await.expect(200);
    let late = posture(&server).await["departures"].clone();
    let otto = person(&acme, "otto", "owner").await;
    pass(&server, 1).await;

    assert_eq!((early, letters.len()), (0, 2), "{letters:?}");
    let about = |text: &str| letters.iter().filter(|it| it.contains(text)).count();
    assert_eq!((about("An identity provider manages this person"), about("the last to hold a protected role")), (1, 1));
    let names: Vec<_> = overdue["users"].as_array().unwrap().iter().map(|it| it["user_name"].clone()).collect();
    assert_eq!((names, &counted["overdue"]), (vec![json!("olga"), json!("pia")], &json!(2)));
    assert!(
        words(&overview).contains("Should be gone") && overview.text.contains("leaving=overdue"),
        "{}",
        overview.text
    );
    assert_eq!((&late["ended"], &late["late"], &late["longest_minutes"]), (&json!(1), &json!(1), &json!(31 * 60)));
    assert_eq!((status(&server, olga).await, status(&server, otto).await), (Status::Deactivated, Status::Active));
    assert_eq!(fsck::run(&server.app, &Server::operator()).await.unwrap().broken, Vec::new());
}

/// S2-47: an end date is for those who could end the access now, and of nobody who is gone.
#[tokio::test]
async fn s2_47_an_end_date_is_for_those_who_could_end_the_access_now() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (olga, ada) = (person(&acme, "olga", "owner").await, person(&acme, "ada", "admin").await);
    let bob = person(&acme, "bob", "viewer").await;
    let [olga_s, ada_s] = [personal(&server, olga).await, personal(&server, ada).await];
    let path = format!("/users/{bob}/end-date");

    let by_admin = ends(&server, &ada_s, &bob.to_string(), 5).await.status;
    let to_oneself = ends(&server, &olga_s, &olga.to_string(), 5).await.status;
    let by_owner = ends(&server, &olga_s, &bob.to_string(), 5).await.status;
    let nonsense = call(&server, &olga_s, Method::PUT, &path, json!({ "ends_at": "friday" })).await.status;
    let seen = call(&server, &ada_s, Method::GET, &path, Value::Null).await.expect(200).json();
    let taken_back = call(&server, &olga_s, Method::DELETE, &path, Value::Null).await.status;
    let unknown = call(&server, &olga_s, Method::GET, &path, Value::Null).await.expect(200).json();
    ends(&server, &olga_s, &bob.to_string(), 5).await.expect(200);
    departures::remove(&server.app, &Server::operator(), bob).await.unwrap();
    pass(&server, 6).await;

    assert_eq!((by_admin, to_oneself, by_owner, nonsense, taken_back), (403, 403, 200, 400, 204));
    assert!(seen["ends_at"].is_string());
    assert_eq!(unknown["ends_at"], Value::Null);
    assert_eq!(posture(&server).await["departures"]["ended"], json!(0), "who was removed before is no late departure");
}

/// S2-47: in the console the end date stands on the page of the user, and is said there.
#[tokio::test]
async fn s2_47_the_end_date_is_said_on_the_page_of_the_user() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    person(&acme, "olga", "owner").await;
    person(&acme, "ada", "admin").await;
    let bob = person(&acme, "bob", "viewer").await;
    let (owner, admin) = (at(&server, "olga").await, at(&server, "ada").await);
    let page = format!("/console/users/{bob}");
    let form = format!("{page}/end-date");

    let before = owner.get(&page).await.expect(200);
    let wrong = post(&owner, &form, &form, &[("ends_on", "31.12.2099")]).await.expect(400);
    post(&owner, &form, &form, &[("ends_on", "2099-12-31")]).await.expect(303);
    let after = admin.get(&page).await.expect(200);
    let refused = admin.get(&form).await.status;
    post(&owner, &form, &form, &[("ends_on", "")]).await.expect(303);
    let cleared = owner.get(&page).await.expect(200);

    assert!(words(&before).contains("Not known") && before.text.contains(&form), "{}", before.text);
    assert!(wrong.text.contains("value=\"31.12.2099\""), "what was typed stays");
    assert!(after.text.contains("2099-12-31") && !after.text.contains(&form), "{}", after.text);
    assert_eq!(refused, 403);
    assert!(words(&cleared).contains("Not known"));
}

/// S1-3, S2-45, S2-46: what an organisation should look at is told in one answer, to those who may see it.
#[tokio::test]
async fn s2_46_the_posture_tells_when_the_last_review_was_and_what_else_is_not_as_it_should_be() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let olga = person(&acme, "olga", "owner").await;
    let vera = person(&acme, "vera", "viewer").await;
    let viewer = personal_or_none(&server, vera).await;
    let browser = at(&server, "olga").await;

    let never = posture(&server).await;
    let card = browser.get("/console").await.expect(200);
    let terms = json!({ "scope": "teams", "reviewers": [olga], "fallback": olga });
    let made = operator(&server, Method::POST, "/reviews", json!({ "name": "One", "terms": terms })).await.expect(201);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    for step in ["open", "close"] {
        operator(&server, Method::POST, &format!("/reviews/{id}/{step}"), Value::Null).await.expect(200);
    }
    server.run_jobs().await;
    server.advance(HOUR * 24 * 5);
    let lately = posture(&server).await["reviews"].clone();
    server.advance(HOUR * 24 * 90);
    let due = posture(&server).await["reviews"].clone();

    assert_eq!(never["reviews"], json!({ "last_closed_at": null, "days_since": null, "due": true }));
    assert_eq!((&never["admins_without_mfa"], &never["protected_roles"][0]["active_holders"]), (&json!(1), &json!(1)));
    assert!(
        words(&card).contains("Days since the last access review") && card.text.contains("href=\"/console/reviews\"")
    );
    assert_eq!((&lately["days_since"], &lately["due"]), (&json!(5), &json!(false)));
    assert_eq!((&due["days_since"], &due["due"]), (&json!(95), &json!(true)));
    assert_eq!(viewer, 403);
}

/// What somebody who may make no tokens is answered, by a browser's session.
async fn personal_or_none(server: &Server, id: UserId) -> u16 {
    let person = users::show(&server.app, &Server::operator(), id).await.unwrap();
    match doorward::app::posture::of(&server.app, &person.actor(None), person.user.org).await {
        Err(doorward::domain::Error::Denied(_)) => 403,
        Err(_) => 500,
        Ok(_) => 200,
    }
}

/// Those who stay for long do not stand in the way of those who come after them, however many they are.
#[tokio::test]
async fn s2_47_many_who_stay_keep_nobody_else_from_going() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    for nth in 0..201 {
        let stays = okta.push(&format!("stays{nth}")).await;
        ends(&server, OPERATOR_TOKEN, &stays, 1).await.expect(200);
    }
    let bob = person(&acme, "bob", "contributor").await;
    ends(&server, OPERATOR_TOKEN, &bob.to_string(), 2).await.expect(200);

    server.advance(HOUR * 3);
    jobs::sweep(&server.app).await.unwrap();

    assert_eq!(status(&server, bob).await, Status::Deactivated);
}

/// UP-01: an end date takes no holder of a protected role away whom the one who set it could not take away by then.
#[tokio::test]
async fn up_01_an_end_date_is_no_way_to_take_somebody_away_later() {
    let server = Server::start().await;
    server.keep_outbox();
    let acme = server.tenant("acme").await;
    let [olga, otto, oona] = ["olga", "otto", "oona"].map(|name| person(&acme, name, "owner"));
    let (olga, otto, oona) = (olga.await, otto.await, oona.await);
    let [bob, cleo, dora] = ["bob", "cleo", "dora"].map(|name| person(&acme, name, "contributor"));
    let (bob, cleo, dora) = (bob.await, cleo.await, dora.await);
    let give = async |id, role: &str| {
        users::change_role(&server.app, &Server::operator(), id, &role.parse().unwrap()).await.unwrap();
    };
    ends(&server, OPERATOR_TOKEN, &dora.to_string(), 2).await.expect(200);
    // The last of them says again what the operator has said.
    for (setter, id) in [(olga, bob), (oona, cleo), (otto, dora)] {
        ends(&server, &personal(&server, setter).await, &id.to_string(), 2).await.expect(200);
        give(id, "owner").await;
    }
    give(olga, "viewer").await;
    give(otto, "viewer").await;

    pass(&server, 3).await;

    assert_eq!(status(&server, bob).await, Status::Active, "who said so may end no owner any more");
    assert_eq!(status(&server, dora).await, Status::Active, "nor may whoever confirmed it");
    assert_eq!(status(&server, cleo).await, Status::Deactivated, "who said so still may");
}

/// A day of another age is none.
#[tokio::test]
async fn an_end_is_a_day_of_our_time() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let bob = person(&acme, "bob", "contributor").await;
    for (wrong, status) in [
        ("+10000-01-01", 400),
        ("1969-12-31", 400),
        ("-0001-01-01", 400),
        ("9999-12-31T23:59:59-01:00", 400),
        ("2027-13-01", 400),
        ("9999-12-31", 200),
    ] {
        let path = format!("/users/{bob}/end-date");
        let answer = call(&server, OPERATOR_TOKEN, Method::PUT, &path, json!({ "ends_at": wrong })).await;
        assert_eq!(answer.status, status, "{wrong}: {}", answer.text);
    }
}

/// S2-45: how the connections fare is told to whoever manages them, with the way to what is to be done.
#[tokio::test]
async fn s2_45_how_the_connections_fare_is_a_figure_of_the_overview() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    person(&acme, "olga", "owner").await;
    let allow = ["users:list", "org.posture:read", "tokens.personal:create"];
    crate::custom_roles::of_its_own(&server, "Looker", &allow).await;
    let looker = personal(&server, person(&acme, "lea", "looker").await).await;
    let browser = at(&server, "olga").await;
    let card =
        async || browser.get("/console").await.expect(200).text.contains("href=\"/console/provisioning/health\"");

    let none = (posture(&server).await["provisioning"].clone(), card().await);
    let okta = acme.connection().await;
    let unheard = (posture(&server).await["provisioning"].clone(), card().await);
    okta.push("pia").await;
    let heard = (posture(&server).await["provisioning"].clone(), card().await);
    let to_looker = call(&server, &looker, Method::GET, "/posture", Value::Null).await.expect(200).json();

    assert_eq!(none, (json!({ "connections": 0, "need_attention": 0 }), false));
    assert_eq!(unheard, (json!({ "connections": 1, "need_attention": 1 }), true));
    assert_eq!(heard, (json!({ "connections": 1, "need_attention": 0 }), true));
    assert_eq!((&to_looker["provisioning"], &to_looker["active_users"]), (&Value::Null, &json!(2)));
}
