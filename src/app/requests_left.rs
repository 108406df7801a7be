//! Requests that applications leave here, each of which is a row for a while.
//!
//! **Invariant:** whoever knows the name of a client that cannot prove itself leaves no more of them than people need; a client that
//! proves itself is answered for by somebody.

use std::net::IpAddr;
use std::time::Duration;

use crate::app::App;
use crate::app::application::Application;
use crate::app::throttle::{self, Rate, Subject};
use crate::domain::Error;

/// As many as a building full of people needs.
const FROM_ADDRESS: Rate = Rate { most: 300, per: Duration::from_mins(10) };

/// Counts one that this client leaves from an address.
pub(super) async fn count(app: &App, client: &Application, from: IpAddr) -> Result<(), Error> {
    if !client.registration.is_public() {
        return Ok(());
    }
    let windows = [(Subject::address(app, "requests left", from)?, FROM_ADDRESS)];
    throttle::spend(app, &windows).await.map(drop)
}
