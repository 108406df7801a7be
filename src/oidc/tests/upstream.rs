use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use openidconnect::{AuthType, HttpRequest, HttpResponse, RedirectUrl};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha512};

use crate::oidc::jwt::{self, Refused, SigningKey};
use crate::oidc::upstream::ended;
use crate::oidc::upstream::id_token::{self, Expect, SubjectRule};
use crate::oidc::upstream::keys::KeySet;
use crate::oidc::upstream::metadata::{self, Unfit};
use crate::oidc::upstream::request::{Client, Ties, Wishes, authorization_url, client, redemption};

const ISSUER: &str = "https://idp.example";
const NOW: i64 = 1_800_000_000;

const EXPECT: Expect<'static> = Expect {
    issuer: ISSUER,
    client_id: "us",
    nonce: "n",
    access_token: Some("at"),
    subject: SubjectRule::Sub,
    now_seconds: NOW,
};

/// A key of a provider: how it is published, and how it signs.
struct Key {
    jwk: Value,
    encoding: EncodingKey,
    algorithm: Algorithm,
}

impl Key {
    fn ed25519() -> Self {
        let document = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(document.as_ref()).unwrap();
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "kid": "ed", "use": "sig" });
        Self { jwk, encoding: EncodingKey::from_ed_der(document.as_ref()), algorithm: Algorithm::EdDSA }
    }

    fn es256() -> Self {
        let key = SigningKey::generate_es256().unwrap();
        let mut jwk = key.verification_key().public_jwk().clone();
        jwk["kid"] = json!("ec");
        Self { jwk, encoding: EncodingKey::from_ec_der(key.pkcs8()), algorithm: Algorithm::ES256 }
    }

    /// An RSA key whose algorithm is not published, as Entra does it.
    fn rsa(algorithm: Algorithm) -> Self {
        let key = SigningKey::generate(jwt::Algorithm::Rs256, 2048).unwrap();
        let mut jwk = key.verification_key().public_jwk().clone();
        jwk.as_object_mut().unwrap().remove("alg");
        jwk["kid"] = json!("rsa");
        let pem = pem::encode(&pem::Pem::new("PRIVATE KEY", key.pkcs8()));
        Self { jwk, encoding: EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap(), algorithm }
    }

    fn algorithm_name(&self) -> String {
        format!("{:?}", self.algorithm)
    }

    fn header(&self) -> Value {
        json!({ "alg": self.algorithm_name(), "kid": self.jwk["kid"] })
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let text = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(self.sign_text(&text)))
    }

    fn sign_text(&self, text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(crypto::sign(text.as_bytes(), &self.encoding, self.algorithm).unwrap()).unwrap()
    }
}

fn set(keys: &[&Value]) -> KeySet {
    KeySet::parse(ISSUER, json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

fn claims() -> Value {
    json!({ "iss": ISSUER, "aud": "us", "sub": "ada", "nonce": "n", "iat": NOW, "exp": NOW + 60 })
}

fn verify(keys: &KeySet, token: &str) -> Result<id_token::Said, Refused> {
    id_token::verify(keys, &EXPECT, token)
}

#[test]
fn every_algorithm_of_a_key_is_taken_and_the_hash_of_the_access_token_is_of_its_family() {
    let left = |digest: &[u8]| URL_SAFE_NO_PAD.encode(&digest[..digest.len() / 2]);
    let (short, long) = (left(&Sha256::digest("at")), left(&Sha512::digest("at")));
    for (name, key, hash) in [
        ("EdDSA", Key::ed25519(), &long),
        ("RS256", Key::rsa(Algorithm::RS256), &short),
        ("PS256", Key::rsa(Algorithm::PS256), &short),
    ] {
        let keys = set(&[&key.jwk]);
        let header = json!({ "alg": name, "kid": key.jwk["kid"] });
        let with_hash = |hash: &str| {
            let mut claims = claims();
            claims["at_hash"] = json!(hash);
            key.sign(&header, &claims)
        };

        assert_eq!(verify(&keys, &with_hash(hash)).unwrap().subject.key, "ada", "{name}");
        assert_eq!(verify(&keys, &with_hash("AAAA")), Err(Refused::Claim("at_hash")), "{name}");
        let other = json!({ "alg": "HS256", "kid": key.jwk["kid"] });
        assert_eq!(verify(&keys, &key.sign(&other, &claims())), Err(Refused::Algorithm), "{name}");
    }
}

/// UP-10: a key that does not say its algorithm is one for those that are taken, of notices as of ID tokens.
#[test]
fn up_10_algorithms_that_are_not_taken_are_refused_of_a_key_without_one_too() {
    let expect = ended::Expect { issuer: ISSUER, client_id: "us", now_seconds: NOW };
    let mut notice = claims();
    notice["jti"] = json!("1");
    notice["events"] = json!({ "http://schemas.openid.net/event/backchannel-logout": {} });
    notice.as_object_mut().unwrap().remove("nonce");
    for algorithm in [Algorithm::RS384, Algorithm::RS512, Algorithm::PS512] {
        let key = Key::rsa(algorithm);
        let keys = set(&[&key.jwk]);
        assert_eq!(verify(&keys, &key.sign(&key.header(), &claims())), Err(Refused::Algorithm), "{algorithm:?}");
        let ended = ended::verify_logout_token(&keys, &expect, &key.sign(&key.header(), &notice));
        assert_eq!(ended, Err(Refused::Algorithm), "{algorithm:?}");
    }
    let key = Key::rsa(Algorithm::RS256);
    assert!(ended::verify_logout_token(&set(&[&key.jwk]), &expect, &key.sign(&key.header(), &notice)).is_ok());
}

#[test]
fn a_published_algorithm_pins_the_key_and_keys_that_are_not_for_signatures_of_this_issuer_count_for_nothing() {
    let key = Key::rsa(Algorithm::RS256);
    let token = key.sign(&json!({ "alg": "RS256", "kid": "rsa" }), &claims());
    let changed = |name: &str, value: Value| {
        let mut jwk = key.jwk.clone();
        jwk[name] = value;
        verify(&set(&[&jwk]), &token).map(|said| said.subject.key)
    };

    assert_eq!(changed("alg", json!("RS256")).as_deref(), Ok("ada"));
    assert_eq!(changed("issuer", json!("https://idp.example/{tenantid}/v2.0")).as_deref(), Ok("ada"));
    assert_eq!(changed("alg", json!("PS256")), Err(Refused::Algorithm));
    for (name, value) in [
        ("alg", json!("RSA-OAEP")),
        ("use", json!("enc")),
        ("issuer", json!("https://other.example")),
        ("n", json!("AQAB")),
        ("kty", json!("oct")),
        ("kid", json!("another")),
    ] {
        assert_eq!(changed(name, value.clone()), Err(Refused::UnknownKey), "{name}={value}");
    }
}

#[test]
fn a_token_without_a_key_id_is_read_only_under_a_single_key() {
    let (key, other) = (Key::rsa(Algorithm::RS256), Key::ed25519());
    let token = key.sign(&json!({ "alg": "RS256", "typ": "JWT" }), &claims());

    assert!(verify(&set(&[&key.jwk]), &token).is_ok());
    assert_eq!(verify(&set(&[&key.jwk, &other.jwk]), &token), Err(Refused::UnknownKey));
    assert_eq!(verify(&set(&[]), &token), Err(Refused::UnknownKey));
}

/// UP-14: a token that nobody signed, or whoever knows the public key or the secret of the client, is of no key.
#[test]
fn up_14_without_a_signature_and_under_a_symmetric_one_nothing_is_believed() {
    for key in [Key::rsa(Algorithm::RS256), Key::es256(), Key::ed25519()] {
        let keys = set(&[&key.jwk, &json!({ "kty": "oct", "kid": "shared", "k": URL_SAFE_NO_PAD.encode("secret") })]);
        let signed = |alg: &str, kid: &Value, sign: &dyn Fn(&str) -> Vec<u8>| {
            let header = json!({ "alg": alg, "kid": kid });
            let text = [&header, &claims()].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
            verify(&keys, &format!("{text}.{}", URL_SAFE_NO_PAD.encode(sign(&text)))).map(|said| said.subject.key)
        };
        let kid = &key.jwk["kid"];
        let shared = |secret: Vec<u8>| {
            move |text: &str| {
                let encoding = EncodingKey::from_secret(&secret);
                URL_SAFE_NO_PAD.decode(crypto::sign(text.as_bytes(), &encoding, Algorithm::HS256).unwrap()).unwrap()
            }
        };

        for public in ["n", "x"].iter().filter_map(|name| key.jwk[*name].as_str()) {
            let raw = URL_SAFE_NO_PAD.decode(public).unwrap();
            assert_eq!(signed("HS256", kid, &shared(raw)), Err(Refused::Algorithm), "{public}");
        }
        let document = key.jwk.to_string().into_bytes();
        assert_eq!(signed("HS256", kid, &shared(document)), Err(Refused::Algorithm));
        assert_eq!(signed("HS256", &json!("shared"), &shared(b"secret".to_vec())), Err(Refused::UnknownKey));
        for alg in ["none", "None", "NONE", ""] {
            assert_eq!(signed(alg, kid, &|_| Vec::new()), Err(Refused::Algorithm), "{alg}");
        }
        let own = &key.algorithm_name();
        assert_eq!(signed(own, kid, &|_| Vec::new()), Err(Refused::Signature), "{own}");
        assert_eq!(signed(own, kid, &|_| vec![0; 64]), Err(Refused::Signature), "{own}");
        assert_eq!(signed(own, kid, &|text| key.sign_text(text)).as_deref(), Ok("ada"), "{own}");
    }
}

/// UP-10: who made the token and for whom, as texts.
#[test]
fn up_10_the_audience_is_this_server_alone_and_the_issuer_the_one_that_was_asked() {
    let key = Key::es256();
    let said = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        verify(&set(&[&key.jwk]), &key.sign(&key.header(), &claims)).map(|said| said.subject.key)
    };

    for (name, value) in [("aud", json!(["us"])), ("azp", json!("us")), ("azp", json!(null))] {
        assert_eq!(said(name, value.clone()).as_deref(), Ok("ada"), "{name}={value}");
    }
    for (name, value, why) in [
        ("aud", json!("them"), Refused::Audience),
        ("aud", json!(["us", "them"]), Refused::Audience),
        ("aud", json!(["us", "us"]), Refused::Audience),
        ("aud", json!([]), Refused::Audience),
        ("aud", json!(7), Refused::Claim("aud")),
        ("azp", json!("them"), Refused::Audience),
        ("azp", json!(["us"]), Refused::Claim("azp")),
        ("iss", json!("https://idp.example/"), Refused::Issuer),
        ("iss", json!("https://IDP.example"), Refused::Issuer),
        ("iss", json!("https://idp.example:443"), Refused::Issuer),
        ("iss", json!("idp.example"), Refused::Issuer),
        ("iss", json!(["https://idp.example"]), Refused::Claim("iss")),
        ("nonce", json!("m"), Refused::Claim("nonce")),
        ("nonce", json!(null), Refused::Claim("nonce")),
    ] {
        assert_eq!(said(name, value.clone()), Err(why), "{name}={value}");
    }
    let without = |name: &str| {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        verify(&set(&[&key.jwk]), &key.sign(&key.header(), &claims)).map(drop)
    };
    for name in ["iss", "aud", "sub", "iat", "exp", "nonce"] {
        assert_eq!(without(name), Err(Refused::Claim(name)));
    }
}

/// UP-10: the clock of a provider may be a minute off, and no more.
#[test]
fn up_10_times_have_a_minute_of_leeway_and_iat_has_a_bound() {
    let key = Key::es256();
    let said = |name: &str, value: i64| {
        let mut claims = claims();
        claims[name] = json!(value);
        verify(&set(&[&key.jwk]), &key.sign(&key.header(), &claims)).map(|said| said.subject.key)
    };

    for (name, inside, outside, why) in [
        ("exp", NOW - 59, NOW - 60, Refused::Expired),
        ("iat", NOW + 60, NOW + 61, Refused::NotYetValid),
        ("iat", NOW - 660, NOW - 661, Refused::TooOld),
        ("nbf", NOW + 60, NOW + 61, Refused::NotYetValid),
    ] {
        assert_eq!(said(name, inside).as_deref(), Ok("ada"), "{name}");
        assert_eq!(said(name, outside), Err(why), "{name}");
    }
    assert_eq!(said("exp", -1), Err(Refused::Expired));
    assert_eq!(said("exp", i64::MAX), Err(Refused::Malformed), "no such moment");
}

/// UP-12: the type of a claim that proves nothing here keeps nobody out, and lets nobody in.
#[test]
fn up_12_a_profile_of_other_types_is_read_around_under_the_same_checks() {
    let (key, other) = (Key::es256(), Key::es256());
    let odd = || {
        let mut claims = claims();
        claims["address"] = json!("1 Main Street");
        claims["email_verified"] = json!([]);
        claims["locale"] = json!({ "language": "de" });
        claims["updated_at"] = json!("yesterday");
        claims["family_name"] = json!(7);
        claims
    };
    let said = |claims: &Value| verify(&set(&[&key.jwk]), &key.sign(&key.header(), claims));

    let read = said(&odd()).unwrap();

    assert_eq!((read.subject.key.as_str(), &read.claims["locale"]), ("ada", &json!({ "language": "de" })));
    assert_eq!(verify(&set(&[&key.jwk]), &other.sign(&key.header(), &odd())), Err(Refused::Signature));
    for (name, value, why) in [
        ("iss", json!("https://evil.example"), Refused::Issuer),
        ("aud", json!(["us", "them"]), Refused::Audience),
        ("exp", json!(NOW - 60), Refused::Expired),
        ("iat", json!(NOW - 661), Refused::TooOld),
        ("nonce", json!("m"), Refused::Claim("nonce")),
        ("at_hash", json!("AAAA"), Refused::Claim("at_hash")),
        ("sub", json!(7), Refused::Claim("sub")),
        ("exp", json!("never"), Refused::Claim("exp")),
        ("name", json!(7), Refused::Claim("name")),
    ] {
        let mut claims = odd();
        claims[name] = value;
        assert_eq!(said(&claims), Err(why), "{name}");
    }
}

#[test]
fn methods_and_contexts_are_told_as_they_are() {
    let key = Key::ed25519();
    let said_at = |subject: SubjectRule, name: &str, value: Value| {
        let mut claims = claims();
        (claims["tid"], claims["oid"]) = (json!("tenant"), json!("object"));
        claims[name] = value;
        let token = key.sign(&json!({ "alg": "EdDSA", "kid": "ed" }), &claims);
        let expect = Expect { subject, ..EXPECT };
        id_token::verify(&set(&[&key.jwk]), &expect, &token).map(|said| (said.amr, said.acr))
    };
    let said = |name: &str, value: Value| said_at(SubjectRule::TenantAndObject, name, value);
    let words = |all: &[&str]| all.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();

    for (name, value, amr, acr) in [
        ("amr", json!(["pwd", "mfa"]), &["pwd", "mfa"][..], &[][..]),
        ("amr", json!([]), &[], &[]),
        ("amr", json!(null), &[], &[]),
        ("acr", json!("urn:okta:loa:2fa:any"), &[], &["urn:okta:loa:2fa:any"]),
        ("acrs", json!(["c1", "c2"]), &[], &["c1", "c2"]),
        ("acrs", json!(["c1", 2, ["c3"], null]), &[], &["c1"]),
        ("acrs", json!("c1"), &[], &[]),
        ("acrs", json!({ "c1": true }), &[], &[]),
    ] {
        assert_eq!(said(name, value.clone()), Ok((words(amr), words(acr))), "{name}={value}");
    }
    let most: Vec<String> = (0..200).map(|nth| format!("c{nth}")).collect();
    assert_eq!(said("acrs", json!(most)).unwrap().1.len(), 128);
    let elsewhere = said_at(SubjectRule::Sub, "acrs", json!(["c1"])).unwrap();
    assert_eq!(elsewhere.1, words(&[]), "acrs is a claim of Entra alone");
    assert_eq!(said("amr", json!("mfa")), Err(Refused::Claim("amr")));
    assert_eq!(said("acr", json!(["phr"])), Err(Refused::Claim("acr")));
}

#[test]
fn metadata_are_those_of_the_issuer_and_their_addresses_are_safe() {
    let document = |issuer: &str, scheme: &str| {
        json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{scheme}://idp.example/authorize"),
            "token_endpoint": format!("{scheme}://idp.example/token"),
            "jwks_uri": format!("{scheme}://idp.example/keys"),
            "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_post"],
        })
        .to_string()
    };
    let parse = |document: &str| metadata::parse(ISSUER, document.as_bytes());

    let unfit = |document: &str| parse(document).map(drop);

    let good = parse(&document(ISSUER, "https")).unwrap();

    assert!(matches!(good.authentication(), AuthType::RequestBody) && !good.sends_issuer);
    for (told, kept) in
        [(json!("https://idp.example/me"), true), (json!("http://idp.example/me"), false), (json!(null), false)]
    {
        let mut more: Value = serde_json::from_str(&document(ISSUER, "https")).unwrap();
        more["userinfo_endpoint"] = told;
        assert_eq!(parse(&more.to_string()).unwrap().document.userinfo_endpoint().is_some(), kept, "{more}");
    }
    assert_eq!(
        metadata::address("https://idp.example/tenant/"),
        "https://idp.example/tenant/.well-known/openid-configuration"
    );
    assert_eq!(unfit(&document("https://idp.example/", "https")), Err(Unfit::Issuer));
    assert_eq!(unfit(&document("https://IDP.example", "https")), Err(Unfit::Issuer));
    assert_eq!(unfit(&document(ISSUER, "http")), Err(Unfit::Insecure("authorization_endpoint")));
    assert_eq!(unfit("[]"), Err(Unfit::Malformed));
    assert_eq!(unfit(&json!({ "issuer": ISSUER }).to_string()), Err(Unfit::Missing("authorization_endpoint")));
}

#[test]
fn metadata_may_lack_and_get_wrong_what_nobody_here_needs() {
    let document = json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://idp.example/authorize",
        "token_endpoint": "https://idp.example/token",
        "jwks_uri": "https://idp.example/keys",
        "userinfo_endpoint": "",
        "registration_endpoint": "",
        "op_tos_uri": "not an address",
        "response_types_supported": "code",
        "scopes_supported": null,
        "claims_parameter_supported": "yes",
        "authorization_response_iss_parameter_supported": true,
    });

    let read = metadata::parse(ISSUER, document.to_string().as_bytes()).unwrap();

    assert_eq!(
        (read.issuer(), read.token_endpoint.as_str(), read.sends_issuer),
        (ISSUER, "https://idp.example/token", true)
    );
    assert!(matches!(read.authentication(), AuthType::BasicAuth), "without a list it is the header");
}

#[test]
fn metadata_with_a_place_for_the_tenant_are_those_of_the_tenant_of_the_connection() {
    const TENANT: &str = "6babcaad-604b-40ac-a9d7-9fd97c0b779f";
    let parse = |issuer: &str, named: &str| {
        let document = json!({
            "issuer": named,
            "authorization_endpoint": "https://login.example/authorize",
            "token_endpoint": "https://login.example/token",
            "jwks_uri": "https://login.example/keys",
        });
        metadata::parse(issuer, document.to_string().as_bytes()).map(|it| it.issuer().to_owned())
    };
    let template = "https://login.example/{tenantid}/v2.0";
    let issuer = |tenant: &str| format!("https://login.example/{tenant}/v2.0");

    assert_eq!(parse(&issuer(TENANT), template), Ok(issuer(TENANT)));
    for all in ["common", "organizations", "", "contoso.onmicrosoft.com"] {
        assert_eq!(parse(&issuer(all), template), Err(Unfit::AllTenants), "{all}");
    }
    assert_eq!(parse(&issuer("6babcaad/604b-40ac-a9d7-9fd97c0b779f"), template), Err(Unfit::Issuer));
    for other in ["https://evil.example/{tenantid}/v2.0", "https://login.example/{tenantid}", &issuer("other")] {
        assert_eq!(parse(&issuer(TENANT), other), Err(Unfit::Issuer), "{other}");
    }
    assert_eq!(metadata::tenant_of(&issuer(TENANT)), Some(TENANT));
    assert_eq!(metadata::tenant_of(&format!("https://{TENANT}/v2.0")), None);
}

#[test]
fn a_token_of_entra_is_of_the_tenant_that_its_issuer_names() {
    const TENANT: &str = "6babcaad-604b-40ac-a9d7-9fd97c0b779f";
    let (key, issuer) = (Key::ed25519(), format!("https://login.example/{TENANT}/v2.0"));
    let keys = set(&[&key.jwk]);
    let said = |tid: &Value| {
        let mut claims = claims();
        claims["iss"] = json!(issuer);
        claims["oid"] = json!("object");
        claims["tid"] = tid.clone();
        let expect = Expect { issuer: &issuer, subject: SubjectRule::TenantAndObject, ..EXPECT };
        let token = key.sign(&json!({ "alg": "EdDSA", "kid": "ed" }), &claims);
        id_token::verify(&keys, &expect, &token).map(|said| said.subject.key)
    };

    assert_eq!(said(&json!(TENANT)), Ok(format!("{TENANT}/object")));
    assert!(said(&json!(TENANT.to_uppercase())).is_ok());
    for other in [json!("0b1e6d4c-7a51-4bd0-8f0e-2d3a9c5f4e11"), json!(""), json!(null), json!([TENANT])] {
        assert_eq!(said(&other), Err(Refused::Claim("tid")), "{other}");
    }
}

#[test]
fn a_question_carries_its_ties_and_a_code_is_redeemed_with_the_secret_where_the_provider_wants_it() {
    let text = json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://idp.example/authorize?tenant=7",
        "token_endpoint": "https://idp.example/token",
        "jwks_uri": "https://idp.example/keys",
    });
    let at = |method: &str| {
        let mut text = text.clone();
        text["token_endpoint_auth_methods_supported"] = json!([method]);
        let provider = metadata::parse(ISSUER, text.to_string().as_bytes()).unwrap();
        let redirect_uri = RedirectUrl::new("https://id.example/callback".to_owned()).unwrap();
        client(&provider, "us:1", Some("a:b"), redirect_uri)
    };
    let verifier = super::VERIFIER.to_owned();
    let ties = Ties { state: "s".to_owned(), nonce: "n".to_owned(), verifier };
    let wishes = Wishes {
        login_hint: Some("ada@acme.example".to_owned()),
        domain_hint: Some("acme.example".to_owned()),
        anew: true,
        max_age_seconds: Some(60),
    };

    let few = Wishes { domain_hint: None, max_age_seconds: None, ..wishes.clone() };
    let url = authorization_url(&at("client_secret_basic"), &ties, &few).to_string();
    let all = authorization_url(&at("client_secret_basic"), &ties, &wishes);
    let (basic, header) = redeemed(&at("client_secret_basic"), &ties);
    let (post, none) = redeemed(&at("client_secret_post"), &ties);

    assert!(url.starts_with("https://idp.example/authorize?tenant=7&response_type=code&client_id=us%3A1"), "{url}");
    assert!(url.contains(&format!("code_challenge={}&code_challenge_method=S256", super::CHALLENGE)), "{url}");
    assert!(url.ends_with("&login_hint=ada%40acme.example&prompt=login"), "{url}");
    let all: BTreeMap<_, _> = all.query_pairs().into_owned().collect();
    for (name, value) in [
        ("scope", "openid profile email"),
        ("redirect_uri", "https://id.example/callback"),
        ("state", "s"),
        ("nonce", "n"),
        ("domain_hint", "acme.example"),
        ("max_age", "60"),
    ] {
        assert_eq!(all.get(name).map(String::as_str), Some(value), "{name}");
    }
    // RFC 6749 2.3.1: us%3A1:a%3Ab
    assert_eq!(header.as_deref(), Some("Basic dXMlM0ExOmElM0Fi"));
    assert!(!basic.contains("secret") && post.contains("&client_id=us%3A1&client_secret=a%3Ab&") && none.is_none());
    let sent = format!("grant_type=authorization_code&code=c&code_verifier={}", super::VERIFIER);
    assert!(
        basic.starts_with(&sent) && basic.ends_with("&redirect_uri=https%3A%2F%2Fid.example%2Fcallback"),
        "{basic}"
    );
}

/// The form with which a code is redeemed, and the `Authorization` header when there is one.
fn redeemed(client: &Client, ties: &Ties) -> (String, Option<String>) {
    let sent = Mutex::new(None);
    let keep = |request: HttpRequest| {
        *sent.lock().unwrap() = Some(request);
        Err::<HttpResponse, _>(fmt::Error)
    };
    redemption(client, "c", ties).request(&keep).unwrap_err();
    let (head, body) = sent.into_inner().unwrap().unwrap().into_parts();
    let header = head.headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    (String::from_utf8(body).unwrap(), header)
}

#[test]
fn names_of_the_userinfo_endpoint_fill_what_the_token_leaves_empty_and_only_that() {
    let said = |more: Value| {
        let (key, mut token) = (Key::ed25519(), claims());
        token.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        verify(&set(&[&key.jwk]), &key.sign(&json!({ "alg": "EdDSA", "kid": "ed" }), &token)).unwrap()
    };
    let userinfo = |names: Value| {
        let mut all = json!({ "sub": claims()["sub"] });
        all.as_object_mut().unwrap().extend(names.as_object().unwrap().clone());
        all.as_object().unwrap().clone()
    };
    let address = |claims: Value| said(claims).profile.email;
    let of_entra = json!({ "email": "a@x.example", "verified_primary_email": ["b@x.example"] });
    assert_eq!(address(of_entra).as_deref(), Some("b@x.example"));
    for several in [json!([]), json!(["b@x.example", "c@x.example"]), json!("b@x.example"), json!([1]), json!(null)] {
        assert_eq!(address(json!({ "email": "a@x.example", "verified_primary_email": several })), None);
    }
    let empty = said(json!({ "preferred_username": "", "email": null, "email_verified": true }));
    let named = said(json!({ "preferred_username": "ida" }));

    assert!(empty.is_nameless() && !named.is_nameless() && !said(json!({ "email": "a@b.example" })).is_nameless());
    let filled = empty.clone().named_by(&userinfo(json!({ "preferred_username": "anna", "email": "a@b.example" })));
    let profile = filled.unwrap().profile;
    assert_eq!(
        (profile.user_name.as_deref(), profile.email),
        (Some("anna"), None),
        "verified is said with the address"
    );
    let kept = named.named_by(&userinfo(json!({ "preferred_username": "eve", "name": "Ida" }))).unwrap().profile;
    assert_eq!((kept.user_name.as_deref(), kept.name.as_deref()), (Some("ida"), Some("Ida")));
    let foreign = json!({ "sub": "somebody else" }).as_object().unwrap().clone();
    assert_eq!(empty.named_by(&foreign), Err(Refused::Claim("sub")));
}
