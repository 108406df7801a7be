//! Teams: made, filled, described and deleted, in the console and over the API.

use doorward::app::teams::{self, NewTeam};
use doorward::app::users::{self, OnLastHolder};
use doorward::app::{accounts, departures};
use doorward::domain::id::{TeamId, UserId};
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_edit::{post, token};
use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, PASSWORD, Reply, Server, Tenant};

async fn team(tenant: &Tenant<'_>, name: &str, members: Vec<UserId>) -> TeamId {
    let new = NewTeam { name: name.to_owned(), members, ..NewTeam::default() };
    teams::create(&tenant.server.app, &Server::operator(), tenant.org, new).await.unwrap().id
}

async fn by_api(server: &Server, method: Method, path: &str, body: Option<Value>) -> Reply {
    let request = server.api(method, &format!("/api/v1{path}"));
    server.send(body.iter().fold(request, reqwest::RequestBuilder::json)).await
}

async fn members(server: &Server, id: TeamId) -> Vec<String> {
    let team = by_api(server, Method::GET, &format!("/teams/{id}"), None).await.expect(200).json();
    team["members"].as_array().unwrap().iter().map(|it| it["user_name"].as_str().unwrap().to_owned()).collect()
}

/// S2-12: Teams > Create Team takes a name and a description; the name is unique in the organisation in any spelling, in the
/// console as over the API.
#[tokio::test]
async fn s2_12_a_team_is_made_with_a_name_that_no_other_team_has() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    server.tenant("globex").await;
    let browser = signed_in(&tenant, "olga").await;

    let list = browser.get("/console/teams").await.expect(200);
    let fields = [("name", "Platform"), ("description", "Runs what the others build on.")];
    let made = post(&browser, "/console/teams/new", "/console/teams/new", &fields).await.expect(303);
    let page = browser.get(made.header("location").unwrap()).await.expect(200);
    let taken =
        post(&browser, "/console/teams/new", "/console/teams/new", &[("name", "ＰＬＡＴform")]).await.expect(409);
    let nameless = post(&browser, "/console/teams/new", "/console/teams/new", &[("name", " ")]).await.expect(400);
    let again = by_api(&server, Method::POST, "/teams?organisation=acme", Some(json!({ "name": "platform" }))).await;
    let elsewhere =
        by_api(&server, Method::POST, "/teams?organisation=globex", Some(json!({ "name": "Platform" }))).await;
    let all = by_api(&server, Method::GET, "/teams?organisation=acme", None).await.expect(200).json();

    assert!(list.text.contains("href=\"/console/teams/new\">Create Team</a>"), "{}", list.text);
    assert!(list.text.contains("<a href=\"/console/teams\" aria-current=\"page\">Teams</a>"));
    assert!(words(&page).contains("Platform") && words(&page).contains("Runs what the others build on."));
    assert_eq!(taken.problem(), "Another team has this name already.");
    assert!(
        nameless.text.contains("id=\"name\" name=\"name\" type=\"text\" value=\"\"") && !nameless.problem().is_empty()
    );
    assert_eq!((again.status, elsewhere.status), (409, 201));
    assert_eq!(again.json()["type"], "urn:doorward:problem:team-name-taken");
    assert_eq!(all["teams"].as_array().unwrap().len(), 1);
    assert_eq!((&all["teams"][0]["name"], &all["teams"][0]["member_count"]), (&json!("Platform"), &json!(0)));
}

/// S2-13: members are chosen among the active users: pending and deactivated ones are not offered, and they, unknown ones
/// and those of another organisation are refused.
#[tokio::test]
async fn s2_13_members_are_chosen_among_active_users_only() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let pending = tenant.user_with("penny", "viewer", accounts::SignIn::Password, accounts::WayIn::Closed).await;
    let gone = tenant.user("gone", "viewer").await;
    users::deactivate(&server.app, &Server::operator(), gone, OnLastHolder::Refuse).await.unwrap();
    let foreign = server.tenant("globex").await.user("hank", "owner").await;
    let id = team(&tenant, "Platform", Vec::new()).await;
    let browser = signed_in(&tenant, "olga").await;
    let (page, path) = (format!("/console/teams/{id}"), format!("/console/teams/{id}/members"));

    let offered = browser.get(&page).await.expect(200);
    let found = browser.get(&format!("{page}?name=ver")).await.expect(200);
    post(&browser, &page, &path, &[(&format!("add-{vera}"), "on")]).await.expect(303);
    let on = members(&server, id).await;
    for other in [pending, gone, foreign, UserId::new()] {
        let forced = post(&browser, &page, &path, &[(&format!("add-{other}"), "on")]).await;
        let by_api =
            by_api(&server, Method::POST, &format!("/teams/{id}/members"), Some(json!({ "add": [other] }))).await;
        assert_eq!((forced.status, by_api.status), (400, 400), "{}", by_api.text);
    }
    let full = browser.get(&page).await.expect(200);
    post(&browser, &page, &path, &[(&format!("remove-{vera}"), "on")]).await.expect(303);

    let boxes = |page: &Reply| page.text.matches("name=\"add-").count();
    assert_eq!((boxes(&offered), boxes(&found), boxes(&full)), (2, 1, 1));
    assert!(
        found.text.contains(&format!("name=\"add-{vera}\"")) && full.text.contains(&format!("name=\"remove-{vera}\""))
    );
    assert_eq!((on, members(&server, id).await), (vec!["vera".to_owned()], Vec::new()));
}

/// The list of users is narrowed to a team, in the console as over the API.
#[tokio::test]
async fn the_list_of_users_is_narrowed_to_a_team() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let olga = tenant.user("olga", "owner").await;
    tenant.user("vera", "viewer").await;
    let id = team(&tenant, "Platform", vec![olga]).await;
    let browser = signed_in(&tenant, "olga").await;

    let window = browser.get("/console/users?add=team").await.expect(200);
    let list = browser.get(&format!("/console/users?team={id}")).await.expect(200);
    let users = by_api(&server, Method::GET, &format!("/users?organisation=acme&team={id}"), None).await.json();

    assert!(window.text.contains(&format!("<option value=\"{id}\">Platform</option>")), "{}", window.text);
    assert_eq!(list.text.matches("<th scope=\"row\">").count(), 1);
    assert!(words(&list).contains("Team: Platform"));
    assert_eq!(users["users"].as_array().unwrap().iter().map(|it| &it["user_name"]).collect::<Vec<_>>(), ["olga"]);
}

/// Being on a team survives deactivation and ends with removal and erasure; deleting a team leaves its people.
#[tokio::test]
async fn a_membership_survives_deactivation_and_ends_with_the_person_or_the_team() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let operator = Server::operator();
    tenant.user("olga", "owner").await;
    let [kept, removed, erased] = [
        tenant.user("kept", "viewer").await,
        tenant.user("removed", "viewer").await,
        tenant.user("erased", "viewer").await,
    ];
    let id = team(&tenant, "Platform", vec![kept, removed, erased]).await;
    let browser = signed_in(&tenant, "olga").await;

    users::deactivate(&server.app, &operator, kept, OnLastHolder::Refuse).await.unwrap();
    departures::remove(&server.app, &operator, removed).await.unwrap();
    departures::erase(&server.app, &operator, erased).await.unwrap();
    let left = members(&server, id).await;
    let page = browser.get(&format!("/console/teams/{id}/delete")).await.expect(200);
    post(&browser, "/console", &format!("/console/teams/{id}/delete"), &[]).await.expect(303);

    assert_eq!(left, ["kept"]);
    assert!(words(&page).contains("Delete the team Platform?") && page.text.contains("autofocus>Cancel</a>"));
    by_api(&server, Method::GET, &format!("/teams/{id}"), None).await.expect(404);
    by_api(&server, Method::GET, &format!("/users/{kept}"), None).await.expect(200);
}

/// Name and description change, and every deed is in the audit of the team.
#[tokio::test]
async fn a_team_is_renamed_by_who_may_and_by_nobody_else() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    tenant.user("cora", "contributor").await;
    let id = team(&tenant, "Platform", Vec::new()).await;
    let (browser, other) = (signed_in(&tenant, "olga").await, signed_in(&tenant, "cora").await);
    let page = format!("/console/teams/{id}");

    let fields = [("name", "Foundations"), ("description", "")];
    post(&browser, &page, &page, &fields).await.expect(303);
    let hidden = other.get("/console/users").await.expect(200);
    let own = token(&other, "/account").await;
    let all: Vec<_> = fields.iter().copied().chain([("csrf", own.as_str())]).collect();
    for path in [page.clone(), format!("{page}/members"), format!("{page}/delete"), "/console/teams/new".to_owned()] {
        let sent = other.send(server.request(Method::POST, &path).form(&all)).await;
        assert_eq!(sent.status, 403, "{path}");
    }

    assert!(!hidden.text.contains("/console/teams"), "{}", hidden.text);
    let shown = by_api(&server, Method::GET, &format!("/teams/{id}"), None).await.json();
    assert_eq!((&shown["name"], &shown["description"]), (&json!("Foundations"), &json!("")));
}

/// S2-6: an invitation carries teams; whoever accepts it is on those that are still there.
#[tokio::test]
async fn s2_6_whoever_is_invited_into_teams_is_on_them_after_accepting() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let (stays, goes) = (team(&tenant, "Platform", Vec::new()).await, team(&tenant, "Short-lived", Vec::new()).await);
    let browser = signed_in(&tenant, "olga").await;

    let staged = post(
        &browser,
        "/console/users/invite",
        "/console/users/invite",
        &[("text", "Ida <ida@acme.example>"), ("step", "roles")],
    )
    .await;
    let [first, second] = [format!("team-0-{stays}"), format!("team-0-{goes}")];
    let row =
        [("rows", "1"), ("address-0", "ida@acme.example"), ("name-0", "Ida"), ("role-0", "viewer"), ("mail", "on")];
    let row: Vec<_> =
        row.into_iter().chain([(first.as_str(), "on"), (second.as_str(), "on"), ("step", "send")]).collect();
    post(&browser, "/console/users/invite", "/console/users/invite", &row).await.expect(303);
    server.run_jobs().await;
    teams::delete(&server.app, &Server::operator(), goes).await.unwrap();
    let hers = Browser::new(&server);
    let (_, accept) = hers.visit(&server.newest_link()).await;
    let fields = [("display_name", "Ida"), ("password", PASSWORD), ("password_again", PASSWORD)];
    hers.submit(&accept, &fields).await.expect(303);

    assert!(staged.text.contains(&format!("name=\"{first}\"")) && staged.text.contains("Platform"), "{}", staged.text);
    assert_eq!(members(&server, stays).await, ["ida@acme.example"]);
}
