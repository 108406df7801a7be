//! Answers that are not answers to the question of this browser.

use std::time::Duration;

use doorward::app::{connections, users};
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::secret::Secret;
use doorward::domain::{Conflict, Error};
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

/// UP-05: a secret that somebody says for another provider while an answer is on its way is not sent to the one that was
/// asked.
#[tokio::test]
async fn up_05_a_new_secret_never_goes_to_the_provider_of_before() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    link.scim.push("ada").await;
    let browser = Browser::new(&server);
    let question = link.ask(&browser).await;
    server.advance(Duration::from_mins(11));
    let back = provider.answer(&question, &provider.claims(&question, "00u-ada", link.now()));
    let (asked, go_on) = provider.hold_metadata();

    let change = connections::ConnectionChange {
        issuer: Some("https://new.example".to_owned()),
        client_secret: Some(Secret::new("for the new one".to_owned())),
        ..connections::ConnectionChange::default()
    };
    let operator = Server::operator();
    let change = async {
        asked.notified().await;
        connections::change(&server.app, &operator, link.id, change).await.unwrap();
        go_on.notify_one();
    };
    let (page, ()) = tokio::join!(browser.get(&back), change);

    assert!(link.reason(&page).await.contains("changed"), "the secret was sent");
    assert!(!browser.is_signed_in().await);
}

/// UP-07: a connection that is deleted between question and answer lets nobody in, by that answer, by a session of before or
/// by anything it gave; its people stay, and come in by the connection that they are moved to.
#[tokio::test]
async fn up_07_a_connection_that_is_deleted_on_the_way_lets_nobody_in_and_its_people_stay() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let (app, operator) = (&server.app, Server::operator());
    let domains = ["acme.example"];
    let link = link_in((&server, tenant.org), &provider, Kind::Okta, Settings::default(), &domains).await;
    let ada = link.scim.push("ada").await;
    link.scim.push("bob").await;
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Staff", "members": [{ "value": ada }],
    });
    connections::map_group(app, &operator, link.id, "Staff", &"admin".parse().unwrap()).await.unwrap();
    link.scim.send(reqwest::Method::POST, "/Groups", &group).await.expect(201);
    let (inside, on_the_way, at_the_door) = (Browser::new(&server), Browser::new(&server), Browser::new(&server));
    link.sign_in(&inside, "00u-ada").await;
    let question = link.ask(&on_the_way).await;
    let back = provider.answer(&question, &provider.claims(&question, "00u-bob", link.now()));
    let (_, door) = at_the_door.visit("/sign-in").await;
    let sent = at_the_door.submit(&door, &[("username", "bob@acme.example")]).await;
    let here = sent.header("location").unwrap().to_owned();

    let plan = connections::plan_deletion(app, &operator, link.id).await.unwrap();
    let still = inside.is_signed_in().await;
    let gone = connections::delete(app, &operator, link.id).await.unwrap();
    let answered = on_the_way.get(&back).await;
    let started = on_the_way.get(&format!("/sso/{}/start", link.id)).await.status;
    let (_, asked) = at_the_door.visit(&here).await;
    let pushed = link.scim.get("/Users").await.status;

    let told = |it: &connections::Deletion| (it.people, it.locked_out, it.groups, it.tokens, it.domains.clone());
    assert_eq!(told(&plan), (2, 2, 1, 1, vec!["acme.example".to_owned()]));
    assert_eq!((told(&gone), gone.roles[0].as_str(), still), (told(&plan), "admin", true));
    assert_eq!((answered.status, started, pushed), (404, 404, 401));
    assert_eq!((asked.status, asked.heading()), (200, "Sign in"));
    assert!(!on_the_way.is_signed_in().await && !inside.is_signed_in().await);
    let row = &link.audit("connection.deleted").await[0];
    assert!(row.target_id == link.id.to_string() && row.changes.contains("\"admin\""), "{}", row.changes);
    let person = doorward::app::users::show(app, &operator, ada.parse().unwrap()).await.unwrap();
    assert_eq!((person.user.managed_by, person.user.external_id, person.effective.role), (None, None, None));
    let found = doorward::app::fsck::run(app, &operator).await.unwrap();
    assert_eq!(found.broken, []);

    let second = link_in((&server, tenant.org), &provider, Kind::Okta, Settings::default(), &domains).await;
    let edit = doorward::app::edit::Edit { connection: Some(second.id), ..Default::default() };
    doorward::app::edit::update(app, &operator, ada.parse().unwrap(), edit).await.unwrap();
    let known = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "path": "externalId", "value": "00u-ada" }],
    });
    second.scim.send(reqwest::Method::PATCH, &format!("/Users/{ada}"), &known).await.expect(200);
    let (at, page) = second.sign_in(&inside, "00u-ada").await;
    let why = if page.status == 403 { second.reason(&page).await } else { String::new() };
    assert_eq!((at.as_str(), why.as_str()), ("/account", ""));
}

/// UP-07: the last who hold a protected role keep their way in, and another organisation's connection does not exist.
#[tokio::test]
async fn up_07_a_connection_stays_while_the_last_owner_signs_in_by_it() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let (tenant, other) = (server.tenant("acme").await, server.tenant("evil").await);
    let (app, operator) = (&server.app, Server::operator());
    let link = link(&tenant, &provider).await;
    let boss = link.scim.push("boss").await.parse().unwrap();
    doorward::app::users::change_role(app, &operator, boss, &"owner".parse().unwrap()).await.unwrap();
    let (_, mallory) = other.actor("mallory", "owner").await;

    let foreign = connections::delete(app, &mallory, link.id).await.unwrap_err();
    let alone = connections::plan_deletion(app, &operator, link.id).await.unwrap_err();
    let refused = connections::delete(app, &operator, link.id).await.unwrap_err();
    let owner = users::person(app, users::show(app, &operator, boss).await.unwrap().user).await.unwrap().actor(None);
    let unpaused = connections::set_paused(app, &owner, link.id, true).await.unwrap_err();
    let (open, _) = connections::get(app, &operator, link.id).await.unwrap();
    let emergency = connections::set_paused(app, &operator, link.id, true).await.unwrap();
    connections::set_paused(app, &operator, link.id, false).await.unwrap();
    let (still, _) = connections::get(app, &operator, link.id).await.unwrap();
    let (_, admin) = tenant.actor("adam", "admin").await;
    let lacking = connections::delete(app, &admin, link.id).await.unwrap_err();
    let (_, owner) = tenant.actor("olga", "owner").await;
    let paused = connections::set_paused(app, &owner, link.id, true).await.unwrap();
    let gone = connections::delete(app, &owner, link.id).await.unwrap();

    assert!(matches!(unpaused, Error::Conflict(Conflict::LastProtectedRole)), "{unpaused}");
    assert_eq!([open.is_paused, emergency.is_paused, paused.is_paused], [false, true, true]);
    assert!(matches!(foreign, Error::NotFound(_)), "{foreign}");
    assert!(matches!(alone, Error::Conflict(Conflict::LastProtectedRole)), "{alone}");
    assert!(matches!(refused, Error::Conflict(Conflict::LastProtectedRole)), "{refused}");
    assert!(matches!(lacking, Error::Denied(_)), "{lacking}");
    assert_eq!((still.id, gone.locked_out), (link.id, 1));
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

/// What a provider gives for a code may lack, and get wrong, what nobody here needs; an ID token is not among that.
#[tokio::test]
async fn what_a_code_is_redeemed_for_is_read_for_the_id_token() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    link.scim.push("ada").await;

    for tokens in [
        json!({}),
        json!({ "access_token": "at" }),
        json!({ "access_token": "at", "token_type": "bearer", "expires_in": "3600" }),
        json!({ "access_token": "at", "token_type": "Bearer", "scope": ["openid"], "refresh_token": null }),
    ] {
        provider.give(tokens.clone());
        let (at, page) = link.sign_in(&Browser::new(&server), "00u-ada").await;
        assert_eq!(at, "/account", "{tokens}: {}", page.text);
    }
    for tokens in [
        json!([]),
        json!("made up"),
        json!({ "access_token": "at", "token_type": "Bearer", "id_token": null }),
        json!({ "access_token": "at", "id_token": 7 }),
    ] {
        provider.give(tokens.clone());
        let said = link.refused_with("00u-ada", |_| {}).await;
        assert_eq!(said, "the identity provider gave no ID token", "{tokens}");
    }
}
