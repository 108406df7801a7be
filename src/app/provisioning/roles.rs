//! The roles that an identity provider asserts about a person: in `roles`, in `entitlements` where the provider governs who may
//! do what (RFC 7643 4.1.2), and in the attribute that the connection names for it. What may be asserted in the first two is
//! listed in [`super::catalogue`].
//!
//! **Invariant:** the grants of each of the three are exactly its asserted values that name roles of the organisation's model;
//! other values are kept as attributes and give nothing.

use std::collections::BTreeSet;

use serde_json::Value;

use super::catalogue::TYPE;
use super::{Caller, Error, Unit};
use crate::app::directory;
use crate::app::users::Person;
use crate::domain;
use crate::domain::id::UserId;
use crate::domain::policy::{Action, Target, keeps_a_holder};
use crate::domain::role::{RoleKey, RoleModel, Source};
use crate::scim::document::Document;
use crate::scim::schema::USER;
use crate::store::{Tx, grants};

/// The document with the name and the type of each role in it that is asserted by its key and without them, so that it reads
/// like the list from which the provider has taken the key.
pub(super) fn completed(caller: &Caller<'_>, model: &RoleModel, mut document: Document) -> Document {
    let may_set = |name: &str| caller.allowed(&USER).may_set(name);
    if caller.connection.governs() {
        let label = |id: &str| Some(model.roles().iter().find(|role| role.key.as_str() == id)?.label.clone());
        let with_type = |label| vec![("display", label), ("type", TYPE.to_owned())];
        if may_set("roles") {
            document.complete("roles", |id| label(id).map(|label| vec![("display", label)]));
        }
        if may_set("entitlements") {
            document.complete("entitlements", |id| label(id).map(with_type));
        }
    }
    document
}

/// What a change of the asserted roles comes to.
pub(super) struct Assertion(Vec<OfSource>);

/// The same for what is asserted in one attribute.
struct OfSource {
    source: Source,
    wanted: BTreeSet<RoleKey>,
    held: BTreeSet<RoleKey>,
}

impl Assertion {
    /// Compares what the document asserts with what this connection asserted before; `before` is `None` for a new user. What
    /// the token may not set asserts nothing and leaves what is held.
    pub(super) fn of(caller: &Caller<'_>, model: &RoleModel, document: &Document, before: Option<&Person>) -> Self {
        let (allowed, id) = (caller.allowed(&USER), caller.id());
        let entitled =
            if caller.connection.governs() { named(model, document, "entitlements") } else { BTreeSet::new() };
        // An attribute that is named no more, or is there no more, gives nothing.
        let attribute = directory::role_attribute(caller.connection, caller.users);
        let texts = attribute.map(|at| document.texts(at)).unwrap_or_default();
        let told = texts.into_iter().filter_map(|text| Some(model.find(text)?.key.clone())).collect();
        let asserted = [
            (Source::ScimRole(id), allowed.may_set("roles"), named(model, document, "roles")),
            (Source::Entitlement(id), allowed.may_set("entitlements"), entitled),
            (Source::Attribute(id), attribute.is_none_or(|at| allowed.may_set_at(at)), told),
        ];
        let set = asserted.into_iter().filter(|(_, may_set, _)| *may_set);
        let of = |(source, _, wanted)| OfSource { source, wanted, held: held(before, source) };
        Self(set.map(of).collect())
    }

    /// Asks for every role that comes and every one that goes.
    pub(super) async fn ask(&self, caller: &Caller<'_>, mut unit: Unit, target: &Target) -> Result<Unit, Error> {
        for OfSource { source, wanted, held } in &self.0 {
            for role in wanted.difference(held).cloned() {
                unit = unit.allow(caller, Action::GrantRole { role, source: *source }, target.clone()).await?;
            }
            for role in held.difference(wanted).cloned() {
                unit = unit.allow(caller, Action::UngrantRole { role, source: *source }, target.clone()).await?;
            }
        }
        Ok(unit)
    }

    /// True when a role goes, so that somebody must still hold the protected ones.
    pub(super) fn takes_any(&self) -> bool {
        self.0.iter().any(OfSource::takes_any)
    }

    /// Writes the grants.
    pub(super) async fn write(&self, unit: &Unit, user: UserId) -> Result<(), Error> {
        for of in &self.0 {
            if of.takes_any() {
                grants::delete_from_source(&unit.tx, user, &of.source).await?;
            }
            for role in &of.wanted {
                grants::insert(&unit.tx, user, role, &of.source).await?;
            }
        }
        Ok(())
    }
}

impl OfSource {
    fn takes_any(&self) -> bool {
        self.held.difference(&self.wanted).next().is_some()
    }
}

/// The roles of the model that the attribute names, by value or, where the value is none, by display name.
fn named(model: &RoleModel, document: &Document, attribute: &str) -> BTreeSet<RoleKey> {
    let elements =
        document.attributes().get(attribute).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let named = |element: &Value, part: &str| model.find(element.get(part)?.as_str()?).map(|role| role.key.clone());
    elements.iter().filter_map(|element| named(element, "value").or_else(|| named(element, "display"))).collect()
}

fn held(before: Option<&Person>, source: Source) -> BTreeSet<RoleKey> {
    let grants = before.iter().flat_map(|it| it.effective.grants.iter().chain(&it.effective.unknown));
    grants.filter(|grant| grant.source == source).map(|grant| grant.role.clone()).collect()
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
