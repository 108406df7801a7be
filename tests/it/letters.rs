//! What letters tell of a deed, and who gets none.

use doorward::app::accounts::{self, WayIn};
use doorward::app::departures;
use doorward::app::users::{self, OnLastHolder};
use reqwest::Method;
use serde_json::json;

use crate::harness::{Browser, PASSWORD, Server};
use crate::people::Api;
use crate::reset::with_password;

/// The letters to somebody, each as its subject and its plain text.
fn to(server: &Server, name: &str) -> Vec<(String, String)> {
    let all = server.mails();
    let mine = all.iter().filter(|mail| mail.contains(&format!("<{name}@mail.example>")));
    let read = mine.map(|mail| {
        let mail = mail.replace('\r', "");
        let subject = mail.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap().to_owned();
        let plain = mail.split("Hello ").nth(1).unwrap().split("\n--").next().unwrap().to_owned();
        (subject, plain)
    });
    read.collect()
}

/// Whoever replaced the password knows it, so the letter leads to a link by mail, and says when and from where: from the
/// browser that asked for it, which need not be the one in which the session began.
#[tokio::test]
async fn the_letter_about_another_own_password_leads_to_a_link_by_mail() {
    let server = Server::start().await;
    server.tenant("acme").await.mailed("anna", "viewer", with_password()).await;
    let browser = Browser::new(&server);
    browser.sign_in("anna", PASSWORD).await;

    let (at, new) = ("/account/security/password", "a slow green river in may");
    let mut fields = browser.get(at).await.expect(200).fields(at);
    fields.retain(|(name, _)| !name.contains("password"));
    let typed = [("current_password", PASSWORD), ("password", new), ("password_again", new)];
    fields.extend(typed.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let thief = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0";
    let request = server.request(Method::POST, at).header("user-agent", thief).form(&fields);
    browser.send(request).await.expect(303);
    server.run_jobs().await;

    let (_, text) = to(&server, "anna").pop().unwrap();
    assert!(text.contains(&format!("{}/forgot", server.url)) && !text.contains("/account/security"), "{text}");
    assert!(text.contains("tell an administrator"), "{text}");
    assert!(text.contains(" UTC. From where: Firefox on Windows at the address 127.0.0.1."), "{text}");
}

/// A deed over the API tells the address of the caller, and no browser.
#[tokio::test]
async fn the_letter_about_a_deed_over_the_api_tells_the_address_of_the_caller() {
    let api = Api::new().await;
    let dora = api.acme().mailed("dora", "viewer", with_password()).await.person.user.id;
    let token = api.token(dora).await;

    let body = Some(json!({ "email": "new@mail.example" }));
    api.call(&token, Method::POST, "/me/email", body).await.expect(202);
    api.server().run_jobs().await;

    let (_, text) = to(api.server(), "dora").pop().unwrap();
    assert!(text.contains(" UTC. From where: the address 127.0.0.1."), "{text}");
}

/// A temporary password is told of as one: who set it, until when it holds, and nothing that would void it.
#[tokio::test]
async fn the_letter_about_a_temporary_password_says_who_set_it_and_until_when_it_works() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let (_, olga) = tenant.actor("olga", "owner").await;
    let vic = tenant.mailed("vic", "viewer", with_password()).await.person.user;

    let until = server.app.now().after(std::time::Duration::from_hours(24)).rfc3339();
    accounts::set_temporary_password(&server.app, &olga, &vic).await.unwrap();
    server.run_jobs().await;

    let (subject, text) = to(&server, "vic").pop().unwrap();
    assert_eq!(subject, "A temporary password was set for you at ACME");
    assert!(text.contains("Who did this: olga."), "{text}");
    assert!(text.contains(&format!(", {} UTC, and you choose your own", until.get(11..16).unwrap())), "{until} {text}");
    assert!(
        text.contains("will hand it to you") && text.contains("all sessions and personal tokens have ended"),
        "{text}"
    );
    assert!(text.contains("ask an administrator of your organisation at once"), "{text}");
    assert!(!text.contains("/forgot") && !text.contains("other session"), "{text}");
}

/// Somebody pending cannot sign in, and is not told that they could; another role of theirs needs no sign-in.
#[tokio::test]
async fn somebody_pending_is_not_told_that_they_can_sign_in() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let (_, olga) = tenant.actor("olga", "owner").await;
    let pia = tenant.mailed("pia", "viewer", WayIn::Closed).await.person.user;
    let vic = tenant.mailed("vic", "viewer", with_password()).await.person.user;

    for user in [&pia, &vic] {
        users::change_role(&server.app, &olga, user.id, &"contributor".parse().unwrap()).await.unwrap();
        server.run_jobs().await;
    }
    for user in [&pia, &vic] {
        users::deactivate(&server.app, &olga, user.id, OnLastHolder::Refuse).await.unwrap();
        users::activate(&server.app, &olga, user.id).await.unwrap();
        server.run_jobs().await;
    }

    let subjects = |name: &str| to(&server, name).into_iter().map(|it| it.0).collect::<Vec<_>>();
    assert!(!subjects("pia").iter().any(|it| it.contains("open again")), "{:?}", subjects("pia"));
    assert!(subjects("vic").iter().any(|it| it.contains("open again")), "{:?}", subjects("vic"));
    let role = |name: &str| to(&server, name).into_iter().find(|it| it.0.contains("role")).unwrap().1;
    assert!(!role("pia").contains("sign in again") && role("vic").contains("You need not sign in again."));
    for name in ["pia", "vic"] {
        assert!(role(name).contains("You were Viewer at ACME, and from now on you are Contributor."), "{}", role(name));
        assert!(role(name).contains("Who did this: olga."), "{}", role(name));
    }
}

/// Whoever could sign in is told when that is over; nobody else is.
#[tokio::test]
async fn somebody_who_is_removed_is_told_and_somebody_who_never_signed_in_is_not() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let (_, olga) = tenant.actor("olga", "owner").await;
    let vic = tenant.mailed("vic", "viewer", with_password()).await.person.user;
    let pia = tenant.mailed("pia", "viewer", WayIn::Closed).await.person.user;

    departures::delete(&server.app, &olga, vic.id).await.unwrap();
    departures::delete(&server.app, &olga, pia.id).await.unwrap();
    server.run_jobs().await;

    let (subject, text) = to(&server, "vic").pop().unwrap();
    assert_eq!(subject, "Your account at ACME was removed");
    assert!(text.contains("Who did this: olga.") && text.contains("If this is a mistake"), "{text}");
    assert_eq!(to(&server, "pia"), []);
}

/// Whoever leaves is told, and where a protected role goes with them, so are those who give roles.
#[tokio::test]
async fn leaving_is_told_to_whoever_leaves_and_of_an_owner_to_those_who_give_roles() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    for (name, role) in [("olga", "owner"), ("omar", "owner"), ("vera", "admin"), ("vic", "viewer")] {
        tenant.mailed(name, role, with_password()).await;
    }
    let own = async |name: &str| users::by_name(&server.app, &Server::operator(), tenant.org, name).await.unwrap();

    departures::leave(&server.app, &own("vera").await.actor(None)).await.unwrap();
    departures::leave(&server.app, &own("omar").await.actor(None)).await.unwrap();
    server.run_jobs().await;

    let subjects = |name: &str| to(&server, name).into_iter().map(|it| it.0).collect::<Vec<_>>();
    assert_eq!(subjects("vera"), ["You have left ACME"]);
    assert_eq!(subjects("omar"), ["You have left ACME"]);
    assert_eq!(subjects("olga"), ["omar has left ACME"]);
    assert_eq!(subjects("vic"), [""; 0]);
    assert!(to(&server, "olga")[0].1.contains("held a protected role there: Owner."));
}
