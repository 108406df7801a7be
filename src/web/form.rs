//! Forms that come back from our own pages.
//!
//! **Invariant:** a form is read only after its anti-forgery token has been compared with the one of the browser's cookie,
//! and only when the browser does not say that another site sent it.
//! **Invariant:** a field that is sent twice is an error, never a choice.

pub mod multipart;
pub mod shown;

use std::collections::BTreeMap;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;
use url::form_urlencoded;

use self::multipart::Sent;
use super::barrier::Barrier;
use super::context::is_same_host;
use super::cookie::Cookie;
use super::error::{PageError, refuse};
use super::routes::Access;
use crate::app::App;
use crate::domain::secret::Secret;
use crate::domain::{Error, Flaw};

const BODY_MAX: usize = 64 * 1024;
/// The most bytes of a form in which somebody pastes a whole file.
const LONG_BODY_MAX: usize = 4 * 1024 * 1024;

/// The fields of a form, each sent once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded`; a repeated field or a NUL is refused.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let mut fields = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(bytes) {
            if value.contains('\0') {
                return Err(Error::invalid(name, Flaw::Nul));
            }
            if fields.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(Error::invalid(name, Flaw::Twice));
            }
        }
        Ok(Self(fields))
    }

    /// A field that may be absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// What follows this beginning in the names of the fields that have it; one for each box that is ticked.
    pub fn under<'a>(&'a self, beginning: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.keys().filter_map(move |name| name.strip_prefix(beginning))
    }

    /// A field that must be there.
    pub fn require(&self, name: &str) -> Result<&str, Error> {
        self.get(name).ok_or_else(|| Error::invalid(name, Flaw::Missing))
    }
}

/// The fields of a form that came from our own page in this browser.
pub struct Signed(pub Fields);

impl FromRequest<App> for Signed {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        signed(request, app, BODY_MAX).await.map(Self)
    }
}

/// The same, of a form that may be long.
pub struct SignedLong(pub Fields);

impl FromRequest<App> for SignedLong {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        signed(request, app, LONG_BODY_MAX).await.map(Self)
    }
}

/// The same, of a form that may carry a file besides.
pub struct SignedFile(pub Sent);

impl FromRequest<App> for SignedFile {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let Some(kind) = multipart::of(request.headers()) else {
            return signed(request, app, LONG_BODY_MAX).await.map(|fields| Self(Sent { fields, file: None }));
        };
        let (path, expected) = (request.uri().path().to_owned(), expected_token(app, &request));
        let body = body_of(request, LONG_BODY_MAX).await?;
        let sent = multipart::read(kind, body).await.map_err(|it| PageError::from(it).into_response())?;
        if !is_ours(&sent.fields, expected.as_deref()) {
            return Err(refuse(&path, &Barrier::ForeignForm));
        }
        Ok(Self(sent))
    }
}

async fn signed(request: Request, app: &App, bytes_max: usize) -> Result<Fields, Response> {
    let path = request.uri().path().to_owned();
    if !is_form(request.headers()) {
        let wrong = Barrier::MediaType { what: "the form", media_type: "application/x-www-form-urlencoded" };
        return Err(refuse(&path, &wrong));
    }
    let expected = expected_token(app, &request);
    let body = body_of(request, bytes_max).await?;
    let fields = Fields::parse(&body).map_err(|it| PageError::from(it).into_response())?;
    if !is_ours(&fields, expected.as_deref()) {
        return Err(refuse(&path, &Barrier::ForeignForm));
    }
    Ok(fields)
}

async fn body_of(request: Request, bytes_max: usize) -> Result<Bytes, Response> {
    let path = request.uri().path().to_owned();
    let too_large = |_| refuse(&path, &Barrier::TooLarge { what: "the form", bytes_max });
    to_bytes(request.into_body(), bytes_max).await.map_err(too_large)
}

fn is_ours(fields: &Fields, expected: Option<&str>) -> bool {
    let given = fields.get("csrf").unwrap_or_default();
    expected.is_some_and(|it| bool::from(it.as_bytes().ct_eq(given.as_bytes())))
}

/// A form that may have to be sent once more, because it is not taken before a new proof; with the request as it came.
/// A file goes along as text. Nothing for what is no form of ours, or a long one.
pub(super) async fn keep(app: &App, request: Request) -> Result<(Option<Secret<String>>, Request), Response> {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
    let with_file = multipart::of(request.headers());
    let is_any_form = is_form(request.headers()) || with_file.is_some();
    let is_kept = request.method() == Method::POST && is_any_form && length.is_some_and(|bytes| bytes <= BODY_MAX);
    if !is_kept {
        return Ok((None, request));
    }
    let expected = Cookie::Session.read(app, request.headers()).and_then(|it| csrf_token(app, &it).ok());
    let path = request.uri().path().to_owned();
    let (parts, body) = request.into_parts();
    let too_large = |_| refuse(&path, &Barrier::TooLarge { what: "the form", bytes_max: BODY_MAX });
    let body = to_bytes(body, BODY_MAX).await.map_err(too_large)?;
    let fields = match with_file {
        Some(kind) => multipart::read(kind, body.clone()).await.ok().and_then(Sent::into_fields),
        None => Fields::parse(&body).ok(),
    };
    let form = fields.filter(|it| is_ours(it, expected.as_deref())).map(|it| Secret::new(it.carried()));
    Ok((form, Request::from_parts(parts, Body::from(body))))
}

/// The fields of a kept form, without the token of the session that has ended.
pub(super) fn kept_fields(form: &Secret<String>) -> Vec<(String, String)> {
    let fields = form_urlencoded::parse(form.reveal().as_bytes()).into_owned();
    fields.filter(|(name, _)| name != "csrf").collect()
}

/// The anti-forgery token that belongs to a cookie.
pub fn csrf_token(app: &App, cookie: &str) -> Result<String, Error> {
    Ok(URL_SAFE_NO_PAD.encode(app.seal.lookup(&format!("csrf {cookie}"))?))
}

/// True when the browser says that another site made it send this request.
///
/// `Sec-Fetch-Site` decides where the browser sends it. `Origin` alone says less: our pages carry `no-referrer`, which
/// turns the `Origin` of their own forms into `null`, so `null` is no answer and the anti-forgery token has to decide.
pub(super) fn is_cross_site(public_url: &str, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|it| it.to_str().unwrap_or("unreadable"));
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    text(header::ORIGIN.as_str()).is_some_and(|origin| origin != "null" && !is_own_origin(public_url, origin))
}

fn is_own_origin(public_url: &str, origin: &str) -> bool {
    let scheme = if public_url.starts_with("https://") { "https://" } else { "http://" };
    origin.strip_prefix(scheme).is_some_and(|host| is_same_host(public_url, host))
}

/// True for `application/x-www-form-urlencoded`, whatever its parameters.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    media_type(headers).is_some_and(|(it, _)| it.eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// The type of a body, and its parameters.
fn media_type(headers: &HeaderMap) -> Option<(&str, &str)> {
    let given = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let (media_type, parameters) = given.split_once(';').unwrap_or((given, ""));
    Some((media_type.trim(), parameters))
}

fn expected_token(app: &App, request: &Request) -> Option<String> {
    let cookie = match request.extensions().get::<Access>()? {
        Access::Session | Access::Recent | Access::RecentFile => Cookie::Session,
        Access::Open
        | Access::Attempt
        | Access::Scim
        | Access::Me
        | Access::Provider
        | Access::Token
        | Access::Client
        | Access::Api
        | Access::Decision => Cookie::Attempt,
    };
    csrf_token(app, &cookie.read(app, request.headers())?).ok()
}

#[cfg(test)]
mod tests;
