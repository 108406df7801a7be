//! C5: what an organisation demands of passwords counts wherever somebody chooses one, and the pages say exactly that.

use doorward::app::accounts::{self, Secret, WayIn};
use doorward::app::users;
use doorward::domain::id::UserId;
use doorward::store::audit;
use reqwest::Method;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, PASSWORD, Reply, Server, Tenant, in_acme};
use crate::people::Api;
use crate::reset::{ask, choose, with_password};

const PAGE: &str = "/console/security/policies";
const FIRST: &str = "seven quiet herons at dawn";
const SECOND: &str = "a slow green river in may";
const THIRD: &str = "nine lanterns near the mill";
/// Long enough, and among the first that anybody would guess.
const LISTED: &str = "passwordpassword";
/// Long enough, and nothing but what everybody knows of anna.
const NAMES: &str = "anna-acme-doorward";

async fn put(server: &Server, body: Value) -> Reply {
    server.send(server.api(Method::PUT, "/api/v1/policies?organisation=acme").json(&body)).await
}

async fn policy(server: &Server, password: Value) {
    put(server, json!({ "password": password })).await.expect(200);
}

/// How many earlier passwords of all are kept.
async fn kept(server: &Server) -> i64 {
    let db = server.app.store.reader();
    let count = Statement::from_string(db.get_database_backend(), "SELECT COUNT(*) FROM earlier_passwords".to_owned());
    db.query_one_raw(count).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

/// Changes the own password over the API.
async fn change(api: &Api, token: &str, from: &str, to: &str) -> Reply {
    let body = json!({ "current_password": from, "password": to });
    api.call(token, Method::PUT, "/me/password", Some(body)).await
}

/// An administrator sets a password for somebody: a temporary one, or as the operator one to keep.
async fn set(server: &Server, id: UserId, password: &str, must_change: bool) {
    let (app, operator) = (&server.app, Server::operator());
    let user = users::show(app, &operator, id).await.unwrap().user;
    accounts::set_password(app, &operator, &user, Secret::new(password.to_owned()), must_change).await.unwrap();
}

/// Where a link leads on this server.
fn activation(link: &Secret<String>) -> String {
    format!("/activate/{}", link.reveal().rsplit('/').next().unwrap())
}

/// What stands under the field of a new password.
fn rules(page: &Reply) -> String {
    page.text.split("id=\"rules\">").nth(1).expect("the page has rules").split("</ul>").next().unwrap().to_owned()
}

/// C5: the passwords before the present one are not taken again over the API, as many of them as the policy says.
#[tokio::test]
async fn c5_an_earlier_password_is_refused_over_the_api_as_far_back_as_the_policy_looks() {
    let api = Api::new().await;
    let acme = api.acme();
    let (_, token) = api.caller(&acme, "anna", "viewer").await;
    policy(api.server(), json!({ "history": 2 })).await;

    change(&api, &token, PASSWORD, FIRST).await.expect(204);
    let first = change(&api, &token, FIRST, PASSWORD).await;
    change(&api, &token, FIRST, SECOND).await.expect(204);
    let (second, two_back) = (change(&api, &token, SECOND, FIRST).await, change(&api, &token, SECOND, PASSWORD).await);
    let same = change(&api, &token, SECOND, SECOND).await;
    change(&api, &token, SECOND, THIRD).await.expect(204);
    let three_back = change(&api, &token, THIRD, PASSWORD).await;

    for refused in [&first, &second, &two_back] {
        let detail = "password: Choose a password that is none of the last 2 you had before.";
        assert_eq!((refused.status, refused.json()["detail"].as_str()), (400, Some(detail)));
    }
    assert_eq!(same.json()["detail"], "password: Choose another password than the one you have.");
    assert_eq!(three_back.status, 204, "{}", three_back.text);
    assert_eq!(kept(api.server()).await, 2);
}

/// C5: without a history any earlier password is taken, and none is kept.
#[tokio::test]
async fn c5_without_a_history_nothing_is_kept_and_any_earlier_password_is_taken() {
    let api = Api::new().await;
    let acme = api.acme();
    let (_, token) = api.caller(&acme, "anna", "viewer").await;

    change(&api, &token, PASSWORD, FIRST).await.expect(204);
    change(&api, &token, FIRST, PASSWORD).await.expect(204);

    assert_eq!(kept(api.server()).await, 0);
}

/// C5, RE-06: on the page of a link the present password and those before it are refused, before anything is used up.
#[tokio::test]
async fn c5_re_06_an_earlier_password_is_refused_on_the_page_of_a_reset_link() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    policy(&server, json!({ "history": 1 })).await;
    let id = tenant.mailed("anna", "viewer", with_password()).await.person.user.id;
    set(&server, id, FIRST, false).await;
    ask(&server, "anna").await;
    server.run_jobs().await;
    let link = server.newest_link();

    let shown = rules(&Browser::new(&server).visit(&link).await.1);
    let (_, present) = choose(&server, &link, FIRST).await;
    let (_, before) = choose(&server, &link, PASSWORD).await;
    let (_, new) = choose(&server, &link, SECOND).await;
    server.run_jobs().await;

    assert!(shown.contains("Not the password you had before."), "{shown}");
    for refused in [present, before] {
        assert_eq!((refused.status, refused.problem()), (422, "Choose a password that is not the one you had before."));
    }
    assert_eq!(new.status, 303, "{}", new.text);
    assert_eq!(Browser::new(&server).sign_in("anna", SECOND).await.0, "/account");
}

/// C5, RE-15: in place of a temporary password neither it nor an earlier one of one's own is taken; having been temporary it
/// counts as none of them.
#[tokio::test]
async fn c5_re_15_an_earlier_password_is_refused_in_place_of_a_temporary_one_which_counts_as_none() {
    let api = Api::new().await;
    let server = api.server();
    policy(server, json!({ "history": 24 })).await;
    let id = api.acme().user("anna", "viewer").await;
    set(server, id, FIRST, true).await;
    let browser = Browser::new(server);

    let (_, page) = browser.sign_in("anna", FIRST).await;
    let choose =
        async |password: &str| browser.submit(&page, &[("password", password), ("password_again", password)]).await;
    let (temporary, earlier) = (choose(FIRST).await, choose(PASSWORD).await);
    let new = choose(SECOND).await;
    let token = api.token_in(&browser).await;
    let again = change(&api, &token, SECOND, FIRST).await;

    assert!(rules(&page).contains("None of the last 24 passwords you had before."), "{}", page.text);
    assert_eq!(temporary.problem(), "Choose another password than the one you have.");
    assert_eq!(earlier.problem(), "Choose a password that is none of the last 24 you had before.");
    assert_eq!((new.status, again.status), (303, 204), "{}", again.text);
    assert_eq!(kept(server).await, 2, "the first and the second of one's own");
}

/// C5, AU-01: an administrator who sets a temporary password learns nothing of those that the person had.
#[tokio::test]
async fn c5_who_sets_a_password_for_somebody_else_learns_nothing_of_the_earlier_ones() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    policy(&server, json!({ "history": 5 })).await;
    tenant.user("olga", "owner").await;
    let id = tenant.user("anna", "viewer").await;
    set(&server, id, FIRST, false).await;
    let browser = signed_in(&tenant, "olga").await;

    let form = browser.get(&format!("/console/users/{id}/deeds/temp-password")).await.expect(200);
    let path = format!("/api/v1/users/{id}/temporary-password");
    for earlier in [FIRST, PASSWORD] {
        server.send(server.api(Method::POST, &path).json(&json!({ "password": earlier }))).await.expect(200);
    }

    assert!(!rules(&form).contains("before"), "{}", form.text);
    server.run_jobs().await;
}

/// C5: a policy that looks back less far forgets at once what it no longer compares with, in its own organisation alone.
#[tokio::test]
async fn c5_what_a_policy_no_longer_compares_with_is_deleted_when_it_is_saved() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let other = server.api(Method::PUT, "/api/v1/policies?organisation=globex");
    server.send(other.json(&json!({ "password": { "history": 3 } }))).await.expect(200);
    policy(&server, json!({ "history": 3 })).await;
    for tenant in [&acme, &globex] {
        for name in ["anna", "ben"] {
            let id = tenant.user(name, "viewer").await;
            for password in [FIRST, SECOND, THIRD] {
                set(&server, id, password, false).await;
            }
        }
    }

    let before = kept(&server).await;
    policy(&server, json!({ "history": 1 })).await;
    let one_each = kept(&server).await;
    policy(&server, json!("modern")).await;
    let none = kept(&server).await;

    assert_eq!((before, one_each, none), (12, 6 + 2, 6));
}

/// C5: whoever is erased or deleted leaves no hash of an earlier password.
#[tokio::test]
async fn c5_an_erased_user_leaves_no_earlier_password() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    policy(&server, json!({ "history": 3 })).await;
    let (anna, ben) = (tenant.user("anna", "viewer").await, tenant.user("ben", "viewer").await);
    for id in [anna, ben] {
        set(&server, id, FIRST, false).await;
    }

    let before = kept(&server).await;
    server.send(server.api(Method::POST, &format!("/api/v1/users/{anna}/erase"))).await.expect(204);

    assert_eq!((before, kept(&server).await), (2, 1));
    server.run_jobs().await;
}

/// C5: a password that a provider pushes counts as the person's own, so that what it replaces does not come again.
#[tokio::test]
async fn c5_what_a_pushed_password_replaces_counts_as_an_earlier_one() {
    let api = Api::new().await;
    let server = api.server();
    policy(server, json!({ "history": 3 })).await;
    let okta = api.acme().connection().await;
    let schemas = json!(["urn:ietf:params:scim:schemas:core:2.0:User"]);
    let body = json!({ "schemas": schemas, "userName": "mia", "active": true, "password": FIRST });
    let mia = okta.send(Method::POST, "/Users", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let patch = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "path": "password", "value": SECOND }],
    });
    okta.send(Method::PATCH, &format!("/Users/{mia}"), &patch).await.expect(200);
    let browser = Browser::new(server);
    browser.sign_in("mia", SECOND).await;
    let token = api.token_in(&browser).await;

    let refused = change(&api, &token, SECOND, FIRST).await;

    assert_eq!(refused.status, 400, "{}", refused.text);
}

/// C5, S2-9, S2-11: with a list left out its passwords are taken everywhere, and no page speaks of it.
#[tokio::test]
async fn c5_a_list_that_is_switched_off_refuses_nothing_and_its_rule_is_not_shown() {
    let api = Api::new().await;
    let server = api.server();
    let acme = api.acme();
    let (_, token) = api.caller(&acme, "anna", "viewer").await;
    let browser = signed_in(&acme, "anna").await;
    let shown = async || rules(&browser.get("/account/security/password").await.expect(200));

    let (with, common, names) =
        (shown().await, change(&api, &token, PASSWORD, LISTED).await, change(&api, &token, PASSWORD, NAMES).await);
    policy(server, json!({ "deny_breached": false, "deny_context_words": false })).await;
    let without = shown().await;
    let link = acme.mailed("pia", "viewer", WayIn::Link).await.link.unwrap();
    let at_activation = rules(&Browser::new(server).visit(&activation(&link)).await.1);
    change(&api, &token, PASSWORD, LISTED).await.expect(204);
    change(&api, &token, LISTED, NAMES).await.expect(204);

    assert_eq!((common.status, names.status), (400, 400));
    assert!(with.contains("Not a common password.") && with.contains("Not made of your name"), "{with}");
    for shown in [without, at_activation] {
        assert!(shown.contains("At least 15 characters.") && !shown.contains("Not "), "{shown}");
    }
}

/// C5: what is asked besides the preset counts at every way to a password: by hand, by an administrator, by the operator.
#[tokio::test]
async fn c5_what_is_asked_besides_the_preset_counts_at_every_way_to_a_password() {
    let api = Api::new().await;
    let server = api.server();
    let acme = api.acme();
    let (id, token) = api.caller(&acme, "anna", "viewer").await;
    policy(server, json!({ "min": 20, "classes": ["digit"], "history": 2 })).await;
    let browser = signed_in(&acme, "anna").await;

    let shown = rules(&browser.get("/account/security/password").await.expect(200));
    let by_oneself = change(&api, &token, PASSWORD, "vexing koalas hum").await;
    let path = format!("/users/{id}/temporary-password");
    let handed = api.operator(Method::POST, &path, Some(json!({ "password": "vexing koalas hum" }))).await;
    let new = json!({
        "user_name": "new", "display_name": "New", "role": "viewer", "sign_in": "password",
        "activation": "temp-password-admin", "password": "vexing koalas hum",
    });
    let new = api.operator(Method::POST, &in_acme("/users"), Some(new)).await;
    let link = acme.mailed("pia", "viewer", WayIn::Link).await.link.unwrap();
    let (_, activated) = choose(server, &activation(&link), "vexing koalas hum").await;
    let good = change(&api, &token, PASSWORD, "7 vexing koalas hum along").await;

    assert!(shown.contains("data-kind=\"length\" data-least=\"20\"") && shown.contains("With 1 digit."), "{shown}");
    for refused in [by_oneself, handed] {
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        assert!(refused.status == 400 && detail.contains("20 characters") && detail.contains("digit"), "{detail}");
    }
    assert_eq!(new.status, 400, "{}", new.text);
    assert_eq!((activated.status, good.status), (422, 204));
}

/// C5: values that cannot be are refused by name, unknown words too, and the answer is a problem document.
#[tokio::test]
async fn c5_values_of_the_password_policy_beyond_their_limits_are_refused_by_name() {
    let server = Server::start().await;
    server.tenant("acme").await;
    let before = server.send(server.api(Method::GET, "/api/v1/policies?organisation=acme")).await.json();
    let table = [
        (json!({ "password": { "min": 7 } }), "password.min"),
        (json!({ "password": { "min": 65 } }), "password.min"),
        (json!({ "password": { "history": 25 } }), "password.history"),
        (json!({ "password": { "history": -1 } }), ""),
        (json!({ "password": { "preset": "strict" } }), ""),
        (json!({ "password": { "classes": ["emoji"] } }), ""),
        (json!({ "password": { "upper": 1 } }), ""),
        (json!({ "password": "strict" }), ""),
        (json!({ "password": 7 }), ""),
        (json!({ "regrace_on_reactivation": "yes" }), ""),
    ];

    for (body, field) in table {
        let refused = put(&server, body.clone()).await;

        assert_eq!(refused.status, 400, "{body}: {}", refused.text);
        assert_eq!(refused.header("content-type"), Some("application/problem+json"), "{body}");
        assert!(refused.json()["detail"].as_str().unwrap().contains(field), "{body}: {}", refused.text);
    }
    let after = server.send(server.api(Method::GET, "/api/v1/policies?organisation=acme")).await.json();
    assert_eq!(before, after);
    let usual = json!({
        "preset": "modern", "min": 8, "classes": [], "deny_breached": true, "deny_context_words": true, "history": 0,
    });
    assert_eq!((&after["password"], &after["regrace_on_reactivation"]), (&usual, &json!(false)));
}

async fn page<'s>(tenant: &Tenant<'s>) -> (Browser<'s>, Reply) {
    tenant.user("olga", "owner").await;
    let browser = signed_in(tenant, "olga").await;
    let page = browser.get(PAGE).await.expect(200);
    (browser, page)
}

/// C5, C7: the page shows each choice and which standard it meets; the preview says what the change comes to, and the record
/// what differs.
#[tokio::test]
async fn c5_c7_the_page_previews_saves_and_records_the_new_choices() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let (browser, first) = page(&tenant).await;
    let changed = [
        ("password.min", Some("12")),
        ("password.classes.digit", Some("on")),
        ("password.deny_breached", None),
        ("password.history", Some("5")),
        ("regrace_on_reactivation", Some("on")),
    ];
    let with = |step: &'static str| changed.iter().copied().chain([("step", Some(step))]).collect::<Vec<_>>();

    let preview = browser.fill_in(&first, PAGE, &with("preview")).await.expect(200);
    let between = browser.get(PAGE).await.expect(200);
    browser.fill_in(&preview, PAGE, &[("step", Some("save"))]).await.expect(303);
    let saved = browser.get(PAGE).await.expect(200);
    let wrong = browser.fill_in(&saved, PAGE, &[("password.history", Some("25")), ("step", Some("save"))]).await;
    let fewer = browser.fill_in(&saved, PAGE, &[("password.history", Some("4")), ("step", Some("preview"))]).await;

    assert!(words(&first).contains("This policy meets OWASP ASVS 5.0 6.2.1, 6.2.4, 6.2.5 and 6.2.11."));
    let told = words(&preview);
    assert!(told.contains("This policy does not meet OWASP ASVS 5.0 6.2.4, 6.2.5."), "{told}");
    assert!(told.contains("the days of grace begin anew") && told.contains("Nothing is saved yet."), "{told}");
    assert_eq!(between.field(PAGE, "password.history").as_deref(), Some("0"));
    let field = |name: &str| saved.field(PAGE, name);
    assert_eq!(field("password.min").as_deref(), Some("12"));
    assert_eq!((field("password.classes.digit").as_deref(), field("password.deny_breached")), (Some("on"), None));
    assert_eq!(
        (field("password.history").as_deref(), field("regrace_on_reactivation").as_deref()),
        (Some("5"), Some("on"))
    );
    assert!(wrong.status == 400 && wrong.problem().contains("Write a number from 0 to 24."), "{}", wrong.text);
    assert!(words(&fewer).contains("is deleted when the policy is saved"), "{}", words(&fewer));
    let rows = audit::newest(server.app.store.reader(), tenant.org, 100).await.unwrap();
    let row = rows.into_iter().find(|row| row.action == "policy.changed").unwrap();
    let expected = json!([
        { "path": "regrace_on_reactivation", "old": false, "new": true },
        { "path": "password.min", "old": 8, "new": 12 },
        { "path": "password.classes", "old": [], "new": ["digit"] },
        { "path": "password.deny_breached", "old": true, "new": false },
        { "path": "password.history", "old": 0, "new": 5 },
    ]);
    assert_eq!(serde_json::from_str::<Value>(&row.changes).unwrap(), expected);
}
