//! How clients prove themselves with a key of their own (`private_key_jwt`), those of connections and applications alike.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::app::App;
use crate::domain::id::ClientId;
use crate::domain::secret::TokenHash;
use crate::domain::{Error, Flaw};
use crate::oidc;
use crate::oidc::assertion::{self, Proven};
use crate::oidc::error::ErrorCode;
use crate::store::spent_assertions::Assertion;

/// The longest key set.
pub const JWKS_BYTES_MAX: usize = 16 * 1024;

/// The public keys of a set as they are kept. A set with a private or symmetric key in it is refused: it has been shown to
/// somebody who must not have it.
pub(super) fn read_keys(document: &Value) -> Result<Value, Error> {
    let keys = document.get("keys").and_then(Value::as_array).ok_or_else(|| Error::invalid("jwks", Flaw::Keys))?;
    let kept = json!({ "keys": keys });
    if kept.to_string().len() > JWKS_BYTES_MAX || !assertion::are_keys(keys) {
        return Err(Error::invalid("jwks", Flaw::Keys));
    }
    Ok(kept)
}

/// Checks what a client signed under its keys; what is believed is still to be spent.
pub(super) fn believe(
    app: &App,
    (client, client_id, jwks): (ClientId, &str, &str),
    presented: &SecretString,
) -> Result<Assertion, oidc::Error> {
    let (issuer, now) = (app.config.public_url.as_str(), app.now());
    match assertion::verify(jwks, (issuer, client_id), now.seconds(), presented.expose_secret()) {
        Ok(Proven { jti, ends }) => {
            let left = u64::try_from(ends.saturating_sub(now.seconds())).unwrap_or(0);
            Ok(Assertion { client, jti: TokenHash::of(&jti), ends_at: now.after(Duration::from_secs(left)) })
        }
        Err(why) => {
            tracing::warn!(client.id = client_id, cause = ?why, "the assertion of a client was not believed");
            Err(wrong())
        }
    }
}

/// What is told about credentials that prove nothing.
pub(super) fn wrong() -> oidc::Error {
    ErrorCode::InvalidClient.because("there is no such client, or its credentials are wrong")
}

/// What is told about an assertion that comes again.
pub(super) fn spent() -> oidc::Error {
    ErrorCode::InvalidClient.because("the client_assertion was used before; sign a new one")
}
