//! What a connection makes of what its provider says of a person: which attribute fills what, in which order, and who keeps it.
//!
//! **Invariant:** this tells what SCIM and sign-in do and decides nothing; tests hold it against both.

#[cfg(test)]
mod tests;

use super::{Connection, Kind};

/// Something that is kept of a person here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The name to sign in with.
    UserName,
    /// What others read.
    DisplayName,
    /// Where letters go.
    Email,
    /// By what the provider knows the person, which a sign-in finds.
    ExternalId,
    /// Whether the person may sign in.
    Active,
    /// The password.
    Password,
    /// The language of pages and letters.
    Language,
    /// The roles.
    Role,
    /// The groups.
    Groups,
    /// Everything else, kept as it was said.
    Others,
}

/// Who decides a field of somebody whom a provider manages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeper {
    /// The provider alone.
    Provider,
    /// Whoever spoke last, the provider or somebody here.
    Both,
    /// Nobody: it is not taken from the provider and is not used.
    Nobody,
}

/// What fills a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The field.
    pub field: Field,
    /// The attributes over SCIM, of which the first that says something counts; none where none is taken.
    pub scim: Vec<String>,
    /// The claims of the first sign-in of somebody who was not pushed, likewise; none where such people are not made.
    pub sign_in: &'static [&'static str],
    /// Who decides it.
    pub keeper: Keeper,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 10] = [
        Self::UserName,
        Self::DisplayName,
        Self::Email,
        Self::ExternalId,
        Self::Active,
        Self::Password,
        Self::Language,
        Self::Role,
        Self::Groups,
        Self::Others,
    ];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::UserName => "user_name",
            Self::DisplayName => "display_name",
            Self::Email => "email",
            Self::ExternalId => "external_id",
            Self::Active => "active",
            Self::Password => "password",
            Self::Language => "language",
            Self::Role => "role",
            Self::Groups => "groups",
            Self::Others => "others",
        }
    }

    const fn scim(self, of: Switches) -> &'static [&'static str] {
        match self {
            Self::UserName => &["userName"],
            Self::DisplayName => &["displayName", "name.formatted", "userName"],
            Self::Email => &["emails[primary eq true]", "emails[type eq \"work\"]", "emails"],
            Self::ExternalId => &["externalId"],
            Self::Active => &["active"],
            Self::Password if of.signs_in => &[],
            Self::Password => &["password"],
            Self::Language => &["preferredLanguage", "locale"],
            Self::Role if of.governs => &["roles", "entitlements", "groups"],
            Self::Role => &["roles", "groups"],
            Self::Groups => &["members"],
            Self::Others => &["*"],
        }
    }

    const fn sign_in(self, of: Switches) -> &'static [&'static str] {
        if !of.makes_users {
            return &[];
        }
        match (self, of.kind) {
            (Self::UserName, Kind::Entra) => &["preferred_username", "oid"],
            (Self::UserName, Kind::Okta | Kind::Generic) => &["preferred_username", "sub"],
            (Self::DisplayName, Kind::Entra) => &["name", "preferred_username", "oid"],
            (Self::DisplayName, Kind::Okta | Kind::Generic) => &["name", "preferred_username", "sub"],
            (Self::Email, _) => &["email", "verified_primary_email"],
            (Self::ExternalId, Kind::Entra) => &["oid"],
            (Self::ExternalId, Kind::Okta | Kind::Generic) => &["sub"],
            (Self::Active | Self::Password | Self::Language | Self::Role | Self::Groups | Self::Others, _) => &[],
        }
    }

    const fn keeper(self, of: Switches) -> Keeper {
        match self {
            Self::UserName
            | Self::DisplayName
            | Self::Email
            | Self::ExternalId
            | Self::Language
            | Self::Groups
            | Self::Others => Keeper::Provider,
            Self::Password if of.signs_in => Keeper::Nobody,
            Self::Active | Self::Password | Self::Role => Keeper::Both,
        }
    }
}

impl Keeper {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Both => "both",
            Self::Nobody => "nobody",
        }
    }
}

/// What a connection says that this depends on.
#[derive(Clone, Copy)]
struct Switches {
    kind: Kind,
    governs: bool,
    /// New people sign in at the provider.
    signs_in: bool,
    /// Whoever signs in and was not pushed is made a user.
    makes_users: bool,
}

impl Connection {
    /// What fills each field.
    pub fn mappings(&self) -> Vec<Mapping> {
        let of = Switches {
            kind: self.kind,
            governs: self.governs(),
            signs_in: self.settings.issuer.is_some(),
            makes_users: self.settings.sign_in().is_some() && self.settings.jit,
        };
        let named = |field: Field| self.settings.role_attribute.clone().filter(|_| field == Field::Role);
        let mapping = |field: Field| Mapping {
            field,
            scim: field.scim(of).iter().copied().map(str::to_owned).chain(named(field)).collect(),
            sign_in: field.sign_in(of),
            keeper: field.keeper(of),
        };
        Field::ALL.map(mapping).into()
    }
}
