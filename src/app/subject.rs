//! By which names an application knows somebody and their sessions (OpenID Connect Core 8).
//!
//! **Invariant:** two applications of different hosts that know people by names of their own cannot tell from these, nor from those of
//! the sessions, that they have to do with the same person; and a name stays the same.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::App;
use crate::domain::Error;
use crate::domain::id::{SessionId, UserId};
use crate::oidc::client::Registration;

/// The `sub` of somebody for this application.
pub(super) fn of(app: &App, to: &Registration, user: UserId) -> Result<String, Error> {
    named(app, to, "subject", user.to_string())
}

/// The `sid` of a session for this application.
pub(super) fn session(app: &App, to: &Registration, id: SessionId) -> Result<String, Error> {
    named(app, to, "session", id.to_string())
}

fn named(app: &App, to: &Registration, what: &str, id: String) -> Result<String, Error> {
    if !to.pairwise {
        return Ok(id);
    }
    Ok(URL_SAFE_NO_PAD.encode(app.seal.lookup(&format!("{what} {} {id}", to.sector()))?))
}
