//! Extensions of users that an organisation defines itself, in the words of RFC 7643 7, and the tables that are made of them.
//!
//! What was defined once and is defined no more is remembered in its shape: documents and what filters look at may still
//! hold values of it, and a new meaning of the same name would read them wrongly.
//!
//! **Invariant:** no definition takes a name of the standard, of Doorward or of another definition.
//! **Invariant:** the type of an attribute, whether it is a list and whether case counts never change.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Attribute, Choice, Kind, Mutability, ResourceType, Returned, Schema, USER, Uniqueness};

#[cfg(test)]
mod tests;

/// The most extensions of an organisation.
pub const EXTENSIONS_MAX: usize = 5;
/// The most attributes of an extension.
pub const ATTRIBUTES_MAX: usize = 50;
/// The most values that an attribute may be limited to.
pub const VALUES_MAX: usize = 100;
/// The longest of such values, and the longest value of an attribute that is unique.
pub const VALUE_MAX: usize = 256;
/// The longest URN.
pub const URN_MAX: usize = 200;
/// The longest name of an attribute.
pub const NAME_MAX: usize = 64;
/// The longest name and description for people.
pub const TEXT_MAX: (usize, usize) = (128, 1_000);
/// How many attributes that are defined no more are remembered.
const RETIRED_MAX: usize = 500;

/// An extension of users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Extension {
    /// The URN.
    pub id: String,
    /// The short name.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// The attributes.
    pub attributes: Vec<Definition>,
}

/// An attribute of an extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Definition {
    /// The name.
    pub name: String,
    /// The type.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Whether it is a list.
    #[serde(default)]
    pub multi_valued: bool,
    /// What it means.
    #[serde(default)]
    pub description: String,
    /// Whether whoever has anything of the extension must have it.
    #[serde(default)]
    pub required: bool,
    /// Whether `A` and `a` differ.
    #[serde(default)]
    pub case_exact: bool,
    /// Who may change it.
    #[serde(default)]
    pub mutability: Mutability,
    /// When it is shown.
    #[serde(default)]
    pub returned: Returned,
    /// Within what it is unique.
    #[serde(default)]
    pub uniqueness: Uniqueness,
    /// The only values that it has; any where there are none.
    #[serde(default)]
    pub canonical_values: Vec<String>,
}

/// What is kept of the extensions of an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Those that are in force.
    pub extensions: Vec<Extension>,
    retired: Vec<Retired>,
}

/// The shape of an attribute that is defined no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Retired {
    urn: String,
    name: String,
    kind: Kind,
    multi_valued: bool,
    case_exact: bool,
}

/// Why definitions are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where, as a path into the list.
    pub at: String,
    /// What is wrong.
    pub why: Misfit,
}

/// What is wrong with a definition; its sentence says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// There are too many schemas.
    TooManySchemas,
    /// The id is no URN.
    NotUrn,
    /// The id begins with the name of somebody else.
    TakenNamespace,
    /// The id is one of another schema, or begins with it, or the other way round.
    WithinAnother,
    /// The schema has no name for people, or one that is too long.
    Name,
    /// The description is too long.
    Description,
    /// The schema has no attribute, or too many.
    AttributeCount,
    /// Two attributes of a schema have the same name.
    SameName,
    /// The name of an attribute is not written as one.
    AttributeName,
    /// SCIM uses the name of an attribute itself.
    ReservedName,
    /// The type is not for attributes of one's own.
    Type,
    /// The mutability is not for attributes of one's own.
    Mutability,
    /// It is required, and nobody may set it.
    NobodyMaySet,
    /// It cannot be unique like that.
    Uniqueness,
    /// The canonical values are too many, too long, or not of a text.
    Values,
    /// The attribute has had another shape before.
    Reshaped,
    /// Too many attributes are remembered.
    TooManyGone,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManySchemas => write!(f, "name at most {EXTENSIONS_MAX} schemas"),
            Self::NotUrn => f.write_str("write a URN such as urn:example:params:scim:schemas:extension:acme:2.0:User"),
            Self::TakenNamespace => {
                f.write_str("this namespace belongs to somebody else; take one of your own, such as urn:example:…")
            }
            Self::WithinAnother => f.write_str("no id may be another one, or begin with another one"),
            Self::Name => write!(f, "write 1 to {} characters", TEXT_MAX.0),
            Self::Description => write!(f, "write at most {} characters", TEXT_MAX.1),
            Self::AttributeCount => write!(f, "name at least one attribute and at most {ATTRIBUTES_MAX}"),
            Self::SameName => f.write_str("another attribute of the schema has this name"),
            Self::AttributeName => {
                f.write_str("begin with a letter and go on with letters, digits, - and _; at most 64 characters")
            }
            Self::ReservedName => f.write_str("SCIM uses this name itself; choose another one"),
            Self::Type => f.write_str("choose string, boolean, integer, decimal, dateTime or reference"),
            Self::Mutability => f.write_str("choose readWrite, readOnly or immutable; `returned` never hides a value"),
            Self::NobodyMaySet => f.write_str("nobody could set it: it is readOnly"),
            Self::Uniqueness => f.write_str("choose none, or server for a string or a reference"),
            Self::Values => f.write_str("name at most 100 values of 1 to 256 characters, and only for a string"),
            Self::Reshaped => f.write_str(
                "has been of another type before, or a list, or case counted otherwise; choose another name",
            ),
            Self::TooManyGone => f.write_str("too many attributes have come and gone; keep those that there are"),
        }
    }
}

impl Kept {
    /// The same with these definitions in force.
    pub fn with(&self, wanted: Vec<Extension>) -> Result<Self, Refusal> {
        check(&wanted)?;
        let mut known = self.retired.clone();
        let old = self.extensions.iter().flat_map(|of| of.attributes.iter().map(move |it| Retired::of(&of.id, it)));
        known.extend(old);
        let new: Vec<Retired> =
            wanted.iter().flat_map(|of| of.attributes.iter().map(move |it| Retired::of(&of.id, it))).collect();
        for it in &new {
            if known.iter().any(|before| before.is_same_name(it) && !before.is_same_shape(it)) {
                return Err(refused(&format!("{}:{}", it.urn, it.name), Misfit::Reshaped));
            }
        }
        known.retain(|before| !new.iter().any(|it| it.is_same_name(before)));
        if known.len() > RETIRED_MAX {
            return Err(refused("schemas", Misfit::TooManyGone));
        }
        Ok(Self { extensions: wanted, retired: known })
    }
}

impl Retired {
    fn of(urn: &str, it: &Definition) -> Self {
        Self {
            urn: urn.to_owned(),
            name: it.name.clone(),
            kind: it.kind,
            multi_valued: it.multi_valued,
            case_exact: it.case_exact,
        }
    }

    fn is_same_name(&self, other: &Self) -> bool {
        self.urn.eq_ignore_ascii_case(&other.urn) && self.name.eq_ignore_ascii_case(&other.name)
    }

    /// The spelling counts: it is the key in documents.
    fn is_same_shape(&self, other: &Self) -> bool {
        self == other
    }
}

/// The table of users with these extensions. It is never given back, so that everything may refer to it; whoever asks twice
/// for the same gets two.
pub fn table(extensions: &[Extension]) -> &'static ResourceType {
    let own = extensions.iter().map(|it| -> &'static Schema {
        Box::leak(Box::new(Schema {
            urn: text(&it.id),
            name: text(&it.name),
            description: text(&it.description),
            attributes: it.attributes.iter().map(attribute).collect::<Vec<_>>().leak(),
        }))
    });
    let all: Vec<&'static Schema> = USER.extensions.iter().copied().chain(own).collect();
    Box::leak(Box::new(ResourceType { extensions: all.leak(), ..USER }))
}

fn attribute(it: &Definition) -> Attribute {
    let values: Vec<&'static str> = it.canonical_values.iter().map(|it| text(it)).collect();
    let usual = Attribute::new(text(&it.name), it.kind, text(&it.description));
    Attribute {
        multi_valued: it.multi_valued,
        required: it.required,
        case_exact: usual.case_exact || it.case_exact,
        mutability: it.mutability,
        returned: it.returned,
        uniqueness: it.uniqueness,
        choice: if values.is_empty() { Choice::Open } else { Choice::Closed },
        canonical_values: values.leak(),
        length_max: if it.uniqueness == Uniqueness::None { usual.length_max } else { VALUE_MAX },
        ..usual
    }
}

fn text(it: &str) -> &'static str {
    Box::leak(it.to_owned().into_boxed_str())
}

fn check(extensions: &[Extension]) -> Result<(), Refusal> {
    if extensions.len() > EXTENSIONS_MAX {
        return Err(refused("schemas", Misfit::TooManySchemas));
    }
    for (index, it) in extensions.iter().enumerate() {
        let at = format!("schemas[{index}]");
        check_urn(&it.id).map_err(|why| refused(&format!("{at}.id"), why))?;
        let mut others = extensions.iter().take(index);
        if others.any(|other| is_within(&it.id, &other.id) || is_within(&other.id, &it.id)) {
            return Err(refused(&format!("{at}.id"), Misfit::WithinAnother));
        }
        check_texts(&at, &it.name, &it.description)?;
        if !(1..=ATTRIBUTES_MAX).contains(&it.attributes.len()) {
            return Err(refused(&format!("{at}.attributes"), Misfit::AttributeCount));
        }
        let mut names = BTreeSet::new();
        for (index, attribute) in it.attributes.iter().enumerate() {
            let at = format!("{at}.attributes[{index}]");
            check_attribute(attribute).map_err(|(part, why)| refused(&format!("{at}.{part}"), why))?;
            if !names.insert(attribute.name.to_ascii_lowercase()) {
                return Err(refused(&format!("{at}.name"), Misfit::SameName));
            }
        }
    }
    Ok(())
}

/// RFC 7643 10.2: `ietf` is assigned by IANA; other vendors' names mean what those say.
fn check_urn(urn: &str) -> Result<(), Misfit> {
    let is_written = |part: &str| {
        let mut bytes = part.bytes();
        bytes.next().is_some_and(|it| it.is_ascii_alphanumeric())
            && bytes.all(|it| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-' | b'_'))
    };
    let parts: Vec<&str> = urn.split(':').collect();
    let is_urn = parts.first().is_some_and(|it| it.eq_ignore_ascii_case("urn"));
    if !is_urn || !(3..=16).contains(&parts.len()) || urn.len() > URN_MAX || !parts.iter().all(|it| is_written(it)) {
        return Err(Misfit::NotUrn);
    }
    let taken = ["ietf", "okta", "doorward", "scim"];
    if parts.get(1).is_some_and(|it| taken.iter().any(|taken| it.eq_ignore_ascii_case(taken))) {
        return Err(Misfit::TakenNamespace);
    }
    Ok(())
}

/// True for a name that a reader could take for one in the other schema.
fn is_within(urn: &str, other: &str) -> bool {
    super::strip_prefix(urn, other).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '.']))
}

fn check_texts(at: &str, name: &str, description: &str) -> Result<(), Refusal> {
    let is_plain = |text: &str, most: usize| text.chars().count() <= most && !text.contains(char::is_control);
    if name.trim().is_empty() || !is_plain(name, TEXT_MAX.0) {
        return Err(refused(&format!("{at}.name"), Misfit::Name));
    }
    if !is_plain(description, TEXT_MAX.1) {
        return Err(refused(&format!("{at}.description"), Misfit::Description));
    }
    Ok(())
}

fn check_attribute(it: &Definition) -> Result<(), (&'static str, Misfit)> {
    let refuse = |part, why| Err((part, why));
    let mut bytes = it.name.bytes();
    // RFC 7643 2.1; `$` is for references that the server makes.
    let is_name = bytes.next().is_some_and(|it| it.is_ascii_alphabetic())
        && bytes.all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_'));
    if !is_name || it.name.len() > NAME_MAX {
        return refuse("name", Misfit::AttributeName);
    }
    if ["schemas", "id", "externalId", "meta", "members", "password"]
        .iter()
        .any(|own| it.name.eq_ignore_ascii_case(own))
    {
        return refuse("name", Misfit::ReservedName);
    }
    if matches!(it.kind, Kind::Complex | Kind::Binary) {
        return refuse("type", Misfit::Type);
    }
    if it.mutability == Mutability::WriteOnly {
        return refuse("mutability", Misfit::Mutability);
    }
    if it.required && it.mutability == Mutability::ReadOnly {
        return refuse("required", Misfit::NobodyMaySet);
    }
    let is_text = matches!(it.kind, Kind::String | Kind::Reference);
    if it.uniqueness == Uniqueness::Global || (it.uniqueness == Uniqueness::Server && !is_text) {
        return refuse("uniqueness", Misfit::Uniqueness);
    }
    let is_value = |it: &String| !it.trim().is_empty() && it.chars().count() <= VALUE_MAX;
    let are_values = it.canonical_values.len() <= VALUES_MAX && it.canonical_values.iter().all(is_value);
    if !are_values || (it.kind != Kind::String && !it.canonical_values.is_empty()) {
        return refuse("canonicalValues", Misfit::Values);
    }
    let is_described = it.description.chars().count() <= TEXT_MAX.1 && !it.description.contains(char::is_control);
    if is_described { Ok(()) } else { refuse("description", Misfit::Description) }
}

fn refused(at: &str, why: Misfit) -> Refusal {
    Refusal { at: at.to_owned(), why }
}
