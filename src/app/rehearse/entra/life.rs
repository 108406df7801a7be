//! The rest of what Entra does to somebody and to a group in the course of their life: a guest who is disabled and restored,
//! deleted softly (when the directory renames them) and for good; and a group that is renamed and deleted.

use serde_json::{Value, json};

use super::super::check::{any, finds, has};
use super::super::people::Person;
use super::super::wire::{Ask, Line};
use super::{Manner, Named, WITHOUT_MEMBERS, allow, assign, change_group, is_member, make_group, new_user};

/// The group that lives for as long as this does.
const GROUP: &str = "Rehearsal";
/// What the directory puts before the name of somebody who is deleted softly.
const TOMBSTONE: &str = "5f0c8d9e1b2a4c3d8e7f6a5b4c3d2e1f";

/// Plays it, with somebody who is not among those who stay.
pub async fn live_through(line: &mut Line, manner: Manner, guest: &Person) {
    let Some(id) = assign(line, manner, guest).await else { return };
    let who = guest.display_name();
    let person = Named { name: &who, id: &id };
    let again = Ask::post(format!("make {who} a second time, which is refused"), &["Users"], new_user(guest));
    line.ask(again.expecting(&[409]), any).await;
    if let Some(group) = make_group(line, GROUP).await {
        let group = Named { name: GROUP, id: &group };
        let join = manner.join(std::slice::from_ref(&id));
        change_group(line, &group, format!("add {who} to {GROUP}"), join).await;
        // Entra does not send memberships again for somebody who is restored.
        allow(line, manner, &person, false).await;
        allow(line, manner, &person, true).await;
        is_member(line, &group, &id, true).await;
        live_as_group(line, manner, &group).await;
    }
    delete_softly(line, manner, guest, &person).await;
    delete(line, "Users", &person).await;
    let filter = format!("userName eq \"{}\"", guest.user_name);
    let query = [("filter", filter.as_str())];
    let gone = Ask::get(format!("match {who}, who is deleted"), &["Users"], &query);
    line.ask(gone, |list| finds(list, 0)).await;
}

async fn live_as_group(line: &mut Line, manner: Manner, group: &Named<'_>) {
    let renamed = format!("{GROUP} (renamed)");
    let rename = manner.operation("replace", "displayName", &json!(renamed));
    change_group(line, group, format!("rename {GROUP}"), rename).await;
    let external = manner.operation("replace", "externalId", &json!("0b6f9d0c-7a55-4f57-8d4e-3c1f5a2b7e90"));
    change_group(line, group, format!("change the external id of {GROUP}"), external).await;
    let path = ["Groups", group.id];
    let read = Ask::get(format!("read {renamed}"), &path, &WITHOUT_MEMBERS);
    line.ask(read, |group| has(group, "displayName", &json!(renamed))).await;
    delete(line, "Groups", &Named { name: &renamed, id: group.id }).await;
}

/// The directory renames whom it deletes softly, and sends the new name together with the end; and renames them back.
async fn delete_softly(line: &mut Line, manner: Manner, guest: &Person, person: &Named<'_>) {
    let path = ["Users", person.id];
    let named = |name: &str| manner.operation("replace", "userName", &json!(name));
    let tombstone = format!("{TOMBSTONE}{}", guest.user_name);
    let bury = [named(&tombstone), manner.active(false)];
    line.ask(Ask::patch(format!("delete {} softly", person.name), &path, &bury), any).await;
    let is_out = |user: &Value| has(user, "active", &json!(false));
    line.ask(Ask::get(format!("read {}, who is out", person.name), &path, &[]), is_out).await;
    let revive = [named(&guest.user_name), manner.active(true)];
    line.ask(Ask::patch(format!("restore {}", person.name), &path, &revive), any).await;
    let is_back =
        |user: &Value| has(user, "active", &json!(true)).and_then(|()| has(user, "userName", &json!(guest.user_name)));
    line.ask(Ask::get(format!("read {}, who is back", person.name), &path, &[]), is_back).await;
}

/// Deletes something for good, which a second request finds done.
async fn delete(line: &mut Line, of: &str, one: &Named<'_>) {
    let path = [of, one.id];
    line.ask(Ask::delete(format!("delete {}", one.name), &path), any).await;
    line.ask(Ask::get(format!("read {} after that", one.name), &path, &[]).expecting(&[404]), any).await;
    line.ask(Ask::delete(format!("delete {} again", one.name), &path).expecting(&[404]), any).await;
}
