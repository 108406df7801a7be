//! Projects in the console: the tab on which groups and users are brought to them, the list, and the page of each.

use doorward::domain::id::{GroupId, UserId};
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_edit::post;
use crate::console_groups::{group, join};
use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, Reply, Server, Tenant};
use crate::projects::{assign, call, id_of, project, put};

const PRESET: &str = "admin-standard-readonly";
const TAB: &str = "/console/projects/permissions";

/// The part of the page that is a panel.
fn panel<'p>(page: &'p Reply, id: &str) -> &'p str {
    let from = page.text.split(&format!("<section class=\"panel\" id=\"{id}\"")).nth(1).unwrap();
    from.split("</section>").next().unwrap()
}

/// What the page says was done, as text.
fn report(page: &Reply) -> String {
    let report = page.text.split("id=\"report\"").nth(1).unwrap_or_else(|| panic!("{}", page.text));
    let report = report.split("</section>").next().unwrap();
    let text: String = report.split('<').map(|it| it.split_once('>').map_or("", |it| it.1)).collect();
    text.replace(['\u{2068}', '\u{2069}', '\n'], "").trim().to_owned()
}

/// Who or what is on a project: name, access, and whether it is a team.
async fn on(server: &Server, project: &str) -> Vec<(String, String, bool)> {
    let told = call(server, Method::GET, &format!("/projects/{project}/assignments"), Value::Null).await.expect(200);
    let all = told.json()["assignments"].as_array().unwrap().clone();
    let text = |it: &Value| it.as_str().unwrap().to_owned();
    all.iter().map(|it| (text(&it["name"]), text(&it["access"]), it["as_team"].as_bool().unwrap())).collect()
}

async fn assignment(server: &Server, project: &str, body: Value) -> String {
    assign(server, project, body).await.expect(201).json()["id"].as_str().unwrap().to_owned()
}

fn of_group(id: GroupId) -> Value {
    json!({ "subject": { "kind": "group", "id": id } })
}

/// Presses a button between the trees with these boxes ticked.
async fn press(browser: &Browser<'_>, deed: &str, boxes: &[String]) -> Reply {
    let fields: Vec<_> = boxes.iter().map(|it| (it.as_str(), "on")).chain([("deed", deed)]).collect();
    post(browser, TAB, TAB, &fields).await
}

/// Somebody, a group with them in it, and an administrator who is signed in.
async fn stage<'s>(tenant: &Tenant<'s>) -> (Browser<'s>, UserId, GroupId) {
    tenant.user("olga", "admin").await;
    let ann = tenant.user("ann", "standard").await;
    let crew = group(tenant, "Crew").await;
    join(tenant, crew, &[ann]).await;
    (signed_in(tenant, "olga").await, ann, crew)
}

/// The addresses of the links of a page that are called this.
fn link(page: &Reply, label: &str) -> String {
    let before = page.text.split(&format!(">{label}</a>")).next().filter(|it| it.len() < page.text.len());
    let before = before.unwrap_or_else(|| panic!("no link {label}: {}", page.text));
    let tag = before.rsplit("<a ").next().unwrap();
    tag.split("href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// S3-1, S3-4: from the menu of the console one comes to users and groups, and by the second of two tabs to who is on projects;
/// the tab that is open says so. Somebody who may not manage access has neither tab nor page.
#[tokio::test]
async fn s3_1_s3_4_the_menu_leads_to_users_groups_and_project_access_by_two_tabs() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let (browser, _, _) = stage(&tenant).await;
    project(&server, "Bridge").await;
    let standard = signed_in(&tenant, "ann").await;

    let home = browser.get("/console").await.expect(200);
    let first = browser.get(&link(&home, "Users &#38; Groups")).await.expect(200);
    let second = browser.get(&link(&first, "Project Permissions")).await.expect(200);
    let back = link(&second, "Users &#38; Groups");
    let menu = browser.get(&link(&home, "Projects")).await.expect(200);
    let shut = standard.get(TAB).await;

    let tab = |path: &str, label: &str| format!("<a href=\"{path}\" aria-current=\"page\">{label}</a>");
    assert!(panel(&first, "users-panel").contains("olga") && panel(&first, "groups-panel").contains("Crew"));
    assert!(first.text.contains("aria-label=\"User Account Management\""), "{}", first.text);
    assert!(first.text.contains(&format!("<a href=\"{TAB}\">Project Permissions</a>")), "{}", first.text);
    assert!(second.text.contains(&tab(TAB, "Project Permissions")), "{}", second.text);
    assert!(panel(&second, "projects-panel").contains("Bridge"));
    assert_eq!(back, "/console/groups");
    assert!(menu.text.contains("Bridge"));
    assert_eq!(shut.status, 403);
    assert!(!standard.get("/console/projects").await.expect(200).text.contains("Project Permissions"));
}

/// S3-28: the panel of groups has a branch for each with its users, the panel of projects one for each with the users, groups
/// and teams on it; each has a search of its own. Of a large branch the first few are there, with a way to the others.
#[tokio::test]
async fn s3_28_groups_with_their_users_and_projects_with_theirs_stand_in_two_trees() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let (browser, ann, crew) = stage(&tenant).await;
    let large = group(&tenant, "Large").await;
    let mut many = Vec::new();
    for nth in 0..10 {
        many.push(tenant.user(&format!("person-{nth}"), "standard").await);
    }
    join(&tenant, large, &many).await;
    let (bridge, _) = (project(&server, "Bridge").await, project(&server, "Tunnel").await);
    assign(&server, &bridge, of_group(crew)).await.expect(201);
    for user in &many {
        assign(&server, &bridge, json!({ "subject": { "kind": "user", "id": user } })).await.expect(201);
    }

    let page = browser.get(TAB).await.expect(200);
    let narrowed = browser.get(&format!("{TAB}?groups=CREW&projects=tun")).await.expect(200);

    let groups = panel(&page, "groups-panel");
    assert!(groups.contains(&format!("name=\"user-{crew}.{ann}\"")), "{groups}");
    assert_eq!((groups.matches("<details").count(), groups.matches("name=\"user-").count()), (2, 9));
    assert!(words(&page).contains("and 2 more people"), "{groups}");
    let projects = panel(&page, "projects-panel");
    assert_eq!((projects.matches("<details").count(), projects.matches("name=\"assignment-").count()), (2, 8));
    assert!(words(&page).contains("and 3 more") && projects.contains(&format!("href=\"/console/groups/{crew}\"")));
    let [narrow_groups, narrow_projects] = ["groups-panel", "projects-panel"].map(|it| panel(&narrowed, it));
    assert!(narrow_groups.contains("Crew") && !narrow_groups.contains("Large"));
    assert!(narrow_projects.contains("Tunnel") && !narrow_projects.contains(">Bridge<"));
    assert!(narrow_groups.contains("type=\"hidden\" name=\"projects\" value=\"tun\""));
}

/// S3-29, S3-32: Add brings the chosen groups and users, Add Groups As Team the groups as teams, Remove takes off what is chosen
/// in the projects. Add says that groups as teams are better. Each says what was done, and what is missing.
#[tokio::test]
async fn s3_29_s3_32_the_buttons_in_the_middle_add_remove_and_add_groups_as_team() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let (browser, ann, crew) = stage(&tenant).await;
    let (bridge, tunnel) = (project(&server, "Bridge").await, project(&server, "Tunnel").await);
    let (group, user) = (format!("group-{crew}"), format!("user-{crew}.{ann}"));
    let (to, to_other) = (format!("project-{bridge}"), format!("project-{tunnel}"));

    let page = browser.get(TAB).await.expect(200);
    let added = press(&browser, "add", &[group.clone(), user.clone(), to.clone()]).await.expect(200);
    let after_add = on(&server, &bridge).await;
    let as_team = press(&browser, "team", &[group.clone(), user.clone(), to_other]).await.expect(200);
    let after_team = on(&server, &tunnel).await;
    let all = call(&server, Method::GET, &format!("/projects/{bridge}/assignments"), Value::Null).await.json();
    let first = format!("assignment-{bridge}.{}", all["assignments"][0]["id"].as_str().unwrap());
    let removed = press(&browser, "remove", &[first]).await.expect(200);
    let missing = [
        press(&browser, "add", std::slice::from_ref(&group)).await,
        press(&browser, "team", &[user, to]).await,
        press(&browser, "remove", &[group]).await,
    ];

    assert!(page.text.contains("aria-describedby=\"add-hint\">Add</button>"), "{}", page.text);
    assert!(words(&page).contains("Best practice: add groups as teams rather than single users."));
    assert_eq!(report(&added), "Bridge: added: Crew, ann.");
    let row = |name: &str, as_team| (name.to_owned(), "write".to_owned(), as_team);
    assert_eq!(after_add, [row("Crew", false), row("ann", false)]);
    assert_eq!(report(&as_team), "Tunnel: added as team: Crew.");
    assert_eq!(after_team, [row("Crew", true)]);
    assert_eq!(report(&removed), "Bridge: removed: Crew.");
    assert_eq!(on(&server, &bridge).await, [row("ann", false)]);
    for (reply, why) in missing.iter().zip(["at least one project", "at least one group", "what to remove"]) {
        assert_eq!(reply.status, 400);
        assert!(words(reply).contains(why), "{}", reply.text);
    }
}

/// S3-33, S3-34, S3-35: what was added with Add is Write and no team; a tick under Team and Read Only are saved for each row that
/// differs, and a second team is refused with the person and the first team.
#[tokio::test]
async fn s3_35_s3_34_s3_33_team_and_access_of_each_row_are_saved() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let (browser, ann, crew) = stage(&tenant).await;
    let other = group(&tenant, "Other").await;
    join(&tenant, other, &[ann]).await;
    let bridge = project(&server, "Bridge").await;
    let one = format!("{bridge}.{}", assignment(&server, &bridge, of_group(crew)).await);
    let two = format!("{bridge}.{}", assignment(&server, &bridge, of_group(other)).await);
    let names = |id: &str| [format!("was-{id}"), format!("team-{id}"), format!("access-{id}")];
    let ([was, team, access], [was_two, team_two, access_two]) = (names(&one), names(&two));

    let shown = browser.get(TAB).await.expect(200);
    let fields =
        [(was.as_str(), "write"), (&team, "on"), (&access, "read"), (&was_two, "write"), (&access_two, "write")];
    let saved = post(&browser, TAB, TAB, &[&fields[..], &[("deed", "save")]].concat()).await.expect(200);
    let after = on(&server, &bridge).await;
    let second = [(was_two.as_str(), "write"), (&team_two, "on"), (&access_two, "write"), ("deed", "save")];
    let refused = post(&browser, TAB, TAB, &second).await.expect(409);
    let by_page = format!("/console/projects/{bridge}");
    let again = post(&browser, &by_page, &format!("{by_page}/assignments"), &second).await.expect(409);

    let rows = panel(&shown, "projects-panel");
    assert_eq!((rows.matches("<option value=\"write\" selected>").count(), rows.matches(" checked").count()), (2, 0));
    assert_eq!(report(&saved), "Bridge: changed: Crew.");
    let row = |name: &str, access: &str, as_team| (name.to_owned(), access.to_owned(), as_team);
    assert_eq!(after, [row("Crew", "read", true), row("Other", "write", false)]);
    for reply in [&refused, &again] {
        assert!(words(reply).contains("ann is on the team Crew of the project Bridge already."), "{}", reply.text);
    }
    assert_eq!(on(&server, &bridge).await, after);
}

/// S3-31: whoever is on a project without a team is counted over the trees and over the page of the project, and listed by name
/// with what to do.
#[tokio::test]
async fn s3_31_the_misconfigured_are_counted_and_listed_on_both_pages() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let (browser, ann, _) = stage(&tenant).await;
    let bridge = project(&server, "Bridge").await;
    let sound = browser.get(TAB).await.expect(200);
    assign(&server, &bridge, json!({ "subject": { "kind": "user", "id": ann } })).await.expect(201);

    let tab = browser.get(TAB).await.expect(200);
    let page = browser.get(&format!("/console/projects/{bridge}?who=ANN")).await.expect(200);

    assert!(!sound.text.contains("id=\"misconfigured\""));
    for reply in [&tab, &page] {
        assert!(words(reply).contains("1 person is misconfigured"), "{}", reply.text);
        let listed = reply.text.split("id=\"misconfigured\"").nth(1).unwrap().split("</details>").next().unwrap();
        assert!(listed.contains(&format!("/console/users/{ann}")) && listed.contains("on no team"), "{listed}");
    }
    assert!(words(&page).contains("has no access, because the user is on no team of the project."), "{}", page.text);
}

/// A project is made, found, named anew and deleted in the console; the question before names what ends, and Cancel is first.
#[tokio::test]
async fn a_project_is_made_named_and_deleted_in_the_console() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let (browser, _, crew) = stage(&tenant).await;

    let made =
        post(&browser, "/console/projects/new", "/console/projects/new", &[("name", "Bridge")]).await.expect(303);
    let path = made.header("location").unwrap().split('?').next().unwrap().to_owned();
    let twice =
        post(&browser, "/console/projects/new", "/console/projects/new", &[("name", "BRIDGE")]).await.expect(409);
    let new_name = [("name", "Arch"), ("description", "Over it")];
    post(&browser, &path, &path, &new_name).await.expect(303);
    let add = format!("add-group-{crew}");
    post(&browser, &path, &format!("{path}/assignments"), &[(&add, "on"), ("deed", "team")]).await.expect(303);
    let list = browser.get("/console/projects?name=arc").await.expect(200);
    let page = browser.get(&format!("{path}?name=ann&who=ann")).await.expect(200);
    let asked = browser.get(&format!("{path}/delete")).await.expect(200);
    let gone = post(&browser, &path, &format!("{path}/delete"), &[]).await.expect(303);

    assert!(words(&twice).contains("Another project has this name already."), "{}", twice.text);
    assert!(list.text.contains(&format!("href=\"{path}\"")) && list.text.contains("Over it"), "{}", list.text);
    assert!(page.text.contains("name=\"add-user-") && words(&page).contains("Group: Crew (the team)"), "{}", page.text);
    assert!(words(&page).contains("may work in the project as far as the roles allow."), "{}", page.text);
    assert!(words(&asked).contains("Delete the project Arch?") && asked.text.contains("autofocus>Cancel</a>"));
    assert!(words(&asked).contains("1 user, group or team is on it"), "{}", asked.text);
    assert_eq!(gone.header("location"), Some("/console/projects?said=project-deleted"));
    assert_eq!(browser.get(&path).await.status, 404);
}

/// S3-3, TE-18: whoever may only list projects sees their names and the own access; nobody else, no button and no form, and is
/// refused what is not offered.
#[tokio::test]
async fn te_18_whoever_may_only_list_projects_sees_the_own_access_and_changes_nothing() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let (_, ann, crew) = stage(&tenant).await;
    let bridge = project(&server, "Bridge").await;
    assign(&server, &bridge, json!({ "subject": { "kind": "group", "id": crew }, "as_team": true })).await.expect(201);
    let browser = signed_in(&tenant, "ann").await;
    let path = format!("/console/projects/{bridge}");

    let page = browser.get(&path).await.expect(200);
    let refused = [
        browser.get("/console/projects/new").await.status,
        browser.get(&format!("{path}/delete")).await.status,
        post(&browser, &path, &path, &[("name", "Mine")]).await.status,
        post(&browser, &path, &format!("{path}/assignments"), &[("deed", "save")]).await.status,
        post(&browser, &path, &format!("{path}/delete"), &[]).await.status,
        press(&browser, "add", &[format!("user-{crew}.{ann}"), format!("project-{bridge}")]).await.status,
    ];

    assert!(words(&page).contains("may work in the project as far as the roles allow."), "{}", page.text);
    assert!(!page.text.contains("name=\"deed\"") && !page.text.contains("/delete\""), "{}", page.text);
    assert_eq!(refused, [403; 6]);
}

/// S3-26: the menu of a group on a project says so instead of deleting it.
#[tokio::test]
async fn s3_26_the_console_names_the_projects_that_keep_a_group() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let (browser, _, crew) = stage(&tenant).await;
    let bridge = project(&server, "Bridge").await;
    assign(&server, &bridge, of_group(crew)).await.expect(201);
    let delete = format!("/console/groups/{crew}/delete");

    let list = browser.get("/console/groups").await.expect(200);
    let forced = post(&browser, "/console/groups", &delete, &[]).await.expect(409);

    let page = browser.get(&format!("/console/groups/{crew}")).await.expect(200);

    for reply in [&list, &forced, &page] {
        assert!(words(reply).contains("The group is on the projects Bridge."), "{}", reply.text);
    }
    assert!(page.text.contains(&format!("href=\"/console/projects/{bridge}\"")), "{}", page.text);
}

/// S3-1, S4-7: the users list is narrowed to the people of a project, whether they, a group or a team of theirs is on it, by
/// whoever decides who is on projects.
#[tokio::test]
async fn s3_1_s4_7_the_list_of_users_is_narrowed_to_the_people_of_a_project() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let mut ids = Vec::new();
    for (name, role) in
        [("adam", "admin"), ("sam", "standard"), ("tess", "standard"), ("uma", "standard"), ("vic", "standard")]
    {
        ids.push(tenant.user(name, role).await);
    }
    let [_, sam, tess, uma, _] = ids[..] else { panic!("{ids:?}") };
    let bridge = project(&server, "Bridge").await;
    project(&server, "Tower").await;
    let crew = group(&tenant, "Crew").await;
    join(&tenant, crew, &[tess]).await;
    let masons = json!({ "name": "Masons", "members": [uma] });
    let masons = id_of(&call(&server, Method::POST, "/teams", masons).await.expect(201));
    for body in [put("user", &sam), put("group", &crew), put("team", &masons)] {
        assign(&server, &bridge, body).await.expect(201);
    }
    let adam = signed_in(&tenant, "adam").await;

    let window = adam.get("/console/users?add=project").await.expect(200);
    let list = adam.get(&format!("/console/users?project={bridge}")).await.expect(200);
    let nonsense = adam.get("/console/users?project=bridge").await.status;
    let path = format!("/users?organisation=acme&project={bridge}");
    let api = call(&server, Method::GET, &path, Value::Null).await.expect(200).json();

    assert!(window.text.contains(&format!("<option value=\"{bridge}\">Bridge</option>")), "{}", window.text);
    let named: Vec<_> = api["users"].as_array().unwrap().iter().map(|it| it["user_name"].as_str().unwrap()).collect();
    assert_eq!(named, ["sam", "tess", "uma"]);
    for (id, is_there) in ids.iter().zip([false, true, true, true, false]) {
        assert_eq!(list.text.contains(&format!("href=\"/console/users/{id}\"")), is_there, "{id}");
    }
    assert!(words(&list).contains("Project: Bridge"), "{}", list.text);
    assert_eq!(nonsense, 400);
}

/// TE-17: who is on a project is not found out by way of the list of users either.
#[tokio::test]
async fn te_17_the_list_is_narrowed_to_a_project_only_by_whoever_may_see_its_people() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let project = project(&server, "Bridge").await;
    tenant.user("vic", "viewer").await;
    let vic = signed_in(&tenant, "vic").await;

    let list = vic.get(&format!("/console/users?project={project}")).await;
    let window = vic.get("/console/users").await.expect(200);

    assert_eq!(list.status, 403);
    assert!(!window.text.contains("add=project"), "{}", window.text);
}

/// A person is called by the name that the list of users shows, with the user name beside it; programs get the user name.
#[tokio::test]
async fn pages_of_projects_and_groups_call_people_by_name_with_the_user_name_beside_it() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let (browser, ann, crew) = stage(&tenant).await;
    let named = json!({ "display_name": "Ann Example" });
    call(&server, Method::PATCH, &format!("/users/{ann}"), named).await.expect(200);
    let apollo = project(&server, "Apollo").await;
    assignment(&server, &apollo, put("user", &ann)).await;

    let on_project = words(&browser.get(&format!("/console/projects/{apollo}")).await.expect(200));
    let of_group = words(&browser.get(&format!("/console/groups/{crew}")).await.expect(200));
    let history = of_group.split("id=\"history\"").nth(1).unwrap();

    assert!(
        on_project.contains("<bdi>Ann Example</bdi></a> <span class=\"quiet\">User · <bdi>ann</bdi>"),
        "{on_project}"
    );
    assert!(history.contains("<bdi>Ann Example</bdi>"), "{history}");
    assert_eq!(on(&server, &apollo).await[0].0, "ann");
}
