//! Where a browser is led when its sign-in has ended: to the page that was asked for, or on with a form that was sent when
//! a proof was missing.
//!
//! **Invariant:** it is a page of this server, for people who are signed in.
//! **Invariant:** a form is kept sealed, and only whoever sent it gets it back.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::domain::Error;
use crate::domain::id::UserId;
use crate::domain::secret::Secret;

const PLACE: &str = "attempts.onward.form";
const PATH_MAX: usize = 2_048;

/// Where somebody goes on, once it is proved who they are.
#[derive(Clone)]
pub struct Onward {
    /// The page, with its query.
    pub path: String,
    /// What is done there.
    pub errand: Errand,
}

/// What somebody goes on with.
#[derive(Clone)]
pub enum Errand {
    /// The page is opened.
    Open,
    /// The page is a file, which leaves the browser where it is.
    Take,
    /// The page is sent this form, as it was filled in.
    Send(Secret<String>),
}

/// The same as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    path: String,
    errand: KeptErrand,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KeptErrand {
    Open,
    Take,
    Send { sealed: String, whose: UserId },
}

/// True for the path of a page that is behind the sign-in.
pub fn is_behind_sign_in(path: &str) -> bool {
    let is_behind = |part: &str| path.strip_prefix(part).is_some_and(|it| it.is_empty() || it.starts_with(['/', '?']));
    let is_plain = path.len() <= PATH_MAX && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    is_plain && ["/account", "/console", "/device"].into_iter().any(is_behind)
}

impl Onward {
    /// Seals what is kept; `whose` is who may have it back.
    pub(super) fn keep(&self, app: &App, whose: UserId) -> Result<Kept, Error> {
        let errand = match &self.errand {
            Errand::Open => KeptErrand::Open,
            Errand::Take => KeptErrand::Take,
            Errand::Send(form) => {
                let sealed = app.seal.seal(PLACE, form.reveal().as_bytes())?;
                KeptErrand::Send { sealed: URL_SAFE_NO_PAD.encode(sealed), whose }
            }
        };
        Ok(Kept { path: self.path.clone(), errand })
    }
}

impl Kept {
    /// A page that is opened.
    pub(super) fn open_page(path: &str) -> Self {
        Self { path: path.to_owned(), errand: KeptErrand::Open }
    }

    /// True when a form waits for its sender.
    pub(super) const fn has_form(&self) -> bool {
        matches!(self.errand, KeptErrand::Send { .. })
    }

    /// What there is for this user; the form of somebody else is left out.
    pub(super) fn open(&self, app: &App, user: UserId) -> Result<Option<Onward>, Error> {
        let errand = match &self.errand {
            KeptErrand::Open => Errand::Open,
            KeptErrand::Take => Errand::Take,
            KeptErrand::Send { whose, .. } if *whose != user => return Ok(None),
            KeptErrand::Send { sealed, .. } => {
                let sealed = URL_SAFE_NO_PAD.decode(sealed).map_err(anyhow::Error::new)?;
                let plain = app.seal.open(PLACE, &sealed)?;
                let form = String::from_utf8(plain.reveal().clone()).map_err(anyhow::Error::new)?;
                Errand::Send(Secret::new(form))
            }
        };
        Ok(Some(Onward { path: self.path.clone(), errand }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_behind_the_sign_in_are_gone_on_to() {
        for path in [
            "/account",
            "/account/sessions",
            "/device?user_code=WDJB-MJHT",
            "/console",
            "/console/users?status=pending&sort=-created",
        ] {
            assert!(is_behind_sign_in(path), "{path}");
        }
        let long = format!("/console?{}", "a".repeat(PATH_MAX));
        for path in [
            "",
            "/",
            "//evil.example/console",
            "https://evil.example/console",
            "/\\evil.example",
            "/console\\..",
            "/console/\r\nset-cookie:x",
            "/consoles",
            "/devices",
            "/account@evil.example",
            "/sign-in",
            "/oauth2/authorize",
            "/console/\u{e4}",
            &long,
        ] {
            assert!(!is_behind_sign_in(path), "{path}");
        }
    }
}
