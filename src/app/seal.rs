//! Encryption of what must be read back (signing keys, TOTP seeds, client secrets), under the master key.
//!
//! **Invariant:** the master key is used only to derive one key per purpose; it is never in the database.
//! **Invariant:** a sealed value opens only in the place it was sealed for, so rows cannot be swapped.

use std::borrow::Cow;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use aes_gcm_siv::aead::{Aead as _, Payload};
use aes_gcm_siv::{Aes256GcmSiv, KeyInit as _, Nonce};
use anyhow::Context as _;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::domain::Error;
use crate::domain::secret::{Secret, random_bytes};
use crate::domain::text::hexadecimal;

const FORMAT: u8 = 1;
const NONCE: usize = 12;
/// How records are signed (RFC 8032).
const ALGORITHM: &str = "Ed25519";

/// The master key's derivations.
pub struct Seal {
    cipher: Aes256GcmSiv,
    pepper: Secret<[u8; 32]>,
    lookup: Secret<[u8; 32]>,
    record: Ed25519KeyPair,
    check: String,
}

impl Seal {
    /// Loads the master key; makes the file, mode 0600, when `may_create` and there is none.
    pub fn from_key_file(path: &Path, may_create: bool) -> Result<Self, Error> {
        if !path.exists() && may_create {
            create_key_file(path)?;
        }
        let text = fs::read_to_string(path)
            .with_context(|| format!("the master key file {} cannot be read", path.display()))?;
        let wrong = || Error::malformed("master_key_file", "must hold 32 bytes as 64 hexadecimal digits");
        let key = Secret::new(from_hex(text.trim()).ok_or_else(wrong)?);
        Self::new(&key)
    }

    /// Derives the keys of each purpose.
    pub fn new(master: &Secret<[u8; 32]>) -> Result<Self, Error> {
        let sealing = derive(master, b"doorward sealing 1")?;
        let check = derive(master, b"doorward check 1")?;
        Ok(Self {
            cipher: Aes256GcmSiv::new(sealing.reveal().into()),
            pepper: derive(master, b"doorward pepper 1")?,
            lookup: derive(master, b"doorward lookup 1")?,
            record: signing_key(&derive(master, b"doorward record 1")?)?,
            check: hexadecimal(check.reveal().split_at(8).0),
        })
    }

    /// Encrypts for one place: table, column and row id.
    pub fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>, Error> {
        let nonce = random_bytes::<NONCE>();
        let payload = Payload { msg: plain, aad: place.as_bytes() };
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| anyhow::anyhow!("a value could not be encrypted"))?;
        Ok([&[FORMAT], nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what was sealed for this place.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Secret<Vec<u8>>, Error> {
        let (nonce, text) = match sealed.split_first() {
            Some((&FORMAT, rest)) => rest.split_first_chunk::<NONCE>().context("a sealed value is too short")?,
            _ => return Err(anyhow::anyhow!("a sealed value has an unknown format").into()),
        };
        let payload = Payload { msg: text, aad: place.as_bytes() };
        let plain = self.cipher.decrypt(&Nonce::from(*nonce), payload);
        let plain =
            plain.map_err(|_| anyhow::anyhow!("{place} does not open: wrong master key, or the row was changed"))?;
        Ok(Secret::new(plain))
    }

    /// The secret input of password hashing.
    pub fn pepper(&self) -> Secret<[u8; 32]> {
        self.pepper.clone()
    }

    /// A keyed hash for looking things up without storing their names.
    pub fn lookup(&self, name: &str) -> Result<[u8; 32], Error> {
        let mac = Hmac::<Sha256>::new_from_slice(self.lookup.reveal());
        let mut mac = mac.map_err(|_| anyhow::anyhow!("the lookup key has a wrong length"))?;
        mac.update(name.as_bytes());
        Ok(mac.finalize().into_bytes().into())
    }

    /// What the signatures of records are checked with, in base64.
    pub fn record_key(&self) -> String {
        STANDARD.encode(self.record.public_key().as_ref())
    }

    /// Signs something that others keep as a proof of what was recorded here, with Ed25519 (RFC 8032).
    pub fn sign_record(&self, message: &[u8]) -> RecordSignature {
        RecordSignature {
            algorithm: Cow::Borrowed(ALGORITHM),
            public_key: self.record_key(),
            signature: STANDARD.encode(self.record.sign(message).as_ref()),
        }
    }

    /// A value that differs for every master key and tells nothing about it.
    pub fn check_value(&self) -> &str {
        &self.check
    }
}

/// A signature, with what it is checked with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordSignature {
    /// How it was made.
    pub algorithm: Cow<'static, str>,
    /// The public key, in base64.
    pub public_key: String,
    /// The signature, in base64.
    pub signature: String,
}

impl RecordSignature {
    /// True where it is of this message.
    pub fn is_of(&self, message: &[u8]) -> bool {
        self.algorithm == ALGORITHM && is_signed(message, (&self.public_key, &self.signature))
    }
}

/// True where a message was signed with this key, both in base64.
pub fn is_signed(message: &[u8], (public_key, signature): (&str, &str)) -> bool {
    let (Ok(key), Ok(signature)) = (STANDARD.decode(public_key), STANDARD.decode(signature)) else { return false };
    UnparsedPublicKey::new(&ED25519, key).verify(message, &signature).is_ok()
}

fn signing_key(seed: &Secret<[u8; 32]>) -> Result<Ed25519KeyPair, Error> {
    let key = Ed25519KeyPair::from_seed_unchecked(seed.reveal());
    Ok(key.map_err(|_| anyhow::anyhow!("the key that signs records could not be derived"))?)
}

fn derive(master: &Secret<[u8; 32]>, purpose: &[u8]) -> Result<Secret<[u8; 32]>, Error> {
    let mut key = [0_u8; 32];
    let expanded = Hkdf::<Sha256>::new(None, master.reveal()).expand(purpose, &mut key);
    expanded.map_err(|_| anyhow::anyhow!("a key could not be derived"))?;
    Ok(Secret::new(key))
}

fn create_key_file(path: &Path) -> Result<(), Error> {
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir).with_context(|| format!("the directory {} cannot be made", dir.display()))?;
    }
    let mut open = fs::OpenOptions::new();
    open.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
    let mut file = open.open(path).with_context(|| format!("the master key file {} cannot be made", path.display()))?;
    let hex = hexadecimal(&random_bytes::<32>());
    file.write_all(hex.as_bytes()).and_then(|()| file.sync_all()).context("the master key cannot be written")?;
    Ok(())
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut key = [0_u8; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, pair) in key.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(key)
}
