//! Letters that could not be delivered, in the API.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::undelivered::Undelivered;

/// The last letter to somebody, which could not be delivered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UndeliveredBody {
    /// The address that it was written to.
    address: String,
    /// When it was given up.
    at: String,
    /// `refused` by the mail server for good, or `never-left`: it could not be handed over, however often it was tried.
    reason: &'static str,
    /// What the mail server said, shortened: the words of a foreign server, which may say anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    said: Option<String>,
}

impl From<Undelivered> for UndeliveredBody {
    fn from(it: Undelivered) -> Self {
        Self { address: it.address, at: it.at.rfc3339(), reason: it.why.word(), said: it.said }
    }
}
