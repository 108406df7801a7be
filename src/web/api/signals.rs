//! What applications were told of ended access, in the API.

use serde::Serialize;
use utoipa::ToSchema;

use crate::app::signals::Receipt;
use crate::domain::id::{ClientId, OutboxId};

/// What one application was told, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SignalBody {
    /// Of an event in a stream, its `jti`.
    #[schema(value_type = String, format = "uuid")]
    id: OutboxId,
    client_id: ClientId,
    /// What the application is called; empty when it is gone.
    application: String,
    /// `backchannel-logout`, or the short name of an event, such as `session-revoked`.
    kind: String,
    /// When the deed was done that it tells of.
    at: String,
    /// `waiting`, `delivered` or `failed`.
    state: &'static str,
    /// How often it was tried.
    tries: i64,
    /// How long after the deed it was delivered or given up, in milliseconds.
    after_ms: Option<u64>,
    /// Why it was not delivered at the last try.
    failure: Option<String>,
}

impl From<Receipt> for SignalBody {
    fn from(it: Receipt) -> Self {
        Self {
            id: it.id,
            client_id: it.client,
            application: it.application,
            kind: it.kind,
            at: it.at.rfc3339(),
            state: it.state.word(),
            tries: it.tries,
            after_ms: it.after.map(|it| u64::try_from(it.as_millis()).unwrap_or(u64::MAX)),
            failure: it.failure,
        }
    }
}
