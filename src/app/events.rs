//! Telling others by security event tokens (RFC 8417, RFC 9967), pushed (RFC 8935): applications, what happens to users and
//! groups, and identity providers, what became of the requests that they did not wait for.
//!
//! **Invariant:** the unit that makes the change puts the message into the outbox; nothing is told before it is kept.
//! **Invariant:** what applications are told names the resource, what happened to it and which attributes, and no value of any.
//! **Invariant:** a token never passes for an ID token: it has a `typ` of its own, and neither `sub` nor `exp`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use url::Url;

use crate::app::outbound::{Call, Method};
use crate::app::{App, application, journal, keys};
use crate::domain::connection::Connection;
use crate::domain::id::{CallId, ConnectionId, OrgId};
use crate::domain::journal::{Later, Outcome};
use crate::domain::policy::{Kept, Told, What};
use crate::domain::{Error, Flaw};
use crate::oidc::jwt::{self, Algorithm, Claims, Typ};
use crate::oidc::redirect_uri::check_web;
use crate::store::events::Announcement;
use crate::store::{connections, journal as calls};

pub use crate::store::events::SECURITY_EVENT;

/// The kind of the outbox message by which the receiver of a connection is told what became of a request.
pub const ASYNC_OUTCOME: &str = "async-outcome";

/// What a token of this kind is sent as (RFC 8417 7.1).
pub const MEDIA_TYPE: &str = "application/secevent+jwt";
/// The event that tells what became of a request (RFC 9967 2.5.1.3).
pub const ASYNC_RESPONSE: &str = "urn:ietf:params:scim:event:misc:asyncresp";

/// The longest address to which events are sent.
pub const URI_MAX: usize = 2_000;
/// What a token for an identity provider is signed with.
const FOR_PROVIDERS: Algorithm = Algorithm::Rs256;

/// A message of the outbox.
#[derive(Deserialize)]
#[serde(untagged)]
enum Message {
    Change(Announcement),
    Completion(Completion),
}

/// That an operation of a request was carried out, or was not: what is told of it is in the journal.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Completion {
    /// The connection that sent the request.
    pub connection: ConnectionId,
    /// The entry of the request.
    pub request: CallId,
    /// The place of the operation in the request.
    pub operation: usize,
}

/// The name of the event (RFC 9967 2.4). Of those that come with data the form is told that has none.
pub const fn uri(what: What) -> &'static str {
    match what {
        What::Made => "urn:ietf:params:scim:event:prov:create:notice",
        What::Changed => "urn:ietf:params:scim:event:prov:patch:notice",
        What::Replaced => "urn:ietf:params:scim:event:prov:put:notice",
        What::LetIn => "urn:ietf:params:scim:event:prov:activate",
        What::ShutOut => "urn:ietf:params:scim:event:prov:deactivate",
        What::Gone => "urn:ietf:params:scim:event:prov:delete",
    }
}

/// Refuses an address to which no events are sent.
pub fn check_uri(uri: &str) -> Result<(), Error> {
    let is_right = uri.len() <= URI_MAX && check_web(uri).is_ok();
    if is_right { Ok(()) } else { Err(Error::invalid("events_uri", Flaw::EventsUri)) }
}

/// Tells one receiver what a message of the outbox holds. One that is gone, or wants to hear nothing, needs no telling.
/// A suspended organisation is not told of, either.
pub async fn deliver(app: &App, org: OrgId, payload: &str) -> Result<(), Error> {
    if app.store.organisation(org).await?.0.is_suspended {
        return Ok(());
    }
    let found = match serde_json::from_str(payload).map_err(anyhow::Error::new)? {
        Message::Change(told) => to_application(app, org, &told).await?,
        Message::Completion(told) => to_provider(app, org, told).await?,
    };
    match found {
        Some((uri, token)) => push(app, &uri, token, None).await,
        None => Ok(()),
    }
}

async fn to_application(app: &App, org: OrgId, told: &Announcement) -> Result<Option<(String, String)>, Error> {
    let Some(to) = application::known(app, told.client).await? else { return Ok(None) };
    let Some(uri) = to.client.events_uri.clone().filter(|_| to.registration.reach.serves(&org.to_string())) else {
        return Ok(None);
    };
    let resource = resource_of(&told.told);
    let token =
        Token { to: &to.registration.client_id, jti: &told.jti, txn: &told.txn, at: told.at, resource: &resource };
    Ok(Some((uri, token.sign(app, to.registration.id_token_alg, events_of(&told.told)).await?)))
}

async fn to_provider(app: &App, org: OrgId, told: Completion) -> Result<Option<(String, String)>, Error> {
    let found = connections::find(app.store.reader(), org, told.connection).await?;
    let Some(connection) = found else { return Ok(None) };
    let Some(uri) = connection.settings.events_uri.clone() else { return Ok(None) };
    let Some(call) = calls::find(app.store.reader(), org, told.request).await? else { return Ok(None) };
    let Some(later) = journal::opened(app, call)?.said.later else { return Ok(None) };
    Ok(completion(app, &connection, (told.request, &later), told.operation).await?.map(|token| (uri, token)))
}

/// The token that tells what became of an operation of a request (RFC 9967 2.5.1.2, 2.5.1.3); none where it is not known.
pub async fn completion(
    app: &App,
    connection: &Connection,
    (request, later): (CallId, &Later),
    operation: usize,
) -> Result<Option<String>, Error> {
    let Some(Outcome { jti, resource, told }) = later.outcomes.get(operation) else { return Ok(None) };
    let txn = if later.is_bulk { format!("{request}:{operation}") } else { request.to_string() };
    let (to, at) = (connection.id.to_string(), later.done_at.unwrap_or_default());
    let token = Token { to: &to, jti, txn: &txn, at, resource };
    Ok(Some(token.sign(app, FOR_PROVIDERS, json!({ ASYNC_RESPONSE: told })).await?))
}

/// Posts a token to a receiver (RFC 8935 2), with the header by which it knows us where it gave one.
pub(super) async fn push(app: &App, uri: &str, token: String, authorization: Option<String>) -> Result<(), Error> {
    let usual = [("content-type", MEDIA_TYPE.to_owned()), ("accept", "application/json".to_owned())];
    let call = Call {
        method: Method::POST,
        url: Url::parse(uri).map_err(anyhow::Error::new)?,
        headers: usual.into_iter().chain(authorization.map(|it| ("authorization", it))).collect(),
        body: token.into_bytes(),
    };
    let answer = app.outbound()?.send(call).await.map_err(anyhow::Error::new)?;
    if (200..300).contains(&answer.status) {
        return Ok(());
    }
    Err(anyhow::anyhow!("the receiver answered the security event with status {}", answer.status).into())
}

/// What a token tells beside its events.
struct Token<'a> {
    to: &'a str,
    jti: &'a str,
    txn: &'a str,
    at: i64,
    resource: &'a str,
}

impl Token<'_> {
    async fn sign(&self, app: &App, alg: Algorithm, events: Value) -> Result<String, Error> {
        let members: [(&str, Value); 8] = [
            ("iss", json!(app.config.public_url)),
            ("aud", json!(self.to)),
            ("iat", json!(app.now().seconds())),
            ("jti", json!(self.jti)),
            ("txn", json!(self.txn)),
            ("toe", json!(self.at)),
            ("sub_id", json!({ "format": "scim", "uri": self.resource })),
            ("events", events),
        ];
        let claims: Claims = members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let keys = keys::for_signing(app, alg).await?;
        let signed = jwt::sign(keys.signing(alg)?, Typ::SecurityEvent, &claims);
        Ok(signed.map_err(anyhow::Error::new)?)
    }
}

/// The resource, from the base of SCIM on.
fn resource_of(told: &Told) -> String {
    let endpoint = match told.to {
        Kept::User => "Users",
        Kept::Group => "Groups",
    };
    format!("/{endpoint}/{}", told.id)
}

/// The member `events` of a token.
fn events_of(told: &Told) -> Value {
    let events = told.what.iter().map(|what| {
        let payload = match what {
            What::Made | What::Changed | What::Replaced => json!({ "attributes": told.attributes }),
            What::LetIn | What::ShutOut | What::Gone => json!({}),
        };
        (uri(*what).to_owned(), payload)
    });
    Value::Object(events.collect::<Map<_, _>>())
}
