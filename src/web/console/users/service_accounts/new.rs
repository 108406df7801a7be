//! Making a service account.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::deeds::RoleChoice;
use super::{Problem, path, why_full};
use crate::app::App;
use crate::app::service_account_sheet as sheet;
use crate::app::service_accounts::{self, NewServiceAccount};
use crate::domain::role::RoleKey;
use crate::domain::{Denial, Error, Flaw};
use crate::web::console::Console;
use crate::web::console::shell::Shell;
use crate::web::form::{Fields, Signed};
use crate::web::texts::Texts;

#[derive(Template)]
#[template(path = "console/service_accounts/new.html")]
struct NewPage<'a> {
    shell: &'a Shell,
    t: Texts,
    /// The reason why none can be made now, in place of the form.
    why_not: Option<String>,
    name: String,
    description: String,
    roles: Vec<RoleChoice>,
    problem: Option<Problem>,
}

impl NewPage<'_> {
    /// True for the field that the problem is about.
    fn is_wrong(&self, field: &str) -> bool {
        self.problem.as_ref().is_some_and(|problem| problem.field == field)
    }
}

pub(super) async fn show(State(app): State<App>, console: Console) -> Response {
    console.answer(page(&app, &console, None).await)
}

pub(super) async fn create(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    match make(&app, &console, &fields).await {
        Ok(made) => made,
        Err(cause @ (Error::Conflict(_) | Error::Invalid { .. })) => {
            console.again(&cause, page(&app, &console, Some((&fields, &cause))).await)
        }
        Err(cause) => console.refuse(cause),
    }
}

async fn make(app: &App, console: &Console, fields: &Fields) -> Result<Response, Error> {
    let text = |name: &str| fields.get(name).map(str::trim).unwrap_or_default().to_owned();
    let wrong = |_| Error::invalid("role", Flaw::ChooseRole);
    let role: RoleKey = text("role").parse().map_err(wrong)?;
    let new = NewServiceAccount { name: text("name"), description: text("description"), role, owner: None };
    let made = service_accounts::create(app, &console.actor, console.org(), new).await?;
    Ok(Redirect::to(&format!("{}?said=service-created", path(made.id))).into_response())
}

async fn page<'a>(app: &App, console: &'a Console, last: Option<(&Fields, &Error)>) -> Result<NewPage<'a>, Error> {
    let (actor, org, t) = (&console.actor, console.org(), console.t);
    let is_full = sheet::is_full(app, actor, org).await?;
    let roles = sheet::roles_for_new(actor, &console.model, org);
    if roles.is_empty() {
        return Err(Error::denied(Denial::ServiceAccountNotOffered));
    }
    let typed = |name: &str| last.and_then(|(fields, _)| fields.get(name)).unwrap_or_default().to_owned();
    let chosen: Option<RoleKey> = typed("role").parse().ok();
    Ok(NewPage {
        shell: &console.shell,
        t,
        why_not: is_full.then(|| why_full(t)),
        name: typed("name"),
        description: typed("description"),
        roles: roles.into_iter().map(|it| RoleChoice::of(it, chosen.as_ref())).collect(),
        problem: last.filter(|_| !is_full).map(|(_, cause)| Problem::of(t, cause)),
    })
}
