//! Tokens with which people call the API.
//!
//! **Invariant:** a token is live only while its owner, the organisation and both epochs agree with it; the check is part
//! of the one statement that finds it.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use super::error::{translate, unreadable};
use super::live::{self, Belongs};
use super::rows::personal_token::{Column, Entity, Model};
use super::{Store, Tx};
use crate::domain::id::{OrgId, PersonalTokenId, UserId};
use crate::domain::personal_token::{PersonalToken, Scope};
use crate::domain::secret::TokenHash;
use crate::domain::user::User;
use crate::domain::{Error, Timestamp};

/// The live token with this hash and its owner, or nothing.
pub async fn find_live(
    db: &impl ConnectionTrait,
    token: &TokenHash,
    now: Timestamp,
) -> Result<Option<(PersonalToken, User)>, Error> {
    let held = Entity::find().filter(Column::TokenHash.eq(token.bytes())).filter(Column::ExpiresAt.gt(now.millis()));
    let by = Belongs {
        org: Column::OrgId,
        user: Column::UserId,
        user_epoch: Column::UserEpoch,
        org_epoch: Column::OrgEpoch,
    };
    match live::only(held, &by).one(db).await.map_err(translate)? {
        Some((row, Some(owner))) => Ok(Some((personal_token(row)?, super::users::user(owner)?))),
        Some((_, None)) | None => Ok(None),
    }
}

/// The tokens of a user, newest first; the expired ones may be among them.
pub async fn list(db: &impl ConnectionTrait, org: OrgId, of: UserId) -> Result<Vec<PersonalToken>, Error> {
    let mine = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::UserId.eq(of.uuid()))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id);
    mine.all(db).await.map_err(translate)?.into_iter().map(personal_token).collect()
}

/// Stores a new token made under the epochs that its owner and the organisation have now.
pub async fn insert(tx: &Tx, new: &PersonalToken, hash: &TokenHash, owner: &User) -> Result<(), Error> {
    let scopes: Vec<&str> = new.scopes.iter().map(|scope| scope.word()).collect();
    let row = Model {
        org_id: new.org.uuid(),
        id: new.id.uuid(),
        user_id: new.user.uuid(),
        name: new.name.clone(),
        token_hash: hash.bytes(),
        hint: new.hint.clone(),
        scopes: scopes.join(" "),
        user_epoch: owner.epoch,
        org_epoch: tx.organisation()?.epoch,
        created_at: new.created_at.millis(),
        expires_at: new.expires_at.millis(),
        last_used_at: None,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Ends a token of this user; false when the user has no such token.
pub async fn delete(tx: &Tx, of: UserId, id: PersonalTokenId) -> Result<bool, Error> {
    let done = Entity::delete_many()
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::UserId.eq(of.uuid()))
        .filter(Column::Id.eq(id.uuid()))
        .exec(&**tx)
        .await
        .map_err(translate)?;
    Ok(done.rows_affected == 1)
}

/// Ends every token of a user.
pub async fn delete_of_user(tx: &Tx, of: UserId) -> Result<(), Error> {
    let gone = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::UserId.eq(of.uuid()));
    gone.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// Notes that a token was used.
    pub async fn personal_token_used(&self, used: &PersonalToken, now: Timestamp) -> Result<(), Error> {
        let note = Entity::update_many()
            .col_expr(Column::LastUsedAt, Expr::value(now.millis()))
            .filter(Column::OrgId.eq(used.org.uuid()))
            .filter(Column::Id.eq(used.id.uuid()));
        note.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}

fn personal_token(row: Model) -> Result<PersonalToken, Error> {
    let scopes: Option<Vec<Scope>> = row.scopes.split_whitespace().map(Scope::parse).collect();
    Ok(PersonalToken {
        id: PersonalTokenId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        user: UserId::from_uuid(row.user_id),
        name: row.name,
        hint: row.hint,
        scopes: scopes.ok_or_else(|| unreadable("personal_tokens.scopes"))?,
        created_at: Timestamp::from_millis(row.created_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        last_used_at: row.last_used_at.map(Timestamp::from_millis),
    })
}
