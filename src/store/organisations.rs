//! Organisations.

use std::sync::Arc;

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::Tx;
use super::error::{translate, unreadable};
use super::rows::organisation::{ActiveModel, Column, Entity, Model};
use crate::domain::id::OrgId;
use crate::domain::organisation::{Deletion, Organisation};
use crate::domain::role::RoleModel;
use crate::domain::{Error, Timestamp};

/// The organisation with this id.
pub async fn find(db: &impl ConnectionTrait, id: OrgId) -> Result<Option<Organisation>, Error> {
    Entity::find_by_id(id.uuid()).one(db).await.map_err(translate)?.map(organisation).transpose()
}

/// The organisation with this id, which must exist.
pub async fn get(db: &impl ConnectionTrait, id: OrgId) -> Result<Organisation, Error> {
    find(db, id).await?.ok_or(Error::NotFound("organisation"))
}

/// The organisation with this short name.
pub async fn find_by_slug(db: &impl ConnectionTrait, slug: &str) -> Result<Option<Organisation>, Error> {
    // PostgreSQL takes no NUL in a text, so nothing is called that.
    if slug.contains('\0') {
        return Ok(None);
    }
    let row = Entity::find().filter(Column::Slug.eq(slug)).one(db).await.map_err(translate)?;
    row.map(organisation).transpose()
}

/// Every organisation, by short name.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Organisation>, Error> {
    let rows = Entity::find().order_by_asc(Column::Slug).all(db).await.map_err(translate)?;
    rows.into_iter().map(organisation).collect()
}

/// So many organisations after one, by short name.
pub async fn page(db: &impl ConnectionTrait, after: Option<&str>, most: u64) -> Result<Vec<Organisation>, Error> {
    let mut page = Entity::find().order_by_asc(Column::Slug).limit(most);
    if let Some(after) = after {
        page = page.filter(Column::Slug.gt(after));
    }
    page.all(db).await.map_err(translate)?.into_iter().map(organisation).collect()
}

/// Those whose time to be restored is over.
pub async fn due_to_go(db: &impl ConnectionTrait, now: Timestamp) -> Result<Vec<OrgId>, Error> {
    let due = Entity::find().filter(Column::DeleteAt.lte(now.millis())).select_only().column(Column::Id);
    let due = due.into_tuple::<uuid::Uuid>().all(db).await.map_err(translate)?;
    Ok(due.into_iter().map(OrgId::from_uuid).collect())
}

/// Takes the organisation of the unit away.
pub async fn delete(tx: &Tx) -> Result<(), Error> {
    Entity::delete_by_id(tx.org.uuid()).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// How many organisations there are.
pub async fn count(db: &impl ConnectionTrait) -> Result<u64, Error> {
    Entity::find().count(db).await.map_err(translate)
}

/// Stores a new organisation; the rest of the unit is about it.
pub async fn insert(tx: &mut Tx, organisation: &Organisation, model: Arc<RoleModel>) -> Result<(), Error> {
    Entity::insert(row(organisation)?).exec_without_returning(&**tx).await.map_err(translate)?;
    tx.is_about(organisation.clone(), model);
    Ok(())
}

/// Stores a changed organisation.
pub async fn update(tx: &Tx, organisation: &Organisation) -> Result<(), Error> {
    row(organisation)?.reset_all().update(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Reads a row of the table.
pub(super) fn organisation(row: Model) -> Result<Organisation, Error> {
    Ok(Organisation {
        id: OrgId::from_uuid(row.id),
        slug: row.slug,
        name: row.name,
        is_suspended: row.status == "suspended",
        epoch: row.epoch,
        role_model: row.role_model,
        policy: serde_json::from_str(&row.policy).map_err(|_| unreadable("organisations.policy"))?,
        language: row.language,
        scim_schemas: row.scim_schemas,
        deletion: row.delete_at.map(|at| Deletion {
            at: Timestamp::from_millis(at),
            erased_since: row.erased_since.map(Timestamp::from_millis),
        }),
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
    })
}

fn row(it: &Organisation) -> Result<ActiveModel, Error> {
    let model = Model {
        id: it.id.uuid(),
        slug: it.slug.clone(),
        name: it.name.clone(),
        status: if it.is_suspended { "suspended" } else { "active" }.to_owned(),
        epoch: it.epoch,
        role_model: it.role_model.clone(),
        policy: serde_json::to_string(&it.policy).map_err(anyhow::Error::new)?,
        language: it.language.clone(),
        scim_schemas: it.scim_schemas.clone(),
        created_at: it.created_at.millis(),
        updated_at: it.updated_at.millis(),
        delete_at: it.deletion.map(|it| it.at.millis()),
        erased_since: it.deletion.and_then(|it| it.erased_since).map(Timestamp::millis),
    };
    Ok(model.into_active_model())
}
