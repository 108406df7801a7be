//! Every route, called by everybody who should not.

use doorward::web::routes::{Access, Route};
use reqwest::Method;

use crate::harness::Server;

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

/// A path with every parameter filled in.
fn example(route: &Route) -> String {
    let parts = route.path.split('/').map(|part| if part.starts_with('{') { "0" } else { part });
    parts.collect::<Vec<_>>().join("/")
}
