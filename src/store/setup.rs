//! The offer to set an empty instance up: at most one at a time, a fact of the instance.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::error::{translate, unreadable};
use super::rows::instance_fact::{Column, Entity, Model};
use super::{Store, Tx};
use crate::domain::secret::TokenHash;
use crate::domain::{Error, Timestamp};

const FACT: &str = "setup";

/// An offer as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// The token of its address.
    pub token: TokenHash,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// The offer that stands, expired or not.
pub async fn find(db: &impl ConnectionTrait) -> Result<Option<Offer>, Error> {
    let row = Entity::find_by_id(FACT.to_owned()).one(db).await.map_err(translate)?;
    row.map(|row| offer(&row.value).ok_or_else(|| unreadable("instance_facts.setup"))).transpose()
}

/// Uses the offer up; false when someone was faster, or when a newer one has taken its place.
pub async fn redeem(tx: &Tx, offer: &Offer) -> Result<bool, Error> {
    let this = Entity::delete_many().filter(Column::Name.eq(FACT)).filter(Column::Value.eq(value(offer)));
    Ok(this.exec(&**tx).await.map_err(translate)?.rows_affected == 1)
}

/// Takes back whatever is offered.
pub async fn close(tx: &Tx) -> Result<(), Error> {
    Entity::delete_by_id(FACT.to_owned()).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// Makes an offer in place of an older one. It belongs to no organisation and changes no directory.
    pub async fn offer_setup(&self, offer: &Offer) -> Result<(), Error> {
        let row = Model { name: FACT.to_owned(), value: value(offer) };
        let replace = OnConflict::column(Column::Name).update_column(Column::Value).to_owned();
        let put = Entity::insert(row.into_active_model()).on_conflict(replace);
        put.exec_without_returning(&self.write).await.map_err(translate)?;
        Ok(())
    }
}

fn value(offer: &Offer) -> String {
    format!("{} {}", URL_SAFE_NO_PAD.encode(offer.token.bytes()), offer.expires_at.millis())
}

fn offer(value: &str) -> Option<Offer> {
    let (token, expires_at) = value.split_once(' ')?;
    let token = TokenHash::from_stored(&URL_SAFE_NO_PAD.decode(token).ok()?)?;
    Some(Offer { token, expires_at: Timestamp::from_millis(expires_at.parse().ok()?) })
}
