//! Why somebody may do what they may, now and then.

use std::time::Duration;

use doorward::app::users::{self, OnLastHolder};
use doorward::domain::Timestamp;
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::id::UserId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_shell::{signed_in, words};
use crate::custom_roles::of_its_own;
use crate::harness::{OPERATOR_TOKEN, Provisioning, Reply, Server, Tenant};
use crate::mappings::{group, push};
use crate::projects::{as_team, assign, call, id_of, project, put};
use crate::resources::{at as signed_in_as, person, personal};

const HOUR: Duration = Duration::from_hours(1);

fn path_of(user: &impl ToString, query: &str) -> String {
    format!("/api/v1/users/{}/access{query}", user.to_string())
}

async fn asked(server: &Server, token: &str, path: &str) -> Reply {
    server.send(server.request(Method::GET, path).bearer_auth(token)).await
}

/// What is told of somebody, to the operator.
async fn told(server: &Server, user: &impl ToString, query: &str) -> Value {
    asked(server, OPERATOR_TOKEN, &path_of(user, query)).await.expect(200).json()
}

fn at(moment: Timestamp) -> String {
    format!("?at={}", moment.rfc3339())
}

/// The links of a chain, each with what it is about.
fn links(chain: &Value) -> Vec<(String, String)> {
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    chain.as_array().unwrap().iter().map(|it| (text(&it["link"]), text(&it["about"]["name"]))).collect()
}

fn link(word: &str, about: &str) -> (String, String) {
    (word.to_owned(), about.to_owned())
}

/// Each role, the deciding one first.
fn roles(told: &Value) -> Vec<&str> {
    told["roles"].as_array().unwrap().iter().map(|it| it["role"].as_str().unwrap()).collect()
}

async fn give(server: &Server, user: UserId, role: &str) {
    users::change_role(&server.app, &Server::operator(), user, &role.parse().unwrap()).await.unwrap();
    server.run_jobs().await;
}

async fn map(server: &Server, method: Method, group: &str, role: &str) {
    call(server, method, &format!("/groups/{group}/roles/{role}"), Value::Null).await;
}

async fn patch_members(at: &Provisioning<'_>, group: &str, op: &str, user: &str) {
    let path = if op == "remove" { format!("members[value eq \"{user}\"]") } else { "members".to_owned() };
    let mut operation = json!({ "op": op, "path": path });
    if op == "add" {
        operation["value"] = json!([{ "value": user }]);
    }
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation],
    });
    at.send(Method::PATCH, &format!("/Groups/{group}"), &body).await.expect(200);
}

/// A role is told with the whole chain behind it: the group that gives it and who mapped it, the membership and the request
/// of the identity provider that made it, found in the journal under its id.
#[tokio::test]
async fn a_role_leads_back_to_the_mapping_the_group_and_the_request_of_the_identity_provider() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let olga = acme.user("olga", "owner").await;
    let okta = acme.connection().await;
    let ann = push(&okta, "ann", &json!({})).await;
    let builders = group(&okta, "Builders", &[]).await;
    server.advance(HOUR);
    let token = personal(&server, olga).await;
    let mapped = server.request(Method::PUT, &format!("/api/v1/groups/{builders}/roles/contributor"));
    server.send(mapped.bearer_auth(&token)).await;
    let mapped_at = server.app.now();
    server.advance(HOUR);
    patch_members(&okta, &builders, "add", &ann).await;
    let joined_at = server.app.now();
    server.keep_outbox();
    server.advance(HOUR);

    let told = told(&server, &ann, "").await;

    assert_eq!((&told["role"], &told["status"]), (&json!("contributor"), &json!("pending")));
    let chain = &told["roles"][0]["chain"];
    assert_eq!(links(chain), [link("mapped", "Builders"), link("member", "Builders")]);
    assert_eq!((&chain[0]["gives"], &chain[0]["since"]), (&json!("contributor"), &json!(mapped_at.rfc3339())));
    assert_eq!(
        (&chain[0]["deed"]["action"], &chain[0]["deed"]["by"]["label"]),
        (&json!("group.mapped"), &json!("olga"))
    );
    assert_eq!(chain[0]["request"], Value::Null);
    assert_eq!(
        (&chain[1]["since"], &chain[1]["deed"]["by"]["kind"]),
        (&json!(joined_at.rfc3339()), &json!("connection"))
    );
    let request = &chain[1]["request"];
    assert_eq!(
        (&request["method"], &request["path"]),
        (&json!("PATCH"), &json!(format!("/scim/v2/Groups/{builders}")))
    );
    let entry = format!("/api/v1/provisioning/journal/{}?organisation=acme", request["id"].as_str().unwrap());
    assert_eq!(asked(&server, OPERATOR_TOKEN, &entry).await.expect(200).json()["id"], request["id"]);
    let browser = signed_in(&acme, "olga").await;
    let page = browser.get(&format!("/console/users/{ann}/access")).await.expect(200);
    for part in ["The group \u{2068}Builders\u{2069} gives the role", "In the group", "PATCH /scim/v2/Groups/"] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
}

/// What was so is told of any moment, whoever and whatever is gone since: roles by hand, groups that were left, unmapped or deleted.
#[tokio::test]
async fn what_was_held_is_told_as_it_was() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let okta = acme.connection().await;
    let ann: UserId = push(&okta, "ann", &json!({})).await.parse().unwrap();
    give(&server, ann, "contributor").await;
    let builders = group(&okta, "Builders", &[]).await;
    let mut moments = vec![server.app.now()];
    for step in 0..6 {
        server.advance(HOUR);
        match step {
            0 => give(&server, ann, "viewer").await,
            1 => map(&server, Method::PUT, &builders, "contributor").await,
            2 => patch_members(&okta, &builders, "add", &ann.to_string()).await,
            3 => map(&server, Method::DELETE, &builders, "contributor").await,
            4 => map(&server, Method::PUT, &builders, "contributor").await,
            _ => drop(okta.delete(&format!("/Groups/{builders}")).await.expect(204)),
        }
        server.keep_outbox();
        moments.push(server.app.now());
    }
    server.advance(HOUR);

    let mut seen = Vec::new();
    for moment in &moments {
        let told = told(&server, &ann, &at(*moment)).await;
        seen.push(roles(&told).join(" "));
    }

    let both = "contributor viewer";
    assert_eq!(seen, ["contributor", "viewer", "viewer", both, "viewer", both, "viewer"]);
    let told = told(&server, &ann, &at(moments[5])).await;
    assert_eq!(links(&told["roles"][0]["chain"]), [link("mapped", "Builders"), link("member", "Builders")]);
    assert_eq!(told["roles"][0]["chain"][1]["since"], json!(moments[3].rfc3339()));
}

/// Numbers that are no surprise.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// One of the deeds that change what somebody may do; one that is refused changes nothing.
async fn some_deed(acme: &Tenant<'_>, dice: &mut Dice, (ann, group, team, projects): (UserId, &str, &str, &[String])) {
    let server = acme.server;
    let turn = if dice.roll(2) == 0 { "add" } else { "remove" };
    let on = &projects[usize::try_from(dice.roll(2)).unwrap()];
    match dice.roll(8) {
        0 => give(server, ann, ["read_only", "standard"][usize::try_from(dice.roll(2)).unwrap()]).await,
        1 => map(server, if turn == "add" { Method::PUT } else { Method::DELETE }, group, "standard").await,
        2 => drop(call(server, Method::POST, &format!("/groups/{group}/members"), json!({ turn: [ann] })).await),
        3 => drop(call(server, Method::POST, &format!("/teams/{team}/members"), json!({ turn: [ann] })).await),
        4 => {
            let body = [put("user", &ann), put("group", &group), as_team("group", &group), put("team", &team)];
            assign(server, on, body[usize::try_from(dice.roll(4)).unwrap()].clone()).await;
        }
        kind => {
            let path = format!("/projects/{on}/assignments");
            let all = call(server, Method::GET, &path, Value::Null).await.expect(200).json();
            let all = all["assignments"].as_array().unwrap().clone();
            if all.is_empty() {
                return;
            }
            let one = &all[usize::try_from(dice.roll(u64::try_from(all.len()).unwrap())).unwrap()];
            let path = format!("{path}/{}", one["id"].as_str().unwrap());
            let access = ["read", "write"][usize::try_from(dice.roll(2)).unwrap()];
            match kind {
                5 => drop(call(server, Method::DELETE, &path, Value::Null).await),
                6 => drop(call(server, Method::PATCH, &path, json!({ "access": access })).await),
                _ => drop(call(server, Method::PATCH, &path, json!({ "as_team": turn == "add" })).await),
            }
        }
    }
    server.run_jobs().await;
    server.keep_outbox();
}

/// What the product says at this moment: roles with their sources, and each project with what it lets the user do.
async fn state(server: &Server, ann: UserId, projects: &[String]) -> Value {
    let path = format!("/api/v1/users/{ann}");
    let shown = asked(server, OPERATOR_TOKEN, &path).await.expect(200).json();
    let mut on = Vec::new();
    for project in projects {
        let access = crate::projects::access(server, project, ann).await;
        let ways: Vec<&Value> = access["through"].as_array().unwrap().iter().map(|it| &it["counts"]).collect();
        if !ways.is_empty() {
            on.push(json!({ "access": access["access"], "ways": ways }));
        }
    }
    json!({ "role": shown["role"], "grants": shown["grants"], "permissions": shown["permissions"], "projects": on })
}

/// The same, as the explanation of a moment tells it.
fn explained(told: &Value, projects: &[String]) -> Value {
    let grants = told["roles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| json!({ "role": it["role"], "source": it["source"], "since": it["since"] }));
    let on = projects.iter().filter_map(|id| {
        let all = told["projects"].as_array().unwrap();
        let project = all.iter().find(|it| it["id"].as_str() == Some(id))?;
        let ways: Vec<&Value> = project["ways"].as_array().unwrap().iter().map(|it| &it["counts"]).collect();
        Some(json!({ "access": project["access"], "ways": ways }))
    });
    json!({
        "role": told["role"], "grants": grants.collect::<Vec<_>>(), "permissions": told["permissions"],
        "projects": on.collect::<Vec<_>>(),
    })
}

/// After deeds of all kinds in any order, the explanation of each moment is what the product said and did at that moment.
#[tokio::test]
async fn every_moment_is_explained_as_it_was_decided_then() {
    let server = Server::start().await;
    let acme = server.tenant_with("acme", "admin-standard-readonly").await;
    let ann = acme.user("ann", "standard").await;
    let group = crate::projects::crew(&acme, "Builders", &[]).await.to_string();
    let team = id_of(&call(&server, Method::POST, "/teams", json!({ "name": "Blue" })).await.expect(201));
    let projects = [project(&server, "Bridge").await, project(&server, "Tunnel").await];
    let mut dice = Dice(7);
    let mut kept = Vec::new();

    for _ in 0..150 {
        server.advance(HOUR);
        some_deed(&acme, &mut dice, (ann, &group, &team, &projects)).await;
        kept.push((server.app.now(), state(&server, ann, &projects).await));
    }
    server.advance(HOUR);

    let mut kinds = std::collections::BTreeSet::new();
    for (moment, then) in &kept {
        let told = told(&server, &ann, &at(*moment)).await;
        assert_eq!(&explained(&told, &projects), then, "at {}", moment.rfc3339());
        kinds.insert(then.to_string());
    }
    assert!(kinds.len() > 30, "only {} states were seen", kinds.len());
}

/// "Why may she edit it" is answered for a resource, with the team that it is shared with and who shared it, as it is
/// and as it was: before the share, while it was to look at only, and after it has ended.
#[tokio::test]
async fn a_resource_is_explained_as_it_is_and_as_it_was() {
    let server = Server::start().await;
    let acme = server.tenant_with("acme", "admin-developer-viewer").await;
    let (ada, dev) = (person(&acme, "ada", "admin").await, person(&acme, "dev", "developer").await);
    let team = json!({ "name": "Blue", "members": [dev] });
    let blue = id_of(&call(&server, Method::POST, "/teams", team).await.expect(201));
    let at_shop = |rest: &str| format!("/resources/application/shop{rest}?organisation=acme");
    let new = json!({ "name": "Shop", "owner": ada, "visibility": "specific" });
    let shop = id_of(&call(&server, Method::PUT, &at_shop(""), new).await.expect(201));
    let share = at_shop(&format!("/shares/team/{blue}"));
    let mut moments = vec![server.app.now()];
    for step in 0..4 {
        server.advance(HOUR);
        let done = match step {
            0 => call(&server, Method::PUT, &share, json!({ "level": "view" })).await,
            1 => call(&server, Method::PUT, &share, json!({ "level": "edit" })).await,
            2 => call(&server, Method::DELETE, &share, Value::Null).await,
            _ => call(&server, Method::POST, &at_shop("/transfer"), json!({ "owner": dev })).await,
        };
        assert!((200..300).contains(&done.status), "{step}: {}", done.text);
        server.keep_outbox();
        moments.push(server.app.now());
    }
    server.advance(HOUR);

    let mut seen = Vec::new();
    for moment in &moments {
        let query = format!("{}&resource={shop}", at(*moment));
        let told = told(&server, &dev, &query).await["resource"].clone();
        let ways = told["ways"].as_array().unwrap().iter().map(|it| links(&it["chain"])).collect::<Vec<_>>();
        seen.push((told["reach"].clone(), ways));
    }
    let owner_then = told(&server, &ada, &format!("{}&resource={shop}", at(moments[3]))).await;
    let owner_now = told(&server, &ada, &format!("?resource={shop}")).await;

    let shared = || vec![vec![link("shared", "Shop"), link("on_team", "Blue")]];
    assert_eq!(
        seen,
        [
            (Value::Null, Vec::new()),
            (json!("view"), shared()),
            (json!("edit"), shared()),
            (Value::Null, Vec::new()),
            (json!("edit"), vec![vec![link("owned", "Shop")]]),
        ]
    );
    let owned = |told: &Value| {
        let ways = told["resource"]["ways"].as_array().unwrap().clone();
        ways.iter().any(|it| it["chain"][0]["link"] == json!("owned"))
    };
    assert!(owned(&owner_then) && !owned(&owner_now));
    let browser = signed_in_as(&server, "ada").await;
    let page = browser.get(&format!("/console/users/{dev}/access?resource={shop}")).await.expect(200);
    assert!(words(&page).contains("may edit it."), "{}", page.text);
    let last = told(&server, &dev, &format!("{}&resource={shop}", at(moments[2]))).await;
    assert_eq!(last["resource"]["ways"][0]["chain"][0]["deed"]["action"], json!("share.changed"));
}

/// What was changed about an assignment is told with who changed it, from then on; before, with who made it.
#[tokio::test]
async fn a_change_of_access_is_told_with_whoever_changed_it() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (olga, otto) = (acme.user("olga", "owner").await, acme.user("otto", "owner").await);
    let ann = acme.user("ann", "contributor").await;
    let (olga, otto) = (personal(&server, olga).await, personal(&server, otto).await);
    let bridge = project(&server, "Bridge").await;
    let path = format!("/api/v1/projects/{bridge}/assignments");
    let with = async |token: &str, method: Method, path: &str, body: Value| {
        server.send(server.request(method, path).bearer_auth(token).json(&body)).await
    };
    let body = json!({ "subject": { "kind": "user", "id": ann }, "access": "read" });
    let put = with(&olga, Method::POST, &path, body).await.expect(201).json();
    let made = server.app.now();
    server.advance(HOUR);
    let one = format!("{path}/{}", put["id"].as_str().unwrap());
    with(&otto, Method::PATCH, &one, json!({ "access": "write" })).await.expect(200);
    let changed = server.app.now();
    server.advance(HOUR);
    server.run_jobs().await;

    let (then, now) = (told(&server, &ann, &at(made)).await, told(&server, &ann, "").await);

    let step = |told: &Value| {
        let step = &told["projects"][0]["ways"][0]["chain"][0];
        [&step["gives"], &step["since"], &step["deed"]["by"]["label"]].map(|it| it.as_str().unwrap().to_owned())
    };
    assert_eq!(step(&then), ["read".to_owned(), made.rfc3339(), "olga".to_owned()]);
    assert_eq!(step(&now), ["write".to_owned(), changed.rfc3339(), "otto".to_owned()]);
}

/// Whoever was shut out then could use nothing, whatever they held; a default role is told with the connection that gives it.
#[tokio::test]
async fn whoever_was_deactivated_then_is_told_to_have_been() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let settings = Settings { default_role: Some("contributor".to_owned()), ..Settings::default() };
    let okta = acme.connection_with(Kind::Okta, settings).await;
    let ann = acme.user("ann", "viewer").await;
    let bridge = project(&server, "Bridge").await;
    assign(&server, &bridge, put("user", &ann)).await.expect(201);
    let mut moments = vec![server.app.now()];
    for turn in 0..2 {
        server.advance(HOUR);
        match turn {
            0 => drop(users::deactivate(&server.app, &Server::operator(), ann, OnLastHolder::Refuse).await.unwrap()),
            _ => drop(users::activate(&server.app, &Server::operator(), ann).await.unwrap()),
        }
        moments.push(server.app.now());
    }
    let ben = push(&okta, "ben", &json!({})).await;
    let as_contributor = server.app.now();
    server.advance(HOUR);
    give(&server, ben.parse().unwrap(), "viewer").await;
    server.advance(HOUR);
    server.keep_outbox();

    let mut seen = Vec::new();
    for moment in &moments {
        let told = told(&server, &ann, &at(*moment)).await;
        seen.push((told["status"].clone(), told["projects"][0]["access"].clone()));
    }
    let (then, now) = (told(&server, &ben, &at(as_contributor)).await, told(&server, &ben, "").await);
    let browser = signed_in(&acme, "olga").await;
    let day = moments[1].date();
    let page = browser.get(&format!("/console/users/{ann}/access?at={day}")).await.expect(200);

    let active = (json!("active"), json!("write"));
    assert_eq!(seen, [active.clone(), (json!("deactivated"), json!("none")), active]);
    assert_eq!((&then["role"], &now["role"]), (&json!("contributor"), &json!("viewer")));
    let chain = &then["roles"][0]["chain"];
    assert_eq!(links(chain), [link("default", "the provider under test")]);
    assert_eq!((&chain[0]["deed"]["action"], &chain[0]["request"]["method"]), (&json!("user.created"), &json!("POST")));
    assert!(page.text.contains("id=\"at\""), "{}", page.text);
}

/// TE-18, TE-05: without `users.activity:read` nobody learns who did something, nor what was so before; without `org.scim:manage`
/// nobody reads of requests, and without access to projects of none. Somebody of another organisation is not there, nor is a
/// resource that may not be seen. Of oneself everybody learns.
#[tokio::test]
async fn te_05_te_18_an_explanation_tells_nobody_more_than_they_may_see() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let globex = server.tenant("globex").await;
    let (olga, gina) = (acme.user("olga", "owner").await, globex.user("gina", "owner").await);
    of_its_own(&server, "Reader", &["users:list", "users:read", "tokens.personal:create"]).await;
    of_its_own(&server, "Watcher", &["users:list", "users:read", "users.activity:read", "tokens.personal:create"])
        .await;
    let (rita, walt) = (acme.user("rita", "reader").await, acme.user("walt", "watcher").await);
    let okta = acme.connection().await;
    let ann = push(&okta, "ann", &json!({})).await;
    let builders = group(&okta, "Builders", &[&ann]).await;
    map(&server, Method::PUT, &builders, "viewer").await;
    let new = json!({ "name": "Shop", "owner": olga });
    let put_shop = call(&server, Method::PUT, "/resources/application/shop?organisation=acme", new).await;
    let shop = id_of(&put_shop.expect(201));
    let then = server.app.now();
    server.advance(HOUR);
    server.keep_outbox();
    let tokens = [personal(&server, rita).await, personal(&server, walt).await, personal(&server, gina).await];
    server.run_jobs().await;
    let [rita_s, walt_s, gina_s] = tokens.each_ref().map(String::as_str);
    let path = path_of(&ann, "");
    let past = path_of(&ann, &at(then));

    let seen = asked(&server, rita_s, &path).await.expect(200).json();
    let watched = asked(&server, walt_s, &past).await.expect(200).json();
    let own = asked(&server, rita_s, &path_of(&rita, &at(then))).await.expect(200).json();

    let chain = &seen["roles"][0]["chain"];
    assert_eq!(links(chain), [link("mapped", "Builders"), link("member", "Builders")]);
    for step in chain.as_array().unwrap() {
        assert_eq!((&step["deed"], &step["request"]), (&Value::Null, &Value::Null));
    }
    assert_eq!((&seen["projects"], &watched["projects"]), (&Value::Null, &Value::Null));
    assert_eq!(watched["roles"][0]["chain"][1]["deed"]["by"]["kind"], json!("connection"));
    assert_eq!(watched["roles"][0]["chain"][1]["request"], Value::Null);
    assert_eq!(own["role"], json!("reader"));
    asked(&server, rita_s, &past).await.expect(403);
    asked(&server, gina_s, &path).await.expect(404);
    asked(&server, walt_s, &path_of(&ann, &format!("?resource={shop}"))).await.expect(403);
    asked(&server, OPERATOR_TOKEN, &path_of(&gina, &format!("?resource={shop}"))).await.expect(404);
    let browser = signed_in(&acme, "rita").await;
    let page = browser.get(&format!("/console/users/{ann}/access?at={}", then.date())).await.expect(200);
    assert!(!page.text.contains("id=\"at\""), "{}", page.text);
}

/// A moment of which nothing is known is refused, and it is said from when on something is.
#[tokio::test]
async fn a_moment_of_which_nothing_is_known_is_refused() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    server.advance(Duration::from_hours(48));
    let ann = acme.user("ann", "viewer").await;
    let begun = server.app.now();
    server.advance(HOUR);
    let refused = async |query: &str| {
        asked(&server, OPERATOR_TOKEN, &path_of(&ann, query)).await.expect(400).json()["detail"]
            .as_str()
            .unwrap()
            .to_owned()
    };

    let before = refused(&at(begun.before(HOUR))).await;
    let ahead = refused(&at(begun.after(Duration::from_hours(48)))).await;
    let nonsense = refused("?at=yesterday").await;
    let browser = signed_in(&acme, "olga").await;
    let day = begun.before(Duration::from_hours(24)).date();
    let page = browser.get(&format!("/console/users/{ann}/access?at={day}")).await.expect(200);

    assert!(before.contains(&begun.rfc3339()), "{before}");
    assert!(ahead.contains("ahead"), "{ahead}");
    assert!(nonsense.contains("2026-11-26"), "{nonsense}");
    assert!(page.text.contains("id=\"wrong-at\"") && page.text.contains(&day), "{}", page.text);
}
