//! The links of a chain, each with the deed that made it and the request that asked for that.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::past::Then;
use super::{Link, Named, Request, Step};
use crate::app::{App, history, journal};
use crate::domain::id::{GroupId, OrgId, TeamId};
use crate::domain::policy::Actor;
use crate::domain::project::{Assignment, Subject};
use crate::domain::role::{LiveGrant, RoleModel, Source};
use crate::domain::{Error, Timestamp};
use crate::store::audit::{self, AuditRow};
use crate::store::past;

/// A deed follows the request that asks for it within this time.
const CARRIED_OUT_WITHIN: Duration = Duration::from_mins(10);
/// The deeds that make somebody hold a role, those that say it best first.
const GIVING: [&str; 6] =
    ["role.changed", "role.granted", "user.invite_accepted", "user.created", "user.linked", "user.updated"];
const MAPPING: [&str; 2] = ["group.mapped", "group.created"];
const JOINING: [&str; 3] = ["group.member_added", "group.members_changed", "group.created"];
const PUTTING_ON_TEAM: [&str; 2] = ["team.members_changed", "team.created"];
const ASSIGNING: [&str; 2] = ["project.access_changed", "project.access_granted"];

/// Who tells it, to whom.
pub(super) struct Teller<'a> {
    pub(super) app: &'a App,
    pub(super) actor: &'a Actor,
    pub(super) model: &'a RoleModel,
    pub(super) org: OrgId,
    pub(super) at: Timestamp,
    /// True for somebody who may read what was done to the user.
    pub(super) sees_deeds: bool,
    /// True for somebody who may read the requests of identity providers.
    pub(super) sees_requests: bool,
    /// The names that were looked up, by id.
    pub(super) names: Mutex<HashMap<String, String>>,
}

impl Teller<'_> {
    /// What leads to a role.
    pub(super) async fn role(&self, then: &Then, grant: &LiveGrant) -> Result<Vec<Step>, Error> {
        let user = then.person.user.id.to_string();
        let given = (user.as_str(), &GIVING[..]);
        let link = match grant.source {
            Source::Group(group) => return self.by_group(then, group, grant).await,
            Source::Manual => Link::ByHand,
            Source::ScimRole(id) | Source::Entitlement(id) | Source::Attribute(id) => {
                Link::Asserted(self.named("connection", id).await?)
            }
            Source::Default(id) => Link::Default(self.named("connection", id).await?),
        };
        Ok(vec![self.step(link, grant.since, given, &user).await?])
    }

    async fn by_group(&self, then: &Then, group: GroupId, grant: &LiveGrant) -> Result<Vec<Step>, Error> {
        let named = self.named("group", group).await?;
        let mapped = then.mappings.iter().find(|it| it.0 == group && it.1 == grant.role).map_or(grant.since, |it| it.2);
        let link = Link::Mapped(named, grant.role.clone());
        let id = group.to_string();
        Ok(vec![self.step(link, mapped, (&id, &MAPPING), &id).await?, self.member(then, group).await?])
    }

    async fn member(&self, then: &Then, group: GroupId) -> Result<Step, Error> {
        let since = then.groups.iter().find(|it| it.0 == group).map_or(self.at, |it| it.1);
        let link = Link::Member(self.named("group", group).await?);
        // Whom a group waits for joins it when the user comes.
        self.step(link, since, (&group.to_string(), &JOINING), &then.person.user.id.to_string()).await
    }

    /// The link that says that somebody is on a team.
    pub(super) async fn on_team(&self, then: &Then, team: TeamId) -> Result<Step, Error> {
        let since = then.teams.iter().find(|it| it.0 == team).map_or(self.at, |it| it.1);
        let link = Link::OnTeam(self.named("team", team).await?);
        let id = team.to_string();
        self.step(link, since, (&id, &PUTTING_ON_TEAM), &id).await
    }

    /// What leads to a project by an assignment.
    pub(super) async fn assigned(&self, then: &Then, it: &Assignment) -> Result<Vec<Step>, Error> {
        let project = self.named("project", it.project).await?;
        let name = self.name(it.subject.kind(), &it.subject.id()).await?;
        let subject = Named { id: it.subject, name };
        let id = it.project.to_string();
        let link = Link::Assigned { subject, project, access: it.access };
        let since = past::assignment_since(self.app.store.reader(), (self.org, it), self.at).await?;
        let mut chain = vec![self.step(link, since, (&id, &ASSIGNING), &id).await?];
        match it.subject {
            Subject::User(_) => {}
            Subject::Group(group) => chain.push(self.member(then, group).await?),
            Subject::Team(team) => chain.push(self.on_team(then, team).await?),
        }
        Ok(chain)
    }

    /// A link, with the first of these deeds that was done to a target in the moment in which it came about; the request that asked
    /// for the deed was about the target or something beside it.
    pub(super) async fn step(
        &self,
        link: Link,
        since: Timestamp,
        (target, deeds): (&str, &[&str]),
        beside: &str,
    ) -> Result<Step, Error> {
        let plain = Step { link, since: Some(since), deed: None, request: None };
        if !self.sees_deeds {
            return Ok(plain);
        }
        let mut rows = audit::done_at(self.app.store.reader(), self.org, target, since).await?;
        let rank = |row: &AuditRow| deeds.iter().position(|it| *it == row.action);
        rows.retain(|it| rank(it).is_some());
        let Some(row) = rows.into_iter().min_by_key(rank) else { return Ok(plain) };
        let request = self.request(&row, [target, beside]).await?;
        let deed = history::told(self.app, self.org, vec![row]).await?.pop();
        Ok(Step { deed, request, ..plain })
    }

    async fn request(&self, row: &AuditRow, about: [&str; 2]) -> Result<Option<Request>, Error> {
        let (true, Ok(connection)) = (row.actor_kind == "connection", row.actor_id.parse()) else { return Ok(None) };
        if !self.sees_requests {
            return Ok(None);
        }
        let span = (row.at.before(CARRIED_OUT_WITHIN), row.at);
        let found = journal::last_change(self.app, (self.org, connection), about, span).await?;
        Ok(found.map(|it| Request { id: it.id, method: it.method, path: it.path, at: it.at }))
    }

    /// Something of this kind by its name.
    pub(super) async fn named<T: ToString>(&self, kind: &str, id: T) -> Result<Named<T>, Error> {
        let name = self.name(kind, &id.to_string()).await?;
        Ok(Named { id, name })
    }

    /// What something is called, or was when the record last spoke of it.
    async fn name(&self, kind: &str, id: &str) -> Result<String, Error> {
        let known = || self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(name) = known().get(id).cloned() {
            return Ok(name);
        }
        let name = match history::called_as(self.app, self.org, (kind, id)).await? {
            Some(name) => name,
            None => {
                let last = audit::of_target(self.app.store.reader(), self.org, id, None, 1).await?.pop();
                last.map(|it| it.target_label).unwrap_or_default()
            }
        };
        known().insert(id.to_owned(), name.clone());
        Ok(name)
    }
}
