use crate::oidc::claims::Person;
use crate::oidc::reach::Reach;

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// Organisation and standing are both asked for; of roles and groups one is enough.
#[test]
fn somebody_is_reached_by_organisation_and_by_a_role_or_a_group() {
    let person = Person {
        org_id: "acme".to_owned(),
        roles: words("editor"),
        group_ids: words("g1 g2"),
        groups: words("Everybody"),
        ..Person::default()
    };
    let table = [
        (("", "", ""), true),
        (("acme other", "", ""), true),
        (("other", "", ""), false),
        (("", "g2 g9", ""), true),
        (("", "g9", ""), false),
        (("", "Everybody", ""), false),
        (("", "", "viewer editor"), true),
        (("", "", "viewer"), false),
        (("", "g9", "editor"), true),
        (("", "g1", "viewer"), true),
        (("", "g9", "viewer"), false),
        (("acme", "g9", "editor"), true),
        (("other", "g1", "editor"), false),
    ];

    for ((organisations, groups, roles), expected) in table {
        let reach = Reach { organisations: words(organisations), groups: words(groups), roles: words(roles) };
        assert_eq!(reach.includes(&person), expected, "{reach:?}");
        assert_eq!(reach.is_everybody(), reach == Reach::default(), "{reach:?}");
    }
    let nobody = Person { org_id: "acme".to_owned(), ..Person::default() };
    assert!(!Reach { roles: words("editor"), ..Reach::default() }.includes(&nobody));
    assert!(Reach::default().includes(&nobody));
}
