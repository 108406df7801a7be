//! Every route, called by everybody who should not.

use doorward::web::routes::{Access, Route};
use reqwest::Method;

use crate::harness::Server;
use crate::oidc::stage::Stage;

/// SC-01, SE-03 and the rule that a route without a caller does not exist: nobody gets past a declared access unproved.
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
                Access::Scim | Access::Api | Access::Token => reply.status == 401,
                Access::Client => matches!(reply.status, 400 | 401 | 415),
                Access::Session if route.method == Method::GET => {
                    reply.status == 303 && reply.header("location") == Some("/sign-in")
                }
                Access::Session => matches!(reply.status, 401 | 403),
                Access::Attempt => matches!(reply.status, 303 | 400 | 401 | 403 | 404 | 415),
            };
            assert!(right, "{} {} with {credential:?}: {}", route.method, route.path, reply.status);
        }
    }
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
    let guarded = [Access::Scim, Access::Api, Access::Session, Access::Token];

    for route in doorward::web::routes(&stage.server.app).table().iter().filter(|it| guarded.contains(&it.access)) {
        for caller in callers.iter().filter(|it| !it.opens.contains(&route.access)) {
            let (header, value) = &caller.header;
            let request = stage.server.request(route.method.clone(), &example(route)).header(*header, value);

            let reply = stage.server.send(request).await;

            let refused = match route.access {
                // A token without the scope of the API is known, and refused for what it lacks.
                Access::Api if caller.name == "access token" => reply.status == 403,
                Access::Session => matches!(reply.status, 303 | 401 | 403),
                Access::Open | Access::Attempt | Access::Scim | Access::Token | Access::Client | Access::Api => {
                    reply.status == 401
                }
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
    vec![
        Caller { name: "SCIM token", header: bearer(scim), opens: &[Access::Scim] },
        Caller { name: "access token", header: bearer(text("access_token")), opens: &[Access::Token] },
        Caller { name: "refresh token", header: bearer(text("refresh_token")), opens: &[] },
        Caller { name: "ID token", header: bearer(text("id_token")), opens: &[] },
        Caller { name: "session as bearer", header: bearer(session.clone()), opens: &[] },
        Caller { name: "operator token", header: bearer(operator), opens: &[Access::Api] },
        Caller { name: "session", header: ("cookie", format!("dw_sid={session}")), opens: &[Access::Session] },
    ]
}

/// A path with every parameter filled in.
fn example(route: &Route) -> String {
    let parts = route.path.split('/').map(|part| if part.starts_with('{') { "0" } else { part });
    parts.collect::<Vec<_>>().join("/")
}
