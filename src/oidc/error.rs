//! What the protocol can say when it says no.
//!
//! **Invariant:** a description holds only the characters RFC 6749 5.2 allows, whatever it was made from, so it can be
//! put into a redirect, a header or JSON without another check.

/// An error of the protocol: the registered code and a sentence for the developer of the client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {description}", .code.as_str())]
pub struct Error {
    /// The registered code.
    pub code: ErrorCode,
    description: String,
}

impl Error {
    /// An error with a sentence that says what to change.
    pub fn new(code: ErrorCode, description: impl AsRef<str>) -> Self {
        let description = description.as_ref().chars().take(200).map(|c| if is_legal(c) { c } else { '?' }).collect();
        Self { code, description }
    }

    /// The sentence for the developer of the client.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The body of an error response that is not a redirect (RFC 6749 5.2).
    pub fn body(&self) -> serde_json::Value {
        serde_json::json!({ "error": self.code.as_str(), "error_description": self.description })
    }
}

// RFC 6749 5.2: %x20-21 / %x23-5B / %x5D-7E
fn is_legal(c: char) -> bool {
    (' '..='~').contains(&c) && c != '"' && c != '\\'
}

/// The codes of RFC 6749, 6750, 7009, 7591, 8628, 8707, 9101, 9449 and OpenID Connect Core 3.1.2.6, with its addition for requirements that are
/// not met, which this provider answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// A parameter is missing, repeated or malformed.
    InvalidRequest,
    /// The client may not use this grant or flow.
    UnauthorizedClient,
    /// The person or the server said no.
    AccessDenied,
    /// The person cannot be signed in as the client needs it.
    UnmetAuthenticationRequirements,
    /// Only `code` is offered.
    UnsupportedResponseType,
    /// The scope is unknown, malformed or wider than what was granted.
    InvalidScope,
    /// The resource is malformed, or none that the client gets tokens for.
    InvalidTarget,
    /// A fault of this server.
    ServerError,
    /// Too much work at once.
    TemporarilyUnavailable,
    /// Client authentication failed.
    InvalidClient,
    /// The code or refresh token is not valid for this client and request.
    InvalidGrant,
    /// The grant type is not offered.
    UnsupportedGrantType,
    /// Something other than signing in or consenting needs a page.
    InteractionRequired,
    /// Signing in needs a page.
    LoginRequired,
    /// Consent needs a page.
    ConsentRequired,
    /// The parameter `request` is not offered.
    RequestNotSupported,
    /// The parameter `request_uri` is not offered.
    RequestUriNotSupported,
    /// The parameter `registration` is not offered.
    RegistrationNotSupported,
    /// The pushed request is unknown, over, or another client's.
    InvalidRequestUri,
    /// The DPoP proof is not one for this request.
    InvalidDpopProof,
    /// The DPoP proof has to be signed again with a nonce of this server.
    UseDpopNonce,
    /// The access token is expired, revoked or was never valid.
    InvalidToken,
    /// The access token lacks a scope.
    InsufficientScope,
    /// Nobody has let the device in yet.
    AuthorizationPending,
    /// The device asks too often.
    SlowDown,
    /// The device was not let in in time.
    ExpiredToken,
    /// A redirect URI cannot be registered.
    InvalidRedirectUri,
    /// Something else that an application says of itself cannot be registered.
    InvalidClientMetadata,
}

impl ErrorCode {
    /// The code as it goes over the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::AccessDenied => "access_denied",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InteractionRequired => "interaction_required",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::UseDpopNonce => "use_dpop_nonce",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::ExpiredToken => "expired_token",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidClientMetadata => "invalid_client_metadata",
        }
    }

    /// The HTTP status when the error is a response of its own (RFC 6749 5.2, RFC 6750 3.1), not a redirect.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidClient | Self::InvalidToken => 401,
            Self::InsufficientScope => 403,
            Self::ServerError => 500,
            Self::TemporarilyUnavailable => 503,
            Self::InvalidRequest
            | Self::UnauthorizedClient
            | Self::AccessDenied
            | Self::UnmetAuthenticationRequirements
            | Self::UnsupportedResponseType
            | Self::InvalidScope
            | Self::InvalidTarget
            | Self::InvalidGrant
            | Self::AuthorizationPending
            | Self::SlowDown
            | Self::ExpiredToken
            | Self::UnsupportedGrantType
            | Self::InteractionRequired
            | Self::LoginRequired
            | Self::ConsentRequired
            | Self::RequestNotSupported
            | Self::RequestUriNotSupported
            | Self::RegistrationNotSupported
            | Self::InvalidRequestUri
            | Self::InvalidDpopProof
            | Self::UseDpopNonce
            | Self::InvalidRedirectUri
            | Self::InvalidClientMetadata => 400,
        }
    }

    /// The HTTP status where a token opens a resource: there a proof that is no good is an authentication that failed (RFC 9449 7.1).
    pub fn status_at_resource(self) -> u16 {
        if matches!(self, Self::InvalidDpopProof | Self::UseDpopNonce) { 401 } else { self.status() }
    }

    /// An error with this code.
    pub fn because(self, description: impl AsRef<str>) -> Error {
        Error::new(self, description)
    }
}
