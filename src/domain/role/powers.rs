//! What somebody can do because of what they hold, in single steps that can be compared.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use super::effective::Effective;
use super::key::RoleKey;
use super::model::{RoleModel, Verb};

/// One thing that somebody can do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Power {
    /// This permission.
    Has(String),
    /// Giving this role.
    Gives(RoleKey),
    /// This deed, to holders of this role.
    Does(Verb, RoleKey),
}

impl fmt::Display for Power {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Has(permission) => f.write_str(permission),
            Self::Gives(role) => write!(f, "give {role}"),
            Self::Does(verb, role) => write!(f, "{} on {role}", verb.permission()),
        }
    }
}

impl Serialize for Power {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Effective {
    /// Everything that these grants let somebody do under a model.
    pub fn powers(&self, model: &RoleModel) -> BTreeSet<Power> {
        let mut powers: BTreeSet<Power> = self.permissions(model).into_iter().map(Power::Has).collect();
        let Some(role) = self.role.as_ref().and_then(|key| model.get(key)) else { return powers };
        powers.extend(role.grants.iter().cloned().map(Power::Gives));
        for verb in Verb::ALL.into_iter().filter(|verb| self.allows(model, verb.permission())) {
            let targets = role.manages.get(&verb).into_iter().flatten().cloned();
            powers.extend(targets.map(|key| Power::Does(verb, key)));
        }
        powers
    }
}
