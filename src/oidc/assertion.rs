//! A client that proves itself with a key of its own: RFC 7523 3, OpenID Connect Core 9 (`private_key_jwt`).
//!
//! **Invariant:** an assertion is for this issuer alone, named as one string: neither a list nor the address of an endpoint
//! will do, so that another server cannot pass on one that was made for it.
//! **Invariant:** it ends within five minutes and has an id, which the caller spends; so it works once.
//! **Invariant:** keys are those that were registered; nothing in a header leads to another.

use serde_json::Value;

use super::jwt::{Claims, Refused, object, text};
use super::upstream::keys::{ForeignTyp, KeySet};

/// What an assertion may be signed with.
pub const ALGORITHMS: [&str; 5] = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"];
/// The kind of an assertion at the token endpoint (RFC 7523 2.2).
pub const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an assertion may still be good.
const LIFETIME_MAX_SECONDS: i64 = 5 * 60;
/// How far the clock of a client may be off.
const LEEWAY_SECONDS: i64 = 30;
const JTI_BYTES_MAX: usize = 256;
/// Members that only private and symmetric keys have (RFC 7518 6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// An assertion that was believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// The id by which it is spent.
    pub jti: String,
    /// Until when it could come again, in seconds since the epoch.
    pub ends: i64,
}

/// The client that an assertion speaks of, before anything about it is believed.
pub fn named(assertion: &str) -> Option<String> {
    let payload = assertion.split('.').nth(1)?;
    object(payload).ok()?.get("sub")?.as_str().map(str::to_owned)
}

/// What an assertion says it is signed with, before anything about it is believed.
pub fn algorithm(assertion: &str) -> Option<String> {
    object(assertion.split('.').next()?).ok()?.get("alg")?.as_str().map(str::to_owned)
}

/// True for public keys that can each verify something, of which none can be taken for another.
pub fn are_keys(keys: &[Value]) -> bool {
    let set = KeySet::parse("", serde_json::json!({ "keys": keys }).to_string().as_bytes()).unwrap_or_default();
    let mut ids: Vec<&str> = keys.iter().filter_map(|key| key.get("kid")?.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    !keys.is_empty() && keys.iter().all(is_public) && set.len() == keys.len() && ids.len() == keys.len()
}

/// True for a key without the members that only private and symmetric keys have.
pub(super) fn is_public(key: &Value) -> bool {
    PRIVATE.iter().all(|name| key.get(name).is_none())
}

/// Checks an assertion under the keys of this client.
pub fn verify(jwks: &str, (issuer, client_id): (&str, &str), now: i64, assertion: &str) -> Result<Proven, Refused> {
    let keys = KeySet::parse("", jwks.as_bytes()).unwrap_or_default();
    let claims = keys.open(ForeignTyp::Assertion, assertion)?;
    if text(&claims, "iss")? != client_id || text(&claims, "sub")? != client_id {
        return Err(Refused::Issuer);
    }
    if text(&claims, "aud")? != issuer {
        return Err(Refused::Audience);
    }
    let ends = seconds(&claims, "exp")?.ok_or(Refused::Claim("exp"))?;
    let latest = now.saturating_add(LEEWAY_SECONDS);
    if ends.saturating_add(LEEWAY_SECONDS) <= now {
        return Err(Refused::Expired);
    }
    if ends > latest.saturating_add(LIFETIME_MAX_SECONDS) {
        return Err(Refused::Claim("exp"));
    }
    for name in ["iat", "nbf"] {
        if seconds(&claims, name)?.is_some_and(|start| start > latest) {
            return Err(Refused::NotYetValid);
        }
    }
    let jti = text(&claims, "jti")?;
    if jti.len() > JTI_BYTES_MAX {
        return Err(Refused::Claim("jti"));
    }
    Ok(Proven { jti: jti.to_owned(), ends: ends.saturating_add(LEEWAY_SECONDS) })
}

fn seconds(claims: &Claims, name: &'static str) -> Result<Option<i64>, Refused> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    value.as_i64().filter(|seconds| *seconds >= 0).map(Some).ok_or(Refused::Claim(name))
}
