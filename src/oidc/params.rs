//! The parameters of a request, from query and form body.
//!
//! **Invariant:** a name occurs once, over query and body together (RFC 6749 3.1): nobody can choose which of two
//! values counts. Of those that list something each value counts.
//! **Invariant:** every value is UTF-8 without control characters and within its limit.
//! **Invariant:** unknown parameters are kept out of the way, never refused (OpenID Connect Core 3.1.2.1).

use std::collections::BTreeMap;

use super::error::{Error, ErrorCode};

const PARAMETERS_MAX: usize = 100;
const NAME_BYTES_MAX: usize = 256;
const VALUE_BYTES_MAX: usize = 16 * 1024;
const SCOPE_ENTRIES_MAX: usize = 50;
/// Those that may be repeated, each with one more value (RFC 8707 2, RFC 8693 2.1).
const LISTS: [&str; 2] = ["audience", "resource"];
/// No value holds a control character, so this is between two values.
const BETWEEN: char = '\n';

/// The parameters of one request, each at most once; the values of a list are one text, with [`BETWEEN`] between them.
#[derive(Clone, PartialEq, Eq)]
pub struct Params(BTreeMap<String, String>);

impl Params {
    /// Parses form-encoded parts of one request: the query, the body, or both.
    pub fn parse(parts: &[&[u8]]) -> Result<Self, Error> {
        let mut found: BTreeMap<String, String> = BTreeMap::new();
        let mut count = 0_usize;
        for (name, value) in parts.iter().copied().flat_map(url::form_urlencoded::parse) {
            check(&name, &value)?;
            match found.get_mut(name.as_ref()) {
                Some(list) if LISTS.contains(&name.as_ref()) => {
                    list.push(BETWEEN);
                    list.push_str(&value);
                }
                Some(_) => return Err(ErrorCode::InvalidRequest.because("a parameter occurs more than once")),
                None => drop(found.insert(name.into_owned(), value.into_owned())),
            }
            count = count.saturating_add(1);
            if count > PARAMETERS_MAX {
                return Err(ErrorCode::InvalidRequest.because("there are more than 100 parameters"));
            }
        }
        Ok(Self(found))
    }

    /// The value of a parameter. RFC 6749 3.1: one without a value counts as left out.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The values of a parameter that may be repeated.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.get(name).into_iter().flat_map(|values| values.split(BETWEEN)).filter(|value| !value.is_empty())
    }

    /// The value of a parameter that must be there.
    pub fn require(&self, name: &str) -> Result<&str, Error> {
        self.get(name).ok_or_else(|| ErrorCode::InvalidRequest.because(format!("the parameter {name} is missing")))
    }

    /// The value of a parameter, as an owned text.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }
}

fn check(name: &str, value: &str) -> Result<(), Error> {
    let problem = if name.len() > NAME_BYTES_MAX || !is_clean(name) {
        "the name of a parameter is too long or holds control characters".to_owned()
    } else if value.len() > bytes_max(name) {
        format!("the parameter {name} is longer than {} bytes", bytes_max(name))
    } else if !is_clean(value) {
        format!("the parameter {name} holds control characters or is not UTF-8")
    } else if name == "scope" && value.split(' ').count() > SCOPE_ENTRIES_MAX {
        format!("the parameter scope has more than {SCOPE_ENTRIES_MAX} entries")
    } else {
        return Ok(());
    };
    Err(ErrorCode::InvalidRequest.because(problem))
}

fn bytes_max(name: &str) -> usize {
    match name {
        // Frameworks that keep no server-side state put an encrypted bag of 1 to 2 KiB into it.
        "state" => 4096,
        "nonce" | "login_hint" | "logout_hint" | "acr_values" | "ui_locales" => 1024,
        "claims" => 4096,
        "scope" | "redirect_uri" | "post_logout_redirect_uri" => 2048,
        "client_id" | "code" | "code_verifier" | "code_challenge" => 512,
        _ => VALUE_BYTES_MAX,
    }
}

// The form decoder turns bytes that are not UTF-8 into U+FFFD.
fn is_clean(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || c == char::REPLACEMENT_CHARACTER)
}
