//! What of a resource somebody may see and set whose token names attributes: those, and no others.
//!
//! * What is not named is in no answer, as if it were `returned: never`, and nothing is found or sorted by it: an answer
//!   would tell what it holds.
//! * What is not named stays as it is, whatever is sent for it. Clients send whole resources, so that is no error; only what
//!   cannot be done without it is one.
//! * A part of a single attribute (`name.familyName`) can be named alone. A list of which only parts are named is shown in
//!   those parts and never changed: which of its elements is meant is told by all of an element.
//!
//! All of that is decided on resolved attributes, so that no spelling of a name is another name.
//!
//! **Invariant:** where nothing is named, nothing is looked at.
//! **Invariant:** whatever is not named is after a change as it was: [`Allowed::settle`] has the last word.
//! **Invariant:** `id` and `meta` are told whatever is named, and `schemas` of what is told.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::document::Document;
use super::filter::{AttributeRef, Filter};
use super::list::ListQuery;
use super::patch::{Operation, Patch};
use super::schema::{GROUP, Kind, Located, Named, ResourceType, strip_prefix};
use super::{Error, quirks};

#[cfg(test)]
mod tests;

/// The attributes of one type of resource that may be seen and set.
#[derive(Clone, Debug, PartialEq)]
pub struct Allowed {
    /// The type.
    pub resources: &'static ResourceType,
    named: Option<Vec<Named>>,
}

/// The spelling in which the name of an attribute of users or groups is kept; nothing for a name of nothing. What an
/// extension has is kept with its URN, so that no attribute which comes later is meant by an old name.
pub fn canonical(users: &'static ResourceType, name: &str) -> Option<String> {
    let name = name.trim();
    let is_core = |it: &Named| matches!(it, Named::Attribute(Located { extension: None, .. }) | Named::Core);
    let found = |of: &'static ResourceType| of.resolve(name).map(|it| (of, it));
    let both = [found(users), found(&GROUP)];
    let (of, named) =
        both.iter().flatten().find(|(_, it)| is_core(it)).or_else(|| both.iter().flatten().next()).copied()?;
    Some(match named {
        Named::Core => of.core.urn.to_owned(),
        Named::Extension(urn) => urn.to_owned(),
        Named::Attribute(at) => {
            let core = strip_prefix(name, of.core.urn).map(|_| of.core.urn);
            core.map_or_else(|| at.to_string(), |urn| format!("{urn}:{at}"))
        }
    })
}

impl Allowed {
    /// Everything.
    pub const fn everything(resources: &'static ResourceType) -> Self {
        Self { resources, named: None }
    }

    /// What these names stand for, in the spelling of [`canonical`]. A name of nothing that is there allows nothing.
    pub fn only<'n>(resources: &'static ResourceType, names: impl IntoIterator<Item = &'n str>) -> Self {
        let named = names.into_iter().filter_map(|name| {
            let is_urn = strip_prefix(name, "urn:").is_some();
            let is_meant = |it: &Named| is_urn || matches!(it, Named::Attribute(Located { extension: None, .. }));
            resources.resolve(name).filter(is_meant)
        });
        Self { resources, named: Some(named.collect()) }
    }

    /// True when what is at this place, or a part of it, may be seen.
    pub(super) fn shows(&self, at: Located) -> bool {
        is_told_always(at) || self.any(|named| named.overlaps(self.resources, at))
    }

    /// Refuses a query that would tell about what may not be seen.
    pub fn check_query(&self, query: &ListQuery) -> Result<(), Error> {
        let hidden = query.filter.as_ref().and_then(|filter| self.hidden(filter));
        let Some(hidden) = hidden.or_else(|| query.sort.map(|it| it.by).filter(|by| !self.finds(by))) else {
            return Ok(());
        };
        Err(refusal(&hidden.to_string(), "find or sort by it"))
    }

    /// Refuses a deed for somebody who may not set what it sets.
    pub fn require(&self, names: &[&str], deed: &str) -> Result<(), Error> {
        names.iter().find(|name| !self.may_set(name)).map_or(Ok(()), |name| Err(refusal(name, deed)))
    }

    /// True for somebody who may set all of this attribute of the core schema.
    pub fn may_set(&self, name: &str) -> bool {
        let attribute = self.resources.attribute(name);
        attribute.is_some_and(|attribute| self.sets(Located { extension: None, attribute, sub: None }))
    }

    /// True for somebody who may set all that is at this place.
    pub fn may_set_at(&self, at: Located) -> bool {
        self.sets(at)
    }

    /// The refusal of a resource that lacks what it must have, where it is not the client's to send.
    pub(super) fn refuse_without(&self, at: Located) -> Option<Error> {
        (!self.sets(at)).then(|| refusal(&at.to_string(), "write what cannot be without it"))
    }

    /// True when what is at this place may be set, or a part of it.
    pub(super) fn takes(&self, at: Located) -> bool {
        self.sets(at) || self.sets_parts(at)
    }

    /// Leaves of a value what may be set, and tells what else there was.
    pub(super) fn cut(&self, at: Located, value: Value, left_alone: &mut BTreeSet<String>) -> Option<Value> {
        if self.sets(at) {
            return Some(value);
        }
        let mut parts = match quirks::single_from_list(&value) {
            Value::Object(parts) => parts.clone(),
            Value::Null => return Some(Value::Null),
            // A scalar stands for the `value` of what it is sent for.
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                let sub = at.attribute.sub("value")?;
                return self.sets(Located { sub: Some(sub), ..at }).then_some(value);
            }
        };
        parts.retain(|name, _| {
            let Some(sub) = at.attribute.sub(name) else { return true };
            let at = Located { sub: Some(sub), ..at };
            if !self.sets(at) {
                left_alone.insert(at.to_string());
            }
            self.sets(at)
        });
        (!parts.is_empty()).then_some(Value::Object(parts))
    }

    /// Takes out of a PATCH what may not be set, and tells what that was.
    pub fn narrow(&self, patch: &mut Patch) -> BTreeSet<String> {
        let mut left_alone = BTreeSet::new();
        if self.named.is_none() {
            return left_alone;
        }
        let operations = std::mem::take(&mut patch.operations);
        patch.operations = operations.into_iter().filter_map(|it| self.operation(it, &mut left_alone)).collect();
        if !patch.members.is_empty() && !self.may_set("members") {
            patch.members.clear();
            left_alone.insert("members".to_owned());
        }
        left_alone
    }

    fn operation(&self, operation: Operation, left_alone: &mut BTreeSet<String>) -> Option<Operation> {
        let at = operation.target.at;
        if is_told_always(at) {
            return Some(operation);
        }
        if !self.takes(at) {
            left_alone.insert(at.to_string());
            return None;
        }
        match operation.value {
            Some(value) => Some(Operation { value: Some(self.cut(at, value, left_alone)?), ..operation }),
            None => Some(operation),
        }
    }

    /// The document after a change, with everything that may not be set as it was before.
    #[must_use]
    pub fn settle(&self, before: &Document, after: Document) -> Document {
        if self.named.is_none() {
            return after;
        }
        let (old, Value::Object(mut new)) = (before.attributes(), after.into_json()) else { return before.clone() };
        let names: BTreeSet<String> = old.keys().chain(new.keys()).cloned().collect();
        let mut settled = Map::new();
        for name in names {
            let (was, is) = (old.get(&name), new.remove(&name));
            let value = match (self.resources.extension(&name), self.resources.attribute(&name)) {
                (Some(schema), _) => self.merge(was, is, |name| {
                    let attribute = schema.attribute(name)?;
                    Some(Located { extension: Some(schema.urn), attribute, sub: None })
                }),
                (None, Some(attribute)) => self.place(Located { extension: None, attribute, sub: None }, was, is),
                (None, None) => was.cloned(),
            };
            settled.extend(value.map(|value| (name, value)));
        }
        Document::from_stored(Value::Object(settled))
    }

    fn place(&self, at: Located, was: Option<&Value>, is: Option<Value>) -> Option<Value> {
        if self.sets(at) {
            return is;
        }
        if !self.sets_parts(at) {
            return was.cloned();
        }
        self.merge(was, is, |name| Some(Located { sub: Some(at.attribute.sub(name)?), ..at }))
    }

    /// An object of both: what is named of the one, and the rest of the other.
    fn merge(&self, was: Option<&Value>, is: Option<Value>, locate: impl Fn(&str) -> Option<Located>) -> Option<Value> {
        let parts = |value: Value| match value {
            Value::Object(parts) => parts,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
        };
        let (was, mut is) = (was.cloned().map(parts).unwrap_or_default(), is.map(parts).unwrap_or_default());
        let names: BTreeSet<String> = was.keys().chain(is.keys()).cloned().collect();
        let merged: Map<String, Value> = names
            .into_iter()
            .filter_map(|name| {
                let value = match locate(&name) {
                    Some(at) => self.place(at, was.get(&name), is.remove(&name)),
                    None => was.get(&name).cloned(),
                };
                Some((name, value?))
            })
            .collect();
        (!merged.is_empty()).then_some(Value::Object(merged))
    }

    /// True when all of what is at this place may be set.
    fn sets(&self, at: Located) -> bool {
        let at = if at.attribute.multi_valued { Located { sub: None, ..at } } else { at };
        self.any(|named| named.includes(self.resources, at))
    }

    /// True when a part of what is at this place may be set, which is no list.
    fn sets_parts(&self, at: Located) -> bool {
        let is_whole = at.sub.is_none() && !at.attribute.multi_valued && at.attribute.kind == Kind::Complex;
        is_whole && self.any(|named| named.overlaps(self.resources, at))
    }

    fn any(&self, is_so: impl Fn(Named) -> bool) -> bool {
        self.named.as_ref().is_none_or(|named| named.iter().copied().any(is_so))
    }

    /// The first attribute of a filter that may not be seen.
    fn hidden(&self, filter: &Filter) -> Option<AttributeRef> {
        match filter {
            Filter::And(parts) | Filter::Or(parts) => parts.iter().find_map(|part| self.hidden(part)),
            Filter::Not(part) => self.hidden(part),
            Filter::Compare { attribute, .. } | Filter::Present(attribute) => {
                (!self.finds(attribute)).then_some(*attribute)
            }
            Filter::Element { filter, .. } => self.hidden(filter),
        }
    }

    /// True when something may be found by this. By `schemas` one would find who has anything of an extension.
    fn finds(&self, by: &AttributeRef) -> bool {
        let Some(named) = &self.named else { return true };
        let at = self.locate(by);
        let is_told = |at: Located| is_told_always(at) && at.attribute.name != "schemas";
        at.is_some_and(|at| is_told(at) || named.iter().any(|named| named.includes(self.resources, at)))
    }

    fn locate(&self, by: &AttributeRef) -> Option<Located> {
        let attribute = match by.extension {
            Some(urn) => self.resources.extension(urn)?.attribute(by.name)?,
            None => self.resources.attribute(by.name)?,
        };
        let sub = match by.sub {
            Some(name) => Some(attribute.sub(name)?),
            None => None,
        };
        Some(Located { extension: by.extension, attribute, sub })
    }
}

/// True for what every token is told.
fn is_told_always(at: Located) -> bool {
    at.extension.is_none() && matches!(at.attribute.name, "id" | "schemas" | "meta")
}

fn refusal(name: &str, deed: &str) -> Error {
    let detail =
        format!("the token names the attributes that it is for, and `{name}` is none of them, so it may not {deed}");
    Error::new(403, detail)
}
