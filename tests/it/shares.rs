//! Sharing resources with users and teams, and what follows for whoever asks.

use doorward::app::teams::{self, NewTeam};
use doorward::app::users::{self, OnLastHolder};
use doorward::app::{departures, fsck};
use doorward::domain::id::{TeamId, UserId};
use doorward::domain::share::COUNT_MAX;
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_edit::post;
use crate::console_shell::words;
use crate::harness::{OPERATOR_TOKEN, Reply, Server, Tenant, database, in_acme};
use crate::resources::{at, call, person, personal, program};

/// People who deploy, and people who look at what is deployed.
const PRESET: &str = "admin-developer-viewer";

async fn operator(server: &Server, method: Method, path: &str, body: Value) -> Reply {
    let path = if path.starts_with("/resources") { format!("{path}?organisation=acme") } else { in_acme(path) };
    call(server, OPERATOR_TOKEN, method, &path, body).await
}

async fn team(tenant: &Tenant<'_>, name: &str, members: Vec<UserId>) -> TeamId {
    let new = NewTeam { name: name.to_owned(), members, ..NewTeam::default() };
    teams::create(&tenant.server.app, &Server::operator(), tenant.org, new).await.unwrap().id
}

/// Registers something; answers its id.
async fn register(server: &Server, key: &str, body: Value) -> String {
    let made = operator(server, Method::PUT, &format!("/resources/{key}"), body).await.expect(201).json();
    made["id"].as_str().unwrap().to_owned()
}

async fn share(server: &Server, key: &str, with: &str, level: &str) -> Reply {
    operator(server, Method::PUT, &format!("/resources/{key}/shares/{with}"), json!({ "level": level })).await
}

/// Whether somebody may do this to the resource of this kind and key, and why.
async fn may(server: &Server, who: UserId, action: &str, key: &str) -> (bool, String) {
    let (kind, id) = key.split_once('/').unwrap();
    let question = json!({
        "subject": { "type": "user", "id": who }, "action": { "name": action }, "resource": { "type": kind, "id": id },
    });
    let request = server.request(Method::POST, "/access/v1/evaluation?organisation=acme").bearer_auth(OPERATOR_TOKEN);
    let answer = server.send(request.json(&question)).await.expect(200).json();
    (answer["decision"].as_bool().unwrap(), answer["context"]["reason"].as_str().unwrap().to_owned())
}

/// Shares a resource of `acme` so many times.
pub fn fill(server: &Server, key: &str, times: u64) {
    let id = if database::on_postgres() { "gen_random_uuid()" } else { "randomblob(16)" };
    let sql = format!(
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {times}) \
         INSERT INTO shares (org_id, resource_id, subject_kind, subject_id, level, since) \
         SELECT r.org_id, r.id, 'team', {id}, 'view', 0 FROM c, resources r WHERE r.external_id = '{key}'"
    );
    database::execute(&server.app.config.database_url, &sql);
}

fn yes(reason: &str) -> (bool, String) {
    (true, reason.to_owned())
}

fn no(reason: &str) -> (bool, String) {
    (false, reason.to_owned())
}

/// S2-16: an application is shared with teams and users from its page, to view only or to edit; the decision about a member of
/// the team is that, and ends with the share, and with being on the team.
#[tokio::test]
async fn s2_16_an_application_is_shared_with_a_team_to_view_or_to_edit() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let ada = person(&tenant, "ada", "admin").await;
    let (dev, vic) = (person(&tenant, "dev", "developer").await, person(&tenant, "vic", "viewer").await);
    let blue = team(&tenant, "Blue", vec![dev]).await;
    let shop = register(&server, "application/shop", json!({ "name": "Shop", "owner": ada })).await;
    let page = format!("/console/resources/{shop}/share");
    let browser = at(&server, "ada").await;

    let details = browser.get(&format!("/console/resources/{shop}")).await.expect(200);
    let before = may(&server, dev, "view", "application/shop").await;
    let view = [(&*format!("with-team.{blue}"), "on"), ("level", "view")];
    post(&browser, &page, &page, &view).await.expect(303);
    let viewing =
        [may(&server, dev, "view", "application/shop").await, may(&server, dev, "edit", "application/shop").await];
    let edit = [(&*format!("with-team.{blue}"), "on"), (&*format!("with-user.{vic}"), "on"), ("level", "edit")];
    post(&browser, &page, &page, &edit).await.expect(303);
    let editing =
        [may(&server, dev, "edit", "application/shop").await, may(&server, vic, "edit", "application/shop").await];
    let shown = browser.get(&page).await.expect(200);
    let listed =
        operator(&server, Method::GET, "/resources/application/shop/shares", Value::Null).await.expect(200).json();
    post(&browser, &page, &page, &[("end", &format!("user.{vic}"))]).await.expect(303);
    let ended = may(&server, vic, "view", "application/shop").await;
    let path = format!("/teams/{blue}/members");
    operator(&server, Method::POST, &path, json!({ "remove": [dev] })).await.expect(200);
    let off_the_team = may(&server, dev, "view", "application/shop").await;
    let nobody = post(&browser, &page, &page, &[("level", "view")]).await.expect(400);

    assert!(details.text.contains(&format!("href=\"{page}\">Share</a>")), "{}", details.text);
    assert_eq!(before, no("not_shared"));
    assert_eq!(viewing, [yes("share_with_team"), no("view_only")]);
    assert_eq!(editing, [yes("share_with_team"), yes("share_with_user")]);
    assert!(words(&shown).contains("Blue") && words(&shown).contains("vic"), "{}", shown.text);
    let levels: Vec<(&str, &str)> = listed["shares"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["with"].as_str().unwrap(), it["level"].as_str().unwrap()))
        .collect();
    assert_eq!(levels.len(), 2);
    assert!(levels.contains(&("team", "edit")) && levels.contains(&("user", "edit")), "{levels:?}");
    assert_eq!((ended, off_the_team), (no("not_shared"), no("not_shared")));
    assert_eq!(nobody.problem(), "Choose an active user who does not own it, or a team of your organisation.");
}

/// S2-17, S2-18: a project is shared on its Access Control tab, with View or Edit; whatever lies in it answers as it does.
#[tokio::test]
async fn s2_17_s2_18_what_lies_in_a_project_answers_as_the_project_does() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    person(&tenant, "ada", "admin").await;
    let [dev, vic, eve] = [
        person(&tenant, "dev", "developer").await,
        person(&tenant, "vic", "viewer").await,
        person(&tenant, "eve", "developer").await,
    ];
    let (blue, red) = (team(&tenant, "Blue", vec![dev]).await, team(&tenant, "Red", vec![vic]).await);
    let bridge = operator(&server, Method::POST, "/projects", json!({ "name": "Bridge" })).await.expect(201).json();
    let bridge = bridge["id"].as_str().unwrap().to_owned();
    register(&server, "workspace/w1", json!({ "name": "One", "project": bridge })).await;
    let inside = json!({ "name": "Nightly", "parent": { "kind": "workspace", "external_id": "w1" } });
    register(&server, "workflow/nightly", inside).await;
    let browser = at(&server, "ada").await;

    let settings = browser.get(&format!("/console/projects/{bridge}")).await.expect(200);
    let assign = format!("/projects/{bridge}/assignments");
    for (team, access) in [(blue, "write"), (red, "read")] {
        let body = json!({ "subject": { "kind": "team", "id": team }, "access": access });
        operator(&server, Method::POST, &assign, body).await.expect(201);
    }

    let project = format!("project/{bridge}");
    for (who, view, edit) in [
        (dev, yes("project"), yes("project")),
        (vic, yes("project"), no("read_only_project")),
        (eve, no("not_assigned"), no("not_assigned")),
    ] {
        assert_eq!(
            (may(&server, who, "view", &project).await, may(&server, who, "edit", &project).await),
            (view.clone(), edit.clone())
        );
        for key in ["workspace/w1", "workflow/nightly"] {
            let (own_view, own_edit) = (may(&server, who, "view", key).await, may(&server, who, "edit", key).await);
            assert_eq!((own_view.0, own_edit.0), (view.0, edit.0), "{key}");
        }
    }
    assert!(words(&settings).contains("Access Control"), "{}", settings.text);
    // What is Read Only by the project stays so, whatever is shared besides.
    share(&server, "workflow/nightly", &format!("user/{vic}"), "edit").await.expect(200);
    assert_eq!(may(&server, vic, "edit", "workflow/nightly").await, no("read_only_project"));
    operator(&server, Method::DELETE, &format!("/projects/{bridge}"), Value::Null).await.expect(204);
    assert_eq!(may(&server, dev, "view", "workspace/w1").await, no("not_shared"));
    assert_eq!(may(&server, vic, "edit", "workflow/nightly").await, yes("share_with_user"));
    assert_eq!(fsck::run(&server.app, &Server::operator()).await.unwrap().broken, Vec::new());
}

/// S2-19: whoever may view a workflow reads its execution logs, and its definition only who may edit it.
#[tokio::test]
async fn s2_19_a_workflow_that_is_shared_to_be_viewed_shows_its_logs_only() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let (vic, dev) = (person(&tenant, "vic", "viewer").await, person(&tenant, "dev", "developer").await);
    let sam = person(&tenant, "sam", "developer").await;
    register(&server, "workflow/nightly", json!({ "name": "Nightly" })).await;
    share(&server, "workflow/nightly", &format!("user/{vic}"), "view").await.expect(200);
    share(&server, "workflow/nightly", &format!("user/{dev}"), "edit").await.expect(200);
    share(&server, "workflow/nightly", &format!("user/{sam}"), "view").await.expect(200);

    for (who, action, expected) in [
        (vic, "logs:read", yes("share_with_user")),
        (vic, "definition:read", no("view_only")),
        (vic, "app.workflows.logs:read", yes("share_with_user")),
        (vic, "app.workflows:update", no("view_only")),
        (dev, "app.workflows:delete", no("owner_only")),
        (sam, "app.workflows.definition:read", no("view_only")),
        (sam, "app.workflows.logs:read", yes("share_with_user")),
        (dev, "logs:read", yes("share_with_user")),
        (dev, "definition:read", yes("share_with_user")),
        (dev, "app.workflows:run", yes("share_with_user")),
        (dev, "app.secrets:read", no("no_permission")),
    ] {
        assert_eq!(may(&server, who, action, "workflow/nightly").await, expected, "{action}");
    }
}

/// S2-20, S2-21: a data source is private, there for all users, or for specific ones; whichever it is, nobody reads its
/// credentials, and no answer of the API holds a place for them.
#[tokio::test]
async fn s2_20_s2_21_a_data_source_has_three_modes_and_keeps_its_credentials() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let ada = person(&tenant, "ada", "admin").await;
    let (dev, vic) = (person(&tenant, "dev", "developer").await, person(&tenant, "vic", "viewer").await);
    let id = register(&server, "data_source/sales", json!({ "name": "Sales", "owner": dev })).await;
    let (page, set) = (format!("/console/resources/{id}/share"), format!("/console/resources/{id}/visibility"));
    let browser = at(&server, "ada").await;
    let key = "data_source/sales";

    let form = browser.get(&page).await.expect(200);
    let mut found = Vec::new();
    for (mode, shared) in
        [("private", false), ("all_users", false), ("specific", false), ("specific", true), ("private", false)]
    {
        if shared {
            share(&server, key, &format!("user/{vic}"), "edit").await.expect(200);
        }
        post(&browser, &page, &set, &[("visibility", mode)]).await.expect(303);
        let mut credentials = Vec::new();
        for who in [ada, dev, vic] {
            credentials.push(may(&server, who, "credentials:read", key).await.0);
            credentials.push(may(&server, who, "app.datasources.credentials:read", key).await.0);
        }
        assert_eq!(credentials, [false; 6], "{mode}");
        found.push((mode, may(&server, vic, "query", key).await, may(&server, dev, "edit", key).await));
    }
    let ended = operator(&server, Method::GET, &format!("/resources/{key}/shares"), Value::Null).await.json();
    let body = operator(&server, Method::GET, &format!("/resources/{key}"), Value::Null).await.expect(200).json();
    let secret = json!({ "name": "Sales", "credentials": "s3cret" });
    let refused = operator(&server, Method::PUT, &format!("/resources/{key}"), secret).await;
    let unknown = operator(
        &server,
        Method::PUT,
        &format!("/resources/{key}"),
        json!({ "name": "Sales", "visibility": "public" }),
    )
    .await;

    for mode in ["private", "all_users", "specific"] {
        assert!(form.text.contains(&format!("name=\"visibility\" value=\"{mode}\"")), "{}", form.text);
    }
    let own = yes("owner");
    assert_eq!(
        found,
        [
            ("private", no("not_shared"), own.clone()),
            ("all_users", yes("all_users"), own.clone()),
            ("specific", no("not_shared"), own.clone()),
            ("specific", yes("share_with_user"), own.clone()),
            ("private", no("not_shared"), own),
        ]
    );
    assert_eq!(ended["shares"], json!([]), "what is private is shared with nobody");
    assert_eq!(body["visibility"], "private");
    assert!(body.as_object().unwrap().keys().all(|it| !it.contains("credential")), "{body}");
    assert_eq!((refused.status, unknown.status), (400, 400));
}

/// Sharing what was private opens it to those it is shared with; who is not active, unknown or of another organisation is shared
/// with nobody, and whoever goes, and a team that is deleted, leaves no share behind.
#[tokio::test]
async fn only_active_users_and_teams_are_shared_with_and_none_is_left_behind() {
    let server = Server::start().await;
    server.keep_outbox();
    let tenant = server.tenant_with("acme", PRESET).await;
    let by = Server::operator();
    let (vic, eve) = (person(&tenant, "vic", "viewer").await, person(&tenant, "eve", "viewer").await);
    let foreign = server.tenant("globex").await.user("hank", "owner").await;
    let blue = team(&tenant, "Blue", vec![eve]).await;
    register(&server, "report/r", json!({ "name": "R" })).await;
    users::deactivate(&server.app, &by, eve, OnLastHolder::Refuse).await.unwrap();

    for (with, status) in [
        (format!("user/{eve}"), 400),
        (format!("user/{foreign}"), 404),
        (format!("user/{}", UserId::new()), 404),
        (format!("team/{vic}"), 404),
        ("group/x".to_owned(), 404),
        (format!("user/{vic}"), 200),
        (format!("team/{blue}"), 200),
    ] {
        assert_eq!(share(&server, "report/r", &with, "view").await.status, status, "{with}");
    }
    assert_eq!(share(&server, "report/r", &format!("user/{vic}"), "own").await.status, 400);
    let opened = operator(&server, Method::GET, "/resources/report/r", Value::Null).await.expect(200).json();
    departures::remove(&server.app, &by, vic).await.unwrap();
    operator(&server, Method::DELETE, &format!("/teams/{blue}"), Value::Null).await.expect(204);
    let left = operator(&server, Method::GET, "/resources/report/r/shares", Value::Null).await.expect(200).json();

    assert_eq!(opened["visibility"], "specific");
    assert_eq!(left["shares"], json!([]));
    assert_eq!(fsck::run(&server.app, &by).await.unwrap().broken, Vec::new());
    let gone = operator(&server, Method::DELETE, &format!("/resources/report/r/shares/user/{vic}"), Value::Null).await;
    assert_eq!(gone.status, 404);
}

/// Whoever may manage the access to everything opens nothing of others to themselves: not by name, not by a team of theirs or one
/// that they may join, not by opening it to all, not by a project, and not through a program of theirs. The owner and the program
/// that registered it share it with whom they like.
#[tokio::test]
async fn nobody_opens_to_themselves_what_is_not_theirs() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let (adam, dan) = (person(&tenant, "adam", "admin").await, person(&tenant, "dan", "viewer").await);
    let own = team(&tenant, "Own", vec![adam]).await;
    let other = team(&tenant, "Other", vec![dan]).await;
    let (_, token) = program(&server, "builds", "admin").await;
    let bridge = operator(&server, Method::POST, "/projects", json!({ "name": "Bridge" })).await.expect(201).json();
    let theirs = register(&server, "report/theirs", json!({ "name": "Theirs" })).await;
    let made = call(&server, &token, Method::PUT, "/resources/report/its", json!({ "name": "Its" })).await;
    let browser = at(&server, "adam").await;
    let mine = personal(&server, adam).await;
    let page = format!("/console/resources/{theirs}/share");
    let set = format!("/console/resources/{theirs}/visibility");
    let put = |token: &str, key: &str, body: Value| {
        let (server, token, path) = (&server, token.to_owned(), format!("/resources/report/{key}"));
        async move { call(server, &token, Method::PUT, &path, body).await.status }
    };

    let mut refused = Vec::new();
    for with in [format!("with-user.{adam}"), format!("with-team.{own}"), format!("with-team.{other}")] {
        refused.push(post(&browser, &page, &page, &[(&with, "on"), ("level", "view")]).await.status);
    }
    refused.push(post(&browser, &page, &set, &[("visibility", "all_users")]).await.status);
    for opened in
        [json!({ "name": "Theirs", "project": bridge["id"] }), json!({ "name": "Theirs", "visibility": "all_users" })]
    {
        refused.push(put(&mine, "theirs", opened.clone()).await);
        refused.push(put(&mine, "not-there-yet", opened).await);
    }
    let allowed = post(&browser, &page, &page, &[(&format!("with-user.{dan}"), "on"), ("level", "view")]).await;
    let by_registrar = [
        put(&token, &format!("its/shares/user/{adam}"), json!({ "level": "edit" })).await,
        put(&token, &format!("its/shares/team/{other}"), json!({ "level": "edit" })).await,
        put(&token, "its", json!({ "name": "Its", "visibility": "all_users", "project": bridge["id"] })).await,
    ];

    assert_eq!(made.status, 201);
    assert_eq!(refused, [403; 8]);
    assert_eq!(allowed.status, 303, "{}", allowed.text);
    assert_eq!(by_registrar, [200; 3]);
    assert_eq!(may(&server, adam, "view", "report/theirs").await, no("not_shared"));
}

/// What a program does for the person who answers for it, that person does: it gives them nothing of others either.
#[tokio::test]
async fn a_program_opens_nothing_to_whoever_answers_for_it() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let adam = person(&tenant, "adam", "admin").await;
    register(&server, "report/theirs", json!({ "name": "Theirs" })).await;
    let new = json!({ "name": "puppet", "role": "admin", "owner": adam });
    let puppet = operator(&server, Method::POST, "/service-accounts", new).await.expect(201).json();
    let new = json!({ "name": "t", "scopes": ["read", "write"], "expires_in_days": 30 });
    let path = format!("/service-accounts/{}/tokens", puppet["id"].as_str().unwrap());
    let token = operator(&server, Method::POST, &path, new).await.expect(201).json()["token"].clone();
    let token = token.as_str().unwrap();

    let transferred =
        call(&server, token, Method::POST, "/resources/report/theirs/transfer", json!({ "owner": adam })).await;
    let path = format!("/resources/report/theirs/shares/user/{adam}");
    let shared = call(&server, token, Method::PUT, &path, json!({ "level": "view" })).await;

    assert_eq!((transferred.status, shared.status), (403, 403));
}

/// At the most shares there may be, each may still reach less far, and end.
#[tokio::test]
async fn a_share_among_the_most_there_may_be_can_be_made_smaller() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let (vic, eve) = (person(&tenant, "vic", "viewer").await, person(&tenant, "eve", "viewer").await);
    register(&server, "report/full", json!({ "name": "Full" })).await;
    share(&server, "report/full", &format!("user/{vic}"), "edit").await.expect(200);
    fill(&server, "full", COUNT_MAX - 1);

    let one_more = share(&server, "report/full", &format!("user/{eve}"), "view").await;
    let smaller = share(&server, "report/full", &format!("user/{vic}"), "view").await;

    assert_eq!((one_more.status, smaller.status), (409, 200), "{}", smaller.text);
    assert_eq!(may(&server, vic, "edit", "report/full").await, no("view_only"));
}
