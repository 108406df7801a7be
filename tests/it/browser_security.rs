//! What protects a browser: cookies that change and cannot be planted, forms that only our pages can send.

use reqwest::Method;
use std::collections::BTreeSet;

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
    let sessions = browser.get("/account/sessions").await;

    assert_ne!(browser.cookie("dw_sid").unwrap(), before);
    assert!(!elsewhere.is_signed_in().await);
    assert!(sessions.text.contains("Nowhere else."), "{}", sessions.text);
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

    assert_eq!((account.status, cookies.len()), (200, 6), "{cookies:#?}");
    for cookie in &cookies {
        let (name, rest) = cookie.split_once('=').unwrap();
        let attributes: Vec<&str> = rest.split("; ").skip(1).collect();
        assert!(matches!(name, "__Host-dw_sid" | "__Host-dw_pre" | "__Host-dw_dev"), "{cookie}");
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
    let (_, page) = reset_factor.visit("/account/security/authenticator").await;
    reset_factor.enrol(&page).await;
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
    server.tenant("acme").await.user("anna", "viewer").await;
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
    pages.push(browser.get("/console").await);
    pages.push(browser.get("/account").await);

    for page in pages {
        assert!(page.text.starts_with("<!doctype html>"), "{}", page.text);
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"), "{policy}");
        let rules: BTreeSet<_> = policy.split(';').map(str::trim).collect();
        for rule in ["script-src 'self'", "style-src 'self'", "base-uri 'none'", "require-trusted-types-for 'script'"] {
            assert!(rules.contains(rule), "{rule}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.header("x-frame-options"), Some("DENY"));
        assert_eq!(page.header("cache-control"), Some("no-store"));
    }
}

/// SE-11: CORS lets no other site in, whatever it calls itself: only the documents that are the same for everybody may be
/// read from anywhere, and never with credentials.
#[tokio::test]
async fn se_11_no_route_answers_other_sites() {
    let server = Server::start().await;
    let port = server.url.rsplit(':').next().unwrap();
    let origins = [
        "https://evil.example".to_owned(),
        "null".to_owned(),
        "https://sub.127.0.0.1.example".to_owned(),
        format!("https://127.0.0.1:{port}"),
    ];
    for route in doorward::web::routes(&server.app).table() {
        let path = route.path.replace(['{', '}'], "");
        for origin in &origins {
            let preflight = server
                .request(Method::OPTIONS, &path)
                .header("origin", origin)
                .header("access-control-request-method", route.method.as_str())
                .header("access-control-request-headers", "authorization");
            let plain = server.request(route.method.clone(), &path).header("origin", origin);

            for reply in [server.send(preflight).await, server.send(plain).await] {
                let is_public = path.starts_with("/.well-known/") || path == "/oauth2/jwks";
                let allowed = reply.header("access-control-allow-origin");
                assert!(allowed.is_none() || (is_public && allowed == Some("*")), "{path} for {origin}: {allowed:?}");
                assert_eq!(reply.header("access-control-allow-credentials"), None, "{path} for {origin}");
            }
        }
    }
}

/// SE-13: a method is what the request line says, and one that nobody knows is refused.
#[tokio::test]
async fn se_13_no_header_or_field_changes_the_method() {
    let server = Server::start().await;
    server.tenant("acme").await.user("anna", "owner").await;
    let browser = Browser::new(&server);
    browser.sign_in("anna", PASSWORD).await;
    let page = browser.get("/account").await;
    let hidden = crate::harness::hidden_fields(&page.text);

    for name in ["x-http-method-override", "x-http-method", "x-method-override"] {
        let get = browser.send(server.request(Method::GET, "/sign-out").header(name, "POST")).await;
        assert_eq!(get.status, 405, "{name}");
        let post = server.request(Method::POST, "/account/security").header(name, "GET").form(&hidden);
        assert_eq!(browser.send(post).await.status, 405, "{name}");
        let api = server.api(Method::POST, "/api/v1/me/tokens/0").header(name, "DELETE");
        assert_eq!(server.send(api).await.status, 405, "{name}");
    }
    let get = browser.get("/sign-out?_method=POST").await.status;
    let mut fields = hidden.clone();
    fields.push(("_method".to_owned(), "GET".to_owned()));
    let post = browser.send(server.request(Method::POST, "/account/security").form(&fields)).await.status;
    for method in ["TRACE", "TRACK", "CONNECT-ME", "BREW", "get"] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        for path in ["/account", "/scim/v2/Users", "/api/v1/users", "/oauth2/token", "/sign-in"] {
            let reply = server.send(server.request(method.clone(), path)).await;
            assert_eq!(reply.status, 405, "{method} {path}");
        }
    }

    assert_eq!((get, post), (405, 405));
    assert!(browser.is_signed_in().await);
}

/// SE-14: every answer, of whatever kind, carries the headers that protect a browser and does not say what made it.
#[tokio::test]
async fn se_14_every_answer_carries_the_security_headers() {
    let server = Server::start_with(|settings| {
        let port = settings.listen.as_deref().unwrap().rsplit(':').next().unwrap().to_owned();
        doorward::app::config::Settings { public_url: Some(format!("https://localhost:{port}")), ..settings }
    })
    .await;
    server.tenant("acme").await.user("anna", "owner").await;
    let browser = Browser::new(&server);
    browser.sign_in("anna", PASSWORD).await;
    let mut paths: Vec<(Method, String)> = doorward::web::routes(&server.app)
        .table()
        .iter()
        .map(|route| (route.method.clone(), route.path.replace(['{', '}'], "")))
        .collect();
    paths.push((Method::GET, "/there/is/nothing/here".to_owned()));
    paths.push((Method::DELETE, "/account".to_owned()));

    for (method, path) in paths {
        for reply in [
            server.send(server.request(method.clone(), &path)).await,
            browser.send(server.request(method.clone(), &path)).await,
        ] {
            let has = |name: &str| reply.header(name).unwrap_or_default();
            assert_eq!(has("strict-transport-security"), "max-age=31536000; includeSubDomains", "{method} {path}");
            assert_eq!((has("x-content-type-options"), has("referrer-policy")), ("nosniff", "no-referrer"), "{path}");
            assert_eq!(has("cross-origin-opener-policy"), "same-origin", "{path}");
            assert!(has("content-security-policy").contains("default-src 'none'"), "{path}");
            assert_eq!((reply.header("server"), reply.header("x-powered-by")), (None, None), "{path}");
        }
    }
}
