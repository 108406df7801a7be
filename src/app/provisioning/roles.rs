//! The roles that an identity provider asserts about a person, in `roles` (RFC 7643 4.1.2).
//!
//! **Invariant:** the grants of this source are exactly the asserted values that name roles of the organisation's model;
//! other values are kept as attributes and give nothing.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Caller, Error, Unit};
use crate::app::users::Person;
use crate::domain;
use crate::domain::id::UserId;
use crate::domain::policy::{Action, Target, keeps_a_holder};
use crate::domain::role::{RoleKey, RoleModel, Source};
use crate::scim::document::Document;
use crate::store::{Tx, grants};

/// The roles of the model that the document names, by value or, where the value is none, by display name.
pub(super) fn asserted(model: &RoleModel, document: &Document) -> BTreeSet<RoleKey> {
    let elements = document.attributes().get("roles").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let named = |element: &Value, part: &str| model.find(element.get(part)?.as_str()?).map(|role| role.key.clone());
    elements.iter().filter_map(|element| named(element, "value").or_else(|| named(element, "display"))).collect()
}

/// What a change of the asserted roles comes to.
pub(super) struct Assertion {
    source: Source,
    wanted: BTreeSet<RoleKey>,
    held: BTreeSet<RoleKey>,
}

impl Assertion {
    /// Compares what is asserted with what this connection asserted before; `before` is `None` for a new user.
    pub(super) fn of(caller: &Caller<'_>, wanted: BTreeSet<RoleKey>, before: Option<&Person>) -> Self {
        let source = Source::ScimRole(caller.id());
        let grants = before.iter().flat_map(|it| it.effective.grants.iter().chain(&it.effective.unknown));
        let held = grants.filter(|grant| grant.source == source).map(|grant| grant.role.clone()).collect();
        Self { source, wanted, held }
    }

    /// Asks for every role that comes and every one that goes.
    pub(super) async fn ask(&self, caller: &Caller<'_>, mut unit: Unit, target: &Target) -> Result<Unit, Error> {
        for role in self.wanted.difference(&self.held).cloned() {
            unit = unit.allow(caller, Action::GrantRole { role, source: self.source }, target.clone()).await?;
        }
        for role in self.held.difference(&self.wanted).cloned() {
            unit = unit.allow(caller, Action::UngrantRole { role, source: self.source }, target.clone()).await?;
        }
        Ok(unit)
    }

    /// True when a role goes, so that somebody must still hold the protected ones.
    pub(super) fn takes_any(&self) -> bool {
        self.held.difference(&self.wanted).next().is_some()
    }

    /// Writes the grants.
    pub(super) async fn write(&self, unit: &Unit, user: UserId) -> Result<(), Error> {
        if self.takes_any() {
            grants::delete_from_source(&unit.tx, user, &self.source).await?;
        }
        for role in &self.wanted {
            grants::insert(&unit.tx, user, role, &self.source).await?;
        }
        Ok(())
    }
}

/// Refuses to take these roles from a user when too few others who are active hold one that must not be lost. It does not
/// matter whether the user is active: a suspended last owner is still the row from which the organisation is recovered.
pub(super) async fn keep_others(tx: &Tx, user: UserId, lost: &[RoleKey]) -> Result<(), domain::Error> {
    for role in lost {
        if tx.roles()?.is_protected(role) {
            let others = grants::active_holders(&**tx, tx.org, role, Some(user)).await?;
            keeps_a_holder(tx.roles()?, role, others)?;
        }
    }
    Ok(())
}
