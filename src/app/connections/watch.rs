//! What the server looks after by itself: tokens that end soon, connections from which nothing is heard any
//! more, and people who wait until somebody decides about them.
//!
//! **Invariant:** each warning is written once and each silence told of once, by whichever node; what was told stands in rows.
//! **Invariant:** nobody is warned of a token in whose place another one is used.

use std::time::Duration;

use super::{MANAGE, target};
use crate::app::mail::Letter;
use crate::app::{App, alert};
use crate::domain::Error;
use crate::domain::connection::{Connection, ConnectionToken, Pulse, Turn, next_warning};
use crate::domain::deprovisioning::next_reminder;
use crate::domain::grace::days_left;
use crate::domain::policy::{Action, Actor, JOB_PROVISIONING};
use crate::store::outbox::Message;
use crate::store::pulses::{self, DueReminder, DueWarning};
use crate::store::{Tx, connections, deprovisionings, outbox};

/// The kind of the outbox message that holds a letter for everybody who may manage connections.
pub(crate) const LETTER: &str = "connection-letter";
/// So many rows are looked at in one go.
const AT_ONCE: u64 = 100;

/// Warns of the tokens that end soon.
pub(crate) async fn warn(app: &App) -> Result<(), Error> {
    loop {
        let due = app.store.due_warnings(app.now(), AT_ONCE).await?;
        if due.is_empty() {
            return Ok(());
        }
        let is_all = u64::try_from(due.len()).is_ok_and(|it| it < AT_ONCE);
        let mut has_failed = false;
        for one in due {
            has_failed |= is_failure("a token that ends", warn_of(app, one).await);
        }
        if is_all || has_failed {
            return Ok(());
        }
    }
}

/// Finds out which connections have fallen silent, and which speak again.
pub(crate) async fn listen(app: &App) -> Result<(), Error> {
    loop {
        let due = app.store.due_pulses(app.now(), AT_ONCE).await?;
        if due.is_empty() {
            return Ok(());
        }
        let is_all = u64::try_from(due.len()).is_ok_and(|it| it < AT_ONCE);
        let mut has_failed = false;
        for one in due {
            has_failed |= is_failure("a silent connection", look_at(app, one).await);
        }
        if is_all || has_failed {
            return Ok(());
        }
    }
}

/// Reminds of those who wait until somebody decides about them.
pub(crate) async fn remind(app: &App) -> Result<(), Error> {
    loop {
        let due = app.store.due_reminders(app.now(), AT_ONCE).await?;
        if due.is_empty() {
            return Ok(());
        }
        let is_all = u64::try_from(due.len()).is_ok_and(|it| it < AT_ONCE);
        let mut has_failed = false;
        for one in due {
            has_failed |= is_failure("those who wait", remind_of(app, one).await);
        }
        if is_all || has_failed {
            return Ok(());
        }
    }
}

/// One row that cannot be looked after keeps nobody from the others; it is tried again with the next sweep.
fn is_failure(of: &str, done: Result<(), Error>) -> bool {
    done.inspect_err(|failure| tracing::error!(failure = %failure, "could not look after {of}")).is_err()
}

/// Writes to everybody who may manage connections.
pub(crate) async fn tell(app: &App, message: &Message) -> Result<(), Error> {
    let letter: Letter = serde_json::from_str(&message.payload).map_err(anyhow::Error::new)?;
    alert::tell(app, message, &[MANAGE], || letter.clone()).await
}

async fn warn_of(app: &App, due: DueWarning) -> Result<(), Error> {
    let (db, now) = (app.store.reader(), app.now());
    let tokens = connections::list_tokens(db, due.org, due.connection).await?;
    let Some(token) = tokens.iter().find(|it| it.id == due.token) else {
        return app.store.warning_not_needed(&due, None).await;
    };
    let next = next_warning(token.expires_at, now);
    if token.has_ended(now) || token.is_replaced(&tokens, now) {
        return app.store.warning_not_needed(&due, next).await;
    }
    let tx = app.begin(due.org).await?;
    let Some(connection) = connections::find(&*tx, due.org, due.connection).await? else {
        drop(tx);
        return app.store.warning_not_needed(&due, None).await;
    };
    if !pulses::warned(&tx, &due, next).await? {
        return Ok(());
    }
    let action = Action::WarnConnectionToken { token: token.id, days_left: days_left(token.expires_at, now) };
    let letter = token_ends(&connection, token, days_left(token.expires_at, now));
    tell_of(app, tx, &connection, action, letter).await
}

async fn look_at(app: &App, seen: Pulse) -> Result<(), Error> {
    let now = app.now();
    let Some(connection) = connections::find(app.store.reader(), seen.org, seen.connection).await? else {
        return app.store.looked_in_passing(&seen, None, now.after(GONE)).await;
    };
    let (turn, next) = seen.turn(&connection, now);
    let provider = connection.name.clone();
    let (silent_since, action, letter) = match turn {
        Turn::Nothing => return app.store.looked_in_passing(&seen, seen.silent_since, next).await,
        Turn::IsNotAwaited => return app.store.looked_in_passing(&seen, None, next).await,
        Turn::FallsSilent { since } => {
            let hours = connection.silence_hours();
            let letter = Letter::ConnectionSilent { provider, connection: connection.id, since, hours };
            (Some(since), Action::NoteSilence { since }, letter)
        }
        Turn::Speaks { since } => {
            let letter = Letter::ConnectionSpeaks { provider, connection: connection.id, since };
            (None, Action::NoteSpeech { since }, letter)
        }
    };
    let tx = app.begin(seen.org).await?;
    if !pulses::looked(&tx, &seen, silent_since, next).await? {
        return Ok(());
    }
    tell_of(app, tx, &connection, action, letter).await
}

async fn remind_of(app: &App, due: DueReminder) -> Result<(), Error> {
    let tx = app.begin(due.org).await?;
    let connection = connections::find(&*tx, due.org, due.connection).await?;
    let waiting = deprovisionings::waiting(&tx, due.connection).await?;
    let Some((connection, (people, since))) = connection.zip(waiting) else {
        drop(tx);
        return app.store.reminder_not_needed(&due).await;
    };
    if !pulses::reminded(&tx, &due, next_reminder(since, tx.now)).await? {
        return Ok(());
    }
    let letter = Letter::StillHeld { provider: connection.name.clone(), connection: connection.id, people, since };
    tell_of(app, tx, &connection, Action::RemindOfDeprovisionings { people }, letter).await
}

/// A connection that is being deleted is looked at no more for so long.
const GONE: Duration = Duration::from_hours(1);

fn token_ends(connection: &Connection, token: &ConnectionToken, days_left: u64) -> Letter {
    Letter::TokenEnds {
        provider: connection.name.clone(),
        connection: connection.id,
        hint: token.hint.clone(),
        until: token.expires_at,
        days_left,
    }
}

async fn tell_of(app: &App, tx: Tx, of: &Connection, action: Action, letter: Letter) -> Result<(), Error> {
    let (tx, permit) = app.ask(tx, &Actor::Job(JOB_PROVISIONING), action, target(of)).await?;
    outbox::insert(&tx, LETTER, &serde_json::to_value(letter).map_err(anyhow::Error::new)?).await?;
    tx.commit(permit).await
}
