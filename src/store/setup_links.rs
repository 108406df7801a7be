//! Links by which somebody outside the organisation sets a connection up.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use super::error::translate;
use super::rows::setup_link::{Column, Entity, Model};
use super::{Store, Tx};
use crate::domain::connection::SetupLink;
use crate::domain::id::{ConnectionId, OrgId, SetupLinkId, TokenId, UserId};
use crate::domain::secret::TokenHash;
use crate::domain::{Error, Timestamp};

/// The link with this token, unless it has ended.
pub async fn find(
    db: &impl ConnectionTrait,
    presented: &TokenHash,
    now: Timestamp,
) -> Result<Option<SetupLink>, Error> {
    let open =
        Entity::find().filter(Column::TokenHash.eq(presented.bytes())).filter(Column::ExpiresAt.gt(now.millis()));
    Ok(open.one(db).await.map_err(translate)?.as_ref().map(link))
}

/// The links of a connection that have not ended, newest first.
pub async fn list(
    db: &impl ConnectionTrait,
    (org, of): (OrgId, ConnectionId),
    now: Timestamp,
) -> Result<Vec<SetupLink>, Error> {
    let open = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::ConnectionId.eq(of.uuid()))
        .filter(Column::ExpiresAt.gt(now.millis()))
        .order_by_desc(Column::Id);
    Ok(open.all(db).await.map_err(translate)?.iter().map(link).collect())
}

/// Stores a new link.
pub async fn insert(tx: &Tx, new: &SetupLink, token: &TokenHash) -> Result<(), Error> {
    let (maker_id, maker_epoch) = new.maker.map(|(id, epoch)| (id.uuid(), epoch)).unzip();
    let row = Model {
        org_id: tx.org.uuid(),
        id: new.id.uuid(),
        connection_id: new.connection.uuid(),
        token_hash: token.bytes(),
        maker_id,
        maker_epoch,
        created_at: new.created_at.millis(),
        expires_at: new.expires_at.millis(),
        token_id: None,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Notes the one token that is made through a link; false when there is one already, or the link is gone.
pub async fn note_token(tx: &Tx, of: SetupLinkId, token: TokenId) -> Result<bool, Error> {
    let note = Entity::update_many()
        .col_expr(Column::TokenId, Expr::value(token.uuid()))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::Id.eq(of.uuid()))
        .filter(Column::TokenId.is_null());
    Ok(note.exec(&**tx).await.map_err(translate)?.rows_affected == 1)
}

/// Ends a link of a connection; false when there is none.
pub async fn delete(tx: &Tx, of: ConnectionId, id: SetupLinkId) -> Result<bool, Error> {
    let one = Entity::delete_many()
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::ConnectionId.eq(of.uuid()))
        .filter(Column::Id.eq(id.uuid()));
    Ok(one.exec(&**tx).await.map_err(translate)?.rows_affected == 1)
}

/// Ends every link of a connection.
pub async fn delete_of_connection(tx: &Tx, of: ConnectionId) -> Result<(), Error> {
    let all = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid()));
    all.filter(Column::ConnectionId.eq(of.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// Takes away the links that have ended.
    pub async fn sweep_setup_links(&self, now: Timestamp) -> Result<(), Error> {
        let old = Entity::delete_many().filter(Column::ExpiresAt.lte(now.millis()));
        old.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}

fn link(row: &Model) -> SetupLink {
    SetupLink {
        id: SetupLinkId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        connection: ConnectionId::from_uuid(row.connection_id),
        maker: row.maker_id.map(UserId::from_uuid).zip(row.maker_epoch),
        created_at: Timestamp::from_millis(row.created_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        token: row.token_id.map(TokenId::from_uuid),
    }
}
