//! What of a resource is answered: `attributes`, `excludedAttributes` and the `returned` of the schema (RFC 7644 3.9).
//!
//! `attributes` decides alone when both are given. A name that is not known is ignored, so that nobody learns from the
//! answer which hidden names exist.
//!
//! **Invariant:** every answer goes through a projection, the default one if nothing was asked for.
//! **Invariant:** what may not be seen is never answered, whatever is asked for; see [`super::allowed`].
//! **Invariant:** `returned: never` is never answered, `returned: always` always, `returned: request` only by name.

use serde_json::{Map, Value};

use super::allowed::Allowed;
use super::quirks;
use super::schema::{Located, Named, ResourceType, Returned};

#[cfg(test)]
mod tests;

/// What of a resource is answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    allowed: Allowed,
    wanted: Option<Vec<Named>>,
    unwanted: Vec<Named>,
}

impl Projection {
    /// What is answered when nothing was asked for.
    pub fn default_of(resources: &'static ResourceType) -> Self {
        Self { allowed: Allowed::everything(resources), wanted: None, unwanted: Vec::new() }
    }

    /// Reads the two parameters, each a list of names with commas between them.
    pub fn parse(resources: &'static ResourceType, attributes: &str, excluded: &str) -> Self {
        let names = |list: &str| -> Vec<Named> {
            list.split(',').map(str::trim).filter_map(|name| resources.resolve(name)).collect()
        };
        let wanted = (!attributes.trim().is_empty()).then(|| names(attributes));
        let unwanted = if wanted.is_some() { Vec::new() } else { names(excluded) };
        Self { allowed: Allowed::everything(resources), wanted, unwanted }
    }

    /// Reads the two parameters out of a decoded query.
    pub fn from_pairs(resources: &'static ResourceType, pairs: &[(String, String)]) -> Self {
        let value = |name| quirks::parameter_in_any_case(pairs, name).unwrap_or_default();
        Self::parse(resources, value("attributes"), value("excludedAttributes"))
    }

    /// What of that may be seen.
    #[must_use]
    pub fn within(&self, allowed: Allowed) -> Self {
        Self { allowed, ..self.clone() }
    }

    /// True when the members of a group are not answered, so that nobody needs to load them.
    pub fn excludes_members(&self) -> bool {
        self.excludes("members")
    }

    /// True when this attribute of the core schema is not answered at all.
    pub fn excludes(&self, name: &str) -> bool {
        let attribute = self.allowed.resources.attribute(name);
        attribute.is_none_or(|attribute| !self.shows(Located { extension: None, attribute, sub: None }))
    }

    /// True when this attribute of an extension is answered, so that it has to be found out.
    pub fn shows_extension(&self, urn: &str, name: &str) -> bool {
        let located = self.allowed.resources.extension(urn).and_then(|schema| {
            Some(Located { extension: Some(schema.urn), attribute: schema.attribute(name)?, sub: None })
        });
        located.is_some_and(|at| self.shows(at))
    }

    /// The part of a rendered resource that is answered.
    pub fn apply(&self, resource: Value) -> Value {
        let Value::Object(resource) = resource else { return resource };
        let mut shown = Map::new();
        for (name, value) in resource {
            let value = match self.allowed.resources.extension(&name) {
                Some(schema) => self.object(value, |name| {
                    let attribute = schema.attribute(name)?;
                    Some(Located { extension: Some(schema.urn), attribute, sub: None })
                }),
                None => self
                    .allowed
                    .resources
                    .attribute(&name)
                    .and_then(|attribute| self.attribute(Located { extension: None, attribute, sub: None }, value)),
            };
            shown.extend(value.map(|value| (name, value)));
        }
        self.keep_schemas_of_what_is_shown(&mut shown);
        Value::Object(shown)
    }

    fn attribute(&self, at: Located, value: Value) -> Option<Value> {
        if !self.shows(at) {
            return None;
        }
        match value {
            Value::Array(elements) => {
                let shown: Vec<Value> = elements.into_iter().filter_map(|element| self.parts(at, element)).collect();
                (!shown.is_empty()).then_some(Value::Array(shown))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
                self.parts(at, value)
            }
        }
    }

    fn parts(&self, at: Located, value: Value) -> Option<Value> {
        if !value.is_object() {
            return Some(value);
        }
        self.object(value, |name| Some(Located { sub: Some(at.attribute.sub(name)?), ..at }))
    }

    fn object(&self, value: Value, locate: impl Fn(&str) -> Option<Located>) -> Option<Value> {
        let Value::Object(parts) = value else { return None };
        let mut shown = Map::new();
        for (name, value) in parts {
            let value = locate(&name).and_then(|at| match at.sub {
                Some(_) => self.shows(at).then_some(value),
                None => self.attribute(at, value),
            });
            shown.extend(value.map(|value| (name, value)));
        }
        (!shown.is_empty()).then_some(Value::Object(shown))
    }

    fn shows(&self, at: Located) -> bool {
        let asked = || {
            self.wanted
                .as_ref()
                .is_some_and(|wanted| wanted.iter().any(|name| name.overlaps(self.allowed.resources, at)))
        };
        match at.sub.map_or(at.attribute.returned, |sub| sub.returned) {
            _ if !self.allowed.shows(at) => false,
            Returned::Always => true,
            Returned::Never => false,
            Returned::Request => asked(),
            Returned::Default if self.wanted.is_some() => asked(),
            Returned::Default => !self.unwanted.iter().any(|name| name.includes(self.allowed.resources, at)),
        }
    }

    fn keep_schemas_of_what_is_shown(&self, shown: &mut Map<String, Value>) {
        let Some(Value::Array(mut schemas)) = shown.remove("schemas") else { return };
        schemas.retain(|urn| {
            urn.as_str().is_some_and(|urn| urn == self.allowed.resources.core.urn || shown.contains_key(urn))
        });
        shown.insert("schemas".to_owned(), Value::Array(schemas));
    }
}
