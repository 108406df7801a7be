//! Lists over SCIM: the users and groups of a connection, filtered, sorted and cut into pages by the database.
//!
//! **Invariant:** a page and its total are at most two statements, and the order is total: ties are broken by id, so
//! pages neither overlap nor leave anyone out.

use sea_orm::sea_query::{Expr, ExprTrait as _, NullOrdering, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use super::error::translate;
use super::filter::{self, NotStored, Scope, Table};
use super::rows::{group, member, user};
use super::{groups, users};
use crate::domain::Error;
use crate::domain::group::Group;
use crate::domain::id::{ConnectionId, GroupId, OrgId, UserId};
use crate::domain::user::User;
use crate::scim::list::ListQuery;

/// A page that was asked for, compiled.
#[derive(Debug, Clone)]
pub struct Page {
    scope: Scope,
    condition: Condition,
    key: Option<(Expr, bool)>,
    offset: u64,
    limit: u64,
}

/// What a list answers: the rows of the page, and how many rows there are on all pages.
pub type Found<T> = (Vec<T>, u64);

impl Page {
    /// Compiles a query over the users or groups that this connection manages.
    pub fn of(
        db: &impl ConnectionTrait,
        org: OrgId,
        connection: ConnectionId,
        table: Table,
        query: &ListQuery,
    ) -> Result<Self, NotStored> {
        let scope = Scope { backend: db.get_database_backend(), org, connection, table };
        let condition = match &query.filter {
            Some(filter) => filter::condition(scope, filter)?,
            None => Condition::all(),
        };
        let key = match &query.sort {
            Some(sort) => Some((filter::sort_key(scope, sort)?, sort.descending)),
            None => None,
        };
        let offset = u64::try_from(query.start_index.saturating_sub(1)).unwrap_or(0);
        Ok(Self { scope, condition, key, offset, limit: u64::try_from(query.count).unwrap_or(0) })
    }

    /// The users of the page.
    pub async fn users(&self, db: &impl ConnectionTrait) -> Result<Found<User>, Error> {
        let mine = user::Entity::find()
            .filter(user::Column::OrgId.eq(self.scope.org.uuid()))
            .filter(filter::managed(self.scope))
            .filter(self.condition.clone());
        let (rows, total) = self.fetch(db, mine, user::Column::Id).await?;
        Ok((rows.into_iter().map(users::user).collect::<Result<_, _>>()?, total))
    }

    /// The groups of the page.
    pub async fn groups(&self, db: &impl ConnectionTrait) -> Result<Found<Group>, Error> {
        let mine = group::Entity::find()
            .filter(group::Column::OrgId.eq(self.scope.org.uuid()))
            .filter(filter::managed(self.scope))
            .filter(self.condition.clone());
        let (rows, total) = self.fetch(db, mine, group::Column::Id).await?;
        Ok((rows.into_iter().map(groups::group).collect(), total))
    }

    async fn fetch<E>(
        &self,
        db: &impl ConnectionTrait,
        all: Select<E>,
        id: E::Column,
    ) -> Result<(Vec<E::Model>, u64), Error>
    where
        E: EntityTrait,
        E::Model: Sync,
    {
        let mut ordered = all.clone();
        if let Some((key, descending)) = &self.key {
            let (order, nulls) =
                if *descending { (Order::Desc, NullOrdering::First) } else { (Order::Asc, NullOrdering::Last) };
            ordered = ordered.order_by_with_nulls(key.clone(), order, nulls);
        }
        let page = ordered.order_by_asc(id).offset(self.offset).limit(self.limit);
        let rows = if self.limit == 0 { Vec::new() } else { page.all(db).await.map_err(translate)? };
        let seen = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        // A page that is not full is the last one, so its end is the total, unless it lies behind the end.
        let is_last = seen < self.limit && (seen > 0 || self.offset == 0);
        let total = if is_last { self.offset.saturating_add(seen) } else { all.count(db).await.map_err(translate)? };
        Ok((rows, total))
    }
}

/// The groups of this connection that each of these users is in: user, group and the group's name.
pub async fn groups_of(
    db: &impl ConnectionTrait,
    org: OrgId,
    connection: ConnectionId,
    users: &[UserId],
) -> Result<Vec<(UserId, GroupId, String)>, Error> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let same =
        |one: member::Column, other: group::Column| Expr::col((member::Entity, one)).equals((group::Entity, other));
    let named = Query::select()
        .column((member::Entity, member::Column::UserId))
        .column((member::Entity, member::Column::GroupId))
        .column((group::Entity, group::Column::DisplayName))
        .from(member::Entity)
        .inner_join(
            group::Entity,
            same(member::Column::OrgId, group::Column::OrgId).and(same(member::Column::GroupId, group::Column::Id)),
        )
        .and_where(Expr::col((member::Entity, member::Column::OrgId)).eq(org.uuid()))
        .and_where(Expr::col((member::Entity, member::Column::UserId)).is_in(users.iter().map(|id| id.uuid())))
        .and_where(Expr::col((group::Entity, group::Column::ManagedBy)).eq(connection.uuid()))
        .order_by((group::Entity, group::Column::DisplayNameKey), Order::Asc)
        .to_owned();
    let rows = db.query_all(&named).await.map_err(translate)?;
    rows.iter()
        .map(|row| {
            let user: uuid::Uuid = row.try_get_by_index(0).map_err(translate)?;
            let group: uuid::Uuid = row.try_get_by_index(1).map_err(translate)?;
            let name: String = row.try_get_by_index(2).map_err(translate)?;
            Ok((UserId::from_uuid(user), GroupId::from_uuid(group), name))
        })
        .collect()
}

/// The members of each of these groups: group and user, by id.
pub async fn members_of(
    db: &impl ConnectionTrait,
    org: OrgId,
    groups: &[GroupId],
) -> Result<Vec<(GroupId, UserId)>, Error> {
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(uuid::Uuid, uuid::Uuid)> = member::Entity::find()
        .select_only()
        .column(member::Column::GroupId)
        .column(member::Column::UserId)
        .filter(member::Column::OrgId.eq(org.uuid()))
        .filter(member::Column::GroupId.is_in(groups.iter().map(|id| id.uuid())))
        .order_by_asc(member::Column::GroupId)
        .order_by_asc(member::Column::UserId)
        .into_tuple()
        .all(db)
        .await
        .map_err(translate)?;
    Ok(rows.into_iter().map(|(group, user)| (GroupId::from_uuid(group), UserId::from_uuid(user))).collect())
}
