//! Where a page begins, for clients that go through a list by index and for those that go by cursor (RFC 9865).
//!
//! **Invariant:** a cursor is good for one list of one connection in one order under one filter; any other is refused.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

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
        Start::Cursor(word) => Begin::After(open(caller, of, query, word)?),
    })
}

/// A place in a list that is held in memory: behind this resource, or where it was if it is gone.
#[derive(Debug, Serialize, Deserialize)]
struct Behind {
    id: String,
    /// How many lay before the place.
    index: usize,
}

/// A page of a list that is held in memory.
pub(super) struct InMemory {
    /// How many come before it.
    pub skip: usize,
    /// How many are on it at most.
    pub take: usize,
    /// Where the next page begins, for a client that goes by cursor, unless this is the last one.
    pub next: Option<String>,
}

/// Which part of a list of these is asked for.
pub(super) fn in_memory(
    caller: &Caller<'_>,
    of: &ResourceType,
    query: &ListQuery,
    ids: &[&str],
) -> Result<InMemory, Error> {
    let take = usize::try_from(query.count).unwrap_or(0);
    let after = match &query.start {
        Start::Index(index) => {
            let skip = usize::try_from(index.saturating_sub(1)).unwrap_or(usize::MAX);
            return Ok(InMemory { skip, take, next: None });
        }
        Start::Beginning => None,
        Start::Cursor(word) => Some(open::<Behind>(caller, of, query, word)?),
    };
    let skip = after.map_or(0, |place| {
        let still = ids.iter().position(|id| *id == place.id);
        still.map_or(place.index.saturating_sub(1), |index| index.saturating_add(1))
    });
    let end = skip.saturating_add(take);
    let last = end.checked_sub(1).filter(|_| take > 0 && end < ids.len()).and_then(|last| ids.get(last));
    let place = last.map(|id| Behind { id: (*id).to_owned(), index: end });
    let next = place.map(|it| cursor::write(caller.app, (&name(caller, of, query), caller.org()), &it)).transpose()?;
    Ok(InMemory { skip, take, next })
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

fn open<T: DeserializeOwned>(
    caller: &Caller<'_>,
    of: &ResourceType,
    query: &ListQuery,
    word: &str,
) -> Result<T, Error> {
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
