//! Invitations: people are asked to come, and come by themselves.
//!
//! **Invariant:** following a link changes nothing; only the form that it leads to does, once.
//! **Invariant:** whoever sent an invitation is asked for again when it is accepted: if they were shut out, lost the role
//! for it, or lost all access since, nobody comes by it and those who can give roles are told.
//! **Invariant:** whatever another organisation knows about an address changes no answer.

mod accept;
mod send;

use std::collections::HashMap;
use std::time::Duration;

use crate::app::users::Person;
use crate::app::{App, cursor, mail};
use crate::domain::id::{InvitationId, OrgId, UserId};
use crate::domain::policy::{Action, Actor, Target, TargetUser};
use crate::domain::role::{Effective, RoleModel};
use crate::domain::undelivered::Undelivered;
use crate::domain::{Error, Flaw, Timestamp};
use crate::store::{Reader, grants, invitations, users as user_rows};

pub use accept::{Acceptance, Accepted, Found, Gone, Offer, Opened, Why, accept, decline, find, open, tell};
pub(crate) use accept::{REFUSED, tell_refused};
pub use send::{Delivery, Invited, Invitee, Problem, Sent, invite_many, preview, resend};

pub use crate::domain::address::{Entry, read_list};
pub use crate::domain::invitation::{Invitation, State};

/// How long a link works.
pub const LIFETIME: Duration = Duration::from_hours(7 * 24);
/// So many people are invited at once.
pub const AT_ONCE_MAX: usize = 50;
/// An invitation that has ended is kept for so long.
pub const KEPT: Duration = Duration::from_hours(30 * 24);

const PAGE_MAX: u64 = 1_000;
const LIST: &str = "invitations";

/// How a pending invitation stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It can be accepted.
    Open,
    /// Its time is over; it can be sent again.
    Expired,
    /// Whoever sent it may not invite into this role any more; it can be sent again by somebody who may.
    Void,
}

impl Standing {
    /// The word that is shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "pending",
            Self::Expired => "expired",
            Self::Void => "void",
        }
    }
}

/// A pending invitation with what a list shows of it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The invitation.
    pub invitation: Invitation,
    /// How it stands.
    pub standing: Standing,
    /// That the letter with its link could not be delivered.
    pub undelivered: Option<Undelivered>,
}

/// A page of pending invitations, newest first.
#[derive(Debug)]
pub struct Page {
    /// The invitations.
    pub invitations: Vec<Shown>,
    /// Where the next page begins; none on the last.
    pub next: Option<String>,
}

/// The pending invitations of an organisation, newest first.
pub async fn list(app: &App, actor: &Actor, org: OrgId, cursor: Option<&str>, most: u64) -> Result<Page, Error> {
    if actor.org().is_some_and(|own| own != org) {
        return Err(Error::NotFound("organisation"));
    }
    let (organisation, model) = app.store.organisation(org).await?;
    actor.may(&model, "users:invite")?;
    let after: Option<InvitationId> = cursor.map(|it| cursor::read(app, (LIST, org), ("cursor", it))).transpose()?;
    if !(1..=PAGE_MAX).contains(&most) {
        return Err(Error::invalid("limit", Flaw::NotBetween { from: 1, to: PAGE_MAX }));
    }
    let mut found = invitations::list_pending(app.store.reader(), org, after, most.saturating_add(1)).await?;
    let has_more = u64::try_from(found.len()).unwrap_or(u64::MAX) > most;
    found.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    let last = found.last().filter(|_| has_more);
    let next = last.map(|it| cursor::write(app, (LIST, org), &it.id)).transpose()?;
    let inviters = Inviters::of(app.store.reader(), &model, org, &found).await?;
    let mut undelivered = mail::undelivered_invitations(app.store.reader(), org, &found).await?;
    let shown = found.into_iter().map(|invitation| {
        let standing = standing(&model, &inviters, organisation.epoch, app.now(), &invitation);
        Shown { undelivered: undelivered.remove(&invitation.id), invitation, standing }
    });
    Ok(Page { invitations: shown.collect(), next })
}

/// How many invitations wait for an answer.
pub async fn count(app: &App, actor: &Actor, org: OrgId) -> Result<u64, Error> {
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, "users:invite")?;
    invitations::count_pending(app.store.reader(), org).await
}

/// A pending invitation, for somebody who may see it.
pub async fn show(app: &App, actor: &Actor, id: InvitationId) -> Result<Invitation, Error> {
    let org = org_of_invitation(app, actor, id).await?;
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, "users:invite")?;
    let it = invitations::get(app.store.reader(), org, id).await?;
    if it.state == State::Pending { Ok(it) } else { Err(Error::NotFound("invitation")) }
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

/// The people who sent some invitations, with what they hold now.
struct Inviters(HashMap<UserId, Person>);

impl Inviters {
    async fn of(db: &impl Reader, model: &RoleModel, org: OrgId, sent: &[Invitation]) -> Result<Self, Error> {
        let mut ids: Vec<UserId> = sent.iter().filter_map(|it| it.inviter).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut people = HashMap::new();
        for user in user_rows::list_by_ids(db, org, &ids).await? {
            let effective = Effective::of(model, grants::live(db, &user).await?);
            people.insert(user.id, Person { user, effective });
        }
        Ok(Self(people))
    }

    /// True when whoever sent the invitation could send it now, and nothing has ended their access since.
    fn still_may(&self, model: &RoleModel, it: &Invitation) -> bool {
        let Some(id) = it.inviter else { return true };
        let Some(person) = self.0.get(&id) else { return false };
        let action = Action::InviteUser { role: it.role.clone() };
        let nobody = Target::User(TargetUser {
            org: it.org,
            id: it.id.user(),
            label: String::new(),
            roles: Vec::new(),
            managed_by: None,
        });
        person.user.is_active()
            && person.user.epoch == it.inviter_epoch
            && person.actor(None).check(model, &action, &nobody).is_ok()
    }
}

fn standing(model: &RoleModel, inviters: &Inviters, org_epoch: i64, now: Timestamp, it: &Invitation) -> Standing {
    if it.has_run_out(now) {
        Standing::Expired
    } else if model.get(&it.role).is_none() || it.org_epoch != org_epoch || !inviters.still_may(model, it) {
        Standing::Void
    } else {
        Standing::Open
    }
}
