//! How a client says who it is: RFC 6749 2.3, from the Authorization header and the form body.
//!
//! **Invariant:** one request authenticates in one way; two ways at once are refused, not ranked.
//! **Invariant:** what an assertion says of itself only finds the client whose keys it is checked under.
//! **Invariant:** any bytes in the header give an answer, never a fault of this server.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;

use super::assertion;
use super::client::{AuthMethod, Registration};
use super::error::{Error, ErrorCode};
use super::params::Params;

/// What a client presented. The secret is still to be compared with the stored hash.
#[derive(Debug)]
pub struct Credentials {
    /// Who the client says it is.
    pub client_id: String,
    /// The way it chose.
    pub method: AuthMethod,
    /// The secret, for the two ways that have one.
    pub secret: Option<SecretString>,
    /// The signed assertion, for the way that has one; still to be checked under the keys of the client.
    pub assertion: Option<SecretString>,
}

impl Credentials {
    /// Reads the credentials of a request: every value of its Authorization header, and its form body.
    pub fn of<'a>(authorization: impl IntoIterator<Item = &'a [u8]>, body: &Params) -> Result<Self, Error> {
        let header = single(authorization)?;
        if body.get("client_assertion").is_some() || body.get("client_assertion_type").is_some() {
            return from_assertion(header, body);
        }
        match header {
            Some(header) => from_header(header, body),
            None => from_body(body),
        }
    }

    /// Whether this is the way the client is registered with.
    pub fn check_method(&self, client: &Registration) -> Result<(), Error> {
        if self.method == client.auth_method {
            return Ok(());
        }
        let registered = client.auth_method.as_str();
        Err(ErrorCode::InvalidClient.because(format!("this client is registered to authenticate with {registered}")))
    }
}

/// The one value of an Authorization header, if it was sent.
pub(super) fn single<'a>(authorization: impl IntoIterator<Item = &'a [u8]>) -> Result<Option<&'a [u8]>, Error> {
    let mut values = authorization.into_iter();
    match (values.next(), values.next()) {
        (one, None) => Ok(one),
        (_, Some(_)) => Err(ErrorCode::InvalidRequest.because("the Authorization header occurs more than once")),
    }
}

/// The rest of an Authorization header after this scheme, whose case does not matter (RFC 9110 11.1).
pub(super) fn after_scheme<'a>(header: &'a [u8], scheme: &str) -> Option<&'a str> {
    let (name, rest) = std::str::from_utf8(header).ok()?.split_once(' ')?;
    name.eq_ignore_ascii_case(scheme).then(|| rest.trim_matches(' '))
}

fn from_header(header: &[u8], body: &Params) -> Result<Credentials, Error> {
    let (client_id, secret) = after_scheme(header, "Basic")
        .and_then(decode_basic)
        .ok_or_else(|| ErrorCode::InvalidClient.because("the Authorization header is not well-formed Basic"))?;
    if body.get("client_secret").is_some() {
        return Err(ErrorCode::InvalidRequest.because("the client secret is in both the header and the body"));
    }
    if body.get("client_id").is_some_and(|other| other != client_id) {
        return Err(ErrorCode::InvalidRequest.because("the header and the body name different clients"));
    }
    Ok(Credentials { client_id, method: AuthMethod::ClientSecretBasic, secret: Some(secret), assertion: None })
}

// RFC 7521 4.2: the assertion names the client; a client_id beside it must be the same.
fn from_assertion(header: Option<&[u8]>, body: &Params) -> Result<Credentials, Error> {
    if header.is_some() || body.get("client_secret").is_some() {
        return Err(ErrorCode::InvalidRequest.because("an assertion is sent with neither a header nor a secret"));
    }
    if body.get("client_assertion_type") != Some(assertion::TYPE) {
        return Err(
            ErrorCode::InvalidClient.because("the client_assertion_type must be that of a JWT bearer assertion")
        );
    }
    let unreadable = || ErrorCode::InvalidClient.because("the client_assertion cannot be read");
    let presented = body.get("client_assertion").ok_or_else(unreadable)?;
    let client_id = assertion::named(presented).ok_or_else(unreadable)?;
    if body.get("client_id").is_some_and(|other| other != client_id) {
        return Err(ErrorCode::InvalidRequest.because("the assertion and the body name different clients"));
    }
    let assertion = Some(SecretString::from(presented));
    Ok(Credentials { client_id, method: AuthMethod::PrivateKeyJwt, secret: None, assertion })
}

fn from_body(body: &Params) -> Result<Credentials, Error> {
    let Some(client_id) = body.text("client_id") else {
        return Err(ErrorCode::InvalidClient.because("the request names no client"));
    };
    let secret = body.get("client_secret").map(SecretString::from);
    let method = if secret.is_some() { AuthMethod::ClientSecretPost } else { AuthMethod::None };
    Ok(Credentials { client_id, method, secret, assertion: None })
}

fn decode_basic(encoded: &str) -> Option<(String, SecretString)> {
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (client_id, secret) = decoded.split_once(':')?;
    let client_id = form_decode(client_id).filter(|id| !id.is_empty())?;
    Some((client_id, form_decode(secret)?.into()))
}

/// RFC 6749 2.3.1 and appendix B: both halves are form-encoded before they are joined.
fn form_decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            other => other,
        });
    }
    String::from_utf8(decoded).ok().filter(|text| !text.contains(char::is_control))
}

fn hex(digit: u8) -> Option<u8> {
    u8::try_from(char::from(digit).to_digit(16)?).ok()
}
