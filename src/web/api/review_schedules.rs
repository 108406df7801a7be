//! Access reviews that begin by themselves, in the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::{Body, Params, Words};
use super::reviews::ReviewTermsBody;
use crate::app::reviews::{self, Every, NewSchedule, Schedule};
use crate::app::{App, users};
use crate::domain::id::ReviewScheduleId;
use crate::domain::policy::Actor;
use crate::domain::{Error, Flaw, Timestamp};
use crate::web::error::Problem;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let list = operation("Lists the access reviews that begin by themselves, by name")
        .of_an_organisation()
        .answers::<ReviewScheduleList>(200);
    let create = operation("Lets access reviews begin by themselves")
        .of_an_organisation()
        .takes::<ReviewScheduleGivenBody>()
        .answers::<ReviewScheduleBody>(201);
    let show = operation("Shows how access reviews begin by themselves").answers::<ReviewScheduleBody>(200);
    let change = operation("Changes how access reviews begin by themselves; all of it is given")
        .takes::<ReviewScheduleGivenBody>()
        .answers::<ReviewScheduleBody>(200);
    routes
        .get("/api/v1/review-schedules", list, self::list)
        .post("/api/v1/review-schedules", create.conflicts(), self::create)
        .get("/api/v1/review-schedules/{id}", show, self::show)
        .put("/api/v1/review-schedules/{id}", change, self::change)
        .delete(
            "/api/v1/review-schedules/{id}",
            operation("Lets access reviews begin no more; those that there were stay"),
            self::delete,
        )
}

/// How reviews begin by themselves.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReviewScheduleGivenBody {
    /// The name of each review; the day on which it begins is added.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    terms: ReviewTermsBody,
    /// `month`, `quarter`, `half_year` or `year`.
    every: String,
    /// When the next begins: a day in UTC, or a moment.
    next_at: String,
}

/// The same as it is kept.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewScheduleBody {
    id: ReviewScheduleId,
    name: String,
    terms: ReviewTermsBody,
    every: &'static str,
    next_at: String,
    created_at: String,
    updated_at: String,
}

/// Every schedule, by name.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewScheduleList {
    schedules: Vec<ReviewScheduleBody>,
}

async fn list(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<super::users::Which>,
) -> Result<Json<ReviewScheduleList>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let found = reviews::schedules(&app, &actor, org).await?;
    Ok(Json(ReviewScheduleList { schedules: found.into_iter().map(ReviewScheduleBody::from).collect() }))
}

async fn create(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<super::users::Which>,
    Body(new): Body<ReviewScheduleGivenBody>,
) -> Result<(StatusCode, Json<ReviewScheduleBody>), Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let made = reviews::put_schedule(&app, &actor, (org, None), new.read()?).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

async fn show(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<ReviewScheduleBody>, Problem> {
    Ok(Json(reviews::schedule(&app, &actor, schedule_id(&id)?).await?.into()))
}

async fn change(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Body(given): Body<ReviewScheduleGivenBody>,
) -> Result<Json<ReviewScheduleBody>, Problem> {
    let before = reviews::schedule(&app, &actor, schedule_id(&id)?).await?;
    let changed = reviews::put_schedule(&app, &actor, (before.org, Some(before.id)), given.read()?).await?;
    Ok(Json(changed.into()))
}

async fn delete(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<StatusCode, Problem> {
    reviews::delete_schedule(&app, &actor, schedule_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is not an id names nothing.
fn schedule_id(text: &str) -> Result<ReviewScheduleId, Error> {
    text.parse().map_err(|_| Error::NotFound("schedule"))
}

impl ReviewScheduleGivenBody {
    fn read(self) -> Result<NewSchedule, Error> {
        let words = Every::ALL.iter().map(|it| it.word()).collect::<Vec<_>>().join(", ");
        let every =
            Every::parse(&self.every).ok_or_else(|| Error::malformed("every", format!("must be one of {words}")))?;
        let next_at = Timestamp::parse_moment(&self.next_at).ok_or_else(|| Error::invalid("next_at", Flaw::Moment))?;
        Ok(NewSchedule { name: self.name, terms: self.terms.read()?, every, next_at })
    }
}

impl From<Schedule> for ReviewScheduleBody {
    fn from(it: Schedule) -> Self {
        Self {
            id: it.id,
            name: it.name,
            terms: it.terms.into(),
            every: it.every.word(),
            next_at: it.next_at.rfc3339(),
            created_at: it.created_at.rfc3339(),
            updated_at: it.updated_at.rfc3339(),
        }
    }
}
