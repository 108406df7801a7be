//! What somebody may do with a resource, and through what.
//!
//! **Invariant:** nobody reads the credentials that a resource holds by owning it, by a share or by a project: no way to a
//! resource is a way to them.
//! **Invariant:** what is Read Only for somebody, by a role or by the project, stays so, whatever is shared with them.
//! **Invariant:** what a resource lies in counts for it as well, and nothing that lies in it counts for what is around.

use super::{Kind, Visibility};
use crate::domain::id::{ProjectId, ResourceId};
use crate::domain::project;
use crate::domain::role::Permission;
use crate::domain::share::{Level, Sharee};

/// A resource of the chain from the one that is asked about outwards, as one user stands to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The resource.
    pub resource: ResourceId,
    /// True when the user owns it, or is the program that registered it.
    pub is_own: bool,
    /// Whom it is there for.
    pub visibility: Visibility,
    /// The shares that reach the user.
    pub shares: Vec<(Sharee, Level)>,
}

/// What is known of one user and one resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// True for somebody who may come in at all.
    pub is_active: bool,
    /// True when the roles that the user holds let nothing be changed.
    pub is_reader: bool,
    /// True for somebody whose role lacks nothing.
    pub has_everything: bool,
    /// True for somebody who may manage access to whatever there is.
    pub manages_all: bool,
    /// True for somebody who may manage access to what is their own.
    pub manages_own: bool,
    /// The resource, and what it lies in.
    pub chain: Vec<Link>,
    /// The projects that they are on, and what each lets the user do.
    pub projects: Vec<(ProjectId, project::Decision)>,
}

/// Through what somebody gets at a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By owning this one.
    Owner(ResourceId),
    /// By a role that allows everything.
    Role,
    /// By a share of this one.
    Share(ResourceId, Sharee),
    /// Everybody may look at this one.
    Everybody(ResourceId),
    /// By being on the project.
    Project(ProjectId),
}

/// Why somebody gets no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Nobody who is not active gets at anything.
    NotActive,
    /// Nothing of this lets the user see it.
    NotShared,
    /// It is shared to be looked at only.
    ViewOnly,
    /// Only the owner, and those who manage access, do that.
    OwnerOnly,
    /// The project is Read Only for the user.
    ReadOnlyProject,
    /// A role of the user allows no change, whatever the others say.
    ReadOnlyRole,
    /// The user is on the project without a team, and nothing else lets them see it.
    MisconfiguredTeam,
    /// Nobody reads the credentials of a resource here.
    Credentials,
    /// There is no such deed on a resource of this kind.
    UnknownAction,
}

impl Reason {
    /// The word that is sent.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotActive => "not_active",
            Self::NotShared => "not_shared",
            Self::ViewOnly => "view_only",
            Self::OwnerOnly => "owner_only",
            Self::ReadOnlyProject => "read_only_project",
            Self::ReadOnlyRole => "read_only_role",
            Self::MisconfiguredTeam => "misconfigured_team",
            Self::Credentials => "credentials",
            Self::UnknownAction => "unknown_action",
        }
    }
}

/// What a deed on a resource asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// To get that far.
    For(Level),
    /// To manage access to it.
    ToManage,
    /// To keep it: to own it, or to lack nothing.
    ToKeep,
    /// What nobody gets.
    Never,
}

/// The deeds that there are on every resource.
const COMMON: [(&str, Asks); 10] = [
    ("view", Asks::For(Level::View)),
    ("read", Asks::For(Level::View)),
    ("list", Asks::For(Level::View)),
    ("edit", Asks::For(Level::Edit)),
    ("update", Asks::For(Level::Edit)),
    ("write", Asks::For(Level::Edit)),
    ("share", Asks::ToManage),
    ("transfer", Asks::ToManage),
    ("delete", Asks::ToKeep),
    ("credentials:read", Asks::Never),
];

/// The deeds that there are on resources of one kind alone.
const OF_A_KIND: [(Kind, &str, Asks); 6] = [
    (Kind::Application, "use", Asks::For(Level::View)),
    (Kind::Application, "deploy", Asks::For(Level::Edit)),
    (Kind::Workflow, "logs:read", Asks::For(Level::View)),
    (Kind::Workflow, "definition:read", Asks::For(Level::Edit)),
    (Kind::Workflow, "run", Asks::For(Level::Edit)),
    (Kind::DataSource, "query", Asks::For(Level::View)),
];

/// Every deed that there is on a resource of this kind, with what it asks for.
pub fn deeds(kind: Kind) -> impl Iterator<Item = (&'static str, Asks)> {
    let own = OF_A_KIND.into_iter().filter(move |(of, ..)| *of == kind).map(|(_, name, asks)| (name, asks));
    COMMON.into_iter().chain(own)
}

/// What a deed of this name asks for, where there is one.
pub fn asks(kind: Kind, deed: &str) -> Option<Asks> {
    deeds(kind).find(|(name, _)| *name == deed).map(|(_, asks)| asks)
}

/// What a permission of the application's own asks for on a resource of this kind: what the deed of that name does, or, where
/// there is none, to look at it or to change it.
pub fn asks_of(kind: Kind, permission: &Permission) -> Asks {
    let text = permission.to_string();
    let (path, verb) = text.rsplit_once(':').unwrap_or((&text, ""));
    let last = path.rsplit('.').next().unwrap_or(path);
    let named = asks(kind, &format!("{last}:{verb}")).or_else(|| asks(kind, verb));
    named.unwrap_or(Asks::For(if permission.is_reading() { Level::View } else { Level::Edit }))
}

/// How far somebody gets, through what, and what keeps them from getting further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How far; nowhere when there is none.
    pub reach: Option<Level>,
    /// True for somebody who shares it and transfers it.
    pub manages: bool,
    /// True for somebody whose it is, or who lacks nothing.
    pub keeps: bool,
    /// Everything that leads there, the furthest first.
    pub ways: Vec<(Way, Level)>,
    /// What holds the user back from what the ways would allow.
    pub limit: Option<Reason>,
}

/// Decides how far somebody gets with a resource.
pub fn decide(standing: &Standing) -> Verdict {
    if !standing.is_active {
        let limit = Some(Reason::NotActive);
        return Verdict { reach: None, manages: false, keeps: false, ways: Vec::new(), limit };
    }
    let mut ways = ways(standing);
    ways.sort_by_key(|(_, reach)| std::cmp::Reverse(*reach));
    let furthest = ways.first().map(|(_, reach)| *reach);
    let ceiling = ceiling(standing).filter(|_| furthest == Some(Level::Edit));
    let reach = if ceiling.is_some() { Some(Level::View) } else { furthest };
    let misfit = misfit(standing).filter(|_| furthest.is_none());
    let is_own = standing.chain.first().is_some_and(|it| it.is_own);
    let keeps = standing.has_everything || is_own && (standing.manages_own || standing.manages_all);
    Verdict { reach, manages: keeps || standing.manages_all, keeps, ways, limit: ceiling.or(misfit) }
}

/// Why what a deed asks for is not open to somebody; `None` when it is.
pub fn refusal(verdict: &Verdict, asks: Asks) -> Option<Reason> {
    let beyond = |otherwise| match verdict.reach {
        _ if verdict.limit == Some(Reason::NotActive) => Reason::NotActive,
        None => verdict.limit.unwrap_or(Reason::NotShared),
        Some(_) => otherwise,
    };
    match asks {
        Asks::Never => Some(Reason::Credentials),
        Asks::ToManage => (!verdict.manages).then(|| beyond(Reason::OwnerOnly)),
        Asks::ToKeep => (!verdict.keeps).then(|| beyond(Reason::OwnerOnly)),
        Asks::For(wanted) if verdict.reach >= Some(wanted) => None,
        Asks::For(_) => Some(beyond(verdict.limit.unwrap_or(Reason::ViewOnly))),
    }
}

fn ways(standing: &Standing) -> Vec<(Way, Level)> {
    let by_role = standing.has_everything.then_some((Way::Role, Level::Edit));
    let by_links = standing.chain.iter().flat_map(|link| {
        let owned = link.is_own.then_some((Way::Owner(link.resource), Level::Edit));
        let open = (link.visibility == Visibility::AllUsers).then_some((Way::Everybody(link.resource), Level::View));
        let shares = link.shares.iter().filter(|_| link.visibility != Visibility::Private);
        let shared = shares.map(|(with, level)| (Way::Share(link.resource, *with), *level));
        owned.into_iter().chain(open).chain(shared)
    });
    let by_projects = standing.projects.iter().filter_map(|(id, decision)| {
        let reach = match decision {
            project::Decision::Deny(_) => return None,
            project::Decision::Read(_) => Level::View,
            project::Decision::Write => Level::Edit,
        };
        Some((Way::Project(*id), reach))
    });
    by_role.into_iter().chain(by_links).chain(by_projects).collect()
}

/// What lets somebody change nothing, whatever else they hold: a role with a ceiling, or a project that is Read Only for them.
fn ceiling(standing: &Standing) -> Option<Reason> {
    if standing.is_reader {
        return Some(Reason::ReadOnlyRole);
    }
    standing.projects.iter().find_map(|(_, decision)| match decision {
        project::Decision::Read(limits) => Some(match limits.first() {
            Some(project::Limit::Role) => Reason::ReadOnlyRole,
            Some(project::Limit::Project) | None => Reason::ReadOnlyProject,
        }),
        project::Decision::Deny(_) | project::Decision::Write => None,
    })
}

fn misfit(standing: &Standing) -> Option<Reason> {
    let is_wrong = |it: &project::Decision| *it == project::Decision::Deny(project::Refusal::MisconfiguredTeam);
    standing.projects.iter().any(|(_, decision)| is_wrong(decision)).then_some(Reason::MisconfiguredTeam)
}

#[cfg(test)]
mod tests;
