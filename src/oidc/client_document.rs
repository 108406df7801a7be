//! Applications whose name is the address at which they say what they are: OAuth Client ID Metadata Document.
//!
//! **Invariant:** a name is an address in its one spelling, so that two names are never the same application.

use url::Url;

use super::redirect_uri::check_web;

/// As long as a `client_id` may be.
const BYTES_MAX: usize = 512;
/// As long as what is read there may be.
pub const DOCUMENT_BYTES_MAX: usize = 16 * 1024;

/// The address, where a name is one: https (or http on a loopback address), with a path, and without query, fragment or user.
pub fn address(name: &str) -> Option<Url> {
    if name.len() > BYTES_MAX || check_web(name).is_err() {
        return None;
    }
    let url = Url::parse(name).ok().filter(|url| url.as_str() == name)?;
    let is_plain = url.query().is_none() && url.username().is_empty() && url.password().is_none();
    (is_plain && url.path().len() > 1).then_some(url)
}
