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
use crate::resources::{at, call, person, program};

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

/// Shares a resource of `acme` as often as one may be.
pub fn fill(server: &Server, key: &str) {
    let id = if database::on_postgres() { "gen_random_uuid()" } else { "randomblob(16)" };
    let sql = format!(
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {COUNT_MAX}) \
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
    assert_eq!(nobody.problem(), "Choose an active user or a team of your organisation.");
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
    register(&server, "workflow/nightly", json!({ "name": "Nightly" })).await;
    share(&server, "workflow/nightly", &format!("user/{vic}"), "view").await.expect(200);
    share(&server, "workflow/nightly", &format!("user/{dev}"), "edit").await.expect(200);

    for (who, action, expected) in [
        (vic, "logs:read", yes("share_with_user")),
        (vic, "definition:read", no("view_only")),
        (vic, "app.workflows.logs:read", yes("share_with_user")),
        (vic, "app.workflows:update", no("view_only")),
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
        }
        assert_eq!(credentials, [false; 3], "{mode}");
        found.push((mode, may(&server, vic, "query", key).await, may(&server, dev, "edit", key).await));
    }
    let rests = browser.get(&page).await.expect(200);
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
    assert!(words(&rests).contains("It is private, so none of these shares counts."), "{}", rests.text);
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

/// Whoever may manage the access to everything opens nothing of others to themselves: not by name, not by a team of theirs, not by
/// opening it to all; the owner and the program that registered it share it with whom they like.
#[tokio::test]
async fn nobody_opens_to_themselves_what_is_not_theirs() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "admin-platform-devops").await;
    let (pat, dan) = (person(&tenant, "pat", "platform").await, person(&tenant, "dan", "devops").await);
    let (own, other) = (team(&tenant, "Own", vec![pat]).await, team(&tenant, "Other", vec![dan]).await);
    let (_, token) = program(&server, "builds", "platform").await;
    register(&server, "report/theirs", json!({ "name": "Theirs" })).await;
    let made = call(&server, &token, Method::PUT, "/resources/report/its", json!({ "name": "Its" })).await;
    let browser = at(&server, "pat").await;
    let of = |key: &str| {
        let (server, path) = (&server, format!("/resources/report/{key}"));
        async move {
            operator(server, Method::GET, &path, Value::Null).await.expect(200).json()["id"]
                .as_str()
                .unwrap()
                .to_owned()
        }
    };
    let theirs = of("theirs").await;
    let page = format!("/console/resources/{theirs}/share");
    let set = format!("/console/resources/{theirs}/visibility");

    let mut refused = Vec::new();
    for with in [format!("with-user.{pat}"), format!("with-team.{own}")] {
        refused.push(post(&browser, &page, &page, &[(&with, "on"), ("level", "view")]).await.status);
    }
    refused.push(post(&browser, &page, &set, &[("visibility", "all_users")]).await.status);
    let allowed = post(&browser, &page, &page, &[(&format!("with-team.{other}"), "on"), ("level", "view")]).await;
    let by_registrar = [
        call(
            &server,
            &token,
            Method::PUT,
            &format!("/resources/report/its/shares/user/{pat}"),
            json!({ "level": "edit" }),
        )
        .await
        .status,
        call(
            &server,
            &token,
            Method::PUT,
            "/resources/report/its",
            json!({ "name": "Its", "visibility": "all_users" }),
        )
        .await
        .status,
    ];

    assert_eq!(made.status, 201);
    assert_eq!(refused, [403; 3]);
    assert_eq!(allowed.status, 303, "{}", allowed.text);
    assert_eq!(by_registrar, [200; 2]);
}
