//! What is stored beside a user who was made here rather than pushed by an identity provider.

use serde_json::{Value, json};

use crate::domain::Error;
use crate::domain::text::fold;
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
    let search = search::index(&USER, &received.document, fold);
    let emails = emails_of(&received.document);
    Ok((received.document.into_json().to_string(), Searchable { search, emails }))
}

/// The keys of a document's addresses, in order.
fn emails_of(document: &Document) -> Vec<String> {
    document.values("emails").into_iter().map(fold).collect()
}
