//! The deeds of a domain that an organisation says is its own.

use serde_json::{Value, json};

/// A deed of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DomainDeed {
    /// The organisation says that it is its own.
    Add {
        /// The domain.
        name: String,
    },
    /// The record in the DNS was seen.
    Prove {
        /// The domain.
        name: String,
    },
    /// The organisation says so no more.
    Remove {
        /// The domain.
        name: String,
    },
}

impl DomainDeed {
    /// The name in the past tense, and the words after "may not".
    pub(super) const fn words(&self) -> (&'static str, &'static str) {
        const PHRASE: &str = "manage the domains of this organisation";
        match self {
            Self::Add { .. } => ("domain.added", PHRASE),
            Self::Prove { .. } => ("domain.proved", PHRASE),
            Self::Remove { .. } => ("domain.removed", PHRASE),
        }
    }

    pub(super) fn changes(&self) -> Value {
        match self {
            Self::Add { name } => json!([{"path": "domain", "new": name}]),
            Self::Prove { name } => json!([{"path": "proven_domain", "new": name}]),
            Self::Remove { name } => json!([{"path": "domain", "old": name}]),
        }
    }
}
