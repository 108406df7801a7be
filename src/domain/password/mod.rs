//! Which passwords are good enough, and the one spelling in which they are hashed.
//!
//! **Invariant:** a [`Password`] is what hashing and verifying take, so the same text typed on two keyboards is the same
//! password; nothing is trimmed or cut off, and spaces count.
//! **Invariant:** each broken rule is reported, with its own sentence.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

use super::secret::Secret;
use super::text::fold;

mod common;
mod listed;
mod policy;

pub use policy::{Asvs, Class, DEMANDED, Demands, HISTORY_MAX, PasswordPolicy, PasswordPreset};

/// The most characters a password may have.
pub const CHARACTERS_MAX: usize = 256;
/// The most bytes it may take as it was sent.
pub const BYTES_MAX: usize = 1_024;
/// The fewest characters any policy may ask for.
pub const CHARACTERS_MIN: usize = 8;
/// Shorter words are too likely to occur by chance.
const CONTEXT_WORD_MIN: usize = 4;

/// A password in the spelling that is hashed: RFC 8265 OpaqueString (NFC, every space a plain space).
#[derive(Clone)]
pub struct Password(Secret<String>);

impl Password {
    /// Reads what was typed. Too long or unprintable text is refused here, before anything is hashed.
    pub fn read(typed: &str) -> Result<Self, Weakness> {
        if typed.len() > BYTES_MAX {
            return Err(Weakness::TooLong);
        }
        if typed.chars().any(char::is_control) {
            return Err(Weakness::Control);
        }
        let plain_space = |c: char| if c.is_whitespace() { ' ' } else { c };
        let password = Secret::new(typed.chars().map(plain_space).nfc().collect::<String>());
        if password.reveal().chars().count() > CHARACTERS_MAX {
            return Err(Weakness::TooLong);
        }
        Ok(Self(password))
    }

    /// The text to hash; every call is a place to review.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// One broken rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// Too few characters.
    TooShort {
        /// How many it takes.
        min: usize,
    },
    /// Too many characters or bytes.
    TooLong,
    /// A NUL, a line break or another control character.
    Control,
    /// No upper-case letters.
    Upper,
    /// No lower-case letters.
    Lower,
    /// No digits.
    Digit,
    /// No special characters.
    Special,
    /// Among the first that anybody would guess.
    Common,
    /// Little more than a name that anybody knows.
    Context,
    /// The password that it is to replace.
    Same,
    /// One that the person had before.
    Earlier {
        /// So many are not taken again.
        history: u32,
    },
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { min } => write!(f, "use at least {min} characters"),
            Self::TooLong => write!(f, "use at most {CHARACTERS_MAX} characters ({BYTES_MAX} bytes)"),
            Self::Control => f.write_str("leave out line breaks, tabs and other control characters"),
            Self::Upper => f.write_str("use an upper-case letter"),
            Self::Lower => f.write_str("use a lower-case letter"),
            Self::Digit => f.write_str("use a digit"),
            Self::Special => f.write_str("use a special character, such as - or !"),
            Self::Common => f.write_str("this is one of the first passwords that anybody would guess"),
            Self::Context => f.write_str("this is little more than your name, your organisation or the product's name"),
            Self::Same => f.write_str("choose another password than the one you have"),
            Self::Earlier { history: 1 } => f.write_str("choose another password than the one before"),
            Self::Earlier { history } => write!(f, "choose another password than your last {history}"),
        }
    }
}

/// True when little is left of the password without the words that belong to the person.
fn rests_on_context(text: &str, context: &[&str]) -> bool {
    let folded = fold(text);
    let mut words: Vec<String> = context.iter().chain(&["doorward"]).flat_map(|text| words_of(text)).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let rest = words.iter().fold(folded.clone(), |rest, word| rest.replace(word.as_str(), ""));
    let left = rest.chars().filter(|c| c.is_alphanumeric()).count();
    rest != folded && left < CHARACTERS_MIN
}

/// A name or an address, whole and in its parts.
fn words_of(text: &str) -> Vec<String> {
    let whole = fold(text);
    let parts = whole.split(|c: char| !c.is_alphanumeric()).map(str::to_owned);
    let words = parts.chain([whole.clone()]);
    words.filter(|word| word.chars().count() >= CONTEXT_WORD_MIN).collect()
}

#[cfg(test)]
mod tests;
