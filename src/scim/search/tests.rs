use serde_json::json;

use super::*;
use crate::scim::document::{Purpose, from_request};
use crate::scim::schema::{CORE_USER_URN, ENTERPRISE_URN, USER};

fn lower(text: &str) -> String {
    text.to_lowercase()
}

#[test]
fn text_is_folded_unless_its_attribute_is_case_exact() {
    let body = json!({
        "userName": "Ada@Example.com", "externalId": "ABC", "active": true, "profileUrl": "https://X/Y",
        "emails": [{"value": "A@X", "type": "Work", "primary": true}], "x509Certificates": [{"value": "TUlJ"}],
        "password": "Secret", ENTERPRISE_URN: {"department": "R&D", "manager": {"value": "ID-1"}},
    });
    let document = from_request(&USER, &body, Purpose::Create).expect("a user").document;

    let index = index(&USER, &document, lower);

    assert_eq!(
        index,
        json!({
            "schemas": [CORE_USER_URN, ENTERPRISE_URN],
            "userName": "ada@example.com", "externalId": "ABC", "active": true, "profileUrl": "https://X/Y",
            "emails": [{"value": "a@x", "type": "work", "primary": true}], "x509Certificates": [{"value": "TUlJ"}],
            ENTERPRISE_URN: {"department": "r&d", "manager": {"value": "ID-1"}},
        })
    );
}

#[test]
fn what_may_not_be_searched_is_left_out_even_if_a_document_had_it() {
    let document = Document::from_stored(json!({"userName": "a", "password": "x", "unknown": 1}));

    assert_eq!(index(&USER, &document, lower), json!({"schemas": [CORE_USER_URN], "userName": "a"}));
}
