//! The code that somebody types to let a device in.
//!
//! **Invariant:** a code is read in whatever way a person types it, and shown in one.

use super::secret::{Secret, random_letters};

/// No vowels, so that no words come of them, and nothing that looks like a digit.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const LENGTH: usize = 8;

/// A new code: eight letters, about 34 bits.
pub fn generate() -> Secret<String> {
    random_letters(LETTERS, LENGTH)
}

/// A code as a device shows it.
pub fn shown(code: &str) -> String {
    let (first, second) = code.split_at_checked(LENGTH / 2).unwrap_or((code, ""));
    format!("{first}-{second}")
}

/// The code that somebody typed, in whatever case and with whatever between its letters; nothing where it is none.
pub fn typed(text: &str) -> Option<String> {
    let is_between = |it: char| it.is_whitespace() || matches!(it, '-' | '_' | '.' | '\u{2010}'..='\u{2015}');
    let letters = text.chars().filter(|it| !is_between(*it));
    let code: String = letters.take(LENGTH + 1).map(|it| it.to_ascii_uppercase()).collect();
    let is_one = code.len() == LENGTH && code.bytes().all(|it| LETTERS.contains(&it));
    is_one.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_in_whatever_way_it_is_typed() {
        for text in ["WDJB-MJHT", "wdjbmjht", " wdjb mjht ", "WDJB\u{2013}MJHT", "W.D.J.B.M.J.H.T"] {
            assert_eq!(typed(text).as_deref(), Some("WDJBMJHT"), "{text}");
        }
        for text in ["", "WDJB", "WDJB-MJHTX", "WDJA-MJHT", "WDJB-MJH1", "WDJB-MJHT/", "ẂDJBMJHT", &"W".repeat(5_000)]
        {
            assert_eq!(typed(text), None, "{text}");
        }
    }

    #[test]
    fn a_code_that_is_shown_is_read_again() {
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..200 {
            let code = generate().reveal().clone();
            assert_eq!(typed(&shown(&code)), Some(code.clone()));
            seen.insert(code);
        }
        assert_eq!(seen.len(), 200);
        let letters: std::collections::BTreeSet<char> = seen.iter().flat_map(|it| it.chars()).collect();
        assert_eq!(letters.len(), 20, "{letters:?}");
    }
}
