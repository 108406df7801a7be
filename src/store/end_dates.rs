//! When somebody's time ends, and when the access did.

use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use super::Tx;
use super::error::translate;
use super::rows::end_date::{Column, Entity, Model};
use super::rows::user;
use crate::domain::id::{OrgId, UserId};
use crate::domain::user::Status;
use crate::domain::{Error, Timestamp};

/// The end of somebody's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndDate {
    /// The organisation.
    pub org: OrgId,
    /// Whose.
    pub user: UserId,
    /// When it ends.
    pub ends_at: Timestamp,
    /// When the access ended.
    pub ended_at: Option<Timestamp>,
    /// When somebody was told that it had not.
    pub told_at: Option<Timestamp>,
    /// The user or the service account that said so; nobody where that was the operator.
    pub set_by: Option<UserId>,
}

/// When the time of a user ends, where that was said.
pub async fn find(db: &impl ConnectionTrait, org: OrgId, user: UserId) -> Result<Option<EndDate>, Error> {
    let row = Entity::find_by_id((org.uuid(), user.uuid())).one(db).await.map_err(translate)?;
    Ok(row.as_ref().map(read))
}

/// Those of all organisations whose time has ended and whose access has not, after one of them; those who wait longest first.
pub async fn due(
    db: &impl ConnectionTrait,
    (now, after): (Timestamp, Option<EndDate>),
    most: u64,
) -> Result<Vec<EndDate>, Error> {
    let has_access = Query::select()
        .expr(Expr::val(1))
        .from(user::Entity)
        .and_where(Expr::col((user::Entity, user::Column::OrgId)).equals((Entity, Column::OrgId)))
        .and_where(Expr::col((user::Entity, user::Column::Id)).equals((Entity, Column::UserId)))
        .and_where(Expr::col((user::Entity, user::Column::Status)).ne(Status::Deactivated.word()))
        .to_owned();
    let mut due = Entity::find()
        // Written as the partial index is, or that would not be used.
        .filter(Expr::cust("end_dates.ended_at IS NULL"))
        .filter(Column::EndsAt.lte(now.millis()))
        .filter(Expr::exists(has_access));
    if let Some(after) = after {
        let same =
            Condition::all().add(Column::EndsAt.eq(after.ends_at.millis())).add(Column::UserId.gt(after.user.uuid()));
        due = due.filter(Condition::any().add(Column::EndsAt.gt(after.ends_at.millis())).add(same));
    }
    let due = due.order_by_asc(Column::EndsAt).order_by_asc(Column::UserId).limit(most);
    Ok(due.all(db).await.map_err(translate)?.iter().map(read).collect())
}

/// Those of an organisation whose access has ended since a moment.
pub async fn ended_since(db: &impl ConnectionTrait, org: OrgId, since: Timestamp) -> Result<Vec<EndDate>, Error> {
    let ended = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Expr::cust("end_dates.ended_at IS NOT NULL"))
        .filter(Column::EndedAt.gte(since.millis()));
    Ok(ended.all(db).await.map_err(translate)?.iter().map(read).collect())
}

/// Says when the time of a user ends, or that nobody knows.
pub async fn put(tx: &Tx, user: UserId, (ends_at, set_by): (Option<Timestamp>, Option<UserId>)) -> Result<(), Error> {
    let Some(ends_at) = ends_at else {
        Entity::delete_by_id((tx.org.uuid(), user.uuid())).exec(&**tx).await.map_err(translate)?;
        return Ok(());
    };
    let row = Model {
        org_id: tx.org.uuid(),
        user_id: user.uuid(),
        ends_at: ends_at.millis(),
        ended_at: None,
        told_at: None,
        set_by_id: set_by.map(UserId::uuid),
    };
    let anew = OnConflict::columns([Column::OrgId, Column::UserId])
        .update_columns([Column::EndsAt, Column::EndedAt, Column::ToldAt, Column::SetById])
        .to_owned();
    let stored = Entity::insert(row.into_active_model()).on_conflict(anew);
    stored.exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Notes that the access of a user has ended. What ends before its time is no end of that time.
pub async fn ended(tx: &Tx, user: UserId) -> Result<(), Error> {
    let note = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(tx.now.millis()))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Expr::cust("end_dates.ended_at IS NULL"))
        .filter(Column::EndsAt.lte(tx.now.millis()));
    note.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Forgets an end that is past, because the user has access again.
pub async fn reopened(tx: &Tx, user: UserId) -> Result<(), Error> {
    let past = Entity::delete_many()
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Column::EndsAt.lte(tx.now.millis()));
    past.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Forgets an end that did not come, because the user is gone before it.
pub async fn gone(tx: &Tx, user: UserId) -> Result<(), Error> {
    ended(tx, user).await?;
    let future = Entity::delete_many()
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Column::EndsAt.gt(tx.now.millis()));
    future.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Notes that somebody is told of it; false where that was noted already.
pub async fn told(tx: &Tx, user: UserId) -> Result<bool, Error> {
    let note = Entity::update_many()
        .col_expr(Column::ToldAt, Expr::value(tx.now.millis()))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Expr::col(Column::ToldAt).is_null());
    Ok(note.exec(&**tx).await.map_err(translate)?.rows_affected == 1)
}

fn read(row: &Model) -> EndDate {
    EndDate {
        org: OrgId::from_uuid(row.org_id),
        user: UserId::from_uuid(row.user_id),
        ends_at: Timestamp::from_millis(row.ends_at),
        ended_at: row.ended_at.map(Timestamp::from_millis),
        told_at: row.told_at.map(Timestamp::from_millis),
        set_by: row.set_by_id.map(UserId::from_uuid),
    }
}
