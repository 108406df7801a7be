//! The unit of work: one transaction, one organisation, one moment, kept only by a permit.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::audit_seals::Unsealed;
use super::error::translate;
use super::sqlite::Pace;
use super::trial::Trial;
use super::ways::Transaction;
use super::{Store, audit, events, organisations};
use crate::domain::id::OrgId;
use crate::domain::organisation::Organisation;
use crate::domain::policy::{AuditRecord, Permit};
use crate::domain::role::RoleModel;
use crate::domain::{Error, Timestamp};

/// A unit of work. Dropping it undoes everything; only [`Tx::commit`] keeps a change.
#[must_use = "a unit that is not committed is undone"]
pub struct Tx {
    txn: Transaction,
    /// The organisation whose rows it may write.
    pub org: OrgId,
    /// The moment of all its rows.
    pub now: Timestamp,
    /// The organisation as it stands inside this unit; `None` for the operator's own rows. A unit is carried through many hands,
    /// so it is a small one.
    organisation: Option<Box<(Organisation, Arc<RoleModel>)>>,
    unsealed: Unsealed,
    /// What it is held to, where it is not simply kept.
    trial: Option<Trial>,
}

impl Store {
    /// Begins the only writing unit of this organisation; others wait until it ends.
    pub async fn begin(&self, org: OrgId, now: Timestamp) -> Result<Tx, Error> {
        self.begin_at(Pace::Long, org, now).await
    }

    /// The same for a deed of a few statements about a few rows, with nothing else in between: it may share the moment in
    /// which it is kept with others.
    pub async fn begin_brief(&self, org: OrgId, now: Timestamp) -> Result<Tx, Error> {
        self.begin_at(Pace::Brief, org, now).await
    }

    async fn begin_at(&self, pace: Pace, org: OrgId, now: Timestamp) -> Result<Tx, Error> {
        let txn = self.transaction(pace).await?;
        if txn.get_database_backend() == DbBackend::Postgres {
            let lock = Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT pg_advisory_xact_lock($1)",
                [lock_key(org).into()],
            );
            txn.query_one_raw(lock).await.map_err(translate)?;
        }
        self.unit(txn, org, now).await
    }

    /// Begins a unit that takes no organisation lock: only for rows of one session, code, token or attempt, where
    /// one-time use is a single conditional statement.
    pub async fn begin_shared(&self, org: OrgId, now: Timestamp) -> Result<Tx, Error> {
        let txn = self.transaction(Pace::Brief).await?;
        self.unit(txn, org, now).await
    }

    async fn transaction(&self, pace: Pace) -> Result<Transaction, Error> {
        self.write.begin(pace).await.map_err(translate)
    }

    async fn unit(&self, txn: Transaction, org: OrgId, now: Timestamp) -> Result<Tx, Error> {
        let organisation = match organisations::find(&txn, org).await? {
            Some(found) => {
                let model = self.model(&found.role_model)?;
                Some(Box::new((found, model)))
            }
            None => None,
        };
        Ok(Tx { txn, org, now, organisation, unsealed: self.unsealed.clone(), trial: None })
    }

    /// The organisation and its role model, outside a unit of work.
    pub async fn organisation(&self, org: OrgId) -> Result<(Organisation, Arc<RoleModel>), Error> {
        let found = organisations::get(self.reader(), org).await?;
        let model = self.model(&found.role_model)?;
        Ok((found, model))
    }

    /// Records a refused deed, outside any unit of work.
    pub async fn record(&self, record: AuditRecord, now: Timestamp) -> Result<(), Error> {
        let org = record.org;
        audit::insert(&self.write, record, now).await?;
        self.unsealed.note(org, now);
        Ok(())
    }
}

impl Tx {
    /// This unit is part of a trial.
    pub fn on(self, trial: Option<Trial>) -> Self {
        Self { trial, ..self }
    }

    /// From now on this unit is about an organisation that it has made.
    pub(super) fn is_about(&mut self, organisation: Organisation, model: Arc<RoleModel>) {
        self.organisation = Some(Box::new((organisation, model)));
    }

    /// The organisation as it stands inside this unit.
    pub fn organisation(&self) -> Result<&Organisation, Error> {
        self.organisation.as_ref().map(|it| &it.0).ok_or(Error::NotFound("organisation"))
    }

    /// The role model of the organisation.
    pub fn roles(&self) -> Result<&RoleModel, Error> {
        self.organisation.as_ref().map(|it| it.1.as_ref()).ok_or(Error::NotFound("organisation"))
    }

    /// Keeps the changes of this unit, with the record of the decision that allowed them.
    pub async fn commit(self, permit: Permit) -> Result<(), Error> {
        self.commit_all(vec![permit]).await
    }

    /// Keeps the changes of several deeds, one permit and one record each; on a trial only as far as that goes.
    pub async fn commit_all(self, permits: Vec<Permit>) -> Result<(), Error> {
        if let Some(trial) = &self.trial {
            let records: Vec<&AuditRecord> = permits.iter().map(Permit::tells).collect();
            if !trial.keeps(&records)? {
                return self.txn.rollback().await.map_err(translate);
            }
        }
        events::announce(&self, &permits).await?;
        let about: BTreeSet<OrgId> = permits.iter().map(Permit::org).collect();
        for permit in permits {
            audit::insert(&self.txn, permit.record(), self.now).await?;
        }
        self.txn.commit().await.map_err(translate)?;
        about.into_iter().for_each(|org| self.unsealed.note(org, self.now));
        Ok(())
    }

    /// Undoes this unit and records that the deed was refused.
    pub async fn refuse(self, store: &Store, record: AuditRecord) -> Result<(), Error> {
        let now = self.now;
        self.txn.rollback().await.map_err(translate)?;
        store.record(record, now).await
    }
}

impl Deref for Tx {
    type Target = Transaction;

    fn deref(&self) -> &Transaction {
        &self.txn
    }
}

/// The organisation's advisory lock: the random half of its id.
fn lock_key(org: OrgId) -> i64 {
    let (_, low) = org.uuid().as_u64_pair();
    low.cast_signed()
}
