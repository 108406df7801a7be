//! Editing a user: what can be changed is a field, what cannot be changed stands there with the reason.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::{user_id, user_path};
use crate::app::edit::{self, Edit};
use crate::app::offers::Judge;
use crate::app::user_list::{self, Entry, Menus, Surroundings};
use crate::app::users::Person;
use crate::app::{App, accounts, teams, user_sheet};
use crate::domain::id::TeamId;
use crate::domain::policy::{Action, Change};
use crate::domain::role::{RoleKey, Source};
use crate::domain::user::SignIn;
use crate::domain::{Denial, Error, Flaw};
use crate::web::console::list::Choice;
use crate::web::console::shell::Shell;
use crate::web::console::{Console, words};
use crate::web::error::status;
use crate::web::form::shown::{Clash, Merged};
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
    /// What the form shows of what stands there.
    shown: String,
}

/// A form that was not applied: what was filled in, and what is wrong with it.
struct Refused<'a> {
    fields: &'a Fields,
    problem: String,
    wrong: String,
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
    let now = page(&console, &asked, None);
    let Merged { fields, clashes } = fields.over(&shown(&now));
    let again = |cause: &Error, problem: String, wrong: String| {
        let refused = Refused { fields: &fields, problem, wrong };
        (status(cause), Page(page(&console, &asked, Some(&refused)))).into_response()
    };
    if let Some(first) = clashes.first() {
        return again(&Error::Stale, clash(&console, &now, &clashes), first.field.clone());
    }
    match perform(&app, &console, &asked, (&fields, &shown(&now))).await {
        Ok(()) => Redirect::to(&format!("{}?said=updated", user_path(asked.entry.person.user.id))).into_response(),
        Err(cause @ (Error::Conflict(_) | Error::Obstacle(_) | Error::Invalid { .. })) => {
            let wrong = if let Error::Invalid { field, .. } = &cause { field.clone() } else { String::new() };
            again(&cause, words::problem(console.t, &cause).1, wrong)
        }
        Err(cause) => console.refuse(cause),
    }
}

/// The form as it shows somebody; a field that is closed is not sent.
fn shown(page: &EditPage<'_>) -> Fields {
    let text = |name: &str, it: &Text| it.why_not.is_none().then(|| (name.to_owned(), it.value.clone()));
    let menu = |name: &str, it: &Menu| {
        let chosen = it.options.iter().find(|option| option.is_chosen).filter(|_| it.why_not.is_none());
        chosen.map(|option| (name.to_owned(), option.value.clone()))
    };
    let fields = [
        text("display_name", &page.display_name),
        text("email", &page.email),
        menu("role", &page.role),
        menu("connection", &page.connection),
        page.mfa_required.filter(|it| *it).map(|_| ("mfa_required".to_owned(), "on".to_owned())),
    ];
    let teams = page.teams.choices.iter().filter(|it| it.is_chosen && page.teams.why_not.is_none());
    let teams = teams.map(|it| (format!("team-{}", it.value), "on".to_owned()));
    Fields::shown(fields.into_iter().flatten().chain(teams))
}

/// What somebody else has changed too, in words.
fn clash(console: &Console, now: &EditPage<'_>, clashes: &[Clash]) -> String {
    let t = console.t;
    words::clash(t, clashes, |it| {
        let value = it.now.clone().unwrap_or_default();
        let chosen = |options: &[Choice]| {
            options.iter().find(|option| option.value == value).map(|option| option.label.clone()).unwrap_or_default()
        };
        match it.field.as_str() {
            "display_name" => (t.say("column-name"), value),
            "email" => (t.say("column-email"), value),
            "role" => (t.say("column-role"), chosen(&now.role.options)),
            "connection" => (t.say("column-provider"), chosen(&now.connection.options)),
            "mfa_required" => (t.say("mfa-required"), words::ticked(t, it)),
            team => {
                let id = team.strip_prefix("team-").unwrap_or_default();
                let name = now.teams.choices.iter().find(|choice| choice.value == id).map(|it| it.label.clone());
                (name.unwrap_or_default(), words::ticked(t, it))
            }
        }
    })
}

async fn asked<'a>(app: &App, console: &'a Console, id: &str) -> Result<Asked<'a>, Error> {
    let entry = user_sheet::entry(app, &console.actor, user_id(id)?).await?;
    let judge = Judge::of(app, &console.actor, console.org(), &console.model).await?;
    if judge.weigh(crate::app::offers::Deed::Edit, &entry).is_none() {
        return Err(Error::denied(Denial::UserNotOffered));
    }
    let around = user_list::surroundings(app, &console.actor, console.org(), Menus::Absent).await?;
    let on = teams::of_user(app, &entry.person).await?.into_iter().map(|it| it.id).collect();
    Ok(Asked { entry, judge, around, on })
}

async fn perform(
    app: &App,
    console: &Console,
    asked: &Asked<'_>,
    (fields, now): (&Fields, &Fields),
) -> Result<(), Error> {
    let user = &asked.entry.person.user;
    edit::update(app, &console.actor, user.id, changes(&asked.on, fields, now)?).await?;
    let required = fields.get("mfa_required").is_some();
    if fields.get("mfa").is_some() && required != user.mfa_required {
        accounts::require_mfa(app, &console.actor, user.id, required).await?;
    }
    Ok(())
}

/// What the form says that differs from what stands there now; a field that was closed is not in it.
fn changes(on: &[TeamId], fields: &Fields, now: &Fields) -> Result<Edit, Error> {
    let text = |name: &str| fields.get(name).map(str::trim).filter(|it| now.get(name) != Some(*it));
    let email = text("email");
    if email.is_some_and(str::is_empty) {
        return Err(Error::invalid("email", Flaw::AddressStays));
    }
    let chosen = |name: &str| text(name).filter(|it| !it.is_empty());
    let role = chosen("role").map(str::parse::<RoleKey>).transpose();
    let connection = chosen("connection").map(str::parse).transpose();
    Ok(Edit {
        display_name: text("display_name").map(str::to_owned),
        email: email.map(str::to_owned),
        connection: connection.map_err(|_| Error::invalid("connection", Flaw::Provider))?,
        role: role.map_err(|_| Error::invalid("role", Flaw::ChooseRole))?,
        teams: fields.get("teams").map(|_| ticked(fields)).filter(|it| !is_same(it, on)),
        // What others changed meanwhile is weighed field by field.
        version: None,
    })
}

fn is_same(one: &[TeamId], other: &[TeamId]) -> bool {
    one.len() == other.len() && one.iter().all(|it| other.contains(it))
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

fn page<'a>(console: &'a Console, asked: &Asked<'_>, last: Option<&Refused<'_>>) -> EditPage<'a> {
    let (t, user) = (console.t, &asked.entry.person.user);
    let typed = |name: &str, stored: &str| {
        last.and_then(|it| it.fields.get(name)).map_or_else(|| stored.to_owned(), str::to_owned)
    };
    let kept = kept_by(t, asked);
    let on = match last {
        Some(it) if it.fields.get("teams").is_some() => ticked(it.fields),
        Some(_) | None => asked.on.clone(),
    };
    let may_require = asked.judge.may_require_mfa(&asked.entry.person);
    let required = last.map_or(user.mfa_required, |it| it.fields.get("mfa_required").is_some());
    let page = EditPage {
        shell: &console.shell,
        t,
        action: format!("{}/edit", user_path(user.id)),
        back: user_path(user.id),
        title: t.name("ask-edit", &user.display_name),
        problem: last.map(|it| it.problem.clone()),
        wrong: last.map(|it| it.wrong.clone()).unwrap_or_default(),
        user_name: user.user_name.clone(),
        is_sso: user.sign_in == SignIn::Sso,
        display_name: Text { value: typed("display_name", &user.display_name), why_not: kept.clone() },
        email: Text {
            value: typed("email", user.email.as_deref().unwrap_or_default()),
            why_not: kept.or_else(|| not_the_address(console, &asked.entry.person)),
        },
        role: role(console, asked, last.and_then(|it| it.fields.get("role"))),
        connection: connection(t, asked, last.and_then(|it| it.fields.get("connection"))),
        teams: team_choices(console, &asked.around, &on),
        mfa_required: may_require.then_some(required),
        shown: String::new(),
    };
    let shown = match last {
        None => shown(&page).carried(),
        Some(_) => self::page(console, asked, None).shown,
    };
    EditPage { shown, ..page }
}

/// Why this person may not change the address.
fn not_the_address(console: &Console, of: &Person) -> Option<String> {
    let changes = vec![Change::new("emails", None, None)];
    let refused = console.actor.check(&console.model, &Action::UpdateUser { changes }, &of.target()).err()?;
    Some(words::problem(console.t, &refused).1)
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
        let label = t.say(if user.sign_in == SignIn::Sso { "provider-none-yet" } else { "provider-none" });
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
