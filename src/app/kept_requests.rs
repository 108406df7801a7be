//! Requests of identity providers that are answered first and carried out later (RFC 9967 2.5.1).
//!
//! A request is checked as it comes: token, scopes, pace and the form of its body. Then it is kept, with its entry in the journal,
//! whose id is the number under which its outcome is told. It is carried out by a job, as the operations of a bulk request are:
//! before each, what opened the connection is looked up again, and nothing is done where it opens nothing any more.
//!
//! A node that dies leaves its request to the next one when the claim ends. Each operation leaves a mark in the unit that keeps
//! what it does, and no unit begins for a claim that has gone to another node: so an operation that was done is not done again.
//! Of one that was done by a node that died before it could tell, the outcome has no version, and for a PATCH the status 200. One that was refused is asked again.
//!
//! **Invariant:** of the requests of a connection one is carried out at a time, in the order in which they were answered.
//! **Invariant:** what was asked is sealed, since a password may be in it, and gone when it was carried out.
//! **Invariant:** what became of a request is kept in the journal and nowhere else, for as long as its entry is.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::task::{self, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::app::connections::scim_base_url;
use crate::app::events::{self, ASYNC_OUTCOME, Completion};
use crate::app::jobs;
use crate::app::journal::{self, Entry, Heard, How};
use crate::app::provisioner::{self, Pass};
use crate::app::provisioning::{self, Caller, KEPT_BYTES, Notes, Trace, change_of};
use crate::domain::Error;
use crate::domain::id::{CallId, ConnectionId, OutboxId, RunId};
use crate::domain::journal::{About, Later, Outcome};
use crate::scim::bulk::{self, Bulk, Deed, Request};
use crate::scim::{self, json};
use crate::store::kept_requests::{self as rows, Claim, Due, NewRequest};
use crate::store::{Tx, connections, journal as calls, outbox, users};

#[cfg(test)]
mod tests;

/// So many requests of a connection wait at most.
const WAITING_MAX: u64 = 1_000;
/// And so many bytes.
const BYTES_MAX: u64 = 128 * 1024 * 1024;
/// When it is worth the while to send another one where too many wait.
const RETRY_SECONDS: u64 = 10;
/// A claimed request is this node's for so long, from the beginning of each of its operations on.
const LEASE: Duration = Duration::from_mins(2);
/// So many requests a node carries out at a time.
const AT_ONCE: usize = 8;
/// So many of one organisation.
const OF_ONE_ORGANISATION: usize = 4;
const EVERY: Duration = Duration::from_millis(500);
/// After so many tries a fault is the outcome, which with the growing waits is ten minutes: whatever came later waits as long.
const TRIES_MAX: i64 = 7;

/// The status of what the token was not allowed, which tells nothing of the resource.
const REFUSED: u16 = 403;

/// What is to be carried out later.
pub enum Wanted {
    /// One change.
    One(Request),
    /// A bulk request, whose form was checked.
    Bulk(Value),
}

/// A request that was kept.
pub struct Found {
    /// Its method.
    pub method: String,
    /// Its address.
    pub path: String,
    /// The resources of the operations that are told of and that the token was allowed, from the base of SCIM on.
    pub resources: Vec<String>,
    /// What is known of it.
    pub progress: Progress,
}

/// What is known of a request that was kept.
pub enum Progress {
    /// It was not carried out yet.
    Waits,
    /// The token that tells what became of it, or of one of its operations.
    Done(String),
    /// What a bulk request would have been answered.
    AllDone(Value),
}

/// A request as it is kept.
#[derive(Serialize, Deserialize)]
struct Asked {
    method: String,
    path: String,
    if_match: Option<String>,
    body: Option<Value>,
    pass: Pass,
}

/// Keeps a request of a connection; answers the number under which its outcome will be told.
pub async fn keep(caller: &Caller<'_>, pass: &Pass, wanted: Wanted) -> Result<CallId, provisioning::Error> {
    let Caller { app, connection, attributes, trace, .. } = *caller;
    let asked = Asked::of(wanted, pass);
    // An id that can stand in no address is nobody's.
    if asked.path != bulk::PATH && change_of(&asked.method, &asked.path, Some(Value::Null)).is_none() {
        return Err(Error::NotFound("resource").into());
    }
    let Asked { method, path, .. } = &asked;
    let now = app.now();
    let heard = Heard { at: now, took: Duration::ZERO, method, path, query: None, status: 202, answer: None };
    let notes = Notes { named: attributes.names(), ..trace.take() };
    let call = journal::entry(app, connection, heard, notes, How::Later)?;
    let asked_sealed = asked.sealed(app, call.id)?;
    let bytes = u64::try_from(asked_sealed.len()).unwrap_or(u64::MAX);
    let tx = app.begin(connection.org).await?;
    if connections::find(&*tx, tx.org, connection.id).await?.is_none() {
        return Err(Error::Unauthenticated.into());
    }
    let (requests, of_others) = rows::waiting(&*tx, tx.org, connection.id).await?;
    if requests >= WAITING_MAX || of_others.saturating_add(bytes) > BYTES_MAX {
        return Err(too_many().into());
    }
    rows::insert(&tx, NewRequest { id: call.id, connection: connection.id, asked_sealed }).await?;
    calls::insert(&tx, &call).await?;
    tx.commit_all(Vec::new()).await?;
    trace.leave();
    app.store.heard(connection.org, connection.id, now, Some(now)).await?;
    Ok(call.id)
}

/// What is known of a request of this connection, by its number; with `:` and the place of an operation, of that one.
pub async fn progress(caller: &Caller<'_>, number: &str) -> Result<Found, provisioning::Error> {
    let Caller { app, connection, .. } = *caller;
    let unknown = || Error::NotFound("request of this connection that was kept");
    let (id, operation) = match number.split_once(':') {
        Some((id, place)) => (id, Some(place.parse::<usize>().map_err(|_| unknown())?)),
        None => (number, None),
    };
    let id: CallId = id.parse().map_err(|_| unknown())?;
    let call = calls::find(app.store.reader(), connection.org, id).await?;
    let call = call.filter(|it| it.connection == connection.id).ok_or_else(unknown)?;
    let Entry { call, said } = journal::opened(app, call)?;
    let later = said.later.ok_or_else(unknown)?;
    let of = |at: usize| operation.is_none_or(|only| only == at);
    let told = later.outcomes.iter().enumerate().filter(|(at, it)| of(*at) && status_of(Some(it)) != REFUSED);
    let resources = told.map(|(_, it)| it.resource.clone()).collect();
    let progress = match (later.done_at, operation) {
        (None, _) => Progress::Waits,
        (Some(_), None) if later.is_bulk => Progress::AllDone(all_of(&later.outcomes)),
        (Some(_), Some(_)) if !later.is_bulk => return Err(unknown().into()),
        (Some(_), place) => {
            let token = events::completion(app, connection, (id, &later), place.unwrap_or_default()).await?;
            Progress::Done(token.ok_or_else(unknown)?)
        }
    };
    Ok(Found { method: call.method, path: call.path, resources, progress })
}

/// Carries out what is due until it is told to stop. What it leaves unfinished then is done when the claim has ended.
pub(crate) async fn run(app: &App, stop: &CancellationToken) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut under_way = UnderWay::default();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
            true = under_way.ended() => {}
        }
        if let Err(failure) = under_way.begin(app).await {
            app.metrics.job_failed();
            tracing::error!(failure = %failure, "kept requests could not be looked for and are tried again");
        }
    }
}

/// Carries out everything that is due; answers how much that was.
pub(crate) async fn run_due(app: &App) -> Result<usize, Error> {
    let (mut done, mut under_way) = (0, UnderWay::default());
    loop {
        under_way.begin(app).await?;
        if !under_way.ended().await {
            return Ok(done);
        }
        done += 1;
    }
}

/// What this node carries out.
#[derive(Default)]
struct UnderWay {
    tasks: JoinSet<()>,
    requests: HashMap<task::Id, Due>,
}

impl UnderWay {
    /// Begins what is due, as far as there is room: one organisation leaves some to the others, and of large requests there is one.
    async fn begin(&mut self, app: &App) -> Result<(), Error> {
        for due in app.store.due_requests(app.now()).await? {
            if !self.has_room_for(&due) {
                continue;
            }
            let claim = Claim { org: due.org, request: due.id, run: RunId::new() };
            if let Some(sealed) = app.store.claim_request(&due, claim.run, app.now().after(LEASE)).await? {
                let app = app.clone();
                let task = self.tasks.spawn(async move { attend(&app, due, claim, sealed).await });
                self.requests.insert(task.id(), due);
            }
        }
        Ok(())
    }

    fn has_room_for(&self, due: &Due) -> bool {
        let count = |is_such: &dyn Fn(&Due) -> bool| self.requests.values().filter(|it| is_such(it)).count();
        let is_large = |it: &Due| it.bytes > json::LARGE;
        self.requests.len() < AT_ONCE
            && count(&|it| it.org == due.org) < OF_ONE_ORGANISATION
            && !(is_large(due) && count(&is_large) > 0)
    }

    /// Waits until one has ended; false where there is none.
    async fn ended(&mut self) -> bool {
        let id = match self.tasks.join_next_with_id().await {
            Some(Ok((id, ()))) => id,
            Some(Err(failure)) => {
                tracing::error!(failure = %failure, "a kept request was broken off");
                failure.id()
            }
            None => return false,
        };
        self.requests.remove(&id);
        true
    }
}

/// Carries a request out. One that cannot be is tried again, and given up after so many tries, so that nothing waits behind it
/// for ever.
async fn attend(app: &App, due: Due, claim: Claim, sealed: Vec<u8>) {
    let tries = due.tries.saturating_add(1);
    let done = if tries > TRIES_MAX {
        give_up(app, due.connection, claim).await
    } else {
        match Box::pin(carry_out(app, due, claim, sealed)).await {
            Ok(()) => return,
            Err(failure) if tries == TRIES_MAX => {
                tracing::error!(failure = %failure, request.id = %due.id, "a kept request is given up");
                give_up(app, due.connection, claim).await
            }
            Err(failure) => {
                tracing::error!(failure = %failure, request.id = %due.id, "a kept request is tried again");
                app.store.hold_request(&claim, jobs::next_try(app.now(), tries), tries).await.map(drop)
            }
        }
    };
    if let Err(failure) = done {
        tracing::error!(failure = %failure, request.id = %due.id, "a kept request is tried again when its claim has ended");
    }
}

async fn carry_out(app: &App, due: Due, claim: Claim, sealed: Vec<u8>) -> Result<(), Error> {
    let asked = Asked::open(app, due.id, &sealed)?;
    drop(sealed);
    let (pass, mut bulk) = asked.operations()?;
    let (began, trace, mut tries) = (Instant::now(), Trace::of_kept(claim), due.tries.saturating_add(1));
    let before = rows::done_before(app.store.reader(), due.org, due.id).await?;
    while let Some((place, request)) = bulk.next_request() {
        if let Some(id) = before.get(&place) {
            bulk.record(place, Ok(request.done_to(id.clone())));
            continue;
        }
        if !app.store.hold_request(&claim, app.now().after(LEASE), tries).await? {
            return Ok(());
        }
        trace.begins(place);
        let outcome = match provisioner::reopen(app, (due.org, due.connection), &pass).await {
            // What waits goes on with the connection.
            Ok(opened) if opened.connection.is_paused => {
                return app.store.hold_request(&claim, app.now(), due.tries).await.map(drop);
            }
            Ok(opened) => provisioning::by_token(app, &opened, &trace, request).await,
            Err(cause) => Err(cause.into()),
        };
        match &outcome {
            Err(fault) if fault.is_fault() => {
                tracing::warn!(failure = ?fault, request.id = %due.id, "a kept request met a fault");
                if tries < TRIES_MAX {
                    return app.store.hold_request(&claim, jobs::next_try(app.now(), tries), tries).await.map(drop);
                }
            }
            // Whoever comes on is not given up because of what was before.
            Ok(_) | Err(_) => tries = 1,
        }
        bulk.record(place, outcome.map_err(|error| error.said()));
    }
    let came = Came { took: began.elapsed(), trace, was_begun: !before.is_empty(), bulk };
    settle(app, due.connection, claim, came).await
}

/// What a request came to.
struct Came {
    took: Duration,
    trace: Trace,
    /// True when an earlier try has done a part of it.
    was_begun: bool,
    bulk: Bulk,
}

/// Keeps what became of a request.
async fn settle(app: &App, connection: ConnectionId, claim: Claim, came: Came) -> Result<(), Error> {
    let Notes { deeds, left_alone, .. } = came.trace.take();
    let outcomes = came.bulk.outcomes(&scim_base_url(app)).into_iter().map(|it| outcome(it.resource, it.told));
    let outcomes: Vec<Outcome> = outcomes.collect();
    let has_changed = came.was_begun || !deeds.is_empty();
    end(app, connection, claim, |Entry { said, .. }, is_bulk| {
        let status = if is_bulk { 200 } else { status_of(outcomes.first()) };
        said.deeds = deeds;
        said.left_alone = left_alone;
        said.answer = answer_of(is_bulk, &outcomes);
        (outcomes, (status, came.took, has_changed))
    })
    .await
}

/// Ends a request that could not be carried out, so that the others of its connection go on; its outcome is a fault.
async fn give_up(app: &App, connection: ConnectionId, claim: Claim) -> Result<(), Error> {
    let fault = provisioning::said(&anyhow::anyhow!("given up").into());
    end(app, connection, claim, |Entry { call, said }, _| {
        let told = serde_json::json!({ "status": fault.status.to_string(), "response": fault.to_json() });
        let resource = call.path.strip_prefix("/scim/v2").unwrap_or(&call.path);
        said.answer = Some(fault.to_json());
        (vec![outcome(resource.to_owned(), told)], (fault.status, Duration::ZERO, false))
    })
    .await
}

fn outcome(resource: String, told: Value) -> Outcome {
    Outcome { jti: OutboxId::new().to_string(), resource, told }
}

/// Fills in the entry of a request, of which it is told whether it is a bulk request, and has what became of it told; in the same
/// unit the request is gone.
async fn end(
    app: &App,
    connection: ConnectionId,
    claim: Claim,
    fill: impl FnOnce(&mut Entry, bool) -> (Vec<Outcome>, (u16, Duration, bool)),
) -> Result<(), Error> {
    let tx = app.begin(claim.org).await?;
    if !rows::delete(&tx, &claim).await? {
        return Ok(());
    }
    // The entry goes with the user whom it is about.
    let call = calls::find(&*tx, tx.org, claim.request).await?;
    match call.map(|it| journal::opened(app, it)).transpose() {
        Ok(None) => {}
        Ok(Some(mut entry)) => {
            let is_bulk = entry.said.later.as_ref().is_some_and(|it| it.is_bulk);
            let (outcomes, came_to) = fill(&mut entry, is_bulk);
            if is_about_nobody(&tx, provisioning::about(&entry.call.path)).await? {
                (entry.said.request, entry.said.answer) = (None, None);
            }
            let operations = outcomes.len();
            entry.said.later = Some(Later { is_bulk, done_at: Some(tx.now.seconds()), outcomes });
            calls::update(&tx, &journal::filled(app, entry, came_to)?).await?;
            tell(&tx, (connection, claim.request), operations).await?;
        }
        // No later try could tell it either.
        Err(failure) => tracing::error!(failure = %failure, request.id = %claim.request, "an outcome has no entry"),
    }
    tx.commit_all(Vec::new()).await
}

/// True for somebody who is there no more, so that nothing of what was said of them is kept.
async fn is_about_nobody(tx: &Tx, about: Option<About>) -> Result<bool, Error> {
    match about {
        Some(About::User(id)) => Ok(users::find(&**tx, tx.org, id).await?.is_none()),
        Some(About::Group(_)) | None => Ok(false),
    }
}

/// Has the receiver of the connection told, where it has one.
async fn tell(tx: &Tx, (connection, request): (ConnectionId, CallId), operations: usize) -> Result<(), Error> {
    let found = connections::find(&**tx, tx.org, connection).await?;
    let listens = found.is_some_and(|it| it.settings.events_uri.is_some());
    for operation in (0..operations).filter(|_| listens) {
        let told = Completion { connection, request, operation };
        outbox::insert(tx, ASYNC_OUTCOME, &serde_json::to_value(told).map_err(anyhow::Error::new)?).await?;
    }
    Ok(())
}

fn status_of(outcome: Option<&Outcome>) -> u16 {
    outcome.and_then(|it| it.told.get("status")?.as_str()?.parse().ok()).unwrap_or(500)
}

/// What a bulk request would have been answered.
fn all_of(outcomes: &[Outcome]) -> Value {
    let told: Vec<Value> = outcomes.iter().map(|it| it.told.clone()).collect();
    bulk::answer(&told)
}

/// What the request would have been answered, as far as it is not too large for the journal.
fn answer_of(is_bulk: bool, outcomes: &[Outcome]) -> Option<Value> {
    if is_bulk {
        let answer = all_of(outcomes);
        return (answer.to_string().len() <= KEPT_BYTES).then_some(answer);
    }
    let told = &outcomes.first()?.told;
    Some(told.get("response").unwrap_or(told).clone())
}

impl Asked {
    fn of(wanted: Wanted, pass: &Pass) -> Self {
        let (method, path, if_match, body) = match wanted {
            Wanted::Bulk(body) => ("POST", bulk::PATH.to_owned(), None, Some(body)),
            Wanted::One(Request { resources, deed, if_match }) => {
                let all = format!("/scim/v2{}", resources.endpoint);
                let one = |id: &str| format!("{all}/{id}");
                match deed {
                    Deed::Create(body) => ("POST", all, if_match, Some(body)),
                    Deed::Replace(id, body) => ("PUT", one(&id), if_match, Some(body)),
                    Deed::Patch(id, body) => ("PATCH", one(&id), if_match, Some(body)),
                    Deed::Delete(id) => ("DELETE", one(&id), if_match, None),
                }
            }
        };
        Self { method: method.to_owned(), path, if_match, body, pass: pass.clone() }
    }

    /// By what the request was opened, and its operations.
    fn operations(self) -> Result<(Pass, Bulk), Error> {
        let Self { method, path, if_match, body, pass } = self;
        if path == bulk::PATH {
            return Ok((pass, bulk::parse(body.unwrap_or_default()).map_err(anyhow::Error::new)?));
        }
        let request = change_of(&method, &path, body);
        let request = request.ok_or_else(|| anyhow::anyhow!("a kept request changes nothing"))?;
        Ok((pass, bulk::alone(Request { if_match, ..request })))
    }

    fn sealed(&self, app: &App, id: CallId) -> Result<Vec<u8>, Error> {
        let plain = crate::domain::secret::Secret::new(serde_json::to_vec(self).map_err(anyhow::Error::new)?);
        app.seal.seal(&place(id), plain.reveal())
    }

    fn open(app: &App, id: CallId, sealed: &[u8]) -> Result<Self, Error> {
        let plain = app.seal.open(&place(id), sealed)?;
        Ok(serde_json::from_slice(plain.reveal()).map_err(anyhow::Error::new)?)
    }
}

fn place(id: CallId) -> String {
    format!("kept_requests.asked_sealed.{id}")
}

fn too_many() -> scim::Error {
    let detail = format!(
        "{WAITING_MAX} requests of this connection, or {} MiB, wait to be carried out; send the request again in \
         {RETRY_SECONDS} s, or without `Prefer: respond-async`",
        BYTES_MAX / 1024 / 1024
    );
    scim::Error { retry_after_seconds: Some(RETRY_SECONDS), ..scim::Error::new(429, detail) }
}
