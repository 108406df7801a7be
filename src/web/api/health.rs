//! How connections fare, in the API.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::Params;
use super::users::Which;
use crate::app::connections::health;
use crate::app::{App, users};
use crate::domain::Timestamp;
use crate::domain::connection::{Advice, Answered, ConnectionToken, Health};
use crate::domain::grace::days_left;
use crate::domain::id::{ConnectionId, TokenId};
use crate::domain::policy::Actor;
use crate::web::error::Problem;

/// Adds the route.
pub(super) fn routes(routes: Documented) -> Documented {
    let show =
        operation("Tells how each connection fares: when it was heard, what was refused, how long its tokens work")
            .of_an_organisation()
            .answers::<HealthList>(200);
    routes.get("/api/v1/provisioning/health", show, self::show)
}

/// How a connection fares.
#[derive(Debug, Serialize, ToSchema)]
struct HealthBody {
    id: ConnectionId,
    /// `okta`, `entra` or `generic`.
    kind: &'static str,
    name: String,
    /// `active` or `paused`.
    status: &'static str,
    /// When its last request came; the journal is written at most half a second later.
    last_request_at: Option<String>,
    /// When its last request came that was neither refused nor failed.
    last_success_at: Option<String>,
    /// When its last request came before it fell silent; none while it is not silent.
    silent_since: Option<String>,
    /// After how many hours without a request it counts as silent; never where it is 0.
    silence_hours: u32,
    /// What its requests of the last 24 hours came to.
    last_day: DayBody,
    /// Newest first.
    tokens: Vec<TokenHealthBody>,
    /// How many members its groups wait for.
    waiting_members: u64,
    /// What can be done, the most urgent first: `decide_held`, `resume`, `make_token`, `replace_token`, `check_address`, `find_silence`, `give_address`,
    /// `read_journal`, `push_members`. Nothing where all is well.
    advice: Vec<&'static str>,
}

/// What requests came to.
#[derive(Debug, Serialize, ToSchema)]
struct DayBody {
    requests: u64,
    /// How many of them were refused or not done (a status of 400 and above).
    refused: u64,
    by_status: Vec<AnsweredBody>,
}

/// How many requests got an answer with a status.
#[derive(Debug, Serialize, ToSchema)]
struct AnsweredBody {
    status: u16,
    requests: u64,
}

/// A token, and for how long it works.
#[derive(Debug, Serialize, ToSchema)]
struct TokenHealthBody {
    id: TokenId,
    /// Its first characters.
    hint: String,
    expires_at: String,
    /// For how many days it works, the one under way included; 0 once it has ended.
    days_left: u64,
    last_used_at: Option<String>,
    /// Whether another one is used in its place, so that nobody is warned of its end.
    is_replaced: bool,
}

/// Every connection, by name.
#[derive(Debug, Serialize, ToSchema)]
struct HealthList {
    connections: Vec<HealthBody>,
}

async fn show(State(app): State<App>, actor: Actor, Params(which): Params<Which>) -> Result<Json<HealthList>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let all = health(&app, &actor, org).await?;
    Ok(Json(HealthList { connections: all.into_iter().map(HealthBody::from).collect() }))
}

impl From<Health> for HealthBody {
    fn from(it: Health) -> Self {
        let moment = |at: Option<Timestamp>| at.map(Timestamp::rfc3339);
        let answered = |it: &Answered| AnsweredBody { status: it.status, requests: it.requests };
        let by_status = it.answers.iter().map(answered).collect();
        Self {
            id: it.connection.id,
            kind: it.connection.kind.word(),
            status: if it.connection.is_paused { "paused" } else { "active" },
            last_request_at: moment(it.pulse.heard_at),
            last_success_at: moment(it.pulse.succeeded_at),
            silent_since: moment(it.silent_since()),
            silence_hours: it.connection.silence_hours(),
            last_day: DayBody { requests: it.requests(), refused: it.refused(), by_status },
            tokens: it.tokens.iter().map(|token| token_body(token, &it)).collect(),
            waiting_members: it.waiting,
            advice: it.advice().into_iter().map(Advice::word).collect(),
            name: it.connection.name,
        }
    }
}

fn token_body(it: &ConnectionToken, of: &Health) -> TokenHealthBody {
    TokenHealthBody {
        id: it.id,
        hint: it.hint.clone(),
        expires_at: it.expires_at.rfc3339(),
        days_left: days_left(it.expires_at, of.at),
        last_used_at: it.last_used_at.map(Timestamp::rfc3339),
        is_replaced: it.is_replaced(&of.tokens, of.at),
    }
}
