//! Whom identity providers let go: done, held and refused.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::error::{translate, unreadable};
use super::rows::deprovisioning::{Column, Entity, Model};
use super::rows::user;
use super::{Store, Tx};
use crate::domain::deprovisioning::{Deprovisioning, State, Way};
use crate::domain::id::{ConnectionId, DeprovisioningId, OrgId, UserId};
use crate::domain::user::Status;
use crate::domain::{Error, Timestamp};

/// Which of those that are held.
#[derive(Debug, Clone, Copy, Default)]
pub struct Part {
    /// Those after this one.
    pub after: Option<DeprovisioningId>,
    /// Those up to this one.
    pub newest: Option<DeprovisioningId>,
}

/// What is known of a user.
pub async fn find(tx: &Tx, user: UserId) -> Result<Option<Deprovisioning>, Error> {
    let one = Entity::find().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::UserId.eq(user.uuid()));
    one.one(&**tx).await.map_err(translate)?.as_ref().map(deprovisioning).transpose()
}

/// How many a connection has let go since then.
pub async fn count_done(tx: &Tx, of: ConnectionId, since: Timestamp) -> Result<u64, Error> {
    let done = Entity::find().filter(these(tx.org, of, State::Done)).filter(Column::At.gt(since.millis()));
    done.count(&**tx).await.map_err(translate)
}

/// How many people of a connection, who came before then, are not deactivated; whoever needs to know no more than that there
/// are so many counts no further.
pub async fn count_left(tx: &Tx, of: ConnectionId, before: Timestamp, most: u64) -> Result<u64, Error> {
    let row = tx.query_one(&left(tx.org, of, before, most)).await.map_err(translate)?;
    let count: Option<i64> = row.map(|it| it.try_get_by_index(0)).transpose().map_err(translate)?;
    Ok(count.and_then(|it| u64::try_from(it).ok()).unwrap_or_default())
}

/// Counted by the index `users_kept` alone, and no further than asked.
fn left(org: OrgId, of: ConnectionId, before: Timestamp, most: u64) -> SelectStatement {
    let some = Query::select()
        .expr_as(Expr::val(1), "one")
        .from(user::Entity)
        .and_where(user::Column::OrgId.eq(org.uuid()))
        .and_where(user::Column::ManagedBy.eq(of.uuid()))
        .and_where(user::Column::CreatedAt.lt(before.millis()))
        .and_where(user::Column::Status.ne(Status::Deactivated.word()))
        .limit(most)
        .to_owned();
    Query::select().expr(Expr::cust("COUNT(*)")).from_subquery(some, "kept").to_owned()
}

/// True when somebody of a connection is held who has access still: whoever was deactivated by hand meanwhile, or belongs
/// elsewhere, holds up nobody.
pub async fn holds_any(tx: &Tx, of: ConnectionId) -> Result<bool, Error> {
    let one = Entity::find().filter(these(tx.org, of, State::Held)).filter(has_access(of)).limit(1);
    Ok(one.one(&**tx).await.map_err(translate)?.is_some())
}

/// How many of a connection are held who have access still, and since when the first of them; none when nobody is.
pub async fn waiting(tx: &Tx, of: ConnectionId) -> Result<Option<(u64, Timestamp)>, Error> {
    let held =
        Entity::find().select_only().column_as(Column::Id.count(), "people").column_as(Column::At.min(), "since");
    let held = held.filter(these(tx.org, of, State::Held)).filter(has_access(of));
    let found: Option<(i64, Option<i64>)> = held.into_tuple().one(&**tx).await.map_err(translate)?;
    Ok(found.and_then(|(people, since)| Some((u64::try_from(people).ok()?, Timestamp::from_millis(since?)))))
}

/// That the user is one of the connection who is not deactivated.
fn has_access(of: ConnectionId) -> Expr {
    let column = |it: user::Column| Expr::col((user::Entity, it));
    let with_access = Query::select()
        .expr(Expr::val(1))
        .from(user::Entity)
        .and_where(column(user::Column::OrgId).equals((Entity, Column::OrgId)))
        .and_where(column(user::Column::Id).equals((Entity, Column::UserId)))
        .and_where(column(user::Column::ManagedBy).eq(of.uuid()))
        .and_where(column(user::Column::Status).ne(Status::Deactivated.word()))
        .to_owned();
    Expr::exists(with_access)
}

/// Those of a connection that are so, oldest first.
pub async fn list(
    db: &impl ConnectionTrait,
    (org, of, state): (OrgId, ConnectionId, State),
    part: Part,
    most: u64,
) -> Result<Vec<Deprovisioning>, Error> {
    let mut held = Entity::find().filter(these(org, of, state));
    if let Some(after) = part.after {
        held = held.filter(Column::Id.gt(after.uuid()));
    }
    if let Some(newest) = part.newest {
        held = held.filter(Column::Id.lte(newest.uuid()));
    }
    let oldest = held.order_by_asc(Column::Id).limit(most);
    oldest.all(db).await.map_err(translate)?.iter().map(deprovisioning).collect()
}

/// The newest of a connection that is held.
pub async fn newest_held(
    db: &impl ConnectionTrait,
    (org, of): (OrgId, ConnectionId),
) -> Result<Option<DeprovisioningId>, Error> {
    let newest = Entity::find().filter(these(org, of, State::Held)).order_by_desc(Column::Id).limit(1);
    Ok(newest.one(db).await.map_err(translate)?.map(|row| DeprovisioningId::from_uuid(row.id)))
}

/// How many are held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many would be deactivated.
    pub deactivations: u64,
    /// How many would be deleted.
    pub deletions: u64,
}

impl Counts {
    /// All of them.
    pub const fn all(self) -> u64 {
        self.deactivations.saturating_add(self.deletions)
    }
}

/// How many of a connection are held, each way.
pub async fn count_held(db: &impl ConnectionTrait, (org, of): (OrgId, ConnectionId)) -> Result<Counts, Error> {
    let held = |way: Way| Entity::find().filter(these(org, of, State::Held)).filter(Column::Way.eq(way.word()));
    Ok(Counts {
        deactivations: held(Way::Deactivate).count(db).await.map_err(translate)?,
        deletions: held(Way::Delete).count(db).await.map_err(translate)?,
    })
}

/// How many each connection of an organisation holds.
pub async fn held_by_connection(db: &impl ConnectionTrait, org: OrgId) -> Result<HashMap<ConnectionId, u64>, Error> {
    let held = Entity::find().select_only().column(Column::ConnectionId).column_as(Column::Id.count(), "held");
    let held = held.filter(Column::OrgId.eq(org.uuid())).filter(Column::State.eq(State::Held.word()));
    let rows: Vec<(Uuid, i64)> = held.group_by(Column::ConnectionId).into_tuple().all(db).await.map_err(translate)?;
    let count = |(id, held)| (ConnectionId::from_uuid(id), u64::try_from(held).unwrap_or_default());
    Ok(rows.into_iter().map(count).collect())
}

/// Keeps what became of one; what was known of the user goes.
pub async fn put(tx: &Tx, of: ConnectionId, user: UserId, (way, state): (Way, State)) -> Result<(), Error> {
    delete_one(tx, user).await?;
    let row = Model {
        org_id: tx.org.uuid(),
        id: DeprovisioningId::new().uuid(),
        connection_id: of.uuid(),
        user_id: user.uuid(),
        way: way.word().to_owned(),
        state: state.word().to_owned(),
        at: tx.now.millis(),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// How many of a connection are about to be let go.
pub async fn count_released(db: &impl ConnectionTrait, (org, of): (OrgId, ConnectionId)) -> Result<u64, Error> {
    Entity::find().filter(these(org, of, State::Released)).count(db).await.map_err(translate)
}

/// Says of those that are held, up to the newest that was seen, what is decided about them.
pub async fn decide(tx: &Tx, of: ConnectionId, newest: DeprovisioningId, to: State) -> Result<(), Error> {
    let held = Entity::update_many()
        .col_expr(Column::State, Expr::value(to.word()))
        .col_expr(Column::At, Expr::value(tx.now.millis()))
        .filter(these(tx.org, of, State::Held))
        .filter(Column::Id.lte(newest.uuid()));
    held.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Forgets what is known of a user.
pub async fn delete_one(tx: &Tx, user: UserId) -> Result<(), Error> {
    let one = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::UserId.eq(user.uuid()));
    one.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Forgets what is open about a user who goes; that somebody went still counts.
pub async fn delete_open_of_user(tx: &Tx, user: UserId) -> Result<(), Error> {
    let open = Entity::delete_many()
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Column::State.ne(State::Done.word()));
    open.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Begins to count anew whom a connection lets go.
pub async fn forget_done(tx: &Tx, of: ConnectionId) -> Result<(), Error> {
    let done = Entity::delete_many().filter(these(tx.org, of, State::Done));
    done.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Forgets everything of a connection.
pub async fn delete_of_connection(tx: &Tx, of: ConnectionId) -> Result<(), Error> {
    let of_it = Column::ConnectionId.eq(of.uuid());
    let all = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(of_it);
    all.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// The connections of which somebody was to be let go before then.
    pub async fn released_before(&self, then: Timestamp) -> Result<Vec<(OrgId, ConnectionId)>, Error> {
        let left = Entity::find().select_only().columns([Column::OrgId, Column::ConnectionId]).distinct();
        let left = left.filter(Column::State.eq(State::Released.word())).filter(Column::At.lte(then.millis()));
        let rows: Vec<(Uuid, Uuid)> = left.into_tuple().all(self.reader()).await.map_err(translate)?;
        Ok(rows.into_iter().map(|(org, of)| (OrgId::from_uuid(org), ConnectionId::from_uuid(of))).collect())
    }

    /// Takes away what is decided and was so before then.
    pub async fn sweep_deprovisionings(&self, before: Timestamp) -> Result<(), Error> {
        let old = Entity::delete_many()
            .filter(Column::State.is_in([State::Done.word(), State::Refused.word()]))
            .filter(Column::At.lte(before.millis()));
        old.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}

fn these(org: OrgId, of: ConnectionId, state: State) -> Condition {
    Condition::all()
        .add(Column::OrgId.eq(org.uuid()))
        .add(Column::ConnectionId.eq(of.uuid()))
        .add(Column::State.eq(state.word()))
}

fn deprovisioning(row: &Model) -> Result<Deprovisioning, Error> {
    Ok(Deprovisioning {
        id: DeprovisioningId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        connection: ConnectionId::from_uuid(row.connection_id),
        user: UserId::from_uuid(row.user_id),
        way: Way::parse(&row.way).ok_or_else(|| unreadable("deprovisionings.way"))?,
        state: State::parse(&row.state).ok_or_else(|| unreadable("deprovisionings.state"))?,
        at: Timestamp::from_millis(row.at),
    })
}

#[cfg(test)]
mod tests;
