//! The domains that an organisation says are its own, and the record in the DNS that proves one.
//!
//! **Invariant:** the record holds what nobody but this organisation was told for this domain, so that it can have been put
//! there only by who keeps the domain and wants this organisation to have it.
//! **Invariant:** a proof is of one name, not of the names below it.

use std::time::Duration;

use super::Timestamp;
use super::id::OrgId;
use super::routing::DomainName;

/// The permission that all of this takes.
pub const MANAGE: &str = "org.domains:manage";
/// So many domains an organisation may name.
pub const DOMAINS_MAX: u64 = 100;
/// What nobody has proved by then is forgotten.
pub const UNPROVEN_KEPT: Duration = Duration::from_hours(30 * 24);

/// Whoever has just entered a record looks whether it is seen.
const EAGER: Duration = Duration::from_hours(24);
const EAGER_EVERY: Duration = Duration::from_mins(10);
const UNPROVEN_EVERY: Duration = Duration::from_hours(1);
const PROVEN_EVERY: Duration = Duration::from_hours(24);

/// A domain that an organisation says is its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnDomain {
    /// The organisation.
    pub org: OrgId,
    /// The domain.
    pub name: DomainName,
    /// What the organisation was told to enter.
    pub challenge: String,
    /// When it was proved.
    pub proven_at: Option<Timestamp>,
    /// Since when the record of a proven domain is gone.
    pub missing_since: Option<Timestamp>,
    /// When the DNS was asked last, and answered.
    pub checked_at: Option<Timestamp>,
    /// When it is asked next.
    pub next_check_at: Timestamp,
    /// When the organisation said so.
    pub created_at: Timestamp,
}

/// What is known of a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing but that the organisation says so.
    Unproven,
    /// It was proved, and the record is there.
    Proven,
    /// It was proved, and the record has gone since.
    Missing,
}

impl State {
    /// The state in the words of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unproven => "unproven",
            Self::Proven => "proven",
            Self::Missing => "missing",
        }
    }
}

impl OwnDomain {
    /// Where the record is.
    pub fn record_name(&self) -> String {
        format!("_doorward-challenge.{}", self.name)
    }

    /// What it holds.
    pub fn record_value(&self) -> String {
        format!("doorward={}", self.challenge)
    }

    /// What is known of it.
    pub const fn state(&self) -> State {
        match (self.proven_at, self.missing_since) {
            (None, _) => State::Unproven,
            (Some(_), None) => State::Proven,
            (Some(_), Some(_)) => State::Missing,
        }
    }

    /// When the DNS is to be asked again after now.
    pub fn next_check(&self, now: Timestamp) -> Timestamp {
        let is_new = now.since(self.created_at) < EAGER;
        now.after(match self.proven_at {
            Some(_) => PROVEN_EVERY,
            None if is_new => EAGER_EVERY,
            None => UNPROVEN_EVERY,
        })
    }
}
