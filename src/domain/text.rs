//! Keys for comparing names: one folding, made here, so that both databases agree.
//!
//! **Invariant:** `fold(fold(x)) == fold(x)`; two spellings that differ only in case, width or composition have one key.

use std::borrow::Cow;
use std::fmt::Write as _;

use caseless::Caseless as _;
use unicode_normalization::UnicodeNormalization as _;

use super::{Error, Flaw};

/// The key of a user name, e-mail address, group name or slug: NFKC, full case folding, NFKC, trimmed.
/// Trimming comes last because NFKC can create spaces (U+1FCD).
pub fn fold(text: &str) -> String {
    // Most names need nothing else.
    if text.is_ascii() {
        return text.trim().to_ascii_lowercase();
    }
    let mut key = fold_once(text);
    // Some sequences need a second pass to settle (U+1E9E, final sigma with combining marks).
    for _ in 0..2 {
        let again = fold_once(&key);
        if again == key {
            break;
        }
        key = again;
    }
    key
}

fn fold_once(text: &str) -> String {
    text.nfkc().default_case_fold().nfkc().collect::<String>().trim().to_owned()
}

/// Bytes as hexadecimal digits, in lower case.
pub fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        // To write to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// True when the text holds a control character; such text is refused wherever a person's words are stored.
pub fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

/// The text on one line, with a mark in place of each character that a terminal, a log or a file would act on.
pub fn on_one_line(text: &str) -> Cow<'_, str> {
    let acts = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    // The pictures of the C0 controls stand in their order.
    let mark = |c: char| match u32::from(c) {
        code @ 0..=0x1f => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ => '\u{fffd}',
    };
    Cow::Owned(text.chars().map(|c| if acts(c) { mark(c) } else { c }).collect())
}

/// The most characters of a text that is looked for in names.
pub const SEARCH_MAX: usize = 256;

/// Checks a text that is looked for in names: not too long, and no NUL, which a database would refuse.
pub fn check_search(field: &str, text: &str) -> Result<(), Error> {
    if text.contains('\0') || text.chars().count() > SEARCH_MAX {
        return Err(Error::invalid(field, Flaw::TooLongOrNul { characters_max: SEARCH_MAX }));
    }
    Ok(())
}

/// Characters that turn the letters after them around, with which one name is made to look like another (U+202D, U+202E).
const OVERRIDES: [char; 2] = ['\u{202d}', '\u{202e}'];

/// Checks a name that a person gives to something: some visible text, no control characters, not too long.
pub fn check_name(field: &str, text: &str, characters_max: usize) -> Result<(), Error> {
    name_flaw(text, characters_max).map_or(Ok(()), |flaw| Err(Error::invalid(field, flaw)))
}

/// What is wrong with a name that a person gives to something.
pub fn name_flaw(text: &str, characters_max: usize) -> Option<Flaw> {
    if text.trim().is_empty() {
        return Some(Flaw::Empty);
    }
    if has_control(text) || text.contains(OVERRIDES) {
        return Some(Flaw::Control);
    }
    (text.chars().count() > characters_max).then_some(Flaw::TooLong { characters_max })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The short way leads where the long one does.
    #[test]
    fn ascii_is_folded_like_everything_else() {
        for code in 0_u8..=0x7f {
            let text = format!("{0}a{0}B{0}", char::from(code));
            assert_eq!(fold(&text), fold_once(&text), "{text:?}");
        }
    }

    #[test]
    fn a_name_holds_nothing_that_turns_letters_around_and_everything_that_scripts_need() {
        for wrong in ["Ada\u{202e}ecalevol", "\u{202d}Ada", "A\nda"] {
            assert_eq!(name_flaw(wrong, 64), Some(Flaw::Control), "{wrong:?}");
        }
        for right in ["אדה", "\u{200f}אדה Ada", "می\u{200c}خواهم", "👩\u{200d}💻", "Ada\u{2068}א\u{2069}"]
        {
            assert_eq!(name_flaw(right, 64), None, "{right:?}");
        }
    }
}
