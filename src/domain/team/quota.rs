//! How much a team may have of what applications give out, and how much of it is in use.
//!
//! **Invariant:** what no quota names is not limited; a quota of 0 lets nothing be used.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::id::UserId;
use crate::domain::policy::Change;
use crate::domain::{Error, Flaw, Timestamp};

/// The largest amount of anything.
pub const AMOUNT_MAX: u64 = 1_000_000_000;

/// What is limited. The word holds the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Quota {
    /// Thousandths of a processor core.
    #[serde(rename = "cpu_millicores")]
    Cpu,
    /// Mebibytes of memory.
    #[serde(rename = "memory_mib")]
    Memory,
    /// Gibibytes of storage.
    #[serde(rename = "storage_gib")]
    Storage,
    /// How many applications.
    #[serde(rename = "applications")]
    Applications,
    /// How many workflows.
    #[serde(rename = "workflows")]
    Workflows,
    /// How many workspaces.
    #[serde(rename = "workspaces")]
    Workspaces,
}

impl Quota {
    /// Every quota there is.
    pub const ALL: [Self; 6] =
        [Self::Cpu, Self::Memory, Self::Storage, Self::Applications, Self::Workflows, Self::Workspaces];

    /// The word that is stored and sent.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cpu => "cpu_millicores",
            Self::Memory => "memory_mib",
            Self::Storage => "storage_gib",
            Self::Applications => "applications",
            Self::Workflows => "workflows",
            Self::Workspaces => "workspaces",
        }
    }
}

/// An amount of each of these; of what is not named, none was said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amounts(BTreeMap<Quota, u64>);

impl Amounts {
    /// These amounts; none is more than [`AMOUNT_MAX`].
    pub fn of(all: impl IntoIterator<Item = (Quota, Option<u64>)>) -> Result<Self, Error> {
        let said: BTreeMap<Quota, u64> = all.into_iter().filter_map(|(of, amount)| Some((of, amount?))).collect();
        match said.iter().find(|(_, amount)| **amount > AMOUNT_MAX) {
            Some((of, _)) => Err(Error::invalid(of.word(), Flaw::NotBetween { from: 0, to: AMOUNT_MAX })),
            None => Ok(Self(said)),
        }
    }

    /// What was said of this one.
    pub fn get(&self, of: Quota) -> Option<u64> {
        self.0.get(&of).copied()
    }

    /// True when nothing was said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Everything that was said.
    pub fn iter(&self) -> impl Iterator<Item = (Quota, u64)> {
        self.0.iter().map(|(of, amount)| (*of, *amount))
    }

    /// These and those together.
    #[must_use]
    pub fn plus(mut self, more: &Self) -> Self {
        for (of, amount) in more.iter() {
            let sum = self.0.entry(of).or_default();
            *sum = sum.saturating_add(amount);
        }
        self
    }
}

/// What an application says that a team uses of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The service account or the person that says it.
    pub by: UserId,
    /// Its name when it said so.
    pub name: String,
    /// How much.
    pub amounts: Amounts,
    /// Since when it has been that much.
    pub since: Timestamp,
}

/// More of something than a quota lets be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Excess {
    /// Of what.
    pub of: Quota,
    /// How much may be used.
    pub most: u64,
    /// How much it is, or would be.
    pub amount: u64,
}

/// Where an amount is more than its quota.
pub fn excess(quotas: &Amounts, amounts: &Amounts) -> Vec<Excess> {
    let limited = amounts.iter().filter_map(|(of, amount)| Some((of, quotas.get(of)?, amount)));
    limited.filter(|(_, most, amount)| amount > most).map(|(of, most, amount)| Excess { of, most, amount }).collect()
}

/// What is different between these amounts and those.
pub fn changes(before: &Amounts, after: &Amounts) -> Vec<Change> {
    let both = Quota::ALL.map(|of| (of, before.get(of), after.get(of)));
    let differing = both.into_iter().filter(|(_, old, new)| old != new);
    differing.map(|(of, old, new)| Change::new(of.word(), old.map(Into::into), new.map(Into::into))).collect()
}
