//! The shapes of words and ids that stand in many bodies.

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use crate::domain::id::{
    AssignmentId, AuditStreamId, CallId, ClientId, ConnectionId, DeprovisioningId, GroupId, InvitationId, LinkingId,
    PasskeyId, PersonalTokenId, ProjectId, RefusalId, ResourceId, ReviewId, ReviewItemId, ReviewScheduleId,
    ServiceAccountId, SetupLinkId, TeamId, TokenId, UserId,
};
use crate::domain::role::{LiveGrant, RoleKey, Source};
use crate::domain::user::SignIn;

/// A schema as it would stand in the document; what cannot be read is a shape that admits everything.
pub(super) fn shape(schema: Value) -> RefOr<Schema> {
    serde_json::from_value(schema).unwrap_or_default()
}

fn id(of: &str) -> RefOr<Schema> {
    shape(json!({ "type": "string", "format": "uuid", "description": format!("The id of {of}.") }))
}

impl PartialSchema for UserId {
    fn schema() -> RefOr<Schema> {
        id("a user")
    }
}

impl ToSchema for UserId {}

impl PartialSchema for ConnectionId {
    fn schema() -> RefOr<Schema> {
        id("a connection to an identity provider")
    }
}

impl ToSchema for ConnectionId {}

impl PartialSchema for TokenId {
    fn schema() -> RefOr<Schema> {
        id("a token of a connection")
    }
}

impl ToSchema for TokenId {}

impl PartialSchema for RefusalId {
    fn schema() -> RefOr<Schema> {
        id("a refused sign-in")
    }
}

impl ToSchema for RefusalId {}

impl PartialSchema for AuditStreamId {
    fn schema() -> RefOr<Schema> {
        id("a stream of the audit log")
    }
}

impl ToSchema for AuditStreamId {}

impl PartialSchema for ReviewId {
    fn schema() -> RefOr<Schema> {
        id("an access review")
    }
}

impl ToSchema for ReviewId {}

impl PartialSchema for ReviewItemId {
    fn schema() -> RefOr<Schema> {
        id("a place of an access review")
    }
}

impl ToSchema for ReviewItemId {}

impl PartialSchema for ReviewScheduleId {
    fn schema() -> RefOr<Schema> {
        id("a schedule of access reviews")
    }
}

impl ToSchema for ReviewScheduleId {}

impl PartialSchema for DeprovisioningId {
    fn schema() -> RefOr<Schema> {
        id("somebody who waits to be let go")
    }
}

impl ToSchema for DeprovisioningId {}

impl PartialSchema for SetupLinkId {
    fn schema() -> RefOr<Schema> {
        id("a link for setting up")
    }
}

impl ToSchema for SetupLinkId {}

impl PartialSchema for LinkingId {
    fn schema() -> RefOr<Schema> {
        id("a question whether a user belongs to a connection")
    }
}

impl ToSchema for LinkingId {}

impl PartialSchema for CallId {
    fn schema() -> RefOr<Schema> {
        id("a request in the journal")
    }
}

impl ToSchema for CallId {}

impl PartialSchema for ClientId {
    fn schema() -> RefOr<Schema> {
        id("an application")
    }
}

impl ToSchema for ClientId {}

impl PartialSchema for InvitationId {
    fn schema() -> RefOr<Schema> {
        id("an invitation")
    }
}

impl ToSchema for InvitationId {}

impl PartialSchema for ResourceId {
    fn schema() -> RefOr<Schema> {
        id("a resource")
    }
}

impl ToSchema for ResourceId {}

impl PartialSchema for ProjectId {
    fn schema() -> RefOr<Schema> {
        id("a project")
    }
}

impl ToSchema for ProjectId {}

impl PartialSchema for AssignmentId {
    fn schema() -> RefOr<Schema> {
        id("an assignment to a project")
    }
}

impl ToSchema for AssignmentId {}

impl PartialSchema for ServiceAccountId {
    fn schema() -> RefOr<Schema> {
        id("a service account")
    }
}

impl ToSchema for ServiceAccountId {}

impl PartialSchema for PersonalTokenId {
    fn schema() -> RefOr<Schema> {
        id("a token")
    }
}

impl ToSchema for PersonalTokenId {}

impl PartialSchema for PasskeyId {
    fn schema() -> RefOr<Schema> {
        id("a passkey")
    }
}

impl ToSchema for PasskeyId {}

impl PartialSchema for GroupId {
    fn schema() -> RefOr<Schema> {
        id("a group")
    }
}

impl ToSchema for GroupId {}

impl PartialSchema for TeamId {
    fn schema() -> RefOr<Schema> {
        id("a team")
    }
}

impl ToSchema for TeamId {}

impl PartialSchema for RoleKey {
    fn schema() -> RefOr<Schema> {
        let about = "The key of a role of the organisation.";
        shape(json!({ "type": "string", "pattern": "^[a-z][a-z0-9_-]{0,63}$", "description": about }))
    }
}

impl ToSchema for RoleKey {}

impl PartialSchema for SignIn {
    fn schema() -> RefOr<Schema> {
        let about = "Where a user signs in: at the identity provider, or here with a password.";
        shape(json!({ "type": "string", "enum": ["sso", "password"], "description": about }))
    }
}

impl ToSchema for SignIn {}

/// A role that somebody holds now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GrantBody {
    role: RoleKey,
    source: Source,
    /// Since when.
    since: String,
}

impl From<LiveGrant> for GrantBody {
    fn from(grant: LiveGrant) -> Self {
        Self { role: grant.role, source: grant.source, since: grant.since.rfc3339() }
    }
}

impl PartialSchema for Source {
    fn schema() -> RefOr<Schema> {
        let kinds = ["manual", "group", "scim_role", "entitlement", "attribute", "default"];
        shape(json!({
            "type": "object",
            "description": "Why a role is held; `id` names the group or the connection.",
            "required": ["kind"],
            "properties": { "kind": { "type": "string", "enum": kinds }, "id": { "type": "string", "format": "uuid" } },
        }))
    }
}

impl ToSchema for Source {}
