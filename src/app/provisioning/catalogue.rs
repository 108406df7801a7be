//! What a connection may give to people: the roles and the entitlements that Okta Identity Governance reads, so that its
//! administrators choose from what is here rather than type it.
//!
//! A role of the organisation's model is here when the connection may give it: it is not above the ceiling, and protected
//! ones are here only for a connection that may give those. The id is the key of the role, so that it is what stands in the
//! `value` of a user's `roles`.
//!
//! An entitlement is the same role under another carrier. A person is given three things in Doorward: a role, a place in a
//! group, and through either a place in teams and projects. Groups are resources of their own already, and single
//! permissions are given to nobody, so whoever governs access would be shown words that do nothing. A role asserted in
//! `entitlements` is a grant of its own source: taking it away there leaves what came by `roles`, by a group or by hand. So
//! an administrator gives the role of a person's work in `roles`, and what was asked for and is to end in `entitlements`.
//!
//! **Invariant:** what is listed for a connection is exactly what it can give in this way; the id of anything else is
//! answered like an id that does not exist. Where entitlements give nothing, there are none.

use serde_json::{Value, json};

use super::paging::{self, InMemory};
use super::{Caller, Error};
use crate::app::connections;
use crate::domain;
use crate::domain::role::Role;
use crate::domain::text::fold;
use crate::scim::gathered::select;
use crate::scim::list::{self, ListQuery, Slice};
use crate::scim::projection::Projection;
use crate::scim::schema::{DESCRIPTION_MAX, ENTITLEMENT, ROLE, ResourceType};

/// The type of an entitlement that is a role.
pub(super) const TYPE: &str = "role";

/// Something that a connection may give.
pub trait Listed: 'static {
    /// Its name, endpoint and attributes.
    const TYPE: &'static ResourceType;
    /// Its name in a sentence.
    const NOUN: &'static str;
}

/// Roles, as they are given in `roles`.
pub enum Roles {}

impl Listed for Roles {
    const TYPE: &'static ResourceType = &ROLE;
    const NOUN: &'static str = "role";
}

/// Roles, as they are given in `entitlements`.
pub enum Entitlements {}

impl Listed for Entitlements {
    const TYPE: &'static ResourceType = &ENTITLEMENT;
    const NOUN: &'static str = "entitlement";
}

/// One of them.
pub async fn get<L: Listed>(caller: &Caller<'_>, id: &str, wanted: &Projection) -> Result<Value, Error> {
    let found = all::<L>(caller).await?.into_iter().find(|it| id_of(it) == Some(id));
    Ok(wanted.apply(found.ok_or(domain::Error::NotFound(L::NOUN))?))
}

/// A page of them, highest rank first where no other order is asked for.
pub async fn list<L: Listed>(caller: &Caller<'_>, query: &ListQuery) -> Result<Value, Error> {
    let found = select(all::<L>(caller).await?, query, fold);
    let ids: Vec<&str> = found.iter().filter_map(id_of).collect();
    let page = paging::in_memory(caller, L::TYPE, query, &ids)?;
    let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
    caller.trace.found(total);
    let InMemory { skip, take, next } = page;
    let shown = found.into_iter().skip(skip).take(take).map(|it| query.projection.apply(it)).collect();
    Ok(list::render(Slice { resources: shown, total, next }, &query.start))
}

async fn all<L: Listed>(caller: &Caller<'_>) -> Result<Vec<Value>, Error> {
    if L::TYPE == &ENTITLEMENT && !caller.connection.governs() {
        return Ok(Vec::new());
    }
    let (_, model) = caller.app.store.organisation(caller.org()).await?;
    let ceiling = connections::ceiling(&caller.connection.settings)?;
    let roles = model.roles().iter().filter(|role| ceiling.admits(&model, &role.key));
    Ok(roles.map(|role| resource(L::TYPE, role, &caller.base())).collect())
}

fn id_of(resource: &Value) -> Option<&str> {
    resource.get("id")?.as_str()
}

fn resource(of: &ResourceType, role: &Role, base: &str) -> Value {
    let id = role.key.as_str();
    let meta = json!({ "resourceType": of.name, "location": format!("{base}{}/{id}", of.endpoint) });
    let kind = (of == &ENTITLEMENT).then_some(("type", TYPE.into()));
    let description: String = role.description.chars().take(DESCRIPTION_MAX).collect();
    let description = (!description.is_empty()).then_some(("description", description.into()));
    let parts = [
        ("schemas", json!([of.core.urn])),
        ("id", id.into()),
        ("displayName", role.label.as_str().into()),
        ("meta", meta),
    ];
    parts.into_iter().chain(kind).chain(description).map(|(name, value)| (name.to_owned(), value)).collect()
}
