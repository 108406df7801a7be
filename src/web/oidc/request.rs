//! A request to one of the provider's endpoints, read within its limits.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use secrecy::SecretString;

use super::userinfo::refused;
use crate::app::possession::{self, Place};
use crate::app::tokens::Failure;
use crate::app::users::Person;
use crate::app::{App, sessions};
use crate::domain::{self, session::Session};
use crate::oidc::bearer::{self, Presented, Refusal, Scheme};
use crate::oidc::dpop::Proven;
use crate::oidc::params::Params;
use crate::oidc::{Error, ErrorCode};
use crate::web::answer::see_other;
use crate::web::barrier::Barrier;
use crate::web::cookie::Cookie;
use crate::web::error::refuse;
use crate::web::form::is_form;

const DPOP: HeaderName = HeaderName::from_static("dpop");
const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");
const BODY_MAX: usize = 16 * 1024;
const JSON_MAX: usize = 64 * 1024;
/// What fits into an address with room for the rest of the headers.
const URL_MAX: usize = 6 * 1024;

/// What was sent: headers, query and form body.
pub(super) struct Sent {
    /// The method.
    pub method: Method,
    /// The path.
    pub path: String,
    /// The headers.
    pub headers: HeaderMap,
    query: Vec<u8>,
    body: Vec<u8>,
}

/// A request with a token in its header and JSON in its body.
pub(super) struct Asked {
    /// The token.
    pub token: SecretString,
    /// What the address says beside the path.
    pub query: Params,
    /// The body.
    pub body: Bytes,
}

impl FromRequest<App> for Asked {
    type Rejection = Response;

    async fn from_request(request: Request, _: &App) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let (token, query) = presented(&parts).map_err(|refusal| refused(&refusal, Scheme::Bearer))?;
        let too_large = |_| refuse(parts.uri.path(), &Barrier::TooLarge { what: "the body", bytes_max: JSON_MAX });
        Ok(Self { token, query, body: to_bytes(body, JSON_MAX).await.map_err(too_large)? })
    }
}

fn presented(parts: &Parts) -> Result<(SecretString, Params), Refusal> {
    let query = Params::parse(&[parts.uri.query().unwrap_or_default().as_bytes()])?;
    let headers = parts.headers.get_all(header::AUTHORIZATION).iter().map(HeaderValue::as_bytes);
    let Presented { token, .. } = bearer::token(headers, &query, None)?;
    Ok((token, query))
}

impl FromRequest<App> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, _: &App) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        let too_large = |_| refuse(&path, &Barrier::TooLarge { what: "the body", bytes_max: BODY_MAX });
        let body = to_bytes(body, BODY_MAX).await.map_err(too_large)?.to_vec();
        if !body.is_empty() && !is_form(&parts.headers) {
            let wrong = Barrier::MediaType { what: "the parameters", media_type: "application/x-www-form-urlencoded" };
            return Err(refuse(&path, &wrong));
        }
        let query = parts.uri.query().unwrap_or_default().as_bytes().to_vec();
        Ok(Self { method: parts.method, path, headers: parts.headers, query, body })
    }
}

impl Sent {
    /// The parameters of query and body together, each once.
    pub fn params(&self) -> Result<Params, Error> {
        Params::parse(&[&self.query, &self.body])
    }

    /// The parameters of the body; none of them may be in the query too (RFC 6749 3.2).
    pub fn body(&self) -> Result<Params, Error> {
        self.params()?;
        Params::parse(&[&self.body])
    }

    /// The parameters of the query.
    pub fn query(&self) -> Result<Params, Error> {
        Params::parse(&[&self.query])
    }

    /// The session of the browser that sent this.
    pub async fn live(&self, app: &App) -> Result<Option<(Session, Person)>, domain::Error> {
        match Cookie::Session.read(app, &self.headers) {
            Some(token) => sessions::find(app, &token).await,
            None => Ok(None),
        }
    }

    /// Asks the browser to send the same by GET: a form of another site comes without our cookies, which are
    /// SameSite=Lax, so that a session would be overlooked.
    pub fn as_get(&self, app: &App) -> Option<Response> {
        let has_session = Cookie::Session.read(app, &self.headers).is_some();
        let length = self.query.len().saturating_add(self.body.len());
        if self.method != Method::POST || has_session || length > URL_MAX {
            return None;
        }
        let parts = [&self.query, &self.body].map(|part| String::from_utf8_lossy(part));
        let query: Vec<&str> = parts.iter().filter(|part| !part.is_empty()).map(AsRef::as_ref).collect();
        Some(see_other(&format!("{}?{}", self.path, query.join("&"))))
    }

    /// The key that the sender proves to hold (RFC 9449), where it proves one; the proof is still to be spent.
    pub fn proven(&self, app: &App, path: &str, access_token: Option<&str>) -> Result<Option<Proven>, Failure> {
        let mut proofs = self.headers.get_all(DPOP).iter();
        match (proofs.next(), proofs.next()) {
            (None, _) => Ok(None),
            (Some(proof), None) => {
                let place = Place { method: self.method.as_str(), path, access_token };
                possession::believe(app, proof.to_str().unwrap_or_default(), place).map(Some)
            }
            (Some(_), Some(_)) => {
                Err(ErrorCode::InvalidDpopProof.because("the header DPoP occurs more than once").into())
            }
        }
    }

    /// Gives whoever came with a proof the nonce for the next one (RFC 9449 8).
    pub fn with_nonce(&self, app: &App, mut answer: Response) -> Response {
        if self.headers.contains_key(DPOP)
            && let Some(nonce) = possession::nonce(app).ok().and_then(|it| HeaderValue::from_str(&it).ok())
        {
            answer.headers_mut().insert(DPOP_NONCE, nonce);
        }
        answer
    }

    /// Every value of the Authorization header.
    pub fn authorization(&self) -> impl Iterator<Item = &[u8]> {
        self.headers.get_all(header::AUTHORIZATION).iter().map(header::HeaderValue::as_bytes)
    }
}
