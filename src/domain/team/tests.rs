use super::*;

#[test]
fn a_team_has_a_visible_name_and_a_short_description() {
    for (name, description, field) in [
        ("Platform", "", None),
        ("Platform", "Runs what the others build on.", None),
        (" ", "", Some("name")),
        ("Plat\nform", "", Some("name")),
        ("Platform", "one\ntwo", Some("description")),
    ] {
        let found = match check(name, description) {
            Err(Error::Invalid { field, .. }) => Some(field),
            _ => None,
        };
        assert_eq!(found.as_deref(), field, "{name:?} {description:?}");
    }
    assert!(check(&"x".repeat(NAME_MAX + 1), "").is_err());
    assert!(check("x", &"y".repeat(DESCRIPTION_MAX + 1)).is_err());
    assert!(check(&"x".repeat(NAME_MAX), &"y".repeat(DESCRIPTION_MAX)).is_ok());
}
