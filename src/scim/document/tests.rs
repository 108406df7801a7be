#![expect(clippy::needless_pass_by_value, reason = "a body written where it is used reads best by value")]

use proptest::prelude::*;
use secrecy::ExposeSecret;
use serde_json::json;

use super::*;
use crate::scim::ScimType;
use crate::scim::schema::{DOORWARD_URN, ENTERPRISE_URN};

fn created(body: Value) -> Received {
    from_request(&USER, &body, Purpose::Create).expect("the user is accepted")
}

fn stored(body: Value) -> Value {
    from_request(&USER, &body, Purpose::Replace).expect("the user is accepted").document.into_json()
}

fn refused(resources: &'static ResourceType, body: Value) -> String {
    let error = from_request(resources, &body, Purpose::Create).expect_err("must be refused");
    assert_eq!((error.status, error.scim_type), (400, Some(ScimType::InvalidValue)));
    error.detail
}

#[test]
fn names_are_matched_in_any_case_and_kept_in_schema_spelling() {
    let sent = json!({"USERNAME": "Ada", "Name": {"GIVENNAME": "Ada"}, "eMails": [{"VALUE": "a@x", "TYPE": "work"}]});

    assert_eq!(
        stored(sent),
        json!({"userName": "Ada", "name": {"givenName": "Ada"}, "emails": [{"value": "a@x", "type": "work"}]})
    );
}

#[test]
fn sc_03_sc_04_what_only_the_server_may_say_and_what_is_unknown_is_ignored() {
    let sent = json!({
        "schemas": ["urn:doorward:internal"], "userName": "a", "id": "1", "meta": {"version": "W/\"9\""},
        "groups": [{"value": "g"}], "role": "owner", "owner": true, "org_id": "x", "password_hash": "y", "mfa": false,
        "status": "active", "urn:doorward:internal": {"admin": true}, "members": [],
        DOORWARD_URN: {"effectiveRole": "owner", "authMode": "password", "accessReason": "audit"},
    });

    assert_eq!(stored(sent), json!({"userName": "a", DOORWARD_URN: {"accessReason": "audit"}}));
}

#[test]
fn nulls_and_empty_values_are_absent() {
    let sent = json!({
        "userName": "a", "title": null, "nickName": "", "addresses": null, "roles": [], "name": {"middleName": ""},
        "emails": [{"value": ""}, null], "department": null, "manager": null, ENTERPRISE_URN: {"division": null},
        DOORWARD_URN: null,
    });

    assert_eq!(stored(sent), json!({"userName": "a"}));
}

#[test]
fn c06_numbers_in_text_attributes_are_text() {
    let sent = json!({
        "userName": "a", "externalId": 701984, "addresses": [{"postalCode": 91608}],
        ENTERPRISE_URN: {"employeeNumber": 12, "costCenter": 4.5},
    });

    let document = created(sent).document;

    assert_eq!(document.external_id(), Some("701984"));
    assert_eq!(document.attributes()["addresses"], json!([{"postalCode": "91608"}]));
    assert_eq!(document.extension_text(ENTERPRISE_URN, "employeeNumber"), Some("12"));
    assert_eq!(document.extension_text(ENTERPRISE_URN, "costCenter"), Some("4.5"));
}

#[test]
fn c01_active_as_text_is_a_boolean() {
    assert_eq!(created(json!({"userName": "a", "active": "False"})).document.active(), Some(false));
    assert_eq!(created(json!({"userName": "a", "active": "true"})).document.active(), Some(true));
    assert!(refused(&USER, json!({"userName": "a", "active": "no"})).contains("`active` must be true or false"));
    assert!(refused(&USER, json!({"userName": "a", "active": 0})).contains("`active`"));
}

#[test]
fn a_new_user_is_active_and_a_replaced_one_is_not_by_omission() {
    assert_eq!(created(json!({"userName": "a"})).document.active(), Some(true));
    assert_eq!(stored(json!({"userName": "a"})), json!({"userName": "a"}));
}

#[test]
fn of_two_primaries_the_last_stays() {
    let sent = json!({"userName": "a", "emails": [{"value": "1", "primary": true}, {"value": "2", "primary": "True"}]});

    assert_eq!(stored(sent)["emails"], json!([{"value": "1", "primary": false}, {"value": "2", "primary": true}]));
}

#[test]
fn sc_11_references_of_clients_are_dropped_and_made_anew() {
    let id = "0190a5a4-0000-7000-8000-000000000001";
    let sent = json!({"userName": "a", ENTERPRISE_URN: {"manager": {"$ref": "http://evil/Users/1", "value": id}}});

    let document = created(sent).document;
    let resource = render(&USER, &document, ServerParts::default(), "https://d.example/scim/v2");

    assert_eq!(document.attributes()[ENTERPRISE_URN], json!({"manager": {"value": id}}));
    assert_eq!(resource[ENTERPRISE_URN]["manager"]["$ref"], format!("https://d.example/scim/v2/Users/{id}"));
}

#[test]
fn a_manager_that_is_no_id_gets_no_address() {
    let document =
        created(json!({"userName": "a", ENTERPRISE_URN: {"manager": {"value": "Bob", "displayName": "Bob B"}}}))
            .document;

    let resource = render(&USER, &document, ServerParts::default(), "");

    assert_eq!(resource[ENTERPRISE_URN]["manager"], json!({"value": "Bob", "displayName": "Bob B"}));
}

#[test]
fn a_manager_is_read_in_all_the_forms_of_entra() {
    let wanted = json!({"manager": {"value": "m"}});
    for manager in [json!("m"), json!({"value": "m"}), json!([{"$ref": "x", "value": "m"}]), json!(["m"])] {
        let sent = json!({"userName": "a", ENTERPRISE_URN: {"manager": manager}});
        assert_eq!(stored(sent)[ENTERPRISE_URN], wanted);
    }
    for nothing in [json!(""), json!(null), json!([]), json!({"value": ""}), json!({})] {
        assert_eq!(stored(json!({"userName": "a", ENTERPRISE_URN: {"manager": nothing}})), json!({"userName": "a"}));
    }
}

#[test]
fn a_password_is_taken_out_and_not_printed() {
    let received = created(json!({"userName": "a", "password": "correct horse"}));

    assert_eq!(received.password.as_ref().map(ExposeSecret::expose_secret), Some("correct horse"));
    assert!(!format!("{received:?}").contains("correct horse"));
    assert!(!received.document.into_json().to_string().contains("correct horse"));
}

#[test]
fn a_required_attribute_is_asked_for_by_name() {
    assert!(refused(&USER, json!({})).contains("`userName` is required"));
    assert!(refused(&USER, json!({"userName": ""})).contains("`userName` is required"));
    assert!(refused(&GROUP, json!({"members": []})).contains("`displayName` is required"));
}

#[test]
fn a_value_of_the_wrong_type_is_refused_and_named() {
    for (sent, name) in [
        (json!({"userName": {"x": 1}}), "userName"),
        (json!({"userName": "a", "name": "Ada"}), "name"),
        (json!({"userName": "a", "addresses": ["x"]}), "addresses"),
        (json!({"userName": "a", "emails": [[1]]}), "emails"),
        (json!({"userName": "a", ENTERPRISE_URN: "x"}), ENTERPRISE_URN),
    ] {
        assert!(refused(&USER, sent).contains(&format!("`{name}`")));
    }
}

#[test]
fn a_value_that_is_too_long_is_refused_and_named() {
    let cases = [("userName", 254), ("displayName", 256), ("title", 1_024)];
    for (name, most) in cases {
        let mut sent = json!({"userName": "a"});
        sent[name] = "é".repeat(most).into();
        created(sent.clone());
        sent[name] = "é".repeat(most + 1).into();
        assert!(refused(&USER, sent).contains(&format!("`{name}` is longer than {most}")));
    }
    let email = |length: usize| json!({"userName": "a", "emails": [{"value": "e".repeat(length)}]});
    created(email(254));
    refused(&USER, email(255));
}

#[test]
fn a_hundred_values_are_accepted_and_one_more_is_not() {
    let emails =
        |count: usize| json!({"userName": "a", "emails": (0..count).map(|n| json!({"value": n})).collect::<Vec<_>>()});

    created(emails(100));
    assert!(refused(&USER, emails(101)).contains("`emails` has more than 100"));
}

#[test]
fn members_are_read_apart_without_repetition_and_are_no_part_of_the_document() {
    let sent =
        json!({"displayName": "G", "members": [{"value": "a", "display": "A", "$ref": null}, {"Value": "b"}, "a"]});

    let received = from_request(&GROUP, &sent, Purpose::Create).expect("a group");

    assert_eq!(received.members, Some(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(received.document.into_json(), json!({"displayName": "G"}));
}

#[test]
fn no_members_and_an_empty_list_of_members_are_told_apart() {
    let members = |body: Value| from_request(&GROUP, &body, Purpose::Replace).expect("a group").members;

    assert_eq!(members(json!({"displayName": "G"})), None);
    assert_eq!(members(json!({"displayName": "G", "members": []})), Some(vec![]));
    assert!(refused(&GROUP, json!({"displayName": "G", "members": [{"display": "x"}]})).contains("`members`"));
    assert!(refused(&GROUP, json!({"displayName": "G", "members": [7]})).contains("`members`"));
}

#[test]
fn the_address_is_the_primary_then_the_work_then_the_first_one() {
    let email = |emails: Value| created(json!({"userName": "a", "emails": emails})).document.email().map(str::to_owned);

    assert_eq!(
        email(json!([{"value": "1"}, {"value": "2", "type": "work"}, {"value": "3", "primary": true}])),
        Some("3".into())
    );
    assert_eq!(email(json!([{"value": "1"}, {"value": "2", "type": "work"}])), Some("2".into()));
    assert_eq!(email(json!([{"value": "1"}, {"value": "2"}])), Some("1".into()));
    assert_eq!(email(json!([])), None);
}

#[test]
fn a_resource_is_the_document_and_what_the_server_adds() {
    let document = created(json!({"userName": "ada", ENTERPRISE_URN: {"division": "d"}})).document;
    let parts = ServerParts {
        id: "u1".into(),
        created: 0,
        last_modified: 1_500,
        version: 7,
        active: Some(false),
        groups: vec![group_of_user("g1", "G", "https://d.example/scim/v2")],
        members: None,
        extensions: vec![(DOORWARD_URN, "status", "deactivated".into())],
    };

    let resource = render(&USER, &document, parts, "https://d.example/scim/v2");

    insta::assert_json_snapshot!(resource, @r#"
    {
      "active": false,
      "groups": [
        {
          "$ref": "https://d.example/scim/v2/Groups/g1",
          "display": "G",
          "type": "direct",
          "value": "g1"
        }
      ],
      "id": "u1",
      "meta": {
        "created": "1970-01-01T00:00:00.000Z",
        "lastModified": "1970-01-01T00:00:01.500Z",
        "location": "https://d.example/scim/v2/Users/u1",
        "resourceType": "User",
        "version": "W/\"7\""
      },
      "schemas": [
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "urn:doorward:params:scim:schemas:extension:2.0:User"
      ],
      "urn:doorward:params:scim:schemas:extension:2.0:User": {
        "status": "deactivated"
      },
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
        "division": "d"
      },
      "userName": "ada"
    }
    "#);
}

#[test]
fn a_group_shows_its_members_only_when_they_were_loaded() {
    let document = from_request(&GROUP, &json!({"displayName": "G"}), Purpose::Create).expect("a group").document;
    let parts =
        ServerParts { members: Some(vec![member("u1", "https://d.example/scim/v2")]), ..ServerParts::default() };

    let with = render(&GROUP, &document, parts, "");
    let without = render(&GROUP, &document, ServerParts::default(), "");

    assert_eq!(with["members"], json!([{"value": "u1", "$ref": "https://d.example/scim/v2/Users/u1", "type": "User"}]));
    assert_eq!(without.get("members"), None);
}

#[test]
fn active_is_shown_as_the_server_knows_it_once_the_client_said_anything_about_it() {
    let silent = from_request(&USER, &json!({"userName": "a"}), Purpose::Replace).expect("a user").document;
    let asserted = created(json!({"userName": "a", "active": true})).document;
    let parts = || ServerParts { active: Some(false), ..ServerParts::default() };

    assert_eq!(render(&USER, &asserted, parts(), "")["active"], false);
    assert_eq!(render(&USER, &silent, parts(), "").get("active"), None);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-zA-Z{}\":]{0,12}".prop_map(Value::from),
    ];
    let key = prop_oneof![
        Just("userName"),
        Just("emails"),
        Just("value"),
        Just("primary"),
        Just("name"),
        Just("givenName"),
        Just("roles"),
        Just("active"),
        Just(ENTERPRISE_URN),
        Just("manager"),
        Just("members"),
        Just("x509Certificates"),
        Just("other"),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(key.clone().prop_map(str::to_owned), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_stored_reads_back_as_itself(body in any_json()) {
        for resources in [&USER, &GROUP] {
            if let Ok(received) = from_request(resources, &body, Purpose::Replace) {
                let stored = received.document.clone().into_json();
                let again = from_request(resources, &stored, Purpose::Replace).expect("a document is a valid body");
                prop_assert_eq!(again.document, received.document);
            }
        }
    }
}
