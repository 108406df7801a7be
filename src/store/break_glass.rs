//! Which users are break-glass accounts, and when each was used last.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use super::Tx;
use super::error::translate;
use super::rows::break_glass::{Column, Entity, Model};
use crate::domain::id::{OrgId, UserId};
use crate::domain::{Error, Timestamp};

/// A user who is a break-glass account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Who.
    pub user: UserId,
    /// Since when.
    pub marked_at: Timestamp,
    /// The last sign-in since then.
    pub used_at: Option<Timestamp>,
}

/// Whether a user is one.
pub async fn is_one(db: &impl ConnectionTrait, org: OrgId, user: UserId) -> Result<bool, Error> {
    Ok(Entity::find_by_id((org.uuid(), user.uuid())).one(db).await.map_err(translate)?.is_some())
}

/// All of an organisation, in the order of their ids.
pub async fn list(db: &impl ConnectionTrait, org: OrgId) -> Result<Vec<Mark>, Error> {
    let mine = Entity::find().filter(Column::OrgId.eq(org.uuid())).order_by_asc(Column::UserId);
    let read = |row: Model| Mark {
        user: UserId::from_uuid(row.user_id),
        marked_at: Timestamp::from_millis(row.marked_at),
        used_at: row.used_at.map(Timestamp::from_millis),
    };
    Ok(mine.all(db).await.map_err(translate)?.into_iter().map(read).collect())
}

/// Makes a user one.
pub async fn insert(tx: &Tx, user: UserId) -> Result<(), Error> {
    let row = Model { org_id: tx.org.uuid(), user_id: user.uuid(), marked_at: tx.now.millis(), used_at: None };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// A user is none any more.
pub async fn delete(tx: &Tx, user: UserId) -> Result<(), Error> {
    Entity::delete_by_id((tx.org.uuid(), user.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Notes that a user signs in; false where that is no break-glass account.
pub async fn used(tx: &Tx, user: UserId) -> Result<bool, Error> {
    let note = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(tx.now.millis()))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::UserId.eq(user.uuid()));
    Ok(note.exec(&**tx).await.map_err(translate)?.rows_affected == 1)
}
