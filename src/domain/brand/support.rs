//! Where the people of an organisation find help.

use std::fmt;

use url::Url;

use crate::domain::Flaw;
use crate::domain::text::has_control;

const CHARACTERS_MAX: usize = 512;

/// A page under https, or a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Support(String);

impl Support {
    /// Reads an address that begins with `https://` or `mailto:`; of a bare mail address a link is made.
    pub fn read(text: &str) -> Result<Self, Flaw> {
        if text.chars().count() > CHARACTERS_MAX {
            return Err(Flaw::TooLong { characters_max: CHARACTERS_MAX });
        }
        let is_bare = text.contains('@') && !text.contains([':', '/', '?']);
        let whole = if is_bare { format!("mailto:{text}") } else { text.to_owned() };
        let url = Url::parse(&whole).ok().filter(|it| !has_control(&whole) && is_help(it)).ok_or(Flaw::Support)?;
        Ok(Self(url.into()))
    }

    /// Where a link to it leads.
    pub fn href(&self) -> &str {
        &self.0
    }
}

fn is_help(url: &Url) -> bool {
    match url.scheme() {
        "https" => {
            url.host_str().is_some_and(|it| it.contains('.')) && url.username().is_empty() && url.password().is_none()
        }
        "mailto" => url.path().split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.')),
        _ => false,
    }
}

impl fmt::Display for Support {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
