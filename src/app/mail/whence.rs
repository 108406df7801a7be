//! From where something was done that somebody gets a letter about.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::app::signin::Browser;
use crate::domain::session::Session;

/// So many characters of what a browser calls itself are looked at.
const USER_AGENT_MAX: usize = 256;

/// From where something was done, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Whence {
    /// The address.
    pub(super) address: Option<String>,
    /// What the browser calls itself; nothing where no browser did it.
    pub(super) user_agent: Option<String>,
}

impl Whence {
    /// Nobody knows.
    pub const UNKNOWN: Self = Self { address: None, user_agent: None };

    /// A program at this address.
    pub fn program(address: IpAddr) -> Self {
        Self { address: Some(address.to_string()), user_agent: None }
    }
}

/// A session, as it was when it began.
impl From<&Session> for Whence {
    fn from(session: &Session) -> Self {
        Self { address: Some(session.ip.clone()), user_agent: Some(session.user_agent.clone()) }
    }
}

/// A browser in which somebody signs in.
impl From<&Browser> for Whence {
    fn from(browser: &Browser) -> Self {
        let user_agent = browser.user_agent.chars().take(USER_AGENT_MAX).collect();
        Self { address: Some(browser.ip.to_string()), user_agent: Some(user_agent) }
    }
}
