//! Authorization requests that a client leaves here before it sends the browser: RFC 9126 (PAR).
//!
//! **Invariant:** what was pushed is the whole request: nothing beside its reference counts in the browser.
//! **Invariant:** a reference is one of ours, an unguessable handle; no other address is ever looked at.

use serde::Serialize;

/// How long a reference may be brought, in seconds.
pub const LIFETIME_SECONDS: u32 = 90;
/// What every reference begins with (RFC 9126 2.2).
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// The answer to a pushed request (RFC 9126 2.2).
#[derive(Debug, Serialize)]
pub struct Response {
    request_uri: String,
    expires_in: u32,
}

impl Response {
    /// The answer that names this handle.
    pub fn new(handle: &str) -> Self {
        Self { request_uri: format!("{PREFIX}{handle}"), expires_in: LIFETIME_SECONDS }
    }
}

/// The handle in a reference of ours.
pub fn handle(request_uri: &str) -> Option<&str> {
    request_uri.strip_prefix(PREFIX).filter(|handle| !handle.is_empty())
}
