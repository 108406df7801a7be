//! What a connection turns into what: attributes into fields, words and groups into roles; and which words and groups lead to
//! nothing.
//!
//! **Invariant:** nothing is changed by looking. A word is matched here as provisioning matches it; see
//! `app::provisioning`.

use serde_json::Value;

use super::{ceiling, managed, target};
use crate::app::groups::{self, Entry};
use crate::app::{App, directory};
use crate::domain::connection::{Connection, Mapping};
use crate::domain::id::{ConnectionId, UserId};
use crate::domain::policy::{Action, Actor};
use crate::domain::role::{Role, RoleKey, RoleModel, Source};
use crate::domain::text::fold;
use crate::domain::user::User;
use crate::domain::{Error, Timestamp};
use crate::scim::document::Document;
use crate::scim::schema::Located;
use crate::store::mappings::{self as rows, Word, Words};
use crate::store::{connections, users};

/// So many people, the newest, are looked at for words that lead to nothing.
pub const PEOPLE_LOOKED_AT: u64 = 10_000;
/// So many of such words are told.
pub const WORDS_SHOWN: usize = 50;
/// So many words are read of each list, those that lead to roles among them.
const WORDS_READ: u64 = 250;
/// So many groups are told of those that give a role, of those that give none, and of those that are waited for.
pub const MAPPED_GROUPS_SHOWN: u64 = 100;
/// How far the members of each group are counted.
const MEMBERS_COUNTED: u64 = 1_000;

/// What a connection turns into what.
pub struct Mappings {
    /// The connection.
    pub connection: Connection,
    /// How many people it manages.
    pub people: u64,
    /// What fills each field.
    pub attributes: Vec<Mapping>,
    /// What becomes of each role of the organisation, highest first.
    pub roles: Vec<RoleMapping>,
    /// Words that name no role.
    pub unmatched: Vec<Unmatched>,
    /// Whether there are more of them.
    pub has_more_words: bool,
    /// Its groups that give roles, by name.
    pub mapped: Vec<Entry>,
    /// How many they are.
    pub mapped_total: u64,
    /// Its groups that give none, by name.
    pub unmapped: Vec<Entry>,
    /// How many they are.
    pub unmapped_total: u64,
    /// Names or ids of groups that are to give a role once they are pushed, and the role.
    pub awaited: Vec<(String, RoleKey)>,
}

/// How people come to a role by a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleMapping {
    /// The role.
    pub key: RoleKey,
    /// What it is called; the provider may say this or the key.
    pub label: String,
    /// Whether the connection may give it; a request that would is refused otherwise.
    pub is_within: bool,
    /// Whether it gives it to everybody to whom nothing else gives a role.
    pub is_default: bool,
    /// How many have it by `roles`.
    pub by_roles: u64,
    /// How many have it by `entitlements`.
    pub by_entitlements: u64,
    /// How many have it by the attribute that the connection names for it.
    pub by_attribute: u64,
}

/// A word that a provider says and that names no role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    /// `roles`, `entitlements`, or the attribute that the connection names for roles.
    pub attribute: String,
    /// The word as it was sent of somebody.
    pub word: String,
    /// The name for people that came with it.
    pub display: Option<String>,
    /// How many people have it.
    pub people: u64,
    /// When the provider spoke of one of them last, to the hour.
    pub said_at: Option<Timestamp>,
    /// One of them: the id and the name.
    pub example: Option<(UserId, String)>,
}

/// What a connection turns into what, for somebody who manages connections.
pub async fn mappings(app: &App, actor: &Actor, id: ConnectionId) -> Result<Mappings, Error> {
    let (mut connection, model) = managed(app, actor, id).await?;
    let (organisation, _) = app.store.organisation(connection.org).await?;
    // What is there no more gives nothing.
    let role_attribute = directory::role_attribute(&connection, app.users_of(&organisation)?);
    connection.settings.role_attribute = role_attribute.map(|it| it.to_string());
    let (db, of) = (app.store.reader(), (connection.org, id));
    let unmatched = unmatched(app, &model, &connection, role_attribute).await?;
    let entries = |found| groups::described_all(app, connection.org, found, MEMBERS_COUNTED);
    Ok(Mappings {
        people: connections::count_people(db, connection.org).await?.remove(&id).unwrap_or_default(),
        attributes: connection.mappings(),
        roles: roles(&model, &connection, &rows::holders(db, of).await?)?,
        has_more_words: unmatched.len() > WORDS_SHOWN,
        unmatched: unmatched.into_iter().take(WORDS_SHOWN).collect(),
        mapped: entries(rows::groups(db, of, true, MAPPED_GROUPS_SHOWN).await?).await?,
        mapped_total: rows::count_groups(db, of, true).await?,
        unmapped: entries(rows::groups(db, of, false, MAPPED_GROUPS_SHOWN).await?).await?,
        unmapped_total: rows::count_groups(db, of, false).await?,
        awaited: rows::awaited(db, of, MAPPED_GROUPS_SHOWN).await?,
        connection,
    })
}

/// The roles that somebody may let groups of a connection give, highest first.
pub fn mappable<'m>(actor: &Actor, model: &'m RoleModel, of: &Connection) -> Result<Vec<&'m Role>, Error> {
    let (ceiling, target) = (ceiling(&of.settings)?, target(of));
    let may = |role: &RoleKey| actor.check(model, &Action::MapGroup { role: role.clone() }, &target).is_ok();
    Ok(model.roles().iter().filter(|role| ceiling.admits(model, &role.key) && may(&role.key)).collect())
}

/// True when somebody may take this role from groups of a connection.
pub fn may_unmap(actor: &Actor, model: &RoleModel, of: &Connection, role: &RoleKey) -> bool {
    actor.check(model, &Action::UnmapGroup { role: role.clone() }, &target(of)).is_ok()
}

fn roles(model: &RoleModel, of: &Connection, holders: &[(Source, RoleKey, u64)]) -> Result<Vec<RoleMapping>, Error> {
    let ceiling = ceiling(&of.settings)?;
    let held =
        |source: Source, role: &Role| holders.iter().find(|it| it.0 == source && it.1 == role.key).map_or(0, |it| it.2);
    let mapping = |role: &Role| RoleMapping {
        is_within: ceiling.admits(model, &role.key),
        is_default: of.settings.default_role.as_deref() == Some(role.key.as_str()),
        by_roles: held(Source::ScimRole(of.id), role),
        by_entitlements: held(Source::Entitlement(of.id), role),
        by_attribute: held(Source::Attribute(of.id), role),
        key: role.key.clone(),
        label: role.label.clone(),
    };
    Ok(model.roles().iter().map(mapping).collect())
}

/// The words that name no role, those that most people have first.
async fn unmatched(
    app: &App,
    model: &RoleModel,
    of: &Connection,
    role_attribute: Option<Located>,
) -> Result<Vec<Unmatched>, Error> {
    let (db, place) = (app.store.reader(), (of.org, of.id));
    let named = role_attribute.map(Words::Text);
    let entitlements = of.governs().then_some(Words::List("entitlements"));
    let mut found: Vec<(Words, Word)> = Vec::new();
    for said_in in [Words::List("roles")].into_iter().chain(entitlements).chain(named) {
        let words = rows::words(db, place, said_in, (PEOPLE_LOOKED_AT, WORDS_READ)).await?;
        found.extend(words.into_iter().filter(|word| !names_a_role(model, word)).map(|word| (said_in, word)));
    }
    found.sort_by_key(|it| std::cmp::Reverse(it.1.people));
    found.truncate(WORDS_SHOWN.saturating_add(1));
    let mut ids: Vec<UserId> = found.iter().map(|it| it.1.example).collect();
    ids.sort_unstable();
    ids.dedup();
    let examples = users::list_by_ids(db, of.org, &ids).await?;
    Ok(found.into_iter().map(|(said_in, word)| told(said_in, word, &examples)).collect())
}

/// As provisioning reads it: by value, or else by display name.
fn names_a_role(model: &RoleModel, word: &Word) -> bool {
    [&word.value, &word.display].into_iter().flatten().any(|text| model.find(text).is_some())
}

/// The word as it was sent, where the example has it still.
fn told(said_in: Words, word: Word, examples: &[User]) -> Unmatched {
    let example = examples.iter().find(|user| user.id == word.example);
    let document = example.map(|user| Document::from_stored(serde_json::from_str(&user.document).unwrap_or_default()));
    let sent = document.and_then(|it| sent(said_in, &it, &word));
    let (value, display) = sent.unwrap_or((word.value, word.display));
    Unmatched {
        attribute: match said_in {
            Words::List(list) => list.to_owned(),
            Words::Text(at) => at.to_string(),
        },
        word: value.clone().or_else(|| display.clone()).unwrap_or_default(),
        display: display.filter(|_| value.is_some()),
        people: word.people,
        said_at: word.said_at,
        example: example.map(|user| (user.id, user.display_name.clone())),
    }
}

/// The value and the name for people that are meant by a word of somebody.
fn sent(said_in: Words, document: &Document, word: &Word) -> Option<(Option<String>, Option<String>)> {
    match said_in {
        Words::List(list) => {
            let elements = document.attributes().get(list)?.as_array()?;
            let same = |it: &&Value| key(it, "value") == word.value && key(it, "display") == word.display;
            let text = |it: &Value, part: &str| it.get(part)?.as_str().map(str::to_owned);
            elements.iter().find(same).map(|it| (text(it, "value"), text(it, "display")))
        }
        Words::Text(at) => {
            let same = |it: &&str| word.value.as_deref().is_some_and(|key| fold(it) == fold(key));
            document.texts(at).into_iter().find(same).map(|it| (Some(it.to_owned()), None))
        }
    }
}

fn key(element: &Value, part: &str) -> Option<String> {
    element.get(part)?.as_str().map(fold)
}
