//! Scopes: what a client asks to know or to do.
//!
//! **Invariant:** a set of scopes holds only scopes this provider knows; printing and parsing it gives the same set.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::error::{Error, ErrorCode};

/// A scope this provider knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The request is an OpenID Connect request and gets an ID token.
    OpenId,
    /// Name, locale and the like.
    Profile,
    /// E-mail address.
    Email,
    /// Postal address.
    Address,
    /// Telephone number.
    Phone,
    /// Groups and teams.
    Groups,
    /// Roles and permissions.
    Roles,
    /// A refresh token.
    OfflineAccess,
    /// The administration API, within the rights of the person.
    Api,
    /// The own user over SCIM.
    Scim,
    /// The stream of the application itself: what it is, and what is told in it.
    SsfRead,
    /// The same, to make and change it.
    SsfManage,
    /// Decisions about people, for the application itself.
    AuthZen,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 13] = [
        Self::OpenId,
        Self::Profile,
        Self::Email,
        Self::Address,
        Self::Phone,
        Self::Groups,
        Self::Roles,
        Self::OfflineAccess,
        Self::Api,
        Self::Scim,
        Self::SsfRead,
        Self::SsfManage,
        Self::AuthZen,
    ];

    /// Those that an application gets for itself (RFC 6749 4.4), and never for a person.
    pub const OF_APPLICATIONS: [Self; 3] = [Self::SsfRead, Self::SsfManage, Self::AuthZen];

    /// Whether it opens something of its own beside a sign-in, so that nobody has it who does not ask for it.
    pub fn opens_a_surface(self) -> bool {
        matches!(self, Self::Api | Self::Scim) || Self::OF_APPLICATIONS.contains(&self)
    }

    /// The name as it goes over the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Profile => "profile",
            Self::Email => "email",
            Self::Address => "address",
            Self::Phone => "phone",
            Self::Groups => "groups",
            Self::Roles => "roles",
            Self::OfflineAccess => "offline_access",
            Self::Api => "api",
            Self::Scim => "scim",
            Self::SsfRead => "ssf.read",
            Self::SsfManage => "ssf.manage",
            Self::AuthZen => "authzen",
        }
    }

    /// The scope with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }
}

/// A set of scopes, written as names with spaces between them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// The known scopes of a request for a person; others are dropped (OpenID Connect Core 3.1.2.1).
    pub fn requested(text: &str) -> Result<Self, Error> {
        if text.contains(|c: char| !matches!(c, ' '..='~') || c == '"' || c == '\\') {
            return Err(ErrorCode::InvalidScope.because("the scope holds characters that no scope name has"));
        }
        let of_people = |it: &Scope| !Scope::OF_APPLICATIONS.contains(it);
        Ok(names(text).filter_map(Scope::named).filter(of_people).collect())
    }

    /// Scopes of which each must be known: those of a registration, a stored grant or a refresh.
    pub fn exactly(text: &str) -> Result<Self, Error> {
        let known: Option<Self> = names(text).map(Scope::named).collect();
        known.ok_or_else(|| ErrorCode::InvalidScope.because("the scope names something this server does not offer"))
    }

    /// Whether a scope is in the set.
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether every scope of `other` is in the set.
    pub fn covers(&self, other: &Self) -> bool {
        self.0.is_superset(&other.0)
    }

    /// The scopes both sets have.
    pub fn common(&self, other: &Self) -> Self {
        self.iter().filter(|scope| other.has(*scope)).collect()
    }

    /// The scopes of both sets together.
    pub fn with(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).collect()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The scopes, in one fixed order.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }
}

fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|name| !name.is_empty())
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(f, "{space}{}", scope.as_str())?;
        }
        Ok(())
    }
}

impl From<Scopes> for String {
    fn from(scopes: Scopes) -> Self {
        scopes.to_string()
    }
}

impl TryFrom<String> for Scopes {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        Self::exactly(&text)
    }
}
