//! A place between two users of a list, opaque to whoever holds it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::Column;
use crate::domain::id::UserId;

const LENGTH_MAX: usize = 2_048;

/// Which side of the place is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The users that come later.
    After,
    /// The users that come earlier.
    Before,
}

/// What a user has in the column that a list is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Key {
    /// A rank, a state or a moment.
    Number(i64),
    /// A folded name.
    Text(String),
}

/// A place in a list: next to the user with this key and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Which side of it.
    pub direction: Direction,
    /// The key of that user.
    pub key: Key,
    /// The user, which decides among equal keys.
    pub id: UserId,
}

impl Cursor {
    /// The word in an address.
    pub fn word(&self) -> String {
        let said = serde_json::to_vec(&(&self.key, self.id)).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(said)
    }

    /// Reads the word.
    pub fn parse(direction: Direction, word: &str) -> Option<Self> {
        let said = URL_SAFE_NO_PAD.decode(word).ok().filter(|_| word.len() <= LENGTH_MAX)?;
        let (key, id) = serde_json::from_slice(&said).ok()?;
        let is_clean = !matches!(&key, Key::Text(text) if text.contains('\0'));
        is_clean.then_some(Self { direction, key, id })
    }

    /// True when the key can be one of this column.
    pub const fn fits(&self, column: Column) -> bool {
        let is_text = match column {
            Column::Name | Column::UserName | Column::Email | Column::Status | Column::Type | Column::Provider => true,
            Column::Role | Column::Mfa | Column::LastActive | Column::Created => false,
        };
        matches!(self.key, Key::Text(_)) == is_text
    }
}
