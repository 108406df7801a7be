//! Where somebody is signed in, in the API: a user, and oneself.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::Words;
use crate::app::{App, sessions};
use crate::domain::Error;
use crate::domain::id::{SessionId, UserId};
use crate::domain::policy::Actor;
use crate::domain::session::Session;
use crate::web::error::Problem;
use crate::web::guard::ApiCaller;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let of_user = operation("Lists where a user is signed in, newest first").answers::<SessionList>(200);
    let own = operation("Lists where one is signed in oneself, newest first").answers::<SessionList>(200);
    let end = operation("Ends one of the own sessions, with everything that applications got in it");
    let end_others = operation("Ends every session of one's own but the one that the token came from");
    routes
        .get("/api/v1/users/{id}/sessions", of_user, list)
        .get("/api/v1/me/sessions", own, list_own)
        .delete("/api/v1/me/sessions", end_others, self::end_others)
        .delete("/api/v1/me/sessions/{id}", end, end_own)
}

/// The sessions of somebody.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionList {
    sessions: Vec<SessionBody>,
}

/// A browser in which somebody is signed in.
#[derive(Debug, Serialize, ToSchema)]
struct SessionBody {
    id: String,
    /// What was proved, in the words of RFC 8176.
    amr: Vec<String>,
    /// When it was proved last.
    proved_at: String,
    created_at: String,
    /// To the minute.
    last_seen_at: String,
    /// The network address it began at.
    ip: String,
    user_agent: String,
    /// The application on a device without a browser, where it is the session of one; the browser is the one that let it in.
    device: Option<String>,
    /// Whether the token of this request came from it.
    is_current: bool,
}

async fn list(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<Json<SessionList>, Problem> {
    // What is not an id names nobody.
    let id: UserId = id.parse().map_err(|_| Error::NotFound("user"))?;
    Ok(Json(SessionList::of(sessions::of_user(&app, &actor, id).await?, None)))
}

async fn list_own(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Result<Json<SessionList>, Problem> {
    Ok(Json(SessionList::of(sessions::live(&app, caller.person()?).await?, caller.session())))
}

async fn end_others(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Result<StatusCode, Problem> {
    sessions::end_others(&app, &caller.actor, caller.person()?, caller.session()).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn end_own(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Words(id): Words<String>,
) -> Result<StatusCode, Problem> {
    // What is not an id names nothing.
    let id = id.parse().map_err(|_| Error::NotFound("session"))?;
    sessions::end_own(&app, &caller.actor, caller.person()?, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl SessionList {
    fn of(all: Vec<Session>, current: Option<SessionId>) -> Self {
        let sessions = all.into_iter().map(|it| SessionBody {
            id: it.id.to_string(),
            is_current: Some(it.id) == current,
            amr: it.amr,
            proved_at: it.auth_time.rfc3339(),
            created_at: it.created_at.rfc3339(),
            last_seen_at: it.last_seen_at.rfc3339(),
            ip: it.ip,
            user_agent: it.user_agent,
            device: it.device,
        });
        Self { sessions: sessions.collect() }
    }
}
