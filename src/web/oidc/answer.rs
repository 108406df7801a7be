//! An answer to an application, on its way through the browser.

use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse, Response};
use url::Url;

use crate::app::authorize::Answer;
use crate::oidc::response::ResponseMode;
use crate::web::context::content_security_policy;
use crate::web::error::PageError;
use crate::web::page::{FormPostPage, Page};

/// Sends the browser to the application: by a redirect, or with a page whose form posts the answer.
pub fn answer(answer: &Answer) -> Response {
    let to = &answer.response;
    match to.mode {
        ResponseMode::Query => see_other(&to.location()),
        ResponseMode::FormPost => {
            let fields: Vec<(&str, &str)> = to.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let page = FormPostPage { action: &to.redirect_uri, application: &answer.application, fields: &fields };
            may_lead_to(Page(page).into_response(), &to.redirect_uri)
        }
    }
}

/// Lets the forms of a page end at an application: browsers hold `form-action` against the whole chain of redirects
/// that follows a form, so each page on the way to an answer needs this.
pub fn may_lead_to(mut response: Response, redirect_uri: &str) -> Response {
    let policy = source(redirect_uri).map(|it| content_security_policy(&format!("'self' {it}")));
    if let Some(policy) = policy.and_then(|it| HeaderValue::from_str(&it).ok()) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// A redirect that turns every method into GET.
pub(super) fn see_other(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(cause) => PageError::from(crate::domain::Error::from(anyhow::Error::new(cause))).into_response(),
    }
}

/// The source expression of a registered address (Content Security Policy 3, 2.3.1).
fn source(redirect_uri: &str) -> Option<String> {
    let url = Url::parse(redirect_uri).ok()?;
    let scheme = url.scheme();
    // A host in brackets is no source expression, and an address of a private-use scheme has no host: the scheme stands
    // for both.
    match (url.host(), url.port()) {
        (Some(url::Host::Ipv6(_)) | None, _) => Some(format!("{scheme}:")),
        (Some(host), Some(port)) => Some(format!("{scheme}://{host}:{port}")),
        (Some(host), None) => Some(format!("{scheme}://{host}")),
    }
}

#[cfg(test)]
mod tests;
