//! Break-glass accounts in the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::{Body, Params, Words};
use super::users::{Which, user_id};
use crate::app::break_glass::{self, Account, Lack};
use crate::app::{App, users};
use crate::domain::Timestamp;
use crate::domain::id::UserId;
use crate::domain::policy::Actor;
use crate::web::error::Problem;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let list = operation("Lists the break-glass accounts, what each lacks, and when it was used last")
        .of_an_organisation()
        .answers::<BreakGlassList>(200);
    let mark = operation("Makes a user a break-glass account, or one like all others again")
        .about("Whoever signs in as one is told at once to the others who may change the organisation, and to the operator.")
        .takes::<MarkBreakGlass>()
        .conflicts();
    routes.get("/api/v1/break-glass", list, self::list).put("/api/v1/users/{id}/break-glass", mark, self::mark)
}

/// The break-glass accounts of the organisation.
#[derive(Debug, Serialize, ToSchema)]
struct BreakGlassList {
    accounts: Vec<BreakGlassBody>,
}

/// A break-glass account.
#[derive(Debug, Serialize, ToSchema)]
struct BreakGlassBody {
    user: UserId,
    user_name: String,
    is_ready: bool,
    /// `access`, `protected-role`, `password`, `second-factor` or `address`.
    lacks: Vec<&'static str>,
    marked_at: String,
    /// The last sign-in since then.
    used_at: Option<String>,
}

impl From<Account> for BreakGlassBody {
    fn from(Account { person, marked_at, used_at, lacks }: Account) -> Self {
        Self {
            user: person.user.id,
            user_name: person.user.user_name,
            is_ready: lacks.is_empty(),
            lacks: lacks.into_iter().map(Lack::word).collect(),
            marked_at: marked_at.rfc3339(),
            used_at: used_at.map(Timestamp::rfc3339),
        }
    }
}

/// Whether a user is to be a break-glass account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MarkBreakGlass {
    marked: bool,
}

async fn list(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
) -> Result<Json<BreakGlassList>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let accounts = break_glass::list(&app, &actor, org).await?;
    Ok(Json(BreakGlassList { accounts: accounts.into_iter().map(BreakGlassBody::from).collect() }))
}

async fn mark(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Body(MarkBreakGlass { marked }): Body<MarkBreakGlass>,
) -> Result<StatusCode, Problem> {
    break_glass::mark(&app, &actor, user_id(&id)?, marked).await?;
    Ok(StatusCode::NO_CONTENT)
}
