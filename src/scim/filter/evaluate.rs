//! Filters over JSON in memory, by the tables of the parent module.

use serde_json::Value;

use super::super::{Fold, moment};
use super::{AttributeRef, Filter, Literal, Op};

/// True when the resource satisfies the filter.
pub fn matches(filter: &Filter, resource: &Value, fold: Fold) -> bool {
    match filter {
        Filter::And(parts) => parts.iter().all(|part| matches(part, resource, fold)),
        Filter::Or(parts) => parts.iter().any(|part| matches(part, resource, fold)),
        Filter::Not(inner) => !matches(inner, resource, fold),
        Filter::Present(attribute) => is_present(attribute, resource),
        Filter::Compare { attribute, op, value } => compare(attribute, *op, value, resource, fold),
        Filter::Element { attribute, filter } => {
            elements(attribute, resource).iter().any(|element| element_matches(filter, element, fold))
        }
    }
}

/// True when one element of a multi-valued attribute satisfies the filter in its brackets.
pub fn element_matches(filter: &Filter, element: &Value, fold: Fold) -> bool {
    match filter {
        Filter::And(parts) => parts.iter().all(|part| element_matches(part, element, fold)),
        Filter::Or(parts) => parts.iter().any(|part| element_matches(part, element, fold)),
        Filter::Not(inner) => !element_matches(inner, element, fold),
        Filter::Present(attribute) => inner(attribute, element).is_some(),
        Filter::Compare { attribute, op, value } => compare_one(inner(attribute, element), attribute, *op, value, fold),
        // The parser makes no element within an element.
        Filter::Element { .. } => false,
    }
}

fn is_present(attribute: &AttributeRef, resource: &Value) -> bool {
    if attribute.multi_valued {
        return elements(attribute, resource).iter().any(|element| inner(attribute, element).is_some());
    }
    outer(attribute, resource).and_then(|value| inner(attribute, value)).is_some()
}

fn compare(attribute: &AttributeRef, op: Op, literal: &Literal, resource: &Value, fold: Fold) -> bool {
    if !attribute.multi_valued {
        let value = outer(attribute, resource).and_then(|value| inner(attribute, value));
        return compare_one(value, attribute, op, literal, fold);
    }
    if *literal == Literal::Null {
        return is_present(attribute, resource) == (op == Op::Ne);
    }
    let elements = elements(attribute, resource);
    if elements.is_empty() {
        return op == Op::Ne;
    }
    elements.iter().any(|element| compare_one(inner(attribute, element), attribute, op, literal, fold))
}

fn compare_one(value: Option<&Value>, attribute: &AttributeRef, op: Op, literal: &Literal, fold: Fold) -> bool {
    let Some(value) = value else {
        return if *literal == Literal::Null { op == Op::Eq } else { op == Op::Ne };
    };
    match literal {
        Literal::Null => op == Op::Ne,
        Literal::Text(wanted) => match text(value) {
            Some(text) if attribute.case_exact => compare_text(&text, op, wanted),
            Some(text) => compare_text(&fold(&text), op, &fold(wanted)),
            None => op == Op::Ne,
        },
        Literal::Bool(wanted) => compare_ordered(value.as_bool().as_ref(), op, wanted),
        Literal::Number(wanted) => compare_ordered(value.as_f64().as_ref(), op, wanted),
        Literal::Moment(wanted) => compare_ordered(millis(value).as_ref(), op, wanted),
    }
}

fn compare_text(value: &str, op: Op, wanted: &str) -> bool {
    match op {
        Op::Co => value.contains(wanted),
        Op::Sw => value.starts_with(wanted),
        Op::Ew => value.ends_with(wanted),
        Op::Eq | Op::Ne | Op::Gt | Op::Ge | Op::Lt | Op::Le => compare_ordered(Some(value), op, wanted),
    }
}

fn compare_ordered<T: PartialOrd + ?Sized>(value: Option<&T>, op: Op, wanted: &T) -> bool {
    let Some(value) = value else { return op == Op::Ne };
    match op {
        Op::Eq => value == wanted,
        Op::Ne => value != wanted,
        Op::Gt => value > wanted,
        Op::Ge => value >= wanted,
        Op::Lt => value < wanted,
        Op::Le => value <= wanted,
        Op::Co | Op::Sw | Op::Ew => false,
    }
}

fn text(value: &Value) -> Option<std::borrow::Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.into()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn millis(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| moment::parse(value.as_str()?))
}

fn outer<'v>(attribute: &AttributeRef, resource: &'v Value) -> Option<&'v Value> {
    let holder = match attribute.extension {
        Some(urn) => resource.get(urn)?,
        None => resource,
    };
    present(holder.get(attribute.name)?)
}

fn inner<'v>(attribute: &AttributeRef, value: &'v Value) -> Option<&'v Value> {
    match attribute.sub {
        Some(sub) => present(value.get(sub)?),
        None => present(value),
    }
}

fn elements<'v>(attribute: &AttributeRef, resource: &'v Value) -> &'v [Value] {
    match outer(attribute, resource) {
        Some(Value::Array(elements)) => elements,
        Some(single) => std::slice::from_ref(single),
        None => &[],
    }
}

fn present(value: &Value) -> Option<&Value> {
    let empty = match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    };
    (!empty).then_some(value)
}
