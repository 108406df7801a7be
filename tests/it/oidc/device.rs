//! Devices without a browser, which somebody lets in with another (RFC 8628).

use std::time::Duration;

use doorward::app::clients::{self, AuthMethod, Edit, NewClient, Reach};
use doorward::app::users::{self, OnLastHolder, Person};
use doorward::app::{jobs, sessions};
use doorward::store::audit;
use serde_json::{Value, json};

use super::stage::{REDIRECT, Rp, SCOPE, Stage, claims, organisation, user};
use crate::harness::{Browser, Reply, Server};
use crate::scim_clients::error;
use crate::signin::join_all;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const ENDPOINT: &str = "/oauth2/device_authorization";

/// An application on a television, which has no secret and no address.
async fn television(stage: &Stage) -> Rp {
    let television = |new| NewClient {
        name: "Television".to_owned(),
        auth_method: AuthMethod::None,
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        device_grant: true,
        ..new
    };
    stage.rp_with(television).await
}

async fn ask(stage: &Stage, rp: &Rp) -> Value {
    let reply = stage.call(rp, ENDPOINT, &[("scope", SCOPE)]).await.expect(200);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    reply.json()
}

async fn poll(stage: &Stage, rp: &Rp, waiting: &Value) -> Reply {
    // Whoever let it in is told so by a letter.
    stage.server.run_jobs().await;
    stage.token(rp, &[("grant_type", GRANT), ("device_code", waiting["device_code"].as_str().unwrap())]).await
}

/// What a device is told that is not in.
async fn told(stage: &Stage, rp: &Rp, waiting: &Value) -> String {
    let (status, error) = error(&poll(stage, rp, waiting).await);
    assert_eq!(status, 400);
    error
}

/// The page that follows a code that is typed.
async fn type_in(browser: &Browser<'_>, code: &str) -> Reply {
    let page = browser.get("/device").await.expect(200);
    let reply = browser.submit_to("/device", &page, &[("user_code", code)]).await;
    if reply.status == 303 { browser.follow("/device", reply).await.1 } else { reply }
}

async fn answer(browser: &Browser<'_>, waiting: &Value, decision: &str) -> Reply {
    let consent = type_in(browser, waiting["user_code"].as_str().unwrap()).await;
    assert!(consent.text.contains("Television"), "{}", consent.text);
    let reply = browser.submit(&consent, &[("decision", decision)]).await;
    browser.follow("/device", reply).await.1
}

async fn let_in(stage: &Stage, person: &Person, waiting: &Value) {
    let page = answer(&stage.browser(person).await, waiting, "allow").await;
    assert!(page.text.contains("The device is let in"), "{}", page.text);
}

#[tokio::test]
async fn somebody_lets_a_device_in_with_another_browser() {
    let stage = Stage::new().await;
    let rp = television(&stage).await;
    let waiting = ask(&stage, &rp).await;
    let code = waiting["user_code"].as_str().unwrap();
    let page = stage.server.app.config.url("/device");
    assert_eq!(
        (&waiting["verification_uri"], &waiting["interval"], &waiting["expires_in"]),
        (&json!(page), &json!(5), &json!(600))
    );
    assert_eq!(waiting["verification_uri_complete"], json!(format!("{page}?user_code={code}")));

    assert_eq!(told(&stage, &rp, &waiting).await, "authorization_pending");
    assert_eq!(told(&stage, &rp, &waiting).await, "slow_down");
    stage.server.advance(Duration::from_secs(5));
    assert_eq!(told(&stage, &rp, &waiting).await, "slow_down", "ten seconds by now");
    stage.server.advance(Duration::from_secs(15));
    assert_eq!(told(&stage, &rp, &waiting).await, "authorization_pending");

    let browser = stage.browser(&stage.grace).await;
    let shown = browser.get(&format!("/device?user_code={code}")).await;
    assert!(shown.text.contains(&format!("value=\"{code}\"")), "{}", shown.text);
    let consent = type_in(&browser, &code.to_lowercase().replace('-', " ")).await;
    assert!(consent.text.contains("stays signed in when you sign out here"), "{}", consent.text);
    let reply = browser.submit(&consent, &[("decision", "allow")]).await;
    assert!(reply.header("location").unwrap().ends_with("/device?outcome=allowed"));

    let tokens = poll(&stage, &rp, &waiting).await.expect(200).json();
    let letters = stage.server.mails();
    assert!(letters.iter().any(|it| it.contains("A device with the application Television was let in")), "{letters:?}");
    let id_token = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!((&id_token["sub"], &id_token["aud"]), (&json!(stage.grace.user.id), &json!(rp.client_id)));
    assert_eq!(stage.userinfo(tokens["access_token"].as_str().unwrap()).await.status, 200);
    // It is signed in on its own: the other browser signs out, and it stays.
    let out = browser.get("/account").await;
    browser.submit_to("/sign-out", &out, &[]).await;
    assert!(!browser.is_signed_in().await);
    let tokens = stage.refresh(&rp, tokens["refresh_token"].as_str().unwrap()).await.expect(200).json();
    // It stands among the sessions for as long as it can get tokens, and is ended there.
    stage.server.advance(Duration::from_hours(50));
    let tokens = stage.refresh(&rp, tokens["refresh_token"].as_str().unwrap()).await.expect(200).json();
    let again = stage.browser(&stage.grace).await;
    let list = again.get("/account/sessions").await;
    assert!(list.text.contains("A device with") && list.text.contains("Television"), "{}", list.text);
    let session = id_token["sid"].as_str().unwrap();
    again.submit_to(&format!("/account/sessions/{session}/end"), &list, &[]).await;
    assert_eq!(stage.userinfo(tokens["access_token"].as_str().unwrap()).await.status, 401);
    let record = audit::newest(stage.server.app.store.reader(), stage.org.id, 20).await.unwrap();
    assert!(record.iter().any(|it| it.action == "token.issued"), "{:?}", record.iter().map(|it| &it.action));
}

#[tokio::test]
async fn a_device_that_is_kept_out_or_late_is_told_so() {
    let stage = Stage::new().await;
    let rp = television(&stage).await;
    let (refused, late) = (ask(&stage, &rp).await, ask(&stage, &rp).await);
    let browser = stage.browser(&stage.grace).await;

    let page = answer(&browser, &refused, "deny").await;

    assert!(page.text.contains("The device was not let in"), "{}", page.text);
    assert_eq!(told(&stage, &rp, &refused).await, "access_denied");
    stage.server.advance(Duration::from_secs(601));
    assert_eq!(told(&stage, &rp, &late).await, "expired_token");
    for code in [&refused, &late].map(|it| it["user_code"].as_str().unwrap()) {
        let page = type_in(&stage.browser(&stage.grace).await, code).await;
        assert_eq!(page.status, 422);
        assert!(page.text.contains("No device waits under this code"), "{}", page.text);
    }
}

/// OP-26: a grant that is off is unsupported, and an application that was not made for devices has none.
#[tokio::test]
async fn op_26_only_an_application_that_is_registered_for_devices_has_any() {
    let stage = Stage::new().await;
    let (rp, other, plain) = (television(&stage).await, television(&stage).await, stage.rp().await);
    let waiting = ask(&stage, &rp).await;

    let refused = stage.call(&plain, ENDPOINT, &[("scope", "openid")]).await;
    assert_eq!(error(&refused), (400, "unauthorized_client".to_owned()));
    assert_eq!(told(&stage, &plain, &waiting).await, "unsupported_grant_type");
    assert_eq!(told(&stage, &other, &waiting).await, "invalid_grant");
    assert_eq!(told(&stage, &rp, &json!({ "device_code": "dwdc_none" })).await, "invalid_grant");
    assert_eq!(told(&stage, &rp, &json!({ "device_code": waiting["user_code"] })).await, "invalid_grant");
    for (scope, code) in [("", "invalid_scope"), ("nothing", "invalid_scope")] {
        let reply = stage.call(&rp, ENDPOINT, &[("scope", scope)]).await;
        assert_eq!(error(&reply), (400, code.to_owned()), "{scope}");
    }
    let unknown =
        stage.server.request(reqwest::Method::POST, ENDPOINT).form(&[("client_id", "x"), ("scope", "openid")]);
    assert_eq!(error(&stage.server.send(unknown).await), (401, "invalid_client".to_owned()));
    // It has no address, so no code is sent anywhere for it.
    let page = stage.browser(&stage.ada).await.get(&rp.request(&[("redirect_uri", REDIRECT)])).await;
    assert_eq!((page.status, page.header("location")), (400, None));

    let (app, operator) = (&stage.server.app, Server::operator());
    let off = Edit { device_grant: Some(false), redirect_uris: Some(vec![REDIRECT.to_owned()]), ..Edit::default() };
    assert!(clients::edit(app, &operator, rp.id, Edit { device_grant: Some(false), ..Edit::default() }).await.is_err());
    clients::edit(app, &operator, rp.id, off).await.unwrap();
    assert_eq!(type_in(&stage.browser(&stage.ada).await, waiting["user_code"].as_str().unwrap()).await.status, 422);
    assert_eq!(told(&stage, &rp, &waiting).await, "unsupported_grant_type");
}

/// RFC 8628 5.1: whoever guesses is stopped long before a code is likely to be hit.
#[tokio::test]
async fn nobody_guesses_the_code_of_somebody_elses_device() {
    let stage = Stage::new().await;
    let rp = television(&stage).await;
    let waiting = ask(&stage, &rp).await;
    let browser = stage.browser(&stage.grace).await;

    for _ in 0..10 {
        assert_eq!(type_in(&browser, "BBBB-BBBB").await.status, 422);
    }
    let stopped = type_in(&browser, waiting["user_code"].as_str().unwrap()).await;
    assert_eq!(stopped.status, 429);
    assert!(stopped.header("retry-after").is_some());
    let_in(&stage, &stage.ada, &waiting).await;
    stage.server.advance(Duration::from_mins(10));
    assert_eq!(type_in(&browser, "BBBB-BBBB").await.status, 422);
    stage.server.run_jobs().await;
}

/// FT-19: the code of a device is good once, and whatever came of it ends when it comes again.
#[tokio::test]
async fn ft_19_a_device_code_gives_tokens_once() {
    let stage = Stage::new().await;
    let rp = television(&stage).await;
    let waiting = ask(&stage, &rp).await;
    let_in(&stage, &stage.ada, &waiting).await;

    let all = join_all((0..8).map(|_| poll(&stage, &rp, &waiting))).await;

    let good: Vec<_> = all.iter().filter(|it| it.status == 200).collect();
    assert_eq!(good.len(), 1);
    let access = good[0].json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(told(&stage, &rp, &waiting).await, "invalid_grant");
    assert_eq!(stage.userinfo(&access).await.status, 401);
}

/// Whoever finds a browser open lets no device in with it, and one that is let in at the last moment still gets its tokens.
#[tokio::test]
async fn a_device_is_let_in_by_somebody_who_has_just_proved_who_they_are() {
    let stage = Stage::new().await;
    let rp = television(&stage).await;
    let browser = stage.browser(&stage.grace).await;
    stage.server.advance(Duration::from_secs(601));
    let waiting = ask(&stage, &rp).await;

    let page = type_in(&browser, waiting["user_code"].as_str().unwrap()).await;
    assert!(!page.text.contains("id=\"allow\""), "{}", page.text);
    assert_eq!(told(&stage, &rp, &waiting).await, "authorization_pending");

    stage.server.advance(Duration::from_secs(595));
    let_in(&stage, &stage.grace, &waiting).await;
    stage.server.advance(Duration::from_secs(20));
    poll(&stage, &rp, &waiting).await.expect(200);
}

/// Two people who type one code: the first answer stands.
#[tokio::test]
async fn the_first_answer_to_a_device_stands() {
    let stage = Stage::new().await;
    let rp = television(&stage).await;
    let waiting = ask(&stage, &rp).await;
    let code = waiting["user_code"].as_str().unwrap();
    let (one, two) = (stage.browser(&stage.ada).await, stage.browser(&stage.grace).await);
    let (first, second) = (type_in(&one, code).await, type_in(&two, code).await);

    one.submit(&first, &[("decision", "allow")]).await;
    let late = two.submit(&second, &[("decision", "allow")]).await;
    let page = two.follow("/device", late).await.1;
    assert!(page.text.contains("This code was used already"), "{}", page.text);

    let tokens = poll(&stage, &rp, &waiting).await.expect(200).json();
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["sub"], json!(stage.ada.user.id));
}

/// Whoever lets a device in takes every step that an application asks of them; whoever it is not for lets none in.
#[tokio::test]
async fn a_device_is_let_in_under_the_rules_of_its_application() {
    let stage = Stage::new().await;
    let rp = television(&stage).await;
    let (app, operator) = (&stage.server.app, Server::operator());
    let owners = Reach { roles: vec!["owner".to_owned()], ..Reach::default() };
    clients::edit(app, &operator, rp.id, Edit { reach: Some(owners), ..Edit::default() }).await.unwrap();
    let for_grace = ask(&stage, &rp).await;
    let page = type_in(&stage.browser(&stage.grace).await, for_grace["user_code"].as_str().unwrap()).await;
    assert!(page.text.contains("The device was not let in"), "{}", page.text);
    assert_eq!(told(&stage, &rp, &for_grace).await, "access_denied");

    clients::edit(app, &operator, rp.id, Edit { require_mfa: Some(true), ..Edit::default() }).await.unwrap();
    let for_ada = ask(&stage, &rp).await;
    let page = type_in(&stage.browser(&stage.ada).await, for_ada["user_code"].as_str().unwrap()).await;
    assert!(!page.text.contains("id=\"allow\""), "one factor is not enough: {}", page.text);
    assert_eq!(told(&stage, &rp, &for_ada).await, "authorization_pending");

    // An application of one organisation is for nobody else.
    let globex = organisation(&stage.server, "globex").await;
    let vera = user(&stage.server, &globex, "vera@globex.example", "owner").await;
    let own = |new| NewClient { org: Some(stage.org.id), name: "Television".to_owned(), device_grant: true, ..new };
    let own = stage.rp_with(own).await;
    let waiting = ask(&stage, &own).await;
    let page = type_in(&stage.browser(&vera).await, waiting["user_code"].as_str().unwrap()).await;
    assert!(!page.text.contains("id=\"allow\""), "{}", page.text);
    assert_eq!(told(&stage, &own, &waiting).await, "authorization_pending");
}

/// FT-24: what a device was given, or is about to fetch, ends with the person who let it in.
#[tokio::test]
async fn ft_24_a_device_ends_with_the_person_who_let_it_in() {
    let stage = Stage::new().await;
    let rp = television(&stage).await;
    let (fetched, unfetched) = (ask(&stage, &rp).await, ask(&stage, &rp).await);
    let_in(&stage, &stage.grace, &fetched).await;
    let_in(&stage, &stage.grace, &unfetched).await;
    let tokens = poll(&stage, &rp, &fetched).await.expect(200).json();
    assert_eq!(stage.userinfo(tokens["access_token"].as_str().unwrap()).await.status, 200);

    users::deactivate(&stage.server.app, &Server::operator(), stage.grace.user.id, OnLastHolder::Refuse).await.unwrap();
    stage.server.run_jobs().await;

    assert_eq!(stage.userinfo(tokens["access_token"].as_str().unwrap()).await.status, 401);
    assert_eq!(stage.refresh(&rp, tokens["refresh_token"].as_str().unwrap()).await.status, 400);
    assert_eq!(told(&stage, &rp, &unfetched).await, "invalid_grant");
}

/// What an application has outlives the session in which it got it, and ends all the same where somebody ends everything.
#[tokio::test]
async fn tokens_of_a_session_that_is_long_over_end_with_the_others() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let tokens = stage.tokens(&rp, &stage.grace).await;
    let app = &stage.server.app;
    app.clock.advance(Duration::from_hours(25));
    jobs::sweep(app).await.unwrap();
    let left = sessions::live(app, &stage.grace).await.unwrap();
    let tokens = stage.refresh(&rp, tokens["refresh_token"].as_str().unwrap()).await.expect(200).json();

    sessions::end_others(app, &stage.grace.actor(None), &stage.grace, None).await.unwrap();

    assert_eq!(left.len(), 0);
    assert_eq!(stage.userinfo(tokens["access_token"].as_str().unwrap()).await.status, 401);
    assert_eq!(stage.refresh(&rp, tokens["refresh_token"].as_str().unwrap()).await.status, 400);
}

/// RFC 8628 3.3.1, 5.4: a link is no more than a code that is typed already.
#[tokio::test]
async fn a_code_in_an_address_leads_through_the_sign_in_and_lets_nobody_in_by_itself() {
    let stage = Stage::new().await;
    let rp = television(&stage).await;
    let waiting = ask(&stage, &rp).await;
    let browser = Browser::new(&stage.server);
    let address = waiting["verification_uri_complete"].as_str().unwrap();
    let path = address.strip_prefix(stage.server.url.trim_end_matches('/')).unwrap();

    let (at, name) = browser.visit(path).await;
    let reply = browser.submit_to(&at, &name, &[("username", "grace@acme.example")]).await;
    let (at, password) = browser.follow(&at, reply).await;
    let reply = browser.submit_to(&at, &password, &[("password", super::stage::PASSWORD)]).await;
    let (at, page) = browser.follow(&at, reply).await;

    assert_eq!(at, path);
    assert!(page.text.contains(waiting["user_code"].as_str().unwrap()), "{}", page.text);
    assert_eq!(told(&stage, &rp, &waiting).await, "authorization_pending");
}
