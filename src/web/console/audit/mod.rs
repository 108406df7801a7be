//! The audit log: what was done and what was refused, looked through, shown deed by deed, and downloaded.
//!
//! **Invariant:** the address is the filter; what is downloaded is what the filter finds.
//! **Invariant:** names are shown as text on one line, whatever they hold.

mod exports;
mod filters;
mod show;
mod streams;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::Console;
use super::list::address;
use super::shell::Shell;
use super::users::Badge;
use crate::app::App;
use crate::app::audit_chain::{self, Integrity};
use crate::app::audit_log::{self, AuditFilter, Format, List};
use crate::app::history::{Event, Label};
use crate::domain::policy::Outcome;
use crate::domain::text::on_one_line;
use crate::domain::{Error, Flaw, Timestamp};
use crate::web::download;
use crate::web::page::Page;
use crate::web::routes::{Access, Routes};
use crate::web::texts::{Part, Texts};
use crate::web::words::{did, flaw, kind, who};
use filters::{Asked, Chip, Form};

/// Where the log is.
pub(super) const PATH: &str = "/console/audit";
/// Where the streams are in which it goes out.
pub(super) const STREAMS: &str = streams::LIST;
/// Where the files are that were made of it.
pub(super) const EXPORTS: &str = exports::LIST;
const EXPORT: &str = "/console/audit/export";

/// The routes of the log.
pub(super) fn routes(routes: Routes) -> Routes {
    exports::routes(streams::routes(routes))
        .get(PATH, Access::Session, list)
        .get(EXPORT, Access::RecentFile, export)
        .get("/console/audit/{id}", Access::Session, show::show)
}

#[derive(Template)]
#[template(path = "console/audit/list.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    t: Texts,
    problem: Option<String>,
    form: Form,
    chips: Vec<Chip>,
    rows: Vec<Row>,
    newest: Option<String>,
    older: Option<String>,
    downloads: Vec<Download>,
    /// Where the same is asked for as a file that is kept.
    prepare: String,
    /// How far the log is sealed, and what came of going through it.
    sealed: String,
    /// That it is not as it was written.
    changed: Option<String>,
}

/// A deed on the list.
struct Row {
    at: Timestamp,
    what: String,
    path: String,
    who: Party,
    whom: Party,
    outcome: Badge,
}

/// Somebody or something of a deed, with the way to its page where there is one for this reader.
struct Party {
    label: Label,
    path: Option<String>,
    kind: String,
}

/// A way to have what is filtered as a file.
struct Download {
    label: String,
    path: String,
}

async fn list(State(app): State<App>, console: Console, RawQuery(query): RawQuery) -> Response {
    let asked = Asked::read(query.as_deref().unwrap_or_default());
    match page(&app, &console, &asked).await {
        Ok(page) if page.problem.is_some() => (StatusCode::BAD_REQUEST, Page(page)).into_response(),
        Ok(page) => Page(page).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

async fn page<'a>(app: &App, console: &'a Console, asked: &Asked) -> Result<ListPage<'a>, Error> {
    let (t, actor, org) = (console.t, &console.actor, console.org());
    let (filter, problem) = match &asked.filter {
        Ok(filter) => (filter.clone(), None),
        // Nothing is found by what means nothing; the form stays as it was filled in.
        Err(Error::Invalid { problem, .. }) => (AuditFilter::default(), Some(flaw(t, problem))),
        Err(_) => (AuditFilter::default(), Some(flaw(t, &Flaw::Meaningless))),
    };
    let limit = if problem.is_some() { Some(1) } else { None };
    let list = List { filter: filter.clone(), cursor: asked.cursor.clone(), limit };
    let mut found = audit_log::list(app, actor, org, &list).await?;
    if problem.is_some() {
        (found.events, found.next) = (Vec::new(), None);
    }
    let called = filters::called(app, console, &filter).await?;
    let (sealed, changed) = integrity(t, &audit_chain::integrity(app, actor, org).await?);
    let may_export = problem.is_none() && actor.may(&console.model, audit_log::EXPORT).is_ok();
    Ok(ListPage {
        shell: &console.shell,
        t,
        form: filters::form(t, asked, &called),
        chips: filters::chips(t, &filter, &called),
        rows: found.events.iter().map(|it| row(console, it)).collect(),
        newest: asked.cursor.as_ref().map(|_| address::at(PATH, &filter.words())),
        older: found.next.map(|cursor| older(&filter, cursor)),
        downloads: if may_export { downloads(t, &filter) } else { Vec::new() },
        prepare: address::at(exports::NEW, &filter.words()),
        problem,
        sealed,
        changed,
    })
}

/// How far the log is sealed, and what came of going through it, where that is not as it should be apart.
fn integrity(t: Texts, it: &Integrity) -> (String, Option<String>) {
    let sealed = match u64::try_from(it.sealed).unwrap_or(0) {
        0 => t.say("audit-not-sealed"),
        count => t.count("audit-sealed", count),
    };
    let Some(last) = &it.verification else { return (sealed, None) };
    let day = t.day(&last.at);
    if last.problems == 0 {
        return (format!("{sealed} {}", t.with("audit-intact", &[("day", Part::Words(&day))])), None);
    }
    let parts = [
        ("day", Part::Words(&day)),
        ("problems", Part::Number(last.problems)),
        ("first", Part::Words(&last.first_problem)),
    ];
    (sealed, Some(t.with("audit-changed", &parts)))
}

fn older(filter: &AuditFilter, cursor: String) -> String {
    let mut words = filter.words();
    words.push(("cursor", cursor));
    address::at(PATH, &words)
}

fn downloads(t: Texts, filter: &AuditFilter) -> Vec<Download> {
    let all = Format::ALL.map(|format| {
        let mut words = filter.words();
        words.push(("format", format.word().to_owned()));
        Download { label: self::format(t, format), path: address::at(EXPORT, &words) }
    });
    all.into()
}

fn format(t: Texts, format: Format) -> String {
    t.say(match format {
        Format::Csv => "audit-csv",
        Format::Json => "audit-json",
        Format::Ndjson => "audit-ndjson",
        Format::Ocsf => "audit-ocsf",
        Format::Xlsx => "audit-xlsx",
    })
}

fn row(console: &Console, it: &Event) -> Row {
    let t = console.t;
    Row {
        at: it.row.at,
        what: did(t, &it.row.action),
        path: format!("{PATH}/{}", it.row.id),
        who: party(console, (&it.row.actor_kind, &it.row.actor_id), &it.by),
        whom: party(console, (&it.row.target_kind, &it.row.target_id), &it.target),
        outcome: outcome(t, &it.row.outcome),
    }
}

fn outcome(t: Texts, word: &str) -> Badge {
    match Outcome::parse(word) {
        Some(Outcome::Success) | None => Badge::good(t.say("audit-done")),
        Some(Outcome::Failure) => Badge::warning(t.say("outcome-failure")),
        Some(Outcome::Denied) => Badge::off(t.say("outcome-denied")),
    }
}

fn party(console: &Console, (of_kind, id): (&str, &str), label: &Label) -> Party {
    let kind = kind(console.t, of_kind);
    let now = who(console.t, of_kind, &label.now);
    let then = label.then.as_ref().map(|it| on_one_line(it).into_owned());
    let path = if label.is_there { path_of(console, of_kind, id) } else { None };
    let person = label.person.as_ref().map(|it| on_one_line(it).into_owned());
    Party { label: Label { now, person, then, is_there: label.is_there }, path, kind }
}

/// The page of what is still there, for somebody who may open it.
fn path_of(console: &Console, kind: &str, id: &str) -> Option<String> {
    let (permission, folder) = match kind {
        "user" => ("users:read", "users"),
        "group" => ("groups:read", "groups"),
        "team" => ("teams:read", "teams"),
        "project" => (crate::app::projects::LIST, "projects"),
        "service_account" => (crate::app::service_accounts::PERMISSION, "users/service-accounts"),
        "connection" => (crate::app::connections::MANAGE, "provisioning/connections"),
        "resource" => (crate::domain::resource::MANAGE_ALL, "resources"),
        _ => return None,
    };
    console.actor.may(&console.model, permission).is_ok().then(|| format!("/console/{folder}/{id}"))
}

async fn export(State(app): State<App>, console: Console, RawQuery(query): RawQuery) -> Response {
    let asked = Asked::read(query.as_deref().unwrap_or_default());
    match file(&app, &console, asked).await {
        Ok(export) => download::audit(export),
        Err(cause) => console.refuse(cause),
    }
}

async fn file(app: &App, console: &Console, asked: Asked) -> Result<audit_log::Export, Error> {
    let format = asked.word("format").and_then(Format::parse);
    let format = format.ok_or_else(|| Error::invalid("format", Flaw::Meaningless))?;
    audit_log::export(app, &console.actor, console.org(), &asked.filter?, format).await
}
