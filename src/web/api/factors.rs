//! What somebody proves with who they are, besides a password, in the API.

use serde::Serialize;
use utoipa::ToSchema;

use crate::app::user_sheet::{Factors, StoredPasskey};
use crate::domain::Timestamp;
use crate::domain::id::PasskeyId;

/// Everything that a reset of the second factor takes away.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FactorsBody {
    /// Since when an authenticator app is set up.
    authenticator_since: Option<String>,
    /// The passkeys, oldest first.
    passkeys: Vec<PasskeyBody>,
    /// How many recovery codes are left; null when there never were any.
    recovery_codes_left: Option<u64>,
}

/// A passkey, by what its owner calls it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PasskeyBody {
    id: PasskeyId,
    name: String,
    created_at: String,
    last_used_at: Option<String>,
}

impl From<Factors> for FactorsBody {
    fn from(it: Factors) -> Self {
        Self {
            authenticator_since: it.authenticator_since.map(Timestamp::rfc3339),
            passkeys: it.passkeys.into_iter().map(PasskeyBody::from).collect(),
            recovery_codes_left: it.codes_left,
        }
    }
}

impl From<StoredPasskey> for PasskeyBody {
    fn from(it: StoredPasskey) -> Self {
        let last_used_at = it.last_used_at.map(Timestamp::rfc3339);
        Self { id: it.id, name: it.name, created_at: it.created_at.rfc3339(), last_used_at }
    }
}
