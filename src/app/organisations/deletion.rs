//! The end of an organisation: shut at once, restored until a moment that is told, and erased after it.
//!
//! **Invariant:** until that moment nothing of it is lost; from then on nothing of it comes back.
//! **Invariant:** its own row goes last, when nothing else has been found for a while. A node that dies on the way leaves the rest
//! to the next, several nodes do it once, and its short name is free only when nothing of before is left.
//! **Invariant:** the record of whoever runs the instance keeps who wanted it and when, where the record of the organisation had
//! come to, and that it was carried out.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{MANAGE, shut, target};
use crate::app::mail::Letter;
use crate::app::{App, alert, audit_chain};
use crate::domain::id::OrgId;
use crate::domain::organisation::{Deletion, Organisation};
use crate::domain::policy::{Action, Actor, JOB_ERASURE, Target};
use crate::domain::{Conflict, Error, Flaw, Timestamp};
use crate::store::outbox::Message;
use crate::store::{organisations, outbox, tables};

/// For so many days an organisation can be restored where nobody says otherwise.
pub const GRACE_DAYS: u32 = 30;
/// And for so many at most.
pub const GRACE_DAYS_MAX: u32 = 90;
/// The kind of the outbox message that tells of an organisation that is to go.
pub(crate) const DELETED: &str = "organisation-deleted";

const DAY: Duration = Duration::from_hours(24);
/// So many rows one unit takes away: others want to write, too.
const ROWS_AT_ONCE: u64 = 2_000;
/// Whatever was under way when the rows began to go has written what it will write after so long.
const SETTLED: Duration = Duration::from_mins(5);
const JOB: Actor = Actor::Job(JOB_ERASURE);

#[derive(Serialize, Deserialize)]
struct Deleted {
    until: Timestamp,
}

/// Shuts everybody of an organisation out at once, and has it erased after so many days; what is deleted already stays so.
pub async fn delete(app: &App, actor: &Actor, org: OrgId, grace_days: u32) -> Result<Organisation, Error> {
    if grace_days > GRACE_DAYS_MAX {
        return Err(Error::invalid("grace_days", Flaw::NotBetween { from: 0, to: GRACE_DAYS_MAX.into() }));
    }
    let tx = app.begin(org).await?;
    let before = tx.organisation()?.clone();
    let action = Action::DeleteOrganisation { grace_days };
    let (tx, permit) = app.ask(tx, actor, action.clone(), target(&before)).await?;
    if before.deletion.is_some() {
        return Ok(before);
    }
    let noted = actor.permit(tx.roles()?, action, tenant(&before))?;
    let at = tx.now.after(DAY * grace_days);
    let deletion = Some(Deletion { at, erased_since: None });
    let deleted = shut(&tx, Organisation { deletion, ..before }).await?;
    let payload = serde_json::to_value(Deleted { until: at }).map_err(anyhow::Error::new)?;
    outbox::insert(&tx, DELETED, &payload).await?;
    tx.commit_all(vec![permit, noted]).await?;
    Ok(deleted)
}

/// Lets a deleted organisation stay and its people in again, whether it was suspended before or not; what they had before stays void.
pub async fn restore(app: &App, actor: &Actor, org: OrgId) -> Result<Organisation, Error> {
    let tx = app.begin(org).await?;
    let before = tx.organisation()?.clone();
    let (tx, permit) = app.ask(tx, actor, Action::RestoreOrganisation, target(&before)).await?;
    let Some(deletion) = before.deletion else { return Ok(before) };
    if deletion.is_final(tx.now) {
        return Err(Conflict::Erased.into());
    }
    let noted = actor.permit(tx.roles()?, Action::RestoreOrganisation, tenant(&before))?;
    let restored = Organisation { is_suspended: false, deletion: None, updated_at: tx.now, ..before };
    organisations::update(&tx, &restored).await?;
    tx.commit_all(vec![permit, noted]).await?;
    Ok(restored)
}

/// Writes to those who may change the organisation that it is to go; if it still is.
pub(crate) async fn tell_deleted(app: &App, message: &Message) -> Result<(), Error> {
    let org = message.org;
    let Deleted { until } = serde_json::from_str(&message.payload).map_err(anyhow::Error::new)?;
    let (organisation, _) = app.store.organisation(org).await?;
    if organisation.deletion.is_none_or(|it| it.at != until) {
        return Ok(());
    }
    alert::tell(app, message, &[MANAGE], || Letter::OrganisationDeleted { until }).await
}

/// Erases the organisations whose time is over, or more of them.
pub(crate) async fn erase_due(app: &App) -> Result<(), Error> {
    for org in organisations::due_to_go(app.store.reader(), app.now()).await? {
        if let Err(failure) = erase(app, org).await {
            tracing::error!(org.id = %org, failure = %failure, "an organisation could not be erased; it is tried again");
        }
    }
    Ok(())
}

async fn erase(app: &App, org: OrgId) -> Result<(), Error> {
    let Some(since) = begin(app, org).await? else { return Ok(()) };
    let mut rows = 0;
    loop {
        let tx = app.begin(org).await?;
        let erased = tables::erase_some(&tx, ROWS_AT_ONCE).await?;
        if erased == 0 {
            break;
        }
        tx.commit_all(Vec::new()).await?;
        rows += erased;
    }
    if rows == 0 && app.now().since(since) >= SETTLED { finish(app, org).await } else { Ok(()) }
}

/// Since when the rows of the organisation go; nothing where another node has seen to it, or somebody restored it.
async fn begin(app: &App, org: OrgId) -> Result<Option<Timestamp>, Error> {
    let end = audit_chain::newest_checkpoint(app, org).await?;
    let tx = app.begin(org).await?;
    let Ok(before) = tx.organisation().cloned() else { return Ok(None) };
    let Some(deletion) = before.deletion.filter(|it| it.is_final(tx.now)) else { return Ok(None) };
    if deletion.erased_since.is_some() {
        return Ok(deletion.erased_since);
    }
    let action = Action::BeginErasure { records: end.as_ref().map_or(0, |it| it.seq), link: end.map(|it| it.link) };
    let permit = JOB.permit(tx.roles()?, action, tenant(&before))?;
    let erased_since = Some(tx.now);
    let going = Organisation { deletion: Some(Deletion { erased_since, ..deletion }), updated_at: tx.now, ..before };
    organisations::update(&tx, &going).await?;
    tx.commit(permit).await?;
    Ok(erased_since)
}

async fn finish(app: &App, org: OrgId) -> Result<(), Error> {
    let tx = app.begin(org).await?;
    let Ok(gone) = tx.organisation() else { return Ok(()) };
    let permit = JOB.permit(tx.roles()?, Action::EraseOrganisation, tenant(gone))?;
    organisations::delete(&tx).await?;
    tx.commit(permit).await
}

/// As the record of whoever runs the instance names it.
fn tenant(it: &Organisation) -> Target {
    Target::Tenant { id: it.id, label: it.slug.clone() }
}
