//! Which connection a bearer token speaks for, and as whom it acts.

use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::app::federation::entra;
use crate::app::{App, connections};
use crate::domain::Error;
use crate::domain::connection::{Attributes, Connection, ConnectionToken, EntraTokens, Outside, Scopes};
use crate::domain::id::{ConnectionId, OrgId};
use crate::domain::organisation::Organisation;
use crate::domain::policy::{Actor, ScimActor};
use crate::domain::secret::TokenHash;
use crate::scim::schema::ResourceType;
use crate::store::connections::Presented;
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
    /// By what it was opened.
    pub pass: Pass,
}

/// How somebody called.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Called {
    /// From where.
    pub from: IpAddr,
    /// The connection whose own address was called.
    pub at: Option<ConnectionId>,
}

/// By what a connection was opened, as far as it takes to look whether it opens it still; nobody can make a token of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pass {
    /// The hash of the token.
    token: Vec<u8>,
    /// Which tokens of Entra opened it, where it was one of those: of them none is known here.
    entra: Option<EntraTokens>,
    called: Called,
}

impl Pass {
    /// How somebody called.
    pub const fn called(&self) -> Called {
        self.called
    }
}

/// What a presented token opens; tokens of suspended organisations open nothing. A token is one of the connection, one that a
/// client of the connection got, or one of Entra that came to the address of the connection; at that address no token of
/// another connection counts. Whoever comes from an address from which the tokens of the connection do not work is told what
/// is told of an unknown token, so that nobody finds out elsewhere whether a token is right; those who manage the connection
/// see it.
pub async fn find(app: &App, token: &str, called: Called) -> Result<Opened, Error> {
    let hash = TokenHash::of(token);
    let pass = |entra| Pass { token: hash.bytes(), entra, called };
    if let Some(found) = by_hash(app, &hash).await? {
        return admit(app, found, pass(None)).await;
    }
    let at = called.at.ok_or(Error::Unauthenticated)?;
    // Apart from the rest: few requests come this way, and each would carry the room for it.
    let connection = Box::pin(entra::find(app, at, token)).await?.ok_or(Error::Unauthenticated)?;
    let pass = pass(connection.settings.entra.clone());
    admit(app, Found::without_token(app, connection).await?, pass).await
}

/// What the token of before opens now, where it still opens the same connection. One that has ended does not; one of Entra does
/// for as long as such tokens are taken.
pub async fn reopen(app: &App, (org, id): (OrgId, ConnectionId), pass: &Pass) -> Result<Opened, Error> {
    let hash = TokenHash::from_stored(&pass.token).ok_or(Error::Unauthenticated)?;
    let found = match (by_hash(app, &hash).await?, &pass.entra) {
        (Some(found), _) => found,
        (None, Some(entra)) => {
            let connection = store::connections::find(app.store.reader(), org, id).await?;
            let same = connection.filter(|it| it.settings.entra.as_ref() == Some(entra));
            Found::without_token(app, same.ok_or(Error::Unauthenticated)?).await?
        }
        (None, None) => return Err(Error::Unauthenticated),
    };
    if found.connection.id != id {
        return Err(Error::Unauthenticated);
    }
    admit(app, found, pass.clone()).await
}

/// A connection that was named, with its organisation, and the token of its own that named it, if that was one.
struct Found {
    connection: Connection,
    organisation: Organisation,
    token: Option<ConnectionToken>,
}

impl Found {
    async fn without_token(app: &App, connection: Connection) -> Result<Self, Error> {
        let (organisation, _) = app.store.organisation(connection.org).await?;
        Ok(Self { connection, organisation, token: None })
    }
}

async fn admit(app: &App, found: Found, pass: Pass) -> Result<Opened, Error> {
    let Found { connection, organisation, token } = found;
    let (now, Called { from, at }) = (app.now(), pass.called);
    if at.is_some_and(|at| at != connection.id) || organisation.is_suspended {
        return Err(Error::Unauthenticated);
    }
    if !connection.admits(from) {
        let outside = Outside { at: now, address: from };
        app.store.came_from_outside(connection.org, connection.id, outside, now.before(NOTED)).await?;
        return Err(Error::Unauthenticated);
    }
    if let Some(token) = token.as_ref().filter(|it| it.last_used_at.is_none_or(|at| now.since(at) >= LAST_USE)) {
        app.store.token_used(connection.org, token.id, now).await?;
    }
    let users = app.users_of(&organisation)?;
    let (scopes, attributes) = token.map(|it| (it.scopes, it.attributes)).unwrap_or_default();
    Ok(Opened { connection, users, scopes, attributes, pass })
}

/// What a token with this hash names: one of the connection, or one that a client of it got.
async fn by_hash(app: &App, hash: &TokenHash) -> Result<Option<Found>, Error> {
    let (db, now) = (app.store.reader(), app.now());
    if let Some(Presented { connection, token, organisation }) =
        store::connections::find_by_token(db, hash, now).await?
    {
        return Ok(Some(Found { connection, organisation, token: Some(token) }));
    }
    match connection_clients::find_by_access(db, hash, now).await? {
        Some(connection) => Ok(Some(Found::without_token(app, connection).await?)),
        None => Ok(None),
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
