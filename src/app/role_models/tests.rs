//! Models compared, and asked.

use super::*;

fn preset() -> RoleModel {
    load(DEFAULT_PRESET).unwrap()
}

#[test]
fn a_model_does_not_differ_from_itself() {
    assert_eq!(diff(&preset(), &preset()), Vec::new());
}

#[test]
fn another_reading_shows_exactly_what_it_adds() {
    let matrix = preset().with_reading("matrix").unwrap();

    let changes = diff(&preset(), &matrix);

    assert!(changes.contains(&Change::new("role.admin.may assign viewer", None, Some(json!(true)))));
    assert!(changes.iter().all(|change| change.path.starts_with("role.admin.")));
    assert!(changes.iter().all(|change| change.old.is_none()));
}

#[test]
fn a_name_that_is_neither_preset_nor_file_is_refused_with_the_presets() {
    let refusal = source("no-such-preset").unwrap_err().to_string();

    assert!(refusal.contains(DEFAULT_PRESET), "{refusal}");
}
