//! Sharing resources: with whom, how far, and who sees them besides.
//!
//! **Invariant:** only an active user or a team of the organisation is shared with; whoever is deactivated later keeps the
//! share and gains nothing by it, and whoever is removed or erased, and a team that is deleted, leaves none behind.
//! **Invariant:** nobody opens to themselves what is not theirs: not by their own name, and not by a team that they are on or could
//! join by their own deed.
//! **Invariant:** what becomes private is shared with nobody any more.

use std::collections::HashMap;

use crate::app::App;
use crate::app::resources::{self, Resource, ResourceKey, Visibility, target};
use crate::app::teams::{self as deeds, Team};
use crate::domain::id::OrgId;
use crate::domain::policy::{Action, Actor, Permit};
use crate::domain::share::COUNT_MAX;
use crate::domain::user::User;
use crate::domain::{Conflict, Error, Flaw};
use crate::store::{Reader, Tx, shares, teams, users};

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
    named(db, of.org, shares::list(db, of.org, of.id).await?).await
}

/// How many shares a resource has that the actor is known to see.
pub async fn count(app: &App, of: &Resource) -> Result<u64, Error> {
    shares::count(app.store.reader(), of.org, of.id).await
}

/// Shares a resource with all of these, or changes how far their shares reach; all of it or nothing. What was private is there for
/// those it is shared with from now on.
pub async fn share(
    app: &App,
    actor: &Actor,
    (org, key): (OrgId, &ResourceKey),
    (with, level): (&[Sharee], Level),
) -> Result<Vec<Named>, Error> {
    let (mut tx, resource) = resources::begin(app, actor, org, key).await?;
    let mut permits = Vec::new();
    if resource.visibility == Visibility::Private {
        let (kept, permit) = resources::open(app, tx, actor, (&resource, Visibility::Specific)).await?;
        tx = kept;
        permits.push(permit);
    }
    let mut kept = Vec::new();
    for one in with {
        let (next, share, permit) = share_one(app, tx, actor, (&resource, *one, level)).await?;
        tx = next;
        permits.extend(permit);
        kept.push(share);
    }
    if shares::count(&*tx, org, resource.id).await? > COUNT_MAX {
        return Err(Conflict::TooMany.into());
    }
    let told = named(&*tx, org, kept).await?;
    if !permits.is_empty() {
        tx.commit_all(permits).await?;
    }
    Ok(told)
}

/// No permit when it is shared like that already.
async fn share_one(
    app: &App,
    tx: Tx,
    actor: &Actor,
    (of, with, level): (&Resource, Sharee, Level),
) -> Result<(Tx, Share, Option<Permit>), Error> {
    let before = shares::find(&*tx, tx.org, (of.id, with)).await?;
    let found = find(&*tx, tx.org, with).await?;
    let is_own = reaches(&tx, actor, found.as_ref()).await?;
    let name = found.as_ref().map(Found::name).unwrap_or_default();
    let from = before.as_ref().map(|it| it.level);
    let action = Action::ShareResource { with, name, from, to: level, is_own };
    let (tx, permit) = app.ask(tx, actor, action, target(of)).await?;
    let is_active = found.ok_or(Error::NotFound(with.kind()))?.is_active();
    if let Some(same) = before.filter(|it| it.level == level) {
        return Ok((tx, same, None));
    }
    let is_owner = matches!(with, Sharee::User(id) if of.owner == Some(id));
    if !is_active || is_owner {
        return Err(Error::invalid("with", Flaw::Sharee));
    }
    let share = Share { resource: of.id, with, level, since: tx.now, by: actor.account().map(|own| own.id) };
    shares::put(&tx, &share).await?;
    Ok((tx, share, Some(permit)))
}

/// Ends a share.
pub async fn unshare(app: &App, actor: &Actor, (org, key): (OrgId, &ResourceKey), with: Sharee) -> Result<(), Error> {
    let (tx, resource) = resources::begin(app, actor, org, key).await?;
    let found = shares::find(&*tx, org, (resource.id, with)).await?;
    let name = find(&*tx, org, with).await?.as_ref().map(Found::name).unwrap_or_default();
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

/// True when a share with this one would reach whoever shares: by name, by a team that they are on, or by one that they may join.
async fn reaches(tx: &Tx, actor: &Actor, with: Option<&Found>) -> Result<bool, Error> {
    let (Some(own), Some(with)) = (actor.account(), with) else { return Ok(false) };
    // What a program does for the person who answers for it, that person does.
    let oneself = own.owner.unwrap_or(own.id);
    match with {
        Found::User(user) => Ok(user.id == oneself),
        Found::Team(team) if deeds::powers(actor, tx.roles()?, team).fill => Ok(true),
        Found::Team(team) => teams::has(&**tx, tx.org, (team.id, oneself)).await,
    }
}

/// With whom something is shared, or is to be.
enum Found {
    User(Box<User>),
    Team(Team),
}

impl Found {
    fn name(&self) -> String {
        match self {
            Self::User(user) => user.display_name.clone(),
            Self::Team(team) => team.name.clone(),
        }
    }

    /// False for somebody who can gain nothing.
    fn is_active(&self) -> bool {
        match self {
            Self::User(user) => user.is_active(),
            Self::Team(_) => true,
        }
    }
}

async fn find(db: &impl Reader, org: OrgId, with: Sharee) -> Result<Option<Found>, Error> {
    match with {
        Sharee::User(id) => Ok(users::find(db, org, id).await?.map(|it| Found::User(Box::new(it)))),
        Sharee::Team(id) => Ok(teams::among(db, org, &[id]).await?.pop().map(Found::Team)),
    }
}

/// The shares under the names of now, each kind read in one statement; one whose user or team is gone meanwhile is left out.
async fn named(db: &impl Reader, org: OrgId, all: Vec<Share>) -> Result<Vec<Named>, Error> {
    let (mut people, mut teams_of) = (Vec::new(), Vec::new());
    for share in &all {
        match share.with {
            Sharee::User(id) => people.push(id),
            Sharee::Team(id) => teams_of.push(id),
        }
    }
    let mut found: HashMap<Sharee, Found> = HashMap::new();
    let users = users::list_by_ids(db, org, &people).await?;
    found.extend(users.into_iter().map(|it| (Sharee::User(it.id), Found::User(Box::new(it)))));
    let teams = teams::among(db, org, &teams_of).await?;
    found.extend(teams.into_iter().map(|it| (Sharee::Team(it.id), Found::Team(it))));
    let told = all.into_iter().filter_map(|share| {
        let with = found.get(&share.with)?;
        let user_name = if let Found::User(user) = with { Some(user.user_name.clone()) } else { None };
        Some(Named { name: with.name(), user_name, is_active: with.is_active(), share })
    });
    Ok(told.collect())
}
