//! Reads a request body into JSON, strictly.
//!
//! The parser in use elsewhere would take the last of two equal keys, accept `\u0000` (which PostgreSQL then refuses)
//! and build a million elements before anyone looks; here all of it is an answer 400 before anything else runs.
//!
//! Of an array that is longer than any list but the members of a group may be, later elements are kept as their `value` alone,
//! which is all that is ever read of a member: a group of 100,000 is one request.
//!
//! **Invariant:** what leaves here is an object no deeper than [`DEPTH_MAX`], without keys that are equal or differ only
//! in case, whose strings hold no control character but tab, line feed and carriage return, no noncharacter, and at most
//! [`STRING_MAX`] characters.

use std::fmt;

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::Error;

#[cfg(test)]
mod tests;

/// How deep objects and arrays may nest.
pub const DEPTH_MAX: usize = 32;
/// The longest string in characters: a filter or a role given as JSON text; attributes have limits of their own.
pub const STRING_MAX: usize = 4_096;
/// The longest key in characters.
pub const KEY_MAX: usize = 1_024;
/// The most keys of one object: more than all attributes and paths of a resource together.
pub const KEYS_MAX: usize = 256;
/// The longest array: the members of one group in one request.
pub const ARRAY_MAX: usize = 250_000;
/// A body of more bytes is large: what is made of it takes several times as much memory, so that few of them are there at a time.
pub const LARGE: u64 = 1024 * 1024;
/// So many elements of an array are kept as they were sent: more than any list but the members of a group may have, and more
/// than stand in a body that the journal keeps.
pub const WHOLE_MAX: usize = 4_096;

/// Reads the body of a request.
pub fn parse(bytes: &[u8]) -> Result<Value, Error> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Error::syntax("the body is not UTF-8; send JSON encoded as UTF-8 without a byte order mark"))?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Place { depth: 0, parent: None, name: Name::Root }
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value))
        .map_err(|error| Error::syntax(format!("the body cannot be read: {error}")))?;
    if !value.is_object() {
        return Err(Error::syntax("the body must be a JSON object"));
    }
    Ok(value)
}

/// Of a member nothing is read but its `value`, and as text that takes a ninth of the memory of the object.
fn slim(element: Value) -> Value {
    let Value::Object(mut parts) = element else { return element };
    let value = parts.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("value")).map(|(_, value)| value.take());
    match value {
        Some(id @ Value::String(_)) => id,
        Some(_) | None => Value::Null,
    }
}

/// The first character of a text that may not be stored, if there is one.
pub(crate) fn forbidden(text: &str) -> Option<char> {
    text.chars().find(|c| (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || is_noncharacter(*c))
}

fn is_noncharacter(c: char) -> bool {
    let code = u32::from(c);
    (0xFDD0..=0xFDEF).contains(&code) || code & 0xFFFE == 0xFFFE
}

/// Where in the body the reader is: a list on the stack, read only when something is wrong.
#[derive(Clone, Copy)]
struct Place<'a> {
    depth: usize,
    parent: Option<&'a Place<'a>>,
    name: Name<'a>,
}

#[derive(Clone, Copy)]
enum Name<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

impl Place<'_> {
    fn text<E: de::Error>(&self, text: &str) -> Result<(), E> {
        if text.chars().nth(STRING_MAX).is_some() {
            return Err(E::custom(format_args!("{self} is longer than {STRING_MAX} characters; shorten it")));
        }
        match forbidden(text) {
            None => Ok(()),
            Some(c) => Err(E::custom(format_args!("{self} holds the character U+{:04X}; remove it", u32::from(c)))),
        }
    }

    fn below<E: de::Error>(&self) -> Result<usize, E> {
        if self.depth == DEPTH_MAX {
            return Err(E::custom(format_args!("{self} nests deeper than {DEPTH_MAX} levels; flatten the body")));
        }
        Ok(self.depth + 1)
    }

    fn key<E: de::Error>(&self, key: &str, map: &Map<String, Value>) -> Result<(), E> {
        if key.chars().nth(KEY_MAX).is_some() || forbidden(key).is_some() {
            return Err(E::custom(format_args!("{self} has a key that is too long or holds a control character")));
        }
        // RFC 7643 2.1: names are compared without case, so `active` and `Active` are one attribute with two values.
        if map.keys().any(|earlier| earlier.eq_ignore_ascii_case(key)) {
            return Err(E::custom(format_args!("{self} has the key `{key}` twice; send each attribute once")));
        }
        if map.len() == KEYS_MAX {
            return Err(E::custom(format_args!("{self} has more than {KEYS_MAX} keys; send fewer")));
        }
        Ok(())
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names = Vec::new();
        let mut place = Some(self);
        while let Some(here) = place {
            names.push(here.name);
            place = here.parent;
        }
        for name in names.iter().rev() {
            match name {
                Name::Root => f.write_str("`$")?,
                Name::Key(key) => write!(f, ".{}", key.chars().take(64).collect::<String>())?,
                Name::Index(index) => write!(f, "[{index}]")?,
            }
        }
        f.write_str("`")
    }
}

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Value;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom(format_args!("{self} is no finite number")))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        self.text(value)?;
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<Value, E> {
        self.text(&value)?;
        Ok(Value::String(value))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let depth = self.below()?;
        let mut values = Vec::new();
        while let Some(value) =
            items.next_element_seed(Place { depth, parent: Some(&self), name: Name::Index(values.len()) })?
        {
            if values.len() == ARRAY_MAX {
                let problem = format_args!("{self} has more than {ARRAY_MAX} elements; send fewer at a time");
                return Err(de::Error::custom(problem));
            }
            values.push(if values.len() < WHOLE_MAX { value } else { slim(value) });
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let depth = self.below()?;
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            self.key(&key, &map)?;
            let value = entries.next_value_seed(Place { depth, parent: Some(&self), name: Name::Key(&key) })?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}
