//! Reviews, the schedules by which they begin, and who was told that there was none.

use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::Tx;
use super::error::{translate, unreadable};
use super::json::{parsed, written};
use super::rows::{organisation, review, review_item, review_nudge, review_schedule};
use crate::domain::id::{OrgId, ReviewId, ReviewScheduleId, UserId};
use crate::domain::review::{Every, Review, Schedule, State};
use crate::domain::{Conflict, Error, Timestamp};

/// The review with this id in this organisation.
pub async fn find(db: &impl ConnectionTrait, org: OrgId, id: ReviewId) -> Result<Option<Review>, Error> {
    let row = review::Entity::find_by_id((org.uuid(), id.uuid())).one(db).await.map_err(translate)?;
    row.map(read).transpose()
}

/// The same, which must exist.
pub async fn get(db: &impl ConnectionTrait, org: OrgId, id: ReviewId) -> Result<Review, Error> {
    find(db, org, id).await?.ok_or(Error::NotFound("review"))
}

/// The review with this id, whatever its organisation; only for the operator.
pub async fn find_anywhere(db: &impl ConnectionTrait, id: ReviewId) -> Result<Option<Review>, Error> {
    let row = review::Entity::find().filter(review::Column::Id.eq(id.uuid())).one(db).await.map_err(translate)?;
    row.map(read).transpose()
}

/// The newest reviews of an organisation before one of them, newest first; where somebody is named, those in which they are asked.
pub async fn page(
    db: &impl ConnectionTrait,
    org: OrgId,
    (before, asked): (Option<ReviewId>, Option<UserId>),
    most: u64,
) -> Result<Vec<Review>, Error> {
    let mut mine = review::Entity::find().filter(review::Column::OrgId.eq(org.uuid()));
    if let Some(asked) = asked {
        let with_them = Query::select()
            .column(review_item::Column::ReviewId)
            .from(review_item::Entity)
            .and_where(Expr::col(review_item::Column::OrgId).eq(org.uuid()))
            .and_where(Expr::col(review_item::Column::ReviewerId).eq(asked.uuid()))
            .to_owned();
        mine = mine.filter(review::Column::Id.in_subquery(with_them));
    }
    if let Some(before) = before {
        mine = mine.filter(review::Column::Id.lt(before.uuid()));
    }
    let rows = mine.order_by_desc(review::Column::Id).limit(most).all(db).await.map_err(translate)?;
    rows.into_iter().map(read).collect()
}

/// Every review of all organisations that stands like this, in the order in which they are due.
pub async fn all_in(db: &impl ConnectionTrait, state: State) -> Result<Vec<Review>, Error> {
    let these = review::Entity::find()
        .filter(review::Column::State.eq(state.word()))
        .order_by_asc(review::Column::DueAt)
        .order_by_asc(review::Column::Id);
    these.all(db).await.map_err(translate)?.into_iter().map(read).collect()
}

/// When the newest review of an organisation that was carried through was over: one in which everything was decided, or for which
/// there was all the time that was given.
pub async fn last_closed(db: &impl ConnectionTrait, org: OrgId) -> Result<Option<Timestamp>, Error> {
    let undecided = Query::select()
        .expr(Expr::val(1))
        .from(review_item::Entity)
        .and_where(Expr::col((review_item::Entity, review_item::Column::OrgId)).eq(org.uuid()))
        .and_where(
            Expr::col((review_item::Entity, review_item::Column::ReviewId))
                .equals((review::Entity, review::Column::Id)),
        )
        .and_where(Expr::col((review_item::Entity, review_item::Column::IsSubmitted)).eq(false))
        .to_owned();
    let was_due =
        Expr::col((review::Entity, review::Column::ClosedAt)).gte(Expr::col((review::Entity, review::Column::DueAt)));
    let newest = review::Entity::find()
        .select_only()
        .column(review::Column::ClosedAt)
        .filter(review::Column::OrgId.eq(org.uuid()))
        .filter(review::Column::State.eq(State::Closed.word()))
        .filter(was_due.or(Expr::exists(undecided).not()))
        .order_by_desc(review::Column::ClosedAt)
        .limit(1)
        .into_tuple::<Option<i64>>();
    Ok(newest.one(db).await.map_err(translate)?.flatten().map(Timestamp::from_millis))
}

/// The organisations that were there when a quarter began, have had no review in it, and were not told so; none that is suspended.
pub async fn orgs_without(
    db: &impl ConnectionTrait,
    (quarter, begins): (&str, Timestamp),
) -> Result<Vec<OrgId>, Error> {
    let reviewed = Query::select()
        .column(review::Column::OrgId)
        .from(review::Entity)
        .and_where(Expr::col(review::Column::State).ne(State::Cancelled.word()))
        .and_where(
            Expr::col(review::Column::OpenedAt)
                .gte(begins.millis())
                .or(Expr::col(review::Column::State).is_in([State::Active.word(), State::Closing.word()])),
        )
        .to_owned();
    let told = Query::select()
        .column(review_nudge::Column::OrgId)
        .from(review_nudge::Entity)
        .and_where(Expr::col(review_nudge::Column::Quarter).eq(quarter))
        .to_owned();
    let found = organisation::Entity::find()
        .select_only()
        .column(organisation::Column::Id)
        .filter(organisation::Column::Status.ne("suspended"))
        .filter(organisation::Column::CreatedAt.lte(begins.millis()))
        .filter(organisation::Column::Id.not_in_subquery(reviewed))
        .filter(organisation::Column::Id.not_in_subquery(told))
        .into_tuple::<Uuid>();
    Ok(found.all(db).await.map_err(translate)?.into_iter().map(OrgId::from_uuid).collect())
}

/// Stores a new review.
pub async fn insert(tx: &Tx, new: &Review) -> Result<(), Error> {
    review::Entity::insert(row(new)?.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Stores where a review stands now, as far as it stands where it was seen.
pub async fn moved(tx: &Tx, changed: &Review, from: State) -> Result<(), Error> {
    let done = review::Entity::update_many()
        .col_expr(review::Column::State, Expr::value(changed.state.word()))
        .col_expr(review::Column::OpenedAt, Expr::value(changed.opened_at.map(Timestamp::millis)))
        .col_expr(review::Column::DueAt, Expr::value(changed.due_at.map(Timestamp::millis)))
        .col_expr(review::Column::ClosedAt, Expr::value(changed.closed_at.map(Timestamp::millis)))
        .col_expr(review::Column::Reminders, Expr::value(i64::from(changed.reminders)))
        .col_expr(review::Column::SilenceById, Expr::value(changed.silence_by.map(UserId::uuid)))
        .filter(review::Column::OrgId.eq(tx.org.uuid()))
        .filter(review::Column::Id.eq(changed.id.uuid()))
        .filter(review::Column::State.eq(from.word()))
        .exec(&**tx)
        .await
        .map_err(translate)?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Conflict::ReviewIsOver.into()) }
}

/// The schedules of an organisation, by name.
pub async fn schedules(db: &impl ConnectionTrait, org: OrgId) -> Result<Vec<Schedule>, Error> {
    let mine = review_schedule::Entity::find()
        .filter(review_schedule::Column::OrgId.eq(org.uuid()))
        .order_by_asc(review_schedule::Column::Name)
        .order_by_asc(review_schedule::Column::Id);
    mine.all(db).await.map_err(translate)?.into_iter().map(read_schedule).collect()
}

/// How many schedules an organisation has.
pub async fn count_schedules(db: &impl ConnectionTrait, org: OrgId) -> Result<u64, Error> {
    let mine = review_schedule::Entity::find().filter(review_schedule::Column::OrgId.eq(org.uuid()));
    mine.count(db).await.map_err(translate)
}

/// The schedules of all organisations by which a review is to begin now.
pub async fn schedules_due(db: &impl ConnectionTrait, now: Timestamp) -> Result<Vec<Schedule>, Error> {
    let due = review_schedule::Entity::find()
        .filter(review_schedule::Column::NextAt.lte(now.millis()))
        .order_by_asc(review_schedule::Column::NextAt);
    due.all(db).await.map_err(translate)?.into_iter().map(read_schedule).collect()
}

/// The schedule with this id in this organisation.
pub async fn find_schedule(
    db: &impl ConnectionTrait,
    org: OrgId,
    id: ReviewScheduleId,
) -> Result<Option<Schedule>, Error> {
    let row = review_schedule::Entity::find_by_id((org.uuid(), id.uuid())).one(db).await.map_err(translate)?;
    row.map(read_schedule).transpose()
}

/// The schedule with this id, whatever its organisation; only for the operator.
pub async fn find_schedule_anywhere(
    db: &impl ConnectionTrait,
    id: ReviewScheduleId,
) -> Result<Option<Schedule>, Error> {
    let found = review_schedule::Entity::find().filter(review_schedule::Column::Id.eq(id.uuid()));
    found.one(db).await.map_err(translate)?.map(read_schedule).transpose()
}

/// Stores a schedule, in place of the one there was.
pub async fn put_schedule(tx: &Tx, schedule: &Schedule) -> Result<(), Error> {
    use review_schedule::Column;
    let row = review_schedule::Model {
        org_id: tx.org.uuid(),
        id: schedule.id.uuid(),
        name: schedule.name.clone(),
        terms: written(&schedule.terms)?,
        every: schedule.every.word().to_owned(),
        next_at: schedule.next_at.millis(),
        created_at: schedule.created_at.millis(),
        updated_at: schedule.updated_at.millis(),
        set_by_id: schedule.set_by.map(UserId::uuid),
    };
    let anew = OnConflict::columns([Column::OrgId, Column::Id])
        .update_columns([
            Column::Name,
            Column::Terms,
            Column::Every,
            Column::NextAt,
            Column::UpdatedAt,
            Column::SetById,
        ])
        .to_owned();
    let stored = review_schedule::Entity::insert(row.into_active_model()).on_conflict(anew);
    stored.exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes a schedule away; its reviews stay.
pub async fn delete_schedule(tx: &Tx, id: ReviewScheduleId) -> Result<(), Error> {
    let gone = review_schedule::Entity::delete_by_id((tx.org.uuid(), id.uuid()));
    gone.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Notes that somebody is told of a quarter without a review; false where that was noted already.
pub async fn note_nudge(tx: &Tx, quarter: &str) -> Result<bool, Error> {
    use review_nudge::Column;
    let row = review_nudge::Model { org_id: tx.org.uuid(), quarter: quarter.to_owned(), at: tx.now.millis() };
    let anew = OnConflict::column(Column::OrgId)
        .update_columns([Column::Quarter, Column::At])
        .action_and_where(Expr::col((review_nudge::Entity, Column::Quarter)).ne(quarter))
        .to_owned();
    let stored = review_nudge::Entity::insert(row.into_active_model()).on_conflict(anew);
    Ok(stored.exec_without_returning(&**tx).await.map_err(translate)? == 1)
}

fn read(row: review::Model) -> Result<Review, Error> {
    let moment = |at: Option<i64>| at.map(Timestamp::from_millis);
    Ok(Review {
        id: ReviewId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        schedule: row.schedule_id.map(ReviewScheduleId::from_uuid),
        name: row.name,
        terms: parsed(&row.terms, "reviews.terms")?,
        state: State::parse(&row.state).ok_or_else(|| unreadable("reviews.state"))?,
        population: u64::try_from(row.population).unwrap_or(0),
        digest: row.digest,
        warnings: parsed(&row.warnings, "reviews.warnings")?,
        created_at: Timestamp::from_millis(row.created_at),
        opened_at: moment(row.opened_at),
        due_at: moment(row.due_at),
        closed_at: moment(row.closed_at),
        reminders: u32::try_from(row.reminders).unwrap_or(0),
        silence_by: row.silence_by_id.map(UserId::from_uuid),
    })
}

fn row(it: &Review) -> Result<review::Model, Error> {
    Ok(review::Model {
        org_id: it.org.uuid(),
        id: it.id.uuid(),
        schedule_id: it.schedule.map(ReviewScheduleId::uuid),
        name: it.name.clone(),
        terms: written(&it.terms)?,
        state: it.state.word().to_owned(),
        population: i64::try_from(it.population).unwrap_or(i64::MAX),
        digest: it.digest.clone(),
        warnings: written(&it.warnings)?,
        created_at: it.created_at.millis(),
        opened_at: it.opened_at.map(Timestamp::millis),
        due_at: it.due_at.map(Timestamp::millis),
        closed_at: it.closed_at.map(Timestamp::millis),
        reminders: i64::from(it.reminders),
        silence_by_id: it.silence_by.map(UserId::uuid),
    })
}

fn read_schedule(row: review_schedule::Model) -> Result<Schedule, Error> {
    Ok(Schedule {
        id: ReviewScheduleId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        name: row.name,
        terms: parsed(&row.terms, "review_schedules.terms")?,
        every: Every::parse(&row.every).ok_or_else(|| unreadable("review_schedules.every"))?,
        next_at: Timestamp::from_millis(row.next_at),
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
        set_by: row.set_by_id.map(UserId::from_uuid),
    })
}
