//! The form of a review, and of reviews that begin by themselves.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::{LIST, path_of, words};
use crate::app::App;
use crate::app::reviews::{self, DAYS, Every, Justify, NAME_MAX, NewSchedule, Schedule, Scope, Silence, Terms};
use crate::domain::id::{ReviewScheduleId, UserId};
use crate::domain::{Denial, Error, Flaw, Timestamp};
use crate::web::console::Console;
use crate::web::console::ask::AskPage;
use crate::web::console::list::Choice;
use crate::web::console::shell::Shell;
use crate::web::console::words::problem;
use crate::web::form::{Fields, Signed};
use crate::web::texts::Texts;

#[derive(Template)]
#[template(path = "console/reviews/form.html")]
struct FormPage<'a> {
    shell: &'a Shell,
    t: Texts,
    title: String,
    action: String,
    button: String,
    /// Where the schedule is deleted, where there is one.
    delete: Option<String>,
    is_schedule: bool,
    problem: Option<String>,
    wrong: String,
    name: String,
    name_max: usize,
    scopes: Vec<Chosen>,
    people: Vec<Chosen>,
    fallbacks: Vec<Choice>,
    days: String,
    days_between: (u32, u32),
    silences: Vec<Chosen>,
    justifies: Vec<Chosen>,
    everies: Vec<Choice>,
    next_at: String,
    /// What a schedule was when the form was opened.
    shown: Option<String>,
}

/// Something to choose, with what it means.
struct Chosen {
    value: String,
    label: String,
    about: String,
    is_chosen: bool,
}

/// What stands in the form.
#[derive(Default)]
struct Draft {
    id: Option<ReviewScheduleId>,
    fields: Fields,
    problem: Option<(String, String)>,
    /// What a schedule is now.
    shown: Option<String>,
}

pub(super) async fn new(State(app): State<App>, console: Console) -> Response {
    let fields = usual(&console, &app);
    console.answer(page(&app, &console, false, Draft { fields, ..Draft::default() }).await)
}

pub(super) async fn create(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let done = async {
        may_manage(&console)?;
        let name = fields.get("name").unwrap_or_default().trim().to_owned();
        reviews::stage(&app, &console.actor, console.org(), &name, terms(&fields)?).await
    };
    match done.await {
        Ok(review) => Redirect::to(&format!("{}?said=review-staged", path_of(review.id))).into_response(),
        Err(cause) => again(&app, &console, false, Draft { fields, ..Draft::default() }, cause).await,
    }
}

pub(super) async fn new_schedule(State(app): State<App>, console: Console) -> Response {
    let fields = usual(&console, &app);
    console.answer(page(&app, &console, true, Draft { fields, ..Draft::default() }).await)
}

pub(super) async fn create_schedule(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    put(&app, &console, None, Draft { fields, ..Draft::default() }).await
}

pub(super) async fn edit_schedule(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let page = async {
        let found = reviews::schedule(&app, &console.actor, schedule_id(&id)?).await?;
        let fields = shown(&found);
        let shown = Some(fields.carried());
        page(&app, &console, true, Draft { id: Some(found.id), fields, problem: None, shown }).await
    };
    console.answer(page.await)
}

pub(super) async fn save_schedule(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let found = async { reviews::schedule(&app, &console.actor, schedule_id(&id)?).await };
    let before = match found.await {
        Ok(before) => before,
        Err(cause) => return console.refuse(cause),
    };
    let now = shown(&before);
    let merged = fields.over(&now);
    if !merged.clashes.is_empty() {
        return console.refuse(Error::Stale);
    }
    let draft = Draft { id: Some(before.id), fields: merged.fields, problem: None, shown: Some(now.carried()) };
    put(&app, &console, Some(&before), draft).await
}

pub(super) async fn ask_delete(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let t = console.t;
    let page = async {
        let found = reviews::schedule(&app, &console.actor, schedule_id(&id)?).await?;
        let path = format!("{LIST}/schedules/{}", found.id);
        Ok(AskPage {
            title: t.name("ask-delete-schedule", &found.name),
            text: t.say("ask-delete-schedule-text"),
            action: format!("{path}/delete"),
            button: t.say("do-delete"),
            is_grave: true,
            ..AskPage::of(&console, path)
        })
    };
    console.answer(page.await)
}

pub(super) async fn delete(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(_): Signed,
) -> Response {
    let done = async { reviews::delete_schedule(&app, &console.actor, schedule_id(&id)?).await };
    match done.await {
        Ok(()) => Redirect::to(&format!("{LIST}?said=schedule-deleted")).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

async fn put(app: &App, console: &Console, before: Option<&Schedule>, draft: Draft) -> Response {
    let fields = &draft.fields;
    let done = async {
        may_manage(console)?;
        let every = fields.get("every").and_then(Every::parse).unwrap_or_default();
        let day = fields.get("next_at").unwrap_or_default().trim();
        // A day that was left alone stays the moment that it is.
        let as_before = before.map(|it| it.next_at).filter(|it| it.date() == day);
        let next_at = as_before.or_else(|| Timestamp::parse_moment(day));
        let new = NewSchedule {
            name: fields.get("name").unwrap_or_default().trim().to_owned(),
            terms: terms(fields)?,
            every,
            next_at: next_at.ok_or_else(|| Error::invalid("next_at", Flaw::Moment))?,
        };
        reviews::put_schedule(app, &console.actor, (console.org(), before.map(|it| it.id)), new).await
    };
    match done.await {
        Ok(_) => Redirect::to(&format!("{LIST}?said=schedule-saved")).into_response(),
        Err(cause) => again(app, console, true, draft, cause).await,
    }
}

async fn again(app: &App, console: &Console, is_schedule: bool, draft: Draft, cause: Error) -> Response {
    let field = match &cause {
        Error::Invalid { field, .. } => field.clone(),
        Error::Conflict(_) => String::new(),
        Error::Unauthenticated
        | Error::Denied(_)
        | Error::NotFound(_)
        | Error::Obstacle(_)
        | Error::Stale
        | Error::Throttled { .. }
        | Error::Internal(_) => return console.refuse(cause),
    };
    let problem = Some((field, problem(console.t, &cause).1));
    console.again(&cause, page(app, console, is_schedule, Draft { problem, ..draft }).await)
}

async fn page<'a>(app: &App, console: &'a Console, is_schedule: bool, draft: Draft) -> Result<FormPage<'a>, Error> {
    may_manage(console)?;
    let (t, fields) = (console.t, &draft.fields);
    let text = |name: &str| fields.get(name).unwrap_or_default().to_owned();
    let eligible = reviews::eligible(app, &console.actor, console.org()).await?;
    let person = |(id, name): &(UserId, String)| Chosen {
        value: id.to_string(),
        label: name.clone(),
        about: String::new(),
        is_chosen: fields.get(&format!("reviewer-{id}")).is_some(),
    };
    let fallback = |(id, name): &(UserId, String)| Choice {
        value: id.to_string(),
        label: name.clone(),
        is_chosen: fields.get("fallback") == Some(&id.to_string()),
    };
    let path = draft.id.map(|id| format!("{LIST}/schedules/{id}"));
    let (title, button) = match (is_schedule, &draft.id) {
        (false, _) => ("review-new", "review-stage"),
        (true, None) => ("schedule-new", "save"),
        (true, Some(_)) => ("schedule-edit", "save"),
    };
    let new = if is_schedule { format!("{LIST}/schedules/new") } else { format!("{LIST}/new") };
    Ok(FormPage {
        shell: &console.shell,
        t,
        title: t.say(title),
        button: t.say(button),
        action: path.clone().unwrap_or(new),
        delete: path.map(|it| format!("{it}/delete")),
        is_schedule,
        wrong: draft.problem.as_ref().map(|it| it.0.clone()).unwrap_or_default(),
        problem: draft.problem.map(|it| it.1),
        name: text("name"),
        name_max: NAME_MAX,
        scopes: Scope::ALL
            .iter()
            .map(|it| option(t, fields, "scope", (it.word(), words::scope(*it), words::about_scope(*it))))
            .collect(),
        people: eligible.iter().map(person).collect(),
        fallbacks: eligible.iter().map(fallback).collect(),
        days: text("days"),
        days_between: DAYS,
        silences: Silence::ALL
            .iter()
            .map(|it| option(t, fields, "silence", (it.word(), words::silence(*it), "")))
            .collect(),
        justifies: Justify::ALL
            .iter()
            .map(|it| option(t, fields, "justify", (it.word(), words::justify(*it), "")))
            .collect(),
        everies: Every::ALL
            .iter()
            .map(|it| Choice {
                value: it.word().to_owned(),
                label: t.say(words::every(*it)),
                is_chosen: fields.get("every") == Some(it.word()),
            })
            .collect(),
        next_at: text("next_at"),
        shown: draft.shown,
    })
}

fn option(t: Texts, fields: &Fields, field: &str, (word, label, about): (&str, &str, &str)) -> Chosen {
    Chosen {
        value: word.to_owned(),
        label: t.say(label),
        about: if about.is_empty() { String::new() } else { t.say(about) },
        is_chosen: fields.get(field) == Some(word),
    }
}

/// What a new form begins with: whoever opens it is asked, and everything is as is usual.
fn usual(console: &Console, app: &App) -> Fields {
    let me = console.caller.person.user.id;
    Fields::shown([
        (format!("reviewer-{me}"), "on".to_owned()),
        ("scope".to_owned(), Scope::Privileged.word().to_owned()),
        ("days".to_owned(), "14".to_owned()),
        ("silence".to_owned(), Silence::default().word().to_owned()),
        ("justify".to_owned(), Justify::default().word().to_owned()),
        ("every".to_owned(), Every::default().word().to_owned()),
        ("next_at".to_owned(), app.now().date()),
    ])
}

/// The form as it shows a schedule.
fn shown(it: &Schedule) -> Fields {
    let reviewers = it.terms.reviewers.iter().map(|id| (format!("reviewer-{id}"), "on".to_owned()));
    let others = [
        ("name", it.name.clone()),
        ("scope", it.terms.scope.word().to_owned()),
        ("fallback", it.terms.fallback.to_string()),
        ("days", it.terms.days.to_string()),
        ("silence", it.terms.silence.word().to_owned()),
        ("justify", it.terms.justify.word().to_owned()),
        ("every", it.every.word().to_owned()),
        ("next_at", it.next_at.date()),
    ];
    Fields::shown(reviewers.chain(others.map(|(name, value)| (name.to_owned(), value))))
}

fn terms(fields: &Fields) -> Result<Terms, Error> {
    let (from, to) = DAYS;
    let chosen = |name: &str| fields.get(name).unwrap_or_default();
    let unknown = |name: &str| Error::invalid(name, Flaw::Meaningless);
    Ok(Terms {
        scope: Scope::parse(chosen("scope")).ok_or_else(|| unknown("scope"))?,
        reviewers: fields.under("reviewer-").filter_map(|it| it.parse().ok()).collect(),
        fallback: chosen("fallback").parse().map_err(|_| Error::invalid("fallback", Flaw::Reviewers))?,
        days: chosen("days").trim().parse().map_err(|_| Error::invalid("days", Flaw::Days { from, to }))?,
        silence: Silence::parse(chosen("silence")).ok_or_else(|| unknown("silence"))?,
        justify: Justify::parse(chosen("justify")).ok_or_else(|| unknown("justify"))?,
    })
}

fn may_manage(console: &Console) -> Result<(), Error> {
    if reviews::may_manage(&console.actor, &console.model) {
        return Ok(());
    }
    Err(Error::denied(Denial::ReviewNotOffered))
}

/// What is not an id names nothing.
fn schedule_id(text: &str) -> Result<ReviewScheduleId, Error> {
    text.parse().map_err(|_| Error::NotFound("schedule"))
}
