use serde_json::{Value, json};

use super::ISSUER;
use crate::oidc::jwt::{Expect, Refused, SigningKey, Typ, sign, verify};
use crate::oidc::logout_token::{Notice, claims};

const NOTICE: Notice<'static> =
    Notice { issuer: ISSUER, client_id: "app", sub: "ada", sid: Some("s1d"), jti: "j1", now_seconds: 1_800_000_000 };

#[test]
fn a_notice_has_the_claims_of_back_channel_logout() {
    assert_eq!(
        Value::from(claims(&NOTICE)),
        json!({
            "iss": ISSUER, "aud": "app", "sub": "ada", "sid": "s1d", "jti": "j1", "iat": 1_800_000_000,
            "exp": 1_800_000_120, "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        })
    );
    assert!(!claims(&Notice { sid: None, ..NOTICE }).contains_key("sid"));
}

#[test]
fn jw_06_a_notice_is_not_taken_for_an_id_token_or_access_token() {
    let key = SigningKey::generate_es256().unwrap();
    let keys = [key.verification_key().clone()];
    let token = sign(&key, Typ::LogoutToken, &claims(&NOTICE)).unwrap();
    let expect =
        |typ| Expect { typ, issuer: ISSUER, audience: Some("app"), now_seconds: 1_800_000_000, allow_expired: false };

    assert_eq!(verify(&keys, &expect(Typ::LogoutToken), &token), Ok(claims(&NOTICE)));
    assert_eq!(verify(&keys, &expect(Typ::IdToken), &token), Err(Refused::Typ));
    assert_eq!(verify(&keys, &expect(Typ::AccessToken), &token), Err(Refused::Typ));
}
