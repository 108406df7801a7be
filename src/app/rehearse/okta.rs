//! What Okta sends: the order and the shapes of its catalogue connector.

use serde_json::{Value, json};

use super::people::{self, Person};
use super::wire::{Ask, Line};
use super::{Pushed, Report, Script};
use crate::app::outbound::Method;
use crate::domain::secret::temporary_password;

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// The most membership changes in one request.
const BATCH: usize = 100;
const PAGE: [(&str, &str); 2] = [("startIndex", "1"), ("count", "100")];

/// What happens when an administrator presses "Test API Credentials"; false when nothing more is worth sending.
pub async fn test_credentials(line: &mut Line) -> bool {
    let users = [("startIndex", "1"), ("count", "2")];
    let asked = [("users", "Users", users), ("groups", "Groups", PAGE)];
    for (name, path, query) in asked {
        let name = format!("test the credentials: list {name}");
        if line.ask(get(name, &[path], &query), is_list).await.is_none() {
            return false;
        }
    }
    true
}

/// Everything that follows when people and groups are assigned, and some of them taken away again.
pub async fn play(line: &mut Line, script: &Script, report: &mut Report) {
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
        push_group(line, report, name, &members).await;
    }
    let last = report.people.len().saturating_sub(script.deactivate);
    for pushed in report.people.iter_mut().skip(last) {
        pushed.is_active = !deactivate(line, pushed).await;
    }
}

/// Looks for the person and links it, or makes it.
async fn assign(line: &mut Line, person: &Person) -> Option<String> {
    let who = person.display_name();
    let filter = format!("userName eq \"{}\"", person.user_name);
    let query = [("filter", filter.as_str()), ("startIndex", "1"), ("count", "100")];
    // Some servers answer 404 to a filter that finds nothing, and Okta takes that as well.
    let ask = Ask { expected: &[200, 404], ..get(format!("look for {who}"), &["Users"], &query) };
    let found = line.ask(ask, |_| Ok(())).await?;
    if let Some(id) = found.pointer("/Resources/0/id").and_then(Value::as_str) {
        let id = id.to_owned();
        update(line, person, &id).await;
        return Some(id);
    }
    let expected = person.user_name.clone();
    let ask = Ask {
        name: format!("make {who}"),
        method: Method::POST,
        path: &["Users"],
        query: &[],
        body: Some(new_user(person)),
        expected: &[201],
    };
    let made = line.ask(ask, |made| has_id(made).and_then(|()| has(made, "userName", &json!(expected)))).await?;
    Some(made.get("id")?.as_str()?.to_owned())
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
    let who = person.display_name();
    let path = ["Users", id];
    let Some(mut user) = line.ask(get(format!("read {who}"), &path, &[]), has_id).await else { return };
    echo(&mut user, person);
    let title = json!(person.title);
    let ask = Ask {
        name: format!("update the profile of {who}"),
        method: Method::PUT,
        path: &path,
        query: &[],
        body: Some(user),
        expected: &[200],
    };
    line.ask(ask, |user| has(user, "title", &title)).await;
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
async fn push_group(line: &mut Line, report: &mut Report, name: &str, members: &[usize]) {
    let Some(id) = make_group(line, name).await else { return };
    report.groups.push(name.to_owned());
    let ids: Vec<String> =
        members.iter().filter_map(|number| report.people.get(*number)).map(|pushed| pushed.id.clone()).collect();
    for some in ids.chunks(BATCH) {
        let add = json!({ "op": "add", "path": "members", "value": references(some) });
        let names = format!("add {} members to {name}", some.len());
        change_group(line, (names, name, &id), vec![add]).await;
    }
    if let Some(first) = ids.first() {
        let remove = json!({ "op": "remove", "path": format!("members[value eq \"{first}\"]") });
        change_group(line, (format!("take one member out of {name}"), name, &id), vec![remove]).await;
        let add = json!({ "op": "add", "path": "members", "value": references(std::slice::from_ref(first)) });
        change_group(line, (format!("put the member back into {name}"), name, &id), vec![add]).await;
    }
    let count = ids.len();
    line.ask(get(format!("read {name}"), &["Groups", &id], &[]), |group| has_members(group, count)).await;
    for number in members {
        if let Some(pushed) = report.people.get_mut(*number) {
            pushed.groups.push(name.to_owned());
        }
    }
}

async fn make_group(line: &mut Line, name: &str) -> Option<String> {
    let filter = format!("displayName eq \"{name}\"");
    let query = [("filter", filter.as_str()), ("startIndex", "1"), ("count", "100")];
    let ask = Ask { expected: &[200, 404], ..get(format!("look for the group {name}"), &["Groups"], &query) };
    let found = line.ask(ask, |_| Ok(())).await?;
    if let Some(id) = found.pointer("/Resources/0/id").and_then(Value::as_str) {
        return Some(id.to_owned());
    }
    let ask = Ask {
        name: format!("make the group {name}"),
        method: Method::POST,
        path: &["Groups"],
        query: &[],
        body: Some(json!({ "schemas": [GROUP], "displayName": name, "members": [] })),
        expected: &[201],
    };
    let made = line.ask(ask, |made| has_id(made).and_then(|()| has(made, "displayName", &json!(name)))).await?;
    Some(made.get("id")?.as_str()?.to_owned())
}

/// Okta sends the name again, without a path, with every change of members.
async fn change_group(line: &mut Line, (what, name, id): (String, &str, &str), change: Vec<Value>) {
    let mut operations = vec![json!({ "op": "replace", "value": { "id": id, "displayName": name } })];
    operations.extend(change);
    let ask = Ask {
        name: what,
        method: Method::PATCH,
        path: &["Groups", id],
        query: &[],
        body: Some(json!({ "schemas": [PATCH], "Operations": operations })),
        expected: &[200, 204],
    };
    line.ask(ask, |_| Ok(())).await;
}

/// Shuts a person out; true when the server then says so.
async fn deactivate(line: &mut Line, pushed: &Pushed) -> bool {
    let who = pushed.person.display_name();
    let operation = json!({ "op": "replace", "value": { "active": false } });
    let path = ["Users", pushed.id.as_str()];
    let ask = Ask {
        name: format!("deactivate {who}"),
        method: Method::PATCH,
        path: &path,
        query: &[],
        body: Some(json!({ "schemas": [PATCH], "Operations": [operation] })),
        expected: &[200, 204],
    };
    let sent = line.ask(ask, |_| Ok(())).await.is_some();
    let is_out = |user: &Value| has(user, "active", &json!(false));
    sent && line.ask(get(format!("read {who}, who is out"), &path, &[]), is_out).await.is_some()
}

fn get<'a>(name: String, path: &'a [&'a str], query: &'a [(&'a str, &'a str)]) -> Ask<'a> {
    Ask { name, method: Method::GET, path, query, body: None, expected: &[200] }
}

fn references(ids: &[String]) -> Vec<Value> {
    ids.iter().map(|id| json!({ "value": id })).collect()
}

fn is_list(body: &Value) -> Result<(), String> {
    let is_count = body.get("totalResults").is_some_and(Value::is_u64);
    if is_count { Ok(()) } else { Err("the answer is no list: `totalResults` must be a whole number".to_owned()) }
}

fn has_id(body: &Value) -> Result<(), String> {
    let has = body.get("id").and_then(Value::as_str).is_some_and(|id| !id.is_empty());
    if has { Ok(()) } else { Err("the resource has no id".to_owned()) }
}

fn has(body: &Value, name: &str, expected: &Value) -> Result<(), String> {
    match body.get(name) {
        Some(value) if value == expected => Ok(()),
        Some(value) => Err(format!("`{name}` is {value}, expected {expected}")),
        None => Err(format!("`{name}` is missing, expected {expected}")),
    }
}

fn has_members(group: &Value, expected: usize) -> Result<(), String> {
    let count = group.get("members").and_then(Value::as_array).map_or(0, Vec::len);
    if count == expected { Ok(()) } else { Err(format!("the group has {count} members, expected {expected}")) }
}
