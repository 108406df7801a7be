//! Bearer tokens on their way in, and what a refusal says: RFC 6750.
//!
//! **Invariant:** a token in the query is refused even if it is good: queries end up in logs and histories.
//! **Invariant:** any bytes in the header give an answer, never a fault of this server.

use secrecy::SecretString;

use super::credentials::{after_scheme, single};
use super::error::{Error, ErrorCode};
use super::params::Params;
use super::scope::Scope;

/// Why there is no token to look up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The request brought none; the answer is a bare challenge without an error code (RFC 6750 3.1).
    NoToken,
    /// The request brought one in a way that is not allowed.
    Error(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// The token of a request: every value of its Authorization header, its query, and its form body if it has one.
pub fn token<'a>(
    authorization: impl IntoIterator<Item = &'a [u8]>,
    query: &Params,
    body: Option<&Params>,
) -> Result<SecretString, Refusal> {
    if query.get("access_token").is_some() {
        return Err(ErrorCode::InvalidRequest.because("an access token must not be in the query").into());
    }
    let in_body = body.and_then(|body| body.get("access_token"));
    match (single(authorization)?, in_body) {
        (Some(_), Some(_)) => Err(ErrorCode::InvalidRequest.because("the access token is in two places").into()),
        (Some(header), None) => from_header(header),
        (None, Some(token)) => well_formed(token),
        (None, None) => Err(Refusal::NoToken),
    }
}

fn from_header(header: &[u8]) -> Result<SecretString, Refusal> {
    if let Some(token) = after_scheme(header, "Bearer") {
        return well_formed(token);
    }
    let is_bearer = header.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"Bearer"));
    if is_bearer { Err(malformed()) } else { Err(Refusal::NoToken) }
}

// RFC 6750 2.1: b64token
fn well_formed(token: &str) -> Result<SecretString, Refusal> {
    let body = token.trim_end_matches('=');
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    if body.is_empty() || token.len() > 16 * 1024 || !body.bytes().all(is_token) {
        return Err(malformed());
    }
    Ok(token.into())
}

fn malformed() -> Refusal {
    invalid_token().into()
}

/// The one error for a token that is malformed, unknown, expired, revoked or its owner's no more.
pub fn invalid_token() -> Error {
    ErrorCode::InvalidToken.because("the access token is not valid, or no longer valid")
}

/// The error for a good token that lacks a scope.
pub fn insufficient_scope(needed: Scope) -> Error {
    ErrorCode::InsufficientScope.because(format!("the access token lacks the scope {}", needed.as_str()))
}

/// The WWW-Authenticate value of an answer without a token in its request.
pub const CHALLENGE: &str = "Bearer realm=\"doorward\"";

/// The WWW-Authenticate value of the answer to a client that failed to authenticate (RFC 6749 5.2).
pub const CLIENT_CHALLENGE: &str = "Basic realm=\"doorward\"";

/// The WWW-Authenticate value of a refusal.
pub fn challenge(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NoToken => CHALLENGE.to_owned(),
        // A description has no quotation mark and no backslash, so it needs no escaping here.
        Refusal::Error(error) => {
            let (code, description) = (error.code.as_str(), error.description());
            format!("{CHALLENGE}, error=\"{code}\", error_description=\"{description}\"")
        }
    }
}
