//! Inputs for the parsers of the OpenID provider that nobody would think of, made and repeated as in `fuzz.rs`.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward::oidc::authorize::{self, Refusal};
use doorward::oidc::claims_request::ClaimsRequest;
use doorward::oidc::client::{AccessTokenFormat, AuthMethod, Profile, Registration};
use doorward::oidc::credentials::Credentials;
use doorward::oidc::jwt::{self, Algorithm, SigningKey, Typ};
use doorward::oidc::lifetimes::Lifetimes;
use doorward::oidc::params::Params;
use doorward::oidc::reach::Reach;
use doorward::oidc::scope::Scope;
use doorward::oidc::{assertion, bearer, dpop, redirect_uri, token};
use jsonwebtoken::{EncodingKey, crypto};
use reqwest::Method;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::{Url, form_urlencoded};

use crate::fuzz::{Chance, lines, rounds};
use crate::harness::Browser;
use crate::oidc::stage::{CHALLENGE, REDIRECT, Stage};

const NOW: i64 = 1_800_000_000;
const ISSUER: &str = "https://id.example.com";
const ENDPOINT: &str = "https://id.example.com/oauth2/token";
const ACCESS: &str = "dwat_example";

/// What a member may be besides what it should be, as it is written. `KID` stands for the id of the right key.
const ODD: [&str; 36] = [
    "null",
    "true",
    "0",
    "-1",
    "1.5",
    "1800000000.0",
    "1e400",
    "1799999939",
    "1799999994",
    "1799999996",
    "1800000004",
    "1800000006",
    "1800000031",
    "1800000329",
    "1800000331",
    "9223372036854775807",
    "9223372036854775808",
    "\"1800000300\"",
    "\"\"",
    "\"app\"",
    "\"APP\"",
    "[]",
    "[\"app\"]",
    "{}",
    TWICE,
    "\"https://id.example.com\"",
    "\"https://id.example.com/\"",
    "\"JWT\"",
    "\"jwt\"",
    "\"at+jwt\"",
    "\"application/dpop+jwt\"",
    "\"none\"",
    "\"HS256\"",
    "\"RS256\"",
    "\"ES256\"",
    "\"KID\"",
];
const TWICE: &str = "{\"a\":1,\"a\":2}";
/// Members that somebody might put beside those that should be there.
const BESIDE: [&str; 14] =
    ["crit", "b64", "zip", "enc", "jku", "jwk", "x5u", "x5c", "x5t#S256", "kid", "typ", "nbf", "azp", "cty"];
/// Those of them that change how a token is read.
const CHANGING: [&str; 4] = ["crit", "b64", "zip", "enc"];

/// An object that is put together member by member, each as it is written.
#[derive(Clone)]
struct Written(Vec<(String, String)>);

impl Written {
    fn of(members: &Value) -> Self {
        let members = members.as_object().unwrap().iter();
        Self(members.map(|(name, value)| (name.clone(), value.to_string())).collect())
    }

    fn text(&self) -> String {
        let members: Vec<String> = self.0.iter().map(|(name, raw)| format!("{}:{raw}", json!(name))).collect();
        format!("{{{}}}", members.join(","))
    }

    /// Takes away, changes, adds, doubles or renames a member.
    fn bend(&mut self, chance: &mut Chance, kid: &str) {
        let odd = chance.one_of(&ODD).replace("KID", kid);
        let at = chance.below(self.0.len());
        match chance.below(5) {
            _ if self.0.is_empty() => self.0.push(("alg".to_owned(), odd)),
            0 => drop(self.0.remove(at)),
            1 => self.0[at].1 = odd,
            2 => self.0.push(((*chance.one_of(&BESIDE)).to_owned(), odd)),
            3 => {
                let (name, raw) = self.0[at].clone();
                self.0.push((name, if chance.below(2) == 0 { raw } else { odd }));
            }
            _ => self.0[at].0 = self.0[at].0.to_uppercase(),
        }
    }

    /// What a careful reader finds; nothing where two readers could find different things.
    fn read(&self) -> Option<BTreeMap<&str, Value>> {
        let mut found = BTreeMap::new();
        for (name, raw) in &self.0 {
            let value = serde_json::from_str(raw).ok().filter(|_| raw != TWICE)?;
            if found.insert(name.as_str(), value).is_some() {
                return None;
            }
        }
        Some(found)
    }
}

/// A token of which it is known whether it is as the right key has signed it.
struct Forged {
    text: String,
    is_true: bool,
    header: Written,
    claims: Written,
}

/// Bends a good token and signs it with the right key, with another, with the public key as a secret, or not at all; now and then
/// the text is bent once more.
fn forge(chance: &mut Chance, [key, other]: [&SigningKey; 2], header: &Value, claims: &Value) -> Forged {
    let (mut header, mut claims) = (Written::of(header), Written::of(claims));
    for _ in 0..chance.below(4) {
        if chance.below(2) == 0 { header.bend(chance, key.kid()) } else { claims.bend(chance, key.kid()) }
    }
    let signed = [&header, &claims].map(|part| URL_SAFE_NO_PAD.encode(part.text())).join(".");
    let es256 = |key: &SigningKey| {
        let pen = EncodingKey::from_ec_der(key.pkcs8());
        crypto::sign(signed.as_bytes(), &pen, jsonwebtoken::Algorithm::ES256).unwrap()
    };
    let public = EncodingKey::from_secret(key.verification_key().public_jwk().to_string().as_bytes());
    let (signature, is_signed) = match chance.below(10) {
        0 => (es256(other), false),
        1 => (crypto::sign(signed.as_bytes(), &public, jsonwebtoken::Algorithm::HS256).unwrap(), false),
        2 => (String::new(), false),
        _ => (es256(key), true),
    };
    let text = format!("{signed}.{signature}");
    let bent = match chance.below(4) {
        0 => {
            chance.mutated_with(std::slice::from_ref(&text), &[".", "=", "-", "_", "+", "/", " ", "\n", "A", "{", "\0"])
        }
        _ => text.clone(),
    };
    Forged { is_true: is_signed && bent == text, text: bent, header, claims }
}

fn seconds(claims: &BTreeMap<&str, Value>, name: &str) -> Option<i64> {
    claims.get(name).and_then(Value::as_i64).filter(|it| *it >= 0)
}

/// True where the member is not there, or a moment that is not after this one.
fn has_begun(claims: &BTreeMap<&str, Value>, name: &str, latest: i64) -> bool {
    !claims.contains_key(name) || seconds(claims, name).is_some_and(|it| it <= latest)
}

fn is_named(members: &BTreeMap<&str, Value>, name: &str, expected: &str) -> bool {
    members.get(name).is_some_and(|it| it == expected)
}

fn is_id(claims: &BTreeMap<&str, Value>, name: &str) -> bool {
    claims.get(name).and_then(Value::as_str).is_some_and(|it| (1..=256).contains(&it.len()))
}

/// FZ-4: a token of ours is believed exactly where it is as we signed it and the plain reading of its members says so.
#[test]
fn fz_4_a_token_is_believed_where_a_plain_reader_believes_it_and_nowhere_else() {
    let (mut chance, [key, other]) = (Chance::new("fz_4 tokens"), keys());
    let published = [key.verification_key().clone()];
    let header = json!({ "typ": "JWT", "alg": "ES256", "kid": key.kid() });
    let claims = json!({ "iss": ISSUER, "sub": "ada", "aud": "app", "iat": NOW, "exp": NOW + 300 });
    let expect = jwt::Expect {
        typ: Typ::IdToken,
        issuer: ISSUER,
        audience: Some("app"),
        now_seconds: NOW,
        allow_expired: false,
    };
    let mut believed = 0;

    for _ in 0..rounds() {
        let forged = forge(&mut chance, [&key, &other], &header, &claims);
        let plain = forged.header.read().zip(forged.claims.read()).is_some_and(|(header, claims)| {
            let foreign = ["jku", "jwk", "x5u", "x5c", "x5t#S256"];
            is_named(&header, "alg", "ES256")
                && is_named(&header, "kid", key.kid())
                && is_named(&header, "typ", "JWT")
                && !CHANGING.iter().chain(&foreign).any(|name| header.contains_key(name))
                && is_named(&claims, "iss", ISSUER)
                && is_named(&claims, "aud", "app")
                && claims.get("sub").and_then(Value::as_str).is_some_and(|it| !it.is_empty())
                && seconds(&claims, "exp").is_some_and(|it| it > NOW - 5)
                && claims.contains_key("iat")
                && ["iat", "nbf"].into_iter().all(|name| has_begun(&claims, name, NOW + 5))
        });
        let is_believed = jwt::verify(&published, &expect, &forged.text).is_ok();
        assert_eq!(is_believed, plain && forged.is_true, "{}\n{}", forged.header.text(), forged.claims.text());
        believed += usize::from(is_believed);
    }
    assert!(believed * 50 > rounds(), "only {believed} tokens were believed");
}

/// FZ-4: so is the assertion of a client, for which less must be in the header and more in the claims.
#[test]
fn fz_4_an_assertion_is_believed_where_a_plain_reader_believes_it_and_nowhere_else() {
    let (mut chance, [key, other]) = (Chance::new("fz_4 assertions"), keys());
    let jwks = json!({ "keys": [key.verification_key().public_jwk()] }).to_string();
    let header = json!({ "typ": "JWT", "alg": "ES256", "kid": key.kid() });
    let claims = json!({ "iss": "app", "sub": "app", "aud": ISSUER, "jti": "one", "iat": NOW, "exp": NOW + 60 });
    let mut believed = 0;

    for _ in 0..rounds() {
        let forged = forge(&mut chance, [&key, &other], &header, &claims);
        let plain = forged.header.read().zip(forged.claims.read()).is_some_and(|(header, claims)| {
            let typ = header.get("typ").map(|it| it.as_str().unwrap_or("none").to_ascii_lowercase());
            matches!(typ.as_deref(), None | Some("jwt"))
                && is_named(&header, "alg", "ES256")
                && header.get("kid").is_none_or(|it| it == key.kid())
                && !CHANGING.iter().any(|name| header.contains_key(name))
                && is_named(&claims, "iss", "app")
                && is_named(&claims, "sub", "app")
                && is_named(&claims, "aud", ISSUER)
                && is_id(&claims, "jti")
                && seconds(&claims, "exp").is_some_and(|it| it > NOW - 30 && it <= NOW + 330)
                && ["iat", "nbf"].into_iter().all(|name| has_begun(&claims, name, NOW + 30))
        });
        let is_believed = assertion::verify(&jwks, (ISSUER, "app"), NOW, &forged.text).is_ok();
        assert_eq!(is_believed, plain && forged.is_true, "{}\n{}", forged.header.text(), forged.claims.text());
        let (_named, _algorithm) = (assertion::named(&forged.text), assertion::algorithm(&forged.text));
        believed += usize::from(is_believed);
    }
    assert!(believed * 50 > rounds(), "only {believed} assertions were believed");
}

/// FZ-4: and the proof that somebody holds a key, which brings that key along.
#[test]
fn fz_4_a_proof_is_believed_where_a_plain_reader_believes_it_and_nowhere_else() {
    let (mut chance, [key, other]) = (Chance::new("fz_4 proofs"), keys());
    let jwk = key.verification_key().public_jwk();
    let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk });
    let ath = URL_SAFE_NO_PAD.encode(Sha256::digest(ACCESS));
    let claims = json!({ "htm": "POST", "htu": ENDPOINT, "iat": NOW, "jti": "one", "nonce": "good", "ath": ath });
    let nonces = ["good".to_owned()];
    let expect =
        dpop::Expect { method: "POST", url: ENDPOINT, access_token: Some(ACCESS), nonces: &nonces, now_seconds: NOW };
    let mut believed = 0;

    for _ in 0..rounds() {
        let forged = forge(&mut chance, [&key, &other], &header, &claims);
        let plain = forged.header.read().zip(forged.claims.read()).is_some_and(|(header, claims)| {
            let typ = header.get("typ").and_then(Value::as_str).unwrap_or_default();
            typ.strip_prefix("application/").unwrap_or(typ) == "dpop+jwt"
                && is_named(&header, "alg", "ES256")
                && header.get("jwk") == Some(jwk)
                && header.get("kid").is_none_or(|it| it == key.kid())
                && !CHANGING.iter().any(|name| header.contains_key(name))
                && is_named(&claims, "htm", "POST")
                && is_named(&claims, "htu", ENDPOINT)
                && is_named(&claims, "ath", &ath)
                && is_named(&claims, "nonce", "good")
                && is_id(&claims, "jti")
                && seconds(&claims, "iat").is_some_and(|it| it > NOW - 60 && it <= NOW + 30)
        });
        let proven = dpop::verify(&forged.text, &expect);
        assert_eq!(proven.is_ok(), plain && forged.is_true, "{}\n{}", forged.header.text(), forged.claims.text());
        assert!(proven.iter().all(|it| it.jkt == key.kid()));
        believed += usize::from(proven.is_ok());
    }
    assert!(believed * 50 > rounds(), "only {believed} proofs were believed");
}

fn keys() -> [SigningKey; 2] {
    [SigningKey::generate_es256().unwrap(), SigningKey::generate_es256().unwrap()]
}

/// An application with these redirect URIs.
fn registered(auth_method: AuthMethod, redirect_uris: &[&str]) -> Registration {
    Registration {
        client_id: "app".to_owned(),
        name: "Ledger".to_owned(),
        auth_method,
        jwks: None,
        redirect_uris: redirect_uris.iter().map(|it| (*it).to_owned()).collect(),
        post_logout_redirect_uris: Vec::new(),
        backchannel_logout_uri: None,
        frontchannel_logout_uri: None,
        frontchannel_logout_session_required: false,
        scopes: Scope::ALL.into_iter().collect(),
        first_party: true,
        require_mfa: false,
        profile: Profile::Standard,
        id_token_alg: Algorithm::Es256,
        access_token_format: AccessTokenFormat::Opaque,
        require_pushed_authorization_requests: false,
        dpop_bound_access_tokens: false,
        device_grant: false,
        resource: None,
        audiences: Vec::new(),
        pairwise: false,
        claims: Default::default(),
        initiate_login_uri: None,
        lifetimes: Lifetimes::default(),
        reach: Reach::default(),
    }
}

const PARTS: [&str; 26] = [
    "&",
    "=",
    "%",
    "+",
    "%00",
    "%0d%0a",
    "%ff",
    "%26",
    "%3d",
    "%2525",
    "&client_id=CLIENT",
    "&redirect_uri=https://evil.example/",
    "&scope=openid",
    "&state=",
    "&response_type=code",
    "&response_mode=form_post",
    "&prompt=none",
    "&max_age=-1",
    "&claims={}",
    "&request_uri=x",
    "//evil.example",
    "@evil.example",
    "..%2f",
    "#",
    ";",
    "\u{202e}",
];

/// The seeds of a file for this client.
fn seeds(file: &str, client: &str) -> Vec<String> {
    lines(file).iter().map(|it| it.replace("CLIENT", client)).collect()
}

/// The pairs of a query, and whether a name occurs twice.
fn pairs(text: &str) -> (BTreeMap<String, String>, bool) {
    let all: Vec<(String, String)> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    let count = all.len();
    let once: BTreeMap<String, String> = all.into_iter().collect();
    let is_repeated = once.len() < count;
    (once, is_repeated)
}

/// FZ-5: any authorization request is refused on a page, or answered at the registered address byte for byte; nothing that
/// occurs twice is read, and what is taken up is a code flow with a challenge. Any token request is read or refused.
#[test]
fn fz_5_a_request_is_answered_at_a_registered_address_or_nowhere() {
    let (mut chance, seeds, bodies) = (Chance::new("fz_5"), seeds("authorize.txt", "app"), seeds("tokens.txt", "app"));
    let client = registered(AuthMethod::ClientSecretPost, &[REDIRECT]);
    let mut taken = 0;

    for _ in 0..rounds() {
        let text = chance.mutated_with(&seeds, &PARTS);
        let (sent, is_repeated) = pairs(&text);
        let Ok(params) = Params::parse(&[text.as_bytes()]) else { continue };
        assert!(!is_repeated, "{text}");
        let Ok(request) = authorize::parse(params) else { continue };
        let (reply_to, location) = match authorize::validate(&request, &client) {
            Ok(asked) => {
                assert_eq!((sent["response_type"].as_str(), sent["code_challenge_method"].as_str()), ("code", "S256"));
                assert_eq!(
                    (asked.code_challenge.len(), &asked.code_challenge),
                    (43, &sent["code_challenge"]),
                    "{text}"
                );
                assert_eq!(ClaimsRequest::parse(&asked.claims.to_string()).as_ref(), Ok(&asked.claims), "{text}");
                taken += 1;
                (asked.reply_to.clone(), asked.reply_to.code(ISSUER, "dwcode_x").location())
            }
            Err(Refusal::Redirect { reply_to, error }) => {
                let location = reply_to.error(ISSUER, &error).location();
                (reply_to, location)
            }
            Err(Refusal::Page(_)) => continue,
        };
        assert_eq!((reply_to.redirect_uri(), sent["redirect_uri"].as_str()), (REDIRECT, REDIRECT), "{text}");
        assert!(location.starts_with(&format!("{REDIRECT}?")), "{text}: {location}");
        assert!(location.bytes().all(|it| it.is_ascii_graphic()), "{text}: {location}");
        let back = Url::parse(&location).unwrap();
        let state = back.query_pairs().find(|(name, _)| name == "state").map(|(_, value)| value.into_owned());
        assert_eq!(state.as_ref(), sent.get("state").filter(|it| !it.is_empty()), "{text}");
    }
    assert!(taken * 200 > rounds(), "only {taken} requests were taken up");
    for _ in 0..rounds() {
        let text = chance.mutated_with(&bodies, &PARTS);
        let Ok(body) = Params::parse(&[text.as_bytes()]) else { continue };
        let _credentials = Credentials::of([], &body);
        if let Ok(token::Request { grant: token::Grant::Code(_), .. }) =
            token::parse(&body, &registered(AuthMethod::None, &[REDIRECT]))
        {
            assert!((43..=128).contains(&pairs(&text).0["code_verifier"].len()), "{text}");
        }
    }
    let claims = lines("claims.txt");
    for _ in 0..rounds() {
        let text =
            chance.mutated_with(&claims, &["{", "}", "[", "]", "\"", ":", ",", "null", "\"sub\":{\"value\":\"x\"}"]);
        if let Ok(read) = ClaimsRequest::parse(&text) {
            assert_eq!(ClaimsRequest::parse(&read.to_string()).as_ref(), Ok(&read), "{text}");
        }
    }
}

/// FZ-5: the same over HTTP, where nothing is a fault of the server and nobody is sent anywhere but to the application or to the
/// pages of the sign-in.
#[tokio::test]
async fn fz_5_no_request_over_http_is_a_fault_or_leads_away() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let (mut chance, browser) = (Chance::new("fz_5 over HTTP"), stage.browser(&stage.ada).await);
    let (seeds, bodies) = (seeds("authorize.txt", &rp.client_id), seeds("tokens.txt", &rp.client_id));
    assert!(seeds.iter().any(|it| it.contains(CHALLENGE)));
    let mut codes = 0;

    for round in 0..rounds() / 10 {
        let query = chance.mutated_with(&seeds, &PARTS);
        let reply = if round % 4 == 0 {
            let post = stage.server.request(Method::POST, "/oauth2/authorize");
            let post = post.header("content-type", "application/x-www-form-urlencoded");
            browser.send(post.body(query.clone())).await
        } else {
            browser.get(&format!("/oauth2/authorize?{}", query.replace('#', "%23"))).await
        };
        if let Some(location) = reply.header("location") {
            let is_ours = location.starts_with("/sign-in/") || location.starts_with("/oauth2/authorize?");
            assert!(is_ours || location.starts_with(&format!("{REDIRECT}?")), "{query}: {location}");
            codes += usize::from(location.contains("code=dwcode_"));
        }
        let body = chance.mutated_with(&bodies, &PARTS);
        let path = *chance.one_of(&["/oauth2/token", "/oauth2/par", "/oauth2/introspect", "/oauth2/revoke"]);
        let post = stage.server.request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
        let reply = stage.server.send(post.body(body.clone())).await;
        assert!(matches!(reply.status, 400 | 401), "{path} {body}: {} {}", reply.status, reply.text);
    }
    assert!(codes > 0, "no request was good");
}

/// What follows `http://` and a loopback address, without the port that may differ.
fn without_port(uri: &str) -> Option<(&str, &str)> {
    let origins = ["http://127.0.0.1", "http://[::1]"];
    let (origin, rest) = origins.into_iter().find_map(|it| Some((it, uri.strip_prefix(it)?)))?;
    let after = match rest.strip_prefix(':') {
        None => rest,
        Some(rest) => {
            let (port, after) = rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count());
            let is_port = (1..=65_535).contains(&port.parse::<u32>().ok()?);
            is_port.then_some(after)?
        }
    };
    (after.is_empty() || after.starts_with(['/', '?'])).then_some((origin, after))
}

/// FZ-6: a presented redirect URI is a registered one byte by byte, or one that differs in the port of a loopback address, for
/// a client that can keep no secret. What may be registered is what a browser would open.
#[test]
fn fz_6_a_redirect_uri_is_the_registered_one_byte_by_byte() {
    let (mut chance, seeds) = (Chance::new("fz_6"), lines("redirects.txt"));
    let uris: Vec<&str> = seeds.iter().map(String::as_str).collect();
    let tokens =
        [":", "/", "//", "?", "#", "@", "%2f", "..", ":0", ":80", ":00080", ":65536", "[::1]", "\\", "\t", "*"];
    let (public, confidential) =
        (registered(AuthMethod::None, &uris), registered(AuthMethod::ClientSecretBasic, &uris));
    let (mut same, mut registrable) = (0, 0);

    for _ in 0..rounds() {
        let presented =
            if chance.below(8) == 0 { chance.one_of(&seeds).clone() } else { chance.mutated_with(&seeds, &tokens) };
        let is_same = uris.contains(&presented.as_str());
        let is_near = without_port(&presented)
            .is_some_and(|one| uris.iter().filter_map(|it| without_port(it)).any(|other| one == other));

        assert_eq!(confidential.has_redirect_uri(&presented), is_same, "{presented:?}");
        assert_eq!(public.has_redirect_uri(&presented), is_same || is_near, "{presented:?}");
        same += usize::from(is_same);
        if redirect_uri::check(&presented, &public).is_ok() {
            let opened = Url::parse(&presented).unwrap();
            assert!(opened.as_str() == presented || opened.as_str() == format!("{presented}/"), "{presented:?}");
            assert!(opened.fragment().is_none() && opened.username().is_empty(), "{presented:?}");
            let is_web = opened.scheme() == "https" || redirect_uri::check_web(&presented).is_ok();
            assert!(is_web || opened.scheme().contains('.'), "{presented:?}");
            registrable += 1;
        }
    }
    assert!(same * 20 > rounds() && registrable * 20 > rounds(), "{same} the same, {registrable} registrable");
}

const IN_HEADERS: [&str; 14] =
    [";", "; ", "=", " ", ",", "\"", "Bearer ", "Basic ", "dw_sid=", "TOKEN", "; dw_sid=x", "\u{e4}", "\t", "AAAA"];

/// The cookie as a plain reader of a header finds it: once, or not at all.
fn session_in(lines: &[String]) -> Option<String> {
    // A line with other signs than those of ASCII is passed over as a whole.
    let readable = lines.iter().filter(|it| it.bytes().all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte)));
    let pairs = readable.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    let found: Vec<&str> = pairs.filter(|(name, _)| *name == "dw_sid").map(|(_, value)| value).collect();
    <[&str; 1]>::try_from(found).ok().map(|[one]| one.to_owned())
}

/// FZ-7: whatever stands in `Authorization` and `Cookie`, once or twice, is no fault; it opens something exactly where it is the
/// whole credential, once.
#[tokio::test]
async fn fz_7_a_header_opens_something_where_it_is_the_credential_and_nowhere_else() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let tokens = stage.tokens(&rp, &stage.ada).await;
    let (access, browser) = (tokens["access_token"].as_str().unwrap(), stage.browser(&stage.ada).await);
    let session = browser.cookie("dw_sid").unwrap();
    let (mut chance, seeds) = (Chance::new("fz_7"), lines("headers.txt"));
    let (mut opened, mut signed_in) = (0, 0);

    for _ in 0..rounds() / 10 {
        let mut written = |secret: &str| -> Vec<String> {
            let count = if chance.below(6) == 0 { 2 } else { 1 };
            let line = |chance: &mut Chance| match chance.below(3) {
                0 => chance.one_of(&seeds).clone(),
                _ => chance.mutated_with(&seeds, &IN_HEADERS),
            };
            let all = (0..count).map(|_| line(&mut chance).replace("TOKEN", secret));
            // What cannot stand in a header is not sent; the blanks around it are no part of it.
            let sendable = all.filter(|it| HeaderValue::from_str(it).is_ok());
            sendable.map(|it| it.trim_matches([' ', '\t']).to_owned()).collect()
        };
        let (authorization, cookies) = (written(access), written(&session));

        for path in ["/oauth2/userinfo", "/oauth2/token", "/oauth2/introspect", "/api/v1/me", "/scim/v2/Users"] {
            let method =
                if path.starts_with("/oauth2/t") || path.ends_with("introspect") { Method::POST } else { Method::GET };
            let mut request = stage.server.request(method, path);
            for line in &authorization {
                request = request.header("authorization", line);
            }
            let reply = stage.server.send(request).await;
            let is_credential = authorization.len() == 1 && {
                let (scheme, rest) = authorization[0].split_once(' ').unwrap_or_default();
                scheme.eq_ignore_ascii_case("bearer") && rest.trim_matches(' ') == access
            };
            let is_open = reply.status == 200;
            assert_eq!(
                is_open,
                is_credential && path == "/oauth2/userinfo",
                "{path} {authorization:?}: {}",
                reply.text
            );
            opened += usize::from(is_open);
        }
        let mut request = stage.server.request(Method::GET, "/account");
        for line in &cookies {
            request = request.header("cookie", line);
        }
        let reply = Browser::new(&stage.server).send(request).await;
        let is_session = session_in(&cookies).as_ref() == Some(&session);
        assert_eq!(reply.status == 200, is_session, "{cookies:?}: {}", reply.text);
        signed_in += usize::from(is_session);
    }
    assert!(opened > 0 && signed_in > 0, "{opened} {signed_in}");
    for _ in 0..rounds() {
        let text = chance.mutated_with(&seeds, &IN_HEADERS);
        let nothing = Params::parse(&[]).unwrap();
        let (_credentials, refusal) =
            (Credentials::of([text.as_bytes()], &nothing), bearer::token([text.as_bytes()], &nothing, None).err());
        let challenge = refusal.map(|it| bearer::challenge(&it, bearer::Scheme::Bearer));
        assert!(challenge.iter().all(|it| HeaderValue::from_str(it).is_ok()), "{text:?}: {challenge:?}");
    }
}
