//! Which connection a bearer token speaks for, and as whom it acts.

use std::net::IpAddr;
use std::time::Duration;

use crate::app::{App, connections};
use crate::domain::Error;
use crate::domain::connection::{Connection, Outside, Scopes};
use crate::domain::policy::{Actor, ScimActor};
use crate::domain::secret::TokenHash;
use crate::scim::schema::ResourceType;
use crate::store;

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
}

/// What a token opens that is presented from this address; tokens of suspended organisations open nothing. Whoever comes from
/// an address from which the tokens of the connection do not work is told what is told of an unknown token, so that nobody
/// finds out elsewhere whether a token is right; those who manage the connection see it.
pub async fn find(app: &App, token: &str, from: IpAddr) -> Result<Opened, Error> {
    let now = app.now();
    let found = store::connections::find_by_token(app.store.reader(), &TokenHash::of(token), now).await?;
    let (connection, token) = found.ok_or(Error::Unauthenticated)?;
    let (organisation, _) = app.store.organisation(connection.org).await?;
    if organisation.is_suspended {
        return Err(Error::Unauthenticated);
    }
    if !connection.admits(from) {
        let outside = Outside { at: now, address: from };
        app.store.came_from_outside(connection.org, connection.id, outside, now.before(NOTED)).await?;
        return Err(Error::Unauthenticated);
    }
    if token.last_used_at.is_none_or(|at| now.since(at) >= LAST_USE) {
        app.store.token_used(connection.org, token.id, now).await?;
    }
    let users = app.users_of(&organisation)?;
    Ok(Opened { connection, users, scopes: token.scopes })
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
