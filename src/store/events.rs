//! What applications are told of a unit of work: written by the unit itself, sent by a job.
//!
//! **Invariant:** a change that is kept is told, and one that is undone is not.

use serde::{Deserialize, Serialize};

use super::{Tx, clients, outbox};
use crate::domain::Error;
use crate::domain::id::{ClientId, OutboxId};
use crate::domain::policy::{Kept, Permit, Told, What};
use crate::scim::event::{Event, Happening, merged};

/// The kind of an outbox message that tells one application of one resource.
pub const SECURITY_EVENT: &str = "security-event";

/// What the message holds; the token is signed when it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// The application.
    pub client: ClientId,
    /// The id of the token: the same for each try, so that an application knows what it was told before.
    pub jti: String,
    /// The unit of work; the same for everything that was done in it.
    pub txn: String,
    /// When it was, in seconds since the epoch.
    pub at: i64,
    /// What happened.
    pub event: Event,
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
    let events = merged(permits.iter().filter_map(Permit::told).map(event).collect());
    let txn = OutboxId::new().to_string();
    for client in receivers {
        for event in &events {
            let message = Announcement {
                client,
                jti: OutboxId::new().to_string(),
                txn: txn.clone(),
                at: tx.now.seconds(),
                event: event.clone(),
            };
            let payload = serde_json::to_value(&message).map_err(anyhow::Error::new)?;
            outbox::insert(tx, SECURITY_EVENT, &payload).await?;
        }
    }
    Ok(())
}

fn event(told: &Told) -> Event {
    let endpoint = match told.to {
        Kept::User => "Users",
        Kept::Group => "Groups",
    };
    let what = match told.what {
        What::Made => Happening::Create,
        What::Changed => Happening::Patch,
        What::LetIn => Happening::Activate,
        What::ShutOut => Happening::Deactivate,
        What::Gone => Happening::Delete,
    };
    Event::new(format!("/{endpoint}/{}", told.id), what, told.attributes.iter().cloned())
}
