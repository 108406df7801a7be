//! Failed sign-ins, counted by user and by address, for those who may see what people do.

use std::time::Duration;

use doorward::app::accounts::{Secret, WayIn};
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_edit::post;
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

/// S2-39: from so many failures within an hour on those who may see how sign-ins went are told, once an hour of each user, of
/// each address and of all; how many that are is said beside the failures, and nought tells of none.
#[tokio::test]
async fn s2_39_too_many_failures_in_an_hour_are_told_of_once_an_hour() {
    let server = Server::start().await;
    server.keep_outbox();
    let acme = server.tenant("acme").await;
    let password = Secret::new(PASSWORD.to_owned());
    acme.mailed("olga", "owner", WayIn::Password { password, must_change: false }).await;
    for name in ["vera", "walt"] {
        acme.user(name, "viewer").await;
    }
    let page = "/console/security/failed-sign-ins";
    let owner = signed_in(&acme, "olga").await;
    let told = async || {
        server.run_jobs().await;
        let mails = server.mails().into_iter().filter(|it| it.contains("Many sign-ins fail at ACME"));
        let what =
            |it: String| it.split("Within an hour ").nth(1).unwrap().split(" have failed").next().unwrap().to_owned();
        mails.map(what).collect::<Vec<_>>()
    };
    let set = async |user: &str, all: &str| {
        let fields = [("user", user), ("address", "0"), ("organisation", all)];
        post(&owner, page, page, &fields).await
    };

    let shown = owner.get(page).await.expect(200);
    let wrong = set("ten", "0").await.expect(400);
    set("3", "5").await.expect(303);
    fail(&server, "walt", 2).await;
    let few = told().await;
    fail(&server, "walt", 2).await;
    let of_walt = told().await;
    fail(&server, "vera", 1).await;
    let of_all = told().await;
    server.advance(Duration::from_mins(61));
    fail(&server, "walt", 3).await;
    let again = told().await;
    let nothing = json!({ "alerts": { "user": 0, "address": 0, "organisation": 0 } });
    server.send(server.api(Method::PUT, "/api/v1/policies?organisation=acme").json(&nothing)).await.expect(200);
    server.advance(Duration::from_mins(61));
    fail(&server, "walt", 4).await;
    let none = told().await;

    assert!(words(&shown).contains("Of one user"), "{}", shown.text);
    assert_eq!(wrong.problem(), "Write a number from 0 to 10000.");
    assert_eq!(few, Vec::<String>::new());
    assert_eq!(of_walt, ["3 sign-ins as walt"]);
    assert_eq!(of_all[1..], ["5 sign-ins of people of ACME"][..], "{of_all:?}");
    assert_eq!((again.len(), none.len()), (3, 3), "{again:?}");
}
