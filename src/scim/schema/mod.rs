//! The attribute tables of Doorward's resource types: what is stored, what may be changed, how it is compared.
//!
//! Everything else in this module tree is driven by these tables; adding an attribute is adding a line to one.
//!
//! **Invariant:** what a table advertises is stored and works: every attribute that is not `readOnly` can be added,
//! replaced and removed by PATCH and reads back as written.
//! **Invariant:** a `returned: never` attribute is never part of a document, a search document or an answer.
//!
//! Sub-attributes that the server makes itself and that would not read back as written (the `display` of a member) do
//! not exist here. What Doorward's own extension reports about a user is `returned: request`, so that a client which
//! writes the whole extension reads back what it wrote.

mod catalogue;
pub mod custom;
mod discovery;
mod group;
mod user;

#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::quirks;

pub use catalogue::{CATALOGUE, DESCRIPTION_MAX, ENTITLEMENT, ENTITLEMENT_URN, ROLE, ROLE_URN};
pub use discovery::{
    RESOURCE_TYPE_URN, SCHEMA_URN, SERVICE_PROVIDER_CONFIG_URN, resource_type, resource_types, schema, schemas,
    service_provider_config,
};
pub use group::GROUP;
pub use user::USER;

/// The core schema of users.
pub const CORE_USER_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The enterprise extension of users.
pub const ENTERPRISE_URN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// Doorward's own extension of users.
pub const DOORWARD_URN: &str = "urn:doorward:params:scim:schemas:extension:2.0:User";
/// The core schema of groups.
pub const CORE_GROUP_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// The type of an attribute (RFC 7643 2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// Text.
    String,
    /// True or false.
    Boolean,
    /// A number with a fraction.
    Decimal,
    /// A whole number.
    Integer,
    /// A moment.
    DateTime,
    /// A URI.
    Reference,
    /// Bytes as base64 text.
    Binary,
    /// An object of sub-attributes.
    Complex,
}

impl Kind {
    /// The keyword of RFC 7643 7.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Boolean => "boolean",
            Self::Decimal => "decimal",
            Self::Integer => "integer",
            Self::DateTime => "dateTime",
            Self::Reference => "reference",
            Self::Binary => "binary",
            Self::Complex => "complex",
        }
    }
}

/// Who may change an attribute, and when (RFC 7643 7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mutability {
    /// Only the server.
    ReadOnly,
    /// The client at any time.
    #[default]
    ReadWrite,
    /// The client once.
    Immutable,
    /// The client at any time; it is never shown.
    WriteOnly,
}

impl Mutability {
    /// The keyword of RFC 7643 7.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "readOnly",
            Self::ReadWrite => "readWrite",
            Self::Immutable => "immutable",
            Self::WriteOnly => "writeOnly",
        }
    }
}

/// When an attribute is part of an answer (RFC 7643 7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Returned {
    /// In every answer, whatever the client asks for.
    Always,
    /// In no answer.
    Never,
    /// Unless the client asks for less.
    #[default]
    Default,
    /// Only when the client asks for it.
    Request,
}

impl Returned {
    /// The keyword of RFC 7643 7.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Never => "never",
            Self::Default => "default",
            Self::Request => "request",
        }
    }
}

/// Within what an attribute is unique (RFC 7643 7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Uniqueness {
    /// Nothing.
    #[default]
    None,
    /// The organisation.
    Server,
    /// Everywhere.
    Global,
}

impl Uniqueness {
    /// The keyword of RFC 7643 7.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Server => "server",
            Self::Global => "global",
        }
    }
}

/// Whether an attribute has other values than the canonical ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The canonical values are suggestions.
    Open,
    /// There are no others.
    Closed,
}

/// One attribute of a schema, or one sub-attribute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attribute {
    /// The name in schema spelling.
    pub name: &'static str,
    /// The type.
    pub kind: Kind,
    /// Whether it is a list.
    pub multi_valued: bool,
    /// What it means, for the person who maps it.
    pub description: &'static str,
    /// Whether a resource without it is refused.
    pub required: bool,
    /// Whether `A` and `a` differ.
    pub case_exact: bool,
    /// Who may change it.
    pub mutability: Mutability,
    /// When it is shown.
    pub returned: Returned,
    /// Within what it is unique.
    pub uniqueness: Uniqueness,
    /// The values that it usually has.
    pub canonical_values: &'static [&'static str],
    /// Whether it has others; not part of the published schema.
    pub choice: Choice,
    /// What a reference may point to.
    pub reference_types: &'static [&'static str],
    /// The parts of a complex attribute.
    pub sub_attributes: &'static [Attribute],
    /// The longest value in characters; not part of the published schema.
    pub length_max: usize,
}

impl Attribute {
    pub(super) const fn new(name: &'static str, kind: Kind, description: &'static str) -> Self {
        Self {
            name,
            kind,
            multi_valued: false,
            description,
            required: false,
            // RFC 7643 2.3.6 and 2.3.7: binary values and references are case exact.
            case_exact: matches!(kind, Kind::Reference | Kind::Binary),
            mutability: Mutability::ReadWrite,
            returned: Returned::Default,
            uniqueness: Uniqueness::None,
            canonical_values: &[],
            choice: Choice::Open,
            reference_types: &[],
            sub_attributes: &[],
            length_max: if matches!(kind, Kind::Binary) { 4_096 } else { 1_024 },
        }
    }

    pub(super) const fn text(name: &'static str, description: &'static str) -> Self {
        Self::new(name, Kind::String, description)
    }

    pub(super) const fn reference(
        name: &'static str,
        types: &'static [&'static str],
        description: &'static str,
    ) -> Self {
        Self { reference_types: types, ..Self::new(name, Kind::Reference, description) }
    }

    pub(super) const fn complex(name: &'static str, subs: &'static [Self], description: &'static str) -> Self {
        Self { sub_attributes: subs, ..Self::new(name, Kind::Complex, description) }
    }

    pub(super) const fn list(name: &'static str, subs: &'static [Self], description: &'static str) -> Self {
        Self { multi_valued: true, ..Self::complex(name, subs, description) }
    }

    pub(super) const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub(super) const fn exact(self) -> Self {
        Self { case_exact: true, ..self }
    }

    pub(super) const fn mutability(self, mutability: Mutability) -> Self {
        Self { mutability, ..self }
    }

    pub(super) const fn read_only(self) -> Self {
        self.mutability(Mutability::ReadOnly)
    }

    pub(super) const fn returned(self, returned: Returned) -> Self {
        Self { returned, ..self }
    }

    pub(super) const fn unique(self, uniqueness: Uniqueness) -> Self {
        Self { uniqueness, ..self }
    }

    pub(super) const fn values(self, canonical_values: &'static [&'static str]) -> Self {
        Self { canonical_values, ..self }
    }

    pub(super) const fn at_most(self, length_max: usize) -> Self {
        Self { length_max, ..self }
    }

    /// The sub-attribute of that name, in any case.
    pub fn sub(&self, name: &str) -> Option<&'static Attribute> {
        find(self.sub_attributes, name)
    }

    /// True when a filter, a sort or a search document may look at it.
    pub fn is_searchable(&self) -> bool {
        self.returned != Returned::Never && self.mutability != Mutability::WriteOnly
    }

    /// True when a client may never set it.
    pub fn is_read_only(&self) -> bool {
        self.mutability == Mutability::ReadOnly
    }
}

/// A schema: a URN and its attributes.
#[derive(Debug)]
pub struct Schema {
    /// The URN.
    pub urn: &'static str,
    /// The short name.
    pub name: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// The attributes.
    pub attributes: &'static [Attribute],
}

impl Schema {
    /// The attribute of that name, in any case.
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        find(self.attributes, name)
    }
}

/// A resource type: an endpoint, its core schema and its extensions.
#[derive(Debug)]
pub struct ResourceType {
    /// The name, which is also its id: `User`.
    pub name: &'static str,
    /// The endpoint below the base URL: `/Users`.
    pub endpoint: &'static str,
    /// What it is.
    pub description: &'static str,
    /// The core schema.
    pub core: &'static Schema,
    /// The extensions, none of them required.
    pub extensions: &'static [&'static Schema],
}

impl PartialEq for ResourceType {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// The resource types that every client is told of; see [`CATALOGUE`] for the others.
pub static RESOURCE_TYPES: [&ResourceType; 2] = [&USER, &GROUP];

/// The types of resources that a client is told of: those that it keeps here, with the users of its organisation, and where
/// it governs access what it may give.
pub fn published(users: &'static ResourceType, governs: bool) -> Vec<&'static ResourceType> {
    let catalogue = CATALOGUE.into_iter().filter(|_| governs);
    RESOURCE_TYPES.into_iter().map(|it| if it == users { users } else { it }).chain(catalogue).collect()
}

/// The attributes that every resource has (RFC 7643 3.1); by that section they are in no published schema.
pub static COMMON: &[Attribute] = &[
    Attribute::new("schemas", Kind::Reference, "The schemas of the attributes that are present.")
        .returned(Returned::Always)
        .read_only()
        .plural(),
    Attribute::text("id", "The identifier that Doorward gave.").exact().returned(Returned::Always).read_only(),
    Attribute::text("externalId", "The identifier that the client gave.").exact(),
    Attribute::complex("meta", META, "What the server knows about the resource.").read_only(),
];

const META: &[Attribute] = &[
    Attribute::text("resourceType", "The name of the resource type.").exact().read_only(),
    Attribute::new("created", Kind::DateTime, "When it was made.").read_only(),
    Attribute::new("lastModified", Kind::DateTime, "When it last changed.").read_only(),
    Attribute::reference("location", &["uri"], "Where it is.").read_only(),
    Attribute::text("version", "The entity tag.").exact().read_only(),
];

impl Attribute {
    const fn plural(self) -> Self {
        Self { multi_valued: true, ..self }
    }
}

/// An attribute together with where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Located {
    /// The URN of the extension, or `None` for the core schema and the common attributes.
    pub extension: Option<&'static str>,
    /// The attribute.
    pub attribute: &'static Attribute,
    /// The sub-attribute, when one was named.
    pub sub: Option<&'static Attribute>,
}

impl Located {
    /// True for the attribute of this name in the core schema, and not for one of an extension that is called alike.
    pub fn is_core(&self, name: &str) -> bool {
        self.extension.is_none() && self.attribute.name == name
    }
}

/// What a name can stand for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Named {
    /// A whole extension.
    Extension(&'static str),
    /// The whole core schema.
    Core,
    /// An attribute or a sub-attribute.
    Attribute(Located),
}

impl Named {
    /// True when this is what is at the place, or something around it.
    pub(super) fn includes(self, resources: &ResourceType, at: Located) -> bool {
        let same_sub = |named: Located| named.sub.map(|it| it.name) == at.sub.map(|it| it.name);
        match self {
            Self::Core => at.extension.is_none() && resources.core.attribute(at.attribute.name).is_some(),
            Self::Extension(urn) => at.extension == Some(urn),
            Self::Attribute(named) => named.is_in_same(at) && (named.sub.is_none() || same_sub(named)),
        }
    }

    /// True when this is what is at the place, something around it or a part of it.
    pub(super) fn overlaps(self, resources: &ResourceType, at: Located) -> bool {
        let is_part = |named: Located| at.sub.is_none() && named.is_in_same(at);
        self.includes(resources, at) || matches!(self, Self::Attribute(named) if is_part(named))
    }
}

impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(urn) = self.extension {
            write!(f, "{urn}:")?;
        }
        f.write_str(self.attribute.name)?;
        self.sub.map_or(Ok(()), |sub| write!(f, ".{}", sub.name))
    }
}

impl Located {
    fn is_in_same(self, other: Self) -> bool {
        self.extension == other.extension && self.attribute.name == other.attribute.name
    }
}

/// What people say of themselves here, in their profile or by how they sign in.
const SAID_BY_PEOPLE: [&str; 2] = ["displayName", "preferredLanguage"];

impl ResourceType {
    /// The extension of that URN, in any case and in the spelling of Microsoft's sample.
    pub fn extension(&self, urn: &str) -> Option<&'static Schema> {
        let urn = quirks::extension_urn(urn);
        self.extensions.iter().find(|schema| schema.urn.eq_ignore_ascii_case(urn)).copied()
    }

    /// The attribute of the core schema, or common to all resources, of that name.
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.core.attribute(name).or_else(|| find(COMMON, name))
    }

    /// What a name such as `userName`, `name.givenName` or `urn:…:User:manager.value` stands for.
    ///
    /// A name without a URN that the core schema does not have is looked up in the extensions: Entra filters by and
    /// patches a bare `manager`.
    pub fn resolve(&self, name: &str) -> Option<Named> {
        match self.split_urn(name) {
            Some((schema, "")) if std::ptr::eq(schema, self.core) => Some(Named::Core),
            Some((schema, "")) => Some(Named::Extension(schema.urn)),
            Some((schema, rest)) if std::ptr::eq(schema, self.core) => located(None, rest, |n| self.attribute(n)),
            Some((schema, rest)) => located(Some(schema.urn), rest, |n| schema.attribute(n)),
            None => located(None, name, |n| self.attribute(n)).or_else(|| self.resolve_bare(name)),
        }
    }

    /// The attribute of this name whose text the provider alone says of somebody: no part of another, no id, nothing that is
    /// secret, unique, the server's, or said by people themselves.
    pub fn telling(&self, name: &str) -> Option<Located> {
        let Some(Named::Attribute(at @ Located { attribute, sub: None, .. })) = self.resolve(name.trim()) else {
            return None;
        };
        let is_common = at.extension.is_none() && self.core.attribute(attribute.name).is_none();
        let is_text = attribute.kind == Kind::String && attribute.uniqueness == Uniqueness::None;
        let is_told = attribute.returned != Returned::Never && attribute.mutability != Mutability::ReadOnly;
        let is_own = at.extension.is_none() && SAID_BY_PEOPLE.contains(&attribute.name);
        (is_text && is_told && !is_common && !is_own).then_some(at)
    }

    fn resolve_bare(&self, name: &str) -> Option<Named> {
        let name = quirks::without_resource_prefix(name);
        self.extensions.iter().find_map(|schema| located(Some(schema.urn), name, |n| schema.attribute(n)))
    }

    // The URN is cut off as a known prefix, never at a dot: `2.0` holds one.
    fn split_urn<'t>(&self, name: &'t str) -> Option<(&'static Schema, &'t str)> {
        let schemas = std::iter::once(self.core).chain(self.extensions.iter().copied());
        let spellings = schemas.flat_map(|schema| quirks::urn_spellings(schema.urn).map(move |urn| (urn, schema)));
        for (urn, schema) in spellings {
            match strip_prefix(name, urn) {
                Some("") => return Some((schema, "")),
                Some(rest) if rest.starts_with([':', '.']) => return Some((schema, rest.get(1..)?)),
                Some(_) | None => {}
            }
        }
        None
    }
}

fn located(
    extension: Option<&'static str>,
    name: &str,
    find: impl Fn(&str) -> Option<&'static Attribute>,
) -> Option<Named> {
    let (name, sub) = match name.split_once('.') {
        Some((name, sub)) => (name, Some(sub)),
        None => (name, None),
    };
    let attribute = find(name)?;
    let sub = match sub {
        Some(sub) => Some(attribute.sub(sub)?),
        None => None,
    };
    Some(Named::Attribute(Located { extension, attribute, sub }))
}

fn find(attributes: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

/// The rest of a text after a prefix in any case.
pub(super) fn strip_prefix<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| text.get(prefix.len()..)).flatten()
}
