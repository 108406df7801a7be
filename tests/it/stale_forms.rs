//! Two people at the same form: the one who is later changes what that one changed, and undoes nothing of the other.

use reqwest::Method;
use serde_json::{Value, json};

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, Server, Tenant};

/// What somebody else does meanwhile, over the API.
async fn api(server: &Server, method: Method, path: &str, body: Value) -> Value {
    let reply = server.send(server.api(method, &format!("/api/v1{path}")).json(&body)).await;
    assert!((200..300).contains(&reply.status), "{path}: {}", reply.text);
    reply.json()
}

async fn read(server: &Server, path: &str) -> Value {
    server.send(server.api(Method::GET, &format!("/api/v1{path}"))).await.expect(200).json()
}

/// An organisation with the owner whose browser it is.
async fn owned(server: &Server) -> (Tenant<'_>, Browser<'_>) {
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;
    (tenant, browser)
}

/// A form is opened and changed by one, the same thing by another, each something of its own; then both change the same.
struct Race<'a> {
    /// Where the form is, and where it goes.
    page: String,
    to: String,
    /// What the browser changes in the form while the other changes something else.
    mine: &'a [(&'a str, Option<&'a str>)],
    /// What both change.
    both: (&'a str, &'a str),
    /// How the page says what stands there now.
    said: &'a str,
}

/// Both parts of a race, for a thing that the API shows and changes at one address.
async fn run(server: &Server, browser: &Browser<'_>, race: Race<'_>, path: &str, theirs: [Value; 2]) -> [Value; 3] {
    let [other, same] = theirs;
    let page = browser.get(&race.page).await.expect(200);
    api(server, Method::PATCH, path, other).await;
    browser.fill_in(&page, &race.to, race.mine).await.expect(303);
    let merged = read(server, path).await;

    let page = browser.get(&race.page).await.expect(200);
    api(server, Method::PATCH, path, same).await;
    let (field, value) = race.both;
    let refused = browser.fill_in(&page, &race.to, &[(field, Some(value))]).await.expect(412);
    // The same form, with nothing changed in it, undoes nothing either.
    browser.fill_in(&page, &race.to, &[]).await.expect(303);
    let kept = read(server, path).await;
    browser.fill_in(&refused, &race.to, &[]).await.expect(303);
    let said = words(&refused);

    assert!(said.contains("Somebody else has changed this too since you opened the page."), "{said}");
    assert!(said.contains(race.said), "{}: {said}", race.said);
    assert_eq!(refused.field(&race.to, field).as_deref(), Some(value), "what was typed stands there: {said}");
    [merged, kept, read(server, path).await]
}

/// Editing somebody: role and address that another gave meanwhile stay when only the name was changed in the form.
#[tokio::test]
async fn an_edit_of_a_user_undoes_nothing_that_another_administrator_has_changed_meanwhile() {
    let server = Server::start().await;
    let (tenant, browser) = owned(&server).await;
    let eve = tenant.user("eve", "viewer").await;
    let at = format!("/console/users/{eve}/edit");
    let race = Race {
        page: at.clone(),
        to: at,
        mine: &[("display_name", Some("Evelyn"))],
        both: ("role", "viewer"),
        said: "Role: Admin",
    };
    let theirs = [json!({ "role": "contributor", "email": "eve@acme.example" }), json!({ "role": "admin" })];

    let [merged, kept, last] = run(&server, &browser, race, &format!("/users/{eve}"), theirs).await;
    server.keep_outbox();

    assert_eq!(
        (&merged["display_name"], &merged["role"], &merged["email"]),
        (&json!("Evelyn"), &json!("contributor"), &json!("eve@acme.example"))
    );
    assert_eq!(
        (&kept["role"], &last["role"], &last["display_name"]),
        (&json!("admin"), &json!("viewer"), &json!("Evelyn"))
    );
}

/// Teams of somebody, each a box: both put her on a team, and she is on both.
#[tokio::test]
async fn two_administrators_who_each_put_somebody_on_a_team_put_her_on_both() {
    let server = Server::start().await;
    let (tenant, browser) = owned(&server).await;
    let eve = tenant.user("eve", "viewer").await;
    let team = async |name: &str| {
        let made = api(&server, Method::POST, "/teams?organisation=acme", json!({ "name": name })).await;
        made["id"].as_str().unwrap().to_owned()
    };
    let (mine, theirs) = (team("Mine").await, team("Theirs").await);
    let at = format!("/console/users/{eve}/edit");

    let page = browser.get(&at).await.expect(200);
    api(&server, Method::PATCH, &format!("/users/{eve}"), json!({ "teams": [theirs] })).await;
    let ticked = format!("team-{mine}");
    browser.fill_in(&page, &at, &[(&ticked, Some("on"))]).await.expect(303);
    server.keep_outbox();

    for id in [mine, theirs] {
        let members = read(&server, &format!("/teams/{id}")).await;
        assert_eq!(members["members"].as_array().unwrap().len(), 1, "{members}");
    }
}

/// Security Policies: what another administrator has made stricter stays so when only the days of grace are changed.
#[tokio::test]
async fn a_change_of_policies_undoes_nothing_that_another_administrator_has_changed_meanwhile() {
    let server = Server::start().await;
    let (_tenant, browser) = owned(&server).await;
    let (at, path) = ("/console/security/policies", "/policies?organisation=acme");
    let put = async |body: Value| api(&server, Method::PUT, path, body).await;
    let idle = |minutes: u32| json!({ "sessions": { "idle_minutes": minutes, "absolute_minutes": 1440 } });

    let page = browser.get(at).await.expect(200);
    put(json!({ "sso_mfa": "require_local" })).await;
    put(idle(30)).await;
    browser.fill_in(&page, at, &[("mfa.grace_days", Some("3")), ("step", Some("save"))]).await.expect(303);
    let merged = read(&server, path).await;
    let page = browser.get(at).await.expect(200);
    put(idle(20)).await;
    let both = [("sessions.idle_minutes", Some("50")), ("step", Some("save"))];
    let refused = browser.fill_in(&page, at, &both).await.expect(412);
    let kept = read(&server, path).await;
    browser.fill_in(&refused, at, &[("step", Some("save"))]).await.expect(303);
    let last = read(&server, path).await;

    assert_eq!(
        (&merged["mfa"]["grace_days"], &merged["sessions"]["idle_minutes"], &merged["sso_mfa"]),
        (&json!(3), &json!(30), &json!("require_local"))
    );
    assert!(words(&refused).contains("Minutes without use until a session ends: 20"), "{}", words(&refused));
    assert_eq!(refused.field(at, "sessions.idle_minutes").as_deref(), Some("50"));
    assert_eq!((&kept["sessions"]["idle_minutes"], &last["sessions"]["idle_minutes"]), (&json!(20), &json!(50)));
}

#[tokio::test]
async fn a_new_name_of_the_organisation_leaves_the_language_that_another_has_chosen_meanwhile() {
    let server = Server::start().await;
    let (_tenant, browser) = owned(&server).await;
    let at = "/console/organisation".to_owned();
    let race = Race {
        page: at.clone(),
        to: at,
        mine: &[("name", Some("Acme Works"))],
        both: ("name", "Acme Mine"),
        said: "Name: Acme Theirs",
    };

    let theirs = [json!({ "language": "en" }), json!({ "name": "Acme Theirs" })];
    let [merged, kept, last] = run(&server, &browser, race, "/organisation?organisation=acme", theirs).await;

    assert_eq!((&merged["name"], &merged["language"]), (&json!("Acme Works"), &json!("en")));
    assert_eq!((&kept["name"], &last["name"]), (&json!("Acme Theirs"), &json!("Acme Mine")));
}

#[tokio::test]
async fn teams_and_projects_keep_what_another_has_changed_meanwhile() {
    let server = Server::start().await;
    let (_tenant, browser) = owned(&server).await;

    for kind in ["teams", "projects"] {
        let made = api(&server, Method::POST, &format!("/{kind}?organisation=acme"), json!({ "name": "Old" })).await;
        let id = made["id"].as_str().unwrap();
        let at = format!("/console/{kind}/{id}");
        let race = Race {
            page: at.clone(),
            to: at,
            mine: &[("name", Some("New"))],
            both: ("description", "Mine"),
            said: "Description: Theirs",
        };
        let theirs = [json!({ "description": "For all" }), json!({ "description": "Theirs" })];
        let [merged, kept, last] = run(&server, &browser, race, &format!("/{kind}/{id}"), theirs).await;

        assert_eq!((&merged["name"], &merged["description"]), (&json!("New"), &json!("For all")), "{kind}");
        assert_eq!((&kept["description"], &last["description"]), (&json!("Theirs"), &json!("Mine")), "{kind}");
    }
}

#[tokio::test]
async fn a_group_that_another_has_renamed_meanwhile_is_renamed_only_by_somebody_who_knows_it() {
    let server = Server::start().await;
    let (_tenant, browser) = owned(&server).await;
    let made = api(&server, Method::POST, "/groups?organisation=acme", json!({ "name": "Old" })).await;
    let path = format!("/groups/{}", made["id"].as_str().unwrap());
    let at = format!("/console{path}/rename");

    let page = browser.get(&at).await.expect(200);
    api(&server, Method::PATCH, &path, json!({ "name": "Theirs" })).await;
    let refused = browser.fill_in(&page, &at, &[("name", Some("Mine"))]).await.expect(412);
    let untouched = browser.fill_in(&page, &at, &[]).await.expect(303);
    let kept = read(&server, &path).await;
    browser.fill_in(&refused, &at, &[]).await.expect(303);
    let last = read(&server, &path).await;

    assert!(words(&refused).contains("Name: Theirs") && untouched.header("location").is_some());
    assert_eq!((&kept["name"], &last["name"]), (&json!("Theirs"), &json!("Mine")));
}

#[tokio::test]
async fn a_service_account_keeps_what_another_has_changed_meanwhile() {
    let server = Server::start().await;
    let (tenant, browser) = owned(&server).await;
    let id = crate::console_service_accounts::account(&tenant, "sync", "viewer").await;
    let path = format!("/service-accounts/{id}");
    let at = |deed: &str| format!("/console/users/service-accounts/{id}/deeds/{deed}");
    let race = Race {
        page: at("edit"),
        to: at("edit"),
        mine: &[("name", Some("nightly"))],
        both: ("description", "Mine"),
        said: "Description: Theirs",
    };

    let theirs = [json!({ "description": "For all" }), json!({ "description": "Theirs" })];
    let [merged, kept, last] = run(&server, &browser, race, &path, theirs).await;
    let page = browser.get(&at("role")).await.expect(200);
    api(&server, Method::PATCH, &path, json!({ "role": "contributor" })).await;
    let refused = browser.fill_in(&page, &at("role"), &[("role", Some("admin"))]).await.expect(412);

    assert_eq!((&merged["name"], &merged["description"]), (&json!("nightly"), &json!("For all")));
    assert_eq!((&kept["description"], &last["description"]), (&json!("Theirs"), &json!("Mine")));
    assert!(words(&refused).contains("Role: Contributor"), "{}", words(&refused));
    assert_eq!(refused.field(&at("role"), "role").as_deref(), Some("admin"));
    assert_eq!(read(&server, &path).await["role"], "contributor");
}

/// Another role: whoever chooses it sees which it is, and is told when it is another one by now.
#[tokio::test]
async fn a_role_that_another_has_given_meanwhile_is_replaced_only_by_somebody_who_knows_it() {
    let server = Server::start().await;
    let (tenant, browser) = owned(&server).await;
    let path = format!("/users/{}", tenant.user("eve", "viewer").await);
    let at = format!("/console{path}/deeds/role");

    let page = browser.get(&at).await.expect(200);
    api(&server, Method::PATCH, &path, json!({ "role": "admin" })).await;
    let refused = browser.fill_in(&page, &at, &[("role", Some("contributor"))]).await.expect(412);
    let kept = read(&server, &path).await;
    browser.fill_in(&refused, &at, &[]).await.expect(303);
    server.keep_outbox();

    assert!(words(&refused).contains("Role: Admin"), "{}", words(&refused));
    assert_eq!(kept["role"], "admin");
    assert_eq!(read(&server, &path).await["role"], "contributor");
}

/// A role of the organisation's own, where every permission is a box: both add one, and the preview is of both.
#[tokio::test]
async fn a_change_of_a_role_undoes_nothing_that_another_administrator_has_changed_meanwhile() {
    let server = Server::start().await;
    let (_tenant, browser) = owned(&server).await;
    let role = |allow: &[&str], description: &str| json!({ "label": "Auditor", "description": description, "allow": allow, "given_by": ["owner"], "below": "contributor" });
    let (at, path) = ("/console/roles/auditor/edit", "/roles/auditor?organisation=acme");
    api(&server, Method::POST, "/roles?organisation=acme", role(&["users:list"], "Reads")).await;

    let page = browser.get(at).await.expect(200);
    api(&server, Method::PUT, path, role(&["users:list", "users:read"], "Reads")).await;
    let changed = [("permission-org.audit:read", Some("on")), ("step", Some("preview"))];
    let preview = browser.fill_in(&page, at, &changed).await.expect(200);
    browser.fill_in(&preview, at, &[("step", Some("save"))]).await.expect(303);
    let merged = read(&server, path).await;
    let page = browser.get(at).await.expect(200);
    api(&server, Method::PUT, path, role(&["users:list"], "Theirs")).await;
    let refused = browser.fill_in(&page, at, &[("description", Some("Mine")), ("step", Some("preview"))]).await;

    assert_eq!(merged["permissions"], json!(["org.audit:read", "users:list", "users:read"]));
    assert_eq!(refused.expect(412).field(at, "description").as_deref(), Some("Mine"));
    assert_eq!(read(&server, path).await["description"], "Theirs");
}

/// The role on the page of somebody, and what takes a change of it back: neither replaces a role that another has given
/// since the page was opened, unless that is chosen knowingly.
#[tokio::test]
async fn neither_the_role_on_the_page_nor_undo_takes_back_unseen_what_another_administrator_has_given() {
    let server = Server::start().await;
    let (tenant, browser) = owned(&server).await;
    let eve = tenant.user("eve", "viewer").await;
    let (at, to) = (format!("/console/users/{eve}"), format!("/console/users/{eve}/deeds/role"));
    let path = format!("/users/{eve}");
    let give = async |role: &str| api(&server, Method::PATCH, &path, json!({ "role": role })).await;
    let held = async || read(&server, &path).await["role"].as_str().unwrap().to_owned();

    let page = browser.get(&at).await.expect(200);
    give("admin").await;
    let refused = browser.fill_in(&page, &to, &[("role", Some("contributor"))]).await.expect(412);
    browser.fill_in(&page, &to, &[]).await.expect(303);
    let kept = held().await;
    browser.fill_in(&refused, &to, &[]).await.expect(303);
    let chosen = held().await;
    let page = browser.get(&format!("{at}?said=role&undo=viewer")).await.expect(200);
    give("admin").await;
    browser.fill_in(&page, &to, &[("role", Some("viewer"))]).await.expect(412);
    let not_undone = held().await;
    server.keep_outbox();

    assert!(words(&refused).contains("Role: Admin"), "{}", words(&refused));
    assert_eq!((kept.as_str(), chosen.as_str(), not_undone.as_str()), ("admin", "contributor", "admin"));
}
