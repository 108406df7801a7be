//! A list of resources that is held in memory: filtered and ordered as the database does it with those that are stored.
//!
//! **Invariant:** the order is total: resources that are equal in what they are ordered by stay in the order they came in,
//! which is that of the whole list.

use std::cmp::Ordering;

use serde_json::Value;

use super::Fold;
use super::filter::{self, AttributeRef};
use super::list::ListQuery;
use super::sort::Sort;

#[cfg(test)]
mod tests;

/// The resources that the query asks for, in its order; which page of them is not decided here.
pub fn select(mut resources: Vec<Value>, query: &ListQuery, fold: Fold) -> Vec<Value> {
    if let Some(filter) = &query.filter {
        resources.retain(|resource| filter::matches(filter, resource, fold));
    }
    if let Some(sort) = &query.sort {
        resources.sort_by(|one, other| compare(*sort, one, other, fold));
    }
    resources
}

/// A resource without a value comes last ascending and first descending.
fn compare(sort: Sort, one: &Value, other: &Value, fold: Fold) -> Ordering {
    let ascending = match (key(&sort.by, one, fold), key(&sort.by, other, fold)) {
        (Some(one), Some(other)) => one.cmp(&other),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    if sort.descending { ascending.reverse() } else { ascending }
}

/// The text that a resource is ordered by; of a list the first.
fn key(by: &AttributeRef, resource: &Value, fold: Fold) -> Option<String> {
    let value = match by.extension {
        Some(urn) => resource.get(urn)?.get(by.name)?,
        None => resource.get(by.name)?,
    };
    let value = value.as_array().map_or(Some(value), |elements| elements.first())?;
    let text = by.sub.map_or(Some(value), |sub| value.get(sub))?.as_str()?;
    Some(if by.case_exact { text.to_owned() } else { fold(text) })
}
