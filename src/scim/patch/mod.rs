//! PATCH (RFC 7644 3.5.2): a body becomes operations on single attributes, and operations on a document a document.
//!
//! [`parse`] resolves every path, splits a value without a path (and a whole extension) into one operation per
//! attribute, and sets the members of a group apart: they are rows, changed by [`MemberChange`]s that need no list of
//! members in memory. [`apply`] knows no users and no store.
//!
//! Where RFC 7644 leaves room, this is what is done:
//!
//! * `add` and `replace` of a complex attribute change the sub-attributes that are named and keep the others (3.5.2.3);
//!   only a reference (a manager) whose `value` changes is replaced whole, so that no old name stays with a new person.
//! * `add` to a list leaves an equal element as it is; equal means equal but for `primary`.
//! * A selection that matches nothing makes a new element with the attributes the selection asks for, for `add` and
//!   `replace` alike; where that is impossible (`value sw "x"`, or the selected attribute is the one to set) it is
//!   `noTarget`. A new element becomes primary only if no other element is.
//! * A sub-attribute of a list without a selection is set in every element; in an empty list it makes one.
//! * A value that is `null`, empty text or an empty list removes; to `remove` what is not there changes nothing.
//! * `remove` of a list with a value removes only the elements of that value.
//! * A path that names no attribute is refused; an unknown key in a value without a path is ignored, like in POST.
//!
//! **Invariant:** the result is canonical and whole, or an error and the document as it was.
//! **Invariant:** `readOnly` attributes never change, required ones are never removed, `immutable` ones are set once.

mod apply;
mod members;

#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use super::path::{self, Path, Target};
use super::schema::ResourceType;
use super::{Error, ScimType, quirks};

pub use apply::{PasswordChange, Patched, apply};
pub use members::MemberChange;

/// The schema of a PATCH body; bodies without it are accepted.
pub const PATCH_URN: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// The most operations in one request.
pub const OPERATIONS_MAX: usize = 1_000;

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Adds values.
    Add,
    /// Replaces values.
    Replace,
    /// Removes values.
    Remove,
}

/// One operation on one attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// What it does.
    pub op: Op,
    /// To what.
    pub target: Target,
    /// With what; as it was sent. `None` only for `Remove`.
    pub value: Option<Value>,
}

/// A PATCH body, read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patch {
    /// The operations on the document, in order.
    pub operations: Vec<Operation>,
    /// The changes to the members of a group, in order.
    pub members: Vec<MemberChange>,
}

/// Reads the body of a PATCH of the resource with this id.
pub fn parse(resources: &'static ResourceType, body: &Value, id: &str) -> Result<Patch, Error> {
    let operations = body
        .as_object()
        .and_then(|body| quirks::entry_in_any_case(body, "Operations"))
        .and_then(Value::as_array)
        .filter(|operations| !operations.is_empty())
        .ok_or_else(|| Error::syntax("`Operations` must be a list with at least one operation"))?;
    if operations.len() > OPERATIONS_MAX {
        let detail = format!("more than {OPERATIONS_MAX} operations in one request; split it");
        return Err(Error::bad(ScimType::TooMany, detail));
    }
    let mut reader = Reader { resources, id, patch: Patch::default() };
    for operation in operations {
        reader.operation(operation)?;
    }
    Ok(reader.patch)
}

struct Reader<'a> {
    resources: &'static ResourceType,
    id: &'a str,
    patch: Patch,
}

impl Reader<'_> {
    fn operation(&mut self, operation: &Value) -> Result<(), Error> {
        let operation = operation.as_object().ok_or_else(|| Error::syntax("each operation must be an object"))?;
        let op = quirks::entry_in_any_case(operation, "op")
            .and_then(Value::as_str)
            .and_then(quirks::op_in_any_case)
            .ok_or_else(|| Error::syntax("each operation needs an `op`: add, replace or remove"))?;
        let value = quirks::entry_in_any_case(operation, "value");
        if op != Op::Remove && value.is_none() {
            return Err(Error::value("an operation that adds or replaces needs a `value`"));
        }
        match quirks::entry_in_any_case(operation, "path") {
            None | Some(Value::Null) => self.without_path(op, value),
            Some(Value::String(path)) if path.trim().is_empty() => self.without_path(op, value),
            Some(Value::String(path)) => self.with_path(op, &path::parse(self.resources, path)?, value),
            Some(_) => Err(Error::bad(ScimType::InvalidPath, "the `path` of an operation must be text")),
        }
    }

    fn without_path(&mut self, op: Op, value: Option<&Value>) -> Result<(), Error> {
        if op == Op::Remove {
            return Err(Error::bad(ScimType::NoTarget, "an operation that removes needs a `path`"));
        }
        let value = value.and_then(Value::as_object);
        let value =
            value.ok_or_else(|| Error::value("an operation without a `path` needs an object as its `value`"))?;
        self.each_key(op, value)
    }

    fn each_key(&mut self, op: Op, value: &Map<String, Value>) -> Result<(), Error> {
        for (key, value) in value {
            if key.eq_ignore_ascii_case("schemas") || self.is_own_id(key, value) {
                continue;
            }
            match path::parse(self.resources, key) {
                Ok(path) => self.with_path(op, &path, Some(value))?,
                Err(error) if key.contains('[') => return Err(error),
                Err(_) => {}
            }
        }
        Ok(())
    }

    // Okta renames a group with `{"id": …, "displayName": …}`.
    fn is_own_id(&self, key: &str, value: &Value) -> bool {
        key.eq_ignore_ascii_case("id") && value.as_str() == Some(self.id)
    }

    fn with_path(&mut self, op: Op, path: &Path, value: Option<&Value>) -> Result<(), Error> {
        match path {
            Path::Attribute(target) => self.target(op, target.clone(), value),
            Path::Schema(urn) => match value.filter(|_| op != Op::Remove) {
                Some(value) if is_nothing(value) && op == Op::Add => Ok(()),
                Some(value) if is_nothing(value) => self.remove_schema(urn),
                Some(Value::Object(value)) if *urn == self.resources.core.urn => self.each_key(op, value),
                Some(Value::Object(value)) => {
                    let keyed = value.iter().map(|(key, value)| (format!("{urn}:{key}"), value.clone()));
                    self.each_key(op, &keyed.collect())
                }
                Some(_) => Err(Error::value(format!("`{urn}` must be an object"))),
                None => self.remove_schema(urn),
            },
        }
    }

    fn remove_schema(&mut self, urn: &'static str) -> Result<(), Error> {
        let schema = self.resources.extension(urn).ok_or_else(|| {
            Error::mutability("the core schema of a resource cannot be removed; remove single attributes")
        })?;
        for attribute in schema.attributes.iter().filter(|attribute| !attribute.is_read_only()) {
            let at = super::schema::Located { extension: Some(schema.urn), attribute, sub: None };
            self.target(Op::Remove, Target { at, filter: None }, None)?;
        }
        Ok(())
    }

    fn target(&mut self, op: Op, target: Target, value: Option<&Value>) -> Result<(), Error> {
        let value = value.filter(|value| op != Op::Remove || !value.is_null()).cloned();
        if target.at.attribute.name == "members" {
            self.patch.members.extend(members::change(op, &target, value.as_ref())?);
        } else {
            self.patch.operations.push(Operation { op, target, value });
        }
        Ok(())
    }
}

/// True for a value that means "no value".
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
