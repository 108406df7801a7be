//! Setting a connection up: the steps, what is to be mended at the identity provider, and the page that follows it.

use std::time::Duration;

use doorward::app::users::{self, OnLastHolder};
use doorward::domain::connection::{Kind, Settings};
use reqwest::{Method, Response, header};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, Provisioning, Reply, Server, Tenant};

/// Longer than a watcher needs to hear of something.
const SOON: Duration = Duration::from_secs(10);

fn page(of: &Provisioning<'_>) -> String {
    format!("/console/provisioning/connections/{}/setup", of.id)
}

/// What is done and what is not, as the page says it.
fn steps(page: &Reply) -> String {
    let part = page.text.split("id=\"steps\"").nth(1).unwrap().split("</ul>").next().unwrap();
    words(&Reply { text: format!("<ul{part}"), ..page.clone() })
}

async fn entra<'s>(tenant: &Tenant<'s>) -> Provisioning<'s> {
    let (issuer, client_id) = (Some("https://id.example".to_owned()), Some("us".to_owned()));
    tenant.connection_with(Kind::Entra, Settings { issuer, client_id, ..Settings::default() }).await
}

fn person(user_name: &str, more: &Value) -> Value {
    let mut body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": user_name});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// From the token to the first group, each step is done by what came.
#[tokio::test]
async fn each_step_of_setting_up_is_done_by_what_comes() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let entra = entra(&acme).await;
    let olga = signed_in(&acme, "olga").await;
    let at = page(&entra);

    let first = olga.get(&at).await.expect(200);
    assert!(words(&first).contains("Waiting for the first request"), "{}", words(&first));
    assert!(first.text.contains("/scim/v2?aadOptscim062020"), "Entra is asked to follow the standard");
    assert_eq!(steps(&first).matches("Done").count(), 1, "{}", steps(&first));

    entra.get("/Users?filter=userName%20eq%20%22nobody%22").await.expect(200);
    assert!(words(&olga.get(&at).await).contains("Waiting for the first user"));
    entra.send(Method::POST, "/Users", &person("ada", &json!({"externalId": "ada"}))).await.expect(201);
    assert!(words(&olga.get(&at).await).contains("Waiting for the first group"));
    let group = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Crew"});
    entra.send(Method::POST, "/Groups", &group).await.expect(201);
    let last = olga.get(&at).await.expect(200);
    assert!(words(&last).contains("Waiting for the first sign-in"));
    assert_eq!((steps(&last).matches("Done").count(), steps(&last).matches("Not yet").count()), (4, 1));
}

/// What is wrong at the provider is named with what to do: the lookup, the id, what is missing, and the refusal.
#[tokio::test]
async fn what_is_wrong_at_the_provider_is_told_with_what_to_do() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let entra = entra(&acme).await;
    let olga = signed_in(&acme, "olga").await;
    let said = async || words(&olga.get(&page(&entra)).await.expect(200));
    assert!(!said().await.contains("To be mended"));

    entra.get("/Users?filter=displayName%20eq%20%22Ada%22").await.expect(200);
    entra.send(Method::POST, "/Users", &person("ada", &json!({"externalId": "ada"}))).await.expect(201);
    entra.send(Method::POST, "/Users", &person("bob", &json!({}))).await.expect(201);
    let all = said().await;
    for part in [
        "It looks users up by displayName",
        "One of the users pushed last has no externalId",
        "One of the users pushed last has an externalId that is no object id",
        "2 of the users pushed last have no role",
        "2 of the users pushed last have no e-mail address",
        "2 of the users pushed last are called by the user name alone",
    ] {
        assert!(all.contains(part), "{part}: {all}");
    }
    assert!(!all.contains("The last change was refused"), "{all}");

    entra.send(Method::POST, "/Users", &person("ada", &json!({}))).await.expect(409);
    let all = said().await;
    assert!(all.contains("The last change was refused") && all.contains("has this user name already"), "{all}");
    let right = json!({"externalId": "0a1b2c3d-0000-4000-8000-000000000001", "displayName": "Eve",
        "emails": [{"value": "eve@acme.example", "type": "work", "primary": true}]});
    entra.send(Method::POST, "/Users", &person("eve", &right)).await.expect(201);
    let all = said().await;
    assert!(!all.contains("The last change was refused"), "{all}");
    assert!(all.contains("One of the users pushed last has no externalId"), "{all}");
}

async fn watch(browser: &Browser<'_>, of: &Provisioning<'_>) -> Response {
    let cookies: Vec<String> = browser.jar().iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = browser.server().request(Method::GET, &format!("{}/events", page(of)));
    request.header(header::COOKIE, cookies.join("; ")).send().await.unwrap()
}

async fn next(stream: &mut Response) -> Option<String> {
    let chunk = timeout(SOON, stream.chunk()).await.expect("something comes soon").unwrap()?;
    Some(String::from_utf8(chunk.to_vec()).unwrap())
}

/// A watcher hears of a change and not what it was, and nothing more once the session has ended.
#[tokio::test]
async fn who_watches_hears_of_changes_until_the_session_ends() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("otto", "owner").await;
    let olga = acme.user("olga", "owner").await;
    let entra = entra(&acme).await;
    let browser = signed_in(&acme, "olga").await;

    let mut stream = watch(&browser, &entra).await;
    assert_eq!(stream.status(), 200);
    assert_eq!(stream.headers()[header::CONTENT_TYPE], "text/event-stream");
    assert!(next(&mut stream).await.unwrap().contains("event: changed"));
    entra.send(Method::POST, "/Users", &person("ada", &json!({}))).await.expect(201);
    let heard = next(&mut stream).await.unwrap();
    assert!(heard.contains("event: changed") && !heard.contains("ada"), "{heard}");

    users::deactivate(&server.app, &Server::operator(), olga, OnLastHolder::Refuse).await.unwrap();
    // The journal may tell of Ada after the directory, so that something is on its way already.
    let ended = timeout(SOON, async { while stream.chunk().await.unwrap().is_some() {} }).await;
    assert!(ended.is_ok(), "the stream goes on");
    assert_ne!(watch(&browser, &entra).await.status(), 200);
}

/// TE-05: nobody watches the connections of others, nor does whoever manages none.
#[tokio::test]
async fn te_05_the_setting_up_is_shown_to_those_who_manage_connections() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    acme.user("vera", "viewer").await;
    globex.user("gina", "owner").await;
    let entra = entra(&acme).await;
    for (browser, status) in [(signed_in(&acme, "vera").await, 403), (signed_in(&globex, "gina").await, 404)] {
        assert_eq!(browser.get(&page(&entra)).await.status, status);
        assert_eq!(watch(&browser, &entra).await.status(), status);
    }
}
