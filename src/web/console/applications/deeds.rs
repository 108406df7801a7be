//! What is done to an application, and the end of somebody's access to it: asked for on a page of its own, which a script
//! shows as a dialog.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::{AskPage, LIST, client_id, path};
use crate::app::clients::{self, Registered, SHOWN_MAX};
use crate::app::{App, users};
use crate::domain::Error;
use crate::domain::id::UserId;
use crate::domain::user::User;
use crate::web::console::Console;
use crate::web::form::Signed;
use crate::web::texts::Part;

/// What can be done to an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Disable,
    Enable,
    Delete,
}

impl Deed {
    const ALL: [Self; 3] = [Self::Disable, Self::Enable, Self::Delete];

    const fn word(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Delete => "delete",
        }
    }

    /// The question, what follows, and the button.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Disable => ("ask-app-disable", "ask-app-disable-text", "do-app-disable"),
            Self::Enable => ("ask-app-enable", "ask-app-enable-text", "do-app-enable"),
            Self::Delete => ("ask-app-delete", "ask-app-delete-text", "do-delete"),
        }
    }
}

pub(super) async fn ask(
    State(app): State<App>,
    console: Console,
    Path((id, deed)): Path<(String, String)>,
) -> Response {
    let page = async {
        let (it, deed) = found(&app, &console, (&id, &deed)).await?;
        question(&app, &console, &it, deed).await
    };
    console.answer(page.await)
}

pub(super) async fn do_it(
    State(app): State<App>,
    console: Console,
    Path((id, deed)): Path<(String, String)>,
    Signed(_): Signed,
) -> Response {
    let done = async {
        let (it, deed) = found(&app, &console, (&id, &deed)).await?;
        let id = it.client.id;
        match deed {
            Deed::Disable => drop(clients::disable(&app, &console.actor, id).await?),
            Deed::Enable => drop(clients::enable(&app, &console.actor, id).await?),
            Deed::Delete => clients::delete(&app, &console.actor, id).await?,
        }
        Ok(match deed {
            Deed::Disable => format!("{}?said=application-disabled", path(id)),
            Deed::Enable => format!("{}?said=application-enabled", path(id)),
            Deed::Delete => format!("{LIST}?said=application-deleted"),
        })
    };
    match done.await {
        Ok(next) => Redirect::to(&next).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

async fn found(app: &App, console: &Console, (id, deed): (&str, &str)) -> Result<(Registered, Deed), Error> {
    let deed = Deed::ALL.into_iter().find(|it| it.word() == deed).ok_or(Error::NotFound("page"))?;
    Ok((clients::get(app, &console.actor, client_id(id)?).await?, deed))
}

async fn question<'a>(app: &App, console: &'a Console, it: &Registered, deed: Deed) -> Result<AskPage<'a>, Error> {
    let (t, name) = (console.t, &it.registration.name);
    let (title, text, button) = deed.words();
    let is_grave = deed != Deed::Enable;
    let mut lines = Vec::new();
    if is_grave {
        let people = clients::signed_in(app, &console.actor, it.client.id, SHOWN_MAX).await?.people;
        lines.push(t.count("app-goes-people", u64::try_from(people.len()).unwrap_or(u64::MAX)));
    }
    Ok(AskPage {
        title: t.name(title, name),
        text: t.name(text, name),
        action: format!("{}/deeds/{}", path(it.client.id), deed.word()),
        button: t.say(button),
        is_grave,
        lines,
        ..AskPage::of(console, path(it.client.id))
    })
}

pub(super) async fn ask_end(
    State(app): State<App>,
    console: Console,
    Path((id, user)): Path<(String, String)>,
) -> Response {
    let page = async {
        let (it, user) = person(&app, &console, (&id, &user)).await?;
        Ok(end_question(&console, &it, &user))
    };
    console.answer(page.await)
}

pub(super) async fn end(
    State(app): State<App>,
    console: Console,
    Path((id, user)): Path<(String, String)>,
    Signed(_): Signed,
) -> Response {
    let done = async {
        let (id, user) = (client_id(&id)?, user_id(&user)?);
        clients::end_access(&app, &console.actor, id, user).await?;
        Ok(format!("{}?said=application-access-ended", path(id)))
    };
    match done.await {
        Ok(next) => Redirect::to(&next).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

async fn person(app: &App, console: &Console, (id, user): (&str, &str)) -> Result<(Registered, User), Error> {
    let it = clients::get(app, &console.actor, client_id(id)?).await?;
    Ok((it, users::show(app, &console.actor, user_id(user)?).await?.user))
}

fn end_question<'a>(console: &'a Console, it: &Registered, user: &User) -> AskPage<'a> {
    let t = console.t;
    let parts = [("name", Part::Name(&user.display_name)), ("account", Part::Name(&it.registration.name))];
    AskPage {
        title: t.with("ask-app-end", &parts),
        text: t.with("ask-app-end-text", &parts),
        action: format!("{}/people/{}/end", path(it.client.id), user.id),
        button: t.say("app-end-access"),
        is_grave: true,
        ..AskPage::of(console, path(it.client.id))
    }
}

/// What is not an id names nobody.
fn user_id(text: &str) -> Result<UserId, Error> {
    text.parse().map_err(|_| Error::NotFound("user"))
}
