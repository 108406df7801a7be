//! Whether the audit log is as it was written, in the API.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::Params;
use super::users::Which;
use crate::app::audit_chain::{self, Kept, Problem as Found};
use crate::app::{App, users};
use crate::domain::id::OrgId;
use crate::domain::policy::Actor;
use crate::domain::{Error, Timestamp};
use crate::web::error::Problem;

/// So many checkpoints are handed out where nobody says.
const USUAL: u64 = 100;
/// And at most.
const MOST: u64 = 1_000;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let show = operation("Tells how far the audit log is sealed, and what came of going through it last")
        .of_an_organisation()
        .answers::<IntegrityBody>(200);
    let verify = operation("Goes through the whole audit log now and tells where it was changed")
        .of_an_organisation()
        .answers::<VerifiedBody>(200);
    let limit = json!({ "type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL });
    let checkpoints = operation(
        "Hands out signed checkpoints, newest first, to be kept where nobody reaches who reaches the database",
    )
    .of_an_organisation()
    .query("limit", "How many.", limit)
    .answers::<CheckpointList>(200);
    routes.get("/api/v1/audit/integrity", show, self::show).post("/api/v1/audit/verify", verify, self::verify).get(
        "/api/v1/audit/checkpoints",
        checkpoints,
        self::checkpoints,
    )
}

/// How far the audit log is sealed.
#[derive(Debug, Serialize, ToSchema)]
struct IntegrityBody {
    /// The number of the newest deed in the chain.
    sealed: i64,
    /// The newest signed checkpoint.
    checkpoint: Option<CheckpointBody>,
    /// When the whole of it was gone through last.
    verified_at: Option<String>,
    /// How many places were not as they were written.
    problems: Option<u64>,
    first_problem: Option<String>,
}

/// A signed link of the chain. What is signed are five lines: `doorward audit checkpoint 1`, the organisation, `seq`, `link`
/// and `at`, each with a line feed at its end.
#[derive(Debug, Serialize, ToSchema)]
struct CheckpointBody {
    #[schema(value_type = String, format = "uuid")]
    organisation: OrgId,
    seq: i64,
    /// A SHA-256 in hexadecimal digits, over the deed and the link before.
    link: String,
    /// In milliseconds since the epoch.
    at: i64,
    /// Ed25519 (RFC 8032), in base64.
    public_key: String,
    /// In base64.
    signature: String,
}

/// Checkpoints, newest first.
#[derive(Debug, Serialize, ToSchema)]
struct CheckpointList {
    checkpoints: Vec<CheckpointBody>,
}

/// What came of going through the audit log.
#[derive(Debug, Serialize, ToSchema)]
struct VerifiedBody {
    /// True where everything is as it was written.
    intact: bool,
    /// How many deeds are in the chain.
    deeds: u64,
    /// The number of the newest.
    sealed: i64,
    /// The first hundred places that are not as they were written.
    problems: Vec<PlaceBody>,
    problem_count: u64,
}

/// A place that is not as it was written.
#[derive(Debug, Serialize, ToSchema)]
struct PlaceBody {
    seq: Option<i64>,
    what: String,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    organisation: Option<String>,
    limit: Option<u64>,
}

async fn show(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
) -> Result<Json<IntegrityBody>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let found = audit_chain::integrity(&app, &actor, org).await?;
    let newest = audit_chain::checkpoints(&app, &actor, org, 1).await?.pop();
    Ok(Json(IntegrityBody {
        sealed: found.sealed,
        checkpoint: newest.map(CheckpointBody::from),
        verified_at: found.verification.as_ref().map(|it| Timestamp::rfc3339(it.at)),
        problems: found.verification.as_ref().map(|it| it.problems),
        first_problem: found.verification.map(|it| it.first_problem).filter(|it| !it.is_empty()),
    }))
}

async fn verify(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
) -> Result<Json<VerifiedBody>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let report = audit_chain::verify_for(&app, &actor, org, &[]).await?;
    Ok(Json(VerifiedBody {
        intact: report.problem_count == 0,
        deeds: report.links,
        sealed: report.seq,
        problems: report.problems.into_iter().map(|Found { seq, what }| PlaceBody { seq, what }).collect(),
        problem_count: report.problem_count,
    }))
}

async fn checkpoints(
    State(app): State<App>,
    actor: Actor,
    Params(asked): Params<Asked>,
) -> Result<Json<CheckpointList>, Problem> {
    let org = users::organisation_of(&app, &actor, asked.organisation.as_deref()).await?;
    let limit = asked.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(Error::malformed("limit", format!("must be from 1 to {MOST}")).into());
    }
    let found = audit_chain::checkpoints(&app, &actor, org, limit).await?;
    Ok(Json(CheckpointList { checkpoints: found.into_iter().map(CheckpointBody::from).collect() }))
}

impl From<Kept> for CheckpointBody {
    fn from(it: Kept) -> Self {
        let Kept { organisation, seq, link, at, public_key, signature } = it;
        Self { organisation, seq, link, at, public_key, signature }
    }
}
