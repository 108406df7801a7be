//! How long what a client gets is good.
//!
//! **Invariant:** an access token never outlives an hour, whatever is registered: it is the longest that a resource server
//! which asks nobody can be wrong about somebody who has left.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;
const DAY: u32 = 24 * HOUR;
const ACCESS: RangeInclusive<u32> = MINUTE..=HOUR;
const IDLE: RangeInclusive<u32> = 5 * MINUTE..=90 * DAY;
const AUTHORIZATION: RangeInclusive<u32> = 5 * MINUTE..=365 * DAY;

/// How long, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lifetimes {
    /// An access token and an ID token.
    pub access_token_seconds: u32,
    /// A refresh token that nobody uses.
    pub refresh_token_idle_seconds: u32,
    /// Everything that came from one authorization.
    pub authorization_seconds: u32,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self { access_token_seconds: 5 * MINUTE, refresh_token_idle_seconds: 14 * DAY, authorization_seconds: 30 * DAY }
    }
}

impl Lifetimes {
    /// Whether each is within its limits; what is wrong with the first that is not.
    pub fn check(self) -> Result<(), (&'static str, String)> {
        let limits = [
            ("access_token_seconds", self.access_token_seconds, ACCESS),
            ("refresh_token_idle_seconds", self.refresh_token_idle_seconds, IDLE),
            ("authorization_seconds", self.authorization_seconds, AUTHORIZATION),
        ];
        match limits.into_iter().find(|(_, seconds, limits)| !limits.contains(seconds)) {
            None => Ok(()),
            Some((field, _, limits)) => {
                Err((field, format!("must be from {} to {} seconds", limits.start(), limits.end())))
            }
        }
    }
}
