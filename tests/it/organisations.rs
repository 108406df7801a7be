//! Organisations from the operator's side, over the API: made, suspended, deleted, restored, and erased to the last row.

use std::collections::BTreeMap;
use std::time::Duration;

use doorward::app::accounts::WayIn;
use doorward::app::jobs;
use doorward::domain::id::OrgId;
use doorward::domain::secret::Secret;
use doorward::store::audit;
use reqwest::Method;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};

use crate::harness::{PASSWORD, Reply, Server, database};
use crate::people::Api;
use crate::tenancy::belongings;

const DAY: Duration = Duration::from_hours(24);

async fn call(server: &Server, method: Method, path: &str, body: Value) -> Reply {
    let request = server.api(method, &format!("/api/v1/organisations{path}"));
    server.send(if body.is_null() { request } else { request.json(&body) }).await
}

/// Carries out a deed on an organisation, which must be answered with what it is now.
async fn done(server: &Server, method: Method, path: &str) -> Value {
    call(server, method, path, Value::Null).await.expect(200).json()
}

/// What the operator's own record tells of organisations, oldest first.
async fn noted(server: &Server) -> Vec<(String, String, String)> {
    let rows = audit::newest(server.app.store.reader(), OrgId::OPERATOR, 100).await.unwrap();
    let rows = rows.into_iter().filter(|it| it.target_kind == "organisation").rev();
    rows.map(|it| (it.action, it.target_label, it.changes)).collect()
}

#[tokio::test]
async fn the_operator_makes_lists_suspends_and_resumes_organisations_over_the_api() {
    let server = Server::start().await;
    let new = |slug: &str, model: &str| json!({ "slug": slug, "name": "New", "role_model": model });
    let text = std::fs::read_to_string("src/domain/presets/admin-developer-viewer.toml").unwrap();

    let plain = call(&server, Method::POST, "", json!({ "slug": "acme", "name": "Acme" })).await.expect(201).json();
    let preset = call(&server, Method::POST, "", new("globex", "root-admin-developer")).await.expect(201).json();
    let own = call(&server, Method::POST, "", new("soylent", &text)).await.expect(201).json();
    let again = call(&server, Method::POST, "", new("acme", "root-admin-developer")).await.expect(409).json();
    let wrong = call(&server, Method::POST, "", new("initech", "/etc/passwd")).await.expect(400).json();
    let bad_slug = call(&server, Method::POST, "", new("No Slug", "root-admin-developer")).await.status;

    assert_eq!((&plain["status"], &plain["delete_at"]), (&json!("active"), &Value::Null));
    assert_eq!(plain["role_model"], "owner-admin-contributor-viewer");
    assert_eq!(
        (&preset["role_model"], &own["role_model"]),
        (&json!("root-admin-developer"), &json!("admin-developer-viewer"))
    );
    assert_eq!((&again["type"], bad_slug), (&json!("urn:doorward:problem:slug-taken"), 400));
    assert!(wrong["detail"].as_str().unwrap().starts_with("role_model: "), "{wrong}");

    let first = call(&server, Method::GET, "?limit=2", Value::Null).await.expect(200).json();
    let next = format!("?limit=2&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = call(&server, Method::GET, &next, Value::Null).await.expect(200).json();
    let slugs = |page: &Value| {
        let all = page["organisations"].as_array().unwrap().iter();
        all.map(|it| it["slug"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((slugs(&first), slugs(&second)), (vec!["acme".into(), "globex".into()], vec!["soylent".into()]));
    assert_eq!(second["next_cursor"], Value::Null);

    for deed in ["suspend", "suspend", "resume", "resume"] {
        let after = done(&server, Method::POST, &format!("/acme/{deed}")).await;
        assert_eq!(after["status"], if deed == "suspend" { "suspended" } else { "active" });
    }
    assert_eq!(done(&server, Method::GET, "/acme").await["status"], "active");
    call(&server, Method::POST, "/nowhere/suspend", Value::Null).await.expect(404);
}

/// TE-17: suspending and deleting are planned first, and what was planned is done or nothing.
#[tokio::test]
async fn te_17_deleting_an_organisation_is_planned_first() {
    let server = Server::start().await;
    server.tenant("acme").await;
    let path = |query: &str| format!("/acme?grace_days=7{query}");

    let plan = done(&server, Method::DELETE, &path("&dry_run=1")).await;
    let word = plan["confirm"].as_str().unwrap();
    let untouched = done(&server, Method::GET, "/acme").await;
    let other = call(&server, Method::DELETE, &format!("/acme?grace_days=0&confirm={word}"), Value::Null).await.status;
    let deleted = done(&server, Method::DELETE, &path(&format!("&confirm={word}"))).await;
    let again = call(&server, Method::DELETE, &path(&format!("&confirm={word}")), Value::Null).await.status;

    let actions: Vec<&Value> = plan["plan"].as_array().unwrap().iter().map(|it| &it["action"]).collect();
    assert!(actions.contains(&&json!("organisation.deletion_asked")), "{plan}");
    assert_eq!((&untouched["status"], other, again), (&json!("active"), 400, 409));
    assert_eq!((&deleted["status"], &deleted["delete_at"]), (&json!("deleting"), &json!("2027-01-22T08:00:00.000Z")));
    server.keep_outbox();
}

/// Whoever may change the organisation is told until when it can be restored; restored in time it is as it was, and after that
/// moment nothing brings it back.
#[tokio::test]
async fn a_deleted_organisation_is_restored_until_its_time_is_over() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    for (name, role) in [("olga", "owner"), ("adam", "admin")] {
        let way_in = WayIn::Password { password: Secret::new(PASSWORD.to_owned()), must_change: false };
        acme.mailed(name, role, way_in).await;
    }
    let users = || server.send(server.api(Method::GET, "/api/v1/users?organisation=acme"));
    let everybody = users().await.json();
    server.run_jobs().await;
    let before = server.mails().len();

    let deleted = done(&server, Method::DELETE, "/acme").await;
    let again = done(&server, Method::DELETE, "/acme?grace_days=1").await;
    server.run_jobs().await;
    let letters = server.mails().split_off(before);
    let shut = call(&server, Method::POST, "/acme/resume", Value::Null).await.expect(409).json();
    server.advance(DAY * 29);
    jobs::sweep(&server.app).await.unwrap();
    let restored = done(&server, Method::POST, "/acme/restore").await;
    let same = done(&server, Method::POST, "/acme/restore").await;

    assert_eq!((&deleted["status"], &deleted["delete_at"]), (&json!("deleting"), &json!("2027-02-14T08:00:00.000Z")));
    assert_eq!(again, deleted);
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert!(letters[0].contains("To: olga <olga@mail.example>"), "{}", letters[0]);
    assert!(letters[0].contains("Until 14 February 2027"), "{}", letters[0]);
    assert_eq!(shut["type"], "urn:doorward:problem:deleting");
    assert_eq!((&restored["status"], &restored["delete_at"]), (&json!("active"), &Value::Null));
    assert_eq!(same, restored);
    assert_eq!(users().await.expect(200).json(), everybody);

    done(&server, Method::DELETE, "/acme?grace_days=90").await;
    done(&server, Method::POST, "/acme/restore").await;
    server.run_jobs().await;
    assert_eq!(server.mails().len(), before + 1, "nobody is told of what will not be");
    done(&server, Method::DELETE, "/acme?grace_days=2").await;
    server.advance(DAY * 2);
    let late = call(&server, Method::POST, "/acme/restore", Value::Null).await.expect(409).json();
    assert_eq!(late["type"], "urn:doorward:problem:erased");
    call(&server, Method::DELETE, "/acme?grace_days=91", Value::Null).await.expect(400);
    server.keep_outbox();
}

/// Nobody but the operator sees or does anything here, whatever they may do at home.
#[tokio::test]
async fn nobody_else_has_a_say_in_organisations() {
    let api = Api::new().await;
    let globex = api.server().tenant("globex").await;
    let (_, theirs) = api.caller(&globex, "hank", "owner").await;
    let ours = api.token(api.stage.ada.user.id).await;
    let new = Some(json!({ "slug": "mine", "name": "Mine" }));

    for (method, path, body, statuses) in [
        (Method::GET, "", None, [403, 403]),
        (Method::POST, "", new, [403, 403]),
        (Method::GET, "/acme", None, [403, 404]),
        (Method::DELETE, "/acme?grace_days=0", None, [403, 404]),
        (Method::DELETE, "/acme?dry_run=1", None, [403, 404]),
        (Method::POST, "/acme/suspend", None, [403, 404]),
        (Method::POST, "/acme/resume", None, [403, 404]),
        (Method::POST, "/acme/restore", None, [403, 404]),
        (Method::GET, "/nowhere", None, [404, 404]),
    ] {
        for (token, status) in [&ours, &theirs].into_iter().zip(statuses) {
            let reply = api.call(token, method.clone(), &format!("/organisations{path}"), body.clone()).await;
            assert_eq!(reply.status, status, "{method} {path}: {}", reply.text);
        }
    }
    assert_eq!(done(api.server(), Method::GET, "/acme").await["status"], "active");
}

/// Every table that has an organisation's rows, with its columns: the name, the type, and whether it must be filled in.
async fn schema(server: &Server) -> BTreeMap<String, Vec<(String, String, bool)>> {
    let sql = match database::on_postgres() {
        true => {
            "SELECT table_name::text, column_name::text, data_type::text, CAST(CASE is_nullable \
             WHEN 'NO' THEN 1 ELSE 0 END AS BIGINT) \
             FROM information_schema.columns WHERE table_schema = 'public'"
        }
        false => {
            "SELECT t.name, c.name, lower(c.type), c.\"notnull\" FROM sqlite_master t, pragma_table_info(t.name) c \
             WHERE t.type = 'table'"
        }
    };
    let db = server.app.store.reader();
    let mut all = BTreeMap::<String, Vec<_>>::new();
    for row in db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap() {
        let text = |nth| row.try_get_by_index::<String>(nth).unwrap();
        let is_required = row.try_get_by_index::<i64>(3).unwrap() == 1;
        all.entry(text(0)).or_default().push((text(1), text(2), is_required));
    }
    all.retain(|_, columns| columns.iter().any(|it| it.0 == "org_id"));
    all
}

/// How many rows of an organisation each table has.
async fn rows_of(server: &Server, org: OrgId) -> BTreeMap<String, i64> {
    let db = server.app.store.reader();
    let mut all = BTreeMap::new();
    for table in schema(server).await.into_keys() {
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE org_id = $1");
        let asked = Statement::from_sql_and_values(db.get_database_backend(), sql, [org.uuid().into()]);
        all.insert(table, db.query_one_raw(asked).await.unwrap().unwrap().try_get_by_index(0).unwrap());
    }
    all
}

/// Puts a row of an organisation into each of these tables.
async fn plant(server: &Server, org: OrgId, tables: &[&String]) {
    let schema = schema(server).await;
    for table in tables {
        let filled: Vec<_> = schema[*table].iter().filter(|it| it.2).collect();
        let names: Vec<&str> = filled.iter().map(|it| it.0.as_str()).collect();
        let hex = org.uuid().simple().to_string();
        let value = |(_, kind, _): &(String, String, bool)| match (kind.as_str(), database::on_postgres()) {
            ("uuid", _) => format!("'{}'", org.uuid()),
            ("bytea", _) => format!("'\\x{hex}'"),
            ("blob", _) => format!("X'{hex}'"),
            ("text", _) => "'planted'".to_owned(),
            ("jsonb", _) => "'{}'".to_owned(),
            ("boolean", true) => "true".to_owned(),
            _ => "1".to_owned(),
        };
        let values: Vec<String> = filled.into_iter().map(value).collect();
        let sql = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "));
        database::execute(&server.app.config.database_url, &sql);
    }
}

/// An organisation whose time is over is erased to the last row, once, although two nodes do it at the same time and one
/// died on the way; the one beside it loses nothing, and whoever takes the short name next finds nothing of before.
#[tokio::test]
async fn a_deleted_organisation_is_erased_to_the_last_row_and_once() {
    let api = Api::new().await;
    let server = api.server();
    let second = server.node().await;
    let (acme, globex) = (api.acme(), server.tenant("globex").await);
    for (tenant, slug, name) in [(&acme, "acme", "adam"), (&globex, "globex", "hank")] {
        belongings(&api, tenant, slug, name).await;
        tenant.connection().await.push("pushed@mail.example").await;
    }
    let (acme, globex) = (acme.org, globex.org);
    server.run_jobs().await;
    jobs::sweep(&server.app).await.unwrap();
    let beside = rows_of(server, globex).await;
    let deleted = done(server, Method::DELETE, "/acme?grace_days=0").await;
    let empty = rows_of(server, acme).await;
    let empty: Vec<&String> = empty.iter().filter(|it| *it.1 == 0).map(|it| it.0).collect();
    plant(server, acme, &empty).await;
    assert!(rows_of(server, acme).await.values().all(|it| *it > 0));

    let (one, two) = tokio::join!(jobs::sweep(&server.app), jobs::sweep(&second.app));
    one.unwrap();
    two.unwrap();
    let (erased, kept) = (rows_of(server, acme).await, rows_of(server, globex).await);
    let going = done(server, Method::GET, "/acme").await;
    let left = ["users".to_owned(), "grants".to_owned()];
    plant(server, acme, &left.iter().collect::<Vec<_>>()).await;
    server.advance(Duration::from_mins(5));
    let (one, two) = tokio::join!(jobs::sweep(&server.app), jobs::sweep(&second.app));
    one.unwrap();
    two.unwrap();
    jobs::sweep(&server.app).await.unwrap();

    assert!(erased.values().all(|it| *it == 0), "{erased:?}");
    assert_eq!((&deleted["status"], &going["status"]), (&json!("deleting"), &json!("deleting")));
    assert!(rows_of(server, acme).await.values().all(|it| *it == 0));
    assert_eq!(kept, beside);
    call(server, Method::GET, "/acme", Value::Null).await.expect(404);
    let noted = noted(server).await;
    let actions: Vec<&str> = noted.iter().map(|it| it.0.as_str()).collect();
    assert_eq!(actions, ["organisation.deletion_asked", "organisation.erasure_begun", "organisation.erased"]);
    assert!(noted.iter().all(|it| it.1 == "acme"));
    let begun: Value = noted[1].2.parse().unwrap();
    assert!(begun[0]["old"].as_i64().unwrap() > 10 && begun[1]["old"].as_str().unwrap().len() > 40, "{begun}");

    let again = call(server, Method::POST, "", json!({ "slug": "acme", "name": "Another" })).await.expect(201).json();
    let users = server.send(server.api(Method::GET, "/api/v1/users?organisation=acme")).await.expect(200).json();
    assert_ne!(again["id"], json!(acme.to_string()));
    assert_eq!(users["users"], json!([]));
}
