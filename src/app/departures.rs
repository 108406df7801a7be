//! The ways out for good: removed, gone by oneself, deleted before the first sign-in, erased.
//!
//! **Invariant:** the last active holder of a protected role goes by none of them.
//! **Invariant:** somebody whom an identity provider manages is removed there, or would come back with its next message.

use crate::app::mail::{self, Letter, Recipient};
use crate::app::users::{Person, keep_holders_of, load, org_of, remove_in};
use crate::app::{App, alert};
use crate::domain::id::UserId;
use crate::domain::policy::{Action, Actor, Target, TargetUser};
use crate::domain::role::DeletePolicy;
use crate::domain::user::{SignIn, Status, User};
use crate::domain::{Conflict, Error};
use crate::store::{Tx, audit, audit_exports, review_items};

/// Ends the membership of somebody: everything is gone but the audit.
pub async fn remove(app: &App, actor: &Actor, id: UserId) -> Result<(), Error> {
    go(app, actor, id, Action::RemoveUser).await
}

/// Ends one's own membership.
pub async fn leave(app: &App, actor: &Actor) -> Result<(), Error> {
    let Actor::User(own) = actor else {
        return Err(Error::forbidden("only somebody who is signed in can leave"));
    };
    go(app, actor, own.id, Action::Leave).await
}

/// Deletes somebody who never signed in and has no provider.
pub async fn delete_pending(app: &App, actor: &Actor, id: UserId) -> Result<(), Error> {
    go(app, actor, id, Action::DeletePendingUser).await
}

/// Deletes a user by the way that is open: somebody who never signed in is deleted, anybody else is removed, as far as the
/// role model lets anybody be.
pub async fn delete(app: &App, actor: &Actor, id: UserId) -> Result<(), Error> {
    let org = org_of(actor, app, id).await?;
    let user = crate::store::users::get(app.store.reader(), org, id).await?;
    go(app, actor, id, if is_deletable(&user) { Action::DeletePendingUser } else { Action::RemoveUser }).await
}

/// Erases a user: the personal data is gone, the audit stays under the id, and no file of it that was kept.
pub async fn erase(app: &App, actor: &Actor, id: UserId) -> Result<(), Error> {
    let org = org_of(actor, app, id).await?;
    let tx = app.begin(org).await?;
    let person = load(&tx, id).await?;
    let held = person.effective.held();
    let Person { user, .. } = &person;
    let target = TargetUser { org, id, label: id.to_string(), roles: held.clone(), managed_by: user.managed_by };
    let (tx, permit) = app.ask(tx, actor, Action::EraseUser, Target::User(target)).await?;
    keep_holders_of(&tx, &person, &held).await?;
    remove_in(&tx, user).await?;
    audit::forget(&tx, id).await?;
    review_items::forget(&tx, id).await?;
    // Nobody looks through files for a name.
    audit_exports::delete_all(&tx).await?;
    tx.commit(permit).await
}

async fn go(app: &App, actor: &Actor, id: UserId, action: Action) -> Result<(), Error> {
    let org = org_of(actor, app, id).await?;
    let tx = app.begin(org).await?;
    let person = load(&tx, id).await?;
    let (tx, permit) = app.ask(tx, actor, action.clone(), person.target()).await?;
    may_go(&tx, &person.user, &action)?;
    keep_holders_of(&tx, &person, &person.effective.held()).await?;
    write_about(app, &tx, actor, (&person, &action)).await?;
    remove_in(&tx, &person.user).await?;
    tx.commit(permit).await
}

/// Tells somebody who could sign in that this is over, and the others of the organisation that a holder of a protected
/// role has left.
async fn write_about(app: &App, tx: &Tx, actor: &Actor, (person, action): (&Person, &Action)) -> Result<(), Error> {
    if !person.user.is_active() {
        return Ok(());
    }
    let letter = if *action == Action::Leave {
        alert::holder_leaves(tx, person).await?;
        Letter::Left
    } else {
        Letter::Removed { by: mail::doer(tx, actor).await? }
    };
    // Nobody is told whether it arrives: there is no person any more of whom that could be told.
    match Recipient::of(&person.user) {
        Some(to) => mail::queue_to(app, tx, Recipient { person: None, ..to }, letter).await,
        None => Ok(()),
    }
}

/// The rules that hold whoever asks.
fn may_go(tx: &Tx, user: &User, action: &Action) -> Result<(), Error> {
    if *action == Action::DeletePendingUser {
        return if is_deletable(user) { Ok(()) } else { Err(Conflict::NotPending.into()) };
    }
    if *action == Action::RemoveUser && tx.roles()?.settings().delete_policy == DeletePolicy::PendingOnly {
        return Err(Conflict::NotPending.into());
    }
    if user.managed_by.is_some() { Err(Conflict::ManagedByProvider.into()) } else { Ok(()) }
}

/// True for somebody who never signed in and whom nobody else keeps.
pub(super) fn is_deletable(user: &User) -> bool {
    user.status == Status::Pending && user.sign_in == SignIn::Password && user.managed_by.is_none()
}
