//! What a token of a connection may be used for, and for which attributes.
//!
//! **Invariant:** a token never reaches further than its connection: its scopes only narrow what that one may do.
//! **Invariant:** whoever may write a kind of resource may read it, because every answer to a write shows what was written.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

/// What a token may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Reading users.
    ReadUsers,
    /// Making, changing and deleting users.
    WriteUsers,
    /// Reading groups, with the names of their members.
    ReadGroups,
    /// Making, changing and deleting groups.
    WriteGroups,
    /// Reading which roles and entitlements there are.
    ReadRoles,
}

impl Scope {
    /// Every scope there is.
    pub const ALL: [Self; 5] =
        [Self::ReadUsers, Self::WriteUsers, Self::ReadGroups, Self::WriteGroups, Self::ReadRoles];

    /// The word that is stored, sent and shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ReadUsers => "users:read",
            Self::WriteUsers => "users:write",
            Self::ReadGroups => "groups:read",
            Self::WriteGroups => "groups:write",
            Self::ReadRoles => "roles:read",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// The scope that includes this one.
    const fn wider(self) -> Option<Self> {
        match self {
            Self::ReadUsers => Some(Self::WriteUsers),
            Self::ReadGroups => Some(Self::WriteGroups),
            Self::WriteUsers | Self::WriteGroups | Self::ReadRoles => None,
        }
    }
}

/// The most attributes that a token names.
pub const ATTRIBUTES_MAX: usize = 100;

/// The attributes that a token sees and sets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Attributes {
    /// All of them, also those that there will be later.
    #[default]
    Everything,
    /// These and nothing else, by their names in SCIM; at least one.
    Only(BTreeSet<String>),
}

impl Attributes {
    /// These attributes; nothing where there are none, or too many.
    pub fn only(names: impl IntoIterator<Item = String>) -> Option<Self> {
        let names: BTreeSet<String> = names.into_iter().collect();
        (1..=ATTRIBUTES_MAX).contains(&names.len()).then_some(Self::Only(names))
    }

    /// The names, in their order; nothing for everything.
    pub fn words(&self) -> Option<Vec<&str>> {
        match self {
            Self::Everything => None,
            Self::Only(names) => Some(names.iter().map(String::as_str).collect()),
        }
    }

    /// The names as they are kept beside a request; none for everything.
    pub fn names(&self) -> Vec<String> {
        self.words().unwrap_or_default().into_iter().map(str::to_owned).collect()
    }

    /// Reads what [`Self::words`] says; no name holds a space.
    pub fn parse(words: &str) -> Option<Self> {
        Self::only(words.split_whitespace().map(str::to_owned))
    }
}

/// The scopes of a token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Scopes {
    /// Whatever its connection may do, also what there will be later.
    #[default]
    Everything,
    /// These and nothing else; at least one.
    Only(BTreeSet<Scope>),
}

impl Scopes {
    /// These scopes; nothing where there are none, because such a token would be good for nothing.
    pub fn only(scopes: impl IntoIterator<Item = Scope>) -> Option<Self> {
        let scopes: BTreeSet<Scope> = scopes.into_iter().collect();
        (!scopes.is_empty()).then_some(Self::Only(scopes))
    }

    /// True when the token may be used for this.
    pub fn may(&self, scope: Scope) -> bool {
        match self {
            Self::Everything => true,
            Self::Only(scopes) => scopes.contains(&scope) || scope.wider().is_some_and(|it| scopes.contains(&it)),
        }
    }

    /// The words, in their order; nothing for everything.
    pub fn words(&self) -> Option<Vec<&'static str>> {
        match self {
            Self::Everything => None,
            Self::Only(scopes) => Some(scopes.iter().map(|it| it.word()).collect()),
        }
    }

    /// Reads what [`Self::words`] says.
    pub fn parse<'w>(words: impl IntoIterator<Item = &'w str>) -> Option<Self> {
        Self::only(words.into_iter().map(Scope::parse).collect::<Option<Vec<_>>>()?)
    }
}
