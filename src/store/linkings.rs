//! Whom connections mean and may not have.

use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use super::error::{translate, unreadable};
use super::rows::linking::{ActiveModel, Column, Entity, Model};
use super::rows::user;
use super::{Store, Tx};
use crate::domain::id::{ConnectionId, LinkingId, OrgId, UserId};
use crate::domain::linking::{KEPT_MAX, Linking, State};
use crate::domain::{Error, Timestamp};

/// What is known of a user whom a connection means.
pub async fn find(tx: &Tx, of: ConnectionId, user: UserId) -> Result<Option<Linking>, Error> {
    let one = Entity::find().filter(these(tx.org, of)).filter(Column::UserId.eq(user.uuid()));
    one.one(&**tx).await.map_err(translate)?.map(linking).transpose()
}

/// The question with this id of a connection, while it is open.
pub async fn find_open(tx: &Tx, of: ConnectionId, id: LinkingId) -> Result<Option<Linking>, Error> {
    let one = Entity::find().filter(these(tx.org, of)).filter(Column::Id.eq(id.uuid()));
    let open = one.filter(Column::State.eq(State::Open.word()));
    open.one(&**tx).await.map_err(translate)?.map(linking).transpose()
}

/// The open questions of a connection about users who belong to none, oldest first.
pub async fn list_open(
    db: &impl ConnectionTrait,
    of: (OrgId, ConnectionId),
    after: Option<LinkingId>,
    most: u64,
) -> Result<Vec<Linking>, Error> {
    let mut found = open(of);
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after.uuid()));
    }
    let oldest = found.order_by_asc(Column::Id).limit(most);
    oldest.all(db).await.map_err(translate)?.into_iter().map(linking).collect()
}

/// How many there are; never more than are kept.
pub async fn count_open(db: &impl ConnectionTrait, of: (OrgId, ConnectionId)) -> Result<u64, Error> {
    open(of).count(db).await.map_err(translate)
}

/// Whoever was linked by hand meanwhile is no question any more.
fn open((org, of): (OrgId, ConnectionId)) -> Select<Entity> {
    let column = |it: user::Column| Expr::col((user::Entity, it));
    let is_alone = Query::select()
        .expr(Expr::val(1))
        .from(user::Entity)
        .and_where(column(user::Column::OrgId).equals((Entity, Column::OrgId)))
        .and_where(column(user::Column::Id).equals((Entity, Column::UserId)))
        .and_where(column(user::Column::ManagedBy).is_null())
        .to_owned();
    Entity::find().filter(these(org, of)).filter(Column::State.eq(State::Open.word())).filter(Expr::exists(is_alone))
}

/// Stores a question, or what has become of it.
pub async fn put(tx: &Tx, it: &Linking) -> Result<(), Error> {
    let row = row(it);
    let changed = Entity::update_many().set(row.clone()).filter(these(tx.org, it.connection));
    let changed = changed.filter(Column::Id.eq(it.id.uuid())).exec(&**tx).await.map_err(translate)?;
    if changed.rows_affected > 0 {
        return Ok(());
    }
    Entity::insert(row).exec_without_returning(&**tx).await.map_err(translate)?;
    forget_oldest(tx, it.connection).await
}

/// Of a connection only so many are kept. Whoever is linked is not forgotten, or the provider would be refused again.
async fn forget_oldest(tx: &Tx, of: ConnectionId) -> Result<(), Error> {
    let spare = || Column::State.ne(State::Linked.word());
    let too_many = Entity::find().filter(these(tx.org, of)).filter(spare()).order_by_desc(Column::LastAt);
    let too_many = too_many.order_by_desc(Column::Id).offset(KEPT_MAX).limit(1);
    if let Some(oldest) = too_many.one(&**tx).await.map_err(translate)? {
        Entity::delete_by_id((oldest.org_id, oldest.id)).exec(&**tx).await.map_err(translate)?;
    }
    Ok(())
}

/// Forgets that a connection meant a user.
pub async fn delete_one(tx: &Tx, id: LinkingId) -> Result<(), Error> {
    Entity::delete_by_id((tx.org.uuid(), id.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Forgets everything about a user.
pub async fn delete_of_user(tx: &Tx, user: UserId) -> Result<(), Error> {
    let mine = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::UserId.eq(user.uuid()));
    mine.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Forgets everything of a connection.
pub async fn delete_of_connection(tx: &Tx, of: ConnectionId) -> Result<(), Error> {
    Entity::delete_many().filter(these(tx.org, of)).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// Takes away what was asked for the last time before then.
    pub async fn sweep_linkings(&self, before: Timestamp) -> Result<(), Error> {
        let old = Entity::delete_many().filter(Column::LastAt.lte(before.millis()));
        old.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}

fn these(org: OrgId, of: ConnectionId) -> Condition {
    Condition::all().add(Column::OrgId.eq(org.uuid())).add(Column::ConnectionId.eq(of.uuid()))
}

fn row(it: &Linking) -> ActiveModel {
    ActiveModel {
        org_id: ActiveValue::Set(it.org.uuid()),
        id: ActiveValue::Set(it.id.uuid()),
        connection_id: ActiveValue::Set(it.connection.uuid()),
        user_id: ActiveValue::Set(it.user.uuid()),
        state: ActiveValue::Set(it.state.word().to_owned()),
        claim_key: ActiveValue::Set(it.claim_key.clone()),
        claim_sealed: ActiveValue::Set(it.claim_sealed.clone()),
        times: ActiveValue::Set(i64::try_from(it.times).unwrap_or(i64::MAX)),
        first_at: ActiveValue::Set(it.first_at.millis()),
        last_at: ActiveValue::Set(it.last_at.millis()),
    }
}

fn linking(row: Model) -> Result<Linking, Error> {
    Ok(Linking {
        id: LinkingId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        connection: ConnectionId::from_uuid(row.connection_id),
        user: UserId::from_uuid(row.user_id),
        state: State::parse(&row.state).ok_or_else(|| unreadable("linkings.state"))?,
        claim_key: row.claim_key,
        claim_sealed: row.claim_sealed,
        times: u64::try_from(row.times).unwrap_or_default(),
        first_at: Timestamp::from_millis(row.first_at),
        last_at: Timestamp::from_millis(row.last_at),
    })
}
