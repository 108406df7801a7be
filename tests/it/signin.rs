//! Signing in with a password: who gets in, and what nobody can tell.

use std::collections::BTreeSet;
use std::time::Duration;

use doorward::app::accounts::{self, Secret, SignIn, WayIn};
use doorward::app::config::Settings;
use doorward::app::jobs;
use doorward::app::users::{self, OnLastHolder};
use doorward::domain::id::UserId;
use doorward::domain::policy::Action;
use doorward::store::passwords::StoredPassword;
use reqwest::Method;

use crate::harness::log::captured;
use crate::harness::{Browser, PASSWORD, Reply, Server, Tenant, attribute, hidden_fields};

const WRONG: &str = "a wrong password of some length";

/// One of everybody who must not be told apart; `dora` waits after five failures.
async fn everybody(tenant: &Tenant<'_>) -> [&'static str; 6] {
    let closed = || WayIn::Closed;
    tenant.user("olga", "owner").await;
    tenant.user("anna", "contributor").await;
    tenant.user_with("sven", "contributor", SignIn::Sso, closed()).await;
    tenant.user_with("pete", "contributor", SignIn::Password, closed()).await;
    let gone = tenant.user("gone", "contributor").await;
    let app = &tenant.server.app;
    users::deactivate(app, &Server::operator(), gone, OnLastHolder::Refuse).await.unwrap();
    tenant.user("dora", "contributor").await;
    for _ in 0..5 {
        Browser::new(tenant.server).sign_in("dora", WRONG).await;
    }
    ["nobody-of-this-name", "anna", "sven", "pete", "gone", "dora"]
}

async fn refusal(server: &Server, user_name: &str) -> Reply {
    Browser::new(server).sign_in(user_name, WRONG).await.1
}

/// How often a password of this user was looked at and found wrong.
async fn verified(tenant: &Tenant<'_>, user: UserId) -> usize {
    let db = tenant.server.app.store.reader();
    let rows = doorward::store::audit::newest(db, tenant.org, 1_000).await.unwrap();
    let of_user = rows.iter().filter(|row| row.action == "auth.sign_in_failed" && row.target_id == user.to_string());
    of_user.filter(|row| row.changes.contains("\"password\"")).count()
}

#[tokio::test]
async fn a_person_signs_in_with_user_name_and_password_and_out_again() {
    let server = Server::start().await;
    server.tenant("acme").await.user("ada@acme.example", "owner").await;
    let browser = Browser::new(&server);

    let (at, account) = browser.sign_in("ADA@acme.example", PASSWORD).await;
    let signed_out = browser.submit(&account, &[]).await;

    assert_eq!((at.as_str(), account.status), ("/account", 200));
    assert!(account.text.contains("Given by an administrator"), "{}", account.text);
    assert_eq!((signed_out.status, signed_out.header("location")), (303, Some("/signed-out")));
    assert!(!browser.is_signed_in().await);
}

/// AU-01: unknown, wrong password, SSO, pending, deactivated and waiting: one answer.
#[tokio::test]
async fn au_01_nobody_can_tell_from_a_refusal_who_exists_or_why() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let everybody = everybody(&tenant).await;

    let mut answers = BTreeSet::new();
    for name in everybody {
        let reply = refusal(&server, name).await;
        answers.insert((reply.status, reply.anonymous(name), reply.headers.len()));
    }

    assert_eq!(answers.len(), 1, "{answers:#?}");
    let (status, page, _) = answers.first().unwrap();
    assert_eq!(*status, 422);
    assert!(page.contains("do not belong together"), "{page}");
}

/// A refusal costs exactly one hash, whoever is meant. How long it takes is measured from outside.
#[tokio::test]
async fn a_refusal_costs_one_hash_whoever_is_meant() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;

    for name in everybody(&tenant).await {
        let browser = Browser::new(&server);
        let (_, page) = browser.identify(name).await;
        let hashes = server.app.hasher.done();
        browser.submit(&page, &[("password", WRONG)]).await.expect(422);

        assert_eq!(server.app.hasher.done() - hashes, 1, "{name}");
    }
}

/// AU-05: after the name comes the password, whoever it is, and the name is shown as it was typed.
#[tokio::test]
async fn au_05_the_page_after_the_name_is_the_same_for_everybody_and_echoes_what_was_typed() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("anna@acme.example", "owner").await;
    tenant.user_with("sven@acme.example", "viewer", SignIn::Sso, WayIn::Closed).await;

    let mut pages = BTreeSet::new();
    for typed in ["anna@acme.example", "ANNA@Acme.Example", "sven@acme.example", "nobody@acme.example"] {
        let (_, page) = Browser::new(&server).identify(typed).await;
        assert!(page.text.contains(&format!("<bdi class=\"person-name\">{typed}</bdi>")), "{typed}");
        pages.insert((page.status, page.anonymous(typed)));
    }

    assert_eq!(pages.len(), 1, "{pages:#?}");
}

/// AU-06: after five failures the right password waits too, with the same words, and is taken when the wait is over.
#[tokio::test]
async fn au_06_the_right_password_waits_after_five_failures() {
    let server = Server::start().await;
    server.tenant("acme").await.user("anna", "owner").await;
    let mut refused = String::new();
    for _ in 0..5 {
        refused = refusal(&server, "anna").await.anonymous("anna");
    }

    let (_, waiting) = Browser::new(&server).sign_in("anna", PASSWORD).await;
    server.advance(Duration::from_secs(29));
    let (_, still_waiting) = Browser::new(&server).sign_in("anna", PASSWORD).await;
    server.advance(Duration::from_secs(1));
    let (at, _) = Browser::new(&server).sign_in("anna", PASSWORD).await;

    assert_eq!((waiting.status, waiting.anonymous("anna")), (422, refused.clone()));
    assert_eq!((still_waiting.status, still_waiting.anonymous("anna")), (422, refused));
    assert_eq!(at, "/account");
}

/// AU-07: of a hundred tries at the same moment at most five are checked, and the right one among them does not get in.
#[tokio::test]
async fn au_07_a_hundred_tries_at_once_check_five_and_let_nobody_in() {
    let server = Server::start().await;
    // So many failures are told of, to nobody who has an address here.
    server.keep_outbox();
    let tenant = server.tenant("acme").await;
    let anna = tenant.user("anna", "owner").await;
    let mut ready = Vec::new();
    for _ in 0..100 {
        let browser = Browser::new(&server);
        let (_, page) = browser.identify("anna").await;
        ready.push((browser, page));
    }
    // A busy server may ask some of the hundred to come back.
    server.expect_faults();

    let tries = ready.iter().enumerate().map(|(number, (browser, page))| async move {
        let password = if number == 60 { PASSWORD } else { WRONG };
        let _reply = browser.submit(page, &[("password", password)]).await;
        browser.cookie("dw_sid").is_some()
    });
    let let_in = join_all(tries).await;

    assert!(!let_in.contains(&true));
    assert!(verified(&tenant, anna).await <= 5);
}

/// Only what fails is counted against an address: those who sign in from one office do not use it up.
#[tokio::test]
async fn a_sign_in_that_succeeds_is_not_counted_against_its_address() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("anna", "owner").await;

    for _ in 0..25 {
        let (at, page) = Browser::new(&server).sign_in("anna", PASSWORD).await;
        assert_eq!((at.as_str(), page.status), ("/account", 200), "{}", page.text);
    }
}

async fn guess(server: &Server, number: usize) -> Reply {
    let browser = Browser::new(server);
    let (_, page) = browser.identify(&format!("nobody-{number}")).await;
    let fields: Vec<_> =
        hidden_fields(&page.text).into_iter().chain([("password".to_owned(), WRONG.to_owned())]).collect();
    let from = format!("198.51.100.{}", number % 250);
    let action = attribute(&page.text, "<form", "action").unwrap();
    browser.send(server.request(Method::POST, &action).header("x-forwarded-for", from).form(&fields)).await
}

/// Fifty sign-ins that fail within a second, from wherever they come, are told of in the log and by a letter to whoever
/// runs the instance, once a minute.
#[tokio::test]
async fn a_flood_of_failing_sign_ins_is_told_of_once_a_minute() {
    let log = captured();
    let operator_email = Some("operator@mail.example".to_owned());
    let trusted_proxies = Some("127.0.0.0/8".to_owned());
    let server = Server::start_with(|it| Settings { operator_email, trusted_proxies, ..it }).await;
    server.tenant("acme").await;
    let mut letters = Vec::new();

    for (round, pause) in [(0, 1), (1, 60), (2, 0)] {
        for number in 0..49 {
            guess(&server, round * 60 + number).await.expect(422);
        }
        server.run_jobs().await;
        letters.push(server.mails().len());
        guess(&server, round * 60 + 49).await.expect(422);
        server.run_jobs().await;
        letters.push(server.mails().len());
        server.advance(Duration::from_secs(pause));
    }

    assert_eq!(letters, [0, 1, 1, 1, 1, 2]);
    assert!(server.mails()[0].contains("Subject: Many sign-ins fail at"), "{}", server.mails()[0]);
    assert!(log().contains("sign-ins fail at a rate at which passwords are being guessed"));
}

/// AU-09: guesses from one address are bounded, at passwords and at codes together and whoever they are for; and no header
/// that anybody can write makes another address of it.
#[tokio::test]
async fn au_09_guesses_from_one_address_are_bounded_whatever_its_headers_say() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("anna", "owner").await;
    tenant.require_mfa().await;
    let first = Browser::new(&server);
    let (_, enrolment) = first.sign_in("anna", PASSWORD).await;
    first.enrol(&enrolment).await;
    let browser = Browser::new(&server);
    let (_, code) = browser.sign_in("anna", PASSWORD).await;
    let disguised = async |browser: &Browser<'_>, page: &Reply, field: (&str, &str), number: usize| {
        let fields: Vec<_> =
            hidden_fields(&page.text).into_iter().chain([(field.0.to_owned(), field.1.to_owned())]).collect();
        let from = format!("203.0.113.{number}");
        let request = server.request(Method::POST, &attribute(&page.text, "<form", "action").unwrap());
        let request = request.header("x-forwarded-for", &from).header("x-real-ip", &from);
        browser.send(request.header("forwarded", format!("for={from}")).form(&fields)).await.status
    };

    let mut statuses = Vec::new();
    for number in 0..19 {
        let stranger = Browser::new(&server);
        let (_, page) = stranger.identify(&format!("nobody-{number}")).await;
        statuses.push(disguised(&stranger, &page, ("password", WRONG), number).await);
    }
    for number in 19..21 {
        statuses.push(disguised(&browser, &code, ("code", "000000"), number).await);
    }
    let (_, right) = Browser::new(&server).sign_in("anna", PASSWORD).await;

    assert_eq!(statuses[..20], [422; 20]);
    assert_eq!((statuses[20], right.status), (429, 429));
    server.advance(Duration::from_mins(1));
    assert_eq!(Browser::new(&server).sign_in("anna", PASSWORD).await.1.heading(), "Enter your code");
}

/// AU-06: what a hundred guesses have closed opens by a reset and by nothing else, however long one waits and however often
/// the server tidies up.
#[tokio::test]
async fn au_06_an_account_that_a_hundred_guesses_have_closed_opens_by_a_reset_alone() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let id = tenant.user("anna", "owner").await;
    for _ in 0..100 {
        assert_eq!(refusal(&server, "anna").await.status, 422);
        server.advance(Duration::from_mins(16));
    }

    let closed = Browser::new(&server).sign_in("anna", PASSWORD).await.1;
    server.advance(Duration::from_hours(90 * 24));
    jobs::sweep(&server.app).await.unwrap();
    let later = Browser::new(&server).sign_in("anna", PASSWORD).await.1;
    let person = users::show(&server.app, &Server::operator(), id).await.unwrap();
    let password = Secret::new(PASSWORD.to_owned());
    accounts::set_password(&server.app, &Server::operator(), &person.user, password, false).await.unwrap();
    let (reset, _) = Browser::new(&server).sign_in("anna", PASSWORD).await;

    assert_eq!((closed.status, later.status), (422, 422), "the right password");
    assert_eq!(reset, "/account");
}

/// AU-08: however a name is spelled, its tries are counted together.
#[tokio::test]
async fn au_08_every_spelling_of_a_name_shares_one_budget() {
    let server = Server::start().await;
    // So many failures are told of, to nobody who has an address here.
    server.keep_outbox();
    let tenant = server.tenant("acme").await;
    let user = tenant.user("åsa", "owner").await;

    for _ in 0..2 {
        for typed in ["åsa", "ÅSA", " åsa ", "a\u{30a}sa", "A\u{30a}sa", "åｓａ"] {
            refusal(&server, typed).await;
        }
    }
    let (_, right) = Browser::new(&server).sign_in("A\u{30a}SA", PASSWORD).await;

    assert_eq!(verified(&tenant, user).await, 5);
    assert_eq!(right.status, 422);
}

/// AU-13: every character of a password counts, however long it and the user name are.
#[tokio::test]
async fn au_13_passwords_that_differ_after_72_bytes_are_different() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let name = "a".repeat(60);
    let start = "correct horse battery staple ".repeat(3);
    with_password(&tenant, &name, &format!("{start}one")).await;

    let (_, other) = Browser::new(&server).sign_in(&name, &format!("{start}two")).await;
    let (at, _) = Browser::new(&server).sign_in(&name, &format!("{start}one")).await;

    assert_eq!((other.status, at.as_str()), (422, "/account"));
}

/// AU-14: 1 MiB is too large, 1,025 bytes are too many, and neither is hashed; 1,024 bytes and 64 emoji are fine.
#[tokio::test]
async fn au_14_an_oversized_password_is_refused_without_hashing_and_a_long_one_works() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let longest: String = (0x1F400..0x1F500_u32).filter_map(char::from_u32).collect();
    let emoji: String = (0x1F400..0x1F440_u32).filter_map(char::from_u32).collect();
    with_password(&tenant, "long", &longest).await;
    with_password(&tenant, "emoji", &emoji).await;
    let before = server.app.hasher.done();

    let huge = Browser::new(&server).sign_in("long", &"x".repeat(1 << 20)).await.1.status;
    let over = Browser::new(&server).sign_in("long", &format!("{longest}x")).await.1.status;
    let hashed = server.app.hasher.done() - before;
    let at_limit = Browser::new(&server).sign_in("long", &longest).await.0;
    let with_emoji = Browser::new(&server).sign_in("emoji", &emoji).await.0;

    assert_eq!((longest.len(), emoji.chars().count()), (1_024, 64));
    assert_eq!((huge, over, hashed), (413, 400, 0));
    assert_eq!((at_limit.as_str(), with_emoji.as_str()), ("/account", "/account"));
}

/// AU-15: spaces count, a NUL is refused, and both compositions of a letter are one password.
#[tokio::test]
async fn au_15_spaces_count_and_both_compositions_of_a_letter_sign_in() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    with_password(&tenant, "anna", " caf\u{e9} on the corner ").await;
    let outcome = async |typed: &str| {
        let (at, reply) = Browser::new(&server).sign_in("anna", typed).await;
        if at == "/account" { 303 } else { reply.status }
    };

    assert_eq!(outcome("caf\u{e9} on the corner").await, 422);
    assert_eq!(outcome(" caf\u{e9} on the corner").await, 422);
    assert_eq!(outcome(" caf\u{e9} on the corner \0").await, 400);
    assert_eq!(outcome(" caf\u{e9} on the corner ").await, 303);
    assert_eq!(outcome(" cafe\u{301} on the corner ").await, 303);
}

/// AU-16: a password that is missing, sent twice, an array, an object or JSON is no password.
#[tokio::test]
async fn au_16_a_password_in_any_other_shape_is_a_bad_request_and_never_a_session() {
    let server = Server::start().await;
    server.tenant("acme").await.user("anna", "owner").await;
    let form = "application/x-www-form-urlencoded";
    let right = form_encoded(PASSWORD);

    for (kind, body, expected) in [
        (form, String::new(), 400),
        (form, format!("password[]={right}"), 400),
        (form, format!("password[$ne]=1&passwords={right}"), 400),
        (form, format!("password={right}&password={right}"), 400),
        (form, "password=".to_owned(), 422),
        ("application/json", format!("{{\"password\":\"{PASSWORD}\"}}"), 415),
        ("application/json", "{\"password\":{\"$ne\":1}}".to_owned(), 415),
        ("application/json", "{\"password\":null}".to_owned(), 415),
        ("text/plain", format!("password={right}"), 415),
    ] {
        let browser = Browser::new(&server);
        let (at, page) = browser.identify("anna").await;
        let csrf = crate::harness::hidden_fields(&page.text).into_iter().find(|it| it.0 == "csrf").unwrap().1;
        let request = server.request(Method::POST, &at).header("content-type", kind);

        let reply = browser.send(request.body(format!("csrf={csrf}&{body}"))).await;

        assert_eq!(reply.status, expected, "{kind} {body}");
        assert!(browser.cookie("dw_sid").is_none(), "{kind} {body}");
    }
}

/// AU-17: somebody who signs in elsewhere does not get in here, not even with a password that was left behind.
#[tokio::test]
async fn au_17_a_password_left_behind_does_not_let_an_sso_user_in() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let sven = tenant.user_with("sven", "owner", SignIn::Sso, WayIn::Closed).await;
    let phc = server.app.hasher.hash(Secret::new(PASSWORD.to_owned())).await.unwrap();
    let tx = server.app.begin(tenant.org).await.unwrap();
    let target = users::load(&tx, sven).await.unwrap().target();
    let (tx, permit) = server.app.ask(tx, &Server::operator(), Action::SetPassword, target).await.unwrap();
    let left = StoredPassword::permanent(phc);
    doorward::store::passwords::set(&tx, sven, &left).await.unwrap();
    tx.commit(permit).await.unwrap();

    let browser = Browser::new(&server);
    let (_, reply) = browser.sign_in("sven", PASSWORD).await;

    assert_eq!((reply.status, browser.cookie("dw_sid")), (422, None));
}

#[tokio::test]
async fn a_name_that_two_organisations_have_needs_the_organisation() {
    let server = Server::start().await;
    server.tenant("acme").await.user("ada", "owner").await;
    server.tenant("other").await.user("ada", "owner").await;
    let browser = Browser::new(&server);

    let (_, ambiguous) = browser.sign_in("ada", PASSWORD).await;
    let (at, page) = browser.visit("/sign-in?organisation=other").await;
    let answer = browser.submit(&page, &[("username", "ada")]).await;
    let (at, page) = browser.follow(&at, answer).await;
    let answer = browser.submit(&page, &[("password", PASSWORD)]).await;
    let (_, account) = browser.follow(&at, answer).await;

    assert_eq!(ambiguous.status, 422);
    assert!(account.text.contains("<bdi>OTHER</bdi>"), "{}", account.text);
}

/// RE-15: a temporary password opens the page that replaces it and nothing else, neither SCIM nor the API nor a token, cannot be kept, works once, and ends after a day.
#[tokio::test]
async fn re_15_a_temporary_password_must_be_changed_works_once_and_ends_after_a_day() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    for name in ["anna", "berta"] {
        let way_in = WayIn::Password { password: Secret::new(PASSWORD.to_owned()), must_change: true };
        tenant.user_with(name, "owner", SignIn::Password, way_in).await;
    }
    let browser = Browser::new(&server);

    let (at, page) = browser.sign_in("anna", PASSWORD).await;
    let skipped = browser.get("/account").await;
    let mut as_bearer = Vec::new();
    for token in [PASSWORD.to_owned(), browser.cookie("dw_pre").unwrap()] {
        for path in ["/scim/v2/Users", "/api/v1/me", "/oauth2/userinfo"] {
            as_bearer.push(server.send(server.request(Method::GET, path).bearer_auth(&token)).await.status);
        }
    }
    let grant = [("grant_type", "password"), ("username", "anna"), ("password", PASSWORD)];
    let as_grant = server.send(server.request(Method::POST, "/oauth2/token").form(&grant)).await;
    let kept = browser.submit(&page, &[("password", PASSWORD), ("password_again", PASSWORD)]).await;
    let weak = browser.submit(&page, &[("password", "anna acme"), ("password_again", "anna acme")]).await;
    let unlike = browser.submit(&page, &[("password", "another long password"), ("password_again", PASSWORD)]).await;
    let (_, again) = Browser::new(&server).sign_in("anna", PASSWORD).await;
    let reloaded = browser.get(&at).await;
    server.advance(Duration::from_hours(24));
    let (_, late) = Browser::new(&server).sign_in("berta", PASSWORD).await;

    assert_eq!(page.heading(), "Choose a new password");
    assert_eq!((again.status, again.heading()), (422, "Enter your password"), "somebody else has seen it, too");
    assert_eq!(reloaded.heading(), "Choose a new password", "whoever came first goes on");
    assert!(at.starts_with("/sign-in/"), "{at}");
    assert_eq!((skipped.status, skipped.header("location")), (303, Some("/sign-in")));
    assert_eq!(as_bearer, [401; 6]);
    assert!(matches!(as_grant.status, 400 | 401) && !as_grant.text.contains("access_token"), "{}", as_grant.text);
    assert_eq!([kept.status, weak.status, unlike.status], [422; 3]);
    assert!(kept.problem().contains("another password than the one you have"), "{}", kept.problem());
    assert_eq!(late.status, 422);
}

/// AU-02: a refusal ends with a tenth of a second, whatever it took; what a sign-in takes besides is measured from outside.
#[tokio::test]
async fn au_02_a_refusal_ends_with_a_whole_step_of_time() {
    let server = Server::start().await;
    server.tenant("acme").await.user("ada", "owner").await;
    for name in ["ada", "nobody"] {
        let browser = Browser::new(&server);
        let (_, page) = browser.visit("/sign-in").await;
        let answer = browser.submit(&page, &[("username", name)]).await;
        let (_, page) = browser.follow("/sign-in", answer).await;
        let began = tokio::time::Instant::now();
        let refused = browser.submit(&page, &[("password", "a wrong password of some length")]).await;

        assert_eq!(refused.status, 422);
        assert!(began.elapsed() >= Duration::from_millis(100), "{name}");
    }
}

/// RE-15: of those who use a temporary password at the same moment one gets to replace it.
#[tokio::test]
async fn re_15_a_temporary_password_works_once_even_for_several_at_once() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let way_in = WayIn::Password { password: Secret::new(PASSWORD.to_owned()), must_change: true };
    tenant.user_with("anna", "owner", SignIn::Password, way_in).await;

    let all = join_all((0..4).map(|_| async {
        let browser = Browser::new(&server);
        let (at, page) = browser.sign_in("anna", PASSWORD).await;
        (page.heading() == "Choose a new password", browser.get(&at).await.heading() == "Choose a new password")
    }));
    let (let_in, going_on): (Vec<_>, Vec<_>) = all.await.into_iter().unzip();

    assert_eq!(let_in.iter().filter(|it| **it).count(), 1, "{let_in:?}");
    assert_eq!(going_on, let_in, "whoever was let in goes on");
}

/// S0-22: somebody with a temporary password gets in with a password of their own.
#[tokio::test]
async fn s0_22_after_choosing_a_password_the_person_is_signed_in_and_the_temporary_one_is_dead() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let way_in = WayIn::Password { password: Secret::new(PASSWORD.to_owned()), must_change: true };
    tenant.user_with("anna", "owner", SignIn::Password, way_in).await;
    let browser = Browser::new(&server);
    let (at, page) = browser.sign_in("anna", PASSWORD).await;

    let own = "seven quiet herons at dawn";
    let answer = browser.submit(&page, &[("password", own), ("password_again", own)]).await;
    let (at, _) = browser.follow(&at, answer).await;
    let (_, old) = Browser::new(&server).sign_in("anna", PASSWORD).await;
    let (again, _) = Browser::new(&server).sign_in("anna", own).await;

    assert_eq!((at.as_str(), again.as_str(), old.status), ("/account", "/account", 422));
}

#[tokio::test]
async fn somebody_with_twenty_sessions_loses_the_oldest_to_the_next() {
    let server = Server::start().await;
    server.tenant("acme").await.user("anna", "owner").await;
    let mut browsers = Vec::new();
    for _ in 0..21 {
        let browser = Browser::new(&server);
        browser.sign_in("anna", PASSWORD).await;
        server.advance(Duration::from_secs(1));
        browsers.push(browser);
    }

    let (first, second) = (browsers[0].is_signed_in().await, browsers[1].is_signed_in().await);

    assert_eq!((first, second), (false, true));
}

async fn with_password(tenant: &Tenant<'_>, user_name: &str, password: &str) {
    let id = tenant.user(user_name, "owner").await;
    let app = &tenant.server.app;
    let user = doorward::app::users::show(app, &Server::operator(), id).await.unwrap().user;
    let password = Secret::new(password.to_owned());
    accounts::set_password(app, &Server::operator(), &user, password, false).await.unwrap();
}

fn form_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Waits for all of them at once.
pub async fn join_all<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = futures.map(Box::pin).map(|future| (future, None)).collect();
    std::future::poll_fn(|context| {
        for (future, done) in &mut waiting {
            if done.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        if waiting.iter().all(|(_, done)| done.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    waiting.into_iter().filter_map(|(_, done)| done).collect()
}
