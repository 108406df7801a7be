//! Invitations: people are asked to come, and come by themselves.
//!
//! **Invariant:** following a link changes nothing; only the form that it leads to does, once.
//! **Invariant:** whoever sent an invitation is asked for again when it is accepted: if they were shut out, lost the role
//! for it, or lost all access since, nobody comes by it and those who can give roles are told.
//! **Invariant:** whatever another organisation knows about an address changes no answer.

mod accept;
mod list;
mod send;
mod wanted;

use std::time::Duration;

use crate::app::{App, mail};
use crate::domain::Error;
use crate::domain::id::{InvitationId, OrgId};
use crate::domain::policy::{Action, Actor, Target, TargetUser};
use crate::domain::role::RoleModel;
use crate::domain::undelivered::Undelivered;
use crate::store::invitations;

pub use accept::{Acceptance, Accepted, Found, Gone, Offer, Opened, Why, accept, decline, find, open, tell};
pub(crate) use accept::{REFUSED, tell_refused};
pub use list::{Page, Shown, list, senders};
pub use send::{Delivery, Invited, Invitee, Problem, Sent, invite_many, preview, resend};
pub use wanted::ask_for_another;
pub(crate) use wanted::{WANTED, tell_wanted};

pub use crate::domain::address::{Entry, read_list};
pub use crate::domain::invitation::{Invitation, Standing, State};

/// How long a link works.
pub const LIFETIME: Duration = Duration::from_hours(7 * 24);
/// So many people are invited at once.
pub const AT_ONCE_MAX: usize = 50;
/// An invitation that has ended is kept for so long.
pub const KEPT: Duration = Duration::from_hours(30 * 24);

/// How many invitations wait for an answer.
pub async fn count(app: &App, actor: &Actor, org: OrgId) -> Result<u64, Error> {
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, "users:invite")?;
    invitations::count_pending(app.store.reader(), org).await
}

/// A pending invitation, for somebody who may see it.
pub async fn show(app: &App, actor: &Actor, id: InvitationId) -> Result<Invitation, Error> {
    let it = recall(app, actor, id).await?;
    if it.state == State::Pending { Ok(it) } else { Err(Error::NotFound("invitation")) }
}

/// An invitation wherever it stands, for somebody who may see those that wait.
pub async fn recall(app: &App, actor: &Actor, id: InvitationId) -> Result<Invitation, Error> {
    let org = org_of_invitation(app, actor, id).await?;
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, "users:invite")?;
    invitations::get(app.store.reader(), org, id).await
}

/// That the letter of an invitation that was shown could not be delivered.
pub async fn undelivered(app: &App, shown: &Invitation) -> Result<Option<Undelivered>, Error> {
    let found = mail::undelivered_invitations(app.store.reader(), shown.org, std::slice::from_ref(shown)).await?;
    Ok(found.into_values().next())
}

/// True when the actor may send the invitation again.
pub fn may_resend(actor: &Actor, model: &RoleModel, it: &Invitation) -> bool {
    actor.check(model, &Action::ResendInvitation { role: it.role.clone() }, &target(it)).is_ok()
}

/// True when the actor may take the invitation back.
pub fn may_revoke(actor: &Actor, model: &RoleModel, it: &Invitation) -> bool {
    actor.check(model, &Action::RevokeInvitation { role: it.role.clone() }, &target(it)).is_ok()
}

/// Takes an invitation back; its link works no longer.
pub async fn revoke(app: &App, actor: &Actor, id: InvitationId) -> Result<(), Error> {
    let org = org_of_invitation(app, actor, id).await?;
    let tx = app.begin(org).await?;
    let it = invitations::get(&*tx, org, id).await?;
    let (tx, permit) = app.ask(tx, actor, Action::RevokeInvitation { role: it.role.clone() }, target(&it)).await?;
    if !invitations::settle(&tx, &it, State::Revoked).await? {
        return Err(Error::NotFound("invitation"));
    }
    tx.commit(permit).await
}

async fn org_of_invitation(app: &App, actor: &Actor, id: InvitationId) -> Result<OrgId, Error> {
    match actor.org() {
        Some(own) => Ok(own),
        None => {
            let found = invitations::find_anywhere(app.store.reader(), id).await?;
            Ok(found.ok_or(Error::NotFound("invitation"))?.org)
        }
    }
}

/// The person that an invitation is about, holding what it offers.
fn target(it: &Invitation) -> Target {
    let (id, label, roles) = (it.id.user(), it.address.clone(), vec![it.role.clone()]);
    Target::User(TargetUser { org: it.org, id, label, roles, managed_by: None })
}
