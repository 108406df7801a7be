//! Lists over SCIM: the users and groups of a connection, filtered, sorted and cut into pages by the database.
//!
//! **Invariant:** the order is total: ties are broken by id, so pages neither overlap nor leave anyone out.
//! **Invariant:** a page and its total are at most two statements; the page behind a place costs the same wherever the
//! place is.

use sea_orm::sea_query::{Expr, ExprTrait as _, NullOrdering};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult as _, Order, PaginatorTrait,
    QueryFilter, QueryOrder, QueryResult, QuerySelect, Select,
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::error::translate;
use super::filter::{self, NotStored, Scope, Table};
use super::rows::{group, member, user};
use super::turning::{KEY, key_of, key_value};
use super::ways::ReadWay;
use super::{Store, groups, users};
use crate::domain::Error;
use crate::domain::group::Group;
use crate::domain::id::{ConnectionId, GroupId, OrgId, UserId};
use crate::domain::list::Key;
use crate::domain::user::User;
use crate::scim::list::ListQuery;

/// A page that was asked for, compiled.
#[derive(Debug, Clone)]
pub struct Page {
    scope: Scope,
    condition: Condition,
    key: Option<(Expr, bool)>,
    begin: Begin,
    limit: u64,
    is_filtered: bool,
    /// Every row of the organisation is looked at.
    is_walk: bool,
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// After so many rows.
    Offset(u64),
    /// After this place, or at the start of the list.
    After(Option<Place>),
}

/// A place in a list: right behind a row, whether or not that row is still there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// What the row has in the order of the list; nothing in the order in which rows were made, and nothing where the
    /// row has no value.
    key: Option<Key>,
    /// The row.
    id: Uuid,
}

/// What a list answers.
#[derive(Debug, Clone)]
pub struct Found<T> {
    /// The rows of the page.
    pub rows: Vec<T>,
    /// How many rows there are on all pages.
    pub total: u64,
    /// Where the next page begins, if this one began at a place and there is a next one.
    pub next: Option<Place>,
}

impl Page {
    /// Compiles a query over the users or groups that this connection manages.
    pub fn of(
        store: &Store,
        org: OrgId,
        connection: ConnectionId,
        table: Table,
        query: &ListQuery,
        begin: Begin,
    ) -> Result<Self, NotStored> {
        let scope = Scope { backend: store.reader().get_database_backend(), org, connection, table };
        let condition = match &query.filter {
            Some(filter) => filter::condition(scope, filter)?,
            None => Condition::all(),
        };
        let key = match &query.sort {
            Some(sort) => Some((filter::sort_key(scope, sort)?, sort.descending)),
            None => None,
        };
        let is_walk = match &query.filter {
            Some(filter) => !filter::seeks(table, filter),
            None => key.is_some(),
        };
        let (limit, is_filtered) = (u64::try_from(query.count).unwrap_or(0), query.filter.is_some());
        Ok(Self { scope, condition, key, begin, limit, is_filtered, is_walk })
    }

    /// The users of the page.
    pub async fn users(&self, store: &Store) -> Result<Found<User>, Error> {
        let mine = user::Entity::find()
            .filter(user::Column::OrgId.eq(self.scope.org.uuid()))
            .filter(self.managed())
            .filter(self.condition.clone());
        let Found { rows, total, next } = self.fetch(self.way(store), mine, user::Column::Id, |row| row.id).await?;
        Ok(Found { rows: rows.into_iter().map(users::user).collect::<Result<_, _>>()?, total, next })
    }

    /// The groups of the page.
    pub async fn groups(&self, store: &Store) -> Result<Found<Group>, Error> {
        let mine = group::Entity::find()
            .filter(group::Column::OrgId.eq(self.scope.org.uuid()))
            .filter(self.managed())
            .filter(self.condition.clone());
        let Found { rows, total, next } = self.fetch(self.way(store), mine, group::Column::Id, |row| row.id).await?;
        Ok(Found { rows: rows.into_iter().map(groups::group).collect(), total, next })
    }

    fn managed(&self) -> Condition {
        if self.is_filtered { filter::managed(self.scope) } else { filter::all_managed(self.scope) }
    }

    fn way<'s>(&self, store: &'s Store) -> &'s ReadWay {
        if self.is_walk { store.walker() } else { store.reader() }
    }

    async fn fetch<E>(
        &self,
        db: &impl ConnectionTrait,
        all: Select<E>,
        id: E::Column,
        id_of: impl Fn(&E::Model) -> Uuid,
    ) -> Result<Found<E::Model>, Error>
    where
        E: EntityTrait,
        E::Model: Sync,
    {
        let ordered = self.ordered(&all, id);
        let (offset, page) = match &self.begin {
            Begin::Offset(offset) => (*offset, self.skip(&all, ordered, id, *offset)),
            // One row more tells whether there is another page.
            Begin::After(None) => (0, ordered.limit(self.limit.saturating_add(1))),
            Begin::After(Some(place)) => {
                (0, ordered.filter(self.behind(place, id)).limit(self.limit.saturating_add(1)))
            }
        };
        let mut found = if self.limit == 0 { Vec::new() } else { self.rows(db, page).await? };
        let seen = u64::try_from(found.len()).unwrap_or(u64::MAX);
        found.truncate(usize::try_from(self.limit).unwrap_or(usize::MAX));
        let last = found.last().filter(|_| seen > self.limit);
        let next = last.map(|(row, key)| Place { key: key.clone(), id: id_of(row) });
        // A page that is not full is the last one, so its end is the total, unless it lies behind the end.
        let is_last = seen < self.limit && (seen > 0 || offset == 0) && !matches!(self.begin, Begin::After(Some(_)));
        let total = if is_last { offset.saturating_add(seen) } else { all.count(db).await.map_err(translate)? };
        Ok(Found { rows: found.into_iter().map(|(row, _)| row).collect(), total, next })
    }

    /// The page behind so many rows. Only the ids of those are read, which in the order in which they were made an index has.
    fn skip<E: EntityTrait>(&self, all: &Select<E>, ordered: Select<E>, id: E::Column, offset: u64) -> Select<E> {
        if offset == 0 || self.key.is_some() {
            return ordered.offset(offset).limit(self.limit);
        }
        let mut ids = all.clone().select_only().column(id).order_by_asc(id).offset(offset).limit(self.limit);
        let ids = QuerySelect::query(&mut ids).take();
        all.clone().filter(id.in_subquery(ids)).order_by_asc(id)
    }

    /// Rows, and what each has in the order of the list.
    async fn rows<E: EntityTrait>(
        &self,
        db: &impl ConnectionTrait,
        mut page: Select<E>,
    ) -> Result<Vec<(E::Model, Option<Key>)>, Error> {
        let select = QuerySelect::query(&mut page);
        if let Some((key, _)) = &self.key {
            select.expr_as(key.clone(), KEY);
        }
        let rows = db.query_all(&*select).await.map_err(translate)?;
        let read = |row: &QueryResult| Ok((E::Model::from_query_result(row, "")?, self.key_of(row)?));
        rows.iter().map(read).collect::<Result<_, DbErr>>().map_err(translate)
    }

    fn key_of(&self, row: &QueryResult) -> Result<Option<Key>, DbErr> {
        if self.key.is_none() { Ok(None) } else { key_of(row) }
    }

    fn ordered<E: EntityTrait>(&self, all: &Select<E>, id: E::Column) -> Select<E> {
        let mut ordered = all.clone();
        if let Some((key, descending)) = &self.key {
            let (order, nulls) =
                if *descending { (Order::Desc, NullOrdering::First) } else { (Order::Asc, NullOrdering::Last) };
            ordered = ordered.order_by_with_nulls(key.clone(), order, nulls);
        }
        ordered.order_by_asc(id)
    }

    /// The rows behind a place: those without a value come last ascending and first descending.
    fn behind(&self, place: &Place, id: impl ColumnTrait) -> Expr {
        let later = id.gt(place.id);
        let Some((key, descending)) = &self.key else { return later };
        let Some(at) = &place.key else {
            let tied = key.clone().is_null().and(later);
            return if *descending { tied.or(key.clone().is_not_null()) } else { tied };
        };
        let at = || key_value(at);
        let tied = key.clone().eq(at()).and(later);
        if *descending {
            key.clone().lt(at()).or(tied)
        } else {
            key.clone().gt(at()).or(tied).or(key.clone().is_null())
        }
    }
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
