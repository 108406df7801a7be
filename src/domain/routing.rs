//! The domain of an address, by which a name that nobody has looked up leads to an identity provider.
//!
//! **Invariant:** a domain has one spelling: ASCII, lower case, without a dot at the end.

use std::fmt;
use std::str::FromStr;

use url::Host;

use super::text::fold;

const DOMAIN_BYTES_MAX: usize = 253;
/// What a local part may not hold besides: quotes and comments let two readers see two addresses.
const AMBIGUOUS: [char; 9] = ['"', '\'', '(', ')', '<', '>', ',', ';', '\\'];

/// The domain of addresses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainName(String);

/// The text is not a domain of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a domain such as example.com")]
pub struct NotADomain;

impl DomainName {
    /// The domain of a name that somebody typed, when it is one plain address; nothing for anything that two readers could
    /// read in two ways.
    pub fn of_address(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let (local, domain) = typed.split_once('@')?;
        // Another sign that folds to `@` or is one in disguise would split the address elsewhere.
        let is_one = fold(typed).matches('@').count() == 1;
        let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !AMBIGUOUS.contains(&c);
        if local.is_empty() || !is_one || !local.chars().all(is_plain) {
            return None;
        }
        domain.parse().ok()
    }

    /// The domain as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for DomainName {
    type Err = NotADomain;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The URL standard maps international names to their one ASCII spelling.
        let Ok(Host::Domain(domain)) = Host::parse(text) else { return Err(NotADomain) };
        let is_dotted = domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.');
        let letters =
            |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let is_domain = is_dotted && domain.len() <= DOMAIN_BYTES_MAX && domain.split('.').all(letters);
        if is_domain && !text.contains('%') { Ok(Self(domain)) } else { Err(NotADomain) }
    }
}

#[cfg(test)]
mod tests;
