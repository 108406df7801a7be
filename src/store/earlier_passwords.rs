//! The hashes of the passwords that people had before.
//!
//! **Invariant:** only passwords are here that their owner had chosen, or was given to keep, and no temporary one; what the
//! policy no longer compares with goes when the policy is saved, and at the latest with the next password of its owner.

use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Func, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use super::Tx;
use super::error::translate;
use super::rows::earlier_password::{Column, Entity, Model};
use super::rows::password;
use crate::domain::Error;
use crate::domain::id::{OrgId, UserId};

/// The newest of a user, so many of them.
pub async fn newest(db: &impl ConnectionTrait, org: OrgId, of: UserId, most: u32) -> Result<Vec<String>, Error> {
    let rows = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::UserId.eq(of.uuid()))
        .order_by_desc(Column::Number)
        .limit(u64::from(most))
        .all(db)
        .await
        .map_err(translate)?;
    Ok(rows.into_iter().map(|row| row.phc).collect())
}

/// Keeps the password of a user that is about to be replaced, as long as the policy compares with any.
pub(super) async fn retire(tx: &Tx, of: UserId) -> Result<(), Error> {
    let Some(old) = password::Entity::find_by_id((tx.org.uuid(), of.uuid())).one(&**tx).await.map_err(translate)?
    else {
        return Ok(());
    };
    let most = tx.organisation()?.rules(tx.roles()?).password.history;
    if most > 0 && !old.must_change {
        let number = last(tx, of).await?.saturating_add(1);
        let row = Model { org_id: old.org_id, user_id: old.user_id, number, phc: old.phc, set_at: old.set_at };
        Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    }
    trim(tx, Column::UserId.eq(of.uuid()), most).await
}

/// Forgets of everybody what a policy no longer compares with.
pub async fn keep_newest(tx: &Tx, most: u32) -> Result<(), Error> {
    trim(tx, Expr::val(1).eq(1), most).await
}

/// Forgets all of a user.
pub(super) async fn delete(tx: &Tx, of: UserId) -> Result<(), Error> {
    let all = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::UserId.eq(of.uuid()));
    all.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

async fn last(tx: &Tx, of: UserId) -> Result<i64, Error> {
    let newest = Entity::find()
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::UserId.eq(of.uuid()))
        .order_by_desc(Column::Number);
    Ok(newest.one(&**tx).await.map_err(translate)?.map_or(0, |row| row.number))
}

/// They are numbered without a gap, so that whatever is not among the newest is told by its number.
async fn trim(tx: &Tx, whose: Expr, most: u32) -> Result<(), Error> {
    let same = Alias::new("same");
    let of_same = |it: Column| Expr::col((same.clone(), it));
    let last = Query::select()
        .expr(Func::max(of_same(Column::Number)))
        .from_as(Entity, same.clone())
        .and_where(of_same(Column::OrgId).equals((Entity, Column::OrgId)))
        .and_where(of_same(Column::UserId).equals((Entity, Column::UserId)))
        .to_owned();
    let is_older = Expr::col((Entity, Column::Number)).add(i64::from(most)).lte(Expr::from(last));
    let older = Condition::all().add(Column::OrgId.eq(tx.org.uuid())).add(whose).add(is_older);
    Entity::delete_many().filter(older).exec(&**tx).await.map_err(translate)?;
    Ok(())
}
