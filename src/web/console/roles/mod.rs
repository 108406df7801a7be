//! The roles of the organisation: what each is for, what it allows, who holds it.

mod edit;
mod form;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::Console;
use super::list::address;
use super::shell::Shell;
use super::users::user_path;
use crate::app::user_list::{self, Entry};
use crate::app::{App, user_sheet};
use crate::domain::Error;
use crate::domain::role::{Role, RoleKey, RoleModel, Verb};
use crate::domain::user_list::{UserFilter, UserList};
use crate::web::routes::{Access, Routes};
use crate::web::texts::Texts;
use crate::web::words::source;

/// True for somebody who may make roles of the organisation.
pub(super) fn may_define(console: &Console) -> bool {
    edit::may_define(console).is_ok()
}

/// The routes of the roles.
pub(super) fn routes(routes: Routes) -> Routes {
    edit::routes(routes)
        .get("/console/roles", Access::Session, catalogue)
        .get("/console/roles/matrix", Access::Session, matrix)
        .get("/console/roles/{key}", Access::Session, role)
}

#[derive(Template)]
#[template(path = "console/roles/catalogue.html")]
struct CataloguePage<'a> {
    shell: &'a Shell,
    t: Texts,
    model: &'a RoleModel,
    roles: Vec<Card<'a>>,
    may_define: bool,
    /// The reading in force, where the model has more than one.
    reading: Option<String>,
}

struct Card<'a> {
    role: &'a Role,
    path: String,
    facts: Vec<String>,
}

#[derive(Template)]
#[template(path = "console/roles/matrix.html")]
struct MatrixPage<'a> {
    shell: &'a Shell,
    t: Texts,
    roles: Vec<(String, String)>,
    areas: Vec<Area>,
}

/// The permissions of one area, each with a yes or no for every role.
struct Area {
    name: String,
    rows: Vec<(String, Vec<bool>)>,
}

#[derive(Template)]
#[template(path = "console/roles/role.html")]
struct RolePage<'a> {
    shell: &'a Shell,
    t: Texts,
    role: &'a Role,
    facts: Vec<String>,
    may_change: bool,
    permissions: Vec<String>,
    verbs: Vec<(&'static str, String)>,
    holders: Vec<Holder>,
    everybody: String,
    has_more: bool,
}

struct Holder {
    name: String,
    /// The page of the holder, for whoever may open it.
    path: Option<String>,
    why: String,
}

/// So many holders are listed; the list of users shows all.
const HOLDERS: u64 = 25;

async fn catalogue(console: Console) -> Response {
    console.answer(may_see(&console).map(|()| catalogue_page(&console)))
}

async fn matrix(console: Console) -> Response {
    console.answer(may_see(&console).map(|()| matrix_page(&console)))
}

async fn role(State(app): State<App>, console: Console, Path(key): Path<String>) -> Response {
    console.answer(role_page(&app, &console, &key).await)
}

fn may_see(console: &Console) -> Result<(), Error> {
    console.actor.may(&console.model, "users:list")
}

fn catalogue_page(console: &Console) -> CataloguePage<'_> {
    let roles = console.model.roles().iter().map(|role| Card {
        role,
        path: format!("/console/roles/{}", role.key),
        facts: facts(console.t, role),
    });
    CataloguePage {
        shell: &console.shell,
        t: console.t,
        model: &console.model,
        roles: roles.collect(),
        may_define: edit::may_define(console).is_ok(),
        reading: console.model.reading().map(|name| edit::reading_label(console.t, name)),
    }
}

fn facts(t: Texts, role: &Role) -> Vec<String> {
    let protected = role.protected.map(|it| t.count("role-protected", it.min_active));
    let leaves = t.say(if role.can_leave { "role-leaves" } else { "role-stays" });
    let own = role.is_own.then(|| t.say("role-own"));
    let ceiling = role.has_ceiling().then(|| t.say("role-ceiling"));
    own.into_iter().chain(protected).chain(ceiling).chain([leaves]).collect()
}

fn matrix_page(console: &Console) -> MatrixPage<'_> {
    let matrix = console.model.matrix();
    let mut areas: Vec<Area> = Vec::new();
    for row in matrix.rows {
        let name = row.permission.split(['.', ':']).next().unwrap_or_default().to_owned();
        let line = (row.permission, row.allowed);
        match areas.last_mut().filter(|area| area.name == name) {
            Some(area) => area.rows.push(line),
            None => areas.push(Area { name, rows: vec![line] }),
        }
    }
    let roles = console.model.roles().iter().map(|role| (role.label.clone(), format!("/console/roles/{}", role.key)));
    MatrixPage { shell: &console.shell, t: console.t, roles: roles.collect(), areas }
}

async fn role_page<'a>(app: &App, console: &'a Console, key: &str) -> Result<RolePage<'a>, Error> {
    may_see(console)?;
    let key: RoleKey = key.parse().map_err(|_| Error::NotFound("role"))?;
    let role = console.model.get(&key).ok_or(Error::NotFound("role"))?;
    let filter = UserFilter { roles: vec![key], ..UserFilter::default() };
    let list = UserList { filter, limit: HOLDERS, ..UserList::default() };
    let found = user_list::page(app, &console.actor, console.org(), &list).await?;
    let mut holders = Vec::new();
    for entry in &found.entries {
        holders.push(holder(app, console, entry).await?);
    }
    let label = |key: &RoleKey| console.model.get(key).map_or_else(|| key.to_string(), |it| it.label.clone());
    let verbs = Verb::ALL.into_iter().filter_map(|verb| {
        let targets: Vec<String> =
            console.model.roles().iter().filter(|it| role.manages(verb, &it.key)).map(|it| label(&it.key)).collect();
        (!targets.is_empty()).then(|| (verb.permission(), targets.join(", ")))
    });
    Ok(RolePage {
        shell: &console.shell,
        t: console.t,
        role,
        facts: facts(console.t, role),
        may_change: role.is_own && edit::may_define(console).is_ok(),
        permissions: console.model.permissions().filter(|it| role.allows(it)).map(str::to_owned).collect(),
        verbs: verbs.collect(),
        holders,
        everybody: address::of(&list, &[]),
        has_more: found.next.is_some(),
    })
}

async fn holder(app: &App, console: &Console, entry: &Entry) -> Result<Holder, Error> {
    let user = &entry.person.user;
    let provenance = user_sheet::access(app, &entry.person).await?;
    let why = provenance.first().map(|it| source(console.t, it)).unwrap_or_default();
    let may_open = console.actor.may(&console.model, "users:read").is_ok() || console.caller.person.user.id == user.id;
    Ok(Holder { name: user.display_name.clone(), path: may_open.then(|| user_path(user.id)), why })
}
