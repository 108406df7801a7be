//! One deed with all that is kept of it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;

use super::{PATH, Party, outcome, party};
use crate::app::{App, audit_log, signals};
use crate::domain::text::on_one_line;
use crate::domain::{Error, ocsf};
use crate::web::console::Console;
use crate::web::console::list::address;
use crate::web::console::shell::Shell;
use crate::web::console::told::{self, Row};
use crate::web::console::users::Badge;
use crate::web::texts::Texts;
use crate::web::words::did;

/// So many events of a deed are shown; a file has all of them.
const EVENTS_SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "console/audit/show.html")]
struct ShowPage<'a> {
    shell: &'a Shell,
    t: Texts,
    what: String,
    code: String,
    id: String,
    at: String,
    outcome: Badge,
    who: Side,
    whom: Side,
    session: Option<String>,
    people: Vec<String>,
    changes: Vec<ChangeRow>,
    /// What applications were told because of it.
    told: Vec<Row>,
    raw: String,
    /// The same as events of OCSF.
    ocsf: String,
}

/// Somebody or something of the deed.
struct Side {
    party: Party,
    id: String,
    /// Everything else that it did, or that was done to it.
    more: Option<String>,
}

/// A value that changed.
struct ChangeRow {
    path: String,
    old: Option<String>,
    new: Option<String>,
}

pub(super) async fn show(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    console.answer(page(&app, &console, &id).await)
}

async fn page<'a>(app: &App, console: &'a Console, id: &str) -> Result<ShowPage<'a>, Error> {
    let id = id.parse().map_err(|_| Error::NotFound("deed"))?;
    let event = audit_log::show(app, &console.actor, console.org(), id).await?;
    let (t, row) = (console.t, &event.row);
    let entry = audit_log::entry(&event);
    let side = |party: Party, field: &'static str, id: &str| Side {
        party,
        id: id.to_owned(),
        more: (!id.is_empty()).then(|| address::at(PATH, &[(field, id.to_owned())])),
    };
    Ok(ShowPage {
        shell: &console.shell,
        t,
        what: did(t, &row.action),
        code: row.action.clone(),
        id: row.id.to_string(),
        at: row.at.rfc3339(),
        outcome: outcome(t, &row.outcome),
        who: side(party(console, (&row.actor_kind, &row.actor_id), &event.by), "actor", &row.actor_id),
        whom: side(party(console, (&row.target_kind, &row.target_id), &event.target), "target", &row.target_id),
        session: row.session.map(|it| it.to_string()),
        people: event.people.iter().map(|it| on_one_line(it.called()).into_owned()).collect(),
        changes: changes(&entry.changes),
        told: told::rows(t, &signals::of_deed(app, console.org(), &event).await?),
        raw: pretty(&entry)?,
        ocsf: ocsf::events(&entry).iter().take(EVENTS_SHOWN).map(pretty).collect::<Result<_, _>>()?,
    })
}

/// As JSON of many lines, on which no name acts.
fn pretty(of: &impl Serialize) -> Result<String, Error> {
    let text = serde_json::to_string_pretty(of).map_err(anyhow::Error::new)?;
    Ok(text.lines().map(|line| on_one_line(line).into_owned() + "\n").collect())
}

/// One row for each value; what a record holds beside old and new stands in rows of its own.
fn changes(all: &Value) -> Vec<ChangeRow> {
    let mut rows = Vec::new();
    for change in all.as_array().into_iter().flatten().filter_map(Value::as_object) {
        let path = change.get("path").and_then(Value::as_str).unwrap_or_default();
        let value = |name: &str| change.get(name).filter(|it| !it.is_null()).map(text);
        let (old, new) = (value("old"), value("new"));
        let others = change.iter().filter(|(name, _)| !matches!(name.as_str(), "path" | "old" | "new"));
        let others: Vec<_> = others.map(|(name, it)| (format!("{path}.{name}"), text(it))).collect();
        if old.is_some() || new.is_some() || others.is_empty() {
            rows.push(ChangeRow { path: path.to_owned(), old, new });
        }
        rows.extend(others.into_iter().map(|(path, it)| ChangeRow { path, old: None, new: Some(it) }));
    }
    rows
}

fn text(value: &Value) -> String {
    let words = match value {
        Value::String(text) => text.clone(),
        Value::Array(values) if values.iter().all(Value::is_string) => {
            values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    };
    on_one_line(&words).into_owned()
}
