//! What a person may do, from everything the person holds, and where each grant comes from.
//!
//! **Invariant:** the effective role is the live grant of the highest rank; the ceilings of *every* held role apply to it.

use serde::{Deserialize, Serialize};

use super::key::RoleKey;
use super::model::{Role, RoleModel};
use super::permission::{Permission, PermissionPattern};
use super::rules::Rules;
use crate::domain::Timestamp;
use crate::domain::id::{ConnectionId, GroupId};

/// What it takes to change a project, here and in an application.
const CHANGES: [&str; 2] = ["projects:update", "app.project:update"];

/// Why a person holds a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Source {
    /// An administrator or the operator gave it.
    Manual,
    /// Membership of a group that is mapped to it.
    Group(GroupId),
    /// The `roles` attribute that this connection sent.
    ScimRole(ConnectionId),
    /// The `entitlements` attribute that this connection sent.
    Entitlement(ConnectionId),
    /// The attribute that this connection names for it (`role_attribute`).
    Attribute(ConnectionId),
    /// This connection gives it to everybody it creates.
    Default(ConnectionId),
}

impl Source {
    /// The name of the kind of source.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Group(_) => "group",
            Self::ScimRole(_) => "scim_role",
            Self::Entitlement(_) => "entitlement",
            Self::Attribute(_) => "attribute",
            Self::Default(_) => "default",
        }
    }

    /// The id of the group or the connection.
    pub fn id(self) -> Option<String> {
        match self {
            Self::Manual => None,
            Self::Group(id) => Some(id.to_string()),
            Self::ScimRole(id) | Self::Entitlement(id) | Self::Attribute(id) | Self::Default(id) => {
                Some(id.to_string())
            }
        }
    }

    /// The connection that gives it by itself, not by a group.
    pub const fn connection(self) -> Option<ConnectionId> {
        match self {
            Self::ScimRole(id) | Self::Entitlement(id) | Self::Attribute(id) | Self::Default(id) => Some(id),
            Self::Manual | Self::Group(_) => None,
        }
    }
}

/// One role that a person holds now, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveGrant {
    /// The role.
    pub role: RoleKey,
    /// Why it is held.
    pub source: Source,
    /// Since when.
    pub since: Timestamp,
}

/// Everything a person holds, and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effective {
    /// The role that counts; `None` for somebody without any.
    pub role: Option<RoleKey>,
    /// The grants of known roles, the one that decides first.
    pub grants: Vec<LiveGrant>,
    /// Grants of roles that the model does not have (any more); they give nothing.
    pub unknown: Vec<LiveGrant>,
}

impl Effective {
    /// Weighs the live grants of one person.
    pub fn of(model: &RoleModel, grants: Vec<LiveGrant>) -> Self {
        let (mut grants, unknown): (Vec<_>, Vec<_>) =
            grants.into_iter().partition(|grant| model.get(&grant.role).is_some());
        let rank = |grant: &LiveGrant| model.get(&grant.role).map_or(0, |role| role.rank);
        grants.sort_by_key(|grant| (std::cmp::Reverse(rank(grant)), grant.since, grant.source));
        Self { role: grants.first().map(|grant| grant.role.clone()), grants, unknown }
    }

    /// True when the person may do this; a permission that is not well formed is never allowed.
    pub fn allows(&self, model: &RoleModel, permission: &str) -> bool {
        permission.parse::<Permission>().is_ok_and(|permission| self.rules(model).allows(&permission))
    }

    /// True when some role that is held lets its holders do something to other people.
    pub fn acts_on_others(&self, model: &RoleModel) -> bool {
        self.grants.iter().filter_map(|grant| model.get(&grant.role)).any(Role::acts_on_others)
    }

    /// True when a ceiling over everything held lets no project be changed, neither here nor in an application.
    pub fn is_reader(&self, model: &RoleModel) -> bool {
        let changes: Vec<Permission> = CHANGES.iter().filter_map(|text| text.parse().ok()).collect();
        let admits = |ceiling: &Vec<PermissionPattern>| {
            ceiling.iter().any(|pattern| changes.iter().any(|change| pattern.matches(change)))
        };
        self.rules(model).ceilings.iter().any(|ceiling| !admits(ceiling))
    }

    /// The grant that decides the effective role.
    pub fn decided_by(&self) -> Option<&LiveGrant> {
        self.grants.first()
    }

    /// The roles held, highest rank first, each once.
    pub fn held(&self) -> Vec<RoleKey> {
        let mut held: Vec<_> = self.grants.iter().map(|grant| grant.role.clone()).collect();
        held.dedup();
        held
    }

    /// Every permission of the model that the person has, by exact name, as claims carry them.
    pub fn permissions(&self, model: &RoleModel) -> Vec<String> {
        let rules = self.rules(model);
        let has = |text: &&str| text.parse::<Permission>().is_ok_and(|permission| rules.allows(&permission));
        model.permissions().filter(has).map(str::to_owned).collect()
    }

    /// The first thing that `role` allows and this person lacks.
    pub fn lacks(&self, model: &RoleModel, role: &Role) -> Option<String> {
        role.rules.exceeds(&self.rules(model))
    }

    /// True when nothing is out of this person's reach.
    pub fn has_everything(&self, model: &RoleModel) -> bool {
        Rules { allow: "*".parse().into_iter().collect(), ..Rules::default() }.exceeds(&self.rules(model)).is_none()
    }

    fn rules(&self, model: &RoleModel) -> Rules {
        let mut roles = self.grants.iter().filter_map(|grant| model.get(&grant.role));
        let Some(first) = roles.next() else { return Rules::default() };
        let mut rules = first.rules.clone();
        rules.ceilings.extend(roles.flat_map(|role| role.rules.ceilings.iter().cloned()));
        rules
    }
}

/// Weighs the live grants of one person; see [`Effective::of`].
pub fn effective(model: &RoleModel, grants: Vec<LiveGrant>) -> Effective {
    Effective::of(model, grants)
}
