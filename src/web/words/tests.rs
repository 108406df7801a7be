use super::*;
use crate::domain::password::{PasswordPolicy, PasswordPreset};
use crate::web::texts::Language;

const T: Texts = Texts(Language::English);

#[test]
fn each_rule_of_a_policy_is_one_sentence() {
    let said = |preset, is_mfa_required| -> Vec<String> {
        let rules = rules(T, PasswordPolicy::Named(preset).composition(is_mfa_required));
        rules.into_iter().map(|rule| rule.text).collect()
    };

    assert_eq!(
        said(PasswordPreset::Classic, false),
        [
            "At least 8 characters.",
            "With 1 upper-case letter.",
            "With 1 lower-case letter.",
            "With 1 digit.",
            "With 1 special character, such as - or !.",
            "Not a common password, and not made of your name or organisation.",
        ]
    );
    assert_eq!(said(PasswordPreset::Modern, true).first().unwrap(), "At least 8 characters.");
    assert_eq!(said(PasswordPreset::Modern, false).first().unwrap(), "At least 15 characters.");
}

#[test]
fn s2_11_each_missing_kind_of_character_has_its_own_sentence() {
    let weak =
        Complaint::Weak(vec![Weakness::TooShort { min: 8 }, Weakness::Upper { min: 1 }, Weakness::Digit { min: 2 }]);

    let said = complaint(T, &weak);

    assert_eq!(said, "Use at least 8 characters. Use at least one upper-case letter. Use at least 2 digits.");
}
