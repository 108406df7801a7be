//! One bulk request of a connection at a time.
//!
//! A second one is refused, to be sent again: if it waited, it would hold its body and its place among the requests for
//! as long as the first one takes, and identity providers know how to come back. Each node counts for itself: what is
//! shared by the nodes, the writing units of an organisation, is done one after the other anyway.
//!
//! **Invariant:** a turn ends with the request that took it, however that ends.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Caller;
use crate::app::App;
use crate::domain::Error;
use crate::domain::id::ConnectionId;

/// After how long a second bulk request may be worth another try.
const RETRY: Duration = Duration::from_secs(5);

/// The connections whose bulk requests are being answered.
#[derive(Debug, Default)]
pub struct Turns(Mutex<HashSet<ConnectionId>>);

/// The right to do a bulk request now.
#[must_use = "the turn ends when this is dropped"]
pub struct Turn {
    app: App,
    connection: ConnectionId,
}

impl Caller<'_> {
    /// Takes the turn of this connection, unless another of its requests has it.
    pub fn take_turn(&self) -> Result<Turn, Error> {
        let mut taken = self.app.turns.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !taken.insert(self.id()) {
            return Err(Error::Throttled { retry_after: RETRY });
        }
        Ok(Turn { app: self.app.clone(), connection: self.id() })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.app.turns.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.connection);
    }
}
