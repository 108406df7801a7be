use secrecy::ExposeSecret as _;

use super::{changed, params, public_client, registration};
use crate::oidc::ErrorCode;
use crate::oidc::client::Registration;
use crate::oidc::exchange::{ACCESS_TOKEN, ExchangeGrant, TOKEN_EXCHANGE, act};
use crate::oidc::scope::Scopes;
use crate::oidc::token::{Grant, Request, parse};

type Pairs<'a> = &'a [(&'a str, &'a str)];

const API: &str = "https://api.example";
const BASE: Pairs<'static> = &[
    ("grant_type", TOKEN_EXCHANGE),
    ("subject_token", "t0ken"),
    ("subject_token_type", ACCESS_TOKEN),
    ("resource", API),
];

fn gateway() -> Registration {
    Registration { audiences: vec![API.to_owned(), "urn:example:ledger".to_owned()], ..registration() }
}

fn read(changes: Pairs<'_>, client: &Registration) -> Result<ExchangeGrant, ErrorCode> {
    match parse(&params(&changed(BASE, changes)), client) {
        Ok(Request { grant: Grant::Exchange(grant), .. }) => Ok(grant),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error.code),
    }
}

#[test]
fn a_token_is_exchanged_for_one_for_declared_resources() {
    let grant =
        read(&[("audience", "urn:example:ledger"), ("requested_token_type", ACCESS_TOKEN)], &gateway()).unwrap();

    assert_eq!(grant.subject_token.expose_secret(), "t0ken");
    assert_eq!(grant.audience, [API, "urn:example:ledger"]);
    for (changes, refusal) in [
        (&[("subject_token", "")][..], ErrorCode::InvalidRequest),
        (&[("subject_token_type", "")], ErrorCode::InvalidRequest),
        (&[("subject_token_type", "urn:ietf:params:oauth:token-type:id_token")], ErrorCode::InvalidRequest),
        (&[("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token")], ErrorCode::InvalidRequest),
        (&[("actor_token", "t")], ErrorCode::InvalidRequest),
        (&[("actor_token_type", ACCESS_TOKEN)], ErrorCode::InvalidRequest),
        (&[("resource", "")], ErrorCode::InvalidTarget),
        (&[("resource", "https://other.example")], ErrorCode::InvalidTarget),
        (&[("audience", "https://other.example")], ErrorCode::InvalidTarget),
    ] {
        assert_eq!(read(changes, &gateway()).err(), Some(refusal), "{changes:?}");
    }
}

/// OP-26: off unless the client was registered for resources, and never for one that anybody can pose as.
#[test]
fn op_26_a_client_without_declared_resources_or_without_a_secret_exchanges_nothing() {
    let public = Registration { audiences: gateway().audiences, ..public_client("https://app.example.com/callback") };

    assert_eq!(read(&[], &registration()).err(), Some(ErrorCode::UnsupportedGrantType));
    assert_eq!(read(&[], &public).err(), Some(ErrorCode::UnsupportedGrantType));
}

#[test]
fn op_07_an_exchange_never_widens_the_scope() {
    let scopes = |text: &str| Scopes::exactly(text).unwrap();
    let given = |asked: &str| {
        let grant = read(&[("scope", asked)], &gateway()).unwrap();
        let subject = scopes("openid profile groups offline_access api scim");
        grant.scopes(&subject, &scopes("openid profile roles offline_access api scim")).map(|it| it.to_string())
    };

    assert_eq!(given("").as_deref(), Ok("profile"));
    assert_eq!(given("profile").as_deref(), Ok("profile"));
    for wider in ["profile groups", "roles", "openid", "offline_access", "api", "scim", "nonsense"] {
        assert_eq!(given(wider).map_err(|it| it.code), Err(ErrorCode::InvalidScope), "{wider}");
    }
    let nothing = read(&[], &gateway()).unwrap().scopes(&scopes("openid"), &scopes("openid profile"));
    assert_eq!(nothing.map_err(|it| it.code), Err(ErrorCode::InvalidScope));
}

#[test]
fn nobody_acts_for_a_person_where_no_token_was_handed_on() {
    assert_eq!(act(&[]), None);
}
