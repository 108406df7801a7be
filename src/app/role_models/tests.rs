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
fn a_decision_table_tells_right_from_wrong() {
    let table = r#"
        [[case]]
        role = "admin"
        may = "users:invite"
        expect = true
        [[case]]
        role = "admin"
        may = "deactivate"
        on = "viewer"
        expect = true
        [[case]]
        role = "admin"
        gives = "owner"
        expect = false
    "#;

    let decisions = decide(&preset(), table).unwrap();

    let answers: Vec<(&str, bool)> =
        decisions.iter().map(|it| (it.question.as_str(), it.expected == it.actual)).collect();
    assert_eq!(
        answers,
        [("admin may users:invite", true), ("admin may deactivate on viewer", false), ("admin gives owner", true)]
    );
}

#[test]
fn a_question_that_nobody_can_answer_is_refused_by_name() {
    let table = "[[case]]\nrole = 'admin'\nmay = 'teleport'\non = 'viewer'\nexpect = true\n";

    let refusal = decide(&preset(), table).unwrap_err();

    assert_eq!(refusal.to_string(), "decisions: admin may teleport on viewer: there is no such verb");
}

#[test]
fn a_name_that_is_neither_preset_nor_file_is_refused_with_the_presets() {
    let refusal = source("no-such-preset").unwrap_err().to_string();

    assert!(refusal.contains(DEFAULT_PRESET), "{refusal}");
}
