//! What is done to a connection as a whole: asked for on a page of its own, which a script shows as a dialog.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::{AskPage, LIST, connection_id, path, role_label, words};
use crate::app::App;
use crate::app::connections::{self, Deletion};
use crate::domain::Error;
use crate::domain::connection::Connection;
use crate::web::console::Console;
use crate::web::form::Signed;

pub(super) async fn ask_pause(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    console.answer(found(&app, &console, &id).await.map(|it| question(&console, &it, true)))
}

pub(super) async fn ask_resume(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let page = async {
        let it = found(&app, &console, &id).await?;
        connections::reaches(&console.actor, &console.model, &it)?;
        Ok(question(&console, &it, false))
    };
    console.answer(page.await)
}

pub(super) async fn pause(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(_): Signed,
) -> Response {
    set_paused(&app, &console, &id, true).await
}

pub(super) async fn resume(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(_): Signed,
) -> Response {
    set_paused(&app, &console, &id, false).await
}

async fn set_paused(app: &App, console: &Console, id: &str, is_paused: bool) -> Response {
    let done = async { connections::set_paused(app, &console.actor, connection_id(id)?, is_paused).await };
    match done.await {
        Ok(it) => {
            let said = if is_paused { "connection-paused" } else { "connection-resumed" };
            Redirect::to(&format!("{}?said={said}", path(it.id))).into_response()
        }
        Err(cause @ Error::Conflict(_)) => {
            let page = found(app, console, id).await.map(|it| AskPage {
                why_not: Some(words::problem(console.t, &cause).1),
                ..question(console, &it, is_paused)
            });
            console.again(&cause, page)
        }
        Err(cause) => console.refuse(cause),
    }
}

pub(super) async fn ask_delete(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    console.answer(delete_page(&app, &console, &id).await)
}

pub(super) async fn delete(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(_): Signed,
) -> Response {
    let done = async { connections::delete(&app, &console.actor, connection_id(&id)?).await };
    match done.await {
        Ok(_) => Redirect::to(&format!("{LIST}?said=connection-deleted")).into_response(),
        Err(cause @ (Error::Conflict(_) | Error::Obstacle(_))) => {
            console.again(&cause, delete_page(&app, &console, &id).await)
        }
        Err(cause) => console.refuse(cause),
    }
}

async fn found(app: &App, console: &Console, id: &str) -> Result<Connection, Error> {
    Ok(connections::get(app, &console.actor, connection_id(id)?).await?.0)
}

fn question<'a>(console: &'a Console, it: &Connection, is_pause: bool) -> AskPage<'a> {
    let t = console.t;
    let (title, text, button, word) = match is_pause {
        true => ("ask-pause-connection", "ask-pause-connection-text", "do-pause", "pause"),
        false => ("ask-resume-connection", "ask-resume-connection-text", "do-resume", "resume"),
    };
    AskPage {
        title: t.name(title, &it.name),
        text: t.name(text, &it.name),
        action: format!("{}/{word}", path(it.id)),
        button: t.say(button),
        is_grave: is_pause,
        ..AskPage::of(console, path(it.id))
    }
}

/// What goes with the connection and what stays; and in place of the button the reason, when it cannot go now.
async fn delete_page<'a>(app: &App, console: &'a Console, id: &str) -> Result<AskPage<'a>, Error> {
    let t = console.t;
    let it = found(app, console, id).await?;
    let page = AskPage {
        title: t.name("ask-delete-connection", &it.name),
        text: t.name("ask-delete-connection-text", &it.name),
        action: format!("{}/delete", path(it.id)),
        button: t.say("do-delete"),
        is_grave: true,
        ..AskPage::of(console, path(it.id))
    };
    match connections::plan_deletion(app, &console.actor, it.id).await {
        Ok(plan) => Ok(AskPage { lines: lines(console, &plan), ..page }),
        Err(cause @ (Error::Conflict(_) | Error::Obstacle(_))) => {
            Ok(AskPage { why_not: Some(words::problem(t, &cause).1), ..page })
        }
        Err(cause) => Err(cause),
    }
}

fn lines(console: &Console, plan: &Deletion) -> Vec<String> {
    let t = console.t;
    let roles: Vec<String> = plan.roles.iter().map(|role| role_label(&console.model, role.as_str())).collect();
    let named = |key: &str, names: &[String]| (!names.is_empty()).then(|| t.name(key, &names.join(", ")));
    let counts = [
        t.count("connection-goes-people", plan.people),
        t.count("connection-goes-locked-out", plan.locked_out),
        t.count("connection-goes-groups", plan.groups),
        t.count("connection-goes-tokens", plan.tokens),
    ];
    let held = (plan.held > 0).then(|| t.count("connection-goes-held", plan.held));
    let names = [named("connection-goes-roles", &roles), named("connection-goes-domains", &plan.domains)];
    counts.into_iter().chain(held).chain(names.into_iter().flatten()).collect()
}
