//! The secret of a webhook: shown once, and replaced.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};

use super::{managed, path, stream_id};
use crate::app::App;
use crate::app::audit_streams::{self, Kind};
use crate::domain::Error;
use crate::domain::id::AuditStreamId;
use crate::domain::secret::Secret;
use crate::web::console::Console;
use crate::web::console::ask::AskPage;
use crate::web::console::shell::Shell;
use crate::web::form::Signed;
use crate::web::page::Page;
use crate::web::texts::Texts;

/// A secret that was just made.
#[derive(Template)]
#[template(path = "console/audit/streams/made.html")]
struct MadePage<'a> {
    shell: &'a Shell,
    t: Texts,
    title: String,
    text: String,
    secret: String,
    path: String,
}

/// The page that shows the secret of a stream that was just made.
pub(super) fn once(console: &Console, (id, name): (AuditStreamId, &str), secret: &Secret<String>) -> Response {
    let (title, text) = (console.t.name("stream-made-title", name), console.t.say("stream-made-text"));
    shown(console, id, (title, text), secret)
}

pub(super) async fn ask(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let t = console.t;
    let page = async {
        let it = managed(&app, &console, &id).await?.stream;
        if it.sink.kind() != Kind::Webhook {
            return Err(Error::NotFound("secret"));
        }
        Ok(AskPage {
            title: t.name("ask-stream-secret", &it.name),
            text: t.say("ask-stream-secret-text"),
            action: format!("{}/secret", path(it.id)),
            button: t.say("do-stream-secret"),
            is_grave: true,
            ..AskPage::of(&console, path(it.id))
        })
    };
    console.answer(page.await)
}

pub(super) async fn rotate(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(_): Signed,
) -> Response {
    let rotated = async {
        let id = stream_id(&id)?;
        let secret = audit_streams::rotate_secret(&app, &console.actor, id).await?;
        Ok::<_, Error>((audit_streams::show(&app, &console.actor, id).await?.stream, secret))
    };
    match rotated.await {
        Ok((it, secret)) => {
            let title = console.t.name("stream-rotated-title", &it.name);
            shown(&console, it.id, (title, console.t.say("stream-rotated-text")), &secret)
        }
        Err(cause) => console.refuse(cause),
    }
}

fn shown(console: &Console, id: AuditStreamId, (title, text): (String, String), secret: &Secret<String>) -> Response {
    let secret = secret.reveal().clone();
    Page(MadePage { shell: &console.shell, t: console.t, title, text, secret, path: path(id) }).into_response()
}
