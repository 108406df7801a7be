//! The streams in which the audit log goes out: the list, one of them, making and changing one, and what is done to it.
//!
//! **Invariant:** a secret that is made here is on the page that answers the form which made it, and on no other; one that is given
//! is on none.

mod deeds;
mod form;
mod secret;
mod show;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::app::App;
use crate::app::audit_streams::{self, Kind, Standing, State as Doing, Style};
use crate::domain::id::AuditStreamId;
use crate::domain::{Denial, Error, Timestamp};
use crate::web::console::Console;
use crate::web::console::shell::Shell;
use crate::web::console::users::Badge;
use crate::web::routes::{Access, Routes};
use crate::web::texts::Texts;

/// Where the list is.
pub(super) const LIST: &str = "/console/audit/streams";
/// Where a new one is made.
const NEW: &str = "/console/audit/streams/new";

/// The routes of the streams.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(LIST, Access::Session, list)
        .get(NEW, Access::Recent, form::new)
        .post(NEW, Access::Recent, form::create)
        .get("/console/audit/streams/{id}", Access::Session, show::show)
        .get("/console/audit/streams/{id}/edit", Access::Recent, form::edit)
        .post("/console/audit/streams/{id}/edit", Access::Recent, form::save)
        .get("/console/audit/streams/{id}/secret", Access::Recent, secret::ask)
        .post("/console/audit/streams/{id}/secret", Access::Recent, secret::rotate)
        .get("/console/audit/streams/{id}/replay", Access::Session, deeds::ask_replay)
        .post("/console/audit/streams/{id}/replay", Access::Session, deeds::replay)
        .post("/console/audit/streams/{id}/test", Access::Session, show::test)
        .get("/console/audit/streams/{id}/deeds/{deed}", Access::Session, deeds::ask)
        .post("/console/audit/streams/{id}/deeds/{deed}", Access::Session, deeds::do_it)
}

#[derive(Template)]
#[template(path = "console/audit/streams/list.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    t: Texts,
    rows: Vec<Row>,
    may_manage: bool,
}

/// A stream on the list.
struct Row {
    path: String,
    name: String,
    kind: String,
    address: String,
    state: Badge,
    behind: String,
    sent: Option<Timestamp>,
}

async fn list(State(app): State<App>, console: Console) -> Response {
    console.answer(page(&app, &console).await)
}

async fn page<'a>(app: &App, console: &'a Console) -> Result<ListPage<'a>, Error> {
    let t = console.t;
    let all = audit_streams::list(app, &console.actor, console.org()).await?;
    let row = |it: Standing| Row {
        path: path(it.stream.id),
        kind: kind(t, it.stream.sink.kind()),
        state: state(t, it.stream.state()),
        behind: t.count("stream-behind", it.behind),
        sent: it.stream.last_sent_at,
        name: it.stream.name,
        address: it.address,
    };
    let may_manage = audit_streams::may_manage(&console.actor, &console.model);
    Ok(ListPage { shell: &console.shell, t, rows: all.into_iter().map(row).collect(), may_manage })
}

/// The address of a stream.
fn path(id: AuditStreamId) -> String {
    format!("{LIST}/{id}")
}

/// The stream that an address names, for somebody who may change it.
async fn managed(app: &App, console: &Console, id: &str) -> Result<Standing, Error> {
    may_manage(console)?;
    audit_streams::show(app, &console.actor, stream_id(id)?).await
}

fn may_manage(console: &Console) -> Result<(), Error> {
    if audit_streams::may_manage(&console.actor, &console.model) {
        return Ok(());
    }
    Err(Error::denied(Denial::StreamsNotOffered))
}

/// What is not an id names nothing.
fn stream_id(text: &str) -> Result<AuditStreamId, Error> {
    text.parse().map_err(|_| Error::NotFound("stream"))
}

fn kind(t: Texts, kind: Kind) -> String {
    t.say(match kind {
        Kind::Webhook => "stream-webhook",
        Kind::Syslog => "stream-syslog",
        Kind::S3 => "stream-s3",
        Kind::File => "stream-file",
        Kind::Stdout => "stream-stdout",
    })
}

fn style(t: Texts, style: Style) -> String {
    t.say(match style {
        Style::Json => "stream-json",
        Style::Ocsf => "stream-ocsf",
    })
}

fn state(t: Texts, state: Doing) -> Badge {
    match state {
        Doing::Active => Badge::good(t.say("stream-active")),
        Doing::Failing => Badge::warning(t.say("stream-failing")),
        Doing::Paused => Badge::off(t.say("stream-paused")),
    }
}
