//! The plan Config OP: what applications read before anything else.

use std::collections::BTreeSet;

use doorward::app::config::Settings;
use serde_json::Value;

use crate::harness::Server;

const ISSUER: &str = "https://id.acme.example";

/// The document has the issuer of its address, names every endpoint by https, and promises what an application needs.
#[tokio::test]
async fn oidcc_discovery_endpoint_verification() {
    let server = Server::start_with(|it| Settings { public_url: Some(ISSUER.to_owned()), ..it }).await;

    let reply = server.get("/.well-known/openid-configuration").await.expect(200);
    let keys = server.get("/oauth2/jwks").await.expect(200).json();

    let document = reply.json();
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(document["issuer"], ISSUER);
    for (name, address) in document.as_object().unwrap() {
        if name.ends_with("_endpoint") || name.ends_with("_uri") {
            assert!(address.as_str().unwrap().starts_with("https://id.acme.example/"), "{name}: {address}");
        }
    }
    let list = |name: &str| -> BTreeSet<String> {
        let values = document[name].as_array().unwrap_or_else(|| panic!("no {name}"));
        values.iter().map(|it| it.as_str().unwrap().to_owned()).collect()
    };
    assert!(list("id_token_signing_alg_values_supported").contains("RS256"));
    assert!(list("scopes_supported").contains("openid"));
    assert!(list("response_types_supported").contains("code"));
    assert!(list("subject_types_supported").contains("public"));
    assert!(list("claims_supported").contains("sub"));
    let is_tag = |tag: &String| tag.split('-').all(|part| !part.is_empty() && part.len() <= 8);
    assert!(list("ui_locales_supported").iter().all(is_tag));
    assert_keys_are_apart(&keys);
}

#[track_caller]
fn assert_keys_are_apart(keys: &Value) {
    let keys = keys["keys"].as_array().unwrap();
    let kids: BTreeSet<&str> = keys.iter().map(|key| key["kid"].as_str().unwrap()).collect();
    assert_eq!(kids.len(), keys.len(), "each key has a name of its own");
    let kinds: BTreeSet<&str> = keys.iter().map(|key| key["kty"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["EC", "RSA"].into());
}
