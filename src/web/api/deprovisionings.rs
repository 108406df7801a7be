//! Those whom an identity provider lets go and who wait for an owner, in the API.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::connections::connection_id;
use super::document::{CURSOR, Documented, operation};
use super::json::{OptionalBody, Params, Words};
use crate::app::App;
use crate::app::deprovisionings::{self, Held, Released};
use crate::domain::Error;
use crate::domain::deprovisioning::LeftOut;
use crate::domain::id::{DeprovisioningId, UserId};
use crate::domain::policy::Actor;
use crate::web::error::Problem;

/// So many are answered where nothing else is asked for.
const USUAL: u64 = 100;
const MOST: u64 = 500;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let limit = json!({ "type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL });
    let list = operation("Lists those whom the identity provider lets go and who wait for an owner, oldest first")
        .query("cursor", CURSOR, json!({ "type": "string", "format": "uuid" }))
        .query("limit", "How many.", limit)
        .answers::<HeldList>(200);
    let release = operation("Lets those go who wait")
        .about("Up to a hundred are deactivated or deleted now. Of more, all are decided about now, and then go one after the other. The identity provider need not ask again.")
        .may_take::<DecisionBody>()
        .answers::<ReleasedBody>(200);
    let refuse = operation("Keeps those who wait")
        .about("For a day the identity provider is answered 403 when it asks for the same again.")
        .may_take::<DecisionBody>()
        .answers::<RefusedBody>(200);
    routes
        .get("/api/v1/connections/{id}/held-deprovisionings", list, self::list)
        .post("/api/v1/connections/{id}/held-deprovisionings/release", release, self::release)
        .post("/api/v1/connections/{id}/held-deprovisionings/refuse", refuse, self::refuse)
}

/// Somebody who waits.
#[derive(Debug, Serialize, ToSchema)]
struct HeldBody {
    id: DeprovisioningId,
    user: UserId,
    user_name: String,
    display_name: String,
    /// What the identity provider wants: `deactivate` or `delete`.
    way: &'static str,
    since: String,
    /// Why a release would leave this out: `deactivated` or `moved`.
    left_out: Option<&'static str>,
}

/// Those who wait.
#[derive(Debug, Serialize, ToSchema)]
struct HeldList {
    held: Vec<HeldBody>,
    next_cursor: Option<DeprovisioningId>,
}

/// Which of those who wait are decided about.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DecisionBody {
    /// The newest that was seen: whoever came later waits on. All where nothing is said.
    newest: Option<DeprovisioningId>,
}

/// What came of a release.
#[derive(Debug, Serialize, ToSchema)]
struct ReleasedBody {
    /// How many were let go.
    released: u64,
    /// How many are being let go, one after the other: more than a hundred are not waited for.
    under_way: u64,
    /// Who was not, and is held no more.
    left_out: Vec<LeftOutBody>,
}

/// Somebody who was left out.
#[derive(Debug, Serialize, ToSchema)]
struct LeftOutBody {
    user: UserId,
    /// Why: `deactivated`, `moved` or `last_holder`.
    why: &'static str,
}

/// What came of a refusal.
#[derive(Debug, Serialize, ToSchema)]
struct RefusedBody {
    /// How many stay.
    refused: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    cursor: Option<DeprovisioningId>,
    limit: Option<u64>,
}

async fn list(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Params(asked): Params<Asked>,
) -> Result<Json<HeldList>, Problem> {
    let limit = asked.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(Error::malformed("limit", format!("must be from 1 to {MOST}")).into());
    }
    let mut found =
        deprovisionings::list(&app, &actor, connection_id(&id)?, asked.cursor, limit.saturating_add(1)).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next_cursor = found.last().filter(|_| has_more).map(|it| it.deprovisioning.id);
    Ok(Json(HeldList { held: found.into_iter().map(HeldBody::from).collect(), next_cursor }))
}

async fn release(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    OptionalBody(decision): OptionalBody<DecisionBody>,
) -> Result<Json<ReleasedBody>, Problem> {
    Ok(Json(deprovisionings::release(&app, &actor, connection_id(&id)?, decision.newest).await?.into()))
}

async fn refuse(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    OptionalBody(decision): OptionalBody<DecisionBody>,
) -> Result<Json<RefusedBody>, Problem> {
    let refused = deprovisionings::refuse(&app, &actor, connection_id(&id)?, decision.newest).await?;
    Ok(Json(RefusedBody { refused }))
}

impl From<Held> for HeldBody {
    fn from(it: Held) -> Self {
        Self {
            id: it.deprovisioning.id,
            user: it.deprovisioning.user,
            user_name: it.user.user_name,
            display_name: it.user.display_name,
            way: it.deprovisioning.way.word(),
            since: it.deprovisioning.at.rfc3339(),
            left_out: it.left_out.map(LeftOut::word),
        }
    }
}

impl From<Released> for ReleasedBody {
    fn from(it: Released) -> Self {
        let left_out = it.left_out.into_iter().map(|(user, why)| LeftOutBody { user, why: why.word() });
        Self { released: it.done, under_way: it.under_way, left_out: left_out.collect() }
    }
}
