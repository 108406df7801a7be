//! Values in the one shape that is stored and compared.
//!
//! Canonical means: schema spelling of names; text, booleans and numbers in the type of the attribute; lists as lists;
//! at most one `primary`; no `null`, no empty text, list or object (they are *absent*); no `readOnly` sub-attribute, no
//! unknown one, and no `$ref` (it is made from `value` when the resource is rendered, so a client cannot point it
//! somewhere else).
//!
//! **Invariant:** `value(a, value(a, x)) == value(a, x)`.
//! **Invariant:** a value that is longer than its attribute allows, or of another type, is refused and named.

use serde_json::{Map, Number, Value};

use super::schema::{Attribute, Choice, Kind};
use super::{Error, moment, quirks};

#[cfg(test)]
mod tests;

/// The most elements a multi-valued attribute may have; members of a group are not documents and have their own bound.
pub const ELEMENTS_MAX: usize = 100;

/// The canonical form of a value sent for an attribute, or `None` when what was sent means "no value".
pub fn value(attribute: &'static Attribute, sent: &Value) -> Result<Option<Value>, Error> {
    if attribute.multi_valued { elements(attribute, sent) } else { single(attribute, quirks::single_from_list(sent)) }
}

/// The canonical form of one element of a multi-valued attribute, or of a single value.
pub fn single(attribute: &'static Attribute, sent: &Value) -> Result<Option<Value>, Error> {
    if sent.is_null() || sent.as_str() == Some("") {
        return Ok(None);
    }
    match attribute.kind {
        Kind::String | Kind::Reference | Kind::Binary => text(attribute, sent).map(Some),
        Kind::Boolean => boolean(attribute, sent).map(Some),
        Kind::Integer | Kind::Decimal => number(attribute, sent).map(Some),
        Kind::DateTime => date_time(attribute, sent).map(Some),
        Kind::Complex => complex(attribute, sent),
    }
}

/// Clears `primary` on every element but the last that has it (RFC 7643 2.4: at most one; PingOne sends two).
pub fn keep_last_primary(elements: &mut [Value]) {
    let last = elements.iter().rposition(is_primary);
    keep_primary(elements, last);
}

/// Clears `primary` on every element but the one at `keep`, if there is one.
pub fn keep_primary(elements: &mut [Value], keep: Option<usize>) {
    for (index, element) in elements.iter_mut().enumerate() {
        if Some(index) != keep && is_primary(element) {
            set_sub(element, "primary", Value::Bool(false));
        }
    }
}

/// True for the preferred element of a list.
pub fn is_primary(element: &Value) -> bool {
    element.get("primary") == Some(&Value::Bool(true))
}

fn set_sub(element: &mut Value, name: &str, value: Value) {
    if let Value::Object(map) = element {
        map.insert(name.to_owned(), value);
    }
}

/// Refuses a list that has more elements than may be stored.
pub fn check_count(attribute: &Attribute, elements: &[Value]) -> Result<(), Error> {
    if elements.len() > ELEMENTS_MAX {
        return Err(Error::value(format!("`{}` has more than {ELEMENTS_MAX} values; send fewer", attribute.name)));
    }
    Ok(())
}

fn elements(attribute: &'static Attribute, sent: &Value) -> Result<Option<Value>, Error> {
    let sent = match sent {
        Value::Array(elements) => elements.as_slice(),
        Value::Null => &[],
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => std::slice::from_ref(sent),
    };
    check_count(attribute, sent)?;
    let mut elements = Vec::with_capacity(sent.len());
    for element in sent {
        elements.extend(single(attribute, element)?);
    }
    keep_last_primary(&mut elements);
    Ok((!elements.is_empty()).then_some(Value::Array(elements)))
}

fn complex(attribute: &'static Attribute, sent: &Value) -> Result<Option<Value>, Error> {
    let mut canonical = Map::new();
    for (name, value) in &parts(attribute, sent)? {
        let Some(sub) = attribute.sub(name) else { continue };
        if sub.is_read_only() || sub.name == "$ref" {
            continue;
        }
        if let Some(value) = single(sub, value)? {
            canonical.insert(sub.name.to_owned(), value);
        }
    }
    Ok((!canonical.is_empty()).then_some(Value::Object(canonical)))
}

/// The sub-attributes in a value sent for a complex attribute, with the deviations of clients repaired.
pub(super) fn parts(attribute: &'static Attribute, sent: &Value) -> Result<Map<String, Value>, Error> {
    let parts = match sent {
        Value::Object(map) => Some(map.clone()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            quirks::complex_from_scalar(sent).filter(|_| attribute.sub("value").is_some())
        }
    };
    let mut parts = parts.ok_or_else(|| wrong(attribute, "an object"))?;
    if quirks::carries_json_text(None, attribute.name) {
        while let Some(inner) = quirks::unwrap_json_text(&parts) {
            parts = inner;
        }
        quirks::display_from_display_name(&mut parts);
    }
    Ok(parts)
}

fn text(attribute: &Attribute, sent: &Value) -> Result<Value, Error> {
    let text = quirks::text_from_scalar(sent).ok_or_else(|| wrong(attribute, "text"))?;
    if text.chars().nth(attribute.length_max).is_some() {
        let detail = format!("`{}` is longer than {} characters; shorten it", attribute.name, attribute.length_max);
        return Err(Error::value(detail));
    }
    match attribute.choice {
        Choice::Open => Ok(Value::String(text)),
        Choice::Closed => chosen(attribute, &text),
    }
}

/// The one of the values that there are which is meant, as it is written there.
fn chosen(attribute: &Attribute, text: &str) -> Result<Value, Error> {
    let is_meant =
        |it: &&&str| if attribute.case_exact { **it == text } else { it.to_lowercase() == text.to_lowercase() };
    let found = attribute.canonical_values.iter().find(is_meant);
    let wrong = || wrong(attribute, &format!("one of these: {}", attribute.canonical_values.join(", ")));
    found.map(|it| Value::from(*it)).ok_or_else(wrong)
}

fn boolean(attribute: &Attribute, sent: &Value) -> Result<Value, Error> {
    sent.as_bool()
        .or_else(|| quirks::boolean_from_text(sent.as_str()?))
        .map(Value::Bool)
        .ok_or_else(|| wrong(attribute, "true or false"))
}

fn number(attribute: &Attribute, sent: &Value) -> Result<Value, Error> {
    let number = match sent {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => text.parse::<Number>().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    number
        .filter(|number| attribute.kind == Kind::Decimal || !number.is_f64())
        .map(Value::Number)
        .ok_or_else(|| wrong(attribute, "a number"))
}

fn date_time(attribute: &Attribute, sent: &Value) -> Result<Value, Error> {
    let text = sent.as_str().filter(|text| moment::parse(text).is_some());
    text.map(Value::from).ok_or_else(|| wrong(attribute, "a date and time such as 2026-01-31T09:30:00Z"))
}

fn wrong(attribute: &Attribute, wanted: &str) -> Error {
    Error::value(format!("`{}` must be {wanted}", attribute.name))
}
