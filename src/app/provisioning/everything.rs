//! One search over users and groups together (RFC 7644 3.4.3): first the users, then the groups.

use serde_json::Value;

use super::{Caller, Error, Groups, Resource, Users, paging};
use crate::scim::list::{self, ListQuery, Slice, Start};

/// Reads a page over both. A query is `None` for a type of which it asks something that only the other one has.
pub async fn search(
    caller: &Caller<'_>,
    of_users: Option<&ListQuery>,
    of_groups: Option<&ListQuery>,
) -> Result<Value, Error> {
    let start = of_users.or(of_groups).map_or(Start::Index(1), |query| query.start.clone());
    let begins_in_groups = of_groups.is_some_and(|query| begins_in::<Groups>(caller, query));
    let users = match of_users {
        Some(query) if begins_in_groups => Users::page(caller, &counted(query)).await?,
        Some(query) => Users::page(caller, query).await?,
        None => Slice::default(),
    };
    let groups = match of_groups {
        Some(query) if begins_in_groups => Groups::page(caller, query).await?,
        Some(query) => after_users(caller, query, &users).await?,
        None => Slice::default(),
    };
    let mut resources = users.resources;
    resources.extend(groups.resources);
    let slice = Slice { resources, total: users.total.saturating_add(groups.total), next: users.next.or(groups.next) };
    caller.trace.found(slice.total);
    Ok(list::render(slice, &start))
}

/// True for a cursor that was handed out among these resources.
fn begins_in<R: Resource>(caller: &Caller<'_>, query: &ListQuery) -> bool {
    matches!(query.start, Start::Cursor(_)) && paging::begin(caller, R::TYPE, query).is_ok()
}

/// The groups that still fit on a page behind its users.
async fn after_users(caller: &Caller<'_>, query: &ListQuery, users: &Slice) -> Result<Slice, Error> {
    let shown = i64::try_from(users.resources.len()).unwrap_or(i64::MAX);
    let room = query.count.saturating_sub(shown);
    let Start::Index(index) = query.start else {
        let fitting = if users.next.is_some() { 0 } else { room };
        let rest = ListQuery { start: Start::Beginning, count: fitting, ..query.clone() };
        let groups = Groups::page(caller, &rest).await?;
        // The page is full of users, so the next one begins with the first group.
        let is_left = users.next.is_none() && fitting == 0 && shown > 0 && groups.total > 0;
        let next = if is_left { Some(paging::write(caller, Groups::TYPE, query, None)?) } else { groups.next };
        return Ok(Slice { next, ..groups });
    };
    let before = i64::try_from(users.total).unwrap_or(i64::MAX);
    let start = Start::Index(index.saturating_sub(before).max(1));
    Groups::page(caller, &ListQuery { start, count: room, ..query.clone() }).await
}

/// The same query, for the number of what it finds.
fn counted(query: &ListQuery) -> ListQuery {
    ListQuery { start: Start::Beginning, count: 0, ..query.clone() }
}
