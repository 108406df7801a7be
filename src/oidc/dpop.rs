//! The proof that whoever comes with a token holds the key that it was issued for: RFC 9449 (DPoP).
//!
//! **Invariant:** a proof is for one method, one address and, beside a token, that token alone; it carries a nonce of ours, so
//! that none can be made in advance, and an id, which the caller spends, so that none works twice.
//! **Invariant:** the key comes with the proof and is public; a private or symmetric one is refused, and nothing else in a
//! header leads to a key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::assertion::is_public;
use super::error::{Error, ErrorCode};
use super::jwt::{Claims, Refused, object, text};
use super::upstream::keys::{ForeignTyp, KeySet};

/// What a proof may be signed with.
pub const ALGORITHMS: [&str; 4] = ["ES256", "PS256", "EdDSA", "Ed25519"];
/// How old a proof may be, and how far the clock of a client may be ahead.
const AGE_MAX_SECONDS: i64 = 60;
const AHEAD_MAX_SECONDS: i64 = 30;
const PROOF_BYTES_MAX: usize = 8 * 1024;
const JTI_BYTES_MAX: usize = 256;

/// What a proof must be for.
#[derive(Debug, Clone, Copy)]
pub struct Expect<'a> {
    /// The method of the request.
    pub method: &'a str,
    /// The address of the endpoint, as the metadata names it.
    pub url: &'a str,
    /// The token that comes with it, at a resource.
    pub access_token: Option<&'a str>,
    /// The nonces that are good at this moment.
    pub nonces: &'a [String],
    /// The moment of the check, in seconds since the epoch.
    pub now_seconds: i64,
}

/// A proof that was believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// The thumbprint of the key (RFC 7638), as tokens and clients name it.
    pub jkt: String,
    /// The id by which it is spent.
    pub jti: String,
    /// Until when it could come again, in seconds since the epoch.
    pub ends: i64,
}

/// Why a proof is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// It is not a good proof for this request.
    Refused(Refused),
    /// It lacks a nonce of ours, or has one that is over.
    Nonce,
}

impl From<Refused> for Flaw {
    fn from(why: Refused) -> Self {
        Self::Refused(why)
    }
}

impl Flaw {
    /// What the client is told.
    pub fn error(self) -> Error {
        match self {
            Self::Refused(_) => ErrorCode::InvalidDpopProof
                .because("the DPoP proof is not one for this request; sign a new one for its method and address"),
            Self::Nonce => {
                ErrorCode::UseDpopNonce.because("sign the DPoP proof again, with the nonce of the header DPoP-Nonce")
            }
        }
    }
}

/// Checks the proof that came with a request.
pub fn verify(proof: &str, expect: &Expect<'_>) -> Result<Proven, Flaw> {
    let (jkt, claims) = open(proof)?;
    if text(&claims, "htm")? != expect.method {
        return Err(Refused::Claim("htm").into());
    }
    // RFC 9449 4.3: without query and fragment.
    if address(text(&claims, "htu")?) != address(expect.url) {
        return Err(Refused::Claim("htu").into());
    }
    if expect.access_token.is_some_and(|token| claims.get("ath").and_then(Value::as_str) != Some(&hash(token))) {
        return Err(Refused::Claim("ath").into());
    }
    let jti = text(&claims, "jti")?;
    if jti.len() > JTI_BYTES_MAX {
        return Err(Refused::Claim("jti").into());
    }
    let made = claims.get("iat").and_then(Value::as_i64).ok_or(Refused::Claim("iat"))?;
    if made > expect.now_seconds.saturating_add(AHEAD_MAX_SECONDS) {
        return Err(Refused::NotYetValid.into());
    }
    let ends = made.saturating_add(AGE_MAX_SECONDS);
    if ends <= expect.now_seconds {
        return Err(Refused::TooOld.into());
    }
    // Last: whoever is told to sign again would be refused again for anything else.
    let nonce = claims.get("nonce").and_then(Value::as_str);
    if !nonce.is_some_and(|nonce| expect.nonces.iter().any(|good| good == nonce)) {
        return Err(Flaw::Nonce);
    }
    Ok(Proven { jkt, jti: jti.to_owned(), ends })
}

/// The thumbprint of the key in a proof and the claims that this key has signed; nothing about them is checked yet.
fn open(proof: &str) -> Result<(String, Claims), Refused> {
    if proof.len() > PROOF_BYTES_MAX {
        return Err(Refused::TooLong);
    }
    let header = object(proof.split('.').next().unwrap_or_default())?;
    let jwk = header.get("jwk").filter(|jwk| is_public(jwk)).ok_or(Refused::Header("jwk"))?;
    if !header.get("alg").and_then(Value::as_str).is_some_and(|alg| ALGORITHMS.contains(&alg)) {
        return Err(Refused::Algorithm);
    }
    let keys = KeySet::parse("", json!({ "keys": [jwk] }).to_string().as_bytes()).unwrap_or_default();
    let claims = keys.open(ForeignTyp::Proof, proof)?;
    let key: Jwk = serde_json::from_value(jwk.clone()).map_err(|_| Refused::Header("jwk"))?;
    let jkt = key.thumbprint(ThumbprintHash::SHA256).map_err(|_| Refused::Header("jwk"))?;
    Ok((jkt, claims))
}

/// True for what can be the thumbprint of a key: a SHA-256 in base64url without padding.
pub fn is_thumbprint(text: &str) -> bool {
    text.len() == 43 && URL_SAFE_NO_PAD.decode(text).is_ok_and(|digest| digest.len() == 32)
}

fn address(url: &str) -> Option<Url> {
    let mut url = Url::parse(url).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    Some(url)
}

fn hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}
