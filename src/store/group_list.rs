//! One page of the groups, or of what belongs to one of them.
//!
//! **Invariant:** no statement here costs more than its page: a page begins where the last one ended, and members are
//! counted up to a limit that the caller sets.

use std::collections::HashMap;

use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Func, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::error::translate;
use super::rows::{group, group_role, held_member, member};
use super::user_list::contains;
use super::{groups, users};
use crate::domain::group::Group;
use crate::domain::id::{GroupId, OrgId, UserId};
use crate::domain::role::RoleKey;
use crate::domain::user::User;
use crate::domain::{Error, Timestamp};

/// The groups of the organisation by name, behind this key of a name, as far as they have this text in theirs.
pub async fn page(
    db: &impl ConnectionTrait,
    org: OrgId,
    (name, after): (Option<&str>, Option<&str>),
    most: u64,
) -> Result<Vec<Group>, Error> {
    let mut mine = group::Entity::find().filter(group::Column::OrgId.eq(org.uuid()));
    if let Some(text) = name {
        let key = Expr::col((group::Entity, group::Column::DisplayNameKey));
        mine = mine.filter(contains(db.get_database_backend(), key, text));
    }
    if let Some(key) = after {
        mine = mine.filter(group::Column::DisplayNameKey.gt(key));
    }
    let page = mine.order_by_asc(group::Column::DisplayNameKey).limit(most);
    Ok(page.all(db).await.map_err(translate)?.into_iter().map(groups::group).collect())
}

/// What the groups of the organisation are called, by name.
pub async fn names(db: &impl ConnectionTrait, org: OrgId, most: u64) -> Result<Vec<(GroupId, String)>, Error> {
    let named = group::Entity::find()
        .select_only()
        .column(group::Column::Id)
        .column(group::Column::DisplayName)
        .filter(group::Column::OrgId.eq(org.uuid()))
        .order_by_asc(group::Column::DisplayNameKey)
        .limit(most);
    let rows: Vec<(Uuid, String)> = named.into_tuple().all(db).await.map_err(translate)?;
    Ok(rows.into_iter().map(|(id, name)| (GroupId::from_uuid(id), name)).collect())
}

/// The groups among these ids, by name.
pub async fn among(db: &impl ConnectionTrait, org: OrgId, ids: &[GroupId]) -> Result<Vec<Group>, Error> {
    let these = group::Entity::find()
        .filter(group::Column::OrgId.eq(org.uuid()))
        .filter(group::Column::Id.is_in(ids.iter().map(|id| id.uuid())))
        .order_by_asc(group::Column::DisplayNameKey);
    Ok(these.all(db).await.map_err(translate)?.into_iter().map(groups::group).collect())
}

/// How many members each of these groups has, counted as far as `most`.
pub async fn sizes(
    db: &impl ConnectionTrait,
    org: OrgId,
    ids: &[GroupId],
    most: u64,
) -> Result<HashMap<GroupId, u64>, Error> {
    let inside = Query::select()
        .expr(Expr::val(1))
        .from(member::Entity)
        .and_where(Expr::col((member::Entity, member::Column::OrgId)).eq(org.uuid()))
        .and_where(Expr::col((member::Entity, member::Column::GroupId)).equals((group::Entity, group::Column::Id)))
        .limit(most)
        .to_owned();
    let counted = Query::select()
        .expr(Func::count(Expr::col(sea_orm::sea_query::Asterisk)))
        .from_subquery(inside, Alias::new("inside"))
        .to_owned();
    let each = Query::select()
        .column((group::Entity, group::Column::Id))
        .expr(Expr::SubQuery(None, Box::new(counted.into())))
        .from(group::Entity)
        .and_where(Expr::col((group::Entity, group::Column::OrgId)).eq(org.uuid()))
        .and_where(Expr::col((group::Entity, group::Column::Id)).is_in(ids.iter().map(|id| id.uuid())))
        .to_owned();
    let rows = db.query_all(&each).await.map_err(translate)?;
    rows.iter()
        .map(|row| {
            let id: Uuid = row.try_get_by_index(0).map_err(translate)?;
            let count: i64 = row.try_get_by_index(1).map_err(translate)?;
            Ok((GroupId::from_uuid(id), u64::try_from(count).unwrap_or(0)))
        })
        .collect()
}

/// The roles that each of these groups gives.
pub async fn roles(
    db: &impl ConnectionTrait,
    org: OrgId,
    ids: &[GroupId],
) -> Result<HashMap<GroupId, Vec<RoleKey>>, Error> {
    let rows = group_role::Entity::find()
        .filter(group_role::Column::OrgId.eq(org.uuid()))
        .filter(group_role::Column::GroupId.is_in(ids.iter().map(|id| id.uuid())))
        .order_by_asc(group_role::Column::Role);
    let mut roles: HashMap<GroupId, Vec<RoleKey>> = HashMap::new();
    for row in rows.all(db).await.map_err(translate)? {
        roles.entry(GroupId::from_uuid(row.group_id)).or_default().push(super::grants::role_key(&row.role)?);
    }
    Ok(roles)
}

/// The members of a group behind this one, in the order in which they were made.
pub async fn members(
    db: &impl ConnectionTrait,
    org: OrgId,
    of: GroupId,
    after: Option<UserId>,
    most: u64,
) -> Result<Vec<User>, Error> {
    let mut mine = member::Entity::find()
        .select_only()
        .column(member::Column::UserId)
        .filter(member::Column::OrgId.eq(org.uuid()))
        .filter(member::Column::GroupId.eq(of.uuid()));
    if let Some(after) = after {
        mine = mine.filter(member::Column::UserId.gt(after.uuid()));
    }
    let page = mine.order_by_asc(member::Column::UserId).limit(most);
    let ids: Vec<Uuid> = page.into_tuple().all(db).await.map_err(translate)?;
    let ids: Vec<UserId> = ids.into_iter().map(UserId::from_uuid).collect();
    users::list_by_ids(db, org, &ids).await
}

/// The members that a group waits for: what the identity provider called them, and since when.
pub async fn held(
    db: &impl ConnectionTrait,
    org: OrgId,
    of: GroupId,
    most: u64,
) -> Result<Vec<(String, Timestamp)>, Error> {
    let waiting = held_member::Entity::find()
        .filter(held_member::Column::OrgId.eq(org.uuid()))
        .filter(held_member::Column::GroupId.eq(of.uuid()))
        .order_by_asc(held_member::Column::Value)
        .limit(most);
    let rows = waiting.all(db).await.map_err(translate)?;
    Ok(rows.into_iter().map(|row| (row.value, Timestamp::from_millis(row.since))).collect())
}
