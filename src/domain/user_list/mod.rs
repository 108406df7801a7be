//! Which users a list shows, in which order, and from where on: said in words that fit into an address.
//!
//! The words are a contract of console and API alike: `role`, `name`, `email`, `status`, `type`, `group`, `team`,
//! `project`, `mfa`, `inactive`, `provider`, `source`, `created`, `deactivated`, `leaving`, and those of every [`List`].

mod filter;

use super::list::{self, List};
pub use filter::{Idle, Leaving, Mfa, Origin, UserFilter, View};

/// A list of users, of which one page is asked for.
pub type UserList = List<UserFilter>;
/// An order of users.
pub type Sort = list::Sort<Column>;

/// What a list sorts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// What people call the user.
    Name,
    /// What it signs in as.
    UserName,
    /// Where mail goes.
    Email,
    /// The effective role, by rank.
    Role,
    /// Where it stands in its life.
    Status,
    /// Where it signs in.
    Type,
    /// The state of its second factor.
    Mfa,
    /// When it was last seen.
    LastActive,
    /// The connection that manages it.
    Provider,
    /// When it was made.
    Created,
}

impl list::Column for Column {
    const ALL: &'static [Self] = &[
        Self::Name,
        Self::UserName,
        Self::Email,
        Self::Role,
        Self::Status,
        Self::Type,
        Self::Mfa,
        Self::LastActive,
        Self::Provider,
        Self::Created,
    ];
    const USUAL: Sort = Sort { column: Self::Name, descending: false };

    fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::UserName => "user_name",
            Self::Email => "email",
            Self::Role => "role",
            Self::Status => "status",
            Self::Type => "type",
            Self::Mfa => "mfa",
            Self::LastActive => "last_active",
            Self::Provider => "provider",
            Self::Created => "created",
        }
    }
}

#[cfg(test)]
mod tests;
