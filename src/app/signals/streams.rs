//! The streams of applications, kept by the applications themselves (Shared Signals Framework 8).
//!
//! **Invariant:** an application has one stream at most, and sees and changes no other's.
//! **Invariant:** the header with which events are posted to it is sealed for its row, and shown to nobody.

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::{Telling, new_for, put_now, settings};
use crate::app::App;
use crate::app::application::{self, Application};
use crate::app::tokens::Failure;
use crate::domain::client::Client;
use crate::domain::id::StreamId;
use crate::domain::policy::{Action, Change as Changed};
use crate::domain::secret::{Secret, TokenHash};
use crate::domain::signal::Stream;
use crate::domain::{Conflict, Error};
use crate::oidc::bearer::{insufficient_scope, invalid_token};
use crate::oidc::scope::Scope;
use crate::oidc::signals::stream::{Body, Change, Delivery, Settings, Status, VERIFICATION_SECONDS, View, Wrong};
use crate::oidc::signals::{Event, Subject};
use crate::store::{Tx, client_access, signals, streams};

/// An application that hears, or may.
#[derive(Debug)]
pub struct Receiver(pub(super) Arc<Application>);

/// The application that an access token of this scope stands for; whoever may manage a stream may read it.
pub async fn receiver(app: &App, token: &SecretString, scope: Scope) -> Result<Receiver, Failure> {
    let hash = TokenHash::of(token.expose_secret());
    let found = client_access::find(app.store.reader(), &hash, app.now()).await?.ok_or_else(invalid_token)?;
    let has = |scope: Scope| found.1.iter().any(|it| it == scope.as_str());
    if !has(scope) && !has(Scope::SsfManage) {
        return Err(insufficient_scope(scope).into());
    }
    Ok(Receiver(application::known(app, found.0).await?.ok_or_else(invalid_token)?))
}

/// Makes the stream of an application; answers its configuration.
pub async fn create(app: &App, receiver: &Receiver, body: &[u8]) -> Result<Value, Error> {
    let change = read_body(body)?.create().map_err(malformed)?;
    let tx = app.begin(receiver.0.client.org).await?;
    if streams::of_client(&*tx, tx.org, receiver.0.client.id).await?.is_some() {
        return Err(Conflict::StreamExists.into());
    }
    let id = StreamId::new();
    let made = Stream {
        id,
        org: tx.org,
        client: receiver.0.client.id,
        settings: text(&change.settings)?,
        authorization_sealed: sealed(app, id, change.authorization.flatten())?,
        status: Status::Enabled.word().to_owned(),
        reason: None,
        verified_at: None,
        created_at: tx.now,
        updated_at: tx.now,
    };
    let configuration = configuration(app, receiver, &made)?;
    streams::insert(&tx, &made).await?;
    keep(app, tx, receiver, (None, Some(configuration.clone()))).await?;
    Ok(configuration)
}

/// The configuration of a stream of the application; of all that it has where none is named.
pub async fn read(app: &App, receiver: &Receiver, named: Option<&str>) -> Result<Value, Error> {
    if let Some(id) = named {
        return configuration(app, receiver, &own(app.store.reader(), receiver, id).await?);
    }
    let client = &receiver.0.client;
    let found = streams::of_client(app.store.reader(), client.org, client.id).await?;
    let all = found.iter().map(|it| configuration(app, receiver, it)).collect::<Result<Vec<_>, _>>()?;
    Ok(Value::Array(all))
}

/// Changes a stream: what the body leaves out stays, or is chosen anew where it replaces.
pub async fn update(app: &App, receiver: &Receiver, body: &[u8], replaces: bool) -> Result<Value, Error> {
    let body = read_body(body)?;
    let tx = app.begin(receiver.0.client.org).await?;
    let before = own(&*tx, receiver, body.stream_id().map_err(malformed)?).await?;
    let (id, was) = (before.id.to_string(), settings(&before)?);
    let Change { settings, authorization } =
        body.change(view(app, receiver, (&id, &was)), replaces).map_err(malformed)?;
    let authorization_sealed = match authorization {
        Some(said) => sealed(app, before.id, said)?,
        None => before.authorization_sealed.clone(),
    };
    let after = Stream { settings: text(&settings)?, authorization_sealed, updated_at: tx.now, ..before.clone() };
    let (old, new) = (configuration(app, receiver, &before)?, configuration(app, receiver, &after)?);
    streams::update(&tx, &after).await?;
    queue(&tx, &after).await?;
    keep(app, tx, receiver, (Some(old), Some(new.clone()))).await?;
    Ok(new)
}

/// Ends a stream.
pub async fn delete(app: &App, receiver: &Receiver, named: &str) -> Result<(), Error> {
    let tx = app.begin(receiver.0.client.org).await?;
    let gone = own(&*tx, receiver, named).await?;
    let old = configuration(app, receiver, &gone)?;
    streams::delete(&tx, gone.id).await?;
    keep(app, tx, receiver, (Some(old), None)).await
}

/// Whether a stream tells (Shared Signals Framework 8.1.2.1).
pub async fn status(app: &App, receiver: &Receiver, named: &str) -> Result<Value, Error> {
    Ok(standing(&own(app.store.reader(), receiver, named).await?))
}

/// Has a stream tell, wait or be silent.
pub async fn set_status(app: &App, receiver: &Receiver, body: &[u8]) -> Result<Value, Error> {
    let body = read_body(body)?;
    let (status, reason) = body.status().map_err(malformed)?;
    let tx = app.begin(receiver.0.client.org).await?;
    let before = own(&*tx, receiver, body.stream_id().map_err(malformed)?).await?;
    let (word, reason) = (status.word().to_owned(), reason.map(str::to_owned));
    let after = Stream { status: word, reason, updated_at: tx.now, ..before.clone() };
    let (old, new) = (standing(&before), standing(&after));
    streams::update(&tx, &after).await?;
    if status == Status::Disabled {
        signals::give_up_all(&tx, after.id, "the stream was disabled").await?;
    }
    queue(&tx, &after).await?;
    keep(app, tx, receiver, (Some(old), Some(new.clone()))).await?;
    Ok(new)
}

/// Puts a sign of life into a stream, at most one in [`VERIFICATION_SECONDS`].
pub async fn verify(app: &App, receiver: &Receiver, body: &[u8]) -> Result<(), Error> {
    let body = read_body(body)?;
    let state = body.state().map_err(malformed)?.map(str::to_owned);
    let stream = own(app.store.reader(), receiver, body.stream_id().map_err(malformed)?).await?;
    let pause = Duration::from_secs(VERIFICATION_SECONDS);
    if !app.store.note_verification(&stream, app.now(), pause).await? {
        return Err(Error::Throttled { retry_after: pause });
    }
    let subject = Subject::Stream(stream.id.to_string());
    let signal = new_for(&stream, (stream.org, app.now()), (&Event::Verification { state }, subject), None)?;
    put_now(app, &stream, signal).await
}

/// How an application hears, as an administrator sees it.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// Whether events are posted to it; it fetches them otherwise.
    pub is_pushed: bool,
    /// Whether its stream tells.
    pub status: Status,
}

/// How the stream of a client stands, where it has one.
pub async fn standing_of(app: &App, of: &Client) -> Result<Option<Standing>, Error> {
    let Some(stream) = streams::of_client(app.store.reader(), of.org, of.id).await? else { return Ok(None) };
    let Telling { settings, status, .. } = Telling::of(stream)?;
    Ok(Some(Standing { is_pushed: settings.delivery != Delivery::Poll, status }))
}

/// Queues what waits in a stream that pushes and is on.
async fn queue(tx: &Tx, stream: &Stream) -> Result<(), Error> {
    if !Telling::of(stream.clone())?.pushes() {
        return Ok(());
    }
    signals::queue_waiting(&**tx, stream.id, tx.now).await
}

async fn keep(app: &App, tx: Tx, receiver: &Receiver, (old, new): (Option<Value>, Option<Value>)) -> Result<(), Error> {
    let client = &receiver.0.client;
    let changes = vec![Changed::new("stream", old, new)];
    let (tx, permit) = app.ask(tx, &receiver.0.actor(), Action::ChangeStream { changes }, client.target()).await?;
    tx.commit(permit).await
}

/// The stream of this name, where it is the application's.
pub(super) async fn own(db: &impl crate::store::Reader, receiver: &Receiver, named: &str) -> Result<Stream, Error> {
    let found = match named.parse() {
        Ok(id) => streams::find(db, id).await?,
        Err(_) => None,
    };
    found.filter(|it| it.client == receiver.0.client.id).ok_or(Error::NotFound("stream"))
}

fn view<'a>(app: &'a App, receiver: &'a Receiver, (id, settings): (&'a str, &'a Settings)) -> View<'a> {
    View { issuer: &app.config.public_url, id, audience: &receiver.0.registration.client_id, settings }
}

fn configuration(app: &App, receiver: &Receiver, stream: &Stream) -> Result<Value, Error> {
    let (id, settings) = (stream.id.to_string(), settings(stream)?);
    Ok(view(app, receiver, (&id, &settings)).configuration())
}

fn standing(stream: &Stream) -> Value {
    let mut told = json!({ "stream_id": stream.id, "status": stream.status });
    if let (Some(members), Some(reason)) = (told.as_object_mut(), &stream.reason) {
        members.insert("reason".to_owned(), json!(reason));
    }
    told
}

fn sealed(app: &App, id: StreamId, header: Option<String>) -> Result<Option<Vec<u8>>, Error> {
    header.map(|it| app.seal.seal(&place(id), it.as_bytes())).transpose()
}

/// The header with which events are posted to the receiver of a stream.
pub(super) fn authorization(app: &App, of: &Stream) -> Result<Option<String>, Error> {
    let Some(sealed) = &of.authorization_sealed else { return Ok(None) };
    let plain: Secret<Vec<u8>> = app.seal.open(&place(of.id), sealed)?;
    Ok(Some(String::from_utf8(plain.reveal().clone()).map_err(anyhow::Error::new)?))
}

fn place(id: StreamId) -> String {
    format!("streams.authorization_sealed.{id}")
}

fn text(settings: &Settings) -> Result<String, Error> {
    Ok(serde_json::to_string(settings).map_err(anyhow::Error::new)?)
}

fn read_body(body: &[u8]) -> Result<Body, Error> {
    Body::parse(body).map_err(malformed)
}

pub(super) fn malformed(Wrong { member, problem }: Wrong) -> Error {
    Error::malformed(member, problem)
}
