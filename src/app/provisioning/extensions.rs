//! What an organisation says of its own extensions that only the other users can tell: that a value is nobody else's.
//!
//! **Invariant:** of a value that is new here, nobody else of the organisation has it, whoever manages them; the unit of work
//! is the only one that writes there. Values that were there before the definition are not looked at.

use serde_json::Value;

use super::show::not_stored;
use super::{Caller, Error, Unit};
use crate::domain::id::UserId;
use crate::scim::document::Document;
use crate::scim::schema::Uniqueness;
use crate::scim::{self, ScimType, filter};
use crate::store::pages;

/// Refuses a value that somebody else has, of the attributes of extensions that are unique.
pub(super) async fn keep_unique(
    caller: &Caller<'_>,
    unit: &Unit,
    user: UserId,
    (before, after): (&Document, &Document),
) -> Result<(), Error> {
    for (name, value) in news(caller, before, after) {
        let taken = filter::parse(caller.users, &format!("{name} eq {}", Value::from(value)))?;
        let found = pages::somebody_matches(&*unit.tx, (caller.org(), caller.id()), &taken, user).await?;
        if found.map_err(not_stored)? {
            let detail = format!("another user has this value of `{name}`, which is unique; send another one");
            return Err(scim::Error { scim_type: Some(ScimType::Uniqueness), ..scim::Error::new(409, detail) }.into());
        }
    }
    Ok(())
}

/// The values that were not there before, each with the name of its attribute.
fn news(caller: &Caller<'_>, before: &Document, after: &Document) -> Vec<(String, String)> {
    let unique = caller.users.extensions.iter().flat_map(|schema| {
        let attributes = schema.attributes.iter().filter(|it| it.uniqueness != Uniqueness::None);
        attributes.map(move |it| (schema.urn, it.name))
    });
    unique
        .flat_map(|(urn, name)| {
            let of = |document: &Document| document.attributes().get(urn).and_then(|it| it.get(name)).cloned();
            let (old, new) = (of(before), of(after));
            let is_new = |value: &&str| !texts(old.as_ref()).any(|it| it == *value);
            let found: Vec<_> =
                texts(new.as_ref()).filter(is_new).map(|value| (format!("{urn}:{name}"), value.to_owned())).collect();
            found
        })
        .collect()
}

fn texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let (list, one) = (value.and_then(Value::as_array), value.and_then(Value::as_str));
    list.into_iter().flatten().filter_map(Value::as_str).chain(one)
}
