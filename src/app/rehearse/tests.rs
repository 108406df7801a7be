//! The people of a rehearsal.

use std::collections::BTreeSet;

use super::people::{draw, groups, is_in};

#[test]
fn the_same_seed_draws_the_same_people_and_another_seed_others() {
    assert_eq!(draw(7, 25), draw(7, 25));
    assert_ne!(draw(7, 25), draw(8, 25));
    assert_eq!(draw(7, 25), draw(7, 40)[..25]);
}

#[test]
fn no_two_people_share_a_name_or_an_id() {
    let people = draw(1, 2_500);

    let names: BTreeSet<&str> = people.iter().map(|it| it.user_name.as_str()).collect();
    let ids: BTreeSet<&str> = people.iter().map(|it| it.external_id.as_str()).collect();

    assert_eq!((names.len(), ids.len()), (2_500, 2_500));
    assert!(names.iter().all(|name| name.is_ascii()));
}

#[test]
fn every_group_has_a_name_of_its_own_and_every_person_is_in_one() {
    let names: BTreeSet<String> = groups(30).into_iter().collect();

    assert_eq!(names.len(), 30);
    for person in 0..25 {
        assert!((0..4).any(|group| is_in(person, group, 4)));
    }
}
