//! What the server does by itself, on several nodes that die now and then.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use doorward::app::accounts::{Secret, WayIn};
use doorward::app::{App, audit_chain, audit_exports, fsck, jobs};
use doorward::domain::Error;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::harness::{OPERATOR_TOKEN, PASSWORD, Server, in_acme};
use crate::resources::{call, person};

const HOUR: Duration = Duration::from_hours(1);
const LEAVERS: usize = 40;
const SCHEDULES: usize = 4;
const ROUNDS: u64 = 24;

async fn operator(server: &Server, method: Method, path: &str, body: Value) -> Value {
    call(server, OPERATOR_TOKEN, method, &in_acme(path), body).await.json()
}

/// How often each thing was done, by what it was done to.
async fn done(server: &Server, action: &str) -> BTreeMap<String, usize> {
    let log = operator(server, Method::GET, &format!("/audit?limit=200&action={action}"), Value::Null).await;
    let mut times = BTreeMap::new();
    for event in log["events"].as_array().unwrap() {
        *times.entry(event["target"]["label"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    times
}

/// Everything that a node does by itself.
async fn work(app: App) -> Result<(), Error> {
    jobs::sweep(&app).await?;
    jobs::run_due(&app).await?;
    audit_exports::make_due(&app).await?;
    Ok(())
}

/// The same to its end: what a dead node has left locked is waited for, as the next round of the jobs does.
async fn whole(app: App) {
    for _ in 0..10 {
        match work(app.clone()).await {
            Err(Error::Throttled { retry_after }) => sleep(retry_after).await,
            done => return done.unwrap(),
        }
    }
    panic!("what a dead node held stays locked");
}

/// FT-33: three nodes do what is due at the same time, and again and again each of them dies in the middle of it. What was due is done
/// once: whose time has ended is shut out once, a review begins once, an export is made once, and every letter goes out; one that
/// was on its way when its node died may come twice, as the same letter.
#[tokio::test]
async fn ft_33_what_is_due_is_done_once_by_three_nodes_that_keep_dying() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let olga = acme.mailed("olga", "owner", with_password()).await.person.user.id;
    person(&acme, "otto", "owner").await;
    let due = server.app.now().after(HOUR).rfc3339();
    for nth in 0..LEAVERS {
        let leaver = acme.mailed(&format!("leaver-{nth}"), "viewer", with_password()).await.person.user.id;
        operator(&server, Method::PUT, &format!("/users/{leaver}/end-date"), json!({ "ends_at": due })).await;
    }
    let terms = json!({ "scope": "privileged", "reviewers": [olga], "fallback": olga });
    for nth in 0..SCHEDULES {
        let schedule = json!({ "name": format!("review-{nth}"), "terms": terms, "every": "year", "next_at": due });
        operator(&server, Method::POST, "/review-schedules", schedule).await;
    }
    server.run_jobs().await;
    let before = server.mails().len();
    for format in ["csv", "ndjson"] {
        operator(&server, Method::POST, "/audit/exports", json!({ "format": format })).await;
    }
    let nodes = [server.app.clone(), server.node().await.app.clone(), server.node().await.app.clone()];

    server.advance(HOUR * 2);
    let mut deaths = 0;
    for round in 0..ROUNDS {
        let under_way: Vec<_> = nodes.iter().map(|it| tokio::spawn(work(it.clone()))).collect();
        for (nth, node) in under_way.into_iter().enumerate() {
            sleep(Duration::from_millis((round * 5 + u64::try_from(nth).unwrap() * 3) % 17)).await;
            node.abort();
            deaths += usize::from(node.await.is_err_and(|it| it.is_cancelled()));
        }
        // What a node that died had claimed is anybody's again.
        server.advance(Duration::from_mins(3));
    }
    let by_the_dying = done(&server, "user.deactivated").await.len();
    for node in nodes {
        whole(node).await;
    }

    let (left, begun) = (done(&server, "user.deactivated").await, done(&server, "review.opened").await);
    let exports = operator(&server, Method::GET, "/audit/exports", Value::Null).await;
    let reviews = operator(&server, Method::GET, "/reviews", Value::Null).await;
    let mut letters: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for mail in server.mails().split_off(before) {
        let line = |name: &str| mail.lines().find(|it| it.starts_with(name)).unwrap().to_owned();
        letters.entry(format!("{} {}", line("To:"), line("Subject:"))).or_default().insert(line("Message-ID:"));
    }
    let integrity = audit_chain::verify_for(&server.app, &Server::operator(), acme.org, &[]).await.unwrap();
    let report = fsck::run(&server.app, &Server::operator()).await.unwrap();

    assert_eq!((left.len(), left.values().sum::<usize>()), (LEAVERS, LEAVERS), "{left:?}");
    assert_eq!((begun.len(), begun.values().sum::<usize>()), (SCHEDULES, SCHEDULES), "{begun:?}");
    assert_eq!(reviews["reviews"].as_array().unwrap().len(), SCHEDULES, "{reviews}");
    let states: Vec<_> = exports["exports"].as_array().unwrap().iter().map(|it| it["state"].clone()).collect();
    assert_eq!(states, ["ready", "ready"], "{exports}");
    assert!(deaths >= 3 && by_the_dying > 0, "{deaths} deaths, {by_the_dying} done");
    assert_eq!(letters.len(), LEAVERS + SCHEDULES, "{letters:#?}");
    assert!(letters.values().all(|it| it.len() == 1), "{letters:#?}");
    assert!(integrity.problems.is_empty(), "{:?}", integrity.problems);
    assert!(report.broken.is_empty(), "{:?}", report.broken);
}

fn with_password() -> WayIn {
    WayIn::Password { password: Secret::new(PASSWORD.to_owned()), must_change: false }
}
