//! The views of the list: those that ship, those that people keep, and how close its rows stand.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::filters::Address;
use super::list;
use crate::app::saved_views::{self, NAME_MAX, NewView, SavedView};
use crate::app::{App, user_list};
use crate::domain::Error;
use crate::domain::id::SavedViewId;
use crate::domain::user_list::View;
use crate::web::console::list::address;
use crate::web::console::{Console, words};
use crate::web::form::{Fields, Signed};

/// What the page says of its views.
pub(super) struct Views {
    /// Those that one can go to.
    pub(super) links: Vec<Link>,
    /// Those that this person may take away.
    pub(super) own: Vec<Own>,
    /// What the view of now says, for keeping it.
    pub(super) query: String,
    /// The name that was refused.
    pub(super) typed: String,
    pub(super) may_share: bool,
    pub(super) is_dense: bool,
    pub(super) name_max: usize,
}

/// A view that one can go to.
pub(super) struct Link {
    pub(super) label: String,
    pub(super) address: String,
    pub(super) is_here: bool,
    pub(super) is_shared: bool,
}

/// A view that can be taken away.
pub(super) struct Own {
    pub(super) name: String,
    pub(super) path: String,
}

/// The views of this reader at this address.
pub(super) async fn of(app: &App, console: &Console, address: &Address) -> Result<Views, Error> {
    let person = &console.caller.person;
    let may_share = saved_views::may_share(&console.actor, &console.model);
    let saved = saved_views::list(app, person).await?;
    let query = query_of(address);
    let shipped =
        user_list::views(&console.actor, &console.model).into_iter().map(|view| shipped(console, address, view));
    let kept = saved.iter().filter(|it| is_open(console, it)).map(|it| Link {
        label: it.name.clone(),
        address: format!("/console/users?{}", it.query),
        is_here: it.query == query,
        is_shared: it.is_shared,
    });
    let may_delete = |it: &&SavedView| it.owner == person.user.id || may_share;
    let own = saved
        .iter()
        .filter(may_delete)
        .map(|it| Own { name: it.name.clone(), path: format!("/console/users/views/{}/delete", it.id) });
    Ok(Views {
        links: shipped.chain(kept).collect(),
        own: own.collect(),
        query,
        typed: String::new(),
        may_share,
        is_dense: saved_views::is_dense(app, person).await?,
        name_max: NAME_MAX,
    })
}

/// False for a view that asks what its reader does not see of others.
fn is_open(console: &Console, view: &SavedView) -> bool {
    let asks_habits = Address::read(&view.query).is_ok_and(|it| user_list::asks_habits(&it.list));
    !asks_habits || user_list::sees_habits(&console.actor, &console.model)
}

fn shipped(console: &Console, address: &Address, view: View) -> Link {
    let filter = view.filter(&console.model);
    let is_here = address.list.filter == filter;
    let label = words::view(console.t, view);
    Link { label, address: address.with(|list| list.filter = filter), is_here, is_shared: false }
}

/// The state of the list, without the page that is open.
fn query_of(address: &Address) -> String {
    address::query_of(&address.with(|_| {}))
}

pub(super) async fn save(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let name = fields.get("name").unwrap_or_default();
    let query = match here(&fields) {
        Ok(query) => query,
        Err(cause) => return console.refuse(cause),
    };
    let new = NewView { name: name.to_owned(), query: query.clone(), is_shared: fields.get("shared").is_some() };
    match saved_views::save(&app, &console.actor, &console.caller.person, new).await {
        Ok(view) => back(&view.query, "view-saved"),
        Err(cause @ (Error::Conflict(_) | Error::Invalid { .. })) => {
            list::again(&app, &console, (&query, name), &cause).await
        }
        Err(cause) => console.refuse(cause),
    }
}

pub(super) async fn delete(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let done = async {
        // What is not an id names nothing.
        let id: SavedViewId = id.parse().map_err(|_| Error::NotFound("view"))?;
        saved_views::delete(&app, &console.actor, &console.caller.person, id).await?;
        here(&fields)
    };
    match done.await {
        Ok(query) => back(&query, "view-deleted"),
        Err(cause) => console.refuse(cause),
    }
}

pub(super) async fn set_density(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let done = async {
        let is_dense = fields.get("density") == Some("dense");
        saved_views::set_dense(&app, &console.actor, &console.caller.person, is_dense).await?;
        here(&fields)
    };
    match done.await {
        Ok(query) => Redirect::to(&format!("/console/users?{query}")).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

/// The state of the list that a form was sent from.
fn here(fields: &Fields) -> Result<String, Error> {
    Ok(query_of(&Address::read(fields.get("query").unwrap_or_default())?))
}

fn back(query: &str, said: &str) -> Response {
    let joint = if query.is_empty() { "" } else { "&" };
    Redirect::to(&format!("/console/users?{query}{joint}said={said}")).into_response()
}
