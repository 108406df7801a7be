//! The directory of users: the list, a user, and what can be done to one or to several.

mod access;
mod bulk;
mod deeds;
mod edit;
mod end_date;
mod export;
mod filters;
pub(super) mod import;
mod invitations;
mod list;
mod new;
pub(super) mod offered;
mod service_accounts;
mod show;
mod table;
mod tabs;
mod views;

pub(super) use access::to_resource;
pub(super) use deeds::{OncePage, RoleChoice};
pub(super) use filters::{Address, Names};
pub(super) use list::Link;
pub(super) use show::{duty, obstacle};
pub(super) use table::{Badge, Mark, Menu, MenuItem, Row, Value, row};

use crate::app::user_list::Holders;
use crate::domain::Error;
use crate::domain::id::UserId;
use crate::web::routes::{Access, Routes};
use crate::web::texts::{Part, Texts};

/// The routes of the directory.
pub(super) fn routes(routes: Routes) -> Routes {
    service_accounts::routes(invitations::routes(routes))
        .get("/console/users", Access::Session, list::show)
        .post("/console/users/views", Access::Session, views::save)
        .post("/console/users/views/{id}/delete", Access::Session, views::delete)
        .post("/console/users/density", Access::Session, views::set_density)
        .get("/console/users/new", Access::Session, new::show)
        .post("/console/users/new", Access::Session, new::create)
        .get(import::PATH, Access::Recent, import::show)
        .post(import::PATH, Access::Recent, import::step)
        .get(export::PATH, Access::RecentFile, export::download)
        .get("/console/users/bulk", Access::Session, bulk::plan)
        .post("/console/users/bulk", Access::Recent, bulk::apply)
        .get("/console/users/{id}", Access::Session, show::overview)
        .get("/console/users/{id}/{section}", Access::Session, show::section)
        .get("/console/users/{id}/edit", Access::Session, edit::show)
        .post("/console/users/{id}/edit", Access::Session, edit::update)
        .get("/console/users/{id}/end-date", Access::Session, end_date::show)
        .post("/console/users/{id}/end-date", Access::Session, end_date::save)
        .get("/console/users/{id}/deeds/{deed}", Access::Session, deeds::ask)
        .post("/console/users/{id}/deeds/{deed}", Access::Session, deeds::do_it)
}

/// The sentence that warns of a protected role with few holders.
pub(super) fn few_holders(t: Texts, few: &Holders) -> String {
    let parts = [
        ("role", Part::Name(&few.label)),
        ("count", Part::Number(few.count)),
        ("wanted", Part::Number(few.warn_below)),
    ];
    t.with("few-holders", &parts)
}

/// What is not an id names nothing.
fn user_id(text: &str) -> Result<UserId, Error> {
    text.parse().map_err(|_| Error::NotFound("user"))
}

/// The address of a user.
pub(super) fn user_path(id: UserId) -> String {
    format!("/console/users/{id}")
}
