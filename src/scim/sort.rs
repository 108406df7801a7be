//! `sortBy` and `sortOrder` (RFC 7644 3.4.2.3).
//!
//! Values are ordered as a filter's `lt` orders them. A multi-valued attribute is ordered by its primary element, else
//! its first. A resource without a value comes last ascending and first descending. Ties are broken by id, so that pages
//! neither overlap nor leave anyone out; that is the store's part.
//!
//! **Invariant:** a sort key is an attribute with one comparable value, and one that may be searched.

use super::Error;
use super::filter::AttributeRef;
use super::schema::{Attribute, Kind, Located, Named, ResourceType};

#[cfg(test)]
mod tests;

/// What a list is ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The attribute.
    pub by: AttributeRef,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// Reads the two parameters; `None` when there is no `sortBy`.
pub fn parse(resources: &'static ResourceType, by: Option<&str>, order: Option<&str>) -> Result<Option<Sort>, Error> {
    let Some(by) = by.map(str::trim).filter(|by| !by.is_empty()) else { return Ok(None) };
    let descending = match order {
        None => false,
        Some(order) if order.eq_ignore_ascii_case("ascending") => false,
        Some(order) if order.eq_ignore_ascii_case("descending") => true,
        Some(_) => return Err(Error::value("`sortOrder` is either `ascending` or `descending`")),
    };
    let key =
        resolve(resources, by).ok_or_else(|| Error::value("`sortBy` names an attribute that cannot be sorted by"))?;
    Ok(Some(Sort { by: AttributeRef::new(key), descending }))
}

fn resolve(resources: &'static ResourceType, by: &str) -> Option<Located> {
    let Some(Named::Attribute(at)) = resources.resolve(by) else { return None };
    let at = match at.sub {
        None if at.attribute.kind == Kind::Complex => Located { sub: Some(at.attribute.sub("value")?), ..at },
        Some(_) | None => at,
    };
    let searchable = at.attribute.is_searchable() && at.sub.is_none_or(Attribute::is_searchable);
    (searchable && at.sub.unwrap_or(at.attribute).kind != Kind::Binary).then_some(at)
}
