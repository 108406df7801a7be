//! What units of work would keep: found out without keeping it, or held to what was found out before.
//!
//! **Invariant:** on a trial no unit keeps anything; the deeds that it would have kept are noted.
//! **Invariant:** held to a plan, a unit keeps the deeds that the plan has next, and otherwise nothing.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::domain::policy::AuditRecord;
use crate::domain::{Conflict, Error};

/// A deed of a plan, as the record of it would tell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedDeed {
    /// The deed: `user.deactivated`.
    pub action: &'static str,
    /// What kind of thing it is done to.
    pub target_kind: &'static str,
    /// Which one, where it has an id.
    pub target_id: Option<String>,
    /// What that is called.
    pub target_label: String,
    /// What changes.
    pub changes: Value,
}

/// What a trial has found out: the deeds of each unit.
#[derive(Debug, Clone, Default)]
pub struct Plan(Vec<Vec<PlannedDeed>>);

impl Plan {
    /// The deeds, in their order.
    pub fn deeds(&self) -> impl Iterator<Item = &PlannedDeed> {
        self.0.iter().flatten()
    }

    /// What each unit is recognised by.
    pub fn digests(&self) -> Result<Vec<String>, Error> {
        self.0.iter().map(|unit| digest(unit)).collect()
    }
}

/// Units of work that keep nothing, or only what was planned.
#[derive(Debug, Clone)]
pub enum Trial {
    /// Nothing is kept; this is what would have been.
    Rehearsal(Arc<Mutex<Plan>>),
    /// Only these units are kept, in this order.
    Held(Arc<Mutex<VecDeque<String>>>),
}

impl Trial {
    /// Units that keep nothing.
    pub fn rehearsal() -> Self {
        Self::Rehearsal(Arc::default())
    }

    /// Units that are held to a plan.
    pub fn held_to(digests: Vec<String>) -> Self {
        Self::Held(Arc::new(Mutex::new(digests.into())))
    }

    /// What would have been kept until now.
    pub fn plan(&self) -> Plan {
        match self {
            Self::Rehearsal(plan) => plan.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Self::Held(_) => Plan::default(),
        }
    }

    /// True when everything that was planned was kept.
    pub fn is_over(&self) -> bool {
        match self {
            Self::Rehearsal(_) => true,
            Self::Held(left) => left.lock().unwrap_or_else(PoisonError::into_inner).is_empty(),
        }
    }

    /// Whether a unit that leaves these records is kept.
    pub(super) fn keeps(&self, records: &[&AuditRecord]) -> Result<bool, Error> {
        let unit: Vec<PlannedDeed> = records.iter().map(|it| planned(it)).collect();
        match self {
            Self::Rehearsal(plan) => {
                let mut plan = plan.lock().unwrap_or_else(PoisonError::into_inner);
                plan.0.extend(Some(unit).filter(|it| !it.is_empty()));
                Ok(false)
            }
            Self::Held(_) if unit.is_empty() => Ok(true),
            Self::Held(left) => {
                let next = left.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                if next == Some(digest(&unit)?) { Ok(true) } else { Err(Conflict::PlanChanged.into()) }
            }
        }
    }
}

fn planned(record: &AuditRecord) -> PlannedDeed {
    PlannedDeed {
        action: record.action,
        target_kind: record.target_kind,
        target_id: record.target_id.clone(),
        target_label: record.target_label.clone(),
        changes: record.changes.clone(),
    }
}

fn digest(unit: &[PlannedDeed]) -> Result<String, Error> {
    let written = serde_json::to_vec(unit).map_err(anyhow::Error::new)?;
    Ok(URL_SAFE_NO_PAD.encode(Sha256::digest(written)))
}
