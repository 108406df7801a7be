//! A signed-in browser.

use std::time::Duration;

use super::id::{ConnectionId, OrgId, SessionId, UserId};
use super::time::Timestamp;

/// So long a proof of who somebody is counts for acts that change credentials.
pub const PROOF_IS_RECENT: Duration = Duration::from_mins(10);

/// A session as stored; the cookie's secret is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The identity of the session; applications see it as `sid`.
    pub id: SessionId,
    /// The organisation of the user.
    pub org: OrgId,
    /// Who is signed in.
    pub user: UserId,
    /// How the person proved it (RFC 8176), such as `pwd` and `otp`.
    pub amr: Vec<String>,
    /// When the person last proved it.
    pub auth_time: Timestamp,
    /// When the session began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// The address it was made from.
    pub ip: String,
    /// The browser it was made with, as it named itself.
    pub user_agent: String,
    /// The application that runs on a device without a browser, where it is the session of one; the browser let it in.
    pub device: Option<String>,
    /// The session at the identity provider that it came from, if it did.
    pub upstream: Option<Upstream>,
}

/// The session at an identity provider that a session came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// The connection.
    pub connection: ConnectionId,
    /// The issuer, as the ID token named it.
    pub issuer: String,
    /// Its id there.
    pub sid: Option<String>,
    /// When everything that came from it must end, where the provider said so.
    pub ends_at: Option<Timestamp>,
}

impl Session {
    /// True while the last proof of who is signed in counts for acts that change credentials.
    pub fn is_proved_lately(&self, now: Timestamp) -> bool {
        now.since(self.auth_time) < PROOF_IS_RECENT
    }
}
