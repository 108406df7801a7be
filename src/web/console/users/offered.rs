//! The people who are offered where somebody is chosen.

use crate::app::{App, user_list};
use crate::domain::Error;
use crate::domain::user::{Status, User};
use crate::domain::user_list::{UserFilter, UserList};
use crate::web::console::Console;

/// So many people are offered at once; a search finds the others.
pub(in crate::web::console) const OFFERED: u64 = 25;

/// The active users whom a search finds, as far as a page goes, and whether there are more.
pub(in crate::web::console) async fn offered(
    app: &App,
    console: &Console,
    search: &str,
) -> Result<(Vec<User>, bool), Error> {
    found(app, console, (search, vec![Status::Active], OFFERED)).await
}

/// The users in one of these states whom a search finds, so many at most, and whether there are more.
pub(in crate::web::console) async fn found(
    app: &App,
    console: &Console,
    (search, statuses, limit): (&str, Vec<Status>, u64),
) -> Result<(Vec<User>, bool), Error> {
    let name = Some(search.to_owned()).filter(|it| !it.is_empty());
    let list =
        UserList { filter: UserFilter { name, statuses, ..UserFilter::default() }, limit, ..UserList::default() };
    let found = user_list::page(app, &console.actor, console.org(), &list).await?;
    Ok((found.entries.into_iter().map(|it| it.person.user).collect(), found.next.is_some()))
}
