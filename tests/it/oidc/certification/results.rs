//! The modules about what comes of an answer: codes, tokens, and what is told about the person.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward::app::clients::{AuthMethod, NewClient};
use doorward::app::keys;
use doorward::oidc::jwt::{Expect, Typ, verify};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{ADA, Answer, Flow, Mode, id_token, names, text, well_known};
use crate::harness::Browser;
use crate::oidc::stage::{self, code_grant};

/// What an ID token may hold when nothing was asked for but who it is.
const MINIMAL: [&str; 14] = [
    "acr",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "exp",
    "iat",
    "iss",
    "nonce",
    "org_id",
    "org_slug",
    "session_expiry",
    "sid",
    "sub",
];

/// Somebody who has never been here signs in, agrees, and the application gets what it asked for and no more.
pub(super) async fn server(mode: Mode) {
    let flow = Flow::with(mode, |new| NewClient { first_party: false, ..new }).await;
    let browser = Browser::new(&flow.stage.server);
    let openid = [("scope", "openid")];

    let (_, consent) = stage::sign_in(&browser, &flow.request(&openid), ADA).await;
    let first = flow.read(&browser.submit(&consent, &[("decision", "allow")]).await);
    let second = flow.ask(&browser, &openid).await;
    let tokens = flow.redeem(&first).await;

    assert!(is_unguessable(&first["code"]) && first["code"] != second["code"], "{first:?} {second:?}");
    assert!(is_unguessable(text(&tokens, "access_token")));
    assert_eq!(tokens["token_type"], "Bearer");
    assert!((1..=3600).contains(&tokens["expires_in"].as_i64().unwrap()));
    assert!(tokens.get("refresh_token").is_none(), "nobody asked for one");
    let claims = id_token(&tokens);
    assert_eq!(names(&claims), MINIMAL.into_iter().collect::<BTreeSet<_>>());
    let hash = Sha256::digest(text(&tokens, "access_token"));
    assert_eq!(claims["at_hash"], URL_SAFE_NO_PAD.encode(&hash[..16]));
    assert_eq!((&claims["aud"], &claims["nonce"]), (&json!(flow.rp.client_id), &json!("n-0S6_WzA2Mj")));
    assert_eq!(claims["iss"], flow.stage.server.url);
}

/// 128 bits at least, in an alphabet of 64 signs at most.
fn is_unguessable(token: &str) -> bool {
    let chance = token.split_once('_').unwrap().1;
    let signs: BTreeSet<char> = chance.chars().collect();
    chance.len() >= 22 && signs.len() > 8
}

/// The ID token is signed with RS256 by the one key of the published set that it names.
pub(super) async fn idtoken_signature(mode: Mode) {
    let flow = Flow::new(mode).await;
    let browser = flow.browser().await;
    let tokens = flow.tokens(&browser, &[]).await;
    let token = text(&tokens, "id_token");
    let header = token.split('.').next().unwrap();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();

    let published = flow.stage.server.get("/oauth2/jwks").await.expect(200).json();

    assert_eq!(header["alg"], "RS256");
    let same_kid = |key: &&Value| key["kid"] == header["kid"];
    let named: Vec<_> = published["keys"].as_array().unwrap().iter().filter(same_kid).collect();
    assert_eq!(named.len(), 1, "{published}");
    assert_eq!((&named[0]["kty"], &named[0]["alg"]), (&json!("RSA"), &json!("RS256")));
    let app = &flow.stage.server.app;
    let expect = Expect {
        typ: Typ::IdToken,
        issuer: &flow.stage.server.url,
        audience: Some(&flow.rp.client_id),
        now_seconds: app.now().seconds(),
        allow_expired: false,
    };
    let keys = keys::current(app).await.unwrap();
    assert_eq!(verify(keys.published(), &expect, token).unwrap()["sub"], flow.stage.ada.user.id.to_string());
}

/// How an access token comes to userinfo.
#[derive(Clone, Copy)]
pub(super) enum Bearer {
    Get,
    PostHeader,
    PostBody,
}

/// Userinfo takes the token in this way and tells of the person of the ID token.
pub(super) async fn userinfo(mode: Mode, by: Bearer) {
    let flow = Flow::new(mode).await;
    let browser = flow.browser().await;
    let tokens = flow.tokens(&browser, &[]).await;
    let token = text(&tokens, "access_token");
    let request = |method| flow.stage.server.request(method, "/oauth2/userinfo");

    let request = match by {
        Bearer::Get => request(Method::GET).bearer_auth(token),
        Bearer::PostHeader => request(Method::POST).bearer_auth(token),
        Bearer::PostBody => request(Method::POST).form(&[("access_token", token)]),
    };
    let reply = flow.stage.server.send(request).await.expect(200);

    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.json()["sub"], id_token(&tokens)["sub"]);
}

/// A nonce is repeated where one came, and none is made up.
pub(super) async fn without_nonce(mode: Mode) {
    let flow = Flow::new(mode).await;
    let browser = flow.browser().await;

    let claims = flow.id_token(&browser, &[("nonce", "")]).await;

    assert!(claims.get("nonce").is_none(), "{claims}");
}

const PROFILE: &[&str] = &[
    "birthdate",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "picture",
    "preferred_username",
    "profile",
    "updated_at",
    "website",
    "zoneinfo",
];
const EMAIL: &[&str] = &["email", "email_verified"];
const ADDRESS: &[&str] = &["address"];
const PHONE: &[&str] = &["phone_number", "phone_number_verified"];

/// The claims of this scope are told at userinfo, all of them and no others, and none of them in the ID token.
pub(super) async fn scope(mode: Mode, scope: &str) {
    let flow = Flow::new(mode).await;
    let zoe = well_known(&flow.stage).await;
    let browser = flow.stage.browser(&zoe).await;
    let asked = format!("openid {scope}");

    let tokens = flow.tokens(&browser, &[("scope", &asked)]).await;
    let told = flow.userinfo(&tokens).await;

    let of = |word: &str| match word {
        "profile" => PROFILE,
        "email" => EMAIL,
        "address" => ADDRESS,
        "phone" => PHONE,
        other => panic!("no scope {other}"),
    };
    let expected: BTreeSet<&str> = scope.split(' ').flat_map(of).copied().collect();
    let found: BTreeSet<&str> = names(&told).difference(&["sub", "org_id", "org_slug"].into()).copied().collect();
    assert_eq!(found, expected);
    let claims = id_token(&tokens);
    assert!(names(&claims).is_disjoint(&expected), "{claims}");
}

/// A code works once.
pub(super) async fn codereuse(mode: Mode) {
    let flow = Flow::new(mode).await;
    let browser = flow.browser().await;
    let answer = flow.ask(&browser, &[]).await;
    flow.redeem(&answer).await;

    assert_eq!(refused(&flow, &answer).await, "invalid_grant");
}

/// Half a minute later it does not work either, and takes along what it gave.
pub(super) async fn codereuse_30seconds(mode: Mode) {
    let flow = Flow::new(mode).await;
    let browser = flow.browser().await;
    let answer = flow.ask(&browser, &[]).await;
    let tokens = flow.redeem(&answer).await;
    flow.stage.server.advance(Duration::from_secs(30));

    assert_eq!(refused(&flow, &answer).await, "invalid_grant");

    assert_eq!(flow.stage.userinfo(text(&tokens, "access_token")).await.status, 401);
}

async fn refused(flow: &Flow, answer: &Answer) -> String {
    let reply = flow.stage.redeem(&flow.rp, &answer["code"]).await.expect(400);
    text(&reply.json(), "error").to_owned()
}

/// The secret may come in the body, for those who are registered so.
pub(super) async fn client_secret_post(mode: Mode) {
    let flow = Flow::with(mode, |new| NewClient { auth_method: AuthMethod::ClientSecretPost, ..new }).await;
    let browser = flow.browser().await;

    let answer = flow.ask(&browser, &[]).await;
    let reply = flow.stage.redeem(&flow.rp, &answer["code"]).await.expect(200);

    assert!(reply.json().get("id_token").is_some());
}

/// A claim that is asked for by name comes at userinfo, and does not bring the others of its scope along.
pub(super) async fn claims_essential(mode: Mode) {
    let flow = Flow::new(mode).await;
    let browser = flow.browser().await;
    let asked = [("scope", "openid"), ("claims", "{\"userinfo\":{\"name\":{\"essential\":true}}}")];

    let tokens = flow.tokens(&browser, &asked).await;

    let told = flow.userinfo(&tokens).await;
    assert_eq!((&told["sub"], &told["name"]), (&json!(flow.stage.ada.user.id.to_string()), &json!("Ada Lovelace")));
    assert_eq!(names(&told), ["name", "org_id", "org_slug", "sub"].into());
    assert!(id_token(&tokens).get("name").is_none());
}

/// A refresh token cannot be guessed, belongs to its client, and what it gives works.
pub(super) async fn refresh_token(mode: Mode) {
    let flow = Flow::new(mode).await;
    let other = flow.stage.rp().await;
    let browser = flow.browser().await;
    let tokens = flow.tokens(&browser, &[]).await;
    let token = text(&tokens, "refresh_token");

    let stolen = flow.stage.refresh(&other, token).await;
    let renewed = flow.stage.refresh(&flow.rp, token).await.expect(200);

    assert!(is_unguessable(token));
    assert_eq!((stolen.status, text(&stolen.json(), "error")), (400, "invalid_grant"));
    assert_eq!((renewed.header("cache-control"), renewed.header("pragma")), (Some("no-store"), Some("no-cache")));
    let renewed = renewed.json();
    let (before, after) = (id_token(&tokens), id_token(&renewed));
    for name in ["iss", "sub", "aud", "auth_time"] {
        assert_eq!(after[name], before[name], "{name}");
    }
    assert_eq!(flow.userinfo(&renewed).await["sub"], before["sub"]);
}

/// S256 works, and the verifier is what opens the code.
pub(super) async fn valid_pkce(mode: Mode) {
    let flow = Flow::new(mode).await;
    let browser = flow.browser().await;
    let answer = flow.ask(&browser, &[]).await;
    let wrong = "a".repeat(43);
    let mut grant = code_grant(&answer["code"]);
    grant[3].1 = &wrong;

    let without = flow.stage.token(&flow.rp, &grant).await.expect(400).json();

    assert_eq!(without["error"], "invalid_grant");
    assert!(flow.redeem(&answer).await.get("id_token").is_some());
}
