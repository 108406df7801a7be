//! The rest of what Okta does to somebody and to a group in the course of their life: a second guest, who leaves and comes
//! back, and a group that is pushed now, emptied, renamed and unlinked; and an import of everybody.

use serde_json::{Value, json};

use super::super::check::{any, finds, first_id, has, has_members, is_list, lacks};
use super::super::people::Person;
use super::super::wire::{Ask, Line};
use super::{Manner, allow, assign, change_group, find, make_group, new_user, put_back, put_group, references};

/// The most users on a page of an import.
const PAGE: usize = 100;
/// The group that lives for as long as this does.
const GROUP: &str = "Rehearsal";

/// Plays it, with somebody who is not among those who stay.
pub async fn live_through(line: &mut Line, manner: Manner, guest: &Person) {
    let Some(id) = come_and_go(line, manner, guest).await else { return };
    live_as_group(line, manner, &id).await;
    allow(line, manner, (&guest.display_name(), &id), false).await;
    import(line).await;
}

/// Comes, is refused a second time, loses a value, leaves, and comes back as the same.
async fn come_and_go(line: &mut Line, manner: Manner, guest: &Person) -> Option<String> {
    let who = guest.display_name();
    let id = assign(line, guest).await?;
    let again = Ask::post(format!("make {who} a second time, which is refused"), &["Users"], new_user(guest));
    line.ask(again.expecting(&[409]), any).await;
    let clear = |user: &mut Value| {
        if let Some(user) = user.as_object_mut() {
            user.insert("title".to_owned(), json!(""));
        }
    };
    put_back(line, (&who, &id), &format!("empty the title of {who}"), clear, |user| lacks(user, "title")).await;
    allow(line, manner, (&who, &id), false).await;
    let name = ("userName", guest.user_name.as_str());
    find(line, format!("look for {who}, who is out"), "Users", name, |list| finds(list, 1)).await;
    allow(line, manner, (&who, &id), true).await;
    find(line, format!("look for {who}, who is back"), "Users", name, |list| is_same(list, &id)).await;
    Some(id)
}

fn is_same(list: &Value, id: &str) -> Result<(), String> {
    match first_id(list) {
        Some(found) if found == id => Ok(()),
        Some(found) => Err(format!("the id is {found} now, and was {id}")),
        None => Err("nobody was found".to_owned()),
    }
}

async fn live_as_group(line: &mut Line, manner: Manner, member: &str) {
    let Some(id) = make_group(line, GROUP).await else { return };
    let member = [member.to_owned()];
    let replace = |ids: &[String]| json!({ "op": "replace", "path": "members", "value": references(ids) });
    let renamed = format!("{GROUP} (renamed)");
    match manner {
        Manner::Catalogue => {
            change_group(line, (GROUP, &id), format!("push {GROUP} now"), replace(&member)).await;
            count_members(line, &id, 1).await;
            change_group(line, (GROUP, &id), format!("push {GROUP} now, without anybody"), replace(&[])).await;
            count_members(line, &id, 0).await;
            let rename = json!({ "op": "replace", "value": { "id": id, "displayName": renamed } });
            line.ask(Ask::patch(format!("rename {GROUP}"), &["Groups", &id], &[rename]), any).await;
        }
        Manner::Wizard => {
            put_group(line, (GROUP, &id), &member, format!("push {GROUP}")).await;
            count_members(line, &id, 1).await;
            put_group(line, (GROUP, &id), &[], format!("push {GROUP}, without anybody")).await;
            count_members(line, &id, 0).await;
            put_group(line, (&renamed, &id), &[], format!("rename {GROUP}")).await;
        }
    }
    let path = ["Groups", id.as_str()];
    let is_renamed = |group: &Value| has(group, "displayName", &json!(renamed));
    line.ask(Ask::get(format!("read {renamed}"), &path, &[]), is_renamed).await;
    line.ask(Ask::delete(format!("unlink and delete {renamed}"), &path), any).await;
    let gone = Ask::get(format!("read {renamed} after that"), &path, &[]);
    line.ask(gone.expecting(&[404]), any).await;
}

async fn count_members(line: &mut Line, id: &str, expected: usize) {
    let path = ["Groups", id];
    let read = Ask::get(format!("read {GROUP}"), &path, &[]);
    line.ask(read, |group| has_members(group, expected)).await;
}

/// Reads everybody, a page at a time, and one page more than there is.
async fn import(line: &mut Line) {
    let mut seen = std::collections::BTreeSet::new();
    loop {
        let start = seen.len().saturating_add(1).to_string();
        let query = [("startIndex", start.as_str()), ("count", "100")];
        let read = Ask::get(format!("import users from number {start}"), &["Users"], &query);
        let before = seen.len();
        let Some(page) = line.ask(read, |page| one_page(page, &mut seen)).await else { return };
        let total = page.get("totalResults").and_then(Value::as_u64).and_then(|it| usize::try_from(it).ok());
        if seen.len() == before || total.is_none_or(|total| total <= seen.len()) {
            break;
        }
    }
    let start = seen.len().saturating_add(PAGE).to_string();
    let query = [("startIndex", start.as_str()), ("count", "100")];
    let beyond = Ask::get("import users behind the last".to_owned(), &["Users"], &query);
    line.ask(beyond, |page| is_list(page).and_then(|()| items(page, 0))).await;
}

/// A page on which nobody is for the second time, and which says how many are on it.
fn one_page(page: &Value, seen: &mut std::collections::BTreeSet<String>) -> Result<(), String> {
    is_list(page)?;
    let users = page.get("Resources").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    items(page, users.len())?;
    for user in users {
        let id = user.get("id").and_then(Value::as_str).unwrap_or_default();
        if !seen.insert(id.to_owned()) {
            return Err(format!("the user {id} is on two pages"));
        }
    }
    Ok(())
}

fn items(page: &Value, expected: usize) -> Result<(), String> {
    match page.get("itemsPerPage").and_then(Value::as_u64).and_then(|it| usize::try_from(it).ok()) {
        Some(count) if count == expected => Ok(()),
        Some(count) => Err(format!("`itemsPerPage` is {count}, but {expected} are on the page")),
        None if expected == 0 => Ok(()),
        None => Err("`itemsPerPage` is missing".to_owned()),
    }
}
