//! Which deeds of the record are shown or exported, said in words that fit into an address.
//!
//! The words are a contract of console, API and command line alike: `from`, `to`, `actor`, `target`, `action`, `outcome`, `text`.
//!
//! **Invariant:** what [`AuditFilter::words`] writes, [`AuditFilter::read`] reads as the same filter.
//! **Invariant:** a word that means nothing is an error that names it; it never widens the list.

use std::time::Duration;

use uuid::Uuid;

use super::policy::{Action, Outcome};
use super::text::check_search;
use super::{Error, Flaw, Timestamp};

/// The words, in the order in which they are written.
pub const WORDS: [&str; 7] = ["from", "to", "actor", "target", "action", "outcome", "text"];
/// The kinds of those who do something, as the record names them.
pub const ACTORS: [&str; 7] = ["user", "service_account", "client", "connection", "operator", "job", "anonymous"];
/// The kinds of what something is done to, as the record names them.
pub const TARGETS: [&str; 13] = [
    "user",
    "group",
    "team",
    "project",
    "resource",
    "service_account",
    "connection",
    "client",
    "review",
    "review_schedule",
    "audit_stream",
    "organisation",
    "key",
];

const DAY: Duration = Duration::from_hours(24);
const LEAST: Duration = Duration::from_millis(1);

/// Which deeds; without anything, all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Not before this.
    pub from: Option<When>,
    /// Not after this.
    pub to: Option<When>,
    /// Done by this one.
    pub actor: Option<Party>,
    /// Done to this one.
    pub target: Option<Party>,
    /// One deed, or those of an area.
    pub action: Option<Deeds>,
    /// With this outcome.
    pub outcome: Option<Outcome>,
    /// With this text in a name at the time.
    pub text: Option<String>,
}

/// A day in UTC, or a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    at: Timestamp,
    is_day: bool,
}

/// One thing by its id, or all of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// This one.
    Id(Uuid),
    /// Those of this kind.
    Kind(&'static str),
}

/// One deed, or those of an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deeds {
    /// `user.created`.
    One(&'static str),
    /// `user`.
    Area(&'static str),
}

impl AuditFilter {
    /// Reads the words of an address. Those of others (`cursor`, `organisation`) are left to them; an empty value is one that a
    /// form sent for a field nobody filled in.
    pub fn read<'a>(words: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Error> {
        let mut filter = Self::default();
        let mut seen = Vec::new();
        for (name, value) in words.into_iter().filter(|(_, value)| !value.trim().is_empty()) {
            if WORDS.contains(&name) && seen.contains(&name) {
                return Err(Error::invalid(name, Flaw::Twice));
            }
            seen.push(name);
            filter.take(name, value.trim())?;
        }
        let ends = filter.to.map(When::ends);
        if filter.from.is_some_and(|from| ends.is_some_and(|ends| from.begins() >= ends)) {
            return Err(Error::invalid("to", Flaw::EndsFirst));
        }
        Ok(filter)
    }

    /// The same filter as words.
    pub fn words(&self) -> Vec<(&'static str, String)> {
        let words = [
            ("from", self.from.map(When::word)),
            ("to", self.to.map(When::word)),
            ("actor", self.actor.map(Party::word)),
            ("target", self.target.map(Party::word)),
            ("action", self.action.map(|it| it.word().to_owned())),
            ("outcome", self.outcome.map(|it| it.name().to_owned())),
            ("text", self.text.clone()),
        ];
        words.into_iter().filter_map(|(name, word)| Some((name, word?))).collect()
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), Error> {
        let meaningless = || Error::invalid(name, Flaw::Meaningless);
        match name {
            "from" => self.from = Some(When::parse(value).ok_or_else(|| Error::invalid(name, Flaw::Moment))?),
            "to" => self.to = Some(When::parse(value).ok_or_else(|| Error::invalid(name, Flaw::Moment))?),
            "actor" => self.actor = Some(Party::parse(value, &ACTORS).ok_or_else(meaningless)?),
            "target" => self.target = Some(Party::parse(value, &TARGETS).ok_or_else(meaningless)?),
            "action" => self.action = Some(Deeds::parse(value).ok_or_else(meaningless)?),
            "outcome" => self.outcome = Some(Outcome::parse(value).ok_or_else(meaningless)?),
            "text" => {
                check_search(name, value)?;
                self.text = Some(value.to_owned());
            }
            _ => {}
        }
        Ok(())
    }
}

impl When {
    /// Reads `2026-11-26`, a whole day in UTC, or a moment of RFC 3339.
    pub fn parse(word: &str) -> Option<Self> {
        let day = Timestamp::parse_date(word).map(|at| Self { at, is_day: true });
        day.or_else(|| Timestamp::parse_rfc3339(word).map(|at| Self { at, is_day: false }))
    }

    /// The same as a word.
    pub fn word(self) -> String {
        if self.is_day { self.at.date() } else { self.at.rfc3339() }
    }

    /// The first moment of it.
    pub const fn begins(self) -> Timestamp {
        self.at
    }

    /// The first moment after it.
    pub fn ends(self) -> Timestamp {
        self.at.after(if self.is_day { DAY } else { LEAST })
    }
}

impl Party {
    fn parse(word: &str, kinds: &[&'static str]) -> Option<Self> {
        let kind = kinds.iter().find(|it| **it == word).map(|it| Self::Kind(it));
        kind.or_else(|| Uuid::parse_str(word).ok().map(Self::Id))
    }

    /// The word in an address.
    pub fn word(self) -> String {
        match self {
            Self::Id(id) => id.to_string(),
            Self::Kind(kind) => kind.to_owned(),
        }
    }
}

impl Deeds {
    fn parse(word: &str) -> Option<Self> {
        let one = Action::names().iter().find(|it| **it == word).map(|it| Self::One(it));
        one.or_else(|| Action::areas().into_iter().find(|it| *it == word).map(Self::Area))
    }

    /// The word in an address.
    pub const fn word(self) -> &'static str {
        match self {
            Self::One(word) | Self::Area(word) => word,
        }
    }
}

#[cfg(test)]
mod tests;
