//! The short name of a role inside one organisation's model.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A role's key: 1 to 64 characters, a lower-case letter first, then letters, digits, `_` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoleKey(String);

/// The text is not a role key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a role key: use 1 to 64 lower-case letters, digits, `_` and `-`, a letter first")]
pub struct NotARoleKey;

impl RoleKey {
    /// Reads a key in its one spelling.
    pub fn parse(text: &str) -> Result<Self, NotARoleKey> {
        let letters = text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
        let first = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        if letters && first && text.len() <= 64 { Ok(Self(text.to_owned())) } else { Err(NotARoleKey) }
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RoleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RoleKey {
    type Err = NotARoleKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for RoleKey {
    type Error = NotARoleKey;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<RoleKey> for String {
    fn from(key: RoleKey) -> Self {
        key.0
    }
}
