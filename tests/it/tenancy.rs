//! Two organisations on one server: neither is seen, named or counted by the other.

use doorward::app::{organisations, users};
use doorward::domain::id::{OrgId, UserId};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Browser, PASSWORD, Server, Tenant};
use crate::oidc::stage::{self, Rp, Stage, basic};
use crate::people::{Api, application, group, invited, matrix, new_stream, program, team};

/// TE-05: every list of one organisation leaves out the other, and its ids are those of nothing.
#[tokio::test]
async fn te_05_no_list_and_no_id_crosses_the_organisation() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let (ours, theirs) = (acme.connection().await, globex.connection().await);
    let mine = ours.push("ada@acme.example").await;
    let foreign = theirs.push("hank@globex.example").await;
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Reactor",
        "members": [{ "value": foreign }],
    });
    let foreign_group = theirs.send(Method::POST, "/Groups", &group).await.expect(201).json()["id"].clone();

    let lists = [ours.get("/Users").await, ours.get("/Groups").await, ours.get("/Users?filter=userName pr").await];
    let by_id = [
        ours.get(&format!("/Users/{foreign}")).await,
        ours.get(&format!("/Groups/{}", foreign_group.as_str().unwrap())).await,
        ours.delete(&format!("/Users/{foreign}")).await,
    ];
    let api = server.send(server.api(Method::GET, "/api/v1/users?organisation=acme")).await.expect(200);

    for list in lists {
        let body = list.expect(200).json().to_string();
        assert!(!body.contains("globex") && !body.contains(&foreign) && !body.contains("Reactor"), "{body}");
    }
    for reply in by_id {
        assert_eq!(reply.status, 404);
        assert!(!reply.text.contains("globex"));
    }
    let seen: Vec<Value> = api.json()["users"].as_array().unwrap().iter().map(|it| it["id"].clone()).collect();
    assert_eq!(seen, [json!(mine)]);
    theirs.get(&format!("/Users/{foreign}")).await.expect(200);
}

/// The words of the matrix of the API for what an organisation has, each with an id.
pub type Ids = Vec<(&'static str, String)>;

/// One of everything that an id names, in this organisation.
pub async fn belongings(api: &Api, tenant: &Tenant<'_>, slug: &str, name: &str) -> Ids {
    let user = tenant.user(name, "viewer").await.to_string();
    let new = Some(json!({ "name": format!("Project of {name}") }));
    let made = api.operator(Method::POST, &format!("/projects?organisation={slug}"), new).await.expect(201).json();
    let project = made["id"].as_str().unwrap().to_owned();
    let put = Some(json!({ "subject": { "kind": "user", "id": user } }));
    let on = api.operator(Method::POST, &format!("/projects/{project}/assignments"), put).await.expect(201).json();
    let connection = tenant.connection().await.id.to_string();
    let tokens = api.operator(Method::GET, &format!("/connections/{connection}"), None).await.expect(200).json();
    let audit =
        api.operator(Method::GET, &format!("/audit?organisation={slug}&limit=1"), None).await.expect(200).json();
    let stream = format!("/audit/streams?organisation={slug}");
    let stream = api.operator(Method::POST, &stream, Some(new_stream())).await.expect(201).json();
    let export = format!("/audit/exports?organisation={slug}");
    let export = api.operator(Method::POST, &export, Some(json!({}))).await.expect(202).json();
    vec![
        ("CONNECTION", connection),
        ("SECRET", tokens["tokens"][0]["id"].as_str().unwrap().to_owned()),
        ("ASSIGNMENT", on["id"].as_str().unwrap().to_owned()),
        ("PROJECT", project),
        ("INVITATION", invited(api, tenant.org, &format!("{name}.friend@mail.example"), "viewer").await),
        ("TEAM", team(tenant, &format!("Team of {name}")).await),
        ("GROUP", group(tenant, &format!("Group of {name}")).await),
        ("SERVICE", program(tenant, &format!("Program of {name}")).await),
        ("APPLICATION", application(tenant, &format!("Application of {name}")).await),
        ("EVENT", audit["events"][0]["id"].as_str().unwrap().to_owned()),
        ("STREAM", stream["stream"]["id"].as_str().unwrap().to_owned()),
        ("EXPORT", export["id"].as_str().unwrap().to_owned()),
        ("USER", user),
    ]
}

fn filled(text: &str, ids: &Ids) -> String {
    ids.iter().fold(text.to_owned(), |text, (word, id)| text.replace(word, id))
}

fn id<'i>(ids: &'i Ids, word: &str) -> &'i str {
    &ids.iter().find(|it| it.0 == word).unwrap().1
}

/// Everything that the lists say about an organisation, and how many deeds its record holds.
async fn everything(api: &Api, slug: &str) -> String {
    let mut all = String::new();
    for list in [
        "users",
        "groups",
        "teams",
        "projects",
        "invitations",
        "service-accounts",
        "clients",
        "connections",
        "audit",
        "audit/streams",
        "audit/exports",
    ] {
        all.push_str(&api.operator(Method::GET, &format!("/{list}?organisation={slug}"), None).await.expect(200).text);
    }
    all
}

/// TE-05: at every route of the API an id of another organisation is answered like one of nothing, and nothing there changes.
#[tokio::test]
async fn te_05_every_route_answers_the_ids_of_others_like_ids_of_nothing() {
    let api = Api::new().await;
    let globex = api.server().tenant("globex").await;
    let owner = api.token(api.stage.ada.user.id).await;
    let theirs = belongings(&api, &globex, "globex", "hank").await;
    let nothing: Ids = theirs.iter().map(|(word, _)| (*word, UserId::new().to_string())).collect();
    let before = everything(&api, "globex").await;
    let mut asked = 0;

    for (method, path, body, _) in matrix() {
        if !theirs.iter().any(|(word, _)| path.contains(word)) {
            continue;
        }
        let mut answers = Vec::new();
        for ids in [&theirs, &nothing] {
            let body = body.as_ref().map(|it| filled(&it.to_string(), ids).parse().unwrap());
            let path = filled(path, ids).replace("ROLE", "viewer").replace("CLIENT", "none");
            let reply = api.call(&owner, method.clone(), &path, body).await;
            let request = reply.json()["request_id"].as_str().unwrap().to_owned();
            let said = ids.iter().fold(reply.text, |text, (word, id)| text.replace(id, word));
            answers.push((reply.status, said.replace(&request, "REQUEST")));
        }
        assert_eq!(answers[0].0, 404, "{method} {path}: {}", answers[0].1);
        assert_eq!(answers[0], answers[1], "{method} {path}");
        asked += 1;
    }

    assert!(asked > 50, "only {asked} routes were asked");
    assert_eq!(everything(&api, "globex").await, before);
}

/// TE-05: nor does an id of another organisation do anything beside one's own: in a body, in a query, as a second id of a path,
/// or as a place in a list.
#[tokio::test]
async fn te_05_an_id_of_others_beside_an_own_one_does_nothing() {
    let api = Api::new().await;
    let globex = api.server().tenant("globex").await;
    let owner = api.token(api.stage.ada.user.id).await;
    let theirs = belongings(&api, &globex, "globex", "hank").await;
    globex.user("hanna", "viewer").await;
    let ours = belongings(&api, &api.acme(), "acme", "ann").await;
    let (user, theirs_of) = (id(&theirs, "USER"), |word: &str| id(&theirs, word).to_owned());
    let foreign_page = api.operator(Method::GET, "/users?organisation=globex&limit=1", None).await.expect(200).json();
    let before = [everything(&api, "acme").await, everything(&api, "globex").await];

    for (method, path, body) in [
        (Method::POST, "/teams/TEAM/members", json!({ "add": [user] })),
        (Method::POST, "/groups/GROUP/members", json!({ "add": [user] })),
        (Method::POST, "/projects/PROJECT/assignments", json!({ "subject": { "kind": "user", "id": user } })),
        (
            Method::POST,
            "/projects/PROJECT/assignments",
            json!({ "subject": { "kind": "group", "id": theirs_of("GROUP") } }),
        ),
        (Method::POST, "/teams", json!({ "name": "Mixed", "members": [user] })),
        (Method::POST, "/service-accounts", json!({ "name": "Mixed", "role": "viewer", "owner": user })),
        (Method::PATCH, "/service-accounts/SERVICE", json!({ "owner": user })),
        (Method::PUT, "/resources/report/mixed", json!({ "name": "Mixed", "owner": user })),
        (Method::DELETE, &format!("/connections/CONNECTION/tokens/{}", theirs_of("SECRET")), Value::Null),
        (Method::DELETE, &format!("/projects/PROJECT/assignments/{}", theirs_of("ASSIGNMENT")), Value::Null),
        (
            Method::PATCH,
            &format!("/projects/PROJECT/assignments/{}", theirs_of("ASSIGNMENT")),
            json!({ "access": "read" }),
        ),
        (Method::GET, &format!("/projects/PROJECT/access/{user}"), Value::Null),
        (Method::GET, "/users?organisation=globex", Value::Null),
        (Method::GET, &format!("/users?cursor={}", foreign_page["next_cursor"].as_str().unwrap()), Value::Null),
    ] {
        let body = Some(body).filter(|it| !it.is_null());
        let reply = api.call(&owner, method.clone(), &filled(path, &ours), body).await;
        let is_refused = matches!(reply.status, 400 | 404);
        // A list of people may be taken in part; whoever is left out is named by the id that was sent, and by nothing else.
        assert!(is_refused || path.ends_with("/members"), "{method} {path}: {} {}", reply.status, reply.text);
        assert!(!reply.text.contains("hank"), "{method} {path}: {}", reply.text);
    }
    for query in ["team=TEAM", "group=GROUP", "project=PROJECT"] {
        let reply = api.call(&owner, Method::GET, &format!("/users?{}", filled(query, &theirs)), None).await;
        let is_empty = reply.status == 200 && reply.json()["users"] == json!([]);
        assert!(is_empty || matches!(reply.status, 400 | 404), "{query}: {} {}", reply.status, reply.text);
    }

    assert_eq!([everything(&api, "acme").await, everything(&api, "globex").await], before);
}

/// TE-05, C70: over SCIM, too, an id of another organisation finds nobody: in a filter, as a member, as a manager, in bulk.
#[tokio::test]
async fn te_05_c70_no_id_of_others_finds_anybody_over_scim() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let (ours, theirs) = (acme.connection().await, globex.connection().await);
    let (ada, hank) = (ours.push("ada").await, theirs.push("hank").await);
    let group = |id: &str| json!({ "displayName": "Reactor", "members": [{ "value": id }] });
    let made = theirs.send(Method::POST, "/Groups", &group(&hank)).await.expect(201).json();
    let reactor = made["id"].as_str().unwrap();

    for filter in [
        format!("id eq \"{hank}\""),
        format!("groups.value eq \"{reactor}\""),
        format!("groups[value eq \"{reactor}\"]"),
        format!("manager.value eq \"{hank}\""),
        "externalId eq \"00u-hank\"".to_owned(),
        "not (userName eq \"ada\")".to_owned(),
    ] {
        let found = ours.send(Method::POST, "/Users/.search", &json!({ "filter": filter })).await.expect(200).json();
        assert_eq!(found["totalResults"], 0, "{filter}");
    }
    let by_member = json!({ "filter": format!("members.value eq \"{hank}\"") });
    assert_eq!(ours.send(Method::POST, "/Groups/.search", &by_member).await.expect(200).json()["totalResults"], 0);
    let off = json!({ "Operations": [{ "op": "replace", "path": "active", "value": false }] });
    let operations: Vec<Value> = [("PATCH", &off), ("DELETE", &Value::Null)]
        .map(|(method, data)| json!({ "method": method, "path": format!("/Users/{hank}"), "data": data }))
        .into();
    let bulk = ours.send(Method::POST, "/Bulk", &json!({ "Operations": operations })).await.expect(200).json();
    let statuses: Vec<&Value> = bulk["Operations"].as_array().unwrap().iter().map(|it| &it["status"]).collect();
    assert_eq!(statuses, ["404", "404"]);
    let joined = ours.send(Method::POST, "/Groups", &group(&hank)).await.expect(201).json();
    assert_eq!(joined.get("members"), None);

    assert_eq!(theirs.get(&format!("/Users/{hank}")).await.expect(200).json()["active"], true);
    assert_eq!(ours.get("/Users").await.json()["Resources"][0]["id"], json!(ada));
}

/// SC-10: connections of one name, in one organisation or in two, are different ones: each sees what it pushed and nothing else.
#[tokio::test]
async fn sc_10_a_name_makes_no_connection_another() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let alike = [acme.connection().await, acme.connection().await, globex.connection().await];
    let mut ids = Vec::new();
    for (number, connection) in alike.iter().enumerate() {
        let body = json!({ "userName": format!("ada-{number}"), "externalId": "00u-ada" });
        let made = connection.send(Method::POST, "/Users", &body).await.expect(201).json();
        ids.push(made["id"].as_str().unwrap().to_owned());
    }

    for (number, connection) in alike.iter().enumerate() {
        let seen = connection.get("/Users?filter=externalId eq \"00u-ada\"").await.expect(200).json();
        assert_eq!((&seen["totalResults"], &seen["Resources"][0]["id"]), (&json!(1), &json!(ids[number])));
        for id in ids.iter().filter(|it| **it != ids[number]) {
            connection.get(&format!("/Users/{id}")).await.expect(404);
            connection.delete(&format!("/Users/{id}")).await.expect(404);
        }
    }
    assert!(alike[0].id != alike[1].id && alike[1].id != alike[2].id && alike[0].token != alike[1].token);
}

/// What somebody holds in an organisation with an identity provider.
struct Held<'s> {
    browser: Browser<'s>,
    name: &'static str,
    password: &'static str,
    access: String,
    refresh: String,
    personal: String,
    scim: String,
}

/// What of it opens something.
async fn opens(stage: &Stage, rp: &Rp, held: &Held<'_>) -> Vec<&'static str> {
    let server = &stage.server;
    let again = Browser::new(server);
    again.sign_in(held.name, held.password).await;
    let get = async |path: &str, token: &str| server.send(server.request(Method::GET, path).bearer_auth(token)).await;
    let ask = async |path: &str, fields: &[(&str, &str)]| {
        let credentials = basic(&rp.client_id, rp.secret.as_deref().unwrap());
        server.send(server.request(Method::POST, path).header("authorization", credentials).form(fields)).await
    };
    let all = [
        ("session", held.browser.is_signed_in().await),
        ("sign-in", again.is_signed_in().await),
        ("userinfo", get("/oauth2/userinfo", &held.access).await.status == 200),
        ("introspection", ask("/oauth2/introspect", &[("token", &held.access)]).await.json()["active"] == true),
        ("personal token", get("/api/v1/me", &held.personal).await.status == 200),
        ("SCIM", get("/scim/v2/Users", &held.scim).await.status == 200),
    ];
    all.into_iter().filter(|it| it.1).map(|it| it.0).collect()
}

const EVERYTHING: [&str; 6] = ["session", "sign-in", "userinfo", "introspection", "personal token", "SCIM"];

/// TE-09: a suspended organisation is shut at once for everybody in it and for its identity provider, by whatever they hold;
/// the other one does not notice.
#[tokio::test]
async fn te_09_suspending_one_organisation_leaves_the_other_alone() {
    let stage = Stage::new().await;
    stage.server.keep_outbox();
    let rp = stage.rp().await;
    let (held, acme, _) = two_who_hold_everything(&stage, &rp).await;

    organisations::suspend(&stage.server.app, &Server::operator(), acme).await.unwrap();

    assert_eq!(opens(&stage, &rp, &held[0]).await, [""; 0]);
    assert_eq!(opens(&stage, &rp, &held[1]).await, EVERYTHING);
    assert_eq!(refreshed(&stage, &rp, &held).await, [400, 200]);
}

/// TE-09: a deleted organisation is shut as a suspended one is, and restored it opens no more than one that was resumed: what its
/// people had before stays void.
#[tokio::test]
async fn te_09_deleting_one_organisation_leaves_the_other_alone_and_restoring_brings_nothing_to_life() {
    let stage = Stage::new().await;
    stage.server.keep_outbox();
    let rp = stage.rp().await;
    let (held, acme, globex) = two_who_hold_everything(&stage, &rp).await;
    let call = async |method: Method, path: &str| {
        let path = format!("/api/v1/organisations/{path}");
        stage.server.send(stage.server.api(method, &path)).await.expect(200).json()
    };

    call(Method::DELETE, "acme").await;
    let shut = (opens(&stage, &rp, &held[0]).await, opens(&stage, &rp, &held[1]).await);
    let refresh = refreshed(&stage, &rp, &held[..1]).await;
    call(Method::POST, "acme/restore").await;
    let restored = (opens(&stage, &rp, &held[0]).await, refreshed(&stage, &rp, &held[..1]).await);
    call(Method::POST, "globex/suspend").await;
    call(Method::POST, "globex/resume").await;
    let resumed = (opens(&stage, &rp, &held[1]).await, refreshed(&stage, &rp, &held[1..]).await);

    assert_eq!((shut.0, shut.1), (vec![], EVERYTHING.to_vec()));
    assert_eq!((refresh, &restored), (vec![400], &resumed));
    assert!(!restored.0.contains(&"session") && !restored.0.contains(&"personal token"), "{restored:?}");
    assert!(restored.0.contains(&"sign-in"), "{restored:?}");
    assert_ne!(acme, globex);
}

/// Somebody of each of two organisations, to whom everything is open.
async fn two_who_hold_everything<'s>(stage: &'s Stage, rp: &Rp) -> (Vec<Held<'s>>, OrgId, OrgId) {
    let globex = stage.server.tenant("globex").await;
    let hank = globex.user("hank@globex.example", "owner").await;
    let hank = users::show(&stage.server.app, &Server::operator(), hank).await.unwrap();
    let acme = Tenant { server: &stage.server, org: stage.org.id };
    let mut held = Vec::new();
    for (person, password, tenant) in [(&stage.ada, stage::PASSWORD, &acme), (&hank, PASSWORD, &globex)] {
        let tokens = stage.tokens(rp, person).await;
        held.push(Held {
            browser: stage.browser(person).await,
            name: if person.user.org == acme.org { "ada@acme.example" } else { "hank@globex.example" },
            password,
            access: tokens["access_token"].as_str().unwrap().to_owned(),
            refresh: tokens["refresh_token"].as_str().unwrap().to_owned(),
            personal: stage.personal_token(person, &["read"]).await,
            scim: tenant.connection().await.token,
        });
    }
    for it in &held {
        assert_eq!(opens(stage, rp, it).await, EVERYTHING, "{} before", it.name);
    }
    (held, acme.org, globex.org)
}

/// How the refresh token of each is answered.
async fn refreshed(stage: &Stage, rp: &Rp, held: &[Held<'_>]) -> Vec<u16> {
    let mut statuses = Vec::new();
    for it in held {
        let credentials = basic(&rp.client_id, rp.secret.as_deref().unwrap());
        let request = stage.server.request(Method::POST, "/oauth2/token").header("authorization", credentials);
        let form = [("grant_type", "refresh_token"), ("refresh_token", it.refresh.as_str())];
        statuses.push(stage.server.send(request.form(&form)).await.status);
    }
    statuses
}
