//! Roles that an organisation makes itself, and the reading of its role model: by whom, with what preview, kept how.

use doorward::app::users;
use doorward::domain::id::UserId;
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, Reply, Server, Tenant, in_acme};

async fn api(server: &Server, method: Method, path: &str, body: Option<Value>) -> Reply {
    let request = server.api(method, &format!("/api/v1{}", in_acme(path)));
    server.send(body.iter().fold(request, reqwest::RequestBuilder::json)).await
}

fn auditor() -> Value {
    json!({
        "label": "Auditor",
        "description": "Reads the audit log.",
        "allow": ["users:list", "org.audit:read"],
        "given_by": ["owner"],
        "below": "contributor",
    })
}

/// A role of acme's own that may do this, and neither gives nor takes anything.
pub(crate) async fn of_its_own(server: &Server, label: &str, allow: &[&str]) {
    let new = json!({
        "label": label, "description": "Does a little.", "allow": allow, "given_by": ["owner"], "below": "contributor",
    });
    api(server, Method::POST, "/roles", Some(new)).await.expect(201);
}

fn code_of(reply: &Reply) -> String {
    reply.json()["type"].as_str().unwrap().trim_start_matches("urn:doorward:problem:").to_owned()
}

async fn role_of(tenant: &Tenant<'_>, id: UserId) -> String {
    users::show(&tenant.server.app, &Server::operator(), id).await.unwrap().effective.role.unwrap().to_string()
}

async fn give(tenant: &Tenant<'_>, id: UserId, role: &str) {
    users::change_role(&tenant.server.app, &Server::operator(), id, &role.parse().unwrap()).await.unwrap();
}

/// The form of a page as a browser sends it, with what was previewed on it and these fields.
async fn post(browser: &Browser<'_>, path: &str, page: &Reply, fields: &[(&str, &str)]) -> Reply {
    let seen = page.text.split("name=\"seen\" value=\"").nth(1).map(|it| it.split('"').next().unwrap());
    let all: Vec<_> = fields.iter().copied().chain(seen.map(|it| ("seen", it))).collect();
    browser.submit_to(path, page, &all).await
}

const FORM: [(&str, &str); 6] = [
    ("label", "Auditor"),
    ("description", "Reads the audit log."),
    ("permission-users:list", "on"),
    ("permission-org.audit:read", "on"),
    ("given-by-owner", "on"),
    ("below", "contributor"),
];

/// S2-4: a role of the organisation's own has a name, a description, a text for whom it is best and permissions; it is given
/// like any other, and takes effect at once.
#[tokio::test]
async fn s2_4_an_organisation_makes_a_role_of_its_own_gives_it_and_it_counts() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let mut new = auditor();
    new["best_for"] = json!("Yearly audits");

    let made = api(&server, Method::POST, "/roles", Some(new)).await.expect(201).json();
    let browser = signed_in(&tenant, "olga").await;
    let picker = words(&browser.get(&format!("/console/users/{vera}/deeds/role")).await.expect(200));
    give(&tenant, vera, "auditor").await;
    server.keep_outbox();

    assert_eq!((&made["key"], &made["best_for"]), (&json!("auditor"), &json!("Yearly audits")));
    assert_eq!(made["permissions"], json!(["org.audit:read", "users:list"]));
    for text in ["Auditor", "Reads the audit log.", "Yearly audits"] {
        assert!(picker.contains(text), "{text}: {picker}");
    }
    let person = users::show(&server.app, &Server::operator(), vera).await.unwrap();
    let (_, model) = doorward::app::organisations::of(&server.app, &person.actor(None)).await.unwrap();
    assert!(person.effective.allows(&model, "org.audit:read") && !person.effective.allows(&model, "projects:list"));
}

/// The console shows who gains what before a role is saved, saves that and nothing else, and writes one record.
#[tokio::test]
async fn s1_38_a_role_is_made_in_the_console_after_a_preview_of_who_gains_what() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;
    let form = browser.get("/console/roles/new").await.expect(200);

    let unseen: Vec<_> = FORM.into_iter().chain([("step", "save")]).collect();
    let preview = post(&browser, "/console/roles/new", &form, &unseen).await.expect(200);
    let nothing_yet = browser.get("/console/roles/auditor").await.status;
    let other: Vec<_> = FORM.into_iter().chain([("step", "save"), ("permission-org.audit:export", "on")]).collect();
    let otherwise = post(&browser, "/console/roles/new", &preview, &other).await.expect(200);
    let saved = post(&browser, "/console/roles/new", &preview, &unseen).await.expect(303);

    let said = words(&preview);
    assert!(said.contains("1 person with Owner") && said.contains("<code>give the role auditor</code>"), "{said}");
    assert!(said.contains("Nothing is saved yet."), "{said}");
    assert_eq!(nothing_yet, 404);
    assert!(otherwise.text.contains("role.auditor.allows org.audit:export"), "{}", otherwise.text);
    assert_eq!(saved.header("location"), Some("/console/roles/auditor?said=role-saved"));
    let page = words(&browser.get("/console/roles/auditor").await.expect(200));
    assert!(page.contains("Made by this organisation") && page.contains("<code>org.audit:read</code>"), "{page}");
    let rows = audit::newest(server.app.store.reader(), tenant.org, 100).await.unwrap();
    let records: Vec<_> = rows.iter().filter(|row| row.action == "role.defined").collect();
    assert_eq!(records.len(), 1);
    assert!(records[0].changes.to_string().contains("role.auditor.allows org.audit:read"), "{:?}", records[0].changes);
}

/// What is wrong with a role stands beside its field, and the form stays as it was filled in.
#[tokio::test]
async fn a_role_that_the_lint_refuses_comes_back_with_each_problem_beside_its_field() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;
    let form = browser.get("/console/roles/new").await.expect(200);
    let fields: Vec<_> = FORM
        .into_iter()
        .chain([("allow", "users:fly\napp.*"), ("grants-owner", "on"), ("given-by-viewer", "on")])
        .collect();

    let refused = post(&browser, "/console/roles/new", &form, &fields).await.expect(400);

    let beside = |field: &str| {
        let after = refused.text.split(&format!("<div id=\"wrong-{field}\">")).nth(1);
        after.unwrap_or_else(|| panic!("{field}: {}", refused.text)).split("</div>").next().unwrap().to_owned()
    };
    assert!(beside("allow").contains("users:fly is no permission"), "{}", beside("allow"));
    let fixed: Vec<_> = FORM.into_iter().chain([("grants-owner", "on"), ("given-by-viewer", "on")]).collect();
    let refused = post(&browser, "/console/roles/new", &form, &fixed).await.expect(400);
    let beside = |field: &str| refused.text.split(&format!("<div id=\"wrong-{field}\">")).nth(1).map(str::to_owned);
    assert!(beside("grants").is_some_and(|it| it.contains("could give owner")), "{}", refused.text);
    assert!(beside("given_by").is_some_and(|it| it.contains("could give auditor")), "{}", refused.text);
    assert!(refused.text.contains("value=\"Auditor\""), "{}", refused.text);
}

/// TE-15: no role is called like another one, nor so that people could take it for another one.
#[tokio::test]
async fn te_15_a_role_called_like_another_one_is_refused() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;

    for label in ["Owner", "OWNER ", "owner", "0wner", "\u{41e}wner", "Ow\u{200b}ner", "V\u{456}ewer", "Ad-min"] {
        for key in [None, Some("something-else")] {
            let mut new = auditor();
            new["label"] = json!(label);
            if let Some(key) = key {
                new["key"] = json!(key);
            }
            let refused = api(&server, Method::POST, "/roles", Some(new)).await.expect(409);
            assert_eq!(code_of(&refused), "role-name-taken", "{label:?} {key:?}");
        }
    }
    let mut new = auditor();
    new["key"] = json!("view-er");
    assert_eq!(code_of(&api(&server, Method::POST, "/roles", Some(new)).await.expect(409)), "role-name-taken");
    api(&server, Method::POST, "/roles", Some(auditor())).await.expect(201);
    let renamed = json!({ "label": "\u{410}dmin" });
    let refused = api(&server, Method::PUT, "/roles/auditor", Some(renamed)).await.expect(409);
    assert_eq!(code_of(&refused), "role-name-taken");
}

/// TE-14: a role that anybody or anything still has is not deleted, and what comes back under its name gives nothing back.
#[tokio::test]
async fn te_14_a_deleted_role_that_comes_back_gives_nothing_back() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let dan = tenant.user("dan", "viewer").await;
    server.keep_outbox();
    api(&server, Method::POST, "/roles", Some(auditor())).await.expect(201);
    give(&tenant, vera, "auditor").await;
    give(&tenant, dan, "auditor").await;
    users::deactivate(&server.app, &Server::operator(), dan, users::OnLastHolder::Refuse).await.unwrap();
    let invite = json!({ "invitations": [{ "address": "x@acme.example" }], "role": "auditor", "send_mail": false });
    let invited = api(&server, Method::POST, "/invitations", Some(invite)).await.expect(201).json();
    let invitation = invited["results"][0]["invitation"]["id"].as_str().unwrap().to_owned();
    let program = json!({ "name": "Reporter", "role": "auditor" });
    let program = api(&server, Method::POST, "/service-accounts", Some(program)).await.expect(201).json();
    let program = program["id"].as_str().unwrap().to_owned();
    let connection = tenant.connection().await;
    let group = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Auditors" });
    let group = connection.send(Method::POST, "/Groups", &group).await.expect(201).json();
    let group = group["id"].as_str().unwrap().to_owned();
    let (app, operator, role) = (&server.app, Server::operator(), "auditor".parse().unwrap());
    doorward::app::connections::map_group(app, &operator, connection.id, "Auditors", &role).await.unwrap();
    let browser = signed_in(&tenant, "olga").await;

    let refused = api(&server, Method::DELETE, "/roles/auditor", None).await.expect(409);
    let page = words(&browser.get("/console/roles/auditor/delete").await.expect(200));

    let used = &refused.json()["used_by"];
    assert_eq!((code_of(&refused).as_str(), &used["users"]), ("role-in-use", &json!(2)));
    assert_eq!(used["users_first"][0]["display_name"], "dan");
    assert_eq!(used["groups"], json!(["Auditors"]));
    assert_eq!(used["service_accounts"], json!(["Reporter"]));
    assert_eq!(used["invitations"], json!(["x@acme.example"]));
    for text in ["vera", "dan", "Groups that give it: Auditors", "Reporter", "x@acme.example"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(!page.contains("id=\"submit\""), "{page}");

    give(&tenant, vera, "viewer").await;
    give(&tenant, dan, "viewer").await;
    for left in 0..3 {
        api(&server, Method::DELETE, "/roles/auditor", None).await.expect(409);
        match left {
            0 => drop(api(&server, Method::DELETE, &format!("/invitations/{invitation}"), None).await.expect(204)),
            1 => drop(api(&server, Method::DELETE, &format!("/service-accounts/{program}"), None).await.expect(204)),
            _ => drop(connection.delete(&format!("/Groups/{group}")).await.expect(204)),
        }
    }
    api(&server, Method::DELETE, "/roles/auditor", None).await.expect(204);
    assert_eq!(api(&server, Method::GET, "/roles/auditor", None).await.status, 404);
    api(&server, Method::POST, "/roles", Some(auditor())).await.expect(201);

    assert_eq!([role_of(&tenant, vera).await, role_of(&tenant, dan).await], ["viewer", "viewer"]);
    let holders = words(&browser.get("/console/roles/auditor").await.expect(200));
    assert!(holders.contains("Nobody."), "{holders}");
}

/// A role is deleted in the console after a page that says what that comes to.
#[tokio::test]
async fn a_role_that_nobody_holds_is_deleted_in_the_console_after_a_question() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    api(&server, Method::POST, "/roles", Some(auditor())).await.expect(201);
    let browser = signed_in(&tenant, "olga").await;

    let asked = browser.get("/console/roles/auditor/delete").await.expect(200);
    let done = post(&browser, "/console/roles/auditor/delete", &asked, &[("step", "save")]).await.expect(303);

    assert!(words(&asked).contains("Delete the role Auditor?"), "{}", asked.text);
    assert_eq!(done.header("location"), Some("/console/roles?said=role-deleted"));
    assert_eq!(browser.get("/console/roles/auditor").await.status, 404);
    let rows = audit::newest(server.app.store.reader(), tenant.org, 100).await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.action == "role.deleted").count(), 1);
}

/// Roles that came with the model are shown and stay: there is no way to change them, and no deed does.
#[tokio::test]
async fn a_role_of_the_model_is_not_changed_by_anybody() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;

    let page = browser.get("/console/roles/viewer").await.expect(200);
    let update = api(&server, Method::PUT, "/roles/viewer", Some(json!({ "label": "Harmless" }))).await.expect(409);
    let delete = api(&server, Method::DELETE, "/roles/owner", None).await.expect(409);

    assert!(!page.text.contains("/console/roles/viewer/edit"), "{}", page.text);
    assert_eq!(browser.get("/console/roles/viewer/edit").await.status, 409);
    assert_eq!([code_of(&update), code_of(&delete)], ["role-of-the-model", "role-of-the-model"]);
}

/// Whoever lacks anything neither changes roles nor finds the way to it; and nobody lets a role give what they may not give.
#[tokio::test]
async fn te_02_roles_are_defined_by_those_who_have_everything_and_give_no_more_than_they_may() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "root-admin-developer").await;
    tenant.user("rita", "root").await;
    tenant.user("adam", "admin").await;
    let (root, admin) = (signed_in(&tenant, "rita").await, signed_in(&tenant, "adam").await);

    let offered = admin.get("/console/roles").await.expect(200);
    for path in ["/console/roles/new", "/console/roles/reading", "/console/roles/developer/edit"] {
        assert_eq!(admin.get(path).await.status, 403, "{path}");
    }
    let form = root.get("/console/roles/new").await.expect(200);
    let fields = [("label", "Twin"), ("allow", "*"), ("grants-root", "on"), ("given-by-root", "on"), ("below", "root")];
    let refused = post(&root, "/console/roles/new", &form, &fields).await;

    assert!(!offered.text.contains("/console/roles/new"), "{}", offered.text);
    assert_eq!(refused.status, 403, "{}", refused.text);
    assert!(words(&refused).contains("may not give the role root"), "{}", refused.text);
}

/// C1: another reading of preset S1 is chosen after a preview of who gains what, in one record, and back again.
#[tokio::test]
async fn s1_18_the_reading_is_switched_in_the_console_after_a_preview_and_counts_at_once() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    tenant.user("adam", "admin").await;
    let vera = tenant.user("vera", "viewer").await;
    server.keep_outbox();
    let (owner, admin) = (signed_in(&tenant, "olga").await, signed_in(&tenant, "adam").await);
    let deed = format!("/console/users/{vera}/deeds/role");
    let can = async || admin.get(&deed).await.status;
    let page = owner.get("/console/roles/reading").await.expect(200);

    let strict = can().await;
    let matrix = [("reading", "matrix"), ("step", "save")];
    let preview = post(&owner, "/console/roles/reading", &page, &matrix).await.expect(200);
    let still = can().await;
    let saved = post(&owner, "/console/roles/reading", &preview, &matrix).await.expect(303);
    let open = can().await;

    let said = words(&preview);
    assert!(said.contains("1 person with Admin") && said.contains("roles:assign on Viewer"), "{said}");
    assert!(!said.contains("users:remove"), "{said}");
    assert_eq!(([strict, still, open]), [403, 403, 200]);
    assert_eq!(saved.header("location"), Some("/console/roles?said=reading"));
    // S1-18 in the matrix reading: everybody but owners; S1-22: removing takes an owner in either reading.
    let form = admin.get(&deed).await.expect(200);
    admin.submit_to(&deed, &form, &[("role", "contributor")]).await.expect(303);
    assert_eq!(role_of(&tenant, vera).await, "contributor");
    assert_eq!(admin.get(&format!("/console/users/{vera}/deeds/remove")).await.status, 403);
    let rows = audit::newest(server.app.store.reader(), tenant.org, 100).await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.action == "role.defined").count(), 1);
}

/// C1 over the API: S1-18 and S1-22 in both readings, for targets below owner and for an owner.
#[tokio::test]
async fn s1_18_s1_22_what_an_admin_may_do_to_whom_follows_the_reading() {
    let api_stage = crate::people::Api::new().await;
    let server = api_stage.server();
    let tenant = Tenant { server, org: api_stage.stage.org.id };
    let owner = api_stage.stage.ada.user.id;
    let adam = tenant.user("adam", "admin").await;
    let token = api_stage.token(adam).await;
    let call = async |method: Method, path: String, body: Option<Value>| {
        let request = server.request(method, &format!("/api/v1{path}")).bearer_auth(&token);
        server.send(body.iter().fold(request, reqwest::RequestBuilder::json)).await.status
    };
    let tries = async |name: &str| {
        let vera = tenant.user(name, "viewer").await;
        let role = Some(json!({ "role": "contributor" }));
        [
            call(Method::PUT, format!("/users/{vera}/role"), role.clone()).await,
            call(Method::PUT, format!("/users/{owner}/role"), role).await,
            call(Method::POST, format!("/users/{vera}/deactivate"), None).await,
            call(Method::POST, format!("/users/{owner}/deactivate"), None).await,
        ]
    };
    let remove = async |name: &str| {
        let vera = tenant.user(name, "viewer").await;
        call(Method::DELETE, format!("/users/{vera}"), None).await
    };

    let strict = (tries("vera").await, remove("viola").await);
    let preview =
        api(server, Method::POST, "/role-model/preview", Some(json!({ "reading": "matrix" }))).await.expect(200);
    let unchanged = tries("walt").await;
    api(server, Method::PUT, "/role-model/reading", Some(json!({ "reading": "matrix" }))).await.expect(200);
    let matrix = (tries("wanda").await, remove("wilma").await);
    api(server, Method::PUT, "/role-model/reading", Some(json!({ "reading": "loose" }))).await.expect(400);
    let back = api(server, Method::PUT, "/role-model/reading", Some(json!({ "reading": "strict" }))).await.expect(200);

    assert_eq!((strict, unchanged), (([403; 4], 403), [403; 4]));
    assert_eq!(matrix, ([200, 403, 200, 403], 403));
    assert_eq!(back.json()["reading"], "strict");
    assert_eq!(tries("willy").await, [403; 4]);
    let effects = preview.json()["effects"].clone();
    let hit: Vec<&Value> = effects.as_array().unwrap().iter().collect();
    assert_eq!((hit.len(), &hit[0]["roles"], &hit[0]["users"]), (1, &json!(["admin"]), &json!(1)));
    assert!(hit[0]["gains"].as_array().unwrap().contains(&json!("roles:assign on viewer")), "{effects}");
    assert_eq!(hit[0]["loses"], json!([]));
}

/// What is saved is what was seen: a model that changed meanwhile is shown anew, and two who save at once do not both win.
#[tokio::test]
async fn a_preview_of_another_model_is_not_saved() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;
    let form = browser.get("/console/roles/new").await.expect(200);
    let fields: Vec<_> = FORM.into_iter().chain([("step", "save")]).collect();
    let preview = post(&browser, "/console/roles/new", &form, &fields).await.expect(200);
    api(&server, Method::PUT, "/role-model/reading", Some(json!({ "reading": "matrix" }))).await.expect(200);

    let again = post(&browser, "/console/roles/new", &preview, &fields).await.expect(200);

    assert!(words(&again).contains("Nothing is saved yet."), "{}", again.text);
    assert_eq!(browser.get("/console/roles/auditor").await.status, 404);
}
