//! The modules about the authorization request: what is accepted, what is asked of the person, and what is refused.

use std::time::Duration;

use doorward::oidc::jwt::Algorithm;
use reqwest::{Method, Url};

use super::{ADA, Flow, Mode, STATE, id_token, text};
use crate::harness::{Browser, Reply};
use crate::oidc::stage::REDIRECT;

/// A request with these parameters is answered with a code that works.
pub(super) async fn is_accepted(mode: Mode, changes: &[(&str, &str)]) {
    let flow = Flow::new(mode).await;
    let browser = flow.browser().await;

    let tokens = flow.tokens(&browser, changes).await;

    assert_eq!(id_token(&tokens)["sub"], flow.stage.ada.user.id.to_string());
}

/// A request with these parameters is answered with this error, and with no code.
pub(super) async fn is_refused(mode: Mode, changes: &[(&str, &str)], error: &str) {
    let flow = Flow::new(mode).await;
    let browser = flow.browser().await;

    assert_eq!(flow.error(&browser, changes).await, error);
}

/// The order of the scopes and of the parameters says nothing.
pub(super) async fn order_says_nothing(mode: Mode, is_reversed: bool) {
    let flow = Flow::new(mode).await;
    let browser = flow.browser().await;
    let request = flow.request(&[("scope", "email openid")]);
    let (path, query) = request.split_once('?').unwrap();
    let mut pairs: Vec<&str> = query.split('&').collect();
    if is_reversed {
        pairs.reverse();
    }

    let answer = flow.read(&browser.get(&format!("{path}?{}", pairs.join("&"))).await);
    let tokens = flow.redeem(&answer).await;

    assert_eq!(flow.userinfo(&tokens).await["email"], ADA);
    assert!(id_token(&tokens).get("email").is_none());
}

/// The hint stands in the field for the name.
pub(super) async fn login_hint(mode: Mode) {
    let flow = Flow::new(mode).await;
    let fresh = Browser::new(&flow.stage.server);

    let (_, page) = fresh.visit(&flow.request(&[("login_hint", ADA)])).await;

    assert!(page.text.contains(&format!("name=\"username\" type=\"text\" value=\"{ADA}\"")), "{}", page.text);
    let browser = flow.browser().await;
    assert!(flow.ask(&browser, &[("login_hint", ADA)]).await.contains_key("code"));
}

/// Whoever is signed in proves it anew, and the second ID token says when that was.
async fn signs_in_again(mode: Mode, forced: (&str, &str), after: Duration) {
    let flow = Flow::new(mode).await;
    let browser = flow.browser().await;
    let before = flow.id_token(&browser, &[]).await;
    flow.stage.server.advance(after);

    let (_, page) = browser.visit(&flow.request(&[forced])).await;
    let after = id_token(&flow.sign_in(&browser, &[forced]).await);

    assert_eq!(page.heading(), "Sign in", "{}", page.text);
    assert_eq!(after["sub"], before["sub"]);
    assert!(after["auth_time"].as_i64().unwrap() > before["auth_time"].as_i64().unwrap(), "{after}");
}

pub(super) async fn prompt_login(mode: Mode) {
    signs_in_again(mode, ("prompt", "login"), Duration::from_secs(2)).await;
}

pub(super) async fn max_age_1(mode: Mode) {
    signs_in_again(mode, ("max_age", "1"), Duration::from_secs(2)).await;
}

/// The second request is answered without a page, and with the sign-in of the first.
async fn stays_signed_in(mode: Mode, changes: &[(&str, &str)]) {
    let flow = Flow::new(mode).await;
    let browser = flow.browser().await;
    let before = flow.id_token(&browser, &[]).await;
    flow.stage.server.advance(Duration::from_secs(90));

    let after = flow.id_token(&browser, changes).await;

    assert_eq!((&after["sub"], &after["auth_time"]), (&before["sub"], &before["auth_time"]));
    assert!(after["iat"].as_i64() > before["iat"].as_i64(), "only the token is new");
}

pub(super) async fn prompt_none_logged_in(mode: Mode) {
    stays_signed_in(mode, &[("prompt", "none")]).await;
}

pub(super) async fn max_age_10000(mode: Mode) {
    stays_signed_in(mode, &[("max_age", "10000")]).await;
}

pub(super) async fn prompt_none_not_logged_in(mode: Mode) {
    let flow = Flow::new(mode).await;
    let nobody = Browser::new(&flow.stage.server);

    assert_eq!(flow.error(&nobody, &[("prompt", "none")]).await, "login_required");
}

pub(super) async fn id_token_hint(mode: Mode) {
    let flow = Flow::new(mode).await;
    let browser = flow.browser().await;
    let tokens = flow.tokens(&browser, &[]).await;
    let hint = text(&tokens, "id_token");

    let again = flow.id_token(&browser, &[("prompt", "none"), ("id_token_hint", hint)]).await;

    assert_eq!(again["sub"], id_token(&tokens)["sub"]);
    let grace = flow.stage.browser(&flow.stage.grace).await;
    let other = flow.error(&grace, &[("prompt", "none"), ("id_token_hint", hint)]).await;
    assert_eq!(other, "login_required", "nobody else comes back for her");
}

/// Contexts that nobody has heard of are a wish that stays one.
pub(super) async fn acr_values(mode: Mode) {
    let flow = Flow::new(mode).await;
    let browser = flow.browser().await;

    let claims = flow.id_token(&browser, &[("acr_values", "1 2")]).await;

    assert_eq!(claims["acr"], "aal1");
}

/// Whoever sends the browser to an address that is not registered gets a page, whichever way the answer was to travel.
pub(super) async fn ensure_registered_redirect_uri(mode: Mode) {
    let flow = Flow::new(mode).await;
    let browser = flow.browser().await;

    let reply = browser.get(&flow.request(&[("redirect_uri", "https://app.example/callback/other")])).await;

    assert_eq!((reply.status, reply.header("location")), (400, None));
    assert!(!reply.text.contains("<form"), "nothing is posted anywhere: {}", reply.text);
    assert!(!reply.text.contains("dwcode_"));
}

/// A form of another site is taken like a link, although the cookies of the session stay away from it.
pub(super) async fn ensure_post_request(mode: Mode) {
    let flow = Flow::new(mode).await;
    let browser = flow.browser().await;
    let request = flow.request(&[]);
    let (path, query) = request.split_once('?').unwrap();
    let post = || {
        let request = flow.stage.server.request(Method::POST, path);
        request.header("content-type", "application/x-www-form-urlencoded").body(query.to_owned())
    };

    let of_this_site = flow.read(&browser.send(post()).await);
    let of_another: Reply = flow.stage.server.send(post()).await;
    let repeated = flow.read(&browser.get(of_another.header("location").unwrap()).await);

    assert_eq!(of_another.status, 303);
    for answer in [of_this_site, repeated] {
        assert!(flow.redeem(&answer).await.get("id_token").is_some());
    }
}

/// A request object in the request is refused by its own error, never passed over.
pub(super) async fn request_object(mode: Mode) {
    let object = unsigned(&format!("{{\"redirect_uri\":\"{REDIRECT}\",\"nonce\":\"of the object\"}}"));
    is_refused(mode, &[("request", &object)], "request_not_supported").await;
}

/// The address in a request object is never where the answer goes.
pub(super) async fn request_object_with_redirect_uri(mode: Mode) {
    let object = unsigned("{\"redirect_uri\":\"https://evil.example/\",\"response_type\":\"code\"}");
    let flow = Flow::new(mode).await;
    let browser = flow.browser().await;

    let reply = browser.get(&flow.request(&[("request", &object)])).await;

    assert_eq!(flow.read(&reply)["error"], "request_not_supported");
    assert!(!reply.text.contains("evil.example"), "{}", reply.text);
}

/// A request object elsewhere is refused, and nobody calls there.
pub(super) async fn request_uri(mode: Mode) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let uri = format!("http://{}/request.jwt", listener.local_addr().unwrap());
    let flow = Flow::new(mode).await;
    let browser = flow.browser().await;

    let error = flow.error(&browser, &[("request_uri", &uri)]).await;

    assert_eq!(error, "request_uri_not_supported");
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "nobody called");
}

fn unsigned(claims: &str) -> String {
    use base64::Engine as _;
    let part = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.", part("{\"alg\":\"none\"}"), part(claims))
}

/// `none` is neither advertised nor a way in which an application could have its ID tokens.
pub(super) async fn unsigned_id_token(mode: Mode) {
    let flow = Flow::new(mode).await;
    let document = flow.stage.server.get("/.well-known/openid-configuration").await.expect(200).json();

    let advertised = document["id_token_signing_alg_values_supported"].as_array().unwrap();

    assert!(!advertised.iter().any(|it| it == "none"), "{advertised:?}");
    assert!(serde_json::from_str::<Algorithm>("\"none\"").is_err());
    assert!(serde_json::from_str::<Algorithm>("\"RS256\"").is_ok());
}

/// Where the client and its address are right, every mistake goes back to it, in the way it asked for.
pub(super) async fn mistakes_go_back(mode: Mode) {
    let flow = Flow::new(mode).await;
    let browser = flow.browser().await;
    let table = [
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "code id_token", "unsupported_response_type"),
        ("scope", "nothing-known", "invalid_scope"),
        ("prompt", "none login", "invalid_request"),
        ("max_age", "-1", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("id_token_hint", "no.token.atall", "invalid_request"),
        ("registration", "{}", "registration_not_supported"),
    ];

    for (name, value, error) in table {
        assert_eq!(flow.error(&browser, &[(name, value)]).await, error, "{name}={value}");
    }
}

/// An answer is where the request wanted it and nowhere else: the query of a redirect, or the fields of a form.
pub(super) async fn travels_as_asked(mode: Mode) {
    let flow = Flow::new(mode).await;
    let browser = flow.browser().await;

    let reply = browser.get(&flow.request(&[])).await;

    match mode {
        Mode::Query => {
            let url = Url::parse(reply.header("location").unwrap()).unwrap();
            assert_eq!((url.fragment(), url.path()), (None, "/callback"));
        }
        Mode::FormPost => assert!(reply.text.contains(&format!("name=\"state\" value=\"{STATE}\""))),
    }
}
