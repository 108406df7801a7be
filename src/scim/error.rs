//! What the protocol itself can refuse, and the body that says so (RFC 7644 3.12).
//!
//! **Invariant:** a detail is a sentence for the person who reads the provisioning log: it names the attribute and what
//! to do, and never a table, a crate or a file.

use std::fmt;

use serde_json::{Value, json};

#[cfg(test)]
mod tests;

/// The schema of an error body.
pub const ERROR_URN: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// The detail error keyword of RFC 7644 table 9.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScimType {
    /// The filter cannot be read, or compares what cannot be compared.
    InvalidFilter,
    /// The request asks for more than the server is willing to do at once.
    TooMany,
    /// A value is taken already.
    Uniqueness,
    /// The attribute cannot be changed in this way.
    Mutability,
    /// The body is not what the operation expects.
    InvalidSyntax,
    /// The path of a PATCH operation cannot be read, or names no attribute.
    InvalidPath,
    /// The path selects nothing that could be changed.
    NoTarget,
    /// A value has the wrong type or length, or a required one is missing.
    InvalidValue,
    /// The cursor is none that this list handed out (RFC 9865 3).
    InvalidCursor,
    /// A secret was sent where it would be logged.
    Sensitive,
}

impl ScimType {
    /// The keyword as it is written in the body.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
            Self::InvalidCursor => "invalidCursor",
            Self::Sensitive => "sensitive",
        }
    }
}

/// A refusal by the protocol: the status, the keyword and the sentence of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The HTTP status.
    pub status: u16,
    /// The keyword, where RFC 7644 has one for the case.
    pub scim_type: Option<ScimType>,
    /// What is wrong and what to do.
    pub detail: String,
    /// After how many seconds it may be worth another try, where that is known.
    pub retry_after_seconds: Option<u64>,
}

impl Error {
    /// A refusal without a keyword.
    pub fn new(status: u16, detail: impl Into<String>) -> Self {
        Self { status, scim_type: None, detail: detail.into(), retry_after_seconds: None }
    }

    /// A status 400 with its keyword.
    pub fn bad(scim_type: ScimType, detail: impl Into<String>) -> Self {
        Self { scim_type: Some(scim_type), ..Self::new(400, detail) }
    }

    /// A status 503: later it is taken.
    pub fn later(retry_after_seconds: u64, detail: impl Into<String>) -> Self {
        Self { retry_after_seconds: Some(retry_after_seconds), ..Self::new(503, detail) }
    }

    pub(crate) fn syntax(detail: impl Into<String>) -> Self {
        Self::bad(ScimType::InvalidSyntax, detail)
    }

    pub(crate) fn value(detail: impl Into<String>) -> Self {
        Self::bad(ScimType::InvalidValue, detail)
    }

    pub(crate) fn filter(detail: impl Into<String>) -> Self {
        Self::bad(ScimType::InvalidFilter, detail)
    }

    pub(crate) fn mutability(detail: impl Into<String>) -> Self {
        Self::bad(ScimType::Mutability, detail)
    }

    /// The body of the answer.
    pub fn to_json(&self) -> Value {
        let mut body = json!({ "schemas": [ERROR_URN], "status": self.status.to_string(), "detail": self.detail });
        if let (Some(map), Some(keyword)) = (body.as_object_mut(), self.scim_type) {
            map.insert("scimType".into(), keyword.as_str().into());
        }
        body
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Error {}
