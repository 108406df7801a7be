//! References: `bulkId:NAME` where the id of what another operation makes will stand.
//!
//! **Invariant:** only a text under a key that holds ids is taken for one; anywhere else it means itself.

use serde_json::Value;

use super::super::Error;
use super::{Deed, PREFIX, Request};

/// Answers what stands for the name after `bulkId:`; `None` leaves the reference as it is.
pub(super) type Resolve<'r> = &'r mut dyn FnMut(&str) -> Result<Option<String>, Error>;

impl Request {
    /// Puts in the place of each reference what `resolve` answers.
    pub(super) fn each_reference(&mut self, resolve: Resolve<'_>) -> Result<(), Error> {
        let (id, data) = match &mut self.deed {
            Deed::Create(data) => (None, Some(data)),
            Deed::Replace(id, data) | Deed::Patch(id, data) => (Some(id), Some(data)),
            Deed::Delete(id) => (Some(id), None),
        };
        if let Some(id) = id {
            in_whole(id, resolve)?;
        }
        data.map_or(Ok(()), |data| in_value(data, Meaning::Other, resolve))
    }
}

/// What a text in the data may be, by the key it stands under.
#[derive(Clone, Copy)]
enum Meaning {
    Id,
    PatchPath,
    Other,
}

impl Meaning {
    // A key may carry the URN of its schema, and a PATCH without a path may name a part: `manager.value`.
    fn of(key: &str) -> Self {
        match key.rsplit([':', '.']).next().unwrap_or(key) {
            name if ["value", "members", "manager"].iter().any(|it| name.eq_ignore_ascii_case(it)) => Self::Id,
            name if name.eq_ignore_ascii_case("path") => Self::PatchPath,
            _ => Self::Other,
        }
    }
}

fn in_value(value: &mut Value, meaning: Meaning, resolve: Resolve<'_>) -> Result<(), Error> {
    match (value, meaning) {
        (Value::String(text), Meaning::Id) => in_whole(text, resolve),
        (Value::String(text), Meaning::PatchPath) => in_patch_path(text, resolve),
        (Value::Array(elements), _) => elements.iter_mut().try_for_each(|it| in_value(it, meaning, resolve)),
        (Value::Object(parts), _) => parts.iter_mut().try_for_each(|(key, it)| in_value(it, Meaning::of(key), resolve)),
        (Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_), _) => Ok(()),
    }
}

fn in_whole(text: &mut String, resolve: Resolve<'_>) -> Result<(), Error> {
    if let Some(name) = text.strip_prefix(PREFIX)
        && let Some(id) = resolve(name)?
    {
        *text = id;
    }
    Ok(())
}

/// In `members[value eq "bulkId:a"]` the reference is a text of the filter.
fn in_patch_path(text: &mut String, resolve: Resolve<'_>) -> Result<(), Error> {
    let mut done = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("\"bulkId:") {
        let Some((name, after)) = after.split_once('"') else { break };
        let id = resolve(name)?.unwrap_or_else(|| format!("{PREFIX}{name}"));
        for part in [before, "\"", &id, "\""] {
            done.push_str(part);
        }
        rest = after;
    }
    done.push_str(rest);
    *text = done;
    Ok(())
}
