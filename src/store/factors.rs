//! Second factors.
//!
//! **Invariant:** a time step is accepted once: the statement that notes it succeeds only for a later step.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, QueryTrait};

use super::error::translate;
use super::rows::factor::{Column, Entity, Model};
use super::rows::passkey;
use super::{Store, Tx, passkeys, recovery_codes};
use crate::domain::id::{FactorId, OrgId, UserId};
use crate::domain::{Error, Timestamp};

/// A TOTP factor as stored; the seed is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTotp {
    /// The identity of the factor; part of what its seal is bound to.
    pub id: FactorId,
    /// The sealed seed.
    pub sealed: Vec<u8>,
    /// The last time step that was accepted.
    pub last_step: i64,
    /// When it was enrolled.
    pub created_at: Timestamp,
}

const TOTP: &str = "totp";

/// The TOTP factor of a user.
pub async fn find_totp(db: &impl ConnectionTrait, org: OrgId, user: UserId) -> Result<Option<StoredTotp>, Error> {
    let mine = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Column::Kind.eq(TOTP));
    let row = mine.one(db).await.map_err(translate)?;
    Ok(row.map(|row| StoredTotp {
        id: FactorId::from_uuid(row.id),
        sealed: row.sealed,
        last_step: row.last_step,
        created_at: Timestamp::from_millis(row.created_at),
    }))
}

/// Since when each of these users has a factor; those without one are left out.
pub async fn enrolled(
    db: &impl ConnectionTrait,
    org: OrgId,
    of: &[UserId],
) -> Result<HashMap<UserId, Timestamp>, Error> {
    let mine =
        Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::UserId.is_in(of.iter().map(|id| id.uuid())));
    let rows = mine.all(db).await.map_err(translate)?.into_iter().map(|row| (row.user_id, row.created_at));
    let passkeys = passkey::Entity::find()
        .filter(passkey::Column::OrgId.eq(org.uuid()))
        .filter(passkey::Column::UserId.is_in(of.iter().map(|id| id.uuid())));
    let passkeys = passkeys.all(db).await.map_err(translate)?.into_iter().map(|row| (row.user_id, row.created_at));
    let mut since = HashMap::new();
    for (user, at) in rows.chain(passkeys) {
        let (user, at) = (UserId::from_uuid(user), Timestamp::from_millis(at));
        since.entry(user).and_modify(|first: &mut Timestamp| *first = at.min(*first)).or_insert(at);
    }
    Ok(since)
}

/// Whether a user has any factor: an authenticator or a passkey.
pub async fn has_any(db: &impl ConnectionTrait, org: OrgId, user: UserId) -> Result<bool, Error> {
    Ok(!enrolled(db, org, &[user]).await?.is_empty())
}

/// The ids of those of an organisation who have any factor; some more than once.
pub(super) fn owners(org: OrgId) -> SelectStatement {
    let totp = Entity::find().select_only().column(Column::UserId).filter(Column::OrgId.eq(org.uuid()));
    let passkeys = passkey::Entity::find().select_only().column(passkey::Column::UserId);
    let passkeys = passkeys.filter(passkey::Column::OrgId.eq(org.uuid()));
    totp.into_query().union(UnionType::All, passkeys.into_query()).to_owned()
}

/// Stores a newly enrolled TOTP factor; a second one is a conflict.
pub async fn insert_totp(tx: &Tx, user: UserId, new: &StoredTotp) -> Result<(), Error> {
    let row = Model {
        org_id: tx.org.uuid(),
        id: new.id.uuid(),
        user_id: user.uuid(),
        kind: TOTP.to_owned(),
        sealed: new.sealed.clone(),
        last_step: new.last_step,
        created_at: new.created_at.millis(),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes the TOTP factor from a user.
pub async fn delete_totp(tx: &Tx, user: UserId) -> Result<(), Error> {
    let gone = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::UserId.eq(user.uuid()));
    gone.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes every factor from a user, the recovery codes with them.
pub async fn delete_all(tx: &Tx, user: UserId) -> Result<(), Error> {
    delete_totp(tx, user).await?;
    passkeys::delete_of_user(tx, user).await?;
    recovery_codes::replace(tx, user, &[]).await
}

impl Store {
    /// Notes that a time step was used; false when it, or a later one, was used before.
    pub async fn use_totp_step(&self, org: OrgId, factor: FactorId, step: i64) -> Result<bool, Error> {
        let done = Entity::update_many()
            .col_expr(Column::LastStep, Expr::value(step))
            .filter(Column::OrgId.eq(org.uuid()))
            .filter(Column::Id.eq(factor.uuid()))
            .filter(Column::LastStep.lt(step))
            .exec(&self.write)
            .await
            .map_err(translate)?;
        Ok(done.rows_affected == 1)
    }
}
