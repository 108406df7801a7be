//! The second factor: asked for, used once, and not guessed.

use std::time::Duration;

use doorward::app::config::Settings;
use doorward::app::invitations::{self, Delivery, Invitee};
use reqwest::Method;

use crate::access::leads_to_the_sign_in;
use crate::harness::{Browser, PASSWORD, Phone, Reply, Server, Tenant};
use crate::oidc::stage::{self, Stage};
use crate::reset::{self, mailed_user, with_password};
use crate::signin::join_all;

const NEW: &str = "seven quiet herons at dawn";
const STEP: Duration = Duration::from_secs(30);

/// Somebody who has enrolled, with the phone; the code of the present moment is used up.
async fn enrolled(server: &Server, user_name: &str) -> Phone {
    let tenant = server.tenant("acme").await;
    tenant.require_mfa().await;
    tenant.user(user_name, "owner").await;
    let browser = Browser::new(server);
    let (_, page) = browser.sign_in(user_name, PASSWORD).await;
    let (phone, at, _) = browser.enrol(&page).await;
    assert_eq!(at, "/account");
    phone
}

/// A browser at the page that asks for the code.
async fn at_code<'s>(server: &'s Server, user_name: &str) -> (Browser<'s>, Reply) {
    let browser = Browser::new(server);
    let (_, page) = browser.sign_in(user_name, PASSWORD).await;
    assert_eq!(page.heading(), "Enter your code", "{}", page.text);
    (browser, page)
}

/// What a code leads to: the path of a redirect, or the status.
async fn outcome(browser: &Browser<'_>, page: &Reply, code: &str) -> String {
    let answer = browser.submit(page, &[("code", code)]).await;
    answer.header("location").map_or_else(|| answer.status.to_string(), str::to_owned)
}

#[tokio::test]
async fn somebody_who_must_have_a_second_factor_enrols_on_the_way_in_and_is_asked_from_then_on() {
    let server = Server::start().await;
    let phone = enrolled(&server, "anna").await;
    server.advance(STEP);

    let (browser, page) = at_code(&server, "anna").await;
    let to = outcome(&browser, &page, &phone.code(&server)).await;
    let (security, sessions) = (browser.get("/account/security").await, browser.get("/account/sessions").await);

    assert_eq!(to, "/account");
    assert!(sessions.text.contains("Password and authenticator code"), "{}", sessions.text);
    assert!(security.text.contains("Authenticator app, since"), "{}", security.text);
}

/// MF-01: a code works once, in whatever spelling it comes back.
#[tokio::test]
async fn mf_01_a_code_works_once_within_its_window() {
    let server = Server::start().await;
    let phone = enrolled(&server, "anna").await;
    server.advance(STEP);
    let code = phone.code(&server);
    let (browser, page) = at_code(&server, "anna").await;
    assert_eq!(outcome(&browser, &page, &code).await, "/account");

    let (again, page) = at_code(&server, "anna").await;
    let same = outcome(&again, &page, &code).await;
    let (front, back) = code.split_at(3);
    let spaced = outcome(&again, &page, &format!(" {front} {back} ")).await;

    assert_eq!((same.as_str(), spaced.as_str()), ("422", "422"));
    assert!(again.cookie("dw_sid").is_none());
}

/// MF-02: once the code of a step was taken, the one of the step before it is not, although it is within the drift.
#[tokio::test]
async fn mf_02_an_earlier_code_is_refused_after_a_later_one() {
    let server = Server::start().await;
    let phone = enrolled(&server, "anna").await;
    server.advance(3 * STEP);
    let (browser, page) = at_code(&server, "anna").await;
    assert_eq!(outcome(&browser, &page, &phone.code(&server)).await, "/account");

    let (again, page) = at_code(&server, "anna").await;
    let earlier = outcome(&again, &page, &phone.code_at(server.app.now().before(STEP))).await;

    assert_eq!(earlier, "422");
}

#[tokio::test]
async fn a_code_of_the_step_before_is_taken_when_nothing_later_was() {
    let server = Server::start().await;
    let phone = enrolled(&server, "anna").await;
    server.advance(3 * STEP);

    let (browser, page) = at_code(&server, "anna").await;
    let earlier = outcome(&browser, &page, &phone.code_at(server.app.now().before(STEP))).await;

    assert_eq!(earlier, "/account");
}

/// MF-03: of twenty requests with the same code at the same moment exactly one succeeds.
#[tokio::test]
async fn mf_03_the_same_code_twenty_times_at_once_succeeds_once() {
    let server = Server::start().await;
    // So many failures are told of, to nobody who has an address here.
    server.keep_outbox();
    let phone = enrolled(&server, "anna").await;
    server.advance(STEP);
    let (code, mut ready) = (phone.code(&server), Vec::new());
    for _ in 0..4 {
        ready.push(at_code(&server, "anna").await);
    }

    // Four sign-ins, each sent five times with the same cookie.
    let all = ready.iter().flat_map(|(browser, page)| {
        let jar = browser.jar();
        (0..5).map(move |_| (jar.clone(), page))
    });
    let tries = all.map(|(jar, page)| {
        let (server, code) = (&server, code.as_str());
        async move {
            let browser = Browser::new(server);
            browser.set_jar(jar);
            outcome(&browser, page, code).await;
            browser.cookie("dw_sid").is_some()
        }
    });
    let signed_in = join_all(tries).await.into_iter().filter(|it| *it).count();

    assert_eq!(signed_in, 1);
}

/// MF-04: guesses that are not even checked, because the account waits, end what was proved like those that are.
#[tokio::test]
async fn mf_04_guesses_that_have_to_wait_end_the_sign_in_too() {
    let server = Server::start().await;
    // So many failures are told of, to nobody who has an address here.
    server.keep_outbox();
    let phone = enrolled(&server, "anna").await;
    server.advance(10 * STEP);
    let wrong = wrong_code(&phone, &server);
    let (waits, page) = at_code(&server, "anna").await;
    let (other, other_page) = at_code(&server, "anna").await;
    for _ in 0..5 {
        outcome(&other, &other_page, &wrong).await;
    }

    let refused = waits.submit(&page, &[("code", &phone.code(&server))]).await;
    let mut last = String::new();
    for _ in 1..5 {
        last = outcome(&waits, &page, &phone.code(&server)).await;
    }
    let (_, after) = waits.visit(&last).await;

    assert_eq!(refused.status, 422);
    assert!(refused.problem().contains("After too many tries even the right one has to wait"), "{}", refused.problem());
    assert_eq!(after.heading(), "Sign in");
}

/// MF-04: five wrong codes end what was proved; ten in a row lock the account, also for the right password, on a server
/// that has been started anew as well.
#[tokio::test]
async fn mf_04_five_wrong_codes_start_the_sign_in_again_and_ten_lock_the_account() {
    let server = Server::start().await;
    // So many failures are told of, to nobody who has an address here.
    server.keep_outbox();
    let phone = enrolled(&server, "anna").await;
    server.advance(10 * STEP);
    let wrong = wrong_code(&phone, &server);

    let (browser, page) = at_code(&server, "anna").await;
    let mut outcomes = Vec::new();
    for _ in 0..5 {
        outcomes.push(outcome(&browser, &page, &wrong).await);
    }
    let (_, after_five) = browser.visit(outcomes.last().unwrap()).await;
    let (_, at_once) = Browser::new(&server).sign_in("anna", PASSWORD).await;
    let mut failures = 5;
    while failures < 10 {
        server.advance(Duration::from_mins(9));
        let (browser, page) = at_code(&server, "anna").await;
        assert_eq!(outcome(&browser, &page, &wrong_code(&phone, &server)).await, "422");
        failures += 1;
    }
    server.advance(Duration::from_mins(14));
    let database = server.app.config.database_url.clone();
    let restarted = Server::start_with(|settings| Settings { database_url: Some(database), ..settings }).await;
    restarted.keep_outbox();
    restarted.advance(server.app.now().since(restarted.app.now()));
    let (_, locked) = Browser::new(&restarted).sign_in("anna", PASSWORD).await;
    server.advance(Duration::from_mins(2));
    let (browser, page) = at_code(&server, "anna").await;
    let after = outcome(&browser, &page, &phone.code(&server)).await;

    assert_eq!(outcomes[..4], ["422", "422", "422", "422"]);
    assert_eq!(after_five.heading(), "Sign in");
    assert_eq!(
        after_five.problem(),
        "There were too many wrong codes. Start again, and wait up to 15 minutes if the right code is not taken."
    );
    assert_eq!((at_once.status, locked.status), (422, 422));
    assert_eq!(after, "/account");
}

/// MF-05: the password alone opens nothing but the page that asks for the code.
#[tokio::test]
async fn mf_05_the_password_alone_opens_nothing() {
    let stage = Stage::new().await;
    let (server, rp) = (&stage.server, stage.rp().await);
    Tenant { server, org: stage.org.id }.require_mfa().await;
    let name = stage.grace.user.user_name.as_str();
    let first = Browser::new(server);
    let (_, enrolment) = first.sign_in(name, stage::PASSWORD).await;
    let (phone, ..) = first.enrol(&enrolment).await;
    server.run_jobs().await;
    server.advance(STEP);
    let browser = Browser::new(server);
    let (_, page) = browser.sign_in(name, stage::PASSWORD).await;

    let account = browser.get("/account").await;
    let elsewhere = Browser::new(server);
    elsewhere.set_jar(browser.jar());
    let silent = elsewhere.get(&rp.request(&[("prompt", "none")])).await;
    let (asked, _) = elsewhere.visit(&rp.request(&[])).await;
    let as_code = stage.redeem(&rp, &browser.cookie("dw_pre").unwrap()).await;
    let sign_out = browser.submit_to("/sign-out", &page, &[]).await;
    let as_token = server.request(Method::GET, "/api/v1/users").bearer_auth(browser.cookie("dw_pre").unwrap());
    let api = server.send(as_token).await;
    let mut foreign = Vec::new();
    let answers = [("username", name), ("password", stage::PASSWORD), ("decision", "allow"), ("password_again", "x")];
    for (field, value) in answers {
        foreign.push(browser.submit(&page, &[(field, value)]).await.status);
    }
    let signed_in = browser.cookie("dw_sid").is_some();
    let to = outcome(&browser, &page, &phone.code(server)).await;

    assert_eq!(page.heading(), "Enter your code");
    assert_eq!(stage::answer(&silent)["error"], "login_required");
    assert!(asked.starts_with("/sign-in/"), "{asked}");
    assert_eq!((as_code.status, as_code.json()["error"].as_str()), (400, Some("invalid_grant")));
    assert_eq!((account.status, account.header("location")), (303, Some("/sign-in")));
    assert_eq!((sign_out.status, api.status), (401, 401));
    assert_eq!((foreign, signed_in), (vec![400; 4], false));
    assert_eq!(to, "/account");
    server.run_jobs().await;
}

/// MF-06: an enrolled authenticator is asked for where nobody requires one any more.
#[tokio::test]
async fn mf_06_an_enrolled_authenticator_is_asked_for_although_the_policy_does_not() {
    use doorward::app::organisations::{self, MfaPolicy, MfaRequirement};
    let server = Server::start().await;
    enrolled(&server, "anna").await;
    let acme = organisations::list(&server.app, &Server::operator()).await.unwrap().remove(0);
    let nobody = MfaPolicy { require: MfaRequirement::None, roles: Vec::new(), grace_days: 0 };
    organisations::require_mfa(&server.app, &Server::operator(), acme.id, nobody).await.unwrap();

    let (_, page) = Browser::new(&server).sign_in("anna", PASSWORD).await;

    assert_eq!(page.heading(), "Enter your code");
}

/// MF-08: the key is shown while it is being enrolled and never again.
#[tokio::test]
async fn mf_08_the_key_is_not_shown_again_after_the_enrolment() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.require_mfa().await;
    tenant.user("anna", "owner").await;
    let browser = Browser::new(&server);
    let (at, page) = browser.sign_in("anna", PASSWORD).await;
    let jar = browser.jar();
    assert_eq!(page.header("cache-control"), Some("no-store"));
    browser.enrol(&page).await;

    let again = browser.get(&at).await;
    let earlier = Browser::new(&server);
    earlier.set_jar(jar);
    let replayed = earlier.get(&at).await;

    assert_eq!((again.status, again.header("location")), (303, Some("/sign-in")));
    assert_eq!((replayed.status, replayed.header("location")), (303, Some("/sign-in")));
}

/// MF-09: a key that the browser sends is no key, and after ten minutes the one that was shown is none either.
#[tokio::test]
async fn mf_09_only_the_key_that_was_shown_is_enrolled_and_only_for_ten_minutes() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.require_mfa().await;
    tenant.user("anna", "owner").await;
    let browser = Browser::new(&server);
    let (at, page) = browser.sign_in("anna", PASSWORD).await;
    let phone = Phone::with_key_of(&page);
    let attacker = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    let code = wrong_code(&phone, &server);
    let planted = browser.submit(&page, &[("code", &code), ("secret", attacker), ("key", attacker)]).await;
    server.advance(Duration::from_mins(11));
    let late = browser.submit(&page, &[("code", &phone.code(&server))]).await;
    let new = browser.get(&at).await;
    let (_, end, _) = browser.enrol(&new).await;

    assert_eq!((planted.status, late.status), (422, 422));
    assert!(late.problem().contains("took too long"), "{}", late.problem());
    assert_ne!(Phone::with_key_of(&new).code(&server), phone.code(&server));
    assert_eq!(end, "/account");
}

/// A code that is right at no step near the present moment.
fn wrong_code(phone: &Phone, server: &Server) -> String {
    let now = server.app.now();
    let right =
        [now.before(2 * STEP), now.before(STEP), now, now.after(STEP), now.after(2 * STEP)].map(|it| phone.code_at(it));
    let mut all = (0..1_000_000).map(|number| format!("{number:06}"));
    all.find(|code| !right.contains(code)).unwrap()
}

/// MF-07: a link for a new password and an invitation both end at the second factor, and a personal token is no way into the
/// pages.
#[tokio::test]
async fn mf_07_a_reset_link_an_invitation_and_a_personal_token_do_not_lead_around_the_second_factor() {
    let stage = Stage::new().await;
    let (server, tenant) = (&stage.server, Tenant { server: &stage.server, org: stage.org.id });
    server.keep_outbox();
    let token = stage.personal_token(&stage.ada, &["read", "write"]).await;
    tenant.require_mfa().await;
    mailed_user(&tenant, "anna", with_password()).await;
    let browser = Browser::new(server);
    let (_, page) = browser.sign_in("anna", PASSWORD).await;
    browser.enrol(&page).await;
    reset::ask(server, "anna").await;
    server.run_jobs().await;

    let (browser, chosen) = reset::choose(server, &server.newest_link(), NEW).await;
    let (_, page) = browser.follow("", chosen).await;
    let answer = browser.submit(&page, &[("password", NEW)]).await;
    let (_, after_reset) = browser.follow("", answer).await;
    let reset_got_in = browser.is_signed_in().await;

    let people =
        vec![Invitee { address: "ida@acme.example".to_owned(), display_name: None, role: None, teams: Vec::new() }];
    let (app, operator) = (&server.app, Server::operator());
    let mut sent = invitations::invite_many(app, &operator, tenant.org, people, Delivery::HandedLink).await.unwrap();
    let link = sent.remove(0).result.ok().and_then(|it| it.link).unwrap();
    let invited = Browser::new(server);
    let (at, page) = invited.visit(link.reveal().strip_prefix(&server.url).unwrap()).await;
    let fields = [("display_name", "Ida"), ("password", NEW), ("password_again", NEW)];
    let answer = invited.submit(&page, &fields).await;
    let (_, after_invitation) = invited.follow(&at, answer).await;
    let invitation_got_in = invited.is_signed_in().await;

    let script = Browser::new(server);
    script.set_jar([("dw_sid".to_owned(), token.clone())].into());
    let mut pages = Vec::new();
    for path in ["/account", "/console", "/console/users"] {
        pages.push(script.get(path).await.header("location").map(str::to_owned));
        let bearer = server.request(Method::GET, path).bearer_auth(&token);
        pages.push(server.send(bearer).await.header("location").map(str::to_owned));
    }

    assert_eq!((after_reset.heading(), reset_got_in), ("Enter your code", false));
    assert_eq!((after_invitation.heading(), invitation_got_in), ("Set up your second factor", false));
    assert!(pages.iter().all(|it| it.as_deref().is_some_and(leads_to_the_sign_in)), "{pages:?}");
}

/// S2-45: the overview counts the administrators without a second factor, and leads to exactly those; whoever gets one is no
/// longer among them.
#[tokio::test]
async fn s2_45_administrators_without_a_second_factor_are_counted_and_listed() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "admin-developer-viewer").await;
    for (name, role) in [("ada", "admin"), ("bea", "admin"), ("dev", "developer"), ("vic", "viewer")] {
        crate::resources::person(&tenant, name, role).await;
    }
    let ada = crate::resources::at(&server, "ada").await;
    let card = |page: &Reply| {
        let figure =
            page.text.split("<a class=\"figure").find(|it| it.contains("Admins without MFA")).unwrap().to_owned();
        let count = figure.split("figure-count\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        let address = figure.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
        (count, address)
    };
    let rows = |page: &Reply| {
        let all = page.text.split("<th scope=\"row\">").skip(1);
        all.map(|it| it.split("<bdi>").nth(1).unwrap().split("</bdi>").next().unwrap().to_owned()).collect::<Vec<_>>()
    };

    let before = card(&ada.get("/console").await.expect(200));
    let violators = rows(&ada.get(&before.1).await.expect(200));
    let bea = crate::resources::at(&server, "bea").await;
    let (_, page) = bea.visit("/account/security/authenticator").await;
    bea.enrol(&page).await;
    let after = card(&ada.get("/console").await.expect(200));
    let left = rows(&ada.get(&after.1).await.expect(200));

    assert_eq!((before.0.as_str(), violators), ("2", vec!["ada".to_owned(), "bea".to_owned()]));
    assert_eq!((after.0.as_str(), left), ("1", vec!["ada".to_owned()]));
}
