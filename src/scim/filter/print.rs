//! Filters as text.

use std::fmt;

use serde_json::Value;

use super::super::moment;
use super::{AttributeRef, Filter, Literal};

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self, f, false)
    }
}

impl Filter {
    /// Writes the filter as it stands in the brackets of its attribute.
    pub(in super::super) fn write_in_element(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self, f, true)
    }
}

fn write(filter: &Filter, f: &mut fmt::Formatter<'_>, in_element: bool) -> fmt::Result {
    match filter {
        Filter::And(parts) => join(parts, f, in_element, " and "),
        Filter::Or(parts) => join(parts, f, in_element, " or "),
        Filter::Not(inner) => {
            f.write_str("not (")?;
            write(inner, f, in_element)?;
            f.write_str(")")
        }
        Filter::Compare { attribute, op, value } => {
            name(attribute, f, in_element)?;
            write!(f, " {} {value}", op.as_str())
        }
        Filter::Present(attribute) => {
            name(attribute, f, in_element)?;
            f.write_str(" pr")
        }
        Filter::Element { attribute, filter } => {
            name(attribute, f, in_element)?;
            f.write_str("[")?;
            write(filter, f, true)?;
            f.write_str("]")
        }
    }
}

fn join(parts: &[Filter], f: &mut fmt::Formatter<'_>, in_element: bool, between: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        if matches!(part, Filter::Or(_)) {
            f.write_str("(")?;
            write(part, f, in_element)?;
            f.write_str(")")?;
        } else {
            write(part, f, in_element)?;
        }
    }
    Ok(())
}

fn name(attribute: &AttributeRef, f: &mut fmt::Formatter<'_>, in_element: bool) -> fmt::Result {
    match attribute.sub {
        Some(sub) if in_element => f.write_str(sub),
        Some(_) | None => write!(f, "{attribute}"),
    }
}

impl fmt::Display for AttributeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(urn) = self.extension {
            write!(f, "{urn}:")?;
        }
        f.write_str(self.name)?;
        if let Some(sub) = self.sub {
            write!(f, ".{sub}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{}", Value::from(text.as_str())),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{}", Value::from(*value)),
            Self::Moment(millis) => write!(f, "\"{}\"", moment::print(*millis)),
            Self::Null => f.write_str("null"),
        }
    }
}
