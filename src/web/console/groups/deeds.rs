//! What is done to one group, asked for on a page of its own, which a script shows as a dialog.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::{LIST, group_id, label_of, may_manage, not_offered, path_of, typed, why_locked, why_not_deleted};
use crate::app::App;
use crate::app::groups::{self, Deleted, Entry, NAME_MAX};
use crate::domain::Error;
use crate::domain::role::RoleKey;
use crate::web::console::ask::AskPage;
use crate::web::console::{Console, words};
use crate::web::error::status;
use crate::web::form::{Fields, Signed};
use crate::web::page::Page;
use crate::web::texts::Part;

pub(super) async fn new(console: Console) -> Response {
    console.answer(new_page(&console, None))
}

pub(super) async fn create(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let name = fields.get("name").unwrap_or_default();
    match groups::create(&app, &console.actor, console.org(), name).await {
        Ok(group) => Redirect::to(&format!("{}?said=group-created", path_of(group.id))).into_response(),
        Err(cause @ (Error::Conflict(_) | Error::Invalid { .. })) => {
            let problem = words::problem(console.t, &cause).1;
            console.again(&cause, new_page(&console, Some((name, problem))))
        }
        Err(cause) => console.refuse(cause),
    }
}

pub(super) async fn ask_rename(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let page = async { rename_page(&console, &entry(&app, &console, &id).await?, None) };
    console.answer(page.await)
}

pub(super) async fn rename(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let entry = match entry(&app, &console, &id).await {
        Ok(entry) => entry,
        Err(cause) => return console.refuse(cause),
    };
    let merged = fields.over(&shown(&entry));
    let name = merged.fields.get("name").unwrap_or_default();
    if !merged.clashes.is_empty() {
        let problem = words::clash_of_texts(console.t, &merged.clashes);
        return console.again(&Error::Stale, rename_page(&console, &entry, Some((name, problem))));
    }
    match groups::rename(&app, &console.actor, entry.group.id, name).await {
        Ok(group) => Redirect::to(&format!("{}?said=group-renamed", path_of(group.id))).into_response(),
        Err(cause @ (Error::Conflict(_) | Error::Invalid { .. })) => {
            let problem = words::problem(console.t, &cause).1;
            console.again(&cause, rename_page(&console, &entry, Some((name, problem))))
        }
        Err(cause) => console.refuse(cause),
    }
}

pub(super) async fn ask_delete(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let page = async { delete_page(&console, &entry(&app, &console, &id).await?) };
    console.answer(page.await)
}

pub(super) async fn delete(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(_): Signed,
) -> Response {
    let done = async {
        let entry = entry(&app, &console, &id).await?;
        let deleted = groups::delete(&app, &console.actor, entry.group.id).await?;
        Ok((entry, deleted))
    };
    match done.await {
        Ok((_, Deleted::Done)) => Redirect::to(&format!("{LIST}?said=group-deleted")).into_response(),
        Ok((entry, Deleted::StillAssigned(to))) => {
            let page = delete_page(&console, &Entry { roles: to.roles, projects: to.projects, ..entry });
            match page {
                Ok(page) => (StatusCode::CONFLICT, Page(page)).into_response(),
                Err(cause) => console.refuse(cause),
            }
        }
        Err(cause) => console.refuse(cause),
    }
}

pub(super) async fn ask_unmap(
    State(app): State<App>,
    console: Console,
    Path((id, key)): Path<(String, String)>,
) -> Response {
    let page = async { unmap_page(&console, &entry(&app, &console, &id).await?, &role_key(&key)?, None) };
    console.answer(page.await)
}

pub(super) async fn unmap(
    State(app): State<App>,
    console: Console,
    Path((id, key)): Path<(String, String)>,
    Signed(_): Signed,
) -> Response {
    let (entry, role) = match async { Ok((entry(&app, &console, &id).await?, role_key(&key)?)) }.await {
        Ok(found) => found,
        Err(cause) => return console.refuse(cause),
    };
    match groups::unmap_role(&app, &console.actor, entry.group.id, &role).await {
        Ok(()) => Redirect::to(&format!("{}?said=group-unmapped", path_of(entry.group.id))).into_response(),
        Err(cause @ Error::Conflict(_)) => {
            let (_, sentence) = words::problem(console.t, &cause);
            match unmap_page(&console, &entry, &role, Some(sentence)) {
                Ok(page) => (status(&cause), Page(page)).into_response(),
                Err(_) => console.refuse(cause),
            }
        }
        Err(cause) => console.refuse(cause),
    }
}

async fn entry(app: &App, console: &Console, id: &str) -> Result<Entry, Error> {
    groups::show(app, &console.actor, group_id(id)?).await
}

fn role_key(text: &str) -> Result<RoleKey, Error> {
    text.parse().map_err(|_| Error::NotFound("role"))
}

/// The form for a name, once more with what was wrong where there was something.
fn new_page<'a>(console: &'a Console, wrong: Option<(&str, String)>) -> Result<AskPage<'a>, Error> {
    if !may_manage(console) {
        return Err(not_offered());
    }
    let t = console.t;
    Ok(AskPage {
        title: t.say("add-group"),
        text: t.say("add-group-text"),
        action: format!("{LIST}/new"),
        button: t.say("save"),
        name: Some(typed(None, wrong.as_ref().map(|it| it.0))),
        name_max: NAME_MAX,
        problem: wrong.map(|it| it.1),
        ..AskPage::of(console, LIST.to_owned())
    })
}

/// The form as it shows the group.
fn shown(entry: &Entry) -> Fields {
    Fields::shown([("name", entry.group.display_name.as_str())])
}

fn rename_page<'a>(console: &'a Console, entry: &Entry, wrong: Option<(&str, String)>) -> Result<AskPage<'a>, Error> {
    let t = console.t;
    let path = path_of(entry.group.id);
    Ok(AskPage {
        title: t.name("ask-rename-group", &entry.group.display_name),
        text: t.say("ask-rename-group-text"),
        action: format!("{path}/rename"),
        back: path,
        name: Some(typed(Some(&entry.group), wrong.as_ref().map(|it| it.0))),
        shown: Some(shown(entry).carried()),
        problem: wrong.map(|it| it.1),
        why_not: why_locked(t, entry),
        ..new_page(console, None)?
    })
}

fn delete_page<'a>(console: &'a Console, entry: &Entry) -> Result<AskPage<'a>, Error> {
    let t = console.t;
    let path = path_of(entry.group.id);
    Ok(AskPage {
        title: t.name("ask-delete-group", &entry.group.display_name),
        text: t.with("ask-delete-group-text", &[("size", Part::Words(&super::size(t, entry.size)))]),
        action: format!("{path}/delete"),
        back: path,
        button: t.say("do-delete"),
        is_grave: true,
        name: None,
        why_not: why_not_deleted(console, entry),
        ..new_page(console, None)?
    })
}

fn unmap_page<'a>(
    console: &'a Console,
    entry: &Entry,
    role: &RoleKey,
    problem: Option<String>,
) -> Result<AskPage<'a>, Error> {
    if !groups::may_unmap(&console.actor, &console.model, &entry.group, role) {
        return Err(not_offered());
    }
    if !entry.roles.contains(role) {
        return Err(Error::NotFound("role of this group"));
    }
    let (t, path) = (console.t, path_of(entry.group.id));
    let label = label_of(&console.model, role);
    let parts = [("role", Part::Name(&label)), ("name", Part::Name(&entry.group.display_name))];
    Ok(AskPage {
        title: t.with("ask-unmap", &parts),
        text: t.with("ask-unmap-text", &parts),
        action: format!("{path}/roles/{role}/unmap"),
        button: t.say("do-unmap"),
        is_grave: true,
        problem,
        ..AskPage::of(console, path)
    })
}
