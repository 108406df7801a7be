//! The metadata document: OpenID Connect Discovery 3, RFC 8414, RFC 9207.
//!
//! **Invariant:** every address in it begins with the configured issuer, never with what a request claims.
//! **Invariant:** it advertises what the other modules do, from their own lists, and nothing else.

use serde_json::{Value, json};

use super::acr::Acr;
use super::authorize::Prompt;
use super::client::AuthMethod;
use super::jwt::Algorithm;
use super::response::ResponseMode;
use super::scope::Scope;
use super::{assertion, claims, dpop, token};

/// The path of the authorization endpoint.
pub const AUTHORIZE: &str = "/oauth2/authorize";
/// The path of the token endpoint.
pub const TOKEN: &str = "/oauth2/token";
/// The path of the userinfo endpoint.
pub const USERINFO: &str = "/oauth2/userinfo";
/// The path of the key set.
pub const JWKS: &str = "/oauth2/jwks";
/// The path of the introspection endpoint.
pub const INTROSPECT: &str = "/oauth2/introspect";
/// The path of the revocation endpoint.
pub const REVOKE: &str = "/oauth2/revoke";
/// The path of the endpoint for pushed requests.
pub const PUSH: &str = "/oauth2/par";
/// The path of the endpoint at which devices ask to be let in.
pub const DEVICE: &str = "/oauth2/device_authorization";
/// The path of the page on which somebody lets a device in.
pub const DEVICE_PAGE: &str = "/device";
/// The path of the logout endpoint.
pub const LOGOUT: &str = "/oauth2/logout";
/// The path of the registration endpoint; below it, by its `client_id`, each application that registered itself has an address.
pub const REGISTER: &str = "/oauth2/register";

/// The document for both well-known addresses; `ui_locales` are the languages of the pages, and applications register themselves
/// or are
/// described at their names, where that is offered.
pub fn metadata(issuer: &str, ui_locales: &[&str], (has_registration, reads_documents): (bool, bool)) -> Value {
    let at = |path: &str| format!("{}{path}", issuer.trim_end_matches('/'));
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": at(AUTHORIZE),
        "token_endpoint": at(TOKEN),
        "userinfo_endpoint": at(USERINFO),
        "jwks_uri": at(JWKS),
        "introspection_endpoint": at(INTROSPECT),
        "revocation_endpoint": at(REVOKE),
        "end_session_endpoint": at(LOGOUT),
        "pushed_authorization_request_endpoint": at(PUSH),
        "require_pushed_authorization_requests": false,
        "device_authorization_endpoint": at(DEVICE),
        "dpop_signing_alg_values_supported": dpop::ALGORITHMS,
        "scopes_supported": Scope::ALL.map(Scope::as_str),
        "response_types_supported": ["code"],
        "response_modes_supported": ResponseMode::ALL.map(ResponseMode::as_str),
        "grant_types_supported": token::GRANT_TYPES,
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": Algorithm::ALL.map(Algorithm::as_str),
        "token_endpoint_auth_methods_supported": AuthMethod::ALL.map(AuthMethod::as_str),
        "token_endpoint_auth_signing_alg_values_supported": assertion::ALGORITHMS,
        "revocation_endpoint_auth_methods_supported": AuthMethod::ALL.map(AuthMethod::as_str),
        "introspection_endpoint_auth_methods_supported": AuthMethod::CONFIDENTIAL.map(AuthMethod::as_str),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "claim_types_supported": ["normal"],
        "claims_supported": claims::SUPPORTED,
        "claims_parameter_supported": true,
        "acr_values_supported": Acr::ALL.map(Acr::as_str),
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "prompt_values_supported": Prompt::ALL.map(Prompt::as_str),
        "ui_locales_supported": ui_locales,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "frontchannel_logout_supported": true,
        "frontchannel_logout_session_supported": true,
    });
    if let Some(members) = document.as_object_mut().filter(|_| has_registration) {
        members.insert("registration_endpoint".to_owned(), json!(at(REGISTER)));
    }
    if let Some(members) = document.as_object_mut().filter(|_| reads_documents) {
        members.insert("client_id_metadata_document_supported".to_owned(), json!(true));
    }
    document
}
