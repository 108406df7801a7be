//! Refused sign-ins in the API, and whether somebody could sign in.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::document::{CURSOR, Documented, operation};
use super::json::{Params, Words};
use super::users::Which;
use crate::app::entrance::{self, Verdict};
use crate::app::sign_in_refusals::{self, Candidate, Seen, StoredRefusal};
use crate::app::{App, users};
use crate::domain::id::{ConnectionId, RefusalId, UserId};
use crate::domain::policy::Actor;
use crate::domain::sso_refusal::{Advice, Pair};
use crate::domain::{Error, Timestamp};
use crate::web::error::Problem;

/// So many refusals are answered where nothing else is asked for.
const USUAL: u64 = 50;
const MOST: u64 = 500;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let uuid = || json!({ "type": "string", "format": "uuid" });
    let limit = json!({ "type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL });
    let list =
        operation("Lists sign-ins at identity providers that let nobody in, of the last seven days, newest first")
            .of_an_organisation()
            .query("connection", "Those at this connection.", uuid())
            .query("user", "Those that are, or may be, about this user.", uuid())
            .query("cursor", CURSOR, uuid())
            .query("limit", "How many.", limit)
            .answers::<RefusalList>(200);
    let show = operation("Shows a refused sign-in with what the provider said and whom it could have meant")
        .of_an_organisation()
        .answers::<SeenBody>(200);
    let of_user = operation("Lists the refused sign-ins that are, or may be, about a user").answers::<RefusalList>(200);
    let entrance = operation("Says whether a user could sign in now, and why not").answers::<EntranceBody>(200);
    routes
        .get("/api/v1/sign-in-refusals", list, self::list)
        .get("/api/v1/sign-in-refusals/{reference}", show, self::show)
        .get("/api/v1/users/{id}/sign-in-refusals", of_user, self::of_user)
        .get("/api/v1/users/{id}/sign-in", entrance, self::entrance)
}

/// A sign-in that let nobody in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RefusalBody {
    id: RefusalId,
    /// The number that the person was shown.
    reference: String,
    at: String,
    connection: ConnectionId,
    connection_name: String,
    /// The check that failed: `open`, `reachable`, `under_way`, `answered`, `admitted`, `second_factor`, `believed`, `fresh`,
    /// `same`, `known` or `active`.
    check: &'static str,
    /// Why, in words.
    reason: String,
    /// The user whom it is, or may be, about.
    user: Option<UserId>,
}

/// Refused sign-ins, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RefusalList {
    refusals: Vec<RefusalBody>,
    next_cursor: Option<RefusalId>,
}

impl RefusalList {
    /// A page of what was found, one more than it may have.
    fn page(mut refusals: Vec<StoredRefusal>, limit: u64) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = refusals.len() > limit;
        refusals.truncate(limit);
        let next_cursor = refusals.last().filter(|_| has_more).map(|it| it.id);
        Self { refusals: refusals.into_iter().map(RefusalBody::from).collect(), next_cursor }
    }
}

/// A refused sign-in with what helps to understand it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SeenBody {
    #[serde(flatten)]
    refusal: RefusalBody,
    /// What the provider said, without what opens anything; none when it did not get as far.
    #[schema(value_type = Option<Object>)]
    claims: Option<Map<String, Value>>,
    /// Whether the token was believed.
    claims_verified: bool,
    /// What to do, where it is not about one of the users.
    advice: Option<&'static str>,
    /// The users whom the provider could have meant.
    candidates: Vec<CandidateBody>,
}

/// A user whom the provider could have meant.
#[derive(Debug, Serialize, ToSchema)]
struct CandidateBody {
    user: UserId,
    user_name: String,
    display_name: String,
    status: &'static str,
    values: Vec<PairBody>,
    advice: Option<&'static str>,
}

/// A value at the provider and here.
#[derive(Debug, Serialize, ToSchema)]
struct PairBody {
    /// `externalId`, `userName` or `email`.
    name: &'static str,
    claim: Option<String>,
    here: Option<String>,
    differs: bool,
}

/// Whether somebody could sign in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EntranceBody {
    can_sign_in: bool,
    /// What keeps the user out.
    obstacles: Vec<ReasonBody>,
    /// What must be done on the way in.
    duties: Vec<ReasonBody>,
}

/// A reason, with the moment that belongs to it.
#[derive(Debug, Serialize, ToSchema)]
struct ReasonBody {
    code: &'static str,
    at: Option<String>,
}

/// What is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    organisation: Option<String>,
    connection: Option<ConnectionId>,
    user: Option<UserId>,
    cursor: Option<RefusalId>,
    limit: Option<u64>,
}

pub(super) async fn list(
    State(app): State<App>,
    actor: Actor,
    Params(asked): Params<Asked>,
) -> Result<Json<RefusalList>, Problem> {
    let org = users::organisation_of(&app, &actor, asked.organisation.as_deref()).await?;
    let limit = asked.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(Error::malformed("limit", format!("must be from 1 to {MOST}")).into());
    }
    let which = sign_in_refusals::Which { connection: asked.connection, user: asked.user, before: asked.cursor };
    let found = sign_in_refusals::list(&app, &actor, org, which, limit.saturating_add(1)).await?;
    Ok(Json(RefusalList::page(found, limit)))
}

pub(super) async fn show(
    State(app): State<App>,
    actor: Actor,
    Words(reference): Words<String>,
    Params(which): Params<Which>,
) -> Result<Json<SeenBody>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    Ok(Json(sign_in_refusals::show(&app, &actor, org, &reference).await?.into()))
}

pub(super) async fn of_user(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<RefusalList>, Problem> {
    let found = sign_in_refusals::of_user(&app, &actor, user_id(&id)?, MOST).await?;
    Ok(Json(RefusalList { next_cursor: None, ..RefusalList::page(found, MOST) }))
}

pub(super) async fn entrance(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<EntranceBody>, Problem> {
    Ok(Json(entrance::show(&app, &actor, user_id(&id)?).await?.into()))
}

/// What is not an id names nothing.
fn user_id(text: &str) -> Result<UserId, Error> {
    text.parse().map_err(|_| Error::NotFound("user"))
}

impl From<StoredRefusal> for RefusalBody {
    fn from(it: StoredRefusal) -> Self {
        Self {
            id: it.id,
            reference: it.reference,
            at: it.at.rfc3339(),
            connection: it.connection,
            connection_name: it.connection_name,
            check: it.check.word(),
            reason: it.reason.to_string(),
            user: it.user,
        }
    }
}

impl From<Seen> for SeenBody {
    fn from(it: Seen) -> Self {
        Self {
            refusal: it.refusal.into(),
            claims: it.claims,
            claims_verified: it.is_verified,
            advice: it.advice.map(Advice::word),
            candidates: it.candidates.into_iter().map(CandidateBody::from).collect(),
        }
    }
}

impl From<Candidate> for CandidateBody {
    fn from(it: Candidate) -> Self {
        Self {
            user: it.user.id,
            user_name: it.user.user_name,
            display_name: it.user.display_name,
            status: it.user.status.word(),
            values: it.pairs.into_iter().map(PairBody::from).collect(),
            advice: it.advice.map(Advice::word),
        }
    }
}

impl From<Pair> for PairBody {
    fn from(it: Pair) -> Self {
        Self { name: it.named.word(), claim: it.claim, here: it.here, differs: it.differs }
    }
}

impl From<Verdict> for EntranceBody {
    fn from(it: Verdict) -> Self {
        let reason = |code, at: Option<Timestamp>| ReasonBody { code, at: at.map(Timestamp::rfc3339) };
        Self {
            can_sign_in: it.is_open(),
            obstacles: it.obstacles.iter().map(|it| reason(it.word(), it.moment())).collect(),
            duties: it.duties.iter().map(|it| reason(it.word(), it.moment())).collect(),
        }
    }
}
