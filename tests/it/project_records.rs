//! What is on record of projects, what is refused by name, how they are listed, and what the check of the directory finds.

use doorward::app::fsck;
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Server, database};
use crate::projects::{as_team, assign, call, crew, detail, id_of, project, put};

const PRESET: &str = "admin-standard-readonly";

/// OU-08: each deed on a project is on record once, with the names at the time, and told under the names of now.
#[tokio::test]
async fn ou_08_each_deed_on_a_project_is_on_record_with_the_names() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let crew = crew(&tenant, "Crew", &[]).await;
    let bridge = project(&server, "Bridge").await;
    let made = id_of(&assign(&server, &bridge, put("group", &crew)).await.expect(201));
    let path = format!("/projects/{bridge}/assignments/{made}");
    call(&server, Method::PATCH, &path, json!({ "access": "read", "as_team": true })).await.expect(200);
    call(&server, Method::PATCH, &path, json!({ "access": "read" })).await.expect(200);
    call(&server, Method::PATCH, &format!("/projects/{bridge}"), json!({ "name": "Arch" })).await.expect(200);
    call(&server, Method::DELETE, &path, Value::Null).await.expect(204);
    call(&server, Method::DELETE, &format!("/projects/{bridge}"), Value::Null).await.expect(204);

    let mut rows = audit::newest(server.app.store.reader(), tenant.org, 100).await.unwrap();
    rows.reverse();
    let rows: Vec<_> = rows.into_iter().filter(|it| it.action.starts_with("project.")).collect();
    let told: Vec<_> = rows.iter().map(|it| (it.action.as_str(), it.target_label.as_str())).collect();
    assert_eq!(
        told,
        [
            ("project.created", "Bridge"),
            ("project.access_granted", "Bridge"),
            ("project.access_changed", "Bridge"),
            ("project.updated", "Bridge"),
            ("project.access_revoked", "Arch"),
            ("project.deleted", "Arch"),
        ]
    );
    let changes = |nth: usize| serde_json::from_str::<Value>(&rows[nth].changes).unwrap();
    assert_eq!(
        changes(1),
        json!([
            { "path": "group", "new": "Crew" }, { "path": "id", "new": crew },
            { "path": "access", "new": "write" }, { "path": "as_team", "new": false },
        ])
    );
    assert_eq!(changes(2)[2], json!({ "path": "access", "old": "write", "new": "read" }));
    assert_eq!(changes(3), json!([{ "path": "name", "old": "Bridge", "new": "Arch" }]));
    assert_eq!(changes(4)[0], json!({ "path": "group", "old": "Crew" }));
}

/// What means nothing is refused with the name of the field, and a name is taken in any spelling.
#[tokio::test]
async fn what_means_nothing_for_a_project_is_refused_by_name() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let ann = tenant.user("ann", "standard").await;
    let bridge = project(&server, "Bridge").await;
    assign(&server, &bridge, put("user", &ann)).await.expect(201);
    let of = format!("/projects/{bridge}/assignments");

    for (path, body, status, begins) in [
        ("/projects", json!({ "name": "BRIDGE" }), 409, "another project"),
        ("/projects", json!({ "name": "  " }), 400, "name: "),
        ("/projects", json!({ "name": "x".repeat(101) }), 400, "name: "),
        ("/projects", json!({ "name": "x", "description": "a\nb" }), 400, "description: "),
        (&of, json!({ "subject": { "kind": "role", "id": ann } }), 400, "subject: "),
        (&of, json!({ "subject": { "kind": "user", "id": "x" } }), 400, "subject: "),
        (&of, json!({ "subject": { "kind": "user", "id": ann }, "access": "admin" }), 400, "access: "),
        (&of, put("user", &ann), 409, "this is on the project already"),
        (&of, put("group", &ann), 400, "subject: "),
    ] {
        let reply = call(&server, Method::POST, path, body.clone()).await;
        assert_eq!(reply.status, status, "{body}: {}", reply.text);
        assert!(detail(&reply).starts_with(begins), "{body}: {}", reply.text);
    }
    let wrong =
        call(&server, Method::GET, &format!("/projects/{bridge}/access/{ann}?permission=all"), Value::Null).await;
    assert_eq!((wrong.status, detail(&wrong).starts_with("permission: ")), (400, true), "{}", wrong.text);
    for query in ["limit=0", "limit=1001", "cursor=x"] {
        let wrong = call(&server, Method::GET, &format!("/projects?{query}"), Value::Null).await;
        let parameter = query.split('=').next().unwrap();
        assert_eq!(
            (wrong.status, detail(&wrong).starts_with(&format!("{parameter}: "))),
            (400, true),
            "{}",
            wrong.text
        );
    }
}

/// The pages of a list go on where the last one ended, and a part of the name finds.
#[tokio::test]
async fn projects_and_those_on_them_are_listed_page_by_page() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    for name in ["Canal", "Bridge", "Arch", "bridge two"] {
        project(&server, name).await;
    }
    let names = |reply: &Value, of: &str| -> Vec<String> {
        reply[of].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    };
    let first = call(&server, Method::GET, "/projects?limit=3", Value::Null).await.expect(200).json();
    let next = format!("/projects?limit=3&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = call(&server, Method::GET, &next, Value::Null).await.expect(200).json();
    let found = call(&server, Method::GET, "/projects?name=BRIDGE", Value::Null).await.expect(200).json();
    let bridge = found["projects"][0]["id"].as_str().unwrap().to_owned();
    for name in ["ann", "ben", "cat"] {
        let user = tenant.user(name, "standard").await;
        assign(&server, &bridge, as_team("user", &user)).await.expect(201);
    }
    let on = format!("/projects/{bridge}/assignments?limit=2");
    let some = call(&server, Method::GET, &on, Value::Null).await.expect(200).json();
    let rest = format!("{on}&cursor={}", some["next_cursor"].as_str().unwrap());
    let rest = call(&server, Method::GET, &rest, Value::Null).await.expect(200).json();

    assert_eq!(names(&first, "projects"), ["Arch", "Bridge", "bridge two"]);
    assert_eq!((names(&second, "projects"), &second["next_cursor"]), (vec!["Canal".to_owned()], &Value::Null));
    assert_eq!(names(&found, "projects"), ["Bridge", "bridge two"]);
    assert_eq!([names(&some, "assignments"), names(&rest, "assignments")].concat(), ["ann", "ben", "cat"]);
}

/// S3-30: the database itself has no room for a second team of somebody in a project, and the check of the directory finds
/// a place on a team that somebody is not in, somebody of a team without a place, and what is assigned and gone.
#[tokio::test]
async fn s3_30_the_database_keeps_one_team_for_each_person_and_the_check_finds_what_contradicts_it() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let ann = tenant.user("ann", "standard").await;
    let (red, blue) = (crew(&tenant, "Red", &[ann]).await, crew(&tenant, "Blue", &[ann]).await);
    let bridge = project(&server, "Bridge").await;
    assign(&server, &bridge, as_team("group", &red)).await.expect(201);
    assign(&server, &bridge, put("group", &blue)).await.expect(201);
    let url = server.app.config.database_url.clone();
    let rules = async || {
        let report = fsck::run(&server.app, &Server::operator()).await.unwrap();
        report.broken.into_iter().map(|it| it.rule).collect::<Vec<_>>()
    };
    let sound = rules().await;

    let second = "INSERT INTO project_places SELECT p.org_id, p.project_id, p.user_id, a.id, p.since \
                  FROM project_places p JOIN project_assignments a ON a.id <> p.assignment_id";
    let refused = std::panic::catch_unwind(|| database::execute(&url, second)).is_err();
    database::execute(&url, "UPDATE project_assignments SET as_team = NOT as_team");
    let misplaced = rules().await;
    database::execute(&url, "DELETE FROM project_places");
    let missing = rules().await;
    database::execute(&url, "DELETE FROM members");
    database::execute(&url, "DELETE FROM groups");
    let nobody = rules().await;

    assert_eq!(sound, Vec::<String>::new());
    assert!(refused, "somebody is on two teams of one project");
    assert_eq!(misplaced, ["a place on a team of a project is of somebody in that team"]);
    assert_eq!(missing, ["whoever is in a team of a project has a place on one there"]);
    assert_eq!(nobody, ["an assignment to a project is of a user, group or team that exists"; 2]);
}
