//! Those whom an identity provider means by a name that somebody here has: both beside each other, and the decision.
//!
//! **Invariant:** the decision is about what was on the page; a question about which the provider has said something else meanwhile is
//! shown anew.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::{connection_id, path};
use crate::app::App;
use crate::app::connections;
use crate::app::linkings::{self, Asked, Claim};
use crate::domain::id::{ConnectionId, LinkingId};
use crate::domain::text::on_one_line;
use crate::domain::{Error, Flaw, Timestamp};
use crate::web::console::Console;
use crate::web::console::shell::Shell;
use crate::web::console::users::user_path;
use crate::web::console::words;
use crate::web::form::{Fields, Signed};
use crate::web::texts::Texts;

/// So many are on the page.
const SHOWN: u64 = 100;

#[derive(Template)]
#[template(path = "console/provisioning/linkings.html")]
struct LinkingsPage<'a> {
    shell: &'a Shell,
    t: Texts,
    path: String,
    name: String,
    /// Why nothing was decided.
    problem: Option<String>,
    signs_in_there: bool,
    rows: Vec<Row>,
    is_cut: bool,
}

struct Row {
    id: String,
    times: u64,
    claim: Claim,
    user: (String, String, Option<String>),
    user_path: String,
    status: String,
    /// Why this person cannot link them.
    why_not: Option<String>,
    first: Timestamp,
    last: Timestamp,
    link_label: String,
    dismiss_label: String,
}

pub(super) async fn show(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    console.answer(page(&app, &console, &id).await)
}

pub(super) async fn link(
    State(app): State<App>,
    console: Console,
    Path((id, linking)): Path<(String, String)>,
    Signed(fields): Signed,
) -> Response {
    let done = async {
        let (id, linking, seen) = meant(&id, &linking, &fields)?;
        linkings::link(&app, &console.actor, id, linking, seen).await?;
        Ok(id)
    };
    answer(&app, &console, (&id, "linked"), done.await).await
}

pub(super) async fn dismiss(
    State(app): State<App>,
    console: Console,
    Path((id, linking)): Path<(String, String)>,
    Signed(fields): Signed,
) -> Response {
    let done = async {
        let (id, linking, seen) = meant(&id, &linking, &fields)?;
        linkings::dismiss(&app, &console.actor, id, linking, seen).await?;
        Ok(id)
    };
    answer(&app, &console, (&id, "left-alone"), done.await).await
}

async fn answer(app: &App, console: &Console, (id, said): (&str, &str), done: Result<ConnectionId, Error>) -> Response {
    match done {
        Ok(id) => Redirect::to(&format!("{}/linkings?said={said}", path(id))).into_response(),
        Err(cause @ (Error::Conflict(_) | Error::Stale)) => {
            let problem = Some(words::problem(console.t, &cause).1);
            let page = page(app, console, id).await.map(|it| LinkingsPage { problem, ..it });
            console.again(&cause, page)
        }
        Err(cause) => console.refuse(cause),
    }
}

fn meant(id: &str, linking: &str, fields: &Fields) -> Result<(ConnectionId, LinkingId, u64), Error> {
    let seen = fields.get("times").and_then(|it| it.parse().ok());
    let seen = seen.ok_or_else(|| Error::invalid("times", Flaw::Meaningless))?;
    Ok((connection_id(id)?, linking.parse().map_err(|_| Error::NotFound("question"))?, seen))
}

async fn page<'a>(app: &App, console: &'a Console, id: &str) -> Result<LinkingsPage<'a>, Error> {
    let (connection, _) = connections::get(app, &console.actor, connection_id(id)?).await?;
    let mut found = linkings::list(app, &console.actor, connection.id, None, SHOWN.saturating_add(1)).await?;
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let is_cut = found.len() > shown;
    found.truncate(shown);
    Ok(LinkingsPage {
        shell: &console.shell,
        t: console.t,
        path: path(connection.id),
        problem: None,
        signs_in_there: connection.settings.issuer.is_some(),
        rows: found.into_iter().map(|it| row(console.t, it)).collect(),
        name: connection.name,
        is_cut,
    })
}

fn row(t: Texts, it: Asked) -> Row {
    let user = it.user;
    Row {
        id: it.linking.id.to_string(),
        times: it.linking.times,
        claim: plain(it.claim),
        user_path: user_path(user.id),
        status: words::status(t, user.status),
        why_not: it.refusal.map(|cause| words::problem(t, &cause).1),
        first: it.linking.first_at,
        last: it.linking.last_at,
        link_label: t.name("linking-link-named", &user.user_name),
        dismiss_label: t.name("linking-dismiss-named", &user.user_name),
        user: (user.display_name, user.user_name, user.email),
    }
}

/// Whatever it holds, it is text on a line.
fn plain(it: Claim) -> Claim {
    let line = |text: String| on_one_line(&text).into_owned();
    Claim {
        user_name: line(it.user_name),
        external_id: it.external_id.map(line),
        display_name: it.display_name.map(line),
        email: it.email.map(line),
    }
}
