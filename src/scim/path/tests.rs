use proptest::prelude::*;

use super::*;
use crate::scim::schema::{ENTERPRISE_URN, GROUP, USER};

fn printed(text: &str) -> String {
    parse(&USER, text).unwrap_or_else(|error| panic!("{text}: {error}")).to_string()
}

#[test]
fn every_form_of_a_path_is_read() {
    let same = [
        "userName",
        "name",
        "name.givenName",
        "emails",
        "emails.value",
        r#"emails[type eq "work"]"#,
        r#"emails[type eq "work"].value"#,
        r#"roles[primary eq true].display"#,
        r#"addresses[type eq "work" and (primary eq true or country eq "CH")].streetAddress"#,
        r#"emails[value eq "a]b\"]c"].type"#,
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "password",
        "externalId",
    ];
    for text in same {
        assert_eq!(printed(text), text);
    }
}

#[test]
fn c13_c15_c21_other_spellings_mean_the_same() {
    let pairs = [
        ("USERNAME", "userName"),
        (" name.GIVENNAME ", "name.givenName"),
        (r#"Emails[TYPE EQ "work"].VALUE"#, r#"emails[type eq "work"].value"#),
        (r#"roles[primary eq "True"].value"#, "roles[primary eq true].value"),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName", "userName"),
        (
            r#"urn:ietf:params:scim:schemas:core:2.0:User:emails[type eq "work"].value"#,
            r#"emails[type eq "work"].value"#,
        ),
        ("manager", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"),
        ("User.manager", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"),
        ("URN:IETF:params:scim:schemas:extension:enterprise:2.0:USER", ENTERPRISE_URN),
    ];
    for (text, wanted) in pairs {
        assert_eq!(printed(text), wanted, "{text}");
    }
    assert_eq!(
        parse(&GROUP, r#"members[value eq "x"]"#).map(|path| path.to_string()),
        Ok(r#"members[value eq "x"]"#.into())
    );
}

#[test]
fn sd_04_what_is_no_path_is_refused() {
    let long = format!("emails[value eq \"{}\"]", "a".repeat(LENGTH_MAX));
    for text in [
        "",
        "nope",
        "name.nope",
        "userName.x",
        "name[givenName eq \"x\"]",
        "userName[value eq \"x\"]",
        "emails[type eq \"work\"",
        "emails[type eq \"work\"]value",
        "emails[type eq \"work\"].nope",
        "emails[type eq \"work\"].",
        "emails.type[value pr]",
        "emails[ims[type eq \"x\"]]",
        "emails[type eq \"a\"][type eq \"b\"]",
        "urn:x:y:User:userName",
        "emails[\"]",
        &long,
    ] {
        let error = parse(&USER, text).expect_err(text);
        assert_eq!((error.status, error.scim_type), (400, Some(ScimType::InvalidPath)), "{text}");
    }
    assert!(parse(&USER, &format!("emails[value eq \"{}\"]", "a".repeat(LENGTH_MAX - 19))).is_ok());
}

#[test]
fn a_bad_filter_in_a_path_is_called_one() {
    for text in ["emails[]", "emails[type]", "emails[nope eq \"x\"]", "emails[type gt true]", "emails[(type pr]"] {
        assert_eq!(parse(&USER, text).expect_err(text).scim_type, Some(ScimType::InvalidFilter), "{text}");
    }
}

proptest! {
    #[test]
    fn a_path_that_can_be_read_reads_as_itself_when_printed(words in proptest::collection::vec(proptest::sample::select(vec![
        "userName", "name", ".givenName", "emails", "[", "]", "type", " eq ", "\"work\"", "\"]\"", " and ", "value", ".value",
        ".", "primary eq true", ENTERPRISE_URN, ":manager", ":", "\\", "\"",
    ]), 1..10)) {
        if let Ok(path) = parse(&USER, &words.concat()) {
            prop_assert_eq!(parse(&USER, &path.to_string()), Ok(path));
        }
    }

    #[test]
    fn a_selection_by_any_text_reads_as_itself_when_printed(text in "\\PC{0,40}") {
        let path = format!("emails[value eq {}].type", serde_json::Value::from(text.clone()));
        let read = parse(&USER, &path);
        if super::super::json::forbidden(&text).is_none() {
            let read = read.expect("a path");
            prop_assert_eq!(parse(&USER, &read.to_string()), Ok(read));
        }
    }

    #[test]
    fn any_text_ends_in_a_path_or_a_refusal(text in "\\PC{0,60}") {
        let _outcome = parse(&USER, &text);
    }
}
