//! Applications that nobody registered, described at the address that is their name (OAuth Client ID Metadata Document).

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use doorward::app::clients::{self, AuthMethod};
use doorward::app::config::Settings;
use doorward::domain::id::ClientId;
use serde_json::{Value, json};

use super::pushed::{ASKED, brought};
use super::stage::{REDIRECT, Rp, Stage, answer, claims, code_grant};
use crate::harness::{Browser, Reply, Server};

/// A host at which applications are described, each under the same words.
struct Host {
    at: SocketAddr,
    said: Arc<Mutex<(StatusCode, Value)>>,
    asked: Arc<Mutex<usize>>,
}

impl Host {
    async fn start() -> Self {
        let said = Arc::new(Mutex::new((StatusCode::OK, json!({}))));
        let asked = Arc::new(Mutex::new(0));
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let at = listener.local_addr().unwrap();
        let (words, count) = (Arc::clone(&said), Arc::clone(&asked));
        let tell = move |axum::extract::Path(name): axum::extract::Path<String>| {
            *count.lock().unwrap() += 1;
            let (status, more) = words.lock().unwrap().clone();
            let mut document = json!({ "client_id": format!("http://{at}/{name}"), "client_name": "Assistant", "redirect_uris": [REDIRECT] });
            document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            async move { (status, document.to_string()) }
        };
        let router = Router::new().route("/{name}", get(tell));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { at, said, asked }
    }

    fn say(&self, status: StatusCode, more: Value) {
        *self.said.lock().unwrap() = (status, more);
    }

    fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }

    /// The application that is described under this name.
    fn rp(&self, name: &str) -> Rp {
        let client_id = format!("http://{}/{name}", self.at);
        Rp { id: ClientId::of_address(&client_id), client_id, secret: None, method: AuthMethod::None }
    }
}

async fn stage(change: impl FnOnce(Settings) -> Settings) -> Stage {
    let open = |it| Settings {
        client_id_metadata_documents: Some(true),
        outbound_allow: Some("127.0.0.0/8".to_owned()),
        ..it
    };
    Stage::on(Server::start_with(|it| change(open(it))).await).await
}

/// What somebody who is signed in meets who comes with this application.
async fn comes(stage: &Stage, rp: &Rp, changes: &[(&str, &str)]) -> Reply {
    stage.browser(&stage.grace).await.get(&rp.request(changes)).await
}

#[tokio::test]
async fn somebody_signs_in_to_an_application_that_nobody_registered() {
    let (stage, host) = (stage(|it| it).await, Host::start().await);
    let rp = host.rp("client.json");
    let browser = stage.browser(&stage.grace).await;

    let (_, consent) = browser.visit(&rp.request(&[])).await;

    assert!(consent.text.contains("Assistant (127.0.0.1)"), "the host stands beside the name: {}", consent.text);
    let code = answer(&browser.submit(&consent, &[("decision", "allow")]).await)["code"].clone();
    let tokens = stage.token(&rp, &code_grant(&code)).await.expect(200).json();
    let told = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!((&told["aud"], &told["sub"]), (&json!(rp.client_id), &json!(stage.grace.user.id)));
    assert_eq!(stage.userinfo(tokens["access_token"].as_str().unwrap()).await.status, 200);
    let refreshed = stage.refresh(&rp, tokens["refresh_token"].as_str().unwrap()).await.expect(200).json();
    assert_eq!(claims(refreshed["id_token"].as_str().unwrap())["aud"], json!(rp.client_id));
    assert_eq!(host.asked(), 1);
    let document = stage.server.get("/.well-known/openid-configuration").await.json();
    assert_eq!(document["client_id_metadata_document_supported"], json!(true));
    // It may push its requests as well; by its number nobody knows it.
    let pushed = stage.call(&rp, "/oauth2/par", &ASKED).await.expect(201).json();
    let request = brought(&rp.client_id, pushed["request_uri"].as_str().unwrap(), &[]);
    assert!(answer(&browser.get(&request).await).contains_key("code"));
    let numbered = Rp { client_id: rp.id.to_string(), ..rp };
    assert_eq!(comes(&stage, &numbered, &[]).await.status, 400);
}

#[tokio::test]
async fn a_description_is_read_again_after_a_while_and_counts_as_it_is_then() {
    let (stage, host) = (stage(|it| it).await, Host::start().await);
    let rp = host.rp("client.json");
    comes(&stage, &rp, &[]).await.expect(303);
    host.say(StatusCode::OK, json!({ "redirect_uris": ["https://elsewhere.example/callback"] }));

    assert_eq!(comes(&stage, &rp, &[]).await.status, 303, "it was read a moment ago");
    stage.server.advance(Duration::from_mins(10));
    assert_eq!(comes(&stage, &rp, &[]).await.status, 400, "the address of before is not its own any more");
    assert_eq!(host.asked(), 2);

    // Where nobody answers, what was read last counts; where it is wrong, nothing does.
    stage.server.advance(Duration::from_mins(10));
    host.say(StatusCode::INTERNAL_SERVER_ERROR, json!({}));
    let there = [("redirect_uri", "https://elsewhere.example/callback")];
    assert_eq!(comes(&stage, &rp, &there).await.status, 303);
    stage.server.advance(Duration::from_mins(10));
    host.say(StatusCode::OK, json!({ "client_secret": "x" }));
    assert_eq!(comes(&stage, &rp, &there).await.status, 400);
}

/// Nobody is sent anywhere, and nothing is registered.
#[tokio::test]
async fn an_application_that_is_described_wrongly_is_none() {
    let (stage, host) = (stage(|it| it).await, Host::start().await);

    for (nth, (status, said)) in [
        (StatusCode::NOT_FOUND, json!({})),
        (StatusCode::FOUND, json!({})),
        (StatusCode::OK, json!({ "client_id": "https://app.example/client.json" })),
        (StatusCode::OK, json!({ "token_endpoint_auth_method": "client_secret_basic" })),
        (StatusCode::OK, json!({ "redirect_uris": ["http://app.example/callback"] })),
        (StatusCode::OK, json!({ "redirect_uris": [] })),
        (StatusCode::OK, json!({ "scope": "openid api" })),
        (StatusCode::OK, json!({ "client_name": "a".repeat(200) })),
        (StatusCode::OK, json!({ "more": "a".repeat(16 * 1024) })),
    ]
    .into_iter()
    .enumerate()
    {
        host.say(status, said.clone());
        let reply = comes(&stage, &host.rp(&format!("client-{nth}.json")), &[]).await;
        assert_eq!((reply.status, reply.header("location")), (400, None), "{said}");
    }
    assert_eq!(clients::list(&stage.server.app, &Server::operator(), None).await.unwrap().len(), 0);
}

/// SS-01: an address within the network is asked only where the operator says so; and none is, where nobody wants such applications.
#[tokio::test]
async fn ss_01_no_private_address_is_asked_for_a_description() {
    let host = Host::start().await;
    let inside = stage(|it| Settings { outbound_allow: None, ..it }).await;
    let off = stage(|it| Settings { client_id_metadata_documents: None, ..it }).await;
    let rp = host.rp("client.json");

    for stage in [&inside, &off] {
        assert_eq!(comes(stage, &rp, &[]).await.status, 400);
        assert_eq!(stage.redeem(&rp, "dwac_x").await.status, 401);
    }
    assert_eq!(host.asked(), 0);
}

#[tokio::test]
async fn an_application_that_the_operator_shut_out_stays_out_whatever_it_says() {
    let (stage, host) = (stage(|it| it).await, Host::start().await);
    let rp = host.rp("client.json");
    let browser = stage.browser(&stage.grace).await;
    let (_, consent) = browser.visit(&rp.request(&[])).await;
    let code = answer(&browser.submit(&consent, &[("decision", "allow")]).await)["code"].clone();
    let tokens = stage.token(&rp, &code_grant(&code)).await.expect(200).json();

    clients::disable(&stage.server.app, &Server::operator(), rp.id).await.unwrap();
    stage.server.advance(Duration::from_mins(11));

    assert_eq!(comes(&stage, &rp, &[]).await.status, 400);
    assert_eq!(stage.userinfo(tokens["access_token"].as_str().unwrap()).await.status, 401);
    assert_eq!(host.asked(), 1, "it is not even asked");
}

#[tokio::test]
async fn nobody_makes_us_read_without_end() {
    let (stage, host) = (stage(|it| it).await, Host::start().await);
    for nth in 0..20 {
        comes(&stage, &host.rp(&format!("client-{nth}.json")), &[]).await.expect(303);
    }

    let more = comes(&stage, &host.rp("one-more.json"), &[]).await;

    assert_eq!((more.status, host.asked()), (429, 20));
    assert_eq!(comes(&stage, &host.rp("client-0.json"), &[]).await.status, 303, "one that is known is served");
    // A known one that does not answer is asked once in a while, and one that is wrong no oftener than one that is new.
    stage.server.advance(Duration::from_mins(10));
    host.say(StatusCode::INTERNAL_SERVER_ERROR, json!({}));
    for _ in 0..3 {
        comes(&stage, &host.rp("client-0.json"), &[]).await.expect(303);
    }
    assert_eq!(host.asked(), 21);
    host.say(StatusCode::OK, json!({ "client_secret": "x" }));
    for _ in 0..19 {
        comes(&stage, &host.rp("client-1.json"), &[]).await.expect(400);
    }
    assert_eq!(comes(&stage, &host.rp("client-1.json"), &[]).await.status, 429);
    assert_eq!(host.asked(), 40);
}

/// One that nobody uses is forgotten after a day, and met again; one that somebody uses stays, and so does one about which the
/// operator has decided anything.
#[tokio::test]
async fn whoever_nobody_uses_is_forgotten() {
    let host = Host::start().await;
    let stage = stage(|it| it).await;
    let [used, unused, disabled, changed] =
        ["used.json", "unused.json", "disabled.json", "changed.json"].map(|name| host.rp(name));
    let browser = stage.browser(&stage.ada).await;
    for rp in [&used, &unused, &disabled, &changed] {
        browser.get(&rp.request(&[])).await.expect(303);
    }
    let (_, page) = browser.visit(&used.request(&[])).await;
    browser.submit(&page, &[("decision", "allow")]).await.expect(303);
    let app = &stage.server.app;
    clients::disable(app, &Server::operator(), disabled.id).await.unwrap();
    let narrower = clients::Edit { require_mfa: Some(true), ..clients::Edit::default() };
    clients::edit(app, &Server::operator(), changed.id, narrower).await.unwrap();
    let known = async || {
        let all = clients::list(app, &Server::operator(), None).await.unwrap();
        [&used, &unused, &disabled, &changed].map(|rp| all.iter().any(|it| it.client.id == rp.id))
    };

    // Whoever comes again keeps it for another day, although it says the same.
    for (hours, is_kept) in [(23, true), (2, true), (23, false)] {
        if hours == 2 {
            stage.browser(&stage.grace).await.get(&unused.request(&[])).await.expect(303);
        }
        stage.server.advance(Duration::from_hours(hours));
        doorward::app::jobs::sweep(app).await.unwrap();
        assert_eq!(known().await, [true, is_kept, true, true], "{hours}");
    }

    stage.browser(&stage.grace).await.get(&unused.request(&[])).await.expect(303);
    assert_eq!(known().await, [true, true, true, true]);
}

/// Whoever has somebody come here once must not stand among the applications of everybody.
#[tokio::test]
async fn an_application_that_nobody_registered_is_advertised_to_nobody() {
    let host = Host::start().await;
    host.say(StatusCode::OK, json!({ "initiate_login_uri": "https://app.example/begin" }));
    let stage = stage(|it| it).await;
    let rp = host.rp("client.json");
    let browser = stage.browser(&stage.grace).await;
    let (_, page) = browser.visit(&rp.request(&[])).await;
    let is_offered = async |browser: &Browser<'_>| {
        browser.get("/account/applications").await.expect(200).text.contains("https://app.example/begin?iss=")
    };
    let before = is_offered(&browser).await;

    browser.submit(&page, &[("decision", "allow")]).await.expect(303);

    let other = stage.browser(&stage.ada).await;
    assert_eq!((before, is_offered(&browser).await, is_offered(&other).await), (false, true, false));
}
