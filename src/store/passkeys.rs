//! Passkeys, each with its public key and its counter.
//!
//! **Invariant:** a passkey is of one user: within an organisation no two rows have one credential id, and a row is found
//! only with its user.
//! **Invariant:** a use is noted by one conditional statement over the row that was checked, so what a passkey has signed
//! counts once, however often and wherever it is sent.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait as _, IntoActiveModel, QueryFilter, QueryOrder};

use super::error::translate;
use super::rows::passkey::{Column, Entity, Model};
use super::{Store, Tx};
use crate::domain::id::{OrgId, PasskeyId, UserId};
use crate::domain::{Error, Timestamp};

/// A passkey as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPasskey {
    /// Its identity here.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// The hash of the identity that its authenticator gave it.
    pub credential_hash: Vec<u8>,
    /// The public key, the counter and what else is checked, as JSON.
    pub credential: String,
    /// Counts the uses.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
}

/// The passkeys of a user, oldest first.
pub async fn list(db: &impl ConnectionTrait, org: OrgId, user: UserId) -> Result<Vec<StoredPasskey>, Error> {
    let mine = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::UserId.eq(user.uuid()))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id);
    let rows = mine.all(db).await.map_err(translate)?;
    Ok(rows.into_iter().map(read).collect())
}

/// Stores a new passkey; one that anybody of the organisation has already is a conflict.
pub async fn insert(tx: &Tx, user: UserId, new: &StoredPasskey) -> Result<(), Error> {
    let row = Model {
        org_id: tx.org.uuid(),
        id: new.id.uuid(),
        user_id: user.uuid(),
        name: new.name.clone(),
        credential_hash: new.credential_hash.clone(),
        credential: new.credential.clone(),
        version: new.version,
        created_at: new.created_at.millis(),
        last_used_at: new.last_used_at.map(Timestamp::millis),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes one passkey from a user; false when the user has no such passkey.
pub async fn delete(tx: &Tx, user: UserId, id: PasskeyId) -> Result<bool, Error> {
    let gone = Entity::delete_many()
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Column::Id.eq(id.uuid()));
    Ok(gone.exec(&**tx).await.map_err(translate)?.rows_affected == 1)
}

/// Takes every passkey from a user.
pub async fn delete_of_user(tx: &Tx, user: UserId) -> Result<(), Error> {
    let gone = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::UserId.eq(user.uuid()));
    gone.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// Notes that a passkey was used, with the counter it has now; false when it was used or removed since it was read.
    pub async fn use_passkey(
        &self,
        org: OrgId,
        seen: &StoredPasskey,
        credential: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let done = Entity::update_many()
            .col_expr(Column::Credential, Expr::value(credential))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .col_expr(Column::LastUsedAt, Expr::value(now.millis()))
            .filter(Column::OrgId.eq(org.uuid()))
            .filter(Column::Id.eq(seen.id.uuid()))
            .filter(Column::Version.eq(seen.version))
            .exec(&self.write)
            .await
            .map_err(translate)?;
        Ok(done.rows_affected == 1)
    }
}

fn read(row: Model) -> StoredPasskey {
    StoredPasskey {
        id: PasskeyId::from_uuid(row.id),
        name: row.name,
        credential_hash: row.credential_hash,
        credential: row.credential,
        version: row.version,
        created_at: Timestamp::from_millis(row.created_at),
        last_used_at: row.last_used_at.map(Timestamp::from_millis),
    }
}
