//! Signing keys and what the world may know of them.
//!
//! **Invariant:** an algorithm belongs to a key; a token never chooses it.
//! **Invariant:** the id of a key is its RFC 7638 thumbprint, so it cannot name another key.
//! **Invariant:** the private half leaves only through [`SigningKey::pkcs8`], to be sealed; it has no `Debug`.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::oidc::error::{Error, ErrorCode};

/// What a token is signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// RSA PKCS#1 v1.5 with SHA-256.
    Rs256,
    /// RSA PSS with SHA-256.
    Ps256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl Algorithm {
    /// Every algorithm.
    pub const ALL: [Self; 4] = [Self::Rs256, Self::Es256, Self::Ps256, Self::EdDsa];
    /// Those that every instance has a key for; one for another is made for the first client that wants it.
    pub const USUAL: [Self; 2] = [Self::Rs256, Self::Es256];

    /// The name as it goes over the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The algorithm with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == name)
    }

    pub(super) const fn of_jsonwebtoken(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
            Self::Ps256 => jsonwebtoken::Algorithm::PS256,
            Self::EdDsa => jsonwebtoken::Algorithm::EdDSA,
        }
    }
}

/// A key that signs.
#[derive(Clone)]
pub struct SigningKey {
    pkcs8: Zeroizing<Vec<u8>>,
    encoding: EncodingKey,
    public: VerificationKey,
}

impl SigningKey {
    /// A new key; where it is one of RSA, of 2048, 3072 or 4096 bits.
    pub fn generate(algorithm: Algorithm, rsa_bits: u32) -> Result<Self, Error> {
        match algorithm {
            Algorithm::Es256 => Self::generate_es256(),
            Algorithm::Rs256 | Algorithm::Ps256 => Self::generate_rsa(algorithm, rsa_bits),
            Algorithm::EdDsa => Self::generate_ed25519(),
        }
    }

    /// A new ES256 key.
    pub fn generate_es256() -> Result<Self, Error> {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        Self::from_pkcs8(Algorithm::Es256, document.map_err(unusable)?.as_ref())
    }

    fn generate_ed25519() -> Result<Self, Error> {
        let document = Ed25519KeyPair::generate().and_then(|pair| pair.to_pkcs8v1()).map_err(unusable)?;
        Self::from_pkcs8(Algorithm::EdDsa, document.as_ref())
    }

    fn generate_rsa(algorithm: Algorithm, bits: u32) -> Result<Self, Error> {
        let size = match bits {
            2048 => KeySize::Rsa2048,
            3072 => KeySize::Rsa3072,
            4096 => KeySize::Rsa4096,
            _ => return Err(ErrorCode::ServerError.because("an RSA key has 2048, 3072 or 4096 bits")),
        };
        let pair = RsaKeyPair::generate(size).map_err(unusable)?;
        let document: Pkcs8V1Der<'_> = pair.as_der().map_err(unusable)?;
        Self::from_pkcs8(algorithm, document.as_ref())
    }

    /// The key that [`SigningKey::pkcs8`] gave away.
    pub fn from_pkcs8(algorithm: Algorithm, der: &[u8]) -> Result<Self, Error> {
        let encoding = match algorithm {
            Algorithm::Es256 => EncodingKey::from_ec_der(der),
            Algorithm::EdDsa => EncodingKey::from_ed_der(der),
            // The library takes RSA keys as PKCS#1 unless they come in a PEM envelope, which it opens.
            Algorithm::Rs256 | Algorithm::Ps256 => {
                EncodingKey::from_rsa_pem(pem_envelope(der).as_bytes()).map_err(unusable)?
            }
        };
        let jwk = Jwk::from_encoding_key(&encoding, algorithm.of_jsonwebtoken()).map_err(unusable)?;
        let public = VerificationKey::new(algorithm, jwk)?;
        Ok(Self { pkcs8: Zeroizing::new(der.to_vec()), encoding, public })
    }

    /// The private key as PKCS#8 in DER, to be sealed and stored.
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The id of the key.
    pub fn kid(&self) -> &str {
        self.public.kid()
    }

    /// The algorithm of the key.
    pub fn algorithm(&self) -> Algorithm {
        self.public.algorithm
    }

    /// The public half.
    pub fn verification_key(&self) -> &VerificationKey {
        &self.public
    }

    pub(super) fn encoding(&self) -> &EncodingKey {
        &self.encoding
    }
}

fn pem_envelope(der: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(pem::encode(&pem::Pem::new("PRIVATE KEY", der)))
}

fn unusable(_: impl std::fmt::Debug) -> Error {
    ErrorCode::ServerError.because("a signing key could not be made or read")
}

/// The public half of a signing key.
#[derive(Debug, Clone)]
pub struct VerificationKey {
    kid: String,
    algorithm: Algorithm,
    decoding: DecodingKey,
    jwk: Value,
}

impl VerificationKey {
    fn new(algorithm: Algorithm, mut jwk: Jwk) -> Result<Self, Error> {
        let kid = jwk.thumbprint(ThumbprintHash::SHA256).map_err(unusable)?;
        jwk.common.key_id = Some(kid.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        let decoding = DecodingKey::from_jwk(&jwk).map_err(unusable)?;
        let jwk = serde_json::to_value(jwk).map_err(unusable)?;
        Ok(Self { kid, algorithm, decoding, jwk })
    }

    /// The keys of a key set document that are for one of our algorithms, under the ids it gives them.
    pub fn of_set(document: &Value) -> Vec<Self> {
        let keys = document.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        keys.iter().filter_map(Self::of_jwk).collect()
    }

    fn of_jwk(jwk: &Value) -> Option<Self> {
        let algorithm = Algorithm::named(jwk.get("alg")?.as_str()?)?;
        let is_encryption = jwk.get("use").is_some_and(|it| it != "sig");
        let kid = jwk.get("kid")?.as_str().filter(|_| !is_encryption)?.to_owned();
        let parsed: Jwk = serde_json::from_value(jwk.clone()).ok()?;
        let decoding = DecodingKey::from_jwk(&parsed).ok()?;
        Some(Self { kid, algorithm, decoding, jwk: jwk.clone() })
    }

    /// The id of the key.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The algorithm of the key.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key as the world may see it (RFC 7517).
    pub fn public_jwk(&self) -> &Value {
        &self.jwk
    }

    pub(super) fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }
}

/// The key set document: the keys in use, the next ones, and the retired ones whose tokens still live.
pub fn jwks<'a>(keys: impl IntoIterator<Item = &'a VerificationKey>) -> Value {
    json!({ "keys": keys.into_iter().map(VerificationKey::public_jwk).collect::<Vec<_>>() })
}
