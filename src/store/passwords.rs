//! Password hashes.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::error::translate;
use super::rows::password::{Column, Entity, Model};
use super::{Store, Tx};
use crate::domain::id::{OrgId, UserId};
use crate::domain::user::User;
use crate::domain::{Error, Timestamp};

/// A password as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredPassword {
    /// The hash in PHC form, with its own costs and pepper id.
    pub phc: String,
    /// True for a temporary password: it opens nothing but the page that replaces it.
    pub must_change: bool,
    /// When a temporary password ends.
    pub expires_at: Option<Timestamp>,
}

/// The password of a user.
pub async fn find(db: &impl ConnectionTrait, org: OrgId, user: UserId) -> Result<Option<StoredPassword>, Error> {
    let row = Entity::find_by_id((org.uuid(), user.uuid())).one(db).await.map_err(translate)?;
    Ok(row.map(|row| StoredPassword {
        phc: row.phc,
        must_change: row.must_change,
        expires_at: row.expires_at.map(Timestamp::from_millis),
    }))
}

/// Stores the password of a user in place of any earlier one.
pub async fn set(tx: &Tx, user: UserId, password: &StoredPassword) -> Result<(), Error> {
    let row = Model {
        org_id: tx.org.uuid(),
        user_id: user.uuid(),
        phc: password.phc.clone(),
        must_change: password.must_change,
        expires_at: password.expires_at.map(Timestamp::millis),
        set_at: tx.now.millis(),
    };
    let again = OnConflict::columns([Column::OrgId, Column::UserId])
        .update_columns([Column::Phc, Column::MustChange, Column::ExpiresAt, Column::SetAt])
        .to_owned();
    Entity::insert(row.into_active_model())
        .on_conflict(again)
        .exec_without_returning(&**tx)
        .await
        .map_err(translate)?;
    Ok(())
}

/// Takes the password of a user away.
pub async fn delete(tx: &Tx, user: UserId) -> Result<(), Error> {
    Entity::delete_by_id((tx.org.uuid(), user.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// Ends a temporary password as it is used; false when it has been used before, or was replaced meanwhile.
    pub async fn spend_temporary_password(&self, of: &User, phc: &str, now: Timestamp) -> Result<bool, Error> {
        // It was good until this moment, and is for nobody after it.
        let end = now.millis().saturating_add(1);
        let spent = Entity::update_many()
            .col_expr(Column::ExpiresAt, Expr::value(end))
            .filter(Column::OrgId.eq(of.org.uuid()))
            .filter(Column::UserId.eq(of.id.uuid()))
            .filter(Column::Phc.eq(phc))
            .filter(Column::ExpiresAt.gt(end));
        Ok(spent.exec(&self.write).await.map_err(translate)?.rows_affected == 1)
    }

    /// Puts a new hash of the same password in place of the one that was verified, unless that was replaced meanwhile.
    pub async fn renew_password_hash(&self, org: OrgId, user: UserId, (old, new): (&str, &str)) -> Result<(), Error> {
        let renewed = Entity::update_many()
            .col_expr(Column::Phc, Expr::value(new))
            .filter(Column::OrgId.eq(org.uuid()))
            .filter(Column::UserId.eq(user.uuid()))
            .filter(Column::Phc.eq(old));
        renewed.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}
