use serde_json::{Value, json};

use crate::oidc::client::AuthMethod;
use crate::oidc::client_document::address;
use crate::oidc::registration::{Body, Metadata};

const NAME: &str = "https://app.example/client.json";

fn described(changes: &Value) -> Result<Metadata, String> {
    let mut document =
        json!({ "client_id": NAME, "client_name": "Wiki", "redirect_uris": ["https://app.example/callback"] });
    document.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    let body = Body::parse(document.to_string().as_bytes()).unwrap();
    body.described(NAME).map_err(|error| error.description().to_owned())
}

#[test]
fn a_name_is_an_address_in_its_one_spelling() {
    for good in [NAME, "https://app.example:8443/a/b", "http://127.0.0.1:4000/client"] {
        assert_eq!(address(good).map(String::from).as_deref(), Some(good));
    }
    let long = format!("https://app.example/{}", "a".repeat(512));
    for bad in [
        "",
        "app",
        "0190d6f0-0000-7000-8000-000000000000",
        "https://app.example",
        "https://app.example/",
        "http://app.example/client.json",
        "https://app.example/client.json?v=1",
        "https://app.example/client.json#x",
        "https://me@app.example/client.json",
        "https://app.example/a/../client.json",
        "https://app.example/%2e%2e/client.json",
        "https://APP.example/client.json",
        "https://app.example:443/client.json",
        "https:app.example/client.json",
        "javascript:alert(1)",
        &long,
    ] {
        assert_eq!(address(bad), None, "{bad}");
    }
}

#[test]
fn a_document_speaks_of_its_own_address_and_holds_no_secret() {
    let plain = described(&json!({})).unwrap();
    assert_eq!((plain.auth_method, plain.name().as_str()), (AuthMethod::None, "Wiki"));
    let keys = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": { "keys": [] } });
    assert_eq!(described(&keys).unwrap().auth_method, AuthMethod::PrivateKeyJwt);

    for (changes, problem) in [
        (json!({ "client_id": "https://app.example/other.json" }), "client_id: must be the address of the document"),
        (json!({ "client_id": null }), "client_id: must be the address of the document"),
        (json!({ "client_secret": "x" }), "client_secret: "),
        (json!({ "token_endpoint_auth_method": "client_secret_basic" }), "token_endpoint_auth_method: "),
        (json!({ "token_endpoint_auth_method": "client_secret_post" }), "token_endpoint_auth_method: "),
        (json!({ "scope": "openid api" }), "scope: may name only"),
        (json!({ "jwks_uri": "https://app.example/keys" }), "jwks_uri: "),
    ] {
        let said = described(&changes).unwrap_err();
        assert!(said.starts_with(problem), "{changes}: {said}");
    }
}
