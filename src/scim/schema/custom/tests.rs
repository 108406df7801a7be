use serde_json::json;

use super::*;
use crate::scim::schema::Named;

fn extension(id: &str, attributes: &serde_json::Value) -> Extension {
    serde_json::from_value(json!({"id": id, "name": "Acme", "attributes": attributes})).expect("an extension")
}

fn refused_at(wanted: Vec<Extension>) -> String {
    Kept::default().with(wanted).expect_err("must be refused").at
}

const URN: &str = "urn:example:acme:2.0:User";

#[test]
fn a_definition_becomes_a_table_in_which_its_names_are_found() {
    let attributes = json!([
        {"name": "badge", "type": "string", "caseExact": true, "uniqueness": "server"},
        {"name": "sites", "type": "string", "multiValued": true, "canonicalValues": ["Bern", "Chur"]},
    ]);
    let table = table(&[extension(URN, &attributes)]);

    assert_eq!(table, &USER);
    assert_eq!(table.extensions.len(), USER.extensions.len() + 1);
    for name in ["badge", "URN:example:acme:2.0:user:Badge", "urn:example:acme:2.0:User.badge"] {
        let Some(Named::Attribute(at)) = table.resolve(name) else { panic!("{name}") };
        assert_eq!((at.extension, at.attribute.name), (Some(URN), "badge"));
        assert!(at.attribute.case_exact && at.attribute.choice == Choice::Open && at.attribute.length_max == VALUE_MAX);
    }
    assert!(table.extension(URN).and_then(|it| it.attribute("sites")).is_some_and(|it| it.choice == Choice::Closed));
    assert!(table.resolve("userName").is_some() && USER.resolve("badge").is_none());
}

#[test]
fn names_of_others_and_what_cannot_be_kept_are_refused_where_they_stand() {
    let one = |it: serde_json::Value| refused_at(vec![extension(URN, &json!([it]))]);

    for urn in [
        "acme",
        "urn:acme",
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "URN:Okta:x:y",
        "urn:doorward:x:y",
        "urn:ex ample:y",
        "urn:example:\"y",
        "urn:example::y",
        "urn:example:{y}",
    ] {
        assert_eq!(
            refused_at(vec![extension(urn, &json!([{"name": "a", "type": "string"}]))]),
            "schemas[0].id",
            "{urn}"
        );
    }
    for (attribute, part) in [
        (json!({"name": "1a", "type": "string"}), "name"),
        (json!({"name": "a.b", "type": "string"}), "name"),
        (json!({"name": "$ref", "type": "string"}), "name"),
        (json!({"name": "Members", "type": "string"}), "name"),
        (json!({"name": "a", "type": "complex"}), "type"),
        (json!({"name": "a", "type": "binary"}), "type"),
        (json!({"name": "a", "type": "string", "mutability": "writeOnly"}), "mutability"),
        (json!({"name": "a", "type": "string", "mutability": "readOnly", "required": true}), "required"),
        (json!({"name": "a", "type": "string", "uniqueness": "global"}), "uniqueness"),
        (json!({"name": "a", "type": "integer", "uniqueness": "server"}), "uniqueness"),
        (json!({"name": "a", "type": "integer", "canonicalValues": ["1"]}), "canonicalValues"),
        (json!({"name": "a", "type": "string", "canonicalValues": [" "]}), "canonicalValues"),
    ] {
        assert_eq!(one(attribute), format!("schemas[0].attributes[0].{part}"));
    }
    let a = json!([{"name": "a", "type": "string"}]);
    assert_eq!(refused_at(vec![extension(URN, &json!([]))]), "schemas[0].attributes");
    assert_eq!(
        refused_at(vec![extension(URN, &json!([a[0], {"name": "A", "type": "string"}]))]),
        "schemas[0].attributes[1].name"
    );
    assert_eq!(refused_at(vec![extension(URN, &a), extension(&format!("{URN}:x"), &a)]), "schemas[1].id");
    let many = (0..6).map(|it| extension(&format!("urn:example:x{it}"), &a)).collect();
    assert_eq!(refused_at(many), "schemas");
}

#[test]
fn the_shape_of_a_name_never_changes_even_when_it_was_gone_meanwhile() {
    let of = |kind: &str| vec![extension(URN, &json!([{"name": "level", "type": kind}]))];
    let kept = Kept::default().with(of("string")).expect("a definition");

    assert!(kept.with(of("integer")).is_err());
    let gone = kept.with(Vec::new()).expect("nothing");
    assert_eq!(gone.with(of("integer")).expect_err("must be refused").at, format!("{URN}:level"));
    let again = gone.with(of("string")).expect("the same again");
    assert_eq!(again, kept);
}
