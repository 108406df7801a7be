//! The journal of provisioning: what identity providers asked, what became of it, what a request would do now, and the same
//! request done again.
//!
//! Entries are written several at a time, at most half a second after the answer; what a change did is in the audit log with
//! the change itself. Reading the journal writes first what waits on this node.
//!
//! What came too fast (429) is folded: of a connection the first of a minute is an entry, and one more stands for all others of
//! that minute, with their number. So a flood shows, and does not push out what else is kept.
//!
//! **Invariant:** what was said is sealed and without passwords; it is forgotten when its time is over, and with the user it
//! was about. Of one connection only so many are kept, the newest, however many come.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;
use uuid::Uuid;

use crate::app::App;
use crate::app::connections::{self, MANAGE};
use crate::app::provisioning::{self, Notes, Trace, Trial};
use crate::domain::connection::{Attributes, Connection};
use crate::domain::id::{CallId, ConnectionId, OrgId};
use crate::domain::journal::{Call, CameTo, Later, Said};
use crate::domain::policy::Actor;
use crate::domain::role::RoleModel;
use crate::domain::{Conflict, Error, Timestamp};
use crate::scim::bulk::{self, Request};
use crate::scim::redact::{names_password, repeatable};
use crate::store;
use crate::store::journal as rows;

pub use crate::store::journal::Which;

/// So many entries wait at most until they are written.
const WAITING_MAX: usize = 200;
/// After so many that could not be written, the oldest are given up.
const UNWRITTEN_MAX: usize = 10_000;
/// So many entries of a connection are kept, the newest.
const KEPT_MAX: u64 = 100_000;
const DAY: Duration = Duration::from_hours(24);

/// For so long what comes too fast is folded into one entry.
const FOLDED: Duration = Duration::from_secs(60);
const TOO_FAST: u16 = 429;

/// The entries that wait to be written.
#[derive(Debug, Default)]
pub struct Journal {
    waiting: Mutex<Waiting>,
    /// Held while entries are taken and written, so that whoever wants to read them all waits for those under way.
    writing: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Waiting {
    calls: Vec<Call>,
    floods: HashMap<ConnectionId, Flood>,
}

/// Requests of a connection that come too fast.
#[derive(Debug)]
struct Flood {
    since: Timestamp,
    /// All but the first, as one entry.
    more: Option<Call>,
}

/// A request and its answer.
pub struct Heard<'a> {
    /// When it came.
    pub at: Timestamp,
    /// How long the answer took.
    pub took: Duration,
    /// `GET`, `POST` and so on.
    pub method: &'a str,
    /// The address.
    pub path: &'a str,
    /// Its query.
    pub query: Option<&'a str>,
    /// The status of the answer.
    pub status: u16,
    /// The body of the answer, unless it is large.
    pub answer: Option<Value>,
}

/// An entry with what was said.
#[derive(Debug)]
pub struct Entry {
    /// The request.
    pub call: Call,
    /// What was said.
    pub said: Said,
}

/// Notes a request of an identity provider. A journal that cannot be written stops no request.
pub async fn note(app: &App, connection: &Connection, heard: Heard<'_>, notes: Notes) {
    if hold(app, connection, heard, notes) >= WAITING_MAX
        && let Err(failure) = write(app).await
    {
        tracing::error!(failure = %failure, "the journal could not be written and is tried again");
    }
}

/// Takes the entry of a request, to be written later; answers how many wait for that.
pub fn hold(app: &App, connection: &Connection, heard: Heard<'_>, notes: Notes) -> usize {
    if heard.status == TOO_FAST && app.journal.lock().folds(connection.id, heard.at) {
        return 0;
    }
    match entry(app, connection, heard, notes, How::Now) {
        Ok(call) => app.journal.lock().take(call),
        Err(failure) => {
            tracing::error!(failure = %failure, "a request cannot be noted in the journal");
            0
        }
    }
}

/// Writes what waits. What cannot be written waits on.
pub async fn write(app: &App) -> Result<(), Error> {
    let _turn = app.journal.writing.lock().await;
    let calls = app.journal.lock().due(|since| app.now().since(since) >= FOLDED);
    keep_or_wait(app, calls).await
}

/// Writes everything, for whoever reads what is there now.
pub(crate) async fn write_all(app: &App) -> Result<(), Error> {
    let _turn = app.journal.writing.lock().await;
    let calls = app.journal.lock().due(|_| true);
    keep_or_wait(app, calls).await
}

async fn keep_or_wait(app: &App, calls: Vec<Call>) -> Result<(), Error> {
    if calls.is_empty() {
        return Ok(());
    }
    let mut taken = Taken { journal: &app.journal, calls };
    keep(app, &taken.calls).await?;
    taken.calls.clear();
    Ok(())
}

/// Entries on their way; what is not written waits again, also where nobody waits for whoever wrote it any more.
struct Taken<'j> {
    journal: &'j Journal,
    calls: Vec<Call>,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if !self.calls.is_empty() {
            self.journal.lock().put_back(std::mem::take(&mut self.calls));
        }
    }
}

/// Done twice, it is the same.
async fn keep(app: &App, calls: &[Call]) -> Result<(), Error> {
    let mut heard: HashMap<_, (Timestamp, Option<Timestamp>)> = HashMap::new();
    for call in calls {
        let (at, succeeded_at) = heard.entry((call.org, call.connection)).or_insert((call.at, None));
        *at = call.at.max(*at);
        *succeeded_at = (*succeeded_at).max((call.status < 400).then_some(call.at));
    }
    for ((org, connection), (at, succeeded_at)) in heard {
        app.store.heard(org, connection, at, succeeded_at).await?;
    }
    app.store.note_calls(calls).await
}

/// The entries of an organisation, newest first, with what was said.
pub async fn list(app: &App, actor: &Actor, org: OrgId, which: Which, most: u64) -> Result<Vec<Entry>, Error> {
    may_read(app, actor, org).await?;
    write_all(app).await?;
    let found = rows::list(app.store.reader(), org, which, most).await?;
    found.into_iter().map(|call| opened(app, call)).collect()
}

/// The request of a connection that changed something about one of these last, within a span of time.
pub(super) async fn last_change(
    app: &App,
    of: (OrgId, ConnectionId),
    about: [&str; 2],
    span: (Timestamp, Timestamp),
) -> Result<Option<Call>, Error> {
    let about: Vec<Uuid> = about.iter().filter_map(|it| it.parse().ok()).collect();
    rows::last_change(app.store.reader(), of, &about, span).await
}

/// One entry.
pub async fn show(app: &App, actor: &Actor, org: OrgId, id: CallId) -> Result<Entry, Error> {
    may_read(app, actor, org).await?;
    write_all(app).await?;
    let found = rows::find(app.store.reader(), org, id).await?;
    opened(app, found.ok_or(Error::NotFound("journal entry"))?)
}

/// What the request of an entry would do now. Nothing is kept of it.
pub async fn rehearse(app: &App, actor: &Actor, org: OrgId, id: CallId) -> Result<(Entry, Trial), Error> {
    let entry = show(app, actor, org, id).await?;
    let connection = store::connections::get(app.store.reader(), org, entry.call.connection).await?;
    let request = again(&entry).ok_or(Conflict::NotRepeatable)?;
    let trial = Box::pin(provisioning::rehearse(app, &connection, &attributes(&entry)?, request)).await?;
    Ok((entry, trial))
}

/// True where the request of an entry can be done again, and can be told what it would do now.
pub fn can_replay(entry: &Entry) -> bool {
    again(entry).is_some()
}

/// Does the request of an entry again, as its connection; answers the new entry, which tells what became of it.
pub async fn replay(app: &App, actor: &Actor, org: OrgId, id: CallId) -> Result<CallId, Error> {
    let entry = show(app, actor, org, id).await?;
    let request = again(&entry).ok_or(Conflict::NotRepeatable)?;
    let connection = connections::allow_replay(app, actor, entry.call.connection, id).await?;
    let (at, began, trace) = (app.now(), Instant::now(), Trace::default());
    let attributes = attributes(&entry)?;
    let done = Box::pin(provisioning::replay(app, &connection, (&attributes, &trace), request));
    let (status, answer) = match done.await {
        Ok(answered) => answered,
        Err(cause) => {
            if cause.is_fault() {
                tracing::error!(failure = ?cause, "a request that is done again met a fault");
            }
            let said = cause.said();
            (said.status, Some(said.to_json()))
        }
    };
    let Call { method, path, .. } = &entry.call;
    let heard = Heard { at, took: began.elapsed(), method, path, query: None, status, answer };
    let notes = Notes { request: entry.said.request, named: entry.said.named, ..trace.take() };
    let call = self::entry(app, &connection, heard, notes, How::Again(id))?;
    // At once, so that whoever asked finds it on every node; and beside what tells that the provider was heard.
    app.store.note_calls(std::slice::from_ref(&call)).await?;
    Ok(call.id)
}

/// What the token of the request sees and sets: whoever does it again must not be made to do what the token may not.
fn attributes(Entry { said, .. }: &Entry) -> Result<Attributes, Error> {
    if said.named.is_empty() {
        return Ok(Attributes::Everything);
    }
    let named = Attributes::only(said.named.iter().cloned());
    named.ok_or_else(|| anyhow::anyhow!("a request of the journal names too many attributes").into())
}

/// Nothing for what changed a password alone, which was not kept.
fn again(Entry { call, said }: &Entry) -> Option<Request> {
    let body = said.request.as_ref().map(repeatable);
    let is_empty = |body: &Value| body.get("Operations").and_then(Value::as_array).is_some_and(Vec::is_empty);
    provisioning::change_of(&call.method, &call.path, body.filter(|it| !is_empty(it)))
}

/// Forgets what has ended, and the oldest of connections of which there are too many.
pub async fn sweep(app: &App) -> Result<(), Error> {
    app.journal.lock().forget(app.now());
    app.store.sweep_calls(app.now()).await?;
    app.store.sweep_calls_beyond(KEPT_MAX).await
}

/// How a request was done.
#[derive(Debug, Clone, Copy)]
pub(crate) enum How {
    /// As it came.
    Now,
    /// Once more, as the one of this entry.
    Again(CallId),
    /// Later.
    Later,
}

/// The entry of a request.
pub(crate) fn entry(
    app: &App,
    connection: &Connection,
    heard: Heard<'_>,
    notes: Notes,
    how: How,
) -> Result<Call, Error> {
    let only_reads = matches!(heard.method, "GET" | "HEAD") || heard.path.ends_with("/.search");
    let came_to = CameTo::of(heard.status, only_reads, !notes.deeds.is_empty());
    let query = heard.query.map(|query| if names_password(query) { "…" } else { query });
    let said = Said {
        query: query.map(str::to_owned),
        request_bytes: notes.request.is_none().then_some(notes.request_bytes).filter(|bytes| *bytes > 0),
        request: notes.request,
        answer: heard.answer,
        found: notes.found,
        deeds: notes.deeds,
        left_alone: notes.left_alone,
        named: notes.named,
        replay_of: if let How::Again(first) = how { Some(first) } else { None },
        later: match how {
            How::Now | How::Again(_) => None,
            How::Later => Some(Later { is_bulk: heard.path == bulk::PATH, done_at: None, outcomes: Vec::new() }),
        },
    };
    let id = CallId::new();
    Ok(Call {
        id,
        org: connection.org,
        connection: connection.id,
        at: heard.at,
        took: heard.took,
        method: heard.method.to_owned(),
        path: heard.path.to_owned(),
        status: heard.status,
        came_to,
        // What waits is not forgotten with its user: it may be the request that the user is deleted by.
        about: if let How::Later = how { None } else { provisioning::about(heard.path).or_else(|| said.about()) },
        said_sealed: sealed(app, id, &said)?,
        ends_at: heard.at.after(DAY.saturating_mul(connection.settings.journal_days())),
        times: 1,
    })
}

/// The entry of a request that waited, with what became of it.
pub(crate) fn filled(
    app: &App,
    Entry { call, said }: Entry,
    (status, took, has_changed): (u16, Duration, bool),
) -> Result<Call, Error> {
    Ok(Call {
        status,
        took,
        came_to: CameTo::of(status, false, has_changed),
        about: provisioning::about(&call.path).or_else(|| said.about()),
        said_sealed: sealed(app, call.id, &said)?,
        ..call
    })
}

/// What was said, as it is kept.
fn sealed(app: &App, id: CallId, said: &Said) -> Result<Vec<u8>, Error> {
    app.seal.seal(&place(id), &serde_json::to_vec(said).map_err(anyhow::Error::new)?)
}

/// The entry with what was said.
pub(crate) fn opened(app: &App, call: Call) -> Result<Entry, Error> {
    let plain = app.seal.open(&place(call.id), &call.said_sealed)?;
    let said = serde_json::from_slice(plain.reveal()).map_err(anyhow::Error::new)?;
    Ok(Entry { call, said })
}

fn place(id: CallId) -> String {
    format!("provisioning_calls.said_sealed.{id}")
}

async fn may_read(app: &App, actor: &Actor, org: OrgId) -> Result<(), Error> {
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, MANAGE)
}

/// True for somebody who may read the requests of identity providers.
pub(super) fn may_be_read(actor: &Actor, model: &RoleModel) -> bool {
    actor.may(model, MANAGE).is_ok()
}

impl Journal {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// Counts a request that came too fast with others of its minute; false when it is to have an entry.
    fn folds(&mut self, of: ConnectionId, at: Timestamp) -> bool {
        let flood = self.floods.get_mut(&of).filter(|it| at.since(it.since) < FOLDED);
        let more = flood.and_then(|it| it.more.as_mut());
        more.map(|it| it.times = it.times.saturating_add(1)).is_some()
    }

    /// Takes an entry; answers how many wait to be written.
    fn take(&mut self, call: Call) -> usize {
        if call.status != TOO_FAST {
            self.calls.push(call);
            return self.calls.len();
        }
        match self.floods.get_mut(&call.connection).filter(|it| call.at.since(it.since) < FOLDED) {
            Some(flood) => match &mut flood.more {
                Some(more) => more.times = more.times.saturating_add(1),
                None => flood.more = Some(call),
            },
            None => {
                let begun = Flood { since: call.at, more: None };
                let ended = self.floods.insert(call.connection, begun);
                self.calls.extend(ended.and_then(|it| it.more));
                self.calls.push(call);
            }
        }
        self.calls.len()
    }

    /// What is written now, with what was folded since a moment that is long enough ago.
    fn due(&mut self, is_over: impl Fn(Timestamp) -> bool) -> Vec<Call> {
        let mut due = std::mem::take(&mut self.calls);
        due.extend(self.floods.values_mut().filter(|it| is_over(it.since)).filter_map(|it| it.more.take()));
        due
    }

    /// Takes back what could not be written, which is older than what has come since. Of too many the oldest are given up.
    fn put_back(&mut self, calls: Vec<Call>) {
        let newer = std::mem::replace(&mut self.calls, calls);
        self.calls.extend(newer);
        let too_many = self.calls.len().saturating_sub(UNWRITTEN_MAX);
        self.calls.drain(..too_many);
    }

    /// Forgets the minutes that are over, of which everything is written.
    fn forget(&mut self, now: Timestamp) {
        self.floods.retain(|_, it| it.more.is_some() || now.since(it.since) < FOLDED);
    }
}
