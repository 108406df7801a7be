//! The lines of IPSIE that an identity service keeps towards applications (OpenID Connect SL1 profile), one by one; what is kept by
//! every profile is shown here for this one. `docs/ipsie.md` says where the other lines are shown.

use std::time::Duration;

use doorward::app::clients::{self, AuthMethod, Edit, NewClient, Profile};
use doorward::app::sessions;
use doorward::app::users::Person;
use doorward::domain::id::{ConnectionId, SessionId};
use doorward::domain::session::{Session, Upstream};
use serde_json::{Value, json};

use super::stage::{REDIRECT, Rp, Stage, answer, claims, code_grant};
use crate::harness::{Browser, Server};
use crate::scim_clients::error;

async fn rp(stage: &Stage) -> Rp {
    stage.rp_with(|new| NewClient { profile: Profile::IpsieSl1, ..new }).await
}

/// A browser in which this person has signed in by these methods, and, where they came from an identity provider that says until
/// when, until then.
async fn browser<'s>(stage: &'s Stage, person: &Person, amr: &[&str], hours_upstream: Option<u64>) -> Browser<'s> {
    let app = &stage.server.app;
    let now = app.now();
    let upstream = hours_upstream.map(|hours| Upstream {
        connection: ConnectionId::new(),
        issuer: "https://idp.example".to_owned(),
        sid: None,
        ends_at: Some(now.after(Duration::from_hours(hours))),
    });
    let ends_at = upstream.as_ref().and_then(|it| it.ends_at);
    let session = Session {
        id: SessionId::new(),
        org: person.user.org,
        user: person.user.id,
        amr: amr.iter().map(|&it| it.to_owned()).collect(),
        auth_time: now,
        created_at: now,
        last_seen_at: now,
        expires_at: ends_at.unwrap_or_else(|| now.after(Duration::from_hours(24))),
        ip: "127.0.0.1".to_owned(),
        user_agent: "test".to_owned(),
        device: None,
        upstream,
    };
    let token = sessions::begin(app, person, &session, (None, false)).await.unwrap();
    let browser = Browser::new(&stage.server);
    browser.set_jar(std::collections::BTreeMap::from([("dw_sid".to_owned(), token.reveal().clone())]));
    browser
}

const TWO_FACTORS: [&str; 3] = ["pwd", "otp", "mfa"];

async fn tokens(stage: &Stage, rp: &Rp, browser: &Browser<'_>) -> Value {
    let code = stage.code(rp, browser).await;
    stage.redeem(rp, &code).await.expect(200).json()
}

fn id_token(tokens: &Value) -> Value {
    claims(tokens["id_token"].as_str().unwrap())
}

/// SL1: "send acr, amr, auth_time, session_expiry"; the audience is one text.
#[tokio::test]
async fn ipsie_sl1_each_id_token_says_how_and_when_somebody_signed_in_and_until_when() {
    let stage = Stage::new().await;
    let rp = rp(&stage).await;
    let now = stage.server.app.now();
    let browser = browser(&stage, &stage.grace, &TWO_FACTORS, None).await;

    let first = tokens(&stage, &rp, &browser).await;
    stage.server.advance(Duration::from_mins(3));
    let refreshed = stage.refresh(&rp, first["refresh_token"].as_str().unwrap()).await.expect(200).json();

    for told in [id_token(&first), id_token(&refreshed)] {
        assert_eq!((&told["acr"], &told["amr"]), (&json!("aal2"), &json!(TWO_FACTORS)));
        assert_eq!(told["auth_time"], json!(now.seconds()));
        assert_eq!(told["session_expiry"], json!(now.after(Duration::from_hours(24)).seconds()));
        assert_eq!(told["aud"], json!(rp.client_id));
    }
}

/// SL1: the end of the session that the identity provider says is the end of everything that came of it.
#[tokio::test]
async fn ipsie_sl1_the_end_of_the_session_upstream_is_handed_down_and_kept() {
    let stage = Stage::new().await;
    let rp = rp(&stage).await;
    let ends = stage.server.app.now().after(Duration::from_hours(2));
    let browser = browser(&stage, &stage.grace, &TWO_FACTORS, Some(2)).await;

    let tokens = tokens(&stage, &rp, &browser).await;

    assert_eq!(id_token(&tokens)["session_expiry"], json!(ends.seconds()));
    stage.server.advance(Duration::from_hours(2));
    assert_eq!(stage.refresh(&rp, tokens["refresh_token"].as_str().unwrap()).await.status, 400);
    let silent = answer(&browser.get(&rp.request(&[("prompt", "none")])).await);
    assert_eq!(silent["error"], "login_required");
}

/// SL1: "enforce MFA".
#[tokio::test]
async fn ipsie_sl1_nobody_comes_in_with_one_factor() {
    let stage = Stage::new().await;
    let rp = rp(&stage).await;
    let browser = browser(&stage, &stage.grace, &["pwd"], None).await;

    let silent = answer(&browser.get(&rp.request(&[("prompt", "none")])).await);
    let asked = browser.get(&rp.request(&[])).await;

    assert!(!silent.contains_key("code"), "{silent:?}");
    assert!(!asked.header("location").unwrap().starts_with(REDIRECT), "the person is asked for a second factor");
}

/// SL1: "honour max_age".
#[tokio::test]
async fn ipsie_sl1_max_age_is_honoured() {
    let stage = Stage::new().await;
    let rp = rp(&stage).await;
    let browser = browser(&stage, &stage.grace, &TWO_FACTORS, None).await;
    stage.server.advance(Duration::from_mins(10));

    let fresh = answer(&browser.get(&rp.request(&[("prompt", "none"), ("max_age", "3600")])).await);
    let stale = answer(&browser.get(&rp.request(&[("prompt", "none"), ("max_age", "60")])).await);

    assert!(fresh.contains_key("code"));
    assert_eq!(stale["error"], "login_required");
}

/// SL1: code and PKCE with S256 alone, no password grant, the parameter `iss`, a code once and for a minute, 303 after a POST.
#[tokio::test]
async fn ipsie_sl1_there_is_one_way_to_a_token() {
    let stage = Stage::new().await;
    let rp = rp(&stage).await;
    let browser = browser(&stage, &stage.grace, &TWO_FACTORS, None).await;
    let refused = |change: (&'static str, &'static str)| {
        let (browser, request) = (&browser, rp.request(&[change]));
        async move { answer(&browser.get(&request).await)["error"].clone() }
    };

    assert_eq!(refused(("response_type", "token")).await, "unsupported_response_type");
    assert_eq!(refused(("code_challenge", "")).await, "invalid_request");
    assert_eq!(refused(("code_challenge_method", "plain")).await, "invalid_request");
    let password = [("grant_type", "password"), ("username", "grace@acme.example"), ("password", "x")];
    assert_eq!(error(&stage.token(&rp, &password).await), (400, "unsupported_grant_type".to_owned()));
    let request = rp.request(&[("nonce", &"n".repeat(64))]);
    let reply = browser.get(&request).await;
    assert_eq!(reply.header("access-control-allow-origin"), None);
    let good = answer(&reply);
    assert_eq!(good["iss"], stage.server.app.config.public_url);
    let late = good["code"].clone();
    let in_time = stage.code(&rp, &browser).await;
    stage.redeem(&rp, &in_time).await.expect(200);
    assert_eq!(stage.token(&rp, &code_grant(&in_time)).await.status, 400, "once");
    stage.server.advance(Duration::from_secs(61));
    assert_eq!(stage.token(&rp, &code_grant(&late)).await.status, 400, "for a minute");
}

/// SL1: no RS256, https alone, no tokens for other things than claims about the person; common profile: pairwise subjects are offered,
/// and public clients are possible.
#[tokio::test]
async fn ipsie_sl1_an_application_is_registered_by_its_rules_or_not_at_all() {
    let stage = Stage::new().await;
    let rp = rp(&stage).await;
    let refused = async |edit: Edit| {
        let edited = clients::edit(&stage.server.app, &Server::operator(), rp.id, edit).await;
        edited.map(|_| ()).unwrap_err().to_string()
    };
    let set = Edit::default;

    let rs256 = doorward::app::clients::Algorithm::Rs256;
    assert!(refused(Edit { id_token_alg: Some(rs256), ..set() }).await.contains("PS256, ES256 or EdDSA"));
    let plain = Some(vec!["http://127.0.0.1:8080/callback".to_owned()]);
    assert!(refused(Edit { redirect_uris: plain, ..set() }).await.contains("https"));
    assert!(refused(Edit { device_grant: Some(true), ..set() }).await.contains("code flow alone"));
    let other = Some(vec!["https://api.example".to_owned()]);
    assert!(refused(Edit { audiences: other, ..set() }).await.contains("no tokens for other resources"));
    assert!(refused(Edit { scopes: Some("openid api".to_owned()), ..set() }).await.contains("ipsie-sl1"));
    let public = |new| NewClient {
        profile: Profile::IpsieSl1,
        auth_method: AuthMethod::None,
        pairwise: true,
        frontchannel_logout_uri: None,
        ..new
    };
    let public = stage.rp_with(public).await;
    let browser = browser(&stage, &stage.grace, &TWO_FACTORS, None).await;
    let told = id_token(&tokens(&stage, &public, &browser).await);
    assert_ne!(told["sub"], json!(stage.grace.user.id));
}
