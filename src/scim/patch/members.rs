//! Operations on the members of a group, as changes to rows.
//!
//! **Invariant:** a removal that names members removes those and no others; only one that names none removes all.

use serde_json::Value;

use super::super::document::member_ids;
use super::super::filter::{self, AttributeRef, Filter, Literal};
use super::super::path::Target;
use super::super::{Error, ScimType};
use super::Op;

/// One change to the members of a group. The ids are as sent; whether they are users is not known here.
#[derive(Clone, Debug, PartialEq)]
pub enum MemberChange {
    /// These become members; those who are already stay.
    Add(Vec<String>),
    /// These are no longer members; those who are not do not matter.
    Remove(Vec<String>),
    /// Nobody is a member any more.
    RemoveAll,
    /// These are the members, and nobody else.
    Replace(Vec<String>),
    /// Every member for whom [`filter::element_matches`] holds of [`super::super::document::member`] is removed.
    RemoveWhere(Filter),
}

pub(super) fn change(op: Op, target: &Target, value: Option<&Value>) -> Result<Option<MemberChange>, Error> {
    if target.at.sub.is_some_and(|sub| sub.name != "value") {
        // What else is known of a member is made by the server; to write it changes nothing.
        return Ok(None);
    }
    let change = match (op, &target.filter) {
        (Op::Remove, Some(filter)) => remove_where(filter),
        (Op::Remove, None) => match value {
            Some(value) => MemberChange::Remove(member_ids(value)?),
            None => MemberChange::RemoveAll,
        },
        (Op::Add | Op::Replace, Some(filter)) => match ids_selected(filter) {
            Some(ids) => MemberChange::Add(ids),
            None => return Err(Error::bad(ScimType::NoTarget, "members are added by their id, as a list of values")),
        },
        (Op::Add, None) => MemberChange::Add(member_ids(value.unwrap_or(&Value::Null))?),
        (Op::Replace, None) => MemberChange::Replace(member_ids(value.unwrap_or(&Value::Null))?),
    };
    Ok(Some(change))
}

fn remove_where(filter: &Filter) -> MemberChange {
    match ids_selected(filter) {
        Some(ids) => MemberChange::Remove(ids),
        None if matches!(filter, Filter::Present(attribute) if is(attribute, "value")) => MemberChange::RemoveAll,
        None => MemberChange::RemoveWhere(filter.clone()),
    }
}

/// The ids that a filter selects, when it does nothing but name them.
fn ids_selected(filter: &Filter) -> Option<Vec<String>> {
    match filter {
        Filter::Compare { attribute, op: filter::Op::Eq, value: Literal::Text(id) } if is(attribute, "value") => {
            Some(vec![id.clone()])
        }
        Filter::Or(parts) => {
            parts.iter().map(ids_selected).collect::<Option<Vec<_>>>().map(|ids| ids.into_iter().flatten().collect())
        }
        // Entra: `members[$ref eq null and value eq "x"]` (C22). It has no reference of its own to compare with.
        Filter::And(parts) => match parts.iter().filter(|part| !is_null_reference(part)).collect::<Vec<_>>().as_slice()
        {
            [part] => ids_selected(part),
            _ => None,
        },
        Filter::Compare { .. } | Filter::Not(_) | Filter::Present(_) | Filter::Element { .. } => None,
    }
}

fn is_null_reference(filter: &Filter) -> bool {
    matches!(filter, Filter::Compare { attribute, op: filter::Op::Eq, value: Literal::Null } if is(attribute, "$ref"))
}

fn is(attribute: &AttributeRef, sub: &str) -> bool {
    attribute.sub == Some(sub)
}
