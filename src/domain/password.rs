//! Which passwords are good enough, and the one spelling in which they are hashed.

use serde::{Deserialize, Serialize};

/// The password policy of an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "a password policy is \"modern\", \"classic\" or a table of min, upper, lower, digit and special"
)]
pub enum PasswordPolicy {
    /// One of the two that have a name.
    Named(PasswordPreset),
    /// The organisation's own numbers.
    Explicit(Composition),
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self::Named(PasswordPreset::Modern)
    }
}

/// The policies that have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordPreset {
    /// 15 characters, or 8 where a second factor is required; no rules about kinds of characters.
    Modern,
    /// 8 characters with an upper-case and a lower-case letter, a digit and a special character.
    Classic,
}

/// How many characters a password has at least, altogether and of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Composition {
    /// Characters altogether.
    pub min: usize,
    /// Upper-case letters.
    #[serde(default)]
    pub upper: usize,
    /// Lower-case letters.
    #[serde(default)]
    pub lower: usize,
    /// Digits.
    #[serde(default)]
    pub digit: usize,
    /// Characters that are neither letters nor digits.
    #[serde(default)]
    pub special: usize,
}
