//! Those whom an identity provider means by a name that somebody here has, in the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::connections::connection_id;
use super::document::{CURSOR, Documented, operation};
use super::json::{Body, Params, Words};
use crate::app::App;
use crate::app::linkings::{self, Asked, Claim};
use crate::domain::Error;
use crate::domain::id::{LinkingId, UserId};
use crate::domain::linking::KEPT_MAX;
use crate::domain::policy::Actor;
use crate::web::error::Problem;
use crate::web::guard::ApiCaller;

/// So many are answered where nothing else is asked for.
const USUAL: u64 = 100;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let limit = json!({ "type": "integer", "minimum": 1, "maximum": KEPT_MAX, "default": USUAL });
    let list = operation("Lists whom the identity provider wants to make and met here by the user name, oldest first")
        .about(
            "A name links nobody by itself: the provider was answered 409. Only users who belong to no connection are listed. \
             It takes `users:read` too.",
        )
        .query("cursor", CURSOR, json!({ "type": "string", "format": "uuid" }))
        .query("limit", "How many.", limit)
        .answers::<LinkingList>(200);
    let link = operation("Gives the user to the connection")
        .about(
            "Sessions and tokens of the user end, and where people of the connection sign in at the provider, the password \
             goes. The next request of the provider finds the user as its own, whether it looks first or creates again.",
        )
        .takes::<SeenTimesBody>()
        .answers_nothing(204);
    let dismiss = operation("Leaves the user alone")
        .about("The provider is refused as before, and nobody is asked again as long as it names the same id.")
        .takes::<SeenTimesBody>()
        .answers_nothing(204);
    routes
        .get("/api/v1/connections/{id}/linkings", list, self::list)
        .post("/api/v1/connections/{id}/linkings/{linking_id}/link", link.conflicts().may_be_stale(), self::link)
        .post("/api/v1/connections/{id}/linkings/{linking_id}/dismiss", dismiss.may_be_stale(), self::dismiss)
}

/// What the identity provider says of a person.
#[derive(Debug, Serialize, ToSchema)]
struct ClaimBody {
    user_name: String,
    /// Its id of the person.
    external_id: Option<String>,
    display_name: Option<String>,
    email: Option<String>,
}

/// A user whom the identity provider means by the user name.
#[derive(Debug, Serialize, ToSchema)]
struct LinkingBody {
    id: LinkingId,
    claims: ClaimBody,
    user: UserId,
    user_name: String,
    display_name: String,
    email: Option<String>,
    status: &'static str,
    /// Why you cannot link them.
    obstacle: Option<String>,
    first_at: String,
    last_at: String,
    /// How often it has asked; goes back with the decision.
    times: u64,
}

/// Those who wait for a decision.
#[derive(Debug, Serialize, ToSchema)]
struct LinkingList {
    linkings: Vec<LinkingBody>,
    next_cursor: Option<LinkingId>,
}

/// What was seen when it was decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SeenTimesBody {
    /// `times` of the list. If the provider has said something else since then, nothing is decided.
    #[schema(minimum = 1)]
    times: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    cursor: Option<LinkingId>,
    limit: Option<u64>,
}

async fn list(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Params(page): Params<Page>,
) -> Result<Json<LinkingList>, Problem> {
    let limit = page.limit.unwrap_or(USUAL);
    if !(1..=KEPT_MAX).contains(&limit) {
        return Err(Error::malformed("limit", format!("must be from 1 to {KEPT_MAX}")).into());
    }
    let mut found = linkings::list(&app, &actor, connection_id(&id)?, page.cursor, limit.saturating_add(1)).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next_cursor = found.last().filter(|_| has_more).map(|it| it.linking.id);
    Ok(Json(LinkingList { linkings: found.into_iter().map(LinkingBody::from).collect(), next_cursor }))
}

async fn link(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Words((id, linking)): Words<(String, String)>,
    Body(seen): Body<SeenTimesBody>,
) -> Result<StatusCode, Problem> {
    caller.has_proved_lately()?;
    linkings::link(&app, &caller.actor, connection_id(&id)?, question(&linking)?, seen.times).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn dismiss(
    State(app): State<App>,
    actor: Actor,
    Words((id, linking)): Words<(String, String)>,
    Body(seen): Body<SeenTimesBody>,
) -> Result<StatusCode, Problem> {
    linkings::dismiss(&app, &actor, connection_id(&id)?, question(&linking)?, seen.times).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is not an id names nothing.
fn question(text: &str) -> Result<LinkingId, Error> {
    text.parse().map_err(|_| Error::NotFound("question"))
}

impl From<Claim> for ClaimBody {
    fn from(it: Claim) -> Self {
        Self { user_name: it.user_name, external_id: it.external_id, display_name: it.display_name, email: it.email }
    }
}

impl From<Asked> for LinkingBody {
    fn from(it: Asked) -> Self {
        Self {
            id: it.linking.id,
            claims: it.claim.into(),
            user: it.user.id,
            status: it.user.status.word(),
            user_name: it.user.user_name,
            display_name: it.user.display_name,
            email: it.user.email,
            obstacle: it.refusal.map(|cause| cause.to_string()),
            first_at: it.linking.first_at.rfc3339(),
            last_at: it.linking.last_at.rfc3339(),
            times: it.linking.times,
        }
    }
}
