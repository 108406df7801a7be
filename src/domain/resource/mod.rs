//! A resource: something of an application that is registered here, so that it has an owner and can be shared.
//!
//! **Invariant:** a resource lies only in one of a kind that stands before its own (a project, then a workspace), so no
//! chain of them is longer than [`DEPTH_MAX`] and none leads back to itself.
//! **Invariant:** the owner is an id alone. It stays when the user is deactivated, removed or erased; whether somebody is
//! left who answers for the resource is asked each time, and never stored.

pub mod reach;

use serde::{Deserialize, Serialize};

use super::Error;
use super::id::{OrgId, ProjectId, ResourceId, UserId};
use super::text::check_name;
use super::time::Timestamp;
use super::user::Status;

/// Lets somebody manage every resource of the organisation, whoever owns it.
pub const MANAGE_ALL: &str = "projects.access:manage";
/// Lets somebody register resources and manage those that are their own.
pub const MANAGE_OWN: &str = "shares:manage";
/// The most characters of a name.
pub const NAME_MAX: usize = 200;
/// The most characters of the key that an application gives.
pub const EXTERNAL_ID_MAX: usize = 200;
/// The most resources of an organisation.
pub const COUNT_MAX: u64 = 100_000;
/// The most resources that one lies in, itself included.
pub const DEPTH_MAX: usize = 3;

/// What kind of thing a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Something that runs.
    Application,
    /// A project.
    Project,
    /// A workspace, in a project or by itself.
    Workspace,
    /// A workflow.
    Workflow,
    /// A source of data, with the credentials that open it.
    DataSource,
    /// A dashboard.
    Dashboard,
    /// A report.
    Report,
}

impl Kind {
    /// Every kind there is.
    pub const ALL: [Self; 7] = [
        Self::Application,
        Self::Project,
        Self::Workspace,
        Self::Workflow,
        Self::DataSource,
        Self::Dashboard,
        Self::Report,
    ];

    /// The word that is stored and sent.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Project => "project",
            Self::Workspace => "workspace",
            Self::Workflow => "workflow",
            Self::DataSource => "data_source",
            Self::Dashboard => "dashboard",
            Self::Report => "report",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// True when a resource of this kind may lie in one of the other.
    pub const fn fits_in(self, outer: Self) -> bool {
        match outer {
            Self::Project => !matches!(self, Self::Project),
            Self::Workspace => !matches!(self, Self::Project | Self::Workspace),
            Self::Application | Self::Workflow | Self::DataSource | Self::Dashboard | Self::Report => false,
        }
    }
}

/// Whom a resource is there for, beside its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// Nobody.
    Private,
    /// Every user of the organisation may view it.
    AllUsers,
    /// Those it is shared with.
    Specific,
}

impl Visibility {
    /// Every visibility there is.
    pub const ALL: [Self; 3] = [Self::Private, Self::AllUsers, Self::Specific];

    /// The word that is stored and sent.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::AllUsers => "all_users",
            Self::Specific => "specific",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// The name that an application knows a resource by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceKey {
    /// What kind of thing it is.
    pub kind: Kind,
    /// The application's own key; compared letter by letter.
    pub external_id: String,
}

impl ResourceKey {
    /// Reads the two words; a key is what may stand in a segment of a path as it is (RFC 3986 3.3), and no way up.
    pub fn read(kind: &str, external_id: &str) -> Result<Self, Error> {
        let Some(kind) = Kind::parse(kind) else {
            return Err(Error::NotFound("kind of resource"));
        };
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&b);
        let is_key = (1..=EXTERNAL_ID_MAX).contains(&external_id.len()) && external_id.bytes().all(is_plain);
        if !is_key || matches!(external_id, "." | "..") {
            return Err(Error::malformed(
                "external_id",
                format!("use 1 to {EXTERNAL_ID_MAX} of the letters a-z and A-Z, digits and -._~!$&'()*+,;=:@"),
            ));
        }
        Ok(Self { kind, external_id: external_id.to_owned() })
    }
}

/// A resource as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Its identity.
    pub id: ResourceId,
    /// The organisation it belongs to.
    pub org: OrgId,
    /// What the application calls it; unique in the organisation.
    pub key: ResourceKey,
    /// Its name for people.
    pub name: String,
    /// Whose it is; perhaps somebody who is gone.
    pub owner: Option<UserId>,
    /// What it lies in.
    pub parent: Option<ResourceId>,
    /// The project of the organisation that it lies in, with everything that lies in it.
    pub project: Option<ProjectId>,
    /// The service account that registered it; nobody when a person or the operator did.
    pub registrar: Option<UserId>,
    /// Whom it is there for, beside its owner.
    pub visibility: Visibility,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When something about it last changed.
    pub updated_at: Timestamp,
}

/// What a change of a resource brings about beyond the resource: each asks for more than to change it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moves {
    /// True when it lies in another resource than before.
    pub is_placed: bool,
    /// True when everybody, or everybody on a project, may look at it who could not before.
    pub is_opened: bool,
    /// True when it lies in another project than before, or in none any more.
    pub is_on_project: bool,
}

impl Moves {
    /// What it brings about that a resource becomes another.
    pub fn between(before: &Resource, after: &Resource) -> Self {
        let opens = |it: &Resource| it.visibility == Visibility::AllUsers;
        Self {
            is_placed: after.parent.is_some() && after.parent != before.parent,
            is_opened: after.project.is_some() && after.project != before.project || opens(after) && !opens(before),
            is_on_project: after.project != before.project,
        }
    }
}

/// Checks what a resource is to be called.
pub fn check(name: &str) -> Result<(), Error> {
    check_name("name", name, NAME_MAX)
}

/// What has become of the owner of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OwnerState {
    /// No owner was ever named.
    Nobody,
    /// The owner is a user, in this state.
    Known(Status),
    /// The owner was removed, has left or was erased.
    Gone,
}

impl OwnerState {
    /// The state of an owner who was looked for among the users of the organisation.
    pub fn of(owner: Option<UserId>, status: Option<Status>) -> Self {
        match (owner, status) {
            (None, _) => Self::Nobody,
            (Some(_), Some(status)) => Self::Known(status),
            (Some(_), None) => Self::Gone,
        }
    }

    /// True when nobody is left who could answer for the resource. Somebody who is still to come in can.
    pub const fn is_orphaned(self) -> bool {
        match self {
            Self::Known(Status::Active | Status::Pending) => false,
            Self::Nobody | Self::Gone | Self::Known(Status::Deactivated) => true,
        }
    }

    /// The word that is sent.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Nobody => "none",
            Self::Known(status) => status.word(),
            Self::Gone => "gone",
        }
    }
}

/// Which resources are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResourceFilter {
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Owned by this user.
    pub owner: Option<UserId>,
    /// Lying in this one.
    pub parent: Option<ResourceId>,
    /// Without an owner who could answer for them.
    pub is_orphaned: bool,
}

/// Where a page of resources ends: they are listed by name, then by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The key of the name of the last one.
    pub name_key: String,
    /// The last one.
    pub id: ResourceId,
}

#[cfg(test)]
mod tests;
