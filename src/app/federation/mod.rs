//! The identity providers of organisations, as this server asks them: OpenID Connect, with this server as relying party.
//!
//! [`exchange`] asks and redeems, [`person`] finds the user whom the answer means, [`refusal`] keeps why nobody was found,
//! and [`ended`] takes what a provider tells of its own accord. The steps of the person are in `app::signin`.
//!
//! **Invariant:** somebody is found by connection, issuer and subject, or by the id under which the same connection pushed
//! them; an address, a user name or a name finds nobody.
//! **Invariant:** a sign-in gives no role, whatever a token claims; see [`claimed`].
//! **Invariant:** a token of a provider is read and forgotten; neither it nor a code is stored or logged.

mod claimed;
pub mod ended;
pub(super) mod entra;
pub(super) mod exchange;
pub(super) mod person;
mod providers;
pub(super) mod refusal;

use crate::app::App;
use crate::domain::Error;
use crate::domain::connection::Connection;
use crate::domain::id::{ConnectionId, OrgId};
use crate::store::connections;

pub use providers::Providers;
pub use refusal::Refused;

pub(super) use refusal::{Failure, Refusal};

/// The addresses that an identity provider must know of a connection.
pub struct Addresses {
    /// Where its answers go.
    pub redirect_uri: String,
    /// Where a sign-in begins.
    pub start: String,
    /// Where it tells that a session has ended, server to server.
    pub backchannel_logout: String,
    /// Where it tells the same through the browser.
    pub frontchannel_logout: String,
    /// Where it ends all access of a person.
    pub universal_logout: String,
}

/// The addresses of a connection.
pub fn addresses(app: &App, id: ConnectionId) -> Addresses {
    let at = |last: &str| app.config.url(&format!("/sso/{id}/{last}"));
    Addresses {
        redirect_uri: at("callback"),
        start: at("start"),
        backchannel_logout: at("backchannel-logout"),
        frontchannel_logout: at("frontchannel-logout"),
        universal_logout: at("universal-logout"),
    }
}

/// The connection of an address. Its id is public and opens nothing.
pub(super) async fn connection(app: &App, id: ConnectionId) -> Result<Connection, Error> {
    connections::find_anywhere(app.store.reader(), id).await?.ok_or(Error::NotFound("connection"))
}

/// The connections of an organisation at which people sign in, by name.
pub(super) async fn offered(app: &App, org: OrgId) -> Result<Vec<Connection>, Error> {
    let mut all = connections::list(app.store.reader(), org).await?;
    all.retain(|it| !it.is_paused && it.settings.sign_in().is_some());
    Ok(all)
}

/// Asks a provider for its metadata and keys; for the operator, who wants to know whether it answers.
pub async fn reach(app: &App, connection: &Connection) -> Result<(), String> {
    match providers::open(app, connection).await {
        Ok(provider) => providers::keys(app, &provider).await.map(drop).map_err(|it| it.to_string()),
        Err(failure) => Err(failure.to_string()),
    }
}
