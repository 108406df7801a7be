//! What is asked of an identity provider: RFC 6749 4.1.1 and 4.1.3, RFC 7636, OpenID Connect Core 3.1.2.1.
//!
//! **Invariant:** every question has a state, a nonce and a PKCE challenge by S256.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize};

use super::metadata::{Authentication, Metadata};

const SCOPE: &str = "openid profile email";

/// What ties an answer to its question; three values that only the asking server knows together.
#[derive(Clone)]
pub struct Ties {
    /// Comes back with the answer.
    pub state: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// Redeems the code.
    pub verifier: String,
}

/// Who asks, and where the answer goes.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    /// Our id at the provider.
    pub client_id: &'a str,
    /// Our address for its answers.
    pub redirect_uri: &'a str,
}

/// What is wished of the sign-in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Who will probably sign in.
    pub login_hint: Option<String>,
    /// The domain of that person, for a provider that routes by it.
    pub domain_hint: Option<String>,
    /// The person must prove anew who they are.
    pub anew: bool,
    /// How old the proof may be.
    pub max_age_seconds: Option<i64>,
}

/// Where the browser is sent.
pub fn authorization_url(provider: &Metadata, asker: Asker<'_>, ties: &Ties, wishes: &Wishes) -> Url {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(ties.verifier.as_bytes()));
    let mut url = provider.authorization_endpoint.clone();
    let mut query = url.query_pairs_mut();
    query.extend_pairs([
        ("response_type", "code"),
        ("client_id", asker.client_id),
        ("redirect_uri", asker.redirect_uri),
        ("scope", SCOPE),
        ("state", &ties.state),
        ("nonce", &ties.nonce),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    let hints = [("login_hint", &wishes.login_hint), ("domain_hint", &wishes.domain_hint)];
    for (name, value) in hints {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    if wishes.anew {
        query.append_pair("prompt", "login");
    }
    if let Some(seconds) = wishes.max_age_seconds {
        query.append_pair("max_age", &seconds.to_string());
    }
    drop(query);
    url
}

/// How a code is redeemed: the form, and the value of the `Authorization` header when there is one.
pub fn token_form(
    provider: &Metadata,
    asker: Asker<'_>,
    secret: Option<&str>,
    (code, verifier): (&str, &str),
) -> (String, Option<String>) {
    let mut form = Serializer::new(String::new());
    form.extend_pairs([
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", asker.redirect_uri),
        ("code_verifier", verifier),
    ]);
    let header = match (secret, provider.authentication) {
        (Some(secret), Authentication::Basic) => Some(basic(asker.client_id, secret)),
        (Some(secret), Authentication::Post) => {
            form.extend_pairs([("client_id", asker.client_id), ("client_secret", secret)]);
            None
        }
        (None, _) => {
            form.append_pair("client_id", asker.client_id);
            None
        }
    };
    (form.finish(), header)
}

// RFC 6749 2.3.1: both parts are form-encoded before they are joined.
fn basic(client_id: &str, secret: &str) -> String {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(client_id), encoded(secret))))
}
