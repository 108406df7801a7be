//! Who is who at an identity provider: the federated key of a person, and the user behind it.
//!
//! **Invariant:** a key is connection, issuer and subject, compared as text; it leads to one user of one organisation.
//! **Invariant:** a user has one key at a connection, so that another subject never gets into an account that is linked.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::Tx;
use super::error::translate;
use super::rows::identity::{Column, Entity, Model};
use crate::domain::Error;
use crate::domain::id::{ConnectionId, OrgId, UserId};

/// The key of a person at an identity provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key<'a> {
    /// The connection.
    pub connection: ConnectionId,
    /// Who names the subject.
    pub issuer: &'a str,
    /// The person within the issuer.
    pub subject: &'a str,
}

/// The user whom this key means.
pub async fn find(db: &impl ConnectionTrait, org: OrgId, key: Key<'_>) -> Result<Option<UserId>, Error> {
    let id = (org.uuid(), key.connection.uuid(), key.issuer.to_owned(), key.subject.to_owned());
    let row = Entity::find_by_id(id).one(db).await.map_err(translate)?;
    Ok(row.map(|row| UserId::from_uuid(row.user_id)))
}

/// The subject that a user is linked to at a connection.
pub async fn subject_of(
    db: &impl ConnectionTrait,
    org: OrgId,
    user: UserId,
    connection: ConnectionId,
) -> Result<Option<String>, Error> {
    let mine = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Column::ConnectionId.eq(connection.uuid()));
    Ok(mine.one(db).await.map_err(translate)?.map(|row| row.subject))
}

/// True when somebody is linked at the connection.
pub async fn is_any_of(db: &impl ConnectionTrait, org: OrgId, connection: ConnectionId) -> Result<bool, Error> {
    let mine = Entity::find().select_only().column(Column::UserId).filter(Column::OrgId.eq(org.uuid()));
    let mine = mine.filter(Column::ConnectionId.eq(connection.uuid())).limit(1).into_tuple::<Uuid>();
    Ok(mine.one(db).await.map_err(translate)?.is_some())
}

/// Stores whom a key means from now on.
pub async fn insert(tx: &Tx, key: Key<'_>, user: UserId) -> Result<(), Error> {
    let row = Model {
        org_id: tx.org.uuid(),
        connection_id: key.connection.uuid(),
        issuer: key.issuer.to_owned(),
        subject: key.subject.to_owned(),
        user_id: user.uuid(),
        linked_at: tx.now.millis(),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Forgets every key of a user.
pub async fn delete_of_user(tx: &Tx, user: UserId) -> Result<(), Error> {
    let mine = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::UserId.eq(user.uuid()));
    mine.exec(&**tx).await.map_err(translate)?;
    Ok(())
}
