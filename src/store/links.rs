//! One-time links: password resets and activations. Only the newest of a purpose works.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::Tx;
use super::error::translate;
use super::rows::link_token::{Column, Entity, Model};
use crate::domain::id::{GrantId, OrgId, UserId};
use crate::domain::secret::TokenHash;
use crate::domain::user::User;
use crate::domain::{Error, Timestamp};

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Setting the first password of a pending user.
    Activate,
    /// Setting a new password.
    Reset,
}

impl Purpose {
    const fn word(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::Reset => "reset",
        }
    }
}

/// A link as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredLink {
    /// The organisation of the user.
    pub org: OrgId,
    /// Whose link it is.
    pub user: UserId,
    /// The epoch of the user when it was made; a later one makes it void.
    pub user_epoch: i64,
    id: GrantId,
}

/// The link with this token, unless it has ended.
pub async fn find(
    db: &impl ConnectionTrait,
    token: &TokenHash,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<StoredLink>, Error> {
    let open = Entity::find()
        .filter(Column::TokenHash.eq(token.bytes()))
        .filter(Column::Purpose.eq(purpose.word()))
        .filter(Column::ExpiresAt.gt(now.millis()));
    let row = open.one(db).await.map_err(translate)?;
    Ok(row.map(|row| StoredLink {
        org: OrgId::from_uuid(row.org_id),
        user: UserId::from_uuid(row.user_id),
        user_epoch: row.user_epoch,
        id: GrantId::from_uuid(row.id),
    }))
}

/// True when the newest link of somebody for this purpose was left unused until its time was over.
pub async fn has_run_out(
    db: &impl ConnectionTrait,
    of: &User,
    purpose: Purpose,
    now: Timestamp,
) -> Result<bool, Error> {
    let late = Entity::find()
        .filter(Column::OrgId.eq(of.org.uuid()))
        .filter(Column::UserId.eq(of.id.uuid()))
        .filter(Column::Purpose.eq(purpose.word()))
        .filter(Column::ExpiresAt.lte(now.millis()));
    Ok(late.one(db).await.map_err(translate)?.is_some())
}

/// Stores a new link in place of an older one for the same purpose.
pub async fn replace(
    tx: &Tx,
    of: &User,
    purpose: Purpose,
    token: &TokenHash,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let old = Entity::delete_many()
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::UserId.eq(of.id.uuid()))
        .filter(Column::Purpose.eq(purpose.word()));
    old.exec(&**tx).await.map_err(translate)?;
    let row = Model {
        org_id: tx.org.uuid(),
        id: GrantId::new().uuid(),
        user_id: of.id.uuid(),
        purpose: purpose.word().to_owned(),
        token_hash: token.bytes(),
        user_epoch: of.epoch,
        expires_at: expires_at.millis(),
        address: None,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Uses a link up; false when someone was faster.
pub async fn redeem(tx: &Tx, link: &StoredLink) -> Result<bool, Error> {
    let done = Entity::delete_by_id((tx.org.uuid(), link.id.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(done.rows_affected == 1)
}

/// Voids every link of a user.
pub async fn delete_of_user(tx: &Tx, of: UserId) -> Result<(), Error> {
    let gone = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::UserId.eq(of.uuid()));
    gone.exec(&**tx).await.map_err(translate)?;
    Ok(())
}
