//! Where what an identity provider said of its people last, and what is so here, are two things.
//!
//! Names, addresses and the members of pushed groups are changed at the provider only, so they do not differ. What differs is
//! access, which is given and taken on both sides, and what was given here beside what the provider gives.

use super::deprovisioning::Way;

/// So many days without a word about somebody are many, where nothing else is asked for.
pub const DAYS: u32 = 90;
/// And at most.
pub const DAYS_MAX: u32 = 3_650;

/// What an identity provider said of somebody's access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// The user is to have access.
    Active,
    /// The user is to have none.
    Inactive,
    /// The user is to be deleted.
    Gone,
}

/// In what something differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The provider has let somebody go who has access here.
    Kept,
    /// The provider gives access to somebody who is deactivated here.
    ShutOut,
    /// Somebody has a role that was given here.
    Roles,
    /// Somebody has a role by a group that is kept here.
    Groups,
    /// The provider has not spoken of somebody for long, or never.
    Unmentioned,
}

impl Said {
    /// What it is when the user is said to be active, or not.
    pub const fn of(is_active: bool) -> Self {
        if is_active { Self::Active } else { Self::Inactive }
    }

    /// The word that is stored and shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Gone => "gone",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::Inactive, Self::Gone].into_iter().find(|it| it.word() == word)
    }
}

impl From<Way> for Said {
    fn from(way: Way) -> Self {
        match way {
            Way::Deactivate => Self::Inactive,
            Way::Delete => Self::Gone,
        }
    }
}

impl Kind {
    /// Every kind, the gravest first.
    pub const ALL: [Self; 5] = [Self::Kept, Self::ShutOut, Self::Roles, Self::Groups, Self::Unmentioned];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::ShutOut => "shut_out",
            Self::Roles => "roles",
            Self::Groups => "groups",
            Self::Unmentioned => "unmentioned",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// The deeds that bring it about, as they are on record.
    pub const fn deeds(self) -> &'static [&'static str] {
        match self {
            Self::Kept => &["user.activated"],
            Self::ShutOut => &["user.deactivated"],
            Self::Roles => &["role.changed", "user.created"],
            Self::Groups | Self::Unmentioned => &[],
        }
    }
}
