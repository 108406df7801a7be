use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{EncodingKey, crypto};
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::oidc::ErrorCode;
use crate::oidc::dpop::{Expect, Flaw, Proven, is_thumbprint, verify};
use crate::oidc::jwt::{Algorithm, Refused, SigningKey};

const NOW: i64 = 1_800_000_000;
const URL: &str = "https://id.example.com/oauth2/userinfo";
const TOKEN: &str = "dwat_example";

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn claims() -> Value {
    json!({ "htm": "POST", "htu": URL, "iat": NOW, "jti": "one", "nonce": "good", "ath": b64(Sha256::digest(TOKEN)) })
}

fn header(key: &SigningKey) -> Value {
    json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": key.verification_key().public_jwk() })
}

fn forge(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let signed = format!("{}.{}", b64(header.to_string()), b64(claims.to_string()));
    let pen = EncodingKey::from_ec_der(key.pkcs8());
    let signature = crypto::sign(signed.as_bytes(), &pen, jsonwebtoken::Algorithm::ES256).unwrap();
    format!("{signed}.{signature}")
}

fn check(proof: &str) -> Result<Proven, Flaw> {
    let nonces = ["good".to_owned(), "earlier".to_owned()];
    let expect = Expect { method: "POST", url: URL, access_token: Some(TOKEN), nonces: &nonces, now_seconds: NOW };
    verify(proof, &expect)
}

fn refused(why: Refused) -> Result<Proven, Flaw> {
    Err(Flaw::Refused(why))
}

#[test]
fn a_proof_names_the_key_that_signed_it_and_when_it_is_over() {
    let key = SigningKey::generate_es256().unwrap();
    let proven = Proven { jkt: key.kid().to_owned(), jti: "one".to_owned(), ends: NOW + 60 };

    assert_eq!(check(&forge(&key, &header(&key), &claims())), Ok(proven));
    assert!(is_thumbprint(key.kid()));
    assert!(!is_thumbprint("short") && !is_thumbprint(&"=".repeat(43)));
}

/// RFC 9449 4.3: each of the checks, one at a time.
#[test]
fn a_proof_is_for_one_request_with_one_token() {
    let key = SigningKey::generate_es256().unwrap();
    let table = [
        ("htm", json!("GET"), refused(Refused::Claim("htm"))),
        ("htm", json!("post"), refused(Refused::Claim("htm"))),
        ("htm", Value::Null, refused(Refused::Claim("htm"))),
        ("htu", json!("https://id.example.com/oauth2/token"), refused(Refused::Claim("htu"))),
        ("htu", json!("http://id.example.com/oauth2/userinfo"), refused(Refused::Claim("htu"))),
        ("htu", json!("https://id.example.com.evil.example/oauth2/userinfo"), refused(Refused::Claim("htu"))),
        ("htu", json!("no address"), refused(Refused::Claim("htu"))),
        ("ath", json!(b64(Sha256::digest("dwat_other"))), refused(Refused::Claim("ath"))),
        ("ath", Value::Null, refused(Refused::Claim("ath"))),
        ("jti", json!(""), refused(Refused::Claim("jti"))),
        ("jti", json!("x".repeat(257)), refused(Refused::Claim("jti"))),
        ("iat", json!("1800000000"), refused(Refused::Claim("iat"))),
        ("iat", json!(NOW + 31), refused(Refused::NotYetValid)),
        ("iat", json!(NOW - 60), refused(Refused::TooOld)),
        ("nonce", json!("foreign"), Err(Flaw::Nonce)),
        ("nonce", Value::Null, Err(Flaw::Nonce)),
    ];
    for (name, value, expected) in table {
        let mut changed = claims();
        changed[name] = value.clone();
        assert_eq!(check(&forge(&key, &header(&key), &changed)), expected, "{name} {value}");
    }
    for (name, value) in [
        ("htu", json!("HTTPS://ID.example.com:443/oauth2/userinfo?page=1#top")),
        ("iat", json!(NOW + 30)),
        ("iat", json!(NOW - 59)),
        ("nonce", json!("earlier")),
    ] {
        let mut changed = claims();
        changed[name] = value.clone();
        assert!(check(&forge(&key, &header(&key), &changed)).is_ok(), "{name} {value}");
    }
}

/// The key is in the header, so everything about the header counts.
#[test]
fn a_proof_is_signed_by_the_public_key_that_it_carries() {
    let (key, other) = (SigningKey::generate_es256().unwrap(), SigningKey::generate_es256().unwrap());
    let public = key.verification_key().public_jwk().clone();
    let mut private = public.clone();
    private["d"] = json!("AAAA");
    let mut bare = public.clone();
    bare.as_object_mut().unwrap().retain(|name, _| ["kty", "crv", "x", "y"].contains(&name.as_str()));
    let table = [
        ("typ", json!("JWT"), Some(Refused::Typ)),
        ("typ", Value::Null, Some(Refused::Typ)),
        ("alg", json!("none"), Some(Refused::Algorithm)),
        ("alg", json!("HS256"), Some(Refused::Algorithm)),
        ("alg", json!("RS256"), Some(Refused::Algorithm)),
        ("alg", json!("PS256"), Some(Refused::Algorithm)),
        ("jwk", Value::Null, Some(Refused::UnknownKey)),
        ("jwk", json!(private), Some(Refused::Header("jwk"))),
        ("jwk", json!({ "kty": "oct", "k": "AAAA" }), Some(Refused::Header("jwk"))),
        ("jwk", other.verification_key().public_jwk().clone(), Some(Refused::Signature)),
        ("crit", json!(["b64"]), Some(Refused::Header("crit"))),
        ("jwk", bare, None),
    ];
    for (name, value, why) in table {
        let mut changed = header(&key);
        changed[name] = value.clone();
        let found = check(&forge(&key, &changed, &claims())).err();
        assert_eq!(found, why.map(Flaw::Refused), "{name} {value}");
    }
    assert_eq!(check(&"x".repeat(8 * 1024 + 1)), refused(Refused::TooLong));
}

/// The thumbprint does not depend on how a key is written down (RFC 7638 3).
#[test]
fn one_key_has_one_thumbprint_however_it_is_decorated() {
    let key = SigningKey::generate_es256().unwrap();
    let mut decorated = header(&key);
    decorated["jwk"]["kid"] = json!("mine");
    decorated["kid"] = json!("mine");

    assert_eq!(check(&forge(&key, &decorated, &claims())).unwrap().jkt, key.kid());
}

#[test]
fn keys_of_every_algorithm_on_offer_prove_something() {
    for algorithm in [Algorithm::Ps256, Algorithm::EdDsa] {
        let key = SigningKey::generate(algorithm, 2048).unwrap();
        let pen = match algorithm {
            Algorithm::EdDsa => EncodingKey::from_ed_der(key.pkcs8()),
            Algorithm::Ps256 | Algorithm::Rs256 | Algorithm::Es256 => {
                EncodingKey::from_rsa_pem(pem::encode(&pem::Pem::new("PRIVATE KEY", key.pkcs8())).as_bytes()).unwrap()
            }
        };
        let mut header = header(&key);
        let (names, with): (&[&str], _) = match algorithm {
            Algorithm::EdDsa => (&["EdDSA", "Ed25519"], jsonwebtoken::Algorithm::EdDSA),
            Algorithm::Ps256 | Algorithm::Rs256 | Algorithm::Es256 => (&["PS256"], jsonwebtoken::Algorithm::PS256),
        };
        for name in names {
            header["alg"] = json!(name);
            header["jwk"]["alg"] = json!(name);
            let signed = format!("{}.{}", b64(header.to_string()), b64(claims().to_string()));
            let signature = crypto::sign(signed.as_bytes(), &pen, with).unwrap();

            assert_eq!(check(&format!("{signed}.{signature}")).unwrap().jkt, key.kid(), "{name}");
        }
    }
}

#[test]
fn a_client_is_told_what_to_do_about_its_proof() {
    assert_eq!(Flaw::Nonce.error().code, ErrorCode::UseDpopNonce);
    assert_eq!(Flaw::Refused(Refused::Typ).error().code, ErrorCode::InvalidDpopProof);
}

proptest! {
    #[test]
    fn any_text_gives_an_answer(proof in "[A-Za-z0-9_.-]{0,300}") {
        prop_assert!(check(&proof).is_err());
    }
}
