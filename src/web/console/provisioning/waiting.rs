//! Members that are waited for.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::places;
use crate::app::waiting;
use crate::app::{App, connections};
use crate::domain::text::on_one_line;
use crate::domain::{Error, Timestamp};
use crate::web::console::Console;
use crate::web::console::groups;
use crate::web::console::shell::Shell;
use crate::web::console::users::Link;
use crate::web::texts::Texts;

/// Where the list is.
pub(super) const PATH: &str = "/console/provisioning/waiting";
/// So many are on the page.
const SHOWN: u64 = 500;

#[derive(Template)]
#[template(path = "console/provisioning/waiting.html")]
struct WaitingPage<'a> {
    shell: &'a Shell,
    t: Texts,
    places: Vec<Link>,
    rows: Vec<Row>,
    total: u64,
    is_cut: bool,
}

struct Row {
    value: String,
    group: String,
    group_path: String,
    connection: String,
    since: Timestamp,
}

pub(super) async fn show(State(app): State<App>, console: Console) -> Response {
    console.answer(page(&app, &console).await)
}

async fn page<'a>(app: &App, console: &'a Console) -> Result<WaitingPage<'a>, Error> {
    let (actor, org) = (&console.actor, console.org());
    let (members, total) = waiting::list(app, actor, org, SHOWN).await?;
    let all = connections::list(app, actor, org).await?;
    let rows = members.into_iter().map(|it| {
        let connection = all.iter().find(|one| Some(one.id) == it.connection).map(|one| one.name.clone());
        Row {
            value: on_one_line(&it.value).into_owned(),
            group: it.group_name,
            group_path: groups::path_of(it.group),
            connection: connection.unwrap_or_default(),
            since: it.since,
        }
    });
    Ok(WaitingPage {
        shell: &console.shell,
        t: console.t,
        places: places(console.t, None),
        rows: rows.collect(),
        total,
        is_cut: total > SHOWN,
    })
}
