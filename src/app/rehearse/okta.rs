//! What Okta sends: the order and the shapes of its catalogue connector, and of an app that its wizard made.

mod life;

use serde_json::{Value, json};

use super::check::{any, first_id, has, has_id, has_members, id, is_list};
use super::people::{self, Person};
use super::wire::{Ask, Line};
use super::{Pushed, Report, Script};
use crate::domain::secret::temporary_password;

pub use life::live_through;

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The most membership changes in one request.
const BATCH: usize = 100;
const PAGE: [(&str, &str); 2] = [("startIndex", "1"), ("count", "100")];

/// How Okta writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// As the catalogue's connector: PATCH for groups and for who may sign in, PUT for profiles.
    Catalogue,
    /// As an app of the wizard: PUT of the whole resource for everything.
    Wizard,
}

/// What happens when an administrator presses "Test API Credentials"; false when nothing more is worth sending.
pub async fn test_credentials(line: &mut Line) -> bool {
    let users = [("startIndex", "1"), ("count", "2")];
    let asked = [("users", "Users", users), ("groups", "Groups", PAGE)];
    for (name, path, query) in asked {
        let name = format!("test the credentials: list {name}");
        if line.ask(Ask::get(name, &[path], &query), is_list).await.is_none() {
            return false;
        }
    }
    true
}

/// Everything that follows when people and groups are assigned, and some of them taken away again.
pub async fn play(line: &mut Line, manner: Manner, script: &Script, report: &mut Report) {
    for (number, person) in people::draw(script.seed, script.users).into_iter().enumerate() {
        let Some(id) = assign(line, &person).await else { continue };
        if number % 5 == 0 {
            update(line, &person, &id).await;
        }
        report.people.push(Pushed { person, id, groups: Vec::new(), is_active: true });
    }
    let names = people::groups(script.groups);
    for (number, name) in names.iter().enumerate() {
        let is_in = |person: &usize| people::is_in(*person, number, names.len());
        let members: Vec<usize> = (0..report.people.len()).filter(is_in).collect();
        push_group(line, manner, report, (name, &members)).await;
    }
    let last = report.people.len().saturating_sub(script.deactivate);
    for pushed in report.people.iter_mut().skip(last) {
        let who = (pushed.person.display_name(), pushed.id.as_str());
        pushed.is_active = !allow(line, manner, (&who.0, who.1), false).await;
    }
}

/// Looks for the person and links it, or makes it.
async fn assign(line: &mut Line, person: &Person) -> Option<String> {
    let who = person.display_name();
    let found = find(line, format!("look for {who}"), "Users", ("userName", &person.user_name), any).await?;
    if let Some(id) = first_id(&found) {
        update(line, person, &id).await;
        return Some(id);
    }
    let expected = json!(person.user_name);
    let ask = Ask::post(format!("make {who}"), &["Users"], new_user(person));
    let made = line.ask(ask, |made| has_id(made).and_then(|()| has(made, "userName", &expected))).await?;
    id(&made)
}

/// Asks for what has this value. Some servers answer 404 to a filter that finds nothing, and Okta takes that as well.
async fn find(
    line: &mut Line,
    name: String,
    path: &str,
    (attribute, value): (&str, &str),
    check: impl FnOnce(&Value) -> Result<(), String>,
) -> Option<Value> {
    let filter = format!("{attribute} eq \"{value}\"");
    let query = [("filter", filter.as_str()), ("startIndex", "1"), ("count", "100")];
    line.ask(Ask::get(name, &[path], &query).expecting(&[200, 404]), check).await
}

fn new_user(person: &Person) -> Value {
    json!({
        "schemas": [USER],
        "userName": person.user_name,
        "name": { "givenName": person.given, "familyName": person.family },
        "emails": [{ "primary": true, "value": person.user_name, "type": "work" }],
        "displayName": person.display_name(),
        "locale": "en-US",
        "externalId": person.external_id,
        "groups": [],
        // Okta sends one even where passwords are not synchronised.
        "password": format!("{}-1aZ", temporary_password().reveal()),
        "active": true,
    })
}

/// Reads the user, changes an attribute, and puts everything back, what is not its own included.
async fn update(line: &mut Line, person: &Person, id: &str) {
    let title = json!(person.title);
    let is_updated = |user: &Value| has(user, "title", &title);
    let who = person.display_name();
    put_back(line, (&who, id), &format!("update the profile of {who}"), |user| echo(user, person), is_updated).await;
}

/// Reads a user and writes the whole of it with something changed; true when the answer is as it must be.
async fn put_back(
    line: &mut Line,
    (who, id): (&str, &str),
    what: &str,
    change: impl FnOnce(&mut Value),
    check: impl FnOnce(&Value) -> Result<(), String>,
) -> bool {
    let path = ["Users", id];
    let Some(mut user) = line.ask(Ask::get(format!("read {who}"), &path, &[]), has_id).await else { return false };
    change(&mut user);
    line.ask(Ask::put(what.to_owned(), &path, user), check).await.is_some()
}

fn echo(user: &mut Value, person: &Person) {
    let Some(user) = user.as_object_mut() else { return };
    user.insert("title".to_owned(), json!(person.title));
    user.insert("active".to_owned(), json!(true));
    user.entry("groups").or_insert_with(|| json!([]));
    if let Some(name) = user.get_mut("name").and_then(Value::as_object_mut) {
        name.insert("middleName".to_owned(), json!(""));
    }
    if let Some(email) = user.get_mut("emails").and_then(|emails| emails.get_mut(0)).and_then(Value::as_object_mut) {
        email.insert("display".to_owned(), json!(person.user_name));
    }
}

/// Pushes a group: makes it empty, fills it, and moves one member out and in again.
async fn push_group(line: &mut Line, manner: Manner, report: &mut Report, (name, members): (&str, &[usize])) {
    let Some(id) = make_group(line, name).await else { return };
    report.groups.push(name.to_owned());
    let ids: Vec<String> =
        members.iter().filter_map(|number| report.people.get(*number)).map(|pushed| pushed.id.clone()).collect();
    let group = (name, id.as_str());
    match manner {
        Manner::Catalogue => fill_by_changes(line, group, &ids).await,
        Manner::Wizard => {
            let without_first = ids.get(1..).unwrap_or_default();
            put_group(line, group, &ids, format!("put {} members into {name}", ids.len())).await;
            put_group(line, group, without_first, format!("take one member out of {name}")).await;
            put_group(line, group, &ids, format!("put the member back into {name}")).await;
        }
    }
    let count = ids.len();
    line.ask(Ask::get(format!("read {name}"), &["Groups", &id], &[]), |group| has_members(group, count)).await;
    for number in members {
        if let Some(pushed) = report.people.get_mut(*number) {
            pushed.groups.push(name.to_owned());
        }
    }
}

async fn fill_by_changes(line: &mut Line, group: (&str, &str), ids: &[String]) {
    let (name, _) = group;
    let add = |some: &[String]| json!({ "op": "add", "path": "members", "value": references(some) });
    for some in ids.chunks(BATCH) {
        change_group(line, group, format!("add {} members to {name}", some.len()), add(some)).await;
    }
    if let Some(first) = ids.first() {
        let remove = json!({ "op": "remove", "path": format!("members[value eq \"{first}\"]") });
        change_group(line, group, format!("take one member out of {name}"), remove).await;
        let back = add(std::slice::from_ref(first));
        change_group(line, group, format!("put the member back into {name}"), back).await;
    }
}

async fn make_group(line: &mut Line, name: &str) -> Option<String> {
    let found = find(line, format!("look for the group {name}"), "Groups", ("displayName", name), any).await?;
    if let Some(id) = first_id(&found) {
        return Some(id);
    }
    let body = json!({ "schemas": [GROUP], "displayName": name, "members": [] });
    let ask = Ask::post(format!("make the group {name}"), &["Groups"], body);
    let made = line.ask(ask, |made| has_id(made).and_then(|()| has(made, "displayName", &json!(name)))).await?;
    id(&made)
}

/// Okta sends the name again, without a path, with every change of members.
async fn change_group(line: &mut Line, (name, id): (&str, &str), what: String, change: Value) {
    let rename = json!({ "op": "replace", "value": { "id": id, "displayName": name } });
    line.ask(Ask::patch(what, &["Groups", id], &[rename, change]), any).await;
}

async fn put_group(line: &mut Line, (name, id): (&str, &str), members: &[String], what: String) {
    let body = json!({ "schemas": [GROUP], "id": id, "displayName": name, "members": references(members) });
    let is_named = |group: &Value| has(group, "displayName", &json!(name));
    line.ask(Ask::put(what, &["Groups", id], body), is_named).await;
}

/// Lets a person in or shuts them out; true when the server then says so.
async fn allow(line: &mut Line, manner: Manner, (who, id): (&str, &str), is_active: bool) -> bool {
    let path = ["Users", id];
    let what = format!("{} {who}", if is_active { "reactivate" } else { "deactivate" });
    let sent = match manner {
        Manner::Catalogue => {
            let operation = json!({ "op": "replace", "value": { "active": is_active } });
            line.ask(Ask::patch(what, &path, &[operation]), any).await.is_some()
        }
        Manner::Wizard => {
            let write = |user: &mut Value| {
                if let Some(user) = user.as_object_mut() {
                    user.insert("active".to_owned(), json!(is_active));
                }
            };
            put_back(line, (who, id), &what, write, any).await
        }
    };
    let read = format!("read {who}, who is {}", if is_active { "back" } else { "out" });
    let says_so = |user: &Value| has(user, "active", &json!(is_active));
    sent && line.ask(Ask::get(read, &path, &[]), says_so).await.is_some()
}

fn references(ids: &[String]) -> Vec<Value> {
    ids.iter().map(|id| json!({ "value": id })).collect()
}
