//! The chain over the audit: what was changed is found, what was erased leaves it whole, and what is old goes in whole parts.

use std::time::Duration;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward::app::audit_chain::{self, Report};
use doorward::app::{departures, jobs, users};
use doorward::domain::audit_chain::statement;
use doorward::domain::id::{OrgId, UserId};
use doorward::store::audit;
use reqwest::Method;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};

use crate::console_shell::words;
use crate::harness::{OPERATOR_TOKEN, Server, Tenant, database, in_acme};
use crate::resources::{at, call, person};

const DAY: Duration = Duration::from_hours(24);

async fn verify(server: &Server, org: OrgId) -> Report {
    audit_chain::verify_for(&server.app, &Server::operator(), org, &[]).await.unwrap()
}

fn sentences(report: &Report) -> Vec<String> {
    report.problems.iter().map(doorward::app::audit_chain::Problem::sentence).collect()
}

/// Runs a statement under the server, about the rows of this organisation.
fn under(server: &Server, statement: &str) {
    database::execute(&server.app.config.database_url, statement);
}

fn quote(hex: &str) -> String {
    if database::on_postgres() { format!("'{hex}'") } else { format!("x'{hex}'") }
}

/// The id of the row with this number in the chain, as a literal of the database.
async fn row(server: &Server, org: OrgId, seq: i64) -> String {
    let literal = |bytes: &[u8]| bytes.iter().map(|it| format!("{it:02x}")).collect::<String>();
    let org = literal(org.uuid().as_bytes());
    let db = server.app.store.reader();
    let sql = format!("SELECT audit_id FROM audit_seals WHERE org_id = {} AND seq = {seq}", quote(&org));
    let found = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
    let id: uuid::Uuid = found.try_get_by_index(0).unwrap();
    quote(&literal(id.as_bytes()))
}

async fn some_deeds(tenant: &Tenant<'_>) {
    for name in ["ann", "bob", "cleo", "dora", "eve"] {
        tenant.user(name, "viewer").await;
    }
}

/// OU-07: whoever changes, deletes, moves or cuts off rows of the audit in the database is found, with the place.
#[tokio::test]
async fn ou_07_what_was_changed_deleted_moved_or_cut_off_is_found_with_its_place() {
    let breaks: [(&str, &[&str]); 10] = [
        ("UPDATE audit SET action = 'user.updated' WHERE id = ROW2", &["number 2: the row "]),
        ("UPDATE audit SET target_label = 'mallory' WHERE id = ROW3", &["number 3: the row "]),
        ("DELETE FROM audit WHERE id = ROW2", &["number 2: the row is gone"]),
        ("UPDATE audit_seals SET seq = seq + 1000 WHERE audit_id = ROW4", &["number 4: links are gone"]),
        ("DELETE FROM audit_seals WHERE seq > 3", &["the checkpoint has another link"]),
        (
            "UPDATE audit_seals SET seq = 0 WHERE audit_id = ROW4",
            &["number 0: a link stands before", "number 4: links are"],
        ),
        ("UPDATE audit_seals SET salts = '{' WHERE seq = 3", &["number 3: the row "]),
        ("UPDATE audit SET target_key = '' WHERE id = ROW3", &["number 3: the row is not found by the names"]),
        (
            "UPDATE audit SET id = NEWID, at = at - 7200000 WHERE id = ROW2",
            &["number 2: the row is gone", "rows that are not part of the chain: 1"],
        ),
        (
            "UPDATE audit_seals SET salts = '[null,null,null]', hidden = '[null,\"00\",null]' WHERE seq = 2",
            &["number 2: "],
        ),
    ];

    for (nth, (statement, expected)) in breaks.into_iter().enumerate() {
        let server = Server::start().await;
        let acme = server.tenant("acme").await;
        some_deeds(&acme).await;
        let before = verify(&server, acme.org).await;
        assert_eq!(sentences(&before), Vec::<String>::new());
        assert!(before.links >= 5, "{before:?}");
        let mut statement = statement.to_owned();
        for seq in [2, 3, 4] {
            statement = statement.replace(&format!("ROW{seq}"), &row(&server, acme.org, seq).await);
        }

        under(&server, &statement.replace("NEWID", &quote(&"1".repeat(32))));
        let found = sentences(&verify(&server, acme.org).await);

        for part in expected {
            assert!(found.iter().any(|it| it.contains(part)), "{nth}: {part} in {found:?}");
        }
        let answer =
            call(&server, OPERATOR_TOKEN, Method::POST, &in_acme("/audit/verify"), Value::Null).await.expect(200);
        assert_eq!(answer.json()["intact"], json!(false), "{nth}");
    }
}

/// OU-07: whoever writes a whole new chain is found by a checkpoint that was kept elsewhere.
#[tokio::test]
async fn ou_07_a_chain_that_was_written_anew_is_found_by_a_kept_checkpoint() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    some_deeds(&acme).await;
    verify(&server, acme.org).await;
    let kept = audit_chain::checkpoints(&server.app, &Server::operator(), acme.org, 10).await.unwrap();
    let forged = kept.iter().cloned().map(|it| audit_chain::Kept { link: "00".repeat(32), ..it }).collect::<Vec<_>>();

    let intact = audit_chain::verify(&server.app, acme.org, &kept).await.unwrap();
    let unsigned = audit_chain::verify(&server.app, acme.org, &forged).await.unwrap();
    let third = row(&server, acme.org, 3).await;
    under(&server, &format!("UPDATE audit SET outcome = 'denied' WHERE id = {third}"));
    for table in ["audit_seals", "audit_checkpoints"] {
        under(&server, &format!("DELETE FROM {table}"));
    }
    let anew = verify(&server, acme.org).await;
    let with_kept = audit_chain::verify(&server.app, acme.org, &kept).await.unwrap();

    assert_eq!(kept.len(), 1);
    assert_eq!(sentences(&intact), Vec::<String>::new());
    assert!(sentences(&unsigned).iter().any(|it| it.contains("signature")), "{:?}", sentences(&unsigned));
    assert_eq!(sentences(&anew), Vec::<String>::new(), "the chain alone looks whole");
    assert!(sentences(&with_kept).iter().any(|it| it.contains("a kept checkpoint")), "{:?}", sentences(&with_kept));
}

/// Whoever is erased leaves the chain whole; whoever only hides something is found.
#[tokio::test]
async fn what_was_erased_leaves_the_chain_whole_and_hiding_is_no_way_to_change_it() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    some_deeds(&acme).await;
    let zoe = acme.user("zoe", "viewer").await;
    users::deactivate(&server.app, &Server::operator(), zoe, users::OnLastHolder::Refuse).await.unwrap();
    assert_eq!(sentences(&verify(&server, acme.org).await), Vec::<String>::new());

    departures::erase(&server.app, &Server::operator(), zoe).await.unwrap();
    let after = sentences(&verify(&server, acme.org).await);
    let rows = audit::of_target(server.app.store.reader(), acme.org, &zoe.to_string(), None, 10).await.unwrap();
    let is_ann = "target_label = 'ann'";
    under(&server, &format!("UPDATE audit SET target_label = 'mallory' WHERE {is_ann}"));
    let changed = sentences(&verify(&server, acme.org).await);

    assert_eq!(after, Vec::<String>::new());
    assert!(rows.len() >= 3 && rows.iter().all(|it| it.target_label == zoe.to_string()), "{rows:?}");
    assert!(changed.iter().any(|it| it.contains("is not the one that was sealed")), "{changed:?}");
}

/// Rows that a node wrote and did not seal before it died are sealed by another, each once and without a gap, although
/// several do so at once.
#[tokio::test]
async fn what_a_dead_node_left_unsealed_is_sealed_by_the_others_without_a_gap() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (second, third) = (server.node().await, server.node().await);
    some_deeds(&acme).await;
    let rows = audit::newest(server.app.store.reader(), acme.org, 1_000).await.unwrap().len();

    let (one, two, three) = tokio::join!(jobs::sweep(&server.app), jobs::sweep(&second.app), jobs::sweep(&third.app));
    [one, two, three].into_iter().for_each(|it| it.unwrap());
    let report = verify(&second, acme.org).await;
    acme.user("late", "viewer").await;
    jobs::sweep(&third.app).await.unwrap();
    let later = verify(&third, acme.org).await;

    assert_eq!((sentences(&report), report.links), (Vec::new(), u64::try_from(rows).unwrap()));
    assert_eq!((sentences(&later), later.seq), (Vec::new(), report.seq + 1));
}

/// However long a dead node has been dead, what it left has its links before what comes after it has.
#[tokio::test]
async fn what_was_left_long_ago_is_sealed_before_what_is_new() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    jobs::sweep(&server.app).await.unwrap();
    some_deeds(&acme).await;
    server.advance(Duration::from_hours(3));
    let second = server.node().await;
    let deed = async |keep_days: u32| {
        let body = json!({ "audit": { "keep_days": keep_days } });
        let done = call(&second, OPERATOR_TOKEN, Method::PUT, &in_acme("/policies"), body).await;
        assert_eq!(done.status, 200);
        audit_chain::seal_new(&second.app).await.unwrap();
        verify(&second, acme.org).await
    };
    let rows = audit::newest(server.app.store.reader(), acme.org, 1_000).await.unwrap().len();

    let first = deed(200).await;
    let next = deed(300).await;

    assert_eq!((sentences(&first), first.links), (Vec::new(), u64::try_from(rows + 1).unwrap()));
    assert_eq!((sentences(&next), next.links), (Vec::new(), first.links + 1));
}

/// What is older than the policy keeps goes in whole parts, of which the last checkpoint stays; never while it is held.
#[tokio::test]
async fn s2_40_what_is_old_goes_in_whole_parts_and_the_rest_is_as_good_as_before() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    some_deeds(&acme).await;
    jobs::sweep(&server.app).await.unwrap();
    let set = async |keep_days: u32, hold: bool| {
        let body = json!({ "audit": { "keep_days": keep_days, "hold": hold } });
        call(&server, OPERATOR_TOKEN, Method::PUT, &in_acme("/policies"), body).await.status
    };
    let count = async || audit::newest(server.app.store.reader(), acme.org, 1_000).await.unwrap().len();
    let too_few = set(89, false).await;
    set(90, true).await;
    jobs::sweep(&server.app).await.unwrap();
    let all = count().await;

    server.advance(DAY * 100);
    jobs::sweep(&server.app).await.unwrap();
    let held = count().await;
    set(90, false).await;
    acme.user("new", "viewer").await;
    server.advance(DAY);
    jobs::sweep(&server.app).await.unwrap();
    let left = audit::newest(server.app.store.reader(), acme.org, 1_000).await.unwrap();
    let report = verify(&server, acme.org).await;

    assert_eq!((too_few, held), (400, all));
    let names: Vec<&str> = left.iter().rev().map(|it| it.action.as_str()).collect();
    assert_eq!(names[names.len() - 3..], ["policy.changed", "user.created", "audit.retention_applied"], "{names:?}");
    assert!(left.len() < all, "{names:?}");
    assert_eq!(sentences(&report), Vec::<String>::new());
    assert!(report.links < u64::try_from(report.seq).unwrap(), "numbers go on where they were");
}

/// Passes the days one by one, as they pass for a server that runs.
async fn pass(server: &Server, days: u32) {
    for _ in 0..days {
        server.advance(DAY);
        jobs::sweep(&server.app).await.unwrap();
    }
}

/// What came of going through the chain last, by itself.
async fn noted(server: &Server, org: OrgId) -> (u64, String) {
    let found = audit_chain::integrity(&server.app, &Server::operator(), org).await.unwrap().verification.unwrap();
    (found.problems, found.first_problem)
}

async fn keep_days(server: &Server, days: u32) {
    let body = json!({ "audit": { "keep_days": days, "hold": false } });
    call(server, OPERATOR_TOKEN, Method::PUT, &in_acme("/policies"), body).await.expect(200);
}

async fn count(server: &Server, org: OrgId) -> usize {
    audit::newest(server.app.store.reader(), org, 1_000).await.unwrap().len()
}

/// An organisation in which nothing is done for longer than its log is kept loses all of it, and its chain goes on behind that.
#[tokio::test]
async fn s2_40_a_chain_goes_on_after_everything_in_it_was_old() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    some_deeds(&acme).await;
    keep_days(&server, 90).await;
    pass(&server, 1).await;
    let all = verify(&server, acme.org).await;

    for day in 0..95 {
        pass(&server, 1).await;
        assert_eq!(noted(&server, acme.org).await, (0, String::new()), "no alarm on day {day}");
    }
    let report = verify(&server, acme.org).await;
    let left = audit::newest(server.app.store.reader(), acme.org, 1_000).await.unwrap();
    acme.user("late", "viewer").await;
    let later = verify(&server, acme.org).await;

    assert_eq!((sentences(&report), sentences(&later)), (Vec::new(), Vec::new()));
    assert!(left.iter().all(|it| it.action == "audit.retention_applied"), "{left:?}");
    assert_eq!(report.links, u64::try_from(left.len()).unwrap());
    assert!(report.seq > all.seq, "numbers go on where they were");
    assert_eq!((later.links, later.seq), (report.links + 1, report.seq + 1));
}

/// FT-07: a clock that is set on by a year takes nothing away for that: time has to pass.
#[tokio::test]
async fn ft_07_a_clock_that_jumps_takes_nothing_of_the_log_away() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    some_deeds(&acme).await;
    keep_days(&server, 90).await;
    pass(&server, 1).await;
    let before = count(&server, acme.org).await;

    server.advance(DAY * 365);
    jobs::sweep(&server.app).await.unwrap();
    let jumped = count(&server, acme.org).await;
    pass(&server, 1).await;
    let passed = count(&server, acme.org).await;

    assert_eq!((jumped, passed), (before, 1));
}

/// FT-07: what was signed by a clock that was behind takes nothing away that is not old.
#[tokio::test]
async fn ft_07_a_checkpoint_of_a_clock_that_was_behind_takes_nothing_away() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    keep_days(&server, 90).await;
    pass(&server, 1).await;
    some_deeds(&acme).await;
    verify(&server, acme.org).await;
    under(&server, "UPDATE audit_checkpoints SET at = 1000");
    let before = count(&server, acme.org).await;

    pass(&server, 2).await;

    assert_eq!(count(&server, acme.org).await, before);
}

/// OU-07: a row that is older than what was sealed before it does not become part of the chain, in however small steps.
#[tokio::test]
async fn ou_07_nothing_is_backdated_in_small_steps() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    some_deeds(&acme).await;
    verify(&server, acme.org).await;
    let first = row(&server, acme.org, 1).await;
    let mut found = Vec::new();

    for step in 1..4 {
        let id = quote(&step.to_string().repeat(32));
        under(
            &server,
            &format!(
                "INSERT INTO audit (org_id, id, at, action, outcome, actor_kind, actor_id, actor_label, target_kind, target_id, \
                 target_label, changes) SELECT org_id, {id}, at - {}, action, outcome, actor_kind, actor_id, actor_label, \
                 target_kind, target_id, target_label, changes FROM audit WHERE id = {first}",
                step * 59 * 60_000,
            ),
        );
        found = sentences(&verify(&server, acme.org).await);
    }

    assert!(found.iter().any(|it| it.contains("rows that are not part of the chain: 2")), "{found:?}");
}

/// OU-07: an end that was cut off and grew again is found by what was there when all was well, and is not forgotten.
#[tokio::test]
async fn ou_07_an_end_that_grew_again_is_found_and_not_forgotten() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    some_deeds(&acme).await;
    pass(&server, 2).await;
    assert_eq!(noted(&server, acme.org).await.0, 0);
    let org = quote(&acme.org.uuid().simple().to_string());

    under(
        &server,
        &format!("DELETE FROM audit WHERE id IN (SELECT audit_id FROM audit_seals WHERE org_id = {org} AND seq > 3)"),
    );
    for table in ["audit_seals", "audit_checkpoints"] {
        under(&server, &format!("DELETE FROM {table} WHERE org_id = {org} AND seq > 3"));
    }
    for name in ["x1", "x2", "x3", "x4", "x5"] {
        acme.user(name, "viewer").await;
    }
    let mut told = Vec::new();
    for _ in 0..3 {
        pass(&server, 1).await;
        told.push(noted(&server, acme.org).await);
    }

    for (problems, first) in &told {
        assert!(*problems > 0 && first.contains("is another one than on 2027-01-1"), "{told:?}");
    }
}

/// FT-07: a node whose clock is ahead leaves nothing behind that others cannot seal.
#[tokio::test]
async fn ft_07_a_clock_that_is_ahead_keeps_nobody_elses_rows_out_of_the_chain() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    server.advance(DAY);
    acme.user("ahead", "viewer").await;
    verify(&server, acme.org).await;
    server.set_back(DAY);
    some_deeds(&acme).await;

    let report = verify(&server, acme.org).await;
    server.advance(DAY);
    jobs::sweep(&server.app).await.unwrap();
    let later = verify(&server, acme.org).await;

    assert_eq!((sentences(&report), sentences(&later)), (Vec::new(), Vec::new()));
    assert_eq!(later.links, u64::try_from(count(&server, acme.org).await).unwrap());
}

/// OU-07: whoever takes the beginning of a chain away that is not old, or the end of one that was gone through, is found without
/// any checkpoint that was kept elsewhere.
#[tokio::test]
async fn ou_07_a_beginning_and_an_end_that_were_cut_off_are_found() {
    let cut = |table: &str, which: &str| format!("DELETE FROM {table} WHERE {which}");
    let cases = [
        ("seq <= 6", "were not taken away for their age", false),
        ("seq > 3", "the chain ends before this, and did not on 2027-01-1", false),
        // A record of it that was put in makes nothing old.
        ("seq <= 6", "were not taken away for their age", true),
    ];

    for (which, expected, with_record) in cases {
        let server = Server::start().await;
        let acme = server.tenant("acme").await;
        some_deeds(&acme).await;
        jobs::sweep(&server.app).await.unwrap();
        acme.user("fay", "viewer").await;
        server.advance(Duration::from_mins(10));
        jobs::sweep(&server.app).await.unwrap();
        server.advance(DAY);
        jobs::sweep(&server.app).await.unwrap();
        assert_eq!(sentences(&verify(&server, acme.org).await), Vec::<String>::new());

        if with_record {
            let id = row(&server, acme.org, 7).await;
            under(
                &server,
                &format!(
                    "INSERT INTO audit (org_id, id, at, action, outcome, actor_kind, actor_id, actor_label, target_kind, \
                     target_id, target_label, changes) SELECT org_id, {}, at, 'audit.retention_applied', outcome, 'job', '', \
                     'audit', 'organisation', target_id, 'acme', '[{{\"path\":\"seq\",\"new\":6}}]' FROM audit WHERE id = {id}",
                    quote(&"7".repeat(32)),
                ),
            );
        }
        let org = quote(&acme.org.uuid().simple().to_string());
        let rows = format!("id IN (SELECT audit_id FROM audit_seals WHERE org_id = {org} AND {which})");
        under(&server, &cut("audit", &rows));
        under(&server, &cut("audit_seals", &format!("org_id = {org} AND {which}")));
        under(&server, &cut("audit_checkpoints", &format!("org_id = {org} AND {}", which.replace("<=", "<"))));
        let found = sentences(&verify(&server, acme.org).await);

        assert!(found.iter().any(|it| it.contains(expected)), "{which}: {found:?}");
    }
}

/// OU-07: a checkpoint that somebody else signed is none, in the database as in a file.
#[tokio::test]
async fn ou_07_a_checkpoint_that_another_key_signed_is_none() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    some_deeds(&acme).await;
    verify(&server, acme.org).await;
    let kept = audit_chain::checkpoints(&server.app, &Server::operator(), acme.org, 1).await.unwrap().pop().unwrap();
    let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let said = statement(acme.org, kept.seq, &kept.link, kept.at);
    let (public_key, signature) = (STANDARD.encode(key.public_key()), STANDARD.encode(key.sign(said.as_bytes())));
    let forged = audit_chain::Kept { public_key: public_key.clone(), signature: signature.clone(), ..kept };

    let in_a_file = sentences(&audit_chain::verify(&server.app, acme.org, &[forged]).await.unwrap());
    under(&server, &format!("UPDATE audit_checkpoints SET public_key = '{public_key}', signature = '{signature}'"));
    let in_the_database = sentences(&verify(&server, acme.org).await);

    for found in [in_a_file, in_the_database] {
        assert!(found.iter().any(|it| it.contains("the key of another instance")), "{found:?}");
    }
}

/// OU-07: what an erasure hides is hidden as an erasure does it: no other values stand where the old ones were.
#[tokio::test]
async fn ou_07_nothing_is_written_where_an_erasure_has_hidden_what_changed() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let zoe = acme.user("zoe", "viewer").await;
    let change = json!({ "display_name": "Zora" });
    call(&server, OPERATOR_TOKEN, Method::PATCH, &format!("/users/{zoe}"), change).await.expect(200);
    users::deactivate(&server.app, &Server::operator(), zoe, users::OnLastHolder::Refuse).await.unwrap();
    verify(&server, acme.org).await;
    departures::erase(&server.app, &Server::operator(), zoe).await.unwrap();
    let erased = sentences(&verify(&server, acme.org).await);

    let changed = "action = 'user.updated'";
    let other = r#"[{"path":"role","old":"owner","new":"viewer"}]"#;
    under(&server, &format!("UPDATE audit SET changes = '{other}' WHERE {changed}"));
    let forged = sentences(&verify(&server, acme.org).await);
    under(&server, &format!("UPDATE audit SET changes = '[{{\"path\":\"display_name\"}}]' WHERE {changed}"));
    let back = sentences(&verify(&server, acme.org).await);
    under(&server, "UPDATE audit SET outcome = 'denied' WHERE action = 'user.erased'");
    let not_erased = sentences(&verify(&server, acme.org).await);

    assert_eq!((erased, back), (Vec::new(), Vec::new()));
    assert!(forged.iter().any(|it| it.contains("what changed is hidden, and not as an erasure does it")), "{forged:?}");
    assert!(not_erased.iter().any(|it| it.contains("is hidden")), "{not_erased:?}");
}

/// The page of the log says how far it is sealed, and warns when it was changed.
#[tokio::test]
async fn ou_07_the_page_of_the_log_warns_when_it_was_changed() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    person(&acme, "olga", "owner").await;
    let browser = at(&server, "olga").await;

    let before = browser.get("/console/audit").await.expect(200);
    jobs::sweep(&server.app).await.unwrap();
    let intact = browser.get("/console/audit").await.expect(200);
    under(&server, "UPDATE audit SET outcome = 'denied' WHERE action = 'user.created'");
    server.advance(DAY + Duration::from_hours(1));
    jobs::sweep(&server.app).await.unwrap();
    let browser = at(&server, "olga").await;
    let changed = browser.get("/console/audit").await.expect(200);

    assert!(words(&before).contains("Nothing is sealed yet."), "{}", before.text);
    assert!(words(&intact).contains("everything is as it was written"), "{}", intact.text);
    assert!(words(&changed).contains("are not as they were written. The first: number "), "{}", changed.text);
}

/// OU-08: a change whose record cannot be written is no change: each deed that changes something is answered as a fault, and
/// everything is as it was.
#[tokio::test]
async fn ou_08_without_its_record_nothing_is_done() {
    let server = Server::start().await;
    server.expect_faults();
    let acme = server.tenant("acme").await;
    let bob = acme.user("bob", "viewer").await;
    let team = crate::people::team(&acme, "Blue").await;
    let group = crate::people::group(&acme, "Crew").await;
    let deeds = [
        (Method::PATCH, format!("/users/{bob}"), json!({ "display_name": "Robert" })),
        (Method::PUT, format!("/users/{bob}/role"), json!({ "role": "contributor" })),
        (Method::POST, format!("/users/{bob}/deactivate"), Value::Null),
        (Method::DELETE, format!("/users/{bob}"), Value::Null),
        (Method::PUT, format!("/users/{bob}/end-date"), json!({ "ends_at": "2099-01-01" })),
        (
            Method::POST,
            in_acme("/users"),
            json!({ "user_name": "new", "display_name": "New", "role": "viewer", "activation": "none" }),
        ),
        (Method::PATCH, format!("/teams/{team}"), json!({ "description": "The sea" })),
        (Method::POST, format!("/teams/{team}/members"), json!({ "add": [bob] })),
        (Method::POST, format!("/groups/{group}/members"), json!({ "add": [bob] })),
        (Method::PUT, format!("/groups/{group}/roles/viewer"), Value::Null),
        (Method::DELETE, format!("/groups/{group}"), Value::Null),
        (Method::POST, in_acme("/projects"), json!({ "name": "Bridge" })),
        (Method::PUT, in_acme("/resources/report/sales"), json!({ "name": "Sales" })),
        (Method::PUT, in_acme("/policies"), json!({ "sessions": { "idle_minutes": 30, "absolute_minutes": 1440 } })),
        (Method::POST, in_acme("/connections"), json!({ "kind": "okta", "name": "Okta" })),
        (
            Method::POST,
            in_acme("/clients"),
            json!({ "name": "Wiki", "redirect_uris": ["https://wiki.example/callback"] }),
        ),
    ];
    let before = directory(&server).await;

    break_audit(&server);
    let mut statuses = Vec::new();
    for (method, path, body) in &deeds {
        statuses.push((path.clone(), call(&server, OPERATOR_TOKEN, method.clone(), path, body.clone()).await.status));
    }
    let after = directory(&server).await;
    mend_audit(&server);
    let rows = audit::newest(server.app.store.reader(), acme.org, 1_000).await.unwrap().len();
    let mut records = Vec::new();
    for (method, path, body) in &deeds {
        let before = audit::newest(server.app.store.reader(), acme.org, 1_000).await.unwrap().len();
        let answer = call(&server, OPERATOR_TOKEN, method.clone(), path, body.clone()).await;
        let after = audit::newest(server.app.store.reader(), acme.org, 1_000).await.unwrap().len();
        records.push((path.clone(), (200..300).contains(&answer.status), after - before));
    }

    assert_eq!(statuses.iter().filter(|it| it.1 != 500).collect::<Vec<_>>(), Vec::<&(String, u16)>::new());
    assert_eq!(before, after);
    assert!(rows > 0);
    let wrong: Vec<_> = records.iter().filter(|it| it.1 && it.2 != 1).map(|it| (it.0.as_str(), it.2)).collect();
    assert_eq!(wrong, [("/connections?organisation=acme", 2)], "one for each deed; that of its first token is another");
    assert!(records.iter().filter(|it| it.1).count() >= 12, "{records:?}");
}

/// From now on no record can be written.
fn break_audit(server: &Server) {
    if database::on_postgres() {
        under(
            server,
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''broken''; END'",
        );
        under(server, "CREATE TRIGGER broken BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION broken()");
    } else {
        under(server, "CREATE TRIGGER broken BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'broken'); END");
    }
}

fn mend_audit(server: &Server) {
    let of = if database::on_postgres() { " ON audit" } else { "" };
    under(server, &format!("DROP TRIGGER broken{of}"));
}

/// Everything that the directory holds, as text.
async fn directory(server: &Server) -> Vec<String> {
    let tables = [
        "users",
        "grants",
        "groups",
        "group_roles",
        "members",
        "teams",
        "team_members",
        "projects",
        "resources",
        "organisations",
        "connections",
        "clients",
        "end_dates",
        "outbox",
        "audit",
    ];
    let db = server.app.store.reader();
    let mut all = Vec::new();
    for table in tables {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
        all.push(format!("{table}: {}", row.try_get_by_index::<i64>(0).unwrap()));
    }
    let text = |sql: &str| Statement::from_string(db.get_database_backend(), sql);
    for sql in [
        "SELECT display_name || ' ' || status || ' ' || version || ' ' || epoch FROM users ORDER BY user_name",
        "SELECT name || ' ' || description FROM teams ORDER BY name",
        "SELECT slug || ' ' || policy FROM organisations ORDER BY slug",
    ] {
        let rows = db.query_all_raw(text(sql)).await.unwrap();
        all.extend(rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()));
    }
    all
}

/// Whoever may not read the log may not go through it either, and that of others does not exist.
#[tokio::test]
async fn te_05_the_chain_of_others_does_not_exist() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    some_deeds(&acme).await;
    let hank: UserId = person(&globex, "hank", "owner").await;
    let token = crate::resources::personal(&server, hank).await;

    for (method, path) in
        [(Method::GET, "/audit/integrity"), (Method::POST, "/audit/verify"), (Method::GET, "/audit/checkpoints")]
    {
        assert_eq!(call(&server, &token, method, &in_acme(path), Value::Null).await.status, 404, "{path}");
    }
}
