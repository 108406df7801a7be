//! Deeds for which a session alone is not enough, and what becomes of what was typed when a proof is missing.

use std::time::Duration;

use doorward::app::accounts::{Secret, WayIn};
use doorward::domain::id::UserId;
use doorward::store::audit;
use reqwest::Method;
use serde_json::json;

use crate::console_edit::token;
use crate::harness::{Browser, PASSWORD, Reply, Server, Tenant, attribute, hidden_fields};
use crate::imports::upload;
use crate::people::{Api, new_stream};

const TOO_LATE: Duration = Duration::from_mins(11);

struct Stage<'s> {
    tenant: Tenant<'s>,
    owner: UserId,
    second: UserId,
    vic: UserId,
    browser: Browser<'s>,
    group: String,
}

/// Owners and a viewer with mail, and a browser in which an owner has signed in.
async fn stage(server: &Server) -> Stage<'_> {
    let tenant = server.tenant("acme").await;
    let owner = tenant.user("ada", "owner").await;
    let (second, vic) = (mailed(&tenant, "olga", "owner").await, mailed(&tenant, "vic", "viewer").await);
    let browser = Browser::new(server);
    assert_eq!(browser.sign_in("ada", PASSWORD).await.0, "/account");
    let made = server.api(Method::POST, "/api/v1/groups?organisation=acme").json(&json!({ "name": "Night shift" }));
    let group = server.send(made).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    Stage { tenant, owner, second, vic, group, browser }
}

async fn mailed(tenant: &Tenant<'_>, name: &str, role: &str) -> UserId {
    let password = WayIn::Password { password: Secret::new(PASSWORD.to_owned()), must_change: false };
    tenant.mailed(name, role, password).await.person.user.id
}

impl<'s> Stage<'s> {
    /// Sends a form with the token of a page that was opened before.
    async fn post(&self, token: &str, (path, fields): &(String, Vec<(&str, &str)>)) -> Reply {
        let all: Vec<_> = fields.iter().copied().chain([("csrf", token)]).collect();
        self.browser.send(self.browser.server().request(Method::POST, path).form(&all)).await
    }

    /// The names of the deeds that are recorded.
    async fn deeds(&self) -> Vec<String> {
        let rows = audit::newest(self.tenant.server.app.store.reader(), self.tenant.org, 1_000).await.unwrap();
        rows.into_iter().map(|row| row.action).collect()
    }

    async fn role(&self, id: UserId) -> String {
        let server = self.tenant.server;
        let user = server.send(server.api(Method::GET, &format!("/api/v1/users/{id}"))).await.expect(200).json();
        user["role"].as_str().unwrap_or_default().to_owned()
    }
}

/// True when the browser is sent to prove who it is: at once from a page, and from a form by the page that refuses it.
pub fn asks_for_a_proof(reply: &Reply) -> bool {
    let is_sent = reply.header("location").is_some_and(|at| at.starts_with("/sign-in/"));
    is_sent || (reply.status == 403 && way(reply).is_some())
}

/// Where the page of a refused form leads.
fn way(reply: &Reply) -> Option<String> {
    let way = attribute(&reply.text, "http-equiv=\"refresh\"", "content")?.strip_prefix("0;url=")?.to_owned();
    way.starts_with("/sign-in/").then_some(way)
}

/// The deeds that change somebody's credentials, the holders of a protected role, or write data to a file.
fn grave(stage: &Stage<'_>) -> Vec<(String, Vec<(&'static str, &'static str)>)> {
    let (vic, second) = (stage.vic, stage.second);
    let deed = |user: UserId, deed: &str| format!("/console/users/{user}/deeds/{deed}");
    vec![
        ("/console/users/new".to_owned(), vec![("user_name", "new"), ("display_name", "New"), ("role", "owner")]),
        (format!("/console/users/{vic}/edit"), vec![("display_name", "vic"), ("email", "other@acme.example")]),
        (deed(vic, "role"), vec![("role", "owner")]),
        (deed(second, "role"), vec![("role", "viewer")]),
        (deed(second, "deactivate"), vec![]),
        (deed(second, "remove"), vec![]),
        (deed(vic, "erase"), vec![("confirmation", "vic")]),
        (deed(stage.owner, "leave"), vec![]),
        (format!("/console/groups/{}/roles", stage.group), vec![("role", "owner")]),
        (deed(vic, "temp-password"), vec![("password", "a temporary Passw0rd!")]),
        (deed(vic, "reset-mfa"), vec![]),
        (
            "/console/users/invite".to_owned(),
            vec![("step", "send"), ("rows", "1"), ("address-0", "ivy@acme.example"), ("role-0", "owner")],
        ),
        ("/console/users/bulk".to_owned(), vec![("deed", "deactivate")]),
        ("/console/users/import".to_owned(), vec![("text", "user_name")]),
    ]
}

#[tokio::test]
async fn a_grave_deed_asks_an_old_session_for_a_proof_and_nothing_is_done_or_recorded_before() {
    let server = Server::start().await;
    let stage = stage(&server).await;
    let token = token(&stage.browser, "/console/users/new").await;
    server.advance(TOO_LATE);
    let before = stage.deeds().await;

    for form in grave(&stage) {
        let reply = stage.post(&token, &form).await;
        assert!(asks_for_a_proof(&reply), "{}: {} {}", form.0, reply.status, reply.text);
    }
    for path in ["/console/users/export?format=csv", "/console/audit/export?format=csv", "/console/users/import"] {
        assert!(asks_for_a_proof(&stage.browser.get(path).await), "{path}");
    }

    assert_eq!(stage.deeds().await, before);
    assert_eq!(
        (stage.role(stage.vic).await, stage.role(stage.second).await),
        ("viewer".to_owned(), "owner".to_owned())
    );
}

#[tokio::test]
async fn everyday_deeds_ask_for_no_proof() {
    let server = Server::start().await;
    let stage = stage(&server).await;
    let token = token(&stage.browser, "/console/users/new").await;
    server.advance(TOO_LATE);
    let everyday = [
        ("/console/users/new".to_owned(), vec![("user_name", "new"), ("display_name", "New"), ("role", "viewer")]),
        (format!("/console/users/{}/edit", stage.vic), vec![("display_name", "Victor"), ("email", "vic@mail.example")]),
        (format!("/console/users/{}/deeds/role", stage.vic), vec![("role", "contributor")]),
        (format!("/console/users/{}/deeds/deactivate", stage.vic), vec![]),
        (format!("/console/users/{}/deeds/activate", stage.vic), vec![]),
    ];

    for form in everyday {
        let reply = stage.post(&token, &form).await;
        assert!(reply.status < 400 && !asks_for_a_proof(&reply), "{}: {} {}", form.0, reply.status, reply.text);
    }
    assert_eq!(stage.role(stage.vic).await, "contributor");
    server.run_jobs().await;
}

#[tokio::test]
async fn a_form_that_lacked_a_proof_is_kept_and_sent_with_one_click_after_it() {
    let server = Server::start().await;
    let stage = stage(&server).await;
    let path = format!("/console/users/{}/deeds/role", stage.vic);
    let (_, asked) = stage.browser.visit(&path).await;
    server.advance(TOO_LATE);

    let late = stage.browser.submit_to(&path, &asked, &[("role", "owner"), ("note", "a <b> & \"c\"")]).await;
    let (at, password) = stage.browser.visit(&way(&late).expect("the refusal leads to the proof")).await;
    let answer = stage.browser.submit(&password, &[("password", PASSWORD)]).await;
    let (_, page) = stage.browser.follow(&at, answer).await;
    let before = stage.role(stage.vic).await;
    let kept = hidden_fields(&page.text);
    let answer = stage.browser.submit(&page, &[]).await;

    assert_eq!((late.status, late.heading()), (403, "Prove that it is you"));
    assert_eq!((page.status, page.heading()), (200, "It is you"), "{}", page.text);
    assert!(page.text.contains(&format!("action=\"{path}\"")), "{}", page.text);
    let note = ("note".to_owned(), "a &#60;b&#62; & \"c\"".to_owned());
    assert!(kept.contains(&note) && kept.contains(&("role".to_owned(), "owner".to_owned())), "{kept:?}");
    assert_eq!(kept.iter().filter(|(name, _)| name == "csrf").count(), 1, "that of the new session alone");
    assert_eq!((before.as_str(), answer.status), ("viewer", 303), "{}", answer.text);
    assert_eq!(stage.role(stage.vic).await, "owner");
    server.run_jobs().await;
}

/// A file cannot be put back into a form, so its text is kept: after the proof the plan is shown, and nothing was written.
#[tokio::test]
async fn a_file_that_was_sent_without_a_proof_is_kept_as_text() {
    let server = Server::start().await;
    let stage = stage(&server).await;
    let (_, page) = stage.browser.visit("/console/users/import").await;
    server.advance(TOO_LATE);
    let file = "user_name,display_name,sign_in\r\nivy,\"Ivy \"\"I\"\"\",sso\r\n";

    let late = upload(&stage.browser, &page, file.as_bytes()).await;
    let (at, password) = stage.browser.visit(&way(&late).expect("the refusal leads to the proof")).await;
    let answer = stage.browser.submit(&password, &[("password", PASSWORD)]).await;
    let (_, kept) = stage.browser.follow(&at, answer).await;
    let plan = stage.browser.submit(&kept, &[]).await;

    assert_eq!((late.status, kept.heading()), (403, "It is you"), "{}", late.text);
    assert_eq!(plan.status, 200, "{}", plan.text);
    assert!(plan.text.contains("One user would be created") && plan.text.contains("<bdi>ivy</bdi>"), "{}", plan.text);
    assert_eq!(stage.deeds().await.iter().filter(|it| *it == "user.created").count(), 3, "those of the stage");
}

#[tokio::test]
async fn a_file_is_offered_after_the_proof() {
    let server = Server::start().await;
    let stage = stage(&server).await;
    server.advance(TOO_LATE);

    let (at, password) = stage.browser.visit("/console/users/export?format=csv").await;
    let answer = stage.browser.submit(&password, &[("password", PASSWORD)]).await;
    let (_, page) = stage.browser.follow(&at, answer).await;
    let file = stage.browser.get("/console/users/export?format=csv").await;

    assert!(page.text.contains("href=\"/console/users/export?format=csv\""), "{}", page.text);
    assert_eq!(file.status, 200);
    assert!(file.text.contains("vic@mail.example"), "{}", file.text);
}

/// A session that ends while somebody types: the form waits for that person, and for nobody else.
#[tokio::test]
async fn a_form_whose_session_has_ended_waits_for_whoever_sent_it() {
    let server = Server::start().await;
    let stage = stage(&server).await;
    let path = format!("/console/users/{}/edit", stage.vic);
    let (_, page) = stage.browser.visit(&path).await;
    server.advance(Duration::from_hours(2));
    let fields = [("display_name", "Victor"), ("email", "vic@mail.example")];

    let ended = stage.browser.submit_to(&path, &page, &fields).await;
    assert_eq!(ended.status, 401);
    let (at, first) = stage.browser.visit(&way(&ended).expect("the refusal leads to the sign-in")).await;
    let jar = stage.browser.jar();
    let (_, other) = signs_in(&stage.browser, (&at, &first), "olga").await;
    stage.browser.set_jar(jar);
    let ended = stage.browser.submit_to(&path, &page, &fields).await;
    assert_eq!(ended.status, 401);
    let (at, first) = stage.browser.visit(&way(&ended).expect("the refusal leads to the sign-in")).await;
    let (_, own) = signs_in(&stage.browser, (&at, &first), "ada").await;
    let done = stage.browser.submit(&own, &[]).await;

    assert!(
        first.text.contains("Your session has ended. Sign in again: what you filled in is kept."),
        "{}",
        first.text
    );
    assert!(!other.text.contains("Victor"), "{}", other.text);
    assert_eq!((own.heading(), done.status), ("It is you", 303), "{} {}", own.text, done.text);
    let (_, after) = stage.browser.visit(&path).await;
    assert!(after.text.contains("value=\"Victor\""), "{}", after.text);
    assert_eq!(stage.role(stage.owner).await, "owner");
}

/// A page of another site makes nobody keep its form: it does not know the token of the session.
#[tokio::test]
async fn a_form_that_is_not_ours_is_not_kept() {
    let server = Server::start().await;
    let stage = stage(&server).await;
    server.advance(TOO_LATE);
    let form = (format!("/console/users/{}/deeds/role", stage.vic), vec![("role", "owner")]);
    let bulk = ("/console/users/bulk".to_owned(), vec![("deed", "deactivate")]);

    let forged = [stage.post("forged", &form).await, stage.post("forged", &bulk).await];
    server.advance(Duration::from_hours(2));
    let ended = stage.post("forged", &form).await;

    let refused = |it: &Reply| (it.status, way(it));
    assert_eq!([&forged[0], &forged[1], &ended].map(refused), [(403, None), (403, None), (401, None)]);
}

/// After the sign-in somebody is where they wanted to be, if that is a page of this server behind the sign-in.
#[tokio::test]
async fn whoever_asked_for_a_page_comes_to_it_after_the_sign_in() {
    let server = Server::start().await;
    stage(&server).await;
    let list = "/console/users?status=pending&sort=-created";

    for (asked, expected) in [
        (list, list),
        ("/account/sessions", "/account/sessions"),
        ("/account", "/account"),
        ("/sign-in?return_to=//evil.example/console", "/account"),
        ("/sign-in?return_to=https://evil.example/console", "/account"),
        ("/sign-in?return_to=/console%5C..%5C%5Cevil.example", "/account"),
        ("/sign-in?return_to=%2Fconsole%0D%0Aset-cookie:x=1", "/account"),
        ("/sign-in?return_to=/oauth2/authorize", "/account"),
    ] {
        let browser = Browser::new(&server);
        let (at, first) = browser.visit(asked).await;
        let (end, _) = signs_in(&browser, (&at, &first), "ada").await;
        assert_eq!(end, expected, "{asked}");
        let again = browser.get(&format!("/sign-in?return_to={}", "/console/users")).await;
        assert_eq!(again.header("location"), Some("/console/users"), "whoever is signed in goes there at once");
    }
}

async fn signs_in(browser: &Browser<'_>, (at, first): (&str, &Reply), name: &str) -> (String, Reply) {
    let answer = browser.submit(first, &[("username", name)]).await;
    let (at, password) = browser.follow(at, answer).await;
    let answer = browser.submit(&password, &[("password", PASSWORD)]).await;
    browser.follow(&at, answer).await
}

/// The same deeds over the API: an access token is good for them as long as the proof behind it is new, and an application
/// is told how to get one. A personal token is a proof of its own kind, made for scripts.
#[tokio::test]
async fn an_access_token_needs_the_same_proof_and_the_answer_says_how_to_get_it() {
    let api = Api::new().await;
    let acme = api.acme();
    let (owner, vic) = (api.stage.ada.clone(), mailed(&acme, "vic", "viewer").await);
    let personal = api.stage.personal_token(&owner, &["read", "write"]).await;
    let okta = acme.connection().await.id;
    let stream = api.operator(Method::POST, "/audit/streams?organisation=acme", Some(new_stream())).await.expect(201);
    let stream = stream.json()["stream"]["id"].as_str().unwrap().to_owned();
    let export = api.operator(Method::POST, "/audit/exports?organisation=acme", Some(json!({}))).await.expect(202);
    let export = export.json()["id"].as_str().unwrap().to_owned();
    let sessions = json!({ "sessions": { "idle_minutes": 30, "absolute_minutes": 1440 } });
    let deeds = [
        (Method::PUT, format!("/users/{vic}/role"), Some(json!({ "role": "owner" }))),
        (Method::PATCH, format!("/users/{vic}"), Some(json!({ "email": "other@mail.example" }))),
        (Method::POST, format!("/users/{vic}/temporary-password"), None),
        (Method::POST, format!("/users/{vic}/reset-mfa"), None),
        (Method::GET, "/users/export".to_owned(), None),
        (Method::GET, "/audit/export".to_owned(), None),
        (Method::POST, "/audit/exports".to_owned(), Some(json!({}))),
        (Method::GET, format!("/audit/exports/{export}/file"), None),
        (Method::PUT, "/policies".to_owned(), Some(sessions)),
        (Method::POST, "/roles".to_owned(), Some(json!({ "label": "Auditor" }))),
        (Method::PATCH, format!("/connections/{okta}"), Some(json!({ "governance": false }))),
        (Method::PATCH, format!("/connections/{okta}"), Some(json!({ "breaker": false }))),
        (Method::POST, format!("/connections/{okta}/held-deprovisionings/release"), Some(json!({}))),
        (Method::POST, format!("/connections/{okta}/setup-links"), Some(json!({}))),
        (Method::POST, "/audit/streams".to_owned(), Some(new_stream())),
        (Method::POST, format!("/audit/streams/{stream}/pause"), None),
        (Method::DELETE, format!("/audit/streams/{stream}"), None),
    ];
    let browser = api.stage.browser(&owner).await;
    api.server().advance(TOO_LATE);
    let stale = api.token_in(&browser).await;
    let before = audit::newest(api.server().app.store.reader(), acme.org, 1_000).await.unwrap().len();

    for (method, path, body) in &deeds {
        let reply = api.call(&stale, method.clone(), path, body.clone()).await;
        assert_eq!(reply.status, 403, "{path}: {}", reply.text);
        assert_eq!(reply.json()["type"], "urn:doorward:problem:proof-is-old", "{path}");
        let metadata = api.server().app.config.url("/.well-known/oauth-protected-resource/api/v1");
        let challenge = format!(
            "Bearer realm=\"doorward\", error=\"insufficient_user_authentication\", max_age=600, \
             resource_metadata=\"{metadata}\""
        );
        assert_eq!(reply.header("www-authenticate"), Some(&*challenge), "{path}");
    }
    let after = audit::newest(api.server().app.store.reader(), acme.org, 1_000).await.unwrap().len();
    let everyday =
        api.call(&stale, Method::PATCH, &format!("/users/{vic}"), Some(json!({ "display_name": "V" }))).await;
    assert_eq!((after, everyday.status), (before, 200), "{}", everyday.text);
    for (change, status) in [(json!({ "governance": false }), 403), (json!({ "name": "Okta" }), 200)] {
        let reply = api.call(&personal, Method::PATCH, &format!("/connections/{okta}"), Some(change)).await;
        assert_eq!(reply.status, status, "{}", reply.text);
    }
    let fresh = api.token(owner.user.id).await;
    for token in [&personal, &fresh] {
        let reply = api.call(token, Method::PUT, &format!("/users/{vic}/role"), deeds[0].2.clone()).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let back = Some(json!({ "role": "viewer" }));
        api.call(token, Method::PUT, &format!("/users/{vic}/role"), back).await.expect(200);
    }
}
