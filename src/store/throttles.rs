//! Counters of failed proofs, shared by every node.
//!
//! **Invariant:** a counter is changed by one conditional statement of its own, before the secret is looked at, so neither a
//! rolled-back sign-in nor a hundred parallel ones lose a count.
//! **Invariant:** several windows are always changed in the order of their subjects, so two statements never wait for each
//! other.

use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, OnConflict, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait as _, EntityTrait, IntoActiveModel, QueryFilter, QueryResult};

use super::Store;
use super::error::translate;
use super::rows::throttle::{Column, Entity, Model};
use crate::domain::throttle::CLOSED_AT;
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

/// How often something has happened in a window of time, as stored: the end of the window stands where a counter of failures
/// has the end of its wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredWindow {
    /// What it counts for, a keyed hash.
    pub subject: [u8; 32],
    /// How often.
    pub count: i64,
    /// When the window began, in milliseconds since the epoch.
    pub began_at: i64,
    /// When it ends.
    pub ends_at: i64,
}

impl Store {
    /// Counts one happening in every one of these windows, all in one statement; one that is over begins anew as it is given.
    /// Answers the windows with this happening in them.
    pub async fn count_in_windows(&self, windows: &[StoredWindow], now: Timestamp) -> Result<Vec<StoredWindow>, Error> {
        let is_over = || kept(Column::LockedUntil).lte(now.millis());
        let or_anew = |column| Expr::case(is_over(), given(column)).finally(kept(column));
        let mut again = OnConflict::column(Column::Subject);
        again.value(Column::Failures, Expr::case(is_over(), 1).finally(kept(Column::Failures).add(1)));
        again.value(Column::LastFailureAt, or_anew(Column::LastFailureAt));
        again.value(Column::LockedUntil, or_anew(Column::LockedUntil));
        self.put_windows(windows, 1, again).await
    }

    /// Takes one happening back out of these windows, as far as they are still the same ones.
    pub async fn uncount_in_windows(&self, windows: &[StoredWindow]) -> Result<(), Error> {
        let is_same = kept(Column::LastFailureAt).eq(given(Column::LastFailureAt)).and(kept(Column::Failures).gt(0));
        let less = Expr::case(is_same, kept(Column::Failures).sub(1)).finally(kept(Column::Failures));
        let mut again = OnConflict::column(Column::Subject);
        again.value(Column::Failures, less);
        self.put_windows(windows, 0, again).await.map(drop)
    }

    async fn put_windows(
        &self,
        windows: &[StoredWindow],
        first: i64,
        again: OnConflict,
    ) -> Result<Vec<StoredWindow>, Error> {
        let mut ordered: Vec<&StoredWindow> = windows.iter().collect();
        ordered.sort_by_key(|it| it.subject);
        let columns = [Column::Subject, Column::Failures, Column::LastFailureAt, Column::LockedUntil];
        let mut insert = Query::insert();
        insert.into_table(Entity).columns(columns).on_conflict(again).returning(Query::returning().columns(columns));
        for it in ordered {
            let values = [it.subject.to_vec().into(), first.into(), it.began_at.into(), it.ends_at.into()];
            insert.values(values).map_err(anyhow::Error::new)?;
        }
        let rows = self.write.query_all(&insert).await.map_err(translate)?;
        rows.iter().map(window).collect()
    }

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

    /// Takes away counters that nobody has touched since this moment and that lock nothing any more; those that have
    /// closed something are kept longer, as nothing but a reset opens it.
    pub async fn sweep_throttles(&self, before: Timestamp, closed_before: Timestamp) -> Result<(), Error> {
        let is_open = Condition::all()
            .add(Column::LastFailureAt.lt(before.millis()))
            .add(Column::LockedUntil.lt(before.millis()))
            .add(Column::Failures.lt(i64::from(CLOSED_AT)));
        let is_forgotten = Column::LastFailureAt.lt(closed_before.millis());
        let old = Entity::delete_many().filter(Condition::any().add(is_open).add(is_forgotten));
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

/// What stands in the row that is there.
fn kept(column: Column) -> Expr {
    Expr::col((Entity, column))
}

/// What the row would have had that was to be inserted.
fn given(column: Column) -> Expr {
    Expr::col((Alias::new("excluded"), column))
}

fn window(row: &QueryResult) -> Result<StoredWindow, Error> {
    let subject: Vec<u8> = row.try_get("", "subject").map_err(translate)?;
    let number = |column: &str| row.try_get::<i64>("", column).map_err(translate);
    Ok(StoredWindow {
        subject: subject.try_into().map_err(|_| anyhow::anyhow!("a counter has a subject of another length"))?,
        count: number("failures")?,
        began_at: number("last_failure_at")?,
        ends_at: number("locked_until")?,
    })
}
