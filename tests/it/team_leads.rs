//! Who leads a team, and how much its people may use.

use doorward::app::teams::{self, NewTeam};
use doorward::app::users::{self, OnLastHolder};
use doorward::app::{departures, fsck};
use doorward::domain::id::{TeamId, UserId};
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_edit::post;
use crate::console_shell::words;
use crate::harness::{OPERATOR_TOKEN, Reply, Server, Tenant, in_acme};
use crate::resources::{at, call, person, personal, program};

/// A platform whose applications give processors and storage out.
const PRESET: &str = "admin-developer-viewer";

async fn operator(server: &Server, method: Method, path: &str, body: Value) -> Reply {
    call(server, OPERATOR_TOKEN, method, path, body).await
}

async fn team(tenant: &Tenant<'_>, name: &str, members: Vec<UserId>) -> TeamId {
    let new = NewTeam { name: name.to_owned(), members, ..NewTeam::default() };
    teams::create(&tenant.server.app, &Server::operator(), tenant.org, new).await.unwrap().id
}

async fn lead_of(server: &Server, id: TeamId) -> Value {
    operator(server, Method::GET, &format!("/teams/{id}"), Value::Null).await.expect(200).json()["lead"].clone()
}

/// S2-14: the lead of a team, whatever their role, sees, describes and fills that team in the console, and no other; who leads
/// it, what it may use, and whether it is there at all, others decide.
#[tokio::test]
async fn s2_14_the_lead_of_a_team_manages_that_team_alone_in_the_console() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    person(&tenant, "ada", "admin").await;
    let (lena, bob) = (person(&tenant, "lena", "developer").await, person(&tenant, "bob", "viewer").await);
    let (blue, red) = (team(&tenant, "Blue", vec![lena]).await, team(&tenant, "Red", vec![bob]).await);
    let [page, red_page] = [blue, red].map(|id| format!("/console/teams/{id}"));
    let (ada, browser) = (at(&server, "ada").await, at(&server, "lena").await);

    let before = browser.get("/console/teams").await;
    let choosing = ada.get(&page).await.expect(200);
    post(&ada, &page, &format!("{page}/lead"), &[("lead", &lena.to_string())]).await.expect(303);
    let list = browser.get("/console/teams").await.expect(200);
    let own = browser.get(&page).await.expect(200);
    let other = browser.get(&red_page).await;
    let unknown = post(&browser, &page, &format!("{page}/members"), &[("user_name", "nobody")]).await.expect(400);
    post(&browser, &page, &format!("{page}/members"), &[("user_name", "BOB")]).await.expect(303);
    post(&browser, &page, &page, &[("name", "Blue"), ("description", "The sea")]).await.expect(303);
    let full = browser.get(&page).await.expect(200);
    let mut others = vec![
        post(&browser, &page, &format!("{page}/lead"), &[("lead", &bob.to_string())]).await.status,
        post(&browser, &page, &format!("{page}/quotas"), &[("workflows", "5")]).await.status,
        post(&browser, &page, &format!("{page}/delete"), &[]).await.status,
        browser.get(&format!("{page}/delete")).await.status,
        post(&browser, &page, &format!("{red_page}/members"), &[(&format!("remove-{bob}"), "on")]).await.status,
        post(&browser, &page, &red_page, &[("name", "Blood"), ("description", "")]).await.status,
    ];
    let off = post(&browser, &page, &format!("{page}/members"), &[(&format!("remove-{lena}"), "on")]).await.expect(303);
    others.push(browser.get(&page).await.status);

    assert_eq!((before.status, other.status), (403, 403));
    assert!(choosing.text.contains(&format!("<option value=\"{lena}\">")), "{}", choosing.text);
    assert!(!choosing.text.contains(&format!("<option value=\"{bob}\">")), "only members lead");
    assert!(list.text.contains("<a href=\"/console/teams\" aria-current=\"page\">Teams</a>"), "{}", list.text);
    assert!(words(&list).contains("Blue") && !words(&list).contains("Red"), "{}", list.text);
    assert!(words(&own).contains("Team lead: ") && own.text.contains("name=\"user_name\""), "{}", own.text);
    for control in [format!("{page}/lead"), format!("{page}/quotas"), format!("{page}/delete")] {
        assert!(!own.text.contains(&control), "{control} is not offered");
    }
    assert_eq!(unknown.problem(), "Choose active users of this organisation.");
    assert!(unknown.text.contains("value=\"nobody\""), "what was typed stays");
    assert!(words(&full).contains("bob") && words(&full).contains("The sea"), "{}", full.text);
    assert_eq!(others, [403; 7]);
    assert_eq!(off.header("location"), Some("/account"));
}

/// S2-14: the same over the API; being lead ends with being on the team, whoever ends that, and is nobody's who is not on it.
#[tokio::test]
async fn s2_14_whoever_is_taken_off_a_team_no_longer_leads_it() {
    let server = Server::start().await;
    server.keep_outbox();
    let tenant = server.tenant("acme").await;
    let by = Server::operator();
    let lena = person(&tenant, "lena", "contributor").await;
    let (bob, eve) = (person(&tenant, "bob", "viewer").await, person(&tenant, "eve", "viewer").await);
    let (blue, red) = (team(&tenant, "Blue", vec![lena, eve]).await, team(&tenant, "Red", vec![bob]).await);
    let token = personal(&server, lena).await;
    let path = format!("/teams/{blue}");
    users::deactivate(&server.app, &by, eve, OnLastHolder::Refuse).await.unwrap();

    for (lead, status) in [(json!(bob), 400), (json!(eve), 400), (json!(UserId::new()), 400), (json!(lena), 200)] {
        let answer = operator(&server, Method::PATCH, &path, json!({ "lead": lead })).await;
        assert_eq!(answer.status, status, "{lead} {}", answer.text);
    }
    let mine = call(&server, &token, Method::GET, "/teams", Value::Null).await.expect(200).json();
    let filled = call(&server, &token, Method::POST, &format!("{path}/members"), json!({ "add": [bob] })).await;
    let [described, handed, foreign, deleted, made] = [
        call(&server, &token, Method::PATCH, &path, json!({ "description": "The sea" })).await.status,
        call(&server, &token, Method::PATCH, &path, json!({ "lead": bob })).await.status,
        call(&server, &token, Method::PATCH, &format!("/teams/{red}"), json!({ "description": "Mine" })).await.status,
        call(&server, &token, Method::DELETE, &path, Value::Null).await.status,
        call(&server, &token, Method::POST, "/teams", json!({ "name": "Green" })).await.status,
    ];
    let left = call(&server, &token, Method::POST, &format!("{path}/members"), json!({ "remove": [lena] })).await;
    let after = call(&server, &token, Method::GET, &path, Value::Null).await;
    operator(&server, Method::PATCH, &path, json!({ "lead": bob })).await.expect(200);
    users::deactivate(&server.app, &by, bob, OnLastHolder::Refuse).await.unwrap();
    let of_sleeper = lead_of(&server, blue).await;
    departures::remove(&server.app, &by, bob).await.unwrap();

    assert_eq!(mine["teams"].as_array().unwrap().iter().map(|it| &it["name"]).collect::<Vec<_>>(), ["Blue"]);
    assert_eq!((filled.status, described, handed, foreign, deleted, made), (200, 200, 403, 403, 403, 403));
    assert_eq!((left.status, &left.json()["lead"]), (200, &Value::Null));
    assert_eq!(after.status, 403, "whoever leads nothing sees nothing");
    assert_eq!(of_sleeper, json!(bob), "who comes back finds everything as it was");
    assert_eq!(lead_of(&server, blue).await, Value::Null);
    assert_eq!(fsck::run(&server.app, &by).await.unwrap().broken, Vec::new());
}

/// S2-15: six typed quotas, each of which may be left empty; what is no such amount is refused and the form kept.
#[tokio::test]
async fn s2_15_a_team_has_six_quotas_of_which_an_empty_one_does_not_limit() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    person(&tenant, "ada", "admin").await;
    let blue = team(&tenant, "Blue", Vec::new()).await;
    let (page, path) = (format!("/console/teams/{blue}"), format!("/teams/{blue}"));
    let browser = at(&server, "ada").await;

    let form = browser.get(&page).await.expect(200);
    let six = ["cpu_millicores", "memory_mib", "storage_gib", "applications", "workflows", "workspaces"];
    let typed = [("cpu_millicores", "4000"), ("memory_mib", ""), ("storage_gib", "0"), ("workspaces", "7")];
    post(&browser, &page, &format!("{page}/quotas"), &typed).await.expect(303);
    let stored = operator(&server, Method::GET, &path, Value::Null).await.expect(200).json()["quotas"].clone();
    for wrong in ["-1", "1.5", "much", "1000000001"] {
        let typed = [("cpu_millicores", "9"), ("workflows", wrong)];
        let again = post(&browser, &page, &format!("{page}/quotas"), &typed).await.expect(400);
        assert_eq!(again.problem(), "Write a number from 0 to 1000000000.", "{wrong}");
        assert!(
            again.text.contains(&format!(
                "name=\"workflows\" type=\"number\" min=\"0\" max=\"1000000000\" value=\"{wrong}\""
            ))
        );
        let number: Value = serde_json::from_str(wrong).unwrap_or(json!(wrong));
        let by_api = operator(&server, Method::PATCH, &path, json!({ "quotas": { "workflows": number } })).await;
        assert_eq!(by_api.status, 400, "{wrong}");
    }
    let unknown = operator(&server, Method::PATCH, &path, json!({ "quotas": { "gpu": 1 } })).await;
    let shown = browser.get(&page).await.expect(200);
    operator(&server, Method::PATCH, &path, json!({ "quotas": {} })).await.expect(200);
    let unlimited = browser.get(&page).await.expect(200);

    for quota in six {
        assert!(form.text.contains(&format!("id=\"{quota}\" name=\"{quota}\" type=\"number\"")), "{quota}");
    }
    let none = Value::Null;
    assert_eq!(
        six.map(|it| &stored[it]),
        [&json!(4000), &none, &json!(0), &none, &none, &json!(7)],
        "what was left empty is not limited"
    );
    assert_eq!(unknown.status, 400);
    assert_eq!(shown.text.matches("<meter").count(), 3, "{}", shown.text);
    assert!(words(&shown).contains("0 of 4000 used"), "{}", shown.text);
    assert_eq!(unlimited.text.matches("<meter").count(), 0);
}

/// S2-15: applications report what a team uses of each; it is added up, asked about before more is given out, and refused
/// where that is wanted.
#[tokio::test]
async fn s2_15_consumption_is_added_up_checked_and_refused_over_the_quota() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    person(&tenant, "ada", "owner").await;
    let dev = person(&tenant, "dev", "contributor").await;
    let blue = team(&tenant, "Blue", Vec::new()).await;
    let (usage, check) = (format!("/teams/{blue}/usage"), format!("/teams/{blue}/usage/check"));
    let quotas = json!({ "quotas": { "cpu_millicores": 4000, "workflows": 2 } });
    operator(&server, Method::PATCH, &format!("/teams/{blue}"), quotas).await.expect(200);
    let ((one_id, one), (_, two)) =
        (program(&server, "builds", "admin").await, program(&server, "serving", "admin").await);
    let put = |token: &str, body: Value| {
        let (server, usage, token) = (&server, usage.clone(), token.to_owned());
        async move { call(server, &token, Method::PUT, &usage, body).await }
    };

    put(&one, json!({ "used": { "cpu_millicores": 3000, "storage_gib": 50 } })).await.expect(200);
    let both = put(&two, json!({ "used": { "cpu_millicores": 500 } })).await.expect(200).json();
    let fits = call(&server, &two, Method::POST, &check, json!({ "cpu_millicores": 500 })).await.expect(200).json();
    let more = json!({ "cpu_millicores": 501, "workflows": 3, "memory_mib": 9 });
    let over = call(&server, &two, Method::POST, &check, more).await.expect(200).json();
    let refused = put(&two, json!({ "used": { "cpu_millicores": 1001 }, "enforce": true })).await.expect(409).json();
    let told = put(&two, json!({ "used": { "cpu_millicores": 1001 } })).await.expect(200).json();
    let less = put(&two, json!({ "used": { "cpu_millicores": 1001, "workflows": 1 }, "enforce": true })).await;
    let nothing =
        put(&one, json!({ "used": { "cpu_millicores": 3000, "storage_gib": 50, "workflows": 0 }, "enforce": true }))
            .await;
    let page = at(&server, "ada").await.get(&format!("/console/teams/{blue}")).await.expect(200);
    let by_operator = operator(&server, Method::PUT, &usage, json!({ "used": {} })).await;
    let by_developer = call(&server, &personal(&server, dev).await, Method::PUT, &usage, json!({ "used": {} })).await;
    operator(&server, Method::DELETE, &in_acme(&format!("/service-accounts/{one_id}")), Value::Null).await.expect(204);
    let gone = operator(&server, Method::GET, &usage, Value::Null).await.expect(200).json();

    assert_eq!((&both["used"]["cpu_millicores"], &both["used"]["storage_gib"]), (&json!(3500), &json!(50)));
    assert_eq!(both["reports"].as_array().unwrap().len(), 2);
    assert_eq!(fits, json!({ "allowed": true, "over": [] }));
    assert_eq!(
        over,
        json!({ "allowed": false, "over": [
            { "quota": "cpu_millicores", "max": 4000, "amount": 4001 }, { "quota": "workflows", "max": 2, "amount": 3 },
        ] })
    );
    assert_eq!(refused["type"], "urn:doorward:problem:over-quota", "{refused}");
    assert_eq!(refused["detail"], "this team may not use that much: cpu_millicores would be 4001, and may be 4000");
    assert_eq!(told["over"], json!([{ "quota": "cpu_millicores", "max": 4000, "amount": 4001 }]), "what is, is told");
    assert_eq!(nothing.status, 200, "nothing of something is no growth: {}", nothing.text);
    assert_eq!(less.status, 200, "what does not grow is not refused: {}", less.text);
    assert!(words(&page).contains("4001 of 4000 used") && words(&page).contains("over the quota"), "{}", page.text);
    assert_eq!((by_operator.status, by_developer.status), (403, 403));
    assert_eq!(gone["used"]["cpu_millicores"], json!(1001), "what is gone gives nothing out any more");
}

/// S2-15: of two that take the last of a quota at the same time, on two nodes, one is refused.
#[tokio::test]
async fn s2_15_two_applications_cannot_both_take_the_last_of_a_quota() {
    let server = Server::start().await;
    let node = server.node().await;
    let tenant = server.tenant("acme").await;
    let blue = team(&tenant, "Blue", Vec::new()).await;
    let usage = format!("/teams/{blue}/usage");
    let ((_, one), (_, two)) = (program(&server, "builds", "admin").await, program(&server, "serving", "admin").await);
    let quotas = json!({ "quotas": { "workspaces": 1 } });
    operator(&server, Method::PATCH, &format!("/teams/{blue}"), quotas).await.expect(200);

    for _ in 0..10 {
        let (none, last) = (json!({ "used": {} }), json!({ "used": { "workspaces": 1 }, "enforce": true }));
        call(&server, &one, Method::PUT, &usage, none.clone()).await.expect(200);
        call(&server, &two, Method::PUT, &usage, none).await.expect(200);

        let (a, b) = tokio::join!(
            call(&server, &one, Method::PUT, &usage, last.clone()),
            call(&node, &two, Method::PUT, &usage, last.clone()),
        );

        let mut answers = [a.status, b.status];
        answers.sort_unstable();
        assert_eq!(answers, [200, 409]);
    }
}
