//! A letter that was given up: whom it did not reach, and what the mail server said.
//!
//! **Invariant:** what another server said is kept short and on one line, and never when it repeats something that the
//! letter keeps secret.

use super::id::{OrgId, UserId};
use super::time::Timestamp;

/// So much is kept of what the mail server said.
pub const SAID_MAX: usize = 200;

/// A letter that could not be delivered, the last one for this person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// The organisation.
    pub org: OrgId,
    /// The user, or the one whom an invitation becomes.
    pub person: UserId,
    /// The address that it was written to.
    pub address: String,
    /// When the letter was written.
    pub written_at: Timestamp,
    /// When it was given up.
    pub at: Timestamp,
    /// Why.
    pub why: GivenUp,
    /// What the mail server said, where that can be shown.
    pub said: Option<String>,
}

/// Why a letter was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenUp {
    /// The mail server refused it for good.
    Refused,
    /// It could not be handed over, however often it was tried.
    NeverLeft,
}

impl GivenUp {
    const ALL: [Self; 2] = [Self::Refused, Self::NeverLeft];

    /// The word that is stored and shown to programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::NeverLeft => "never-left",
        }
    }

    /// Reads the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// What a foreign server said, as it may be shown: one short line without anything that acts on the text around it;
/// nothing when it repeats one of the secrets.
pub fn quoted(said: &str, secrets: &[&str]) -> Option<String> {
    let plain = squeezed(said);
    if secrets.iter().any(|secret| !secret.is_empty() && plain.contains(&squeezed(secret))) {
        return None;
    }
    let visible: String = said.chars().map(|c| if acts(c) { ' ' } else { c }).collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_longer = line.chars().count() > SAID_MAX;
    let mut short: String = line.chars().take(SAID_MAX).collect();
    short.extend(is_longer.then_some('…'));
    (!short.is_empty()).then_some(short)
}

/// The letters and digits alone, so that no line break, quote or change of case hides a secret.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Control characters, and those that turn or hide what stands beside them (UAX 9, zero width).
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests;
