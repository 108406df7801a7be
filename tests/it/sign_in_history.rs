//! The history of sign-ins: what is kept of each try, who sees it, and when it is forgotten.

use std::time::Duration;

use doorward::app::jobs;
use doorward::domain::id::UserId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, PASSWORD, Server};
use crate::people::Api;

async fn history(server: &Server, id: UserId) -> Vec<Value> {
    let path = format!("/api/v1/users/{id}/sign-ins");
    let reply = server.send(server.api(Method::GET, &path)).await.expect(200);
    reply.json()["sign_ins"].as_array().unwrap().clone()
}

/// S2-37: each try is kept with its time, method, factor, address, browser and result, newest first, and shown on the page of
/// the user and in the API; the list of users has the column of the last activity.
#[tokio::test]
async fn s2_37_each_sign_in_is_kept_with_how_from_where_and_what_came_of_it() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let wrong = Browser::new(&server);
    wrong.sign_in("vera", "not the password at all").await;
    server.advance(Duration::from_mins(1));
    let own = signed_in(&tenant, "vera").await;
    let (_, page) = own.visit("/account/security/authenticator").await;
    let (phone, shown) = own.confirm(&page).await;
    own.submit(&shown, &[]).await;
    server.advance(Duration::from_mins(1));
    let second = Browser::new(&server);
    let (at, page) = second.sign_in("vera", PASSWORD).await;
    second.submit_to(&at, &page, &[("code", "000000")]).await;
    server.advance(Duration::from_secs(30));
    let code = phone.code(&server);
    second.submit_to(&at, &page, &[("code", &code)]).await;

    let tries = history(&server, vera).await;
    let browser = signed_in(&tenant, "olga").await;
    let activity = words(&browser.get(&format!("/console/users/{vera}/activity")).await.expect(200));
    let list = words(&browser.get("/console/users").await.expect(200));

    let told = |it: &Value| {
        let word = |name: &str| it[name].as_str().unwrap_or("-").to_owned();
        [word("result"), word("reason"), word("method"), word("factor"), word("ip")]
    };
    let all: Vec<_> = tries.iter().map(told).collect();
    let expected = [
        ["success", "-", "password", "totp", "127.0.0.1"],
        ["failure", "totp", "password", "totp", "127.0.0.1"],
        // The first code of the new authenticator proves anew who it is.
        ["success", "-", "password", "totp", "127.0.0.1"],
        ["success", "-", "password", "-", "127.0.0.1"],
        ["failure", "password", "password", "-", "127.0.0.1"],
    ];
    assert_eq!(all, expected.map(|row| row.map(str::to_owned)), "{tries:#?}");
    assert!(tries.iter().all(|it| it["client"].is_null() && it["user_agent"].is_string()));
    assert!(tries[4]["at"].as_str().unwrap() < tries[0]["at"].as_str().unwrap());
    let table = activity.split("id=\"sign-ins\"").nth(1).unwrap().split("</table>").next().unwrap();
    for text in ["Signed in", "Failed", "Password", "Authenticator app", "<code>127.0.0.1</code>", "<time datetime="] {
        assert!(table.contains(text), "{text}: {table}");
    }
    assert_eq!(table.matches("<tr><td").count(), 5);
    assert!(list.contains("Last active"), "{list}");
}

/// S2-37: a sign-in for an application names the application, and one at a provider says so.
#[tokio::test]
async fn s2_37_a_sign_in_for_an_application_names_it() {
    let api = Api::new().await;
    let tenant = crate::harness::Tenant { server: api.server(), org: api.stage.org.id };
    let vera = tenant.user("vera", "viewer").await;
    let rp = api.stage.rp().await;
    let browser = Browser::new(api.server());

    let (at, page) = browser.visit(&rp.request(&[])).await;
    let answer = browser.submit_to(&at, &page, &[("username", "vera"), ("organisation", "acme")]).await;
    let (at, page) = browser.follow(&at, answer).await;
    browser.submit_to(&at, &page, &[("password", PASSWORD)]).await;

    let tries = history(api.server(), vera).await;
    let own = words(&browser.get("/account/activity").await.expect(200));
    let name = tries[0]["client"].as_str().unwrap_or_default();
    assert!(own.contains(&format!("<span class=\"quiet\">for {name}</span>")), "{name}: {own}");
    assert_eq!(tries.len(), 1, "{tries:#?}");
    assert!(tries[0]["client"].as_str().is_some_and(|name| !name.is_empty()), "{tries:#?}");
}

/// The own history is for oneself; that of others for those who may see what people do.
#[tokio::test]
async fn s2_37_the_history_of_others_is_for_those_who_may_see_it() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let viewer = signed_in(&tenant, "vera").await;
    let other = tenant.user("walt", "viewer").await;

    let refused = viewer.get(&format!("/console/users/{other}/activity")).await.status;

    assert!(matches!(refused, 403 | 404), "{refused}");
    let globex = server.tenant("globex").await;
    globex.user("greta", "owner").await;
    let foreign = signed_in(&globex, "greta").await;
    assert_eq!(foreign.get(&format!("/console/users/{vera}/activity")).await.status, 404);
}

/// What is older than the time of keeping is forgotten, and all of it with the person.
#[tokio::test]
async fn the_history_is_forgotten_after_its_time_and_with_its_person() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    signed_in(&tenant, "vera").await;
    server.advance(Duration::from_hours(24 * 399));
    signed_in(&tenant, "vera").await;
    let both = history(&server, vera).await.len();
    server.advance(Duration::from_hours(48));
    jobs::sweep(&server.app).await.unwrap();

    let left = history(&server, vera).await.len();
    let page = format!("/api/v1/users/{vera}/erase");
    server.send(server.api(Method::POST, &page).json(&json!({}))).await.expect(204);

    assert_eq!((both, left), (2, 1));
    let rows =
        doorward::store::sign_in_tries::list(server.app.store.reader(), tenant.org, vera, None, 10).await.unwrap();
    assert!(rows.is_empty());
    server.keep_outbox();
}
