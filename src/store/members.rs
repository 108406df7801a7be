//! Who is in which group, and members that are waited for.

use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

use super::error::translate;
use super::past::{self, Kind};
use super::rows::{group, held_member, member};
use super::{Tx, in_order};
use crate::domain::Error;
use crate::domain::id::{ConnectionId, GroupId, OrgId, UserId};

/// How many values one statement binds at most.
const CHUNK: usize = 500;

/// The ids of a group's members.
pub async fn ids(db: &impl ConnectionTrait, org: OrgId, of: GroupId) -> Result<Vec<UserId>, Error> {
    let mine = member::Entity::find()
        .select_only()
        .column(member::Column::UserId)
        .filter(member::Column::OrgId.eq(org.uuid()))
        .filter(member::Column::GroupId.eq(of.uuid()))
        .order_by_asc(member::Column::UserId);
    let ids: Vec<uuid::Uuid> = mine.into_tuple().all(db).await.map_err(translate)?;
    Ok(ids.into_iter().map(UserId::from_uuid).collect())
}

/// True when somebody is in a group.
pub async fn has(db: &impl ConnectionTrait, org: OrgId, (group, user): (GroupId, UserId)) -> Result<bool, Error> {
    let place = member::Entity::find_by_id((org.uuid(), group.uuid(), user.uuid()));
    Ok(place.one(db).await.map_err(translate)?.is_some())
}

/// The groups of each of these users: user, group and the group's name.
pub async fn groups_of(
    db: &impl ConnectionTrait,
    org: OrgId,
    users: &[UserId],
) -> Result<Vec<(UserId, GroupId, String)>, Error> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    named(db, &of_users(org, users)).await
}

/// The groups of this connection that each of these users is in: user, group and the group's name.
pub async fn groups_of_managed(
    db: &impl ConnectionTrait,
    (org, users): (OrgId, &[UserId]),
    by: ConnectionId,
) -> Result<Vec<(UserId, GroupId, String)>, Error> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let mut managed = of_users(org, users);
    managed.and_where(Expr::col((group::Entity, group::Column::ManagedBy)).eq(by.uuid()));
    named(db, &managed).await
}

/// The groups that these users are in, by name.
pub(super) fn of_users(org: OrgId, users: &[UserId]) -> SelectStatement {
    let same =
        |one: member::Column, other: group::Column| Expr::col((member::Entity, one)).equals((group::Entity, other));
    let mut found = Query::select()
        .column((member::Entity, member::Column::UserId))
        .column((member::Entity, member::Column::GroupId))
        .column((group::Entity, group::Column::DisplayName))
        .from(member::Entity)
        .and_where(Expr::col((member::Entity, member::Column::OrgId)).eq(org.uuid()))
        .and_where(Expr::col((member::Entity, member::Column::UserId)).is_in(users.iter().map(|id| id.uuid())))
        .order_by((group::Entity, group::Column::DisplayNameKey), sea_orm::Order::Asc)
        .to_owned();
    let same = same(member::Column::OrgId, group::Column::OrgId).and(same(member::Column::GroupId, group::Column::Id));
    in_order::then(&mut found, group::Entity, same).to_owned()
}

async fn named(db: &impl ConnectionTrait, found: &SelectStatement) -> Result<Vec<(UserId, GroupId, String)>, Error> {
    let rows = db.query_all(found).await.map_err(translate)?;
    rows.iter()
        .map(|row| {
            let user: uuid::Uuid = row.try_get_by_index(0).map_err(translate)?;
            let group: uuid::Uuid = row.try_get_by_index(1).map_err(translate)?;
            let name: String = row.try_get_by_index(2).map_err(translate)?;
            Ok((UserId::from_uuid(user), GroupId::from_uuid(group), name))
        })
        .collect()
}

/// The groups of a connection that a user is in.
pub async fn groups_managed(
    db: &impl ConnectionTrait,
    (org, user): (OrgId, UserId),
    by: ConnectionId,
) -> Result<Vec<GroupId>, Error> {
    let managed = Query::select()
        .column(group::Column::Id)
        .from(group::Entity)
        .and_where(group::Column::OrgId.eq(org.uuid()))
        .and_where(group::Column::ManagedBy.eq(by.uuid()))
        .to_owned();
    let mine = member::Entity::find()
        .select_only()
        .column(member::Column::GroupId)
        .filter(member::Column::OrgId.eq(org.uuid()))
        .filter(member::Column::UserId.eq(user.uuid()))
        .filter(member::Column::GroupId.in_subquery(managed));
    let ids: Vec<uuid::Uuid> = mine.into_tuple().all(db).await.map_err(translate)?;
    Ok(ids.into_iter().map(GroupId::from_uuid).collect())
}

/// Joins users to a group; those who are in it stay.
pub async fn add(tx: &Tx, to: GroupId, users: &[UserId]) -> Result<(), Error> {
    for some in users.chunks(CHUNK) {
        let rows = some.iter().map(|user| {
            let row = member::Model {
                org_id: tx.org.uuid(),
                group_id: to.uuid(),
                user_id: user.uuid(),
                since: tx.now.millis(),
            };
            row.into_active_model()
        });
        member::Entity::insert_many(rows)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&**tx)
            .await
            .map_err(translate)?;
    }
    Ok(())
}

/// Takes users out of a group; those who are not in it do not matter.
pub async fn remove(tx: &Tx, from: GroupId, users: &[UserId]) -> Result<(), Error> {
    for some in users.chunks(CHUNK) {
        let which = of_group(tx, from).and(member::Column::UserId.is_in(some.iter().map(|id| id.uuid())));
        past::end(tx, Kind::Member, which).await?;
    }
    Ok(())
}

/// Empties a group, the members that are waited for included.
pub async fn clear(tx: &Tx, group: GroupId) -> Result<(), Error> {
    past::end(tx, Kind::Member, of_group(tx, group)).await?;
    let waiting = held_member::Entity::delete_many()
        .filter(held_member::Column::OrgId.eq(tx.org.uuid()))
        .filter(held_member::Column::GroupId.eq(group.uuid()));
    waiting.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes a user out of every group.
pub async fn leave_all(tx: &Tx, user: UserId) -> Result<(), Error> {
    let mine = member::Column::OrgId.eq(tx.org.uuid()).and(member::Column::UserId.eq(user.uuid()));
    past::end(tx, Kind::Member, mine).await?;
    Ok(())
}

fn of_group(tx: &Tx, group: GroupId) -> Expr {
    member::Column::OrgId.eq(tx.org.uuid()).and(member::Column::GroupId.eq(group.uuid()))
}

/// Remembers members that do not exist yet, by the value that the identity provider sent.
pub async fn hold(tx: &Tx, group: GroupId, values: &[String]) -> Result<(), Error> {
    for some in values.chunks(CHUNK) {
        let rows = some.iter().map(|value| {
            let row = held_member::Model {
                org_id: tx.org.uuid(),
                group_id: group.uuid(),
                value: value.clone(),
                since: tx.now.millis(),
            };
            row.into_active_model()
        });
        held_member::Entity::insert_many(rows)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&**tx)
            .await
            .map_err(translate)?;
    }
    Ok(())
}

/// Forgets members that were waited for.
pub async fn release(tx: &Tx, group: GroupId, values: &[String]) -> Result<(), Error> {
    for some in values.chunks(CHUNK) {
        let gone = held_member::Entity::delete_many()
            .filter(held_member::Column::OrgId.eq(tx.org.uuid()))
            .filter(held_member::Column::GroupId.eq(group.uuid()))
            .filter(held_member::Column::Value.is_in(some.iter().cloned()));
        gone.exec(&**tx).await.map_err(translate)?;
    }
    Ok(())
}
