//! What the server does by itself: sending what waits in the outbox, and taking away what has ended.
//!
//! **Invariant:** every node runs the jobs; a message is sent by whoever claims it, and becomes due again when that node
//! dies on the way, so it may arrive twice but never not at all.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::app::{
    App, alert, audit_chain, audit_exports, audit_streams, break_glass, clients, connections, deprovisionings,
    device_requests, end_dates, events, grace, invitations, journal, kept_requests, keys, logout, mail, organisations,
    own_domains, passwords, pushed_requests, reviews, sign_in_refusals, sign_in_tries, signals,
};
use crate::domain::{Error, Timestamp, deprovisioning, linking};
use crate::store::outbox::{Message, Queue};

const OUTBOX_EVERY: Duration = Duration::from_millis(500);
const JOURNAL_EVERY: Duration = Duration::from_millis(500);
/// So soon after a deed its record is part of the chain.
const SEAL_EVERY: Duration = Duration::from_secs(2);
/// And so soon after that it goes out.
const SHIP_EVERY: Duration = Duration::from_secs(1);
/// So soon a file that somebody asks for is begun.
const EXPORT_EVERY: Duration = Duration::from_secs(2);
const SWEEP_EVERY: Duration = Duration::from_mins(1);
/// A claimed message is this node's for so long.
const LEASE: Duration = Duration::from_mins(2);
const AT_ONCE: u64 = 50;
/// Letters, logouts and alarms wait neither for an application that takes its time with events, nor for many who are let go.
const PROMPT: Queue = Queue::AllBut(&[
    deprovisionings::LET_GO,
    reviews::CARRY_OUT,
    events::SECURITY_EVENT,
    events::ASYNC_OUTCOME,
    signals::STREAM_EVENT,
]);
const LETTING_GO: Queue = Queue::Of(deprovisionings::LET_GO);
const CLOSING: Queue = Queue::Of(reviews::CARRY_OUT);
const EVENTS: Queue = Queue::Of(events::SECURITY_EVENT);
/// Nor do applications, which the operator knows, wait for a receiver that anybody may name who manages a connection.
const OUTCOMES: Queue = Queue::Of(events::ASYNC_OUTCOME);
const SIGNALS: Queue = Queue::Of(signals::STREAM_EVENT);
/// With the growing waits this is about three days.
const TRIES_MAX: i64 = 16;
/// A code or token that has ended is recognised for so long when it comes back.
const ISSUED_KEPT: Duration = Duration::from_hours(24);
/// A counter that nobody has touched for so long counts nothing any more.
const THROTTLES_KEPT: Duration = Duration::from_hours(48);
/// An account that too many guesses have closed stays so, unless it is reset, for so long: names that belong to nobody are
/// counted, too, and must not be kept for ever.
const CLOSED_KEPT: Duration = Duration::from_hours(365 * 24);

/// Every kind of message that there is, and [`OTHER`].
pub(crate) const KINDS: [&str; 24] = [
    mail::MAIL,
    logout::BACKCHANNEL_LOGOUT,
    events::SECURITY_EVENT,
    events::ASYNC_OUTCOME,
    signals::STREAM_EVENT,
    passwords::RESET_REQUEST,
    alert::SIGN_IN_FLOOD,
    alert::LAST_HOLDER,
    alert::TOKEN_BY_LINK,
    alert::BREAKER,
    alert::HOLDER_LEFT,
    alert::FAILED_SIGN_INS,
    audit_streams::ALERT,
    deprovisionings::LET_GO,
    connections::watch::LETTER,
    invitations::REFUSED,
    invitations::WANTED,
    end_dates::STILL_HERE,
    organisations::DELETED,
    break_glass::USED,
    reviews::ASKED,
    reviews::CARRY_OUT,
    reviews::NUDGE,
    OTHER,
];
/// What a node of a later version has put in.
const OTHER: &str = "other";

/// The kind of a message in our own words.
pub(crate) fn kind(stored: &str) -> &'static str {
    KINDS.into_iter().find(|it| *it == stored).unwrap_or(OTHER)
}

/// Runs the jobs until they are told to stop.
pub async fn run(app: App, stop: CancellationToken) {
    tokio::join!(
        every(&app, OUTBOX_EVERY, &stop, async || run_queue(&app, PROMPT).await.map(drop)),
        every(&app, OUTBOX_EVERY, &stop, async || run_queue(&app, LETTING_GO).await.map(drop)),
        every(&app, OUTBOX_EVERY, &stop, async || run_queue(&app, CLOSING).await.map(drop)),
        every(&app, OUTBOX_EVERY, &stop, async || run_queue(&app, EVENTS).await.map(drop)),
        every(&app, OUTBOX_EVERY, &stop, async || run_queue(&app, OUTCOMES).await.map(drop)),
        every(&app, OUTBOX_EVERY, &stop, async || run_queue(&app, SIGNALS).await.map(drop)),
        kept_requests::run(&app, &stop),
        every(&app, JOURNAL_EVERY, &stop, async || journal::write(&app).await),
        every(&app, SEAL_EVERY, &stop, async || audit_chain::seal_new(&app).await),
        every(&app, SHIP_EVERY, &stop, async || audit_streams::ship(&app).await.map(drop)),
        every(&app, EXPORT_EVERY, &stop, async || {
            // A file takes long; what is not finished when the server stops is made anew by another node.
            stop.run_until_cancelled(audit_exports::make_due(&app)).await.transpose().map(drop)
        }),
        every(&app, SWEEP_EVERY, &stop, async || sweep(&app).await),
    );
}

/// Carries out and sends everything that is due, and what becomes due by that; answers how much that was.
pub async fn run_due(app: &App) -> Result<usize, Error> {
    let mut sent: usize = 0;
    loop {
        let mut more: usize = kept_requests::run_due(app).await?;
        for queue in [PROMPT, LETTING_GO, CLOSING, EVENTS, OUTCOMES, SIGNALS] {
            more = more.saturating_add(run_queue(app, queue).await?);
        }
        if more == 0 {
            return Ok(sent);
        }
        sent = sent.saturating_add(more);
    }
}

/// The same for one queue.
async fn run_queue(app: &App, queue: Queue) -> Result<usize, Error> {
    let mut sent = 0;
    loop {
        let due = app.store.due(queue, app.now(), AT_ONCE).await?;
        if due.is_empty() {
            return Ok(sent);
        }
        // All at once: an application that does not answer must not keep the others from hearing.
        let mut under_way = JoinSet::new();
        for message in due {
            if app.store.claim(&message, app.now().after(LEASE)).await? {
                let app = app.clone();
                under_way.spawn(async move { deliver(&app, &message).await });
            }
        }
        while let Some(delivered) = under_way.join_next().await {
            sent += usize::from(delivered.map_err(anyhow::Error::new)??);
        }
    }
}

/// Takes away what has ended.
pub async fn sweep(app: &App) -> Result<(), Error> {
    let now = app.now();
    // What goes as a whole needs nothing else.
    organisations::erase_due(app).await?;
    app.store.sweep_attempts(now).await?;
    app.store.sweep_sessions(now).await?;
    app.store.sweep_issued(now.before(ISSUED_KEPT)).await?;
    app.store.sweep_access(now).await?;
    app.store.sweep_client_access(now).await?;
    app.store.sweep_signals(now.before(signals::KEPT)).await?;
    signals::queue_overlooked(app).await?;
    app.store.sweep_assertions(now).await?;
    app.store.sweep_pushed(now.before(pushed_requests::KEPT)).await?;
    app.store.sweep_device_requests(now.before(device_requests::KEPT)).await?;
    app.store.sweep_sign_in_tries(now.before(sign_in_tries::KEPT)).await?;
    app.store.sweep_invitations(now.before(invitations::KEPT)).await?;
    app.store.sweep_refusals(now.before(sign_in_refusals::KEPT)).await?;
    journal::sweep(app).await?;
    app.store.sweep_deprovisionings(now.before(deprovisioning::REMEMBERED)).await?;
    app.store.sweep_audit_exports(now).await?;
    app.store.sweep_setup_links(now).await?;
    app.store.sweep_linkings(now.before(linking::KEPT)).await?;
    app.store.sweep_undelivered(now.before(mail::UNDELIVERED_KEPT)).await?;
    app.store.sweep_throttles(now.before(THROTTLES_KEPT), now.before(CLOSED_KEPT)).await?;
    grace::end_those_over(app).await?;
    grace::write_letters(app).await?;
    keys::tend(app).await?;
    connections::watch::warn(app).await?;
    connections::watch::remind(app).await?;
    deprovisionings::resume(app).await?;
    clients::sweep(app).await?;
    end_dates::tend(app).await?;
    own_domains::tend(app).await?;
    audit_chain::tend(app).await?;
    reviews::tend(app).await?;
    connections::watch::listen(app).await
}

/// Sends one message, or puts it off; true when it is gone.
async fn deliver(app: &App, message: &Message) -> Result<bool, Error> {
    let failed = match send(app, message).await {
        Ok(()) => {
            app.store.delivered(message).await?;
            return Ok(true);
        }
        Err(failed) => failed,
    };
    // Any other kind may have to reach more than one person.
    let is_refused = message.kind == mail::MAIL && mail::is_refused_for_good(&failed);
    let failure = if let Error::Internal(cause) = &failed { told(cause) } else { failed.to_string() };
    let (id, kind, tries) = (message.id, &message.kind, message.tries.saturating_add(1));
    signals::note_failure(app, message, &failure, tries >= TRIES_MAX).await?;
    if tries >= TRIES_MAX {
        tracing::error!(outbox.id = %id, outbox.kind = kind, outbox.tries = tries, failure, "a message is given up");
        give_up(app, message, &failed).await?;
        return Ok(false);
    }
    if is_refused {
        tracing::warn!(outbox.id = %id, outbox.kind = kind, outbox.tries = tries, failure, "a message is refused for good");
        give_up(app, message, &failed).await?;
        return Ok(false);
    }
    tracing::warn!(outbox.id = %id, outbox.kind = kind, outbox.tries = tries, failure, "a message could not be sent");
    app.store.postpone(message, next_try(app.now(), tries), &failure).await?;
    Ok(false)
}

/// What happened, from the outside in. A cause that the one around it has told already is not told again.
pub(super) fn told(cause: &anyhow::Error) -> String {
    let mut told = String::new();
    for one in cause.chain().map(ToString::to_string) {
        if told.is_empty() {
            told = one;
        } else if !told.ends_with(&one) {
            told = format!("{told}: {one}");
        }
    }
    told
}

/// Takes a message away that will not arrive. That a letter does not is noted first: a node that dies between does it again.
async fn give_up(app: &App, message: &Message, failed: &Error) -> Result<(), Error> {
    app.metrics.message_given_up(&message.kind);
    if message.kind == mail::MAIL {
        mail::give_up(app, message, failed).await?;
    }
    app.store.delivered(message).await
}

async fn send(app: &App, message: &Message) -> Result<(), Error> {
    match message.kind.as_str() {
        mail::MAIL => mail::send(app, message).await,
        logout::BACKCHANNEL_LOGOUT => logout::deliver(app, message).await,
        events::SECURITY_EVENT | events::ASYNC_OUTCOME => events::deliver(app, message.org, &message.payload).await,
        signals::STREAM_EVENT => signals::deliver(app, message).await,
        passwords::RESET_REQUEST => passwords::answer_reset_request(app, &message.payload).await,
        alert::SIGN_IN_FLOOD => alert::sign_in_flood(app, message).await,
        alert::LAST_HOLDER => alert::last_holder(app, message).await,
        alert::TOKEN_BY_LINK => alert::token_by_link(app, message).await,
        alert::BREAKER => alert::breaker(app, message).await,
        alert::HOLDER_LEFT => alert::holder_left(app, message).await,
        deprovisionings::LET_GO => deprovisionings::let_go(app, message.org, &message.payload).await,
        connections::watch::LETTER => connections::watch::tell(app, message).await,
        invitations::REFUSED => invitations::tell_refused(app, message).await,
        audit_streams::ALERT => audit_streams::alert_those_concerned(app, message).await,
        alert::FAILED_SIGN_INS => alert::failed_sign_ins(app, message).await,
        end_dates::STILL_HERE => end_dates::tell(app, message).await,
        organisations::DELETED => organisations::tell_deleted(app, message).await,
        break_glass::USED => break_glass::tell(app, message).await,
        reviews::ASKED => reviews::write_to_those_asked(app, message).await,
        reviews::CARRY_OUT => reviews::carry_out(app, message.org, &message.payload).await,
        reviews::NUDGE => reviews::nudge(app, message).await,
        invitations::WANTED => invitations::tell_wanted(app, message).await,
        other => Err(anyhow::anyhow!("this version cannot send messages of the kind {other}").into()),
    }
}

/// Ten seconds, then twice as long each time, up to eight hours.
pub(crate) fn next_try(now: Timestamp, tries: i64) -> Timestamp {
    let doubled = u32::try_from(tries.saturating_sub(1)).unwrap_or(u32::MAX).min(12);
    now.after(Duration::from_secs(10).saturating_mul(2_u32.saturating_pow(doubled)).min(Duration::from_hours(8)))
}

async fn every(app: &App, pause: Duration, stop: &CancellationToken, job: impl AsyncFn() -> Result<(), Error>) {
    let mut ticks = tokio::time::interval(pause);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if let Err(failure) = job().await {
            app.metrics.job_failed();
            tracing::error!(failure = %failure, "a job failed and is tried again");
        }
    }
}

#[cfg(test)]
mod tests;
