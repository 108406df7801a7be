//! What an identity provider tells of its own accord: a session has ended there, or a person is to lose all access.
//!
//! OpenID Connect Back-Channel Logout 1.0, 2.6; the global token revocation of Okta's Universal Logout. `openidconnect` knows
//! neither; of it are only the keys.
//!
//! **Invariant:** an ID token never passes for a notice: it lacks the event, and a notice must not have a nonce.

use serde_json::{Map, Value};

use super::keys::{ForeignTyp, KeySet};
use super::{check_parties, check_times, optional_text, text};
use crate::oidc::jwt::{Claims, Refused};

/// A notice is made when it is sent.
const AGE_MAX_SECONDS: i64 = 5 * 60;
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// What a notice must be.
#[derive(Debug, Clone, Copy)]
pub struct Expect<'a> {
    /// Who made it.
    pub issuer: &'a str,
    /// Our id there.
    pub client_id: &'a str,
    /// The moment of the check.
    pub now_seconds: i64,
}

/// Whose session ended, in the provider's terms; one of the two is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The person.
    pub sub: Option<String>,
    /// The session.
    pub sid: Option<String>,
}

/// What a logout token says.
pub fn verify_logout_token(keys: &KeySet, expect: &Expect<'_>, token: &str) -> Result<Ended, Refused> {
    let claims = keys.open(ForeignTyp::LogoutToken, token)?;
    check_parties(&claims, expect.issuer, expect.client_id)?;
    check_times(&claims, expect.now_seconds, AGE_MAX_SECONDS)?;
    text(&claims, "jti")?;
    if claims.contains_key("nonce") {
        return Err(Refused::Claim("nonce"));
    }
    let is_event = claims.get("events").and_then(|events| events.get(EVENT)).is_some_and(Value::is_object);
    if !is_event {
        return Err(Refused::Claim("events"));
    }
    let ended = Ended { sub: owned(&claims, "sub")?, sid: owned(&claims, "sid")? };
    if ended.sub.is_none() && ended.sid.is_none() { Err(Refused::Claim("sub")) } else { Ok(ended) }
}

/// Checks the token that allows a provider to end all access of a person: its audience is the address it came to, and its
/// subject is our id at the provider.
pub fn verify_revocation_token(keys: &KeySet, expect: &Expect<'_>, address: &str, token: &str) -> Result<(), Refused> {
    let claims = keys.open(ForeignTyp::Revocation, token)?;
    check_parties(&claims, expect.issuer, address)?;
    check_times(&claims, expect.now_seconds, AGE_MAX_SECONDS)?;
    if text(&claims, "sub")? == expect.client_id { Ok(()) } else { Err(Refused::Claim("sub")) }
}

/// The person whom a revocation means: named by issuer and subject. An address names nobody here.
pub fn revoked_subject(issuer: &str, body: &[u8]) -> Option<String> {
    let body: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let sub_id = body.get("sub_id")?;
    let part = |name: &str| sub_id.get(name).and_then(Value::as_str);
    let is_named = part("format") == Some("iss_sub") && part("iss") == Some(issuer);
    part("sub").filter(|sub| is_named && super::is_plain(sub)).map(str::to_owned)
}

fn owned(claims: &Claims, name: &'static str) -> Result<Option<String>, Refused> {
    Ok(optional_text(claims, name)?.map(str::to_owned))
}
