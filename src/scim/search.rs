//! The search document: what the store keeps next to a document so that filters are plain comparisons.
//!
//! It has the shape of the document (extensions under their URN, lists of objects for multi-valued attributes), with
//! values in the form they are compared in:
//!
//! * text of an attribute that is not `caseExact` is folded, other text is as it is;
//! * a `dateTime` is a whole number of milliseconds since the epoch;
//! * booleans and numbers are themselves;
//! * `schemas` is added as a list of URNs.
//!
//! `id`, `meta`, `groups` and `members` are not in it: they are columns and rows of the store.
//!
//! **Invariant:** for a filter over the document's attributes, comparing folded literals with the search document
//! selects what [`super::filter::matches`] selects on the document.
//! **Invariant:** nothing that may not be searched is in it.

use serde_json::{Map, Value};

use super::document::{Document, schemas_of};
use super::schema::{Attribute, Kind, ResourceType};
use super::{Fold, moment};

#[cfg(test)]
mod tests;

/// Makes the search document of a document.
pub fn index(resources: &'static ResourceType, document: &Document, fold: Fold) -> Value {
    let mut index = Map::new();
    for (name, value) in document.attributes() {
        if let Some(schema) = resources.extension(name) {
            index.insert(name.clone(), object(value, fold, |name| schema.attribute(name)));
        } else if let Some(attribute) = resources.attribute(name).filter(|attribute| attribute.is_searchable()) {
            index.insert(name.clone(), one(attribute, value, fold));
        }
    }
    index.insert("schemas".to_owned(), schemas_of(resources, document.attributes()));
    Value::Object(index)
}

fn object(value: &Value, fold: Fold, find: impl Fn(&str) -> Option<&'static Attribute>) -> Value {
    let parts = value.as_object().into_iter().flatten();
    let indexed = parts.filter_map(|(name, value)| {
        let attribute = find(name).filter(|attribute| attribute.is_searchable())?;
        Some((name.clone(), one(attribute, value, fold)))
    });
    Value::Object(indexed.collect())
}

fn one(attribute: &'static Attribute, value: &Value, fold: Fold) -> Value {
    match value {
        Value::Array(elements) => elements.iter().map(|element| one(attribute, element, fold)).collect(),
        Value::Object(_) => object(value, fold, |name| attribute.sub(name)),
        Value::String(text) if attribute.kind == Kind::DateTime => moment::parse(text).into(),
        Value::String(text) => key(attribute, text, fold).into(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// How a text of an attribute is compared.
pub fn key(of: &Attribute, text: &str, fold: Fold) -> String {
    if of.case_exact { text.to_owned() } else { fold(text) }
}
