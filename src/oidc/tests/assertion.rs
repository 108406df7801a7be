use serde_json::{Value, json};

use super::ISSUER;
use crate::oidc::assertion::{Proven, are_keys, verify};
use crate::oidc::jwt::{Refused, SigningKey, Typ, sign};

const NOW: i64 = 1_800_000_000;

fn assertion(key: &SigningKey, change: impl FnOnce(&mut Value)) -> Result<Proven, Refused> {
    let mut claims = json!({ "iss": "app", "sub": "app", "aud": ISSUER, "jti": "j1", "iat": NOW, "exp": NOW + 60 });
    change(&mut claims);
    let signed = sign(key, Typ::IdToken, claims.as_object().unwrap()).unwrap();
    let jwks = json!({ "keys": [key.verification_key().public_jwk()] }).to_string();
    verify(&jwks, (ISSUER, "app"), NOW, &signed)
}

/// RFC 7523 3: whom it speaks of and who made it are both the client; which client is asked is read from one of the two, and
/// must not be all that counts.
#[test]
fn an_assertion_names_its_client_twice_and_this_server_once() {
    let key = SigningKey::generate_es256().unwrap();

    assert_eq!(assertion(&key, |_| {}), Ok(Proven { jti: "j1".to_owned(), ends: NOW + 90 }));
    for (name, value, refused) in [
        ("iss", json!("other"), Refused::Issuer),
        ("sub", json!("other"), Refused::Issuer),
        ("sub", Value::Null, Refused::Claim("sub")),
        ("aud", json!("https://other.example"), Refused::Audience),
        ("aud", json!([ISSUER]), Refused::Claim("aud")),
        ("jti", json!("x".repeat(257)), Refused::Claim("jti")),
    ] {
        assert_eq!(assertion(&key, |claims| claims[name] = value.clone()), Err(refused), "{name} {value}");
    }
}

/// Five minutes and half a minute for clocks that differ, and not a second more on either side.
#[test]
fn an_assertion_is_good_for_five_minutes_and_half_a_minute_more() {
    let key = SigningKey::generate_es256().unwrap();
    for (name, seconds, refused) in [
        ("exp", -30, Some(Refused::Expired)),
        ("exp", -29, None),
        ("exp", 330, None),
        ("exp", 331, Some(Refused::Claim("exp"))),
        ("iat", 30, None),
        ("iat", 31, Some(Refused::NotYetValid)),
        ("nbf", 30, None),
        ("nbf", 31, Some(Refused::NotYetValid)),
    ] {
        let said = assertion(&key, |claims| claims[name] = json!(NOW + seconds));
        assert_eq!(said.err(), refused, "{name} {seconds}");
    }
}

#[test]
fn keys_with_any_private_part_are_none_to_register() {
    let public = SigningKey::generate_es256().unwrap().verification_key().public_jwk().clone();

    assert!(are_keys(std::slice::from_ref(&public)));
    for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        let mut private = public.clone();
        private[name] = json!("AAAA");
        assert!(!are_keys(&[private]), "{name}");
    }
}
