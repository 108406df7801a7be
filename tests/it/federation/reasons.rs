//! What somebody reads who is refused, and what the organisation reads.

use doorward::app::connections;
use doorward::domain::connection::{Kind, Settings};
use serde_json::{Value, json};

use super::{Link, link, link_in, server};
use crate::harness::provider::{IdentityProvider, parameter};
use crate::harness::{Browser, Reply, Server};

/// The check of a refusal, as the audit has it.
async fn check(link: &Link<'_>) -> String {
    let rows = link.audit("auth.sso_refused").await;
    let changes: Value = serde_json::from_str(&rows[0].changes).unwrap();
    changes[3]["new"].as_str().unwrap().to_owned()
}

fn says(page: &Reply, sentence: &str) {
    let text = page.text.replace(['\u{2068}', '\u{2069}'], "");
    assert!(text.contains(sentence), "{sentence}: {}", page.text);
}

#[tokio::test]
async fn each_kind_of_failure_has_its_own_sentence_and_its_own_reason() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    let id = link.scim.push("gone").await;
    link.deactivate(&id).await;
    link.scim.push("ada").await;
    let callback = async |query: &str| {
        let browser = Browser::new(&server);
        let state = parameter(&link.ask(&browser).await, "state");
        browser.get(&format!("/sso/{}/callback?{query}&state={state}", link.id)).await
    };
    let signs_in = async |sub: &str, change: fn(&mut Value)| {
        let (_, page) = link.sign_in_with(&Browser::new(&server), sub, change).await;
        page
    };

    let mut met = Vec::new();
    let mut note = async |page: Reply, sentence: &str| {
        says(&page, sentence);
        met.push((check(&link).await, link.reason(&page).await));
        server.advance(std::time::Duration::from_mins(1));
    };
    note(callback("error=server_error").await, "Acme Directory answered with an error instead of signing you in.")
        .await;
    note(callback("error=access_denied").await, "Acme Directory did not let you in").await;
    note(callback("error=unmet_authentication_requirements").await, "could not confirm the second factor").await;
    note(callback("code=made-up").await, "Acme Directory answered with an error").await;
    note(signs_in("00u-ada", |claims| claims["aud"] = json!("others")).await, "could not be verified").await;
    note(signs_in("nobody", |_| {}).await, "there is no account here that you can open with it").await;
    note(signs_in("00u-gone", |_| {}).await, "but your account here is not active").await;
    note(signs_in("00u-ada", |claims| claims["session_expiry"] = json!(1)).await, "did not ask you again").await;
    let nowhere = Browser::new(&server).get(&format!("/sso/{}/callback?code=x&state=y", link.id)).await;
    note(nowhere, "belongs to no sign-in in this browser").await;
    connections::set_paused(&server.app, &Server::operator(), link.id, true).await.unwrap();
    note(Browser::new(&server).get(&format!("/sso/{}/start", link.id)).await, "is switched off at the moment").await;

    let checks: Vec<&str> = met.iter().map(|it| it.0.as_str()).collect();
    assert_eq!(
        checks,
        [
            "answered",
            "admitted",
            "second_factor",
            "answered",
            "believed",
            "known",
            "active",
            "fresh",
            "under_way",
            "open"
        ]
    );
    assert_eq!(met[0].1, "the identity provider answered server_error");
    assert_eq!(met[5].1, "nobody here is known by this subject");
    assert_eq!(met[6].1, "this user is deactivated");
}

#[tokio::test]
async fn a_provider_that_is_not_reached_is_said_to_be_that_in_the_language_of_the_reader() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let gone = provider.said_to_be("http://127.0.0.1:9");
    let link = link_in((&server, tenant.org), &gone, Kind::Okta, Settings::default(), &[]).await;
    let start = format!("/sso/{}/start", link.id);

    let english = Browser::new(&server).get(&start).await;
    let german = Browser::new(&server).speaking("de").get(&start).await;

    says(&english, "Acme Directory cannot be reached at the moment.");
    says(&german, "Acme Directory ist im Moment nicht zu erreichen.");
    assert_eq!(check(&link).await, "reachable");
    assert_eq!(link.reason(&english).await, "the identity provider at 127.0.0.1 could not be reached");
    assert!(!english.text.contains("127.0.0.1"), "{}", english.text);
}

/// Anybody may begin a sign-in, so what a provider that is down lets be written is bounded, and gets going again.
#[tokio::test]
async fn whoever_begins_again_and_again_at_a_provider_that_is_not_reached_is_told_to_wait() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let gone = provider.said_to_be("http://127.0.0.1:9");
    let link = link_in((&server, tenant.org), &gone, Kind::Okta, Settings::default(), &[]).await;
    let start = async || Browser::new(&server).get(&format!("/sso/{}/start", link.id)).await;

    for _ in 0..60 {
        assert_ne!(start().await.status, 429);
    }
    let waits = start().await;
    let written = link.audit("auth.sso_refused").await.len();
    server.advance(std::time::Duration::from_mins(1));
    let later = start().await;

    assert_eq!((waits.status, written), (429, 60));
    assert!(waits.header("retry-after").is_some(), "{}", waits.text);
    assert_ne!(later.status, 429);
}

/// AU-09: what fails from one address is bounded by the minute, by the quarter of an hour and by the day,
/// whatever it is; whoever is refused hears how long the longest of them lasts.
#[tokio::test]
async fn au_09_one_address_fails_twenty_times_a_minute_a_hundred_a_quarter_of_an_hour_and_a_thousand_a_day() {
    use std::time::Duration;
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    let fail = async || server.get(&format!("/sso/{}/callback?code=x&state=y", link.id)).await;
    let waits = async || {
        let reply = fail().await;
        let seconds = reply.header("retry-after").map(|it| it.parse::<u64>().unwrap());
        (reply.status == 429).then_some(seconds.unwrap_or_default())
    };
    let (mut by_minute, mut by_quarter) = (Vec::new(), Vec::new());

    for _ in 0..10 {
        for _ in 0..5 {
            for _ in 0..20 {
                assert_ne!(fail().await.status, 429);
            }
            by_minute.push(waits().await);
            server.advance(Duration::from_mins(1));
        }
        by_quarter.push(waits().await);
        server.advance(Duration::from_mins(10));
    }
    let by_day = waits().await;
    server.advance(Duration::from_hours(22));
    let next_day = waits().await;

    assert_eq!(by_minute[..5], [Some(60), Some(60), Some(60), Some(60), Some(660)]);
    assert_eq!(by_quarter[..9], [Some(600); 9]);
    assert_eq!(by_day, Some(21 * 3600 + 1800));
    assert_eq!(next_day, None);
}

/// Nobody learns by their own claims whether somebody else has an account: a name that is taken, a name that is free and an
/// account of another kind read the same.
#[tokio::test]
async fn a_refusal_tells_nothing_about_the_account_of_somebody_else() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let jit = Settings { jit: true, ..Settings::default() };
    let link = link_in((&server, tenant.org), &provider, Kind::Generic, jit, &[]).await;
    tenant.user("olga", "owner").await;
    let reads = async |name: &str| {
        server.advance(std::time::Duration::from_mins(1));
        let browser = Browser::new(&server);
        let named = |claims: &mut Value| claims["preferred_username"] = json!(name);
        let (_, page) = link.sign_in_with(&browser, "attacker", named).await;
        let number = page.text.split("id=\"reference\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        (link.reason(&page).await, page.text.replace(&number, ""))
    };

    let (taken, one) = reads("olga").await;
    let (impossible, other) = reads(&"x".repeat(300)).await;

    assert_ne!(taken, impossible);
    let stripped =
        |text: String| text.split("/restart").next().unwrap().split("<a class=\"button\"").next().unwrap().to_owned();
    assert_eq!(stripped(one), stripped(other));
}
