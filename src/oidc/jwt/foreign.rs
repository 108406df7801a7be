//! Tokens that somebody else signed: the published keys of an identity provider, and its tokens under them.
//!
//! **Invariant:** the algorithm of a token is one that its key is for; a symmetric key, a short RSA key, `none` and every
//! algorithm but RS256, PS256, ES256 and EdDSA count for nothing, whoever publishes or names them.
//! **Invariant:** nothing in a header is followed but `kid`, and that only among the keys of the provider; without it the
//! provider must have a single key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::Jwk;
use serde_json::Value;
use sha2::{Digest as _, Sha256, Sha512};

use super::{Claims, Refused, object, strict};

const TOKEN_BYTES_MAX: usize = 64 * 1024;
const KEYS_MAX: usize = 100;
/// 2048 bits.
const MODULUS_BYTES_MIN: usize = 256;

/// The algorithms of each kind of key, by the names that tokens use.
const RSA: &[(&str, jsonwebtoken::Algorithm)] =
    &[("RS256", jsonwebtoken::Algorithm::RS256), ("PS256", jsonwebtoken::Algorithm::PS256)];
const P256: &[(&str, jsonwebtoken::Algorithm)] = &[("ES256", jsonwebtoken::Algorithm::ES256)];
const ED25519: &[(&str, jsonwebtoken::Algorithm)] = &[("EdDSA", jsonwebtoken::Algorithm::EdDSA)];

/// What a token of an identity provider is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ForeignTyp {
    /// An ID token; most providers write `JWT`, some nothing.
    IdToken,
    /// A logout token (OpenID Connect Back-Channel Logout 2.4); its `typ` is only recommended.
    LogoutToken,
    /// The token with which a provider ends all access of a person.
    Revocation,
}

impl ForeignTyp {
    fn admits(self, typ: Option<&str>) -> bool {
        // RFC 7515 4.1.9: the prefix may be left out, and media types have no case.
        let typ = typ.map(str::to_ascii_lowercase);
        let typ = typ.as_deref().map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
        match self {
            Self::IdToken => matches!(typ, None | Some("jwt")),
            Self::LogoutToken => matches!(typ, None | Some("jwt" | "logout+jwt")),
            Self::Revocation => typ == Some("global-token-revocation+jwt"),
        }
    }
}

/// The keys that an identity provider signs with.
#[derive(Debug, Clone, Default)]
pub struct KeySet(Vec<ForeignKey>);

#[derive(Debug, Clone)]
struct ForeignKey {
    kid: Option<String>,
    algorithms: Vec<(&'static str, jsonwebtoken::Algorithm)>,
    decoding: DecodingKey,
}

/// The claims of a token whose signature is right, and what it was signed with.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// The claims; nothing about them has been checked.
    pub claims: Claims,
    algorithm: jsonwebtoken::Algorithm,
}

impl KeySet {
    /// Reads a key set document (RFC 7517); keys that cannot verify anything here are left out. `None` when it is none.
    pub fn parse(issuer: &str, document: &[u8]) -> Option<Self> {
        let document = strict::object(document)?;
        let keys = document.get("keys")?.as_array()?;
        Some(Self(keys.iter().take(KEYS_MAX).filter_map(|jwk| ForeignKey::read(issuer, jwk)).collect()))
    }

    /// The claims of a token of this kind that one of the keys has signed.
    pub fn open(&self, typ: ForeignTyp, token: &str) -> Result<Opened, Refused> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(Refused::TooLong);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Refused::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(Refused::Malformed)?;
        let (key, algorithm) = self.key_of(typ, &object(header)?)?;
        let is_signed = jsonwebtoken::crypto::verify(signature, signed.as_bytes(), &key.decoding, algorithm);
        if !is_signed.unwrap_or(false) {
            return Err(Refused::Signature);
        }
        Ok(Opened { claims: object(payload)?, algorithm })
    }

    fn key_of(&self, typ: ForeignTyp, header: &Claims) -> Result<(&ForeignKey, jsonwebtoken::Algorithm), Refused> {
        // These change how the token is read. What only offers a key (`jku`, `x5c`, ..) is passed over, not followed.
        for name in ["crit", "b64", "zip", "enc"] {
            if header.contains_key(name) {
                return Err(Refused::Header(name));
            }
        }
        let key = self.named(header)?;
        let alg = header.get("alg").and_then(Value::as_str).ok_or(Refused::Header("alg"))?;
        let (_, algorithm) = key.algorithms.iter().find(|(name, _)| *name == alg).ok_or(Refused::Algorithm)?;
        let given = match header.get("typ") {
            None => None,
            Some(typ) => Some(typ.as_str().ok_or(Refused::Typ)?),
        };
        if typ.admits(given) { Ok((key, *algorithm)) } else { Err(Refused::Typ) }
    }

    fn named(&self, header: &Claims) -> Result<&ForeignKey, Refused> {
        let candidates: Vec<&ForeignKey> = match header.get("kid") {
            None => self.0.iter().collect(),
            Some(kid) => {
                let kid = kid.as_str().ok_or(Refused::Header("kid"))?;
                self.0.iter().filter(|key| key.kid.as_deref() == Some(kid)).collect()
            }
        };
        match candidates.as_slice() {
            [one] => Ok(one),
            _ => Err(Refused::UnknownKey),
        }
    }
}

impl ForeignKey {
    fn read(issuer: &str, jwk: &Value) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let is_for_signatures = text("use").is_none_or(|it| it == "sig");
        // Entra names the issuer of each key, with a place for the tenant where several share it.
        let is_of_issuer = text("issuer").is_none_or(|it| it == issuer || it.contains("{tenantid}"));
        if !is_for_signatures || !is_of_issuer {
            return None;
        }
        let kind = match (text("kty")?, text("crv")) {
            ("RSA", _) => RSA,
            ("EC", Some("P-256")) => P256,
            ("OKP", Some("Ed25519")) => ED25519,
            _ => return None,
        };
        if text("kty") == Some("RSA") && !is_long_enough(text("n")?) {
            return None;
        }
        let algorithms: Vec<_> =
            kind.iter().filter(|(name, _)| text("alg").is_none_or(|alg| alg == *name)).copied().collect();
        if algorithms.is_empty() {
            return None;
        }
        let parsed: Jwk = serde_json::from_value(jwk.clone()).ok()?;
        let decoding = DecodingKey::from_jwk(&parsed).ok()?;
        Some(Self { kid: text("kid").map(str::to_owned), algorithms, decoding })
    }
}

fn is_long_enough(modulus: &str) -> bool {
    let bytes = URL_SAFE_NO_PAD.decode(modulus).unwrap_or_default();
    bytes.iter().skip_while(|byte| **byte == 0).count() >= MODULUS_BYTES_MIN
}

impl Opened {
    /// What `at_hash` must be for this access token (OpenID Connect Core 3.1.3.6).
    pub fn hash_of(&self, access_token: &str) -> String {
        let is_edwards = self.algorithm == jsonwebtoken::Algorithm::EdDSA;
        let digest: Vec<u8> = if is_edwards {
            Sha512::digest(access_token.as_bytes()).to_vec()
        } else {
            Sha256::digest(access_token.as_bytes()).to_vec()
        };
        URL_SAFE_NO_PAD.encode(digest.iter().take(digest.len() / 2).copied().collect::<Vec<u8>>())
    }
}
