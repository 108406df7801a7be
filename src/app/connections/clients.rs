//! The clients of a connection: programs of the identity provider that get short-lived tokens for it by themselves.
//!
//! **Invariant:** a secret is shown once, when it is made; only its hash is stored. Of keys only public ones are kept.
//! **Invariant:** a client opens what a token of the connection opens, and whoever makes one could make a token.

use serde_json::Value;

use super::{begin, ceiling, target};
use crate::app::App;
use crate::app::client_proof::read_keys;
use crate::domain::Error;
use crate::domain::connection::ConnectionClient;
use crate::domain::id::{ClientId, ConnectionId};
use crate::domain::policy::{Action, Actor};
use crate::domain::secret::{Secret, TokenHash, TokenKind};
use crate::domain::text::check_name;
use crate::store::connection_clients;

/// The longest name of a client.
pub const CLIENT_NAME_MAX: usize = super::NAME_MAX;
/// So many clients has a connection at most.
const CLIENTS_MAX: usize = 20;

/// A client and its secret, where it has one, shown once.
pub struct NewClient {
    /// What is known of it later.
    pub client: ConnectionClient,
    /// What it proves itself with, unless that is a key of its own.
    pub secret: Option<Secret<String>>,
}

/// Makes a client for a connection: with a secret, or for these public keys. Those that are there stay.
pub async fn add_client(
    app: &App,
    actor: &Actor,
    id: ConnectionId,
    (name, jwks): (String, Option<&Value>),
) -> Result<NewClient, Error> {
    check_name("name", &name, CLIENT_NAME_MAX)?;
    let jwks = jwks.map(read_keys).transpose()?.map(|it| it.to_string());
    let (tx, connection) = begin(app, actor, id).await?;
    let client = ConnectionClient {
        id: ClientId::new(),
        org: tx.org,
        connection: id,
        name,
        jwks,
        created_at: tx.now,
        last_used_at: None,
    };
    let action = Action::AddConnectionClient { client: client.id, ceiling: ceiling(&connection.settings)? };
    let (tx, permit) = app.ask(tx, actor, action, target(&connection)).await?;
    if connection_clients::list(&*tx, tx.org, id).await?.len() >= CLIENTS_MAX {
        return Err(Error::malformed("name", format!("a connection has at most {CLIENTS_MAX} clients; end one first")));
    }
    let secret = client.jwks.is_none().then(|| TokenKind::Client.generate());
    let hash = secret.as_ref().map(|secret| TokenHash::of(secret.reveal()));
    connection_clients::insert(&tx, &client, hash.as_ref()).await?;
    tx.commit(permit).await?;
    Ok(NewClient { client, secret })
}

/// Ends a client of a connection at once, with every token it got.
pub async fn revoke_client(app: &App, actor: &Actor, id: ConnectionId, client: ClientId) -> Result<(), Error> {
    let (tx, connection) = begin(app, actor, id).await?;
    let action = Action::RevokeConnectionClient { client };
    let (tx, permit) = app.ask(tx, actor, action, target(&connection)).await?;
    let clients = connection_clients::list(&*tx, tx.org, id).await?;
    if !clients.iter().any(|it| it.id == client) {
        return Err(Error::NotFound("client of this connection"));
    }
    connection_clients::delete(&tx, client).await?;
    tx.commit(permit).await
}
