//! The document about the API says what the API does: every route, every status.

use std::collections::BTreeSet;
use std::time::Duration;

use doorward::app::clients::{AuthMethod, NewClient};
use doorward::app::users;
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::id::UserId;
use doorward::domain::review::schedule::SCHEDULES_MAX;
use doorward::domain::share::COUNT_MAX;
use doorward::web::routes::Access;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{OPERATOR_TOKEN, Reply, Server, database, in_acme};
use crate::mappings::{group, push};
use crate::oidc::stage::{PASSWORD, REDIRECT, Rp};
use crate::own_credentials::{NEW_PASSWORD, first_code};
use crate::passkeys;
use crate::people::Api;

/// Method, path and status of an answer.
type Answer = (String, String, u16);

async fn document(server: &Server) -> Value {
    server.get("/api/openapi.json").await.expect(200).json()
}

/// Every operation of the document: path, method, and what is said of it.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().iter().map(move |(method, about)| (path.as_str(), method.as_str(), about))
    });
    all.collect()
}

fn statuses(about: &Value) -> Vec<u16> {
    about["responses"].as_object().unwrap().keys().map(|it| it.parse().unwrap()).collect()
}

fn method(name: &str) -> Method {
    name.to_uppercase().parse().unwrap()
}

#[tokio::test]
async fn the_document_has_every_route_of_the_api_and_no_other() {
    let server = Server::start().await;
    let document = document(&server).await;

    let told: BTreeSet<_> = operations(&document).iter().map(|it| (it.0.to_owned(), it.1.to_uppercase())).collect();

    let routes = doorward::web::routes(&server.app);
    let table = routes.table().iter().filter(|it| it.path.starts_with("/api/v1/"));
    let there: BTreeSet<_> = table.clone().map(|it| (it.path.to_owned(), it.method.to_string())).collect();
    assert_eq!(told, there);
    assert!(table.clone().all(|it| it.access == Access::Api));
    assert!(told.len() > 25);
}

#[tokio::test]
async fn every_reference_of_the_document_leads_somewhere_and_every_operation_has_a_name_and_a_sentence() {
    let server = Server::start().await;
    let document = document(&server).await;

    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
    let all = operations(&document);
    let names: BTreeSet<&str> = all.iter().map(|it| it.2["operationId"].as_str().unwrap()).collect();
    assert_eq!(names.len(), all.len());
    assert!(all.iter().all(|it| it.2["summary"].as_str().is_some_and(|sentence| !sentence.is_empty())));
    assert_eq!(document["openapi"], "3.1.0");
}

/// What is written of a body is what is read: a member of another name is refused, in every operation that takes one.
#[tokio::test]
async fn every_refusal_that_is_documented_for_all_is_real() {
    let api = Api::new().await;
    let server = api.server();
    let document = document(server).await;
    let owner = api.token(api.stage.ada.user.id).await;
    let rp = api.stage.rp().await;
    let unscoped = api.stage.tokens(&rp, &api.stage.ada).await["access_token"].as_str().unwrap().to_owned();
    let nobody = UserId::new().to_string();

    for (path, name, about) in operations(&document) {
        let url = path.replace("{id}", &nobody).replace("{client_id}", &nobody).replace("{token_id}", &nobody);
        let url = url.replace("{key}", &nobody).replace("{link_id}", &nobody);
        let request = |token: &str| server.request(method(name), &url).bearer_auth(token);
        let as_operator =
            |query: &str| server.request(method(name), &format!("{url}?{query}")).bearer_auth(OPERATOR_TOKEN);
        let kinds = about["requestBody"]["content"].as_object();
        let (kind, too_long) = match kinds.and_then(|it| it.keys().next()).map(String::as_str) {
            Some("text/csv") => ("text/csv", 10 * 1024 * 1024 + 1),
            Some("image/jpeg") => ("image/jpeg", 256 * 1024 + 1),
            Some(_) | None => ("application/json", 66_000),
        };
        let body = |body: String| request(&owner).header("content-type", kind).body(body);
        for status in statuses(about) {
            let provoked = match status {
                401 => server.request(method(name), &url),
                403 => request(&unscoped),
                404 if path.contains('{') && about["requestBody"]["required"] == true => continue,
                404 if path.contains('{') || path.contains("/me/") => request(&owner),
                404 if about["requestBody"].is_object() => continue,
                404 => as_operator("organisation=nowhere"),
                400 if about["requestBody"].is_object() => body("{\"no_such_member\":1}".to_owned()),
                400 => as_operator("x="),
                413 => body(format!("{{\"x\":\"{}\"}}", "x".repeat(too_long))),
                415 => request(&owner).header("content-type", "text/plain").body("{}"),
                _ => continue,
            };

            let reply = server.send(provoked).await;

            assert_eq!(reply.status, status, "{name} {path}: {}", reply.text);
            assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{name} {path} {status}");
            assert_eq!(reply.json()["status"], status);
        }
    }
}

/// TE-17: a misspelt `dry_run` does no deed: a word of the query that an operation does not know is refused by its name.
#[tokio::test]
async fn te_17_a_word_of_the_query_that_an_operation_does_not_know_is_refused() {
    let api = Api::new().await;
    let server = api.server();
    let nobody = UserId::new().to_string();

    for (path, name, _) in operations(&document(server).await) {
        let url = path.replace("{id}", &nobody).replace("{client_id}", &nobody).replace("{token_id}", &nobody);
        let reply =
            server.send(server.request(method(name), &format!("{url}?dryrun=1")).bearer_auth(OPERATOR_TOKEN)).await;

        assert_eq!(reply.status, 400, "{name} {path}: {}", reply.text);
        assert!(reply.json()["detail"].as_str().unwrap().starts_with("dryrun: leave it out"), "{}", reply.text);
    }
    let policy = json!({ "password": "classic" });
    let sent = server.api(Method::PUT, "/api/v1/policies?organisation=acme&dryrun=1").json(&policy);
    server.send(sent).await.expect(400);
    let kept = server.send(server.api(Method::GET, "/api/v1/policies?organisation=acme")).await.expect(200);
    assert!(!kept.text.contains("classic\""), "{}", kept.text);
}

/// A list of values is no object with these members, whatever order it has.
#[tokio::test]
async fn a_body_that_is_no_object_is_refused_by_every_operation() {
    let api = Api::new().await;
    let server = api.server();
    let owner = api.token(api.stage.ada.user.id).await;
    let nobody = UserId::new().to_string();

    for (path, name, about) in operations(&document(server).await) {
        if !about["requestBody"]["content"]["application/json"].is_object() {
            continue;
        }
        let url = path.replace("{id}", &nobody).replace("{client_id}", &nobody).replace("{token_id}", &nobody);
        for body in ["[null, null]", "[]", "null", "\"text\"", " 7"] {
            let request = server.request(method(name), &url).bearer_auth(&owner);
            let reply = server.send(request.header("content-type", "application/json").body(body)).await;

            assert_eq!(reply.status, 400, "{name} {path} {body}: {}", reply.text);
        }
    }
}

/// A filter without a value is an error and never everybody; what is out of range is not cut to it.
#[tokio::test]
async fn a_query_that_means_nothing_is_refused_by_name() {
    let api = Api::new().await;
    for (path, name) in [
        ("/users?organisation=acme&role=", "role"),
        ("/users?organisation=acme&role=viewer&provider=%20", "provider"),
        ("/users?organisation=acme&limit=0", "limit"),
        ("/invitations?organisation=acme&limit=1001", "limit"),
        ("/invitations?organisation=acme&limit=", "limit"),
        ("/invitations?organisation=acme&limit=many", "limit"),
        ("/invitations?organisation=acme&organisation=globex", "organisation"),
        ("/users?organisation=acme&name=a&name=b", "name"),
        ("/users?organisation=acme&role=admin&role=viewer&limit=7&limit=8", "limit"),
    ] {
        let reply = api.server().send(api.server().api(Method::GET, &format!("/api/v1{path}"))).await.expect(400);

        assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{path}");
        assert!(reply.json()["detail"].as_str().unwrap().starts_with(&format!("{name}: ")), "{path}: {}", reply.text);
    }
    let unreadable = api.server().api(Method::GET, "/api/v1/users/%FF");
    assert_eq!(api.server().send(unreadable).await.header("content-type"), Some("application/problem+json"));
}

/// Calls, with what each answered.
struct Walk<'a> {
    api: &'a Api,
    seen: BTreeSet<Answer>,
    /// The operations that can be planned: method and path.
    planned: BTreeSet<(String, String)>,
}

impl Walk<'_> {
    async fn call(&mut self, token: &str, operation: &str, ids: &[&str], body: Value) -> Reply {
        let (name, path) = operation.split_once(' ').unwrap();
        let path = format!("/api/v1{path}");
        let (template, query) = path.split_once('?').unwrap_or((&path, ""));
        let second = ids.get(1).unwrap_or(&"");
        let mut url = template.replace("{client_id}", second).replace("{token_id}", second);
        if let [_, _, with, whom] = ids {
            url = url.replace("{with}/{id}", &format!("{with}/{whom}"));
        }
        url = url.replace("{slug}", ids.first().unwrap_or(&""));
        url = url.replace("{assignment_id}", second).replace("{user_id}", second).replace("{link_id}", second);
        url = url.replace("{linking_id}", second).replace("{assignment_id}", second).replace("{user_id}", second);
        url = url.replace("{kind}", ids.first().unwrap_or(&"")).replace("{external_id}", second);
        let key = ids.get(2).or(ids.first()).unwrap_or(&"");
        url = url
            .replace("{group}", second)
            .replace("{id}", ids.first().unwrap_or(&""))
            .replace("{key}", key)
            .replace("{domain}", key);
        let at = async |query: &str| {
            let request = self.api.server().request(method(name), &format!("{url}?{query}")).bearer_auth(token);
            let request = match body.as_str() {
                Some(csv) => request.header("content-type", "text/csv").body(csv.to_owned()),
                None if body.is_null() => request,
                None => request.json(&body),
            };
            self.api.server().send(request).await
        };
        if self.planned.contains(&(name.to_lowercase(), template.to_owned()))
            && !query.contains("confirm=")
            && !query.contains("dry_run=")
        {
            let plan = at(&format!("{query}&dry_run=1")).await;
            self.seen.insert((name.to_lowercase(), template.to_owned(), plan.status));
            assert!(plan.status != 200 || plan.json()["confirm"].is_string(), "{operation}: {}", plan.text);
        }
        let reply = at(query).await;
        self.seen.insert((name.to_lowercase(), template.to_owned(), reply.status));
        let kind = match reply.status {
            200 if template.ends_with("/export") => "text/csv; charset=utf-8",
            200 if template.ends_with("/file") => "text/csv; charset=utf-8",
            200 if template.ends_with("/manifest") => "application/x-ndjson",
            200 if template.ends_with("/evidence") => "application/zip",
            ..400 => "application/json",
            _ => "application/problem+json",
        };
        assert!(reply.text.is_empty() || reply.header("content-type") == Some(kind), "{operation}: {}", reply.status);
        reply
    }

    /// A call about a role of a group.
    async fn with_key(&mut self, operation: &str, id: &str, key: &str) -> Reply {
        let (name, path) = operation.split_once(' ').unwrap();
        let template = format!("/api/v1{path}");
        let url = template.replace("{id}", id).replace("{key}", key);
        let reply = self.api.server().send(self.api.server().api(method(name), &url)).await;
        self.seen.insert((name.to_lowercase(), template, reply.status));
        reply
    }

    async fn operator(&mut self, operation: &str, ids: &[&str], body: Value) -> Reply {
        self.call(OPERATOR_TOKEN, operation, ids, body).await
    }
}

fn id_of(reply: &Reply) -> String {
    reply.json()["id"].as_str().unwrap_or_else(|| panic!("{}", reply.text)).to_owned()
}

async fn organisation(walk: &mut Walk<'_>) {
    let shown = walk.operator("GET /organisation?organisation=acme", &[], Value::Null).await.expect(200).json();
    let change = json!({ "name": "Acme", "language": "de" });
    let after = walk.operator("PATCH /organisation?organisation=acme", &[], change).await.expect(200).json();
    let back = json!({ "name": shown["name"], "language": "auto" });
    let back = walk.operator("PATCH /organisation?organisation=acme", &[], back).await.expect(200).json();
    assert_eq!((&after["name"], &after["language"]), (&json!("Acme"), &json!("de")));
    assert_eq!((&back["name"], &back["language"]), (&shown["name"], &json!("auto")));
    let badge = json!({ "name": "badge", "type": "string", "canonicalValues": ["red"] });
    let schemas = json!({ "schemas": [{ "id": "urn:example:acme:User", "name": "Acme", "attributes": [badge] }] });
    let set = walk.operator("PUT /organisation/schemas?organisation=acme", &[], schemas).await.expect(200).json();
    let shown = walk.operator("GET /organisation/schemas?organisation=acme", &[], Value::Null).await.expect(200).json();
    assert_eq!((&shown, &shown["schemas"][0]["attributes"][0]["mutability"]), (&set, &json!("readWrite")));
    branding(walk).await;
    for _ in 0..49 {
        walk.operator("PUT /organisation/schemas?organisation=acme", &[], json!({ "schemas": [] })).await.expect(200);
    }
    walk.operator("PUT /organisation/schemas?organisation=acme", &[], json!({ "schemas": [] })).await.expect(429);
}

async fn branding(walk: &mut Walk<'_>) {
    walk.operator("GET /organisation/branding?organisation=acme", &[], Value::Null).await.expect(200);
    let colour = json!({ "accent": "#00aa55" });
    walk.operator("PATCH /organisation/branding?organisation=acme", &[], colour).await.expect(200);
    let path = "/api/v1/organisation/branding/logo";
    let request = walk.api.server().api(Method::PUT, &format!("{path}?organisation=acme"));
    let picture = request.header("content-type", "image/png").body(crate::branding::png(32, 32));
    walk.api.server().send(picture).await.expect(200);
    walk.seen.insert(("put".to_owned(), path.to_owned(), 200));
    walk.operator("DELETE /organisation/branding/logo?organisation=acme", &[], Value::Null).await.expect(204);
    walk.operator("DELETE /organisation/branding?organisation=acme", &[], Value::Null).await.expect(204);
}

/// An organisation from its making to its end.
async fn organisations(walk: &mut Walk<'_>) {
    let new = json!({ "slug": "soon-gone", "name": "Soon gone" });
    walk.operator("POST /organisations", &[], new.clone()).await.expect(201);
    walk.operator("POST /organisations", &[], new).await.expect(409);
    walk.operator("GET /organisations?limit=1", &[], Value::Null).await.expect(200);
    let (one, which) = ("/organisations/{slug}", ["soon-gone"]);
    walk.operator(&format!("GET {one}"), &which, Value::Null).await.expect(200);
    for deed in [format!("POST {one}/suspend"), format!("DELETE {one}")] {
        let plan = walk.operator(&format!("{deed}?dry_run=1"), &which, Value::Null).await.expect(200).json();
        let confirmed = format!("{deed}?confirm={}", plan["confirm"].as_str().unwrap());
        walk.operator(&deed, &which, Value::Null).await.expect(200);
        walk.operator(&confirmed, &which, Value::Null).await.expect(409);
        let back = if deed.starts_with("POST") { "resume" } else { "restore" };
        walk.operator(&format!("POST {one}/{back}"), &which, Value::Null).await.expect(200);
    }
    walk.operator(&format!("DELETE {one}?grace_days=0"), &which, Value::Null).await.expect(200);
    walk.operator(&format!("POST {one}/resume"), &which, Value::Null).await.expect(409);
    walk.operator(&format!("POST {one}/restore"), &which, Value::Null).await.expect(409);
}

async fn policies(walk: &mut Walk<'_>) {
    let before = walk.operator("GET /policies?organisation=acme", &[], Value::Null).await.expect(200).json();
    let change = json!({ "sso_mfa": "trust_idp" });
    let preview = walk.operator("PUT /policies?organisation=acme&dry_run=1", &[], change.clone()).await.expect(200);
    let after = walk.operator("PUT /policies?organisation=acme", &[], change).await.expect(200).json();
    assert_eq!((&before["sso_mfa"], &after["sso_mfa"]), (&json!("require_amr"), &json!("trust_idp")));
    assert_eq!(preview.json()["policy"], after);
    let own = json!({ "preset": "classic", "min": 12, "classes": ["digit"], "deny_breached": false, "history": 24 });
    let change = json!({ "password": own, "regrace_on_reactivation": true });
    let own = walk.operator("PUT /policies?organisation=acme", &[], change).await.expect(200).json();
    let back = json!({ "password": "modern", "regrace_on_reactivation": null });
    let back = walk.operator("PUT /policies?organisation=acme", &[], back).await.expect(200).json();
    assert_eq!((&own["password"]["history"], &own["password"]["deny_context_words"]), (&json!(24), &json!(true)));
    assert_eq!((&own["regrace_on_reactivation"], &back["regrace_on_reactivation"]), (&json!(true), &json!(false)));
    walk.operator("PUT /policies?organisation=acme", &[], json!({ "password": { "min": 7 } })).await.expect(400);
}

async fn audit(walk: &mut Walk<'_>) {
    let list = walk.operator("GET /audit?organisation=acme&limit=1", &[], Value::Null).await.expect(200).json();
    let id = list["events"][0]["id"].as_str().unwrap().to_owned();
    walk.operator("GET /audit/{id}?organisation=acme", &[&id], Value::Null).await.expect(200);
    walk.operator("GET /audit/integrity?organisation=acme", &[], Value::Null).await.expect(200);
    walk.operator("POST /audit/verify?organisation=acme", &[], Value::Null).await.expect(200);
    walk.operator("GET /audit/checkpoints?organisation=acme", &[], Value::Null).await.expect(200);
    walk.operator("GET /audit/checkpoints?organisation=acme&limit=0", &[], Value::Null).await.expect(400);
    walk.operator("GET /audit/export?organisation=acme&format=csv", &[], Value::Null).await.expect(200);
    audit_exports(walk).await;
    audit_streams(walk).await;
    domains(walk).await;
    walk.operator("GET /sign-in-failures?organisation=acme&within=week", &[], Value::Null).await.expect(200);
}

/// Files of the audit log, as many as there may be.
async fn audit_exports(walk: &mut Walk<'_>) {
    let (list, one) = ("/audit/exports?organisation=acme", "/audit/exports/{id}");
    let new = json!({ "format": "csv", "action": "user", "outcome": "success" });
    let ask = format!("POST {list}");
    let id = id_of(&walk.operator(&ask, &[], new.clone()).await.expect(202));
    for part in ["file", "manifest"] {
        walk.operator(&format!("GET {one}/{part}"), &[&id], Value::Null).await.expect(409);
    }
    let server = walk.api.server();
    doorward::app::audit_exports::make_due(&server.app).await.unwrap();
    for part in ["", "/file", "/manifest"] {
        walk.operator(&format!("GET {one}{part}"), &[&id], Value::Null).await.expect(200);
    }
    for status in [[202; 3].to_vec(), vec![429]].concat() {
        walk.operator(&ask, &[], new.clone()).await.expect(status);
    }
    for _ in 0..16 {
        doorward::app::audit_exports::make_due(&server.app).await.unwrap();
        walk.operator(&ask, &[], new.clone()).await.expect(202);
    }
    doorward::app::audit_exports::make_due(&server.app).await.unwrap();
    walk.operator(&ask, &[], new).await.expect(409);
    walk.operator(&format!("GET {list}"), &[], Value::Null).await.expect(200);
    walk.operator(&format!("DELETE {one}"), &[&id], Value::Null).await.expect(204);
}

/// A stream of the audit log, from its making to its end.
async fn audit_streams(walk: &mut Walk<'_>) {
    let list = "/audit/streams?organisation=acme";
    let new = |name: &str| json!({ "name": name, "kind": "webhook", "address": "https://127.0.0.1/hook", "events": ["user.*"] });
    let make = format!("POST {list}");
    let made = walk.operator(&make, &[], new("SIEM")).await.expect(201).json();
    let id = made["stream"]["id"].as_str().unwrap().to_owned();
    let key = json!({ "region": "eu-central-1", "access_key_id": "AKIA", "secret_access_key": "secret" });
    let mut bucket = json!({ "name": "Archive", "kind": "s3", "address": "https://127.0.0.1/logs" });
    bucket.as_object_mut().unwrap().extend(key.as_object().unwrap().clone());
    let bucket = walk.operator(&make, &[], bucket).await.expect(201).json();
    assert_eq!(bucket["stream"]["region"], json!("eu-central-1"));
    for nth in 0..3 {
        walk.operator(&make, &[], new(&format!("number {nth}"))).await.expect(201);
    }
    walk.operator(&make, &[], new("sixth")).await.expect(409);
    walk.operator(&make, &[], new("")).await.expect(400);
    walk.operator(&format!("GET {list}"), &[], Value::Null).await.expect(200);
    let one = "/audit/streams/{id}";
    walk.operator(&format!("GET {one}"), &[&id], Value::Null).await.expect(200);
    let change = json!({ "name": "Other", "format": "ocsf", "address": "https://127.0.0.1/other", "events": [] });
    let changed = walk.operator(&format!("PATCH {one}"), &[&id], change).await.expect(200).json();
    assert_eq!((&changed["name"], &changed["format"]), (&json!("Other"), &json!("ocsf")));
    walk.operator(&format!("PATCH {one}"), &[&id], json!({ "name": null })).await.expect(400);
    let bucket = bucket["stream"]["id"].as_str().unwrap();
    walk.operator(&format!("PATCH {one}"), &[bucket], key).await.expect(200);
    for deed in ["pause", "resume", "rotate-secret"] {
        walk.operator(&format!("POST {one}/{deed}"), &[&id], Value::Null).await.expect(200);
    }
    walk.operator(&format!("POST {one}/replay"), &[&id], json!({ "from_seq": 1 })).await.expect(200);
    walk.operator(&format!("POST {one}/replay"), &[&id], json!({ "from_seq": 0 })).await.expect(400);
    for status in [200; 10].into_iter().chain([429]) {
        walk.operator(&format!("POST {one}/test"), &[&id], Value::Null).await.expect(status);
    }
    walk.operator(&format!("DELETE {one}"), &[&id], Value::Null).await.expect(204);
}

/// A domain, from its naming to its end; the DNS knows none.
async fn domains(walk: &mut Walk<'_>) {
    let (list, one) = ("/domains?organisation=acme", "/domains/{domain}");
    let in_acme = |path: &str| format!("{path}?organisation=acme");
    walk.operator(&format!("POST {list}"), &[], json!({ "domain": "acme.example" })).await.expect(201);
    walk.operator(&format!("POST {list}"), &[], json!({ "domain": "acme" })).await.expect(400);
    walk.operator(&format!("GET {list}"), &[], Value::Null).await.expect(200);
    walk.operator(&format!("GET {}", in_acme(one)), &["acme.example"], Value::Null).await.expect(200);
    for status in [200; 30].into_iter().chain([429]) {
        let check = format!("POST {}", in_acme("/domains/{domain}/check"));
        walk.operator(&check, &["acme.example"], Value::Null).await.expect(status);
    }
    let provider = json!({ "issuer": "https://idp.example", "client_id": "doorward", "domains": ["acme.example"] });
    let new = json!({ "kind": "generic", "name": "Of a domain" });
    let made = walk.operator("POST /connections?organisation=acme", &[], new).await.expect(201).json();
    let connection = made["id"].as_str().unwrap().to_owned();
    walk.operator("PATCH /connections/{id}", &[&connection], provider).await.expect(200);
    let remove = format!("DELETE {}", in_acme(one));
    walk.operator(&remove, &["acme.example"], Value::Null).await.expect(409);
    walk.operator("PATCH /connections/{id}", &[&connection], json!({ "domains": [] })).await.expect(200);
    walk.operator(&remove, &["acme.example"], Value::Null).await.expect(204);
    for nth in 0..100 {
        let domain = json!({ "domain": format!("{nth}.example") });
        walk.operator(&format!("POST {list}"), &[], domain).await.expect(201);
    }
    walk.operator(&format!("POST {list}"), &[], json!({ "domain": "one.too.many" })).await.expect(409);
}

/// A review on its way, and one that is called off; a schedule.
async fn reviews(walk: &mut Walk<'_>) {
    let ada = walk.api.stage.ada.user.id.to_string();
    let grace = walk.api.stage.grace.user.id.to_string();
    let terms = json!({ "scope": "privileged", "reviewers": [ada], "fallback": ada });
    let new = json!({ "name": "Autumn", "terms": terms });
    let stage = "POST /reviews?organisation=acme";
    let id = id_of(&walk.operator(stage, &[], new.clone()).await.expect(201));
    walk.operator(stage, &[], json!({ "name": "", "terms": terms })).await.expect(400);
    walk.operator("GET /reviews?organisation=acme", &[], Value::Null).await.expect(200);
    walk.operator("GET /reviews/{id}", &[&id], Value::Null).await.expect(200);
    walk.operator("POST /reviews/{id}/close", &[&id], Value::Null).await.expect(409);
    walk.operator("POST /reviews/{id}/open", &[&id], Value::Null).await.expect(200);
    walk.operator("POST /reviews/{id}/open", &[&id], Value::Null).await.expect(409);
    let page = walk.operator("GET /reviews/{id}/items?limit=1", &[&id], Value::Null).await.expect(200).json();
    let item = page["items"][0]["id"].clone();
    walk.operator("GET /reviews/{id}/items?outcome=x", &[&id], Value::Null).await.expect(400);
    let token = walk.api.token(walk.api.stage.ada.user.id).await;
    let said = |decision: &str| json!({ "decisions": [{ "item": item, "decision": decision }], "submit": false });
    let decided = walk.call(&token, "POST /reviews/{id}/decisions", &[&id], said("keep")).await;
    assert!(matches!(decided.status, 200 | 400), "{}", decided.text);
    let olga = walk.api.acme().user("olga-decides", "owner").await;
    let hand = json!({ "items": [item], "to": olga });
    walk.operator("POST /reviews/{id}/hand-on", &[&id], hand.clone()).await;
    let olga = walk.api.token(olga).await;
    let mine = walk.call(&olga, "GET /reviews/{id}/items?open=true", &[&id], Value::Null).await.expect(200).json();
    let other = mine["items"].as_array().unwrap().first().map(|it| it["id"].clone()).unwrap_or(item.clone());
    let keep = json!({ "decisions": [{ "item": other, "decision": "keep", "comment": "needed" }] });
    walk.call(&olga, "POST /reviews/{id}/decisions", &[&id], keep.clone()).await;
    let to_viewer = json!({ "items": [item], "to": grace });
    walk.operator("POST /reviews/{id}/hand-on", &[&id], to_viewer).await.expect(400);
    walk.operator("GET /reviews/{id}/evidence", &[&id], Value::Null).await.expect(200);
    walk.operator("POST /reviews/{id}/close", &[&id], Value::Null).await.expect(200);
    walk.operator("POST /reviews/{id}/cancel", &[&id], Value::Null).await.expect(409);
    walk.operator("POST /reviews/{id}/hand-on", &[&id], hand).await.expect(409);
    walk.call(&olga, "POST /reviews/{id}/decisions", &[&id], keep).await.expect(409);
    let other = id_of(&walk.operator(stage, &[], new).await.expect(201));
    walk.operator("POST /reviews/{id}/cancel", &[&other], Value::Null).await.expect(200);
    let schedule = json!({ "name": "Yearly", "terms": terms, "every": "year", "next_at": "2099-01-01" });
    let create = "POST /review-schedules?organisation=acme";
    let id = id_of(&walk.operator(create, &[], schedule.clone()).await.expect(201));
    walk.operator("GET /review-schedules?organisation=acme", &[], Value::Null).await.expect(200);
    walk.operator("GET /review-schedules/{id}", &[&id], Value::Null).await.expect(200);
    walk.operator("PUT /review-schedules/{id}", &[&id], schedule.clone()).await.expect(200);
    let (mut made, mut status) = (1, 201);
    while status == 201 && made <= SCHEDULES_MAX {
        status = walk.operator(create, &[], schedule.clone()).await.status;
        made += 1;
    }
    assert_eq!(status, 409);
    walk.operator("DELETE /review-schedules/{id}", &[&id], Value::Null).await.expect(204);
    too_large_a_review(walk).await;
}

/// More places than a review may have: everybody is on every team.
async fn too_large_a_review(walk: &mut Walk<'_>) {
    let large = walk.api.server().tenant("soylent").await;
    let owner = large.user("thorn", "owner").await;
    let names: String = (0..450).map(|nth| format!("person-{nth},Person\n")).collect();
    let file = json!(format!("user_name,display_name\n{names}"));
    walk.operator("POST /imports?organisation=soylent", &[], file).await.expect(200);
    for nth in 0..50 {
        let team = json!({ "name": format!("Team {nth}") });
        walk.operator("POST /teams?organisation=soylent", &[], team).await.expect(201);
    }
    let everybody = "INSERT INTO team_members (org_id, team_id, user_id, since) \
                     SELECT t.org_id, t.id, u.id, 0 FROM teams t JOIN users u ON u.org_id = t.org_id \
                     WHERE t.name LIKE 'Team %' AND NOT EXISTS (SELECT 1 FROM team_members m WHERE m.org_id = t.org_id \
                     AND m.team_id = t.id AND m.user_id = u.id)";
    database::execute(&walk.api.server().app.config.database_url, everybody);
    let terms = json!({ "scope": "teams", "reviewers": [owner], "fallback": owner });
    let stage = "POST /reviews?organisation=soylent";
    walk.operator(stage, &[], json!({ "name": "All", "terms": terms })).await.expect(409);
}

/// A break-glass account, and somebody who cannot be one.
async fn break_glass(walk: &mut Walk<'_>) {
    let (ada, grace) = (walk.api.stage.ada.user.id.to_string(), walk.api.stage.grace.user.id.to_string());
    let put = "PUT /users/{id}/break-glass";
    walk.operator(put, &[&ada], json!({ "marked": true })).await.expect(204);
    walk.operator(put, &[&grace], json!({ "marked": true })).await.expect(409);
    walk.operator("GET /break-glass?organisation=acme", &[], Value::Null).await.expect(200);
    walk.operator(put, &[&ada], json!({ "marked": false })).await.expect(204);
}

/// What is good practice, and when somebody leaves.
async fn posture(walk: &mut Walk<'_>) {
    let bob = walk.api.acme().user("leaves", "viewer").await.to_string();
    walk.operator("GET /posture?organisation=acme", &[], Value::Null).await.expect(200);
    walk.operator("GET /users/{id}/end-date", &[&bob], Value::Null).await.expect(200);
    let day = json!({ "ends_at": "2099-12-31" });
    walk.operator("PUT /users/{id}/end-date", &[&bob], day.clone()).await.expect(200);
    walk.operator("DELETE /users/{id}/end-date", &[&bob], Value::Null).await.expect(204);
    walk.operator("POST /users/{id}/deactivate", &[&bob], Value::Null).await.expect(200);
    walk.operator("PUT /users/{id}/end-date", &[&bob], day).await.expect(409);
    walk.operator("DELETE /users/{id}/end-date", &[&bob], Value::Null).await.expect(409);
}

async fn teams(walk: &mut Walk<'_>) {
    let ada = walk.api.stage.ada.user.id.to_string();
    let create = "POST /teams?organisation=acme";
    let blue = id_of(&walk.operator(create, &[], json!({ "name": "Blue" })).await.expect(201));
    walk.operator(create, &[], json!({ "name": "BLUE" })).await.expect(409);
    walk.operator(create, &[], json!({ "name": "Red" })).await.expect(201);
    walk.operator("GET /teams?organisation=acme", &[], Value::Null).await.expect(200);
    walk.operator("PATCH /teams/{id}", &[&blue], json!({ "description": "The sea" })).await.expect(200);
    walk.operator("PATCH /teams/{id}", &[&blue], json!({ "name": "red" })).await.expect(409);
    walk.operator("POST /teams/{id}/members", &[&blue], json!({ "add": [ada] })).await.expect(200);
    walk.operator("GET /teams/{id}", &[&blue], Value::Null).await.expect(200);
    walk.operator("GET /teams/{id}/usage", &[&blue], Value::Null).await.expect(200);
    walk.operator("PUT /teams/{id}/usage", &[&blue], json!({ "used": {} })).await.expect(403);
    walk.operator("PATCH /teams/{id}", &[&blue], json!({ "quotas": { "workflows": 1 } })).await.expect(200);
    let (_, token) = crate::resources::program(walk.api.server(), "meter", "admin").await;
    for (workflows, status) in [(1, 200), (2, 409)] {
        let report = json!({ "used": { "workflows": workflows }, "enforce": true });
        walk.call(&token, "PUT /teams/{id}/usage", &[&blue], report).await.expect(status);
    }
    let more = json!({ "workflows": 3 });
    walk.operator("POST /teams/{id}/usage/check", &[&blue], more).await.expect(200);
    walk.operator("PATCH /teams/{id}", &[&blue], json!({ "quotas": { "workflows": -1 } })).await.expect(400);
    walk.operator("DELETE /teams/{id}", &[&blue], Value::Null).await.expect(204);
}

async fn resources(walk: &mut Walk<'_>) {
    let ada = walk.api.stage.ada.user.id.to_string();
    let one = "/resources/{kind}/{external_id}?organisation=acme";
    let (project, space) = (["project", "p1"], ["workspace", "w1"]);
    let inside = json!({ "name": "Space", "parent": { "kind": "project", "external_id": "p1" } });
    walk.operator(&format!("PUT {one}"), &project, json!({ "name": "Project" })).await.expect(201);
    walk.operator(&format!("PUT {one}"), &space, inside).await.expect(201);
    walk.operator(&format!("PUT {one}"), &space, json!({ "name": "Room" })).await.expect(200);
    walk.operator(&format!("GET {one}"), &space, Value::Null).await.expect(200);
    let share = "/resources/{kind}/{external_id}/shares/{with}/{id}?organisation=acme";
    let with = ["workspace", "w1", "user", &ada];
    walk.operator(&format!("PUT {share}"), &with, json!({ "level": "edit" })).await.expect(200);
    walk.operator("GET /resources/{kind}/{external_id}/shares?organisation=acme", &space, Value::Null)
        .await
        .expect(200);
    walk.operator(&format!("DELETE {share}"), &with, Value::Null).await.expect(204);
    walk.operator(&format!("DELETE {share}"), &with, Value::Null).await.expect(404);
    let activity = "POST /resources/{kind}/{external_id}/activity?organisation=acme";
    walk.operator(activity, &space, json!({ "deed": "opened" })).await.expect(204);
    walk.operator(activity, &space, json!({ "deed": "Opened!" })).await.expect(400);
    crate::shares::fill(walk.api.server(), "w1", COUNT_MAX);
    walk.operator(&format!("PUT {share}"), &with, json!({ "level": "edit" })).await.expect(409);
    let transfer = "POST /resources/{kind}/{external_id}/transfer?organisation=acme";
    walk.operator(transfer, &space, json!({ "owner": ada })).await.expect(200);
    walk.operator("GET /resources?organisation=acme&kind=workspace&orphaned=0&limit=1", &[], Value::Null)
        .await
        .expect(200);
    walk.operator(&format!("DELETE {one}"), &project, Value::Null).await.expect(409);
    walk.operator(&format!("DELETE {one}"), &space, Value::Null).await.expect(204);
    crate::resources::fill(walk.api.server());
    walk.operator(&format!("PUT {one}"), &space, json!({ "name": "One more" })).await.expect(409);
    walk.operator(&format!("PUT {one}"), &project, json!({ "name": "Project" })).await.expect(200);
}

async fn groups(walk: &mut Walk<'_>) {
    let (ada, role) = (walk.api.stage.ada.user.id.to_string(), "/groups/{id}/roles/{key}");
    let create = "POST /groups?organisation=acme";
    let blue = id_of(&walk.operator(create, &[], json!({ "name": "Blue" })).await.expect(201));
    walk.operator(create, &[], json!({ "name": "BLUE" })).await.expect(409);
    walk.operator(create, &[], json!({ "name": "Red" })).await.expect(201);
    walk.operator("GET /groups?organisation=acme", &[], Value::Null).await.expect(200);
    walk.operator("PATCH /groups/{id}", &[&blue], json!({ "name": "Navy" })).await.expect(200);
    walk.operator("PATCH /groups/{id}", &[&blue], json!({ "name": "red" })).await.expect(409);
    walk.operator("POST /groups/{id}/members", &[&blue], json!({ "add": [ada] })).await.expect(200);
    walk.operator("GET /groups/{id}/members", &[&blue], Value::Null).await.expect(200);
    walk.operator("GET /groups/{id}/activity", &[&blue], Value::Null).await.expect(200);
    walk.with_key(&format!("PUT {role}"), &blue, "viewer").await.expect(200);
    walk.operator("GET /groups/{id}", &[&blue], Value::Null).await.expect(200);
    walk.operator("DELETE /groups/{id}", &[&blue], Value::Null).await.expect(409);
    walk.with_key(&format!("DELETE {role}"), &blue, "viewer").await.expect(200);
    walk.operator("DELETE /groups/{id}", &[&blue], Value::Null).await.expect(204);
    the_last_owner_by_a_group(walk).await;
}

async fn projects(walk: &mut Walk<'_>) {
    let ada = walk.api.stage.ada.user.id.to_string();
    let (create, one) = ("POST /projects?organisation=acme", "/projects/{id}/assignments/{assignment_id}");
    let bridge = id_of(&walk.operator(create, &[], json!({ "name": "Bridge" })).await.expect(201));
    walk.operator(create, &[], json!({ "name": "BRIDGE" })).await.expect(409);
    walk.operator(create, &[], json!({ "name": "Tunnel" })).await.expect(201);
    walk.operator("GET /projects?organisation=acme", &[], Value::Null).await.expect(200);
    walk.operator("GET /projects/{id}", &[&bridge], Value::Null).await.expect(200);
    walk.operator("PATCH /projects/{id}", &[&bridge], json!({ "description": "Over it" })).await.expect(200);
    walk.operator("PATCH /projects/{id}", &[&bridge], json!({ "name": "tunnel" })).await.expect(409);
    let assign = "POST /projects/{id}/assignments";
    let put = json!({ "subject": { "kind": "user", "id": ada } });
    let on = id_of(&walk.operator(assign, &[&bridge], put.clone()).await.expect(201));
    walk.operator(assign, &[&bridge], put).await.expect(409);
    walk.operator("GET /projects/{id}/assignments", &[&bridge], Value::Null).await.expect(200);
    walk.operator(&format!("PATCH {one}"), &[&bridge, &on], json!({ "as_team": true })).await.expect(200);
    walk.operator("GET /projects/{id}/misconfigured", &[&bridge], Value::Null).await.expect(200);
    let access = "GET /projects/{id}/access/{user_id}?permission=app.config.secrets:read";
    walk.operator(access, &[&bridge, &ada], Value::Null).await.expect(200);
    second_team_of_one_project(walk).await;
    for (deed, ids) in
        [(format!("DELETE {one}"), vec![&*bridge, &on]), ("DELETE /projects/{id}".to_owned(), vec![&*bridge])]
    {
        let plan = walk.operator(&format!("{deed}?dry_run=1"), &ids, Value::Null).await.expect(200).json();
        let name = json!({ "name": format!("Bridge {}", ids.len()) });
        walk.operator("PATCH /projects/{id}", &[&bridge], name).await.expect(200);
        let confirmed = format!("{deed}?confirm={}", plan["confirm"].as_str().unwrap());
        walk.operator(&confirmed, &ids, Value::Null).await.expect(409);
    }
    walk.operator(&format!("DELETE {one}"), &[&bridge, &on], Value::Null).await.expect(204);
    walk.operator("DELETE /projects/{id}", &[&bridge], Value::Null).await.expect(204);
}

/// Where the role model allows one team only, whoever would come onto a second is in the way of each deed that brings it.
async fn second_team_of_one_project(walk: &mut Walk<'_>) {
    let other = walk.api.server().tenant_with("umbrella", "admin-standard-readonly").await;
    let ann = other.user("ann", "standard").await.to_string();
    let made = async |walk: &mut Walk<'_>, of: &str, body: Value| {
        id_of(&walk.operator(&format!("POST /{of}?organisation=umbrella"), &[], body).await.expect(201))
    };
    let bridge = made(walk, "projects", json!({ "name": "Bridge" })).await;
    let crew = made(walk, "groups", json!({ "name": "Crew" })).await;
    let blue = made(walk, "teams", json!({ "name": "Blue" })).await;
    let assign = "POST /projects/{id}/assignments";
    let [team, user, org_team] = [("group", &crew), ("user", &ann), ("team", &blue)]
        .map(|(kind, id)| json!({ "subject": { "kind": kind, "id": id }, "as_team": kind != "group" }));
    let crew_on = id_of(&walk.operator(assign, &[&bridge], team).await.expect(201));
    walk.operator(assign, &[&bridge], user).await.expect(201);
    walk.operator(assign, &[&bridge], org_team).await.expect(201);
    walk.operator("POST /groups/{id}/members", &[&crew], json!({ "add": [ann] })).await.expect(200);
    let tick = json!({ "as_team": true });
    let one = "PATCH /projects/{id}/assignments/{assignment_id}";
    walk.operator(one, &[&bridge, &crew_on], tick).await.expect(409);
    walk.operator("POST /teams/{id}/members", &[&blue], json!({ "add": [ann] })).await.expect(409);
    walk.operator("DELETE /teams/{id}", &[&blue], Value::Null).await.expect(409);
}

/// Roles are given and taken by a group as by hand: never the last protected one.
async fn the_last_owner_by_a_group(walk: &mut Walk<'_>) {
    let hooli = walk.api.server().tenant("pied-piper").await;
    let only = hooli.user("richard", "viewer").await.to_string();
    let owners = id_of(
        &walk.operator("POST /groups?organisation=pied-piper", &[], json!({ "name": "Owners" })).await.expect(201),
    );
    walk.operator("POST /groups/{id}/members", &[&owners], json!({ "add": [only] })).await.expect(200);
    walk.with_key("PUT /groups/{id}/roles/{key}", &owners, "owner").await.expect(200);
    walk.with_key("DELETE /groups/{id}/roles/{key}", &owners, "owner").await.expect(409);
    walk.operator("POST /groups/{id}/members", &[&owners], json!({ "remove": [only] })).await.expect(409);
}

async fn roles(walk: &mut Walk<'_>) {
    let (create, one) = ("POST /roles?organisation=acme", "{key}?organisation=acme");
    let draft = json!({ "label": "Auditor", "allow": ["org.audit:read"], "given_by": ["owner"] });
    let preview = "POST /role-model/preview?organisation=acme";
    walk.operator(preview, &[], json!({ "create": draft })).await.expect(200);
    walk.operator(preview, &[], json!({ "create": { "label": "OWNER" } })).await.expect(409);
    walk.operator(create, &[], draft.clone()).await.expect(201);
    walk.operator(create, &[], draft).await.expect(409);
    walk.operator(create, &[], json!({ "label": "Flyer", "allow": ["users:fly"] })).await.expect(400);
    let list = walk.operator("GET /roles?organisation=acme", &[], Value::Null).await.expect(200).json();
    assert_eq!((&list["reading"], &list["readings"]), (&json!("strict"), &json!(["strict", "matrix"])));
    let shown = walk.operator(&format!("GET /roles/{one}"), &["auditor"], Value::Null).await.expect(200).json();
    assert_eq!(shown["own"]["allow"], json!(["org.audit:read"]));
    walk.operator(&format!("PUT /roles/{one}"), &["auditor"], shown["own"].clone()).await.expect(200);
    walk.operator(&format!("PUT /roles/{one}"), &["auditor"], json!({ "label": "Viewer" })).await.expect(409);
    walk.operator(&format!("DELETE /roles/{one}"), &["viewer"], Value::Null).await.expect(409);
    walk.operator(&format!("DELETE /roles/{one}"), &["auditor"], Value::Null).await.expect(204);
    let reading = json!({ "reading": "matrix" });
    walk.operator("PUT /role-model/reading?organisation=acme", &[], reading).await.expect(200);
}

async fn group_roles(walk: &mut Walk<'_>, id: &str) {
    let of_group = "/connections/{id}/groups/{group}/roles/{key}";
    let (put, delete) = (format!("PUT {of_group}"), format!("DELETE {of_group}"));
    walk.operator(&put, &[id, "Night%20shift", "viewer"], Value::Null).await.expect(200);
    walk.operator(&delete, &[id, "Night%20shift", "viewer"], Value::Null).await.expect(204);
    let tyrell = walk.api.server().tenant("tyrell").await;
    let root = tyrell.user("root", "owner").await;
    let settings = Settings { protected_roles: true, ..signs_in() };
    let chiefs = tyrell.connection_with(Kind::Okta, settings).await;
    let chief = push(&chiefs, "chief", &json!({})).await;
    group(&chiefs, "Chiefs", &[&chief]).await;
    let only = chiefs.id.to_string();
    walk.operator(&put, &[&only, "Chiefs", "owner"], Value::Null).await.expect(200);
    users::deactivate(&walk.api.server().app, &Server::operator(), root, users::OnLastHolder::Refuse).await.unwrap();
    walk.operator(&delete, &[&only, "Chiefs", "owner"], Value::Null).await.expect(409);
}

async fn providers(walk: &mut Walk<'_>) {
    let acme = crate::harness::Tenant { server: walk.api.server(), org: walk.api.stage.org.id };
    let one = acme.connection().await;
    let id = one.id.to_string();
    let initech = walk.api.server().tenant("initech").await;
    let only = initech.connection_with(Kind::Okta, signs_in()).await;
    let boss: UserId = only.push("boss").await.parse().unwrap();
    let owner = "owner".parse().unwrap();
    users::change_role(&walk.api.server().app, &Server::operator(), boss, &owner).await.unwrap();
    let sole = only.id.to_string();
    walk.operator("GET /connections?organisation=acme", &[], Value::Null).await.expect(200);
    let new = json!({ "kind": "okta", "name": "Okta" });
    walk.operator("POST /connections?organisation=acme", &[], new).await.expect(201);
    walk.operator("GET /connections/{id}", &[&id], Value::Null).await.expect(200);
    walk.operator("PATCH /connections/{id}", &[&id], json!({ "mfa_amr": ["hwk"] })).await.expect(200);
    let made = walk.operator("POST /connections/{id}/tokens", &[&id], json!({})).await.expect(201);
    walk.operator("DELETE /connections/{id}/tokens/{token_id}", &[&id, &id_of(&made)], Value::Null).await.expect(204);
    let made = walk.operator("POST /connections/{id}/clients", &[&id], json!({ "name": "x" })).await.expect(201);
    walk.operator("DELETE /connections/{id}/clients/{client_id}", &[&id, &id_of(&made)], Value::Null).await.expect(204);
    walk.operator("POST /connections/{id}/pause", &[&id], Value::Null).await.expect(200);
    walk.operator("POST /connections/{id}/resume", &[&id], Value::Null).await.expect(200);
    let chief = users::show(&walk.api.server().app, &Server::operator(), boss).await.unwrap().user;
    let chief = users::person(&walk.api.server().app, chief).await.unwrap();
    let token = walk.api.stage.personal_token(&chief, &["read", "write"]).await;
    walk.call(&token, "POST /connections/{id}/pause", &[&sole], Value::Null).await.expect(409);
    walk.operator("GET /connections/{id}/drift?kind=roles", &[&id], Value::Null).await.expect(200);
    walk.operator("GET /connections/{id}/mappings", &[&id], Value::Null).await.expect(200);
    group_roles(walk, &id).await;
    linkings(walk, &acme, &one).await;
    let held = "/connections/{id}/held-deprovisionings";
    walk.operator(&format!("GET {held}"), &[&id], Value::Null).await.expect(200);
    for decision in ["release", "refuse"] {
        walk.operator(&format!("POST {held}/{decision}"), &[&id], Value::Null).await.expect(200);
    }
    walk.operator("GET /connections/{id}/setup", &[&id], Value::Null).await.expect(200);
    let made = walk.operator("POST /connections/{id}/setup-links", &[&id], json!({})).await.expect(201);
    walk.operator("GET /connections/{id}/setup-links", &[&id], Value::Null).await.expect(200);
    let end = "DELETE /connections/{id}/setup-links/{link_id}";
    walk.operator(end, &[&id, &id_of(&made)], Value::Null).await.expect(204);
    refused_sign_ins(walk, &only).await;
    journal(walk, &only).await;
    walk.operator("DELETE /connections/{id}?dry_run=1", &[&id], Value::Null).await.expect(200);
    walk.operator("DELETE /connections/{id}", &[&id], Value::Null).await.expect(200);
    walk.operator("DELETE /connections/{id}", &[&sole], Value::Null).await.expect(409);
}

/// Two connections mean one user: one gets the user, and the other is left without.
async fn linkings(walk: &mut Walk<'_>, acme: &crate::harness::Tenant<'_>, one: &crate::harness::Provisioning<'_>) {
    let list = "/connections/{id}/linkings";
    let other = acme.connection().await;
    acme.user("walter", "viewer").await;
    let mut asked = Vec::new();
    for at in [one, &other] {
        let claim = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "walter" });
        at.send(Method::POST, "/Users", &claim).await.expect(409);
        let id = at.id.to_string();
        let shown = walk.operator(&format!("GET {list}"), &[&id], Value::Null).await.expect(200).json();
        asked.push((id, shown["linkings"][0]["id"].as_str().unwrap().to_owned()));
    }
    let (link, dismiss) = (format!("POST {list}/{{linking_id}}/link"), format!("POST {list}/{{linking_id}}/dismiss"));
    let [(one, first), (other, second)] = &asked[..] else { panic!("{asked:?}") };
    for (operation, times, status) in [(&link, 2, 412), (&link, 1, 204)] {
        walk.operator(operation, &[one, first], json!({ "times": times })).await.expect(status);
    }
    for (operation, times, status) in [(&link, 1, 409), (&dismiss, 2, 412), (&dismiss, 1, 204)] {
        walk.operator(operation, &[other, second], json!({ "times": times })).await.expect(status);
    }
}

async fn journal(walk: &mut Walk<'_>, at: &crate::harness::Provisioning<'_>) {
    at.get("/Users?count=0").await.expect(200);
    let all =
        walk.operator("GET /provisioning/journal?organisation=initech", &[], Value::Null).await.expect(200).json();
    let calls = all["calls"].as_array().unwrap();
    let [read, pushed] = [calls.first(), calls.last()].map(|it| it.unwrap()["id"].as_str().unwrap().to_owned());
    walk.operator("GET /provisioning/journal/{id}?organisation=initech", &[&read], Value::Null).await.expect(200);
    walk.operator("GET /provisioning/health?organisation=initech", &[], Value::Null).await.expect(200);
    walk.operator("GET /provisioning/waiting-members?organisation=initech", &[], Value::Null).await.expect(200);
    let dry_run = "POST /provisioning/journal/{id}/dry-run?organisation=initech";
    walk.operator(dry_run, &[&pushed], Value::Null).await.expect(200);
    walk.operator(dry_run, &[&read], Value::Null).await.expect(409);
    let replay = "POST /provisioning/journal/{id}/replay?organisation=initech";
    walk.operator(replay, &[&pushed], Value::Null).await.expect(200);
    walk.operator(replay, &[&read], Value::Null).await.expect(409);
}

async fn refused_sign_ins(walk: &mut Walk<'_>, at: &crate::harness::Provisioning<'_>) {
    let ada = walk.api.stage.ada.user.id.to_string();
    walk.operator("GET /users/{id}/sign-in", &[&ada], Value::Null).await.expect(200);
    walk.operator("GET /users/{id}/sign-in-refusals", &[&ada], Value::Null).await.expect(200);
    walk.api.server().get(&format!("/sso/{}/callback?state=x&code=y", at.id)).await.expect(403);
    let all = walk.operator("GET /sign-in-refusals?organisation=initech", &[], Value::Null).await.expect(200).json();
    let number = all["refusals"][0]["reference"].as_str().unwrap().to_owned();
    let owner = walk.api.server().tenant("hooli").await.user("gavin", "owner").await;
    let elsewhere = walk.api.token(owner).await;
    let path = format!("/api/v1/sign-in-refusals/{number}");
    let foreign = walk.api.server().request(Method::GET, &path).bearer_auth(elsewhere);
    assert_eq!(walk.api.server().send(foreign).await.status, 404);
    let own = walk.api.server().send(walk.api.server().api(Method::GET, &format!("{path}?organisation=initech"))).await;
    walk.seen.insert(("get".to_owned(), "/api/v1/sign-in-refusals/{reference}".to_owned(), own.status));
    assert_eq!(own.expect(200).json()["check"], "under_way");
}

/// The settings of a connection whose people sign in at the provider.
/// At whose provider people sign in.
pub fn signs_in() -> Settings {
    let (issuer, client_id) = (Some("https://idp.example".to_owned()), Some("us".to_owned()));
    Settings { issuer, client_id, ..Settings::default() }
}

/// What an operation answers when it is done, when a rule stands in its way and when it is done too often: each of these
/// that is documented was met, and each that was met is documented.
#[tokio::test]
async fn every_other_status_that_is_documented_is_met_and_every_status_that_is_met_is_documented() {
    let api = Api::on(passkeys::named_server().await).await;
    let told = document(api.server()).await;
    let planned = operations(&told).into_iter().filter(|(_, _, about)| about.to_string().contains("\"confirm\""));
    let planned = planned.map(|(path, name, _)| (name.to_owned(), path.to_owned())).collect();
    let mut walk = Walk { api: &api, seen: BTreeSet::new(), planned };
    deeds_on_users(&mut walk).await;
    second_factors_of_each(&mut walk).await;
    ways_in(&mut walk).await;
    consents(&mut walk).await;
    invitations(&mut walk).await;
    oneself(&mut walk).await;
    programs(&mut walk).await;
    applications(&mut walk).await;
    let file = json!("user_name,display_name\nimported,New\n");
    walk.operator("POST /imports?organisation=acme", &[], file).await.expect(200);
    walk.operator("GET /users/export?organisation=acme", &[], Value::Null).await.expect(200);
    walk.operator("GET /users/export?organisation=acme&sort=x", &[], Value::Null).await.expect(400);
    walk.operator("GET /users/export?organisation=nowhere", &[], Value::Null).await.expect(404);
    organisation(&mut walk).await;
    organisations(&mut walk).await;
    policies(&mut walk).await;
    audit(&mut walk).await;
    teams(&mut walk).await;
    resources(&mut walk).await;
    groups(&mut walk).await;
    projects(&mut walk).await;
    reviews(&mut walk).await;
    posture(&mut walk).await;
    break_glass(&mut walk).await;
    roles(&mut walk).await;
    providers(&mut walk).await;
    let document = document(api.server()).await;

    let told: BTreeSet<Answer> = operations(&document)
        .into_iter()
        .flat_map(|(path, name, about)| {
            statuses(about).into_iter().map(move |it| (name.to_owned(), path.to_owned(), it))
        })
        .collect();

    let undocumented: Vec<_> = walk.seen.difference(&told).collect();
    assert!(undocumented.is_empty(), "met and not documented: {undocumented:?}");
    let special = |it: &&Answer| !matches!(it.2, 400 | 401 | 403 | 404 | 413 | 415);
    let unmet: Vec<_> = told.difference(&walk.seen).filter(special).collect();
    assert!(unmet.is_empty(), "documented and not met: {unmet:?}");
}

async fn deeds_on_users(walk: &mut Walk<'_>) {
    let ada = walk.api.stage.ada.user.id.to_string();
    let new = |name: &str| json!({ "user_name": name, "display_name": "New", "role": "viewer", "activation": "none" });
    let users = "POST /users?organisation=acme";
    let bob = id_of(&walk.operator(users, &[], new("bob")).await);
    walk.operator(users, &[], new("bob")).await.expect(409);
    walk.operator("GET /users?organisation=acme&limit=1", &[], Value::Null).await.expect(200);
    walk.operator("GET /users/{id}", &[&bob], Value::Null).await.expect(200);
    walk.operator("GET /users/{id}/access", &[&bob], Value::Null).await.expect(200);
    walk.operator("PATCH /users/{id}", &[&bob], json!({ "display_name": "Robert" })).await.expect(200);
    walk.operator("PATCH /users/{id}", &[&ada], json!({ "role": "viewer" })).await.expect(409);
    walk.operator("PATCH /users/{id}", &[&bob], json!({ "version": 0 })).await.expect(412);
    walk.operator("PUT /users/{id}/role", &[&bob], json!({ "role": "contributor" })).await.expect(200);
    walk.operator("PUT /users/{id}/role", &[&ada], json!({ "role": "viewer" })).await.expect(409);
    walk.operator("POST /users/{id}/deactivate", &[&bob], Value::Null).await.expect(200);
    walk.operator("POST /users/{id}/deactivate", &[&ada], Value::Null).await.expect(409);
    walk.operator("POST /users/{id}/activate", &[&bob], Value::Null).await.expect(200);
    walk.operator("POST /users/{id}/reset-mfa", &[&ada], Value::Null).await.expect(409);
    walk.operator("POST /users/{id}/revoke-sessions", &[&ada], Value::Null).await.expect(204);
    walk.operator("POST /users/{id}/erase", &[&ada], Value::Null).await.expect(409);
    walk.operator("POST /users/{id}/erase", &[&bob], Value::Null).await.expect(204);
    let gone = id_of(&walk.operator(users, &[], new("gone")).await);
    walk.operator("DELETE /users/{id}", &[&gone], Value::Null).await.expect(204);
    walk.operator("DELETE /users/{id}", &[&ada], Value::Null).await.expect(409);
}

/// Only some role models let a second factor be asked of one user.
async fn second_factors_of_each(walk: &mut Walk<'_>) {
    let ada = walk.api.stage.ada.user.id.to_string();
    let other = walk.api.server().tenant_with("globex", "admin-platform-devops").await;
    let id = other.user("someone", "devops").await.to_string();

    walk.operator("PUT /users/{id}/mfa-required", &[&id], json!({ "required": true })).await.expect(200);
    walk.operator("PUT /users/{id}/mfa-required", &[&ada], json!({ "required": true })).await.expect(409);
}

async fn ways_in(walk: &mut Walk<'_>) {
    let grace = walk.api.stage.grace.user.id.to_string();
    let pending =
        json!({ "user_name": "pat", "display_name": "Pat", "email": "pat@acme.example", "activation": "link" });
    let pat = id_of(&walk.operator("POST /users?organisation=acme", &[], pending).await);
    let sso = json!({ "user_name": "sam", "display_name": "Sam", "sign_in": "sso" });
    let sam = id_of(&walk.operator("POST /users?organisation=acme", &[], sso).await);
    walk.operator("POST /users/{id}/temporary-password", &[&grace], Value::Null).await.expect(200);
    walk.operator("POST /users/{id}/temporary-password", &[&sam], Value::Null).await.expect(409);
    walk.operator("POST /users/{id}/resend-activation", &[&pat], Value::Null).await.expect(200);
    walk.operator("POST /users/{id}/resend-activation", &[&grace], Value::Null).await.expect(409);
    for _ in 0..3 {
        walk.operator("POST /users/{id}/resend-activation", &[&pat], Value::Null).await;
    }
    walk.operator("POST /users/{id}/reset-password", &[&sam], Value::Null).await.expect(409);
    walk.operator("PATCH /users/{id}", &[&grace], json!({ "email": "grace@acme.example" })).await.expect(200);
    for _ in 0..4 {
        walk.operator("POST /users/{id}/reset-password", &[&grace], Value::Null).await;
    }
}

async fn consents(walk: &mut Walk<'_>) {
    let stage = &walk.api.stage;
    let rp = stage.rp_with(|new| NewClient { first_party: false, ..new }).await;
    let app = &stage.server.app;
    let grace = users::show(app, &Server::operator(), stage.grace.user.id).await.unwrap();
    let browser = stage.browser(&grace).await;
    let (_, page) = browser.visit(&rp.request(&[])).await;
    browser.submit(&page, &[("decision", "allow")]).await;
    let id = grace.user.id.to_string();

    let given = walk.operator("GET /users/{id}/consents", &[&id], Value::Null).await.expect(200).json();
    let client = given["consents"][0]["client_id"].as_str().unwrap().to_owned();
    walk.operator("DELETE /users/{id}/consents/{client_id}", &[&id, &client], Value::Null).await.expect(204);
}

async fn invitations(walk: &mut Walk<'_>) {
    let to = |address: &str| json!({ "invitations": [{ "address": address }], "role": "viewer", "send_mail": false });
    let create = "POST /invitations?organisation=acme";
    let made = walk.operator(create, &[], to("ivy@acme.example")).await.expect(201).json();
    let ivy = made["results"][0]["invitation"]["id"].as_str().unwrap().to_owned();
    walk.operator(create, &[], to("ivy@acme.example")).await.expect(409);
    walk.operator("GET /invitations?organisation=acme", &[], Value::Null).await.expect(200);
    walk.operator("POST /invitations/{id}/resend", &[&ivy], json!({ "send_mail": false })).await.expect(200);
    for _ in 0..3 {
        walk.operator("POST /invitations/{id}/resend", &[&ivy], Value::Null).await;
    }
    walk.operator("DELETE /invitations/{id}", &[&ivy], Value::Null).await.expect(204);
    walk.operator(create, &[], to("ivy@acme.example")).await.expect(429);
}

async fn programs(walk: &mut Walk<'_>) {
    let new = |name: &str| json!({ "name": name, "role": "viewer" });
    let create = "POST /service-accounts?organisation=acme";
    let id = id_of(&walk.operator(create, &[], new("HR sync")).await.expect(201));
    walk.operator(create, &[], new("hr SYNC")).await.expect(409);
    let other = id_of(&walk.operator(create, &[], new("Other")).await.expect(201));
    walk.operator("PATCH /service-accounts/{id}", &[&other], json!({ "name": "HR sync" })).await.expect(409);
    walk.operator("PATCH /service-accounts/{id}", &[&other], json!({ "name": "Else" })).await.expect(200);
    walk.operator("GET /service-accounts?organisation=acme", &[], Value::Null).await.expect(200);
    walk.operator("GET /service-accounts/{id}", &[&id], Value::Null).await.expect(200);
    let token = json!({ "name": "nightly", "scopes": ["read"] });
    let made = id_of(&walk.operator("POST /service-accounts/{id}/tokens", &[&id], token.clone()).await.expect(201));
    walk.operator("GET /service-accounts/{id}/tokens", &[&id], Value::Null).await.expect(200);
    walk.operator("DELETE /service-accounts/{id}/tokens/{token_id}", &[&id, &made], Value::Null).await.expect(204);
    walk.operator("POST /service-accounts/{id}/deactivate", &[&id], Value::Null).await.expect(200);
    walk.operator("POST /service-accounts/{id}/tokens", &[&id], token).await.expect(409);
    walk.operator("POST /service-accounts/{id}/activate", &[&id], Value::Null).await.expect(200);
    walk.operator("DELETE /service-accounts/{id}", &[&id], Value::Null).await.expect(204);
}

async fn applications(walk: &mut Walk<'_>) {
    let new = json!({ "name": "Wiki", "redirect_uris": [REDIRECT], "first_party": true });
    let made = walk.operator("POST /clients?organisation=acme", &[], new).await.expect(201);
    let (id, ada) = (id_of(&made), walk.api.stage.ada.user.id);
    let ada = users::show(&walk.api.server().app, &Server::operator(), ada).await.unwrap();
    walk.operator("GET /clients?organisation=acme", &[], Value::Null).await.expect(200);
    walk.operator("GET /clients/{id}", &[&id], Value::Null).await.expect(200);
    walk.operator("PATCH /clients/{id}", &[&id], json!({ "require_mfa": false })).await.expect(200);
    let secret = walk.operator("POST /clients/{id}/rotate-secret", &[&id], json!({ "earlier_ends": true })).await;
    let rp = Rp {
        id: id.parse().unwrap(),
        client_id: id.clone(),
        secret: secret.expect(200).json()["client_secret"].as_str().map(str::to_owned),
        method: AuthMethod::ClientSecretBasic,
    };
    walk.api.stage.tokens(&rp, &ada).await;
    walk.operator("GET /clients/{id}/sessions?limit=7", &[&id], Value::Null).await.expect(200);
    let end = "DELETE /clients/{id}/sessions/{user_id}";
    walk.operator(end, &[&id, &ada.user.id.to_string()], Value::Null).await.expect(204);
    walk.operator("POST /clients/{id}/disable", &[&id], Value::Null).await.expect(200);
    walk.operator("POST /clients/{id}/enable", &[&id], Value::Null).await.expect(200);
    walk.operator("DELETE /clients/{id}", &[&id], Value::Null).await.expect(204);
}

async fn oneself(walk: &mut Walk<'_>) {
    let owner = walk.api.token(walk.api.stage.ada.user.id).await;
    walk.call(&owner, "GET /me", &[], Value::Null).await.expect(200);
    walk.call(&owner, "GET /me/sign-ins", &[], Value::Null).await.expect(200);
    let own = walk.api.stage.ada.user.id.to_string();
    walk.operator("GET /users/{id}/sign-ins", &[&own], Value::Null).await.expect(200);
    let before = walk.operator("GET /users/{id}/sessions", &[&own], Value::Null).await.expect(200).text;
    let again = walk.api.token(walk.api.stage.ada.user.id).await;
    let mine = walk.call(&again, "GET /me/sessions", &[], Value::Null).await.expect(200).json();
    let ids = mine["sessions"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap());
    let new: Vec<&str> = ids.filter(|id| !before.contains(id)).collect();
    let [newest] = new[..] else { panic!("{mine}") };
    walk.call(&owner, "DELETE /me/sessions/{id}", &[newest], Value::Null).await.expect(204);
    walk.call(&again, "GET /me/sessions", &[], Value::Null).await.expect(401);
    walk.call(&owner, "PATCH /me", &[], json!({ "display_name": "Ada L." })).await.expect(200);
    own_credentials(walk, &owner).await;
    for nth in 0..3 {
        let other = json!({ "email": format!("ada-{nth}@mail.example") });
        walk.call(&owner, "POST /me/email", &[], other).await.expect(202);
    }
    walk.call(&owner, "POST /me/email", &[], json!({ "email": "ada-4@mail.example" })).await.expect(429);
    let tenant = walk.api.preset("admin-standard-readonly").await;
    let kept = tenant.connection_with(Kind::Okta, signs_in()).await.push("mia").await;
    let kept = walk.api.token(kept.parse().unwrap()).await;
    walk.call(&kept, "POST /me/email", &[], json!({ "email": "mia@mail.example" })).await.expect(409);
    let change = json!({ "current_password": PASSWORD, "password": NEW_PASSWORD });
    walk.call(&kept, "PUT /me/password", &[], change).await.expect(409);
    let new = json!({ "name": "Script", "scopes": ["read"] });
    let token = id_of(&walk.call(&owner, "POST /me/tokens", &[], new).await.expect(201));
    walk.call(&owner, "GET /me/tokens", &[], Value::Null).await.expect(200);
    walk.call(&owner, "DELETE /me/tokens/{id}", &[&token], Value::Null).await.expect(204);
    walk.call(&owner, "POST /me/leave", &[], Value::Null).await.expect(409);
    let acme = crate::harness::Tenant { server: walk.api.server(), org: walk.api.stage.org.id };
    let second = acme.user("second-owner", "owner").await;
    let second = walk.api.token(second).await;
    walk.call(&second, "POST /me/leave", &[], Value::Null).await.expect(204);
}

async fn own_credentials(walk: &mut Walk<'_>, owner: &str) {
    let change = json!({ "current_password": PASSWORD, "password": NEW_PASSWORD });
    walk.call(owner, "PUT /me/password", &[], change.clone()).await.expect(204);
    let again = walk.call(owner, "PUT /me/password", &[], change.clone()).await.expect(400);
    assert!(again.json()["detail"].as_str().unwrap().starts_with("current_password: "), "{}", again.text);
    let mut guesses = 1;
    while walk.call(owner, "PUT /me/password", &[], change.clone()).await.status == 400 {
        guesses += 1;
    }
    assert!(guesses <= 20, "{guesses}");
    walk.api.server().advance(Duration::from_mins(1));
    walk.call(owner, "DELETE /me/sessions", &[], Value::Null).await.expect(204);
    walk.call(owner, "POST /me/recovery-codes", &[], Value::Null).await.expect(404);
    walk.call(owner, "POST /me/authenticator", &[], Value::Null).await.expect(200);
    let (_, confirmation) = first_code(walk.api, owner).await;
    walk.call(owner, "POST /me/authenticator/confirm", &[], confirmation.clone()).await.expect(201);
    walk.call(owner, "POST /me/authenticator/confirm", &[], confirmation).await.expect(409);
    walk.call(owner, "POST /me/authenticator", &[], Value::Null).await.expect(409);
    walk.call(owner, "POST /me/recovery-codes", &[], Value::Null).await.expect(201);
    walk.call(owner, "GET /me/factors", &[], Value::Null).await.expect(200);
    let enrolled = walk.api.acme().user("enrolled", "viewer").await;
    let token = walk.api.token(enrolled).await;
    let (_, confirmation) = first_code(walk.api, &token).await;
    walk.call(&token, "POST /me/authenticator/confirm", &[], confirmation).await.expect(201);
    walk.operator("POST /users/{id}/reset-mfa", &[&enrolled.to_string()], Value::Null).await.expect(200);
    let acme = walk.api.acme();
    let (id, _) = passkeys::owner(&acme, "key-holder").await;
    let holder = walk.api.token(id).await;
    let key = walk.call(&holder, "GET /me/factors", &[], Value::Null).await.json()["passkeys"][0].clone();
    let key = key["id"].as_str().unwrap();
    walk.call(owner, "DELETE /me/passkeys/{id}", &[key], Value::Null).await.expect(404);
    walk.call(&holder, "DELETE /me/passkeys/{id}", &[key], Value::Null).await.expect(204);
    walk.call(owner, "DELETE /me/authenticator", &[], Value::Null).await.expect(204);
    walk.call(owner, "DELETE /me/authenticator", &[], Value::Null).await.expect(404);
}

/// OpenAPI 3.1 4.8.10: tags are a list, and each is a whole word of the paths.
#[tokio::test]
async fn every_operation_has_the_area_of_its_path_as_its_tag() {
    let server = Server::start().await;
    let document = document(&server).await;

    for (path, name, about) in operations(&document) {
        let area = path.strip_prefix("/api/v1/").unwrap().split('/').next().unwrap();
        assert_eq!(about["tags"], json!([area]), "{name} {path}");
    }
    let tags: BTreeSet<_> = operations(&document).iter().map(|it| it.2["tags"][0].as_str().unwrap()).collect();
    assert!(tags.contains("service-accounts") && tags.contains("sign-in-failures"), "{tags:?}");
}

/// What a user cannot lose is not taken away by `null`, and the document does not offer it.
#[tokio::test]
async fn null_for_what_stays_is_refused_by_name_and_not_offered() {
    let api = Api::new().await;
    let id = api.acme().user("vic", "viewer").await;
    let path = format!("/users/{id}");
    let document = document(api.server()).await;
    let offered = &document["components"]["schemas"]["ChangeUser"];

    for name in ["display_name", "email", "connection", "role", "teams"] {
        let refused = api.operator(Method::PATCH, &path, Some(json!({ (name): null }))).await.expect(400);

        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with(&format!("{name}: ")), "{detail}");
        assert_ne!(offered["properties"][name], Value::Null, "{name}");
        assert!(!offered["properties"][name].to_string().contains("null"), "{offered}");
    }
    assert_eq!(offered["required"], Value::Null, "what is left out stays");
    let email = api.operator(Method::PATCH, &path, Some(json!({ "email": null }))).await.json();
    assert_eq!(email["detail"], "email: an address cannot be taken away; write another one");
    let token = api.token(id).await;
    let own = api.call(&token, Method::PATCH, "/me", Some(json!({ "display_name": null }))).await.expect(400);
    assert!(own.text.contains("display_name: cannot be null"), "{}", own.text);
    let left = api.call(&token, Method::PATCH, "/me", Some(json!({ "language": null }))).await.expect(200).json();
    assert_eq!((&left["language"], left.as_object().unwrap().contains_key("language")), (&Value::Null, true));
}

/// The same of everything else that is changed member by member.
#[tokio::test]
async fn null_is_no_way_to_say_that_a_member_stays() {
    let api = Api::new().await;
    let made = async |path: &str, body: Value| {
        let id = api.operator(Method::POST, &in_acme(path), Some(body)).await.expect(201).json()["id"].clone();
        format!("{path}/{}", id.as_str().unwrap())
    };
    let owner = api.acme().user("olga", "owner").await;
    let account = json!({ "name": "CI", "description": "", "role": "viewer", "owner": owner });
    let things = [
        (made("/teams", json!({ "name": "North" })).await, &["name", "description", "quotas"][..], "ChangeTeam"),
        (made("/projects", json!({ "name": "Bridge" })).await, &["name", "description"], "ChangeProject"),
        (
            made("/service-accounts", account).await,
            &["name", "description", "role", "owner"],
            "ChangeServiceAccountBody",
        ),
        (in_acme("/organisation"), &["name"], "ChangeOrganisation"),
    ];
    let document = document(api.server()).await;

    for (path, names, schema) in &things {
        for name in *names {
            let refused = api.operator(Method::PATCH, path, Some(json!({ *name: null }))).await.expect(400).json();

            let detail = refused["detail"].as_str().unwrap();
            assert_eq!(detail, format!("{name}: cannot be null; leave it out to keep what is there"), "{path}");
            let offered = &document["components"]["schemas"][schema]["properties"][name];
            assert!(offered.is_object() && !offered.to_string().contains("null"), "{schema}: {offered}");
        }
    }
    let language = async |said: Value| {
        let path = in_acme("/organisation");
        api.operator(Method::PATCH, &path, Some(json!({ "language": said }))).await.expect(200).json()["language"]
            .clone()
    };
    assert_eq!((language(json!("de")).await, language(Value::Null).await), (json!("de"), json!("auto")));
}

/// Whoever says which version of a user was seen changes no other one; what changes it is also a role, a group or a team.
#[tokio::test]
async fn a_change_that_names_the_version_it_is_for_is_refused_for_another_one_and_changes_nothing() {
    let api = Api::new().await;
    let id = api.acme().user("vic", "viewer").await;
    let path = format!("/users/{id}");
    let team =
        api.operator(Method::POST, &in_acme("/teams"), Some(json!({ "name": "North" }))).await.expect(201).json();
    let read = async || api.operator(Method::GET, &path, None).await.expect(200).json();
    let patch = async |body: Value| api.operator(Method::PATCH, &path, Some(body)).await;

    let first = read().await["version"].clone();
    let fresh = patch(json!({ "display_name": "Victor", "version": first })).await.expect(200).json();
    let stale = patch(json!({ "display_name": "Vic", "role": "admin", "version": first })).await.expect(412).json();
    let kept = read().await;
    let mut seen = vec![first, fresh["version"].clone()];
    patch(json!({ "role": "contributor" })).await.expect(200);
    seen.push(read().await["version"].clone());
    patch(json!({ "teams": [team["id"]] })).await.expect(200);
    seen.push(read().await["version"].clone());
    let members = format!("/teams/{}/members", team["id"].as_str().unwrap());
    api.operator(Method::POST, &members, Some(json!({ "add": [], "remove": [id] }))).await.expect(200);
    seen.push(read().await["version"].clone());
    patch(json!({ "display_name": "Vico" })).await.expect(200);
    api.server().keep_outbox();

    assert_eq!((&kept["display_name"], &kept["role"]), (&json!("Victor"), &json!("viewer")));
    assert!(stale["detail"].as_str().unwrap().contains("has changed since it was read"), "{stale}");
    let numbers: Vec<i64> = seen.iter().map(|it| it.as_i64().unwrap()).collect();
    assert!(numbers.is_sorted_by(|one, other| one < other), "{numbers:?}");
}

#[tokio::test]
async fn a_user_is_shown_with_the_moment_of_each_grant_as_the_document_says() {
    let api = Api::new().await;
    let id = api.acme().user("vic", "viewer").await;

    let shown = api.operator(Method::GET, &format!("/users/{id}"), None).await.expect(200).json();

    assert_eq!(
        shown["grants"],
        json!([{ "role": "viewer", "source": { "kind": "manual" }, "since": shown["created_at"] }])
    );
    let document = document(api.server()).await;
    assert_eq!(document["components"]["schemas"]["GrantBody"]["properties"]["since"]["type"], "string");
    assert!(shown.as_object().unwrap().contains_key("language"));
}

/// What stands in the way says how it is, and what to do.
#[tokio::test]
async fn a_refusal_says_in_words_of_the_api_what_is_wrong_and_what_to_do() {
    let api = Api::new().await;
    let acme = api.acme();
    let active = acme.user("vic", "viewer").await;
    let pending = acme.mailed("pia", "viewer", doorward::app::accounts::WayIn::Closed).await.person.user.id;
    let gone = acme.user("gus", "viewer").await;
    api.operator(Method::POST, &format!("/users/{gone}/deactivate"), None).await.expect(200);

    for (path, said) in [
        (
            format!("/users/{active}/resend-activation"),
            "this user is active already; send a link for a new password instead",
        ),
        (format!("/users/{gone}/resend-activation"), "this user is deactivated; activate the user first"),
        (format!("/users/{gone}/reset-password"), "this user is deactivated; activate the user first"),
        (
            format!("/users/{pending}/reset-password"),
            "this user has never signed in; send the link to activate the account again instead",
        ),
    ] {
        let refused = api.operator(Method::POST, &path, None).await.expect(409).json();
        assert_eq!((&refused["type"], &refused["detail"]), (&json!("urn:doorward:problem:wrong-state"), &json!(said)));
    }
    let twin = json!({ "user_name": "VIC", "display_name": "Vic", "role": "viewer", "activation": "none" });
    let taken = api.operator(Method::POST, "/users?organisation=acme", Some(twin)).await.expect(409).json();
    assert_eq!(taken["detail"], "another user of this organisation has this user name already");
    let list = api.operator(Method::POST, "/users?organisation=acme", Some(json!([]))).await.expect(400).json();
    let detail = list["detail"].as_str().unwrap();
    assert!(detail.contains("expected a JSON object with some of user_name, display_name, email"), "{detail}");
}
