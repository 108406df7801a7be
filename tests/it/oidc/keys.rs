//! Signing keys over their life.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward::app::clients::{self, Edit, NewClient};
use doorward::app::keys;
use doorward::app::{App, jobs};
use doorward::oidc::jwt::{Algorithm, Expect, Typ, VerificationKey, verify};
use serde_json::Value;

use super::stage::{Stage, answer};
use crate::harness::Server;

async fn kids(server: &Server) -> Vec<String> {
    let keys = server.get("/oauth2/jwks").await.expect(200).json()["keys"].clone();
    keys.as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// The states of the keys of one algorithm, the oldest first.
async fn states(server: &Server, algorithm: Algorithm) -> Vec<&'static str> {
    let all = keys::list(&server.app, &Server::operator()).await.unwrap();
    all.into_iter().filter(|key| key.algorithm == algorithm.as_str()).map(|key| key.state).collect()
}

/// JW-11: a retired key is believed for a day, and then no more.
#[tokio::test]
async fn jw_11_a_rotated_key_is_published_for_a_day_and_then_forgotten() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let app = &stage.server.app;
    let hint = stage.tokens(&rp, &stage.ada).await["id_token"].as_str().unwrap().to_owned();
    let request = rp.request(&[("prompt", "none"), ("id_token_hint", &hint)]);
    let before = kids(&stage.server).await;

    let made = keys::rotate(app, &Server::operator(), Some(Algorithm::Es256)).await.unwrap();
    stage.server.advance(Duration::from_mins(20));
    jobs::sweep(app).await.unwrap();
    let after = kids(&stage.server).await;
    let browser = stage.browser(&stage.ada).await;
    let overlap = answer(&browser.get(&request).await);
    stage.server.advance(Duration::from_hours(25));
    jobs::sweep(app).await.unwrap();
    let browser = stage.browser(&stage.ada).await;
    let late = answer(&browser.get(&request).await);

    assert_eq!((before.len(), after.len(), made.len()), (2, 3, 1));
    assert!(overlap.contains_key("code"));
    assert_eq!(kids(&stage.server).await.len(), 2);
    assert_eq!(late["error"], "invalid_request");
}

#[tokio::test]
async fn a_key_that_has_signed_for_thirty_days_is_replaced_by_itself() {
    let server = Server::start().await;
    let before = kids(&server).await;

    server.advance(Duration::from_hours(24 * 30));
    jobs::sweep(&server.app).await.unwrap();
    let announced = states(&server, Algorithm::Es256).await;
    server.advance(Duration::from_mins(20));
    jobs::sweep(&server.app).await.unwrap();

    let active: Vec<_> = keys::list(&server.app, &Server::operator()).await.unwrap();
    let active: Vec<_> = active.into_iter().filter(|key| key.state == "active").collect();
    assert_eq!(announced, ["active", "next"]);
    assert_eq!(active.len(), 2);
    assert!(active.iter().all(|key| !before.contains(&key.kid)));
}

/// Nobody may meet a signature by a key that the key set they keep does not have.
#[tokio::test]
async fn a_key_is_published_before_it_signs() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let (app, operator) = (&stage.server.app, Server::operator());
    let signer = async || {
        let tokens = stage.tokens(&rp, &stage.ada).await;
        let header = tokens["id_token"].as_str().unwrap().split('.').next().unwrap().to_owned();
        let header = URL_SAFE_NO_PAD.decode(header).unwrap();
        serde_json::from_slice::<serde_json::Value>(&header).unwrap()["kid"].as_str().unwrap().to_owned()
    };
    let first = signer().await;

    let next = keys::rotate(app, &operator, Some(Algorithm::Es256)).await.unwrap();
    let asked_again = keys::rotate(app, &operator, Some(Algorithm::Es256)).await.unwrap();
    stage.server.advance(Duration::from_mins(19));
    jobs::sweep(app).await.unwrap();
    let meanwhile = (kids(&stage.server).await.contains(&next[0].kid), signer().await);
    stage.server.advance(Duration::from_mins(1));
    jobs::sweep(app).await.unwrap();
    let then = signer().await;

    assert_eq!((next.len(), next[0].state, &asked_again), (1, "next", &next));
    assert_eq!(meanwhile, (true, first.clone()));
    assert_eq!(then, next[0].kid);
    assert_eq!(states(&stage.server, Algorithm::Es256).await, ["retired", "active"]);
}

/// In an emergency: what the old key signed is worth nothing from that moment, and the new one signs.
#[tokio::test]
async fn a_key_that_is_replaced_at_once_is_gone_with_all_that_it_signed() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let (app, operator) = (&stage.server.app, Server::operator());
    let hint = stage.tokens(&rp, &stage.ada).await["id_token"].as_str().unwrap().to_owned();
    let request = rp.request(&[("prompt", "none"), ("id_token_hint", &hint)]);
    let before = kids(&stage.server).await;
    keys::rotate(app, &operator, Some(Algorithm::Es256)).await.unwrap();

    let made = keys::replace(app, &operator, None).await.unwrap();

    let after = kids(&stage.server).await;
    assert_eq!((made.len(), after.len()), (2, 2));
    assert!(after.iter().all(|kid| !before.contains(kid)));
    let browser = stage.browser(&stage.ada).await;
    assert_eq!(answer(&browser.get(&request).await)["error"], "invalid_request");
    assert!(stage.tokens(&rp, &stage.ada).await["id_token"].is_string());
    assert!(keys::rotate(app, &operator, Some(Algorithm::EdDsa)).await.is_err(), "nothing signs with it");
}

/// A client that wants another algorithm gets a key for it, which lives like every other.
#[tokio::test]
async fn a_key_for_another_algorithm_is_made_for_the_first_client_that_wants_it() {
    let stage = Stage::new().await;
    let before = kids(&stage.server).await.len();
    for algorithm in [Algorithm::Ps256, Algorithm::EdDsa, Algorithm::EdDsa] {
        let rp = stage.rp_with(|new| NewClient { id_token_alg: Some(algorithm), ..new }).await;

        let tokens = stage.tokens(&rp, &stage.ada).await;

        let keys = stage.server.get("/oauth2/jwks").await.json();
        let published = VerificationKey::of_set(&keys);
        let expect = Expect {
            typ: Typ::IdToken,
            issuer: &stage.server.app.config.public_url,
            audience: Some(&rp.client_id),
            now_seconds: stage.server.app.now().seconds(),
            allow_expired: false,
        };
        let claims = verify(&published, &expect, tokens["id_token"].as_str().unwrap()).unwrap();
        assert_eq!(claims["sub"], stage.ada.user.id.to_string());
        assert_eq!(states(&stage.server, algorithm).await, ["active"]);
    }
    assert_eq!(kids(&stage.server).await.len(), before + 2);
}

/// A command is another process: the first key of an algorithm that it makes signs at once, and is published.
#[tokio::test]
async fn a_key_that_another_process_has_made_signs_at_once() {
    let stage = Stage::new().await;
    let (rp, node) = (stage.rp().await, stage.server.node().await);
    let before = kids(&stage.server).await;
    let edit = Edit { id_token_alg: Some(Algorithm::EdDsa), ..Edit::default() };
    clients::edit(&node.app, &Server::operator(), rp.id, edit).await.unwrap();

    let tokens = stage.tokens(&rp, &stage.ada).await;

    let header = tokens["id_token"].as_str().unwrap().split('.').next().unwrap();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    let kid = header["kid"].as_str().unwrap().to_owned();
    assert_eq!(header["alg"], "EdDSA");
    assert!(!before.contains(&kid) && kids(&stage.server).await.contains(&kid));
}

/// FT-34: with another master key nothing starts and nothing is changed.
#[tokio::test]
async fn ft_34_another_master_key_is_refused_with_a_sentence() {
    let server = Server::start().await;
    let before = kids(&server).await;
    keys::check_master_key(&server.app).await.unwrap();
    let mut config = server.app.config.clone();
    config.master_key_file = server.dir.path().join("other.key");
    std::fs::write(&config.master_key_file, "a5".repeat(32)).unwrap();
    let other = App::open(config, server.app.clock.clone()).await.unwrap();

    let refusal = keys::check_master_key(&other).await.unwrap_err().to_string();

    assert!(refusal.contains("does not hold the key that this database was made with"), "{refusal}");
    keys::check_master_key(&server.app).await.unwrap();
    assert_eq!(kids(&server).await, before);
}

/// FT-34: without the master key nothing starts, neither without any nor with a new one made in its place.
#[tokio::test]
async fn ft_34_a_missing_master_key_starts_nothing() {
    let server = Server::start().await;
    let before = kids(&server).await;
    keys::check_master_key(&server.app).await.unwrap();
    let mut config = server.app.config.clone();
    config.master_key_file = server.dir.path().join("lost.key");

    let refusal = match App::open(config, server.app.clock.clone()).await {
        Ok(other) => keys::check_master_key(&other).await.unwrap_err().to_string(),
        Err(error) => format!("{error:?}"),
    };

    assert!(refusal.contains("lost.key"), "{refusal}");
    keys::check_master_key(&server.app).await.unwrap();
    assert_eq!(kids(&server).await, before);
}
