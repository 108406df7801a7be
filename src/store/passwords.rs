//! Password hashes.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::error::translate;
use super::rows::password::{Column, Entity, Model};
use super::{Store, Tx, earlier_passwords};
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
    /// When a temporary password was used, which it is once.
    pub spent_at: Option<Timestamp>,
}

impl StoredPassword {
    /// One that somebody has chosen.
    pub const fn permanent(phc: String) -> Self {
        Self { phc, must_change: false, expires_at: None, spent_at: None }
    }
}

/// The password of a user.
pub async fn find(db: &impl ConnectionTrait, org: OrgId, user: UserId) -> Result<Option<StoredPassword>, Error> {
    let row = Entity::find_by_id((org.uuid(), user.uuid())).one(db).await.map_err(translate)?;
    Ok(row.map(|row| StoredPassword {
        phc: row.phc,
        must_change: row.must_change,
        expires_at: row.expires_at.map(Timestamp::from_millis),
        spent_at: row.spent_at.map(Timestamp::from_millis),
    }))
}

/// Stores the password of a user in place of any earlier one, which is kept where the policy compares with it.
pub async fn set(tx: &Tx, user: UserId, password: &StoredPassword) -> Result<(), Error> {
    earlier_passwords::retire(tx, user).await?;
    let row = Model {
        org_id: tx.org.uuid(),
        user_id: user.uuid(),
        phc: password.phc.clone(),
        must_change: password.must_change,
        expires_at: password.expires_at.map(Timestamp::millis),
        set_at: tx.now.millis(),
        spent_at: password.spent_at.map(Timestamp::millis),
    };
    let again = OnConflict::columns([Column::OrgId, Column::UserId])
        .update_columns([Column::Phc, Column::MustChange, Column::ExpiresAt, Column::SetAt, Column::SpentAt])
        .to_owned();
    Entity::insert(row.into_active_model())
        .on_conflict(again)
        .exec_without_returning(&**tx)
        .await
        .map_err(translate)?;
    Ok(())
}

/// Takes the password of a user away, and all before it.
pub async fn delete(tx: &Tx, user: UserId) -> Result<(), Error> {
    earlier_passwords::delete(tx, user).await?;
    Entity::delete_by_id((tx.org.uuid(), user.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// Notes that a temporary password is used; false when it was used before, or was replaced meanwhile.
    pub async fn spend_temporary_password(&self, of: &User, phc: &str, now: Timestamp) -> Result<bool, Error> {
        let spent = Entity::update_many()
            .col_expr(Column::SpentAt, Expr::value(now.millis()))
            .filter(Column::OrgId.eq(of.org.uuid()))
            .filter(Column::UserId.eq(of.id.uuid()))
            .filter(Column::Phc.eq(phc))
            .filter(Column::SpentAt.is_null());
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
