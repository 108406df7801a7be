use std::collections::BTreeSet;

use super::*;
use crate::domain::Error;
use crate::domain::id::{ConnectionId, GroupId, ProjectId, TeamId};
use crate::domain::list::{Created, Cursor, Days, Direction};
use crate::domain::role::RoleModel;
use crate::domain::user::{SignIn, Status};

fn read(words: &[(&str, &str)]) -> Result<UserList, Error> {
    UserList::read(words.iter().copied())
}

#[test]
fn what_is_written_reads_as_the_same_list() {
    let everything = UserList {
        filter: UserFilter {
            roles: vec!["owner".parse().unwrap(), "admin".parse().unwrap()],
            name: Some("ä & =?".to_owned()),
            email: Some("@acme".to_owned()),
            statuses: vec![Status::Pending, Status::Active],
            with_deactivated: true,
            sign_in: Some(SignIn::Sso),
            group: Some(GroupId::new()),
            team: Some(TeamId::new()),
            project: Some(ProjectId::new()),
            mfa: Some(Mfa::AtProvider),
            idle: Some(Idle::For(Days(90))),
            provider: Some(ConnectionId::new()),
            origin: Some(Origin::Provisioned),
            created: Some(Created::Within(Days(30))),
            leaving: Some(Leaving::Soon),
        },
        sort: Sort { column: Column::Email, descending: true },
        cursor: Some(Cursor { direction: Direction::Before, word: "c2VhbGVk".to_owned() }),
        limit: 50,
    };
    let never = UserList {
        filter: UserFilter {
            idle: Some(Idle::Never),
            created: Some(Created::Before(Days(7))),
            ..UserFilter::default()
        },
        ..UserList::default()
    };
    let said: BTreeSet<_> = list::Filter::words(&everything.filter).into_iter().map(|it| it.0).collect();
    assert_eq!(said, BTreeSet::from(UserFilter::WORDS), "every word is known by name");
    for list in [everything, never, UserList::default()] {
        let words = list.words();

        let again = UserList::read(words.iter().map(|(name, value)| (*name, value.as_str())));

        assert_eq!(again.unwrap(), list);
    }
}

#[test]
fn a_word_that_means_nothing_is_named_and_never_widens_the_list() {
    for (name, value) in [
        ("role", "Not A Role"),
        ("status", "sleeping"),
        ("type", "magic"),
        ("group", "0"),
        ("mfa", "maybe"),
        ("inactive", "0"),
        ("inactive", "-1"),
        ("inactive", "99999"),
        ("provider", "okta"),
        ("source", "elsewhere"),
        ("created", "7"),
        ("created", "before-x"),
        ("leaving", "never"),
        ("sort", "password"),
        ("sort", "--name"),
        ("limit", "0"),
        ("limit", "1001"),
        ("name", "a\0b"),
    ] {
        let refused = read(&[(name, value)]);

        assert!(matches!(&refused, Err(Error::Invalid { field, .. }) if field == name), "{name}={value}: {refused:?}");
    }
}

#[test]
fn what_a_form_sends_empty_is_as_if_it_had_not_been_sent() {
    assert_eq!(read(&[("role", ""), ("name", "  "), ("mfa", ""), ("columns", "email")]).unwrap(), UserList::default());
}

/// S3-18: deactivated users are hidden unless they are asked for.
#[test]
fn s3_18_deactivated_users_are_hidden_unless_they_are_asked_for() {
    let shown = |words: &[(&str, &str)]| read(words).unwrap().filter.shown_statuses();

    assert_eq!(shown(&[]), [Status::Active, Status::Pending]);
    assert_eq!(shown(&[("deactivated", "1")]), [Status::Active, Status::Pending, Status::Deactivated]);
    assert_eq!(shown(&[("status", "deactivated")]), [Status::Deactivated]);
    assert_eq!(shown(&[("deactivated", "0")]), [Status::Active, Status::Pending]);
    assert!(read(&[("status", "active"), ("deactivated", "yes")]).is_err());
}

#[test]
fn the_administrators_of_every_preset_are_those_who_may_act_on_others() {
    let of = |preset: &str| {
        let model = RoleModel::preset(preset).unwrap();
        let roles = View::AdminsWithoutMfa.filter(&model).roles;
        roles.iter().map(ToString::to_string).collect::<Vec<_>>()
    };

    assert_eq!(of("root-admin-developer"), ["root", "admin"]);
    assert_eq!(of("owner-admin-contributor-viewer"), ["owner", "admin"]);
    for preset in ["admin-developer-viewer", "admin-standard-readonly", "admin-platform-devops"] {
        assert_eq!(of(preset), ["admin"], "{preset}");
    }
}
