//! Whole flows, from the application's link to the end of the session, through the pages a person meets.

use std::time::Duration;

use doorward::app::accounts;
use doorward::app::clients::NewClient;
use doorward::app::organisations::{self, MfaPolicy, MfaRequirement};
use doorward::app::users;
use reqwest::Method;

use super::stage::{self, AFTER_LOGOUT, PASSWORD, REDIRECT, Rp, Stage, answer, claims, organisation};
use crate::harness::{Browser, Phone, Reply, Server, hidden_fields};

/// From the application's link to the page after the password.
async fn sign_in(browser: &Browser<'_>, rp: &Rp, user_name: &str) -> (String, Reply) {
    stage::sign_in(browser, &rp.request(&[]), user_name).await
}

async fn third_party(stage: &Stage) -> Rp {
    stage.rp_with(|new| NewClient { first_party: false, ..new }).await
}

#[tokio::test]
async fn a_person_signs_in_to_an_application_with_two_factors_and_consent_and_out_again() {
    let stage = Stage::new().await;
    let rp = third_party(&stage).await;
    let everybody = MfaPolicy { require: MfaRequirement::All, roles: Vec::new(), grace_days: 0 };
    organisations::require_mfa(&stage.server.app, &Server::operator(), stage.org.id, everybody).await.unwrap();
    let browser = Browser::new(&stage.server);

    let (_, enrolment) = sign_in(&browser, &rp, "ada@acme.example").await;
    let (_, _, consent) = browser.enrol(&enrolment).await;
    stage.server.run_jobs().await;
    let reply = browser.submit(&consent, &[("decision", "allow")]).await;

    assert!(consent.text.contains("id=\"allow\""), "{}", consent.text);
    let code = answer(&reply)["code"].clone();
    let tokens = stage.redeem(&rp, &code).await.expect(200).json();
    let (access, refresh) = (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    let id_token = tokens["id_token"].as_str().unwrap();
    assert_eq!(claims(id_token)["acr"], "aal2");
    assert_eq!(claims(id_token)["amr"], serde_json::json!(["pwd", "otp", "mfa"]));
    assert_eq!(stage.userinfo(access).await.expect(200).json()["sub"], stage.ada.user.id.to_string());
    let renewed = stage.refresh(&rp, refresh).await.expect(200).json();
    assert!(answer(&browser.get(&rp.request(&[])).await).contains_key("code"), "agreed to once, asked once");
    let out = format!("/oauth2/logout?id_token_hint={id_token}&post_logout_redirect_uri={AFTER_LOGOUT}&state=x");
    let gone = browser.get(&out).await;
    assert_eq!(gone.header("location"), Some(format!("{AFTER_LOGOUT}?state=x").as_str()));
    assert_eq!(stage.userinfo(renewed["access_token"].as_str().unwrap()).await.status, 401);
    assert_eq!(answer(&browser.get(&rp.request(&[("prompt", "none")])).await)["error"], "login_required");
}

#[tokio::test]
async fn a_person_who_says_no_is_sent_back_without_a_code() {
    let stage = Stage::new().await;
    let rp = third_party(&stage).await;
    let browser = Browser::new(&stage.server);

    let (_, consent) = sign_in(&browser, &rp, "grace@acme.example").await;
    let reply = browser.submit(&consent, &[("decision", "deny")]).await;

    let back = answer(&reply);
    assert_eq!((back["error"].as_str(), back["state"].as_str()), ("access_denied", "af0ifjsldkj"));
    assert_eq!(back["iss"], stage.server.url);
}

#[tokio::test]
async fn every_page_on_the_way_to_an_application_lets_its_form_end_there() {
    let stage = Stage::new().await;
    let rp = third_party(&stage).await;
    let browser = Browser::new(&stage.server);
    let (at, name) = browser.visit(&rp.request(&[])).await;
    let reply = browser.submit(&name, &[("username", "ada@acme.example")]).await;
    let (at, password) = browser.follow(&at, reply).await;
    let reply = browser.submit(&password, &[("password", PASSWORD)]).await;
    let (_, consent) = browser.follow(&at, reply).await;

    for page in [name, password, consent] {
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("form-action 'self' https://app.example"), "{policy}");
    }
}

/// OP-16: a consent form is worth nothing without the token of the page, or in another browser.
#[tokio::test]
async fn op_16_a_forged_consent_gives_nothing() {
    let stage = Stage::new().await;
    let rp = third_party(&stage).await;
    let browser = Browser::new(&stage.server);
    let (at, consent) = sign_in(&browser, &rp, "ada@acme.example").await;
    let hidden = hidden_fields(&consent.text);
    let csrf = hidden.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
    let post = |csrf: &str| stage.server.request(Method::POST, &at).form(&[("decision", "allow"), ("csrf", csrf)]);

    let without = browser.send(post("x")).await;
    let elsewhere = stage.browser(&stage.grace).await.send(post(&csrf)).await;

    assert_eq!((without.status, without.header("location")), (403, None));
    assert!(elsewhere.header("location").is_none_or(|it| !it.contains("code=")), "{elsewhere:?}");
    assert_eq!(answer(&browser.get(&rp.request(&[("prompt", "none")])).await)["error"], "consent_required");
}

/// RE-15: whoever has used a temporary password and opens an application or another page of that browser first still
/// replaces it, and comes to what was opened last. An application of another organisation begins anew, and takes nothing.
#[tokio::test]
async fn re_15_whoever_used_a_temporary_password_takes_it_along_to_another_page() {
    let stage = Stage::new().await;
    let server = &stage.server;
    let theirs = organisation(server, "theirs").await;
    let (ours, foreign) = (stage.rp().await, stage.rp_with(|new| NewClient { org: Some(theirs.id), ..new }).await);
    let operator = Server::operator();
    let (_, of_ada) = accounts::set_temporary_password(&server.app, &operator, &stage.ada.user).await.unwrap();
    let (_, of_grace) = accounts::set_temporary_password(&server.app, &operator, &stage.grace.user).await.unwrap();
    server.run_jobs().await;
    let browser = Browser::new(server);
    let (first, asked) = browser.sign_in("ada@acme.example", of_ada.reveal()).await;
    let jar = browser.jar();

    let (_, at_application) = browser.visit(&ours.request(&[])).await;
    let mut pages = vec![asked, at_application];
    for path in ["/console/users", "/sign-in", "/sign-in?return_to=/console/users"] {
        pages.push(browser.visit(path).await.1);
    }
    let before = Browser::new(server);
    before.set_jar(jar);
    let dead = before.get(&first).await;
    let chosen = "another long password";
    let last = pages.last().unwrap();
    let answer = browser.submit(last, &[("password", chosen), ("password_again", chosen)]).await;
    let (at, users) = browser.follow("/sign-in", answer).await;

    for page in &pages {
        assert_eq!(page.heading(), "Choose a new password", "{}", page.text);
    }
    assert_eq!((dead.status, dead.header("location")), (303, Some("/sign-in")), "the attempt before has ended");
    assert_eq!((at.as_str(), users.heading()), ("/console/users", "Users"));
    let elsewhere = Browser::new(server);
    let (_, asked) = elsewhere.sign_in("grace@acme.example", of_grace.reveal()).await;
    server.run_jobs().await;
    let (_, at_foreign) = elsewhere.visit(&foreign.request(&[])).await;
    assert_eq!((asked.heading(), at_foreign.heading()), ("Choose a new password", "Sign in"));
}

/// C8: an application that wants two factors gets nobody with one: not from a session with one, not while the organisation
/// still lets people put it off, and not of somebody of whom nobody wants a second factor otherwise.
#[tokio::test]
async fn c8_an_application_may_want_two_factors_of_everybody() {
    let stage = Stage::new().await;
    let (usual, strict) = (stage.rp().await, stage.rp_with(|new| NewClient { require_mfa: true, ..new }).await);
    let later = MfaPolicy { require: MfaRequirement::All, roles: Vec::new(), grace_days: 7 };
    organisations::require_mfa(&stage.server.app, &Server::operator(), stage.org.id, later).await.unwrap();
    let browser = Browser::new(&stage.server);
    let (_, usually) = sign_in(&browser, &usual, "ada@acme.example").await;
    let one = browser.submit(&usually, &[("decision", "later")]).await;
    let quiet = answer(&browser.get(&strict.request(&[("prompt", "none")])).await);

    let (at, enrolment) = sign_in(&browser, &strict, "ada@acme.example").await;
    let put_off = browser.submit(&enrolment, &[("decision", "later")]).await;
    let (_, still) = browser.visit(&at).await;
    let phone = Phone::with_key_of(&still);
    let codes = browser.submit(&still, &[("code", &phone.code(&stage.server))]).await;
    let (_, codes) = browser.follow(&at, codes).await;
    let reply = browser.submit(&codes, &[]).await;
    stage.server.run_jobs().await;
    let code = answer(&reply)["code"].clone();
    let tokens = stage.redeem(&strict, &code).await.expect(200).json();
    let then = answer(&browser.get(&strict.request(&[("prompt", "none")])).await);

    assert!(usually.text.contains("value=\"later\""), "{}", usually.text);
    assert!(answer(&one).contains_key("code"), "one factor is enough for the other application");
    assert_eq!(quiet["error"], "login_required");
    assert!(!enrolment.text.contains("value=\"later\""), "{}", enrolment.text);
    assert_ne!(put_off.header("location").map(|it| it.starts_with(REDIRECT)), Some(true));
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["acr"], "aal2");
    assert!(then.contains_key("code"), "{then:?}");
}

/// RE-15: an authenticator's code goes along with a used temporary password. Nothing goes along to a request for a new proof,
/// and a password that works again is asked for again.
#[tokio::test]
async fn re_15_only_a_used_temporary_password_is_taken_along_and_to_no_request_for_a_new_proof() {
    let stage = Stage::new().await;
    let (server, rp) = (&stage.server, stage.rp().await);
    let everybody = MfaPolicy { require: MfaRequirement::All, roles: Vec::new(), grace_days: 0 };
    organisations::require_mfa(&server.app, &Server::operator(), stage.org.id, everybody).await.unwrap();
    let at_home = Browser::new(server);
    let (_, enrolment) = at_home.sign_in("ada@acme.example", PASSWORD).await;
    let (phone, _, _) = at_home.enrol(&enrolment).await;
    server.run_jobs().await;

    let usual = Browser::new(server);
    let (_, code_page) = usual.sign_in("ada@acme.example", PASSWORD).await;
    let (_, again) = usual.visit("/sign-in").await;
    let ada = users::show(&server.app, &Server::operator(), stage.ada.user.id).await.unwrap().user;
    let (_, temporary) = accounts::set_temporary_password(&server.app, &Server::operator(), &ada).await.unwrap();
    server.run_jobs().await;
    let browser = Browser::new(server);
    let (_, first) = browser.sign_in("ada@acme.example", temporary.reveal()).await;
    let (_, at_app) = browser.visit(&rp.request(&[])).await;
    server.advance(Duration::from_secs(30));
    let answer = browser.submit(&at_app, &[("code", &phone.code(server))]).await;
    let (_, choose) = browser.follow("/sign-in", answer).await;
    let (_, elsewhere) = browser.visit("/console/users").await;
    let (_, forced) = browser.visit(&rp.request(&[("prompt", "login")])).await;

    assert_eq!(again.heading(), "Sign in", "a usual password can be given again");
    for page in [&code_page, &first, &at_app] {
        assert_eq!(page.heading(), "Enter your code", "{}", page.text);
    }
    assert_eq!([choose.heading(), elsewhere.heading()], ["Choose a new password"; 2]);
    assert_eq!(forced.heading(), "Sign in");
}

/// C8: what an application asks for makes no shorter password good enough.
#[tokio::test]
async fn c8_the_wish_of_an_application_leaves_the_password_rules_as_they_are() {
    let stage = Stage::new().await;
    let rp = stage.rp_with(|new| NewClient { require_mfa: true, ..new }).await;
    let (app, operator) = (&stage.server.app, Server::operator());
    let (_, temporary) = accounts::set_temporary_password(app, &operator, &stage.grace.user).await.unwrap();
    stage.server.run_jobs().await;
    let browser = Browser::new(&stage.server);
    let (_, page) = browser.visit(&rp.request(&[])).await;
    let answer = browser.submit(&page, &[("username", "grace@acme.example")]).await;
    let (_, page) = browser.follow("/sign-in", answer).await;
    let answer = browser.submit(&page, &[("password", temporary.reveal())]).await;
    let (_, choose) = browser.follow("/sign-in", answer).await;

    let short = browser.submit(&choose, &[("password", "zq7-Kp!w4"), ("password_again", "zq7-Kp!w4")]).await;
    let long = "a harbour of eleven lights";
    let answer = browser.submit(&choose, &[("password", long), ("password_again", long)]).await;
    let (_, enrolment) = browser.follow("/sign-in", answer).await;
    stage.server.run_jobs().await;

    assert_eq!((choose.heading(), short.status), ("Choose a new password", 422));
    assert!(short.problem().contains("15"), "{}", short.problem());
    assert!(enrolment.text.contains("\u{2068}Ledger\u{2069} asks for a second factor"), "{}", enrolment.text);
}

/// OpenID Connect Core 3.1.2.1, `ui_locales`; a language that nobody speaks here is passed over.
#[tokio::test]
async fn the_pages_are_in_the_language_that_the_application_wishes() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let browser = Browser::new(&stage.server).speaking("en");

    let (at, page) = browser.visit(&rp.request(&[("ui_locales", "fr de-CH en")])).await;
    let reply = browser.submit(&page, &[("username", "ada@acme.example")]).await;
    let (_, password) = browser.follow(&at, reply).await;
    let (_, other) = Browser::new(&stage.server).speaking("en").visit(&rp.request(&[("ui_locales", "fr se")])).await;

    assert_eq!((page.heading(), password.heading()), ("Anmelden", "Geben Sie Ihr Passwort ein"));
    assert_eq!(other.heading(), "Sign in");
    let document = stage.server.get("/.well-known/openid-configuration").await.json();
    assert_eq!(document["ui_locales_supported"], serde_json::json!(["en", "de"]));
}
