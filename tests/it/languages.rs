//! Pages in the language that a browser asks for.

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
