//! A group: a named set of users that may give roles, pushed by an identity provider or made here.

use super::Error;
use super::id::{ConnectionId, GroupId, OrgId};
use super::text::check_name;
use super::time::Timestamp;

/// The most characters of a name, over SCIM as here.
pub const NAME_MAX: usize = 256;

/// A group as stored; its members are rows of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The identity of the group; role mappings hang on it, never on the name.
    pub id: GroupId,
    /// The organisation it belongs to.
    pub org: OrgId,
    /// Its name; unique in the organisation under [`super::text::fold`].
    pub display_name: String,
    /// The identity provider's own id of it, opaque.
    pub external_id: Option<String>,
    /// The connection that provisions it; `None` for a local group.
    pub managed_by: Option<ConnectionId>,
    /// Raised by every change, membership included; the ETag.
    pub version: i64,
    /// The SCIM attributes that have no column, as canonical JSON.
    pub document: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The name that somebody wants to give a group, without the spaces around it.
pub fn checked_name(typed: &str) -> Result<String, Error> {
    let name = typed.trim();
    check_name("name", name, NAME_MAX)?;
    Ok(name.to_owned())
}
