//! What identity providers publish about themselves: metadata and keys, kept for a while.
//!
//! **Invariant:** what is kept is public and can be asked for again; a key that is unknown is asked for anew, at most once
//! in ten seconds for each connection: whoever makes keys up costs little, and nobody waits long for a key that has changed.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use url::Url;

use super::refusal::{Failure, refused};
use crate::app::App;
use crate::app::outbound::{Answer, Call, Failed, Method};
use crate::domain::connection::Connection;
use crate::domain::id::ConnectionId;
use crate::domain::sso_refusal::{Check, MetadataFlaw, Reason, TokenFlaw};
use crate::domain::{Error, Timestamp};
use crate::oidc::jwt::Refused;
use crate::oidc::upstream::keys::KeySet;
use crate::oidc::upstream::metadata::{self, Metadata, Unfit};

const KEPT: Duration = Duration::from_mins(10);
/// A provider is asked for its keys no sooner than that after it was asked.
pub const REFETCH_EVERY: Duration = Duration::from_secs(10);
const PROVIDERS_MAX: usize = 10_000;

/// What was published, by connection and issuer: Entra pushes and signs people in under two of them.
#[derive(Default)]
pub struct Providers {
    published: RwLock<HashMap<(ConnectionId, String), Published>>,
    /// When somebody who may be nobody made us ask last.
    asked_at: RwLock<HashMap<(ConnectionId, String), Timestamp>>,
}

#[derive(Clone)]
struct Published {
    metadata: Arc<Metadata>,
    at: Timestamp,
    keys: Option<(Arc<KeySet>, Timestamp)>,
}

/// The provider of a connection.
pub struct Provider {
    /// The connection, as it was when the provider was looked up.
    pub connection: Connection,
    /// Our id at the provider.
    pub client_id: String,
    /// What it publishes.
    pub metadata: Arc<Metadata>,
}

impl Provider {
    /// Its issuer.
    pub fn issuer(&self) -> &str {
        self.metadata.issuer()
    }
}

/// Looks the provider of a connection up.
pub async fn open(app: &App, connection: &Connection) -> Result<Provider, Failure> {
    let Some((issuer, client_id)) = connection.settings.sign_in() else {
        return Err(refused(Check::Open, Reason::NoIssuer));
    };
    open_at(app, connection, issuer, client_id).await
}

/// Looks the provider of a connection up under another issuer.
pub async fn open_at(app: &App, connection: &Connection, issuer: &str, client_id: &str) -> Result<Provider, Failure> {
    let metadata = match app.providers.get(connection.id, issuer)? {
        Some(it) if app.now().since(it.at) < KEPT => it.metadata,
        Some(_) | None => fetch_metadata(app, connection.id, issuer).await?,
    };
    Ok(Provider { connection: connection.clone(), client_id: client_id.to_owned(), metadata })
}

/// The keys of a provider.
pub async fn keys(app: &App, provider: &Provider) -> Result<Arc<KeySet>, Failure> {
    match app.providers.get(provider.connection.id, provider.issuer())?.and_then(|it| it.keys) {
        Some((keys, at)) if app.now().since(at) < KEPT => Ok(keys),
        Some(_) | None => fetch_keys(app, provider).await,
    }
}

/// Checks a token of a provider under its keys, and once more under new ones when its key is unknown.
pub async fn believe<T>(
    app: &App,
    provider: &Provider,
    check: impl Fn(&KeySet) -> Result<T, Refused>,
) -> Result<T, Failure> {
    let verdict = match check(&*keys(app, provider).await?) {
        Err(Refused::UnknownKey) if may_refetch(app, provider)? => check(&*fetch_keys(app, provider).await?),
        other => other,
    };
    verdict.map_err(|why| refused(Check::Believed, Reason::Token { flaw: why.into() }))
}

/// Calls a provider.
pub async fn call(app: &App, call: Call) -> Result<Answer, Failure> {
    let host = call.url.host_str().unwrap_or_default().to_owned();
    match app.outbound()?.send(call).await {
        Ok(answer) => Ok(answer),
        Err(Failed::Late) => Err(refused(Check::Reachable, Reason::Late { host })),
        Err(Failed::TooLong) => Err(refused(Check::Believed, Reason::AnswerTooLong { host })),
        Err(Failed::Unreached(cause)) => {
            tracing::warn!(host, cause = format!("{cause:#}"), "an identity provider could not be reached");
            Err(refused(Check::Reachable, Reason::Unreachable { host }))
        }
    }
}

async fn fetch_metadata(app: &App, id: ConnectionId, issuer: &str) -> Result<Arc<Metadata>, Failure> {
    let url = Url::parse(&metadata::address(issuer)).map_err(|_| refused(Check::Believed, Reason::BadIssuer))?;
    let document = get(app, url).await?;
    let metadata = metadata::parse(issuer, &document)
        .map_err(|why| refused(Check::Believed, Reason::Metadata { flaw: why.into() }))?;
    let metadata = Arc::new(metadata);
    app.providers.put(id, Published { metadata: Arc::clone(&metadata), at: app.now(), keys: None })?;
    Ok(metadata)
}

async fn fetch_keys(app: &App, provider: &Provider) -> Result<Arc<KeySet>, Failure> {
    let document = get(app, provider.metadata.document.jwks_uri().url().clone()).await?;
    let keys = KeySet::parse(provider.issuer(), &document);
    let no_keys = || refused(Check::Believed, Reason::NoKeys);
    let keys = Arc::new(keys.ok_or_else(no_keys)?);
    let (metadata, now) = (Arc::clone(&provider.metadata), app.now());
    let published = Published { metadata, at: now, keys: Some((Arc::clone(&keys), now)) };
    app.providers.put(provider.connection.id, published)?;
    Ok(keys)
}

/// True where a stranger's token may be looked at now: its keys are here, or may be asked for.
pub fn may_look(app: &App, id: ConnectionId, issuer: &str) -> Result<bool, Error> {
    let is_fresh = |at: Timestamp| app.now().since(at) < KEPT;
    let known = app.providers.get(id, issuer)?;
    if known.is_some_and(|it| is_fresh(it.at) && it.keys.is_some_and(|(_, at)| is_fresh(at))) {
        return Ok(true);
    }
    app.providers.may_ask(id, issuer, app.now())
}

fn may_refetch(app: &App, provider: &Provider) -> Result<bool, Error> {
    let (id, issuer, now) = (provider.connection.id, provider.issuer(), app.now());
    let fetched = app.providers.get(id, issuer)?.and_then(|it| it.keys).map(|(_, at)| at);
    Ok(fetched.is_none_or(|at| now.since(at) >= REFETCH_EVERY) && app.providers.may_ask(id, issuer, now)?)
}

async fn get(app: &App, url: Url) -> Result<Vec<u8>, Failure> {
    let headers = vec![("accept", "application/json".to_owned())];
    let host = url.host_str().unwrap_or_default().to_owned();
    let answer = call(app, Call { method: Method::GET, url, headers, body: Vec::new() }).await?;
    match answer.status {
        200 => Ok(answer.body),
        status => Err(refused(Check::Reachable, Reason::Status { host, status })),
    }
}

impl Providers {
    fn get(&self, id: ConnectionId, issuer: &str) -> Result<Option<Published>, Error> {
        Ok(self.published.read().map_err(|_| abandoned())?.get(&(id, issuer.to_owned())).cloned())
    }

    /// Notes that a provider is asked, unless it was within ten seconds: whether or not it answered then, and also where
    /// several want to at once.
    fn may_ask(&self, id: ConnectionId, issuer: &str, now: Timestamp) -> Result<bool, Error> {
        let mut asked_at = self.asked_at.write().map_err(|_| abandoned())?;
        let key = (id, issuer.to_owned());
        if asked_at.get(&key).is_some_and(|at| now.since(*at) < REFETCH_EVERY) {
            return Ok(false);
        }
        if asked_at.len() >= PROVIDERS_MAX {
            asked_at.clear();
        }
        asked_at.insert(key, now);
        Ok(true)
    }

    fn put(&self, id: ConnectionId, published: Published) -> Result<(), Error> {
        let mut kept = self.published.write().map_err(|_| abandoned())?;
        if kept.len() >= PROVIDERS_MAX {
            kept.clear();
        }
        kept.insert((id, published.metadata.issuer().to_owned()), published);
        Ok(())
    }
}

impl From<Refused> for TokenFlaw {
    fn from(why: Refused) -> Self {
        match why {
            Refused::TooLong => Self::TooLong,
            Refused::Malformed => Self::Malformed,
            Refused::Header(name) => Self::Header(name.to_owned()),
            Refused::UnknownKey => Self::UnknownKey,
            Refused::Algorithm => Self::Algorithm,
            Refused::Typ => Self::Purpose,
            Refused::Signature => Self::Signature,
            Refused::Claim(name) => Self::Claim(name.to_owned()),
            Refused::Issuer => Self::Issuer,
            Refused::Audience => Self::Audience,
            Refused::Expired => Self::Expired,
            Refused::NotYetValid => Self::NotYetValid,
            Refused::TooOld => Self::TooOld,
        }
    }
}

impl From<Unfit> for MetadataFlaw {
    fn from(why: Unfit) -> Self {
        match why {
            Unfit::Malformed => Self::Malformed,
            Unfit::Issuer => Self::Issuer,
            Unfit::AllTenants => Self::AllTenants,
            Unfit::Missing(name) => Self::Missing(name.to_owned()),
            Unfit::Insecure(name) => Self::Insecure(name.to_owned()),
        }
    }
}

fn abandoned() -> anyhow::Error {
    anyhow::anyhow!("what identity providers publish was abandoned by a panic")
}
