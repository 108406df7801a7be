//! The deeds of a part of the audit log that is kept as a file, after somebody has asked for it.

use serde_json::{Value, json};

use crate::domain::id::AuditExportId;

/// A deed of a kept file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportDeed {
    /// Somebody takes a copy.
    Fetch,
    /// It goes before its time.
    Delete,
    /// There will be none.
    Fail {
        /// Why.
        why: &'static str,
    },
}

impl ExportDeed {
    /// The name in the past tense, and the words after "may not".
    pub(super) const fn words(self) -> (&'static str, &'static str) {
        const PHRASE: &str = "export the audit log";
        match self {
            Self::Fetch => ("audit.export_fetched", PHRASE),
            Self::Delete => ("audit.export_deleted", PHRASE),
            Self::Fail { .. } => ("audit.export_failed", PHRASE),
        }
    }

    pub(super) fn changes(self, export: AuditExportId) -> Value {
        match self {
            Self::Fetch => json!([{"path": "export", "new": export}]),
            Self::Delete => json!([{"path": "export", "old": export}]),
            Self::Fail { why } => json!([{"path": "export", "old": export}, {"path": "failure", "new": why}]),
        }
    }
}
