//! What is done to a stream: asked for on a page of its own, which a script shows as a dialog.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::{LIST, managed, path, stream_id};
use crate::app::App;
use crate::app::audit_streams::{self, AuditStream};
use crate::domain::{Error, Flaw};
use crate::web::console::Console;
use crate::web::console::ask::AskPage;
use crate::web::console::shell::Shell;
use crate::web::console::words::problem;
use crate::web::form::Signed;
use crate::web::texts::Texts;

/// What can be done to a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Pause,
    Resume,
    Delete,
}

impl Deed {
    const ALL: [Self; 3] = [Self::Pause, Self::Resume, Self::Delete];

    const fn word(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Delete => "delete",
        }
    }

    /// The question, what follows, and the button.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Pause => ("ask-stream-pause", "ask-stream-pause-text", "do-stream-pause"),
            Self::Resume => ("ask-stream-resume", "ask-stream-resume-text", "do-stream-resume"),
            Self::Delete => ("ask-stream-delete", "ask-stream-delete-text", "do-delete"),
        }
    }
}

#[derive(Template)]
#[template(path = "console/audit/streams/replay.html")]
struct ReplayPage<'a> {
    shell: &'a Shell,
    t: Texts,
    title: String,
    path: String,
    from: String,
    problem: Option<String>,
}

pub(super) async fn ask(
    State(app): State<App>,
    console: Console,
    Path((id, deed)): Path<(String, String)>,
) -> Response {
    let page = async {
        let (it, deed) = (managed(&app, &console, &id).await?.stream, deed_of(&deed)?);
        Ok(question(&console, &it, deed))
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
        let (id, deed) = (stream_id(&id)?, deed_of(&deed)?);
        Ok(match deed {
            Deed::Pause => {
                audit_streams::pause(&app, &console.actor, id).await?;
                format!("{}?said=audit-stream-paused", path(id))
            }
            Deed::Resume => {
                audit_streams::resume(&app, &console.actor, id).await?;
                format!("{}?said=audit-stream-resumed", path(id))
            }
            Deed::Delete => {
                audit_streams::delete(&app, &console.actor, id).await?;
                format!("{LIST}?said=audit-stream-deleted")
            }
        })
    };
    answer(&console, done.await)
}

pub(super) async fn ask_replay(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let page = async {
        let it = managed(&app, &console, &id).await?.stream;
        Ok(replay_page(&console, &it, "1".to_owned(), None))
    };
    console.answer(page.await)
}

pub(super) async fn replay(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let typed = fields.get("from_seq").unwrap_or_default().trim().to_owned();
    let done = async {
        let (id, from) = (stream_id(&id)?, typed.parse());
        let from = from.map_err(|_| Error::invalid("from_seq", Flaw::NotANumber))?;
        audit_streams::replay(&app, &console.actor, id, from).await?;
        Ok(format!("{}?said=audit-stream-replayed", path(id)))
    };
    match done.await {
        Err(cause @ Error::Invalid { .. }) => {
            let problem = Some(problem(console.t, &cause).1);
            let page = managed(&app, &console, &id).await;
            console.again(&cause, page.map(|it| replay_page(&console, &it.stream, typed, problem)))
        }
        other => answer(&console, other),
    }
}

fn answer(console: &Console, done: Result<String, Error>) -> Response {
    match done {
        Ok(next) => Redirect::to(&next).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

fn deed_of(word: &str) -> Result<Deed, Error> {
    Deed::ALL.into_iter().find(|it| it.word() == word).ok_or(Error::NotFound("page"))
}

fn question<'a>(console: &'a Console, it: &AuditStream, deed: Deed) -> AskPage<'a> {
    let (t, (title, text, button)) = (console.t, deed.words());
    AskPage {
        title: t.name(title, &it.name),
        text: t.say(text),
        action: format!("{}/deeds/{}", path(it.id), deed.word()),
        button: t.say(button),
        is_grave: deed != Deed::Resume,
        ..AskPage::of(console, path(it.id))
    }
}

fn replay_page<'a>(console: &'a Console, it: &AuditStream, from: String, problem: Option<String>) -> ReplayPage<'a> {
    let title = console.t.name("ask-stream-replay", &it.name);
    ReplayPage { shell: &console.shell, t: console.t, title, path: path(it.id), from, problem }
}
