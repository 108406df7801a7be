//! Access reviews: from time to time somebody looks at what others hold and says what stays.
//!
//! A review is staged with everything that it is about, opened for those who decide, and closed: what they decided is then
//! done.
//!
//! **Invariant:** what a review is about is kept as it was when it was staged, and its digest tells when that was changed.
//! **Invariant:** nobody decides about themselves.

pub mod evidence;
pub mod item;
pub mod reminder;
pub mod schedule;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::id::{OrgId, ReviewId, ReviewScheduleId, UserId};
use super::text::check_name;
use super::{Error, Flaw, Timestamp};

pub use item::{Decided, Decision, Ended, Facts, Held, Holder, Item, Outcome, Risk};
pub use schedule::{Every, Schedule};

/// The permission to stage, open and close reviews.
pub const MANAGE: &str = "org.reviews:manage";
/// The permission to be asked in one.
pub const DECIDE: &str = "org.reviews:decide";
/// The most characters of the name of a review.
pub const NAME_MAX: usize = 100;
/// The most characters of a comment.
pub const COMMENT_MAX: usize = 1_000;
/// So many days a review may last.
pub const DAYS: (u32, u32) = (1, 90);
/// So many people are asked at most.
pub const REVIEWERS_MAX: usize = 50;
/// So many places a review has at most.
pub const ITEMS_MAX: usize = 20_000;
/// Whoever was not seen for so many days is inactive.
pub const INACTIVE_DAYS: u16 = 90;

/// Words of an enumeration: in the database, in files, in the API and in forms.
macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $name {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads the word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.word() == word)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.word())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                let unknown = || serde::de::Error::custom(format!("unknown word {word}"));
                Self::parse(&word).ok_or_else(unknown)
            }
        }
    };
}
pub(super) use words;

/// What a review is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Roles that act on others, of people and of programs.
    Privileged,
    /// The accounts of people who have not been seen for long.
    Inactive,
    /// Who is on which team.
    Teams,
    /// Who is in which group.
    Groups,
    /// Who and what is on which project.
    Projects,
}

words!(Scope {
    Privileged = "privileged",
    Inactive = "inactive",
    Teams = "teams",
    Groups = "groups",
    Projects = "projects",
});

/// What becomes of something about which nobody has decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Silence {
    /// It stays, and is told of.
    #[default]
    Keep,
    /// What is advised is done.
    Advice,
    /// It is taken away.
    Remove,
}

words!(Silence { Keep = "keep", Advice = "advice", Remove = "remove" });

/// When somebody has to say why something stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Justify {
    /// Of roles that act on others.
    #[default]
    Privileged,
    /// Of everything.
    Always,
    /// Of nothing.
    Never,
}

words!(Justify { Privileged = "privileged", Always = "always", Never = "never" });

/// Where a review stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// It is known what it is about, and nobody is asked yet.
    Staged,
    /// People decide.
    Active,
    /// What they decided is being done.
    Closing,
    /// It is over.
    Closed,
    /// It was called off.
    Cancelled,
}

words!(State {
    Staged = "staged",
    Active = "active",
    Closing = "closing",
    Closed = "closed",
    Cancelled = "cancelled",
});

impl State {
    /// True where nothing more happens to it.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Cancelled)
    }
}

/// What should be known of what a review was staged from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Warning {
    /// A connection has not spoken for long, so what it keeps may be old.
    Silent {
        /// What the connection is called.
        connection: String,
        /// When it spoke last.
        since: Timestamp,
    },
    /// Nobody of those who are asked may decide about some places.
    Undecidable {
        /// How many.
        items: u64,
    },
}

/// How a review goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// What it is about.
    pub scope: Scope,
    /// Who is asked.
    pub reviewers: Vec<UserId>,
    /// Who is asked where none of them may decide.
    pub fallback: UserId,
    /// How long there is to decide, in days.
    pub days: u32,
    /// What becomes of what nobody decides about.
    pub silence: Silence,
    /// When a reason must be given for what stays.
    pub justify: Justify,
}

impl Terms {
    /// What is wrong with them, whoever is meant by them.
    pub fn check(&self) -> Result<(), Error> {
        let (from, to) = DAYS;
        if !(from..=to).contains(&self.days) {
            return Err(Error::invalid("days", Flaw::Days { from, to }));
        }
        if self.reviewers.is_empty() {
            return Err(Error::invalid("reviewers", Flaw::Reviewers));
        }
        if self.reviewers.len() > REVIEWERS_MAX {
            return Err(Error::invalid("reviewers", Flaw::TooManyPeople { most: REVIEWERS_MAX }));
        }
        Ok(())
    }
}

/// A review that is to be.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The schedule that it comes from.
    pub schedule: Option<ReviewScheduleId>,
    /// Its name.
    pub name: String,
    /// How it goes.
    pub terms: Terms,
    /// Who says so.
    pub silence_by: Option<UserId>,
}

/// Checks the name of a review or of a schedule.
pub fn check_review_name(name: &str) -> Result<(), Error> {
    check_name("name", name, NAME_MAX)
}

/// A review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Its identity.
    pub id: ReviewId,
    /// The organisation.
    pub org: OrgId,
    /// The schedule that it comes from.
    pub schedule: Option<ReviewScheduleId>,
    /// Its name.
    pub name: String,
    /// How it goes.
    pub terms: Terms,
    /// Where it stands.
    pub state: State,
    /// How many places it is about.
    pub population: u64,
    /// The SHA-256 of what it is about, in hexadecimal digits.
    pub digest: String,
    /// What should be known of what it was staged from.
    pub warnings: Vec<Warning>,
    /// When it was staged.
    pub created_at: Timestamp,
    /// When people were asked.
    pub opened_at: Option<Timestamp>,
    /// Until when they are.
    pub due_at: Option<Timestamp>,
    /// When it was over.
    pub closed_at: Option<Timestamp>,
    /// How many reminders there were.
    pub reminders: u32,
    /// In whose name that is done which nobody decided about: of whoever said how it goes, and then of whoever closed it. Of
    /// nobody where that is the operator.
    pub silence_by: Option<UserId>,
}

/// How far a review has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Progress {
    /// How many places there are.
    pub items: u64,
    /// About how many it is decided.
    pub decided: u64,
    /// How many of those stay.
    pub kept: u64,
    /// How many are in the hands of an identity provider, and not done there yet.
    pub handed_over: u64,
    /// How many could not be done.
    pub refused: u64,
}

impl Review {
    /// A review of which it was just found out what it is about.
    pub fn staged(
        (org, id): (OrgId, ReviewId),
        plan: Plan,
        (items, warnings): (&[Item], Vec<Warning>),
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            org,
            schedule: plan.schedule,
            name: plan.name,
            terms: plan.terms,
            state: State::Staged,
            population: u64::try_from(items.len()).unwrap_or(u64::MAX),
            digest: item::digest(items),
            warnings,
            created_at: now,
            opened_at: None,
            due_at: None,
            closed_at: None,
            reminders: 0,
            silence_by: plan.silence_by,
        }
    }

    /// The same with people asked from now on.
    #[must_use]
    pub fn opened(&self, now: Timestamp) -> Self {
        let span = Duration::from_hours(24 * u64::from(self.terms.days));
        Self { state: State::Active, opened_at: Some(now), due_at: Some(now.after(span)), ..self.clone() }
    }

    /// How many of so many places that nobody has decided about may go for all that.
    pub fn silent_of(&self, undecided: u64) -> u64 {
        if self.terms.silence == Silence::Keep { 0 } else { undecided }
    }

    /// True when a reason must be given for keeping this.
    pub fn asks_why(&self, item: &Item) -> bool {
        match self.terms.justify {
            Justify::Always => true,
            Justify::Never => false,
            Justify::Privileged => item.is_privileged(self.terms.scope),
        }
    }

    /// What becomes of a place at the end: what was decided, or what silence means.
    pub fn verdict(&self, item: &Item) -> Option<Decision> {
        if let Some(decided) = item.decided.as_ref().filter(|it| it.is_submitted) {
            return Some(decided.what.clone());
        }
        match self.terms.silence {
            Silence::Keep => None,
            Silence::Remove => Some(Decision::Remove),
            Silence::Advice => item.is_advised_to_end().then_some(Decision::Remove),
        }
    }
}

#[cfg(test)]
mod tests;
