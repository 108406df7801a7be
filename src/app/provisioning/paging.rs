//! Where a page begins, for clients that go through a list by index and for those that go by cursor (RFC 9865).
//!
//! **Invariant:** a cursor is good for one list of one connection in one order under one filter; any other is refused.

use super::{Caller, Error};
use crate::app::cursor;
use crate::domain;
use crate::scim::list::{ListQuery, Start, unknown_cursor};
use crate::scim::schema::ResourceType;
use crate::store::pages::{Begin, Place};

/// Where the page that is asked for begins.
pub(super) fn begin(caller: &Caller<'_>, of: &ResourceType, query: &ListQuery) -> Result<Begin, Error> {
    Ok(match &query.start {
        Start::Index(index) => Begin::Offset(u64::try_from(index.saturating_sub(1)).unwrap_or(0)),
        Start::Beginning => Begin::After(None),
        Start::Cursor(word) => Begin::After(read(caller, of, query, word)?),
    })
}

/// The cursor of a place of a list; without one, of its beginning.
pub(super) fn write(
    caller: &Caller<'_>,
    of: &ResourceType,
    query: &ListQuery,
    place: Option<&Place>,
) -> Result<String, Error> {
    Ok(cursor::write(caller.app, (&name(caller, of, query), caller.org()), &place)?)
}

fn read(caller: &Caller<'_>, of: &ResourceType, query: &ListQuery, word: &str) -> Result<Option<Place>, Error> {
    match cursor::read(caller.app, (&name(caller, of, query), caller.org()), ("cursor", word)) {
        Err(domain::Error::Invalid { .. }) => Err(unknown_cursor().into()),
        other => Ok(other?),
    }
}

fn name(caller: &Caller<'_>, of: &ResourceType, query: &ListQuery) -> String {
    let filter = query.filter.as_ref().map(ToString::to_string).unwrap_or_default();
    let order = query.sort.map(|sort| format!("{} {}", sort.by, sort.descending)).unwrap_or_default();
    format!("scim.{}.{}.{order}.{filter}", caller.id(), of.name)
}
