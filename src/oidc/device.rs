//! Devices without a browser, which somebody lets in with another: RFC 8628.

use serde::Serialize;

/// How long a device may be let in, in seconds.
pub const LIFETIME_SECONDS: u32 = 600;
/// How long a device waits between two questions, in seconds.
pub const INTERVAL_SECONDS: u32 = 5;
/// By so much longer each time it asked too soon (RFC 8628 3.5).
pub const SLOWER_BY_SECONDS: u32 = 5;

/// The answer to a device that asks to be let in (RFC 8628 3.2).
#[derive(Serialize)]
pub struct Response {
    device_code: String,
    user_code: String,
    verification_uri: String,
    verification_uri_complete: String,
    expires_in: u32,
    interval: u32,
}

impl Response {
    /// The answer with these codes, the second as it is shown, for this page.
    pub fn new(device_code: &str, user_code: &str, page: &str) -> Self {
        Self {
            device_code: device_code.to_owned(),
            verification_uri: page.to_owned(),
            verification_uri_complete: format!("{page}?user_code={user_code}"),
            user_code: user_code.to_owned(),
            expires_in: LIFETIME_SECONDS,
            interval: INTERVAL_SECONDS,
        }
    }
}
