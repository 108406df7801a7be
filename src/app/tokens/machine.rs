//! The token endpoint for programs that act for themselves (RFC 6749 4.4): the client of a connection gets a token for SCIM, an
//! application one for its stream of security events.
//!
//! **Invariant:** the client of a connection gets nothing else anywhere: it has no redirect URI, no person and no other scope; nor
//! does what an application gets for itself open anything of a person.
//! **Invariant:** an assertion is spent in the unit that writes the token for it, so that it gives one token or none.

use std::time::Duration;

use secrecy::ExposeSecret as _;

use super::{Failure, prove};
use crate::app::App;
use crate::app::application::{self, Application};
use crate::app::client_proof::{believe, spent, wrong};
use crate::app::provisioning::lanes;
use crate::domain::Error;
use crate::domain::connection::ConnectionClient;
use crate::domain::connection::lanes::Passage;
use crate::domain::policy::{Action, Actor, ClientActor, Target};
use crate::domain::secret::{TokenHash, TokenKind};
use crate::oidc;
use crate::oidc::credentials::Credentials;
use crate::oidc::error::ErrorCode;
use crate::oidc::token::{ClientGrant, Response};
use crate::store::spent_assertions::{self, Assertion};
use crate::store::{client_access, connection_clients, connections};

/// How long a token works.
const ACCESS_SECONDS: u32 = 3_600;
/// When it is worth another try where too many are asked for.
const SOON: Duration = Duration::from_secs(1);

/// Gives the client of a connection a token.
pub async fn exchange_for_program(
    app: &App,
    credentials: &Credentials,
    grant: &ClientGrant,
) -> Result<Response, Failure> {
    if let Some(named) = application::find(app, &credentials.client_id).await? {
        return for_application(app, &*prove(app, named, credentials).await?, grant).await;
    }
    let (client, secret) = find(app, credentials).await?.ok_or_else(wrong)?;
    let proof = prove_connection(app, credentials, &client, secret.as_ref())?;
    let scopes = grant.scopes()?;
    pace(app, &client).await?;
    let tx = app.begin(client.org).await?;
    if tx.organisation()?.is_suspended {
        return Err(wrong().into());
    }
    let found = connections::find(&*tx, client.org, client.connection).await?;
    let still = connection_clients::find(&*tx, client.id).await?;
    let Some(connection) = found.filter(|_| still.is_some()) else { return Err(wrong().into()) };
    if let Some(assertion) = proof
        && !spent_assertions::spend(&tx, assertion).await?
    {
        return Err(spent().into());
    }
    let token = TokenKind::Access.generate();
    let ends = tx.now.after(Duration::from_secs(u64::from(ACCESS_SECONDS)));
    let words: Vec<String> = scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
    let action = Action::IssueTokens { client: client.id.to_string(), scopes: words };
    let target = Target::Connection { org: client.org, id: connection.id, label: connection.name };
    let (tx, permit) = app.ask(tx, &actor(&client), action, target).await?;
    connection_clients::insert_access(&tx, client.id, &TokenHash::of(token.reveal()), ends).await?;
    tx.commit(permit).await?;
    app.metrics.access_token_issued(ClientGrant::WORD);
    Ok(Response::new(token.reveal().clone(), ACCESS_SECONDS, &scopes))
}

/// Gives an application a token for what it does for itself.
async fn for_application(app: &App, client: &Application, grant: &ClientGrant) -> Result<Response, Failure> {
    let refused = |problem: &str| Err(ErrorCode::UnauthorizedClient.because(problem).into());
    if client.registration.is_public() {
        return refused("a client without a secret gets no token for itself");
    }
    let scopes = grant.scopes_of_application(&client.registration.scopes)?;
    if client.registration.needs_dpop() {
        return refused("tokens of this client are bound to a key, and one that it has for itself cannot be");
    }
    let token = TokenKind::Access.generate();
    let tx = app.begin_shared(client.client.org).await?;
    if client.client.organisation().is_some() && tx.organisation()?.is_suspended {
        return Err(wrong().into());
    }
    let ends = tx.now.after(Duration::from_secs(u64::from(ACCESS_SECONDS)));
    let words = scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
    let action = Action::IssueTokens { client: client.client.id.to_string(), scopes: words };
    let (tx, permit) = app.ask(tx, &client.actor(), action, client.client.target()).await?;
    client_access::insert(&tx, &client.client, (&TokenHash::of(token.reveal()), &scopes.to_string()), ends).await?;
    tx.commit(permit).await?;
    app.metrics.access_token_issued(ClientGrant::WORD);
    Ok(Response::new(token.reveal().clone(), ACCESS_SECONDS, &scopes))
}

/// Getting a token is a request of the connection like any other, and waits where those do.
async fn pace(app: &App, client: &ConnectionClient) -> Result<(), Failure> {
    let found = connections::find(app.store.reader(), client.org, client.connection).await?;
    match lanes::enter(app, &found.ok_or_else(wrong)?) {
        Ok(Passage::Free) => Ok(()),
        Ok(Passage::ToLetGo) => Err(Error::Throttled { retry_after: SOON }.into()),
        Err(fast) => {
            let retry_after = fast.retry_after_seconds.map_or(SOON, Duration::from_secs);
            Err(Error::Throttled { retry_after }.into())
        }
    }
}

async fn find(app: &App, presented: &Credentials) -> Result<Option<(ConnectionClient, Option<TokenHash>)>, Error> {
    match presented.client_id.parse() {
        Ok(id) => connection_clients::find(app.store.reader(), id).await,
        Err(_) => Ok(None),
    }
}

/// The proof of the client of a connection: its secret, or an assertion, which is still to be spent.
fn prove_connection(
    app: &App,
    presented: &Credentials,
    client: &ConnectionClient,
    secret: Option<&TokenHash>,
) -> Result<Option<Assertion>, oidc::Error> {
    match (&presented.secret, &presented.assertion, secret, &client.jwks) {
        (Some(said), None, Some(kept), None) if kept.matches(&TokenHash::of(said.expose_secret())) => Ok(None),
        (None, Some(said), None, Some(jwks)) => believe(app, (client.id, &client.id.to_string(), jwks), said).map(Some),
        _ => Err(wrong()),
    }
}

fn actor(client: &ConnectionClient) -> Actor {
    Actor::Client(ClientActor { org: Some(client.org), id: client.id, label: client.name.clone() })
}
