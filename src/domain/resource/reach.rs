//! What somebody may do with a resource, and through what.
//!
//! **Invariant:** nobody reads the credentials that a resource holds by owning it, by a share or by a project: no way to a
//! resource is a way to them.
//! **Invariant:** what is Read Only for somebody, by a role or by the project, stays so, whatever is shared with them.
//! **Invariant:** what a resource lies in counts for it as well, and nothing that lies in it counts for what is around.

use super::{Kind, Visibility};
use crate::domain::id::{ProjectId, ResourceId};
use crate::domain::project;
use crate::domain::share::{Level, Sharee};

/// How far somebody gets with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Look at it.
    View,
    /// Look at it and change it.
    Edit,
    /// All of that, and share it, transfer it and delete it.
    Manage,
}

impl Reach {
    /// The word that is sent.
    pub const fn word(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Edit => "edit",
            Self::Manage => "manage",
        }
    }
}

impl From<Level> for Reach {
    fn from(level: Level) -> Self {
        match level {
            Level::View => Self::View,
            Level::Edit => Self::Edit,
        }
    }
}

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
    /// The project that the chain ends in, and what that lets the user do.
    pub project: Option<(ProjectId, project::Decision)>,
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
            Self::Credentials => "credentials",
            Self::UnknownAction => "unknown_action",
        }
    }
}

/// What a deed on a resource asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// To get that far.
    For(Reach),
    /// What nobody gets.
    Never,
}

/// The deeds that there are on every resource.
const COMMON: [(&str, Asks); 9] = [
    ("view", Asks::For(Reach::View)),
    ("read", Asks::For(Reach::View)),
    ("list", Asks::For(Reach::View)),
    ("edit", Asks::For(Reach::Edit)),
    ("update", Asks::For(Reach::Edit)),
    ("share", Asks::For(Reach::Manage)),
    ("transfer", Asks::For(Reach::Manage)),
    ("delete", Asks::For(Reach::Manage)),
    ("credentials:read", Asks::Never),
];

/// The deeds that there are on resources of one kind alone.
const OF_A_KIND: [(Kind, &str, Asks); 6] = [
    (Kind::Application, "use", Asks::For(Reach::View)),
    (Kind::Application, "deploy", Asks::For(Reach::Edit)),
    (Kind::Workflow, "logs:read", Asks::For(Reach::View)),
    (Kind::Workflow, "definition:read", Asks::For(Reach::Edit)),
    (Kind::Workflow, "run", Asks::For(Reach::Edit)),
    (Kind::DataSource, "query", Asks::For(Reach::View)),
];

/// Every deed that there is on a resource of this kind, with what it asks for.
pub fn deeds(kind: Kind) -> impl Iterator<Item = (&'static str, Asks)> {
    let own = OF_A_KIND.into_iter().filter(move |(of, ..)| *of == kind).map(|(_, name, asks)| (name, asks));
    COMMON.into_iter().chain(own)
}

/// How far somebody gets, through what, and what keeps them from getting further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How far; nowhere when there is none.
    pub reach: Option<Reach>,
    /// Everything that leads there, the furthest first.
    pub ways: Vec<(Way, Reach)>,
    /// What holds the user back from what the ways would allow.
    pub limit: Option<Reason>,
}

/// Decides how far somebody gets with a resource.
pub fn decide(standing: &Standing) -> Verdict {
    if !standing.is_active {
        return Verdict { reach: None, ways: Vec::new(), limit: Some(Reason::NotActive) };
    }
    let mut ways = ways(standing);
    ways.sort_by_key(|(_, reach)| std::cmp::Reverse(*reach));
    let furthest = ways.first().map(|(_, reach)| *reach);
    let limit = limit(standing).filter(|_| furthest > Some(Reach::View));
    let reach = if limit.is_some() { Some(Reach::View) } else { furthest };
    Verdict { reach, ways, limit }
}

/// Why a deed is not open to somebody who gets that far; `None` when it is.
pub fn refusal(kind: Kind, verdict: &Verdict, deed: &str) -> Option<Reason> {
    let Some((_, asks)) = deeds(kind).find(|(name, _)| *name == deed) else {
        return Some(Reason::UnknownAction);
    };
    let Asks::For(wanted) = asks else {
        return Some(Reason::Credentials);
    };
    match verdict.reach {
        Some(reach) if reach >= wanted => None,
        _ if verdict.limit.is_some() => verdict.limit,
        None => Some(Reason::NotShared),
        Some(_) if wanted == Reach::Manage => Some(Reason::OwnerOnly),
        Some(_) => Some(Reason::ViewOnly),
    }
}

fn ways(standing: &Standing) -> Vec<(Way, Reach)> {
    let by_role = standing.has_everything.then_some((Way::Role, Reach::Manage));
    let of_owner = if standing.manages_own || standing.manages_all { Reach::Manage } else { Reach::Edit };
    let by_links = standing.chain.iter().flat_map(|link| {
        let owned = link.is_own.then_some((Way::Owner(link.resource), of_owner));
        let open = (link.visibility == Visibility::AllUsers).then_some((Way::Everybody(link.resource), Reach::View));
        let shares = link.shares.iter().filter(|_| link.visibility != Visibility::Private);
        let shared = shares.map(|(with, level)| (Way::Share(link.resource, *with), Reach::from(*level)));
        owned.into_iter().chain(open).chain(shared)
    });
    let by_project = standing.project.as_ref().and_then(|(id, decision)| {
        let reach = match decision {
            project::Decision::Deny(_) => return None,
            project::Decision::Read(_) => Reach::View,
            project::Decision::Write => Reach::Edit,
        };
        Some((Way::Project(*id), reach))
    });
    by_role.into_iter().chain(by_links).chain(by_project).collect()
}

/// A role that allows everything is held back by nothing but a ceiling of another one.
fn limit(standing: &Standing) -> Option<Reason> {
    if standing.is_reader {
        return Some(Reason::ReadOnlyRole);
    }
    match standing.project.as_ref().map(|(_, decision)| decision) {
        Some(project::Decision::Read(limits)) => Some(match limits.first() {
            Some(project::Limit::Role) => Reason::ReadOnlyRole,
            Some(project::Limit::Project) | None => Reason::ReadOnlyProject,
        }),
        Some(project::Decision::Deny(_) | project::Decision::Write) | None => None,
    }
}

#[cfg(test)]
mod tests;
