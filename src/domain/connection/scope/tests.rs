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
