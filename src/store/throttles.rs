//! Counters of failed proofs, shared by every node.
//!
//! **Invariant:** a counter is changed by one conditional statement of its own, before the secret is looked at, so neither a
//! rolled-back sign-in nor a hundred parallel ones lose a count.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::Store;
use super::error::translate;
use super::rows::throttle::{Column, Entity, Model};
use crate::domain::{Error, Timestamp};

/// A counter as stored: what it counts for is a keyed hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredThrottle {
    /// Failures in a row.
    pub failures: i64,
    /// When the last one was, in milliseconds since the epoch.
    pub last_failure_at: i64,
    /// Until when tries are refused, in milliseconds since the epoch.
    pub locked_until: i64,
}

impl Store {
    /// The counter of a subject.
    pub async fn find_throttle(&self, subject: &[u8]) -> Result<Option<StoredThrottle>, Error> {
        let row = Entity::find_by_id(subject.to_vec()).one(&self.write).await.map_err(translate)?;
        Ok(row.map(|row| StoredThrottle {
            failures: row.failures,
            last_failure_at: row.last_failure_at,
            locked_until: row.locked_until,
        }))
    }

    /// Moves a counter from what was read to what follows; false when another try was faster, so read again.
    pub async fn swap_throttle(
        &self,
        subject: &[u8],
        seen: Option<StoredThrottle>,
        next: StoredThrottle,
    ) -> Result<bool, Error> {
        let Some(seen) = seen else {
            return self.insert_throttle(subject, next).await;
        };
        let done = Entity::update_many()
            .col_expr(Column::Failures, Expr::value(next.failures))
            .col_expr(Column::LastFailureAt, Expr::value(next.last_failure_at))
            .col_expr(Column::LockedUntil, Expr::value(next.locked_until))
            .filter(Column::Subject.eq(subject))
            .filter(Column::Failures.eq(seen.failures))
            .filter(Column::LastFailureAt.eq(seen.last_failure_at))
            .filter(Column::LockedUntil.eq(seen.locked_until))
            .exec(&self.write)
            .await
            .map_err(translate)?;
        Ok(done.rows_affected == 1)
    }

    /// Forgets a counter after a full success.
    pub async fn clear_throttle(&self, subject: &[u8]) -> Result<(), Error> {
        Entity::delete_by_id(subject.to_vec()).exec(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// Takes away counters that nobody has touched since this moment and that lock nothing any more.
    pub async fn sweep_throttles(&self, before: Timestamp) -> Result<(), Error> {
        let old = Entity::delete_many()
            .filter(Column::LastFailureAt.lt(before.millis()))
            .filter(Column::LockedUntil.lt(before.millis()));
        old.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }

    async fn insert_throttle(&self, subject: &[u8], first: StoredThrottle) -> Result<bool, Error> {
        let row = Model {
            subject: subject.to_vec(),
            failures: first.failures,
            last_failure_at: first.last_failure_at,
            locked_until: first.locked_until,
        };
        let done = Entity::insert(row.into_active_model())
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&self.write)
            .await
            .map_err(translate)?;
        Ok(done == 1)
    }
}
