//! What is said of the organisation itself: a page for each part of it, one beside the other.

mod account;
mod branding;
mod break_glass;
mod domains;

use super::Console;
use crate::app::{branding as looks, organisations, own_domains};
use crate::domain::policy::Actor;
use crate::domain::role::RoleModel;
use crate::web::routes::Routes;

pub(super) use branding::PATH as BRANDING;
pub(super) use domains::LIST as DOMAINS;

/// Under this are the pages.
pub(super) const BASE: &str = "/console/organisation";

/// The pages in the order of their tabs: what each is called, where it is, and the permission that it takes.
const PAGES: [(&str, &str, &str); 4] = [
    ("organisation", account::PATH, organisations::MANAGE),
    ("domains", DOMAINS, own_domains::MANAGE),
    ("branding", BRANDING, looks::MANAGE),
    ("break-glass", break_glass::PATH, organisations::MANAGE),
];

/// The routes of the organisation.
pub(super) fn routes(routes: Routes) -> Routes {
    break_glass::routes(domains::routes(branding::routes(account::routes(routes))))
}

/// The first of the pages that this person may open.
pub(super) fn first(actor: &Actor, model: &RoleModel) -> Option<&'static str> {
    PAGES.iter().find(|(_, _, permission)| actor.may(model, permission).is_ok()).map(|(_, path, _)| *path)
}

/// The way to a page.
struct Tab {
    label: String,
    address: &'static str,
    is_here: bool,
}

/// The pages that this person may open.
fn tabs(console: &Console, here: &str) -> Vec<Tab> {
    let open = PAGES.iter().filter(|(_, _, permission)| console.actor.may(&console.model, permission).is_ok());
    open.map(|(key, address, _)| Tab { label: console.t.say(key), address, is_here: *address == here }).collect()
}
