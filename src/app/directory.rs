//! What is stored beside a user: the document, and what filters look at.

use serde_json::{Value, json};

use crate::domain::Error;
use crate::domain::text::fold;
use crate::scim::document::{Document, Purpose, from_request};
use crate::scim::schema::USER;
use crate::scim::search;
use crate::store::users::Searchable;

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
        from_request(&USER, said, Purpose::Create).map_err(|problem| Error::invalid("user", problem.to_string()))?;
    let searchable = searchable_of(&received.document);
    Ok((received.document.into_json().to_string(), searchable))
}

/// What filters look at, of a document.
pub fn searchable_of(document: &Document) -> Searchable {
    Searchable { search: search::index(&USER, document, fold), emails: emails_of(document) }
}

/// The keys of a document's addresses, in order.
pub(crate) fn emails_of(document: &Document) -> Vec<String> {
    document.values("emails").into_iter().map(fold).collect()
}
