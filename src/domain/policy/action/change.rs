//! What one deed changed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One changed value, as the audit row keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Which value: `email`, `name.givenName`, `mfa.require`.
    pub path: String,
    /// What it was; left out when it was nothing or must not be kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    /// What it is; left out when it is nothing or must not be kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
}

impl Change {
    /// A value that changed from `old` to `new`.
    pub fn new(path: impl Into<String>, old: Option<Value>, new: Option<Value>) -> Self {
        Self { path: path.into(), old, new }
    }
}
