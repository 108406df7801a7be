//! What connections turn into what: who may see it, what leads to which role, and what leads to nothing.

use doorward::app::connections;
use doorward::app::users::{self, OnLastHolder};
use doorward::domain::connection::{Breaker, Kind, Settings};
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_shell::{signed_in, words};
use crate::custom_roles::of_its_own;
use crate::harness::{Provisioning, Reply, Server};

async fn mappings(at: &Provisioning<'_>) -> Value {
    let path = format!("/api/v1/connections/{}/mappings", at.id);
    at.server.send(at.server.api(Method::GET, &path)).await.expect(200).json()
}

fn page_of(at: &Provisioning<'_>) -> String {
    format!("/console/provisioning/connections/{}/mappings", at.id)
}

pub async fn push(at: &Provisioning<'_>, name: &str, said: &Value) -> String {
    let mut body = json!({ "userName": name, "externalId": name });
    body.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
    at.send(Method::POST, "/Users", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned()
}

pub async fn group(at: &Provisioning<'_>, name: &str, members: &[&str]) -> String {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    let body = json!({ "displayName": name, "externalId": format!("g-{name}"), "members": members });
    at.send(Method::POST, "/Groups", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned()
}

/// Each word with the attribute it stands in and how many people have it.
fn unmatched(of: &Value) -> Vec<(String, String, u64)> {
    let text = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
    let words = of["unmatched_words"].as_array().unwrap().iter();
    words.map(|it| (text(it, "attribute"), text(it, "word"), it["people"].as_u64().unwrap())).collect()
}

fn names(of: &Value, part: &str, name: &str) -> Vec<String> {
    let all = of["groups"][part].as_array().unwrap().iter();
    all.map(|it| it[name].as_str().unwrap().to_owned()).collect()
}

/// UP-06, TE-01, TE-05: what a connection turns into what is for those who manage connections of the organisation, to look at
/// and to change; for others there is no such connection.
#[tokio::test]
async fn up_06_te_05_mappings_are_for_those_who_manage_the_connections_of_the_organisation() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    for (name, role) in [("olga", "owner"), ("adam", "admin"), ("vera", "viewer")] {
        acme.user(name, role).await;
    }
    let okta = acme.connection().await;
    let globex = server.tenant("globex").await;
    globex.user("gina", "owner").await;
    let (list, page) = ("/console/provisioning/mappings", page_of(&okta));

    let olga = signed_in(&acme, "olga").await;
    let all = olga.get(list).await.expect(200);
    assert!(all.text.contains(&page), "{}", all.text);
    olga.get(&page).await.expect(200);

    let gina = signed_in(&globex, "gina").await;
    let own = gina.get(list).await.expect(200);
    assert!(!own.text.contains(&page), "{}", own.text);
    for (browser, status) in [(signed_in(&acme, "adam").await, 403), (signed_in(&acme, "vera").await, 403), (gina, 404)]
    {
        let home = browser.get("/console").await.expect(200);
        let shown = browser.get(&page).await;
        assert_eq!(shown.status, status);
        assert!(!shown.text.contains("provider under test"), "{}", shown.text);
        let fields = [("group", "Staff"), ("role", "viewer")];
        assert_eq!(browser.submit_to(&page, &home, &fields).await.status, status);
        assert_eq!(browser.get(list).await.status, if status == 403 { 403 } else { 200 });
    }
    assert_eq!(mappings(&okta).await["groups"]["awaited"], json!([]));
}

/// A word of the provider that is neither the key nor the name of a role is listed as it was sent, with how many people have it
/// and one of them, until the provider takes it back, the person is deactivated or a role of that name is made.
#[tokio::test]
async fn words_that_no_role_has_are_listed_until_they_give_something_or_nobody_has_them() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection_with(Kind::Okta, Settings::default()).await;
    let other = acme.connection_with(Kind::Generic, Settings::default()).await;
    let ada = push(&okta, "ada", &json!({ "roles": [{ "value": "Night Shift" }, { "value": "VIEWER" }] })).await;
    push(&okta, "bob", &json!({ "roles": [{ "value": "night shift", "display": "Late" }] })).await;
    push(&okta, "cai", &json!({ "roles": [{ "value": "0042", "display": "Contributor" }] })).await;
    push(&okta, "dan", &json!({ "entitlements": [{ "value": "payroll" }] })).await;
    push(&other, "eve", &json!({ "roles": [{ "value": "elsewhere" }], "entitlements": [{ "value": "unread" }] })).await;

    let found = mappings(&okta).await;

    let word = |list: &str, word: &str, people| (list.to_owned(), word.to_owned(), people);
    let mut all = unmatched(&found);
    all.sort();
    let (shifts, late) = (word("roles", "Night Shift", 1), word("roles", "night shift", 1));
    assert_eq!(all, [word("entitlements", "payroll", 1), shifts.clone(), late]);
    assert_eq!(unmatched(&mappings(&other).await), [word("roles", "elsewhere", 1)]);
    let counted = |key: &str| {
        let roles = found["roles"].as_array().unwrap();
        roles.iter().find(|it| it["role"] == key).unwrap()["people_by_roles"].as_u64().unwrap()
    };
    assert_eq!((counted("viewer"), counted("contributor"), counted("admin")), (1, 1, 0));

    acme.user("olga", "owner").await;
    let olga = signed_in(&acme, "olga").await;
    let said = words(&olga.get(&page_of(&okta)).await.expect(200));
    assert!(said.contains("Night Shift") && said.contains("payroll") && !said.contains("elsewhere"), "{said}");

    users::deactivate(&server.app, &Server::operator(), ada.parse().unwrap(), OnLastHolder::Refuse).await.unwrap();
    assert!(!unmatched(&mappings(&okta).await).contains(&shifts));
    let payroll = json!({ "label": "Payroll", "allow": ["users:list"], "given_by": ["owner"], "below": "contributor" });
    server.send(server.api(Method::POST, "/api/v1/roles?organisation=acme").json(&payroll)).await.expect(201);
    assert!(!unmatched(&mappings(&okta).await).iter().any(|it| it.1 == "payroll"));
    server.run_jobs().await;
}

/// The groups of the connection stand with the roles that they give, those that give none apart, and those that are to give one
/// once they are pushed; a role above the highest of the connection is refused with the reason, and each is mapped on the page.
#[tokio::test]
async fn groups_are_shown_with_what_they_give_and_mapped_on_the_page_up_to_the_ceiling() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let settings = Settings { max_role: Some("contributor".to_owned()), ..Settings::default() };
    let okta = acme.connection_with(Kind::Okta, settings).await;
    let ada = push(&okta, "ada", &json!({})).await;
    group(&okta, "Builders", &[&ada]).await;
    group(&okta, "Guests", &[]).await;
    let (olga, page) = (signed_in(&acme, "olga").await, page_of(&okta));
    let map = |group: &'static str, role: &'static str| {
        let (olga, page) = (&olga, &page);
        async move {
            let shown = olga.get(page).await.expect(200);
            olga.fill_in(&shown, page, &[("group", Some(group)), ("role", Some(role))]).await
        }
    };

    assert_eq!(map("Builders", "contributor").await.status, 303);
    assert_eq!(map("g-Night", "viewer").await.status, 303);
    let refused = map("Guests", "admin").await;

    assert_eq!(refused.status, 403, "{}", refused.text);
    assert!(words(&refused).contains("above the highest"), "{}", words(&refused));
    assert_eq!(map(" ", "viewer").await.status, 400);
    let found = mappings(&okta).await;
    assert_eq!(names(&found, "mapped", "name"), ["Builders"]);
    assert_eq!(found["groups"]["mapped"][0]["roles"], json!(["contributor"]));
    assert_eq!(found["groups"]["mapped"][0]["members"], 1);
    assert_eq!(names(&found, "unmapped", "name"), ["Guests"]);
    assert_eq!(found["groups"]["awaited"], json!([{ "group": "g-night", "role": "viewer" }]));
    assert_eq!((&found["groups"]["mapped_total"], &found["groups"]["unmapped_total"]), (&json!(1), &json!(1)));
    let within = |key: &str| {
        let roles = found["roles"].as_array().unwrap();
        roles.iter().find(|it| it["role"] == key).unwrap()["is_within_ceiling"].as_bool().unwrap()
    };
    assert_eq!(["owner", "admin", "contributor", "viewer"].map(within), [false, false, true, true]);

    group(&okta, "Night", &[]).await;
    let after = mappings(&okta).await;
    assert_eq!(names(&after, "mapped", "name"), ["Builders", "Night"]);
    assert_eq!(after["groups"]["awaited"], json!([]));
}

/// What the page says of attributes is what becomes of them: the first that says something counts.
#[tokio::test]
async fn what_fills_a_field_is_what_the_mapping_says() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection_with(Kind::Okta, Settings::default()).await;
    let fields = |it: &Value| {
        let all = it["attributes"].as_array().unwrap().iter();
        all.map(|it| (it["field"].as_str().unwrap().to_owned(), it["scim"].clone()))
            .collect::<std::collections::BTreeMap<_, _>>()
    };
    let said = fields(&mappings(&okta).await);
    assert_eq!(said["display_name"], json!(["displayName", "name.formatted", "userName"]));
    assert_eq!(said["email"], json!(["emails[primary eq true]", "emails[type eq \"work\"]", "emails"]));

    let address = |value: &str, kind: &str| json!({ "value": value, "type": kind });
    let (home, work) = (address("h@acme.example", "home"), address("w@acme.example", "work"));
    let primary = json!({ "value": "p@acme.example", "primary": true });
    for (name, body, display, email) in [
        (
            "a",
            json!({ "displayName": "D", "name": { "formatted": "F" }, "emails": [home, work, primary] }),
            "D",
            "p@acme.example",
        ),
        ("b", json!({ "name": { "formatted": "F" }, "emails": [home, work] }), "F", "w@acme.example"),
        ("c", json!({ "emails": [home] }), "c", "h@acme.example"),
    ] {
        let id = push(&okta, name, &body).await;
        let shown: Reply = server.send(server.api(Method::GET, &format!("/api/v1/users/{id}"))).await.expect(200);
        let shown = shown.json();
        assert_eq!((&shown["display_name"], &shown["email"]), (&json!(display), &json!(email)), "{name}");
    }
}

/// The parts of provisioning lead to each other, and health begins with a line for each connection.
#[tokio::test]
async fn the_parts_of_provisioning_lead_to_each_other() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let okta = acme.connection().await;
    let olga = signed_in(&acme, "olga").await;
    let parts = ["", "/journal", "/mappings", "/health"].map(|it| format!("/console/provisioning{it}"));

    for here in &parts {
        let page = olga.get(here).await.expect(200);
        let nav = page.text.split("<nav class=\"tabs\" aria-label=\"Provisioning\">").nth(1).unwrap();
        let nav = nav.split("</nav>").next().unwrap();
        for part in &parts {
            let is_here = if part == here { " aria-current=\"page\"" } else { "" };
            assert!(nav.contains(&format!("<a href=\"{part}\"{is_here}>")), "{here} {part}: {nav}");
        }
    }
    let health = olga.get("/console/provisioning/health").await.expect(200);
    let glance = health.text.split("id=\"glance\"").nth(1).unwrap().split("</table>").next().unwrap();
    assert!(glance.contains(&format!("#c-{}", okta.id)) && glance.contains("Nothing was ever heard of it"), "{glance}");
}

/// What most people have comes first, each person once and of both lists; with how many are told who has the role by which list,
/// when the provider said it, and one who has it.
#[tokio::test]
async fn words_that_most_people_have_come_first_and_so_many_are_shown() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let settings = Settings { default_role: Some("viewer".to_owned()), ..Settings::default() };
    let okta = acme.connection_with(Kind::Okta, settings).await;
    push(&okta, "ada", &json!({ "roles": [{ "value": "Rare" }, { "value": "RARE" }, { "display": "Kitchen" }] })).await;
    let given = json!({ "entitlements": [{ "value": "Payroll" }, { "value": "contributor" }] });
    push(&okta, "bob", &given).await;
    push(&okta, "cai", &json!({ "entitlements": [{ "value": "Pay\nroll" }, { "value": "Payroll" }] })).await;

    let found = mappings(&okta).await;

    let all = unmatched(&found);
    assert_eq!(all[0], ("entitlements".to_owned(), "Payroll".to_owned(), 2), "{all:?}");
    assert!(all.iter().skip(1).all(|it| it.2 == 1), "{all:?}");
    let word = |word: &str| {
        let words = found["unmatched_words"].as_array().unwrap();
        words.iter().find(|it| it["word"].as_str().unwrap().eq_ignore_ascii_case(word)).unwrap().clone()
    };
    assert!(word("Payroll")["last_said_at"].is_string() && word("Payroll")["example"].is_string());
    assert_eq!((&word("Kitchen")["display"], &word("Rare")["people"]), (&Value::Null, &json!(1)));
    for role in found["roles"].as_array().unwrap() {
        assert_eq!(role["is_default"], role["role"] == "viewer", "{role}");
        assert_eq!(role["people_by_entitlements"], u64::from(role["role"] == "contributor"), "{role}");
    }
    let olga = signed_in(&acme, "olga").await;
    let page = olga.get(&page_of(&okta)).await.expect(200);
    assert!(!page.text.contains("Pay\nroll") && !words(&page).contains("Only the 50 that most people have"));
    assert!(words(&page).contains("To whom nothing of this gives a role: Viewer."), "{}", words(&page));

    let many: Vec<Value> = (0..50).map(|nth| json!({ "value": format!("word {nth}") })).collect();
    push(&okta, "dan", &json!({ "roles": many })).await;
    assert_eq!(unmatched(&mappings(&okta).await).len(), 50);
    assert!(words(&olga.get(&page_of(&okta)).await.expect(200)).contains("Only the 50 that most people have"));
    server.run_jobs().await;
}

/// The groups of another connection are not among those of this one, also those that are waited for; and who may let no group
/// give a role, or open none, is offered neither.
#[tokio::test]
async fn groups_of_another_connection_stand_on_its_own_page_and_only_what_can_be_done_is_offered() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    of_its_own(&server, "Keeper", &["org.scim:manage"]).await;
    acme.user("kim", "keeper").await;
    let settings = Settings { max_role: Some("contributor".to_owned()), ..Settings::default() };
    let okta = acme.connection_with(Kind::Okta, settings).await;
    let other = acme.connection().await;
    group(&okta, "Guests", &[]).await;
    group(&other, "Elsewhere", &[]).await;
    for name in ["Elsewhere", "Awaited"] {
        let role = "viewer".parse().unwrap();
        connections::map_group(&server.app, &Server::operator(), other.id, name, &role).await.unwrap();
    }
    group(&other, "Nothing", &[]).await;

    let found = mappings(&okta).await["groups"].clone();

    assert_eq!((&found["mapped"], &found["mapped_total"], &found["awaited"]), (&json!([]), &json!(0), &json!([])));
    assert_eq!((&found["unmapped"][0]["name"], &found["unmapped_total"]), (&json!("Guests"), &json!(1)));
    let (olga, kim) = (signed_in(&acme, "olga").await, signed_in(&acme, "kim").await);
    let (seen, narrow) = (olga.get(&page_of(&okta)).await.expect(200), kim.get(&page_of(&okta)).await.expect(200));
    let offers = |page: &Reply, role: &str| page.text.contains(&format!("<option value=\"{role}\""));
    assert_eq!(["contributor", "viewer", "admin", "owner"].map(|it| offers(&seen, it)), [true, true, false, false]);
    assert!(seen.text.contains("href=\"/console/groups/") && seen.text.contains("id=\"map\""));
    assert!(narrow.text.contains("Guests") && !narrow.text.contains("href=\"/console/groups/"), "{}", narrow.text);
    assert!(!narrow.text.contains("id=\"map\"") && !offers(&narrow, "viewer"), "{}", narrow.text);
    server.run_jobs().await;
}

/// What the page notes beside a field is what the settings make of it.
#[tokio::test]
async fn the_notes_beside_fields_follow_the_settings() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let olga = signed_in(&acme, "olga").await;
    let of = async |link_by_email: bool, is_on: bool| {
        let settings = Settings {
            issuer: Some("https://idp.example".to_owned()),
            client_id: Some("doorward".to_owned()),
            breaker: Some(Breaker { is_on, ..Breaker::default() }),
            link_by_email,
            ..Settings::default()
        };
        let it = acme.connection_with(Kind::Generic, settings).await;
        words(&olga.get(&page_of(&it)).await.expect(200))
    };
    let (by_email, held) = ("where there is none, by a verified address", "beyond the number that is allowed at once");

    let (first, second) = (of(true, false).await, of(false, true).await);

    assert_eq!((first.contains(by_email), first.contains(held)), (true, false), "{first}");
    assert_eq!((second.contains(by_email), second.contains(held)), (false, true), "{second}");
    assert!(second.contains("By this id a sign-in finds the user."), "{second}");
}

/// UP-06, TE-05: what is waited for is withdrawn, by whoever may take the role, on the page and over the API, and a group that is
/// there gives no longer what it gave. Other connections and organisations are not reached by it.
#[tokio::test]
async fn what_a_group_is_to_give_is_withdrawn() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let (okta, other) = (acme.connection().await, acme.connection().await);
    let globex = server.tenant("globex").await;
    globex.user("gina", "owner").await;
    let route =
        |of: &Provisioning<'_>, group: &str| format!("/api/v1/connections/{}/groups/{group}/roles/viewer", of.id);
    let call = async |method: Method, path: &str| server.send(server.api(method, path)).await;
    let awaited = async || mappings(&okta).await["groups"]["awaited"].clone();
    let one = |group: &str| json!({ "group": group, "role": "viewer" });

    let made = call(Method::PUT, &route(&okta, "Night%2Fshift")).await.expect(200).json();
    call(Method::PUT, &route(&okta, "g-day")).await.expect(200);
    call(Method::PUT, &route(&other, "g-day")).await.expect(200);
    assert_eq!(made, json!({ "group": "Night/shift", "role": "viewer", "is_waiting": true }));
    assert_eq!(awaited().await, json!([one("g-day"), one("night/shift")]));

    let (olga, gina) = (signed_in(&acme, "olga").await, signed_in(&globex, "gina").await);
    let withdraw = format!("{}/withdraw", page_of(&okta));
    let fields = [("group", "g-day"), ("role", "viewer")];
    let page = olga.get(&page_of(&okta)).await.expect(200);
    assert_eq!(page.text.matches(&format!("action=\"{withdraw}\"")).count(), 2);
    let foreign = gina.submit_to(&withdraw, &gina.get("/console").await, &fields).await;
    let done = olga.submit_to(&withdraw, &page, &fields).await;
    let twice = olga.submit_to(&withdraw, &page, &fields).await;
    assert_eq!((foreign.status, done.status, twice.status), (404, 303, 404));
    assert_eq!(awaited().await, json!([one("night/shift")]));
    call(Method::DELETE, &route(&okta, "NIGHT%2FSHIFT")).await.expect(204);
    call(Method::DELETE, &route(&okta, "NIGHT%2FSHIFT")).await.expect(404);
    assert_eq!(mappings(&other).await["groups"]["awaited"], json!([one("g-day")]));

    let ada = push(&okta, "ada", &json!({})).await;
    group(&okta, "day", &[&ada]).await;
    let role = async || {
        server.send(server.api(Method::GET, &format!("/api/v1/users/{ada}"))).await.expect(200).json()["role"].clone()
    };
    assert_eq!(role().await, Value::Null, "withdrawn is withdrawn");
    let made = call(Method::PUT, &route(&okta, "g-day")).await.expect(200).json();
    assert_eq!((&made["is_waiting"], role().await), (&json!(false), json!("viewer")));
    call(Method::DELETE, &route(&okta, "Day")).await.expect(204);
    assert_eq!(role().await, Value::Null);
    server.run_jobs().await;
}
