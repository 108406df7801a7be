use super::{RoleDraft, RoleKey, RoleModel, Unfit};
use crate::domain::{Conflict, Error};

fn model() -> RoleModel {
    RoleModel::preset("owner-admin-contributor-viewer").unwrap()
}

fn key(text: &str) -> RoleKey {
    text.parse().unwrap()
}

fn auditor() -> RoleDraft {
    RoleDraft {
        label: "Auditor".to_owned(),
        allow: vec!["users:list".to_owned(), "org.audit:read".to_owned()],
        given_by: vec![key("owner")],
        below: Some(key("contributor")),
        ..RoleDraft::default()
    }
}

fn problems(result: Result<RoleModel, Unfit>) -> Vec<String> {
    match result {
        Err(Unfit::Problems(problems)) => problems.iter().map(ToString::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

fn rule(result: Result<RoleModel, Unfit>) -> Error {
    match result {
        Err(Unfit::Rule(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_role_of_ones_own_stands_where_it_was_put_and_is_given_by_those_who_were_named() {
    let with = model().with_new_role(&key("auditor"), &auditor()).unwrap();

    let order: Vec<&str> = with.roles().iter().map(|role| role.key.as_str()).collect();
    assert_eq!(order, ["owner", "admin", "contributor", "auditor", "viewer", "viewernosecrets"]);
    let givers: Vec<&str> =
        with.roles().iter().filter(|it| it.grants.contains(&key("auditor"))).map(|it| it.key.as_str()).collect();
    assert_eq!(givers, ["owner"]);
    assert!(with.get(&key("auditor")).unwrap().is_own && !with.get(&key("viewer")).unwrap().is_own);
    assert_eq!(RoleModel::parse(with.to_toml()).unwrap(), with);
    assert_eq!(with.run_tests(RoleModel::preset_tests(with.name()).unwrap()).failures, Vec::<String>::new());
}

#[test]
fn what_is_read_back_is_what_was_written_and_writing_it_again_changes_nothing() {
    let with = model().with_new_role(&key("auditor"), &auditor()).unwrap();

    let draft = with.draft_of(&key("auditor")).unwrap();

    assert_eq!(draft, RoleDraft { key: Some(key("auditor")), ..auditor() });
    assert_eq!(with.with_changed_role(&key("auditor"), &draft).unwrap(), with);
}

#[test]
fn whoever_may_give_a_role_may_do_to_its_holders_what_they_do_to_others_under_every_reading() {
    let draft = RoleDraft { given_by: vec![key("owner"), key("admin")], ..auditor() };

    let with = model().with_new_role(&key("auditor"), &draft).unwrap();
    let matrix = with.with_reading("matrix").unwrap();

    let verbs = |model: &RoleModel| {
        let admin = model.get(&key("admin")).unwrap();
        admin
            .manages
            .iter()
            .filter(|(_, on)| on.contains(&key("auditor")))
            .map(|(verb, _)| verb.name())
            .collect::<Vec<_>>()
    };
    assert_eq!(verbs(&with), ["invite", "create", "update", "delete_pending"]);
    assert!(verbs(&matrix).contains(&"assign") && verbs(&matrix).contains(&"deactivate"));
    let without = matrix.without_role(&key("auditor")).unwrap().with_reading("strict").unwrap();
    assert!(!without.to_toml().contains("\"auditor\""), "{}", without.to_toml());
}

#[test]
fn taking_the_right_to_give_it_away_takes_the_deeds_on_its_holders_away_too() {
    let both = RoleDraft { given_by: vec![key("owner"), key("admin")], ..auditor() };
    let with = model().with_new_role(&key("auditor"), &both).unwrap();

    let less = with.with_changed_role(&key("auditor"), &auditor()).unwrap();

    let admin = less.get(&key("admin")).unwrap();
    assert!(!admin.grants.contains(&key("auditor")));
    assert!(admin.manages.values().all(|on| !on.contains(&key("auditor"))), "{:?}", admin.manages);
}

#[test]
fn where_there_is_no_room_between_two_ranks_all_ranks_are_given_anew_in_the_same_order() {
    let mut with = model();
    let before: Vec<RoleKey> = with.roles().iter().map(|role| role.key.clone()).collect();

    for (nth, name) in ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"].into_iter().enumerate() {
        let draft = RoleDraft { label: name.to_owned(), below: Some(key("owner")), ..RoleDraft::default() };
        with = with.with_new_role(&key(name), &draft).unwrap();
        assert_eq!(with.roles().get(1).unwrap().key, key(name), "{nth}");
    }

    let kept: Vec<RoleKey> = with.roles().iter().map(|it| it.key.clone()).filter(|it| before.contains(it)).collect();
    assert_eq!(kept, before);
}

/// TE-15: a role has no name that another has, and none that could be taken for another's.
#[test]
fn te_15_a_role_is_named_like_no_other_and_not_so_that_it_could_be_taken_for_one() {
    for label in ["Owner", "OWNER ", "owner", "0wner", "Оwner", "O w n e r", "View-er", "VIEWER NO SECRETS"] {
        let draft = RoleDraft { label: label.to_owned(), ..auditor() };
        let refused = rule(model().with_new_role(&key("other"), &draft));
        assert!(matches!(refused, Error::Conflict(Conflict::RoleName)), "{label}: {refused:?}");
    }
    for taken in ["owner", "0wner", "view-er"] {
        let draft = RoleDraft { label: "Quite another".to_owned(), ..auditor() };
        let Ok(key) = taken.parse() else { continue };
        assert!(matches!(rule(model().with_new_role(&key, &draft)), Error::Conflict(Conflict::RoleName)), "{taken}");
    }
    let with = model().with_new_role(&key("auditor"), &auditor()).unwrap();
    let renamed = RoleDraft { label: "Аdmin".to_owned(), ..auditor() };
    assert!(matches!(rule(with.with_changed_role(&key("auditor"), &renamed)), Error::Conflict(Conflict::RoleName)));
}

#[test]
fn every_problem_of_a_draft_is_found_and_named_by_its_place() {
    let draft = RoleDraft {
        extends: Some(key("auditor")),
        allow: vec!["users:fly".to_owned(), "no permission".to_owned()],
        grants: vec![key("owner"), key("nobody")],
        ..auditor()
    };

    let found = problems(model().with_new_role(&key("auditor"), &draft)).join("\n");

    for text in [
        "role.auditor.allow: `users:fly` names no permission",
        "role.auditor.allow: `no permission` is not a permission",
        "role.auditor.extends: the roles extend each other in a circle",
        "role.auditor.grants: the model has no role `nobody`",
        "role.auditor.grants: gives `owner`, which allows",
    ] {
        assert!(found.contains(text), "{text}\n{found}");
    }
    let beyond = RoleDraft { allow: vec!["*".to_owned()], given_by: vec![key("admin")], ..auditor() };
    let found = problems(model().with_new_role(&key("auditor"), &beyond)).join("\n");
    assert!(found.contains("role.admin.grants: gives `auditor`, which allows"), "{found}");
}

#[test]
fn what_came_with_the_model_is_neither_changed_nor_taken_out() {
    for name in ["owner", "viewer"] {
        let draft = RoleDraft { label: "Harmless".to_owned(), ..RoleDraft::default() };
        let tries = [model().with_changed_role(&key(name), &draft), model().without_role(&key(name))];
        for tried in tries {
            assert!(matches!(rule(tried), Error::Conflict(Conflict::RoleOfTheModel)), "{name}");
        }
    }
    assert!(matches!(rule(model().without_role(&key("nobody"))), Error::NotFound("role")));
}

#[test]
fn the_key_is_made_from_the_name() {
    for (label, expected) in [
        ("Auditor", "auditor"),
        ("OWNER ", "owner"),
        ("Prüfer im Haus", "prufer-im-haus"),
        ("2nd line", "role-2nd-line"),
    ] {
        let draft = RoleDraft { label: label.to_owned(), ..RoleDraft::default() };
        assert_eq!(RoleModel::key_for(&draft).unwrap().as_str(), expected);
    }
    let nothing = RoleDraft { label: "監査".to_owned(), ..RoleDraft::default() };
    assert!(matches!(RoleModel::key_for(&nothing), Err(Error::Invalid { field, .. }) if field == "key"));
}
