//! Telling applications through the browser that a session ended (OpenID Connect Front-Channel Logout 1.0).

use doorward::app::clients::{self, NewClient};
use reqwest::{Method, Url};

use super::stage::{AFTER_LOGOUT, Rp, Stage, answer, claims};
use crate::harness::{Browser, Reply, Server, attribute};

const TOLD_AT: &str = "https://app.example/signed-out";

async fn told_at(stage: &Stage, uri: &str) -> Rp {
    stage.rp_with(|new| NewClient { frontchannel_logout_uri: Some(uri.to_owned()), ..new }).await
}

/// The ID token of an application that this browser has just used.
async fn used(stage: &Stage, rp: &Rp, browser: &Browser<'_>) -> String {
    let code = stage.code(rp, browser).await;
    stage.redeem(rp, &code).await.expect(200).json()["id_token"].as_str().unwrap().to_owned()
}

async fn sign_out(browser: &Browser<'_>, id_token: &str, state: &str) -> Reply {
    let query = [("id_token_hint", id_token), ("post_logout_redirect_uri", AFTER_LOGOUT), ("state", state)];
    let url = Url::parse_with_params("http://server/oauth2/logout", query).unwrap();
    browser.get(&format!("{}?{}", url.path(), url.query().unwrap())).await
}

/// What the page loads in frames, as a browser reads it.
fn frames(page: &Reply) -> Vec<Url> {
    let elements = page.text.split("<iframe").skip(1).map(|rest| format!("<iframe{rest}"));
    elements.map(|it| Url::parse(&attribute(&it, "<iframe", "src").unwrap()).unwrap()).collect()
}

fn parameter(url: &Url, name: &str) -> String {
    let all: Vec<String> = url.query_pairs().filter(|it| it.0 == name).map(|it| it.1.into_owned()).collect();
    assert_eq!(all.len(), 1, "{name}: {url}");
    all.concat()
}

/// Where the page leads by itself, and where its link leads.
fn onward(page: &Reply) -> [String; 2] {
    let refresh = attribute(&page.text, "<meta http-equiv=\"refresh\"", "content").unwrap();
    let (seconds, url) = refresh.split_once(";url=").unwrap();
    assert!((2..=3).contains(&seconds.parse::<u8>().unwrap()), "{refresh}");
    [url.to_owned(), attribute(&page.text, "<a class=\"button primary\"", "href").unwrap()]
}

fn frame_rule(page: &Reply) -> String {
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    let rules: Vec<_> = policy.split(';').map(str::trim).filter(|it| it.starts_with("frame-src")).collect();
    assert_eq!(rules.len(), 1, "{policy}");
    rules.concat()
}

#[tokio::test]
async fn oidcc_frontchannel_logout_is_advertised() {
    let stage = Stage::new().await;

    let document = Browser::new(&stage.server).get("/.well-known/openid-configuration").await.expect(200).json();

    for name in ["frontchannel_logout_supported", "frontchannel_logout_session_supported"] {
        assert_eq!(document[name], true, "{name}");
    }
}

#[tokio::test]
async fn oidcc_frontchannel_logout_loads_the_application_before_the_browser_goes_back_to_it() {
    let stage = Stage::new().await;
    let rp = told_at(&stage, TOLD_AT).await;
    let browser = stage.browser(&stage.ada).await;
    let id_token = used(&stage, &rp, &browser).await;
    let (old, state) = (browser.jar(), "s".repeat(128));

    let page = sign_out(&browser, &id_token, &state).await.expect(200);

    let loaded = frames(&page);
    assert_eq!(loaded.len(), 1);
    assert!(loaded[0].as_str().starts_with(&format!("{TOLD_AT}?")), "{loaded:?}");
    assert_eq!(parameter(&loaded[0], "iss"), stage.server.url);
    assert_eq!(parameter(&loaded[0], "sid"), claims(&id_token)["sid"].as_str().unwrap());
    let back = format!("{AFTER_LOGOUT}?state={state}");
    assert_eq!(onward(&page), [back.clone(), back]);
    assert_eq!(frame_rule(&page), "frame-src https://app.example");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let sandbox = attribute(&page.text, "<iframe", "sandbox").unwrap();
    assert!(!sandbox.contains("navigation") && !page.text.contains("<script"), "{}", page.text);
    assert!(browser.cookie("dw_sid").is_none());
    browser.set_jar(old);
    assert_eq!(answer(&browser.get(&rp.request(&[("prompt", "none")])).await)["error"], "login_required");
}

#[tokio::test]
async fn every_way_to_sign_out_tells_the_applications_through_the_browser() {
    let stage = Stage::new().await;
    let rp = told_at(&stage, TOLD_AT).await;
    for way in ["the page that asks first", "an application without a place to go back to", "/account", "/console"] {
        let browser = stage.browser(&stage.ada).await;
        let id_token = used(&stage, &rp, &browser).await;

        let page = match way {
            "the page that asks first" => browser.submit(&browser.get("/oauth2/logout").await.expect(200), &[]).await,
            "/account" | "/console" => {
                let csrf = browser.visit(way).await.1.field("/sign-out", "csrf").unwrap();
                let form = stage.server.request(Method::POST, "/sign-out").form(&[("csrf", csrf)]);
                browser.send(form).await
            }
            _ => browser.get(&format!("/oauth2/logout?id_token_hint={id_token}")).await,
        };

        let sids: Vec<String> = frames(&page.expect(200)).iter().map(|it| parameter(it, "sid")).collect();
        assert_eq!(sids, [claims(&id_token)["sid"].as_str().unwrap()], "{way}");
    }
}

#[tokio::test]
async fn the_page_for_a_sign_out_without_a_place_to_go_back_to_says_in_the_end_that_it_is_done() {
    let stage = Stage::new().await;
    let rp = told_at(&stage, TOLD_AT).await;
    let browser = stage.browser(&stage.ada).await;
    used(&stage, &rp, &browser).await;
    let account = browser.get("/account").await;

    let page = browser.submit(&account, &[]).await.expect(200);

    assert_eq!(onward(&page), ["/signed-out", "/signed-out"]);
    assert!(browser.get("/signed-out").await.expect(200).text.contains("You are signed out"));
}

#[tokio::test]
async fn each_application_that_was_used_is_loaded_once_and_the_others_are_not() {
    let stage = Stage::new().await;
    let (ledger, silent) = (told_at(&stage, TOLD_AT).await, stage.rp().await);
    let wiki = stage.rp_with(|new| NewClient {
        redirect_uris: vec![super::stage::REDIRECT.to_owned(), "https://wiki.example:8443/".to_owned()],
        frontchannel_logout_uri: Some("https://wiki.example:8443/out?a=1".to_owned()),
        ..new
    });
    let (wiki, unused) = (wiki.await, told_at(&stage, "https://app.example/unused").await);
    let browser = stage.browser(&stage.ada).await;
    for rp in [&ledger, &wiki, &ledger, &silent] {
        used(&stage, rp, &browser).await;
    }
    let elsewhere = stage.browser(&stage.grace).await;
    used(&stage, &unused, &elsewhere).await;

    let page = sign_out(&browser, &used(&stage, &ledger, &browser).await, "x").await.expect(200);

    let mut places: Vec<String> = frames(&page).iter().map(|it| it[..url::Position::AfterPath].to_owned()).collect();
    places.sort();
    assert_eq!(places, [TOLD_AT, "https://wiki.example:8443/out"]);
    assert_eq!(frame_rule(&page), "frame-src https://app.example https://wiki.example:8443");
}

#[tokio::test]
async fn a_sign_out_that_tells_nobody_in_the_browser_goes_back_at_once() {
    let stage = Stage::new().await;
    let (silent, told) = (stage.rp().await, told_at(&stage, TOLD_AT).await);
    let browser = stage.browser(&stage.ada).await;
    let id_token = used(&stage, &silent, &browser).await;
    used(&stage, &told, &stage.browser(&stage.ada).await).await;

    let reply = sign_out(&browser, &id_token, "x").await;

    let back = format!("{AFTER_LOGOUT}?state=x");
    assert_eq!((reply.status, reply.header("location")), (303, Some(back.as_str())));
}

/// The id of a session is a proof for the application: nobody learns it but who had a part in that session.
#[tokio::test]
async fn a_frame_names_the_session_that_ended_and_never_another() {
    let stage = Stage::new().await;
    let rp = told_at(&stage, TOLD_AT).await;
    let (here, there) = (stage.browser(&stage.ada).await, stage.browser(&stage.ada).await);
    let somebody = stage.browser(&stage.grace).await;
    let [mine, other, foreign] =
        [used(&stage, &rp, &here).await, used(&stage, &rp, &there).await, used(&stage, &rp, &somebody).await];

    // The hint is of the other session of the same person: the cookie decides which one ends.
    let page = sign_out(&here, &other, "x").await.expect(200);

    let sids: Vec<String> = frames(&page).iter().map(|it| parameter(it, "sid")).collect();
    assert_eq!(sids, [claims(&mine)["sid"].as_str().unwrap()]);
    for token in [&other, &foreign] {
        assert!(!page.text.contains(claims(token)["sid"].as_str().unwrap()), "{}", page.text);
    }
    for browser in [&there, &somebody] {
        assert!(answer(&browser.get(&rp.request(&[("prompt", "none")])).await).contains_key("code"));
    }
}

#[tokio::test]
async fn the_application_of_a_disabled_client_is_not_loaded() {
    let stage = Stage::new().await;
    let (silent, told) = (stage.rp().await, told_at(&stage, TOLD_AT).await);
    let browser = stage.browser(&stage.ada).await;
    used(&stage, &told, &browser).await;
    let id_token = used(&stage, &silent, &browser).await;
    clients::disable(&stage.server.app, &Server::operator(), told.id).await.unwrap();

    let reply = sign_out(&browser, &id_token, "x").await;

    assert_eq!((reply.status, frames(&reply).len()), (303, 0), "{}", reply.text);
}

#[tokio::test]
async fn whatever_the_query_of_a_registered_address_holds_stays_in_the_attribute() {
    let stage = Stage::new().await;
    let uri = "https://app.example/out'onload='alert(1)?a=1&b=;script-src&lt=x";
    let rp = told_at(&stage, uri).await;
    let browser = stage.browser(&stage.ada).await;
    let id_token = used(&stage, &rp, &browser).await;

    let page = sign_out(&browser, &id_token, "';url=https://evil.example/\"><script>").await.expect(200);

    let (loaded, sid) = (frames(&page), claims(&id_token)["sid"].as_str().unwrap().to_owned());
    assert_eq!(loaded.len(), 1);
    assert!(loaded[0].as_str().starts_with(&format!("{uri}&iss=")), "{loaded:?}");
    assert_eq!(parameter(&loaded[0], "sid"), sid);
    assert!(!page.text.contains("'onload") && !page.text.contains("<script"), "{}", page.text);
    assert_eq!(frame_rule(&page), "frame-src https://app.example");
    assert!(onward(&page)[0].starts_with(&format!("{AFTER_LOGOUT}?state=%27%3Burl%3D")), "{:?}", onward(&page));
}

#[tokio::test]
async fn only_an_address_where_the_application_itself_is_can_be_registered() {
    let stage = Stage::new().await;
    let register = async |uri: &str| {
        let (app, operator) = (&stage.server.app, Server::operator());
        let mut new = None;
        stage.rp_with(|it| new.insert(it).clone()).await;
        let new = NewClient { frontchannel_logout_uri: Some(uri.to_owned()), ..new.unwrap() };
        clients::create(app, &operator, new).await.map(|_| ()).map_err(|error| format!("{error:?}"))
    };

    for uri in [
        "http://app.example/out",
        "https://evil.example/out",
        "https://app.example:444/out",
        "https://app.example.evil.example/out",
        "https://app.example;script-src/out",
        "javascript:alert(1)",
        "https://app.example/out#x",
        "/out",
    ] {
        let refused = register(uri).await.unwrap_err();
        assert!(refused.contains("frontchannel_logout_uri"), "{uri}: {refused}");
    }
    for uri in ["https://app.example/out", "https://app.example/?out=1"] {
        assert!(register(uri).await.is_ok(), "{uri}");
    }
}
