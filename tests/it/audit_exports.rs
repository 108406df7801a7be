//! Parts of the audit log that are kept as files: made once, in the name of whoever asked, proved, and gone in time.

use std::time::Duration;

use doorward::app::accounts::WayIn;
use doorward::app::audit_exports::{self, AuditExport, State, manifest};
use doorward::app::audit_log::{AuditFilter, Format};
use doorward::app::{departures, jobs, organisations, users};
use doorward::domain::audit_export::{KEPT_FOR, PART_BYTES};
use doorward::domain::id::{OrgId, RunId, UserId};
use doorward::domain::policy::{Action, Actor, Target};
use doorward::domain::secret::Secret;
use doorward::domain::{Conflict, Error};
use doorward::store::audit;
use doorward::store::audit_exports::{self as rows, Claim};
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_shell::{signed_in, words};
use crate::harness::{OPERATOR_TOKEN, PASSWORD, Reply, Server, Tenant, in_acme};
use crate::people::Api;
use crate::resources::call;

/// A node that died leaves its file to others after so long.
const LEASE: Duration = Duration::from_mins(2);

/// So many refusals are recorded as a batch of an export holds, and some more.
async fn fill(tenant: &Tenant<'_>, count: usize) {
    let target = Target::Organisation { id: tenant.org, label: "acme".to_owned() };
    for _ in 0..count {
        let record = Server::operator().denial_record(&Action::ReadAudit, &target);
        tenant.server.app.store.record(record, tenant.server.app.now()).await.unwrap();
    }
}

async fn operator(server: &Server, method: Method, path: &str, body: Value) -> Reply {
    call(server, OPERATOR_TOKEN, method, &in_acme(path), body).await
}

fn refusals() -> AuditFilter {
    AuditFilter::read([("action", "audit.read"), ("outcome", "denied")]).unwrap()
}

async fn ask(server: &Server, actor: &Actor, org: OrgId, format: Format) -> AuditExport {
    audit_exports::ask(&server.app, actor, org, refusals(), format).await.unwrap()
}

async fn make(server: &Server) -> usize {
    audit_exports::make_due(&server.app).await.unwrap()
}

async fn state(server: &Server, it: &AuditExport) -> State {
    audit_exports::show(&server.app, &Server::operator(), it.id).await.unwrap().state
}

/// The deeds of exports, newest first, with what each says.
async fn told(tenant: &Tenant<'_>) -> Vec<(String, String)> {
    let rows = audit::newest(tenant.server.app.store.reader(), tenant.org, 1_000).await.unwrap();
    let of_exports = rows.into_iter().filter(|it| it.action.starts_with("audit.export") && it.outcome == "success");
    of_exports.map(|it| (it.action, it.actor_label)).collect()
}

/// How many parts of files lie in the database.
async fn parts(server: &Server) -> i64 {
    let counts = server.app.store.row_counts().await.unwrap();
    counts.into_iter().find(|it| it.0 == "audit_export_parts").unwrap().1
}

/// S2-40: what is asked for is made in the background and is then what the list shows, in every format, with a manifest that
/// anybody verifies with the public key alone; that it was asked for and that it was fetched is recorded.
#[tokio::test]
async fn s2_40_a_part_of_the_log_becomes_a_file_with_a_signed_manifest() {
    let api = Api::new().await;
    let server = api.server();
    fill(&api.acme(), 1_200).await;
    let owner = api.token(api.stage.ada.user.id).await;
    let key = server.app.seal.record_key();
    for format in Format::ALL.map(Format::word) {
        let new = json!({ "format": format, "action": "audit.read", "outcome": "denied" });

        let asked = api.call(&owner, Method::POST, "/audit/exports", Some(new)).await.expect(202).json();
        let path = format!("/audit/exports/{}", asked["id"].as_str().unwrap());
        let early = api.call(&owner, Method::GET, &format!("{path}/file"), None).await.expect(409);
        assert_eq!(make(server).await, 1);
        let shown = api.call(&owner, Method::GET, &path, None).await.expect(200).json();
        let file = api.call(&owner, Method::GET, &format!("{path}/file"), None).await.expect(200);
        let proof = api.call(&owner, Method::GET, &format!("{path}/manifest"), None).await.expect(200);

        assert_eq!((&asked["state"], &shown["state"]), (&json!("waiting"), &json!("ready")));
        assert_eq!(early.json()["type"], "urn:doorward:problem:no-file");
        let direct = format!("/audit/export?action=audit.read&outcome=denied&format={format}");
        let direct = api.call(&owner, Method::GET, &direct, None).await.expect(200);
        if format != "xlsx" {
            assert_eq!(file.text, direct.text, "{format}");
        }
        assert_eq!(file.header("content-disposition"), direct.header("content-disposition"));
        assert_eq!(file.header("content-type"), direct.header("content-type"));
        let length = file.bytes.len();
        assert_eq!(file.header("content-length"), Some(&*length.to_string()));
        assert_eq!((&shown["deeds"], &shown["bytes"]), (&json!(1_200), &json!(length)));
        let mut digesting = manifest::Digesting::default();
        digesting.take(&file.bytes);
        let proved = manifest::prove(&proof.text, &digesting.end(), &key).unwrap();
        assert_eq!((proved.problems, proved.deeds), (Vec::new(), 1_200));
        let said: Value = serde_json::from_str(proof.text.lines().next().unwrap()).unwrap();
        assert_eq!(said["filter"], json!({ "action": "audit.read", "outcome": "denied" }));
        assert_eq!(said["asked_by"]["id"], json!(api.stage.ada.user.id));
        let (first, last) = (proved.first_seq.unwrap(), proved.last_seq.unwrap());
        assert!(last - first >= 1_199 && last <= said["checkpoint"]["seq"].as_i64().unwrap(), "{said}");
        api.call(&owner, Method::DELETE, &path, None).await.expect(204);
        assert_eq!(api.call(&owner, Method::GET, &path, None).await.status, 404);
    }
    let ada = &api.stage.ada.user.user_name;
    let each = ["audit.export_deleted", "audit.exported", "audit.export_fetched", "audit.exported"];
    let each = each.map(|it| (it.to_owned(), ada.clone()));
    assert_eq!(told(&api.acme()).await, [(); 5].map(|()| each.clone()).concat());
    assert_eq!(parts(server).await, 0);
}

/// The file ends where the chain ended when it was begun, so that what it leaves out is known: a deed that is done behind that is not in it.
#[tokio::test]
async fn s2_40_a_manifest_says_up_to_where_the_file_tells() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("ann", "viewer").await;
    let all = AuditFilter::default();
    let asked = audit_exports::ask(&server.app, &Server::operator(), acme.org, all, Format::Ndjson).await.unwrap();
    make(&server).await;
    acme.user("bob", "viewer").await;

    let path = format!("/audit/exports/{}", asked.id);
    let file = operator(&server, Method::GET, &format!("{path}/file"), Value::Null).await.expect(200).text;
    let proof = operator(&server, Method::GET, &format!("{path}/manifest"), Value::Null).await.expect(200).text;

    let said: Value = serde_json::from_str(proof.lines().next().unwrap()).unwrap();
    assert!(file.contains("ann") && !file.contains("bob"), "{file}");
    assert_eq!((&said["first_seq"], &said["last_seq"]), (&json!(1), &said["checkpoint"]["seq"]));
    assert_eq!(said["deeds"], json!(file.lines().count()));
    // The one who asked is nobody who reads mail.
    server.run_jobs().await;
    assert!(server.mails().is_empty());
}

/// However many nodes run the jobs and whenever one dies, there is one file, of one try, and nothing of it is seen before it is whole.
#[tokio::test]
async fn a_file_is_made_once_and_whole_however_many_nodes_make_it_and_die() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let second = server.node().await;
    fill(&acme, 1_200).await;
    let asked = ask(&server, &Server::operator(), acme.org, Format::Ocsf).await;
    let due = server.app.store.audit_exports_due(server.app.now(), 10).await.unwrap().remove(0);
    let dead = Claim { org: acme.org, id: asked.id, run: RunId::new() };
    let until = server.app.now().after(LEASE);
    assert!(server.app.store.claim_audit_export(&due, dead.run, until).await.unwrap());
    assert!(!second.app.store.claim_audit_export(&due, RunId::new(), until).await.unwrap());
    let keep = async |claim: &Claim, nth| {
        let tx = server.app.begin(acme.org).await.unwrap();
        let kept = rows::keep_part(&tx, claim, (nth, b"half a file".to_vec())).await.unwrap();
        tx.commit_all(Vec::new()).await.unwrap();
        kept
    };
    assert!(keep(&dead, 0).await && keep(&dead, 1).await);

    let early = (make(&second).await, audit_exports::fetch(&second.app, &Server::operator(), asked.id).await);
    server.advance(LEASE);
    let (one, two) = tokio::join!(audit_exports::make_due(&server.app), audit_exports::make_due(&second.app));
    let late = keep(&dead, 2).await;
    let file = operator(&second, Method::GET, &format!("/audit/exports/{}/file", asked.id), Value::Null).await;

    assert!(matches!(early, (0, Err(Error::Conflict(Conflict::NoFile)))));
    assert_eq!((one.unwrap() + two.unwrap(), late), (1, false));
    assert!(!file.text.contains("half a file") && file.text.lines().count() == 1_200);
    let count = file.bytes.len().div_ceil(PART_BYTES);
    assert!(count > 1, "{}", file.bytes.len());
    assert_eq!(parts(&server).await, i64::try_from(count).unwrap());
    assert_eq!(make(&server).await + make(&second).await, 0);
}

/// S1-32, S2-34: a file is made with what whoever asked may do meanwhile. Who is shut out, may export no more or whose organisation is
/// suspended before it is there gets none, and the record says why; nobody is written to.
#[tokio::test]
async fn s2_34_nothing_is_made_for_somebody_who_has_lost_the_right_to_it() {
    for how in ["deactivated", "viewer", "suspended"] {
        let server = Server::start().await;
        let acme = server.tenant("acme").await;
        acme.user("olga", "owner").await;
        let adam = acme.mailed("adam", "admin", password()).await.person;
        let asked = ask(&server, &adam.actor(None), acme.org, Format::Csv).await;
        lose(&server, (acme.org, adam.user.id), how).await;
        server.run_jobs().await;
        let before = server.mails().len();

        let made = make(&server).await;

        assert_eq!((made, state(&server, &asked).await.word()), (0, "failed"), "{how}");
        assert_eq!(parts(&server).await, 0);
        assert_eq!(told(&acme).await[0], ("audit.export_failed".to_owned(), "audit".to_owned()));
        server.run_jobs().await;
        assert_eq!(server.mails().len(), before, "{how}");
    }
}

/// S2-34: the same while it is handed over: whoever loses the right to it gets no part more.
#[tokio::test]
async fn s2_34_a_kept_file_under_way_ends_with_the_right_to_it() {
    for how in ["deactivated", "viewer", "suspended"] {
        let server = Server::start().await;
        let acme = server.tenant("acme").await;
        acme.user("olga", "owner").await;
        let (id, adam) = acme.actor("adam", "admin").await;
        fill(&acme, 10).await;
        let asked = ask(&server, &adam, acme.org, Format::Ndjson).await;
        make(&server).await;
        let file = audit_exports::fetch(&server.app, &adam, asked.id).await.unwrap();
        lose(&server, (acme.org, id), how).await;
        let mut taken = Vec::new();

        let end = file.write(&mut taken).await;

        assert!(matches!(end, Err(Error::Unauthenticated | Error::Denied(_))) && taken.is_empty(), "{how} {end:?}");
        server.keep_outbox();
    }
}

fn password() -> WayIn {
    WayIn::Password { password: Secret::new(PASSWORD.to_owned()), must_change: false }
}

async fn lose(server: &Server, (org, id): (OrgId, UserId), how: &str) {
    let (app, by) = (&server.app, &Server::operator());
    match how {
        "deactivated" => drop(users::deactivate(app, by, id, users::OnLastHolder::Refuse).await.unwrap()),
        "suspended" => drop(organisations::suspend(app, by, org).await.unwrap()),
        role => drop(users::change_role(app, by, id, &role.parse().unwrap()).await.unwrap()),
    }
}

/// A file that was deleted while it was made is made no further, and one that is old goes, with all that it lay in.
#[tokio::test]
async fn a_file_goes_in_time_and_at_once_when_it_is_deleted() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    fill(&acme, 10).await;
    let (kept, gone) = (
        ask(&server, &Server::operator(), acme.org, Format::Csv).await,
        ask(&server, &Server::operator(), acme.org, Format::Csv).await,
    );
    let due = server.app.store.audit_exports_due(server.app.now(), 10).await.unwrap().remove(1);
    let claim = Claim { org: acme.org, id: gone.id, run: RunId::new() };
    assert!(server.app.store.claim_audit_export(&due, claim.run, server.app.now().after(LEASE)).await.unwrap());
    audit_exports::delete(&server.app, &Server::operator(), gone.id).await.unwrap();
    let tx = server.app.begin(acme.org).await.unwrap();
    assert!(!rows::keep_part(&tx, &claim, (0, vec![1])).await.unwrap());
    drop(tx);

    assert_eq!(make(&server).await, 1);
    assert_eq!(parts(&server).await, 1);
    server.advance(KEPT_FOR - Duration::from_secs(1));
    jobs::sweep(&server.app).await.unwrap();
    assert_eq!(state(&server, &kept).await.word(), "ready");
    server.advance(Duration::from_secs(1));
    jobs::sweep(&server.app).await.unwrap();

    let gone = audit_exports::show(&server.app, &Server::operator(), kept.id).await;
    assert!(matches!(gone, Err(Error::NotFound(_))));
    assert_eq!(parts(&server).await, 0);
}

/// Nobody fills the database with files: three of an organisation wait at a time, and twenty are kept; others are not held up by that.
#[tokio::test]
async fn an_organisation_has_three_files_under_way_and_twenty_in_all() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let new = || json!({ "format": "csv", "action": "audit.read" });
    for _ in 0..3 {
        operator(&server, Method::POST, "/audit/exports", new()).await.expect(202);
    }

    let fourth = operator(&server, Method::POST, "/audit/exports", new()).await.expect(429);
    ask(&server, &Server::operator(), globex.org, Format::Csv).await;
    for _ in 0..17 {
        make(&server).await;
        operator(&server, Method::POST, "/audit/exports", new()).await.expect(202);
    }
    make(&server).await;
    let beyond = operator(&server, Method::POST, "/audit/exports", new()).await.expect(409);

    assert_eq!(fourth.header("retry-after"), Some("60"));
    assert_eq!(beyond.json()["type"], "urn:doorward:problem:too-many");
    let list = operator(&server, Method::GET, "/audit/exports", Value::Null).await.expect(200).json();
    assert_eq!(list["exports"].as_array().unwrap().len(), 20);
    // What was refused was recorded as nothing that left.
    assert_eq!(told(&acme).await.len(), 20);
}

/// TE-17: a filter that means nothing is refused by its name, and so is one that lost its value.
#[tokio::test]
async fn te_17_a_filter_of_a_file_that_means_nothing_is_refused() {
    let server = Server::start().await;
    server.tenant("acme").await;
    for (body, name) in [
        (json!({ "action": "flown" }), "action"),
        (json!({ "action": "" }), "action"),
        (json!({ "from": "2026-11-27", "to": "2026-11-26" }), "to"),
        (json!({ "format": "pdf" }), "format"),
        (json!({ "acton": "user" }), "body"),
    ] {
        let refused = operator(&server, Method::POST, "/audit/exports", body).await.expect(400).json();

        assert!(refused["detail"].as_str().unwrap().starts_with(&format!("{name}: ")), "{refused}");
    }
}

/// S2-40: the names of somebody who is erased are in no kept file, because no kept file stays; one that is being made is not made.
#[tokio::test]
async fn s2_40_no_kept_file_holds_the_names_of_an_erased_person() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let vera = acme.user("vera-vanishes", "viewer").await;
    let all = || AuditFilter::read([("text", "vanishes")]).unwrap();
    for _ in 0..2 {
        audit_exports::ask(&server.app, &Server::operator(), acme.org, all(), Format::Csv).await.unwrap();
        make(&server).await;
    }
    audit_exports::ask(&server.app, &Server::operator(), acme.org, all(), Format::Csv).await.unwrap();

    departures::erase(&server.app, &Server::operator(), vera).await.unwrap();

    assert_eq!(make(&server).await, 0);
    let list = operator(&server, Method::GET, "/audit/exports", Value::Null).await.expect(200).json();
    assert_eq!(list["exports"], json!([]));
    assert_eq!(parts(&server).await, 0);
    server.keep_outbox();
}

/// OU-01, OU-02: a name that is a formula is text in a kept file, too, and its name is plain.
#[tokio::test]
async fn ou_01_ou_02_a_kept_file_of_the_log_calculates_nothing() {
    let api = Api::new().await;
    let new = Some(json!({ "name": "=HYPERLINK(\"https://evil.example\")" }));
    api.operator(Method::POST, "/groups?organisation=acme", new).await.expect(201);
    let new = Some(json!({ "format": "csv", "action": "group.created" }));
    let asked = api.operator(Method::POST, "/audit/exports?organisation=acme", new).await.expect(202).json();
    make(api.server()).await;

    let path = format!("/audit/exports/{}/file", asked["id"].as_str().unwrap());
    let file = api.operator(Method::GET, &path, None).await.expect(200);

    assert!(file.text.contains(",\"'=HYPERLINK(\"\"https://evil.example\"\")\","), "{}", file.text);
    let name = file.header("content-disposition").unwrap();
    assert!(name.starts_with("attachment; filename=\"acme-audit-20") && name.ends_with(".csv\""), "{name}");
}

/// S2-40: somebody prepares a file in the console without a script: from the filters of the log to the letter, the file and its end.
#[tokio::test]
async fn s2_40_a_file_is_prepared_in_the_console_without_a_script() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.mailed("adam", "admin", password()).await;
    acme.user("vic", "viewer").await;
    let browser = signed_in(&acme, "adam").await;
    let log = browser.get("/console/audit?action=user.created").await.expect(200);
    let new = "/console/audit/exports/new?action=user.created";
    assert!(log.text.contains(&format!("href=\"{new}\"")) && log.text.contains("href=\"/console/audit/exports\""));
    let form = browser.get(new).await.expect(200);
    assert!(words(&form).contains("Created"), "{}", form.text);

    let send = async |format: &str| {
        let fields = [("action", "user.created"), ("format", format)];
        browser.submit_to("/console/audit/exports/new", &form, &fields).await
    };
    assert!(send("pdf").await.expect(400).text.contains("role=\"alert\""));
    let (_, waiting) = browser.follow(new, send("csv").await).await;
    assert!(waiting.text.contains("The file is being prepared.") && waiting.text.contains("id=\"refresh\""));
    assert!(!waiting.text.contains("/file\""), "{}", waiting.text);
    make(&server).await;
    server.run_jobs().await;
    let mail = server.mails().pop().unwrap();
    let list = browser.get("/console/audit/exports").await.expect(200);
    let path = list.text.split("/file\"").next().unwrap().rsplit("href=\"").next().unwrap().to_owned();
    let file = browser.get(&format!("{path}/file")).await.expect(200);
    let proof = browser.get(&format!("{path}/manifest")).await.expect(200);

    assert!(mail.contains("adam@mail.example") && mail.contains("/console/audit/exports"), "{mail}");
    assert!(!mail.contains("user.created") && !mail.contains(&path), "the letter holds no data: {mail}");
    assert!(
        words(&list).contains("Ready") && words(&list).contains("2 records") && !list.text.contains("id=\"refresh\"")
    );
    assert_eq!(file.text.lines().count(), 3, "{}", file.text);
    assert!(proof.text.contains("doorward.audit-export.1"), "{}", proof.text);
    let ask = browser.get(&format!("{path}/delete")).await.expect(200);
    let (_, after) = browser.follow(&path, browser.submit_to(&format!("{path}/delete"), &ask, &[]).await).await;
    assert!(after.text.contains("The file was deleted.") && !after.text.contains(&path), "{}", after.text);
    let vic = signed_in(&acme, "vic").await;
    for path in ["/console/audit/exports", new, &format!("{path}/file"), &format!("{path}/delete")] {
        assert!(matches!(vic.get(path).await.status, 403 | 404), "{path}");
    }
}
