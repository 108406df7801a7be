//! When somebody's time in an organisation ends.
//!
//! **Invariant:** who says when somebody's time ends could end it now: at that moment the server does it. Whoever holds a protected
//! role by then stays, unless the one who said so may still end that.
//! **Invariant:** whom an identity provider manages, and whoever is the last to hold a protected role, stays; where that lasts
//! for more than a day, somebody is told, once.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::app::mail::Letter;
use crate::app::posture::POSTURE;
use crate::app::users::{self, OnLastHolder, Person, load, org_of};
use crate::app::{App, alert, break_glass};
use crate::domain::id::{OrgId, UserId};
use crate::domain::policy::{Action, Actor, JOB_DEPARTURES};
use crate::domain::role::{RoleModel, Verb};
use crate::domain::{Conflict, Error, Timestamp};
use crate::store::outbox::Message;
use crate::store::{end_dates, outbox};

pub use crate::store::end_dates::EndDate;

/// The kind of the outbox message that tells of somebody who should be gone.
pub(crate) const STILL_HERE: &str = "still-here";
/// Within so long after the end of somebody's time the access should have ended.
pub const IN_TIME: Duration = Duration::from_hours(24);
/// So far back is looked at how long ends took.
const LOOKED_AT: Duration = Duration::from_hours(24 * 90);
/// So many ends are looked at in one go.
const AT_ONCE: u64 = 200;
const JOB: Actor = Actor::Job(JOB_DEPARTURES);

/// How long it took to end the access of those whose time had ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Meter {
    /// How many there were in the last ninety days.
    pub ended: u64,
    /// How many of them took more than a day.
    pub late: u64,
    /// The mean, in minutes.
    pub mean_minutes: u64,
    /// The longest, in minutes.
    pub longest_minutes: u64,
}

/// When the time of a user ends, for whoever may see the user.
pub async fn show(app: &App, actor: &Actor, id: UserId) -> Result<Option<EndDate>, Error> {
    let person = users::show(app, actor, id).await?;
    end_dates::find(app.store.reader(), person.user.org, id).await
}

/// Says when the time of a user ends; nothing for nobody knows.
pub async fn set(app: &App, actor: &Actor, id: UserId, to: Option<Timestamp>) -> Result<Option<EndDate>, Error> {
    let org = org_of(actor, app, id).await?;
    let tx = app.begin(org).await?;
    let person = load(&tx, id).await?;
    let before = end_dates::find(&*tx, org, id).await?;
    let from = before.map(|it| it.ends_at);
    let (tx, permit) = app.ask(tx, actor, Action::SetEndDate { from, to }, person.target()).await?;
    if !person.user.reads_active() {
        return Err(Conflict::Deactivated.into());
    }
    break_glass::keep_away(&*tx, org, id).await?;
    let set_by = actor.account_id();
    if from == to && before.is_none_or(|it| it.set_by == set_by) {
        return Ok(before);
    }
    end_dates::put(&tx, id, (to, set_by)).await?;
    let set = end_dates::find(&*tx, org, id).await?;
    tx.commit(permit).await?;
    Ok(set)
}

/// How long it took, for whoever may see how well the organisation keeps to good practice.
pub async fn meter(app: &App, actor: &Actor, org: OrgId) -> Result<Meter, Error> {
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, POSTURE)?;
    let ended = end_dates::ended_since(app.store.reader(), org, app.now().before(LOOKED_AT)).await?;
    let took: Vec<Duration> = ended.iter().filter_map(|it| Some(it.ended_at?.since(it.ends_at))).collect();
    let count = |it: usize| u64::try_from(it).unwrap_or(u64::MAX);
    let minutes = |it: Duration| it.as_secs() / 60;
    let all: Duration = took.iter().sum();
    Ok(Meter {
        ended: count(took.len()),
        late: count(took.iter().filter(|it| **it > IN_TIME).count()),
        mean_minutes: minutes(all).checked_div(count(took.len())).unwrap_or(0),
        longest_minutes: took.into_iter().max().map_or(0, minutes),
    })
}

/// Ends the access of those whose time has ended, and has told of those with whom that cannot be done here.
pub(crate) async fn tend(app: &App) -> Result<(), Error> {
    let mut after = None;
    loop {
        let all = end_dates::due(app.store.reader(), (app.now(), after), AT_ONCE).await?;
        for due in &all {
            if let Err(failure) = end(app, *due).await {
                tracing::error!(user.id = %due.user, failure = %failure, "could not end the access of somebody whose time has ended");
            }
        }
        // Some stay for long, and must not stand in the way of those who come after them.
        if u64::try_from(all.len()).is_ok_and(|it| it < AT_ONCE) {
            return Ok(());
        }
        after = all.last().copied();
    }
}

async fn end(app: &App, due: EndDate) -> Result<(), Error> {
    let setter = match due.set_by {
        Some(by) => users::acting_now(app, due.org, by).await?,
        None => None,
    };
    let tx = app.begin(due.org).await?;
    // Somebody may have said something else meanwhile, or another node been faster.
    if end_dates::find(&*tx, due.org, due.user).await? != Some(due) {
        return Ok(());
    }
    let person = load(&tx, due.user).await?;
    let is_kept_here = person.user.managed_by.is_none();
    if is_kept_here && may_still_end(tx.roles()?, (&due, setter.as_ref()), &person) {
        match users::deactivate_loaded(app, tx, &JOB, (&person, OnLastHolder::Refuse)).await {
            Err(Error::Conflict(Conflict::LastProtectedRole)) => {}
            done => return done.map(drop),
        }
    } else {
        // What is told below is told in a unit of its own.
        drop(tx);
    }
    if due.told_at.is_some() || app.now().since(due.ends_at) < IN_TIME {
        return Ok(());
    }
    let tx = app.begin(due.org).await?;
    let person = load(&tx, due.user).await?;
    if !person.user.reads_active() || !end_dates::told(&tx, due.user).await? {
        return Ok(());
    }
    let payload =
        StillHere { name: person.user.display_name.clone(), user: due.user, since: due.ends_at, is_kept_here };
    outbox::insert(&tx, STILL_HERE, &serde_json::to_value(payload).map_err(anyhow::Error::new)?).await?;
    let (tx, permit) = app.ask(tx, &JOB, Action::NoteStillHere { since: due.ends_at }, person.target()).await?;
    tx.commit(permit).await
}

/// True unless this became a matter of those who may end protected roles, and whoever said so is none of them.
fn may_still_end(model: &RoleModel, (due, setter): (&EndDate, Option<&Actor>), person: &Person) -> bool {
    let is_protected = person.effective.held().iter().any(|it| model.is_protected(it));
    let may = |it: &Actor| it.check(model, &Action::DeactivateUser, &person.target()).is_ok();
    !is_protected || due.set_by.is_none() || setter.is_some_and(may)
}

#[derive(Serialize, Deserialize)]
struct StillHere {
    name: String,
    user: UserId,
    since: Timestamp,
    is_kept_here: bool,
}

/// Writes to those who may end access that somebody should be gone.
pub(crate) async fn tell(app: &App, message: &Message) -> Result<(), Error> {
    let StillHere { name, user, since, is_kept_here } =
        serde_json::from_str(&message.payload).map_err(anyhow::Error::new)?;
    let letter = || Letter::StillHere { name: name.clone(), user, since, is_kept_here };
    alert::tell(app, message, &[Verb::Deactivate.permission()], letter).await
}
