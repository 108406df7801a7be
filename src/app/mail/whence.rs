//! From where something was done that somebody gets a letter about.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::app::signin::Browser;

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

    /// A browser at this address, by what it calls itself.
    pub fn browser(address: IpAddr, user_agent: &str) -> Self {
        let user_agent = user_agent.chars().filter(|it| !it.is_control()).take(USER_AGENT_MAX).collect();
        Self { address: Some(address.to_string()), user_agent: Some(user_agent) }
    }

    /// A program at this address.
    pub fn program(address: IpAddr) -> Self {
        Self { address: Some(address.to_string()), user_agent: None }
    }
}

/// A browser in which somebody signs in.
impl From<&Browser> for Whence {
    fn from(browser: &Browser) -> Self {
        Self::browser(browser.ip, &browser.user_agent)
    }
}
