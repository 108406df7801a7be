//! What is told of connections without anybody asking: tokens that end, silence; and how connections fare.

use std::time::Duration;

use doorward::app::accounts::WayIn;
use doorward::app::connections::{self, NewToken};
use doorward::app::jobs;
use doorward::domain::connection::{Kind, Scopes, Settings};
use doorward::domain::id::ConnectionId;
use doorward::domain::secret::Secret;
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_connections::fill_in;
use crate::console_shell::{signed_in, words};
use crate::harness::{PASSWORD, Server, Tenant};

const DAY: Duration = Duration::from_hours(24);
const HOUR: Duration = Duration::from_hours(1);

/// An owner who has mail, and somebody with mail who manages no connections.
async fn people(acme: &Tenant<'_>) {
    for (name, role) in [("olga", "owner"), ("vera", "viewer")] {
        let password = Secret::new(PASSWORD.to_owned());
        acme.mailed(name, role, WayIn::Password { password, must_change: false }).await;
    }
}

async fn look_after(server: &Server) {
    jobs::sweep(&server.app).await.unwrap();
    server.run_jobs().await;
}

/// Time goes by, and the jobs run.
async fn wait(server: &Server, by: Duration) {
    server.advance(by);
    look_after(server).await;
}

async fn token(server: &Server, of: ConnectionId, days: u32) -> NewToken {
    connections::add_token(&server.app, &Server::operator(), of, DAY * days, (Scopes::Everything, None)).await.unwrap()
}

fn subjects(server: &Server) -> Vec<String> {
    let subject = |mail: &String| mail.lines().find_map(|it| it.strip_prefix("Subject: ").map(str::to_owned));
    server.mails().iter().filter_map(subject).collect()
}

async fn recorded(tenant: &Tenant<'_>, action: &str) -> usize {
    let rows = audit::newest(tenant.server.app.store.reader(), tenant.org, 500).await.unwrap();
    rows.iter().filter(|it| it.action == action).count()
}

async fn uses(server: &Server, token: &str) -> u16 {
    server.send(server.request(Method::GET, "/scim/v2/Users?count=0").bearer_auth(token)).await.status
}

/// How a token is recognised without being told.
fn hint(secret: &str) -> &str {
    secret.split_at(11).0
}

/// C97: whoever manages connections is told 30, 14, 7 and 1 days before a token ends, once each, whichever node runs the jobs.
#[tokio::test]
async fn c97_those_who_manage_connections_are_warned_four_times_before_a_token_ends() {
    let server = Server::start().await;
    let other = server.node().await;
    let acme = server.tenant("acme").await;
    people(&acme).await;
    let okta = acme.connection().await;
    token(&server, okta.id, 40).await;
    let told = async |by: Duration| {
        server.advance(by);
        let (one, two) = tokio::join!(Box::pin(jobs::sweep(&server.app)), Box::pin(jobs::sweep(&other.app)));
        one.and(two).unwrap();
        look_after(&server).await;
        subjects(&server).len()
    };

    let mut counts = Vec::new();
    for days in [9, 1, 1, 15, 7, 6, 1, 2] {
        counts.push(told(DAY * days).await);
    }

    assert_eq!(counts, [0, 1, 1, 2, 3, 4, 4, 4]);
    let said = subjects(&server);
    let ends = |days: u32| format!("A token of the provider under test ends in {days} days");
    assert_eq!(said, [ends(30), ends(14), ends(7), "A token of the provider under test ends within a day".to_owned()]);
    let mails = server.mails();
    assert!(mails.iter().all(|it| it.contains("olga@mail.example") && !it.contains("vera@mail.example")), "{mails:?}");
    assert!(mails[0].contains(&format!("/console/provisioning/connections/{}", okta.id)), "{}", mails[0]);
    assert_eq!(recorded(&acme, "connection.token_warned").await, 4);
}

/// C97: two tokens work side by side; once the new one is used in place of the old one, nobody is warned of the old one, and
/// where the provider goes back to it, warnings begin again.
#[tokio::test]
async fn c97_tokens_overlap_and_nobody_is_warned_of_one_that_is_replaced() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    people(&acme).await;
    let okta = acme.connection().await;
    let old = token(&server, okta.id, 31).await.secret.reveal().clone();
    let new = token(&server, okta.id, 300).await.secret.reveal().clone();
    assert_eq!([uses(&server, &old).await, uses(&server, &new).await], [200; 2]);

    server.advance(DAY + HOUR);
    uses(&server, &new).await;
    look_after(&server).await;
    let while_replaced = subjects(&server).len();
    wait(&server, 15 * DAY).await;
    uses(&server, &old).await;
    wait(&server, 8 * DAY).await;
    let gone_back = subjects(&server);
    uses(&server, &new).await;
    wait(&server, 6 * DAY).await;
    wait(&server, 2 * DAY).await;

    assert_eq!(while_replaced, 0);
    assert_eq!(gone_back, ["A token of the provider under test ends in 7 days"]);
    assert_eq!(subjects(&server), gone_back, "the new one is used again");
    assert_eq!([uses(&server, &old).await, uses(&server, &new).await], [401, 200]);
}

/// A token that has ended says so on the page of its connection.
#[tokio::test]
async fn a_token_that_has_ended_is_shown_as_one() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    people(&acme).await;
    let okta = acme.connection().await;
    token(&server, okta.id, 1).await;
    wait(&server, 2 * DAY).await;

    let page = signed_in(&acme, "olga").await.get(&format!("/console/provisioning/connections/{}", okta.id)).await;

    assert_eq!(page.expect(200).text.matches("(ended)").count(), 1);
}

/// One letter when nothing is heard any more, and one when something is; both are on record. Several nodes tell it once.
#[tokio::test]
async fn silence_is_told_of_once_and_so_is_its_end() {
    let server = Server::start().await;
    let other = server.node().await;
    let acme = server.tenant("acme").await;
    people(&acme).await;
    let entra = acme.connection_with(Kind::Entra, Settings::default()).await;
    entra.push("ada").await;
    let told = async |by: Duration| {
        for _ in 0..by.as_secs() / HOUR.as_secs() {
            server.advance(HOUR);
            let (one, two) = tokio::join!(Box::pin(jobs::sweep(&server.app)), Box::pin(jobs::sweep(&other.app)));
            one.and(two).unwrap();
        }
        look_after(&server).await;
        subjects(&server).len()
    };
    doorward::app::journal::write(&server.app).await.unwrap();

    let before = told(47 * HOUR).await;
    let silent = told(2 * HOUR).await;
    let still = told(72 * HOUR).await;
    entra.get("/Users?count=0").await.expect(200);
    doorward::app::journal::write(&server.app).await.unwrap();
    let back = told(Duration::ZERO).await;
    let after = told(47 * HOUR).await;
    let again = told(2 * HOUR).await;

    assert_eq!([before, silent, still, back, after, again], [0, 1, 1, 2, 2, 3]);
    let said = subjects(&server);
    assert!(said[0].starts_with("Nothing has been heard from") && said[1].ends_with("is heard again"), "{said:?}");
    assert!(server.mails()[0].contains("48 hours"), "{}", server.mails()[0]);
    let counts = [recorded(&acme, "connection.fell_silent").await, recorded(&acme, "connection.spoke_again").await];
    assert_eq!(counts, [2, 1]);
}

/// Nobody waits for a connection that is paused, was never heard, has done nothing, or is set to 0.
#[tokio::test]
async fn nobody_waits_for_a_connection_that_is_paused_off_or_was_never_heard() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    people(&acme).await;
    let entra = async |silence_hours| {
        acme.connection_with(Kind::Entra, Settings { silence_hours, ..Settings::default() }).await
    };
    let [paused, off, heard] = [entra(None).await, entra(Some(0)).await, entra(Some(400)).await];
    entra(None).await;
    for one in [&paused, &off, &heard] {
        one.get("/Users?count=0").await.expect(200);
    }
    entra(None).await.get("/Users/x").await.expect(404);
    doorward::app::journal::write(&server.app).await.unwrap();
    connections::set_paused(&server.app, &Server::operator(), paused.id, true).await.unwrap();

    for _ in 0..10 {
        wait(&server, 20 * HOUR).await;
    }
    assert_eq!(subjects(&server), Vec::<String>::new());

    connections::set_paused(&server.app, &Server::operator(), paused.id, false).await.unwrap();
    wait(&server, 47 * HOUR).await;
    assert_eq!(subjects(&server).len(), 0);
    wait(&server, 2 * HOUR).await;
    assert_eq!(subjects(&server).len(), 1);
}

/// After how many hours a connection is silent is a setting, in the API and in the console, and on record.
#[tokio::test]
async fn the_hours_of_silence_are_a_setting_of_the_connection() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    people(&acme).await;
    let okta = acme.connection().await;
    let path = format!("/api/v1/connections/{}", okta.id);
    let set = async |hours: Value| {
        server.send(server.api(Method::PATCH, &path).json(&json!({ "silence_hours": hours }))).await
    };

    assert_eq!(server.send(server.api(Method::GET, &path)).await.json()["silence_hours"], 168);
    for (hours, is) in [(json!(0), 0), (json!(8_784), 8_784), (Value::Null, 168), (json!(24), 24)] {
        assert_eq!(set(hours).await.expect(200).json()["silence_hours"], is);
    }
    for wrong in [json!(8_785), json!(-1), json!("x")] {
        set(wrong).await.expect(400);
    }
    assert_eq!(recorded(&acme, "connection.changed").await, 4);
    let olga = signed_in(&acme, "olga").await;
    let page = format!("/console/provisioning/connections/{}", okta.id);
    let edit = format!("{page}/edit");
    for (typed, says) in [("12", "Silent after 12 hours"), ("0", "never counts as silent"), ("", "Silent after 168")] {
        fill_in(&olga, &edit, &[("silence_hours", Some(typed))]).await.expect(303);
        let said = words(&olga.get(&page).await.expect(200));
        assert!(said.contains(says), "{says}: {said}");
    }
    for wrong in ["x", "-1", "9000"] {
        fill_in(&olga, &edit, &[("silence_hours", Some(wrong))]).await.expect(400);
    }
}

/// SC-18: only who may give the roles of a connection makes tokens, with a new proof; a token is shown once, and a list has
/// its first characters.
#[tokio::test]
async fn sc_18_tokens_are_made_by_owners_with_a_new_proof_and_shown_once() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    for (name, role) in [("olga", "owner"), ("adam", "admin"), ("cora", "contributor")] {
        acme.user(name, role).await;
    }
    let okta = acme.connection().await;
    let (page, new) = (
        format!("/console/provisioning/connections/{}", okta.id),
        format!("/console/provisioning/connections/{}/tokens/new", okta.id),
    );
    let olga = signed_in(&acme, "olga").await;
    let home = olga.get("/console").await.expect(200);
    for name in ["adam", "cora"] {
        let browser = signed_in(&acme, name).await;
        let statuses = [
            browser.get(&page).await.status,
            browser.get(&new).await.status,
            browser.submit_to(&new, &home, &[("days", "90")]).await.status,
        ];
        assert_eq!(statuses, [403; 3], "{name}");
    }

    let made = fill_in(&olga, &new, &[("days", Some("90"))]).await.expect(200);
    let secret = crate::console_connections::once(&made);
    let listed = olga.get(&page).await.expect(200);
    server.advance(HOUR);
    let late = olga.get(&new).await;

    assert_eq!(uses(&server, &secret).await, 200);
    assert!(!listed.text.contains(&secret) && listed.text.contains(&format!("<code>{}…</code>", hint(&secret))));
    assert_ne!(late.status, 200, "an old proof is not enough");
    let shown = server.send(server.api(Method::GET, &format!("/api/v1/connections/{}", okta.id))).await.expect(200);
    let hints: Vec<_> = shown.json()["tokens"].as_array().unwrap().iter().map(|it| it["hint"].clone()).collect();
    assert!(hints.contains(&json!(hint(&secret))) && !shown.text.contains(&secret), "{}", shown.text);
}

/// What is told of a connection: it was heard, what was refused, which token ends when, and what helps; in the API and on the
/// page. Nobody sees the connections of others, and only those who manage some see any.
#[tokio::test]
async fn te_05_the_health_of_connections_is_told_to_those_who_manage_them() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    people(&acme).await;
    globex.user("gina", "owner").await;
    let okta = acme.connection_with(Kind::Entra, Settings { silence_hours: Some(24), ..Settings::default() }).await;
    let told = async |org: &str| {
        let path = format!("/api/v1/provisioning/health?organisation={org}");
        server.send(server.api(Method::GET, &path)).await.expect(200).json()["connections"].clone()
    };
    let never = told("acme").await;
    okta.push("ada").await;
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Crew",
        "members": [{ "value": "nobody-yet" }, { "value": "nor-this-one" }],
    });
    okta.send(Method::POST, "/Groups", &group).await.expect(201);
    for _ in 0..5 {
        okta.send(Method::POST, "/Users", &json!({ "userName": "ada" })).await.expect(409);
    }
    let busy = told("acme").await;
    look_after(&server).await;
    wait(&server, 24 * HOUR).await;
    let silent = told("acme").await;
    let ends = token(&server, okta.id, 3).await.secret.reveal().clone();
    uses(&server, &ends).await;
    wait(&server, HOUR).await;
    let soon = told("acme").await;

    assert_eq!(never[0]["advice"], json!(["give_address"]), "{never}");
    assert_eq!((&never[0]["last_request_at"], &never[0]["last_day"]["requests"]), (&Value::Null, &json!(0)));
    assert_eq!(busy[0]["advice"], json!(["read_journal", "push_members"]), "{busy}");
    let day = json!({
        "requests": 7, "refused": 5,
        "by_status": [{ "status": 201, "requests": 2 }, { "status": 409, "requests": 5 }],
    });
    assert_eq!((&busy[0]["last_day"], &busy[0]["waiting_members"]), (&day, &json!(2)));
    assert_eq!(busy[0]["last_request_at"], busy[0]["last_success_at"]);
    assert_eq!(silent[0]["silent_since"], busy[0]["last_request_at"]);
    assert_eq!(silent[0]["advice"], json!(["find_silence", "read_journal", "push_members"]));
    assert_eq!(soon[0]["advice"], json!(["replace_token", "push_members"]), "{soon}");
    assert_eq!((&soon[0]["silent_since"], &soon[0]["last_day"]["requests"]), (&Value::Null, &json!(1)));
    assert_eq!((&soon[0]["tokens"][0]["days_left"], &soon[0]["tokens"][1]["is_replaced"]), (&json!(3), &json!(false)));
    assert_eq!(told("globex").await, json!([]));

    let page = "/console/provisioning/health";
    let said = words(&signed_in(&acme, "olga").await.get(page).await.expect(200));
    for sentence in ["ends in 3 days", "Groups wait for 2 members", "3 days left", "One request. None was refused."] {
        assert!(said.contains(sentence), "{sentence}: {said}");
    }
    let theirs = signed_in(&globex, "gina").await.get(page).await.expect(200);
    assert!(!theirs.text.contains("provider under test"));
    assert_eq!(signed_in(&acme, "vera").await.get(page).await.status, 403);
}
