//! The tables of what an identity provider may give to people here: roles and entitlements, in the form that Okta Identity
//! Governance discovers.
//!
//! **Invariant:** no attribute of these tables can be set: Doorward makes them from the role model of the organisation.

use super::{Attribute, ResourceType, Schema};

/// The schema of roles.
pub const ROLE_URN: &str = "urn:okta:scim:schemas:core:1.0:Role";
/// The schema of entitlements.
pub const ENTITLEMENT_URN: &str = "urn:okta:scim:schemas:core:1.0:Entitlement";
/// The longest description in characters.
pub const DESCRIPTION_MAX: usize = 1_000;

/// The resource types that only somebody reads who governs access.
pub static CATALOGUE: [&ResourceType; 2] = [&ROLE, &ENTITLEMENT];

/// Roles.
pub static ROLE: ResourceType = ResourceType {
    name: "Role",
    endpoint: "/Roles",
    description: "Roles that the connection may give to people, in `roles` of a user",
    core: &Schema {
        urn: ROLE_URN,
        name: "Role",
        description: "A role of the organisation",
        attributes: &[NAME, DESCRIPTION],
    },
    extensions: &[],
};

/// Entitlements.
pub static ENTITLEMENT: ResourceType = ResourceType {
    name: "Entitlement",
    endpoint: "/Entitlements",
    description: "What the connection may entitle people to, in `entitlements` of a user",
    core: &Schema {
        urn: ENTITLEMENT_URN,
        name: "Entitlement",
        description: "Something that people can be entitled to",
        attributes: &[NAME, TYPE, DESCRIPTION],
    },
    extensions: &[],
};

const NAME: Attribute = Attribute::text("displayName", "The name that people see.").at_most(256).read_only();
const TYPE: Attribute = Attribute::text("type", "What kind of thing it is.").values(&["role"]).at_most(256).read_only();
const DESCRIPTION: Attribute =
    Attribute::text("description", "What whoever gets it may do.").at_most(DESCRIPTION_MAX).read_only();
