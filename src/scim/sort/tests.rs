use super::*;
use crate::scim::ScimType;
use crate::scim::schema::{GROUP, USER};

#[test]
fn a_sort_key_is_resolved_and_ascending_unless_said_otherwise() {
    let by =
        |by, order| parse(&USER, Some(by), order).expect("a key").map(|sort| (sort.by.to_string(), sort.descending));

    assert_eq!(by("USERNAME", None), Some(("userName".into(), false)));
    assert_eq!(by("name.familyName", Some("Descending")), Some(("name.familyName".into(), true)));
    assert_eq!(by("emails", Some("ascending")), Some(("emails.value".into(), false)));
    assert_eq!(by("meta.created", None), Some(("meta.created".into(), false)));
    assert_eq!(parse(&USER, None, Some("descending")), Ok(None));
    assert_eq!(parse(&USER, Some(" "), None), Ok(None));
}

#[test]
fn sc_08_secrets_and_unknown_names_are_refused_in_the_same_words() {
    let refused = |by| parse(&USER, Some(by), None).expect_err("must be refused");

    for by in ["password", "passwordHash", "totp", "name", "addresses", "x509Certificates", "x'; drop table users"] {
        assert_eq!(refused(by), refused("nope"), "{by}");
    }
    assert_eq!(refused("nope").scim_type, Some(ScimType::InvalidValue));
    assert!(parse(&GROUP, Some("displayName"), Some("down")).is_err());
}
