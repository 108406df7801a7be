//! What a request came to, noted while it is done: for the journal, and for whoever only wants to know what it would do.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::domain::journal::Deed;
use crate::domain::policy::AuditRecord;
use crate::scim::redact::redacted;
use crate::store::kept_requests::Claim;

/// A larger body is not kept.
pub const KEPT_BYTES: usize = 32 * 1024;

/// The notes on one request.
#[derive(Debug, Default)]
pub struct Trace {
    is_trial: bool,
    /// By what a request is carried out that was kept, and which of its operations is being done.
    claim: Option<Claim>,
    operation: AtomicUsize,
    is_told_elsewhere: AtomicBool,
    notes: Mutex<Notes>,
}

/// What was noted.
#[derive(Debug, Default)]
pub struct Notes {
    /// The body, without passwords, unless it is too large.
    pub request: Option<Value>,
    /// How many bytes the body had.
    pub request_bytes: usize,
    /// What was done.
    pub deeds: Vec<Deed>,
    /// How many were found, of a list.
    pub found: Option<u64>,
    /// What was asked for and left as it was, because the token does not name it.
    pub left_alone: BTreeSet<String>,
    /// The attributes that the token names, where it names any.
    pub named: Vec<String>,
}

impl Trace {
    /// Of a request of which nothing is kept.
    pub fn of_trial() -> Self {
        Self { is_trial: true, ..Self::default() }
    }

    /// Of a request that was kept and is carried out now.
    pub fn of_kept(claim: Claim) -> Self {
        Self { claim: Some(claim), ..Self::default() }
    }

    /// From now on this operation of a kept request is done.
    pub fn begins(&self, operation: usize) {
        self.operation.store(operation, Ordering::Relaxed);
    }

    /// The claim on a kept request, and its operation that is being done.
    pub(super) fn kept(&self) -> Option<(&Claim, usize)> {
        self.claim.as_ref().map(|it| (it, self.operation.load(Ordering::Relaxed)))
    }

    /// True when nothing of the request is kept.
    pub(super) const fn is_trial(&self) -> bool {
        self.is_trial
    }

    /// From now on another entry of the journal tells of the request.
    pub(crate) fn leave(&self) {
        self.is_told_elsewhere.store(true, Ordering::Relaxed);
    }

    /// True when another entry of the journal tells of the request.
    pub fn is_told_elsewhere(&self) -> bool {
        self.is_told_elsewhere.load(Ordering::Relaxed)
    }

    /// Notes what was asked.
    pub fn asked(&self, body: &Value, bytes: usize) {
        let kept = (bytes <= KEPT_BYTES).then(|| redacted(body));
        let mut notes = self.lock();
        notes.request = kept;
        notes.request_bytes = bytes;
    }

    /// Notes what was done.
    pub(super) fn did<'a>(&self, records: impl Iterator<Item = &'a AuditRecord>) {
        self.lock().deeds.extend(records.map(Deed::of));
    }

    /// Notes what was left as it was.
    pub(super) fn left_alone(&self, names: BTreeSet<String>) {
        if !names.is_empty() {
            self.lock().left_alone.extend(names);
        }
    }

    /// Notes how many were found.
    pub(super) fn found(&self, total: u64) {
        self.lock().found = Some(total);
    }

    /// What was noted until now.
    pub fn take(&self) -> Notes {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
