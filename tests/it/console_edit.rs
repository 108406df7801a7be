//! Making and editing users in the console, with everything that belongs to them.

use doorward::app::accounts::{self, NewUser, SignIn, WayIn};
use doorward::app::teams::{self, NewTeam};
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::id::{TeamId, UserId};
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, PASSWORD, Reply, Server, Tenant};

/// The anti-forgery token on a page.
pub async fn token(browser: &Browser<'_>, page: &str) -> String {
    let page = browser.get(page).await;
    page.text
        .split("name=\"csrf\" value=\"")
        .nth(1)
        .expect("the page has a token")
        .split('"')
        .next()
        .unwrap()
        .to_owned()
}

/// Sends a form to a path, with the token of a page.
pub async fn post(browser: &Browser<'_>, page: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
    let token = token(browser, page).await;
    let all: Vec<_> = fields.iter().copied().chain([("csrf", token.as_str())]).collect();
    browser.send(browser.server().request(Method::POST, path).form(&all)).await
}

async fn shown(server: &Server, id: UserId) -> Value {
    server.send(server.api(Method::GET, &format!("/api/v1/users/{id}"))).await.expect(200).json()
}

async fn team(tenant: &Tenant<'_>, name: &str) -> TeamId {
    let new = NewTeam { name: name.to_owned(), ..NewTeam::default() };
    teams::create(&tenant.server.app, &Server::operator(), tenant.org, new).await.unwrap().id
}

async fn on_team(server: &Server, id: TeamId) -> Vec<String> {
    let team = server.send(server.api(Method::GET, &format!("/api/v1/teams/{id}"))).await.expect(200).json();
    team["members"].as_array().unwrap().iter().map(|it| it["user_name"].as_str().unwrap().to_owned()).collect()
}

/// The tag of a field on a page.
fn field(page: &Reply, id: &str) -> String {
    page.text
        .split(&format!("id=\"{id}\""))
        .nth(1)
        .unwrap_or_else(|| panic!("{id}"))
        .split('>')
        .next()
        .unwrap()
        .to_owned()
}

async fn with_mail(tenant: &Tenant<'_>, name: &str) -> UserId {
    let password = WayIn::Password { password: accounts::Secret::new(PASSWORD.to_owned()), must_change: false };
    let new = NewUser {
        user_name: name.to_owned(),
        display_name: name.to_owned(),
        email: Some(format!("{name}@acme.example")),
        role: Some("devops".parse().unwrap()),
        sign_in: Some(SignIn::Password),
        way_in: Some(password),
    };
    accounts::create(&tenant.server.app, &Server::operator(), tenant.org, new).await.unwrap().person.user.id
}

/// S3-15, S3-16, S4-13: the row menu has Edit User; role, name, e-mail and teams change together, and nothing changes by
/// opening the page; the user name and where somebody signs in stand there closed.
#[tokio::test]
async fn s3_15_s3_16_s4_13_edit_changes_name_address_role_and_teams_and_never_the_user_name() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "admin-platform-devops").await;
    tenant.user("ada", "admin").await;
    let vic = with_mail(&tenant, "vic").await;
    let (old, new) = (team(&tenant, "Old").await, team(&tenant, "New").await);
    teams::change_members(&server.app, &Server::operator(), old, (vec![vic], Vec::new())).await.unwrap();
    let browser = signed_in(&tenant, "ada").await;
    let path = format!("/console/users/{vic}/edit");
    let before = shown(&server, vic).await;

    let list = browser.get("/console/users").await.expect(200);
    let page = browser.get(&path).await.expect(200);
    let opened = shown(&server, vic).await;
    let ticked = format!("team-{new}");
    let fields = [
        ("display_name", "Victor"),
        ("email", "victor@acme.example"),
        ("role", "platform"),
        ("teams", "1"),
        (ticked.as_str(), "on"),
        ("user_name", "someone-else"),
        ("sso", "on"),
    ];
    let done = post(&browser, &path, &path, &fields).await.expect(303);
    server.run_jobs().await;
    let after = shown(&server, vic).await;

    assert!(list.text.contains(&format!("href=\"{path}\" data-dialog>Edit User</a>")), "{}", list.text);
    assert!(
        words(&page).contains("EDIT USER: vic") && page.text.contains("data-dialog-content aria-labelledby=\"ask\"")
    );
    assert!(page.text.contains(">Update</button>") && page.text.contains("data-close>Cancel</a>"));
    for closed in ["user_name", "sso"] {
        assert!(field(&page, closed).contains(" disabled aria-describedby=\""), "{closed}");
    }
    assert!(page.text.contains("Cannot be changed") && page.text.contains("Fixed when the user was created"));
    assert!(field(&page, "connection").contains("disabled") && page.text.contains("Only users with SSO on have"));
    assert_eq!(before, opened);
    assert!(done.header("location").unwrap().ends_with("?said=updated"));
    let changed = (&after["display_name"], &after["email"], &after["role"], &after["user_name"], &after["sign_in"]);
    assert_eq!(
        changed,
        (&json!("Victor"), &json!("victor@acme.example"), &json!("platform"), &json!("vic"), &json!("password"))
    );
    assert_eq!((on_team(&server, old).await, on_team(&server, new).await), (Vec::new(), vec!["vic".to_owned()]));
}

/// S4-13 over the API: all of it in one request; the user name and the way of signing in are refused (S3-12, S3-16).
#[tokio::test]
async fn s4_13_the_api_changes_role_name_address_provider_and_teams() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "admin-platform-devops").await;
    tenant.user("ada", "admin").await;
    let vic = with_mail(&tenant, "vic").await;
    let sam = tenant.user_with("sam", "devops", SignIn::Sso, WayIn::Closed).await;
    let connection = tenant.connection().await;
    let team = team(&tenant, "Platform").await;
    let patch = async |id: UserId, body: Value| {
        server.send(server.api(Method::PATCH, &format!("/api/v1/users/{id}")).json(&body)).await
    };

    let all = json!({ "display_name": "Victor", "email": "v@acme.example", "role": "platform", "teams": [team] });
    let vic_after = patch(vic, all).await.expect(200).json();
    let sam_after = patch(sam, json!({ "connection": connection.id })).await.expect(200).json();
    server.run_jobs().await;

    assert_eq!((&vic_after["display_name"], &vic_after["role"]), (&json!("Victor"), &json!("platform")));
    assert_eq!(sam_after["managed_by"], json!(connection.id));
    assert_eq!(on_team(&server, team).await, ["vic"]);
    for body in [json!({ "user_name": "x" }), json!({ "sign_in": "sso" }), json!({ "teams": [TeamId::new()] })] {
        patch(vic, body.clone()).await.expect(400);
    }
    patch(vic, json!({ "connection": connection.id })).await.expect(409);
    patch(sam, json!({ "connection": UserId::new() })).await.expect(400);
}

/// S4-11, S4-13: another identity provider is chosen for somebody with SSO on; what the provider keeps is closed with the
/// reason.
#[tokio::test]
async fn s4_13_the_provider_changes_and_what_it_keeps_is_closed_with_the_reason() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "admin-platform-devops").await;
    tenant.user("ada", "admin").await;
    let connection = tenant.connection().await;
    let sam = tenant.user_with("sam", "devops", SignIn::Sso, WayIn::Closed).await;
    let browser = signed_in(&tenant, "ada").await;
    let path = format!("/console/users/{sam}/edit");

    let open = browser.get(&path).await.expect(200);
    let id = connection.id.to_string();
    post(&browser, &path, &path, &[("connection", &id)]).await.expect(303);
    let closed = browser.get(&path).await.expect(200);
    let forced = post(&browser, &path, &path, &[("display_name", "Other")]).await.expect(409);
    let unknown = post(&browser, &path, &path, &[("connection", &UserId::new().to_string())]).await.expect(400);

    assert!(!field(&open, "display_name").contains("disabled") && !field(&open, "connection").contains("disabled"));
    assert_eq!(shown(&server, sam).await["managed_by"], id.as_str());
    for name in ["display_name", "email"] {
        assert!(field(&closed, name).contains(" disabled aria-describedby=\""), "{name}");
    }
    assert!(words(&closed).contains("Kept by the provider under test. Change it there."), "{}", closed.text);
    assert_eq!(forced.problem(), "This user is managed by the identity provider. Make the change there.");
    assert!(!unknown.problem().is_empty());
}

/// S1-17, S1-18, S1-19: the role in the form is closed with the reason for somebody who may not give one, and for the last
/// holder; a refused form keeps what was typed.
#[tokio::test]
async fn s1_17_s1_18_s1_19_the_role_is_closed_with_the_reason_where_it_cannot_change() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let olga = tenant.user("olga", "owner").await;
    tenant.user("adam", "admin").await;
    let vera = tenant.user("vera", "viewer").await;
    let (owner, admin) = (signed_in(&tenant, "olga").await, signed_in(&tenant, "adam").await);
    let edit = |id: UserId| format!("/console/users/{id}/edit");

    let by_admin = admin.get(&edit(vera)).await.expect(200);
    let forced = post(&admin, &edit(vera), &edit(vera), &[("role", "admin")]).await;
    let of_owner = admin.get(&edit(olga)).await;
    let own = owner.get(&edit(olga)).await.expect(200);
    let wrong =
        post(&owner, &edit(vera), &edit(vera), &[("display_name", "V"), ("email", "nobody"), ("role", "admin")])
            .await
            .expect(400);

    assert!(
        field(&by_admin, "role").contains("disabled") && by_admin.text.contains("Only somebody who may give roles")
    );
    assert_eq!((forced.status, of_owner.status), (403, 403));
    assert!(field(&own, "role").contains("disabled") && words(&own).contains("Last active holder of the role Owner."));
    assert!(
        field(&wrong, "email").contains("value=\"nobody\"") && field(&wrong, "email").contains("aria-invalid=\"true\"")
    );
    assert!(wrong.text.contains("<option value=\"admin\" selected>"), "what was chosen stays");
    assert_eq!(shown(&server, vera).await["role"], "viewer");
    assert_eq!(shown(&server, vera).await["display_name"], "vera");
}

/// S2-31: a click on the user name leads to a page with the roles as a dropdown and `Update Role`.
#[tokio::test]
async fn s2_31_the_page_behind_the_name_has_a_dropdown_and_update_role() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    tenant.user("adam", "admin").await;
    let vera = tenant.user("vera", "viewer").await;
    let (owner, admin) = (signed_in(&tenant, "olga").await, signed_in(&tenant, "adam").await);
    let page = format!("/console/users/{vera}");

    let list = owner.get("/console/users").await.expect(200);
    let shown_page = owner.get(&page).await.expect(200);
    let done = post(&owner, &page, &format!("{page}/deeds/role"), &[("role", "contributor")]).await.expect(303);
    let closed = admin.get(&page).await.expect(200);

    assert!(list.text.contains(&format!("<a href=\"{page}\"")), "{}", list.text);
    assert!(
        shown_page.text.contains("<select id=\"role\" name=\"role\">")
            && shown_page.text.contains(">Update Role</button>")
    );
    assert!(shown_page.text.contains("<option value=\"viewer\" selected>"));
    assert_eq!(done.header("location"), Some(format!("{page}?said=role&undo=viewer").as_str()));
    assert_eq!(shown(&server, vera).await["role"], "contributor");
    assert!(!closed.text.contains("Update Role"));
}

/// S3-13, S4-10, S4-11, S4-12: Add User opens a form with role, name, e-mail, identity provider, teams and the MFA toggle,
/// and the user that Save makes has all of them.
#[tokio::test]
async fn s4_10_s4_11_s4_12_the_form_for_a_new_user_has_provider_teams_and_mfa() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "admin-platform-devops").await;
    tenant.user("ada", "admin").await;
    let connection = tenant.connection().await;
    let platform = team(&tenant, "Platform").await;
    let browser = signed_in(&tenant, "ada").await;
    server.keep_outbox();
    const PAGE: &str = "/console/users/new";

    let list = browser.get("/console/users").await.expect(200);
    let page = browser.get(PAGE).await.expect(200);
    let (provider, ticked) = (connection.id.to_string(), format!("team-{platform}"));
    let person = [("user_name", "sam"), ("display_name", "Sam"), ("email", "sam@acme.example"), ("role", "devops")];
    let all: Vec<_> = person
        .into_iter()
        .chain([("sso", "on"), ("connection", &provider), (&ticked, "on"), ("mfa_required", "on")])
        .collect();
    let made = post(&browser, PAGE, PAGE, &all).await.expect(303);
    let id: UserId =
        made.header("location").unwrap().split('/').nth(3).unwrap().split('?').next().unwrap().parse().unwrap();
    let sam = shown(&server, id).await;
    let unknown = UserId::new().to_string();
    let other: Vec<_> = [("user_name", "tim")].into_iter().chain(person.into_iter().skip(1)).collect();
    let wrong: Vec<_> = other.iter().copied().chain([("sso", "on"), ("connection", unknown.as_str())]).collect();
    let refused = post(&browser, PAGE, PAGE, &wrong).await.expect(400);
    let off: Vec<_> = other.iter().copied().chain([("connection", provider.as_str())]).collect();
    let without_sso = post(&browser, PAGE, PAGE, &off).await.expect(409);

    assert!(
        list.text.contains(&format!("id=\"add-user\" href=\"{PAGE}\"><svg"))
            && list.text.contains("</svg>Add User</a>")
    );
    assert!(
        page.text.contains("role=\"switch\" id=\"mfa_required\"") && !field(&page, "mfa_required").contains("checked")
    );
    assert!(page.text.contains("name=\"connection\"") && page.text.contains(&format!("name=\"{ticked}\"")));
    assert_eq!(
        (&sam["managed_by"], &sam["sign_in"], &sam["mfa_required"]),
        (&json!(provider), &json!("sso"), &json!(true))
    );
    assert_eq!(on_team(&server, platform).await, ["sam"]);
    assert!(!refused.problem().is_empty() && refused.text.contains("value=\"sam@acme.example\""));
    let provider_field = field(&without_sso, "connection");
    assert!(
        provider_field.contains("aria-invalid=\"true\"")
            && provider_field.contains("\"wrong-connection connection-hint\""),
        "{provider_field}"
    );
    let said = without_sso.text.split("id=\"wrong-connection\">").nth(1).unwrap().split('<').next().unwrap();
    assert!(said.contains("Switch SSO on, or choose no provider."), "{said}");
    let nobody: Vec<_> = person.into_iter().filter(|it| it.0 != "role").collect();
    let without_role = post(&browser, PAGE, PAGE, &nobody).await.expect(400);
    assert!(without_role.text.contains("<fieldset class=\"field choices\" aria-describedby=\"wrong-role\">"));
    let over_api =
        json!({ "user_name": "tim", "display_name": "Tim", "role": "devops", "sign_in": "sso", "connection": unknown });
    server.send(server.api(Method::POST, "/api/v1/users?organisation=acme").json(&over_api)).await.expect(400);
}

/// S3-10, S3-11, REQUIREMENTS 5.3: where the preset says nothing SSO is on as soon as anybody can sign in at a provider, and
/// before that off, with the reason beside it; what was sent is kept.
#[tokio::test]
async fn s3_10_s3_11_sso_is_on_as_soon_as_a_provider_takes_sign_ins() {
    const PAGE: &str = "/console/users/new";
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "admin-platform-devops").await;
    tenant.user("ada", "admin").await;
    let browser = signed_in(&tenant, "ada").await;
    let is_on = |page: &Reply| field(page, "sso").contains(" checked");
    let says_why = |page: &Reply| {
        field(page, "sso").contains("sso-without-provider") && page.text.contains("id=\"sso-without-provider\"")
    };

    let nobody = browser.get(PAGE).await.expect(200);
    tenant.connection().await;
    let only_scim = browser.get(PAGE).await.expect(200);
    let sign_in = Settings {
        issuer: Some("https://id.example".to_owned()),
        client_id: Some("doorward".to_owned()),
        ..Settings::default()
    };
    tenant.connection_with(Kind::Entra, sign_in).await;
    let provider = browser.get(PAGE).await.expect(200);
    let switched_off = post(&browser, PAGE, PAGE, &[("user_name", "tim"), ("role", "devops")]).await.expect(400);

    assert_eq!([&nobody, &only_scim, &provider, &switched_off].map(is_on), [false, false, true, false]);
    assert_eq!([&nobody, &only_scim, &provider, &switched_off].map(says_why), [true, true, false, false]);
}

/// S3-10..12: the toggle is on where the preset says so, and closed when the user is edited; MFA per user is offered only
/// where the role model has it.
#[tokio::test]
async fn s3_10_s3_11_s3_12_the_sso_toggle_follows_the_preset_and_is_closed_afterwards() {
    let server = Server::start().await;
    for (preset, admin, role, is_on, has_mfa) in [
        ("admin-standard-readonly", "ada", "standard", true, false),
        ("admin-platform-devops", "amy", "devops", false, true),
    ] {
        let tenant = server.tenant_with(preset, preset).await;
        tenant.user(admin, "admin").await;
        let id = tenant.user_with("sso", role, SignIn::Sso, WayIn::Closed).await;
        let browser = signed_in(&tenant, admin).await;

        let new = browser.get("/console/users/new").await.expect(200);
        let edit = browser.get(&format!("/console/users/{id}/edit")).await.expect(200);

        assert_eq!(field(&new, "sso").contains(" checked"), is_on, "{preset}");
        assert_eq!(new.text.contains("id=\"mfa_required\""), has_mfa, "{preset}");
        assert!(field(&edit, "sso").contains(" disabled") && field(&edit, "sso").contains(" checked"), "{preset}");
        let change = json!({ "sign_in": "password" });
        server.send(server.api(Method::PATCH, &format!("/api/v1/users/{id}")).json(&change)).await.expect(400);
    }
}
