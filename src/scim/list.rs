//! Queries and the lists that answer them (RFC 7644 3.4.2 and 3.4.3).
//!
//! **Invariant:** `start_index` is at least 1 and `count` between 0 and [`COUNT_MAX`], whatever was sent.
//! **Invariant:** parameters that are not known are ignored: Entra carries flags in the tenant URL.

use serde_json::{Value, json};

use super::filter::{self, Filter};
use super::projection::Projection;
use super::schema::ResourceType;
use super::sort::{self, Sort};
use super::{Error, quirks};

#[cfg(test)]
mod tests;

/// The schema of a list.
pub const LIST_URN: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// The schema of a `.search` body; bodies without it are accepted.
pub const SEARCH_URN: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
/// The longest page.
pub const COUNT_MAX: i64 = 1_000;
/// The page when none is asked for.
pub const COUNT_DEFAULT: i64 = 100;

/// A query over the resources of one type.
#[derive(Clone, Debug, PartialEq)]
pub struct ListQuery {
    /// Which resources.
    pub filter: Option<Filter>,
    /// In which order; without one, in the order they were made.
    pub sort: Option<Sort>,
    /// From which one on, counted from 1.
    pub start_index: i64,
    /// How many at most.
    pub count: i64,
    /// What of them.
    pub projection: Projection,
}

impl ListQuery {
    /// Reads a decoded query string.
    pub fn from_pairs(resources: &'static ResourceType, pairs: &[(String, String)]) -> Result<Self, Error> {
        Self::read(resources, |name| quirks::parameter_in_any_case(pairs, name).map(Value::from))
    }

    /// Reads the body of a `.search` request.
    pub fn from_body(resources: &'static ResourceType, body: &Value) -> Result<Self, Error> {
        let body = body.as_object().ok_or_else(|| Error::syntax("the body must be a JSON object"))?;
        Self::read(resources, |name| quirks::entry_in_any_case(body, name).cloned())
    }

    fn read(resources: &'static ResourceType, get: impl Fn(&str) -> Option<Value>) -> Result<Self, Error> {
        let text = |name: &str| text(name, get(name));
        let filter = text("filter")?.map(|text| filter::parse(resources, &text)).transpose()?;
        let (by, order) = (text("sortBy")?, text("sortOrder")?);
        let names = |name: &str| names(name, get(name));
        Ok(Self {
            filter,
            sort: sort::parse(resources, by.as_deref(), order.as_deref())?,
            start_index: integer("startIndex", get("startIndex"))?.unwrap_or(1).max(1),
            count: integer("count", get("count"))?.unwrap_or(COUNT_DEFAULT).clamp(0, COUNT_MAX),
            projection: Projection::parse(resources, &names("attributes")?, &names("excludedAttributes")?),
        })
    }
}

/// The body of a list that is not paged.
pub fn whole(resources: Vec<Value>) -> Value {
    let total = i64::try_from(resources.len()).unwrap_or(i64::MAX);
    render(resources, total, 1)
}

/// The body of one page. `total` counts all matches, `start_index` is where this page starts.
pub fn render(resources: Vec<Value>, total: i64, start_index: i64) -> Value {
    let page = resources.len();
    json!({
        "schemas": [LIST_URN],
        "totalResults": total,
        "itemsPerPage": page,
        "startIndex": start_index,
        "Resources": Value::Array(resources),
    })
}

fn text(name: &str, value: Option<Value>) -> Result<Option<String>, Error> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text).filter(|text| !text.trim().is_empty())),
        Some(_) => Err(Error::value(format!("`{name}` must be text"))),
    }
}

fn integer(name: &str, value: Option<Value>) -> Result<Option<i64>, Error> {
    let number = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(None),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(value) => value.as_i64(),
    };
    number.map(Some).ok_or_else(|| Error::value(format!("`{name}` must be a whole number")))
}

fn names(name: &str, value: Option<Value>) -> Result<String, Error> {
    match value {
        Some(Value::Array(names)) if names.iter().all(Value::is_string) => {
            Ok(names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","))
        }
        value => Ok(text(name, value)?.unwrap_or_default()),
    }
}
