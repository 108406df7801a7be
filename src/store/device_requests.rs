//! Requests of devices that somebody is to let in with another browser.
//!
//! **Invariant:** a request is answered by one statement whose row count decides, and the first answer stands.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, UpdateMany};

use super::error::{translate, unreadable};
use super::rows::device_request::{Column, Entity, Model};
use super::{Store, Tx};
use crate::domain::id::{ClientId, DeviceRequestId, OrgId};
use crate::domain::secret::TokenHash;
use crate::domain::{Error, Timestamp};

/// A request as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRequest {
    /// The identity of the request.
    pub id: DeviceRequestId,
    /// The organisation of the client, or that of the operator.
    pub org: OrgId,
    /// Whose device it is.
    pub client: ClientId,
    /// What is asked for, as JSON.
    pub request: String,
    /// How many seconds the device waits between two questions.
    pub interval_seconds: i64,
    /// When it last asked.
    pub polled_at: Option<Timestamp>,
    /// Until when it may be let in.
    pub expires_at: Timestamp,
    /// Whether it was kept out.
    pub is_refused: bool,
    /// Whether it was let in.
    pub is_allowed: bool,
}

/// The request of the device that brings this code, whatever has become of it.
pub async fn find(db: &impl ConnectionTrait, device: &TokenHash) -> Result<Option<DeviceRequest>, Error> {
    let row = Entity::find().filter(Column::DeviceHash.eq(device.bytes())).one(db).await.map_err(translate)?;
    Ok(row.map(request))
}

/// The request that may still be answered under the code that somebody typed.
pub async fn find_open(
    db: &impl ConnectionTrait,
    typed: &TokenHash,
    now: Timestamp,
) -> Result<Option<DeviceRequest>, Error> {
    let open = Entity::find()
        .filter(Column::UserHash.eq(typed.bytes()))
        .filter(Column::ExpiresAt.gt(now.millis()))
        .filter(Column::AllowedAt.is_null())
        .filter(Column::RefusedAt.is_null());
    Ok(open.one(db).await.map_err(translate)?.map(request))
}

/// Lets a device in; answers the hash of its code, and until when that works. Nothing where the request was answered before, or is over.
pub async fn allow(tx: &Tx, org: OrgId, id: DeviceRequestId) -> Result<Option<(TokenHash, Timestamp)>, Error> {
    let open = unanswered(org, id).filter(Column::ExpiresAt.gt(tx.now.millis()));
    let done = open.col_expr(Column::AllowedAt, Expr::value(tx.now.millis())).exec(&**tx).await.map_err(translate)?;
    if done.rows_affected != 1 {
        return Ok(None);
    }
    let row = Entity::find_by_id((org.uuid(), id.uuid())).one(&**tx).await.map_err(translate)?;
    let Some(row) = row else { return Ok(None) };
    let hash = TokenHash::from_stored(&row.device_hash).ok_or_else(|| unreadable("device_requests.device_hash"))?;
    Ok(Some((hash, Timestamp::from_millis(row.expires_at))))
}

/// Forgets the requests of the devices of a client.
pub(super) async fn delete_of(tx: &Tx, client: ClientId) -> Result<(), Error> {
    let its = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::ClientId.eq(client.uuid()));
    its.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// Stores a request. It belongs to a client, not to a person, and no directory fact hangs on it.
    pub async fn insert_device_request(
        &self,
        new: &DeviceRequest,
        device: &TokenHash,
        user: &TokenHash,
    ) -> Result<(), Error> {
        let row = Model {
            org_id: new.org.uuid(),
            id: new.id.uuid(),
            client_id: new.client.uuid(),
            device_hash: device.bytes(),
            user_hash: user.bytes(),
            request: new.request.clone(),
            interval_seconds: new.interval_seconds,
            polled_at: None,
            expires_at: new.expires_at.millis(),
            allowed_at: None,
            refused_at: None,
        };
        Entity::insert(row.into_active_model()).exec_without_returning(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// Keeps a device out, unless its request was answered before or is over.
    pub async fn refuse_device(&self, org: OrgId, id: DeviceRequestId, now: Timestamp) -> Result<(), Error> {
        let open = unanswered(org, id).filter(Column::ExpiresAt.gt(now.millis()));
        let refused = open.col_expr(Column::RefusedAt, Expr::value(now.millis()));
        refused.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// Notes that a device has asked, and how long it waits from now on.
    pub async fn device_asked(&self, it: &DeviceRequest, now: Timestamp, interval_seconds: i64) -> Result<(), Error> {
        let asked = unanswered(it.org, it.id)
            .col_expr(Column::PolledAt, Expr::value(now.millis()))
            .col_expr(Column::IntervalSeconds, Expr::value(interval_seconds));
        asked.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// Takes away the requests that were over before this moment.
    pub async fn sweep_device_requests(&self, before: Timestamp) -> Result<(), Error> {
        let over = Entity::delete_many().filter(Column::ExpiresAt.lt(before.millis()));
        over.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}

fn unanswered(org: OrgId, id: DeviceRequestId) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::AllowedAt.is_null())
        .filter(Column::RefusedAt.is_null())
}

fn request(row: Model) -> DeviceRequest {
    DeviceRequest {
        id: DeviceRequestId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        client: ClientId::from_uuid(row.client_id),
        request: row.request,
        interval_seconds: row.interval_seconds,
        polled_at: row.polled_at.map(Timestamp::from_millis),
        expires_at: Timestamp::from_millis(row.expires_at),
        is_refused: row.refused_at.is_some(),
        is_allowed: row.allowed_at.is_some(),
    }
}
