//! The list of users: filters, order, pages, and the same through the API.

use std::time::Duration;

use doorward::app::accounts::{self, NewUser, SignIn, WayIn};
use doorward::app::users::{self, OnLastHolder};
use doorward::domain::connection::{Kind, Settings};
use reqwest::Method;

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, Reply, Server};

/// The names on a page of the list, in order.
fn names(page: &Reply) -> Vec<String> {
    let rows = page.text.split("<th scope=\"row\">").skip(1);
    let bold = rows.map(|it| it.split("<bdi>").nth(1).unwrap().split("</bdi>").next().unwrap().to_owned());
    bold.collect()
}

/// The address of the first link from this opening on.
fn link(page: &Reply, opening: &str) -> Option<String> {
    let rest = page.text.split(opening).nth(1)?;
    Some(rest.split("href=\"").nth(1)?.split('"').next()?.replace("&#38;", "&"))
}

async fn listed(browser: &Browser<'_>, query: &str) -> Vec<String> {
    names(&browser.get(&format!("/console/users{query}")).await.expect(200))
}

async fn by_api(server: &Server, query: &str) -> Vec<String> {
    let path = format!("/api/v1/users?organisation=acme&{query}");
    let reply = server.send(server.api(Method::GET, &path)).await.expect(200);
    let users = reply.json()["users"].as_array().unwrap().clone();
    users.iter().map(|it| it["display_name"].as_str().unwrap().to_owned()).collect()
}

/// S4-8: the role filter offers the roles, and Admin shows exactly the admins, in the console as in the API.
#[tokio::test]
async fn s4_8_the_role_filter_shows_exactly_those_whose_role_it_is() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "admin-platform-devops").await;
    for (name, role) in [("ada", "admin"), ("ben", "platform"), ("cyn", "devops"), ("dan", "admin")] {
        tenant.user(name, role).await;
    }
    let browser = signed_in(&tenant, "ada").await;

    let window = browser.get("/console/users?add=role").await.expect(200);
    let admins = listed(&browser, "?role=admin").await;

    for role in ["admin", "platform", "devops"] {
        assert!(window.text.contains(&format!("name=\"role\" value=\"{role}\"")), "{role}");
    }
    assert_eq!(admins, ["ada", "dan"]);
    assert_eq!(by_api(&server, "role=admin").await, admins);
    assert_eq!(by_api(&server, "role=admin&role=devops").await, ["ada", "cyn", "dan"]);
    assert_eq!(by_api(&server, "role=nobody").await, Vec::<String>::new());
}

/// S4-7: a filter is added by plain links and forms: its name, a value, Apply.
#[tokio::test]
async fn s4_7_a_filter_is_added_by_its_name_a_value_and_apply() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "admin-platform-devops").await;
    tenant.user("ada", "admin").await;
    tenant.user("ben", "platform").await;
    let browser = signed_in(&tenant, "ada").await;

    let page = browser.get("/console/users?sort=-name").await.expect(200);
    let menu = page.text.split("id=\"filters\"").nth(1).unwrap().split("</ul>").next().unwrap().to_owned();
    let email = link(&page, "<ul class=\"menu\" id=\"filters\" popover").unwrap();
    let window = browser.get("/console/users?sort=-name&add=name").await.expect(200);
    let form = window.text.split("data-dialog-content").nth(1).unwrap().split("</form>").next().unwrap();

    assert!(page.text.contains(">Add a Filter</button>"));
    for name in ["Role", "Name", "Email", "Status", "Sign-in", "MFA", "Last active", "Source", "Created"] {
        assert!(menu.contains(&format!(">{name}</a>")), "{name}: {menu}");
    }
    assert!(email.contains("add=role") && email.contains("sort=-name"), "{email}");
    assert!(form.contains("<form method=\"get\" action=\"/console/users\">"), "{form}");
    assert!(form.contains("<input type=\"hidden\" name=\"sort\" value=\"-name\">"), "{form}");
    assert!(form.contains("name=\"name\" type=\"text\"") && form.contains(">Apply</button>"), "{form}");
}

/// S4-9: filters combine, show as chips that remove one each, and are all in the address.
#[tokio::test]
async fn s4_9_filters_combine_and_each_chip_removes_its_own() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    for (name, role) in [("olga", "owner"), ("adam", "admin"), ("anna", "admin"), ("vera", "viewer")] {
        tenant.user(name, role).await;
    }
    let browser = signed_in(&tenant, "olga").await;

    let page = browser.get("/console/users?role=admin&name=AN").await.expect(200);

    assert_eq!(names(&page), ["anna"]);
    let said = words(&page);
    assert!(said.contains("Role: Admin") && said.contains("Name: AN"), "{said}");
    let without_role = link(&page, "<ul class=\"chips\"").unwrap();
    assert_eq!(without_role, "/console/users?name=AN");
    assert_eq!(names(&browser.get("/console/users?role=admin&name=AN").await), ["anna"], "a reload shows the same");
    assert_eq!(listed(&browser, "?role=admin").await, ["adam", "anna"]);
    assert_eq!(listed(&browser, "?name=%25").await, Vec::<String>::new(), "no wildcard");
}

/// S3-18: deactivated users are shown only when that is asked for, and the address says so.
#[tokio::test]
async fn s3_18_deactivated_users_appear_when_they_are_asked_for() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let gone = tenant.user("gone", "viewer").await;
    users::deactivate(&server.app, &Server::operator(), gone, OnLastHolder::Refuse).await.unwrap();
    let browser = signed_in(&tenant, "olga").await;

    let page = browser.get("/console/users").await.expect(200);
    let before = page.text.split("\" id=\"show-deactivated\"").next().unwrap();
    let link = before.rsplit("href=\"").next().unwrap().to_owned();

    assert!(page.text.contains(">Show deactivated Users</a>"));
    assert_eq!(names(&page), ["olga"]);
    assert_eq!(link, "/console/users?deactivated=1");
    let all = browser.get(&link).await;
    assert_eq!(names(&all), ["gone", "olga"]);
    assert!(all.text.contains("Deactivated</span>"));
    assert_eq!(listed(&browser, "?status=deactivated").await, ["gone"]);
}

#[tokio::test]
async fn every_filter_narrows_the_list_to_what_it_says() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection().await;
    tenant.user("olga", "owner").await;
    server.advance(Duration::from_hours(24 * 100));
    tenant.user("adam", "admin").await;
    connection.push("Pia Pushed").await;
    tenant.user_with("penny", "viewer", SignIn::Password, WayIn::Link).await;
    server.keep_outbox();
    tenant.user_with("sso", "viewer", SignIn::Sso, WayIn::Closed).await;
    let browser = signed_in(&tenant, "adam").await;

    for (query, expected) in [
        ("status=pending".to_owned(), &["penny", "Pia Pushed"] as &[&str]),
        ("status=pending&status=active&name=o".to_owned(), &["olga", "sso"]),
        ("type=sso".to_owned(), &["sso"]),
        ("type=password&mfa=off".to_owned(), &["adam", "olga", "penny", "Pia Pushed"]),
        ("mfa=on".to_owned(), &[]),
        ("mfa=provider".to_owned(), &["sso"]),
        ("inactive=90".to_owned(), &["olga"]),
        ("inactive=never".to_owned(), &["olga", "penny", "Pia Pushed", "sso"]),
        (format!("provider={}", connection.id), &["Pia Pushed"]),
        ("source=provisioned".to_owned(), &["Pia Pushed"]),
        ("source=local&status=pending".to_owned(), &["penny"]),
        ("created=within-7".to_owned(), &["adam", "penny", "Pia Pushed", "sso"]),
        ("created=before-90".to_owned(), &["olga"]),
    ] {
        assert_eq!(listed(&browser, &format!("?{query}")).await, expected, "{query}");
        assert_eq!(by_api(&server, &query).await, expected, "{query}");
    }
    let refused = browser.get("/console/users?status=asleep").await;
    assert_eq!(refused.status, 400);
}

/// The effective role: of a group, of the connection's default, and never one below another that is held.
#[tokio::test]
async fn the_role_filter_and_the_order_go_by_the_role_that_counts() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    tenant.user("vera", "viewer").await;
    let settings = Settings { default_role: Some("contributor".to_owned()), ..Settings::default() };
    let connection = tenant.connection_with(Kind::Okta, settings).await;
    connection.push("dora").await;
    let grace = connection.push("grace").await;
    let body = serde_json::json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Admins", "members": [{ "value": grace }],
    });
    connection.send(Method::POST, "/Groups", &body).await.expect(201);
    doorward::app::connections::map_group(
        &server.app,
        &Server::operator(),
        connection.id,
        "Admins",
        &"admin".parse().unwrap(),
    )
    .await
    .unwrap();
    let browser = signed_in(&tenant, "olga").await;

    assert_eq!(listed(&browser, "?role=admin").await, ["grace"]);
    assert_eq!(listed(&browser, "?role=contributor").await, ["dora"]);
    assert_eq!(listed(&browser, "?sort=-role").await, ["olga", "grace", "dora", "vera"]);
    assert_eq!(listed(&browser, "?sort=role").await, ["vera", "dora", "grace", "olga"]);
    let group = browser.get("/console/users?add=group").await.expect(200);
    let id = group.text.split("<option value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(listed(&browser, &format!("?group={id}")).await, ["grace"]);
}

/// Pages go on where the last one ended, in every order and both directions, and say the order to assistive technology.
#[tokio::test]
async fn pages_follow_each_other_in_every_order_and_lead_back() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    for number in 0..7 {
        server.advance(Duration::from_hours(1));
        tenant.user(&format!("user-{number}"), if number % 2 == 0 { "viewer" } else { "admin" }).await;
    }
    let path = |query: &str| format!("/api/v1/users?organisation=acme&limit=3&{query}");
    let columns = ["name", "user_name", "email", "role", "status", "type", "mfa", "last_active", "provider", "created"];

    for sort in columns.iter().flat_map(|it| [(*it).to_owned(), format!("-{it}")]) {
        let whole = by_api(&server, &format!("limit=100&sort={sort}")).await;
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let query = format!("sort={sort}{cursor}");
            let reply = server.send(server.api(Method::GET, &path(&query))).await.expect(200).json();
            let users = reply["users"].as_array().unwrap();
            seen.extend(users.iter().map(|it| it["display_name"].as_str().unwrap().to_owned()));
            match reply["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, whole, "{sort}");
        assert_eq!(whole.len(), 8);
    }
}

#[tokio::test]
async fn the_console_pages_forwards_and_back_and_names_the_order() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let operator = Server::operator();
    for number in 0..60 {
        let new = NewUser {
            user_name: format!("u{number:02}"),
            display_name: format!("User {number:02}"),
            email: None,
            role: Some("viewer".parse().unwrap()),
            sign_in: Some(SignIn::Sso),
            way_in: Some(WayIn::Closed),
        };
        accounts::create(&server.app, &operator, tenant.org, new).await.unwrap();
    }
    let browser = signed_in(&tenant, "olga").await;

    let first = browser.get("/console/users?sort=-name").await.expect(200);
    let second = browser.get(&link(&first, "<a class=\"button\" rel=\"next\"").unwrap()).await.expect(200);
    let back = browser.get(&link(&second, "<a class=\"button\" rel=\"prev\"").unwrap()).await.expect(200);

    assert_eq!((names(&first).len(), names(&second).len()), (50, 11));
    assert_eq!(names(&first)[0], "User 59");
    assert_eq!(names(&second).last().map(String::as_str), Some("olga"));
    assert_eq!(names(&back), names(&first));
    assert!(link(&back, "<a class=\"button\" rel=\"prev\"").is_none());
    assert!(link(&second, "<a class=\"button\" rel=\"next\"").is_none());
    assert_eq!(first.text.matches("aria-sort=\"descending\"").count(), 1);
    assert_eq!(first.text.matches("aria-sort=\"none\"").count(), 6);
}

/// The columns that are chosen are shown, and stay with every link.
#[tokio::test]
async fn columns_are_chosen_in_the_address_and_stay_with_every_link() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;

    let page = browser.get("/console/users?columns=created&columns=user_name").await.expect(200);

    let heads = page.text.split("<thead>").nth(1).unwrap().split("</thead>").next().unwrap();
    let shown: Vec<&str> = ["Name<", "User name<", "Created<", "Email<", "MFA<"]
        .into_iter()
        .filter(|it| heads.contains(&format!(">{it}")))
        .collect();
    assert_eq!(shown, ["Name<", "User name<", "Created<"]);
    assert!(heads.contains("columns=user_name&#38;columns=created"), "{heads}");
}

#[tokio::test]
async fn being_seen_is_noted_at_most_every_five_minutes_and_shown() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;
    let seen = async || {
        let reply = server.send(server.api(Method::GET, "/api/v1/users?organisation=acme")).await.expect(200);
        reply.json()["users"][0]["last_active_at"].as_str().unwrap().to_owned()
    };
    let at_first = seen().await;

    server.advance(Duration::from_mins(3));
    browser.get("/account").await.expect(200);
    let soon_after = seen().await;
    server.advance(Duration::from_mins(3));
    browser.get("/account").await.expect(200);
    let later = seen().await;

    assert_eq!(at_first, soon_after);
    assert!(later > at_first, "{later}");
}

/// Nobody of another organisation is on a list, whatever it is narrowed to.
#[tokio::test]
async fn a_list_holds_nobody_of_another_organisation() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    acme.user("olga", "owner").await;
    let hank = globex.user("hank", "owner").await;
    let browser = signed_in(&acme, "olga").await;

    for query in ["", "?role=owner", "?sort=role", "?sort=-mfa", "?name=h", "?status=active&deactivated=1"] {
        assert!(!listed(&browser, query).await.contains(&"hank".to_owned()), "{query}");
    }
    for path in ["", "/access", "/security", "/activity", "/provisioning", "/deeds/deactivate"] {
        assert_eq!(browser.get(&format!("/console/users/{hank}{path}")).await.status, 404, "{path}");
    }
}

/// S1-29: whoever may list users and not look at them sees names and no way to pages that would be refused; the own page
/// stays within reach.
#[tokio::test]
async fn s1_29_the_list_leads_to_the_pages_that_may_be_opened_only() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let olga = tenant.user("olga", "owner").await;
    let vic = tenant.user("vic", "viewer").await;
    let link = |id| format!("href=\"/console/users/{id}\"");

    let of_viewer = signed_in(&tenant, "vic").await.get("/console/users").await.expect(200);
    let of_owner = signed_in(&tenant, "olga").await.get("/console/users").await.expect(200);
    let role = signed_in(&tenant, "vic").await.get("/console/roles/owner").await.expect(200);

    assert!(of_viewer.text.contains("olga") && !of_viewer.text.contains(&link(olga)), "{}", of_viewer.text);
    assert!(of_viewer.text.contains(&link(vic)), "{}", of_viewer.text);
    assert!(role.text.contains("<bdi>olga</bdi>") && !role.text.contains(&link(olga)), "{}", role.text);
    assert!(of_owner.text.contains(&link(olga)) && of_owner.text.contains(&link(vic)));
}
