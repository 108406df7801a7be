//! Projects, who is on them, on which team, and what that lets somebody do.

use doorward::app::mail::Whence;
use doorward::app::personal_tokens::{self, LIFETIME, NewToken, Scope};
use doorward::app::projects::{self, ProjectQuery};
use doorward::app::{departures, fsck, project_access, users};
use doorward::domain::Error;
use doorward::domain::id::{GroupId, UserId};
use doorward::domain::policy::Actor;
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_groups::{group, join};
use crate::harness::{Provisioning, Reply, Server, Tenant};

/// Everybody on a project must be on one team there, and on no more.
const PRESET: &str = "admin-standard-readonly";

/// What the operator asks for in `acme`.
pub async fn call(server: &Server, method: Method, path: &str, body: Value) -> Reply {
    let separator = if path.contains('?') { '&' } else { '?' };
    let path = if path == "/projects"
        || path == "/teams"
        || (path.starts_with("/projects?") && !path.contains("organisation="))
    {
        format!("{path}{separator}organisation=acme")
    } else {
        path.to_owned()
    };
    let request = server.api(method, &format!("/api/v1{path}"));
    server.send(if body.is_null() { request } else { request.json(&body) }).await
}

pub fn id_of(reply: &Reply) -> String {
    reply.json()["id"].as_str().unwrap_or_else(|| panic!("{}", reply.text)).to_owned()
}

/// A new project of `acme`.
pub async fn project(server: &Server, name: &str) -> String {
    id_of(&call(server, Method::POST, "/projects", json!({ "name": name })).await.expect(201))
}

/// A new team of `acme` with these people.
async fn team(server: &Server, name: &str, members: &[UserId]) -> String {
    id_of(&call(server, Method::POST, "/teams", json!({ "name": name, "members": members })).await.expect(201))
}

pub fn put(kind: &str, id: &impl ToString) -> Value {
    json!({ "subject": { "kind": kind, "id": id.to_string() } })
}

pub fn as_team(kind: &str, id: &impl ToString) -> Value {
    json!({ "subject": { "kind": kind, "id": id.to_string() }, "as_team": true })
}

/// Puts something on a project.
pub async fn assign(server: &Server, project: &str, body: Value) -> Reply {
    call(server, Method::POST, &format!("/projects/{project}/assignments"), body).await
}

/// What somebody may do in a project.
pub async fn access(server: &Server, project: &str, user: UserId) -> Value {
    call(server, Method::GET, &format!("/projects/{project}/access/{user}"), Value::Null).await.expect(200).json()
}

/// Access and reason, in short.
async fn verdict(server: &Server, project: &str, user: UserId) -> (String, Option<String>) {
    let told = access(server, project, user).await;
    let text = |it: &Value| it.as_str().map(str::to_owned);
    (text(&told["access"]).unwrap(), text(&told["reason"]).or_else(|| text(&told["limits"][0])))
}

/// Whether a permission is open to somebody in a project, and why not.
async fn permitted(server: &Server, project: &str, user: UserId, permission: &str) -> (bool, Option<String>) {
    let path = format!("/projects/{project}/access/{user}?permission={permission}");
    let told = call(server, Method::GET, &path, Value::Null).await.expect(200).json();
    let it = &told["permission"];
    (it["allowed"].as_bool().unwrap(), it["reason"].as_str().map(str::to_owned))
}

/// Who is listed as misconfigured in a project, with what is wrong.
pub async fn misconfigured(server: &Server, project: &str) -> Vec<(String, String)> {
    let told = call(server, Method::GET, &format!("/projects/{project}/misconfigured"), Value::Null).await;
    let people = told.expect(200).json()["people"].as_array().unwrap().clone();
    let text = |it: &Value| it.as_str().unwrap().to_owned();
    people.iter().map(|it| (text(&it["user_name"]), text(&it["problem"]))).collect()
}

fn rule(reply: &Reply) -> String {
    reply.json()["type"].as_str().unwrap().trim_start_matches("urn:doorward:problem:").to_owned()
}

pub fn detail(reply: &Reply) -> String {
    reply.json()["detail"].as_str().unwrap().to_owned()
}

pub async fn sound(server: &Server) {
    let report = fsck::run(&server.app, &Server::operator()).await.unwrap();
    assert_eq!(report.broken, Vec::new());
}

/// A token of somebody who may make one.
async fn personal_token(server: &Server, id: UserId, by: &Actor) -> String {
    let person = users::show(&server.app, &Server::operator(), id).await.unwrap();
    let new = NewToken { name: "a script".to_owned(), scopes: vec![Scope::Read, Scope::Write], lifetime: LIFETIME };
    let (_, secret) = personal_tokens::create(&server.app, by, &person, new, Whence::UNKNOWN).await.unwrap();
    server.run_jobs().await;
    secret.reveal().clone()
}

/// A group with these people.
pub async fn crew(tenant: &Tenant<'_>, name: &str, people: &[UserId]) -> GroupId {
    let id = group(tenant, name).await;
    join(tenant, id, people).await;
    id
}

/// S3-24: a group that is put on a project brings everybody in it, whoever joins later comes too, and whoever leaves goes.
#[tokio::test]
async fn s3_24_a_group_brings_everybody_in_it_to_a_project() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let [ann, ben, cat] = [
        tenant.user("ann", "standard").await,
        tenant.user("ben", "standard").await,
        tenant.user("cat", "standard").await,
    ];
    let builders = crew(&tenant, "Builders", &[ann, ben]).await;
    let bridge = project(&server, "Bridge").await;

    let made = assign(&server, &bridge, as_team("group", &builders)).await.expect(201).json();
    let before = [verdict(&server, &bridge, ann).await, verdict(&server, &bridge, cat).await];
    join(&tenant, builders, &[cat]).await;
    let leave = json!({ "remove": [ann] });
    call(&server, Method::POST, &format!("/groups/{builders}/members"), leave).await.expect(200);
    let after = [verdict(&server, &bridge, ann).await, verdict(&server, &bridge, cat).await];
    let through = access(&server, &bridge, cat).await;

    let (write, none) = (("write".to_owned(), None), ("none".to_owned(), Some("not_assigned".to_owned())));
    assert_eq!((&made["name"], &made["as_team"]), (&json!("Builders"), &json!(true)));
    assert_eq!(before, [write.clone(), none.clone()]);
    assert_eq!(after, [none, write]);
    assert_eq!(through["team"], made["id"]);
    assert_eq!(through["through"][0]["name"], "Builders");
    assert_eq!(through["through"][0]["subject"], json!({ "kind": "group", "id": builders }));
    sound(&server).await;
}

/// S3-30, C13: nobody comes onto a second team of a project: not by another team, not by a box that is ticked, not by joining
/// a group or a team. The answer says who is on which team. On another project it is no matter, and after the first has gone.
#[tokio::test]
async fn s3_30_nobody_is_on_two_teams_of_one_project() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let (ann, ben) = (tenant.user("ann", "standard").await, tenant.user("ben", "standard").await);
    let (red, blue) = (crew(&tenant, "Red", &[ann]).await, crew(&tenant, "Blue", &[ann]).await);
    let green = team(&server, "Green", &[ben]).await;
    let (bridge, tunnel) = (project(&server, "Bridge").await, project(&server, "Tunnel").await);
    let first = id_of(&assign(&server, &bridge, as_team("group", &red)).await.expect(201));
    assign(&server, &bridge, put("team", &green)).await.expect(201);
    let plain = id_of(&assign(&server, &bridge, put("group", &blue)).await.expect(201));
    let box_of = format!("/projects/{bridge}/assignments/{plain}");
    let of = |id: &str| format!("/groups/{id}/members");

    let refused = [
        call(&server, Method::PATCH, &box_of, json!({ "as_team": true })).await,
        assign(&server, &bridge, as_team("user", &ann)).await,
        call(&server, Method::POST, &of(&red.to_string()), json!({ "add": [ben] })).await,
        call(&server, Method::POST, &format!("/teams/{green}/members"), json!({ "add": [ann] })).await,
        call(&server, Method::PATCH, &format!("/users/{ann}"), json!({ "teams": [green] })).await,
    ];
    let elsewhere = assign(&server, &tunnel, as_team("group", &blue)).await;
    call(&server, Method::DELETE, &format!("/projects/{bridge}/assignments/{first}"), Value::Null).await.expect(204);
    let free = call(&server, Method::PATCH, &box_of, json!({ "as_team": true })).await;

    let on = |person: &str, team: &str| {
        format!("{person} is on the team {team} of the project Bridge already; take them off it first")
    };
    for (nth, (reply, (person, team))) in refused
        .iter()
        .zip([("ann", "Red"), ("ann", "Red"), ("ben", "Green"), ("ann", "Red"), ("ann", "Red")])
        .enumerate()
    {
        assert_eq!((reply.status, rule(reply).as_str()), (409, "second-team"), "{nth}: {}", reply.text);
        assert_eq!(detail(reply), on(person, team), "{nth}");
    }
    assert_eq!((elsewhere.status, free.status), (201, 200));
    assert_eq!(access(&server, &bridge, ann).await["team"], json!(plain));
    sound(&server).await;
}

/// S3-30: of two teams that are put on a project at the same moment, with one person in both, exactly one is.
#[tokio::test]
async fn s3_30_of_two_teams_at_the_same_moment_exactly_one_comes_onto_the_project() {
    let server = Server::start().await;
    let other = server.node().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let ann = tenant.user("ann", "standard").await;
    let bridge = project(&server, "Bridge").await;
    let mut crews = Vec::new();
    for nth in 0..6 {
        crews.push(crew(&tenant, &format!("Crew {nth}"), &[ann]).await);
    }

    for pair in crews.chunks(2) {
        let (a, b) = tokio::join!(
            assign(&server, &bridge, as_team("group", &pair[0])),
            assign(&other, &bridge, as_team("group", &pair[1])),
        );

        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{} {}", a.text, b.text);
        let lost = if a.status == 409 { &a } else { &b };
        assert_eq!(rule(lost), "second-team");
        let won = if a.status == 201 { id_of(&a) } else { id_of(&b) };
        assert_eq!(access(&server, &bridge, ann).await["team"], json!(won));
        call(&server, Method::DELETE, &format!("/projects/{bridge}/assignments/{won}"), Value::Null).await.expect(204);
    }
    sound(&server).await;
}

/// S3-31: whoever is on a project without a team is denied with the reason and is listed; a team puts it right. A role model
/// that asks for no team finds nothing wrong.
#[tokio::test]
async fn s3_31_whoever_is_on_a_project_without_a_team_is_denied_and_listed() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let (ann, ben) = (tenant.user("ann", "standard").await, tenant.user("ben", "standard").await);
    let crew = crew(&tenant, "Crew", &[ben]).await;
    let bridge = project(&server, "Bridge").await;
    assign(&server, &bridge, put("user", &ann)).await.expect(201);
    let plain = id_of(&assign(&server, &bridge, put("group", &crew)).await.expect(201));

    let wrong = misconfigured(&server, &bridge).await;
    let denied = [verdict(&server, &bridge, ann).await, verdict(&server, &bridge, ben).await];
    let decided = permitted(&server, &bridge, ben, "app.project:read").await;
    let tick = json!({ "as_team": true });
    call(&server, Method::PATCH, &format!("/projects/{bridge}/assignments/{plain}"), tick).await.expect(200);
    let after = misconfigured(&server, &bridge).await;
    let right = verdict(&server, &bridge, ben).await;

    let no_team = |name: &str| (name.to_owned(), "no_team".to_owned());
    assert_eq!(wrong, [no_team("ann"), no_team("ben")]);
    let reason = || Some("misconfigured_team".to_owned());
    assert_eq!(denied, [("none".to_owned(), reason()), ("none".to_owned(), reason())]);
    assert_eq!(decided, (false, reason()));
    assert_eq!((after, right), (vec![no_team("ann")], ("write".to_owned(), None)));
}

/// A role model that asks for no team and allows several finds nothing wrong with people who have none or two.
#[tokio::test]
async fn where_the_role_model_asks_for_no_team_nobody_is_misconfigured() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let vera = tenant.user("vera", "contributor").await;
    let (red, blue) = (crew(&tenant, "Red", &[vera]).await, crew(&tenant, "Blue", &[vera]).await);
    let (bridge, tunnel) = (project(&server, "Bridge").await, project(&server, "Tunnel").await);
    assign(&server, &bridge, put("user", &vera)).await.expect(201);
    assign(&server, &tunnel, as_team("group", &red)).await.expect(201);
    let second = json!({ "subject": { "kind": "group", "id": blue }, "as_team": true, "access": "read" });
    assign(&server, &tunnel, second).await.expect(201);

    assert_eq!(verdict(&server, &bridge, vera).await, ("write".to_owned(), None));
    assert_eq!(verdict(&server, &tunnel, vera).await, ("read".to_owned(), Some("read_only_project".to_owned())));
    assert_eq!(misconfigured(&server, &bridge).await, []);
    assert_eq!(misconfigured(&server, &tunnel).await, []);
    sound(&server).await;
}

/// S3-33, S3-34, S3-9: access is Write unless Read Only is said; Read Only lets nobody change anything, whatever the roles
/// allow, and a Read-Only role lets its holder change nothing in any project.
#[tokio::test]
async fn s3_33_s3_34_s3_9_access_is_write_by_default_and_read_only_is_a_ceiling() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let (ann, rita) = (tenant.user("ann", "admin").await, tenant.user("rita", "read_only").await);
    let crew = crew(&tenant, "Crew", &[ann, rita]).await;
    let bridge = project(&server, "Bridge").await;
    let change = "app.project.limited:update";

    let made = assign(&server, &bridge, as_team("group", &crew)).await.expect(201).json();
    let open = [permitted(&server, &bridge, ann, change).await, permitted(&server, &bridge, rita, change).await];
    let reads = verdict(&server, &bridge, rita).await;
    let path = format!("/projects/{bridge}/assignments/{}", made["id"].as_str().unwrap());
    call(&server, Method::PATCH, &path, json!({ "access": "read" })).await.expect(200);
    let shut = permitted(&server, &bridge, ann, change).await;
    let still = permitted(&server, &bridge, ann, "app.project:read").await;

    assert_eq!(made["access"], "write");
    assert_eq!(open, [(true, None), (false, Some("read_only_role".to_owned()))]);
    assert_eq!(reads, ("read".to_owned(), Some("read_only_role".to_owned())));
    assert_eq!(shut, (false, Some("read_only_project".to_owned())));
    assert_eq!(still, (true, None));
    assert_eq!(verdict(&server, &bridge, ann).await, ("read".to_owned(), Some("read_only_project".to_owned())));
}

/// S3-35: what was added becomes a team by `as_team`, and is none any more without it; whoever is in another one is then on
/// that one. A team of the organisation always is one.
#[tokio::test]
async fn s3_35_what_was_added_becomes_a_team_and_is_none_any_more() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let ann = tenant.user("ann", "standard").await;
    let (crew, green) = (crew(&tenant, "Crew", &[ann]).await, team(&server, "Green", &[]).await);
    let bridge = project(&server, "Bridge").await;
    let plain = assign(&server, &bridge, put("group", &crew)).await.expect(201).json();
    let path = format!("/projects/{bridge}/assignments/{}", plain["id"].as_str().unwrap());

    let ticked = call(&server, Method::PATCH, &path, json!({ "as_team": true })).await.expect(200).json();
    let on = access(&server, &bridge, ann).await["team"].clone();
    call(&server, Method::PATCH, &path, json!({ "as_team": false })).await.expect(200);
    let off = access(&server, &bridge, ann).await["team"].clone();
    let organisations = assign(&server, &bridge, put("team", &green)).await.expect(201).json();
    let stands = format!("/projects/{bridge}/assignments/{}", organisations["id"].as_str().unwrap());
    let refused = call(&server, Method::PATCH, &stands, json!({ "as_team": false })).await;

    assert_eq!((&plain["as_team"], &ticked["as_team"]), (&json!(false), &json!(true)));
    assert_eq!((on, off), (plain["id"].clone(), Value::Null));
    assert_eq!((&organisations["as_team"], refused.status), (&json!(true), 400));
    sound(&server).await;
}

/// Pushes a group with these members; answers its id.
async fn pushed(connection: &Provisioning<'_>, name: &str, members: &[&str]) -> String {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    let schema = "urn:ietf:params:scim:schemas:core:2.0:Group";
    let body = json!({ "schemas": [schema], "displayName": name, "members": members });
    id_of(&connection.send(Method::POST, "/Groups", &body).await.expect(201))
}

/// S3-30, S3-31: an identity provider is never refused for a team of a project. Whoever it puts into a second one keeps the
/// first, is listed, and is on the second once the first is gone. Members that were waited for come too.
#[tokio::test]
async fn s3_30_an_identity_provider_is_never_refused_and_the_first_team_counts() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let connection = tenant.connection().await;
    let body = json!({ "userName": "ann", "password": crate::harness::PASSWORD });
    let ann = id_of(&connection.send(Method::POST, "/Users", &body).await.expect(201));
    let user: UserId = ann.parse().unwrap();
    let (red, blue) = (pushed(&connection, "Red", &[&ann]).await, pushed(&connection, "Blue", &["00u-later"]).await);
    let bridge = project(&server, "Bridge").await;
    let first = id_of(&assign(&server, &bridge, as_team("group", &red)).await.expect(201));
    let second = json!({ "subject": { "kind": "group", "id": blue }, "as_team": true, "access": "read" });
    let second = id_of(&assign(&server, &bridge, second).await.expect(201));

    let add = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "add", "path": "members", "value": [{ "value": ann }] }],
    });
    let joined = connection.send(Method::PATCH, &format!("/Groups/{blue}"), &add).await;
    let (listed, told) = (misconfigured(&server, &bridge).await, access(&server, &bridge, user).await);
    let later: UserId = connection.push("later").await.parse().unwrap();
    connection.delete(&format!("/Groups/{red}")).await.expect(204);
    let after = access(&server, &bridge, user).await;

    assert_eq!(joined.status, 200, "{}", joined.text);
    assert_eq!(listed, [("ann".to_owned(), "second_team".to_owned())]);
    assert_eq!(
        (&told["team"], &told["access"], &told["misconfigurations"]),
        (&json!(first), &json!("write"), &json!(["second_team"]))
    );
    let counting: Vec<_> = told["through"].as_array().unwrap().iter().map(|it| it["counts"].clone()).collect();
    assert_eq!(counting, [json!(true), json!(false)]);
    assert_eq!((&after["team"], &after["access"]), (&json!(second), &json!("read")));
    assert_eq!(access(&server, &bridge, later).await["team"], json!(second));
    assert_eq!(misconfigured(&server, &bridge).await, []);
    sound(&server).await;
}

/// S3-26, C12: a group on a project is deleted by nobody here, and the answer names the projects; neither is a team. Its
/// identity provider deletes its own, and then it is on no project; the record says which it was on.
#[tokio::test]
async fn s3_26_c12_a_group_on_a_project_stays_until_it_is_taken_off() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let connection = tenant.connection().await;
    let theirs = pushed(&connection, "Theirs", &[]).await;
    let (crew, green) = (crew(&tenant, "Crew", &[]).await, team(&server, "Green", &[]).await);
    let bridge = project(&server, "Bridge").await;
    let on = id_of(&assign(&server, &bridge, put("group", &crew)).await.expect(201));
    assign(&server, &bridge, put("group", &theirs)).await.expect(201);
    assign(&server, &bridge, put("team", &green)).await.expect(201);

    let kept = call(&server, Method::DELETE, &format!("/groups/{crew}"), Value::Null).await;
    let stays = call(&server, Method::DELETE, &format!("/teams/{green}"), Value::Null).await;
    connection.delete(&format!("/Groups/{theirs}")).await.expect(204);
    let left = call(&server, Method::GET, &format!("/projects/{bridge}/assignments"), Value::Null).await.json();
    call(&server, Method::DELETE, &format!("/projects/{bridge}/assignments/{on}"), Value::Null).await.expect(204);
    call(&server, Method::DELETE, &format!("/groups/{crew}"), Value::Null).await.expect(204);

    assert_eq!((kept.status, rule(&kept).as_str()), (409, "group-assigned"));
    assert_eq!(kept.json()["assigned_to"], json!([{ "kind": "project", "id": bridge, "name": "Bridge" }]));
    assert_eq!((stays.status, rule(&stays).as_str()), (409, "team-assigned"));
    assert_eq!(detail(&stays), "this team is on projects: Bridge; take it off them first");
    let names: Vec<_> = left["assignments"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names, ["Crew", "Green"]);
    let rows = audit::newest(server.app.store.reader(), tenant.org, 100).await.unwrap();
    let gone = rows.iter().find(|it| it.action == "group.deleted" && it.target_label == "Theirs").unwrap();
    assert!(gone.changes.contains("\"Bridge\""), "{}", gone.changes);
    sound(&server).await;
}

/// Whoever is deactivated keeps the place and has no access until they are back; whoever is removed or erased is nowhere.
#[tokio::test]
async fn whoever_goes_is_on_no_project_and_whoever_is_shut_out_comes_back_as_before() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "owner-admin-contributor-viewer").await;
    tenant.user("olga", "owner").await;
    let (ann, ben) = (tenant.user("ann", "viewer").await, tenant.user("ben", "viewer").await);
    let crew = crew(&tenant, "Crew", &[ann, ben]).await;
    let bridge = project(&server, "Bridge").await;
    assign(&server, &bridge, as_team("group", &crew)).await.expect(201);
    assign(&server, &bridge, put("user", &ben)).await.expect(201);
    let of = |user: UserId, deed: &str| format!("/users/{user}/{deed}");

    call(&server, Method::POST, &of(ann, "deactivate"), Value::Null).await.expect(200);
    let out = verdict(&server, &bridge, ann).await;
    let refused = assign(&server, &bridge, put("user", &ann)).await;
    call(&server, Method::POST, &of(ann, "activate"), Value::Null).await.expect(200);
    let back = verdict(&server, &bridge, ann).await;
    departures::erase(&server.app, &Server::operator(), ben).await.unwrap();

    assert_eq!(out, ("none".to_owned(), Some("not_active".to_owned())));
    assert_eq!((refused.status, rule(&refused).as_str()), (409, "wrong-state"));
    assert_eq!(back, ("write".to_owned(), None));
    let left = call(&server, Method::GET, &format!("/projects/{bridge}/assignments"), Value::Null).await.json();
    assert_eq!(left["assignments"].as_array().unwrap().len(), 1, "{left}");
    sound(&server).await;
    call(&server, Method::DELETE, &format!("/projects/{bridge}"), Value::Null).await.expect(204);
    sound(&server).await;
}

/// TE-05, TE-17: what belongs to another organisation does not exist: in the path, in the body and as a cursor.
#[tokio::test]
async fn te_05_te_17_nothing_of_another_organisation_is_reached_through_a_project() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant_with("acme", PRESET).await, server.tenant_with("globex", PRESET).await);
    let (boss, by) = globex.actor("boss", "admin").await;
    let ann = acme.user("ann", "standard").await;
    let foreign = group(&globex, "Theirs").await;
    let bridge = project(&server, "Bridge").await;
    project(&server, "Tunnel").await;
    let on = id_of(&assign(&server, &bridge, as_team("user", &ann)).await.expect(201));
    let page = call(&server, Method::GET, "/projects?limit=1", Value::Null).await.expect(200).json();
    let token = personal_token(&server, boss, &by).await;
    let ask = async |method: Method, path: &str, body: Value| {
        let request = server.request(method, &format!("/api/v1{path}")).bearer_auth(&token);
        server.send(if body.is_null() { request } else { request.json(&body) }).await.status
    };

    let (one, place) = (format!("/projects/{bridge}"), format!("/projects/{bridge}/assignments/{on}"));
    let statuses = [
        ask(Method::GET, &one, Value::Null).await,
        ask(Method::PATCH, &one, json!({ "name": "Mine" })).await,
        ask(Method::DELETE, &one, Value::Null).await,
        ask(Method::GET, &format!("{one}/assignments"), Value::Null).await,
        ask(Method::POST, &format!("{one}/assignments"), put("user", &boss)).await,
        ask(Method::PATCH, &place, json!({ "access": "read" })).await,
        ask(Method::DELETE, &place, Value::Null).await,
        ask(Method::GET, &format!("{one}/misconfigured"), Value::Null).await,
        ask(Method::GET, &format!("{one}/access/{boss}"), Value::Null).await,
    ];
    let own = ask(Method::GET, "/projects", Value::Null).await;
    let cursor =
        ask(Method::GET, &format!("/projects?cursor={}", page["next_cursor"].as_str().unwrap()), Value::Null).await;
    let mixed = [
        assign(&server, &bridge, put("user", &boss)).await.status,
        assign(&server, &bridge, put("group", &foreign)).await.status,
        call(&server, Method::GET, &format!("{one}/access/{boss}"), Value::Null).await.status,
    ];

    assert_eq!(statuses, [404; 9]);
    assert_eq!((own, cursor), (200, 400));
    assert_eq!(mixed, [400, 400, 404]);
    let left = call(&server, Method::GET, &format!("{one}/assignments"), Value::Null).await.json();
    assert_eq!(left["assignments"].as_array().unwrap().len(), 1);
}

/// Role models without a word about projects show nobody any; whoever is on one learns their own access and nobody else's.
#[tokio::test]
async fn who_may_not_manage_access_sees_the_own_and_who_has_no_permission_sees_nothing() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", PRESET).await;
    let (ann, by) = tenant.actor("ann", "standard").await;
    let ben = tenant.user("ben", "standard").await;
    let other = server.tenant_with("initech", "root-admin-developer").await;
    let (_, developer) = other.actor("dora", "developer").await;
    let bridge = project(&server, "Bridge").await;
    assign(&server, &bridge, as_team("user", &ann)).await.expect(201);
    let id = bridge.parse().unwrap();
    let app = &server.app;
    let seen = projects::page(app, &by, tenant.org, &ProjectQuery::default()).await.unwrap();
    let own = project_access::of_user(app, &by, (id, ann), None).await.unwrap();
    let others = project_access::of_user(app, &by, (id, ben), None).await;
    let people = project_access::page(app, &by, &seen.projects[0], (None, None)).await;
    let nothing = projects::page(app, &developer, other.org, &ProjectQuery::default()).await;

    assert_eq!((seen.projects.len(), own.decision.word()), (1, "write"));
    assert!(matches!(others, Err(Error::Denied(_))) && matches!(people, Err(Error::Denied(_))));
    assert!(matches!(nothing, Err(Error::Denied(_))));
}

/// A text that is looked for is as long as a name may be at most, and holds nothing that a database would stumble over.
#[tokio::test]
async fn a_text_that_no_name_can_hold_is_refused_where_it_is_looked_for() {
    let server = Server::start().await;
    server.tenant_with("acme", PRESET).await;
    for list in ["projects", "groups", "users"] {
        for (text, expected) in [("x".repeat(257), 400), ("a%00b".to_owned(), 400), ("x".repeat(256), 200)] {
            let path = format!("/{list}?organisation=acme&name={text}");

            let answer = call(&server, Method::GET, &path, Value::Null).await;

            assert_eq!(answer.status, expected, "{path}: {}", answer.text);
        }
    }
}
