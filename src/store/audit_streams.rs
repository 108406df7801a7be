//! The streams in which the audit log goes out, each with its place in the chain.
//!
//! **Invariant:** a stream is claimed by one conditional statement that moves its due time, and its place is moved by another one
//! that only whoever has claimed it can do; a node that dies leaves both as they were.

use sea_orm::ActiveValue::NotSet;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, UpdateMany,
};

use super::error::{translate, unreadable};
use super::rows::audit_seal;
use super::rows::audit_stream::{Column, Entity, Model};
use super::{Store, Tx};
use crate::domain::audit_stream::{AuditStream, Events, Kind, Style};
use crate::domain::id::{AuditStreamId, OrgId};
use crate::domain::{Error, Timestamp};

/// The streams of an organisation, by name.
pub async fn list(db: &impl ConnectionTrait, org: OrgId) -> Result<Vec<AuditStream>, Error> {
    let own = Entity::find().filter(Column::OrgId.eq(org.uuid()));
    let own = own.order_by_asc(Column::Name).order_by_asc(Column::Id);
    own.all(db).await.map_err(translate)?.into_iter().map(stream).collect()
}

/// How many streams an organisation has.
pub async fn count(db: &impl ConnectionTrait, org: OrgId) -> Result<u64, Error> {
    Entity::find().filter(Column::OrgId.eq(org.uuid())).count(db).await.map_err(translate)
}

/// The stream with this id in this organisation.
pub async fn find(db: &impl ConnectionTrait, org: OrgId, id: AuditStreamId) -> Result<Option<AuditStream>, Error> {
    let row = Entity::find_by_id((org.uuid(), id.uuid())).one(db).await.map_err(translate)?;
    row.map(stream).transpose()
}

/// The stream with this id, whatever its organisation; only for the operator.
pub async fn find_anywhere(db: &impl ConnectionTrait, id: AuditStreamId) -> Result<Option<AuditStream>, Error> {
    let found = Entity::find().filter(Column::Id.eq(id.uuid()));
    found.one(db).await.map_err(translate)?.map(stream).transpose()
}

/// Stores a new stream.
pub async fn insert(tx: &Tx, new: &AuditStream) -> Result<(), Error> {
    Entity::insert(row(new).into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Stores a changed stream. Where it stands is left to the node that may have claimed it, unless that is what changes.
pub async fn update(tx: &Tx, before: &AuditStream, changed: &AuditStream) -> Result<(), Error> {
    let mut after = row(changed).into_active_model().reset_all();
    if (before.next_seq, before.next_at, before.tries) == (changed.next_seq, changed.next_at, changed.tries) {
        (after.next_seq, after.next_at, after.tries) = (NotSet, NotSet, NotSet);
        (after.last_error, after.last_sent_at) = (NotSet, NotSet);
        (after.failing_since, after.told_at) = (NotSet, NotSet);
    }
    after.update(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes a stream away.
pub async fn delete(tx: &Tx, id: AuditStreamId) -> Result<(), Error> {
    Entity::delete_by_id((tx.org.uuid(), id.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Moves a claimed stream on to the next place, where it is due at once; false when it is not claimed any more, or was moved
/// meanwhile.
pub async fn taken(tx: &Tx, claimed: &AuditStream, next_seq: i64) -> Result<bool, Error> {
    let moved = moved(tx, claimed, next_seq)
        .col_expr(Column::Tries, Expr::value(0_i64))
        .col_expr(Column::LastError, Expr::value(None::<String>))
        .col_expr(Column::LastSentAt, Expr::value(tx.now.millis()))
        .col_expr(Column::FailingSince, Expr::value(None::<i64>))
        .col_expr(Column::ToldAt, Expr::value(None::<i64>));
    Ok(moved.exec(&**tx).await.map_err(translate)?.rows_affected == 1)
}

/// Moves a claimed stream on over records that it does not tell, in the same way.
pub async fn passed(tx: &Tx, claimed: &AuditStream, next_seq: i64) -> Result<bool, Error> {
    Ok(moved(tx, claimed, next_seq).exec(&**tx).await.map_err(translate)?.rows_affected == 1)
}

fn moved(tx: &Tx, claimed: &AuditStream, next_seq: i64) -> UpdateMany<Entity> {
    of_claimed(claimed)
        .col_expr(Column::NextSeq, Expr::value(next_seq))
        .col_expr(Column::NextAt, Expr::value(tx.now.millis()))
}

/// Lets a claimed stream wait for more until a moment.
pub async fn wait(tx: &Tx, claimed: &AuditStream, until: Timestamp) -> Result<(), Error> {
    let waiting = of_claimed(claimed).col_expr(Column::NextAt, Expr::value(until.millis()));
    waiting.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Puts a claimed stream off after a failure, as this one says; false when it is not claimed any more, or waits.
pub async fn put_off(tx: &Tx, claimed: &AuditStream, after: &AuditStream) -> Result<bool, Error> {
    let noted = of_claimed(claimed)
        .filter(Column::IsPaused.eq(false))
        .col_expr(Column::NextAt, Expr::value(after.next_at.millis()))
        .col_expr(Column::Tries, Expr::value(after.tries))
        .col_expr(Column::LastError, Expr::value(after.last_error.clone()))
        .col_expr(Column::FailingSince, Expr::value(after.failing_since.map(Timestamp::millis)))
        .col_expr(Column::ToldAt, Expr::value(after.told_at.map(Timestamp::millis)))
        .col_expr(Column::IsPaused, Expr::value(after.is_paused));
    Ok(noted.exec(&**tx).await.map_err(translate)?.rows_affected == 1)
}

/// A stream as it was when it was claimed.
fn of_claimed(it: &AuditStream) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::OrgId.eq(it.org.uuid()))
        .filter(Column::Id.eq(it.id.uuid()))
        .filter(Column::NextAt.eq(it.next_at.millis()))
        .filter(Column::NextSeq.eq(it.next_seq))
}

impl Store {
    /// The streams of all organisations that are due and have something to send, those that wait longest first.
    pub async fn audit_streams_due(&self, now: Timestamp, most: u64) -> Result<Vec<AuditStream>, Error> {
        let something = Query::select()
            .expr(Expr::val(1))
            .from(audit_seal::Entity)
            .and_where(Expr::col((audit_seal::Entity, audit_seal::Column::OrgId)).equals((Entity, Column::OrgId)))
            .and_where(
                Expr::col((audit_seal::Entity, audit_seal::Column::Seq)).gte(Expr::col((Entity, Column::NextSeq))),
            )
            .to_owned();
        let due = Entity::find()
            .filter(Column::NextAt.lte(now.millis()))
            .filter(Column::IsPaused.eq(false))
            .filter(Expr::exists(something))
            .order_by_asc(Column::NextAt)
            .limit(most);
        due.all(self.reader()).await.map_err(translate)?.into_iter().map(stream).collect()
    }

    /// Claims a stream until a moment; nothing when another node was faster, or it was changed meanwhile.
    pub async fn claim_audit_stream(&self, due: AuditStream, until: Timestamp) -> Result<Option<AuditStream>, Error> {
        let claim = of_claimed(&due).filter(Column::IsPaused.eq(false));
        let claim = claim.col_expr(Column::NextAt, Expr::value(until.millis()));
        let is_claimed = claim.exec(&self.write).await.map_err(translate)?.rows_affected == 1;
        Ok(is_claimed.then_some(AuditStream { next_at: until, ..due }))
    }
}

fn stream(row: Model) -> Result<AuditStream, Error> {
    let kind = Kind::parse(&row.kind).ok_or_else(|| unreadable("audit_streams.kind"))?;
    Ok(AuditStream {
        id: AuditStreamId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        name: row.name,
        sink: kind.to(row.address, row.region.unwrap_or_default(), row.access_key_id.unwrap_or_default()),
        style: Style::parse(&row.format).ok_or_else(|| unreadable("audit_streams.format"))?,
        events: Events::read_line(&row.events.unwrap_or_default()).map_err(|_| unreadable("audit_streams.events"))?,
        secret_sealed: row.secret_sealed,
        earlier: row.earlier_secret_sealed.zip(row.earlier_until.map(Timestamp::from_millis)),
        is_paused: row.is_paused,
        next_seq: row.next_seq,
        next_at: Timestamp::from_millis(row.next_at),
        tries: row.tries,
        last_error: row.last_error,
        last_sent_at: row.last_sent_at.map(Timestamp::from_millis),
        failing_since: row.failing_since.map(Timestamp::from_millis),
        told_at: row.told_at.map(Timestamp::from_millis),
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
    })
}

fn row(it: &AuditStream) -> Model {
    let (earlier_secret_sealed, earlier_until) = it.earlier.clone().unzip();
    Model {
        org_id: it.org.uuid(),
        id: it.id.uuid(),
        name: it.name.clone(),
        kind: it.sink.kind().word().to_owned(),
        address: it.sink.address().to_owned(),
        format: it.style.word().to_owned(),
        secret_sealed: it.secret_sealed.clone(),
        earlier_secret_sealed,
        earlier_until: earlier_until.map(Timestamp::millis),
        is_paused: it.is_paused,
        next_seq: it.next_seq,
        next_at: it.next_at.millis(),
        tries: it.tries,
        last_error: it.last_error.clone(),
        last_sent_at: it.last_sent_at.map(Timestamp::millis),
        failing_since: it.failing_since.map(Timestamp::millis),
        told_at: it.told_at.map(Timestamp::millis),
        created_at: it.created_at.millis(),
        updated_at: it.updated_at.millis(),
        events: Some(it.events.line()).filter(|it| !it.is_empty()),
        region: it.sink.bucket().map(|it| it.region.clone()),
        access_key_id: it.sink.bucket().map(|it| it.access_key_id.clone()),
    }
}
