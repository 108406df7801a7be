//! Decisions that applications ask for, as OpenID AuthZEN Authorization API 1.0 has it.

use doorward::app::clients::NewClient;
use doorward::app::teams::{self, NewTeam};
use doorward::app::users::{self, OnLastHolder};
use doorward::oidc::reach::Reach;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{OPERATOR_TOKEN, Reply, Server, in_acme};
use crate::oidc::stage::{self, Rp, Stage};
use crate::resources::{call, person, personal};

/// The role model of the fixture: who reads a record, and who writes it as well.
const MODEL: &str = r#"
schema = 1
name = "records"
label = "Records"
description = "Who reads and who writes records."
first_user_role = "owner"
default_role = "reader"
app_permissions = ["app.record:read", "app.record:write"]

[[role]]
key = "owner"
label = "Owner"
rank = 30
description = "Everything."
best_for = "Owners"
allow = ["*"]
grants = ["*"]
manages = { "*" = ["*"] }
protected = { min_active = 1, warn_below = 1 }

[[role]]
key = "writer"
label = "Writer"
rank = 20
description = "Reads and writes."
best_for = "Writers"
allow = ["app.record:read", "app.record:write", "tokens.personal:create"]

[[role]]
key = "reader"
label = "Reader"
rank = 10
description = "Reads."
best_for = "Readers"
allow = ["app.record:read", "tokens.personal:create"]
"#;

/// An organisation with this role model, in which alice writes and bob reads.
async fn fixture(server: &Server) -> crate::harness::Tenant<'_> {
    let tenant = server.tenant_of_model("acme", MODEL).await;
    person(&tenant, "alice", "writer").await;
    person(&tenant, "bob", "reader").await;
    tenant
}

async fn ask(server: &Server, path: &str, body: &Value) -> Reply {
    let request = server.request(Method::POST, &format!("/access/v1/{path}?organisation=acme"));
    server.send(request.bearer_auth(OPERATOR_TOKEN).json(body)).await
}

fn question(who: &str, action: &str, record: &str) -> Value {
    json!({
        "subject": { "type": "user", "id": who }, "action": { "name": action },
        "resource": { "type": "record", "id": record },
    })
}

/// Only the decisions of an answer to several questions.
fn decisions(answer: &Value) -> Vec<bool> {
    answer["evaluations"].as_array().unwrap().iter().map(|it| it["decision"].as_bool().unwrap()).collect()
}

/// AuthZEN certification, Basic Core 2.2 and 2.6: the decisions of the fixture, whatever else is said, and the same each time.
#[tokio::test]
async fn basic_core_the_decisions_of_the_fixture_follow_the_role() {
    let server = Server::start().await;
    fixture(&server).await;

    for (who, action, allowed) in
        [("alice", "read", true), ("alice", "write", true), ("bob", "read", true), ("bob", "write", false)]
    {
        let mut told = question(who, action, "record-1");
        for _ in 0..2 {
            let answer = ask(&server, "evaluation", &told).await.expect(200).json();
            assert_eq!(answer["decision"], json!(allowed), "{who} {action}: {answer}");
        }
        told["context"] = json!({ "time": "2025-06-27T18:03-07:00", "ip": "192.168.1.1" });
        told["subject"]["properties"] = json!({ "role": "owner", "department": "Sales" });
        told["foo"] = json!({ "nested": true });
        let answer = ask(&server, "evaluation", &told).await.expect(200).json();
        assert_eq!(answer["decision"], json!(allowed), "what a question says of somebody is not believed");
    }
    let why = ask(&server, "evaluation", &question("bob", "write", "record-1")).await.json();
    let through = ask(&server, "evaluation", &question("alice", "write", "record-1")).await.json();
    assert_eq!(why["context"], json!({ "reason": "no_permission" }));
    assert_eq!(
        through["context"],
        json!({ "reason": "role", "through": [{ "type": "role", "id": "writer" }, { "type": "manual" }] })
    );
}

/// Basic Core 2.4: what is not well formed is 400, what is not authenticated 401, another method 405.
#[tokio::test]
async fn basic_core_what_is_not_well_formed_is_refused() {
    let server = Server::start().await;
    fixture(&server).await;
    let whole = question("alice", "read", "record-1");
    let mut wrong = vec![json!([]), json!("x"), json!(null)];
    for (path, value) in [
        ("/subject", None),
        ("/action", None),
        ("/resource", None),
        ("/subject/type", None),
        ("/subject/id", None),
        ("/action/name", None),
        ("/resource/type", None),
        ("/resource/id", None),
        ("/subject", Some(json!("alice"))),
        ("/action/name", Some(json!(123))),
        ("/resource/id", Some(json!(["record-1"]))),
    ] {
        let mut body = whole.clone();
        let (outer, name) = path.rsplit_once('/').unwrap();
        let outer = body.pointer_mut(outer).unwrap().as_object_mut().unwrap();
        match value {
            Some(value) => outer.insert(name.to_owned(), value),
            None => outer.remove(name),
        };
        wrong.push(body);
    }

    for body in &wrong {
        assert_eq!(ask(&server, "evaluation", body).await.status, 400, "{body}");
    }
    let plain = whole.to_string();
    let twice = plain.replacen("{", "{\"subject\": {\"type\": \"user\", \"id\": \"bob\"},", 1);
    let deep = plain.replacen("{", &format!("{{\"context\": {}{},", "[".repeat(100), "]".repeat(100)), 1);
    let with_nul = plain.replace("alice", "a\\u0000b");
    let json = "application/json";
    for (kind, text) in
        [(json, "{"), (json, ""), (json, &*twice), (json, &*deep), (json, &*with_nul), ("text/plain", &*plain)]
    {
        let request =
            server.request(Method::POST, "/access/v1/evaluation?organisation=acme").bearer_auth(OPERATOR_TOKEN);
        let reply = server.send(request.header("content-type", kind).body(text.to_owned())).await;
        assert_eq!(reply.status, 400, "{kind} {text}");
    }
    let nowhere = server.request(Method::POST, "/access/v1/evaluation?organisation=a%00b").bearer_auth(OPERATOR_TOKEN);
    assert_eq!(server.send(nowhere.json(&whole)).await.status, 404);
    let large = server.request(Method::POST, "/access/v1/evaluation?organisation=acme").bearer_auth(OPERATOR_TOKEN);
    assert_eq!(server.send(large.json(&json!({ "context": "x".repeat(70_000) }))).await.status, 413);
    let unknown = server.send(server.request(Method::POST, "/access/v1/evaluation").json(&whole)).await;
    let get = server.send(server.request(Method::GET, "/access/v1/evaluation").bearer_auth(OPERATOR_TOKEN)).await;
    assert_eq!((unknown.status, get.status), (401, 405));
    assert!(unknown.header("www-authenticate").is_some());
}

/// Basic Core 2.5: the name that a request has comes back with its answer, be it a decision or a refusal.
#[tokio::test]
async fn basic_core_the_name_of_a_request_comes_back() {
    let server = Server::start().await;
    fixture(&server).await;
    let request =
        || server.request(Method::POST, "/access/v1/evaluation?organisation=acme").bearer_auth(OPERATOR_TOKEN);
    let named = |body: &Value| request().header("x-request-id", "bfe9eb29-ab87").json(body);

    let answered = server.send(named(&question("alice", "read", "record-1"))).await.expect(200);
    let refused = server.send(named(&json!({}))).await.expect(400);
    let unnamed = server.send(request().json(&question("alice", "read", "record-1"))).await.expect(200);
    let elsewhere = server.request(Method::GET, "/healthz").header("x-request-id", "mine");
    let elsewhere = server.send(elsewhere).await.expect(200);

    assert_eq!(answered.header("x-request-id"), Some("bfe9eb29-ab87"));
    assert_eq!(refused.header("x-request-id"), Some("bfe9eb29-ab87"));
    assert!(unnamed.header("x-request-id").is_some());
    assert_ne!(elsewhere.header("x-request-id"), Some("mine"), "the names in the log are ours");
}

/// Batch Core 3.2 to 3.4: answers in the order of the questions, defaults for all, one wrong question among right ones, and no
/// more than asked for.
#[tokio::test]
async fn batch_core_several_questions_are_answered_in_order() {
    let server = Server::start().await;
    fixture(&server).await;
    let (alice, bob) = (json!({ "type": "user", "id": "alice" }), json!({ "type": "user", "id": "bob" }));
    let record = json!({ "type": "record", "id": "record-1" });
    let (read, write) = (json!({ "name": "read" }), json!({ "name": "write" }));
    let semantic = |word: &str| {
        json!({
            "subject": bob, "resource": record, "options": { "evaluations_semantic": word },
            "evaluations": [{ "action": write }, { "action": read }, { "action": write }],
        })
    };

    for (body, expected) in [
        (
            json!({ "subject": alice, "action": read, "evaluations": [{ "resource": record }, { "resource": record, "context": {} }] }),
            vec![true, true],
        ),
        (
            json!({ "subject": bob, "resource": record, "evaluations": [{ "action": read }, { "action": write }] }),
            vec![true, false],
        ),
        (
            json!({ "evaluations": [
                { "subject": alice, "action": read, "resource": record }, { "subject": bob, "action": write, "resource": record },
            ] }),
            vec![true, false],
        ),
        (json!({ "subject": alice, "action": read, "evaluations": [{ "resource": record }, {}] }), vec![true, false]),
        (
            json!({ "subject": bob, "action": write, "resource": record, "evaluations": [{}, { "subject": alice }] }),
            vec![false, true],
        ),
        (semantic("execute_all"), vec![false, true, false]),
        (semantic("deny_on_first_deny"), vec![false]),
        (semantic("permit_on_first_permit"), vec![false, true]),
    ] {
        let answer = ask(&server, "evaluations", &body).await.expect(200).json();
        assert_eq!(decisions(&answer), expected, "{body}");
    }
    let one = question("alice", "read", "record-1");
    let mut empty = one.clone();
    empty["evaluations"] = json!([]);
    for body in [&one, &empty] {
        let answer = ask(&server, "evaluations", body).await.expect(200).json();
        assert_eq!((&answer["decision"], answer.get("evaluations")), (&json!(true), None));
    }
    let many: Vec<Value> = (0..101).map(|_| json!({})).collect();
    let mut too_many = one;
    too_many["evaluations"] = json!(many);
    assert_eq!(ask(&server, "evaluations", &too_many).await.status, 400);
    assert_eq!(ask(&server, "evaluations", &semantic("sometimes")).await.status, 400);
    let wrong = json!({ "subject": alice, "action": read, "evaluations": [{ "resource": record }, { "resource": 7 }] });
    assert_eq!(ask(&server, "evaluations", &wrong).await.status, 400);
}

/// Search 4.2, 4.4, 4.6 and 4.7: who may, what one may, and nothing where nothing is known.
#[tokio::test]
async fn search_finds_who_may_and_what_one_may() {
    let server = Server::start().await;
    fixture(&server).await;
    let record = json!({ "type": "record", "id": "record-1" });
    let names = |answer: &Value| {
        let all = answer["results"].as_array().unwrap().iter();
        all.map(|it| it["properties"]["user_name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let mut search =
        json!({ "subject": { "type": "user", "id": "ignored" }, "action": { "name": "write" }, "resource": record });

    let writers = ask(&server, "search/subject", &search).await.expect(200).json();
    search["action"]["name"] = json!("read");
    search["page"] = json!({ "limit": 1 });
    let mut readers = Vec::new();
    let mut pages = 0;
    loop {
        let page = ask(&server, "search/subject", &search).await.expect(200).json();
        readers.extend(names(&page));
        pages += 1;
        let next = page["page"]["next_token"].as_str().unwrap().to_owned();
        if next.is_empty() {
            break;
        }
        search["page"]["token"] = json!(next);
    }
    search["page"] = json!({ "token": "forged" });
    let forged = ask(&server, "search/subject", &search).await;
    let of_alice = json!({ "subject": { "type": "user", "id": "alice" }, "resource": record });
    let open = ask(&server, "search/action", &of_alice).await.expect(200).json();
    let nobody = json!({ "subject": { "type": "user", "id": "nobody" }, "resource": record });
    let none = ask(&server, "search/action", &nobody).await.expect(200).json();
    let ships = json!({ "subject": { "type": "spaceship" }, "action": { "name": "read" }, "resource": record });
    let no_ships = ask(&server, "search/subject", &ships).await.expect(200).json();
    let things = json!({ "subject": { "type": "user", "id": "alice" }, "action": { "name": "read" }, "resource": { "type": "record" } });
    let no_things = ask(&server, "search/resource", &things).await.expect(200).json();

    assert_eq!(names(&writers), ["alice"]);
    assert_eq!(writers["results"][0]["type"], "user");
    readers.sort();
    assert_eq!((readers, pages), (vec!["alice".to_owned(), "bob".to_owned()], 3));
    assert_eq!(forged.status, 400);
    assert_eq!(open["results"], json!([{ "name": "read" }, { "name": "write" }]));
    for empty in [none, no_ships, no_things] {
        assert_eq!(empty["results"], json!([]));
    }
    for (path, body) in [
        ("subject", json!({ "subject": { "type": "user" }, "resource": record })),
        (
            "subject",
            json!({ "subject": { "type": "user" }, "action": { "name": "read" }, "resource": { "type": "record" } }),
        ),
        ("resource", json!({ "action": { "name": "read" }, "resource": { "type": "record" } })),
        (
            "resource",
            json!({ "subject": { "type": "user" }, "action": { "name": "read" }, "resource": { "type": "record" } }),
        ),
        ("action", json!({ "subject": { "type": "user", "id": "alice" } })),
    ] {
        assert_eq!(ask(&server, &format!("search/{path}"), &body).await.status, 400, "{path} {body}");
    }
}

/// What applications registered is found by what somebody may do with it, page by page, and projects of the organisation too.
#[tokio::test]
async fn search_finds_what_one_may_act_on() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "admin-developer-viewer").await;
    let dev = person(&tenant, "dev", "developer").await;
    let put = |path: String, body: Value| {
        let server = &server;
        async move { call(server, OPERATOR_TOKEN, Method::PUT, &format!("{path}?organisation=acme"), body).await }
    };
    for (key, visibility) in [("a", "all_users"), ("b", "private"), ("c", "all_users")] {
        put(format!("/resources/report/{key}"), json!({ "name": key, "visibility": visibility })).await.expect(201);
    }
    put(format!("/resources/report/b/shares/user/{dev}"), json!({ "level": "edit" })).await.expect(200);
    let bridge = call(&server, OPERATOR_TOKEN, Method::POST, &in_acme("/projects"), json!({ "name": "Bridge" })).await;
    let bridge = bridge.expect(201).json()["id"].as_str().unwrap().to_owned();
    let on = json!({ "subject": { "kind": "user", "id": dev } });
    call(&server, OPERATOR_TOKEN, Method::POST, &format!("/projects/{bridge}/assignments"), on).await.expect(201);
    put("/resources/project/p".to_owned(), json!({ "name": "P", "visibility": "all_users" })).await.expect(201);
    let found = |kind: &'static str, action: &'static str, limit: u64| {
        let server = &server;
        async move {
            let mut all = Vec::new();
            let mut search = json!({
                "subject": { "type": "user", "id": "dev" }, "action": { "name": action }, "resource": { "type": kind },
                "page": { "limit": limit },
            });
            loop {
                let page = ask(server, "search/resource", &search).await.expect(200).json();
                let results = page["results"].as_array().unwrap();
                all.extend(results.iter().map(|it| it["id"].as_str().unwrap().to_owned()));
                let next = page["page"]["next_token"].as_str().unwrap().to_owned();
                if next.is_empty() {
                    return all;
                }
                search["page"]["token"] = json!(next);
            }
        }
    };

    assert_eq!(found("report", "view", 1).await, ["a", "b", "c"]);
    assert_eq!(found("report", "edit", 2).await, ["b"]);
    assert_eq!(found("project", "view", 1).await, [bridge, "p".to_owned()]);
    assert_eq!(found("team", "view", 5).await, Vec::<String>::new());
    assert_eq!(found("organisation", "app.apps:deploy", 5).await, [tenant.org.to_string()]);
}

/// Decisions over roles, ceilings, teams and quotas each say why; who is deactivated or unknown may nothing at once.
#[tokio::test]
async fn every_kind_of_thing_is_decided_with_a_reason() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "admin-standard-readonly").await;
    let by = Server::operator();
    let std = person(&tenant, "std", "standard").await;
    person(&tenant, "red", "read_only").await;
    person(&tenant, "adm", "admin").await;
    let new = NewTeam { name: "Blue".to_owned(), members: vec![std], lead: Some(std), ..NewTeam::default() };
    let blue = teams::create(&server.app, &by, tenant.org, new).await.unwrap().id;
    let quotas = json!({ "quotas": { "workflows": 2 } });
    call(&server, OPERATOR_TOKEN, Method::PATCH, &format!("/teams/{blue}"), quotas).await.expect(200);
    let decide = |who: &'static str, action: Value, resource: Value| {
        let server = &server;
        async move {
            let body = json!({ "subject": { "type": "user", "id": who }, "action": action, "resource": resource });
            let answer = ask(server, "evaluation", &body).await.expect(200).json();
            (answer["decision"].as_bool().unwrap(), answer["context"]["reason"].as_str().unwrap().to_owned())
        }
    };
    let act = |name: &str| json!({ "name": name });
    let organisation = json!({ "type": "organisation", "id": "acme" });
    let team = json!({ "type": "team", "id": blue });
    let using = |workflows: u64| json!({ "name": "use", "properties": { "workflows": workflows, "gpus": "many" } });

    for (who, action, resource, allowed, reason) in [
        ("adm", act("users:list"), &organisation, true, "role"),
        ("std", act("users:list"), &organisation, false, "no_permission"),
        ("red", act("app.project:update"), &organisation, false, "no_permission"),
        ("adm", act("users:fly"), &organisation, false, "unknown_action"),
        ("adm", act("users:list"), &json!({ "type": "organisation", "id": "globex" }), false, "unknown_resource"),
        ("std", act("view"), &team, true, "member"),
        ("std", act("manage"), &team, true, "lead"),
        ("red", act("view"), &team, false, "not_member"),
        ("red", act("manage"), &team, false, "no_permission"),
        ("adm", act("manage"), &team, true, "role"),
        ("std", using(2), &team, true, "within_quota"),
        ("std", using(3), &team, false, "over_quota"),
        ("red", using(1), &team, false, "not_member"),
        ("std", act("fly"), &team, false, "unknown_action"),
        ("std", act("view"), &json!({ "type": "report", "id": "none" }), false, "unknown_resource"),
        ("std", act("a b"), &json!({ "type": "record", "id": "r" }), false, "unknown_action"),
        ("nobody", act("view"), &team, false, "unknown_subject"),
    ] {
        assert_eq!(decide(who, action.clone(), resource.clone()).await, (allowed, reason.to_owned()), "{who} {action}");
    }
    for amount in [json!(1.0), json!("1"), json!(-1), json!([1]), json!(true)] {
        let action = json!({ "name": "use", "properties": { "workflows": amount } });
        let body = json!({ "subject": { "type": "user", "id": "std" }, "action": action, "resource": team });
        assert_eq!(ask(&server, "evaluation", &body).await.status, 400, "{amount}");
    }
    users::deactivate(&server.app, &by, std, OnLastHolder::Refuse).await.unwrap();
    assert_eq!(decide("std", act("manage"), team).await, (false, "not_active".to_owned()));
}

/// A token that an application gets for itself.
async fn own_token(stage: &Stage, rp: &Rp, scope: &str) -> String {
    let answer = stage.token(rp, &[("grant_type", "client_credentials"), ("scope", scope)]).await.expect(200).json();
    answer["access_token"].as_str().unwrap().to_owned()
}

/// Who asks: everybody about themselves, about others who may ask for decisions, and an application with a token for it, about
/// those it serves.
#[tokio::test]
async fn only_those_who_may_ask_learn_about_others() {
    let stage = Stage::new().await;
    let server = &stage.server;
    server.keep_outbox();
    server.tenant("globex").await;
    let vic = stage::user(server, &stage.org, "vic@acme.example", "contributor").await.user.id;
    let own = personal(server, vic).await;
    let post = |token: String, query: &'static str, who: String| async move {
        let body = json!({
            "subject": { "type": "user", "id": who }, "action": { "name": "users:list" },
            "resource": { "type": "organisation", "id": "acme" },
        });
        let request = server.request(Method::POST, &format!("/access/v1/evaluation{query}"));
        server.send(request.bearer_auth(token).json(&body)).await
    };
    let reach = Reach { organisations: vec![stage.org.id.to_string()], ..Reach::default() };
    let scopes = Some("openid authzen".to_owned());
    let rp = stage.rp_with(|new| NewClient { scopes: scopes.clone(), reach, ..new }).await;
    let owners = Reach { roles: vec!["owner".to_owned()], ..Reach::default() };
    let narrow = stage.rp_with(|new| NewClient { scopes, reach: owners, ..new }).await;
    let narrow = own_token(&stage, &narrow, "authzen").await;
    let there = server.api(Method::PUT, "/api/v1/resources/report/there?organisation=acme");
    server.send(there.json(&json!({ "name": "There" }))).await.expect(201);
    let deaf = stage.rp_with(|new| NewClient { scopes: Some("openid ssf.read".to_owned()), ..new }).await;
    let (token, other) = (own_token(&stage, &rp, "authzen").await, own_token(&stage, &deaf, "ssf.read").await);

    let about_me = post(own.clone(), "", vic.to_string()).await;
    let about_her = post(own.clone(), "", stage.ada.user.id.to_string()).await;
    let mut existing = Vec::new();
    for (kind, id) in [("report", "there"), ("report", "not-there"), ("team", "not-there"), ("project", "there")] {
        let body = json!({
            "subject": { "type": "user", "id": vic }, "action": { "name": "view" }, "resource": { "type": kind, "id": id },
        });
        let request = server.request(Method::POST, "/access/v1/evaluation").bearer_auth(&own);
        existing.push(server.send(request.json(&body)).await.expect(200).json()["context"]["reason"].clone());
    }
    let by_application = post(token.clone(), "?organisation=acme", stage.ada.user.id.to_string()).await;
    let elsewhere = post(token.clone(), "?organisation=globex", "hank".to_owned()).await;
    let wrong_scope = post(other, "?organisation=acme", stage.ada.user.id.to_string()).await;
    let nowhere = post(OPERATOR_TOKEN.to_owned(), "", "ada".to_owned()).await;
    let other_surface = server.send(server.request(Method::GET, "/api/v1/users").bearer_auth(token)).await;

    let in_reach = post(narrow.clone(), "?organisation=acme", stage.ada.user.id.to_string()).await.json();
    let beyond = post(narrow, "?organisation=acme", vic.to_string()).await.json();

    assert_eq!((about_me.status, about_her.status), (200, 403), "{}", about_her.text);
    assert_eq!(existing, vec![json!("no_access"); 4], "whoever asks about themselves does not learn what there is");
    assert_eq!((&in_reach["decision"], &beyond["context"]["reason"]), (&json!(true), &json!("unknown_subject")));
    assert_eq!(by_application.expect(200).json()["decision"], json!(true));
    assert_eq!((elsewhere.status, wrong_scope.status, nowhere.status), (404, 403, 400));
    assert_eq!(other_surface.status, 401);
}

/// Discovery 6: the document says where each question is asked.
#[tokio::test]
async fn discovery_says_where_each_question_is_asked() {
    let server = Server::start().await;

    let reply = server.send(server.request(Method::GET, "/.well-known/authzen-configuration")).await.expect(200);

    let said = reply.json();
    let base = said["policy_decision_point"].as_str().unwrap().to_owned();
    assert!(!base.ends_with('/'), "{base}");
    for (name, path) in [
        ("access_evaluation_endpoint", "/access/v1/evaluation"),
        ("access_evaluations_endpoint", "/access/v1/evaluations"),
        ("search_subject_endpoint", "/access/v1/search/subject"),
        ("search_resource_endpoint", "/access/v1/search/resource"),
        ("search_action_endpoint", "/access/v1/search/action"),
    ] {
        assert_eq!(said[name], json!(format!("{base}{path}")), "{name}");
    }
}
