//! What is asked of an identity provider, in the words of `openidconnect`: RFC 6749 4.1.1 and 4.1.3, RFC 7636, OpenID Connect
//! Core 3.1.2.1.
//!
//! **Invariant:** every question has a state, a nonce and a PKCE challenge by S256.

use std::time::Duration;

use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreErrorResponseType, CoreTokenResponse,
};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CodeTokenRequest, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, LoginHint, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, StandardErrorResponse,
};
use url::Url;

use super::metadata::Metadata;

/// This server, as a provider knows it.
pub type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet, EndpointMaybeSet>;

/// A code that is about to be redeemed.
pub type Redemption<'c> = CodeTokenRequest<'c, StandardErrorResponse<CoreErrorResponseType>, CoreTokenResponse>;

/// What ties an answer to its question; three values that only the asking server knows together.
#[derive(Clone)]
pub struct Ties {
    /// Comes back with the answer.
    pub state: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// Redeems the code; 43 to 128 characters.
    pub verifier: String,
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

/// This server at a provider, with its secret there and its address for answers.
pub fn client(provider: &Metadata, client_id: &str, secret: Option<&str>, redirect_uri: RedirectUrl) -> Client {
    let secret = secret.map(|secret| ClientSecret::new(secret.to_owned()));
    CoreClient::from_provider_metadata(provider.document.clone(), ClientId::new(client_id.to_owned()), secret)
        .set_token_uri(provider.token_endpoint.clone())
        .set_redirect_uri(redirect_uri)
        .set_auth_type(provider.authentication())
}

/// Where the browser is sent.
pub fn authorization_url(client: &Client, ties: &Ties, wishes: &Wishes) -> Url {
    let Ties { state, nonce, verifier } = ties.clone();
    let (state, nonce, verifier) = (CsrfToken::new(state), Nonce::new(nonce), PkceCodeVerifier::new(verifier));
    let mut question = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || state, move || nonce)
        .add_scopes(["profile", "email"].map(|scope| Scope::new(scope.to_owned())))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
    if let Some(hint) = &wishes.login_hint {
        question = question.set_login_hint(LoginHint::new(hint.clone()));
    }
    if let Some(hint) = &wishes.domain_hint {
        question = question.add_extra_param("domain_hint", hint.as_str());
    }
    if wishes.anew {
        question = question.add_prompt(CoreAuthPrompt::Login);
    }
    if let Some(seconds) = wishes.max_age_seconds {
        question = question.set_max_age(Duration::from_secs(seconds.try_into().unwrap_or(0)));
    }
    question.url().0
}

/// How a code is redeemed.
pub fn redemption<'c>(client: &'c Client, code: &str, ties: &Ties) -> Redemption<'c> {
    let verifier = PkceCodeVerifier::new(ties.verifier.clone());
    client.exchange_code(AuthorizationCode::new(code.to_owned())).set_pkce_verifier(verifier)
}
