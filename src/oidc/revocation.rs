//! Token revocation: RFC 7009.
//!
//! **Invariant:** the answer is the same whether or not the token was there, and no client ends another's.

use secrecy::SecretString;

use super::error::Error;
use super::introspection::Kind;
use super::params::Params;

/// What a revocation request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing; the answer is the same as if something had ended.
    Nothing,
    /// This one access token.
    Token,
    /// The refresh token with all its descendants and their access tokens (RFC 7009 2.1).
    Family,
}

/// The token to revoke. `token_type_hint` is only a hint, and we need none (RFC 7009 2.1).
pub fn parse(body: &Params) -> Result<SecretString, Error> {
    body.require("token").map(SecretString::from)
}

/// What the request of a client ends, given the kind and the client of the token that was found.
pub fn effect(found: Option<(Kind, &str)>, asking_client_id: &str) -> Effect {
    match found {
        Some((Kind::Access, client_id)) if client_id == asking_client_id => Effect::Token,
        Some((Kind::Refresh, client_id)) if client_id == asking_client_id => Effect::Family,
        Some(_) | None => Effect::Nothing,
    }
}
