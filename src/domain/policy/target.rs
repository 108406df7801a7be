//! What a deed is done to, with the facts the rules need about it.

use crate::domain::id::{
    AuditStreamId, ClientId, ConnectionId, GroupId, KeyId, OrgId, ProjectId, ResourceId, ReviewId, ReviewScheduleId,
    ServiceAccountId, TeamId, UserId,
};
use crate::domain::role::RoleKey;

/// A user as the target of a deed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetUser {
    /// The organisation.
    pub org: OrgId,
    /// The user.
    pub id: UserId,
    /// The name at this time, for the record.
    pub label: String,
    /// Every role held now, not only the effective one; empty for somebody who is about to be created.
    pub roles: Vec<RoleKey>,
    /// The connection that manages the user; for somebody about to be created, the one that will.
    pub managed_by: Option<ConnectionId>,
}

/// A group as the target of a deed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetGroup {
    /// The organisation.
    pub org: OrgId,
    /// The group.
    pub id: GroupId,
    /// The name at this time, for the record.
    pub label: String,
    /// The connection that manages the group.
    pub managed_by: Option<ConnectionId>,
}

/// A resource as the target of a deed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetResource {
    /// The organisation.
    pub org: OrgId,
    /// The resource.
    pub id: ResourceId,
    /// Its name at this time, for the record.
    pub label: String,
    /// Whose it is.
    pub owner: Option<UserId>,
    /// The service account that registered it.
    pub registrar: Option<UserId>,
}

/// What a deed is done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The organisation itself.
    Organisation {
        /// The organisation.
        id: OrgId,
        /// Its name.
        label: String,
    },
    /// An organisation in the record of whoever runs the instance, which stays when that of the organisation goes.
    Tenant {
        /// The organisation.
        id: OrgId,
        /// Its short name.
        label: String,
    },
    /// A user.
    User(TargetUser),
    /// A name that belongs to nobody: somebody tried to sign in with it.
    UnknownUser {
        /// What was typed, as far as it may be kept.
        label: String,
    },
    /// A service account.
    ServiceAccount {
        /// The organisation.
        org: OrgId,
        /// The account.
        id: ServiceAccountId,
        /// Its name.
        label: String,
    },
    /// A group.
    Group(TargetGroup),
    /// A team.
    Team {
        /// The organisation.
        org: OrgId,
        /// The team.
        id: TeamId,
        /// Its name.
        label: String,
        /// Who leads it.
        lead: Option<UserId>,
    },
    /// A project.
    Project {
        /// The organisation.
        org: OrgId,
        /// The project.
        id: ProjectId,
        /// Its name.
        label: String,
    },
    /// A resource.
    Resource(TargetResource),
    /// An access review.
    Review {
        /// The organisation.
        org: OrgId,
        /// The review.
        id: ReviewId,
        /// Its name.
        label: String,
    },
    /// Access reviews that begin by themselves.
    ReviewSchedule {
        /// The organisation.
        org: OrgId,
        /// The schedule.
        id: ReviewScheduleId,
        /// Its name.
        label: String,
    },
    /// A stream in which the audit log goes out.
    AuditStream {
        /// The organisation.
        org: OrgId,
        /// The stream.
        id: AuditStreamId,
        /// Its name.
        label: String,
        /// True where it goes into a file of the operator, who alone has a say in it.
        is_of_operator: bool,
    },
    /// A connection.
    Connection {
        /// The organisation.
        org: OrgId,
        /// The connection.
        id: ConnectionId,
        /// Its name.
        label: String,
    },
    /// An OpenID Connect client.
    Client {
        /// The organisation; none for a client of the operator.
        org: Option<OrgId>,
        /// The client.
        id: ClientId,
        /// Its name.
        label: String,
    },
    /// A signing key of the instance.
    Key {
        /// The key.
        id: KeyId,
    },
}

impl Target {
    /// The organisation that the target belongs to.
    pub const fn org(&self) -> Option<OrgId> {
        match self {
            Self::Organisation { id, .. } => Some(*id),
            Self::User(TargetUser { org, .. })
            | Self::Group(TargetGroup { org, .. })
            | Self::Resource(TargetResource { org, .. })
            | Self::Team { org, .. }
            | Self::Project { org, .. }
            | Self::Review { org, .. }
            | Self::ReviewSchedule { org, .. }
            | Self::AuditStream { org, .. }
            | Self::ServiceAccount { org, .. }
            | Self::Connection { org, .. } => Some(*org),
            Self::Client { org, .. } => *org,
            Self::Tenant { .. } | Self::UnknownUser { .. } | Self::Key { .. } => None,
        }
    }

    /// What kind of thing it is, in the words of the product.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Organisation { .. } | Self::Tenant { .. } => "organisation",
            Self::User(_) | Self::UnknownUser { .. } => "user",
            Self::ServiceAccount { .. } => "service_account",
            Self::Group(_) => "group",
            Self::Team { .. } => "team",
            Self::Project { .. } => "project",
            Self::Resource(_) => "resource",
            Self::Review { .. } => "review",
            Self::ReviewSchedule { .. } => "review_schedule",
            Self::AuditStream { .. } => "audit_stream",
            Self::Connection { .. } => "connection",
            Self::Client { .. } => "client",
            Self::Key { .. } => "key",
        }
    }

    /// Its id, where it has one.
    pub fn id(&self) -> Option<String> {
        match self {
            Self::Organisation { id, .. } | Self::Tenant { id, .. } => Some(id.to_string()),
            Self::User(user) => Some(user.id.to_string()),
            Self::ServiceAccount { id, .. } => Some(id.to_string()),
            Self::Group(group) => Some(group.id.to_string()),
            Self::Team { id, .. } => Some(id.to_string()),
            Self::Project { id, .. } => Some(id.to_string()),
            Self::Resource(resource) => Some(resource.id.to_string()),
            Self::Review { id, .. } => Some(id.to_string()),
            Self::ReviewSchedule { id, .. } => Some(id.to_string()),
            Self::AuditStream { id, .. } => Some(id.to_string()),
            Self::Connection { id, .. } => Some(id.to_string()),
            Self::Client { id, .. } => Some(id.to_string()),
            Self::Key { id } => Some(id.to_string()),
            Self::UnknownUser { .. } => None,
        }
    }

    /// Its name at this time.
    pub fn label(&self) -> String {
        match self {
            Self::User(TargetUser { label, .. })
            | Self::Group(TargetGroup { label, .. })
            | Self::Resource(TargetResource { label, .. })
            | Self::Organisation { label, .. }
            | Self::Tenant { label, .. }
            | Self::UnknownUser { label }
            | Self::Team { label, .. }
            | Self::Project { label, .. }
            | Self::Review { label, .. }
            | Self::ReviewSchedule { label, .. }
            | Self::AuditStream { label, .. }
            | Self::ServiceAccount { label, .. }
            | Self::Connection { label, .. }
            | Self::Client { label, .. } => label.clone(),
            Self::Key { id } => id.to_string(),
        }
    }

    pub(super) const fn is_of_operator(&self) -> bool {
        matches!(self, Self::AuditStream { is_of_operator: true, .. })
    }

    pub(super) const fn user(&self) -> Option<&TargetUser> {
        if let Self::User(user) = self { Some(user) } else { None }
    }
}
