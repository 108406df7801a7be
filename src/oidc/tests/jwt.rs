//! Tokens forged by hand: the wrapper must not depend on what the library happens to check.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::Sha256;

use super::ISSUER;
use crate::oidc::jwt::{Algorithm, Claims, Expect, Refused, SigningKey, Typ, VerificationKey, jwks, sign, verify};

const NOW: i64 = 1_800_000_000;

static ES256: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate_es256().unwrap());
static RS256: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::Rs256, 2048).unwrap());

fn keys() -> Vec<VerificationKey> {
    [&*ES256, &*RS256].map(|key| key.verification_key().clone()).to_vec()
}

fn expect(typ: Typ) -> Expect<'static> {
    Expect { typ, issuer: ISSUER, audience: Some("app"), now_seconds: NOW, allow_expired: false }
}

fn check(token: &str) -> Result<Claims, Refused> {
    verify(&keys(), &expect(Typ::IdToken), token)
}

fn good() -> Value {
    json!({"iss": ISSUER, "sub": "ada", "aud": "app", "iat": NOW, "exp": NOW + 300})
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = good();
    claims[name] = value;
    claims
}

fn without(name: &str) -> Value {
    let mut claims = good();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

fn claims(value: &Value) -> Claims {
    value.as_object().unwrap().clone()
}

fn header() -> Value {
    json!({"typ": "JWT", "alg": "ES256", "kid": ES256.kid()})
}

fn header_with(name: &str, value: Value) -> Value {
    let mut header = header();
    header[name] = value;
    header
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token with a true ES256 signature over whatever texts are given.
fn forge(header: &str, payload: &str) -> String {
    let signed = format!("{}.{}", b64(header), b64(payload));
    format!("{signed}.{}", es256(&signed))
}

fn es256(signed: &str) -> String {
    let key = jsonwebtoken::EncodingKey::from_ec_der(ES256.pkcs8());
    jsonwebtoken::crypto::sign(signed.as_bytes(), &key, jsonwebtoken::Algorithm::ES256).unwrap()
}

fn forged(header: &Value, payload: &Value) -> Result<Claims, Refused> {
    check(&forge(&header.to_string(), &payload.to_string()))
}

fn signed(payload: &Value) -> Result<Claims, Refused> {
    forged(&header(), payload)
}

#[test]
fn what_is_signed_with_either_algorithm_is_believed() {
    for key in [&*ES256, &*RS256] {
        for typ in [Typ::IdToken, Typ::AccessToken, Typ::LogoutToken] {
            let token = sign(key, typ, &claims(&good())).unwrap();
            assert_eq!(verify(&keys(), &expect(typ), &token), Ok(claims(&good())));
        }
    }
    assert_eq!(signed(&good()), Ok(claims(&good())), "the forge itself makes believable tokens");
}

#[test]
fn jw_01_the_algorithm_none_is_refused_in_every_spelling() {
    for alg in ["none", "None", "nOnE", "NONE", ""] {
        let head = b64(header_with("alg", json!(alg)).to_string());
        for signature in ["", "AA", &b64([0u8; 64])] {
            let token = format!("{head}.{}.{signature}", b64(good().to_string()));
            assert_eq!(check(&token), Err(Refused::Algorithm), "{alg:?} {signature:?}");
        }
        assert_eq!(forged(&header_with("alg", json!(alg)), &good()), Err(Refused::Algorithm), "signed, {alg:?}");
    }
    let no_kid = json!({"typ": "JWT", "alg": "none"});
    assert_eq!(
        check(&format!("{}.{}.", b64(no_kid.to_string()), b64(good().to_string()))),
        Err(Refused::Header("kid"))
    );
}

#[test]
fn jw_02_a_public_key_is_not_an_hmac_secret() {
    for key in [&*ES256, &*RS256] {
        let jwk = key.verification_key().public_jwk();
        let raw =
            ["x", "n"].iter().find_map(|name| jwk[*name].as_str()).map(|text| URL_SAFE_NO_PAD.decode(text).unwrap());
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            STANDARD.encode(raw.clone().unwrap())
        );
        for secret in [pem.into_bytes(), raw.unwrap(), jwk.to_string().into_bytes()] {
            for alg in ["HS256", "HS384", "HS512"] {
                let head = json!({"typ": "JWT", "alg": alg, "kid": key.kid()});
                let message = format!("{}.{}", b64(head.to_string()), b64(good().to_string()));
                let mut mac = Hmac::<Sha256>::new_from_slice(&secret).unwrap();
                mac.update(message.as_bytes());
                let token = format!("{message}.{}", b64(mac.finalize().into_bytes()));
                assert_eq!(check(&token), Err(Refused::Algorithm), "{alg}");
            }
        }
    }
}

#[test]
fn jw_02_the_algorithm_is_that_of_the_key_never_that_of_the_token() {
    let crossed = json!({"typ": "JWT", "alg": "RS256", "kid": ES256.kid()});
    let other_key = json!({"typ": "JWT", "alg": "ES256", "kid": RS256.kid()});

    assert_eq!(forged(&crossed, &good()), Err(Refused::Algorithm));
    assert_eq!(forged(&other_key, &good()), Err(Refused::Algorithm));
    for alg in ["ES384", "PS256", "EdDSA", "es256"] {
        assert_eq!(forged(&header_with("alg", json!(alg)), &good()), Err(Refused::Algorithm), "{alg}");
    }
    assert_eq!(forged(&header_with("alg", json!(["ES256"])), &good()), Err(Refused::Algorithm));
}

#[test]
fn jw_03_only_a_kid_of_ours_is_looked_up() {
    for kid in ["unknown", "../..", "' OR 1=1 --", "/etc/passwd", "\u{0}", ES256.kid().to_lowercase().as_str()] {
        assert_eq!(forged(&header_with("kid", json!(kid)), &good()), Err(Refused::UnknownKey), "{kid:?}");
    }
    for kid in [json!("a".repeat(65)), json!("a".repeat(10 * 1024)), json!(7), json!([ES256.kid()]), json!(null)] {
        assert_eq!(forged(&header_with("kid", kid.clone()), &good()), Err(Refused::Header("kid")), "{kid}");
    }
}

#[test]
fn jw_04_a_key_or_address_in_the_header_is_refused() {
    for name in ["jku", "x5u", "jwk", "x5c", "x5t", "x5t#S256"] {
        for value in [json!("https://evil.example/jwks"), json!(["MIIB"]), json!({"kty": "EC"}), json!(null)] {
            assert_eq!(forged(&header_with(name, value), &good()), Err(Refused::Header(name)), "{name}");
        }
    }
}

#[test]
fn jw_05_a_critical_header_is_refused_whatever_it_says() {
    for value in [json!(["exp"]), json!(["b64"]), json!([]), json!("x"), json!(null)] {
        assert_eq!(forged(&header_with("crit", value.clone()), &good()), Err(Refused::Header("crit")), "{value}");
    }
    assert_eq!(forged(&header_with("b64", json!(false)), &good()), Err(Refused::Header("b64")));
    assert_eq!(forged(&header_with("b64", json!(true)), &good()), Err(Refused::Header("b64")));
}

#[test]
fn jw_06_one_kind_of_token_is_not_another() {
    let kinds = [Typ::IdToken, Typ::AccessToken, Typ::LogoutToken];
    for made_as in kinds {
        let token = sign(&ES256, made_as, &claims(&good())).unwrap();
        for taken_as in kinds.into_iter().filter(|kind| *kind != made_as) {
            assert_eq!(verify(&keys(), &expect(taken_as), &token), Err(Refused::Typ), "{made_as:?} as {taken_as:?}");
        }
    }
    for typ in [json!("jwt"), json!("application/jwt"), json!(""), json!(null), json!(["JWT"])] {
        assert_eq!(forged(&header_with("typ", typ.clone()), &good()), Err(Refused::Typ), "{typ}");
    }
    assert_eq!(forged(&json!({"alg": "ES256", "kid": ES256.kid()}), &good()), Err(Refused::Typ), "typ missing");
}

#[test]
fn jw_07_required_claims_are_there_and_of_their_type() {
    for name in ["iss", "sub", "aud", "exp", "iat"] {
        assert_eq!(signed(&without(name)), Err(Refused::Claim(name)), "{name} missing");
        for value in [json!(null), json!(true), json!({}), json!([]), json!([ISSUER]), json!(["app"]), json!("")] {
            assert_eq!(signed(&with(name, value.clone())), Err(Refused::Claim(name)), "{name}: {value}");
        }
    }
    for name in ["exp", "iat", "nbf"] {
        for value in ["\"1800000000\"", "-1", "1800000000.0", "1.8e9", "1800000000.5", "18446744073709551615", "1e400"]
        {
            let mut text = with(name, json!("X")).to_string();
            text = text.replace("\"X\"", value);
            let refused = check(&forge(&header().to_string(), &text));
            assert!(matches!(refused, Err(Refused::Claim(_) | Refused::Malformed)), "{name}: {value}: {refused:?}");
        }
    }
    for name in ["iss", "sub", "aud"] {
        assert_eq!(signed(&with(name, json!(7))), Err(Refused::Claim(name)), "{name}: a number");
    }
}

#[test]
fn jw_07_issuer_and_audience_are_compared_to_the_letter() {
    for issuer in ["https://id.example.com/", "https://ID.example.com", "https://evil.example", "https://id.example.co"]
    {
        assert_eq!(signed(&with("iss", json!(issuer))), Err(Refused::Issuer), "{issuer}");
    }
    for audience in ["App", "app ", "other", "app,other"] {
        assert_eq!(signed(&with("aud", json!(audience))), Err(Refused::Audience), "{audience}");
    }
    let any = Expect { audience: None, ..expect(Typ::IdToken) };
    let token = sign(&ES256, Typ::IdToken, &claims(&with("aud", json!("other")))).unwrap();
    assert!(verify(&keys(), &any, &token).is_ok());
    let list = sign(&ES256, Typ::IdToken, &claims(&with("aud", json!(["other"])))).unwrap();
    assert_eq!(verify(&keys(), &any, &list), Err(Refused::Claim("aud")));
}

#[test]
fn jw_07_times_are_checked_against_the_moment_of_the_caller_with_five_seconds_of_grace() {
    assert!(signed(&with("exp", json!(NOW - 4))).is_ok());
    assert_eq!(signed(&with("exp", json!(NOW - 5))), Err(Refused::Expired));
    assert_eq!(signed(&with("exp", json!(0))), Err(Refused::Expired));
    assert!(signed(&with("exp", json!(i64::MAX))).is_ok());
    for name in ["iat", "nbf"] {
        assert!(signed(&with(name, json!(NOW + 5))).is_ok(), "{name}");
        assert_eq!(signed(&with(name, json!(NOW + 6))), Err(Refused::NotYetValid), "{name}");
    }
}

#[test]
fn an_expired_hint_still_names_its_person_and_nothing_else_is_forgiven() {
    let hint = Expect { allow_expired: true, ..expect(Typ::IdToken) };
    let token = |payload: &Value| forge(&header().to_string(), &payload.to_string());

    assert!(verify(&keys(), &hint, &token(&with("exp", json!(1)))).is_ok());
    assert_eq!(verify(&keys(), &hint, &token(&without("exp"))), Err(Refused::Claim("exp")));
    assert_eq!(verify(&keys(), &hint, &token(&with("iat", json!(NOW + 60)))), Err(Refused::NotYetValid));
    assert_eq!(verify(&keys(), &hint, &token(&with("iss", json!("https://evil.example")))), Err(Refused::Issuer));
}

#[test]
fn jw_08_a_repeated_name_is_refused_in_header_and_claims_at_any_depth() {
    let body = good().to_string();
    let head = header().to_string();
    let doubled = |text: &str, extra: &str| format!("{{{extra},{}", text.strip_prefix('{').unwrap());

    for extra in ["\"sub\":\"eve\"", "\"exp\":1", "\"aud\":\"app\"", "\"s\\u0075b\":\"eve\"", "\"x\":1,\"x\":1"] {
        assert_eq!(check(&forge(&head, &doubled(&body, extra))), Err(Refused::Malformed), "{extra}");
    }
    assert_eq!(check(&forge(&head, &doubled(&body, "\"x\":[{\"a\":1,\"a\":2}]"))), Err(Refused::Malformed));
    for extra in ["\"alg\":\"none\"", "\"kid\":\"x\"", "\"typ\":\"at+jwt\"", "\"x\":{\"a\":1,\"a\":1}"] {
        assert_eq!(check(&forge(&doubled(&head, extra), &body)), Err(Refused::Malformed), "{extra}");
    }
}

#[test]
fn jw_08_only_one_json_object_is_read() {
    let (head, body) = (header().to_string(), good().to_string());

    for payload in [format!("{body} x"), format!("{body}{body}"), format!("[{body}]"), "\"x\"".into(), String::new()] {
        assert_eq!(check(&forge(&head, &payload)), Err(Refused::Malformed), "{payload}");
    }
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(5000), "]".repeat(5000));
    assert_eq!(check(&forge(&head, &deep)), Err(Refused::Malformed));
}

#[test]
fn jw_09_a_signature_has_exactly_one_spelling() {
    let token = forge(&header().to_string(), &good().to_string());
    let (message, signature) = token.rsplit_once('.').unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let (r, s) = bytes.split_at(32);
    let zero = [0u8; 32];
    let der = [&[0x30, 68, 2, 32][..], r, &[2, 32][..], s].concat();

    for (name, forged) in [
        ("r and s zero", b64([zero, zero].concat())),
        ("r zero", b64([&zero, s].concat())),
        ("s zero", b64([r, &zero].concat())),
        ("DER", b64(der)),
        ("one byte more", b64([&bytes[..], &[0]].concat())),
        ("one byte less", b64(&bytes[..63])),
        ("empty", String::new()),
        ("padded", URL_SAFE.encode(&bytes)),
        ("standard alphabet", format!("{}+/", "A".repeat(84))),
        ("newline", format!("{signature}\n")),
        ("space", format!(" {signature}")),
        ("stray bits", stray_bits(signature)),
    ] {
        assert_eq!(check(&format!("{message}.{forged}")), Err(Refused::Signature), "{name}");
    }
    for whole in
        [format!("{token}\n"), format!(" {token}"), format!("{token}."), format!("{token}.x"), format!(".{token}")]
    {
        assert!(check(&whole).is_err(), "{whole:?}");
    }
}

/// The same 64 bytes with the unused bits of the last character set.
fn stray_bits(signature: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = ALPHABET.iter().position(|c| signature.as_bytes().last() == Some(c)).unwrap();
    let mut changed = signature.to_owned();
    changed.pop();
    changed.push(char::from(ALPHABET[last | 1]));
    changed
}

#[test]
fn jw_09_header_and_claims_have_exactly_one_spelling() {
    let (head, body) = (b64(header().to_string()), b64(good().to_string()));
    for (before, after) in [("", "="), ("", "\n"), (" ", "")] {
        for message in [format!("{before}{head}{after}.{body}"), format!("{head}.{before}{body}{after}")] {
            let token = format!("{message}.{}", es256(&message));
            assert_eq!(check(&token), Err(Refused::Malformed), "{message:?}");
        }
    }
}

#[test]
fn jw_10_encrypted_compressed_oversized_and_json_tokens_are_refused() {
    let parts = b64(header().to_string());
    assert!(check(&[parts.as_str(); 5].join(".")).is_err(), "five parts");
    assert!(check(&[parts.as_str(); 2].join(".")).is_err(), "two parts");
    assert!(check("").is_err());
    assert_eq!(forged(&header_with("zip", json!("DEF")), &good()), Err(Refused::Header("zip")));
    assert_eq!(forged(&header_with("enc", json!("A256GCM")), &good()), Err(Refused::Header("enc")));
    assert_eq!(signed(&with("pad", json!("a".repeat(16 * 1024)))), Err(Refused::TooLong));
    let general = json!({"payload": b64(good().to_string()), "protected": parts, "signature": "AA"}).to_string();
    assert!(check(&general).is_err(), "JSON serialisation");
}

#[test]
fn jw_11_a_key_that_was_removed_signs_nothing_any_more() {
    let token = sign(&ES256, Typ::IdToken, &claims(&good())).unwrap();
    let left = [RS256.verification_key().clone()];

    assert_eq!(verify(&left, &expect(Typ::IdToken), &token), Err(Refused::UnknownKey));
    assert_eq!(verify(&[], &expect(Typ::IdToken), &token), Err(Refused::UnknownKey));
}

#[test]
fn another_key_of_the_same_kind_signs_nothing_for_us() {
    let foreign = SigningKey::generate_es256().unwrap();
    let token = sign(&foreign, Typ::IdToken, &claims(&good())).unwrap();
    let message = forge(&header().to_string(), &good().to_string());
    let stolen = format!("{}.{}", message.rsplit_once('.').unwrap().0, token.rsplit_once('.').unwrap().1);

    assert_eq!(check(&token), Err(Refused::UnknownKey));
    assert_eq!(check(&stolen), Err(Refused::Signature));
}

#[test]
fn op_23_the_key_set_shows_public_members_only() {
    let keys = keys();
    let document = jwks(&keys);

    let members = |index: usize| document["keys"][index].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(members(0), ["alg", "crv", "kid", "kty", "use", "x", "y"]);
    assert_eq!(members(1), ["alg", "e", "kid", "kty", "n", "use"]);
    assert_eq!(document["keys"][0]["alg"], "ES256");
    assert_eq!(document["keys"][1]["use"], "sig");
    assert_eq!(document["keys"][0]["kid"], ES256.kid());
    assert_ne!(ES256.kid(), RS256.kid());
}

#[test]
fn a_key_is_the_same_after_being_stored() {
    let (ps256, ed25519) = (SigningKey::generate(Algorithm::Ps256, 2048), SigningKey::generate(Algorithm::EdDsa, 0));
    for key in [&*ES256, &*RS256, &ps256.unwrap(), &ed25519.unwrap()] {
        let again = SigningKey::from_pkcs8(key.algorithm(), key.pkcs8()).unwrap();
        let token = sign(&again, Typ::IdToken, &claims(&good())).unwrap();

        assert_eq!(again.kid(), key.kid());
        assert_eq!(again.verification_key().public_jwk()["alg"], key.algorithm().as_str());
        assert_eq!(verify(&[key.verification_key().clone()], &expect(Typ::IdToken), &token), Ok(claims(&good())));
    }
    assert!(SigningKey::from_pkcs8(Algorithm::Rs256, ES256.pkcs8()).is_err());
    assert!(SigningKey::from_pkcs8(Algorithm::Es256, RS256.pkcs8()).is_err());
    assert!(SigningKey::from_pkcs8(Algorithm::Es256, b"").is_err());
    assert!(SigningKey::generate(Algorithm::Ps256, 1024).is_err());
}

/// RFC 7638 3.
#[test]
fn the_kid_is_the_thumbprint_of_the_public_members() {
    use sha2::Digest as _;
    let jwk = ES256.verification_key().public_jwk();
    let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#, jwk["x"], jwk["y"]);

    assert_eq!(ES256.kid(), b64(Sha256::digest(canonical)));
}

proptest! {
    #[test]
    fn any_text_gives_an_answer(token in "[A-Za-z0-9_.-]{0,200}") {
        prop_assert!(check(&token).is_err());
    }

    #[test]
    fn any_changed_character_is_noticed(position in 0usize..1000, letter in "[A-Za-z0-9_-]") {
        let mut token = forge(&header().to_string(), &good().to_string());
        let position = position % token.len();
        prop_assume!(token.get(position..=position) != Some(&letter));
        token.replace_range(position..=position, &letter);

        prop_assert!(check(&token).is_err());
    }
}

#[test]
fn a_key_set_document_gives_back_the_keys_it_was_made_of_and_leaves_out_what_it_cannot_use() {
    let mut document = jwks(&keys());
    let listed = document["keys"].as_array_mut().unwrap();
    listed.push(json!({"kty": "oct", "k": "c2VjcmV0", "alg": "HS256", "kid": "shared"}));
    listed.push(json!({"kty": "RSA", "n": "broken", "e": "AQAB", "alg": "RS256", "kid": "no use", "use": "enc"}));

    let read = VerificationKey::of_set(&document);

    assert_eq!(read.iter().map(VerificationKey::kid).collect::<Vec<_>>(), [ES256.kid(), RS256.kid()]);
    let token = sign(&RS256, Typ::IdToken, &claims(&good())).unwrap();
    assert!(verify(&read, &expect(Typ::IdToken), &token).is_ok());
}
