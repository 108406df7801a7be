//! The other side of OpenID Connect as pure functions: what this server asks of an identity provider, and when it believes
//! the answer.
//!
//! A sign-in goes through [`metadata::parse`], [`request::authorization_url`], [`request::redemption`] and
//! [`id_token::verify`]; what a provider tells of its own accord through [`ended`], and the token with which its provisioning
//! comes through [`access`]. The protocol is that of `openidconnect`;
//! each module says which gaps of it are filled here.
//!
//! **Invariant:** a person is named by issuer and [`id_token::Subject`]; no address, user name or name of a token ever
//! finds anybody.
//! **Invariant:** a claim of another type than its own refuses the token, whatever the claim is worth here.

pub mod access;
pub mod ended;
pub mod id_token;
pub mod keys;
pub mod metadata;
pub mod request;

use serde_json::Value;

use super::jwt::{Claims, Refused};

/// How far the clock of a provider may be off.
const LEEWAY_SECONDS: i64 = 60;

// A claim that is null says nothing, like one that is left out.
fn text<'c>(claims: &'c Claims, name: &'static str) -> Result<&'c str, Refused> {
    optional_text(claims, name)?.ok_or(Refused::Claim(name))
}

fn optional_text<'c>(claims: &'c Claims, name: &'static str) -> Result<Option<&'c str>, Refused> {
    let Some(value) = claims.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
    let text = value.as_str().filter(|text| is_plain(text));
    text.map(Some).ok_or(Refused::Claim(name))
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.len() <= 1024 && !text.chars().any(char::is_control)
}

fn optional_seconds(claims: &Claims, name: &'static str) -> Result<Option<i64>, Refused> {
    let Some(value) = claims.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
    value.as_i64().filter(|seconds| *seconds >= 0).map(Some).ok_or(Refused::Claim(name))
}

fn seconds(claims: &Claims, name: &'static str) -> Result<i64, Refused> {
    optional_seconds(claims, name)?.ok_or(Refused::Claim(name))
}

/// Who made the token and whom it is for. Of a list only one with us alone in it will do.
fn check_parties(claims: &Claims, issuer: &str, audience: &str) -> Result<(), Refused> {
    if text(claims, "iss")? != issuer {
        return Err(Refused::Issuer);
    }
    let is_ours = match claims.get("aud") {
        Some(Value::String(one)) => one == audience,
        Some(Value::Array(list)) => list.len() == 1 && list.first().and_then(Value::as_str) == Some(audience),
        Some(_) | None => return Err(Refused::Claim("aud")),
    };
    let is_for_us = optional_text(claims, "azp")?.is_none_or(|azp| azp == audience);
    if is_ours && is_for_us { Ok(()) } else { Err(Refused::Audience) }
}

/// The token was made a short while ago and its time is not over.
fn check_times(claims: &Claims, now_seconds: i64, age_max_seconds: i64) -> Result<(), Refused> {
    let (issued, expires) = (seconds(claims, "iat")?, seconds(claims, "exp")?);
    let latest = now_seconds.saturating_add(LEEWAY_SECONDS);
    if issued > latest || optional_seconds(claims, "nbf")?.is_some_and(|start| start > latest) {
        return Err(Refused::NotYetValid);
    }
    let earliest = now_seconds.saturating_sub(LEEWAY_SECONDS);
    if expires <= earliest {
        return Err(Refused::Expired);
    }
    if issued.saturating_add(age_max_seconds) < earliest { Err(Refused::TooOld) } else { Ok(()) }
}
