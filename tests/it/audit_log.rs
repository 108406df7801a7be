//! The audit log: who reads it, what a filter finds, and what leaves as a file.

use std::collections::BTreeSet;
use std::time::Duration;

use doorward::app::audit_log::{self, AuditFilter, Format};
use doorward::app::{organisations, users};
use doorward::domain::Error;
use doorward::domain::id::UserId;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;

use crate::harness::{Reply, Server, Tenant, database};
use crate::people::Api;

/// So many rows of the record that an export takes them in several batches.
const MANY: usize = 1_200;

/// Writes that many rows of the record beside the server, a millisecond apart, before everything else.
fn fill(tenant: &Tenant<'_>) {
    let id = if database::on_postgres() { "gen_random_uuid()" } else { "randomblob(16)" };
    let sql = format!(
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {MANY}) \
         INSERT INTO audit (org_id, id, at, action, outcome, actor_kind, actor_id, actor_label, target_kind, target_id, \
         target_label, changes, actor_key, target_key) \
         SELECT o.id, {id}, 1000 + c.n / 2, 'view.saved', 'success', 'job', '', 'filler', 'user', '', 'x' || c.n, '[]', \
         'filler', 'x' || c.n FROM c, organisations o"
    );
    database::execute(&tenant.server.app.config.database_url, &sql);
}

async fn read(api: &Api, query: &str) -> Reply {
    api.operator(Method::GET, &format!("/audit?organisation=acme&{query}"), None).await
}

/// The deeds that a list shows: what, who, to whom and how it ended.
async fn told(api: &Api, query: &str) -> Vec<[String; 4]> {
    let body = read(api, &format!("limit=200&{query}")).await.expect(200).json();
    let text = |it: &Value| it.as_str().unwrap().to_owned();
    let events = body["events"].as_array().unwrap().iter().map(|it| {
        [text(&it["action"]), text(&it["actor"]["label"]), text(&it["target"]["label"]), text(&it["outcome"])]
    });
    events.collect()
}

/// S1-32: owners and admins read the log and download it as a file; contributors and viewers are refused both with a sentence,
/// and each refusal stands in the log.
#[tokio::test]
async fn s1_32_owners_and_admins_read_and_download_the_log_and_others_are_refused() {
    let api = Api::new().await;
    for role in ["owner", "admin"] {
        let (_, token) = api.caller(&api.acme(), &format!("as-{role}"), role).await;
        let list = api.call(&token, Method::GET, "/audit", None).await.expect(200).json();
        let id = list["events"][0]["id"].as_str().unwrap().to_owned();
        let mut one = api.call(&token, Method::GET, &format!("/audit/{id}"), None).await.expect(200).json();
        let told = one.as_object_mut().unwrap().remove("told");
        let file = api.call(&token, Method::GET, "/audit/export?format=csv", None).await.expect(200);

        assert_eq!((&one, told), (&list["events"][0], Some(json!([]))));
        let name = file.header("content-disposition").unwrap();
        assert!(name.starts_with("attachment; filename=\"acme-audit-20") && name.ends_with(".csv\""), "{name}");
        assert!(file.text.contains(&id), "{}", file.text);
    }
    for role in ["contributor", "viewer"] {
        let (_, token) = api.caller(&api.acme(), &format!("as-{role}"), role).await;
        for (path, phrase) in [
            ("/audit", "may not read the audit log"),
            ("/audit/0199c2f0-0000-7000-8000-000000000000", "may not read the audit log"),
            ("/audit/export", "may not export the audit log"),
        ] {
            let refused = api.call(&token, Method::GET, path, None).await.expect(403).json();

            assert_eq!(refused["detail"], format!("a {role} {phrase}"), "{path}");
        }
    }
    let denied = told(&api, "outcome=denied&action=audit").await;
    let of = |role: &str, deed: &str| [deed, &format!("as-{role}"), "acme", "denied"].map(str::to_owned);
    let each = |role: &str| [of(role, "audit.exported"), of(role, "audit.read"), of(role, "audit.read")];
    assert_eq!(denied, [each("viewer"), each("contributor")].concat());
}

/// S2-40: a file in each format holds exactly what the list would show on all of its pages, filtered alike; that it leaves is
/// recorded with format and filter.
#[tokio::test]
async fn s2_40_a_file_holds_what_the_list_shows_in_every_format() {
    let api = Api::new().await;
    fill(&api.acme());
    let filter = "actor=job&to=1970-01-01";
    let mut listed = Vec::new();
    let mut next = String::new();
    loop {
        let page = read(&api, &format!("{filter}&limit=200{next}")).await.expect(200).json();
        listed.extend(page["events"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(listed.len(), MANY);
    let order: Vec<(&str, &str)> =
        listed.iter().map(|it| (it["at"].as_str().unwrap(), it["id"].as_str().unwrap())).collect();
    assert!(order.is_sorted_by(|one, other| one > other), "newest first, each once");

    for (format, kind) in [
        ("json", "application/json"),
        ("ndjson", "application/x-ndjson"),
        ("csv", "text/csv; charset=utf-8"),
        ("ocsf", "application/x-ndjson"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ] {
        let path = format!("/audit/export?organisation=acme&{filter}&format={format}");
        let file = api.operator(Method::GET, &path, None).await.expect(200);

        assert_eq!(file.header("content-type"), Some(kind));
        match format {
            "json" => assert_eq!(file.json(), json!(listed)),
            "ndjson" => {
                let lines = file.text.lines().map(|line| serde_json::from_str(line).unwrap());
                assert_eq!(lines.collect::<Vec<Value>>(), listed);
            }
            "ocsf" => {
                let events = file.text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
                let ids = events.map(|it| it["metadata"]["uid"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
                assert_eq!(ids, order.iter().map(|it| it.1).collect::<Vec<_>>());
            }
            "xlsx" => {
                let sheet = crate::reviews::file_in(&file.bytes, "xl/worksheets/sheet1.xml");
                let rows = String::from_utf8(sheet).unwrap().matches("<row ").count();
                assert_eq!(rows, MANY + 1);
            }
            _ => {
                let ids = file.text.lines().skip(1).map(|line| line.split(',').next().unwrap());
                assert_eq!(ids.collect::<Vec<_>>(), order.iter().map(|it| it.1).collect::<Vec<_>>());
            }
        }
    }
    let records = read(&api, "action=audit.exported").await.expect(200).json();
    let records = records["events"].as_array().unwrap();
    assert_eq!(records.len(), 5);
    assert_eq!(
        records[4]["changes"],
        json!([
            { "path": "format", "new": "json" },
            { "path": "filter.to", "new": "1970-01-01" },
            { "path": "filter.actor", "new": "job" },
        ])
    );
}

/// Each filter finds what it says and nothing else.
#[tokio::test]
async fn s2_40_each_filter_finds_what_it_says() {
    let api = Api::new().await;
    let (vera, _) = api.caller(&api.acme(), "vera", "viewer").await;
    let today = api.server().app.now().date();
    api.server().advance(Duration::from_hours(48));
    let owner = api.token(api.stage.ada.user.id).await;
    let group = api.call(&owner, Method::POST, "/groups", Some(json!({ "name": "Ärzte" }))).await.expect(201).json();
    api.call(&owner, Method::PATCH, &format!("/users/{vera}"), Some(json!({ "display_name": "V" }))).await.expect(200);
    let (ada, later) = (api.stage.ada.user.id, api.server().app.now().date());
    let group = group["id"].as_str().unwrap();
    let made = ["group.created", "ada@acme.example", "Ärzte", "success"].map(str::to_owned);
    let changed = ["user.updated", "ada@acme.example", "vera", "success"].map(str::to_owned);

    for (query, expected) in [
        (format!("target={group}"), vec![made.clone()]),
        ("target=group".to_owned(), vec![made.clone()]),
        ("text=%C3%A4RZT".to_owned(), vec![made.clone()]),
        ("action=group".to_owned(), vec![made.clone()]),
        ("action=group.created&outcome=success".to_owned(), vec![made.clone()]),
        ("action=group.created&outcome=denied".to_owned(), vec![]),
        (format!("actor={ada}&action=user"), vec![changed.clone()]),
        (format!("actor=user&target={vera}&from={later}"), vec![changed.clone()]),
        (format!("target={vera}&action=user&from={later}&to={later}"), vec![changed.clone()]),
        (format!("target={vera}&action=user.updated&to={today}"), vec![]),
        ("text=100%25_".to_owned(), vec![]),
    ] {
        assert_eq!(told(&api, &query).await, expected, "{query}");
    }
    let before = told(&api, &format!("target={vera}&to={today}")).await;
    assert!(before.iter().any(|it| it[0] == "user.created") && before.iter().all(|it| it[0] != "user.updated"));
}

/// TE-17: a word of the query that means nothing, or that there is not, is refused by its name.
#[tokio::test]
async fn te_17_a_query_of_the_log_that_means_nothing_is_refused() {
    let api = Api::new().await;
    for (query, name) in [
        ("from=yesterday", "from"),
        ("from=2026-11-27&to=2026-11-26", "to"),
        ("action=flown", "action"),
        ("outcome=", "outcome"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("cursor=x", "cursor"),
        ("acton=user", "acton"),
        ("action=user&action=group", "action"),
    ] {
        let refused = read(&api, query).await.expect(400).json();

        assert!(refused["detail"].as_str().unwrap().starts_with(&format!("{name}: ")), "{query}: {refused}");
    }
    let format = api.operator(Method::GET, "/audit/export?organisation=acme&format=pdf", None).await.expect(400);
    assert!(format.text.contains("format: "), "{}", format.text);
}

/// TE-05, TE-17: nothing of another organisation is found, by id, by filter, by cursor, or in a file; a cursor of another list
/// or of another organisation is refused.
#[tokio::test]
async fn te_05_te_17_no_log_crosses_the_organisation() {
    let api = Api::new().await;
    let globex = api.server().tenant("globex").await;
    let (hank, foreign) = api.caller(&globex, "hank", "owner").await;
    let own = api.token(api.stage.ada.user.id).await;
    let get = async |token: &str, path: &str| api.call(token, Method::GET, path, None).await;
    let theirs = get(&foreign, "/audit?limit=1").await.expect(200).json();
    let (id, cursor) = (theirs["events"][0]["id"].as_str().unwrap(), theirs["next_cursor"].as_str().unwrap());
    let users = get(&own, "/users?limit=1").await.expect(200).json();

    assert_eq!(get(&own, &format!("/audit/{id}")).await.status, 404);
    assert_eq!(get(&foreign, &format!("/audit/{id}")).await.status, 200);
    for query in [format!("actor={hank}"), format!("target={hank}"), "text=hank".to_owned()] {
        assert_eq!(get(&own, &format!("/audit?{query}")).await.expect(200).json()["events"], json!([]), "{query}");
    }
    assert_eq!(get(&own, &format!("/audit?cursor={cursor}")).await.status, 400);
    assert_eq!(get(&foreign, &format!("/audit?cursor={cursor}")).await.status, 200);
    assert_eq!(get(&own, &format!("/audit?cursor={}", users["next_cursor"].as_str().unwrap())).await.status, 400);
    for path in ["/audit?organisation=globex", "/audit/export?organisation=globex"] {
        assert_eq!(get(&own, path).await.status, 404, "{path}");
    }
}

/// S3-27: what was done to a group is told under its name of now, with the name at the time beside it, in list and file.
#[tokio::test]
async fn s3_27_the_log_and_its_files_tell_of_a_group_under_its_new_name() {
    let api = Api::new().await;
    let new = Some(json!({ "name": "Old name" }));
    let group = api.operator(Method::POST, "/groups?organisation=acme", new).await.expect(201).json();
    let id = group["id"].as_str().unwrap();
    let renamed = Some(json!({ "name": "New name" }));
    api.operator(Method::PATCH, &format!("/groups/{id}"), renamed).await.expect(200);

    let list = read(&api, &format!("target={id}")).await.expect(200).json();
    let path = format!("/audit/export?organisation=acme&target={id}&format=csv");
    let file = api.operator(Method::GET, &path, None).await.expect(200).text;

    let labels = |it: &Value| [it["target"]["label"].clone(), it["target"]["label_at_time"].clone()];
    let all: Vec<_> = list["events"].as_array().unwrap().iter().map(labels).collect();
    assert_eq!(all, [[json!("New name"), json!("Old name")], [json!("New name"), json!("Old name")]]);
    assert_eq!(file.matches(&format!(",{id},New name,Old name,")).count(), 2, "{file}");
}

/// OU-01, OU-02: a name that is a formula is text in the file.
#[tokio::test]
async fn ou_01_ou_02_a_file_of_the_log_calculates_nothing() {
    let api = Api::new().await;
    let new = Some(json!({ "name": "=HYPERLINK(\"https://evil.example\")" }));
    api.operator(Method::POST, "/groups?organisation=acme", new).await.expect(201);

    let path = "/audit/export?organisation=acme&action=group.created&format=csv";
    let file = api.operator(Method::GET, path, None).await.expect(200);

    assert!(file.text.contains(",\"'=HYPERLINK(\"\"https://evil.example\"\")\","), "{}", file.text);
}

/// The names of somebody who was erased are in no answer and no file any more, nor is a search for one of them.
#[tokio::test]
async fn s2_40_the_names_of_an_erased_person_are_gone_from_the_log() {
    let api = Api::new().await;
    let (vera, token) = api.caller(&api.acme(), "vera-vanishes", "admin").await;
    let renamed = Some(json!({ "display_name": "Vera Vanishes" }));
    api.operator(Method::PATCH, &format!("/users/{vera}"), renamed).await.expect(200);
    let export = |query: &str| format!("/audit/export?organisation=acme{query}");
    api.operator(Method::GET, &export("&text=Vanishes&format=csv"), None).await.expect(200);
    api.call(&token, Method::POST, "/groups", Some(json!({ "name": "Hers" }))).await.expect(201);
    let before = api.operator(Method::GET, &export(""), None).await.expect(200).text.to_lowercase();

    api.operator(Method::POST, &format!("/users/{vera}/erase"), None).await.expect(204);

    let after = api.operator(Method::GET, &export(""), None).await.expect(200).text.to_lowercase();
    assert!(before.matches("vanishes").count() > 3, "{before}");
    assert!(!after.contains("vanishes"), "{after}");
    assert_eq!(told(&api, "text=vanishes").await, Vec::<[String; 4]>::new());
    let hers = told(&api, &format!("actor={vera}&action=group.created")).await;
    assert_eq!(hers, [["group.created", &vera.to_string(), "Hers", "success"].map(str::to_owned)]);
}

/// An export ends when whoever asked for it is shut out or may export no more, and when nobody takes it any more: none of
/// that is taken for the whole.
#[tokio::test]
async fn s2_34_an_export_under_way_ends_with_the_access_of_whoever_asked() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    fill(&acme);
    for (is_shut_out, is_read) in [(false, true), (true, true), (false, false)] {
        let (id, actor) = acme.actor(&format!("adam-{is_shut_out}-{is_read}"), "admin").await;
        let filter = AuditFilter::default();
        let export = audit_log::export(&server.app, &actor, acme.org, &filter, Format::Ndjson).await.unwrap();
        let (mut into, mut out) = tokio::io::duplex(64);
        let writing = tokio::spawn(async move { export.write(&mut into).await });
        let mut read = vec![0; 64];
        out.read_exact(&mut read).await.unwrap();
        if is_shut_out {
            shut_out(&server, id).await;
        }
        if is_read {
            out.read_to_end(&mut read).await.unwrap();
        } else {
            drop(out);
        }

        let end = writing.await.unwrap();

        let lines = read.iter().filter(|it| **it == b'\n').count();
        match (is_shut_out, is_read) {
            (false, true) => assert!(matches!(end, Ok(Some(it)) if it.deeds > 1_200), "{end:?}"),
            (true, _) => assert!(matches!(end, Err(Error::Unauthenticated)) && lines == 500, "{end:?} {lines}"),
            (false, false) => assert!(matches!(end, Ok(None)), "{end:?}"),
        }
    }
}

/// S1-32: the same when the right to export is lost on the way, by another role or because the organisation is suspended.
#[tokio::test]
async fn s1_32_an_export_under_way_ends_with_the_right_to_it() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    fill(&acme);
    for is_suspended in [false, true] {
        let (id, actor) = acme.actor(&format!("adam-{is_suspended}"), "admin").await;
        let export =
            audit_log::export(&server.app, &actor, acme.org, &AuditFilter::default(), Format::Ndjson).await.unwrap();
        let (mut into, mut out) = tokio::io::duplex(64);
        let writing = tokio::spawn(async move { export.write(&mut into).await });
        let mut read = vec![0; 64];
        out.read_exact(&mut read).await.unwrap();
        if is_suspended {
            organisations::suspend(&server.app, &Server::operator(), acme.org).await.unwrap();
        } else {
            users::change_role(&server.app, &Server::operator(), id, &"viewer".parse().unwrap()).await.unwrap();
        }
        out.read_to_end(&mut read).await.unwrap();

        let end = writing.await.unwrap();

        let lines = read.iter().filter(|it| **it == b'\n').count();
        let is_right = if is_suspended {
            matches!(end, Err(Error::Unauthenticated))
        } else {
            matches!(end, Err(Error::Denied(_)))
        };
        assert!(is_right && lines == 500, "{end:?} {lines}");
    }
}

async fn shut_out(server: &Server, id: UserId) {
    users::deactivate(&server.app, &Server::operator(), id, users::OnLastHolder::Refuse).await.unwrap();
}

/// Every name in the index of deeds is one that a filter takes, and no two are the same.
#[tokio::test]
async fn s2_40_every_deed_can_be_looked_for() {
    let api = Api::new().await;
    let document = api.server().get("/api/openapi.json").await.expect(200).json();
    let parameters = document["paths"]["/api/v1/audit"]["get"]["parameters"].as_array().unwrap();
    let action = parameters.iter().find(|it| it["name"] == "action").unwrap();
    let words: Vec<&str> = action["schema"]["enum"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();

    assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len());
    assert!(words.len() > 100);
    for word in words {
        assert!(AuditFilter::read([("action", word)]).is_ok(), "{word}");
    }
}
