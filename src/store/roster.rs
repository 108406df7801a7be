//! Who is meant by the values of `members`, and which of them are in the group already.
//!
//! **Invariant:** every list of values is cut into chunks, so that a group of any size is a bounded number of binds.
//! **Invariant:** only users of the asking connection are known here; anybody else is as unknown as a random id.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait as _, Func, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QueryResult,
    QuerySelect,
};
use uuid::Uuid;

use super::error::translate;
use super::rows::{group, held_member, member, user};
use super::{Tx, in_order};
use crate::domain::id::{ConnectionId, GroupId, OrgId, UserId};
use crate::domain::{Error, Timestamp};

const CHUNK: usize = 500;

/// Which of these ids are users that this connection manages.
pub async fn known(tx: &Tx, connection: ConnectionId, ids: &[UserId]) -> Result<Vec<UserId>, Error> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let known = among::<user::Entity>(&**tx, user::Column::Id, &managed(tx, connection), &ids).await?;
    Ok(known.into_iter().map(UserId::from_uuid).collect())
}

/// The users that this connection calls by these external ids.
pub async fn by_external_id(
    tx: &Tx,
    connection: ConnectionId,
    values: &[String],
) -> Result<Vec<(String, UserId)>, Error> {
    let mut known = Vec::new();
    for some in values.chunks(CHUNK) {
        let mine = managed(tx, connection).add(user::Column::ExternalId.is_in(some.iter().cloned()));
        let found: Vec<(String, Uuid)> = user::Entity::find()
            .select_only()
            .column(user::Column::ExternalId)
            .column(user::Column::Id)
            .filter(mine)
            .into_tuple()
            .all(&**tx)
            .await
            .map_err(translate)?;
        known.extend(found.into_iter().map(|(value, id)| (value, UserId::from_uuid(id))));
    }
    Ok(known)
}

/// Which of these ids are groups that this connection manages.
pub async fn groups(tx: &Tx, connection: ConnectionId, ids: &[GroupId]) -> Result<Vec<GroupId>, Error> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let mine = Condition::all()
        .add(group::Column::OrgId.eq(tx.org.uuid()))
        .add(group::Column::ManagedBy.eq(connection.uuid()));
    let known = among::<group::Entity>(&**tx, group::Column::Id, &mine, &ids).await?;
    Ok(known.into_iter().map(GroupId::from_uuid).collect())
}

/// Which of these users are in the group.
pub async fn present(
    db: &impl ConnectionTrait,
    org: OrgId,
    of: GroupId,
    users: &[UserId],
) -> Result<Vec<UserId>, Error> {
    let ids: Vec<Uuid> = users.iter().map(|id| id.uuid()).collect();
    let inside = Condition::all().add(member::Column::OrgId.eq(org.uuid())).add(member::Column::GroupId.eq(of.uuid()));
    let present = among::<member::Entity>(db, member::Column::UserId, &inside, &ids).await?;
    Ok(present.into_iter().map(UserId::from_uuid).collect())
}

/// True when the group has more members than this.
pub async fn is_larger(db: &impl ConnectionTrait, org: OrgId, of: GroupId, than: u64) -> Result<bool, Error> {
    let beyond: Option<Uuid> = member::Entity::find()
        .select_only()
        .column(member::Column::UserId)
        .filter(member::Column::OrgId.eq(org.uuid()))
        .filter(member::Column::GroupId.eq(of.uuid()))
        .order_by_asc(member::Column::UserId)
        .offset(than)
        .limit(1)
        .into_tuple()
        .one(db)
        .await
        .map_err(translate)?;
    Ok(beyond.is_some())
}

/// The values that the group waits for.
pub async fn held(tx: &Tx, of: GroupId) -> Result<Vec<String>, Error> {
    waiting(tx, Condition::all().add(held_member::Column::GroupId.eq(of.uuid()))).await
}

/// Which of these values the group waits for.
pub async fn held_among(tx: &Tx, of: GroupId, values: &[String]) -> Result<Vec<String>, Error> {
    let mut held = Vec::new();
    for some in values.chunks(CHUNK) {
        let these = Condition::all()
            .add(held_member::Column::GroupId.eq(of.uuid()))
            .add(held_member::Column::Value.is_in(some.iter().cloned()));
        held.extend(waiting(tx, these).await?);
    }
    Ok(held)
}

/// The groups of this connection that wait for this value.
pub async fn waiting_for(tx: &Tx, connection: ConnectionId, value: &str) -> Result<Vec<GroupId>, Error> {
    let found: Vec<Uuid> = held_member::Entity::find()
        .select_only()
        .column(held_member::Column::GroupId)
        .filter(held_member::Column::OrgId.eq(tx.org.uuid()))
        .filter(held_member::Column::Value.eq(value))
        .into_tuple()
        .all(&**tx)
        .await
        .map_err(translate)?;
    let ids: Vec<GroupId> = found.into_iter().map(GroupId::from_uuid).collect();
    groups(tx, connection, &ids).await
}

/// A member that a group waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// The id or external id that the identity provider has sent.
    pub value: String,
    /// The group.
    pub group: GroupId,
    /// What that is called.
    pub group_name: String,
    /// The connection that has pushed it.
    pub connection: Option<ConnectionId>,
    /// Since when it waits.
    pub since: Timestamp,
}

/// Whom the groups of an organisation wait for, group by group.
pub async fn awaited(db: &impl ConnectionTrait, org: OrgId, most: u64) -> Result<Vec<Awaited>, Error> {
    let rows = held_member::Entity::find()
        .filter(held_member::Column::OrgId.eq(org.uuid()))
        .order_by_asc(held_member::Column::GroupId)
        .order_by_asc(held_member::Column::Value)
        .limit(most);
    let rows = rows.all(db).await.map_err(translate)?;
    let mut ids: Vec<Uuid> = rows.iter().map(|row| row.group_id).collect();
    ids.dedup();
    let mut named = HashMap::new();
    for some in ids.chunks(CHUNK) {
        let these = group::Entity::find().filter(group::Column::OrgId.eq(org.uuid()));
        let found = these.filter(group::Column::Id.is_in(some.iter().copied())).all(db).await.map_err(translate)?;
        named.extend(found.into_iter().map(|it| (it.id, (it.display_name, it.managed_by))));
    }
    let awaited = |row: held_member::Model| {
        let (group_name, managed_by) = named.get(&row.group_id).cloned().unwrap_or_default();
        Awaited {
            value: row.value,
            group: GroupId::from_uuid(row.group_id),
            group_name,
            connection: managed_by.map(ConnectionId::from_uuid),
            since: Timestamp::from_millis(row.since),
        }
    };
    Ok(rows.into_iter().map(awaited).collect())
}

/// How many are waited for in an organisation.
pub async fn count_awaited(db: &impl ConnectionTrait, org: OrgId) -> Result<u64, Error> {
    let all = held_member::Entity::find().filter(held_member::Column::OrgId.eq(org.uuid()));
    all.count(db).await.map_err(translate)
}

/// How many each connection of an organisation lets its groups wait for; those that wait for nobody are left out.
pub async fn count_awaited_by(db: &impl ConnectionTrait, org: OrgId) -> Result<HashMap<ConnectionId, u64>, Error> {
    let column = |it: group::Column| Expr::col((group::Entity, it));
    let same = |mine: held_member::Column, of_group: group::Column| {
        Expr::col((held_member::Entity, mine)).equals((group::Entity, of_group))
    };
    let of_group = same(held_member::Column::OrgId, group::Column::OrgId)
        .and(same(held_member::Column::GroupId, group::Column::Id));
    let mut counts = Query::select()
        .expr(column(group::Column::ManagedBy))
        .expr(Func::count(Expr::col((held_member::Entity, held_member::Column::Value))))
        .from(held_member::Entity)
        .and_where(Expr::col((held_member::Entity, held_member::Column::OrgId)).eq(org.uuid()))
        .and_where(column(group::Column::ManagedBy).is_not_null())
        .group_by_col((group::Entity, group::Column::ManagedBy))
        .to_owned();
    in_order::then(&mut counts, group::Entity, of_group);
    let rows = db.query_all(&counts).await.map_err(translate)?;
    let count = |row: &QueryResult| {
        let connection: Uuid = row.try_get_by_index(0).map_err(translate)?;
        let waiting: i64 = row.try_get_by_index(1).map_err(translate)?;
        Ok((ConnectionId::from_uuid(connection), u64::try_from(waiting).unwrap_or_default()))
    };
    rows.iter().map(count).collect()
}

/// Which of these ids stand in the column, of the rows that are meant.
async fn among<E: EntityTrait>(
    db: &impl ConnectionTrait,
    column: E::Column,
    rows: &Condition,
    ids: &[Uuid],
) -> Result<Vec<Uuid>, Error> {
    let mut found = Vec::new();
    for some in ids.chunks(CHUNK) {
        let these = E::find().select_only().column(column).filter(rows.clone());
        let these = these.filter(column.is_in(some.iter().copied()));
        found.extend(these.into_tuple::<Uuid>().all(db).await.map_err(translate)?);
    }
    Ok(found)
}

async fn waiting(tx: &Tx, which: Condition) -> Result<Vec<String>, Error> {
    held_member::Entity::find()
        .select_only()
        .column(held_member::Column::Value)
        .filter(held_member::Column::OrgId.eq(tx.org.uuid()))
        .filter(which)
        .into_tuple()
        .all(&**tx)
        .await
        .map_err(translate)
}

fn managed(tx: &Tx, connection: ConnectionId) -> Condition {
    Condition::all().add(user::Column::OrgId.eq(tx.org.uuid())).add(user::Column::ManagedBy.eq(connection.uuid()))
}
