//! Metadata and key set.

use crate::harness::Server;

const METADATA: &str = "/.well-known/openid-configuration";

#[tokio::test]
async fn both_well_known_addresses_tell_the_same_and_any_site_may_read_them() {
    let server = Server::start().await;

    let openid = server.get("/.well-known/openid-configuration").await.expect(200);
    let oauth = server.get("/.well-known/oauth-authorization-server").await.expect(200);

    assert_eq!(openid.text, oauth.text);
    assert_eq!(openid.json()["issuer"], server.url);
    assert_eq!(openid.json()["token_endpoint"], format!("{}/oauth2/token", server.url));
    assert_eq!(openid.header("content-type"), Some("application/json"));
    assert_eq!(openid.header("access-control-allow-origin"), Some("*"));
    assert_eq!(openid.header("cache-control"), Some("public, max-age=600"));
}

#[tokio::test]
async fn a_document_that_has_not_changed_is_not_sent_again() {
    let server = Server::start().await;
    let etag = server.get("/oauth2/jwks").await.expect(200).header("etag").unwrap().to_owned();

    let request = server.request(reqwest::Method::GET, "/oauth2/jwks").header("if-none-match", &etag);
    let again = server.send(request).await;

    assert_eq!((again.status, again.text.as_str()), (304, ""));
}

/// OP-23: only public parameters leave the server.
#[tokio::test]
async fn op_23_the_key_set_has_one_public_key_for_each_algorithm() {
    let server = Server::start().await;

    let keys = server.get("/oauth2/jwks").await.expect(200).json()["keys"].as_array().unwrap().clone();

    let mut algorithms: Vec<&str> = keys.iter().map(|key| key["alg"].as_str().unwrap()).collect();
    algorithms.sort_unstable();
    assert_eq!(algorithms, ["ES256", "RS256"]);
    for key in &keys {
        for private in ["d", "p", "q", "dp", "dq", "qi", "k", "oth"] {
            assert!(key.get(private).is_none(), "{private} is published");
        }
        assert_eq!(key["use"], "sig");
    }
}

#[tokio::test]
async fn two_requests_at_once_do_not_make_two_keys_of_one_algorithm() {
    let server = Server::start().await;

    let (one, two) = tokio::join!(server.get("/oauth2/jwks"), server.get("/oauth2/jwks"));

    assert_eq!(one.expect(200).json()["keys"].as_array().unwrap().len(), 2);
    assert_eq!(two.expect(200).json()["keys"].as_array().unwrap().len(), 2);
}

/// OP-23: whatever a caller says the server is called, the metadata name the issuer of the settings.
#[tokio::test]
async fn op_23_the_metadata_name_the_issuer_of_the_settings_and_no_other() {
    let server = Server::start().await;
    let true_ones = server.get(METADATA).await.expect(200).text;
    let get = || server.request(reqwest::Method::GET, METADATA);

    for name in ["x-forwarded-host", "x-forwarded-server", "x-host", "x-original-host"] {
        assert_eq!(server.send(get().header(name, "evil.example")).await.expect(200).text, true_ones, "{name}");
    }
    let forwarded = get().header("forwarded", "host=evil.example;proto=https").header("x-forwarded-proto", "https");
    let named = server.send(get().header("host", "evil.example")).await;

    assert_eq!(server.send(forwarded).await.expect(200).text, true_ones);
    assert_eq!(named.status, 421);
    assert!(!named.text.contains("evil.example"), "{}", named.text);
}

/// RFC 9728 5.1: whoever comes without a token learns where it is written who gives one.
#[tokio::test]
async fn whoever_brings_no_token_is_told_where_tokens_come_from() {
    let server = Server::start().await;
    for (path, base) in [("/api/v1/users", "/api/v1"), ("/scim/v2/Users", "/scim/v2"), ("/scim/v2/Me", "/scim/v2")] {
        let reply = server.get(path).await;
        let document = server.app.config.url(&format!("/.well-known/oauth-protected-resource{base}"));

        let expected = format!("Bearer realm=\"doorward\", resource_metadata=\"{document}\"");
        assert_eq!((reply.status, reply.header("www-authenticate")), (401, Some(&*expected)), "{path}");
        assert_eq!(server.get(&document.replace(&server.app.config.public_url, "")).await.status, 200);
    }
}
