//! The published keys of an identity provider, and its tokens under them.
//!
//! `openidconnect` knows the keys and verifies under them. It leaves open, and this fills in: which of the algorithms may
//! be used, how long a key must be, of which issuer it is, a token without `kid`, members that change how a token is read,
//! names that occur twice, and the length of a token. It knows no other token than the ID token.
//!
//! **Invariant:** the algorithm of a token is one that its key is for; a symmetric key, a short RSA key, `none` and every
//! algorithm but RS256, PS256, ES256 and EdDSA (Ed25519) count for nothing, whoever publishes or names them.
//! **Invariant:** nothing in a header is followed but `kid`, and that only among the keys of the provider; without it the
//! provider must have a single key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey as _, SignatureVerificationError};
use serde_json::Value;

use crate::oidc::jwt::{Claims, Refused, object, strict_object};

const TOKEN_BYTES_MAX: usize = 64 * 1024;
const KEYS_MAX: usize = 100;
/// 2048 bits.
const MODULUS_BYTES_MIN: usize = 256;

/// What tokens may be signed with.
pub(super) const ALGORITHMS: [CoreJwsSigningAlgorithm; 4] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// What a token of an identity provider is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ForeignTyp {
    /// An ID token; most providers write `JWT`, some nothing.
    IdToken,
    /// A logout token (OpenID Connect Back-Channel Logout 2.4); its `typ` is only recommended.
    LogoutToken,
    /// The token with which a provider ends all access of a person.
    Revocation,
    /// With which a client proves itself (RFC 7523); most write `JWT`, some nothing.
    Assertion,
    /// With which a client proves that it holds a key (RFC 9449 4.2).
    Proof,
    /// With which a program of a provider comes; Entra writes `JWT`, RFC 9068 `at+jwt`.
    Access,
}

impl ForeignTyp {
    fn admits(self, typ: Option<&str>) -> bool {
        // RFC 7515 4.1.9: the prefix may be left out, and media types have no case.
        let typ = typ.map(str::to_ascii_lowercase);
        let typ = typ.as_deref().map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
        match self {
            Self::IdToken => matches!(typ, None | Some("jwt")),
            Self::LogoutToken => matches!(typ, None | Some("jwt" | "logout+jwt")),
            Self::Assertion => matches!(typ, None | Some("jwt" | "client-authentication+jwt")),
            Self::Access => matches!(typ, None | Some("jwt" | "at+jwt")),
            Self::Proof => typ == Some("dpop+jwt"),
            Self::Revocation => typ == Some("global-token-revocation+jwt"),
        }
    }
}

/// The keys that an identity provider signs with.
#[derive(Debug, Clone, Default)]
pub struct KeySet(Vec<CoreJsonWebKey>);

/// A token that was read, and the key that it names. Nothing about it is believed yet.
pub(super) struct Unproven<'k, 't> {
    pub(super) key: &'k CoreJsonWebKey,
    pub(super) algorithm: CoreJwsSigningAlgorithm,
    pub(super) claims: Claims,
    signed: &'t str,
    signature: Vec<u8>,
}

impl KeySet {
    /// Reads a key set document (RFC 7517); keys that cannot verify anything here are left out. `None` when it is none.
    pub fn parse(issuer: &str, document: &[u8]) -> Option<Self> {
        let document = strict_object(document)?;
        let keys = document.get("keys")?.as_array()?;
        Some(Self(keys.iter().take(KEYS_MAX).filter_map(|jwk| read_key(issuer, jwk)).collect()))
    }

    /// How many keys there are.
    pub(in crate::oidc) const fn len(&self) -> usize {
        self.0.len()
    }

    /// The claims of a token of this kind that one of the keys has signed; nothing else about them has been checked.
    pub(in crate::oidc) fn open(&self, typ: ForeignTyp, token: &str) -> Result<Claims, Refused> {
        let unproven = self.read(typ, token)?;
        unproven.check_signature()?;
        Ok(unproven.claims)
    }

    /// Reads a token of this kind.
    pub(super) fn read<'t>(&self, typ: ForeignTyp, token: &'t str) -> Result<Unproven<'_, 't>, Refused> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(Refused::TooLong);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Refused::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(Refused::Malformed)?;
        let (key, algorithm) = self.key_of(typ, &object(header)?)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Refused::Signature)?;
        Ok(Unproven { key, algorithm, claims: object(payload)?, signed, signature })
    }

    fn key_of(&self, typ: ForeignTyp, header: &Claims) -> Result<(&CoreJsonWebKey, CoreJwsSigningAlgorithm), Refused> {
        // These change how the token is read. What only offers a key (`jku`, `x5c`, ..) is passed over, not followed.
        for name in ["crit", "b64", "zip", "enc"] {
            if header.contains_key(name) {
                return Err(Refused::Header(name));
            }
        }
        let key = self.named(header)?;
        let alg = header.get("alg").filter(|alg| alg.is_string()).ok_or(Refused::Header("alg"))?;
        let algorithm = serde_json::from_value(usual(alg)).ok().filter(|it| ALGORITHMS.contains(it));
        let algorithm = algorithm.filter(|it| is_for(key, it)).ok_or(Refused::Algorithm)?;
        let given = match header.get("typ") {
            None => None,
            Some(typ) => Some(typ.as_str().ok_or(Refused::Typ)?),
        };
        if typ.admits(given) { Ok((key, algorithm)) } else { Err(Refused::Typ) }
    }

    fn named(&self, header: &Claims) -> Result<&CoreJsonWebKey, Refused> {
        let candidates: Vec<&CoreJsonWebKey> = match header.get("kid") {
            None => self.0.iter().collect(),
            Some(kid) => {
                let kid = kid.as_str().ok_or(Refused::Header("kid"))?;
                self.0.iter().filter(|key| key.key_id().is_some_and(|id| id.as_str() == kid)).collect()
            }
        };
        match candidates.as_slice() {
            [one] => Ok(one),
            _ => Err(Refused::UnknownKey),
        }
    }
}

impl Unproven<'_, '_> {
    /// The key has signed it.
    pub(super) fn check_signature(&self) -> Result<(), Refused> {
        self.key
            .verify_signature(&self.algorithm, self.signed.as_bytes(), &self.signature)
            .map_err(|why| unsigned(&why))
    }

    /// The same token with these claims alone, and unsigned.
    pub(super) fn with_only(&self, names: &[&str]) -> Option<String> {
        let (header, _) = self.signed.split_once('.')?;
        let mut kept = self.claims.clone();
        kept.retain(|name, _| names.contains(&name.as_str()));
        Some(format!("{header}.{}.", URL_SAFE_NO_PAD.encode(Value::Object(kept).to_string())))
    }
}

/// Why a signature does not count. That the key is another one has been found before.
pub(super) fn unsigned(why: &SignatureVerificationError) -> Refused {
    if matches!(why, SignatureVerificationError::CryptoError(_)) { Refused::Signature } else { Refused::Algorithm }
}

fn read_key(issuer: &str, jwk: &Value) -> Option<CoreJsonWebKey> {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    // Entra names the issuer of each key, with a place for the tenant where several share it.
    let is_of_issuer = text("issuer").is_none_or(|it| it == issuer || it.contains("{tenantid}"));
    let is_strong = match (text("kty")?, text("crv")) {
        ("RSA", _) => is_long_enough(text("n")?),
        ("EC", Some("P-256")) | ("OKP", Some("Ed25519")) => true,
        _ => false,
    };
    if !is_of_issuer || !is_strong {
        return None;
    }
    let mut jwk = jwk.clone();
    if let Some(alg) = jwk.get_mut("alg") {
        *alg = usual(alg);
    }
    let key = serde_json::from_value(jwk).ok()?;
    ALGORITHMS.iter().any(|algorithm| is_for(&key, algorithm)).then_some(key)
}

/// The name of an algorithm that the crate knows; `Ed25519` is the one that RFC 9864 gives to what `EdDSA` is with such a key. ID
/// tokens are read by the crate itself, which knows the older name alone.
fn usual(alg: &Value) -> Value {
    if alg == "Ed25519" { Value::from("EdDSA") } else { alg.clone() }
}

/// True for an algorithm that the use, the type and the `alg` of a key allow; the crate says so to whoever hashes with it.
fn is_for(key: &CoreJsonWebKey, algorithm: &CoreJwsSigningAlgorithm) -> bool {
    key.hash_bytes(&[], algorithm).is_ok()
}

fn is_long_enough(modulus: &str) -> bool {
    let bytes = URL_SAFE_NO_PAD.decode(modulus).unwrap_or_default();
    bytes.iter().skip_while(|byte| **byte == 0).count() >= MODULUS_BYTES_MIN
}
