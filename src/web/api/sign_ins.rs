//! The history of sign-ins in the API: of a user, and of oneself.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::document::{CURSOR, Documented, operation};
use super::json::{Params, Words};
use crate::app::App;
use crate::app::sign_in_tries::{self, PAGE, SignInTry};
use crate::domain::Error;
use crate::domain::id::{SignInTryId, UserId};
use crate::domain::policy::Actor;
use crate::domain::sign_in_try::SecondFactor;
use crate::web::error::Problem;
use crate::web::guard::ApiCaller;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let cursor = || json!({ "type": "string", "format": "uuid" });
    let of_user = operation("Lists the sign-ins of a user and the tries that failed, newest first")
        .query("cursor", CURSOR, cursor())
        .answers::<SignInList>(200);
    let own = operation("Lists the own sign-ins and the tries that failed, newest first")
        .query("cursor", CURSOR, cursor())
        .answers::<SignInList>(200);
    routes.get("/api/v1/users/{id}/sign-ins", of_user, list).get("/api/v1/me/sign-ins", own, list_own)
}

/// A page of sign-ins.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SignInList {
    sign_ins: Vec<SignInBody>,
    /// Where the next page begins, when there is one.
    next_cursor: Option<String>,
}

/// A try to sign in.
#[derive(Debug, Serialize, ToSchema)]
struct SignInBody {
    id: String,
    at: String,
    /// `success` or `failure`.
    result: &'static str,
    /// Why it failed, in one word.
    reason: Option<String>,
    /// `password`, `passkey` or `provider`.
    method: &'static str,
    /// What was proved or tried besides: `totp`, `passkey`, `recovery_code` or `provider`.
    factor: Option<&'static str>,
    /// The network address.
    ip: String,
    user_agent: String,
    /// The application that somebody signed in to; nothing for this server itself.
    client: Option<String>,
}

/// From where on.
#[derive(Debug, Deserialize)]
pub(super) struct From {
    cursor: Option<String>,
}

pub(super) async fn list(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Params(from): Params<From>,
) -> Result<Json<SignInList>, Problem> {
    // What is not an id names nothing.
    let id: UserId = id.parse().map_err(|_| Error::NotFound("user"))?;
    Ok(Json(page(sign_in_tries::list(&app, &actor, id, before(&from)?).await?)))
}

pub(super) async fn list_own(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Params(from): Params<From>,
) -> Result<Json<SignInList>, Problem> {
    let tries = sign_in_tries::of(&app, &caller.actor, caller.person()?, before(&from)?).await?;
    Ok(Json(page(tries)))
}

fn before(from: &From) -> Result<Option<SignInTryId>, Error> {
    let wrong = |_| Error::malformed("cursor", "must be the next_cursor of a page");
    from.cursor.as_deref().map(|it| it.parse().map_err(wrong)).transpose()
}

fn page(tries: Vec<SignInTry>) -> SignInList {
    let is_full = u64::try_from(tries.len()).is_ok_and(|it| it >= PAGE);
    let next_cursor = tries.last().filter(|_| is_full).map(|it| it.id.to_string());
    SignInList { sign_ins: tries.into_iter().map(SignInBody::of).collect(), next_cursor }
}

impl SignInBody {
    fn of(it: SignInTry) -> Self {
        Self {
            id: it.id.to_string(),
            at: it.at.rfc3339(),
            result: if it.failure.is_none() { "success" } else { "failure" },
            reason: it.failure,
            method: it.method.word(),
            factor: it.factor.map(SecondFactor::word),
            ip: it.ip,
            user_agent: it.user_agent,
            client: it.client,
        }
    }
}
