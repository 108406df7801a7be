//! Users out of a CSV file: over the API and in the console, planned first, and never more than the importer may.

use doorward::app::users;
use doorward::domain::connection::{Kind, Settings};
use doorward::store::audit::{self, AuditRow};
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, OPERATOR_TOKEN, Reply, Server, Tenant, hidden_fields};
use crate::people::Api;

const PAGE: &str = "/console/users/import";
const HEAD: &str = "user_name,display_name,email,role,sign_in\n";

async fn post(server: &Server, token: &str, query: &str, file: impl Into<reqwest::Body>) -> Reply {
    let request = server.request(Method::POST, &format!("/api/v1/imports?{query}")).bearer_auth(token);
    server.send(request.header("content-type", "text/csv; charset=utf-8").body(file)).await
}

/// What the operator imports into `acme`.
async fn import(server: &Server, rows: &str) -> Value {
    post(server, OPERATOR_TOKEN, "organisation=acme", format!("{HEAD}{rows}")).await.expect(200).json()
}

/// How many were created, are there already, and were refused.
fn counts(report: &Value) -> [u64; 3] {
    ["created", "exists", "refused"].map(|name| report[name].as_u64().unwrap())
}

/// The line, the user name, the result and the problem of each row.
fn rows(report: &Value) -> Vec<(u64, String, String, String)> {
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let rows = report["rows"].as_array().unwrap().iter();
    let rows = rows.map(|it| {
        (it["line"].as_u64().unwrap(), text(&it["user_name"]), text(&it["result"]), text(&it["problem"]["code"]))
    });
    rows.collect()
}

fn row(line: u64, name: &str, result: &str, problem: &str) -> (u64, String, String, String) {
    (line, name.to_owned(), result.to_owned(), problem.to_owned())
}

/// The user names of an organisation.
async fn names(tenant: &Tenant<'_>) -> Vec<String> {
    let all = users::list(&tenant.server.app, &Server::operator(), tenant.org).await.unwrap();
    all.into_iter().map(|it| it.user.user_name).collect()
}

async fn records(tenant: &Tenant<'_>) -> Vec<AuditRow> {
    audit::newest(tenant.server.app.store.reader(), tenant.org, 1_000).await.unwrap()
}

fn acme(api: &Api) -> Tenant<'_> {
    Tenant { server: api.server(), org: api.stage.org.id }
}

#[tokio::test]
async fn each_row_is_created_left_alone_or_refused_with_its_line_and_the_reason() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    server.tenant("globex").await.user("ivy", "viewer").await;
    acme.user("olga", "owner").await;
    let file = "ivy,Ivy,ivy@x.example,contributor,password\n\
        OLGA,Somebody else,,viewer,\n\
        bob,Bob,,,\n\n\
        sam,\"Sam; the second\",,,sso\n\
        eve,Eve,,god,\n\
        pat,Pat,pat,,\n\
        Ivy,Ivy again,,,\n\
        short,Short\n";

    let report = import(&server, file).await;
    server.run_jobs().await;

    let said = [
        row(2, "ivy", "created", ""),
        row(3, "OLGA", "exists", ""),
        row(4, "bob", "created", ""),
        row(6, "sam", "created", ""),
        row(7, "eve", "refused", "unknown-role"),
        row(8, "pat", "refused", "address"),
        row(9, "Ivy", "refused", "twice"),
        row(10, "short", "refused", "cells"),
    ];
    assert_eq!((rows(&report), counts(&report)), (said.to_vec(), [3, 1, 4]));
    assert_eq!(names(&acme).await, ["bob", "ivy", "olga", "sam"]);
    let operator = Server::operator();
    let find = async |name: &str| users::by_name(&server.app, &operator, acme.org, name).await.unwrap();
    let (ivy, sam, olga) = (find("ivy").await, find("sam").await, find("olga").await);
    assert_eq!((ivy.effective.role.unwrap().as_str(), ivy.user.status.word()), ("contributor", "pending"));
    assert_eq!((sam.user.display_name.as_str(), sam.user.status.word()), ("Sam; the second", "active"));
    assert_eq!(olga.effective.role.unwrap().as_str(), "owner");
    let mails = server.mails();
    assert_eq!(mails.len(), 1, "only who has an address and signs in here gets mail");
    assert!(mails[0].contains("<ivy@x.example>") && mails[0].contains("/activate/"), "{}", mails[0]);
    let handed: Vec<_> = report["rows"].as_array().unwrap().iter().map(|it| it["activation_url"].is_string()).collect();
    assert_eq!(handed, [false, false, true, false, false, false, false, false], "only who cannot get mail");
    assert_eq!(records(&acme).await.iter().filter(|it| it.action == "user.created").count(), 4);
}

/// Everything that is wrong with a row is said at once, in the API and in the console; what the importer may not do as well.
#[tokio::test]
async fn a_refused_row_comes_with_everything_that_is_wrong_with_it() {
    let api = Api::new().await;
    let acme = acme(&api);
    let admin = api.token(acme.user("adam", "admin").await).await;
    let file = format!("{HEAD}mallory,,mallory,owner,ldap\nshort,Short\n");

    let report = post(api.server(), &admin, "dry_run=1", file.clone()).await.expect(200).json();
    let browser = signed_in(&acme, "adam").await;
    let page = browser.get(PAGE).await.expect(200);
    let plan = words(&press(&browser, &page, "check", &file).await.expect(200));

    let codes = |nth: usize| {
        let problems = report["rows"][nth]["problems"].as_array().unwrap().clone();
        problems.iter().map(|it| it["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        (codes(0), codes(1)),
        (["name", "address", "sign-in", "denied"].map(String::from).to_vec(), vec!["cells".to_owned()])
    );
    assert_eq!(report["rows"][0]["problem"], report["rows"][0]["problems"][0], "the first alone, as before");
    for part in ["Write an address such as ada@example.com.", "ldap", "display_name"] {
        assert!(plan.contains(part), "{part}: {plan}");
    }
}

#[tokio::test]
async fn a_dry_run_says_what_the_import_then_does_and_writes_nothing() {
    let api = Api::new().await;
    let acme = acme(&api);
    let admin = api.token(acme.user("adam", "admin").await).await;
    let file = format!("{HEAD}ivy,Ivy,ivy@x.example,,\nada@acme.example,Ada,,,\nroot,Root,,owner,\n");
    let before = (names(&acme).await, records(&acme).await.len());

    let plan = post(api.server(), &admin, "dry_run=1", file.clone()).await.expect(200).json();
    api.server().run_jobs().await;
    let after = (names(&acme).await, records(&acme).await.len(), api.server().mails().len());
    let report = post(api.server(), &admin, "", file).await.expect(200).json();

    assert_eq!((before.0, before.1, 0), after);
    assert_eq!((&plan["dry_run"], &report["dry_run"]), (&json!(true), &json!(false)));
    assert_eq!((rows(&plan), counts(&plan)), (rows(&report), counts(&report)));
    assert_eq!(plan["rows"][0].get("id"), None);
    assert_eq!(counts(&report)[0], 1);
}

/// TE-03, S1-4: a file gives nobody more than its importer may give.
#[tokio::test]
async fn te_03_an_admin_imports_no_owner_and_the_rest_of_the_file() {
    let api = Api::new().await;
    let acme = acme(&api);
    let admin = api.token(acme.user("adam", "admin").await).await;
    let file = format!("{HEAD}vic,Vic,,viewer,sso\nmallory,Mallory,,owner,sso\nwendy,Wendy,,contributor,sso\n");

    let report = post(api.server(), &admin, "", file).await.expect(200).json();

    let said = [row(2, "vic", "created", ""), row(3, "mallory", "refused", "denied"), row(4, "wendy", "created", "")];
    assert_eq!(rows(&report), said);
    assert!(!names(&acme).await.contains(&"mallory".to_owned()));
    let denied = records(&acme).await.into_iter().filter(|it| it.outcome == "denied").collect::<Vec<_>>();
    assert_eq!(denied.len(), 1);
    assert!(denied[0].action == "user.created" && denied[0].changes.contains("owner"), "{}", denied[0].changes);
}

#[tokio::test]
async fn whoever_may_create_nobody_imports_nobody_and_is_recorded() {
    let api = Api::new().await;
    let acme = acme(&api);
    let viewer = api.token(acme.user("vera", "viewer").await).await;
    let file = format!("{HEAD}ivy,Ivy,,viewer,sso\n");

    let plan = post(api.server(), &viewer, "dry_run=1", file.clone()).await.status;
    let records_of_plan = records(&acme).await.iter().filter(|it| it.outcome == "denied").count();
    let import = post(api.server(), &viewer, "", file).await.status;
    let records = records(&acme).await.iter().filter(|it| it.outcome == "denied").count();

    assert_eq!((plan, records_of_plan, import, records), (403, 0, 403, 1));
    assert!(!names(&acme).await.contains(&"ivy".to_owned()));
}

#[tokio::test]
async fn a_second_import_of_a_long_file_creates_nobody_twice() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let mut file: Vec<String> = (0..230).map(|nth| format!("user{nth},User {nth},,viewer,sso\n")).collect();
    file[120] = "broken,,,,\n".to_owned();
    let file = file.concat();

    let first = import(&server, &file).await;
    let second = import(&server, &file.to_uppercase().replace("VIEWER", "contributor")).await;

    assert_eq!((counts(&first), counts(&second)), ([229, 0, 1], [0, 229, 1]));
    assert_eq!(names(&acme).await.len(), 229);
    let all = users::list(&server.app, &Server::operator(), acme.org).await.unwrap();
    assert!(all.iter().all(|it| it.effective.role.as_ref().unwrap().as_str() == "viewer"), "the second changed a role");
}

/// OU-01, RE-17: what looks like a formula or like markup is the name of somebody, and shown as such.
#[tokio::test]
async fn ou_01_a_formula_is_a_name_and_a_file_of_a_spreadsheet_is_read() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let file = "\u{feff}display_name;user_name;sign_in\r\n=1+1;calc;sso\r\n\"<b>J\u{fc}rgen;\"\"x\"\"</b>\";markup;SSO\r\n;;\r\n";

    let reply = post(&server, OPERATOR_TOKEN, "organisation=acme", file).await.expect(200).json();

    assert_eq!(counts(&reply), [2, 0, 0], "{reply}");
    let page = signed_in(&acme, "olga").await.get("/console/users").await.expect(200);
    assert!(page.text.contains("=1+1") && page.text.contains("&#60;b&#62;J\u{fc}rgen;&#34;x&#34;"), "{}", page.text);
}

#[tokio::test]
async fn people_get_in_as_the_policy_of_the_organisation_says() {
    let server = Server::start().await;
    server.tenant("acme").await;
    server.keep_outbox();
    let policy = async |way: &str| {
        let change = json!({ "activation": { "allowed": ["link", way], "default": way } });
        server.send(server.api(Method::PUT, "/api/v1/policies?organisation=acme").json(&change)).await.expect(200);
    };

    policy("temp-password-mail").await;
    let mailed = import(&server, "ivy,Ivy,ivy@x.example,,password\nbob,Bob,,,password\nsam,Sam,,,sso\n").await;
    policy("temp-password-admin").await;
    let handed = import(&server, "pat,Pat,,,password\nsue,Sue,,,sso\n").await;
    let many: String = (0..501).map(|nth| format!("user{nth},User,,,password\n")).collect();
    let too_many = post(&server, OPERATOR_TOKEN, "organisation=acme&dry_run=1", format!("{HEAD}{many}")).await;

    let said = [row(2, "ivy", "created", ""), row(3, "bob", "refused", "no-address"), row(4, "sam", "created", "")];
    assert_eq!(rows(&mailed), said);
    assert!(!mailed.to_string().contains("temporary_password"), "{mailed}");
    assert!(
        handed["rows"][0]["temporary_password"].is_string() && handed["rows"][1].get("temporary_password").is_none()
    );
    assert_eq!(too_many.status, 400);
    assert!(too_many.text.contains("import at most 500 such people at once"), "{}", too_many.text);
    let temporary = handed["rows"][0]["temporary_password"].as_str().unwrap();
    let (at, _) = Browser::new(&server).sign_in("pat", temporary).await;
    assert!(at.starts_with("/sign-in"), "a temporary password opens the page that replaces it: {at}");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_as_a_whole() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    for (file, part) in [
        (b"".to_vec(), "it is empty"),
        (b"user_name,display_name,password\nivy,Ivy,secret\n".to_vec(), "there is no column \\\"password\\\""),
        (b"user_name,display_name\nivy,J\xfcrgen\n".to_vec(), "UTF-8"),
        (b"user_name,display_name\nivy,\"Ivy\n".to_vec(), "a double quote is not closed"),
    ] {
        let reply = post(&server, OPERATOR_TOKEN, "organisation=acme", file).await;

        assert_eq!((reply.status, reply.header("content-type")), (400, Some("application/problem+json")));
        assert!(reply.text.contains(part), "{part}: {}", reply.text);
    }
    let word = post(&server, OPERATOR_TOKEN, "organisation=acme&dry_run=yes", "x").await;
    assert_eq!(word.status, 400, "a word that is not understood must not import");
    assert_eq!(names(&acme).await, Vec::<String>::new());
}

/// The page after one of its buttons was pressed.
async fn press(browser: &Browser<'_>, page: &Reply, step: &str, file: &str) -> Reply {
    let csrf = hidden_fields(&page.text).into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let fields = [("csrf", csrf.as_str()), ("file", file), ("step", step)];
    browser.send(browser.server().request(Method::POST, PAGE).form(&fields)).await
}

#[tokio::test]
async fn the_page_shows_the_plan_before_anything_is_written() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let browser = signed_in(&acme, "olga").await;
    let file = format!("{HEAD}ivy,Ivy,ivy@x.example,viewer,password\nolga,O,,,\n<i>eve,Eve,,god,\n");
    let way_in = browser.get("/console/users/new").await.expect(200);
    let page = browser.get(PAGE).await.expect(200);

    let plan = press(&browser, &page, "check", &file).await.expect(200);
    let between = names(&acme).await;
    let carried = plan.text.split("name=\"file\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let carried = carried.replace("&#60;", "<").replace("&#62;", ">");
    let done = press(&browser, &plan, "import", &carried).await.expect(200);
    server.run_jobs().await;

    assert!(way_in.text.contains(&format!("href=\"{PAGE}\"")), "{}", way_in.text);
    let said = words(&plan);
    for part in ["One user would be created", "One user is there already", "There is no role god", "Import one user"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(said.contains("&#60;i&#62;eve") && !said.contains("<i>eve"), "{said}");
    assert_eq!((between, carried), (vec!["olga".to_owned()], file));
    assert!(words(&done).contains("The import is done"), "{}", done.text);
    assert!(done.text.contains("<textarea"), "the row that was refused can be mended: {}", done.text);
    assert!(!words(&done).contains("Hand links and passwords over"), "the mail has the link: {}", done.text);
    assert!(plan.text.contains("ivy</bdi> <span class=\"hint\">Viewer</span>"), "{}", plan.text);
    assert_eq!((names(&acme).await, server.mails().len()), (vec!["ivy".to_owned(), "olga".to_owned()], 1));
}

/// The page after a file was chosen and its button pressed, as a browser sends it.
pub async fn upload(browser: &Browser<'_>, page: &Reply, file: &[u8]) -> Reply {
    let csrf = hidden_fields(&page.text).into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let field = |name: &str, value: &str| {
        format!("--dw-boundary\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let head = "--dw-boundary\r\nContent-Disposition: form-data; name=\"upload\"; filename=\"people.csv\"\r\n\
                Content-Type: text/csv\r\n\r\n";
    let fields = [field("csrf", &csrf), field("file", ""), field("step", "check")].concat();
    let body = [fields.as_bytes(), head.as_bytes(), file, b"\r\n--dw-boundary--\r\n"].concat();
    let request = browser.server().request(Method::POST, PAGE);
    browser.send(request.header("content-type", "multipart/form-data; boundary=dw-boundary").body(body)).await
}

#[tokio::test]
async fn a_file_that_was_chosen_is_planned_and_then_imported() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let browser = signed_in(&acme, "olga").await;
    let page = browser.get(PAGE).await.expect(200);
    let file = "\u{feff}user_name;display_name;sign_in\r\nj\u{fc}rgen;\"J\u{fc}rgen; der Gro\u{df}e\";sso\r\n";

    let plan = upload(&browser, &page, file.as_bytes()).await.expect(200);
    let between = names(&acme).await;
    let kept = plan.text.split("name=\"file\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let kept = kept.replace("&#34;", "\"");
    let done = press(&browser, &plan, "import", &kept).await.expect(303);

    let form = "action=\"/console/users/import\" enctype=\"multipart/form-data\"";
    assert!(page.text.contains(form) && page.text.contains("type=\"file\""), "{}", page.text);
    assert!(words(&plan).contains("One user would be created"), "{}", plan.text);
    assert_eq!(between, ["olga"]);
    assert!(done.header("location").unwrap().ends_with("?said=imported&count=1"));
    assert_eq!(names(&acme).await, ["j\u{fc}rgen", "olga"]);
}

/// SE-03: a form with a file needs the token too; what is too large, of another encoding or no form at all is refused with what
/// to do, and nothing is imported.
#[tokio::test]
async fn se_03_a_file_without_the_token_too_large_or_of_another_encoding_is_refused() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let browser = signed_in(&acme, "olga").await;
    let page = browser.get(PAGE).await.expect(200);
    let forged =
        Reply { text: "<form><input type=\"hidden\" name=\"csrf\" value=\"AAAA\"></form>".to_owned(), ..page.clone() };
    let file = format!("{HEAD}ivy,Ivy,,,sso\n");

    let foreign = upload(&browser, &forged, file.as_bytes()).await;
    let latin = upload(&browser, &page, b"user_name,display_name\nivy,J\xfcrgen\n").await;
    let utf_16 = upload(&browser, &page, b"u\0s\0e\0r\0").await;
    let empty = upload(&browser, &page, b"").await;
    let large = upload(&browser, &page, &vec![b'x'; 4 * 1024 * 1024]).await;
    let request = server.request(Method::POST, PAGE).header("content-type", "multipart/form-data; boundary=other");
    let broken = browser.send(request.body("--dw-boundary--")).await;

    assert_eq!(
        [&foreign, &latin, &utf_16, &empty, &large, &broken].map(|it| it.status),
        [403, 400, 400, 400, 413, 400]
    );
    for refused in [&latin, &utf_16] {
        assert!(refused.problem().contains("Save the file in the encoding UTF-8."), "{}", refused.text);
        assert!(refused.text.contains("aria-invalid=\"true\"") && refused.text.contains("type=\"file\""));
    }
    assert!(!empty.problem().is_empty() && words(&large).contains("4 MiB"), "{}", large.text);
    assert_eq!(names(&acme).await, ["olga"]);
}

/// What is shown once is shown with what to do with it, and with nothing that asks for the same file again.
#[tokio::test]
async fn a_done_import_shows_the_links_to_hand_over_and_asks_for_nothing_more() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let browser = signed_in(&acme, "olga").await;
    let page = browser.get(PAGE).await.expect(200);

    let done = press(&browser, &page, "import", &format!("{HEAD}pia,Pia,,viewer,password\n")).await.expect(200);

    let said = words(&done);
    assert!(said.contains("Hand links and passwords over in a safe way."), "{said}");
    assert!(done.text.contains("/activate/") && !done.text.contains("<textarea"), "{}", done.text);
}

#[tokio::test]
async fn an_import_without_anything_to_tell_leads_to_the_list() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let browser = signed_in(&acme, "olga").await;
    let page = browser.get(PAGE).await.expect(200);

    let done = press(&browser, &page, "import", &format!("{HEAD}sam,Sam,,,sso\n")).await;
    let (_, list) = browser.follow(PAGE, done).await;

    assert!(words(&list).contains("One user was imported."), "{}", list.text);
}

#[tokio::test]
async fn a_text_that_cannot_be_read_stays_on_the_page_with_the_reason() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let browser = signed_in(&acme, "olga").await;
    let page = browser.get(PAGE).await.expect(200);

    let long = format!("{HEAD}{}", "sam,Sam,,,sso,\n".repeat(7_000));
    let refused = press(&browser, &page, "import", "name;mail\nivy;x\n").await.expect(400);
    let plan = press(&browser, &page, "check", &long).await.expect(200);

    let said = words(&refused);
    assert!(said.contains("There is no column name, mail.") && said.contains("ivy;x"), "{said}");
    assert!(words(&plan).contains("And 6800 more.") || words(&plan).contains("And 6,800 more."), "the rest is counted");
}

/// The page and its deed are for those who may create somebody.
#[tokio::test]
async fn the_page_is_not_there_for_somebody_who_may_create_nobody() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    acme.user("vera", "contributor").await;
    let browser = signed_in(&acme, "vera").await;
    let account = browser.get("/account").await;

    let page = browser.get(PAGE).await.status;
    let deed = press(&browser, &account, "import", &format!("{HEAD}ivy,Ivy,,viewer,sso\n")).await.status;

    assert_eq!((page, deed), (403, 403));
    assert_eq!(names(&acme).await, ["olga", "vera"]);
}

/// S0-20, S3-11: of whom nobody says how they sign in, one rule decides for form, API, command line and file: at the
/// identity provider wherever one lets people in, unless somebody says how the first password comes.
#[tokio::test]
async fn s0_20_the_default_of_sso_is_the_same_wherever_a_user_is_made() {
    let api = Api::new().await;
    let acme = api.acme();
    let mut count = 0;
    let mut made = async |more: Value| {
        count += 1;
        let mut body = json!({ "user_name": format!("u{count}"), "display_name": "Uma" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = api.operator(Method::POST, "/users?organisation=acme", Some(body)).await.expect(201).json();
        made["sign_in"].as_str().unwrap().to_owned()
    };
    let brought = async |name: &str| {
        import(api.server(), &format!("{name},Ida,,,\n")).await;
        users::by_name(&api.server().app, &Server::operator(), acme.org, name).await.unwrap().user.sign_in.word()
    };

    let without = (made(json!({})).await, brought("ida").await);
    let sign_in = Settings {
        issuer: Some("https://login.example".to_owned()),
        client_id: Some("doorward".to_owned()),
        ..Settings::default()
    };
    acme.connection_with(Kind::Okta, sign_in).await;
    let with = (made(json!({})).await, brought("ivy").await);

    assert_eq!((without.0.as_str(), without.1), ("password", "password"));
    assert_eq!((with.0.as_str(), with.1), ("sso", "sso"));
    assert_eq!(made(json!({ "activation": "link" })).await, "password");
    assert_eq!(made(json!({ "sign_in": "password" })).await, "password");
}
