//! Signing keys, sealed, and the facts of the instance (such as the check value of the master key).

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use super::error::{translate, unreadable};
use super::rows::{instance_fact, signing_key};
use super::{Store, Tx};
use crate::domain::id::KeyId;
use crate::domain::{Error, Timestamp};

/// A signing key as stored; the private part is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// The identity of the key; part of what its seal is bound to.
    pub id: KeyId,
    /// The `kid` of its signatures.
    pub kid: String,
    /// `RS256`, `ES256`, `PS256` or `EdDSA`.
    pub algorithm: String,
    /// What it is used for now.
    pub state: KeyState,
    /// The sealed private key, PKCS#8.
    pub sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stopped signing.
    pub retired_at: Option<Timestamp>,
}

/// What a key is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// Published, so that everybody knows it before it signs.
    Next,
    /// Signs, and is published.
    Active,
    /// Only published, until nothing that it signed is valid any more.
    Retired,
}

impl KeyState {
    /// The word that is stored and shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Active => "active",
            Self::Retired => "retired",
        }
    }
}

/// Every key, oldest first.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<StoredKey>, Error> {
    let all = signing_key::Entity::find().order_by_asc(signing_key::Column::CreatedAt);
    all.all(db).await.map_err(translate)?.into_iter().map(key).collect()
}

/// Stores a new key.
pub async fn insert(tx: &Tx, new: &StoredKey) -> Result<(), Error> {
    let row = signing_key::Model {
        id: new.id.uuid(),
        kid: new.kid.clone(),
        algorithm: new.algorithm.clone(),
        state: new.state.word().to_owned(),
        sealed: new.sealed.clone(),
        created_at: new.created_at.millis(),
        retired_at: new.retired_at.map(Timestamp::millis),
    };
    signing_key::Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Lets a key sign that was only published.
pub async fn activate(tx: &Tx, id: KeyId) -> Result<(), Error> {
    signing_key::Entity::update_many()
        .col_expr(signing_key::Column::State, Expr::value(KeyState::Active.word()))
        .filter(signing_key::Column::Id.eq(id.uuid()))
        .exec(&**tx)
        .await
        .map_err(translate)?;
    Ok(())
}

/// Lets a key sign no more.
pub async fn retire(tx: &Tx, id: KeyId) -> Result<(), Error> {
    signing_key::Entity::update_many()
        .col_expr(signing_key::Column::State, Expr::value(KeyState::Retired.word()))
        .col_expr(signing_key::Column::RetiredAt, Expr::value(tx.now.millis()))
        .filter(signing_key::Column::Id.eq(id.uuid()))
        .exec(&**tx)
        .await
        .map_err(translate)?;
    Ok(())
}

/// Takes a key away.
pub async fn delete(tx: &Tx, id: KeyId) -> Result<(), Error> {
    signing_key::Entity::delete_by_id(id.uuid()).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// A fact of the instance.
pub async fn fact(db: &impl ConnectionTrait, name: &str) -> Result<Option<String>, Error> {
    let row = instance_fact::Entity::find_by_id(name.to_owned()).one(db).await.map_err(translate)?;
    Ok(row.map(|row| row.value))
}

impl Store {
    /// Notes a fact of the instance unless it is known already. It belongs to no organisation and changes no directory.
    pub async fn note_fact(&self, name: &str, value: &str) -> Result<(), Error> {
        let row = instance_fact::Model { name: name.to_owned(), value: value.to_owned() };
        let once = OnConflict::column(instance_fact::Column::Name).do_nothing().to_owned();
        instance_fact::Entity::insert(row.into_active_model())
            .on_conflict(once)
            .exec_without_returning(&self.write)
            .await
            .map_err(translate)?;
        Ok(())
    }
}

fn key(row: signing_key::Model) -> Result<StoredKey, Error> {
    let state = [KeyState::Next, KeyState::Active, KeyState::Retired].into_iter().find(|it| it.word() == row.state);
    Ok(StoredKey {
        id: KeyId::from_uuid(row.id),
        kid: row.kid,
        algorithm: row.algorithm,
        state: state.ok_or_else(|| unreadable("signing_keys.state"))?,
        sealed: row.sealed,
        created_at: Timestamp::from_millis(row.created_at),
        retired_at: row.retired_at.map(Timestamp::from_millis),
    })
}
