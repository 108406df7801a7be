//! The token endpoint: RFC 6749 4.1.3 and 6, RFC 7636 4.5.
//!
//! **Invariant:** a code is worth nothing without its client, its redirect URI and its verifier.
//! **Invariant:** a refresh gives what was granted or less, never more.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::authorize::Authorization;
use super::bearer::Scheme;
use super::client::Registration;
use super::error::{Error, ErrorCode};
use super::exchange::{ACCESS_TOKEN, ExchangeGrant, TOKEN_EXCHANGE};
use super::params::Params;
use super::resource;
use super::scope::{Scope, Scopes};

/// The grant types on offer.
pub const GRANT_TYPES: [&str; 5] =
    ["authorization_code", "refresh_token", CLIENT_CREDENTIALS, DEVICE_CODE, TOKEN_EXCHANGE];

/// The grant of a program that acts for itself.
const CLIENT_CREDENTIALS: &str = "client_credentials";
/// The grant of a device that somebody let in (RFC 8628 3.4).
pub const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A token request, after the client was authenticated.
#[derive(Debug)]
pub struct Request {
    /// What it brings.
    pub grant: Grant,
    /// The resources that it names.
    pub resources: Vec<String>,
}

/// What a token request brings.
#[derive(Debug)]
pub enum Grant {
    /// A code for tokens.
    Code(CodeGrant),
    /// A refresh token for new tokens.
    Refresh(RefreshGrant),
    /// The code of a device for tokens, once somebody has let it in.
    Device(DeviceGrant),
    /// A token that the client was given for one for another resource.
    Exchange(ExchangeGrant),
}

impl Grant {
    /// The word under which its tokens are counted.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Code(_) => "code",
            Self::Refresh(_) => "refresh",
            Self::Device(_) => "device",
            Self::Exchange(_) => "exchange",
        }
    }
}

/// The words under which tokens are counted, that of programs which act for themselves included.
pub const WORDS: [&str; 5] = ["code", "refresh", "device", "exchange", ClientGrant::WORD];

/// What a program that acts for itself asks for (RFC 6749 4.4): the client of a connection, or an application with a stream.
#[derive(Debug)]
pub struct ClientGrant {
    scope: Option<String>,
}

impl ClientGrant {
    /// The word under which its tokens are counted.
    pub const WORD: &str = "client";

    /// The grant of a request, where it is this one.
    pub fn of(body: &Params) -> Option<Self> {
        (body.get("grant_type") == Some(CLIENT_CREDENTIALS)).then(|| Self { scope: body.text("scope") })
    }

    /// The scope of the token: the one that such programs have. Whoever asks for another does not get this one instead.
    pub fn scopes(&self) -> Result<Scopes, Error> {
        let own: Scopes = std::iter::once(Scope::Scim).collect();
        match self.scope.as_deref().map(Scopes::exactly).transpose()? {
            None => Ok(own),
            Some(asked) if asked == own => Ok(own),
            Some(_) => {
                Err(ErrorCode::InvalidScope.because("the client of a connection gets the scope scim and no other"))
            }
        }
    }

    /// The scopes of the token of an application that may have these: those it asks for, or all that applications have for
    /// themselves.
    pub fn scopes_of_application(&self, allowed: &Scopes) -> Result<Scopes, Error> {
        let own = allowed.common(&Scope::OF_APPLICATIONS.into_iter().collect());
        if own.is_empty() {
            let problem =
                "people sign in to this application; it is registered for no scope that it could get for itself";
            return Err(ErrorCode::UnauthorizedClient.because(problem));
        }
        match self.scope.as_deref().map(Scopes::exactly).transpose()? {
            None => Ok(own),
            Some(asked) if own.covers(&asked) && !asked.is_empty() => Ok(asked),
            Some(_) => Err(ErrorCode::InvalidScope.because("the application may not have this scope for itself")),
        }
    }
}

/// A code and what proves that it was made for the sender.
#[derive(Debug)]
pub struct CodeGrant {
    /// The code.
    pub code: SecretString,
    redirect_uri: String,
    verifier: SecretString,
}

/// A refresh token and the scope it is wanted for.
#[derive(Debug)]
pub struct RefreshGrant {
    /// The refresh token.
    pub refresh_token: SecretString,
    scope: Option<String>,
}

/// The code of a device.
#[derive(Debug)]
pub struct DeviceGrant {
    /// The code.
    pub device_code: SecretString,
}

/// Parses the body of a token request of this client.
pub fn parse(body: &Params, client: &Registration) -> Result<Request, Error> {
    Ok(Request { grant: grant(body, client)?, resources: resource::named(body) })
}

fn grant(body: &Params, client: &Registration) -> Result<Grant, Error> {
    match body.require("grant_type")? {
        "authorization_code" => Ok(Grant::Code(CodeGrant {
            code: body.require("code")?.into(),
            redirect_uri: body.require("redirect_uri")?.to_owned(),
            verifier: verifier(body)?,
        })),
        "refresh_token" => Ok(Grant::Refresh(RefreshGrant {
            refresh_token: body.require("refresh_token")?.into(),
            scope: body.text("scope"),
        })),
        DEVICE_CODE if client.device_grant => {
            Ok(Grant::Device(DeviceGrant { device_code: body.require("device_code")?.into() }))
        }
        TOKEN_EXCHANGE if client.may_exchange() => ExchangeGrant::parse(body, client).map(Grant::Exchange),
        _ => {
            let problem = "the grant_type is none that this server offers to this client";
            Err(ErrorCode::UnsupportedGrantType.because(problem))
        }
    }
}

// RFC 7636 4.1
fn verifier(body: &Params) -> Result<SecretString, Error> {
    let verifier = body.require("code_verifier")?;
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if (43..=128).contains(&verifier.len()) && verifier.bytes().all(is_unreserved) {
        return Ok(verifier.into());
    }
    Err(ErrorCode::InvalidRequest.because("the code_verifier must be 43 to 128 unreserved characters"))
}

impl CodeGrant {
    /// Whether the code, whose stored request this is, was made for this client and this request.
    /// `jkt` names the key that the sender has proved to hold.
    pub fn check(&self, stored: &Authorization, (client_id, jkt): (&str, Option<&str>)) -> Result<(), Error> {
        if stored.client_id == client_id
            && stored.dpop_jkt.as_deref().is_none_or(|bound| jkt == Some(bound))
            && stored.reply_to.redirect_uri() == self.redirect_uri
            && verify_pkce(&stored.code_challenge, self.verifier.expose_secret())
        {
            return Ok(());
        }
        Err(invalid_grant())
    }
}

/// Whether a verifier belongs to an S256 challenge, in constant time.
pub fn verify_pkce(challenge: &str, verifier: &str) -> bool {
    let expected = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    expected.as_bytes().ct_eq(challenge.as_bytes()).into()
}

impl RefreshGrant {
    /// The scope of the new tokens: what was granted, or the part of it that was asked for (RFC 6749 6).
    pub fn narrow(&self, granted: &Scopes) -> Result<Scopes, Error> {
        let Some(scope) = &self.scope else { return Ok(granted.clone()) };
        let wanted = Scopes::exactly(scope)?;
        if granted.covers(&wanted) && !wanted.is_empty() {
            return Ok(wanted);
        }
        Err(ErrorCode::InvalidScope.because("the scope is wider than what was granted"))
    }
}

/// The one answer for a code or refresh token that is unknown, used, expired, or somebody else's.
pub fn invalid_grant() -> Error {
    ErrorCode::InvalidGrant.because("the code or token is not valid for this client and request, or no longer valid")
}

/// A good answer of the token endpoint (RFC 6749 5.1, OpenID Connect Core 3.1.3.3).
#[derive(Serialize)]
pub struct Response {
    access_token: String,
    token_type: &'static str,
    expires_in: u32,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_token_type: Option<&'static str>,
}

impl Response {
    /// An answer with an access token that whoever has it may use.
    pub fn new(access_token: String, expires_in: u32, scopes: &Scopes) -> Self {
        let (scope, token_type) = (scopes.to_string(), Scheme::Bearer.as_str());
        let (refresh_token, id_token, issued_token_type) = (None, None, None);
        Self { access_token, token_type, expires_in, scope, refresh_token, id_token, issued_token_type }
    }

    /// Says of which type the token is that came of an exchange (RFC 8693 2.2.1).
    pub fn exchanged(self) -> Self {
        Self { issued_token_type: Some(ACCESS_TOKEN), ..self }
    }

    /// Says how the access token is to be presented.
    pub fn presented_as(self, scheme: Scheme) -> Self {
        Self { token_type: scheme.as_str(), ..self }
    }

    /// Adds a refresh token.
    pub fn with_refresh_token(self, token: Option<String>) -> Self {
        Self { refresh_token: token, ..self }
    }

    /// Adds an ID token.
    pub fn with_id_token(self, token: Option<String>) -> Self {
        Self { id_token: token, ..self }
    }
}
