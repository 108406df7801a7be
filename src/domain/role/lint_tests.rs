//! What is wrong with a model is found in one pass and said in a sentence.

use proptest::prelude::*;

use super::*;

const GOOD: &str = r#"
schema = 1
name = "own"
label = "Our own"
first_user_role = "boss"
default_role = "hand"
app_permissions = ["app.lamp:light"]

[settings]
activation = "link"

[[role]]
key = "boss"
label = "Boss"
rank = 2
allow = ["*"]
grants = ["boss", "hand"]
manages = { "*" = ["*"] }
protected = { min_active = 1, warn_below = 2 }

[[role]]
key = "hand"
label = "Hand"
rank = 1
allow = ["users:list", "app.lamp:*"]
"#;

fn problems_of(change: (&str, &str)) -> Vec<String> {
    assert!(GOOD.contains(change.0), "{}", change.0);
    RoleModel::lint(&GOOD.replace(change.0, change.1)).iter().map(ToString::to_string).collect()
}

#[test]
fn each_mistake_is_named_by_its_path_and_says_what_would_be_right() {
    let cases = [
        (
            (r#"name = "own""#, "name = \"own\"\ncolour = 3"),
            "colour: there is no such setting; remove it or correct its name",
        ),
        (("schema = 1", "schema = 2"), "schema: this version reads schema 1"),
        ((r#"default_role = "hand""#, r#"default_role = "gone""#), "default_role: the model has no role `gone`"),
        (
            (r#"default_role = "hand""#, r#"default_role = "boss""#),
            "default_role: a protected role must be given on purpose, never by default",
        ),
        ((r#"first_user_role = "boss""#, r#"first_user_role = "No""#), "first_user_role: the model has no role `No`"),
        (
            (r#""app.lamp:light""#, r#""users:list""#),
            "app_permissions: `users:list` is not a permission of an application: `app.object:verb`",
        ),
        (
            ("rank = 1", "rank = 1\nranks = 2"),
            "role.hand.ranks: there is no such setting; remove it or correct its name",
        ),
        (
            ("rank = 1", "rank = 2"),
            "role.hand.rank: has the same rank as `boss`; of two held roles one must be the higher",
        ),
        (("rank = 1", "rank = \"high\""), "role.hand: invalid type: string \"high\", expected u32 in `rank`"),
        (("key = \"hand\"", "key = \"boss\""), "role.boss: another role has this key"),
        (
            (r#""users:list", "#, r#""users:lists", "#),
            "role.hand.allow: `users:lists` names no permission of the catalogue and none of `app.*`",
        ),
        (
            (r#""users:list", "#, r#""users", "#),
            "role.hand.allow: `users` is not a permission: write `area.object:verb` in lower-case letters, digits, `_` \
             and `-`; only a pattern may hold `*`",
        ),
        (("rank = 1", "rank = 1\nextends = \"gone\""), "role.hand.extends: the model has no role `gone`"),
        (("rank = 1", "rank = 1\nextends = \"hand\""), "role.hand.extends: the roles extend each other in a circle"),
        ((r#"grants = ["boss", "hand"]"#, r#"grants = ["bos"]"#), "role.boss.grants: the model has no role `bos`"),
        ((r#"{ "*" = ["*"] }"#, r#"{ "*" = ["bos"] }"#), "role.boss.manages.*: the model has no role `bos`"),
        (
            ("min_active = 1", "min_active = 0"),
            "role.boss.protected: min_active is at least 1, and warn_below at least min_active",
        ),
        (
            ("protected = { min_active = 1, warn_below = 2 }", ""),
            "role: no role is protected, so the organisation could lose its last administrator",
        ),
        (
            ("rank = 1", "rank = 1\ngrants = [\"boss\"]"),
            "role.hand.grants: gives `boss`, which allows `org.account:manage`, and does not allow that itself",
        ),
        (
            (r#"label = "Our own""#, "label = \"x\"\nreading = \"loose\""),
            "reading: name one of the readings of the model: strict",
        ),
    ];

    assert_eq!(RoleModel::lint(GOOD), []);
    for (change, expected) in cases {
        assert_eq!(problems_of(change), [expected], "{change:?}");
    }
}

#[test]
fn a_mistake_in_the_settings_is_named_too() {
    let cases = [
        (
            (r#"activation = "link""#, "mfa = { require = \"roles\", roles = [\"gone\"] }"),
            "settings.mfa.roles: the model has no role `gone`",
        ),
        ((r#"activation = "link""#, "password = { min = 6 }"), "settings.password: min is from 8 to 64"),
        ((r#"activation = "link""#, "password = { history = 25 }"), "settings.password: history is from 0 to 24"),
        (
            (r#"activation = "link""#, "reading = 1"),
            "settings: unknown field `reading`, expected one of `activation`, `password`, `mfa`, `regrace_on_reactivation`, \
             `mfa_per_user`, `delete_policy`, `auth_mode_default`, `invite_label`, `remove_label`, `require_team`, `one_team_per_project`, \
             `group_delete`, `access_default`",
        ),
    ];

    for (change, expected) in cases {
        assert_eq!(problems_of(change), [expected], "{change:?}");
    }
}

#[test]
fn an_unknown_verb_of_manages_is_answered_with_the_known_ones() {
    let found = problems_of((r#"{ "*" = ["*"] }"#, r#"{ promote = ["*"] }"#));

    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("role.boss.manages.promote: there is no such verb; the verbs are *, invite, create"));
}

#[test]
fn all_problems_are_reported_at_once() {
    let broken = GOOD.replace("schema = 1", "schema = 9").replace("rank = 1", "rank = 2").replace("users:list", "x:y");

    let paths: Vec<_> = RoleModel::lint(&broken).into_iter().map(|problem| problem.path).collect();

    assert_eq!(paths, ["schema", "role.hand.allow", "role.hand.rank"]);
}

#[test]
fn what_is_not_toml_is_one_problem_with_its_line() {
    let found = RoleModel::lint("schema = 1\nname = ");

    assert_eq!(found.len(), 1);
    assert!(found[0].problem.to_string().contains("line 2"), "{}", found[0].problem);
}

#[test]
fn a_circle_of_several_roles_is_found() {
    let third = "\n[[role]]\nkey = \"third\"\nlabel = \"Third\"\nrank = 3\nextends = \"hand\"\n";
    let broken = format!("{}{third}", GOOD.replace("rank = 1", "rank = 1\nextends = \"third\""));

    let found = RoleModel::lint(&broken);

    assert!(!found.is_empty());
    assert!(found.iter().all(|problem| problem.problem == Misfit::Circle), "{found:?}");
}

#[test]
fn a_reading_that_is_not_chosen_is_checked_too() {
    let overlay = "\n[readings.loose.hand]\nallow = [\"x:y\"]\n";

    let found =
        RoleModel::lint(&format!("{}{overlay}", GOOD.replace("schema = 1", "schema = 1\nreading = \"strict\"")));

    assert_eq!(found.len(), 1);
    assert!(found[0].problem == Misfit::Unknown { text: "x:y".to_owned() }, "{found:?}");
    let unknown = "\n[readings.loose.gone]\nallow = []\n";
    let found =
        RoleModel::lint(&format!("{}{unknown}", GOOD.replace("schema = 1", "schema = 1\nreading = \"strict\"")));
    assert_eq!(found[0].to_string(), "readings.loose.gone: the model has no role `gone`");
}

#[test]
fn a_deny_beats_an_allow_and_both_are_inherited() {
    let third = "\n[[role]]\nkey = \"third\"\nlabel = \"T\"\nrank = 3\nextends = \"hand\"\nallow = [\"users:list\"]\n";
    let text = format!("{}{third}", GOOD.replace("rank = 1", "rank = 1\ndeny = [\"users:list\"]"));
    let model = RoleModel::parse(&text).unwrap();
    let allows = |key: &str, permission| model.find(key).unwrap().allows(permission);

    assert!(!allows("hand", "users:list"));
    assert!(!allows("third", "users:list"));
    assert!(allows("third", "app.lamp:light"));
}

#[test]
fn a_role_gives_no_application_rights_that_it_lacks() {
    let giver = |allow: &str, deny: &str, given: &str| {
        let text = GOOD.replace("rank = 2", &format!("rank = 2\ndeny = [{deny}]"));
        let text = text.replace(r#"allow = ["*"]"#, &format!("allow = [{allow}]"));
        let text = text.replace(r#""users:list", "app.lamp:*""#, given).replace(r#"["boss", "hand"]"#, r#"["hand"]"#);
        RoleModel::lint(&text).is_empty()
    };

    assert!(giver(r#""app.*""#, "", r#""app.lamp:*""#));
    assert!(giver(r#""app.lamp:*""#, "", r#""app.lamp:light""#));
    assert!(giver(r#""*""#, r#""app.safe:*""#, r#""app.lamp:*""#));
    assert!(!giver(r#""app.lamp:light""#, "", r#""app.lamp:*""#));
    assert!(!giver(r#""app.lamp:*""#, "", r#""app.safe:open""#));
    assert!(!giver(r#""*""#, r#""app.lamp:break""#, r#""app.lamp:*""#));
    assert!(!giver(r#""*""#, r#""app.lamp:light""#, r#""app.*""#));
    assert!(!giver(r#""app.lamp:*""#, "", r#""*:read""#));
}

#[test]
fn a_model_is_switched_to_another_reading_by_one_line_and_back() {
    let strict = RoleModel::preset("owner-admin-contributor-viewer").unwrap();

    let matrix = strict.with_reading("matrix").unwrap();

    assert_eq!((strict.reading(), matrix.reading()), (Some("strict"), Some("matrix")));
    let lines = |model: &RoleModel| model.to_toml().lines().map(str::to_owned).collect::<Vec<_>>();
    let changed: Vec<_> = lines(&strict).into_iter().zip(lines(&matrix)).filter(|(one, other)| one != other).collect();
    assert_eq!(changed, [(r#"reading = "strict""#.to_owned(), r#"reading = "matrix""#.to_owned())]);
    assert_eq!(matrix.with_reading("strict").as_ref().map(RoleModel::to_toml), Some(strict.to_toml()));
    assert!(strict.with_reading("loose").is_none());
    assert!(RoleModel::preset("admin-platform-devops").unwrap().with_reading("matrix").is_none());
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in any::<String>()) {
        drop(RoleModel::parse(&text));
    }

    #[test]
    fn a_preset_with_two_lines_swapped_or_lost_is_read_or_refused_but_never_breaks(
        name in prop::sample::select(RoleModel::PRESETS.as_slice()),
        one in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
        lost in any::<bool>(),
    ) {
        let text = RoleModel::preset(name).unwrap().to_toml().to_owned();
        let mut lines: Vec<_> = text.lines().collect();
        let (one, other) = (one.index(lines.len()), other.index(lines.len()));
        if lost { lines.remove(one); } else { lines.swap(one, other); }

        let read = RoleModel::parse(&lines.join("\n"));

        prop_assert!(read.is_ok() || !read.unwrap_err().is_empty());
    }
}
