//! What a request of the API carries: words of the path and of the query, and bodies of JSON, CSV or a picture.

use axum::body::{HttpBody as _, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::Query;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use url::form_urlencoded;

use crate::app::branding::{MediaType, Picture};
use crate::app::{App, import};
use crate::domain::Error;
use crate::web::barrier::Barrier;
use crate::web::error::{Problem, refuse};

pub(in crate::web) mod plain;

const BODY_MAX: usize = 64 * 1024;
const CSV_MAX: usize = import::BYTES_MAX;

/// A body that has exactly the members of `T`.
pub(super) struct Body<T>(pub(super) T);

/// The words that the path has in place of its parameters.
pub(super) struct Words<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Words<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let words = Path::from_request_parts(parts, app).await;
        // A word that is no text names nothing.
        words.map(|Path(words)| Self(words)).map_err(|_| Problem::from(Error::NotFound("resource")).into_response())
    }
}

/// The words of the query.
pub(super) struct Params<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<App> for Params<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        has_values(parts.uri.query().unwrap_or_default()).map_err(|cause| Problem::from(cause).into_response())?;
        let words = Query::from_request_parts(parts, app).await;
        words.map(|Query(words)| Self(words)).map_err(|cause| {
            let problem = format!("cannot be read: {}", cause.body_text());
            Problem::from(Error::malformed("query", problem)).into_response()
        })
    }
}

/// Refuses words without a value. In a form an empty field is no filter; a program that sends one has lost a value and must
/// not get everything instead.
pub(super) fn has_values(query: &str) -> Result<(), Error> {
    let mut words = form_urlencoded::parse(query.as_bytes());
    match words.find(|(_, value)| value.trim().is_empty()) {
        Some((name, _)) => Err(Error::malformed(name, "has no value; leave it out")),
        None => Ok(()),
    }
}

/// True when the caller only wants to know what would happen.
pub(super) fn is_dry_run(word: Option<&str>) -> Result<bool, Error> {
    match word {
        None | Some("0" | "false") => Ok(false),
        Some("1" | "true") => Ok(true),
        Some(_) => Err(Error::malformed("dry_run", "must be 1 or 0")),
    }
}

/// Reads a member that may be left out, so that `null` is told from what is not there.
pub(super) fn told<'de, T: Deserialize<'de>, D: Deserializer<'de>>(reader: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(reader).map(Some)
}

/// What a member is changed to; nothing when it was left out. `null` would look like taking away what stays.
pub(super) fn kept<T>(name: &str, told: Option<Option<T>>) -> Result<Option<T>, Error> {
    match told {
        None => Ok(None),
        Some(Some(value)) => Ok(Some(value)),
        Some(None) => Err(Error::malformed(name, "cannot be null; leave it out to keep what is there")),
    }
}

/// A body of CSV.
pub(super) struct Csv(pub(super) axum::body::Bytes);

impl FromRequest<App> for Csv {
    type Rejection = Response;

    async fn from_request(request: Request, _: &App) -> Result<Self, Response> {
        let path = request.uri().path().to_owned();
        if !is_of_kind(&request, "text/csv") {
            return Err(refuse(&path, &Barrier::MediaType { what: "the body", media_type: "text/csv" }));
        }
        let body = to_bytes(request.into_body(), CSV_MAX).await;
        body.map(Self).map_err(|_| refuse(&path, &Barrier::TooLarge { what: "the file", bytes_max: CSV_MAX }))
    }
}

/// A body that is a picture.
pub(super) struct Image(pub(super) Vec<u8>);

impl FromRequest<App> for Image {
    type Rejection = Response;

    async fn from_request(request: Request, _: &App) -> Result<Self, Response> {
        let path = request.uri().path().to_owned();
        if !MediaType::ALL.iter().any(|it| is_of_kind(&request, it.name())) {
            let media_type = "image/png, image/jpeg or image/webp";
            return Err(refuse(&path, &Barrier::MediaType { what: "the body", media_type }));
        }
        let body = to_bytes(request.into_body(), Picture::BYTES_MAX).await;
        let too_large = |_| refuse(&path, &Barrier::TooLarge { what: "the picture", bytes_max: Picture::BYTES_MAX });
        body.map(|it| Self(it.into())).map_err(too_large)
    }
}

/// A body that may be left out.
pub(super) struct OptionalBody<T>(pub(super) T);

impl<T: DeserializeOwned + Default> FromRequest<App> for OptionalBody<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        if request.body().is_end_stream() {
            return Ok(Self(T::default()));
        }
        Body::from_request(request, app).await.map(|body| Self(body.0))
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Response;

    async fn from_request(request: Request, _: &App) -> Result<Self, Response> {
        let path = request.uri().path().to_owned();
        if !is_of_kind(&request, "application/json") {
            return Err(refuse(&path, &Barrier::MediaType { what: "the body", media_type: "application/json" }));
        }
        let bytes = to_bytes(request.into_body(), BODY_MAX)
            .await
            .map_err(|_| refuse(&path, &Barrier::TooLarge { what: "the body", bytes_max: BODY_MAX }))?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            let empty = Error::malformed("body", "is empty; send a JSON object with what this operation takes");
            return Err(Problem::from(empty).into_response());
        }
        let parsed = plain::from_slice(&bytes).map_err(|cause| Error::malformed("body", cause.to_string()));
        parsed.map(Self).map_err(|cause| Problem::from(cause).into_response())
    }
}

fn is_of_kind(request: &Request, wanted: &str) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|it| it.trim().eq_ignore_ascii_case(wanted))
}
