//! Failed sign-ins in the API, counted by user and by address.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::Params;
use crate::app::sign_in_failures::{self, OfAddress, OfUser, Window};
use crate::app::{App, users};
use crate::domain::id::UserId;
use crate::domain::policy::Actor;
use crate::domain::{Error, Flaw};
use crate::web::error::Problem;

/// Adds the route.
pub(super) fn routes(routes: Documented) -> Documented {
    let within =
        json!({ "type": "string", "enum": Window::ALL.map(Window::word), "default": Window::default().word() });
    let count = operation("Counts failed sign-ins by user and by address, those with the most first")
        .of_an_organisation()
        .query("within", "How far back.", within)
        .answers::<SignInFailures>(200);
    routes.get("/api/v1/sign-in-failures", count, self::count)
}

/// Failed sign-ins of users of the organisation; a try with a name that nobody has belongs to none.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SignInFailures {
    /// From when on they are counted.
    since: String,
    total: u64,
    /// The hundred with the most failures.
    users: Vec<FailuresOfUser>,
    /// The hundred with the most failures.
    addresses: Vec<FailuresOfAddress>,
}

/// The failures of a user.
#[derive(Debug, Serialize, ToSchema)]
struct FailuresOfUser {
    user: UserId,
    user_name: String,
    failures: u64,
    last_at: String,
}

/// The failures from a network address.
#[derive(Debug, Serialize, ToSchema)]
struct FailuresOfAddress {
    address: String,
    failures: u64,
    /// How many users they were for.
    users: u64,
    last_at: String,
}

/// How far back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    organisation: Option<String>,
    within: Option<String>,
}

async fn count(
    State(app): State<App>,
    actor: Actor,
    Params(asked): Params<Asked>,
) -> Result<Json<SignInFailures>, Problem> {
    let org = users::organisation_of(&app, &actor, asked.organisation.as_deref()).await?;
    let wrong = || Error::invalid("within", Flaw::Meaningless);
    let window = asked.within.map(|it| Window::parse(&it).ok_or_else(wrong)).transpose()?.unwrap_or_default();
    let found = sign_in_failures::count(&app, &actor, org, window).await?;
    Ok(Json(SignInFailures {
        since: found.since.rfc3339(),
        total: found.total,
        users: found.users.into_iter().map(FailuresOfUser::from).collect(),
        addresses: found.addresses.into_iter().map(FailuresOfAddress::from).collect(),
    }))
}

impl From<OfUser> for FailuresOfUser {
    fn from(it: OfUser) -> Self {
        Self { user: it.user.id, user_name: it.user.user_name, failures: it.failures, last_at: it.last_at.rfc3339() }
    }
}

impl From<OfAddress> for FailuresOfAddress {
    fn from(it: OfAddress) -> Self {
        Self { address: it.address, failures: it.failures, users: it.users, last_at: it.last_at.rfc3339() }
    }
}
