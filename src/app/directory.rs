//! What is stored beside a user: the document, and what filters look at.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::domain::Error;
use crate::domain::connection::Connection;
use crate::domain::text::fold;
use crate::domain::user::User;
use crate::scim::document::{Document, Purpose, from_request};
use crate::scim::schema::{Located, ResourceType, USER, Uniqueness};
use crate::scim::search;
use crate::store::unique_values::KEY_MAX;
use crate::store::users::Searchable;

/// What only the provider knows of somebody.
const ASSERTED: [&str; 3] = ["externalId", "roles", "entitlements"];

/// The SCIM document of a user with these names, and what filters look at.
pub fn searchable(user_name: &str, display_name: &str, email: Option<&str>) -> Result<(String, Searchable), Error> {
    described(&json!({ "userName": user_name, "displayName": display_name, "emails": emails(email) }))
}

/// The same for somebody whom an identity provider signs in under this id, and nobody has pushed.
pub fn introduced(
    user_name: &str,
    display_name: &str,
    email: Option<&str>,
    external_id: &str,
) -> Result<(String, Searchable), Error> {
    let names = json!({
        "userName": user_name, "displayName": display_name, "emails": emails(email), "externalId": external_id,
    });
    described(&names)
}

fn emails(email: Option<&str>) -> Vec<Value> {
    email.iter().map(|value| json!({ "value": value, "type": "work", "primary": true })).collect()
}

fn described(said: &Value) -> Result<(String, Searchable), Error> {
    let received =
        from_request(&USER, said, Purpose::Create).map_err(|problem| Error::malformed("user", problem.to_string()))?;
    let searchable = searchable_of(&USER, &received.document);
    Ok((received.document.into_json().to_string(), searchable))
}

/// The document of a user whose display name and address have changed, and what filters look at.
pub fn redescribed(user: &User, of: &'static ResourceType) -> Result<(String, Searchable), Error> {
    let mut said: Value = serde_json::from_str(&user.document).unwrap_or_default();
    if let Some(attributes) = said.as_object_mut() {
        attributes.insert("displayName".to_owned(), json!(user.display_name));
        let old = attributes.get("emails").and_then(Value::as_array).cloned().unwrap_or_default();
        attributes.insert("emails".to_owned(), Value::Array(readdressed(old, user.email.as_deref())));
    }
    let document = Document::from_stored(said);
    let searchable = searchable_of(of, &document);
    Ok((document.into_json().to_string(), searchable))
}

/// The attribute that gives roles at a connection: the one that it names, while that is there.
pub fn role_attribute(at: &Connection, users: &'static ResourceType) -> Option<Located> {
    users.telling(at.settings.role_attribute.as_deref()?)
}

/// The document of a user without what only a provider knows of somebody, and what filters look at: what one said must not pass
/// for what the next one says. So nothing is left either in what gives roles at one of these connections.
pub fn unasserted(user: &User, of: &'static ResourceType, at: &[&Connection]) -> (String, Searchable) {
    let mut document = Document::from_stored(serde_json::from_str(&user.document).unwrap_or_default());
    for name in ASSERTED {
        document.remove(None, name);
    }
    for named in at.iter().filter_map(|it| role_attribute(it, of)) {
        document.remove(named.extension, named.attribute.name);
    }
    let searchable = searchable_of(of, &document);
    (document.into_json().to_string(), searchable)
}

/// The document of a user who likes to read this language; without one nothing is said of it.
pub fn preferring(user: &User, language: Option<&str>) -> String {
    let mut said: Value = serde_json::from_str(&user.document).unwrap_or_default();
    if let Some(members) = said.as_object_mut() {
        members.remove("preferredLanguage");
        members.extend(language.map(|tag| ("preferredLanguage".to_owned(), json!(tag))));
    }
    said.to_string()
}

/// The addresses with another one in place of that which mail goes to: the primary, or the first.
fn readdressed(mut addresses: Vec<Value>, email: Option<&str>) -> Vec<Value> {
    let Some(email) = email else { return addresses };
    let primary = addresses.iter().position(|it| it.get("primary") == Some(&Value::Bool(true))).unwrap_or(0);
    match addresses.get_mut(primary).and_then(Value::as_object_mut) {
        Some(address) => drop(address.insert("value".to_owned(), json!(email))),
        None => addresses.push(json!({ "value": email, "type": "work", "primary": true })),
    }
    addresses
}

/// What filters look at, of a document of the users of this table.
pub fn searchable_of(of: &'static ResourceType, document: &Document) -> Searchable {
    Searchable {
        search: search::index(of, document, fold),
        emails: Some(emails_of(document)),
        unique: unique_values_of(of, document),
    }
}

/// The same of a user whose document was another before.
pub fn searchable_after(of: &'static ResourceType, (before, after): (&Document, &Document)) -> Searchable {
    let searchable = searchable_of(of, after);
    let known = emails_of(before);
    Searchable { emails: searchable.emails.filter(|it| *it != known), ..searchable }
}

/// The values of a document that are to be nobody else's, each once and as it is compared, with the attribute; nothing where no
/// attribute of the table is like that.
pub(crate) fn unique_values_of(of: &'static ResourceType, document: &Document) -> Option<Vec<(String, String)>> {
    let own = of.extensions.iter().flat_map(|schema| schema.attributes.iter().map(move |it| (schema.urn, it)));
    let unique: Vec<_> = own.filter(|(_, it)| it.uniqueness != Uniqueness::None).collect();
    if unique.is_empty() {
        return None;
    }
    let values = unique.into_iter().flat_map(|(urn, it)| {
        let said = document.attributes().get(urn).and_then(|extension| extension.get(it.name));
        let keys: Vec<String> =
            texts(said).map(|text| search::key(it, text, fold)).filter(|key| key.chars().count() <= KEY_MAX).collect();
        keys.into_iter().map(move |key| (format!("{urn}:{}", it.name), key))
    });
    Some(values.collect::<BTreeSet<_>>().into_iter().collect())
}

fn texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let (list, one) = (value.and_then(Value::as_array), value.and_then(Value::as_str));
    list.into_iter().flatten().filter_map(Value::as_str).chain(one)
}

/// The keys of a document's addresses, in order.
pub(crate) fn emails_of(document: &Document) -> Vec<String> {
    document.values("emails").into_iter().map(fold).collect()
}
