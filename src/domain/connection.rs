//! A connection: one identity provider of one organisation, and what it may do here.

pub mod addresses;
mod advice;
mod breaker;
mod client;
mod entra;
pub mod guide;
mod health;
pub mod lanes;
mod mapping;
mod proof;
mod scope;
mod setup_link;

use std::net::IpAddr;
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::id::{ConnectionId, OrgId, TokenId};
use super::time::Timestamp;

pub use advice::{Advice, Answered, Health};
pub use breaker::{Breaker, BreakerChange, MINUTES_MAX, PEOPLE_MAX, PERCENT_MAX};
pub use client::ConnectionClient;
pub use entra::{AUDIENCE_MAX, EntraTokens, USUAL_APP, USUAL_AUDIENCE};
pub use health::{Outside, Pulse, SILENCE_HOURS_MAX, Turn, next_warning};
pub use mapping::{Field, Keeper, Mapping};
pub use proof::{ProofClaim, WORDS_MAX};
pub use scope::{ATTRIBUTES_MAX, Attributes, Scope, Scopes};
pub use setup_link::{SETUP_LINK_DAYS, SETUP_LINK_DAYS_MAX, SetupLink};

/// A connection as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The identity of the connection.
    pub id: ConnectionId,
    /// The organisation it provisions.
    pub org: OrgId,
    /// Which identity provider speaks.
    pub kind: Kind,
    /// Its name for people.
    pub name: String,
    /// Paused connections are answered 503, so that the identity provider retries later.
    pub is_paused: bool,
    /// Its switches.
    pub settings: Settings,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// For how many days a request is kept where nothing else is said.
pub const JOURNAL_DAYS: u32 = 30;
/// And at most.
pub const JOURNAL_DAYS_MAX: u32 = 365;

/// Which identity provider speaks; selects a profile of defaults, never a rule of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Okta.
    Okta,
    /// Microsoft Entra ID.
    Entra,
    /// Any SCIM 2.0 client.
    Generic,
}

impl Connection {
    /// So many requests it may send in a second; without a number as many as it likes.
    pub fn requests_per_second(&self) -> Option<NonZeroU32> {
        NonZeroU32::new(self.settings.requests_per_second.unwrap_or(lanes::USUAL))
    }

    /// True when the provider governs who may do what: it is told which roles and entitlements there are, and entitlements
    /// give roles. Okta does so where nothing is said.
    pub fn governs(&self) -> bool {
        self.settings.governance.unwrap_or(match self.kind {
            Kind::Okta => true,
            Kind::Entra | Kind::Generic => false,
        })
    }

    /// True when its tokens work from this address; from everywhere where none is named.
    pub fn admits(&self, address: IpAddr) -> bool {
        let named = &self.settings.allowed_addresses;
        named.is_empty() || addresses::holds(named, address)
    }

    /// True when people sign in at the identity provider now.
    pub fn takes_sign_ins(&self) -> bool {
        !self.is_paused && self.settings.sign_in().is_some()
    }
}

impl Settings {
    /// For how many days a request is kept in the journal.
    pub fn journal_days(&self) -> u32 {
        self.journal_days.unwrap_or(JOURNAL_DAYS)
    }

    /// When the breaker trips.
    pub fn breaker(&self) -> Breaker {
        self.breaker.unwrap_or_default()
    }

    /// Issuer and client id, when people sign in at the provider.
    pub fn sign_in(&self) -> Option<(&str, &str)> {
        self.issuer.as_deref().zip(self.client_id.as_deref())
    }
}

impl Kind {
    /// The word that is stored and shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Okta => "okta",
            Self::Entra => "entra",
            Self::Generic => "generic",
        }
    }

    /// True for an external id by which no sign-in at such a provider means anybody: Entra names people by UUIDs, and pushes
    /// mail nicknames until it is told to push those.
    pub fn never_means(self, external_id: &str) -> bool {
        let shape = [8, 4, 4, 4, 12];
        let parts: Vec<&str> = external_id.split('-').collect();
        let fits =
            |(part, length): (&&str, &usize)| part.len() == *length && part.bytes().all(|it| it.is_ascii_hexdigit());
        let is_uuid = parts.len() == shape.len() && parts.iter().zip(&shape).all(fits);
        match self {
            Self::Entra => !is_uuid,
            Self::Okta | Self::Generic => false,
        }
    }

    /// Reads the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Okta, Self::Entra, Self::Generic].into_iter().find(|it| it.word() == word)
    }
}

/// By what the user was found whom an identity provider means for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkedBy {
    /// The id under which the provider has pushed the user.
    ExternalId,
    /// An address that the provider says is verified.
    Email,
    /// By nothing: the user was made for it.
    NewUser,
}

impl LinkedBy {
    /// The word that the audit keeps.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ExternalId => "external_id",
            Self::Email => "email",
            Self::NewUser => "new_user",
        }
    }
}

/// The switches of a connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Issuer of the provider's OpenID Connect; with it, new users sign in there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Our client id at the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Role of a user to whom nothing else gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_role: Option<String>,
    /// The highest role the connection may give; `None` is every role that is not protected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_role: Option<String>,
    /// True when the connection may also give and take protected roles.
    pub protected_roles: bool,
    /// What happens to members that do not exist yet.
    pub unknown_members: UnknownMembers,
    /// What happens when the last holder of a protected role is switched off.
    pub last_holder: LastHolder,
    /// True when every PATCH is answered 204 rather than 200 with the resource.
    pub patch_no_content: bool,
    /// Whether the provider governs who may do what; without a word Okta does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub governance: Option<bool>,
    /// The attribute of users whose texts name roles, as the SCIM schemas have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_attribute: Option<String>,
    /// For how many days a request is kept in the journal; without a word thirty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journal_days: Option<u32>,
    /// When the breaker trips; without a word the usual one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breaker: Option<Breaker>,
    /// After so many hours without a request the connection is silent, 0 is never; without a word what is usual for its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silence_hours: Option<u32>,
    /// So many requests it may send in a second, 0 is as many as it likes; without a word the usual number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests_per_second: Option<u32>,
    /// Where it is told what became of requests that it did not wait for (RFC 9967).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events_uri: Option<String>,
    /// The networks from which its tokens work; from everywhere where none is named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_addresses: Vec<String>,
    /// The tokens of Entra that open the connection beside its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entra: Option<EntraTokens>,
    /// True when somebody whom the provider signs in and nobody pushed is made a user.
    pub jit: bool,
    /// True when a user of the connection who is not linked yet, and of whom it has no id to link by, is linked by an address of
    /// the connection's domains that the provider says is verified.
    pub link_by_email: bool,
    /// What counts as a second factor of those who sign in at the provider; without a word the organisation's policy says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mfa: Option<SsoMfa>,
    /// The methods (`amr`) that prove two factors; without a word the usual ones, and an empty list is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mfa_amr: Option<Vec<String>>,
    /// The contexts (`acr`, `acrs`) that prove two factors, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mfa_acr: Option<Vec<String>>,
}

/// What counts as a second factor of somebody who signs in at the identity provider.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SsoMfa {
    /// The provider sees to it; whatever it says is enough.
    TrustIdp,
    /// The provider must say that there were two factors; else one is asked for here.
    #[default]
    RequireAmr,
    /// One is asked for here, whatever the provider says.
    RequireLocal,
}

impl SsoMfa {
    /// Every rule.
    pub const ALL: [Self; 3] = [Self::TrustIdp, Self::RequireAmr, Self::RequireLocal];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::TrustIdp => "trust_idp",
            Self::RequireAmr => "require_amr",
            Self::RequireLocal => "require_local",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// True when a second factor is asked for here of somebody for whom the provider has or has not vouched for two.
    pub const fn asks_here(self, vouched_for_two: bool) -> bool {
        match self {
            Self::TrustIdp => false,
            Self::RequireAmr => !vouched_for_two,
            Self::RequireLocal => true,
        }
    }
}

/// What happens to group members that do not exist yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnknownMembers {
    /// Remembered, and joined when such a user appears.
    #[default]
    Hold,
    /// Dropped.
    Ignore,
    /// The request is refused.
    Reject,
}

/// What a SCIM `active:false` for the last holder of a protected role does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LastHolder {
    /// Sign-in dies at once, the role stays, an alert is raised.
    #[default]
    SuspendAndAlert,
    /// The request is refused with 409.
    Refuse,
}

/// A bearer token of a connection; the secret itself is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionToken {
    /// The identity of the token.
    pub id: TokenId,
    /// The connection it speaks for.
    pub connection: ConnectionId,
    /// The first characters, for recognising it in a list.
    pub hint: String,
    /// What it may be used for.
    pub scopes: Scopes,
    /// What it sees and sets of users and groups.
    pub attributes: Attributes,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_id_of_entra_is_told_from_a_mail_nickname() {
        assert!(!Kind::Entra.never_means("6f1b4d2e-9a53-4c2f-8a5f-0d4be1c7a911"));
        for other in ["", "ada.lovelace", "6f1b4d2e-9a53-4c2f-8a5f", "6f1b4d2e-9a53-4c2f-8a5f-0d4be1c7a91x", "----"] {
            assert!(Kind::Entra.never_means(other), "{other}");
            assert!(!Kind::Okta.never_means(other) && !Kind::Generic.never_means(other), "{other}");
        }
    }
}
