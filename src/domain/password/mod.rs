//! Which passwords are good enough, and the one spelling in which they are hashed.
//!
//! **Invariant:** a [`Password`] is what hashing and verifying take, so the same text typed on two keyboards is the same
//! password; nothing is trimmed or cut off, and spaces count.
//! **Invariant:** each broken rule is reported, with its own sentence.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use super::secret::Secret;
use super::text::fold;

mod common;
mod listed;

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

impl PasswordPolicy {
    /// The numbers of the policy for somebody of whom a second factor is required, or not.
    pub const fn composition(self, mfa_required: bool) -> Composition {
        const fn no_classes(min: usize) -> Composition {
            Composition { min, upper: 0, lower: 0, digit: 0, special: 0 }
        }
        match self {
            Self::Named(PasswordPreset::Modern) if mfa_required => no_classes(8),
            Self::Named(PasswordPreset::Modern) => no_classes(15),
            Self::Named(PasswordPreset::Classic) => Composition { min: 8, upper: 1, lower: 1, digit: 1, special: 1 },
            Self::Explicit(composition) => composition,
        }
    }

    /// Every rule that the password breaks; none means that it is good enough. `context` holds what an attacker who
    /// knows the person would try: user name, address, organisation.
    pub fn weaknesses(self, password: &Password, mfa_required: bool, context: &[&str]) -> Vec<Weakness> {
        let text = password.reveal();
        let mut found = self.composition(mfa_required).lacking(text);
        // Whatever is too short is guessed soon; to say so too would only be noise.
        if !found.iter().any(|it| matches!(it, Weakness::TooShort { .. })) && common::is_common(text) {
            found.push(Weakness::Common);
        }
        if rests_on_context(text, context) {
            found.push(Weakness::Context);
        }
        found
    }
}

impl Composition {
    fn lacking(self, text: &str) -> Vec<Weakness> {
        let count = |of: fn(char) -> bool| text.chars().filter(|c| of(*c)).count();
        let rules = [
            (count(|_| true), self.min, Weakness::TooShort { min: self.min }),
            (count(char::is_uppercase), self.upper, Weakness::Upper { min: self.upper }),
            (count(char::is_lowercase), self.lower, Weakness::Lower { min: self.lower }),
            (count(char::is_numeric), self.digit, Weakness::Digit { min: self.digit }),
            (count(|c| !c.is_alphanumeric()), self.special, Weakness::Special { min: self.special }),
        ];
        rules.into_iter().filter(|(has, min, _)| has < min).map(|(_, _, weakness)| weakness).collect()
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
    /// Too few upper-case letters.
    Upper {
        /// How many it takes.
        min: usize,
    },
    /// Too few lower-case letters.
    Lower {
        /// How many it takes.
        min: usize,
    },
    /// Too few digits.
    Digit {
        /// How many it takes.
        min: usize,
    },
    /// Too few special characters.
    Special {
        /// How many it takes.
        min: usize,
    },
    /// Among the first that anybody would guess.
    Common,
    /// Little more than a name that anybody knows.
    Context,
    /// The password that it is to replace.
    Same,
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = |min: &usize| if *min == 1 { "" } else { "s" };
        match self {
            Self::TooShort { min } => write!(f, "use at least {min} characters"),
            Self::TooLong => write!(f, "use at most {CHARACTERS_MAX} characters ({BYTES_MAX} bytes)"),
            Self::Control => f.write_str("leave out line breaks, tabs and other control characters"),
            Self::Upper { min } => write!(f, "use at least {min} upper-case letter{}", s(min)),
            Self::Lower { min } => write!(f, "use at least {min} lower-case letter{}", s(min)),
            Self::Digit { min } => write!(f, "use at least {min} digit{}", s(min)),
            Self::Special { min } => write!(f, "use at least {min} special character{}, such as - or !", s(min)),
            Self::Common => f.write_str("this is one of the first passwords that anybody would guess"),
            Self::Context => f.write_str("this is little more than your name, your organisation or the product's name"),
            Self::Same => f.write_str("choose another password than the one you have"),
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
