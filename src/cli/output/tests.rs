//! People and programs are told the same.

use serde_json::json;

use super::*;

fn person(name: &str, role: Option<&str>) -> Record {
    Record::new().with("user_name", name).maybe("role", role).with("is_active", true)
}

#[test]
fn one_thing_is_a_line_for_each_fact_and_one_object() {
    let output = Output::one(person("ada", Some("owner")));

    assert_eq!(output.text, "user name  ada\nrole       owner\nis active  yes\n");
    assert_eq!(output.json, json!({ "user_name": "ada", "role": "owner", "is_active": true }));
}

/// Facts within a fact are words for people too, and stay as they are for programs.
#[test]
fn what_is_nested_is_told_in_words() {
    let grants = json!([
        { "role": "owner", "source": { "kind": "manual" } },
        { "role": "viewer", "source": { "kind": "scim_role" } },
    ]);

    let output = Output::one(Record::new().with("grants", grants.clone()).with("roles", json!(["owner", "viewer"])));

    let told = "grants  role owner, source kind manual; role viewer, source kind scim_role\nroles   owner, viewer\n";
    assert_eq!(output.text, told);
    assert_eq!(output.json["grants"], grants);
}

#[test]
fn many_things_are_aligned_in_columns_and_complete_for_programs() {
    let output = Output::many(&["user_name", "role"], vec![person("ada", Some("owner")), person("zoë quine", None)]);

    assert_eq!(output.text, "user name  role\nada        owner\nzoë quine\n");
    assert_eq!(output.json[1], json!({ "user_name": "zoë quine", "is_active": true }));
}

#[test]
fn nothing_is_an_empty_list_for_programs() {
    assert_eq!(Output::many(&["id"], Vec::new()).json, json!([]));
}
