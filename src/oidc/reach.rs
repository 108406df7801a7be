//! Who may use a client, of those whom it serves.
//!
//! **Invariant:** it is asked whenever something is given out or told, not at the sign-in alone, so whoever leaves a group has
//! nothing any more that the group gave.

use serde::{Deserialize, Serialize};

use super::claims::Person;

/// Which people; an empty list excludes nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reach {
    /// The ids of the organisations, for a client that serves several.
    pub organisations: Vec<String>,
    /// The ids of groups; being in one of them is enough.
    pub groups: Vec<String>,
    /// The keys of roles; having one of them is enough.
    pub roles: Vec<String>,
}

impl Reach {
    /// True when nobody is excluded.
    pub fn is_everybody(&self) -> bool {
        self.organisations.is_empty() && self.groups.is_empty() && self.roles.is_empty()
    }

    /// Whether the client serves people of this organisation, as far as this says.
    pub fn serves(&self, org: &str) -> bool {
        self.organisations.is_empty() || self.organisations.iter().any(|it| it == org)
    }

    /// Whether this person may use the client: of one of the organisations, and with one of the roles or groups.
    pub fn includes(&self, person: &Person) -> bool {
        let is_of = |wanted: &[String], own: &[String]| wanted.iter().any(|one| own.contains(one));
        let by_standing = is_of(&self.roles, &person.roles) || is_of(&self.groups, &person.group_ids);
        self.serves(&person.org_id) && (by_standing || self.roles.is_empty() && self.groups.is_empty())
    }
}
