//! The parts of the audit log that are kept as files: the list, asking for one, and taking one away.
//!
//! **Invariant:** nothing of a file is on a page; it is handed over after a new proof, and that is recorded.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::PATH as LOG;
use super::filters::{self, Asked, Chip};
use crate::app::App;
use crate::app::audit_exports::{self, AuditExport, Failure, State as Doing};
use crate::app::audit_log::{self, AuditFilter, Format};
use crate::domain::audit_filter::WORDS;
use crate::domain::id::AuditExportId;
use crate::domain::{Error, Flaw, Timestamp};
use crate::web::console::Console;
use crate::web::console::ask::AskPage;
use crate::web::console::list::address;
use crate::web::console::shell::Shell;
use crate::web::console::users::{Badge, Mark};
use crate::web::console::words::problem;
use crate::web::download;
use crate::web::form::{Fields, Signed};
use crate::web::routes::{Access, Routes};
use crate::web::texts::Texts;
use crate::web::words::who;

/// Where the list is.
pub(super) const LIST: &str = "/console/audit/exports";
/// Where one is asked for.
pub(super) const NEW: &str = "/console/audit/exports/new";

/// The routes of the files.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(LIST, Access::Session, list)
        .get(NEW, Access::Recent, new)
        .post(NEW, Access::Recent, ask)
        .get("/console/audit/exports/{id}/file", Access::RecentFile, file)
        .get("/console/audit/exports/{id}/manifest", Access::Session, manifest)
        .get("/console/audit/exports/{id}/delete", Access::Session, ask_delete)
        .post("/console/audit/exports/{id}/delete", Access::Session, delete)
}

#[derive(Template)]
#[template(path = "console/audit/exports/list.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    t: Texts,
    rows: Vec<Row>,
    may_export: bool,
    /// Some are not there yet.
    is_unfinished: bool,
}

/// A file on the list.
struct Row {
    path: String,
    format: String,
    /// Which deeds, one filter each.
    filter: Vec<String>,
    who: String,
    at: Timestamp,
    state: Badge,
    failure: Option<String>,
    is_ready: bool,
    /// How much is in it.
    size: Option<String>,
    until: Timestamp,
}

#[derive(Template)]
#[template(path = "console/audit/exports/new.html")]
struct NewPage<'a> {
    shell: &'a Shell,
    t: Texts,
    problem: Option<String>,
    is_format_wrong: bool,
    /// Which deeds.
    chips: Vec<Chip>,
    /// The same, for the form to carry along.
    filter: Vec<(&'static str, String)>,
    formats: Vec<Chosen>,
    back: String,
}

/// A format to choose.
struct Chosen {
    value: &'static str,
    label: String,
    is_chosen: bool,
}

async fn list(State(app): State<App>, console: Console) -> Response {
    console.answer(page(&app, &console).await)
}

async fn page<'a>(app: &App, console: &'a Console) -> Result<ListPage<'a>, Error> {
    let all = audit_exports::list(app, &console.actor, console.org()).await?;
    let is_unfinished = all.iter().any(|it| it.state.is_unfinished());
    let mut rows = Vec::new();
    for export in all {
        let called = filters::called(app, console, &export.filter).await?;
        let filter = filters::chips(console.t, &export.filter, &called).into_iter().map(|it| it.label).collect();
        rows.push(row(console.t, &export, filter));
    }
    Ok(ListPage { shell: &console.shell, t: console.t, rows, may_export: may_export(console), is_unfinished })
}

fn row(t: Texts, it: &AuditExport, filter: Vec<String>) -> Row {
    let failure = if let Doing::Failed(why) = it.state { Some(why) } else { None };
    let size = it.made().map(|made| {
        let kilobytes = t.count("export-size", made.bytes.div_ceil(1_000));
        format!("{}, {kilobytes}", t.count("export-deeds", made.deeds))
    });
    Row {
        path: path(it.id),
        format: super::format(t, it.format),
        filter,
        who: who(t, &it.asked_by.kind, &it.asked_by.label),
        at: it.asked_at,
        state: state(t, &it.state),
        failure: failure.map(|it| why(t, it)),
        is_ready: it.made().is_some(),
        size,
        until: it.expires_at,
    }
}

fn state(t: Texts, state: &Doing) -> Badge {
    match state {
        Doing::Waiting => Badge { mark: Mark::Waiting, label: t.say("export-waiting") },
        Doing::UnderWay => Badge { mark: Mark::Waiting, label: t.say("export-under-way") },
        Doing::Ready(_) => Badge::good(t.say("export-is-ready")),
        Doing::Failed(_) => Badge::warning(t.say("export-failed")),
    }
}

fn why(t: Texts, failure: Failure) -> String {
    t.say(match failure {
        Failure::TooLarge => "export-too-large",
        Failure::RightLost => "export-right-lost",
        Failure::Fault => "export-fault",
    })
}

async fn new(State(app): State<App>, console: Console, RawQuery(query): RawQuery) -> Response {
    let page = async {
        let asked = Asked::read(query.as_deref().unwrap_or_default());
        new_page(&app, &console, (&asked.filter?, None), None).await
    };
    console.answer(page.await)
}

async fn ask(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let filter = match filter(&fields) {
        Ok(filter) => filter,
        Err(cause) => return console.refuse(cause),
    };
    let format = fields.get("format").and_then(Format::parse);
    let asked = async {
        let format = format.ok_or_else(|| Error::invalid("format", Flaw::Meaningless))?;
        audit_exports::ask(&app, &console.actor, console.org(), filter.clone(), format).await
    };
    match asked.await {
        Ok(_) => Redirect::to(&format!("{LIST}?said=audit-export-asked")).into_response(),
        Err(cause @ (Error::Invalid { .. } | Error::Conflict(_) | Error::Throttled { .. })) => {
            console.again(&cause, new_page(&app, &console, (&filter, format), Some(&cause)).await)
        }
        Err(cause) => console.refuse(cause),
    }
}

fn filter(fields: &Fields) -> Result<AuditFilter, Error> {
    AuditFilter::read(WORDS.iter().filter_map(|name| Some((*name, fields.get(name)?))))
}

async fn new_page<'a>(
    app: &App,
    console: &'a Console,
    (filter, format): (&AuditFilter, Option<Format>),
    cause: Option<&Error>,
) -> Result<NewPage<'a>, Error> {
    console.actor.may(&console.model, audit_log::EXPORT)?;
    let (t, called) = (console.t, filters::called(app, console, filter).await?);
    let formats = Format::ALL.map(|it| Chosen {
        value: it.word(),
        label: super::format(t, it),
        is_chosen: it == format.unwrap_or(Format::Csv),
    });
    Ok(NewPage {
        shell: &console.shell,
        t,
        problem: cause.map(|it| problem(t, it).1),
        is_format_wrong: matches!(cause, Some(Error::Invalid { .. })),
        chips: filters::chips(t, filter, &called),
        filter: filter.words(),
        formats: formats.into(),
        back: address::at(LOG, &filter.words()),
    })
}

async fn file(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let file = async { audit_exports::fetch(&app, &console.actor, export_id(&id)?).await };
    match file.await {
        Ok(file) => download::kept_audit(file),
        Err(cause) => console.refuse(cause),
    }
}

async fn manifest(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let manifest = async { audit_exports::manifest(&app, &console.actor, export_id(&id)?).await };
    match manifest.await {
        Ok(manifest) => download::manifest(manifest),
        Err(cause) => console.refuse(cause),
    }
}

async fn ask_delete(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let page = async {
        console.actor.may(&console.model, audit_log::EXPORT)?;
        let it = audit_exports::show(&app, &console.actor, export_id(&id)?).await?;
        Ok(AskPage {
            title: console.t.say("ask-export-delete"),
            text: console.t.say("ask-export-delete-text"),
            action: format!("{}/delete", path(it.id)),
            button: console.t.say("do-delete"),
            is_grave: true,
            ..AskPage::of(&console, LIST.to_owned())
        })
    };
    console.answer(page.await)
}

async fn delete(State(app): State<App>, console: Console, Path(id): Path<String>, Signed(_): Signed) -> Response {
    let deleted = async { audit_exports::delete(&app, &console.actor, export_id(&id)?).await };
    match deleted.await {
        Ok(()) => Redirect::to(&format!("{LIST}?said=audit-export-deleted")).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

fn may_export(console: &Console) -> bool {
    console.actor.may(&console.model, audit_log::EXPORT).is_ok()
}

fn path(id: AuditExportId) -> String {
    format!("{LIST}/{id}")
}

/// What is not an id names nothing.
fn export_id(text: &str) -> Result<AuditExportId, Error> {
    text.parse().map_err(|_| Error::NotFound("export"))
}
