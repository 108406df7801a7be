//! Devices without a browser, which somebody lets in with another: RFC 8628.
//!
//! **Invariant:** a code is read in whatever way a person types it, and shown in one.

use serde::Serialize;

use crate::domain::secret::{USER_CODE_LENGTH, USER_CODE_LETTERS};

/// How long a device may be let in, in seconds.
pub const LIFETIME_SECONDS: u32 = 600;
/// How long a device waits between two questions, in seconds.
pub const INTERVAL_SECONDS: u32 = 5;
/// By so much longer each time it asked too soon (RFC 8628 3.5).
pub const SLOWER_BY_SECONDS: u32 = 5;

/// The answer to a device that asks to be let in (RFC 8628 3.2).
#[derive(Serialize)]
pub struct Response {
    device_code: String,
    user_code: String,
    verification_uri: String,
    verification_uri_complete: String,
    expires_in: u32,
    interval: u32,
}

impl Response {
    /// The answer with these codes, for this page.
    pub fn new(device_code: &str, user_code: &str, page: &str) -> Self {
        let user_code = shown(user_code);
        Self {
            device_code: device_code.to_owned(),
            verification_uri: page.to_owned(),
            verification_uri_complete: format!("{page}?user_code={user_code}"),
            user_code,
            expires_in: LIFETIME_SECONDS,
            interval: INTERVAL_SECONDS,
        }
    }
}

/// A code as a device shows it.
fn shown(code: &str) -> String {
    let (first, second) = code.split_at_checked(USER_CODE_LENGTH / 2).unwrap_or((code, ""));
    format!("{first}-{second}")
}

/// The code that somebody typed, in whatever case and with whatever between its letters; nothing where it is none.
pub fn typed(text: &str) -> Option<String> {
    let letters =
        text.chars().filter(|it| !it.is_whitespace() && !matches!(it, '-' | '_' | '.' | '\u{2010}'..='\u{2015}'));
    let code: String = letters.take(USER_CODE_LENGTH + 1).map(|it| it.to_ascii_uppercase()).collect();
    let is_one = code.len() == USER_CODE_LENGTH && code.bytes().all(|it| USER_CODE_LETTERS.contains(&it));
    is_one.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secret::user_code;

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
            let code = user_code().reveal().clone();
            assert_eq!(typed(&shown(&code)), Some(code.clone()));
            seen.insert(code);
        }
        assert_eq!(seen.len(), 200);
        let letters: std::collections::BTreeSet<char> = seen.iter().flat_map(|it| it.chars()).collect();
        assert_eq!(letters.len(), 20, "{letters:?}");
    }
}
