use serde_json::json;

use super::*;
use crate::scim::schema::{CORE_USER_URN, DOORWARD_URN, ENTERPRISE_URN, GROUP, USER};

fn ada() -> Value {
    json!({
        "schemas": [CORE_USER_URN, ENTERPRISE_URN, DOORWARD_URN], "id": "u1", "userName": "ada", "externalId": "e",
        "meta": {"resourceType": "User", "version": "W/\"1\""}, "password": "must never leave",
        "name": {"givenName": "Ada", "familyName": "L"}, "emails": [{"value": "a", "type": "work"}, {"value": "b"}],
        ENTERPRISE_URN: {"department": "D", "manager": {"value": "m", "$ref": "r"}},
        DOORWARD_URN: {"accessReason": "r", "status": "active", "effectiveRole": "viewer"},
    })
}

fn shown(attributes: &str, excluded: &str) -> Value {
    let mut shown = Projection::parse(&USER, attributes, excluded).apply(ada());
    assert_eq!(shown["id"], "u1");
    let map = shown.as_object_mut().expect("an object");
    map.remove("id");
    let schemas = map.remove("schemas").expect("schemas are always there");
    for urn in [ENTERPRISE_URN, DOORWARD_URN] {
        assert_eq!(schemas.as_array().expect("a list").contains(&urn.into()), map.contains_key(urn));
    }
    shown
}

#[test]
fn sc_07_by_default_all_is_shown_but_secrets_and_what_has_to_be_asked_for() {
    let mut wanted = ada();
    let map = wanted.as_object_mut().expect("an object");
    for hidden in ["password", "id", "schemas"] {
        map.remove(hidden);
    }
    map.insert(DOORWARD_URN.into(), json!({"accessReason": "r"}));

    assert_eq!(shown("", ""), wanted);
    assert_eq!(Projection::default_of(&USER), Projection::parse(&USER, " ", ""));
}

#[test]
fn only_what_is_asked_for_is_shown() {
    assert_eq!(shown("USERNAME", ""), json!({"userName": "ada"}));
    assert_eq!(
        shown("name.givenName, emails.VALUE", ""),
        json!({"name": {"givenName": "Ada"}, "emails": [{"value": "a"}, {"value": "b"}]})
    );
    assert_eq!(shown("emails.type", ""), json!({"emails": [{"type": "work"}]}));
    assert_eq!(shown("name.givenName,name", ""), json!({"name": {"givenName": "Ada", "familyName": "L"}}));
    assert_eq!(shown("meta.version", ""), json!({"meta": {"version": "W/\"1\""}}));
    assert_eq!(shown("urn:ietf:params:scim:schemas:core:2.0:User:userName", ""), json!({"userName": "ada"}));
}

#[test]
fn extensions_are_asked_for_whole_or_in_parts() {
    let manager = json!({ENTERPRISE_URN: {"manager": {"value": "m"}}});

    assert_eq!(shown(&format!("{ENTERPRISE_URN}:manager.value"), ""), manager);
    assert_eq!(shown("manager.value", ""), manager);
    assert_eq!(
        shown(DOORWARD_URN, ""),
        json!({DOORWARD_URN: {"accessReason": "r", "status": "active", "effectiveRole": "viewer"}})
    );
    assert_eq!(shown(&format!("{DOORWARD_URN}:status"), ""), json!({DOORWARD_URN: {"status": "active"}}));
}

#[test]
fn what_is_excluded_is_left_out() {
    assert_eq!(
        shown("", &format!("emails,name.familyName,meta,externalId,{ENTERPRISE_URN},{DOORWARD_URN}:accessReason")),
        json!({"userName": "ada", "name": {"givenName": "Ada"}})
    );
    assert_eq!(shown("", CORE_USER_URN).get("userName"), None);
}

#[test]
fn what_is_always_shown_cannot_be_excluded_and_secrets_cannot_be_asked_for() {
    assert!(shown("", "id,schemas").get("userName").is_some());
    assert_eq!(shown("password", ""), json!({}));
    assert_eq!(shown("nope,passwordHash,totp", ""), json!({}));
}

#[test]
fn when_both_are_given_the_first_decides() {
    assert_eq!(shown("userName", "userName"), json!({"userName": "ada"}));
}

#[test]
fn c102_members_are_not_loaded_when_nobody_sees_them() {
    let excludes = |attributes, excluded| Projection::parse(&GROUP, attributes, excluded).excludes_members();

    assert!(excludes("", "members"));
    assert!(excludes("", "MEMBERS,displayName"));
    assert!(excludes("displayName", ""));
    assert!(!excludes("", ""));
    assert!(!excludes("members.value", ""));
    assert!(!excludes("", "members.type"));
    assert!(!excludes("members", "members"));
}

#[test]
fn the_parameters_are_found_in_a_query_in_any_case() {
    let pairs =
        |name: &str| vec![("aadOptscim062020".to_owned(), String::new()), (name.to_owned(), "members".to_owned())];

    assert!(Projection::from_pairs(&GROUP, &pairs("excludedattributes")).excludes_members());
    assert!(!Projection::from_pairs(&GROUP, &pairs("attributes")).excludes_members());
}
