//! Users as a file, over the API and in the console.

use doorward::store::audit;
use reqwest::Method;
use serde_json::json;

use crate::console_shell::signed_in;
use crate::harness::Server;
use crate::people::Api;

/// OU-01, OU-02: the file has the users of the list on all of its pages, and nothing in it is calculated; its name is plain.
#[tokio::test]
async fn ou_01_ou_02_the_list_is_a_file_that_calculates_nothing() {
    let api = Api::new().await;
    let owner = api.token(api.stage.ada.user.id).await;
    for (name, shown) in [("u1", "=HYPERLINK(\"https://evil.example\")"), ("u2", "Two, Too"), ("u3", "Three")] {
        let new = json!({ "user_name": name, "display_name": shown, "role": "viewer", "activation": "none" });
        api.operator(Method::POST, "/users?organisation=acme", Some(new)).await.expect(201);
    }

    let reply = api.call(&owner, Method::GET, "/users/export?status=pending&sort=user_name", None).await.expect(200);

    let mut lines = reply.text.lines();
    assert_eq!(lines.next(), Some("user_name,display_name,email,role,sign_in,status,mfa,created_at,last_active_at"));
    let rows: Vec<&str> = lines.map(|line| line.split(",viewer,").next().unwrap()).collect();
    assert_eq!(rows, ["u1,\"'=HYPERLINK(\"\"https://evil.example\"\")\",", "u2,\"Two, Too\",", "u3,Three,"]);
    assert_eq!(reply.header("content-type"), Some("text/csv; charset=utf-8"));
    let name = reply.header("content-disposition").unwrap();
    assert!(name.starts_with("attachment; filename=\"acme-users-20") && name.ends_with(".csv\""), "{name}");
}

/// Who may not export is not offered it and is refused; who may is recorded with the number of users.
#[tokio::test]
async fn an_export_is_offered_to_whoever_may_and_recorded() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    for (name, role) in [("olga", "owner"), ("adam", "admin"), ("vic", "viewer")] {
        acme.user(name, role).await;
    }
    let (owner, admin) = (signed_in(&acme, "olga").await, signed_in(&acme, "adam").await);

    let offered = owner.get("/console/users?role=viewer").await.expect(200).text;
    let file = owner.get("/console/users/export?role=viewer").await.expect(200).text;
    let hidden = admin.get("/console/users?role=viewer").await.expect(200).text;
    let refused = admin.get("/console/users/export").await;

    assert!(offered.contains("href=\"/console/users/export?role=viewer\""), "{offered}");
    assert_eq!(file.lines().count(), 2, "{file}");
    assert!(!hidden.contains("/console/users/export"));
    assert_eq!(refused.status, 403);
    let rows = audit::newest(server.app.store.reader(), acme.org, 100).await.unwrap();
    let exports: Vec<_> = rows.iter().filter(|row| row.action == "user.exported").collect();
    let told: Vec<_> = exports.iter().map(|row| (&*row.actor_label, &*row.outcome, &*row.changes)).collect();
    let count = ["[{\"new\":0,\"path\":\"users\"}]", "[{\"new\":1,\"path\":\"users\"}]"];
    assert_eq!(told, [("adam", "denied", count[0]), ("olga", "success", count[1])]);
}

/// The entries of a workbook that hold this text, unpacked by a program that knows nothing of ours.
fn unpacked(book: &[u8]) -> String {
    let dir = tempfile::TempDir::new().unwrap();
    let file = dir.path().join("book.xlsx");
    std::fs::write(&file, book).unwrap();
    let script = "import sys, zipfile\nbook = zipfile.ZipFile(sys.argv[1])\nassert book.testzip() is None\n\
                  for name in book.namelist():\n    print(name, book.read(name).decode('utf-8'))";
    let done = std::process::Command::new("python3").args(["-c", script]).arg(&file).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// S3-36, OU-01: the workbook has a sheet of users and one of the projects they are on, no formula among them, and is on record;
/// whoever may not see who is on projects gets the users alone, and whoever may not export nothing.
#[tokio::test]
async fn s3_36_a_workbook_has_the_users_and_the_projects_they_are_on() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    for (name, role) in [("olga", "owner"), ("adam", "admin"), ("=cmd|x", "viewer")] {
        acme.user(name, role).await;
    }
    let owner = signed_in(&acme, "olga").await;
    let adam = signed_in(&acme, "adam").await;
    let made =
        server.send(server.api(Method::POST, "/api/v1/projects?organisation=acme").json(&json!({ "name": "+Bridge" })));
    let bridge = made.await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let all = server.send(server.api(Method::GET, "/api/v1/users?organisation=acme")).await.expect(200).json();
    let strange = all["users"].as_array().unwrap().iter().find(|it| it["user_name"] == "=cmd|x").unwrap()["id"].clone();
    let on = json!({ "subject": { "kind": "user", "id": strange }, "access": "read" });
    server
        .send(server.api(Method::POST, &format!("/api/v1/projects/{bridge}/assignments")).json(&on))
        .await
        .expect(201);

    let book = owner.get("/console/users/export?format=xlsx&role=viewer").await.expect(200);
    let by_api =
        server.send(server.api(Method::GET, "/api/v1/users/export?organisation=acme&format=xlsx")).await.expect(200);
    let wrong = server.send(server.api(Method::GET, "/api/v1/users/export?organisation=acme&format=ods")).await;
    let refused = adam.get("/console/users/export?format=xlsx").await;
    let role = json!({ "label": "Clerk", "allow": ["users:list", "users:export"], "given_by": ["owner"] });
    server.send(server.api(Method::POST, "/api/v1/roles?organisation=acme").json(&role)).await.expect(201);
    acme.user("carl", "clerk").await;
    let clerk = signed_in(&acme, "carl").await.get("/console/users/export?format=xlsx").await.expect(200);

    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    for reply in [&book, &by_api] {
        assert_eq!(reply.header("content-type"), Some(kind));
        let name = reply.header("content-disposition").unwrap();
        assert!(name.starts_with("attachment; filename=\"acme-users-20") && name.ends_with(".xlsx\""), "{name}");
        let parts = unpacked(&reply.bytes);
        assert!(parts.contains("name=\"Users\"") && parts.contains("name=\"Assignments\""), "{parts}");
        assert!(parts.contains(">=cmd|x<") && parts.contains(">+Bridge<") && parts.contains(">read<"), "{parts}");
        assert!(!parts.contains("<f>"), "nothing is a formula: {parts}");
    }
    assert!(!unpacked(&book.bytes).contains(">olga<"), "the file has what the list shows");
    let whole = unpacked(&by_api.bytes);
    let rows = |sheet: &str| {
        let xml = whole.split(&format!("xl/worksheets/{sheet} ")).nth(1).unwrap();
        xml.split("</sheetData>").next().unwrap().matches("<row ").count()
    };
    assert_eq!(
        (rows("sheet1.xml"), rows("sheet2.xml")),
        (1 + 3, 1 + 1),
        "the names of the columns, and a row for each"
    );
    let parts = unpacked(&clerk.bytes);
    assert!(parts.contains(">olga<") && !parts.contains("Assignments") && !parts.contains(">+Bridge<"), "{parts}");
    assert_eq!((wrong.status, refused.status), (400, 403));
    let rows = audit::newest(server.app.store.reader(), acme.org, 100).await.unwrap();
    let told = rows.iter().filter(|row| row.action == "user.exported" && row.outcome == "success").count();
    assert_eq!(told, 3);
}
