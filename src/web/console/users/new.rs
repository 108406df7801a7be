//! Making a user.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::deeds::{OncePage, RoleChoice};
use super::edit::{Teams, choice, team_choices, ticked};
use super::user_path;
use crate::app::App;
use crate::app::accounts::{self, Created, NewUser, Placement};
use crate::app::offers::Judge;
use crate::app::user_list::{self, Menus};
use crate::domain::id::ConnectionId;
use crate::domain::role::RoleKey;
use crate::domain::user::SignIn;
use crate::domain::{Conflict, Denial, Error, Flaw};
use crate::web::console::list::Choice;
use crate::web::console::shell::Shell;
use crate::web::console::{Console, words};
use crate::web::form::{Fields, Signed};
use crate::web::page::Page;
use crate::web::texts::Texts;

#[derive(Template)]
#[template(path = "console/users/new.html")]
struct NewPage<'a> {
    shell: &'a Shell,
    t: Texts,
    is_sso: bool,
    /// Whether anybody can sign in at an identity provider of the organisation.
    takes_sign_ins: bool,
    user_name: String,
    display_name: String,
    email: String,
    roles: Vec<RoleChoice>,
    /// The identity providers to choose from; nothing where there are none.
    connections: Vec<Choice>,
    teams: Teams,
    /// Whether a second factor is required of this user in particular; nothing where that is not decided here.
    mfa_required: Option<bool>,
    problem: Option<Problem>,
}

struct Problem {
    field: String,
    text: String,
}

impl NewPage<'_> {
    /// What is wrong with this field, said where it stands.
    fn wrong(&self, field: &str) -> Option<&str> {
        self.problem.as_ref().filter(|problem| problem.field == field).map(|problem| problem.text.as_str())
    }
}

pub(super) async fn show(State(app): State<App>, console: Console) -> Response {
    console.answer(page(&app, &console, None).await)
}

pub(super) async fn create(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    match make(&app, &console, &fields).await {
        Ok(made) => made,
        Err(cause @ (Error::Conflict(_) | Error::Obstacle(_) | Error::Invalid { .. })) => {
            console.again(&cause, page(&app, &console, Some((&fields, &cause))).await)
        }
        Err(cause) => console.refuse(cause),
    }
}

async fn make(app: &App, console: &Console, fields: &Fields) -> Result<Response, Error> {
    let text = |name: &str| fields.get(name).map(str::trim).unwrap_or_default().to_owned();
    let role = fields.get("role").filter(|it| !it.is_empty());
    let wrong = |_| Error::invalid("role", Flaw::ChooseRole);
    let role: RoleKey = role.unwrap_or_default().parse().map_err(wrong)?;
    let new = NewUser {
        user_name: text("user_name"),
        display_name: text("display_name"),
        email: Some(text("email")).filter(|it| !it.is_empty()),
        role: Some(role),
        sign_in: Some(if fields.get("sso").is_some() { SignIn::Sso } else { SignIn::Password }),
        way_in: None,
    };
    let connection = fields.get("connection").filter(|it| !it.is_empty()).map(str::parse).transpose();
    let placement = Placement {
        connection: connection.map_err(|_| Error::invalid("connection", Flaw::Provider))?,
        teams: ticked(fields),
        mfa_required: fields.get("mfa_required").is_some(),
    };
    let made = accounts::create_placed(app, &console.actor, console.org(), new, placement).await?;
    let around = user_list::surroundings(app, &console.actor, console.org(), Menus::Absent).await?;
    Ok(handed_over(console, made, &around.taking_sign_ins))
}

/// What must be handed over is shown once; what was mailed is not shown at all.
fn handed_over(console: &Console, made: Created, taking_sign_ins: &[ConnectionId]) -> Response {
    let (t, user) = (console.t, &made.person.user);
    let back = user_path(user.id);
    let link = made.link.filter(|_| user.email.is_none()).map(|it| it.reveal().clone());
    let (title, text, secret) = match (made.temporary_password, link) {
        (Some(password), _) => ("once-password-title", "once-password-text", password.reveal().clone()),
        (None, Some(link)) => ("once-link-title", "once-link-text", link),
        (None, None) => {
            let can_sign_in = user.managed_by.is_some_and(|it| taking_sign_ins.contains(&it));
            let is_stuck = user.sign_in == SignIn::Sso && !can_sign_in;
            let said = if is_stuck { "created-without-provider" } else { "created" };
            return Redirect::to(&format!("{back}?said={said}")).into_response();
        }
    };
    let (title, text) = (t.name(title, &user.display_name), t.say(text));
    Page(OncePage { shell: &console.shell, t, title, text, secret, back }).into_response()
}

async fn page<'a>(app: &App, console: &'a Console, last: Option<(&Fields, &Error)>) -> Result<NewPage<'a>, Error> {
    let judge = Judge::of(app, &console.actor, console.org(), &console.model).await?;
    let placeable = judge.placeable(console.org());
    if placeable.is_empty() {
        return Err(Error::denied(Denial::NewcomersNotOffered));
    }
    let typed = |name: &str| last.and_then(|(fields, _)| fields.get(name)).unwrap_or_default().to_owned();
    let default = console.model.default_role();
    let chosen: RoleKey = typed("role").parse().unwrap_or_else(|_| default.clone());
    let around = user_list::surroundings(app, &console.actor, console.org(), Menus::Absent).await?;
    let takes_sign_ins = !around.taking_sign_ins.is_empty();
    let is_sso = match last {
        Some((fields, _)) => fields.get("sso").is_some(),
        None => console.model.settings().usual_sign_in(takes_sign_ins) == SignIn::Sso,
    };
    let problem =
        last.map(|(_, cause)| Problem { field: field_of(cause).to_owned(), text: words::problem(console.t, cause).1 });
    let on = last.map(|(fields, _)| ticked(fields)).unwrap_or_default();
    let may_require =
        console.model.settings().mfa_per_user && console.actor.may(&console.model, "users.mfa:require").is_ok();
    let provider = typed("connection");
    Ok(NewPage {
        shell: &console.shell,
        t: console.t,
        is_sso,
        takes_sign_ins,
        user_name: typed("user_name"),
        display_name: typed("display_name"),
        email: typed("email"),
        roles: placeable.into_iter().map(|it| RoleChoice::of(it, Some(&chosen))).collect(),
        connections: around.connections.iter().map(|(id, name)| choice(id, name, &provider)).collect(),
        teams: team_choices(console, &around, &on),
        mfa_required: may_require.then(|| last.is_some_and(|(fields, _)| fields.get("mfa_required").is_some())),
        problem,
    })
}

/// The field that has to be changed; empty where it is none in particular.
fn field_of(cause: &Error) -> &str {
    match cause {
        Error::Invalid { field, .. } => field,
        Error::Conflict(Conflict::UserName) => "user_name",
        Error::Conflict(Conflict::NotSso) => "connection",
        Error::Conflict(Conflict::NoAddress) => "email",
        Error::Conflict(Conflict::MfaPerUser) => "mfa_required",
        Error::Conflict(_)
        | Error::Obstacle(_)
        | Error::Unauthenticated
        | Error::Denied(_)
        | Error::NotFound(_)
        | Error::Stale
        | Error::Throttled { .. }
        | Error::Internal(_) => "",
    }
}
