#![expect(clippy::needless_pass_by_value, reason = "a body written where it is used reads best by value")]

use serde_json::json;

use super::*;
use crate::scim::canonical;
use crate::scim::document::{Purpose, from_request};
use crate::scim::schema::USER;

fn canonical_roles(sent: Value) -> Value {
    let roles = USER.attribute("roles").expect("users have roles");
    canonical::value(roles, &sent).expect("roles").unwrap_or_default()
}

#[test]
fn the_misspelt_enterprise_urn_of_microsofts_sample_is_understood() {
    let body = json!({"userName": "a", MISSPELT_ENTERPRISE_URN: {"department": "D"}});

    let received = from_request(&USER, &body, Purpose::Create).expect("a user");

    assert_eq!(received.document.extension_text(ENTERPRISE_URN, "department"), Some("D"));
}

#[test]
fn c04_primary_as_text_is_a_boolean() {
    assert_eq!(
        canonical_roles(json!([{"primary": "True", "value": "Admin"}])),
        json!([{"primary": true, "value": "Admin"}])
    );
}

#[test]
fn booleans_as_text_are_read_in_any_case_and_nothing_else_is() {
    assert_eq!(boolean_from_text("True"), Some(true));
    assert_eq!(boolean_from_text("fALSE"), Some(false));
    for text in ["", "yes", "1", "0", " true"] {
        assert_eq!(boolean_from_text(text), None);
    }
}

#[test]
fn an_app_role_given_as_json_text_is_unwrapped() {
    // Entra, AppRoleAssignmentsComplex: PATCH Add roles.
    let sent = json!([{"value": "{\"id\":\"06b07648-ecfe-589f-9d2f-6325724a46ee\",\"value\":\"25\",\"displayName\":\"Role1234\"}"}]);

    assert_eq!(canonical_roles(sent), json!([{"value": "25", "display": "Role1234"}]));
}

#[test]
fn json_text_within_json_text_is_unwrapped_to_the_end() {
    let inner = json!({"value": "25"}).to_string();
    let outer = json!({"value": json!({"value": inner}).to_string()});

    assert_eq!(canonical_roles(json!([outer])), json!([{"value": "25"}]));
}

#[test]
fn a_role_whose_value_only_looks_like_json_stays_text() {
    for value in ["{not json", "{\"id\":1}", "[1]", "plain"] {
        assert_eq!(canonical_roles(json!([{"value": value}])), json!([{"value": value}]));
    }
}

#[test]
fn a_role_may_be_a_bare_string_and_its_display_name_is_its_display() {
    assert_eq!(canonical_roles(json!(["Admin"])), json!([{"value": "Admin"}]));
    assert_eq!(
        canonical_roles(
            json!([{"value": "a", "displayName": "A"}, {"value": "b", "display": "B", "displayName": "C"}])
        ),
        json!([{"value": "a", "display": "A"}, {"value": "b", "display": "B"}]),
    );
}

#[test]
fn c68_a_tombstone_is_32_hex_digits_before_the_current_user_name() {
    let digits = "0123456789abcdef0123456789ABCDEF";

    assert!(is_tombstone(&format!("{digits}ada@example.com"), "Ada@example.com"));
    for (user_name, current) in [
        (format!("{digits}bob@example.com"), "ada@example.com"),
        (format!("{}ada@example.com", digits.replace('7', "g")), "ada@example.com"),
        (digits.to_owned(), ""),
        ("ada@example.com".to_owned(), "ada@example.com"),
        (format!("{}éada", digits.replace('7', "")), "ada"),
    ] {
        assert!(!is_tombstone(&user_name, current), "{user_name}");
    }
}

#[test]
fn only_the_name_of_the_resource_is_cut_off_a_name() {
    assert_eq!(without_resource_prefix("User.manager"), "manager");
    assert_eq!(without_resource_prefix("userName"), "userName");
}
