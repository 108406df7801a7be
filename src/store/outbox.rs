//! What must still be told to others: written by the unit of work that caused it, sent by a job.
//!
//! **Invariant:** a message is claimed by one conditional statement that moves its due time, so two nodes do not send it
//! at once and a node that dies leaves it due again.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Statement,
};

use super::error::translate;
use super::rows::outbox::{Column, Entity, Model};
use super::{Store, Tx};
use crate::domain::id::{OrgId, OutboxId};
use crate::domain::{Error, Timestamp};

/// A message as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The identity of the message.
    pub id: OutboxId,
    /// The organisation it is about.
    pub org: OrgId,
    /// What kind of message it is, such as `mail` or `backchannel-logout`.
    pub kind: String,
    /// What to send, as JSON.
    pub payload: String,
    /// How often it was tried.
    pub tries: i64,
    /// When it is due.
    pub next_at: Timestamp,
    /// When it was put in.
    pub created_at: Timestamp,
}

/// Puts a message in the outbox; it is sent after this unit is kept, and only then.
pub async fn insert(tx: &Tx, kind: &str, payload: &serde_json::Value) -> Result<(), Error> {
    insert_as(tx, OutboxId::new(), kind, payload).await
}

/// The same for a message whose id is known before.
pub async fn insert_as(tx: &Tx, id: OutboxId, kind: &str, payload: &serde_json::Value) -> Result<(), Error> {
    let row = Model { id: id.uuid(), ..row(tx.org, tx.now, kind, payload) };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

fn row(org: OrgId, now: Timestamp, kind: &str, payload: &serde_json::Value) -> Model {
    Model {
        org_id: org.uuid(),
        id: OutboxId::new().uuid(),
        kind: kind.to_owned(),
        payload: payload.to_string(),
        tries: 0,
        next_at: now.millis(),
        created_at: now.millis(),
        last_error: None,
    }
}

/// What waits of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The kind.
    pub kind: String,
    /// How many there are.
    pub messages: i64,
    /// How many of them could not be sent so far.
    pub failing: i64,
    /// The most often that one was tried.
    pub tries: i64,
    /// When the first of them is, or was, due.
    pub first_due: Timestamp,
    /// When the oldest was put in.
    pub oldest: Timestamp,
}

/// Messages that do not wait for those of another queue.
#[derive(Debug, Clone, Copy)]
pub enum Queue {
    /// Those of one kind.
    Of(&'static str),
    /// Those of no such kind.
    AllBut(&'static [&'static str]),
}

impl Store {
    /// Puts a message in the outbox that no unit causes.
    pub async fn put_in_outbox(
        &self,
        org: OrgId,
        kind: &str,
        payload: &serde_json::Value,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.put_in_outbox_as(OutboxId::new(), org, (kind, payload), now).await
    }

    /// The same for a message whose id is known before.
    pub async fn put_in_outbox_as(
        &self,
        id: OutboxId,
        org: OrgId,
        (kind, payload): (&str, &serde_json::Value),
        now: Timestamp,
    ) -> Result<(), Error> {
        let row = Model { id: id.uuid(), ..row(org, now, kind, payload) };
        Entity::insert(row.into_active_model()).exec_without_returning(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// The messages of a queue that are due, oldest first.
    pub async fn due(&self, queue: Queue, now: Timestamp, most: u64) -> Result<Vec<Message>, Error> {
        let of_queue = match queue {
            Queue::Of(kind) => Column::Kind.eq(kind),
            Queue::AllBut(kinds) => Column::Kind.is_not_in(kinds.iter().copied()),
        };
        let due = Entity::find().filter(Column::NextAt.lte(now.millis())).filter(of_queue);
        let due = due.order_by_asc(Column::Id).limit(most);
        Ok(due.all(&self.write).await.map_err(translate)?.into_iter().map(message).collect())
    }

    /// Claims a message until `until`; false when another node was faster.
    pub async fn claim(&self, due: &Message, until: Timestamp) -> Result<bool, Error> {
        let done = Entity::update_many()
            .col_expr(Column::NextAt, Expr::value(until.millis()))
            .col_expr(Column::Tries, Expr::value(due.tries.saturating_add(1)))
            .filter(Column::OrgId.eq(due.org.uuid()))
            .filter(Column::Id.eq(due.id.uuid()))
            .filter(Column::NextAt.eq(due.next_at.millis()))
            .exec(&self.write)
            .await
            .map_err(translate)?;
        Ok(done.rows_affected == 1)
    }

    /// Takes away a message that was delivered.
    pub async fn delivered(&self, done: &Message) -> Result<(), Error> {
        Entity::delete_by_id((done.org.uuid(), done.id.uuid())).exec(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// Puts a message off after a failure, which it notes.
    pub async fn postpone(&self, failed: &Message, until: Timestamp, why: &str) -> Result<(), Error> {
        Entity::update_many()
            .col_expr(Column::NextAt, Expr::value(until.millis()))
            .col_expr(Column::LastError, Expr::value(why))
            .filter(Column::OrgId.eq(failed.org.uuid()))
            .filter(Column::Id.eq(failed.id.uuid()))
            .exec(&self.write)
            .await
            .map_err(translate)?;
        Ok(())
    }

    /// Whether a message of this kind waits for an organisation.
    pub async fn is_in_outbox(&self, org: OrgId, kind: &str) -> Result<bool, Error> {
        let found = Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::Kind.eq(kind)).limit(1);
        Ok(found.one(self.reader()).await.map_err(translate)?.is_some())
    }

    /// What waits, kind by kind, among so many messages that are due first; the index finds them, however many there are.
    pub async fn waiting_by_kind(&self, most: u32) -> Result<Vec<Waiting>, Error> {
        let sql = format!(
            "SELECT kind, COUNT(*), SUM(failed), MAX(tries), MIN(next_at), MIN(created_at) FROM \
             (SELECT kind, CASE WHEN last_error IS NULL THEN 0 ELSE 1 END AS failed, tries, next_at, created_at \
             FROM outbox ORDER BY next_at LIMIT {most}) AS first GROUP BY kind ORDER BY kind"
        );
        let db = self.reader();
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.map_err(translate)?;
        let waiting = |row: &sea_orm::QueryResult| {
            let number = |nth| row.try_get_by_index(nth).map_err(translate);
            let moment = |nth| number(nth).map(Timestamp::from_millis);
            Ok(Waiting {
                kind: row.try_get_by_index(0).map_err(translate)?,
                messages: number(1)?,
                failing: number(2)?,
                tries: number(3)?,
                first_due: moment(4)?,
                oldest: moment(5)?,
            })
        };
        rows.iter().map(waiting).collect()
    }

    /// Why messages could not be sent, of so many that are due first: the kind of each and what its last try said.
    pub async fn failures(&self, most: u64) -> Result<Vec<(String, String)>, Error> {
        let failing = Entity::find().select_only().columns([Column::Kind, Column::LastError]);
        let failing = failing.filter(Column::LastError.is_not_null()).order_by_asc(Column::NextAt).limit(most);
        failing.into_tuple().all(self.reader()).await.map_err(translate)
    }

    /// How many messages could not be sent so far.
    pub async fn failing(&self) -> Result<u64, Error> {
        Entity::find().filter(Column::LastError.is_not_null()).count(self.reader()).await.map_err(translate)
    }

    /// How many messages wait.
    pub async fn waiting(&self) -> Result<u64, Error> {
        Entity::find().count(self.reader()).await.map_err(translate)
    }
}

fn message(row: Model) -> Message {
    Message {
        id: OutboxId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        kind: row.kind,
        payload: row.payload,
        tries: row.tries,
        next_at: Timestamp::from_millis(row.next_at),
        created_at: Timestamp::from_millis(row.created_at),
    }
}
