//! The answer to an authorization request on its way through the browser.
//!
//! **Invariant:** it goes where the request was checked to want it, as a redirect or as a form, and carries no cache entry.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue, LOCATION};
use axum::response::{IntoResponse, Response};
use url::Url;

use super::context::content_security_policy;
use super::error::PageError;
use super::page::{FormPostPage, Page};
use crate::app::authorize::Answer;
use crate::domain::Error;
use crate::oidc::response::ResponseMode;

/// Sends the answer to the application.
pub(super) fn render(answer: &Answer) -> Response {
    let done = match answer.response.mode {
        ResponseMode::Query => redirect(&answer.response.location()),
        ResponseMode::FormPost => form(answer),
    };
    done.unwrap_or_else(|error| PageError::from(error).into_response())
}

/// What a content security policy calls the place of an address: its origin, or its scheme when it has none.
pub(super) fn origin_of(uri: &str) -> String {
    match Url::parse(uri) {
        Ok(url) if url.origin().is_tuple() => url.origin().ascii_serialization(),
        Ok(url) => format!("{}:", url.scheme()),
        Err(_) => "'self'".to_owned(),
    }
}

fn redirect(location: &str) -> Result<Response, Error> {
    let location = HeaderValue::from_str(location).map_err(anyhow::Error::new)?;
    // RFC 9700 4.12: 303 makes the browser drop the form that was posted.
    Ok((StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response())
}

fn form(answer: &Answer) -> Result<Response, Error> {
    let action = answer.response.redirect_uri.as_str();
    let fields: Vec<(&str, &str)> =
        answer.response.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = Page(FormPostPage { action, application: &answer.application, fields: &fields });
    let policy = HeaderValue::from_str(&content_security_policy(&origin_of(action))).map_err(anyhow::Error::new)?;
    Ok(([(CONTENT_SECURITY_POLICY, policy)], page).into_response())
}

#[cfg(test)]
mod tests;
