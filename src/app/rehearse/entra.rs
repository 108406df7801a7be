//! What Microsoft Entra ID sends: a query before every write, PATCH for every change, references in a second pass; with and
//! without the flag `aadOptscim062020` in the tenant URL, which changes the shape of what it sends.

mod life;

use serde_json::{Value, json};

use super::check::{any, finds, first_id, has, has_id, id};
use super::people::{self, Person};
use super::wire::{Ask, Line};
use super::{Pushed, Report, Script};
use crate::domain::text::hexadecimal;

pub use life::live_through;

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// Entra sends this with a group, and no other provider knows it.
const GROUP_OF_ENTRA: &str = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
/// What nothing has, to see whether a filter that finds nothing answers an empty list.
const NOBODY: &str = "8f2c6f0e-5d0b-4b77-9a41-6d1b7a3c9e52";
const PHONE: &str = "+49 30 901820";
const DEPARTMENT: &str = "Harbour";
const BATCH: usize = 100;
const WITHOUT_MEMBERS: [(&str, &str); 1] = [("excludedAttributes", "members")];
/// What Entra calls the flag at the end of a tenant URL.
pub const FLAG: &str = "aadOptscim062020";

/// How Entra writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// As it always did: operations with a capital letter, booleans as text, one attribute an operation.
    Plain,
    /// As the standard has it, which the flag asks for.
    Flagged,
}

/// A person or a group as the server knows it.
struct Named<'a> {
    name: &'a str,
    id: &'a str,
}

impl Manner {
    fn operation(self, op: &str, path: &str, value: &Value) -> Value {
        let op = match self {
            Self::Plain => capital(op),
            Self::Flagged => op.to_owned(),
        };
        json!({ "op": op, "path": path, "value": value })
    }

    fn active(self, is_active: bool) -> Value {
        let value = match self {
            Self::Plain => json!(if is_active { "True" } else { "False" }),
            Self::Flagged => json!(is_active),
        };
        self.operation("replace", "active", &value)
    }

    /// What changes in a profile.
    fn profile(self, person: &Person) -> Vec<Value> {
        let (title, phone) = (json!(person.title), &json!(PHONE));
        match self {
            Self::Plain => vec![
                self.operation("replace", "displayName", &json!(person.display_name())),
                self.operation("add", "title", &title),
                self.operation("add", "phoneNumbers[type eq \"work\"].value", phone),
                self.operation("add", &format!("{ENTERPRISE}:department"), &json!(DEPARTMENT)),
            ],
            Self::Flagged => vec![
                json!({ "op": "replace", "value": {
                    "displayName": person.display_name(),
                    "name.familyName": person.family,
                    "title": title,
                    format!("{ENTERPRISE}:department"): DEPARTMENT,
                } }),
                self.operation("add", "phoneNumbers[type eq \"work\"].value", phone),
            ],
        }
    }

    fn manager(self, id: &str) -> Value {
        match self {
            Self::Plain => self.operation("add", "manager", &json!([{ "$ref": null, "value": id }])),
            Self::Flagged => self.operation("add", &format!("{ENTERPRISE}:manager"), &json!(id)),
        }
    }

    fn join(self, ids: &[String]) -> Value {
        self.operation("add", "members", &references(ids))
    }

    fn leave(self, id: &str) -> Value {
        match self {
            Self::Plain => json!({ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": id }] }),
            Self::Flagged => json!({ "op": "remove", "path": format!("members[value eq \"{id}\"]") }),
        }
    }
}

/// What happens when an administrator presses "Test Connection"; false when nothing more is worth sending.
pub async fn test_connection(line: &mut Line) -> bool {
    for (name, path, attribute) in [("users", "Users", "userName"), ("groups", "Groups", "displayName")] {
        let name = format!("test the connection: {name} that do not exist");
        let filter = format!("{attribute} eq \"{NOBODY}\"");
        if line.ask(Ask::get(name, &[path], &[("filter", &filter)]), |list| finds(list, 0)).await.is_none() {
            return false;
        }
    }
    true
}

/// A first cycle: everybody, then who leads whom, then the groups; and some of the people taken away again.
pub async fn play(line: &mut Line, manner: Manner, script: &Script, report: &mut Report) {
    for (number, person) in people::draw(script.seed, script.users).into_iter().enumerate() {
        let Some(id) = assign(line, manner, &person).await else { continue };
        if number % 5 == 0 {
            update(line, manner, &person, &id).await;
        }
        report.people.push(Pushed { person, id, groups: Vec::new(), is_active: true });
    }
    lead(line, manner, &report.people).await;
    let names = people::groups(script.groups);
    for (number, name) in names.iter().enumerate() {
        let is_in = |person: &usize| people::is_in(*person, number, names.len());
        let members: Vec<usize> = (0..report.people.len()).filter(is_in).collect();
        push_group(line, manner, report, (name, &members)).await;
    }
    let last = report.people.len().saturating_sub(script.deactivate);
    for pushed in report.people.iter_mut().skip(last) {
        let who = pushed.person.display_name();
        pushed.is_active = !allow(line, manner, &Named { name: &who, id: &pushed.id }, false).await;
    }
}

/// Looks for the person and changes what it finds, or makes it.
async fn assign(line: &mut Line, manner: Manner, person: &Person) -> Option<String> {
    let who = person.display_name();
    let filter = format!("userName eq \"{}\"", person.user_name);
    let found = line.ask(Ask::get(format!("match {who}"), &["Users"], &[("filter", &filter)]), any).await?;
    if let Some(id) = first_id(&found) {
        let path = ["Users", id.as_str()];
        let operations = [manner.active(true), manner.operation("replace", "externalId", &json!(object_id(person)))];
        line.ask(Ask::patch(format!("link {who}"), &path, &operations), any).await?;
        return Some(id);
    }
    let expected = json!(person.user_name);
    let ask = Ask::post(format!("make {who}"), &["Users"], new_user(person));
    let made = line.ask(ask, |made| has_id(made).and_then(|()| has(made, "userName", &expected))).await?;
    id(&made)
}

fn new_user(person: &Person) -> Value {
    json!({
        "schemas": [USER, ENTERPRISE],
        "externalId": object_id(person),
        "userName": person.user_name,
        "active": true,
        "addresses": null,
        "displayName": person.display_name(),
        "emails": [{ "primary": true, "type": "work", "value": person.user_name }],
        "meta": { "resourceType": "User" },
        "name": { "formatted": person.display_name(), "familyName": person.family, "givenName": person.given },
        "roles": [],
        "title": null,
        ENTERPRISE: { "employeeNumber": "4711", "department": null, "manager": null },
    })
}

async fn update(line: &mut Line, manner: Manner, person: &Person, id: &str) {
    let who = person.display_name();
    let path = ["Users", id];
    let change = Ask::patch(format!("update the profile of {who}"), &path, &manner.profile(person));
    if line.ask(change, any).await.is_none() {
        return;
    }
    let (title, phone, department) = (json!(person.title), json!(PHONE), json!(DEPARTMENT));
    let is_updated = |user: &Value| {
        has(user, "title", &title)?;
        has(user.pointer("/phoneNumbers/0").unwrap_or(&Value::Null), "value", &phone)?;
        has(user.get(ENTERPRISE).unwrap_or(&Value::Null), "department", &department)
    };
    line.ask(Ask::get(format!("read {who}"), &path, &[]), is_updated).await;
}

/// The first leads the second, which is seen by asking for both at once, and then nobody does.
async fn lead(line: &mut Line, manner: Manner, people: &[Pushed]) {
    let [leader, led, ..] = people else { return };
    let who = led.person.display_name();
    let path = ["Users", led.id.as_str()];
    let set = Ask::patch(format!("give {who} a manager"), &path, &[manner.manager(&leader.id)]);
    line.ask(set, any).await;
    let filter = format!("id eq \"{}\" and manager eq \"{}\"", led.id, leader.id);
    let query = [("filter", filter.as_str()), ("attributes", "id")];
    let seen = Ask::get(format!("see that {who} has that manager"), &["Users"], &query);
    line.ask(seen, |list| finds(list, 1)).await;
    let clear = manner.operation("replace", &format!("{ENTERPRISE}:manager"), &json!(""));
    line.ask(Ask::patch(format!("take the manager of {who} away"), &path, &[clear]), any).await;
    let gone = Ask::get(format!("see that {who} has none"), &["Users"], &query);
    line.ask(gone, |list| finds(list, 0)).await;
}

/// Pushes a group: makes it without members, fills it, and moves one member out and in again.
async fn push_group(line: &mut Line, manner: Manner, report: &mut Report, (name, members): (&str, &[usize])) {
    let Some(id) = make_group(line, name).await else { return };
    report.groups.push(name.to_owned());
    let group = Named { name, id: &id };
    let ids: Vec<String> =
        members.iter().filter_map(|number| report.people.get(*number)).map(|pushed| pushed.id.clone()).collect();
    for some in ids.chunks(BATCH) {
        change_group(line, &group, format!("add {} members to {name}", some.len()), manner.join(some)).await;
    }
    if let Some(first) = ids.first() {
        change_group(line, &group, format!("take one member out of {name}"), manner.leave(first)).await;
        is_member(line, &group, first, false).await;
        let back = manner.join(std::slice::from_ref(first));
        change_group(line, &group, format!("put the member back into {name}"), back).await;
        is_member(line, &group, first, true).await;
    }
    for number in members {
        if let Some(pushed) = report.people.get_mut(*number) {
            pushed.groups.push(name.to_owned());
        }
    }
}

async fn make_group(line: &mut Line, name: &str) -> Option<String> {
    let filter = format!("displayName eq \"{name}\"");
    let query = [("excludedAttributes", "members"), ("filter", filter.as_str())];
    let found = line.ask(Ask::get(format!("match the group {name}"), &["Groups"], &query), any).await?;
    if let Some(id) = first_id(&found) {
        return Some(id);
    }
    let external = format!("{NOBODY}-{}", name.to_lowercase().replace(' ', "-"));
    let body = json!({
        "schemas": [GROUP, GROUP_OF_ENTRA],
        "externalId": external,
        "displayName": name,
        "meta": { "resourceType": "Group" },
    });
    let ask = Ask::post(format!("make the group {name}"), &["Groups"], body);
    let made = line.ask(ask, |made| has_id(made).and_then(|()| has(made, "displayName", &json!(name)))).await?;
    let id = id(&made)?;
    let path = ["Groups", id.as_str()];
    let read = Ask::get(format!("read {name}"), &path, &WITHOUT_MEMBERS);
    line.ask(read, |group| has(group, "displayName", &json!(name))).await;
    Some(id)
}

async fn change_group(line: &mut Line, group: &Named<'_>, what: String, change: Value) {
    line.ask(Ask::patch(what, &["Groups", group.id], &[change]), any).await;
}

/// Entra never reads the members; it asks whether somebody is one.
async fn is_member(line: &mut Line, group: &Named<'_>, member: &str, expected: bool) {
    let filter = format!("id eq \"{}\" and members eq \"{member}\"", group.id);
    let query = [("filter", filter.as_str()), ("attributes", "id")];
    let word = if expected { "is in" } else { "is not in" };
    let ask = Ask::get(format!("see that the member {word} {}", group.name), &["Groups"], &query);
    line.ask(ask, |list| finds(list, u64::from(expected))).await;
}

/// Lets a person in or shuts them out; true when the server then says so.
async fn allow(line: &mut Line, manner: Manner, person: &Named<'_>, is_active: bool) -> bool {
    let path = ["Users", person.id];
    let (what, is) = if is_active { ("restore", "back") } else { ("disable", "out") };
    let change = Ask::patch(format!("{what} {}", person.name), &path, &[manner.active(is_active)]);
    let sent = line.ask(change, any).await.is_some();
    let says_so = |user: &Value| has(user, "active", &json!(is_active));
    let read = Ask::get(format!("read {}, who is {is}", person.name), &path, &[]);
    sent && line.ask(read, says_so).await.is_some()
}

fn references(ids: &[String]) -> Value {
    ids.iter().map(|id| json!({ "$ref": null, "value": id })).collect()
}

/// The directory's id of a person, made of the one that Okta would have.
fn object_id(person: &Person) -> String {
    let bytes: Vec<u8> = person.external_id.bytes().take(16).collect();
    let hex = hexadecimal(&bytes);
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| hex.get(range).unwrap_or_default());
    parts.join("-")
}

fn capital(op: &str) -> String {
    let mut letters = op.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
