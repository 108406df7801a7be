//! Sharing resources: with whom, how far, and who sees them besides.
//!
//! **Invariant:** only an active user or a team of the organisation is shared with; whoever is deactivated later keeps the
//! share and gains nothing by it, and whoever is removed or erased, and a team that is deleted, leaves none behind.
//! **Invariant:** nobody opens to themselves what is not theirs: not by their own name, not by a team that they are on.

use crate::app::App;
use crate::app::resources::{self, Resource, ResourceKey, Visibility, target};
use crate::domain::id::{OrgId, UserId};
use crate::domain::policy::{Action, Actor};
use crate::domain::share::COUNT_MAX;
use crate::domain::user::User;
use crate::domain::{Conflict, Error, Flaw};
use crate::store::{Reader, shares, teams, users};

pub use crate::domain::share::{Level, Share, Sharee};

/// A share under the name of whom it is with.
#[derive(Debug, Clone)]
pub struct Named {
    /// The share.
    pub share: Share,
    /// What the user or the team is called.
    pub name: String,
    /// The name to sign in with, of a user.
    pub user_name: Option<String>,
    /// False for a user who gains nothing by it now.
    pub is_active: bool,
}

/// With whom a resource is shared, the oldest share first.
pub async fn list(app: &App, actor: &Actor, org: OrgId, key: &ResourceKey) -> Result<Vec<Named>, Error> {
    let found = resources::show(app, actor, org, key).await?;
    of_resource(app, &found.resource).await
}

/// The same of a resource that the actor is known to see.
pub async fn of_resource(app: &App, of: &Resource) -> Result<Vec<Named>, Error> {
    let db = app.store.reader();
    let mut named = Vec::new();
    for share in shares::list(db, of.org, of.id).await? {
        named.push(with_name(db, of.org, share).await?);
    }
    Ok(named)
}

/// How many shares a resource has that the actor is known to see.
pub async fn count(app: &App, of: &Resource) -> Result<u64, Error> {
    shares::count(app.store.reader(), of.org, of.id).await
}

/// Shares a resource, or changes how far a share reaches. What was private is there for those it is shared with from now on.
pub async fn share(
    app: &App,
    actor: &Actor,
    (org, key): (OrgId, &ResourceKey),
    (with, level): (Sharee, Level),
) -> Result<Named, Error> {
    let (tx, resource) = resources::begin(app, actor, org, key).await?;
    let before = shares::find(&*tx, org, (resource.id, with)).await?;
    let name = name_of(&*tx, org, with).await;
    let is_own = reaches(&*tx, actor, with).await?;
    let action = Action::ShareResource {
        with,
        name: name.as_ref().map(|it| it.0.clone()).unwrap_or_default(),
        from: before.as_ref().map(|it| it.level),
        to: level,
        is_own,
    };
    let (mut tx, permit) = app.ask(tx, actor, action, target(&resource)).await?;
    let (name, user_name, is_active) = name?;
    let mut permits = vec![permit];
    if resource.visibility == Visibility::Private {
        let (kept, permit) = resources::open(app, tx, actor, (&resource, Visibility::Specific)).await?;
        tx = kept;
        permits.push(permit);
    }
    if let Some(same) = before.filter(|it| it.level == level && permits.len() == 1) {
        return Ok(Named { share: same, name, user_name, is_active });
    }
    if !is_active {
        return Err(Error::invalid("with", Flaw::Sharee));
    }
    if shares::count(&*tx, org, resource.id).await? >= COUNT_MAX {
        return Err(Conflict::TooMany.into());
    }
    let share = Share { resource: resource.id, with, level, since: tx.now, by: person_of(actor) };
    shares::put(&tx, &share).await?;
    tx.commit_all(permits).await?;
    Ok(Named { share, name, user_name, is_active })
}

/// Ends a share.
pub async fn unshare(app: &App, actor: &Actor, (org, key): (OrgId, &ResourceKey), with: Sharee) -> Result<(), Error> {
    let (tx, resource) = resources::begin(app, actor, org, key).await?;
    let found = shares::find(&*tx, org, (resource.id, with)).await?;
    let name = name_of(&*tx, org, with).await.map(|it| it.0).unwrap_or_default();
    let from = found.as_ref().map(|it| it.level);
    let (tx, permit) = app.ask(tx, actor, Action::UnshareResource { with, name, from }, target(&resource)).await?;
    if found.is_none() {
        return Err(Error::NotFound("share"));
    }
    shares::delete(&tx, (resource.id, with)).await?;
    tx.commit(permit).await
}

/// The active user of this user name, for somebody who shares; the list of users may be closed to them.
pub async fn user_named(app: &App, org: OrgId, user_name: &str) -> Result<Sharee, Error> {
    let found = users::find_by_name(app.store.reader(), org, user_name).await?;
    let active = found.filter(User::is_active).map(|it| Sharee::User(it.id));
    active.ok_or_else(|| Error::invalid("user_name", Flaw::Sharee))
}

/// True when a share with this one would reach whoever shares.
async fn reaches(db: &impl Reader, actor: &Actor, with: Sharee) -> Result<bool, Error> {
    let Some(own) = person_of(actor) else { return Ok(false) };
    match (with, actor.org()) {
        (Sharee::User(id), _) => Ok(id == own),
        (Sharee::Team(id), Some(org)) => Ok(teams::members(db, org, id).await?.contains(&own)),
        (Sharee::Team(_), None) => Ok(false),
    }
}

const fn person_of(actor: &Actor) -> Option<UserId> {
    match actor {
        Actor::User(own) | Actor::Service(own) => Some(own.id),
        Actor::Operator { .. } | Actor::Job(_) | Actor::Scim(_) | Actor::Client(_) | Actor::Anonymous => None,
    }
}

async fn with_name(db: &impl Reader, org: OrgId, share: Share) -> Result<Named, Error> {
    let (name, user_name, is_active) = name_of(db, org, share.with).await?;
    Ok(Named { share, name, user_name, is_active })
}

/// What somebody is called, their name to sign in with, and whether they can gain anything.
async fn name_of(db: &impl Reader, org: OrgId, with: Sharee) -> Result<(String, Option<String>, bool), Error> {
    match with {
        Sharee::User(id) => {
            let user = users::get(db, org, id).await?;
            let is_active = user.is_active();
            Ok((user.display_name, Some(user.user_name), is_active))
        }
        Sharee::Team(id) => Ok((teams::get(db, org, id).await?.name, None, true)),
    }
}
