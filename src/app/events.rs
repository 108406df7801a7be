//! Telling applications of changes to users and groups: security event tokens (RFC 8417, RFC 9967), pushed (RFC 8935).
//!
//! **Invariant:** the unit that makes the change puts the message into the outbox; nothing is told before it is kept.
//! **Invariant:** a token names the resource, what happened to it and which attributes, and no value of any.
//! **Invariant:** a token never passes for an ID token: it has a `typ` of its own, and neither `sub` nor `exp`.

use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use tokio::time::timeout;
use url::Url;

use crate::app::outbound::{Call, Method};
use crate::app::{App, application, keys};
use crate::domain::Error;
use crate::domain::id::OrgId;
use crate::oidc::client::Registration;
use crate::oidc::jwt::{self, Claims, Typ};
use crate::store::events::Announcement;

pub use crate::store::events::SECURITY_EVENT;

/// How long an application may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// Tells one application what a message of the outbox holds. One that is gone, or wants to hear nothing, needs no telling.
/// A suspended organisation is not told of, either.
pub async fn deliver(app: &App, org: OrgId, payload: &str) -> Result<(), Error> {
    if app.store.organisation(org).await?.0.is_suspended {
        return Ok(());
    }
    let told: Announcement = serde_json::from_str(payload).map_err(anyhow::Error::new)?;
    let Some(to) = application::by_id(app.store.reader(), told.client).await? else { return Ok(()) };
    let Some(uri) = &to.client.events_uri else { return Ok(()) };
    let token = token(app, &told, &to.registration).await?;
    let call = Call {
        method: Method::POST,
        url: Url::parse(uri).map_err(anyhow::Error::new)?,
        headers: vec![
            ("content-type", "application/secevent+jwt".to_owned()),
            ("accept", "application/json".to_owned()),
        ],
        body: token.into_bytes(),
    };
    let answered = timeout(ANSWER_WITHIN, app.outbound()?.send(call)).await;
    let answer = answered.context("the application did not answer in time")??;
    if (200..300).contains(&answer.status) {
        return Ok(());
    }
    Err(anyhow::anyhow!("the application answered the security event with status {}", answer.status).into())
}

async fn token(app: &App, told: &Announcement, to: &Registration) -> Result<String, Error> {
    let claims = claims(&app.config.public_url, &to.client_id, app.now().seconds(), told);
    let keys = keys::current(app).await?;
    let signed = jwt::sign(keys.signing(to.id_token_alg)?, Typ::SecurityEvent, &claims);
    Ok(signed.map_err(anyhow::Error::new)?)
}

fn claims(issuer: &str, client_id: &str, now_seconds: i64, told: &Announcement) -> Claims {
    let members: [(&str, Value); 8] = [
        ("iss", json!(issuer)),
        ("aud", json!(client_id)),
        ("iat", json!(now_seconds)),
        ("jti", json!(told.jti)),
        ("txn", json!(told.txn)),
        ("toe", json!(told.at)),
        ("sub_id", json!({ "format": "scim", "uri": told.event.uri })),
        ("events", told.event.claims()),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
