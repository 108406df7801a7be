//! Queries and the lists that answer them (RFC 7644 3.4.2 and 3.4.3, RFC 9865).
//!
//! **Invariant:** an index is at least 1 and `count` between 0 and [`COUNT_MAX`], whatever was sent.
//! **Invariant:** parameters that are not known are ignored: Entra carries flags in the tenant URL.

use serde_json::{Map, Value, json};

use super::filter::{self, Filter};
use super::projection::Projection;
use super::schema::ResourceType;
use super::sort::{self, Sort};
use super::{Error, ScimType, quirks};

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
/// The longest cursor that is looked at.
const CURSOR_MAX: usize = 8_192;

/// A query over the resources of one type.
#[derive(Clone, Debug, PartialEq)]
pub struct ListQuery {
    /// Which resources.
    pub filter: Option<Filter>,
    /// In which order; without one, in the order they were made.
    pub sort: Option<Sort>,
    /// From which one on.
    pub start: Start,
    /// How many at most.
    pub count: i64,
    /// What of them.
    pub projection: Projection,
}

/// Where a page begins, and with it how the client goes through the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// By index: at this one, counted from 1.
    Index(i64),
    /// By cursor: at the beginning.
    Beginning,
    /// By cursor: after the page that handed this one out.
    Cursor(String),
}

/// A page as it is answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slice {
    /// The resources on it.
    pub resources: Vec<Value>,
    /// How many match on all pages.
    pub total: u64,
    /// Where the next page begins, for a client that goes by cursor, unless this is the last one.
    pub next: Option<String>,
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
            start: start(get("cursor"), get("startIndex"))?,
            count: integer("count", get("count"))?.unwrap_or(COUNT_DEFAULT).clamp(0, COUNT_MAX),
            projection: Projection::parse(resources, &names("attributes")?, &names("excludedAttributes")?),
        })
    }
}

/// The body of a list that is not paged.
pub fn whole(resources: Vec<Value>) -> Value {
    let total = u64::try_from(resources.len()).unwrap_or(u64::MAX);
    render(Slice { resources, total, next: None }, &Start::Index(1))
}

/// The body of one page that starts there.
pub fn render(slice: Slice, start: &Start) -> Value {
    // RFC 9865 2.2: a page without nextCursor is the last one, and an index means nothing to who goes by cursor.
    let place = match start {
        Start::Index(index) => Some(("startIndex", Value::from(*index))),
        Start::Beginning | Start::Cursor(_) => slice.next.map(|next| ("nextCursor", next.into())),
    };
    let parts = [
        ("schemas", json!([LIST_URN])),
        ("totalResults", slice.total.into()),
        ("itemsPerPage", slice.resources.len().into()),
        ("Resources", slice.resources.into()),
    ];
    parts.into_iter().chain(place).map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
}

/// RFC 9865 2.1: an empty cursor asks for the first page; a client that sends both means the cursor.
fn start(cursor: Option<Value>, index: Option<Value>) -> Result<Start, Error> {
    match cursor {
        None | Some(Value::Null) => Ok(Start::Index(integer("startIndex", index)?.unwrap_or(1).max(1))),
        Some(Value::String(cursor)) if cursor.is_empty() => Ok(Start::Beginning),
        Some(Value::String(cursor)) if cursor.len() <= CURSOR_MAX => Ok(Start::Cursor(cursor)),
        Some(_) => Err(unknown_cursor()),
    }
}

/// The refusal of a cursor that was not handed out for this list.
pub fn unknown_cursor() -> Error {
    let detail = "send `cursor` as it came with the page before, with the same filter and order, or begin again with an \
                  empty one";
    Error::bad(ScimType::InvalidCursor, detail)
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
