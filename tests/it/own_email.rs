//! Changing the own e-mail address: who may, what proves it, who is told, what ends with it.

use std::time::Duration;

use doorward::app::accounts::{self, NewUser, Secret, SignIn, WayIn};
use doorward::app::users;
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::id::UserId;
use doorward::store::audit;
use reqwest::Method;
use serde_json::json;

use crate::console_shell::words;
use crate::harness::{Browser, PASSWORD, Reply, Server, Tenant};
use crate::people::Api;

const PAGE: &str = "/account/email";
const NEW: &str = "vera.new@mail.example";

async fn vera(tenant: &Tenant<'_>) -> UserId {
    let new = NewUser {
        user_name: "vera".to_owned(),
        display_name: "Vera".to_owned(),
        email: Some("vera@mail.example".to_owned()),
        role: Some("viewer".parse().unwrap()),
        sign_in: Some(SignIn::Password),
        way_in: Some(WayIn::Password { password: Secret::new(PASSWORD.to_owned()), must_change: false }),
    };
    accounts::create(&tenant.server.app, &Server::operator(), tenant.org, new).await.unwrap().person.user.id
}

async fn address(server: &Server, id: UserId) -> Option<String> {
    users::show(&server.app, &Server::operator(), id).await.unwrap().user.email
}

async fn signed_in(server: &Server) -> Browser<'_> {
    let browser = Browser::new(server);
    browser.sign_in("vera", PASSWORD).await;
    browser
}

async fn ask(browser: &Browser<'_>, new: &str) -> Reply {
    let page = browser.get(PAGE).await.expect(200);
    browser.submit_to(PAGE, &page, &[("email", new)]).await
}

fn mail_to<'m>(mails: &'m [String], to: &str) -> &'m String {
    mails.iter().rev().find(|mail| mail.contains(&format!("<{to}>"))).unwrap_or_else(|| panic!("{to}: {mails:?}"))
}

/// The path of the link in a mail.
fn link(server: &Server, mail: &str) -> String {
    let (_, after) = mail.split_once(&format!("{}/email/", server.url)).expect("a link to confirm");
    format!("/email/{}", after.split_whitespace().next().unwrap())
}

/// TE-11: another address counts once the link that was mailed to it is opened; the old one is told before and after.
#[tokio::test]
async fn te_11_another_address_counts_once_it_is_confirmed_and_the_old_one_is_told() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let id = vera(&tenant).await;
    let browser = signed_in(&server).await;

    let asked = ask(&browser, NEW).await.expect(303);
    server.run_jobs().await;
    let (first, before) = (server.mails(), address(&server, id).await);
    let link = link(&server, mail_to(&first, NEW));
    let elsewhere = Browser::new(&server);
    let page = elsewhere.get(&link).await.expect(200);
    let looked = address(&server, id).await;
    let done = elsewhere.submit(&page, &[]).await.expect(200);
    let again = elsewhere.submit(&page, &[]).await.expect(410);
    server.run_jobs().await;

    assert_eq!(asked.header("location"), Some("/account?done=email-asked"));
    assert!(mail_to(&first, "vera@mail.example").contains(NEW), "{first:?}");
    assert_eq!((before.as_deref(), looked.as_deref()), (Some("vera@mail.example"), Some("vera@mail.example")));
    assert!(words(&page).contains("the account vera at ACME goes to vera.new@mail.example"), "{}", page.text);
    assert!(words(&done).contains("Mail goes to vera.new@mail.example from now on."), "{}", done.text);
    assert!(again.text.contains("It was used already"), "{}", again.text);
    let user = users::show(&server.app, &Server::operator(), id).await.unwrap().user;
    // Elsewhere it may be anybody who reads that mailbox.
    assert_eq!((user.email.as_deref(), user.has_proved_email()), (Some(NEW), false));
    let second = server.mails().split_off(first.len());
    for to in ["vera@mail.example", NEW] {
        assert!(mail_to(&second, to).contains("Your e-mail address at ACME has changed"), "{second:?}");
    }
    let rows = audit::newest(server.app.store.reader(), tenant.org, 100).await.unwrap();
    let deeds: Vec<&str> = rows.iter().map(|row| row.action.as_str()).filter(|it| it.contains("email")).collect();
    assert_eq!(deeds, ["user.email_changed", "user.email_change_requested"]);
    assert!(rows.iter().all(|row| !row.changes.contains("mail.example")));
}

/// TE-11: it takes a recent proof of who one is.
#[tokio::test]
async fn te_11_asking_for_another_address_takes_a_recent_proof() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let id = vera(&tenant).await;
    let browser = signed_in(&server).await;
    let page = browser.get(PAGE).await.expect(200);
    server.advance(Duration::from_mins(11));

    let read = browser.get(PAGE).await;
    let sent = browser.submit_to(PAGE, &page, &[("email", NEW)]).await;

    assert_eq!(read.status, 303, "{}", read.text);
    assert!(read.header("location").unwrap().starts_with("/sign-in/"), "{:?}", read.headers);
    assert_ne!(sent.header("location"), Some("/account?done=email-asked"));
    server.run_jobs().await;
    assert!(server.mails().is_empty(), "{:?}", server.mails());
    assert_eq!(address(&server, id).await.as_deref(), Some("vera@mail.example"));
}

/// TE-11: with the change every link of before is void: a reset that was mailed to the old address opens nothing.
#[tokio::test]
async fn te_11_a_reset_that_was_mailed_to_the_old_address_is_void() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    vera(&tenant).await;
    let browser = signed_in(&server).await;
    let stranger = Browser::new(&server);
    let form = stranger.get("/forgot").await.expect(200);
    stranger.submit_to("/forgot", &form, &[("username", "vera")]).await.expect(200);
    server.run_jobs().await;
    let reset = server.newest_link();
    let (at, opened) = stranger.visit(&reset).await;
    ask(&browser, NEW).await.expect(303);
    server.run_jobs().await;
    let link = link(&server, mail_to(&server.mails(), NEW));

    let still = Browser::new(&server).get(&reset).await.status;
    let page = browser.get(&link).await.expect(200);
    browser.submit(&page, &[]).await.expect(200);
    server.run_jobs().await;

    assert_eq!(still, 303);
    assert_eq!(Browser::new(&server).get(&reset).await.status, 410);
    let fields = [("password", "seven quiet herons at dawn"), ("password_again", "seven quiet herons at dawn")];
    let late = stranger.submit_to(&at, &opened, &fields).await;
    assert!(late.status >= 400, "{}: {}", late.status, late.text);
    let (end, _) = Browser::new(&server).sign_in("vera", PASSWORD).await;
    assert_eq!(end, "/account");
    server.run_jobs().await;
}

/// TE-11: a link counts for the newest address only, for half an hour, and not after access was ended meanwhile.
#[tokio::test]
async fn te_11_a_link_that_is_old_or_replaced_or_of_somebody_shut_out_changes_nothing() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let id = vera(&tenant).await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&server).await;
    let newest = async |to: &str| {
        ask(&browser, to).await.expect(303);
        server.run_jobs().await;
        link(&server, mail_to(&server.mails(), to))
    };

    let replaced = newest("one@mail.example").await;
    let old = newest("two@mail.example").await;
    let first = browser.get(&replaced).await.status;
    let page = browser.get(&old).await.expect(200);
    server.advance(Duration::from_mins(31));
    let late = browser.submit(&page, &[]).await.status;
    let fresh = signed_in(&server).await;
    ask(&fresh, "three@mail.example").await.expect(303);
    server.run_jobs().await;
    let shut = link(&server, mail_to(&server.mails(), "three@mail.example"));
    let page = fresh.get(&shut).await.expect(200);
    users::deactivate(&server.app, &Server::operator(), id, users::OnLastHolder::Refuse).await.unwrap();
    users::activate(&server.app, &Server::operator(), id).await.unwrap();
    let void = fresh.submit(&page, &[]).await.status;
    server.run_jobs().await;

    assert_eq!([first, late, void], [410; 3]);
    assert_eq!(address(&server, id).await.as_deref(), Some("vera@mail.example"));
}

/// TE-11: whoever an identity provider keeps changes the address there; the page is not offered and the deed refused.
#[tokio::test]
async fn te_11_whoever_a_provider_keeps_changes_the_address_there() {
    let api = Api::new().await;
    let tenant = api.preset("owner-admin-contributor-viewer").await;
    let (issuer, client_id) = (Some("https://idp.example".to_owned()), Some("c".to_owned()));
    let settings = Settings { issuer, client_id, ..Settings::default() };
    let connection = tenant.connection_with(Kind::Okta, settings).await;
    let kept: UserId = connection.push("mia").await.parse().unwrap();
    let token = api.token(kept).await;
    let request = api.server().request(Method::POST, "/api/v1/me/email").bearer_auth(&token);

    let refused = api.server().send(request.json(&json!({ "email": NEW }))).await.expect(409);

    assert_eq!(refused.json()["type"], "urn:doorward:problem:managed-by-provider");
    let person = users::show(&api.server().app, &Server::operator(), kept).await.unwrap();
    let browser = api.stage.browser(&person).await;
    let profile = browser.get("/account").await.expect(200);
    assert!(!profile.text.contains(PAGE), "{}", profile.text);
    assert!(browser.get(PAGE).await.status >= 400);
}

/// TE-11 over the API: with a recent proof as on the page; a personal token is no such proof.
#[tokio::test]
async fn te_11_the_api_asks_for_the_same_proof() {
    let api = Api::new().await;
    let tenant = Tenant { server: api.server(), org: api.stage.org.id };
    let id = vera(&tenant).await;
    let person = users::show(&api.server().app, &Server::operator(), id).await.unwrap();
    let token = api.token(id).await;
    let call = async |token: &str| {
        let request = api.server().request(Method::POST, "/api/v1/me/email").bearer_auth(token);
        api.server().send(request.json(&json!({ "email": NEW }))).await.status
    };

    let fresh = call(&token).await;
    let personal = api.stage.personal_token(&api.stage.ada, &["read", "write"]).await;
    let with_personal = call(&personal).await;
    let browser = api.stage.browser(&person).await;
    api.server().advance(Duration::from_mins(11));
    let stale = call(&api.token_in(&browser).await).await;

    assert_eq!([fresh, with_personal, stale], [202, 403, 403]);
    assert_eq!(person.user.email, address(api.server(), id).await);
}

/// TE-11: an administrator's personal token changes the addresses of others, and never the one that opens its own account.
#[tokio::test]
async fn te_11_no_personal_token_changes_the_address_of_its_owner() {
    let api = Api::new().await;
    let vic = vera(&Tenant { server: api.server(), org: api.stage.org.id }).await;
    let ada = api.stage.ada.user.id;
    let personal = api.stage.personal_token(&api.stage.ada, &["read", "write"]).await;
    let change = async |token: &str, id: UserId, address: &str| {
        let request = api.server().request(Method::PATCH, &format!("/api/v1/users/{id}")).bearer_auth(token);
        api.server().send(request.json(&json!({ "email": address }))).await.status
    };

    let own = change(&personal, ada, "thief@mail.example").await;
    let other = change(&personal, vic, "vera-2@mail.example").await;
    let signed_in = change(&api.token(ada).await, ada, "ada-2@mail.example").await;

    assert_eq!([own, other, signed_in], [403, 200, 200]);
    assert_eq!(address(api.server(), ada).await.as_deref(), Some("ada-2@mail.example"));
    api.server().run_jobs().await;
}

/// Nobody has this server write to many strangers, and what is no address is said beside the field.
#[tokio::test]
async fn only_a_few_links_an_hour_are_mailed_and_only_to_addresses() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    vera(&tenant).await;
    let browser = signed_in(&server).await;

    let wrong = ask(&browser, "no address").await;
    let mut statuses = Vec::new();
    for nth in 0..4 {
        statuses.push(ask(&browser, &format!("v{nth}@mail.example")).await.status);
    }
    server.run_jobs().await;

    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("Write another e-mail address"), "{}", wrong.text);
    assert_eq!(statuses, [303, 303, 303, 429]);
}

/// Whoever confirms the address in a browser in which they are signed in has proved that it is theirs; nobody else does it for them.
#[tokio::test]
async fn an_address_is_proved_by_its_own_person_alone() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let id = vera(&tenant).await;
    let (browser, other) = (signed_in(&server).await, Browser::new(&server));
    tenant.user("otto", "viewer").await;
    other.sign_in("otto", PASSWORD).await;

    let mut proved = Vec::new();
    for (new, confirms) in [("one@mail.example", &other), ("two@mail.example", &browser)] {
        ask(&browser, new).await.expect(303);
        server.run_jobs().await;
        let link = link(&server, mail_to(&server.mails(), new));
        let page = confirms.get(&link).await.expect(200);
        confirms.submit(&page, &[]).await.expect(200);
        let user = users::show(&server.app, &Server::operator(), id).await.unwrap().user;
        assert_eq!(user.email.as_deref(), Some(new));
        proved.push(user.has_proved_email());
    }

    server.run_jobs().await;
    assert_eq!(proved, [false, true]);
}
