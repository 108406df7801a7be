//! The streams in the console: made, shown, tried, and changed by those who may, without a script.

use reqwest::Method;
use serde_json::Value;

use super::receivers::Hook;
use super::{deeds, operator, server, ship, to};
use crate::console_shell::{signed_in, words};
use crate::harness::attribute;

/// Somebody makes a stream, sees its secret once, tries it, and does everything with it that can be done.
#[tokio::test]
async fn an_admin_makes_a_stream_and_looks_after_it_without_a_script() {
    let (server, hook) = (server().await, Hook::start().await);
    let acme = server.tenant("acme").await;
    acme.user("adam", "admin").await;
    let browser = signed_in(&acme, "adam").await;
    let log = browser.get("/console/audit").await.expect(200);
    assert!(log.text.contains("href=\"/console/audit/streams\""), "{}", log.text);
    let empty = browser.get("/console/audit/streams").await.expect(200);
    assert!(empty.text.contains("The log goes nowhere yet"), "{}", empty.text);
    let form = browser.get("/console/audit/streams/new").await.expect(200);

    let wrong = [("name", "SIEM"), ("kind", "webhook"), ("address", "http://siem.example.com"), ("format", "json")];
    let again = browser.submit_to("/console/audit/streams/new", &form, &wrong).await.expect(400);
    assert!(again.text.contains("begins with https://") && again.text.contains("value=\"SIEM\""), "{}", again.text);
    let right = [("name", "SIEM"), ("kind", "webhook"), ("address", &*hook.url), ("format", "json")];
    let made = browser.submit_to("/console/audit/streams/new", &form, &right).await.expect(200);
    assert!(made.text.contains("whsec_"), "{}", made.text);
    let secret = made.text.split("whsec_").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let list = browser.get("/console/audit/streams").await.expect(200);
    let path = format!(
        "/console/audit/streams/{}",
        list.text.split("/console/audit/streams/").nth(2).unwrap().split('"').next().unwrap()
    );
    let page = browser.get(&path).await.expect(200);
    assert!(
        !page.text.contains(&secret) && page.text.contains(&hook.url) && page.text.contains("Sending"),
        "{}",
        page.text
    );

    let tried = browser.submit_to(&format!("{path}/test"), &page, &[]).await.expect(200);
    assert!(tried.text.contains("It was taken:") && tried.text.contains("status 204"), "{}", tried.text);
    hook.answers(503);
    ship(&server).await;
    let failing = words(&browser.get(&path).await.expect(200));
    assert!(
        failing.contains("Not taken") && failing.contains("status 503") && failing.contains("records wait"),
        "{failing}"
    );
    hook.answers(200);
    for (deed, said) in [("pause", "The stream is paused."), ("resume", "The stream goes on.")] {
        let ask = browser.get(&format!("{path}/deeds/{deed}")).await.expect(200);
        let done = browser.submit_to(&format!("{path}/deeds/{deed}"), &ask, &[]).await;
        let (_, after) = browser.follow(&path, done).await;
        assert!(after.text.contains(said), "{}", after.text);
    }
    let ask = browser.get(&format!("{path}/replay")).await.expect(200);
    let again = browser.submit_to(&format!("{path}/replay"), &ask, &[("from_seq", "999999")]).await;
    assert!(again.status == 400 && again.text.contains("id=\"problem\""), "{}", again.text);
    let done = browser.submit_to(&format!("{path}/replay"), &ask, &[("from_seq", "1")]).await;
    let (_, after) = browser.follow(&path, done).await;
    assert!(after.text.contains("The stream goes on at that number."), "{}", after.text);
    let ask = browser.get(&format!("{path}/secret")).await.expect(200);
    let rotated = browser.submit_to(&format!("{path}/secret"), &ask, &[]).await.expect(200);
    assert!(rotated.text.contains("whsec_") && !rotated.text.contains(&secret), "{}", rotated.text);
    let edit = browser.get(&format!("{path}/edit")).await.expect(200);
    let changed = [("name", "Collector"), ("address", &*hook.url), ("format", "ocsf")];
    let done = browser.submit_to(&format!("{path}/edit"), &edit, &changed).await;
    let (_, after) = browser.follow(&path, done).await;
    assert!(after.text.contains("<bdi>Collector</bdi>") && after.text.contains("OCSF"), "{}", after.text);
    ship(&server).await;
    assert_eq!(hook.take().pop().unwrap().json()["data"]["records"][0]["metadata"]["sequence"], 1);
    let ask = browser.get(&format!("{path}/deeds/delete")).await.expect(200);
    let done = browser.submit_to(&format!("{path}/deeds/delete"), &ask, &[]).await;
    let (_, after) = browser.follow("/console/audit/streams", done).await;
    assert!(after.text.contains("The stream was deleted."), "{}", after.text);
    let all = deeds(&acme, "audit.stream").await;
    let expected = ["deleted", "changed", "secret_rotated", "replayed", "resumed", "paused", "tested", "created"];
    assert_eq!(all, expected.map(|it| format!("audit.stream_{it}")));
}

/// Whoever may only read the log sees how the streams do, and is offered nothing.
#[tokio::test]
async fn whoever_only_reads_the_log_is_offered_no_deed_on_a_stream() {
    let (server, hook) = (server().await, Hook::start().await);
    let acme = server.tenant("acme").await;
    let draft = serde_json::json!({ "label": "Auditor", "allow": ["org.audit:read"], "given_by": ["owner"] });
    operator(&server, Method::POST, "/roles", draft).await.expect(201);
    acme.user("rita", "auditor").await;
    acme.user("vic", "contributor").await;
    let (id, _) = to(&server, &format!("{}?key=s3cret", hook.url)).await;
    let path = format!("/console/audit/streams/{id}");
    let (rita, vic) = (signed_in(&acme, "rita").await, signed_in(&acme, "vic").await);

    let page = rita.get(&path).await.expect(200);
    let list = rita.get("/console/audit/streams").await.expect(200);

    assert!(!page.text.contains("s3cret") && attribute(&page.text, "id=\"delete\"", "href").is_none(), "{}", page.text);
    assert!(!list.text.contains("id=\"new\"") && list.text.contains("SIEM"), "{}", list.text);
    for closed in ["edit", "secret", "replay", "deeds/delete"] {
        assert_eq!(rita.get(&format!("{path}/{closed}")).await.status, 403, "{closed}");
    }
    assert_eq!(rita.get("/console/audit/streams/new").await.status, 403);
    assert_eq!(vic.get(&path).await.status, 403);
    let done = rita.submit_to(&format!("{path}/deeds/delete"), &page, &[]).await;
    assert_eq!(done.status, 403);
    let still = operator(&server, Method::GET, &format!("/audit/streams/{id}"), Value::Null).await;
    still.expect(200);
}

/// The page of a deed shows the record and, beside it, the events of OCSF that it is told as.
#[tokio::test]
async fn a_deed_is_shown_as_events_of_ocsf_beside_its_record() {
    let server = server().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let list = operator(&server, Method::GET, "/audit?action=user.created", Value::Null).await.expect(200).json();
    let id = list["events"][0]["id"].as_str().unwrap().to_owned();
    let browser = signed_in(&acme, "olga").await;

    let page = browser.get(&format!("/console/audit/{id}")).await.expect(200);

    let ocsf = page.text.split("id=\"ocsf\"").nth(1).unwrap().split("</pre>").next().unwrap();
    assert!(ocsf.contains("&#34;class_uid&#34;: 3001") && ocsf.contains(&id), "{ocsf}");
}
