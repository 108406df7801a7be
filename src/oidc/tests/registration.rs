//! What an application says of itself, and what is told back.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::client::{AuthMethod, Registration};
use super::super::jwt::Algorithm;
use super::super::registration::{Body, document};
use super::super::scope::{Scope, Scopes};
use super::{CALLBACK, registration};

fn read(body: &Value) -> Result<super::super::registration::Metadata, String> {
    let metadata = Body::parse(body.to_string().as_bytes()).and_then(|it| it.metadata(None));
    metadata.map_err(|error| error.to_string())
}

#[test]
fn what_is_left_out_is_what_the_specification_says() {
    let metadata =
        read(&json!({ "redirect_uris": [CALLBACK], "client_name": null, "logo_uri": "http://10.0.0.1/" })).unwrap();

    assert_eq!((metadata.auth_method, metadata.id_token_alg), (AuthMethod::ClientSecretBasic, Algorithm::Rs256));
    assert_eq!((metadata.name().as_str(), &metadata.jwks), ("app.example.com", &None));
    assert!(metadata.scopes.has(Scope::OfflineAccess) && !metadata.scopes.iter().any(Scope::opens_a_surface));
    assert_eq!(metadata.redirect_uris, [CALLBACK]);
    assert!(!metadata.dpop_bound && !metadata.require_pushed_requests);
}

/// OP-22: what cannot be served is refused by its name, and not left out in silence.
#[test]
fn op_22_what_is_not_offered_is_refused() {
    let table = [
        ("response_types", json!(["code", "id_token"]), "may name only code"),
        ("grant_types", json!(["implicit"]), "may name only authorization_code, refresh_token"),
        ("grant_types", json!("authorization_code"), "must be a list"),
        ("subject_type", json!("ephemeral"), "may name only public, pairwise"),
        ("application_type", json!("desktop"), "may name only web, native"),
        ("token_endpoint_auth_method", json!("client_secret_jwt"), "may name only client_secret_basic"),
        ("id_token_signed_response_alg", json!("none"), "may name only RS256"),
        ("id_token_encrypted_response_alg", json!("RSA-OAEP"), "is not offered here"),
        ("userinfo_signed_response_alg", json!("RS256"), "is not offered here"),
        ("jwks_uri", json!("https://app.example.com/jwks"), "send the keys themselves"),
        ("scope", json!("openid api"), "may name only openid, profile"),
        ("scope", json!("openid ssf.manage"), "may name only openid, profile"),
        ("scope", json!("openid nothing"), "may name only openid, profile"),
        ("client_name", json!("x".repeat(2049)), "must be a text of at most 2048 bytes"),
        ("client_name", json!(["x"]), "must be a text"),
        ("redirect_uris", json!([1]), "must be a list"),
        ("redirect_uris", json!(vec!["https://app.example.com/"; 51]), "must be a list of at most 50"),
        ("dpop_bound_access_tokens", json!("true"), "must be true or false"),
    ];
    for (member, value, problem) in table {
        let mut body = json!({ "redirect_uris": [CALLBACK] });
        body[member] = value.clone();
        let said = read(&body).unwrap_err();
        let code = if member == "redirect_uris" { "invalid_redirect_uri" } else { "invalid_client_metadata" };
        assert!(said.starts_with(&format!("{code}: {member}: ")) && said.contains(problem), "{member} {value}: {said}");
    }
    for body in ["", "[]", "\"x\"", "{", "{\"client_name\":\"\u{0}"] {
        assert!(Body::parse(body.as_bytes()).is_err(), "{body}");
    }
}

/// What people gave is kept, asked for or not, and nothing beside it is taken.
#[test]
fn an_application_keeps_the_surfaces_that_people_gave_it() {
    let has = Registration { scopes: Scopes::exactly("openid scim").unwrap(), ..registration() };
    let scopes = |scope: &str| {
        let body = json!({ "redirect_uris": [CALLBACK], "scope": scope }).to_string();
        Body::parse(body.as_bytes()).and_then(|it| it.metadata(Some(&has))).map(|it| it.scopes.to_string())
    };
    assert_eq!(scopes("openid email").unwrap(), "openid email scim");
    assert_eq!(scopes("scim openid").unwrap(), "openid scim");
    assert!(scopes("openid api").is_err());
}

#[test]
fn what_is_registered_is_told_in_the_names_of_the_specification() {
    let told = Value::Object(document(&registration()));

    assert_eq!(told["response_types"], json!(["code"]));
    let has_refresh = registration().scopes.has(Scope::OfflineAccess);
    assert_eq!(told["grant_types"].as_array().unwrap().len(), if has_refresh { 2 } else { 1 });
    assert_eq!(told["redirect_uris"], json!(registration().redirect_uris));
    assert_eq!(told["client_id"], json!(registration().client_id));
    assert!(told.get("jwks").is_none() && told.get("first_party").is_none(), "{told}");
}

fn anything() -> impl Strategy<Value = Value> {
    let names = proptest::sample::select(vec![
        "redirect_uris",
        "client_name",
        "scope",
        "jwks",
        "grant_types",
        "token_endpoint_auth_method",
        "keys",
        "x",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[ -~]{0,12}".prop_map(Value::from),
        proptest::sample::select(vec!["openid", "none", "code", "https://a.example/"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map(names.clone().prop_map(str::to_owned), inner, 0..5)
                .prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Whatever is sent is read or refused by the name of a member; what was read asks for nothing that people decide.
    #[test]
    fn any_body_is_metadata_or_refused(sent in anything()) {
        match read(&sent) {
            Ok(metadata) => prop_assert!(!metadata.scopes.iter().any(Scope::opens_a_surface)),
            Err(said) => prop_assert!(said.starts_with("invalid_client_metadata: ") || said.starts_with("invalid_redirect_uri: ")),
        }
    }
}
