//! Editing a user: what can be changed is a field, what cannot be changed stands there with the reason.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::{user_id, user_path};
use crate::app::edit::{self, Edit};
use crate::app::offers::Judge;
use crate::app::user_list::{self, Entry, Surroundings};
use crate::app::{App, accounts, teams, user_sheet};
use crate::domain::id::TeamId;
use crate::domain::role::{RoleKey, Source};
use crate::domain::user::{SignIn, User};
use crate::domain::{Denial, Error, Flaw};
use crate::web::console::shell::Shell;
use crate::web::console::{Console, words};
use crate::web::error::status;
use crate::web::form::{Fields, Signed};
use crate::web::page::Page;
use crate::web::texts::{Part, Texts};

#[derive(Template)]
#[template(path = "console/user/edit.html")]
struct EditPage<'a> {
    shell: &'a Shell,
    t: Texts,
    action: String,
    back: String,
    title: String,
    problem: Option<String>,
    wrong: String,
    user_name: String,
    is_sso: bool,
    display_name: Text,
    email: Text,
    role: Menu,
    connection: Menu,
    teams: Teams,
    /// Whether a second factor is required of this user in particular; nothing where that is not decided here.
    mfa_required: Option<bool>,
}

/// A text that can be changed, or why not.
struct Text {
    value: String,
    why_not: Option<String>,
}

/// A choice that can be changed, or why not.
struct Menu {
    options: Vec<Choice>,
    why_not: Option<String>,
    note: Option<String>,
}

/// A value to choose.
pub(in crate::web::console) struct Choice {
    pub(in crate::web::console) value: String,
    pub(in crate::web::console) label: String,
    pub(in crate::web::console) is_chosen: bool,
}

/// The teams, each on or off, or why that cannot be changed.
pub(super) struct Teams {
    pub(super) choices: Vec<Choice>,
    pub(super) why_not: Option<String>,
}

/// Everything that is known for the page.
struct Asked<'a> {
    entry: Entry,
    judge: Judge<'a>,
    around: Surroundings,
    on: Vec<TeamId>,
}

pub(super) async fn show(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let page = async { Ok(page(&console, &asked(&app, &console, &id).await?, None)) };
    console.answer(page.await)
}

pub(super) async fn update(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let asked = match asked(&app, &console, &id).await {
        Ok(asked) => asked,
        Err(cause) => return console.refuse(cause),
    };
    match perform(&app, &console, &asked, &fields).await {
        Ok(()) => Redirect::to(&format!("{}?said=updated", user_path(asked.entry.person.user.id))).into_response(),
        Err(cause @ (Error::Conflict(_) | Error::Obstacle(_) | Error::Invalid { .. })) => {
            (status(&cause), Page(page(&console, &asked, Some((&fields, &cause))))).into_response()
        }
        Err(cause) => console.refuse(cause),
    }
}

async fn asked<'a>(app: &App, console: &'a Console, id: &str) -> Result<Asked<'a>, Error> {
    let entry = user_sheet::entry(app, &console.actor, user_id(id)?).await?;
    let judge = Judge::of(app, &console.actor, console.org(), &console.model).await?;
    if judge.weigh(crate::app::offers::Deed::Edit, &entry.person, entry.mfa).is_none() {
        return Err(Error::denied(Denial::UserNotOffered));
    }
    let around = user_list::surroundings(app, &console.actor, console.org()).await?;
    let on = teams::of_user(app, &entry.person).await?.into_iter().map(|it| it.id).collect();
    Ok(Asked { entry, judge, around, on })
}

async fn perform(app: &App, console: &Console, asked: &Asked<'_>, fields: &Fields) -> Result<(), Error> {
    let user = &asked.entry.person.user;
    edit::update(app, &console.actor, user.id, changes(user, fields)?).await?;
    let required = fields.get("mfa_required").is_some();
    if fields.get("mfa").is_some() && required != user.mfa_required {
        accounts::require_mfa(app, &console.actor, user.id, required).await?;
    }
    Ok(())
}

/// What the form says that differs from the user; a field that was closed is not in it.
fn changes(user: &User, fields: &Fields) -> Result<Edit, Error> {
    let text = |name: &str| fields.get(name).map(str::trim);
    let email = text("email").filter(|it| *it != user.email.as_deref().unwrap_or_default());
    if email.is_some_and(str::is_empty) {
        return Err(Error::invalid("email", Flaw::AddressStays));
    }
    let chosen = |name: &str| text(name).filter(|it| !it.is_empty());
    let role = chosen("role").map(str::parse::<RoleKey>).transpose();
    let connection = chosen("connection").map(str::parse).transpose();
    Ok(Edit {
        display_name: text("display_name").filter(|it| *it != user.display_name).map(str::to_owned),
        email: email.map(str::to_owned),
        connection: connection.map_err(|_| Error::invalid("connection", Flaw::Provider))?,
        role: role.map_err(|_| Error::invalid("role", Flaw::ChooseRole))?,
        teams: fields.get("teams").map(|_| ticked(fields)),
    })
}

/// The teams that are ticked in a form.
pub(super) fn ticked(fields: &Fields) -> Vec<TeamId> {
    fields.under("team-").filter_map(|it| it.parse().ok()).collect()
}

/// The teams of the organisation as boxes, these of them ticked; closed for somebody who may not put people on teams.
pub(super) fn team_choices(console: &Console, around: &Surroundings, on: &[TeamId]) -> Teams {
    let choices = around.teams.iter().map(|(id, name)| {
        let (value, label, is_chosen) = (id.to_string(), name.clone(), on.contains(id));
        Choice { value, label, is_chosen }
    });
    let may = console.actor.may(&console.model, "teams.members:manage").is_ok();
    Teams { choices: choices.collect(), why_not: (!may).then(|| console.t.say("why-teams")) }
}

fn page<'a>(console: &'a Console, asked: &Asked<'_>, last: Option<(&Fields, &Error)>) -> EditPage<'a> {
    let (t, user) = (console.t, &asked.entry.person.user);
    let typed = |name: &str, stored: &str| {
        last.and_then(|(fields, _)| fields.get(name)).map_or_else(|| stored.to_owned(), str::to_owned)
    };
    let kept = kept_by(t, asked);
    let on = match last {
        Some((fields, _)) if fields.get("teams").is_some() => ticked(fields),
        Some(_) | None => asked.on.clone(),
    };
    let wrong = match last {
        Some((_, Error::Invalid { field, .. })) => field.clone(),
        Some(_) | None => String::new(),
    };
    let may_require = asked.judge.may_require_mfa(&asked.entry.person);
    EditPage {
        shell: &console.shell,
        t,
        action: format!("{}/edit", user_path(user.id)),
        back: user_path(user.id),
        title: t.name("ask-edit", &user.display_name),
        problem: last.map(|(_, cause)| words::problem(t, cause).1),
        wrong,
        user_name: user.user_name.clone(),
        is_sso: user.sign_in == SignIn::Sso,
        display_name: Text { value: typed("display_name", &user.display_name), why_not: kept.clone() },
        email: Text { value: typed("email", user.email.as_deref().unwrap_or_default()), why_not: kept },
        role: role(console, asked, last.and_then(|(fields, _)| fields.get("role"))),
        connection: connection(t, asked, last.and_then(|(fields, _)| fields.get("connection"))),
        teams: team_choices(console, &asked.around, &on),
        mfa_required: may_require.then_some(user.mfa_required),
    }
}

/// Who keeps name and address of somebody whom an identity provider manages.
fn kept_by(t: Texts, asked: &Asked<'_>) -> Option<String> {
    let manager = asked.entry.person.user.managed_by?;
    let name = asked.around.connections.iter().find(|it| it.0 == manager).map(|it| it.1.as_str());
    Some(t.with("why-kept", &[("name", Part::Name(name.unwrap_or_default()))]))
}

fn role(console: &Console, asked: &Asked<'_>, typed: Option<&str>) -> Menu {
    let (t, person) = (console.t, &asked.entry.person);
    let held = person.effective.role.as_ref();
    let chosen = typed.map(str::to_owned).or_else(|| held.map(ToString::to_string)).unwrap_or_default();
    let reachable = asked.judge.reachable(person);
    let option = |key: &RoleKey, label: &str| Choice {
        value: key.to_string(),
        label: label.to_owned(),
        is_chosen: key.as_str() == chosen,
    };
    let mut options: Vec<Choice> = reachable.iter().map(|it| option(&it.key, &it.label)).collect();
    if !options.iter().any(|it| it.is_chosen) {
        let label = held.and_then(|key| console.model.get(key)).map(|role| role.label.clone());
        let label = label.unwrap_or_else(|| t.say("no-role"));
        options.insert(0, Choice { value: String::new(), label, is_chosen: true });
    }
    let last = asked.judge.last_of(person).map(|it| super::deeds::why_not(t, &it));
    let why_not = if reachable.is_empty() { Some(t.say("why-role")) } else { last };
    let from_elsewhere = person.effective.decided_by().is_some_and(|it| it.source != Source::Manual);
    Menu { options, why_not, note: from_elsewhere.then(|| t.say("role-is-added")) }
}

fn connection(t: Texts, asked: &Asked<'_>, typed: Option<&str>) -> Menu {
    let user = &asked.entry.person.user;
    let current = user.managed_by.map(|it| it.to_string()).unwrap_or_default();
    let chosen = typed.unwrap_or(&current);
    let mut options: Vec<Choice> = asked.around.connections.iter().map(|(id, name)| choice(id, name, chosen)).collect();
    if !options.iter().any(|it| it.is_chosen) {
        let label = t.say(if user.sign_in == SignIn::Sso { "provider-by-address" } else { "none" });
        options.insert(0, Choice { value: String::new(), label, is_chosen: true });
    }
    let why_not = if user.sign_in == SignIn::Password {
        Some(t.say("why-not-sso"))
    } else if !asked.judge.may_move(&asked.entry.person) {
        Some(t.say("why-provider"))
    } else {
        None
    };
    Menu { options, why_not, note: None }
}

/// An identity provider to choose.
pub(super) fn choice(id: &crate::domain::id::ConnectionId, name: &str, chosen: &str) -> Choice {
    let value = id.to_string();
    Choice { is_chosen: value == chosen, label: name.to_owned(), value }
}
