use serde_json::{Value, json};

use super::ISSUER;
use crate::oidc::discovery::metadata;

fn document() -> Value {
    metadata(ISSUER, &["en"], (false, false))
}

fn list(name: &str) -> Vec<String> {
    let document = document();
    document[name].as_array().unwrap().iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

#[test]
fn op_23_every_address_begins_with_the_issuer() {
    let document = document();
    assert_eq!(document["issuer"], ISSUER);

    let members = document.as_object().unwrap();
    let addresses: Vec<_> =
        members.iter().filter(|(name, _)| name.ends_with("_endpoint") || *name == "jwks_uri").collect();

    assert_eq!(addresses.len(), 9);
    for (name, address) in addresses {
        assert!(address.as_str().unwrap().starts_with("https://id.example.com/oauth2/"), "{name}: {address}");
    }
    assert_eq!(
        metadata("https://id.example.com/", &["en"], (false, false))["jwks_uri"],
        "https://id.example.com/oauth2/jwks"
    );
}

#[test]
fn the_document_has_what_discovery_requires() {
    let document = document();

    for name in [
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "response_types_supported",
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
        "end_session_endpoint",
    ] {
        assert!(!document[name].is_null(), "{name}");
    }
    assert!(list("scopes_supported").contains(&"openid".to_owned()));
    assert_eq!(list("id_token_signing_alg_values_supported"), ["RS256", "ES256", "PS256", "EdDSA"]);
    assert_eq!(list("acr_values_supported"), ["aal1", "aal2"]);
    for name in [
        "claims_parameter_supported",
        "authorization_response_iss_parameter_supported",
        "backchannel_logout_supported",
        "backchannel_logout_session_supported",
        "frontchannel_logout_supported",
        "frontchannel_logout_session_supported",
    ] {
        assert_eq!(document[name], json!(true), "{name}");
    }
}

#[test]
fn nothing_is_advertised_that_is_not_offered() {
    let document = document();

    assert_eq!(list("response_types_supported"), ["code"]);
    assert_eq!(list("response_modes_supported"), ["query", "form_post"]);
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    let exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
    let grants = ["authorization_code", "refresh_token", "client_credentials", device, exchange];
    assert_eq!(list("grant_types_supported"), grants);
    assert_eq!(list("code_challenge_methods_supported"), ["S256"]);
    let methods = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
    assert_eq!(list("token_endpoint_auth_methods_supported"), methods);
    assert_eq!(list("revocation_endpoint_auth_methods_supported"), methods);
    assert!(!list("token_endpoint_auth_signing_alg_values_supported").iter().any(|it| it == "none" || it == "HS256"));
    assert_eq!(list("introspection_endpoint_auth_methods_supported"), methods[..3]);
    for name in ["request_parameter_supported", "request_uri_parameter_supported"] {
        assert_eq!(document[name], json!(false), "{name}");
    }
    assert_eq!(list("dpop_signing_alg_values_supported"), ["ES256", "PS256", "EdDSA", "Ed25519"]);
    for name in ["registration_endpoint", "check_session_iframe"] {
        assert!(document[name].is_null(), "{name}");
    }
}
