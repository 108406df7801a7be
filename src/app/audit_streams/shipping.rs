//! Sending what is due in every stream, and telling whoever looks after a stream that nothing arrives.
//!
//! **Invariant:** a record goes out when it is part of the chain, and in the order of the chain. Whether anybody takes it makes no
//! difference to the deed that it tells of.
//! **Invariant:** a stream is sent by whoever has claimed it, and its place moves on after what was sent was taken; a node that
//! dies between leaves it due again. It is never given up: it waits longer each time, and somebody is told once.

use std::collections::HashSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use super::sinks::{self, Batch, Refused};
use super::target;
use crate::app::audit_log::{self, INSTANCE};
use crate::app::mail::{self, Letter};
use crate::app::{App, alert, history};
use crate::domain::audit_stream::{AuditStream, MANAGE, Note, Portion, line_of, note, wait};
use crate::domain::id::{AuditStreamId, OrgId};
use crate::domain::policy::{Action, Actor, JOB_AUDIT, StreamDeed};
use crate::domain::{Error, Timestamp};
use crate::store::outbox::Message;
use crate::store::{audit, audit_seals, audit_streams, outbox};

/// The kind of the outbox message that tells that nothing of a stream arrives.
pub(crate) const ALERT: &str = "audit-stream-alert";

/// A claimed stream is this node's for so long.
const LEASE: Duration = Duration::from_mins(2);
const AT_ONCE: u64 = 50;
/// So many batches of a stream go out before the server looks whether it is to stop.
const ROUNDS_MAX: usize = 50;
const JOB: Actor = Actor::Job(JOB_AUDIT);

/// What is next of a stream.
enum Next {
    /// There is nothing.
    Nothing,
    /// Nothing is told of the records up to this one.
    PassOver(i64),
    /// More may come with what there is, until then.
    Wait(Timestamp),
    /// This is sent, up to this record.
    Send(i64, Batch),
}

#[derive(Serialize, Deserialize)]
struct Alert {
    stream: AuditStreamId,
    name: String,
    since: Timestamp,
    why: String,
    is_paused: bool,
}

/// Sends what is due in every stream, until nothing is or much was sent; answers how many batches were taken.
pub async fn ship(app: &App) -> Result<usize, Error> {
    let mut taken = 0;
    for _ in 0..ROUNDS_MAX {
        let due = app.store.audit_streams_due(app.now(), AT_ONCE).await?;
        if due.is_empty() {
            break;
        }
        // All at once: a receiver that does not answer must not keep the others from hearing.
        let mut under_way = JoinSet::new();
        for stream in due {
            if let Some(claimed) = app.store.claim_audit_stream(stream, app.now().after(LEASE)).await? {
                let app = app.clone();
                under_way.spawn(async move { (claimed.id, ship_next(&app, &claimed).await) });
            }
        }
        while let Some(shipped) = under_way.join_next().await {
            match shipped.map_err(anyhow::Error::new)? {
                (_, Ok(is_taken)) => taken += usize::from(is_taken),
                // The others go on; this one is due again when its claim is over.
                (id, Err(failure)) => {
                    tracing::error!(stream.id = %id, failure = %failure, "a stream could not be looked after");
                }
            }
        }
    }
    Ok(taken)
}

/// Sends the next of a stream that is claimed; true when it was taken.
async fn ship_next(app: &App, stream: &AuditStream) -> Result<bool, Error> {
    match next(app, stream).await? {
        Next::Nothing => Ok(false),
        Next::PassOver(to) => pass_over(app, stream, to).await.map(|()| false),
        Next::Wait(until) => wait_for_more(app, stream, until).await.map(|()| false),
        Next::Send(to, batch) => match sinks::send(app, stream, &batch).await {
            Ok(_) => note_taken(app, stream, to).await,
            Err(refused) => note_refused(app, stream, refused).await.map(|()| false),
        },
    }
}

/// What is next: records in their order, without those that the stream does not tell, and in the place of those that are gone,
/// that they are: nobody knows any more whether they would have been told.
async fn next(app: &App, stream: &AuditStream) -> Result<Next, Error> {
    let (db, org) = (app.store.reader(), stream.org);
    let Portion { records_max, bytes_max, patience } = stream.sink.kind().portion();
    let links = audit_seals::links_after(db, org, stream.next_seq.saturating_sub(1), records_max).await?;
    let mut is_full = u64::try_from(links.len()).is_ok_and(|it| it == records_max);
    let ids: Vec<_> = links.iter().map(|it| it.id).collect();
    let mut rows = audit::among(db, org, &ids).await?;
    let there: HashSet<_> = rows.iter().map(|it| it.id).collect();
    rows.retain(|it| stream.events.tell(&it.action));
    let events = history::told(app, org, rows).await?;
    let (mut lines, mut bytes, mut since, mut to) = (Vec::new(), 0_usize, None, stream.next_seq.saturating_sub(1));
    for link in links {
        let last_gone = if there.contains(&link.id) { link.seq.saturating_sub(1) } else { link.seq };
        if last_gone > to {
            let gone = Note::Missing { from_seq: to.saturating_add(1), to_seq: last_gone };
            lines.push(note(stream.style, app.now(), gone)?);
        }
        if let Some(event) = events.iter().find(|it| it.row.id == link.id) {
            let told = line_of(stream.style, (link.seq, &link.link), &audit_log::entry(event))?;
            let size = told.iter().map(|it| it.text().len()).sum::<usize>();
            if bytes > 0 && bytes.saturating_add(size) > bytes_max {
                (to, is_full) = (last_gone, true);
                break;
            }
            bytes = bytes.saturating_add(size);
            since = since.or(Some(event.row.at));
            lines.extend(told);
        }
        to = link.seq;
    }
    if to < stream.next_seq {
        return Ok(Next::Nothing);
    }
    if lines.is_empty() {
        return Ok(Next::PassOver(to));
    }
    let until = since.map(|it| it.after(patience)).filter(|until| !is_full && app.now() < *until);
    Ok(until.map_or(Next::Send(to, Batch { numbers: Some((stream.next_seq, to)), since, lines }), Next::Wait))
}

/// Lets the next try wait until more has come.
async fn wait_for_more(app: &App, stream: &AuditStream, until: Timestamp) -> Result<(), Error> {
    let tx = app.begin_brief(stream.org).await?;
    audit_streams::wait(&tx, stream, until).await?;
    tx.commit_all(Vec::new()).await
}

/// Moves on over records of which none is told.
async fn pass_over(app: &App, stream: &AuditStream, to: i64) -> Result<(), Error> {
    let tx = app.begin_brief(stream.org).await?;
    audit_streams::passed(&tx, stream, to.saturating_add(1)).await?;
    tx.commit_all(Vec::new()).await
}

async fn note_taken(app: &App, stream: &AuditStream, to: i64) -> Result<bool, Error> {
    let tx = app.begin_brief(stream.org).await?;
    if !audit_streams::taken(&tx, stream, to.saturating_add(1)).await? {
        return Ok(false);
    }
    if stream.told_at.is_none() {
        return tx.commit_all(Vec::new()).await.map(|()| true);
    }
    let (tx, permit) = app.ask(tx, &JOB, Action::AuditStream(StreamDeed::Recover), target(stream)).await?;
    tracing::info!(org.id = %stream.org, stream.id = %stream.id, "the audit log goes out again");
    tx.commit(permit).await.map(|()| true)
}

async fn note_refused(app: &App, stream: &AuditStream, refused: Refused) -> Result<(), Error> {
    let (why, is_paused, asked_wait) = match refused {
        Refused::ForNow { why, retry_after } => (why, false, retry_after),
        Refused::ForGood(why) => (why, true, None),
    };
    tracing::warn!(org.id = %stream.org, stream.id = %stream.id, stream.tries = stream.tries, failure = why, "the audit log could not be sent");
    let tx = app.begin_brief(stream.org).await?;
    let tries = stream.tries.saturating_add(1);
    let since = stream.failing_since.unwrap_or(tx.now);
    let mut after = AuditStream {
        tries,
        next_at: tx.now.after(wait(tries, asked_wait)),
        last_error: Some(why.clone()),
        failing_since: Some(since),
        is_paused,
        ..stream.clone()
    };
    let is_told = is_paused || after.is_to_be_told(tx.now);
    if is_told {
        after.told_at = Some(tx.now);
    }
    if !audit_streams::put_off(&tx, stream, &after).await? {
        return Ok(());
    }
    if !is_told {
        return tx.commit_all(Vec::new()).await;
    }
    let alert = Alert { stream: stream.id, name: stream.name.clone(), since, why: why.clone(), is_paused };
    outbox::insert(&tx, ALERT, &serde_json::to_value(alert).map_err(anyhow::Error::new)?).await?;
    let deed = if is_paused { StreamDeed::Pause } else { StreamDeed::Fail { why } };
    let (tx, permit) = app.ask(tx, &JOB, Action::AuditStream(deed), target(stream)).await?;
    tx.commit(permit).await
}

/// Writes to those who may mend a stream that nothing of it arrives.
pub(crate) async fn alert_those_concerned(app: &App, message: &Message) -> Result<(), Error> {
    let org = message.org;
    let Alert { stream, name, since, why, is_paused } =
        serde_json::from_str(&message.payload).map_err(anyhow::Error::new)?;
    let letter = || Letter::AuditStreamFails { name: name.clone(), stream, since, why: why.clone(), is_paused };
    if org == OrgId::OPERATOR {
        return mail::send_to_operator(app, message, INSTANCE, letter()).await;
    }
    alert::tell_holders_of_all(app, message, &MANAGE, letter).await
}
