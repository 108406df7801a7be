//! The invitations that wait for an answer, page by page, and how each of them stands now.

use std::collections::HashMap;

use super::send::newcomer;
use super::{Invitation, Standing};
use crate::app::users::Person;
use crate::app::{App, cursor, mail};
use crate::domain::id::{InvitationId, OrgId, UserId};
use crate::domain::invitation::Warrant;
use crate::domain::invitation_list::{Column, InvitationList, Sender};
use crate::domain::list::{Cursor, Direction};
use crate::domain::policy::{Action, Actor};
use crate::domain::role::{Effective, RoleModel};
use crate::domain::undelivered::Undelivered;
use crate::domain::{Error, Timestamp};
use crate::store::invitation_list::{self, Scope};
use crate::store::{Reader, grants, users as user_rows};

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

/// A page of pending invitations.
#[derive(Debug)]
pub struct Page {
    /// The invitations, in the order of the list.
    pub invitations: Vec<Shown>,
    /// Where the next page begins, when there is one.
    pub next: Option<Cursor>,
    /// Where the page before ends, when there is one.
    pub previous: Option<Cursor>,
}

/// One page of the pending invitations of an organisation.
pub async fn list(app: &App, actor: &Actor, org: OrgId, list: &InvitationList) -> Result<Page, Error> {
    actor.knows(org)?;
    let (organisation, model) = app.store.organisation(org).await?;
    actor.may(&model, "users:invite")?;
    let (db, now) = (app.store.reader(), app.now());
    // A place means something in one order only.
    let name = format!("invitations.{}", list.sort.word());
    let from = cursor::open(app, (&name, org), list.cursor.as_ref())?;
    let asks_how_they_stand = !list.filter.standings.is_empty() || list.sort.column == Column::Status;
    let void = if asks_how_they_stand { void(db, &model, (org, organisation.epoch), now).await? } else { Vec::new() };
    let found = invitation_list::page(db, &Scope { org, model: &model, now, void }, list, from.as_ref()).await?;
    let inviters = Inviters::of(db, &model, (org, organisation.epoch), inviters(&found.invitations)).await?;
    let mut undelivered = mail::undelivered_invitations(db, org, &found.invitations).await?;
    let shown = found.invitations.into_iter().map(|invitation| {
        let standing = standing(&model, &inviters, now, &invitation);
        Shown { undelivered: undelivered.remove(&invitation.id), invitation, standing }
    });
    Ok(Page {
        invitations: shown.collect(),
        next: cursor::seal(app, (&name, org), (Direction::After, found.next))?,
        previous: cursor::seal(app, (&name, org), (Direction::Before, found.previous))?,
    })
}

/// Those in whose name the pending invitations were sent, by name.
pub async fn senders(app: &App, actor: &Actor, org: OrgId) -> Result<Vec<(Sender, String)>, Error> {
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, "users:invite")?;
    let mut senders: Vec<_> = invitation_list::senders(app.store.reader(), org).await?.into_iter().collect();
    senders.sort_by(|one, other| one.1.cmp(&other.1));
    Ok(senders)
}

/// What invitations were sent under that counts no longer.
async fn void(
    db: &impl Reader,
    model: &RoleModel,
    (org, epoch): (OrgId, i64),
    now: Timestamp,
) -> Result<Vec<Warrant>, Error> {
    let warrants = invitation_list::warrants(db, org, now).await?;
    let inviters = Inviters::of(db, model, (org, epoch), warrants.iter().filter_map(|it| it.inviter)).await?;
    Ok(warrants.into_iter().filter(|it| !inviters.still_may(model, it)).collect())
}

fn inviters(sent: &[Invitation]) -> impl Iterator<Item = UserId> {
    sent.iter().filter_map(|it| it.inviter)
}

/// How an invitation stands now.
pub(super) fn standing(model: &RoleModel, inviters: &Inviters, now: Timestamp, it: &Invitation) -> Standing {
    if it.has_run_out(now) {
        Standing::Expired
    } else if inviters.still_may(model, &it.warrant()) {
        Standing::Open
    } else {
        Standing::Void
    }
}

/// The people who sent some invitations of an organisation, with what they hold now.
pub(super) struct Inviters {
    org: OrgId,
    org_epoch: i64,
    people: HashMap<UserId, Person>,
}

impl Inviters {
    pub(super) async fn of(
        db: &impl Reader,
        model: &RoleModel,
        (org, org_epoch): (OrgId, i64),
        inviters: impl Iterator<Item = UserId>,
    ) -> Result<Self, Error> {
        let mut ids: Vec<UserId> = inviters.collect();
        ids.sort_unstable();
        ids.dedup();
        let users = user_rows::list_by_ids(db, org, &ids).await?;
        let mut held = grants::live_of(db, org, &users).await?;
        let people = users.into_iter().map(|user| {
            let effective = Effective::of(model, held.remove(&user.id).unwrap_or_default());
            (user.id, Person { user, effective })
        });
        Ok(Self { org, org_epoch, people: people.collect() })
    }

    /// True when whoever sent it could send it now, and nothing has ended their access since.
    fn still_may(&self, model: &RoleModel, warrant: &Warrant) -> bool {
        if model.get(&warrant.role).is_none() || warrant.org_epoch != self.org_epoch {
            return false;
        }
        let Some(id) = warrant.inviter else { return true };
        let Some(person) = self.people.get(&id) else { return false };
        let action = Action::InviteUser { role: warrant.role.clone() };
        let nobody = newcomer(self.org, InvitationId::new(), "");
        person.user.is_active()
            && person.user.epoch == warrant.inviter_epoch
            && person.actor(None).check(model, &action, &nobody).is_ok()
    }
}
