//! How long somebody may put off enrolling a second factor that has become required, and what cannot prolong it.

use std::time::Duration;

use doorward::app::edit::{self, Edit};
use doorward::app::organisations::MfaRequirement::{All, None as Nobody, Roles};
use doorward::app::users::{self, OnLastHolder};
use doorward::app::{accounts, jobs};
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::id::UserId;
use reqwest::Method;
use serde_json::json;

use crate::console_shell::signed_in;
use crate::harness::{Browser, PASSWORD, Phone, Provisioning, Reply, Server, Tenant};

const ENROLMENT: &str = "Set up your second factor";
const DAY: Duration = Duration::from_hours(24);

/// The page after the password of somebody, and the browser that shows it.
async fn after_password<'s>(server: &'s Server, name: &str) -> (Browser<'s>, String, Reply) {
    let browser = Browser::new(server);
    let (at, page) = browser.sign_in(name, PASSWORD).await;
    (browser, at, page)
}

/// For how many more days enrolling can be put off, as the page says; none when it cannot.
fn days_left(page: &Reply) -> Option<u64> {
    assert_eq!(page.heading(), ENROLMENT, "{}", page.text);
    page.text.contains("id=\"later\"").then_some(())?;
    let said = page.text.split("id=\"days-left\">").nth(1).unwrap().split('<').next().unwrap();
    let number = said.split_whitespace().find_map(|word| word.parse().ok());
    Some(number.unwrap_or(1))
}

/// For how many more days somebody can put it off who signs in now.
async fn left_for(server: &Server, name: &str) -> Option<u64> {
    days_left(&after_password(server, name).await.2)
}

async fn anna(server: &Server) -> (Tenant<'_>, UserId) {
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let id = tenant.user("anna", "viewer").await;
    (tenant, id)
}

/// S2-25, S2-26, S2-28: everybody is asked at the next sign-in; before the deadline with the days left and a way past, after
/// it the sign-in goes no further.
#[tokio::test]
async fn s2_26_enrolling_is_put_off_until_the_deadline_and_then_the_sign_in_stops_there() {
    let server = Server::start().await;
    let (tenant, _) = anna(&server).await;
    tenant.mfa_policy(All, &[], 7).await;

    let (browser, _, first) = after_password(&server, "anna").await;
    let answer = browser.submit(&first, &[("decision", "later")]).await;
    let (at, _) = browser.follow("", answer).await;
    let security = browser.get("/account/security").await;
    server.advance(6 * DAY + Duration::from_hours(1));
    let (browser, _, last) = after_password(&server, "anna").await;
    let answer = browser.submit(&last, &[("decision", "later")]).await;
    let (at_last, _) = browser.follow("", answer).await;
    server.advance(DAY);
    let (late, _, after) = after_password(&server, "anna").await;
    let forced = late.submit(&after, &[("decision", "later")]).await;
    let stays_out = !late.is_signed_in().await;
    let (_, enrolled, _) = late.enrol(&after).await;

    assert_eq!((days_left(&first), at.as_str()), (Some(7), "/account"));
    assert!(security.text.contains("id=\"factor-due\""), "{}", security.text);
    assert_eq!((days_left(&last), at_last.as_str()), (Some(1), "/account"));
    assert_eq!((days_left(&after), forced.status, stays_out), (None, 400, true));
    assert_eq!(enrolled, "/account");
}

/// MF-13: when the grace is over, no clock, policy, role, reset or deactivation gives another one.
#[tokio::test]
async fn mf_13_a_grace_that_is_over_is_never_given_again() {
    let server = Server::start().await;
    let (tenant, id) = anna(&server).await;
    let (app, operator) = (&server.app, Server::operator());
    tenant.mfa_policy(All, &[], 7).await;
    let mut left = Vec::new();
    server.advance(7 * DAY);

    left.push(("over", left_for(&server, "anna").await));
    server.set_back(6 * DAY);
    left.push(("clock set back", left_for(&server, "anna").await));
    server.advance(6 * DAY);
    tenant.mfa_policy(Nobody, &[], 7).await;
    tenant.mfa_policy(All, &[], 14).await;
    left.push(("policy off and on", left_for(&server, "anna").await));
    tenant.mfa_policy(Roles, &["admin"], 7).await;
    users::change_role(app, &operator, id, &"admin".parse().unwrap()).await.unwrap();
    left.push(("another role", left_for(&server, "anna").await));
    users::deactivate(app, &operator, id, OnLastHolder::Refuse).await.unwrap();
    users::activate(app, &operator, id).await.unwrap();
    left.push(("deactivated and back", left_for(&server, "anna").await));
    let user = users::show(app, &operator, id).await.unwrap().user;
    assert!(accounts::reset_mfa(app, &operator, &user).await.is_err(), "there is nothing to reset");
    left.push(("reset", left_for(&server, "anna").await));

    assert!(left.iter().all(|(_, days)| days.is_none()), "{left:?}");
}

/// Deactivates somebody and activates them again, in the console, over the API and through SCIM.
#[derive(Debug, Clone, Copy)]
enum Back {
    Console,
    Api,
    Scim,
}

async fn off_and_on(tenant: &Tenant<'_>, okta: &Provisioning<'_>, id: &str, back: Back) {
    let server = tenant.server;
    match back {
        Back::Console => {
            let browser = signed_in(tenant, "olga").await;
            for deed in ["deactivate", "activate"] {
                let path = format!("/console/users/{id}/deeds/{deed}");
                let page = browser.get(&path).await.expect(200);
                browser.submit_to(&path, &page, &[]).await.expect(303);
            }
        }
        Back::Api => {
            for deed in ["deactivate", "activate"] {
                server.send(server.api(Method::POST, &format!("/api/v1/users/{id}/{deed}"))).await.expect(200);
            }
        }
        Back::Scim => {
            for active in [false, true] {
                let operations = json!([{ "op": "replace", "path": "active", "value": active }]);
                let schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
                let patch = json!({ "schemas": schemas, "Operations": operations });
                okta.send(Method::PATCH, &format!("/Users/{id}"), &patch).await.expect(200);
            }
        }
    }
    server.run_jobs().await;
}

/// C7, MF-13: a user who is activated again keeps the deadline of before, in the console, over the API and through SCIM;
/// only where the policy says so the days of grace begin anew.
#[tokio::test]
async fn c7_mf_13_the_days_of_grace_begin_anew_with_a_reactivation_only_where_the_policy_says_so() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let settings = Settings { default_role: Some("viewer".to_owned()), ..Settings::default() };
    let okta = tenant.connection_with(Kind::Okta, settings).await;
    let schemas = json!(["urn:ietf:params:scim:schemas:core:2.0:User"]);
    let mia = json!({ "schemas": schemas, "userName": "mia", "active": true, "password": PASSWORD });
    let mia = okta.send(Method::POST, "/Users", &mia).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let anna = tenant.user("anna", "viewer").await.to_string();
    let ben = tenant.user("ben", "viewer").await.to_string();
    let people = [("anna", &anna, Back::Console), ("ben", &ben, Back::Api), ("mia", &mia, Back::Scim)];
    tenant.mfa_policy(Roles, &["viewer"], 7).await;
    server.advance(8 * DAY);
    let regrace = async |is_on: bool| {
        let body = json!({ "regrace_on_reactivation": is_on });
        server.send(server.api(Method::PUT, "/api/v1/policies?organisation=acme").json(&body)).await.expect(200);
    };

    let mut left = Vec::new();
    for is_on in [false, true] {
        regrace(is_on).await;
        for (name, id, back) in people {
            off_and_on(&tenant, &okta, id, back).await;
            left.push((name, is_on, left_for(&server, name).await));
        }
    }
    server.advance(8 * DAY);
    regrace(false).await;
    off_and_on(&tenant, &okta, &ben, Back::Api).await;

    let expected = [false, true].map(|is_on| people.map(|(name, _, _)| (name, is_on, is_on.then_some(7))));
    assert_eq!(left, expected.concat());
    assert_eq!(left_for(&server, "ben").await, None, "the new deadline stays in its turn");
}

/// C7: of whom no second factor is required nothing begins, and one that is required of somebody in particular begins anew.
#[tokio::test]
async fn c7_what_begins_anew_is_what_is_required_of_the_person() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "admin-platform-devops").await;
    tenant.mfa_policy(Nobody, &[], 3).await;
    let (anna, ben) = (tenant.user("anna", "devops").await, tenant.user("ben", "devops").await);
    let (app, operator) = (&server.app, Server::operator());
    accounts::require_mfa(app, &operator, anna, true).await.unwrap();
    server.advance(4 * DAY);
    let body = json!({ "regrace_on_reactivation": true });
    server.send(server.api(Method::PUT, "/api/v1/policies?organisation=acme").json(&body)).await.expect(200);

    for id in [anna, ben] {
        users::deactivate(app, &operator, id, OnLastHolder::Refuse).await.unwrap();
        users::activate(app, &operator, id).await.unwrap();
    }
    server.run_jobs().await;

    assert_eq!(left_for(&server, "anna").await, Some(3));
    assert_eq!(after_password(&server, "ben").await.1, "/account");
}

/// MF-13: a job notes whose time is up, so that a clock set back gives no more of it to somebody who has not been here.
#[tokio::test]
async fn mf_13_a_clock_that_is_set_back_gives_no_more_time_to_somebody_who_was_away() {
    let server = Server::start().await;
    let (tenant, _) = anna(&server).await;
    tenant.mfa_policy(All, &[], 7).await;

    server.advance(7 * DAY);
    jobs::sweep(&server.app).await.unwrap();
    server.set_back(6 * DAY);

    assert_eq!(left_for(&server, "anna").await, None);
}

/// MF-13, C7: while it runs, a policy that goes off and on, or that gives more days, does not prolong it; one that gives
/// fewer shortens it.
#[tokio::test]
async fn mf_13_a_running_grace_is_shortened_but_never_prolonged() {
    let server = Server::start().await;
    let (tenant, _) = anna(&server).await;
    tenant.mfa_policy(All, &[], 7).await;

    server.advance(3 * DAY);
    tenant.mfa_policy(Nobody, &[], 7).await;
    let (_, at, _) = after_password(&server, "anna").await;
    tenant.mfa_policy(All, &[], 30).await;
    let longer = left_for(&server, "anna").await;
    tenant.mfa_policy(All, &[], 2).await;
    let shorter = left_for(&server, "anna").await;

    assert_eq!((at.as_str(), longer, shorter), ("/account", Some(4), Some(2)));
}

/// S2-27: only holders of the named roles are asked; somebody who gains such a role later is asked from then on.
#[tokio::test]
async fn s2_27_the_requirement_begins_with_the_role() {
    let server = Server::start().await;
    let (tenant, id) = anna(&server).await;
    tenant.mfa_policy(Roles, &["owner", "admin"], 7).await;

    let owner = left_for(&server, "olga").await;
    let (_, at, _) = after_password(&server, "anna").await;
    server.advance(5 * DAY);
    users::change_role(&server.app, &Server::operator(), id, &"admin".parse().unwrap()).await.unwrap();
    server.advance(DAY);
    let (promoted, later) = (left_for(&server, "anna").await, left_for(&server, "olga").await);

    assert_eq!((owner, at.as_str()), (Some(7), "/account"));
    assert_eq!((promoted, later), (Some(6), Some(1)));
}

/// S2-27: a role that comes from a group or from the default of a connection counts like one given by hand.
#[tokio::test]
async fn s2_27_roles_of_groups_and_of_a_connection_are_asked_too() {
    let server = Server::start().await;
    let (tenant, _) = anna(&server).await;
    let settings = Settings { default_role: Some("contributor".to_owned()), ..Settings::default() };
    let okta = tenant.connection_with(Kind::Okta, settings).await;
    let push = async |name: &str| {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name, "active": true,
            "password": PASSWORD,
        });
        okta.send(Method::POST, "/Users", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned()
    };
    let (_, gus) = (push("dora").await, push("gus").await);
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Admins", "members": [],
    });
    let group = okta.send(Method::POST, "/Groups", &group).await.expect(201).json()["id"].clone();
    let app = &server.app;
    doorward::app::connections::map_group(app, &Server::operator(), okta.id, "Admins", &"admin".parse().unwrap())
        .await
        .unwrap();

    tenant.mfa_policy(Roles, &["contributor"], 7).await;
    let (by_default, all) = (left_for(&server, "dora").await, left_for(&server, "gus").await);
    tenant.mfa_policy(Roles, &["admin"], 7).await;
    let (_, at, _) = after_password(&server, "dora").await;
    server.advance(2 * DAY);
    let join = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "add", "path": "members", "value": [{ "value": gus }] }],
    });
    okta.send(Method::PATCH, &format!("/Groups/{}", group.as_str().unwrap()), &join).await;

    assert_eq!((by_default, all, at.as_str()), (Some(7), Some(7), "/account"));
    assert_eq!(left_for(&server, "gus").await, Some(5), "the grace began with the first requirement");
}

/// MF-13: somebody who comes after the policy has the whole grace from then on, and no more.
#[tokio::test]
async fn mf_13_the_grace_of_a_new_account_begins_with_the_account() {
    let server = Server::start().await;
    let (tenant, _) = anna(&server).await;
    tenant.mfa_policy(All, &[], 7).await;

    server.advance(5 * DAY);
    tenant.user("nora", "viewer").await;
    let new = left_for(&server, "nora").await;
    server.advance(7 * DAY);

    assert_eq!((new, left_for(&server, "nora").await), (Some(7), None));
}

/// S2-30: after a reset the second factor is set up at the next sign-in, and not put off although there were days left.
#[tokio::test]
async fn s2_30_after_a_reset_the_second_factor_is_set_up_at_the_next_sign_in() {
    let server = Server::start().await;
    let (tenant, id) = anna(&server).await;
    tenant.mfa_policy(All, &[], 7).await;
    let (browser, _, page) = after_password(&server, "anna").await;
    let before = Phone::with_key_of(&page).code(&server);
    browser.enrol(&page).await;
    let user = users::show(&server.app, &Server::operator(), id).await.unwrap().user;

    accounts::reset_mfa(&server.app, &Server::operator(), &user).await.unwrap();
    let (browser, _, page) = after_password(&server, "anna").await;

    assert_eq!(days_left(&page), None);
    assert_ne!(Phone::with_key_of(&page).code(&server), before);
    assert_eq!(browser.enrol(&page).await.1, "/account");
}

/// S2-26: people without a second factor are told when it begins and three days, one day and hours before the end; each
/// mail is sent once, whichever nodes run the jobs, and not to somebody who has enrolled or is gone.
#[tokio::test]
async fn s2_26_people_are_told_at_the_start_and_three_days_one_day_and_hours_before_the_end() {
    let server = Server::start().await;
    let node = server.node().await;
    let tenant = server.tenant("acme").await;
    let mut ids = Vec::new();
    for name in ["anna", "ben", "cora"] {
        let id = tenant.user(name, "viewer").await;
        let to = Edit { email: Some(format!("{name}@mail.example")), ..Edit::default() };
        edit::update(&server.app, &Server::operator(), id, to).await.unwrap();
        ids.push(id);
    }
    server.run_jobs().await;
    let so_far = server.mails().len();
    let told = async || {
        let (one, other) = tokio::join!(Box::pin(jobs::sweep(&server.app)), Box::pin(jobs::sweep(&node.app)));
        one.and(other).unwrap();
        server.run_jobs().await;
        let mails = server.mails();
        mails[so_far..].iter().filter(|it| it.contains("Set up your second factor")).count()
    };
    let mut counts = vec![told().await];

    tenant.mfa_policy(All, &[], 7).await;
    counts.push(told().await);
    counts.push(told().await);
    let browser = Browser::new(&server);
    let (_, page) = browser.sign_in("ben", PASSWORD).await;
    browser.enrol(&page).await;
    server.advance(4 * DAY);
    counts.push(told().await);
    users::deactivate(&server.app, &Server::operator(), ids[2], OnLastHolder::Refuse).await.unwrap();
    server.advance(2 * DAY);
    counts.push(told().await);
    server.advance(Duration::from_hours(16));
    counts.push(told().await);
    server.advance(2 * DAY);
    counts.push(told().await);

    assert_eq!(counts, [0, 3, 3, 5, 6, 7, 7]);
    let mails = server.mails();
    let to_anna = |it: &&String| it.contains("anna@mail.example") && it.contains("Set up your second factor");
    let to_anna: Vec<_> = mails.iter().filter(to_anna).collect();
    let says = ["You have 7 days left", "You have 3 days left", "This is the last day", "This is the last day"];
    for (mail, words) in to_anna.iter().zip(says) {
        assert!(mail.contains(words) && mail.contains("/account/security"), "{words}: {mail}");
    }
    assert_eq!(to_anna.len(), 4);
}

/// Where there is no grace the mail says so, and there is one.
#[tokio::test]
async fn without_a_grace_there_is_one_mail_that_says_so() {
    let server = Server::start().await;
    let (tenant, id) = anna(&server).await;
    let to = Edit { email: Some("anna@mail.example".to_owned()), ..Edit::default() };
    edit::update(&server.app, &Server::operator(), id, to).await.unwrap();
    server.run_jobs().await;

    tenant.mfa_policy(All, &[], 0).await;
    for _ in 0..3 {
        jobs::sweep(&server.app).await.unwrap();
        server.run_jobs().await;
        server.advance(DAY);
    }

    let mails = server.mails();
    let told: Vec<_> = mails.iter().filter(|it| it.contains("Set up your second factor")).collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("You cannot put it off"), "{}", told[0]);
}
