//! The secret of an application: shown once, and replaced.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};

use super::{client_id, path};
use crate::app::App;
use crate::app::clients::{self, Earlier, Registered};
use crate::domain::secret::Secret;
use crate::domain::{Error, Flaw};
use crate::web::console::Console;
use crate::web::console::shell::Shell;
use crate::web::form::Signed;
use crate::web::page::Page;
use crate::web::texts::Texts;

/// A secret that was just made.
#[derive(Template)]
#[template(path = "console/applications/made.html")]
pub(super) struct MadePage<'a> {
    shell: &'a Shell,
    t: Texts,
    title: String,
    text: String,
    client_id: String,
    secret: String,
    path: String,
}

#[derive(Template)]
#[template(path = "console/applications/secret.html")]
struct SecretPage<'a> {
    shell: &'a Shell,
    t: Texts,
    title: String,
    path: String,
}

/// The page that shows it.
pub(super) fn once<'a>(console: &'a Console, it: &Registered, title: &str, secret: &Secret<String>) -> MadePage<'a> {
    MadePage {
        shell: &console.shell,
        t: console.t,
        title: console.t.name(title, &it.registration.name),
        text: console.t.say("app-made-text"),
        client_id: it.registration.client_id.clone(),
        secret: secret.reveal().clone(),
        path: path(it.client.id),
    }
}

pub(super) async fn ask(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    console.answer(question(&app, &console, &id).await)
}

async fn question<'a>(app: &App, console: &'a Console, id: &str) -> Result<SecretPage<'a>, Error> {
    let it = clients::get(app, &console.actor, client_id(id)?).await?;
    if !it.registration.auth_method.has_secret() {
        return Err(Error::NotFound("secret"));
    }
    let title = console.t.name("ask-app-secret", &it.registration.name);
    Ok(SecretPage { shell: &console.shell, t: console.t, title, path: path(it.client.id) })
}

pub(super) async fn rotate(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let rotated = async {
        let earlier = match fields.get("earlier") {
            Some("overlaps") => Earlier::Overlaps,
            Some("ends") => Earlier::Ends,
            Some(_) | None => return Err(Error::invalid("earlier", Flaw::Meaningless)),
        };
        clients::rotate_secret(&app, &console.actor, client_id(&id)?, earlier).await
    };
    match rotated.await {
        Ok((it, secret)) => Page(once(&console, &it, "app-rotated-title", &secret)).into_response(),
        Err(cause) => console.refuse(cause),
    }
}
