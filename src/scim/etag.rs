//! Entity tags: the version of a resource as HTTP says it (RFC 7644 3.14, RFC 9110 8.8.3 and 13.1).
//!
//! Tags are weak and compared weakly, for `If-Match` too: RFC 7644 uses them so.
//!
//! **Invariant:** a condition that cannot be read refuses the request; it is never treated as if it were not there.

use std::fmt;

use super::Error;

#[cfg(test)]
mod tests;

/// The longest header value that is read.
pub const LENGTH_MAX: usize = 4_096;

/// The weak entity tag of a version.
pub fn print(version: i64) -> String {
    format!("W/\"{version}\"")
}

/// Refuses a change whose `If-Match` names another version.
pub fn check_match(if_match: Option<&str>, version: i64) -> Result<(), Error> {
    match if_match.map(Condition::parse).transpose()? {
        Some(condition) if !condition.holds(version) => {
            Err(Error::new(412, "the resource changed since it was read; read it again and repeat the change"))
        }
        Some(_) | None => Ok(()),
    }
}

/// True when `If-None-Match` names this version, so that a read is answered 304 without a body.
pub fn is_unchanged(if_none_match: Option<&str>, version: i64) -> Result<bool, Error> {
    Ok(if_none_match.map(Condition::parse).transpose()?.is_some_and(|condition| condition.holds(version)))
}

/// The value of `If-Match` or `If-None-Match`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `*`: any version.
    Any,
    /// One of these opaque tags.
    Tags(Vec<String>),
}

impl Condition {
    /// Reads a header value.
    pub fn parse(header: &str) -> Result<Self, Error> {
        let problem = || Error::syntax("the entity tag of a condition cannot be read; send it as it was answered");
        if header.len() > LENGTH_MAX {
            return Err(problem());
        }
        if header.trim() == "*" {
            return Ok(Self::Any);
        }
        let mut tags = Vec::new();
        let mut rest = header;
        loop {
            let (tag, after) = cut_tag(rest.trim_start()).ok_or_else(problem)?;
            tags.push(tag.to_owned());
            match after.trim_start().strip_prefix(',') {
                Some(after) => rest = after,
                None if after.trim().is_empty() => return Ok(Self::Tags(tags)),
                None => return Err(problem()),
            }
        }
    }

    /// True when the condition names this version.
    pub fn holds(&self, version: i64) -> bool {
        match self {
            Self::Any => true,
            Self::Tags(tags) => tags.iter().any(|tag| *tag == version.to_string()),
        }
    }
}

// RFC 9110 8.8.3: a tag may hold a comma, so the list is cut at quotes.
fn cut_tag(text: &str) -> Option<(&str, &str)> {
    let (tag, rest) = text.strip_prefix("W/").unwrap_or(text).strip_prefix('"')?.split_once('"')?;
    tag.bytes().all(|b| b == 0x21 || (0x23..=0x7E).contains(&b) || b >= 0x80).then_some((tag, rest))
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Tags(tags) => {
                f.write_str(&tags.iter().map(|tag| format!("W/\"{tag}\"")).collect::<Vec<_>>().join(", "))
            }
        }
    }
}
