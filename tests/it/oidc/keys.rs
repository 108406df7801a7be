//! Signing keys over their life.

use std::time::Duration;

use doorward::app::keys;
use doorward::app::{App, jobs};
use doorward::oidc::jwt::Algorithm;

use super::stage::{Stage, answer};
use crate::harness::Server;

async fn kids(server: &Server) -> Vec<String> {
    let keys = server.get("/oauth2/jwks").await.expect(200).json()["keys"].clone();
    keys.as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
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
async fn a_key_that_has_signed_for_ninety_days_is_replaced_by_itself() {
    let server = Server::start().await;
    let before = kids(&server).await;

    server.advance(Duration::from_hours(24 * 91));
    jobs::sweep(&server.app).await.unwrap();

    let active: Vec<_> = keys::list(&server.app, &Server::operator()).await.unwrap();
    let active: Vec<_> = active.into_iter().filter(|key| key.state == "active").collect();
    assert_eq!(active.len(), 2);
    assert!(active.iter().all(|key| !before.contains(&key.kid)));
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
