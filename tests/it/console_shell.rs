//! The frame of the console: who sees it, what it offers, in which language.

use reqwest::Method;
use serde_json::json;

use crate::console_service_accounts as programs;
use crate::harness::{Browser, PASSWORD, Reply, Server, Tenant};

/// A browser in which this user of the organisation is signed in.
pub async fn signed_in<'s>(tenant: &Tenant<'s>, user_name: &str) -> Browser<'s> {
    let browser = Browser::new(tenant.server);
    let (_, page) = browser.sign_in(user_name, PASSWORD).await;
    assert_eq!(page.status, 200, "{}", page.text);
    browser
}

/// What a page says, without the marks that keep the direction of a name to itself.
pub fn words(page: &Reply) -> String {
    page.text.replace(['\u{2068}', '\u{2069}'], "")
}

/// Somebody with this name is invited; the id of the invitation.
async fn invited(server: &Server, name: &str) -> String {
    let person = json!({ "address": "ida@acme.example", "display_name": name });
    let body = json!({ "invitations": [person], "role": "viewer", "send_mail": false });
    let request = server.api(Method::POST, "/api/v1/invitations?organisation=acme").json(&body);
    let sent = server.send(request).await.expect(201).json();
    sent["results"][0]["invitation"]["id"].as_str().unwrap().to_owned()
}

/// S0-8: a person who may not see users gets neither the page nor the way to it, in the frame of the console.
#[tokio::test]
async fn s0_8_a_developer_sees_no_users_and_no_way_to_them() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "root-admin-developer").await;
    tenant.user("rita", "root").await;
    let other = tenant.user("dora", "developer").await;
    tenant.user("dave", "developer").await;
    let browser = signed_in(&tenant, "dave").await;

    for path in [
        "/console".to_owned(),
        "/console/users".to_owned(),
        "/console/roles".to_owned(),
        "/console/roles/matrix".to_owned(),
        "/console/users/new".to_owned(),
        format!("/console/users/{other}"),
        format!("/console/users/{other}/access"),
        format!("/console/users/{other}/deeds/deactivate"),
    ] {
        let page = browser.get(&path).await;

        assert_eq!(page.status, 403, "{path}");
        assert!(page.text.contains("class=\"top\""), "{path}");
        assert!(!page.text.contains("href=\"/console/users\""), "{path} leads to the users");
        assert!(page.text.contains("href=\"/account\""), "{path}");
    }
    assert!(!browser.get("/account").await.text.contains("href=\"/console\""));
}

/// S0-9: one's own settings are under `Account` in the menu at the top right.
#[tokio::test]
async fn s0_9_the_menu_at_the_top_has_an_item_named_account_that_opens_the_own_account() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;

    let page = browser.get("/console").await.expect(200);

    let menu = page.text.split("id=\"person-menu\"").nth(1).unwrap().split("</div>").next().unwrap();
    assert!(menu.contains("<a class=\"menu-item\" href=\"/account\">Account</a>"), "{menu}");
    let account = browser.get("/account").await.expect(200);
    assert!(account.text.contains("href=\"/console\""), "{}", account.text);
}

/// S1-6: Users is in the navigation under Access control, with the current page marked.
#[tokio::test]
async fn s1_6_users_is_in_the_navigation_under_access_control() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;

    let page = browser.get("/console/users").await.expect(200);

    let navigation = page.text.split("<nav class=\"nav\"").nth(1).unwrap().split("</nav>").next().unwrap();
    let under = navigation.split("Access control</h2>").nth(1).unwrap();
    assert!(under.contains("<a href=\"/console/users\" aria-current=\"page\">Users</a>"), "{navigation}");
    assert_eq!(navigation.matches("aria-current").count(), 1);
    for link in navigation.split("href=\"").skip(1).map(|it| it.split('"').next().unwrap()) {
        assert_eq!(browser.get(link).await.status, 200, "{link} is a dead link");
    }
}

/// S1-3: with one owner Overview and Users warn; with two they do not.
#[tokio::test]
async fn s1_3_too_few_owners_are_a_warning_until_there_are_enough() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;
    let warns =
        async |path: &str| words(&browser.get(path).await.expect(200)).contains("Only one person holds the role Owner");

    let alone = [warns("/console").await, warns("/console/users").await];
    tenant.user("otto", "owner").await;
    let two = [warns("/console").await, warns("/console/users").await];

    assert_eq!((alone, two), ([true; 2], [false; 2]));
}

#[tokio::test]
async fn each_figure_of_the_overview_leads_to_the_list_it_counts() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    tenant.user("adam", "admin").await;
    tenant.user("vera", "viewer").await;
    let browser = signed_in(&tenant, "olga").await;

    let page = browser.get("/console").await.expect(200);

    let figures: Vec<_> = page.text.split("<a class=\"figure").skip(1).collect();
    assert_eq!(figures.len(), 8, "{}", page.text);
    // The last two measure what was done, and lead to where something can be done about it.
    for figure in &figures[..6] {
        let link = figure.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
        let count: usize = figure.split("figure-count\">").nth(1).unwrap().split('<').next().unwrap().parse().unwrap();
        let list = browser.get(&link).await.expect(200);
        assert_eq!(list.text.matches("<th scope=\"row\">").count(), count, "{link}");
    }
}

#[tokio::test]
async fn the_console_speaks_the_language_of_the_browser() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;
    let get = |language: &'static str| {
        let request = server.request(reqwest::Method::GET, "/console/users").header("accept-language", language);
        browser.send(request)
    };

    let (german, english) = (get("de-CH, en;q=0.5").await, get("fr").await);

    assert!(german.text.contains("<html lang=\"de\" dir=\"ltr\">") && german.text.contains("<h1>Personen</h1>"));
    assert!(english.text.contains("<html lang=\"en\" dir=\"ltr\">") && english.text.contains("<h1>Users</h1>"));
}

#[tokio::test]
async fn what_the_address_says_was_done_is_said_only_in_words_of_ours() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;

    let known = browser.get("/console/users?said=several&done=3&skipped=1").await;
    let unknown = browser.get("/console/users?said=%3Cscript%3E").await.expect(200);

    assert!(known.text.contains("role=\"status\"") && known.text.contains("3 done, 1 skipped."));
    assert!(!unknown.text.contains("role=\"status\"") && !unknown.text.contains("<script>"));
}

/// Every page: one heading, one main part, a way past the navigation, no script or style of its own, nothing missing.
#[tokio::test]
async fn every_page_is_whole_and_brings_no_script_or_style_of_its_own() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let olga = tenant.user("olga", "owner").await;
    let adam = tenant.user("adam", "admin").await;
    let ida = invited(&server, "Ida").await;
    let browser = signed_in(&tenant, "olga").await;
    let mut paths = vec![
        "/console".to_owned(),
        "/console/users".to_owned(),
        "/console/users?deactivated=1&sort=-role&columns=email&columns=provider".to_owned(),
        "/console/users/new".to_owned(),
        format!("/console/users/bulk?deed=deactivate&id={adam}&id={olga}"),
        format!("/console/users/bulk?deed=role&id={adam}"),
        "/console/roles".to_owned(),
        "/console/roles/matrix".to_owned(),
        "/console/roles/admin".to_owned(),
        "/console/roles/nobody".to_owned(),
        "/console/users/0".to_owned(),
        format!("/console/users/{adam}"),
        format!("/console/users/{adam}/edit"),
        "/console/users/invite".to_owned(),
        "/console/users/invitations".to_owned(),
        "/console/users/invitations?add=status&sort=-expires&columns=created&role=viewer".to_owned(),
        format!("/console/users/invitations/bulk?deed=delete&id={ida}"),
        "/console/teams".to_owned(),
        "/console/teams/new".to_owned(),
    ];
    paths.extend(["access", "security", "activity", "provisioning"].map(|it| format!("/console/users/{adam}/{it}")));
    paths
        .extend(["role", "deactivate", "temp-password", "erase"].map(|it| format!("/console/users/{adam}/deeds/{it}")));
    let program = programs::account(&tenant, "HR sync", "admin").await;
    let (token, _) = programs::token(&server, program, "nightly").await;
    let program = format!("/console/users/service-accounts/{program}");
    paths.extend(["role", "edit", "deactivate", "delete"].map(|it| format!("{program}/deeds/{it}")));
    paths.extend(["new", &format!("{token}/end")].map(|it| format!("{program}/tokens/{it}")));
    paths.extend(["", "/new"].map(|it| format!("/console/users/service-accounts{it}")));
    paths.push(program);
    let wiki = format!("/console/applications/{}", crate::people::application(&tenant, "Wiki").await);
    paths.extend(["/console/applications", "/console/applications/new"].map(str::to_owned));
    paths.extend(["/edit", "/secret", "/test", "/deeds/disable", "/deeds/delete"].map(|it| format!("{wiki}{it}")));
    paths.push(format!("{wiki}/people/{adam}/end"));
    let filters = ["role", "name", "email", "status", "type", "mfa", "inactive", "source", "created"];
    paths.extend(filters.map(|it| format!("/console/users?add={it}")));

    for path in paths {
        for language in ["en", "de"] {
            let request = server.request(reqwest::Method::GET, &path).header("accept-language", language);
            let page = browser.send(request).await;

            let text = &page.text;
            for once in ["<h1", "<main ", "class=\"skip\"", "<title>", "name=\"viewport\"", "<html lang="] {
                assert_eq!(text.matches(once).count(), 1, "{path}: {once}");
            }
            assert!(!text.contains(" style=") && !text.contains("<style") && !text.contains(" onclick="), "{path}");
            assert_eq!(
                text.matches("<script").count(),
                text.matches("<script type=\"module\" src=\"/assets/").count(),
                "{path}"
            );
            assert!(text.contains("<script type=\"module\" src=\"/assets/console.js?v="), "{path}");
            assert!(!text.contains(">[") && !text.contains("\"["), "{path} lacks a text");
            let mut ids: Vec<&str> = text.split(" id=\"").skip(1).filter_map(|it| it.split('"').next()).collect();
            let all = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), all, "{path} uses an id twice");
            let forms = text.matches("<form").count();
            let posts = text.matches("method=\"post\"").count();
            assert_eq!(text.matches("name=\"csrf\"").count(), posts, "{path}: {forms} forms");
        }
    }
}

/// SE-09: whatever a person is called is shown as text on every page of the console.
#[tokio::test]
async fn se_09_a_name_from_outside_is_shown_as_text_on_every_page() {
    const ATTACK: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>";
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let id = tenant.user(ATTACK, "viewer").await;
    let browser = signed_in(&tenant, "olga").await;
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("name", ATTACK).finish();
    let mut paths = vec![
        "/console/users?columns=user_name".to_owned(),
        format!("/console/users?{query}"),
        format!("/console/users?add=name&{query}"),
        format!("/console/users/{id}"),
        "/console/roles/viewer".to_owned(),
        format!("/console/users/bulk?deed=deactivate&id={id}"),
    ];
    paths.extend(["access", "security", "activity"].map(|it| format!("/console/users/{id}/{it}")));
    paths.extend(["role", "deactivate", "remove", "erase"].map(|it| format!("/console/users/{id}/deeds/{it}")));
    invited(&server, ATTACK).await;
    let tools = ["".to_owned(), format!("?{query}"), format!("?add=name&{query}")];
    paths.extend(tools.map(|it| format!("/console/users/invitations{it}")));
    let program = programs::account(&tenant, ATTACK, "admin").await;
    let (token, _) = programs::token(&server, program, ATTACK).await;
    let program = format!("/console/users/service-accounts/{program}");
    paths.extend(["role", "edit", "deactivate", "delete"].map(|it| format!("{program}/deeds/{it}")));
    paths.extend(["new", &format!("{token}/end")].map(|it| format!("{program}/tokens/{it}")));
    paths.extend(["/console/users/service-accounts".to_owned(), program]);

    for path in paths {
        let page = browser.get(&path).await.expect(200);

        assert!(page.text.contains("&#60;script&#62;alert(1)"), "{path} does not show the name");
        assert!(!page.text.contains("<script>alert") && !page.text.contains("<img"), "{path}");
        assert!(!page.text.contains("\"'>"), "{path} lets a quote through");
    }
}

/// S3-2: the users are a quick link in the panel that slides out by the button `Menu`, on every page.
#[tokio::test]
async fn s3_2_the_panel_that_slides_out_has_a_quick_link_to_the_users() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "admin-standard-readonly").await;
    tenant.user("ada", "admin").await;
    let browser = signed_in(&tenant, "ada").await;

    for path in ["/console", "/console/users", "/console/users/invite", "/console/teams", "/console/roles"] {
        let page = browser.get(path).await.expect(200);
        let panel =
            page.text.split("<nav class=\"nav\" id=\"nav\" popover").nth(1).unwrap().split("</nav>").next().unwrap();
        assert!(page.text.contains("popovertarget=\"nav\""), "{path}");
        assert!(panel.contains("href=\"/console/users\"") && panel.contains(">Users</a>"), "{path}: {panel}");
    }
}

/// The keys are listed on every page, and can be switched off (WCAG 2.1.4).
#[tokio::test]
async fn every_page_lists_the_keys_and_has_a_switch_for_them() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;

    let page = browser.get("/console/users").await.expect(200);
    let help = page.text.split("<dialog class=\"keys\"").nth(1).unwrap().split("</dialog>").next().unwrap();
    let script = page.text.split("src=\"/assets/console-keys.js").nth(1).unwrap().split('"').next().unwrap();
    let script = browser.get(&format!("/assets/console-keys.js{script}")).await.expect(200);

    for key in ["/", "g", "u", "j", "k", "x", "Enter", "e", "?"] {
        assert!(help.contains(&format!("<kbd>{key}</kbd>")), "{key}");
    }
    assert!(help.contains("role=\"switch\"") && script.text.contains("localStorage"));
}
