//! When somebody's time ends: said, and taken back.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::{user_id, user_path};
use crate::app::users::Person;
use crate::app::{App, end_dates, users};
use crate::domain::policy::Action;
use crate::domain::{Denial, Error, Flaw, Timestamp};
use crate::web::console::shell::Shell;
use crate::web::console::{Console, words};
use crate::web::form::{Fields, Signed};
use crate::web::texts::Texts;

#[derive(Template)]
#[template(path = "console/user/end_date.html")]
struct EndDatePage<'a> {
    shell: &'a Shell,
    t: Texts,
    title: String,
    path: String,
    ends_on: String,
    shown: String,
    is_of_provider: bool,
    problem: Option<String>,
}

pub(super) async fn show(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let page = async {
        let (person, ends_on) = found(&app, &console, &id).await?;
        Ok(page(&console, &person, (&ends_on, &ends_on), None))
    };
    console.answer(page.await)
}

pub(super) async fn save(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let (person, ends_on) = match found(&app, &console, &id).await {
        Ok(found) => found,
        Err(cause) => return console.refuse(cause),
    };
    let merged = fields.over(&Fields::shown([("ends_on", ends_on.clone())]));
    if !merged.clashes.is_empty() {
        return console.refuse(Error::Stale);
    }
    let typed = merged.fields.get("ends_on").unwrap_or_default().trim().to_owned();
    let read = match typed.as_str() {
        "" => Ok(None),
        day => Timestamp::parse_moment(day).map(Some).ok_or_else(|| Error::invalid("ends_on", Flaw::Moment)),
    };
    let done = async { end_dates::set(&app, &console.actor, person.user.id, read?).await };
    match done.await {
        Ok(_) => Redirect::to(&format!("{}?said=end-date", user_path(person.user.id))).into_response(),
        Err(cause @ (Error::Invalid { .. } | Error::Conflict(_))) => {
            let problem = Some(words::problem(console.t, &cause).1);
            console.again(&cause, Ok(page(&console, &person, (&typed, &ends_on), problem)))
        }
        Err(cause) => console.refuse(cause),
    }
}

/// True for whoever may say when this person's time ends.
pub(super) fn may_set(console: &Console, person: &Person) -> bool {
    let action = Action::SetEndDate { from: None, to: None };
    person.user.reads_active() && console.actor.check(&console.model, &action, &person.target()).is_ok()
}

async fn found(app: &App, console: &Console, id: &str) -> Result<(Person, String), Error> {
    let person = users::show(app, &console.actor, user_id(id)?).await?;
    if !may_set(console, &person) {
        return Err(Error::denied(Denial::UserNotOffered));
    }
    let ends = end_dates::show(app, &console.actor, person.user.id).await?;
    Ok((person, ends.map(|it| it.ends_at.date()).unwrap_or_default()))
}

fn page<'a>(
    console: &'a Console,
    person: &Person,
    (typed, shown): (&str, &str),
    problem: Option<String>,
) -> EndDatePage<'a> {
    EndDatePage {
        shell: &console.shell,
        t: console.t,
        title: console.t.name("ask-end-date", &person.user.display_name),
        path: user_path(person.user.id),
        ends_on: typed.to_owned(),
        shown: Fields::shown([("ends_on", shown)]).carried(),
        is_of_provider: person.user.managed_by.is_some(),
        problem,
    }
}
