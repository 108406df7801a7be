//! Time-based one-time passwords (RFC 6238): SHA-1, six digits, thirty seconds, one step of drift either way.
//!
//! **Invariant:** a code is compared only after it has become six ASCII digits, so no spelling of a used code is new.
//! **Invariant:** checking answers the time step; whether that step is still unused is the store's to say.
//! **Invariant:** a seed at rest is sealed and bound to the row that holds it.

use std::time::Duration;

use totp_rs::{Builder, Totp};
use unicode_normalization::UnicodeNormalization as _;

use crate::app::App;
use crate::app::signals::{self, Credential, Turn};
use crate::domain::id::{FactorId, UserId};
use crate::domain::secret::{Secret, random_bytes};
use crate::domain::{Error, Timestamp};
use crate::store::Tx;
use crate::store::factors::{self, StoredTotp};

/// So long a new seed waits for its first code.
pub const SHOWN_FOR: Duration = Duration::from_mins(10);

const SEED_BYTES: usize = 20;
const SKEW_STEPS: u16 = 1;

/// The secret that a phone and this server share.
#[derive(Clone)]
pub struct Seed(Secret<Vec<u8>>);

impl Seed {
    /// A new seed of 160 bits.
    pub fn generate() -> Self {
        Self(Secret::new(random_bytes::<SEED_BYTES>().to_vec()))
    }

    /// A seed that was sealed for this place.
    pub fn unseal(app: &App, place: &str, sealed: &[u8]) -> Result<Self, Error> {
        app.seal.open(place, sealed).map(Self)
    }

    /// The seed for keeping in this place.
    pub fn seal(&self, app: &App, place: &str) -> Result<Vec<u8>, Error> {
        app.seal.seal(place, self.0.reveal())
    }

    /// The seed as a person types it: base 32.
    pub fn base32(&self) -> Secret<String> {
        Secret::new(totp_rs::Secret::from(self.0.reveal().as_slice()).to_base32())
    }

    /// The `otpauth://` address that an authenticator app reads.
    pub fn address(&self, issuer: &str, account: &str) -> Result<Secret<String>, Error> {
        let address = self.totp(issuer, account)?.to_url();
        address.map(Secret::new).map_err(|cause| anyhow::anyhow!("no otpauth address can be made: {cause}").into())
    }

    /// The time step of which this is the code, within the allowed drift.
    pub fn step_of(&self, code: &SixDigits, now: Timestamp) -> Result<Option<i64>, Error> {
        let step = self.totp("", "")?.check(&code.0, seconds(now));
        Ok(step.and_then(|step| i64::try_from(step).ok()))
    }

    /// The code of this moment, for a rehearsal that plays the phone.
    pub fn code(&self, now: Timestamp) -> Result<String, Error> {
        Ok(self.totp("", "")?.generate(seconds(now)).to_string())
    }

    /// Neither name may hold a colon, which separates the two, and the account may not be empty.
    fn totp(&self, issuer: &str, account: &str) -> Result<Totp, Error> {
        let plain = |name: &str, other: &str| match name.replace(':', " ").trim() {
            "" => other.to_owned(),
            name => name.to_owned(),
        };
        let totp = Builder::new()
            .with_secret(self.0.reveal().as_slice())
            .with_skew(SKEW_STEPS)
            .with_issuer(Some(plain(issuer, "Doorward")))
            .with_account_name(plain(account, "account"))
            .build();
        totp.map_err(|cause| anyhow::anyhow!("a TOTP seed cannot be used: {cause}").into())
    }
}

/// What was typed, as exactly six ASCII digits.
#[derive(Clone)]
pub struct SixDigits(String);

impl SixDigits {
    /// Reads a code, forgiving spaces, hyphens and full-width digits; `None` when it is not one.
    pub fn read(typed: &str) -> Option<Self> {
        if typed.len() > 64 {
            return None;
        }
        let code: String = typed.nfkc().filter(|c| !c.is_whitespace() && *c != '-').collect();
        (code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())).then_some(Self(code))
    }
}

/// The seed of an enrolled factor.
pub fn open(app: &App, factor: &StoredTotp) -> Result<Seed, Error> {
    Seed::unseal(app, &place(factor.id), &factor.sealed)
}

/// Enrols a seed, of which the code of `step` has been shown to be known.
pub async fn enrol_in(app: &App, tx: &Tx, user: UserId, seed: &Seed, step: i64) -> Result<(), Error> {
    let id = FactorId::new();
    let sealed = seed.seal(app, &place(id))?;
    factors::insert_totp(tx, user, &StoredTotp { id, sealed, last_step: step, created_at: tx.now }).await?;
    signals::tell_of_credential(tx, user, Credential::App, Turn::Create).await
}

fn place(id: FactorId) -> String {
    format!("factors.sealed.{id}")
}

fn seconds(now: Timestamp) -> u64 {
    u64::try_from(now.seconds()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
