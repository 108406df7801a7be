//! The parts of the audit log that are kept as files, in the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::{Body, Params, Words};
use super::users::Which;
use crate::app::audit_exports::{self, AuditExport, State as Doing};
use crate::app::audit_log::{AuditFilter, Format};
use crate::app::{App, users};
use crate::domain::id::{AuditExportId, UserId};
use crate::domain::policy::Actor;
use crate::domain::{Error, Flaw};
use crate::web::download;
use crate::web::error::Problem;

const LIST: &str = "/api/v1/audit/exports";

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let list = operation("Lists the parts of the audit log that are kept as files, newest first")
        .of_an_organisation()
        .answers::<AuditExportList>(200);
    let ask = operation("Has a part of the audit log made into a file; that it is asked for is recorded")
        .about(
            "The file is made in the background, in the name of whoever asks, who gets a letter, and is kept for a week, or until \
             somebody is erased. Three wait or are being made at a time, and there are twenty at most.",
        )
        .of_an_organisation()
        .takes::<NewAuditExportBody>()
        .answers::<AuditExportBody>(202)
        .conflicts()
        .throttles();
    let show = operation("Shows how far a file is").answers::<AuditExportBody>(200);
    let file = operation("Hands over a file; that a copy is taken is recorded")
        .conflicts()
        .answers_file(&Format::ALL.map(Format::media_type));
    let manifest = operation("Hands over what proves a file")
        .about(
            "Two lines of JSON: what the file is, with its SHA-256 and a signed checkpoint of the chain up to which it tells; and \
             the Ed25519 signature of the bytes of the first line, without its line feed. `doorward audit verify --export` checks it.",
        )
        .conflicts()
        .answers_file(&[download::LINES]);
    let delete = operation("Takes a file away before its time");
    routes
        .get(LIST, list, self::list)
        .post(LIST, ask, self::ask)
        .get("/api/v1/audit/exports/{id}", show, self::show)
        .get("/api/v1/audit/exports/{id}/file", file, self::file)
        .get("/api/v1/audit/exports/{id}/manifest", manifest, self::manifest)
        .delete("/api/v1/audit/exports/{id}", delete, self::delete)
}

/// What is to be in a file, in the words of the list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAuditExportBody {
    /// `csv`, `json`, `ndjson`, `ocsf` or `xlsx`; `ndjson` where nobody says.
    #[serde(default)]
    format: Option<String>,
    /// Not before this day in UTC, or this moment.
    #[serde(default)]
    from: Option<String>,
    /// Not after this day in UTC, or this moment.
    #[serde(default)]
    to: Option<String>,
    /// Done by this one, or by those of this kind.
    #[serde(default)]
    actor: Option<String>,
    /// Done to this one, or to those of this kind.
    #[serde(default)]
    target: Option<String>,
    /// This deed, or those of this area.
    #[serde(default)]
    action: Option<String>,
    /// How it ended.
    #[serde(default)]
    outcome: Option<String>,
    /// Part of a name at the time.
    #[serde(default)]
    #[schema(max_length = 256)]
    text: Option<String>,
}

/// The words of a filter; those that are not said are left out.
#[derive(Debug, Default, Serialize, ToSchema)]
struct AuditFilterBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// A part of the log that somebody wants as a file.
#[derive(Debug, Serialize, ToSchema)]
struct AuditExportBody {
    #[schema(value_type = String, format = "uuid")]
    id: AuditExportId,
    /// `csv`, `json`, `ndjson`, `ocsf` or `xlsx`.
    format: &'static str,
    filter: AuditFilterBody,
    asked_by: AskerBody,
    asked_at: String,
    /// `waiting`, `under_way`, `ready` or `failed`.
    state: &'static str,
    /// Why there will be no file: `too_large` beyond 1 GiB, `right_lost` where whoever asked may export no more, or `fault`.
    failure: Option<&'static str>,
    /// How many deeds are in the file.
    deeds: Option<u64>,
    /// How long it is.
    bytes: Option<u64>,
    /// When it goes.
    expires_at: String,
}

/// Who asked for a file.
#[derive(Debug, Serialize, ToSchema)]
struct AskerBody {
    /// `user`, `service_account` or `operator`.
    kind: String,
    #[schema(value_type = Option<String>, format = "uuid")]
    id: Option<UserId>,
    /// What it was called at the time.
    label: String,
}

/// The files, newest first.
#[derive(Debug, Serialize, ToSchema)]
struct AuditExportList {
    exports: Vec<AuditExportBody>,
}

async fn list(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
) -> Result<Json<AuditExportList>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let all = audit_exports::list(&app, &actor, org).await?;
    Ok(Json(AuditExportList { exports: all.into_iter().map(AuditExportBody::from).collect() }))
}

async fn ask(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
    Body(new): Body<NewAuditExportBody>,
) -> Result<(StatusCode, Json<AuditExportBody>), Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let format = new.format.as_deref().unwrap_or_else(|| Format::Ndjson.word());
    let format = Format::parse(format).ok_or_else(|| Error::invalid("format", Flaw::Meaningless))?;
    let words = [
        ("from", new.from),
        ("to", new.to),
        ("actor", new.actor),
        ("target", new.target),
        ("action", new.action),
        ("outcome", new.outcome),
        ("text", new.text),
    ];
    // A program that sends an empty word has lost a value, and must not get everything instead.
    if let Some((name, _)) = words.iter().find(|(_, word)| word.as_ref().is_some_and(|it| it.trim().is_empty())) {
        return Err(Error::malformed(*name, "has no value; leave it out").into());
    }
    let filter = AuditFilter::read(words.iter().filter_map(|(name, word)| Some((*name, word.as_deref()?))))?;
    let asked = audit_exports::ask(&app, &actor, org, filter, format).await?;
    Ok((StatusCode::ACCEPTED, Json(asked.into())))
}

async fn show(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<AuditExportBody>, Problem> {
    Ok(Json(audit_exports::show(&app, &actor, export_id(&id)?).await?.into()))
}

async fn file(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<Response, Problem> {
    Ok(download::kept_audit(audit_exports::fetch(&app, &actor, export_id(&id)?).await?))
}

async fn manifest(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<Response, Problem> {
    Ok(download::manifest(audit_exports::manifest(&app, &actor, export_id(&id)?).await?))
}

async fn delete(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<StatusCode, Problem> {
    audit_exports::delete(&app, &actor, export_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is not an id names nothing.
fn export_id(text: &str) -> Result<AuditExportId, Error> {
    text.parse().map_err(|_| Error::NotFound("export"))
}

impl From<AuditExport> for AuditExportBody {
    fn from(it: AuditExport) -> Self {
        let made = it.made();
        Self {
            id: it.id,
            format: it.format.word(),
            filter: (&it.filter).into(),
            asked_at: it.asked_at.rfc3339(),
            state: it.state.word(),
            failure: if let Doing::Failed(why) = it.state { Some(why.word()) } else { None },
            deeds: made.map(|it| it.deeds),
            bytes: made.map(|it| it.bytes),
            expires_at: it.expires_at.rfc3339(),
            asked_by: AskerBody { kind: it.asked_by.kind, id: it.asked_by.id, label: it.asked_by.label },
        }
    }
}

impl From<&AuditFilter> for AuditFilterBody {
    fn from(filter: &AuditFilter) -> Self {
        let mut words = filter.words();
        let mut word =
            |wanted: &str| words.iter_mut().find(|(name, _)| *name == wanted).map(|(_, value)| std::mem::take(value));
        Self {
            from: word("from"),
            to: word("to"),
            actor: word("actor"),
            target: word("target"),
            action: word("action"),
            outcome: word("outcome"),
            text: word("text"),
        }
    }
}
