//! The way out: what a browser is answered once its session has ended.
//!
//! **Invariant:** the cookie is gone with the answer, whatever becomes of the page.
//! **Invariant:** the page frames the applications that are to be told and nothing else, and needs no script to go on.
//! **Invariant:** no frame can send the browser elsewhere. One that never answers can keep the page from going on by itself, as
//! a browser goes on when all is loaded; the button needs no frame.

use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use axum::response::{AppendHeaders, IntoResponse, Response};

use super::answer::origin_of;
use super::context::{content_security_policy_with_frames, texts};
use super::cookie::Cookie;
use super::error::PageError;
use super::page::{Page, SigningOutPage};
use crate::app::App;
use crate::domain::Error;

/// Where it is said that the session has ended.
pub(super) const SIGNED_OUT: &str = "/signed-out";

/// Sends the browser on with this answer, which leads to `next_url`, or first to a page that loads what tells the applications
/// (OpenID Connect Front-Channel Logout 1.0, 3).
pub(super) fn leave(app: &App, visits: &[String], next_url: &str, answer: Response) -> Result<Response, PageError> {
    let cookies = AppendHeaders(Cookie::end_session(app)?);
    if visits.is_empty() {
        return Ok((cookies, answer).into_response());
    }
    let mut places: Vec<String> = visits.iter().map(|visit| origin_of(visit)).collect();
    places.sort();
    places.dedup();
    let policy = HeaderValue::from_str(&content_security_policy_with_frames(&places)).map_err(anyhow::Error::new);
    let policy = [(CONTENT_SECURITY_POLICY, policy.map_err(Error::from)?)];
    Ok((cookies, policy, Page(SigningOutPage { t: texts(), visits, next_url })).into_response())
}
