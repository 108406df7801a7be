//! The authorization endpoint.

use doorward::app::clients::AuthMethod;
use doorward::app::{organisations, users};
use reqwest::Method;

use super::stage::{REDIRECT, Stage, answer, organisation, user};
use crate::harness::{Browser, Server};

#[tokio::test]
async fn somebody_who_is_signed_in_comes_back_with_a_code() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let browser = stage.browser(&stage.ada).await;

    let answer = answer(&browser.get(&rp.request(&[])).await);

    assert!(answer["code"].starts_with("dwcode_"));
    assert_eq!(answer["state"], "af0ifjsldkj");
}

/// OP-14: every answer names the issuer.
#[tokio::test]
async fn op_14_good_and_bad_answers_name_the_issuer() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let browser = stage.browser(&stage.ada).await;

    let good = answer(&browser.get(&rp.request(&[])).await);
    let bad = answer(&browser.get(&rp.request(&[("response_type", "token")])).await);
    let silent = answer(&Browser::new(&stage.server).get(&rp.request(&[("prompt", "none")])).await);

    assert_eq!(good["iss"], stage.server.url);
    assert_eq!((bad["iss"].as_str(), bad["error"].as_str()), (&*stage.server.url, "unsupported_response_type"));
    assert_eq!((silent["iss"].as_str(), silent["error"].as_str()), (&*stage.server.url, "login_required"));
    assert_eq!(silent["state"], "af0ifjsldkj");
}

/// OP-01: an address that was not registered to the letter is shown a page and never followed.
#[tokio::test]
async fn op_01_an_unregistered_redirect_uri_is_never_followed() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let browser = stage.browser(&stage.ada).await;

    for uri in [
        "https://app.example/callback/",
        "https://app.example/callback?x=1",
        "https://app.example/callbac",
        "https://app.example/callback2",
        "https://sub.app.example/callback",
        "https://app.example.evil.example/callback",
        "https://app.example:444/callback",
        "https://app.example:443/callback",
        "https://ada@app.example/callback",
        "https://app.example@evil.example/callback",
        "https://app.example/..;/callback",
        "https://app.example/x/%2e%2e/callback",
        "https://app.example/%2f../callback",
        "https://app.example/callbac%6b",
        "https://app.example/CALLBACK",
        "HTTPS://app.example/callback",
        "https://APP.example/callback",
        "https://app.example/callback#x",
        "http://app.example/callback",
        "//app.example/callback",
        "https:\\\\app.example\\callback",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://127.0.0.1/callback",
        "https://2130706433/callback",
    ] {
        let reply = browser.get(&rp.request(&[("redirect_uri", uri)])).await;

        assert_eq!(reply.status, 400, "{uri}");
        assert_eq!(reply.header("location"), None, "{uri}");
        assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"), "{uri}");
    }
}

#[tokio::test]
async fn an_unknown_client_is_told_on_a_page() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;

    for client_id in ["nobody", "018f0000-0000-7000-8000-000000000000", "%00"] {
        let reply = stage.server.get(&rp.request(&[("client_id", client_id)])).await;

        assert_eq!((reply.status, reply.header("location")), (400, None), "{client_id}");
    }
}

/// OP-02: nobody chooses which of two values counts, in the query or the body.
#[tokio::test]
async fn op_02_a_repeated_parameter_is_refused() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let browser = stage.browser(&stage.ada).await;

    for name in ["client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge"] {
        let twice = browser.get(&format!("{}&{name}=x", rp.request(&[]))).await;
        let post = stage.server.request(Method::POST, &rp.request(&[])).form(&[(name, "x")]);
        let split = browser.send(post).await;

        assert_eq!((twice.status, twice.header("location")), (400, None), "{name} twice in the query");
        assert_eq!((split.status, split.header("location")), (400, None), "{name} in query and body");
    }
}

/// OP-03: no authorization without an S256 challenge.
#[tokio::test]
async fn op_03_a_request_without_an_s256_challenge_is_refused() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let browser = stage.browser(&stage.ada).await;

    for changes in [
        [("code_challenge", ""), ("code_challenge_method", "")],
        [("code_challenge", "too-short"), ("code_challenge_method", "S256")],
        [("code_challenge", super::stage::VERIFIER), ("code_challenge_method", "plain")],
        [("code_challenge", super::stage::CHALLENGE), ("code_challenge_method", "")],
    ] {
        let answer = answer(&browser.get(&rp.request(&changes)).await);

        assert_eq!(answer["error"], "invalid_request", "{changes:?}");
        assert!(!answer.contains_key("code"), "{changes:?}");
    }
}

#[tokio::test]
async fn a_posted_request_of_another_site_is_repeated_by_get_so_that_the_session_is_seen() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let browser = stage.browser(&stage.ada).await;
    let request = rp.request(&[]);
    let (path, query) = request.split_once('?').unwrap();
    let post = stage.server.request(Method::POST, path);
    let post = post.header("content-type", "application/x-www-form-urlencoded").body(query.to_owned());

    // As a browser does it: SameSite=Lax cookies stay away from the form, and come with the redirect.
    let repeat = stage.server.send(post).await;
    let at = repeat.header("location").unwrap().to_owned();
    let answer = answer(&browser.get(&at).await);

    assert_eq!((repeat.status, at.as_str()), (303, request.as_str()));
    assert!(answer.contains_key("code"));
}

#[tokio::test]
async fn form_post_carries_the_answer_in_a_page_whose_form_may_go_to_the_application() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let browser = stage.browser(&stage.ada).await;

    let good = browser.get(&rp.request(&[("response_mode", "form_post")])).await.expect(200);
    let bad = Browser::new(&stage.server);
    let bad = bad.get(&rp.request(&[("response_mode", "form_post"), ("prompt", "none")])).await.expect(200);

    assert!(good.text.contains(&format!("action=\"{REDIRECT}\"")));
    assert!(good.text.contains("name=\"code\" value=\"dwcode_"));
    assert!(good.text.contains("name=\"state\" value=\"af0ifjsldkj\""));
    let policy = good.header("content-security-policy").unwrap();
    assert!(policy.contains("form-action https://app.example;"), "{policy}");
    assert!(bad.text.contains("name=\"error\" value=\"login_required\""));
}

#[tokio::test]
async fn somebody_who_is_not_signed_in_is_led_to_the_sign_in() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let browser = Browser::new(&stage.server);

    let reply = browser.get(&rp.request(&[])).await;

    assert_eq!(reply.status, 303);
    assert!(reply.header("location").unwrap().starts_with("/sign-in/"));
    assert!(browser.cookie("dw_pre").is_some());
}

#[tokio::test]
async fn a_forced_sign_in_is_asked_for_and_a_recent_enough_one_is_not() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let browser = stage.browser(&stage.ada).await;
    stage.server.advance(std::time::Duration::from_secs(30));

    for (changes, is_asked) in [
        (("prompt", "login"), true),
        (("prompt", "select_account"), true),
        (("max_age", "0"), true),
        (("max_age", "29"), true),
        (("max_age", "31"), false),
        (("prompt", "none"), false),
    ] {
        let reply = browser.get(&rp.request(&[changes])).await;

        let location = reply.header("location").unwrap();
        assert_eq!(location.starts_with("/sign-in/"), is_asked, "{changes:?}: {location}");
    }
}

#[tokio::test]
async fn consent_is_asked_for_unless_the_application_is_first_party() {
    let stage = Stage::new().await;
    let rp = stage.rp_with(|new| doorward::app::clients::NewClient { first_party: false, ..new }).await;
    let browser = stage.browser(&stage.ada).await;

    let asked = browser.get(&rp.request(&[])).await;
    let silent = answer(&browser.get(&rp.request(&[("prompt", "none")])).await);

    assert!(asked.header("location").unwrap().starts_with("/sign-in/"));
    assert_eq!(silent["error"], "consent_required");
}

#[tokio::test]
async fn an_application_of_one_organisation_is_closed_to_the_people_of_another() {
    let stage = Stage::new().await;
    let other = organisation(&stage.server, "globex").await;
    let hank = user(&stage.server, &other, "hank@globex.example", "owner").await;
    let rp = stage.rp_with(|new| doorward::app::clients::NewClient { org: Some(stage.org.id), ..new }).await;
    let browser = stage.browser(&hank).await;

    let silent = answer(&browser.get(&rp.request(&[("prompt", "none")])).await);
    let asked = browser.get(&rp.request(&[])).await;

    assert_eq!(silent["error"], "login_required");
    assert!(asked.header("location").unwrap().starts_with("/sign-in/"));
}

/// OP-15: a hint for somebody else never gives the person at the browser away.
#[tokio::test]
async fn op_15_a_hint_names_the_one_person_who_may_come_back() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let token = stage.tokens(&rp, &stage.ada).await["id_token"].as_str().unwrap().to_owned();
    let (ada, grace) = (stage.browser(&stage.ada).await, stage.browser(&stage.grace).await);
    let request = rp.request(&[("prompt", "none"), ("id_token_hint", &token)]);

    let same = answer(&ada.get(&request).await);
    let other = answer(&grace.get(&request).await);
    let forged = answer(&ada.get(&rp.request(&[("prompt", "none"), ("id_token_hint", "x.y.z")])).await);

    assert!(same.contains_key("code"));
    assert_eq!(other["error"], "login_required");
    assert_eq!(forged["error"], "invalid_request");
}

#[tokio::test]
async fn nobody_of_a_suspended_organisation_gets_a_code() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let browser = stage.browser(&stage.ada).await;

    organisations::suspend(&stage.server.app, &Server::operator(), stage.org.id).await.unwrap();

    let answer = answer(&browser.get(&rp.request(&[("prompt", "none")])).await);
    assert_eq!(answer["error"], "login_required");
}

#[tokio::test]
async fn a_deactivated_person_gets_no_code() {
    let stage = Stage::new().await;
    stage.server.keep_outbox();
    let rp = stage.rp().await;
    let browser = stage.browser(&stage.grace).await;

    let gone = users::OnLastHolder::Refuse;
    users::deactivate(&stage.server.app, &Server::operator(), stage.grace.user.id, gone).await.unwrap();

    let answer = answer(&browser.get(&rp.request(&[("prompt", "none")])).await);
    assert_eq!(answer["error"], "login_required");
}

/// OP-09: a disabled or deleted client is unknown here too.
#[tokio::test]
async fn op_09_a_deleted_client_is_unknown_at_the_authorization_endpoint() {
    let stage = Stage::new().await;
    let rp = stage.rp_with(|new| doorward::app::clients::NewClient { auth_method: AuthMethod::None, ..new }).await;
    let browser = stage.browser(&stage.ada).await;

    doorward::app::clients::delete(&stage.server.app, &Server::operator(), rp.id).await.unwrap();

    assert_eq!(browser.get(&rp.request(&[])).await.status, 400);
}
