//! Giving resources to somebody else, one by one and several at once.

use std::collections::HashSet;

use super::{Shown, begin, can_own, is_kept, is_own, no_owner, one, reach_in, shown, target};
use crate::app::App;
use crate::domain::id::{OrgId, ResourceId, UserId};
use crate::domain::policy::{Action, Actor};
use crate::domain::resource::{Resource, ResourceKey};
use crate::domain::role::RoleModel;
use crate::domain::text::fold;
use crate::domain::user::User;
use crate::domain::{Error, Flaw};
use crate::store::{resources, users};

/// So many are transferred at once.
pub const AT_ONCE_MAX: usize = 100;

/// Gives a resource another owner, or none.
pub async fn transfer(
    app: &App,
    actor: &Actor,
    org: OrgId,
    key: &ResourceKey,
    to: Option<UserId>,
) -> Result<Shown, Error> {
    let (tx, before) = begin(app, actor, org, key).await?;
    let (tx, permit) = app.ask(tx, actor, transferring(&before, to), target(&before)).await?;
    if before.owner == to {
        return one(app, before).await;
    }
    can_own(&tx, to).await?;
    let after = Resource { owner: to, updated_at: tx.now, ..before };
    resources::update(&tx, &after).await?;
    tx.commit(permit).await?;
    one(app, after).await
}

/// Why a resource of a plan keeps its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// The actor may not transfer it.
    NotAllowed,
    /// It is theirs already.
    Theirs,
}

/// What transferring several resources would do to each, in the order of their names.
pub async fn plan(
    app: &App,
    actor: &Actor,
    org: OrgId,
    (ids, to): (&[ResourceId], Option<UserId>),
) -> Result<Vec<(Shown, Option<Obstacle>)>, Error> {
    at_most(ids)?;
    let kept_by = reach_in(app, actor, org).await?;
    let (_, model) = app.store.organisation(org).await?;
    let mut found = resources::list_by_ids(app.store.reader(), org, ids).await?;
    found.retain(|it| is_kept(it, kept_by));
    found.sort_by_cached_key(|it| (fold(&it.name), it.id));
    let planned = shown(app, org, found).await?.into_iter().map(|it| {
        let obstacle = obstacle(actor, &model, &it.resource, to);
        (it, obstacle)
    });
    Ok(planned.collect())
}

/// The active user to whom resources are to go, for somebody who may see the list of users.
pub async fn taker(app: &App, actor: &Actor, org: OrgId, id: UserId) -> Result<User, Error> {
    is_own(actor, org)?;
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, "users:list")?;
    let found = users::find(app.store.reader(), org, id).await?.filter(User::is_active);
    found.ok_or_else(no_owner)
}

/// Transfers several resources, each with a record of its own; answers how many there were to transfer.
pub async fn transfer_many(
    app: &App,
    actor: &Actor,
    org: OrgId,
    (ids, to): (&[ResourceId], UserId),
) -> Result<u64, Error> {
    reach_in(app, actor, org).await?;
    at_most(ids)?;
    let tx = app.begin(org).await?;
    can_own(&tx, Some(to)).await?;
    let mut permits = Vec::new();
    for before in resources::list_by_ids(&*tx, org, ids).await? {
        if obstacle(actor, tx.roles()?, &before, Some(to)).is_some() {
            continue;
        }
        permits.push(actor.permit(tx.roles()?, transferring(&before, Some(to)), target(&before))?);
        resources::update(&tx, &Resource { owner: Some(to), updated_at: tx.now, ..before }).await?;
    }
    let done = u64::try_from(permits.len()).unwrap_or(u64::MAX);
    tx.commit_all(permits).await?;
    Ok(done)
}

fn obstacle(actor: &Actor, model: &RoleModel, it: &Resource, to: Option<UserId>) -> Option<Obstacle> {
    if to.is_some() && it.owner == to {
        return Some(Obstacle::Theirs);
    }
    actor.check(model, &transferring(it, to), &target(it)).err().map(|_| Obstacle::NotAllowed)
}

fn at_most(ids: &[ResourceId]) -> Result<(), Error> {
    let distinct: HashSet<&ResourceId> = ids.iter().collect();
    if (1..=AT_ONCE_MAX).contains(&distinct.len()) {
        return Ok(());
    }
    Err(Error::invalid("id", Flaw::Resources { most: AT_ONCE_MAX }))
}

/// The deed of giving a resource to somebody else.
pub(super) const fn transferring(it: &Resource, to: Option<UserId>) -> Action {
    Action::TransferResource { from: it.owner, to }
}
