//! Recovery codes: ten for each person with a second factor, for the day the phone is gone.
//!
//! **Invariant:** what is hashed and compared is one spelling of a code, whatever was typed; the place in front names the
//! one hash that is worth comparing, so a try costs one verification.

use unicode_normalization::UnicodeNormalization as _;

use super::secret::{Secret, recovery_code};

/// How many codes a set has; each is named by one digit.
pub const CODES: u8 = 10;

const LETTERS: usize = 15;
const TYPED_MAX: usize = 128;

/// A code in its one spelling.
#[derive(Clone)]
pub struct RecoveryCode {
    /// Which one of the set it is.
    pub place: u8,
    canonical: Secret<String>,
}

impl RecoveryCode {
    /// A new set, each as it is shown.
    pub fn generate_set() -> Vec<Secret<String>> {
        (0..CODES).map(recovery_code).collect()
    }

    /// Reads what was typed, forgiving spaces, hyphens, case and look-alike letters; `None` when it is no code.
    pub fn read(typed: &str) -> Option<Self> {
        if typed.len() > TYPED_MAX {
            return None;
        }
        let mut letters = typed.nfkc().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_uppercase);
        let place = letters.next()?.to_digit(10).and_then(|digit| u8::try_from(digit).ok())?;
        let rest: String = letters.map(without_look_alikes).collect();
        let is_whole = rest.len() == LETTERS && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_whole.then(|| Self { place, canonical: Secret::new(format!("{place}{rest}")) })
    }

    /// What is hashed of it.
    pub fn canonical(&self) -> Secret<String> {
        self.canonical.clone()
    }
}

const fn without_look_alikes(letter: char) -> char {
    match letter {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    }
}

#[cfg(test)]
mod tests;
