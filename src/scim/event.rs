//! What others are told of a change to a resource (RFC 9967): that something happened, to which resource, and to which of its
//! attributes.
//!
//! **Invariant:** no value of any attribute is told: whoever is told reads what they may read themselves.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Something that happened to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// It was made.
    Create,
    /// Some of it was changed.
    Patch,
    /// Its user may sign in again.
    Activate,
    /// Its user may not sign in any more.
    Deactivate,
    /// It is gone.
    Delete,
}

impl Happening {
    /// Everything that is told.
    pub const ALL: [Self; 5] = [Self::Create, Self::Patch, Self::Activate, Self::Deactivate, Self::Delete];

    /// The name of the event. Of those that come with data the form is told that has none.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Create => "urn:ietf:params:scim:event:prov:create:notice",
            Self::Patch => "urn:ietf:params:scim:event:prov:patch:notice",
            Self::Activate => "urn:ietf:params:scim:event:prov:activate",
            Self::Deactivate => "urn:ietf:params:scim:event:prov:deactivate",
            Self::Delete => "urn:ietf:params:scim:event:prov:delete",
        }
    }
}

/// What happened to one resource in one unit of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The resource, from the base of SCIM on: `/Users/ID`.
    pub uri: String,
    /// What happened to it.
    pub happenings: BTreeSet<Happening>,
    /// Which attributes were given or changed, as far as that is known.
    pub attributes: BTreeSet<String>,
}

impl Event {
    /// One thing that happened.
    pub fn new(uri: String, what: Happening, attributes: impl IntoIterator<Item = String>) -> Self {
        Self { uri, happenings: BTreeSet::from([what]), attributes: attributes.into_iter().collect() }
    }

    /// The member `events` of a security event token.
    pub fn claims(&self) -> Value {
        let told = self.happenings.iter().map(|what| {
            let payload = match what {
                Happening::Create | Happening::Patch => json!({ "attributes": self.attributes }),
                Happening::Activate | Happening::Deactivate | Happening::Delete => json!({}),
            };
            (what.uri().to_owned(), payload)
        });
        Value::Object(told.collect::<Map<_, _>>())
    }
}

/// One event for each resource, in the order in which each was first touched. What is made in the same unit is not changed as
/// well, and of what is gone nothing else counts; of two turns the later one does.
pub fn merged(events: Vec<Event>) -> Vec<Event> {
    let mut known: HashMap<String, (usize, Event)> = HashMap::new();
    for (nth, event) in events.into_iter().enumerate() {
        match known.entry(event.uri.clone()) {
            Entry::Occupied(mut earlier) => join(&mut earlier.get_mut().1, event),
            Entry::Vacant(free) => {
                free.insert((nth, event));
            }
        }
    }
    let mut merged: Vec<(usize, Event)> = known.into_values().collect();
    merged.sort_unstable_by_key(|it| it.0);
    merged.into_iter().map(|it| it.1).collect()
}

fn join(known: &mut Event, later: Event) {
    let has = |it: &Event, what| it.happenings.contains(&what);
    for (turn, other) in [(Happening::Activate, Happening::Deactivate), (Happening::Deactivate, Happening::Activate)] {
        if has(&later, turn) {
            known.happenings.remove(&other);
        }
    }
    known.happenings.extend(later.happenings);
    known.attributes.extend(later.attributes);
    if has(known, Happening::Create) {
        known.happenings.remove(&Happening::Patch);
    }
    if has(known, Happening::Delete) {
        known.happenings = BTreeSet::from([Happening::Delete]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(uri: &str, what: Happening, attributes: &[&str]) -> Event {
        Event::new(uri.to_owned(), what, attributes.iter().map(|&it| it.to_owned()))
    }

    #[test]
    fn each_resource_is_told_of_once_with_what_counts() {
        let all = merged(vec![
            of("/Users/1", Happening::Create, &["userName"]),
            of("/Users/2", Happening::Patch, &["emails"]),
            of("/Users/1", Happening::Patch, &["roles"]),
            of("/Users/2", Happening::Activate, &[]),
            of("/Users/2", Happening::Deactivate, &[]),
            of("/Users/3", Happening::Patch, &["title"]),
            of("/Users/3", Happening::Delete, &[]),
        ]);

        let told: Vec<(&str, Vec<Happening>)> =
            all.iter().map(|it| (it.uri.as_str(), it.happenings.iter().copied().collect())).collect();
        assert_eq!(
            told,
            [
                ("/Users/1", vec![Happening::Create]),
                ("/Users/2", vec![Happening::Patch, Happening::Deactivate]),
                ("/Users/3", vec![Happening::Delete]),
            ]
        );
        let create = "urn:ietf:params:scim:event:prov:create:notice";
        assert_eq!(all[0].claims(), json!({ create: { "attributes": ["roles", "userName"] } }));
        assert_eq!(all[2].claims(), json!({ "urn:ietf:params:scim:event:prov:delete": {} }));
    }
}
