//! Token introspection: RFC 7662.
//!
//! **Invariant:** a token that is unknown, over, or none of the asking client's business gets one and the same answer.

use secrecy::SecretString;
use serde_json::{Value, json};

use super::bearer::Scheme;
use super::claims::{self, Person};
use super::error::Error;
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
    /// Whom it is for.
    pub audience: &'a str,
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

/// The answer for a client about a token, or about none.
pub fn answer(token: Option<&Token<'_>>, asking_client_id: &str, now_seconds: i64) -> Value {
    match token {
        Some(token) if token.expires_at > now_seconds && is_known_to(token, asking_client_id) => active(token),
        Some(_) | None => json!({ "active": false }),
    }
}

fn is_known_to(token: &Token<'_>, client_id: &str) -> bool {
    token.client_id == client_id || token.audience == client_id
}

fn active(token: &Token<'_>) -> Value {
    let mut members = claims::standing(token.person, token.scopes);
    let username = token.scopes.has(Scope::Profile).then_some(("username", json!(token.person.user_name)));
    let token_type = (token.kind == Kind::Access).then(|| ("token_type", json!(Scheme::of(token.jkt).as_str())));
    let cnf = token.jkt.map(|jkt| ("cnf", json!({ "jkt": jkt })));
    let facts = [
        ("active", json!(true)),
        ("iss", json!(token.issuer)),
        ("sub", json!(token.person.sub)),
        ("aud", json!(token.audience)),
        ("client_id", json!(token.client_id)),
        ("scope", json!(token.scopes.to_string())),
        ("iat", json!(token.issued_at)),
        ("exp", json!(token.expires_at)),
    ];
    let facts = facts.into_iter().chain(username).chain(token_type).chain(cnf);
    members.extend(facts.map(|(name, value)| (name.to_owned(), value)));
    members.into()
}
