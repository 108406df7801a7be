//! Users and groups side by side, and what is done to a group.

mod address;
mod deeds;
mod panels;
mod show;

use super::Console;
use super::users::{Badge, Menu, MenuItem};
use crate::app::groups::{self, Entry, Group, Size};
use crate::domain::id::GroupId;
use crate::domain::role::{RoleKey, RoleModel};
use crate::domain::{Denial, Error};
use crate::web::routes::{Access, Routes};
use crate::web::texts::{Part, Texts};

/// Where the two panels are.
pub(super) const LIST: &str = "/console/groups";

pub(super) use address::choosing;

/// The routes of the groups.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(LIST, Access::Session, panels::show)
        .post(LIST, Access::Session, panels::change)
        .get("/console/groups/new", Access::Session, deeds::new)
        .post("/console/groups/new", Access::Session, deeds::create)
        .get("/console/groups/{id}", Access::Session, show::show)
        .post("/console/groups/{id}/members", Access::Session, show::change_members)
        .post("/console/groups/{id}/roles", Access::Session, show::map)
        .get("/console/groups/{id}/rename", Access::Session, deeds::ask_rename)
        .post("/console/groups/{id}/rename", Access::Session, deeds::rename)
        .get("/console/groups/{id}/delete", Access::Session, deeds::ask_delete)
        .post("/console/groups/{id}/delete", Access::Session, deeds::delete)
        .get("/console/groups/{id}/roles/{key}/unmap", Access::Session, deeds::ask_unmap)
        .post("/console/groups/{id}/roles/{key}/unmap", Access::Session, deeds::unmap)
}

/// What is not an id names nothing.
fn group_id(text: &str) -> Result<GroupId, Error> {
    text.parse().map_err(|_| Error::NotFound("group"))
}

pub(super) fn path_of(id: GroupId) -> String {
    format!("{LIST}/{id}")
}

/// True for somebody who may see the groups and change who is in them.
pub(in crate::web::console) fn may_manage(console: &Console) -> bool {
    let may = |permission| console.actor.may(&console.model, permission).is_ok();
    may(groups::READ) && may(groups::MANAGE)
}

const fn not_offered() -> Error {
    Error::Denied(Denial::GroupNotOffered)
}

/// How many members there are, in words.
pub(in crate::web::console) fn size(t: Texts, size: Size) -> String {
    t.count(if size.has_more { "members-more" } else { "members-count" }, size.counted)
}

/// What a role is called; its key where the model does not know it.
fn label_of(model: &RoleModel, role: &RoleKey) -> String {
    model.get(role).map_or_else(|| role.to_string(), |it| it.label.clone())
}

/// The identity provider that keeps a group.
fn badge(t: Texts, entry: &Entry) -> Option<Badge> {
    entry.group.managed_by?;
    let name = entry.manager.as_deref().unwrap_or_default();
    Some(Badge::elsewhere(t.name("kept-by", name)))
}

/// Why name and members of a group cannot be changed here.
fn why_locked(t: Texts, entry: &Entry) -> Option<String> {
    entry.group.managed_by?;
    Some(t.name("why-group-kept", entry.manager.as_deref().unwrap_or_default()))
}

/// Why a group cannot be deleted.
fn why_not_deleted(console: &Console, entry: &Entry) -> Option<String> {
    why_locked(console.t, entry)
        .or_else(|| why_assigned(console, &entry.roles))
        .or_else(|| why_on_projects(console, entry))
}

/// Says what a group is assigned to.
fn why_assigned(console: &Console, roles: &[RoleKey]) -> Option<String> {
    if roles.is_empty() {
        return None;
    }
    let labels: Vec<String> = roles.iter().map(|it| label_of(&console.model, it)).collect();
    Some(console.t.with("why-group-assigned", &[("roles", Part::Name(&labels.join(", ")))]))
}

/// Says which projects a group is on.
fn why_on_projects(console: &Console, entry: &Entry) -> Option<String> {
    if entry.projects.is_empty() {
        return None;
    }
    let names: Vec<&str> = entry.projects.iter().map(|it| it.1.as_str()).collect();
    Some(console.t.with("why-group-on-projects", &[("projects", Part::Name(&names.join(", ")))]))
}

/// What can be done to a group; nothing for somebody who may not.
fn menu(console: &Console, entry: &Entry) -> Menu {
    let (t, path) = (console.t, path_of(entry.group.id));
    let item = |label: &str, deed: &str, why_not, is_grave| MenuItem {
        label: t.say(label),
        path: format!("{path}/{deed}"),
        why_not,
        is_grave,
    };
    let items = vec![
        item("rename-group", "rename", why_locked(t, entry), false),
        item("delete-group", "delete", why_not_deleted(console, entry), true),
    ];
    Menu {
        id: entry.group.id.to_string(),
        label: t.name("menu-of", &entry.group.display_name),
        items: if may_manage(console) { items } else { Vec::new() },
    }
}

/// The name as it was typed into a form.
fn typed(group: Option<&Group>, name: Option<&str>) -> String {
    name.or(group.map(|it| it.display_name.as_str())).unwrap_or_default().to_owned()
}
