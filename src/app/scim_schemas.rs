//! The extensions of users that an organisation defines for SCIM: shown, replaced, and the tables made of them.
//!
//! **Invariant:** the table of the same definitions is made once for each process, so that what is never given back is as
//! much as was ever defined; and that is bounded for each organisation and day.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;

use super::App;
use super::organisations::{self, target};
use super::throttle::{self, Rate, Subject};
use crate::domain::Error;
use crate::domain::id::OrgId;
use crate::domain::organisation::Organisation;
use crate::domain::policy::{Action, Actor, Change};
use crate::scim::schema::custom::{self, Kept, Refusal};
use crate::scim::schema::{ResourceType, USER, Uniqueness};
use crate::store::{Tx, organisations as rows, unique_values};

pub use crate::scim::schema::custom::{Definition, Extension};

/// A change of the extensions of an organisation.
#[derive(Debug, Clone)]
pub enum SchemaChange {
    /// These in place of those that there are.
    All(Vec<Extension>),
    /// One more.
    Create(Extension),
    /// One is called otherwise.
    Describe {
        /// Its URN.
        id: String,
        /// The name.
        name: String,
        /// What it is for.
        description: String,
    },
    /// An attribute in place of the one of this name; beside the others where none is named.
    Attribute {
        /// The URN of its extension.
        of: String,
        /// The name that it has.
        name: Option<String>,
        /// What it is to be.
        to: Definition,
    },
    /// An attribute less.
    RetireAttribute {
        /// The URN of its extension.
        of: String,
        /// Its name.
        name: String,
    },
    /// One less.
    Retire {
        /// Its URN.
        id: String,
    },
}

/// Why extensions stay as they are.
#[derive(Debug)]
pub enum Refused {
    /// They may not be like that.
    Misfit(Refusal),
    /// Anything else.
    Other(Error),
}

impl From<Error> for Refused {
    fn from(cause: Error) -> Self {
        Self::Other(cause)
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Misfit(why) => Self::malformed(why.at, why.why.to_string()),
            Refused::Other(cause) => cause,
        }
    }
}

impl SchemaChange {
    /// What there is to be, of what there is.
    fn over(self, now: &[Extension]) -> Result<Vec<Extension>, Error> {
        let mut all = now.to_vec();
        match self {
            Self::All(wanted) => return Ok(wanted),
            Self::Create(new) => all.push(new),
            Self::Describe { id, name, description } => {
                let it = one(&mut all, &id)?;
                (it.name, it.description) = (name, description);
            }
            Self::Attribute { of, name: None, to } => one(&mut all, &of)?.attributes.push(to),
            Self::Attribute { of, name: Some(name), to } => {
                let found = one(&mut all, &of)?.attributes.iter_mut().find(|it| it.name == name);
                *found.ok_or(Error::NotFound("attribute"))? = to;
            }
            Self::RetireAttribute { of, name } => {
                let attributes = &mut one(&mut all, &of)?.attributes;
                let place = attributes.iter().position(|it| it.name.eq_ignore_ascii_case(&name));
                attributes.remove(place.ok_or(Error::NotFound("attribute"))?);
            }
            Self::Retire { id } => {
                one(&mut all, &id)?;
                all.retain(|it| !it.id.eq_ignore_ascii_case(&id));
            }
        }
        Ok(all)
    }
}

fn one<'e>(all: &'e mut [Extension], id: &str) -> Result<&'e mut Extension, Error> {
    all.iter_mut().find(|it| it.id.eq_ignore_ascii_case(id)).ok_or(Error::NotFound("schema"))
}

/// So often an organisation asks for other extensions.
const CHANGES: Rate = Rate { most: 50, per: Duration::from_hours(24) };

/// The tables of users that were made, by what is kept of the definitions.
#[derive(Debug, Default)]
pub struct Tables(Mutex<HashMap<String, &'static ResourceType>>);

impl App {
    /// The table of the users of an organisation.
    pub fn users_of(&self, organisation: &Organisation) -> Result<&'static ResourceType, Error> {
        let Some(text) = &organisation.scim_schemas else { return Ok(&USER) };
        let mut made = self.tables.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = made.get(text).copied() {
            return Ok(known);
        }
        let table = custom::table(&read(Some(text))?.extensions);
        made.insert(text.clone(), table);
        Ok(table)
    }
}

/// The extensions of an organisation, for those who may change it.
pub async fn show(app: &App, actor: &Actor, org: OrgId) -> Result<Vec<Extension>, Error> {
    Ok(read(organisations::show(app, actor, org).await?.scim_schemas.as_deref())?.extensions)
}

/// Changes the extensions. What was stored under one that is gone is shown no more.
pub async fn change(app: &App, actor: &Actor, org: OrgId, change: SchemaChange) -> Result<Vec<Extension>, Refused> {
    organisations::show(app, actor, org).await?;
    let asked = Subject::organisation(app, "scim schemas", org)?;
    if let Some(retry_after) = throttle::count(app, asked, CHANGES).await? {
        return Err(Error::Throttled { retry_after }.into());
    }
    let tx = app.begin(org).await?;
    let before = tx.organisation()?.clone();
    let kept = read(before.scim_schemas.as_deref())?;
    let after = kept.with(change.over(&kept.extensions)?).map_err(Refused::Misfit)?;
    let changes = changes(&kept.extensions, &after.extensions);
    let (tx, permit) =
        app.ask(tx, actor, Action::ChangeOrganisation { changes: changes.clone() }, target(&before)).await?;
    if changes.is_empty() {
        return Ok(after.extensions);
    }
    let text = serde_json::to_string(&after).map_err(anyhow::Error::new).map_err(Error::from)?;
    keep_unique(&tx, &kept.extensions, &after.extensions).await?;
    rows::update(&tx, &Organisation { scim_schemas: Some(text), updated_at: tx.now, ..before }).await?;
    tx.commit(permit).await?;
    Ok(after.extensions)
}

/// Gathers the values of what becomes unique, and forgets those of what is so no more.
async fn keep_unique(tx: &Tx, before: &[Extension], after: &[Extension]) -> Result<(), Error> {
    let unique = |all: &[Extension]| -> BTreeSet<(String, String)> {
        let attributes = all.iter().flat_map(|of| of.attributes.iter().map(move |it| (of, it)));
        let unique = attributes.filter(|(_, it)| it.uniqueness != Uniqueness::None);
        unique.map(|(of, it)| (of.id.clone(), it.name.clone())).collect()
    };
    let (before, after) = (unique(before), unique(after));
    for (urn, name) in before.symmetric_difference(&after) {
        unique_values::forget(tx, (urn, name)).await?;
    }
    for (urn, name) in after.difference(&before) {
        unique_values::gather(tx, (urn, name)).await?;
    }
    Ok(())
}

fn read(text: Option<&str>) -> Result<Kept, Error> {
    Ok(text.map_or(Ok(Kept::default()), serde_json::from_str).map_err(anyhow::Error::new)?)
}

/// One change for each extension that is new, gone or another than before.
fn changes(before: &[Extension], after: &[Extension]) -> Vec<Change> {
    let of = |all: &[Extension], id: &str| all.iter().find(|it| it.id == id).map(|it| json!(it));
    let mut ids: Vec<&str> = before.iter().chain(after).map(|it| it.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let changes = ids.into_iter().map(|id| (id, of(before, id), of(after, id))).filter(|(_, old, new)| old != new);
    let mut changes: Vec<Change> = changes.map(|(id, old, new)| Change::new(id, old, new)).collect();
    if changes.is_empty() && before != after {
        let order = |all: &[Extension]| Some(json!(all.iter().map(|it| &it.id).collect::<Vec<_>>()));
        changes.push(Change::new("scim_schemas", order(before), order(after)));
    }
    changes
}
