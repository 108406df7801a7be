//! Which connection a bearer token speaks for, and as whom it acts.

use std::net::IpAddr;
use std::time::Duration;

use crate::app::federation::entra;
use crate::app::{App, connections};
use crate::domain::Error;
use crate::domain::connection::{Attributes, Connection, Outside, Scopes};
use crate::domain::id::ConnectionId;
use crate::domain::policy::{Actor, ScimActor};
use crate::domain::secret::TokenHash;
use crate::scim::schema::ResourceType;
use crate::store::{self, connection_clients};

/// How exactly the last use of a token is known.
const LAST_USE: Duration = Duration::from_secs(60);

/// Somebody who came from elsewhere is noted so seldom.
const NOTED: Duration = Duration::from_secs(60);

/// What a presented token opens.
pub struct Opened {
    /// The connection it speaks for.
    pub connection: Connection,
    /// The table of the users of its organisation.
    pub users: &'static ResourceType,
    /// What it may be used for.
    pub scopes: Scopes,
    /// What it sees and sets of users and groups.
    pub attributes: Attributes,
}

/// How somebody called.
#[derive(Debug, Clone, Copy)]
pub struct Called {
    /// From where.
    pub from: IpAddr,
    /// The connection whose own address was called.
    pub at: Option<ConnectionId>,
}

/// What a presented token opens; tokens of suspended organisations open nothing. A token is one of the connection, one that a
/// client of the connection got, or one of Entra that came to the address of the connection; at that address no token of
/// another connection counts. Whoever comes from an address from which the tokens of the connection do not work is told what
/// is told of an unknown token, so that nobody finds out elsewhere whether a token is right; those who manage the connection
/// see it.
pub async fn find(app: &App, token: &str, called: Called) -> Result<Opened, Error> {
    let (now, hash, at) = (app.now(), TokenHash::of(token), called.at);
    let (connection, used) = match store::connections::find_by_token(app.store.reader(), &hash, now).await? {
        Some((connection, token)) => (connection, Some(token)),
        None => (by_program(app, token, at).await?.ok_or(Error::Unauthenticated)?, None),
    };
    if at.is_some_and(|at| at != connection.id) {
        return Err(Error::Unauthenticated);
    }
    let (organisation, _) = app.store.organisation(connection.org).await?;
    if organisation.is_suspended {
        return Err(Error::Unauthenticated);
    }
    if !connection.admits(called.from) {
        let outside = Outside { at: now, address: called.from };
        app.store.came_from_outside(connection.org, connection.id, outside, now.before(NOTED)).await?;
        return Err(Error::Unauthenticated);
    }
    if let Some(token) = used.as_ref().filter(|it| it.last_used_at.is_none_or(|at| now.since(at) >= LAST_USE)) {
        app.store.token_used(connection.org, token.id, now).await?;
    }
    let users = app.users_of(&organisation)?;
    let (scopes, attributes) = used.map(|it| (it.scopes, it.attributes)).unwrap_or_default();
    Ok(Opened { connection, users, scopes, attributes })
}

/// The connection for which a program got this token: here, or at Entra.
async fn by_program(app: &App, token: &str, at: Option<ConnectionId>) -> Result<Option<Connection>, Error> {
    let by_client = connection_clients::find_by_access(app.store.reader(), &TokenHash::of(token), app.now()).await?;
    match (by_client, at) {
        (Some(connection), _) => Ok(Some(connection)),
        // Apart from the rest: few requests come this way, and each would carry the room for it.
        (None, Some(at)) => Box::pin(entra::find(app, at, token)).await,
        (None, None) => Ok(None),
    }
}

/// The connection as somebody who acts. A ceiling that cannot be read is an error, never the absence of one.
pub fn actor(connection: &Connection) -> Result<Actor, Error> {
    Ok(Actor::Scim(ScimActor {
        org: connection.org,
        connection: connection.id,
        label: connection.name.clone(),
        ceiling: connections::ceiling(&connection.settings)?,
    }))
}
