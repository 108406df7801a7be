//! What groups give and take, by whom, and what is on record of it.

use std::collections::BTreeSet;

use doorward::app::connections::map_group;
use doorward::app::users;
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::id::{GroupId, UserId};
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_edit::post;
use crate::console_groups::{by_api, give, group, join, members};
use crate::console_shell::{signed_in, words};
use crate::harness::{Provisioning, Reply, Server, Tenant};

const PAGE: &str = "/console/groups";

async fn role(server: &Server, id: UserId) -> Option<String> {
    let person = users::show(&server.app, &Server::operator(), id).await.unwrap();
    person.effective.role.map(|role| role.to_string())
}

fn rule(reply: &Reply) -> String {
    reply.json()["type"].as_str().unwrap().trim_start_matches("urn:doorward:problem:").to_owned()
}

/// Pushes a group; answers its id.
async fn pushed(connection: &Provisioning<'_>, name: &str, members: &[&str]) -> GroupId {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    let schema = "urn:ietf:params:scim:schemas:core:2.0:Group";
    let body = json!({ "schemas": [schema], "displayName": name, "members": members });
    let made = connection.send(Method::POST, "/Groups", &body).await.expect(201).json();
    made["id"].as_str().unwrap().parse().unwrap()
}

/// The deeds on groups that are on record, oldest first, with how each ended.
async fn deeds(tenant: &Tenant<'_>) -> Vec<(String, String)> {
    let mut rows = audit::newest(tenant.server.app.store.reader(), tenant.org, 100).await.unwrap();
    rows.reverse();
    let of_groups = rows.into_iter().filter(|row| row.action.starts_with("group."));
    of_groups.map(|row| (row.action, row.outcome)).collect()
}

/// S3-26: a group that is assigned stays and says what it is assigned to; once it is not, it is deleted from its menu after a
/// question, and its people stay. An identity provider deletes its own groups as before.
#[tokio::test]
async fn s3_26_a_group_is_deleted_only_when_it_is_assigned_to_nothing() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let id = group(&tenant, "Builders").await;
    join(&tenant, id, &[vera]).await;
    give(&tenant, id, "contributor").await;
    let connection = tenant.connection().await;
    let theirs = pushed(&connection, "Pushed", &[]).await;
    give(&tenant, theirs, "contributor").await;
    let browser = signed_in(&tenant, "olga").await;
    let delete = format!("{PAGE}/{id}/delete");

    let list = browser.get(PAGE).await.expect(200);
    let asked = browser.get(&delete).await.expect(200);
    let forced = post(&browser, PAGE, &delete, &[]).await.expect(409);
    let by_program = by_api(&server, Method::DELETE, &format!("/groups/{id}"), None).await.expect(409);
    by_api(&server, Method::DELETE, &format!("/groups/{id}/roles/contributor"), None).await.expect(200);
    let free = browser.get(&delete).await.expect(200);
    let gone = post(&browser, PAGE, &delete, &[]).await.expect(303);

    let why = "The group gives the role Contributor. Take it away first.";
    assert!(words(&list).contains("aria-disabled=\"true\">Delete Group</span>"), "{}", list.text);
    assert!(words(&list).contains(&format!(">{why}</span>")), "{}", list.text);
    for page in [&asked, &forced] {
        assert!(words(page).contains(why) && !page.text.contains("id=\"submit\""), "{}", page.text);
    }
    assert_eq!(rule(&by_program), "group-assigned");
    assert_eq!(by_program.json()["assigned_to"], json!([{ "kind": "role", "role": "contributor" }]));
    assert!(
        words(&free).contains("Delete the group Builders?") && free.text.contains("autofocus>Cancel</a>"),
        "{}",
        free.text
    );
    assert_eq!(gone.header("location"), Some("/console/groups?said=group-deleted"));
    by_api(&server, Method::GET, &format!("/groups/{id}"), None).await.expect(404);
    assert_eq!(role(&server, vera).await.as_deref(), Some("viewer"));
    connection.delete(&format!("/Groups/{theirs}")).await.expect(204);
}

/// S3-27: a group that was renamed has its new name in everything that has happened to it, the name at the time beside it; so
/// have the people, and the page of whoever holds a role by it. Members and roles stay.
#[tokio::test]
async fn s3_27_the_new_name_of_a_group_stands_in_all_that_has_happened() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let browser = signed_in(&tenant, "olga").await;
    let made = post(&browser, PAGE, "/console/groups/new", &[("name", "Builders")]).await.expect(303);
    let page = made.header("location").unwrap().split('?').next().unwrap().to_owned();
    let id: GroupId = page.rsplit('/').next().unwrap().parse().unwrap();
    let joined = [(format!("add-{vera}"), "on")];
    let joined: Vec<_> = joined.iter().map(|(name, it)| (name.as_str(), *it)).chain([("deed", "add")]).collect();
    post(&browser, &page, &format!("{page}/members"), &joined).await.expect(303);
    post(&browser, &page, &format!("{page}/roles"), &[("role", "contributor")]).await.expect(303);

    let asked = browser.get(&format!("{page}/rename")).await.expect(200);
    post(&browser, &page, &format!("{page}/rename"), &[("name", "Makers")]).await.expect(303);
    let shown = browser.get(&page).await.expect(200);
    let access = browser.get(&format!("/console/users/{vera}/access")).await.expect(200);
    let told = by_api(&server, Method::GET, &format!("/groups/{id}/activity"), None).await.expect(200).json();

    assert!(asked.text.contains("value=\"Builders\"") && words(&asked).contains("Rename the group Builders"));
    let history = words(&shown).split("id=\"history\"").nth(1).unwrap().to_owned();
    assert_eq!(history.matches("<bdi>Makers</bdi> <span class=\"hint\">then Builders</span>").count(), 4, "{history}");
    assert!(history.contains("<bdi>vera</bdi>") && history.contains("<bdi>Builders → Makers</bdi>"), "{history}");
    let events: Vec<_> = told["events"].as_array().unwrap().iter().collect();
    let names: Vec<_> = events.iter().map(|it| it["action"].as_str().unwrap()).collect();
    assert_eq!(names, ["group.renamed", "group.mapped", "group.member_added", "group.created"]);
    assert!(
        events.iter().all(|it| (&it["name"], &it["name_then"]) == (&json!("Makers"), &json!("Builders"))),
        "{told}"
    );
    assert_eq!(
        (&events[2]["people"], &events[2]["by"], &events[2]["by_then"]),
        (&json!(["vera"]), &json!("olga"), &Value::Null)
    );
    assert!(words(&access).contains("The group Makers gives the role"), "{}", access.text);
    assert_eq!(
        (members(&server, id).await, role(&server, vera).await.as_deref()),
        (vec!["vera".to_owned()], Some("contributor"))
    );
}

/// TE-06: whoever is the only owner by a group keeps being it: not out of the group, and the group not without the role, in
/// the console or over the API.
#[tokio::test]
async fn te_06_the_last_owner_by_a_group_stays_owner() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let olga = tenant.user("olga", "viewer").await;
    let id = group(&tenant, "Owners").await;
    join(&tenant, id, &[olga]).await;
    give(&tenant, id, "owner").await;
    let browser = signed_in(&tenant, "olga").await;
    let (page, boxes) =
        (format!("{PAGE}/{id}"), [format!("remove-{olga}"), format!("user-{olga}"), format!("group-{id}")]);
    let [own, user, of] = boxes.each_ref().map(|it| (it.as_str(), "on"));

    let tries = [
        post(&browser, &page, &format!("{page}/members"), &[own, ("deed", "remove")]).await,
        post(&browser, PAGE, PAGE, &[user, of, ("deed", "remove")]).await,
        post(&browser, &page, &format!("{page}/roles/owner/unmap"), &[]).await,
    ];
    let by_program = [
        by_api(&server, Method::POST, &format!("/groups/{id}/members"), Some(json!({ "remove": [olga] }))).await,
        by_api(&server, Method::DELETE, &format!("/groups/{id}/roles/owner"), None).await,
    ];

    for reply in tries {
        assert_eq!(reply.status, 409, "{}", reply.text);
        assert!(words(&reply).contains("last active holder of a protected role"), "{}", reply.text);
    }
    for reply in by_program {
        assert_eq!((reply.status, rule(&reply).as_str()), (409, "last-protected-role"));
    }
    assert_eq!(role(&server, olga).await.as_deref(), Some("owner"));
    tenant.user("otto", "owner").await;
    by_api(&server, Method::DELETE, &format!("/groups/{id}/roles/owner"), None).await.expect(200);
    assert_eq!(role(&server, olga).await.as_deref(), Some("viewer"));
}

/// TE-02, TE-03: nobody gets or gives by a group what they could not by hand: not themselves, not others; nobody takes what
/// they could not take; and a refusal is on record. A group that gives nothing is free.
#[tokio::test]
async fn te_02_te_03_nobody_gets_gives_or_takes_by_a_group_what_they_could_not_by_hand() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let (olga, otto) = (tenant.user("olga", "owner").await, tenant.user("otto", "owner").await);
    let (adam, vera) = (tenant.user("adam", "admin").await, tenant.user("vera", "viewer").await);
    let (chiefs, readers, plain) =
        (group(&tenant, "Chiefs").await, group(&tenant, "Readers").await, group(&tenant, "Plain").await);
    give(&tenant, chiefs, "owner").await;
    give(&tenant, readers, "viewer").await;
    join(&tenant, chiefs, &[olga, otto]).await;
    let browser = signed_in(&tenant, "adam").await;
    let press = async |deed: &str, user: UserId, of: GroupId| {
        let (user, of) = (format!("user-{user}"), format!("group-{of}"));
        post(&browser, PAGE, PAGE, &[(&user, "on"), (&of, "on"), ("deed", deed)]).await
    };
    let before = deeds(&tenant).await.len();

    let refused = [
        press("add", adam, chiefs).await,
        press("add", vera, chiefs).await,
        press("remove", otto, chiefs).await,
        press("add", vera, readers).await,
        post(&browser, PAGE, &format!("{PAGE}/{plain}/roles"), &[("role", "admin")]).await,
        post(&browser, PAGE, &format!("{PAGE}/{readers}/roles/viewer/unmap"), &[]).await,
        post(&browser, PAGE, &format!("{PAGE}/{chiefs}/delete"), &[]).await,
    ];
    let free = press("add", vera, plain).await;
    let page = browser.get(&format!("{PAGE}/{plain}")).await.expect(200);

    let statuses: Vec<u16> = refused.iter().map(|it| it.status).collect();
    assert_eq!((statuses, free.status), (vec![403; 7], 200));
    assert!(refused[0].text.contains("nothing was changed"), "{}", refused[0].text);
    assert!(!page.text.contains("id=\"map\"") && page.text.contains("name=\"add-"), "{}", page.text);
    for (id, expected) in [(adam, "admin"), (vera, "viewer"), (otto, "owner"), (olga, "owner")] {
        assert_eq!(role(&server, id).await.as_deref(), Some(expected));
    }
    assert_eq!(members(&server, chiefs).await, ["olga", "otto"]);
    let since = deeds(&tenant).await.split_off(before);
    let denied: Vec<&str> = since.iter().filter(|it| it.1 == "denied").map(|it| it.0.as_str()).collect();
    let expected = [
        "group.member_added",
        "group.member_added",
        "group.member_removed",
        "group.member_added",
        "group.mapped",
        "group.unmapped",
        "group.deleted",
    ];
    assert_eq!(denied, expected);
}

/// What a group gives counts in a session that is open, and what it takes too, from the next request on.
#[tokio::test]
async fn a_role_that_a_group_gives_or_takes_counts_at_once_in_an_open_session() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let id = group(&tenant, "Chiefs").await;
    give(&tenant, id, "admin").await;
    let browser = signed_in(&tenant, "vera").await;
    let change = async |what: &str| {
        by_api(&server, Method::POST, &format!("/groups/{id}/members"), Some(json!({ what: [vera] }))).await.expect(200)
    };

    let before = browser.get(PAGE).await.status;
    let joined = change("add").await.json();
    let during = browser.get(PAGE).await.status;
    let again = change("add").await.json();
    change("remove").await;
    let after = browser.get(PAGE).await.status;

    assert_eq!((before, during, after), (403, 200, 403));
    assert_eq!((&joined["added"], &joined["skipped"]), (&json!([vera]), &json!([])));
    assert_eq!((&again["added"], &again["skipped"]), (&json!([]), &json!([{ "id": vera, "reason": "member" }])));
}

/// C20: name and members of a group that an identity provider manages are locked, with the reason beside it, everywhere; its
/// roles are not, as far as the connection may give them. Those it waits for are shown.
#[tokio::test]
async fn c20_a_group_of_an_identity_provider_is_changed_there_and_given_roles_here() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let settings = Settings { max_role: Some("contributor".into()), ..Settings::default() };
    let connection = tenant.connection_with(Kind::Okta, settings).await;
    let ada = connection.push("ada").await;
    let id = pushed(&connection, "Pushed", &[&ada, "00u-later"]).await;
    let browser = signed_in(&tenant, "olga").await;
    let page = format!("{PAGE}/{id}");

    let list = browser.get(PAGE).await.expect(200);
    let shown = browser.get(&page).await.expect(200);
    let renamed = post(&browser, PAGE, &format!("{page}/rename"), &[("name", "Mine")]).await;
    let (user, of) = (format!("user-{vera}"), format!("group-{id}"));
    let added = post(&browser, PAGE, PAGE, &[(&user, "on"), (&of, "on"), ("deed", "add")]).await;
    let by_program = [
        by_api(&server, Method::PATCH, &format!("/groups/{id}"), Some(json!({ "name": "Mine" }))).await,
        by_api(&server, Method::POST, &format!("/groups/{id}/members"), Some(json!({ "add": [vera] }))).await,
        by_api(&server, Method::DELETE, &format!("/groups/{id}"), None).await,
    ];
    let above = by_api(&server, Method::PUT, &format!("/groups/{id}/roles/admin"), None).await;
    let unknown = by_api(&server, Method::PUT, &format!("/groups/{id}/roles/nothing"), None).await;
    assert_eq!(unknown.status, 404, "{}", unknown.text);
    post(&browser, &page, &format!("{page}/roles"), &[("role", "contributor")]).await.expect(303);

    let why = "the provider under test keeps name and members of this group. Change them there.";
    assert!(
        words(&list).contains(&format!("disabled title=\"{why}\" aria-describedby=\"kept-{id}\"")),
        "{}",
        list.text
    );
    assert!(words(&list).contains("Kept by the provider under test"));
    assert!(words(&shown).contains(&format!("id=\"why-locked\">{why}")), "{}", shown.text);
    assert!(!shown.text.contains("name=\"add-") && !shown.text.contains("name=\"remove-"));
    assert!(shown.text.contains("<code>00u-later</code>"), "{}", shown.text);
    assert_eq!((renamed.status, added.status), (409, 409));
    for reply in by_program {
        assert_eq!((reply.status, rule(&reply).as_str()), (409, "group-managed-by-provider"));
    }
    assert_eq!(above.status, 403, "{}", above.text);
    assert_eq!(members(&server, id).await, ["ada"]);
    assert_eq!(role(&server, ada.parse().unwrap()).await.as_deref(), Some("contributor"));
}

/// TE-14: a group that takes a name gets nothing with it: not what a deleted group of that name gave, and not what waits for
/// a group of an identity provider.
#[tokio::test]
async fn te_14_a_group_gets_nothing_with_a_name() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let vera = tenant.user("vera", "viewer").await;
    let connection = tenant.connection().await;
    let admin = "admin".parse().unwrap();
    map_group(&server.app, &Server::operator(), connection.id, "Leads", &admin).await.unwrap();
    let old = group(&tenant, "Chiefs").await;
    join(&tenant, old, &[vera]).await;
    give(&tenant, old, "admin").await;

    let before = role(&server, vera).await;
    by_api(&server, Method::DELETE, &format!("/groups/{old}/roles/admin"), None).await.expect(200);
    by_api(&server, Method::DELETE, &format!("/groups/{old}"), None).await.expect(204);
    for name in ["Chiefs", "Leads", "owner"] {
        let id = group(&tenant, name).await;
        join(&tenant, id, &[vera]).await;
        assert_eq!(role(&server, vera).await.as_deref(), Some("viewer"), "{name}");
    }
    let plain = group(&tenant, "Plain").await;
    join(&tenant, plain, &[vera]).await;
    by_api(&server, Method::PATCH, &format!("/groups/{plain}"), Some(json!({ "name": "Owners" }))).await.expect(200);

    assert_eq!(before.as_deref(), Some("admin"));
    assert_eq!(role(&server, vera).await.as_deref(), Some("viewer"));
}

/// TE-05: the groups of another organisation do not exist, by whatever way they are named; neither do its people.
#[tokio::test]
async fn te_05_a_group_of_another_organisation_does_not_exist() {
    let server = Server::start().await;
    let (tenant, other) = (server.tenant("acme").await, server.tenant("globex").await);
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let hank = other.user("hank", "owner").await;
    let (own, theirs) = (group(&tenant, "Ours").await, group(&other, "Reactor").await);
    let browser = signed_in(&tenant, "olga").await;
    let page = format!("{PAGE}/{theirs}");
    let boxes = [format!("user-{vera}"), format!("group-{theirs}"), format!("add-{vera}"), format!("add-{hank}")];
    let [user, of, add, foreign] = boxes.each_ref().map(|it| (it.as_str(), "on"));

    let missing = [
        browser.get(&page).await,
        browser.get(&format!("{page}/rename")).await,
        post(&browser, PAGE, &format!("{page}/rename"), &[("name", "Mine")]).await,
        post(&browser, PAGE, &format!("{page}/delete"), &[]).await,
        post(&browser, PAGE, &format!("{page}/roles"), &[("role", "viewer")]).await,
        post(&browser, PAGE, &format!("{page}/members"), &[add, ("deed", "add")]).await,
        post(&browser, PAGE, PAGE, &[user, of, ("deed", "add")]).await,
    ];
    let stranger = post(&browser, PAGE, &format!("{PAGE}/{own}/members"), &[foreign, ("deed", "add")]).await;
    let list = browser.get(PAGE).await.expect(200);

    for reply in missing {
        assert_eq!(reply.status, 404, "{}", reply.text);
        assert!(!reply.text.contains("Reactor"));
    }
    assert_eq!(stranger.status, 400);
    assert!(!list.text.contains("Reactor") && !list.text.contains("hank"));
    assert!(members(&server, own).await.is_empty() && members(&server, theirs).await.is_empty());
}

/// Every deed on a group is one record under its own name, and a deed that changes nothing is none.
#[tokio::test]
async fn every_deed_on_a_group_is_one_record() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let vera = tenant.user("vera", "viewer").await;
    let made = by_api(&server, Method::POST, "/groups?organisation=acme", Some(json!({ "name": "Builders" }))).await;
    let path = format!("/groups/{}", made.expect(201).json()["id"].as_str().unwrap());
    let call = async |method: Method, more: &str, body: Option<Value>| {
        by_api(&server, method, &format!("{path}{more}"), body).await.status
    };

    let statuses = [
        call(Method::PATCH, "", Some(json!({ "name": "Builders" }))).await,
        call(Method::PATCH, "", Some(json!({ "name": "Makers" }))).await,
        call(Method::POST, "/members", Some(json!({ "add": [vera, vera] }))).await,
        call(Method::POST, "/members", Some(json!({ "add": [vera] }))).await,
        call(Method::PUT, "/roles/viewer", None).await,
        call(Method::DELETE, "/roles/viewer", None).await,
        call(Method::DELETE, "/roles/viewer", None).await,
        call(Method::POST, "/members", Some(json!({ "remove": [vera] }))).await,
        call(Method::POST, "/members", Some(json!({ "add": [vera], "remove": [vera] }))).await,
        call(Method::PUT, "/roles/nothing", None).await,
        call(Method::DELETE, "", None).await,
    ];

    assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 404, 200, 400, 404, 204]);
    let names: Vec<_> = deeds(&tenant).await.into_iter().map(|it| it.0).collect();
    let expected = [
        "group.created",
        "group.renamed",
        "group.member_added",
        "group.mapped",
        "group.unmapped",
        "group.member_removed",
        "group.deleted",
    ];
    assert_eq!(names, expected);
}

/// TE-17: groups and members come a page at a time, each once; the place of a page is good for its own list only.
#[tokio::test]
async fn te_17_groups_and_members_come_a_page_at_a_time() {
    use doorward::app::accounts::{SignIn, WayIn};
    let server = Server::start().await;
    let (tenant, other) = (server.tenant("acme").await, server.tenant("globex").await);
    let mut people = Vec::new();
    for nth in 0..7 {
        people.push(tenant.user_with(&format!("m-{nth}"), "viewer", SignIn::Sso, WayIn::Closed).await);
        group(&tenant, &format!("Group {nth}")).await;
        group(&other, &format!("Other {nth}")).await;
    }
    let all = group(&tenant, "Everybody").await;
    join(&tenant, all, &people).await;
    let page = async |path: &str, after: &Value| {
        let after = after.as_str().map(|it| format!("&cursor={it}")).unwrap_or_default();
        by_api(&server, Method::GET, &format!("{path}limit=3{after}"), None).await
    };
    let walk = async |path: &str, list: &str, name: &str| {
        let (mut seen, mut after, mut pages) = (Vec::new(), Value::Null, 0);
        loop {
            let found = page(path, &after).await.expect(200).json();
            seen.extend(found[list].as_array().unwrap().iter().map(|it| it[name].as_str().unwrap().to_owned()));
            (after, pages) = (found["next_cursor"].clone(), pages + 1);
            if after.is_null() {
                return (seen, pages);
            }
        }
    };

    let (groups, group_pages) = walk("/groups?organisation=acme&", "groups", "name").await;
    let (joined, member_pages) = walk(&format!("/groups/{all}/members?"), "members", "user_name").await;
    let place = page("/groups?organisation=acme&", &Value::Null).await.json()["next_cursor"].clone();

    assert_eq!((groups.len(), group_pages, groups[0].as_str()), (8, 3, "Everybody"));
    assert!(groups.is_sorted());
    assert_eq!((joined.iter().collect::<BTreeSet<_>>().len(), joined.len(), member_pages), (7, 7, 3));
    assert_eq!(page("/groups?organisation=globex&", &place).await.status, 400);
    assert_eq!(page(&format!("/groups/{all}/members?"), &place).await.status, 400);
    assert_eq!(by_api(&server, Method::GET, "/groups?organisation=acme&limit=0", None).await.status, 400);
}
