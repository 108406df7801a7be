use serde_json::Value;

use super::*;

fn names(at: Named) -> (Option<&'static str>, &'static str, Option<&'static str>) {
    match at {
        Named::Attribute(at) => (at.extension, at.attribute.name, at.sub.map(|sub| sub.name)),
        Named::Core | Named::Extension(_) => panic!("no attribute"),
    }
}

fn every_attribute() -> Vec<&'static Attribute> {
    let schemas =
        published(&USER, true).into_iter().flat_map(|kind| std::iter::once(kind.core).chain(kind.extensions.to_vec()));
    schemas
        .flat_map(|schema| schema.attributes)
        .chain(COMMON)
        .flat_map(|a| std::iter::once(a).chain(a.sub_attributes))
        .collect()
}

#[test]
fn a_name_is_found_in_any_case_and_in_every_form() {
    let cases = [
        ("USERNAME", (None, "userName", None)),
        ("name.GivenName", (None, "name", Some("givenName"))),
        ("meta.lastmodified", (None, "meta", Some("lastModified"))),
        ("emails.value", (None, "emails", Some("value"))),
        ("groups.$REF", (None, "groups", Some("$ref"))),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName", (None, "userName", None)),
        ("URN:ietf:params:scim:schemas:core:2.0:user:name.familyName", (None, "name", Some("familyName"))),
        (
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            (Some(ENTERPRISE_URN), "department", None),
        ),
        (
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
            (Some(ENTERPRISE_URN), "manager", Some("value")),
        ),
        (
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0User:department",
            (Some(ENTERPRISE_URN), "department", None),
        ),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.manager", (Some(ENTERPRISE_URN), "manager", None)),
        ("urn:doorward:params:scim:schemas:extension:2.0:User:status", (Some(DOORWARD_URN), "status", None)),
        ("manager", (Some(ENTERPRISE_URN), "manager", None)),
        ("User.manager", (Some(ENTERPRISE_URN), "manager", None)),
    ];
    for (name, wanted) in cases {
        assert_eq!(USER.resolve(name).map(names), Some(wanted), "{name}");
    }
}

#[test]
fn c13_a_whole_schema_is_told_from_its_attributes_without_splitting_at_the_dot() {
    assert_eq!(USER.resolve(&ENTERPRISE_URN.to_uppercase()), Some(Named::Extension(ENTERPRISE_URN)));
    assert_eq!(USER.resolve(CORE_USER_URN), Some(Named::Core));
    assert_eq!(USER.resolve("urn:ietf:params:scim:schemas:core:2.0:Users:userName"), None);
}

#[test]
fn what_does_not_exist_is_not_found() {
    for name in
        ["", ".", "nope", "userName.x", "name.nope", "name.givenName.x", "urn:x:y:userName", "emails..value", "members"]
    {
        assert_eq!(USER.resolve(name), None, "{name}");
    }
}

#[test]
fn every_published_attribute_is_described_and_its_type_is_consistent() {
    for attribute in every_attribute() {
        assert!(attribute.description.ends_with('.'), "{}", attribute.name);
        assert_eq!(attribute.kind == Kind::Complex, !attribute.sub_attributes.is_empty(), "{}", attribute.name);
        assert!(attribute.sub_attributes.iter().all(|sub| !sub.multi_valued && sub.kind != Kind::Complex));
    }
}

#[test]
fn a_secret_is_never_returned_and_never_searchable() {
    let password = USER.attribute("password").expect("users have a password");

    assert_eq!((password.mutability, password.returned), (Mutability::WriteOnly, Returned::Never));
    assert!(!password.is_searchable());
}

#[test]
fn what_an_extension_reports_is_shown_on_request_so_that_writing_it_whole_reads_back_as_written() {
    for schema in USER.extensions {
        assert!(
            schema.attributes.iter().any(|a| a.mutability == Mutability::ReadWrite && a.returned == Returned::Default)
        );
        for attribute in schema.attributes.iter().filter(|a| a.is_read_only()) {
            assert_eq!(attribute.returned, Returned::Request, "{}", attribute.name);
        }
    }
}

#[test]
fn schemas_are_published_whole_and_one_by_one() {
    let all = schemas("https://d.example/scim/v2", &published(&USER, true));
    let listed = all["Resources"].as_array().expect("a list");

    assert_eq!(all["totalResults"], 6);
    for one in listed {
        let urn = one["id"].as_str().expect("an id");
        assert_eq!(
            schema("https://d.example/scim/v2", &published(&USER, true), &urn.to_lowercase()).as_ref(),
            Some(one)
        );
        assert_eq!(one["meta"]["location"], format!("https://d.example/scim/v2/Schemas/{urn}"));
    }
    assert_eq!(schema("", &published(&USER, true), "urn:x"), None);
}

#[test]
fn common_attributes_are_in_no_published_schema() {
    let user = schema("", &RESOURCE_TYPES, CORE_USER_URN).expect("the core schema");
    let published: Vec<&str> =
        user["attributes"].as_array().unwrap().iter().filter_map(|a| a["name"].as_str()).collect();

    assert!(published.contains(&"userName"));
    for common in ["id", "externalId", "meta", "schemas"] {
        assert!(!published.contains(&common));
    }
}

#[test]
fn resource_types_point_to_their_schemas() {
    let user = resource_type("https://d.example/scim/v2", &RESOURCE_TYPES, "User").expect("users");

    assert_eq!(user["endpoint"], "/Users");
    assert_eq!(user["schema"], CORE_USER_URN);
    assert_eq!(user["schemaExtensions"][0]["schema"], ENTERPRISE_URN);
    assert_eq!(resource_types("", &RESOURCE_TYPES)["totalResults"], 2);
    assert_eq!(resource_type("", &published(&USER, true), "Nope"), None);
}

#[test]
fn what_a_connection_may_give_is_published_only_to_one_that_governs_and_is_read_only_throughout() {
    for kind in CATALOGUE {
        assert_eq!(resource_type("", &published(&USER, false), kind.name), None);
        assert_eq!(schema("", &published(&USER, false), kind.core.urn), None);
        assert_eq!(resource_type("", &published(&USER, true), kind.name).expect("a type")["schema"], kind.core.urn);
        assert!(kind.core.attributes.iter().all(Attribute::is_read_only));
    }
}

#[test]
fn the_configuration_promises_what_is_there() {
    let config = service_provider_config("https://d.example/scim/v2", &["urn:x"]);

    let supported = |name: &str| config[name]["supported"] == Value::Bool(true);
    assert!(["patch", "bulk", "filter", "changePassword", "sort", "etag"].into_iter().all(supported));
    assert_eq!(
        (&config["bulk"]["maxOperations"], &config["bulk"]["maxPayloadSize"]),
        (&1_000.into(), &8_388_608.into())
    );
    assert_eq!(config["filter"]["maxResults"], 1_000);
    let pagination = serde_json::json!({
        "cursor": true, "index": true, "defaultPaginationMethod": "index", "defaultPageSize": 100, "maxPageSize": 1_000,
    });
    assert_eq!(config["pagination"], pagination);
    assert_eq!(config["authenticationSchemes"][0]["type"], "oauthbearertoken");
    assert_eq!(config["securityEvents"], serde_json::json!({ "asyncRequest": "request", "eventUris": ["urn:x"] }));
    assert_eq!(service_provider_config("https://d.example/scim/v2", &[]).get("securityEvents"), None);
}
