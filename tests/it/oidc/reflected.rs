//! What somebody else wrote into a link: it is shown as text or not at all, and leads nobody away.

use doorward::app::clients::NewClient;
use reqwest::Method;

use super::stage::{PASSWORD, REDIRECT, Stage};
use crate::harness::{Browser, Reply, Server};

/// Texts of which a browser would make something, if it read them as anything but text.
const PAYLOADS: [&str; 7] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' autofocus onfocus='alert(1)",
    "</title></textarea><svg/onload=alert(1)>",
    "x\" http-equiv=\"refresh\" content=\"0;url=//evil.example",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "javascript:alert(1)//<",
];

/// Every parameter that the endpoints for browsers read, and some that they do not.
const AUTHORIZE: [&str; 24] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "max_age",
    "display",
    "login_hint",
    "id_token_hint",
    "ui_locales",
    "acr_values",
    "claims",
    "dpop_jkt",
    "request",
    "request_uri",
    "registration",
    "error",
    "error_description",
    "iss",
];
const LOGOUT: [&str; 7] =
    ["id_token_hint", "logout_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales", "sid"];

/// Nothing of the payload is anything but text in the answer, and no header has it.
fn check(reply: &Reply, payload: &str, from: &str) {
    let is_page = reply.header("content-type").is_some_and(|it| it.starts_with("text/html"));
    if is_page {
        let policy = reply.header("content-security-policy").unwrap_or_default();
        assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self';"), "{from}: {policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("evil"), "{from}: {policy}");
        assert!(!reply.text.contains(payload), "{payload} from {from}: {}", reply.text);
        for leads in ["href", "src", "action", "formaction"] {
            let script = format!("{leads}=\"javascript:");
            assert!(!reply.text.contains(&script), "{payload} from {from}: {}", reply.text);
        }
    } else {
        let kind = reply.header("content-type").unwrap_or("application/json");
        assert!(kind.contains("json"), "{from}: {kind}");
    }
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{from}");
    for (name, value) in &reply.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        assert!(!value.contains('<') && !value.contains(payload), "{payload} from {from}: {name}: {value}");
    }
    if let Some(location) = reply.header("location") {
        let is_known = location.starts_with(REDIRECT) || location.starts_with('/') && !location.starts_with("//");
        assert!(is_known, "{payload} from {from}: {location}");
    }
}

/// A payload as it stands in a query.
fn encoded(payload: &str) -> String {
    url::form_urlencoded::byte_serialize(payload.as_bytes()).collect()
}

/// OP-21: whatever is put into whichever parameter of an authorization request, by GET and by POST, signed in and not, with the
/// answer in the query and in a form: pages show it as text under their policy, and headers do not have it.
#[tokio::test]
async fn op_21_no_parameter_of_an_authorization_request_becomes_code() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let (signed_in, stranger) = (stage.browser(&stage.ada).await, Browser::new(&stage.server));

    for payload in PAYLOADS {
        for name in AUTHORIZE {
            for mode in ["query", "form_post"] {
                let request = rp.request(&[("response_mode", mode), (name, payload)]);
                let from = format!("{name} ({mode})");
                check(&signed_in.get(&request).await, payload, &from);
                let (_, page) = stranger.visit(&request).await;
                check(&page, payload, &from);
                let (path, query) = request.split_once('?').unwrap();
                let form = stage.server.request(Method::POST, path);
                let form = form.header("content-type", "application/x-www-form-urlencoded").body(query.to_owned());
                check(&stage.server.send(form).await, payload, &from);
            }
        }
        let unknown = format!("{}&{}=1", rp.request(&[]), encoded(payload));
        check(&stranger.visit(&unknown).await.1, payload, "the name of a parameter");
    }
}

/// OP-21: the same of the other addresses of the provider and of the sign-in, of their paths, and of what programs send.
#[tokio::test]
async fn op_21_no_other_request_becomes_code_either() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let (signed_in, stranger) = (stage.browser(&stage.ada).await, Browser::new(&stage.server));

    for payload in PAYLOADS {
        let text = encoded(payload);
        let mut paths: Vec<String> = LOGOUT.iter().map(|name| format!("/oauth2/logout?{name}={text}")).collect();
        for name in ["organisation", "method", "return_to", "error", "username"] {
            paths.push(format!("/sign-in?{name}={text}"));
        }
        for path in ["/sign-in", "/connect", "/invitation", "/sso", "/oauth2", "/.well-known", "/account", "/console"] {
            paths.push(format!("{path}/{}", text.replace('+', "%20")));
        }
        let sso = "/sso/018f0000-0000-7000-8000-000000000000";
        for query in ["callback?error", "callback?error_description", "callback?state", "start?login_hint", "start?iss"]
        {
            paths.push(format!("{sso}/{query}={text}"));
        }
        for path in &paths {
            for browser in [&signed_in, &stranger] {
                check(&browser.get(path).await, payload, path);
            }
        }
        for path in ["/oauth2/token", "/oauth2/par", "/oauth2/introspect", "/oauth2/revoke", "/oauth2/logout/confirm"] {
            for name in ["grant_type", "code", "client_id", "client_assertion_type", "token", "scope", "csrf"] {
                let reply = stage.call(&rp, path, &[(name, payload)]).await;
                check(&reply, payload, path);
            }
        }
        let bearer = stage.server.request(Method::GET, "/oauth2/userinfo");
        let bearer = bearer.header("authorization", format!("Bearer {payload}"));
        check(&stage.server.send(bearer).await, payload, "the header of userinfo");
    }
}

/// OP-21: nor does what an application is called or what was typed, on the pages that ask for a sign-in and for consent.
#[tokio::test]
async fn op_21_no_name_and_nothing_typed_becomes_code() {
    let stage = Stage::new().await;

    for payload in PAYLOADS {
        let name = payload.to_owned();
        let rp = stage.rp_with(|new| NewClient { name, first_party: false, ..new }).await;
        let consent = stage.browser(&stage.ada).await;
        let (_, asked) = consent.visit(&rp.request(&[("state", payload), ("response_mode", "form_post")])).await;
        let answer = consent.submit(&asked, &[("decision", "allow")]).await;
        let stranger = Browser::new(&stage.server);
        let (_, first) = stranger.visit(&rp.request(&[("login_hint", payload)])).await;
        let typed = stranger.submit(&first, &[("username", payload)]).await;
        let (_, next) = stranger.follow("", typed).await;
        let refused = stranger.submit(&next, &[("password", payload), ("username", payload)]).await;

        assert!(asked.text.contains("id=\"allow\""), "{}", asked.text);
        assert!(answer.text.contains(&format!("action=\"{REDIRECT}\"")), "{}", answer.text);
        assert!(first.text.contains("name=\"username\""), "{}", first.text);
        for (page, from) in
            [(&asked, "consent"), (&answer, "the form"), (&first, "the hint"), (&next, "the name"), (&refused, "again")]
        {
            check(page, payload, from);
        }
        stage.server.advance(std::time::Duration::from_mins(16));
    }
}

/// Places that are none of ours, as somebody would write them who wants to look like us.
const ELSEWHERE: [&str; 22] = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/%09/evil.example",
    "/%2f/evil.example",
    "\t//evil.example",
    " //evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https://evil.example/account",
    "http://evil.example\\@127.0.0.1/account",
    "data:text/html,<script>alert(1)</script>",
    "javascript:alert(1)",
    "/account@evil.example",
    "/account\r\nlocation: https://evil.example",
    "/account\u{2028}//evil.example",
    "/consolé",
    ".evil.example",
    "@evil.example",
    "/sign-out",
];

/// OP-27: a link to the sign-in page that names another place leads home, whether somebody is signed in or signs in there.
#[tokio::test]
async fn op_27_a_sign_in_leads_home_and_never_away() {
    let stage = Stage::new().await;
    stage.server.keep_outbox();
    let signed_in = stage.browser(&stage.ada).await;

    for place in ELSEWHERE {
        // Once as it stands, once with the signs that a browser or a proxy might have undone already.
        for written in [encoded(place), encoded(&encoded(place))] {
            let link = format!("/sign-in?return_to={written}");
            let at_once = signed_in.get(&link).await;
            let browser = Browser::new(&stage.server);
            let (at, page) = browser.visit(&link).await;
            let answer = browser.submit(&page, &[("username", &stage.grace.user.user_name)]).await;
            let (_, page) = browser.follow(&at, answer).await;
            let answer = browser.submit(&page, &[("password", PASSWORD)]).await;

            assert_eq!((at_once.status, at_once.header("location")), (303, Some("/account")), "{place}");
            assert_eq!((answer.status, answer.header("location")), (303, Some("/account")), "{place}");
        }
    }
}

/// OP-27: a page of ours is gone on to, so that the refusals above say something.
#[tokio::test]
async fn op_27_a_page_behind_the_sign_in_is_gone_on_to() {
    let server = Server::start().await;
    server.tenant("acme").await.user("anna", "owner").await;
    let browser = Browser::new(&server);
    browser.sign_in("anna", crate::harness::PASSWORD).await;

    let reply = browser.get("/sign-in?return_to=%2Fconsole%2Fusers%3Fstatus%3Dpending").await;

    assert_eq!(reply.header("location"), Some("/console/users?status=pending"));
}
