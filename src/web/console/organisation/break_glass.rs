//! Break-glass accounts: which there are, whether each would do on the day on which it is needed, and when it was used last.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::{Tab, tabs};
use crate::app::break_glass::{self, Account, Lack};
use crate::app::{App, users};
use crate::domain::Error;
use crate::web::console::shell::Shell;
use crate::web::console::users::user_path;
use crate::web::console::{Console, words};
use crate::web::form::{Fields, Signed};
use crate::web::routes::{Access, Routes};
use crate::web::texts::Texts;

/// Where the page is.
pub(super) const PATH: &str = "/console/organisation/break-glass";

/// The routes of break-glass accounts.
pub(super) fn routes(routes: Routes) -> Routes {
    routes.get(PATH, Access::Session, show).post(PATH, Access::Recent, save)
}

#[derive(Template)]
#[template(path = "console/organisation/break-glass.html")]
struct BreakGlassPage<'a> {
    shell: &'a Shell,
    t: Texts,
    tabs: Vec<Tab>,
    accounts: Vec<Row>,
    problem: Option<String>,
    /// What was typed for the next one.
    typed: String,
}

struct Row {
    path: String,
    lacks: Vec<String>,
    account: Account,
}

async fn show(State(app): State<App>, console: Console) -> Response {
    console.answer(page(&app, &console, (None, "")).await)
}

async fn save(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    match mark(&app, &console, &fields).await {
        Ok(()) => Redirect::to(&format!("{PATH}?said=organisation")).into_response(),
        Err(cause @ (Error::Conflict(_) | Error::NotFound(_))) => {
            let problem = words::problem(console.t, &cause).1;
            let typed = fields.get("user_name").unwrap_or_default();
            console.again(&cause, page(&app, &console, (Some(problem), typed)).await)
        }
        Err(cause) => console.refuse(cause),
    }
}

/// Makes the user with the name that was typed one, or the one whose button was pressed none.
async fn mark(app: &App, console: &Console, fields: &Fields) -> Result<(), Error> {
    if let Some(id) = fields.get("unmark") {
        let id = id.parse().map_err(|_| Error::NotFound("user"))?;
        return break_glass::mark(app, &console.actor, id, false).await;
    }
    let name = fields.get("user_name").unwrap_or_default().trim();
    let person = users::by_name(app, &console.actor, console.org(), name).await?;
    break_glass::mark(app, &console.actor, person.user.id, true).await
}

async fn page<'a>(
    app: &App,
    console: &'a Console,
    (problem, typed): (Option<String>, &str),
) -> Result<BreakGlassPage<'a>, Error> {
    let t = console.t;
    let row = |account: Account| Row {
        path: user_path(account.person.user.id),
        lacks: account.lacks.iter().map(|it| t.say(lack(*it))).collect(),
        account,
    };
    let accounts = break_glass::list(app, &console.actor, console.org()).await?;
    let accounts = accounts.into_iter().map(row).collect();
    let tabs = tabs(console, PATH);
    Ok(BreakGlassPage { shell: &console.shell, t, tabs, accounts, problem, typed: typed.to_owned() })
}

const fn lack(it: Lack) -> &'static str {
    match it {
        Lack::Access => "break-glass-lacks-access",
        Lack::ProtectedRole => "break-glass-lacks-role",
        Lack::Password => "break-glass-lacks-password",
        Lack::SecondFactor => "break-glass-lacks-factor",
        Lack::Address => "break-glass-lacks-address",
    }
}
