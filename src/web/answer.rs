//! The answer to an authorization request on its way through the browser.
//!
//! **Invariant:** it goes where the request was checked to want it, as a redirect or as a form, and carries no cache entry.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue, LOCATION};
use axum::response::{IntoResponse, Response};
use url::{Host, Url};

use super::context::{content_security_policy, texts};
use super::error::PageError;
use super::page::{FormPostPage, Page};
use crate::app::authorize::Answer;
use crate::domain::Error;
use crate::oidc::response::ResponseMode;

/// Sends the answer to the application.
pub(super) fn render(answer: &Answer) -> Response {
    match answer.response.mode {
        ResponseMode::Query => see_other(&answer.response.location()),
        ResponseMode::FormPost => form(answer).unwrap_or_else(|error| PageError::from(error).into_response()),
    }
}

/// Sends the browser somewhere.
pub(super) fn see_other(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        // RFC 9700 4.12: 303 makes the browser drop the form that was posted.
        Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        Err(cause) => PageError::from(Error::from(anyhow::Error::new(cause))).into_response(),
    }
}

/// What a content security policy calls the place of an address: its origin, or its scheme when it has none.
pub(super) fn origin_of(uri: &str) -> String {
    match Url::parse(uri) {
        // A policy cannot name a host in brackets (Content Security Policy 3, 2.3.1), so the scheme stands for it.
        Ok(url) if url.origin().is_tuple() && !matches!(url.host(), Some(Host::Ipv6(_))) => {
            url.origin().ascii_serialization()
        }
        Ok(url) => format!("{}:", url.scheme()),
        Err(_) => "'self'".to_owned(),
    }
}

fn form(answer: &Answer) -> Result<Response, Error> {
    let action = answer.response.redirect_uri.as_str();
    let fields: Vec<(&str, &str)> =
        answer.response.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = Page(FormPostPage { t: texts(), action, application: &answer.application, fields: &fields });
    let policy = HeaderValue::from_str(&content_security_policy(&origin_of(action))).map_err(anyhow::Error::new)?;
    Ok(([(CONTENT_SECURITY_POLICY, policy)], page).into_response())
}

#[cfg(test)]
mod tests;
