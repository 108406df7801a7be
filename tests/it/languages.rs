//! Pages in the language that a browser asks for.

use doorward::app::accounts;
use doorward::app::config::Settings as Instance;
use doorward::app::groups;
use doorward::app::invitations::{self, Delivery, Invitee};
use doorward::app::language;
use doorward::app::profile::{self, ProfileChange};
use doorward::app::users::{self, OnLastHolder};
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::policy::{Actor, Operator};
use doorward::domain::secret::Secret;
use doorward::domain::user::User;
use doorward::domain::{Denial, Error};
use doorward::store::audit;
use doorward::texts::Language;
use reqwest::Method;
use serde_json::json;

use crate::console_shell::words;
use crate::harness::{Browser, PASSWORD, Server};

const GERMAN: &str = "de-AT,de;q=0.9,en;q=0.5";

#[tokio::test]
async fn somebody_whose_browser_likes_german_signs_in_and_is_refused_in_german() {
    let server = Server::start().await;
    server.tenant("acme").await.user("ada", "owner").await;
    let browser = Browser::new(&server).speaking(GERMAN);

    let (_, first) = browser.visit("/sign-in").await;
    let (_, refused) = browser.sign_in("ada", "a wrong one of some length").await;

    assert!(first.text.contains("<html lang=\"de\" dir=\"ltr\">"), "{}", first.text);
    assert_eq!((first.heading(), refused.heading()), ("Anmelden", "Geben Sie Ihr Passwort ein"));
    let expected = "Dieser Benutzername und dieses Passwort gehören nicht zusammen, oder es waren zu viele Versuche: \
                    Warten Sie dann bis zu 15 Minuten. Prüfen Sie beides und versuchen Sie es noch \
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

/// The browser of somebody who is signed in and likes German.
async fn german<'s>(server: &'s Server, name: &str) -> Browser<'s> {
    let browser = Browser::new(server).speaking(GERMAN);
    browser.sign_in(name, PASSWORD).await;
    browser
}

#[tokio::test]
async fn what_is_wrong_in_a_form_of_the_console_or_of_ones_account_is_said_in_german() {
    let server = Server::start().await;
    server.tenant("acme").await.user("olga", "owner").await;
    let olga = german(&server, "olga").await;

    let policies = olga.get("/console/security/policies").await.expect(200);
    let fields = [
        ("mfa.grace_days", "7"),
        ("sessions.idle_minutes", "4"),
        ("sessions.absolute_minutes", "1440"),
        ("admin_sessions.idle_minutes", "30"),
        ("admin_sessions.absolute_minutes", "720"),
        ("password", "modern"),
        ("password.min", "8"),
        ("password.history", "0"),
        ("activation.default", "link"),
        ("step", "save"),
    ];
    let policies = olga.submit_to("/console/security/policies", &policies, &fields).await.expect(400);
    let import = olga.get("/console/users/import").await.expect(200);
    let import = olga.submit_to("/console/users/import", &import, &[("file", "user_name\nivy\n")]).await.expect(400);
    let team = olga.get("/console/teams/new").await.expect(200);
    let team = olga.submit_to("/console/teams/new", &team, &[("name", ""), ("description", "")]).await.expect(400);
    let token = olga.get("/account/tokens/new").await.expect(200);
    let token = olga.submit_to("/account/tokens/new", &token, &[("name", "x"), ("days", "soon")]).await;

    for (page, says) in [
        (&policies, "Wählen Sie 5 bis 1440 Minuten."),
        (&import, "Die Spalte display_name fehlt. Die erste Zeile nennt die Spalten: user_name, display_name"),
        (&team, "Füllen Sie dieses Feld aus."),
        (&token, "Geben Sie eine Zahl ein."),
    ] {
        assert!(
            page.text.contains("<html lang=\"de\" dir=\"ltr\">") && page.text.contains(says),
            "{says}: {}",
            page.text
        );
    }
}

#[tokio::test]
async fn whoever_is_refused_reads_in_german_what_was_refused() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let page = german(&server, "vera").await;

    let policies = page.get("/console/security/policies").await;
    let deed = page.get(&format!("/console/users/{vera}/deeds/deactivate")).await;

    for (refused, says) in [
        (&policies, "Das verlangt die Berechtigung org.policies:"),
        (&deed, "Das geht mit dieser Person nicht, oder nicht durch Sie."),
    ] {
        assert_eq!((refused.status, refused.heading()), (403, "Das dürfen Sie nicht"), "{}", refused.text);
        assert!(refused.text.contains(says), "{says}: {}", refused.text);
    }
}

/// The own choice counts for every page and letter, over what the browser asks for, until it is left to the browser again.
#[tokio::test]
async fn the_language_that_somebody_chose_counts_for_pages_and_letters() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let vera = tenant.user("vera", "viewer").await;
    let user = format!("/api/v1/users/{vera}");
    let address = json!({ "email": "vera@mail.example" });
    server.send(server.api(Method::PATCH, &user).json(&address)).await.expect(200);
    let browser = Browser::new(&server).speaking("en");
    browser.sign_in("vera", PASSWORD).await;
    let is_german =
        async || browser.get("/account/sessions").await.expect(200).text.contains("<html lang=\"de\" dir=\"ltr\">");

    let before = is_german().await;
    let page = browser.get("/account").await.expect(200);
    let chosen = browser.submit_to("/account/language", &page, &[("language", "de")]).await;
    let account = browser.get("/account").await.expect(200);
    let german = is_german().await;
    let shown = server.send(server.api(Method::GET, &user)).await.expect(200).json();
    let back = browser.submit_to("/account/language", &account, &[("language", "auto")]).await;
    let after = is_german().await;
    browser.submit_to("/account/language", &account, &[("language", "de")]).await;
    users::deactivate(&server.app, &Server::operator(), vera, OnLastHolder::Refuse).await.unwrap();
    server.run_jobs().await;

    assert_eq!((before, chosen.status, german, back.status, after), (false, 303, true, 303, false));
    assert!(account.text.contains("value=\"de\" lang=\"de\" selected"), "{}", account.text);
    assert_eq!(shown["language"], "de");
    assert_eq!(subjects(&server).last().unwrap(), "Ihr Konto bei ACME ist geschlossen");
    let rows = audit::newest(server.app.store.reader(), tenant.org, 100).await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.changes.contains("preferredLanguage")).count(), 3);
}

/// Whoever is managed by an identity provider has the language that it tells, where the browser asks for none spoken here.
#[tokio::test]
async fn the_language_of_a_managed_person_is_the_providers_and_is_not_chosen_here() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let (id, actor) = tenant.actor("vera", "viewer").await;
    let scim = tenant.connection_with(Kind::Okta, Settings::default()).await;
    let person = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "grace", "preferredLanguage": "de",
    });
    let pushed = scim.send(Method::POST, "/Users", &person).await.expect(201).json();
    let grace =
        users::show(&server.app, &Server::operator(), pushed["id"].as_str().unwrap().parse().unwrap()).await.unwrap();
    let vera = users::show(&server.app, &Server::operator(), id).await.unwrap();
    let german = || ProfileChange { language: Some(Some(Language::German)), ..ProfileChange::default() };

    let refused = profile::change(&server.app, &grace.actor(None), &grace, german()).await;
    let changed = profile::change(&server.app, &actor, &vera, german()).await.unwrap();

    assert!(matches!(refused, Err(Error::Denied(Denial::LanguageIsManaged))), "{refused:?}");
    let of_pages = async |of: &User, wishes| language::of_pages(&server.app, of, wishes).await.unwrap();
    assert_eq!(of_pages(&grace.user, "en").await, Language::English);
    assert_eq!(of_pages(&grace.user, "fr").await, Language::German);
    assert_eq!(of_pages(&changed.user, "en").await, Language::German);
    assert_eq!(of_pages(&vera.user, "fr").await, Language::English, "that of the instance");
}

#[tokio::test]
async fn the_setting_of_the_instance_decides_for_a_browser_that_asks_for_nothing_spoken_here() {
    let server = Server::start_with(|it| Instance { language: Some("de".to_owned()), ..it }).await;
    server.tenant("acme").await;
    let (french, english) = (Browser::new(&server).speaking("fr"), Browser::new(&server).speaking("en"));

    let (_, unspoken) = french.visit("/sign-in").await;
    let (_, spoken) = english.visit("/sign-in").await;

    assert!(unspoken.text.contains("<html lang=\"de\" dir=\"ltr\">"), "{}", unspoken.text);
    assert!(spoken.text.contains("<html lang=\"en\" dir=\"ltr\">"), "{}", spoken.text);
}

/// Whoever runs the instance is named by the way they came, in the words of whoever reads of it: in the record, on the pages
/// of the user and of the group, and on the own account; a name that is no word of ours is shown as it is.
#[tokio::test]
async fn who_runs_the_instance_is_named_in_the_language_of_the_reader() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let olga = tenant.user("olga", "owner").await;
    let app = &server.app;
    let olga = users::show(app, &Server::operator(), olga).await.unwrap().user;
    let by = Actor::from(Operator::CommandLine(Some("root".to_owned())));
    let group = groups::create(app, &by, tenant.org, "Engineering").await.unwrap();
    accounts::set_password(app, &by, &olga, Secret::new(PASSWORD.to_owned()), false).await.unwrap();
    users::deactivate(app, &by, tenant.user("vera", "viewer").await, OnLastHolder::Refuse).await.unwrap();
    let german = Browser::new(&server).speaking("de");
    german.sign_in("olga", PASSWORD).await;
    let english = Browser::new(&server).speaking("en");
    english.sign_in("olga", PASSWORD).await;

    let pages = [
        "/console/audit".to_owned(),
        format!("/console/users/{}/activity", olga.id),
        format!("/console/groups/{}", group.id),
        "/account/activity".to_owned(),
    ];

    for page in &pages {
        let said = async |browser: &Browser<'_>| words(&browser.get(page).await.expect(200));
        let (german, english) = (said(&german).await, said(&english).await);
        assert!(german.contains("Befehlszeile (root)") && !german.contains("command line"), "{page}: {german}");
        assert!(english.contains("command line (root)"), "{page}: {english}");
    }
    let audit = words(&german.get("/console/audit").await.expect(200));
    assert!(audit.contains(Server::operator().label()), "{audit}");
}
