//! What somebody tries who wants a review to do what they may not.

use std::time::Duration;

use doorward::app::reviews::{self, Decision, Every, Justify, NewSchedule, Said, Scope, Silence, Terms};
use doorward::app::users::{self, OnLastHolder};
use doorward::app::{departures, jobs};
use doorward::domain::id::{ReviewItemId, UserId};
use doorward::domain::policy::Actor;
use doorward::domain::{Denial, Error};
use reqwest::Method;
use serde_json::{Value, json};

use crate::custom_roles::of_its_own;
use crate::harness::{Server, Tenant};
use crate::resources::{call, person, personal, program};
use crate::reviews::{closed, decide, items, letters, mailed, of, opened, operator, role, terms};

const DAY: Duration = Duration::from_hours(24);

/// Somebody whose own role manages reviews, and who may take nothing away from anybody.
async fn steward(tenant: &Tenant<'_>, name: &str) -> UserId {
    let allow = ["users:list", "tokens.personal:create", "org.reviews:manage", "org.reviews:decide"];
    of_its_own(tenant.server, "Steward", &allow).await;
    person(tenant, name, "steward").await
}

fn silent(silence: Silence, by: UserId) -> Terms {
    Terms { scope: Scope::Privileged, reviewers: vec![by], fallback: by, days: 1, silence, justify: Justify::Never }
}

async fn acting(server: &Server, id: UserId) -> Actor {
    users::show(&server.app, &Server::operator(), id).await.unwrap().actor(None)
}

/// What is due begins, its time passes, and the server closes it.
async fn run_out(server: &Server) {
    for _ in 0..10 {
        server.advance(DAY);
        jobs::sweep(&server.app).await.unwrap();
        server.run_jobs().await;
    }
}

/// UP-01: who manages reviews takes nothing away by letting nobody decide: what goes then goes in the name of whoever said so, of
/// whoever closed the review, or of whoever made the schedule, with what they may do.
#[tokio::test]
async fn up_01_whoever_manages_reviews_strips_nobody_by_silence() {
    let server = Server::start().await;
    server.keep_outbox();
    let acme = server.tenant("acme").await;
    let (olga, ada) = (person(&acme, "olga", "owner").await, person(&acme, "ada", "admin").await);
    person(&acme, "otto", "owner").await;
    let sue = steward(&acme, "sue").await;
    let token = personal(&server, sue).await;
    let silent_terms = json!({
        "scope": "privileged", "reviewers": [sue], "fallback": sue, "days": 1, "silence": "remove",
    });
    let run = async |path: String, body: Value| {
        call(&server, &token, Method::POST, &path, body).await.expect(200).json()["state"].clone()
    };

    let staged = json!({ "name": "Strip", "terms": silent_terms });
    let made = call(&server, &token, Method::POST, "/reviews", staged).await.expect(201).json();
    let by_hand = made["id"].as_str().unwrap().to_owned();
    run(format!("/reviews/{by_hand}/open"), Value::Null).await;
    let closing = run(format!("/reviews/{by_hand}/close"), Value::Null).await;
    server.run_jobs().await;
    let schedule = json!({
        "name": "Later", "terms": silent_terms, "every": "month", "next_at": server.app.now().date(),
    });
    call(&server, &token, Method::POST, "/review-schedules", schedule).await.expect(201);
    run_out(&server).await;
    let all = operator(&server, Method::GET, "/reviews", Value::Null).await.expect(200).json();
    let scheduled = all["reviews"].as_array().unwrap().iter().find(|it| it["schedule"].is_string()).unwrap().clone();

    assert_eq!((closing, &scheduled["state"]), (json!("closing"), &json!("closed")), "{scheduled}");
    for id in [by_hand.as_str(), scheduled["id"].as_str().unwrap()] {
        for item in items(&server, id).await {
            let (name, why) = (item["user_name"].clone(), item["why"].as_str().unwrap_or_default());
            assert_eq!(item["outcome"], "refused", "{name}: {item}");
            assert!(why.starts_with("a steward may not"), "{name}: {why}");
        }
    }
    for (id, has) in [(olga, "owner"), (ada, "admin")] {
        assert_eq!(role(&server, id).await.as_deref(), Some(has));
    }
}

/// UP-01: nor by opening what an owner has staged, nor by taking what others are asked about to themselves: from then on it is they
/// who say what becomes of it. A program does neither.
#[tokio::test]
async fn up_01_whoever_opens_a_review_or_takes_it_over_answers_for_its_silence() {
    let server = Server::start().await;
    server.keep_outbox();
    let acme = server.tenant("acme").await;
    let (olga, ada) = (person(&acme, "olga", "owner").await, person(&acme, "ada", "admin").await);
    let otto = person(&acme, "otto", "owner").await;
    let sue = steward(&acme, "sue").await;
    let token = personal(&server, sue).await;
    let (_, program) = program(&server, "robot", "steward").await;
    let owner = acting(&server, olga).await;
    let stage = async || {
        let silent = silent(Silence::Remove, otto);
        reviews::stage(&server.app, &owner, acme.org, "Autumn", silent).await.unwrap().id.to_string()
    };
    let (opened, taken) = (stage().await, stage().await);
    reviews::open(&server.app, &owner, taken.parse().unwrap()).await.unwrap();
    let post =
        async |token: &str, path: String, body: Value| call(&server, token, Method::POST, &path, body).await.status;
    let places = items(&server, &taken).await;
    let others: Vec<_> = places.iter().filter(|it| it["user_name"] != "sue").map(|it| it["id"].clone()).collect();
    let hand = || json!({ "items": others, "to": sue });

    let by_program = [
        post(&program, format!("/reviews/{opened}/open"), Value::Null).await,
        post(&program, format!("/reviews/{taken}/hand-on"), hand()).await,
    ];
    let by_old_proof = acting(&server, sue).await.proved(false);
    let old = reviews::open(&server.app, &by_old_proof, opened.parse().unwrap()).await;
    let by_sue = [
        post(&token, format!("/reviews/{opened}/open"), Value::Null).await,
        post(&token, format!("/reviews/{taken}/hand-on"), hand()).await,
    ];
    run_out(&server).await;

    assert_eq!((by_program, by_sue), ([403, 403], [200, 204]));
    assert!(matches!(old, Err(Error::Denied(_))), "{old:?}");
    for id in [&opened, &taken] {
        let all = items(&server, id).await;
        let outcomes: Vec<_> = all.iter().map(|it| it["outcome"].clone()).collect();
        assert!(outcomes.iter().all(|it| it == "refused"), "{all:?}");
    }
    for (id, has) in [(olga, "owner"), (otto, "owner"), (ada, "admin")] {
        assert_eq!(role(&server, id).await.as_deref(), Some(has));
    }
}

/// The same said by somebody who may: it is done, and in their name.
#[tokio::test]
async fn what_nobody_decides_about_goes_in_the_name_of_whoever_closes_the_review() {
    let server = Server::start().await;
    server.keep_outbox();
    let acme = server.tenant("acme").await;
    let (olga, ada) = (person(&acme, "olga", "owner").await, person(&acme, "ada", "admin").await);
    let sue = steward(&acme, "sue").await;
    let (steward, owner) = (acting(&server, sue).await, acting(&server, olga).await);
    let silent = silent(Silence::Remove, sue);
    let id = reviews::stage(&server.app, &steward, acme.org, "Strip", silent).await.unwrap().id;

    reviews::open(&server.app, &owner, id).await.unwrap();
    reviews::close(&server.app, &owner, id).await.unwrap();
    server.run_jobs().await;

    let all = items(&server, &id.to_string()).await;
    assert_eq!(of(&all, "ada")["outcome"], "removed", "{all:?}");
    assert_eq!(of(&all, "olga")["outcome"], "refused", "the last owner stays: {all:?}");
    assert_eq!(role(&server, ada).await.as_deref(), Some("viewer"));
    let db = server.app.store.reader();
    let rows = doorward::store::audit::newest(db, acme.org, 100).await.unwrap();
    let done = rows.iter().find(|it| it.action == "role.changed").unwrap();
    assert_eq!((done.actor_kind.as_str(), &done.actor_id), ("user", &olga.to_string()));
}

/// UP-01: a program begins and closes no review, whatever its role: nobody would answer for what is taken away.
#[tokio::test]
async fn up_01_a_program_stages_and_closes_no_review() {
    let server = Server::start().await;
    server.keep_outbox();
    let acme = server.tenant("acme").await;
    let olga = person(&acme, "olga", "owner").await;
    of_its_own(
        &server,
        "Steward",
        &["users:list", "tokens.personal:create", "org.reviews:manage", "org.reviews:decide"],
    )
    .await;
    let (_, token) = program(&server, "robot", "steward").await;
    let id = opened(&server, terms("privileged", &[olga], olga)).await;
    let new = json!({ "name": "Strip", "terms": terms("privileged", &[olga], olga) });
    let schedule = json!({
        "name": "Later", "terms": terms("privileged", &[olga], olga), "every": "month", "next_at": "2099-01-01",
    });

    for (path, body) in [
        ("/reviews".to_owned(), new),
        (format!("/reviews/{id}/close"), Value::Null),
        ("/review-schedules".to_owned(), schedule),
    ] {
        let answer = call(&server, &token, Method::POST, &path, body).await.expect(403);
        assert!(answer.text.contains("a service account may not"), "{path}: {}", answer.text);
    }
}

/// MF-09: what is taken away later, when nobody is asked for a proof, takes a fresh proof now; so does a decision about a protected
/// role.
#[tokio::test]
async fn mf_09_an_old_proof_says_nothing_that_takes_away_later() {
    let server = Server::start().await;
    server.keep_outbox();
    let acme = server.tenant("acme").await;
    let (olga, otto) = (person(&acme, "olga", "owner").await, person(&acme, "otto", "owner").await);
    let app = &server.app;
    let old = acting(&server, olga).await.proved(false);
    let stage =
        async |actor: &Actor, silence| reviews::stage(app, actor, acme.org, "Autumn", silent(silence, olga)).await;
    let schedule = async |actor: &Actor, silence| {
        let terms = silent(silence, olga);
        let new = NewSchedule { name: "Later".to_owned(), terms, every: Every::Year, next_at: app.now().after(DAY) };
        reviews::put_schedule(app, actor, (acme.org, None), new).await
    };
    let is_old = |refused: Error| matches!(refused, Error::Denied(denial) if matches!(denial, Denial::ProofIsOld));

    assert!(is_old(stage(&old, Silence::Remove).await.unwrap_err()));
    assert!(is_old(stage(&old, Silence::Advice).await.unwrap_err()));
    assert!(is_old(schedule(&old, Silence::Remove).await.unwrap_err()));
    schedule(&old, Silence::Keep).await.unwrap();
    let harmless = stage(&old, Silence::Keep).await.unwrap();
    reviews::open(app, &old, harmless.id).await.unwrap();
    let places = items(&server, &harmless.id.to_string()).await;
    let item: ReviewItemId = of(&places, "otto")["id"].as_str().unwrap().parse().unwrap();
    let remove = || vec![Said { item, what: Decision::Remove, comment: String::new() }];
    assert!(is_old(reviews::decide(app, &old, harmless.id, (remove(), true)).await.unwrap_err()));
    reviews::decide(app, &old.clone().proved(true), harmless.id, (remove(), true)).await.unwrap();

    let harsh = stage(&old.clone().proved(true), Silence::Remove).await.unwrap();
    assert!(is_old(reviews::open(app, &old, harsh.id).await.unwrap_err()));
    reviews::open(app, &old.clone().proved(true), harsh.id).await.unwrap();
    assert!(is_old(reviews::close(app, &old, harsh.id).await.unwrap_err()));
    assert_eq!(role(&server, otto).await.as_deref(), Some("owner"));
}

/// UP-01: taking a role away never gives a higher one: below the usual role there is nothing that whoever holds it would keep.
#[tokio::test]
async fn up_01_taking_a_role_away_gives_no_higher_one() {
    let server = Server::start().await;
    server.keep_outbox();
    let acme = server.tenant("acme").await;
    let (olga, otto) = (person(&acme, "olga", "owner").await, person(&acme, "otto", "owner").await);
    let new = json!({
        "label": "Caller", "description": "Invites.", "allow": ["users:list", "users:invite"], "given_by": ["owner"],
        "below": "viewer",
    });
    operator(&server, Method::POST, "/roles", new).await.expect(201);
    let cleo = person(&acme, "cleo", "caller").await;
    // Above the usual role, and without what that may see.
    of_its_own(&server, "Recruiter", &["users:list", "users:invite"]).await;
    let rita = person(&acme, "rita", "recruiter").await;
    let token = personal(&server, olga).await;
    let decided = opened(&server, terms("privileged", &[olga], otto)).await;
    let mut silent = terms("privileged", &[olga], otto);
    silent["silence"] = json!("remove");

    let all = items(&server, &decided).await;
    let refused = decide(&server, &token, &decided, of(&all, "cleo"), json!({ "decision": "remove" })).await;
    let unanswered = closed(&server, &opened(&server, silent).await).await;

    assert_eq!(refused.status, 400, "{}", refused.text);
    assert!(refused.text.contains("no lower role is left"), "{}", refused.text);
    for (id, name, has) in [(cleo, "cleo", "caller"), (rita, "rita", "recruiter")] {
        assert_eq!(of(&unanswered, name)["outcome"], "refused", "{unanswered:?}");
        assert_eq!(role(&server, id).await.as_deref(), Some(has));
    }
}

/// What somebody has submitted is theirs: noting something down does not take it back, and it is not handed to somebody else.
#[tokio::test]
async fn what_was_submitted_is_neither_taken_back_nor_handed_on() {
    let server = Server::start().await;
    server.keep_outbox();
    let acme = server.tenant("acme").await;
    let (olga, otto) = (mailed(&acme, "olga", "owner").await, mailed(&acme, "otto", "owner").await);
    for name in ["ada", "ann"] {
        person(&acme, name, "admin").await;
    }
    let olga_s = personal(&server, olga).await;
    let id = opened(&server, terms("privileged", &[olga], otto)).await;
    server.run_jobs().await;
    let all = items(&server, &id).await;
    let keep = json!({ "decision": "keep", "comment": "needed" });
    decide(&server, &olga_s, &id, of(&all, "ada"), keep).await.expect(200);

    let note = json!({ "decisions": [{ "item": of(&all, "ada")["id"], "decision": "remove" }], "submit": false });
    let noted = call(&server, &olga_s, Method::POST, &format!("/reviews/{id}/decisions"), note).await;
    let hand = |name: &str| json!({ "items": [of(&all, name)["id"]], "to": otto });
    let path = format!("/reviews/{id}/hand-on");
    let decided = call(&server, &olga_s, Method::POST, &path, hand("ada")).await;
    let before = letters(&server).len();
    call(&server, &olga_s, Method::POST, &path, hand("ann")).await.expect(204);
    server.run_jobs().await;
    let after: Vec<String> = letters(&server).split_off(before);

    for refused in [&noted, &decided] {
        assert_eq!(refused.status, 400, "{}", refused.text);
        assert!(refused.text.contains("somebody has decided about one of these already"), "{}", refused.text);
    }
    assert_eq!(after.len(), 1, "whoever is asked now is written to, and nobody else: {after:?}");
    assert!(after[0].contains("otto"), "{after:?}");
    let kept = items(&server, &id).await;
    assert_eq!(of(&kept, "ada")["decision"]["decision"], "keep");
}

/// TE-05: who may decide in reviews sees those in which they are asked, and of the others not even that there are any.
#[tokio::test]
async fn te_05_whoever_is_not_asked_sees_no_review() {
    let server = Server::start().await;
    server.keep_outbox();
    let acme = server.tenant("acme").await;
    let (olga, otto) = (person(&acme, "olga", "owner").await, person(&acme, "otto", "owner").await);
    of_its_own(&server, "Judge", &["users:list", "tokens.personal:create", "org.reviews:decide"]).await;
    let (jim, jane) = (person(&acme, "jim", "judge").await, person(&acme, "jane", "judge").await);
    let [jim_s, jane_s] = [personal(&server, jim).await, personal(&server, jane).await];
    let without = opened(&server, terms("privileged", &[olga], otto)).await;
    let with_jim = opened(&server, terms("privileged", &[jim], otto)).await;
    let seen = async |token: &str| {
        let all = call(&server, token, Method::GET, "/reviews", Value::Null).await.expect(200).json();
        let ids = all["reviews"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    let status = async |token: &str, id: &str| {
        call(&server, token, Method::GET, &format!("/reviews/{id}"), Value::Null).await.status
    };

    assert_eq!((seen(&jim_s).await, seen(&jane_s).await), (vec![with_jim.clone()], Vec::new()));
    assert_eq!([status(&jim_s, &with_jim).await, status(&jim_s, &without).await], [200, 404]);
    assert_eq!(status(&jane_s, &with_jim).await, 404);
    // He hands everything on, to one who may decide.
    let all = items(&server, &with_jim).await;
    let mine: Vec<_> = all.iter().map(|it| it["id"].clone()).collect();
    let hand = json!({ "items": mine, "to": jane });
    call(&server, &jim_s, Method::POST, &format!("/reviews/{with_jim}/hand-on"), hand).await.expect(204);
    assert_eq!([status(&jim_s, &with_jim).await, status(&jane_s, &with_jim).await], [404, 200]);
}

/// A schedule begins in the future, and whoever decided and is gone stays in the evidence as an id.
#[tokio::test]
async fn a_schedule_begins_in_the_future_and_the_evidence_names_those_who_are_gone_by_their_id() {
    let server = Server::start().await;
    server.keep_outbox();
    let acme = server.tenant("acme").await;
    let (olga, otto) = (person(&acme, "olga", "owner").await, person(&acme, "otto", "owner").await);
    let ada = person(&acme, "ada", "admin").await;
    let schedule = |next_at: &str| {
        json!({
            "name": "Later", "terms": terms("privileged", &[olga], otto), "every": "month", "next_at": next_at,
        })
    };
    for wrong in ["1969-12-31", "2026-01-01", "+10000-01-01", "2027-02-30"] {
        let refused = operator(&server, Method::POST, "/review-schedules", schedule(wrong)).await;
        assert_eq!(refused.status, 400, "{wrong}: {}", refused.text);
    }
    let token = personal(&server, olga).await;
    let id = opened(&server, terms("privileged", &[olga], otto)).await;
    let keep = json!({ "decision": "keep", "comment": "needed" });
    decide(&server, &token, &id, of(&items(&server, &id).await, "ada"), keep).await.expect(200);
    closed(&server, &id).await;
    users::deactivate(&server.app, &Server::operator(), olga, OnLastHolder::Refuse).await.unwrap();
    departures::erase(&server.app, &Server::operator(), olga).await.unwrap();

    let archive = operator(&server, Method::GET, &format!("/reviews/{id}/evidence"), Value::Null).await.expect(200);
    let rows: Value = serde_json::from_slice(&crate::reviews::file_in(&archive.bytes, "items.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&crate::reviews::file_in(&archive.bytes, "manifest.json")).unwrap();

    let row = rows.as_array().unwrap().iter().find(|it| it["holder_id"] == json!(ada)).unwrap();
    assert_eq!((&row["reviewer_id"], &row["reviewer"]), (&json!(olga), &json!(olga)));
    assert_eq!(manifest["population_is_unchanged"], true);
}
