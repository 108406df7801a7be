//! Resources of applications.
//!
//! **Invariant:** no statement about users touches these rows: an owner that goes leaves its id behind.

use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use super::Tx;
use super::error::{translate, unreadable};
use super::rows::resource::{Column, Entity, Model};
use super::rows::user;
use crate::domain::id::{OrgId, ProjectId, ResourceId, UserId};
use crate::domain::resource::{Kind, Place, Resource, ResourceFilter, ResourceKey, Visibility};
use crate::domain::text::fold;
use crate::domain::user::Status;
use crate::domain::{Error, Timestamp};

/// The resource with this id in this organisation, which must exist.
pub async fn get(db: &impl ConnectionTrait, org: OrgId, id: ResourceId) -> Result<Resource, Error> {
    let row = Entity::find_by_id((org.uuid(), id.uuid())).one(db).await.map_err(translate)?;
    row.map(read).transpose()?.ok_or(Error::NotFound("resource"))
}

/// The resource that an application calls this.
pub async fn find(db: &impl ConnectionTrait, org: OrgId, key: &ResourceKey) -> Result<Option<Resource>, Error> {
    let named = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::Kind.eq(key.kind.word()))
        .filter(Column::ExternalId.eq(&*key.external_id));
    named.one(db).await.map_err(translate)?.map(read).transpose()
}

/// The resources with these ids in this organisation, in the order of their ids.
pub async fn list_by_ids(db: &impl ConnectionTrait, org: OrgId, ids: &[ResourceId]) -> Result<Vec<Resource>, Error> {
    let named =
        Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::Id.is_in(ids.iter().map(|id| id.uuid())));
    named.order_by_asc(Column::Id).all(db).await.map_err(translate)?.into_iter().map(read).collect()
}

/// The resources that a filter finds, by name, after a place; with `kept_by` only those that are this one's own.
pub async fn list(
    db: &impl ConnectionTrait,
    (org, kept_by): (OrgId, Option<UserId>),
    filter: &ResourceFilter,
    after: Option<&Place>,
    most: u64,
) -> Result<Vec<Resource>, Error> {
    let mut found = filtered(org, kept_by, filter);
    if let Some(after) = after {
        let same_name = Column::NameKey.eq(&*after.name_key).and(Column::Id.gt(after.id.uuid()));
        found = found.filter(Condition::any().add(Column::NameKey.gt(&*after.name_key)).add(same_name));
    }
    let page = found.order_by_asc(Column::NameKey).order_by_asc(Column::Id).limit(most);
    page.all(db).await.map_err(translate)?.into_iter().map(read).collect()
}

/// How many a filter finds.
pub async fn count(
    db: &impl ConnectionTrait,
    (org, kept_by): (OrgId, Option<UserId>),
    filter: &ResourceFilter,
) -> Result<u64, Error> {
    filtered(org, kept_by, filter).count(db).await.map_err(translate)
}

/// Stores a new resource.
pub async fn insert(tx: &Tx, new: &Resource) -> Result<(), Error> {
    Entity::insert(row(new).into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Stores what is different about a resource.
pub async fn update(tx: &Tx, changed: &Resource) -> Result<(), Error> {
    let done = Entity::update_many()
        .col_expr(Column::Name, Expr::value(changed.name.clone()))
        .col_expr(Column::NameKey, Expr::value(fold(&changed.name)))
        .col_expr(Column::OwnerId, Expr::value(changed.owner.map(UserId::uuid)))
        .col_expr(Column::ParentId, Expr::value(changed.parent.map(ResourceId::uuid)))
        .col_expr(Column::ProjectId, Expr::value(changed.project.map(ProjectId::uuid)))
        .col_expr(Column::Visibility, Expr::value(changed.visibility.word()))
        .col_expr(Column::UpdatedAt, Expr::value(changed.updated_at.millis()))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::Id.eq(changed.id.uuid()))
        .exec(&**tx)
        .await
        .map_err(translate)?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::NotFound("resource")) }
}

/// Leaves everything that lies in a project without one.
pub async fn leave_project(tx: &Tx, project: ProjectId) -> Result<(), Error> {
    Entity::update_many()
        .col_expr(Column::ProjectId, Expr::value(None::<uuid::Uuid>))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::ProjectId.eq(project.uuid()))
        .exec(&**tx)
        .await
        .map_err(translate)?;
    Ok(())
}

/// Takes a resource away.
pub async fn delete(tx: &Tx, id: ResourceId) -> Result<(), Error> {
    Entity::delete_by_id((tx.org.uuid(), id.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

fn filtered(org: OrgId, kept_by: Option<UserId>, filter: &ResourceFilter) -> Select<Entity> {
    let mut all = Entity::find().filter(Column::OrgId.eq(org.uuid()));
    if let Some(keeper) = kept_by {
        let keeps = Column::OwnerId.eq(keeper.uuid()).or(Column::RegistrarId.eq(keeper.uuid()));
        all = all.filter(keeps);
    }
    if let Some(kind) = filter.kind {
        all = all.filter(Column::Kind.eq(kind.word()));
    }
    if let Some(owner) = filter.owner {
        all = all.filter(Column::OwnerId.eq(owner.uuid()));
    }
    if let Some(parent) = filter.parent {
        all = all.filter(Column::ParentId.eq(parent.uuid()));
    }
    if filter.is_orphaned { all.filter(has_live_owner().not()) } else { all }
}

/// True of a row whose owner is a user who is not deactivated. The other statuses are named, because PostgreSQL, in a plan that it keeps
/// for any value, expects hardly anybody whose status is *not* one.
fn has_live_owner() -> Expr {
    let owner = Query::select()
        .expr(Expr::value(1))
        .from(user::Entity)
        .and_where(Expr::col((user::Entity, user::Column::OrgId)).equals((Entity, Column::OrgId)))
        .and_where(Expr::col((user::Entity, user::Column::Id)).equals((Entity, Column::OwnerId)))
        .and_where(
            Expr::col((user::Entity, user::Column::Status)).is_in([Status::Active, Status::Pending].map(Status::word)),
        )
        .to_owned();
    Expr::exists(owner)
}

fn read(row: Model) -> Result<Resource, Error> {
    let kind = Kind::parse(&row.kind).ok_or_else(|| unreadable("resources.kind"))?;
    Ok(Resource {
        id: ResourceId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        key: ResourceKey { kind, external_id: row.external_id },
        name: row.name,
        owner: row.owner_id.map(UserId::from_uuid),
        parent: row.parent_id.map(ResourceId::from_uuid),
        project: row.project_id.map(ProjectId::from_uuid),
        registrar: row.registrar_id.map(UserId::from_uuid),
        visibility: Visibility::parse(&row.visibility).ok_or_else(|| unreadable("resources.visibility"))?,
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
    })
}

fn row(it: &Resource) -> Model {
    Model {
        org_id: it.org.uuid(),
        id: it.id.uuid(),
        kind: it.key.kind.word().to_owned(),
        external_id: it.key.external_id.clone(),
        name: it.name.clone(),
        name_key: fold(&it.name),
        owner_id: it.owner.map(UserId::uuid),
        parent_id: it.parent.map(ResourceId::uuid),
        project_id: it.project.map(ProjectId::uuid),
        registrar_id: it.registrar.map(UserId::uuid),
        visibility: it.visibility.word().to_owned(),
        created_at: it.created_at.millis(),
        updated_at: it.updated_at.millis(),
    }
}
