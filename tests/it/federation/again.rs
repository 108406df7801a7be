//! Proving again who one is, for somebody who signs in at a provider.

use std::time::Duration;

use doorward::domain::connection::{Kind, Settings};
use serde_json::{Value, json};

use super::{Link, link, link_with, server};
use crate::harness::provider::{IdentityProvider, parameter};
use crate::harness::{Browser, Reply};

/// A page that takes a proof of the last ten minutes.
const ACT: &str = "/account/security/recovery-codes";

/// Opens the page too late; answers the page that leads to the provider.
async fn too_late(link: &Link<'_>, browser: &Browser<'_>) -> Reply {
    link.server.advance(Duration::from_mins(11));
    let (at, page) = browser.visit(ACT).await;
    assert!(at.starts_with("/sign-in/"), "{at}: {}", page.text);
    page
}

/// Goes on from there; answers what the provider is asked.
async fn asked(page: &Reply, browser: &Browser<'_>) -> String {
    let way = page.text.split("href=\"").find(|it| it.starts_with("/sso/")).expect("a way to the provider");
    browser.get(way.split('"').next().unwrap()).await.expect(303).header("location").unwrap().to_owned()
}

/// The provider answers with these claims, seconds after the question.
async fn answers(
    link: &Link<'_>,
    browser: &Browser<'_>,
    question: &str,
    sub: &str,
    change: impl FnOnce(&mut Value),
) -> (String, Reply) {
    link.server.advance(Duration::from_secs(5));
    let mut claims = link.provider.claims(question, sub, link.now());
    claims["auth_time"] = json!(link.now());
    change(&mut claims);
    browser.visit(&link.provider.answer(question, &claims)).await
}

#[tokio::test]
async fn an_act_that_needs_a_new_proof_leads_to_the_provider_and_back() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    link.scim.push("ada").await;
    let browser = Browser::new(&server);
    link.sign_in(&browser, "00u-ada").await;

    let door = too_late(&link, &browser).await;
    let question = asked(&door, &browser).await;
    let (at, _) = answers(&link, &browser, &question, "00u-ada", |_| {}).await;
    let (still, _) = browser.visit(ACT).await;
    let ada = link.user_named("ada").await.unwrap().id;
    let sessions = doorward::store::sessions::list(server.app.store.reader(), link.org, ada).await.unwrap();

    assert_eq!(
        [parameter(&question, "prompt"), parameter(&question, "max_age"), parameter(&question, "login_hint")],
        ["login", "0", "ada"]
    );
    assert_eq!((at.as_str(), still.as_str()), (ACT, ACT));
    assert_eq!(sessions.len(), 1, "the session goes on under a new token");
    assert_eq!(link.audit("identity.linked").await.len(), 1);
}

#[tokio::test]
async fn a_proof_that_is_old_or_without_a_moment_is_refused_and_opens_nothing() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    link.scim.push("ada").await;
    let browser = Browser::new(&server);
    link.sign_in(&browser, "00u-ada").await;
    let now = link.now();
    type Change = fn(&mut Value, i64);
    let old: Change = |claims, now| claims["auth_time"] = json!(now - 600);
    let missing: Change = |claims, _| drop(claims.as_object_mut().unwrap().remove("auth_time"));

    for (change, expected) in [(old, "a newer proof is wanted"), (missing, "does not say (auth_time)")] {
        let door = too_late(&link, &browser).await;
        let question = asked(&door, &browser).await;
        let (_, page) = answers(&link, &browser, &question, "00u-ada", |claims| change(claims, now)).await;
        let (at, _) = browser.visit(ACT).await;

        assert!(page.text.contains("did not ask you again who you are"), "{}", page.text);
        let reason = link.reason(&page).await;
        assert!(reason.contains(expected), "{reason}");
        assert!(at.starts_with("/sign-in/"), "{at}");
        assert!(browser.is_signed_in().await);
    }
}

/// Another person of the same provider proves nothing here: not one who has an account, not one who would get one, and
/// nobody is linked or made on the way.
#[tokio::test]
async fn another_subject_proves_nothing_for_somebody_who_is_signed_in() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let jit = |settings| Settings { jit: true, ..settings };
    let link = link_with(&tenant, &provider, Kind::Okta, jit).await;
    link.scim.push("ada").await;
    link.scim.push("bob").await;
    let browser = Browser::new(&server);
    link.sign_in(&browser, "00u-ada").await;
    let people = link.people().await;

    for other in ["00u-bob", "somebody-new"] {
        let door = too_late(&link, &browser).await;
        let question = asked(&door, &browser).await;
        let (_, page) = answers(&link, &browser, &question, other, |_| {}).await;
        let (at, _) = browser.visit(ACT).await;

        assert!(page.text.contains("You are somebody else at"), "{}", page.text);
        assert_eq!(link.reason(&page).await, "somebody else signed in at the identity provider");
        assert!(at.starts_with("/sign-in/") && browser.get("/account").await.text.contains("ada"), "{at}");
    }
    assert_eq!((link.people().await, link.audit("identity.linked").await.len()), (people, 1));
}

/// The answer counts in the browser that was sent, once, and at the connection that it was asked of.
#[tokio::test]
async fn a_new_proof_is_bound_to_the_browser_and_the_connection() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let (link, other) = (link(&tenant, &provider).await, super::link(&tenant, &provider).await);
    link.scim.push("ada").await;
    let browser = Browser::new(&server);
    link.sign_in(&browser, "00u-ada").await;

    let door = too_late(&link, &browser).await;
    let way = door.text.split("href=\"").find(|it| it.starts_with("/sso/")).unwrap().split('"').next().unwrap();
    let elsewhere = way.replace(&link.id.to_string(), &other.id.to_string());
    let aside = browser.get(&elsewhere).await.expect(303).header("location").unwrap().to_owned();
    assert_eq!(parameter(&aside, "max_age"), "", "another connection is asked for no proof of this person");
    let door = too_late(&link, &browser).await;
    let question = asked(&door, &browser).await;
    let mut claims = provider.claims(&question, "00u-ada", link.now());
    claims["auth_time"] = json!(link.now());
    let back = provider.answer(&question, &claims);
    let stranger = Browser::new(&server);
    let foreign = stranger.get(&back).await;
    let (at, _) = browser.visit(ACT).await;

    assert_eq!(link.reason(&foreign).await, "this browser has no sign-in under way");
    assert!(!stranger.is_signed_in().await);
    assert!(at.starts_with("/sign-in/"), "{at}");
}
