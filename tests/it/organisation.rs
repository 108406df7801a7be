//! The organisation itself: its name and its language, in the console and in the API.

use doorward::app::invitations::{self, Delivery, Invitee};
use reqwest::Method;
use serde_json::json;

use crate::console_shell::signed_in;
use crate::harness::{Browser, PASSWORD, Server};

const PAGE: &str = "/console/organisation";

/// S1-35: the owner changes name and language; whoever may not sees neither the page nor the way to it.
#[tokio::test]
async fn s1_35_the_owner_changes_the_organisation_and_nobody_else_sees_the_page() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    for (name, role) in [("olga", "owner"), ("adam", "admin"), ("cora", "contributor"), ("vic", "viewer")] {
        tenant.user(name, role).await;
    }
    let olga = signed_in(&tenant, "olga").await;

    let page = olga.get(PAGE).await.expect(200);
    let saved = olga.submit_to(PAGE, &page, &[("name", "  Acme & Co  "), ("language", "de")]).await;
    let (_, after) = olga.follow(PAGE, saved).await;
    let empty = olga.submit_to(PAGE, &after, &[("name", " "), ("language", "en")]).await;

    assert!(after.text.contains("value=\"Acme &#38; Co\""), "{}", after.text);
    assert!(after.text.contains("<option value=\"de\" lang=\"de\" selected>Deutsch</option>"), "{}", after.text);
    assert_eq!(empty.status, 400);
    assert!(empty.text.contains("<option value=\"en\" lang=\"en\" selected>"), "the choice stays: {}", empty.text);
    for name in ["adam", "cora", "vic"] {
        let browser = signed_in(&tenant, name).await;
        let page = browser.get(PAGE).await.expect(403);
        assert!(!page.text.contains(PAGE), "{name}");
        let form = browser.get("/account").await;
        assert_eq!(browser.submit_to(PAGE, &form, &[("name", "Mine")]).await.status, 403, "{name}");
    }
}

/// Letters and pages of those who wish for nothing come in the language of the organisation.
#[tokio::test]
async fn the_language_of_the_organisation_is_that_of_whoever_wishes_for_none() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let (_, owner) = tenant.actor("olga", "owner").await;
    let change = json!({ "language": "de" });
    let path = "/api/v1/organisation?organisation=acme";
    server.send(server.api(Method::PATCH, path).json(&change)).await.expect(200);
    let role = Some("viewer".parse().unwrap());
    let ida = Invitee { address: "ida@mail.example".to_owned(), display_name: None, role, teams: Vec::new() };
    let (plain, english) = (Browser::new(&server), Browser::new(&server).speaking("en"));

    invitations::invite_many(&server.app, &owner, tenant.org, vec![ida], Delivery::Mail).await.unwrap();
    server.run_jobs().await;
    for browser in [&plain, &english] {
        browser.sign_in("olga", PASSWORD).await;
    }

    assert!(server.mails()[0].contains("Subject: Ihre Einladung zu ACME"), "{}", server.mails()[0]);
    assert_eq!(plain.get("/account/security").await.heading(), "Sicherheit");
    assert_eq!(english.get("/account/security").await.heading(), "Security");
}

#[tokio::test]
async fn the_organisation_in_the_api_is_changed_by_its_owner_and_by_the_operator() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    server.tenant("other").await;
    let path = "/api/v1/organisation?organisation=acme";
    let api = |body: serde_json::Value| server.send(server.api(Method::PATCH, path).json(&body));

    let first = server.send(server.api(Method::GET, path)).await.expect(200).json();
    let changed = api(json!({ "name": "Acme Ltd", "language": "de-AT" })).await.expect(200).json();
    let same = api(json!({ "name": "Acme Ltd" })).await.expect(200).json();
    let auto = api(json!({ "language": "auto" })).await.expect(200).json();
    let wrong = api(json!({ "language": "fr" })).await;
    let empty = api(json!({ "name": "" })).await.status;
    let other = server.send(server.api(Method::GET, "/api/v1/organisation?organisation=other")).await.json();

    assert_eq!((&first["slug"], &first["language"]), (&json!("acme"), &json!("auto")));
    assert_eq!((&changed["name"], &changed["language"]), (&json!("Acme Ltd"), &json!("de")));
    assert_eq!(same["updated_at"], changed["updated_at"], "what stays leaves no trace");
    assert_eq!((&auto["name"], &auto["language"]), (&json!("Acme Ltd"), &json!("auto")));
    assert_eq!((wrong.status, empty), (400, 400));
    assert_eq!(wrong.json()["detail"], "language: write en, de or auto");
    assert_eq!(other["name"], "OTHER");
    let records = doorward::store::audit::newest(server.app.store.reader(), tenant.org, 5).await.unwrap();
    let told: Vec<_> = records.iter().filter(|it| it.action == "organisation.changed").collect();
    assert_eq!(told.len(), 2);
    assert!(told[1].changes.contains("\"new\":\"Acme Ltd\""), "{}", told[1].changes);
}
