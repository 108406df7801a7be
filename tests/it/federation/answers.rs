//! Answers that are not answers to the question of this browser.

use doorward::app::connections;
use doorward::domain::connection::{Kind, Settings};
use serde_json::{Value, json};

use super::{link, link_in, server};
use crate::harness::provider::{IdentityProvider, parameter};
use crate::harness::{Browser, Server};
use crate::signin::join_all;

/// UP-03: without a nonce, with another one, with that of an earlier question: nobody gets in.
#[tokio::test]
async fn up_03_the_nonce_is_that_of_the_question_or_nobody_gets_in() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    link.scim.push("ada").await;
    let earlier = Browser::new(&server);
    let reused = parameter(&link.ask(&earlier).await, "nonce");

    for nonce in [Value::Null, json!(""), json!("another one"), json!(reused), json!(["x"]), json!(1)] {
        let why = link.refused_with("00u-ada", |claims| claims["nonce"] = nonce.clone()).await;
        assert!(why.contains("nonce"), "{nonce}: {why}");
    }
    let why = link.refused_with("00u-ada", |claims| drop(claims.as_object_mut().unwrap().remove("nonce"))).await;
    assert!(why.contains("nonce"), "{why}");
}

/// UP-04: a state that is missing, another, used before or of another browser: nobody gets in.
#[tokio::test]
async fn up_04_the_state_is_that_of_the_question_in_this_browser_or_nobody_gets_in() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    link.scim.push("ada").await;
    let asked = async |browser: &Browser<'_>| {
        let question = link.ask(browser).await;
        let back = provider.answer(&question, &provider.claims(&question, "00u-ada", link.now()));
        (parameter(&question, "state"), back)
    };

    for change in ["", "&state=", "&state=another"] {
        let browser = Browser::new(&server);
        let (state, back) = asked(&browser).await;
        let page = browser.get(&back.replace(&format!("&state={state}"), change)).await;
        assert!(link.reason(&page).await.contains("state"), "{change}");
        assert!(!browser.is_signed_in().await);
    }
    let (mine, theirs) = (Browser::new(&server), Browser::new(&server));
    let (_, back) = asked(&mine).await;
    asked(&theirs).await;
    let foreign = theirs.get(&back).await;
    let without_any = Browser::new(&server).get(&back).await;
    let (at, _) = mine.visit(&back).await;
    let again = mine.get(&back).await;

    link.reason(&foreign).await;
    link.reason(&without_any).await;
    link.reason(&again).await;
    assert!(!theirs.is_signed_in().await);
    assert_eq!(at, "/account");
}

/// UP-05: what one provider answered counts nothing at the address of another, and whose answer it is must be right.
#[tokio::test]
async fn up_05_an_answer_counts_only_at_the_connection_that_asked_and_from_its_issuer() {
    let (server, one, two) = (server().await, IdentityProvider::start().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let (first, second) = (link(&tenant, &one).await, link(&tenant, &two).await);
    first.scim.push("ada").await;

    let browser = Browser::new(&server);
    let question = first.ask(&browser).await;
    let back = one.answer(&question, &one.claims(&question, "00u-ada", first.now()));
    let mixed = browser.get(&back.replace(&first.id.to_string(), &second.id.to_string())).await;
    let wrong = browser.get(&format!("{back}&iss=https%3A%2F%2Fevil.example")).await;

    assert!(second.reason(&mixed).await.contains("not sent to this identity provider"));
    assert!(first.reason(&wrong).await.contains("another issuer"));
    assert!(!browser.is_signed_in().await);

    let promising = IdentityProvider::start().await;
    promising.publish("authorization_response_iss_parameter_supported", json!(true));
    let third = link(&tenant, &promising).await;
    third.scim.push("eve").await;
    let question = third.ask(&browser).await;
    let back = promising.answer(&question, &promising.claims(&question, "00u-eve", third.now()));
    let silent = browser.get(&back).await;
    let question = third.ask(&browser).await;
    let back = promising.answer(&question, &promising.claims(&question, "00u-eve", third.now()));
    let (at, _) = browser.visit(&format!("{back}&iss={}", promising.issuer)).await;

    assert!(third.reason(&silent).await.contains("does not say whose"));
    assert_eq!(at, "/account");
}

/// UP-07: a connection that is paused, or whose organisation is suspended, between question and answer lets nobody in;
/// one that does not exist is not there.
#[tokio::test]
async fn up_07_a_connection_that_is_switched_off_on_the_way_lets_nobody_in() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    link.scim.push("ada").await;
    let (browser, operator) = (Browser::new(&server), Server::operator());

    let question = link.ask(&browser).await;
    let back = provider.answer(&question, &provider.claims(&question, "00u-ada", link.now()));
    connections::set_paused(&server.app, &operator, link.id, true).await.unwrap();
    let paused = browser.get(&back).await;
    let start = browser.get(&format!("/sso/{}/start", link.id)).await;
    connections::set_paused(&server.app, &operator, link.id, false).await.unwrap();
    let question = link.ask(&browser).await;
    let back = provider.answer(&question, &provider.claims(&question, "00u-ada", link.now()));
    doorward::app::organisations::suspend(&server.app, &operator, tenant.org).await.unwrap();
    let suspended = browser.get(&back).await;
    let gone = back.replace(&link.id.to_string(), &tenant.org.to_string());
    let gone = browser.get(&gone).await;

    assert!(link.reason(&paused).await.contains("paused"));
    assert!(link.reason(&start).await.contains("paused"));
    assert!(link.reason(&suspended).await.contains("suspended"));
    assert_eq!(gone.status, 404);
    assert!(!browser.is_signed_in().await);
}

/// UP-09: an answer that comes again, later or at the same moment, opens nothing.
#[tokio::test]
async fn up_09_an_answer_opens_one_session_however_often_it_comes() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    link.scim.push("ada").await;
    let browser = Browser::new(&server);
    let question = link.ask(&browser).await;
    let back = provider.answer(&question, &provider.claims(&question, "00u-ada", link.now()));
    let jar = browser.jar();

    let at_once = join_all((0..5).map(|_| async {
        let copy = Browser::new(&server);
        copy.set_jar(jar.clone());
        copy.get(&back).await;
        copy.is_signed_in().await
    }))
    .await;
    browser.set_jar(jar);
    let later = browser.get(&back).await;

    assert_eq!(at_once.iter().filter(|it| **it).count(), 1);
    link.reason(&later).await;
    assert!(!browser.is_signed_in().await);
}

#[tokio::test]
async fn what_the_provider_refuses_is_kept_in_the_audit_and_not_shown() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let settings = Settings::default();
    let link = link_in((&server, tenant.org), &provider, Kind::Generic, settings, &[]).await;
    let browser = Browser::new(&server);

    let question = link.ask(&browser).await;
    let state = parameter(&question, "state");
    let error = "error=access_denied&error_description=%3Cscript%3E";
    let denied = browser.get(&format!("/sso/{}/callback?{error}&state={state}", link.id)).await;
    let question = link.ask(&browser).await;
    let state = parameter(&question, "state");
    let unknown = browser.get(&format!("/sso/{}/callback?code=made-up&state={state}", link.id)).await;

    assert!(!denied.text.contains("access_denied") && !denied.text.contains("script"), "{}", denied.text);
    assert_eq!(link.reason(&denied).await, "the identity provider answered access_denied");
    assert!(link.reason(&unknown).await.contains("did not take the code: 400 invalid_grant"));
}
