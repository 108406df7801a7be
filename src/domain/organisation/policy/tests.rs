//! The organisation's word before the model's, within limits.

use super::*;
use crate::domain::password::PasswordPreset;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn settings() -> Settings {
    Settings {
        password: PasswordPolicy::of(PasswordPreset::Classic),
        activation: Activation::TempPasswordMail,
        mfa: MfaPolicy { require: MfaRequirement::All, roles: Vec::new(), grace_days: 3 },
        ..Settings::default()
    }
}

fn model() -> RoleModel {
    RoleModel::preset(RoleModel::DEFAULT_PRESET).unwrap()
}

#[test]
fn what_the_organisation_does_not_say_follows_the_role_model() {
    let rules = Policy::default().over(&settings());

    assert_eq!(rules.mfa, settings().mfa);
    assert_eq!(rules.password, PasswordPolicy::of(PasswordPreset::Classic));
    assert_eq!(rules.activation, ActivationPolicy::every(Activation::TempPasswordMail));
    assert_eq!(rules.sessions, SessionPolicy { idle_minutes: 60, absolute_minutes: 1440 });
    assert_eq!(rules.sso_mfa, SsoMfa::RequireAmr);
    assert!(!rules.regrace_on_reactivation, "C7");
}

#[test]
fn c7_the_role_model_may_begin_the_grace_anew_and_the_organisation_says_otherwise() {
    let settings = Settings { regrace_on_reactivation: true, ..settings() };
    let own = Policy { regrace_on_reactivation: Some(false), ..Policy::default() };

    assert!(Policy::default().over(&settings).regrace_on_reactivation);
    assert!(!own.over(&settings).regrace_on_reactivation);
}

#[test]
fn a_change_leaves_what_it_does_not_name_and_null_follows_the_model_again() {
    let change = |text: &str| serde_json::from_str::<PolicyChange>(text).unwrap();
    let first = Policy::default().with(change(r#"{"password": "modern", "sso_mfa": "trust_idp"}"#), NOW);

    let second = first.with(change(r#"{"password": null}"#), NOW);

    assert_eq!(first.over(&settings()).password, PasswordPolicy::of(PasswordPreset::Modern));
    assert_eq!(second, Policy { sso_mfa: Some(SsoMfa::TrustIdp), ..Policy::default() });
    assert!(serde_json::from_str::<PolicyChange>(r#"{"passwords": "modern"}"#).is_err());
}

#[test]
fn the_moment_of_the_second_factor_moves_only_when_that_policy_does() {
    let all = MfaPolicy { require: MfaRequirement::All, ..MfaPolicy::default() };
    let change = PolicyChange { mfa: Some(Some(all)), ..PolicyChange::default() };
    let first = Policy::default().with(change.clone(), NOW);

    let later = NOW.after(Duration::from_hours(1));
    let same = first.with(change, later);
    let other = first.with(PolicyChange { mfa: Some(None), ..PolicyChange::default() }, later);

    assert_eq!((first.mfa_since, same.mfa_since, other.mfa_since), (Some(NOW), Some(NOW), Some(later)));
}

#[test]
fn values_beyond_their_limits_are_refused_by_name() {
    let rules = Policy::default().over(model().settings());
    let sessions = |idle_minutes, absolute_minutes| Rules {
        sessions: SessionPolicy { idle_minutes, absolute_minutes },
        ..rules.clone()
    };
    let of_administrators = |idle_minutes, absolute_minutes| Rules {
        admin_sessions: SessionPolicy { idle_minutes, absolute_minutes },
        ..rules.clone()
    };
    let mfa = |mfa: MfaPolicy| Rules { mfa, ..rules.clone() };
    let of_roles = |roles: &[&str]| MfaPolicy {
        require: MfaRequirement::Roles,
        roles: roles.iter().map(|key| key.parse().unwrap()).collect(),
        grace_days: 7,
    };
    let activation = |allowed: &[Activation], default| Rules {
        activation: ActivationPolicy { allowed: allowed.to_vec(), default },
        ..rules.clone()
    };
    let alerts = |user| Rules { alerts: AlertPolicy { user, ..AlertPolicy::default() }, ..rules.clone() };
    let password = |min, history| Rules {
        password: PasswordPolicy { min, history, ..PasswordPolicy::default() },
        ..rules.clone()
    };
    let table = [
        ("", rules.clone()),
        ("", sessions(5, 15)),
        ("", sessions(1440, 43_200)),
        ("sessions.idle_minutes", sessions(4, 60)),
        ("sessions.idle_minutes", sessions(1441, 43_200)),
        ("sessions.idle_minutes", sessions(61, 60)),
        ("sessions.absolute_minutes", sessions(5, 14)),
        ("sessions.absolute_minutes", sessions(60, 43_201)),
        ("admin_sessions.idle_minutes", of_administrators(61, 60)),
        ("admin_sessions.absolute_minutes", of_administrators(5, 14)),
        ("mfa.grace_days", mfa(MfaPolicy { grace_days: 91, ..MfaPolicy::default() })),
        ("mfa.roles", mfa(of_roles(&["nobody"]))),
        ("mfa.roles", mfa(of_roles(&[]))),
        ("", mfa(of_roles(&["owner"]))),
        ("activation.allowed", activation(&[Activation::TempPasswordMail], Activation::TempPasswordMail)),
        ("activation.default", activation(&[Activation::Link], Activation::TempPasswordAdmin)),
        ("", activation(&[Activation::Link], Activation::Link)),
        ("", alerts(0)),
        ("", alerts(10_000)),
        ("alerts.user", alerts(10_001)),
        ("", password(8, 0)),
        ("", password(64, 24)),
        ("password.min", password(7, 0)),
        ("password.min", password(65, 0)),
        ("password.history", password(8, 25)),
    ];

    for (field, rules) in table {
        let refused = match rules.check(&model()) {
            Err(Error::Invalid { field, .. }) => field,
            other => other.map(|()| String::new()).unwrap(),
        };
        assert_eq!(refused, field, "{rules:?}");
    }
}

#[test]
fn the_record_names_each_value_that_differs() {
    let before = Policy::default().over(model().settings());
    let after = Rules {
        sessions: SessionPolicy { idle_minutes: 30, ..before.sessions },
        mfa: MfaPolicy { require: MfaRequirement::All, ..before.mfa.clone() },
        password: PasswordPolicy { history: 5, deny_breached: false, ..before.password.clone() },
        regrace_on_reactivation: true,
        ..before.clone()
    };

    let paths: Vec<_> = before.changes(&after).into_iter().map(|it| (it.path, it.old, it.new)).collect();

    let expected = [
        ("mfa.require".to_owned(), Some(json!("none")), Some(json!("all"))),
        ("regrace_on_reactivation".to_owned(), Some(json!(false)), Some(json!(true))),
        ("password.deny_breached".to_owned(), Some(json!(true)), Some(json!(false))),
        ("password.history".to_owned(), Some(json!(0)), Some(json!(5))),
        ("sessions.idle_minutes".to_owned(), Some(json!(60)), Some(json!(30))),
    ];
    assert_eq!(paths, expected);
    assert!(before.changes(&before).is_empty());
}
