//! Applications that nobody registered: their name is the address at which they say what they are (OAuth Client ID Metadata
//! Document).
//!
//! **Invariant:** they are of the operator, who wants them or not; they ask everybody for consent, and choose nothing else either
//! that an application that registers itself could not.
//! **Invariant:** an address is asked by the rules of every call to addresses that somebody else chose, and so often that nobody is
//! worn out by it; what it says counts at once, and what was said before only while it does not answer.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::RwLock;
use std::time::Duration;

use url::Url;

use super::{add, begin, by_itself, change};
use crate::app::outbound::{Call, Method};
use crate::app::throttle::{self, Rate, Subject};
use crate::app::tokens::Failure;
use crate::app::{App, application, keys};
use crate::domain::client::Client;
use crate::domain::id::{ClientId, OrgId};
use crate::domain::policy::{Actor, ClientActor, JOB_SWEEP};
use crate::domain::{Error, Timestamp};
use crate::oidc::client_document::{DOCUMENT_BYTES_MAX, address};
use crate::oidc::registration::{Body, Metadata};
use crate::oidc::{self, ErrorCode};
use crate::store::clients;

/// How long what was read counts without being read again.
const KEPT: Duration = Duration::from_mins(10);
const KEPT_MAX: usize = 10_000;
/// So many descriptions are asked for because of one address, and so many new ones at all.
const FROM_ADDRESS: Rate = Rate { most: 20, per: Duration::from_mins(10) };
const OF_INSTANCE: Rate = Rate { most: 200, per: Duration::from_hours(1) };

/// So long nobody has come with it, as it is noted once in a while, and so many are forgotten in one turn of the job.
const UNUSED: Duration = Duration::from_hours(24);
const NOTED_EVERY: Duration = Duration::from_hours(1);
const SWEPT_AT_ONCE: u64 = 100;

/// When the documents were read last, on this node.
#[derive(Default)]
pub struct Documents(RwLock<HashMap<ClientId, Timestamp>>);

/// Reads what an application says of itself, where its name is the address of that and it was not read lately; answers what is
/// wrong with it.
pub async fn meet(app: &App, client_id: &str, from: IpAddr) -> Result<Option<oidc::Error>, Error> {
    let Some(url) = address(client_id).filter(|_| app.config.client_id_metadata_documents) else { return Ok(None) };
    let id = ClientId::of_address(client_id);
    if app.documents.is_fresh(id, app.now())? {
        return Ok(None);
    }
    let known = clients::find(app.store.reader(), id).await?.map(|(client, _)| client);
    if known.as_ref().is_some_and(|it| it.is_disabled) {
        return Ok(None);
    }
    let mut windows = vec![(Subject::address(app, "applications met", from)?, FROM_ADDRESS)];
    windows.extend(known.is_none().then_some((Subject::instance(app, "applications met")?, OF_INSTANCE)));
    throttle::spend(app, &windows).await.map(drop)?;
    if known.as_ref().and_then(|it| it.met_at).is_some_and(|at| app.now().since(at) >= NOTED_EVERY) {
        app.store.touch_client(id, app.now()).await?;
    }
    let Some(document) = fetch(app, url.clone()).await else {
        if known.is_some() {
            return app.documents.read(id, app.now()).map(|()| None);
        }
        let problem = "the application is described at its client_id, and no description could be read there";
        return Ok(Some(ErrorCode::InvalidClient.because(problem)));
    };
    let metadata = match Body::parse(&document).and_then(|body| body.described(client_id)) {
        Ok(metadata) => metadata,
        Err(error) => return Ok(Some(error)),
    };
    let kept = match known {
        Some(known) => renew(app, known, metadata).await,
        None => take_in(app, (id, &url), metadata).await,
    };
    match kept {
        Ok(()) => app.documents.read(id, app.now()).map(|()| None),
        Err(Failure::Protocol(error)) => Ok(Some(error)),
        Err(Failure::Product(cause)) => Err(cause),
    }
}

/// Forgets those that nobody uses: where somebody comes with one again, it is read again. One about which somebody has decided
/// anything stays.
pub async fn sweep(app: &App) -> Result<(), Error> {
    let since = app.now().before(UNUSED);
    for id in clients::unused(app.store.reader(), since, SWEPT_AT_ONCE).await? {
        match forget(app, id, since).await {
            // Another node was faster.
            Ok(()) | Err(Error::NotFound(_)) => {}
            Err(cause) => tracing::error!(client.id = %id, failure = %cause, "an application cannot be forgotten"),
        }
    }
    Ok(())
}

async fn forget(app: &App, id: ClientId, since: Timestamp) -> Result<(), Error> {
    let job = Actor::Job(JOB_SWEEP);
    let (tx, it) = begin(app, &job, id).await?;
    if !clients::is_unused(&*tx, id, since).await? {
        return Ok(());
    }
    super::delete_in(app, &job, (tx, it)).await
}

/// What is at an address; nothing where nobody answers, or something else than a description.
async fn fetch(app: &App, url: Url) -> Option<Vec<u8>> {
    let host = url.host_str().unwrap_or_default().to_owned();
    let headers = vec![("accept", "application/json".to_owned())];
    let call = Call { method: Method::GET, url, headers, body: Vec::new() };
    match app.outbound().ok()?.send(call).await {
        Ok(answer) if answer.status == 200 && answer.body.len() <= DOCUMENT_BYTES_MAX => Some(answer.body),
        Ok(answer) => {
            tracing::warn!(host, status = answer.status, "an application is not described at its client_id");
            None
        }
        Err(cause) => {
            tracing::warn!(host, cause = format!("{cause:#}"), "the description of an application could not be read");
            None
        }
    }
}

/// Registers an application that was not here before.
async fn take_in(app: &App, (id, url): (ClientId, &Url), metadata: Metadata) -> Result<(), Failure> {
    keys::provide(app, metadata.id_token_alg).await?;
    // Whoever is asked for consent sees whose word the name is.
    let name = format!("{} ({})", metadata.name(), url.host_str().unwrap_or_default());
    let actor = itself(id, &name);
    let new = super::NewClient { name, ..by_itself::new(OrgId::OPERATOR, metadata) };
    match add(app, &actor, (id, url.to_string()), new, None).await {
        // Somebody else met it at the same moment.
        Err(_) if application::known(app, id).await?.is_some() => Ok(()),
        other => other.map(drop).map_err(by_itself::told),
    }
}

/// Registers anew what an application says of itself now.
async fn renew(app: &App, known: Client, metadata: Metadata) -> Result<(), Failure> {
    keys::provide(app, metadata.id_token_alg).await?;
    let actor = itself(known.id, &known.name);
    let (tx, before) = begin(app, &actor, known.id).await?;
    let edit = change::Edit { name: None, ..by_itself::edit(metadata, &before.registration)? };
    change::apply(app, &actor, (tx, before), edit).await.map(drop).map_err(by_itself::told)
}

fn itself(id: ClientId, name: &str) -> Actor {
    Actor::Client(ClientActor { org: None, id, label: name.to_owned() })
}

impl Documents {
    fn is_fresh(&self, id: ClientId, now: Timestamp) -> Result<bool, Error> {
        let read = self.0.read().map_err(|_| poisoned())?;
        Ok(read.get(&id).is_some_and(|at| now.since(*at) < KEPT))
    }

    fn read(&self, id: ClientId, now: Timestamp) -> Result<(), Error> {
        let mut read = self.0.write().map_err(|_| poisoned())?;
        if read.len() >= KEPT_MAX {
            read.retain(|_, at| now.since(*at) < KEPT);
        }
        read.insert(id, now);
        Ok(())
    }
}

fn poisoned() -> Error {
    anyhow::anyhow!("the list of documents was left by a thread that ended").into()
}
