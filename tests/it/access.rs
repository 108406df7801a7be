//! Every route, called by everybody who should not.

use doorward::web::routes::{Access, Route};
use reqwest::Method;

use crate::harness::{Browser, Server, hidden_fields};
use crate::oidc::stage::Stage;

/// SC-01 and the rule that a route without a caller does not exist: nobody gets past a declared access unproved.
#[tokio::test]
async fn no_guarded_route_answers_a_stranger() {
    let server = Server::start().await;

    for route in doorward::web::routes(&server.app).table() {
        for credential in [None, Some("Bearer"), Some("Bearer dwat_nonsense"), Some("Basic Zm9vOmJhcg==")] {
            let mut request = server.request(route.method.clone(), &example(route));
            if let Some(credential) = credential {
                request = request.header("authorization", credential);
            }
            let reply = server.send(request).await;

            let right = match route.access {
                Access::Open => true,
                Access::Scim | Access::Me | Access::Api | Access::Decision | Access::Token => reply.status == 401,
                Access::Client => matches!(reply.status, 400 | 401 | 415),
                Access::Session | Access::Recent | Access::RecentFile if route.method == Method::GET => {
                    reply.status == 303 && reply.header("location").is_some_and(leads_to_the_sign_in)
                }
                Access::Session | Access::Recent | Access::RecentFile => matches!(reply.status, 401 | 403),
                Access::Provider => matches!(reply.status, 400 | 401 | 404),
                Access::Attempt => matches!(reply.status, 303 | 400 | 401 | 403 | 404 | 415),
            };
            assert!(right, "{} {} with {credential:?}: {}", route.method, route.path, reply.status);
        }
    }
}

/// True for the first page of the sign-in, whatever comes after it.
pub fn leads_to_the_sign_in(location: &str) -> bool {
    location.split('?').next() == Some("/sign-in")
}

/// Somebody with a credential, and the one kind of route that it is for.
struct Caller {
    name: &'static str,
    header: (&'static str, String),
    opens: &'static [Access],
}

/// The rule that a credential of one kind is nothing at a route of another: every route, called by everybody else.
#[tokio::test]
async fn no_credential_opens_a_route_of_another_kind() {
    let stage = Stage::new().await;
    let callers = callers(&stage).await;
    // `/scim/v2/Me` answers 501 to an identity provider.
    stage.server.expect_faults();
    let guarded = [
        Access::Scim,
        Access::Me,
        Access::Api,
        Access::Decision,
        Access::Session,
        Access::Recent,
        Access::RecentFile,
        Access::Token,
    ];

    for route in doorward::web::routes(&stage.server.app).table().iter().filter(|it| guarded.contains(&it.access)) {
        for caller in callers.iter().filter(|it| !it.opens.contains(&route.access)) {
            let (header, value) = &caller.header;
            let request = stage.server.request(route.method.clone(), &example(route)).header(*header, value);

            let reply = stage.server.send(request).await;

            let refused = match route.access {
                // A token without the scope of the API is known, and refused for what it lacks.
                Access::Api | Access::Decision | Access::Me if caller.name == "access token" => reply.status == 403,
                Access::Me if caller.name == "SCIM token" => reply.status == 501,
                Access::Session | Access::Recent | Access::RecentFile => matches!(reply.status, 303 | 401 | 403),
                Access::Open
                | Access::Attempt
                | Access::Scim
                | Access::Me
                | Access::Provider
                | Access::Token
                | Access::Client
                | Access::Api
                | Access::Decision => reply.status == 401,
            };
            assert!(refused, "{} {} by {}: {}", route.method, route.path, caller.name, reply.status);
        }
    }
}

async fn callers(stage: &Stage) -> Vec<Caller> {
    let tenant = stage.server.tenant("globex").await;
    let scim = tenant.connection().await.token;
    let rp = stage.rp().await;
    let tokens = stage.tokens(&rp, &stage.ada).await;
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    let session = stage.browser(&stage.ada).await.cookie("dw_sid").unwrap();
    let bearer = |token: String| ("authorization", format!("Bearer {token}"));
    let operator = crate::harness::OPERATOR_TOKEN.to_owned();
    let personal = stage.personal_token(&stage.ada, &["read", "write"]).await;
    vec![
        Caller { name: "SCIM token", header: bearer(scim), opens: &[Access::Scim] },
        Caller { name: "access token", header: bearer(text("access_token")), opens: &[Access::Token] },
        Caller { name: "refresh token", header: bearer(text("refresh_token")), opens: &[] },
        Caller { name: "ID token", header: bearer(text("id_token")), opens: &[] },
        Caller { name: "session as bearer", header: bearer(session.clone()), opens: &[] },
        Caller { name: "personal token", header: bearer(personal.clone()), opens: &[Access::Api, Access::Decision] },
        Caller { name: "personal token as cookie", header: ("cookie", format!("dw_sid={personal}")), opens: &[] },
        Caller { name: "operator token", header: bearer(operator), opens: &[Access::Api, Access::Decision] },
        Caller {
            name: "session",
            header: ("cookie", format!("dw_sid={session}")),
            opens: &[Access::Session, Access::Recent, Access::RecentFile],
        },
    ]
}

/// SE-03: no form does anything without the token of its own browser, for another site, in another shape or by GET. The
/// routes are all that take forms of our pages, and the right form gets past each check.
#[tokio::test]
async fn se_03_nothing_is_done_for_a_forged_form() {
    let stage = Stage::new().await;
    let table = doorward::web::routes(&stage.server.app).table().to_vec();
    let is_form = |it: &&Route| {
        matches!(it.access, Access::Session | Access::Recent | Access::RecentFile | Access::Attempt)
            && it.method != Method::GET
    };
    assert!(table.iter().filter(is_form).count() > 3);

    for route in table.iter().filter(is_form) {
        let (browser, right) = at_a_form(&stage, route.access).await;
        let (_, foreign) = at_a_form(&stage, route.access).await;
        let path = example(route);
        let request = || stage.server.request(route.method.clone(), &path);
        let form = |token: &str| request().form(&[("csrf", token)]);
        let text = || request().header("content-type", "text/plain").body(format!("csrf={right}"));
        let forged = [
            ("no token", request().form(&[("x", "y")]), 403),
            ("the token of another session", form(&foreign), 403),
            ("text", text(), 415),
            ("JSON", request().json(&serde_json::json!({ "csrf": right })), 415),
            ("another origin", form(&right).header("origin", "https://evil.example"), 403),
            ("another site", form(&right).header("sec-fetch-site", "cross-site"), 403),
        ];
        for (what, request, status) in forged {
            let reply = browser.send(request).await;
            assert_eq!(reply.status, status, "{} {} with {what}: {}", route.method, route.path, reply.text);
        }
        if !table.iter().any(|it| it.path == route.path && it.method == Method::GET) {
            assert_eq!(browser.get(&path).await.status, 405, "GET {}", route.path);
        }
        let reply = browser.send(form(&right)).await;
        assert!(!matches!(reply.status, 403 | 415), "{} {} as it should be: {}", route.method, route.path, reply.text);
    }
}

/// A browser that may send forms of this kind, and the token for them.
async fn at_a_form(stage: &Stage, access: Access) -> (Browser<'_>, String) {
    let (browser, page) = if matches!(access, Access::Session | Access::Recent | Access::RecentFile) {
        let browser = stage.browser(&stage.ada).await;
        let page = browser.get("/account").await;
        (browser, page)
    } else {
        let browser = Browser::new(&stage.server);
        let (_, page) = browser.visit("/sign-in").await;
        (browser, page)
    };
    let token = hidden_fields(&page.text).into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    (browser, token)
}

/// A path with every parameter filled in.
fn example(route: &Route) -> String {
    let parts = route.path.split('/').map(|part| if part.starts_with('{') { "0" } else { part });
    parts.collect::<Vec<_>>().join("/")
}
