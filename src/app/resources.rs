//! Resources of applications: registered, described, given to somebody else and taken away.
//!
//! **Invariant:** only an active user becomes an owner; whoever is deactivated, removed or erased later stays the owner on
//! paper, and the resource is listed as orphaned until somebody transfers it.
//! **Invariant:** nobody becomes an owner by their own deed: not by transferring, registering or replacing a resource, and not
//! by putting it into another, unless their role lacks nothing anyway.
//! **Invariant:** a resource is put on a project only by those who may change projects.
//! **Invariant:** whoever may manage only what is their own sees nothing else here, and puts nothing into what is not theirs.

mod activity;
mod transfer;

use std::collections::{HashMap, HashSet};

use crate::app::{App, cursor};
use crate::domain::id::{OrgId, ProjectId, ResourceId, UserId};
use crate::domain::policy::{Action, Actor, Change, Permit, Target, TargetResource};
use crate::domain::project::Project;
use crate::domain::resource::{COUNT_MAX, DEPTH_MAX, MANAGE_ALL, MANAGE_OWN, Moves, Place, check};
use crate::domain::role::RoleModel;
use crate::domain::text::fold;
use crate::domain::user::User;
use crate::domain::{Conflict, Error, Flaw};
use crate::store::{Tx, projects, resources, shares, users};
use transfer::transferring;

pub use activity::{Activity, history, report};
pub use transfer::{AT_ONCE_MAX, Obstacle, plan, taker, transfer, transfer_many};

pub use crate::domain::resource::{Kind, OwnerState, Resource, ResourceFilter, ResourceKey, Visibility};

/// So many are on a page when nobody says.
pub const PAGE: u64 = 50;
/// So many are on a page at most.
pub const PAGE_MAX: u64 = 200;

/// What an application says of a resource. What is left out stays as it is, and nothing is said as `Some(None)`.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Its name.
    pub name: String,
    /// Whose it is; of a new one nobody when nobody is named.
    pub owner: Option<Option<UserId>>,
    /// What it lies in.
    pub parent: Option<Option<ResourceKey>>,
    /// The project of the organisation that it lies in.
    pub project: Option<Option<ProjectId>>,
    /// Whom it is there for.
    pub visibility: Option<Visibility>,
}

/// A resource with what it refers to.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The resource.
    pub resource: Resource,
    /// The owner, while it is a user.
    pub owner: Option<User>,
    /// What it lies in.
    pub parent: Option<Resource>,
    /// The project that it lies in.
    pub project: Option<Project>,
}

impl Shown {
    /// What has become of the owner.
    pub fn owner_state(&self) -> OwnerState {
        OwnerState::of(self.resource.owner, self.owner.as_ref().map(|it| it.status))
    }
}

/// A page of resources.
#[derive(Debug, Clone)]
pub struct Page {
    /// The resources, by name.
    pub resources: Vec<Shown>,
    /// Where the next page begins, when there is one.
    pub next: Option<String>,
}

/// A page that is asked for.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// Which ones.
    pub filter: ResourceFilter,
    /// From where on.
    pub cursor: Option<String>,
    /// How many; [`PAGE`] when nobody says.
    pub limit: Option<u64>,
}

/// True for somebody who may see resources here at all.
pub fn may_list(actor: &Actor, model: &RoleModel) -> bool {
    reach(actor, model).is_ok()
}

/// True for somebody who may see every resource.
pub fn may_list_all(actor: &Actor, model: &RoleModel) -> bool {
    actor.may(model, MANAGE_ALL).is_ok()
}

/// A page of the resources that the actor may manage, by name.
pub async fn list(app: &App, actor: &Actor, org: OrgId, list: &List) -> Result<Page, Error> {
    let kept_by = reach_in(app, actor, org).await?;
    let limit = list.limit.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(Error::malformed("limit", format!("must be 1 to {PAGE_MAX}")));
    }
    let place = ("resources", org);
    let after: Option<Place> = list.cursor.as_deref().map(|it| cursor::read(app, place, ("cursor", it))).transpose()?;
    let db = app.store.reader();
    let most = limit.saturating_add(1);
    let mut found = resources::list(db, (org, kept_by), &list.filter, after.as_ref(), most).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > size;
    found.truncate(size);
    let last = found.last().filter(|_| has_more);
    let next = last.map(|it| cursor::write(app, place, &Place { name_key: fold(&it.name), id: it.id })).transpose()?;
    Ok(Page { resources: shown(app, org, found).await?, next })
}

/// How many there are of those that the actor may manage.
pub async fn count(app: &App, actor: &Actor, org: OrgId, filter: &ResourceFilter) -> Result<u64, Error> {
    let kept_by = reach_in(app, actor, org).await?;
    resources::count(app.store.reader(), (org, kept_by), filter).await
}

/// How many resources a user owns, for those who are about to do something to the user.
pub async fn owned_by(app: &App, user: &User) -> Result<u64, Error> {
    let filter = ResourceFilter { owner: Some(user.id), ..ResourceFilter::default() };
    resources::count(app.store.reader(), (user.org, None), &filter).await
}

/// A resource, by the name that the application gave it.
pub async fn show(app: &App, actor: &Actor, org: OrgId, key: &ResourceKey) -> Result<Shown, Error> {
    let found = resources::find(app.store.reader(), org, key).await?;
    visible(app, actor, org, found.ok_or(Error::NotFound("resource"))?).await
}

/// A resource, by its id.
pub async fn show_by_id(app: &App, actor: &Actor, org: OrgId, id: ResourceId) -> Result<Shown, Error> {
    let found = resources::get(app.store.reader(), org, id).await?;
    visible(app, actor, org, found).await
}

/// A resource, and what it lies in, outwards.
pub(super) async fn outwards(app: &App, resource: Resource) -> Result<Vec<Resource>, Error> {
    let (db, org) = (app.store.reader(), resource.org);
    let mut chain = vec![resource];
    while let Some(outer) = chain.last().and_then(|it| it.parent)
        && chain.len() < DEPTH_MAX
    {
        chain.push(resources::get(db, org, outer).await?);
    }
    Ok(chain)
}

/// Registers a resource, or says anew what is registered under its key; true when it is new.
pub async fn register(
    app: &App,
    actor: &Actor,
    org: OrgId,
    key: ResourceKey,
    wanted: Wanted,
) -> Result<(Shown, bool), Error> {
    is_own(actor, org)?;
    check(&wanted.name)?;
    let tx = app.begin(org).await?;
    let (resource, is_new) = match resources::find(&*tx, org, &key).await? {
        Some(before) => (change(app, tx, actor, before, wanted).await?, false),
        None => (add(app, tx, actor, key, wanted).await?, true),
    };
    Ok((one(app, resource).await?, is_new))
}

/// Takes a resource out of the register, once nothing lies in it.
pub async fn delete(app: &App, actor: &Actor, org: OrgId, key: &ResourceKey) -> Result<(), Error> {
    let (tx, found) = begin(app, actor, org, key).await?;
    let (tx, permit) = app.ask(tx, actor, Action::DeleteResource, target(&found)).await?;
    let inside = ResourceFilter { parent: Some(found.id), ..ResourceFilter::default() };
    if !resources::list(&*tx, (org, None), &inside, None, 1).await?.is_empty() {
        return Err(Conflict::NotEmpty.into());
    }
    shares::delete_of(&tx, found.id).await?;
    resources::delete(&tx, found.id).await?;
    tx.commit(permit).await
}

/// Begins a unit on a resource, and reads the resource inside it.
pub(super) async fn begin(app: &App, actor: &Actor, org: OrgId, key: &ResourceKey) -> Result<(Tx, Resource), Error> {
    is_own(actor, org)?;
    let tx = app.begin(org).await?;
    let found = resources::find(&*tx, org, key).await?.ok_or(Error::NotFound("resource"))?;
    Ok((tx, found))
}

/// Makes a resource visible to others than before, inside a unit that does more.
pub(super) async fn open(
    app: &App,
    tx: Tx,
    actor: &Actor,
    (before, to): (&Resource, Visibility),
) -> Result<(Tx, Permit), Error> {
    let after = Resource { visibility: to, updated_at: tx.now, ..before.clone() };
    let (tx, permit) = app.ask(tx, actor, changing(before, &after), target(before)).await?;
    store(&tx, before, &after).await?;
    Ok((tx, permit))
}

/// Stores what a resource has become. What is private from now on is shared with nobody.
async fn store(tx: &Tx, before: &Resource, after: &Resource) -> Result<(), Error> {
    if after.visibility == Visibility::Private && before.visibility != Visibility::Private {
        shares::delete_of(tx, after.id).await?;
    }
    resources::update(tx, after).await
}

/// Says whom a resource is there for.
pub async fn set_visibility(
    app: &App,
    actor: &Actor,
    (org, key): (OrgId, &ResourceKey),
    to: Visibility,
) -> Result<Shown, Error> {
    let (tx, before) = begin(app, actor, org, key).await?;
    let (tx, permit) = open(app, tx, actor, (&before, to)).await?;
    if before.visibility != to {
        tx.commit(permit).await?;
    }
    one(app, Resource { visibility: to, ..before }).await
}

async fn add(app: &App, tx: Tx, actor: &Actor, key: ResourceKey, wanted: Wanted) -> Result<Resource, Error> {
    let registrar = if let Actor::Service(account) = actor { Some(account.id) } else { None };
    let owner = wanted.owner.flatten();
    let mut new = Resource {
        id: ResourceId::new(),
        org: tx.org,
        key,
        name: wanted.name,
        owner,
        parent: None,
        registrar,
        project: wanted.project.flatten(),
        visibility: wanted.visibility.unwrap_or(Visibility::Private),
        created_at: tx.now,
        updated_at: tx.now,
    };
    let bare = Resource { visibility: Visibility::Private, project: None, ..new.clone() };
    let mut said = changes(&bare, &new);
    let inside = wanted.parent.iter().flatten().map(|it| format!("{}/{}", it.kind.word(), it.external_id));
    said.extend(inside.map(|it| Change::new("parent", None, Some(it.into()))));
    let moves = Moves { is_placed: matches!(wanted.parent, Some(Some(_))), ..Moves::between(&bare, &new) };
    let action = Action::RegisterResource { key: new.key.clone(), owner, moves, changes: said };
    let (mut tx, permit) = app.ask(tx, actor, action, target(&new)).await?;
    can_own(&tx, owner).await?;
    is_there(&tx, new.project).await?;
    if let Some(outer) = outer_of(&tx, new.key.kind, wanted.parent.flatten()).await? {
        tx = may_put_into(app, tx, actor, &outer, &new).await?;
        new.parent = Some(outer.id);
    }
    if resources::count(&*tx, (tx.org, None), &ResourceFilter::default()).await? >= COUNT_MAX {
        return Err(Conflict::TooMany.into());
    }
    resources::insert(&tx, &new).await?;
    tx.commit(permit).await?;
    Ok(new)
}

async fn change(app: &App, tx: Tx, actor: &Actor, before: Resource, wanted: Wanted) -> Result<Resource, Error> {
    let mut after = Resource {
        name: wanted.name,
        visibility: wanted.visibility.unwrap_or(before.visibility),
        project: wanted.project.unwrap_or(before.project),
        updated_at: tx.now,
        ..before.clone()
    };
    let moves = wanted.parent.is_some();
    let outer = outer_of(&tx, before.key.kind, wanted.parent.flatten()).await;
    if moves && let Ok(outer) = &outer {
        after.parent = outer.as_ref().map(|it| it.id);
    }
    let mut permits = Vec::new();
    // Asked before anything else is answered, so that nobody learns more by naming what is not theirs.
    let (mut tx, permit) = app.ask(tx, actor, changing(&before, &after), target(&before)).await?;
    if !changes(&before, &after).is_empty() {
        permits.push(permit);
    }
    if after.project != before.project {
        is_there(&tx, after.project).await?;
    }
    if let Some(outer) = outer?.filter(|it| before.parent != Some(it.id)) {
        tx = may_put_into(app, tx, actor, &outer, &before).await?;
    }
    if let Some(to) = wanted.owner.filter(|to| *to != before.owner) {
        let (kept, permit) = app.ask(tx, actor, transferring(&before, to), target(&before)).await?;
        tx = kept;
        permits.push(permit);
        can_own(&tx, to).await?;
        after.owner = to;
    }
    if permits.is_empty() {
        return Ok(before);
    }
    store(&tx, &before, &after).await?;
    tx.commit_all(permits).await?;
    Ok(after)
}

/// What a resource of this kind is to lie in.
async fn outer_of(tx: &Tx, inner: Kind, outer: Option<ResourceKey>) -> Result<Option<Resource>, Error> {
    let Some(outer) = outer else {
        return Ok(None);
    };
    if !inner.fits_in(outer.kind) {
        let problem = format!("a resource of the kind {} lies in none of the kind {}", inner.word(), outer.kind.word());
        return Err(Error::malformed("parent", problem));
    }
    let found = resources::find(&**tx, tx.org, &outer).await?;
    found.map(Some).ok_or_else(|| Error::malformed("parent", "name a resource that is registered here"))
}

/// Whoever puts something into a resource changes what lies in it, and must be allowed to.
async fn may_put_into(app: &App, tx: Tx, actor: &Actor, outer: &Resource, inner: &Resource) -> Result<Tx, Error> {
    let changes = vec![Change::new("contains", None, Some(inner.name.clone().into()))];
    let action = Action::ChangeResource { changes, moves: Moves::default() };
    let (tx, _) = app.ask(tx, actor, action, target(outer)).await?;
    Ok(tx)
}

/// Refuses a project that the organisation does not have.
async fn is_there(tx: &Tx, project: Option<ProjectId>) -> Result<(), Error> {
    let wanted: Vec<ProjectId> = project.into_iter().collect();
    if projects::among(&**tx, tx.org, &wanted).await?.len() == wanted.len() {
        return Ok(());
    }
    Err(Error::malformed("project", "name a project of this organisation"))
}

/// Refuses an owner who is not an active user of the organisation.
async fn can_own(tx: &Tx, owner: Option<UserId>) -> Result<(), Error> {
    let Some(owner) = owner else {
        return Ok(());
    };
    let found = users::find(&**tx, tx.org, owner).await?;
    if found.is_some_and(|it| it.is_active()) { Ok(()) } else { Err(no_owner()) }
}

fn no_owner() -> Error {
    Error::invalid("owner", Flaw::Owner)
}

/// Whose resources the actor may see: nobody in particular, so all, or only what is their own.
fn reach(actor: &Actor, model: &RoleModel) -> Result<Option<UserId>, Error> {
    if may_list_all(actor, model) {
        return Ok(None);
    }
    actor.may(model, MANAGE_OWN)?;
    actor.account().map(|own| Some(own.id)).ok_or(Error::NotFound("resource"))
}

async fn reach_in(app: &App, actor: &Actor, org: OrgId) -> Result<Option<UserId>, Error> {
    is_own(actor, org)?;
    let (_, model) = app.store.organisation(org).await?;
    reach(actor, &model)
}

fn is_own(actor: &Actor, org: OrgId) -> Result<(), Error> {
    if actor.org().is_none_or(|own| own == org) { Ok(()) } else { Err(Error::NotFound("resource")) }
}

fn is_kept(it: &Resource, kept_by: Option<UserId>) -> bool {
    kept_by.is_none_or(|keeper| [it.owner, it.registrar].contains(&Some(keeper)))
}

async fn visible(app: &App, actor: &Actor, org: OrgId, it: Resource) -> Result<Shown, Error> {
    let kept_by = reach_in(app, actor, org).await?;
    if is_kept(&it, kept_by) { one(app, it).await } else { Err(Error::NotFound("resource")) }
}

async fn one(app: &App, resource: Resource) -> Result<Shown, Error> {
    let mut found = shown(app, resource.org, vec![resource]).await?;
    found.pop().ok_or(Error::NotFound("resource"))
}

async fn shown(app: &App, org: OrgId, found: Vec<Resource>) -> Result<Vec<Shown>, Error> {
    let db = app.store.reader();
    let owners: HashSet<UserId> = found.iter().filter_map(|it| it.owner).collect();
    let owners: Vec<UserId> = owners.into_iter().collect();
    let outer: HashSet<ResourceId> = found.iter().filter_map(|it| it.parent).collect();
    let outer: Vec<ResourceId> = outer.into_iter().collect();
    let on: HashSet<ProjectId> = found.iter().filter_map(|it| it.project).collect();
    let on: Vec<ProjectId> = on.into_iter().collect();
    let on: HashMap<_, _> = projects::among(db, org, &on).await?.into_iter().map(|it| (it.id, it)).collect();
    let owners: HashMap<_, _> = users::list_by_ids(db, org, &owners).await?.into_iter().map(|it| (it.id, it)).collect();
    let outer: HashMap<_, _> =
        resources::list_by_ids(db, org, &outer).await?.into_iter().map(|it| (it.id, it)).collect();
    let shown = found.into_iter().map(|resource| {
        let owner = resource.owner.and_then(|id| owners.get(&id)).cloned();
        let parent = resource.parent.and_then(|id| outer.get(&id)).cloned();
        let project = resource.project.and_then(|id| on.get(&id)).cloned();
        Shown { resource, owner, parent, project }
    });
    Ok(shown.collect())
}

fn changes(before: &Resource, after: &Resource) -> Vec<Change> {
    let mut changes = Vec::new();
    if before.name != after.name {
        let [old, new] = [&before.name, &after.name].map(|it| Some(it.as_str().into()));
        changes.push(Change::new("name", old, new));
    }
    if before.parent != after.parent {
        let [old, new] = [before.parent, after.parent].map(|it| it.map(|id| id.to_string().into()));
        changes.push(Change::new("parent", old, new));
    }
    if before.project != after.project {
        let [old, new] = [before.project, after.project].map(|it| it.map(|id| id.to_string().into()));
        changes.push(Change::new("project", old, new));
    }
    if before.visibility != after.visibility {
        let [old, new] = [before.visibility, after.visibility].map(|it| Some(it.word().into()));
        changes.push(Change::new("visibility", old, new));
    }
    changes
}

fn changing(before: &Resource, after: &Resource) -> Action {
    Action::ChangeResource { changes: changes(before, after), moves: Moves::between(before, after) }
}

pub(super) fn target(it: &Resource) -> Target {
    Target::Resource(TargetResource {
        org: it.org,
        id: it.id,
        label: it.name.clone(),
        owner: it.owner,
        registrar: it.registrar,
    })
}
