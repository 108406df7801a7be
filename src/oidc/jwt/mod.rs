//! JSON Web Tokens: the one place that signs and the one place that believes them (RFC 7515, RFC 7519, RFC 8725).
//! What identity providers sign is read in [`super::upstream::keys`].
//!
//! **Invariant:** a token is believed only under a key of ours that its `kid` names, with the algorithm that belongs to
//! that key; nothing else in its header is followed, and anything unexpected there refuses it.
//! **Invariant:** one kind of token never passes for another: `typ` is compared exactly.
//! **Invariant:** `iss`, `sub`, `aud`, `exp` and `iat` are present, of their exact type, and checked against the `now`
//! of the caller.

mod key;
mod strict;

pub use key::{Algorithm, SigningKey, VerificationKey, jwks};
pub(super) use strict::object as strict_object;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::error::{Error, ErrorCode};

const TOKEN_BYTES_MAX: usize = 16 * 1024;
const KID_BYTES_MAX: usize = 64;
const LEEWAY_SECONDS: i64 = 5;

/// The claims of a token.
pub type Claims = Map<String, Value>;

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Typ {
    /// An ID token.
    IdToken,
    /// An access token (RFC 9068).
    AccessToken,
    /// A logout token (OpenID Connect Back-Channel Logout 2.4).
    LogoutToken,
    /// A security event token (RFC 8417 2.3).
    SecurityEvent,
}

impl Typ {
    /// The `typ` of the header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IdToken => "JWT",
            Self::AccessToken => "at+jwt",
            Self::LogoutToken => "logout+jwt",
            Self::SecurityEvent => "secevent+jwt",
        }
    }
}

/// Signs claims.
pub fn sign(key: &SigningKey, typ: Typ, claims: &Claims) -> Result<String, Error> {
    let mut header = jsonwebtoken::Header::new(key.algorithm().of_jsonwebtoken());
    header.typ = Some(typ.as_str().to_owned());
    header.kid = Some(key.kid().to_owned());
    jsonwebtoken::encode(&header, claims, key.encoding())
        .map_err(|_| ErrorCode::ServerError.because("a token could not be signed"))
}

/// What a token must be to be believed.
#[derive(Debug, Clone, Copy)]
pub struct Expect<'a> {
    /// What it is for.
    pub typ: Typ,
    /// Who issued it.
    pub issuer: &'a str,
    /// Whom it is for; `None` only for a hint, whose audience is still to be looked up.
    pub audience: Option<&'a str>,
    /// The moment of the check, in seconds since the epoch.
    pub now_seconds: i64,
    /// Whether an expired one will do: a hint names a person, it opens nothing.
    pub allow_expired: bool,
}

/// Why a token is not believed; for logs and tests, never for its bearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It is longer than 16 KiB.
    TooLong,
    /// It is not three parts of base64url that hold strict JSON.
    Malformed,
    /// Its header has a member that would change how it is read, or lacks one.
    Header(&'static str),
    /// Its `kid` names no key of ours.
    UnknownKey,
    /// Its `alg` is not that of the key.
    Algorithm,
    /// It is a token for another purpose.
    Typ,
    /// The signature is not one of the key.
    Signature,
    /// A claim is missing or not of its type.
    Claim(&'static str),
    /// Somebody else issued it.
    Issuer,
    /// It is for somebody else.
    Audience,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// It was made too long ago.
    TooOld,
}

/// The claims of a token that is what the caller expects.
pub fn verify(keys: &[VerificationKey], expect: &Expect<'_>, token: &str) -> Result<Claims, Refused> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(Refused::TooLong);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(Refused::Malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(Refused::Malformed)?;
    let key = check_header(keys, expect.typ, &object(header)?)?;
    // The library reads the signature with the same alphabet and refuses padding and stray bits as `object` does.
    let is_signed =
        jsonwebtoken::crypto::verify(signature, signed.as_bytes(), key.decoding(), key.algorithm().of_jsonwebtoken());
    if !is_signed.unwrap_or(false) {
        return Err(Refused::Signature);
    }
    let claims = object(payload)?;
    check_parties(expect, &claims)?;
    check_times(expect, &claims)?;
    Ok(claims)
}

/// The object that a part of a token holds.
pub(super) fn object(part: &str) -> Result<Claims, Refused> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| Refused::Malformed)?;
    strict::object(&bytes).ok_or(Refused::Malformed)
}

fn check_header<'k>(keys: &'k [VerificationKey], typ: Typ, header: &Claims) -> Result<&'k VerificationKey, Refused> {
    // RFC 7515 4.1: `crit` and `b64` change how a token is read, `zip` and `enc` what it is, the others whose key it
    // claims to be under. We write none of them.
    for name in ["crit", "b64", "zip", "enc", "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256"] {
        if header.contains_key(name) {
            return Err(Refused::Header(name));
        }
    }
    let kid = header.get("kid").and_then(Value::as_str).filter(|kid| kid.len() <= KID_BYTES_MAX);
    let kid = kid.ok_or(Refused::Header("kid"))?;
    let key = keys.iter().find(|key| key.kid() == kid).ok_or(Refused::UnknownKey)?;
    if header.get("alg").and_then(Value::as_str) != Some(key.algorithm().as_str()) {
        return Err(Refused::Algorithm);
    }
    if header.get("typ").and_then(Value::as_str) != Some(typ.as_str()) {
        return Err(Refused::Typ);
    }
    Ok(key)
}

fn check_parties(expect: &Expect<'_>, claims: &Claims) -> Result<(), Refused> {
    if text(claims, "iss")? != expect.issuer {
        return Err(Refused::Issuer);
    }
    // RFC 7519 4.1.3 also allows a list; ours are never made with one.
    let audience = text(claims, "aud")?;
    if expect.audience.is_some_and(|expected| expected != audience) {
        return Err(Refused::Audience);
    }
    text(claims, "sub").map(|_| ())
}

fn check_times(expect: &Expect<'_>, claims: &Claims) -> Result<(), Refused> {
    let expires = seconds(claims, "exp")?;
    let latest_start = expect.now_seconds.saturating_add(LEEWAY_SECONDS);
    if seconds(claims, "iat")? > latest_start {
        return Err(Refused::NotYetValid);
    }
    if claims.contains_key("nbf") && seconds(claims, "nbf")? > latest_start {
        return Err(Refused::NotYetValid);
    }
    if !expect.allow_expired && expires.saturating_add(LEEWAY_SECONDS) <= expect.now_seconds {
        return Err(Refused::Expired);
    }
    Ok(())
}

/// A claim that is a text, and not an empty one.
pub(super) fn text<'c>(claims: &'c Claims, name: &'static str) -> Result<&'c str, Refused> {
    claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).ok_or(Refused::Claim(name))
}

fn seconds(claims: &Claims, name: &'static str) -> Result<i64, Refused> {
    claims.get(name).and_then(Value::as_i64).filter(|seconds| *seconds >= 0).ok_or(Refused::Claim(name))
}
