//! What an operator relies on: liveness, headers, errors from every layer.

use reqwest::Method;

use crate::harness::Server;

#[tokio::test]
async fn the_server_says_that_it_lives_and_that_it_is_ready() {
    let server = Server::start().await;

    let (live, ready) = (server.get("/healthz").await, server.get("/readyz").await);

    assert_eq!((live.status, ready.status), (200, 200));
}

/// SE-08: no page can be framed, the error pages included.
#[tokio::test]
async fn se_08_no_answer_can_be_framed() {
    let server = Server::start().await;

    for path in ["/healthz", "/no-such-page", "/scim/v2/Users", "/api/v1/users"] {
        let reply = server.get(path).await;

        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert_eq!(reply.header("x-frame-options"), Some("DENY"), "{path}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{path}");
    }
}

#[tokio::test]
async fn a_request_with_two_hosts_is_refused() {
    let server = Server::start().await;
    let own = server.url.split_once("//").unwrap().1;
    let request = |other| server.request(reqwest::Method::GET, "/sign-in").header("host", own).header("host", other);

    let (other, same) = (server.send(request("evil.example")).await, server.send(request(own)).await);

    assert_eq!((other.status, same.status), (400, 400));
}

#[tokio::test]
async fn another_host_name_is_misdirected() {
    let server = Server::start().await;

    let reply = server.send(server.request(Method::GET, "/no-such-page").header("host", "evil.example")).await;

    assert_eq!(reply.status, 421);
    assert!(!reply.text.contains("evil.example"));
}

#[tokio::test]
async fn each_surface_says_not_found_in_its_own_language() {
    let server = Server::start().await;

    let scim = server.get("/scim/v2/nothing-here").await;
    let api = server.get("/api/v1/nothing-here").await;
    let page = server.get("/nothing-here").await;

    assert_eq!((scim.status, scim.header("content-type")), (404, Some("application/scim+json")));
    assert_eq!(scim.json()["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error");
    assert_eq!((api.status, api.header("content-type")), (404, Some("application/problem+json")));
    assert_eq!((page.status, page.header("content-type")), (404, Some("text/html; charset=utf-8")));
}

/// SD-09: a compressed body is refused on every surface before it is read, and so before anybody asks who sends it; a request
/// without a body has nothing that could be compressed.
#[tokio::test]
async fn sd_09_a_compressed_body_is_refused_everywhere() {
    let server = Server::start().await;

    for path in ["/api/v1/users", "/scim/v2/Users", "/oauth2/token", "/sign-in", "/no-such-page"] {
        let send = async |encoding: &str| {
            let request = server.request(Method::POST, path).form(&[("a", "1")]);
            server.send(request.header("content-encoding", encoding)).await.status
        };
        assert_eq!((send("gzip").await, send("identity, br").await), (415, 415), "{path}");
        assert_ne!(send("Identity").await, send("gzip").await, "{path}");
    }
    let read = server.send(server.request(Method::GET, "/healthz").header("content-encoding", "gzip")).await;
    assert_eq!(read.status, 200);
}

/// SD-09: an address of more than 8 KiB leads nowhere, in the language of each surface.
#[tokio::test]
async fn sd_09_an_address_beyond_its_limit_is_refused() {
    let server = Server::start().await;
    let padded = |path: &str, bytes: usize| format!("{path}?x={}", "a".repeat(bytes - path.len() - 3));

    let longest = server.get(&padded("/healthz", 8 * 1024)).await;
    let page = server.get(&padded("/sign-in", 8 * 1024 + 1)).await;
    let api = server.get(&padded("/api/v1/users", 8 * 1024 + 1)).await;
    let scim = server.get(&padded("/scim/v2/Users", 8 * 1024 + 1)).await;

    assert_eq!((longest.status, page.status, api.status, scim.status), (200, 414, 414, 414));
    assert!(page.text.contains("longer than 8 KiB"), "{}", page.text);
    assert_eq!((&api.json()["status"], &scim.json()["status"]), (&serde_json::json!(414), &serde_json::json!("414")));
}
