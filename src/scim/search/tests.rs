use serde_json::json;

use super::*;
use crate::scim::document::{Purpose, ServerParts, from_request, render};
use crate::scim::filter;
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

#[test]
fn a_filter_selects_the_same_from_the_search_document_and_from_the_resource() {
    let users = [
        json!({"userName": "ada"}),
        json!({"userName": "ADA", "title": "Boss", "active": false, "externalId": "x", "emails": [{"value": "A@X"}]}),
        json!({"userName": "Éa", "emails": [{"value": "b", "type": "Work", "primary": true}, {"type": "home"}], "roles": ["R"]}),
        json!({"userName": "z", "name": {"givenName": "G"}, ENTERPRISE_URN: {"department": "D", "manager": "M"}}),
    ];
    let filters = [
        "userName eq \"ada\"",
        "userName ne \"ADA\"",
        "userName co \"É\"",
        "userName gt \"ada\"",
        "title pr",
        "title eq null",
        "title lt \"C\"",
        "externalId eq \"X\"",
        "active eq true",
        "active ne true",
        "emails pr",
        "emails.type pr",
        "emails.value eq null",
        "emails ne \"b\"",
        "emails[type eq \"work\" and primary eq true]",
        "emails[value eq null]",
        "not (roles eq \"r\")",
        "name pr",
        "name.givenName sw \"g\"",
        "department eq \"d\"",
        "manager eq \"m\"",
        "manager eq \"M\"",
        "schemas eq \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"",
    ];
    for user in &users {
        let document = from_request(&USER, user, Purpose::Replace).expect("a user").document;
        let resource = render(&USER, &document, ServerParts::default(), "");
        let index = index(&USER, &document, lower);
        for text in filters {
            let filter = filter::parse(&USER, text).unwrap_or_else(|error| panic!("{text}: {error}"));
            let (one, other) = (filter::matches(&filter, &resource, lower), filter::matches(&filter, &index, lower));
            assert_eq!(one, other, "{text} on {user}");
        }
    }
}
