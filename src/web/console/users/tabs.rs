//! The tabs above the lists of people, each with how many it holds.

use super::service_accounts;
use crate::app::service_accounts::PERMISSION;
use crate::app::{App, invitations, service_account_sheet, user_list};
use crate::domain::Error;
use crate::domain::user::Status;
use crate::domain::user_list::{Column, UserFilter, UserList};
use crate::web::console::Console;
use crate::web::console::list::address;

/// A list of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Active,
    Invitations,
    Deactivated,
    ServiceAccounts,
}

/// The way to a list.
pub(super) struct Tab {
    pub(super) label: String,
    pub(super) count: u64,
    pub(super) address: String,
    pub(super) is_here: bool,
}

/// The tabs that this person may see; the columns chosen are carried along.
pub(super) async fn tabs(app: &App, console: &Console, here: Place, columns: &[Column]) -> Result<Vec<Tab>, Error> {
    let (actor, org, t) = (&console.actor, console.org(), console.t);
    let counts = user_list::counts(app, actor, org).await?;
    let count = |status| counts.get(&status).copied().unwrap_or(0);
    let to = |statuses: Vec<Status>| {
        let filter = UserFilter { statuses, ..UserFilter::default() };
        address::of(&UserList { filter, ..UserList::default() }, columns)
    };
    let tab = |place, label, count, address| Tab { label: t.say(label), count, address, is_here: place == here };
    let active = count(Status::Active) + count(Status::Pending);
    let mut tabs = vec![tab(Place::Active, "tab-active", active, to(Vec::new()))];
    if actor.may(&console.model, "users:invite").is_ok() {
        let waiting = invitations::count(app, actor, org).await?;
        tabs.push(tab(Place::Invitations, "tab-invitations", waiting, super::invitations::LIST.to_owned()));
    }
    let deactivated = to(vec![Status::Deactivated]);
    tabs.push(tab(Place::Deactivated, "tab-deactivated", count(Status::Deactivated), deactivated));
    if actor.may(&console.model, PERMISSION).is_ok() {
        let programs = service_account_sheet::count(app, actor, org).await?;
        tabs.push(tab(Place::ServiceAccounts, "tab-service-accounts", programs, service_accounts::LIST.to_owned()));
    }
    Ok(tabs)
}
