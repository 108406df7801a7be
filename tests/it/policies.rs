//! The policies of an organisation: seen and changed by those who may, previewed, and kept everywhere.

use std::time::Duration;

use doorward::app::accounts::{SignIn, WayIn};
use doorward::app::organisations::MfaRequirement;
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, PASSWORD, Reply, Server, Tenant};

const PAGE: &str = "/console/security/policies";
const DAY: Duration = Duration::from_hours(24);

/// The fields of the form as it stands for a new organisation.
const FORM: [(&str, &str); 13] = [
    ("mfa.grace_days", "7"),
    ("sessions.idle_minutes", "60"),
    ("sessions.absolute_minutes", "1440"),
    ("admin_sessions.idle_minutes", "30"),
    ("admin_sessions.absolute_minutes", "720"),
    ("password", "modern"),
    ("password.min", "8"),
    ("password.deny_breached", "on"),
    ("password.deny_context_words", "on"),
    ("password.history", "0"),
    ("activation.temp-password-mail", "on"),
    ("activation.temp-password-admin", "on"),
    ("activation.default", "link"),
];

async fn post(browser: &Browser<'_>, page: &Reply, changed: &[(&str, &str)]) -> Reply {
    let mut fields: Vec<(&str, &str)> = FORM.to_vec();
    fields.retain(|(name, _)| !changed.iter().any(|(other, _)| other == name));
    fields.extend(changed.iter().filter(|(_, value)| !value.is_empty()));
    browser.submit_to(PAGE, page, &fields).await
}

/// What a preview carries so that it and nothing else is saved.
fn seen(page: &Reply) -> String {
    let value = page.text.split("name=\"seen\" value=\"").nth(1).expect("a preview").split('"').next().unwrap();
    value.replace("&#34;", "\"")
}

async fn api(server: &Server, method: Method, path: &str, body: Option<Value>) -> Reply {
    let request = server.api(method, &format!("/api/v1{path}"));
    server.send(body.iter().fold(request, reqwest::RequestBuilder::json)).await
}

async fn put(tenant: &Tenant<'_>, body: Value) -> Reply {
    api(tenant.server, Method::PUT, "/policies?organisation=acme", Some(body)).await
}

/// S2-24: the page and the way to it are for those who may change policies; others get 403, for reading and for writing.
#[tokio::test]
async fn s2_24_security_policies_are_for_those_who_may_change_them() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    tenant.user("adam", "admin").await;
    let (owner, admin) = (signed_in(&tenant, "olga").await, signed_in(&tenant, "adam").await);

    let page = owner.get(PAGE).await.expect(200);
    let start = owner.get("/console").await;
    let refused = admin.get(PAGE).await;
    let account = admin.get("/account").await;
    let forced = admin.submit_to(PAGE, &account, &[("mfa.all", "on"), ("step", "save")]).await;

    assert_eq!(page.heading(), "Security Policies");
    assert!(start.text.contains("<h2 class=\"nav-heading\">Settings</h2>"), "{}", start.text);
    assert!(start.text.contains(&format!("<a href=\"{PAGE}\">Security Policies</a>")), "{}", start.text);
    assert_eq!((refused.status, forced.status), (403, 403));
    assert!(!refused.text.contains(&format!("href=\"{PAGE}\"")), "{}", refused.text);
    let rules = api(&server, Method::GET, "/policies?organisation=acme", None).await.json();
    assert_eq!(rules["mfa"]["require"], "none");
}

/// S2-25, S2-26, S2-28: the toggle, the days and `Save Policy`: first it is shown who is hit and when they would be locked
/// out, then it is saved, and they are asked at their next sign-in.
#[tokio::test]
async fn s2_25_s2_28_require_mfa_for_all_users_is_shown_then_saved_and_asked_at_the_next_sign_in() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    tenant.user("vic", "viewer").await;
    tenant.user_with("sven", "viewer", SignIn::Sso, WayIn::Closed).await;
    let browser = signed_in(&tenant, "olga").await;
    let page = browser.get(PAGE).await;

    let wish = [("mfa.all", "on"), ("mfa.grace_days", "3"), ("step", "save")];
    let preview = post(&browser, &page, &wish).await.expect(200);
    let (before, _) = Browser::new(&server).sign_in("vic", PASSWORD).await;
    let seen = seen(&preview);
    let saved = post(&browser, &preview, &[wish[0], wish[1], wish[2], ("seen", &seen)]).await;
    let (_, after) = Browser::new(&server).sign_in("vic", PASSWORD).await;
    let shown = browser.get(saved.header("location").unwrap()).await;

    let text = words(&preview);
    assert!(text.contains("A second factor is required of 2 people."), "{text}");
    assert!(text.contains("2 of them have none yet and are asked at the next sign-in."), "{text}");
    assert!(text.contains(">vic</bdi></a>") && text.contains("Nothing is saved yet."), "{text}");
    assert!(text.contains("cannot sign in without it after "), "{text}");
    assert!(text.contains("href=\"/console/users?mfa=off\""), "{text}");
    assert_eq!(before, "/account", "a preview asks nothing of anybody");
    assert_eq!((saved.status, saved.header("location")), (303, Some("/console/security/policies?said=policy")));
    assert!(after.text.contains("for 3 more days"), "{}", after.text);
    assert!(shown.text.contains("name=\"mfa.all\" value=\"on\" checked"), "{}", shown.text);
}

/// S2-27: the boxes of single roles, without the toggle for all; what was previewed is what is saved, and nothing else.
#[tokio::test]
async fn s2_27_roles_are_chosen_on_the_page_and_only_what_was_shown_is_saved() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    tenant.user("adam", "admin").await;
    tenant.user("vic", "viewer").await;
    let browser = signed_in(&tenant, "olga").await;
    let page = browser.get(PAGE).await;

    let preview = post(&browser, &page, &[("mfa.role.admin", "on"), ("step", "save")]).await.expect(200);
    let seen = seen(&preview);
    let other = post(&browser, &preview, &[("mfa.role.viewer", "on"), ("seen", &seen), ("step", "save")]).await;
    let not_saved = api(&server, Method::GET, "/policies?organisation=acme", None).await.json();
    let saved = post(&browser, &preview, &[("mfa.role.admin", "on"), ("seen", &seen), ("step", "save")]).await;
    let (_, adam) = Browser::new(&server).sign_in("adam", PASSWORD).await;
    let (at, _) = Browser::new(&server).sign_in("vic", PASSWORD).await;

    assert_eq!((other.status, saved.status), (200, 303));
    assert_eq!(not_saved["mfa"]["require"], "none");
    assert_eq!((adam.heading(), at.as_str()), ("Set up your second factor", "/account"));
}

/// What is wrong is named at its field, and the rest of the form stays as it was filled in.
#[tokio::test]
async fn a_value_beyond_its_limit_is_marked_and_the_form_stays_filled_in() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;
    let page = browser.get(PAGE).await;

    for (field, value) in [("mfa.grace_days", "91"), ("sessions.idle_minutes", "4"), ("sessions.absolute_minutes", "x")]
    {
        let again = post(&browser, &page, &[(field, value), ("mfa.all", "on"), ("step", "save")]).await;

        assert_eq!(again.status, 400, "{field}: {}", again.text);
        let input = again.text.split(&format!("name=\"{field}\"")).nth(1).unwrap().split('>').next().unwrap();
        assert!(input.contains("aria-invalid=\"true\"") && input.contains("problem"), "{input}");
        assert!(again.text.contains("name=\"mfa.all\" value=\"on\" checked"));
        assert!(!again.problem().is_empty());
    }
}

/// The change is one row of the audit with every value that differs; a change that changes nothing leaves none.
#[tokio::test]
async fn a_change_is_audited_with_what_differs() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;

    put(&tenant, json!({ "mfa": { "require": "all", "grace_days": 3 }, "password": "classic" })).await.expect(200);
    put(&tenant, json!({ "password": "classic" })).await.expect(200);

    let rows = audit::newest(server.app.store.reader(), tenant.org, 100).await.unwrap();
    let rows: Vec<_> = rows.into_iter().filter(|row| row.action == "policy.changed").collect();
    assert_eq!(rows.len(), 1);
    let changes: Value = serde_json::from_str(&rows[0].changes).unwrap();
    let expected = json!([
        { "path": "mfa.require", "old": "none", "new": "all" },
        { "path": "mfa.grace_days", "old": 7, "new": 3 },
        { "path": "password.preset", "old": "modern", "new": "classic" },
    ]);
    assert_eq!(changes, expected);
}

/// A dry run says who is hit and when they would be locked out, and writes nothing.
#[tokio::test]
async fn a_dry_run_counts_and_names_who_is_hit_and_writes_nothing() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    for name in ["ann", "ben", "cid"] {
        tenant.user(name, "viewer").await;
    }
    let enrolled = Browser::new(&server);
    tenant.mfa_policy(MfaRequirement::All, &[], 7).await;
    let (_, page) = enrolled.sign_in("ann", PASSWORD).await;
    enrolled.enrol(&page).await;
    server.advance(6 * DAY);
    tenant.user("dan", "viewer").await;
    server.advance(2 * DAY);

    let path = "/policies?organisation=acme&dry_run=1";
    let body = json!({ "mfa": { "require": "all", "grace_days": 2 }, "sessions": { "idle_minutes": 5, "absolute_minutes": 60 } });
    let preview = api(&server, Method::PUT, path, Some(body)).await.expect(200).json();
    let wrong = api(&server, Method::PUT, path, Some(json!({ "mfa": { "require": "roles", "roles": ["x"] } }))).await;
    let after = api(&server, Method::GET, "/policies?organisation=acme", None).await.json();

    let names = |list: &Value| {
        list.as_array().unwrap().iter().map(|it| it["display_name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let mfa = &preview["mfa"];
    assert_eq!((&mfa["required"], &mfa["without"], &mfa["locked_out"]), (&json!(4), &json!(3), &json!(2)));
    assert_eq!(names(&mfa["without_first"]), ["ben", "cid", "dan"]);
    assert_eq!(names(&mfa["locked_out_first"]), ["ben", "cid"]);
    let in_two_days = json!(server.app.now().after(2 * DAY).rfc3339());
    assert_eq!((&mfa["first_deadline"], &mfa["last_deadline"]), (&in_two_days, &in_two_days));
    assert_eq!(wrong.status, 400);
    assert_eq!((&after["mfa"]["grace_days"], &after["sessions"]["idle_minutes"]), (&json!(7), &json!(60)));
}

/// Lifetimes count for sessions that exist, at their next use; each organisation has its own.
#[tokio::test]
async fn session_lifetimes_count_for_sessions_that_exist() {
    let server = Server::start().await;
    let (tenant, other) = (server.tenant("acme").await, server.tenant("globex").await);
    tenant.user("olga", "owner").await;
    other.user("gus", "owner").await;
    let elsewhere = Browser::new(&server);
    let (at, page) = elsewhere.visit("/sign-in?organisation=globex").await;
    let answer = elsewhere.submit(&page, &[("username", "gus")]).await;
    let (_, page) = elsewhere.follow(&at, answer).await;
    elsewhere.submit(&page, &[("password", PASSWORD)]).await;
    let browser = Browser::new(&server);
    let (at, page) = browser.visit("/sign-in?organisation=acme").await;
    let answer = browser.submit(&page, &[("username", "olga")]).await;
    let (_, page) = browser.follow(&at, answer).await;
    browser.submit(&page, &[("password", PASSWORD)]).await;
    assert!(browser.is_signed_in().await && elsewhere.is_signed_in().await);

    server.advance(Duration::from_mins(6));
    let before = browser.is_signed_in().await;
    put(&tenant, json!({ "sessions": { "idle_minutes": 5, "absolute_minutes": 15 } })).await.expect(200);
    let used_just_now = browser.is_signed_in().await;
    server.advance(Duration::from_mins(4));
    let within_idle = browser.is_signed_in().await;
    server.advance(Duration::from_mins(4));
    let still = browser.is_signed_in().await;
    server.advance(Duration::from_mins(2));
    let too_old = browser.is_signed_in().await;

    assert_eq!((before, used_just_now, within_idle, still, too_old), (true, true, true, true, false));
    assert!(elsewhere.is_signed_in().await, "the other organisation keeps its own");
}

/// C4: where the policy has switched a way off it is refused everywhere, and the console says why.
#[tokio::test]
async fn a_way_to_a_first_password_that_is_switched_off_is_refused_everywhere() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vic = tenant.user("vic", "viewer").await;
    let activation = json!({ "activation": { "allowed": ["link", "temp-password-mail"], "default": "link" } });
    put(&tenant, activation).await.expect(200);
    let new = |way: &str| {
        json!({
            "user_name": format!("new-{way}"), "display_name": "New", "email": format!("{way}@acme.example"), "role": "viewer",
            "activation": way,
        })
    };
    let create = async |way: &str| api(&server, Method::POST, "/users?organisation=acme", Some(new(way))).await;

    let handed = create("temp-password-admin").await;
    let (mailed, link) = (create("temp-password-mail").await, create("link").await);
    let generated = api(&server, Method::POST, &format!("/users/{vic}/temporary-password"), None).await;
    let set = json!({ "password": "seven quiet herons at dawn" });
    let set = api(&server, Method::POST, &format!("/users/{vic}/temporary-password"), Some(set)).await;
    let browser = signed_in(&tenant, "olga").await;
    let deed = browser.get(&format!("/console/users/{vic}/deeds/temp-password")).await;
    let no_link =
        put(&tenant, json!({ "activation": { "allowed": ["temp-password-mail"], "default": "temp-password-mail" } }))
            .await;
    server.run_jobs().await;

    for refused in [handed, generated, set] {
        assert_eq!(refused.status, 409, "{}", refused.text);
        assert_eq!(refused.json()["type"], "urn:doorward:problem:activation-mode");
    }
    assert_eq!((mailed.status, link.status, no_link.status), (201, 201, 400));
    assert!(deed.text.contains("has switched temporary passwords from administrators off"), "{}", deed.text);
    assert!(!deed.text.contains("name=\"password\""));
    assert_eq!(Browser::new(&server).sign_in("vic", PASSWORD).await.0, "/account", "the password is as it was");
}

/// C5: the rule for passwords of the policy counts in place of the role model's.
#[tokio::test]
async fn the_password_rule_of_the_policy_counts_in_place_of_the_role_models() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;
    let rules = async || browser.get("/account/security/password").await.text;

    let modern = rules().await;
    put(&tenant, json!({ "password": "classic" })).await.expect(200);
    let classic = rules().await;
    put(&tenant, json!({ "password": null })).await.expect(200);

    assert!(modern.contains("At least 15 characters.") && !modern.contains("upper-case"), "{modern}");
    assert!(classic.contains("At least 8 characters.") && classic.contains("upper-case letter"), "{classic}");
    assert!(rules().await.contains("At least 15 characters."));
}

/// S2-28: whom the rule for sign-ins at a provider asks for a second factor here is shown first as well, and saved only then.
#[tokio::test]
async fn s2_28_another_rule_for_sign_ins_at_a_provider_is_shown_before_it_is_saved() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;
    let page = browser.get(PAGE).await.expect(200);
    let rule = async || {
        let reply = server.send(server.api(Method::GET, "/api/v1/policies?organisation=acme")).await.expect(200);
        reply.json()["sso_mfa"].as_str().unwrap().to_owned()
    };

    let shown = post(&browser, &page, &[("sso_mfa", "require_local"), ("step", "save")]).await.expect(200);
    let between = rule().await;
    let seen = seen(&shown);
    post(&browser, &shown, &[("sso_mfa", "require_local"), ("step", "save"), ("seen", &seen)]).await.expect(303);

    assert!(words(&shown).contains("The rule counts from the next sign-in at a provider on"), "{}", shown.text);
    assert_eq!((between.as_str(), rule().await.as_str()), ("require_amr", "require_local"));
}

/// SE-07: whoever acts on others is signed out after half the time of everybody, by a role that is given meanwhile too; what
/// the organisation says instead is previewed, and never more than what it says of everybody.
#[tokio::test]
async fn se_07_sessions_of_administrators_are_shorter_and_follow_the_policy() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    for (name, role) in [("olga", "owner"), ("vic", "viewer")] {
        tenant.user(name, role).await;
    }
    let promoted = tenant.user("pia", "viewer").await;
    let after = async |minutes: u64, before: &[(&str, u32, u32)]| {
        for (member, idle_minutes, absolute_minutes) in before {
            let body = json!({ *member: { "idle_minutes": idle_minutes, "absolute_minutes": absolute_minutes } });
            put(&tenant, body).await.expect(200);
        }
        let (owner, viewer) = (signed_in(&tenant, "olga").await, signed_in(&tenant, "vic").await);
        server.advance(Duration::from_mins(minutes));
        (owner.is_signed_in().await, viewer.is_signed_in().await)
    };

    let usual = [after(29, &[]).await, after(31, &[]).await, after(61, &[]).await];
    let pia = signed_in(&tenant, "pia").await;
    server.advance(Duration::from_mins(31));
    let as_viewer = pia.is_signed_in().await;
    server.advance(Duration::from_mins(31));
    let role = json!({ "role": "admin" });
    api(&server, Method::PUT, &format!("/users/{promoted}/role"), Some(role)).await.expect(200);
    let as_admin = pia.is_signed_in().await;
    let longer = after(61, &[("sessions", 120, 1440), ("admin_sessions", 90, 720)]).await;
    let bounded = after(31, &[("sessions", 30, 1440)]).await;

    assert_eq!(usual, [(true, true), (false, true), (false, false)]);
    assert_eq!((as_viewer, as_admin), (true, false));
    assert_eq!((longer, bounded), ((true, true), (false, false)));
    server.run_jobs().await;
}

/// S2-25: what a change of lifetimes would end is counted for those it would hit: administrators and everybody else.
#[tokio::test]
async fn a_preview_counts_the_sessions_of_administrators_by_their_own_measure() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    for (name, role) in [("olga", "owner"), ("vic", "viewer")] {
        tenant.user(name, role).await;
    }
    let _signed_in = (signed_in(&tenant, "olga").await, signed_in(&tenant, "vic").await);
    server.advance(Duration::from_mins(20));
    let ended = async |body: Value| {
        let preview = api(&server, Method::PUT, "/policies?organisation=acme&dry_run=1", Some(body)).await;
        preview.expect(200).json()["sessions_ended"].clone()
    };
    let of = |idle_minutes: u32| json!({ "idle_minutes": idle_minutes, "absolute_minutes": 720 });

    let shorter_for_administrators = ended(json!({ "admin_sessions": of(10) })).await;
    let shorter_for_all = ended(json!({ "sessions": of(10) })).await;
    let longer = ended(json!({ "sessions": of(60), "admin_sessions": of(60) })).await;
    server.advance(Duration::from_mins(20));
    let of_those_left = ended(json!({ "sessions": of(35) })).await;

    assert_eq!((shorter_for_administrators, shorter_for_all, longer), (json!(1), json!(2), json!(0)));
    assert_eq!(of_those_left, json!(1));
}
