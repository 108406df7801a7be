//! What whoever manages connections can do for one that does not fare well.

use std::time::Duration;

use super::{Connection, ConnectionToken, Outside, Pulse};
use crate::domain::grace::days_left;
use crate::domain::time::Timestamp;

/// A token is spoken of so many days before it ends.
const SOON_DAYS: u64 = 30;
/// Of a hundred requests, as many that were refused or not done are worth looking into..
const REFUSED_PERCENT: u64 = 10;
/// ..where there were as many at least: a few are usual, because identity providers ask for what is not there.
const REFUSED_MIN: u64 = 5;
/// A token that came from elsewhere is spoken of for so long.
const TOLD: Duration = Duration::from_hours(24);

/// Something to do, there or here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Let the connection go on.
    Resume,
    /// No token works: make one, and give it to the provider.
    MakeToken,
    /// The token that is used ends soon: give the provider another one.
    ReplaceToken {
        /// In how many days.
        days_left: u64,
    },
    /// Somebody used a token from an address from which none works: look whether that is the provider.
    CheckAddress(Outside),
    /// It was never heard: give address and token to the provider.
    GiveAddress,
    /// It is silent: look into the log of the provider.
    FindSilence {
        /// When its last request came.
        since: Timestamp,
    },
    /// Many requests were refused or not done: look into the journal.
    ReadJournal {
        /// The status of most of them.
        status: u16,
    },
    /// People wait to be let go: decide about them.
    DecideHeld {
        /// How many.
        held: u64,
    },
    /// Groups wait for members: let the provider push them.
    PushMembers {
        /// How many.
        waiting: u64,
    },
}

impl Advice {
    /// The word that programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Resume => "resume",
            Self::MakeToken => "make_token",
            Self::ReplaceToken { .. } => "replace_token",
            Self::CheckAddress(_) => "check_address",
            Self::GiveAddress => "give_address",
            Self::FindSilence { .. } => "find_silence",
            Self::ReadJournal { .. } => "read_journal",
            Self::DecideHeld { .. } => "decide_held",
            Self::PushMembers { .. } => "push_members",
        }
    }
}

/// How many requests got an answer with a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// How many.
    pub requests: u64,
}

/// How a connection fares.
#[derive(Debug, Clone)]
pub struct Health {
    /// The connection.
    pub connection: Connection,
    /// When it was heard.
    pub pulse: Pulse,
    /// Its tokens, newest first.
    pub tokens: Vec<ConnectionToken>,
    /// True when programs get tokens for it by themselves, here or at Entra.
    pub has_programs: bool,
    /// What its requests of the last day came to, by status.
    pub answers: Vec<Answered>,
    /// How many people wait to be let go.
    pub held: u64,
    /// How many members its groups wait for.
    pub waiting: u64,
    /// The moment all of this is of.
    pub at: Timestamp,
}

impl Health {
    /// How many requests came on the last day.
    pub fn requests(&self) -> u64 {
        self.answers.iter().map(|it| it.requests).sum()
    }

    /// How many of them were refused or not done.
    pub fn refused(&self) -> u64 {
        self.refusals().map(|it| it.requests).sum()
    }

    /// How many of a hundred were refused or not done, rounded up: one is never none.
    pub fn refused_percent(&self) -> u64 {
        self.refused().saturating_mul(100).div_ceil(self.requests().max(1))
    }

    /// Since when it is silent, where somebody waits for it; no longer once it is heard, before a job has told of that.
    pub fn silent_since(&self) -> Option<Timestamp> {
        let is_silent = |since: &Timestamp| !self.connection.is_paused && self.pulse.heard_at <= Some(*since);
        self.pulse.silent_since.filter(is_silent)
    }

    /// Who used a token lately from where none works now.
    pub fn outside(&self) -> Option<Outside> {
        let is_told = |it: &Outside| self.at.since(it.at) <= TOLD && !self.connection.admits(it.address);
        self.pulse.outside.filter(is_told)
    }

    /// What can be done, the most urgent first; nothing where all is well.
    pub fn advice(&self) -> Vec<Advice> {
        let paused = self.connection.is_paused.then_some(Advice::Resume);
        let silent = self.silent_since().map(|since| Advice::FindSilence { since });
        let never = self.pulse.heard_at.is_none().then_some(Advice::GiveAddress);
        let is_worth_a_look = self.refused() >= REFUSED_MIN && self.refused_percent() >= REFUSED_PERCENT;
        let most = self.refusals().max_by_key(|it| it.requests).filter(|_| is_worth_a_look);
        let refused = most.map(|it| Advice::ReadJournal { status: it.status });
        let held = (self.held > 0).then_some(Advice::DecideHeld { held: self.held });
        let waiting = (self.waiting > 0).then_some(Advice::PushMembers { waiting: self.waiting });
        let outside = self.outside().map(Advice::CheckAddress);
        [held, paused, self.token(), outside, silent, never, refused, waiting].into_iter().flatten().collect()
    }

    fn refusals(&self) -> impl Iterator<Item = &Answered> {
        self.answers.iter().filter(|it| it.status >= 400)
    }

    /// The token that has been used last is the one that the provider sends.
    fn token(&self) -> Option<Advice> {
        let works = |it: &&ConnectionToken| !it.has_ended(self.at);
        let longest = self.tokens.iter().filter(works).map(|it| it.expires_at).max();
        let Some(longest) = longest else { return (!self.has_programs).then_some(Advice::MakeToken) };
        let used = self.tokens.iter().filter(|it| it.last_used_at.is_some()).max_by_key(|it| it.last_used_at);
        let days_left = days_left(used.map_or(longest, |it| it.expires_at), self.at);
        (days_left <= SOON_DAYS).then_some(Advice::ReplaceToken { days_left })
    }
}

#[cfg(test)]
mod tests;
