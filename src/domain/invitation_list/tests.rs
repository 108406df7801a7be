use super::*;
use crate::domain::list::{Cursor, Days, Direction};

fn read(words: &[(&str, &str)]) -> Result<InvitationList, Error> {
    InvitationList::read(words.iter().copied())
}

#[test]
fn what_is_written_reads_as_the_same_list() {
    let everything = InvitationList {
        filter: InvitationFilter {
            roles: vec!["owner".parse().unwrap(), "admin".parse().unwrap()],
            name: Some("ä & =?".to_owned()),
            standings: Standing::ALL.to_vec(),
            undelivered: Some(true),
            inviter: Some(Sender::User(UserId::new())),
            created: Some(Created::Within(Days(30))),
        },
        sort: Sort { column: Column::Address, descending: true },
        cursor: Some(Cursor { direction: Direction::Before, word: "c2VhbGVk".to_owned() }),
        limit: 50,
    };
    let of_the_operator = InvitationFilter {
        inviter: Some(Sender::Operator),
        undelivered: Some(false),
        created: Some(Created::Before(Days(7))),
        ..InvitationFilter::default()
    };
    let of_the_operator = InvitationList { filter: of_the_operator, ..InvitationList::default() };
    for list in [everything, of_the_operator, InvitationList::default()] {
        let words = list.words();

        let again = InvitationList::read(words.iter().map(|(name, value)| (*name, value.as_str())));

        assert_eq!(again.unwrap(), list);
    }
}

#[test]
fn a_word_that_means_nothing_is_named_and_never_widens_the_list() {
    for (name, value) in [
        ("role", "Not A Role"),
        ("status", "accepted"),
        ("undelivered", "yes"),
        ("inviter", "0"),
        ("inviter", "Operator"),
        ("created", "7"),
        ("created", "before-0"),
        ("sort", "token"),
        ("sort", "--sent"),
        ("limit", "1001"),
        ("name", "a\0b"),
    ] {
        let refused = read(&[(name, value)]);

        assert!(matches!(&refused, Err(Error::Invalid { field, .. }) if field == name), "{name}={value}: {refused:?}");
    }
}

#[test]
fn the_newest_come_first_unless_another_order_is_asked_for() {
    assert_eq!(read(&[]).unwrap().sort.word(), "-created");
    assert_eq!(read(&[("sort", "created")]).unwrap().sort, Sort { column: Column::Created, descending: false });
}
