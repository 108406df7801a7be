//! What is done to a service account: asked for on a page of its own, which a script shows as a dialog.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::deeds::RoleChoice;
use super::{LIST, Problem, account_id, path, role_label};
use crate::app::App;
use crate::app::service_account_sheet::{self as sheet, Deed};
use crate::app::service_accounts::{self, ServiceAccount, ServiceAccountChange};
use crate::domain::role::RoleKey;
use crate::domain::{Denial, Error, Flaw};
use crate::web::console::shell::Shell;
use crate::web::console::{Console, words};
use crate::web::error::status;
use crate::web::form::shown::{Clash, Merged};
use crate::web::form::{Fields, Signed};
use crate::web::page::Page;
use crate::web::texts::{Part, Texts};

/// A question with its consequence, and what must be filled in to answer it.
#[derive(Template)]
#[template(path = "console/service_accounts/deed.html")]
pub(super) struct DeedPage<'a> {
    pub(super) shell: &'a Shell,
    pub(super) t: Texts,
    pub(super) action: String,
    pub(super) back: String,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) button: String,
    pub(super) is_grave: bool,
    pub(super) problem: Option<Problem>,
    pub(super) roles: Vec<RoleChoice>,
    pub(super) details: Option<Details>,
    /// The user name of whoever is to answer for it.
    pub(super) owner: Option<String>,
    /// What the form shows of what stands there, where it shows something.
    pub(super) shown: Option<String>,
}

/// What an account is called and is for.
pub(super) struct Details {
    name: String,
    description: String,
}

impl DeedPage<'_> {
    /// True for the field that the problem is about.
    fn is_wrong(&self, field: &str) -> bool {
        self.problem.as_ref().is_some_and(|problem| problem.field == field)
    }
}

pub(super) async fn ask(
    State(app): State<App>,
    console: Console,
    Path((id, deed)): Path<(String, String)>,
) -> Response {
    let asked = asked(&app, &console, (&id, &deed)).await;
    console.answer(asked.and_then(|(it, deed)| page(&console, &it, deed, None)))
}

pub(super) async fn do_it(
    State(app): State<App>,
    console: Console,
    Path((id, deed)): Path<(String, String)>,
    Signed(fields): Signed,
) -> Response {
    let (it, deed) = match asked(&app, &console, (&id, &deed)).await {
        Ok(asked) => asked,
        Err(cause) => return console.refuse(cause),
    };
    let Merged { fields, clashes } = fields.over(&shown(&it, deed));
    if !clashes.is_empty() {
        let problem = Problem { field: "", text: clash(&console, &clashes) };
        return console.again(&Error::Stale, page(&console, &it, deed, Some((&fields, problem))));
    }
    match perform(&app, &console, &it, (deed, &fields)).await {
        Ok(()) => Redirect::to(&after(&it, deed)).into_response(),
        Err(cause @ (Error::Conflict(_) | Error::Invalid { .. })) => {
            match page(&console, &it, deed, Some((&fields, Problem::of(console.t, &cause)))) {
                Ok(page) => (status(&cause), Page(page)).into_response(),
                Err(_) => console.refuse(cause),
            }
        }
        Err(cause) => console.refuse(cause),
    }
}

async fn asked(app: &App, console: &Console, (id, deed): (&str, &str)) -> Result<(ServiceAccount, Deed), Error> {
    let deed = Deed::parse(deed).ok_or(Error::NotFound("page"))?;
    Ok((service_accounts::show(app, &console.actor, account_id(id)?).await?, deed))
}

fn page<'a>(
    console: &'a Console,
    it: &ServiceAccount,
    deed: Deed,
    last: Option<(&Fields, Problem)>,
) -> Result<DeedPage<'a>, Error> {
    let (t, actor, model) = (console.t, &console.actor, &console.model);
    if !sheet::is_offered(actor, model, deed, it) {
        return Err(Error::denied(Denial::ServiceAccountNotOffered));
    }
    let (title, text) = question(deed);
    let role = role_label(model, &it.role);
    let typed =
        |name: &str, now: &str| last.as_ref().and_then(|(fields, _)| fields.get(name)).unwrap_or(now).to_owned();
    let chosen: Option<RoleKey> = typed("role", "").parse().ok();
    let details = || Details { name: typed("name", &it.name), description: typed("description", &it.description) };
    let roles = if deed == Deed::ChangeRole { sheet::other_roles(actor, model, it) } else { Vec::new() };
    Ok(DeedPage {
        shell: &console.shell,
        t,
        action: format!("{}/deeds/{}", path(it.id), deed.word()),
        back: path(it.id),
        title: t.name(title, &it.name),
        text: t.with(text, &[("name", Part::Name(&it.name)), ("role", Part::Name(&role))]),
        button: t.say(button(deed)),
        is_grave: is_grave(deed),
        shown: Some(shown(it, deed)).filter(|it| *it != Fields::default()).map(|it| it.carried()),
        roles: roles.into_iter().map(|role| RoleChoice::of(role, chosen.as_ref())).collect(),
        details: (deed == Deed::Rename).then(details),
        owner: (deed == Deed::HandOver).then(|| typed("owner", "")),
        problem: last.map(|it| it.1),
    })
}

/// The form of a deed as it shows the account; a role is chosen by somebody who was told which it is.
fn shown(it: &ServiceAccount, deed: Deed) -> Fields {
    match deed {
        Deed::Rename => Fields::shown([("name", it.name.as_str()), ("description", it.description.as_str())]),
        Deed::ChangeRole => Fields::shown([("role", it.role.as_str())]),
        Deed::HandOver | Deed::Activate | Deed::Deactivate | Deed::Delete => Fields::default(),
    }
}

fn clash(console: &Console, clashes: &[Clash]) -> String {
    let t = console.t;
    words::clash(t, clashes, |it| {
        let now = it.now.clone().unwrap_or_default();
        match it.field.as_str() {
            "role" => (t.say("column-role"), now.parse().map(|key| role_label(&console.model, &key)).unwrap_or(now)),
            "description" => (t.say("service-description"), now),
            _ => (t.say("column-name"), now),
        }
    })
}

async fn perform(
    app: &App,
    console: &Console,
    it: &ServiceAccount,
    (deed, fields): (Deed, &Fields),
) -> Result<(), Error> {
    let (actor, text) = (&console.actor, |name: &str| fields.get(name).map(|it| it.trim().to_owned()));
    match deed {
        Deed::Rename => {
            let change = ServiceAccountChange {
                name: text("name"),
                description: text("description"),
                ..ServiceAccountChange::default()
            };
            service_accounts::update(app, actor, it.id, change).await?;
        }
        Deed::ChangeRole => {
            let wrong = |_| Error::invalid("role", Flaw::ChooseRole);
            let role: RoleKey = text("role").unwrap_or_default().parse().map_err(wrong)?;
            let change = ServiceAccountChange { role: Some(role), ..ServiceAccountChange::default() };
            service_accounts::update(app, actor, it.id, change).await?;
        }
        Deed::HandOver => {
            let to = service_accounts::owner_named(app, actor, it.org, &text("owner").unwrap_or_default()).await?;
            let change = ServiceAccountChange { owner: Some(to), ..ServiceAccountChange::default() };
            service_accounts::update(app, actor, it.id, change).await?;
        }
        Deed::Activate => drop(service_accounts::activate(app, actor, it.id).await?),
        Deed::Deactivate => drop(service_accounts::deactivate(app, actor, it.id).await?),
        Deed::Delete => service_accounts::delete(app, actor, it.id).await?,
    }
    Ok(())
}

/// Where one goes when it is done, and what is said there.
fn after(it: &ServiceAccount, deed: Deed) -> String {
    let here = path(it.id);
    match deed {
        Deed::Rename | Deed::HandOver => format!("{here}?said=service-changed"),
        Deed::ChangeRole => format!("{here}?said=role"),
        Deed::Activate => format!("{here}?said=service-activated"),
        Deed::Deactivate => format!("{here}?said=service-deactivated"),
        Deed::Delete => format!("{LIST}?said=service-deleted"),
    }
}

/// The name of a deed in a menu.
pub(super) const fn label(deed: Deed) -> &'static str {
    match deed {
        Deed::Rename => "service-edit",
        Deed::ChangeRole => "deed-role",
        Deed::HandOver => "service-hand-over",
        Deed::Activate => "service-activate",
        Deed::Deactivate => "service-deactivate",
        Deed::Delete => "service-delete",
    }
}

/// The question, and what follows from the answer.
const fn question(deed: Deed) -> (&'static str, &'static str) {
    match deed {
        Deed::Rename => ("ask-service-edit", "ask-service-edit-text"),
        Deed::ChangeRole => ("ask-service-role", "ask-service-role-text"),
        Deed::HandOver => ("ask-service-owner", "ask-service-owner-text"),
        Deed::Activate => ("ask-activate", "ask-service-activate-text"),
        Deed::Deactivate => ("ask-deactivate", "ask-service-deactivate-text"),
        Deed::Delete => ("ask-delete", "ask-service-delete-text"),
    }
}

const fn button(deed: Deed) -> &'static str {
    match deed {
        Deed::Rename | Deed::HandOver => "save",
        Deed::ChangeRole => "do-role",
        Deed::Activate => "do-activate",
        Deed::Deactivate => "do-deactivate",
        Deed::Delete => "do-delete",
    }
}

/// True for what takes something away that a program may miss.
pub(super) const fn is_grave(deed: Deed) -> bool {
    match deed {
        Deed::Rename | Deed::ChangeRole | Deed::HandOver | Deed::Activate => false,
        Deed::Deactivate | Deed::Delete => true,
    }
}
