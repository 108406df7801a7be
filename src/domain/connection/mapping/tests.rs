use super::*;
use crate::domain::Timestamp;
use crate::domain::connection::Settings;
use crate::domain::id::{ConnectionId, OrgId};

fn of(kind: Kind, settings: Settings) -> Vec<Mapping> {
    let now = Timestamp::from_millis(0);
    let (id, org, name) = (ConnectionId::new(), OrgId::new(), String::new());
    Connection { id, org, kind, name, is_paused: false, settings, created_at: now, updated_at: now }.mappings()
}

fn one(kind: Kind, settings: Settings, field: Field) -> Mapping {
    of(kind, settings).into_iter().find(|it| it.field == field).unwrap()
}

fn signs_in(jit: bool) -> Settings {
    let (issuer, client_id) = (Some("https://id.example".to_owned()), Some("us".to_owned()));
    Settings { issuer, client_id, jit, ..Settings::default() }
}

#[test]
fn a_provider_at_which_people_sign_in_sets_no_password() {
    let here = one(Kind::Okta, Settings::default(), Field::Password);
    let there = one(Kind::Okta, signs_in(false), Field::Password);

    assert_eq!((here.scim, here.keeper), (vec!["password".to_owned()], Keeper::Both));
    assert_eq!((there.scim.is_empty(), there.keeper), (true, Keeper::Nobody));
}

#[test]
fn entitlements_give_roles_only_where_the_provider_governs() {
    let settings = |governance| Settings { governance, ..Settings::default() };

    for (kind, governance, governs) in [
        (Kind::Okta, None, true),
        (Kind::Okta, Some(false), false),
        (Kind::Entra, None, false),
        (Kind::Generic, Some(true), true),
    ] {
        assert_eq!(
            one(kind, settings(governance), Field::Role).scim.iter().any(|it| it == "entitlements"),
            governs,
            "{kind:?}"
        );
    }
}

#[test]
fn a_sign_in_fills_fields_only_where_it_makes_users_and_never_a_role() {
    assert!(of(Kind::Okta, signs_in(false)).iter().all(|it| it.sign_in.is_empty()));
    let jit_alone = Settings { jit: true, ..Settings::default() };
    assert!(of(Kind::Okta, jit_alone).iter().all(|it| it.sign_in.is_empty()));

    for (kind, id) in [(Kind::Okta, "sub"), (Kind::Entra, "oid"), (Kind::Generic, "sub")] {
        let all = of(kind, signs_in(true));
        let filled: Vec<Field> = all.iter().filter(|it| !it.sign_in.is_empty()).map(|it| it.field).collect();
        assert_eq!(filled, [Field::UserName, Field::DisplayName, Field::Email, Field::ExternalId]);
        assert!(
            all.iter()
                .filter(|it| it.field != Field::Email && !it.sign_in.is_empty())
                .all(|it| it.sign_in.contains(&id))
        );
    }
}

#[test]
fn every_field_has_a_word_of_its_own() {
    let words: std::collections::BTreeSet<&str> = Field::ALL.into_iter().map(Field::word).collect();

    assert_eq!(words.len(), Field::ALL.len());
}
