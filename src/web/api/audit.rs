//! The audit log in the API: looked through, shown deed by deed, and as a file.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::document::{Documented, Operation, operation};
use super::json::{Params, Words};
use super::signals::SignalBody;
use super::users::Which;
use crate::app::audit_log::{self, ACTORS, AuditFilter, Format, List, PAGE, PAGE_MAX, TARGETS};
use crate::app::{App, signals, users};
use crate::domain::audit_entry::{AuditEntry, Named};
use crate::domain::id::{AuditId, OrgId};
use crate::domain::policy::{Action, Actor, Outcome};
use crate::domain::text::SEARCH_MAX;
use crate::domain::{Error, Flaw};
use crate::web::download;
use crate::web::error::Problem;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let list = filtered(operation("Lists what was done and what was refused, newest first"))
        .paged((PAGE, PAGE_MAX))
        .answers::<AuditList>(200);
    let show = operation("Shows a deed with all that is kept of it").of_an_organisation().answers::<AuditEvent>(200);
    let format = json!({ "type": "string", "enum": Format::ALL.map(Format::word), "default": Format::Ndjson.word() });
    let export = filtered(operation("Exports what a list would show, on all of its pages; the export is recorded"))
        .query(
            "format",
            "How the file is written; `ocsf` is a line for each event of OCSF 1.8.0, `xlsx` a workbook.",
            format,
        )
        .answers_file(&Format::ALL.map(Format::media_type));
    routes.get("/api/v1/audit", list, self::list).get("/api/v1/audit/export", export, self::export).get(
        "/api/v1/audit/{id}",
        show,
        self::show,
    )
}

/// Which deeds an operation is about.
fn filtered(operation: Operation) -> Operation {
    let time = || json!({ "type": "string", "anyOf": [{ "format": "date" }, { "format": "date-time" }] });
    let party = |kinds: &[&str]| json!({ "anyOf": [{ "type": "string", "format": "uuid" }, { "enum": kinds }] });
    let deeds: Vec<&str> = Action::areas().into_iter().chain(Action::names().iter().copied()).collect();
    let outcomes = Outcome::ALL.map(Outcome::name);
    operation
        .of_an_organisation()
        .query("from", "Not before this day in UTC, or this moment.", time())
        .query("to", "Not after this day in UTC, or this moment.", time())
        .query("actor", "Done by this one, or by those of this kind.", party(&ACTORS))
        .query("target", "Done to this one, or to those of this kind.", party(&TARGETS))
        .query("action", "This deed, or those of this area.", json!({ "type": "string", "enum": deeds }))
        .query("outcome", "How it ended.", json!({ "type": "string", "enum": outcomes }))
        .query("text", "Part of a name at the time.", json!({ "type": "string", "maxLength": SEARCH_MAX }))
}

/// A deed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditEvent {
    #[schema(value_type = String, format = "uuid")]
    id: AuditId,
    /// When it was done.
    at: String,
    /// What was done, such as `user.deactivated`.
    action: String,
    /// `success`, `failure`, or `denied` where the policy refused it.
    outcome: String,
    actor: AuditParty,
    /// The session in which it was done.
    #[schema(value_type = Option<String>, format = "uuid")]
    session_id: Option<crate::domain::id::SessionId>,
    target: AuditParty,
    /// What changed, mostly as a list of `{path, old, new}`.
    #[schema(value_type = Vec<Object>)]
    changes: Value,
    /// What applications were told because of it, and what became of that; in the answer about one deed alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    told: Option<Vec<SignalBody>>,
}

/// Somebody or something of a deed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditParty {
    /// `user`, `group`, `connection` and so on.
    kind: String,
    id: Option<String>,
    /// What it is called now; as far as it is gone, what it was called.
    label: String,
    /// What it was called at the time.
    label_at_time: String,
}

/// A page of the audit log, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditList {
    events: Vec<AuditEvent>,
    /// Where the next page begins, when there is one.
    next_cursor: Option<String>,
}

/// Which deeds, from where on or in which format. A word that is none of these would be a filter that filters nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    organisation: Option<String>,
    from: Option<String>,
    to: Option<String>,
    actor: Option<String>,
    target: Option<String>,
    action: Option<String>,
    outcome: Option<String>,
    text: Option<String>,
    cursor: Option<String>,
    limit: Option<u64>,
}

/// The same for a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exported {
    organisation: Option<String>,
    from: Option<String>,
    to: Option<String>,
    actor: Option<String>,
    target: Option<String>,
    action: Option<String>,
    outcome: Option<String>,
    text: Option<String>,
    format: Option<String>,
}

fn filter(words: &[(&'static str, Option<String>); 7]) -> Result<AuditFilter, Error> {
    AuditFilter::read(words.iter().filter_map(|(name, word)| Some((*name, word.as_deref()?))))
}

async fn list(State(app): State<App>, actor: Actor, Params(asked): Params<Listed>) -> Result<Json<AuditList>, Problem> {
    let org = org(&app, &actor, asked.organisation.as_deref()).await?;
    let filter = filter(&[
        ("from", asked.from),
        ("to", asked.to),
        ("actor", asked.actor),
        ("target", asked.target),
        ("action", asked.action),
        ("outcome", asked.outcome),
        ("text", asked.text),
    ])?;
    let list = List { filter, cursor: asked.cursor, limit: asked.limit };
    let page = audit_log::list(&app, &actor, org, &list).await?;
    let events = page.events.iter().map(|it| audit_log::entry(it).into()).collect();
    Ok(Json(AuditList { events, next_cursor: page.next }))
}

async fn show(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Params(which): Params<Which>,
) -> Result<Json<AuditEvent>, Problem> {
    let org = org(&app, &actor, which.organisation.as_deref()).await?;
    let id = id.parse().map_err(|_| Error::NotFound("deed"))?;
    let deed = audit_log::show(&app, &actor, org, id).await?;
    let told = signals::of_deed(&app, org, &deed).await?.into_iter().map(SignalBody::from).collect();
    Ok(Json(AuditEvent { told: Some(told), ..audit_log::entry(&deed).into() }))
}

async fn export(State(app): State<App>, actor: Actor, Params(asked): Params<Exported>) -> Result<Response, Problem> {
    let org = org(&app, &actor, asked.organisation.as_deref()).await?;
    let format = asked.format.as_deref().unwrap_or_else(|| Format::Ndjson.word());
    let format = Format::parse(format).ok_or_else(|| Error::invalid("format", Flaw::Meaningless))?;
    let filter = filter(&[
        ("from", asked.from),
        ("to", asked.to),
        ("actor", asked.actor),
        ("target", asked.target),
        ("action", asked.action),
        ("outcome", asked.outcome),
        ("text", asked.text),
    ])?;
    Ok(download::audit(audit_log::export(&app, &actor, org, &filter, format).await?))
}

async fn org(app: &App, actor: &Actor, slug: Option<&str>) -> Result<OrgId, Error> {
    users::organisation_of(app, actor, slug).await
}

impl From<AuditEntry> for AuditEvent {
    fn from(it: AuditEntry) -> Self {
        Self {
            id: it.id,
            at: it.at,
            action: it.action,
            outcome: it.outcome,
            actor: it.actor.into(),
            session_id: it.session_id,
            target: it.target.into(),
            changes: it.changes,
            told: None,
        }
    }
}

impl From<Named> for AuditParty {
    fn from(it: Named) -> Self {
        Self { kind: it.kind, id: it.id, label: it.label, label_at_time: it.label_at_time }
    }
}
