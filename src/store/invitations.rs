//! Invitations. Of those that nobody has answered there is one for each address of an organisation.
//!
//! **Invariant:** an invitation leaves the state `pending` by one conditional statement, so it is answered once.

#[cfg(test)]
mod tests;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, Select};

use super::error::{translate, unreadable};
use super::grants::role_key;
use super::rows::invitation::{Column, Entity, Model};
use super::{Store, Tx};
use crate::domain::id::{InvitationId, OrgId, UserId};
use crate::domain::invitation::{Invitation, State};
use crate::domain::secret::TokenHash;
use crate::domain::text::fold;
use crate::domain::{Error, Timestamp};

/// Nobody has answered it; written as the partial indexes are, or they would not be used.
pub(super) const PENDING: &str = "invitations.state = 'pending'";

/// The invitation whose newest link has this token, wherever it stands.
pub async fn find_by_token(db: &impl ConnectionTrait, token: &TokenHash) -> Result<Option<Invitation>, Error> {
    one(db, Entity::find().filter(Column::TokenHash.eq(token.bytes()))).await
}

/// The invitation with this id in this organisation, which must exist.
pub async fn get(db: &impl ConnectionTrait, org: OrgId, id: InvitationId) -> Result<Invitation, Error> {
    find(db, org, id).await?.ok_or(Error::NotFound("invitation"))
}

/// The invitation with this id in this organisation.
pub async fn find(db: &impl ConnectionTrait, org: OrgId, id: InvitationId) -> Result<Option<Invitation>, Error> {
    one(db, Entity::find_by_id((org.uuid(), id.uuid()))).await
}

/// The invitation with this id, whatever its organisation; only for the operator.
pub async fn find_anywhere(db: &impl ConnectionTrait, id: InvitationId) -> Result<Option<Invitation>, Error> {
    one(db, Entity::find().filter(Column::Id.eq(id.uuid()))).await
}

/// The invitation for this address that nobody has answered yet; its time may be over.
pub async fn find_pending(db: &impl ConnectionTrait, org: OrgId, address: &str) -> Result<Option<Invitation>, Error> {
    one(db, pending(org).filter(Column::AddressKey.eq(fold(address)))).await
}

/// How many there are that nobody has answered.
pub async fn count_pending(db: &impl ConnectionTrait, org: OrgId) -> Result<u64, Error> {
    pending(org).count(db).await.map_err(translate)
}

/// Stores a new invitation.
pub async fn insert(tx: &Tx, new: &Invitation, token: &TokenHash) -> Result<(), Error> {
    let row = Model {
        org_id: new.org.uuid(),
        id: new.id.uuid(),
        address: new.address.clone(),
        address_key: fold(&new.address),
        display_name: new.display_name.clone(),
        display_name_key: name_key(new),
        role: new.role.to_string(),
        inviter_id: new.inviter.map(UserId::uuid),
        inviter_name: new.inviter_name.clone(),
        inviter_epoch: new.inviter_epoch,
        org_epoch: new.org_epoch,
        token_hash: token.bytes(),
        state: new.state.word().to_owned(),
        created_at: new.created_at.millis(),
        sent_at: new.sent_at.millis(),
        expires_at: new.expires_at.millis(),
        teams: serde_json::to_string(&new.teams).map_err(anyhow::Error::new)?,
        is_mailed: new.is_mailed,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Gives an invitation a new link, inviter and time; false when it was answered meanwhile.
pub async fn renew(tx: &Tx, it: &Invitation, token: &TokenHash) -> Result<bool, Error> {
    let done = Entity::update_many()
        .col_expr(Column::DisplayNameKey, Expr::value(name_key(it)))
        .col_expr(Column::InviterId, Expr::value(it.inviter.map(UserId::uuid)))
        .col_expr(Column::InviterName, Expr::value(it.inviter_name.clone()))
        .col_expr(Column::InviterEpoch, Expr::value(it.inviter_epoch))
        .col_expr(Column::OrgEpoch, Expr::value(it.org_epoch))
        .col_expr(Column::TokenHash, Expr::value(token.bytes()))
        .col_expr(Column::SentAt, Expr::value(it.sent_at.millis()))
        .col_expr(Column::ExpiresAt, Expr::value(it.expires_at.millis()))
        .col_expr(Column::IsMailed, Expr::value(it.is_mailed))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::Id.eq(it.id.uuid()))
        .filter(Column::State.eq(State::Pending.word()))
        .exec(&**tx)
        .await
        .map_err(translate)?;
    Ok(done.rows_affected == 1)
}

/// Answers a pending invitation; false when somebody was faster.
pub async fn settle(tx: &Tx, it: &Invitation, answer: State) -> Result<bool, Error> {
    let done = Entity::update_many()
        .col_expr(Column::State, Expr::value(answer.word()))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::Id.eq(it.id.uuid()))
        .filter(Column::State.eq(State::Pending.word()))
        .exec(&**tx)
        .await
        .map_err(translate)?;
    Ok(done.rows_affected == 1)
}

/// Forgets the invitation of somebody who is taken out of the directory.
pub async fn delete_of_user(tx: &Tx, of: UserId) -> Result<(), Error> {
    Entity::delete_by_id((tx.org.uuid(), of.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// Takes away invitations that ended before this moment.
    pub async fn sweep_invitations(&self, before: Timestamp) -> Result<(), Error> {
        let old = Entity::delete_many().filter(Column::ExpiresAt.lt(before.millis()));
        old.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}

/// The name as it is looked for; nothing where there is none.
fn name_key(it: &Invitation) -> String {
    it.display_name.as_deref().map(fold).unwrap_or_default()
}

pub(super) fn pending(org: OrgId) -> Select<Entity> {
    Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Expr::cust(PENDING))
}

async fn one(db: &impl ConnectionTrait, which: Select<Entity>) -> Result<Option<Invitation>, Error> {
    which.one(db).await.map_err(translate)?.map(invitation).transpose()
}

pub(super) fn invitation(row: Model) -> Result<Invitation, Error> {
    Ok(Invitation {
        id: InvitationId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        address: row.address,
        display_name: row.display_name,
        role: role_key(&row.role)?,
        teams: serde_json::from_str(&row.teams).map_err(|_| unreadable("invitations.teams"))?,
        inviter: row.inviter_id.map(UserId::from_uuid),
        inviter_name: row.inviter_name,
        inviter_epoch: row.inviter_epoch,
        org_epoch: row.org_epoch,
        state: State::parse(&row.state).ok_or_else(|| unreadable("invitations.state"))?,
        created_at: Timestamp::from_millis(row.created_at),
        sent_at: Timestamp::from_millis(row.sent_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        is_mailed: row.is_mailed,
    })
}
