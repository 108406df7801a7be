//! Whom an identity provider means by a name that somebody here has: refused, asked about, linked or left alone.

use std::time::Duration;

use doorward::app::accounts::WayIn;
use doorward::app::edit::{self, Edit};
use doorward::app::{connections, linkings, users};
use doorward::domain::Timestamp;
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::id::{LinkingId, UserId};
use doorward::domain::linking::{KEPT_MAX, Linking, State};
use doorward::domain::user::{SignIn, Status};
use doorward::store::{audit, linkings as rows, passwords};
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_shell::{signed_in, words};
use crate::custom_roles::of_its_own;
use crate::harness::{Provisioning, Reply, Server, Tenant};
use crate::scim_people::personal_token;

async fn connection<'s>(tenant: &Tenant<'s>, has_issuer: bool) -> Provisioning<'s> {
    let settings = Settings {
        issuer: has_issuer.then(|| "https://idp.example".to_owned()),
        client_id: has_issuer.then(|| "doorward".to_owned()),
        ..Settings::default()
    };
    tenant.connection_with(Kind::Okta, settings).await
}

fn claim(user_name: &str, external_id: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": user_name,
        "externalId": external_id,
        "displayName": format!("{user_name} of the provider"),
        "emails": [{ "value": format!("{user_name}@idp.example"), "primary": true }],
        "active": true,
    })
}

async fn create(at: &Provisioning<'_>, user_name: &str, external_id: &str) -> Reply {
    at.send(Method::POST, "/Users", &claim(user_name, external_id)).await
}

fn path(at: &Provisioning<'_>) -> String {
    format!("/api/v1/connections/{}/linkings", at.id)
}

async fn list(at: &Provisioning<'_>) -> Vec<Value> {
    let list = at.server.send(at.server.api(Method::GET, &path(at))).await.expect(200).json();
    list["linkings"].as_array().unwrap().clone()
}

async fn decide(at: &Provisioning<'_>, it: &Value, decision: &str) -> Reply {
    let path = format!("{}/{}/{decision}", path(at), it["id"].as_str().unwrap());
    at.server.send(at.server.api(Method::POST, &path).json(&json!({ "times": it["times"] }))).await
}

async fn found(at: &Provisioning<'_>, user_name: &str) -> u64 {
    let list = at.get(&format!("/Users?filter=userName%20eq%20%22{user_name}%22")).await.expect(200).json();
    list["totalResults"].as_u64().unwrap()
}

/// C63: a provider that means somebody who is not its own is refused as often as it asks, and one question is kept. Once linked
/// it finds the user, and its repeated creation takes the user up: once, under the same id, with nothing left that was open.
#[tokio::test]
async fn c63_whoever_is_linked_is_taken_up_by_the_next_creation() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = connection(&acme, true).await;
    let password = doorward::app::accounts::Secret::new(crate::harness::PASSWORD.to_owned());
    let ada = acme.mailed("ada", "viewer", WayIn::Password { password, must_change: false }).await.person.user.id;
    let browser = signed_in(&acme, "ada").await;
    assert_eq!((list(&okta).await.len(), found(&okta, "ada").await), (0, 0));

    for name in ["ada", "ADA", "ada"] {
        let refused = create(&okta, name, "00u1").await.expect(409).json();
        assert_eq!(refused["scimType"], "uniqueness");
    }

    let asked = list(&okta).await;
    assert_eq!(asked.len(), 1, "one question for one person");
    let it = &asked[0];
    assert_eq!((&it["user"], &it["times"], &it["obstacle"]), (&json!(ada), &json!(3), &Value::Null));
    assert_eq!((&it["claims"]["external_id"], &it["claims"]["email"]), (&json!("00u1"), &json!("ada@idp.example")));
    assert_eq!(it["email"], "ada@mail.example");

    // It meant somebody else after the administrator looked, so that nothing is decided; also where it goes back to the first.
    create(&okta, "ada", "00u2").await.expect(409);
    decide(&okta, it, "link").await.expect(412);
    create(&okta, "ada", "00u1").await.expect(409);
    decide(&okta, it, "link").await.expect(412);
    let seen = list(&okta).await.remove(0);
    assert_eq!((&seen["id"], &seen["times"]), (&it["id"], &json!(5)));
    let mut ahead = seen.clone();
    ahead["times"] = json!(6);
    decide(&okta, &ahead, "link").await.expect(412);
    // That it repeats itself changes nothing.
    create(&okta, "ada", "00u1").await.expect(409);
    decide(&okta, &seen, "link").await.expect(204);
    server.run_jobs().await;
    assert!(server.mails().iter().any(|it| it.contains("ada@mail.example") && it.contains("the provider under test")));
    assert_ne!(browser.get("/account").await.status, 200, "what was open is closed");
    assert_eq!((list(&okta).await.len(), found(&okta, "ada").await), (0, 1));

    // Somebody else's id does not take the user up, and neither does the right one twice.
    create(&okta, "ada", "00u2").await.expect(409);
    let taken = create(&okta, "ada", "00u1").await.expect(201).json();
    assert_eq!((&taken["id"], &taken["externalId"]), (&json!(ada), &json!("00u1")));
    assert_eq!(taken["displayName"], "ada of the provider");
    create(&okta, "ada", "00u1").await.expect(409);
    assert_eq!(list(&okta).await.len(), 0, "its own user is no question");
    let deeds: Vec<_> = audit::newest(server.app.store.reader(), acme.org, 50).await.unwrap();
    assert!(deeds.iter().any(|it| it.action == "user.linked" && it.target_id == ada.to_string()));
    server.run_jobs().await;
}

/// What an administrator has looked at is what is decided: an address that changed meanwhile is another question, although the
/// provider means the same id.
#[tokio::test]
async fn whoever_is_described_otherwise_meanwhile_is_looked_at_again() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = connection(&acme, true).await;
    acme.user("ada", "viewer").await;
    create(&okta, "ada", "00u1").await.expect(409);
    let seen = list(&okta).await.remove(0);
    let mut other = claim("ada", "00u1");
    other["emails"][0]["value"] = json!("somebody@evil.example");

    okta.send(Method::POST, "/Users", &other).await.expect(409);

    decide(&okta, &seen, "link").await.expect(412);
    let now = list(&okta).await.remove(0);
    assert_eq!((&now["id"], &now["claims"]["email"]), (&seen["id"], &json!("somebody@evil.example")));
    decide(&okta, &now, "link").await.expect(204);
    server.run_jobs().await;
}

/// Whoever came to another connection meanwhile is no question of this one, also not for whoever has the page still.
#[tokio::test]
async fn whoever_belongs_to_another_connection_meanwhile_is_linked_by_nobody() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (first, second) = (connection(&acme, false).await, connection(&acme, false).await);
    acme.user("vera", "viewer").await;
    create(&first, "vera", "one").await.expect(409);
    create(&second, "vera", "one").await.expect(409);
    let asked = list(&first).await.remove(0);

    decide(&second, &list(&second).await[0], "link").await.expect(204);

    assert_eq!(list(&first).await.len(), 0);
    decide(&first, &asked, "link").await.expect(409);
    assert_eq!((found(&first, "vera").await, found(&second, "vera").await), (0, 1));
    server.run_jobs().await;
}

/// Nothing of before is left that could open something, or be taken for the word of the new provider: no password, and neither the
/// id nor the access that another one spoke of; and whoever was never here signs in there from now on.
#[tokio::test]
async fn whoever_is_linked_brings_nothing_along() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (old, new) = (connection(&acme, true).await, connection(&acme, true).await);
    let ada = create(&old, "ada", "old-id").await.expect(201).json()["id"].as_str().unwrap().to_owned();
    connections::delete(&server.app, &Server::operator(), old.id).await.unwrap();
    let password = doorward::app::accounts::Secret::new(crate::harness::PASSWORD.to_owned());
    let bob = acme.mailed("bob", "viewer", WayIn::Password { password, must_change: false }).await.person.user.id;
    let eve = acme.mailed("eve", "viewer", WayIn::Link).await.person.user.id;
    for name in ["ada", "bob", "eve"] {
        create(&new, name, &format!("new-{name}")).await.expect(409);
    }

    for asked in list(&new).await {
        decide(&new, &asked, "link").await.expect(204);
    }

    let db = server.app.store.reader();
    assert!(passwords::find(db, acme.org, bob).await.unwrap().is_none());
    let shown = new.get(&format!("/Users/{ada}")).await.expect(200).json();
    assert_eq!(shown.get("externalId"), None, "{shown}");
    let drift = format!("/api/v1/connections/{}/drift?kind=unmentioned", new.id);
    let drift = server.send(server.api(Method::GET, &drift)).await.expect(200).json();
    let spoken_of = drift["differences"].as_array().unwrap().iter().map(|it| it["said"].clone());
    assert_eq!(spoken_of.collect::<Vec<_>>(), [Value::Null, Value::Null, Value::Null]);
    let eve = users::show(&server.app, &Server::operator(), eve).await.unwrap().user;
    assert_eq!((eve.status, eve.sign_in), (Status::Active, SignIn::Sso));
    server.run_jobs().await;
}

/// SC-05: the words that gave roles at one provider give none at the next, whether somebody is moved there, or linked after the
/// end of the first: not before that one says them itself.
#[tokio::test]
async fn sc_05_the_words_of_one_provider_give_nothing_at_the_next() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let old = connection(&acme, true).await;
    let issuer = Some("https://next.example".to_owned());
    let naming = Settings { issuer, role_attribute: Some("userType".to_owned()), ..Settings::default() };
    let new = acme.connection_with(Kind::Okta, Settings { client_id: Some("doorward".to_owned()), ..naming }).await;
    let mut all = Vec::new();
    for name in ["moved", "linked"] {
        let mut said = claim(name, name);
        (said["userType"], said["roles"]) = (json!("contributor"), json!([{ "value": "viewer" }]));
        let made = old.send(Method::POST, "/Users", &said).await.expect(201).json();
        all.push(made["id"].as_str().unwrap().to_owned());
    }

    let there = Edit { connection: Some(new.id), ..Edit::default() };
    edit::update(&server.app, &Server::operator(), all[0].parse().unwrap(), there).await.unwrap();
    connections::delete(&server.app, &Server::operator(), old.id).await.unwrap();
    create(&new, "linked", "linked").await.expect(409);
    decide(&new, &list(&new).await[0], "link").await.expect(204);

    let change =
        |attribute: &str, value: &str| json!({ "Operations": [{ "op": "add", "path": attribute, "value": value }] });
    let role = async |id: &str| {
        server.send(server.api(Method::GET, &format!("/api/v1/users/{id}"))).await.expect(200).json()["role"].clone()
    };
    for id in &all {
        let path = format!("/Users/{id}");
        new.send(Method::PATCH, &path, &change("title", "Countess")).await.expect(200);
        assert_eq!(role(id).await, Value::Null);
        new.send(Method::PATCH, &path, &change("userType", "viewer")).await.expect(200);
        assert_eq!(role(id).await, "viewer");
    }
    server.run_jobs().await;
}

/// A link that came to nothing, because the user belongs nowhere again, is asked about anew and takes nobody up by itself.
#[tokio::test]
async fn whoever_was_linked_and_let_go_again_is_a_question_again() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = connection(&acme, true).await;
    let vera = acme.user("vera", "viewer").await;
    create(&okta, "vera", "one").await.expect(409);
    decide(&okta, &list(&okta).await[0], "link").await.expect(204);
    let passing = connection(&acme, true).await;
    let there = Edit { connection: Some(passing.id), ..Edit::default() };
    edit::update(&server.app, &Server::operator(), vera, there).await.unwrap();
    connections::delete(&server.app, &Server::operator(), passing.id).await.unwrap();

    create(&okta, "vera", "one").await.expect(409);

    let asked = list(&okta).await;
    assert_eq!(asked.len(), 1);
    assert_eq!(found(&okta, "vera").await, 0);
    server.run_jobs().await;
}

/// SC-02, SC-09: a connection gets hold of nobody who holds more than it may give, and of no holder of a protected role although
/// it may give that one; and whoever may not give a user another provider, or not see users, neither links nor is asked.
#[tokio::test]
async fn sc_09_nobody_is_linked_above_the_ceiling_or_by_whoever_may_not() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let protecting = Settings { protected_roles: true, ..Settings::default() };
    let narrow = Settings { max_role: Some("viewer".to_owned()), ..Settings::default() };
    let protecting = acme.connection_with(Kind::Okta, protecting).await;
    let narrow = acme.connection_with(Kind::Okta, narrow).await;
    for (name, role) in [("boss", "owner"), ("carl", "contributor"), ("vera", "viewer")] {
        acme.user(name, role).await;
    }
    create(&protecting, "boss", "boss").await.expect(409);
    for name in ["carl", "vera"] {
        create(&narrow, name, name).await.expect(409);
    }

    decide(&protecting, &list(&protecting).await[0], "link").await.expect(403);
    let asked = list(&narrow).await;
    decide(&narrow, &asked[0], "link").await.expect(403);
    assert!(asked[0]["obstacle"].is_string() && asked[1]["obstacle"].is_null(), "{asked:?}");

    of_its_own(&server, "Blind", &["org.scim:manage"]).await;
    of_its_own(&server, "Keeper", &["org.scim:manage", "users:list", "users:read"]).await;
    let (_, blind) = acme.actor("kim", "blind").await;
    let (_, keeper) = acme.actor("kit", "keeper").await;
    let (app, id) = (&server.app, asked[1]["id"].as_str().unwrap().parse().unwrap());
    assert!(linkings::list(app, &blind, narrow.id, None, 10).await.is_err());
    assert!(linkings::dismiss(app, &blind, narrow.id, id, 1).await.is_err());
    let seen = linkings::list(app, &keeper, narrow.id, None, 10).await.unwrap();
    assert!(seen.iter().all(|it| it.refusal.is_some()), "nobody whom the keeper could link");
    assert!(linkings::link(app, &keeper, narrow.id, id, 1).await.is_err());
    assert_eq!(list(&narrow).await.len(), 2);
    decide(&narrow, &asked[1], "link").await.expect(204);
    server.run_jobs().await;
}

/// A provider that looks first, as Entra does, finds whoever is linked and goes on with a PATCH; whoever signed in at a provider
/// that is gone belongs to the next one.
#[tokio::test]
async fn whoever_is_linked_is_found_by_a_provider_that_looks_first() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let entra = connection(&acme, true).await;
    let ada = acme.user_with("ada", "contributor", SignIn::Sso, WayIn::Closed).await;
    create(&entra, "ada", "6f1b").await.expect(409);

    decide(&entra, &list(&entra).await[0], "link").await.expect(204);

    assert_eq!(found(&entra, "ada").await, 1);
    let operation = json!({ "op": "add", "path": "externalId", "value": "6f1b" });
    let patch = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation] });
    let after = entra.send(Method::PATCH, &format!("/Users/{ada}"), &patch).await.expect(200).json();
    assert_eq!((&after["externalId"], &after["active"]), (&json!("6f1b"), &json!(true)));
    server.run_jobs().await;
}

/// SC-02, SC-09, UP-08: a provider that claims somebody's name gets hold of nobody: not of whoever holds a protected role, not by
/// whoever may not decide, not without a proof of a short while ago, and never by itself.
#[tokio::test]
async fn sc_09_up_08_claiming_a_name_takes_nobody_over() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let globex = server.tenant("globex").await;
    let (olga_id, olga) = acme.actor("olga", "owner").await;
    let (_, adam) = acme.actor("adam", "admin").await;
    let (boss, _) = acme.actor("boss", "owner").await;
    let vera = acme.user("vera", "viewer").await;
    let evil = connection(&acme, false).await;
    let theirs = connection(&globex, false).await;
    for name in ["boss", "vera"] {
        create(&evil, name, name).await.expect(409);
    }

    let asked = list(&evil).await;
    assert_eq!((asked.len(), &asked[0]["user"]), (2, &json!(boss)));
    assert!(asked[0]["obstacle"].is_string(), "{}", asked[0]);
    decide(&evil, &asked[0], "link").await.expect(403);
    let id: LinkingId = asked[1]["id"].as_str().unwrap().parse().unwrap();
    let app = &server.app;
    assert!(linkings::list(app, &adam, evil.id, None, 10).await.is_err());
    assert!(linkings::link(app, &adam, evil.id, id, 1).await.is_err());
    assert!(linkings::dismiss(app, &adam, evil.id, id, 1).await.is_err());
    assert!(linkings::link(app, &olga, theirs.id, id, 1).await.is_err());
    assert!(linkings::link(app, &olga.clone().proved(false), evil.id, id, 1).await.is_err());
    assert_eq!((found(&evil, "boss").await, found(&evil, "vera").await), (0, 0));

    // A token that was made with a proof once is none of a short while ago.
    let personal = personal_token(&acme, &olga_id.to_string()).await;
    let link = server.request(Method::POST, &format!("{}/{id}/link", path(&evil))).bearer_auth(&personal);
    server.send(link.json(&json!({ "times": 1 }))).await.expect(403);
    let elsewhere = server.request(Method::PATCH, &format!("/api/v1/users/{vera}")).bearer_auth(personal);
    let refused = server.send(elsewhere.json(&json!({ "connection": evil.id }))).await.expect(403);
    assert!(refused.text.contains("a personal token changes no credential"), "{}", refused.text);
    let browser = signed_in(&acme, "olga").await;
    let here = format!("/console/provisioning/connections/{}/linkings", evil.id);
    assert!(words(&browser.get(&here.replace("/linkings", "")).await.expect(200)).contains("means 2 users"));
    let page = browser.get(&here).await.expect(200);
    assert!(words(&page).contains("vera of the provider") && words(&page).contains("You cannot link them."));
    server.advance(Duration::from_mins(11));
    let target = format!("{here}/{id}/link");
    assert_eq!(browser.fill_in(&page, &target, &[]).await.status, 403);
    assert_eq!(list(&evil).await.len(), 2);
    server.run_jobs().await;
}

/// Whoever is left alone is not asked about again, until the provider says that it is somebody else; whoever is gone is no
/// question.
#[tokio::test]
async fn whoever_is_left_alone_is_asked_about_again_only_under_another_id() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = connection(&acme, false).await;
    let vera = acme.user("vera", "viewer").await;
    create(&okta, "vera", "one").await.expect(409);

    decide(&okta, &list(&okta).await[0], "dismiss").await.expect(204);

    create(&okta, "vera", "one").await.expect(409);
    assert_eq!(list(&okta).await.len(), 0);
    create(&okta, "vera", "two").await.expect(409);
    let asked = list(&okta).await;
    assert_eq!((asked.len(), &asked[0]["times"], &asked[0]["claims"]["external_id"]), (1, &json!(3), &json!("two")));
    decide(&okta, &json!({ "id": LinkingId::new(), "times": 1 }), "dismiss").await.expect(404);
    doorward::app::departures::remove(&server.app, &Server::operator(), vera).await.unwrap();
    assert_eq!(list(&okta).await.len(), 0);
    decide(&okta, &asked[0], "link").await.expect(404);
    create(&okta, "vera", "two").await.expect(201);
    server.run_jobs().await;
}

/// Of a connection only so many questions are kept, the newest; and each for thirty days after it was asked last.
#[tokio::test]
async fn only_so_many_questions_are_kept() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = connection(&acme, false).await;
    acme.user("vera", "viewer").await;
    create(&okta, "vera", "one").await.expect(409);
    let tx = server.app.begin(acme.org).await.unwrap();
    let question = |at: u64, state: State| Linking {
        id: LinkingId::new(),
        org: acme.org,
        connection: okta.id,
        user: UserId::new(),
        state,
        claim_key: Vec::new(),
        claim_sealed: Vec::new(),
        times: 1,
        first_at: Timestamp::from_millis(0),
        last_at: Timestamp::from_millis(i64::try_from(at).unwrap()),
    };
    let (linked, first) = (question(1, State::Linked), question(2, State::Open));

    rows::put(&tx, &linked).await.unwrap();
    rows::put(&tx, &first).await.unwrap();
    let mut last = first.user;
    for at in 0..KEPT_MAX {
        let next = question(at + 3, State::Open);
        last = next.user;
        rows::put(&tx, &next).await.unwrap();
    }

    assert!(rows::find(&tx, okta.id, first.user).await.unwrap().is_none());
    assert!(rows::find(&tx, okta.id, last).await.unwrap().is_some());
    assert!(
        rows::find(&tx, okta.id, linked.user).await.unwrap().is_some(),
        "a link that waits to be used is not dropped"
    );
    drop(tx);
    server.advance(Duration::from_hours(24 * 29));
    doorward::app::jobs::sweep(&server.app).await.unwrap();
    assert_eq!(list(&okta).await.len(), 1);
    server.advance(Duration::from_hours(24 * 2));
    doorward::app::jobs::sweep(&server.app).await.unwrap();
    assert_eq!(list(&okta).await.len(), 0);
    server.run_jobs().await;
}
