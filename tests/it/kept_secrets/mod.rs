//! Whatever is secret is made first, so that each value is known; then everything that an owner can read is read.

mod scene;
mod secrets;

use std::collections::{BTreeMap, BTreeSet};

use doorward::app::{offers, users};
use doorward::web::routes::{Access, Route};
use reqwest::Method;
use serde_json::json;

use crate::harness::log::captured;
use crate::harness::{Browser, Reply, Server, database};
use crate::oidc::stage::claims;
use crate::support_bundle;
use scene::{Scene, scene};

/// Tells only that something changed, for a minute.
const STREAM: &str = "/console/provisioning/connections/{id}/setup/events";
/// What a viewer may and a viewer without secrets may not.
const SECRETS: &str = "app.config.secrets:read";

/// Every address of a route: a value for each parameter, and a query where there must be one.
fn addresses(scene: &Scene, route: &Route) -> Vec<String> {
    let mut all = vec![String::new()];
    let parts: Vec<&str> = route.path.split('/').skip(1).collect();
    for (nth, part) in parts.iter().enumerate() {
        let before = nth.checked_sub(1).map_or("", |nth| parts[nth]);
        let key = format!("{before}/{part}");
        let literal = [(*part).to_owned()];
        let values = match part.starts_with('{') {
            true => scene.values.get(&*key).unwrap_or_else(|| panic!("what stands in {} for {key}?", route.path)),
            false => &literal[..],
        };
        all = all.iter().flat_map(|it| values.iter().map(move |value| format!("{it}/{value}"))).collect();
    }
    let queries = queries(scene, route.path);
    all.iter().flat_map(|it| queries.iter().map(move |query| format!("{it}{query}"))).collect()
}

fn queries(scene: &Scene, path: &str) -> Vec<String> {
    let one = |at: &str| scene.values[at][0].clone();
    let user = one("users/{id}");
    let bulk = |words: &[&str], id: &str| words.iter().map(|it| format!("?deed={it}&id={id}")).collect();
    match path {
        "/console/users" => vec![String::new(), format!("?{}", one("users?view"))],
        "/console/users/bulk" => bulk(&offers::Deed::BULK.map(offers::Deed::word), &scene.values["users/{id}"][1]),
        "/console/users/invitations/bulk" => bulk(&["resend", "delete"], &one("invitations/{id}")),
        "/console/resources/transfer" => {
            let id = one("resources/{id}");
            vec![format!("?id={id}"), format!("?id={id}&to={user}")]
        }
        "/console/groups" => vec![String::new(), format!("?chosen={user}")],
        "/console/organisation/branding/preview.css" => vec!["?accent=%2300aa55".to_owned()],
        "/console/go" => vec![String::new(), "?q=a".to_owned()],
        "/console/audit/export" | "/api/v1/audit/export" => {
            ["csv", "ndjson"].map(|it| format!("?format={it}")).to_vec()
        }
        "/api/v1/audit" => vec!["?limit=200".to_owned()],
        "/api/v1/projects/{id}/access/{user_id}" => vec![format!("?permission={SECRETS}")],
        "/ssf/status" => vec![format!("?stream_id={}", one("ssf?stream_id"))],
        "/oauth2/authorize" => vec![scene.rp.request(&[]).trim_start_matches(path).to_owned()],
        _ => vec![String::new()],
    }
}

/// Every answer that reading an address leads to: its own, and those of the pages that it sends a browser on to.
async fn read(scene: &Scene, access: Access, address: &str) -> Vec<Reply> {
    let server = scene.server();
    let token = match access {
        Access::Api | Access::Decision => &scene.personal,
        Access::Scim | Access::Me => &scene.scim,
        Access::Token if address.starts_with("/ssf/") => &scene.listening,
        Access::Token | Access::Client | Access::Provider => &scene.access,
        Access::Open | Access::Attempt | Access::Session | Access::Recent | Access::RecentFile => {
            let browser = Browser::new(server);
            browser.set_jar(if access == Access::Attempt { scene.under_way.clone() } else { scene.jar.clone() });
            let mut all = vec![browser.get(address).await];
            while let Some(next) = all.last().and_then(|it| it.header("location")).filter(|it| it.starts_with('/')) {
                let next = browser.get(next).await;
                all.push(next);
                assert!(all.len() < 10, "{address} leads nowhere");
            }
            return all;
        }
    };
    vec![server.send(server.request(Method::GET, address).bearer_auth(token)).await]
}

/// What everything of such an access that answers to GET tells of the secrets, and what of it showed nothing, with its statuses.
async fn everything(
    scene: &Scene,
    is_read: impl Fn(Access) -> bool,
) -> (Vec<String>, BTreeMap<&'static str, BTreeSet<u16>>) {
    let (mut told, mut unread) = (Vec::new(), BTreeMap::new());
    let routes = doorward::web::routes(&scene.server().app);
    for route in routes.table().iter().filter(|it| it.method == Method::GET && it.path != STREAM && is_read(it.access))
    {
        let mut statuses = BTreeSet::new();
        for address in addresses(scene, route) {
            let replies = read(scene, route.access, &address).await;
            for reply in &replies {
                assert!(reply.status < 500 || reply.status == 501, "{address}: {}", reply.text);
                told.extend(scene.secrets.told(&address, reply).iter().map(|what| format!("{address}: {what}")));
            }
            statuses.extend(replies.last().map(|it| it.status));
        }
        if !statuses.contains(&200) {
            unread.insert(route.path, statuses);
        }
    }
    (told, unread)
}

/// TE-12: no known secret is in anything that an owner can read: no page, no answer of the API, no file, no document;
/// nor is it in the log. The routes are all that answer to GET, with the ids of everything that there is.
#[tokio::test]
async fn te_12_no_secret_can_be_read_again() {
    let log = captured();
    let scene = Box::pin(scene()).await;
    // `/scim/v2/Me` is answered 501 to an identity provider.
    scene.server().expect_faults();

    let (told, unread) = everything(&scene, |_| true).await;

    assert_eq!(told, Vec::<String>::new());
    let log = log();
    assert!(log.contains("request answered"));
    assert_eq!(scene.secrets.logged(&log), BTreeSet::new());
    let expected = UNREAD.iter().map(|(path, status)| (*path, BTreeSet::from([*status]))).collect();
    assert_eq!(unread, expected, "nothing was read there");
}

/// OU-04: after everything was made and everything was read, no secret of it is in the log, in the metrics or in a support bundle,
/// and none stands openly in the database.
#[tokio::test]
async fn ou_04_no_secret_is_in_what_an_operator_hands_on() {
    let log = captured();
    let scene = Box::pin(scene()).await;
    let server = scene.server();
    server.expect_faults();
    Box::pin(everything(&scene, |_| true)).await;

    let (metrics, bundle) = (server.metrics().await, support_bundle::gathered(server).await);
    let copy = database::copy(&server.app.config.database_url);

    assert_eq!(scene.secrets.logged(&log()), BTreeSet::new());
    assert_eq!(scene.secrets.logged(&metrics), BTreeSet::new());
    for (name, text) in &bundle {
        assert_eq!(scene.secrets.logged(text), BTreeSet::new(), "{name}");
        for named in ["acme", "Bridge", "Crew", "Nightly", "provider under test", "Lovelace", ".example"] {
            assert!(!text.contains(named), "{named} is in {name}: {text}");
        }
    }
    assert!(metrics.contains("surface=\"console\"") && bundle.len() == 9);
    assert!(copy.len() > 100_000, "the database was not copied");
    assert!(String::from_utf8_lossy(&copy).contains("ada@acme.example"), "the copy cannot be read");
    assert_eq!(scene.secrets.stored_openly(&copy), BTreeSet::new());
    // One that was written in clear would have been seen.
    let planted = format!("UPDATE organisations SET name = 'named {}'", scene.personal);
    database::execute(&server.app.config.database_url, &planted);
    let copy = database::copy(&server.app.config.database_url);
    assert_eq!(scene.secrets.stored_openly(&copy), BTreeSet::from(["a personal token"]));
}

/// TE-13: a viewer without secrets is refused those of each project, where a viewer is not: by the API, and in what an
/// application hears at the sign-in. In no list, search, file or record that such a viewer can read is a secret of this server.
#[tokio::test]
async fn te_13_a_viewer_without_secrets_sees_none() {
    let mut scene = Box::pin(scene()).await;
    let reader = scene.reader.user.id;
    scene.stand(&["access/{user_id}"], &reader.to_string());
    let project = scene.values["projects/{id}"][0].clone();
    let put = json!({ "subject": { "kind": "user", "id": reader } });
    scene.api.operator(Method::POST, &format!("/projects/{project}/assignments"), Some(put)).await.expect(201);

    let mut allowed = Vec::new();
    for role in ["viewer", "viewernosecrets"] {
        users::change_role(&scene.server().app, &Server::operator(), reader, &role.parse().unwrap()).await.unwrap();
        let asked = format!("/projects/{project}/access/{reader}?permission={SECRETS}");
        let decided = scene.api.operator(Method::GET, &asked, None).await.expect(200).json();
        let tokens = scene.api.stage.tokens(&scene.rp, &scene.reader).await;
        let heard = claims(tokens["id_token"].as_str().unwrap())["permissions"].to_string();
        assert!(heard.contains("app.config.parameters:read"), "{heard}");
        allowed.push((decided["permission"]["allowed"].as_bool().unwrap(), heard.contains(SECRETS)));
    }
    let of_people = [Access::Api, Access::Session, Access::Recent, Access::RecentFile];
    let (told, refused) = everything(&scene, |it| of_people.contains(&it)).await;

    assert_eq!(allowed, [(true, true), (false, false)]);
    assert_eq!(told, Vec::<String>::new());
    for path in ["/api/v1/users", "/api/v1/projects", "/console/users", "/console/go", "/account"] {
        assert!(!refused.contains_key(path), "{path}: {:?}", refused.get(path));
    }
    for path in ["/api/v1/audit", "/api/v1/audit/export", "/api/v1/users/export", "/api/v1/connections"] {
        assert_eq!(refused.get(path), Some(&BTreeSet::from([403])), "{path}");
    }
}

/// What nobody outside needs to know of a fault.
const INSIDE: [&str; 7] = ["taken_away", "no such table", "relation", "sqlx", "sea_orm", "panicked", ".rs:"];

/// OU-06: a fault inside the server is told by an id and nothing else, on every surface; what it was is in the log, by that id.
#[tokio::test]
async fn ou_06_a_fault_inside_the_server_tells_an_id_and_nothing_else() {
    let log = captured();
    let scene = Box::pin(scene()).await;
    let server = scene.server();
    server.expect_faults();
    let url = server.app.config.database_url.clone();
    let routes = doorward::web::routes(&server.app);
    // A file of the audit log goes out while it is read, so it breaks off; there is nothing more that it could tell.
    let is_whole = |it: &&Route| it.method == Method::GET && it.path != STREAM && !it.path.ends_with("/audit/export");
    let read_by_somebody: Vec<_> = routes.table().iter().filter(is_whole).collect();
    let mut faults: Vec<(String, Reply)> = Vec::new();

    for table in ["users", "groups", "audit", "reviews", "connections"] {
        database::execute(&url, &format!("ALTER TABLE {table} RENAME TO taken_away"));
        for route in &read_by_somebody {
            let Some(address) = addresses(&scene, route).into_iter().next() else { continue };
            let replies = read(&scene, route.access, &address).await;
            faults.extend(replies.into_iter().map(|it| (format!("{table} {}", route.path), it)));
        }
        let body = json!({ "userName": "new@provided.example", "displayName": "New" });
        let push = server.request(Method::POST, "/scim/v2/Users").bearer_auth(&scene.scim);
        let push = push.header("content-type", "application/scim+json").body(body.to_string());
        faults.push((format!("{table} POST /scim/v2/Users"), server.send(push).await));
        let browser = Browser::new(server);
        let (at, first) = browser.visit("/sign-in").await;
        let page = match first.status {
            200 => browser.follow(&at, browser.submit(&first, &[("username", "kim")]).await).await.1,
            _ => first,
        };
        faults.push((format!("{table} sign-in"), page));
        database::execute(&url, &format!("ALTER TABLE taken_away RENAME TO {table}"));
    }
    faults.retain(|it| it.1.status >= 500 && it.1.status != 501);
    let log = log();

    for (what, reply) in &faults {
        let text = reply.text.to_lowercase();
        let told: Vec<_> = INSIDE.iter().filter(|it| text.contains(**it)).collect();
        assert!(told.is_empty(), "{what} tells {told:?}: {}", reply.text);
        let id = reply.header("x-request-id").unwrap_or_else(|| panic!("{what} has no id"));
        assert!(log.contains(id), "{what}: nothing in the log has the id {id}");
    }
    for surface in ["/api/v1/", "/scim/v2/", "/console", "/oauth2/", "sign-in"] {
        assert!(faults.iter().any(|it| it.0.contains(surface)), "{surface} was never at fault");
    }
    let causes = log.lines().filter(|it| it.contains("a request failed inside the server")).count();
    assert!(causes >= faults.len(), "{causes} causes of {} faults", faults.len());
}

/// What shows nothing to a browser that is signed in, or to anybody: the first leads to the application. A registration is
/// read with its own token alone.
const UNREAD: &[(&str, u16)] = &[
    ("/api/v1/organisations", 403),
    ("/api/v1/organisations/{slug}", 403),
    ("/connect/{token}", 410),
    ("/connect/{token}/events", 410),
    ("/oauth2/authorize", 303),
    ("/oauth2/register/{client_id}", 401),
    ("/scim/v2/Me", 501),
    ("/setup/{token}", 410),
    ("/sso/{connection}/callback", 403),
    ("/sso/{connection}/frontchannel-logout", 400),
    ("/sso/{connection}/start", 403),
];
