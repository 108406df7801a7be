//! The tokens that applications get for themselves.
//!
//! **Invariant:** a token is live only while its client is, under the epoch it was made with; the check is part of the one
//! statement that finds it.

use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QuerySelect};

use super::clients::words;
use super::error::translate;
use super::rows::client;
use super::rows::client_access::{Column, Entity, Model};
use super::{Store, Tx};
use crate::domain::client::Client;
use crate::domain::id::{ClientId, GrantId};
use crate::domain::secret::TokenHash;
use crate::domain::{Error, Timestamp};

/// Stores a token that a client gets for itself.
pub async fn insert(
    tx: &Tx,
    of: &Client,
    (token, scopes): (&TokenHash, &str),
    expires_at: Timestamp,
) -> Result<(), Error> {
    let row = Model {
        org_id: tx.org.uuid(),
        id: GrantId::new().uuid(),
        client_id: of.id.uuid(),
        client_epoch: of.epoch,
        scopes: scopes.to_owned(),
        token_hash: token.bytes(),
        created_at: tx.now.millis(),
        expires_at: expires_at.millis(),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// The client that got this token, and the scopes it is good for; nothing when it is unknown, has ended, or is void.
pub async fn find(
    db: &impl ConnectionTrait,
    presented: &TokenHash,
    now: Timestamp,
) -> Result<Option<(ClientId, Vec<String>)>, Error> {
    let to_client = Entity::belongs_to(client::Entity)
        .from((Column::OrgId, Column::ClientId))
        .to((client::Column::OrgId, client::Column::Id))
        .into();
    let live = Entity::find()
        .join(JoinType::InnerJoin, to_client)
        .filter(Column::TokenHash.eq(presented.bytes()))
        .filter(Column::ExpiresAt.gt(now.millis()))
        .filter(client::Column::Status.eq("active"))
        .filter(Expr::col((client::Entity, client::Column::Epoch)).equals((Entity, Column::ClientEpoch)));
    let found = live.one(db).await.map_err(translate)?;
    Ok(found.map(|row| (ClientId::from_uuid(row.client_id), words(&row.scopes))))
}

/// Ends every token of a client.
pub(super) async fn delete_of(tx: &Tx, of: ClientId) -> Result<(), Error> {
    let its = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::ClientId.eq(of.uuid()));
    its.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// Ends one token of a client, where it is one.
    pub async fn delete_client_access(&self, of: &Client, presented: &TokenHash) -> Result<(), Error> {
        let one = Entity::delete_many()
            .filter(Column::OrgId.eq(of.org.uuid()))
            .filter(Column::ClientId.eq(of.id.uuid()))
            .filter(Column::TokenHash.eq(presented.bytes()));
        one.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// Takes away the tokens of applications that had ended before this moment.
    pub async fn sweep_client_access(&self, before: Timestamp) -> Result<(), Error> {
        let ended = Entity::delete_many().filter(Column::ExpiresAt.lt(before.millis()));
        ended.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}
