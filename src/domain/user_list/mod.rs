//! Which users a list shows, in which order, and from where on: said in words that fit into an address.
//!
//! The words are a contract of console and API alike: `role`, `name`, `email`, `status`, `type`, `group`, `mfa`,
//! `inactive`, `provider`, `source`, `created`, `deactivated`, `sort`, `after`, `before`, `limit`.
//!
//! **Invariant:** what [`UserList::words`] writes, [`UserList::read`] reads as the same list.
//! **Invariant:** a word that means nothing is an error that names it; it never widens the list.

mod cursor;
mod filter;

use super::{Error, Flaw};
pub use cursor::{Cursor, Direction, Key, Place};
pub use filter::{Created, Days, Idle, Mfa, Origin, UserFilter, View};

/// How many users a page has when nobody said.
pub const LIMIT_DEFAULT: u64 = 100;
/// How many users a page has at most.
pub const LIMIT_MAX: u64 = 1_000;

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

impl Column {
    /// Every column, in the order in which they stand.
    pub const ALL: [Self; 10] = [
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

    /// The word in an address.
    pub const fn word(self) -> &'static str {
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

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// An order: `name`, or `-last_active` for the highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// What it goes by.
    pub column: Column,
    /// True for the highest first.
    pub descending: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self { column: Column::Name, descending: false }
    }
}

impl Sort {
    /// The word in an address.
    pub fn word(self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.column.word())
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        let (descending, name) = word.strip_prefix('-').map_or((false, word), |name| (true, name));
        Column::parse(name).map(|column| Self { column, descending })
    }
}

/// A list of users, of which one page is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserList {
    /// Which users.
    pub filter: UserFilter,
    /// In which order.
    pub sort: Sort,
    /// From where on; from the beginning without it.
    pub cursor: Option<Cursor>,
    /// How many at most.
    pub limit: u64,
}

impl Default for UserList {
    fn default() -> Self {
        Self { filter: UserFilter::default(), sort: Sort::default(), cursor: None, limit: LIMIT_DEFAULT }
    }
}

impl UserList {
    /// Reads the words of an address. Those of others (`columns`, `organisation`) are left to them; an empty value is
    /// one that a form sent for a field nobody filled in.
    pub fn read<'a>(words: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Error> {
        let mut list = Self::default();
        for (name, value) in words.into_iter().filter(|(_, value)| !value.trim().is_empty()) {
            list.take(name, value.trim())?;
        }
        Ok(list)
    }

    /// The same list as words.
    pub fn words(&self) -> Vec<(&'static str, String)> {
        let mut words = self.filter.words();
        if self.sort != Sort::default() {
            words.push(("sort", self.sort.word()));
        }
        if let Some(cursor) = &self.cursor {
            let name = match cursor.direction {
                Direction::After => "after",
                Direction::Before => "before",
            };
            words.push((name, cursor.word.clone()));
        }
        if self.limit != LIMIT_DEFAULT {
            words.push(("limit", self.limit.to_string()));
        }
        words
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), Error> {
        match name {
            "sort" => self.sort = Sort::parse(value).ok_or_else(|| unreadable("sort"))?,
            "after" => self.cursor = Some(cursor(Direction::After, "after", value)?),
            "before" => self.cursor = Some(cursor(Direction::Before, "before", value)?),
            "limit" => {
                let limit = value.parse().ok().filter(|it| (1..=LIMIT_MAX).contains(it));
                let problem = || Error::invalid("limit", Flaw::NotBetween { from: 1, to: LIMIT_MAX });
                self.limit = limit.ok_or_else(problem)?;
            }
            _ => self.filter.take(name, value)?,
        }
        Ok(())
    }
}

fn cursor(direction: Direction, name: &'static str, value: &str) -> Result<Cursor, Error> {
    Cursor::parse(direction, value).ok_or_else(|| unreadable(name))
}

fn unreadable(name: &str) -> Error {
    Error::invalid(name, Flaw::Meaningless)
}

#[cfg(test)]
mod tests;
