//! Browsers in which somebody has signed in before: guesses elsewhere do not keep the person out there, and being known
//! proves nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use doorward::app::accounts::{self, Secret};
use doorward::app::users::{self, OnLastHolder};
use doorward::domain::id::UserId;

use crate::harness::{Browser, PASSWORD, Phone, Server, Tenant};
use crate::reset::{mailed_user, with_password};

const KNOWN: &str = "dw_dev";
const DAY: Duration = Duration::from_hours(24);

/// Somebody of a new organisation, and what the browser that they signed in with keeps.
async fn vic(server: &Server) -> (Tenant<'_>, UserId, String) {
    let tenant = server.tenant("acme").await;
    let id = tenant.user("vic", "viewer").await;
    let browser = Browser::new(server);
    assert_eq!(browser.sign_in("vic", PASSWORD).await.0, "/account");
    (tenant, id, browser.cookie(KNOWN).expect("the browser is known"))
}

/// A browser that keeps nothing but this.
fn with<'s>(server: &'s Server, known: &str) -> Browser<'s> {
    let browser = Browser::new(server);
    browser.set_jar(BTreeMap::from([(KNOWN.to_owned(), known.to_owned())]));
    browser
}

/// A stranger guesses until the account has to wait.
async fn lock(server: &Server, name: &str) {
    for _ in 0..5 {
        Browser::new(server).sign_in(name, "a guess that is not right").await;
    }
    let (_, page) = Browser::new(server).sign_in(name, PASSWORD).await;
    assert_eq!(page.status, 422, "the account waits");
}

async fn gets_in(browser: &Browser<'_>, name: &str) -> bool {
    browser.sign_in(name, PASSWORD).await.0 == "/account"
}

#[tokio::test]
async fn a_stranger_who_locks_an_account_does_not_keep_its_owner_out_of_a_known_browser() {
    let server = Server::start().await;
    let (.., known) = vic(&server).await;

    lock(&server, "vic").await;
    let here = gets_in(&with(&server, &known), "vic").await;
    let elsewhere = gets_in(&Browser::new(&server), "vic").await;

    assert!(here);
    assert!(!elsewhere, "the sign-in there gives the stranger no further guesses");
}

#[tokio::test]
async fn guesses_in_a_known_browser_are_counted_too() {
    let server = Server::start().await;
    let (.., known) = vic(&server).await;

    for _ in 0..5 {
        with(&server, &known).sign_in("vic", "a guess that is not right").await;
    }

    assert!(!gets_in(&with(&server, &known), "vic").await);
    assert!(gets_in(&Browser::new(&server), "vic").await, "they are counted for that browser alone");
}

/// What makes a browser known is for one person and ninety days, and cannot be made up.
#[tokio::test]
async fn a_browser_is_known_for_one_person_and_ninety_days() {
    let server = Server::start().await;
    // So many failures are told of, to nobody who has an address here.
    server.keep_outbox();
    let (tenant, _, known) = vic(&server).await;
    tenant.user("eve", "viewer").await;
    let eve = Browser::new(&server);
    eve.sign_in("eve", PASSWORD).await;
    let of_eve = eve.cookie(KNOWN).unwrap();
    let mut tampered = known.clone().into_bytes();
    let last = tampered.len() - 3;
    tampered[last] = if tampered[last] == b'A' { b'B' } else { b'A' };
    let tampered = String::from_utf8(tampered).unwrap();

    lock(&server, "vic").await;
    let mut foreign = Vec::new();
    for cookie in [of_eve.as_str(), tampered.as_str(), "x", ""] {
        foreign.push(gets_in(&with(&server, cookie), "vic").await);
    }
    server.advance(89 * DAY);
    lock(&server, "vic").await;
    let in_time = gets_in(&with(&server, &known), "vic").await;
    server.advance(2 * DAY);
    lock(&server, "vic").await;

    assert_eq!(foreign, [false; 4]);
    assert!(in_time);
    assert!(!gets_in(&with(&server, &known), "vic").await, "it was made more than ninety days ago");
}

/// S2-29, MF-11: a reset of the second factor ends it, as another password and a deactivation do.
#[tokio::test]
async fn s2_29_mf_11_a_reset_another_password_and_a_deactivation_make_a_browser_unknown() {
    for deed in ["reset", "password", "deactivation"] {
        let server = Server::start().await;
        let (_, id, known) = vic(&server).await;
        let (app, operator) = (&server.app, Server::operator());
        let user = users::show(app, &operator, id).await.unwrap().user;

        match deed {
            "reset" => {
                let browser = with(&server, &known);
                assert!(gets_in(&browser, "vic").await);
                let (_, page) = browser.visit("/account/security/authenticator").await;
                browser.enrol(&page).await;
                accounts::reset_mfa(app, &operator, &user).await.unwrap();
            }
            "password" => {
                let password = Secret::new(PASSWORD.to_owned());
                accounts::set_password(app, &operator, &user, password, false).await.unwrap();
            }
            _ => {
                users::deactivate(app, &operator, id, OnLastHolder::Refuse).await.unwrap();
                users::activate(app, &operator, id).await.unwrap();
            }
        }
        lock(&server, "vic").await;

        assert!(!gets_in(&with(&server, &known), "vic").await, "{deed}");
    }
}

/// MF-07: a known browser is asked for password and code like any other.
#[tokio::test]
async fn mf_07_a_known_browser_is_asked_for_password_and_code() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.require_mfa().await;
    tenant.user("vic", "viewer").await;
    let browser = Browser::new(&server);
    let (_, page) = browser.sign_in("vic", PASSWORD).await;
    let phone = Phone::with_key_of(&page);
    browser.enrol(&page).await;
    let known = browser.cookie(KNOWN).unwrap();
    server.advance(Duration::from_mins(1));

    let again = with(&server, &known);
    let account = again.get("/account").await;
    let (_, password) = again.identify("vic").await;
    let (_, code) = again.sign_in("vic", PASSWORD).await;
    let before_code = again.is_signed_in().await;
    let answer = again.submit(&code, &[("code", &phone.code(&server))]).await;

    assert_eq!((account.status, account.header("location")), (303, Some("/sign-in")));
    assert_eq!((password.heading(), code.heading()), ("Enter your password", "Enter your code"));
    assert!(!before_code);
    assert_eq!(answer.header("location"), Some("/account"));
}

#[tokio::test]
async fn the_cookie_of_a_known_browser_is_closed_and_says_nothing() {
    let server = Server::start().await;
    server.tenant("acme").await.user("victoria.long", "viewer").await;
    let browser = Browser::new(&server);
    let (_, page) = browser.identify("victoria.long").await;

    let answer = browser.submit(&page, &[("password", PASSWORD)]).await;

    let lines: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap()).collect();
    let line = lines.iter().find(|it| it.starts_with("dw_dev=")).unwrap();
    assert!(line.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=7776000"), "{line}");
    assert!(!line.contains("victoria") && !line.contains('{'), "{line}");
}

/// How many letters say that somebody signed in from elsewhere.
async fn told(server: &Server) -> usize {
    server.run_jobs().await;
    server.mails().iter().filter(|it| it.contains("Subject: A new sign-in to your account at ")).count()
}

/// The first sign-in of all and one in a known browser are nothing to write about, even after another password was set; one
/// in another browser is, and the letter says where it was.
#[tokio::test]
async fn a_sign_in_from_another_browser_is_written_to_its_owner() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let id = mailed_user(&tenant, "vic", with_password()).await.person.user.id;
    let home = Browser::new(&server);

    home.sign_in("vic", PASSWORD).await;
    let first = told(&server).await;
    gets_in(&with(&server, &home.cookie(KNOWN).unwrap()), "vic").await;
    let known = told(&server).await;
    Browser::new(&server).sign_in("vic", "a guess that is not right").await;
    let guess = told(&server).await;
    gets_in(&Browser::new(&server), "vic").await;
    let elsewhere = told(&server).await;
    let user = users::show(&server.app, &Server::operator(), id).await.unwrap().user;
    let password = Secret::new(PASSWORD.to_owned());
    accounts::set_password(&server.app, &Server::operator(), &user, password, false).await.unwrap();
    gets_in(&with(&server, &home.cookie(KNOWN).unwrap()), "vic").await;

    assert_eq!([first, known, guess, elsewhere, told(&server).await], [0, 0, 0, 1, 1]);
    let letter = server.mails().into_iter().find(|it| it.contains("A new sign-in")).unwrap();
    assert!(letter.contains("another browser or program, address 127.0.0.1, "), "{letter}");
}

/// Somebody of another organisation who takes the same user name does not keep its owner out of a known browser; elsewhere
/// the page says what may be missing.
#[tokio::test]
async fn a_name_that_another_organisation_takes_too_still_signs_in_where_its_owner_is_known() {
    let server = Server::start().await;
    let (.., known) = vic(&server).await;
    server.tenant("globex").await.user("VIC", "owner").await;

    let here = gets_in(&with(&server, &known), "Vic").await;
    let (_, elsewhere) = Browser::new(&server).sign_in("vic", PASSWORD).await;
    let browser = Browser::new(&server);
    let (at, page) = browser.visit("/sign-in?organisation=acme").await;
    let named = browser.submit(&page, &[("username", "vic"), ("organisation", "acme")]).await;
    let (_, page) = browser.follow(&at, named).await;
    let wrong = browser.submit(&page, &[("password", "a guess that is not right")]).await;

    assert!(here);
    assert_eq!(elsewhere.status, 422);
    assert!(elsewhere.problem().contains("go back and name your organisation too"), "{}", elsewhere.problem());
    assert!(!wrong.problem().contains("organisation"), "{}", wrong.problem());
}
