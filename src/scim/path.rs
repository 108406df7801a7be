//! The paths of PATCH operations (RFC 7644 3.5.2), resolved.
//!
//! `userName`, `name.givenName`, `emails[type eq "work"]`, `emails[type eq "work"].value`, each of them behind the URN
//! of its schema, and the URN of a schema alone.
//!
//! **Invariant:** `parse(print(x)) == x`.
//! **Invariant:** a path is at most [`LENGTH_MAX`] characters long and holds at most one filter, which holds none.

use std::fmt;

use super::filter::{self, Filter};
use super::schema::{Kind, Located, Named, ResourceType};
use super::{Error, ScimType};

#[cfg(test)]
mod tests;

/// The longest path in characters.
pub const LENGTH_MAX: usize = 512;

/// What an operation aims at.
#[derive(Clone, Debug, PartialEq)]
pub enum Path {
    /// All attributes of the schema with this URN.
    Schema(&'static str),
    /// One attribute.
    Attribute(Target),
}

/// An attribute, a sub-attribute, or some elements of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The attribute and, if one is named, the sub-attribute.
    pub at: Located,
    /// Which elements of a multi-valued attribute are meant; `None` for all.
    pub filter: Option<Filter>,
}

/// Reads a path over resources of this type.
pub fn parse(resources: &'static ResourceType, text: &str) -> Result<Path, Error> {
    let text = text.trim();
    if text.chars().nth(LENGTH_MAX).is_some() {
        return Err(invalid(format!("the path is longer than {LENGTH_MAX} characters; shorten it")));
    }
    let Some((list, rest)) = text.split_once('[') else {
        return match resources.resolve(text) {
            Some(Named::Core) => Ok(Path::Schema(resources.core.urn)),
            Some(Named::Extension(urn)) => Ok(Path::Schema(urn)),
            Some(Named::Attribute(at)) => Ok(Path::Attribute(Target { at, filter: None })),
            None => Err(unknown(text)),
        };
    };
    let Some(Named::Attribute(at)) = resources.resolve(list.trim_end()) else { return Err(unknown(list)) };
    if !at.attribute.multi_valued || at.attribute.kind != Kind::Complex || at.sub.is_some() {
        return Err(invalid(format!("`{}` has no elements to select from", at.attribute.name)));
    }
    let (condition, rest) = split_at_bracket(rest)?;
    let filter = filter::parse_element(at, condition)?;
    let sub = match rest.strip_prefix('.') {
        Some(name) => Some(at.attribute.sub(name).ok_or_else(|| unknown(text))?),
        None if rest.is_empty() => None,
        None => return Err(invalid("after `]` the path ends or goes on with `.` and a sub-attribute".to_owned())),
    };
    Ok(Path::Attribute(Target { at: Located { sub, ..at }, filter: Some(filter) }))
}

// The closing bracket is the first one outside of a text.
fn split_at_bracket(rest: &str) -> Result<(&str, &str), Error> {
    let (mut quoted, mut escaped) = (false, false);
    for (index, c) in rest.char_indices() {
        match c {
            ']' if !quoted => {
                return Ok((rest.get(..index).unwrap_or_default(), rest.get(index + 1..).unwrap_or_default()));
            }
            '[' if !quoted => return Err(invalid("a filter within a filter cannot be used in a path".to_owned())),
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = quoted && c == '\\' && !escaped;
    }
    Err(invalid("the filter of the path has no closing `]`".to_owned()))
}

fn unknown(name: &str) -> Error {
    let name: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
    invalid(format!("the path `{name}` names no attribute of this resource; correct it or remove the mapping"))
}

fn invalid(detail: String) -> Error {
    Error::bad(ScimType::InvalidPath, detail)
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schema(urn) => f.write_str(urn),
            Self::Attribute(target) => write!(f, "{target}"),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(urn) = self.at.extension {
            write!(f, "{urn}:")?;
        }
        f.write_str(self.at.attribute.name)?;
        if let Some(filter) = &self.filter {
            f.write_str("[")?;
            filter.write_in_element(f)?;
            f.write_str("]")?;
        }
        if let Some(sub) = self.at.sub {
            write!(f, ".{}", sub.name)?;
        }
        Ok(())
    }
}
