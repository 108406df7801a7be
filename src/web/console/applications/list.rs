//! The applications of the organisation.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::{Badge, kind, path, profile, status};
use crate::app::App;
use crate::app::clients::{self, Reach, Registered};
use crate::domain::Error;
use crate::web::console::Console;
use crate::web::console::shell::Shell;
use crate::web::texts::{Part, Texts};

#[derive(Template)]
#[template(path = "console/applications/list.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    t: Texts,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    path: String,
    kind: String,
    profile: String,
    reach: String,
    status: Badge,
}

pub(super) async fn show(State(app): State<App>, console: Console) -> Response {
    console.answer(page(&app, &console).await)
}

async fn page<'a>(app: &App, console: &'a Console) -> Result<ListPage<'a>, Error> {
    let t = console.t;
    let all = clients::list(app, &console.actor, Some(console.org())).await?;
    let row = |it: &Registered| Row {
        name: it.registration.name.clone(),
        path: path(it.client.id),
        kind: kind(t, it.registration.auth_method),
        profile: profile(t, it.registration.profile),
        reach: reach(t, &it.registration.reach),
        status: status(t, it),
    };
    Ok(ListPage { shell: &console.shell, t, rows: all.iter().map(row).collect() })
}

/// Who may use it, in figures.
fn reach(t: Texts, reach: &Reach) -> String {
    if reach.is_everybody() {
        return t.say("app-everybody");
    }
    let figure = |all: &[String]| Part::Number(u64::try_from(all.len()).unwrap_or(u64::MAX));
    t.with("app-some", &[("roles", figure(&reach.roles)), ("groups", figure(&reach.groups))])
}
