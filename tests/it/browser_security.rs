//! What protects a browser: cookies that change and cannot be planted, forms that only our pages can send.

use reqwest::Method;

use crate::harness::{Browser, PASSWORD, Server};

const COOKIES: [&str; 2] = ["dw_sid", "dw_pre"];

/// SE-01: every step gives the browser a new token, and each of before is dead.
#[tokio::test]
async fn se_01_every_step_changes_the_token_and_the_earlier_ones_are_dead() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.require_mfa().await;
    tenant.user("anna", "owner").await;
    let browser = Browser::new(&server);
    let (at, page) = browser.visit("/sign-in").await;
    let planted = browser.jar();

    let mut seen = vec![browser.cookie("dw_pre").unwrap()];
    let answer = browser.submit(&page, &[("username", "anna")]).await;
    seen.push(browser.cookie("dw_pre").unwrap());
    let (_, page) = browser.follow(&at, answer).await;
    let answer = browser.submit(&page, &[("password", PASSWORD)]).await;
    seen.push(browser.cookie("dw_pre").unwrap());
    let (_, page) = browser.follow(&at, answer).await;
    browser.enrol(&page).await;
    let session = browser.cookie("dw_sid").unwrap();

    assert!(!seen.contains(&session));
    assert_eq!(seen.iter().collect::<std::collections::BTreeSet<_>>().len(), 3, "{seen:?}");
    for (token, name) in seen.iter().flat_map(|token| COOKIES.map(|name| (token, name))) {
        let earlier = Browser::new(&server);
        earlier.set_jar([(name.to_owned(), token.clone())].into());
        assert_eq!(earlier.get(&at).await.header("location"), Some("/sign-in"), "{name}");
        assert!(!earlier.is_signed_in().await, "{name}");
    }
    let attacker = Browser::new(&server);
    attacker.set_jar(planted);
    assert_eq!(attacker.get(&at).await.header("location"), Some("/sign-in"));
}

/// SE-01: signing in again gives a new token to the same session, and the earlier token is dead.
#[tokio::test]
async fn se_01_signing_in_again_as_the_same_person_kills_the_earlier_token() {
    let server = Server::start().await;
    server.tenant("acme").await.user("anna", "owner").await;
    let browser = Browser::new(&server);
    let (at, page) = browser.identify("anna").await;
    let elsewhere = Browser::new(&server);
    elsewhere.sign_in("anna", PASSWORD).await;
    let before = elsewhere.cookie("dw_sid").unwrap();

    // The sign-in that was begun earlier ends in a browser that has a session by now.
    let mut jar = browser.jar();
    jar.insert("dw_sid".to_owned(), before.clone());
    browser.set_jar(jar);
    let answer = browser.submit(&page, &[("password", PASSWORD)]).await;
    browser.follow(&at, answer).await;
    let account = browser.get("/account").await;

    assert_ne!(browser.cookie("dw_sid").unwrap(), before);
    assert!(!elsewhere.is_signed_in().await);
    assert!(!account.text.contains("Other places where you are signed in"), "{}", account.text);
}

/// SE-02: the address of a sign-in is worth nothing in another browser.
#[tokio::test]
async fn se_02_a_sign_in_that_was_begun_elsewhere_cannot_be_continued() {
    let server = Server::start().await;
    server.tenant("acme").await.user("anna", "owner").await;
    let attacker = Browser::new(&server);
    let (at, _) = attacker.identify("anna").await;
    let victim = Browser::new(&server);
    let (own, page) = victim.visit("/sign-in").await;

    let shown = victim.get(&at).await;
    let posted = victim.submit_to(&at, &page, &[("password", PASSWORD)]).await;

    assert_ne!(at, own);
    assert_eq!([shown.header("location"), posted.header("location")], [Some("/sign-in"); 2]);
    assert!(!victim.is_signed_in().await && !attacker.is_signed_in().await);
}

/// SE-04: another site cannot sign anybody in, with whatever credentials: the browser says so, or the token is missing.
#[tokio::test]
async fn se_04_a_sign_in_form_sent_by_another_site_is_refused() {
    let server = Server::start().await;
    server.tenant("acme").await.user("anna", "owner").await;
    let no_token = [("origin", "null")].as_slice();
    for headers in [
        [("origin", "https://evil.example")].as_slice(),
        &[("origin", "null"), ("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        no_token,
        &[],
    ] {
        let browser = Browser::new(&server);
        let (at, page) = browser.identify("anna").await;
        let mut fields = crate::harness::hidden_fields(&page.text);
        if headers.is_empty() || headers == no_token {
            fields.clear();
        }
        fields.push(("password".to_owned(), PASSWORD.to_owned()));
        let request = server.request(Method::POST, &at).form(&fields);

        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let reply = browser.send(request).await;

        assert_eq!((reply.status, browser.cookie("dw_sid")), (403, None), "{headers:?}");
    }
}

/// SE-05: over https every cookie is `__Host-`, Secure, HttpOnly, SameSite and for the whole host, and small.
#[tokio::test]
async fn se_05_every_cookie_is_bound_to_the_host_and_hidden_from_scripts() {
    let server = Server::start_with(|settings| {
        let port = settings.listen.as_deref().unwrap().rsplit(':').next().unwrap().to_owned();
        doorward::app::config::Settings { public_url: Some(format!("https://localhost:{port}")), ..settings }
    })
    .await;
    server.tenant("acme").await.user("anna", "owner").await;
    let browser = Browser::new(&server);
    let mut cookies = Vec::new();
    let mut keep = |reply: &crate::harness::Reply| {
        cookies.extend(reply.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap().to_owned()));
    };

    let begun = browser.get("/sign-in").await;
    keep(&begun);
    let page = browser.get(begun.header("location").unwrap()).await;
    let named = browser.submit(&page, &[("username", "anna")]).await;
    keep(&named);
    let page = browser.get(named.header("location").unwrap()).await;
    let signed_in = browser.submit(&page, &[("password", PASSWORD)]).await;
    keep(&signed_in);
    let account = browser.get("/account").await;
    keep(&browser.submit(&account, &[]).await);

    assert_eq!((account.status, cookies.len()), (200, 5), "{cookies:#?}");
    for cookie in &cookies {
        let (name, rest) = cookie.split_once('=').unwrap();
        let attributes: Vec<&str> = rest.split("; ").skip(1).collect();
        assert!(matches!(name, "__Host-dw_sid" | "__Host-dw_pre"), "{cookie}");
        for wanted in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
            assert!(attributes.contains(&wanted), "{cookie} lacks {wanted}");
        }
        assert!(!attributes.iter().any(|it| it.starts_with("Domain")) && cookie.len() <= 4_096, "{cookie}");
    }
}

/// SE-06: a cookie that is kept is dead after signing out, another password, another second factor, and deactivation.
#[tokio::test]
async fn se_06_a_kept_cookie_is_dead_after_everything_that_ends_access() {
    use doorward::app::accounts::{self, Secret};
    use doorward::app::users::{self, OnLastHolder};
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let id = tenant.user("anna", "contributor").await;
    let (app, operator) = (&server.app, Server::operator());
    let user = doorward::app::users::show(app, &operator, id).await.unwrap().user;
    let kept = async |password: &str| {
        let browser = Browser::new(&server);
        browser.sign_in("anna", password).await;
        assert!(browser.is_signed_in().await);
        browser
    };

    let signed_out = kept(PASSWORD).await;
    let jar = signed_out.jar();
    signed_out.submit(&signed_out.get("/account").await, &[]).await;
    signed_out.set_jar(jar);
    let other_password = kept(PASSWORD).await;
    let new = "seven quiet herons at dawn";
    accounts::set_password(app, &operator, &user, Secret::new(new.to_owned()), false).await.unwrap();
    let reset_factor = kept(new).await;
    accounts::reset_mfa(app, &operator, &user).await.unwrap();
    let new_factor = kept(new).await;
    tenant.require_mfa().await;
    let enrolling = Browser::new(&server);
    let (_, page) = enrolling.sign_in("anna", new).await;
    enrolling.enrol(&page).await;
    let at_deactivation = enrolling.is_signed_in().await;
    let before_deactivation = new_factor.is_signed_in().await;
    users::deactivate(app, &operator, id, OnLastHolder::Refuse).await.unwrap();

    assert!(at_deactivation && !before_deactivation);
    for browser in [&signed_out, &other_password, &reset_factor, &new_factor, &enrolling] {
        assert!(browser.cookie("dw_sid").is_some());
        assert!(!browser.is_signed_in().await);
    }
}

/// SE-06, SE-07: a session ends an hour after its last use and a day after its beginning, however much it is used.
#[tokio::test]
async fn se_07_a_session_ends_when_it_is_idle_and_when_it_is_old() {
    use std::time::Duration;
    let server = Server::start().await;
    server.tenant("acme").await.user("anna", "owner").await;
    let (idle, busy) = (Browser::new(&server), Browser::new(&server));
    idle.sign_in("anna", PASSWORD).await;
    busy.sign_in("anna", PASSWORD).await;

    let mut hours = 0.0;
    while hours < 23.5 {
        server.advance(Duration::from_mins(30));
        hours += 0.5;
        assert!(busy.is_signed_in().await, "after {hours} hours");
    }
    let idle = idle.is_signed_in().await;
    server.advance(Duration::from_mins(30));
    let old = busy.is_signed_in().await;

    assert!(!idle && !old);
}

/// SE-08: no page of a sign-in can be framed.
#[tokio::test]
async fn se_08_no_page_of_a_sign_in_can_be_framed() {
    let server = Server::start().await;
    server.tenant("acme").await.user("anna", "owner").await;
    let browser = Browser::new(&server);

    let mut pages =
        vec![browser.visit("/sign-in").await.1, browser.get("/forgot").await, browser.get("/reset/x").await];
    let (_, password) = browser.identify("anna").await;
    pages.push(browser.submit(&password, &[("password", "wrong")]).await);
    pages.push(password);
    pages.push(browser.sign_in("anna", PASSWORD).await.1);
    pages.push(browser.get("/signed-out").await);

    for page in pages {
        assert!(page.text.starts_with("<!doctype html>"), "{}", page.text);
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"), "{policy}");
        assert_eq!(page.header("x-frame-options"), Some("DENY"));
        assert_eq!(page.header("cache-control"), Some("no-store"));
    }
}
