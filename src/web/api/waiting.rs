//! Members that are waited for, in the API.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::Params;
use crate::app::waiting::{self, Awaited};
use crate::app::{App, users};
use crate::domain::Error;
use crate::domain::id::{ConnectionId, GroupId};
use crate::domain::policy::Actor;
use crate::web::error::Problem;

/// So many are answered where nothing else is asked for.
const USUAL: u64 = 100;
const MOST: u64 = 1_000;

/// Adds the route.
pub(super) fn routes(routes: Documented) -> Documented {
    let limit = json!({ "type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL });
    let list = operation("Lists the members that identity providers have put into groups and not pushed yet")
        .of_an_organisation()
        .query("limit", "How many.", limit)
        .answers::<AwaitedList>(200);
    routes.get("/api/v1/provisioning/waiting-members", list, self::list)
}

/// A member that is waited for.
#[derive(Debug, Serialize, ToSchema)]
struct AwaitedBody {
    /// The id or external id by which the identity provider names somebody whom it has not pushed yet.
    value: String,
    group: GroupId,
    group_name: String,
    connection: Option<ConnectionId>,
    since: String,
}

/// Members that are waited for, group by group.
#[derive(Debug, Serialize, ToSchema)]
struct AwaitedList {
    members: Vec<AwaitedBody>,
    /// How many there are in all.
    total: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    organisation: Option<String>,
    limit: Option<u64>,
}

async fn list(
    State(app): State<App>,
    actor: Actor,
    Params(asked): Params<Asked>,
) -> Result<Json<AwaitedList>, Problem> {
    let org = users::organisation_of(&app, &actor, asked.organisation.as_deref()).await?;
    let limit = asked.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(Error::malformed("limit", format!("must be from 1 to {MOST}")).into());
    }
    let (members, total) = waiting::list(&app, &actor, org, limit).await?;
    Ok(Json(AwaitedList { members: members.into_iter().map(AwaitedBody::from).collect(), total }))
}

impl From<Awaited> for AwaitedBody {
    fn from(it: Awaited) -> Self {
        Self {
            value: it.value,
            group: it.group,
            group_name: it.group_name,
            connection: it.connection,
            since: it.since.rfc3339(),
        }
    }
}
