//! Beginning a unit of work, and asking whether a deed is allowed in it.

use tokio::time::Instant;

use crate::app::App;
use crate::domain::id::OrgId;
use crate::domain::policy::{Action, Actor, Permit, Target};
use crate::domain::role::RoleModel;
use crate::domain::{Denial, Error};
use crate::store::Tx;

impl App {
    /// Begins the only writing unit of this organisation.
    pub async fn begin(&self, org: OrgId) -> Result<Tx, Error> {
        self.begun(self.store.begin(org, self.now())).await
    }

    /// The same for a deed of a few statements about a few rows, with nothing else in between.
    pub async fn begin_brief(&self, org: OrgId) -> Result<Tx, Error> {
        self.begun(self.store.begin_brief(org, self.now())).await
    }

    /// Begins a unit for rows of one session, code, token or attempt.
    pub async fn begin_shared(&self, org: OrgId) -> Result<Tx, Error> {
        self.begun(self.store.begin_shared(org, self.now())).await
    }

    /// A unit that is part of the trial, where there is one; it is counted how long it waits for its turn.
    async fn begun(&self, unit: impl Future<Output = Result<Tx, Error>>) -> Result<Tx, Error> {
        let asked = Instant::now();
        let tx = unit.await?;
        self.metrics.may_write(asked.elapsed());
        Ok(tx.on(self.trial.clone()))
    }

    /// Asks for a permit. A refusal undoes the unit and is recorded.
    pub async fn ask(&self, tx: Tx, actor: &Actor, action: Action, target: Target) -> Result<(Tx, Permit), Error> {
        let denial = actor.denial_record(&action, &target);
        let decision = match tx.roles() {
            Ok(model) => actor.permit(model, action, target),
            // The operator's own rows have no role model; nobody who could own them holds a role.
            Err(Error::NotFound(_)) if tx.org == OrgId::OPERATOR => actor.permit(&preset()?, action, target),
            Err(other) => Err(other),
        };
        match decision {
            Ok(permit) => Ok((tx, permit)),
            // Nothing is refused when only a newer proof is wanted.
            Err(Error::Denied(Denial::ProofIsOld)) => Err(Error::denied(Denial::ProofIsOld)),
            Err(refusal @ Error::Denied(_)) => {
                tx.refuse(&self.store, denial).await?;
                Err(refusal)
            }
            Err(other) => Err(other),
        }
    }
}

/// A role model for the operator's own rows, in which nobody holds a role.
pub(super) fn preset() -> Result<RoleModel, Error> {
    let name = RoleModel::DEFAULT_PRESET;
    RoleModel::preset(name).ok_or_else(|| anyhow::anyhow!("the preset {name} cannot be read").into())
}
