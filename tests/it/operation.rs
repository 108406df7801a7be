//! What an operator relies on: liveness, headers, errors from every layer.

use reqwest::Method;
use serde_json::json;

use crate::harness::Server;
use crate::harness::log::captured;

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

/// SE-09: a page that breaks its policy is told of, at an address of this server that every answer names; and what is told
/// reaches the log without the secrets of the addresses in it, one line a request.
#[tokio::test]
async fn se_09_a_page_that_breaks_its_policy_is_told_of_and_the_log_keeps_no_secret_of_it() {
    let server = Server::start().await;
    let logged = captured();
    let violation = json!({
        "type": "csp-violation",
        "url": "https://id.example/activate/dwac_s3cretlink?x=s3cretquery",
        "body": { "effectiveDirective": "script-src-elem", "blockedURL": "https://evil-9.example/s3cretfile.js" },
    });
    let post = async |body: String, media_type: &str| {
        let request = server.request(Method::POST, "/csp-reports").header("content-type", media_type);
        server.send(request.body(body)).await.status
    };

    let page = server.get("/sign-in").await;
    let reports = json!([violation, violation, { "type": "deprecation", "body": null }]).to_string();
    let taken = post(reports, "application/reports+json").await;
    let nonsense = post("[{".to_owned(), "application/reports+json").await;
    let form = post("a=b".to_owned(), "application/x-www-form-urlencoded").await;
    let long = post(format!("[{}]", " ".repeat(17_000)), "application/reports+json").await;

    assert_eq!(page.header("reporting-endpoints"), Some("csp=\"/csp-reports\""));
    assert!(page.header("content-security-policy").unwrap().ends_with("; report-to csp"));
    assert_eq!((taken, nonsense, form, long), (204, 400, 415, 413));
    let logged = logged();
    let lines: Vec<&str> = logged.lines().filter(|line| line.contains("evil-9.example")).collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("script-src-elem") && lines[0].contains("activate"), "{lines:?}");
    assert!(!logged.contains("s3cret"), "{lines:?}");
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
