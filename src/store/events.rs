//! What others are told of a unit of work: written by the unit itself, sent by a job.
//!
//! **Invariant:** a change that is kept is told, and one that is undone is not.

use serde::{Deserialize, Serialize};

use super::{Tx, clients, outbox};
use crate::domain::Error;
use crate::domain::id::{ClientId, OutboxId};
use crate::domain::policy::{Permit, Told, merged};

/// The kind of an outbox message that tells somebody of one user or group.
pub const SECURITY_EVENT: &str = "security-event";

/// What the message holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// The application.
    pub client: ClientId,
    /// The identity of the message: the same for each try, so that an application knows what it was told before.
    pub jti: String,
    /// The unit of work; the same for everything that was done in it.
    pub txn: String,
    /// When it was, in seconds since the epoch.
    pub at: i64,
    /// What happened.
    pub told: Told,
}

/// Puts a message in the outbox for each application that wants to hear of it, once for each user and group.
pub(super) async fn announce(tx: &Tx, permits: &[Permit]) -> Result<(), Error> {
    if permits.iter().all(|it| it.told().is_none()) {
        return Ok(());
    }
    let receivers = clients::receivers(&**tx, tx.org).await?;
    if receivers.is_empty() {
        return Ok(());
    }
    let all = merged(permits.iter().filter_map(Permit::told));
    let txn = OutboxId::new().to_string();
    for client in receivers {
        for told in &all {
            let message = Announcement {
                client,
                jti: OutboxId::new().to_string(),
                txn: txn.clone(),
                at: tx.now.seconds(),
                told: told.clone(),
            };
            let payload = serde_json::to_value(&message).map_err(anyhow::Error::new)?;
            outbox::insert(tx, SECURITY_EVENT, &payload).await?;
        }
    }
    Ok(())
}
