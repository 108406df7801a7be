//! A project, who is on it and through what, and what that lets somebody do.
//!
//! **Invariant:** Read Only is a ceiling: whoever comes to a project by one assignment that only lets read changes nothing
//! there, whatever the others and the roles allow.
//! **Invariant:** nobody gains anything by a team of a project that is not their own there.

use super::id::{AssignmentId, GroupId, OrgId, ProjectId, TeamId, UserId};
use super::role::{Access, Effective, Permission, RoleModel, Settings};
use super::text::{check_name, has_control};
use super::time::Timestamp;
use super::{Error, Flaw};

/// Lets somebody see which projects there are.
pub const LIST: &str = "projects:list";
/// Lets somebody make projects.
pub const CREATE: &str = "projects:create";
/// Lets somebody name and describe projects.
pub const UPDATE: &str = "projects:update";
/// Lets somebody delete projects.
pub const DELETE: &str = "projects:delete";
/// Lets somebody see and decide who is on a project.
pub const MANAGE: &str = "projects.access:manage";
/// The most characters of a name.
pub const NAME_MAX: usize = 100;
/// The most characters of a description.
pub const DESCRIPTION_MAX: usize = 500;
/// The most projects of an organisation.
pub const COUNT_MAX: u64 = 10_000;

/// A project as stored; who is on it is in rows of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its identity.
    pub id: ProjectId,
    /// The organisation it belongs to.
    pub org: OrgId,
    /// Its name; unique in the organisation under [`super::text::fold`].
    pub name: String,
    /// What it is for.
    pub description: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When name or description last changed.
    pub updated_at: Timestamp,
}

/// Checks what somebody wants to call a project and to say about it.
pub fn check(name: &str, description: &str) -> Result<(), Error> {
    check_name("name", name, NAME_MAX)?;
    if has_control(description) || description.chars().count() > DESCRIPTION_MAX {
        return Err(Error::invalid("description", Flaw::TooLongOrLines { characters_max: DESCRIPTION_MAX }));
    }
    Ok(())
}

/// Who or what is put on a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// One user.
    User(UserId),
    /// A group, with everybody in it.
    Group(GroupId),
    /// A team of the organisation, with everybody on it.
    Team(TeamId),
}

impl Subject {
    /// The words for the kinds.
    pub const KINDS: [&'static str; 3] = ["user", "group", "team"];

    /// The word for its kind.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Group(_) => "group",
            Self::Team(_) => "team",
        }
    }

    /// Reads kind and id; `None` when either means nothing.
    pub fn read(kind: &str, id: &str) -> Option<Self> {
        match kind {
            "user" => id.parse().ok().map(Self::User),
            "group" => id.parse().ok().map(Self::Group),
            "team" => id.parse().ok().map(Self::Team),
            _ => None,
        }
    }

    /// Its id as text.
    pub fn id(self) -> String {
        match self {
            Self::User(id) => id.to_string(),
            Self::Group(id) => id.to_string(),
            Self::Team(id) => id.to_string(),
        }
    }

    /// Whether it stands as a team. A team of the organisation always does; anything else only when that is said.
    pub fn stands_as_team(self, wanted: Option<bool>) -> Result<bool, Error> {
        match (self, wanted) {
            (Self::Team(_), Some(false)) => Err(Error::invalid("as_team", Flaw::TeamStands)),
            (Self::Team(_), _) => Ok(true),
            (Self::User(_) | Self::Group(_), wanted) => Ok(wanted.unwrap_or(false)),
        }
    }
}

/// Somebody or something on a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Its identity.
    pub id: AssignmentId,
    /// The project.
    pub project: ProjectId,
    /// Who or what.
    pub subject: Subject,
    /// What it lets its people do.
    pub access: Access,
    /// True when its people are a team there.
    pub as_team: bool,
    /// Since when.
    pub since: Timestamp,
}

/// What is known of one user on one project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// True for somebody who may come in at all.
    pub is_active: bool,
    /// True when the roles that the user holds let nothing be changed in projects.
    pub is_reader: bool,
    /// Every assignment that the user is on the project through.
    pub ways: Vec<Assignment>,
    /// The one of them that is the user's team there.
    pub team: Option<AssignmentId>,
}

/// Why somebody has no access to a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// Nobody who is not active has access to anything.
    NotActive,
    /// The user is on the project in no way.
    NotAssigned,
    /// The user is on the project without a team, and must be there through one.
    MisconfiguredTeam,
}

impl Refusal {
    /// The word that is sent.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotActive => "not_active",
            Self::NotAssigned => "not_assigned",
            Self::MisconfiguredTeam => "misconfigured_team",
        }
    }
}

/// Why somebody may only read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// An assignment is Read Only.
    Project,
    /// A role that the user holds allows no change, whatever the others say.
    Role,
}

impl Limit {
    /// The word that is sent.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Project => "read_only_project",
            Self::Role => "read_only_role",
        }
    }
}

/// What somebody may do in a project, as far as the project itself has a say; the roles decide within it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Nothing.
    Deny(Refusal),
    /// Read, and why no more.
    Read(Vec<Limit>),
    /// What the roles say.
    Write,
}

impl Decision {
    /// `none`, `read` or `write`.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Deny(_) => "none",
            Self::Read(_) => "read",
            Self::Write => "write",
        }
    }
}

/// True for an assignment that lets this user do something: any but the team of others.
pub fn counts(settings: &Settings, standing: &Standing, way: &Assignment) -> bool {
    !(settings.one_team_per_project && way.as_team && standing.team != Some(way.id))
}

/// Decides what somebody may do in a project.
pub fn decide(settings: &Settings, standing: &Standing) -> Decision {
    if !standing.is_active {
        return Decision::Deny(Refusal::NotActive);
    }
    let ways: Vec<&Assignment> = standing.ways.iter().filter(|way| counts(settings, standing, way)).collect();
    if ways.is_empty() {
        return Decision::Deny(Refusal::NotAssigned);
    }
    if settings.require_team && standing.team.is_none() {
        return Decision::Deny(Refusal::MisconfiguredTeam);
    }
    let is_read_only = ways.iter().any(|way| way.access == Access::Read);
    let limits: Vec<Limit> = [(is_read_only, Limit::Project), (standing.is_reader, Limit::Role)]
        .into_iter()
        .filter_map(|(holds, limit)| holds.then_some(limit))
        .collect();
    if limits.is_empty() { Decision::Write } else { Decision::Read(limits) }
}

/// Why a permission is not open to somebody in a project; `None` when it is.
pub fn refusal(
    decision: &Decision,
    effective: &Effective,
    model: &RoleModel,
    wanted: &Permission,
) -> Option<&'static str> {
    let has_role = effective.allows(model, &wanted.to_string());
    match decision {
        Decision::Deny(refusal) => Some(refusal.word()),
        Decision::Read(limits) if !wanted.is_reading() => Some(limits.first().map_or("no_permission", |it| it.word())),
        Decision::Read(_) | Decision::Write if has_role => None,
        Decision::Read(_) | Decision::Write => Some("no_permission"),
    }
}

/// What is wrong with how somebody is on a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Misconfiguration {
    /// The user is on no team of the project.
    NoTeam,
    /// The user is in what stands as another team of the project; the first counts.
    SecondTeam,
}

impl Misconfiguration {
    /// The word that is sent.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoTeam => "no_team",
            Self::SecondTeam => "second_team",
        }
    }
}

#[cfg(test)]
mod tests;
