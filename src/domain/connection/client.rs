//! A program of an identity provider that gets short-lived tokens for its connection by itself.

use crate::domain::Timestamp;
use crate::domain::id::{ClientId, ConnectionId, OrgId};

/// A client of a connection; its secret is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionClient {
    /// The identity of the client; its text is the `client_id`.
    pub id: ClientId,
    /// The organisation of its connection.
    pub org: OrgId,
    /// The connection it speaks for.
    pub connection: ConnectionId,
    /// Its name for people.
    pub name: String,
    /// Its public keys as a key set document; without them it has a secret.
    pub jwks: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last got a token.
    pub last_used_at: Option<Timestamp>,
}

impl ConnectionClient {
    /// How it says who it is, as RFC 7591 calls it.
    pub const fn method(&self) -> &'static str {
        if self.jwks.is_some() { "private_key_jwt" } else { "client_secret" }
    }
}
