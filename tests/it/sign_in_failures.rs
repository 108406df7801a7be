//! Failed sign-ins, counted by user and by address, for those who may see what people do.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, PASSWORD, Server, Tenant};

async fn fail(server: &Server, user_name: &str, times: usize) {
    for _ in 0..times {
        Browser::new(server).sign_in(user_name, "not the password at all").await;
    }
}

async fn counted(server: &Server, query: &str) -> Value {
    let path = format!("/api/v1/sign-in-failures?organisation=acme{query}");
    server.send(server.api(Method::GET, &path)).await.expect(200).json()
}

async fn acme(server: &Server) -> Tenant<'_> {
    let acme = server.tenant("acme").await;
    for (name, role) in [("olga", "owner"), ("vera", "viewer"), ("walt", "viewer")] {
        acme.user(name, role).await;
    }
    acme
}

/// S2-39: failures are counted by user and by address, those with the most first, within the time that is asked for; a sign-in
/// that went well is none, and neither is one with a name that nobody has or of another organisation.
#[tokio::test]
async fn s2_39_failed_sign_ins_are_counted_by_user_and_by_address() {
    let server = Server::start().await;
    let acme = acme(&server).await;
    server.tenant("globex").await.user("hank", "owner").await;
    fail(&server, "walt", 1).await;
    server.advance(Duration::from_hours(30));
    fail(&server, "walt", 1).await;
    fail(&server, "vera", 3).await;
    fail(&server, "hank", 1).await;
    fail(&server, "nobody", 1).await;
    Browser::new(&server).sign_in("walt", PASSWORD).await;

    let (day, week) = (counted(&server, "").await, counted(&server, "&within=week").await);
    let browser = signed_in(&acme, "olga").await;
    let page = browser.get("/console/security/failed-sign-ins?within=week").await.expect(200);

    let users = |of: &Value| -> Vec<(String, u64)> {
        let all = of["users"].as_array().unwrap().iter();
        all.map(|it| (it["user_name"].as_str().unwrap().to_owned(), it["failures"].as_u64().unwrap())).collect()
    };
    let named = |all: [(&str, u64); 2]| all.map(|(name, count)| (name.to_owned(), count));
    assert_eq!((users(&day), &day["total"]), (named([("vera", 3), ("walt", 1)]).to_vec(), &json!(4)));
    assert_eq!((users(&week), &week["total"]), (named([("vera", 3), ("walt", 2)]).to_vec(), &json!(5)));
    let addresses = &week["addresses"];
    assert_eq!(addresses.as_array().map(Vec::len), Some(1), "{addresses}");
    assert_eq!(
        (&addresses[0]["address"], &addresses[0]["failures"], &addresses[0]["users"]),
        (&json!("127.0.0.1"), &json!(5), &json!(2))
    );
    let text = words(&page);
    let by_user = text.split("id=\"by-user\"").nth(1).unwrap().split("</table>").next().unwrap();
    let vera = week["users"][0]["user"].as_str().unwrap();
    assert!(by_user.contains(&format!("<a href=\"/console/users/{vera}/activity#sign-ins\">")), "{by_user}");
    assert!(by_user.find("vera").unwrap() < by_user.find("walt").unwrap());
    let by_address = text.split("id=\"by-address\"").nth(1).unwrap().split("</table>").next().unwrap();
    assert!(by_address.contains("<code>127.0.0.1</code>") && by_address.contains(">5</td>"), "{by_address}");
    assert!(text.contains("5 sign-ins failed"), "{text}");
}

/// S2-39: the counts are for those who may see what people do, and hidden from others; nonsense is refused.
#[tokio::test]
async fn s2_39_the_counts_are_hidden_from_those_who_may_not_see_them() {
    let server = Server::start().await;
    let acme = acme(&server).await;
    let link = "href=\"/console/security/failed-sign-ins\"";
    let (owner, viewer) = (signed_in(&acme, "olga").await, signed_in(&acme, "vera").await);

    let (offered, hidden) = (owner.visit("/console").await.1, viewer.visit("/console").await.1);
    let found = owner.get("/console/go?q=brute").await;

    assert!(offered.text.contains(link) && !hidden.text.contains("failed-sign-ins"));
    assert!(found.text.split("id=\"places\"").nth(1).unwrap().contains(link), "{}", found.text);
    assert_eq!(viewer.get("/console/security/failed-sign-ins").await.status, 403);
    assert_eq!(owner.get("/console/security/failed-sign-ins?within=ever").await.status, 400);
    let path = "/api/v1/sign-in-failures?organisation=acme&within=ever";
    let refused = server.send(server.api(Method::GET, path)).await.expect(400).text;
    assert!(refused.contains("within: "), "{refused}");
    let empty = owner.get("/console/security/failed-sign-ins?within=hour").await.expect(200);
    assert!(empty.text.contains("No sign-in failed") && !empty.text.contains("id=\"by-user\""), "{}", empty.text);
}
