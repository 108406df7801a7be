//! Users and groups side by side in the console, and what is done to groups there and over the API.

use doorward::app::accounts::{SignIn, WayIn};
use doorward::app::groups::{self, Turn};
use doorward::domain::id::{GroupId, UserId};
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_edit::post;
use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, Reply, Server, Tenant};

const PAGE: &str = "/console/groups";

/// A group made by the operator.
pub async fn group(tenant: &Tenant<'_>, name: &str) -> GroupId {
    groups::create(&tenant.server.app, &Server::operator(), tenant.org, name).await.unwrap().id
}

/// Lets these people join a group, as the operator.
pub async fn join(tenant: &Tenant<'_>, id: GroupId, people: &[UserId]) {
    groups::change_members(&tenant.server.app, &Server::operator(), id, (Turn::Join, people)).await.unwrap();
}

/// Lets a group give a role, as the operator.
pub async fn give(tenant: &Tenant<'_>, id: GroupId, role: &str) {
    groups::map_role(&tenant.server.app, &Server::operator(), id, &role.parse().unwrap()).await.unwrap();
}

pub async fn by_api(server: &Server, method: Method, path: &str, body: Option<Value>) -> Reply {
    let request = server.api(method, &format!("/api/v1{path}"));
    server.send(body.iter().fold(request, reqwest::RequestBuilder::json)).await
}

/// The user names of those in a group.
pub async fn members(server: &Server, id: GroupId) -> Vec<String> {
    let page = by_api(server, Method::GET, &format!("/groups/{id}/members"), None).await.expect(200).json();
    page["members"].as_array().unwrap().iter().map(|it| it["user_name"].as_str().unwrap().to_owned()).collect()
}

/// The part of the page that is a panel.
fn panel<'p>(page: &'p Reply, id: &str) -> &'p str {
    let from = page.text.split(&format!("<section class=\"panel\" id=\"{id}\"")).nth(1).unwrap();
    from.split("</section>").next().unwrap()
}

/// The names of the rows of a panel.
fn rows(panel: &str) -> Vec<&str> {
    let rows = panel.split("<th scope=\"row\">").skip(1);
    rows.map(|it| it.split("<bdi>").nth(1).unwrap().split("</bdi>").next().unwrap()).collect()
}

/// How many boxes are ticked in both panels.
fn ticked(page: &Reply) -> usize {
    ["users-panel", "groups-panel"].map(|it| panel(page, it).matches(" checked").count()).iter().sum()
}

/// Sends the form between the panels with these boxes ticked.
async fn press(browser: &Browser<'_>, deed: &str, users: &[UserId], groups: &[GroupId]) -> Reply {
    let boxes = users.iter().map(|it| format!("user-{it}")).chain(groups.iter().map(|it| format!("group-{it}")));
    let boxes: Vec<String> = boxes.collect();
    let fields: Vec<_> = boxes.iter().map(|it| (it.as_str(), "on")).chain([("deed", deed)]).collect();
    post(browser, PAGE, PAGE, &fields).await
}

/// What the page says was done.
fn report(page: &Reply) -> String {
    let report = page.text.split("id=\"report\"").nth(1).unwrap_or_else(|| panic!("{}", page.text));
    let report = report.split("</section>").next().unwrap();
    let text: String = report.split('<').map(|it| it.split_once('>').map_or("", |it| it.1)).collect();
    text.replace(['\u{2068}', '\u{2069}', '\n'], "")
}

/// S3-5: users and groups stand in two panels on one page, in the source in the order in which they stack, each with its own
/// search, which leaves the other panel as it is.
#[tokio::test]
async fn s3_5_users_and_groups_stand_in_two_panels_each_with_a_search_of_its_own() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    for (name, role) in [("olga", "owner"), ("vera", "viewer"), ("vito", "viewer")] {
        tenant.user(name, role).await;
    }
    for name in ["Builders", "Reviewers"] {
        group(&tenant, name).await;
    }
    server.tenant("globex").await;
    let browser = signed_in(&tenant, "olga").await;

    let page = browser.get(PAGE).await.expect(200);
    let narrowed = browser.get(&format!("{PAGE}?name=v&groups=REV")).await.expect(200);

    assert_eq!(rows(panel(&page, "users-panel")), ["olga", "vera", "vito"]);
    assert_eq!(rows(panel(&page, "groups-panel")), ["Builders", "Reviewers"]);
    assert!(page.text.find("id=\"users-panel\"") < page.text.find("id=\"add\""), "the buttons stand in the middle");
    assert!(page.text.find("id=\"remove\"") < page.text.find("id=\"groups-panel\""));
    assert!(
        page.text.contains("<a href=\"/console/groups\" aria-current=\"page\">Users &#38; Groups</a>"),
        "{}",
        page.text
    );
    assert_eq!(rows(panel(&narrowed, "users-panel")), ["vera", "vito"]);
    assert_eq!(rows(panel(&narrowed, "groups-panel")), ["Reviewers"]);
    assert!(panel(&narrowed, "users-panel").contains("type=\"hidden\" name=\"groups\" value=\"REV\""));
    assert!(panel(&narrowed, "groups-panel").contains("type=\"hidden\" name=\"name\" value=\"v\""));
}

/// S3-6: three users and a group are chosen, and Add makes them members; Remove takes them out again. The page says who was
/// added and who was skipped and why.
#[tokio::test]
async fn s3_6_the_chosen_users_are_added_to_and_removed_from_the_chosen_groups() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let three =
        [tenant.user("ada", "viewer").await, tenant.user("bob", "viewer").await, tenant.user("cyd", "viewer").await];
    let (builders, reviewers) = (group(&tenant, "Builders").await, group(&tenant, "Reviewers").await);
    join(&tenant, reviewers, &three[..1]).await;
    let browser = signed_in(&tenant, "olga").await;

    let added = press(&browser, "add", &three, &[builders, reviewers]).await.expect(200);
    let in_both = (members(&server, builders).await, members(&server, reviewers).await);
    let removed = press(&browser, "remove", &three[1..], &[builders]).await.expect(200);

    assert_eq!(in_both.0, ["ada", "bob", "cyd"]);
    assert_eq!(in_both.0, in_both.1);
    assert_eq!(
        report(&added),
        "Builders: added: ada, bob, cyd. Reviewers: added: bob, cyd. Skipped: ada (in the group already)."
    );
    assert_eq!(ticked(&added), 0, "{}", added.text);
    assert!(panel(&added, "groups-panel").contains("3 members"));
    assert_eq!(report(&removed), "Builders: removed: bob, cyd. ");
    assert_eq!(members(&server, builders).await, ["ada"]);
}

/// S3-6: what is chosen stays chosen when something is refused, and the page says what to do.
#[tokio::test]
async fn s3_6_what_is_chosen_is_kept_when_something_is_refused() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let foreign = server.tenant("globex").await.user("hank", "owner").await;
    let builders = group(&tenant, "Builders").await;
    let browser = signed_in(&tenant, "olga").await;

    let no_group = press(&browser, "add", &[vera], &[]).await.expect(400);
    let nobody = press(&browser, "add", &[], &[builders]).await.expect(400);
    let stranger = press(&browser, "add", &[vera, foreign], &[builders]).await.expect(400);

    assert!(
        no_group.text.contains(&format!(
            "name=\"user-{vera}\" value=\"on\" form=\"panels\" aria-label=\"Select \u{2068}vera\u{2069}\" checked"
        )),
        "{}",
        no_group.text
    );
    assert_eq!(no_group.problem(), "Select at least one user and one group.");
    assert_eq!(ticked(&nobody), 1);
    assert_eq!(ticked(&stranger), 2, "{}", stranger.text);
    assert!(!stranger.text.contains("hank"));
    assert!(members(&server, builders).await.is_empty());
}

/// S3-13, S3-15: the Users panel has an icon that opens Create User and one that edits the one user who is chosen, both with
/// a name; each row has the same menu as in the list of users, which a right click opens too.
#[tokio::test]
async fn s3_13_s3_15_the_users_panel_has_icons_to_add_and_to_edit_a_user() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let (vera, vito) = (tenant.user("vera", "viewer").await, tenant.user("vito", "viewer").await);
    let browser = signed_in(&tenant, "olga").await;

    let page = browser.get(PAGE).await.expect(200);
    let one = press(&browser, "edit", &[vera], &[]).await.expect(303);
    let two = press(&browser, "edit", &[vera, vito], &[]).await.expect(400);

    let users = panel(&page, "users-panel");
    assert!(users.contains("id=\"add-user\" href=\"/console/users/new\" aria-label=\"Add User\""), "{users}");
    assert!(users.contains("value=\"edit\" aria-label=\"Edit User\""), "{users}");
    assert!(
        users.contains("<table class=\"grid\">")
            && users.contains(&format!("href=\"/console/users/{vera}/edit\" data-dialog>Edit User</a>"))
    );
    assert_eq!(one.header("location"), Some(format!("/console/users/{vera}/edit").as_str()));
    assert_eq!((two.problem(), ticked(&two)), ("Select exactly one user to edit.", 2));
    browser.get("/console/users/new").await.expect(200);
    browser.get(&format!("/console/users/{vera}/edit")).await.expect(200);
}

/// S3-18: below the panels deactivated users are shown and hidden again; the address says which.
#[tokio::test]
async fn s3_18_deactivated_users_are_shown_below_the_panels_when_they_are_asked_for() {
    use doorward::app::users::{OnLastHolder, deactivate};
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let gone = tenant.user("gone", "viewer").await;
    deactivate(&server.app, &Server::operator(), gone, OnLastHolder::Refuse).await.unwrap();
    let browser = signed_in(&tenant, "olga").await;

    let without = browser.get(PAGE).await.expect(200);
    let with = browser.get(&format!("{PAGE}?deactivated=1")).await.expect(200);

    assert_eq!(rows(panel(&without, "users-panel")), ["olga"]);
    assert_eq!(rows(panel(&with, "users-panel")), ["gone", "olga"]);
    let below = without.text.split("id=\"groups-panel\"").nth(1).unwrap();
    assert!(
        below.contains("<a href=\"/console/groups?deactivated=1\" id=\"show-deactivated\">Show deactivated Users</a>"),
        "{below}"
    );
    assert!(with.text.contains("id=\"show-deactivated\" aria-current=\"true\">Hide deactivated Users</a>"));
}

/// S3-25: the icon of the Groups panel asks for a name, and Save makes the group; the name is unique in the organisation in
/// any spelling, in the console as over the API.
#[tokio::test]
async fn s3_25_a_group_is_made_by_its_icon_a_name_and_save() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    server.tenant("globex").await;
    let browser = signed_in(&tenant, "olga").await;
    let new = "/console/groups/new";

    let page = browser.get(PAGE).await.expect(200);
    let asked = browser.get(new).await.expect(200);
    let made = post(&browser, new, new, &[("name", " Builders ")]).await.expect(303);
    let shown = browser.get(made.header("location").unwrap()).await.expect(200);
    let taken = post(&browser, new, new, &[("name", "ＢＵＩＬders")]).await.expect(409);
    let nameless = post(&browser, new, new, &[("name", " ")]).await.expect(400);
    let again = by_api(&server, Method::POST, "/groups?organisation=acme", Some(json!({ "name": "builders" }))).await;
    let elsewhere =
        by_api(&server, Method::POST, "/groups?organisation=globex", Some(json!({ "name": "Builders" }))).await;
    let all = by_api(&server, Method::GET, "/groups?organisation=acme", None).await.expect(200).json();

    let icon = "id=\"add-group\" href=\"/console/groups/new\" data-dialog aria-label=\"Add Group\"";
    assert!(panel(&page, "groups-panel").contains(icon), "{}", page.text);
    assert!(
        asked.text.contains("data-dialog-content") && asked.text.contains("type=\"submit\">Save</button>"),
        "{}",
        asked.text
    );
    assert!(words(&shown).contains("<bdi>Builders</bdi>") && words(&shown).contains("The group was created."));
    assert_eq!(taken.problem(), "Another group has this name already.");
    assert!(taken.text.contains("value=\"ＢＵＩＬders\"") && nameless.text.contains("aria-invalid=\"true\""));
    assert_eq!((again.status, elsewhere.status), (409, 201));
    assert_eq!(again.json()["type"], "urn:doorward:problem:group-name-taken");
    assert_eq!(all["groups"].as_array().unwrap().len(), 1);
    assert_eq!((&all["groups"][0]["name"], &all["groups"][0]["member_count"]), (&json!("Builders"), &json!(0)));
}

/// S3-3: whoever is no account administrator gets neither the page, nor a way to it, nor anything done by it.
#[tokio::test]
async fn s3_3_nobody_but_an_account_administrator_sees_or_changes_groups() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "admin-standard-readonly").await;
    let ada = tenant.user("ada", "admin").await;
    tenant.user("stan", "standard").await;
    let id = group(&tenant, "Builders").await;
    let browser = signed_in(&tenant, "stan").await;
    let paths = ["new".to_owned(), id.to_string(), format!("{id}/rename"), format!("{id}/delete")];

    for path in paths.iter().map(|it| format!("{PAGE}/{it}")).chain([PAGE.to_owned()]) {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 403, "{path}");
        assert!(!page.text.contains("href=\"/console/groups"), "{path}");
    }
    let own = crate::console_edit::token(&browser, "/account").await;
    let boxes = [format!("user-{ada}"), format!("group-{id}"), format!("add-{ada}")];
    for path in [
        "",
        "/new",
        &format!("/{id}/members"),
        &format!("/{id}/roles"),
        &format!("/{id}/rename"),
        &format!("/{id}/delete"),
    ] {
        let fields = boxes.iter().map(|it| (it.as_str(), "on"));
        let fields: Vec<_> =
            fields.chain([("deed", "add"), ("name", "Mine"), ("role", "admin"), ("csrf", own.as_str())]).collect();
        let sent = browser.send(server.request(Method::POST, &format!("{PAGE}{path}")).form(&fields)).await;
        assert_eq!(sent.status, 403, "{path}: {}", sent.text);
    }

    assert!(members(&server, id).await.is_empty());
    let all = by_api(&server, Method::GET, "/groups?organisation=acme", None).await.expect(200).json();
    assert_eq!((all["groups"].as_array().unwrap().len(), &all["groups"][0]["name"]), (1, &json!("Builders")));
}

/// 5.2.3: the bar of the list of users takes those who are selected to the groups, where they are chosen already, even when
/// they are not among the first.
#[tokio::test]
async fn the_users_selected_in_the_list_are_chosen_beside_the_groups() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    for nth in 0..50 {
        tenant.user_with(&format!("m-{nth}"), "viewer", SignIn::Sso, WayIn::Closed).await;
    }
    let last = tenant.user_with("zoe", "viewer", SignIn::Sso, WayIn::Closed).await;
    let builders = group(&tenant, "Builders").await;
    let browser = signed_in(&tenant, "olga").await;

    let list = browser.get("/console/users").await.expect(200);
    let sent = browser.get(&format!("/console/users/bulk?deed=group&id={last}")).await.expect(303);
    let page = browser.get(sent.header("location").unwrap()).await.expect(200);
    press(&browser, "add", &[last], &[builders]).await.expect(200);

    assert!(list.text.contains("name=\"deed\" value=\"group\">Add to Group</button>"), "{}", list.text);
    assert_eq!((rows(panel(&page, "users-panel"))[0], ticked(&page)), ("zoe", 1));
    assert_eq!(members(&server, builders).await, ["zoe"]);
}
