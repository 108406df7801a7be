use super::*;
use crate::domain::password::PasswordPreset;

#[test]
fn each_rule_of_a_policy_is_one_sentence() {
    assert_eq!(
        rules(PasswordPolicy::Named(PasswordPreset::Classic), false),
        [
            "At least 8 characters.",
            "With 1 upper-case letter.",
            "With 1 lower-case letter.",
            "With 1 digit.",
            "With 1 special character, such as - or !.",
            "Not a common password, and not made of your name or organisation.",
        ]
    );
    assert_eq!(rules(PasswordPolicy::Named(PasswordPreset::Modern), true).first().unwrap(), "At least 8 characters.");
    assert_eq!(rules(PasswordPolicy::Named(PasswordPreset::Modern), false).first().unwrap(), "At least 15 characters.");
}
