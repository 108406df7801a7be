//! Recovery codes, each by its hash.
//!
//! **Invariant:** a code is used up by one conditional statement, so it opens one sign-in however often it is sent at once.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};

use super::Tx;
use super::error::translate;
use super::rows::recovery_code::{Column, Entity, Model};
use crate::domain::Error;
use crate::domain::id::{OrgId, UserId};

/// The hash of the unused code in this place.
pub async fn find(db: &impl ConnectionTrait, org: OrgId, user: UserId, place: u8) -> Result<Option<String>, Error> {
    let row = Entity::find_by_id((org.uuid(), user.uuid(), i64::from(place))).one(db).await.map_err(translate)?;
    Ok(row.filter(|row| row.used_at.is_none()).map(|row| row.phc))
}

/// Whether a user was ever given codes that count: used ones count here too.
pub async fn are_there(db: &impl ConnectionTrait, org: OrgId, user: UserId) -> Result<bool, Error> {
    let any = Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::UserId.eq(user.uuid()));
    Ok(any.count(db).await.map_err(translate)? > 0)
}

/// How many codes of a user are left.
pub async fn count_left(db: &impl ConnectionTrait, org: OrgId, user: UserId) -> Result<u64, Error> {
    let left = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Column::UsedAt.is_null());
    left.count(db).await.map_err(translate)
}

/// Stores a new set, each by its hash and in order, in place of the earlier one.
pub async fn replace(tx: &Tx, user: UserId, hashes: &[String]) -> Result<(), Error> {
    let old = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::UserId.eq(user.uuid()));
    old.exec(&**tx).await.map_err(translate)?;
    if hashes.is_empty() {
        return Ok(());
    }
    let rows = hashes.iter().zip(0_i64..).map(|(phc, place)| {
        let row = Model { org_id: tx.org.uuid(), user_id: user.uuid(), place, phc: phc.clone(), used_at: None };
        row.into_active_model()
    });
    Entity::insert_many(rows).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Uses up the code that has this hash; false when it was used or replaced meanwhile.
pub async fn redeem(tx: &Tx, user: UserId, place: u8, phc: &str) -> Result<bool, Error> {
    let done = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(tx.now.millis()))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Column::Place.eq(i64::from(place)))
        .filter(Column::Phc.eq(phc))
        .filter(Column::UsedAt.is_null())
        .exec(&**tx)
        .await
        .map_err(translate)?;
    Ok(done.rows_affected == 1)
}
