//! Tables and properties of the protocol, one file for each module.

use super::client::{AccessTokenFormat, AuthMethod, Profile, Registration};
use super::jwt::Algorithm;
use super::lifetimes::Lifetimes;
use super::mapping::Mapping;
use super::params::Params;
use super::reach::Reach;
use super::scope::Scope;

mod assertion;
mod authorize;
mod bearer;
mod claims;
mod claims_request;
mod client;
mod client_document;
mod credentials;
mod decide;
mod discovery;
mod dpop;
mod error;
mod exchange;
mod introspection;
mod jwt;
mod lifetimes;
mod logout;
mod logout_token;
mod mapping;
mod params;
mod pushed;
mod reach;
mod redirect_uri;
mod registration;
mod resource;
mod response;
mod revocation;
mod scope;
mod signals;
mod token;
mod upstream;

pub(super) const ISSUER: &str = "https://id.example.com";
pub(super) const CALLBACK: &str = "https://app.example.com/callback";
/// RFC 7636 appendix B.
pub(super) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A confidential client that is asked for consent and may use every scope.
pub(super) fn registration() -> Registration {
    Registration {
        client_id: "app".to_owned(),
        name: "Sample application".to_owned(),
        auth_method: AuthMethod::ClientSecretBasic,
        jwks: None,
        redirect_uris: vec![CALLBACK.to_owned(), "https://app.example.com/other?tenant=7".to_owned()],
        post_logout_redirect_uris: vec!["https://app.example.com/bye".to_owned()],
        backchannel_logout_uri: Some("https://app.example.com/backchannel".to_owned()),
        frontchannel_logout_uri: Some("https://app.example.com/frontchannel".to_owned()),
        frontchannel_logout_session_required: false,
        scopes: Scope::ALL.into_iter().collect(),
        first_party: false,
        require_mfa: false,
        profile: Profile::Standard,
        id_token_alg: Algorithm::Rs256,
        access_token_format: AccessTokenFormat::Opaque,
        require_pushed_authorization_requests: false,
        dpop_bound_access_tokens: false,
        device_grant: false,
        resource: None,
        audiences: Vec::new(),
        pairwise: false,
        claims: Mapping::new(),
        initiate_login_uri: None,
        lifetimes: Lifetimes::default(),
        reach: Reach::default(),
    }
}

pub(super) fn public_client(redirect_uri: &str) -> Registration {
    Registration {
        auth_method: AuthMethod::None,
        redirect_uris: vec![redirect_uri.to_owned()],
        post_logout_redirect_uris: vec![],
        frontchannel_logout_uri: None,
        ..registration()
    }
}

/// The pairs as they come in a query.
pub(super) fn encoded(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

pub(super) fn params(pairs: &[(&str, &str)]) -> Params {
    Params::parse(&[encoded(pairs).as_bytes()]).unwrap_or_else(|error| panic!("{error}"))
}

/// `base` with the pairs of `changes` put in, and those with an empty value left out.
pub(super) fn changed<'a>(base: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = base.iter().filter(|(name, _)| changes.iter().all(|(other, _)| other != name));
    kept.chain(changes.iter().filter(|(_, value)| !value.is_empty())).copied().collect()
}
