//! When each connection was heard, and when its tokens are warned of.
//!
//! **Invariant:** what a job does about a row it takes by one conditional statement that moves the row on, so that of several
//! nodes one does it; a connection that is heard in between is not silent.

use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use super::error::translate;
use super::rows::connection_pulse::{Column, Entity, Model};
use super::rows::connection_token as token;
use super::{Store, Tx};
use crate::domain::connection::{Outside, Pulse};
use crate::domain::id::{ConnectionId, OrgId, TokenId};
use crate::domain::{Error, Timestamp};

/// The pulses of an organisation.
pub async fn list(db: &impl ConnectionTrait, org: OrgId) -> Result<Vec<Pulse>, Error> {
    let mine = Entity::find().filter(Column::OrgId.eq(org.uuid()));
    Ok(mine.all(db).await.map_err(translate)?.iter().map(pulse).collect())
}

/// Begins to listen to a new connection.
pub(super) async fn insert(tx: &Tx, connection: ConnectionId) -> Result<(), Error> {
    let row = Model {
        org_id: tx.org.uuid(),
        connection_id: connection.uuid(),
        heard_at: None,
        succeeded_at: None,
        silent_since: None,
        look_at: None,
        outside_at: None,
        outside_address: None,
        remind_at: None,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes the pulse of a connection away.
pub(super) async fn delete(tx: &Tx, connection: ConnectionId) -> Result<(), Error> {
    Entity::delete_by_id((tx.org.uuid(), connection.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Notes since when a connection is silent, and when to look next; false when another node was faster, or the connection has
/// been heard.
pub async fn looked(tx: &Tx, seen: &Pulse, silent_since: Option<Timestamp>, look_at: Timestamp) -> Result<bool, Error> {
    swap_pulse(&**tx, seen, silent_since, look_at).await
}

/// A token that is to be warned of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueWarning {
    /// The organisation.
    pub org: OrgId,
    /// The connection.
    pub connection: ConnectionId,
    /// The token.
    pub token: TokenId,
    /// Since when the warning is due.
    pub due_at: Timestamp,
}

/// Notes that a token is warned of, and when that is due next; false when another node was faster.
pub async fn warned(tx: &Tx, due: &DueWarning, next: Option<Timestamp>) -> Result<bool, Error> {
    swap_warning(&**tx, due, next).await
}

/// A connection of which owners are to be reminded that somebody waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueReminder {
    /// The organisation.
    pub org: OrgId,
    /// The connection.
    pub connection: ConnectionId,
    /// Since when the reminder is due.
    pub due_at: Timestamp,
}

/// Says when owners are reminded first of those who wait.
pub async fn remind(tx: &Tx, of: ConnectionId, at: Timestamp) -> Result<(), Error> {
    let note = Entity::update_many()
        .col_expr(Column::RemindAt, Expr::value(at.millis()))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::ConnectionId.eq(of.uuid()));
    note.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Notes that owners are reminded, and when that is due next; false when another node was faster.
pub async fn reminded(tx: &Tx, due: &DueReminder, next: Timestamp) -> Result<bool, Error> {
    swap_reminder(&**tx, due, Some(next)).await
}

impl Store {
    /// The connections of which owners are to be reminded, those that have waited longest first.
    pub async fn due_reminders(&self, now: Timestamp, most: u64) -> Result<Vec<DueReminder>, Error> {
        let due = Entity::find().filter(Column::RemindAt.lte(now.millis())).order_by_asc(Column::RemindAt).limit(most);
        let reminders = due.all(&self.write).await.map_err(translate)?.into_iter().filter_map(|row| {
            Some(DueReminder {
                org: OrgId::from_uuid(row.org_id),
                connection: ConnectionId::from_uuid(row.connection_id),
                due_at: Timestamp::from_millis(row.remind_at?),
            })
        });
        Ok(reminders.collect())
    }

    /// Notes that nobody waits any more.
    pub async fn reminder_not_needed(&self, due: &DueReminder) -> Result<(), Error> {
        swap_reminder(&self.write, due, None).await.map(drop)
    }

    /// Notes when a connection was heard last, and when a request of it did what it asked for.
    pub async fn heard(
        &self,
        org: OrgId,
        connection: ConnectionId,
        at: Timestamp,
        succeeded_at: Option<Timestamp>,
    ) -> Result<(), Error> {
        let look_now = Column::SilentSince.is_not_null().or(Column::LookAt.is_null());
        let mut note = Entity::update_many()
            .col_expr(Column::HeardAt, later(Column::HeardAt, at))
            .col_expr(Column::LookAt, Expr::case(look_now, at.millis()).finally(Expr::col(Column::LookAt)).into())
            .filter(Column::OrgId.eq(org.uuid()))
            .filter(Column::ConnectionId.eq(connection.uuid()));
        if let Some(at) = succeeded_at {
            note = note.col_expr(Column::SucceededAt, later(Column::SucceededAt, at));
        }
        note.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// Notes that a token of a connection came from an address from which none works. It is noted once in a while only, because
    /// whoever has a stolen token could come as often as they like.
    pub async fn came_from_outside(
        &self,
        org: OrgId,
        connection: ConnectionId,
        outside: Outside,
        once_since: Timestamp,
    ) -> Result<(), Error> {
        let noted = Entity::find_by_id((org.uuid(), connection.uuid())).one(self.reader()).await.map_err(translate)?;
        if noted.is_none_or(|it| it.outside_at.is_some_and(|at| at > once_since.millis())) {
            return Ok(());
        }
        let note = Entity::update_many()
            .col_expr(Column::OutsideAt, Expr::value(outside.at.millis()))
            .col_expr(Column::OutsideAddress, Expr::value(outside.address.to_string()))
            .filter(Column::OrgId.eq(org.uuid()))
            .filter(Column::ConnectionId.eq(connection.uuid()));
        note.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// The connections that are due to be looked at, those that have waited longest first.
    pub async fn due_pulses(&self, now: Timestamp, most: u64) -> Result<Vec<Pulse>, Error> {
        let due = Entity::find().filter(Column::LookAt.lte(now.millis())).order_by_asc(Column::LookAt).limit(most);
        Ok(due.all(&self.write).await.map_err(translate)?.iter().map(pulse).collect())
    }

    /// Notes since when a connection is silent, and when to look next, where nobody is told of it.
    pub async fn looked_in_passing(
        &self,
        seen: &Pulse,
        silent_since: Option<Timestamp>,
        look_at: Timestamp,
    ) -> Result<(), Error> {
        swap_pulse(&self.write, seen, silent_since, look_at).await.map(drop)
    }

    /// The tokens that are to be warned of, those that have waited longest first.
    pub async fn due_warnings(&self, now: Timestamp, most: u64) -> Result<Vec<DueWarning>, Error> {
        let due = token::Entity::find().filter(token::Column::WarnAt.lte(now.millis()));
        let due = due.order_by_asc(token::Column::WarnAt).limit(most);
        let rows = due.all(&self.write).await.map_err(translate)?;
        let warnings = rows.into_iter().filter_map(|row| {
            Some(DueWarning {
                org: OrgId::from_uuid(row.org_id),
                connection: ConnectionId::from_uuid(row.connection_id),
                token: TokenId::from_uuid(row.id),
                due_at: Timestamp::from_millis(row.warn_at?),
            })
        });
        Ok(warnings.collect())
    }

    /// Notes that a warning is not needed, and when the next is due.
    pub async fn warning_not_needed(&self, due: &DueWarning, next: Option<Timestamp>) -> Result<(), Error> {
        swap_warning(&self.write, due, next).await.map(drop)
    }
}

/// The later of what stands in a column and a moment.
fn later(column: Column, at: Timestamp) -> Expr {
    let is_older = column.is_null().or(column.lt(at.millis()));
    Expr::case(is_older, at.millis()).finally(Expr::col(column)).into()
}

async fn swap_pulse(
    db: &impl ConnectionTrait,
    seen: &Pulse,
    silent_since: Option<Timestamp>,
    look_at: Timestamp,
) -> Result<bool, Error> {
    let is_as_seen = |column: Column, seen: Option<Timestamp>| match seen {
        Some(at) => column.eq(at.millis()),
        None => column.is_null(),
    };
    let same = Condition::all()
        .add(Column::OrgId.eq(seen.org.uuid()))
        .add(Column::ConnectionId.eq(seen.connection.uuid()))
        .add(is_as_seen(Column::HeardAt, seen.heard_at))
        .add(is_as_seen(Column::LookAt, seen.look_at));
    let done = Entity::update_many()
        .col_expr(Column::SilentSince, Expr::value(silent_since.map(Timestamp::millis)))
        .col_expr(Column::LookAt, Expr::value(look_at.millis()))
        .filter(same)
        .exec(db)
        .await
        .map_err(translate)?;
    Ok(done.rows_affected == 1)
}

async fn swap_warning(db: &impl ConnectionTrait, due: &DueWarning, next: Option<Timestamp>) -> Result<bool, Error> {
    let done = token::Entity::update_many()
        .col_expr(token::Column::WarnAt, Expr::value(next.map(Timestamp::millis)))
        .filter(token::Column::OrgId.eq(due.org.uuid()))
        .filter(token::Column::Id.eq(due.token.uuid()))
        .filter(token::Column::WarnAt.eq(due.due_at.millis()))
        .exec(db)
        .await
        .map_err(translate)?;
    Ok(done.rows_affected == 1)
}

async fn swap_reminder(db: &impl ConnectionTrait, due: &DueReminder, next: Option<Timestamp>) -> Result<bool, Error> {
    let done = Entity::update_many()
        .col_expr(Column::RemindAt, Expr::value(next.map(Timestamp::millis)))
        .filter(Column::OrgId.eq(due.org.uuid()))
        .filter(Column::ConnectionId.eq(due.connection.uuid()))
        .filter(Column::RemindAt.eq(due.due_at.millis()))
        .exec(db)
        .await
        .map_err(translate)?;
    Ok(done.rows_affected == 1)
}

fn pulse(row: &Model) -> Pulse {
    let moment = |at: Option<i64>| at.map(Timestamp::from_millis);
    let address = || row.outside_address.as_deref()?.parse().ok();
    Pulse {
        outside: moment(row.outside_at).and_then(|at| Some(Outside { at, address: address()? })),
        org: OrgId::from_uuid(row.org_id),
        connection: ConnectionId::from_uuid(row.connection_id),
        heard_at: moment(row.heard_at),
        succeeded_at: moment(row.succeeded_at),
        silent_since: moment(row.silent_since),
        look_at: moment(row.look_at),
    }
}
