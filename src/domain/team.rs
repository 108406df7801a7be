//! A team: people of an organisation who work together, under a name that no other team of it has.
//!
//! **Invariant:** the lead is one of its people, and no longer leads it once off the team.

pub mod quota;

use self::quota::Amounts;
use super::id::{OrgId, TeamId, UserId};
use super::text::{check_name, has_control};
use super::time::Timestamp;
use super::{Error, Flaw};

/// Lets somebody see which teams there are, and who is on them.
pub const READ: &str = "teams:read";
/// Lets somebody make, describe and delete teams, and say who leads them.
pub const MANAGE: &str = "teams:manage";
/// Lets somebody say who is on teams.
pub const MANAGE_MEMBERS: &str = "teams.members:manage";
/// Lets somebody say how much teams may use.
pub const MANAGE_QUOTAS: &str = "teams.quota:manage";
/// Lets an application say how much teams use of it.
pub const REPORT_USAGE: &str = "teams.usage:report";
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
    /// Who leads it: such a person may describe this team and say who is on it, whatever their roles.
    pub lead: Option<UserId>,
    /// How much its people may use.
    pub quotas: Amounts,
    /// When it was created.
    pub created_at: Timestamp,
    /// When something of this last changed.
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
