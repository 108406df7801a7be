use serde_json::json;

use super::claims::ada;
use crate::oidc::claims::{Person, SUPPORTED, scope_of};
use crate::oidc::mapping::{Mapping, check, mapped, sources};
use crate::oidc::scope::Scopes;

fn mapping(of: &[(&str, &str)]) -> Mapping {
    of.iter().map(|(claim, source)| ((*claim).to_owned(), (*source).to_owned())).collect()
}

#[test]
fn a_claim_has_another_name_and_the_same_value() {
    let wanted = mapping(&[("upn", "email"), ("roles", "groups"), ("https://claims.example/tenant", "org_slug")]);

    let told = mapped(&wanted, &ada(), &Scopes::exactly("email groups").unwrap());

    assert_eq!(
        serde_json::Value::from(told),
        json!({ "upn": "ada@example.com", "roles": ["Engineering"], "https://claims.example/tenant": "acme" })
    );
}

#[test]
fn a_mapped_claim_needs_the_scope_of_its_source_and_a_value() {
    let wanted = mapping(&[("upn", "email"), ("nick", "nickname")]);
    let nameless = Person { nickname: None, ..ada() };

    assert_eq!(mapped(&wanted, &ada(), &Scopes::exactly("openid groups").unwrap()).len(), 0);
    let told = mapped(&wanted, &nameless, &Scopes::exactly("email profile").unwrap());
    assert_eq!(told.keys().collect::<Vec<_>>(), ["upn"]);
}

/// JW-06: what the protocol is kept by says what the standard means by it, whatever somebody registers.
#[test]
fn jw_06_no_claim_of_the_protocol_is_mapped_and_none_is_invented() {
    assert_eq!(check(&mapping(&[("upn", "email"), ("groups", "teams"), ("subject", "sub")])), Ok(()));
    for claim in
        SUPPORTED.iter().filter(|it| scope_of(it).is_none()).chain(&["nbf", "jti", "cnf", "act", "scope", "events"])
    {
        assert!(check(&mapping(&[(claim, "email")])).is_err(), "{claim}");
    }
    for claim in ["", "a b", "ä", "<b>", &"a".repeat(129)] {
        assert!(check(&mapping(&[(claim, "email")])).is_err(), "{claim}");
    }
    for source in ["", "password", "acr", "iss", "emails"] {
        assert!(check(&mapping(&[("upn", source)])).is_err(), "{source}");
    }
    let many: Mapping = (0..21).map(|number| (format!("c{number}"), "email".to_owned())).collect();
    assert!(check(&many).is_err());
    assert!(sources().all(|it| check(&mapping(&[("x", it)])).is_ok()));
}
