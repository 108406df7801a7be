//! What was done, told with the names that people and things have now.
//!
//! **Invariant:** a name is looked up by the id on record; the name at the time is told beside it where it was another one,
//! and alone where what it named is gone.

use std::collections::{BTreeSet, HashMap};
use std::str::FromStr;

use serde_json::Value;

use crate::app::App;
use crate::domain::id::OrgId;
use crate::domain::{Error, Timestamp};
use crate::store::audit::AuditRow;
use crate::store::{clients, connections, group_list, projects, resources, service_accounts, teams, users};

/// So many of the people of a deed are named.
const NAMED: usize = 10;

/// A name, and what it was at the time where that was something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The name now; of a user, the user name.
    pub now: String,
    /// The name of a person, where it is another one.
    pub person: Option<String>,
    /// The name at the time.
    pub then: Option<String>,
    /// True while what it names is there.
    pub is_there: bool,
}

impl Label {
    /// What people call it.
    pub fn called(&self) -> &str {
        self.person.as_deref().unwrap_or(&self.now)
    }
}

/// A deed of the record.
#[derive(Debug, Clone)]
pub struct Event {
    /// The row.
    pub row: AuditRow,
    /// Who did it.
    pub by: Label,
    /// What it was done to.
    pub target: Label,
    /// The first of the people who joined or left by it.
    pub people: Vec<Label>,
    /// How many people joined or left by it.
    pub people_count: usize,
}

impl Event {
    /// When it was done.
    pub const fn at(&self) -> Timestamp {
        self.row.at
    }

    /// What it changed at this path: the old and the new value, as text.
    pub fn change(&self, path: &str) -> Option<(Option<String>, Option<String>)> {
        change(&self.row, path)
    }
}

/// What a row says was changed at this path: the old and the new value, as text; nothing where it does not speak of it.
pub(super) fn change(row: &AuditRow, path: &str) -> Option<(Option<String>, Option<String>)> {
    let text = |it: Option<&Value>| it.and_then(Value::as_str).map(str::to_owned);
    let changes: Vec<Value> = serde_json::from_str(&row.changes).unwrap_or_default();
    let change = changes.iter().find(|it| it.get("path").and_then(Value::as_str) == Some(path))?;
    Some((text(change.get("old")), text(change.get("new"))))
}

/// The deeds with the names of now, each name read once.
pub async fn told(app: &App, org: OrgId, rows: Vec<AuditRow>) -> Result<Vec<Event>, Error> {
    let moved: Vec<(Vec<String>, usize)> = rows.iter().map(|row| moved(&row.changes)).collect();
    let mut ids: Ids<'_> = moved.iter().flat_map(|it| it.0.iter().map(|id| ("user", id.as_str()))).collect();
    ids.extend(rows.iter().map(|row| (row.actor_kind.as_str(), row.actor_id.as_str())));
    ids.extend(rows.iter().map(|row| (row.target_kind.as_str(), row.target_id.as_str())));
    let names = names(app, org, &ids).await?;
    let label = |id: &str, then: &str| match names.get(id) {
        Some((now, person)) => {
            let then = (now != then).then(|| then.to_owned());
            Label { now: now.clone(), person: person.clone(), then, is_there: true }
        }
        None => Label { now: then.to_owned(), person: None, then: None, is_there: false },
    };
    let person = |id: &String| label(id, names.get(id.as_str()).map_or(id.as_str(), |now| &now.0));
    let events = rows.iter().zip(&moved).map(|(row, (people, count))| Event {
        by: label(&row.actor_id, &row.actor_label),
        target: label(&row.target_id, &row.target_label),
        people: people.iter().map(person).collect(),
        people_count: *count,
        row: row.clone(),
    });
    Ok(events.collect())
}

/// The first of those who joined or left, by id, and how many did.
fn moved(changes: &str) -> (Vec<String>, usize) {
    let changes: Vec<Value> = serde_json::from_str(changes).unwrap_or_default();
    let members = || changes.iter().filter(|it| it.get("path").and_then(Value::as_str) == Some("members"));
    let listed =
        |of: &str| members().filter_map(move |it| it.get(of)?.as_array().cloned()).flatten().collect::<Vec<_>>();
    let counted = |of: &str| members().filter_map(|it| it.get(of)?.as_u64()).sum::<u64>();
    let people = [listed("added"), listed("removed")].concat();
    let people = people.iter().filter_map(Value::as_str).take(NAMED).map(str::to_owned).collect();
    let count = counted("added_count").saturating_add(counted("removed_count"));
    (people, usize::try_from(count).unwrap_or(usize::MAX))
}

/// What the things with these ids are called now, whatever they are; what is gone is left out.
pub async fn called(app: &App, org: OrgId, ids: &[String]) -> Result<HashMap<String, String>, Error> {
    const KINDS: [&str; 8] =
        ["user", "group", "project", "resource", "team", "service_account", "connection", "client"];
    let ids: Ids<'_> = KINDS.iter().flat_map(|kind| ids.iter().map(move |id| (*kind, id.as_str()))).collect();
    let names = names(app, org, &ids).await?.into_iter().map(|(id, name)| (id, name.0));
    Ok(names.filter(|(known, _)| ids.iter().any(|(_, id)| id == known)).collect())
}

/// What something of a kind is called now, of a person the name of the person; nothing where it is gone.
pub(super) async fn called_as(app: &App, org: OrgId, named: (&str, &str)) -> Result<Option<String>, Error> {
    let found = names(app, org, &BTreeSet::from([named])).await?.remove(named.1);
    Ok(found.map(|(name, person)| person.unwrap_or(name)))
}

/// Ids, each with the kind of what it names.
type Ids<'a> = BTreeSet<(&'a str, &'a str)>;

/// What these are called now.
async fn names(app: &App, org: OrgId, ids: &Ids<'_>) -> Result<HashMap<String, (String, Option<String>)>, Error> {
    let db = app.store.reader();
    let mut names = HashMap::new();
    for user in users::list_by_ids(db, org, &of_kind(ids, "user")).await? {
        let person = (user.display_name != user.user_name).then_some(user.display_name);
        names.insert(user.id.to_string(), (user.user_name, person));
    }
    let mut keep = |id: String, name: String| drop(names.insert(id, (name, None)));
    for group in group_list::among(db, org, &of_kind(ids, "group")).await? {
        keep(group.id.to_string(), group.display_name);
    }
    for resource in resources::list_by_ids(db, org, &of_kind(ids, "resource")).await? {
        keep(resource.id.to_string(), resource.name);
    }
    for project in projects::among(db, org, &of_kind(ids, "project")).await? {
        keep(project.id.to_string(), project.name);
    }
    // Of these an organisation has few.
    let has = |kind: &str| ids.iter().any(|(of, id)| *of == kind && !id.is_empty());
    if has("team") {
        teams::list(db, org).await?.into_iter().for_each(|it| keep(it.id.to_string(), it.name));
    }
    if has("service_account") {
        service_accounts::list(db, org).await?.into_iter().for_each(|it| keep(it.id.to_string(), it.name));
    }
    if has("connection") {
        connections::list(db, org).await?.into_iter().for_each(|it| keep(it.id.to_string(), it.name));
    }
    if has("client") {
        clients::list(db, org).await?.into_iter().for_each(|it| keep(it.id.to_string(), it.name));
    }
    Ok(names)
}

fn of_kind<T: FromStr>(ids: &Ids<'_>, kind: &str) -> Vec<T> {
    ids.iter().filter(|(of, _)| *of == kind).filter_map(|(_, id)| id.parse().ok()).collect()
}
