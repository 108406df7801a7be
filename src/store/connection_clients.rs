//! The clients of connections and the tokens they got.

use std::collections::HashSet;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::error::{translate, unreadable};
use super::rows::connection_access as access;
use super::rows::connection_client::{Column, Entity, Model};
use super::{Store, Tx, connections as connection_rows, spent_assertions};
use crate::domain::connection::{Connection, ConnectionClient};
use crate::domain::id::{ClientId, ConnectionId, GrantId, OrgId};
use crate::domain::secret::TokenHash;
use crate::domain::{Error, Timestamp};

/// The client with this id and the hash of its secret, whatever its organisation: the `client_id` alone names it.
pub async fn find(
    db: &impl ConnectionTrait,
    id: ClientId,
) -> Result<Option<(ConnectionClient, Option<TokenHash>)>, Error> {
    let row = Entity::find().filter(Column::Id.eq(id.uuid())).one(db).await.map_err(translate)?;
    let Some(row) = row else { return Ok(None) };
    let secret = match &row.secret_hash {
        Some(bytes) => Some(TokenHash::from_stored(bytes).ok_or_else(|| unreadable("connection_clients.secret_hash"))?),
        None => None,
    };
    Ok(Some((client(row), secret)))
}

/// The clients of a connection, newest first.
pub async fn list(db: &impl ConnectionTrait, org: OrgId, of: ConnectionId) -> Result<Vec<ConnectionClient>, Error> {
    let mine = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::ConnectionId.eq(of.uuid()))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id);
    Ok(mine.all(db).await.map_err(translate)?.into_iter().map(client).collect())
}

/// The connections of an organisation that have a client.
pub async fn connections(db: &impl ConnectionTrait, org: OrgId) -> Result<HashSet<ConnectionId>, Error> {
    let of = Entity::find().select_only().column(Column::ConnectionId).distinct().filter(Column::OrgId.eq(org.uuid()));
    let ids: Vec<Uuid> = of.into_tuple().all(db).await.map_err(translate)?;
    Ok(ids.into_iter().map(ConnectionId::from_uuid).collect())
}

/// Stores a new client.
pub async fn insert(tx: &Tx, new: &ConnectionClient, secret: Option<&TokenHash>) -> Result<(), Error> {
    let row = Model {
        org_id: tx.org.uuid(),
        id: new.id.uuid(),
        connection_id: new.connection.uuid(),
        name: new.name.clone(),
        secret_hash: secret.map(TokenHash::bytes),
        jwks: new.jwks.clone(),
        created_at: new.created_at.millis(),
        last_used_at: None,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes a client away with every token it got.
pub async fn delete(tx: &Tx, id: ClientId) -> Result<(), Error> {
    let org = tx.org.uuid();
    let tokens = access::Entity::delete_many()
        .filter(access::Column::OrgId.eq(org))
        .filter(access::Column::ClientId.eq(id.uuid()));
    tokens.exec(&**tx).await.map_err(translate)?;
    spent_assertions::delete_of(tx, id).await?;
    Entity::delete_by_id((org, id.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes every client of a connection away.
pub async fn delete_of_connection(tx: &Tx, of: ConnectionId) -> Result<(), Error> {
    for client in list(&**tx, tx.org, of).await? {
        delete(tx, client.id).await?;
    }
    Ok(())
}

/// Stores a token that a client gets, and that it came for one.
pub async fn insert_access(tx: &Tx, of: ClientId, token: &TokenHash, expires_at: Timestamp) -> Result<(), Error> {
    let row = access::Model {
        org_id: tx.org.uuid(),
        id: GrantId::new().uuid(),
        client_id: of.uuid(),
        token_hash: token.bytes(),
        created_at: tx.now.millis(),
        expires_at: expires_at.millis(),
    };
    access::Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    let note = Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(tx.now.millis()))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::Id.eq(of.uuid()));
    note.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// The connection for which a client got this token; nothing when it is unknown, has ended, or its client is gone.
pub async fn find_by_access(
    db: &impl ConnectionTrait,
    presented: &TokenHash,
    now: Timestamp,
) -> Result<Option<Connection>, Error> {
    let live = access::Entity::find()
        .filter(access::Column::TokenHash.eq(presented.bytes()))
        .filter(access::Column::ExpiresAt.gt(now.millis()));
    let Some(token) = live.one(db).await.map_err(translate)? else { return Ok(None) };
    let client = Entity::find_by_id((token.org_id, token.client_id)).one(db).await.map_err(translate)?;
    let Some(client) = client else { return Ok(None) };
    connection_rows::find(db, OrgId::from_uuid(client.org_id), ConnectionId::from_uuid(client.connection_id)).await
}

impl Store {
    /// Takes away what clients of connections got that had ended before this moment.
    pub async fn sweep_access(&self, before: Timestamp) -> Result<(), Error> {
        let tokens = access::Entity::delete_many().filter(access::Column::ExpiresAt.lt(before.millis()));
        tokens.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}

fn client(row: Model) -> ConnectionClient {
    ConnectionClient {
        id: ClientId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        connection: ConnectionId::from_uuid(row.connection_id),
        name: row.name,
        jwks: row.jwks,
        created_at: Timestamp::from_millis(row.created_at),
        last_used_at: row.last_used_at.map(Timestamp::from_millis),
    }
}
