//! Secrets: how they are made, held, hashed and compared.
//!
//! **Invariant:** a secret has no `Debug`, `Display` or `Serialize`; it leaves only through [`Secret::reveal`].
//! **Invariant:** what is stored of a random token is its SHA-256, never the token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, Zeroizing};

/// A value that must not reach a log, an error or a response by accident.
#[derive(Clone)]
pub struct Secret<T: Zeroize>(Zeroizing<T>);

impl<T: Zeroize> Secret<T> {
    /// Takes custody of a value.
    pub fn new(value: T) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The value itself; every call is a place to review.
    pub fn reveal(&self) -> &T {
        &self.0
    }
}

/// What a random token is for; the prefix lets secret scanners name a leaked one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Bearer token of a SCIM connection.
    Scim,
    /// Browser session cookie.
    Session,
    /// Cookie of a sign-in under way.
    Attempt,
    /// Authorization code.
    Code,
    /// Code with which a device asks whether it was let in.
    Device,
    /// Opaque access token.
    Access,
    /// Refresh token.
    Refresh,
    /// Reference to a pushed authorization request.
    Pushed,
    /// Client secret.
    Client,
    /// Token with which an application that registered itself sees and changes its registration.
    Registration,
    /// One-time link: set-up, activation or reset.
    Link,
    /// Operator API token.
    Operator,
    /// Token with which a person calls the API.
    Personal,
    /// Token with which a service account calls the API.
    Service,
}

impl TokenKind {
    /// The prefix of every token of this kind.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Scim => "dwscim_",
            Self::Session => "dwsid_",
            Self::Attempt => "dwpre_",
            Self::Code => "dwcode_",
            Self::Device => "dwdc_",
            Self::Access => "dwat_",
            Self::Refresh => "dwrt_",
            Self::Pushed => "dwpr_",
            Self::Client => "dwcs_",
            Self::Registration => "dwreg_",
            Self::Link => "dwln_",
            Self::Operator => "dwop_",
            Self::Personal => "dwpat_",
            Self::Service => "dwsvc_",
        }
    }

    /// A new token: the prefix and 256 random bits in base64url.
    pub fn generate(self) -> Secret<String> {
        let random = Zeroizing::new(rand::random::<[u8; 32]>());
        Secret::new(format!("{}{}", self.prefix(), URL_SAFE_NO_PAD.encode(random.as_slice())))
    }
}

/// `count` random bytes from the operating system's generator.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    rand::random()
}

/// A temporary password of 20 characters without look-alikes, about 115 bits.
pub fn temporary_password() -> Secret<String> {
    random_letters(b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789", 20)
}

/// So many random letters of an alphabet of up to 128.
pub fn random_letters<const N: usize>(alphabet: &[u8; N], length: usize) -> Secret<String> {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let byte = usize::from(rand::random::<u8>());
        // Dropping what is over the last multiple keeps every letter equally likely.
        if let Some(letter) = alphabet.get(byte % N).filter(|_| byte < 256 - 256 % N) {
            text.push(char::from(*letter));
        }
    }
    Secret::new(text)
}

/// A recovery code: its place in the set, and 75 random bits in base 32 without look-alikes, as `3-XXXXX-XXXXX-XXXXX`.
pub fn recovery_code(place: u8) -> Secret<String> {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let random = Zeroizing::new(rand::random::<[u8; 15]>());
    let mut text = place.to_string();
    for (position, byte) in random.iter().enumerate() {
        if position % 5 == 0 {
            text.push('-');
        }
        // 256 = 8 * 32: every letter is equally likely.
        if let Some(letter) = ALPHABET.get(usize::from(byte % 32)) {
            text.push(char::from(*letter));
        }
    }
    Secret::new(text)
}

/// SHA-256 of a token: what is stored and looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash of a presented token, over its whole text.
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    /// The hash as stored; `None` when the column does not hold 32 bytes.
    pub fn from_stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes to store.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// Compares in constant time.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}
