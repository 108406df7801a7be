//! The engine itself; what the presets decide is in `decisions`.

use proptest::prelude::*;

use super::*;
use crate::domain::Timestamp;
use crate::domain::id::{ConnectionId, GroupId};

fn pattern(text: &str) -> PermissionPattern {
    text.parse().expect(text)
}

fn model(name: &str) -> RoleModel {
    RoleModel::preset(name).expect(name)
}

fn grant(role: &str, source: Source, at: i64) -> LiveGrant {
    LiveGrant { role: role.parse().expect(role), source, since: Timestamp::from_millis(at) }
}

#[test]
fn a_role_key_has_one_spelling() {
    for good in ["owner", "read_only", "a", "data-scientist2"] {
        assert_eq!(RoleKey::parse(good).map(|key| key.to_string()).as_deref(), Ok(good));
    }
    for bad in ["", "Owner", "2nd", "-a", "a b", "ä", "*", &"a".repeat(65)] {
        assert!(RoleKey::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_permission_is_an_exact_name_and_a_pattern_may_hold_stars() {
    for good in ["users:list", "users.mfa:reset", "org.billing.invoices:read", "app.a-b.c_d:e1"] {
        assert_eq!(good.parse::<Permission>().map(|permission| permission.to_string()).as_deref(), Ok(good));
    }
    for bad in ["", "users", "users:", ":list", "users:*", "*", "Users:list", "users..mfa:reset", "users:a:b", "a b:c"]
    {
        assert!(bad.parse::<Permission>().is_err(), "{bad}");
    }
    for bad in ["users", "users.mfa", "us*rs:list", "users:li*", "", ".", "a.b.c.d.e.f.g.h.i:j"] {
        assert!(bad.parse::<PermissionPattern>().is_err(), "{bad}");
    }
}

#[test]
fn a_last_star_covers_everything_deeper_and_another_star_exactly_one_segment() {
    let cases = [
        ("*", "users:list", true),
        ("*", "org.billing.invoices:read", true),
        ("app.*", "app.pipeline:run", true),
        ("app.*", "app.config.secrets:read", true),
        ("app.*", "app:run", false),
        ("app.*", "apps.pipeline:run", false),
        ("users:*", "users:list", true),
        ("users:*", "users.mfa:reset", false),
        ("users.*", "users.mfa:reset", true),
        ("users.*", "users:list", false),
        ("users.mfa:*", "users.mfa:reset", true),
        ("*:read", "org.billing.invoices:read", true),
        ("*:read", "users:list", false),
        ("app.*.logs:read", "app.workflows.logs:read", true),
        ("app.*.logs:read", "app.workflows.old.logs:read", false),
    ];

    for (text, permission, expected) in cases {
        assert_eq!(pattern(text).matches(&permission.parse().unwrap()), expected, "{text} on {permission}");
    }
}

fn patterns() -> impl Strategy<Value = String> {
    let segment = || prop_oneof![Just("a"), Just("b"), Just("*")];
    let verb = prop_oneof![Just("x"), Just("y"), Just("*")];
    (prop::collection::vec(segment(), 1..4), verb).prop_map(|(path, verb)| format!("{}:{verb}", path.join(".")))
}

fn permissions() -> impl Strategy<Value = String> {
    let segment = || prop_oneof![Just("a"), Just("b")];
    let verb = prop_oneof![Just("x"), Just("y")];
    (prop::collection::vec(segment(), 1..5), verb).prop_map(|(path, verb)| format!("{}:{verb}", path.join(".")))
}

proptest! {
    #[test]
    fn a_pattern_prints_what_it_reads(text in patterns()) {
        let once = pattern(&text);

        prop_assert_eq!(pattern(&once.to_string()), once);
    }

    #[test]
    fn what_a_covered_pattern_names_its_cover_names_too(one in patterns(), other in patterns(), text in permissions()) {
        let (one, other, permission) = (pattern(&one), pattern(&other), text.parse::<Permission>().unwrap());

        if one.covers(&other) && other.matches(&permission) {
            prop_assert!(one.matches(&permission));
        }
        if one.matches(&permission) && other.matches(&permission) {
            prop_assert!(one.overlaps(&other) && other.overlaps(&one));
        }
    }
}

#[test]
fn every_entry_of_the_catalogue_is_a_permission_and_stands_there_once() {
    let mut seen: Vec<_> = CATALOGUE.iter().map(|text| text.parse::<Permission>().expect(text)).collect();
    seen.sort();
    seen.dedup();

    assert_eq!(seen.len(), CATALOGUE.len());
    for verb in Verb::ALL {
        assert!(CATALOGUE.contains(&verb.permission()), "{}", verb.name());
    }
}

#[test]
fn every_preset_is_a_model_without_problems_and_keeps_its_text() {
    for name in RoleModel::PRESETS {
        let toml = presets::source(name).expect(name);
        assert_eq!(RoleModel::lint(toml), [], "{name}");

        let model = model(name);

        assert_eq!(model.name(), name);
        assert_eq!(RoleModel::parse(model.to_toml()).as_ref(), Ok(&model));
        assert!(model.is_protected(model.first_user_role()), "{name}");
    }
    assert!(RoleModel::preset(RoleModel::DEFAULT_PRESET).is_some());
    assert!(RoleModel::preset("nobody").is_none());
}

#[test]
fn a_role_is_found_by_key_or_label_however_it_is_spelled() {
    let model = model("admin-developer-viewer");

    for text in ["data_scientist", "Data Scientist", " DATA SCIENTIST ", "Ｄata Scientist"] {
        assert_eq!(model.find(text).map(|role| role.key.as_str()), Some("data_scientist"), "{text}");
    }
    assert!(model.find("data").is_none());
    assert!(model.find("").is_none());
}

#[test]
fn roles_come_in_the_order_of_their_rank() {
    let keys: Vec<_> =
        model("owner-admin-contributor-viewer").roles().iter().map(|role| role.key.to_string()).collect();

    assert_eq!(keys, ["owner", "admin", "contributor", "viewer", "viewernosecrets"]);
}

#[test]
fn the_highest_grant_decides_and_every_grant_is_kept_with_its_source() {
    let model = model("owner-admin-contributor-viewer");
    let (group, connection) = (GroupId::new(), ConnectionId::new());
    let held = vec![
        grant("viewer", Source::Default(connection), 1),
        grant("admin", Source::Group(group), 3),
        grant("admin", Source::Manual, 2),
        grant("gone", Source::ScimRole(connection), 1),
    ];

    let effective = Effective::of(&model, held);

    assert_eq!(effective.role.as_ref().map(RoleKey::as_str), Some("admin"));
    assert_eq!(effective.decided_by(), Some(&grant("admin", Source::Manual, 2)));
    assert_eq!(effective.grants.len(), 3);
    assert_eq!(effective.unknown, [grant("gone", Source::ScimRole(connection), 1)]);
    assert_eq!(effective.held().iter().map(RoleKey::as_str).collect::<Vec<_>>(), ["admin", "viewer"]);
}

#[test]
fn somebody_without_a_known_role_may_do_nothing() {
    let model = model("owner-admin-contributor-viewer");

    let effective = Effective::of(&model, vec![grant("gone", Source::Manual, 1)]);

    assert_eq!(effective.role, None);
    assert_eq!(effective.permissions(&model), Vec::<String>::new());
    assert!(!effective.allows(&model, "users:list"));
}

#[test]
fn a_text_that_is_no_permission_is_never_allowed_not_even_to_the_highest_role() {
    let model = model("owner-admin-contributor-viewer");
    let owner = Effective::of(&model, vec![grant("owner", Source::Manual, 1)]);

    for text in ["", "*", "users:*", "users", "Users:list", "users:list "] {
        assert!(!owner.allows(&model, text), "{text}");
    }
}
