//! Codes and refresh tokens for tokens, and what becomes of tokens afterwards.
//!
//! **Invariant:** a code or refresh token is used up by one conditional statement, in the unit that writes its successors.
//! **Invariant:** what works once and comes a second time ends everything that came from the same authorization; but a refresh
//! token may come again until one that it was exchanged for was used, and of these one at most is good for anything.
//! **Invariant:** every use of a token asks the database whether person, organisation, client and family still live; what
//! is told about the person is read at that moment, never kept with the token.

mod exchange;
mod grant;
mod inspect;
mod machine;
mod mint;
pub(super) mod person;

pub use grant::exchange;
pub(super) use inspect::{Live, Opened, at_userinfo, opened};
pub use inspect::{introspect, revoke, userinfo};
pub use machine::exchange_for_program;
pub(super) use mint::{id_token, occasion};

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};

use crate::app::App;
use crate::app::application::{self, Application};
use crate::app::client_proof::{believe, spent, wrong};
use crate::domain::Error;
use crate::oidc::credentials::Credentials;
use crate::oidc::{self, ErrorCode, assertion};

/// Why a request at one of the token endpoints failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// In the terms of the protocol.
    #[error(transparent)]
    Protocol(#[from] oidc::Error),
    /// In the terms of the product.
    #[error(transparent)]
    Product(#[from] Error),
}

/// The application that these credentials prove, in the way it is registered with.
pub async fn authenticate(app: &App, credentials: &Credentials) -> Result<Arc<Application>, Failure> {
    let client = application::find(app, &credentials.client_id).await?.ok_or_else(wrong)?;
    prove(app, client, credentials).await
}

/// The application, if these credentials prove it.
async fn prove(app: &App, client: Arc<Application>, credentials: &Credentials) -> Result<Arc<Application>, Failure> {
    credentials.check_method(&client.registration)?;
    let is_proved = match (&credentials.secret, &credentials.assertion) {
        (Some(secret), _) => client.has_secret(secret.expose_secret(), app.now()),
        (None, Some(assertion)) => return by_assertion(app, client, assertion).await,
        (None, None) => client.registration.is_public(),
    };
    if is_proved { Ok(client) } else { Err(wrong().into()) }
}

/// The application that signed an assertion, which is spent whatever becomes of the request.
async fn by_assertion(
    app: &App,
    client: Arc<Application>,
    presented: &SecretString,
) -> Result<Arc<Application>, Failure> {
    let keys = client.registration.jwks.as_ref().map(ToString::to_string).unwrap_or_default();
    let algorithm = assertion::algorithm(presented.expose_secret()).unwrap_or_default();
    if !client.registration.profile.takes_assertions_by(&algorithm) {
        let problem = "the profile of this client wants assertions that are signed with PS256, ES256 or EdDSA";
        return Err(ErrorCode::InvalidClient.because(problem).into());
    }
    let assertion = believe(app, (client.client.id, &client.registration.client_id, &keys), presented)?;
    match app.store.spend_assertion(client.client.org, assertion).await? {
        true => Ok(client),
        false => Err(spent().into()),
    }
}

/// A fault of this server in the words of the protocol, to be logged like every other.
fn fault(cause: oidc::Error) -> Error {
    Error::Internal(anyhow::Error::new(cause))
}
