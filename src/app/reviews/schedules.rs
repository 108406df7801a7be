//! Reviews that begin by themselves: kept and changed.

use std::time::Duration;

use super::{MANAGE, check_reviewers};
use crate::app::App;
use crate::domain::id::{OrgId, ReviewScheduleId};
use crate::domain::policy::{Action, Actor, Change, ReviewDeed, Target};
use crate::domain::review::schedule::SCHEDULES_MAX;
use crate::domain::review::{Every, Schedule, Terms, check_review_name};
use crate::domain::{Conflict, Error, Flaw, Timestamp};
use crate::store::reviews;

const A_DAY: Duration = Duration::from_hours(24);

/// What a schedule is to be.
#[derive(Debug, Clone)]
pub struct NewSchedule {
    /// The name of each review.
    pub name: String,
    /// How each goes.
    pub terms: Terms,
    /// How often one begins.
    pub every: Every,
    /// When the next begins.
    pub next_at: Timestamp,
}

/// The schedules of an organisation, by name.
pub async fn schedules(app: &App, actor: &Actor, org: OrgId) -> Result<Vec<Schedule>, Error> {
    may_read(app, actor, org).await?;
    reviews::schedules(app.store.reader(), org).await
}

/// A schedule.
pub async fn schedule(app: &App, actor: &Actor, id: ReviewScheduleId) -> Result<Schedule, Error> {
    let org = org_of(app, actor, id).await?;
    may_read(app, actor, org).await?;
    let found = reviews::find_schedule(app.store.reader(), org, id).await?;
    found.ok_or(Error::NotFound("schedule"))
}

/// Makes a schedule, or changes the one with this id.
pub async fn put_schedule(
    app: &App,
    actor: &Actor,
    (org, id): (OrgId, Option<ReviewScheduleId>),
    new: NewSchedule,
) -> Result<Schedule, Error> {
    check_review_name(&new.name)?;
    new.terms.check()?;
    let tx = app.begin(org).await?;
    // Whoever gives a day means it where they are, and there it may have begun a day ago.
    if new.next_at < tx.now.before(A_DAY) {
        return Err(Error::invalid("next_at", Flaw::Past));
    }
    let before = match id {
        Some(id) => Some(reviews::find_schedule(&*tx, org, id).await?.ok_or(Error::NotFound("schedule"))?),
        None => None,
    };
    let after = Schedule {
        id: id.unwrap_or_else(ReviewScheduleId::new),
        org,
        name: new.name,
        terms: new.terms,
        every: new.every,
        next_at: new.next_at,
        created_at: before.as_ref().map_or(tx.now, |it| it.created_at),
        updated_at: tx.now,
        set_by: actor.account_id(),
    };
    let Terms { scope, silence, .. } = after.terms;
    let deed = match &before {
        Some(before) => ReviewDeed::ChangeSchedule { changes: changes(before, &after), silence },
        None => ReviewDeed::CreateSchedule { scope: scope.word(), every: after.every.word(), silence },
    };
    let action = Action::Review(deed);
    let (tx, permit) = app.ask(tx, actor, action, target(&after)).await?;
    check_reviewers(&*tx, tx.roles()?, (org, &after.terms)).await?;
    if before.is_none() && reviews::count_schedules(&*tx, org).await? >= SCHEDULES_MAX {
        return Err(Conflict::TooMany.into());
    }
    if before.as_ref().is_some_and(|it| changes(it, &after).is_empty()) {
        return Ok(before.unwrap_or(after));
    }
    reviews::put_schedule(&tx, &after).await?;
    tx.commit(permit).await?;
    Ok(after)
}

/// Takes a schedule away; its reviews stay.
pub async fn delete_schedule(app: &App, actor: &Actor, id: ReviewScheduleId) -> Result<(), Error> {
    let org = org_of(app, actor, id).await?;
    let tx = app.begin(org).await?;
    let found = reviews::find_schedule(&*tx, org, id).await?.ok_or(Error::NotFound("schedule"))?;
    let (tx, permit) = app.ask(tx, actor, Action::Review(ReviewDeed::DeleteSchedule), target(&found)).await?;
    reviews::delete_schedule(&tx, id).await?;
    tx.commit(permit).await
}

pub(super) fn target(schedule: &Schedule) -> Target {
    Target::ReviewSchedule { org: schedule.org, id: schedule.id, label: schedule.name.clone() }
}

async fn may_read(app: &App, actor: &Actor, org: OrgId) -> Result<(), Error> {
    if actor.org().is_some_and(|own| own != org) {
        return Err(Error::NotFound("schedule"));
    }
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, MANAGE)
}

/// The organisation in which the actor may name this schedule.
pub(super) async fn org_of(app: &App, actor: &Actor, id: ReviewScheduleId) -> Result<OrgId, Error> {
    match actor.org() {
        Some(own) => Ok(own),
        None => {
            let found = reviews::find_schedule_anywhere(app.store.reader(), id).await?;
            Ok(found.ok_or(Error::NotFound("schedule"))?.org)
        }
    }
}

fn changes(before: &Schedule, after: &Schedule) -> Vec<Change> {
    let of = |it: &Schedule| {
        [
            ("name", serde_json::json!(it.name)),
            ("scope", serde_json::json!(it.terms.scope)),
            ("reviewers", serde_json::json!(it.terms.reviewers)),
            ("fallback", serde_json::json!(it.terms.fallback)),
            ("days", serde_json::json!(it.terms.days)),
            ("silence", serde_json::json!(it.terms.silence)),
            ("justify", serde_json::json!(it.terms.justify)),
            ("every", serde_json::json!(it.every)),
            ("next_at", serde_json::json!(it.next_at.rfc3339())),
        ]
    };
    let both = of(before).into_iter().zip(of(after)).filter(|((_, old), (_, new))| old != new);
    both.map(|((path, old), (_, new))| Change::new(path, Some(old), Some(new))).collect()
}
