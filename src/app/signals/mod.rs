//! Telling applications that access has ended: logout tokens (see [`logout`](crate::app::logout)), and events in the streams that
//! they keep here (OpenID Shared Signals Framework 1.0, with CAEP 1.0 and RISC 1.0).
//!
//! **Invariant:** the unit that ends the access writes what is told of it; nothing is told before it is kept, and what became of it
//! is noted beside it.
//! **Invariant:** a stream tells of people whom its application serves, and of no others.

mod delivery;
mod streams;
mod told;

pub use crate::domain::signal::State as Became;
pub use crate::oidc::signals::{Credential, Turn};
pub use crate::store::signals::STREAM_EVENT;
pub use delivery::{deliver, fetch, note_failure};
pub use streams::{
    Receiver, Standing, create, delete, read, receiver, set_status, standing_of, status, update, verify,
};

pub use told::{Departure, PAGE, Receipt, departure, of_application, of_deed};

use std::time::Duration;

use serde_json::json;

use crate::app::App;
use crate::domain::client::Family;
use crate::domain::id::{ClientId, OrgId, OutboxId, UserId};
use crate::domain::signal::{Signal, State, Stream};
use crate::domain::user::Status as UserStatus;
use crate::domain::{Error, Timestamp};
use crate::oidc::client::Registration;
use crate::oidc::signals::stream::{Delivery, Settings, Status};
use crate::oidc::signals::{Event, Subject, Told};
use crate::store::{Tx, outbox, signals, streams as rows};

/// How long it is known what became of a signal, and how long one waits that nobody fetches.
pub(super) const KEPT: Duration = Duration::from_hours(30 * 24);

/// A stream with what it says read.
struct Telling {
    stream: Stream,
    settings: Settings,
    status: Status,
}

/// Tells every application that serves a person what happened to that person.
pub async fn tell(tx: &Tx, user: UserId, events: &[Event]) -> Result<(), Error> {
    for to in telling(tx).await? {
        for event in events {
            put(tx, &to, (event, Subject::User(user.to_string())), user).await?;
        }
    }
    Ok(())
}

/// What is told when somebody has another password, or the first: all access of before has ended.
pub fn of_new_password(before: UserStatus) -> [Event; 2] {
    [Event::SessionRevoked, Event::CredentialChange { credential: Credential::Password, change: new_password(before) }]
}

/// Somebody pending has had none.
pub fn new_password(before: UserStatus) -> Turn {
    if before == UserStatus::Pending { Turn::Create } else { Turn::Update }
}

/// Tells that something a person proves with is another, new or gone.
pub async fn tell_of_credential(tx: &Tx, user: UserId, credential: Credential, change: Turn) -> Result<(), Error> {
    tell(tx, user, &[Event::CredentialChange { credential, change }]).await
}

/// Tells the applications that had a part in sessions which of them ended, each of its own.
pub async fn tell_of_sessions(tx: &Tx, ended: &[Family]) -> Result<(), Error> {
    if ended.is_empty() {
        return Ok(());
    }
    for to in telling(tx).await? {
        let mut told = Vec::new();
        for family in ended.iter().filter(|it| it.client == to.stream.client) {
            if told.contains(&family.session) {
                continue;
            }
            told.push(family.session);
            let subject = Subject::Session { sub: family.user.to_string(), sid: family.session.to_string() };
            put(tx, &to, (&Event::SessionRevoked, subject), family.user).await?;
        }
    }
    Ok(())
}

/// The streams that tell of this organisation and are not switched off.
async fn telling(tx: &Tx) -> Result<Vec<Telling>, Error> {
    let mut all = Vec::new();
    for (stream, registration) in rows::serving(&**tx, tx.org).await? {
        let registration: Registration = serde_json::from_str(&registration).map_err(anyhow::Error::new)?;
        let serves = registration.reach.serves(&tx.org.to_string());
        let to = Telling::of(stream)?;
        if serves && to.status != Status::Disabled {
            all.push(to);
        }
    }
    Ok(all)
}

/// Puts an event into a stream that wants to hear of it.
async fn put(tx: &Tx, to: &Telling, what: (&Event, Subject), about: UserId) -> Result<(), Error> {
    if what.0.kind().is_some_and(|kind| !to.settings.delivered().contains(&kind)) {
        return Ok(());
    }
    let signal = new_for(&to.stream, (tx.org, tx.now), what, Some(about))?;
    signals::insert(&**tx, &signal).await?;
    if to.pushes() {
        outbox::insert_as(tx, signal.id, STREAM_EVENT, &json!({})).await?;
    }
    Ok(())
}

/// The same where no unit causes it.
async fn put_now(app: &App, stream: &Stream, signal: Signal) -> Result<(), Error> {
    app.store.insert_signal(&signal).await?;
    if Telling::of(stream.clone())?.pushes() {
        app.store.put_in_outbox_as(signal.id, signal.org, (STREAM_EVENT, &json!({})), signal.at).await?;
    }
    Ok(())
}

/// Puts into the outbox what waits in streams that push and is not there: what happened in the moment in which a stream went on,
/// and what a node left that died.
pub(super) async fn queue_overlooked(app: &App) -> Result<(), Error> {
    for stream in rows::all(app.store.reader()).await? {
        let id = stream.id;
        if Telling::of(stream)?.pushes() {
            app.store.queue_waiting(id, app.now()).await?;
        }
    }
    Ok(())
}

impl Telling {
    fn of(stream: Stream) -> Result<Self, Error> {
        let unknown = || anyhow::anyhow!("a stream has the unknown state {}", stream.status);
        let status = Status::parse(&stream.status).ok_or_else(unknown)?;
        Ok(Self { settings: settings(&stream)?, status, stream })
    }

    /// Whether an event is posted at once, and does not wait to be fetched or for the stream to go on.
    fn pushes(&self) -> bool {
        self.status == Status::Enabled && self.settings.delivery != Delivery::Poll
    }
}

/// What one stream tells of a moment, about a person or about itself.
fn new_for(
    stream: &Stream,
    (org, at): (OrgId, Timestamp),
    (event, subject): (&Event, Subject),
    about: Option<UserId>,
) -> Result<Signal, Error> {
    let whose = about.map_or_else(|| stream.id.to_string(), |user| user.to_string());
    let cause = format!("{whose}.{}", at.millis());
    let told = Told { event: event.clone(), subject, at: at.seconds(), cause };
    let content = serde_json::to_string(&told).map_err(anyhow::Error::new)?;
    Ok(Signal { stream: Some(stream.id), user: about, content, ..new(org, at, (stream.client, event.word())) })
}

/// What an application is told of a moment, still to be said.
pub(super) fn new(org: OrgId, at: Timestamp, (client, kind): (ClientId, &str)) -> Signal {
    Signal {
        id: OutboxId::new(),
        org,
        client,
        stream: None,
        user: None,
        kind: kind.to_owned(),
        content: String::new(),
        at,
        state: State::Waiting,
        tries: 0,
        ended_at: None,
        failure: None,
    }
}

fn settings(of: &Stream) -> Result<Settings, Error> {
    Ok(serde_json::from_str(&of.settings).map_err(anyhow::Error::new)?)
}
