//! What an organisation says of its own extensions that only the other users can tell: that a value is nobody else's.
//!
//! **Invariant:** of a value that is new here, nobody else of the organisation has it, whoever manages them; the unit of work
//! is the only one that writes there. What users had before an attribute became unique stays, and only that of it which can be
//! filtered by is looked at.

use super::{Caller, Error, Unit};
use crate::app::directory::unique_values_of;
use crate::domain::id::UserId;
use crate::scim::document::Document;
use crate::scim::{self, ScimType};
use crate::store::unique_values;

/// Refuses a value that somebody else has, of the attributes of extensions that are unique.
pub(super) async fn keep_unique(
    caller: &Caller<'_>,
    unit: &Unit,
    user: UserId,
    (before, after): (&Document, &Document),
) -> Result<(), Error> {
    let Some(wanted) = unique_values_of(caller.users, after) else { return Ok(()) };
    let had = unique_values_of(caller.users, before).unwrap_or_default();
    for (name, key) in wanted.iter().filter(|it| !had.contains(it)) {
        if unique_values::is_taken(&*unit.tx, caller.org(), (name, key), user).await? {
            let detail = format!("another user has this value of `{name}`, which is unique; send another one");
            return Err(scim::Error { scim_type: Some(ScimType::Uniqueness), ..scim::Error::new(409, detail) }.into());
        }
    }
    Ok(())
}
