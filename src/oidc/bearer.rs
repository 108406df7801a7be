//! Bearer tokens on their way in, and what a refusal says: RFC 6750.
//!
//! **Invariant:** a token in the query is refused even if it is good: queries end up in logs and histories.
//! **Invariant:** any bytes in the header give an answer, never a fault of this server.

use secrecy::SecretString;

use super::credentials::{after_scheme, single};
use super::dpop::ALGORITHMS;
use super::error::{Error, ErrorCode};
use super::params::Params;
use super::scope::Scope;

/// How a token is presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Whoever has the token may use it.
    Bearer,
    /// The token comes with a proof of the key that it is bound to (RFC 9449 7.1).
    Dpop,
}

impl Scheme {
    /// The scheme of a token that is bound to this key, or to none.
    pub const fn of(jkt: Option<&str>) -> Self {
        if jkt.is_some() { Self::Dpop } else { Self::Bearer }
    }

    /// The name as it goes over the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::Dpop => "DPoP",
        }
    }
}

/// A token as it was presented.
#[derive(Debug)]
pub struct Presented {
    /// The token.
    pub token: SecretString,
    /// How it came.
    pub scheme: Scheme,
}

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
) -> Result<Presented, Refusal> {
    if query.get("access_token").is_some() {
        return Err(ErrorCode::InvalidRequest.because("an access token must not be in the query").into());
    }
    let in_body = body.and_then(|body| body.get("access_token"));
    match (single(authorization)?, in_body) {
        (Some(_), Some(_)) => Err(ErrorCode::InvalidRequest.because("the access token is in two places").into()),
        (Some(header), None) => from_header(header),
        (None, Some(token)) => Ok(Presented { token: well_formed(token)?, scheme: Scheme::Bearer }),
        (None, None) => Err(Refusal::NoToken),
    }
}

fn from_header(header: &[u8]) -> Result<Presented, Refusal> {
    for scheme in [Scheme::Bearer, Scheme::Dpop] {
        let name = scheme.as_str();
        if let Some(token) = after_scheme(header, name) {
            return Ok(Presented { token: well_formed(token)?, scheme });
        }
        if header.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes())) {
            return Err(malformed());
        }
    }
    Err(Refusal::NoToken)
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

/// The WWW-Authenticate value of a refusal of what came in this way.
pub fn challenge(refusal: &Refusal, scheme: Scheme) -> String {
    let challenge = match scheme {
        Scheme::Bearer => CHALLENGE.to_owned(),
        Scheme::Dpop => format!("DPoP realm=\"doorward\", algs=\"{}\"", ALGORITHMS.join(" ")),
    };
    match refusal {
        Refusal::NoToken => challenge,
        // A description has no quotation mark and no backslash, so it needs no escaping here.
        Refusal::Error(error) => {
            let (code, description) = (error.code.as_str(), error.description());
            format!("{challenge}, error=\"{code}\", error_description=\"{description}\"")
        }
    }
}
