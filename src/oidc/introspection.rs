//! Token introspection: RFC 7662.
//!
//! **Invariant:** a token that is unknown, over, or none of the asking client's business gets one and the same answer.

use secrecy::SecretString;
use serde_json::{Value, json};

use super::bearer::Scheme;
use super::claims::{self, Person};
use super::error::Error;
use super::exchange;
use super::params::Params;
use super::scope::{Scope, Scopes};

/// A token that the database still vouches for.
#[derive(Debug, Clone)]
pub struct Token<'a> {
    /// Access or refresh token.
    pub kind: Kind,
    /// Who issued it.
    pub issuer: &'a str,
    /// The client it was given to.
    pub client_id: &'a str,
    /// The resources it is for, where it is for any.
    pub resources: &'a [String],
    /// The clients it was handed on to, the last first.
    pub hands: &'a [String],
    /// What it is good for.
    pub scopes: &'a Scopes,
    /// Whose it is, as they stand now.
    pub person: &'a Person,
    /// The thumbprint of the key that it is bound to, where it is (RFC 9449 6.2).
    pub jkt: Option<&'a str>,
    /// When it was made, in seconds since the epoch.
    pub issued_at: i64,
    /// When it ends, in seconds since the epoch.
    pub expires_at: i64,
}

/// The kinds of tokens that may be asked about or revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An access token.
    Access,
    /// A refresh token.
    Refresh,
}

/// The token that is asked about. `token_type_hint` is only a hint, and we need none (RFC 7662 2.1).
pub fn parse(body: &Params) -> Result<SecretString, Error> {
    body.require("token").map(SecretString::from)
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// The client.
    pub client_id: &'a str,
    /// The resource server that it is for the person of the token, where it is one.
    pub resource: Option<&'a str>,
}

/// The answer for a client about a token, or about none.
pub fn answer(token: Option<&Token<'_>>, asking: Asking<'_>, now_seconds: i64) -> Value {
    match token {
        Some(token) if token.expires_at > now_seconds && is_known_to(token, asking) => active(token),
        Some(_) | None => json!({ "active": false }),
    }
}

fn is_known_to(token: &Token<'_>, asking: Asking<'_>) -> bool {
    token.client_id == asking.client_id
        || asking.resource.is_some_and(|resource| token.resources.iter().any(|one| one == resource))
}

fn active(token: &Token<'_>) -> Value {
    let mut members = claims::standing(token.person, token.scopes);
    let username = token.scopes.has(Scope::Profile).then_some(("username", json!(token.person.user_name)));
    let token_type = (token.kind == Kind::Access).then(|| ("token_type", json!(Scheme::of(token.jkt).as_str())));
    let cnf = token.jkt.map(|jkt| ("cnf", json!({ "jkt": jkt })));
    let act = exchange::act(token.hands).map(|act| ("act", act));
    let facts = [
        ("active", json!(true)),
        ("iss", json!(token.issuer)),
        ("sub", json!(token.person.sub)),
        ("aud", claims::audience(token.resources, token.client_id)),
        ("client_id", json!(token.client_id)),
        ("scope", json!(token.scopes.to_string())),
        ("iat", json!(token.issued_at)),
        ("exp", json!(token.expires_at)),
    ];
    let facts = facts.into_iter().chain(username).chain(token_type).chain(cnf).chain(act);
    members.extend(facts.map(|(name, value)| (name.to_owned(), value)));
    members.into()
}
