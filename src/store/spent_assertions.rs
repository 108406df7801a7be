//! The assertions by which clients have proved themselves.
//!
//! **Invariant:** an assertion is spent by one statement whose row count decides, on whichever node it comes.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::error::translate;
use super::rows::spent_assertion::{Column, Entity, Model};
use super::{Store, Tx};
use crate::domain::id::{ClientId, OrgId};
use crate::domain::secret::TokenHash;
use crate::domain::{Error, Timestamp};

/// An assertion of a client.
#[derive(Debug, Clone, Copy)]
pub struct Assertion {
    /// Whose it is.
    pub client: ClientId,
    /// Its id.
    pub jti: TokenHash,
    /// Until when it would be believed.
    pub ends_at: Timestamp,
}

/// Spends an assertion of a client with the unit; false when it was spent before.
pub async fn spend(tx: &Tx, it: Assertion) -> Result<bool, Error> {
    insert(&**tx, tx.org, it).await
}

/// Forgets what a client spent.
pub(super) async fn delete_of(tx: &Tx, client: ClientId) -> Result<(), Error> {
    let its = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::ClientId.eq(client.uuid()));
    its.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// Spends an assertion of a client, whatever becomes of its request; false when it was spent before.
    pub async fn spend_assertion(&self, org: OrgId, it: Assertion) -> Result<bool, Error> {
        insert(&self.write, org, it).await
    }

    /// Takes away the assertions that nobody would believe at this moment.
    pub async fn sweep_assertions(&self, before: Timestamp) -> Result<(), Error> {
        let ended = Entity::delete_many().filter(Column::EndsAt.lt(before.millis()));
        ended.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}

async fn insert(db: &impl ConnectionTrait, org: OrgId, it: Assertion) -> Result<bool, Error> {
    let Assertion { client, jti, ends_at } = it;
    let row = Model { org_id: org.uuid(), client_id: client.uuid(), jti_hash: jti.bytes(), ends_at: ends_at.millis() };
    let done = Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(db)
        .await
        .map_err(translate)?;
    Ok(done == 1)
}
