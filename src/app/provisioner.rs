//! Which connection a bearer token speaks for, and as whom it acts.

use std::time::Duration;

use crate::app::{App, connections};
use crate::domain::Error;
use crate::domain::connection::Connection;
use crate::domain::policy::{Actor, ScimActor};
use crate::domain::secret::TokenHash;
use crate::scim::schema::ResourceType;
use crate::store;

/// How exactly the last use of a token is known.
const LAST_USE: Duration = Duration::from_secs(60);

/// The connection of a presented token, with the table of the users of its organisation; tokens of suspended organisations
/// are none.
pub async fn find(app: &App, token: &str) -> Result<(Connection, &'static ResourceType), Error> {
    let now = app.now();
    let found = store::connections::find_by_token(app.store.reader(), &TokenHash::of(token), now).await?;
    let (connection, token) = found.ok_or(Error::Unauthenticated)?;
    let (organisation, _) = app.store.organisation(connection.org).await?;
    if organisation.is_suspended {
        return Err(Error::Unauthenticated);
    }
    if token.last_used_at.is_none_or(|at| now.since(at) >= LAST_USE) {
        app.store.token_used(connection.org, token.id, now).await?;
    }
    Ok((connection, app.users_of(&organisation)?))
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
