//! One search over users and groups together (RFC 7644 3.4.3): first the users, then the groups.

use serde_json::Value;

use super::{Caller, Error, Groups, Resource as _, Users};
use crate::scim::list::{self, ListQuery};

/// Reads a page over both. A query is `None` for a type of which it asks something that only the other one has.
pub async fn search(
    caller: &Caller<'_>,
    of_users: Option<&ListQuery>,
    of_groups: Option<&ListQuery>,
) -> Result<Value, Error> {
    let start = of_users.or(of_groups).map_or(1, |query| query.start_index);
    let (mut resources, total_users) = match of_users {
        Some(query) => Users::page(caller, query).await?,
        None => (Vec::new(), 0),
    };
    let shown = i64::try_from(resources.len()).unwrap_or(i64::MAX);
    let before = i64::try_from(total_users).unwrap_or(i64::MAX);
    let total_groups = match of_groups {
        Some(query) => {
            let rest = ListQuery {
                start_index: query.start_index.saturating_sub(before).max(1),
                count: query.count.saturating_sub(shown),
                ..query.clone()
            };
            let (groups, total) = Groups::page(caller, &rest).await?;
            resources.extend(groups);
            total
        }
        None => 0,
    };
    let total = i64::try_from(total_users.saturating_add(total_groups)).unwrap_or(i64::MAX);
    Ok(list::render(resources, total, start))
}
