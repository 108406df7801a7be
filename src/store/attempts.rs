//! Sign-ins under way. They belong to a browser, not to an organisation, and no directory fact hangs on them.
//!
//! **Invariant:** a step replaces the token of the attempt in one conditional statement, so a replayed cookie finds nothing.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::Store;
use super::error::translate;
use super::rows::attempt::{Column, Entity, Model};
use crate::domain::id::AttemptId;
use crate::domain::secret::TokenHash;
use crate::domain::{Error, Timestamp};

/// An attempt as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAttempt {
    /// The identity of the attempt; part of the URL, worth nothing without the cookie.
    pub id: AttemptId,
    /// What has been proved and what is wanted, as JSON.
    pub state: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Store {
    /// The attempt that a cookie belongs to.
    pub async fn find_attempt(&self, token: &TokenHash, now: Timestamp) -> Result<Option<StoredAttempt>, Error> {
        let open =
            Entity::find().filter(Column::TokenHash.eq(token.bytes())).filter(Column::ExpiresAt.gt(now.millis()));
        let row = open.one(&self.write).await.map_err(translate)?;
        Ok(row.map(|row| StoredAttempt {
            id: AttemptId::from_uuid(row.id),
            state: row.state,
            expires_at: Timestamp::from_millis(row.expires_at),
        }))
    }

    /// Stores a new attempt.
    pub async fn insert_attempt(&self, new: &StoredAttempt, token: &TokenHash) -> Result<(), Error> {
        let row = Model {
            id: new.id.uuid(),
            token_hash: token.bytes(),
            state: new.state.clone(),
            expires_at: new.expires_at.millis(),
        };
        Entity::insert(row.into_active_model()).exec_without_returning(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// Moves an attempt on: new state, new token. False when the old token is no longer the one.
    pub async fn step_attempt(
        &self,
        id: AttemptId,
        (from, to): (&TokenHash, &TokenHash),
        state: &str,
    ) -> Result<bool, Error> {
        let done = Entity::update_many()
            .col_expr(Column::TokenHash, Expr::value(to.bytes()))
            .col_expr(Column::State, Expr::value(state))
            .filter(Column::Id.eq(id.uuid()))
            .filter(Column::TokenHash.eq(from.bytes()))
            .exec(&self.write)
            .await
            .map_err(translate)?;
        Ok(done.rows_affected == 1)
    }

    /// Ends an attempt; false when it had ended.
    pub async fn delete_attempt(&self, id: AttemptId) -> Result<bool, Error> {
        let done = Entity::delete_by_id(id.uuid()).exec(&self.write).await.map_err(translate)?;
        Ok(done.rows_affected == 1)
    }

    /// Takes away attempts that ended before this moment.
    pub async fn sweep_attempts(&self, before: Timestamp) -> Result<(), Error> {
        let old = Entity::delete_many().filter(Column::ExpiresAt.lt(before.millis()));
        old.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}
