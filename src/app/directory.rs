//! What is stored beside a user: the document, and what filters look at.

use serde_json::{Value, json};

use crate::domain::Error;
use crate::domain::text::fold;
use crate::domain::user::User;
use crate::scim::document::{Document, Purpose, from_request};
use crate::scim::schema::USER;
use crate::scim::search;
use crate::store::users::Searchable;

/// The SCIM document of a user with these names, and what filters look at.
pub fn searchable(user_name: &str, display_name: &str, email: Option<&str>) -> Result<(String, Searchable), Error> {
    let emails: Vec<Value> =
        email.iter().map(|value| json!({ "value": value, "type": "work", "primary": true })).collect();
    let said = json!({ "userName": user_name, "displayName": display_name, "emails": emails });
    let received =
        from_request(&USER, &said, Purpose::Create).map_err(|problem| Error::invalid("user", problem.to_string()))?;
    let searchable = searchable_of(&received.document);
    Ok((received.document.into_json().to_string(), searchable))
}

/// The SCIM document of a user under another display name, and what filters look at.
pub fn renamed(user: &User, display_name: &str) -> Result<(String, Searchable), Error> {
    let mut said: Value = serde_json::from_str(&user.document).map_err(anyhow::Error::new)?;
    if let Some(attributes) = said.as_object_mut() {
        attributes.insert("displayName".to_owned(), json!(display_name));
    }
    let document = Document::from_stored(said);
    let searchable = searchable_of(&document);
    Ok((document.into_json().to_string(), searchable))
}

/// What filters look at, of a document.
pub fn searchable_of(document: &Document) -> Searchable {
    Searchable { search: search::index(&USER, document, fold), emails: emails_of(document) }
}

/// The keys of a document's addresses, in order.
pub(crate) fn emails_of(document: &Document) -> Vec<String> {
    document.values("emails").into_iter().map(fold).collect()
}
