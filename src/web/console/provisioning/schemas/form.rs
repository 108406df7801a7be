//! The forms of a schema and of an attribute of one, as they are filled in, and what is wrong with them.

use crate::app::scim_schemas::{Definition, Extension};
use crate::domain::{Error, Flaw};
use crate::scim::schema::custom::Misfit;
use crate::scim::schema::{Kind, Mutability, Returned, Uniqueness};
use crate::web::console::list::Choice;
use crate::web::console::words;
use crate::web::form::Fields;
use crate::web::form::shown::Clash;
use crate::web::texts::Texts;

const KINDS: [Kind; 6] = [Kind::String, Kind::Boolean, Kind::Integer, Kind::Decimal, Kind::DateTime, Kind::Reference];
const MUTABILITIES: [Mutability; 3] = [Mutability::ReadWrite, Mutability::Immutable, Mutability::ReadOnly];
const RETURNED: [Returned; 4] = [Returned::Default, Returned::Always, Returned::Request, Returned::Never];

/// The URN, name and description of a schema.
pub(super) struct HeadForm {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) is_new: bool,
}

impl HeadForm {
    pub(super) fn empty() -> Self {
        Self { id: String::new(), name: String::new(), description: String::new(), is_new: true }
    }

    pub(super) fn of(it: &Extension) -> Self {
        Self { id: it.id.clone(), name: it.name.clone(), description: it.description.clone(), is_new: false }
    }

    pub(super) fn typed(fields: &Fields) -> Self {
        let text = |name: &str| fields.get(name).unwrap_or_default().trim().to_owned();
        Self { id: text("id"), name: text("schema_name"), description: text("schema_description"), is_new: true }
    }

    /// The schema of it, with these attributes.
    pub(super) fn with(&self, attributes: Vec<Definition>) -> Extension {
        let Self { id, name, description, .. } = self;
        Extension { id: id.clone(), name: name.clone(), description: description.clone(), attributes }
    }
}

/// The fields as the form of a schema shows them.
pub(super) fn head_shown(it: &Extension) -> Fields {
    Fields::shown([("schema_name", it.name.as_str()), ("schema_description", it.description.as_str())])
}

/// An attribute in a form.
pub(super) struct AttributeForm {
    pub(super) name: String,
    pub(super) description: String,
    /// What never changes: the type, and whether it is a list and case counts. Nothing for a new one.
    pub(super) fixed: Option<Fixed>,
    pub(super) kinds: Vec<Choice>,
    pub(super) is_list: bool,
    pub(super) is_case_exact: bool,
    pub(super) is_required: bool,
    pub(super) is_unique: bool,
    pub(super) mutability: Vec<Choice>,
    pub(super) returned: Vec<Choice>,
    pub(super) values: String,
}

/// What never changes of an attribute.
pub(super) struct Fixed {
    pub(super) kind: String,
    pub(super) is_list: bool,
    pub(super) is_case_exact: bool,
}

impl AttributeForm {
    pub(super) fn empty(t: Texts) -> Self {
        Self::typed(t, &Fields::default())
    }

    /// A new attribute as it was filled in.
    pub(super) fn typed(t: Texts, fields: &Fields) -> Self {
        let text = |name: &str| fields.get(name).unwrap_or_default().to_owned();
        let is_on = |name: &str| fields.get(name).is_some();
        Self {
            name: text("name"),
            description: text("description"),
            fixed: None,
            kinds: choices(t, KINDS.map(|it| (it.as_str(), kind(it))), &text("type")),
            is_list: is_on("list"),
            is_case_exact: is_on("case_exact"),
            is_required: is_on("required"),
            is_unique: is_on("unique"),
            mutability: choices(t, MUTABILITIES.map(|it| (it.as_str(), mutability(it).0)), &text("mutability")),
            returned: choices(t, RETURNED.map(|it| (it.as_str(), returned(it).0)), &text("returned")),
            values: text("values"),
        }
    }

    /// An attribute that there is, with what can be changed of it.
    pub(super) fn of(t: Texts, it: &Definition) -> Self {
        let fixed = Fixed { kind: t.say(kind(it.kind)), is_list: it.multi_valued, is_case_exact: it.case_exact };
        Self { name: it.name.clone(), fixed: Some(fixed), ..Self::typed(t, &attribute_shown(it)) }
    }
}

fn choices<const N: usize>(t: Texts, all: [(&'static str, &'static str); N], chosen: &str) -> Vec<Choice> {
    all.map(|(value, label)| Choice { value: value.to_owned(), label: t.say(label), is_chosen: value == chosen }).into()
}

/// The fields as the form of an attribute shows them.
pub(super) fn attribute_shown(it: &Definition) -> Fields {
    let ticked = [("required", it.required), ("unique", it.uniqueness != Uniqueness::None)];
    let ticked = ticked.into_iter().filter(|it| it.1).map(|it| (it.0, "on".to_owned()));
    let said = [
        ("description", it.description.clone()),
        ("mutability", it.mutability.as_str().to_owned()),
        ("returned", it.returned.as_str().to_owned()),
        ("values", it.canonical_values.join("\n")),
    ];
    Fields::shown(said.into_iter().chain(ticked))
}

/// What a form says of an attribute; what never changes stays as it was.
pub(super) fn definition(fields: &Fields, before: Option<&Definition>) -> Result<Definition, Error> {
    let text = |name: &str| fields.get(name).unwrap_or_default().trim().to_owned();
    let is_on = |name: &str| fields.get(name).is_some();
    let chosen = |name: &str| Error::invalid(name, Flaw::Missing);
    let lines = fields.get("values").unwrap_or_default().lines().map(str::trim).filter(|it| !it.is_empty());
    let typed_kind = || KINDS.into_iter().find(|it| it.as_str() == text("type"));
    Ok(Definition {
        name: before.map_or_else(|| text("name"), |it| it.name.clone()),
        kind: before.map(|it| it.kind).or_else(typed_kind).ok_or_else(|| chosen("type"))?,
        multi_valued: before.map_or_else(|| is_on("list"), |it| it.multi_valued),
        description: text("description"),
        required: is_on("required"),
        case_exact: before.map_or_else(|| is_on("case_exact"), |it| it.case_exact),
        mutability: MUTABILITIES
            .into_iter()
            .find(|it| it.as_str() == text("mutability"))
            .ok_or_else(|| chosen("mutability"))?,
        returned: RETURNED.into_iter().find(|it| it.as_str() == text("returned")).ok_or_else(|| chosen("returned"))?,
        uniqueness: if is_on("unique") { Uniqueness::Server } else { Uniqueness::None },
        canonical_values: lines.map(str::to_owned).collect(),
    })
}

/// What somebody else has changed too.
pub(super) fn clash(t: Texts, clashes: &[Clash]) -> String {
    words::clash(t, clashes, |it| {
        let now = it.now.clone().unwrap_or_default();
        match it.field.as_str() {
            "required" => (t.say("schema-required"), words::ticked(t, it)),
            "unique" => (t.say("schema-unique"), words::ticked(t, it)),
            "mutability" => (t.say("schema-mutability"), now),
            "returned" => (t.say("schema-returned"), now),
            "values" => (t.say("schema-values"), now),
            _ => (t.say("description"), now),
        }
    })
}

/// The type in words.
pub(super) const fn kind(it: Kind) -> &'static str {
    match it {
        Kind::String => "schema-type-string",
        Kind::Boolean => "schema-type-boolean",
        Kind::Integer => "schema-type-integer",
        Kind::Decimal => "schema-type-decimal",
        Kind::DateTime => "schema-type-moment",
        Kind::Reference => "schema-type-reference",
        Kind::Binary => "schema-type-binary",
        Kind::Complex => "schema-type-complex",
    }
}

/// Who may set it: in a menu, and in a list where that is not usual.
pub(super) const fn mutability(it: Mutability) -> (&'static str, Option<&'static str>) {
    match it {
        Mutability::ReadWrite => ("schema-read-write", None),
        Mutability::Immutable => ("schema-immutable", Some("schema-immutable")),
        Mutability::ReadOnly => ("schema-read-only", Some("schema-read-only")),
        Mutability::WriteOnly => ("schema-write-only", Some("schema-write-only")),
    }
}

/// When it is given back, likewise.
pub(super) const fn returned(it: Returned) -> (&'static str, Option<&'static str>) {
    match it {
        Returned::Default => ("schema-returned-usual", None),
        Returned::Always => ("schema-returned-always", Some("schema-returned-always")),
        Returned::Request => ("schema-returned-request", Some("schema-returned-request")),
        Returned::Never => ("schema-returned-never", Some("schema-returned-never")),
    }
}

/// What is wrong with a definition.
pub(super) const fn misfit(it: Misfit) -> &'static str {
    match it {
        Misfit::TooManySchemas => "schema-wrong-many",
        Misfit::NotUrn => "schema-wrong-urn",
        Misfit::TakenNamespace => "schema-wrong-namespace",
        Misfit::WithinAnother => "schema-wrong-within",
        Misfit::Name => "schema-wrong-name",
        Misfit::Description => "schema-wrong-description",
        Misfit::AttributeCount => "schema-wrong-count",
        Misfit::SameName => "schema-wrong-same",
        Misfit::AttributeName => "schema-wrong-attribute",
        Misfit::ReservedName => "schema-wrong-reserved",
        Misfit::Type => "schema-wrong-type",
        Misfit::Mutability => "schema-wrong-mutability",
        Misfit::NobodyMaySet => "schema-wrong-required",
        Misfit::Uniqueness => "schema-wrong-unique",
        Misfit::Values => "schema-wrong-values",
        Misfit::Reshaped => "schema-wrong-reshaped",
        Misfit::TooManyGone => "schema-wrong-gone",
    }
}
