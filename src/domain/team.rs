//! A team: people of an organisation who work together, under a name that no other team of it has.

use super::id::{OrgId, TeamId};
use super::text::{check_name, has_control};
use super::time::Timestamp;
use super::{Error, Flaw};

/// The most characters of a name.
pub const NAME_MAX: usize = 100;
/// The most characters of a description.
pub const DESCRIPTION_MAX: usize = 500;

/// A team as stored; its members are rows of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Its identity.
    pub id: TeamId,
    /// The organisation it belongs to.
    pub org: OrgId,
    /// Its name; unique in the organisation under [`super::text::fold`].
    pub name: String,
    /// What it is for.
    pub description: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When name or description last changed.
    pub updated_at: Timestamp,
}

/// Checks what somebody wants to call a team and to say about it.
pub fn check(name: &str, description: &str) -> Result<(), Error> {
    check_name("name", name, NAME_MAX)?;
    if has_control(description) || description.chars().count() > DESCRIPTION_MAX {
        return Err(Error::invalid("description", Flaw::TooLongOrLines { characters_max: DESCRIPTION_MAX }));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
