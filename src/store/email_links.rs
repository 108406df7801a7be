//! One-time links that prove that mail to another address reaches a person. Only the newest of somebody works; whatever ends
//! the links of a user ([`super::links::delete_of_user`]) ends these too.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::Tx;
use super::error::{translate, unreadable};
use super::rows::link_token::{Column, Entity, Model};
use crate::domain::id::{GrantId, OrgId, UserId};
use crate::domain::secret::TokenHash;
use crate::domain::user::User;
use crate::domain::{Error, Timestamp};

const PURPOSE: &str = "email";

/// A link as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailLink {
    /// The organisation of the user.
    pub org: OrgId,
    /// Whose address it would be.
    pub user: UserId,
    /// The epoch of the user when it was made; a later one makes it void.
    pub user_epoch: i64,
    /// The address.
    pub address: String,
    id: GrantId,
}

/// The link with this token, unless it has ended.
pub async fn find(db: &impl ConnectionTrait, token: &TokenHash, now: Timestamp) -> Result<Option<EmailLink>, Error> {
    let open = Entity::find()
        .filter(Column::TokenHash.eq(token.bytes()))
        .filter(Column::Purpose.eq(PURPOSE))
        .filter(Column::ExpiresAt.gt(now.millis()));
    let link = |row: Model| {
        Ok(EmailLink {
            org: OrgId::from_uuid(row.org_id),
            user: UserId::from_uuid(row.user_id),
            user_epoch: row.user_epoch,
            address: row.address.ok_or_else(|| unreadable("link_tokens.address"))?,
            id: GrantId::from_uuid(row.id),
        })
    };
    open.one(db).await.map_err(translate)?.map(link).transpose()
}

/// Stores a new link in place of an older one.
pub async fn replace(tx: &Tx, of: &User, address: &str, token: &TokenHash, expires_at: Timestamp) -> Result<(), Error> {
    let old = Entity::delete_many()
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::UserId.eq(of.id.uuid()))
        .filter(Column::Purpose.eq(PURPOSE));
    old.exec(&**tx).await.map_err(translate)?;
    let row = Model {
        org_id: tx.org.uuid(),
        id: GrantId::new().uuid(),
        user_id: of.id.uuid(),
        purpose: PURPOSE.to_owned(),
        token_hash: token.bytes(),
        user_epoch: of.epoch,
        expires_at: expires_at.millis(),
        address: Some(address.to_owned()),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Uses a link up; false when someone was faster.
pub async fn redeem(tx: &Tx, link: &EmailLink) -> Result<bool, Error> {
    let done = Entity::delete_by_id((tx.org.uuid(), link.id.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(done.rows_affected == 1)
}
