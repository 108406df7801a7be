use super::*;

#[test]
fn whoever_writes_may_read_the_same_and_nothing_else() {
    let only = |words: &[&str]| Scopes::parse(words.iter().copied()).unwrap();
    let allowed = |it: &Scopes| Scope::ALL.into_iter().filter(|scope| it.may(*scope)).collect::<Vec<_>>();
    assert_eq!(allowed(&Scopes::Everything), Scope::ALL);
    assert_eq!(allowed(&only(&["users:write"])), [Scope::ReadUsers, Scope::WriteUsers]);
    assert_eq!(allowed(&only(&["groups:read", "roles:read"])), [Scope::ReadGroups, Scope::ReadRoles]);
    assert_eq!(only(&["groups:read", "users:read"]).words(), Some(vec!["users:read", "groups:read"]));
    assert_eq!(Scopes::parse(["users:read", "everything"]), None);
    assert_eq!(Scopes::parse([]), None);
}

#[test]
fn attributes_are_some_or_all_and_never_none() {
    let only = |names: &[&str]| Attributes::only(names.iter().map(|it| (*it).to_owned()));
    let some = only(&["userName", "emails", "userName"]).unwrap();
    assert_eq!(some.words(), Some(vec!["emails", "userName"]));
    assert_eq!(Attributes::parse(&some.words().unwrap().join(" ")), Some(some));
    assert_eq!(Attributes::default().words(), None);
    assert_eq!((only(&[]), Attributes::parse(" ")), (None, None));
    let names = |count: usize| Attributes::only((0..count).map(|it| it.to_string()));
    assert!(names(ATTRIBUTES_MAX).is_some() && names(ATTRIBUTES_MAX + 1).is_none());
}
