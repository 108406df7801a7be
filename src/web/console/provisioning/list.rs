//! The connections of the organisation.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::{Place, kind, path, places, status};
use crate::app::App;
use crate::app::connections::{self, Entry};
use crate::domain::Error;
use crate::web::console::Console;
use crate::web::console::shell::Shell;
use crate::web::console::users::{Badge, Link};
use crate::web::texts::Texts;

#[derive(Template)]
#[template(path = "console/provisioning/list.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    t: Texts,
    places: Vec<Link>,
    /// Why this person can make none, though they may see them.
    why_not: Option<String>,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    path: String,
    kind: String,
    status: Badge,
    issuer: Option<String>,
    domains: Vec<String>,
    people: u64,
}

pub(super) async fn show(State(app): State<App>, console: Console) -> Response {
    console.answer(page(&app, &console).await)
}

async fn page<'a>(app: &App, console: &'a Console) -> Result<ListPage<'a>, Error> {
    let all = connections::roster(app, &console.actor, console.org()).await?;
    let can_make = connections::may_make_some(&console.actor, &console.model, console.org());
    Ok(ListPage {
        shell: &console.shell,
        t: console.t,
        places: places(console.t, Some(Place::Connections)),
        why_not: (!can_make).then(|| console.t.say("why-no-connection")),
        rows: all.into_iter().map(|it| row(console.t, it)).collect(),
    })
}

fn row(t: Texts, it: Entry) -> Row {
    Row {
        path: path(it.connection.id),
        kind: kind(t, it.connection.kind),
        status: status(t, &it.connection),
        name: it.connection.name,
        issuer: it.connection.settings.issuer,
        domains: it.domains,
        people: it.people,
    }
}
