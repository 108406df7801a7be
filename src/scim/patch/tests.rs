#![expect(clippy::needless_pass_by_value, reason = "a body written where it is used reads best by value")]

use proptest::prelude::*;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::*;
use crate::scim::document::{Document, Purpose, from_request};
use crate::scim::filter::Filter;
use crate::scim::schema::{DOORWARD_URN, ENTERPRISE_URN, GROUP, USER};

fn lower(text: &str) -> String {
    text.to_lowercase()
}

fn user(mut body: Value) -> Document {
    if body.get("userName").is_none() {
        body["userName"] = "ada".into();
    }
    from_request(&USER, &body, Purpose::Replace).expect("a user").document
}

fn run(before: Value, operations: Value) -> Result<Patched, Error> {
    let patch = parse(&USER, &json!({"schemas": [PATCH_URN], "Operations": operations}), "u1")?;
    apply(&user(before), &patch.operations, lower)
}

/// The document after the operations, without the user name that every one has.
fn patched(before: Value, operations: Value) -> Value {
    let mut after = run(before, operations).expect("the operations are accepted").document.into_json();
    after.as_object_mut().expect("an object").remove("userName");
    after
}

fn refused(before: Value, operations: Value) -> Option<ScimType> {
    let error = run(before, operations).expect_err("must be refused");
    assert_eq!(error.status, 400);
    error.scim_type
}

fn members(operations: Value) -> Vec<MemberChange> {
    let patch = parse(&GROUP, &json!({"Operations": operations}), "g1").expect("a patch");
    assert_eq!(patch.operations, vec![]);
    patch.members
}

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

// --- attributes with one value

#[test]
fn c01_c02_a_user_is_deactivated_in_every_spelling() {
    for operation in [
        json!({"op": "replace", "value": {"active": false}}),
        json!({"op": "Replace", "path": "active", "value": "False"}),
        json!({"op": "Add", "path": "active", "value": "False"}),
        json!({"op": "replace", "path": "active", "value": "false"}),
        json!({"op": "REPLACE", "path": "ACTIVE", "value": false}),
        json!({"Op": "replace", "Path": "active", "Value": false}),
        json!({"op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:active", "value": false}),
        json!({"op": "replace", "path": "", "value": {"Active": "False"}}),
        json!({"op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User", "value": {"active": false}}),
        json!({"op": "replace", "value": {"urn:ietf:params:scim:schemas:core:2.0:User:active": "False"}}),
    ] {
        assert_eq!(
            patched(json!({"active": true}), json!([operation.clone()])),
            json!({"active": false}),
            "{operation}"
        );
    }
}

#[test]
fn c03_a_user_is_reactivated() {
    assert_eq!(
        patched(json!({"active": false}), json!([{"op": "replace", "path": "active", "value": true}])),
        json!({"active": true})
    );
}

#[test]
fn c07_an_operation_that_changes_nothing_is_accepted() {
    let operations =
        json!([{"op": "replace", "path": "title", "value": "x"}, {"op": "replace", "path": "title", "value": "x"}]);

    assert_eq!(patched(json!({"title": "x"}), operations), json!({"title": "x"}));
}

#[test]
fn c06_numbers_become_text() {
    let operations = json!([{"op": "Replace", "path": format!("{ENTERPRISE_URN}:employeeNumber"), "value": 7}]);

    assert_eq!(patched(json!({}), operations), json!({ENTERPRISE_URN: {"employeeNumber": "7"}}));
}

#[test]
fn c10_c11_c12_an_object_without_a_path_may_have_dotted_and_urn_keys() {
    let operations = json!([{"op": "replace", "value": {
        "name.familyName": "Lovelace", "displayName": "Ada", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "D",
        ENTERPRISE_URN: {"division": "V", "manager.value": "m"}, "emails[type eq \"work\"].value": "a@x", "nope": 1, "schemas": ["x"],
        "urn:unknown:User:x": 1,
    }}]);

    assert_eq!(
        patched(json!({"name": {"givenName": "Ada"}}), operations),
        json!({
            "name": {"givenName": "Ada", "familyName": "Lovelace"}, "displayName": "Ada",
            "emails": [{"type": "work", "value": "a@x"}],
            ENTERPRISE_URN: {"department": "D", "division": "V", "manager": {"value": "m"}},
        })
    );
}

#[test]
fn c14_a_whole_extension_is_set_merged_and_removed() {
    let before = json!({ENTERPRISE_URN: {"department": "D", "division": "V"}});
    for op in ["add", "replace"] {
        let operations = json!([{"op": op, "path": ENTERPRISE_URN, "value": {"DEPARTMENT": "E", "costCenter": 1}}]);
        assert_eq!(
            patched(before.clone(), operations),
            json!({ENTERPRISE_URN: {"department": "E", "division": "V", "costCenter": "1"}})
        );
    }
    for nothing in
        [json!({"op": "remove", "path": ENTERPRISE_URN}), json!({"op": "replace", "path": ENTERPRISE_URN, "value": {}})]
    {
        assert_eq!(patched(before.clone(), json!([nothing])), json!({}));
    }
    assert_eq!(patched(before.clone(), json!([{"op": "add", "path": ENTERPRISE_URN, "value": {}}])), before);
    assert_eq!(
        refused(before, json!([{"op": "replace", "path": ENTERPRISE_URN, "value": "x"}])),
        Some(ScimType::InvalidValue)
    );
}

#[test]
fn c24_a_name_is_merged_and_what_is_given_as_nothing_goes() {
    let before = json!({"name": {"givenName": "Ada", "middleName": "K", "familyName": "B"}});
    let operations = json!([{"op": "replace", "path": "name", "value": {"familyName": "L", "middleName": ""}}]);

    assert_eq!(patched(before.clone(), operations), json!({"name": {"givenName": "Ada", "familyName": "L"}}));
    assert_eq!(patched(before.clone(), json!([{"op": "replace", "path": "name", "value": {}}])), json!({}));
    assert_eq!(
        patched(before, json!([{"op": "remove", "path": "name.middleName"}])),
        json!({"name": {"givenName": "Ada", "familyName": "B"}})
    );
}

#[test]
fn the_last_part_of_a_complex_attribute_takes_the_attribute_with_it() {
    assert_eq!(
        patched(json!({"name": {"givenName": "A"}}), json!([{"op": "remove", "path": "name.givenName"}])),
        json!({})
    );
    let before = json!({ENTERPRISE_URN: {"department": "D"}});
    assert_eq!(patched(before, json!([{"op": "Remove", "path": format!("{ENTERPRISE_URN}:department")}])), json!({}));
}

#[test]
fn a_manager_is_set_in_all_the_forms_of_entra_and_removed_by_an_empty_text() {
    let path = format!("{ENTERPRISE_URN}:manager");
    let before = json!({ENTERPRISE_URN: {"manager": {"value": "old", "displayName": "Old"}}});
    let set = json!({ENTERPRISE_URN: {"manager": {"value": "m"}}});
    for (path, value) in [
        (path.as_str(), json!("m")),
        ("manager", json!({"value": "m"})),
        ("manager", json!([{"$ref": "../Users/m", "value": "m"}])),
        ("User.manager", json!("m")),
        ("manager.value", json!("m")),
    ] {
        for op in ["Add", "Replace"] {
            let operation = json!({"op": op, "path": path, "value": value});
            assert_eq!(patched(before.clone(), json!([operation.clone()])), set, "{operation}");
        }
    }
    for operation in [
        json!({"op": "Replace", "path": path, "value": ""}),
        json!({"op": "Add", "path": path, "value": ""}),
        json!({"op": "Replace", "path": path, "value": {"value": ""}}),
        json!({"op": "Remove", "path": path}),
        json!({"op": "Remove", "path": "manager", "value": "old"}),
    ] {
        assert_eq!(patched(before.clone(), json!([operation.clone()])), json!({}), "{operation}");
    }
}

#[test]
fn a_manager_keeps_the_name_that_comes_with_the_id() {
    let operations = json!([{"op": "replace", "path": "manager", "value": {"value": "m", "displayName": "New"}}]);
    let same = json!([{"op": "replace", "path": "manager", "value": {"value": "old"}}]);
    let before = json!({ENTERPRISE_URN: {"manager": {"value": "old", "displayName": "Old"}}});

    assert_eq!(
        patched(before.clone(), operations),
        json!({ENTERPRISE_URN: {"manager": {"value": "m", "displayName": "New"}}})
    );
    assert_eq!(patched(before.clone(), same), before);
}

#[test]
fn c19_to_remove_what_is_not_there_changes_nothing() {
    let operations = json!([
        {"op": "remove", "path": "title"}, {"op": "remove", "path": "emails"}, {"op": "remove", "path": "name.givenName"},
        {"op": "remove", "path": "emails[type eq \"work\"].value"}, {"op": "remove", "path": ENTERPRISE_URN},
        {"op": "remove", "path": "manager.value"}, {"op": "Remove", "path": "roles", "value": [{"value": "x"}]},
    ]);

    assert_eq!(patched(json!({"nickName": "a"}), operations), json!({"nickName": "a"}));
}

#[test]
fn a_required_attribute_is_never_removed() {
    assert_eq!(refused(json!({}), json!([{"op": "remove", "path": "userName"}])), Some(ScimType::Mutability));
    assert_eq!(
        refused(json!({}), json!([{"op": "replace", "path": "userName", "value": ""}])),
        Some(ScimType::InvalidValue)
    );
}

#[test]
fn sc_03_what_the_server_makes_cannot_be_changed() {
    for path in ["id", "meta", "meta.version", "schemas", "groups", "groups.value", &format!("{DOORWARD_URN}:status")] {
        for op in ["add", "replace", "remove"] {
            let operations = json!([{"op": op, "path": path, "value": "x"}]);
            assert_eq!(refused(json!({}), operations), Some(ScimType::Mutability), "{op} {path}");
        }
    }
    for key in ["id", "meta", "groups"] {
        assert_eq!(
            refused(json!({}), json!([{"op": "replace", "value": {key: "u2"}}])),
            Some(ScimType::Mutability),
            "{key}"
        );
    }
}

#[test]
fn s3_12_where_a_person_signs_in_cannot_be_changed_by_patch() {
    let operations = json!([{"op": "replace", "path": format!("{DOORWARD_URN}:authMode"), "value": "password"}]);

    assert_eq!(refused(json!({}), operations), Some(ScimType::Mutability));
}

#[test]
fn the_own_id_in_a_value_is_accepted() {
    assert_eq!(
        patched(json!({}), json!([{"op": "replace", "value": {"id": "u1", "title": "x"}}])),
        json!({"title": "x"})
    );
}

#[test]
fn a_password_is_taken_out() {
    let set =
        run(json!({}), json!([{"op": "Replace", "path": "password", "value": "correct horse"}])).expect("accepted");
    let removed = run(json!({}), json!([{"op": "remove", "path": "password"}])).expect("accepted");

    assert!(matches!(&set.password, Some(PasswordChange::Set(secret)) if secret.expose_secret() == "correct horse"));
    assert!(!format!("{set:?}").contains("correct horse"));
    assert_eq!(set.document.attributes().get("password"), None);
    assert!(matches!(removed.password, Some(PasswordChange::Remove)));
    assert!(run(json!({}), json!([{"op": "remove", "path": "title"}])).expect("accepted").password.is_none());
}

// --- lists

#[test]
fn c16_a_selection_without_match_makes_the_element_it_asks_for() {
    let cases = [
        ("emails[type eq \"work\"].value", json!("a@x"), json!({"emails": [{"type": "work", "value": "a@x"}]})),
        (
            "phoneNumbers[type eq \"mobile\"].value",
            json!(41),
            json!({"phoneNumbers": [{"type": "mobile", "value": "41"}]}),
        ),
        ("addresses[type eq \"work\"].country", json!("CH"), json!({"addresses": [{"type": "work", "country": "CH"}]})),
        ("roles[primary eq \"True\"].value", json!("Admin"), json!({"roles": [{"primary": true, "value": "Admin"}]})),
        (
            "emails[type eq \"work\" and primary eq true].value",
            json!("a"),
            json!({"emails": [{"type": "work", "primary": true, "value": "a"}]}),
        ),
        ("emails[type eq \"home\"]", json!({"value": "h"}), json!({"emails": [{"type": "home", "value": "h"}]})),
        ("emails[type eq \"home\"]", json!([{"value": "h"}]), json!({"emails": [{"type": "home", "value": "h"}]})),
        ("emails[type eq \"home\"]", json!("h"), json!({"emails": [{"type": "home", "value": "h"}]})),
    ];
    for (path, value, wanted) in cases {
        for op in ["Add", "Replace"] {
            let operations = json!([{"op": op, "path": path, "value": value}]);
            assert_eq!(patched(json!({}), operations), wanted, "{op} {path}");
        }
    }
}

#[test]
fn c16_the_parts_of_one_role_arrive_one_by_one() {
    let operations = json!([
        {"op": "Add", "path": "roles[primary eq \"True\"].display", "value": "Admin"},
        {"op": "Add", "path": "roles[primary eq \"True\"].value", "value": "admin"},
        {"op": "Add", "path": "roles[primary eq \"True\"].type", "value": "WindowsAzureActiveDirectoryRole"},
    ]);

    assert_eq!(
        patched(json!({}), operations),
        json!({"roles": [{"primary": true, "display": "Admin", "value": "admin", "type": "WindowsAzureActiveDirectoryRole"}]})
    );
}

#[test]
fn a_new_element_does_not_take_primary_from_another() {
    let before = json!({"emails": [{"type": "home", "value": "h", "primary": true}]});
    let operations = json!([{"op": "Add", "path": "emails[type eq \"work\" and primary eq true].value", "value": "w"}]);

    assert_eq!(
        patched(before, operations),
        json!({"emails": [{"type": "home", "value": "h", "primary": true}, {"type": "work", "value": "w", "primary": false}]})
    );
}

#[test]
fn primary_set_on_one_element_is_cleared_on_the_others() {
    let before = json!({"emails": [{"type": "home", "value": "h", "primary": true}, {"type": "work", "value": "w"}]});
    let wanted = json!({"emails": [{"type": "home", "value": "h", "primary": false}, {"type": "work", "value": "w", "primary": true}]});
    for operation in [
        json!({"op": "replace", "path": "emails[type eq \"work\"].primary", "value": "True"}),
        json!({"op": "add", "path": "emails[type eq \"work\"]", "value": {"primary": true}}),
        json!({"op": "replace", "path": "emails[type eq \"work\"]", "value": {"value": "w", "primary": true}}),
        json!({"op": "add", "path": "emails", "value": [{"value": "w", "type": "work", "primary": true}]}),
    ] {
        assert_eq!(patched(before.clone(), json!([operation.clone()])), wanted, "{operation}");
    }
}

#[test]
fn a_selection_that_cannot_be_made_has_no_target() {
    for path in [
        "emails[type ne \"work\"].value",
        "emails[type eq \"a\" or type eq \"b\"].value",
        "emails[value eq \"old\"].value",
    ] {
        for op in ["add", "replace"] {
            assert_eq!(
                refused(json!({}), json!([{"op": op, "path": path, "value": "x"}])),
                Some(ScimType::NoTarget),
                "{path}"
            );
        }
    }
}

#[test]
fn c26_an_address_is_replaced_by_its_own_value() {
    let before = json!({"emails": [{"value": "OLD", "type": "work"}, {"value": "other"}]});
    let operations = json!([{"op": "replace", "path": "emails[value eq \"old\"].value", "value": "new"}]);

    assert_eq!(patched(before, operations), json!({"emails": [{"value": "new", "type": "work"}, {"value": "other"}]}));
}

#[test]
fn add_keeps_what_is_there_and_leaves_equals_alone() {
    let before = json!({"emails": [{"value": "a", "type": "work", "primary": true}]});
    let operations = json!([{"op": "add", "path": "emails", "value": [{"value": "a", "type": "work"}, {"value": "b"}, {"value": "b"}]}]);

    assert_eq!(
        patched(before, operations),
        json!({"emails": [{"value": "a", "type": "work", "primary": true}, {"value": "b"}]})
    );
}

#[test]
fn replace_of_a_list_replaces_it_whole() {
    let before = json!({"roles": [{"value": "a"}, {"value": "b"}]});

    assert_eq!(
        patched(before.clone(), json!([{"op": "replace", "path": "roles", "value": [{"value": "c"}]}])),
        json!({"roles": [{"value": "c"}]})
    );
    assert_eq!(
        patched(before.clone(), json!([{"op": "replace", "path": "roles", "value": {"value": "c"}}])),
        json!({"roles": [{"value": "c"}]})
    );
    for nothing in [json!([]), json!(null), json!("")] {
        assert_eq!(patched(before.clone(), json!([{"op": "replace", "path": "roles", "value": nothing}])), json!({}));
    }
}

#[test]
fn c32_a_removal_with_a_value_removes_only_that() {
    let before = json!({"roles": [{"value": "a", "type": "x"}, {"value": "b", "primary": true}, {"value": "c"}]});
    for value in
        [json!([{"value": "b"}]), json!({"value": "b", "primary": "False"}), json!("b"), json!(["b", "nobody"])]
    {
        let after = patched(before.clone(), json!([{"op": "Remove", "path": "roles", "value": value}]));
        assert_eq!(after, json!({"roles": [{"value": "a", "type": "x"}, {"value": "c"}]}));
    }
    assert_eq!(patched(before.clone(), json!([{"op": "Remove", "path": "roles", "value": []}])), before);
    assert_eq!(patched(before.clone(), json!([{"op": "Remove", "path": "roles"}])), json!({}));
    assert_eq!(patched(before, json!([{"op": "Remove", "path": "roles", "value": null}])), json!({}));
}

#[test]
fn a_selection_is_removed_whole_or_in_part() {
    let before = json!({"emails": [{"value": "a", "type": "Work"}, {"value": "b", "type": "home"}]});

    assert_eq!(
        patched(before.clone(), json!([{"op": "remove", "path": "emails[type eq \"work\"]"}])),
        json!({"emails": [{"value": "b", "type": "home"}]})
    );
    assert_eq!(
        patched(before.clone(), json!([{"op": "remove", "path": "emails[value eq \"a\"].type"}])),
        json!({"emails": [{"value": "a"}, {"value": "b", "type": "home"}]})
    );
    assert_eq!(
        patched(before, json!([{"op": "replace", "path": "emails[type eq \"work\"]", "value": ""}])),
        json!({"emails": [{"value": "b", "type": "home"}]})
    );
}

#[test]
fn a_selected_element_is_replaced_but_stays_selected() {
    let before = json!({"emails": [{"value": "a", "type": "work", "display": "A"}]});
    let operations = json!([{"op": "replace", "path": "emails[type eq \"work\"]", "value": {"value": "b"}}]);

    assert_eq!(patched(before, operations), json!({"emails": [{"value": "b", "type": "work"}]}));
}

#[test]
fn a_part_of_a_list_without_selection_is_set_in_every_element() {
    let set = |before: Value| patched(before, json!([{"op": "replace", "path": "emails.type", "value": "work"}]));

    assert_eq!(
        set(json!({"emails": [{"value": "a"}, {"value": "b"}]})),
        json!({"emails": [{"value": "a", "type": "work"}, {"value": "b", "type": "work"}]})
    );
    assert_eq!(set(json!({})), json!({"emails": [{"type": "work"}]}));
    assert_eq!(
        patched(json!({"emails": [{"type": "work"}]}), json!([{"op": "remove", "path": "emails.type"}])),
        json!({})
    );
}

#[test]
fn a_role_given_as_json_text_is_added_unwrapped() {
    let text = json!({"id": "1", "value": "25", "displayName": "Role1234"}).to_string();
    let operations = json!([{"op": "Add", "path": "roles", "value": [{"value": text}]}]);

    assert_eq!(patched(json!({}), operations), json!({"roles": [{"value": "25", "display": "Role1234"}]}));
}

#[test]
fn a_list_does_not_grow_beyond_a_hundred() {
    let emails = |from: usize, to: usize| (from..to).map(|n| json!({"value": n})).collect::<Vec<_>>();

    let before = json!({"emails": emails(0, 60)});
    patched(before.clone(), json!([{"op": "add", "path": "emails", "value": emails(40, 100)}]));
    assert_eq!(
        refused(before, json!([{"op": "add", "path": "emails", "value": emails(60, 101)}])),
        Some(ScimType::InvalidValue)
    );
}

// --- the request

#[test]
fn c20_a_removal_without_a_path_has_no_target() {
    for operation in
        [json!({"op": "remove"}), json!({"op": "remove", "value": {"title": "x"}}), json!({"op": "remove", "path": ""})]
    {
        assert_eq!(refused(json!({}), json!([operation])), Some(ScimType::NoTarget));
    }
}

#[test]
fn c23_a_failing_operation_leaves_nothing_changed() {
    let document = user(json!({"title": "before"}));
    let body = json!({"Operations": [
        {"op": "replace", "path": "title", "value": "after"}, {"op": "replace", "path": "active", "value": "maybe"},
    ]});
    let patch = parse(&USER, &body, "u1").expect("a patch");

    let outcome = apply(&document, &patch.operations, lower);

    assert!(outcome.is_err());
    assert_eq!(document, user(json!({"title": "before"})));
}

#[test]
fn a_body_that_is_no_patch_is_refused() {
    for body in [
        json!([]),
        json!({}),
        json!({"Operations": []}),
        json!({"Operations": {}}),
        json!({"Operations": [1]}),
        json!({"Operations": [{"path": "title", "value": "x"}]}),
        json!({"Operations": [{"op": "move", "path": "title"}]}),
        json!({"Operations": [{"op": 1, "path": "title"}]}),
    ] {
        assert_eq!(parse(&USER, &body, "u1").expect_err("refused").scim_type, Some(ScimType::InvalidSyntax), "{body}");
    }
    for operation in [
        json!({"op": "add", "path": "title"}),
        json!({"op": "replace", "value": "x"}),
        json!({"op": "add", "value": null}),
    ] {
        assert_eq!(refused(json!({}), json!([operation])), Some(ScimType::InvalidValue));
    }
    for path in [json!(1), json!("nope"), json!("emails[ims[type pr]]"), json!("a".repeat(513))] {
        let operation = json!({"op": "add", "path": path, "value": "x"});
        assert_eq!(refused(json!({}), json!([operation])), Some(ScimType::InvalidPath));
    }
}

#[test]
fn a_thousand_operations_are_accepted_and_one_more_is_not() {
    let operations = |count: usize| Value::from(vec![json!({"op": "replace", "path": "title", "value": "x"}); count]);

    assert_eq!(patched(json!({}), operations(1_000)), json!({"title": "x"}));
    assert_eq!(refused(json!({}), operations(1_001)), Some(ScimType::TooMany));
}

#[test]
fn several_operations_apply_in_order() {
    let operations = json!([
        {"op": "add", "path": "title", "value": "1"}, {"op": "remove", "path": "title"}, {"op": "replace", "path": "nickName", "value": "n"},
        {"op": "add", "path": "title", "value": "2"}, {"op": "remove", "path": "nickName"},
    ]);

    assert_eq!(patched(json!({}), operations), json!({"title": "2"}));
}

// --- members of groups

#[test]
fn c30_c31_a_selected_member_is_removed_and_nobody_else() {
    for path in [
        "members[value eq \"a\"]",
        "members[Value EQ \"a\"]",
        "members[$ref eq null and value eq \"a\"]",
        "members[value eq \"a\"].value",
    ] {
        assert_eq!(members(json!([{"op": "remove", "path": path}])), [MemberChange::Remove(ids(&["a"]))], "{path}");
    }
    assert_eq!(
        members(json!([{"op": "remove", "path": "members[value eq \"a\" or value eq \"b\"]"}])),
        [MemberChange::Remove(ids(&["a", "b"]))]
    );
}

#[test]
fn c32_a_removal_with_a_list_removes_only_the_listed() {
    for value in [json!([{"value": "a"}, {"value": "b", "$ref": null}]), json!(["a", "b"])] {
        let operation = json!({"op": "Remove", "path": "members", "value": value});
        assert_eq!(members(json!([operation])), [MemberChange::Remove(ids(&["a", "b"]))]);
    }
    assert_eq!(
        members(json!([{"op": "Remove", "path": "members", "value": {"value": "a"}}])),
        [MemberChange::Remove(ids(&["a"]))]
    );
    assert_eq!(
        members(json!([{"op": "Remove", "path": "members", "value": "a"}])),
        [MemberChange::Remove(ids(&["a"]))]
    );
    assert_eq!(members(json!([{"op": "Remove", "path": "members", "value": []}])), [MemberChange::Remove(vec![])]);
}

#[test]
fn a_removal_without_a_list_removes_all() {
    assert_eq!(members(json!([{"op": "remove", "path": "members"}])), [MemberChange::RemoveAll]);
    assert_eq!(members(json!([{"op": "remove", "path": "members[value pr]"}])), [MemberChange::RemoveAll]);
}

#[test]
fn c33_c35_adding_adds_without_repetition() {
    let operations = json!([{"op": "add", "path": "members", "value": [{"value": "a", "display": "A"}, {"value": "a"}, {"value": "b"}]}]);

    assert_eq!(members(operations), [MemberChange::Add(ids(&["a", "b"]))]);
    assert_eq!(members(json!([{"op": "Add", "path": "members", "value": "a"}])), [MemberChange::Add(ids(&["a"]))]);
    assert_eq!(
        members(json!([{"op": "add", "value": {"members": [{"value": "a"}]}}])),
        [MemberChange::Add(ids(&["a"]))]
    );
    assert_eq!(
        members(json!([{"op": "add", "path": "members[value eq \"a\"]", "value": {"value": "a"}}])),
        [MemberChange::Add(ids(&["a"]))]
    );
}

#[test]
fn c34_a_replacement_by_nobody_empties_the_group() {
    assert_eq!(members(json!([{"op": "replace", "path": "members", "value": []}])), [MemberChange::Replace(vec![])]);
    assert_eq!(
        members(json!([{"op": "replace", "value": {"members": [{"value": "a"}]}}])),
        [MemberChange::Replace(ids(&["a"]))]
    );
}

#[test]
fn okta_removes_and_adds_members_in_one_request_in_order() {
    let operations = json!([
        {"op": "remove", "path": "members[value eq \"a\"]"}, {"op": "add", "path": "members", "value": [{"value": "b"}]},
    ]);

    assert_eq!(members(operations), [MemberChange::Remove(ids(&["a"])), MemberChange::Add(ids(&["b"]))]);
}

#[test]
fn c37_c100_a_thousand_changes_need_no_list_of_members() {
    let operations: Vec<Value> =
        (0..1_000).map(|n| json!({"op": "remove", "path": format!("members[value eq \"{n}\"]")})).collect();

    assert_eq!(members(operations.into()).len(), 1_000);
}

#[test]
fn other_selections_of_members_are_handed_on() {
    let changes = members(json!([{"op": "remove", "path": "members[value sw \"a\"]"}]));

    assert!(matches!(changes.as_slice(), [MemberChange::RemoveWhere(Filter::Compare { .. })]), "{changes:?}");
}

#[test]
fn what_is_known_of_a_member_cannot_be_written_but_does_no_harm() {
    assert_eq!(members(json!([{"op": "replace", "path": "members[value eq \"a\"].type", "value": "User"}])), []);
}

#[test]
fn members_without_an_id_are_refused() {
    for value in [json!([{"display": "x"}]), json!([1]), json!(""), json!([{"value": ""}])] {
        let body = json!({"Operations": [{"op": "add", "path": "members", "value": value}]});
        assert_eq!(parse(&GROUP, &body, "g1").expect_err("refused").scim_type, Some(ScimType::InvalidValue));
    }
    let body = json!({"Operations": [{"op": "add", "path": "members[value sw \"a\"]", "value": "x"}]});
    assert_eq!(parse(&GROUP, &body, "g1").expect_err("refused").scim_type, Some(ScimType::NoTarget));
}

#[test]
fn c42_a_group_is_renamed_and_its_external_id_set() {
    let body = json!({"Operations": [
        {"op": "replace", "value": {"id": "g1", "displayName": "New"}}, {"op": "Add", "path": "externalId", "value": "e"},
    ]});
    let group = from_request(&GROUP, &json!({"displayName": "Old"}), Purpose::Create).expect("a group").document;

    let patch = parse(&GROUP, &body, "g1").expect("a patch");

    assert_eq!(patch.members, []);
    let after = apply(&group, &patch.operations, lower).expect("applied").document;
    assert_eq!(after.into_json(), json!({"displayName": "New", "externalId": "e"}));
}

#[test]
fn the_members_of_a_user_do_not_exist() {
    assert_eq!(refused(json!({}), json!([{"op": "add", "path": "members", "value": []}])), Some(ScimType::InvalidPath));
}

fn any_operation() -> impl Strategy<Value = Value> {
    let path = proptest::sample::select(vec![
        "userName",
        "active",
        "title",
        "name",
        "name.givenName",
        "emails",
        "emails.value",
        "emails.primary",
        "emails[type eq \"work\"]",
        "emails[type eq \"work\"].value",
        "emails[primary eq true].value",
        "emails[value eq \"a\"].primary",
        "roles",
        "roles.value",
        "roles[not (primary eq true)]",
        "manager",
        "manager.value",
        "manager.displayName",
        ENTERPRISE_URN,
        DOORWARD_URN,
        "password",
        "x509Certificates",
        "externalId",
        "groups",
        "nope",
    ]);
    let value = proptest::sample::select(vec![
        json!(null),
        json!(""),
        json!("a"),
        json!("True"),
        json!(1),
        json!([]),
        json!({}),
        json!([{"value": "a", "type": "work", "primary": true}]),
        json!({"value": "b", "primary": "True"}),
        json!([{"value": "a"}, {"value": "b", "primary": true}]),
        json!({"givenName": "x", "department": ""}),
        json!({"department": "d", "manager": "m", "accessReason": "r"}),
        json!(["a", "{\"value\":\"b\"}"]),
    ]);
    let op = proptest::sample::select(vec!["add", "replace", "remove"]);
    (op, path, value, any::<bool>()).prop_map(|(op, path, value, with_value)| {
        let mut operation = json!({"op": op, "path": path});
        if with_value || op != "remove" {
            operation["value"] = value;
        }
        operation
    })
}

proptest! {
    #[test]
    fn the_result_is_canonical_with_at_most_one_primary(operations in proptest::collection::vec(any_operation(), 1..8)) {
        let mut document = user(json!({"emails": [{"value": "a", "type": "work"}], "title": "t"}));
        for operation in operations {
            let Ok(patch) = parse(&USER, &json!({"Operations": [operation]}), "u1") else { continue };
            let Ok(patched) = apply(&document, &patch.operations, lower) else { continue };
            document = patched.document;
            let stored = document.clone().into_json();
            let again = from_request(&USER, &stored, Purpose::Replace).expect("a document is a valid body").document;
            prop_assert_eq!(&again, &document);
        }
    }
}
