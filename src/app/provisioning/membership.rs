//! Who joins and who leaves a group: changes of rows, whose cost is that of the change and not of the group.
//!
//! Members that do not exist yet are held, dropped or refused, as the connection says; whoever is held joins when a user
//! appears with that external id, or is given it. A group within a group has no people of its own to give a role to, so it is refused
//! unless unknown members are dropped anyway.
//!
//! **Invariant:** nobody joins a group that gives a role above the connection's ceiling, at once or later.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Caller, Error, Unit};
use crate::app::membership::{follow, target};
use crate::app::project_teams::{self, Second};
use crate::app::{connections, grace};
use crate::domain;
use crate::domain::connection::UnknownMembers;
use crate::domain::group::Group;
use crate::domain::id::{GroupId, UserId};
use crate::domain::policy::Action;
use crate::domain::project::Subject;
use crate::domain::role::RoleKey;
use crate::domain::text::fold;
use crate::domain::user::User;
use crate::scim::document;
use crate::scim::filter::{Filter, element_matches};
use crate::scim::patch::MemberChange;
use crate::scim::{self, ScimType};
use crate::store::{Tx, groups, members, roster};

/// What the changes of one request come to.
#[derive(Debug, Default)]
pub(super) struct Net {
    joined: BTreeSet<UserId>,
    left: BTreeSet<UserId>,
    waits_for_others: bool,
}

impl Net {
    /// True when the resource is another one now.
    pub(super) fn changes_members(&self) -> bool {
        !(self.joined.is_empty() && self.left.is_empty())
    }

    fn join(&mut self, users: &[UserId]) {
        for user in users {
            if !self.left.remove(user) {
                self.joined.insert(*user);
            }
        }
    }

    fn leave(&mut self, users: &[UserId]) {
        for user in users {
            if !self.joined.remove(user) {
                self.left.insert(*user);
            }
        }
    }
}

/// A group whose members change, with what must not be lost by it.
pub(super) struct Roll<'a> {
    caller: &'a Caller<'a>,
    group: GroupId,
    roles: Vec<RoleKey>,
    net: Net,
}

impl<'a> Roll<'a> {
    /// Opens the roll of a group.
    pub(super) async fn open(caller: &'a Caller<'a>, tx: &Tx, group: GroupId) -> Result<Self, Error> {
        let roles = groups::roles(&**tx, tx.org, group).await?;
        Ok(Self { caller, group, roles, net: Net::default() })
    }

    /// The roles that membership gives.
    pub(super) fn roles(&self) -> &[RoleKey] {
        &self.roles
    }

    /// What changed so far.
    pub(super) fn net(&self) -> &Net {
        &self.net
    }

    /// Writes the changes, in order.
    pub(super) async fn apply(&mut self, tx: &Tx, changes: Vec<MemberChange>) -> Result<(), Error> {
        for change in merged(changes) {
            match change {
                MemberChange::Add(values) => self.add(tx, &values).await?,
                MemberChange::Remove(values) => self.remove(tx, &values).await?,
                MemberChange::RemoveAll => self.clear(tx).await?,
                MemberChange::Replace(values) => self.replace(tx, &values).await?,
                MemberChange::RemoveWhere(filter) => self.remove_where(tx, &filter).await?,
            }
        }
        Ok(())
    }

    /// Asks for the permit of what changed, and looks whether somebody still holds what must be held.
    pub(super) async fn settle(&self, unit: Unit, group: &Group) -> Result<Unit, Error> {
        if !self.net.changes_members() && !self.net.waits_for_others {
            return Ok(unit);
        }
        let action = Action::ChangeMembers {
            added: self.net.joined.iter().copied().collect(),
            removed: self.net.left.iter().copied().collect(),
            roles: self.roles.clone(),
        };
        let unit = unit.allow(self.caller, action, target(group)).await?;
        let [joined, left] = [&self.net.joined, &self.net.left].map(|it| it.iter().copied().collect::<Vec<_>>());
        let group = Subject::Group(self.group);
        project_teams::left(&unit.tx, group, &left).await?;
        project_teams::joined(&unit.tx, group, &joined, Second::KeepsFirst).await?;
        follow(&unit.tx, &self.roles, &joined, &left).await?;
        Ok(unit)
    }

    async fn add(&mut self, tx: &Tx, values: &[String]) -> Result<(), Error> {
        let (users, unknown) = self.resolve(tx, values).await?;
        let present: HashSet<UserId> = roster::present(&**tx, tx.org, self.group, &users).await?.into_iter().collect();
        let new: Vec<UserId> = users.into_iter().filter(|user| !present.contains(user)).collect();
        members::add(tx, self.group, &new).await?;
        self.net.join(&new);
        self.await_unknown(tx, unknown).await
    }

    async fn remove(&mut self, tx: &Tx, values: &[String]) -> Result<(), Error> {
        let (users, unknown) = self.resolve(tx, values).await?;
        let present = roster::present(&**tx, tx.org, self.group, &users).await?;
        members::remove(tx, self.group, &present).await?;
        self.net.leave(&present);
        let held = roster::held_among(tx, self.group, &unknown).await?;
        self.forget(tx, &held).await
    }

    /// Takes everybody out, those who are waited for included.
    pub(super) async fn clear(&mut self, tx: &Tx) -> Result<(), Error> {
        let all = members::ids(&**tx, tx.org, self.group).await?;
        self.net.waits_for_others |= !roster::held(tx, self.group).await?.is_empty();
        members::clear(tx, self.group).await?;
        self.net.leave(&all);
        Ok(())
    }

    async fn replace(&mut self, tx: &Tx, values: &[String]) -> Result<(), Error> {
        let (users, unknown) = self.resolve(tx, values).await?;
        let wanted: HashSet<UserId> = users.iter().copied().collect();
        let present: HashSet<UserId> = members::ids(&**tx, tx.org, self.group).await?.into_iter().collect();
        let gone: Vec<UserId> = present.difference(&wanted).copied().collect();
        let new: Vec<UserId> = users.into_iter().filter(|user| !present.contains(user)).collect();
        members::remove(tx, self.group, &gone).await?;
        members::add(tx, self.group, &new).await?;
        self.net.leave(&gone);
        self.net.join(&new);
        let mut held = roster::held(tx, self.group).await?;
        let awaited: HashSet<&String> = unknown.iter().collect();
        held.retain(|value| !awaited.contains(value));
        self.forget(tx, &held).await?;
        self.await_unknown(tx, unknown).await
    }

    async fn remove_where(&mut self, tx: &Tx, filter: &Filter) -> Result<(), Error> {
        let base = self.caller.base();
        let mut gone = members::ids(&**tx, tx.org, self.group).await?;
        gone.retain(|id| element_matches(filter, &document::member(&id.to_string(), &base), fold));
        members::remove(tx, self.group, &gone).await?;
        self.net.leave(&gone);
        Ok(())
    }

    /// The users that these values mean, by id or by external id, and the values that mean nobody.
    async fn resolve(&self, tx: &Tx, values: &[String]) -> Result<(Vec<UserId>, Vec<String>), Error> {
        let ids: Vec<UserId> = values.iter().filter_map(|value| value.parse().ok()).collect();
        let known: HashSet<UserId> = roster::known(tx, self.caller.id(), &ids).await?.into_iter().collect();
        let is_known = |value: &str| value.parse::<UserId>().ok().filter(|id| known.contains(id));
        let others: Vec<String> = values.iter().filter(|value| is_known(value).is_none()).cloned().collect();
        let named = roster::by_external_id(tx, self.caller.id(), &others).await?;
        let named: HashMap<String, UserId> = named.into_iter().collect();
        let (mut users, mut unknown, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
        for value in values {
            match is_known(value).or_else(|| named.get(value).copied()) {
                Some(user) if seen.insert(user) => users.push(user),
                Some(_) => {}
                None => unknown.push(value.clone()),
            }
        }
        Ok((users, unknown))
    }

    async fn await_unknown(&mut self, tx: &Tx, unknown: Vec<String>) -> Result<(), Error> {
        let rule = self.caller.connection.settings.unknown_members;
        if unknown.is_empty() || rule == UnknownMembers::Ignore {
            return Ok(());
        }
        let ids: Vec<GroupId> = unknown.iter().filter_map(|value| value.parse().ok()).collect();
        if let Some(group) = roster::groups(tx, self.caller.id(), &ids).await?.first() {
            return Err(invalid(format!(
                "`members` names the group {group}; groups within groups are not supported, so push its people instead"
            )));
        }
        if let (UnknownMembers::Reject, Some(value)) = (rule, unknown.first()) {
            return Err(invalid(format!("`members` names {value}, which is no user of this connection")));
        }
        let held: HashSet<String> = roster::held_among(tx, self.group, &unknown).await?.into_iter().collect();
        let new: Vec<String> = unknown.into_iter().filter(|value| !held.contains(value)).collect();
        self.net.waits_for_others |= !new.is_empty();
        Ok(members::hold(tx, self.group, &new).await?)
    }

    async fn forget(&mut self, tx: &Tx, held: &[String]) -> Result<(), Error> {
        self.net.waits_for_others |= !held.is_empty();
        Ok(members::release(tx, self.group, held).await?)
    }
}

/// Lets a user whose external id is new join the groups that wait for it, as far as the connection may still give what
/// they give.
pub(super) async fn join_held(caller: &Caller<'_>, mut unit: Unit, user: &User) -> Result<Unit, Error> {
    let Some(value) = &user.external_id else { return Ok(unit) };
    let ceiling = connections::ceiling(&caller.connection.settings)?;
    for id in roster::waiting_for(&unit.tx, caller.id(), value).await? {
        let roles = groups::roles(&*unit.tx, unit.tx.org, id).await?;
        let model = unit.tx.roles()?;
        if !roles.iter().all(|role| ceiling.admits(model, role)) {
            continue;
        }
        members::release(&unit.tx, id, std::slice::from_ref(value)).await?;
        if !roster::present(&*unit.tx, unit.tx.org, id, &[user.id]).await?.is_empty() {
            continue;
        }
        let group = groups::get(&*unit.tx, unit.tx.org, id).await?;
        let action = Action::ChangeMembers { added: vec![user.id], removed: Vec::new(), roles };
        unit = unit.allow(caller, action, target(&group)).await?;
        members::add(&unit.tx, id, &[user.id]).await?;
        project_teams::joined(&unit.tx, Subject::Group(id), &[user.id], Second::KeepsFirst).await?;
        grace::begin(&unit.tx, &[user.id]).await?;
        groups::touch(&unit.tx, id).await?;
    }
    Ok(unit)
}

/// Raises the version of every group that a user is about to leave.
pub(super) async fn touch_groups_of(tx: &Tx, user: UserId) -> Result<(), domain::Error> {
    for (_, group, _) in members::groups_of(&**tx, tx.org, &[user]).await? {
        groups::touch(tx, group).await?;
    }
    Ok(())
}

/// Runs of additions and of removals as one each: Entra sends a thousand operations of one member.
fn merged(changes: Vec<MemberChange>) -> Vec<MemberChange> {
    let mut merged: Vec<MemberChange> = Vec::with_capacity(changes.len());
    for change in changes {
        match (merged.last_mut(), change) {
            (Some(MemberChange::Add(run)), MemberChange::Add(values))
            | (Some(MemberChange::Remove(run)), MemberChange::Remove(values)) => run.extend(values),
            (_, change) => merged.push(change),
        }
    }
    merged
}

fn invalid(detail: String) -> Error {
    scim::Error::bad(ScimType::InvalidValue, detail).into()
}
