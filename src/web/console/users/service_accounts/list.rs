//! The service accounts of the organisation.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::super::table::{Badge, Menu};
use super::super::tabs::{Place, Tab, tabs};
use super::{menu, path, role_label, status, why_full};
use crate::app::App;
use crate::app::service_account_sheet::{self as sheet, Entry, LastUse};
use crate::domain::Error;
use crate::web::console::Console;
use crate::web::console::shell::Shell;
use crate::web::texts::Texts;

#[derive(Template)]
#[template(path = "console/service_accounts/list.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    t: Texts,
    tabs: Vec<Tab>,
    can_create: bool,
    /// Why none can be made now, though this person may.
    why_not: Option<String>,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    path: String,
    description: String,
    role: String,
    /// Whoever answers for it, and whether they still can.
    owner: Option<(String, bool)>,
    status: Badge,
    last_use: LastUse,
    menu: Menu,
}

pub(super) async fn show(State(app): State<App>, console: Console) -> Response {
    console.answer(page(&app, &console).await)
}

async fn page<'a>(app: &App, console: &'a Console) -> Result<ListPage<'a>, Error> {
    let (actor, org, t) = (&console.actor, console.org(), console.t);
    let rows = sheet::list(app, actor, org).await?.into_iter().map(|it| row(console, it)).collect();
    let is_full = sheet::is_full(app, actor, org).await?;
    Ok(ListPage {
        shell: &console.shell,
        t,
        tabs: tabs(app, console, Place::ServiceAccounts, &[]).await?,
        can_create: !sheet::roles_for_new(actor, &console.model, org).is_empty(),
        why_not: is_full.then(|| why_full(t)),
        rows,
    })
}

fn row(console: &Console, entry: Entry) -> Row {
    let it = &entry.account;
    Row {
        path: path(it.id),
        role: role_label(&console.model, &it.role),
        owner: entry.owner.map(|it| (it.name, it.is_active)),
        status: status(console.t, it),
        last_use: entry.last_use,
        menu: menu(console, it),
        name: entry.account.name,
        description: entry.account.description,
    }
}
