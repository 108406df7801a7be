//! Where the people of a connection differ from what its provider said of them, in the API.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::connections::connection_id;
use super::document::{CURSOR, Documented, operation};
use super::json::{Params, Words};
use crate::app::App;
use crate::app::connections::{self, DRIFT_MAX, Difference, DriftQuery};
use crate::domain::drift::{DAYS, DAYS_MAX, Kind, Said};
use crate::domain::id::{GroupId, UserId};
use crate::domain::policy::Actor;
use crate::domain::{Error, Timestamp};
use crate::web::error::Problem;

/// Adds the route.
pub(super) fn routes(routes: Documented) -> Documented {
    let kinds = Kind::ALL.map(Kind::word);
    let number = |most: u64, usual: u64| json!({ "type": "integer", "minimum": 1, "maximum": most, "default": usual });
    let list = operation("Lists where the people of a connection differ from what its identity provider said of them last")
        .about(
            "One kind at a time: `kept` were let go by the provider and have access here; `shut_out` have access there and are \
             deactivated here; `roles` have a role that was given here, and `groups` one by a group that is kept here; \
             `unmentioned` are not deactivated, and the provider has not pushed them for long, or never. Names, addresses and \
             pushed groups are changed at the provider only and do not differ.",
        )
        .query("kind", "In what they differ; `kept` where nothing is said.", json!({ "type": "string", "enum": kinds }))
        .query("days", "After so many days without a word somebody is `unmentioned`.", number(DAYS_MAX.into(), DAYS.into()))
        .query("cursor", CURSOR, json!({ "type": "string" }))
        .query("limit", "How many.", number(DRIFT_MAX, connections::DRIFT_USUAL))
        .answers::<DifferenceList>(200);
    routes.get("/api/v1/connections/{id}/drift", list, self::list)
}

/// Somebody who differs.
#[derive(Debug, Serialize, ToSchema)]
struct DifferenceBody {
    user: UserId,
    user_name: String,
    display_name: String,
    /// What is so here: `active`, `pending` or `deactivated`.
    status: &'static str,
    /// What the identity provider said last: `active`, `inactive`, or `gone` for a deletion; none where it never said.
    said: Option<&'static str>,
    /// When it spoke of the user last, to the hour.
    said_at: Option<String>,
    /// The role that was given here.
    role: Option<String>,
    /// The group that is kept here.
    group: Option<GroupId>,
    group_name: Option<String>,
    /// Since when it is so, as far as that is known.
    since: Option<String>,
    /// Who did it here, as far as that is on record.
    by: Option<String>,
}

/// Those who differ.
#[derive(Debug, Serialize, ToSchema)]
struct DifferenceList {
    differences: Vec<DifferenceBody>,
    next_cursor: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    kind: Option<String>,
    days: Option<u32>,
    cursor: Option<String>,
    limit: Option<u64>,
}

async fn list(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Params(asked): Params<Asked>,
) -> Result<Json<DifferenceList>, Problem> {
    let id = connection_id(&id)?;
    let kind = match asked.kind.as_deref() {
        Some(word) => Kind::parse(word).ok_or_else(|| Error::malformed("kind", "names no kind of difference"))?,
        None => Kind::Kept,
    };
    let query = DriftQuery { kind, days: asked.days, after: asked.cursor, limit: asked.limit };
    let page = connections::drift(&app, &actor, id, &query).await?;
    let differences = page.differences.into_iter().map(DifferenceBody::from).collect();
    Ok(Json(DifferenceList { differences, next_cursor: page.next }))
}

impl From<Difference> for DifferenceBody {
    fn from(it: Difference) -> Self {
        let Difference { found, since, by } = it;
        let (group, group_name) = found.group.unzip();
        Self {
            user: found.user.id,
            status: found.user.status.word(),
            user_name: found.user.user_name,
            display_name: found.user.display_name,
            said: found.said.map(Said::word),
            said_at: found.said_at.map(Timestamp::rfc3339),
            role: found.role.map(|it| it.to_string()),
            group,
            group_name,
            since: since.map(Timestamp::rfc3339),
            by: by.map(|it| it.now),
        }
    }
}
