//! Which connection a bearer token speaks for, and as whom it acts.

use std::time::Duration;

use crate::app::App;
use crate::domain::Error;
use crate::domain::connection::Connection;
use crate::domain::policy::{Actor, Ceiling, ScimActor};
use crate::domain::role::RoleKey;
use crate::domain::secret::TokenHash;
use crate::store::connections;

/// How exactly the last use of a token is known.
const LAST_USE: Duration = Duration::from_secs(60);

/// The connection of a presented token; tokens of suspended organisations are none.
pub async fn find(app: &App, token: &str) -> Result<Connection, Error> {
    let now = app.now();
    let found = connections::find_by_token(app.store.reader(), &TokenHash::of(token), now).await?;
    let (connection, token) = found.ok_or(Error::Unauthenticated)?;
    let (organisation, _) = app.store.organisation(connection.org).await?;
    if organisation.is_suspended {
        return Err(Error::Unauthenticated);
    }
    if token.last_used_at.is_none_or(|at| now.since(at) >= LAST_USE) {
        app.store.token_used(connection.org, token.id, now).await?;
    }
    Ok(connection)
}

/// The connection as somebody who acts.
pub fn actor(connection: &Connection) -> Actor {
    let max = connection.settings.max_role.as_deref().and_then(|it| RoleKey::parse(it).ok());
    Actor::Scim(ScimActor {
        org: connection.org,
        connection: connection.id,
        label: connection.name.clone(),
        ceiling: Ceiling { max, protected: connection.settings.protected_roles },
    })
}
