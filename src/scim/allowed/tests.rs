use serde_json::json;

use super::super::document::{Purpose, from_request, receive};
use super::super::patch;
use super::super::projection::Projection;
use super::super::schema::{ENTERPRISE_URN, USER};
use super::*;

fn only(names: &[&str]) -> Allowed {
    Allowed::only(&USER, names.iter().copied())
}

fn document(body: &Value) -> Document {
    from_request(&USER, body, Purpose::Replace).unwrap().document
}

fn ada() -> Value {
    json!({
        "userName": "ada",
        "name": { "familyName": "Lovelace", "givenName": "Ada" },
        "emails": [{ "value": "ada@acme.example", "type": "work" }],
        "title": "Countess",
        ENTERPRISE_URN: { "department": "Engines", "manager": { "value": "7", "displayName": "Charles" } },
    })
}

#[test]
fn a_name_is_kept_in_one_spelling_whatever_is_typed() {
    let department = format!("{ENTERPRISE_URN}:department");
    for (typed, kept) in [
        ("USERNAME", "userName"),
        (" name.FamilyName ", "name.familyName"),
        ("emails", "emails"),
        ("externalid", "externalId"),
        ("Members", "members"),
        ("members.value", "members.value"),
        ("department", department.as_str()),
        ("URN:ietf:params:scim:schemas:extension:enterprise:2.0:user:Department", &department),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0User:department", &department),
        ("urn:ietf:params:scim:schemas:core:2.0:User:username", "urn:ietf:params:scim:schemas:core:2.0:User:userName"),
        ("urn:ietf:params:scim:schemas:core:2.0:group", "urn:ietf:params:scim:schemas:core:2.0:Group"),
        (ENTERPRISE_URN, ENTERPRISE_URN),
    ] {
        let found = canonical(&USER, typed).unwrap();
        assert_eq!(found, kept);
        assert_eq!(canonical(&USER, &found), Some(found));
    }
    for typed in ["", "colour", "emails[type eq \"work\"]", "name.colour", "urn:example:acme:badge", "a b"] {
        assert_eq!(canonical(&USER, typed), None, "{typed}");
    }
}

#[test]
fn a_name_means_no_attribute_that_has_come_later() {
    let bare = only(&["department", "members"]);
    assert!(bare.require(&["userName"], "").is_err());
    let at = |name: &str| {
        let Some(Named::Attribute(at)) = USER.resolve(name) else { panic!("{name}") };
        at
    };
    assert!(!bare.shows(at("department")));
    assert!(only(&[ENTERPRISE_URN]).shows(at("department")));
    let core_of_groups = only(&["urn:ietf:params:scim:schemas:core:2.0:Group:displayName"]);
    assert!(!core_of_groups.shows(at("displayName")));
}

#[test]
fn what_is_not_named_is_shown_in_no_spelling() {
    let resource = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE_URN],
        "id": "1",
        "meta": { "resourceType": "User", "version": "W/\"1\"" },
        "userName": "ada",
        "name": { "familyName": "Lovelace", "givenName": "Ada" },
        "emails": [{ "value": "ada@acme.example", "type": "work" }],
        ENTERPRISE_URN: { "department": "Engines" },
    });
    let shown =
        |names: &[&str], wanted: &str| Projection::parse(&USER, wanted, "").within(only(names)).apply(resource.clone());
    let told = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": "1",
        "meta": { "resourceType": "User", "version": "W/\"1\"" },
        "name": { "familyName": "Lovelace" },
        "emails": [{ "value": "ada@acme.example" }],
    });
    assert_eq!(shown(&["name.familyName", "emails.value"], ""), told);
    for wanted in
        ["USERNAME", "urn:ietf:params:scim:schemas:core:2.0:User", "department", ENTERPRISE_URN, "name.givenName"]
    {
        let found = shown(&["name.familyName"], wanted).to_string();
        for hidden in ["ada", "Ada", "Engines"] {
            assert!(!found.contains(hidden), "{wanted}: {found}");
        }
    }
    assert_eq!(shown(&[ENTERPRISE_URN], "department")[ENTERPRISE_URN]["department"], "Engines");
}

#[test]
fn nothing_is_found_or_sorted_by_what_is_not_named() {
    let asked = |names: &[&str], pair: (&str, &str)| {
        let query = ListQuery::from_pairs(&USER, &[(pair.0.to_owned(), pair.1.to_owned())]).unwrap();
        only(names).check_query(&query)
    };
    let names = ["userName", "name.familyName", "emails.value"];
    for filter in [
        "userName eq \"ada\"",
        "name.familyName sw \"L\"",
        "emails co \"ada\"",
        "emails[value pr]",
        "id eq \"7\" and meta.created pr",
    ] {
        assert_eq!(asked(&names, ("filter", filter)), Ok(()), "{filter}");
    }
    for (filter, hidden) in [
        ("TITLE sw \"C\"", "title"),
        ("urn:ietf:params:scim:schemas:core:2.0:User:title pr", "title"),
        ("department eq \"x\"", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"),
        ("Urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager pr", "manager"),
        ("userName pr and not (externalId eq \"7\")", "externalId"),
        ("userName pr or (userName pr and name.givenName ne null)", "name.givenName"),
        ("emails[value pr and type eq \"work\"]", "emails.type"),
        ("emails pr", "emails"),
        ("name pr", "name"),
        ("active eq true", "active"),
        ("groups.value eq \"7\"", "groups"),
        ("schemas eq \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"", "schemas"),
    ] {
        let refused = asked(&names, ("filter", filter)).expect_err(filter);
        assert_eq!(refused.status, 403);
        assert!(refused.detail.contains(hidden), "{}", refused.detail);
    }
    assert_eq!(asked(&names, ("sortBy", "USERNAME")), Ok(()));
    assert!(asked(&names, ("sortBy", "title")).is_err_and(|it| it.status == 403 && it.detail.contains("title")));
}

#[test]
fn a_whole_resource_sets_what_is_named_and_nothing_else() {
    let body = json!({
        "USERNAME": "eve",
        "name": { "familyname": "Byron", "givenName": "Anne" },
        "emails": [],
        "password": "a long passphrase",
        "urn:IETF:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Poems", "costCenter": 7 },
    });
    let department = format!("{ENTERPRISE_URN}:department");
    let allowed = only(&["name.familyName", "emails.value", "title", &department]);
    let received = receive(&allowed, &body, Purpose::Replace).unwrap();
    assert!(received.password.is_none());
    let left: Vec<&str> = received.left_alone.iter().map(String::as_str).collect();
    let cost_center = format!("{ENTERPRISE_URN}:costCenter");
    assert_eq!(left, ["emails", "name.givenName", "password", cost_center.as_str(), "userName"]);

    let settled = allowed.settle(&document(&ada()), received.document).into_json();

    let mut expected = document(&ada()).into_json();
    expected["name"]["familyName"] = "Byron".into();
    expected[ENTERPRISE_URN]["department"] = "Poems".into();
    // It was named and not sent.
    expected.as_object_mut().unwrap().remove("title");
    assert_eq!(settled, expected);
    let everything = Allowed::everything(&USER);
    assert_eq!(everything.settle(&document(&ada()), Document::default()), Document::default());
}

#[test]
fn nobody_is_made_without_what_is_required() {
    let body = json!({ "userName": "ada", "title": "Countess" });
    let refused = receive(&only(&["title"]), &body, Purpose::Create).unwrap_err();
    assert_eq!(refused.status, 403);
    assert!(refused.detail.contains("`userName`"), "{}", refused.detail);
    let silent = receive(&only(&["userName"]), &json!({ "title": "x" }), Purpose::Create).unwrap_err();
    assert_eq!(silent.status, 400);
    assert!(receive(&only(&["title"]), &json!({ "title": "x" }), Purpose::Replace).is_ok());
}

/// Every way in which a client can write a path: each is the attribute that it means.
#[test]
fn sc_18_an_operation_on_what_is_not_named_is_left_out_however_it_is_written() {
    let emails = r#"emails[type eq "work"].value"#;
    let core = "urn:ietf:params:scim:schemas:core:2.0:User";
    let operations = json!([
        { "op": "replace", "path": "USERNAME", "value": "eve" },
        { "op": "replace", "path": format!("{core}:userName"), "value": "eve" },
        { "op": "replace", "path": "Urn:ietf:params:scim:schemas:core:2.0:User", "value": { "userName": "eve" } },
        { "op": "add", "path": emails, "value": "eve@evil.example" },
        { "op": "remove", "path": r#"emails[value sw "ada"]"# },
        { "op": "replace", "path": r#"emails[value sw "nobody"].display"#, "value": "x" },
        { "op": "replace", "value": { "name.givenName": "Eve", emails: "eve@evil.example", "active": "False" } },
        { "op": "replace", "value": { "name": { "givenName": "Eve" } } },
        { "op": "replace", "path": "name", "value": { "GivenName": "Eve", "familyName": "Byron" } },
        { "op": "remove", "path": "name.givenName" },
        { "op": "replace", "path": "password", "value": "a long passphrase" },
        { "op": "remove", "path": ENTERPRISE_URN },
        { "op": "replace", "path": "User.manager", "value": "9" },
        { "op": "remove", "path": "manager" },
        { "op": "add", "path": "groups", "value": [{ "value": "7" }] },
        { "op": "add", "path": "externalId", "value": "7" },
    ]);
    let mut patch = patch::parse(&USER, &json!({ "Operations": operations }), "1").unwrap();
    let manager = format!("{ENTERPRISE_URN}:manager.displayName");
    let allowed = only(&["name.familyName", &manager]);

    let left = allowed.narrow(&mut patch);

    let before = document(&ada());
    let patched = patch::apply(&before, &patch.operations, str::to_lowercase).unwrap();
    assert!(patched.password.is_none());
    let settled = allowed.settle(&before, patched.document).into_json();
    let mut expected = before.into_json();
    expected["name"]["familyName"] = "Byron".into();
    // It is a part of what was removed, and named.
    expected[ENTERPRISE_URN]["manager"].as_object_mut().unwrap().remove("displayName");
    assert_eq!(settled, expected);
    for name in ["active", "emails", "externalId", "groups", "name.givenName", "password", "userName"] {
        assert!(left.iter().any(|it| it.starts_with(name)), "{name}: {left:?}");
    }
}

#[test]
fn a_scalar_is_the_value_of_what_it_is_sent_for() {
    let manager = |sub: &str| format!("{ENTERPRISE_URN}:manager.{sub}");
    let after = |named: &str| {
        let operations = json!([{ "op": "replace", "path": "manager", "value": "9" }]);
        let mut patch = patch::parse(&USER, &json!({ "Operations": operations }), "1").unwrap();
        let allowed = only(&[named]);
        allowed.narrow(&mut patch);
        let patched = patch::apply(&document(&ada()), &patch.operations, str::to_lowercase).unwrap().document;
        allowed.settle(&document(&ada()), patched).into_json()[ENTERPRISE_URN]["manager"].clone()
    };
    assert_eq!(after(&manager("value")), json!({ "value": "9", "displayName": "Charles" }));
    assert_eq!(after(&manager("displayName")), json!({ "value": "7", "displayName": "Charles" }));
}

#[test]
fn members_are_changed_only_where_they_are_named() {
    let operations = json!([
        { "op": "remove", "path": r#"MEMBERS[value eq "7"]"# },
        { "op": "add", "path": "urn:ietf:params:scim:schemas:core:2.0:Group:members", "value": [{ "value": "8" }] },
        { "op": "replace", "value": { "displayName": "Crew", "members": [] } },
    ]);
    let read = || patch::parse(&GROUP, &json!({ "Operations": operations }), "1").unwrap();
    for (names, changes) in [(&["displayName"][..], 0), (&["displayName", "members.value"], 0), (&["members"], 3)] {
        let mut patch = read();
        let left = Allowed::only(&GROUP, names.iter().copied()).narrow(&mut patch);
        assert_eq!((patch.members.len(), left.contains("members")), (changes, changes == 0), "{names:?}");
    }
}

/// Of a list of which only a part is named nothing is changed, and that is told.
#[test]
fn a_list_that_is_named_in_part_is_left_alone_and_that_is_told() {
    let operations =
        json!([{ "op": "replace", "path": r#"emails[type eq "work"].value"#, "value": "eve@evil.example" }]);
    let mut patch = patch::parse(&USER, &json!({ "Operations": operations }), "1").unwrap();

    let left = only(&["emails.value"]).narrow(&mut patch);

    assert!(patch.operations.is_empty());
    assert!(left.iter().any(|it| it.starts_with("emails")), "{left:?}");
}
