//! Pages in the language that a browser asks for.

use doorward::app::config::Settings as Instance;
use doorward::app::invitations::{self, Delivery, Invitee};
use doorward::app::users::{self, OnLastHolder};
use doorward::domain::connection::{Kind, Settings};
use reqwest::Method;
use serde_json::json;

use crate::harness::{Browser, PASSWORD, Server};

const GERMAN: &str = "de-AT,de;q=0.9,en;q=0.5";

#[tokio::test]
async fn somebody_whose_browser_likes_german_signs_in_and_is_refused_in_german() {
    let server = Server::start().await;
    server.tenant("acme").await.user("ada", "owner").await;
    let browser = Browser::new(&server).speaking(GERMAN);

    let (_, first) = browser.visit("/sign-in").await;
    let (_, refused) = browser.sign_in("ada", "a wrong one of some length").await;

    assert!(first.text.contains("<html lang=\"de\">"), "{}", first.text);
    assert_eq!((first.heading(), refused.heading()), ("Anmelden", "Geben Sie Ihr Passwort ein"));
    let expected = "Dieser Benutzername und dieses Passwort gehören nicht zusammen. Prüfen Sie beides und versuchen Sie es noch \
                    einmal.";
    assert_eq!(refused.problem(), expected);
}

#[tokio::test]
async fn the_own_pages_and_errors_are_in_german_too_and_in_english_for_everybody_else() {
    let server = Server::start().await;
    server.tenant("acme").await.user("ada", "owner").await;
    let (german, french) = (Browser::new(&server).speaking(GERMAN), Browser::new(&server).speaking("fr"));
    german.sign_in("ada", PASSWORD).await;
    french.sign_in("ada", PASSWORD).await;

    let mut headings = Vec::new();
    for page in ["security", "security/password", "sessions", "tokens", "activity"] {
        headings.push(german.get(&format!("/account/{page}")).await.heading().to_owned());
    }
    let missing = german.get("/no-such-page").await;
    let english = french.get("/account/security").await;

    assert_eq!(headings, ["Sicherheit", "Passwort ändern", "Sitzungen", "Token", "Aktivität"]);
    assert_eq!((missing.status, missing.heading()), (404, "Hier ist nichts"));
    assert_eq!(english.heading(), "Security");
}

/// The subjects of all mails so far, the oldest first.
fn subjects(server: &Server) -> Vec<String> {
    let all = server.mails();
    let subject = |mail: &String| mail.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap().to_owned();
    all.iter().map(subject).collect()
}

#[tokio::test]
async fn a_letter_is_in_the_language_that_the_identity_provider_tells_and_in_english_where_it_is_not_spoken_here() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let scim = tenant.connection_with(Kind::Okta, Settings::default()).await;
    let languages = [("preferredLanguage", "de-AT, en;q=0.5"), ("locale", "de-CH"), ("preferredLanguage", "fr")];
    let mut people = Vec::new();
    for (nth, (attribute, value)) in languages.into_iter().enumerate() {
        let person = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": format!("user{nth}"),
            "emails": [{ "value": format!("user{nth}@mail.example"), "primary": true }], attribute: value,
        });
        people.push(scim.send(Method::POST, "/Users", &person).await.expect(201).json());
    }

    for person in &people {
        let id = person["id"].as_str().unwrap().parse().unwrap();
        users::deactivate(&server.app, &Server::operator(), id, OnLastHolder::Refuse).await.unwrap();
        server.run_jobs().await;
    }

    let (german, english) = ("Ihr Konto bei ACME ist geschlossen", "Your account at ACME is closed");
    assert_eq!(subjects(&server), [german, german, english]);
}

#[tokio::test]
async fn where_nobody_knows_the_language_of_somebody_the_setting_decides() {
    let server = Server::start_with(|it| Instance { language: Some("de".to_owned()), ..it }).await;
    let tenant = server.tenant("acme").await;
    let (_, owner) = tenant.actor("ada", "owner").await;
    let role = Some("viewer".parse().unwrap());
    let ida = Invitee { address: "ida@mail.example".to_owned(), display_name: None, role, teams: Vec::new() };

    invitations::invite_many(&server.app, &owner, tenant.org, vec![ida], Delivery::Mail).await.unwrap();
    server.run_jobs().await;

    assert_eq!(subjects(&server), ["Ihre Einladung zu ACME"]);
}
