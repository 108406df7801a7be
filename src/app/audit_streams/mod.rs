//! The streams in which the audit log of an organisation goes out as it happens: made, changed, and looked after.
//!
//! **Invariant:** a stream belongs to the organisation, not to whoever made it; every deed on it is recorded in the log that it
//! sends, and asks for a new proof of who does it.
//! **Invariant:** the secret of a webhook is sealed for its row and shown once, that of a bucket's key is sealed and never shown; of
//! an address, nobody who may not manage streams sees more than where it is.
//! **Invariant:** only the operator has the log written into a file or to the standard output, where the settings say so and
//! nowhere else.

mod bucket;
mod destination;
mod shipping;
mod sigv4;
mod sinks;
mod stdout;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::app::throttle::{self, Rate, Subject};
use crate::app::{App, audit_chain, audit_log};
use crate::domain::id::{AuditStreamId, OrgId};
use crate::domain::policy::{Action, Actor, Change, StreamDeed, Target};
use crate::domain::role::RoleModel;
use crate::domain::secret::{Secret, random_bytes};
use crate::domain::{Conflict, Error, Flaw, Timestamp};
use crate::store::{Tx, audit, audit_seals, audit_streams};

pub use crate::domain::audit_stream::{
    AuditStream, Bucket, Events, Kind, MANAGE, NAME_MAX, OVERLAP, SIGNING_MAX, STREAMS_MAX, Sink, State, Style,
    check_stream_name,
};
pub use destination::Signing;
pub use shipping::ship;
pub(crate) use shipping::{ALERT, alert_those_concerned};
pub use sinks::Tried;
pub use stdout::StandardOutput;

/// The longest address.
pub const ADDRESS_MAX: usize = 2_000;
/// So often something is sent on trial.
const TESTS: Rate = Rate { most: 10, per: Duration::from_mins(1) };
const SECRET_PREFIX: &str = "whsec_";

/// What a stream is to be.
#[derive(Clone)]
pub struct NewStream {
    /// What people call it.
    pub name: String,
    /// By which way it goes.
    pub kind: Kind,
    /// To where; nothing for what stays with the operator.
    pub address: String,
    /// With what it is signed.
    pub signing: Signing,
    /// What each record looks like.
    pub style: Style,
    /// Which records are told.
    pub events: Events,
}

/// What is to change.
#[derive(Clone, Default)]
pub struct ChangedStream {
    /// What people call it.
    pub name: Option<String>,
    /// To where it goes.
    pub address: Option<String>,
    /// With what it is signed.
    pub signing: Signing,
    /// What each record looks like.
    pub style: Option<Style>,
    /// Which records are told.
    pub events: Option<Events>,
}

/// A stream, and how far behind it is.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The stream.
    pub stream: AuditStream,
    /// Where it goes, as far as whoever asks may know.
    pub address: String,
    /// The bucket that it is, for whoever may know the whole address.
    pub bucket: Option<Bucket>,
    /// How many records wait.
    pub behind: u64,
    /// When the oldest of them was written.
    pub oldest: Option<Timestamp>,
}

/// The streams of an organisation, by name, for whoever may read its log.
pub async fn list(app: &App, actor: &Actor, org: OrgId) -> Result<Vec<Standing>, Error> {
    audit_log::may_read(app, actor, org).await?;
    let mut all = Vec::new();
    for stream in audit_streams::list(app.store.reader(), org).await? {
        all.push(standing(app, actor, stream).await?);
    }
    Ok(all)
}

/// A stream, for whoever may read the log.
pub async fn show(app: &App, actor: &Actor, id: AuditStreamId) -> Result<Standing, Error> {
    let org = org_of(app, actor, id).await?;
    audit_log::may_read(app, actor, org).await?;
    let found = audit_streams::find(app.store.reader(), org, id).await?.ok_or(Error::NotFound("stream"))?;
    standing(app, actor, found).await
}

/// True for somebody who may make streams and change them.
pub fn may_manage(actor: &Actor, model: &RoleModel) -> bool {
    MANAGE.iter().all(|permission| actor.may(model, permission).is_ok())
}

/// Lets the log go out from now on; answers the secret of a webhook, which is shown once.
pub async fn create(
    app: &App,
    actor: &Actor,
    org: OrgId,
    new: NewStream,
) -> Result<(AuditStream, Option<Secret<String>>), Error> {
    actor.knows(org)?;
    check_stream_name(&new.name)?;
    let given = new.signing.secret_access_key.clone();
    let sink = destination::read(new.kind, new.address, new.signing)?;
    if sink.kind() == Kind::S3 && given.is_none() {
        return Err(Error::invalid("secret_access_key", Flaw::Missing));
    }
    let id = AuditStreamId::new();
    let secret = (sink.kind() == Kind::Webhook).then(new_secret);
    // What was recorded before has its number then, and the first that goes out is that the stream was made.
    audit_chain::seal(app, org).await?;
    let tx = app.begin(org).await?;
    let made = AuditStream {
        id,
        org,
        name: new.name,
        style: new.style,
        events: new.events,
        secret_sealed: secret.as_ref().or(given.as_ref()).map(|it| sealed(app, id, it)).transpose()?,
        earlier: None,
        is_paused: false,
        next_seq: newest(&*tx, org).await?.saturating_add(1),
        next_at: tx.now,
        tries: 0,
        last_error: None,
        last_sent_at: None,
        failing_since: None,
        told_at: None,
        created_at: tx.now,
        updated_at: tx.now,
        sink,
    };
    let deed = StreamDeed::Create {
        kind: made.sink.kind().word(),
        to: made.sink.place().to_owned(),
        style: made.style.word(),
        events: made.events.line(),
    };
    let (tx, permit) = app.ask(tx, actor, Action::AuditStream(deed), target(&made)).await?;
    destination::check(app, &made.sink)?;
    if audit_streams::count(&*tx, org).await? >= STREAMS_MAX {
        return Err(Conflict::TooMany.into());
    }
    audit_streams::insert(&tx, &made).await?;
    tx.commit(permit).await?;
    Ok((made, secret))
}

/// Lets it go out otherwise, which is tried at once.
pub async fn change(app: &App, actor: &Actor, id: AuditStreamId, to: ChangedStream) -> Result<AuditStream, Error> {
    let (tx, before) = begin(app, actor, id).await?;
    let address = to.address.unwrap_or_else(|| before.sink.address().to_owned());
    let given = to.signing.secret_access_key.as_ref().map(|it| sealed(app, id, it)).transpose()?;
    let after = AuditStream {
        name: to.name.unwrap_or_else(|| before.name.clone()),
        sink: destination::read(before.sink.kind(), address, to.signing.or_of(&before.sink))?,
        secret_sealed: given.or_else(|| before.secret_sealed.clone()),
        style: to.style.unwrap_or(before.style),
        events: to.events.unwrap_or_else(|| before.events.clone()),
        ..before.clone()
    };
    let changes = changes(&before, &after);
    let is_same = changes.is_empty();
    let deed = Action::AuditStream(StreamDeed::Change { changes });
    let (tx, permit) = app.ask(tx, actor, deed, target(&after)).await?;
    check_stream_name(&after.name)?;
    destination::check(app, &after.sink)?;
    if is_same {
        return Ok(before);
    }
    let after = after.anew(tx.now);
    audit_streams::update(&tx, &before, &after).await?;
    tx.commit(permit).await?;
    Ok(after)
}

/// Lets it wait; what happens meanwhile waits with it.
pub async fn pause(app: &App, actor: &Actor, id: AuditStreamId) -> Result<AuditStream, Error> {
    set(app, actor, id, StreamDeed::Pause, |before, now| {
        (!before.is_paused).then_some(AuditStream { is_paused: true, updated_at: now, ..before })
    })
    .await
}

/// Lets it go on where it was.
pub async fn resume(app: &App, actor: &Actor, id: AuditStreamId) -> Result<AuditStream, Error> {
    set(app, actor, id, StreamDeed::Resume, |before, now| {
        before.is_paused.then(|| AuditStream { is_paused: false, ..before.anew(now) })
    })
    .await
}

/// Lets it go on at this number: what has been sent since is sent once more.
pub async fn replay(app: &App, actor: &Actor, id: AuditStreamId, from: i64) -> Result<AuditStream, Error> {
    let (tx, before) = begin(app, actor, id).await?;
    let deed = Action::AuditStream(StreamDeed::Replay { from: before.next_seq, to: from });
    let (tx, permit) = app.ask(tx, actor, deed, target(&before)).await?;
    let end = newest(&*tx, tx.org).await?.saturating_add(1).max(before.next_seq);
    if !(1..=end).contains(&from) {
        let to = u64::try_from(end).unwrap_or(1);
        return Err(Error::invalid("from_seq", Flaw::NotBetween { from: 1, to }));
    }
    let after = AuditStream { next_seq: from, ..before.clone() }.anew(tx.now);
    audit_streams::update(&tx, &before, &after).await?;
    tx.commit(permit).await?;
    Ok(after)
}

/// Signs with another secret, which is shown once; for [`OVERLAP`] requests are signed with the one before as well.
pub async fn rotate_secret(app: &App, actor: &Actor, id: AuditStreamId) -> Result<Secret<String>, Error> {
    let (tx, before) = begin(app, actor, id).await?;
    let (tx, permit) = app.ask(tx, actor, Action::AuditStream(StreamDeed::RotateSecret), target(&before)).await?;
    if before.sink.kind() == Kind::S3 {
        let problem = "the secret of a bucket is made by its store; change the stream to one that you got there";
        return Err(Error::malformed("secret_access_key", problem));
    }
    let Some(old) = before.secret_sealed.clone() else { return Err(Error::NotFound("secret")) };
    let secret = new_secret();
    let after = AuditStream {
        secret_sealed: Some(sealed(app, id, &secret)?),
        earlier: Some((old, tx.now.after(OVERLAP))),
        updated_at: tx.now,
        ..before.clone()
    };
    audit_streams::update(&tx, &before, &after).await?;
    tx.commit(permit).await?;
    Ok(secret)
}

/// Lets it go out no more.
pub async fn delete(app: &App, actor: &Actor, id: AuditStreamId) -> Result<(), Error> {
    let (tx, before) = begin(app, actor, id).await?;
    let (tx, permit) = app.ask(tx, actor, Action::AuditStream(StreamDeed::Delete), target(&before)).await?;
    audit_streams::delete(&tx, id).await?;
    tx.commit(permit).await
}

/// Sends something that is no record; answers whether it was taken, and what was said.
pub async fn test(app: &App, actor: &Actor, id: AuditStreamId) -> Result<Tried, Error> {
    let (tx, stream) = begin(app, actor, id).await?;
    let (tx, permit) = app.ask(tx, actor, Action::AuditStream(StreamDeed::Test), target(&stream)).await?;
    tx.commit(permit).await?;
    let subject = Subject::organisation(app, "tests of audit streams", stream.org)?;
    if let Some(retry_after) = throttle::count(app, subject, TESTS).await? {
        return Err(Error::Throttled { retry_after });
    }
    sinks::test(app, &stream).await
}

/// Changes a stream by a deed that has nothing to say; one that changes nothing is not recorded.
async fn set(
    app: &App,
    actor: &Actor,
    id: AuditStreamId,
    deed: StreamDeed,
    to: impl FnOnce(AuditStream, Timestamp) -> Option<AuditStream>,
) -> Result<AuditStream, Error> {
    let (tx, before) = begin(app, actor, id).await?;
    let (tx, permit) = app.ask(tx, actor, Action::AuditStream(deed), target(&before)).await?;
    let Some(after) = to(before.clone(), tx.now) else { return Ok(before) };
    audit_streams::update(&tx, &before, &after).await?;
    tx.commit(permit).await?;
    Ok(after)
}

async fn begin(app: &App, actor: &Actor, id: AuditStreamId) -> Result<(Tx, AuditStream), Error> {
    let tx = app.begin(org_of(app, actor, id).await?).await?;
    let found = audit_streams::find(&*tx, tx.org, id).await?.ok_or(Error::NotFound("stream"))?;
    Ok((tx, found))
}

/// The organisation in which the actor may name this stream.
async fn org_of(app: &App, actor: &Actor, id: AuditStreamId) -> Result<OrgId, Error> {
    match actor.org() {
        Some(own) => Ok(own),
        None => {
            let found = audit_streams::find_anywhere(app.store.reader(), id).await?;
            Ok(found.ok_or(Error::NotFound("stream"))?.org)
        }
    }
}

/// The number of the newest record that is part of the chain.
async fn newest(db: &impl crate::store::Reader, org: OrgId) -> Result<i64, Error> {
    Ok(audit_seals::tip(db, org).await?.map_or(0, |it| it.0))
}

async fn standing(app: &App, actor: &Actor, stream: AuditStream) -> Result<Standing, Error> {
    let db = app.store.reader();
    let behind = stream.behind(newest(db, stream.org).await?);
    let first = audit_seals::links_after(db, stream.org, stream.next_seq.saturating_sub(1), 1).await?.pop();
    let oldest = match first {
        Some(link) => audit::find(db, stream.org, link.id).await?.map(|it| it.at),
        None => None,
    };
    let is_known = match app.store.organisation(stream.org).await {
        Ok((_, model)) => actor.check(&model, &Action::AuditStream(StreamDeed::Test), &target(&stream)).is_ok(),
        Err(_) => matches!(actor, Actor::Operator { .. }),
    };
    let address = if is_known { stream.sink.address() } else { stream.sink.place() }.to_owned();
    let bucket = stream.sink.bucket().filter(|_| is_known).cloned();
    Ok(Standing { stream, address, bucket, behind, oldest })
}

fn target(it: &AuditStream) -> Target {
    let is_of_operator = it.sink.kind().is_of_operator();
    Target::AuditStream { org: it.org, id: it.id, label: it.name.clone(), is_of_operator }
}

fn changes(before: &AuditStream, after: &AuditStream) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut note = |path: &str, old: &str, new: &str| {
        changes.push(Change::new(path, Some(json!(old)), Some(json!(new))));
    };
    if before.name != after.name {
        note("name", &before.name, &after.name);
    }
    if before.sink.address() != after.sink.address() {
        note("address", before.sink.place(), after.sink.place());
    }
    if let (Some(was), Some(is)) = (before.sink.bucket(), after.sink.bucket()) {
        for (path, was, is) in
            [("region", &was.region, &is.region), ("access_key_id", &was.access_key_id, &is.access_key_id)]
        {
            if was != is {
                note(path, was, is);
            }
        }
    }
    if before.style != after.style {
        note("format", before.style.word(), after.style.word());
    }
    if before.events != after.events {
        note("events", &before.events.line(), &after.events.line());
    }
    if before.secret_sealed != after.secret_sealed {
        changes.push(Change::new("secret_access_key", None, None));
    }
    changes
}

fn new_secret() -> Secret<String> {
    Secret::new(format!("{SECRET_PREFIX}{}", STANDARD.encode(random_bytes::<32>())))
}

fn sealed(app: &App, id: AuditStreamId, secret: &Secret<String>) -> Result<Vec<u8>, Error> {
    app.seal.seal(&place(id), secret.reveal().as_bytes())
}

/// The secret as it was given.
fn secret(app: &App, id: AuditStreamId, sealed: &[u8]) -> Result<Secret<Vec<u8>>, Error> {
    app.seal.open(&place(id), sealed)
}

/// The key that the secret of a webhook stands for.
fn key(app: &App, id: AuditStreamId, sealed: &[u8]) -> Result<Secret<Vec<u8>>, Error> {
    let text = secret(app, id, sealed)?;
    let key = text.reveal().strip_prefix(SECRET_PREFIX.as_bytes()).and_then(|it| STANDARD.decode(it).ok());
    Ok(Secret::new(key.ok_or_else(|| anyhow::anyhow!("the secret of a stream cannot be read"))?))
}

/// Both secrets of a stream are sealed for the same place: the one becomes the other.
fn place(id: AuditStreamId) -> String {
    format!("audit_streams.secret_sealed.{id}")
}
