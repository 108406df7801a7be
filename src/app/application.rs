//! An OpenID Connect client as the provider's endpoints see it: the stored row with its registration read.

use std::sync::Arc;

use crate::app::App;
use crate::domain::client::{Client, Secrets};
use crate::domain::id::ClientId;
use crate::domain::policy::{Actor, ClientActor};
use crate::domain::secret::TokenHash;
use crate::domain::{Error, Timestamp};
use crate::oidc::client::Registration;
use crate::oidc::client_document::address;
use crate::store::{Reader, clients};

/// A client that is not disabled.
#[derive(Debug, Clone)]
pub struct Application {
    /// The row.
    pub client: Client,
    /// What it registered.
    pub registration: Registration,
    secrets: Secrets,
}

/// The application that a request names; a disabled one is none.
pub async fn find(app: &App, client_id: &str) -> Result<Option<Arc<Application>>, Error> {
    let described = || address(client_id).filter(|_| app.config.client_id_metadata_documents);
    let id = client_id.parse().ok().or_else(|| described().map(|_| ClientId::of_address(client_id)));
    let Some(id) = id else { return Ok(None) };
    let found = known(app, id).await?;
    Ok(found.filter(|it| it.registration.client_id == client_id))
}

/// The same by the id as it is stored.
pub async fn known(app: &App, id: ClientId) -> Result<Option<Arc<Application>>, Error> {
    app.known.applications.get(app, id, by_id(app.store.reader(), id)).await
}

/// The same, read now; inside a unit of work, as it stands there.
pub async fn by_id(db: &impl Reader, id: ClientId) -> Result<Option<Application>, Error> {
    match clients::find(db, id).await? {
        Some((client, secrets)) if !client.is_disabled => {
            Ok(Some(Application { registration: registration(&client)?, client, secrets }))
        }
        Some(_) | None => Ok(None),
    }
}

/// What a client registered.
pub(super) fn registration(of: &Client) -> Result<Registration, Error> {
    Ok(serde_json::from_str(&of.registration).map_err(anyhow::Error::new)?)
}

impl Application {
    /// Whether this is a secret of it that works at this moment.
    pub fn has_secret(&self, presented: &str, now: Timestamp) -> bool {
        self.secrets.has(&TokenHash::of(presented), now)
    }

    /// The application as somebody who acts.
    pub fn actor(&self) -> Actor {
        let org = self.client.organisation();
        Actor::Client(ClientActor { org, id: self.client.id, label: self.client.name.clone() })
    }
}
