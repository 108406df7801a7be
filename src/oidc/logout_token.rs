//! The notice to a client that a session ended: OpenID Connect Back-Channel Logout 1.0, 2.4.
//!
//! **Invariant:** it has a subject and no nonce, so that it cannot pass for an ID token.

use serde_json::json;

use super::jwt::Claims;

/// How long a notice is good: long enough to be delivered, too short to be kept.
pub const LIFETIME_SECONDS: i64 = 120;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The end of a session, as one client is told.
#[derive(Debug, Clone, Copy)]
pub struct Notice<'a> {
    /// Who tells.
    pub issuer: &'a str,
    /// Who is told.
    pub client_id: &'a str,
    /// Whose session ended.
    pub sub: &'a str,
    /// Which session; all of the person's sessions when there is none.
    pub sid: Option<&'a str>,
    /// The id of the notice, unique for ever.
    pub jti: &'a str,
    /// Now, in seconds since the epoch.
    pub now_seconds: i64,
}

/// The claims of a logout token.
pub fn claims(notice: &Notice<'_>) -> Claims {
    let sid = notice.sid.map(|sid| ("sid", json!(sid)));
    let members = [
        ("iss", json!(notice.issuer)),
        ("aud", json!(notice.client_id)),
        ("sub", json!(notice.sub)),
        ("jti", json!(notice.jti)),
        ("iat", json!(notice.now_seconds)),
        ("exp", json!(notice.now_seconds.saturating_add(LIFETIME_SECONDS))),
        ("events", json!({ EVENT: {} })),
    ];
    members.into_iter().chain(sid).map(|(name, value)| (name.to_owned(), value)).collect()
}
