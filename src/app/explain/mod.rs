//! Why somebody may do what they may, now or at a moment that is past: each role, project and resource with the chain that leads
//! to it, link by link, down to the deed that made the link and the request of the identity provider that asked for it.
//!
//! **Invariant:** what was so at a moment is read from what has ended since and what has not; it is weighed by the same rules as
//! what is so now.
//! **Invariant:** who did something, and what was so before, is told only to those who may read what was done to the user; a request
//! only to those who may read the journal; projects and a resource only to those who may see access to them.

mod chain;
mod past;
mod things;

use std::sync::Mutex;
use std::time::Duration;

use crate::app::users::{self, Person};
use crate::app::{App, history, journal, user_sheet};
use crate::domain::id::{CallId, ConnectionId, GroupId, ProjectId, ResourceId, TeamId, UserId};
use crate::domain::policy::Actor;
use crate::domain::project::{Decision, Subject};
use crate::domain::resource::reach::Reason;
use crate::domain::role::{Access, LiveGrant, RoleKey};
use crate::domain::share::{Level, Sharee};
use crate::domain::{Error, Flaw, Timestamp};

use chain::Teller;

/// Why somebody may do what they may.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The user, as it stood at that moment: in or deactivated, and what it held.
    pub person: Person,
    /// The moment.
    pub at: Timestamp,
    /// True when that is over.
    pub is_past: bool,
    /// The permissions that followed, as the roles are defined now.
    pub permissions: Vec<String>,
    /// When the roles were last defined anew after that moment, where they were.
    pub redefined_at: Option<Timestamp>,
    /// Every role held, the deciding one first.
    pub roles: Vec<ExplainedRole>,
    /// The projects; none for somebody who may not see access to them.
    pub projects: Option<Vec<ExplainedProject>>,
    /// The resource that was asked about.
    pub resource: Option<ExplainedResource>,
}

/// A role that somebody holds, and why.
#[derive(Debug, Clone)]
pub struct ExplainedRole {
    /// The grant.
    pub grant: LiveGrant,
    /// What leads to it.
    pub chain: Vec<Step>,
}

/// A project that somebody is on, and why.
#[derive(Debug, Clone)]
pub struct ExplainedProject {
    /// The project.
    pub project: Named<ProjectId>,
    /// What it lets the user do.
    pub decision: Decision,
    /// Each way to it, and whether it counts.
    pub ways: Vec<(Vec<Step>, bool)>,
}

/// A resource, how far somebody gets with it, and why.
#[derive(Debug, Clone)]
pub struct ExplainedResource {
    /// The resource.
    pub resource: Named<ResourceId>,
    /// How far; nowhere when there is none.
    pub reach: Option<Level>,
    /// What holds the user back from what the ways would allow.
    pub limit: Option<Reason>,
    /// Each way to it, and how far it leads.
    pub ways: Vec<(Vec<Step>, Level)>,
}

/// A link of a chain.
#[derive(Debug, Clone)]
pub struct Step {
    /// What it says.
    pub link: Link,
    /// Since when it is so; unknown where something is so by the settings of something else.
    pub since: Option<Timestamp>,
    /// The deed that made it so, as far as the record knows and may be read.
    pub deed: Option<history::Event>,
    /// The request of the identity provider that asked for the deed.
    pub request: Option<Request>,
}

/// What a link of a chain says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// Somebody gave the role by hand.
    ByHand,
    /// The identity provider named the role.
    Asserted(Named<ConnectionId>),
    /// The connection gives the role to everybody whom it brings and who has no other.
    Default(Named<ConnectionId>),
    /// The group gives the role.
    Mapped(Named<GroupId>, RoleKey),
    /// The user is in the group.
    Member(Named<GroupId>),
    /// The user is on the team.
    OnTeam(Named<TeamId>),
    /// The user, the group or the team is on the project.
    Assigned {
        /// Who or what.
        subject: Named<Subject>,
        /// The project.
        project: Named<ProjectId>,
        /// What it lets its people do.
        access: Access,
    },
    /// The resource is shared with the user or the team.
    Shared {
        /// The resource, or what it lies in.
        resource: Named<ResourceId>,
        /// With whom.
        with: Named<Sharee>,
        /// What they may do by it.
        level: Level,
    },
    /// The resource, or what it lies in, is the user's own.
    Owned(Named<ResourceId>),
    /// Everybody may look at the resource, or at what it lies in.
    Open(Named<ResourceId>),
}

/// Something under the name that it has, or had when it was there last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<T> {
    /// Its identity.
    pub id: T,
    /// What it is called.
    pub name: String,
}

/// A request of an identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The entry in the journal.
    pub id: CallId,
    /// `PATCH` and so on.
    pub method: String,
    /// The address without its query.
    pub path: String,
    /// When it came.
    pub at: Timestamp,
}

/// What is asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Question {
    /// The moment; now when none is named.
    pub at: Option<Timestamp>,
    /// A resource to be explained besides.
    pub resource: Option<ResourceId>,
}

/// The moment that somebody names: a day for its end in UTC, or a moment; nothing for today, and where nothing is named.
pub fn moment(text: &str, now: Timestamp) -> Result<Option<Timestamp>, Error> {
    let Some(day) = Timestamp::parse_date(text) else {
        let named = (!text.is_empty()).then(|| Timestamp::parse_moment(text).ok_or(Error::invalid("at", Flaw::Moment)));
        return named.transpose();
    };
    let end = day.after(Duration::from_hours(24)).before(Duration::from_millis(1));
    Ok(if day > now { Some(day) } else { Some(end).filter(|it| *it < now) })
}

/// Explains the access of a user, to somebody who may see the user.
pub async fn explain(app: &App, actor: &Actor, user: UserId, asked: Question) -> Result<Explanation, Error> {
    let today = users::show(app, actor, user).await?;
    let (_, model) = app.store.organisation(today.user.org).await?;
    let sees_deeds = user_sheet::may_read_deeds(actor, &model, user).is_ok();
    let now = app.now();
    let at = asked.at.unwrap_or(now);
    if at != now {
        user_sheet::may_read_deeds(actor, &model, user)?;
        past::is_known(app, &today.user, at).await?;
    }
    let then = past::person(app, &model, &today, at).await?;
    let sees_requests = sees_deeds && journal::may_be_read(actor, &model);
    if sees_requests {
        journal::write_all(app).await?;
    }
    let (org, names) = (today.user.org, Mutex::default());
    let teller = Teller { app, actor, model: &model, org, at, sees_deeds, sees_requests, names };
    let mut roles = Vec::new();
    for grant in then.person.effective.grants.iter().chain(&then.person.effective.unknown) {
        roles.push(ExplainedRole { chain: teller.role(&then, grant).await?, grant: grant.clone() });
    }
    let places = things::Places::of(&teller, &then).await?;
    let resource = match asked.resource {
        Some(id) => Some(places.resource(&teller, &then, id).await?),
        None => None,
    };
    Ok(Explanation {
        at,
        is_past: at < now,
        permissions: then.person.effective.permissions(&model),
        redefined_at: past::redefined_at(app, today.user.org, at).await?,
        roles,
        projects: places.projects(&teller, &then).await?,
        resource,
        person: then.person,
    })
}
