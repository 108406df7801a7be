//! The table of groups.

use super::{Attribute, CORE_GROUP_URN, Mutability, ResourceType, Schema, Uniqueness};

/// Groups.
pub static GROUP: ResourceType = ResourceType {
    name: "Group",
    endpoint: "/Groups",
    description: "Groups of people, pushed by an identity provider",
    core: &CORE,
    extensions: &[],
};

static CORE: Schema = Schema {
    urn: CORE_GROUP_URN,
    name: "Group",
    description: "A group of people",
    attributes: &[
        Attribute::text("displayName", "The name of the group; unique in the organisation.")
            .required()
            .unique(Uniqueness::Server)
            .at_most(256),
        Attribute::list("members", MEMBERS, "The people of the group."),
    ],
};

const MEMBERS: &[Attribute] = &[
    Attribute::text("value", "The id of the person.").exact().mutability(Mutability::Immutable),
    Attribute::reference("$ref", &["User"], "Where the person is; made from the id.").mutability(Mutability::Immutable),
    Attribute::text("type", "What kind of resource the member is.").values(&["User"]).mutability(Mutability::Immutable),
];
