//! How signals reach the receivers of streams: posted to them (RFC 8935), or fetched by them (RFC 8936).
//!
//! **Invariant:** an event has the same `jti` however often it is sent; it is sent until the receiver has it or it is given up.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::streams::{authorization, malformed, receiver};
use super::{STREAM_EVENT, Telling};
use crate::app::tokens::Failure;
use crate::app::{App, application, events, keys, logout, subject};
use crate::domain::Error;
use crate::domain::id::OutboxId;
use crate::domain::signal::{Signal, State, Stream};
use crate::oidc::client::Registration;
use crate::oidc::jwt::{self, Algorithm, Typ};
use crate::oidc::scope::Scope;
use crate::oidc::signals::poll::{self, Request};
use crate::oidc::signals::stream::{Delivery, Status};
use crate::oidc::signals::{Envelope, Told, claims};
use crate::store::outbox::Message;
use crate::store::{signals, streams};

/// What the CAEP interoperability profile demands (2.6).
const SIGNED_WITH: Algorithm = Algorithm::Rs256;
/// How long whoever fetches waits while nothing is there.
const HELD: Duration = Duration::from_secs(10);
const LOOKED_EVERY: Duration = Duration::from_millis(250);

/// Posts the event of a message to the receiver of its stream. A stream that is polled, paused, off or gone needs no post.
pub async fn deliver(app: &App, message: &Message) -> Result<(), Error> {
    let db = app.store.reader();
    let signal = signals::find(db, message.org, message.id).await?.filter(|it| it.state == State::Waiting);
    let Some(signal) = signal else { return Ok(()) };
    let Some(id) = signal.stream else { return Ok(()) };
    let Some(stream) = streams::find(db, id).await? else { return Ok(()) };
    let Telling { stream, settings, status } = Telling::of(stream)?;
    let (Delivery::Push { endpoint_url }, Status::Enabled) = (settings.delivery, status) else { return Ok(()) };
    let Some(client) = application::known(app, stream.client).await? else { return Ok(()) };
    let token = sign(app, &client.registration, &signal).await?;
    events::push(app, &endpoint_url, token, authorization(app, &stream)?).await?;
    app.store.signal_delivered(message.org, message.id, app.now()).await
}

/// Notes beside a signal that its message could not be delivered.
pub async fn note_failure(app: &App, message: &Message, why: &str, is_given_up: bool) -> Result<(), Error> {
    if message.kind != STREAM_EVENT && message.kind != logout::BACKCHANNEL_LOGOUT {
        return Ok(());
    }
    app.store.signal_failed((message.org, message.id), why, is_given_up.then(|| app.now())).await
}

/// Takes note of what the receiver of a stream has, and answers what waits for it; where that is nothing, not before a while
/// unless the receiver wants the answer at once.
pub async fn fetch(app: &App, token: &SecretString, named: &str, body: &[u8]) -> Result<Value, Failure> {
    let asked = Request::parse(body).map_err(malformed)?;
    let stream = fetched(app, token, named).await?;
    confirm(app, &stream, &asked).await?;
    let until = Instant::now() + HELD;
    loop {
        // Whoever may not fetch any more since the request came gets nothing by it.
        let stream = fetched(app, token, named).await?;
        let answer = waiting(app, &stream, asked.most()).await?;
        let is_over = asked.return_immediately || asked.most() == 0 || Instant::now() >= until;
        if is_over || answer.is_some() {
            return Ok(answer.unwrap_or_else(|| poll::answer([], false)));
        }
        sleep(LOOKED_EVERY).await;
    }
}

/// The stream of whoever fetches.
async fn fetched(app: &App, token: &SecretString, named: &str) -> Result<Stream, Failure> {
    let receiver = receiver(app, token, Scope::SsfRead).await?;
    Ok(super::streams::own(app.store.reader(), &receiver, named).await?)
}

async fn confirm(app: &App, stream: &Stream, asked: &Request) -> Result<(), Error> {
    let has: Vec<OutboxId> = asked.ack.iter().filter_map(|it| it.parse().ok()).collect();
    app.store.signals_fetched(stream.id, &has, app.now()).await?;
    for (jti, refusal) in &asked.set_errs {
        if let Ok(id) = jti.parse() {
            app.store.signal_refused(stream.id, id, &refusal.sentence(), app.now()).await?;
        }
    }
    Ok(())
}

/// What waits in a stream that is polled and on; nothing where it is empty.
async fn waiting(app: &App, stream: &Stream, most: u64) -> Result<Option<Value>, Error> {
    let Telling { settings, status, .. } = Telling::of(stream.clone())?;
    if settings.delivery != Delivery::Poll || status != Status::Enabled {
        return Ok(None);
    }
    let mut waiting = signals::waiting(app.store.reader(), stream.id, most.saturating_add(1)).await?;
    let size = usize::try_from(most).unwrap_or(usize::MAX);
    let has_more = waiting.len() > size;
    waiting.truncate(size);
    if waiting.is_empty() {
        return Ok(has_more.then(|| poll::answer([], true)));
    }
    let Some(client) = application::known(app, stream.client).await? else { return Ok(None) };
    let mut sets = Vec::new();
    for signal in &waiting {
        sets.push((signal.id.to_string(), sign(app, &client.registration, signal).await?));
    }
    Ok(Some(poll::answer(sets, has_more)))
}

async fn sign(app: &App, receiver: &Registration, signal: &Signal) -> Result<String, Error> {
    let told: Told = serde_json::from_str(&signal.content).map_err(anyhow::Error::new)?;
    let told = match signal.user {
        Some(user) => {
            let sid = told.session().map(|sid| known_session(app, receiver, sid)).transpose()?;
            told.known_as(&subject::of(app, receiver, user)?, sid)
        }
        None => told,
    };
    let (jti, audience) = (signal.id.to_string(), receiver.client_id.as_str());
    let to = Envelope { issuer: &app.config.public_url, audience, jti: &jti, now: app.now().seconds() };
    let keys = keys::for_signing(app, SIGNED_WITH).await?;
    let signed = jwt::sign(keys.signing(SIGNED_WITH)?, Typ::SecurityEvent, &claims(&told, to));
    Ok(signed.map_err(anyhow::Error::new)?)
}

fn known_session(app: &App, receiver: &Registration, id: &str) -> Result<String, Error> {
    subject::session(app, receiver, id.parse().map_err(anyhow::Error::new)?)
}
