//! Authorization requests that applications left here before the browser comes.
//!
//! **Invariant:** a request is used by one statement whose row count decides; until then it may be brought again.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::error::translate;
use super::rows::pushed_request::{Column, Entity, Model};
use super::{Store, Tx};
use crate::domain::id::{ClientId, OrgId, PushedId};
use crate::domain::secret::TokenHash;
use crate::domain::{Error, Timestamp};

/// A request as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// The identity of the request.
    pub id: PushedId,
    /// The organisation of the client, or that of the operator.
    pub org: OrgId,
    /// Who pushed it.
    pub client: ClientId,
    /// What is asked for, as JSON.
    pub request: String,
    /// Until when it may be brought.
    pub expires_at: Timestamp,
}

/// The unused request with this handle, whatever its organisation: the handle alone names it.
pub async fn find(db: &impl ConnectionTrait, handle: &TokenHash, now: Timestamp) -> Result<Option<Pushed>, Error> {
    let open = Entity::find()
        .filter(Column::HandleHash.eq(handle.bytes()))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now.millis()));
    let row = open.one(db).await.map_err(translate)?;
    Ok(row.map(|row| Pushed {
        id: PushedId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        client: ClientId::from_uuid(row.client_id),
        request: row.request,
        expires_at: Timestamp::from_millis(row.expires_at),
    }))
}

/// Uses a request up; false when it was used before.
pub async fn spend(tx: &Tx, org: OrgId, id: PushedId) -> Result<bool, Error> {
    let done = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(tx.now.millis()))
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::UsedAt.is_null())
        .exec(&**tx)
        .await
        .map_err(translate)?;
    Ok(done.rows_affected == 1)
}

/// Forgets what a client pushed.
pub(super) async fn delete_of(tx: &Tx, client: ClientId) -> Result<(), Error> {
    let its = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::ClientId.eq(client.uuid()));
    its.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// Stores a request. It belongs to a client, not to a person, and no directory fact hangs on it.
    pub async fn insert_pushed(&self, new: &Pushed, handle: &TokenHash) -> Result<(), Error> {
        let row = Model {
            org_id: new.org.uuid(),
            id: new.id.uuid(),
            client_id: new.client.uuid(),
            handle_hash: handle.bytes(),
            request: new.request.clone(),
            expires_at: new.expires_at.millis(),
            used_at: None,
        };
        Entity::insert(row.into_active_model()).exec_without_returning(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// Takes away the requests that could not be brought any more at this moment.
    pub async fn sweep_pushed(&self, before: Timestamp) -> Result<(), Error> {
        let ended = Entity::delete_many().filter(Column::ExpiresAt.lt(before.millis()));
        ended.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}
