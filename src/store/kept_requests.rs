//! Requests of identity providers that are carried out later, one after the other for each connection.
//!
//! **Invariant:** a request has a place among those of its connection that is given under the lock of the organisation, so that
//! of two the one that was answered first is done first, whichever nodes took them.
//! **Invariant:** what an operation does is kept with the mark that it was done, and only by whoever holds the claim on its
//! request, which is looked at in the same unit.

use std::collections::HashMap;

use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::connections::PAUSED;
use super::error::translate;
use super::rows::connection;
use super::rows::kept_operation as operation;
use super::rows::kept_request::{Column, Entity, Model};
use super::{Store, Tx};
use crate::domain::id::{CallId, ConnectionId, OrgId, RunId};
use crate::domain::{Error, Timestamp};

/// A request as it is put in.
pub struct NewRequest {
    /// The identity of its entry in the journal.
    pub id: CallId,
    /// The connection that sent it.
    pub connection: ConnectionId,
    /// What it asks for, sealed.
    pub asked_sealed: Vec<u8>,
}

/// A request that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The organisation.
    pub org: OrgId,
    /// The identity of the request.
    pub id: CallId,
    /// The connection that sent it.
    pub connection: ConnectionId,
    /// How often it was tried.
    pub tries: i64,
    /// When it is due.
    pub next_at: Timestamp,
    /// How large it is.
    pub bytes: u64,
}

/// The right to carry a request out, until another node takes it over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The organisation.
    pub org: OrgId,
    /// The request.
    pub request: CallId,
    /// The try.
    pub run: RunId,
}

/// How many requests of a connection wait, and how many bytes those have.
pub async fn waiting(db: &impl ConnectionTrait, org: OrgId, of: ConnectionId) -> Result<(u64, u64), Error> {
    let mine = of_connection(org, of).select_only().column(Column::Bytes);
    let bytes: Vec<i64> = mine.into_tuple().all(db).await.map_err(translate)?;
    let requests = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    Ok((requests, bytes.into_iter().filter_map(|it| u64::try_from(it).ok()).sum()))
}

/// Puts a request behind all others of its connection.
pub async fn insert(tx: &Tx, new: NewRequest) -> Result<(), Error> {
    let last = of_connection(tx.org, new.connection).select_only().column(Column::Place);
    let last: Option<i64> =
        last.order_by_desc(Column::Place).limit(1).into_tuple().one(&**tx).await.map_err(translate)?;
    let row = Model {
        org_id: tx.org.uuid(),
        id: new.id.uuid(),
        connection_id: new.connection.uuid(),
        place: last.unwrap_or_default().saturating_add(1),
        bytes: i64::try_from(new.asked_sealed.len()).unwrap_or(i64::MAX),
        asked_sealed: new.asked_sealed,
        run_id: None,
        tries: 0,
        next_at: tx.now.millis(),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// The operations of a request that were done, and to which resource each.
pub async fn done_before(
    db: &impl ConnectionTrait,
    org: OrgId,
    request: CallId,
) -> Result<HashMap<usize, String>, Error> {
    let rows = operations(org, request).all(db).await.map_err(translate)?;
    let done = rows.into_iter().filter_map(|row| Some((usize::try_from(row.operation).ok()?, row.resource_id)));
    Ok(done.collect())
}

/// Refuses an operation of a request that another node has taken over or has done.
pub async fn check_undone(tx: &Tx, claim: &Claim, operation: usize) -> Result<(), Error> {
    let held = Entity::find_by_id((claim.org.uuid(), claim.request.uuid()))
        .filter(Column::RunId.eq(claim.run.uuid()))
        .count(&**tx)
        .await
        .map_err(translate)?;
    let done = operations(claim.org, claim.request)
        .filter(operation::Column::Operation.eq(number(operation)))
        .count(&**tx)
        .await
        .map_err(translate)?;
    match (held, done) {
        (1.., 0) => Ok(()),
        (0, _) | (_, 1..) => Err(anyhow::anyhow!("the request is carried out by another node").into()),
    }
}

/// Notes that an operation was done to a resource.
pub async fn done(tx: &Tx, claim: &Claim, (operation, resource): (usize, &str)) -> Result<(), Error> {
    let row = operation::Model {
        org_id: claim.org.uuid(),
        request_id: claim.request.uuid(),
        operation: number(operation),
        resource_id: resource.to_owned(),
    };
    operation::Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes a request away that was carried out; false where another node has taken it over.
pub async fn delete(tx: &Tx, claim: &Claim) -> Result<bool, Error> {
    let held =
        Entity::delete_by_id((claim.org.uuid(), claim.request.uuid())).filter(Column::RunId.eq(claim.run.uuid()));
    let done = held.exec(&**tx).await.map_err(translate)?;
    if done.rows_affected == 1 {
        delete_operations(tx, &[claim.request.uuid()]).await?;
    }
    Ok(done.rows_affected == 1)
}

/// Takes every request of a connection away.
pub async fn delete_of_connection(tx: &Tx, of: ConnectionId) -> Result<(), Error> {
    let ids = of_connection(tx.org, of).select_only().column(Column::Id);
    let ids: Vec<Uuid> = ids.into_tuple().all(&**tx).await.map_err(translate)?;
    delete_operations(tx, &ids).await?;
    let mine = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::ConnectionId.eq(of.uuid()));
    mine.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// The first request of each connection that is not paused, where that is due; the one that is due longest comes first.
    pub async fn due_requests(&self, now: Timestamp) -> Result<Vec<Due>, Error> {
        let (mine, earlier) = (|column: Column| (Entity, column), |column: Column| (Alias::new("earlier"), column));
        let before = Query::select()
            .expr(Expr::val(1))
            .from_as(Entity, Alias::new("earlier"))
            .and_where(Expr::col(earlier(Column::OrgId)).equals(mine(Column::OrgId)))
            .and_where(Expr::col(earlier(Column::ConnectionId)).equals(mine(Column::ConnectionId)))
            .and_where(Expr::col(earlier(Column::Place)).lt(Expr::col(mine(Column::Place))))
            .to_owned();
        let paused = Query::select()
            .expr(Expr::val(1))
            .from(connection::Entity)
            .and_where(Expr::col((connection::Entity, connection::Column::OrgId)).equals(mine(Column::OrgId)))
            .and_where(Expr::col((connection::Entity, connection::Column::Id)).equals(mine(Column::ConnectionId)))
            .and_where(Expr::col((connection::Entity, connection::Column::Status)).eq(PAUSED))
            .to_owned();
        let due = Entity::find()
            .select_only()
            .columns([Column::OrgId, Column::Id, Column::ConnectionId, Column::Tries, Column::NextAt, Column::Bytes])
            .filter(Column::NextAt.lte(now.millis()))
            .filter(Expr::exists(before).not())
            .filter(Expr::exists(paused).not())
            .order_by_asc(Column::NextAt);
        let due: Vec<(Uuid, Uuid, Uuid, i64, i64, i64)> = due.into_tuple().all(&self.write).await.map_err(translate)?;
        let due = due.into_iter().map(|(org, id, connection, tries, next_at, bytes)| Due {
            org: OrgId::from_uuid(org),
            id: CallId::from_uuid(id),
            connection: ConnectionId::from_uuid(connection),
            tries,
            next_at: Timestamp::from_millis(next_at),
            bytes: u64::try_from(bytes).unwrap_or(u64::MAX),
        });
        Ok(due.collect())
    }

    /// Claims a request until `until`, and answers what it asks for; nothing when another node was faster.
    pub async fn claim_request(&self, due: &Due, run: RunId, until: Timestamp) -> Result<Option<Vec<u8>>, Error> {
        let claimed = Entity::update_many()
            .col_expr(Column::RunId, Expr::value(run.uuid()))
            .col_expr(Column::NextAt, Expr::value(until.millis()))
            .col_expr(Column::Tries, Expr::value(due.tries.saturating_add(1)))
            .filter(Column::OrgId.eq(due.org.uuid()))
            .filter(Column::Id.eq(due.id.uuid()))
            .filter(Column::Tries.eq(due.tries))
            .filter(Column::NextAt.eq(due.next_at.millis()));
        let claimed = claimed.exec(&self.write).await.map_err(translate)?;
        if claimed.rows_affected == 0 {
            return Ok(None);
        }
        let row = Entity::find_by_id((due.org.uuid(), due.id.uuid())).one(&self.write).await.map_err(translate)?;
        Ok(row.map(|row| row.asked_sealed))
    }

    /// Says of a request that this try holds when it is due again, and how often it was tried; false where another node has it.
    pub async fn hold_request(&self, claim: &Claim, until: Timestamp, tries: i64) -> Result<bool, Error> {
        let held = Entity::update_many()
            .col_expr(Column::NextAt, Expr::value(until.millis()))
            .col_expr(Column::Tries, Expr::value(tries))
            .filter(Column::OrgId.eq(claim.org.uuid()))
            .filter(Column::Id.eq(claim.request.uuid()))
            .filter(Column::RunId.eq(claim.run.uuid()));
        Ok(held.exec(&self.write).await.map_err(translate)?.rows_affected == 1)
    }
}

fn of_connection(org: OrgId, of: ConnectionId) -> sea_orm::Select<Entity> {
    Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::ConnectionId.eq(of.uuid()))
}

fn operations(org: OrgId, request: CallId) -> sea_orm::Select<operation::Entity> {
    operation::Entity::find()
        .filter(operation::Column::OrgId.eq(org.uuid()))
        .filter(operation::Column::RequestId.eq(request.uuid()))
}

async fn delete_operations(tx: &Tx, requests: &[Uuid]) -> Result<(), Error> {
    let all = operation::Entity::delete_many()
        .filter(operation::Column::OrgId.eq(tx.org.uuid()))
        .filter(operation::Column::RequestId.is_in(requests.iter().copied()));
    all.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

fn number(operation: usize) -> i64 {
    i64::try_from(operation).unwrap_or(i64::MAX)
}
