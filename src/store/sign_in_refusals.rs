//! Sign-ins at identity providers that let nobody in, for a short while.
//!
//! **Invariant:** of one connection only so many are kept, the newest, however many are made.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

use super::error::{translate, unreadable};
use super::rows::sign_in_refusal::{Column, Entity, Model};
use super::{Store, Tx};
use crate::domain::id::{ConnectionId, OrgId, RefusalId, UserId};
use crate::domain::sso_refusal::{Check, Reason};
use crate::domain::{Error, Timestamp};

/// A refusal as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRefusal {
    /// Its identity; refusals sort by it.
    pub id: RefusalId,
    /// The organisation.
    pub org: OrgId,
    /// The number that the person was shown.
    pub reference: String,
    /// When it was.
    pub at: Timestamp,
    /// The connection.
    pub connection: ConnectionId,
    /// Its name at that moment.
    pub connection_name: String,
    /// The check that failed.
    pub check: Check,
    /// Why.
    pub reason: Reason,
    /// Whom the provider meant or may have meant.
    pub user: Option<UserId>,
    /// What the provider said, sealed.
    pub claims_sealed: Option<Vec<u8>>,
}

/// Which refusals are listed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Which {
    /// Those of this connection.
    pub connection: Option<ConnectionId>,
    /// Those that are, or may be, about this user.
    pub user: Option<UserId>,
    /// Those before this one.
    pub before: Option<RefusalId>,
}

/// Stores a refusal, in place of the oldest of its connection when there are `most` already.
pub async fn insert(tx: &Tx, new: &StoredRefusal, most: u64) -> Result<(), Error> {
    let row = Model {
        org_id: new.org.uuid(),
        id: new.id.uuid(),
        reference: new.reference.clone(),
        at: new.at.millis(),
        connection_id: new.connection.uuid(),
        connection_name: new.connection_name.clone(),
        failed: new.check.word().to_owned(),
        reason: serde_json::to_string(&new.reason).map_err(anyhow::Error::new)?,
        user_id: new.user.map(UserId::uuid),
        claims_sealed: new.claims_sealed.clone(),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    let of_connection = || {
        Entity::find().filter(Column::OrgId.eq(new.org.uuid())).filter(Column::ConnectionId.eq(new.connection.uuid()))
    };
    let too_many = of_connection().order_by_desc(Column::Id).offset(most).limit(1);
    if let Some(oldest) = too_many.one(&**tx).await.map_err(translate)? {
        let old = Entity::delete_many()
            .filter(Column::OrgId.eq(new.org.uuid()))
            .filter(Column::ConnectionId.eq(new.connection.uuid()))
            .filter(Column::Id.lte(oldest.id));
        old.exec(&**tx).await.map_err(translate)?;
    }
    Ok(())
}

/// The refusal with this number in this organisation.
pub async fn find(db: &impl ConnectionTrait, org: OrgId, reference: &str) -> Result<Option<StoredRefusal>, Error> {
    let mine = Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::Reference.eq(reference));
    mine.one(db).await.map_err(translate)?.map(refusal).transpose()
}

/// The refusals of an organisation, newest first.
pub async fn list(db: &impl ConnectionTrait, org: OrgId, which: Which, most: u64) -> Result<Vec<StoredRefusal>, Error> {
    let mut mine = Entity::find().filter(Column::OrgId.eq(org.uuid()));
    if let Some(connection) = which.connection {
        mine = mine.filter(Column::ConnectionId.eq(connection.uuid()));
    }
    if let Some(user) = which.user {
        mine = mine.filter(Column::UserId.eq(user.uuid()));
    }
    if let Some(before) = which.before {
        mine = mine.filter(Column::Id.lt(before.uuid()));
    }
    let newest = mine.order_by_desc(Column::Id).limit(most);
    newest.all(db).await.map_err(translate)?.into_iter().map(refusal).collect()
}

/// Forgets every refusal that is, or may be, about a user.
pub async fn delete_of_user(tx: &Tx, user: UserId) -> Result<(), Error> {
    let mine = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::UserId.eq(user.uuid()));
    mine.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// Takes away what was refused until this moment.
    pub async fn sweep_refusals(&self, before: Timestamp) -> Result<(), Error> {
        let old = Entity::delete_many().filter(Column::At.lte(before.millis()));
        old.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}

fn refusal(row: Model) -> Result<StoredRefusal, Error> {
    Ok(StoredRefusal {
        id: RefusalId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        reference: row.reference,
        at: Timestamp::from_millis(row.at),
        connection: ConnectionId::from_uuid(row.connection_id),
        connection_name: row.connection_name,
        check: Check::parse(&row.failed).ok_or_else(|| unreadable("sign_in_refusals.failed"))?,
        reason: Reason::parse(&row.reason),
        user: row.user_id.map(UserId::from_uuid),
        claims_sealed: row.claims_sealed,
    })
}
