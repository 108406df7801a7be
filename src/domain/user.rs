//! A user: one person (or, later, one service) of one organisation.
//!
//! **Invariant:** a user is identified by its id alone; names, addresses and external ids only describe it.

use serde::{Deserialize, Serialize};

use super::id::{ConnectionId, OrgId, UserId};
use super::time::Timestamp;

/// The most characters of a user name.
pub const USER_NAME_MAX: usize = 254;
/// The most characters of a display name.
pub const DISPLAY_NAME_MAX: usize = 256;

/// A user as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The identity of the user.
    pub id: UserId,
    /// The organisation it belongs to, for good.
    pub org: OrgId,
    /// What it signs in as; unique in the organisation under [`super::text::fold`].
    pub user_name: String,
    /// What people call it.
    pub display_name: String,
    /// Where mail goes; the primary or first address.
    pub email: Option<String>,
    /// The address at which it has opened a link of ours that went nowhere else; forgotten as soon as its address is another.
    pub proved_email: Option<String>,
    /// The identity provider's own id of it, opaque.
    pub external_id: Option<String>,
    /// The connection that provisions it; `None` for a local user.
    pub managed_by: Option<ConnectionId>,
    /// Where it signs in; fixed at creation.
    pub sign_in: SignIn,
    /// Where it stands in its life.
    pub status: Status,
    /// True when this user in particular must have a second factor.
    pub mfa_required: bool,
    /// Raised by everything that ends its access; whatever was issued under an older epoch is void.
    pub epoch: i64,
    /// Raised by every change; the ETag.
    pub version: i64,
    /// The SCIM attributes that have no column, as canonical JSON.
    pub document: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl User {
    /// True when the user may sign in and use what was issued to it.
    pub fn is_active(&self) -> bool {
        self.status == Status::Active
    }

    /// True when the user has proved to read what is mailed to it.
    pub fn has_proved_email(&self) -> bool {
        self.email.is_some() && self.email == self.proved_email
    }

    /// True when the user could prove who it is, where people sign in at the identity providers of these connections.
    pub fn has_way_in(&self, providers: &[ConnectionId]) -> bool {
        match self.sign_in {
            SignIn::Password => true,
            SignIn::Sso => self.managed_by.is_some_and(|it| providers.contains(&it)),
        }
    }

    /// What SCIM reports as `active`: a pending user reads true, only a deactivated one reads false.
    pub fn reads_active(&self) -> bool {
        self.status != Status::Deactivated
    }
}

/// Where a user signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignIn {
    /// At the organisation's identity provider (SSO on).
    Sso,
    /// Here, with a password and a second factor (SSO off).
    Password,
}

impl SignIn {
    /// The word that is stored and shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sso => "sso",
            Self::Password => "password",
        }
    }

    /// Reads the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Sso, Self::Password].into_iter().find(|it| it.word() == word)
    }
}

/// Where a user stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Created, but never signed in: no password has been set yet.
    Pending,
    /// May sign in.
    Active,
    /// Kept with all it had, without any access.
    Deactivated,
}

impl Status {
    /// The word that is stored and shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Deactivated => "deactivated",
        }
    }

    /// Reads the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Pending, Self::Active, Self::Deactivated].into_iter().find(|it| it.word() == word)
    }
}
