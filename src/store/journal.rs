//! The journal of provisioning.

use std::time::Duration;

use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::error::{translate, unreadable};
use super::rows::provisioning_call::{Column, Entity, Model};
use super::rows::{connection, kept_request};
use super::{Store, Tx};
use crate::domain::connection::Answered;
use crate::domain::id::{CallId, ConnectionId, GroupId, OrgId, UserId};
use crate::domain::journal::{About, Call, CameTo};
use crate::domain::{Error, Timestamp};

/// Rows of one statement: PostgreSQL takes 65,535 values.
const AT_ONCE: usize = 500;
const OF_USERS: &str = "/scim/v2/Users";
const OF_GROUPS: &str = "/scim/v2/Groups";

/// Which entries are listed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Which {
    /// Those of this connection.
    pub connection: Option<ConnectionId>,
    /// Those about this user.
    pub user: Option<UserId>,
    /// Those of which this became.
    pub came_to: Option<CameTo>,
    /// Those before this one.
    pub before: Option<CallId>,
}

/// The entry with this id in this organisation.
pub async fn find(db: &impl ConnectionTrait, org: OrgId, id: CallId) -> Result<Option<Call>, Error> {
    let found = Entity::find_by_id((org.uuid(), id.uuid())).one(db).await.map_err(translate)?;
    found.map(call).transpose()
}

/// The entries of an organisation, newest first.
pub async fn list(db: &impl ConnectionTrait, org: OrgId, which: Which, most: u64) -> Result<Vec<Call>, Error> {
    let mut mine = Entity::find().filter(Column::OrgId.eq(org.uuid()));
    if let Some(connection) = which.connection {
        mine = mine.filter(Column::ConnectionId.eq(connection.uuid()));
    }
    if let Some(user) = which.user {
        mine = mine.filter(Column::AboutId.eq(user.uuid()));
    }
    if let Some(came_to) = which.came_to {
        mine = mine.filter(Column::CameTo.eq(came_to.word()));
    }
    if let Some(before) = which.before {
        mine = mine.filter(Column::Id.lt(before.uuid()));
    }
    let newest = mine.order_by_desc(Column::Id).limit(most);
    newest.all(db).await.map_err(translate)?.into_iter().map(call).collect()
}

/// The newest entry of a connection, within a span of time, by which something about one of these was changed.
pub async fn last_change(
    db: &impl ConnectionTrait,
    (org, connection): (OrgId, ConnectionId),
    about: &[Uuid],
    (from, to): (Timestamp, Timestamp),
) -> Result<Option<Call>, Error> {
    // Found by their index alone before they are read, as SQLite walks through the whole journal otherwise.
    let named = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::OrgId.eq(org.uuid()))
        .and_where(Column::AboutId.is_in(about.iter().copied()))
        .to_owned();
    let mine = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::Id.in_subquery(named))
        .filter(Column::ConnectionId.eq(connection.uuid()))
        .filter(Column::CameTo.eq(CameTo::Changed.word()))
        .filter(Column::At.between(from.millis(), to.millis()));
    mine.order_by_desc(Column::Id).one(db).await.map_err(translate)?.map(call).transpose()
}

/// How many requests of each connection of an organisation got which status since then; the index alone answers it.
pub async fn count_by_status(
    db: &impl ConnectionTrait,
    org: OrgId,
    since: Timestamp,
) -> Result<Vec<(ConnectionId, Answered)>, Error> {
    let counts = Entity::find()
        .select_only()
        .column(Column::ConnectionId)
        .column(Column::Status)
        .column_as(Column::Times.sum(), "requests")
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::At.gte(since.millis()))
        .group_by(Column::ConnectionId)
        .group_by(Column::Status)
        .order_by_asc(Column::Status);
    let counts: Vec<(Uuid, i32, i64)> = counts.into_tuple().all(db).await.map_err(translate)?;
    let answered = |(connection, status, requests): (Uuid, i32, i64)| {
        let status = u16::try_from(status).map_err(|_| unreadable("provisioning_calls.status"))?;
        let requests = u64::try_from(requests).unwrap_or_default();
        Ok((ConnectionId::from_uuid(connection), Answered { status, requests }))
    };
    counts.into_iter().map(answered).collect()
}

/// Forgets every entry about a user.
pub async fn delete_of_user(tx: &Tx, user: UserId) -> Result<(), Error> {
    let mine = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::AboutId.eq(user.uuid()));
    mine.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Forgets every entry of a connection.
pub async fn delete_of_connection(tx: &Tx, connection: ConnectionId) -> Result<(), Error> {
    let of_it = Column::ConnectionId.eq(connection.uuid());
    let mine = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(of_it);
    mine.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Keeps an entry.
pub async fn insert(tx: &Tx, call: &Call) -> Result<(), Error> {
    Entity::insert(row(call).into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Says anew what became of a request.
pub async fn update(tx: &Tx, call: &Call) -> Result<(), Error> {
    row(call).into_active_model().reset_all().update(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// Keeps entries; those that are kept already stay as they are.
    pub async fn note_calls(&self, calls: &[Call]) -> Result<(), Error> {
        for some in calls.chunks(AT_ONCE) {
            let rows = some.iter().map(|it| row(it).into_active_model());
            Entity::insert_many(rows)
                .on_conflict(OnConflict::new().do_nothing().to_owned())
                .exec_without_returning(&self.write)
                .await
                .map_err(translate)?;
        }
        Ok(())
    }

    /// Takes away what has ended.
    pub async fn sweep_calls(&self, now: Timestamp) -> Result<(), Error> {
        let old = Entity::delete_many().filter(Column::EndsAt.lte(now.millis())).filter(is_waited_for().not());
        old.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// Takes away the oldest entries of every connection that has more than `most`.
    pub async fn sweep_calls_beyond(&self, most: u64) -> Result<(), Error> {
        let connections =
            connection::Entity::find().select_only().columns([connection::Column::OrgId, connection::Column::Id]);
        let connections: Vec<(Uuid, Uuid)> = connections.into_tuple().all(self.reader()).await.map_err(translate)?;
        for (org, id) in connections {
            let of_it = Column::OrgId.eq(org).and(Column::ConnectionId.eq(id));
            let newest =
                Entity::find().select_only().column(Column::Id).filter(of_it.clone()).order_by_desc(Column::Id);
            let beyond: Option<Uuid> =
                newest.offset(most).limit(1).into_tuple().one(self.reader()).await.map_err(translate)?;
            if let Some(beyond) = beyond {
                let old =
                    Entity::delete_many().filter(of_it).filter(Column::Id.lte(beyond)).filter(is_waited_for().not());
                old.exec(&self.write).await.map_err(translate)?;
            }
        }
        Ok(())
    }
}

/// True for the entry of a request that is still to be carried out, whose outcome will be told by it.
fn is_waited_for() -> Expr {
    let same =
        |mine: Column, kept: kept_request::Column| Expr::col((Entity, mine)).equals((kept_request::Entity, kept));
    let kept = Query::select()
        .expr(Expr::val(1))
        .from(kept_request::Entity)
        .and_where(same(Column::OrgId, kept_request::Column::OrgId))
        .and_where(same(Column::Id, kept_request::Column::Id))
        .to_owned();
    Expr::exists(kept)
}

fn row(it: &Call) -> Model {
    Model {
        org_id: it.org.uuid(),
        id: it.id.uuid(),
        connection_id: it.connection.uuid(),
        at: it.at.millis(),
        took_us: i64::try_from(it.took.as_micros()).unwrap_or(i64::MAX),
        method: it.method.clone(),
        path: it.path.clone(),
        status: i32::from(it.status),
        came_to: it.came_to.word().to_owned(),
        about_id: it.about.map(about_id),
        said_sealed: it.said_sealed.clone(),
        ends_at: it.ends_at.millis(),
        times: i32::try_from(it.times).unwrap_or(i32::MAX),
    }
}

const fn about_id(about: About) -> Uuid {
    match about {
        About::User(id) => id.uuid(),
        About::Group(id) => id.uuid(),
    }
}

fn call(row: Model) -> Result<Call, Error> {
    let about = |id| match &row.path {
        path if path.starts_with(OF_USERS) => Some(About::User(UserId::from_uuid(id))),
        path if path.starts_with(OF_GROUPS) => Some(About::Group(GroupId::from_uuid(id))),
        _ => None,
    };
    Ok(Call {
        about: row.about_id.and_then(about),
        id: CallId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        connection: ConnectionId::from_uuid(row.connection_id),
        at: Timestamp::from_millis(row.at),
        took: Duration::from_micros(u64::try_from(row.took_us).unwrap_or_default()),
        status: u16::try_from(row.status).map_err(|_| unreadable("provisioning_calls.status"))?,
        came_to: CameTo::parse(&row.came_to).ok_or_else(|| unreadable("provisioning_calls.came_to"))?,
        method: row.method,
        path: row.path,
        said_sealed: row.said_sealed,
        ends_at: Timestamp::from_millis(row.ends_at),
        times: u32::try_from(row.times).unwrap_or(1),
    })
}
