//! Groups as administrators see and change them: made, named, filled, given roles and deleted.
//!
//! **Invariant:** the name and the members of a group that an identity provider manages are changed there and nowhere else;
//! which roles it gives is decided here.
//! **Invariant:** nobody gives or takes by a group what they could not give or take by hand, least of all themselves.
//! **Invariant:** what a change costs goes by how many people it names, not by how many are in the group.

use std::collections::{HashMap, HashSet};

use crate::app::history::{self, Event};
use crate::app::organisations::known_role;
use crate::app::project_teams::{self, Second};
use crate::app::{App, connections, cursor, grace, membership};
use crate::domain::group::checked_name;
use crate::domain::id::{AuditId, ConnectionId, GroupId, OrgId, ProjectId, UserId};
use crate::domain::policy::{Action, Actor, Permit};
use crate::domain::project::Subject;
use crate::domain::role::{RoleKey, RoleModel};
use crate::domain::text::{check_search, fold};
use crate::domain::user::User;
use crate::domain::{Conflict, Error, Flaw, Timestamp};
use crate::scim::document::{Document, Purpose, from_request};
use crate::scim::schema::GROUP;
use crate::scim::search;
use crate::store::{
    Reader, Tx, audit, connections as connection_rows, group_list, groups, members, project_list, roster, users,
};

pub use crate::domain::group::{Group, NAME_MAX};

/// The permission that it takes to see groups.
pub const READ: &str = "groups:read";
/// The permission that it takes to make, name, fill and delete groups.
pub const MANAGE: &str = "groups:manage";
/// The permission that it takes to let groups give roles.
pub const MAP: &str = "groups:map";
/// So many people join or leave a group at once.
pub const AT_ONCE_MAX: usize = 1_000;
/// How many groups or members a page has when nobody said.
pub const LIMIT_DEFAULT: u64 = 100;
/// How many groups or members a page has at most.
pub const LIMIT_MAX: u64 = 1_000;
/// How far the members of each group of a list are counted.
const COUNTED_IN_LISTS: u64 = 1_000;
/// How far the members of one group are counted.
const COUNTED: u64 = 10_000;
/// So many of the projects that a group is on are named.
const PROJECTS_NAMED: u64 = 20;
/// So many of the members that a group waits for are shown.
const HELD_SHOWN: u64 = 100;

/// Which groups, and from where on.
#[derive(Debug, Clone, Default)]
pub struct GroupQuery {
    /// This text somewhere in the name.
    pub name: Option<String>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// How many at most; the usual number without it.
    pub limit: Option<u64>,
}

/// How many members a group has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// So many were counted.
    pub counted: u64,
    /// True when there are more than that.
    pub has_more: bool,
}

/// A group and what is known of it without reading its members.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The group.
    pub group: Group,
    /// How many members it has.
    pub size: Size,
    /// The roles that membership gives.
    pub roles: Vec<RoleKey>,
    /// The first of the projects that it is on.
    pub projects: Vec<(ProjectId, String)>,
    /// The name of the connection that manages it.
    pub manager: Option<String>,
}

/// A page of the groups.
#[derive(Debug, Clone)]
pub struct GroupPage {
    /// The groups, by name.
    pub entries: Vec<Entry>,
    /// Where the next page begins, when there is one.
    pub next: Option<String>,
}

/// A page of the members of a group.
#[derive(Debug, Clone)]
pub struct MemberPage {
    /// The members, in the order in which they became users.
    pub people: Vec<User>,
    /// Where the next page begins, when there is one.
    pub next: Option<String>,
}

/// The members that a group waits for, by what the identity provider calls them.
#[derive(Debug, Clone)]
pub struct Held {
    /// The first of them, with since when each is waited for.
    pub values: Vec<(String, Timestamp)>,
    /// True when there are more.
    pub has_more: bool,
}

/// Whom a change of members was about.
#[derive(Debug, Clone)]
pub struct Change {
    /// The group.
    pub group: Group,
    /// Who joined or left.
    pub done: Vec<User>,
    /// Who was in it already, or not in it.
    pub skipped: Vec<User>,
}

/// Joining or leaving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// People join.
    Join,
    /// People leave.
    Leave,
}

/// One page of the groups of an organisation.
pub async fn page(app: &App, actor: &Actor, org: OrgId, query: &GroupQuery) -> Result<GroupPage, Error> {
    may_read(app, actor, org).await?;
    query.name.as_deref().map(|it| check_search("name", it)).transpose()?;
    let limit = checked_limit(query.limit)?;
    let after: Option<String> =
        query.after.as_deref().map(|it| cursor::read(app, ("groups", org), ("cursor", it))).transpose()?;
    let of = (query.name.as_deref().filter(|it| !it.is_empty()), after.as_deref());
    let mut found = group_list::page(app.store.reader(), org, of, limit.saturating_add(1)).await?;
    let has_more = found.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let last = found.last().filter(|_| has_more).map(|it| fold(&it.display_name));
    let next = last.map(|key| cursor::write(app, ("groups", org), &key)).transpose()?;
    Ok(GroupPage { entries: described_all(app, org, found, COUNTED_IN_LISTS).await?, next })
}

/// A group, for somebody who may see it.
pub async fn show(app: &App, actor: &Actor, id: GroupId) -> Result<Entry, Error> {
    let org = org_of(app, actor, id).await?;
    may_read(app, actor, org).await?;
    let group = groups::get(app.store.reader(), org, id).await?;
    let mut entries = described_all(app, org, vec![group], COUNTED).await?;
    entries.pop().ok_or(Error::NotFound("group"))
}

/// The group of an organisation with this name in any spelling, or with this id at its provider.
pub async fn by_label(app: &App, actor: &Actor, org: OrgId, label: &str) -> Result<Group, Error> {
    may_read(app, actor, org).await?;
    groups::find_by_label(app.store.reader(), org, label).await?.ok_or(Error::NotFound("group"))
}

/// One page of the members of a group.
pub async fn members(
    app: &App,
    actor: &Actor,
    group: &Group,
    (after, limit): (Option<&str>, Option<u64>),
) -> Result<MemberPage, Error> {
    may_read(app, actor, group.org).await?;
    let limit = checked_limit(limit)?;
    let list = format!("group.{}", group.id);
    let after = after.map(|it| cursor::read(app, (&list, group.org), ("cursor", it))).transpose()?;
    let db = app.store.reader();
    let mut people = group_list::members(db, group.org, group.id, after, limit.saturating_add(1)).await?;
    let has_more = people.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    people.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let last: Option<UserId> = people.last().filter(|_| has_more).map(|it| it.id);
    let next = last.map(|id| cursor::write(app, (&list, group.org), &id)).transpose()?;
    Ok(MemberPage { people, next })
}

/// The members that a group waits for.
pub async fn held(app: &App, actor: &Actor, group: &Group) -> Result<Held, Error> {
    may_read(app, actor, group.org).await?;
    let mut values = group_list::held(app.store.reader(), group.org, group.id, HELD_SHOWN.saturating_add(1)).await?;
    let shown = usize::try_from(HELD_SHOWN).unwrap_or(usize::MAX);
    let has_more = values.len() > shown;
    values.truncate(shown);
    Ok(Held { values, has_more })
}

/// The permission that it takes to see what was done to groups.
pub const HISTORY: &str = "users.activity:read";
/// So many deeds are on a page of the history.
pub const DEEDS: u64 = 20;

/// A page of what was done to a group.
#[derive(Debug, Clone)]
pub struct History {
    /// The deeds, newest first.
    pub events: Vec<Event>,
    /// Where the older ones begin, when there are some.
    pub older: Option<AuditId>,
}

/// What was done to a group, newest first, before this row, under the names that all of it has now.
pub async fn history(app: &App, actor: &Actor, group: &Group, before: Option<AuditId>) -> Result<History, Error> {
    may_read(app, actor, group.org).await?;
    let (_, model) = app.store.organisation(group.org).await?;
    actor.may(&model, HISTORY)?;
    let (db, target) = (app.store.reader(), group.id.to_string());
    let mut rows = audit::of_target(db, group.org, &target, before, DEEDS.saturating_add(1)).await?;
    let shown = usize::try_from(DEEDS).unwrap_or(usize::MAX);
    let has_more = rows.len() > shown;
    rows.truncate(shown);
    let older = rows.last().filter(|_| has_more).map(|it| it.id);
    Ok(History { events: history::told(app, group.org, rows).await?, older })
}

/// Which of these people are in a group.
pub async fn present(app: &App, actor: &Actor, group: &Group, of: &[UserId]) -> Result<HashSet<UserId>, Error> {
    may_read(app, actor, group.org).await?;
    Ok(roster::present(app.store.reader(), group.org, group.id, of).await?.into_iter().collect())
}

/// Makes a group that nobody is in yet. A mapping that waits for a group of an identity provider does not mean this one.
pub async fn create(app: &App, actor: &Actor, org: OrgId, name: &str) -> Result<Group, Error> {
    let name = checked_name(name)?;
    let tx = app.begin(org).await?;
    let (document, index) = described(&name)?;
    let made = Group {
        id: GroupId::new(),
        org,
        display_name: name,
        external_id: None,
        managed_by: None,
        version: 1,
        document: document.into_json().to_string(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    let (tx, permit) = app.ask(tx, actor, Action::CreateGroup, membership::target(&made)).await?;
    groups::insert(&tx, &made, &index).await?;
    tx.commit(permit).await?;
    Ok(made)
}

/// Gives a group another name. What it gives hangs on its id and stays.
pub async fn rename(app: &App, actor: &Actor, id: GroupId, name: &str) -> Result<Group, Error> {
    let name = checked_name(name)?;
    let (tx, before) = begin(app, actor, id).await?;
    let action = Action::RenameGroup { from: before.display_name.clone(), to: name.clone() };
    let (tx, permit) = app.ask(tx, actor, action, membership::target(&before)).await?;
    is_kept_here(&before)?;
    if before.display_name == name {
        return Ok(before);
    }
    let (document, index) = described(&name)?;
    let after = Group {
        display_name: name,
        document: document.into_json().to_string(),
        version: before.version.saturating_add(1),
        updated_at: tx.now,
        ..before
    };
    groups::update(&tx, &after, &index).await?;
    membership::touch_all(&tx, id).await?;
    tx.commit(permit).await?;
    Ok(after)
}

/// Deletes a group that gives no role and is on no project; its people stay. One that is assigned stays, and what to is in the answer.
pub async fn delete(app: &App, actor: &Actor, id: GroupId) -> Result<Deleted, Error> {
    let (tx, group) = begin(app, actor, id).await?;
    let roles = groups::roles(&*tx, tx.org, id).await?;
    let projects: Vec<(ProjectId, String)> = projects_of(&*tx, tx.org, &[id]).await?.remove(&id).unwrap_or_default();
    let names = projects.iter().map(|it| it.1.clone()).collect();
    let action = Action::DeleteGroup { roles: roles.clone(), projects: names };
    let (tx, permit) = app.ask(tx, actor, action, membership::target(&group)).await?;
    is_kept_here(&group)?;
    if !roles.is_empty() || !projects.is_empty() {
        return Ok(Deleted::StillAssigned(Assigned { roles, projects }));
    }
    membership::touch_all(&tx, id).await?;
    members::clear(&tx, id).await?;
    groups::delete(&tx, id).await?;
    tx.commit(permit).await?;
    Ok(Deleted::Done)
}

/// What became of the deletion of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deleted {
    /// It is gone.
    Done,
    /// It is there, because of what it is assigned to.
    StillAssigned(Assigned),
}

/// What a group is assigned to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assigned {
    /// The roles that it gives.
    pub roles: Vec<RoleKey>,
    /// The first of the projects that it is on.
    pub projects: Vec<(ProjectId, String)>,
}

/// Lets people join or leave a group.
pub async fn change_members(
    app: &App,
    actor: &Actor,
    id: GroupId,
    (turn, people): (Turn, &[UserId]),
) -> Result<Change, Error> {
    if people.len() > AT_ONCE_MAX {
        return Err(Error::invalid("members", Flaw::TooManyPeople { most: AT_ONCE_MAX }));
    }
    let (tx, group) = begin(app, actor, id).await?;
    let roles = groups::roles(&*tx, tx.org, id).await?;
    let (known, all_known) = known(&tx, people).await?;
    let ids: Vec<UserId> = known.iter().map(|it| it.id).collect();
    let inside: HashSet<UserId> = roster::present(&*tx, tx.org, id, &ids).await?.into_iter().collect();
    let moves = |user: &User| inside.contains(&user.id) == (turn == Turn::Leave);
    let (done, skipped): (Vec<User>, Vec<User>) = known.into_iter().partition(moves);
    let moved: Vec<UserId> = done.iter().map(|it| it.id).collect();
    let (added, removed) = match turn {
        Turn::Join => (moved, Vec::new()),
        Turn::Leave => (Vec::new(), moved),
    };
    let action = Action::ChangeMembers { added: added.clone(), removed: removed.clone(), roles: roles.clone() };
    let (tx, permit) = app.ask(tx, actor, action, membership::target(&group)).await?;
    is_kept_here(&group)?;
    if !all_known {
        return Err(Error::invalid("members", Flaw::People));
    }
    if done.is_empty() {
        return Ok(Change { group, done, skipped });
    }
    members::add(&tx, id, &added).await?;
    members::remove(&tx, id, &removed).await?;
    project_teams::left(&tx, Subject::Group(id), &removed).await?;
    project_teams::joined(&tx, Subject::Group(id), &added, Second::Refused).await?;
    membership::follow(&tx, &roles, &added, &removed).await?;
    groups::touch(&tx, id).await?;
    tx.commit(permit).await?;
    Ok(Change { group, done, skipped })
}

/// Lets membership of a group give a role.
pub async fn map_role(app: &App, actor: &Actor, id: GroupId, role: &RoleKey) -> Result<(), Error> {
    let (tx, group) = begin(app, actor, id).await?;
    let (tx, permit) = map_in(app, tx, actor, &group, role).await?;
    tx.commit(permit).await
}

/// The same inside a unit that changes more; asks for the permit. A connection that manages the group decides who is in
/// it, so it must be one that may give the role.
pub(crate) async fn map_in(
    app: &App,
    tx: Tx,
    actor: &Actor,
    group: &Group,
    role: &RoleKey,
) -> Result<(Tx, Permit), Error> {
    known_role(tx.roles()?, role)?;
    let action = Action::MapGroup { role: role.clone() };
    let (tx, permit) = app.ask(tx, actor, action, membership::target(group)).await?;
    if let Some(manager) = group.managed_by {
        let manager = connection_rows::get(&*tx, tx.org, manager).await?;
        connections::check_may_give(tx.roles()?, &manager, role)?;
    }
    groups::map_role(&tx, group.id, role).await?;
    grace::begin_for_all(&tx, &tx.organisation()?.rules(tx.roles()?).mfa).await?;
    membership::touch_all(&tx, group.id).await?;
    Ok((tx, permit))
}

/// Lets membership of a group no longer give a role.
pub async fn unmap_role(app: &App, actor: &Actor, id: GroupId, role: &RoleKey) -> Result<(), Error> {
    let (tx, group) = begin(app, actor, id).await?;
    let (tx, permit) = unmap_in(app, tx, actor, &group, role).await?;
    tx.commit(permit).await
}

/// The same inside a unit that has read the group; asks for the permit.
pub(crate) async fn unmap_in(
    app: &App,
    tx: Tx,
    actor: &Actor,
    group: &Group,
    role: &RoleKey,
) -> Result<(Tx, Permit), Error> {
    let action = Action::UnmapGroup { role: role.clone() };
    let (tx, permit) = app.ask(tx, actor, action, membership::target(group)).await?;
    if !groups::unmap_role(&tx, group.id, role).await? {
        return Err(Error::NotFound("role of this group"));
    }
    if roster::is_larger(&*tx, tx.org, group.id, 0).await? {
        membership::keep_holders(&tx, std::slice::from_ref(role)).await?;
    }
    membership::touch_all(&tx, group.id).await?;
    Ok((tx, permit))
}

/// The roles that somebody may let this group give, highest first.
pub fn mappable<'m>(actor: &Actor, model: &'m RoleModel, group: &Group) -> Vec<&'m crate::domain::role::Role> {
    let may = |role: &RoleKey| {
        let action = Action::MapGroup { role: role.clone() };
        actor.check(model, &action, &membership::target(group)).is_ok()
    };
    model.roles().iter().filter(|role| may(&role.key)).collect()
}

/// True when somebody may take this role from this group.
pub fn may_unmap(actor: &Actor, model: &RoleModel, group: &Group, role: &RoleKey) -> bool {
    let action = Action::UnmapGroup { role: role.clone() };
    actor.check(model, &action, &membership::target(group)).is_ok()
}

/// The name and members of a group that an identity provider manages are changed there.
fn is_kept_here(group: &Group) -> Result<(), Error> {
    if group.managed_by.is_some() { Err(Conflict::GroupOfProvider.into()) } else { Ok(()) }
}

/// The document of a group with this name, as SCIM would have it, and what filters look at.
fn described(name: &str) -> Result<(Document, serde_json::Value), Error> {
    let said = serde_json::json!({ "displayName": name });
    let received = from_request(&GROUP, &said, Purpose::Create);
    let document = received.map_err(|problem| Error::malformed("name", problem.to_string()))?.document;
    let index = search::index(&GROUP, &document, fold);
    Ok((document, index))
}

/// The users among these ids, each once, and whether all of them are.
async fn known(tx: &Tx, ids: &[UserId]) -> Result<(Vec<User>, bool), Error> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let known = users::list_by_ids(&**tx, tx.org, &ids).await?;
    let all_known = known.len() == ids.len();
    Ok((known, all_known))
}

/// What is known of these groups without reading their members; whether somebody may know it is the caller's to ask.
pub(crate) async fn described_all(app: &App, org: OrgId, found: Vec<Group>, counted: u64) -> Result<Vec<Entry>, Error> {
    let db = app.store.reader();
    let ids: Vec<GroupId> = found.iter().map(|it| it.id).collect();
    let sizes = group_list::sizes(db, org, &ids, counted.saturating_add(1)).await?;
    let mut roles = group_list::roles(db, org, &ids).await?;
    let mut projects = projects_of(db, org, &ids).await?;
    let connections: Vec<(ConnectionId, String)> =
        connection_rows::list(db, org).await?.into_iter().map(|it| (it.id, it.name)).collect();
    let entry = |group: Group| {
        let members = sizes.get(&group.id).copied().unwrap_or(0);
        let manager = connections.iter().find(|it| Some(it.0) == group.managed_by).map(|it| it.1.clone());
        Entry {
            size: Size { counted: members.min(counted), has_more: members > counted },
            roles: roles.remove(&group.id).unwrap_or_default(),
            projects: projects.remove(&group.id).unwrap_or_default(),
            manager,
            group,
        }
    };
    Ok(found.into_iter().map(entry).collect())
}

/// The first of the projects that each of these groups is on.
async fn projects_of(
    db: &impl Reader,
    org: OrgId,
    of: &[GroupId],
) -> Result<HashMap<GroupId, Vec<(ProjectId, String)>>, Error> {
    let mut projects: HashMap<GroupId, Vec<(ProjectId, String)>> = HashMap::new();
    for (group, project, name) in project_list::projects_of_each(db, org, of, PROJECTS_NAMED).await? {
        projects.entry(group).or_default().push((project, name));
    }
    Ok(projects)
}

async fn may_read(app: &App, actor: &Actor, org: OrgId) -> Result<(), Error> {
    if actor.org().is_some_and(|own| own != org) {
        return Err(Error::NotFound("group"));
    }
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, READ)
}

/// Begins a unit on the organisation of a group, and reads the group inside it.
async fn begin(app: &App, actor: &Actor, id: GroupId) -> Result<(Tx, Group), Error> {
    let org = org_of(app, actor, id).await?;
    let tx = app.begin(org).await?;
    let group = groups::get(&*tx, org, id).await?;
    Ok((tx, group))
}

async fn org_of(app: &App, actor: &Actor, id: GroupId) -> Result<OrgId, Error> {
    match actor.org() {
        Some(own) => Ok(own),
        None => groups::find_org(app.store.reader(), id).await?.ok_or(Error::NotFound("group")),
    }
}

fn checked_limit(limit: Option<u64>) -> Result<u64, Error> {
    let limit = limit.unwrap_or(LIMIT_DEFAULT);
    let problem = || Error::invalid("limit", Flaw::NotBetween { from: 1, to: LIMIT_MAX });
    if (1..=LIMIT_MAX).contains(&limit) { Ok(limit) } else { Err(problem()) }
}
