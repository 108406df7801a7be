//! Views of the list of users that people keep, and how close its rows stand for each of them.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use super::Tx;
use super::error::translate;
use super::rows::console_setting;
use super::rows::saved_view::{Column, Entity, Model};
use crate::domain::id::{OrgId, SavedViewId, UserId};
use crate::domain::saved_view::SavedView;
use crate::domain::text::fold;
use crate::domain::{Error, Timestamp};

/// The own views of somebody and the shared ones of others, by name.
pub async fn list(db: &impl ConnectionTrait, org: OrgId, reader: UserId) -> Result<Vec<SavedView>, Error> {
    let seen = Condition::any().add(Column::OwnerId.eq(reader.uuid())).add(Column::IsShared.eq(true));
    let all = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(seen)
        .order_by_asc(Column::NameKey)
        .order_by_asc(Column::Id);
    Ok(all.all(db).await.map_err(translate)?.into_iter().map(read).collect())
}

/// The view with this id, which must exist.
pub async fn get(db: &impl ConnectionTrait, org: OrgId, id: SavedViewId) -> Result<SavedView, Error> {
    let row = Entity::find_by_id((org.uuid(), id.uuid())).one(db).await.map_err(translate)?;
    row.map(read).ok_or(Error::NotFound("view"))
}

/// Stores a new view.
pub async fn insert(tx: &Tx, new: &SavedView) -> Result<(), Error> {
    let row = Model {
        org_id: new.org.uuid(),
        id: new.id.uuid(),
        owner_id: new.owner.uuid(),
        name: new.name.clone(),
        name_key: fold(&new.name),
        query: new.query.clone(),
        is_shared: new.is_shared,
        created_at: new.created_at.millis(),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes a view away.
pub async fn delete(tx: &Tx, id: SavedViewId) -> Result<(), Error> {
    Entity::delete_by_id((tx.org.uuid(), id.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes everything away that somebody kept of the console.
pub async fn delete_of_user(tx: &Tx, of: UserId) -> Result<(), Error> {
    let views = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::OwnerId.eq(of.uuid()));
    views.exec(&**tx).await.map_err(translate)?;
    let settings = console_setting::Entity::delete_by_id((tx.org.uuid(), of.uuid()));
    settings.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// True when the rows of the list stand close for this person.
pub async fn is_dense(db: &impl ConnectionTrait, org: OrgId, of: UserId) -> Result<bool, Error> {
    let row = console_setting::Entity::find_by_id((org.uuid(), of.uuid())).one(db).await.map_err(translate)?;
    Ok(row.is_some_and(|row| row.is_dense))
}

/// Stores how close they stand.
pub async fn set_dense(tx: &Tx, of: UserId, is_dense: bool) -> Result<(), Error> {
    let row = console_setting::Model { org_id: tx.org.uuid(), user_id: of.uuid(), is_dense };
    let key = [console_setting::Column::OrgId, console_setting::Column::UserId];
    console_setting::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::columns(key).update_column(console_setting::Column::IsDense).to_owned())
        .exec_without_returning(&**tx)
        .await
        .map_err(translate)?;
    Ok(())
}

fn read(row: Model) -> SavedView {
    SavedView {
        id: SavedViewId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        owner: UserId::from_uuid(row.owner_id),
        name: row.name,
        query: row.query,
        is_shared: row.is_shared,
        created_at: Timestamp::from_millis(row.created_at),
    }
}
