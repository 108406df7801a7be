//! Where a page of a list begins or ends.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

const LENGTH_MAX: usize = 4_096;

/// Which side of the place is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The rows that come later.
    After,
    /// The rows that come earlier.
    Before,
}

impl Direction {
    /// The word in an address.
    pub const fn word(self) -> &'static str {
        match self {
            Self::After => "cursor",
            Self::Before => "before",
        }
    }
}

/// A place as the page next to it handed it out, which is only good as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Which side of it.
    pub direction: Direction,
    /// What stands for the place.
    pub word: String,
}

impl Cursor {
    /// Reads what an address has.
    pub(super) fn parse(direction: Direction, word: &str) -> Option<Self> {
        (word.len() <= LENGTH_MAX).then(|| Self { direction, word: word.to_owned() })
    }
}

/// What a row has in the column that a list is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Key {
    /// A rank, a state or a moment.
    Number(i64),
    /// A folded name.
    Text(String),
    /// A number with a fraction, by its bits, so that a place means the same number again.
    Fraction {
        /// Those of the double.
        bits: i64,
    },
}

/// A place in a list: next to the row with this key and id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The key of that row.
    pub key: Key,
    /// The row, which decides among equal keys.
    pub id: Uuid,
}
