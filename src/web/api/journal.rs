//! The journal of provisioning in the API.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::document::{CURSOR, Documented, operation};
use super::json::{Params, Words};
use super::users::Which as WhichOrganisation;
use crate::app::journal::{self, Entry, Which};
use crate::app::provisioning::Trial;
use crate::app::{App, users};
use crate::domain::Error;
use crate::domain::id::{CallId, ConnectionId, UserId};
use crate::domain::journal::{About, CameTo, Deed};
use crate::domain::policy::Actor;
use crate::web::error::Problem;

/// So many entries are answered where nothing else is asked for.
const USUAL: u64 = 50;
const MOST: u64 = 500;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let uuid = || json!({ "type": "string", "format": "uuid" });
    let limit = json!({ "type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL });
    let words: Vec<&str> = CameTo::ALL.into_iter().map(CameTo::word).collect();
    let list = operation("Lists what identity providers asked over SCIM and what became of it, newest first")
        .of_an_organisation()
        .query("connection", "Those of this connection.", uuid())
        .query("user", "Those about this user.", uuid())
        .query("result", "Those of which this became.", json!({ "type": "string", "enum": words }))
        .query("cursor", CURSOR, uuid())
        .query("limit", "How many.", limit)
        .answers::<CallList>(200);
    let show = operation("Shows a request of an identity provider with its answer and what it did")
        .of_an_organisation()
        .answers::<CallWithBodies>(200);
    let rehearse = operation("Tells what a request would do now, and does nothing")
        .of_an_organisation()
        .answers::<TrialBody>(200)
        .conflicts();
    let replay = operation(
        "Does a request again, with the rights of its connection, and shows the new entry: what became of it",
    )
    .of_an_organisation()
    .answers::<CallWithBodies>(200)
    .conflicts();
    routes
        .get("/api/v1/provisioning/journal", list, self::list)
        .get("/api/v1/provisioning/journal/{id}", show, self::show)
        .post("/api/v1/provisioning/journal/{id}/dry-run", rehearse, self::rehearse)
        .post("/api/v1/provisioning/journal/{id}/replay", replay, self::replay)
}

/// A request of an identity provider.
#[derive(Debug, Serialize, ToSchema)]
struct CallBody {
    id: CallId,
    connection: ConnectionId,
    at: String,
    /// How long the answer took, in milliseconds.
    took_ms: f64,
    method: String,
    path: String,
    query: Option<String>,
    status: u16,
    /// `changed`, `nothing` (everything was so already), `read`, `refused`, `failed` (it may be tried again) or `waiting` (it was
    /// kept, and what becomes of it will stand here).
    result: &'static str,
    /// Why it was refused.
    detail: Option<String>,
    /// The user whom it was about.
    user: Option<UserId>,
    /// How many were found, of a list.
    found: Option<u64>,
    /// The request that this one is again; it did not come from the identity provider.
    replay_of: Option<CallId>,
    /// The number under which the identity provider is told the outcome of a request that it did not wait for (RFC 9967).
    txn: Option<CallId>,
    deeds: Vec<DeedBody>,
    /// The attributes that were sent and left as they were, because the token does not name them.
    left_alone: Vec<String>,
    /// How many requests it stands for: of those that come too fast (429), all but the first of a minute are one entry.
    times: u32,
}

/// Something that was done, as the audit log tells it.
#[derive(Debug, Serialize, ToSchema)]
struct DeedBody {
    /// `user.deactivated`.
    action: String,
    target_kind: String,
    target_id: Option<String>,
    target_label: String,
    /// What changed, as the audit log keeps it.
    #[schema(value_type = Vec<Object>)]
    changes: Value,
}

/// Requests, newest first.
#[derive(Debug, Serialize, ToSchema)]
struct CallList {
    calls: Vec<CallBody>,
    next_cursor: Option<CallId>,
}

/// A request with what was said on both sides.
#[derive(Debug, Serialize, ToSchema)]
struct CallWithBodies {
    #[serde(flatten)]
    call: CallBody,
    /// The body of the request without passwords; none where it had none, or more than 32 KiB.
    #[schema(value_type = Option<Object>)]
    request: Option<Value>,
    /// How many bytes the body had that was too large to be kept.
    request_bytes: Option<usize>,
    /// The body of the answer; none where it had none, or more than 32 KiB.
    #[schema(value_type = Option<Object>)]
    answer: Option<Value>,
    /// Whether the request can be done again, and it can be told what it would do now.
    can_replay: bool,
}

/// What a request would do now.
#[derive(Debug, Serialize, ToSchema)]
struct TrialBody {
    /// Why it would be refused.
    refusal: Option<String>,
    /// What it would do; nothing where everything is so already.
    deeds: Vec<DeedBody>,
    /// The resource as it is.
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// The resource as it would be.
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
}

/// What the query asks for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    organisation: Option<String>,
    connection: Option<ConnectionId>,
    user: Option<UserId>,
    result: Option<String>,
    cursor: Option<CallId>,
    limit: Option<u64>,
}

async fn list(State(app): State<App>, actor: Actor, Params(asked): Params<Asked>) -> Result<Json<CallList>, Problem> {
    let org = users::organisation_of(&app, &actor, asked.organisation.as_deref()).await?;
    let limit = asked.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(Error::malformed("limit", format!("must be from 1 to {MOST}")).into());
    }
    let unknown =
        || Error::malformed("result", "must be changed, nothing, read, refused, failed or waiting".to_owned());
    let came_to = asked.result.map(|word| CameTo::parse(&word).ok_or_else(unknown)).transpose()?;
    let which = Which { connection: asked.connection, user: asked.user, came_to, before: asked.cursor };
    let mut found = journal::list(&app, &actor, org, which, limit.saturating_add(1)).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next_cursor = found.last().filter(|_| has_more).map(|it| it.call.id);
    Ok(Json(CallList { calls: found.into_iter().map(CallBody::from).collect(), next_cursor }))
}

async fn show(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Params(which): Params<WhichOrganisation>,
) -> Result<Json<CallWithBodies>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    Ok(Json(journal::show(&app, &actor, org, parse(&id)?).await?.into()))
}

async fn rehearse(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Params(which): Params<WhichOrganisation>,
) -> Result<Json<TrialBody>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let (_, trial) = journal::rehearse(&app, &actor, org, parse(&id)?).await?;
    Ok(Json(trial.into()))
}

async fn replay(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Params(which): Params<WhichOrganisation>,
) -> Result<Json<CallWithBodies>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let made = journal::replay(&app, &actor, org, parse(&id)?).await?;
    Ok(Json(journal::show(&app, &actor, org, made).await?.into()))
}

/// What is not an id names nothing.
fn parse(text: &str) -> Result<CallId, Error> {
    text.parse().map_err(|_| Error::NotFound("journal entry"))
}

impl From<Entry> for CallBody {
    fn from(Entry { call, said }: Entry) -> Self {
        Self {
            id: call.id,
            connection: call.connection,
            at: call.at.rfc3339(),
            took_ms: call.took.as_secs_f64() * 1_000.0,
            method: call.method,
            path: call.path,
            status: call.status,
            result: call.came_to.word(),
            detail: said.detail().map(str::to_owned),
            user: match call.about {
                Some(About::User(id)) => Some(id),
                Some(About::Group(_)) | None => None,
            },
            times: call.times,
            query: said.query,
            found: said.found,
            replay_of: said.replay_of,
            txn: said.later.as_ref().map(|_| call.id),
            deeds: said.deeds.into_iter().map(DeedBody::from).collect(),
            left_alone: said.left_alone.into_iter().collect(),
        }
    }
}

impl From<Entry> for CallWithBodies {
    fn from(mut entry: Entry) -> Self {
        let can_replay = journal::can_replay(&entry);
        let request_bytes = entry.said.request_bytes;
        let (request, answer) = (entry.said.request.take(), entry.said.answer.clone());
        Self { call: entry.into(), request, request_bytes, answer, can_replay }
    }
}

impl From<Trial> for TrialBody {
    fn from(it: Trial) -> Self {
        let deeds = it.deeds.into_iter().map(DeedBody::from).collect();
        Self { refusal: it.refusal, deeds, before: it.before, after: it.after }
    }
}

impl From<Deed> for DeedBody {
    fn from(it: Deed) -> Self {
        Self {
            action: it.action,
            target_kind: it.target_kind,
            target_id: it.target_id,
            target_label: it.target_label,
            changes: it.changes,
        }
    }
}
