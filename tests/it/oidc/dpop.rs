//! Tokens that are worth nothing without the key they are bound to (RFC 9449), and the FAPI 2.0 Security Profile.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward::app::clients::{AccessTokenFormat, Algorithm, AuthMethod, NewClient, Profile};
use doorward::oidc::jwt::SigningKey;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::pushed::{ASKED, brought};
use super::stage::{Rp, Stage, answer, basic, claims, code_grant};
use crate::harness::{Reply, Server};
use crate::scim_clients::{JWT_BEARER, error, good, header, sign};

const TOKEN: &str = "/oauth2/token";
const USERINFO: &str = "/oauth2/userinfo";

/// A key, and how many proofs were signed with it.
struct Holder {
    key: SigningKey,
    signed: AtomicUsize,
}

impl Holder {
    fn new() -> Self {
        Self { key: SigningKey::generate_es256().unwrap(), signed: AtomicUsize::new(0) }
    }

    fn proof(&self, server: &Server, place: (&str, &str), token: Option<&str>, nonce: Option<&str>) -> String {
        let nth = self.signed.fetch_add(1, Ordering::Relaxed);
        let mut claims = json!({
            "htm": place.0,
            "htu": format!("{}{}", server.app.config.public_url, place.1),
            "iat": server.app.now().seconds(),
            "jti": format!("proof {nth}"),
        });
        if let Some(token) = token {
            claims["ath"] = json!(URL_SAFE_NO_PAD.encode(Sha256::digest(token)));
        }
        if let Some(nonce) = nonce {
            claims["nonce"] = json!(nonce);
        }
        let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": self.key.verification_key().public_jwk() });
        sign(&self.key, &header, &claims)
    }

    /// A request with a proof, signed again with the nonce that is asked for.
    async fn post(&self, server: &Server, path: &str, form: &[(&str, &str)], authorization: Option<&str>) -> Reply {
        let send = async |nonce: Option<&str>| {
            let proof = self.proof(server, ("POST", path), None, nonce);
            let mut request = server.request(Method::POST, path).header("dpop", proof).form(form);
            if let Some(value) = authorization {
                request = request.header("authorization", value);
            }
            server.send(request).await
        };
        let first = send(None).await;
        assert_eq!(error(&first), (400, "use_dpop_nonce".to_owned()));
        send(first.header("dpop-nonce")).await
    }

    async fn userinfo(&self, server: &Server, token: &str) -> Reply {
        let nonce = nonce(server).await;
        let proof = self.proof(server, ("GET", USERINFO), Some(token), Some(&nonce));
        present(server, token, &proof).await
    }
}

async fn present(server: &Server, token: &str, proof: &str) -> Reply {
    let request = server.request(Method::GET, USERINFO);
    server.send(request.header("authorization", format!("DPoP {token}")).header("dpop", proof)).await
}

async fn nonce(server: &Server) -> String {
    let proof = Holder::new().proof(server, ("POST", TOKEN), None, None);
    let form = [("grant_type", "refresh_token"), ("refresh_token", "x"), ("client_id", "x")];
    let reply = server.send(server.request(Method::POST, TOKEN).header("dpop", proof).form(&form)).await;
    reply.header("dpop-nonce").unwrap().to_owned()
}

fn secret(rp: &Rp) -> String {
    basic(&rp.client_id, rp.secret.as_ref().unwrap())
}

async fn tokens(stage: &Stage, rp: &Rp, holder: &Holder) -> Value {
    let code = stage.code(rp, &stage.browser(&stage.ada).await).await;
    holder.post(&stage.server, TOKEN, &code_grant(&code), Some(&secret(rp))).await.expect(200).json()
}

fn text<'v>(tokens: &'v Value, name: &str) -> &'v str {
    tokens[name].as_str().unwrap_or_else(|| panic!("no {name} in {tokens}"))
}

/// RFC 9449 5 to 7: whoever proves a key gets a token that only its holder can use, in either format.
#[tokio::test]
async fn a_token_that_is_bound_to_a_key_is_worth_nothing_without_it() {
    let stage = Stage::new().await;
    let server = &stage.server;
    for format in [AccessTokenFormat::Opaque, AccessTokenFormat::Jwt] {
        let rp = stage.rp_with(|new| NewClient { access_token_format: format, ..new }).await;
        let (holder, thief) = (Holder::new(), Holder::new());
        let got = tokens(&stage, &rp, &holder).await;
        let token = text(&got, "access_token");

        let own = holder.userinfo(server, token).await;
        let stolen = thief.userinfo(server, token).await;
        let bare = stage.userinfo(token).await;
        let without = server.request(Method::GET, USERINFO).header("authorization", format!("DPoP {token}"));
        let without = server.send(without).await;
        let told = stage.call(&rp, "/oauth2/introspect", &[("token", token)]).await.expect(200).json();

        assert_eq!((text(&got, "token_type"), own.status), ("DPoP", 200), "{}", own.text);
        assert!(own.header("dpop-nonce").is_some());
        assert_eq!(
            (error(&stolen), error(&bare)),
            ((401, "invalid_token".to_owned()), (401, "invalid_token".to_owned()))
        );
        assert_eq!(error(&without), (401, "invalid_dpop_proof".to_owned()));
        assert!(stolen.header("www-authenticate").unwrap().starts_with("DPoP "));
        assert_eq!((&told["token_type"], &told["cnf"]["jkt"]), (&json!("DPoP"), &json!(holder.key.kid())));
        if format == AccessTokenFormat::Jwt {
            assert_eq!(claims(token)["cnf"], json!({ "jkt": holder.key.kid() }));
        }
    }
}

/// A proof is for one request: not for another path, method or token, and not for a second time, on whichever node.
#[tokio::test]
async fn a_proof_works_once_and_for_one_request() {
    let stage = Stage::new().await;
    let server = &stage.server;
    let node = server.node().await;
    let (rp, holder) = (stage.rp().await, Holder::new());
    let (got, other) = (tokens(&stage, &rp, &holder).await, tokens(&stage, &rp, &holder).await);
    let (token, nonce) = (text(&got, "access_token"), nonce(server).await);
    let sign = |place, token: &str, nonce: &str| holder.proof(server, place, Some(token), Some(nonce));
    let once = sign(("GET", USERINFO), token, &nonce);
    let refused = (401, "invalid_dpop_proof".to_owned());

    present(server, token, &once).await.expect(200);
    for (name, node, proof) in [
        ("again", server, once.clone()),
        ("on another node", &node, once),
        ("another method", server, sign(("POST", USERINFO), token, &nonce)),
        ("another path", server, sign(("GET", TOKEN), token, &nonce)),
        ("another token", server, sign(("GET", USERINFO), text(&other, "access_token"), &nonce)),
        ("no token", server, holder.proof(server, ("GET", USERINFO), None, Some(&nonce))),
        ("no proof at all", server, "x".to_owned()),
    ] {
        assert_eq!(error(&present(node, token, &proof).await), refused, "{name}");
    }
    let foreign = sign(("GET", USERINFO), token, "a nonce of somebody else");
    assert_eq!(error(&present(server, token, &foreign).await), (401, "use_dpop_nonce".to_owned()));
    let twice = server.request(Method::GET, USERINFO).header("authorization", format!("DPoP {token}"));
    let twice = twice.header("dpop", sign(("GET", USERINFO), token, &nonce));
    let twice = server.send(twice.header("dpop", sign(("GET", USERINFO), token, &nonce))).await;
    assert_eq!(error(&twice), refused);
}

/// RFC 9449 8: a nonce is good for five to ten minutes; whoever comes with an older one is told the present one.
#[tokio::test]
async fn a_nonce_is_over_after_ten_minutes() {
    let stage = Stage::new().await;
    let server = &stage.server;
    let (rp, holder) = (stage.rp().await, Holder::new());
    let old = nonce(server).await;
    let try_with = async |nonce: &str| {
        let proof = holder.proof(server, ("POST", TOKEN), None, Some(nonce));
        let form = [("grant_type", "refresh_token"), ("refresh_token", "dwrt_x")];
        let request = server.request(Method::POST, TOKEN).header("authorization", secret(&rp)).header("dpop", proof);
        server.send(request.form(&form)).await
    };

    let fresh = try_with(&old).await;
    server.advance(Duration::from_mins(5));
    let later = try_with(&old).await;
    server.advance(Duration::from_mins(5));
    let over = try_with(&old).await;

    assert_eq!((error(&fresh).1, error(&later).1), ("invalid_grant".to_owned(), "invalid_grant".to_owned()));
    assert_eq!(error(&over), (400, "use_dpop_nonce".to_owned()));
    assert!(later.header("dpop-nonce").is_some_and(|present| present != old));
}

/// RFC 9449 10: a code that was asked for with a key is exchanged by its holder alone, whoever else has code and verifier.
#[tokio::test]
async fn a_code_that_is_bound_to_a_key_is_exchanged_by_its_holder_alone() {
    let stage = Stage::new().await;
    let server = &stage.server;
    let rp = stage.rp().await;
    let (holder, thief) = (Holder::new(), Holder::new());
    let browser = stage.browser(&stage.ada).await;
    let code = answer(&browser.get(&rp.request(&[("dpop_jkt", holder.key.kid())])).await)["code"].clone();
    let refused = (400, "invalid_grant".to_owned());

    let stolen = thief.post(server, TOKEN, &code_grant(&code), Some(&secret(&rp))).await;
    let bare = stage.redeem(&rp, &code).await;
    let own = holder.post(server, TOKEN, &code_grant(&code), Some(&secret(&rp))).await;

    assert_eq!((error(&stolen), error(&bare), own.status), (refused.clone(), refused, 200));
}

/// RFC 9449 5: the refresh token of a public client is bound to its key; that of another, which authenticates, is not.
#[tokio::test]
async fn the_refresh_token_of_a_public_client_is_bound_to_its_key() {
    let stage = Stage::new().await;
    let server = &stage.server;
    let public = stage.rp_with(|new| NewClient { auth_method: AuthMethod::None, ..new }).await;
    let rp = stage.rp().await;
    let (holder, other) = (Holder::new(), Holder::new());
    let code = stage.code(&public, &stage.browser(&stage.ada).await).await;
    let named = ("client_id", public.client_id.as_str());
    let form: Vec<_> = code_grant(&code).into_iter().chain([named]).collect();
    let got = holder.post(server, TOKEN, &form, None).await.expect(200).json();
    let grant = [("grant_type", "refresh_token"), ("refresh_token", text(&got, "refresh_token")), named];

    let stolen = other.post(server, TOKEN, &grant, None).await;
    let bare = stage.refresh(&public, text(&got, "refresh_token")).await;
    let own = holder.post(server, TOKEN, &grant, None).await.expect(200).json();
    let of_confidential = tokens(&stage, &rp, &holder).await;
    let grant = [("grant_type", "refresh_token"), ("refresh_token", text(&of_confidential, "refresh_token"))];
    let moved = other.post(server, TOKEN, &grant, Some(&secret(&rp))).await.expect(200).json();

    let refused = (400, "invalid_grant".to_owned());
    assert_eq!((error(&stolen), error(&bare)), (refused.clone(), refused));
    assert_eq!(holder.userinfo(server, text(&own, "access_token")).await.status, 200);
    assert_eq!(other.userinfo(server, text(&moved, "access_token")).await.status, 200);
}

/// A token that is bound to a key opens neither the API nor `/Me` of SCIM, where no proof is asked for.
#[tokio::test]
async fn a_bound_token_is_no_bearer_token_anywhere() {
    let stage = Stage::new().await;
    let server = &stage.server;
    let rp = stage.rp_with(|new| NewClient { scopes: Some("openid api scim".to_owned()), ..new }).await;
    let browser = stage.browser(&stage.ada).await;
    let code = answer(&browser.get(&rp.request(&[("scope", "openid api scim")])).await)["code"].clone();
    let got = Holder::new().post(server, TOKEN, &code_grant(&code), Some(&secret(&rp))).await.expect(200).json();

    for path in ["/api/v1/me", "/scim/v2/Me"] {
        for scheme in ["Bearer", "DPoP"] {
            let header = format!("{scheme} {}", text(&got, "access_token"));
            let reply = server.send(server.request(Method::GET, path).header("authorization", header)).await;
            assert_eq!(reply.status, 401, "{path} {scheme}");
        }
    }
}

/// A client of the profile `fapi2`, its key, and the key that its tokens are bound to.
struct Fapi {
    rp: Rp,
    key: SigningKey,
    holder: Holder,
}

impl Fapi {
    async fn new(stage: &Stage) -> Self {
        let key = SigningKey::generate_es256().unwrap();
        let jwks = json!({ "keys": [key.verification_key().public_jwk()] });
        let rp = stage
            .rp_with(|new| NewClient {
                auth_method: AuthMethod::PrivateKeyJwt,
                jwks: Some(jwks),
                profile: Profile::Fapi2,
                id_token_alg: Some(Algorithm::Ps256),
                ..new
            })
            .await;
        Self { rp, key, holder: Holder::new() }
    }

    fn assertion(&self, stage: &Stage, change: impl FnOnce(&mut Value)) -> String {
        let nth = self.holder.signed.load(Ordering::Relaxed);
        let mut claims = good(&stage.server, self.rp.id, &format!("assertion {nth}"));
        change(&mut claims);
        sign(&self.key, &header(&self.key), &claims)
    }

    async fn call(&self, stage: &Stage, path: &str, fields: &[(&str, &str)]) -> Reply {
        let assertion = self.assertion(stage, |_| {});
        let proof = [("client_assertion", assertion.as_str()), ("client_assertion_type", JWT_BEARER)];
        let form: Vec<_> = proof.iter().chain(fields).copied().collect();
        self.holder.post(&stage.server, path, &form, None).await
    }

    async fn code(&self, stage: &Stage) -> String {
        let nonce = "n".repeat(64);
        let named = ("client_id", self.rp.client_id.as_str());
        let form: Vec<_> = ASKED.iter().copied().chain([named, ("nonce", &nonce)]).collect();
        let pushed = self.call(stage, "/oauth2/par", &form).await.expect(201).json();
        let browser = stage.browser(&stage.ada).await;
        let reply = browser.get(&brought(&self.rp.client_id, text(&pushed, "request_uri"), &[])).await;
        let reply = answer(&reply);
        assert_eq!(reply["iss"], stage.server.app.config.public_url);
        reply["code"].clone()
    }
}

/// FAPI 2.0 Security Profile, the whole way: pushed with an assertion, bound to a key, signed with PS256, refreshed without
/// a new refresh token.
#[tokio::test]
async fn fapi2_a_client_of_the_profile_goes_the_whole_way() {
    let stage = Stage::new().await;
    let fapi = Fapi::new(&stage).await;
    let code = fapi.code(&stage).await;

    let got = fapi.call(&stage, TOKEN, &code_grant(&code)).await.expect(200).json();
    let again = fapi
        .call(&stage, TOKEN, &[("grant_type", "refresh_token"), ("refresh_token", text(&got, "refresh_token"))])
        .await;
    let third = fapi
        .call(&stage, TOKEN, &[("grant_type", "refresh_token"), ("refresh_token", text(&got, "refresh_token"))])
        .await;

    assert_eq!(text(&got, "token_type"), "DPoP");
    let header = text(&got, "id_token").split('.').next().unwrap().to_owned();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    assert_eq!(header["alg"], "PS256");
    assert_eq!(claims(text(&got, "id_token"))["nonce"], "n".repeat(64));
    for reply in [again, third] {
        let renewed = reply.expect(200).json();
        assert!(renewed.get("refresh_token").is_none());
        assert_eq!(fapi.holder.userinfo(&stage.server, text(&renewed, "access_token")).await.status, 200);
    }
}

/// FAPI 2.0 Security Profile 5.3: what a client of the profile must not get away with.
#[tokio::test]
async fn fapi2_what_the_profile_forbids_is_refused() {
    let stage = Stage::new().await;
    let server = &stage.server;
    let fapi = Fapi::new(&stage).await;
    let browser = stage.browser(&stage.ada).await;
    let issuer = server.app.config.public_url.clone();
    let now = server.app.now().seconds();
    let push = async |assertion: String| {
        let proof = [("client_assertion", assertion.as_str()), ("client_assertion_type", JWT_BEARER)];
        let named = ("client_id", fapi.rp.client_id.as_str());
        let form: Vec<_> = proof.iter().copied().chain(ASKED).chain([named]).collect();
        server.send(server.request(Method::POST, "/oauth2/par").form(&form)).await
    };

    let in_browser = browser.get(&fapi.rp.request(&[])).await;
    assert_eq!(answer(&in_browser)["error"], "invalid_request");

    for (name, value, status) in [
        ("aud", json!(format!("{issuer}/oauth2/par")), 401),
        ("aud", json!(format!("{issuer}/oauth2/token")), 401),
        ("aud", json!([issuer]), 401),
        ("nbf", json!(now + 8), 201),
        ("nbf", json!(now + 61), 401),
    ] {
        let id = json!(format!("{name} {value}"));
        let signed = fapi.assertion(&stage, |claims| {
            claims[name] = value.clone();
            claims["jti"] = id;
        });
        assert_eq!(push(signed).await.status, status, "{name} {value}");
    }
    let code = fapi.code(&stage).await;
    let assertion = fapi.assertion(&stage, |claims| claims["jti"] = json!("bare"));
    let form: Vec<_> = code_grant(&code)
        .into_iter()
        .chain([("client_assertion", assertion.as_str()), ("client_assertion_type", JWT_BEARER)])
        .collect();
    let bare = server.send(server.request(Method::POST, TOKEN).form(&form)).await;
    assert_eq!(error(&bare), (400, "invalid_dpop_proof".to_owned()));
    // The code was bound to the key of the push, and is still there for its holder.
    let other = Fapi { holder: Holder::new(), rp: fapi.rp.clone(), key: fapi.key.clone() };
    other.holder.signed.store(1_000, Ordering::Relaxed);
    assert_eq!(error(&other.call(&stage, TOKEN, &code_grant(&code)).await), (400, "invalid_grant".to_owned()));
    fapi.call(&stage, TOKEN, &code_grant(&code)).await.expect(200);
}

/// FAPI 2.0 Security Profile 5.4.1: RS256 proves nothing here, though the key itself would do.
#[tokio::test]
async fn fapi2_an_assertion_by_rs256_is_refused() {
    let stage = Stage::new().await;
    let key = SigningKey::generate(Algorithm::Rs256, 2048).unwrap();
    let jwks = json!({ "keys": [key.verification_key().public_jwk()] });
    let with = async |profile| {
        let jwks = Some(jwks.clone());
        let alg = Some(Algorithm::Es256);
        let auth_method = AuthMethod::PrivateKeyJwt;
        stage.rp_with(|new| NewClient { auth_method, jwks, profile, id_token_alg: alg, ..new }).await
    };
    let (fapi, standard) = (with(Profile::Fapi2).await, with(Profile::Standard).await);
    let grant = [("grant_type", "refresh_token"), ("refresh_token", "dwrt_x")];
    let call = async |rp: &Rp| {
        let claims = good(&stage.server, rp.id, "rs256");
        let claims = claims.as_object().unwrap();
        let signed = doorward::oidc::jwt::sign(&key, doorward::oidc::jwt::Typ::IdToken, claims).unwrap();
        let proof = [("client_assertion", signed.as_str()), ("client_assertion_type", JWT_BEARER)];
        let form: Vec<_> = proof.iter().chain(&grant).copied().collect();
        stage.server.send(stage.server.request(Method::POST, TOKEN).form(&form)).await
    };

    assert_eq!(error(&call(&standard).await), (400, "invalid_grant".to_owned()));
    assert_eq!(error(&call(&fapi).await), (401, "invalid_client".to_owned()));
}
