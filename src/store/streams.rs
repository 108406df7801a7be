//! The streams in which applications hear when access ends.

use std::time::Duration;

use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QuerySelect,
};

use super::error::translate;
use super::rows::client;
use super::rows::stream::{Column, Entity, Model};
use super::{Store, Tx, signals};
use crate::domain::id::{ClientId, OrgId, StreamId};
use crate::domain::signal::Stream;
use crate::domain::{Error, Timestamp};

/// The stream with this id, whatever its organisation.
pub async fn find(db: &impl ConnectionTrait, id: StreamId) -> Result<Option<Stream>, Error> {
    let found = Entity::find().filter(Column::Id.eq(id.uuid())).one(db).await.map_err(translate)?;
    Ok(found.map(stream))
}

/// The stream of a client, which has one at most.
pub async fn of_client(db: &impl ConnectionTrait, org: OrgId, of: ClientId) -> Result<Option<Stream>, Error> {
    let own = Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::ClientId.eq(of.uuid()));
    Ok(own.one(db).await.map_err(translate)?.map(stream))
}

/// Every stream of every organisation.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Stream>, Error> {
    Ok(Entity::find().all(db).await.map_err(translate)?.into_iter().map(stream).collect())
}

/// The streams whose clients serve an organisation, its own and those of the operator, with what each client registered.
pub async fn serving(db: &impl ConnectionTrait, org: OrgId) -> Result<Vec<(Stream, String)>, Error> {
    let to_client = Entity::belongs_to(client::Entity)
        .from((Column::OrgId, Column::ClientId))
        .to((client::Column::OrgId, client::Column::Id))
        .into();
    let all = Entity::find()
        .select_also(client::Entity)
        .join(JoinType::InnerJoin, to_client)
        .filter(Column::OrgId.is_in([org.uuid(), OrgId::OPERATOR.uuid()]))
        .filter(client::Column::Status.eq("active"));
    let rows = all.all(db).await.map_err(translate)?;
    Ok(rows.into_iter().filter_map(|(row, of)| Some((stream(row), of?.registration))).collect())
}

/// Stores a new stream.
pub async fn insert(tx: &Tx, new: &Stream) -> Result<(), Error> {
    Entity::insert(row(new).into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Stores a changed stream.
pub async fn update(tx: &Tx, changed: &Stream) -> Result<(), Error> {
    row(changed).into_active_model().reset_all().update(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes a stream away; what still waited in it is told to nobody.
pub async fn delete(tx: &Tx, id: StreamId) -> Result<(), Error> {
    signals::give_up_all(tx, id, "the stream was deleted").await?;
    Entity::delete_by_id((tx.org.uuid(), id.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes the stream of a client away.
pub(super) async fn delete_of(tx: &Tx, of: ClientId) -> Result<(), Error> {
    match of_client(&**tx, tx.org, of).await? {
        Some(stream) => delete(tx, stream.id).await,
        None => Ok(()),
    }
}

impl Store {
    /// Notes that a sign of life is asked for, unless one was less than `pause` ago; false then.
    pub async fn note_verification(&self, of: &Stream, now: Timestamp, pause: Duration) -> Result<bool, Error> {
        let is_due = Column::VerifiedAt.is_null().or(Column::VerifiedAt.lte(now.before(pause).millis()));
        let done = Entity::update_many()
            .col_expr(Column::VerifiedAt, Expr::value(now.millis()))
            .filter(Column::OrgId.eq(of.org.uuid()))
            .filter(Column::Id.eq(of.id.uuid()))
            .filter(is_due)
            .exec(&self.write)
            .await
            .map_err(translate)?;
        Ok(done.rows_affected == 1)
    }
}

fn stream(row: Model) -> Stream {
    Stream {
        id: StreamId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        client: ClientId::from_uuid(row.client_id),
        settings: row.settings,
        authorization_sealed: row.authorization_sealed,
        status: row.status,
        reason: row.reason,
        verified_at: row.verified_at.map(Timestamp::from_millis),
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
    }
}

fn row(it: &Stream) -> Model {
    Model {
        org_id: it.org.uuid(),
        id: it.id.uuid(),
        client_id: it.client.uuid(),
        settings: it.settings.clone(),
        authorization_sealed: it.authorization_sealed.clone(),
        status: it.status.clone(),
        reason: it.reason.clone(),
        verified_at: it.verified_at.map(Timestamp::millis),
        created_at: it.created_at.millis(),
        updated_at: it.updated_at.millis(),
    }
}
