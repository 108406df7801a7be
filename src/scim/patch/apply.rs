//! Operations on a document.

use secrecy::SecretString;
use serde_json::{Map, Value};

use super::super::canonical;
use super::super::document::Document;
use super::super::filter::{self, Filter, Literal, element_matches};
use super::super::path::Target;
use super::super::schema::{Attribute, Kind, Located, Mutability};
use super::super::{Error, Fold, ScimType, moment, quirks};
use super::{Op, Operation};

/// A document after its operations.
#[derive(Debug)]
pub struct Patched {
    /// The document.
    pub document: Document,
    /// What became of the password, when an operation named it.
    pub password: Option<PasswordChange>,
}

/// What an operation on `password` asks for.
#[derive(Debug)]
pub enum PasswordChange {
    /// This is the password now.
    Set(SecretString),
    /// There is none any more.
    Remove,
}

/// Applies the operations in order; all of them or none.
pub fn apply(document: &Document, operations: &[Operation], fold: Fold) -> Result<Patched, Error> {
    let mut patched = Patched { document: document.clone(), password: None };
    for operation in operations {
        patched.one(operation, fold)?;
    }
    Ok(patched)
}

impl Patched {
    fn one(&mut self, operation: &Operation, fold: Fold) -> Result<(), Error> {
        let Operation { op, target, value } = operation;
        let Located { extension, attribute, sub } = target.at;
        if attribute.is_read_only() || sub.is_some_and(Attribute::is_read_only) {
            return Err(Error::mutability(format!("`{target}` is made by the server and cannot be changed")));
        }
        if attribute.mutability == Mutability::WriteOnly {
            return self.password(attribute, *op, value.as_ref());
        }
        let attributes = self.document.attributes_mut();
        let before = read(attributes, extension, attribute.name);
        let change = Change { op: *op, target, value: value.as_ref(), fold };
        let after = change.result(before.clone())?;
        change.check(before.as_ref(), after.as_ref())?;
        write(attributes, extension, attribute.name, after);
        Ok(())
    }

    fn password(&mut self, attribute: &'static Attribute, op: Op, value: Option<&Value>) -> Result<(), Error> {
        let sent = if op == Op::Remove { None } else { value };
        let password = canonical::value(attribute, sent.unwrap_or(&Value::Null))?;
        self.password = Some(match password.as_ref().and_then(Value::as_str) {
            Some(password) => PasswordChange::Set(SecretString::from(password)),
            None => PasswordChange::Remove,
        });
        Ok(())
    }
}

fn read(attributes: &Map<String, Value>, extension: Option<&str>, name: &str) -> Option<Value> {
    match extension {
        Some(urn) => attributes.get(urn)?.get(name).cloned(),
        None => attributes.get(name).cloned(),
    }
}

fn write(attributes: &mut Map<String, Value>, extension: Option<&str>, name: &str, value: Option<Value>) {
    let Some(urn) = extension else {
        put(attributes, name, value);
        return;
    };
    let mut parts = match attributes.remove(urn) {
        Some(Value::Object(parts)) => parts,
        Some(_) | None => Map::new(),
    };
    put(&mut parts, name, value);
    if !parts.is_empty() {
        attributes.insert(urn.to_owned(), Value::Object(parts));
    }
}

fn put(map: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    match value {
        Some(value) => map.insert(name.to_owned(), value),
        None => map.remove(name),
    };
}

/// One operation, about to change the value of one attribute.
struct Change<'a> {
    op: Op,
    target: &'a Target,
    value: Option<&'a Value>,
    fold: Fold,
}

impl Change<'_> {
    fn result(&self, before: Option<Value>) -> Result<Option<Value>, Error> {
        let Located { attribute, sub, .. } = self.target.at;
        if attribute.multi_valued {
            return self.list(before);
        }
        match (sub, self.op) {
            (None, Op::Remove) => Ok(None),
            (None, Op::Add | Op::Replace) if attribute.kind != Kind::Complex => {
                canonical::value(attribute, self.sent())
            }
            (None, Op::Add | Op::Replace) => merge(attribute, before, self.sent()),
            (Some(sub), Op::Remove) => Ok(with_sub(before, sub, None)),
            (Some(sub), Op::Add | Op::Replace) if sub.name == "value" && is_reference(attribute) => {
                merge(attribute, before, self.sent())
            }
            (Some(sub), Op::Add | Op::Replace) => Ok(with_sub(before, sub, canonical_sub(sub, self.sent())?)),
        }
    }

    fn sent(&self) -> &Value {
        self.value.unwrap_or(&Value::Null)
    }

    fn list(&self, before: Option<Value>) -> Result<Option<Value>, Error> {
        let attribute = self.target.at.attribute;
        let mut elements = match before {
            Some(Value::Array(elements)) => elements,
            Some(_) | None => Vec::new(),
        };
        match (&self.target.filter, self.target.at.sub, self.op) {
            (None, None, Op::Remove) => self.remove_elements(&mut elements)?,
            (None, None, Op::Replace) => elements = canonical_elements(attribute, self.sent())?,
            (None, None, Op::Add) => add_elements(&mut elements, canonical_elements(attribute, self.sent())?),
            (None, Some(sub), _) => self.set_everywhere(&mut elements, sub)?,
            (Some(filter), _, Op::Remove) => self.remove_selected(&mut elements, filter),
            (Some(filter), _, Op::Add | Op::Replace) => self.set_selected(&mut elements, filter)?,
        }
        elements.retain(|element| !super::is_nothing(element));
        canonical::check_count(attribute, &elements)?;
        Ok((!elements.is_empty()).then_some(Value::Array(elements)))
    }

    // With a value, only the elements of that value go (Entra); without one, all do (RFC 7644 3.5.2.2).
    fn remove_elements(&self, elements: &mut Vec<Value>) -> Result<(), Error> {
        let Some(value) = self.value else {
            elements.clear();
            return Ok(());
        };
        let unwanted = canonical_elements(self.target.at.attribute, value)?;
        elements.retain(|element| !unwanted.iter().any(|unwanted| is_meant(element, unwanted)));
        Ok(())
    }

    fn set_everywhere(&self, elements: &mut Vec<Value>, sub: &'static Attribute) -> Result<(), Error> {
        let value = if self.op == Op::Remove { None } else { canonical_sub(sub, self.sent())? };
        if elements.is_empty() && value.is_some() {
            elements.push(Value::Object(Map::new()));
        }
        for element in elements.iter_mut() {
            set_sub(element, sub, value.clone());
        }
        canonical::keep_last_primary(elements);
        Ok(())
    }

    fn remove_selected(&self, elements: &mut Vec<Value>, filter: &Filter) {
        match self.target.at.sub {
            None => elements.retain(|element| !element_matches(filter, element, self.fold)),
            Some(sub) => {
                for element in elements.iter_mut().filter(|element| element_matches(filter, element, self.fold)) {
                    set_sub(element, sub, None);
                }
            }
        }
    }

    fn set_selected(&self, elements: &mut Vec<Value>, filter: &Filter) -> Result<(), Error> {
        let selected: Vec<usize> = elements
            .iter()
            .enumerate()
            .filter_map(|(index, element)| element_matches(filter, element, self.fold).then_some(index))
            .collect();
        if selected.is_empty() {
            return self.add_selected(elements, filter);
        }
        for index in selected {
            let Some(element) = elements.get_mut(index) else { continue };
            let was_primary = canonical::is_primary(element);
            *element = self.changed(element.take(), filter)?;
            if canonical::is_primary(element) && !was_primary {
                canonical::keep_primary(elements, Some(index));
            }
        }
        Ok(())
    }

    fn changed(&self, element: Value, filter: &Filter) -> Result<Value, Error> {
        let attribute = self.target.at.attribute;
        let changed = match (self.target.at.sub, self.op) {
            (Some(sub), _) => with_sub(Some(element), sub, canonical_sub(sub, self.sent())?),
            (None, Op::Replace) if super::is_nothing(self.sent()) => None,
            (None, Op::Replace) => merge(attribute, stamp(filter).map(Value::Object), self.sent())?,
            (None, Op::Add | Op::Remove) => merge_parts(attribute, Some(element), self.sent())?,
        };
        Ok(changed.unwrap_or_default())
    }

    // RFC 7644 3.5.2.3 refuses a replacement that selects nothing; Entra relies on the element being made (C16).
    fn add_selected(&self, elements: &mut Vec<Value>, filter: &Filter) -> Result<(), Error> {
        let Located { attribute, sub, .. } = self.target.at;
        if super::is_nothing(self.sent()) {
            return Ok(());
        }
        let stamp =
            stamp(filter).filter(|stamp| sub.is_none_or(|sub| !stamp.contains_key(sub.name))).ok_or_else(|| {
                Error::bad(ScimType::NoTarget, format!("`{}` selects nothing that could be changed", self.target))
            })?;
        let stamped_primary = stamp.contains_key("primary");
        let stamped = canonical::single(attribute, &Value::Object(stamp))?;
        let element = match sub {
            Some(sub) => with_sub(stamped, sub, canonical_sub(sub, self.sent())?),
            None => merge_parts(attribute, stamped, self.sent())?,
        };
        elements.extend(element);
        let keep =
            if stamped_primary { elements.iter().position(canonical::is_primary) } else { last_primary(elements) };
        canonical::keep_primary(elements, keep);
        Ok(())
    }

    fn check(&self, before: Option<&Value>, after: Option<&Value>) -> Result<(), Error> {
        let Located { attribute, sub, .. } = self.target.at;
        // What an extension must have is looked at when all is done: it may go as a whole.
        if attribute.required && self.target.at.extension.is_none() && after.is_none() {
            let detail = format!("`{}` is required and cannot be removed", attribute.name);
            return Err(if self.op == Op::Remove { Error::mutability(detail) } else { Error::value(detail) });
        }
        let part = |value: Option<&Value>| match (value, sub) {
            (Some(value), Some(sub)) => value.get(sub.name).cloned(),
            (value, _) => value.cloned(),
        };
        let is_fixed = [Some(attribute), sub].iter().flatten().any(|a| a.mutability == Mutability::Immutable);
        match part(before) {
            Some(before) if is_fixed && part(after).as_ref() != Some(&before) => {
                Err(Error::mutability(format!("`{}` was set before and cannot be changed", self.target)))
            }
            Some(_) | None => Ok(()),
        }
    }
}

fn canonical_elements(attribute: &'static Attribute, sent: &Value) -> Result<Vec<Value>, Error> {
    match canonical::value(attribute, sent)? {
        Some(Value::Array(elements)) => Ok(elements),
        Some(_) | None => Ok(Vec::new()),
    }
}

fn canonical_sub(sub: &'static Attribute, sent: &Value) -> Result<Option<Value>, Error> {
    // The address of a reference is made from its value; what a client sends for it changes nothing.
    if sub.name == "$ref" { Ok(None) } else { canonical::value(sub, sent) }
}

fn add_elements(elements: &mut Vec<Value>, added: Vec<Value>) {
    for element in added {
        let index = match elements.iter().position(|existing| same_but_for_primary(existing, &element)) {
            Some(index) => index,
            None => elements.len(),
        };
        let is_primary = canonical::is_primary(&element);
        match elements.get_mut(index) {
            Some(existing) if element.get("primary").is_some() => *existing = element,
            Some(_) => {}
            None => elements.push(element),
        }
        if is_primary {
            canonical::keep_primary(elements, Some(index));
        }
    }
}

fn same_but_for_primary(one: &Value, other: &Value) -> bool {
    if !one.is_object() {
        return one == other;
    }
    let parts = |value: &Value| {
        let mut parts = value.as_object().cloned().unwrap_or_default();
        parts.remove("primary");
        parts
    };
    parts(one) == parts(other)
}

/// True when a removal that was sent this element means the stored one: by `value` and `type` if it has a value, else by
/// all it says.
fn is_meant(element: &Value, sent: &Value) -> bool {
    if !sent.is_object() {
        return element == sent;
    }
    let parts = sent.as_object().into_iter().flatten();
    let by_value = sent.get("value").is_some();
    let mut compared = parts.filter(|(name, _)| !by_value || matches!(name.as_str(), "value" | "type"));
    compared.all(|(name, value)| element.get(name) == Some(value))
}

fn last_primary(elements: &[Value]) -> Option<usize> {
    elements.iter().rposition(canonical::is_primary)
}

fn merge(attribute: &'static Attribute, before: Option<Value>, sent: &Value) -> Result<Option<Value>, Error> {
    let sent = quirks::single_from_list(sent);
    if super::is_nothing(sent) {
        return Ok(None);
    }
    merge_parts(attribute, before, sent)
}

fn merge_parts(attribute: &'static Attribute, before: Option<Value>, sent: &Value) -> Result<Option<Value>, Error> {
    let sent = canonical::parts(attribute, quirks::single_from_list(sent))?;
    let mut named = Map::new();
    for (name, value) in &sent {
        let Some(sub) = attribute.sub(name).filter(|sub| !sub.is_read_only()) else { continue };
        named.insert(sub.name.to_owned(), canonical_sub(sub, value)?.unwrap_or_default());
    }
    let mut merged = match before {
        Some(Value::Object(parts)) => parts,
        Some(_) | None => Map::new(),
    };
    // Another person's name must not stay with a new id.
    if is_reference(attribute) && named.get("value").is_some_and(|value| Some(value) != merged.get("value")) {
        merged.clear();
    }
    merged.extend(named);
    merged.retain(|_, value| !value.is_null());
    Ok((!merged.is_empty()).then_some(Value::Object(merged)))
}

fn is_reference(attribute: &Attribute) -> bool {
    !attribute.multi_valued && attribute.sub("$ref").is_some()
}

fn with_sub(element: Option<Value>, sub: &Attribute, value: Option<Value>) -> Option<Value> {
    let mut element = element.unwrap_or_else(|| Value::Object(Map::new()));
    set_sub(&mut element, sub, value);
    (!super::is_nothing(&element)).then_some(element)
}

fn set_sub(element: &mut Value, sub: &Attribute, value: Option<Value>) {
    if let Value::Object(parts) = element {
        put(parts, sub.name, value);
    }
}

/// The sub-attributes that an element must have to be selected, when the filter says exactly that.
fn stamp(filter: &Filter) -> Option<Map<String, Value>> {
    match filter {
        Filter::Compare { attribute, op: filter::Op::Eq, value } => {
            let value = match value {
                Literal::Text(text) => Value::from(text.as_str()),
                Literal::Bool(value) => Value::from(*value),
                Literal::Number(value) => Value::from(*value),
                Literal::Moment(millis) => Value::from(moment::print(*millis)),
                Literal::Null => return Some(Map::new()),
            };
            Some(Map::from_iter([(attribute.sub?.to_owned(), value)]))
        }
        Filter::And(parts) => {
            let stamps = parts.iter().map(stamp).collect::<Option<Vec<_>>>()?;
            Some(stamps.into_iter().flatten().collect())
        }
        Filter::Compare { .. } | Filter::Or(_) | Filter::Not(_) | Filter::Present(_) | Filter::Element { .. } => None,
    }
}
