//! How well an organisation keeps to good practice, in the API.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::Params;
use super::users::Which;
use crate::app::posture::Everything;
use crate::app::user_list::Posture;
use crate::app::{App, posture, users};
use crate::domain::Timestamp;
use crate::domain::policy::Actor;
use crate::domain::role::RoleKey;
use crate::domain::user_list::View;
use crate::web::error::Problem;

/// Adds the route.
pub(super) fn routes(routes: Documented) -> Documented {
    let show = operation("Tells how well the organisation keeps to good practice")
        .about("It takes `org.posture:read` and `users:list`.")
        .of_an_organisation()
        .answers::<PostureBody>(200);
    routes.get("/api/v1/posture", show, self::show)
}

/// How well an organisation keeps to good practice.
#[derive(Debug, Serialize, ToSchema)]
struct PostureBody {
    active_users: u64,
    /// The roles of which there must always be somebody.
    protected_roles: Vec<HoldersBody>,
    /// Those who act on others and have no second factor. Here as below, null is what the caller may not see.
    admins_without_mfa: Option<u64>,
    /// Those who were not seen for ninety days.
    inactive: Option<u64>,
    /// Those who were made more than a week ago and never came.
    long_pending: Option<u64>,
    /// Those whose time has ended and who still have access.
    overdue: Option<u64>,
    departures: DeparturesBody,
    reviews: ReviewsBody,
    provisioning: Option<ProvisioningBody>,
}

/// How the connections to identity providers fare.
#[derive(Debug, Serialize, ToSchema)]
struct ProvisioningBody {
    connections: u64,
    /// With how many of them there is something to do: silent, paused, without a token for long, with people who wait to be let go.
    need_attention: u64,
}

/// The active holders of a protected role.
#[derive(Debug, Serialize, ToSchema)]
struct HoldersBody {
    role: RoleKey,
    active_holders: u64,
    warn_below: u64,
}

/// How long it took in the last ninety days from the end of somebody's time to the end of the access.
#[derive(Debug, Serialize, ToSchema)]
struct DeparturesBody {
    ended: u64,
    /// How many took more than a day.
    late: u64,
    mean_minutes: u64,
    longest_minutes: u64,
}

/// Access reviews that were carried through: everything was decided, or there was all the time that was given.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewsBody {
    last_closed_at: Option<String>,
    days_since: Option<u64>,
    /// True where a quarter of a year has passed without one.
    due: bool,
}

async fn show(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
) -> Result<Json<PostureBody>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let Everything { people, departures: meter, review: last, provisioning } = posture::of(&app, &actor, org).await?;
    let count = |view: View| count(&people, view);
    Ok(Json(PostureBody {
        active_users: people.active,
        admins_without_mfa: count(View::AdminsWithoutMfa),
        inactive: count(View::Inactive),
        long_pending: count(View::LongPending),
        overdue: count(View::Overdue),
        departures: DeparturesBody {
            ended: meter.ended,
            late: meter.late,
            mean_minutes: meter.mean_minutes,
            longest_minutes: meter.longest_minutes,
        },
        reviews: ReviewsBody {
            last_closed_at: last.closed_at.map(Timestamp::rfc3339),
            days_since: last.days,
            due: last.is_due(),
        },
        provisioning: provisioning
            .map(|it| ProvisioningBody { connections: it.connections, need_attention: it.in_need }),
        protected_roles: people
            .protected
            .into_iter()
            .map(|it| HoldersBody { role: it.role, active_holders: it.count, warn_below: it.warn_below })
            .collect(),
    }))
}

fn count(found: &Posture, view: View) -> Option<u64> {
    found.views.iter().find(|it| it.0 == view).map(|it| it.1)
}
