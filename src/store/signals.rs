//! What applications were told of ended access, and what became of it.
//!
//! **Invariant:** a signal ends once: what was delivered is never failed afterwards, nor the reverse.

use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, UpdateMany,
};

use super::error::{translate, unreadable};
use super::rows::outbox;
use super::rows::signal::{Column, Entity, Model};
use super::{Store, Tx};
use crate::domain::id::{ClientId, OrgId, OutboxId, StreamId, UserId};
use crate::domain::signal::{Signal, State};
use crate::domain::{Error, Timestamp};

/// The kind of an outbox message that pushes one event of a stream.
pub const STREAM_EVENT: &str = "stream-event";

/// Stores a new signal.
pub async fn insert(db: &impl ConnectionTrait, new: &Signal) -> Result<(), Error> {
    Entity::insert(row(new).into_active_model()).exec_without_returning(db).await.map_err(translate)?;
    Ok(())
}

/// The signal with this id.
pub async fn find(db: &impl ConnectionTrait, org: OrgId, id: OutboxId) -> Result<Option<Signal>, Error> {
    let found = Entity::find_by_id((org.uuid(), id.uuid())).one(db).await.map_err(translate)?;
    found.map(signal).transpose()
}

/// What waits in a stream, oldest first.
pub async fn waiting(db: &impl ConnectionTrait, stream: StreamId, most: u64) -> Result<Vec<Signal>, Error> {
    let waiting = in_state(stream, State::Waiting).order_by_asc(Column::Id).limit(most);
    all(db, waiting).await
}

/// What was caused in a unit, by its moment, about one person or about everybody; by application.
pub async fn caused(
    db: &impl ConnectionTrait,
    org: OrgId,
    at: Timestamp,
    about: Option<UserId>,
    most: u64,
) -> Result<Vec<Signal>, Error> {
    let mut caused = Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::At.eq(at.millis()));
    if let Some(user) = about {
        caused = caused.filter(Column::UserId.eq(user.uuid()));
    }
    all(db, caused.order_by_asc(Column::Id).limit(most)).await
}

/// What a client was told, newest first, before a signal.
pub async fn of_client(
    db: &impl ConnectionTrait,
    client: ClientId,
    before: Option<OutboxId>,
    most: u64,
) -> Result<Vec<Signal>, Error> {
    let mut told = Entity::find().filter(Column::ClientId.eq(client.uuid()));
    if let Some(before) = before {
        told = told.filter(Column::Id.lt(before.uuid()));
    }
    all(db, told.order_by_desc(Column::Id).limit(most)).await
}

/// Puts into the outbox what waits in a stream and is not there.
pub async fn queue_waiting(db: &impl ConnectionTrait, stream: StreamId, now: Timestamp) -> Result<(), Error> {
    let waiting = Query::select()
        .columns([Column::OrgId, Column::Id])
        .expr(Expr::value(STREAM_EVENT))
        .expr(Expr::value("{}"))
        .expr(Expr::value(0_i64))
        .expr(Expr::value(now.millis()))
        .expr(Expr::value(now.millis()))
        .from(Entity)
        .and_where(Column::StreamId.eq(stream.uuid()))
        .and_where(Column::State.eq(State::Waiting.word()))
        .to_owned();
    let into = [
        outbox::Column::OrgId,
        outbox::Column::Id,
        outbox::Column::Kind,
        outbox::Column::Payload,
        outbox::Column::Tries,
        outbox::Column::NextAt,
        outbox::Column::CreatedAt,
    ];
    let mut insert = Query::insert();
    insert
        .into_table(outbox::Entity)
        .columns(into)
        .on_conflict(OnConflict::columns([outbox::Column::OrgId, outbox::Column::Id]).do_nothing().to_owned());
    insert.select_from(waiting).map_err(anyhow::Error::new)?;
    db.execute(&insert).await.map_err(translate)?;
    Ok(())
}

/// Gives up everything that waits in a stream.
pub async fn give_up_all(tx: &Tx, stream: StreamId, why: &str) -> Result<(), Error> {
    let all = ended(State::Failed, tx.now).col_expr(Column::Failure, Expr::value(why));
    let all = all.filter(Column::StreamId.eq(stream.uuid()));
    all.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// Stores a signal that no unit causes.
    pub async fn insert_signal(&self, new: &Signal) -> Result<(), Error> {
        insert(&self.write, new).await
    }

    /// The same for what no unit causes.
    pub async fn queue_waiting(&self, stream: StreamId, now: Timestamp) -> Result<(), Error> {
        queue_waiting(&self.write, stream, now).await
    }

    /// Notes that a signal was delivered.
    pub async fn signal_delivered(&self, org: OrgId, id: OutboxId, now: Timestamp) -> Result<(), Error> {
        let done = ended(State::Delivered, now)
            .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
            .col_expr(Column::Failure, Expr::value(None::<String>))
            .filter(Column::OrgId.eq(org.uuid()))
            .filter(Column::Id.eq(id.uuid()));
        done.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// Notes that a signal could not be delivered, and whether that is the end of it.
    pub async fn signal_failed(
        &self,
        (org, id): (OrgId, OutboxId),
        why: &str,
        given_up_at: Option<Timestamp>,
    ) -> Result<(), Error> {
        let noted = given_up_at.map_or_else(Entity::update_many, |now| ended(State::Failed, now));
        let noted = noted
            .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
            .col_expr(Column::Failure, Expr::value(why))
            .filter(Column::OrgId.eq(org.uuid()))
            .filter(Column::Id.eq(id.uuid()))
            .filter(Column::State.eq(State::Waiting.word()));
        noted.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// Notes that the receiver of a stream has these signals.
    pub async fn signals_fetched(&self, stream: StreamId, ids: &[OutboxId], now: Timestamp) -> Result<(), Error> {
        if ids.is_empty() {
            return Ok(());
        }
        let done = ended(State::Delivered, now)
            .filter(Column::StreamId.eq(stream.uuid()))
            .filter(Column::Id.is_in(ids.iter().map(|it| it.uuid())));
        done.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// Notes that the receiver of a stream does not take a signal.
    pub async fn signal_refused(&self, stream: StreamId, id: OutboxId, why: &str, now: Timestamp) -> Result<(), Error> {
        let done = ended(State::Failed, now)
            .col_expr(Column::Failure, Expr::value(why))
            .filter(Column::StreamId.eq(stream.uuid()))
            .filter(Column::Id.eq(id.uuid()));
        done.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// Takes away what was caused before this moment.
    pub async fn sweep_signals(&self, before: Timestamp) -> Result<(), Error> {
        let old = Entity::delete_many().filter(Column::At.lt(before.millis()));
        old.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}

/// The end of whatever waits.
fn ended(state: State, now: Timestamp) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(state.word()))
        .col_expr(Column::EndedAt, Expr::value(now.millis()))
        .filter(Column::State.eq(State::Waiting.word()))
}

fn in_state(stream: StreamId, state: State) -> sea_orm::Select<Entity> {
    Entity::find().filter(Column::StreamId.eq(stream.uuid())).filter(Column::State.eq(state.word()))
}

async fn all(db: &impl ConnectionTrait, rows: sea_orm::Select<Entity>) -> Result<Vec<Signal>, Error> {
    rows.all(db).await.map_err(translate)?.into_iter().map(signal).collect()
}

fn signal(row: Model) -> Result<Signal, Error> {
    Ok(Signal {
        id: OutboxId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        client: ClientId::from_uuid(row.client_id),
        stream: row.stream_id.map(StreamId::from_uuid),
        user: row.user_id.map(UserId::from_uuid),
        kind: row.kind,
        content: row.content,
        at: Timestamp::from_millis(row.at),
        state: State::parse(&row.state).ok_or_else(|| unreadable("signals.state"))?,
        tries: row.tries,
        ended_at: row.ended_at.map(Timestamp::from_millis),
        failure: row.failure,
    })
}

fn row(it: &Signal) -> Model {
    Model {
        org_id: it.org.uuid(),
        id: it.id.uuid(),
        client_id: it.client.uuid(),
        stream_id: it.stream.map(StreamId::uuid),
        user_id: it.user.map(UserId::uuid),
        kind: it.kind.clone(),
        content: it.content.clone(),
        at: it.at.millis(),
        state: it.state.word().to_owned(),
        tries: it.tries,
        ended_at: it.ended_at.map(Timestamp::millis),
        failure: it.failure.clone(),
    }
}
