//! Groups and the roles they give.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde_json::Value;
use uuid::Uuid;

use super::Tx;
use super::error::translate;
use super::past::{self, Kind};
use super::rows::group::{ActiveModel, Column, Entity, Model};
use super::rows::{group_role, mapping_intent};
use crate::domain::group::Group;
use crate::domain::id::{ConnectionId, GroupId, OrgId};
use crate::domain::role::RoleKey;
use crate::domain::text::fold;
use crate::domain::{Error, Timestamp};

/// The group with this id in this organisation.
pub async fn find(db: &impl ConnectionTrait, org: OrgId, id: GroupId) -> Result<Option<Group>, Error> {
    let row = Entity::find_by_id((org.uuid(), id.uuid())).one(db).await.map_err(translate)?;
    Ok(row.map(group))
}

/// The group with this id in this organisation, which must exist.
pub async fn get(db: &impl ConnectionTrait, org: OrgId, id: GroupId) -> Result<Group, Error> {
    find(db, org, id).await?.ok_or(Error::NotFound("group"))
}

/// The organisation of the group with this id; only for the operator.
pub async fn find_org(db: &impl ConnectionTrait, id: GroupId) -> Result<Option<OrgId>, Error> {
    let row = Entity::find().filter(Column::Id.eq(id.uuid())).one(db).await.map_err(translate)?;
    Ok(row.map(|row| OrgId::from_uuid(row.org_id)))
}

/// The group of this organisation with this name in any spelling, or with this external id.
pub async fn find_by_label(db: &impl ConnectionTrait, org: OrgId, label: &str) -> Result<Option<Group>, Error> {
    let either = Condition::any().add(Column::DisplayNameKey.eq(fold(label))).add(Column::ExternalId.eq(label));
    let row = Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(either).one(db).await.map_err(translate)?;
    Ok(row.map(group))
}

/// Every group of the organisation, by name.
pub async fn list(db: &impl ConnectionTrait, org: OrgId) -> Result<Vec<Group>, Error> {
    let mine = Entity::find().filter(Column::OrgId.eq(org.uuid())).order_by_asc(Column::DisplayNameKey);
    Ok(mine.all(db).await.map_err(translate)?.into_iter().map(group).collect())
}

/// The groups that a connection has pushed, by name.
pub async fn list_managed(db: &impl ConnectionTrait, org: OrgId, by: ConnectionId) -> Result<Vec<Group>, Error> {
    let mine = Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::ManagedBy.eq(by.uuid()));
    let mine = mine.order_by_asc(Column::DisplayNameKey);
    Ok(mine.all(db).await.map_err(translate)?.into_iter().map(group).collect())
}

/// True when the connection has pushed a group.
pub async fn is_any_managed(db: &impl ConnectionTrait, org: OrgId, by: ConnectionId) -> Result<bool, Error> {
    let mine = Entity::find().select_only().column(Column::Id).filter(Column::OrgId.eq(org.uuid()));
    let mine = mine.filter(Column::ManagedBy.eq(by.uuid())).limit(1).into_tuple::<Uuid>();
    Ok(mine.one(db).await.map_err(translate)?.is_some())
}

/// Stores a new group.
pub async fn insert(tx: &Tx, new: &Group, search: &Value) -> Result<(), Error> {
    Entity::insert(row(new, Some(search))).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Stores a changed group.
pub async fn update(tx: &Tx, changed: &Group, search: &Value) -> Result<(), Error> {
    let done = Entity::update_many()
        .set(row(changed, Some(search)))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::Id.eq(changed.id.uuid()))
        .exec(&**tx)
        .await
        .map_err(translate)?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::NotFound("group")) }
}

/// Raises the version because the membership changed.
pub async fn touch(tx: &Tx, id: GroupId) -> Result<(), Error> {
    let raise = Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(tx.now.millis()))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::Id.eq(id.uuid()));
    raise.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes the group out of the directory with its role mappings; members are the caller's to remove.
pub async fn delete(tx: &Tx, id: GroupId) -> Result<(), Error> {
    Entity::delete_by_id((tx.org.uuid(), id.uuid())).exec(&**tx).await.map_err(translate)?;
    past::end(tx, Kind::Mapping, roles_of(tx, id)).await?;
    Ok(())
}

/// The roles that membership of this group gives.
pub async fn roles(db: &impl ConnectionTrait, org: OrgId, id: GroupId) -> Result<Vec<RoleKey>, Error> {
    let rows = group_role::Entity::find()
        .filter(group_role::Column::OrgId.eq(org.uuid()))
        .filter(group_role::Column::GroupId.eq(id.uuid()))
        .order_by_asc(group_role::Column::Role)
        .all(db)
        .await
        .map_err(translate)?;
    rows.iter().map(|row| super::grants::role_key(&row.role)).collect()
}

/// Every mapping of the organisation: group and role.
pub async fn list_roles(db: &impl ConnectionTrait, org: OrgId) -> Result<Vec<(GroupId, RoleKey)>, Error> {
    let mine = group_role::Entity::find().filter(group_role::Column::OrgId.eq(org.uuid()));
    let rows = mine.all(db).await.map_err(translate)?;
    rows.iter().map(|row| Ok((GroupId::from_uuid(row.group_id), super::grants::role_key(&row.role)?))).collect()
}

/// Lets membership of this group give this role.
pub async fn map_role(tx: &Tx, id: GroupId, role: &RoleKey) -> Result<(), Error> {
    let row = group_role::Model {
        org_id: tx.org.uuid(),
        group_id: id.uuid(),
        role: role.to_string(),
        since: tx.now.millis(),
    };
    group_role::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await
        .map_err(translate)?;
    Ok(())
}

/// Ends a mapping; false when there was none.
pub async fn unmap_role(tx: &Tx, id: GroupId, role: &RoleKey) -> Result<bool, Error> {
    let ended = past::end(tx, Kind::Mapping, roles_of(tx, id).and(group_role::Column::Role.eq(role.to_string())));
    Ok(ended.await? == 1)
}

fn roles_of(tx: &Tx, id: GroupId) -> Expr {
    group_role::Column::OrgId.eq(tx.org.uuid()).and(group_role::Column::GroupId.eq(id.uuid()))
}

/// Remembers a mapping for a group that this connection has not pushed yet; `label` is its name or external id.
pub async fn intend_role(tx: &Tx, connection: ConnectionId, label: &str, role: &RoleKey) -> Result<(), Error> {
    let row = mapping_intent::Model {
        org_id: tx.org.uuid(),
        connection_id: connection.uuid(),
        group_key: fold(label),
        role: role.to_string(),
        created_at: tx.now.millis(),
    };
    mapping_intent::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await
        .map_err(translate)?;
    Ok(())
}

/// Forgets such a mapping; false when there was none.
pub async fn withdraw_role(tx: &Tx, connection: ConnectionId, label: &str, role: &RoleKey) -> Result<bool, Error> {
    let key = (tx.org.uuid(), connection.uuid(), fold(label), role.to_string());
    let done = mapping_intent::Entity::delete_by_id(key).exec(&**tx).await.map_err(translate)?;
    Ok(done.rows_affected == 1)
}

/// Takes the remembered mappings for a group that has just been pushed.
pub async fn take_intents(tx: &Tx, connection: ConnectionId, labels: &[&str]) -> Result<Vec<RoleKey>, Error> {
    let which = Condition::all()
        .add(mapping_intent::Column::OrgId.eq(tx.org.uuid()))
        .add(mapping_intent::Column::ConnectionId.eq(connection.uuid()))
        .add(mapping_intent::Column::GroupKey.is_in(labels.iter().map(|label| fold(label))));
    let rows = mapping_intent::Entity::find().filter(which.clone()).all(&**tx).await.map_err(translate)?;
    if !rows.is_empty() {
        mapping_intent::Entity::delete_many().filter(which).exec(&**tx).await.map_err(translate)?;
    }
    rows.iter().map(|row| super::grants::role_key(&row.role)).collect()
}

/// Reads a row of the table.
pub(super) fn group(row: Model) -> Group {
    Group {
        id: GroupId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        display_name: row.display_name,
        external_id: row.external_id,
        managed_by: row.managed_by.map(ConnectionId::from_uuid),
        version: row.version,
        document: row.document,
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
    }
}

fn row(it: &Group, search: Option<&Value>) -> ActiveModel {
    ActiveModel {
        org_id: ActiveValue::Set(it.org.uuid()),
        id: ActiveValue::Set(it.id.uuid()),
        display_name: ActiveValue::Set(it.display_name.clone()),
        display_name_key: ActiveValue::Set(fold(&it.display_name)),
        external_id: ActiveValue::Set(it.external_id.clone()),
        managed_by: ActiveValue::Set(it.managed_by.map(ConnectionId::uuid)),
        version: ActiveValue::Set(it.version),
        document: ActiveValue::Set(it.document.clone()),
        search: search.map_or(ActiveValue::NotSet, |it| ActiveValue::Set(it.clone())),
        created_at: ActiveValue::Set(it.created_at.millis()),
        updated_at: ActiveValue::Set(it.updated_at.millis()),
    }
}
