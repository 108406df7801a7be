//! How applications prove that they hold the key to which their tokens are bound (RFC 9449, DPoP).
//!
//! **Invariant:** a nonce is made of the time and the master key alone, so every node knows those of every other, and none
//! has to be kept.
//! **Invariant:** a proof is spent by one statement, on whichever node it comes.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::App;
use crate::app::application::Application;
use crate::app::tokens::Failure;
use crate::domain::Error;
use crate::domain::secret::TokenHash;
use crate::oidc::ErrorCode;
use crate::oidc::dpop::{self, Expect, Proven};
use crate::store::spent_assertions::Assertion;

/// How long a nonce is given out; it is good for as long again.
const NONCE_SECONDS: i64 = 5 * 60;

/// Where a proof was sent.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// By which method.
    pub method: &'a str,
    /// To which path.
    pub path: &'a str,
    /// With which token, at a resource.
    pub access_token: Option<&'a str>,
}

/// The nonce that the next proof is to carry.
pub fn nonce(app: &App) -> Result<String, Error> {
    nonce_of(app, app.now().seconds().div_euclid(NONCE_SECONDS))
}

/// Checks a proof; what is believed is still to be spent.
pub fn believe(app: &App, proof: &str, place: Place<'_>) -> Result<Proven, Failure> {
    let now_seconds = app.now().seconds();
    let slot = now_seconds.div_euclid(NONCE_SECONDS);
    let nonces = [nonce_of(app, slot)?, nonce_of(app, slot.saturating_sub(1))?];
    let url = format!("{}{}", app.config.public_url.trim_end_matches('/'), place.path);
    let Place { method, access_token, .. } = place;
    let expect = Expect { method, url: &url, access_token, nonces: &nonces, now_seconds };
    dpop::verify(proof, &expect).map_err(|flaw| {
        tracing::debug!(cause = ?flaw, "a DPoP proof was not believed");
        flaw.error().into()
    })
}

/// Spends the proof that came with a request of this client, if one did, whatever becomes of the request.
pub async fn spend(app: &App, client: &Application, proven: Option<&Proven>) -> Result<(), Failure> {
    let Some(proven) = proven else { return Ok(()) };
    let left = u64::try_from(proven.ends.saturating_sub(app.now().seconds())).unwrap_or(0);
    let once = Assertion {
        client: client.client.id,
        jti: TokenHash::of(&format!("dpop {} {}", proven.jkt, proven.jti)),
        ends_at: app.now().after(Duration::from_secs(left)),
    };
    if app.store.spend_assertion(client.client.org, once).await? {
        return Ok(());
    }
    Err(ErrorCode::InvalidDpopProof.because("the DPoP proof was used before; sign a new one").into())
}

fn nonce_of(app: &App, slot: i64) -> Result<String, Error> {
    Ok(URL_SAFE_NO_PAD.encode(app.seal.lookup(&format!("dpop nonce {slot}"))?))
}
