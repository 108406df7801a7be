//! A view of the list of users that somebody keeps under a name.

use super::Error;
use super::id::{OrgId, SavedViewId, UserId};
use super::text::check_name;
use super::time::Timestamp;

/// The most characters of a name.
pub const NAME_MAX: usize = 60;
/// The most characters of what a view says.
pub const QUERY_MAX: usize = 4_000;
/// So many views somebody keeps at most.
pub const VIEWS_MAX: usize = 50;

/// A view as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// The identity of the view.
    pub id: SavedViewId,
    /// The organisation.
    pub org: OrgId,
    /// Whose it is.
    pub owner: UserId,
    /// What its owner calls it.
    pub name: String,
    /// Which users, in which order and columns, as the words of an address.
    pub query: String,
    /// True when everybody who may see the list sees the view.
    pub is_shared: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Checks the name of a view.
pub fn check(name: &str) -> Result<(), Error> {
    check_name("name", name, NAME_MAX)
}
