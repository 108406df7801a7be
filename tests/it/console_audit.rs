//! The audit log in the console: who finds it, what it shows in plain words, and what is downloaded.

use std::time::Duration;

use doorward::app::{groups, users};
use doorward::domain::id::GroupId;
use doorward::store::audit;
use reqwest::Method;
use serde_json::json;

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, Reply, Server, Tenant};

/// The part of a page between its table and the end of it, row by row.
fn rows(page: &Reply) -> Vec<String> {
    let text = words(page);
    let table = text.split("id=\"events\"").nth(1).unwrap_or_default().split("</table>").next().unwrap();
    table.split("<tr>").skip(2).map(str::to_owned).collect()
}

async fn group(tenant: &Tenant<'_>, name: &str) -> GroupId {
    groups::create(&tenant.server.app, &Server::operator(), tenant.org, name).await.unwrap().id
}

/// S1-32: owners and admins find the log in the navigation and in the palette and download what is filtered; contributors and
/// viewers are offered none of it and are refused, and the refusal is recorded.
#[tokio::test]
async fn s1_32_the_log_is_offered_to_those_who_may_and_hidden_from_others() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    for (name, role) in [("olga", "owner"), ("adam", "admin"), ("cora", "contributor"), ("vic", "viewer")] {
        acme.user(name, role).await;
    }
    let link = "href=\"/console/audit\"";
    for name in ["olga", "adam"] {
        let browser = signed_in(&acme, name).await;
        let (home, palette) = (browser.get("/console").await, browser.get("/console/go?q=audit").await);
        assert!(home.text.contains(link) && palette.text.split("id=\"places\"").nth(1).unwrap().contains(link));

        let page = browser.get("/console/audit?action=user.created").await.expect(200);
        for format in ["csv", "json", "ndjson", "ocsf"] {
            let path = format!("/console/audit/export?action=user.created&#38;format={format}");
            assert!(page.text.contains(&path), "{}", page.text);
            let file = browser.get(&path.replace("&#38;", "&")).await.expect(200);
            let kept = file.header("content-disposition").unwrap();
            assert!(kept.contains("attachment; filename=\"acme-audit-") && kept.contains(format), "{kept}");
            assert_eq!(file.text.matches("user.created").count(), 4, "{}", file.text);
        }
    }
    for name in ["cora", "vic"] {
        let browser = signed_in(&acme, name).await;
        let (_, home) = browser.visit("/console").await;
        let palette = browser.get("/console/go?q=audit").await;
        assert!(!home.text.contains("/console/audit") && !palette.text.contains("/console/audit"));
        for path in ["/console/audit", "/console/audit/export?format=csv", "/console/audit/0199c2f0"] {
            let status = browser.get(path).await.status;
            assert!(status == 403 || (status == 404 && path.ends_with("c2f0")), "{name} {path}: {status}");
        }
    }
    let denied = audit::newest(server.app.store.reader(), acme.org, 100).await.unwrap();
    let denied: Vec<_> = denied.iter().filter(|it| it.outcome == "denied").map(|it| &*it.action).collect();
    assert_eq!(denied, ["audit.exported", "audit.read", "audit.exported", "audit.read"]);
}

/// S3-27: each deed says in plain words when, who, what, to whom and how it ended; what was renamed stands there under its name
/// of now with a link, and the name at the time beside it.
#[tokio::test]
async fn s3_27_each_deed_is_told_in_plain_words_under_the_name_of_now() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let olga = acme.user("olga", "owner").await;
    let blue = group(&acme, "Blue").await;
    let path = format!("/api/v1/groups/{blue}");
    server.send(server.api(Method::PATCH, &path).json(&json!({ "name": "Navy" }))).await.expect(200);
    let browser = signed_in(&acme, "olga").await;

    let page = browser.get(&format!("/console/audit?target={blue}")).await.expect(200);

    let rows = rows(&page);
    assert_eq!(rows.len(), 2, "{}", page.text);
    let link = format!("<a href=\"/console/groups/{blue}\"><bdi>Navy</bdi>");
    assert!(rows[0].contains("Renamed a group") && rows[1].contains("Created a group"), "{rows:?}");
    for row in &rows {
        for part in [&link, "then Blue", "operator", "Done", "<time datetime="] {
            assert!(row.contains(part), "{part}: {row}");
        }
    }
    assert!(page.text.contains("<a class=\"chip\" href=\"/console/audit\""), "{}", page.text);
    let of_olga = browser.get(&format!("/console/audit?actor={olga}&action=auth.signed_in")).await.expect(200);
    assert!(
        words(&of_olga).contains(&format!("<a href=\"/console/users/{olga}\"><bdi>olga</bdi>")),
        "{}",
        of_olga.text
    );
    assert!(words(&of_olga).contains("Who: olga"), "{}", of_olga.text);
    let german = Browser::new(&server).speaking("de");
    german.set_jar(browser.jar());
    let page = german.get(&format!("/console/audit?target={blue}")).await.expect(200);
    assert!(page.text.contains("Gruppe umbenannt") && page.text.contains("Erledigt"), "{}", page.text);
}

/// The page of a deed has all that is kept of it, old and new values beside each other, and the record as JSON.
#[tokio::test]
async fn s1_32_a_deed_is_shown_with_all_that_is_kept_of_it() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let vera = acme.user("vera", "viewer").await;
    users::change_role(&server.app, &Server::operator(), vera, &"admin".parse().unwrap()).await.unwrap();
    let browser = signed_in(&acme, "olga").await;
    let list = browser.get(&format!("/console/audit?target={vera}&action=role")).await.expect(200);
    let path = list
        .text
        .split("<td data-head=\"What\"><a href=\"/console/audit/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();

    let page = browser.get(&format!("/console/audit/{path}")).await.expect(200);

    let text = words(&page);
    let changes = text.split("id=\"changes\"").nth(1).unwrap().split("</table>").next().unwrap();
    for part in ["<code class=\"break\">role</code>", "viewer</bdi>", "admin</bdi>"] {
        assert!(changes.contains(part), "{part}: {changes}");
    }
    assert!(changes.find("viewer").unwrap() < changes.find("admin").unwrap());
    let raw = text.split("<pre").nth(1).unwrap();
    for part in ["role.changed", &path, &vera.to_string(), "the operator under test", "label_at_time"] {
        assert!(raw.contains(part), "{part}: {raw}");
    }
    assert!(text.contains(&format!("/console/audit?target={vera}")) && text.contains("data-dialog-content"));
    assert_eq!(browser.get("/console/audit/0199c2f0-0000-7000-8000-000000000000").await.status, 404);
    assert_eq!(browser.get("/console/audit/none").await.status, 404);
}

/// A name with control characters, marks of direction or markup in it is shown as text on one line.
#[tokio::test]
async fn ou_03_a_name_of_any_kind_is_shown_harmless_in_the_log() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let sql = "UPDATE audit SET target_label = 'a' || '<b>' || 'x' WHERE action = 'user.created'";
    crate::harness::database::execute(&server.app.config.database_url, sql);
    let escape = if crate::harness::database::on_postgres() { "chr(27)" } else { "char(27)" };
    let sql = format!("UPDATE audit SET target_id = '', target_label = target_label || {escape} || '[2J'");
    crate::harness::database::execute(&server.app.config.database_url, &sql);
    let browser = signed_in(&acme, "olga").await;

    let page = browser.get("/console/audit?action=user.created").await.expect(200);

    let row = rows(&page).remove(0);
    assert!(row.contains("<bdi>a&#60;b&#62;x␛[2J</bdi>"), "{row}");
    assert!(!page.text.contains('\u{1b}'));
}

/// TE-17: a filter that means nothing finds nothing, says what to write and keeps the form; pages follow each other to the end.
#[tokio::test]
async fn te_17_a_wrong_filter_keeps_the_form_and_pages_follow_each_other() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    for nth in 0..60 {
        group(&acme, &format!("Group {nth}")).await;
        server.advance(Duration::from_secs(1));
    }
    let browser = signed_in(&acme, "olga").await;

    let wrong = browser.get("/console/audit?from=yesterday&text=Group").await.expect(400);
    let first = browser.get("/console/audit?action=group").await.expect(200);
    let older =
        first.text.split("id=\"older\" href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let second = browser.get(&older).await.expect(200);

    assert_eq!(wrong.problem(), "Write a day such as 2026-11-26, or a moment such as 2026-11-26T10:30:00Z.");
    assert!(wrong.text.contains("value=\"yesterday\"") && wrong.text.contains("value=\"Group\""), "{}", wrong.text);
    assert!(rows(&wrong).is_empty() && !wrong.text.contains("/console/audit/export?"));
    let all = [rows(&first), rows(&second)];
    assert_eq!(all.each_ref().map(Vec::len), [50, 10]);
    assert!(all[0][0].contains("Group 59") && all[1][9].contains(">Group 0<"), "{:?}", all[1]);
    assert!(second.text.contains("href=\"/console/audit?action=group\"") && !second.text.contains("id=\"older\""));
    assert_eq!(browser.get("/console/audit?cursor=x").await.status, 400);
    let nothing = browser.get("/console/audit?text=nowhere").await.expect(200);
    assert!(nothing.text.contains("Nothing matches these filters."), "{}", nothing.text);
}
