//! The cookies: one for a signed-in browser, one for a sign-in under way, one for a browser that is known.
//!
//! **Invariant:** over https all carry the `__Host-` prefix; always HttpOnly, SameSite=Lax, Path=/, no Domain, and nothing
//! but an opaque token.

use axum::http::header::{self, HeaderValue};
use axum::http::{HeaderMap, HeaderName};

use crate::app::App;
use crate::domain::Error;
use crate::domain::secret::Secret;

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// The signed-in browser.
    Session,
    /// The sign-in under way.
    Attempt,
    /// A browser in which somebody has signed in before; it proves nothing.
    Device,
}

impl Cookie {
    /// Its name: the prefix works only over https.
    pub fn name(self, app: &App) -> &'static str {
        match (self, app.config.is_https()) {
            (Self::Session, true) => "__Host-dw_sid",
            (Self::Session, false) => "dw_sid",
            (Self::Attempt, true) => "__Host-dw_pre",
            (Self::Attempt, false) => "dw_pre",
            (Self::Device, true) => "__Host-dw_dev",
            (Self::Device, false) => "dw_dev",
        }
    }

    /// The token that the browser sent; nothing when it sent several, because then somebody planted one.
    pub fn read(self, app: &App, headers: &HeaderMap) -> Option<String> {
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let mut values = pairs.filter(|(name, _)| *name == self.name(app)).map(|(_, value)| value.to_owned());
        let first = values.next()?;
        values.next().is_none().then_some(first)
    }

    /// The header that gives the browser this token.
    pub fn set(self, app: &App, token: &Secret<String>) -> Result<(HeaderName, HeaderValue), Error> {
        self.header(app, token.reveal(), self.lifetime())
    }

    /// The header that takes the cookie away.
    pub fn clear(self, app: &App) -> Result<(HeaderName, HeaderValue), Error> {
        self.header(app, "", "; Max-Age=0")
    }

    /// What ends a session in the browser: its cookie goes, and what was kept of the pages, so that nobody finds it with
    /// the back button.
    pub fn end_session(app: &App) -> Result<[(HeaderName, HeaderValue); 2], Error> {
        let kept = (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));
        Ok([Self::Session.clear(app)?, kept])
    }

    /// How long the browser keeps it: the others end with the browser.
    const fn lifetime(self) -> &'static str {
        match self {
            Self::Session | Self::Attempt => "",
            Self::Device => "; Max-Age=7776000",
        }
    }

    fn header(self, app: &App, value: &str, end: &str) -> Result<(HeaderName, HeaderValue), Error> {
        let secure = if app.config.is_https() { "; Secure" } else { "" };
        let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{end}", self.name(app));
        let value =
            HeaderValue::from_str(&text).map_err(|_| anyhow::anyhow!("a cookie value is not a header value"))?;
        Ok((header::SET_COOKIE, value))
    }
}
