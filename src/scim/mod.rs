//! The SCIM 2.0 protocol (RFC 7643, RFC 7644) as pure functions over JSON.
//!
//! A request body goes through [`json::parse`] (limits), the deviations of known clients are repaired ([`quirks`]),
//! and becomes a [`document::Document`] or a list of [`patch::Operation`]s; a query becomes a [`list::ListQuery`]
//! with a resolved [`filter::Filter`]. What is answered is made by [`document::render`] and cut to size by
//! [`projection::Projection`]. Many requests in one are a [`bulk::Bulk`].
//!
//! **Invariant:** nothing here reads a clock, a database, a socket or another module of this crate.
//! **Invariant:** every parser bounds the length and the depth of what it reads, and no recursion is deeper than that.
//! **Invariant:** attribute names, schema URNs and operators are compared without case and kept in schema spelling.

pub mod allowed;
pub mod bulk;
pub mod canonical;
pub mod document;
pub mod error;
pub mod etag;
pub mod filter;
pub mod gathered;
pub mod json;
pub mod list;
pub mod moment;
pub mod patch;
pub mod path;
pub mod projection;
pub mod quirks;
pub mod redact;
pub mod schema;
pub mod search;
pub mod sort;

#[cfg(test)]
mod tests;

pub use error::{Error, ScimType};

/// How text of an attribute that is not `caseExact` is folded before it is compared.
///
/// The rule itself lives with the organisation's names, not here: whoever evaluates a filter, builds a search document
/// or applies a PATCH passes the one folding of the product, so that a filter finds what uniqueness refused.
pub type Fold = fn(&str) -> String;
