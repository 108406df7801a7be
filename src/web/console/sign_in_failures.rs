//! Failed sign-ins: whom they were for, where they came from, and the way to the history of each person.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use url::form_urlencoded;

use super::Console;
use super::list::Choice;
use super::shell::Shell;
use super::users::user_path;
use crate::app::App;
use crate::app::sign_in_failures::{self, OfAddress, OfUser, Window};
use crate::domain::{Error, Flaw, Timestamp};
use crate::web::routes::{Access, Routes};
use crate::web::texts::Texts;

/// Where the page is.
pub(super) const PATH: &str = "/console/security/failed-sign-ins";

/// The route of failed sign-ins.
pub(super) fn routes(routes: Routes) -> Routes {
    routes.get(PATH, Access::Session, show)
}

#[derive(Template)]
#[template(path = "console/sign_ins/failures.html")]
struct FailuresPage<'a> {
    shell: &'a Shell,
    t: Texts,
    windows: Vec<Choice>,
    since: Timestamp,
    total: u64,
    users: Vec<UserRow>,
    addresses: Vec<OfAddress>,
}

struct UserRow {
    name: String,
    user_name: String,
    /// The history of the person's sign-ins.
    path: String,
    failures: u64,
    last_at: Timestamp,
}

async fn show(State(app): State<App>, console: Console, RawQuery(query): RawQuery) -> Response {
    console.answer(page(&app, &console, query.as_deref().unwrap_or_default()).await)
}

async fn page<'a>(app: &App, console: &'a Console, query: &str) -> Result<FailuresPage<'a>, Error> {
    let t = console.t;
    let asked = form_urlencoded::parse(query.as_bytes()).find(|(name, value)| name == "within" && !value.is_empty());
    let wrong = || Error::invalid("within", Flaw::Meaningless);
    let window = asked.map(|(_, word)| Window::parse(&word).ok_or_else(wrong)).transpose()?.unwrap_or_default();
    let found = sign_in_failures::count(app, &console.actor, console.org(), window).await?;
    let windows =
        Window::ALL.map(|it| Choice { value: it.word().to_owned(), label: t.say(label(it)), is_chosen: it == window });
    Ok(FailuresPage {
        shell: &console.shell,
        t,
        windows: windows.into(),
        since: found.since,
        total: found.total,
        users: found.users.into_iter().map(row).collect(),
        addresses: found.addresses,
    })
}

const fn label(window: Window) -> &'static str {
    match window {
        Window::Hour => "within-hour",
        Window::Day => "within-day",
        Window::Week => "within-week",
        Window::Month => "within-month",
    }
}

fn row(it: OfUser) -> UserRow {
    UserRow {
        path: format!("{}/activity#sign-ins", user_path(it.user.id)),
        name: it.user.display_name,
        user_name: it.user.user_name,
        failures: it.failures,
        last_at: it.last_at,
    }
}
