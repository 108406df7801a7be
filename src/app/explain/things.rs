//! The projects that somebody is on, and what leads to a resource.

use std::collections::BTreeMap;

use super::chain::Teller;
use super::past::{self, Then};
use super::{ExplainedProject, ExplainedResource, Link, Named, Step};
use crate::app::resources as deeds;
use crate::domain::Error;
use crate::domain::id::{AssignmentId, ProjectId, ResourceId, UserId};
use crate::domain::project::{self, Assignment, Decision, LIST, MANAGE, Subject};
use crate::domain::resource::reach::{self, Standing, Way};
use crate::domain::resource::{MANAGE_ALL, MANAGE_OWN, Resource, Visibility};
use crate::domain::share::{Share, Sharee};
use crate::store::past as ended;

/// The deeds by which somebody comes to own something.
const OWNING: [&str; 2] = ["resource.transferred", "resource.registered"];
const SHARING: [&str; 1] = ["share.changed"];
/// The deeds that change whose a resource is, or whom it is there for.
const CHANGING: [&str; 3] = ["resource.transferred", "resource.changed", "resource.registered"];

/// Where somebody was on projects.
pub(super) struct Places {
    standings: BTreeMap<ProjectId, project::Standing>,
    /// True for somebody who may see access to projects; oneself one's own.
    are_seen: bool,
}

impl Places {
    pub(super) async fn of(teller: &Teller<'_>, then: &Then) -> Result<Self, Error> {
        let (db, user) = (teller.app.store.reader(), then.person.user.id);
        let mut subjects = vec![Subject::User(user)];
        subjects.extend(then.groups.iter().map(|it| Subject::Group(it.0)));
        subjects.extend(then.teams.iter().map(|it| Subject::Team(it.0)));
        let mut ways = ended::assignments_at(db, (teller.org, &subjects), teller.at).await?;
        ways.sort_by_key(|it| (it.since, it.id));
        let teams: Vec<(ProjectId, AssignmentId)> = ended::places_at(db, (teller.org, user), teller.at).await?;
        let mut standings: BTreeMap<ProjectId, project::Standing> = BTreeMap::new();
        for way in ways {
            let standing = standings.entry(way.project).or_insert_with(|| project::Standing {
                is_active: then.person.user.is_active(),
                is_reader: then.person.effective.is_reader(teller.model),
                team: teams.iter().find(|it| it.0 == way.project).map(|it| it.1),
                ways: Vec::new(),
            });
            standing.ways.push(way);
        }
        let is_own = teller.actor.account_id() == Some(user);
        let are_seen = teller.actor.may(teller.model, if is_own { LIST } else { MANAGE }).is_ok();
        Ok(Self { standings, are_seen })
    }

    /// Each project with the ways to it, by name, for somebody who may see that.
    pub(super) async fn projects(
        self,
        teller: &Teller<'_>,
        then: &Then,
    ) -> Result<Option<Vec<ExplainedProject>>, Error> {
        if !self.are_seen {
            return Ok(None);
        }
        let mut all = Vec::new();
        for (id, standing) in &self.standings {
            let project = teller.named("project", *id).await?;
            let decision = project::decide(teller.model.settings(), standing);
            all.push(ExplainedProject { project, decision, ways: ways_to(teller, then, standing).await? });
        }
        all.sort_by(|one, other| one.project.name.cmp(&other.project.name));
        Ok(Some(all))
    }

    fn decision(&self, teller: &Teller<'_>, project: ProjectId) -> Decision {
        let none = project::Standing { is_active: true, ..project::Standing::default() };
        project::decide(teller.model.settings(), self.standings.get(&project).unwrap_or(&none))
    }

    /// How far somebody got with a resource, for somebody who may see it. What it lies in is taken as it is now.
    pub(super) async fn resource(
        &self,
        teller: &Teller<'_>,
        then: &Then,
        id: ResourceId,
    ) -> Result<ExplainedResource, Error> {
        let found = deeds::show_by_id(teller.app, teller.actor, teller.org, id).await?.resource;
        let chain = deeds::outwards(teller.app, found.clone()).await?;
        let mut around = Vec::new();
        for it in chain.into_iter().filter(|it| it.created_at <= teller.at) {
            around.push(as_it_was(teller, it).await?);
        }
        let with: Vec<Sharee> = std::iter::once(Sharee::User(then.person.user.id))
            .chain(then.teams.iter().map(|it| Sharee::Team(it.0)))
            .collect();
        let shares = ended::shares_at(teller.app.store.reader(), (teller.org, &with), teller.at).await?;
        let verdict = reach::decide(&self.standing(teller, then, (&around, &shares)));
        let mut ways = Vec::new();
        for (way, level) in &verdict.ways {
            ways.push((self.way(teller, then, (*way, &around, &shares)).await?, *level));
        }
        let resource = Named { id, name: found.name };
        Ok(ExplainedResource { resource, reach: verdict.reach, limit: verdict.limit, ways })
    }

    fn standing(&self, teller: &Teller<'_>, then: &Then, (around, shares): (&[Resource], &[Share])) -> Standing {
        let (user, effective, model) = (&then.person.user, &then.person.effective, teller.model);
        let links = around.iter().map(|it| reach::Link {
            resource: it.id,
            is_own: [it.owner, it.registrar].contains(&Some(user.id)),
            visibility: it.visibility,
            shares: shares.iter().filter(|share| share.resource == it.id).map(|it| (it.with, it.level)).collect(),
        });
        Standing {
            is_active: user.is_active(),
            is_reader: effective.is_reader(model),
            has_everything: effective.has_everything(model),
            manages_all: effective.allows(model, MANAGE_ALL),
            manages_own: effective.allows(model, MANAGE_OWN),
            chain: links.collect(),
            projects: around.iter().filter_map(|it| it.project).map(|it| (it, self.decision(teller, it))).collect(),
        }
    }

    async fn way(
        &self,
        teller: &Teller<'_>,
        then: &Then,
        (way, around, shares): (Way, &[Resource], &[Share]),
    ) -> Result<Vec<Step>, Error> {
        let beginning = |id: ResourceId| around.iter().find(|it| it.id == id).map_or(teller.at, |it| it.created_at);
        match way {
            Way::Role => match then.person.effective.decided_by() {
                Some(grant) => teller.role(then, grant).await,
                None => Ok(Vec::new()),
            },
            Way::Owner(id) => {
                let rows = past::done(teller.app, teller.org, (&id.to_string(), &OWNING)).await?;
                let since = rows.iter().find(|it| it.at <= teller.at).map_or(beginning(id), |it| it.at);
                let link = Link::Owned(teller.named("resource", id).await?);
                Ok(vec![teller.step(link, since, (&id.to_string(), &OWNING), "").await?])
            }
            Way::Everybody(id) => {
                let link = Link::Open(teller.named("resource", id).await?);
                Ok(vec![Step { link, since: None, deed: None, request: None }])
            }
            Way::Share(id, with) => {
                let share = shares.iter().find(|it| it.resource == id && it.with == with);
                match share {
                    Some(share) => shared(teller, then, share).await,
                    None => Ok(Vec::new()),
                }
            }
            Way::Project(id) => match self.standings.get(&id).filter(|_| self.are_seen) {
                Some(standing) => Ok(ways_to(teller, then, standing)
                    .await?
                    .into_iter()
                    .filter(|it| it.1)
                    .flat_map(|it| it.0)
                    .collect()),
                None => Ok(Vec::new()),
            },
        }
    }
}

async fn ways_to(
    teller: &Teller<'_>,
    then: &Then,
    standing: &project::Standing,
) -> Result<Vec<(Vec<Step>, bool)>, Error> {
    let mut ways = Vec::new();
    for way in &standing.ways {
        let way: &Assignment = way;
        let counts = project::counts(teller.model.settings(), standing, way);
        ways.push((teller.assigned(then, way).await?, counts));
    }
    Ok(ways)
}

async fn shared(teller: &Teller<'_>, then: &Then, share: &Share) -> Result<Vec<Step>, Error> {
    let resource = teller.named("resource", share.resource).await?;
    let name = teller.named(share.with.kind(), share.with.id()).await?.name;
    let with = Named { id: share.with, name };
    let id = share.resource.to_string();
    let link = Link::Shared { resource, with, level: share.level };
    let mut chain = vec![teller.step(link, share.since, (&id, &SHARING), "").await?];
    if let Sharee::Team(team) = share.with {
        chain.push(teller.on_team(then, team).await?);
    }
    Ok(chain)
}

/// Whose a resource was at that moment, and whom it was there for.
async fn as_it_was(teller: &Teller<'_>, it: Resource) -> Result<Resource, Error> {
    let rows = past::done(teller.app, teller.org, (&it.id.to_string(), &CHANGING)).await?;
    let owner = match past::was(&rows, teller.at, "owner") {
        Some(before) => before.and_then(|it| it.parse::<UserId>().ok()),
        None => it.owner,
    };
    let before = past::was(&rows, teller.at, "visibility").flatten().and_then(|it| Visibility::parse(&it));
    Ok(Resource { owner, visibility: before.unwrap_or(it.visibility), ..it })
}
