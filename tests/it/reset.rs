//! One-time links: forgotten passwords and first passwords.

use std::time::Duration;

use doorward::app::accounts::{self, NewUser, Secret, SignIn, WayIn};
use doorward::app::config::Settings;
use doorward::app::invitations::{self, Delivery, Invitee};
use doorward::app::jobs;
use doorward::app::organisations::{self, NewOrganisation};
use doorward::app::users::{self, OnLastHolder};
use doorward::domain::role::RoleModel;
use doorward::store::outbox::Queue;
use reqwest::Method;

use crate::harness::{Browser, PASSWORD, Reply, Server, Tenant};
use crate::signin::join_all;

const NEW: &str = "seven quiet herons at dawn";

pub async fn mailed_user(tenant: &Tenant<'_>, name: &str, way_in: WayIn) -> accounts::Created {
    tenant.mailed(name, "owner", way_in).await
}

pub fn with_password() -> WayIn {
    WayIn::Password { password: Secret::new(PASSWORD.to_owned()), must_change: false }
}

/// Asks for a link on the page for it.
pub async fn ask(server: &Server, name: &str) -> Reply {
    let browser = Browser::new(server);
    let page = browser.get("/forgot").await;
    browser.submit(&page, &[("username", name)]).await
}

/// WCAG 3.3.7: whoever has typed a user name need not type it again to say that the password is forgotten, and nobody else
/// is shown it.
#[tokio::test]
async fn the_page_for_a_forgotten_password_knows_the_name_that_was_typed_in_this_browser() {
    let server = Server::start().await;
    server.tenant("acme").await.user("anna", "viewer").await;
    let (browser, other) = (Browser::new(&server), Browser::new(&server));
    let (_, first) = browser.visit("/sign-in").await;
    browser.submit(&first, &[("username", "Anna<1>")]).await;

    let own = browser.get("/forgot").await.expect(200);
    let others = other.get("/forgot").await.expect(200);

    assert!(own.text.contains("name=\"username\" type=\"text\" value=\"Anna&#60;1&#62;\""), "{}", own.text);
    assert!(others.text.contains("name=\"username\" type=\"text\" value=\"\""), "{}", others.text);
}

/// Follows a link and chooses this password.
pub async fn choose<'s>(server: &'s Server, link: &str, password: &str) -> (Browser<'s>, Reply) {
    let browser = Browser::new(server);
    let (_, page) = browser.visit(link).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let reply = browser.submit(&page, &[("password", password), ("password_again", password)]).await;
    (browser, reply)
}

#[tokio::test]
async fn somebody_who_forgot_the_password_gets_a_link_and_chooses_a_new_one() {
    let server = Server::start().await;
    server.keep_outbox();
    let anna = mailed_user(&server.tenant("acme").await, "anna", with_password()).await.person.user;
    let before = Browser::new(&server);
    before.sign_in("anna", PASSWORD).await;
    let answer = ask(&server, "anna").await;
    jobs::run_due(&server.app).await.unwrap();

    let (browser, reply) = choose(&server, &server.newest_link(), NEW).await;
    let (at, page) = browser.follow("", reply).await;
    let answered = browser.submit(&page, &[("password", NEW)]).await;

    assert!(answer.text.contains("Check your mail"), "{}", answer.text);
    assert!(server.mails()[0].contains("To: anna <anna@mail.example>"));
    assert!(at.starts_with("/sign-in/") && page.heading() == "Enter your password", "{at}");
    assert_eq!(answered.header("location"), Some("/account"));
    assert!(!before.is_signed_in().await);
    assert_eq!(Browser::new(&server).sign_in("anna", PASSWORD).await.1.status, 422);
    let proved = users::show(&server.app, &Server::operator(), anna.id).await.unwrap().user.has_proved_email();
    assert_eq!((anna.has_proved_email(), proved), (false, true));
}

/// AU-03, RE-09: one answer and the same work for everybody; a mail only for somebody who can use it.
#[tokio::test]
async fn au_03_re_09_asking_for_a_link_tells_nothing_and_mails_only_who_can_use_it() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    mailed_user(&tenant, "anna", with_password()).await;
    mailed_user(&tenant, "pete", WayIn::Closed).await;
    let gone = mailed_user(&tenant, "gone", with_password()).await;
    users::deactivate(&server.app, &Server::operator(), gone.person.user.id, OnLastHolder::Refuse).await.unwrap();
    let sso = NewUser {
        user_name: "sven".to_owned(),
        display_name: "sven".to_owned(),
        email: Some("sven@mail.example".to_owned()),
        role: None,
        sign_in: Some(SignIn::Sso),
        way_in: None,
    };
    accounts::create(&server.app, &Server::operator(), tenant.org, sso).await.unwrap();
    server.run_jobs().await;
    let before = server.mails().len();

    let mut answers = std::collections::BTreeSet::new();
    for (asked, name) in ["nobody", "anna", "pete", "gone", "sven"].into_iter().enumerate() {
        let reply = ask(&server, name).await;
        assert_eq!(server.app.store.waiting().await.unwrap(), asked as u64 + 1);
        let without_id = reply.text.split("/sign-in/").next().unwrap().to_owned();
        answers.insert((reply.status, without_id, reply.text.len()));
    }
    jobs::run_due(&server.app).await.unwrap();

    assert_eq!(answers.len(), 1, "{answers:#?}");
    let mails = server.mails().split_off(before);
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("<anna@mail.example>"));
}

/// AU-03, RE-09: whoever let the first link run out asks for another and gets it, as often as anybody gets a mail; the
/// answer is the one that everybody gets, and a link that still works brings no other.
#[tokio::test]
async fn au_03_re_09_a_first_link_that_has_run_out_is_replaced_for_the_asking() {
    let server = Server::start().await;
    server.keep_outbox();
    let tenant = server.tenant("acme").await;
    mailed_user(&tenant, "pete", WayIn::Link).await;
    mailed_user(&tenant, "cleo", WayIn::Closed).await;
    server.run_jobs().await;
    let first = server.newest_link();
    let asked = async |name: &str| {
        let (reply, before) = (ask(&server, name).await, server.mails().len());
        server.run_jobs().await;
        (reply.status, reply.text.split("/sign-in/").next().unwrap().to_owned(), server.mails().len() - before)
    };

    server.advance(Duration::from_hours(72) - Duration::from_millis(1));
    let early = asked("pete").await;
    server.advance(Duration::from_millis(1));
    let late = asked("pete").await;
    let second = server.newest_link();
    let again = asked("pete").await;
    let (closed, nobody) = (asked("cleo").await, asked("nobody").await);
    let dead = Browser::new(&server).visit(&first).await.1.status;
    let (browser, chosen) = choose(&server, &second, NEW).await;

    assert_eq!([early.2, late.2, again.2, closed.2, nobody.2], [0, 1, 0, 0, 0], "mails sent");
    assert!([&early, &again, &closed, &nobody].iter().all(|it| (it.0, &it.1) == (late.0, &late.1)), "{late:?}");
    assert!(second.starts_with("/activate/") && second != first, "{second}");
    assert_eq!((dead, chosen.status, browser.is_signed_in().await), (410, 303, true));
}

/// AU-03: a dead link of either kind, and one that never was, show one page, which says how to go on: ask for another, sign
/// in, or ask an administrator.
#[tokio::test]
async fn au_03_every_dead_link_shows_the_same_page_with_a_way_on() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    mailed_user(&tenant, "anna", with_password()).await;
    mailed_user(&tenant, "pete", WayIn::Link).await;
    server.run_jobs().await;
    let activation = server.newest_link();
    ask(&server, "anna").await;
    server.run_jobs().await;
    let reset = server.newest_link();
    server.advance(Duration::from_hours(72));
    let never = format!("{}A", reset.strip_suffix(|_: char| true).unwrap());

    let mut pages = std::collections::BTreeSet::new();
    for link in [&activation, &reset, &never, &never.replace("/reset/", "/activate/"), "/activate/x"] {
        let page = Browser::new(&server).visit(link).await.1;
        pages.insert((page.status, page.text));
    }
    let text = &pages.first().unwrap().1;
    let next = Browser::new(&server).get("/forgot").await.expect(200);

    assert_eq!(pages.iter().map(|it| it.0).collect::<Vec<_>>(), [410], "one page for all");
    assert!(text.contains("class=\"button primary\" href=\"/forgot\"") && text.contains("href=\"/sign-in\""), "{text}");
    assert!(text.contains("or an administrator of your organisation"), "{text}");
    assert!(next.text.contains("when the link for your first password has run out"), "{}", next.text);
}

/// RE-04: a link works once, also when it is used twenty times at the same moment.
#[tokio::test]
async fn re_04_a_link_works_once_even_twenty_times_at_once() {
    let server = Server::start().await;
    server.keep_outbox();
    mailed_user(&server.tenant("acme").await, "anna", with_password()).await;
    ask(&server, "anna").await;
    jobs::run_due(&server.app).await.unwrap();
    let link = server.newest_link();
    let mut ready = Vec::new();
    for _ in 0..20 {
        let browser = Browser::new(&server);
        let (_, page) = browser.visit(&link).await;
        ready.push((browser, page));
    }

    let tries = ready.iter().map(|(browser, page)| async move {
        browser.submit(page, &[("password", NEW), ("password_again", NEW)]).await.status
    });
    let statuses = join_all(tries).await;
    let later = Browser::new(&server).visit(&link).await.1;

    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 303 | 410)), "{statuses:?}");
    assert_eq!(later.status, 410);
}

/// RE-05: a link is dead after a newer one, after the password has changed, and after half an hour.
#[tokio::test]
async fn re_05_a_link_dies_with_a_newer_one_with_another_password_and_with_time() {
    let server = Server::start().await;
    let made = mailed_user(&server.tenant("acme").await, "anna", with_password()).await;
    let mut links = Vec::new();
    for _ in 0..2 {
        ask(&server, "anna").await;
        jobs::run_due(&server.app).await.unwrap();
        links.push(server.newest_link());
    }
    let status = async |link: &str| Browser::new(&server).visit(link).await.1.status;

    let (replaced, newest) = (status(&links[0]).await, status(&links[1]).await);
    let password = Secret::new(NEW.to_owned());
    accounts::set_password(&server.app, &Server::operator(), &made.person.user, password, false).await.unwrap();
    let after_change = status(&links[1]).await;
    ask(&server, "anna").await;
    jobs::run_due(&server.app).await.unwrap();
    let third = server.newest_link();
    server.advance(Duration::from_mins(30) - Duration::from_millis(1));
    let just_in_time = status(&third).await;
    server.advance(Duration::from_millis(1));
    let too_late = status(&third).await;

    assert_eq!([replaced, newest, after_change, just_in_time, too_late], [410, 200, 410, 200, 410]);
}

/// RE-06: without a link that was followed in this browser no password is set, whatever is posted.
#[tokio::test]
async fn re_06_the_last_step_without_the_link_changes_nothing() {
    let server = Server::start().await;
    mailed_user(&server.tenant("acme").await, "anna", with_password()).await;
    ask(&server, "anna").await;
    jobs::run_due(&server.app).await.unwrap();
    let owner = Browser::new(&server);
    let (theirs, _) = owner.visit(&server.newest_link()).await;
    let attacker = Browser::new(&server);
    let (own, page) = attacker.visit("/sign-in").await;
    let fields = [("password", NEW), ("password_again", NEW), ("user", "anna"), ("purpose", "reset")];

    let foreign = attacker.submit_to(&theirs, &page, &fields).await;
    let wrong_step = attacker.submit_to(&own, &page, &fields).await;
    for token in ["", "true", "dwln_", "dwln_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let reply = server.get(&format!("/reset/{token}")).await;
        assert!(matches!(reply.status, 404 | 410), "{token}: {}", reply.status);
    }

    assert_eq!((foreign.status, foreign.header("location")), (303, Some("/sign-in")));
    assert_eq!(wrong_step.status, 400);
    assert_eq!(Browser::new(&server).sign_in("anna", PASSWORD).await.0, "/account");
}

/// RE-07, RE-08: reading a link ten times, as mail scanners do, uses nothing up, and the token leaves the address bar.
#[tokio::test]
async fn re_07_re_08_reading_a_link_uses_nothing_up_and_takes_the_token_out_of_the_address() {
    let server = Server::start().await;
    server.keep_outbox();
    mailed_user(&server.tenant("acme").await, "anna", with_password()).await;
    ask(&server, "anna").await;
    jobs::run_due(&server.app).await.unwrap();
    let link = server.newest_link();

    for method in [Method::GET, Method::HEAD].into_iter().cycle().take(10) {
        let reply = server.send(server.request(method, &link)).await;
        assert_eq!(reply.status, 303);
        assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
    }
    let browser = Browser::new(&server);
    let (at, page) = browser.visit(&link).await;
    let (_, reply) = choose(&server, &link, NEW).await;

    assert!(!at.contains("dwln_") && !page.text.contains("dwln_"), "{at}");
    assert_eq!(reply.status, 303);
}

/// RE-10: a new password leaves the second factor as it was, and every session ends.
#[tokio::test]
async fn re_10_a_new_password_leaves_the_second_factor_and_ends_every_session() {
    let server = Server::start().await;
    server.keep_outbox();
    let tenant = server.tenant("acme").await;
    tenant.require_mfa().await;
    mailed_user(&tenant, "anna", with_password()).await;
    let browser = Browser::new(&server);
    let (_, page) = browser.sign_in("anna", PASSWORD).await;
    let (phone, _, _) = browser.enrol(&page).await;
    server.advance(Duration::from_secs(30));
    ask(&server, "anna").await;
    jobs::run_due(&server.app).await.unwrap();

    choose(&server, &server.newest_link(), NEW).await;
    let was_signed_out = !browser.is_signed_in().await;
    let (_, page) = browser.sign_in("anna", NEW).await;
    let answer = browser.submit(&page, &[("code", &phone.code(&server))]).await;

    assert!(was_signed_out);
    assert_eq!((page.heading(), answer.header("location")), ("Enter your code", Some("/account")));
}

/// RE-16: a hundred requests for one address send three mails in an hour, with the same answer each time.
#[tokio::test]
async fn re_16_a_hundred_requests_send_three_mails() {
    let server = Server::start().await;
    mailed_user(&server.tenant("acme").await, "anna", with_password()).await;

    let mut statuses = std::collections::BTreeSet::new();
    for _ in 0..100 {
        statuses.insert(ask(&server, "anna").await.status);
    }
    jobs::run_due(&server.app).await.unwrap();

    assert_eq!((statuses.into_iter().collect::<Vec<_>>(), server.mails().len()), (vec![200], 3));
}

#[tokio::test]
async fn an_activation_link_is_mailed_and_makes_a_pending_user_active() {
    let server = Server::start().await;
    server.keep_outbox();
    let made = mailed_user(&server.tenant("acme").await, "pete", WayIn::Link).await;
    jobs::run_due(&server.app).await.unwrap();
    let link = server.newest_link();

    let page = Browser::new(&server).visit(&link).await.1;
    let (browser, chosen) = choose(&server, &link, NEW).await;
    let is_in = browser.is_signed_in().await;
    let (at, _) = Browser::new(&server).sign_in("pete", NEW).await;
    let again = Browser::new(&server).visit(&link).await.1;

    assert!(made.link.unwrap().reveal().ends_with(&link));
    assert_eq!(page.heading(), "Choose your password");
    assert_eq!((chosen.header("location"), is_in), (Some("/account"), true), "the first password is asked for once");
    assert_eq!((at.as_str(), again.status), ("/account", 410));
}

#[tokio::test]
async fn what_waits_to_be_mailed_is_not_readable_in_the_database() {
    let server = Server::start().await;
    mailed_user(&server.tenant("acme").await, "anna", with_password()).await;
    ask(&server, "anna").await;
    let request = server.app.store.due(Queue::AllBut(&[]), server.app.now(), 10).await.unwrap().remove(0).payload;

    jobs::run_due(&server.app).await.unwrap();

    assert!(!request.contains("anna"), "{request}");
    assert_eq!(server.mails().len(), 1);
}

/// RE-01: a request under another name is refused, and no header of a proxy that nobody trusts gets into the link.
#[tokio::test]
async fn re_01_the_link_leads_to_the_public_address_whatever_the_request_claims() {
    let server = Server::start().await;
    server.keep_outbox();
    mailed_user(&server.tenant("acme").await, "anna", with_password()).await;
    let browser = Browser::new(&server);
    let page = browser.get("/forgot").await;
    let mut fields = crate::harness::hidden_fields(&page.text);
    fields.push(("username".to_owned(), "anna".to_owned()));
    let ask = || server.request(Method::POST, "/forgot").form(&fields);

    let misdirected = browser.send(ask().header("host", "evil.example")).await;
    for name in ["x-forwarded-host", "x-forwarded-proto", "forwarded", "x-original-host", "x-host"] {
        let value = if name == "forwarded" { "host=evil.example;proto=http" } else { "evil.example" };
        browser.send(ask().header(name, value)).await.expect(200);
        server.run_jobs().await;
        server.advance(Duration::from_hours(1));
    }

    assert_eq!(misdirected.status, 421);
    let mails = server.mails();
    assert_eq!(mails.len(), 5);
    assert!(mails.iter().all(|mail| mail.contains(&server.url) && !mail.contains("evil.example")), "{mails:#?}");
}

/// RE-02: a name that is sent twice, as a list or as JSON is refused, and several names in one field are nobody's.
#[tokio::test]
async fn re_02_only_one_name_is_read_and_only_the_stored_address_gets_mail() {
    let server = Server::start().await;
    mailed_user(&server.tenant("acme").await, "anna", with_password()).await;
    let browser = Browser::new(&server);
    let page = browser.get("/forgot").await;
    let csrf = crate::harness::hidden_fields(&page.text);
    let with = |extra: &[(&str, &str)]| {
        let mut all = csrf.clone();
        all.extend(extra.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        server.request(Method::POST, "/forgot").form(&all)
    };

    let twice = browser.send(with(&[("username", "anna"), ("username", "evil@evil.example")])).await.status;
    let list = browser.send(with(&[("username[]", "anna"), ("username[]", "evil@evil.example")])).await.status;
    let json = serde_json::json!({ "username": ["anna", "evil@evil.example"] });
    let json = browser.send(server.request(Method::POST, "/forgot").json(&json)).await.status;
    let several = browser.send(with(&[("username", "anna,evil@evil.example")])).await.status;
    server.run_jobs().await;

    assert_eq!([twice, list, several], [400, 400, 200]);
    assert!(matches!(json, 400 | 403 | 415), "{json}");
    assert_eq!(server.mails(), Vec::<String>::new());
}

/// RE-03: a name that only looks like somebody's, or is another spelling of it, brings no mail to the address that was typed.
#[tokio::test]
async fn re_03_no_mail_goes_to_an_address_because_it_was_typed() {
    let server = Server::start().await;
    server.keep_outbox();
    let tenant = server.tenant("acme").await;
    let new = NewUser {
        user_name: "kira@mail.example".to_owned(),
        display_name: "Kira".to_owned(),
        email: Some("kira@stored.example".to_owned()),
        role: Some("owner".parse().unwrap()),
        sign_in: Some(SignIn::Password),
        way_in: Some(with_password()),
    };
    accounts::create(&server.app, &Server::operator(), tenant.org, new).await.unwrap();

    for typed in [
        "k\u{131}ra@mail.example",
        "k\u{ed}ra@mail.example",
        "kira\u{ff20}mail.example",
        "\u{212a}ira@mail.example",
        "KIRA@MAIL.EXAMPLE",
        "kira@ma\u{131}l.example",
        "kira@mail.example.",
        "kira@mail.example@evil.example",
    ] {
        ask(&server, typed).await.expect(200);
        server.run_jobs().await;
        server.advance(Duration::from_hours(1));
    }

    let mails = server.mails();
    assert!(!mails.is_empty(), "another spelling of the same name is the same person");
    assert!(mails.iter().all(|mail| mail.contains("<kira@stored.example>") && !mail.contains("kira@mail.example>")));
}

/// RE-17: line ends in a name are refused, and what only looks like one stays text: one recipient, one message.
#[tokio::test]
async fn re_17_no_name_becomes_a_header_or_another_message() {
    let server = Server::start().await;
    server.keep_outbox();
    let tenant = server.tenant("acme").await;
    let create = async |name: &str, nth: usize| {
        let new = NewUser {
            user_name: format!("user{nth}"),
            display_name: name.to_owned(),
            email: Some(format!("user{nth}@mail.example")),
            role: Some("owner".parse().unwrap()),
            sign_in: Some(SignIn::Password),
            way_in: Some(with_password()),
        };
        accounts::create(&server.app, &Server::operator(), tenant.org, new).await.map(|_| ())
    };

    let broken =
        ["Ann\r\nBcc: evil@evil.example", "Ann\nBcc: evil@evil.example", "Ann\r\n.\r\nMAIL FROM:<x>", "Ann\rX"];
    for (nth, name) in broken.into_iter().enumerate() {
        assert!(create(name, nth).await.is_err(), "{name:?}");
    }
    let odd = [
        "Ann%0d%0aBcc: evil@evil.example",
        "Bcc: evil@evil.example",
        "\"Ann\" <evil@evil.example>, x",
        "=?utf-8?q?Ann?=",
    ];
    for (nth, name) in odd.into_iter().enumerate() {
        create(name, nth + 10).await.unwrap();
        ask(&server, &format!("user{}", nth + 10)).await;
        server.run_jobs().await;
    }

    let mails = server.mails();
    assert_eq!(mails.len(), odd.len());
    for (nth, mail) in mails.iter().enumerate() {
        let head = mail.split("\r\n\r\n").next().unwrap();
        let named = |name: &str| head.lines().filter(|line| line.to_lowercase().starts_with(name)).count();
        assert_eq!((named("to:"), named("bcc:"), named("cc:")), (1, 0, 0), "{head}");
        assert!(head.replace("\r\n ", " ").contains(&format!("<user{}@mail.example>", nth + 10)), "{head}");
    }
}

/// RE-18: names of people and organisations that hold markup and addresses of the web are text, and lead nowhere: on the pages
/// of sign-in, of invitations, of the own account and of the console, and in every letter that names them.
#[tokio::test]
async fn re_18_a_name_with_markup_and_an_address_is_text_that_leads_nowhere() {
    const EVIL: &str = "<a href=\"https://evil.example/\">Win</a> https://evil.example/x www.evil.example";
    let server = Server::start().await;
    let role_model = RoleModel::preset("owner-admin-contributor-viewer").unwrap().to_toml().to_owned();
    let new = NewOrganisation { slug: "evil".to_owned(), name: EVIL.to_owned(), role_model };
    let org = organisations::create(&server.app, &Server::operator(), new).await.unwrap().id;
    let tenant = Tenant { server: &server, org };
    let new = NewUser {
        user_name: EVIL.to_owned(),
        display_name: EVIL.to_owned(),
        email: Some("evil@mail.example".to_owned()),
        role: Some("owner".parse().unwrap()),
        sign_in: Some(SignIn::Password),
        way_in: Some(with_password()),
    };
    let evil = accounts::create(&server.app, &Server::operator(), org, new).await.unwrap().person;
    let ida = Invitee {
        address: "ida@mail.example".to_owned(),
        display_name: Some(EVIL.to_owned()),
        role: None,
        teams: Vec::new(),
    };
    let sent = invitations::invite_many(&server.app, &evil.actor(None), tenant.org, vec![ida], Delivery::Mail).await;
    sent.unwrap().remove(0).result.unwrap();
    server.run_jobs().await;
    let invitation = server.newest_link();
    ask(&server, EVIL).await;
    server.run_jobs().await;
    let browser = Browser::new(&server);
    let mut pages = vec![
        ("invitation", Browser::new(&server).visit(&invitation).await.1),
        ("forgotten", Browser::new(&server).visit(&server.newest_link()).await.1),
        ("password", browser.identify(EVIL).await.1),
    ];

    assert_eq!(browser.sign_in(EVIL, PASSWORD).await.0, "/account");
    for path in ["/account", "/account/security", "/account/activity", "/console", "/console/users"] {
        pages.push((path, browser.get(path).await.expect(200)));
    }

    for (name, page) in &pages {
        let targets = page.text.split("href=\"").skip(1).filter_map(|it| it.split('"').next());
        let strange: Vec<_> = targets.filter(|it| !it.starts_with(['/', '#', '?'])).collect();
        assert_eq!(strange, Vec::<&str>::new(), "{name}");
        assert!(page.text.contains("&#60;a href=&#34;https://evil.example/"), "{name} does not show the name");
        assert!(!page.text.contains("<a href=\"https://evil"), "{name}");
    }
    let mails = server.mails();
    assert_eq!(mails.len(), 2);
    for mail in mails {
        let (_, mail) = mail.split_once("\r\n\r\n").unwrap();
        let (_, html) = mail.split_once("<!doctype html>").unwrap();
        let links: Vec<_> = html.split("href=\"").skip(1).filter_map(|it| it.split('"').next()).collect();
        assert!(links.len() == 1 && links[0].starts_with(&server.url), "{mail}");
        assert!(!mail.contains("evil.example/") && !mail.contains("www.evil"), "{mail}");
    }
}

/// S0-21, S0-22: where the role model says so, a new user is mailed the sign-in address, the user name and a password that
/// opens nothing but the page that replaces it.
#[tokio::test]
async fn s0_21_a_new_user_is_mailed_sign_in_address_user_name_and_a_one_time_password() {
    let server = Server::start().await;
    server.tenant_with("acme", "root-admin-developer").await;
    let new = serde_json::json!({
        "user_name": "dora", "display_name": "Dora", "email": "dora@mail.example", "role": "developer",
    });

    let made = server.send(server.api(Method::POST, "/api/v1/users?organisation=acme").json(&new)).await.expect(201);
    server.run_jobs().await;

    let mail = server.mails().pop().unwrap();
    let plain = mail.split("text/html").next().unwrap();
    let password = plain.lines().find_map(|line| line.strip_prefix("    ")).unwrap().trim().to_owned();
    assert!(mail.contains("<dora@mail.example>") && plain.contains("Your user name at ACME is dora"), "{plain}");
    assert!(plain.contains(&format!("{}/sign-in", server.url)), "{plain}");
    assert!(!made.text.contains(&password), "what is mailed is not shown");
    let (browser, page) = {
        let browser = Browser::new(&server);
        let (_, page) = browser.sign_in("dora", &password).await;
        (browser, page)
    };
    assert_eq!((page.heading(), browser.is_signed_in().await), ("Choose a new password", false));
}

/// S2-9: the first password is chosen by a link: at least 128 random bits, over https, for one use and three days, on a page
/// that tells no other site where one comes from.
#[tokio::test]
async fn s2_9_the_first_password_is_chosen_by_a_secure_link() {
    let https = "https://id.acme.example";
    let server = Server::start_with(|it| Settings { public_url: Some(https.to_owned()), ..it }).await;
    let tenant = server.tenant_with("acme", "admin-developer-viewer").await;
    for name in ["vera", "vito"] {
        let new = NewUser {
            user_name: name.to_owned(),
            display_name: name.to_owned(),
            email: Some(format!("{name}@mail.example")),
            role: Some("viewer".parse().unwrap()),
            sign_in: Some(SignIn::Password),
            way_in: None,
        };
        accounts::create(&server.app, &Server::operator(), tenant.org, new).await.unwrap();
    }
    server.run_jobs().await;
    let link = |name: &str| {
        let mails = server.mails();
        let mail = mails.iter().find(|it| it.contains(&format!("<{name}@mail.example>"))).unwrap();
        let (_, after) = mail.split_once(&format!("{https}/activate/")).expect("an https link");
        format!("/activate/{}", after.split_whitespace().next().unwrap())
    };

    let secret = link("vera").trim_start_matches("/activate/dwln_").to_owned();
    let first = Browser::new(&server).get(&link("vera")).await;
    let (_, chosen) = choose(&server, &link("vera"), "Seven quiet herons at dawn, 7").await;
    let again = Browser::new(&server).visit(&link("vera")).await.1;
    server.advance(Duration::from_hours(73));
    let late = Browser::new(&server).visit(&link("vito")).await.1;

    assert!(
        secret.len() >= 43 && secret.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it)),
        "{secret}"
    );
    assert_eq!(first.header("referrer-policy"), Some("no-referrer"));
    assert_eq!((chosen.status, again.status, late.status), (303, 410, 410));
}
